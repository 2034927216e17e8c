/*
 * Timelines built by hand against kept files, byte for byte, and read back by libxml2:
 * what a reader gets is what the timeline holds, and RFC 4287 is kept whatever the
 * fields hold. RK_BLESS=1 writes the kept files anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/utf8.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATOM    "http://www.w3.org/2005/Atom"
#define MAX_OUT ((size_t)64 << 20)

/* RK_STR for static data. */
#define SPAN(lit)                                                                      \
	{                                                                              \
		(lit), sizeof(lit) - 1                                                 \
	}

static const struct rk_site site = {.title = SPAN("รวมข่าวภาครัฐ"),
    .base_url = SPAN("https://news.example.go.th/"),
    .contact = SPAN("mailto:webmaster@example.go.th"),
    .language = SPAN("th"),
    .host = SPAN("news.example.go.th")};

static const struct rk_node phuket = {.id = SPAN("province/phuket"),
    .scheme = RK_SCHEME_PROVINCE,
    .term = SPAN("TH-83"),
    .th = SPAN("ภูเก็ต"),
    .en = SPAN("Phuket")};
static const struct rk_node cluster = {.id = SPAN("cluster/06"),
    .scheme = RK_SCHEME_CLUSTER,
    .term = SPAN("06"),
    .th = SPAN("กลุ่มจังหวัดภาคใต้ฝั่งอันดามัน"),
    .en = SPAN("Southern Andaman")};
static const struct rk_node agency = {.id = SPAN("agency/dopa"),
    .scheme = RK_SCHEME_AGENCY,
    .term = SPAN("dopa"),
    .th = SPAN("กรมการปกครอง"),
    .en = SPAN("DOPA")};

/* ---- building */

struct world {
	struct rk_arena *arena;
	struct rk_regions *regions;
	struct rk_timeline t;
	struct rk_story stories[8];
};

static void
world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->arena = rk_arena_new(0);
	w->regions = rk_regions_new(w->arena);
	assert_int_equal(rk_regions_add_node(w->regions, &phuket, NULL), 0);
	assert_int_equal(rk_regions_add_node(w->regions, &cluster, NULL), 0);
	assert_int_equal(rk_regions_add_node(w->regions, &agency, NULL), 0);
	w->t.arena = w->arena;
	w->t.site = &site;
	w->t.regions = w->regions;
	w->t.node = phuket;
	w->t.generation = 7;
	w->t.stories = w->stories;
	w->t.updated = RK_NO_TIME;
}

/* An ordinary story; tests change what they are about. */
static struct rk_story *
add(struct world *w)
{
	size_t i = w->t.n_stories++;
	struct rk_story *s = &w->stories[i];

	s->id = rk_arena_fmt(w->arena, "tag:www.phuket.go.th,2026:news-%zu", i);
	s->url =
	    rk_arena_fmt(w->arena, "https://www.phuket.go.th/news?id=%zu&lang=th", i);
	s->title = RK_STR("ประกาศจังหวัดภูเก็ต เรื่อง รับสมัครพนักงานราชการ");
	s->html =
	    RK_STR("<p>รายละเอียด <a href=\"https://www.phuket.go.th/a?b=1&amp;c=2\">"
		   "เอกสาร</a></p>");
	s->author = RK_STR("งานประชาสัมพันธ์");
	s->published = 1795219200 - (int64_t)i * 3600;
	s->first_seen = s->published + 60;
	s->updated = s->published + 60;
	s->changed = s->updated;
	s->source_id = RK_STR("phuket-office");
	s->source_title = RK_STR("สำนักงานจังหวัดภูเก็ต");
	s->source_url = RK_STR("https://www.phuket.go.th/rss");
	s->source_link = RK_STR("https://www.phuket.go.th/");
	s->route = RK_STR("agency/dopa cluster/06 province/phuket");
	return s;
}

