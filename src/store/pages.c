/*
 * Pages: what is known of sites' robots.txt, and what the poll of a page leaves for the
 * next one.
 */
#include <ruamkhao/store.h>

#include "ingest_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

/* ---- writing */

static int
write_robots(
    struct rk_store *s, const struct rk_page_trail *trail, int64_t now, struct rk_err *err)
{
	sqlite3_stmt *put = st_get(s, ST_ROBOTS_PUT, err);
	sqlite3_stmt *old = st_get(s, ST_ROBOTS_OLD, err);

	if (put == NULL || old == NULL)
		return -1;
	for (size_t i = 0; i < trail->n_robots; i++) {
		const struct rk_robots_row *r = &trail->robots[i];

		st_text(put, 1, r->authority);
		st_int(put, 2, r->expires);
		st_time(put, 3, r->lost_since);
		st_int(put, 4, r->found);
		st_text(put, 5, r->rules);
		if (st_run(s, put, err) != 0)
			return -1;
	}
	/* sites that nobody asks any more; what is lost counts for as long */
	st_int(old, 1, now - 2 * (int64_t)RK_ROBOTS_LOST_S);
	return st_run(s, old, err);
}

static int
write_tries(struct rk_store *s, int64_t source, const struct rk_page_trail *trail,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_TRY_DROP, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	if (st_run(s, st, err) != 0 || (st = st_get(s, ST_TRY_PUT, err)) == NULL)
		return -1;
	for (size_t i = 0; i < trail->n_tries; i++) {
		st_int(st, 1, source);
		st_hash(st, 2, trail->tries[i].key);
		st_int(st, 3, trail->tries[i].tries);
		if (st_run(s, st, err) != 0)
			return -1;
	}
	return 0;
}

int
st_trail_write(struct rk_store *s, int64_t source, const struct rk_page_trail *trail,
    unsigned fresh, int64_t now, struct rk_err *err)
{
	sqlite3_stmt *st;

	if (trail->n_robots > 0 && write_robots(s, trail, now, err) != 0)
		return -1;
	if (!trail->listed)
		return 0;
	if (write_tries(s, source, trail, err) != 0 ||
	    (st = st_get(s, ST_PAGE_PUT, err)) == NULL)
		return -1;
	st_int(st, 1, source);
	st_int(st, 2, now);
	st_int(st, 3, trail->entries);
	st_int(st, 4, fresh);
	st_int(st, 5, trail->waiting);
	st_int(st, 6, trail->failed);
	return st_run(s, st, err);
}

/* ---- reading */

int
st_page_began(
    struct rk_store *s, int64_t source, int64_t now, int64_t *began, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_PAGE_BEGAN, err);
	int rc;

	*began = now;
	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	if ((rc = st_step(s, st, err)) == 1) {
		*began = st_col_int(st, 0);
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

/* One number by source and key: 1 found, 0 not, -1 failed. */
static int
by_key(struct rk_store *s, enum st_id id, int64_t source, uint64_t key, int64_t *number,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, id, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	st_hash(st, 2, key);
	if ((rc = st_step(s, st, err)) == 1) {
		*number = st_col_int(st, 0);
		sqlite3_reset(st);
	}
	return rc;
}

int
rk_store_known(struct rk_store *s, struct rk_store_known *k, struct rk_err *err)
{
	size_t n = k->ingest->n_entries, n_rows = 0;
	int64_t *rows = rk_arena_array(k->arena, n + 1, sizeof(*rows));
	bool mine = false;
	int rc = -1;

	k->of = rk_arena_array(k->arena, n + 1, sizeof(*k->of));
	if (st_snapshot(s, &mine, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct rk_entry *e = &k->ingest->entries[i];
		int64_t number = 0;

		if (e->n_keys == 0)
			continue;
		if ((rc = by_key(s, ST_KEY_GET, k->source, e->keys[0].hash, &number, err)) <
		    0)
			goto out;
		if ((k->of[i].stored = rc == 1)) {
			rows[n_rows++] = number;
			continue;
		}
		if ((rc = by_key(s, ST_TRY_GET, k->source, e->keys[0].hash, &number, err)) <
		    0)
			goto out;
		k->of[i].tries = rc == 1 ? (unsigned)number : 0;
	}
	rc = st_lost_find(s, k, rows, n_rows, err);
out:
	st_snapshot_end(s, mine);
	return rc;
}

int
rk_store_robots(struct rk_store *s, rk_robots_fn *fn, void *cookie, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ROBOTS_ALL, err);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_robots_row row = {.authority = st_col_text(st, 0),
		    .expires = st_col_int(st, 1),
		    .lost_since = st_col_time(st, 2),
		    .found = st_col_int(st, 3) != 0,
		    .rules = st_col_text(st, 4)};

		if (fn(cookie, &row) != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}
