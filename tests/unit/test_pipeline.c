/*
 * Which host a 429 holds, for how long, and over a restart (src/daemon/pipeline.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enginekit.h"

#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <string.h>

#define N   3

static const struct { const char *url, *host; } at[N] = {
	{ "http://a.example/feed", "a.example" },
	{ "http://b.example/feed", "b.example" },
	{ "http://c.example/feed", "c.example" },
};

static int
open_world(void **state)
{
	struct enginekit *k = malloc(sizeof(*k));

	assert_non_null(k);
	enginekit_open(k, N);
	for (size_t i = 0; i < N; i++)
		enginekit_source(k, i, at[i].url, at[i].host);
	*state = k;
	return 0;
}

static int
close_world(void **state)
{
	enginekit_close(*state);
	free(*state);
	return 0;
}

static void
end(struct enginekit *k, struct pipeline *pl)
{
	pipeline_stop(pl);
	(void)uv_run(&k->loop, UV_RUN_DEFAULT);
	pipeline_free(pl);
}

/* Seconds that the host of the slot is held from now on. */
static int64_t
held(const struct enginekit *k, const struct pipeline *pl, size_t i)
{
	int64_t until = hostq_held(pl->hosts, k->e.slots[i].host);

	return until == 0 ? 0 : (until - ENGINEKIT_MS) / 1000;
}

static void
the_host_that_says_429_is_held(void **state)
{
	struct enginekit *k = *state;
	struct pipeline *pl = pipeline_new(&k->e);
	struct rk_fetch_result r = { .kind = RK_FETCH_HTTP, .status = 429, .retry_after = 1200,
		.effective_url = rk_str(at[0].url) };

	pipeline_hold(pl, k->e.slots[0].host, &r);
	assert_int_equal(held(k, pl, 0), 1200);
	assert_int_equal(held(k, pl, 1), 0);
	/* the second is led to the third, which says it */
	r.redirects = 1;
	r.effective_url = rk_str(at[2].url);
	pipeline_hold(pl, k->e.slots[1].host, &r);
	assert_int_equal(held(k, pl, 1), 0);
	assert_int_equal(held(k, pl, 2), 1200);
	/* somebody of whom there is no source */
	r.effective_url = RK_STR("http://else.example/");
	pipeline_hold(pl, k->e.slots[1].host, &r);
	assert_int_equal(held(k, pl, 1), 0);
	end(k, pl);
}

static void
stood(struct enginekit *k, size_t i, int64_t last_poll, int64_t not_before, const char *answered_by)
{
	struct rk_source_state s;

	slot_state(&k->e.slots[i], &s);
	s.http_status = 429;
	s.last_poll = last_poll;
	s.not_before = not_before;
	s.effective_url = rk_str(answered_by);
	slot_keep(&k->e.slots[i], &s, false);
}

static void
a_429_holds_over_a_restart(void **state)
{
	struct enginekit *k = *state;
	struct pipeline *pl;

	stood(k, 0, ENGINEKIT_NOW - 60, ENGINEKIT_NOW + 900, "");
	stood(k, 1, ENGINEKIT_NOW - 60, RK_NO_TIME, ""); /* it did not say how long */
	pl = pipeline_new(&k->e);
	assert_int_equal(held(k, pl, 0), 900);
	assert_int_equal(held(k, pl, 1), RK_MIN_EVERY_S - 60);
	assert_int_equal(held(k, pl, 2), 0);
	end(k, pl);
	/* it is over; and where redirects lead to */
	stood(k, 0, ENGINEKIT_NOW - 60, RK_NO_TIME, at[2].url);
	stood(k, 1, ENGINEKIT_NOW - RK_MIN_EVERY_S, RK_NO_TIME, "");
	pl = pipeline_new(&k->e);
	assert_int_equal(held(k, pl, 1), 0);
	assert_int_equal(held(k, pl, 2), RK_MIN_EVERY_S - 60);
	end(k, pl);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_host_that_says_429_is_held),
		T(a_429_holds_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
