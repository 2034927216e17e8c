/*
 * The ways to run: one round, for ever, publish only. Signals, reload, the
 * server beside the engine.
 */
#include "daemon_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/serve.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_MS 200
#define TOTALS_MS 3600000 /* one line an hour */
#define INDEX_MS 2000      /* a round goes on with the index of searches */
#define STOP_MS 5000      /* an end that takes longer is cut (F21): safe at any time */

struct run {
	uv_loop_t loop;
	struct engine engine;
	const struct rk_daemon_opts *opts;
	struct rk_server *server;
	struct control *control;
	struct maker *maker; /* of pages; with the server */
	uv_signal_t term, intr, hup;
	uv_timer_t ticker; /* progress, or hourly totals */
	uv_timer_t limit;
	bool signals_open;
	bool stopping;     /* a signal asked for the end */
	struct rk_config *next; /* of a reload: taken when the engine has stopped */
	struct rk_config *old;  /* of a reload: until the engine has started by the next */
	struct rk_err err;      /* why it failed, kind RK_E_NONE: it did not */
};

static void start_forever(struct run *);

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

static void
close_rest(struct run *run)
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
		close_rest(run);
		return;
	}
	engine_unlock(&run->engine);
	maker_use(run->maker, NULL, NULL);
	run->old = run->engine.config;
	run->engine.config = NULL;
	engine_release(&run->engine);
	start_forever(run);
}

static void
stop(struct run *run)
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
	stop(run);
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

static int
finish(struct run *run, struct rk_err *err)
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

static int
begin(struct run *run, struct rk_config *config, const struct rk_daemon_opts *opts,
    bool fetching, struct rk_err *err)
{
	int rc;

	memset(run, 0, sizeof(*run));
	run->opts = opts;
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
	stop(cookie);
}

/* What is announced must be where readers fetch it: first the bucket, then the hub. */
static void
round_uploaded(void *cookie)
{
	struct run *run = cookie;

	if (run->err.kind == RK_E_NONE && !run->stopping && run->engine.fetcher != NULL
	    && hub_ping_once(run->engine.hub, round_told, run))
		return;
	stop(run);
}

/* Nobody waits for the rest of the index: the next round goes on. */
static void
round_indexed(void *cookie, bool all)
{
	struct run *run = cookie;

	(void)all;
	bucket_drain(run->engine.bucket, round_uploaded, run);
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
		indexer_now(run->engine.indexer, INDEX_MS, round_indexed, run);
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
	return finish(run, err);
}

int
rk_daemon_once(struct rk_config *config, const struct rk_daemon_opts *opts,
    struct rk_progress *result, struct rk_err *err)
{
	struct run *run = rk_xcalloc(1, sizeof(*run));
	int rc = -1;

