/*
 * Pages by rules: what each rule gives, what a page that is not the one wanted ends in,
 * and limits: no page and no rule takes longer than a moment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsekit.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/worker.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOW 1795219200 /* 2026-11-21 */

struct page {
	struct rk_page_rules rules;
	struct rk_parse_hints hints;
	struct parsed r;
};

/* Rules as key, expression, ... NULL; "drop" may be there often. */
static void
read_page(struct page *p, enum rk_page_part part, const char *html, size_t n,
    const char *const *rules)
{
	struct rk_page_rules in = {.min_items = 1};
	struct rk_str drop[8];
	const char *key;
	char *copy = rk_xmalloc(n + 1);

	p->r = (struct parsed){.arena = rk_arena_new(0)};
	in.drop = drop;
	for (; rules[0] != NULL; rules += 2) {
		const struct {
			const char *name;
			struct rk_str *to;
		} keys[] = {{"preset", &in.preset}, {"container", &in.container},
		    {"items", &in.items}, {"link", &in.link}, {"title", &in.title},
		    {"date", &in.date}, {"author", &in.author}, {"image", &in.image},
		    {"body", &in.body}, {"article.title", &in.article.title},
		    {"article.date", &in.article.date},
		    {"article.author", &in.article.author},
		    {"article.image", &in.article.image},
		    {"article.body", &in.article.body}};

		if (strcmp(rules[0], "drop") == 0)
			drop[in.n_drop++] = rk_str(rules[1]);
		else if (strcmp(rules[0], "min_items") == 0)
			in.min_items = (unsigned)atoi(rules[1]);
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (strcmp(keys[i].name, rules[0]) == 0)
				*keys[i].to = rk_str(rules[1]);
	}
	if (rk_page_resolve(&in, p->r.arena, &p->rules, &key, &p->r.err) != 0)
		fail_msg("%s: %s", key, p->r.err.text);
	p->hints.url = RK_STR("https://www.example.go.th/news/list.php?p=1");
	p->hints.page = &p->rules;
	p->hints.part = part;
	p->hints.now = NOW;
	p->hints.timezone = RK_BANGKOK;
	memcpy(copy, html, n);
	rk_parse_setup();
	rk_err_clear(&p->r.err);
	if (rk_parse_feed(
		rk_strn(copy, n), &p->hints, p->r.arena, &p->r.doc, &p->r.err) != 0) {
		p->r.doc = NULL;
		assert_true(p->r.err.kind == RK_E_INPUT || p->r.err.kind == RK_E_LIMIT);
		assert_null(strchr(p->r.err.text, '\n'));
	}
	memset(copy, 'X', n);
	free(copy);
}

#define RULES(...)                                                                     \
	(const char *const[])                                                          \
	{                                                                              \
		__VA_ARGS__, NULL                                                      \
	}

static struct page
page_of(enum rk_page_part part, const char *html, const char *const *rules)
{
	struct page p;

	memset(&p, 0, sizeof(p));
	read_page(&p, part, html, strlen(html), rules);
	return p;
}

static void
refused(enum rk_page_part part, const char *html, const char *const *rules,
    enum rk_ekind kind, const char *words)
{
	struct page p = page_of(part, html, rules);

	if (p.r.doc != NULL)
		fail_msg("taken: %.200s", html);
	if (p.r.err.kind != kind || strstr(p.r.err.text, words) == NULL)
		fail_msg("wanted \"%s\", got %s: %s", words,
		    rk_ekind_name(p.r.err.kind), p.r.err.text);
	parsed_release(&p.r);
}

