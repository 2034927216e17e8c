/*
 * Dirty nodes -> files, in three parts. publisher.c: cycles and their life. nodes.c: the
 * nodes of a cycle, from timelines to files that count as published. index.c: the pages
 * that tell of all nodes. topics.c: between these two, saved searches.
 */
#ifndef RK_PUBLISHER_INT_H
#define RK_PUBLISHER_INT_H

#include "daemon_int.h"

#include <ruamkhao/publish.h>

enum stage { IDLE, FILTERING, ASKING, RENDERING, SYNCING, MARKING, SEARCHING, INDEXING };

struct item {
	struct rk_node node;
	int64_t generation;
	bool done; /* its files are right */
};

struct publisher {
	struct engine *e;
	uv_timer_t timer;
	bool timer_open, stopping;
	int64_t due_ms;     /* of the next cycle, monotonic; INT64_MAX: none is to come */
	enum stage stage;
	bool again;         /* something changed during the cycle */
	bool everything;    /* the next cycle renders every node */
	bool looked;        /* files were compared with the nodes once since the start */
	uint64_t dirty_since; /* 0: nothing waits */
	struct rk_arena *arena; /* of the cycle */
	struct item *items;
	size_t n_items, next, busy;
	bool changed;       /* any file was replaced in this cycle */
	struct rk_err err;  /* the first of this cycle */
	uv_work_t work;     /* syncing, indexing */
	struct topics *topics; /* of the cycle, topics.c */
	struct rk_index_node *index;
	size_t n_index;
	void (*done)(void *cookie, const struct rk_err *);
	void *done_cookie;
};

/* The i-th of the formats that are published. */
const struct rk_format *publisher_format(const struct engine *, size_t i);
/* Keep the first error of the cycle. */
void publisher_remember(struct publisher *, const struct rk_err *);
void publisher_cycle_end(struct publisher *);

/* ---- nodes.c */

/* A node by its id, with its names. */
struct rk_node publisher_node(struct engine *, struct rk_arena *, struct rk_str id);
/* Which nodes are to be rendered? Then render, sync and mark them, then index_begin. */
void nodes_begin(struct publisher *);
/* Go on where the last left off; ends a cycle that is to stop. */
void nodes_more(struct publisher *);

/* ---- topics.c */

/* Entries follow `keep` and `drop` first, then nodes_begin. */
void filters_begin(struct publisher *);
/* Saved searches that something may have changed for, then index_begin. */
void topics_begin(struct publisher *);
/* Those with something to show, for the pages that tell of all nodes: appended. */
void topics_index(struct publisher *, struct rk_index_node *, size_t *n);
size_t topics_count(const struct publisher *); /* that there may be */

/* ---- index.c */

/* Write the pages that tell of all nodes, then end the cycle. */
void index_begin(struct publisher *);

#endif
