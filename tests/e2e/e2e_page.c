/*
 * Sources that are pages: what is asked for, in which order and how often, judged by the
 * origin's log; what of it is stored and published.
 */
#include "origin.h"
#include "program.h"

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LOOPBACK \
	"fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.0/8]\n"
#define RULES \
	"  kind: page\n  page:\n    container: //ul[@id=\"news\"]\n" \
	"    items: //ul[@id=\"news\"]/li\n    link: a/@href\n    title: a\n"
#define ARTICLE_RULES \
	"    article:\n      title: //h1\n      body: //div[@id=\"body\"]\n"

/* ---- pages */

struct list {
	char text[8192];
	size_t n;
};

static void
list_begin(struct list *l)
{
	l->n = (size_t)snprintf(l->text, sizeof(l->text),
	    "<!doctype html><html><head><meta charset=\"utf-8\"><title>ข่าวประชาสัมพันธ์</title>"
	    "</head><body><h2>ข่าว</h2><ul id=\"news\">\n");
}

static void
list_link(struct list *l, const char *href, const char *title)
{
	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n,
	    "<li><a href=\"%s\">%s</a></li>\n", href, title);
}

/* Links /n/FROM down to /n/TO, the newest first. */
static void
list_items(struct list *l, int from, int to)
{
	for (int i = from; i >= to; i--) {
		char href[32], title[128];

		(void)snprintf(href, sizeof(href), "/n/%d", i);
		(void)snprintf(title, sizeof(title), "หัวข้อข่าวที่ %d", i);
		list_link(l, href, title);
	}
}

static void
list_serve(struct list *l, struct origin *o, const char *path, const char *etag)
{
	struct origin_answer a = { .conditional = true };
	char headers[128];

	l->n += (size_t)snprintf(l->text + l->n, sizeof(l->text) - l->n, "</ul></body></html>");
	(void)snprintf(headers, sizeof(headers),
	    "Content-Type: text/html; charset=utf-8\nETag: %s\n", etag);
	a.headers = headers;
	a.body = l->text;
	origin_route(o, path, &a, 1);
}

static void
serve_list(struct origin *o, int from, int to, const char *etag)
{
	struct list l;

	list_begin(&l);
	list_items(&l, from, to);
	list_serve(&l, o, "/news", etag);
}

static void
article_body(char *out, size_t size, int i)
{
	(void)snprintf(out, size,
	    "<!doctype html><html><head><meta charset=\"utf-8\"></head><body>"
	    "<h1>หัวข้อเต็มของข่าวที่ %d</h1><div id=\"body\"><p>เนื้อหาของข่าวที่ %d ทั้งหมด</p></div>"
	    "</body></html>",
	    i, i);
}

static void
serve_article(struct origin *o, int i, unsigned delay_ms)
{
	struct origin_answer a = { .headers = "Content-Type: text/html; charset=utf-8\n",
		.delay_ms = delay_ms };
	char path[32], body[1024];

	(void)snprintf(path, sizeof(path), "/n/%d", i);
	article_body(body, sizeof(body), i);
	a.body = body;
	origin_route(o, path, &a, 1);
}

static void
serve_articles(struct origin *o, int from, int to)
{
	for (int i = from; i >= to; i--)
		serve_article(o, i, 0);
}

static void
one_page(struct program *w, struct origin *o)
{
	program_config(w, LOOPBACK "sources:\n- id: one\n  url: %s\n" RULES ARTICLE_RULES,
	    origin_url(o, "/news"));
}

