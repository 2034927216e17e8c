/*
 * Routes, nodes and their generations. All of them are in memory beside the writer: a
 * poll only notes what it touched, the commit writes it. Knows no entry.
 *
 * A poll's notes join the transaction's when its savepoint is released, and the
 * transaction's become the truth when it is committed; each may be dropped.
 */
#include "regions_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/map.h>

#include <stdlib.h>
#include <string.h>

#define ST_NO_MARK INT64_MIN

static const struct st_sum nothing = {0, RK_NO_TIME, false};

static void
sum_add(struct st_sum *to, struct st_sum more)
{
	to->stories += more.stories;
	if (more.changed > to->changed) /* RK_NO_TIME is the least number */
		to->changed = more.changed;
	to->touched = to->touched || more.touched;
}

/* ---- in memory */

static bool
is_place(enum rk_scheme scheme)
{
	return scheme == RK_SCHEME_PROVINCE || scheme == RK_SCHEME_CLUSTER ||
	       scheme == RK_SCHEME_INSPECTION || scheme == RK_SCHEME_REGION;
}

static unsigned
node_index(struct st_regions *r, struct rk_str id)
{
	struct st_node *node;
	enum rk_scheme scheme;
	uintptr_t at = (uintptr_t)rk_map_get(r->by_id, id);

	if (at != 0)
		return (unsigned)(at - 1);
	if (r->n_nodes == r->cap_nodes) {
		r->cap_nodes = r->cap_nodes > 0 ? 2 * r->cap_nodes : 256;
		r->nodes = rk_xrealloc(r->nodes, r->cap_nodes * sizeof(*r->nodes));
		r->tx = rk_xrealloc(r->tx, r->cap_nodes * sizeof(*r->tx));
		r->poll = rk_xrealloc(r->poll, r->cap_nodes * sizeof(*r->poll));
	}
	node = &r->nodes[r->n_nodes++];
	scheme = rk_node_scheme(id, NULL);
	*node = (struct st_node){.id = rk_arena_str(r->arena, id),
	    .is_place = is_place(scheme),
	    .is_national = scheme == RK_SCHEME_NATIONAL,
	    .published = -1,
	    .mark = ST_NO_MARK,
	    .base = nothing,
	    .tx = nothing,
	    .poll = nothing};
	/* the map keeps pointers: an index + 1 is not NULL either */
	rk_map_put(r->by_id, node->id, (void *)(uintptr_t)r->n_nodes);
	return (unsigned)(r->n_nodes - 1);
}

/* route is the next of r->routes. */
static void
lead_to(struct st_regions *r, unsigned index)
{
	struct st_node *node = &r->nodes[index];

	if (node->n_routes == node->cap_routes) {
		node->cap_routes = node->cap_routes > 0 ? 2 * node->cap_routes : 4;
		node->routes =
		    rk_xrealloc(node->routes, node->cap_routes * sizeof(*node->routes));
	}
	node->routes[node->n_routes++] = (unsigned)r->n_routes;
}

/* The nodes of a route by its text, "all" first, in r->named. */
static unsigned
name_nodes(struct st_regions *r, struct rk_str text)
{
	struct rk_str id;
	unsigned n = 0;

	r->named[n++] = 0; /* "all" holds everything */
	while (rk_str_split(&text, ' ', &id)) {
		if (id.n == 0)
			continue;
		if (n == r->cap_named) {
			r->cap_named *= 2;
			r->named = rk_xrealloc(
			    r->named, r->cap_named * sizeof(*r->named));
		}
		r->named[n++] = node_index(r, id);
	}
	return n;
}

static struct rk_str
key_of(const unsigned *nodes, unsigned n)
{
	return rk_strn((const char *)nodes, n * sizeof(*nodes));
}

static struct st_route *
route_new(struct st_regions *r, const unsigned *nodes, unsigned n)
{
	struct st_route *route =
	    rk_arena_alloc(r->arena, sizeof(*route) + n * sizeof(*nodes));

	route->newest = route->last = INT64_MAX;
	route->n_nodes = n;
	for (unsigned i = 0; i < n; i++) {
		route->nodes[i] = nodes[i];
		lead_to(r, nodes[i]);
	}
	if (r->n_routes == r->cap_routes) {
		r->cap_routes = r->cap_routes > 0 ? 2 * r->cap_routes : 256;
		r->routes =
		    rk_xrealloc(r->routes, r->cap_routes * sizeof(struct st_route *));
	}
	r->routes[r->n_routes++] = route;
	(void)rk_map_put(r->by_nodes, key_of(route->nodes, n), route);
	return route;
}

