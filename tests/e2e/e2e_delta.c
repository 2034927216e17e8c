/*
 * RFC 3229 deltas, and the forced refresh after a setting changed: judged by what the
 * origin saw and what is published.
 */
#include "origin.h"
#include "program.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FETCH "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n"
#define RSS(items) \
	"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>" items \
	"</channel></rss>"
#define ITEM(g) "<item><guid isPermaLink=\"false\">" g "</guid><title>news " g "</title></item>"

static struct origin *o;
static struct program w;

static int
open_all(void **state)
{
	(void)state;
	o = origin_start();
	program_open(&w);
	program_config(&w, FETCH "sources:\n- id: one\n  url: %s\n", origin_url(o, "/one"));
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	program_close(&w);
	origin_stop(o);
	return 0;
}

static const char *
sent(size_t i, const char *name)
{
	const struct origin_request *r = origin_seen(o, i);
	const char *value;

	assert_non_null(r);
	value = origin_header(r, name);
	return value != NULL ? value : "";
}

static void
once(size_t entries)
{
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), entries);
}

static void
a_delta_adds_and_takes_nothing_away(void **state)
{
	const struct origin_answer answers[] = {
	    {.headers = "ETag: \"1\"\n", .body = RSS(ITEM("a") ITEM("b"))},
	    {.status = 226, .headers = "IM: feed\nETag: \"2\"\n", .body = RSS(ITEM("c"))},
	    {.status = 304, .headers = "ETag: \"2\"\n"},
	    {.status = 226, .headers = "IM: feed\nETag: \"3\"\n", .body = "no feed"},
	    {.headers = "ETag: \"4\"\n", .body = RSS(ITEM("d") ITEM("c"))},
	    {.status = 226, .headers = "ETag: \"5\"\n", .body = RSS(ITEM("e"))},
	};

	(void)state;
	origin_route(o, "/one", answers, 6);
	once(2);
	assert_string_equal(sent(0, "A-IM"), "");
	once(3);
	assert_string_equal(sent(1, "A-IM"), "feed");
	assert_string_equal(sent(1, "If-None-Match"), "\"1\"");
	once(3);
	assert_string_equal(sent(2, "If-None-Match"), "\"2\""); /* the delta's is kept */
	once(3); /* it cannot be read: then the whole is asked for */
	once(4);
	assert_string_equal(sent(4, "If-None-Match"), "");
	assert_string_equal(sent(4, "A-IM"), "");
	/* one that does not say what it is, is an error */
	once(4);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "226"));
	assert_non_null(strstr(w.out, "failing"));
	assert_int_equal(origin_count(o, NULL), 6);
}

/* A whole that came before is known again, also behind a delta. */
static void
a_200_is_the_whole(void **state)
{
	const struct origin_answer answers[] = {
	    {.headers = "ETag: \"1\"\n", .body = RSS(ITEM("a"))},
	    {.headers = "ETag: \"2\"\n", .body = RSS(ITEM("a"))},
	    {.status = 226, .headers = "IM: feed\nETag: \"3\"\n", .body = RSS(ITEM("b"))},
	    {.headers = "ETag: \"4\"\n", .body = RSS(ITEM("a"))},
	};

	(void)state;
	origin_route(o, "/one", answers, 4);
	once(1);
	once(1);
	assert_string_equal(sent(1, "A-IM"), "feed");
	assert_non_null(strstr(w.out, "1 unchanged"));
	once(2);
	assert_non_null(strstr(w.out, "1 with news"));
	once(2);
	assert_non_null(strstr(w.out, "1 unchanged"));
}

/* 12: a setting that changes what is read is the forced refresh. */
static void
a_forced_refresh_is_plain_once(void **state)
{
	const struct origin_answer feed = {.headers = "ETag: \"1\"\nLast-Modified: Fri, 20 "
						      "Nov 2026 01:02:03 GMT\n",
	    .body = RSS(ITEM("a")),
	    .conditional = true};

	(void)state;
	origin_route(o, "/one", &feed, 1);
	once(1);
	once(1);
	assert_string_equal(sent(1, "If-None-Match"), "\"1\"");
	program_config(&w, FETCH "sources:\n- id: one\n  url: %s\n  distrust: [date]\n",
	    origin_url(o, "/one"));
	once(1);
	assert_string_equal(sent(2, "If-None-Match"), "");
	assert_string_equal(sent(2, "If-Modified-Since"), "");
	assert_string_equal(sent(2, "Cache-Control"), ""); /* and nothing else tells of it */
	assert_string_equal(sent(2, "Pragma"), "");
	once(1);
	assert_string_equal(sent(3, "If-None-Match"), "\"1\"");
	assert_int_equal(origin_count(o, NULL), 4);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    T(a_delta_adds_and_takes_nothing_away),
	    T(a_200_is_the_whole),
	    T(a_forced_refresh_is_plain_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
