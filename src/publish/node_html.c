/*
 * A node's page for people: its newest stories with publisher, date in the Buddhist era
 * and place. The text is an excerpt without markup: whoever wants all of it follows the
 * title to the publisher.
 */
#include "publish_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/excerpt.h>

#include <string.h>

#define EXCERPT 280 /* code points: some four lines */

/* From the page of the node to the root of the tree. */
static void
up(struct rk_buf *b, const struct rk_timeline *t)
{
	for (size_t i = 0; i < t->node.id.n; i++)
		if (t->node.id.p[i] == '/')
			(void)rk_buf_adds(b, "../");
}

static struct rk_str
last_part(struct rk_str id)
{
	size_t slash = rk_str_chr(id, '/');

	return slash == SIZE_MAX ? id : rk_str_from(id, slash + 1);
}

static void
feed_links(struct rk_buf *b, const void *cookie)
{
	const struct rk_timeline *t = cookie;

	for (size_t i = 0; i < N_FEEDS; i++) {
		if (!site_has(t->site, feed_kinds[i].suffix))
			continue;
		(void)rk_buf_addf(b, "<link rel=\"alternate\" type=\"%s\" href=\"", feed_kinds[i].type);
		xml_line(b, last_part(t->node.id));
		(void)rk_buf_addf(b, "%s\">\n", feed_kinds[i].suffix);
	}
}

static void
heading(struct rk_buf *b, const struct rk_timeline *t)
{
	const struct rk_node *node = &t->node;

	(void)rk_buf_adds(b, "<header>\n<p><a href=\"");
	up(b, t);
	(void)rk_buf_adds(b, "index.html\">");
	xml_line(b, t->site->title);
	(void)rk_buf_adds(b, "</a></p>\n<h1><span class=\"th\">");
	xml_line(b, node->th.n > 0 ? node->th : node->id);
	(void)rk_buf_adds(b, "</span><span class=\"en\" lang=\"en\">");
	xml_line(b, node->en.n > 0 ? node->en : node->id);
	(void)rk_buf_adds(b, "</span></h1>\n<nav>");
	for (size_t i = 0; i < N_FEEDS; i++) {
		if (!site_has(t->site, feed_kinds[i].suffix))
			continue;
		(void)rk_buf_adds(b, "<a href=\"");
		xml_line(b, last_part(node->id));
		(void)rk_buf_addf(b, "%s\">%s</a>", feed_kinds[i].suffix, feed_kinds[i].name);
	}
	(void)rk_buf_adds(b,
	    "<a class=\"th\" href=\"#en\" lang=\"en\">English</a>"
	    "<a class=\"en\" href=\"#\" lang=\"th\">ภาษาไทย</a></nav>\n</header>\n<main>\n");
}

/* The text of our own cleaned markup, of which only the five references and tags are
 * known, as far as an excerpt may need it. */
static void
strip(struct rk_str html, struct rk_buf *text)
{
	static const struct {
		const char *ref, *is;
	} refs[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};

	for (size_t i = 0; i < html.n && text->n < (size_t)EXCERPT * 4;) {
		struct rk_str rest = rk_str_from(html, i);
		const char *is = NULL;

		if (html.p[i] == '<') { /* attribute values hold no ">" */
			size_t end = rk_str_chr(rest, '>');

			(void)rk_buf_addc(text, ' ');
			i = end == SIZE_MAX ? html.n : i + end + 1;
			continue;
		}
		for (size_t k = 0; html.p[i] == '&' && k < sizeof(refs) / sizeof(refs[0]); k++) {
			if (!rk_str_starts(rest, refs[k].ref))
				continue;
			is = refs[k].is;
			i += rk_str(refs[k].ref).n;
			break;
		}
		if (is != NULL)
			(void)rk_buf_adds(text, is);
		else
			(void)rk_buf_addc(text, html.p[i++]);
	}
}

static void
excerpt(struct rk_buf *b, const struct rk_story *s)
{
	struct rk_buf text, cut;

	rk_buf_init(&text, EXCERPT * 8);
	rk_buf_init(&cut, EXCERPT * 8);
	if (s->summary.n > 0)
		(void)rk_excerpt(s->summary, EXCERPT, &cut);
	else {
		strip(s->html, &text);
		(void)rk_excerpt(rk_buf_view(&text), EXCERPT, &cut);
	}
	if (cut.n > 0) {
		(void)rk_buf_adds(b, "<p>");
		xml_line(b, rk_buf_view(&cut));
		(void)rk_buf_adds(b, "</p>\n");
	}
	rk_buf_release(&text);
	rk_buf_release(&cut);
}

