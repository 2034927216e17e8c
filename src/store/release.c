/*
 * Entries that are held because their site may have been broken into: why, and letting
 * them out. What is held leads no story and is found by none. Of an entry that was
 * published before, only the edit is held, and is not kept: its document is read again
 * and again until the operator lets the entry out, or the edit is undone. An entry that
 * was let out stays known for it (score 0): its edits are not held again.
 */
#include "archive_int.h"
#include "ingest_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "stories_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>

#include <ruamkhao/hijack.h>

/* What the poll brings against what the source ever had. */
int
st_news(struct st_ingest *g, unsigned fresh, unsigned suspects, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_STATE_NEWS, err);
	int rc;

	g->news = (struct rk_hijack_news){
	    .known = g->imported, .fresh = fresh, .suspects = suspects};
	if (st == NULL)
		return -1;
	st_int(st, 1, g->source);
	if ((rc = st_step(g->store, st, err)) != 1)
		return rc;
	g->news.entries = st_col_int(st, 0);
	g->news.polls = st_col_int(st, 1);
	sqlite3_reset(st);
	return 0;
}

int
st_hold(struct st_ingest *g, int64_t row, unsigned score, unsigned reasons,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_HELD_ADD, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, g->source);
	st_int(st, 2, row);
	st_int(st, 3, score);
	st_int(st, 4, reasons);
	st_int(st, 5, g->poll->now);
	return st_run(g->store, st, err);
}

int
st_hold_edit(
    struct st_ingest *g, const struct rk_entry *e, int64_t row, struct rk_err *err)
{
	struct rk_signals signals = rk_signals_unpack(e->signals);
	unsigned why, score = rk_hijack_score(&signals, &g->news, &why);
	sqlite3_stmt *st;
	bool let_out;
	int rc;

	if (score < RK_HIJACK_HOLD)
		return 0;
	if ((st = st_get(g->store, ST_HELD_GET, err)) == NULL)
		return -1;
	st_int(st, 1, g->source);
	st_int(st, 2, row);
	if ((rc = st_step(g->store, st, err)) < 0)
		return -1;
	let_out = rc == 1 && st_col_int(st, 0) == 0;
	if (rc == 1)
		sqlite3_reset(st);
	if (let_out)
		return 0;
	return st_hold(g, row, score, why | RK_HIJACK_EDIT, err) != 0 ? -1 : 1;
}

int
st_hold_dropped(struct st_ingest *g, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_HELD_DROP, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, g->source);
	st_int(st, 2, row);
	return st_run(g->store, st, err);
}

/* One entry that is held and answers to the name; 0: none is left. */
static int
release_one(struct rk_store *s, struct rk_str what, int64_t now, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_HELD_ALL, err);
	const struct st_route *route;
	int64_t source, row, state;
	int rc;

	if (st == NULL)
		return -1;
	st_text(st, 1, what);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	source = st_col_int(st, 0);
	row = st_col_int(st, 1);
	route = st_route_of_row(s, st_col_int(st, 2), err);
	state = st_col_int(st, 3);
	sqlite3_reset(st);
	if (route == NULL || (st = st_get(s, ST_HELD_OUT, err)) == NULL)
		return -1;
	st_int(st, 1, source);
	st_int(st, 2, row);
	if (st_run(s, st, err) != 0)
		return -1;
	if (state != ST_HELD) /* its edit comes with the next document */
		return 1;
	if ((st = st_get(s, ST_ENTRY_LIVE, err)) == NULL)
		return -1;
	st_int(st, 1, row);
	if (st_run(s, st, err) != 0)
		return -1;
	for (size_t i = 0; i < route->n_nodes; i++)
		st_touch(s, route->nodes[i], 1, now);
	if (st_related_touch(s, row, err) != 0 || st_archive_touch(s, row, err) != 0)
		return -1;
	return st_filter_row(s, row, now, err) != 0 ? -1 : 1;
}

int
rk_store_release(struct rk_store *s, struct rk_str what, int64_t now, size_t *n,
    struct rk_err *err)
{
	int rc;

	rk_assert(!s->in_tx);
	*n = 0;
	rk_arena_reset(s->scratch);
	if (rk_store_begin(s, err) != 0)
		return -1;
	if (st_regions_load(s, err) != 0) {
		rk_store_rollback(s);
		return -1;
	}
	while ((rc = release_one(s, what, now, err)) == 1)
		(*n)++;
	if (rc < 0) {
		st_regions_poll_dropped(s);
		rk_store_rollback(s);
		return -1;
	}
	for (size_t i = 0; i < s->regions.n_routes; i++) /* it may be newer than known */
		s->regions.routes[i]->newest = INT64_MAX;
	st_regions_poll_kept(s);
	st_watch_held(s);
	return rk_store_commit(s, err);
}