static const char list[] =
    "<html lang=th><head><title>ข่าว</title><base href='/dir/'></head><body>"
    "<ul id=news>"
    "<li><a href='1.html'>หนึ่ง <b>ตัวหนา</b></a> <i>17 มิ.ย. 2563</i>"
    "<em>โดย งานข่าว</em><img src='data:x' data-src=a.jpg><p>ก<br>ข</p></li>"
    "<li><a href='#top'>สอง</a> <i>ไม่มีวันที่</i></li>"
    "<li><a href='javascript:x()'>สาม</a><a href='//b.example/3'>3</a></li>"
    "<li><a href='1.html'>หนึ่งอีกครั้ง</a></li>"
    "<li><a href='5.html'><img src=5.jpg></a></li>"
    "</ul></body></html>";

static void
a_list(void **state)
{
	struct page p = page_of(RK_PAGE_LIST, list,
	    RULES("items", "//ul[@id='news']/li", "link", ".//a/@href", "title", ".//a",
		"date", "i", "author", "em", "image", ".//img", "body", "p"));
	const struct rk_item *i = parsed_item(&p.r, 0);

	(void)state;
	assert_int_equal(p.r.doc->format, RK_IN_PAGE);
	assert_int_equal(p.r.doc->rung, RK_RUNG_HTML);
	assert_str(p.r.doc->title.s, "ข่าว");
	assert_str(p.r.doc->lang, "th");
	assert_int_equal(p.r.doc->n_items, 3);
	assert_str(i->title.s, "หนึ่ง ตัวหนา");
	assert_str(i->link, "https://www.example.go.th/dir/1.html");
	assert_str(i->published, "17 มิ.ย. 2563");
	assert_int_equal(i->date_basis, RK_BASIS_PAGE_RULE);
	assert_str(i->authors->name, "งานข่าว");
	assert_str(i->image, "https://www.example.go.th/dir/a.jpg");
	assert_str(i->content.s, "ก<br>ข");
	assert_str(i->content.base, "https://www.example.go.th/dir/");
	/* an address within the page is that of the page */
	i = parsed_item(&p.r, 1);
	assert_str(i->title.s, "สอง");
	assert_str(i->link, "https://www.example.go.th/news/list.php?p=1");
	assert_str(i->published, "");
	i = parsed_item(&p.r, 2);
	assert_str(i->link, "https://b.example/3");
	parsed_release(&p.r);
}

static void
texts_numbers_and_nothing(void **state)
{
	struct page p = page_of(RK_PAGE_LIST, list,
	    RULES("items", "//li", "title", "concat('ข่าวที่ ', normalize-space(a))",
		"link", "concat('/x/', count(preceding-sibling::li) + 1)", "author",
		"1 = 2", "body", "count(a)"));
	const struct rk_item *i = parsed_item(&p.r, 0);

	(void)state;
	assert_int_equal(p.r.doc->n_items, 5);
	assert_str(i->title.s, "ข่าวที่ หนึ่ง ตัวหนา");
	assert_str(i->link, "https://www.example.go.th/x/1");
	assert_null(i->authors);
	assert_str(i->content.s, "1");
	assert_int_equal(i->content.kind, RK_TEXT_PLAIN);
	parsed_release(&p.r);
}

static void
alternatives_and_classes(void **state)
{
	static const char html[] =
	    "<div class='a  item'><h2>ก</h2></div><div class='items'>ข</div>"
	    "<div class=item><h3>||</h3></div>";
	struct page p = page_of(RK_PAGE_LIST, html,
	    RULES("items", "//article || //*[class('x item')]", "title",
		"h2 || h3[.='||'] || ."));

	(void)state;
	assert_int_equal(p.r.doc->n_items, 2);
	assert_str(parsed_item(&p.r, 0)->title.s, "ก");
	assert_str(parsed_item(&p.r, 1)->title.s, "||");
	parsed_release(&p.r);
	p = page_of(
	    RK_PAGE_LIST, html, RULES("items", "//*[class('*tem*')]", "title", "."));
	assert_int_equal(p.r.doc->n_items, 3);
	parsed_release(&p.r);
}

