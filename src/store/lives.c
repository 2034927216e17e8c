/*
 * Entries leave and come back.
 *
 * A row stays for ever with its id and its place; only its state changes. By its
 * source's word one copy leaves: where it led its story, the oldest copy that is left
 * speaks for it, under the story's id and in its place, and that is a change of
 * content; without one the story has left, and the nodes that had it keep a tombstone
 * for a while. By the operator's word a lead takes all of its story along.
 */
#include "archive_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "stories_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

/* What is needed of a row. */
struct life {
	int64_t lead; /* of its story, perhaps itself */
	int64_t route;
	enum st_entry_state state;
};

static int
read_life(struct rk_store *s, int64_t row, struct life *l, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_LIFE_GET, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: there is no entry %lld",
				    s->name, (long long)row);
	l->lead = st_col_time(st, 0) != RK_NO_TIME ? st_col_int(st, 0) : row;
	l->state = (enum st_entry_state)st_col_int(st, 1);
	l->route = st_col_int(st, 2);
	sqlite3_reset(st);
	return 0;
}

static int
run2(struct rk_store *s, enum st_id id, int64_t a, int64_t b, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, id, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, a);
	if (sqlite3_bind_parameter_count(st) > 1)
		st_int(st, 2, b);
	return st_run(s, st, err);
}

int
st_voice(struct rk_store *s, int64_t lead, int64_t *row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_VOICE, err);
	int rc;

	*row = 0;
	if (st == NULL)
		return -1;
	st_int(st, 1, lead);
	if ((rc = st_step(s, st, err)) == 1) {
		*row = st_col_int(st, 0);
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

int
st_story_bump(struct rk_store *s, int64_t lead, int64_t now, struct rk_err *err)
{
	return run2(s, ST_LIFE_BUMP, lead, now, err);
}

int
st_left_get(struct rk_store *s, int64_t row, enum st_left *why, int64_t *at,
    int64_t *stated, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_LEFT_GET, err);
	int rc;

	*why = ST_BY_NOBODY;
	*at = *stated = RK_NO_TIME;
	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) == 1) {
		*why = (enum st_left)st_col_int(st, 0);
		*at = st_col_int(st, 1);
		*stated = st_col_int(st, 2);
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

/* ---- where a story is to be read */

/* The nodes of a story at a moment, and who speaks in it; 0: nobody. */
struct where {
	unsigned *nodes;
	size_t n;
	int64_t voice;
};

static int
look(struct rk_store *s, int64_t lead, struct where *w, struct rk_err *err)
{
	struct life l;
	struct st_set set;

	*w = (struct where){0};
	if (read_life(s, lead, &l, err) != 0)
		return -1;
	w->voice = lead;
	if (l.state != ST_LIVE && st_voice(s, lead, &w->voice, err) != 0)
		return -1;
	if (w->voice == 0)
		return 0;
	if (st_story_nodes(s, lead, l.route, &set, s->scratch, err) != 0)
		return -1;
	w->nodes = rk_arena_array(s->scratch, set.n + 1, sizeof(*w->nodes));
	for (size_t i = 0; i < set.n; i++)
		if (st_set_holds(s, &set, set.nodes[i]))
			w->nodes[w->n++] = set.nodes[i];
	return 0;
}

static bool
has(const struct where *w, unsigned node)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->nodes[i] == node)
			return true;
	return false;
}

/* Nodes where it was and is: raised when who speaks changed. */
static void
touch(struct rk_store *s, const struct where *was, const struct where *is, int64_t now)
{
	for (size_t i = 0; i < was->n; i++)
		if (!has(is, was->nodes[i]))
			st_touch(s, was->nodes[i], -1, now);
		else
			st_touch(s, was->nodes[i], 0,
			    was->voice != is->voice ? now : RK_NO_TIME);
	for (size_t i = 0; i < is->n; i++)
		if (!has(was, is->nodes[i]))
			st_touch(s, is->nodes[i], 1, now);
}

