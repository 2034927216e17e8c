/*
 * The page of searches: the words and the region again, what was found, newest first, with
 * a line around the words, and the way to further pages and to the search as a feed.
 */
#include "publish_int.h"

#include <ruamkhao/query.h>

static void
address(struct rk_buf *b, const struct rk_search_view *v, const char *path, unsigned page)
{
	(void)rk_buf_addf(b, "%s?q=", path);
	page_query(b, v->typed);
	if (v->region.n > 0) {
		(void)rk_buf_adds(b, "&amp;region=");
		page_query(b, v->region);
	}
	if (page > 1)
		(void)rk_buf_addf(b, "&amp;page=%u", page);
}

static void
head_links(struct rk_buf *b, const void *cookie)
{
	const struct rk_search_view *v = cookie;

	(void)rk_buf_adds(b, "<meta name=\"robots\" content=\"noindex\">\n"
			     "<link rel=\"search\" type=\"application/opensearchdescription+"
			     "xml\" href=\"opensearch.xml\">\n");
	if (v->query == NULL)
		return;
	(void)rk_buf_adds(b, "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"");
	address(b, v, "search.atom", 1);
	(void)rk_buf_adds(b, "\">\n");
}

/* ---- the form */

static void
options(struct rk_buf *b, const struct rk_search_view *v, enum rk_scheme scheme)
{
	for (size_t i = 0; v->regions != NULL && i < rk_regions_count(v->regions); i++) {
		const struct rk_node *node = rk_regions_at(v->regions, i);

		if (node->scheme != scheme)
			continue;
		(void)rk_buf_adds(b, "<option value=\"");
		xml_line(b, node->id);
		(void)rk_buf_adds(b,
		    rk_str_eq(node->id, v->region) ? "\" selected=\"\">" : "\">");
		xml_line(b, node->th);
		if (node->en.n > 0 && !rk_str_eq(node->en, node->th)) {
			(void)rk_buf_adds(b, " / ");
			xml_line(b, node->en);
		}
		(void)rk_buf_adds(b, "</option>\n");
	}
}

static void
form(struct rk_buf *b, const struct rk_search_view *v)
{
	bool national = rk_str_is(v->region, "national");

	(void)rk_buf_adds(b, "<form role=\"search\" action=\"search\"><label class=\"ear\" "
			     "for=\"q\">");
	page_both(b, "คำค้น", "Words");
	(void)rk_buf_adds(b, "</label><input type=\"search\" id=\"q\" name=\"q\" value=\"");
	xml_line(b, v->typed);
	(void)rk_buf_adds(b, "\"><label class=\"ear\" for=\"region\">");
	page_both(b, "พื้นที่", "Where");
	(void)rk_buf_adds(b, "</label><select id=\"region\" name=\"region\">\n"
			     "<option value=\"\">ทุกพื้นที่ / everywhere</option>\n"
			     "<option value=\"national\"");
	(void)rk_buf_adds(b, national ? " selected=\"\">" : ">");
	(void)rk_buf_adds(b, "ส่วนกลาง / national</option>\n"
			     "<optgroup label=\"ภาค / regions\">\n");
	options(b, v, RK_SCHEME_REGION);
	(void)rk_buf_adds(b, "</optgroup>\n<optgroup label=\"จังหวัด / provinces\">\n");
	options(b, v, RK_SCHEME_PROVINCE);
	(void)rk_buf_adds(b, "</optgroup>\n</select><button>");
	page_both(b, "ค้นหา", "Search");
	(void)rk_buf_adds(b, "</button></form>\n");
}

/* ---- what was found */

static void
snippet(struct rk_buf *b, const struct rk_search_view *v, const struct rk_story *s)
{
	struct rk_buf text;
	size_t at = 0, n = 0;

	rk_buf_init(&text, 8192);
	(void)rk_snippet(s, v->query, &text, &at, &n);
	if (text.n > 0) {
		(void)rk_buf_adds(b, "<p");
		if (!rk_str_ieq(s->lang, v->site->language))
			xml_attr(b, "lang", s->lang);
		(void)rk_buf_addc(b, '>');
		xml_line(b, rk_strn(text.p, n > 0 ? at : text.n));
		if (n > 0) {
			(void)rk_buf_adds(b, "<mark>");
			xml_line(b, rk_strn(text.p + at, n));
			(void)rk_buf_adds(b, "</mark>");
			xml_line(b, rk_str_from(rk_buf_view(&text), at + n));
		}
		(void)rk_buf_adds(b, "</p>\n");
	}
	rk_buf_release(&text);
}

static void
story(struct rk_buf *b, const struct rk_search_view *v, const struct rk_story *s)
{
	(void)rk_buf_adds(b, "<article>\n");
	page_headline(b, v->site, s, "h2");
	(void)rk_buf_adds(b, "<p class=\"by\">");
	xml_line(b, s->source_title.n > 0 ? s->source_title : s->source_id);
	(void)rk_buf_adds(b, " · ");
	page_time(b, s->published != RK_NO_TIME ? s->published : s->first_seen, true);
	(void)rk_buf_adds(b, " · <a href=\"story?id=");
	page_query(b, s->id);
	(void)rk_buf_adds(b, "\">");
	page_both(b, "รายละเอียด", "Details");
	(void)rk_buf_adds(b, "</a></p>\n");
	snippet(b, v, s);
	(void)rk_buf_adds(b, "</article>\n");
}

static void
say(struct rk_buf *b, const char *th, const char *en)
{
	(void)rk_buf_adds(b, "<p>");
	page_both(b, th, en);
	(void)rk_buf_adds(b, "</p>\n");
}

static void
turn(struct rk_buf *b, const struct rk_search_view *v, unsigned page, const char *rel,
    const char *th, const char *en)
{
	(void)rk_buf_addf(b, "<a rel=\"%s\" href=\"", rel);
	address(b, v, "search", page);
	(void)rk_buf_adds(b, "\">");
	page_both(b, th, en);
	(void)rk_buf_adds(b, "</a> ");
}

static void
results(struct rk_buf *b, const struct rk_search_view *v)
{
	const struct rk_timeline *t = v->found;

	(void)rk_buf_adds(b, "<p class=\"feeds\"><a href=\"");
	address(b, v, "search.atom", 1);
	(void)rk_buf_adds(b, "\">");
	page_both(b, "ติดตามคำค้นนี้เป็นฟีด (Atom)", "Follow this search as a feed (Atom)");
	(void)rk_buf_adds(b, "</a></p>\n<div class=\"news\">\n");
	for (size_t i = 0; i < t->n_stories; i++)
		story(b, v, &t->stories[i]);
	if (t->n_stories == 0)
		say(b, "ไม่พบข่าว", "Nothing was found.");
	if (v->cut)
		say(b, "ข่าวเก่าที่สุดยังไม่ได้ค้น ลองใช้คำที่เจาะจงกว่านี้",
		    "The oldest news were not searched: try more exact words.");
	(void)rk_buf_adds(b, "</div>\n");
	if (v->page <= 1 && !v->more)
		return;
	(void)rk_buf_adds(b, "<nav aria-label=\"หน้า / pages\">");
	if (v->page > 1)
		turn(b, v, v->page - 1, "prev", "ใหม่กว่า", "Newer");
	if (v->more)
		turn(b, v, v->page + 1, "next", "เก่ากว่า", "Older");
	(void)rk_buf_adds(b, "</nav>\n");
}

int
rk_search_html(const struct rk_search_view *v, struct rk_buf *b, struct rk_err *err)
{
	struct rk_site site = *v->site;
	struct rk_buf title;

	site.served = false; /* the box that others have at the top is the form here */
	rk_buf_init(&title, 16384);
	if (v->query != NULL) {
		(void)rk_buf_str(&title, v->query->text);
		(void)rk_buf_adds(&title, " | ");
	}
	(void)rk_buf_adds(&title, "ค้นหาข่าว | ");
	(void)rk_buf_str(&title, v->site->title);
	page_head(b, rk_buf_view(&title), head_links, v);
	rk_buf_release(&title);
	page_bar(b, &site, RK_STR("search"));
	page_main(b);
	(void)rk_buf_adds(b, "<h1>");
	page_both(b, "ค้นหาข่าว", "Search the news");
	(void)rk_buf_adds(b, "</h1>\n");
	form(b, v);
	if (v->problem != NULL)
		(void)rk_buf_addf(b, "<p role=\"alert\">%s</p>\n", v->problem);
	if (v->found != NULL)
		results(b, v);
	else
		say(b,
		    "ข่าวต้องมีทุกคำที่พิมพ์ ใช้ \"วลี\" OR และ -คำที่ไม่ต้องการ ได้ "
		    "เลขไทยกับเลขอารบิกถือว่าเหมือนกัน",
		    "All words must be there; \"phrases\", OR and -word work. Thai and Arabic "
		    "digits are the same.");
	page_foot(b, v->site);
	return render_end(b, "the page of a search", err);
}
