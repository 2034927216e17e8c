/*
 * Which stories each archive document of a node holds (RFC 5005).
 *
 * Entries get their rows in the order of first sight, so a document is a range of rows:
 * it holds the stories that their first entry in the node brought within the range. The
 * newest document of a chain takes stories up only when the node's feed does not show one
 * that no document holds, and then all there are, also those that the feed still shows:
 * so it is written once for many news. It is closed when the next one is begun. No clock
 * has a part in it.
 */
#include "archive_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "timeline_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>

#define ALL 0 /* index of the node that holds everything */
#define DAY 86400

/* ---- documents */

static void
read_archive(sqlite3_stmt *st, struct st_archive *a)
{
	int64_t *fields[] = {&a->n, &a->month, &a->part, &a->after, &a->upto, &a->stories,
	    &a->bytes, &a->seq, &a->known, &a->generation};

	for (int i = 0; i < (int)(sizeof(fields) / sizeof(*fields)); i++)
		*fields[i] = st_col_int(st, i);
	sqlite3_reset(st);
}

int
st_archive_get(struct rk_store *s, struct rk_str node, int64_t n, struct st_archive *a,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, n > 0 ? ST_ARCHIVE_GET : ST_ARCHIVE_NEWEST, err);
	int rc;

	if (st == NULL)
		return -1;
	st_text(st, 1, node);
	if (n > 0)
		st_int(st, 2, n);
	if ((rc = st_step(s, st, err)) == 1)
		read_archive(st, a);
	return rc;
}

struct rk_str
st_archive_name(
    struct rk_arena *arena, struct rk_str node, int64_t month, int64_t part)
{
	long long year = month / 12, m = month % 12 + 1;

	if (part == 1)
		return rk_arena_fmt(arena, "archive/%.*s/%04lld-%02lld.atom", (int)node.n,
		    node.p, year, m);
	return rk_arena_fmt(arena, "archive/%.*s/%04lld-%02lld.%lld.atom", (int)node.n,
	    node.p, year, m, (long long)part);
}

int
st_archive_beside(struct rk_store *s, struct rk_str node, int64_t n, int step,
    struct rk_arena *arena, struct rk_str *name, struct rk_err *err)
{
	bool newest = n == 0 && step < 0;
	sqlite3_stmt *st = st_get(s, newest ? ST_ARCHIVE_NEWEST : ST_ARCHIVE_NAME, err);
	int at = newest ? 1 : 0, rc;

	*name = rk_strn("", 0);
	if (st == NULL)
		return -1;
	st_text(st, 1, node);
	if (!newest)
		st_int(st, 2, n + step);
	if ((rc = st_step(s, st, err)) == 1) {
		*name = st_archive_name(
		    arena, node, st_col_int(st, at), st_col_int(st, at + 1));
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

/* ---- which entries came to a node */

struct seen {
	struct st_seen *v;
	size_t n, cap;
};

static int
read_seen(struct rk_store *s, sqlite3_stmt *st, struct seen *to, size_t *n,
    struct rk_err *err)
{
	int rc;

	*n = 0;
	while ((rc = st_step(s, st, err)) == 1) {
		int64_t row = st_col_int(st, 0), story = st_col_time(st, 1);

		if (to->n == to->cap) {
			to->cap = to->cap > 0 ? 2 * to->cap : 256;
			to->v = rk_xrealloc(to->v, to->cap * sizeof(*to->v));
		}
		to->v[to->n++] = (struct st_seen){row, story != RK_NO_TIME ? story : row,
		    st_col_int(st, 2) == ST_LIVE};
		++*n;
	}
	return rc;
}

/* Whether the route has rows above `after`; remembered, for most have none. */
static int
has_more(struct rk_store *s, struct st_route *route, int64_t after, struct rk_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (route->row == 0)
		return 0;
	if (route->last == INT64_MAX || s->mode != RK_STORE_WRITE) {
		if ((st = st_get(s, ST_SEEN_LAST, err)) == NULL)
			return -1;
		st_int(st, 1, route->row);
		if ((rc = st_step(s, st, err)) < 0)
			return -1;
		route->last = rc == 1 ? st_col_int(st, 0) : 0;
		sqlite3_reset(st);
	}
	return route->last > after;
}

static int
by_row(const void *a, const void *b)
{
	const struct st_seen *x = a, *y = b;

	return x->row < y->row ? -1 : x->row > y->row;
}

/* The lines of all routes, each as far as the one that was cut first. */
static int
seen_by_routes(struct rk_store *s, const struct st_node *at, int64_t after,
    int64_t upto, unsigned limit, struct seen *to, bool *cut, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_SEEN_ROUTE, err);
	int64_t whole = INT64_MAX;
	size_t n;

	if (st == NULL)
		return -1;
	for (size_t i = 0; i < at->n_routes; i++) {
		struct st_route *route = s->regions.routes[at->routes[i]];
		int more = has_more(s, route, after, err);

		if (more < 0)
			return -1;
		if (more == 0)
			continue;
		st_int(st, 1, route->row);
		st_int(st, 2, after);
		st_int(st, 3, upto);
		st_int(st, 4, limit);
		if (read_seen(s, st, to, &n, err) != 0)
			return -1;
		if (n == limit && to->v[to->n - 1].row < whole)
			whole = to->v[to->n - 1].row;
	}
	if (to->n > 0)
		qsort(to->v, to->n, sizeof(*to->v), by_row);
	*cut = whole != INT64_MAX;
	while (to->n > 0 && to->v[to->n - 1].row > whole)
		to->n--;
	return 0;
}

int
st_seen(struct rk_store *s, unsigned node, int64_t after, int64_t upto, unsigned limit,
    struct st_seen **seen, size_t *n, bool *cut, struct rk_err *err)
{
	struct seen to = {0};
	sqlite3_stmt *st;
	size_t got;
	int rc = -1;

