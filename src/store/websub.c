/*
 * Subscriptions at sources' hubs: one row each, replaced as a whole.
 */
#include <ruamkhao/store.h>

#include "store_int.h"

const char *
rk_sub_state_name(enum rk_sub_state state)
{
	static const char *const names[] = {"wanted", "active", "denied", "leaving"};

	rk_assert((size_t)state < sizeof(names) / sizeof(names[0]));
	return names[state];
}

struct rk_sub_row
st_sub_read(sqlite3_stmt *st, int at)
{
	int64_t state = st_col_int(st, at + 2);

	return (struct rk_sub_row){.callback = st_col_text(st, at),
	    .source = st_col_int(st, at + 1),
	    .state = state < RK_SUB_WANTED || state > RK_SUB_LEAVING
			 ? RK_SUB_LEAVING
			 : (enum rk_sub_state)state,
	    .source_url = st_col_text(st, at + 3),
	    .hub = st_col_text(st, at + 4),
	    .topic = st_col_text(st, at + 5),
	    .secret = st_col_text(st, at + 6),
	    .until = st_col_time(st, at + 7),
	    .next = st_col_time(st, at + 8),
	    .last_push = st_col_time(st, at + 9),
	    .last_miss = st_col_time(st, at + 10),
	    .tries = (unsigned)st_col_int(st, at + 11),
	    .pushes = st_col_hash(st, at + 12),
	    .error = st_col_text(st, at + 13)};
}

int
rk_store_subs(struct rk_store *s, rk_sub_fn *fn, void *cookie, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_SUB_ALL, err);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_sub_row row = st_sub_read(st, 0);

		if (fn(cookie, &row) != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}

int
rk_store_sub(
    struct rk_store *s, const struct rk_sub_row *row, bool gone, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, gone ? ST_SUB_DROP : ST_SUB_PUT, err);

	if (s->lost.kind != RK_E_NONE) {
		if (err != NULL)
			*err = s->lost;
		return -1;
	}
	if (st == NULL)
		return -1;
	st_text(st, 1, row->callback);
	if (!gone) {
		st_int(st, 2, row->source);
		st_int(st, 3, row->state);
		st_text(st, 4, row->source_url);
		st_text(st, 5, row->hub);
		st_text(st, 6, row->topic);
		st_text(st, 7, row->secret);
		st_time(st, 8, row->until);
		st_time(st, 9, row->next);
		st_time(st, 10, row->last_push);
		st_time(st, 11, row->last_miss);
		st_int(st, 12, row->tries);
		st_int(st, 13, (int64_t)row->pushes);
		st_text(st, 14, row->error);
	}
	return st_run(s, st, err);
}
