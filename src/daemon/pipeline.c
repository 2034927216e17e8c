/*
 * Tickets and the state of every poll: due -> queue of its host -> ticket -> fetch ->
 * parse -> store -> due again.
 *
 * Invariants: a slot is in at most one place (`busy`): its host's queue, or one poll. A
 * poll holds a ticket from its start until it is handed to the store. Every step first
 * clears what the poll had pending.
 */
#include "poll_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/url.h>

#include <stdlib.h>

/* Documents that wait for the store: more would only be memory. */
#define MAX_STORING_BYTES RK_MIB(16)
#define MAX_STORING (2 * RK_BATCH_STATES)
#define LOOK_MS 60000 /* the wall clock may jump: looked at once a minute at least */

static void arm(struct pipeline *);

/* ---- the time of the heap */

int64_t
pipeline_heap_now(const struct pipeline *pl)
{
	return rk_keeps(RK_M_CLOCK) ? (int64_t)engine_ms(pl->e) : engine_now(pl->e) * 1000;
}

/* From wall time, which may be set anew while we wait. */
static int64_t
heap_time(const struct pipeline *pl, int64_t due)
{
	int64_t now = engine_now(pl->e);

	return due > now ? pipeline_heap_now(pl) + (due - now) * 1000 : pipeline_heap_now(pl);
}

/* ---- the end of a poll */

static void
check_idle(struct pipeline *pl)
{
	void (*idle)(void *) = pl->idle;

	if (pl->in_flight > 0 || pl->storing > 0 || hostq_count(pl->hosts) > 0 || idle == NULL)
		return;
	pl->idle = NULL;
	idle(pl->idle_cookie);
}

/* Nothing more will come for a while: the store need not wait for it. */
void
pipeline_flush_if_last(struct pipeline *pl)
{
	if (pl->storing > 0 && pl->in_flight == 0 && hostq_count(pl->hosts) == 0 && !pl->flushed) {
		pl->flushed = true;
		rk_storeq_flush(pl->e->storeq);
	}
}

void
pipeline_slot_done(struct pipeline *pl, size_t i, int64_t due)
{
	pl->e->slots[i].busy = false;
	if (pl->scheduled && !pl->stopping && pl->e->slots[i].source->enabled)
		rk_heap_set(pl->due, i, heap_time(pl, due));
}

/* Gives the ticket back. */
void
pipeline_ticket(struct poll *p)
{
	struct pipeline *pl = p->pl;

	rk_assert(pl->in_flight > 0);
	pl->in_flight--;
	if (p->page != NULL || p->history != NULL) {
		rk_assert(pl->pages > 0);
		pl->pages--;
		hostq_unpark(pl->hosts);
	}
}

void
pipeline_hurry(struct pipeline *pl, size_t i)
{
	const struct slot *slot;

	if (i >= pl->e->n_slots || !pl->scheduled || pl->stopping)
		return;
	slot = &pl->e->slots[i];
	/* one that is being polled, or fails, is due by what comes of that */
	if (slot->busy || !slot->source->enabled || slot->standing != RK_STANDING_OK)
		return;
	rk_heap_set(pl->due, i, heap_time(pl, outcome_due_unpushed(slot)));
	arm(pl);
}

/* ---- admission */

static bool
room(const struct pipeline *pl)
{
	return pl->in_flight < pl->tickets && pl->storing < MAX_STORING
	    && pl->storing_bytes < MAX_STORING_BYTES && !pl->stopping
	    && (!network_lost(pl->network) || (pl->in_flight == 0
	        && network_probe_ms(pl->network) <= (int64_t)engine_ms(pl->e)));
}

static bool
is_page(const struct pipeline *pl, size_t i)
{
	return pl->e->slots[i].source->page != NULL;
}

/* Its turn has come, or the end has. */
static void
go_on(struct poll *p)
{
	void (*archive)(struct poll *) = poll_stopping(p) ? poll_drop : history_turn;
	void (*page)(struct poll *) = poll_stopping(p) ? page_stopped : page_turn;

	(p->history != NULL ? archive : page)(p);
}

/* Of an address, as redirects lead there; SIZE_MAX: none that has sources. */
static size_t
host_at(const struct pipeline *pl, struct rk_str url)
{
	struct rk_url at;

	return rk_url_parse(url, &at, NULL) == 0 ? hostq_host(pl->hosts, rk_str(at.host)) : SIZE_MAX;
}

