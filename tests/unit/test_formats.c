/*
 * Every feed format read back by our own parser: the same entries, whichever a reader
 * subscribes to. Atom's bytes are held by test_atom.c; what RSS 2.0 and JSON Feed 1.1
 * require beside is looked for here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/err.h>
#include <ruamkhao/html.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/publish.h>

#include <jansson.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <string.h>

#define MAX_OUT ((size_t)16 << 20)
#define NOW     ((int64_t)1795305600)

#define SPAN(lit)                                                                      \
	{                                                                              \
		(lit), sizeof(lit) - 1                                                 \
	}

static const struct rk_site site = {.title = SPAN("รวมข่าว <ภาครัฐ>"),
    .base_url = SPAN("https://news.example.go.th/"),
    .contact = SPAN("mailto:webmaster@example.go.th"),
    .language = SPAN("th"),
    .host = SPAN("news.example.go.th")};

static const struct rk_node phuket = {.id = SPAN("province/phuket"),
    .scheme = RK_SCHEME_PROVINCE,
    .term = SPAN("TH-83"),
    .th = SPAN("ภูเก็ต"),
    .en = SPAN("Phuket")};

static struct rk_copy municipality = {.url = SPAN("https://www.city.example/n/9?a=1&b=2"),
    .source_title = SPAN("เทศบาล \"นครภูเก็ต\""),
    .source_id = SPAN("phuket-city")};

/* What a publisher may write, and what a format could stumble over. */
static const struct rk_story stories[] = {
    {.id = SPAN("tag:www.phuket.go.th,2026:news-1"),
	.url = SPAN("https://www.phuket.go.th/news?id=1&lang=th"),
	.title = SPAN("ประกาศจังหวัดภูเก็ต เรื่อง รับสมัคร 5 < 10 & \"อื่น ๆ\""),
	.html = SPAN("<p>รายละเอียด <a href=\"https://www.phuket.go.th/a?b=1&amp;c=2\">"
		     "เอกสาร</a> ]]&gt; จบ</p>"),
	.summary = SPAN("ย่อ & สั้น"),
	.author = SPAN("งานประชาสัมพันธ์"),
	.image = SPAN("https://www.phuket.go.th/p.jpg"),
	.tags = SPAN("ประกาศ\nรับสมัคร & สอบ"),
	.enclosures = SPAN("https://www.phuket.go.th/a.pdf\tapplication/pdf\t1234\tใบสมัคร\n"
			   "https://www.phuket.go.th/b.mp3\taudio/mpeg\t-1\t"),
	.published = NOW - 7200,
	.first_seen = NOW - 3600,
	.updated = NOW - 1800,
	.changed = NOW - 1800,
	.source_id = SPAN("phuket-office"),
	.source_title = SPAN("สำนักงานจังหวัดภูเก็ต"),
	.source_url = SPAN("https://www.phuket.go.th/rss"),
	.source_link = SPAN("https://www.phuket.go.th/"),
	.route = SPAN("agency/dopa province/phuket"),
	.copies = &municipality},
    {.id = SPAN("https://www.phuket.go.th/news?id=2"), /* the least there can be */
	.first_seen = NOW - 3500,
	.published = RK_NO_TIME,
	.updated = NOW - 3500,
	.changed = NOW - 3500,
	.title = SPAN("ไม่มีเนื้อหา"),
	.source_id = SPAN("phuket-office"),
	.route = SPAN("national")},
    {.id = SPAN("tag:news.example.go.th,2026:x/0a1b"), /* without a title; a secret */
	.url = SPAN("https://x.example/3"),
	.html = SPAN("<p>ข่าวไม่มีหัวเรื่อง</p>"),
	.published = NOW - 86400,
	.first_seen = NOW - 3400,
	.updated = NOW - 86400,
	.changed = NOW - 3400,
	.source_id = SPAN("x"),
	.source_url = SPAN("https://user:pw@x.example/rss?token=abc"),
	.route = SPAN("national")},
};
#define N_STORIES (sizeof(stories) / sizeof(stories[0]))

static struct rk_arena *arena;
static struct rk_timeline timeline;

