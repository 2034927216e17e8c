/*
 * Subscriptions at sources' hubs (W3C WebSub): found with the document, asked for,
 * confirmed, renewed, taken back. Polls go on all the time, only less often while pushes
 * come (RELIABILITY 2.61).
 */
#include "websub_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/sign.h>
#include <ruamkhao/url.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLBACK_BYTES 20 /* random: nobody guesses where we listen */
#define SECRET_BYTES   32

/* ---- one subscription */

bool
sub_is_open(const struct sub *s)
{
	return !s->dead && s->row.state == RK_SUB_ACTIVE && s->row.until != RK_NO_TIME &&
	       s->row.until > engine_now(s->w->e);
}

void
sub_error(struct sub *s, const char *text)
{
	(void)snprintf(s->error, sizeof(s->error), "%s", text);
	s->row.error = rk_str(s->error);
}

int64_t
sub_due(const struct sub *s)
{
	if (s->dead || s->row.next == RK_NO_TIME)
		return INT64_MAX;
	return s->row.state == RK_SUB_ACTIVE && s->row.until < s->row.next ? s->row.until
	                                                                   : s->row.next;
}

void
sub_keep(struct sub *s)
{
	rk_storeq_sub(s->w->e->storeq, &s->row, s->dead);
	websub_arm(s->w, sub_due(s));
}

void
sub_forget(struct sub *s)
{
	s->dead = true;
	push_drop_all(s);
	sub_keep(s);
}

void
sub_lapse(struct sub *s)
{
	struct websub *w = s->w;
	size_t slot = s->slot;

	if (slot != NO_SLOT && w->of_slot[slot] == s)
		w->of_slot[slot] = NULL;
	sub_forget(s);
	pipeline_hurry(w->e->pipeline, slot);
}

static void
free_sub(struct sub *s)
{
	rk_arena_free(s->arena);
	free(s);
}

void
websub_sweep(struct websub *w)
{
	struct sub *s, **at = &w->subs;

	while ((s = *at) != NULL) {
		if (!s->dead || s->fetch != NULL || s->n_pushes > 0) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		(void)rk_map_drop(w->by_callback, s->row.callback);
		free_sub(s);
	}
}

static struct sub *
add(struct websub *w, const struct rk_sub_row *row)
{
	struct sub *s = rk_xcalloc(1, sizeof(*s));
	struct rk_str *texts[] = {&s->row.callback, &s->row.source_url, &s->row.hub,
	    &s->row.topic, &s->row.secret};

	s->w = w;
	s->arena = rk_arena_new(0);
	s->row = *row;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = rk_arena_str(s->arena, *texts[i]);
	sub_error(s, rk_cstr(row->error));
	s->slot = NO_SLOT;
	s->next = w->subs;
	w->subs = s;
	(void)rk_map_put(w->by_callback, s->row.callback, s);
	return s;
}

/* ---- what a source's document says */

static void
leave(struct sub *s)
{
	struct websub *w = s->w;
	bool open = sub_is_open(s);
	size_t slot = s->slot;

	if (s->slot != NO_SLOT && w->of_slot[s->slot] == s)
		w->of_slot[s->slot] = NULL;
	push_drop_all(s);
	s->asked = false;
	if (s->row.state == RK_SUB_DENIED) { /* there is nothing at the hub */
		sub_forget(s);
		return;
	}
	s->row.state = RK_SUB_LEAVING;
	s->row.tries = 0;
	s->row.next = engine_now(w->e);
	sub_keep(s);
	if (open && slot != NO_SLOT)
		pipeline_hurry(w->e->pipeline, slot);
}

