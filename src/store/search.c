/*
 * Which stories a search means. Two steps: what may be meant - rows that the index names,
 * the newest that it does not have yet, or the lines of the nodes where words do not
 * narrow it - and then the words themselves against the texts, newest first, until there
 * are enough. So an index that is behind, or names too many, costs time and no result.
 */
#include <ruamkhao/search.h>

#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "stories_int.h"
#include "timeline_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>

#define ASK_EVERY 2000 /* of SQLite's steps */

/* A story that may be meant, and the row of the copy that speaks for it. */
struct may {
	int64_t sort, story, voice;
};

struct search {
	struct rk_store *s;
	const struct rk_search *what;
	struct may *v;
	size_t n, cap;
	bool *place, *publisher; /* by node: it is one of those */
	bool stopped;
	struct rk_search_end *end;
};

static int
ask(void *cookie)
{
	struct search *x = cookie;

	if (!x->stopped && x->what->stop != NULL)
		x->stopped = x->what->stop(x->what->cookie);
	return x->stopped;
}

/* ---- where */

static bool *
mark_nodes(struct rk_store *s, const struct rk_node_list *list)
{
	bool *marks;

	if (list->n == 0)
		return NULL;
	marks = rk_xcalloc(s->regions.n_nodes + 1, sizeof(*marks));
	for (size_t i = 0; i < list->n; i++) {
		int64_t node = st_node_index(s, list->v[i]);

		if (node >= 0)
			marks[node] = true;
	}
	return marks;
}

static bool
holds_any(const struct rk_store *s, const struct st_set *set, const bool *marks)
{
	if (marks == NULL)
		return true;
	for (size_t i = 0; i < set->n; i++)
		if (marks[set->nodes[i]] && st_set_holds(s, set, set->nodes[i]))
			return true;
	return false;
}

/* Is the story of that lead where it is looked for? 1, 0, -1. */
static int
is_there(struct search *x, int64_t lead, int64_t route, struct rk_err *err)
{
	struct st_set set;

	if (x->place == NULL && x->publisher == NULL)
		return 1;
	rk_arena_reset(x->s->near);
	if (st_story_nodes(x->s, lead, route, &set, x->s->near, err) != 0)
		return -1;
	return holds_any(x->s, &set, x->place) && holds_any(x->s, &set, x->publisher);
}

/* ---- what may be meant */

static void
note(struct search *x, struct may one)
{
	if (x->n == x->cap) {
		x->cap = x->cap > 0 ? 2 * x->cap : 256;
		x->v = rk_xrealloc(x->v, x->cap * sizeof(*x->v));
	}
	x->v[x->n++] = one;
}

/* The story whose words the row's are; nothing where another copy speaks, or none. */
static int
note_row(struct search *x, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(x->s, ST_SEARCH_ROW, err);
	struct may one = {.voice = row};
	int64_t story, route, voice;
	bool live, lead_live;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(x->s, st, err)) != 1)
		return rc; /* the index may name what is no more */
	story = st_col_time(st, 0);
	route = st_col_int(st, story == RK_NO_TIME ? 1 : 5);
	one.sort = st_col_int(st, 2);
	live = st_col_int(st, 3) == ST_LIVE;
	lead_live = st_col_int(st, 4) == ST_LIVE;
	sqlite3_reset(st);
	one.story = story == RK_NO_TIME ? row : story;
	if (!live || (story != RK_NO_TIME && lead_live))
		return 0;
	if (story != RK_NO_TIME) {
		if (st_voice(x->s, story, &voice, err) != 0)
			return -1;
		if (voice != row)
			return 0;
	}
	if ((rc = is_there(x, one.story, route, err)) == 1)
		note(x, one);
	return rc < 0 ? -1 : 0;
}

/* Rows of a statement with one column; they are read out first, for what follows uses
 * the same connection. *full: there were as many as were asked for. */
static int
note_rows(struct search *x, sqlite3_stmt *st, size_t max, bool *full, struct rk_err *err)
{
	int64_t *rows = rk_xmalloc((max + 1) * sizeof(*rows));
	size_t n = 0;
	int rc;

	while ((rc = st_step(x->s, st, err)) == 1 && n < max)
		rows[n++] = st_col_int(st, 0);
	sqlite3_reset(st);
	*full = n == max;
	if (rc == 1)
		rc = 0;
	for (size_t i = 0; rc == 0 && i < n && !ask(x); i++)
		rc = note_row(x, rows[i], err);
	free(rows);
	return rc;
}

