/*
 * A table from strings to pointers. Keys are not copied: they must outlive the
 * map. Seeded per process, so that documents cannot provoke collisions.
 */
#ifndef RUAMKHAO_MAP_H
#define RUAMKHAO_MAP_H

#include <ruamkhao/str.h>

struct rk_map;

struct rk_map *rk_map_new(void);
void rk_map_free(struct rk_map *); /* NULL is fine; values are the caller's */
void *rk_map_get(const struct rk_map *, struct rk_str key); /* NULL: absent */
/* value must not be NULL. Returns the value it replaced, or NULL. */
void *rk_map_put(struct rk_map *, struct rk_str key, void *value);
/* Its key is not needed any more. Returns its value, or NULL: absent. */
void *rk_map_drop(struct rk_map *, struct rk_str key);
size_t rk_map_count(const struct rk_map *);

#endif