	if (begin(run, config, opts, true, err) == 0) {
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

	if (begin(run, config, opts, false, err) == 0) {
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
	stop(order->run);
}

int
rk_daemon_order(struct rk_config *config, const struct rk_daemon_opts *opts,
    struct rk_str id, enum rk_order how, enum rk_obeyed *obeyed, struct rk_err *err)
{
	struct run *run = rk_xcalloc(1, sizeof(*run));
	struct order_run order = { run, obeyed };
	int rc = -1;

	if (begin(run, config, opts, false, err) == 0) {
		rk_storeq_order(run->engine.storeq, id, how, engine_now(&run->engine),
		    order_done, &order);
		rc = round_end(run, NULL, err);
	}
	free(run);
	return rc;
}

/* ---- for ever */

static void
on_totals(uv_timer_t *timer)
{
	struct run *run = timer->data;
	const struct rk_progress *g = &run->engine.progress;
	char polls[24], failed[24], added[24];

	(void)snprintf(polls, sizeof(polls), "%zu", g->done);
	(void)snprintf(failed, sizeof(failed), "%zu", g->failed);
	(void)snprintf(added, sizeof(added), "%zu", g->added);
	rk_log(RK_INFO, "totals since start", "polls", polls, "failed", failed, "entries_added",
	    added, NULL);
}

static void
on_hup(uv_signal_t *handle, int signal_no)
{
	struct run *run = handle->data;
	struct rk_config *next = NULL;
	const struct rk_config *old = run->engine.config;
	struct rk_err err = { 0 };

	(void)signal_no;
	if (run->stopping || run->next != NULL)
		return;
	if (rk_config_load(rk_cstr(old->path), &run->opts->config_opts, &next, &err) != 0) {
		rk_log(RK_ERROR, "the new configuration is wrong, the old one stays", "error",
		    err.text, NULL);
		return;
	}
	if (!rk_str_eq(next->storage.state, old->storage.state)
	    || !rk_str_eq(next->publish.directory, old->publish.directory)
	    || !rk_str_eq(next->serve.listen, old->serve.listen)
	    || (run->server != NULL && /* its headers say these */
	        (!rk_str_eq(next->site.base_url, old->site.base_url)
	            || !rk_str_eq(next->publish.hub, old->publish.hub)))) {
		rk_log(RK_ERROR,
		    "storage.state, publish.directory, serve.listen, and what the server tells, "
		    "site.base_url and publish.hub, change only with a restart; the old "
		    "configuration stays", NULL);
		rk_config_free(next);
		return;
	}
	if (bucket_check(next, &err) != 0) {
		rk_log(RK_ERROR, "the new configuration cannot be used, the old one stays", "error",
		    err.text, NULL);
		rk_config_free(next);
		return;
	}
	rk_log(RK_INFO, "reloading", NULL);
	run->next = next;
	stop(run);
}

/* The process is closed in already. */
static int
start_again(struct run *run, struct rk_config *config, struct rk_err *err)
{
	struct rk_daemon_opts *opts = rk_arena_alloc(config->arena, sizeof(*opts));

	*opts = *run->opts;
	opts->sandbox = false;
	return engine_start(&run->engine, &run->loop, config, opts, true, err);
}

/* What is right may still fail to begin, for lack of room in the database for one. */
static int
reload(struct run *run)
{
	struct rk_config *next = run->next, *old = run->old;
	struct rk_err err = { 0 };

	run->next = run->old = NULL;
	if (start_again(run, next, &err) == 0) {
		rk_config_free(old);
		rk_log(RK_INFO, "reloaded", NULL);
		return 0;
	}
	rk_log(RK_ERROR, "the new configuration cannot be used, the old one stays", "error",
	    err.text, NULL);
	rk_config_free(next);
	for (size_t i = 0; i < old->n_sources; i++) /* forgotten: the database has them */
		old->sources[i].title = rk_str("");
	if (start_again(run, old, &run->err) == 0)
		return 0;
	rk_config_free(old);
	return -1;
}

static void
start_forever(struct run *run)
{
	if (run->next != NULL && reload(run) != 0) {
		close_rest(run);
		return;
	}
	maker_use(run->maker, run->engine.config, &run->engine.site);
	pipeline_schedule(run->engine.pipeline);
	websub_start(run->engine.websub);
	hub_open(run->engine.hub);
	rk_memory_trim(); /* what the start alone needed */
	publisher_now(run->engine.publisher, NULL, NULL);
}

static bool
is_ready(void *cookie)
{
	const struct run *run = cookie;

	return !run->stopping && run->engine.storeq != NULL && !run->engine.store_down;
}

static const char *
degraded(void *cookie)
{
	const struct run *run = cookie;

	return pipeline_lost_since(run->engine.pipeline) != RK_NO_TIME
	    ? "no source can be reached, our own network seems to be down" : NULL;
}

static void
metrics(void *cookie, struct rk_buf *out)
{
	const struct run *run = cookie;
	const struct rk_progress *g = &run->engine.progress;

	(void)rk_buf_addf(out, "# TYPE ruamkhao_sources gauge\nruamkhao_sources %zu\n",
	    run->engine.n_slots);
	(void)rk_buf_addf(out,
	    "# TYPE ruamkhao_network_down gauge\nruamkhao_network_down %d\n",
	    pipeline_lost_since(run->engine.pipeline) != RK_NO_TIME);
	(void)rk_buf_addf(out, "# TYPE ruamkhao_polls_total counter\n");
	(void)rk_buf_addf(out, "ruamkhao_polls_total{result=\"news\"} %zu\n", g->news);
	(void)rk_buf_addf(out, "ruamkhao_polls_total{result=\"same\"} %zu\n", g->same);
	(void)rk_buf_addf(out, "ruamkhao_polls_total{result=\"failed\"} %zu\n", g->failed);
	(void)rk_buf_addf(out,
	    "# TYPE ruamkhao_entries_total counter\nruamkhao_entries_total %zu\n", g->added);
	(void)rk_buf_addf(out,
	    "# TYPE ruamkhao_files_replaced_total counter\nruamkhao_files_replaced_total %zu\n",
	    g->files);
	bucket_metrics(run->engine.bucket, out);
	hub_metrics(run->engine.hub, out);
}

/* Between two configurations there is no engine to ask. */
static void
on_websub(void *cookie, const struct rk_websub_call *call, struct rk_websub_reply *reply)
{
	struct run *run = cookie;

	if (run->engine.websub == NULL || run->engine.stopping)
		reply->status = 503;
	else
		websub_called(run->engine.websub, call, reply);
}

static uint64_t
on_websub_room(void *cookie, struct rk_str id, unsigned *status)
{
	struct run *run = cookie;

	if (run->engine.websub != NULL && !run->engine.stopping)
		return websub_room(run->engine.websub, id, status);
	*status = 503;
	return 0;
}

static void
on_hub(void *cookie, const struct rk_hub_call *call, struct rk_hub_reply *reply)
{
	struct run *run = cookie;

	if (run->engine.hub == NULL || run->engine.stopping)
		reply->status = 503;
	else
		hub_called(run->engine.hub, call, reply);
}

static uint64_t
on_hub_room(void *cookie, unsigned *status)
{
	struct run *run = cookie;

	if (run->engine.hub == NULL || run->engine.stopping)
		*status = 503;
	else if (hub_takes(run->engine.hub))
		return RK_OUR_HUB_MAX_FORM;
	return 0;
}

static int
start_server(struct run *run, struct rk_err *err)
{
	struct rk_serve_opts opts = { 0 };

	if (run->engine.config->serve.listen.n == 0)
		return 0;
	opts.listen = run->engine.config->serve.listen;
	opts.root = run->engine.config->publish.directory;
	opts.ready = is_ready;
	opts.degraded = degraded;
	opts.metrics = metrics;
	opts.websub = on_websub;
	opts.websub_room = on_websub_room;
	opts.hub_called = on_hub;
	opts.hub_room = on_hub_room;
	opts.base_url = run->engine.site.base_url;
	opts.hub = run->engine.site.hub;
	opts.cookie = run;
	maker_serve(run->maker, &opts);
	return rk_server_start(&run->loop, &opts, &run->server, err);
}

int
rk_daemon_run(struct rk_config *config, const struct rk_daemon_opts *opts, struct rk_err *err)
{
	struct run *run = rk_xcalloc(1, sizeof(*run));
	int rc = -1;

	if (begin(run, config, opts, true, err) != 0)
		goto out;
	(void)uv_signal_start(&run->hup, on_hup, SIGHUP);
	run->maker = maker_new();
	if (start_server(run, &run->err) != 0) {
		stop(run);
	} else {
		(void)uv_timer_start(&run->ticker, on_totals, TOTALS_MS, TOTALS_MS);
		run->control = control_open(&run->engine);
		rk_log(RK_INFO, "started", "listen", rk_cstr(config->serve.listen), NULL);
		start_forever(run);
	}
	rc = finish(run, err);
	if (rc == 0)
		rk_log(RK_INFO, "stopped", NULL);
out:
	free(run);
	return rc;
}
