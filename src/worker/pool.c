/*
 * Jobs and the workers that they are given to: whose turn it is, what is done when none
 * can be started, how the pool ends. What passes between us and one worker is
 * pool_worker.c's.
 */
#include "pool_int.h"

#include <ruamkhao/limits.h>

#include <stdlib.h>

/* Workers that ended before they were ready: after so many in a row the queue fails. */
#define MAX_STILLBORN 3
#define REST_MS       250 /* before the next is started */

void
rk_pool_job_done(struct rk_pool *pool, struct rk_job *job, enum rk_work_end end,
    struct rk_ingest *ingest, struct rk_arena *arena, const struct rk_err *err)
{
	rk_assert(pool->pending > 0);
	pool->pending--;
	rk_job_finish(job, end, ingest, arena, err);
}

void
rk_pool_free_if_done(struct rk_pool *pool)
{
	rk_pool_closed_fn *closed = pool->closed;
	void *cookie = pool->closed_cookie;

	if (!pool->closing || pool->open_handles > 0)
		return;
	for (unsigned i = 0; i < pool->n_workers; i++) {
		if (pool->workers[i] != NULL)
			return;
	}
	rk_assert(pool->pending == 0);
	free(pool->program);
	free(pool);
	if (closed != NULL)
		closed(cookie);
}

/* ---- jobs that end without a worker */

static void
on_later(uv_timer_t *timer)
{
	struct rk_pool *pool = timer->data;
	struct rk_job *job;
	struct rk_err err = {0};

	while ((job = rk_jobs_pop(&pool->failed)) != NULL) {
		if (job->message == NULL) {
			(void)rk_err_set(&err, RK_E_LIMIT,
			    "the document exceeds %zu MiB", RK_WIRE_MAX >> 20);
			rk_pool_job_done(pool, job, RK_WORK_REFUSED, NULL, NULL, &err);
		} else {
			rk_pool_job_done(
			    pool, job, RK_WORK_UNABLE, NULL, NULL, &pool->start_err);
		}
	}
}

static void
fail_later(struct rk_pool *pool, struct rk_job *job)
{
	rk_jobs_push(&pool->failed, job);
	(void)uv_timer_start(&pool->later, on_later, 0, 0);
}

/* ---- workers that cannot be started */

static void
on_rest(uv_timer_t *timer)
{
	struct rk_pool *pool = timer->data;

	pool->resting = false;
	rk_pool_feed(pool);
}

/* One could not be started, or ended before it was ready: start_err says why. */
void
rk_pool_stillborn(struct rk_pool *pool)
{
	struct rk_job *job;

	pool->resting = true;
	if (!pool->closing)
		(void)uv_timer_start(&pool->rest, on_rest, REST_MS, 0);
	if (++pool->stillborn < MAX_STILLBORN)
		return;
	pool->stillborn = 0;
	for (unsigned i = 0; i < pool->n_workers; i++) {
		if (pool->workers[i] != NULL && pool->workers[i]->running &&
		    pool->workers[i]->ready)
			return; /* slower than configured, but it goes on */
	}
	while ((job = rk_jobs_pop(&pool->queue)) != NULL)
		fail_later(pool, job);
}

/* ---- whose turn it is */

/* The worker with the shortest line; a new one when all lines are full. */
static struct worker *
choose(struct rk_pool *pool)
{
	struct worker *best = NULL, *fresh;
	unsigned free_slot = MAX_WORKERS;

	for (unsigned i = 0; i < pool->n_workers; i++) {
		struct worker *w = pool->workers[i];

		if (w == NULL)
			free_slot = free_slot == MAX_WORKERS ? i : free_slot;
		else if (w->running && !w->broken && !w->timed_out &&
			 w->n_line < IN_LINE &&
			 (best == NULL || w->n_line < best->n_line))
			best = w;
	}
	/* a place in line costs nothing, a process ten milliseconds */
	if (best != NULL)
		return best;
	if (free_slot < pool->n_workers && !pool->resting &&
	    (fresh = rk_worker_start(pool, free_slot)) != NULL)
		return fresh;
	return NULL;
}

/* Called again by whatever changes the answer of choose(). */
void
rk_pool_feed(struct rk_pool *pool)
{
	struct worker *w;

	while (
	    pool->queue.first != NULL && !pool->closing && (w = choose(pool)) != NULL) {
		if (pool->queue.first == NULL) /* choose() gave it up */
			break;
		rk_worker_give(w, rk_jobs_pop(&pool->queue));
	}
}

/* ---- life */

int
rk_pool_new(struct uv_loop_s *loop, const char *program, unsigned workers,
    struct rk_pool **out, struct rk_err *err)
{
	struct rk_pool *pool;

	if (workers == 0 || workers > MAX_WORKERS)
		return rk_err_set(err, RK_E_CONFIG,
		    "%u parse workers: 1 to %d are possible", workers, MAX_WORKERS);
	pool = rk_xcalloc(1, sizeof(*pool));
	pool->loop = loop;
	pool->program = rk_xstrdup(program);
	pool->n_workers = workers;
	pool->wall_ms = RK_WORKER_WALL_MS;
	(void)uv_timer_init(loop, &pool->later);
	(void)uv_timer_init(loop, &pool->rest);
	pool->later.data = pool->rest.data = pool;
	pool->open_handles = 2;
	*out = pool;
	return 0;
}

void
rk_pool_wall_ms(struct rk_pool *pool, unsigned ms)
{
	pool->wall_ms = ms;
}

void
rk_pool_quiet(struct rk_pool *pool)
{
	pool->quiet = true;
}

void
rk_pool_submit(struct rk_pool *pool, const struct rk_work *work, rk_work_done_fn *done,
    void *cookie)
{
	struct rk_job *job = rk_job_new(work, done, cookie);

	rk_assert(!pool->closing);
	pool->pending++;
	if (job->message == NULL) {
		fail_later(pool, job);
		return;
	}
	rk_jobs_push(&pool->queue, job);
	rk_pool_feed(pool);
}

size_t
rk_pool_pending(const struct rk_pool *pool)
{
	return pool->pending;
}

static void
pool_handle_closed(uv_handle_t *handle)
{
	struct rk_pool *pool = handle->data;

	pool->open_handles--;
	rk_pool_free_if_done(pool);
}

void
rk_pool_close(struct rk_pool *pool, rk_pool_closed_fn *closed, void *cookie)
{
	struct rk_jobs stopped = {NULL, NULL};
	struct rk_job *job;
	struct rk_err err = {0};

	rk_assert(!pool->closing);
	pool->closing = true;
	pool->closed = closed;
	pool->closed_cookie = cookie;
	uv_close((uv_handle_t *)&pool->later, pool_handle_closed);
	uv_close((uv_handle_t *)&pool->rest, pool_handle_closed);
	for (unsigned i = 0; i < pool->n_workers; i++) {
		struct worker *w = pool->workers[i];

		while (w != NULL && w->n_line > 0)
			rk_jobs_push(&stopped, rk_worker_shift(w));
		if (w != NULL)
			rk_worker_kill(w);
	}
	while ((job = rk_jobs_pop(&pool->queue)) != NULL ||
	       (job = rk_jobs_pop(&pool->failed)) != NULL)
		rk_jobs_push(&stopped, job);
	(void)rk_err_set(&err, RK_E_SYS, "stopped");
	while ((job = rk_jobs_pop(&stopped)) != NULL)
		rk_pool_job_done(pool, job, RK_WORK_STOPPED, NULL, NULL, &err);
}
