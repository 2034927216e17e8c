/*
 * Evidence of places as text, and routes decided by it. Pure; must not know where in a
 * text a name was found nor what stood around it.
 */
#include <ruamkhao/evidence.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/clock.h>
#include <ruamkhao/limits.h>

#include <string.h>

static const char letters[] = "tblv";

int
rk_evidence_put(struct rk_buf *out, const struct rk_evidence *e)
{
	char kind = letters[e->kind];

	if (e->counted)
		kind = (char)(kind - 'a' + 'A');
	return rk_buf_addf(out, "%c%c%.*s %.*s", kind, e->strong ? '!' : '.',
	    RK_FMT(e->places), RK_FMT(e->words));
}

static bool
read_line(struct rk_str line, struct rk_evidence *e)
{
	const char *at;
	size_t space = rk_str_chr(line, ' ');
	char kind;

	if (space == SIZE_MAX || space < 3 || (line.p[1] != '!' && line.p[1] != '.'))
		return false;
	kind = line.p[0];
	e->counted = kind >= 'A' && kind <= 'Z';
	if (e->counted)
		kind = (char)(kind - 'A' + 'a');
	if (kind == '\0' || (at = strchr(letters, kind)) == NULL)
		return false;
	e->kind = (enum rk_evidence_kind)(at - letters);
	e->strong = line.p[1] == '!';
	e->places = rk_strn(line.p + 2, space - 2);
	e->words = rk_str_from(line, space + 1);
	e->group = !rk_str_starts(e->places, "TH-") || rk_str_chr(e->places, '+') != SIZE_MAX;
	return true;
}

bool
rk_evidence_next(struct rk_str *rest, struct rk_evidence *e)
{
	struct rk_str line;

	while (rk_str_split(rest, '\n', &line))
		if (read_line(line, e))
			return true;
	return false;
}

/* ---- the decision */

#define MAX_NODES 128 /* provinces or groups of one entry */

struct tally {
	const struct rk_regions *regions;
	int64_t at;
	const struct rk_node *provinces[MAX_NODES], *groups[MAX_NODES];
	size_t n_provinces, n_groups;
};

static void
add(const struct rk_node **list, size_t *n, const struct rk_node *node)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i] == node)
			return;
	if (*n < MAX_NODES)
		list[(*n)++] = node;
}

static bool
has_node(struct rk_str route, struct rk_str id)
{
	struct rk_str one;

	while (rk_str_split(&route, ' ', &one))
		if (rk_str_eq(one, id))
			return true;
	return false;
}

/* A table of the operator's own may lack a group: it is no evidence then. */
static bool
take(struct tally *t, struct rk_str places)
{
	struct rk_str one;
	bool any = false;

	while (rk_str_split(&places, '+', &one)) {
		const struct rk_node *node = rk_str_starts(one, "TH-")
						 ? rk_regions_province(t->regions, one)
						 : rk_regions_find(t->regions, one);

		if (node == NULL)
			continue;
		any = true;
		if (node->scheme == RK_SCHEME_PROVINCE)
			add(t->provinces, &t->n_provinces, node);
		else
			add(t->groups, &t->n_groups, node);
	}
	return any;
}

static bool
counts(const struct rk_evidence *e, bool placed)
{
	switch (e->kind) {
	case RK_EVIDENCE_TITLE:
		return !placed || e->strong;
	case RK_EVIDENCE_BYLINE:
		return !placed;
	case RK_EVIDENCE_LEAD:
		return !placed && e->strong;
	case RK_EVIDENCE_LAST:
		break;
	}
	return false;
}

/* A list of a named group's members says no more than the group. */
static void
drop_members(struct tally *t)
{
	for (size_t g = 0; g < t->n_groups; g++) {
		size_t members = 0, kept = 0;

		for (size_t i = 0; i < t->n_provinces; i++)
			members += rk_regions_holds(
			    t->regions, t->groups[g], t->provinces[i], t->at);
		if (members < 2)
			continue;
		for (size_t i = 0; i < t->n_provinces; i++)
			if (!rk_regions_holds(
				t->regions, t->groups[g], t->provinces[i], t->at))
				t->provinces[kept++] = t->provinces[i];
		t->n_provinces = kept;
	}
}

