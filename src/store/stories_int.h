/*
 * Stories: the one that a new entry joins, the nodes that hold one, and those that name
 * another.
 */
#ifndef RUAMKHAO_STORIES_INT_H
#define RUAMKHAO_STORIES_INT_H

#include "store_int.h"

struct st_ingest;

/* ---- candidates.c */

/* What is at hand while one entry finds its place. */
struct gathering {
	struct rk_telling *t; /* the new one is [0] */
	int64_t *state;       /* of each, as stored */
	int64_t *own;         /* the place in the timelines that each has by itself */
	size_t n, cap;
};
/* The new entry, candidates, and their stories; fewer than two: there are none. */
int st_gather(struct st_ingest *, const struct rk_entry *, struct gathering *,
    struct rk_err *);
/* The entry was stored as `row`: its fingerprint and its clues. */
int st_print_new(struct st_ingest *, const struct rk_entry *, int64_t row,
    struct rk_err *);
/* An edit: the fingerprint and the clues of the version at hand. */
int st_reprint(struct st_ingest *, const struct rk_entry *, int64_t row,
    struct rk_err *);

/* ---- stories.c */

/* A story as a copy of it needs to know it. */
struct st_story {
	int64_t row; /* of the lead, 0: none */
	int64_t route, sort;
	enum st_entry_state state;
	bool recounted; /* its nodes are, by st_find_story and st_settle */
	struct st_regroup *more; /* what becomes of the entries that are there, or NULL */
};

/* The story that a new entry joins, row 0: one of its own. */
int st_find_story(
    struct st_ingest *, const struct rk_entry *, struct st_story *, struct rk_err *);
/* The story that was found is over: the entry begins one of its own. */
void st_story_alone(struct st_story *);
/* The nodes of a story by its live copies; route: of the lead. */
int st_story_nodes(struct rk_store *, int64_t row, int64_t route, struct st_set *,
    struct rk_arena *, struct rk_err *);
/* st_touch for each node that holds the story, as its rows stand now: they hold `stories`
 * more or fewer (0: what it shows changed). `changed`: UTC seconds, or RK_NO_TIME. */
int st_story_touch(struct rk_store *, int64_t lead, int64_t route, int64_t stories,
    int64_t changed, struct rk_err *);
/* A copy on the poll's route came (before its row is stored): nodes are raised. */
int st_joined(struct st_ingest *, const struct st_story *, struct rk_err *);
/* The entry was stored as `row`; own: the place in the timelines that it has by itself.
 * Its fingerprint, its clues, and what its coming changes among the others. */
int st_settle(struct st_ingest *, const struct rk_entry *, int64_t row, int64_t own,
    const struct st_story *, struct rk_err *);

/* ---- related.c */

/*
 * The nodes of all stories that name the one of this lead are rendered again. Called within
 * a transaction when the lead's title or address changed, or whether it can be read; `lead`
 * is its entry's row. 0, or -1 with *err: the database cannot be used.
 */
int st_related_touch(struct rk_store *, int64_t lead, struct rk_err *);

#endif