static size_t
asked(struct origin *o, int i)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/n/%d", i);
	return origin_count(o, path);
}

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
	serve_list(o, 3, 1, "\"1\"");
	serve_articles(o, 4, 1);
	one_page(&w, o);
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
	serve_list(o, 3, 1, "\"1b\"");
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 7);
	after = program_fingerprint(&w, "public");
	assert_string_equal(before, after);
	/* one more link: its article and nothing else; what was read stays as it was read */
	serve_list(o, 4, 1, "\"2\"");
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 9);
	assert_int_equal(asked(o, 4), 1);
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
	serve_list(o, 3, 1, "\"1\"");
	program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n" RULES,
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
	serve_list(o, 25, 1, "\"1\"");
	serve_articles(o, 25, 1);
	one_page(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 22);
	assert_int_equal(asked(o, 6), 1);
	assert_int_equal(asked(o, 5), 0);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "25 entries, 20 of them new; 5 more wait for the next poll"));
	(void)sleep(1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_null(origin_header(origin_seen(o, 22), "If-None-Match"));
	for (int i = 1; i <= 25; i++)
		assert_int_equal(asked(o, i), 1);
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
	struct list l;

	(void)state;
	program_open(&w);
	list_begin(&l);
	list_items(&l, 2, 1); /* /n/1 is 404 */
	list_link(&l, "/files/plan.PDF?v=2", "แผนปฏิบัติราชการ");
	list_link(&l, "/download?id=4", "ประกาศผล");
	list_link(&l, "http://127.0.0.1:1/blocked-port", "ท่าเรือ");
	list_serve(&l, o, "/news", "\"1\"");
	serve_article(o, 2, 0);
	origin_route(o, "/download", &pdf, 1);
	one_page(&w, o);
	for (int i = 0; i < 3; i++)
		assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 5);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 2</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อข่าวที่ 1</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>ประกาศผล</title>"), 1);
	assert_int_equal(asked(o, 1), 1);
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
	struct list l;
	char etag[16];

	list_begin(&l);
	list_items(&l, newest, 8);
	list_items(&l, 4, 1);
	(void)snprintf(etag, sizeof(etag), "\"%d\"", newest);
	list_serve(&l, o, "/news", etag);
	serve_articles(o, newest, newest);
}

static void
what_fell_out_of_the_list_is_looked_after(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	one_page(&w, o);
	serve_list(o, 8, 1, "\"1\"");
	serve_articles(o, 8, 1);
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
	assert_int_equal(asked(o, 7), 1);
	assert_int_equal(asked(o, 6), 2);
	assert_int_equal(asked(o, 5), 1);
	assert_int_equal(asked(o, 4), 0);
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
	serve_list(o, 3, 1, "\"1\"");
	serve_article(o, 3, 0);
	origin_route(o, "/n/2", &cut, 1);
	origin_route(o, "/n/1", &error, 1);
	one_page(&w, o);
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
		assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
		assert_int_equal(asked(o, 3), 1);
		assert_int_equal(asked(o, 2), i);
		assert_int_equal(program_run(&w, "status", "one", NULL), 0);
		assert_non_null(
		    strstr(w.out, "2 more wait for the next poll (2 could not be read)"));
	}
	/* one of them comes back, the other is believed from the list */
	serve_article(o, 2, 0);
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
	assert_int_equal(asked(o, 1), 3);
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
	serve_list(o, 3, 1, "\"1\"");
	origin_route(o, "/n/3", &crash, 1);
	origin_route(o, "/n/2", &late, 1);
	serve_article(o, 1, 0);
	program_config(&w, LOOPBACK "  timeout: 1s\nsources:\n- id: one\n  url: %s\n" RULES
	    ARTICLE_RULES, origin_url(o, "/news"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 1</title>"), 1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(asked(o, 1), 1);
	assert_int_equal(asked(o, 3), 3);
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
	serve_list(o, 3, 1, "\"1\"");
	serve_article(o, 3, 0);
	origin_route(o, "/n/2", &busy, 1);
	serve_article(o, 1, 0);
	one_page(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(asked(o, 1), 0);
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
	struct list l;
	char *before, *after;

	(void)state;
	program_open(&w);
	serve_list(o, 2, 1, "\"1\"");
	serve_articles(o, 2, 1);
	one_page(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	before = program_read(&w, "public/all.atom");
	origin_route(o, "/news", &other, 1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 1);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "one: failing"));
	assert_non_null(strstr(w.out, "page rules"));
	list_begin(&l);
	list_serve(&l, o, "/news", "\"2\"");
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

/* ---- robots.txt */

static void
serve_robots(struct origin *o, unsigned status, const char *text)
{
	struct origin_answer a = { .status = status, .headers = "Content-Type: text/plain\n",
		.body = text };

	origin_route(o, "/robots.txt", &a, 1);
}

static void
robots_is_obeyed(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_robots(o, 200, "User-agent: *\nDisallow: /news\n");
	serve_list(o, 3, 1, "\"1\"");
	serve_articles(o, 3, 1);
	one_page(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 1);
	assert_int_equal(origin_count(o, NULL), 1);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "robots.txt of 127.0.0.1 forbids"));
	assert_non_null(strstr(w.out, "webmaster"));
	program_close(&w);
	/* a group of our own goes before; articles that are forbidden are told by the list */
	program_open(&w);
	serve_robots(o, 200,
	    "User-agent: *\nDisallow: /\n\nUser-agent: Ruamkhao\nDisallow: /n/2$\nDisallow: /n/1\n");
	one_page(&w, o);
	origin_forget(o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 3</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อข่าวที่ 2</title>"), 1);
	assert_int_equal(asked(o, 2) + asked(o, 1), 0);
	assert_int_equal(origin_count(o, "/robots.txt"), 1);
	program_close(&w);
	origin_stop(o);
}

static void
robots_that_cannot_be_had_forbids_for_now(void **state)
{
	struct origin_answer moved[] = { { .location = "/robots2" } };
	struct origin_answer second = { .body = "User-agent: *\nDisallow: /n/\n" };
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_robots(o, 503, "down");
	serve_list(o, 3, 1, "\"1\"");
	serve_articles(o, 3, 1);
	/* two sources of one site ask once */
	program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n" RULES ARTICLE_RULES
	    "- id: two\n  url: %s\n" RULES, origin_url(o, "/news"), origin_url(o, "/news?2"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 1);
	assert_int_equal(origin_count(o, NULL), 1);
	assert_int_equal(program_run(&w, "status", NULL), 0);
	assert_non_null(strstr(w.out, "robots.txt of 127.0.0.1 cannot be read"));
	assert_non_null(strstr(w.out, "answered 503"));
	assert_non_null(strstr(w.out, "2 failing"));
	/* the next round asks again, redirects are followed */
	origin_route(o, "/robots.txt", moved, 1);
	origin_route(o, "/robots2", &second, 1);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, "/robots.txt"), 2);
	assert_int_equal(origin_count(o, "/robots2"), 1);
	assert_int_equal(origin_count(o, "/news"), 2);
	assert_int_equal(asked(o, 3), 0);
	program_close(&w);
	origin_stop(o);
}

