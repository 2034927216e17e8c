/*
 * The frame of every page: one style (page.css), no script, nothing loaded from elsewhere. Thai and
 * English stand side by side, and which is seen hangs on the address alone: "#en", or a
 * place of the page whose id begins with "en-", shows the English one. Links between
 * pages hand it on.
 */
#include "publish_int.h"

#include <ruamkhao/date.h>

#include <string.h>

extern const unsigned char rk_page_css[];
extern const size_t rk_page_css_size;

void
page_head(struct rk_buf *b, struct rk_str title,
    void (*links)(struct rk_buf *, const void *cookie), const void *cookie)
{
	(void)rk_buf_adds(b,
	    "<!doctype html>\n<html lang=\"th\" id=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'\">\n<title>");
	xml_line(b, title);
	(void)rk_buf_adds(b, "</title>\n");
	links(b, cookie);
	(void)rk_buf_adds(b, "<style>\n");
	(void)rk_buf_add(b, (const char *)rk_page_css, rk_page_css_size);
	(void)rk_buf_adds(b, "</style>\n</head>\n<body>\n");
}

void
page_both(struct rk_buf *b, const char *th, const char *en)
{
	(void)rk_buf_addf(b,
	    "<span class=\"th\">%s</span><span class=\"en\" lang=\"en\">%s</span>", th, en);
}

void
page_up(struct rk_buf *b, struct rk_str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] == '/')
			(void)rk_buf_adds(b, "../");
}

static struct rk_str
name_of(const struct rk_node *node, bool english)
{
	struct rk_str name = english ? node->en : node->th;

	return name.n > 0 ? name : node->id;
}

/* Many agencies have a Thai name only. */
static const char *
english_lang(const struct rk_node *node)
{
	return rk_str_eq(name_of(node, true), name_of(node, false)) ? "" : " lang=\"en\"";
}

void
page_name(struct rk_buf *b, const struct rk_node *node)
{
	if (english_lang(node)[0] == '\0') {
		xml_line(b, name_of(node, false));
		return;
	}
	(void)rk_buf_adds(b, "<span class=\"th\">");
	xml_line(b, name_of(node, false));
	(void)rk_buf_adds(b, "</span><span class=\"en\" lang=\"en\">");
	xml_line(b, name_of(node, true));
	(void)rk_buf_adds(b, "</span>");
}

void
page_node(struct rk_buf *b, struct rk_str from, const struct rk_node *node,
    const char *suffix)
{
	for (int english = 0; english < 2; english++) {
		(void)rk_buf_adds(b, english ? "<a class=\"en\"" : "<a class=\"th\"");
		(void)rk_buf_adds(b, english ? english_lang(node) : "");
		(void)rk_buf_adds(b, " href=\"");
		page_up(b, from);
		xml_line(b, node->id);
		(void)rk_buf_adds(b, suffix);
		(void)rk_buf_adds(b, english ? "#en\">" : "\">");
		xml_line(b, name_of(node, english));
		(void)rk_buf_adds(b, "</a>");
	}
}

/* "20 Nov 2026" of Bangkok's clock, from "Fri, 20 Nov 2026 09:30:00 GMT". */
static const char *
english_date(int64_t t, char out[40])
{
	(void)rk_date_http(t < INT64_MAX - RK_BANGKOK ? t + RK_BANGKOK : t, out);
	out[strlen(out) - strlen(" 09:30:00 GMT")] = '\0';
	return out + strlen("Fri, ");
}

void
page_date(struct rk_buf *b, int64_t t)
{
	char thai[96], english[40];

	page_both(b, rk_date_thai(t, false, thai), english_date(t, english));
}

void
page_time(struct rk_buf *b, int64_t t, bool date)
{
	int64_t clock = ((t % 86400 + RK_BANGKOK) % 86400 + 86400) % 86400 / 60;
	char machine[32];

	(void)rk_buf_addf(b, "<time datetime=\"%s\">", rk_date_rfc3339(t, machine));
	if (date)
		page_date(b, t);
	if (clock != 0) { /* midnight is what a date without a time becomes */
		(void)rk_buf_addf(b, "%s%02d:%02d", date ? " " : "", (int)(clock / 60),
		    (int)(clock % 60));
		(void)rk_buf_adds(b, "<span class=\"th\">\u00a0น.</span>");
	} else if (!date) {
		page_date(b, t);
	}
	(void)rk_buf_adds(b, "</time>");
}