static struct rk_copy *
copy(struct world *w, const char *url, const char *title, const char *id)
{
	struct rk_copy *c = RK_NEW(w->arena, struct rk_copy);

	c->url = rk_str(url);
	c->source_title = rk_str(title);
	c->source_id = rk_str(id);
	return c;
}

static void
render(const struct world *w, struct rk_buf *b)
{
	struct rk_err err = {0};
	const struct rk_format *f = rk_format_find(RK_STR("atom"));

	assert_non_null(f);
	assert_string_equal(f->suffix, ".atom");
	rk_buf_init(b, MAX_OUT);
	if (f->render(&w->t, b, &err) != 0)
		fail_msg("%s", err.text);
}

/* ---- reading back */

/* What a field must come out as: forbidden and control characters gone, ill-formed
 * UTF-8 as U+FFFD, and white space as spaces in all but content. */
static char *
expected(struct rk_str s, bool one_line)
{
	char *out = malloc(s.n * 3 + 1), *p = out;
	uint32_t cp;

	assert_non_null(out);
	while (rk_utf8_next(&s, &cp)) {
		if (cp == 0xfffe || cp == 0xffff || (cp >= 0x7f && cp < 0xa0) ||
		    (cp < 0x20 && cp != '\t' && cp != '\n'))
			continue;
		if (one_line && (cp == '\t' || cp == '\n'))
			cp = ' ';
		p += rk_utf8_put(cp, p);
	}
	*p = '\0';
	return out;
}

static void
same_text(const char *got, struct rk_str want)
{
	char *clean = expected(want, true);

	assert_non_null(got);
	assert_string_equal(got, clean);
	free(clean);
}

