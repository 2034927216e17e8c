/*
 * Polls that leave nothing but times: statements that are whole or nothing by themselves, so
 * they need no savepoint.
 */
#include "ingest_int.h"
#include "store_int.h"
#include "watch_int.h"

#define COLUMNS 8 /* of a row */
#define GROUP   8 /* rows of ST_STATE_TIMES_GROUP */

struct rk_poll_times
rk_poll_times_of(const struct rk_source_state *s, bool why_same)
{
	return (struct rk_poll_times){.row = s->row,
	    .last_poll = s->last_poll,
	    .next_due = s->next_due,
	    .fresh_until = s->fresh_until,
	    .polls = s->polls,
	    .not_modified = s->not_modified,
	    .why = why_same ? rk_str("") : s->why_next,
	    .http_status = s->http_status};
}

static void
bind_row(sqlite3_stmt *st, int at, const struct rk_poll_times *t)
{
	st_int(st, at + 1, t->row);
	st_int(st, at + 2, (int64_t)t->polls);
	st_int(st, at + 3, (int64_t)t->not_modified);
	st_int(st, at + 4, t->last_poll);
	st_int(st, at + 5, t->next_due);
	st_time(st, at + 6, t->fresh_until);
	st_int(st, at + 7, t->http_status);
	if (t->why.n == 0)
		sqlite3_bind_null(st, at + 8);
	else
		st_text(st, at + 8, t->why);
}

/* n: one or a group. */
static int
write_rows(struct rk_store *s, const struct rk_poll_times *t, size_t n, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, n > 1 ? ST_STATE_TIMES_GROUP : ST_STATE_TIMES, err);

	if (st == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		bind_row(st, (int)i * COLUMNS, &t[i]);
	if (st_run(s, st, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (st_watch_poll(s, t[i].row, NULL, 0, 0, t[i].last_poll, err) != 0)
			return -1;
	return 0;
}

int
st_times_write(
    struct rk_store *s, const struct rk_poll_times *t, size_t n, struct rk_err *err)
{
	size_t step;

	for (; n > 0; t += step, n -= step) {
		step = n >= GROUP ? GROUP : 1;
		if (write_rows(s, t, step, err) != 0)
			return -1;
	}
	return 0;
}

int
rk_store_times(
    struct rk_store *s, const struct rk_poll_times *t, size_t n, struct rk_err *err)
{
	struct rk_err local = {0}; /* the caller may not want to know; we do */

	rk_assert(s->in_tx);
	if (s->lost.kind == RK_E_NONE && st_times_write(s, t, n, &local) == 0)
		return 0;
	if (s->lost.kind != RK_E_NONE) {
		local = s->lost;
	} else if (sqlite3_get_autocommit(s->db) || s->damaged) {
		s->lost = local; /* a full disk may have ended the whole transaction */
		if (!sqlite3_get_autocommit(s->db))
			(void)st_run_id(s, ST_ROLLBACK, NULL);
	} else {
		st_watch_dropped(s);
	}
	if (err != NULL)
		*err = local;
	return -1;
}
