/*
 * Days of the daemon by a clock that jumps, judged from the origin's log.
 */
#include "origin.h"
#include "program.h"
#include "testclock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(retry_after_is_waited_for, open_world, close_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