static int
set_up(void **unused)
{
	struct rk_regions *regions;

	(void)unused;
	arena = rk_arena_new(0);
	regions = rk_regions_new(arena);
	assert_int_equal(rk_regions_add_node(regions, &phuket, NULL), 0);
	timeline = (struct rk_timeline){.arena = arena,
	    .site = &site,
	    .regions = regions,
	    .node = phuket,
	    .generation = 1,
	    .n_stories = N_STORIES};
	timeline.stories = rk_arena_array(arena, N_STORIES, sizeof(struct rk_story));
	memcpy(timeline.stories, stories, sizeof(stories));
	rk_timeline_seal(&timeline);
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	rk_arena_free(arena);
	rk_html_release();
	return 0;
}

static struct rk_str
rendered(const char *name)
{
	const struct rk_format *f = rk_format_find(rk_str(name));
	struct rk_err err = {0};
	struct rk_buf b;
	struct rk_str bytes;

	assert_non_null(f);
	rk_buf_init(&b, MAX_OUT);
	if (f->render(&timeline, &b, &err) != 0)
		fail_msg("%s", err.text);
	bytes = rk_arena_str(arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return bytes;
}

static struct rk_ingest *
read_back(struct rk_str bytes, const char *type)
{
	struct rk_parse_hints hints = {.content_type = rk_str(type), .now = NOW};
	struct rk_normalise_opts opts = {.now = NOW, .timezone = 25200};
	struct rk_err err = {0};
	struct rk_doc *doc;

	if (rk_parse_feed(bytes, &hints, arena, &doc, &err) != 0)
		fail_msg("%s", err.text);
	return rk_normalise(doc, &opts, arena);
}

static void
same_text(struct rk_str a, struct rk_str b)
{
	assert_string_equal(rk_cstr(rk_arena_str(arena, a)), rk_cstr(rk_arena_str(arena, b)));
}

static bool
holds(struct rk_str text, const char *part)
{
	return rk_str_find(text, rk_str(part)) != SIZE_MAX;
}

static void
round_trip(const char *name)
{
	struct rk_ingest *in =
	    read_back(rendered(name), rk_format_find(rk_str(name))->content_type);
	bool rss = strcmp(name, "rss") == 0;

	assert_int_equal(in->n_entries, N_STORIES);
	assert_false(in->truncated);
	assert_int_equal(in->rung, RK_RUNG_STRICT);
	same_text(in->title, RK_STR("ภูเก็ต | รวมข่าว <ภาครัฐ>"));
	for (size_t i = 0; i < N_STORIES; i++) {
		const struct rk_entry *e = &in->entries[i];
		const struct rk_story *s = &stories[i];

		same_text(e->guid, s->id);
		if (s->url.n > 0)
			same_text(e->url, s->url);
		same_text(e->title, s->title);
		/* RSS has no entries without a date: readers put them on top for ever */
		assert_true(e->published ==
			    (rss && s->published == RK_NO_TIME ? s->first_seen : s->published));
		if (s->html.n > 0)
			assert_true(holds(e->html, rk_cstr(s->html)));
		if (s->summary.n > 0)
			same_text(e->summary, s->summary);
		if (s->copies != NULL)
			assert_true(holds(e->html, "เผยแพร่โดย / also published by:"));
		if (s->author.n > 0)
			same_text(e->author, s->author);
		assert_false(holds(e->source_url, "token"));
	}
	assert_true(holds(in->entries[0].enclosures, "https://www.phuket.go.th/a.pdf"));
	assert_true(holds(in->entries[0].tags, "รับสมัคร & สอบ"));
}

static void
atom_reads_back(void **unused)
{
	(void)unused;
	round_trip("atom");
}

static void
rss_reads_back(void **unused)
{
	(void)unused;
	round_trip("rss");
}

static void
json_reads_back(void **unused)
{
	(void)unused;
	round_trip("json");
}

static void
no_secret_in_any(void **unused)
{
	static const char *const names[] = {"atom", "rss", "json"};

	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		struct rk_str bytes = rendered(names[i]);

		assert_false(holds(bytes, "token"));
		assert_false(holds(bytes, "user:pw"));
		assert_true(rk_str_eq(bytes, rendered(names[i]))); /* the same bytes */
	}
}

