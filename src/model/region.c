/*
 * The nodes of the published tree, their groups, and routes over them. Must not
 * know where the table was read from nor what is published in a node.
 */
#include <ruamkhao/region.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/clock.h>
#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>

#include <stdlib.h>
#include <string.h>

/* Open addressing in the table's arena: a map of base/ would need a free of its own.
 * cap is a power of two, never more than half full. */
struct index {
	const struct rk_node **slot;
	size_t cap, n;
	bool by_term; /* key is the term, else the id */
};

struct rk_regions {
	struct rk_arena *arena;
	const struct rk_node **nodes; /* in the order added */
	size_t n, cap;
	struct index by_id, by_iso;
	struct rk_group *groups;
};

const char *
rk_scheme_name(enum rk_scheme scheme)
{
	switch (scheme) {
	case RK_SCHEME_ALL:
		return "all";
	case RK_SCHEME_NATIONAL:
		return "national";
	case RK_SCHEME_PROVINCE:
		return "province";
	case RK_SCHEME_CLUSTER:
		return "cluster";
	case RK_SCHEME_INSPECTION:
		return "inspection";
	case RK_SCHEME_REGION:
		return "region";
	case RK_SCHEME_AGENCY:
		return "agency";
	case RK_SCHEME_TOPIC:
		return "topic";
	case RK_SCHEME_UNKNOWN:
		break;
	}
	return "unknown";
}

static struct rk_str
key_of(const struct index *ix, const struct rk_node *node)
{
	return ix->by_term ? node->term : node->id;
}

/* The slot that holds key, or the free one where it would stand. */
static const struct rk_node **
slot_of(const struct index *ix, struct rk_str key)
{
	size_t mask = ix->cap - 1;
	size_t i = (size_t)rk_hash64(key) & mask;

	while (ix->slot[i] != NULL && !rk_str_eq(key_of(ix, ix->slot[i]), key))
		i = (i + 1) & mask;
	return &ix->slot[i];
}

static const struct rk_node *
index_get(const struct index *ix, struct rk_str key)
{
	return ix->cap == 0 ? NULL : *slot_of(ix, key);
}

static void
index_put(struct index *ix, struct rk_arena *arena, const struct rk_node *node)
{
	if (2 * (ix->n + 1) > ix->cap) {
		struct index old = *ix;

		ix->cap = old.cap > 0 ? 2 * old.cap : 256;
		ix->slot = rk_arena_array(arena, ix->cap, sizeof(struct rk_node *));
		for (size_t i = 0; i < old.cap; i++)
			if (old.slot[i] != NULL)
				*slot_of(ix, key_of(ix, old.slot[i])) = old.slot[i];
	}
	*slot_of(ix, key_of(ix, node)) = node;
	ix->n++;
}

struct rk_regions *
rk_regions_new(struct rk_arena *arena)
{
	struct rk_regions *r = RK_NEW(arena, struct rk_regions);

	r->arena = arena;
	r->by_iso.by_term = true;
	return r;
}

int
rk_regions_add_node(
    struct rk_regions *r, const struct rk_node *node, struct rk_err *err)
{
	enum rk_scheme scheme = rk_node_scheme(node->id, NULL);

	if (scheme == RK_SCHEME_UNKNOWN || scheme != node->scheme)
		return rk_err_set(err, RK_E_CONFIG, "\"%.*s\" is not the id of a node",
		    RK_FMT(node->id));
	if (index_get(&r->by_id, node->id) != NULL)
		return rk_err_set(err, RK_E_CONFIG, "the node \"%.*s\" is there twice",
		    RK_FMT(node->id));
	if (scheme == RK_SCHEME_PROVINCE) {
		if (index_get(&r->by_iso, node->term) != NULL)
			return rk_err_set(err, RK_E_CONFIG,
			    "the province %.*s is there twice", RK_FMT(node->term));
		index_put(&r->by_iso, r->arena, node);
	}
	index_put(&r->by_id, r->arena, node);
	if (r->n == r->cap) {
		const struct rk_node **old = r->nodes;

		r->cap = r->cap > 0 ? 2 * r->cap : 128;
		r->nodes = rk_arena_array(r->arena, r->cap, sizeof(struct rk_node *));
		if (r->n > 0)
			memcpy(r->nodes, old, r->n * sizeof(struct rk_node *));
	}
	r->nodes[r->n++] = node;
	return 0;
}

