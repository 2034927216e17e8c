/*
 * Routes, nodes and their generations. All of them are in memory beside the writer: a
 * poll only notes what it touched, the commit writes it. Knows no entry.
 *
 * A poll's notes join the transaction's when its savepoint is released, and the
 * transaction's become the truth when it is committed; each may be dropped.
 */
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/map.h>

#include <stdlib.h>
#include <string.h>

#define NO_MARK INT64_MIN

static const struct st_sum nothing = {0, RK_NO_TIME, INT64_MIN};

static void
sum_add(struct st_sum *to, struct st_sum more)
{
	to->stories += more.stories;
	if (more.changed > to->changed) /* RK_NO_TIME is the least number */
		to->changed = more.changed;
	if (more.sort > to->sort)
		to->sort = more.sort;
}

/* ---- in memory */

static unsigned
node_index(struct st_regions *r, struct rk_str id)
{
	struct st_node *node;
	uintptr_t at = (uintptr_t)rk_map_get(r->by_node, id);

	if (at != 0)
		return (unsigned)(at - 1);
	if (r->n_nodes == r->cap_nodes) {
		r->cap_nodes = r->cap_nodes > 0 ? 2 * r->cap_nodes : 256;
		r->nodes = rk_xrealloc(r->nodes, r->cap_nodes * sizeof(*r->nodes));
	}
	node = &r->nodes[r->n_nodes++];
	*node = (struct st_node){.id = rk_arena_str(r->arena, id), .published = -1,
	    .mark = NO_MARK};
	/* the map keeps pointers: an index + 1 is not NULL either */
	rk_map_put(r->by_node, node->id, (void *)(uintptr_t)r->n_nodes);
	return (unsigned)(r->n_nodes - 1);
}

static struct st_route *
route_new(struct st_regions *r, struct rk_str text)
{
	struct st_route *route = RK_NEW(r->arena, struct st_route);
	struct rk_str rest, id;
	size_t n = 1;

	route->text = rk_arena_str(r->arena, text);
	route->base = route->tx = route->poll = nothing;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == ' ';
	route->nodes = rk_arena_array(r->arena, n + 1, sizeof(*route->nodes));
	route->nodes[route->n_nodes++] = 0; /* "all" holds everything */
	for (rest = route->text; rk_str_split(&rest, ' ', &id);)
		if (id.n > 0)
			route->nodes[route->n_nodes++] = node_index(r, id);
	if (r->n_routes == r->cap_routes) {
		r->cap_routes = r->cap_routes > 0 ? 2 * r->cap_routes : 256;
		r->routes = rk_xrealloc(r->routes, r->cap_routes * sizeof(*r->routes));
		r->tx = rk_xrealloc(r->tx, r->cap_routes * sizeof(*r->tx));
		r->poll = rk_xrealloc(r->poll, r->cap_routes * sizeof(*r->poll));
	}
	r->routes[r->n_routes++] = route;
	rk_map_put(r->by_text, route->text, route);
	return route;
}

void
st_regions_free(struct st_regions *r)
{
	rk_map_free(r->by_text);
	rk_map_free(r->by_node);
	rk_arena_free(r->arena);
	free(r->routes);
	free(r->tx);
	free(r->poll);
	free(r->nodes);
	*r = (struct st_regions){0};
}

static int
load_routes(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ROUTE_ALL, err);
	int rc = -1;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct st_route *route = route_new(&s->regions, st_col_text(st, 1));

		route->row = st_col_int(st, 0);
		route->base = (struct st_sum){
		    st_col_int(st, 2), st_col_time(st, 3), st_col_int(st, 4)};
	}
	return rc;
}

static int
load_nodes(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_NODE_ALL, err);
	int rc = -1;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		unsigned i = node_index(&s->regions, st_col_text(st, 0));

		s->regions.nodes[i].generation = st_col_int(st, 1);
		s->regions.nodes[i].published = st_col_int(st, 2);
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
	r->by_text = rk_map_new();
	r->by_node = rk_map_new();
	(void)node_index(r, RK_STR("all"));
	if (load_routes(s, err) != 0 || load_nodes(s, err) != 0)
		return -1;
	r->loaded = true;
	return 0;
}

