/*
 * The ends of a poll: what came of it is stored, or nothing did, and when its source is
 * asked again then.
 */
#include "poll_int.h"

#include <ruamkhao/evidence.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
poll_free(struct poll *p)
{
	page_free(p->page);
	history_free(p->history);
	shared_history_leave(p->shared);
	rk_arena_free(p->meta);
	free(p);
}

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
not_stored(struct pipeline *pl, size_t i, int64_t asked, const struct rk_err *err)
{
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[i];
	int64_t due = put_off(pl, slot);

	if (!e->store_down)
		rk_log(RK_ERROR, "store failed", "source", rk_cstr(slot->source->id), "error",
		    err->text, NULL);
	e->store_failed = e->store_down = true;
	e->store_err = *err;
	e->progress.done++;
	e->progress.failed++;
	/* what the answer asked for holds, though it could not be kept */
	pipeline_slot_done(pl, i, asked > due ? asked : due);
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
		not_stored(pl, stored->slot, outcome_settled(sp, 0).next_due, err);
	}
	free(stored);
	pipeline_settle(pl);
}

void
slot_poll(const struct slot *slot, struct rk_arena *arena, struct rk_store_poll *sp)
{
	memset(sp, 0, sizeof(*sp));
	sp->arena = arena;
	sp->source_id = slot->source->id;
	sp->source_host = slot->source->host;
	if (rk_str_starts(sp->source_host, "www."))
		sp->source_host = rk_str_from(sp->source_host, 4);
	sp->priority = slot->source->priority;
}

void
slot_routes(const struct engine *e, const struct slot *slot, struct rk_store_poll *sp)
{
	const struct rk_regions *regions = e->config->regions;

	sp->route = source_route(e, slot->source, sp->arena);
	for (size_t i = 0; i < sp->ingest->n_entries; i++) {
		struct rk_entry *entry = &sp->ingest->entries[i];

		entry->route = rk_route_decide(regions, sp->arena, sp->route, entry->evidence,
		    engine_now(e), &entry->evidence);
	}
}

/* Those of a round that found nothing new: nearly all. */
static void
on_times_stored(
    void *cookie, const struct rk_poll_times *v, size_t n, const struct rk_err *err)
{
	struct pipeline *pl = cookie;
	struct engine *e = pl->e;

	pl->storing -= n;
	pl->flushed = false;
	if (err->kind == RK_E_NONE)
		store_works(e);
	for (size_t i = 0; i < n; i++) {
		struct slot *slot = &e->slots[v[i].asker];

		if (err->kind != RK_E_NONE) {
			not_stored(pl, v[i].asker, v[i].next_due, err);
			continue;
		}
		slot->put_off = 0;
		slot_keep_times(slot, &v[i]);
		e->progress.done++;
		e->progress.same++;
		pipeline_slot_done(pl, v[i].asker, v[i].next_due);
	}
	pipeline_settle(pl);
}

static void
store_times(struct pipeline *pl, size_t slot, const struct rk_source_state *s, bool why_same)
{
	struct rk_poll_times t = rk_poll_times_of(s, why_same);

	t.asker = (uint32_t)slot;
	rk_storeq_times(pl->e->storeq, &t, on_times_stored, pl);
}

static void
store_all(struct poll *p, struct rk_store_poll *sp)
{
	struct stored *stored = rk_xcalloc(1, sizeof(*stored));
	struct rk_store_poll *all = rk_xmalloc(sizeof(*all));

	*all = *sp;
	*stored = (struct stored){ .pl = p->pl, .slot = p->slot };
	if (sp->ingest != NULL) {
		stored->hub = rk_arena_str(sp->arena, p->result->hub);
		stored->topic = rk_arena_str(sp->arena, p->result->self);
		stored->bytes = rk_arena_used(sp->arena);
	}
	p->pl->storing_bytes += stored->bytes;
	rk_storeq_poll(p->e->storeq, &all, on_stored, stored);
}

/* An arena for what is stored without a document; most often it comes back at once. */
static struct rk_arena *
take_spare(struct pipeline *pl)
{
	struct rk_arena *arena = pl->spare != NULL ? pl->spare : rk_arena_new(0);

	pl->spare = NULL;
	return arena;
}

void
poll_store(struct poll *p, const struct ending *end, struct rk_ingest *ingest,
    struct rk_arena *arena)
{
	struct pipeline *pl = p->pl;
	struct engine *e = pl->e;
	struct slot *slot = &e->slots[p->slot];
	struct rk_store_poll sp;

	slot_poll(slot, arena != NULL ? arena : take_spare(pl), &sp);
	outcome_state(e, slot, p->result, end, sp.arena, &sp);
	sp.ingest = ingest;
	if (ingest != NULL)
		slot_routes(e, slot, &sp);
	else
		sp.part = slot_part(slot, &sp.state, &sp.why_same);
	sp.now = sp.state.last_poll;
	if (p->page != NULL)
		sp.trail = page_trail(p, sp.arena);
	sp.unfinished = end->unfinished;
	pl->storing++;
	pipeline_hold(pl, p->page != NULL ? hostq_host(pl->hosts, page_host(p)) : slot->host,
	    p->result);
	pipeline_ticket(p);
	if (ingest == NULL && sp.part == RK_STATE_TIMES && sp.trail == NULL) {
		store_times(pl, p->slot, &sp.state, sp.why_same);
		rk_arena_reset(sp.arena);
		pl->spare = sp.arena;
	} else {
		store_all(p, &sp);
	}
	poll_free(p);
	pipeline_soon(pl);
	pipeline_flush_if_last(pl);
}

/* ---- nothing came of it */

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

void
poll_put_off(struct poll *p, const struct rk_err *err)
{
	struct pipeline *pl = p->pl;
	struct slot *slot = poll_slot(p);
	int64_t due = put_off(pl, slot);
	int64_t asked = slot_open(slot, engine_now(pl->e) + rk_due_asked(p->result->fresh_for));

	rk_log(RK_ERROR, "no worker could be started", "source", rk_cstr(slot->source->id),
	    "error", err->text, NULL);
	pl->e->progress.done++;
	pl->e->progress.failed++;
	store_asked(p, asked > due ? asked : due,
	    "no worker could be started to read what it answered");
	pipeline_admit(pl);
	pipeline_flush_if_last(pl);
}
