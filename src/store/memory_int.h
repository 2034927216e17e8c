/*
 * What is kept in memory beside the database, as the connection holds it: routes and nodes,
 * the newest clues, how sources fare, how far archives have come, expressions of `keep`
 * and `drop`. What is done with it stands in the headers of those who keep it.
 */
#ifndef RUAMKHAO_MEMORY_INT_H
#define RUAMKHAO_MEMORY_INT_H

#include <ruamkhao/store.h>

/* What is known of a node's stories, or what a transaction adds to it. */
struct st_sum {
	int64_t stories;
	int64_t changed; /* newest change of content, RK_NO_TIME none */
	bool touched;    /* what is published there changed */
};

/* A node's numbers: committed, of the open transaction, of the open poll. */
struct st_node {
	struct rk_str id;
	bool is_place, is_national;
	int64_t generation,
	    published; /* as committed; generation 0: not in the table */
	int64_t mark;  /* published by the open transaction, INT64_MIN none */
	struct st_sum base, tx, poll;
	unsigned *routes; /* that lead to it: indexes */
	size_t n_routes, cap_routes;
	unsigned seen; /* see st_set */
};

/* A route stays in memory when its row was rolled back; row is 0 then. There may be a
 * hundred thousand: the text of one is made of its nodes (st_route_text). */
struct st_route {
	int64_t row;
	int64_t newest; /* no entry on it has a higher sort; INT64_MAX not known */
	int64_t last;   /* nor a higher row; INT64_MAX not known */
	unsigned n_nodes;
	unsigned nodes[]; /* indexes, "all" first, then in the order of the text */
};

struct st_regions {
	struct rk_arena *arena;
	struct rk_map *by_nodes; /* the bytes of a route's nodes -> struct st_route */
	struct rk_map *by_id;    /* -> index + 1 of a node */
	unsigned *named;         /* nodes of the route that is looked for */
	size_t cap_named;
	struct st_route **routes;
	size_t n_routes, cap_routes;
	struct st_node *nodes; /* [0] is "all" */
	size_t n_nodes, cap_nodes;
	unsigned *tx, *poll; /* nodes touched, room for cap_nodes */
	size_t n_tx, n_poll;
	unsigned seen;
	struct st_route **made; /* rows of the open transaction */
	size_t n_made, cap_made;
	size_t n_made_kept;     /* those behind are of the open poll */
	bool marked; /* some node was, in the open transaction */
	bool loaded;
};

/* A set of nodes, made from routes by st_set_add; one at a time. */
struct st_set {
	unsigned *nodes;
	size_t n, cap;
	bool has_place;
};

/* See clue.c. */
struct st_clues {
	int64_t *hash; /* period and key */
	uint32_t *entry; /* how far its row is behind `upto`, and the day */
	uint32_t *next; /* in the chain, index + 1 */
	uint32_t *head; /* by hash, index + 1 */
	size_t n, cap;
	size_t committed; /* of n: a rollback drops the rest */
	int64_t upto;     /* entries up to this row are in the table */
	int64_t newest;   /* highest row in memory */
	bool flushed;     /* by the open transaction */
	bool undated;     /* the table has clues without a day */
	bool vague;       /* in memory there are some of entries of unknown age */
	struct st_met *met; /* room of a search; NULL before the first */
};

/* How sources fare, as committed or about to be, by row; so that a poll that changes
 * nothing of it costs no look at the table. See watch.c. */
struct st_watch {
	unsigned char *health; /* enum rk_health, ST_UNWATCHED */
	size_t n;
	bool loaded;
	int64_t *rows; /* to be looked at before the next publication */
	size_t n_rows, cap_rows;
	int64_t began; /* rk_store_watch */
	rk_silence_fn *silent_from;
};
#define ST_UNWATCHED 0xff

/* How far archives have come. */
struct st_edge {
	int64_t seq;    /* of the last time documents took stories up */
	int64_t stored; /* the same, as committed */
	int64_t row;    /* the last entry then: later ones are in none */
	bool known;
};

/* What sources' `keep` and `drop` say. */
struct st_filters {
	struct st_filter *v; /* by source; of those that have any, or had */
	size_t n;
};

#endif
