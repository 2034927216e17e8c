/*
 * Days of the daemon by a clock that jumps, judged from the origin's log.
 */
#include "origin.h"
#include "program.h"
#include "testclock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#define HOUR ((int64_t)3600 * 1000)

static const char feed[] =
    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
    "<guid isPermaLink=\"false\">1</guid><title>news</title>"
    "<link>http://s.example/1</link></item></channel></rss>";

struct world {
	struct program w;
	struct testclock *clock;
	struct origin *o;
};

static int
open_world(void **state)
{
	struct world *x = calloc(1, sizeof(*x));

	program_open(&x->w);
	x->clock = testclock_new(0);
	x->o = origin_start();
	origin_clock(x->o, testclock_ms, x->clock);
	*state = x;
	return 0;
}

static int
close_world(void **state)
{
	struct world *x = *state;

	origin_stop(x->o);
	testclock_free(x->clock);
	program_close(&x->w);
	free(x);
	return 0;
}

/* The gap before the i-th request, in ms. */
static int64_t
gap(struct world *x, const char *path, size_t i)
{
	const struct origin_request *a = origin_seen_at(x->o, path, i - 1);
	const struct origin_request *b = origin_seen_at(x->o, path, i);

	assert_non_null(a);
	assert_non_null(b);
	return b->began_ms - a->began_ms;
}

static void
retry_after_is_waited_for(void **state)
{
	struct world *x = *state;
	struct origin_answer answers[] = {
		{ .status = 503, .headers = "Retry-After: 10800\n" },
		{ .headers = "ETag: \"1\"\n", .body = feed, .conditional = true },
	};

	origin_route(x->o, "/feed", answers, 2);
	program_config(&x->w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n",
	    origin_url(x->o, "/feed"));
	testclock_run(x->clock, &x->w, 2 * 86400);
	assert_in_range(gap(x, "/feed", 1), 3 * HOUR, 4 * HOUR);
	for (size_t i = 2; i < origin_count(x->o, "/feed"); i++)
		assert_true(gap(x, "/feed", i) >= HOUR);
	assert_true(origin_count(x->o, "/feed") > 4);
}

/* ---- a source's pace */

static void
conditional(struct world *x, const char *path, const char *etag, const char *guid)
{
	char body[512], headers[64];
	struct origin_answer a = { .conditional = true };

	(void)snprintf(headers, sizeof(headers), "ETag: \"%s\"\n", etag);
	(void)snprintf(body, sizeof(body),
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
	    "<guid isPermaLink=\"false\">%s</guid><title>news %s</title>"
	    "<link>http://s.example/%s</link></item></channel></rss>", guid, guid, guid);
	a.headers = headers;
	a.body = body;
	origin_route(x->o, path, &a, 1);
}

static struct world *posting;
static unsigned posted;

static void
post(void *cookie)
{
	char n[16];

	(void)cookie;
	(void)snprintf(n, sizeof(n), "%u", ++posted);
	conditional(posting, "/busy", n, n);
}

static int64_t
longest_gap(struct world *x, const char *path, int64_t from_ms)
{
	int64_t most = 0;

	for (size_t i = 1; i < origin_count(x->o, path); i++) {
		if (origin_seen_at(x->o, path, i)->began_ms > from_ms && gap(x, path, i) > most)
			most = gap(x, path, i);
	}
	return most;
}

