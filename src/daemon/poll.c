/*
 * One poll: its document is fetched and parsed; poll_end.c stores what came of it. Every
 * step first clears what the poll had pending.
 */
#include "poll_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/url.h>

#include <stdlib.h>
#include <string.h>

#define SET_ASIDE_AFTER 3 /* crashes by the same body (F19) */

struct slot *
poll_slot(const struct poll *p)
{
	return &p->e->slots[p->slot];
}

/* ---- parsing */

static void
on_parsed(void *cookie, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	struct poll *p = cookie;
	struct ending how = { 0 };

	rk_assert(p->state == POLL_PARSING);
	if (end == RK_WORK_STOPPED) {
		rk_arena_free(arena);
		poll_drop(p);
		return;
	}
	if (end == RK_WORK_UNABLE) {
		poll_put_off(p, err);
		return;
	}
	if (end == RK_WORK_OK && ingest->n_warnings > 0)
		rk_log(RK_DEBUG, "document warning", "source", rk_cstr(poll_slot(p)->source->id),
		    "warning", rk_cstr(ingest->warnings[0]), NULL);
	if (end == RK_WORK_OK
	    && (p->page != NULL ? page_listed : history_begin)(p, ingest, arena))
		return;
	if (end == RK_WORK_OK && p->result->delta) {
		ingest->partial = true;
		ingest->complete = false;
	}
	how.outcome = end == RK_WORK_OK ? RK_OUT_NEWS : RK_OUT_TROUBLE;
	how.body_hash = p->body_hash;
	how.ingest = ingest;
	how.err = err;
	how.died = end == RK_WORK_DIED || end == RK_WORK_TIMEOUT;
	poll_store(p, &how, ingest, arena);
}

void
poll_work(const struct poll *p, struct rk_str body, const struct rk_fetch_result *r,
    struct rk_work *work)
{
	const struct rk_source *source = poll_slot(p)->source;

	memset(work, 0, sizeof(*work));
	work->body = body;
	work->content_type = r->content_type;
	work->url = r->effective_url;
	work->charset = source->charset;
	work->timezone = source->timezone;
	work->distrust = source->distrust;
	work->now = engine_now(p->e);
	work->page = source->page;
	work->part = source->page != NULL ? RK_PAGE_LIST : RK_PAGE_NONE;
}

static void
parse(struct poll *p, struct rk_str body)
{
	struct rk_work work;

	poll_work(p, body, p->result, &work);
	p->state = POLL_PARSING;
	rk_pool_submit(p->e->pool, &work, on_parsed, p);
}

/* ---- fetching */

static void
store_as(struct poll *p, enum rk_outcome outcome, const struct rk_err *err)
{
	struct ending end = { .outcome = outcome, .body_hash = p->body_hash, .err = err };

	poll_store(p, &end, NULL, NULL);
}

struct rk_fetch_result *
poll_own(struct poll *p)
{
	if (p->meta == NULL)
		p->meta = rk_arena_new(0);
	if (p->own == NULL) {
		p->own = RK_NEW(p->meta, struct rk_fetch_result);
		memset(p->own, 0, sizeof(*p->own));
	}
	p->result = p->own;
	return p->own;
}

/* What the next steps need of the answer; the rest dies with the callback. */
static void
keep_result(struct poll *p, const struct rk_fetch_result *r)
{
	struct rk_fetch_result *own = poll_own(p);

	*own = *r;
	rk_buf_init(&own->body, 0);
	own->effective_url = rk_arena_str(p->meta, r->effective_url);
	own->etag = rk_arena_str(p->meta, r->etag);
	own->last_modified = rk_arena_str(p->meta, r->last_modified);
	own->content_type = rk_arena_str(p->meta, r->content_type);
	own->hub = rk_arena_str(p->meta, r->hub);
	own->self = rk_arena_str(p->meta, r->self);
}

