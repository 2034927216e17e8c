/*
 * A story's own page: what is read of it, for whom there is none, and what it looks like
 * whatever publishers write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/hijack.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/utf8.h>

#include <libxml/HTMLparser.h>

#include <stdlib.h>
#include <string.h>

#define SPAN(lit)                                                                      \
	{                                                                              \
		(lit), sizeof(lit) - 1                                                 \
	}
#define ID   "tag:s0.example,2026:1"
#define LONG "แขวงทางหลวงแจ้งปิดถนนสายหลักเพื่อซ่อมผิวจราจรและวางท่อระบายน้ำใหม่ ขอให้ผู้ใช้ทางใช้เส้นทางเลี่ยง " \
	     "ผ่านตลาดเก่าและสะพานสอง เปิดให้ใช้ได้ตามปกติเมื่อแล้วเสร็จ สอบถามได้ที่สำนักงานในเวลาราชการ"

static const struct rk_site site = {.title = SPAN("รวมข่าว"),
    .base_url = SPAN("https://news.example.go.th/"),
    .language = SPAN("th"),
    .host = SPAN("hub.example"),
    .suffixes = SPAN(".atom .html"),
    .served = true};

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	kit_init(k);
	kit_open(k, 3);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static void
see(struct kit *k, size_t source, const char *id, const char *title, const char *text,
    int64_t now)
{
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts counts;

	(void)kit_add(d, id, "", title, text, KIT_NOW - 3600);
	if (kit_store(k, source, d, now, &counts) != 0)
		fail_msg("%s", k->err.text);
}

/* As the server reads: beside the writer. */
static struct rk_story_page *
read_story(struct kit *k, struct rk_str id)
{
	struct rk_story_page *page = NULL;
	struct rk_store *reader = NULL;

	if (rk_store_open(k->folder, RK_STORE_READ, &reader, &k->err) != 0 ||
	    rk_store_story(reader, id, &site, NULL, &page, &k->err) != 0)
		fail_msg("%s", k->err.text);
	rk_store_close(reader);
	return page;
}

