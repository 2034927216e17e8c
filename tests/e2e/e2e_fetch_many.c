/*
 * Many transfers at a time, the limits for each host, cancelling and closing
 * (RELIABILITY 2.31; ARCHITECTURE 3.8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/limits.h>

#include "fetchkit.h"
#include "origin.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANY 200

static struct fetchkit w;
static struct origin *o;

static int
open_all(void **state)
{
	(void)state;
	o = origin_start();
	origin_default(o, &(struct origin_answer){.body = "<rss/>"});
	fetchkit_open(&w, NULL);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	fetchkit_close(&w);
	origin_stop(o);
	return 0;
}

static size_t
open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
two_hundred_at_a_time(void **state)
{
	struct fetchkit_got *g = calloc(MANY, sizeof(*g));
	char path[32];

	(void)state;
	origin_default(o, &(struct origin_answer){.body = "<rss/>", .together = MANY});
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < MANY; i++) {
			snprintf(path, sizeof(path), "/%zu", i);
			struct rk_fetch_req req = {.url = rk_str(origin_url(o, path))};
			fetchkit_start(&w, &req, &g[i]);
		}
		assert_int_equal(rk_fetcher_active(w.fetcher), MANY);
		fetchkit_wait_all(&w);
		for (size_t i = 0; i < MANY; i++) {
			snprintf(path, sizeof(path), "/%zu", i);
			assert_int_equal(g[i].calls, 1);
			assert_int_equal(g[i].kind, RK_FETCH_OK);
			assert_string_equal(g[i].url, origin_url(o, path));
			assert_string_equal(g[i].body, "<rss/>");
			fetchkit_release(&g[i]);
		}
	}
	assert_int_equal(origin_count(o, NULL), 3 * MANY);
	assert_true(origin_most_parallel(o) == MANY);
	free(g);
}

/* As the daemon does it: ask, wait, start. */
struct queue {
	struct fetchkit_got *got;
	size_t next, n;
	const char *url;
	uv_timer_t timer;
};

static void
admit(uv_timer_t *timer)
{
	struct queue *q = timer->data;
	struct rk_fetch_req req = {.url = rk_str(q->url)};

	while (q->next < q->n && rk_fetch_host_wait(w.fetcher, req.url) == 0)
		fetchkit_start(&w, &req, &q->got[q->next++]);
	if (q->next < q->n)
		uv_timer_start(timer, admit, 5, 0);
}

static void
limits_of_a_host(unsigned per_host, uint64_t gap_ms, size_t n)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);
	struct fetchkit_got *g = calloc(n, sizeof(*g));
	struct queue q = {.got = g, .n = n, .url = origin_url(o, "/x")};

	fetchkit_close(&w);
	opts.per_host = per_host;
	opts.host_gap_ms = gap_ms;
	fetchkit_open(&w, &opts);
	uv_timer_init(&w.loop, &q.timer);
	q.timer.data = &q;
	admit(&q.timer);
	while (q.next < n || rk_fetcher_active(w.fetcher) > 0)
		fetchkit_turn(&w);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(g[i].kind, RK_FETCH_OK);
		fetchkit_release(&g[i]);
	}
	uv_close((uv_handle_t *)&q.timer, NULL);
	fetchkit_close(&w); /* the timer lives here only */
	fetchkit_open(&w, NULL);
	free(g);
}

static void
two_at_a_time_for_a_host(void **state)
{
	(void)state;
	origin_default(o, &(struct origin_answer){.body = "x", .delay_ms = 60});
	limits_of_a_host(2, 0, 20);
	assert_int_equal(origin_most_parallel(o), 2);
	assert_int_equal(origin_count(o, NULL), 20);
}

static void
a_pause_between_two(void **state)
{
	int64_t since = origin_now_ms();

	(void)state;
	limits_of_a_host(4, 120, 8);
	assert_true(origin_paced(o, since, 120));
	assert_int_equal(origin_count(o, NULL), 8);
}

static void
host_wait(void **state)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/x"))};
	struct rk_str same = rk_str("http://127.0.0.1:1/other"),
		      else_where = RK_STR("http://other.example/");
	struct fetchkit_got a = {0}, b = {0};
	uint64_t wait;

	(void)state;
	fetchkit_close(&w);
	opts.per_host = 2;
	opts.host_gap_ms = 5000;
	fetchkit_open(&w, &opts);
	assert_int_equal(rk_fetch_host_wait(w.fetcher, req.url), 0);
	fetchkit_start(&w, &req, &a);
	wait = rk_fetch_host_wait(w.fetcher, same);
	assert_in_range(wait, 4000, 5000);
	/* Spelled otherwise, the same host. */
	assert_in_range(
	    rk_fetch_host_wait(w.fetcher, RK_STR("http://127.1/")), 4000, 5000);
	assert_int_equal(rk_fetch_host_wait(w.fetcher, else_where), 0);
	assert_int_equal(rk_fetch_host_wait(w.fetcher, RK_STR("nonsense")), 0);
	fetchkit_start(&w, &req, &b); /* who does not ask is let through, and counted */
	assert_true(rk_fetch_host_wait(w.fetcher, same) == UINT64_MAX);
	fetchkit_wait_all(&w);
	assert_in_range(rk_fetch_host_wait(w.fetcher, same), 1, 5000);
	fetchkit_release(&a);
	fetchkit_release(&b);
}

