/*
 * One worker, from the parent's side: its process started, fed, read, watched and killed,
 * and its end, for which the first job in its line is blamed. Which job it gets, and
 * whether it is replaced, is pool.c's.
 */
#include "pool_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct rk_job *
rk_worker_shift(struct worker *w)
{
	struct rk_job *job = w->line[0];

	rk_assert(w->n_line > 0);
	w->n_line--;
	memmove(w->line, w->line + 1, w->n_line * sizeof(*w->line));
	return job;
}

/* ---- closing */

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
		rk_pool_free_if_done(pool);
	else
		rk_pool_feed(pool);
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
void
rk_worker_kill(struct worker *w)
{
	if (w->running)
		(void)uv_process_kill(&w->process, SIGKILL);
}

/* ---- the watchdog stands for the start, then for the first job in line */

static void
on_watchdog(uv_timer_t *timer)
{
	struct worker *w = timer->data;

	w->timed_out = true;
	rk_worker_kill(w);
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
	rk_worker_kill(w);
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
	job = rk_worker_shift(w);
	watch(w);
	rk_pool_feed(pool);
	if (ingest == NULL) {
		rk_arena_free(arena);
		arena = NULL;
	}
	rk_pool_job_done(pool, job, ingest != NULL ? RK_WORK_OK : RK_WORK_REFUSED, ingest,
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
		rk_worker_kill(w);
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

void
rk_worker_give(struct worker *w, struct rk_job *job)
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
		rk_worker_kill(w);
	}
}

/* ---- its end */

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
		blamed = rk_worker_shift(w);
	while (w->n_line > 0)
		rk_jobs_push_front(&pool->queue, w->line[--w->n_line]);
	worker_close(w);
	if (!w->ready && !pool->closing) {
		(void)rk_err_set(&pool->start_err, RK_E_SYS,
		    "parse workers cannot start: %s ended with %s %d", pool->program,
		    signal_no != 0 ? "signal" : "status",
		    signal_no != 0 ? signal_no : (int)status);
		rk_pool_stillborn(pool);
	}
	if (blamed == NULL)
		return;
	end_error(w, status, signal_no, &err);
	rk_pool_job_done(pool, blamed, w->timed_out ? RK_WORK_TIMEOUT : RK_WORK_DIED, NULL,
	    NULL, &err);
}

/* ---- its start */

/* NULL, and start_err: not started. */
struct worker *
rk_worker_start(struct rk_pool *pool, unsigned slot)
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
		rk_pool_stillborn(pool);
		return NULL;
	}
	w->running = true;
	watch(w);
	(void)uv_read_start((uv_stream_t *)&w->pipe, on_alloc, on_read);
	return w;
}
