/*
 * A story's own page: its text in full, who else published it, what tells of the same
 * event, where it belongs and why, and what was edited. Made when it is asked for.
 */
#include "publish_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/evidence.h>
#include <ruamkhao/excerpt.h>

#define AROUND 60 /* code points that are shown beside a change */

static const struct rk_str here = {"story", 5};

static void
no_links(struct rk_buf *b, const void *cookie)
{
	(void)cookie;
	(void)rk_buf_adds(b, "<meta name=\"robots\" content=\"noindex\">\n");
}

static void
heading(struct rk_buf *b, const char *th, const char *en)
{
	(void)rk_buf_adds(b, "<h2>");
	page_both(b, th, en);
	(void)rk_buf_adds(b, "</h2>\n");
}

static void
link_to(struct rk_buf *b, struct rk_str url, struct rk_str text)
{
	if (!xml_web_address(url)) {
		xml_line(b, text);
		return;
	}
	(void)rk_buf_adds(b, "<a");
	xml_attr(b, "href", url);
	(void)rk_buf_addc(b, '>');
	xml_line(b, text);
	(void)rk_buf_adds(b, "</a>");
}

/* ---- what it is */

static void
term(struct rk_buf *b, const char *th, const char *en)
{
	(void)rk_buf_adds(b, "<dt>");
	page_both(b, th, en);
	(void)rk_buf_adds(b, "</dt><dd>");
}

static void
moment(struct rk_buf *b, const char *th, const char *en, int64_t t)
{
	if (t == RK_NO_TIME)
		return;
	term(b, th, en);
	page_time(b, t, true);
	(void)rk_buf_adds(b, "</dd>\n");
}

static void
facts(struct rk_buf *b, const struct rk_story *s)
{
	struct rk_str publisher = s->source_title.n > 0 ? s->source_title : s->source_id;

	(void)rk_buf_adds(b, "<dl>\n");
	term(b, "ผู้เผยแพร่", "Publisher");
	link_to(b, s->source_link, publisher);
	(void)rk_buf_adds(b, "</dd>\n");
	if (s->author.n > 0 && !rk_str_eq(s->author, publisher)) {
		term(b, "ผู้เขียน", "Author");
		xml_line(b, s->author);
		(void)rk_buf_adds(b, "</dd>\n");
	}
	moment(b, "วันที่ตามผู้เผยแพร่", "Date by its publisher", s->published);
	moment(b, "พบครั้งแรก", "First seen", s->first_seen);
	if (s->changed > s->first_seen)
		moment(b, "แก้ไขล่าสุด", "Last change", s->changed);
	if (xml_web_address(s->url)) {
		term(b, "ต้นฉบับ", "At its publisher");
		link_to(b, s->url, s->url);
		(void)rk_buf_adds(b, "</dd>\n");
	}
	(void)rk_buf_adds(b, "</dl>\n");
}

/* Under the title, as on the node's page. */
static void
by_line(struct rk_buf *b, const struct rk_story *s)
{
	(void)rk_buf_adds(b, "<p class=\"by\">");
	xml_line(b, s->source_title.n > 0 ? s->source_title : s->source_id);
	(void)rk_buf_adds(b, " · ");
	page_time(b, s->published != RK_NO_TIME ? s->published : s->first_seen, true);
	if (xml_web_address(s->url)) {
		(void)rk_buf_adds(b, " · <a");
		xml_attr(b, "href", s->url);
		(void)rk_buf_addc(b, '>');
		page_both(b, "อ่านที่เว็บไซต์ผู้เผยแพร่", "Read it at its publisher");
		(void)rk_buf_adds(b, "</a>");
	}
	(void)rk_buf_adds(b, "</p>\n");
}

