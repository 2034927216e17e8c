/*
 * Who may ask a host next: the sources that are due stand in one queue for each host,
 * and polls that go on (a page's articles) wait for their turn there. When a host may
 * be asked, fetch/hosts says; who holds a ticket, pipeline.c.
 *
 * A host is in one place: in the ring (it may have room), in the heap (its gap is not
 * over), or in neither: then it has nobody waiting, or the end of a transfer there
 * brings it back.
 */
#include "daemon_int.h"

#include <ruamkhao/map.h>
#include <ruamkhao/url.h>

#include <stdlib.h>

#define NONE SIZE_MAX

/* The sources of one host, waiting for their turn there. */
struct host {
	size_t first, last; /* slots, chained by next */
	int64_t held;       /* not asked before, monotonic ms */
	bool runnable;      /* in the ring, or waiting in the heap */
	bool full;          /* in neither, though somebody waits: as many transfers run
	                       there as may */
};

struct hostq {
	struct engine *e;
	struct rk_map *index; /* host -> (void *)(index + 1) */
	struct host *hosts;
	size_t n_hosts, places;
	size_t *next;       /* of a slot: the next in its host's queue */
	size_t *ring;       /* runnable hosts, as many places as hosts */
	size_t ring_head, ring_n;
	struct rk_heap *waiting; /* hosts whose gap is not over, by monotonic ms */
	size_t queued;           /* slots */
	size_t n_full;           /* hosts */
	size_t parked, parked_last;
	struct turn *turns;      /* a few: each holds a ticket */
};

/* NONE: there is no place for another host. */
static size_t
host_of(struct hostq *q, const struct slot *slot)
{
	const struct rk_moved *m = slot->moved;
	struct rk_str name = slot->source->host;
	struct rk_url to;
	uintptr_t found;

	if (m != NULL && m->url.n > 0 && rk_url_parse(m->url, &to, NULL) == 0)
		name = rk_arena_str(q->e->arena, rk_str(to.host));
	found = (uintptr_t)rk_map_get(q->index, name);
	if (found == 0) {
		if (q->n_hosts == q->places)
			return NONE;
		q->hosts[q->n_hosts] = (struct host){ .first = NONE, .last = NONE };
		found = ++q->n_hosts;
		(void)rk_map_put(q->index, name, (void *)found);
	}
	return (size_t)found - 1;
}

static void
ring_push(struct hostq *q, size_t host)
{
	q->ring[(q->ring_head + q->ring_n) % q->places] = host;
	q->ring_n++;
	q->hosts[host].runnable = true;
	q->n_full -= q->hosts[host].full;
	q->hosts[host].full = false;
}

static size_t
ring_pop(struct hostq *q)
{
	size_t host = q->ring[q->ring_head];

	q->ring_head = (q->ring_head + 1) % q->places;
	q->ring_n--;
	q->hosts[host].runnable = false;
	return host;
}

static void
push(struct hostq *q, size_t i)
{
	size_t host = q->e->slots[i].host;
	struct host *h = &q->hosts[host];

	q->next[i] = NONE;
	if (h->first == NONE)
		h->first = i;
	else
		q->next[h->last] = i;
	h->last = i;
	if (!h->runnable)
		ring_push(q, host);
}

void
hostq_add(struct hostq *q, size_t i)
{
	q->queued++;
	push(q, i);
}

bool
hostq_next(struct hostq *q, size_t *i)
{
	while (q->ring_n > 0) { /* a host that must wait leaves the ring: this ends */
		size_t host = ring_pop(q);
		struct host *h = &q->hosts[host];
		uint64_t wait;

		if (h->first == NONE)
			continue;
		wait = rk_fetch_host_wait(q->e->fetcher, slot_url(&q->e->slots[h->first]));
		if (wait == 0) {
			*i = h->first;
			h->first = q->next[*i];
			q->queued--;
			if (h->first != NONE)
				ring_push(q, host);
			return true;
		}
		if (wait == UINT64_MAX) {
			h->full = true;
			q->n_full++;
		} else {
			h->runnable = true;
			rk_heap_set(q->waiting, host, (int64_t)(engine_ms(q->e) + wait));
		}
	}
	return false;
}

void
hostq_ended(struct hostq *q, size_t host, bool elsewhere)
{
	if (host != NONE && q->hosts[host].first != NONE && !q->hosts[host].runnable)
		ring_push(q, host);
	for (size_t i = 0; elsewhere && q->n_full > 0 && i < q->n_hosts; i++) {
		if (q->hosts[i].full && !q->hosts[i].runnable)
			ring_push(q, i);
	}
	for (struct turn *t = q->turns; t != NULL; t = t->next) {
		if (t->due == INT64_MAX)
			t->due = INT64_MIN;
	}
}