static bool
is(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static xmlNode *
nth(const xmlNode *parent, const char *name, unsigned i)
{
	for (xmlNode *n = parent->children; n != NULL; n = n->next) {
		if (is(n, name) && i-- == 0)
			return n;
	}
	return NULL;
}

static unsigned
count(const xmlNode *parent, const char *name)
{
	unsigned n = 0;

	while (nth(parent, name, n) != NULL)
		n++;
	return n;
}

static void
has_text(const xmlNode *parent, const char *name, struct rk_str want)
{
	xmlNode *n = nth(parent, name, 0);
	xmlChar *text;

	if (n == NULL)
		fail_msg("no <%s>", name);
	assert_int_equal(count(parent, name), 1);
	text = xmlNodeGetContent(n);
	same_text((const char *)text, want);
	xmlFree(text);
}

static char *
attr(const xmlNode *n, const char *name)
{
	return (char *)xmlGetNoNsProp(n, (const xmlChar *)name);
}

static void
has_attr(const xmlNode *n, const char *name, struct rk_str want)
{
	char *value = attr(n, name);

	if (want.n == 0)
		assert_null(value);
	else
		same_text(value, want);
	xmlFree(value);
}

static bool
web(struct rk_str url)
{
	return rk_str_starts(url, "http://") || rk_str_starts(url, "https://");
}

/* The i-th link of this relation. */
static xmlNode *
link_of(const xmlNode *parent, const char *rel, unsigned i)
{
	xmlNode *n;

	for (unsigned k = 0; (n = nth(parent, "link", k)) != NULL; k++) {
		char *value = attr(n, "rel");
		bool hit = value != NULL && strcmp(value, rel) == 0;

		xmlFree(value);
		if (hit && i-- == 0)
			return n;
	}
	return NULL;
}

static void
is_rfc3339(const xmlNode *parent, const char *name)
{
	xmlNode *n = nth(parent, name, 0);
	xmlChar *text;
	int y, mo, d, h, mi, s, end = 0;

	assert_non_null(n);
	assert_int_equal(count(parent, name), 1);
	text = xmlNodeGetContent(n);
	assert_int_equal(sscanf((const char *)text, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &y,
			     &mo, &d, &h, &mi, &s, &end),
	    6);
	assert_int_equal(end, 20);
	assert_int_equal(strlen((const char *)text), 20);
	xmlFree(text);
}

/* RFC 6721: a child of the feed with an id and a moment, and nothing in it. */
static bool
is_tombstone(const xmlNode *n)
{
	char *ref, *when;

	if (strcmp((const char *)n->ns->href, "http://purl.org/atompub/tombstones/1.0") != 0)
		return false;
	assert_string_equal((const char *)n->name, "deleted-entry");
	assert_string_equal((const char *)n->parent->name, "feed");
	assert_null(n->children);
	ref = attr(n, "ref");
	when = attr(n, "when");
	assert_true(ref != NULL && ref[0] != '\0');
	assert_int_equal(strlen(when), 20);
	xmlFree(ref);
	xmlFree(when);
	return true;
}

/* Atom's own rules for what every tree of ours holds. */
static void
is_atom(const xmlNode *n)
{
	for (; n != NULL; n = n->next) {
		if (n->type == XML_TEXT_NODE)
			continue;
		assert_int_equal(
		    n->type, XML_ELEMENT_NODE); /* no PI, no comment, no CDATA */
		assert_non_null(n->ns);
		if (is_tombstone(n))
			continue;
		assert_string_equal((const char *)n->ns->href, ATOM);
		if (is(n, "link")) {
			char *href = attr(n, "href"), *rel = attr(n, "rel");

			assert_non_null(href);
			assert_non_null(rel);
			assert_true(web(rk_str(href)));
			xmlFree(href);
			xmlFree(rel);
		}
		if (is(n, "category"))
			assert_true(xmlHasProp(n, (const xmlChar *)"term") != NULL);
		is_atom(n->children);
	}
}

static void
check_categories(
    const struct rk_timeline *t, const struct rk_story *s, const xmlNode *e)
{
	struct rk_str route = s->route, tags = s->tags, piece;
	unsigned i = 0;

	while (rk_str_split(&route, ' ', &piece)) {
		const struct rk_node *node =
		    t->regions != NULL ? rk_regions_find(t->regions, piece) : NULL;
		struct rk_str rest;
		char scheme[256];
		xmlNode *c;

		(void)snprintf(scheme, sizeof(scheme), "tag:%s,2026:/scheme/%s",
		    t->site->host.p, rk_scheme_name(rk_node_scheme(piece, &rest)));
		if (rest.n == 0)
			continue;
		c = nth(e, "category", i++);
		assert_non_null(c);
		has_attr(c, "scheme", rk_str(scheme));
		has_attr(c, "term", node != NULL ? node->term : rest);
		has_attr(c, "label", node != NULL ? node->th : rest);
	}
	while (rk_str_split(&tags, '\n', &piece)) {
		xmlNode *c;

		if (piece.n == 0)
			continue;
		c = nth(e, "category", i++);
		assert_non_null(c);
		has_attr(c, "term", piece);
		has_attr(c, "scheme", RK_STR(""));
	}
	assert_null(nth(e, "category", i));
}

static void
check_links(const struct rk_story *s, const xmlNode *e)
{
	struct rk_str lines = s->enclosures, line, url;
	unsigned i = 0;

	if (web(s->url)) {
		assert_non_null(link_of(e, "alternate", 0));
		has_attr(link_of(e, "alternate", 0), "href", s->url);
	} else { /* RFC 4287 4.1.2 */
		assert_null(link_of(e, "alternate", 0));
		assert_int_equal(count(e, "content"), 1);
	}
	assert_null(link_of(e, "alternate", 1));
	for (const struct rk_copy *c = s->copies; c != NULL; c = c->next) {
		if (!web(c->url))
			continue;
		assert_non_null(link_of(e, "related", i));
		has_attr(link_of(e, "related", i), "href", c->url);
		has_attr(link_of(e, "related", i++), "title",
		    c->source_title.n > 0 ? c->source_title : c->source_id);
	}
	assert_null(link_of(e, "related", i));
	i = 0;
	while (rk_str_split(&lines, '\n', &line)) {
		if (!rk_str_split(&line, '\t', &url) || !web(url))
			continue;
		assert_non_null(link_of(e, "enclosure", i));
		has_attr(link_of(e, "enclosure", i++), "href", url);
	}
	assert_null(link_of(e, "enclosure", i));
}

static void
check_source(const struct rk_story *s, const xmlNode *e)
{
	xmlNode *source = nth(e, "source", 0), *n;
	char id[256];

	assert_non_null(source);
	for (n = source->next; n != NULL; n = n->next) /* last in the entry */
		assert_int_equal(n->type, XML_TEXT_NODE);
	(void)snprintf(
	    id, sizeof(id), "tag:news.example.go.th,2026:/source/%s", s->source_id.p);
	has_text(source, "id", rk_str(id));
	has_text(
	    source, "title", s->source_title.n > 0 ? s->source_title : s->source_id);
	is_rfc3339(source, "updated");
	if (web(s->source_link))
		has_attr(link_of(source, "alternate", 0), "href", s->source_link);
}

/* content is the story's html, then the line of the other publishers. */
static void
check_content(const struct rk_story *s, const xmlNode *e)
{
	xmlNode *n = nth(e, "content", 0);
	xmlChar *text;
	char *html;

	if (n == NULL) {
		assert_int_equal(s->html.n, 0);
		assert_null(s->copies);
		return;
	}
	assert_int_equal(count(e, "content"), 1);
	text = xmlNodeGetContent(n);
	html = expected(s->html, false);
	assert_int_equal(strncmp((const char *)text, html, strlen(html)), 0);
	if (s->copies == NULL)
		assert_string_equal((const char *)text, html);
	else
		assert_true(rk_str_starts(rk_str((const char *)text + strlen(html)),
		    "<p>เผยแพร่โดย / also published by: "));
	if (text[0] != '\0')
		has_attr(n, "type", RK_STR("html"));
	free(html);
	xmlFree(text);
}

static void
check_entry(const struct rk_timeline *t, const struct rk_story *s, const xmlNode *e)
{
	const xmlNode *author = nth(e, "author", 0);

	has_text(e, "id", s->id);
	has_text(e, "title", s->title);
	is_rfc3339(e, "updated");
	assert_int_equal(count(e, "published"), s->published != RK_NO_TIME);
	assert_int_equal(count(e, "author"), 1);
	has_text(author, "name",
	    s->author.n > 0         ? s->author
	    : s->source_title.n > 0 ? s->source_title
				    : s->source_id);
	assert_int_equal(count(e, "summary"), s->summary.n > 0);
	if (s->summary.n > 0)
		has_text(e, "summary", s->summary);
	check_links(s, e);
	check_categories(t, s, e);
	check_content(s, e);
	check_source(s, e);
}

static xmlDoc *
read_xml(const struct rk_buf *b)
{
	xmlDoc *doc = xmlReadMemory(b->p, (int)b->n, "x.atom", NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);

	if (doc == NULL)
		fail_msg("ill-formed: %s",
		    xmlGetLastError() ? xmlGetLastError()->message : "?");
	return doc;
}

/* The bytes, read back, are the timeline; and the same again. */
static void
check(const struct world *w, struct rk_buf *out)
{
	struct rk_buf again;
	xmlDoc *doc;
	xmlNode *feed;

	render(w, out);
	render(w, &again);
	assert_true(rk_str_eq(rk_buf_view(out), rk_buf_view(&again)));
	rk_buf_release(&again);
	assert_true(rk_utf8_valid(rk_buf_view(out)));
	doc = read_xml(out);
	feed = xmlDocGetRootElement(doc);
	assert_true(is(feed, "feed"));
	is_atom(feed);
	is_rfc3339(feed, "updated");
	assert_int_equal(count(feed, "id"), 1);
	assert_int_equal(count(feed, "author"), 1);
	assert_non_null(link_of(feed, "self", 0));
	assert_null(link_of(feed, "self", 1));
	assert_int_equal(count(feed, "entry"), w->t.n_stories);
	for (unsigned i = 0; i < w->t.n_stories; i++)
		check_entry(&w->t, &w->stories[i], nth(feed, "entry", i));
	xmlFreeDoc(doc);
}

/* ---- kept files */

static void
kept(const char *name, const struct rk_buf *out)
{
	char path[512];
	struct rk_buf want;
	FILE *f;
	int c;

	(void)snprintf(
	    path, sizeof(path), "%s/golden/atom/%s.atom", RK_TEST_DATA, name);
	if (getenv("RK_BLESS") != NULL) {
		f = fopen(path, "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(out->p, 1, out->n, f), out->n);
		assert_int_equal(fclose(f), 0);
	}
	rk_buf_init(&want, MAX_OUT);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("no %s", path);
	while ((c = getc(f)) != EOF)
		(void)rk_buf_addc(&want, (char)c);
	(void)fclose(f);
	if (!rk_str_eq(rk_buf_view(&want), rk_buf_view(out)))
		fail_msg("%s differs from:\n%s", path, out->p);
	rk_buf_release(&want);
}

static void
end(struct world *w, const char *name)
{
	struct rk_buf out;

	rk_timeline_seal(&w->t);
	check(w, &out);
	kept(name, &out);
	rk_buf_release(&out);
	rk_arena_free(w->arena);
}

/* ---- cases */

static void
test_ordinary(void **unused)
{
	struct world w;
	struct rk_story *s;

	(void)unused;
	world_init(&w);
	(void)add(&w);
	s = add(&w);
	s->summary = RK_STR("สรุปย่อ & <สั้น>");
	s->tags = RK_STR("รับสมัครงาน\nประกาศ \"ด่วน\"\n");
	end(&w, "ordinary");
}

/* RFC 5005: the head of a document in the middle of a chain, and of the feed before it. */
static void
test_archives(void **unused)
{
	struct world w;
	struct rk_buf out;
	struct rk_err err = {0};
	struct rk_removed gone = {RK_STR("tag:www.phuket.go.th,2026:news-9"), 1795300000};

	(void)unused;
	world_init(&w);
	(void)add(&w);
	w.t.removed = &gone;
	w.t.n_removed = 1;
	w.t.archive = RK_STR("archive/province/phuket/2026-11.2.atom");
	w.t.prev_archive = RK_STR("archive/province/phuket/2026-11.atom");
	w.t.next_archive = RK_STR("archive/province/phuket/2026-12.atom");
	rk_timeline_seal(&w.t);
	rk_buf_init(&out, MAX_OUT);
	assert_int_equal(
	    rk_format_find(RK_STR("atom"))->render(&w.t, &out, &err), 0);
	kept("archive", &out);
	rk_buf_release(&out);
	w.t.archive = w.t.next_archive = RK_STR("");
	end(&w, "chained");
}

static void
test_empty_feed(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w);
	end(&w, "empty");
}

static void
test_tombstones(void **unused)
{
	static struct rk_removed removed[] = {
	    {SPAN("tag:www.phuket.go.th,2026:news-9"), 1795300000},
	    {SPAN("http://h/?a=1&b=\"2\"<x>"), 1795200000}};
	struct world w;

	(void)unused;
	world_init(&w);
	(void)add(&w);
	w.t.removed = removed;
	w.t.n_removed = 2;
	rk_timeline_seal(&w.t);
	assert_int_equal(w.t.updated, 1795300000); /* a removal is a change */
	end(&w, "tombstones");
}

static void
test_bare_story(void **unused)
{
	struct world w;
	struct rk_story *s;

	(void)unused;
	world_init(&w);
	s = add(&w); /* no title, no url, nothing to read, no author, no name */
	s->title = s->url = s->html = s->author = s->source_title = s->source_link =
	    s->source_url = s->route = (struct rk_str){"", 0};
	s->published = RK_NO_TIME;
	s = add(&w); /* only a summary: content is required all the same */
	s->url = s->html = (struct rk_str){"", 0};
	s->summary = RK_STR("สรุป");
	s = add(&w); /* only a link */
	s->html = (struct rk_str){NULL, 0};
	end(&w, "bare");
}

static void
test_copies(void **unused)
{
	struct world w;
	struct rk_story *s;

	(void)unused;
	world_init(&w);
	w.t.node.scheme = RK_SCHEME_ALL;
	w.t.node.id = RK_STR("all");
	s = add(&w);
	s->copies = copy(&w, "https://www.krabi.go.th/n/9?a=1&b=2",
	    "จังหวัดกระบี่ <PR> & \"เพื่อน\"", "krabi");
	s->copies->next = copy(&w, "", "ไม่มีหน้าเว็บ", "pr");
	s->copies->next->next = copy(&w, "https://www.ranong.go.th/7", "", "ranong");
	s = add(&w); /* nothing to read of its own */
	s->html = (struct rk_str){"", 0};
	s->copies = copy(&w, "https://www.ranong.go.th/8", "จังหวัดระนอง", "ranong");
	end(&w, "copies");
}

static void
test_media(void **unused)
{
	struct world w;
	struct rk_story *s;

	(void)unused;
	world_init(&w);
	s = add(&w);
	s->enclosures =
	    RK_STR("https://www.phuket.go.th/a.pdf\tapplication/pdf\t12345\tประกาศ "
		   "& แนบท้าย\n"
		   "https://www.phuket.go.th/b.mp3\taudio/mpeg\t-1\t\n"
		   "http://www.phuket.go.th/c\t\t\t");
	s->route = RK_STR("agency/unknown-one national province/phuket topic/flood");
	s->lang = RK_STR("en");
	s->title = RK_STR("Phuket opens a new pier");
	s->summary = RK_STR("In short");
	s = add(&w);
	s->lang = RK_STR("TH"); /* the feed's own: not said again */
	end(&w, "media");
}

/* Addresses that carry a secret are not shown (RELIABILITY 1.5 case 43). */
static void
test_secret_addresses(void **unused)
{
	static const char *const secret[] = {"https://user:pw@www.phuket.go.th/rss",
	    "https://www.phuket.go.th/rss?key=abc",
	    "https://www.phuket.go.th/rss?a=1&TOKEN=x",
	    "https://www.phuket.go.th/rss?access_token=x", "file:///etc/rss.xml",
	    "https://www.phuket.go.th/rss?PHPSESSIONID=9",
	    "https://www.phuket.go.th/r?sig=1"};
	static const char *const shown[] = {
	    "https://www.phuket.go.th/rss?format=feed&type=rss",
	    "https://www.phuket.go.th/rss?keyword=x",
	    "https://www.phuket.go.th/rss/key=1", "https://www.phuket.go.th/@pr/rss",
	    "http://www.phuket.go.th"};
	struct world w;
	struct rk_story *s;
	struct rk_buf out;

	(void)unused;
	world_init(&w);
	s = add(&w);
	for (size_t i = 0; i < sizeof(secret) / sizeof(*secret); i++) {
		s->source_url = rk_str(secret[i]);
		check(&w, &out);
		assert_true(rk_str_find(rk_buf_view(&out),
				RK_STR("rel=\"self\" href")) == SIZE_MAX);
		assert_true(
		    rk_str_find(rk_buf_view(&out), RK_STR("file:")) == SIZE_MAX);
		rk_buf_release(&out);
	}
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		s->source_url = rk_str(shown[i]);
		check(&w, &out);
		assert_true(rk_str_find(rk_buf_view(&out),
				RK_STR("rel=\"self\" href")) != SIZE_MAX);
		rk_buf_release(&out);
	}
	rk_arena_free(w.arena);
}