static void
cancel_in_every_state(void **state)
{
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/slow"))};
	struct rk_fetch_req nowhere = {.url = RK_STR("http://10.1.1.1/")};
	struct rk_fetch_req unknown = {.url = RK_STR("http://nonexistent.invalid/")};
	struct fetchkit_got g[5] = {{0}};
	struct rk_fetch *t[5];

	(void)state;
	origin_default(o, &(struct origin_answer){
			      .body = "0123456789", .delay_ms = 100, .half_ms = 5000});
	t[0] = fetchkit_start(&w, &req, &g[0]); /* at once */
	rk_fetch_cancel(t[0]);
	rk_fetch_cancel(t[0]); /* twice is once */
	assert_int_equal(g[0].calls, 0);
	t[1] = fetchkit_start(&w, &nowhere, &g[1]); /* ended, and not told yet */
	rk_fetch_cancel(t[1]);
	t[2] = fetchkit_start(&w, &unknown, &g[2]); /* its name is looked up */
	uv_run(&w.loop, UV_RUN_NOWAIT);
	if (g[2].calls == 0)
		rk_fetch_cancel(t[2]);
	t[3] = fetchkit_start(&w, &req, &g[3]); /* waits for the answer */
	while (origin_count(o, NULL) < 1)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	rk_fetch_cancel(t[3]);
	t[4] = fetchkit_start(&w, &req, &g[4]); /* inside the body */
	for (int64_t end = origin_now_ms() + 400; origin_now_ms() < end;)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_int_equal(g[4].calls, 0);
	rk_fetch_cancel(t[4]);
	fetchkit_wait_all(&w);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(g[i].calls, 1);
		assert_true(g[i].kind == RK_FETCH_CANCELLED ||
			    (i == 2 && g[i].kind == RK_FETCH_DNS));
		assert_int_equal(g[i].n, 0);
		fetchkit_release(&g[i]);
	}
	/* The handles are as good as new. */
	origin_default(o, &(struct origin_answer){.body = "<rss/>"});
	for (size_t i = 0; i < 5; i++) {
		g[i] = fetchkit_get(&w, &req);
		assert_int_equal(g[i].kind, RK_FETCH_OK);
		fetchkit_release(&g[i]);
	}
}

static void
close_with_transfers_running(void **state)
{
	struct fetchkit_got g[20] = {{0}};
	struct rk_fetch_req reqs[3] = {{.url = rk_str(origin_url(o, "/slow"))},
	    {.url = RK_STR("http://nonexistent.invalid/")},
	    {.url = RK_STR("http://10.1.1.1/")}};
	size_t before = open_descriptors();

	(void)state;
	origin_default(o, &(struct origin_answer){.body = "x", .delay_ms = 3000});
	for (int turns = 0; turns < 3; turns++) {
		for (size_t i = 0; i < 20; i++)
			fetchkit_start(&w, &reqs[i % 3], &g[i]);
		for (int i = 0; i < turns * 50; i++) {
			uv_run(&w.loop, UV_RUN_NOWAIT);
			usleep(1000);
		}
		fetchkit_close(&w);
		for (size_t i = 0; i < 20; i++) {
			assert_int_equal(g[i].calls, 1);
			if (i % 3 == 0)
				assert_int_equal(g[i].kind, RK_FETCH_CANCELLED);
			fetchkit_release(&g[i]);
		}
		fetchkit_open(&w, NULL);
	}
	/* The origin's own ones come and go; ours must not pile up. */
	assert_true(open_descriptors() < before + 60);
}

/* From inside done(): start, cancel, close. */
struct chain {
	unsigned left, done;
	struct rk_fetch *other;
	enum rk_fetch_kind last;
	bool closes;
};

static void
chain_closed(void *cookie)
{
	(void)cookie;
	w.closed = true;
	w.fetcher = NULL;
}

static void
chain_done(void *cookie, struct rk_fetch_result *r)
{
	struct chain *c = cookie;
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/next"))};
	struct rk_fetch *t;
	struct rk_err err;

	c->done++;
	c->last = r->kind;
	if (c->other != NULL)
		rk_fetch_cancel(c->other);
	c->other = NULL;
	if (c->left > 0) {
		c->left--;
		assert_int_equal(
		    rk_fetch_start(w.fetcher, &req, chain_done, c, &t, &err), 0);
	} else if (c->closes) {
		c->closes = false;
		rk_fetcher_close(w.fetcher, chain_closed, NULL);
		assert_int_equal(
		    rk_fetch_start(w.fetcher, &req, chain_done, c, &t, &err), -1);
	}
}

