/*
 * What a page is, which feeds it names, where to look beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/discover.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/parse.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define URL "https://www.site.example/th/news/index.php?x=1"

static struct rk_arena *arena;

static int
open_arena(void **state)
{
	(void)state;
	arena = rk_arena_new(RK_WORKER_ARENA);
	return 0;
}

static int
close_arena(void **state)
{
	(void)state;
	rk_arena_free(arena);
	return 0;
}

static struct rk_look *
look_at(const char *text, const char *url)
{
	struct rk_parse_hints hints = {.url = rk_str(url)};
	size_t n = strlen(text);
	char *copy = malloc(n + 1); /* a block of just its size: ASan sees an overrun */
	struct rk_look *look;

	assert_non_null(copy);
	memcpy(copy, text, n + 1);
	look = rk_look(rk_strn(copy, n), &hints, arena);
	memset(copy, 'X', n);
	free(copy);
	return look;
}

static void
is_str(struct rk_str s, const char *want)
{
	if (!rk_str_is(s, want))
		fail_msg("\"%.*s\", not \"%s\"", RK_FMT(s), want);
}

static void
announced_feeds(void **state)
{
	struct rk_look *l = look_at(
	    "<html><head><title> หน้า\nแรก </title>"
	    "<link href='../rss.xml' type='application/rss+xml' rel='alternate' "
	    "title='ข่าว &amp; งาน'>"
	    "<link rel=\"alternate\" hreflang=\"en\" href=\"/en/\">"
	    "<link rel=alternate type=application/atom+xml href=//cdn.example/a.atom>"
	    "<link rel=\"stylesheet\" type=\"text/css\" href=\"/a.css\">"
	    "<link rel=\"alternate\" type=\"application/rss+xml\" "
	    "href=\"javascript:x()\">"
	    "<!-- <link rel=alternate type=application/rss+xml href=/commented.xml> -->"
	    "<script>var a='<link rel=alternate type=application/rss+xml "
	    "href=/script.xml>'</script>"
	    "</head><body><a href=\"/a\">text</a><a href='/rss/group7.xml'>RSS</a>"
	    "<a href='https://other.example/rss/'>another site's</a>",
	    URL);

	(void)state;
	assert_int_equal(l->n_places, 3);
	is_str(l->places[0].url, "https://www.site.example/th/rss.xml");
	is_str(l->places[0].title, "ข่าว & งาน");
	assert_int_equal(l->places[0].how, RK_HOW_ANNOUNCED);
	is_str(l->places[1].url, "https://cdn.example/a.atom");
	is_str(l->places[2].url, "https://www.site.example/rss/group7.xml");
	assert_int_equal(l->places[2].how, RK_HOW_LINKED);
	is_str(l->title, "หน้า แรก");
}

static void
bases(void **state)
{
	struct rk_look *l;

	(void)state;
	l = look_at("<html><base href=\"https://www.site.example/sub/\">"
		    "<link rel=alternate type=application/rss+xml href=feed.xml>",
	    URL);
	is_str(l->places[0].url, "https://www.site.example/sub/feed.xml");
	/* of a file, the page's own word */
	l = look_at("<html><link rel=canonical href=\"https://own.example/a/b\">"
		    "<link rel=alternate type=application/rss+xml href=feed.xml>",
	    "");
	is_str(l->places[0].url, "https://own.example/a/feed.xml");
}

/* Announced ones are never crowded out by links. */
static void
more_than_fit(void **state)
{
	char *text = malloc(100000);
	struct rk_look *l;
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	n += (size_t)sprintf(text, "<html><body>");
	for (int i = 0; i < 200; i++)
		n += (size_t)sprintf(text + n, "<a href='/rss/group%d.xml'>x</a>", i);
	(void)sprintf(text + n, "<link rel=alternate type=text/xml href=/news.xml>");
	l = look_at(text, URL);
	assert_int_equal(l->n_places, RK_MAX_PLACES);
	is_str(l->places[0].url, "https://www.site.example/news.xml");
	is_str(l->places[1].url, "https://www.site.example/rss/group0.xml");
	free(text);
}