static const char *const hostile[] = {"]]>", "</title></entry><entry><title>x",
    "<![CDATA[<script>alert(1)</script>]]>", "<!--", "-->", "<?php ?>", "&", "&amp;",
    "&#0;", "&xxe;", "<", ">", "\"", "'", "\" onload=\"alert(1)", "javascript:alert(1)",
    "https://x.example/\"><script>alert(1)</script>", "https://x.example/\t\n\r\v\f",
    "a\x01\x02\x1f\x7f z", "\xef\xbf\xbe\xef\xbf\xbf", /* U+FFFE U+FFFF */
    "\xc2\x80\xc2\x85\xc2\x9f",                        /* C1 */
    "\xc3(",                                           /* ill-formed */
    "\xed\xa0\x80\xed\xb0\x80",                        /* surrogates */
    "\xf4\x90\x80\x80\xf8\x88\x80\x80\x80",            /* beyond Unicode */
    "\xc0\xaf\xe0\x80\xaf",                            /* overlong */
    "ก\xe0\xb8", "\xe0", "\xff\xfe<\xc2",
    "\xef\xbb\xbf"
    "BOM\xe2\x80\xa8\xe2\x80\xae"
    "evil",
    "\xf0\x9f\x98\x80 \xf0\x9f\xbf\xbf"};