/* ---- leaving */

static int
bury(struct rk_store *s, int64_t lead, const struct where *was, int64_t now,
    struct rk_err *err)
{
	for (size_t i = 0; i < was->n; i++) {
		struct rk_str node = s->regions.nodes[was->nodes[i]].id;
		sqlite3_stmt *put = st_get(s, ST_TOMB_PUT, err);
		sqlite3_stmt *old = st_get(s, ST_TOMB_OLD, err);

		if (put == NULL || old == NULL)
			return -1;
		st_text(put, 1, node);
		st_int(put, 2, now);
		st_int(put, 3, lead);
		st_text(old, 1, node);
		st_int(old, 2, now - RK_TOMBSTONE_S);
		if (st_run(s, put, err) != 0 || st_run(s, old, err) != 0)
			return -1;
	}
	return 0;
}

static int
note(struct rk_store *s, const struct st_leave *l, bool unseen, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_LEFT_PUT, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, l->row);
	st_int(st, 2, l->why | (unseen ? ST_LEFT_UNSEEN : 0));
	st_int(st, 3, l->now);
	st_int(st, 4, l->stated);
	return st_run(s, st, err);
}

/* A story that was withdrawn is blocked: its tombstones go. */
static int
unbury(struct rk_store *s, int64_t lead, int64_t route, struct rk_err *err)
{
	struct st_set set;
	sqlite3_stmt *copies;
	const struct st_route *r;
	int rc;

	if (run2(s, ST_TOMB_DROP, lead, 0, err) != 0)
		return -1;
	if (sqlite3_changes(s->db) == 0)
		return 0;
	/* nodes by all routes that it ever had: one too many costs a rendering */
	if ((copies = st_get(s, ST_COPY_ROUTES, err)) == NULL ||
	    (r = st_route_of_row(s, route, err)) == NULL)
		return -1;
	st_set_begin(s, &set);
	st_set_add(s, &set, r, s->scratch);
	st_int(copies, 1, lead);
	while ((rc = st_step(s, copies, err)) == 1) {
		if ((r = st_route_of_row(s, st_col_int(copies, 0), err)) == NULL) {
			sqlite3_reset(copies);
			return -1;
		}
		st_set_add(s, &set, r, s->scratch);
	}
	for (size_t i = 0; rc == 0 && i < set.n; i++)
		st_touch(s, set.nodes[i], 0, RK_NO_TIME);
	return rc;
}

int
st_entry_leave(struct rk_store *s, const struct st_leave *leave, struct rk_err *err)
{
	struct life l;
	struct where was, is;
	enum st_left before;
	int64_t at, stated;
	bool whole, out;

	if (read_life(s, leave->row, &l, err) != 0 ||
	    st_left_get(s, leave->row, &before, &at, &stated, err) != 0)
		return -1;
	/* what only its source took out, the operator may take out for good */
	if (l.state == ST_BLOCKED ||
	    (l.state == leave->to &&
		(leave->why != ST_BY_OPERATOR || before == ST_BY_OPERATOR)))
		return 0;
	whole = leave->why == ST_BY_OPERATOR && l.lead == leave->row;
	out = l.state == ST_WITHDRAWN; /* then it stays as it was noted */
	if (look(s, l.lead, &was, err) != 0 ||
	    run2(s, ST_LIFE_SET, leave->row, leave->to, err) != 0 ||
	    (whole && run2(s, ST_LIFE_SET_COPIES, leave->row, leave->to, err) != 0) ||
	    note(s, leave, !out && was.voice == 0, err) != 0 || look(s, l.lead, &is, err) != 0)
		return -1;
	touch(s, &was, &is, leave->now);
	if (l.lead == leave->row && st_related_touch(s, l.lead, err) != 0)
		return -1;
	if (st_archive_touch(s, l.lead, err) != 0)
		return -1;
	if (is.voice != 0)
		return is.voice != was.voice &&
			       st_story_bump(s, l.lead, leave->now, err) != 0
			   ? -1
			   : 1;
	if (leave->to == ST_BLOCKED)
		return unbury(s, l.lead, l.route, err) != 0 ? -1 : 1;
	return bury(s, l.lead, &was, leave->now, err) != 0 ? -1 : 1;
}

