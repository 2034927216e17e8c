/* The table of provinces and groups, and routes over it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/clock.h>
#include <ruamkhao/config.h>
#include <ruamkhao/err.h>
#include <ruamkhao/source.h>
#include <ruamkhao/timeline.h>

#include <stdio.h>
#include <string.h>

#define DAY INT64_C(86400)
/* 2017-11-16 00:00 in Bangkok, and a day long after. */
#define CHANGE (INT64_C(17486) * DAY - INT64_C(25200))
#define NOW    (INT64_C(20778) * DAY)

struct world {
	struct rk_arena *arena;
	struct rk_regions *regions;
};

static int
setup(void **state)
{
	static struct world w;
	struct rk_err err;

	w.arena = rk_arena_new(0);
	w.regions = rk_regions_builtin(w.arena, &err);
	if (w.regions == NULL)
		fail_msg("%s", err.text);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	rk_arena_free(w->arena);
	return 0;
}

/* The route of a province alone, at an instant. */
static struct rk_str
route(struct world *w, const char *iso, int64_t at)
{
	return rk_route_make(
	    w->regions, w->arena, rk_str(iso), RK_STR(""), NULL, 0, at);
}

/* How many ids of the route begin with prefix. */
static int
count(struct rk_str r, const char *prefix)
{
	struct rk_str id;
	int n = 0;

	while (rk_str_split(&r, ' ', &id))
		n += rk_str_starts(id, prefix);
	return n;
}

static void
every_province_once(void **state)
{
	struct world *w = *state;
	int provinces = 0, clusters = 0, zones = 0, regions = 0;

	for (size_t i = 0; i < rk_regions_count(w->regions); i++) {
		const struct rk_node *n = rk_regions_at(w->regions, i);
		struct rk_str r;

		clusters += n->scheme == RK_SCHEME_CLUSTER;
		zones += n->scheme == RK_SCHEME_INSPECTION;
		regions += n->scheme == RK_SCHEME_REGION;
		assert_ptr_equal(rk_regions_find(w->regions, n->id), n);
		assert_true(n->th.n > 0 && n->en.n > 0);
		if (n->scheme != RK_SCHEME_PROVINCE)
			continue;
		provinces++;
		assert_ptr_equal(rk_regions_province(w->regions, n->term), n);
		r = route(w, n->term.p, NOW);
		assert_int_equal(count(r, "province/"), 1);
		assert_int_equal(count(r, "region/"), 1);
		assert_int_equal(count(r, "national"), 0);
		assert_int_equal(
		    count(r, "cluster/"), rk_str_is(n->term, "TH-10") ? 0 : 1);
		assert_int_equal(
		    count(r, "inspection/"), rk_str_is(n->term, "TH-10") ? 0 : 1);
	}
	assert_int_equal(provinces, 77);
	assert_int_equal(clusters, 18);
	assert_int_equal(zones, 18);
	assert_int_equal(regions, 6);
	assert_int_equal(rk_regions_count(w->regions), 2 + 77 + 18 + 18 + 6);
	assert_ptr_equal(rk_regions_find(w->regions, RK_STR("cluster/00")), NULL);
	assert_ptr_equal(rk_regions_find(w->regions, RK_STR("cluster/19")), NULL);
}

/* Members of a group at an instant, by the routes of all provinces. */
static int
members(struct world *w, const char *id, int64_t at)
{
	int n = 0;

	for (size_t i = 0; i < rk_regions_count(w->regions); i++) {
		const struct rk_node *node = rk_regions_at(w->regions, i);
		struct rk_str r, one;

		if (node->scheme != RK_SCHEME_PROVINCE)
			continue;
		r = route(w, node->term.p, at);
		while (rk_str_split(&r, ' ', &one))
			n += rk_str_is(one, id);
	}
	return n;
}

static void
sizes_of_groups(void **state)
{
	struct world *w = *state;
	static const int clusters[] = {
	    6, 4, 3, 4, 5, 6, 3, 3, 5, 5, 3, 4, 4, 4, 4, 4, 5, 4};
	char id[32];

	assert_int_equal(members(w, "region/north", NOW), 9);
	assert_int_equal(members(w, "region/northeast", NOW), 20);
	assert_int_equal(members(w, "region/central", NOW), 22);
	assert_int_equal(members(w, "region/east", NOW), 7);
	assert_int_equal(members(w, "region/west", NOW), 5);
	assert_int_equal(members(w, "region/south", NOW), 14);
	for (int i = 0; i < 18; i++) {
		(void)snprintf(id, sizeof(id), "cluster/%02d", i + 1);
		assert_int_equal(members(w, id, NOW), clusters[i]);
		(void)snprintf(id, sizeof(id), "inspection/%02d", i + 1);
		assert_int_equal(members(w, id, NOW), clusters[i]);
	}
}