static void
calls_from_inside_done(void **state)
{
	struct chain c = {.left = 5, .closes = true};
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/a"))};
	struct rk_fetch_req slow = {.url = rk_str(origin_url(o, "/slow"))};
	struct origin_answer a = {.body = "x", .delay_ms = 5000};
	struct fetchkit_got g[2] = {{0}};
	struct rk_fetch *t;
	struct rk_err err;

	(void)state;
	origin_route(o, "/slow", &a, 1);
	c.other = fetchkit_start(&w, &slow, &g[0]);
	fetchkit_start(&w, &slow, &g[1]); /* still there when the last done() closes */
	assert_int_equal(rk_fetch_start(w.fetcher, &req, chain_done, &c, &t, &err), 0);
	uv_run(&w.loop, UV_RUN_DEFAULT);
	assert_true(w.closed);
	assert_int_equal(c.done, 6);
	assert_int_equal(c.last, RK_FETCH_OK);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(g[i].calls, 1);
		assert_int_equal(g[i].kind, RK_FETCH_CANCELLED);
		fetchkit_release(&g[i]);
	}
}

static void
an_unused_fetcher_closes(void **state)
{
	struct rk_fetch_req req = {.url = RK_STR("ftp://x/")};
	struct rk_fetch *t;
	struct rk_err err;

	(void)state;
	assert_int_equal(rk_fetch_start(w.fetcher, &req, NULL, NULL, &t, &err), -1);
}

static void
names_of_kinds(void **state)
{
	(void)state;
	for (int i = 0; i <= RK_FETCH_CANCELLED; i++)
		assert_true(strlen(rk_fetch_kind_name((enum rk_fetch_kind)i)) > 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

/* Names under .localhost are this machine's: four provinces on one server. */
static const char *
name_url(unsigned i)
{
	char host[32];

	(void)snprintf(host, sizeof(host), "p%u.localhost", i);
	return origin_url_at(o, host, "/x");
}

static void
names_at_one_address_are_one_server(void **state)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);
	struct fetchkit_got g[4] = {{0}};

	(void)state;
	fetchkit_close(&w);
	opts.per_host = 2;
	fetchkit_open(&w, &opts);
	for (unsigned i = 0; i < 4; i++) { /* not known yet: each is its own */
		assert_int_equal(rk_fetch_host_wait(w.fetcher, rk_str(name_url(i))), 0);
		fetchkit_start(&w, &(struct rk_fetch_req){.url = rk_str(name_url(i))}, &g[i]);
	}
	fetchkit_wait_all(&w);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(g[i].kind, RK_FETCH_OK);
		assert_string_equal(g[i].address, "127.0.0.1");
		fetchkit_release(&g[i]);
		g[i] = (struct fetchkit_got){0};
	}
	/* now two at a time, whatever their names; the number is one of them */
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(rk_fetch_host_wait(w.fetcher, rk_str(name_url(i))), 0);
		fetchkit_start(&w, &(struct rk_fetch_req){.url = rk_str(name_url(i))}, &g[i]);
	}
	assert_true(rk_fetch_host_wait(w.fetcher, rk_str(name_url(2))) == UINT64_MAX);
	assert_true(rk_fetch_host_wait(w.fetcher, rk_str(origin_url(o, "/x"))) > 0);
	assert_int_equal(rk_fetch_host_wait(w.fetcher, RK_STR("http://else.example/")), 0);
	fetchkit_wait_all(&w);
	assert_int_equal(rk_fetch_host_wait(w.fetcher, rk_str(name_url(2))), 0);
	fetchkit_release(&g[0]);
	fetchkit_release(&g[1]);
}

static void
what_an_earlier_process_learnt_holds(void **state)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);
	struct fetchkit_got g = {0};

	(void)state;
	fetchkit_close(&w);
	opts.per_host = 1;
	opts.host_gap_ms = 60000;
	fetchkit_open(&w, &opts);
	rk_fetcher_learn(w.fetcher, RK_STR("p8.localhost"), RK_STR("127.0.0.1"));
	rk_fetcher_learn(w.fetcher, RK_STR("p9.localhost"), RK_STR("127.0.0.1"));
	rk_fetcher_learn(w.fetcher, RK_STR("far.example"), RK_STR("192.0.2.1"));
	fetchkit_start(&w, &(struct rk_fetch_req){.url = rk_str(name_url(8))}, &g);
	assert_true(rk_fetch_host_wait(w.fetcher, rk_str(name_url(9))) > 0);
	assert_int_equal(rk_fetch_host_wait(w.fetcher, RK_STR("http://far.example/")), 0);
	fetchkit_wait_all(&w);
	/* the pause between two holds for the server, too */
	assert_in_range(rk_fetch_host_wait(w.fetcher, rk_str(name_url(9))), 1000, 60000);
	fetchkit_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(two_hundred_at_a_time),
	    T(two_at_a_time_for_a_host),
	    T(a_pause_between_two),
	    T(host_wait),
	    T(cancel_in_every_state),
	    T(close_with_transfers_running),
	    T(calls_from_inside_done),
	    T(an_unused_fetcher_closes),
	    T(names_at_one_address_are_one_server),
	    T(what_an_earlier_process_learnt_holds),
	    T(names_of_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
