/*
 * Nodes as the publisher sees them: what has to be rendered, and what was.
 */
#include "regions_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>

static int
by_id(const void *a, const void *b)
{
	return rk_str_cmp(((const struct rk_node_state *)a)->id,
	    ((const struct rk_node_state *)b)->id);
}

int
rk_store_nodes(struct rk_store *s, bool dirty_only, struct rk_arena *arena,
    struct rk_node_state **out, size_t *n, struct rk_err *err)
{
	struct st_regions *r = &s->regions;
	bool mine;
	int rc;

	if (st_snapshot(s, &mine, err) != 0)
		return -1;
	rc = st_regions_load(s, err);
	st_snapshot_end(s, mine);
	if (rc != 0)
		return -1;
	*out = rk_arena_array(arena, r->n_nodes, sizeof(**out));
	*n = 0;
	for (size_t i = 0; i < r->n_nodes; i++) {
		const struct st_node *node = &r->nodes[i];

		if (node->generation == 0 ||
		    (dirty_only && node->published >= node->generation))
			continue;
		(*out)[(*n)++] =
		    (struct rk_node_state){.id = rk_arena_str(arena, node->id),
			.generation = node->generation,
			.published = node->published,
			.updated = node->base.changed,
			.n_stories = node->base.stories};
	}
	qsort(*out, *n, sizeof(**out), by_id);
	return 0;
}

int
rk_store_published(
    struct rk_store *s, struct rk_str id, int64_t generation, struct rk_err *err)
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
	s->regions.marked = true;
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
