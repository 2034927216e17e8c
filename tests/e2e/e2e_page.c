/*
 * Sources that are pages: a list and its articles, asked for in which order and how often,
 * judged by the origin's log; what of it is stored and published, and what of it where an
 * article or the list cannot be had.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagekit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a list and its articles */

static void
articles_of_new_links_are_read_once(void **state)
{
	static const char *const order[] = { "/robots.txt", "/news", "/n/3", "/n/2", "/n/1" };
	struct program w;
	struct origin *o = origin_start();
	char *before, *after;

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 3, 1, "\"1\"");
	pagekit_serve_articles(o, 4, 1);
	pagekit_config(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(origin_seen(o, i)->url, order[i]);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 2</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "เนื้อหาของข่าวที่ 2 ทั้งหมด"), 1);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "3 entries, 3 of them new"));
	/* nothing changed: one conditional request, no robots.txt, no article */
	before = program_fingerprint(&w, "public");
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 6);
	assert_string_equal(origin_header(origin_seen(o, 5), "If-None-Match"), "\"1\"");
	/* the same list under another ETag: the same body */
	pagekit_serve_list(o, 3, 1, "\"1b\"");
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 7);
	after = program_fingerprint(&w, "public");
	assert_string_equal(before, after);
	/* one more link: its article and nothing else; what was read stays as it was read */
	pagekit_serve_list(o, 4, 1, "\"2\"");
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 9);
	assert_int_equal(pagekit_asked(o, 4), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 4);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 2</title>"), 1);
	assert_int_equal(program_run(&w, "status", "--json", NULL), 0);
	assert_non_null(
	    strstr(w.out, "\"page\":{\"listed\":4,\"new\":1,\"waiting\":0,\"failed\":0}"));
	free(before);
	free(after);
	program_close(&w);
	origin_stop(o);
}

static void
without_article_rules_the_list_is_all(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 3, 1, "\"1\"");
	program_config(&w, PAGEKIT_FETCH "sources:\n- id: one\n  url: %s\n" PAGEKIT_RULES,
	    origin_url(o, "/news"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 2);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "3 entries, 3 of them new"));
	program_close(&w);
	origin_stop(o);
}

/* More links than one poll reads: newest first, the rest later, in their order. */
static void
long_lists_take_several_polls(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char *text, *at;

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 25, 1, "\"1\"");
	pagekit_serve_articles(o, 25, 1);
	pagekit_config(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 22);
	assert_int_equal(pagekit_asked(o, 6), 1);
	assert_int_equal(pagekit_asked(o, 5), 0);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "25 entries, 20 of them new; 5 more wait for the next poll"));
	(void)sleep(1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_null(origin_header(origin_seen(o, 22), "If-None-Match"));
	for (int i = 1; i <= 25; i++)
		assert_int_equal(pagekit_asked(o, i), 1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_string_equal(
	    origin_header(origin_seen_at(o, "/news", 2), "If-None-Match"), "\"1\"");
	at = text = program_read(&w, "public/all.atom");
	for (int i = 25; i >= 1; i--) {
		char title[128];

		(void)snprintf(title, sizeof(title), "<title>หัวข้อเต็มของข่าวที่ %d</title>", i);
		at = strstr(at, title);
		if (at == NULL)
			fail_msg("%s is not where it belongs", title);
	}
	free(text);
	program_close(&w);
	origin_stop(o);
}

/* ---- articles that cannot be had */

static void
gone_articles_and_files_are_taken_from_the_list(void **state)
{
	struct origin_answer pdf = { .headers = "Content-Type: application/pdf\n",
		.body = "%PDF-1.4 ..." };
	struct program w;
	struct origin *o = origin_start();
	struct pagekit l;

	(void)state;
	program_open(&w);
	pagekit_begin(&l);
	pagekit_items(&l, 2, 1); /* /n/1 is 404 */
	pagekit_link(&l, "/files/plan.PDF?v=2", "แผนปฏิบัติราชการ");
	pagekit_link(&l, "/download?id=4", "ประกาศผล");
	pagekit_link(&l, "http://127.0.0.1:1/blocked-port", "ท่าเรือ");
	pagekit_serve(&l, o, "/news", "\"1\"");
	pagekit_serve_article(o, 2, 0);
	origin_route(o, "/download", &pdf, 1);
	pagekit_config(&w, o);
	for (int i = 0; i < 3; i++)
		assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 5);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 2</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อข่าวที่ 1</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>ประกาศผล</title>"), 1);
	assert_int_equal(pagekit_asked(o, 1), 1);
	assert_int_equal(origin_count(o, "/files/plan.PDF"), 0);
	assert_int_equal(origin_count(o, "/download"), 1);
	program_close(&w);
	origin_stop(o);
}