static void
slugs(void **state)
{
	static const struct {
		const char *iso, *id, *th;
	} want[] = {{"TH-10", "province/bangkok", "กรุงเทพมหานคร"},
	    {"TH-14", "province/phra-nakhon-si-ayutthaya", "พระนครศรีอยุธยา"},
	    {"TH-16", "province/lop-buri", "ลพบุรี"},
	    {"TH-82", "province/phangnga", "พังงา"},
	    {"TH-83", "province/phuket", "ภูเก็ต"},
	    {"TH-39", "province/nong-bua-lam-phu", "หนองบัวลำภู"}};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct rk_node *n =
		    rk_regions_province(w->regions, rk_str(want[i].iso));

		assert_non_null(n);
		assert_string_equal(n->id.p, want[i].id);
		assert_string_equal(n->th.p, want[i].th);
	}
	assert_ptr_equal(rk_regions_province(w->regions, RK_STR("TH-S")), NULL);
	assert_ptr_equal(rk_regions_province(w->regions, RK_STR("TH-28")), NULL);
	assert_ptr_equal(rk_regions_province(w->regions, RK_STR("")), NULL);
}

/* The Andaman group had five provinces, without Satun, until the announcement. */
static void
membership_follows_the_day(void **state)
{
	struct world *w = *state;

	assert_int_equal(members(w, "cluster/06", CHANGE - 1), 5);
	assert_int_equal(members(w, "cluster/06", CHANGE), 6);
	assert_int_equal(count(route(w, "TH-91", CHANGE - 1), "cluster/"), 0);
	assert_int_equal(count(route(w, "TH-91", CHANGE), "cluster/06"), 1);
	assert_int_equal(count(route(w, "TH-83", CHANGE - 1), "cluster/06"), 1);
	assert_int_equal(count(route(w, "TH-83", CHANGE), "cluster/06"), 1);
	/* Nothing is attested of the others before it, nor of this one before 2009. */
	assert_int_equal(members(w, "cluster/05", CHANGE - 1), 0);
	assert_int_equal(members(w, "cluster/06", 0), 0);
	assert_int_equal(members(w, "inspection/06", CHANGE - 1), 0);
	assert_int_equal(members(w, "region/south", 0), 14);
}

static void
routes(void **state)
{
	struct world *w = *state;
	struct rk_str more[] = {RK_STR("region/south"), RK_STR("cluster/05"),
	    RK_STR("province/krabi"), RK_STR("cluster/05"), RK_STR("all")};
	struct rk_str r;

	r = rk_route_make(
	    w->regions, w->arena, RK_STR("TH-83"), RK_STR("dopa"), NULL, 0, NOW);
	assert_string_equal(
	    r.p, "agency/dopa cluster/06 inspection/06 province/phuket region/south");
	r = rk_route_make(
	    w->regions, w->arena, RK_STR(""), RK_STR("dopa"), NULL, 0, NOW);
	assert_string_equal(r.p, "agency/dopa national");
	r = rk_route_make(w->regions, w->arena, RK_STR(""), RK_STR(""), NULL, 0, NOW);
	assert_string_equal(r.p, "national");
	/* Further nodes count as places; their provinces' groups do not come along. */
	r = rk_route_make(w->regions, w->arena, RK_STR(""), RK_STR(""), more, 5, NOW);
	assert_string_equal(r.p, "cluster/05 province/krabi region/south");
	r = rk_route_make(
	    w->regions, w->arena, RK_STR("TH-10"), RK_STR(""), more, 1, NOW);
	assert_string_equal(r.p, "province/bangkok region/central region/south");
}