/* ---- coming back */

int
st_entry_return(struct rk_store *s, int64_t row, int64_t updated, int64_t now,
    struct rk_err *err)
{
	enum st_left why;
	int64_t at, stated;
	struct life l;
	struct where was, is;
	struct st_route *route;

	if (st_left_get(s, row, &why, &at, &stated, err) != 0)
		return -1;
	if (why == ST_BY_NOBODY || why > ST_BY_PAGE || updated == RK_NO_TIME ||
	    updated <= stated)
		return 0;
	if (read_life(s, row, &l, err) != 0)
		return -1;
	if (l.state != ST_WITHDRAWN)
		return 0;
	if (l.lead != row && st_left_get(s, l.lead, &why, &at, &stated, err) != 0)
		return -1;
	if (why == ST_BY_OPERATOR) /* it took all of its story along */
		return 0;
	if (look(s, l.lead, &was, err) != 0 ||
	    run2(s, ST_LIFE_BACK, row, 0, err) != 0 ||
	    run2(s, ST_LEFT_DROP, row, 0, err) != 0 ||
	    run2(s, ST_TOMB_DROP, l.lead, 0, err) != 0 ||
	    (route = st_route_of_row(s, l.route, err)) == NULL)
		return -1;
	route->newest = INT64_MAX; /* it comes back to its old place, wherever that is */
	if (look(s, l.lead, &is, err) != 0)
		return -1;
	touch(s, &was, &is, now);
	if ((l.lead == row && st_related_touch(s, l.lead, err) != 0) ||
	    st_archive_touch(s, l.lead, err) != 0)
		return -1;
	if (was.voice != is.voice && st_story_bump(s, l.lead, now, err) != 0)
		return -1;
	return st_filter_row(s, row, now, err) != 0 ? -1 : 1;
}

int
st_entry_turn(struct rk_store *s, int64_t row, enum st_entry_state to, int64_t now,
    struct rk_err *err)
{
	struct life l;
	struct where was, is;
	struct st_route *route;

	if (read_life(s, row, &l, err) != 0 || look(s, l.lead, &was, err) != 0 ||
	    run2(s, ST_LIFE_SET, row, to, err) != 0 ||
	    (route = st_route_of_row(s, l.route, err)) == NULL ||
	    look(s, l.lead, &is, err) != 0)
		return -1;
	if (to == ST_LIVE)
		route->newest = INT64_MAX; /* to its old place, wherever that is */
	touch(s, &was, &is, now);
	if ((l.lead == row && st_related_touch(s, l.lead, err) != 0) ||
	    st_archive_touch(s, l.lead, err) != 0)
		return -1;
	/* other words under the same id, unless it is who it always was */
	if (is.voice == 0 || is.voice == was.voice || (was.voice == 0 && is.voice == l.lead))
		return 0;
	return st_story_bump(s, l.lead, now, err);
}

int
st_story_open(struct rk_store *s, struct st_story *story, struct rk_err *err)
{
	enum st_left why;
	int64_t at, stated, voice;

	if (story->state == ST_HIDDEN) { /* who joins may be the one who speaks */
		if (st_voice(s, story->row, &voice, err) != 0)
			return -1;
		if (voice != 0)
			story->state = ST_LIVE;
		return 0;
	}
	if (story->state != ST_WITHDRAWN)
		return 0;
	if (st_left_get(s, story->row, &why, &at, &stated, err) != 0)
		return -1;
	if (why == ST_BY_OPERATOR)
		return 0; /* copies of it stay out too */
	if (st_voice(s, story->row, &voice, err) != 0)
		return -1;
	if (voice != 0)
		story->state = ST_LIVE;
	else
		story->row = 0;
	return 0;
}
