/*
 * Saved searches as they were last rendered, and whether they have to be again; what left
 * them: the tombstones of the nodes that they look at, of stories that their words mean.
 */
#include <ruamkhao/search.h>

#include "regions_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>

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

/* ---- what left */

#define LOOK 1000 /* newest tombstones of each node */

struct left {
	int64_t at, story;
	struct rk_str id;
};

static int
newest_first(const void *va, const void *vb)
{
	const struct left *a = va, *b = vb;

	if (a->at != b->at)
		return a->at < b->at ? 1 : -1;
	return a->story < b->story ? 1 : a->story > b->story ? -1 : 0;
}

/* Of the nodes, each once, newest first; freed by the caller. */
static int
read_left(struct rk_store *s, const struct rk_node_list *in, struct rk_arena *arena,
    struct left **out, size_t *n, struct rk_err *err)
{
	struct left *v = rk_xmalloc((in->n * LOOK + 1) * sizeof(*v));
	size_t found = 0;
	int rc = 0;

	*out = v;
	*n = 0;
	for (size_t i = 0; i < in->n && rc == 0; i++) {
		sqlite3_stmt *st = st_get(s, ST_TOMB_ALL, err);

		if (st == NULL)
			return -1;
		st_text(st, 1, in->v[i]);
		st_int(st, 2, LOOK);
		while ((rc = st_step(s, st, err)) == 1)
			v[found++] = (struct left){.at = st_col_int(st, 1),
			    .story = st_col_int(st, 2),
			    .id = rk_arena_str(arena, st_col_text(st, 0))};
	}
	if (found > 0)
		qsort(v, found, sizeof(*v), newest_first);
	for (size_t i = 0; i < found; i++)
		if (*n == 0 || v[*n - 1].story != v[i].story)
			v[(*n)++] = v[i];
	return rc;
}

/* 1: it stood in one of the nodes too; 0; -1. */
static int
was_there(struct rk_store *s, const struct rk_node_list *in, int64_t story, struct rk_err *err)
{
	sqlite3_stmt *st;
	int rc = in->n == 0;

	for (size_t i = 0; i < in->n && rc == 0; i++) {
		if ((st = st_get(s, ST_TOMB_AT, err)) == NULL)
			return -1;
		st_int(st, 1, story);
		st_text(st, 2, in->v[i]);
		rc = st_step(s, st, err);
		sqlite3_reset(st);
	}
	return rc;
}

/* By the words of any copy: one too many says that what nobody has is gone. 1, 0, -1. */
static int
was_meant(struct rk_store *s, const struct rk_query *query, int64_t story, struct rk_buf *text,
    struct rk_err *err)
{
	sqlite3_stmt *st;
	bool meant = query == NULL;
	int rc = 0;

	if (meant)
		return 1;
	if ((st = st_get(s, ST_TOMB_WORDS, err)) == NULL)
		return -1;
	st_int(st, 1, story);
	while (!meant && (rc = st_step(s, st, err)) == 1) {
		rk_buf_reset(text);
		(void)rk_search_text(st_col_text(st, 0), st_col_text(st, 1), text);
		meant = rk_query_matches(query, rk_buf_view(text));
	}
	sqlite3_reset(st);
	return rc < 0 ? -1 : meant;
}

int
st_search_removed(struct rk_store *s, const struct rk_search *what, struct rk_timeline *t,
    struct rk_err *err)
{
	static const struct rk_str all[] = {{"all", 3}};
	struct rk_node_list in = what->places.n > 0 ? what->places
				 : what->publishers.n > 0
				     ? what->publishers
				     : (struct rk_node_list){all, 1};
	struct rk_node_list by = what->places.n > 0 ? what->publishers : (struct rk_node_list){0};
	struct left *v;
	struct rk_buf text;
	size_t n;
	int rc = read_left(s, &in, t->arena, &v, &n, err);

	rk_buf_init(&text, RK_MIB(1));
	t->removed = rk_arena_array(t->arena, RK_TOMBSTONES, sizeof(*t->removed));
	for (size_t i = 0; i < n && rc == 0 && t->n_removed < RK_TOMBSTONES; i++) {
		if ((rc = was_there(s, &by, v[i].story, err)) == 1)
			rc = was_meant(s, what->query, v[i].story, &text, err);
		if (rc == 1)
			t->removed[t->n_removed++] = (struct rk_removed){.id = v[i].id, .at = v[i].at};
		rc = rc < 0 ? -1 : 0;
	}
	rk_buf_release(&text);
	free(v);
	return rc;
}