static void
text(struct rk_buf *b, const struct rk_story *s, const struct rk_site *site)
{
	(void)rk_buf_adds(b, "<div class=\"text\"");
	if (!rk_str_ieq(s->lang, site->language))
		xml_attr(b, "lang", s->lang);
	(void)rk_buf_adds(b, ">\n");
	if (s->html.n > 0) {
		page_markup(b, s->html);
	} else if (s->summary.n > 0) {
		(void)rk_buf_adds(b, "<p>");
		xml_text(b, s->summary);
		(void)rk_buf_adds(b, "</p>");
	}
	(void)rk_buf_adds(b, "\n</div>\n");
}

static void
files(struct rk_buf *b, const struct rk_story *s)
{
	struct rk_str lines = s->enclosures;
	struct story_file f;
	bool any = false;

	if (xml_web_address(s->image)) {
		heading(b, "ไฟล์", "Files");
		any = true;
		(void)rk_buf_adds(b, "<ul>\n<li><a");
		xml_attr(b, "href", s->image);
		(void)rk_buf_addc(b, '>');
		page_both(b, "ภาพประกอบ", "Image");
		(void)rk_buf_adds(b, "</a></li>\n");
	}
	while (story_enclosure(&lines, &f)) {
		if (!any) {
			heading(b, "ไฟล์", "Files");
			(void)rk_buf_adds(b, "<ul>\n");
		}
		any = true;
		(void)rk_buf_adds(b, "<li>");
		link_to(b, f.url, f.title.n > 0 ? f.title : f.url);
		if (f.type.n > 0) {
			(void)rk_buf_adds(b, " (");
			xml_line(b, f.type);
			(void)rk_buf_addc(b, ')');
		}
		(void)rk_buf_adds(b, "</li>\n");
	}
	(void)rk_buf_adds(b, any ? "</ul>\n" : "");
}

/* ---- others */

static void
copies(struct rk_buf *b, const struct rk_story *s)
{
	if (s->copies == NULL)
		return;
	heading(b, "ผู้เผยแพร่รายอื่น", "Also published by");
	(void)rk_buf_adds(b, "<ul>\n");
	for (const struct rk_copy *c = s->copies; c != NULL; c = c->next) {
		(void)rk_buf_adds(b, "<li>");
		story_copy(b, c);
		(void)rk_buf_adds(b, "</li>\n");
	}
	(void)rk_buf_adds(b, "</ul>\n");
}

static void
related(struct rk_buf *b, const struct rk_story *s)
{
	if (s->related == NULL)
		return;
	heading(b, "ข่าวอื่นของเหตุการณ์เดียวกัน", "Other accounts of the same event");
	(void)rk_buf_adds(b, "<ul>\n");
	for (const struct rk_related *r = s->related; r != NULL; r = r->next) {
		(void)rk_buf_adds(b, "<li><a href=\"story?id=");
		page_query(b, r->id);
		(void)rk_buf_adds(b, "\">");
		xml_line(b, r->title.n > 0 ? r->title : r->url);
		(void)rk_buf_adds(b, "</a>");
		if (r->source_title.n > 0) {
			(void)rk_buf_adds(b, " <span class=\"dim\">");
			xml_line(b, r->source_title);
			(void)rk_buf_adds(b, "</span>");
		}
		(void)rk_buf_adds(b, "</li>\n");
	}
	(void)rk_buf_adds(b, "</ul>\n");
}

/* ---- where it belongs */

static void
where(struct rk_buf *b, enum rk_evidence_kind kind)
{
	switch (kind) {
	case RK_EVIDENCE_TITLE:
		page_both(b, "ในหัวเรื่อง", "in its title");
		break;
	case RK_EVIDENCE_BYLINE:
		page_both(b, "ในชื่อผู้เขียนหรือหน่วยงาน", "by its author or agency");
		break;
	case RK_EVIDENCE_LEAD:
		page_both(b, "ในประโยคแรก", "in its first sentence");
		break;
	case RK_EVIDENCE_LAST:
		page_both(b, "ในตอนท้าย", "at its end");
		break;
	}
}

