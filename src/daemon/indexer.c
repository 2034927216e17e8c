/*
 * Filling the index of searches: a batch at a time on the store's thread, some while after
 * the last change, with a pause after each, so that polls and people go before it.
 */
#include "daemon_int.h"

#include <ruamkhao/log.h>
#include <ruamkhao/search.h>

#include <stdlib.h>

#define QUIET_MS 2000 /* after the last cycle */
#define PAUSE_MS 50   /* between batches */
#define RETRY_MS 60000

struct indexer {
	struct engine *e;
	uv_timer_t timer;
	bool timer_open, stopping;
	bool running; /* a batch is on the store's thread */
	bool ready;   /* it found nothing more to do */
	uint64_t until; /* real ms of the loop: of indexer_now, 0: there is none */
	indexed_fn *done;
	void *cookie;
};

static void
on_timer(uv_timer_t *timer);

static void
batch(void *arg, struct rk_store *s, struct rk_err *err)
{
	struct indexer *x = arg;

	(void)rk_store_index(s, &x->ready, err);
}

static void
answer(struct indexer *x, bool all)
{
	indexed_fn *done = x->done;

	x->done = NULL;
	if (done != NULL)
		done(x->cookie, all);
}

static void go(struct indexer *);

static void
on_batch(void *cookie, const struct rk_err *err)
{
	struct indexer *x = cookie;
	bool failed = err->kind != RK_E_NONE;

	x->running = false;
	if (failed)
		rk_log(RK_ERROR, "the index of searches could not be filled", "error", err->text,
		    NULL);
	if (x->stopping || failed || x->ready) {
		if (failed && !x->stopping)
			(void)uv_timer_start(&x->timer, on_timer, RETRY_MS, 0);
		answer(x, !failed && x->ready);
	} else if (x->done != NULL && uv_now(x->e->loop) < x->until) {
		go(x);
	} else {
		answer(x, false);
		if (!x->stopping)
			(void)uv_timer_start(&x->timer, on_timer, PAUSE_MS, 0);
	}
}

static void
go(struct indexer *x)
{
	if (x->running)
		return;
	x->running = true;
	rk_storeq_call(x->e->storeq, batch, x, on_batch, x);
}

static void
on_timer(uv_timer_t *timer)
{
	struct indexer *x = timer->data;

	if (x->e->progress.sources > x->e->progress.done) /* a round: it publishes first */
		return;
	go(x);
}

void
indexer_wake(struct indexer *x)
{
	if (!x->stopping)
		(void)uv_timer_start(&x->timer, on_timer, QUIET_MS, 0);
}

void
indexer_now(struct indexer *x, uint64_t ms, indexed_fn *done, void *cookie)
{
	uint64_t now;

	rk_assert(x->done == NULL);
	x->done = done;
	x->cookie = cookie;
	if (x->stopping) {
		answer(x, false);
		return;
	}
	(void)uv_timer_stop(&x->timer);
	uv_update_time(x->e->loop);
	now = uv_now(x->e->loop);
	x->until = ms < UINT64_MAX - now ? now + ms : UINT64_MAX;
	go(x);
}

struct indexer *
indexer_new(struct engine *e)
{
	struct indexer *x = rk_xcalloc(1, sizeof(*x));

	x->e = e;
	(void)uv_timer_init(e->loop, &x->timer);
	x->timer.data = x;
	x->timer_open = true;
	return x;
}

static void
on_closed(uv_handle_t *handle)
{
	struct indexer *x = handle->data;

	x->timer_open = false;
}

void
indexer_stop(struct indexer *x)
{
	if (x->stopping)
		return;
	x->stopping = true;
	uv_close((uv_handle_t *)&x->timer, on_closed);
}

bool
indexer_closed(const struct indexer *x)
{
	return !x->timer_open && !x->running;
}

void
indexer_free(struct indexer *x)
{
	free(x);
}