static int
by_index(struct search *x, struct rk_str expression, struct rk_err *err)
{
	sqlite3_stmt *find = st_get(x->s, ST_SEARCH_FIND, err);
	sqlite3_stmt *again = st_get(x->s, ST_AGAIN_ALL, err);
	sqlite3_stmt *tail = st_get(x->s, ST_SEARCH_TAIL, err);
	int64_t upto;
	bool full;

	if (find == NULL || again == NULL || tail == NULL ||
	    st_search_upto(x->s, &upto, err) != 0)
		return -1;
	st_text(find, 1, expression);
	st_int(find, 2, RK_SEARCH_LOOK);
	if (note_rows(x, find, RK_SEARCH_LOOK, &full, err) != 0)
		return -1;
	x->end->cut |= full;
	st_int(again, 1, RK_SEARCH_TAIL);
	if (note_rows(x, again, RK_SEARCH_TAIL, &full, err) != 0)
		return -1;
	st_int(tail, 1, upto);
	st_int(tail, 2, RK_SEARCH_TAIL);
	return note_rows(x, tail, RK_SEARCH_TAIL, &full, err);
}

static int
note_story(struct search *x, struct st_pick pick, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(x->s, ST_ENTRY_LEAD, err);
	struct may one = {pick.sort, pick.row, pick.row};
	int64_t route;
	bool live;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, pick.row);
	if ((rc = st_step(x->s, st, err)) != 1)
		return rc;
	route = st_col_int(st, 0);
	live = st_col_int(st, 2) == ST_LIVE;
	sqlite3_reset(st);
	if (!live && st_voice(x->s, pick.row, &one.voice, err) != 0)
		return -1;
	if ((rc = is_there(x, pick.row, route, err)) == 1 && one.voice != 0)
		note(x, one);
	return rc < 0 ? -1 : 0;
}

/* The newest of the nodes that it looks in. */
static int
by_lines(struct search *x, struct rk_err *err)
{
	static const struct rk_str all[] = {{"all", 3}};
	struct rk_node_list in = x->what->places.n > 0 ? x->what->places
				 : x->what->publishers.n > 0
				     ? x->what->publishers
				     : (struct rk_node_list){all, 1};

	for (size_t i = 0; i < in.n && !ask(x); i++) {
		int64_t node = st_node_index(x->s, in.v[i]);
		struct st_pick *picks;
		size_t n;
		int rc = 0;

		if (node < 0)
			continue;
		if (st_newest(x->s, (unsigned)node, RK_SEARCH_SCAN, &picks, &n, err) != 0)
			return -1;
		x->end->cut |= n == RK_SEARCH_SCAN;
		for (size_t k = 0; rc == 0 && k < n && !ask(x); k++)
			rc = note_story(x, picks[k], err);
		free(picks);
		if (rc != 0)
			return -1;
	}
	return 0;
}

static int
newest_first(const void *va, const void *vb)
{
	const struct may *a = va, *b = vb;

	if (a->sort != b->sort)
		return a->sort < b->sort ? 1 : -1;
	return a->story < b->story ? 1 : a->story > b->story ? -1 : 0;
}

/* Each story once, newest first. */
static void
order(struct search *x)
{
	size_t n = 0;

	if (x->n > 0)
		qsort(x->v, x->n, sizeof(*x->v), newest_first);
	for (size_t i = 0; i < x->n; i++)
		if (n == 0 || x->v[n - 1].story != x->v[i].story)
			x->v[n++] = x->v[i];
	x->n = n;
}

/* ---- the words */

/* 1: the row's are meant; 0: they are not; -1. */
static int
is_meant(struct search *x, int64_t row, struct rk_buf *text, struct rk_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (x->what->query == NULL)
		return 1;
	if ((st = st_get(x->s, ST_SEARCH_WORDS, err)) == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(x->s, st, err)) != 1)
		return rc;
	rk_buf_reset(text);
	(void)rk_search_text(st_col_text(st, 0), st_col_text(st, 1), text);
	sqlite3_reset(st);
	return rk_query_matches(x->what->query, rk_buf_view(text));
}