/* The words that named this node. */
static void
because(struct rk_buf *b, const struct rk_story_page *p, const struct rk_node *node)
{
	struct rk_str rest = p->evidence, places, one;
	struct rk_evidence ev;

	while (rk_evidence_next(&rest, &ev)) {
		bool it = false;

		for (places = ev.places; ev.counted && rk_str_split(&places, '+', &one);)
			it |= rk_str_eq(one, node->id) || rk_str_eq(one, node->term);
		if (!it)
			continue;
		(void)rk_buf_adds(b, " <span class=\"dim\">“");
		xml_line(b, ev.words);
		(void)rk_buf_adds(b, "” ");
		where(b, ev.kind);
		(void)rk_buf_adds(b, "</span>");
		return;
	}
}

static void
places(struct rk_buf *b, const struct rk_story_page *p)
{
	struct rk_str route = p->story.route, id, rest;
	const char *suffix = site_has(p->site, ".html") ? ".html" : NULL;

	if (route.n == 0)
		return;
	heading(b, "อยู่ในหมวด", "Stands in");
	(void)rk_buf_adds(b, "<ul>\n");
	while (rk_str_split(&route, ' ', &id)) {
		const struct rk_node *known =
		    p->regions != NULL ? rk_regions_find(p->regions, id) : NULL;
		struct rk_node node = {.id = id, .term = id, .th = id, .en = id};

		if (rk_node_scheme(id, &rest) == RK_SCHEME_UNKNOWN)
			continue;
		if (known == NULL)
			known = &node;
		(void)rk_buf_adds(b, "<li>");
		if (suffix != NULL)
			page_node(b, here, known, suffix);
		else
			page_name(b, known);
		because(b, p, known);
		(void)rk_buf_adds(b, "</li>\n");
	}
	(void)rk_buf_adds(b, "</ul>\n");
}

/* ---- versions */

/* What is the same is cut to what stands beside a change. */
static void
same(struct rk_buf *b, struct rk_str s, bool first, bool last)
{
	struct rk_str left = first ? (struct rk_str){"", 0} : rk_excerpt_begin(s, AROUND);
	struct rk_str right = last ? (struct rk_str){"", 0} : rk_excerpt_end(s, AROUND);

	if (left.n + right.n >= s.n) {
		xml_text(b, s);
		return;
	}
	xml_text(b, left);
	(void)rk_buf_adds(b, " … ");
	xml_text(b, right);
}

static void
hunks(struct rk_buf *b, const struct rk_hunk *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (h[i].kind == RK_HUNK_SAME) {
			same(b, h[i].text, i == 0, i + 1 == n);
			continue;
		}
		(void)rk_buf_adds(b, h[i].kind == RK_HUNK_GONE ? "<del>" : "<ins>");
		xml_text(b, h[i].text);
		(void)rk_buf_adds(b, h[i].kind == RK_HUNK_GONE ? "</del>" : "</ins>");
	}
}

static void
one_edit(struct rk_buf *b, const struct rk_change *c)
{
	(void)rk_buf_adds(b, "<h3>");
	page_time(b, c->at, true);
	(void)rk_buf_adds(b, "</h3>\n");
	if (c->title_changed) {
		(void)rk_buf_adds(b, "<p><strong>");
		page_both(b, "หัวเรื่อง: ", "Title: ");
		(void)rk_buf_adds(b, "</strong>");
		hunks(b, c->title, c->n_title);
		(void)rk_buf_adds(b, "</p>\n");
	}
	if (c->body_changed) {
		(void)rk_buf_adds(b, "<p><strong>");
		page_both(b, "เนื้อความ: ", "Text: ");
		(void)rk_buf_adds(b, "</strong>");
		hunks(b, c->body, c->n_body);
		(void)rk_buf_adds(b, "</p>\n");
	}
	if (!c->title_changed && !c->body_changed) {
		(void)rk_buf_adds(b, "<p>");
		page_both(b, "แก้ไขรูปแบบ หรือส่วนท้ายที่ไม่ได้เก็บไว้",
		    "Only its markup, or an end that is not kept.");
		(void)rk_buf_adds(b, "</p>\n");
	}
}