/* The answer to a poll's request, or to that of its twin. */
static void
answered(struct poll *p, struct rk_fetch_result *r)
{
	const struct slot *slot = poll_slot(p);
	struct rk_err none = { 0 };

	if (r->kind != RK_FETCH_OK) { /* stored before the callback ends */
		p->result = r;
		store_as(p, outcome_of(r), &r->err);
		return;
	}
	keep_result(p, r);
	p->body_hash = rk_hash64(rk_buf_view(&r->body));
	if (r->delta) { /* says nothing about the whole */
		parse(p, rk_buf_view(&r->body));
		return;
	}
	if (p->body_hash == slot->body_hash && slot->same_body_crashes == 0
	    && rk_keeps(RK_M_SAME_BODY)) {
		store_as(p, RK_OUT_SAME, &none);
		return;
	}
	if (p->body_hash == slot->body_hash && slot->same_body_crashes >= SET_ASIDE_AFTER) {
		(void)rk_err_set(&none, RK_E_LIMIT,
		    "the document was set aside: it stopped the parser %u times",
		    slot->same_body_crashes);
		store_as(p, RK_OUT_TROUBLE, &none);
		return;
	}
	parse(p, rk_buf_view(&r->body));
}

/* An answer, and what those that it serves share. */
struct served {
	struct rk_fetch_result *r;
	struct shared_history *shared;
};

static void
serve_twin(struct pipeline *pl, size_t slot, void *cookie)
{
	struct poll *p = rk_xcalloc(1, sizeof(*p));
	struct served *served = cookie;

	p->pl = pl;
	p->e = pl->e;
	p->slot = slot;
	if (served->shared == NULL && served->r->kind == RK_FETCH_OK)
		served->shared = shared_history_new();
	if (served->shared != NULL)
		p->shared = shared_history_join(served->shared);
	pl->in_flight++;
	answered(p, served->r);
}

/* The poll's request was answered: so are its twins, and then itself. */
static void
serve(struct poll *p, struct rk_fetch_result *r)
{
	struct served served = { r, NULL };

	twins_serve(p->pl, p->slot, r, serve_twin, &served);
	p->shared = served.shared;
	answered(p, r);
}

#ifdef RK_TEST_BUILD
/* What other readers also ask for, where a test wants to see it noticed. */
static void
on_icon(void *cookie, struct rk_fetch_result *r)
{
	(void)cookie;
	(void)r;
}

static void
look_at_icon(struct poll *p)
{
	struct rk_fetch_req req;
	struct rk_err err;
	struct rk_fetch *fetch;
	struct rk_buf url;

	rk_buf_init(&url, RK_MAX_URL + 1);
	poll_request(p, rk_str(""), &req);
	if (rk_url_resolve(poll_slot(p)->source->url, rk_str("/favicon.ico"), &url) == 0) {
		req.url = rk_buf_view(&url);
		(void)rk_fetch_start(p->e->fetcher, &req, on_icon, NULL, &fetch, &err);
	}
	rk_buf_release(&url);
}
#endif

/* Where the request went to. */
static struct rk_str
asked_host(const struct poll *p)
{
	return p->page != NULL ? page_host(p) : poll_slot(p)->source->host;
}

static void
on_fetched(void *cookie, struct rk_fetch_result *r)
{
	struct poll *p = cookie;
	struct pipeline *pl = p->pl;

	rk_assert(p->state == POLL_FETCHING);
	p->fetch = NULL;
	if (r->kind == RK_FETCH_CANCELLED) {
		poll_drop(p);
		return;
	}
	if (network_heard(pl, p->slot, asked_host(p), poll_slot(p)->source->request->proxy, r)) {
		poll_again(p);
		return;
	}
	if (p->page != NULL && page_led(p, r)) {
		pipeline_settle(pl);
		return;
	}
#ifdef RK_TEST_BUILD
	if (!rk_keeps(RK_M_NO_EXTRAS))
		look_at_icon(p);
#endif
	serve(p, r);
}

