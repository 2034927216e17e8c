/*
 * Between sources no guid counts but one's own, and the ids that are published: kept or
 * minted, never changed. RELIABILITY 1.5 case 37; CONTRACTS 3.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <ruamkhao/cluster.h>

#include <string.h>

/* ---- between sources: case 37 */

static void
another_site_with_our_guids_changes_nothing(void **state)
{
	struct kit *k = *state;
	struct rk_export_row before, after;
	struct kit_doc *d;

	d = kit_one(k, "https://s0.example/1", "https://s0.example/1", "A", KIT_LONG_A,
	    KIT_NOW - 9);
	kit_stored(k, 0, d, KIT_NOW);
	before = kit_row(k, "s0", "A");
	assert_true(rk_str_is(before.id, "https://s0.example/1"));
	kit_counts_are(kit_stored(k, 1,
			   kit_one(k, "https://s0.example/1", "https://s0.example/x",
			       "EVIL", "<p>evil</p>", KIT_NOW + 99),
			   KIT_NOW + 1),
	    1, 0, 0, 0);
	after = kit_row(k, "s0", "A");
	assert_true(rk_str_eq(before.id, after.id));
	assert_true(rk_str_eq(before.url, after.url));
	assert_int_equal(before.updated, after.updated);
	assert_true(after.lead);
	assert_true(
	    rk_str_starts(kit_row(k, "s1", "EVIL").id, "tag:hub.example,2026:s1/"));
	/* and it is no edit for us when we come again */
	kit_counts_are(kit_stored(k, 0, d, KIT_NOW + 2), 0, 0, 0, 1);
	assert_true(rk_str_is(kit_row(k, "s1", "EVIL").guid, "https://s0.example/1"));
}

static void
another_site_comes_first_with_our_guids(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 1,
	    kit_one(k, "https://s0.example/1", "", "EVIL", "evil", RK_NO_TIME),
	    KIT_NOW);
	kit_stored(k, 0,
	    kit_one(k, "https://s0.example/1", "", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW + 1);
	assert_true(rk_str_is(kit_row(k, "s0", "A").id, "https://s0.example/1"));
	assert_false(rk_str_is(kit_row(k, "s1", "EVIL").id, "https://s0.example/1"));
}

static void
two_feeds_of_one_host_claim_one_guid(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_store_counts c;
	struct kit_doc *d =
	    kit_one(k, "https://s0.example/1", "", "B", "other", RK_NO_TIME);

	kit_stored(k, 0,
	    kit_one(k, "https://s0.example/1", "", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
	poll = kit_poll(k, 1, d, KIT_NOW + 1);
	poll.source_host = RK_STR("s0.example");
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
			     rk_cluster_decide, &c, &k->err),
	    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	kit_counts_are(c, 1, 0, 0, 0);
	assert_true(rk_str_is(kit_row(k, "s0", "A").id, "https://s0.example/1"));
	assert_true(
	    rk_str_starts(kit_row(k, "s1", "B").id, "tag:hub.example,2026:s1/"));
}

/* ---- published ids */

static void
which_ids_are_kept(void **state)
{
	static const struct {
		const char *guid;
		bool kept;
	} all[] = {
	    {"https://s0.example/a", true},
	    {"http://www.S0.example/b?x=1#y", true},
	    {"HTTPS://s0.example:443/c", true},
	    {"tag:s0.example,2024:d", true},
	    {"tag:www.s0.example,2024-01-02:e", true},
	    {"tag:editor@s0.example,2024:f", true},
	    {"http://s0.example/ข่าว", true},
	    {"https://s0.example:8443/g", false},
	    {"https://s0.example.evil.example/h", false},
	    {"https://evil.example/https://s0.example/i", false},
	    {"https://s0.example@evil.example/j", false},
	    {"https://evil.example@s0.example/j2", false},
	    {"https://sub.s0.example/k", false},
	    {"https://s0.example/l m", false},
	    {"https://s0.example/l<m>", false},
	    {"https://s0.example/\"n", false},
	    {"//s0.example/o", false},
	    {"s0.example/p", false},
	    {"urn:uuid:00000000-0000-0000-0000-000000000001", false},
	    {"tag:s0.example", false},
	    {"tag:s0.example,2024", false},
	    {"tag:s0.example/x,2024:q", false},
	    {"12345", false},
	    {"javascript://s0.example/%0aalert(1)", false},
	    {"https://", false},
	    {"https:///r", false},
	};
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	size_t n = sizeof(all) / sizeof(all[0]);
	struct kit_rows rows;

	for (size_t i = 0; i < n; i++)
		kit_add(d, all[i].guid, "", rk_arena_fmt(k->arena, "T%zu", i).p, "b",
		    RK_NO_TIME);
	kit_stored(k, 0, d, KIT_NOW);
	rows = kit_rows(k);
	assert_int_equal(rows.n, n);
	for (size_t i = 0; i < n; i++) {
		struct rk_export_row r =
		    kit_row(k, "s0", rk_arena_fmt(k->arena, "T%zu", i).p);

		if (rk_str_is(r.id, all[i].guid) != all[i].kept)
			fail_msg("%s became %s", all[i].guid, r.id.p);
		if (!all[i].kept)
			assert_int_equal(
			    r.id.n, strlen("tag:hub.example,2026:s0/") + 32);
		for (size_t j = 0; j < n; j++) /* no two the same */
			assert_int_equal(rk_str_eq(r.id, rows.v[j].id),
			    rk_str_eq(r.title, rows.v[j].title));
	}
}

static void
ids_of_our_own_shape_are_not_kept(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_store_counts c;

	poll = kit_poll(k, 0,
	    kit_one(k, "tag:hub.example,2026:s1/0", "", "A", "a", RK_NO_TIME), KIT_NOW);
	poll.source_host = RK_STR("hub.example");
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
			     rk_cluster_decide, &c, &k->err),
	    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_true(
	    rk_str_starts(kit_row(k, "s0", "A").id, "tag:hub.example,2026:s0/"));
}

