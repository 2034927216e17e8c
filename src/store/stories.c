/*
 * Carrying out what the function passed in decides of a new entry and its candidates
 * (candidates.c): where the new one belongs, and what that changes among stories that
 * nobody has read yet. Knows nothing of how candidates are found, nor why entries tell
 * the same.
 */
#include "ingest_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "stories_int.h"

#include <ruamkhao/arena.h>

/* What becomes of entries that were there before: kept for when the new one has a row. */
struct st_regroup {
	struct gathering all;
	struct rk_link links[RK_MAX_LINKS];
	size_t n_links;
	bool moved; /* a story changes its lead or its entries */
};

static int
read_lead(struct rk_store *s, int64_t row, struct st_story *story, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ENTRY_LEAD, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: a story lost its lead",
				    s->name);
	story->row = row;
	story->route = st_col_int(st, 0);
	story->sort = st_col_int(st, 1);
	story->state = (enum st_entry_state)st_col_int(st, 2);
	sqlite3_reset(st);
	return 0;
}

int
st_story_nodes(struct rk_store *s, int64_t row, int64_t route, struct st_set *set,
    struct rk_arena *arena, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_COPY_ROUTES, err);
	sqlite3_stmt *lead = st_get(s, ST_LIFE_GET, err);
	const struct st_route *r = st_route_of_row(s, route, err);
	int rc;

	st_set_begin(s, set);
	if (st == NULL || lead == NULL || r == NULL)
		return -1;
	st_int(lead, 1, row);
	if ((rc = st_step(s, lead, err)) < 0)
		return -1;
	if (rc == 1 && st_col_int(lead, 1) == ST_LIVE)
		st_set_add(s, set, r, arena);
	sqlite3_reset(lead);
	st_int(st, 1, row);
	while ((rc = st_step(s, st, err)) == 1) {
		if (st_col_int(st, 1) != ST_LIVE)
			continue;
		if ((r = st_route_of_row(s, st_col_int(st, 0), err)) == NULL) {
			sqlite3_reset(st);
			return -1;
		}
		st_set_add(s, set, r, arena);
	}
	return rc;
}

int
st_story_touch(struct rk_store *s, int64_t lead, int64_t route, int64_t stories,
    int64_t changed, struct rk_err *err)
{
	struct st_set set;

	if (st_story_nodes(s, lead, route, &set, s->scratch, err) != 0)
		return -1;
	for (size_t i = 0; i < set.n; i++)
		if (st_set_holds(s, &set, set.nodes[i]))
			st_touch(s, set.nodes[i], stories, changed);
	return 0;
}

int
st_joined(struct st_ingest *g, const struct st_story *story, struct rk_err *err)
{
	struct rk_store *s = g->store;
	struct st_set set;
	size_t before;
	bool had_place;

	if (story->state != ST_LIVE)
		return 0;
	if (st_story_nodes(s, story->row, story->route, &set, s->scratch, err) != 0)
		return -1;
	before = set.n;
	had_place = set.has_place;
	st_set_add(s, &set, g->route, s->scratch);
	for (size_t i = 0; i < set.n; i++) {
		bool national = s->regions.nodes[set.nodes[i]].is_national;
		bool was = i < before && !(national && had_place);
		bool is = !(national && set.has_place);

		if (was || is)
			st_touch(
			    s, set.nodes[i], (int64_t)is - (int64_t)was, RK_NO_TIME);
		/* where it is new it is a change of what can be read there */
		if (is && !was)
			st_touch(s, set.nodes[i], 0, g->poll->now);
	}
	return 0;
}

/* A story as it stands in the rows now leaves its nodes, or comes to them. */
static int
count(struct st_ingest *in, int64_t row, int64_t by, struct rk_err *err)
{
	struct rk_store *s = in->store;
	struct st_story story = {0};

	if (read_lead(s, row, &story, err) != 0)
		return -1;
	return st_story_touch(
	    s, row, story.route, by, by > 0 ? in->poll->now : RK_NO_TIME, err);
}

/* t[i] is the first of its story here. */
static bool
is_first_of(const struct gathering *g, size_t i)
{
	for (size_t k = 1; k < i; k++)
		if (g->t[k].story == g->t[i].story)
			return false;
	return true;
}

/* Whether the story with that lead is another one afterwards: its entries, its lead. */
static bool
changes(const struct gathering *g, int64_t story)
{
	for (size_t i = 0; i < g->n; i++) {
		int64_t to = g->t[g->t[i].lead].row;

		if ((g->t[i].story == story) != (to == story))
			return true;
	}
	return false;
}

int
st_find_story(struct st_ingest *in, const struct rk_entry *e, struct st_story *story,
    struct rk_err *err)
{
	struct rk_store *s = in->store;
	struct st_regroup *r;
	struct gathering g;

	*story = (struct st_story){0};
	if (st_gather(in, e, &g, err) != 0)
		return -1;
	if (g.n < 2)
		return 0;
	r = RK_NEW(s->near, struct st_regroup);
	r->n_links = in->decide(g.t, g.n, r->links);
	r->all = g;
	for (size_t i = 1; i < g.n; i++)
		if (g.t[g.t[i].lead].row != g.t[i].story)
			r->moved = true;
	story->more = r;
	story->recounted = r->moved;
	/* all that changes leaves as it stands, and comes as it stands then */
	for (size_t i = 1; r->moved && i < g.n; i++)
		if (is_first_of(&g, i) && changes(&g, g.t[i].story) &&
		    count(in, g.t[i].story, -1, err) != 0)
			return -1;
	if (g.t[0].lead == 0) { /* it leads, perhaps a story that others began */
		story->recounted = changes(&g, 0);
		return 0;
	}
	if (read_lead(s, g.t[g.t[0].lead].row, story, err) != 0)
		return -1;
	story->sort = g.own[g.t[0].lead];
	return 0;
}

