/*
 * The parent's side: start, feed, watch, kill and replace the workers.
 *
 * Invariants: a job is in exactly one place - the queue, or the line of one worker.
 * A worker has at most IN_LINE jobs, so that it never waits for us; the first of them
 * is the one it works on, and the one that is blamed when it dies.
 */
#include "worker_int.h"

#include <ruamkhao/limits.h>

#include <uv.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define IN_LINE 2
#define MAX_WORKERS 64
/* Workers that ended before they answered anything: after so many in a row it is
 * not the documents' fault. */
#define MAX_STILLBORN 3

struct job {
	struct job *next;
	rk_work_done_fn *done;
	void *cookie;
	struct rk_buf message;
};

struct worker {
	struct rk_pool *pool;
	uv_process_t process;
	uv_pipe_t pipe;
	uv_timer_t watchdog;
	unsigned open_handles;
	bool running;   /* the process was started and its end not yet seen */
	bool timed_out; /* killed by the watchdog */
	bool answered;  /* at least once */
	struct job *line[IN_LINE];
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
	unsigned n_workers;
	unsigned stillborn;
	struct worker *workers[MAX_WORKERS]; /* NULL: not started */
	struct job *first, **last;
	size_t pending;
	bool closing;
	rk_pool_closed_fn *closed;
	void *closed_cookie;
};

static void feed(struct rk_pool *);
static void worker_end(struct worker *, int64_t status, int signal_no);

static void
job_done(struct rk_pool *pool, struct job *job, enum rk_work_end end,
    struct rk_ingest *ingest, struct rk_arena *arena, const struct rk_err *err)
{
	rk_assert(pool->pending > 0);
	pool->pending--;
	job->done(job->cookie, end, ingest, arena, err);
	rk_buf_release(&job->message);
	free(job);
}

static struct job *
line_shift(struct worker *w)
{
	struct job *job = w->line[0];

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

	if (!pool->closing)
		return;
	for (unsigned i = 0; i < pool->n_workers; i++) {
		if (pool->workers[i] != NULL)
			return;
	}
	free(pool->program);
	free(pool);
	if (closed != NULL)
		closed(cookie);
}

static void
handle_closed(uv_handle_t *handle)
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
	uv_handle_t *handles[] = { (uv_handle_t *)&w->process, (uv_handle_t *)&w->pipe,
		(uv_handle_t *)&w->watchdog };

	for (size_t i = 0; i < 3; i++) {
		if (!uv_is_closing(handles[i]))
			uv_close(handles[i], handle_closed);
	}
}

/* Its end is reported by the exit callback. */
static void
worker_kill(struct worker *w)
{
	if (w->running)
		(void)uv_process_kill(&w->process, SIGKILL);
}

/* ---- the watchdog stands for the first job in line */

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
	if (w->n_line > 0)
		(void)uv_timer_start(&w->watchdog, on_watchdog, RK_WORKER_WALL_MS, 0);
	else
		(void)uv_timer_stop(&w->watchdog);
}

/* ---- answers */

