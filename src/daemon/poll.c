/*
 * One poll: its document is fetched, parsed, stored. Every step first clears what the
 * poll had pending.
 */
#include "poll_int.h"

#include <ruamkhao/evidence.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SET_ASIDE_AFTER 3 /* crashes by the same body (F19) */

struct slot *
poll_slot(const struct poll *p)
{
	return &p->e->slots[p->slot];
}

static void
poll_free(struct poll *p)
{
	page_free(p->page);
	history_free(p->history);
	shared_history_leave(p->shared);
	rk_arena_free(p->meta);
	free(p);
}

/* ---- storing */

static void
count(struct pipeline *pl, const struct rk_source_state *s, bool news,
    const struct rk_store_counts *counts)
{
	struct rk_progress *g = &pl->e->progress;

	g->done++;
	if (s->standing != RK_STANDING_OK)
		g->failed++;
	else if (news)
		g->news++;
	else
		g->same++;
	g->added += counts->added;
	g->edited += counts->edited;
	g->joined += counts->joined;
}

/* What is left of a poll while the store has it: many wait there together. */
struct stored {
	struct pipeline *pl;
	size_t slot, bytes;
	struct rk_str hub, topic; /* as headers say, in the arena of what is stored */
};

/* A feed's hub, as headers say or else the document, and whether its news were told. */
static void
found_hub(const struct stored *stored, const struct rk_store_poll *sp,
    const struct rk_store_counts *counts)
{
	struct engine *e = stored->pl->e;
	const struct rk_ingest *in = sp->ingest;
	struct rk_str topic = stored->topic;
	struct rk_source_state kept; /* sp's strings may have lain where the slot's were */

	/* news alone (a delta) say nothing of the feed */
	if (in == NULL || in->partial || e->slots[stored->slot].source->kind != RK_KIND_FEED)
		return;
	slot_state(&e->slots[stored->slot], &kept);
	if (topic.n == 0)
		topic = in->self.n > 0 ? in->self : kept.effective_url;
	websub_polled(e->websub, stored->slot, counts->added + counts->joined);
	websub_found(e->websub, stored->slot, stored->hub.n > 0 ? stored->hub : in->hub, topic);
}

/* What the redirects of a source mean for it changed. */
static void
moved(struct pipeline *pl, size_t i)
{
	const struct slot *slot = &pl->e->slots[i];
	const struct rk_moved *m = slot->moved;

	hostq_moved(pl->hosts, i);
	if (m != NULL && m->url.n > 0 && m->at == stamp_time(slot->last_poll)) {
		struct rk_buf shown;
		char where[4200];

		rk_buf_init(&shown, RK_KIB(8));
		rk_url_redact(m->url, &shown);
		(void)snprintf(where, sizeof(where), "%s:%u:%u", slot->source->file,
		    slot->source->line, slot->source->column);
		rk_log(RK_WARN, "source moved", "source", rk_cstr(slot->source->id), "to",
		    shown.p != NULL ? shown.p : "", "what to do", "change url", "where", where,
		    NULL);
		rk_buf_release(&shown);
	}
}

/* Something that people are told of how the source fares may have changed. */
static bool
turned(const struct slot *slot, const struct rk_source_state *now)
{
	if (now->moved_changed || now->standing == RK_STANDING_GONE)
		return true;
	return now->standing == RK_STANDING_OK ? slot->standing != RK_STANDING_OK
	    : now->failures > 1 && now->failures <= RK_BROKEN_FAILURES;
}

/*
 * It was asked, and by our own fault nothing came of it: when it is asked again. As if it
 * had answered, since it did (behaviour 13); later each time, since what we lack, room on
 * a disk, may be lacking for long.
 */
static int64_t
put_off(const struct pipeline *pl, struct slot *slot)
{
	int64_t now = engine_now(pl->e);

	if (slot->put_off < RK_MAX_PUT_OFF)
		slot->put_off++;
	return slot_open(slot, rk_due_again(slot->source, asked_wait(slot), slot->put_off, now));
}

/* The old state stays in force, validators too. Said once, until it works again. */
static void
not_stored(const struct stored *stored, const struct rk_store_poll *sp,
    const struct rk_err *err)
{
	struct pipeline *pl = stored->pl;
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[stored->slot];
	int64_t due = put_off(pl, slot), asked = outcome_settled(sp, 0).next_due;

	if (!e->store_down)
		rk_log(RK_ERROR, "store failed", "source", rk_cstr(slot->source->id), "error",
		    err->text, NULL);
	e->store_failed = e->store_down = true;
	e->store_err = *err;
	e->progress.done++;
	e->progress.failed++;
	/* what the answer asked for holds, though it could not be kept */
	pipeline_slot_done(pl, stored->slot, asked > due ? asked : due);
}

static void
store_works(struct engine *e)
{
	if (e->store_down)
		rk_log(RK_INFO, "the store works again", NULL);
	e->store_down = false;
}

