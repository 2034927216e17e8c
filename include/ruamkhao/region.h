/*
 * The nodes of the published tree: provinces, the groups they belong to, and routes.
 *
 * A node is a place in the tree with an id such as "province/phuket"; a route is
 * the set of nodes in which an entry is published ("all" is implied and in none).
 * The table comes from feeds/regions.yml (or the copy compiled in).
 */
#ifndef RUAMKHAO_REGION_H
#define RUAMKHAO_REGION_H

#include <ruamkhao/str.h>

struct rk_arena;
struct rk_err;

enum rk_scheme {
	RK_SCHEME_ALL,
	RK_SCHEME_NATIONAL,
	RK_SCHEME_PROVINCE,
	RK_SCHEME_CLUSTER,
	RK_SCHEME_INSPECTION,
	RK_SCHEME_REGION,
	RK_SCHEME_AGENCY,
	RK_SCHEME_TOPIC,
	RK_SCHEME_UNKNOWN
};
const char *rk_scheme_name(enum rk_scheme); /* "province", "cluster" ... */

struct rk_node {
	struct rk_str id;      /* "all", "province/phuket", "cluster/06", "agency/dopa" */
	enum rk_scheme scheme;
	struct rk_str term;    /* category term: ISO code, number or slug */
	struct rk_str th, en;  /* names for people; for an agency both may be its id */
};

/* One membership of a group, valid from..until (UTC seconds; RK_NO_TIME: open). */
struct rk_group {
	struct rk_group *next;
	const struct rk_node *node;
	int64_t from, until;
	const struct rk_node **members; /* provinces */
	size_t n_members;
};

struct rk_regions; /* immutable once built; lives in its arena */

/* Building, used by config/. Nodes and groups must live as long as the table. */
struct rk_regions *rk_regions_new(struct rk_arena *);
int rk_regions_add_node(struct rk_regions *, const struct rk_node *, struct rk_err *);
int rk_regions_add_group(struct rk_regions *, struct rk_group *, struct rk_err *);

const struct rk_node *rk_regions_find(const struct rk_regions *, struct rk_str id);
const struct rk_node *rk_regions_province(const struct rk_regions *, struct rk_str iso);
size_t rk_regions_count(const struct rk_regions *); /* nodes, in the order added */
const struct rk_node *rk_regions_at(const struct rk_regions *, size_t i);

/* Is the province a member of the group at the instant `at`? */
bool rk_regions_holds(const struct rk_regions *, const struct rk_node *group,
    const struct rk_node *province, int64_t at);

/* Parts of an id: scheme and what follows the slash (empty for all, national).
 * RK_SCHEME_UNKNOWN for what is no node id ([a-z0-9-]{1,64} after the slash). */
enum rk_scheme rk_node_scheme(struct rk_str id, struct rk_str *rest);

/*
 * The canonical route of what a source publishes at the instant `at`: ids sorted
 * bytewise, joined by one space, each once. province: ISO code or empty; the
 * groups that hold it at `at` are added; more: further node ids (their provinces
 * are not added); agency: an agency's id or empty. Without any place node
 * "national" is added. In the arena.
 */
struct rk_str rk_route_make(const struct rk_regions *, struct rk_arena *,
    struct rk_str province, struct rk_str agency, const struct rk_str *more,
    size_t n_more, int64_t at);

/* What rk_route_make makes with that agency, from what it makes without one: many sources
 * share that. In the arena; without an agency it is `others` itself. */
struct rk_str rk_route_agency(struct rk_arena *, struct rk_str agency, struct rk_str others);

/* The union of two canonical routes, canonical; "national" falls away when the
 * union has a place node. */
struct rk_str rk_route_join(struct rk_arena *, struct rk_str a, struct rk_str b);

#endif