static struct rk_str
rendered(struct kit *k, const struct rk_story_page *page)
{
	struct rk_buf b;
	struct rk_str s;

	rk_buf_init(&b, (size_t)8 << 20);
	if (rk_story_html(page, &b, &k->err) != 0)
		fail_msg("%s", k->err.text);
	s = rk_arena_str(k->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	assert_true(rk_utf8_valid(s));
	return s;
}

static bool
holds(struct rk_str s, const char *what)
{
	return rk_str_find(s, rk_str(what)) != SIZE_MAX;
}

static void
a_story_and_its_life(void **state)
{
	struct kit *k = *state;
	struct rk_story_page *page;
	struct rk_str html, other;

	see(k, 0, ID, "ปิดถนน 3 วัน", "<p>" LONG "</p>", KIT_NOW);
	see(k, 1, "b1", "ปิดถนน 3 วัน", "<p>" LONG "</p>", KIT_NOW + 60);
	see(k, 0, ID, "ปิดถนน 5 วัน", "<p>" LONG " ขออภัยในความไม่สะดวก</p>", KIT_NOW + 120);
	page = read_story(k, RK_STR(ID));
	assert_non_null(page);
	assert_false(page->withdrawn);
	assert_true(rk_str_is(page->story.id, ID));
	assert_int_equal(page->n_versions, 2);
	assert_non_null(page->story.copies);
	assert_true(rk_str_is(page->story.copies->source_id, "s1"));
	html = rendered(k, page);
	assert_true(rk_str_eq(html, rendered(k, page)));
	assert_true(holds(html, "ปิดถนน 5 วัน</h1>"));
	assert_true(holds(html, "<del>3</del><ins>5</ins>"));
	assert_true(holds(html, "ไม่สะดวก</ins>"));
	assert_true(holds(html, "Also published by"));
	assert_true(holds(html, "href=\"province/p0.html\""));
	assert_true(holds(html, "default-src 'none'"));
	assert_true(holds(html, "<time datetime=\""));
	rk_story_page_free(page);
	/* a copy's id leads to the story it stands in */
	other = kit_row(k, "s1", "ปิดถนน 3 วัน").id;
	page = read_story(k, other);
	assert_non_null(page);
	assert_true(rk_str_eq(html, rendered(k, page)));
	rk_story_page_free(page);
}

static void
order(struct kit *k, const char *id, enum rk_order how, int64_t now)
{
	enum rk_obeyed obeyed;

	assert_int_equal(rk_store_order(k->store, rk_str(id), how, now, &obeyed, &k->err), 0);
	assert_int_equal(obeyed, RK_OBEYED);
}

static void
what_nobody_may_see(void **state)
{
	static const struct rk_signals loud = {
	    .title_words = 2, .title_promo = true, .body_words = 2, .links = 3};
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts counts;
	struct rk_story_page *page;
	struct rk_str html;

	see(k, 0, ID, "ลับเฉพาะ", "<p>" LONG "</p>", KIT_NOW);
	see(k, 0, "tag:s0.example,2026:2", "อีกข่าวหนึ่ง", "<p>สั้น</p>", KIT_NOW);
	kit_add(d, "tag:s0.example,2026:3", "", "a hijacked one", "<p>x</p>", KIT_NOW - 60)
	    ->signals = rk_signals_pack(&loud);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, &counts), 0);
	assert_int_equal(counts.held, 1);
	assert_null(read_story(k, RK_STR("tag:s0.example,2026:3")));
	assert_null(read_story(k, RK_STR("tag:s0.example,2026:9")));
	assert_null(read_story(k, RK_STR("")));
	assert_null(read_story(k, RK_STR("' OR 1=1 --")));
	order(k, ID, RK_ORDER_WITHDRAW, KIT_NOW + 600);
	page = read_story(k, RK_STR(ID));
	assert_non_null(page);
	assert_true(page->withdrawn);
	assert_int_equal(page->left_at, KIT_NOW + 600);
	html = rendered(k, page);
	assert_true(holds(html, "This story was withdrawn"));
	assert_false(holds(html, "ลับเฉพาะ"));
	assert_false(holds(html, "แขวงทางหลวง"));
	rk_story_page_free(page);
	order(k, ID, RK_ORDER_BLOCK, KIT_NOW + 700);
	assert_null(read_story(k, RK_STR(ID)));
	page = read_story(k, RK_STR("tag:s0.example,2026:2"));
	assert_non_null(page);
	rk_story_page_free(page);
}

/* Where its first publisher takes it out, the next one speaks under the same id. */
static void
a_copy_speaks(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_removal gone = {.ref = RK_STR(ID), .when = KIT_NOW + 100};
	struct rk_store_counts counts;
	struct rk_story_page *page;

	see(k, 0, ID, "ปิดถนน 3 วัน", "<p>" LONG "</p>", KIT_NOW);
	see(k, 1, "b1", "ปิดถนน 3 วัน", "<p>" LONG "</p>", KIT_NOW + 60);
	gone.keys[0] = kit_add(kit_doc(k), ID, "", "", "", KIT_NOW)->keys[0].hash;
	d->in.removals = &gone;
	d->in.n_removals = 1;
	assert_int_equal(kit_store(k, 0, d, KIT_NOW + 100, &counts), 0);
	page = read_story(k, RK_STR(ID));
	assert_non_null(page);
	if (!rk_str_is(kit_row(k, "s0", "ปิดถนน 3 วัน").state, "withdrawn"))
		fail_msg("it was not taken out");
	assert_false(page->withdrawn);
	assert_true(rk_str_is(page->story.id, ID));
	assert_true(rk_str_is(page->story.source_id, "s1"));
	assert_null(page->story.copies);
	assert_int_equal(page->n_versions, 1);
	rk_story_page_free(page);
}

/* ---- the page alone */

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