/* The route with that text; a new one has no row yet. */
static struct st_route *
route_named(struct st_regions *r, struct rk_str text)
{
	unsigned n = name_nodes(r, text);
	struct st_route *route = rk_map_get(r->by_nodes, key_of(r->named, n));

	return route != NULL ? route : route_new(r, r->named, n);
}

struct rk_str
st_route_text(
    const struct rk_store *s, const struct st_route *route, struct rk_arena *arena)
{
	const struct st_node *nodes = s->regions.nodes;
	size_t n = 0;
	char *text, *p;

	for (unsigned i = 1; i < route->n_nodes; i++)
		n += nodes[route->nodes[i]].id.n + 1;
	if (n == 0)
		return RK_STR("");
	text = p = rk_arena_array(arena, n, 1);
	for (unsigned i = 1; i < route->n_nodes; i++) {
		struct rk_str id = nodes[route->nodes[i]].id;

		if (i > 1)
			*p++ = ' ';
		memcpy(p, id.p, id.n);
		p += id.n;
	}
	return rk_strn(text, n - 1); /* the arena's zero ends it */
}

void
st_regions_free(struct st_regions *r)
{
	for (size_t i = 0; i < r->n_nodes; i++)
		free(r->nodes[i].routes);
	rk_map_free(r->by_nodes);
	rk_map_free(r->by_id);
	rk_arena_free(r->arena);
	free(r->routes);
	free(r->made);
	free(r->named);
	free(r->tx);
	free(r->poll);
	free(r->nodes);
	*r = (struct st_regions){0};
}

static int
load_routes(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ROUTE_ALL, err);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1)
		route_named(&s->regions, st_col_text(st, 1))->row = st_col_int(st, 0);
	return rc;
}

static int
load_nodes(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_NODE_ALL, err);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		unsigned i = node_index(&s->regions, st_col_text(st, 0));
		struct st_node *node = &s->regions.nodes[i];

		node->generation = st_col_int(st, 1);
		node->published = st_col_int(st, 2);
		node->base =
		    (struct st_sum){st_col_int(st, 3), st_col_time(st, 4), false};
	}
	return rc;
}

int
st_regions_load(struct rk_store *s, struct rk_err *err)
{
	struct st_regions *r = &s->regions;

	if (r->loaded && s->mode == RK_STORE_WRITE)
		return 0;
	st_regions_free(r);
	r->arena = rk_arena_new(0);
	r->by_nodes = rk_map_new();
	r->by_id = rk_map_new();
	r->cap_named = 16;
	r->named = rk_xcalloc(r->cap_named, sizeof(*r->named));
	(void)node_index(r, RK_STR("all"));
	if (load_routes(s, err) != 0 || load_nodes(s, err) != 0)
		return -1;
	r->loaded = true;
	return 0;
}

int64_t
st_node_index(struct rk_store *s, struct rk_str id)
{
	return (int64_t)(uintptr_t)rk_map_get(s->regions.by_id, id) - 1;
}

struct st_route *
st_route_of_row(struct rk_store *s, int64_t row, struct rk_err *err)
{
	/* rows are numbered as the routes were made, so it mostly stands there */
	struct st_regions *r = &s->regions;

	if (row > 0 && (size_t)row <= r->n_routes && r->routes[row - 1]->row == row)
		return r->routes[row - 1];
	for (size_t i = 0; i < r->n_routes; i++)
		if (r->routes[i]->row == row)
			return r->routes[i];
	rk_err_set(err, RK_E_STORE, "%s: an entry lost its route", s->name);
	return NULL;
}

/* ---- sets of nodes */

void
st_set_begin(struct rk_store *s, struct st_set *set)
{
	*set = (struct st_set){0};
	s->regions.seen++;
}

void
st_set_add(struct rk_store *s, struct st_set *set, const struct st_route *route,
    struct rk_arena *arena)
{
	struct st_regions *r = &s->regions;

	if (set->n + route->n_nodes > set->cap) {
		unsigned *old = set->nodes;

		set->cap = 2 * (set->n + route->n_nodes);
		set->nodes = rk_arena_array(arena, set->cap, sizeof(*set->nodes));
		for (size_t i = 0; i < set->n; i++)
			set->nodes[i] = old[i];
	}
	for (size_t i = 0; i < route->n_nodes; i++) {
		struct st_node *node = &r->nodes[route->nodes[i]];

		if (node->seen == r->seen)
			continue;
		node->seen = r->seen;
		set->has_place = set->has_place || node->is_place;
		set->nodes[set->n++] = route->nodes[i];
	}
}

