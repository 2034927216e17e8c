/*
 * What fetchkit.h promises. Its clock's wall time stands still, so that times in
 * answers can be compared; the monotonic one runs.
 */
#include "fetchkit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ruamkhao/err.h>

static int64_t
wall(void *self)
{
	(void)self;
	return FETCHKIT_NOW;
}

static uint64_t
mono_ms(void *self)
{
	(void)self;
	return uv_hrtime() / 1000000;
}

struct rk_fetcher_opts
fetchkit_opts(struct fetchkit *w)
{
	w->clock = (struct rk_clock){.wall = wall, .mono_ms = mono_ms};
	w->loopback = (struct rk_cidr){.addr = {127}, .bits = 8};
	return (struct rk_fetcher_opts){.connections = 8,
	    .timeout_s = 10,
	    .allow_addresses = &w->loopback,
	    .n_allow_addresses = 1,
	    .user_agent = RK_STR("ruamkhao/test (+mailto:test@example.org)"),
	    .clock = &w->clock};
}

void
fetchkit_open(struct fetchkit *w, const struct rk_fetcher_opts *opts)
{
	struct rk_fetcher_opts usual;
	struct rk_err err;

	w->closed = false;
	usual = fetchkit_opts(w);
	rk_assert(uv_loop_init(&w->loop) == 0);
	rk_assert(rk_fetcher_new(
		      &w->loop, opts != NULL ? opts : &usual, &w->fetcher, &err) == 0);
}

static void
on_closed(void *cookie)
{
	struct fetchkit *w = cookie;

	rk_assert(!w->closed);
	w->closed = true;
	w->fetcher = NULL;
}

void
fetchkit_close(struct fetchkit *w)
{
	if (w->fetcher != NULL) {
		rk_fetcher_close(w->fetcher, on_closed, w);
		rk_assert(!w->closed); /* never from inside the call */
		uv_run(&w->loop, UV_RUN_DEFAULT);
		rk_assert(w->closed);
	}
	rk_assert(uv_loop_close(&w->loop) == 0);
}

static char *
copy(struct rk_str s)
{
	char *c = rk_xcalloc(s.n + 1, 1);

	if (s.n > 0)
		memcpy(c, s.p, s.n);
	return c;
}

static void
on_done(void *cookie, struct rk_fetch_result *r)
{
	struct fetchkit_got *g = cookie;
	struct rk_buf body;

	g->calls++;
	rk_assert(g->calls == 1);
	rk_buf_take(&r->body, &body);
	g->kind = r->kind;
	g->status = r->status;
	g->body = body.p != NULL ? body.p : rk_xcalloc(1, 1);
	g->n = body.n;
	g->url = copy(r->effective_url);
	g->etag = copy(r->etag);
	g->last_modified = copy(r->last_modified);
	g->type = copy(r->content_type);
	g->redirects = r->redirects;
	g->moved = r->moved;
	g->delta = r->delta;
	g->retry_after = r->retry_after;
	g->fresh_for = r->fresh_for;
	g->wire = r->wire_bytes;
	g->elapsed_ms = r->elapsed_ms;
	memcpy(g->address, r->address, sizeof(g->address));
	if (r->kind != RK_FETCH_OK && r->kind != RK_FETCH_NOT_MODIFIED) {
		memcpy(g->error, r->err.text, sizeof(g->error));
		rk_assert(g->error[0] != '\0');
	}
}

struct rk_fetch *
fetchkit_start(
    struct fetchkit *w, const struct rk_fetch_req *req, struct fetchkit_got *g)
{
	struct rk_fetch *t = NULL;
	struct rk_err err;

	if (rk_fetch_start(w->fetcher, req, on_done, g, &t, &err) != 0) {
		fprintf(stderr, "%.*s: %s\n", RK_FMT(req->url), err.text);
		abort();
	}
	rk_assert(g->calls == 0); /* never from inside rk_fetch_start */
	return t;
}

/* A turn that never sleeps long: what a timer's callback ended must be noticed although
 * idle connections keep the loop waiting. */
void
fetchkit_turn(struct fetchkit *w)
{
	struct pollfd p = {.fd = uv_backend_fd(&w->loop), .events = POLLIN};

	uv_run(&w->loop, UV_RUN_NOWAIT);
	(void)poll(&p, 1, 1);
}

void
fetchkit_wait(struct fetchkit *w, const struct fetchkit_got *g)
{
	while (g->calls == 0)
		fetchkit_turn(w);
}

void
fetchkit_wait_all(struct fetchkit *w)
{
	while (rk_fetcher_active(w->fetcher) > 0)
		fetchkit_turn(w);
}

struct fetchkit_got
fetchkit_get(struct fetchkit *w, const struct rk_fetch_req *req)
{
	struct fetchkit_got g = {0};

	fetchkit_start(w, req, &g);
	fetchkit_wait(w, &g);
	return g;
}

struct fetchkit_got
fetchkit_get_url(struct fetchkit *w, const char *url)
{
	struct rk_fetch_req req = {.url = rk_str(url)};

	return fetchkit_get(w, &req);
}

void
fetchkit_release(struct fetchkit_got *g)
{
	free(g->body);
	free(g->url);
	free(g->etag);
	free(g->last_modified);
	free(g->type);
	*g = (struct fetchkit_got){0};
}
