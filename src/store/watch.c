/*
 * Which sources are looked at for how they fare, and when: polls have it done for their own
 * source, in their own transaction, when they may change something; the rest, and what
 * comes with time alone, is found by rk_store_watch(). Knows nothing of how one fares, nor
 * of what is told of it (follow.c).
 */
#include "store_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>
#include <string.h>

#define KEPT_MONTHS 14 /* of history: a year and what is under way */

/* ---- what is in memory */

void
st_watch_dropped(struct rk_store *s)
{
	s->watch.loaded = false;
}

void
st_watch_free(struct st_watch *w)
{
	free(w->health);
	free(w->rows);
}

void
rk_store_silence(struct rk_store *s, rk_silence_fn *fn)
{
	s->watch.silent_from = fn;
}

void
st_watch_remember(struct st_watch *w, int64_t row, enum rk_health health)
{
	if (row < 0 || row > INT32_MAX)
		return;
	if ((size_t)row >= w->n) {
		size_t n = (size_t)row + 1 > 2 * w->n ? (size_t)row + 1 : 2 * w->n;

		w->health = rk_xrealloc(w->health, n);
		memset(w->health + w->n, ST_UNWATCHED, n - w->n);
		w->n = n;
	}
	w->health[row] = (unsigned char)health;
}

static unsigned char
remembered(const struct st_watch *w, int64_t row)
{
	return row >= 0 && (uint64_t)row < w->n ? w->health[row] : ST_UNWATCHED;
}

static int
load(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (s->watch.loaded)
		return 0;
	if ((st = st_get(s, ST_WATCH_HEALTH, err)) == NULL)
		return -1;
	if (s->watch.n > 0)
		memset(s->watch.health, ST_UNWATCHED, s->watch.n);
	while ((rc = st_step(s, st, err)) == 1)
		st_watch_remember(
		    &s->watch, st_col_int(st, 0), st_health_of(st_col_int(st, 1)));
	s->watch.loaded = rc == 0;
	return rc;
}

void
st_watch_later(struct rk_store *s, int64_t source)
{
	struct st_watch *w = &s->watch;

	if (w->n_rows == w->cap_rows) {
		w->cap_rows = w->cap_rows > 0 ? 2 * w->cap_rows : 64;
		w->rows = rk_xrealloc(w->rows, w->cap_rows * sizeof(*w->rows));
	}
	w->rows[w->n_rows++] = source;
}

void
st_watch_held(struct rk_store *s)
{
	if (load(s, NULL) != 0)
		return;
	for (size_t i = 0; i < s->watch.n; i++)
		if (s->watch.health[i] == RK_HEALTH_HELD)
			st_watch_later(s, (int64_t)i);
}

/* ---- polls */

static bool
may_change(unsigned char was, const struct rk_source_state *state, unsigned fresh,
    unsigned held)
{
	if (held > 0 && was != RK_HEALTH_HELD)
		return true;
	if (fresh > 0 && was == RK_HEALTH_SILENT)
		return true;
	if (state == NULL)
		return false;
	if (state->moved_changed)
		return true;
	switch (state->standing) {
	case RK_STANDING_FAILING: /* other trouble asks for other advice */
		return true;
	case RK_STANDING_GONE:
		return was != RK_HEALTH_GONE;
	case RK_STANDING_OK:
		return was != RK_HEALTH_WORKING && was != RK_HEALTH_SILENT &&
		       was != RK_HEALTH_HELD;
	case RK_STANDING_NEW:
	case RK_STANDING_OFF:
		break;
	}
	return false;
}