static void
interval_follows_the_pace(void **state)
{
	struct world *x = *state;
	size_t n = 0, day = 0;

	posting = x;
	posted = 0;
	conditional(x, "/sleeps", "1", "a");
	conditional(x, "/own", "1", "b");
	post(NULL);
	/* every half hour from 9 to 16 on ten working days: the clock starts on a Monday at 9 */
	for (int64_t d = 0; d < 12; d++) {
		for (int64_t half = 0; half < 14 && d % 7 < 5; half++)
			testclock_at(x->clock, d * 24 * HOUR + half * HOUR / 2, post, NULL);
	}
	program_config(&x->w, TESTCLOCK_FETCH "sources:\n- id: sleeps\n  url: %s\n"
	    "- id: busy\n  url: %s\n- id: own\n  url: %s\n  every: 2h\n",
	    origin_url(x->o, "/sleeps"), origin_url(x->o, "/busy"), origin_url(x->o, "/own"));
	testclock_run(x->clock, &x->w, 12 * 86400);
	/* asked at the floor in office hours, hardly at night */
	for (size_t i = 1; i < origin_count(x->o, "/busy"); i++) {
		const struct origin_request *r = origin_seen_at(x->o, "/busy", i);
		int64_t hour = (r->began_ms / HOUR + 9) % 24;

		assert_true(gap(x, "/busy", i) >= HOUR);
		if (r->began_ms < 7 * 24 * HOUR || r->began_ms > 12 * 24 * HOUR - 24 * HOUR)
			continue; /* the second week */
		n++;
		day += hour >= 9 && hour < 17;
	}
	assert_true(day >= 4 * 6);
	assert_true(n - day <= 4 * 6);
	/* six hours, or a tenth of a weekend's silence, and up to a tenth more */
	assert_true(longest_gap(x, "/busy", 0) <= 8 * HOUR);
	/* what posts nothing is left alone, but for a day at most */
	assert_true(origin_count(x->o, "/sleeps") < 12 * 8);
	assert_true(longest_gap(x, "/sleeps", 0) <= 27 * HOUR);
	assert_true(longest_gap(x, "/sleeps", 10 * 24 * HOUR) >= 20 * HOUR);
	/* an interval of its own is meant as written */
	assert_true(longest_gap(x, "/own", 0) <= 2 * HOUR + 2 * HOUR / 10 + 1000);
	assert_int_equal(program_run(&x->w, "status", "sleeps", NULL), 0);
	assert_non_null(strstr(x->w.out, "nothing new for 1"));
	assert_int_equal(program_run(&x->w, "status", "own", NULL), 0);
	assert_non_null(strstr(x->w.out, "its interval"));
}

/* ---- one request for many, hosts, the network */

static void
same_url_is_asked_for_once(void **state)
{
	struct world *x = *state;
	const char *url = origin_url(x->o, "/feed");
	size_t n;

	conditional(x, "/feed", "1", "a");
	program_config(&x->w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n"
	    "- id: c\n  url: %s\n- id: d\n  url: %s\n  province: TH-50\n- id: e\n  url: %s\n"
	    "- id: other\n  url: %s\n  headers: [\"X-Other: 1\"]\n", url, url, url, url, url, url);
	testclock_run(x->clock, &x->w, 86400);
	n = origin_count(x->o, "/feed");
	assert_in_range(n, 8, 2 * 25);
	for (size_t i = 1; i < n; i++) { /* five share one request an hour; `other` has its own */
		size_t near = 0;

		for (size_t k = 0; k < n; k++) {
			int64_t d = origin_seen_at(x->o, "/feed", k)->began_ms
			    - origin_seen_at(x->o, "/feed", i)->began_ms;

			near += d >= 0 && d < HOUR;
		}
		assert_true(near <= 2);
	}
	for (const char *id = "abcde"; *id != '\0'; id++) {
		char name[2] = { *id, '\0' };

		assert_int_equal(program_run(&x->w, "status", name, NULL), 0);
		assert_non_null(strstr(x->w.out, ": ok"));
		assert_non_null(strstr(x->w.out, "entries          1"));
	}
	/* `once` too */
	testclock_pass(x->clock, 7200);
	origin_forget(x->o);
	testclock_once(x->clock, &x->w);
	assert_int_equal(origin_count(x->o, "/feed"), 2);
}

static void
a_429_holds_for_the_host(void **state)
{
	struct world *x = *state;
	struct origin_answer busy[] = {
		{ .headers = "ETag: \"1\"\n", .body = feed, .conditional = true },
		{ .status = 429, .headers = "Retry-After: 14400\n" },
		{ .headers = "ETag: \"1\"\n", .body = feed, .conditional = true },
	};
	int64_t told = -1;

	origin_route(x->o, "/one", busy, 3);
	conditional(x, "/two", "1", "b");
	program_config(&x->w, TESTCLOCK_FETCH "sources:\n- id: one\n  url: %s\n  every: 1h\n"
	    "- id: two\n  url: %s\n  every: 1h\n", origin_url(x->o, "/one"), origin_url(x->o, "/two"));
	testclock_run(x->clock, &x->w, 2 * 3600);
	testclock_run(x->clock, &x->w, 8 * 3600); /* over a restart */
	told = origin_seen_at(x->o, "/one", 1)->began_ms;
	for (size_t i = 0; i < origin_count(x->o, NULL); i++) {
		int64_t at = origin_seen(x->o, i)->began_ms;

		assert_false(at > told && at < told + 4 * HOUR);
	}
	assert_true(origin_count(x->o, "/two") >= 4);
}

