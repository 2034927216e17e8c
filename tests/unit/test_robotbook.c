/*
 * What is made of the answers to robots.txt over time, and what is kept of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/daemon/poll_int.h"
#include "storekit.h"

#include <ruamkhao/cluster.h>
#include <ruamkhao/limits.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY ((int64_t)RK_ROBOTS_S)

static void
answer(struct robot *r, enum rk_fetch_kind kind, int status, const char *body, int64_t now)
{
	struct rk_fetch_result result;

	memset(&result, 0, sizeof(result));
	result.kind = kind;
	result.status = status;
	result.retry_after = -1;
	rk_buf_init(&result.body, SIZE_MAX);
	(void)rk_buf_adds(&result.body, body);
	if (kind != RK_FETCH_OK)
		(void)rk_err_set(&result.err, RK_E_NET, "answer %d", status);
	robot_answered(r, &result, now);
	rk_buf_release(&result.body);
}

static void
sites(void **state)
{
	struct robotbook *book = robotbook_new(SIZE_MAX);
	struct robot *a = robotbook_site(book, RK_STR("http://a.example/x"));

	(void)state;
	assert_string_equal(a->authority.p, "http://a.example:80");
	assert_string_equal(a->host.p, "a.example");
	assert_ptr_equal(a, robotbook_site(book, RK_STR("HTTP://A.EXAMPLE:80/y?z#f")));
	assert_ptr_not_equal(a, robotbook_site(book, RK_STR("https://a.example/x")));
	assert_ptr_not_equal(a, robotbook_site(book, RK_STR("http://a.example:8080/x")));
	assert_string_equal(
	    robotbook_site(book, RK_STR("http://[::1]:81/"))->authority.p, "http://[::1]:81");
	assert_null(robotbook_site(book, RK_STR("ftp://a.example/")));
	assert_null(robotbook_site(book, RK_STR("")));
	robotbook_free(book);
}

static void
answers(void **state)
{
	static const struct row {
		enum rk_fetch_kind kind;
		int status;
		const char *body;
		enum robot_says says;
	} rows[] = {
		{ RK_FETCH_OK, 200, "User-agent: *\nDisallow: /x\n", ROBOT_FORBIDS },
		{ RK_FETCH_OK, 200, "User-agent: *\nDisallow: /y\n", ROBOT_ALLOWS },
		{ RK_FETCH_OK, 200, "", ROBOT_ALLOWS },
		{ RK_FETCH_HTTP, 404, "", ROBOT_ALLOWS },
		{ RK_FETCH_HTTP, 403, "", ROBOT_ALLOWS },
		{ RK_FETCH_HTTP, 401, "", ROBOT_ALLOWS },
		{ RK_FETCH_HTTP, 429, "", ROBOT_LOST },
		{ RK_FETCH_HTTP, 500, "", ROBOT_LOST },
		{ RK_FETCH_HTTP, 503, "", ROBOT_LOST },
		{ RK_FETCH_REFUSED, 302, "", ROBOT_ALLOWS }, /* too many redirects */
		{ RK_FETCH_REFUSED, 0, "", ROBOT_LOST },     /* its address */
		{ RK_FETCH_DNS, 0, "", ROBOT_LOST },
		{ RK_FETCH_CONNECT, 0, "", ROBOT_LOST },
		{ RK_FETCH_TLS, 0, "", ROBOT_LOST },
		{ RK_FETCH_TIMEOUT, 0, "", ROBOT_LOST },
		{ RK_FETCH_CUT, 200, "", ROBOT_LOST },
	};
	struct rk_str url = RK_STR("http://a.example/x");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct robotbook *book = robotbook_new(SIZE_MAX);
		struct robot *r = robotbook_site(book, url);

		assert_int_equal(robot_says(r, url, KIT_NOW), ROBOT_UNKNOWN);
		answer(r, rows[i].kind, rows[i].status, rows[i].body, KIT_NOW);
		if (robot_says(r, url, KIT_NOW) != rows[i].says)
			fail_msg("row %zu", i);
		if (rows[i].says == ROBOT_LOST) {
			assert_int_equal(robot_says(r, url, KIT_NOW + 600), ROBOT_UNKNOWN);
			assert_int_equal(r->lost_since, KIT_NOW);
		} else { /* holds for a day, and not for ever after the clock went back */
			assert_int_equal(robot_says(r, url, KIT_NOW + DAY - 1), rows[i].says);
			assert_int_equal(robot_says(r, url, KIT_NOW + DAY), ROBOT_UNKNOWN);
			assert_int_equal(robot_says(r, url, KIT_NOW - 1), ROBOT_UNKNOWN);
		}
		robotbook_free(book);
	}
}