static void
on_stored(void *cookie, const struct rk_store_poll *sp, const struct rk_store_counts *counts,
    const struct rk_err *err)
{
	struct stored *stored = cookie;
	struct pipeline *pl = stored->pl;
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[stored->slot];

	pl->storing--;
	pl->storing_bytes -= stored->bytes;
	pl->flushed = false;
	if (err->kind == RK_E_NONE) {
		struct rk_source_state now =
		    outcome_settled(sp, counts->added + counts->joined);
		bool failing = now.standing != RK_STANDING_OK, news;

		store_works(e);
		slot->put_off = 0;
		if (counts->edits_held > 0)
			rk_source_reread(&now);
		if (failing)
			rk_log(RK_WARN, "poll failed", "source", rk_cstr(slot->source->id),
			    "error", rk_cstr(now.error), "next", rk_cstr(now.why_next),
			    NULL);
		news = turned(slot, &now);
		slot_keep(slot, &now, sp->ingest != NULL || sp->part != RK_STATE_TIMES);
		if (now.moved_changed)
			moved(pl, stored->slot);
		count(pl, &now, sp->ingest != NULL, counts);
		if (counts->held_back > 0)
			rk_log(RK_WARN, "a complete feed shrank: nothing was withdrawn", "source",
			    rk_cstr(slot->source->id), NULL);
		if (counts->added + counts->edited + counts->joined +
			    counts->withdrawn + counts->returned + counts->held +
			    counts->edits_held >
			0 ||
		    news)
			publisher_dirty(e->publisher);
		pipeline_slot_done(pl, stored->slot, slot->next_due);
		found_hub(stored, sp, counts);
	} else {
		not_stored(stored, sp, err);
	}
	free(stored);
	pipeline_settle(pl);
}

struct rk_store_poll *
slot_poll(const struct slot *slot, struct rk_arena *arena)
{
	struct rk_store_poll *sp = rk_xcalloc(1, sizeof(*sp));

	sp->arena = arena;
	sp->source_id = slot->source->id;
	sp->source_host = slot->source->host;
	if (rk_str_starts(sp->source_host, "www."))
		sp->source_host = rk_str_from(sp->source_host, 4);
	sp->route = slot->source->route;
	sp->priority = slot->source->priority;
	return sp;
}

void
slot_routes(const struct engine *e, const struct slot *slot, struct rk_ingest *ingest,
    struct rk_arena *arena)
{
	for (size_t i = 0; i < ingest->n_entries; i++) {
		struct rk_entry *entry = &ingest->entries[i];

		entry->route = rk_route_decide(e->config->regions, arena, slot->source->route,
		    entry->evidence, engine_now(e), &entry->evidence);
	}
}

void
poll_store(struct poll *p, const struct ending *end, struct rk_ingest *ingest,
    struct rk_arena *arena)
{
	struct pipeline *pl = p->pl;
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[p->slot];
	struct stored *stored = rk_xcalloc(1, sizeof(*stored));
	struct rk_store_poll *sp;

	if (arena == NULL) { /* without a document: the answer's own arena will do */
		arena = p->meta != NULL ? p->meta : rk_arena_new(0);
		p->meta = NULL;
	}
	sp = slot_poll(slot, arena);
	outcome_state(e, slot, &p->result, end, sp->arena, sp);
	sp->ingest = ingest;
	if (ingest != NULL)
		slot_routes(e, slot, ingest, sp->arena);
	else
		sp->part = slot_part(slot, &sp->state, &sp->why_same);
	sp->now = sp->state.last_poll;
	if (p->page != NULL)
		sp->trail = page_trail(p, sp->arena);
	sp->unfinished = end->unfinished;
	if (sp->why_same && sp->trail == NULL) { /* all its strings are the slot's */
		sp->state.why_next = rk_str("");
		rk_arena_free(arena);
		sp->arena = NULL;
	}
	*stored = (struct stored){ .pl = pl, .slot = p->slot };
	if (ingest != NULL) {
		stored->hub = rk_arena_str(sp->arena, p->result.hub);
		stored->topic = rk_arena_str(sp->arena, p->result.self);
		stored->bytes = rk_arena_used(sp->arena);
	}
	pl->storing_bytes += stored->bytes;
	pl->storing++;
	pipeline_hold(pl, p->page != NULL ? hostq_host(pl->hosts, page_host(p)) : slot->host,
	    &p->result);
	pipeline_ticket(p);
	poll_free(p);
	rk_storeq_poll(e->storeq, &sp, on_stored, stored);
	pipeline_admit(pl);
	pipeline_flush_if_last(pl);
}

static void
store_as(struct poll *p, enum rk_outcome outcome, const struct rk_err *err)
{
	struct ending end = { .outcome = outcome, .body_hash = p->body_hash, .err = err };

	poll_store(p, &end, NULL, NULL);
}

