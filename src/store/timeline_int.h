/*
 * From a node to its newest stories: which they are (merge.c), no source more than its
 * share (flood.c), and their rows (timeline.c).
 */
#ifndef RUAMKHAO_TIMELINE_INT_H
#define RUAMKHAO_TIMELINE_INT_H

#include "store_int.h"

/* ---- merge.c */

struct st_pick {
	int64_t sort, row; /* of the story */
};

/* The newest stories of a node, at most max, newest first: *picks is the caller's
 * to free. */
int st_newest(struct rk_store *, unsigned node, unsigned max, struct st_pick **picks,
    size_t *n, struct rk_err *);

/* ---- flood.c */

/* The same with a source's share of a day where the node merges many sources. */
int st_shared(struct rk_store *, unsigned node, unsigned max, struct st_pick **picks,
    size_t *n, struct rk_err *);

/* ---- timeline.c */

/* Reading the rows of stories into an arena; the table of sources met on the way. */
struct st_reader {
	struct rk_store *s;
	struct rk_arena *arena;
	struct st_publisher **slot;
	size_t cap, n;
};

/* A source as a timeline names it. */
struct st_publisher {
	int64_t row;
	struct rk_str id, title, url, link;
};
const struct st_publisher *st_publisher(struct st_reader *, int64_t row, struct rk_err *);
/* The row's own words, without its copies. */
int st_read_row(struct st_reader *, int64_t row, struct rk_story *, bool *live,
    struct rk_err *);

/* The stories of those rows of leads, into t->stories. */
int st_stories(struct rk_store *, struct rk_timeline *, const struct st_pick *, size_t n,
    struct rk_err *);

/* The story of that lead as timelines show it; a lead that was withdrawn is spoken for by
 * its voice, where there is one. Strings in the arena. */
int st_story_read(struct rk_store *, struct rk_arena *, int64_t lead, struct rk_story *,
    struct rk_err *);

#endif
