/*
 * The run that lasts: polls by due times, the server beside the engine, and at a SIGHUP
 * another engine by another configuration, or by the old one where that cannot be. Who
 * asks the server between two engines is told to come again. How a run begins and ends
 * is daemon.c's.
 */
#include "run_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/serve.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define TOTALS_MS 3600000 /* one line an hour */

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

/* ---- another configuration */

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
	run_stop(run);
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

void
forever_start(struct run *run)
{
	if (run->next != NULL && reload(run) != 0) {
		run_close_rest(run);
		return;
	}
	maker_use(run->maker, run->engine.config, &run->engine.site);
	pipeline_schedule(run->engine.pipeline);
	websub_start(run->engine.websub);
	hub_open(run->engine.hub);
	rk_memory_trim(); /* what the start alone needed */
	publisher_now(run->engine.publisher, NULL, NULL);
}

/* ---- the server beside it */

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

/* ---- its life */

int
rk_daemon_run(struct rk_config *config, const struct rk_daemon_opts *opts, struct rk_err *err)
{
	struct run *run = rk_xcalloc(1, sizeof(*run));
	int rc = -1;

	if (run_begin(run, config, opts, true, err) != 0)
		goto out;
	(void)uv_signal_start(&run->hup, on_hup, SIGHUP);
	run->maker = maker_new();
	if (start_server(run, &run->err) != 0) {
		run_stop(run);
	} else {
		(void)uv_timer_start(&run->ticker, on_totals, TOTALS_MS, TOTALS_MS);
		run->control = control_open(&run->engine);
		rk_log(RK_INFO, "started", "listen", rk_cstr(config->serve.listen), NULL);
		forever_start(run);
	}
	rc = run_finish(run, err);
	if (rc == 0)
		rk_log(RK_INFO, "stopped", NULL);
out:
	free(run);
	return rc;
}
