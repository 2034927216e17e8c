/*
 * A node's page for people: its newest stories under the days they are of, with publisher,
 * time and place. The text is an excerpt without markup: whoever wants all of it follows the
 * title to the publisher.
 */
#include "publish_int.h"

#include <ruamkhao/date.h>

#include <stdlib.h>
#include <string.h>

/*
 * A page is to come in at once on a slow telephone line: a hundred stories share
 * MOST_BYTES. How much is told of one hangs on what there is room for when its turn comes;
 * all of it is on its own page, and in the feeds.
 */
#define MOST_BYTES 97000
static const struct portion {
	size_t bytes;   /* there are so many for each story that is left */
	size_t excerpt; /* code points; Thai ones have three bytes */
	unsigned copies, related, places;
} portions[] = {
    {2400, 280, 4, 3, 8},
    {1800, 180, 3, 2, 6},
    {1400, 110, 2, 1, 4},
    {1150, 70, 1, 0, 2},
    {0, 0, 0, 0, 1},
};

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

/* ---- what stands above the news */

static void
address(struct rk_buf *b, const struct rk_timeline *t, const char *suffix)
{
	xml_line(b, t->site->base_url);
	xml_line(b, t->node.id);
	(void)rk_buf_adds(b, suffix);
}

static void
how_to_subscribe(struct rk_buf *b, const struct rk_timeline *t, const char *suffix)
{
	(void)rk_buf_adds(b, "<details class=\"feeds\"><summary>");
	page_both(b, "วิธีรับข่าวนี้", "How to get this news");
	(void)rk_buf_adds(b, "</summary>\n<p>");
	page_both(b, "คัดลอกที่อยู่นี้ไปวางในโปรแกรมอ่านข่าว (RSS reader) แล้วข่าวใหม่จะมาเอง",
	    "Paste this address into a feed reader, and new stories come by themselves.");
	(void)rk_buf_adds(b, "</p>\n<p><code>");
	address(b, t, suffix);
	(void)rk_buf_adds(b, "</code></p>\n</details>\n");
}

static void
how_to_embed(struct rk_buf *b, const struct rk_timeline *t)
{
	(void)rk_buf_adds(b, "<details class=\"feeds\"><summary>");
	page_both(b, "นำข่าวนี้ไปแสดงในเว็บไซต์ของท่าน", "Show this news on your own site");
	(void)rk_buf_adds(b, "</summary>\n<p>");
	page_both(b, "วางข้อความนี้ในหน้าเว็บ", "Put this into your page:");
	(void)rk_buf_adds(b, "</p>\n<pre><code>&lt;iframe src=\"");
	address(b, t, ".embed.html");
	(void)rk_buf_adds(b, "\" title=\"");
	xml_line(b, t->node.th.n > 0 ? t->node.th : t->node.id);
	(void)rk_buf_adds(b, "\" width=\"100%\" height=\"420\" loading=\"lazy\" "
			     "style=\"border:0\"&gt;&lt;/iframe&gt;</code></pre>\n</details>\n");
}

static void
heading(struct rk_buf *b, const struct rk_timeline *t)
{
	const char *first = NULL;

	page_bar(b, t->site, t->node.id);
	page_main(b);
	(void)rk_buf_adds(b, "<h1>");
	page_name(b, &t->node);
	(void)rk_buf_adds(b, "</h1>\n");
	for (size_t i = 0; i < N_FEEDS; i++) {
		if (!site_has(t->site, feed_kinds[i].suffix))
			continue;
		if (first == NULL) {
			first = feed_kinds[i].suffix;
			(void)rk_buf_adds(b, "<p class=\"feeds\">");
		}
		(void)rk_buf_adds(b, "<a href=\"");
		xml_line(b, last_part(t->node.id));
		(void)rk_buf_addf(b, "%s\">%s</a>", feed_kinds[i].suffix, feed_kinds[i].name);
	}
	if (first != NULL) {
		(void)rk_buf_adds(b, "</p>\n");
		how_to_subscribe(b, t, first);
	}
	if (site_has(t->site, ".embed.html"))
		how_to_embed(b, t);
}

/* ---- a story */

static void
more(struct rk_buf *b, unsigned shown, unsigned left)
{
	if (left == 0)
		return;
	(void)rk_buf_addf(b, "<span class=\"th\">%sอีก %u ราย</span><span class=\"en\" "
			     "lang=\"en\">%s%u %s</span>",
	    shown > 0 ? " และ" : "", left, shown > 0 ? " and " : "", left,
	    shown > 0 ? "more" : "others");
}

static void
others(struct rk_buf *b, const struct rk_story *s, const struct portion *room)
{
	unsigned shown = 0, left = 0;

	if (s->copies != NULL) {
		(void)rk_buf_adds(b, "<br>");
		page_both(b, "เผยแพร่โดย ", "Also published by ");
	}
	for (const struct rk_copy *c = s->copies; c != NULL; c = c->next) {
		if (shown == room->copies) {
			left++;
			continue;
		}
		(void)rk_buf_adds(b, shown++ > 0 ? ", " : "");
		story_copy(b, c);
	}
	more(b, shown, left);
	shown = left = 0;
	if (s->related != NULL) {
		(void)rk_buf_adds(b, "<br>");
		page_both(b, "เหตุการณ์เดียวกัน ", "Same event ");
	}
	for (const struct rk_related *r = s->related; r != NULL; r = r->next) {
		if (shown == room->related) {
			left++;
			continue;
		}
		(void)rk_buf_adds(b, shown++ > 0 ? "; " : "");
		story_related(b, r);
	}
	more(b, shown, left);
}