void
pipeline_hold(struct pipeline *pl, size_t host, const struct rk_fetch_result *r)
{
	int64_t asked = rk_keeps(RK_M_RETRY_AFTER) ? r->retry_after : -1;
	int64_t wait = asked < 0 ? RK_MIN_EVERY_S : rk_due_asked(asked);

	if (r->status != 429)
		return;
	if (r->redirects > 0 && r->effective_url.n > 0) /* who says it, not who led there */
		host = host_at(pl, r->effective_url);
	if (host != SIZE_MAX)
		hostq_hold(pl->hosts, host, (int64_t)engine_ms(pl->e) + wait * 1000);
}

/* Another source of its host was asked to wait (429): so does this one. */
static bool
held_back(struct pipeline *pl, size_t i)
{
	const struct slot *slot = &pl->e->slots[i];
	int64_t left = hostq_held(pl->hosts, slot->host) - (int64_t)engine_ms(pl->e), again;
	size_t n;

	if (left <= 0)
		return false;
	again = slot_open(slot, engine_now(pl->e) + left / 1000 + 1);
	n = 1 + twins_leave(pl, i, again);
	if (!pl->scheduled) {
		pl->e->progress.held += n;
		pl->e->progress.done += n;
	}
	pipeline_slot_done(pl, i, again);
	return true;
}

void
pipeline_admit(struct pipeline *pl)
{
	struct turn *turn;
	size_t i;

	while (!pl->stopping
	    && (turn = hostq_turn_ready(pl->hosts, (int64_t)engine_ms(pl->e))) != NULL)
		go_on(turn->owner);
	while (room(pl) && hostq_next(pl->hosts, &i)) {
		if (held_back(pl, i))
			continue;
		if (is_page(pl, i) && pl->pages > 0 && pl->pages >= pl->tickets / 2)
			hostq_park(pl->hosts, i);
		else
			poll_start(pl, i);
	}
}

static void
enqueue(struct pipeline *pl, size_t i)
{
	rk_assert(!pl->e->slots[i].busy);
	pl->e->slots[i].busy = true;
	if (!twins_follow(pl, i))
		hostq_add(pl->hosts, i);
}

/* It was due before an hour that it asks to skip, and that has begun. */
static bool
late_into_skipped(struct pipeline *pl, size_t i)
{
	const struct slot *slot = &pl->e->slots[i];
	int64_t now = engine_now(pl->e), open = slot_open(slot, now);

	if (open > now)
		rk_heap_set(pl->due, i, heap_time(pl, open));
	return open > now;
}

static void
take_due(struct pipeline *pl)
{
	int64_t now = pipeline_heap_now(pl), due;
	size_t i;

	hostq_wake(pl->hosts, (int64_t)engine_ms(pl->e));
	while (pl->scheduled && rk_heap_first(pl->due, &i, &due) && due <= now) {
		if (network_lost(pl->network)
		    && (hostq_count(pl->hosts) > 0 || pl->in_flight > 0))
			break;
		rk_heap_drop(pl->due, i);
		if (!pl->e->slots[i].busy && !late_into_skipped(pl, i))
			enqueue(pl, i);
	}
}

static void
on_timer(uv_timer_t *timer)
{
	struct pipeline *pl = timer->data;

	pl->soon = false;
	pipeline_wake(pl);
}

void
pipeline_soon(struct pipeline *pl)
{
	if (pl->soon || pl->stopping)
		return;
	pl->soon = true;
	(void)uv_timer_start(&pl->timer, on_timer, 0, 0);
}

void
pipeline_wake(struct pipeline *pl)
{
	take_due(pl);
	pipeline_settle(pl);
}

int64_t
pipeline_next_ms(const struct pipeline *pl)
{
	int64_t ms = (int64_t)engine_ms(pl->e), next, due;
	size_t i;

	if (!hostq_first(pl->hosts, &next))
		next = INT64_MAX;
	if (pl->scheduled && rk_heap_first(pl->due, &i, &due)) {
		due += ms - pipeline_heap_now(pl);
		next = due < next ? due : next;
	}
	if (!network_lost(pl->network))
		return next;
	if (pl->in_flight > 0) /* running polls may wait for a turn */
		return hostq_first(pl->hosts, &next) ? next : INT64_MAX;
	due = network_probe_ms(pl->network);
	return hostq_count(pl->hosts) > 0 || next < due ? due : next;
}

static void
arm(struct pipeline *pl)
{
	int64_t next, ms = (int64_t)engine_ms(pl->e);

	if (pl->stopping || pl->soon)
		return;
	next = pipeline_next_ms(pl);
	if (next == INT64_MAX)
		(void)uv_timer_stop(&pl->timer);
	else
		(void)uv_timer_start(&pl->timer, on_timer, next <= ms ? 0
		    : next - ms > LOOK_MS ? LOOK_MS : (uint64_t)(next - ms), 0);
}

