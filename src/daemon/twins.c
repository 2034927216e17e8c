/*
 * Sources that ask the same of the same address and read it alike: one request serves
 * all of them (RELIABILITY 2.47). The first that is due leads; those that become due
 * while it waits or runs follow it, and the others get its document before their time.
 * Pages are asked for apart: each follows links of its own.
 */
#include "poll_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/map.h>

#include <stdlib.h>

enum { ALONE, LEADS, ASKS /* leads, and its request is under way */, FOLLOWS };

struct twins {
	size_t *next;         /* a ring for each request; of one, mostly */
	unsigned char *part;
};

static void
add_line(struct rk_buf *b, struct rk_str s)
{
	(void)rk_buf_addc(b, '\n');
	(void)rk_buf_str(b, s);
}

/* To be compared only. No line of it holds a line break. */
static struct rk_str
request_of(const struct rk_source *s, struct rk_arena *arena)
{
	uint64_t reading = rk_source_reading(s);
	struct rk_buf b;
	struct rk_str text;

	rk_buf_init(&b, SIZE_MAX);
	(void)rk_source_address(s, &b);
	(void)rk_buf_addc(&b, '\n');
	(void)rk_buf_str(&b, rk_strn((const char *)&reading, sizeof(reading)));
	add_line(&b, s->request->user_agent);
	add_line(&b, s->request->ca_file);
	add_line(&b, s->request->proxy);
	for (size_t i = 0; i < s->request->n_headers; i++)
		add_line(&b, s->request->headers[i]);
	text = rk_arena_str(arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return text;
}

/* NULL: no two sources are alike. */
struct twins *
twins_new(struct engine *e)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_map *first = rk_map_new();
	struct twins *t = NULL;

	for (size_t i = 0; i < e->n_slots && rk_keeps(RK_M_ONE_URL_ONCE); i++) {
		const struct rk_source *source = e->slots[i].source;
		struct rk_str request;
		uintptr_t found;

		if (!source->enabled || source->page != NULL)
			continue;
		request = request_of(source, arena);
		if ((found = (uintptr_t)rk_map_get(first, request)) == 0) {
			(void)rk_map_put(first, request, (void *)(uintptr_t)(i + 1));
			continue;
		}
		if (t == NULL) {
			t = rk_xcalloc(1, sizeof(*t));
			t->next = rk_xcalloc(e->n_slots, sizeof(*t->next));
			t->part = rk_xcalloc(e->n_slots, sizeof(*t->part));
			for (size_t k = 0; k < e->n_slots; k++)
				t->next[k] = k;
		}
		t->next[i] = t->next[found - 1];
		t->next[found - 1] = i;
	}
	rk_map_free(first);
	rk_arena_free(arena);
	return t;
}

size_t
twins_next(const struct pipeline *pl, size_t i)
{
	return pl->twins != NULL ? pl->twins->next[i] : i;
}

void
twins_free(struct twins *t)
{
	if (t == NULL)
		return;
	free(t->next);
	free(t->part);
	free(t);
}

/* They are asked at the same address: where one of them moved to, the others may not have. */
static bool
is_near(const struct pipeline *pl, size_t a, size_t b)
{
	return rk_str_eq(slot_url(&pl->e->slots[a]), slot_url(&pl->e->slots[b]));
}

static bool
is_leader(const struct twins *t, size_t i)
{
	return t->part[i] == LEADS || t->part[i] == ASKS;
}

bool
twins_follow(const struct pipeline *pl, size_t i)
{
	struct twins *t = pl->twins;

	if (t == NULL || t->next[i] == i)
		return false;
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (!is_leader(t, k) || !is_near(pl, i, k))
			continue;
		t->part[i] = FOLLOWS;
		if (t->part[k] == ASKS)
			asked_mark(pl, i);
		return true;
	}
	t->part[i] = LEADS;
	return false;
}

void
twins_asked(const struct pipeline *pl, size_t i)
{
	struct twins *t = pl->twins;

	asked_mark(pl, i);
	if (t == NULL || t->part[i] != LEADS)
		return;
	t->part[i] = ASKS;
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (t->part[k] == FOLLOWS && is_near(pl, i, k))
			asked_mark(pl, k);
	}
}

/* It gets the document of i, which leads: it waits for it, or may have it early. */
static bool
is_served(const struct pipeline *pl, size_t i, size_t k)
{
	const struct slot *slot = &pl->e->slots[k];

	return is_near(pl, i, k) && (pl->twins->part[k] == FOLLOWS
	    || (pl->scheduled && !slot->busy && slot->standing != RK_STANDING_GONE));
}

static bool
hold_the_same(const struct pipeline *pl, size_t a, size_t b)
{
	struct rk_source_state x, y;

	slot_state(&pl->e->slots[a], &x);
	slot_state(&pl->e->slots[b], &y);
	return rk_str_eq(x.etag, y.etag) && rk_str_eq(x.last_modified, y.last_modified)
	    && rk_str_eq(x.effective_url, y.effective_url);
}

bool
twins_agree(const struct pipeline *pl, size_t i)
{
	const struct twins *t = pl->twins;

	if (t == NULL || t->next[i] == i)
		return true;
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (is_served(pl, i, k) && !hold_the_same(pl, i, k))
			return false;
	}
	return true;
}

void
twins_serve(struct pipeline *pl, size_t i, const struct rk_fetch_result *r,
    void (*serve)(struct pipeline *, size_t, void *), void *cookie)
{
	struct twins *t = pl->twins;
	bool relative = r->kind == RK_FETCH_NOT_MODIFIED || r->delta;

	if (t == NULL || !is_leader(t, i))
		return;
	t->part[i] = ALONE;
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (!is_served(pl, i, k))
			continue;
		/* one that came by since the request went out may hold something else, of
		 * which the answer says nothing */
		if (relative && !hold_the_same(pl, i, k)) {
			if (t->part[k] == FOLLOWS) {
				t->part[k] = ALONE;
				pipeline_slot_done(pl, k, engine_now(pl->e));
			}
			continue;
		}
		t->part[k] = ALONE;
		pl->e->slots[k].busy = true;
		if (pl->scheduled)
			rk_heap_drop(pl->due, k);
		serve(pl, k, cookie);
	}
}

size_t
twins_leave(struct pipeline *pl, size_t i, int64_t due)
{
	struct twins *t = pl->twins;
	size_t n = 0;

	if (t == NULL || !is_leader(t, i))
		return 0;
	/* at the end what is noted of them stays: their address was asked */
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (t->part[k] != FOLLOWS || !is_near(pl, i, k))
			continue;
		t->part[k] = ALONE;
		if (t->part[i] != ASKS || !pl->stopping)
			asked_forget(pl, k);
		pipeline_slot_done(pl, k, due);
		n++;
	}
	t->part[i] = ALONE;
	return n;
}
