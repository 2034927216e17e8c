/*
 * The ways to run that end by themselves: one round, publish only, one order; and what
 * every run has: its loop, its signals, its end. The run that lasts is forever.c.
 */
#include "run_int.h"

#include <ruamkhao/log.h>
#include <ruamkhao/serve.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_MS 200
/* A round goes on with the index of searches: as long again as it took itself, so that an
 * import mostly ends with all of it, and at least so long. */
#define INDEX_MS 2000
#define STOP_MS 5000      /* an end that takes longer is cut (F21): safe at any time */

/* ---- the end */

static void
close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void
server_closed(void *cookie)
{
	struct run *run = cookie;

	run->server = NULL;
}

void
run_close_rest(struct run *run)
{
	if (run->signals_open) {
		close_handle((uv_handle_t *)&run->term);
		close_handle((uv_handle_t *)&run->intr);
		close_handle((uv_handle_t *)&run->hup);
		close_handle((uv_handle_t *)&run->ticker);
		close_handle((uv_handle_t *)&run->limit);
		run->signals_open = false;
	}
	if (run->server != NULL)
		rk_server_close(run->server, server_closed, run);
	control_close(run->control);
}

static void
engine_ended(void *cookie)
{
	struct run *run = cookie;

	if (run->stopping || run->next == NULL) {
		run_close_rest(run);
		return;
	}
	engine_unlock(&run->engine);
	maker_use(run->maker, NULL, NULL);
	run->old = run->engine.config;
	run->engine.config = NULL;
	engine_release(&run->engine);
	forever_start(run);
}

void
run_stop(struct run *run)
{
	if (!run->engine.stopping)
		engine_stop(&run->engine, engine_ended, run);
}

static void
on_limit(uv_timer_t *timer)
{
	(void)timer;
	rk_log(RK_WARN, "the end took too long: leaving at once", NULL);
	_exit(0);
}

static void
on_term(uv_signal_t *handle, int signal_no)
{
	struct run *run = handle->data;

	(void)signal_no;
	if (run->stopping)
		_exit(0); /* the second time: safe, see docs/architecture.md */
	run->stopping = true;
	rk_log(RK_INFO, "stopping", NULL);
	(void)uv_timer_start(&run->limit, on_limit, STOP_MS, 0);
	uv_unref((uv_handle_t *)&run->limit);
	run_stop(run);
}

static void
signals(struct run *run)
{
	(void)uv_signal_init(&run->loop, &run->term);
	(void)uv_signal_init(&run->loop, &run->intr);
	(void)uv_signal_init(&run->loop, &run->hup);
	(void)uv_timer_init(&run->loop, &run->ticker);
	(void)uv_timer_init(&run->loop, &run->limit);
	run->term.data = run->intr.data = run->hup.data = run->ticker.data = run;
	(void)uv_signal_start(&run->term, on_term, SIGTERM);
	(void)uv_signal_start(&run->intr, on_term, SIGINT);
	run->signals_open = true;
}

int
run_finish(struct run *run, struct rk_err *err)
{
	(void)uv_run(&run->loop, UV_RUN_DEFAULT);
	maker_free(run->maker);
	engine_unlock(&run->engine);
	engine_release(&run->engine);
	rk_config_free(run->next);
	rk_assert(uv_loop_close(&run->loop) == 0);
	control_free(run->control);
	if (run->err.kind == RK_E_NONE)
		return 0;
	if (err != NULL)
		*err = run->err;
	return -1;
}

/* The pool renders and writes; its size must be set before its first use. */
static void
pool_size(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	char n[16];

	(void)snprintf(n, sizeof(n), "%ld", cores < 2 ? 2 : cores > 16 ? 16 : cores);
	(void)setenv("UV_THREADPOOL_SIZE", n, 0);
}

int
run_begin(struct run *run, struct rk_config *config, const struct rk_daemon_opts *opts,
    bool fetching, struct rk_err *err)
{
	int rc;

	memset(run, 0, sizeof(*run));
	run->opts = opts;
	run->began_ns = uv_hrtime();
	pool_size();
	(void)signal(SIGPIPE, SIG_IGN);
	if ((rc = uv_loop_init(&run->loop)) != 0) {
		rk_config_free(config);
		return rk_err_sys(err, -rc, "event loop");
	}
	if (engine_start(&run->engine, &run->loop, config, opts, fetching, err) != 0) {
		rk_config_free(config);
		rk_assert(uv_loop_close(&run->loop) == 0);
		return -1;
	}
	signals(run);
	return 0;
}

