/*
 * Finding the stories that a new entry may belong to, and letting a copy in. Which of
 * them it is, if any, is decided by the function passed in.
 */
#include "store_int.h"

/* What the rows with one of the hashes say, by story. */
struct found {
	struct rk_candidate c[2 * ST_CANDIDATES];
	size_t n;
};

static struct rk_candidate *
candidate(struct found *f, int64_t story)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->c[i].story == story)
			return &f->c[i];
	rk_assert(f->n < 2 * ST_CANDIDATES);
	f->c[f->n] = (struct rk_candidate){.story = story};
	return &f->c[f->n++];
}

/* The row may carry another hash than the clue said: clues are hints. */
static int
look(struct st_ingest *g, const struct rk_entry *e, int64_t row, struct found *f,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_ENTRY_CLUE, err);
	struct rk_candidate *c;
	bool same_url, same_text, lead;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(g->store, st, err)) != 1)
		return rc;
	same_url = e->url_hash != 0 && st_col_hash(st, 4) == e->url_hash;
	same_text = e->merge_hash != 0 && st_col_hash(st, 5) == e->merge_hash;
	if (same_url || same_text) {
		lead = st_col_time(st, 1) == RK_NO_TIME;
		c = candidate(f, lead ? row : st_col_int(st, 1));
		c->same_url = c->same_url || same_url;
		c->same_text = c->same_text || same_text;
		c->same_source = c->same_source || st_col_int(st, 0) == g->source;
		if (lead) {
			c->published = st_col_time(st, 2);
			c->first_seen = st_col_int(st, 3);
		}
	}
	sqlite3_reset(st);
	return 0;
}

/* The lead's dates, and whether the source has a copy in the story already. */
static int
complete(struct st_ingest *g, struct rk_candidate *c, struct rk_err *err)
{
	sqlite3_stmt *lead = st_get(g->store, ST_ENTRY_CLUE, err);
	sqlite3_stmt *copy = st_get(g->store, ST_COPY_OF_SOURCE, err);
	int rc;

	if (lead == NULL || copy == NULL)
		return -1;
	st_int(lead, 1, c->story);
	if ((rc = st_step(g->store, lead, err)) != 1)
		return rc;
	c->same_source = c->same_source || st_col_int(lead, 0) == g->source;
	c->published = st_col_time(lead, 2);
	c->first_seen = st_col_int(lead, 3);
	sqlite3_reset(lead);
	if (c->same_source)
		return 0;
	st_int(copy, 1, c->story);
	st_int(copy, 2, g->source);
	if ((rc = st_step(g->store, copy, err)) == 1) {
		c->same_source = true;
		sqlite3_reset(copy);
	}
	return rc < 0 ? -1 : 0;
}

int
st_find_story(struct st_ingest *g, const struct rk_entry *e, struct st_story *story,
    struct rk_err *err)
{
	uint64_t hashes[2] = {e->merge_hash, e->url_hash};
	struct found f;
	sqlite3_stmt *st;
	size_t chosen;
	int rc;

	story->row = 0;
	f.n = 0;
	for (size_t h = 0; h < 2; h++) {
		int64_t rows[ST_CANDIDATES];
		int n = st_clue_find(g->store, hashes[h], rows, ST_CANDIDATES, err);

		if (n < 0)
			return -1;
		for (int i = 0; i < n; i++)
			if (look(g, e, rows[i], &f, err) != 0)
				return -1;
	}
	if (f.n == 0)
		return 0;
	for (size_t i = 0; i < f.n; i++)
		if (complete(g, &f.c[i], err) != 0)
			return -1;
	chosen = g->decide(e, g->poll->now, f.c, f.n);
	rk_assert(chosen == SIZE_MAX || chosen < f.n);
	if (chosen == SIZE_MAX)
		return 0;
	if ((st = st_get(g->store, ST_ENTRY_LEAD, err)) == NULL)
		return -1;
	st_int(st, 1, f.c[chosen].story);
	if ((rc = st_step(g->store, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: a story lost its lead",
				    g->store->name);
	*story = (struct st_story){f.c[chosen].story, st_col_int(st, 0),
	    st_col_int(st, 1), (enum st_entry_state)st_col_int(st, 2)};
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
