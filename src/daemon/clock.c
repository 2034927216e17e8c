/*
 * The machine's clocks, for those to whom one is passed; and a loop that follows a clock
 * which jumps: where the real one would sleep until something is due, time passes at once.
 */
#include "daemon_int.h"

#include <stdlib.h>
#include <time.h>

static int64_t
wall(void *self)
{
	(void)self;
	return (int64_t)time(NULL);
}

static uint64_t
mono_ms(void *self)
{
	struct timespec ts;

	(void)self;
	(void)clock_gettime(CLOCK_BOOTTIME, &ts); /* a machine's sleep is time, too */
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

const struct rk_clock *
rk_clock_real(void)
{
	static const struct rk_clock clock = { .wall = wall, .mono_ms = mono_ms };

	return &clock;
}

/* ---- a clock that jumps */

#define STEPS 10000 /* in one turn of the loop, which has signals to look at too */

/* Something will come by itself: an answer, a document, a commit, a file. */
static bool
under_way(struct engine *e)
{
	if (e->pipeline == NULL || rk_fetcher_active(e->fetcher) > 0 || rk_pool_pending(e->pool) > 0)
		return true;
	if (rk_storeq_pending(e->storeq) > 0) {
		rk_storeq_flush(e->storeq); /* it would wait for more to share a transaction */
		return true;
	}
	return !publisher_idle(e->publisher) || hub_busy(e->hub);
}

static void
on_prepare(uv_prepare_t *handle)
{
	struct engine *e = handle->data;
	const struct rk_clock *clock = e->opts->clock;

	for (unsigned i = 0; i < STEPS && !e->stopping && !under_way(e); i++) {
		uint64_t before = engine_ms(e);
		int64_t due = pipeline_next_ms(e->pipeline), other = publisher_next_ms(e->publisher);

		due = other < due ? other : due;
		other = websub_next_ms(e->websub);
		due = other < due ? other : due;
		other = hub_next_ms(e->hub);
		due = other < due ? other : due;
		if (due > (int64_t)before) {
			clock->jump(clock->self, due == INT64_MAX ? UINT64_MAX : (uint64_t)due - before);
			if (engine_ms(e) == before)
				return; /* it waits for somebody else */
		}
		pipeline_wake(e->pipeline);
		publisher_wake(e->publisher);
		websub_wake(e->websub);
		hub_wake(e->hub);
	}
}

static void
on_closed(uv_handle_t *handle)
{
	free(handle);
}

void
clock_follow(struct engine *e)
{
	if (e->opts->clock->jump == NULL || e->pipeline == NULL)
		return;
	e->follow = rk_xcalloc(1, sizeof(*e->follow));
	(void)uv_prepare_init(e->loop, e->follow);
	e->follow->data = e;
	(void)uv_prepare_start(e->follow, on_prepare);
}

void
clock_unfollow(struct engine *e)
{
	if (e->follow != NULL)
		uv_close((uv_handle_t *)e->follow, on_closed);
	e->follow = NULL;
}