static void
test_hostile_everywhere(void **unused)
{
	struct world w;
	struct rk_story *s;
	struct rk_buf out;

	(void)unused;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		struct rk_str bad = rk_str(hostile[i]), url;

		world_init(&w);
		s = add(&w);
		url = rk_arena_fmt(w.arena, "https://x.example/%s", hostile[i]);
		s->title = s->html = s->summary = s->author = s->tags =
		    s->source_title = s->lang = bad;
		s->id = rk_arena_fmt(w.arena, "tag:x,2026:%s", hostile[i]);
		s->url = url;
		s->source_link = s->source_url = url;
		s->copies = copy(&w, hostile[i], hostile[i], hostile[i]);
		s->copies->next = copy(&w, url.p, hostile[i], hostile[i]);
		s->enclosures = rk_arena_fmt(
		    w.arena, "%s\t%s\t%s\t%s", url.p, "a/b", "x", hostile[i]);
		if (strpbrk(hostile[i], "\t\n") !=
		    NULL) /* the separators of the lists */
			s->enclosures = s->tags = RK_STR("");
		s = add(&w); /* and where only an address may stand */
		s->url = s->source_url = s->source_link = s->enclosures = bad;
		check(&w, &out);
		rk_buf_release(&out);
		rk_arena_free(w.arena);
	}
}

