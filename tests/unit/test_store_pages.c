/*
 * What polls of pages ask of the store and leave in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/cluster.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/storeq.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k, 3);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static struct rk_store_known *
known(struct kit *k, size_t source, struct kit_doc *d)
{
	struct rk_store_known *n = RK_NEW(k->arena, struct rk_store_known);

	n->arena = k->arena;
	n->source = k->states[source].row;
	n->ingest = &d->in;
	return n;
}

static void
store(struct kit *k, size_t source, struct kit_doc *d, int64_t now,
    struct rk_page_trail *trail, bool unfinished)
{
	struct rk_store_poll poll = kit_poll(k, source, d, now);
	struct rk_store_counts counts;

	poll.trail = trail;
	poll.unfinished = unfinished;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
			     rk_cluster_decide, &counts, &k->err),
	    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
}

/* It says what a poll that brings the same entries finds. */
static void
known_agrees_with_ingest(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k), *again = kit_doc(k);
	struct rk_store_known *n;
	struct rk_store_counts counts;

	kit_add(d, "", "https://s0.example/n/1", "One", "b", RK_NO_TIME);
	kit_add(d, "", "https://s0.example/n/2", "Two", "b", RK_NO_TIME);
	kit_add(d, "", "", "Without an address", "b", RK_NO_TIME);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	kit_add(again, "", "https://s0.example/n/3", "Three", "b", RK_NO_TIME);
	kit_add(again, "", "https://s0.example/n/2", "Two, reworded", "b", RK_NO_TIME);
	kit_add(again, "", "https://s0.example/n/1", "One", "b", RK_NO_TIME);
	kit_add(again, "", "", "Without an address", "b", RK_NO_TIME);
	n = known(k, 0, again);
	assert_int_equal(rk_store_known(k->store, n, &k->err), 0);
	assert_false(n->of[0].stored);
	assert_true(n->of[1].stored);
	assert_true(n->of[2].stored);
	assert_true(n->of[3].stored);
	/* another source has none of them */
	n = known(k, 1, again);
	assert_int_equal(rk_store_known(k->store, n, &k->err), 0);
	for (size_t i = 0; i < 4; i++)
		assert_false(n->of[i].stored);
	assert_int_equal(kit_store(k, 0, again, KIT_NOW + 1, &counts), 0);
	assert_int_equal(counts.added + counts.joined, 1);
}

static void
tries_are_replaced_by_each_list(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k), *none = kit_doc(k);
	struct rk_page_try tries[2];
	struct rk_page_trail trail = {.listed = true, .tries = tries, .n_tries = 2};
	struct rk_store_known *n;

	kit_add(d, "", "https://s0.example/n/1", "One", "b", RK_NO_TIME);
	kit_add(d, "", "https://s0.example/n/2", "Two", "b", RK_NO_TIME);
	tries[0] = (struct rk_page_try){d->in.entries[0].keys[0].hash, 2};
	tries[1] = (struct rk_page_try){d->in.entries[1].keys[0].hash, 1};
	store(k, 0, none, KIT_NOW, &trail, true);
	n = known(k, 0, d);
	assert_int_equal(rk_store_known(k->store, n, &k->err), 0);
	assert_int_equal(n->of[0].tries, 2);
	assert_int_equal(n->of[1].tries, 1);
	/* a poll that read no list leaves them, in the file too */
	trail.listed = false;
	store(k, 0, NULL, KIT_NOW + 1, &trail, false);
	kit_reopen(k);
	assert_int_equal(rk_store_known(k->store, n, &k->err), 0);
	assert_int_equal(n->of[0].tries, 2);
	trail = (struct rk_page_trail){.listed = true, .tries = tries + 1, .n_tries = 1};
	store(k, 0, none, KIT_NOW + 2, &trail, true);
	assert_int_equal(rk_store_known(k->store, n, &k->err), 0);
	assert_int_equal(n->of[0].tries, 0);
	assert_int_equal(n->of[1].tries, 1);
}