static void
dropped(void **state)
{
	struct page p = page_of(RK_PAGE_LIST,
	    "<div><p>ก<b>ข<i>ค</i></b></p><nav><p>ง</p></nav></div>",
	    RULES("items", "//p", "title", ".", "drop", "//b | //i", "drop", "//nav"));

	(void)state;
	assert_int_equal(p.r.doc->n_items, 1);
	assert_str(parsed_item(&p.r, 0)->title.s, "ก");
	parsed_release(&p.r);
}

static void
silence_or_failure(void **state)
{
	struct page p;

	(void)state;
	refused(RK_PAGE_LIST, list, RULES("items", "//article"), RK_E_INPUT,
	    "only 0 of at least 1 items are on the page: //article");
	refused(RK_PAGE_LIST, list, RULES("items", "//li", "min_items", "6"),
	    RK_E_INPUT, "only 5 of at least 6 items");
	refused(RK_PAGE_LIST, list, RULES("items", "//li", "container", "//table"),
	    RK_E_INPUT, "the container is not on the page: //table");
	p = page_of(RK_PAGE_LIST, list,
	    RULES("items", ".//td", "container", "//ul", "min_items", "3"));
	assert_non_null(p.r.doc);
	assert_int_equal(p.r.doc->n_items, 0);
	assert_int_equal(p.r.doc->n_warnings, 1);
	parsed_release(&p.r);
	p = page_of(RK_PAGE_LIST, list, RULES("items", "//td", "min_items", "0"));
	assert_non_null(p.r.doc);
	parsed_release(&p.r);
	/* relative to the container */
	p = page_of(RK_PAGE_LIST, "<ul><li>ก</ul><div><ul><li>ข</ul></div>",
	    RULES("items", ".//li", "container", "//div", "title", "."));
	assert_int_equal(p.r.doc->n_items, 1);
	parsed_release(&p.r);
}

