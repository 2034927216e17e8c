/*
 * When files are written: a cycle starts a little after a change, or when asked for.
 */
#include "publisher_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>

#include <stdio.h>
#include <stdlib.h>

#define QUIET_MS 300    /* of no further change before a cycle starts */
#define LATEST_MS 10000 /* a cycle starts at the latest so long after a change */
#define RETRY_MS 60000  /* after a failed cycle */
#define BACKLOG_MS 1000 /* between cycles that only archives are behind for */

static void cycle_start(struct publisher *);

const struct rk_format *
publisher_format(const struct engine *e, size_t i)
{
	return rk_format_find(e->config->publish.formats[i]);
}

void
publisher_remember(struct publisher *pub, const struct rk_err *err)
{
	if (pub->err.kind == RK_E_NONE)
		pub->err = *err;
}

/* ---- cycles */

static void
on_timer(uv_timer_t *timer)
{
	struct publisher *pub = timer->data;

	publisher_wake(pub);
	if (pub->due_ms != INT64_MAX) /* by this clock there is time left */
		(void)uv_timer_start(&pub->timer, on_timer, QUIET_MS, 0);
}

void
publisher_wake(struct publisher *pub)
{
	if (pub->due_ms > (int64_t)engine_ms(pub->e))
		return;
	pub->due_ms = INT64_MAX;
	if (pub->stage == IDLE && !pub->stopping)
		cycle_start(pub);
}

int64_t
publisher_next_ms(const struct publisher *pub)
{
	return pub->due_ms;
}

static void
arm(struct publisher *pub, uint64_t ms)
{
	if (pub->stopping)
		return;
	pub->due_ms = (int64_t)(engine_ms(pub->e) + ms);
	(void)uv_timer_start(&pub->timer, on_timer, ms, 0);
}

static void
cycle_start(struct publisher *pub)
{
	(void)uv_timer_stop(&pub->timer);
	pub->due_ms = INT64_MAX;
	pub->again = false;
	pub->dirty_since = 0;
	pub->arena = rk_arena_new(0);
	pub->items = NULL;
	pub->n_items = pub->next = pub->busy = 0;
	pub->docs = NULL;
	pub->n_docs = pub->next_doc = 0;
	pub->changed = false;
	rk_err_clear(&pub->err);
	pub->topics = NULL;
	filters_begin(pub);
}

void
publisher_cycle_end(struct publisher *pub)
{
	void (*done)(void *, const struct rk_err *) = pub->done;
	struct rk_err err = pub->err;
	char nodes[24], files[24];

	if (err.kind != RK_E_NONE) {
		rk_log(RK_ERROR, "publishing failed", "error", err.text, NULL);
		pub->looked = false;
	} else if (pub->changed && pub->e->progress.sources == 0) { /* a round sums up itself */
		(void)snprintf(nodes, sizeof(nodes), "%zu", pub->n_items);
		(void)snprintf(files, sizeof(files), "%zu", pub->e->progress.files);
		rk_log(RK_INFO, "published", "nodes", nodes, "files_so_far", files, NULL);
	}
	rk_arena_free(pub->arena);
	pub->arena = NULL;
	tree_looked(pub->e); /* for the first cycle after a start alone */
	pub->stage = IDLE;
	indexer_wake(pub->e->indexer);
	if (pub->again && !pub->stopping && err.kind == RK_E_NONE) {
		if (done != NULL)
			cycle_start(pub);
		else
			arm(pub, QUIET_MS);
		return;
	}
	if (err.kind != RK_E_NONE)
		arm(pub, RETRY_MS);
	else if (pub->backlog)
		arm(pub, BACKLOG_MS);
	else if (pub->postponed)
		arm(pub, LATEST_MS);
	else if (done == NULL && board_next(pub) > 0)
		arm(pub, board_next(pub));
	pub->done = NULL;
	if (done != NULL)
		done(pub->done_cookie, &err);
	else if (!pub->backlog && !pub->stopping)
		rk_memory_trim(); /* what the nodes of a cycle took: a daemon mostly waits */
}

void
publisher_dirty(struct publisher *pub)
{
	uint64_t now = engine_ms(pub->e), waited;

	if (pub->stage != IDLE) {
		pub->again = true;
		return;
	}
	if (pub->dirty_since == 0)
		pub->dirty_since = now;
	if (pub->done != NULL || pub->e->progress.sources > 0)
		return; /* a round publishes once, at its end */
	waited = now - pub->dirty_since;
	arm(pub, waited + QUIET_MS > LATEST_MS ? 0 : QUIET_MS);
}

void
publisher_now(struct publisher *pub, void (*done)(void *cookie, const struct rk_err *),
    void *cookie)
{
	pub->done = done;
	pub->done_cookie = cookie;
	if (pub->stage == IDLE)
		cycle_start(pub);
	else
		pub->again = true;
}

void
publisher_everything(struct publisher *pub)
{
	pub->everything = pub->board_always = true;
	pub->looked = false;
}

bool
publisher_idle(const struct publisher *pub)
{
	return pub->stage == IDLE;
}

/* ---- life */

struct publisher *
publisher_new(struct engine *e)
{
	struct publisher *pub = rk_xcalloc(1, sizeof(*pub));

	pub->e = e;
	pub->due_ms = INT64_MAX;
	pub->unsynced = true; /* the process before may have been killed in between */
	(void)uv_timer_init(e->loop, &pub->timer);
	pub->timer.data = pub;
	pub->timer_open = true;
	return pub;
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct publisher *pub = handle->data;

	pub->timer_open = false;
}

void
publisher_stop(struct publisher *pub)
{
	if (pub->stopping)
		return;
	pub->stopping = true;
	pub->done = NULL;
	uv_close((uv_handle_t *)&pub->timer, on_timer_closed);
	/* every stage waits for something, and what comes sees that it is to end */
}

bool
publisher_closed(const struct publisher *pub)
{
	return !pub->timer_open && pub->stage == IDLE;
}

void
publisher_free(struct publisher *pub)
{
	free(pub);
}