static void
edits(struct rk_buf *b, const struct rk_story_page *p)
{
	const struct rk_change *c = rk_changes(p->versions, p->n_versions, p->arena);

	if (c == NULL)
		return;
	(void)rk_buf_adds(b, "<section class=\"edits\">\n");
	heading(b, "การแก้ไข", "Edits");
	(void)rk_buf_adds(b, "<p class=\"dim\">");
	page_both(b, "ข้อความที่เพิ่มขีดเส้นใต้และอยู่ใน [+ +] ข้อความที่ลบขีดฆ่าและอยู่ใน [− −]",
	    "What was added is underlined, in [+ +]; what was taken out is struck through, in "
	    "[− −].");
	(void)rk_buf_adds(b, "</p>\n");
	for (size_t i = p->n_versions - 1; i > 0; i--)
		one_edit(b, &c[i - 1]);
	(void)rk_buf_adds(b, "</section>\n");
}

/* ---- the pages */

static void
start(struct rk_buf *b, const struct rk_site *site, struct rk_str title)
{
	struct rk_buf whole;

	rk_buf_init(&whole, title.n + site->title.n + 16);
	(void)rk_buf_str(&whole, title);
	(void)rk_buf_adds(&whole, " | ");
	(void)rk_buf_str(&whole, site->title);
	page_head(b, rk_buf_view(&whole), no_links, NULL);
	rk_buf_release(&whole);
	page_bar(b, site, here);
	page_main(b);
}

static void
short_page(struct rk_buf *b, const struct rk_site *site, const char *th, const char *en)
{
	start(b, site, rk_str(th));
	(void)rk_buf_adds(b, "<h1>");
	page_both(b, th, en);
	(void)rk_buf_adds(b, "</h1>\n");
}

static void
withdrawn(struct rk_buf *b, const struct rk_story_page *p)
{
	short_page(b, p->site, "ข่าวนี้ถูกถอนแล้ว", "This story was withdrawn");
	(void)rk_buf_adds(b, "<dl>\n");
	term(b, "ผู้เผยแพร่", "Publisher");
	link_to(b, p->story.source_link, p->story.source_title);
	(void)rk_buf_adds(b, "</dd>\n");
	moment(b, "ถอนเมื่อ", "Withdrawn", p->left_at);
	(void)rk_buf_adds(b, "</dl>\n");
}

int
rk_story_html(const struct rk_story_page *p, struct rk_buf *b, struct rk_err *err)
{
	const struct rk_story *s = &p->story;

	if (p->withdrawn) {
		withdrawn(b, p);
	} else {
		start(b, p->site, s->title.n > 0 ? s->title : s->id);
		(void)rk_buf_adds(b, "<article class=\"news\">\n<h1");
		if (!rk_str_ieq(s->lang, p->site->language))
			xml_attr(b, "lang", s->lang);
		(void)rk_buf_addc(b, '>');
		if (s->title.n > 0)
			xml_line(b, s->title);
		else
			page_both(b, "(ไม่มีหัวเรื่อง)", "(no title)");
		(void)rk_buf_adds(b, "</h1>\n");
		by_line(b, s);
		text(b, s, p->site);
		facts(b, s);
		files(b, s);
		copies(b, s);
		related(b, s);
		places(b, p);
		edits(b, p);
		(void)rk_buf_adds(b, "</article>\n");
	}
	page_foot(b, p->site);
	return render_end(b, "the story's page", err);
}

int
rk_story_none_html(const struct rk_site *site, struct rk_buf *b, struct rk_err *err)
{
	short_page(b, site, "ไม่พบข่าวนี้", "There is no such story");
	page_foot(b, site);
	return render_end(b, "the story's page", err);
}
