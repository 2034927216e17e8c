/*
 * Tickets and the state of every poll: due -> queue of its host -> ticket -> fetch ->
 * parse -> store -> due again.
 *
 * Invariants: a slot is in at most one place (`busy`): its host's queue, or one poll. A
 * poll holds a ticket from its start until it is handed to the store. Every step first
 * clears what the poll had pending.
 */
#include "daemon_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/map.h>

#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX
/* Documents that wait for the store: more would only be memory. */
#define MAX_STORING_BYTES RK_MIB(16)
#define MAX_STORING 4096
#define SET_ASIDE_AFTER 3 /* crashes by the same body (F19) */
#define STORE_RETRY_S 60

enum poll_state { POLL_FETCHING, POLL_PARSING, POLL_STORING };

struct poll {
	struct pipeline *pl;
	size_t slot;
	enum poll_state state;
	struct rk_fetch *fetch;          /* pending while FETCHING */
	struct rk_fetch_result result;   /* strings in meta, body moved away */
	struct rk_arena *meta;           /* what of the answer must outlive it */
	uint64_t body_hash;
	size_t bytes;                    /* counted in storing_bytes */
};

/* The sources of one host, waiting for their turn there. */
struct host {
	size_t first, last; /* slots, chained by pl->next */
	bool runnable;      /* in the ring, or waiting in the heap */
};

struct pipeline {
	struct engine *e;
	struct rk_map *host_index; /* authority -> (void *)(index + 1) */
	struct host *hosts;
	size_t n_hosts;
	size_t *next;       /* of a slot: the next in its host's queue */
	size_t *ring;       /* runnable hosts, as many places as hosts */
	size_t ring_head, ring_n;
	struct rk_heap *waiting; /* hosts whose gap is not over, by monotonic ms */
	struct rk_heap *due;     /* slots by wall time; scheduled mode only */
	uv_timer_t timer;        /* the earlier of both */
	bool timer_open;
	size_t tickets, in_flight, storing;
	size_t storing_bytes, queued;
	bool scheduled, stopping, flushed;
	void (*idle)(void *cookie);
	void *idle_cookie;
};

static void admit(struct pipeline *);
static void arm(struct pipeline *);

/* ---- hosts */

static size_t
host_of(struct pipeline *pl, const struct slot *slot)
{
	uintptr_t found = (uintptr_t)rk_map_get(pl->host_index, slot->source->host);

	if (found == 0) {
		pl->hosts[pl->n_hosts] = (struct host){ NONE, NONE, false };
		found = ++pl->n_hosts;
		(void)rk_map_put(pl->host_index, slot->source->host, (void *)found);
	}
	return (size_t)found - 1;
}

static void
ring_push(struct pipeline *pl, size_t host)
{
	pl->ring[(pl->ring_head + pl->ring_n) % pl->e->n_slots] = host;
	pl->ring_n++;
	pl->hosts[host].runnable = true;
}

static size_t
ring_pop(struct pipeline *pl)
{
	size_t host = pl->ring[pl->ring_head];

	pl->ring_head = (pl->ring_head + 1) % pl->e->n_slots;
	pl->ring_n--;
	pl->hosts[host].runnable = false;
	return host;
}

static void
enqueue(struct pipeline *pl, size_t i)
{
	struct slot *slot = &pl->e->slots[i];
	struct host *h = &pl->hosts[slot->host];

	rk_assert(!slot->busy);
	slot->busy = true;
	pl->next[i] = NONE;
	if (h->first == NONE)
		h->first = i;
	else
		pl->next[h->last] = i;
	h->last = i;
	pl->queued++;
	if (!h->runnable)
		ring_push(pl, slot->host);
}

static size_t
dequeue(struct pipeline *pl, struct host *h)
{
	size_t i = h->first;

	h->first = pl->next[i];
	pl->queued--;
	return i;
}

/* ---- the end of a poll */

static void
check_idle(struct pipeline *pl)
{
	void (*idle)(void *) = pl->idle;

	if (pl->in_flight > 0 || pl->storing > 0 || pl->queued > 0 || idle == NULL)
		return;
	pl->idle = NULL;
	idle(pl->idle_cookie);
}

/* Nothing more will come for a while: the store need not wait for it. */
static void
flush_if_last(struct pipeline *pl)
{
	if (pl->storing > 0 && pl->in_flight == 0 && pl->queued == 0 && !pl->flushed) {
		pl->flushed = true;
		rk_storeq_flush(pl->e->storeq);
	}
}

static void
slot_done(struct pipeline *pl, size_t i, int64_t due)
{
	pl->e->slots[i].busy = false;
	if (pl->scheduled && !pl->stopping && pl->e->slots[i].source->enabled)
		rk_heap_set(pl->due, i, due);
}

static void
poll_free(struct poll *p)
{
	rk_arena_free(p->meta);
	free(p);
}