/* What the specification of RSS 2.0 and its advisory board ask for. */
static void
rss_has_what_it_must(void **unused)
{
	struct rk_str bytes = rendered("rss");
	char date[40], line[128];

	(void)unused;
	assert_true(holds(bytes, "<rss version=\"2.0\""));
	assert_true(holds(bytes, "<link>https://news.example.go.th/</link>"));
	assert_true(holds(bytes, "<description>ภูเก็ต | รวมข่าว &lt;ภาครัฐ&gt;</description>"));
	assert_true(holds(bytes, "<atom:link rel=\"self\" type=\"application/rss+xml\" "
				 "href=\"https://news.example.go.th/province/phuket.rss\"/>"));
	assert_true(holds(bytes, "<guid isPermaLink=\"false\">tag:www.phuket.go.th"));
	(void)snprintf(line, sizeof(line), "<lastBuildDate>%s</lastBuildDate>",
	    rk_date_http(timeline.updated, date));
	assert_true(holds(bytes, line));
	/* one enclosure, with all three attributes */
	assert_true(holds(bytes, "<enclosure url=\"https://www.phuket.go.th/a.pdf\" "
				 "length=\"1234\" type=\"application/pdf\"/>"));
	assert_true(holds(bytes, "<media:content url=\"https://www.phuket.go.th/b.mp3\" "
				 "type=\"audio/mpeg\"/>"));
	assert_true(holds(bytes, "<category domain=\"tag:news.example.go.th,2026:/scheme/"
				 "province\">ภูเก็ต</category>"));
	assert_true(holds(bytes, "<source url=\"https://www.phuket.go.th/rss\">"));
}

static const char *
member(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

static void
json_has_what_it_must(void **unused)
{
	struct rk_str bytes = rendered("json");
	json_t *feed = json_loadb(bytes.p, bytes.n, JSON_REJECT_DUPLICATES, NULL);
	json_t *items = json_object_get(feed, "items"), *item, *own;

	(void)unused;
	assert_non_null(feed);
	assert_string_equal(member(feed, "version"), "https://jsonfeed.org/version/1.1");
	assert_string_equal(
	    member(feed, "feed_url"), "https://news.example.go.th/province/phuket.json");
	assert_string_equal(member(feed, "home_page_url"), "https://news.example.go.th/");
	assert_int_equal(json_array_size(items), N_STORIES);
	for (size_t i = 0; i < N_STORIES; i++) {
		item = json_array_get(items, i);
		assert_true(json_is_string(json_object_get(item, "id")));
		assert_true(json_is_string(json_object_get(item, "content_html")) ||
			    json_is_string(json_object_get(item, "content_text")));
	}
	item = json_array_get(items, 0);
	own = json_object_get(item, "_ruamkhao");
	assert_string_equal(member(json_object_get(own, "source"), "id"), "phuket-office");
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(own, "nodes"), 1)),
	    "province/phuket");
	assert_string_equal(
	    member(json_array_get(json_object_get(own, "also_published_by"), 0), "url"),
	    "https://www.city.example/n/9?a=1&b=2");
	assert_int_equal(json_array_size(json_object_get(item, "attachments")), 2);
	json_decref(feed);
}

/* Laid out and escaped as another writer does it, to the byte. */
static void
json_is_written_as_jansson_writes_it(void **unused)
{
	struct rk_str bytes = rendered("json");
	json_t *feed = json_loadb(bytes.p, bytes.n, 0, NULL), *text;
	char *theirs = json_dumps(feed, JSON_INDENT(1)), all[256 + 8];
	struct rk_buf ours;

	(void)unused;
	assert_int_equal(bytes.p[bytes.n - 1], '\n');
	assert_int_equal(strlen(theirs), bytes.n - 1);
	assert_memory_equal(theirs, bytes.p, bytes.n - 1);
	free(theirs);
	json_decref(feed);
	for (int i = 0; i < 128; i++)
		all[i] = (char)i;
	memcpy(all + 128, "\xc2\x80\xe2\x80\xa8\xe0\xb8\x81\xf0\x9f\x98\x80", 12);
	rk_buf_init(&ours, 4096);
	assert_int_equal(rk_json_string(rk_strn(all, 140), &ours), 0);
	text = json_stringn(all, 140);
	theirs = json_dumps(text, JSON_ENCODE_ANY);
	assert_string_equal(ours.p, theirs);
	free(theirs);
	json_decref(text);
	rk_buf_reset(&ours);
	assert_int_equal(rk_json_string(RK_STR("a\xff" "b"), &ours), 0);
	assert_string_equal(ours.p, "\"a\xef\xbf\xbd" "b\"");
	rk_buf_release(&ours);
	rk_buf_init(&ours, 4);
	assert_int_equal(rk_json_string(RK_STR("abcdef"), &ours), -1);
	rk_buf_release(&ours);
}