void
st_story_alone(struct st_story *story)
{
	struct rk_telling *t = &story->more->all.t[0];

	t->lead = 0;
	t->tie = RK_TIE_NONE;
	t->guard = RK_GUARD_NONE;
	t->tied_to = SIZE_MAX;
	*story = (struct st_story){.more = story->more};
}

/* ---- what its coming changes among the others */

static int
regroup_row(struct rk_store *s, int64_t row, int64_t lead, int64_t sort, int64_t state,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_REGROUP, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	st_time(st, 2, row == lead ? RK_NO_TIME : lead);
	st_int(st, 3, sort);
	st_int(st, 4, state);
	return st_run(s, st, err);
}

static int
raise_route(struct rk_store *s, int64_t row, int64_t sort, struct rk_err *err)
{
	struct st_story at = {0};
	struct st_route *route;

	if (read_lead(s, row, &at, err) != 0 ||
	    (route = st_route_of_row(s, at.route, err)) == NULL)
		return -1;
	if (route->newest != INT64_MAX && route->newest < sort)
		route->newest = sort;
	return 0;
}

/* The place of the story that t[i] leads, at its own rank; nothing moves that is shown. */
static int
regroup(struct st_ingest *in, const struct gathering *g, int64_t row,
    struct rk_err *err)
{
	struct rk_store *s = in->store;

	for (size_t i = 0; i < g->n; i++) {
		int64_t lead = i == 0 ? row : g->t[i].row, sort = g->own[i];

		if (g->t[i].lead != i || !changes(g, g->t[i].row))
			continue;
		for (size_t k = 1; k < g->n; k++)
			if (g->t[k].lead == i && !g->t[k].settled &&
			    (regroup_row(s, g->t[k].row, lead, sort, g->state[i],
				 err) != 0 ||
				raise_route(s, g->t[k].row, sort, err) != 0))
				return -1;
	}
	return 0;
}

/* Why t[i] is in its story: what it is tied to, or what is tied to it. */
static struct rk_telling
reason(const struct gathering *g, size_t i)
{
	struct rk_telling t = g->t[i];

	for (size_t k = 0; k < g->n && t.tie == RK_TIE_NONE; k++)
		if (g->t[k].tie != RK_TIE_NONE && g->t[k].tied_to == i) {
			t.tie = g->t[k].tie;
			t.guard = RK_GUARD_NONE;
			t.overlap = g->t[k].overlap;
			t.tied_to = k;
		}
	return t;
}

static int
put_tie(struct rk_store *s, const struct gathering *g, size_t i, int64_t row,
    struct rk_err *err)
{
	struct rk_telling t = reason(g, i);
	sqlite3_stmt *st;

	if (i == 0 && t.tied_to == SIZE_MAX)
		return 0;
	if ((st = st_get(s, t.tied_to != SIZE_MAX ? ST_TIE_PUT : ST_TIE_DROP, err)) ==
	    NULL)
		return -1;
	st_int(st, 1, i == 0 ? row : t.row);
	if (t.tied_to != SIZE_MAX) {
		st_int(st, 2, t.tied_to == 0 ? row : g->t[t.tied_to].row);
		st_int(st, 3, t.tie);
		st_int(st, 4, t.guard);
		st_int(st, 5, t.overlap);
		st_int(st, 6, g->own[i]);
	}
	return st_run(s, st, err);
}

static int
put_links(struct st_ingest *in, const struct st_regroup *r, int64_t row,
    struct rk_err *err)
{
	struct rk_store *s = in->store;

	for (size_t i = 0; i < r->n_links; i++) {
		const struct rk_link *l = &r->links[i];
		int64_t a = l->a == 0 ? row : r->all.t[l->a].row;
		int64_t b = l->b == 0 ? row : r->all.t[l->b].row;
		size_t ends[2] = {l->a, l->b};

		for (int way = 0; way < 2; way++) {
			sqlite3_stmt *st = st_get(s, ST_RELATED_ADD, err);

			if (st == NULL)
				return -1;
			st_int(st, 1, way == 0 ? a : b);
			st_int(st, 2, way == 0 ? b : a);
			st_int(st, 3, l->tie);
			st_int(st, 4, l->overlap);
			if (st_run(s, st, err) != 0)
				return -1;
		}
		for (int way = 0; way < 2; way++) { /* both show the other now */
			size_t lead = r->all.t[ends[way]].lead;

			if (count(in, lead == 0 ? row : r->all.t[lead].row, 0, err) !=
			    0)
				return -1;
		}
	}
	return 0;
}

int
st_settle(struct st_ingest *in, const struct rk_entry *e, int64_t row, int64_t own,
    const struct st_story *story, struct rk_err *err)
{
	struct st_regroup *r = story->more;
	struct gathering *g;

	if (st_print_new(in, e, row, err) != 0)
		return -1;
	if (r == NULL)
		return 0;
	g = &r->all;
	g->own[0] = own;
	for (size_t i = 0; i < g->n; i++)
		if ((i == 0 || !g->t[i].settled) &&
		    put_tie(in->store, g, i, row, err) != 0)
			return -1;
	if (r->moved) {
		if (regroup(in, g, row, err) != 0)
			return -1;
		for (size_t i = 0; i < g->n; i++)
			if (g->t[i].lead == i && changes(g, g->t[i].row) &&
			    count(in, i == 0 ? row : g->t[i].row, 1, err) != 0)
				return -1;
	}
	return r->n_links > 0 ? put_links(in, r, row, err) : 0;
}