static void
pages_that_stand_in(void **state)
{
	static const struct {
		const char *html, *words;
	} rows[] = {
	    {"<html><head><title>Request Rejected</title></head><body>The requested "
	     "URL "
	     "was rejected. Please consult with your administrator.</body></html>",
		"not the page but a block page (Request Rejected, F5)"},
	    {"<html><title>Just a moment...</title><script src='/cdn-cgi/"
	     "challenge-platform/x.js'></script>",
		"a challenge page (Cloudflare)"},
	    {"<html><body><form><input type=\"password\" name=p></form>",
		"a login page"},
	    {"<html><body><h1>This domain is for sale</h1>", "a parking page"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		refused(RK_PAGE_LIST, rows[i].html,
		    RULES("items", "//li", "min_items", "0"), RK_E_INPUT,
		    rows[i].words);
		refused(RK_PAGE_LIST, rows[i].html,
		    RULES("items", "//li", "container", "//ul"), RK_E_INPUT,
		    rows[i].words);
		refused(RK_PAGE_ARTICLE, rows[i].html,
		    RULES("items", "//li", "article.body", "//article"), RK_E_INPUT,
		    rows[i].words);
		refused(RK_PAGE_EITHER, rows[i].html,
		    RULES("items", "//li", "article.body", "//article"), RK_E_INPUT,
		    rows[i].words);
	}
	refused(RK_PAGE_LIST, "<rss version='2.0'><channel></channel></rss>",
	    RULES("items", "//li"), RK_E_INPUT, "a feed where a page was expected");
	refused(RK_PAGE_LIST, "{\"items\": []}", RULES("items", "//li"), RK_E_INPUT,
	    "JSON where a page was expected");
	refused(RK_PAGE_LIST, " \n", RULES("items", "//li"), RK_E_INPUT, "empty");
	refused(RK_PAGE_LIST, "%PDF-1.4", RULES("items", "//li"), RK_E_INPUT, "PDF");
	refused(RK_PAGE_ARTICLE, "<html><body><p>x</p></body></html>",
	    RULES("items", "//li", "article.body", "//article"), RK_E_INPUT,
	    "neither a title nor a text");
}

static const char article[] =
    "<html><body><h1>หัวข้อข่าวที่ยาวพอ</h1><div class=d>ปรับปรุงเนื้อหาสุดเมื่อ ๒ ต.ค. ๒๕๕๕ "
    "เวลา ๐๙.๔๔ น.</div><article><p>หัวข้อข่าวที่ยาวพอ</p><p>อ่าน 12</p><p>เนื้อหา "
    "<a href='x.pdf'>แฟ้ม</a> &amp; <b>หนา</b></p><p>Related Posts</p></article>";

static void
an_article(void **state)
{
	static const struct rk_entry listed = {
	    .url = {"https://www.example.go.th/n/7", 29},
	    .title = {"จากรายการ", 27},
	    .author = {"งานข่าว", 21},
	    .image = {"https://www.example.go.th/7.jpg", 31},
	    .html = {"<p>ย่อ</p>", 16},
	    .published = 1592326800, /* 2020-06-16T17:00:00Z: 17 June in Bangkok */
	    .found = {.precision = RK_BY_DAY, .basis = RK_BASIS_PAGE_LINE},
	};
	const char *const *rules = RULES("items", "//li", "article.title", "//h1",
	    "article.date", "//*[class('d')]", "article.body", "//article");
	struct page p = page_of(RK_PAGE_ARTICLE, article, rules);
	const struct rk_item *i = parsed_item(&p.r, 0);

	(void)state;
	assert_true(p.r.doc->article);
	assert_str(i->title.s, "หัวข้อข่าวที่ยาวพอ");
	assert_str(i->published, "ปรับปรุงเนื้อหาสุดเมื่อ ๒ ต.ค. ๒๕๕๕ เวลา ๐๙.๔๔ น.");
	assert_int_equal(i->date_basis, RK_BASIS_PAGE_UPDATED);
	assert_str(i->content.s, "<p></p><p></p><p>เนื้อหา <a href=\"x.pdf\">แฟ้ม</a> "
				 "&amp; <b>หนา</b></p><p></p>");
	assert_str(i->link, "https://www.example.go.th/news/list.php?p=1");
	parsed_release(&p.r);
	/* the list fills what the page leaves open, and nothing else */
	memset(&p, 0, sizeof(p));
	p.hints.listed = &listed;
	read_page(&p, RK_PAGE_ARTICLE, article, strlen(article), rules);
	i = parsed_item(&p.r, 0);
	assert_str(i->link, "https://www.example.go.th/n/7");
	assert_str(i->title.s, "หัวข้อข่าวที่ยาวพอ");
	assert_str(i->authors->name, "งานข่าว");
	assert_str(i->image, "https://www.example.go.th/7.jpg");
	parsed_release(&p.r);
	memset(&p, 0, sizeof(p));
	p.hints.listed = &listed;
	read_page(&p, RK_PAGE_ARTICLE, article, strlen(article),
	    RULES("items", "//li", "article.author", "//h6"));
	i = parsed_item(&p.r, 0);
	assert_str(i->title.s, "จากรายการ");
	assert_str(i->published, "2020-06-17");
	assert_int_equal(i->date_basis, RK_BASIS_PAGE_LINE);
	assert_str(i->content.s, "<p>ย่อ</p>");
	parsed_release(&p.r);
}

static void
either(void **state)
{
	struct page p = page_of(RK_PAGE_EITHER, article,
	    RULES("items", "//li", "title", ".", "article.title", "//h1"));

	(void)state;
	assert_str(parsed_item(&p.r, 0)->title.s, "หัวข้อข่าวที่ยาวพอ");
	parsed_release(&p.r);
	p = page_of(RK_PAGE_EITHER, list,
	    RULES("items", "//li", "title", "a", "article.title", "//title"));
	assert_str(parsed_item(&p.r, 0)->title.s, "หนึ่ง ตัวหนา");
	parsed_release(&p.r);
	/* items as the container of an article: its own address, its first date */
	p = page_of(RK_PAGE_EITHER, article,
	    RULES("items", "//body", "title", "h1", "body", "article", "date", "div"));
	assert_int_equal(p.r.doc->n_items, 1);
	assert_str(parsed_item(&p.r, 0)->title.s, "หัวข้อข่าวที่ยาวพอ");
	parsed_release(&p.r);
	refused(
	    RK_PAGE_EITHER, article, RULES("items", "//li"), RK_E_INPUT, "only 0 of");
}

/* windows-874 by its label, by the operator's word, and by its spelling. */
static void
charsets(void **state)
{
	static const char bytes[] = "<html><head><meta http-equiv='Content-Type' "
				    "content='text/html; charset=%s'></head><body><li>"
				    "\xA2\xE8\xD2\xC7\xBB\xC3\xD0\xAA\xD2</li></body>";
	static const char *const labels[] = {
	    "windows-874", "tis-620", "iso-8859-1", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		char html[400];
		struct page p;

		(void)snprintf(html, sizeof(html), bytes, labels[i]);
		p = page_of(RK_PAGE_LIST, html, RULES("items", "//li", "title", "."));
		assert_str(parsed_item(&p.r, 0)->title.s, "ข่าวประชา");
		assert_string_equal(p.r.doc->charset, "windows-874");
		parsed_release(&p.r);
	}
}

/* The address of an article is its identity, as it was on the list; that of a list is no
 * identity for what stands on it. */
static void
identity(void **state)
{
	struct rk_page_rules in = {.items = RK_STR("//li"),
	    .link = RK_STR("a/@href"),
	    .title = RK_STR("."),
	    .article = {.title = RK_STR("//h1")},
	    .min_items = 1};
	struct rk_work w = {.url = RK_STR("https://www.example.go.th/n/7"),
	    .timezone = RK_BANGKOK,
	    .now = NOW,
	    .part = RK_PAGE_ARTICLE};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_ingest *article_in, *list_in;
	struct rk_page_rules rules;
	struct rk_err err;
	const char *key;

	(void)state;
	assert_int_equal(rk_page_resolve(&in, arena, &rules, &key, &err), 0);
	w.page = &rules;
	w.body = RK_STR("<h1>หัวข้อข่าว</h1>");
	assert_int_equal(rk_work_here(&w, arena, &article_in, &err), 0);
	w.part = RK_PAGE_LIST;
	w.url = RK_STR("https://www.example.go.th/n/");
	w.body = RK_STR("<ul><li><a href=7>หัวข้อข่าว</a><li>ไม่มีลิงก์</ul>");
	assert_int_equal(rk_work_here(&w, arena, &list_in, &err), 0);
	assert_int_equal(list_in->n_entries, 2);
	assert_int_equal(article_in->entries[0].keys[0].kind, RK_KEY_URL);
	assert_int_equal(list_in->entries[0].keys[0].kind, RK_KEY_URL);
	assert_true(
	    article_in->entries[0].keys[0].hash == list_in->entries[0].keys[0].hash);
	assert_int_equal(list_in->entries[1].keys[0].kind, RK_KEY_TEXT);
	assert_str(list_in->entries[1].url, "https://www.example.go.th/n/");
	rk_arena_free(arena);
}

/* Every expression of every preset, as if an operator had written it. */
static void
presets(void **state)
{
	static const char *const names[] = {
	    "wordpress", "ewt", "joomla", "drupal", "prd"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct rk_arena *arena = rk_arena_new(0);
		struct rk_page_rules in = {.preset = rk_str(names[i]), .min_items = 1};
		struct rk_page_rules out, again;
		struct rk_err err;
		const char *key;

		assert_int_equal(rk_page_resolve(&in, arena, &out, &key, &err), 0);
		assert_true(out.has_article);
		assert_true(out.n_drop > 0);
		out.preset = RK_STR("");
		if (rk_page_resolve(&out, arena, &again, &key, &err) != 0)
			fail_msg("%s: %s: %s", names[i], key, err.text);
		/* what is given takes the place of the preset's, drop too */
		in.items = RK_STR("//li");
		in.drop = (struct rk_str[]){RK_STR("//nav")};
		in.n_drop = 1;
		assert_int_equal(rk_page_resolve(&in, arena, &again, &key, &err), 0);
		assert_str(again.items, "//li");
		assert_int_equal(again.n_drop, 1);
		assert_true(rk_str_eq(again.title, out.title));
		rk_arena_free(arena);
	}
}

/* ---- limits */

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Sanitizers and a slow machine make it longer, not another kind of long. */
#define SOON 8.0

/* before, n times unit, after: must end soon, in this or in a document (words NULL). */
static void
hostile(const char *before, const char *unit, size_t n, const char *after,
    const char *const *rules, const char *words)
{
	struct rk_buf b;
	struct page p;
	double start = seconds();

	rk_buf_init(&b, RK_MIB(64));
	(void)rk_buf_adds(&b, before);
	for (size_t i = 0; i < n; i++)
		(void)rk_buf_adds(&b, unit);
	(void)rk_buf_adds(&b, after);
	memset(&p, 0, sizeof(p));
	read_page(&p, RK_PAGE_LIST, b.p, b.n, rules);
	if (words == NULL && p.r.doc == NULL)
		fail_msg("refused: %s", p.r.err.text);
	if (words != NULL && (p.r.doc != NULL || p.r.err.kind != RK_E_LIMIT ||
				 strstr(p.r.err.text, words) == NULL))
		fail_msg("wanted \"%s\", got %s", words,
		    p.r.doc != NULL ? "a document" : p.r.err.text);
	if (seconds() - start > SOON)
		fail_msg("%s x %zu: %.1f s", unit, n, seconds() - start);
	parsed_release(&p.r);
	rk_buf_release(&b);
}

static void
hostile_pages(void **state)
{
	const char *const *plain = RULES("items", "//body", "title", ".", "body", ".");

	(void)state;
	hostile("<body>", "<div>", 100000, "x", plain, "elements open at once");
	hostile("<body>", "<b>", 1000, "x", plain, "elements open at once");
	hostile("<body><p ", "a=b ", 100000, ">x", plain, "more than 256 attributes");
	hostile("<body><p ", "a ", 100000, ">x", plain, "more than 256 attributes");
	hostile("<body><p ", "a='>' ", 300, ">x", plain, "more than 256 attributes");
	hostile("<body>", "<p>ก", 250000, "", plain, "more than");
	hostile("<body>", "<p a=b>", 149000, "", plain, "more than");
	hostile("<body>", "ก", 400000, "", plain, "a page of more than 1024 KiB");
	hostile("<body>", "<span></b>x", 20000, "", plain, "elements open");
	hostile("<body>", "<table><tr><td>", 5000, "x", plain, "elements open at once");
	hostile("<body>x", "<!-- -->", 200000, "", plain, NULL);
	hostile("<body>x", "<script>a<b</script>", 200000, "y", plain, NULL);
	hostile("<body>x", "<script>", 100000, "y", plain, NULL);
	hostile("<body>x", "<", 100000, "y", plain, NULL);
	hostile("<body>x", "&", 100000, "y", plain, NULL);
	hostile("<body>x", "</x>", 100000, "y", plain, NULL);
	hostile("<body><a href='", "x", 100000, "", plain, NULL);
	hostile("<body>x", "<i>a</i>", 40000, "", plain, NULL);
	hostile("<body>x", "a<br>", 60000, "", plain, NULL);
	hostile("<ul>", "<li><a href=x>y</a></li>", 20000, "</ul>",
	    RULES("items", "//li", "title", "a", "link", "a/@href"), NULL);
}

static void
hostile_rules(void **state)
{
	(void)state;
	hostile("<body>", "<p>a</p>", 2000, "",
	    RULES("items", "//*[count(//*) > 5][count(//*) > 5]"),
	    "the rule \"items\" takes more than 5000000 steps");
	hostile("<body>", "<p>a</p>", 3000, "",
	    RULES("items", "//p[count(preceding::p) > 99999]"),
	    "the rule \"items\" takes more than");
	hostile("<body>", "<p>a</p>", 4000, "",
	    RULES("items", "//p", "title", "//p[. = 'b']"),
	    "the rule \"title\" takes more than");
	hostile("<body>", "<p>a</p>", 3000, "",
	    RULES("items", "//body", "drop", "//p[following::p[following::p = 'c']]"),
	    "the rule \"drop[0]\" takes more than");
}

/* A usual list of 200 KB is read in a fraction of what a poll may take. */
static void
quick(void **state)
{
	static const char *const presets[] = {
	    "wordpress", "ewt", "joomla", "drupal", "prd"};
	struct rk_buf b;
	double best = 1e9;

	(void)state;
	rk_buf_init(&b, RK_MIB(1));
	(void)rk_buf_adds(&b, "<html><body class='archive home'><div class='blog'>"
			      "<div class='view-content'>");
	for (int i = 0; i < 50; i++)
		(void)rk_buf_addf(&b,
		    "<article class='post hentry views-row inforow item blog-item'>"
		    "<h2 class='entry-title'><a href='/th/content/category/detail/id/1/"
		    "iid/%d?ewt_news.php' rel=bookmark>ข่าวที่ %d ของสำนักงาน</a></h2>"
		    "<time class='entry-date published' "
		    "datetime='2022-02-15T08:30:00'>15 "
		    "ก.พ. 2565</time><div "
		    "class='entry-summary'><p>ข้อความย่อของข่าว</p></div>"
		    "</article>",
		    i, i);
	(void)rk_buf_adds(&b, "</div></div><div class='menu'><ul>");
	for (int i = 0; b.n < 200000; i++)
		(void)rk_buf_addf(&b,
		    "<li class='menu-item menu-item-%d'><a href='/m/%d'>"
		    "<span>เมนู</span></a></li>",
		    i, i);
	(void)rk_buf_adds(&b, "</ul></div></body></html>");
	for (size_t k = 0; k < 5; k++) {
		best = 1e9;
		for (int i = 0; i < 3; i++) {
			double start = seconds();
			struct page p;

			memset(&p, 0, sizeof(p));
			read_page(
			    &p, RK_PAGE_LIST, b.p, b.n, RULES("preset", presets[k]));
			if (p.r.doc == NULL)
				fail_msg("%s: %s", presets[k], p.r.err.text);
			assert_int_equal(p.r.doc->n_items, 50);
			parsed_release(&p.r);
			if (seconds() - start < best)
				best = seconds() - start;
		}
		print_message("%s: %.0f ms for a list of %zu KB\n", presets[k],
		    best * 1000, b.n / 1000);
		assert_true(best < 1.0); /* sanitizers; 100 ms is what is meant */
	}
	rk_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list),
	    cmocka_unit_test(texts_numbers_and_nothing),
	    cmocka_unit_test(alternatives_and_classes),
	    cmocka_unit_test(dropped),
	    cmocka_unit_test(silence_or_failure),
	    cmocka_unit_test(pages_that_stand_in),
	    cmocka_unit_test(an_article),
	    cmocka_unit_test(either),
	    cmocka_unit_test(charsets),
	    cmocka_unit_test(identity),
	    cmocka_unit_test(presets),
	    cmocka_unit_test(hostile_pages),
	    cmocka_unit_test(hostile_rules),
	    cmocka_unit_test(quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