/* Thirty days of a file that cannot be had: then there is none. */
static void
lost_for_long(void **state)
{
	struct rk_str url = RK_STR("http://a.example/x");
	struct robotbook *book = robotbook_new(SIZE_MAX);
	struct robot *r = robotbook_site(book, url);

	(void)state;
	for (int day = 0; day < 30; day++) {
		answer(r, RK_FETCH_HTTP, 500, "", KIT_NOW + day * DAY);
		assert_int_equal(robot_says(r, url, KIT_NOW + day * DAY), ROBOT_LOST);
	}
	answer(r, RK_FETCH_TIMEOUT, 0, "", KIT_NOW + 30 * DAY);
	assert_int_equal(robot_says(r, url, KIT_NOW + 30 * DAY), ROBOT_ALLOWS);
	/* it comes back and is believed at once; the next loss keeps what it said */
	answer(r, RK_FETCH_OK, 200, "User-agent: *\nDisallow: /x\nCrawl-delay: 7\n",
	    KIT_NOW + 31 * DAY);
	assert_int_equal(robot_says(r, url, KIT_NOW + 31 * DAY), ROBOT_FORBIDS);
	assert_int_equal(robot_gap_ms(r), 7000);
	answer(r, RK_FETCH_CONNECT, 0, "", KIT_NOW + 90 * DAY);
	assert_int_equal(robot_says(r, url, KIT_NOW + 90 * DAY), ROBOT_FORBIDS);
	assert_int_equal(
	    robot_says(r, RK_STR("http://a.example/y"), KIT_NOW + 90 * DAY), ROBOT_ALLOWS);
	robotbook_free(book);
}

/* Through the database: what was learned holds in the next process. */
static void
kept(void **state)
{
	struct rk_str had = RK_STR("https://a.example/x"), lost = RK_STR("http://b.example/x");
	struct robotbook *book = robotbook_new(SIZE_MAX), *next = robotbook_new(SIZE_MAX);
	struct rk_page_trail trail = { 0 };
	struct rk_store_counts counts;
	struct rk_store_poll poll;
	struct kit k;

	(void)state;
	kit_init(&k);
	kit_open(&k, 1);
	answer(robotbook_site(book, had), RK_FETCH_OK, 200,
	    "User-agent: ruamkhao\nDisallow: /*x$\nCrawl-delay: 3\n", KIT_NOW);
	answer(robotbook_site(book, lost), RK_FETCH_DNS, 0, "", KIT_NOW);
	trail.n_robots = robotbook_news(book, k.arena, &trail.robots);
	assert_int_equal(trail.n_robots, 2);
	assert_int_equal(robotbook_news(book, k.arena, &(struct rk_robots_row *){ NULL }), 0);
	poll = kit_poll(&k, 0, NULL, KIT_NOW);
	poll.trail = &trail;
	assert_int_equal(rk_store_begin(k.store, &k.err), 0);
	assert_int_equal(rk_store_poll(k.store, &poll, RK_STR("h"), rk_cluster_decide, &counts,
	                     &k.err),
	    0);
	assert_int_equal(rk_store_commit(k.store, &k.err), 0);
	kit_reopen(&k);
	assert_int_equal(robotbook_load(next, k.store, &k.err), 0);
	assert_int_equal(robot_says(robotbook_site(next, had), had, KIT_NOW + 5), ROBOT_FORBIDS);
	assert_int_equal(robot_gap_ms(robotbook_site(next, had)), 3000);
	/* what was lost is asked for again at once, but not forgotten */
	assert_int_equal(robot_says(robotbook_site(next, lost), lost, KIT_NOW + 5), ROBOT_UNKNOWN);
	assert_int_equal(robotbook_site(next, lost)->lost_since, KIT_NOW);
	assert_int_equal(robotbook_news(next, k.arena, &trail.robots), 0);
	robotbook_free(book);
	robotbook_free(next);
	kit_release(&k);
}