static void
on_asked_stored(void *cookie, const struct rk_store_poll *sp,
    const struct rk_store_counts *counts, const struct rk_err *err)
{
	struct poll *p = cookie;
	struct pipeline *pl = p->pl;

	(void)counts;
	pl->storing--;
	if (err->kind == RK_E_NONE)
		slot_keep(poll_slot(p), &sp->state, false);
	pipeline_slot_done(pl, p->slot, sp->state.next_due);
	poll_free(p);
	if (pl->stopping)
		return;
	pl->flushed = false;
	pipeline_settle(pl);
}

/* It was asked, nothing came of it, and that is all there is to store. */
static void
store_asked(struct poll *p, int64_t due, const char *why)
{
	struct pipeline *pl = p->pl;
	const struct slot *slot = poll_slot(p);
	struct rk_store_poll *sp = rk_xcalloc(1, sizeof(*sp));

	slot_state(slot, &sp->state);
	sp->arena = rk_arena_new(0);
	sp->now = engine_now(pl->e);
	sp->state.next_due = due;
	sp->state.last_poll = sp->now;
	sp->part = RK_STATE_ASKED;
	sp->state.why_next = rk_str(why);
	sp->source_id = slot->source->id;
	sp->route = slot->source->route;
	pl->storing++;
	pipeline_ticket(p);
	rk_storeq_poll(pl->e->storeq, &sp, on_asked_stored, p);
}

void
poll_drop(struct poll *p)
{
	struct pipeline *pl = p->pl;
	const struct slot *slot = poll_slot(p);
	bool asked = p->state == POLL_FETCHING || p->meta != NULL; /* meta: of its answer */

	twins_leave(pl, p->slot, engine_now(pl->e));
	if (asked && pl->scheduled && rk_keeps(RK_M_RESTART)) {
		/* the next start must not ask again at once (behaviour 27) */
		store_asked(p, slot_open(slot, engine_now(pl->e) + asked_wait(slot)),
		    "the program was stopped while the source was asked");
		return;
	}
	pipeline_ticket(p);
	pl->e->slots[p->slot].busy = false;
	poll_free(p);
	pipeline_settle(pl);
}

void
poll_again(struct poll *p)
{
	struct pipeline *pl = p->pl;
	int64_t due = engine_now(pl->e);

	pl->e->progress.done++;
	pl->e->progress.failed++;
	asked_forget(pl, p->slot);
	twins_leave(pl, p->slot, due);
	pipeline_ticket(p);
	pipeline_slot_done(pl, p->slot, due);
	poll_free(p);
	pipeline_settle(pl);
}

/* It answered, and we could not read it: not its fault. */
static void
poll_put_off(struct poll *p, const struct rk_err *err)
{
	struct pipeline *pl = p->pl;
	struct slot *slot = poll_slot(p);
	int64_t due = put_off(pl, slot);
	int64_t asked = slot_open(slot, engine_now(pl->e) + rk_due_asked(p->result.fresh_for));

	rk_log(RK_ERROR, "no worker could be started", "source", rk_cstr(slot->source->id),
	    "error", err->text, NULL);
	pl->e->progress.done++;
	pl->e->progress.failed++;
	store_asked(p, asked > due ? asked : due,
	    "no worker could be started to read what it answered");
	pipeline_admit(pl);
	pipeline_flush_if_last(pl);
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
	if (end == RK_WORK_OK && p->result.delta) {
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

	poll_work(p, body, &p->result, &work);
	p->state = POLL_PARSING;
	rk_pool_submit(p->e->pool, &work, on_parsed, p);
}

/* ---- fetching */

/* What the next steps need of the answer; the rest dies with the callback. */
static void
keep_result(struct poll *p, const struct rk_fetch_result *r)
{
	if (p->meta == NULL)
		p->meta = rk_arena_new(0);
	p->result = *r;
	rk_buf_init(&p->result.body, 0);
	p->result.effective_url = rk_arena_str(p->meta, r->effective_url);
	p->result.etag = rk_arena_str(p->meta, r->etag);
	p->result.last_modified = rk_arena_str(p->meta, r->last_modified);
	p->result.content_type = rk_arena_str(p->meta, r->content_type);
	p->result.hub = rk_arena_str(p->meta, r->hub);
	p->result.self = rk_arena_str(p->meta, r->self);
}

/* The answer to a poll's request, or to that of its twin. */
static void
answered(struct poll *p, struct rk_fetch_result *r)
{
	const struct slot *slot = poll_slot(p);
	struct rk_err none = { 0 };

	keep_result(p, r);
	if (r->kind != RK_FETCH_OK) {
		store_as(p, outcome_of(r), &r->err);
		return;
	}
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
		.fresh_for = -1, .date = RK_NO_TIME, .err = *err };

	rk_buf_init(&r.body, 0);
	r.effective_url = r.etag = r.last_modified = r.content_type = r.hub = r.self = rk_str("");
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