/* The stories that are shown: picks has room for them. */
static int
choose(struct search *x, struct st_pick *picks, size_t *n, struct rk_err *err)
{
	size_t met = 0, looked = 0;
	struct rk_buf text;
	int rc = 0;

	*n = 0;
	rk_buf_init(&text, RK_MIB(1));
	for (size_t i = 0; i < x->n && !x->end->more; i++) {
		if (looked == RK_SEARCH_SCAN || ask(x)) {
			x->end->cut = true;
			break;
		}
		looked++;
		if ((rc = is_meant(x, x->v[i].voice, &text, err)) < 0)
			break;
		if (rc == 0 || met++ < x->what->offset)
			continue;
		if (*n < x->what->limit)
			picks[(*n)++] = (struct st_pick){x->v[i].sort, x->v[i].story};
		else
			x->end->more = true;
	}
	rk_buf_release(&text);
	return rc < 0 ? -1 : 0;
}

static int
count_waiting(struct search *x, struct rk_err *err)
{
	sqlite3_stmt *newest = st_get(x->s, ST_ENTRY_NEWEST, err);
	sqlite3_stmt *again = st_get(x->s, ST_AGAIN_COUNT, err);
	int64_t upto;

	if (newest == NULL || again == NULL || st_search_upto(x->s, &upto, err) != 0 ||
	    st_step(x->s, newest, err) != 1)
		return -1;
	x->end->entries = st_col_int(newest, 0);
	sqlite3_reset(newest);
	if (st_step(x->s, again, err) != 1)
		return -1;
	x->end->waiting = x->end->entries - upto + st_col_int(again, 0);
	sqlite3_reset(again);
	return 0;
}

static int
find(struct search *x, struct rk_timeline *t, struct rk_err *err)
{
	struct st_pick *picks = rk_xmalloc((x->what->limit + 1U) * sizeof(*picks));
	struct rk_buf expression;
	size_t n;
	int rc = -1;

	rk_buf_init(&expression, RK_KIB(64));
	if (st_regions_load(x->s, err) != 0 || count_waiting(x, err) != 0)
		goto out;
	t->generation = x->s->regions.nodes[0].generation;
	x->place = mark_nodes(x->s, &x->what->places);
	x->publisher = mark_nodes(x->s, &x->what->publishers);
	sqlite3_progress_handler(x->s->db, ASK_EVERY, ask, x);
	rc = x->what->query != NULL && rk_query_trigrams(x->what->query, &expression)
		 ? by_index(x, rk_buf_view(&expression), err)
		 : by_lines(x, err);
	if (rc == 0) {
		order(x);
		rc = choose(x, picks, &n, err);
	}
	sqlite3_progress_handler(x->s->db, 0, NULL, NULL);
	if (rc != 0 && x->stopped) { /* in the middle of a statement */
		x->end->cut = true;
		n = 0;
		rc = 0;
	}
	x->end->cut |= x->stopped;
	if (rc == 0)
		rc = st_stories(x->s, t, picks, n, err);
out:
	free(picks);
	rk_buf_release(&expression);
	return rc;
}

int
rk_store_search(struct rk_store *s, const struct rk_search *what, const struct rk_node *node,
    const struct rk_site *site, const struct rk_regions *regions, struct rk_timeline **out,
    struct rk_search_end *end, struct rk_err *err)
{
	struct search x = {.s = s, .what = what, .end = end};
	struct rk_arena *arena;
	struct rk_timeline *t;
	bool mine;
	int rc;

	rk_assert(!s->in_tx);
	*out = NULL;
	*end = (struct rk_search_end){0};
	if (st_snapshot(s, &mine, err) != 0)
		return -1;
	arena = rk_arena_new(0);
	t = RK_NEW(arena, struct rk_timeline);
	t->arena = arena;
	t->site = site;
	t->regions = regions;
	t->node = *node;
	rc = find(&x, t, err);
	if (rc == 0 && what->removed)
		rc = st_search_removed(s, what, t, err);
	st_snapshot_end(s, mine);
	s->shown = s->last_entry; /* whoever asked may show it */
	free(x.v);
	free(x.place);
	free(x.publisher);
	if (rc != 0) {
		rk_timeline_free(t);
		return -1;
	}
	rk_timeline_seal(t);
	*out = t;
	return 0;
}