static struct robot *
nth(struct robotbook *book, unsigned i)
{
	char url[64];

	(void)snprintf(url, sizeof(url), "http://s%u.example/x", i);
	return robotbook_site(book, rk_str(url));
}

static void
so_many_and_no_more(void **state)
{
	struct robotbook *book = robotbook_new(10);
	struct robot *used = nth(book, 0), *news = nth(book, 1);
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_robots_row *rows;

	(void)state;
	robot_use(used, KIT_NOW);
	answer(news, RK_FETCH_OK, 200, "User-agent: *\nDisallow: /x\n", KIT_NOW);
	for (unsigned i = 2; i < 1000; i++)
		(void)nth(book, i);
	assert_int_equal(robotbook_count(book), 10);
	assert_ptr_equal(used, nth(book, 0));
	assert_ptr_equal(news, nth(book, 1));
	for (unsigned i = 992; i < 1000; i++) { /* the others went in their order */
		char url[64];

		(void)snprintf(url, sizeof(url), "http://s%u.example/", i);
		assert_non_null(robotbook_known(book, rk_str(url)));
	}
	assert_null(robotbook_known(book, RK_STR("http://s500.example/")));
	/* a look makes no entry */
	assert_null(robotbook_known(book, RK_STR("http://s501.example/")));
	assert_null(robotbook_known(book, RK_STR("nonsense")));
	assert_int_equal(robotbook_count(book), 10);
	/* what is stored and left may go */
	assert_int_equal(robotbook_news(book, arena, &rows), 1);
	assert_string_equal(rows[0].authority.p, "http://s1.example:80");
	robot_leave(used);
	for (unsigned i = 2000; i < 2020; i++)
		(void)nth(book, i);
	assert_null(robotbook_known(book, RK_STR("http://s0.example/")));
	assert_null(robotbook_known(book, RK_STR("http://s1.example/")));
	assert_int_equal(robotbook_count(book), 10);
	rk_arena_free(arena);
	robotbook_free(book);
}

static void
who_is_not_asked_any_more_ends(void **state)
{
	struct robotbook *book = robotbook_new(SIZE_MAX);
	struct robot *busy;
	int64_t later = KIT_NOW + 2 * (int64_t)RK_ROBOTS_LOST_S;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		robot_use(nth(book, i), KIT_NOW);
		robot_leave(nth(book, i));
	}
	robot_use(nth(book, 7), later);
	robot_leave(nth(book, 7));
	busy = nth(book, 9);
	robot_use(busy, KIT_NOW);
	for (unsigned i = 0; i < 20; i++)
		robotbook_tidy(book, later);
	assert_int_equal(robotbook_count(book), 20); /* not longer than that yet */
	robotbook_tidy(book, later + 1);
	assert_int_equal(robotbook_count(book), 18); /* two at a time */
	for (unsigned i = 0; i < 20; i++)
		robotbook_tidy(book, later + 1);
	assert_int_equal(robotbook_count(book), 2);
	assert_non_null(robotbook_known(book, RK_STR("http://s7.example/")));
	assert_ptr_equal(robotbook_known(book, RK_STR("http://s9.example/")), busy);
	robot_leave(busy);
	robotbook_free(book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sites),
		cmocka_unit_test(answers),
		cmocka_unit_test(lost_for_long),
		cmocka_unit_test(kept),
		cmocka_unit_test(so_many_and_no_more),
		cmocka_unit_test(who_is_not_asked_any_more_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