void
page_query(struct rk_buf *b, struct rk_str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~:/,", c) != NULL))
			(void)rk_buf_addc(b, (char)c);
		else
			(void)rk_buf_addf(b, "%%%02X", c);
	}
}

void
page_title(struct rk_buf *b, const struct rk_site *site, const struct rk_story *s,
    const char *tag, bool both)
{
	bool linked = xml_web_address(s->url);

	(void)rk_buf_addf(b, "<%s", tag);
	if (!rk_str_ieq(s->lang, site->language))
		xml_attr(b, "lang", s->lang);
	(void)rk_buf_addc(b, '>');
	if (linked) {
		(void)rk_buf_adds(b, "<a");
		xml_attr(b, "href", s->url);
		(void)rk_buf_addc(b, '>');
	}
	if (s->title.n > 0)
		xml_line(b, s->title);
	else if (both)
		page_both(b, "(ไม่มีหัวเรื่อง)", "(no title)");
	else
		(void)rk_buf_adds(b, "(ไม่มีหัวเรื่อง)");
	if (linked)
		(void)rk_buf_adds(b, "</a>");
}

void
page_headline(struct rk_buf *b, const struct rk_site *site, const struct rk_story *s,
    const char *tag)
{
	page_title(b, site, s, tag, true);
	(void)rk_buf_addf(b, "</%s>\n", tag);
}

/* ---- the top */

static void
search_box(struct rk_buf *b, struct rk_str from)
{
	(void)rk_buf_adds(b, "<form role=\"search\" action=\"");
	page_up(b, from);
	(void)rk_buf_adds(b, "search\"><label class=\"ear\" for=\"q\">");
	page_both(b, "ค้นหาข่าว", "Search the news");
	(void)rk_buf_adds(b, "</label><input type=\"search\" id=\"q\" name=\"q\" "
			     "required=\"\"><button>");
	page_both(b, "ค้นหา", "Search");
	(void)rk_buf_adds(b, "</button></form>\n");
}

void
page_bar(struct rk_buf *b, const struct rk_site *site, struct rk_str from)
{
	(void)rk_buf_adds(b, "<a class=\"skip th\" href=\"#main\">ข้ามไปที่เนื้อหา</a>"
			     "<a class=\"skip en\" lang=\"en\" href=\"#en-main\">Skip to the "
			     "news</a>\n<header class=\"bar\">\n");
	if (from.n == 0) { /* the front page */
		(void)rk_buf_adds(b, "<h1>");
		xml_line(b, site->title);
		(void)rk_buf_adds(b, "</h1>\n");
	} else {
		(void)rk_buf_adds(b, "<p class=\"site\">");
		for (int english = 0; english < 2; english++) {
			(void)rk_buf_adds(b, english ? "<a class=\"en\" href=\""
						     : "<a class=\"th\" href=\"");
			page_up(b, from);
			(void)rk_buf_addf(b, "index.html%s\">", english ? "#en" : "");
			xml_line(b, site->title);
			(void)rk_buf_adds(b, "</a>");
		}
		(void)rk_buf_adds(b, "</p>\n");
	}
	if (site->served)
		search_box(b, from);
	(void)rk_buf_adds(b, "<p class=\"lang\"><a class=\"th\" lang=\"en\" href=\"#en\">"
			     "English</a><a class=\"en\" lang=\"th\" href=\"#\">ภาษาไทย</a>"
			     "</p>\n</header>\n");
}

void
page_main(struct rk_buf *b)
{
	(void)rk_buf_adds(b, "<main id=\"main\" tabindex=\"-1\"><span id=\"en-main\" "
			     "tabindex=\"-1\"></span>\n");
}

void
page_foot(struct rk_buf *b, const struct rk_site *site)
{
	(void)rk_buf_adds(b, "</main>\n<footer>\n<p>");
	xml_line(b, site->title);
	(void)rk_buf_adds(b, " · ");
	page_both(b, "จัดทำด้วย ruamkhao (รวมข่าว)", "made with ruamkhao");
	if (site->rights.n > 0)
		(void)rk_buf_adds(b, "<br>");
	xml_line(b, site->rights);
	(void)rk_buf_adds(b, "</p>\n</footer>\n</body>\n</html>\n");
}
