/* What the coverage board shows: every source, scores of the last closed month, events. */
#include "store_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>

struct reading {
	struct rk_store *s;
	struct rk_board *b;
	struct rk_board_source **of; /* by row; NULL: not configured */
	size_t n_of;
	size_t cap;
};

void
rk_board_free(struct rk_board *b)
{
	if (b != NULL)
		rk_arena_free(b->arena);
}

static int
numbers(struct rk_store *s, struct rk_board *b, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_BOARD_GET, err);
	int rc;

	if (st == NULL || (rc = st_step(s, st, err)) < 0)
		return -1;
	if (rc == 0)
		return rk_err_set(err, RK_E_STORE, "%s: the board's row is missing", s->name);
	b->generation = st_col_int(st, 0);
	b->published = st_col_int(st, 1);
	b->month = st_col_time(st, 2);
	sqlite3_reset(st);
	return 0;
}

int
rk_store_board_behind(struct rk_store *s, bool *behind, struct rk_err *err)
{
	struct rk_board b = {0};

	*behind = false;
	if (numbers(s, &b, err) != 0)
		return -1;
	*behind = b.published < b.generation;
	return 0;
}

int
rk_store_board_published(struct rk_store *s, int64_t generation, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_BOARD_PUBLISHED, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, generation);
	return st_run(s, st, err);
}

static void
add_source(struct reading *r, sqlite3_stmt *st)
{
	struct rk_board *b = r->b;
	struct rk_arena *a = b->arena;
	int64_t health = st_col_int(st, 6);

	if (b->n_sources == r->cap) {
		r->cap = r->cap > 0 ? 2 * r->cap : 64;
		b->sources = rk_xrealloc(b->sources, r->cap * sizeof(*b->sources));
	}
	b->sources[b->n_sources++] = (struct rk_board_source){
	    .id = rk_arena_str(a, st_col_text(st, 1)),
	    .title = rk_arena_str(a, st_col_text(st, 2)),
	    .url = rk_arena_str(a, st_col_text(st, 3)),
	    .position = st_col_int(st, 4),
	    .site = rk_arena_str(a, st_col_text(st, 5)),
	    .health = health < 0 || health >= RK_N_HEALTH ? RK_HEALTH_NEW
							  : (enum rk_health)health,
	    .since = st_col_time(st, 7),
	    .why = rk_arena_str(a, st_col_text(st, 8)),
	    .advice = rk_arena_str(a, st_col_text(st, 9)),
	    .moved = rk_arena_str(a, st_col_text(st, 10))};
}

/* Into the arena, and found by row. */
static void
settle(struct reading *r, const int64_t *rows)
{
	struct rk_board *b = r->b;
	struct rk_board_source *own = rk_arena_array(b->arena, b->n_sources + 1, sizeof(*own));
	int64_t most = 0;

	for (size_t i = 0; i < b->n_sources; i++) {
		own[i] = b->sources[i];
		most = rows[i] > most ? rows[i] : most;
	}
	free(b->sources);
	b->sources = own;
	r->n_of = (size_t)most + 1;
	r->of = rk_xcalloc(r->n_of, sizeof(struct rk_board_source *));
	for (size_t i = 0; i < b->n_sources; i++)
		r->of[rows[i]] = &own[i];
}

static int
read_sources(struct reading *r, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(r->s, ST_BOARD_SOURCES, err);
	int64_t *rows = NULL;
	size_t cap = 0;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(r->s, st, err)) == 1) {
		if (r->b->n_sources == cap)
			rows = rk_xrealloc(rows, (cap = cap > 0 ? 2 * cap : 64) * sizeof(*rows));
		rows[r->b->n_sources] = st_col_int(st, 0);
		add_source(r, st);
	}
	if (rc == 0)
		settle(r, rows);
	free(rows);
	return rc;
}

static void
score(struct reading *r, int64_t row, const struct rk_health_turn *v, size_t n)
{
	struct rk_board_source *source =
	    row >= 0 && (uint64_t)row < r->n_of ? r->of[row] : NULL;

	if (source != NULL)
		rk_score_month(v, n, r->b->month, &source->days, &source->good);
}

/* Rows come by source and time: the table is kept so. */
static int
read_scores(struct reading *r, struct rk_err *err)
{
	sqlite3_stmt *st;
	struct rk_health_turn *v = NULL;
	size_t n = 0, cap = 0;
	int64_t row = 0;
	int rc;

	if (r->b->month == RK_NO_MONTH)
		return 0;
	if ((st = st_get(r->s, ST_CHANGE_ALL, err)) == NULL)
		return -1;
	while ((rc = st_step(r->s, st, err)) == 1) {
		int64_t of = st_col_int(st, 0), health = st_col_int(st, 2);

		if (of != row) {
			score(r, row, v, n);
			n = 0;
			row = of;
		}
		if (health < 0 || health >= RK_N_HEALTH)
			continue;
		if (n == cap)
			v = rk_xrealloc(v, (cap = cap > 0 ? 2 * cap : 32) * sizeof(*v));
		v[n++] = (struct rk_health_turn){st_col_int(st, 1), (enum rk_health)health};
	}
	if (rc == 0)
		score(r, row, v, n);
	free(v);
	return rc;
}

static int
read_events(struct rk_store *s, struct rk_board *b, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_EVENT_ALL, err);
	int rc;

	if (st == NULL)
		return -1;
	b->events = rk_arena_array(b->arena, RK_EVENTS, sizeof(*b->events));
	while ((rc = st_step(s, st, err)) == 1) {
		int64_t kind = st_col_int(st, 2);

		if (kind < 0 || kind >= RK_N_EVENTS || b->n_events == RK_EVENTS)
			continue;
		b->events[b->n_events++] = (struct rk_event){.id = st_col_int(st, 0),
		    .at = st_col_int(st, 1),
		    .kind = (enum rk_event_kind)kind,
		    .source = rk_arena_str(b->arena, st_col_text(st, 3)),
		    .title = rk_arena_str(b->arena, st_col_text(st, 4)),
		    .detail = rk_arena_str(b->arena, st_col_text(st, 5)),
		    .advice = rk_arena_str(b->arena, st_col_text(st, 6)),
		    .since = st_col_time(st, 7),
		    .n = (unsigned)st_col_int(st, 8)};
	}
	return rc;
}

int
rk_store_board(struct rk_store *s, struct rk_board **out, struct rk_err *err)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct reading r = {.s = s, .b = RK_NEW(arena, struct rk_board)};
	bool mine;
	int rc = -1;

	*out = NULL;
	r.b->arena = arena;
	if (st_snapshot(s, &mine, err) != 0)
		goto out;
	if (numbers(s, r.b, err) == 0 && read_sources(&r, err) == 0 &&
	    read_scores(&r, err) == 0)
		rc = read_events(s, r.b, err);
	st_snapshot_end(s, mine);
out:
	free(r.of);
	if (rc == 0) {
		*out = r.b;
		return 0;
	}
	if (r.of == NULL)
		free(r.b->sources);
	rk_arena_free(arena);
	return -1;
}

int
st_board_bump(struct rk_store *s, struct rk_err *err)
{
	return st_run_id(s, ST_BOARD_BUMP, err);
}