#define DEAD 30

static struct {
	struct testclock *clock;
	struct origin *hosts[DEAD];
	uint16_t port;
} net;

static void
network_back(void *cookie)
{
	(void)cookie;
	for (size_t i = 0; i < DEAD; i++) {
		char address[16];

		(void)snprintf(address, sizeof(address), "127.0.2.%zu", i + 1);
		net.hosts[i] = origin_start_at(address, net.port);
		origin_clock(net.hosts[i], testclock_ms, net.clock);
		origin_route(net.hosts[i], "/feed", &(struct origin_answer){
		    .headers = "ETag: \"1\"\n", .body = feed, .conditional = true }, 1);
	}
}

static void
own_network_is_not_held_against_sources(void **state)
{
	struct world *x = *state;
	char text[DEAD * 80];
	size_t n = 0;
	int64_t back = 5 * HOUR, last = 0, first = INT64_MAX;

	net.clock = x->clock;
	net.port = origin_dead_port();
	for (size_t i = 0; i < DEAD; i++) /* each at a host of its own */
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "- id: s%zu\n  url: http://127.0.2.%zu:%u/feed\n  every: 1h\n", i, i + 1, net.port);
	program_config(&x->w, TESTCLOCK_FETCH "sources:\n%s", text);
	testclock_run(x->clock, &x->w, 4 * 3600);
	assert_int_equal(program_count(&x->w, "log", "our own network"), 1);
	assert_int_equal(program_run(&x->w, "status", "--json", NULL), 0);
	n = 0; /* those that failed before it was known, once each */
	for (const char *p = x->w.out; (p = strstr(p, "\"failures\":")) != NULL; p++) {
		long failures = strtol(p + 11, NULL, 10);

		assert_in_range(failures, 0, 1);
		n += failures > 0;
	}
	assert_int_equal(n, 9);
	/* it comes back while the daemon runs: all go on within minutes, not at once */
	testclock_at(x->clock, back, network_back, NULL);
	testclock_run(x->clock, &x->w, 2 * 3600 - 60);
	for (size_t i = 0; i < DEAD; i++) {
		const struct origin_request *r = origin_seen_at(net.hosts[i], "/feed", 0);

		assert_non_null(r);
		last = r->began_ms > last ? r->began_ms : last;
		first = r->began_ms < first ? r->began_ms : first;
		assert_int_equal(origin_count(net.hosts[i], "/feed"), 1);
		origin_stop(net.hosts[i]);
	}
	assert_in_range(first, back, back + 31 * 1000);
	assert_in_range(last - first, 200 * 1000, 305 * 1000);
	assert_int_equal(program_count(&x->w, "log", "polling goes on"), 1);
}

/* ---- starts and clocks */

#define MANY 40

static void
many(struct world *x, size_t sources, const char *even, const char *odd)
{
	char *text = calloc(sources, 128);
	size_t n = 0;

	origin_default(x->o, &(struct origin_answer){
	    .headers = "ETag: \"1\"\n", .body = feed, .conditional = true });
	for (size_t i = 0; i < sources; i++) {
		char path[24];

		(void)snprintf(path, sizeof(path), "/%zu", i);
		n += (size_t)snprintf(text + n, 128, "- id: s%zu\n  url: %s\n%s", i,
		    origin_url(x->o, path), i % 2 == 0 ? even : odd);
	}
	program_config(&x->w, "  formats: [atom]\n" TESTCLOCK_FETCH "sources:\n%s", text);
	free(text);
}

static size_t
asked(struct world *x, size_t i)
{
	char path[24];

	(void)snprintf(path, sizeof(path), "/%zu", i);
	return origin_count(x->o, path);
}

