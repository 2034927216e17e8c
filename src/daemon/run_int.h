/*
 * One run, as daemon.c and forever.c share it: an engine in its loop, and what stands
 * beside it. Only a run that lasts has a server, a control socket and reloads.
 */
#ifndef RK_RUN_INT_H
#define RK_RUN_INT_H

#include "daemon_int.h"

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
	uint64_t began_ns; /* uv_hrtime() at its begin */
	bool signals_open;
	bool stopping;     /* a signal asked for the end */
	struct rk_config *next; /* of a reload: taken when the engine has stopped */
	struct rk_config *old;  /* of a reload: until the engine has started by the next */
	struct rk_err err;      /* why it failed, kind RK_E_NONE: it did not */
};

/* ---- daemon.c */

/* The config is the run's from here on, also on failure. fetching: as engine_start. */
int run_begin(struct run *, struct rk_config *, const struct rk_daemon_opts *, bool fetching,
    struct rk_err *);
/* Stop the engine; then the rest is closed, or another engine started where there is a
 * next configuration. */
void run_stop(struct run *);
void run_close_rest(struct run *); /* all but the engine: the loop comes to its end */
/* Run the loop to its end and release all but the run itself. 0, or -1: run->err. */
int run_finish(struct run *, struct rk_err *);

/* ---- forever.c */

/* With an engine, or, where there is a next configuration, without one: it is started. */
void forever_start(struct run *);

#endif