	*cut = false;
	if (node != ALL) {
		rc = seen_by_routes(
		    s, &s->regions.nodes[node], after, upto, limit, &to, cut, err);
	} else if ((st = st_get(s, ST_SEEN_ALL, err)) != NULL) {
		st_int(st, 1, after);
		st_int(st, 2, upto);
		st_int(st, 3, limit);
		rc = read_seen(s, st, &to, &got, err);
		*cut = to.n == limit;
	}
	if (rc != 0) {
		free(to.v);
		to = (struct seen){0};
	}
	*seen = to.v;
	*n = to.n;
	return rc;
}

int
st_seen_first(struct rk_store *s, unsigned node, const struct st_seen *one,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_SEEN_EARLIER, err);
	bool first = true;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, one->story);
	st_int(st, 2, one->row);
	while ((rc = st_step(s, st, err)) == 1 && first) {
		const struct st_route *r = st_route_of_row(s, st_col_int(st, 0), err);

		if (r == NULL) {
			sqlite3_reset(st);
			return -1;
		}
		for (size_t i = 0; i < r->n_nodes; i++)
			first = first && r->nodes[i] != node;
	}
	if (rc == 1)
		sqlite3_reset(st);
	return rc < 0 ? -1 : first;
}

/* ---- taking stories up */

/* One node that grows. */
struct growth {
	struct rk_store *s;
	unsigned node, limit;
	struct st_archive doc; /* the newest; n 0: there is none */
	int64_t last;          /* entry that is there: numbers above it may be given again */
	size_t budget;         /* left; the stories of what is written anew */
};

static int
put(struct growth *g, struct rk_err *err)
{
	struct rk_store *s = g->s;
	const struct st_archive *a = &g->doc;
	sqlite3_stmt *st = st_get(s, ST_ARCHIVE_PUT, err);

	if (st == NULL)
		return -1;
	st_text(st, 1, s->regions.nodes[g->node].id);
	st_int(st, 2, a->n);
	st_int(st, 3, a->month);
	st_int(st, 4, a->part);
	st_int(st, 5, a->after);
	st_int(st, 6, a->upto);
	st_int(st, 7, a->stories);
	st_int(st, 8, a->bytes);
	if (s->edge.seq == s->edge.stored)
		s->edge.seq++;
	st_int(st, 9, s->edge.seq);
	st_int(st, 10, g->last);
	s->edge.row = g->last;
	g->budget -= g->budget < (size_t)a->stories ? g->budget : (size_t)a->stories;
	return st_run(s, st, err);
}

static int
size_of(struct rk_store *s, int64_t row, int64_t *month, int64_t *bytes,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_SEEN_SIZE, err);
	int64_t local, year;
	unsigned m, day;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: an index names no entry",
				    s->name);
	local = st_col_int(st, 0) + RK_BANGKOK;
	rk_civil_from_days(local / DAY - (local % DAY < 0), &year, &m, &day);
	*month = year * 12 + m - 1;
	*bytes = 3 * st_col_int(st, 1);
	sqlite3_reset(st);
	return 0;
}