/* One of each, kept, so that a change of the escapes is seen. */
static void
test_hostile_kept(void **unused)
{
	struct world w;
	struct rk_story *s;

	(void)unused;
	world_init(&w);
	s = add(&w);
	s->title = RK_STR("]]> <b>&amp;\x01\xef\xbf\xbf\xc3( \xc2\x85\"'");
	s->html = RK_STR("<p>&lt;script&gt; ]]&gt; \x1b[31m</p>\n");
	s->author = RK_STR("</name>\tA\nB");
	s->summary = RK_STR("<![CDATA[ ]]>");
	s->tags = RK_STR("a\"b\n<c>");
	s->url = RK_STR("javascript:alert(1)");
	s->source_title = RK_STR("<source>");
	s->copies = copy(&w, "https://x.example/\"><script>", "<i>\xff</i>", "x");
	s->copies->next = copy(&w, "data:text/html,<script>", "data", "y");
	end(&w, "hostile");
}

/* Nothing of a story reaches the markup of its neighbours' list. */
static void
test_also_by_is_safe(void **unused)
{
	struct world w;
	struct rk_story *s;
	struct rk_buf out;
	xmlDoc *doc;
	xmlChar *text;
	struct rk_str html;

	(void)unused;
	world_init(&w);
	s = add(&w);
	s->copies = copy(&w, "https://x.example/\"onmouseover=\"alert(1)",
	    "<script>alert(1)</script>", "x");
	s->copies->next = copy(&w, "javascript:alert(1)", "j", "j");
	check(&w, &out);
	doc = read_xml(&out);
	text = xmlNodeGetContent(
	    nth(nth(xmlDocGetRootElement(doc), "entry", 0), "content", 0));
	html = rk_str((const char *)text);
	assert_true(rk_str_find(html, RK_STR("<script")) == SIZE_MAX);
	assert_true(rk_str_find(html, RK_STR("javascript:")) == SIZE_MAX);
	assert_true(rk_str_find(html, RK_STR("\"onmouseover")) == SIZE_MAX);
	assert_true(rk_str_find(html, RK_STR("&lt;script&gt;")) != SIZE_MAX);
	assert_true(rk_str_find(html, RK_STR(", j</p>")) != SIZE_MAX);
	xmlFree(text);
	xmlFreeDoc(doc);
	rk_buf_release(&out);
	rk_arena_free(w.arena);
}

