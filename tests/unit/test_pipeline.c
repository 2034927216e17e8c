/*
 * Which host a 429 holds, for how long, and over a restart (src/daemon/pipeline.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/daemon/poll_int.h"

#include <ruamkhao/config.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <string.h>

#define N   3
#define NOW 1767578400
#define MS  1000

struct world {
	uv_loop_t loop;
	struct rk_source sources[N];
	struct rk_config config;
	struct engine e;
	struct rk_daemon_opts opts;
	struct rk_clock clock;
};

static int64_t
wall(void *self)
{
	(void)self;
	return NOW;
}

static uint64_t
mono_ms(void *self)
{
	(void)self;
	return MS;
}

static const struct { const char *url, *host; } at[N] = {
	{ "http://a.example/feed", "a.example" },
	{ "http://b.example/feed", "b.example" },
	{ "http://c.example/feed", "c.example" },
};

static int
open_world(void **state)
{
	struct world *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	x->clock = (struct rk_clock){ .wall = wall, .mono_ms = mono_ms };
	x->opts.clock = &x->clock;
	assert_int_equal(uv_loop_init(&x->loop), 0);
	x->e.loop = &x->loop;
	x->e.opts = &x->opts;
	x->e.config = &x->config;
	x->e.arena = rk_arena_new(0);
	x->e.n_slots = N;
	x->e.slots = calloc(N, sizeof(*x->e.slots));
	assert_non_null(x->e.slots);
	for (size_t i = 0; i < N; i++) {
		struct rk_source *s = &x->sources[i];

		s->id = s->title = s->charset = rk_str("");
		s->request = &rk_source_plain;
		s->url = rk_str(at[i].url);
		s->host = rk_str(at[i].host);
		s->enabled = true;
		s->every = 3600;
		x->e.slots[i].source = s;
	}
	*state = x;
	return 0;
}

static int
close_world(void **state)
{
	struct world *x = *state;

	for (size_t i = 0; i < N; i++)
		slot_release(&x->e.slots[i]);
	free(x->e.slots);
	rk_arena_free(x->e.arena);
	assert_int_equal(uv_loop_close(&x->loop), 0);
	free(x);
	return 0;
}

static void
end(struct world *x, struct pipeline *pl)
{
	pipeline_stop(pl);
	(void)uv_run(&x->loop, UV_RUN_DEFAULT);
	pipeline_free(pl);
}

/* Seconds that the host of the slot is held from now on. */
static int64_t
held(const struct world *x, const struct pipeline *pl, size_t i)
{
	int64_t until = hostq_held(pl->hosts, x->e.slots[i].host);

	return until == 0 ? 0 : (until - MS) / 1000;
}

static void
the_host_that_says_429_is_held(void **state)
{
	struct world *x = *state;
	struct pipeline *pl = pipeline_new(&x->e);
	struct rk_fetch_result r = { .kind = RK_FETCH_HTTP, .status = 429, .retry_after = 1200,
		.effective_url = rk_str(at[0].url) };

	pipeline_hold(pl, x->e.slots[0].host, &r);
	assert_int_equal(held(x, pl, 0), 1200);
	assert_int_equal(held(x, pl, 1), 0);
	/* the second is led to the third, which says it */
	r.redirects = 1;
	r.effective_url = rk_str(at[2].url);
	pipeline_hold(pl, x->e.slots[1].host, &r);
	assert_int_equal(held(x, pl, 1), 0);
	assert_int_equal(held(x, pl, 2), 1200);
	/* somebody of whom there is no source */
	r.effective_url = RK_STR("http://else.example/");
	pipeline_hold(pl, x->e.slots[1].host, &r);
	assert_int_equal(held(x, pl, 1), 0);
	end(x, pl);
}

static void
stood(struct world *x, size_t i, int64_t last_poll, int64_t not_before, const char *answered_by)
{
	struct rk_source_state s;

	slot_state(&x->e.slots[i], &s);
	s.http_status = 429;
	s.last_poll = last_poll;
	s.not_before = not_before;
	s.effective_url = rk_str(answered_by);
	slot_keep(&x->e.slots[i], &s, false);
}

static void
a_429_holds_over_a_restart(void **state)
{
	struct world *x = *state;
	struct pipeline *pl;

	stood(x, 0, NOW - 60, NOW + 900, "");
	stood(x, 1, NOW - 60, RK_NO_TIME, ""); /* it did not say how long */
	pl = pipeline_new(&x->e);
	assert_int_equal(held(x, pl, 0), 900);
	assert_int_equal(held(x, pl, 1), RK_MIN_EVERY_S - 60);
	assert_int_equal(held(x, pl, 2), 0);
	end(x, pl);
	/* it is over; and where redirects lead to */
	stood(x, 0, NOW - 60, RK_NO_TIME, at[2].url);
	stood(x, 1, NOW - RK_MIN_EVERY_S, RK_NO_TIME, "");
	pl = pipeline_new(&x->e);
	assert_int_equal(held(x, pl, 1), 0);
	assert_int_equal(held(x, pl, 2), RK_MIN_EVERY_S - 60);
	end(x, pl);
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
