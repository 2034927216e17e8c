/*
 * Searching what is stored: saved searches (topics), the search of the program and of the
 * server. Reads; works beside a writer on a connection of its own.
 */
#ifndef RUAMKHAO_SEARCH_H
#define RUAMKHAO_SEARCH_H

#include <ruamkhao/query.h>
#include <ruamkhao/store.h>

/* Ids of nodes; n 0: wherever. */
struct rk_node_list {
	const struct rk_str *v;
	size_t n;
};

struct rk_search {
	const struct rk_query *query;  /* NULL: whatever it says */
	struct rk_node_list places;    /* in one of these, */
	struct rk_node_list publishers; /* and in one of these */
	unsigned offset, limit;        /* of the stories, newest first */
	bool removed;                  /* and those that left, as the timeline of a node has
					  them */
	bool (*stop)(void *cookie);    /* asked now and then; true: that is enough. May be
					  NULL */
	void *cookie;
};

struct rk_search_end {
	bool more;       /* there are further ones */
	bool cut;        /* a limit was met: older ones were not looked at */
	int64_t entries; /* that are stored */
	int64_t waiting; /* of these, not in the index yet: the newest of them were compared
			    all the same */
};

/*
 * The stories that are published, by their places in the timelines, newest first; a story
 * is found by the words of the copy that speaks for it. node, site and regions are passed
 * through to the timeline, which is the caller's; its generation is that of "all".
 */
int rk_store_search(struct rk_store *, const struct rk_search *, const struct rk_node *,
    const struct rk_site *, const struct rk_regions *, struct rk_timeline **out,
    struct rk_search_end *, struct rk_err *);

/* Put some more entries into the index; *done: all are in it. Of a writer; a transaction of
 * its own. */
int rk_store_index(struct rk_store *, bool *done, struct rk_err *);

/* A saved search as it was last rendered. */
struct rk_topic_state {
	struct rk_str id;
	uint64_t hash;    /* of what it asks */
	int64_t seen;     /* what it looked at: see rk_store_topic_seen */
	int64_t stories;  /* that it had */
	int64_t updated;  /* of its feed, RK_NO_TIME when empty */
};
/* All of them, sorted by id; in the arena. */
int rk_store_topics(struct rk_store *, struct rk_arena *, struct rk_topic_state **out,
    size_t *n, struct rk_err *);
/* Store it, or (gone) forget it. A transaction of its own. */
int rk_store_topic(
    struct rk_store *, const struct rk_topic_state *, bool gone, struct rk_err *);
/* A number that grows whenever what is published in the nodes that it looks at changed. */
int rk_store_topic_seen(struct rk_store *, const struct rk_node_list *places,
    const struct rk_node_list *publishers, int64_t *seen, struct rk_err *);

#endif
