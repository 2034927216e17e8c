/*
 * The parent's side: start, feed, watch, kill and replace the workers.
 *
 * Invariants: a job is in exactly one place - the queue, the line of one worker, or
 * among the failed. A worker has at most IN_LINE jobs, so that it never waits for us;
 * the first of them is the one it works on, and the one that is blamed when it dies.
 * Nothing is blamed for a worker that ends before it said that it is ready.
 */
#include "worker_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>

#include <uv.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IN_LINE     2
#define MAX_WORKERS 64
/* Workers that ended before they were ready: after so many in a row the queue fails. */
#define MAX_STILLBORN 3
#define REST_MS       250 /* before the next is started */

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

static void feed(struct rk_pool *);

static void
job_done(struct rk_pool *pool, struct rk_job *job, enum rk_work_end end,
    struct rk_ingest *ingest, struct rk_arena *arena, const struct rk_err *err)
{
	rk_assert(pool->pending > 0);
	pool->pending--;
	rk_job_finish(job, end, ingest, arena, err);
}

static struct rk_job *
line_shift(struct worker *w)
{
	struct rk_job *job = w->line[0];

	rk_assert(w->n_line > 0);
	w->n_line--;
	memmove(w->line, w->line + 1, w->n_line * sizeof(*w->line));
	return job;
}

/* ---- closing */

static void
pool_free_if_done(struct rk_pool *pool)
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

static void
worker_handle_closed(uv_handle_t *handle)
{
	struct worker *w = handle->data;
	struct rk_pool *pool = w->pool;

	if (--w->open_handles > 0)
		return;
	for (unsigned i = 0; i < pool->n_workers; i++) {
		if (pool->workers[i] == w)
			pool->workers[i] = NULL;
	}
	rk_arena_free(w->arena);
	free(w);
	if (pool->closing)
		pool_free_if_done(pool);
	else
		feed(pool);
}

static void
worker_close(struct worker *w)
{
	uv_handle_t *handles[] = {(uv_handle_t *)&w->process, (uv_handle_t *)&w->pipe,
	    (uv_handle_t *)&w->watchdog};

	for (size_t i = 0; i < 3; i++) {
		if (!uv_is_closing(handles[i]))
			uv_close(handles[i], worker_handle_closed);
	}
}

