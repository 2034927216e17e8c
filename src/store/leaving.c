/*
 * Who says that an entry is out: tombstones and complete feeds of its own source
 * (RELIABILITY 2.57-58), and the operator. Keys are scoped to the source, so that no
 * source can take out another's entries.
 */
#include <ruamkhao/store.h>

#include "ingest_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/manners.h>

#include <stdlib.h>

/* ---- tombstones */

/* The item of the document that the removal names, or NULL. */
static struct st_item *
item_of(struct st_ingest *g, const struct rk_removal *r, int64_t row)
{
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];

		if (row > 0 && item->row == row)
			return item;
		for (unsigned k = 0; k < item->entry->n_keys; k++)
			if (item->entry->keys[k].hash == r->keys[0])
				return item;
	}
	return NULL;
}

/* Of an entry and a tombstone in one document the later one holds (RFC 6721 4); what is
 * not dated gives way. */
static bool
is_later(const struct rk_entry *e, int64_t when)
{
	int64_t stated = e->updated != RK_NO_TIME ? e->updated : e->published;

	return when == RK_NO_TIME || (stated != RK_NO_TIME && stated > when);
}

static int
removal(struct st_ingest *g, const struct rk_removal *r, struct rk_err *err)
{
	int64_t row = 0, now = g->poll->now;
	struct st_item *item;
	struct st_leave leave;
	uint64_t seen;
	int rc;

	/* an id that wanders names no entry; the address may */
	for (unsigned k = g->steady.rule == ST_TRUSTED ? 0 : 1; k < 2 && row == 0; k++)
		if (r->keys[k] != 0 && st_key_find(g, r->keys[k], &row, &seen, err) != 0)
			return -1;
	item = item_of(g, r, row);
	if (item != NULL) {
		if (is_later(item->entry, r->when))
			return 0;
		item->removed = true;
	}
	if (row <= 0)
		return 0;
	/* what is still to come may not move the bar */
	leave = (struct st_leave){row, ST_WITHDRAWN, ST_BY_TOMBSTONE, now,
	    r->when != RK_NO_TIME && r->when < now ? r->when : now};
	if ((rc = st_entry_leave(g->store, &leave, err)) > 0)
		g->counts->withdrawn++;
	return rc < 0 ? -1 : 0;
}

int
st_removals(struct st_ingest *g, struct rk_err *err)
{
	const struct rk_ingest *in = g->poll->ingest;

	if (!rk_keeps(RK_M_TOMBSTONES))
		return 0;
	for (size_t i = 0; i < in->n_removals; i++)
		if (removal(g, &in->removals[i], err) != 0)
			return -1;
	return 0;
}

/* ---- complete feeds */

static int
by_row(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Live entries of the source that are not in the document: *n of *live. */
static int
absent(struct st_ingest *g, int64_t **rows, size_t *n, size_t *live, struct rk_err *err)
{
	struct rk_arena *arena = g->store->scratch;
	int64_t *here = rk_arena_array(arena, g->n + 1, sizeof(*here));
	sqlite3_stmt *st = st_get(g->store, ST_SOURCE_LIVE, err);
	size_t n_here = 0, cap = 256;
	int rc;

	*n = *live = 0;
	if (st == NULL)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		if (g->items[i].row > 0)
			here[n_here++] = g->items[i].row;
	qsort(here, n_here, sizeof(*here), by_row);
	*rows = rk_xmalloc(cap * sizeof(**rows));
	st_int(st, 1, g->source);
	while ((rc = st_step(g->store, st, err)) == 1) {
		int64_t row = st_col_int(st, 0);

		++*live;
		if (bsearch(&row, here, n_here, sizeof(row), by_row) != NULL)
			continue;
		if (*n == cap)
			*rows = rk_xrealloc(*rows, (cap *= 2) * sizeof(**rows));
		(*rows)[(*n)++] = row;
	}
	return rc;
}

/*
 * A list that lost more than half of its entries at once is rather a fault of the site.
 * One that goes on to say so is believed after a while, an empty one never.
 */
static bool
is_held_back(struct st_ingest *g, size_t n, size_t live)
{
	struct st_steady *m = &g->steady;
	bool shrunk = n > 0 && (g->n == 0 || (n > 1 && 2 * n > live));

	if (!shrunk) {
		m->dirty = m->dirty || m->held_since != RK_NO_TIME;
		m->held_since = RK_NO_TIME;
		return false;
	}
	if (m->held_since == RK_NO_TIME) {
		m->held_since = g->poll->now;
		m->dirty = true;
	}
	return g->n == 0 || g->poll->now - m->held_since < RK_COMPLETE_HOLD_S;
}

int
st_complete(struct st_ingest *g, struct rk_err *err)
{
	const struct rk_ingest *in = g->poll->ingest;
	int64_t *rows = NULL;
	size_t n, live;
	int rc = -1;

	if ((!in->complete && rk_keeps(RK_M_WINDOW)) || in->truncated || in->partial || g->poll->pushed || in->rung > RK_RUNG_CLEANED ||
	    in->counts.items >= RK_MAX_ITEMS || g->poll->unfinished ||
	    !rk_keeps(RK_M_HISTORY))
		return 0;
	if (absent(g, &rows, &n, &live, err) != 0)
		goto out;
	if (is_held_back(g, n, live)) {
		g->counts->held_back = (unsigned)n;
		rc = 0;
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		struct st_leave leave = {rows[i], ST_WITHDRAWN, ST_BY_ABSENCE,
		    g->poll->now, g->poll->now};
		int left = st_entry_leave(g->store, &leave, err);

		if (left < 0)
			goto out;
		g->counts->withdrawn += left > 0;
	}
	if (g->steady.held_since != RK_NO_TIME) {
		g->steady.held_since = RK_NO_TIME;
		g->steady.dirty = true;
	}
	rc = 0;
out:
	free(rows);
	return rc;
}

/* ---- the operator */

static int
end_entry(struct rk_store *s, struct rk_str id, enum rk_order how, int64_t now,
    enum rk_obeyed *obeyed, struct rk_err *err)
{
	struct st_leave leave = {0, how == RK_ORDER_BLOCK ? ST_BLOCKED : ST_WITHDRAWN,
	    ST_BY_OPERATOR, now, now};
	int rc;

	if (st_regions_load(s, err) != 0 || st_find_id(s, id, &leave.row, err) != 0)
		return -1;
	if (leave.row == 0) {
		*obeyed = RK_OBEYED_UNKNOWN;
		return 0;
	}
	if ((rc = st_entry_leave(s, &leave, err)) < 0)
		return -1;
	*obeyed = rc > 0 ? RK_OBEYED : RK_OBEYED_BEFORE;
	return 0;
}

int
rk_store_order(struct rk_store *s, struct rk_str id, enum rk_order how,
    int64_t now, enum rk_obeyed *obeyed, struct rk_err *err)
{
	size_t released;

	*obeyed = RK_OBEYED_UNKNOWN;
	if (how == RK_ORDER_RELEASE) {
		if (rk_store_release(s, id, now, &released, err) != 0)
			return -1;
		*obeyed = released > 0 ? RK_OBEYED : RK_OBEYED_UNKNOWN;
		return 0;
	}
	if (rk_store_begin(s, err) != 0)
		return -1;
	rk_arena_reset(s->scratch);
	if (end_entry(s, id, how, now, obeyed, err) != 0) {
		rk_store_rollback(s);
		return -1;
	}
	st_regions_poll_kept(s);
	st_watch_held(s);
	return rk_store_commit(s, err);
}
