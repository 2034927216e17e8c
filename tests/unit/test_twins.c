/*
 * Who shares a request, and to whom its answer goes (src/daemon/twins.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enginekit.h"

#include <stdlib.h>
#include <string.h>

#define N 4

struct world {
	struct enginekit k;
	struct pipeline pl;
	bool served[N];
};

/* What a slot holds from polls before. */
static void
holds(struct world *x, size_t i, const char *etag, const char *answered_by)
{
	struct rk_source_state s;

	slot_state(&x->k.e.slots[i], &s);
	s.etag = rk_str(etag);
	s.effective_url = rk_str(answered_by);
	slot_keep(&x->k.e.slots[i], &s, false);
}

static void
moves(struct world *x, size_t i, const char *to)
{
	struct rk_moved m = { .url = rk_str(to), .leads_to = rk_str("") };
	struct rk_source_state s;

	slot_state(&x->k.e.slots[i], &s);
	s.moved = &m;
	slot_keep(&x->k.e.slots[i], &s, false);
}

static int
open_world(void **state)
{
	struct world *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	enginekit_open(&x->k, N);
	for (size_t i = 0; i < N; i++) {
		bool last = i == N - 1;

		enginekit_source(&x->k, i, last ? "http://b.example/feed" : "http://a.example/feed",
		    last ? "b.example" : "a.example");
		holds(x, i, "\"1\"", x->k.sources[i].url.p);
	}
	x->pl.e = &x->k.e;
	x->pl.scheduled = true;
	x->pl.due = rk_heap_new(N);
	x->pl.twins = twins_new(&x->k.e);
	assert_non_null(x->pl.twins);
	*state = x;
	return 0;
}

static int
close_world(void **state)
{
	struct world *x = *state;

	twins_free(x->pl.twins);
	rk_heap_free(x->pl.due);
	enginekit_close(&x->k);
	free(x);
	return 0;
}

/* As the pipeline does when it is due. True: it waits for another's answer. */
static bool
due(struct world *x, size_t i)
{
	x->k.e.slots[i].busy = true;
	return twins_follow(&x->pl, i);
}

static void
serve(struct pipeline *pl, size_t slot, void *cookie)
{
	struct world *x = cookie;

	assert_true(pl->e->slots[slot].busy);
	x->served[slot] = true;
}

static void
answer(struct world *x, size_t i, enum rk_fetch_kind kind)
{
	struct rk_fetch_result r;

	memset(&r, 0, sizeof(r));
	r.kind = kind;
	memset(x->served, 0, sizeof(x->served));
	twins_serve(&x->pl, i, &r, serve, x);
}

static void
one_answer_for_all_that_are_alike(void **state)
{
	struct world *x = *state;

	assert_false(due(x, 0));
	assert_true(due(x, 1));
	assert_false(due(x, 3)); /* another address: alone */
	assert_true(twins_agree(&x->pl, 0));
	twins_asked(&x->pl, 0);
	answer(x, 0, RK_FETCH_OK);
	assert_true(x->served[1]); /* waited */
	assert_true(x->served[2]); /* has it early */
	assert_false(x->served[3]);
	assert_false(due(x, 0)); /* the next leads again */
}

static void
a_304_is_for_what_it_was_asked_with(void **state)
{
	struct world *x = *state;

	/* 2 is busy while 0 begins, so nobody asks what it holds; then it is free, with a
	 * state of its own */
	x->k.e.slots[2].busy = true;
	assert_false(due(x, 0));
	assert_true(twins_agree(&x->pl, 0));
	twins_asked(&x->pl, 0);
	x->k.e.slots[2].busy = false;
	holds(x, 2, "\"2\"", "http://a.example/feed");
	assert_true(due(x, 2));
	answer(x, 0, RK_FETCH_NOT_MODIFIED);
	assert_true(x->served[1]);
	assert_false(x->served[2]);
	assert_false(x->k.e.slots[2].busy); /* and it asks by itself, now */
	{
		size_t first;
		int64_t at;

		assert_true(rk_heap_first(x->pl.due, &first, &at));
		assert_int_equal(first, 2);
		assert_int_equal(at, ENGINEKIT_MS);
	}
	assert_false(due(x, 2));
	/* those that hold something else are seen before: the whole document is for all */
	x->k.e.slots[1].busy = false;
	holds(x, 1, "\"3\"", "http://a.example/feed");
	assert_false(twins_agree(&x->pl, 2));
	answer(x, 2, RK_FETCH_OK);
	assert_true(x->served[1]);
}

static void
those_that_moved_ask_elsewhere(void **state)
{
	struct world *x = *state;

	moves(x, 1, "http://new.example/feed");
	assert_false(due(x, 0));
	assert_false(due(x, 1)); /* it asks at the new address */
	assert_true(due(x, 2));
	holds(x, 1, "\"new\"", "http://new.example/feed");
	assert_true(twins_agree(&x->pl, 0)); /* what 1 holds is nothing to them */
	answer(x, 1, RK_FETCH_HTTP); /* 410 there says nothing of the old address */
	assert_false(x->served[0] || x->served[2]);
	answer(x, 0, RK_FETCH_NOT_MODIFIED);
	assert_false(x->served[1]);
	assert_true(x->served[2]);
	/* when all have moved, they are one again */
	for (size_t i = 0; i < 3; i++)
		x->k.e.slots[i].busy = false;
	moves(x, 0, "http://new.example/feed");
	moves(x, 2, "http://new.example/feed");
	assert_false(due(x, 2));
	assert_true(due(x, 0));
	assert_true(due(x, 1));
}

static void
nobody_waits_for_one_that_left(void **state)
{
	struct world *x = *state;

	moves(x, 2, "http://new.example/feed");
	assert_false(due(x, 0));
	assert_true(due(x, 1));
	assert_false(due(x, 2));
	assert_int_equal(twins_leave(&x->pl, 0, ENGINEKIT_NOW + 60), 1);
	assert_false(x->k.e.slots[1].busy);
	assert_true(x->k.e.slots[2].busy);
	assert_int_equal(twins_leave(&x->pl, 0, ENGINEKIT_NOW + 60), 0);
	assert_false(due(x, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_answer_for_all_that_are_alike, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_304_is_for_what_it_was_asked_with, open_world, close_world),
		cmocka_unit_test_setup_teardown(those_that_moved_ask_elsewhere, open_world, close_world),
		cmocka_unit_test_setup_teardown(nobody_waits_for_one_that_left, open_world, close_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
