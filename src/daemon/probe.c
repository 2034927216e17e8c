/*
 * The requests of a visit, one after another: the address that was named, the same
 * again with its validators when it is a feed, else what its page names and where such
 * sites have their feeds.
 */
#include <ruamkhao/probe.h>

#include "poll_int.h"
#include "probe_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/discover.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/sandbox.h>
#include <ruamkhao/url.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_S 60
#define MOST_FAILED                                                                    \
	2 /* guesses in a row without an answer: the site does not want us */

static void ask(struct rk_probe *, struct rk_place);
static void go_on(struct rk_probe *);

/* ---- life */

static void
take_config(struct rk_probe *p, struct rk_str target)
{
	const struct rk_config *c = p->opts->config;
	struct rk_visit *v = &p->visit;
	struct rk_str *ids;

	v->every = 3600;
	v->max_body = RK_MAX_BODY_DEFAULT;
	if (c == NULL)
		return;
	v->every = c->fetch.every;
	v->max_body = c->fetch.max_body;
	v->contact = c->site.contact;
	ids = rk_arena_array(p->arena, c->n_sources + 1, sizeof(*ids));
	for (size_t i = 0; i < c->n_sources; i++) {
		ids[i] = c->sources[i].id;
		if (rk_str_eq(c->sources[i].url, target)) {
			p->source = &c->sources[i];
			v->configured = p->source->id;
			v->every = p->source->every;
		}
	}
	v->ids = ids;
	v->n_ids = c->n_sources;
}

struct rk_probe *
probe_new(struct rk_str target, const struct rk_probe_opts *opts)
{
	struct rk_probe *p = rk_xcalloc(1, sizeof(*p));
	struct rk_visit *v = &p->visit;

	p->opts = opts;
	p->arena = rk_arena_new(0);
	p->robots = robotbook_new(SIZE_MAX);
	v->target = rk_arena_str(p->arena, target);
	v->now = opts->clock->wall(opts->clock->self);
	v->feed = v->again = v->page = p->empty = SIZE_MAX;
	v->preset = v->page_err = v->contact = v->configured = RK_STR("");
	take_config(p, target);
	p->max_body = v->max_body;
	for (size_t i = 0; i < RK_MAX_ASKED; i++) {
		struct rk_asked *a = &v->asked[i];

		rk_buf_init(&p->bodies[i], (size_t)p->max_body);
		a->url = a->announced = a->effective_url = a->etag = RK_STR("");
		a->last_modified = a->content_type = a->error = a->refusal = RK_STR("");
		a->retry_after = a->fresh_for = -1;
		a->date = RK_NO_TIME;
		a->at = v->now;
	}
	return p;
}

void
rk_probe_free(struct rk_probe *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < RK_MAX_ASKED; i++)
		rk_buf_release(&p->bodies[i]);
	for (size_t i = 0; i < p->n_read; i++)
		rk_arena_free(p->read[i]);
	robotbook_free(p->robots);
	rk_arena_free(p->arena);
	free(p);
}

const struct rk_visit *
rk_probe_visit(const struct rk_probe *p)
{
	return &p->visit;
}

/* ---- what comes next */

static bool
is_good(const struct rk_asked *a)
{
	return a->kind == RK_FETCH_OK && a->ingest != NULL && a->ingest->look == NULL;
}

/* Would asking more of this site be rude, or in vain? */
static bool
is_closed(const struct rk_asked *a)
{
	enum rk_look_kind kind;

	if (a->kind == RK_FETCH_HTTP &&
	    (a->status == 401 || a->status == 403 || a->status == 429 ||
		a->status >= 500 || a->status == 451 || a->status == 304))
		return true;
	if (a->kind != RK_FETCH_OK && a->kind != RK_FETCH_HTTP)
		return true;
	if (a->ingest == NULL || a->ingest->look == NULL)
		return false;
	kind = a->ingest->look->kind;
	return kind == RK_LOOK_CHALLENGE || kind == RK_LOOK_BLOCK ||
	       kind == RK_LOOK_CAPTCHA || kind == RK_LOOK_PARKED ||
	       kind == RK_LOOK_CONSTRUCTION;
}

static bool
was_asked(const struct rk_probe *p, struct rk_str url)
{
	for (size_t i = 0; i < p->visit.n_asked; i++)
		if (rk_str_eq(p->visit.asked[i].url, url) ||
		    rk_str_eq(p->visit.asked[i].effective_url, url))
			return true;
	return false;
}

