/*
 * robots.txt: the examples of RFC 9309, what sites write beside it, and hostile files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/robots.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One robots.txt, an address, what holds for the agent. */
struct row {
	const char *text, *agent, *url;
	bool allowed;
};

static bool
judge(const char *text, size_t n, const char *agent, const char *url)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_robots *r = rk_robots_parse(rk_strn(text, n), agent, arena), *again;
	bool allowed = rk_robots_allowed(r, rk_str(url));
	struct rk_buf printed;

	/* what is kept of it says the same */
	rk_buf_init(&printed, SIZE_MAX);
	assert_int_equal(rk_robots_print(r, &printed), 0);
	again = rk_robots_parse(rk_buf_view(&printed), RK_ROBOTS_AGENT, arena);
	assert_int_equal(rk_robots_allowed(again, rk_str(url)), allowed);
	assert_int_equal(rk_robots_delay(again), rk_robots_delay(r));
	rk_buf_release(&printed);
	rk_arena_free(arena);
	return allowed;
}

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (judge(rows[i].text, strlen(rows[i].text), rows[i].agent, rows[i].url)
		    != rows[i].allowed)
			fail_msg("row %zu: %s of\n%s", i, rows[i].url, rows[i].text);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

/* RFC 9309, 5.1 and 5.2. */
static void
examples_of_the_rfc(void **state)
{
	static const char simple[] = "User-Agent: *\n"
				     "Disallow: *.gif$\n"
				     "Disallow: /example/\n"
				     "Allow: /publications/\n\n"
				     "User-Agent: foobot\n"
				     "Disallow:/\n"
				     "Allow:/example/page.html\n"
				     "Allow:/example/allowed.gif\n\n"
				     "User-Agent: barbot\n"
				     "User-Agent: bazbot\n"
				     "Disallow: /example/page.html\n\n"
				     "User-Agent: quxbot\n\n"
				     "EOF\n";
	static const char longest[] = "User-Agent: foobot\n"
				      "Allow: /example/page/\n"
				      "Disallow: /example/page/disallowed.gif\n";
	static const struct row rows[] = {
	    {simple, "foobot", "https://h.example/example/page.html", true},
	    {simple, "foobot", "https://h.example/example/allowed.gif", true},
	    {simple, "foobot", "https://h.example/publications/", false},
	    {simple, "foobot", "https://h.example/", false},
	    {simple, "barbot", "https://h.example/example/page.html", false},
	    {simple, "bazbot", "https://h.example/example/page.html", false},
	    {simple, "bazbot", "https://h.example/example/other.html", true},
	    {simple, "quxbot", "https://h.example/example/page.html", true},
	    {simple, "ruamkhao", "https://h.example/example/page.html", false},
	    {simple, "ruamkhao", "https://h.example/pictures/a.gif", false},
	    {simple, "ruamkhao", "https://h.example/pictures/a.gif?x=1", true},
	    {simple, "ruamkhao", "https://h.example/publications/1.html", true},
	    {longest, "foobot", "https://h.example/example/page/a.gif", true},
	    {longest, "foobot", "https://h.example/example/page/disallowed.gif", false},
	};

	(void)state;
	CHECK(rows);
}