/* <a> to the story's own page. */
static void
story_page(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	(void)rk_buf_adds(b, "<a href=\"");
	page_up(b, t->node.id);
	(void)rk_buf_adds(b, "story?id=");
	page_query(b, s->id);
	(void)rk_buf_adds(b, "\">");
}

static void
by_line(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s, int64_t at,
    const struct portion *room)
{
	(void)rk_buf_adds(b, "<p class=\"by\">");
	xml_line(b, s->source_title.n > 0 ? s->source_title : s->source_id);
	(void)rk_buf_adds(b, " · ");
	if (t->site->served && room->copies < 2) { /* the time is the shortest link */
		story_page(b, t, s);
		page_time(b, at, false);
		(void)rk_buf_adds(b, "</a>");
	} else {
		page_time(b, at, false);
	}
	if (t->site->served && room->copies >= 2) {
		(void)rk_buf_adds(b, " · ");
		story_page(b, t, s);
		page_both(b, "รายละเอียด", "Details");
		(void)rk_buf_adds(b, "</a>");
	}
	others(b, s, room);
	(void)rk_buf_adds(b, "</p>\n");
}

/* Groups follow from their provinces, and the publisher was named. */
static bool
is_implied(enum rk_scheme scheme, bool province)
{
	return scheme == RK_SCHEME_AGENCY ||
	       (province && (scheme == RK_SCHEME_CLUSTER || scheme == RK_SCHEME_INSPECTION ||
				scheme == RK_SCHEME_REGION));
}

/* The other nodes in which the story stands: provinces, else groups; topics. */
static void
places(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s, unsigned most)
{
	struct rk_str route = s->route;
	bool province = rk_str_find(route, RK_STR("province/")) != SIZE_MAX;
	struct rk_str id, rest;
	enum rk_scheme scheme;
	unsigned shown = 0;

	while (shown < most && rk_str_split(&route, ' ', &id)) {
		const struct rk_node *known =
		    t->regions != NULL ? rk_regions_find(t->regions, id) : NULL;
		struct rk_node node = {.id = id, .th = last_part(id), .en = last_part(id)};

		scheme = rk_node_scheme(id, &rest);
		if (rk_str_eq(id, t->node.id) || scheme == RK_SCHEME_UNKNOWN ||
		    is_implied(scheme, province))
			continue;
		(void)rk_buf_adds(b, shown++ > 0 ? " " : "<p class=\"at\">");
		(void)rk_buf_adds(b, "<a href=\"");
		page_up(b, t->node.id);
		xml_line(b, id);
		(void)rk_buf_adds(b, ".html\">");
		page_name(b, known != NULL ? known : &node);
		(void)rk_buf_adds(b, "</a>");
	}
	(void)rk_buf_adds(b, shown > 0 ? "</p>\n" : "");
}

static const struct portion *
portion_of(const struct rk_buf *b, size_t left)
{
	size_t room = b->n < MOST_BYTES ? (MOST_BYTES - b->n) / left : 0, i = 0;

	while (portions[i].bytes > room)
		i++;
	return &portions[i];
}

static void
story(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s, int64_t at,
    const struct portion *room)
{
	size_t before;

	(void)rk_buf_adds(b, "<article>\n");
	page_headline(b, t->site, s, "h3");
	by_line(b, t, s, at, room);
	before = b->n;
	(void)rk_buf_adds(b, "<p");
	if (!rk_str_ieq(s->lang, t->site->language))
		xml_attr(b, "lang", s->lang);
	(void)rk_buf_addc(b, '>');
	if (room->excerpt > 0)
		page_excerpt(b, s, room->excerpt);
	if (b->n > 0 && b->p[b->n - 1] == '>') /* there is none */
		b->n = before;
	else
		(void)rk_buf_adds(b, "</p>\n");
	places(b, t, s, room->places);
	(void)rk_buf_adds(b, "</article>\n");
}

/* The day in Bangkok. */
static int64_t
day_of(int64_t t)
{
	int64_t local = t > INT64_MAX - RK_BANGKOK ? t : t + RK_BANGKOK;

	return local / 86400 - (local % 86400 < 0);
}

static void
news(struct rk_buf *b, const struct rk_timeline *t)
{
	int64_t day = INT64_MIN;

	(void)rk_buf_adds(b, "<div class=\"news\">\n");
	for (size_t i = 0; i < t->n_stories; i++) {
		const struct rk_story *s = &t->stories[i];
		int64_t at = s->published != RK_NO_TIME ? s->published : s->first_seen;

		if (day_of(at) != day) {
			day = day_of(at);
			(void)rk_buf_adds(b, "<h2>");
			page_date(b, at);
			(void)rk_buf_adds(b, "</h2>\n");
		}
		story(b, t, s, at, portion_of(b, t->n_stories - i));
	}
	if (t->n_stories == 0) {
		(void)rk_buf_adds(b, "<p>");
		page_both(b, "ยังไม่มีข่าว", "No news yet.");
		(void)rk_buf_adds(b, "</p>\n");
	}
	(void)rk_buf_adds(b, "</div>\n");
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
	news(b, t);
	page_foot(b, t->site);
	return render_end(b, "the page", err);
}