static void
subscribe(struct websub *w, size_t slot, struct rk_str hub, struct rk_str topic)
{
	char callback[2 * CALLBACK_BYTES + 1], secret[2 * SECRET_BYTES + 1];
	struct rk_sub_row row = {.source = w->e->slots[slot].row,
	    .source_url = w->e->slots[slot].source->url,
	    .hub = hub,
	    .topic = topic,
	    .state = RK_SUB_WANTED,
	    .until = RK_NO_TIME,
	    .next = engine_now(w->e),
	    .last_push = RK_NO_TIME,
	    .last_miss = RK_NO_TIME,
	    .error = RK_STR("")};

	rk_random_hex(callback, CALLBACK_BYTES);
	rk_random_hex(secret, SECRET_BYTES);
	row.callback = rk_str(callback);
	row.secret = rk_str(secret);
	w->of_slot[slot] = add(w, &row);
	w->of_slot[slot]->slot = slot;
	sub_keep(w->of_slot[slot]);
}

/* The source's own subscription, or that of a twin, which serves them all. */
static struct sub *
sub_of(const struct websub *w, size_t slot)
{
	size_t k = slot;

	if (!w->on)
		return NULL;
	do {
		if (w->of_slot[k] != NULL)
			return w->of_slot[k];
		k = twins_next(w->e->pipeline, k);
	} while (k != slot);
	return NULL;
}

/* A document may name another hub or topic each time it is read: one change at a time is
 * followed at once, further ones once a day. */
static bool
may_subscribe(struct websub *w, size_t slot)
{
	const uint64_t day = (uint64_t)RK_HUB_CHANGE_S * 1000, now = engine_ms(w->e);
	uint64_t *next = &w->next_ms[slot];

	if (*next > now + day)
		return false;
	*next = (*next > now ? *next : now) + day;
	return true;
}

void
websub_found(struct websub *w, size_t slot, struct rk_str hub, struct rk_str topic)
{
	struct sub *s;
	struct rk_url url;

	if (!w->on || w->stopping)
		return;
	if ((s = sub_of(w, slot)) != NULL)
		slot = s->slot;
	if (hub.n > 0 && (rk_url_parse(hub, &url, NULL) != 0 || topic.n == 0 ||
			     !engine_port_allowed(w->e, w->e->slots[slot].source->url, hub)))
		hub = RK_STR("");
	if (s != NULL && rk_str_eq(s->row.hub, hub) && rk_str_eq(s->row.topic, topic)) {
		s->lapses = false;
		return;
	}
	if (hub.n > 0 && !may_subscribe(w, slot)) {
		if (s != NULL)
			s->lapses = true;
		return;
	}
	if (s != NULL)
		leave(s);
	if (hub.n > 0)
		subscribe(w, slot, hub, topic);
}

/* ---- polls beside pushes */

bool
websub_tells(const struct websub *w, size_t slot)
{
	const struct sub *s = sub_of(w, slot);

	return s != NULL && sub_is_open(s) && s->row.last_push != RK_NO_TIME &&
	       (s->row.last_miss == RK_NO_TIME || s->row.last_push > s->row.last_miss);
}

void
sub_missed(struct sub *s)
{
	s->row.last_miss = engine_now(s->w->e);
	sub_keep(s);
	pipeline_hurry(s->w->e->pipeline, s->slot);
}

void
websub_polled(struct websub *w, size_t slot, unsigned fresh)
{
	struct sub *s = w->stopping ? NULL : sub_of(w, slot);

	/* one that is at work may be the one that brings it */
	if (s != NULL && fresh > 0 && sub_is_open(s) && s->n_pushes == 0)
		sub_missed(s);
}

/* ---- life */

struct websub *
websub_new(struct engine *e)
{
	struct websub *w = rk_xcalloc(1, sizeof(*w));

	w->e = e;
	w->by_callback = rk_map_new();
	w->earliest = INT64_MAX;
	return w;
}

static int
on_row(void *cookie, const struct rk_sub_row *row)
{
	(void)add(cookie, row);
	return 0;
}

int
websub_load(struct websub *w, struct rk_store *store, struct rk_err *err)
{
	return rk_store_subs(store, on_row, w, err);
}

/* Is what stands in site.base_url an address that a hub can reach? A name is taken for
 * one. */