/* RFC 9309, 2.2.1: groups of the same agent are one; letters' case does not count. */
static void
groups(void **state)
{
	static const char merged[] = "user-agent: ExampleBot\ndisallow: /foo\n"
				     "disallow: /bar\n\nuser-agent: ExampleBot\n"
				     "disallow: /baz\n";
	static const char mixed[] = "Disallow: /nobody\nUSER-AGENT : Ruamkhao/2.0 (x)\n"
				    "dIsAlLoW\t:\t/a\t# a comment\nSitemap: http://x/\n"
				    "Disallow: /b\n\n\nDisallow: /c\n"
				    "User-agent: *\nDisallow: /\n";
	static const char other[] = "User-agent: ruamkhao-news\nUser-agent: ruam\n"
				    "Disallow: /\n";
	static const char between[] = "User-agent: other\nSitemap: http://x/\n"
				      "Crawl-delay: 3\nUser-agent: ruamkhao\n"
				      "Disallow: /x\n";
	static const struct row rows[] = {
	    {merged, "examplebot", "http://h/foo", false},
	    {merged, "examplebot", "http://h/bar", false},
	    {merged, "examplebot", "http://h/baz", false},
	    {merged, "examplebot", "http://h/", true},
	    {mixed, "ruamkhao", "http://h/nobody", true},
	    {mixed, "ruamkhao", "http://h/a1", false},
	    {mixed, "ruamkhao", "http://h/b", false},
	    {mixed, "ruamkhao", "http://h/c", false},
	    {mixed, "ruamkhao", "http://h/d", true},
	    {mixed, "somebody", "http://h/d", false},
	    {other, "ruamkhao", "http://h/", true},
	    {between, "ruamkhao", "http://h/x", false},
	    {"User-agent: ruamkhao\nDisallow:\nUser-agent: *\nDisallow: /\n", "ruamkhao",
		"http://h/x", true},
	    {"User-agent: *x\nDisallow: /\n", "ruamkhao", "http://h/x", true},
	    {"", "ruamkhao", "http://h/x", true},
	    {"<!doctype html><title>404</title><p>not: here", "ruamkhao", "http://h/x", true},
	    {"\xef\xbb\xbfUser-agent: *\rDisallow: /a\r\nDisallow: /b", "ruamkhao",
		"http://h/a", false},
	    {"\xef\xbb\xbfUser-agent: *\rDisallow: /a\r\nDisallow: /b", "ruamkhao",
		"http://h/b", false},
	};

	(void)state;
	CHECK(rows);
}

#define U "User-agent: *\n"

/* RFC 9309, 2.2.2 and 2.2.3. */
static void
paths(void **state)
{
	static const struct row rows[] = {
	    {U "Allow: /a\nDisallow: /a\n", "x", "http://h/a", true},
	    {U "Disallow: /a\nAllow: /a\n", "x", "http://h/a", true},
	    {U "Disallow: /p\nAllow: /pa\n", "x", "http://h/page", true},
	    {U "Allow: /p\nDisallow: /pa\n", "x", "http://h/page", false},
	    {U "Allow: /page\nDisallow: /*.html\n", "x", "http://h/page.html", false},
	    {U "Allow: /$\nDisallow: /\n", "x", "http://h/", true},
	    {U "Allow: /$\nDisallow: /\n", "x", "http://h", true},
	    {U "Allow: /$\nDisallow: /\n", "x", "http://h/x", false},
	    {U "Disallow: /\n", "x", "http://h/robots.txt", true},
	    {U "Disallow: /\n", "x", "http://h?q=1", false},
	    {U "Disallow: /*?q=\n", "x", "http://h?q=1", false},
	    {U "Disallow: /a\n", "x", "http://h/A", true},
	    {U "Disallow: /a\n", "x", "http://h/b#/a", true},
	    {U "Disallow: /a$b\n", "x", "http://h/a$b", false},
	    {U "Disallow: /a%24$\n", "x", "http://h/a$", false},
	    {U "Disallow: /a%2A\n", "x", "http://h/a*b", false},
	    {U "Disallow: /a%2A\n", "x", "http://h/axb", true},
	    {U "Disallow: /a*b*c$\n", "x", "http://h/a1b2b3c4c", false},
	    {U "Disallow: /a*b*c$\n", "x", "http://h/a1b2b3c4", true},
	    {U "Disallow: /a*bc$\n", "x", "http://h/abc", false},
	    {U "Disallow: /abc*bc$\n", "x", "http://h/abc", true},
	    {U "Disallow: *\n", "x", "http://h/abc", false},
	    {U "Disallow: /x**y\n", "x", "http://h/x/1/y", false},
	    {U "Disallow: $\n", "x", "http://h/x", true},
	    /* the table of 2.2.2 */
	    {U "Disallow: /foo/bar?baz=quz\n", "x", "http://h/foo/bar?baz=quz", false},
	    {U "Disallow: /foo/bar?baz=http://foo.bar\n", "x",
		"http://h/foo/bar?baz=http%3A%2F%2Ffoo.bar", false},
	    {U "Disallow: /foo/bar?baz=http%3A%2F%2Ffoo.bar\n", "x",
		"http://h/foo/bar?baz=http://foo.bar", false},
	    {U "Disallow: /*baz=http://foo\n", "x",
		"http://h/foo/bar?baz=http%3A%2F%2Ffoo.bar", false},
	    {U "Disallow: /foo/bar/\xe3\x83\x84\n", "x", "http://h/foo/bar/%E3%83%84", false},
	    {U "Disallow: /foo/bar/%E3%83%84\n", "x", "http://h/foo/bar/\xe3\x83\x84", false},
	    {U "Disallow: /foo/bar/%e3%83%84\n", "x", "http://h/foo/bar/%E3%83%84", false},
	    {U "Disallow: /foo/bar/%62%61%7A\n", "x", "http://h/foo/bar/baz", false},
	    {U "Disallow: /foo/bar/baz\n", "x", "http://h/foo/bar/%62%61%7A", false},
	    {U "Disallow: /a%2Fb\n", "x", "http://h/a/b", true},
	    {U "Disallow: /ข่าว/\n", "x", "http://h/%E0%B8%82%E0%B9%88%E0%B8%B2%E0%B8%A7/1", false},
	    {U "Disallow: /a b\n", "x", "http://h/a%20b", false},
	    {U "Disallow: /<x>\n", "x", "http://h/%3Cx%3e", false},
	    {U "Disallow: /%zz%\n", "x", "http://h/%zz%", false},
	};

	(void)state;
	CHECK(rows);
}