static void
ten_restarts_ask_nobody_twice(void **state)
{
	struct world *x = *state;

	many(x, MANY, "", "");
	/* the real program, stopped in the middle of its work */
	for (unsigned i = 0; i < 10; i++) {
		pid_t daemon;

		program_write(&x->w, "stderr", "%s", ""); /* not that of the last one */
		daemon = program_start(&x->w, "run", NULL);
		assert_true(program_until(&x->w, "stderr", "started", 1, 10000));
		for (unsigned ms = 0; ms < 8000 && origin_count(x->o, NULL) < (i + 1) * 4; ms++)
			(void)usleep(1000);
		assert_int_equal(kill(daemon, SIGTERM), 0);
		assert_int_equal(program_wait(&x->w, daemon, 6000), 0);
	}
	assert_true(origin_count(x->o, NULL) > MANY / 2);
	for (size_t i = 0; i < MANY; i++)
		assert_true(asked(x, i) <= 1);
}

static struct world *jumping;

static void
a_year_on(void *cookie)
{
	(void)cookie;
	testclock_set_wall(jumping->clock, testclock_wall(jumping->clock) + 365 * 86400);
}

static void
a_year_back(void *cookie)
{
	(void)cookie;
	testclock_set_wall(jumping->clock, testclock_wall(jumping->clock) - 2 * 365 * 86400);
}

static void
clock_jumps_are_no_burst_and_starve_nobody(void **state)
{
	struct world *x = *state;

	jumping = x;
	many(x, MANY, "  every: 1h\n", "  every: 1h\n");
	testclock_at(x->clock, 5 * HOUR + HOUR / 2, a_year_on, NULL);
	testclock_at(x->clock, 11 * HOUR + HOUR / 3, a_year_back, NULL);
	testclock_run(x->clock, &x->w, 18 * 3600);
	testclock_set_wall(x->clock, testclock_wall(x->clock) - 365 * 86400); /* while it is off */
	testclock_run(x->clock, &x->w, 6 * 3600);
	for (size_t i = 0; i < MANY; i++) {
		char path[24];

		(void)snprintf(path, sizeof(path), "/%zu", i);
		for (size_t k = 1; k < asked(x, i); k++) {
			assert_true(gap(x, path, k) >= HOUR || origin_seen_at(x->o, path, k)->began_ms
			    >= 18 * HOUR); /* the start does not know when it was */
			assert_true(gap(x, path, k) <= 2 * HOUR + HOUR / 5);
		}
		assert_true(asked(x, i) >= 20);
	}
}

#ifdef RK_SANITIZED
#define BACKLOG 300
#else
#define BACKLOG 1000
#endif

static void
after_a_downtime_each_once_oldest_first(void **state)
{
	struct world *x = *state;
	int64_t first = INT64_MAX, last = 0, odd_last = 0, even_first = INT64_MAX;
	size_t early = 0;

	many(x, BACKLOG, "  every: 2h\n", "  every: 1h\n"); /* the odd ones are late for longer */
	testclock_run(x->clock, &x->w, 3000);
	for (size_t i = 0; i < BACKLOG; i++)
		assert_int_equal(asked(x, i), 1);
	testclock_pass(x->clock, 30 * 86400);
	origin_forget(x->o);
	testclock_run(x->clock, &x->w, 3000);
	for (size_t i = 0; i < BACKLOG; i++) {
		char path[24];
		int64_t at;

		(void)snprintf(path, sizeof(path), "/%zu", i);
		assert_int_equal(asked(x, i), 1);
		at = origin_seen_at(x->o, path, 0)->began_ms;
		first = at < first ? at : first;
		last = at > last ? at : last;
		if (i % 2 == 0)
			even_first = at < even_first ? at : even_first;
		else
			odd_last = at > odd_last ? at : odd_last;
	}
	assert_true(odd_last <= even_first);
	/* spread over five minutes: never more than a tenth of them in ten seconds */
	assert_in_range(last - first, 200 * 1000, 310 * 1000);
	for (int64_t t = first; t < last; t += 10000) {
		size_t n = 0;

		for (size_t i = 0; i < BACKLOG; i++) {
			int64_t at = origin_seen(x->o, i)->began_ms;

			n += at >= t && at < t + 10000;
		}
		early = n > early ? n : early;
	}
	assert_true(early <= BACKLOG / 10);
}

/* ---- what we are to blame for */