int64_t
st_node_index(struct rk_store *s, struct rk_str id)
{
	return (int64_t)(uintptr_t)rk_map_get(s->regions.by_node, id) - 1;
}

struct st_route *
st_route_of_row(struct rk_store *s, int64_t row)
{
	/* rows are numbered as the routes were made, so it mostly stands there */
	struct st_regions *r = &s->regions;

	if (row > 0 && (size_t)row <= r->n_routes && r->routes[row - 1]->row == row)
		return r->routes[row - 1];
	for (size_t i = 0; i < r->n_routes; i++)
		if (r->routes[i]->row == row)
			return r->routes[i];
	return NULL;
}

/* ---- what a poll touches */

int
st_route(struct rk_store *s, struct rk_str text, struct st_route **out, struct rk_err *err)
{
	struct st_regions *r = &s->regions;
	struct st_route *route = rk_map_get(r->by_text, text);
	sqlite3_stmt *st;

	if (route == NULL)
		route = route_new(r, text);
	*out = route;
	if (route->row != 0)
		return 0;
	if ((st = st_get(s, ST_ROUTE_ADD, err)) == NULL)
		return -1;
	st_text(st, 1, route->text);
	st_int(st, 2, INT64_MIN);
	if (st_run(s, st, err) != 0)
		return -1;
	route->row = sqlite3_last_insert_rowid(s->db);
	route->made_in_poll = true;
	if (!route->in_poll)
		r->poll[r->n_poll++] = route;
	route->in_poll = true;
	return 0;
}

void
st_route_touch(struct rk_store *s, struct st_route *route, struct st_sum delta)
{
	struct st_regions *r = &s->regions;

	if (!route->in_poll)
		r->poll[r->n_poll++] = route;
	route->in_poll = true;
	route->touched_in_poll = true;
	sum_add(&route->poll, delta);
}

static void
poll_clear(struct st_route *route)
{
	route->poll = nothing;
	route->in_poll = route->made_in_poll = route->touched_in_poll = false;
}

void
st_regions_poll_kept(struct rk_store *s)
{
	struct st_regions *r = &s->regions;

	for (size_t i = 0; i < r->n_poll; i++) {
		struct st_route *route = r->poll[i];

		if (!route->in_tx)
			r->tx[r->n_tx++] = route;
		route->in_tx = true;
		route->made_in_tx = route->made_in_tx || route->made_in_poll;
		route->touched_in_tx = route->touched_in_tx || route->touched_in_poll;
		sum_add(&route->tx, route->poll);
		poll_clear(route);
	}
	r->n_poll = 0;
}

void
st_regions_poll_dropped(struct rk_store *s)
{
	struct st_regions *r = &s->regions;

	for (size_t i = 0; i < r->n_poll; i++) {
		if (r->poll[i]->made_in_poll)
			r->poll[i]->row = 0;
		poll_clear(r->poll[i]);
	}
	r->n_poll = 0;
}

/* ---- the transaction */

static int
write_node(struct rk_store *s, struct st_node *node, struct rk_err *err)
{
	sqlite3_stmt *st =
	    st_get(s, node->generation > 0 ? ST_NODE_SET : ST_NODE_ADD, err);

	if (st == NULL)
		return -1;
	st_text(st, 1, node->id);
	st_int(st, 2, node->generation + 1);
	return st_run(s, st, err);
}

int
st_regions_write(struct rk_store *s, struct rk_err *err)
{
	struct st_regions *r = &s->regions;
	sqlite3_stmt *st = st_get(s, ST_ROUTE_SET, err);

	if (st == NULL)
		return -1;
	for (size_t i = 0; i < r->n_tx; i++) {
		struct st_route *route = r->tx[i];
		struct st_sum sum = route->base;

		if (!route->touched_in_tx)
			continue;
		sum_add(&sum, route->tx);
		st_int(st, 1, route->row);
		st_int(st, 2, sum.stories);
		st_time(st, 3, sum.changed);
		st_int(st, 4, sum.sort);
		if (st_run(s, st, err) != 0)
			return -1;
		for (size_t k = 0; k < route->n_nodes; k++) {
			struct st_node *node = &r->nodes[route->nodes[k]];

			if (node->touched)
				continue;
			node->touched = true;
			if (write_node(s, node, err) != 0)
				return -1;
		}
	}
	return 0;
}