int
st_watch_poll(struct rk_store *s, int64_t source, const struct rk_source_state *state,
    unsigned fresh, unsigned held, int64_t now, struct rk_err *err)
{
	struct telling t = {
	    .s = s, .now = now, .judged = now, .began = s->watch.began};
	unsigned char was;
	int rc;

	if (load(s, err) != 0)
		return -1;
	was = remembered(&s->watch, source);
	if (state == NULL && was == RK_HEALTH_LATE) { /* of times alone: it was asked */
		st_watch_later(s, source);
		return 0;
	}
	if (!may_change(was, state, fresh, held))
		return 0;
	/* the first good poll is no news to tell; all of a round are written in one go */
	if (held == 0 && state != NULL && state->standing == RK_STANDING_OK &&
	    !state->moved_changed && (was == RK_HEALTH_NEW || was == ST_UNWATCHED)) {
		st_watch_later(s, source);
		return 0;
	}
	t.arena = s->scratch;
	rc = st_follow_one(&t, source, err);
	if (rc == 0)
		rc = st_told(&t, err);
	free(t.v);
	return rc;
}

/* ---- all */

struct board_row {
	int64_t month, watched;
};

static int
board_row(struct rk_store *s, struct board_row *b, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_BOARD_GET, err);
	int rc;

	*b = (struct board_row){RK_NO_TIME, RK_NO_TIME};
	if (st == NULL || (rc = st_step(s, st, err)) < 0)
		return -1;
	if (rc == 1) {
		b->month = st_col_time(st, 2);
		b->watched = st_col_time(st, 3);
		sqlite3_reset(st);
	}
	return 0;
}

static int
follow_all(struct telling *t, const struct board_row *was, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(t->s, ST_WATCH_ALL, err);
	int64_t month = rk_month_of(t->now) - 1;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(t->s, st, err)) == 1) {
		if (st_follow(t, st, err) != 0) {
			sqlite3_reset(st);
			return -1;
		}
	}
	if (rc != 0 || (st = st_get(t->s, ST_BOARD_WATCHED, err)) == NULL)
		return -1;
	st_int(st, 1, month);
	st_int(st, 2, t->now);
	if (st_run(t->s, st, err) != 0)
		return -1;
	if (month == was->month)
		return 0;
	if ((st = st_get(t->s, ST_CHANGE_OLD, err)) == NULL)
		return -1;
	st_int(st, 1, rk_month_begin(month - KEPT_MONTHS + 2));
	return st_run(t->s, st, err);
}

static int
by_row(const void *va, const void *vb)
{
	const int64_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

static int
follow_waiting(struct telling *t, const int64_t *rows, size_t n, struct rk_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && rows[i] == rows[i - 1])
			continue;
		if (st_follow_one(t, rows[i], err) != 0)
			return -1;
	}
	return 0;
}

int
rk_store_watch(
    struct rk_store *s, int64_t now, int64_t began, bool judge, struct rk_err *err)
{
	struct telling t = {.s = s, .now = now, .judged = now, .began = began};
	struct st_watch *w = &s->watch;
	struct board_row was;
	size_t n = w->n_rows;
	bool all;
	int rc = -1;

	rk_assert(!s->in_tx);
	w->began = began;
	if (board_row(s, &was, err) != 0)
		return -1;
	if (!judge && was.watched != RK_NO_TIME)
		t.judged = was.watched;
	all = was.watched == RK_NO_TIME ||
	      (judge && (now - was.watched >= RK_WATCH_S || now < was.watched ||
			    rk_month_of(now) - 1 != was.month));
	if (n == 0 && !all)
		return 0;
	if (n > 0)
		qsort(w->rows, n, sizeof(*w->rows), by_row);
	t.arena = rk_arena_new(0);
	if (rk_store_begin(s, err) != 0)
		goto out;
	rc = load(s, err);
	if (rc == 0)
		rc = all ? follow_all(&t, &was, err) : follow_waiting(&t, w->rows, n, err);
	if (rc == 0)
		rc = st_told(&t, err);
	if (rc == 0)
		rc = rk_store_commit(s, err);
	if (rc == 0)
		w->n_rows = 0;
	else
		rk_store_rollback(s);
out:
	free(t.v);
	rk_arena_free(t.arena);
	return rc;
}
