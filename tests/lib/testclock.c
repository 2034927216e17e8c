/* A clock that jumps, and the daemon run by it. */
#include "testclock.h"

#include <ruamkhao/daemon.h>
#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/publish.h>

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef RK_SANITIZED
#include <sanitizer/common_interface_defs.h>
#endif

#define FIRST_MS 1000000 /* a machine that runs for a while */
#define MAX_FORMATS 16

struct event {
	struct event *next;
	int64_t ms;
	void (*fn)(void *cookie);
	void *cookie;
};

struct testclock {
	struct rk_clock clock;
	_Atomic int64_t ms;   /* since the beginning */
	_Atomic int64_t wall; /* at the beginning, as it were */
	uint64_t coarse;
	int64_t until; /* of testclock_run: time ends there; INT64_MAX: none */
	struct event *events; /* by time */
	const char *workers;
};

static int64_t
wall(void *self)
{
	return testclock_wall(self);
}

static uint64_t
mono(void *self)
{
	return (uint64_t)testclock_ms(self) + FIRST_MS;
}

static void
happen(struct testclock *c)
{
	struct event *e;

	while ((e = c->events) != NULL && e->ms <= c->ms) {
		c->events = e->next;
		e->fn(e->cookie);
		free(e);
	}
}

/* In parts, so that what is to happen meanwhile does so at its time. */
static void
jump(void *self, uint64_t ms)
{
	struct testclock *c = self;
	int64_t to = ms > INT64_MAX / 2 ? INT64_MAX : c->ms + (int64_t)ms;

	if (c->coarse > 0 && to < INT64_MAX)
		to = (to + (int64_t)c->coarse - 1) / (int64_t)c->coarse * (int64_t)c->coarse;
	if (c->events != NULL && c->events->ms < to)
		to = c->events->ms;
	if (to > c->until) { /* nothing more in its time, and nothing under way: a quiet end */
		(void)kill(getpid(), SIGTERM);
		return;
	}
	if (to == INT64_MAX)
		return;
	c->ms = to > c->ms ? to : c->ms;
	happen(c);
}

struct testclock *
testclock_new(int64_t at)
{
	struct testclock *c = rk_xcalloc(1, sizeof(*c));

#ifdef RK_TEST_BUILD /* the fuzz targets are built without */
	if (getenv("RK_DROP_MANNERS") != NULL)
		rk_assert(rk_manners_drop(getenv("RK_DROP_MANNERS")));
#endif
	c->clock = (struct rk_clock){ .wall = wall, .mono_ms = mono, .self = c, .jump = jump };
	c->wall = at != 0 ? at : TESTCLOCK_START;
	c->until = INT64_MAX;
	c->workers = RK_BIN;
	return c;
}

void
testclock_free(struct testclock *c)
{
	struct event *next;

	for (struct event *e = c->events; e != NULL; e = next) {
		next = e->next;
		free(e);
	}
	free(c);
}

const struct rk_clock *
testclock_clock(struct testclock *c)
{
	return &c->clock;
}

int64_t
testclock_ms(void *self)
{
	struct testclock *c = self;

	return c->ms;
}

int64_t
testclock_wall(struct testclock *c)
{
	return c->wall + c->ms / 1000;
}

void
testclock_coarse(struct testclock *c, uint64_t ms)
{
	c->coarse = ms;
}

void
testclock_at(struct testclock *c, int64_t ms, void (*fn)(void *cookie), void *cookie)
{
	struct event *e = rk_xcalloc(1, sizeof(*e)), **at = &c->events;

	*e = (struct event){ .ms = ms, .fn = fn, .cookie = cookie };
	while (*at != NULL && (*at)->ms <= ms)
		at = &(*at)->next;
	e->next = *at;
	*at = e;
}

void
testclock_workers(struct testclock *c, const char *program)
{
	c->workers = program;
}

void
testclock_set_wall(struct testclock *c, int64_t at)
{
	c->wall = at - c->ms / 1000;
}

void
testclock_pass(struct testclock *c, int64_t seconds)
{
	c->ms += seconds * 1000;
}

/* ---- the daemon */

static struct rk_config *
load(struct program *w, struct rk_config_opts *opts, const char **formats)
{
	struct rk_config *config = NULL;
	struct rk_err err = { 0 };
	char path[128];

	for (size_t i = 0; i < MAX_FORMATS - 1 && rk_formats[i].name != NULL; i++)
		formats[i] = rk_formats[i].name;
	opts->formats = formats;
	opts->page = rk_page_resolve;
	(void)snprintf(path, sizeof(path), "%s/rk.yml", w->dir);
	if (rk_config_load(path, opts, &config, &err) != 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return config;
}

static void
run(struct testclock *c, struct program *w, bool forever)
{
	const char *formats[MAX_FORMATS] = { NULL };
	struct rk_daemon_opts opts = { .program = c->workers, .clock = &c->clock };
	struct rk_config *config = load(w, &opts.config_opts, formats);
	struct rk_err err = { 0 };
	char path[128];
	int log, kept = dup(STDERR_FILENO), rc;

	(void)snprintf(path, sizeof(path), "%s/log", w->dir);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	rk_assert(kept >= 0 && log >= 0 && dup2(log, STDERR_FILENO) >= 0);
#ifdef RK_SANITIZED
	/* What the sanitizer finds is for who reads the test, not for the log. */
	__sanitizer_set_report_fd((void *)(intptr_t)kept);
#endif
	if (forever)
		rc = rk_daemon_run(config, &opts, &err);
	else
		rc = rk_daemon_once(config, &opts, NULL, &err);
	rk_assert(dup2(kept, STDERR_FILENO) >= 0);
#ifdef RK_SANITIZED
	__sanitizer_set_report_fd((void *)(intptr_t)STDERR_FILENO);
#endif
	(void)close(kept);
	(void)close(log);
	if (rc != 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		abort();
	}
}

void
testclock_run(struct testclock *c, struct program *w, int64_t seconds)
{
	c->until = c->ms + seconds * 1000;
	run(c, w, true);
	c->ms = c->until > c->ms ? c->until : (int64_t)c->ms;
	c->until = INT64_MAX;
}

void
testclock_once(struct testclock *c, struct program *w)
{
	run(c, w, false);
}
