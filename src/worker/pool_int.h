/*
 * The parent's side, as pool.c and pool_worker.c share it: start, feed, watch, kill and
 * replace the workers.
 *
 * Invariants: a job is in exactly one place - the queue, the line of one worker, or
 * among the failed. A worker has at most IN_LINE jobs, so that it never waits for us;
 * the first of them is the one it works on, and the one that is blamed when it dies.
 * Nothing is blamed for a worker that ends before it said that it is ready.
 */
#ifndef RK_POOL_INT_H
#define RK_POOL_INT_H

#include "worker_int.h"

#include <uv.h>

#define IN_LINE     2
#define MAX_WORKERS 64

struct worker {
	struct rk_pool *pool;
	uv_process_t process;
	uv_pipe_t pipe;
	uv_timer_t watchdog;
	unsigned open_handles;
	bool running;   /* the process was started and its end not yet seen */
	bool ready;     /* it closed itself in */
	bool timed_out; /* killed by the watchdog */
	bool broken;    /* killed since it sent what is no answer */
	struct rk_job *line[IN_LINE];
	unsigned n_line;
	/* the message being read */
	struct rk_msg_head head;
	size_t head_n;
	struct rk_arena *arena; /* holds body */
	char *body;
	size_t body_n;
};

struct rk_pool {
	uv_loop_t *loop;
	char *program;
	unsigned n_workers, wall_ms;
	struct worker *workers[MAX_WORKERS]; /* NULL: not started */
	struct rk_jobs queue;
	size_t pending;
	/* starting goes wrong */
	unsigned stillborn;
	struct rk_err start_err;
	bool resting; /* until the timer `rest` */
	uv_timer_t rest;
	/* jobs that end without a worker: told from the loop, never from submit */
	struct rk_jobs failed;
	uv_timer_t later;
	unsigned open_handles;
	bool quiet, told; /* what the sandbox lacks: not to be logged, was logged */
	bool closing;
	rk_pool_closed_fn *closed;
	void *closed_cookie;
};

/* ---- pool.c */

/* Called again by whatever changes which worker may have a job. */
void rk_pool_feed(struct rk_pool *);
/* A job has its end, and is gone. */
void rk_pool_job_done(struct rk_pool *, struct rk_job *, enum rk_work_end,
    struct rk_ingest *, struct rk_arena *, const struct rk_err *);
/* One could not be started, or ended before it was ready: start_err says why. */
void rk_pool_stillborn(struct rk_pool *);
void rk_pool_free_if_done(struct rk_pool *); /* a handle was closed */

/* ---- pool_worker.c */

/* NULL, and start_err: not started. */
struct worker *rk_worker_start(struct rk_pool *, unsigned slot);
void rk_worker_give(struct worker *, struct rk_job *); /* its line has room */
struct rk_job *rk_worker_shift(struct worker *);       /* the first in its line */
void rk_worker_kill(struct worker *); /* its end is reported by the exit callback */

#endif