/* A link leads elsewhere, and there robots.txt is asked first: n/1 may be read, n/2 not. */
static void
where_an_article_leads_robots_is_asked(void **state)
{
	struct program w;
	struct origin *o = origin_start(), *other = origin_start();
	struct origin_answer a = { .location = origin_url_at(other, "localhost", "/n/1") },
		b = { .location = origin_url_at(other, "localhost", "/n/2") },
		loop = { .location = "/n/3" };

	(void)state;
	program_open(&w);
	serve_robots(o, 200, "");
	serve_robots(other, 200, "User-agent: *\nDisallow: /n/2\n");
	serve_list(o, 3, 1, "\"1\"");
	origin_route(o, "/n/1", &a, 1);
	origin_route(o, "/n/2", &b, 1);
	origin_route(o, "/n/3", &loop, 1);
	serve_article(other, 1, 0);
	serve_article(other, 2, 0);
	program_config(&w, "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n"
	    "  allow_ports: [%u]\nsources:\n- id: news\n  url: %s\n  headers: [\"X-Key: k\"]\n" RULES
	    ARTICLE_RULES, origin_port(other), origin_url(o, "/news"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(other, "/robots.txt"), 1);
	assert_int_equal(origin_count(other, "/n/1"), 1);
	assert_int_equal(origin_count(other, "/n/2"), 0);
	assert_string_equal(origin_seen(other, 0)->url, "/robots.txt");
	assert_null(origin_header(origin_seen_at(other, "/n/1", 0), "X-Key"));
	assert_int_equal(program_count(&w, "public/all.atom", "เนื้อหาของข่าวที่ 1 ทั้งหมด"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	program_close(&w);
	origin_stop(o);
	origin_stop(other);
}

/* The list's own address leads elsewhere, over two hosts: each is asked for its robots.txt
 * first. Validators are those of where it ended, headers stay at home, a loop ends. */
static void
where_a_list_leads_robots_is_asked(void **state)
{
	struct program w;
	struct origin *o = origin_start(), *other = origin_start();
	struct origin_answer here = { .status = 301, .location = "/middle" },
		there = { .status = 302, .location = origin_url_at(other, "localhost", "/open") },
		closed = { .location = origin_url_at(other, "localhost", "/closed") },
		loop = { .location = "/loop2" }, back = { .location = "/loop" };
	struct list l;

	(void)state;
	program_open(&w);
	serve_robots(o, 200, "");
	serve_robots(other, 200, "User-agent: *\nDisallow: /closed\n");
	origin_route(o, "/news", &here, 1);
	origin_route(o, "/middle", &there, 1);
	origin_route(o, "/shut", &closed, 1);
	origin_route(o, "/loop", &loop, 1);
	origin_route(o, "/loop2", &back, 1);
	list_begin(&l);
	list_items(&l, 2, 1);
	list_serve(&l, other, "/open", "\"1\"");
	list_serve(&l, other, "/closed", "\"1\"");
	program_config(&w, "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n"
	    "  allow_ports: [%u]\nsources:\n"
	    "- id: news\n  url: %s\n  headers: [\"X-Key: k\"]\n" RULES
	    "- id: shut\n  url: %s\n" RULES "- id: loop\n  url: %s\n" RULES,
	    origin_port(other), origin_url(o, "/news"), origin_url(o, "/shut"),
	    origin_url(o, "/loop"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(other, "/robots.txt"), 1);
	assert_string_equal(origin_seen(other, 0)->url, "/robots.txt");
	assert_int_equal(origin_count(other, "/open"), 1);
	assert_int_equal(origin_count(other, "/closed"), 0);
	assert_int_equal(origin_count(o, "/loop"), 1);
	assert_int_equal(origin_count(o, "/loop2"), 1);
	assert_string_equal(origin_header(origin_seen_at(o, "/middle", 0), "X-Key"), "k");
	assert_null(origin_header(origin_seen_at(other, "/open", 0), "X-Key"));
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 2);
	assert_int_equal(program_run(&w, "status", NULL), 0);
	assert_non_null(strstr(w.out, "robots.txt of localhost forbids"));
	assert_non_null(strstr(w.out, "redirects in a loop"));
	/* and the next time: the old address plainly, where it ended conditionally */
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(other, "/robots.txt"), 1);
	assert_null(origin_header(origin_seen_at(o, "/news", 1), "If-None-Match"));
	assert_string_equal(origin_header(origin_seen_at(other, "/open", 1), "If-None-Match"), "\"1\"");
	program_close(&w);
	origin_stop(o);
	origin_stop(other);
}

/* Of a robots.txt without an end the first 500 KiB hold (RFC 9309 2.5). */
static void
the_first_part_of_a_long_robots_holds(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	size_t n = 3 << 20;
	char *text = calloc(n + 1, 1);

	(void)state;
	assert_non_null(text);
	memset(text, '#', n);
	for (size_t i = 99; i < n; i += 100)
		text[i] = '\n';
	memcpy(text, "User-agent: *\nDisallow: /n/2\n#", 31);
	program_open(&w);
	serve_list(o, 2, 1, "\"1\"");
	serve_article(o, 1, 0);
	serve_article(o, 2, 0);
	origin_route(o, "/robots.txt", &(struct origin_answer){ .body = text, .n = n }, 1);
	program_config(&w, "fetch:\n  host_gap: 0s\n  max_body: 64KiB\n"
	    "  allow_addresses: [127.0.0.0/8]\nsources:\n- id: news\n  url: %s\n" RULES
	    ARTICLE_RULES, origin_url(o, "/news"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, "/n/1"), 1);
	assert_int_equal(origin_count(o, "/n/2"), 0);
	free(text);
	program_close(&w);
	origin_stop(o);
}

static void
crawl_delay_is_kept(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	int64_t since;

	(void)state;
	program_open(&w);
	serve_robots(o, 200, "User-agent: ruamkhao\nCrawl-delay: 2\n");
	serve_list(o, 2, 1, "\"1\"");
	serve_articles(o, 2, 1);
	one_page(&w, o);
	since = origin_now_ms();
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	/* counted from before the list was asked for, which the origin may have noted late */
	assert_true(origin_seen_at(o, "/n/2", 0)->began_ms >= since + 2000);
	assert_true(origin_seen_at(o, "/n/1", 0)->began_ms >= since + 4000);
	program_close(&w);
	origin_stop(o);
}

static void
feeds_never_ask_for_robots(void **state)
{
	struct origin_answer rss = { .body =
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
	    "<guid>http://s.example/1</guid><title>ข่าว</title></item></channel></rss>" };
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_robots(o, 200, "User-agent: *\nDisallow: /\n");
	origin_route(o, "/feed", &rss, 1);
	program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n", origin_url(o, "/feed"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, "/robots.txt"), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	program_close(&w);
	origin_stop(o);
}

/* ---- other hosts */

static void
articles_elsewhere(void **state)
{
	struct program w;
	struct origin *o = origin_start(), *other = origin_start();
	struct list l;
	char body[1024], inner[64];
	struct origin_answer a = { .headers = "Content-Type: text/html; charset=utf-8\n" };

	(void)state;
	program_open(&w);
	list_begin(&l);
	list_items(&l, 1, 1);
	list_link(&l, origin_url(other, "/n/7"), "ข่าวจากอีกเว็บ");
	list_link(&l, origin_url(other, "/n/8"), "ข่าวที่ห้ามอ่าน");
	/* an address that is not let through: no connection is made */
	(void)snprintf(inner, sizeof(inner), "http://127.0.0.2:%u/n/9", origin_port(other));
	list_link(&l, inner, "ข่าวภายใน");
	list_serve(&l, o, "/news", "\"1\"");
	serve_article(o, 1, 0);
	article_body(body, sizeof(body), 7);
	a.body = body;
	origin_route(other, "/n/7", &a, 1);
	origin_route(other, "/n/8", &a, 1);
	serve_robots(other, 200, "User-agent: *\nDisallow: /n/8\n");
	program_config(&w,
	    "fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.1/32]\n"
	    "  allow_ports: [%u]\nsources:\n- id: one\n  url: %s\n"
	    "  headers: [\"X-Key: secret\"]\n" RULES ARTICLE_RULES,
	    origin_port(other), origin_url(o, "/news"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 4);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 7</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>ข่าวที่ห้ามอ่าน</title>"), 1);
	assert_int_equal(origin_count(other, "/robots.txt"), 1);
	assert_int_equal(origin_count(other, NULL), 2);
	assert_string_equal(origin_header(origin_seen_at(o, "/n/1", 0), "X-Key"), "secret");
	assert_null(origin_header(origin_seen_at(other, "/n/7", 0), "X-Key"));
	assert_null(origin_header(origin_seen_at(other, "/robots.txt", 0), "X-Key"));
	program_close(&w);
	origin_stop(o);
	origin_stop(other);
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
	program_config(&w, LOOPBACK
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

/* ---- together with others, and stopping */

/* Two tickets, two pages that take long: a feed goes first all the same. */
static void
pages_leave_tickets_for_feeds(void **state)
{
	struct origin_answer rss = { .body =
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
	    "<guid>http://s.example/1</guid><title>ข่าวของฟีด</title></item></channel></rss>" };
	struct program w;
	struct origin *o = origin_start(), *feeds = origin_start();
	int64_t last = 0;

	(void)state;
	program_open(&w);
	serve_list(o, 8, 1, "\"1\"");
	for (int i = 1; i <= 8; i++)
		serve_article(o, i, 150);
	origin_route(feeds, "/feed", &rss, 1);
	program_config(&w,
	    "fetch:\n  connections: 2\n  host_gap: 0s\n  per_host: 8\n"
	    "  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: one\n  url: %s\n" RULES ARTICLE_RULES
	    "- id: two\n  url: %s\n" RULES ARTICLE_RULES "- id: feed\n  url: %s\n",
	    origin_url(o, "/news"), origin_url(o, "/news?2"), origin_url(feeds, "/feed"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	for (int i = 1; i <= 8; i++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "/n/%d", i);
		assert_int_equal(origin_count(o, path), 2); /* each source has its own entries */
		if (origin_seen_at(o, path, 0)->began_ms > last)
			last = origin_seen_at(o, path, 0)->began_ms;
	}
	assert_true(origin_seen_at(feeds, "/feed", 0)->began_ms < last);
	assert_int_equal(program_count(&w, "public/all.atom", "ข่าวของฟีด"), 1);
	program_close(&w);
	origin_stop(o);
	origin_stop(feeds);
}

/* Feeds of the same host come in between, one gap apart. */
static void
pages_and_feeds_share_a_host(void **state)
{
	struct origin_answer rss = { .body =
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
	    "<guid>http://s.example/1</guid><title>ข่าวของฟีด</title></item></channel></rss>" };
	struct program w;
	struct origin *o = origin_start();
	int64_t since;

	(void)state;
	program_open(&w);
	serve_list(o, 3, 1, "\"1\"");
	serve_articles(o, 3, 1);
	origin_route(o, "/feed", &rss, 1);
	program_config(&w,
	    "fetch:\n  host_gap: 1s\n  per_host: 1\n  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: one\n  url: %s\n" RULES ARTICLE_RULES
	    "- id: f1\n  url: %s\n- id: f2\n  url: %s\n",
	    origin_url(o, "/news"), origin_url(o, "/feed?1"), origin_url(o, "/feed?2"));
	since = origin_now_ms();
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 7);
	assert_true(origin_paced(o, since, 1000));
	assert_int_equal(origin_most_parallel(o), 1);
	/* neither kept the other away: a feed before the last article, and an article before
	 * the last feed */
	assert_true(origin_seen_at(o, "/feed", 0)->began_ms < origin_seen_at(o, "/n/1", 0)->began_ms);
	assert_true(origin_seen_at(o, "/n/3", 0)->began_ms < origin_seen_at(o, "/n/1", 0)->began_ms);
	program_close(&w);
	origin_stop(o);
}

static void
stop_among_articles_leaves_nothing_torn(void **state)
{
	/* while an article is on its way; while one waits for its turn (Crawl-delay); while
	 * robots.txt of the site is on its way and a second source waits for it */
	static const char *const until[] = { "/n/2", "/news", "/robots.txt" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct origin_answer slow = { .status = 404, .delay_ms = 3000 };
		struct program w;
		struct origin *o = origin_start();
		int64_t began;
		pid_t daemon;

		program_open(&w);
		serve_list(o, 3, 1, "\"1\"");
		serve_articles(o, 3, 1);
		serve_article(o, 2, i == 0 ? 3000 : 0);
		serve_robots(o, 200, i == 1 ? "User-agent: *\nCrawl-delay: 20\n" : "");
		if (i == 2)
			origin_route(o, "/robots.txt", &slow, 1);
		program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n" RULES ARTICLE_RULES
		    "- id: two\n  url: %s\n  enabled: %s\n" RULES ARTICLE_RULES,
		    origin_url(o, "/news"), origin_url(o, "/news?2"), i == 2 ? "true" : "false");
		daemon = program_start(&w, i == 1 ? "once" : "run", NULL);
		for (int k = 0; k < 1000 && origin_count(o, until[i]) == 0; k++)
			(void)usleep(10000);
		(void)usleep(200000);
		began = origin_now_ms();
		assert_int_equal(kill(daemon, SIGTERM), 0);
		assert_int_equal(program_wait(&w, daemon, 6000), 0);
		assert_true(origin_now_ms() - began < 2500);
		assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 0);
		assert_int_equal(program_run(&w, "status", "one", NULL), 0);
		assert_non_null(strstr(w.out, "one: new"));
		/* and the next round has everything */
		serve_robots(o, 200, "");
		serve_article(o, 2, 0);
		assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
		assert_true(program_count(&w, "public/all.atom", "<entry>") >= 3);
		program_close(&w);
		origin_stop(o);
	}
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
		cmocka_unit_test(robots_is_obeyed),
		cmocka_unit_test(robots_that_cannot_be_had_forbids_for_now),
		cmocka_unit_test(where_an_article_leads_robots_is_asked),
		cmocka_unit_test(where_a_list_leads_robots_is_asked),
		cmocka_unit_test(the_first_part_of_a_long_robots_holds),
		cmocka_unit_test(crawl_delay_is_kept),
		cmocka_unit_test(feeds_never_ask_for_robots),
		cmocka_unit_test(articles_elsewhere),
		cmocka_unit_test(wordpress_is_asked_at_its_interface),
		cmocka_unit_test(pages_leave_tickets_for_feeds),
		cmocka_unit_test(pages_and_feeds_share_a_host),
		cmocka_unit_test(stop_among_articles_leaves_nothing_torn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