/* ---- one round */

static void
on_progress(uv_timer_t *timer)
{
	struct run *run = timer->data;
	struct engine *e = &run->engine;

	e->progress.elapsed_ms = engine_ms(e) - e->started_ms;
	run->opts->progress(run->opts->cookie, &e->progress);
}

static void
round_told(void *cookie)
{
	run_stop(cookie);
}

/* What is announced must be where readers fetch it: first the bucket, then the hub. */
static void
round_uploaded(void *cookie)
{
	struct run *run = cookie;

	if (run->err.kind == RK_E_NONE && !run->stopping && run->engine.fetcher != NULL
	    && hub_ping_once(run->engine.hub, round_told, run))
		return;
	run_stop(run);
}

/* Nobody waits for the rest of the index: the next round goes on. */
static void
round_indexed(void *cookie, bool all)
{
	struct run *run = cookie;

	(void)all;
	bucket_drain(run->engine.bucket, round_uploaded, run);
}

static uint64_t
index_ms(const struct run *run)
{
	uint64_t took = (uv_hrtime() - run->began_ns) / 1000000;

	return took > INDEX_MS ? took : INDEX_MS;
}

static void
round_published(void *cookie, const struct rk_err *err)
{
	struct run *run = cookie;

	if (err->kind != RK_E_NONE)
		run->err = *err;
	else if (run->engine.store_failed)
		run->err = run->engine.store_err;
	if (run->err.kind == RK_E_NONE && !run->stopping)
		indexer_now(run->engine.indexer, index_ms(run), round_indexed, run);
	else
		bucket_drain(run->engine.bucket, round_uploaded, run);
}

static void
round_idle(void *cookie)
{
	struct run *run = cookie;

	publisher_now(run->engine.publisher, round_published, run);
}

static int
round_end(struct run *run, struct rk_progress *result, struct rk_err *err)
{
	struct engine *e = &run->engine;

	if (run->opts->progress != NULL)
		(void)uv_timer_start(&run->ticker, on_progress, 0, PROGRESS_MS);
	(void)uv_run(&run->loop, UV_RUN_DEFAULT);
	e->progress.elapsed_ms = engine_ms(e) - e->started_ms;
	if (run->opts->progress != NULL)
		run->opts->progress(run->opts->cookie, &e->progress);
	if (result != NULL)
		*result = e->progress;
	return run_finish(run, err);
}

int
rk_daemon_once(struct rk_config *config, const struct rk_daemon_opts *opts,
    struct rk_progress *result, struct rk_err *err)
{
	struct run *run = rk_xcalloc(1, sizeof(*run));
	int rc = -1;

	if (run_begin(run, config, opts, true, err) == 0) {
		pipeline_round(run->engine.pipeline, round_idle, run);
		rc = round_end(run, result, err);
	}
	free(run);
	return rc;
}

/* ---- publish only */

int
rk_daemon_publish(struct rk_config *config, const struct rk_daemon_opts *opts,
    struct rk_progress *result, struct rk_err *err)
{
	struct run *run = rk_xcalloc(1, sizeof(*run));
	int rc = -1;

	if (run_begin(run, config, opts, false, err) == 0) {
		publisher_everything(run->engine.publisher);
		publisher_now(run->engine.publisher, round_published, run);
		rc = round_end(run, result, err);
	}
	free(run);
	return rc;
}

/* ---- one order */

struct order_run {
	struct run *run;
	enum rk_obeyed *obeyed;
};

static void
order_done(void *cookie, enum rk_obeyed obeyed, const struct rk_err *err)
{
	struct order_run *order = cookie;

	*order->obeyed = obeyed;
	if (err->kind == RK_E_NONE && obeyed == RK_OBEYED) {
		publisher_now(order->run->engine.publisher, round_published, order->run);
		return;
	}
	if (err->kind != RK_E_NONE)
		order->run->err = *err;
	run_stop(order->run);
}

int
rk_daemon_order(struct rk_config *config, const struct rk_daemon_opts *opts,
    struct rk_str id, enum rk_order how, enum rk_obeyed *obeyed, struct rk_err *err)
{
	struct run *run = rk_xcalloc(1, sizeof(*run));
	struct order_run order = { run, obeyed };
	int rc = -1;

	if (run_begin(run, config, opts, false, err) == 0) {
		rk_storeq_order(run->engine.storeq, id, how, engine_now(&run->engine),
		    order_done, &order);
		rc = round_end(run, NULL, err);
	}
	free(run);
	return rc;
}