static void
serve_status(struct origin *o, int i, unsigned status)
{
	struct origin_answer a = { .status = status };
	char path[32];

	(void)snprintf(path, sizeof(path), "/n/%d", i);
	origin_route(o, path, &a, 1);
}

/* 8 down to 1 without three of them, with a new one on top. */
static void
serve_gaps(struct origin *o, int newest)
{
	struct pagekit l;
	char etag[16];

	pagekit_begin(&l);
	pagekit_items(&l, newest, 8);
	pagekit_items(&l, 4, 1);
	(void)snprintf(etag, sizeof(etag), "\"%d\"", newest);
	pagekit_serve(&l, o, "/news", etag);
	pagekit_serve_articles(o, newest, newest);
}

static void
what_fell_out_of_the_list_is_looked_after(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	pagekit_config(&w, o);
	pagekit_serve_list(o, 8, 1, "\"1\"");
	pagekit_serve_articles(o, 8, 1);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 8);
	origin_forget(o);
	serve_status(o, 7, 410);
	serve_status(o, 6, 404);
	for (int newest = 9; newest < 13; newest++) {
		serve_gaps(o, newest);
		assert_int_equal(program_run(&w, "once", NULL), 0);
	}
	/* one was gone, one missing twice, one is only unlisted and was asked for once */
	assert_int_equal(pagekit_asked(o, 7), 1);
	assert_int_equal(pagekit_asked(o, 6), 2);
	assert_int_equal(pagekit_asked(o, 5), 1);
	assert_int_equal(pagekit_asked(o, 4), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 10);
	assert_int_equal(program_count(&w, "public/all.atom", "<at:deleted-entry"), 2);
	assert_int_equal(program_count(&w, "public/all.atom", "หัวข้อเต็มของข่าวที่ 7<"), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "หัวข้อเต็มของข่าวที่ 5<"), 1);
	program_close(&w);
	origin_stop(o);
}

static void
broken_articles_are_tried_three_times(void **state)
{
	struct origin_answer cut = { .headers = "Content-Type: text/html\n",
		.body = "<html><body><h1>half a page that never comes", .cut = true, .cut_at = 20 };
	struct origin_answer error = { .status = 500, .body = "x" };
	struct program w;
	struct origin *o = origin_start();
	size_t lists;

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 3, 1, "\"1\"");
	pagekit_serve_article(o, 3, 0);
	origin_route(o, "/n/2", &cut, 1);
	origin_route(o, "/n/1", &error, 1);
	pagekit_config(&w, o);
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
		assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
		assert_int_equal(pagekit_asked(o, 3), 1);
		assert_int_equal(pagekit_asked(o, 2), i);
		assert_int_equal(program_run(&w, "status", "one", NULL), 0);
		assert_non_null(
		    strstr(w.out, "2 more wait for the next poll (2 could not be read)"));
	}
	/* one of them comes back, the other is believed from the list */
	pagekit_serve_article(o, 2, 0);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 2</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อข่าวที่ 1</title>"), 1);
	/* every list so far was asked for as a whole; now it is settled */
	lists = origin_count(o, "/news");
	assert_int_equal(lists, 3);
	assert_null(origin_header(origin_seen_at(o, "/news", 2), "If-None-Match"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_non_null(origin_header(origin_seen_at(o, "/news", 3), "If-None-Match"));
	assert_int_equal(pagekit_asked(o, 1), 3);
	program_close(&w);
	origin_stop(o);
}

/* One that stops the parser, and one that answers too late. */
static void
bad_articles_cost_only_themselves(void **state)
{
	struct origin_answer crash = { .headers = "Content-Type: text/html\n",
		.body = "<!--rk-test:crash-->" };
	struct origin_answer late = { .headers = "Content-Type: text/html\n", .body = "x",
		.delay_ms = 4000 };
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 3, 1, "\"1\"");
	origin_route(o, "/n/3", &crash, 1);
	origin_route(o, "/n/2", &late, 1);
	pagekit_serve_article(o, 1, 0);
	program_config(&w, PAGEKIT_FETCH "  timeout: 1s\nsources:\n- id: one\n  url: %s\n"
	    PAGEKIT_RULES PAGEKIT_ARTICLE, origin_url(o, "/news"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 1</title>"), 1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(pagekit_asked(o, 1), 1);
	assert_int_equal(pagekit_asked(o, 3), 3);
	program_close(&w);
	origin_stop(o);
}

/* 429 and Retry-After: no further article, and the source waits. */
static void
a_site_that_asks_for_quiet_gets_it(void **state)
{
	struct origin_answer busy = { .status = 429, .headers = "Retry-After: 3600\n" };
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 3, 1, "\"1\"");
	pagekit_serve_article(o, 3, 0);
	origin_route(o, "/n/2", &busy, 1);
	pagekit_serve_article(o, 1, 0);
	pagekit_config(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(pagekit_asked(o, 1), 0);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, "/news"), 1);
	program_close(&w);
	origin_stop(o);
}