void
hostq_wake(struct hostq *q, int64_t ms)
{
	int64_t due;
	size_t host;

	while (rk_heap_first(q->waiting, &host, &due) && due <= ms) {
		rk_heap_drop(q->waiting, host);
		q->hosts[host].runnable = false;
		if (q->hosts[host].first != NONE)
			ring_push(q, host);
	}
}

bool
hostq_first(const struct hostq *q, int64_t *ms)
{
	size_t host;
	bool found = rk_heap_first(q->waiting, &host, ms);

	for (const struct turn *t = q->turns; t != NULL; t = t->next) {
		if (t->due < INT64_MAX && (!found || t->due < *ms)) {
			*ms = t->due;
			found = true;
		}
	}
	return found;
}

size_t
hostq_count(const struct hostq *q)
{
	return q->queued;
}

/* ---- slots that may not start yet for another reason */

void
hostq_park(struct hostq *q, size_t i)
{
	q->queued++;
	q->next[i] = NONE;
	if (q->parked == NONE)
		q->parked = i;
	else
		q->next[q->parked_last] = i;
	q->parked_last = i;
}

void
hostq_unpark(struct hostq *q)
{
	size_t i = q->parked;

	if (i == NONE)
		return;
	q->parked = q->next[i];
	push(q, i);
}

void
hostq_moved(struct hostq *q, size_t i)
{
	size_t host = host_of(q, &q->e->slots[i]);

	if (host != NONE) /* else it waits where it did; its requests are few */
		q->e->slots[i].host = (uint32_t)host;
}

void
hostq_hold(struct hostq *q, size_t host, int64_t until)
{
	if (until > q->hosts[host].held)
		q->hosts[host].held = until;
}

int64_t
hostq_held(const struct hostq *q, size_t host)
{
	return q->hosts[host].held;
}

/* ---- turns */

size_t
hostq_host(const struct hostq *q, struct rk_str host)
{
	uintptr_t found = (uintptr_t)rk_map_get(q->index, host);

	return found == 0 ? NONE : (size_t)found - 1;
}

void
hostq_turn(struct hostq *q, struct turn *t, int64_t not_before)
{
	struct turn **at = &q->turns;

	t->due = not_before;
	t->let_by = false;
	t->next = NULL;
	while (*at != NULL)
		at = &(*at)->next;
	*at = t;
}

/*
 * First come, first served, but for sources that wait for the same host: they go before
 * every second turn, so that neither keeps the other away.
 */
struct turn *
hostq_turn_ready(struct hostq *q, int64_t ms)
{
	struct turn **at = &q->turns, *t;

	while ((t = *at) != NULL) {
		uint64_t wait;

		if (t->due > ms) {
			at = &t->next;
			continue;
		}
		wait = rk_fetch_host_wait(q->e->fetcher, t->url);
		if (wait == 0 && !t->let_by && t->host != NONE && q->hosts[t->host].first != NONE) {
			t->let_by = true;
			wait = 1;
		}
		if (wait == 0) {
			*at = t->next;
			return t;
		}
		t->due = wait == UINT64_MAX ? INT64_MAX : ms + (int64_t)wait;
		at = &t->next;
	}
	return NULL;
}

struct turn *
hostq_turn_any(struct hostq *q)
{
	struct turn *t = q->turns;

	if (t != NULL)
		q->turns = t->next;
	return t;
}

/* ---- life */

struct hostq *
hostq_new(struct engine *e)
{
	struct hostq *q = rk_xcalloc(1, sizeof(*q));
	size_t n = e->n_slots;

	q->e = e;
	q->index = rk_map_new();
	q->places = n + n / 8 + 64; /* sources that move later bring further hosts */
	q->hosts = rk_xcalloc(q->places, sizeof(*q->hosts));
	q->next = rk_xcalloc(n + 1, sizeof(*q->next));
	q->ring = rk_xcalloc(q->places, sizeof(*q->ring));
	q->parked = NONE;
	for (size_t i = 0; i < n; i++)
		e->slots[i].host = (uint32_t)host_of(q, &e->slots[i]);
	q->waiting = rk_heap_new(q->places);
	return q;
}

void
hostq_free(struct hostq *q)
{
	if (q == NULL)
		return;
	rk_map_free(q->index);
	rk_heap_free(q->waiting);
	free(q->hosts);
	free(q->next);
	free(q->ring);
	free(q);
}