bool
st_set_holds(const struct rk_store *s, const struct st_set *set, unsigned node)
{
	const struct st_node *n = &s->regions.nodes[node];

	return n->seen == s->regions.seen && !(n->is_national && set->has_place);
}

/* ---- what a poll touches */

int
st_route(
    struct rk_store *s, struct rk_str text, struct st_route **out, struct rk_err *err)
{
	struct st_regions *r = &s->regions;
	struct st_route *route = route_named(r, text);
	sqlite3_stmt *st;

	*out = route;
	if (route->row != 0)
		return 0;
	if ((st = st_get(s, ST_ROUTE_ADD, err)) == NULL)
		return -1;
	st_text(st, 1, text);
	if (st_run(s, st, err) != 0)
		return -1;
	route->row = sqlite3_last_insert_rowid(s->db);
	if (r->n_made == r->cap_made) {
		r->cap_made = r->cap_made > 0 ? 2 * r->cap_made : 64;
		r->made = rk_xrealloc(r->made, r->cap_made * sizeof(struct st_route *));
	}
	r->made[r->n_made++] = route;
	return 0;
}

void
st_touch(struct rk_store *s, unsigned index, int64_t stories, int64_t changed)
{
	struct st_regions *r = &s->regions;
	struct st_node *node = &r->nodes[index];

	if (!node->poll.touched)
		r->poll[r->n_poll++] = index;
	sum_add(&node->poll, (struct st_sum){stories, changed, true});
}

/* The rows of the routes made since are gone. */
static void
unmake(struct st_regions *r, size_t kept)
{
	while (r->n_made > kept)
		r->made[--r->n_made]->row = 0;
}

void
st_regions_poll_kept(struct rk_store *s)
{
	struct st_regions *r = &s->regions;

	for (size_t i = 0; i < r->n_poll; i++) {
		struct st_node *node = &r->nodes[r->poll[i]];

		if (!node->tx.touched)
			r->tx[r->n_tx++] = r->poll[i];
		sum_add(&node->tx, node->poll);
		node->poll = nothing;
	}
	r->n_poll = 0;
	r->n_made_kept = r->n_made;
}

void
st_regions_poll_dropped(struct rk_store *s)
{
	struct st_regions *r = &s->regions;

	for (size_t i = 0; i < r->n_poll; i++)
		r->nodes[r->poll[i]].poll = nothing;
	r->n_poll = 0;
	unmake(r, r->n_made_kept);
}

/* ---- the transaction */

int
st_regions_write(struct rk_store *s, struct rk_err *err)
{
	struct st_regions *r = &s->regions;

	for (size_t i = 0; i < r->n_tx; i++) {
		const struct st_node *node = &r->nodes[r->tx[i]];
		struct st_sum sum = node->base;
		sqlite3_stmt *st =
		    st_get(s, node->generation > 0 ? ST_NODE_SET : ST_NODE_ADD, err);

		if (st == NULL)
			return -1;
		sum_add(&sum, node->tx);
		st_text(st, 1, node->id);
		st_int(st, 2, node->generation + 1);
		st_int(st, 3, sum.stories);
		st_time(st, 4, sum.changed);
		if (st_run(s, st, err) != 0)
			return -1;
	}
	return 0;
}

static void
end(struct rk_store *s, bool committed)
{
	struct st_regions *r = &s->regions;

	st_regions_poll_dropped(s);
	for (size_t i = 0; i < r->n_tx; i++) {
		struct st_node *node = &r->nodes[r->tx[i]];

		if (committed) {
			node->generation++;
			sum_add(&node->base, node->tx);
		}
		node->tx = nothing;
	}
	r->n_tx = 0;
	if (!committed)
		unmake(r, 0);
	r->n_made = r->n_made_kept = 0;
	for (size_t i = 0; r->marked && i < r->n_nodes; i++) {
		struct st_node *node = &r->nodes[i];

		if (committed && node->mark > node->published)
			node->published = node->mark;
		node->mark = ST_NO_MARK;
	}
	r->marked = false;
}

void
st_regions_committed(struct rk_store *s)
{
	end(s, true);
}

void
st_regions_dropped(struct rk_store *s)
{
	end(s, false);
}
