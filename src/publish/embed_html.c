/*
 * A node's newest titles as a small page for a frame in somebody else's: no search, no
 * places, links that leave the frame.
 */
#include "publish_int.h"

#include <ruamkhao/date.h>

#define TITLES 10

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1a1c20;--dim:#545a64;--line:#d5dae2;"
    "--paper:#fff;--link:#0a4c98}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8eaee;--dim:#a9afba;"
    "--line:#3b404a;--paper:#15171b;--link:#93bffa}}"
    "body{margin:0;padding:.6rem .9rem;background:var(--paper);color:var(--ink);"
    "font:1rem/1.6 'Noto Sans Thai','Sarabun','Leelawadee UI',Thonburi,'Loma',"
    "system-ui,sans-serif;overflow-wrap:anywhere}"
    "h1{font-size:1.1rem;margin:0 0 .3rem}ul{list-style:none;margin:0;padding:0}"
    "li{padding:.45rem 0;border-top:1px solid var(--line)}"
    "a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}"
    "a:focus-visible{outline:3px solid var(--link);outline-offset:2px}"
    "small{display:block;color:var(--dim)}p{margin:.5rem 0 0;font-size:.9rem}";

static void
item(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	int64_t at = s->published != RK_NO_TIME ? s->published : s->first_seen;
	char thai[96], machine[32];

	page_title(b, t->site, s, "li", false);
	(void)rk_buf_adds(b, "<small lang=\"th\">");
	xml_line(b, s->source_title.n > 0 ? s->source_title : s->source_id);
	(void)rk_buf_addf(b, " · <time datetime=\"%s\">%s</time></small></li>\n",
	    rk_date_rfc3339(at, machine), rk_date_thai(at, false, thai));
}

int
embed_render(const struct rk_timeline *t, struct rk_buf *b, struct rk_err *err)
{
	struct rk_str name = t->node.th.n > 0 ? t->node.th : t->node.id;

	(void)rk_buf_adds(b,
	    "<!doctype html>\n<html lang=\"th\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'unsafe-inline'; form-action 'none'\">\n"
	    "<meta name=\"robots\" content=\"noindex\">\n<base target=\"_blank\">\n<title>");
	xml_line(b, name);
	(void)rk_buf_addf(b, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1><a",
	    style);
	(void)rk_buf_adds(b, " href=\"");
	node_page(b, t); /* the frame's own address is of no use to who reads */
	(void)rk_buf_adds(b, "\">");
	xml_line(b, name);
	(void)rk_buf_adds(b, "</a></h1>\n");
	if (t->n_stories > 0) {
		(void)rk_buf_adds(b, "<ul>\n");
		for (size_t i = 0; i < t->n_stories && i < TITLES; i++)
			item(b, t, &t->stories[i]);
		(void)rk_buf_adds(b, "</ul>\n");
	} else {
		(void)rk_buf_adds(b, "<p>ยังไม่มีข่าว</p>\n");
	}
	(void)rk_buf_adds(b, "<p><a href=\"");
	xml_line(b, t->site->base_url);
	(void)rk_buf_adds(b, "\">");
	xml_line(b, t->site->title);
	(void)rk_buf_adds(b, "</a></p>\n</main>\n</body>\n</html>\n");
	return render_end(b, "the frame", err);
}