static void
message_done(struct worker *w)
{
	struct rk_pool *pool = w->pool;
	struct rk_str body = rk_strn(w->body, w->body_n);
	struct rk_arena *arena = w->arena;
	struct rk_ingest *ingest = NULL;
	struct rk_err err = { 0 }, bad = { 0 };
	struct job *job;
	int rc;

	w->arena = NULL;
	w->head_n = 0;
	w->body = NULL;
	if (w->n_line == 0)
		rc = -1;
	else if (w->head.type == RK_MSG_INGEST)
		rc = rk_wire_get_ingest(body, arena, &ingest, &bad);
	else
		rc = rk_wire_get_refused(body, &err, &bad);
	if (rc != 0) {
		rk_arena_free(arena);
		worker_kill(w); /* it cannot be believed any more */
		return;
	}
	w->answered = true;
	pool->stillborn = 0;
	job = line_shift(w);
	watch(w);
	feed(pool);
	if (ingest != NULL) {
		job_done(pool, job, RK_WORK_OK, ingest, arena, &err);
	} else {
		rk_arena_free(arena);
		job_done(pool, job, RK_WORK_REFUSED, NULL, NULL, &err);
	}
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
		*buf = uv_buf_init(w->body + w->body_n,
		    (unsigned)(w->head.length - w->body_n));
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
		if ((w->head.type != RK_MSG_INGEST && w->head.type != RK_MSG_REFUSED)
		    || w->head.length == 0 || w->head.length > RK_WIRE_MAX) {
			(void)uv_read_stop(stream);
			worker_kill(w);
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

static void
on_written(uv_write_t *req, int status)
{
	(void)status; /* a failed write means a dead worker: its end tells */
	free(req);
}

static void
give(struct worker *w, struct job *job)
{
	uv_write_t *req = rk_xmalloc(sizeof(*req));
	uv_buf_t buf = uv_buf_init(job->message.p, (unsigned)job->message.n);

	rk_assert(w->n_line < IN_LINE);
	w->line[w->n_line++] = job;
	if (w->n_line == 1)
		watch(w);
	if (uv_write(req, (uv_stream_t *)&w->pipe, &buf, 1, on_written) != 0) {
		free(req);
		worker_kill(w);
	}
}

static const char *
end_text(const struct worker *w, int64_t status, int signal_no, char *out, size_t size)
{
	if (w->timed_out)
		(void)snprintf(out, size, "it took longer than %d s to parse",
		    RK_WORKER_WALL_MS / 1000);
	else if (signal_no == SIGXCPU)
		(void)snprintf(out, size, "it took more than %d s of CPU to parse",
		    RK_WORKER_CPU_S);
	else if (status == RK_WORKER_EXIT_MEMORY)
		(void)snprintf(out, size, "it needs more memory to parse than is allowed");
	else if (signal_no != 0)
		(void)snprintf(out, size, "it crashed the parser (%s)", strsignal(signal_no));
	else
		(void)snprintf(out, size, "the parser ended with status %d", (int)status);
	return out;
}

static void
requeue(struct rk_pool *pool, struct job *job)
{
	job->next = pool->first;
	if (pool->first == NULL)
		pool->last = &job->next;
	pool->first = job;
}

/* The process is gone: blame the first job, give the others to another worker. */
static void
worker_end(struct worker *w, int64_t status, int signal_no)
{
	struct rk_pool *pool = w->pool;
	struct job *blamed = NULL;
	struct rk_err err = { 0 };
	char text[128];

	w->running = false;
	if (!w->answered && status == RK_WORKER_EXIT_SETUP)
		pool->stillborn++;
	while (w->n_line > 1) {
		struct job *job = w->line[--w->n_line];

		requeue(pool, job);
	}
	if (w->n_line == 1) {
		blamed = line_shift(w);
		if (status == RK_WORKER_EXIT_SETUP && pool->stillborn < MAX_STILLBORN) {
			requeue(pool, blamed);
			blamed = NULL;
		}
	}
	worker_close(w);
	if (blamed == NULL)
		return;
	(void)rk_err_set(&err, RK_E_LIMIT, "the document was refused: %s",
	    end_text(w, status, signal_no, text, sizeof(text)));
	if (status == RK_WORKER_EXIT_SETUP)
		(void)rk_err_set(&err, RK_E_SYS, "parse workers cannot start: the sandbox failed");
	job_done(pool, blamed, w->timed_out ? RK_WORK_TIMEOUT : RK_WORK_DIED, NULL, NULL, &err);
}

static void
on_end(uv_process_t *process, int64_t status, int signal_no)
{
	worker_end(process->data, status, signal_no);
}

/* ---- starting */

static int
worker_start(struct rk_pool *pool, unsigned slot)
{
	struct worker *w = rk_xcalloc(1, sizeof(*w));
	char name[] = "worker";
	char *args[] = { pool->program, name, NULL };
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
		worker_close(w);
		return rc;
	}
	w->running = true;
	(void)uv_read_start((uv_stream_t *)&w->pipe, on_alloc, on_read);
	return 0;
}

static void
fail_queue(struct rk_pool *pool, int rc)
{
	struct rk_err err = { 0 };

	(void)rk_err_sys(&err, -rc, "parse workers cannot start: %s", pool->program);
	while (pool->first != NULL) {
		struct job *job = pool->first;

		pool->first = job->next;
		if (pool->first == NULL)
			pool->last = &pool->first;
		job_done(pool, job, RK_WORK_DIED, NULL, NULL, &err);
	}
}

/* The worker with the shortest line; a new one rather than a second place in line. */
static struct worker *
choose(struct rk_pool *pool, int *rc)
{
	struct worker *best = NULL;
	unsigned free_slot = MAX_WORKERS;

	*rc = 0;
	for (unsigned i = 0; i < pool->n_workers; i++) {
		struct worker *w = pool->workers[i];

		if (w == NULL)
			free_slot = free_slot == MAX_WORKERS ? i : free_slot;
		else if (w->running && w->n_line < IN_LINE && !uv_is_closing((uv_handle_t *)&w->pipe)
		    && (best == NULL || w->n_line < best->n_line))
			best = w;
	}
	if (best != NULL && best->n_line == 0)
		return best;
	if (free_slot < pool->n_workers) {
		*rc = worker_start(pool, free_slot);
		return *rc == 0 ? pool->workers[free_slot] : NULL;
	}
	return best;
}

static void
feed(struct rk_pool *pool)
{
	int rc;

	while (pool->first != NULL && !pool->closing) {
		struct worker *w = choose(pool, &rc);
		struct job *job;

		if (rc != 0) {
			fail_queue(pool, rc);
			return;
		}
		if (w == NULL)
			return;
		job = pool->first;
		pool->first = job->next;
		if (pool->first == NULL)
			pool->last = &pool->first;
		job->next = NULL;
		give(w, job);
	}
}

int
rk_pool_new(struct uv_loop_s *loop, const char *program, unsigned workers,
    struct rk_pool **out, struct rk_err *err)
{
	struct rk_pool *pool;

	if (workers == 0 || workers > MAX_WORKERS)
		return rk_err_set(err, RK_E_CONFIG, "%u parse workers: 1 to %d are possible",
		    workers, MAX_WORKERS);
	pool = rk_xcalloc(1, sizeof(*pool));
	pool->loop = loop;
	pool->program = rk_xstrdup(program);
	pool->n_workers = workers;
	pool->last = &pool->first;
	*out = pool;
	return 0;
}

void
rk_pool_submit(struct rk_pool *pool, const struct rk_work *work, rk_work_done_fn *done,
    void *cookie)
{
	struct job *job = rk_xcalloc(1, sizeof(*job));

	rk_assert(!pool->closing);
	job->done = done;
	job->cookie = cookie;
	rk_buf_init(&job->message, RK_WIRE_MAX + sizeof(struct rk_msg_head));
	(void)rk_buf_reserve(&job->message, work->body.n + RK_KIB(8));
	rk_assert(rk_wire_put_work(&job->message, work) == 0); /* max_body < RK_WIRE_MAX */
	*pool->last = job;
	pool->last = &job->next;
	pool->pending++;
	feed(pool);
}

size_t
rk_pool_pending(const struct rk_pool *pool)
{
	return pool->pending;
}

void
rk_pool_close(struct rk_pool *pool, rk_pool_closed_fn *closed, void *cookie)
{
	struct job *jobs = pool->first;
	struct rk_err err = { 0 };

	rk_assert(!pool->closing);
	pool->closing = true;
	pool->closed = closed;
	pool->closed_cookie = cookie;
	pool->first = NULL;
	pool->last = &pool->first;
	(void)rk_err_set(&err, RK_E_SYS, "stopped");
	for (unsigned i = 0; i < pool->n_workers; i++) {
		struct worker *w = pool->workers[i];

		if (w == NULL)
			continue;
		while (w->n_line > 0) {
			struct job *job = line_shift(w);

			job->next = jobs;
			jobs = job;
		}
		worker_kill(w);
	}
	while (jobs != NULL) {
		struct job *job = jobs;

		jobs = job->next;
		job_done(pool, job, RK_WORK_STOPPED, NULL, NULL, &err);
	}
	pool_free_if_done(pool);
}