/* The rest of a first list takes its place below what came first. */
static void
a_first_list_may_take_several_polls(void **state)
{
	static const char *const want[] = {"N0", "N1", "N2", "N3"};
	struct kit *k = *state;
	struct rk_page_trail trail = {.listed = true, .entries = 4};
	struct kit_doc *d = kit_doc(k);
	struct rk_timeline *t;

	kit_add(d, "", "https://s0.example/0", "N0", "b", RK_NO_TIME);
	kit_add(d, "", "https://s0.example/1", "N1", "b", RK_NO_TIME)->position = 1;
	store(k, 0, d, KIT_NOW, &trail, true);
	d = kit_doc(k);
	kit_add(d, "", "https://s0.example/2", "N2", "b", RK_NO_TIME)->position = 2;
	kit_add(d, "", "https://s0.example/3", "N3", "b", RK_NO_TIME)->position = 3;
	store(k, 0, d, KIT_NOW + 3600, &trail, false);
	t = kit_timeline(k, "all", 10);
	assert_int_equal(t->n_stories, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(rk_cstr(t->stories[i].title), want[i]);
	rk_timeline_free(t);
	/* what comes later is new */
	d = kit_doc(k);
	kit_add(d, "", "https://s0.example/9", "N9", "b", KIT_NOW - 9 * KIT_DAY)->position = 3;
	store(k, 0, d, KIT_NOW + 7200, &trail, false);
	t = kit_timeline(k, "all", 10);
	assert_string_equal(rk_cstr(t->stories[0].title), "N9");
	rk_timeline_free(t);
}

static int
on_robots(void *cookie, const struct rk_robots_row *row)
{
	struct rk_buf *out = cookie;

	(void)rk_buf_addf(out, "%s %lld %lld %d %s\n", rk_cstr(row->authority),
	    (long long)(row->expires - KIT_NOW),
	    row->lost_since == RK_NO_TIME ? -1 : (long long)(row->lost_since - KIT_NOW),
	    row->found, rk_cstr(row->rules));
	return 0;
}

static void
robots_are_kept(void **state)
{
	struct kit *k = *state;
	struct rk_robots_row rows[2] = {
	    {.authority = RK_STR("https://a.example:443"),
		.expires = KIT_NOW + RK_ROBOTS_S,
		.lost_since = RK_NO_TIME,
		.found = true,
		.rules = RK_STR("User-agent: *")},
	    {.authority = RK_STR("http://b.example:80"),
		.expires = KIT_NOW,
		.lost_since = KIT_NOW - 5},
	};
	struct rk_page_trail trail = {.robots = rows, .n_robots = 2};
	struct rk_buf out;

	rk_buf_init(&out, SIZE_MAX);
	store(k, 0, NULL, KIT_NOW, &trail, false);
	rows[1].expires = KIT_NOW + 10;
	rows[1].lost_since = RK_NO_TIME;
	rows[1].found = true;
	trail.robots = rows + 1;
	trail.n_robots = 1;
	store(k, 1, NULL, KIT_NOW + 1, &trail, false);
	kit_reopen(k);
	assert_int_equal(rk_store_robots(k->store, on_robots, &out, &k->err), 0);
	assert_string_equal(out.p, "http://b.example:80 10 -1 1 \n"
				   "https://a.example:443 86400 -1 1 User-agent: *\n");
	/* long after, what nobody asks for is forgotten */
	rows[1].expires = KIT_NOW + 200 * KIT_DAY;
	store(k, 1, NULL, KIT_NOW + 199 * KIT_DAY, &trail, false);
	rk_buf_reset(&out);
	assert_int_equal(rk_store_robots(k->store, on_robots, &out, &k->err), 0);
	assert_string_equal(out.p, "http://b.example:80 17280000 -1 1 \n");
	rk_buf_release(&out);
}

static int
on_status(void *cookie, const struct rk_status_row *row)
{
	*(struct rk_status_row *)cookie = *row;
	return 0;
}

static void
status_tells_of_the_list(void **state)
{
	struct kit *k = *state;
	struct rk_page_trail trail = {
	    .listed = true, .entries = 12, .waiting = 2, .failed = 1};
	struct kit_doc *d = kit_doc(k);
	struct rk_status_row row;

	assert_int_equal(
	    rk_store_status(k->store, RK_STR("s0"), on_status, &row, &k->err), 0);
	assert_false(row.page);
	kit_add(d, "", "https://s0.example/1", "One", "b", RK_NO_TIME);
	kit_add(d, "", "https://s0.example/2", "Two", "b", RK_NO_TIME);
	store(k, 0, d, KIT_NOW, &trail, true);
	assert_int_equal(
	    rk_store_status(k->store, RK_STR("s0"), on_status, &row, &k->err), 0);
	assert_true(row.page);
	assert_int_equal(row.listed, 12);
	assert_int_equal(row.fresh, 2);
	assert_int_equal(row.waiting, 2);
	assert_int_equal(row.failed, 1);
}

/* ---- by the store's thread */

struct answer {
	unsigned known, stored, stopped;
};

static void
on_known(void *cookie, struct rk_store_known *n, const struct rk_err *err)
{
	struct answer *a = cookie;

	if (err->kind == RK_E_NONE)
		for (size_t i = 0; i < n->ingest->n_entries; i++)
			a->stored += n->of[i].stored;
	a->known++;
	rk_arena_free(n->arena); /* holds the question, which was handed over */
}

static void
on_stopped(void *cookie)
{
	((struct answer *)cookie)->stopped++;
}

static void
the_queue_answers_on_the_loop(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct answer a = {0};
	struct rk_storeq *q;
	uv_loop_t loop;

	kit_add(d, "", "https://s0.example/n/1", "One", "b", RK_NO_TIME);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	kit_add(d, "", "https://s0.example/n/2", "Two", "b", RK_NO_TIME);
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(rk_storeq_start(&loop, &k->store, RK_STR("hub.example"),
			     rk_cluster_decide, &q, &k->err),
	    0);
	for (int i = 0; i < 3; i++) {
		struct rk_arena *arena = rk_arena_new(0);
		struct rk_store_known *n = RK_NEW(arena, struct rk_store_known);

		n->arena = arena;
		n->source = k->states[0].row;
		n->ingest = &d->in;
		rk_storeq_known(q, &n, on_known, &a);
		assert_null(n);
		if (i == 1)
			while (rk_storeq_pending(q) > 0)
				(void)uv_run(&loop, UV_RUN_ONCE);
	}
	/* the third one is asked while it stops: answered all the same */
	rk_storeq_stop(q, on_stopped, &a);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&loop), 0);
	assert_int_equal(a.known, 3);
	assert_int_equal(a.stored, 3);
	assert_int_equal(a.stopped, 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(known_agrees_with_ingest),
	    T(tries_are_replaced_by_each_list),
	    T(a_first_list_may_take_several_polls),
	    T(robots_are_kept),
	    T(status_tells_of_the_list),
	    T(the_queue_answers_on_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