/* ---- the page */

static unsigned
elements(const xmlNode *n, const char *name)
{
	unsigned found = 0;

	for (; n != NULL; n = n->next)
		found += (n->type == XML_ELEMENT_NODE &&
			     strcmp((const char *)n->name, name) == 0) +
			 elements(n->children, name);
	return found;
}

static htmlDocPtr
page(void)
{
	struct rk_str bytes = rendered("html");
	htmlDocPtr doc = htmlReadMemory(bytes.p, (int)bytes.n, "x", "utf-8",
	    HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);

	assert_non_null(doc);
	return doc;
}

static void
page_is_for_people(void **unused)
{
	struct rk_str bytes;
	htmlDocPtr doc;
	struct rk_site with = site;

	(void)unused;
	with.suffixes = RK_STR(".atom .html");
	timeline.site = &with;
	doc = page();
	assert_int_equal(elements(xmlDocGetRootElement(doc), "article"), N_STORIES);
	assert_int_equal(elements(xmlDocGetRootElement(doc), "h1"), 1);
	assert_int_equal(elements(xmlDocGetRootElement(doc), "time"), N_STORIES);
	xmlFreeDoc(doc);
	bytes = rendered("html");
	assert_true(holds(bytes, "<a href=\"phuket.atom\">Atom</a>"));
	assert_false(holds(bytes, "phuket.rss"));      /* it is not published */
	assert_true(holds(bytes, "<a class=\"th\" href=\"../index.html\">"));
	assert_true(holds(bytes, "(no title)"));
	assert_true(holds(bytes, "default-src 'none'"));
	assert_true(rk_str_eq(bytes, rendered("html")));
	assert_true(holds(rendered("atom"), "rel=\"alternate\" type=\"text/html\" "
					    "href=\"https://news.example.go.th/province/phuket.html\""));
}

static void
page_holds_no_markup_of_others(void **unused)
{
	static const char *const hostile[] = {"</h2><script>alert(1)</script>",
	    "\" onmouseover=\"alert(1)", "'", "<!--", "]]>", "\x01\x1b[31m", "\xc3(",
	    "javascript:alert(1)", "a\nb\tc", "&lt;script&gt;"};

	(void)unused;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct rk_str x = rk_str(hostile[i]);
		struct rk_copy c = {.url = x, .source_title = x, .source_id = x};
		htmlDocPtr doc;
		const xmlNode *root;

		for (size_t k = 0; k < N_STORIES; k++) {
			struct rk_story *s = &timeline.stories[k];

			s->url = s->title = s->summary = s->author = s->source_title = x;
			s->source_id = s->lang = s->id = x;
			s->html = RK_STR("<p>&lt;script&gt;&amp;lt;b&gt;</p>");
			s->copies = &c;
		}
		doc = page();
		root = xmlDocGetRootElement(doc);
		assert_int_equal(elements(root, "article"), N_STORIES);
		assert_int_equal(elements(root, "script"), 0);
		assert_int_equal(elements(root, "b"), 0);
		assert_false(holds(rendered("html"), "href=\"javascript"));
		assert_false(holds(rendered("html"), " onmouseover=\""));
		xmlFreeDoc(doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(atom_reads_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(rss_reads_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(json_reads_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(no_secret_in_any, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(rss_has_what_it_must, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(json_has_what_it_must, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		json_is_written_as_jansson_writes_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(page_is_for_people, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		page_holds_no_markup_of_others, set_up, tear_down),
	};

	rk_parse_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