int
rk_regions_add_group(struct rk_regions *r, struct rk_group *group, struct rk_err *err)
{
	if (group->node == NULL || rk_regions_find(r, group->node->id) != group->node)
		return rk_err_set(
		    err, RK_E_CONFIG, "a group needs a node of the table");
	if (group->from != RK_NO_TIME && group->until != RK_NO_TIME &&
	    group->from >= group->until)
		return rk_err_set(err, RK_E_CONFIG,
		    "the membership of \"%.*s\" ends before it begins",
		    RK_FMT(group->node->id));
	for (size_t i = 0; i < group->n_members; i++)
		if (group->members[i]->scheme != RK_SCHEME_PROVINCE)
			return rk_err_set(err, RK_E_CONFIG,
			    "\"%.*s\" is no province: it cannot be a member of "
			    "\"%.*s\"",
			    RK_FMT(group->members[i]->id), RK_FMT(group->node->id));
	group->next = r->groups;
	r->groups = group;
	return 0;
}

const struct rk_node *
rk_regions_find(const struct rk_regions *r, struct rk_str id)
{
	return index_get(&r->by_id, id);
}

const struct rk_node *
rk_regions_province(const struct rk_regions *r, struct rk_str iso)
{
	return index_get(&r->by_iso, iso);
}

size_t
rk_regions_count(const struct rk_regions *r)
{
	return r->n;
}

const struct rk_node *
rk_regions_at(const struct rk_regions *r, size_t i)
{
	rk_assert(i < r->n);
	return r->nodes[i];
}

/* Of those with something behind them. Asked for every node of every route: by length
 * and bytes. */
static enum rk_scheme
scheme_named(struct rk_str name)
{
#define NAMED(text, scheme) {text, sizeof(text) - 1, scheme}
	static const struct {
		const char *name;
		size_t n;
		enum rk_scheme scheme;
	} schemes[] = {NAMED("agency", RK_SCHEME_AGENCY),
	    NAMED("province", RK_SCHEME_PROVINCE), NAMED("cluster", RK_SCHEME_CLUSTER),
	    NAMED("inspection", RK_SCHEME_INSPECTION), NAMED("region", RK_SCHEME_REGION),
	    NAMED("topic", RK_SCHEME_TOPIC)};
#undef NAMED

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (name.n == schemes[i].n && memcmp(name.p, schemes[i].name, name.n) == 0)
			return schemes[i].scheme;
	return RK_SCHEME_UNKNOWN;
}

enum rk_scheme
rk_node_scheme(struct rk_str id, struct rk_str *rest)
{
	size_t slash = rk_str_chr(id, '/');
	enum rk_scheme scheme;
	struct rk_str tail;

	if (rest != NULL)
		*rest = RK_STR("");
	if (slash == SIZE_MAX) {
		if (rk_str_is(id, "all"))
			return RK_SCHEME_ALL;
		return rk_str_is(id, "national") ? RK_SCHEME_NATIONAL
						 : RK_SCHEME_UNKNOWN;
	}
	scheme = scheme_named(rk_strn(id.p, slash));
	tail = rk_str_from(id, slash + 1);
	if (scheme == RK_SCHEME_UNKNOWN || tail.n < 1 || tail.n > 64)
		return RK_SCHEME_UNKNOWN;
	for (size_t i = 0; i < tail.n; i++) {
		char c = tail.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return RK_SCHEME_UNKNOWN;
	}
	if (rest != NULL)
		*rest = tail;
	return scheme;
}

/* A node that says where: an entry in one of these is not national. */
static bool
is_place(struct rk_str id)
{
	return rk_str_starts(id, "province/") || rk_str_starts(id, "cluster/") ||
	       rk_str_starts(id, "inspection/") || rk_str_starts(id, "region/");
}

/* Ids with room for `max`; add() and join() below keep the count. */
struct ids {
	struct rk_str *v;
	size_t n;
};

static void
add(struct ids *ids, struct rk_str id)
{
	if (id.n > 0 && !rk_str_is(id, "all"))
		ids->v[ids->n++] = id;
}

/* They are few. */
static void
sort(struct ids *ids)
{
	for (size_t i = 1; i < ids->n; i++) {
		struct rk_str id = ids->v[i];
		size_t at = i;

		for (; at > 0 && rk_str_cmp(ids->v[at - 1], id) > 0; at--)
			ids->v[at] = ids->v[at - 1];
		ids->v[at] = id;
	}
}