static void
enqueue(struct rk_probe *p, struct rk_place place)
{
	for (size_t i = 0; i < p->n_queue; i++)
		if (rk_str_eq(p->queue[i].url, place.url))
			return;
	if (p->n_queue < PROBE_QUEUE)
		p->queue[p->n_queue++] = place;
}

/* "https://host/" of an address. */
static struct rk_str
front_of(struct rk_probe *p, struct rk_str url)
{
	size_t host = rk_str_find(url, RK_STR("://")), slash;

	if (host == SIZE_MAX)
		return RK_STR("");
	slash = rk_str_chr(rk_str_from(url, host + 3), '/');
	if (slash == SIZE_MAX)
		return RK_STR("");
	return rk_arena_str(p->arena, rk_strn(url.p, host + 3 + slash + 1));
}

/* What a page names goes before what was guessed earlier. */
static void
add_places(struct rk_probe *p, const struct rk_asked *a)
{
	struct rk_place found[RK_MAX_PLACES], before[PROBE_QUEUE];
	const struct rk_look *look = a->ingest != NULL ? a->ingest->look : NULL;
	struct rk_str url = a->effective_url.n > 0 ? a->effective_url : a->url;
	size_t n, n_before = p->n_queue - p->next, i = 0;
	struct rk_str front;

	memcpy(before, p->queue + p->next, n_before * sizeof(*before));
	p->n_queue = p->next;
	n = rk_places_to_try(look, url, p->arena, found, RK_MAX_PLACES);
	for (; i < n && found[i].how != RK_HOW_USUAL; i++)
		enqueue(p, found[i]);
	front = front_of(p, url);
	if (front.n > 0 && !was_asked(p, front) && a->how == RK_HOW_GIVEN &&
	    (look == NULL || look->kind != RK_LOOK_FORWARD))
		enqueue(p, (struct rk_place){front, RK_STR(""), RK_HOW_FRONT});
	for (; i < n; i++)
		enqueue(p, found[i]);
	for (i = 0; i < n_before; i++)
		enqueue(p, before[i]);
}

/* One of the guesses was answered: may more be made? */
static bool
may_go_on(struct rk_probe *p, const struct rk_asked *a)
{
	bool failed =
	    a->kind != RK_FETCH_OK &&
	    (a->kind != RK_FETCH_HTTP || a->status == 403 || a->status >= 500);

	p->failures = failed ? p->failures + 1 : 0;
	return p->failures < MOST_FAILED &&
	       !(a->kind == RK_FETCH_HTTP && a->status == 429);
}

static void
page_done(void *cookie, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	struct rk_probe *p = cookie;

	probe_page_read(p, end, ingest, arena, err);
	p->done = true;
}

/* Nothing is left to be asked. */
static void
finish(struct rk_probe *p)
{
	struct rk_work work;

	if (p->visit.feed == SIZE_MAX)
		p->visit.feed = p->empty;
	if (p->visit.feed == SIZE_MAX && probe_page_work(p, &work) &&
	    !probe_forbids(p, work.url, &p->visit.page_err))
		rk_pool_submit(p->pool, &work, page_done, p);
	else
		p->done = true;
}

static void
ask_next(struct rk_probe *p)
{
	while (p->next < p->n_queue) {
		struct rk_place place = p->queue[p->next++];

		if (was_asked(p, place.url))
			continue;
		if (p->visit.n_asked > RK_MAX_CANDIDATES)
			break;
		ask(p, place);
		return;
	}
	finish(p);
}

/* The newest answer was read: on to the next. */
static void
go_on(struct rk_probe *p)
{
	struct rk_visit *v = &p->visit;
	size_t i = v->n_asked - 1;
	const struct rk_asked *a = &v->asked[i];

	if (a->how == RK_HOW_AGAIN) {
		finish(p);
		return;
	}
	if (p->forbidden) { /* which says nothing of the next */
		ask_next(p);
		return;
	}
	if (is_good(a) && (a->ingest->n_entries > 0 || i == 0)) {
		v->feed = i;
		v->again = v->n_asked;
		ask(p, (struct rk_place){a->url, RK_STR(""), RK_HOW_AGAIN});
		return;
	}
	if (is_good(a) && p->empty == SIZE_MAX)
		p->empty = i;
	if (i == 0 || a->how == RK_HOW_FORWARD || a->how == RK_HOW_FRONT) {
		if (is_closed(a)) {
			finish(p);
			return;
		}
		add_places(p, a);
	} else if (!may_go_on(p, a)) {
		finish(p);
		return;
	}
	ask_next(p);
}

