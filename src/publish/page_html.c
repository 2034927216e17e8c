/*
 * The frame of every page: one style, no script, nothing loaded from elsewhere. Thai and
 * English stand side by side, and which is seen hangs on the address alone: "#en" shows
 * the English one.
 */
#include "publish_int.h"

static const char style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1b1b1f;--dim:#5c5f66;--line:#d9dce1;--paper:#fff;"
    "--tint:#f4f6f9;--link:#0b57a4}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8e8ea;--dim:#a5a9b2;--line:#"
    "3a3d44;"
    "--paper:#17181b;--tint:#202226;--link:#8ab8f0}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);line-height:1.65;"
    "font-family:'Noto Sans Thai','Sarabun','TH Sarabun New','Leelawadee UI',Thonburi,"
    "system-ui,sans-serif}"
    "main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}"
    "header{padding-top:2rem}h1{margin:0;font-size:1.9rem;line-height:1.3}"
    "header p{margin:.4rem 0;color:var(--dim);max-width:46rem}"
    "nav a{display:inline-block;margin:.3rem 1rem .3rem 0}"
    "h2{margin:2.2rem 0 .6rem;font-size:1.25rem}h2 "
    "small{font-weight:normal;color:var(--dim)}"
    "ul{list-style:none;margin:0;padding:0;display:grid;gap:.5rem;"
    "grid-template-columns:repeat(auto-fill,minmax(16rem,1fr))}"
    "li{background:var(--tint);border:1px solid var(--line);border-radius:.5rem;"
    "padding:.55rem .8rem}"
    "li a{font-weight:600}li span{display:block;font-size:.85rem;color:var(--dim)}"
    "a{color:var(--link);text-decoration:none}a:hover,a:focus{text-decoration:"
    "underline}"
    "a:focus-visible{outline:2px solid var(--link);outline-offset:2px}"
    "article{padding:1rem 0;border-top:1px solid var(--line);max-width:46rem;"
    "overflow-wrap:anywhere}article h2{margin:0;font-size:1.15rem;line-height:1.45}"
    "article p{margin:.3rem 0}.by,.at{color:var(--dim);font-size:.9rem}.at "
    "a{margin-right:.7rem}"
    "html:target .th,html:not(:target) .en{display:none}"
    "footer{padding:2rem 1.25rem;color:var(--dim);font-size:.9rem}"
    "@media print{li{break-inside:avoid;background:none}nav,.at{display:none}}";

void
page_head(struct rk_buf *b, struct rk_str title,
    void (*links)(struct rk_buf *, const void *cookie), const void *cookie)
{
	(void)rk_buf_adds(b,
	    "<!doctype html>\n<html lang=\"th\" id=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<title>");
	xml_line(b, title);
	(void)rk_buf_adds(b, "</title>\n");
	links(b, cookie);
	(void)rk_buf_addf(b, "<style>%s</style>\n</head>\n<body>\n", style);
}

void
page_both(struct rk_buf *b, const char *th, const char *en)
{
	(void)rk_buf_addf(b,
	    "<span class=\"th\">%s</span><span class=\"en\" lang=\"en\">%s</span>", th, en);
}

void
page_foot(struct rk_buf *b, const struct rk_site *site)
{
	(void)rk_buf_adds(b, "</main>\n<footer>\n<p>");
	xml_line(b, site->title);
	(void)rk_buf_adds(
	    b, " จัดทำด้วย ruamkhao (รวมข่าว)</p>\n</footer>\n</body>\n</html>\n");
}