/* Gives the ticket back; its host may go on. */
static void
ticket_release(struct poll *p)
{
	struct pipeline *pl = p->pl;
	size_t host = pl->e->slots[p->slot].host;

	rk_assert(pl->in_flight > 0);
	pl->in_flight--;
	if (pl->hosts[host].first != NONE && !pl->hosts[host].runnable)
		ring_push(pl, host);
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

static void
on_stored(void *cookie, const struct rk_store_poll *sp, const struct rk_store_counts *counts,
    const struct rk_err *err)
{
	struct poll *p = cookie;
	struct pipeline *pl = p->pl;
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[p->slot];

	rk_assert(p->state == POLL_STORING);
	pl->storing--;
	pl->storing_bytes -= p->bytes;
	pl->flushed = false;
	if (err->kind == RK_E_NONE) {
		bool failing = sp->state.standing != RK_STANDING_OK;

		if (failing)
			rk_log(RK_WARN, "poll failed", "source", rk_cstr(slot->source->id),
			    "error", rk_cstr(sp->state.error), "next", rk_cstr(sp->state.why_next),
			    NULL);
		slot_keep(slot, &sp->state);
		count(pl, &sp->state, sp->ingest != NULL, counts);
		if (counts->added + counts->edited + counts->joined > 0)
			publisher_dirty(e->publisher);
		slot_done(pl, p->slot, slot->state.next_due);
	} else { /* the old state stays in force, validators too: asked again later */
		if (!e->store_failed)
			rk_log(RK_ERROR, "store failed", "source", rk_cstr(slot->source->id),
			    "error", err->text, NULL);
		e->store_failed = true;
		e->store_err = *err;
		e->progress.done++;
		e->progress.failed++;
		slot_done(pl, p->slot, engine_now(e) + STORE_RETRY_S);
	}
	poll_free(p);
	admit(pl);
	arm(pl);
	flush_if_last(pl);
	check_idle(pl);
}

/* From here the store owns arena and ingest. */
static void
store(struct poll *p, enum rk_outcome outcome, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err, bool died)
{
	struct pipeline *pl = p->pl;
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[p->slot];
	struct rk_store_poll *sp = rk_xcalloc(1, sizeof(*sp));

	if (arena == NULL) { /* without a document: the answer's own arena will do */
		arena = p->meta != NULL ? p->meta : rk_arena_new(0);
		p->meta = NULL;
	}
	sp->arena = arena;
	outcome_state(e, slot, &p->result, outcome, p->body_hash, ingest, err, died,
	    sp->arena, &sp->state);
	sp->ingest = ingest;
	sp->source_id = slot->source->id;
	sp->source_host = slot->source->host;
	if (rk_str_starts(sp->source_host, "www."))
		sp->source_host = rk_str_from(sp->source_host, 4);
	sp->route = slot->source->route;
	sp->priority = slot->source->priority;
	sp->now = sp->state.last_poll;
	p->state = POLL_STORING;
	p->bytes = ingest != NULL ? rk_arena_used(sp->arena) : 0;
	pl->storing_bytes += p->bytes;
	pl->storing++;
	ticket_release(p);
	rk_storeq_poll(e->storeq, &sp, on_stored, p);
	admit(pl);
	flush_if_last(pl);
}

/* A stop came first: nothing is stored, the source is as it was. */
static void
drop(struct poll *p)
{
	struct pipeline *pl = p->pl;

	ticket_release(p);
	pl->e->slots[p->slot].busy = false;
	poll_free(p);
	check_idle(pl);
}

/* ---- parsing */

static void
on_parsed(void *cookie, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	struct poll *p = cookie;

	rk_assert(p->state == POLL_PARSING);
	if (end == RK_WORK_STOPPED) {
		rk_arena_free(arena);
		drop(p);
		return;
	}
	if (end == RK_WORK_OK && ingest->n_warnings > 0)
		rk_log(RK_DEBUG, "document warning", "source",
		    rk_cstr(p->pl->e->slots[p->slot].source->id), "warning",
		    rk_cstr(ingest->warnings[0]), NULL);
	store(p, end == RK_WORK_OK ? RK_OUT_NEWS : RK_OUT_TROUBLE, ingest, arena, err,
	    end == RK_WORK_DIED || end == RK_WORK_TIMEOUT);
}

static void
parse(struct poll *p, struct rk_str body)
{
	struct engine *e = p->pl->e;
	const struct slot *slot = &e->slots[p->slot];
	struct rk_work work;

	memset(&work, 0, sizeof(work));
	work.body = body;
	work.content_type = p->result.content_type;
	work.url = p->result.effective_url;
	work.charset = slot->source->charset;
	work.timezone = slot->source->timezone;
	work.distrust = slot->source->distrust;
	work.now = engine_now(e);
	p->state = POLL_PARSING;
	rk_pool_submit(e->pool, &work, on_parsed, p);
}

/* ---- fetching */

/* What the next steps need of the answer; the rest dies with the callback. */
static void
keep_result(struct poll *p, const struct rk_fetch_result *r)
{
	p->meta = rk_arena_new(0);
	p->result = *r;
	rk_buf_init(&p->result.body, 0);
	p->result.effective_url = rk_arena_str(p->meta, r->effective_url);
	p->result.etag = rk_arena_str(p->meta, r->etag);
	p->result.last_modified = rk_arena_str(p->meta, r->last_modified);
	p->result.content_type = rk_arena_str(p->meta, r->content_type);
}

static void
on_fetched(void *cookie, struct rk_fetch_result *r)
{
	struct poll *p = cookie;
	struct slot *slot = &p->pl->e->slots[p->slot];
	struct rk_source_state *s = &slot->state;
	struct rk_err none = { 0 };

	rk_assert(p->state == POLL_FETCHING);
	p->fetch = NULL;
	if (r->kind == RK_FETCH_CANCELLED) {
		drop(p);
		return;
	}
	keep_result(p, r);
	if (r->kind != RK_FETCH_OK) {
		store(p, outcome_of(r), NULL, NULL, &r->err, false);
		return;
	}
	p->body_hash = rk_hash64(rk_buf_view(&r->body));
	if (p->body_hash == s->body_hash && s->same_body_crashes == 0) {
		store(p, RK_OUT_SAME, NULL, NULL, &none, false);
		return;
	}
	if (p->body_hash == s->body_hash && s->same_body_crashes >= SET_ASIDE_AFTER) {
		(void)rk_err_set(&none, RK_E_LIMIT,
		    "the document was set aside: it stopped the parser %u times",
		    s->same_body_crashes);
		store(p, RK_OUT_TROUBLE, NULL, NULL, &none, false);
		return;
	}
	parse(p, rk_buf_view(&r->body));
}

static void
start(struct pipeline *pl, size_t i)
{
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[i];
	const struct rk_source *source = slot->source;
	struct poll *p = rk_xcalloc(1, sizeof(*p));
	struct rk_fetch_req req;
	struct rk_err err = { 0 };

	p->pl = pl;
	p->slot = i;
	p->state = POLL_FETCHING;
	memset(&req, 0, sizeof(req));
	req.url = source->url;
	req.validator_url = slot->state.effective_url;
	req.etag = slot->state.etag;
	req.last_modified = slot->state.last_modified;
	req.user_agent = source->user_agent;
	req.ca_file = source->ca_file;
	req.proxy = source->proxy;
	req.headers = source->headers;
	req.n_headers = source->n_headers;
	req.max_body = e->config->fetch.max_body;
	pl->in_flight++;
	if (rk_fetch_start(e->fetcher, &req, on_fetched, p, &p->fetch, &err) != 0) {
		p->result.kind = RK_FETCH_REFUSED;
		p->result.retry_after = p->result.fresh_for = -1;
		store(p, RK_OUT_TROUBLE, NULL, NULL, &err, false);
	}
}

/* ---- admission */

static bool
room(const struct pipeline *pl)
{
	return pl->in_flight < pl->tickets && pl->storing < MAX_STORING
	    && pl->storing_bytes < MAX_STORING_BYTES && !pl->stopping;
}

static void
admit(struct pipeline *pl)
{
	struct engine *e = pl->e;

	/* a host that must wait leaves the ring, so this ends */
	while (pl->ring_n > 0 && room(pl)) {
		size_t host = ring_pop(pl);
		struct host *h = &pl->hosts[host];
		uint64_t wait;

		if (h->first == NONE)
			continue;
		wait = rk_fetch_host_wait(e->fetcher, e->slots[h->first].source->url);
		if (wait == 0) {
			size_t i = dequeue(pl, h);

			if (h->first != NONE)
				ring_push(pl, host);
			start(pl, i);
		} else if (wait != UINT64_MAX) {
			h->runnable = true;
			rk_heap_set(pl->waiting, host, (int64_t)(engine_ms(e) + wait));
		} /* else the end of a transfer there brings it back */
	}
}

static void
wake(struct pipeline *pl)
{
	int64_t ms = (int64_t)engine_ms(pl->e), now = engine_now(pl->e), due;
	size_t i;

	while (rk_heap_first(pl->waiting, &i, &due) && due <= ms) {
		rk_heap_drop(pl->waiting, i);
		pl->hosts[i].runnable = false;
		if (pl->hosts[i].first != NONE)
			ring_push(pl, i);
	}
	while (pl->scheduled && rk_heap_first(pl->due, &i, &due) && due <= now) {
		rk_heap_drop(pl->due, i);
		if (!pl->e->slots[i].busy)
			enqueue(pl, i);
	}
}

static void
on_timer(uv_timer_t *timer)
{
	struct pipeline *pl = timer->data;

	wake(pl);
	admit(pl);
	arm(pl);
}

static void
arm(struct pipeline *pl)
{
	int64_t due, ms = (int64_t)engine_ms(pl->e), wait = INT64_MAX;
	size_t i;

	if (pl->stopping)
		return;
	if (rk_heap_first(pl->waiting, &i, &due))
		wait = due - ms;
	if (pl->scheduled && rk_heap_first(pl->due, &i, &due)) {
		/* wall time may jump: look again at least once a minute */
		int64_t s = due - engine_now(pl->e);
		int64_t w = s > 60 ? 60000 : s * 1000;

		wait = w < wait ? w : wait;
	}
	if (wait == INT64_MAX)
		(void)uv_timer_stop(&pl->timer);
	else
		(void)uv_timer_start(&pl->timer, on_timer, wait > 0 ? (uint64_t)wait : 0, 0);
}

/* ---- life */

struct pipeline *
pipeline_new(struct engine *e)
{
	struct pipeline *pl = rk_xcalloc(1, sizeof(*pl));
	size_t n = e->n_slots;

	pl->e = e;
	pl->host_index = rk_map_new();
	pl->hosts = rk_xcalloc(n + 1, sizeof(*pl->hosts));
	pl->next = rk_xcalloc(n + 1, sizeof(*pl->next));
	pl->ring = rk_xcalloc(n + 1, sizeof(*pl->ring));
	for (size_t i = 0; i < n; i++)
		e->slots[i].host = host_of(pl, &e->slots[i]);
	pl->waiting = rk_heap_new(pl->n_hosts);
	pl->due = rk_heap_new(n);
	pl->tickets = e->config->fetch.connections;
	(void)uv_timer_init(e->loop, &pl->timer);
	pl->timer.data = pl;
	pl->timer_open = true;
	return pl;
}

void
pipeline_free(struct pipeline *pl)
{
	if (pl == NULL)
		return;
	rk_assert(!pl->timer_open && pl->in_flight == 0 && pl->storing == 0);
	rk_map_free(pl->host_index);
	rk_heap_free(pl->waiting);
	rk_heap_free(pl->due);
	free(pl->hosts);
	free(pl->next);
	free(pl->ring);
	free(pl);
}

void
pipeline_round(struct pipeline *pl, void (*idle)(void *cookie), void *cookie)
{
	struct engine *e = pl->e;
	int64_t now = engine_now(e);

	pl->idle = idle;
	pl->idle_cookie = cookie;
	for (size_t i = 0; i < e->n_slots; i++) {
		const struct slot *slot = &e->slots[i];

		if (!slot->source->enabled)
			continue;
		e->progress.sources++;
		if (slot->state.standing == RK_STANDING_GONE
		    || (slot->state.not_before != RK_NO_TIME && slot->state.not_before > now
		        && slot->state.not_before <= now + RK_MAX_HINT_S)) {
			e->progress.held++;
			e->progress.done++;
			continue;
		}
		enqueue(pl, i);
	}
	admit(pl);
	arm(pl);
	flush_if_last(pl);
	check_idle(pl);
}

void
pipeline_schedule(struct pipeline *pl)
{
	struct engine *e = pl->e;
	int64_t now = engine_now(e);

	int64_t *was = rk_xcalloc(e->n_slots + 1, sizeof(*was));
	int64_t *due = rk_xcalloc(e->n_slots + 1, sizeof(*due));

	pl->scheduled = true;
	for (size_t i = 0; i < e->n_slots; i++) {
		const struct slot *slot = &e->slots[i];
		bool asked = slot->source->enabled && slot->state.standing != RK_STANDING_GONE;

		was[i] = asked ? slot->state.next_due : INT64_MAX;
		due[i] = asked ? rk_due_first(slot->source, &slot->state, now) : INT64_MAX;
	}
	rk_due_oldest_first(was, due, e->n_slots, now);
	for (size_t i = 0; i < e->n_slots; i++) {
		if (due[i] != INT64_MAX)
			rk_heap_set(pl->due, i, due[i]);
	}
	free(was);
	free(due);
	arm(pl);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct pipeline *pl = handle->data;

	pl->timer_open = false;
}

void
pipeline_stop(struct pipeline *pl)
{
	if (pl->stopping)
		return;
	pl->stopping = true;
	pl->idle = NULL;
	uv_close((uv_handle_t *)&pl->timer, on_timer_closed);
}

bool
pipeline_closed(const struct pipeline *pl)
{
	return !pl->timer_open && pl->in_flight == 0 && pl->storing == 0;
}

size_t
pipeline_in_flight(const struct pipeline *pl)
{
	return pl->in_flight + pl->storing;
}