static bool
is_reachable(const struct rk_config *c)
{
	struct rk_url url;
	const char *host;
	unsigned char addr[16];

	if (c->serve.listen.n == 0 || rk_url_parse(c->site.base_url, &url, NULL) != 0)
		return false;
	host = strcmp(url.host, "localhost") == 0 ? "127.0.0.1" : url.host;
	for (int v6 = 0; v6 < 2; v6++) {
		if (inet_pton(v6 ? AF_INET6 : AF_INET, host, addr) == 1)
			return rk_address_allowed(v6 != 0, addr, c->fetch.allow_addresses,
			    c->fetch.n_allow_addresses);
	}
	return true;
}

struct place {
	int64_t row;
	size_t slot;
};

static int
by_row(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

/* The slots by the rows of their sources; malloc'd. */
static struct place *
places_of(const struct engine *e)
{
	struct place *places = rk_xcalloc(e->n_slots + 1, sizeof(*places));

	for (size_t i = 0; i < e->n_slots; i++)
		places[i] = (struct place){e->slots[i].row, i};
	qsort(places, e->n_slots, sizeof(*places), by_row);
	return places;
}

/* The sources have changed since: what is left of them is taken back. */
static void
settle(struct websub *w, struct sub *s, const struct place *places)
{
	const struct place key = {.row = s->row.source}, *found;
	const struct slot *slot;

	found = bsearch(&key, places, w->e->n_slots, sizeof(*places), by_row);
	s->slot = found == NULL ? NO_SLOT : found->slot;
	slot = s->slot == NO_SLOT ? NULL : &w->e->slots[s->slot];
	if (s->row.state != RK_SUB_LEAVING) {
		if (slot == NULL || !slot->source->enabled || sub_of(w, s->slot) != NULL ||
		    slot->source->kind != RK_KIND_FEED ||
		    !rk_str_eq(slot->source->url, s->row.source_url)) {
			leave(s);
			return;
		}
		w->of_slot[s->slot] = s;
		(void)may_subscribe(w, s->slot); /* it is the first one since the start */
		if (sub_is_open(s) && s->row.last_miss != RK_NO_TIME && !websub_tells(w, s->slot))
			pipeline_hurry(w->e->pipeline, s->slot);
	}
	websub_arm(w, sub_due(s));
}

void
websub_start(struct websub *w)
{
	struct place *places;

	if (!is_reachable(w->e->config))
		return;
	w->on = true;
	w->of_slot = rk_xcalloc(w->e->n_slots + 1, sizeof(*w->of_slot));
	w->next_ms = rk_xcalloc(w->e->n_slots + 1, sizeof(*w->next_ms));
	(void)uv_timer_init(w->e->loop, &w->timer);
	w->timer.data = w;
	w->timer_open = true;
	if (w->subs == NULL)
		return;
	places = places_of(w->e);
	for (struct sub *s = w->subs; s != NULL; s = s->next)
		settle(w, s, places);
	free(places);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct websub *w = handle->data;

	w->timer_open = false;
}

void
websub_stop(struct websub *w)
{
	w->stopping = true;
	for (struct sub *s = w->subs; s != NULL; s = s->next) {
		if (s->n_pushes > 0 && !s->dead) { /* taken, and left to the polls now */
			s->row.last_miss = engine_now(w->e);
			sub_keep(s);
		}
		push_drop_all(s);
	}
	if (w->timer_open)
		uv_close((uv_handle_t *)&w->timer, on_timer_closed);
}

bool
websub_closed(const struct websub *w)
{
	return !w->timer_open && w->asking == 0 && w->working == 0;
}

void
websub_free(struct websub *w)
{
	if (w == NULL)
		return;
	rk_assert(websub_closed(w));
	while (w->subs != NULL) {
		struct sub *s = w->subs;

		w->subs = s->next;
		free_sub(s);
	}
	rk_map_free(w->by_callback);
	free(w->of_slot);
	free(w->next_ms);
	free(w);
}