static void
end(struct rk_store *s, bool committed)
{
	struct st_regions *r = &s->regions;

	st_regions_poll_dropped(s);
	for (size_t i = 0; i < r->n_tx; i++) {
		struct st_route *route = r->tx[i];

		if (committed)
			sum_add(&route->base, route->tx);
		else if (route->made_in_tx)
			route->row = 0;
		route->tx = nothing;
		route->in_tx = route->made_in_tx = route->touched_in_tx = false;
	}
	r->n_tx = 0;
	for (size_t i = 0; i < r->n_nodes; i++) {
		struct st_node *node = &r->nodes[i];

		if (committed && node->touched)
			node->generation++;
		if (committed && node->mark != NO_MARK && node->mark > node->published)
			node->published = node->mark;
		node->mark = NO_MARK;
		node->touched = false;
	}
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

/* ---- for the publisher */

static int
by_id(const void *a, const void *b)
{
	return rk_str_cmp(
	    ((const struct rk_node_state *)a)->id, ((const struct rk_node_state *)b)->id);
}

int
rk_store_nodes(struct rk_store *s, bool dirty_only, struct rk_arena *arena,
    struct rk_node_state **out, size_t *n, struct rk_err *err)
{
	struct st_regions *r = &s->regions;
	struct st_sum *sums;
	bool mine;
	int rc;

	if (st_snapshot(s, &mine, err) != 0)
		return -1;
	rc = st_regions_load(s, err);
	st_snapshot_end(s, mine);
	if (rc != 0)
		return -1;
	sums = rk_xmalloc(r->n_nodes * sizeof(*sums));
	for (size_t i = 0; i < r->n_nodes; i++)
		sums[i] = nothing;
	for (size_t i = 0; i < r->n_routes; i++)
		for (size_t k = 0; k < r->routes[i]->n_nodes; k++)
			sum_add(&sums[r->routes[i]->nodes[k]], r->routes[i]->base);
	*out = rk_arena_array(arena, r->n_nodes, sizeof(**out));
	*n = 0;
	for (size_t i = 0; i < r->n_nodes; i++) {
		const struct st_node *node = &r->nodes[i];

		if (node->generation == 0 ||
		    (dirty_only && node->published >= node->generation))
			continue;
		(*out)[(*n)++] = (struct rk_node_state){.id = rk_arena_str(arena, node->id),
		    .generation = node->generation,
		    .published = node->published,
		    .updated = sums[i].changed,
		    .n_stories = sums[i].stories};
	}
	free(sums);
	qsort(*out, *n, sizeof(**out), by_id);
	return 0;
}

int
rk_store_published(struct rk_store *s, struct rk_str id, int64_t generation,
    struct rk_err *err)
{
	sqlite3_stmt *st;
	int64_t i;

	if (!s->in_tx) {
		if (rk_store_begin(s, err) != 0)
			return -1;
		if (rk_store_published(s, id, generation, err) != 0) {
			rk_store_rollback(s);
			return -1;
		}
		return rk_store_commit(s, err);
	}
	if ((st = st_get(s, ST_NODE_PUBLISHED, err)) == NULL)
		return -1;
	st_text(st, 1, id);
	st_int(st, 2, generation);
	if (st_run(s, st, err) != 0)
		return -1;
	i = st_node_index(s, id);
	if (i >= 0 && generation > s->regions.nodes[i].mark)
		s->regions.nodes[i].mark = generation;
	return 0;
}

int
rk_store_unpublish_all(struct rk_store *s, struct rk_err *err)
{
	rk_assert(!s->in_tx);
	if (rk_store_begin(s, err) != 0)
		return -1;
	if (st_run_id(s, ST_NODE_UNPUBLISH, err) != 0) {
		rk_store_rollback(s);
		return -1;
	}
	if (rk_store_commit(s, err) != 0)
		return -1;
	for (size_t i = 0; i < s->regions.n_nodes; i++)
		s->regions.nodes[i].published = -1;
	return 0;
}