static void
nothing_is_loaded(void **state)
{
	struct kit *k = *state;
	struct rk_story_page page = {.arena = k->arena, .site = &site};
	struct rk_str html;

	page.story.id = RK_STR("x");
	page.story.title = RK_STR("t");
	page.story.source_id = RK_STR("s");
	page.story.html = RK_STR("<h1>a</h1><h6>b</h6><p><img src=\"https://a.example/1.jpg\" "
				 "alt=\"แผนที่ &lt;b&gt;\"><a href=\"https://a.example/\">"
				 "<img src=\"https://a.example/2.jpg\"></a></p>"
				 "<audio src=\"https://a.example/3.mp3\" controls=\"controls\">"
				 "</audio><video poster=\"https://a.example/p.jpg\"><source "
				 "src=\"https://a.example/4.mp4\"></video><hr><p>c</p>");
	page.story.image = RK_STR("https://a.example/lead.jpg");
	page.story.enclosures = RK_STR("https://a.example/f.pdf\tapplication/pdf\t9\tแบบฟอร์ม\n"
				       "javascript:alert(1)\ttext/html\t\t");
	html = rendered(k, &page);
	assert_false(holds(html, "<img"));
	assert_false(holds(html, "<audio"));
	assert_false(holds(html, "<video"));
	assert_false(holds(html, "<source"));
	assert_false(holds(html, "p.jpg"));
	assert_true(holds(html, "<a href=\"https://a.example/1.jpg\">[<span class=\"th\">ภาพ</span>"
				"<span class=\"en\" lang=\"en\">image</span>: แผนที่ &lt;b&gt;]</a>"));
	assert_true(holds(html, "<a href=\"https://a.example/\">[<span")); /* no link in a link */
	assert_true(holds(html, "href=\"https://a.example/3.mp3\""));
	assert_true(holds(html, "href=\"https://a.example/4.mp4\""));
	assert_true(holds(html, "<h2>a</h2><h6>b</h6>"));
	assert_true(holds(html, "<hr><p>c</p>"));
	assert_true(holds(html, "href=\"https://a.example/lead.jpg\""));
	assert_true(holds(html, ">แบบฟอร์ม</a> (application/pdf)"));
	assert_false(holds(html, "javascript:"));
}

static void
no_markup_of_others(void **state)
{
	static const char *const hostile[] = {"</h1><script>alert(1)</script>",
	    "\" onmouseover=\"alert(1)", "'", "<!--", "]]>", "\x01\x1b[31m", "\xc3(",
	    "javascript:alert(1)", "a\nb\tc", "&lt;script&gt;", ""};
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct rk_str x = rk_str(hostile[i]);
		struct rk_copy copy = {.url = x, .source_title = x, .source_id = x};
		struct rk_related related = {.id = x, .url = x, .title = x, .source_title = x};
		struct rk_version versions[2] = {{KIT_NOW, x, RK_STR("<p>a</p>")},
		    {KIT_NOW + 1, RK_STR("b"), RK_STR("<p>&lt;script&gt;</p>")}};
		struct rk_story_page page = {.arena = k->arena,
		    .site = &site,
		    .versions = versions,
		    .n_versions = 2};
		struct rk_story *s = &page.story;
		const xmlNode *root;
		struct rk_str html;
		htmlDocPtr doc;

		s->id = s->url = s->title = s->summary = s->author = s->lang = s->image = x;
		s->source_id = s->source_title = s->source_link = s->route = s->enclosures = x;
		s->published = s->first_seen = s->changed = KIT_NOW;
		s->copies = &copy;
		s->related = &related;
		page.evidence = x;
		for (int withdrawn = 0; withdrawn < 2; withdrawn++) {
			page.withdrawn = withdrawn != 0;
			html = rendered(k, &page);
			doc = htmlReadMemory(html.p, (int)html.n, "x", "utf-8",
			    HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
			root = xmlDocGetRootElement(doc);
			assert_int_equal(elements(root, "h1"), 1);
			assert_int_equal(elements(root, "main"), 1);
			assert_int_equal(elements(root, "script"), 0);
			assert_int_equal(elements(root, "b"), 0);
			assert_false(holds(html, "href=\"javascript"));
			assert_false(holds(html, " onmouseover=\""));
			xmlFreeDoc(doc);
		}
	}
}

static void
none(void **state)
{
	struct kit *k = *state;
	struct rk_buf b;

	rk_buf_init(&b, 1 << 20);
	assert_int_equal(rk_story_none_html(&site, &b, &k->err), 0);
	assert_true(holds(rk_buf_view(&b), "There is no such story"));
	rk_buf_release(&b);
}

#define STORE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE(a_story_and_its_life),
	    STORE(what_nobody_may_see),
	    STORE(a_copy_speaks),
	    STORE(nothing_is_loaded),
	    STORE(no_markup_of_others),
	    STORE(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