static void
exec_on(struct world *x, const char *sql)
{
	char path[128];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/state/ruamkhao.db", x->w.dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* No poll can be stored, as on a disk that is full. */
static void
fill(void *cookie)
{
	exec_on(cookie,
	    "CREATE TRIGGER full_a BEFORE UPDATE ON source_state BEGIN SELECT RAISE(ABORT, 'full'); END;"
	    "CREATE TRIGGER full_b BEFORE INSERT ON poll_times BEGIN SELECT RAISE(ABORT, 'full'); END");
}

static void
empty(void *cookie)
{
	exec_on(cookie, "DROP TRIGGER full_a; DROP TRIGGER full_b");
}

static void
what_cannot_be_stored_is_no_hurry(void **state)
{
	struct world *x = *state;
	size_t n;

	conditional(x, "/feed", "1", "a");
	program_config(&x->w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n  every: 1h\n",
	    origin_url(x->o, "/feed"));
	testclock_at(x->clock, 3 * HOUR / 2, fill, x);
	testclock_at(x->clock, 12 * HOUR, empty, x);
	testclock_at(x->clock, 40 * HOUR, fill, x);
	testclock_run(x->clock, &x->w, 42 * 3600);
	n = origin_count(x->o, "/feed");
	assert_in_range(n, 20, 36);
	for (size_t i = 1; i < n; i++)
		assert_true(gap(x, "/feed", i) >= HOUR);
	assert_true(longest_gap(x, "/feed", 0) >= 4 * HOUR); /* doubled, and again */
	assert_true(longest_gap(x, "/feed", 30 * HOUR) <= 5 * HOUR / 4);
	/* said when it begins and when it ends, not each time */
	assert_int_equal(program_count(&x->w, "log", "store failed"), 2);
	assert_int_equal(program_count(&x->w, "log", "the store works again"), 1);
	empty(x);
	testclock_run(x->clock, &x->w, 60); /* nor does a start hurry */
	if (origin_count(x->o, "/feed") > n)
		assert_true(gap(x, "/feed", n) >= HOUR);
}

static void
bring_workers(void *cookie)
{
	struct world *x = cookie;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/worker", x->w.dir);
	assert_int_equal(symlink(RK_BIN, path), 0);
}

static void
what_cannot_be_read_is_no_hurry(void **state)
{
	struct world *x = *state;
	char workers[128];
	size_t n;

	(void)snprintf(workers, sizeof(workers), "%s/worker", x->w.dir);
	testclock_workers(x->clock, workers);
	conditional(x, "/feed", "1", "a");
	program_config(&x->w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n  every: 1h\n",
	    origin_url(x->o, "/feed"));
	for (int i = 0; i < 5; i++) /* at no start either */
		testclock_run(x->clock, &x->w, 60);
	assert_int_equal(origin_count(x->o, "/feed"), 1);
	assert_int_equal(program_run(&x->w, "status", "a", NULL), 0);
	assert_non_null(strstr(x->w.out, "no worker could be started"));
	testclock_at(x->clock, 10 * HOUR, bring_workers, x);
	testclock_run(x->clock, &x->w, 40 * 3600);
	n = origin_count(x->o, "/feed");
	for (size_t i = 1; i < n; i++)
		assert_true(gap(x, "/feed", i) >= HOUR / 6);
	assert_true(gap(x, "/feed", 3) > gap(x, "/feed", 2) * 3 / 2);
	assert_true(origin_seen_at(x->o, "/feed", 7)->began_ms > 10 * HOUR);
	assert_int_equal(program_count(&x->w, "public/all.atom", "news a"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(retry_after_is_waited_for, open_world, close_world),
		cmocka_unit_test_setup_teardown(interval_follows_the_pace, open_world, close_world),
		cmocka_unit_test_setup_teardown(same_url_is_asked_for_once, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_429_holds_for_the_host, open_world, close_world),
		cmocka_unit_test_setup_teardown(own_network_is_not_held_against_sources, open_world, close_world),
		cmocka_unit_test_setup_teardown(ten_restarts_ask_nobody_twice, open_world, close_world),
		cmocka_unit_test_setup_teardown(clock_jumps_are_no_burst_and_starve_nobody, open_world, close_world),
		cmocka_unit_test_setup_teardown(after_a_downtime_each_once_oldest_first, open_world, close_world),
		cmocka_unit_test_setup_teardown(what_cannot_be_stored_is_no_hurry, open_world, close_world),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_no_hurry, open_world, close_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
