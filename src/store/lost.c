/*
 * Entries of a page source that fell out of the middle of its list: what has older
 * neighbours there did not leave by age. Their own pages are asked for, a few in each
 * poll and once each; one that is gone takes its entry out (a 404 counts when it is
 * seen twice).
 */
#include "ingest_int.h"
#include "lives_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>

#define LEAST 4 /* known entries that a list must have: fewer have no middle */

/* What page_lost says of an entry. */
enum { NOT_ASKED, MISSED_ONCE, WAS_THERE };

static int
ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Places of the rows in the timeline, ascending. */
static int
places(struct rk_store *s, const int64_t *rows, size_t n, int64_t *sorts,
    struct rk_err *err)
{
	for (size_t i = 0; i < n; i++) {
		sqlite3_stmt *st = st_get(s, ST_ENTRY_LEAD, err);
		int rc;

		if (st == NULL)
			return -1;
		st_int(st, 1, rows[i]);
		if ((rc = st_step(s, st, err)) < 0)
			return -1;
		sorts[i] = rc == 1 ? st_col_int(st, 1) : INT64_MAX;
		if (rc == 1)
			sqlite3_reset(st);
	}
	qsort(sorts, n, sizeof(*sorts), ascending);
	return 0;
}

int
st_lost_find(struct rk_store *s, struct rk_store_known *k, int64_t *rows, size_t n,
    struct rk_err *err)
{
	int64_t *sorts = rk_arena_array(k->arena, n + 1, sizeof(*sorts));
	sqlite3_stmt *st = st_get(s, ST_LOST_FIND, err);
	int rc;

	k->n_lost = 0;
	k->lost = rk_arena_array(k->arena, RK_LOST_ASKED, sizeof(*k->lost));
	if (st == NULL)
		return -1;
	if (n < LEAST)
		return 0;
	if (places(s, rows, n, sorts, err) != 0)
		return -1;
	qsort(rows, n, sizeof(*rows), ascending);
	st_int(st, 1, k->source);
	st_int(st, 2, sorts[n / 2]); /* below the middle a pinned old entry may stand */
	while ((rc = st_step(s, st, err)) == 1) {
		int64_t row = st_col_int(st, 0);

		if (bsearch(&row, rows, n, sizeof(row), ascending) != NULL)
			continue;
		k->lost[k->n_lost++] = (struct rk_page_lost){
		    row, rk_arena_str(k->arena, st_col_text(st, 1)), RK_LOST_UNKNOWN};
		if (k->n_lost == RK_LOST_ASKED) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}

static int
missed_before(struct rk_store *s, int64_t entry, bool *missed, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_LOST_GET, err);
	int rc;

	*missed = false;
	if (st == NULL)
		return -1;
	st_int(st, 1, entry);
	if ((rc = st_step(s, st, err)) == 1) {
		*missed = st_col_int(st, 0) == MISSED_ONCE;
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

static int
one(struct st_ingest *g, const struct rk_page_lost *lost, struct rk_err *err)
{
	int64_t now = g->poll->now;
	struct st_leave leave = {lost->entry, ST_WITHDRAWN, ST_BY_PAGE, now, now};
	sqlite3_stmt *st;
	bool missed;
	int rc;

	if (missed_before(g->store, lost->entry, &missed, err) != 0)
		return -1;
	if (lost->found == RK_LOST_GONE || (lost->found == RK_LOST_MISSING && missed)) {
		if ((rc = st_entry_leave(g->store, &leave, err)) < 0)
			return -1;
		g->counts->withdrawn += rc > 0;
	}
	if ((st = st_get(g->store, ST_LOST_PUT, err)) == NULL)
		return -1;
	st_int(st, 1, lost->entry);
	st_int(st, 2, lost->found == RK_LOST_MISSING && !missed ? MISSED_ONCE : WAS_THERE);
	return st_run(g->store, st, err);
}

int
st_lost_write(struct st_ingest *g, struct rk_err *err)
{
	const struct rk_page_trail *trail = g->poll->trail;

	for (size_t i = 0; i < trail->n_lost; i++)
		if (trail->lost[i].found != RK_LOST_UNKNOWN &&
		    one(g, &trail->lost[i], err) != 0)
			return -1;
	return 0;
}
