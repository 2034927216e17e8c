/*
 * Saved searches as they were last rendered: whether they have to be again.
 */
#include <ruamkhao/search.h>

#include "store_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>

static int
by_id(const void *a, const void *b)
{
	return rk_str_cmp(((const struct rk_topic_state *)a)->id,
	    ((const struct rk_topic_state *)b)->id);
}

int
rk_store_topics(struct rk_store *s, struct rk_arena *arena, struct rk_topic_state **out,
    size_t *n, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_TOPIC_ALL, err);
	struct rk_topic_state *v = NULL;
	size_t cap = 0;
	int rc;

	*out = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		if (*n == cap) {
			cap = cap > 0 ? 2 * cap : 16;
			v = rk_xrealloc(v, cap * sizeof(*v));
		}
		v[(*n)++] = (struct rk_topic_state){
		    .id = rk_arena_str(arena, st_col_text(st, 0)),
		    .hash = st_col_hash(st, 1),
		    .seen = st_col_int(st, 2),
		    .stories = st_col_int(st, 3),
		    .updated = st_col_time(st, 4)};
	}
	*out = rk_arena_array(arena, *n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = v[i];
	free(v);
	if (*n > 0)
		qsort(*out, *n, sizeof(**out), by_id);
	return rc;
}

int
rk_store_topic(
    struct rk_store *s, const struct rk_topic_state *topic, bool gone, struct rk_err *err)
{
	sqlite3_stmt *st;

	if (rk_store_begin(s, err) != 0)
		return -1;
	if ((st = st_get(s, gone ? ST_TOPIC_DROP : ST_TOPIC_PUT, err)) == NULL)
		goto fail;
	st_text(st, 1, topic->id);
	if (!gone) {
		st_hash(st, 2, topic->hash);
		st_int(st, 3, topic->seen);
		st_int(st, 4, topic->stories);
		st_time(st, 5, topic->updated);
	}
	if (st_run(s, st, err) != 0)
		goto fail;
	return rk_store_commit(s, err);
fail:
	rk_store_rollback(s);
	return -1;
}

int
rk_store_topic_seen(struct rk_store *s, const struct rk_node_list *places,
    const struct rk_node_list *publishers, int64_t *seen, struct rk_err *err)
{
	/* what is in one of each changes with the nodes of either */
	const struct rk_node_list *in = places->n > 0 ? places : publishers;

	*seen = 0;
	if (st_regions_load(s, err) != 0)
		return -1;
	if (in->n == 0)
		*seen = s->regions.nodes[0].generation;
	for (size_t i = 0; i < in->n; i++) {
		int64_t node = st_node_index(s, in->v[i]);

		if (node >= 0)
			*seen += s->regions.nodes[node].generation;
	}
	return 0;
}
