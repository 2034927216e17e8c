/*
 * Dirty nodes -> files, in six parts. publisher.c: cycles and their life. archives.c:
 * archive documents. nodes.c: the nodes of a cycle, from timelines to files that count as
 * published. topics.c: saved searches. index.c: the pages that tell of all nodes. board.c:
 * how the sources fare.
 */
#ifndef RK_PUBLISHER_INT_H
#define RK_PUBLISHER_INT_H

#include "daemon_int.h"

#include <ruamkhao/publish.h>

enum stage {
	IDLE,
	FILTERING,
	ASKING,
	ARCHIVING,
	RENDERING,
	SYNCING,
	MARKING,
	SEARCHING,
	INDEXING,
	BOARDING
};

struct item {
	struct rk_node node;
	int64_t generation;
	bool files; /* they were rendered: there is a folder to sync */
	bool done;  /* its files are right */
};

/* An archive document that is to be written. */
struct document {
	struct rk_node node;
	struct rk_archive_state as;
	bool done;
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
	struct item *items; /* by id, when the archives are known */
	size_t n_items, next, busy;
	struct document *docs;
	size_t n_docs, next_doc;
	bool all_docs;      /* every document is written in this cycle */
	bool look;          /* files are compared with the nodes in this cycle */
	bool backlog;       /* archives have not taken up everything yet */
	bool postponed;     /* saved searches wait for their index, */
	bool postponed_all; /* all of them, whether something changed or not */
	bool changed;       /* any file was replaced in this cycle */
	bool unsynced;      /* a folder that was not synced may have changed before */
	struct rk_err err;  /* the first of this cycle */
	uv_work_t work;     /* syncing, indexing */
	struct topics *topics; /* of the cycle, topics.c */
	struct rk_index_node *index;
	size_t n_index;
	struct rk_board *board;     /* being written */
	bool board_looked;          /* its files were looked for once since the start */
	bool board_always;          /* the next cycle writes it whatever changed */
	bool operator_changed;      /* a file of the operator's feed, as it was written */
	bool board_waits;           /* it may have changed, and is written later */
	int64_t board_ms;           /* when it was written last, monotonic; 0: not yet */
	size_t board_files; /* replaced by board_work, not yet in progress.files */
	int64_t watch_ms;           /* when all sources are looked at again */
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
/* The live files of the nodes, when the archives are written. */
void nodes_render(struct publisher *);

/* ---- archives.c */

/* Archives take up what the feeds do not show any more; documents that are to be written
 * are. Then nodes_render. */
void archives_begin(struct publisher *);
/* The node among those of the cycle; NULL: it is not. */
struct item *publisher_item(struct publisher *, struct rk_str node);
/* Their folders, on the pool. */
void archives_sync(struct publisher *);

/* ---- topics.c */

/* Entries follow `keep` and `drop` first, then nodes_begin. */
void filters_begin(struct publisher *);
/* Saved searches that something may have changed for, then index_begin. */
void topics_begin(struct publisher *);
/* Those with something to show, for the pages that tell of all nodes: appended. */
void topics_index(struct publisher *, struct rk_index_node *, size_t *n);
size_t topics_count(const struct publisher *); /* that there may be */

/* ---- index.c */

/* Write the pages that tell of all nodes, then board_begin. */
void index_begin(struct publisher *);

/* ---- board.c */

/* Bring up to date how the sources fare, write what tells of it if that changed, then end
 * the cycle. */
void board_begin(struct publisher *);
/* Milliseconds until it is to be looked at again without a poll; 0: never. */
uint64_t board_next(struct publisher *);

#endif