/* The story goes into the newest document, or begins another. */
static int
take(struct growth *g, int64_t row, struct rk_err *err)
{
	struct st_archive *a = &g->doc;
	int64_t month = 0, bytes = 0;

	if (size_of(g->s, row, &month, &bytes, err) != 0)
		return -1;
	if (month < a->month) /* somebody set the clock back */
		month = a->month;
	if (a->n == 0 || month > a->month || a->stories >= RK_ARCHIVE_STORIES ||
	    a->bytes + bytes > (int64_t)RK_ARCHIVE_BYTES) {
		if (a->n > 0 && put(g, err) != 0) /* it names its next one from now on */
			return -1;
		*a = (struct st_archive){.n = a->n + 1,
		    .month = month,
		    .part = month == a->month ? a->part + 1 : 1,
		    .after = a->upto,
		    .upto = a->upto};
	}
	a->stories++;
	a->bytes += bytes;
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Whether the feed does not show one of them. 1, 0, -1. */
static int
spills(struct rk_store *s, unsigned node, unsigned limit, const struct st_seen *seen,
    size_t n, struct rk_err *err)
{
	struct st_pick *picks;
	size_t n_picks;
	int64_t *rows;
	int found = 0;

	if (st_shared(s, node, limit, &picks, &n_picks, err) != 0)
		return -1;
	rows = rk_xmalloc((n_picks + 1) * sizeof(*rows));
	for (size_t i = 0; i < n_picks; i++)
		rows[i] = picks[i].row;
	qsort(rows, n_picks, sizeof(*rows), by_number);
	for (size_t i = 0; i < n && !found; i++)
		found = seen[i].live &&
			bsearch(&seen[i].story, rows, n_picks, sizeof(*rows),
			    by_number) == NULL;
	free(picks);
	free(rows);
	return found;
}

/* One step of a node: at most about so many entries are looked at. *cut: there is more. */
static int
grow_step(struct growth *g, bool *cut, struct rk_err *err)
{
	unsigned at_most = 2 * RK_ARCHIVE_STORIES;
	struct st_seen *seen;
	size_t n;
	int rc = -1, is;

	if (st_seen(
		g->s, g->node, g->doc.upto, g->last, at_most, &seen, &n, cut, err) != 0)
		return -1;
	is = n == 0 ? 0 : *cut ? 1 : spills(g->s, g->node, g->limit, seen, n, err);
	if (is < 0)
		goto out;
	if (is == 0) {
		*cut = false;
		rc = 0;
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		int first = st_seen_first(g->s, g->node, &seen[i], err);

		if (first < 0 || (first == 1 && take(g, seen[i].row, err) != 0))
			goto out;
		if (g->doc.n > 0)
			g->doc.upto = seen[i].row;
	}
	if (g->doc.n > 0 && put(g, err) != 0)
		goto out;
	rc = 0;
out:
	free(seen);
	return rc;
}

static int
grow(struct growth *g, unsigned node, const struct rk_archives_ask *ask, bool *more,
    struct rk_err *err)
{
	const struct st_node *at = &g->s->regions.nodes[node];
	bool cut = true;

	g->node = node;
	g->limit = ask->shown(ask->cookie, at->id);
	g->doc = (struct st_archive){0};
	if (rk_node_scheme(at->id, NULL) == RK_SCHEME_TOPIC ||
	    at->base.stories <= (int64_t)g->limit)
		return 0; /* the feed shows all of it */
	if (st_archive_get(g->s, at->id, 0, &g->doc, err) < 0)
		return -1;
	while (cut && g->budget > 0)
		if (grow_step(g, &cut, err) != 0)
			return -1;
	*more = *more || cut;
	return 0;
}

/* ---- for the publisher */

static int
edge(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st;

	if (s->edge.known)
		return 0;
	if ((st = st_get(s, ST_ARCHIVE_EDGE, err)) == NULL || st_step(s, st, err) != 1)
		return -1;
	s->edge = (struct st_edge){
	    st_col_int(st, 0), st_col_int(st, 0), st_col_int(st, 1), true};
	sqlite3_reset(st);
	return 0;
}

static int
list(struct rk_store *s, bool all, struct rk_arena *arena, struct rk_archive_list *out,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, all ? ST_ARCHIVE_ALL : ST_ARCHIVE_DIRTY, err);
	size_t cap = 0;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_archive_state *a;

		if (out->n == cap) {
			struct rk_archive_state *v = out->v;

			cap = cap > 0 ? 2 * cap : 64;
			out->v = rk_arena_array(arena, cap, sizeof(*v));
			for (size_t i = 0; i < out->n; i++)
				out->v[i] = v[i];
		}
		a = &out->v[out->n++];
		a->node = rk_arena_str(arena, st_col_text(st, 0));
		a->n = st_col_int(st, 1);
		a->name = st_archive_name(
		    arena, a->node, st_col_int(st, 2), st_col_int(st, 3));
		a->generation = st_col_int(st, 4);
		a->published = st_col_int(st, 5);
	}
	return rc;
}

