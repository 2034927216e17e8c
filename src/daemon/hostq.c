/*
 * Who may ask a host next: the sources that are due stand in one queue for each host,
 * and polls that go on (a page's articles) wait for their turn there. When a host may
 * be asked, fetch/hosts says; who holds a ticket, pipeline.c.
 *
 * A host is in one place: in the ring (it may have room), in the heap (its gap is not
 * over), in the line of its server (an address behind several names, whose limits they
 * share), or in none: then it has nobody waiting, or fetch/ tells that it has a place.
 *
 * Of a line one host at a time is called: it stands in the ring, or in the heap until the
 * server's gap is over, and when it is through, however that ended, it calls the next.
 * Without one who was called the server is full, and fetch/ tells when it is not. So no
 * step walks over hosts, be there one server with all of them.
 */
#include "daemon_int.h"

#include <ruamkhao/map.h>
#include <ruamkhao/url.h>

#include <stdlib.h>
#include <string.h>

#define NONE       SIZE_MAX
#define NOBODY     UINT32_MAX /* as NONE, where half the memory will do */
#define CROWDED_MS 1000 /* from asking for a full host to the next time, where nobody tells */

/* The sources of one host, waiting for their turn there. */
struct host {
	size_t first, last; /* slots, chained by next */
	int64_t held;       /* not asked before, monotonic ms */
	uint32_t after;     /* the next in the line of its server */
	uint32_t called;    /* server + 1 whose line called it, 0 none */
	bool runnable;      /* in the ring, the heap or a line */
};