static int64_t
delay(const char *text)
{
	struct rk_arena *arena = rk_arena_new(0);
	int64_t s = rk_robots_delay(rk_robots_parse(rk_str(text), RK_ROBOTS_AGENT, arena));

	rk_arena_free(arena);
	return s;
}

static void
delays(void **state)
{
	(void)state;
	assert_int_equal(delay(U "Crawl-delay: 5\n"), 5);
	assert_int_equal(delay(U "crawl-delay: 2.5 # s\n"), 3);
	assert_int_equal(delay(U "Crawl-delay: 3600\n"), RK_MAX_CRAWL_DELAY_S);
	assert_int_equal(delay(U "Crawl-delay: 59.1\n"), RK_MAX_CRAWL_DELAY_S);
	assert_int_equal(delay(U "Crawl-delay: -1\n"), 0);
	assert_int_equal(delay(U "Crawl-delay: soon\n"), 0);
	assert_int_equal(delay(U "Crawl-delay:\n"), 0);
	assert_int_equal(delay("Crawl-delay: 5\n"), 0);
	/* no rule stands between, yet two groups are meant */
	assert_int_equal(delay(U "Crawl-delay: 9\nUser-agent: ruamkhao\nCrawl-delay: 2\n"), 2);
	assert_int_equal(
	    delay(U "Crawl-delay: 9\nDisallow:\nUser-agent: ruamkhao\nCrawl-delay: 2\n"), 2);
}

/* What lies behind 500 KiB does not count, what lies before does; no line is half read. */
static void
long_files(void **state)
{
	size_t n = RK_MAX_ROBOTS + 4096;
	char *text = malloc(n + 1);

	(void)state;
	memset(text, '\n', n);
	text[n] = '\0';
	memcpy(text, U "Disallow: /first\n", sizeof(U "Disallow: /first\n") - 1);
	memcpy(text + RK_MAX_ROBOTS - 12, "Disallow: /cut-here\nDisallow: /last\n", 36);
	assert_false(judge(text, n, "x", "http://h/first"));
	assert_true(judge(text, n, "x", "http://h/cut-here"));
	assert_true(judge(text, n, "x", "http://h/cu"));
	assert_true(judge(text, n, "x", "http://h/last"));
	free(text);
}

/* Stars and repetition that make matching by trying everything take for ever. */
static void
hostile_patterns_take_linear_time(void **state)
{
	size_t n = 0, cap = RK_MAX_ROBOTS;
	char *text = malloc(cap), url[2000] = "http://h/";
	clock_t began = clock();

	(void)state;
	n += (size_t)snprintf(text, cap, U);
	while (n + 1100 < cap) {
		n += (size_t)snprintf(text + n, cap - n, "Disallow: /");
		for (int i = 0; i < 500; i++)
			n += (size_t)snprintf(text + n, cap - n, "*a");
		n += (size_t)snprintf(text + n, cap - n, "*b$\n");
	}
	memset(url + 9, 'a', sizeof(url) - 10);
	url[sizeof(url) - 1] = '\0';
	assert_true(judge(text, n, "x", url));
	assert_true((double)(clock() - began) / CLOCKS_PER_SEC < 2.0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(examples_of_the_rfc),
	    cmocka_unit_test(groups),
	    cmocka_unit_test(paths),
	    cmocka_unit_test(delays),
	    cmocka_unit_test(long_files),
	    cmocka_unit_test(hostile_patterns_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
