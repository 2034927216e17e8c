/*
 * Subscriptions at our own hub, and what a hub elsewhere is to be told: one row each,
 * replaced as a whole.
 */
#include <ruamkhao/store.h>

#include "store_int.h"

int
rk_store_hub_all(
    struct rk_store *s, int64_t now, rk_hub_fn *fn, void *cookie, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_HUB_OLD, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, now);
	if (st_run(s, st, err) != 0 || (st = st_get(s, ST_HUB_ALL, err)) == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_hub_row row = {.topic = st_col_text(st, 0),
		    .callback = st_col_text(st, 1),
		    .secret = st_col_blob(st, 2),
		    .until = st_col_time(st, 3),
		    .given = st_col_hash(st, 4),
		    .next = st_col_time(st, 5),
		    .failing = st_col_time(st, 6),
		    .last = st_col_time(st, 7),
		    .tries = (unsigned)st_col_int(st, 8),
		    .delivered = st_col_hash(st, 9),
		    .failed = st_col_hash(st, 10),
		    .error = st_col_text(st, 11)};

		if (fn(cookie, &row) != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}

int
rk_store_hub(
    struct rk_store *s, const struct rk_hub_row *row, bool gone, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, gone ? ST_HUB_DROP : ST_HUB_PUT, err);

	if (s->lost.kind != RK_E_NONE) {
		if (err != NULL)
			*err = s->lost;
		return -1;
	}
	if (st == NULL)
		return -1;
	st_text(st, 1, row->topic);
	st_text(st, 2, row->callback);
	if (!gone) {
		st_blob(st, 3, row->secret);
		st_time(st, 4, row->until);
		st_hash(st, 5, row->given);
		st_time(st, 6, row->next);
		st_time(st, 7, row->failing);
		st_time(st, 8, row->last);
		st_int(st, 9, row->tries);
		st_hash(st, 10, row->delivered);
		st_hash(st, 11, row->failed);
		st_text(st, 12, row->error);
	}
	return st_run(s, st, err);
}

int
rk_store_hub_totals(
    struct rk_store *s, int64_t now, struct rk_hub_totals *out, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_HUB_TOTALS, err);
	int rc;

	*out = (struct rk_hub_totals){.last = RK_NO_TIME};
	if (st == NULL)
		return -1;
	st_int(st, 1, now);
	if ((rc = st_step(s, st, err)) == 1) {
		out->subscriptions = st_col_int(st, 0);
		out->failing = st_col_int(st, 1);
		out->pings = st_col_int(st, 2);
		out->delivered = st_col_int(st, 3);
		out->last = st_col_time(st, 4);
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}