void
poll_turn(struct poll *p, struct turn *turn, int64_t not_before)
{
	p->state = POLL_TURN;
	turn->owner = p;
	hostq_turn(p->pl->hosts, turn, not_before);
	arm(p->pl);
}

/* Most often the end of a poll follows, which goes on by itself; not that of a hop. */
static void
on_freed(void *cookie, struct rk_str host, uint32_t server)
{
	struct pipeline *pl = cookie;

	hostq_freed(pl->hosts, host, server);
	pipeline_soon(pl);
}

void
pipeline_settle(struct pipeline *pl)
{
	pipeline_admit(pl);
	arm(pl);
	pipeline_flush_if_last(pl);
	check_idle(pl);
}

/* ---- life */

/* A host that asked us to wait before the start, and if it did not say how long, as
 * pipeline_hold does. Which hop of a redirected source said it was not noted: both ends. */
static void
hold_again(struct pipeline *pl, const struct slot *slot)
{
	int64_t until = stamp_time(slot->not_before), now = engine_now(pl->e), ms;
	struct rk_source_state s;
	size_t host;

	if (slot->http_status != 429)
		return;
	if (until == RK_NO_TIME && slot->last_poll != 0)
		until = stamp_time(slot->last_poll) + RK_MIN_EVERY_S;
	if (until == RK_NO_TIME || until <= now || until > now + RK_MAX_HINT_S)
		return;
	ms = (int64_t)engine_ms(pl->e) + (until - now) * 1000;
	hostq_hold(pl->hosts, slot->host, ms);
	slot_state(slot, &s);
	if (s.effective_url.n > 0 && (host = host_at(pl, s.effective_url)) != SIZE_MAX)
		hostq_hold(pl->hosts, host, ms);
}

int64_t
pipeline_lost_since(const struct pipeline *pl)
{
	return pl != NULL && network_lost(pl->network) ? network_since(pl->network) : RK_NO_TIME;
}

struct pipeline *
pipeline_new(struct engine *e)
{
	struct pipeline *pl = rk_xcalloc(1, sizeof(*pl));

	pl->e = e;
	pl->hosts = hostq_new(e);
	pl->due = rk_heap_new(e->n_slots);
	pl->network = network_new();
	pl->twins = twins_new(e);
	for (size_t i = 0; i < e->n_slots; i++)
		hold_again(pl, &e->slots[i]);
	pl->tickets = e->config->fetch.connections;
	(void)uv_timer_init(e->loop, &pl->timer);
	pl->timer.data = pl;
	pl->timer_open = true;
	if (e->fetcher != NULL)
		rk_fetcher_on_freed(e->fetcher, on_freed, pl);
	return pl;
}

void
pipeline_free(struct pipeline *pl)
{
	if (pl == NULL)
		return;
	rk_assert(!pl->timer_open && pl->in_flight == 0 && pl->storing == 0);
	askbook_free(pl->asked);
	rk_arena_free(pl->spare);
	hostq_free(pl->hosts);
	rk_heap_free(pl->due);
	network_free(pl->network);
	twins_free(pl->twins);
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
		if (slot->standing == RK_STANDING_GONE
		    || (slot->not_before != 0 && slot->not_before > now
		        && slot->not_before <= now + RK_MAX_HINT_S)) {
			e->progress.held++;
			e->progress.done++;
			continue;
		}
		enqueue(pl, i);
	}
	pipeline_admit(pl);
	arm(pl);
	pipeline_flush_if_last(pl);
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
	if (rk_keeps(RK_M_RESTART)) {
		pl->asked = askbook_new(e);
		asked_recall(pl);
	}
	for (size_t i = 0; i < e->n_slots; i++) {
		const struct slot *slot = &e->slots[i];
		bool asked = slot->source->enabled && slot->standing != RK_STANDING_GONE;
		struct rk_source_state state;

		slot_state(slot, &state);
		was[i] = asked ? slot->next_due : INT64_MAX;
		due[i] = asked ? rk_due_first(slot->source, &state, now) : INT64_MAX;
	}
	rk_due_oldest_first(was, due, e->n_slots, now);
	for (size_t i = 0; i < e->n_slots; i++) {
		if (due[i] != INT64_MAX)
			rk_heap_set(pl->due, i, heap_time(pl, due[i]));
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
	struct turn *turn;

	if (pl->stopping)
		return;
	pl->stopping = true;
	pl->idle = NULL;
	while ((turn = hostq_turn_any(pl->hosts)) != NULL)
		go_on(turn->owner);
	uv_close((uv_handle_t *)&pl->timer, on_timer_closed);
}

bool
pipeline_closed(const struct pipeline *pl)
{
	return !pl->timer_open && pl->in_flight == 0 && pl->storing == 0;
}