/* Groups that hold more than half of the members of g. */
static void
add_wider(struct tally *t, const struct rk_node *g)
{
	size_t nodes = rk_regions_count(t->regions);

	for (size_t i = 0; i < nodes; i++) {
		const struct rk_node *other = rk_regions_at(t->regions, i);
		size_t members = 0, both = 0;

		if (other == g || (other->scheme != RK_SCHEME_CLUSTER &&
				      other->scheme != RK_SCHEME_INSPECTION &&
				      other->scheme != RK_SCHEME_REGION))
			continue;
		for (size_t p = 0; p < nodes; p++) {
			const struct rk_node *province = rk_regions_at(t->regions, p);

			if (province->scheme != RK_SCHEME_PROVINCE ||
			    !rk_regions_holds(t->regions, g, province, t->at))
				continue;
			members++;
			both += rk_regions_holds(t->regions, other, province, t->at);
		}
		if (2 * both > members)
			add(t->groups, &t->n_groups, other);
	}
}

static struct rk_str
without_province(struct rk_arena *arena, struct rk_str route)
{
	char *out = rk_arena_alloc(arena, route.n + 1);
	struct rk_str kept = rk_strn(out, 0), one;

	while (rk_str_split(&route, ' ', &one)) {
		if (rk_str_starts(one, "province/") || rk_str_is(one, "national"))
			continue;
		if (kept.n > 0)
			out[kept.n++] = ' ';
		memcpy(out + kept.n, one.p, one.n);
		kept.n += one.n;
	}
	return kept;
}

/* What the tally gives, joined with what the source has. */
static struct rk_str
route_of(struct tally *t, struct rk_arena *arena, struct rk_str route)
{
	size_t fresh = 0, named = t->n_groups;
	bool many;

	drop_members(t);
	for (size_t i = 0; i < t->n_provinces; i++)
		fresh += !has_node(route, t->provinces[i]->id);
	many = fresh > RK_MAX_ROUTED;
	for (size_t i = 0; i < t->n_provinces; i++) {
		struct rk_str one = rk_route_make(t->regions, arena,
		    t->provinces[i]->term, RK_STR(""), NULL, 0, t->at);

		/* one without any group keeps its own feed */
		if (many && rk_str_chr(one, ' ') != SIZE_MAX)
			one = without_province(arena, one);
		route = rk_route_join(arena, route, one);
	}
	for (size_t g = 0; g < named; g++)
		add_wider(t, t->groups[g]);
	for (size_t g = 0; g < t->n_groups; g++)
		route = rk_route_join(arena, route, t->groups[g]->id);
	return route;
}

struct rk_str
rk_route_decide(const struct rk_regions *regions, struct rk_arena *arena,
    struct rk_str of_source, struct rk_str evidence, int64_t at,
    struct rk_str *decided)
{
	struct tally *t;
	struct rk_evidence e;
	struct rk_str rest = evidence, line;
	bool placed = !has_node(of_source, RK_STR("national")), any = false;
	char *marked;

	*decided = evidence;
	if (evidence.n == 0)
		return of_source;
	t = RK_NEW(arena, struct tally);
	t->regions = regions;
	t->at = at;
	marked = rk_arena_alloc(arena, evidence.n + 1);
	memcpy(marked, evidence.p, evidence.n);
	while (rk_str_split(&rest, '\n', &line)) {
		if (!read_line(line, &e) || !counts(&e, placed) || !take(t, e.places))
			continue;
		any = true;
		marked[line.p - evidence.p] = (char)(letters[e.kind] - 'a' + 'A');
	}
	if (!any)
		return of_source;
	*decided = rk_strn(marked, evidence.n);
	return route_of(t, arena, of_source);
}
