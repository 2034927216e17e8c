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

#include <inttypes.h>
#include <stdlib.h>

enum { ALONE, LEADS, FOLLOWS };

struct twins {
	size_t *next;         /* a ring for each request; of one, mostly */
	unsigned char *part;
};

static struct rk_str
request_of(const struct rk_source *s, struct rk_arena *arena)
{
	struct rk_buf b;
	struct rk_str text;

	rk_buf_init(&b, SIZE_MAX);
	(void)rk_source_address(s, &b);
	(void)rk_buf_addf(&b, "\n%s\n%s\n%s\n%" PRIx64, rk_cstr(s->user_agent),
	    rk_cstr(s->ca_file), rk_cstr(s->proxy), rk_source_reading(s));
	for (size_t i = 0; i < s->n_headers; i++)
		(void)rk_buf_addf(&b, "\n%s", rk_cstr(s->headers[i]));
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

void
twins_free(struct twins *t)
{
	if (t == NULL)
		return;
	free(t->next);
	free(t->part);
	free(t);
}

bool
twins_follow(struct twins *t, size_t i)
{
	if (t == NULL || t->next[i] == i)
		return false;
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (t->part[k] == LEADS) {
			t->part[i] = FOLLOWS;
			return true;
		}
	}
	t->part[i] = LEADS;
	return false;
}

/* It gets the leader's document: it waits for it, or may have it early. */
static bool
is_served(const struct pipeline *pl, size_t k)
{
	const struct slot *slot = &pl->e->slots[k];

	return pl->twins->part[k] == FOLLOWS
	    || (pl->scheduled && !slot->busy && slot->standing != RK_STANDING_GONE);
}

bool
twins_agree(const struct pipeline *pl, size_t i)
{
	const struct twins *t = pl->twins;
	struct rk_source_state s, other;

	if (t == NULL || t->next[i] == i)
		return true;
	slot_state(&pl->e->slots[i], &s);
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		slot_state(&pl->e->slots[k], &other);
		if (is_served(pl, k) && !(rk_str_eq(s.etag, other.etag)
		    && rk_str_eq(s.last_modified, other.last_modified)
		    && rk_str_eq(s.effective_url, other.effective_url)))
			return false;
	}
	return true;
}

void
twins_serve(struct pipeline *pl, size_t i, void (*serve)(struct pipeline *, size_t, void *),
    void *cookie)
{
	struct twins *t = pl->twins;

	if (t == NULL || t->part[i] != LEADS)
		return;
	t->part[i] = ALONE;
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (!is_served(pl, k))
			continue;
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

	if (t == NULL || t->part[i] != LEADS)
		return 0;
	t->part[i] = ALONE;
	for (size_t k = t->next[i]; k != i; k = t->next[k]) {
		if (t->part[k] != FOLLOWS)
			continue;
		t->part[k] = ALONE;
		pipeline_slot_done(pl, k, due);
		n++;
	}
	return n;
}