/* Sorted ids to one text: each once; "national" only where no place is named. */
static struct rk_str
join(struct rk_arena *arena, const struct ids *ids)
{
	size_t bytes = 0;
	bool place = false;
	char *out;
	struct rk_str route;

	for (size_t i = 0; i < ids->n; i++) {
		bytes += ids->v[i].n + 1;
		place = place || is_place(ids->v[i]);
	}
	out = rk_arena_alloc(arena, bytes + 1);
	route = rk_strn(out, 0);
	for (size_t i = 0; i < ids->n; i++) {
		struct rk_str id = ids->v[i];

		if (i > 0 && rk_str_eq(id, ids->v[i - 1]))
			continue;
		if (place && rk_str_is(id, "national"))
			continue;
		if (route.n > 0)
			out[route.n++] = ' ';
		memcpy(out + route.n, id.p, id.n);
		route.n += id.n;
	}
	return route; /* the arena's memory is zeroed: the NUL is there */
}

static bool
holds(const struct rk_group *g, const struct rk_node *province, int64_t at)
{
	if (g->from != RK_NO_TIME && at < g->from)
		return false;
	if (g->until != RK_NO_TIME && at >= g->until)
		return false;
	for (size_t i = 0; i < g->n_members; i++)
		if (g->members[i] == province)
			return true;
	return false;
}

bool
rk_regions_holds(const struct rk_regions *r, const struct rk_node *group,
    const struct rk_node *province, int64_t at)
{
	for (const struct rk_group *g = r->groups; g != NULL; g = g->next)
		if (g->node == group && holds(g, province, at))
			return true;
	return false;
}

static struct rk_str
agency_id(struct rk_arena *arena, struct rk_str agency)
{
	static const char scheme[] = "agency/";
	size_t n = sizeof(scheme) - 1;
	char *id = rk_arena_alloc(arena, n + agency.n);

	memcpy(id, scheme, n);
	memcpy(id + n, agency.p, agency.n);
	return rk_strn(id, n + agency.n);
}

struct rk_str
rk_route_make(const struct rk_regions *r, struct rk_arena *arena,
    struct rk_str province, struct rk_str agency, const struct rk_str *more,
    size_t n_more, int64_t at)
{
	const struct rk_node *home = rk_regions_province(r, province);
	struct ids ids = {NULL, 0};
	size_t max = n_more + 3; /* the province, the agency, "national" */
	bool place = false;

	if (home != NULL)
		for (const struct rk_group *g = r->groups; g != NULL; g = g->next)
			max++;
	ids.v = rk_arena_array(arena, max, sizeof(struct rk_str));
	if (home != NULL) {
		add(&ids, home->id);
		for (const struct rk_group *g = r->groups; g != NULL; g = g->next)
			if (holds(g, home, at))
				add(&ids, g->node->id);
	}
	for (size_t i = 0; i < n_more; i++)
		add(&ids, more[i]);
	for (size_t i = 0; i < ids.n; i++)
		place = place || is_place(ids.v[i]);
	if (!place)
		add(&ids, RK_STR("national"));
	if (agency.n > 0)
		add(&ids, agency_id(arena, agency));
	sort(&ids);
	return join(arena, &ids);
}

struct rk_str
rk_route_agency(struct rk_arena *arena, struct rk_str agency, struct rk_str others)
{
	struct rk_str id, rest = others, first = {NULL, 0};
	char *route;

	if (agency.n == 0)
		return others;
	id = agency_id(arena, agency);
	(void)rk_str_split(&rest, ' ', &first);
	if (first.n == 0 || rk_str_cmp(id, first) >= 0)
		return rk_route_join(arena, id, others);
	route = rk_arena_alloc(arena, id.n + 1 + others.n + 1);
	memcpy(route, id.p, id.n);
	route[id.n] = ' ';
	memcpy(route + id.n + 1, others.p, others.n);
	return rk_strn(route, id.n + 1 + others.n);
}

struct rk_str
rk_route_join(struct rk_arena *arena, struct rk_str a, struct rk_str b)
{
	struct rk_str x = {NULL, 0}, y = {NULL, 0};
	bool has_x, has_y;
	struct ids ids = {NULL, 0};
	size_t max = 2;

	for (size_t i = 0; i < a.n; i++)
		max += a.p[i] == ' ';
	for (size_t i = 0; i < b.n; i++)
		max += b.p[i] == ' ';
	ids.v = rk_arena_array(arena, max, sizeof(struct rk_str));
	has_x = rk_str_split(&a, ' ', &x);
	has_y = rk_str_split(&b, ' ', &y);
	while (has_x || has_y) { /* both are sorted: merge */
		if (has_x && (!has_y || rk_str_cmp(x, y) <= 0)) {
			add(&ids, x);
			has_x = rk_str_split(&a, ' ', &x);
		} else {
			add(&ids, y);
			has_y = rk_str_split(&b, ' ', &y);
		}
	}
	return join(arena, &ids);
}