static void
moment(struct rk_buf *b, int64_t t)
{
	char machine[32], people[96], english[40];

	(void)rk_buf_addf(b, "<time datetime=\"%s\">", rk_date_rfc3339(t, machine));
	/* "Fri, 20 Nov 2026 09:30:00 GMT", of Bangkok's clock, without its ends */
	rk_date_http(t < INT64_MAX - RK_BANGKOK ? t + RK_BANGKOK : t, english);
	english[strlen(english) - 7] = '\0';
	page_both(b, rk_date_thai(t, true, people), english + 5);
	(void)rk_buf_adds(b, "</time>");
}

static void
publishers(struct rk_buf *b, const struct rk_story *s)
{
	(void)rk_buf_adds(b, "<p class=\"by\">");
	xml_line(b, s->source_title.n > 0 ? s->source_title : s->source_id);
	(void)rk_buf_adds(b, " · ");
	moment(b, s->published != RK_NO_TIME ? s->published : s->first_seen);
	if (s->copies != NULL) {
		(void)rk_buf_adds(b, "<br>");
		page_both(b, "เผยแพร่โดย ", "Also published by ");
	}
	for (const struct rk_copy *c = s->copies; c != NULL; c = c->next) {
		story_copy(b, c);
		if (c->next != NULL)
			(void)rk_buf_adds(b, ", ");
	}
	if (s->related != NULL) {
		(void)rk_buf_adds(b, "<br>");
		page_both(b, "เหตุการณ์เดียวกัน ", "Same event ");
	}
	for (const struct rk_related *r = s->related; r != NULL; r = r->next) {
		story_related(b, r);
		if (r->next != NULL)
			(void)rk_buf_adds(b, "; ");
	}
	(void)rk_buf_adds(b, "</p>\n");
}

/* The other nodes in which the story stands. */
static void
places(struct rk_buf *b, const struct rk_timeline *t, struct rk_str route)
{
	struct rk_str id;
	bool any = false;

	while (rk_str_split(&route, ' ', &id)) {
		const struct rk_node *node =
		    t->regions != NULL ? rk_regions_find(t->regions, id) : NULL;

		if (rk_str_eq(id, t->node.id))
			continue;
		(void)rk_buf_adds(b, any ? "" : "<p class=\"at\">");
		any = true;
		(void)rk_buf_adds(b, "<a href=\"");
		up(b, t);
		xml_line(b, id);
		(void)rk_buf_adds(b, ".html\"><span class=\"th\">");
		xml_line(b, node != NULL && node->th.n > 0 ? node->th : last_part(id));
		(void)rk_buf_adds(b, "</span><span class=\"en\" lang=\"en\">");
		xml_line(b, node != NULL && node->en.n > 0 ? node->en : last_part(id));
		(void)rk_buf_adds(b, "</span></a>");
	}
	(void)rk_buf_adds(b, any ? "</p>\n" : "");
}

static void
story(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	bool linked = xml_web_address(s->url);

	(void)rk_buf_adds(b, "<article");
	if (!rk_str_ieq(s->lang, t->site->language))
		xml_attr(b, "lang", s->lang);
	(void)rk_buf_adds(b, ">\n<h2>");
	if (linked) {
		(void)rk_buf_adds(b, "<a");
		xml_attr(b, "href", s->url);
		(void)rk_buf_addc(b, '>');
	}
	if (s->title.n > 0)
		xml_line(b, s->title);
	else
		page_both(b, "(ไม่มีหัวเรื่อง)", "(no title)");
	(void)rk_buf_adds(b, linked ? "</a></h2>\n" : "</h2>\n");
	publishers(b, s);
	excerpt(b, s);
	places(b, t, s->route);
	(void)rk_buf_adds(b, "</article>\n");
}

int
html_render(const struct rk_timeline *t, struct rk_buf *b, struct rk_err *err)
{
	struct rk_buf title;

	rk_buf_init(&title, 4096);
	if (t->node.scheme != RK_SCHEME_ALL) {
		(void)rk_buf_str(&title, t->node.th.n > 0 ? t->node.th : t->node.id);
		(void)rk_buf_adds(&title, " | ");
	}
	(void)rk_buf_str(&title, t->site->title);
	page_head(b, rk_buf_view(&title), feed_links, t);
	rk_buf_release(&title);
	heading(b, t);
	for (size_t i = 0; i < t->n_stories; i++)
		story(b, t, &t->stories[i]);
	if (t->n_stories == 0) {
		(void)rk_buf_adds(b, "<p>");
		page_both(b, "ยังไม่มีข่าว", "No news yet.");
		(void)rk_buf_adds(b, "</p>\n");
	}
	page_foot(b, t->site);
	return render_end(b, "the page", err);
}