/* ---- one request */

static void
read_done(void *cookie, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	struct rk_probe *p = cookie;

	if (end == RK_WORK_UNABLE || end == RK_WORK_STOPPED) {
		p->err = *err;
		p->done = true;
		return;
	}
	probe_read(p, p->visit.n_asked - 1, end, ingest, arena, err);
	go_on(p);
}

static void
take_result(struct rk_probe *p, struct rk_asked *a, const struct rk_fetch_result *r)
{
	a->kind = r->kind;
	a->fault = r->fault;
	a->status = r->status;
	a->effective_url = rk_arena_str(p->arena, r->effective_url);
	a->etag = rk_arena_str(p->arena, r->etag);
	a->last_modified = rk_arena_str(p->arena, r->last_modified);
	a->content_type = rk_arena_str(p->arena, r->content_type);
	a->error = rk_arena_str(p->arena, rk_str(r->err.text));
	a->redirects = r->redirects + p->hops;
	a->moved = r->moved || (p->hops > 0 && p->moved);
	a->compressed = r->compressed;
	a->retry_after =
	    r->retry_after < RK_MAX_HINT_S ? r->retry_after : RK_MAX_HINT_S;
	a->fresh_for = r->fresh_for;
	if (rk_date_parse_http(r->date, &a->date) != 0)
		a->date = RK_NO_TIME;
	a->wire_bytes = r->wire_bytes;
	a->elapsed_ms = r->elapsed_ms;
	a->answer_ms = r->answer_ms;
	a->at = p->opts->clock->wall(p->opts->clock->self);
	memcpy(a->address, r->address, sizeof(a->address));
}

static void
fetched(void *cookie, struct rk_fetch_result *r)
{
	struct rk_probe *p = cookie;
	size_t i = p->visit.n_asked - 1;
	struct rk_asked *a = &p->visit.asked[i];
	struct rk_work work;

	if (probe_led(p, r))
		return;
	take_result(p, a, r);
	rk_buf_take(&r->body, &p->bodies[i]);
	a->size = p->bodies[i].n;
	a->body_hash = rk_hash64(rk_buf_view(&p->bodies[i]));
	if (a->kind != RK_FETCH_OK && (a->kind != RK_FETCH_HTTP || a->size == 0)) {
		go_on(p);
		return;
	}
	if (a->how == RK_HOW_AGAIN &&
	    a->body_hash == p->visit.asked[p->visit.feed].body_hash) {
		go_on(p);
		return;
	}
	probe_work(p, i, &work);
	rk_pool_submit(p->pool, &work, read_done, p);
}

/* Headers, proxy and the like of a configured source, for its own host. */
void
probe_as_configured(const struct rk_probe *p, struct rk_fetch_req *req)
{
	const struct rk_source *s = p->source;
	struct rk_url parts;

	if (s == NULL || rk_url_parse(req->url, &parts, NULL) != 0 ||
	    !rk_str_is(s->host, parts.host))
		return;
	req->user_agent = s->request->user_agent;
	req->ca_file = s->request->ca_file;
	req->proxy = s->request->proxy;
	req->headers = s->request->headers;
	req->n_headers = s->request->n_headers;
}

static void
start(struct rk_probe *p)
{
	struct rk_visit *v = &p->visit;
	struct rk_asked *a = &v->asked[v->n_asked - 1];
	struct rk_fetch_req req = {.url = p->at,
	    .max_body = p->max_body,
	    .keep_error = true,
	    .one_hop = !probe_named(p)};
	struct rk_fetch *transfer;
	struct rk_err err = {0};

	probe_as_configured(p, &req);
	if (a->how == RK_HOW_AGAIN) {
		const struct rk_asked *first = &v->asked[v->feed];

		req.validator_url = first->effective_url;
		req.etag = first->etag;
		req.last_modified = first->last_modified;
	}
	if (p->opts->asking != NULL)
		p->opts->asking(p->opts->cookie, p->at);
	if (rk_fetch_start(p->fetcher, &req, fetched, p, &transfer, &err) == 0)
		return;
	a->kind = RK_FETCH_REFUSED;
	a->error = rk_arena_str(p->arena, rk_str(err.text));
	if (v->n_asked == 1) { /* the operator's own word is none: usage */
		p->err = err;
		p->done = true;
		return;
	}
	go_on(p);
}