static void
joins(void **state)
{
	static const struct {
		const char *a, *b, *want;
	} cases[] = {
	    {"", "", ""},
	    {"national", "", "national"},
	    {"national", "national", "national"},
	    {"agency/a national", "agency/b national", "agency/a agency/b national"},
	    {"agency/a national", "province/phuket", "agency/a province/phuket"},
	    {"cluster/06 province/phuket", "cluster/06 province/krabi",
		"cluster/06 province/krabi province/phuket"},
	    {"national topic/flood", "agency/x", "agency/x national topic/flood"},
	    {"region/south", "cluster/01 region/south", "cluster/01 region/south"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_str a = rk_str(cases[i].a), b = rk_str(cases[i].b), r;

		r = rk_route_join(w->arena, a, b);
		assert_string_equal(rk_cstr(r), cases[i].want);
		assert_int_equal(r.n, strlen(cases[i].want));
		r = rk_route_join(w->arena, b, a);
		assert_string_equal(rk_cstr(r), cases[i].want);
	}
}

static void
node_ids(void **state)
{
	static const struct {
		const char *id;
		enum rk_scheme scheme;
		const char *rest;
	} cases[] = {
	    {"all", RK_SCHEME_ALL, ""},
	    {"national", RK_SCHEME_NATIONAL, ""},
	    {"province/phuket", RK_SCHEME_PROVINCE, "phuket"},
	    {"cluster/06", RK_SCHEME_CLUSTER, "06"},
	    {"inspection/18", RK_SCHEME_INSPECTION, "18"},
	    {"region/south", RK_SCHEME_REGION, "south"},
	    {"agency/dopa", RK_SCHEME_AGENCY, "dopa"},
	    {"topic/flood", RK_SCHEME_TOPIC, "flood"},
	    {"", RK_SCHEME_UNKNOWN, ""},
	    {"/", RK_SCHEME_UNKNOWN, ""},
	    {"all/x", RK_SCHEME_UNKNOWN, ""},
	    {"province", RK_SCHEME_UNKNOWN, ""},
	    {"province/", RK_SCHEME_UNKNOWN, ""},
	    {"province/../x", RK_SCHEME_UNKNOWN, ""},
	    {"province/%2e", RK_SCHEME_UNKNOWN, ""},
	    {"province/Phuket", RK_SCHEME_UNKNOWN, ""},
	    {"province/ภูเก็ต", RK_SCHEME_UNKNOWN, ""},
	    {"archive/all", RK_SCHEME_UNKNOWN, ""},
	    {"province/"
	     "0123456789012345678901234567890123456789012345678901234567890123",
		RK_SCHEME_PROVINCE,
		"0123456789012345678901234567890123456789012345678901234567890123"},
	    {"province/"
	     "01234567890123456789012345678901234567890123456789012345678901234",
		RK_SCHEME_UNKNOWN, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_str rest;

		assert_int_equal(
		    rk_node_scheme(rk_str(cases[i].id), &rest), cases[i].scheme);
		assert_true(rk_str_is(rest, cases[i].rest));
	}
	assert_int_equal(
	    rk_node_scheme(rk_strn("agency/a\0b", 10), NULL), RK_SCHEME_UNKNOWN);
	assert_string_equal(rk_scheme_name(RK_SCHEME_INSPECTION), "inspection");
	assert_string_equal(rk_scheme_name(RK_SCHEME_UNKNOWN), "unknown");
}

static void
building_refuses(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_regions *r = rk_regions_new(arena);
	struct rk_node a = {RK_STR("province/a"), RK_SCHEME_PROVINCE, RK_STR("TH-01"),
	    RK_STR("ก"), RK_STR("A")};
	struct rk_node same_id = a, same_iso = a, wrong = a, group = a;
	const struct rk_node *members_[] = {&a};
	struct rk_group g = {NULL, &group, 5, 5, members_, 1};
	struct rk_err err;

	(void)state;
	assert_ptr_equal(rk_regions_find(r, a.id), NULL);
	assert_int_equal(rk_regions_add_node(r, &a, &err), 0);
	same_id.term = RK_STR("TH-02");
	assert_int_equal(rk_regions_add_node(r, &same_id, &err), -1);
	assert_int_equal(err.kind, RK_E_CONFIG);
	same_iso.id = RK_STR("province/b");
	assert_int_equal(rk_regions_add_node(r, &same_iso, &err), -1);
	wrong.id = RK_STR("cluster/01");
	assert_int_equal(rk_regions_add_node(r, &wrong, &err), -1);
	wrong.id = RK_STR("province/../etc");
	assert_int_equal(rk_regions_add_node(r, &wrong, &err), -1);
	assert_int_equal(rk_regions_count(r), 1);
	group.id = RK_STR("cluster/01");
	group.scheme = RK_SCHEME_CLUSTER;
	assert_int_equal(rk_regions_add_group(r, &g, &err), -1); /* node not there */
	assert_int_equal(rk_regions_add_node(r, &group, &err), 0);
	assert_int_equal(rk_regions_add_group(r, &g, &err), -1); /* from == until */
	g.until = 6;
	assert_int_equal(rk_regions_add_group(r, &g, &err), 0);
	rk_arena_free(arena);
}

/* Enough nodes that the tables grow several times. */
static void
many_nodes(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_regions *r = rk_regions_new(arena);

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct rk_node *n = RK_NEW(arena, struct rk_node);

		n->id = rk_arena_fmt(arena, "agency/a%d", i);
		n->scheme = RK_SCHEME_AGENCY;
		assert_int_equal(rk_regions_add_node(r, n, NULL), 0);
	}
	for (int i = 0; i < 5000; i++) {
		struct rk_str id = rk_arena_fmt(arena, "agency/a%d", i);

		assert_true(rk_str_eq(rk_regions_at(r, (size_t)i)->id, id));
		assert_ptr_equal(rk_regions_find(r, id), rk_regions_at(r, (size_t)i));
	}
	assert_ptr_equal(rk_regions_find(r, RK_STR("agency/a5000")), NULL);
	rk_arena_free(arena);
}

static void
sealing_a_timeline(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_timeline *t = RK_NEW(arena, struct rk_timeline);

	(void)state;
	t->arena = arena;
	rk_timeline_seal(t);
	assert_true(t->updated == RK_NO_TIME);
	t->stories = rk_arena_array(arena, 3, sizeof(struct rk_story));
	t->n_stories = 3;
	for (size_t i = 0; i < 3; i++)
		t->stories[i].updated = t->stories[i].changed = RK_NO_TIME;
	rk_timeline_seal(t);
	assert_true(t->updated == RK_NO_TIME);
	t->stories[0].updated = 100;
	t->stories[1].updated = 300;
	t->stories[2].changed = 200;
	rk_timeline_seal(t);
	assert_true(t->updated == 300);
	t->stories[0].changed = 301;
	rk_timeline_seal(t);
	assert_true(t->updated == 301);
	rk_timeline_free(t);
	rk_timeline_free(NULL);
}

static void
standings(void **state)
{
	(void)state;
	assert_string_equal(rk_standing_name(RK_STANDING_NEW), "new");
	assert_string_equal(rk_standing_name(RK_STANDING_OK), "ok");
	assert_string_equal(rk_standing_name(RK_STANDING_FAILING), "failing");
	assert_string_equal(rk_standing_name(RK_STANDING_GONE), "gone");
	assert_string_equal(rk_standing_name(RK_STANDING_OFF), "off");
}

/* Put in behind, an agency makes the route that it makes from the first. */
static void
agencies_of_routes(void **state)
{
	struct world *w = *state;
	static const char *const agencies[] = {"", "a", "0", "-", "zz-9", "dopa"};
	const struct rk_str more[] = {RK_STR("region/south"), RK_STR("cluster/06"),
	    RK_STR("agency/b"), RK_STR("agency/a")};

	for (size_t i = 0; i < rk_regions_count(w->regions) + 1; i++) {
		struct rk_str province = i < rk_regions_count(w->regions)
					     ? rk_regions_at(w->regions, i)->term
					     : RK_STR("");

		for (size_t k = 0; k < sizeof(agencies) / sizeof(agencies[0]); k++)
			for (size_t n = 0; n <= 4; n++) {
				struct rk_str agency = rk_str(agencies[k]);
				struct rk_str with = rk_route_make(w->regions, w->arena,
				    province, agency, more, n, NOW);
				struct rk_str others = rk_route_make(w->regions, w->arena,
				    province, RK_STR(""), more, n, NOW);
				struct rk_str got =
				    rk_route_agency(w->arena, agency, others);

				assert_true(rk_str_eq(got, with));
				assert_int_equal(got.p[got.n], '\0');
			}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_province_once),
	    cmocka_unit_test(sizes_of_groups),
	    cmocka_unit_test(slugs),
	    cmocka_unit_test(membership_follows_the_day),
	    cmocka_unit_test(routes),
	    cmocka_unit_test(joins),
	    cmocka_unit_test(node_ids),
	    cmocka_unit_test(building_refuses),
	    cmocka_unit_test(many_nodes),
	    cmocka_unit_test(agencies_of_routes),
	    cmocka_unit_test(sealing_a_timeline),
	    cmocka_unit_test(standings),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