/* ---- lists that went wrong */

static void
a_lost_container_is_an_error_and_an_empty_list_is_not(void **state)
{
	struct origin_answer other = { .headers = "Content-Type: text/html\n",
		.body = "<!doctype html><title>ปรับปรุง</title><p>ปิดปรับปรุงเว็บไซต์" };
	struct program w;
	struct origin *o = origin_start();
	struct pagekit l;
	char *before, *after;

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 2, 1, "\"1\"");
	pagekit_serve_articles(o, 2, 1);
	pagekit_config(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	before = program_read(&w, "public/all.atom");
	origin_route(o, "/news", &other, 1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 1);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "one: failing"));
	assert_non_null(strstr(w.out, "page rules"));
	pagekit_begin(&l);
	pagekit_serve(&l, o, "/news", "\"2\"");
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "one: ok"));
	assert_non_null(strstr(w.out, "0 entries, 0 of them new"));
	after = program_read(&w, "public/all.atom");
	assert_string_equal(before, after);
	free(before);
	free(after);
	program_close(&w);
	origin_stop(o);
}

/* ---- WordPress */

static void
wordpress_is_asked_at_its_interface(void **state)
{
	static const char posts[] =
	    "[{\"id\":7,\"date\":\"2026-11-20T09:00:00\",\"date_gmt\":\"2026-11-20T02:00:00\","
	    "\"guid\":{\"rendered\":\"http://wp.example/?p=7\"},"
	    "\"modified_gmt\":\"2026-11-20T02:00:00\",\"link\":\"http://wp.example/2026/7\","
	    "\"title\":{\"rendered\":\"เปิดศูนย์บริการใหม่\"},"
	    "\"content\":{\"rendered\":\"<p>รายละเอียดของศูนย์</p>\"},"
	    "\"excerpt\":{\"rendered\":\"\"}}]";
	struct origin_answer a = { .headers = "Content-Type: application/json; charset=UTF-8\n"
		"ETag: \"wp\"\n", .body = posts, .conditional = true };
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	origin_route(o, "/office/wp-json/wp/v2/posts", &a, 1);
	program_config(&w, PAGEKIT_FETCH
	    "sources:\n- id: wp\n  kind: wordpress\n  url: %s\n", origin_url(o, "/office/"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(
	    program_count(&w, "public/all.atom", "<published>2026-11-20T02:00:00Z</published>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "รายละเอียดของศูนย์"), 1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 2);
	assert_string_equal(origin_header(origin_seen(o, 1), "If-None-Match"), "\"wp\"");
	program_close(&w);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(articles_of_new_links_are_read_once),
	    cmocka_unit_test(without_article_rules_the_list_is_all),
	    cmocka_unit_test(long_lists_take_several_polls),
	    cmocka_unit_test(gone_articles_and_files_are_taken_from_the_list),
	    cmocka_unit_test(what_fell_out_of_the_list_is_looked_after),
	    cmocka_unit_test(broken_articles_are_tried_three_times),
	    cmocka_unit_test(bad_articles_cost_only_themselves),
	    cmocka_unit_test(a_site_that_asks_for_quiet_gets_it),
	    cmocka_unit_test(a_lost_container_is_an_error_and_an_empty_list_is_not),
	    cmocka_unit_test(wordpress_is_asked_at_its_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
