/*
 * Sources that are pages, and robots.txt: of their own site, of where their addresses lead
 * and of other hosts that they link to.
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

static void
robots_is_obeyed(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	pagekit_robots(o, 200, "User-agent: *\nDisallow: /news\n");
	pagekit_serve_list(o, 3, 1, "\"1\"");
	pagekit_serve_articles(o, 3, 1);
	pagekit_config(&w, o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 1);
	assert_int_equal(origin_count(o, NULL), 1);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "robots.txt of 127.0.0.1 forbids"));
	assert_non_null(strstr(w.out, "webmaster"));
	program_close(&w);
	/* a group of our own goes before; articles that are forbidden are told by the list */
	program_open(&w);
	pagekit_robots(o, 200,
	    "User-agent: *\nDisallow: /\n\nUser-agent: Ruamkhao\nDisallow: /n/2$\nDisallow: /n/1\n");
	pagekit_config(&w, o);
	origin_forget(o);
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อเต็มของข่าวที่ 3</title>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<title>หัวข้อข่าวที่ 2</title>"), 1);
	assert_int_equal(pagekit_asked(o, 2) + pagekit_asked(o, 1), 0);
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
	pagekit_robots(o, 503, "down");
	pagekit_serve_list(o, 3, 1, "\"1\"");
	pagekit_serve_articles(o, 3, 1);
	/* two sources of one site ask once */
	program_config(&w,
	    PAGEKIT_FETCH "sources:\n- id: one\n  url: %s\n" PAGEKIT_RULES PAGEKIT_ARTICLE
	    "- id: two\n  url: %s\n" PAGEKIT_RULES,
	    origin_url(o, "/news"), origin_url(o, "/news?2"));
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
	assert_int_equal(pagekit_asked(o, 3), 0);
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
	pagekit_robots(o, 200, "");
	pagekit_robots(other, 200, "User-agent: *\nDisallow: /n/2\n");
	pagekit_serve_list(o, 3, 1, "\"1\"");
	origin_route(o, "/n/1", &a, 1);
	origin_route(o, "/n/2", &b, 1);
	origin_route(o, "/n/3", &loop, 1);
	pagekit_serve_article(other, 1, 0);
	pagekit_serve_article(other, 2, 0);
	program_config(&w, "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n"
	    "  allow_ports: [%u]\nsources:\n- id: news\n  url: %s\n  headers: [\"X-Key: k\"]\n"
	    PAGEKIT_RULES PAGEKIT_ARTICLE, origin_port(other), origin_url(o, "/news"));
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
	struct pagekit l;

	(void)state;
	program_open(&w);
	pagekit_robots(o, 200, "");
	pagekit_robots(other, 200, "User-agent: *\nDisallow: /closed\n");
	origin_route(o, "/news", &here, 1);
	origin_route(o, "/middle", &there, 1);
	origin_route(o, "/shut", &closed, 1);
	origin_route(o, "/loop", &loop, 1);
	origin_route(o, "/loop2", &back, 1);
	pagekit_begin(&l);
	pagekit_items(&l, 2, 1);
	pagekit_serve(&l, other, "/open", "\"1\"");
	pagekit_serve(&l, other, "/closed", "\"1\"");
	program_config(&w, "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n"
	    "  allow_ports: [%u]\nsources:\n"
	    "- id: news\n  url: %s\n  headers: [\"X-Key: k\"]\n" PAGEKIT_RULES
	    "- id: shut\n  url: %s\n" PAGEKIT_RULES "- id: loop\n  url: %s\n" PAGEKIT_RULES,
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
	pagekit_serve_list(o, 2, 1, "\"1\"");
	pagekit_serve_article(o, 1, 0);
	pagekit_serve_article(o, 2, 0);
	origin_route(o, "/robots.txt", &(struct origin_answer){ .body = text, .n = n }, 1);
	program_config(&w, "fetch:\n  host_gap: 0s\n  max_body: 64KiB\n"
	    "  allow_addresses: [127.0.0.0/8]\nsources:\n- id: news\n  url: %s\n" PAGEKIT_RULES
	    PAGEKIT_ARTICLE, origin_url(o, "/news"));
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
	pagekit_robots(o, 200, "User-agent: ruamkhao\nCrawl-delay: 2\n");
	pagekit_serve_list(o, 2, 1, "\"1\"");
	pagekit_serve_articles(o, 2, 1);
	pagekit_config(&w, o);
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
	pagekit_robots(o, 200, "User-agent: *\nDisallow: /\n");
	origin_route(o, "/feed", &rss, 1);
	program_config(&w, PAGEKIT_FETCH "sources:\n- id: one\n  url: %s\n", origin_url(o, "/feed"));
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
	struct pagekit l;
	char body[1024], inner[64];
	struct origin_answer a = { .headers = "Content-Type: text/html; charset=utf-8\n" };

	(void)state;
	program_open(&w);
	pagekit_begin(&l);
	pagekit_items(&l, 1, 1);
	pagekit_link(&l, origin_url(other, "/n/7"), "ข่าวจากอีกเว็บ");
	pagekit_link(&l, origin_url(other, "/n/8"), "ข่าวที่ห้ามอ่าน");
	/* an address that is not let through: no connection is made */
	(void)snprintf(inner, sizeof(inner), "http://127.0.0.2:%u/n/9", origin_port(other));
	pagekit_link(&l, inner, "ข่าวภายใน");
	pagekit_serve(&l, o, "/news", "\"1\"");
	pagekit_serve_article(o, 1, 0);
	pagekit_article(body, sizeof(body), 7);
	a.body = body;
	origin_route(other, "/n/7", &a, 1);
	origin_route(other, "/n/8", &a, 1);
	pagekit_robots(other, 200, "User-agent: *\nDisallow: /n/8\n");
	program_config(&w,
	    "fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.1/32]\n"
	    "  allow_ports: [%u]\nsources:\n- id: one\n  url: %s\n"
	    "  headers: [\"X-Key: secret\"]\n" PAGEKIT_RULES PAGEKIT_ARTICLE,
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(robots_is_obeyed),
	    cmocka_unit_test(robots_that_cannot_be_had_forbids_for_now),
	    cmocka_unit_test(where_an_article_leads_robots_is_asked),
	    cmocka_unit_test(where_a_list_leads_robots_is_asked),
	    cmocka_unit_test(the_first_part_of_a_long_robots_holds),
	    cmocka_unit_test(crawl_delay_is_kept),
	    cmocka_unit_test(feeds_never_ask_for_robots),
	    cmocka_unit_test(articles_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