static void
ids_never_change(void **state)
{
	struct kit *k = *state;
	struct rk_str minted, kept;

	kit_stored(k, 0,
	    kit_one(k, "g1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
	minted = kit_row(k, "s0", "A").id;
	/* the guid becomes one that could be kept; text and address change */
	kit_stored(k, 0,
	    kit_one(k, "https://s0.example/1", "https://s0.example/1", "A", KIT_LONG_A,
		RK_NO_TIME),
	    KIT_NOW + 1);
	kit_stored(k, 0,
	    kit_one(k, "https://s0.example/1", "https://s0.example/2", "A", KIT_LONG_B,
		RK_NO_TIME),
	    KIT_NOW + 2);
	assert_true(rk_str_eq(kit_row(k, "s0", "A").id, minted));
	kit_stored(k, 1,
	    kit_one(k, "https://s1.example/1", "https://s1.example/1", "B", "b",
		RK_NO_TIME),
	    KIT_NOW);
	kept = kit_row(k, "s1", "B").id;
	kit_stored(k, 1, kit_one(k, "g9", "https://s1.example/1", "B", "b", RK_NO_TIME),
	    KIT_NOW + 1);
	assert_true(rk_str_eq(kit_row(k, "s1", "B").id, kept));
	assert_true(rk_str_is(kept, "https://s1.example/1"));
}

/* The same documents give the same ids in any database. */
static void
minted_ids_do_not_depend_on_the_database(void **state)
{
	struct kit *k = *state, other;

	kit_stored(k, 0, kit_one(k, "x", "", "other", "z", RK_NO_TIME), KIT_NOW);
	kit_stored(k, 0,
	    kit_one(k, "g1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
	kit_init(&other);
	kit_open(&other, 1);
	kit_stored(&other, 0, kit_one(&other, "g1", "", "A", "different text", KIT_NOW),
	    KIT_NOW + 77);
	assert_true(rk_str_eq(kit_row(k, "s0", "A").id, kit_row(&other, "s0", "A").id));
	kit_release(&other);
	/* XXH3-128 of the kind and the key, in order of significance */
	assert_int_equal(kit_row(k, "s0", "A").id.n, 24 + 32);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(another_site_with_our_guids_changes_nothing),
	    T(another_site_comes_first_with_our_guids),
	    T(two_feeds_of_one_host_claim_one_guid),
	    T(which_ids_are_kept),
	    T(ids_of_our_own_shape_are_not_kept),
	    T(ids_never_change),
	    T(minted_ids_do_not_depend_on_the_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