static int
grow_nodes(struct rk_store *s, const struct rk_archives_ask *ask, bool *more,
    struct rk_err *err)
{
	struct growth g = {.s = s, .budget = ask->budget};
	sqlite3_stmt *st = st_get(s, ST_ENTRY_NEWEST, err);

	if (st == NULL || st_step(s, st, err) != 1)
		return -1;
	g.last = st_col_int(st, 0);
	sqlite3_reset(st);
	/* the largest last: it would take all */
	for (size_t i = ask->n > 0 ? ask->n : s->regions.n_nodes; i-- > 0;) {
		int64_t node = ask->n > 0 ? st_node_index(s, ask->nodes[i]) : (int64_t)i;

		if (node >= 0 && grow(&g, (unsigned)node, ask, more, err) != 0)
			return -1;
	}
	return 0;
}

int
rk_store_archives(struct rk_store *s, const struct rk_archives_ask *ask,
    struct rk_archive_list *out, struct rk_err *err)
{
	struct st_edge before;

	rk_assert(!s->in_tx);
	*out = (struct rk_archive_list){0};
	if (edge(s, err) != 0 || rk_store_begin(s, err) != 0)
		return -1;
	before = s->edge;
	if (st_regions_load(s, err) != 0 ||
	    grow_nodes(s, ask, &out->more, err) != 0) {
		s->edge = before;
		rk_store_rollback(s);
		return -1;
	}
	if (rk_store_commit(s, err) != 0) {
		s->edge = before;
		return -1;
	}
	s->edge.stored = s->edge.seq;
	s->shown = s->last_entry; /* who leads a story that is archived is settled */
	return list(s, ask->all, ask->arena, out, err);
}

int
rk_store_archive_published(struct rk_store *s, struct rk_str node, int64_t n,
    int64_t generation, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ARCHIVE_PUBLISHED, err);

	rk_assert(s->in_tx);
	if (st == NULL)
		return -1;
	st_text(st, 1, node);
	st_int(st, 2, n);
	st_int(st, 3, generation);
	return st_run(s, st, err);
}

/* ---- edits and withdrawals */

int
st_archive_keep(struct rk_store *s, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st;

	if (edge(s, err) != 0)
		return -1;
	if (row > s->edge.row) /* none holds it */
		return 0;
	if ((st = st_get(s, ST_ARCHIVED_KEEP, err)) == NULL)
		return -1;
	st_int(st, 1, row);
	st_int(st, 2, s->edge.seq);
	return st_run(s, st, err);
}

/* Documents of the nodes of a route that hold the row. */
static int
touch_row(struct rk_store *s, int64_t row, int64_t route_row, struct rk_err *err)
{
	const struct st_route *route = st_route_of_row(s, route_row, err);

	if (route == NULL)
		return -1;
	for (size_t i = 0; i < route->n_nodes; i++) {
		sqlite3_stmt *st = st_get(s, ST_ARCHIVE_TOUCH, err);

		if (st == NULL)
			return -1;
		st_text(st, 1, s->regions.nodes[route->nodes[i]].id);
		st_int(st, 2, row);
		if (st_run(s, st, err) != 0)
			return -1;
	}
	return 0;
}

int
st_archive_touch(struct rk_store *s, int64_t lead, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_LIFE_GET, err);
	int64_t route;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, lead);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	route = st_col_int(st, 2);
	sqlite3_reset(st);
	if (touch_row(s, lead, route, err) != 0 ||
	    (st = st_get(s, ST_ARCHIVED_STORY, err)) == NULL)
		return -1;
	st_int(st, 1, lead);
	while ((rc = st_step(s, st, err)) == 1)
		if (touch_row(s, st_col_int(st, 0), st_col_int(st, 2), err) != 0) {
			sqlite3_reset(st);
			return -1;
		}
	return rc;
}