void
probe_refused(struct rk_probe *p)
{
	go_on(p);
}

static void
on_timer(uv_timer_t *timer)
{
	struct rk_probe *p = timer->data;
	uint64_t wait = rk_fetch_host_wait(p->fetcher, p->at);

	if (wait == 0 && !probe_may(p))
		return;
	if (wait == 0)
		start(p);
	else /* a transfer that still closes counts: look again soon */
		(void)uv_timer_start(
		    timer, on_timer, wait == UINT64_MAX ? 20 : wait, 0);
}

void
probe_turn(struct rk_probe *p)
{
	(void)uv_timer_start(&p->timer, on_timer, 0, 0);
}

/* From the loop, not from inside a callback that still holds a result. */
static void
ask(struct rk_probe *p, struct rk_place place)
{
	struct rk_asked *a = &p->visit.asked[p->visit.n_asked++];

	rk_assert(p->visit.n_asked <= RK_MAX_ASKED);
	a->how = place.how;
	a->url = place.url;
	a->announced = place.title;
	p->at = a->url;
	p->hops = 0;
	p->moved = true;
	p->forbidden = false;
	probe_turn(p);
}

/* ---- the whole */

static int
open_engines(struct rk_probe *p, struct rk_err *err)
{
	const struct rk_config *c = p->opts->config;
	struct rk_fetcher_opts opts = {.per_host = 1,
	    .host_gap_ms = 1000,
	    .connections = 2,
	    .timeout_s = TIMEOUT_S,
	    .clock = p->opts->clock};

	opts.user_agent = RK_STR("ruamkhao/" RK_VERSION);
	if (c != NULL) {
		opts.host_gap_ms = (uint64_t)c->fetch.host_gap * 1000;
		opts.timeout_s = c->fetch.timeout;
		opts.allow_ports = c->fetch.allow_ports;
		opts.n_allow_ports = c->fetch.n_allow_ports;
		opts.allow_addresses = c->fetch.allow_addresses;
		opts.n_allow_addresses = c->fetch.n_allow_addresses;
		opts.user_agent =
		    rk_arena_fmt(p->arena, "ruamkhao/" RK_VERSION " (+%s)",
			c->site.contact.n > 0 ? rk_cstr(c->site.contact)
					      : rk_cstr(c->site.base_url));
	}
	if (rk_fetcher_new(&p->loop, &opts, &p->fetcher, err) != 0)
		return -1;
	return rk_pool_new(&p->loop, p->opts->program, 1, &p->pool, err);
}

static int
close_in(struct rk_probe *p, struct rk_err *err)
{
	const char *write[] = {NULL};
	const char *read[4] = {p->opts->program};
	const char *missing = NULL;
	size_t n = 1;

	if (!p->opts->sandbox)
		return 0;
	if (p->source != NULL && p->source->request->ca_file.n > 0)
		read[n++] = rk_cstr(p->source->request->ca_file);
	return rk_sandbox_main(write, read, &missing, err);
}

int
rk_probe_url(struct rk_str url, const struct rk_probe_opts *opts, struct rk_probe **out,
    struct rk_err *err)
{
	struct rk_probe *p = probe_new(url, opts);
	int rc;

	(void)signal(SIGPIPE, SIG_IGN);
	if ((rc = uv_loop_init(&p->loop)) != 0) {
		rk_probe_free(p);
		return rk_err_sys(err, -rc, "event loop");
	}
	(void)uv_timer_init(&p->loop, &p->timer);
	p->timer.data = p;
	if (close_in(p, &p->err) != 0 || open_engines(p, &p->err) != 0) {
		p->done = true;
	} else {
		rk_pool_quiet(p->pool);
		ask(p, (struct rk_place){p->visit.target, RK_STR(""), RK_HOW_GIVEN});
	}
	while (!p->done)
		(void)uv_run(&p->loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&p->timer, NULL);
	if (p->fetcher != NULL)
		rk_fetcher_close(p->fetcher, NULL, NULL);
	if (p->pool != NULL)
		rk_pool_close(p->pool, NULL, NULL);
	(void)uv_run(&p->loop, UV_RUN_DEFAULT);
	rk_assert(uv_loop_close(&p->loop) == 0);
	if (p->err.kind != RK_E_NONE) {
		if (err != NULL)
			*err = p->err;
		rk_probe_free(p);
		return -1;
	}
	*out = p;
	return 0;
}
