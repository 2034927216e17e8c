/* What the parts of status.html share. */
#include "status_int.h"

#include <stdio.h>

void
status_both(struct rk_buf *b, struct words w)
{
	page_both(b, w.th, w.en);
}

/* Names of strangers: escaped, in both languages. */
void
status_name(struct rk_buf *b, const struct rk_node *node)
{
	page_name(b, node);
}

void
status_score(struct rk_buf *b, unsigned good, unsigned days)
{
	if (days == 0)
		(void)rk_buf_adds(b, "-");
	else
		(void)rk_buf_addf(b, "%u%%", (good * 100 + days / 2) / days);
}

void
status_rest(struct rk_buf *b, size_t n)
{
	char th[160], en[120];

	if (n == 0)
		return;
	(void)snprintf(th, sizeof(th), "และอีก %zu ดูทั้งหมดใน ", n);
	(void)snprintf(en, sizeof(en), "and %zu more, all of them in ", n);
	(void)rk_buf_adds(b, "<p>");
	page_both(b, th, en);
	(void)rk_buf_adds(b, "<a href=\"status.json\">status.json</a></p>\n");
}

/* Title, linked to where people read the source. */
void
status_title(struct rk_buf *b, const struct rk_board_source *s)
{
	struct rk_buf site;

	rk_buf_init(&site, 4096);
	board_site(&site, s);
	if (site.n > 0) {
		(void)rk_buf_adds(b, "<a");
		xml_attr(b, "href", rk_buf_view(&site));
		(void)rk_buf_addc(b, '>');
	}
	xml_line(b, s->title.n > 0 ? s->title : s->id);
	(void)rk_buf_adds(b, site.n > 0 ? "</a>" : "");
	rk_buf_release(&site);
}