static void
systems(void **state)
{
	static const struct {
		const char *page;
		enum rk_system system;
	} rows[] = {
	    {"<html><meta name=generator content='WordPress 6.4'>",
		RK_SYSTEM_WORDPRESS},
	    {"<html><link href='/wp-content/themes/a.css'>", RK_SYSTEM_WORDPRESS},
	    {"<html><meta name=\"generator\" content=\"Joomla! 1.5\"/>",
		RK_SYSTEM_JOOMLA},
	    {"<html><a href='index.php?option=com_content&view=article&id=5'>",
		RK_SYSTEM_JOOMLA},
	    {"<html><meta name='Generator' content='Drupal 10'>", RK_SYSTEM_DRUPAL},
	    {"<html><a href='ewt_news.php?nid=27&filename=index'>", RK_SYSTEM_EWT},
	    {"<html><a href='/th/content/category/detail/id/9/iid/4'>", RK_SYSTEM_PRD},
	    {"<html><a href='/th/rss/page/content/id/9/cid/4'>", RK_SYSTEM_PRD_MAIN},
	    {"<html><meta name='generator' content='TYPO3 CMS'>", RK_SYSTEM_TYPO3},
	    {"<html><script>var _spPageContextInfo={}</script>", RK_SYSTEM_SHAREPOINT},
	    {"<html><script id=\"__NEXT_DATA__\">", RK_SYSTEM_NEXTJS},
	    {"<html><input name=\"__VIEWSTATE\">", RK_SYSTEM_ASPNET},
	    {"<html><p>a page by hand</p>", RK_SYSTEM_UNKNOWN},
	    /* an image from a WordPress site does not make one */
	    {"<html><img src='//x.example/wp-content/a.jpg'><a "
	     "href='ewt_news.php?nid=2'>",
		RK_SYSTEM_EWT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (look_at(rows[i].page, URL)->system != rows[i].system)
			fail_msg("%s: %s", rows[i].page,
			    rk_system_name(look_at(rows[i].page, URL)->system));
}

#define TEXT                                                                                                                                                                                                                      \
	"<p>ข้อความของหน้าข่าวที่ยาวพอจะเป็นหน้าข่าวจริง มีเนื้อหาให้อ่านหลายบรรทัด " \
	"และมีลิงก์ไปอ่านต่อ</p>"                                                                                                                                                           \
	"<a href='/1'>ข่าวที่หนึ่ง</a><a href='/2'>ข่าวที่สอง</a><a href='/3'>ข่าวที่สาม</a>"                                                                     \
	"<a href='/4'>ข่าวที่สี่</a><a href='/5'>ข่าวที่ห้า</a><a href='/6'>ข่าวที่หก</a>"                                                                              \
	"<a href='/7'>ข่าวที่เจ็ด</a><a href='/8'>ข่าวที่แปด</a><a href='/9'>ข่าวที่เก้า</a>"
#define LONG TEXT TEXT TEXT TEXT TEXT

static void
kinds(void **state)
{
	static const struct {
		const char *page;
		enum rk_look_kind kind;
	} rows[] = {
	    {"<html><body>" LONG, RK_LOOK_PAGE},
	    /* what surrounds a news page does not make it something else */
	    {"<html><body>" LONG "<form><input type=\"password\"></form>",
		RK_LOOK_PAGE},
	    {"<html><body>" LONG "<div class='g-recaptcha'></div>", RK_LOOK_PAGE},
	    {"<html><body>" LONG
	     "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
		RK_LOOK_PAGE},
	    {"<html><body>" LONG "<p>ถนนอยู่ระหว่างการปรับปรุง coming soon</p>",
		RK_LOOK_PAGE},
	    {"<html><body>" LONG "<script>location.href='/x'</script>", RK_LOOK_PAGE},
	    {"<html><meta http-equiv=refresh content='300'><body>" LONG, RK_LOOK_PAGE},
	    {"<html><title>Just a moment...</title>", RK_LOOK_CHALLENGE},
	    {"<html><title>Attention Required! | Cloudflare</title>", RK_LOOK_BLOCK},
	    {"<html><body>Incapsula incident ID: 1-2", RK_LOOK_BLOCK},
	    {"<html><body><div class='h-captcha'></div>", RK_LOOK_CAPTCHA},
	    {"<html><body>เข้าสู่ระบบ<input type='password'>", RK_LOOK_LOGIN},
	    {"<html><title>Index of /pub</title>", RK_LOOK_DIRECTORY},
	    {"<html><h1>It works!</h1>", RK_LOOK_PARKED},
	    {"<html><body><div id=root></div><script src=a.js></script>", RK_LOOK_APP},
	    {"<html><h1>ขออภัย ปิดปรับปรุงเว็บไซต์</h1>", RK_LOOK_CONSTRUCTION},
	    {"<html><title>404 Not Found</title><body>" LONG, RK_LOOK_ERROR},
	    {"<html><meta http-equiv='Refresh' content='0;URL=\"home.html\"'>",
		RK_LOOK_FORWARD},
	    {"<html><script>window.location = 'main.php';</script>", RK_LOOK_FORWARD},
	    {"<html><frameset><frame src='top.html'></frameset>", RK_LOOK_FORWARD},
	    {"<html><body><a href='home.php'>เข้าสู่เว็บไซต์</a>", RK_LOOK_FORWARD},
	    {"", RK_LOOK_EMPTY},
	    {" \n\t", RK_LOOK_EMPTY},
	    {"<?xml version='1.0'?><opml version='2.0'></opml>", RK_LOOK_XML},
	    {"{\"a\": 1}", RK_LOOK_JSON},
	    {"only words", RK_LOOK_TEXT},
	    {"%PDF-1.4", RK_LOOK_BINARY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rk_look *l = look_at(rows[i].page, URL);

		if (l->kind != rows[i].kind)
			fail_msg("%.120s: %s (%.*s)", rows[i].page,
			    rk_look_kind_name(l->kind), RK_FMT(l->what));
		assert_true(l->what.n > 0);
		if (l->kind == RK_LOOK_FORWARD)
			assert_int_equal(l->places[0].how, RK_HOW_FORWARD);
	}
}

static void
where_it_leads(void **state)
{
	(void)state;
	is_str(
	    look_at(
		"<html><meta http-equiv=refresh content='5; url=main/index.php'>", URL)
		->places[0]
		.url,
	    "https://www.site.example/th/news/main/index.php");
	is_str(look_at("<html><script>top.location.href='/Main.ASP?a=1'</script>", URL)
		   ->places[0]
		   .url,
	    "https://www.site.example/Main.ASP?a=1");
}

/* ---- addresses */

static size_t
try_all(const struct rk_look *l, const char *url, struct rk_place *out)
{
	return rk_places_to_try(l, rk_str(url), arena, out, RK_MAX_PLACES);
}

static bool
is_there(const struct rk_place *p, size_t n, const char *url)
{
	for (size_t i = 0; i < n; i++)
		if (rk_str_is(p[i].url, url))
			return true;
	return false;
}

static void
known_addresses(void **state)
{
	static const struct {
		enum rk_system system;
		const char *url, *want;
	} rows[] = {
	    {RK_SYSTEM_WORDPRESS, "https://a.example/blog/",
		"https://a.example/blog/feed/"},
	    {RK_SYSTEM_WORDPRESS, "https://a.example",
		"https://a.example/wp-json/wp/v2/posts"},
	    {RK_SYSTEM_JOOMLA, "https://a.example/news?x=1",
		"https://a.example/news?format=feed&type=rss"},
	    {RK_SYSTEM_DRUPAL, "https://a.example/x", "https://a.example/rss.xml"},
	    {RK_SYSTEM_EWT, "http://a.example/ewt/web/more_news.php?cid=3",
		"http://a.example/ewt/web/rss/group1.xml"},
	    {RK_SYSTEM_UNKNOWN,
		"https://a.example/th/content/category/detail/id/15/iid/2",
		"https://a.example/th/content/category/xml/id/15"},
	    {RK_SYSTEM_UNKNOWN, "https://a.example/th/content/category/index/id/15",
		"https://a.example/th/content/category/xml/id/15"},
	    {RK_SYSTEM_UNKNOWN, "https://a.example/th/content/page/index/id/7/cid/31",
		"https://a.example/th/rss/page/content/id/7/cid/31"},
	    {RK_SYSTEM_UNKNOWN, "https://a.example/th/content/page/index/id/7/cid/31",
		"https://a.example/th/rss/page/contentjson/id/7/cid/31"},
	    {RK_SYSTEM_UNKNOWN, "https://a.example:8443/x/y",
		"https://a.example:8443/rss"},
	};
	struct rk_place p[RK_MAX_PLACES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rk_look l = {.system = rows[i].system};
		size_t n = try_all(&l, rows[i].url, p);

		if (!is_there(p, n, rows[i].want))
			fail_msg("%s: no %s", rows[i].url, rows[i].want);
		assert_false(is_there(p, n, rows[i].url));
		for (size_t k = 0; k < n; k++)
			for (size_t m = 0; m < k; m++)
				assert_false(rk_str_eq(p[k].url, p[m].url));
	}
	/* what is no address, and no page at all */
	assert_int_equal(try_all(NULL, "nonsense", p), 0);
	assert_true(try_all(NULL, "http://a.example/x", p) > 5);
	/* no more than there is room for */
	assert_int_equal(
	    rk_places_to_try(NULL, RK_STR("http://a.example/x"), arena, p, 2), 2);
}

static void
comments_are_no_news(void **state)
{
	(void)state;
	assert_true(
	    rk_is_comment_feed(RK_STR("https://a.example/comments/feed/"), RK_STR("")));
	assert_true(rk_is_comment_feed(
	    RK_STR("https://a.example/x"), RK_STR("A » Comments Feed")));
	assert_true(
	    rk_is_comment_feed(RK_STR("https://a.example/x"), RK_STR("เว็บ » ความเห็น")));
	assert_false(
	    rk_is_comment_feed(RK_STR("https://a.example/feed/"), RK_STR("ข่าว")));
}

/* Time grows with the page, whatever it holds; memory stays in the worker's budget. */
static void
hostile_pages(void **state)
{
	static const char *const pieces[] = {"<a \"", "<a href=\"", "<",
	    "<a href=/rss/", "<!--", "<script>", "<base href=/x>",
	    "<link rel=alternate type=text/xml href=/", "<a b='",
	    "<meta http-equiv=refresh content='0;url=", "<title>", "location='",
	    "<a href=x>", "&amp;"};

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		size_t len = strlen(pieces[i]), n = 6 + (RK_MIB(2) / len) * len;
		char *text = malloc(n + 1);
		clock_t began = clock();

		assert_non_null(text);
		memcpy(text, "<html>", 6);
		for (size_t k = 6; k < n; k += len)
			memcpy(text + k, pieces[i], len);
		text[n] = '\0';
		(void)look_at(text, URL);
		/* sanitizers and a busy machine included */
		if (clock() - began > 8 * CLOCKS_PER_SEC)
			fail_msg("%s: too slow", pieces[i]);
		free(text);
		rk_arena_reset(arena);
	}
}

static void
bytes_of_another_encoding(void **state)
{
	/* "ข่าว" in TIS-620, and a label that lies */
	struct rk_look *l =
	    look_at("<html><meta charset=utf-8><title>\xa2\xe8\xd2\xc7\xb9\xe8\xd2\xb9 "
		    "\xa2\xe8\xd2\xc7</title>"
		    "<body>\xa2\xe8\xd2\xc7 \xa2\xe8\xd2\xc7",
		URL);

	(void)state;
	is_str(l->charset, "windows-874");
	assert_true(l->charset_mislabelled);
	is_str(l->title, "ข่าวน่าน ข่าว");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(announced_feeds),
	    TEST(bases),
	    TEST(more_than_fit),
	    TEST(systems),
	    TEST(kinds),
	    TEST(where_it_leads),
	    TEST(known_addresses),
	    TEST(comments_are_no_news),
	    TEST(hostile_pages),
	    TEST(bytes_of_another_encoding),
	};

	rk_parse_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
