/*
 * Routes, nodes and their generations: what touches a node says so here. The structures
 * stand in memory_int.h.
 */
#ifndef RUAMKHAO_REGIONS_INT_H
#define RUAMKHAO_REGIONS_INT_H

#include "store_int.h"

/* READ: read anew for every call; WRITE: kept. */
int st_regions_load(struct rk_store *, struct rk_err *);
void st_regions_free(struct st_regions *);
/* The route with its row. */
int st_route(
    struct rk_store *, struct rk_str text, struct st_route **, struct rk_err *);
/* Its canonical text (region.h), in the arena. */
struct rk_str st_route_text(
    const struct rk_store *, const struct st_route *, struct rk_arena *);
/* NULL with *err: no such route, the database is inconsistent. */
struct st_route *st_route_of_row(struct rk_store *, int64_t row, struct rk_err *);
/* Index of the node or -1. */
int64_t st_node_index(struct rk_store *, struct rk_str id);

/* The nodes of a story: begin, then each route of its copies, in the arena. */
void st_set_begin(struct rk_store *, struct st_set *);
void st_set_add(
    struct rk_store *, struct st_set *, const struct st_route *, struct rk_arena *);
/* "national" is only where no copy names a place (rk_route_join). */
bool st_set_holds(const struct rk_store *, const struct st_set *, unsigned node);

/* The poll at hand changes what is published in the node. */
void st_touch(struct rk_store *, unsigned node, int64_t stories, int64_t changed);
void st_regions_poll_kept(struct rk_store *);
void st_regions_poll_dropped(struct rk_store *);
int st_regions_write(struct rk_store *, struct rk_err *); /* before COMMIT */
void st_regions_committed(struct rk_store *);
void st_regions_dropped(struct rk_store *);

#endif