/* A server that some host waits for. */
struct server {
	uint32_t id;          /* as fetch/ names it */
	uint32_t first, last; /* hosts: the line */
	uint32_t next;        /* in its bucket, or of those that are free */
	bool called;          /* a host of the line was */
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
	struct server *servers;  /* as many places as hosts: each is in one line at most */
	uint32_t n_servers, free_servers; /* that ever were; a list */
	uint32_t *buckets;       /* of servers, by id */
	uint32_t n_buckets;      /* a power of two */
	size_t queued;           /* slots */
	size_t parked, parked_last;
	bool crowded;            /* some slot waits under another host than it asks */
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
		q->hosts[q->n_hosts] = (struct host){ .first = NONE, .last = NONE, .after = NOBODY };
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

/* ---- lines at servers */

static uint32_t *
bucket_of(struct hostq *q, uint32_t id)
{
	return &q->buckets[id & (q->n_buckets - 1)];
}

/* NOBODY: none waits for it. */
static uint32_t
server_find(struct hostq *q, uint32_t id)
{
	uint32_t s = *bucket_of(q, id);

	while (s != NOBODY && q->servers[s].id != id)
		s = q->servers[s].next;
	return s;
}

static uint32_t
server_at(struct hostq *q, uint32_t id)
{
	uint32_t s = server_find(q, id), *bucket = bucket_of(q, id);

	if (s != NOBODY)
		return s;
	s = q->free_servers;
	if (s != NOBODY)
		q->free_servers = q->servers[s].next;
	else
		s = q->n_servers++;
	rk_assert(s < q->places);
	q->servers[s] = (struct server){ .id = id, .first = NOBODY, .last = NOBODY, .next = *bucket };
	*bucket = s;
	return s;
}

static void
server_drop(struct hostq *q, uint32_t s)
{
	uint32_t *at = bucket_of(q, q->servers[s].id);

	while (*at != s)
		at = &q->servers[*at].next;
	*at = q->servers[s].next;
	q->servers[s].next = q->free_servers;
	q->free_servers = s;
}

static void
line_up(struct hostq *q, uint32_t s, size_t host, bool ahead)
{
	struct server *server = &q->servers[s];
	uint32_t x = (uint32_t)host;

	q->hosts[x].runnable = true;
	q->hosts[x].after = ahead ? server->first : NOBODY;
	if (server->first == NOBODY) {
		server->first = server->last = x;
	} else if (ahead) {
		server->first = x;
	} else {
		q->hosts[server->last].after = x;
		server->last = x;
	}
}

/* Nobody is called now: the first of the line is. */
static void
call_next(struct hostq *q, uint32_t s)
{
	struct server *server = &q->servers[s];
	uint32_t x = server->first;

	server->called = x != NOBODY;
	if (x == NOBODY) {
		server_drop(q, s);
		return;
	}
	server->first = q->hosts[x].after;
	q->hosts[x].called = s + 1;
	ring_push(q, x);
}

/* ---- hosts */

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

static void
wait_in_heap(struct hostq *q, size_t host, uint64_t wait)
{
	q->hosts[host].runnable = true;
	rk_heap_set(q->waiting, host, (int64_t)(engine_ms(q->e) + wait));
}

/* It must wait for its server. by: whose line had called it, or NOBODY. */
static void
wait_at_server(struct hostq *q, size_t host, uint32_t id, uint64_t wait, uint32_t by)
{
	uint32_t s = server_at(q, id);
	bool again = by == s;

	if (by != NOBODY && !again)
		call_next(q, by);
	if (wait == UINT64_MAX) {
		line_up(q, s, host, again);
		if (again)
			q->servers[s].called = false;
	} else if (again || !q->servers[s].called) { /* it waits for the gap's end, for all */
		q->servers[s].called = true;
		q->hosts[host].called = s + 1;
		wait_in_heap(q, host, wait);
	} else {
		line_up(q, s, host, false);
	}
}

bool
hostq_next(struct hostq *q, size_t *i)
{
	while (q->ring_n > 0) { /* a host that must wait leaves the ring: this ends */
		size_t host = ring_pop(q);
		struct host *h = &q->hosts[host];
		uint32_t by = h->called == 0 ? NOBODY : h->called - 1, server = 0;
		bool found = h->first != NONE;
		uint64_t wait = 0;

		h->called = 0;
		if (found)
			wait = rk_fetch_server_wait(q->e->fetcher,
			    slot_url(&q->e->slots[h->first]), &server);
		if (server != 0) {
			wait_at_server(q, host, server, wait, by);
			continue;
		}
		if (by != NOBODY) /* before this one's next slot */
			call_next(q, by);
		if (wait > 0 && (wait < UINT64_MAX || q->crowded))
			wait_in_heap(q, host, wait < UINT64_MAX ? wait : CROWDED_MS);
		if (!found || wait > 0)
			continue;
		*i = h->first;
		h->first = q->next[*i];
		q->queued--;
		if (h->first != NONE)
			ring_push(q, host);
		return true;
	}
	return false;
}

void
hostq_freed(struct hostq *q, struct rk_str name, uint32_t server)
{
	size_t host = name.n > 0 ? hostq_host(q, name) : NONE;
	uint32_t s = server != 0 ? server_find(q, server) : NOBODY;

	/* who waited for the server goes before the one that had it */
	if (s != NOBODY && !q->servers[s].called)
		call_next(q, s);
	if (host != NONE && q->hosts[host].first != NONE && !q->hosts[host].runnable)
		ring_push(q, host);
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
		ring_push(q, host); /* only who has somebody waiting is there */
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

	if (host != NONE)
		q->e->slots[i].host = (uint32_t)host;
	else /* it waits where it did; its requests are few */
		q->crowded = true;
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
	q->servers = rk_xcalloc(q->places, sizeof(*q->servers));
	q->free_servers = NOBODY;
	for (q->n_buckets = 64; q->n_buckets < q->places / 2;)
		q->n_buckets *= 2;
	q->buckets = rk_xcalloc(q->n_buckets, sizeof(*q->buckets));
	memset(q->buckets, 0xff, q->n_buckets * sizeof(*q->buckets)); /* NOBODY */
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
	free(q->servers);
	free(q->buckets);
	free(q->hosts);
	free(q->next);
	free(q->ring);
	free(q);
}