void
poll_request(const struct poll *p, struct rk_str url, struct rk_fetch_req *req)
{
	const struct rk_source *source = poll_slot(p)->source;

	memset(req, 0, sizeof(*req));
	req->url = url;
	req->user_agent = source->request->user_agent;
	req->ca_file = source->request->ca_file;
	req->proxy = source->request->proxy;
	req->headers = source->request->headers;
	req->n_headers = source->request->n_headers;
	req->max_body = rk_keeps(RK_M_TOO_BIG) ? p->e->config->fetch.max_body : UINT32_MAX;
}

bool
poll_port_allowed(const struct poll *p, struct rk_str url)
{
	return engine_port_allowed(p->e, poll_slot(p)->source->url, url);
}

/* The source's own headers are for its own host and port, wherever that moved to. */
static bool
is_home(struct rk_str a, struct rk_str b)
{
	struct rk_url x, y;

	return rk_url_parse(a, &x, NULL) == 0 && rk_url_parse(b, &y, NULL) == 0
	    && x.port == y.port && strcmp(x.host, y.host) == 0;
}

/* The source's request at the address that it is asked at now. */
static void
own_request(const struct poll *p, struct rk_buf *address, struct rk_fetch_req *req)
{
	const struct slot *slot = poll_slot(p);
	struct rk_str url = slot_url(slot);

	if (!rk_str_eq(url, slot->source->url) && poll_port_allowed(p, url)) {
		poll_request(p, url, req);
		if (!is_home(url, slot->source->url)) {
			req->headers = NULL;
			req->n_headers = 0;
		}
		return;
	}
	poll_request(p, slot->source->url, req);
	if (slot->source->kind == RK_KIND_WORDPRESS && rk_source_address(slot->source, address) == 0)
		req->url = rk_buf_view(address);
}

/* The address, or a header, is none: that is the answer to all that ask it. */
static void
never_asked(struct poll *p, const struct rk_err *err)
{
	struct rk_fetch_result r = { .kind = RK_FETCH_REFUSED, .retry_after = -1,
		.fresh_for = -1, .err = *err };

	rk_buf_init(&r.body, 0);
	r.effective_url = r.etag = r.last_modified = r.content_type = r.hub = r.self = r.date = rk_str("");
	serve(p, &r);
}

void
poll_fetch(struct poll *p)
{
	const struct slot *slot = poll_slot(p);
	struct rk_source_state state;
	struct rk_fetch_req req;
	struct rk_err err = { 0 };
	struct rk_buf address;
	int rc;

	rk_buf_init(&address, RK_MAX_URL + 1);
	p->state = POLL_FETCHING;
	twins_asked(p->pl, p->slot);
	if (p->page != NULL)
		page_request(p, &req);
	else
		own_request(p, &address, &req);
	slot_state(slot, &state);
	if (twins_agree(p->pl, p->slot) && rk_keeps(RK_M_CONDITIONAL)
	    && (p->page == NULL || rk_keeps(RK_M_PAGES))) {
		req.validator_url = state.effective_url;
		req.etag = state.etag;
		req.last_modified = state.last_modified;
	}
	req.delta = slot->source->kind == RK_KIND_FEED && slot->imported;
	rc = rk_fetch_start(p->e->fetcher, &req, on_fetched, p, &p->fetch, &err);
	rk_buf_release(&address);
	if (rc != 0)
		never_asked(p, &err);
}

void
poll_start(struct pipeline *pl, size_t i)
{
	struct poll *p = rk_xcalloc(1, sizeof(*p));

	p->pl = pl;
	p->e = pl->e;
	p->slot = i;
	pl->in_flight++;
	if (poll_slot(p)->source->page == NULL) {
		poll_fetch(p);
		return;
	}
	pl->pages++;
	page_begin(p);
}

bool
poll_stopping(const struct poll *p)
{
	return p->pl->stopping;
}

