/*
 * Which stories are the newest of a node. There is no table of entries by node: the
 * lines of all routes that lead to it are merged, each read newest first and only as
 * far as the worst story that is still among the chosen.
 */
#include "regions_int.h"
#include "store_int.h"
#include "stories_int.h"
#include "timeline_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>

/* The chosen as a heap, the oldest on top; and every story ever taken up, which a
 * line of another route may show again. */
struct picks {
	struct st_pick *v;
	size_t n, max;
	int64_t *met; /* open addressing, 0: free */
	size_t met_n, met_cap;
};

static bool
older(struct st_pick a, struct st_pick b)
{
	return a.sort != b.sort ? a.sort < b.sort : a.row < b.row;
}

static void
sift_down(struct picks *p)
{
	size_t i = 0, child;
	struct st_pick top = p->v[0];

	while ((child = 2 * i + 1) < p->n) {
		if (child + 1 < p->n && older(p->v[child + 1], p->v[child]))
			child++;
		if (!older(p->v[child], top))
			break;
		p->v[i] = p->v[child];
		i = child;
	}
	p->v[i] = top;
}

static size_t
hash_row(int64_t row)
{
	return (size_t)((uint64_t)row * 0x9e3779b97f4a7c15u >> 20);
}

/* True the first time. */
static bool
meet(struct picks *p, int64_t row)
{
	size_t i;

	if (2 * p->met_n >= p->met_cap) {
		struct picks old = *p;

		p->met_cap = old.met_cap > 0 ? 2 * old.met_cap : 512;
		p->met = rk_xcalloc(p->met_cap, sizeof(*p->met));
		p->met_n = 0;
		for (i = 0; i < old.met_cap; i++)
			if (old.met[i] != 0)
				(void)meet(p, old.met[i]);
		free(old.met);
	}
	for (i = hash_row(row) & (p->met_cap - 1); p->met[i] != 0;
	     i = (i + 1) & (p->met_cap - 1))
		if (p->met[i] == row)
			return false;
	p->met[i] = row;
	p->met_n++;
	return true;
}

static bool
is_full(const struct picks *p)
{
	return p->n == p->max;
}

static void
pick(struct picks *p, struct st_pick one)
{
	if (!is_full(p)) {
		size_t i = p->n++;

		while (i > 0 && older(one, p->v[(i - 1) / 2])) {
			p->v[i] = p->v[(i - 1) / 2];
			i = (i - 1) / 2;
		}
		p->v[i] = one;
	} else if (older(p->v[0], one)) {
		p->v[0] = one;
		sift_down(p);
	}
}

static int
newest_first(const void *a, const void *b)
{
	return older(*(const struct st_pick *)a, *(const struct st_pick *)b) ? 1 : -1;
}

static int
by_newest(const void *a, const void *b)
{
	const struct st_route *x = *(struct st_route *const *)a;
	const struct st_route *y = *(struct st_route *const *)b;

	return x->newest < y->newest ? 1 : x->newest > y->newest ? -1 : 0;
}

/* A story in "national" on one of its routes may have a place by another. 1, 0, -1. */
static int
belongs(struct rk_store *s, unsigned node, int64_t row, struct rk_arena *arena,
    struct rk_err *err)
{
	sqlite3_stmt *st;
	struct st_set set;
	int64_t route;
	int rc;

	if (!s->regions.nodes[node].is_national)
		return 1;
	if ((st = st_get(s, ST_ENTRY_LEAD, err)) == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	route = st_col_int(st, 0);
	sqlite3_reset(st);
	if (st_story_nodes(s, row, route, &set, arena, err) != 0)
		return -1;
	return st_set_holds(s, &set, node);
}

static int
read_line(struct rk_store *s, struct st_route *route, unsigned node, struct picks *p,
    struct rk_arena *arena, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_LINE, err);
	int64_t from = is_full(p) ? p->v[0].sort : INT64_MIN;
	bool first = true;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, route->row);
	st_int(st, 2, from);
	while ((rc = st_step(s, st, err)) == 1) {
		struct st_pick one = {st_col_int(st, 0), st_col_int(st, 1)};
		int ours;

		if (first)
			route->newest = one.sort;
		first = false;
		if (is_full(p) && one.sort < p->v[0].sort) {
			sqlite3_reset(st);
			return 0;
		}
		if (!meet(p, one.row))
			continue;
		if ((ours = belongs(s, node, one.row, arena, err)) < 0) {
			sqlite3_reset(st);
			return -1;
		}
		if (ours == 1)
			pick(p, one);
	}
	if (first && rc == 0) /* nothing so new */
		route->newest = from > INT64_MIN ? from - 1 : from;
	return rc;
}

/* The rows of the newest stories, newest first. */
static int
choose(struct rk_store *s, unsigned node, struct picks *p, struct rk_err *err)
{
	const struct st_node *at = &s->regions.nodes[node];
	struct st_route **routes = rk_xmalloc((at->n_routes + 1) * sizeof(*routes));
	struct rk_arena *arena = rk_arena_new(0);
	size_t n = 0;
	int rc = -1;

	for (size_t i = 0; i < at->n_routes; i++) {
		routes[n] = s->regions.routes[at->routes[i]];
		n += routes[n]->row != 0;
	}
	qsort(routes, n, sizeof(struct st_route *), by_newest);
	for (size_t i = 0; i < n; i++) {
		if (is_full(p) && routes[i]->newest < p->v[0].sort)
			break; /* nor has any that follows something newer */
		if (read_line(s, routes[i], node, p, arena, err) != 0)
			goto out;
	}
	qsort(p->v, p->n, sizeof(*p->v), newest_first);
	rc = 0;
out:
	free(routes);
	rk_arena_free(arena);
	return rc;
}

int
st_newest(struct rk_store *s, unsigned node, unsigned max, struct st_pick **picks,
    size_t *n, struct rk_err *err)
{
	struct picks p = {.max = max};
	int rc;

	p.v = rk_xmalloc((max + (size_t)1) * sizeof(*p.v));
	rc = choose(s, node, &p, err);
	free(p.met);
	if (rc != 0) {
		free(p.v);
		p.v = NULL;
		p.n = 0;
	}
	*picks = p.v;
	*n = p.n;
	return rc;
}