/* Its end is reported by the exit callback. */
static void
worker_kill(struct worker *w)
{
	if (w->running)
		(void)uv_process_kill(&w->process, SIGKILL);
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
			job_done(pool, job, RK_WORK_REFUSED, NULL, NULL, &err);
		} else {
			job_done(
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

/* ---- the watchdog stands for the start, then for the first job in line */

static void
on_watchdog(uv_timer_t *timer)
{
	struct worker *w = timer->data;

	w->timed_out = true;
	worker_kill(w);
}

static void
watch(struct worker *w)
{
	if (w->n_line > 0 || !w->ready)
		(void)uv_timer_start(&w->watchdog, on_watchdog, w->pool->wall_ms, 0);
	else
		(void)uv_timer_stop(&w->watchdog);
}

/* ---- answers */

/* What it sends cannot be believed any more. */
static void
worker_broken(struct worker *w)
{
	w->broken = true;
	(void)uv_read_stop((uv_stream_t *)&w->pipe);
	worker_kill(w);
}

static void
worker_ready(struct worker *w, struct rk_str body)
{
	struct rk_pool *pool = w->pool;
	struct rk_str missing;
	struct rk_err bad;

	if (rk_wire_get_ready(body, &missing, &bad) != 0) {
		worker_broken(w);
		return;
	}
	w->ready = true;
	pool->stillborn = 0;
	watch(w);
	if (missing.n > 0 && !pool->told && !pool->quiet)
		rk_log(RK_WARN, "the sandbox of the parse workers is incomplete",
		    "missing", rk_cstr(missing), NULL);
	pool->told = true;
}

static void
message_done(struct worker *w)
{
	struct rk_pool *pool = w->pool;
	struct rk_str body = rk_strn(w->body, w->body_n);
	struct rk_arena *arena = w->arena;
	struct rk_ingest *ingest = NULL;
	struct rk_err err = {0}, bad;
	struct rk_job *job;
	int rc;

	w->arena = NULL;
	w->head_n = 0;
	w->body = NULL;
	if (!w->ready) {
		worker_ready(w, body);
		rk_arena_free(arena);
		return;
	}
	if (w->n_line == 0)
		rc = -1;
	else if (w->head.type == RK_MSG_INGEST)
		rc = rk_wire_get_ingest(body, arena, &ingest, &bad);
	else
		rc = rk_wire_get_refused(body, &err, &bad);
	if (rc != 0) {
		rk_arena_free(arena);
		worker_broken(w);
		return;
	}
	job = line_shift(w);
	watch(w);
	feed(pool);
	if (ingest == NULL) {
		rk_arena_free(arena);
		arena = NULL;
	}
	job_done(pool, job, ingest != NULL ? RK_WORK_OK : RK_WORK_REFUSED, ingest,
	    arena, &err);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct worker *w = handle->data;

	(void)suggested;
	if (w->head_n < sizeof(w->head))
		*buf = uv_buf_init((char *)&w->head + w->head_n,
		    (unsigned)(sizeof(w->head) - w->head_n));
	else
		*buf = uv_buf_init(
		    w->body + w->body_n, (unsigned)(w->head.length - w->body_n));
}

static bool
head_is_fine(const struct worker *w)
{
	const struct rk_msg_head *h = &w->head;

	if (h->length == 0 || h->length > RK_WIRE_MAX)
		return false;
	return w->ready ? h->type == RK_MSG_INGEST || h->type == RK_MSG_REFUSED
			: h->type == RK_MSG_READY;
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct worker *w = stream->data;

	(void)buf;
	if (n == 0)
		return;
	if (n < 0) { /* the end is dealt with once, when the process has ended */
		(void)uv_read_stop(stream);
		worker_kill(w);
		return;
	}
	if (w->head_n < sizeof(w->head)) {
		w->head_n += (size_t)n;
		if (w->head_n < sizeof(w->head))
			return;
		if (!head_is_fine(w)) {
			worker_broken(w);
			return;
		}
		w->arena = rk_arena_new(0);
		w->body = rk_arena_alloc(w->arena, w->head.length);
		w->body_n = 0;
		return;
	}
	w->body_n += (size_t)n;
	if (w->body_n == w->head.length)
		message_done(w);
}

/* ---- jobs out */

/* The bytes live until the write is over, whatever becomes of the job: a worker may
 * answer, or end, before it has read them all. */
struct write {
	uv_write_t req;
	struct rk_message *message;
};

static void
on_written(uv_write_t *req, int status)
{
	struct write *write = req->data;

	(void)status; /* a failed write means a dead worker: its end tells */
	rk_message_unref(write->message);
	free(write);
}

static void
give(struct worker *w, struct rk_job *job)
{
	struct write *write = rk_xmalloc(sizeof(*write));
	uv_buf_t buf = uv_buf_init(job->message->buf.p, (unsigned)job->message->buf.n);

	rk_assert(w->n_line < IN_LINE);
	w->line[w->n_line++] = job;
	if (w->n_line == 1)
		watch(w);
	write->req.data = write;
	write->message = rk_message_ref(job->message);
	if (uv_write(&write->req, (uv_stream_t *)&w->pipe, &buf, 1, on_written) != 0) {
		rk_message_unref(write->message);
		free(write);
		worker_kill(w);
	}
}

/* ---- ends */

static void
on_rest(uv_timer_t *timer)
{
	struct rk_pool *pool = timer->data;

	pool->resting = false;
	feed(pool);
}

/* One could not be started, or ended before it was ready: start_err says why. */
static void
stillborn(struct rk_pool *pool)
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

static void
end_error(const struct worker *w, int64_t status, int signal_no, struct rk_err *err)
{
	const char *what = "the document was refused:";

	if (w->timed_out)
		(void)rk_err_set(err, RK_E_LIMIT,
		    "%s it took longer than %u s to parse", what,
		    (w->pool->wall_ms + 999) / 1000);
	else if (w->broken)
		(void)rk_err_set(
		    err, RK_E_LIMIT, "%s it made the parser answer nonsense", what);
	else if (signal_no == SIGXCPU)
		(void)rk_err_set(err, RK_E_LIMIT,
		    "%s it took more than %d s of CPU to parse", what, RK_WORKER_CPU_S);
	else if (status == RK_WORKER_EXIT_MEMORY)
		(void)rk_err_set(err, RK_E_LIMIT,
		    "%s it needs more memory to parse than is allowed", what);
	else if (signal_no != 0)
		(void)rk_err_set(err, RK_E_LIMIT, "%s it crashed the parser (%s)", what,
		    strsignal(signal_no));
	else
		(void)rk_err_set(err, RK_E_LIMIT, "%s the parser ended with status %d",
		    what, (int)status);
}

/* The process is gone: blame the first job, give the others to another worker. */
static void
on_end(uv_process_t *process, int64_t status, int signal_no)
{
	struct worker *w = process->data;
	struct rk_pool *pool = w->pool;
	struct rk_job *blamed = NULL;
	struct rk_err err = {0};

	w->running = false;
	if (w->ready && w->n_line > 0)
		blamed = line_shift(w);
	while (w->n_line > 0)
		rk_jobs_push_front(&pool->queue, w->line[--w->n_line]);
	worker_close(w);
	if (!w->ready && !pool->closing) {
		(void)rk_err_set(&pool->start_err, RK_E_SYS,
		    "parse workers cannot start: %s ended with %s %d", pool->program,
		    signal_no != 0 ? "signal" : "status",
		    signal_no != 0 ? signal_no : (int)status);
		stillborn(pool);
	}
	if (blamed == NULL)
		return;
	end_error(w, status, signal_no, &err);
	job_done(pool, blamed, w->timed_out ? RK_WORK_TIMEOUT : RK_WORK_DIED, NULL,
	    NULL, &err);
}

/* ---- starting */

/* NULL, and start_err: not started. */
static struct worker *
worker_start(struct rk_pool *pool, unsigned slot)
{
	struct worker *w = rk_xcalloc(1, sizeof(*w));
	char name[] = "worker";
	char *args[] = {pool->program, name, NULL};
	uv_stdio_container_t stdio[4];
	uv_process_options_t options;
	int rc;

	w->pool = pool;
	(void)uv_pipe_init(pool->loop, &w->pipe, 0);
	(void)uv_timer_init(pool->loop, &w->watchdog);
	w->pipe.data = w->watchdog.data = w->process.data = w;
	w->open_handles = 3;
	stdio[0].flags = stdio[1].flags = UV_IGNORE;
	stdio[2].flags = UV_INHERIT_FD;
	stdio[2].data.fd = 2;
	stdio[3].flags =
	    (uv_stdio_flags)(UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE);
	stdio[3].data.stream = (uv_stream_t *)&w->pipe;
	memset(&options, 0, sizeof(options));
	options.file = pool->program;
	options.args = args;
	options.exit_cb = on_end;
	options.stdio = stdio;
	options.stdio_count = 4;
	pool->workers[slot] = w;
	rc = uv_spawn(pool->loop, &w->process, &options);
	if (rc != 0) {
		(void)rk_err_sys(&pool->start_err, -rc,
		    "parse workers cannot start: %s", pool->program);
		worker_close(w);
		stillborn(pool);
		return NULL;
	}
	w->running = true;
	watch(w);
	(void)uv_read_start((uv_stream_t *)&w->pipe, on_alloc, on_read);
	return w;
}

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
	    (fresh = worker_start(pool, free_slot)) != NULL)
		return fresh;
	return NULL;
}

/* Called again by whatever changes the answer of choose(). */
static void
feed(struct rk_pool *pool)
{
	struct worker *w;

	while (
	    pool->queue.first != NULL && !pool->closing && (w = choose(pool)) != NULL) {
		if (pool->queue.first == NULL) /* choose() gave it up */
			break;
		give(w, rk_jobs_pop(&pool->queue));
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
	feed(pool);
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
	pool_free_if_done(pool);
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
			rk_jobs_push(&stopped, line_shift(w));
		if (w != NULL)
			worker_kill(w);
	}
	while ((job = rk_jobs_pop(&pool->queue)) != NULL ||
	       (job = rk_jobs_pop(&pool->failed)) != NULL)
		rk_jobs_push(&stopped, job);
	(void)rk_err_set(&err, RK_E_SYS, "stopped");
	while ((job = rk_jobs_pop(&stopped)) != NULL)
		job_done(pool, job, RK_WORK_STOPPED, NULL, NULL, &err);
}