static void
test_no_regions(void **unused)
{
	struct world w;
	struct rk_buf out;

	(void)unused;
	world_init(&w);
	w.t.regions = NULL;
	(void)add(&w);
	check(&w, &out);
	rk_buf_release(&out);
	rk_arena_free(w.arena);
}

/* A limit is an error, never a cut file. */
static void
test_limit(void **unused)
{
	struct world w;
	struct rk_buf whole, b;
	struct rk_err err;

	(void)unused;
	world_init(&w);
	add(&w)->copies = copy(&w, "https://x.example/", "x", "x");
	check(&w, &whole);
	for (size_t max = 0; max <= whole.n; max++) {
		rk_buf_init(&b, max);
		memset(&err, 0, sizeof(err));
		if (max < whole.n) {
			assert_int_equal(rk_formats[0].render(&w.t, &b, &err), -1);
			assert_int_equal(err.kind, RK_E_LIMIT);
		} else {
			assert_int_equal(rk_formats[0].render(&w.t, &b, &err), 0);
		}
		rk_buf_release(&b);
	}
	rk_buf_release(&whole);
	rk_arena_free(w.arena);
}

/* Hundreds of copies with long names: all of them, and well-formed. */
static void
test_many_copies(void **unused)
{
	struct world w;
	struct rk_story *s;
	struct rk_copy **last;
	struct rk_buf out;
	char *name = malloc(4001);

	(void)unused;
	world_init(&w);
	s = add(&w);
	last = &s->copies;
	memset(name, '&', 4000);
	name[4000] = '\0';
	for (int i = 0; i < 600; i++) {
		*last = copy(&w, "https://x.example/1", name, "x");
		last = &(*last)->next;
	}
	check(&w, &out);
	assert_true(out.n > 600 * 4000 * 9);
	rk_buf_release(&out);
	rk_arena_free(w.arena);
	free(name);
}

static void
test_tags_of_ids(void **unused)
{
	struct rk_buf b;

	(void)unused;
	rk_buf_init(&b, 256);
	assert_int_equal(
	    rk_tag_node(RK_STR("h.example"), RK_STR("province/phuket"), &b), 0);
	assert_string_equal(b.p, "tag:h.example,2026:/province/phuket");
	rk_buf_reset(&b);
	assert_int_equal(
	    rk_tag_scheme(RK_STR("h.example"), RK_SCHEME_INSPECTION, &b), 0);
	assert_string_equal(b.p, "tag:h.example,2026:/scheme/inspection");
	rk_buf_release(&b);
	assert_null(rk_format_find(RK_STR("atom ")));
	assert_null(rk_format_find(RK_STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ordinary),
	    cmocka_unit_test(test_empty_feed),
	    cmocka_unit_test(test_tombstones),
	    cmocka_unit_test(test_archives),
	    cmocka_unit_test(test_bare_story),
	    cmocka_unit_test(test_copies),
	    cmocka_unit_test(test_media),
	    cmocka_unit_test(test_secret_addresses),
	    cmocka_unit_test(test_hostile_everywhere),
	    cmocka_unit_test(test_hostile_kept),
	    cmocka_unit_test(test_also_by_is_safe),
	    cmocka_unit_test(test_no_regions),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_many_copies),
	    cmocka_unit_test(test_tags_of_ids),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	xmlCleanupParser();
	return rc;
}
