/*
 * Identity within a source: which entry of a document is one that is stored already, by
 * guid, address or text. RELIABILITY 0.8, 1.5 case 39.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/limits.h>

static void
the_same_document_twice(void **state)
{
	struct kit *k = *state;

	for (int i = 0; i < 3; i++) {
		struct kit_doc *d = kit_doc(k);

		kit_add(d, "a", "https://s0.example/a", "A", KIT_LONG_A, KIT_NOW - 10);
		kit_add(d, "b", "https://s0.example/b", "B", KIT_LONG_B, RK_NO_TIME);
		if (i == 0)
			kit_counts_are(kit_stored(k, 0, d, KIT_NOW), 2, 0, 0, 0);
		else
			kit_counts_are(kit_stored(k, 0, d, KIT_NOW + i), 0, 0, 0, 2);
	}
	assert_int_equal(kit_rows(k).n, 2);
	assert_int_equal(
	    kit_generation(k, "all"), 1); /* nothing new, nothing to publish */
	assert_int_equal(kit_row(k, "s0", "B").first_seen, KIT_NOW);
}

static void
unchanged_entries_write_nothing(void **state)
{
	struct kit *k = *state;
	int changes;

	kit_stored(k, 0,
	    kit_one(k, "a", "https://s0.example/a", "A", KIT_LONG_A, KIT_NOW - 10),
	    KIT_NOW);
	changes = sqlite3_total_changes(k->store->db);
	kit_stored(k, 0,
	    kit_one(k, "a", "https://s0.example/a", "A", KIT_LONG_A, KIT_NOW - 10),
	    KIT_NOW + 1);
	/* the source's state */
	assert_int_equal(sqlite3_total_changes(k->store->db), changes + 1);
}

static void
entries_without_guid_are_known_by_url(void **state)
{
	struct kit *k = *state;

	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
		KIT_NOW),
	    1, 0, 0, 0);
	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "", "https://s0.example/1", "A2", KIT_LONG_B, RK_NO_TIME),
		KIT_NOW + 1),
	    0, 0, 1, 0);
	assert_int_equal(kit_rows(k).n, 1);
}

static void
entries_without_guid_and_url_are_known_by_text(void **state)
{
	struct kit *k = *state;

	kit_counts_are(
	    kit_stored(k, 0, kit_one(k, "", "", "A", KIT_LONG_A, RK_NO_TIME), KIT_NOW),
	    1, 0, 0, 0);
	kit_counts_are(kit_stored(k, 0, kit_one(k, "", "", "A", KIT_LONG_A, RK_NO_TIME),
			   KIT_NOW + 1),
	    0, 0, 0, 1);
	kit_counts_are(kit_stored(k, 0, kit_one(k, "", "", "A", KIT_LONG_B, RK_NO_TIME),
			   KIT_NOW + 2),
	    1, 0, 0, 0);
}

/* A shared guid is no key (normalise/ leaves it out); url decides. */
static void
a_shared_guid_keeps_entries_apart(void **state)
{
	struct kit *k = *state;

	for (int i = 0; i < 2; i++) {
		struct kit_doc *d = kit_doc(k);
		struct rk_entry *e[2] = {
		    kit_add(d, "", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
		    kit_add(
			d, "", "https://s0.example/2", "B", KIT_LONG_B, RK_NO_TIME)};

		for (int j = 0; j < 2; j++)
			e[j]->guid = RK_STR("https://s0.example/");
		kit_counts_are(kit_stored(k, 0, d, KIT_NOW + i), i == 0 ? 2 : 0, 0, 0,
		    i == 0 ? 0 : 2);
	}
	/* nor is it anybody's published id */
	assert_true(
	    rk_str_starts(kit_row(k, "s0", "A").id, "tag:hub.example,2026:s0/"));
	assert_true(
	    rk_str_starts(kit_row(k, "s0", "B").id, "tag:hub.example,2026:s0/"));
	/* not even when one of them is left alone with it later */
	kit_stored(k, 0,
	    kit_one(
		k, "https://s0.example/", "https://s0.example/3", "C", "x", RK_NO_TIME),
	    KIT_NOW + 5);
	assert_true(
	    rk_str_starts(kit_row(k, "s0", "C").id, "tag:hub.example,2026:s0/"));
	assert_true(rk_str_is(kit_row(k, "s0", "C").guid, "https://s0.example/"));
}

static void
a_rotated_guid_with_the_same_text(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0,
	    kit_one(k, "g1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "g2", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
		KIT_NOW + 1),
	    0, 0, 0, 1);
	/* the new guid is known from now on, with or without the address; so is the old
	 */
	kit_counts_are(kit_stored(k, 0,
			   kit_one(k, "g2", "https://s0.example/moved", "A", KIT_LONG_A,
			       RK_NO_TIME),
			   KIT_NOW + 2),
	    0, 0, 1, 0);
	kit_counts_are(kit_stored(k, 0,
			   kit_one(k, "g1", "https://s0.example/moved", "A", KIT_LONG_A,
			       RK_NO_TIME),
			   KIT_NOW + 3),
	    0, 0, 0, 1);
	assert_int_equal(kit_rows(k).n, 1);
}

static void
a_rotated_guid_with_the_same_title_or_date(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0,
	    kit_one(k, "g1", "https://s0.example/1", "A", KIT_LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "g2", "https://s0.example/1", "A", KIT_LONG_B, RK_NO_TIME),
		KIT_NOW + 1),
	    0, 0, 1, 0);
	kit_stored(k, 1,
	    kit_one(k, "g1", "https://s1.example/1", "B", "b", KIT_NOW - 9), KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 1,
		kit_one(k, "g2", "https://s1.example/1", "C", "c", KIT_NOW - 9),
		KIT_NOW + 1),
	    0, 0, 1, 0);
	assert_int_equal(kit_rows(k).n, 2);
}

/* The document that shows that guids are made anew each time also brings an edit: its
 * entry is known by its address from then on, and that is looked for at once. */
static void
an_edit_when_guids_are_believed_no_more(void **state)
{
	struct kit *k = *state;

	for (int round = 0; round <= RK_SWITCH_LIMIT; round++) {
		struct kit_doc *d = kit_doc(k);

		for (int i = 0; i < 6; i++) {
			bool last = round == RK_SWITCH_LIMIT && i == 2;

			kit_add(d, rk_arena_fmt(k->arena, "g%d-%d", round, i).p,
			    rk_arena_fmt(k->arena, "https://s0.example/%d", i).p,
			    last ? "corrected" : rk_arena_fmt(k->arena, "T%d", i).p,
			    last ? KIT_LONG_B
				 : rk_arena_fmt(k->arena, "%d " KIT_LONG_A, i).p,
			    RK_NO_TIME);
		}
		kit_counts_are(kit_stored(k, 0, d, KIT_NOW + round), round == 0 ? 6 : 0,
		    0, round == RK_SWITCH_LIMIT,
		    round == 0                 ? 0
		    : round == RK_SWITCH_LIMIT ? 5
					       : 6);
	}
	assert_int_equal(kit_rows(k).n, 6);
	(void)kit_row(k, "s0", "corrected");
}

static void
a_new_guid_at_an_old_url_with_all_else_new(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0,
	    kit_one(k, "g1", "https://s0.example/today", "A", KIT_LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	for (int i = 0; i < 2; i++)
		kit_counts_are(kit_stored(k, 0,
				   kit_one(k, "g2", "https://s0.example/today", "B",
				       KIT_LONG_B, KIT_NOW + 5),
				   KIT_NOW + 10 + i),
		    i == 0, 0, 0, i == 1);
	assert_int_equal(kit_rows(k).n, 2);
}

static void
no_rotation_while_the_old_guid_is_there(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;

	kit_stored(k, 0,
	    kit_one(k, "g1", "https://s0.example/x", "A", KIT_LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	for (int i = 0; i < 2; i++) {
		d = kit_doc(k);
		kit_add(d, "g2", "https://s0.example/x", "A", KIT_LONG_A, KIT_NOW - 9);
		kit_add(d, "g1", "https://s0.example/x", "A", KIT_LONG_A, KIT_NOW - 9);
		kit_counts_are(
		    kit_stored(k, 0, d, KIT_NOW + 1 + i), i == 0, 0, 0, i == 0 ? 1 : 2);
	}
	assert_int_equal(kit_rows(k).n, 2);
}

static void
a_feed_that_begins_to_print_guids(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0,
	    kit_one(k, "", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
	/* it was known by its address, so that is enough, whatever else changed */
	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "g1", "https://s0.example/1", "A2", KIT_LONG_B, KIT_NOW),
		KIT_NOW + 1),
	    0, 0, 1, 0);
	/* from now on it has a guid: a new one at that address must agree */
	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "g2", "https://s0.example/1", "Z", "z", KIT_NOW + 3),
		KIT_NOW + 4),
	    1, 0, 0, 0);
	assert_int_equal(kit_rows(k).n, 2);
}

static void
a_feed_that_stops_printing_guids(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0,
	    kit_one(k, "g1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "", "https://s0.example/1", "A2", KIT_LONG_B, KIT_NOW),
		KIT_NOW + 1),
	    0, 0, 1, 0);
	assert_int_equal(kit_rows(k).n, 1);
}

static void
two_items_that_cannot_be_told_apart(void **state)
{
	struct kit *k = *state;

	for (int i = 0; i < 3; i++) {
		struct kit_doc *d = kit_doc(k);
		struct rk_store_counts c;

		kit_add(d, "g1", "https://s0.example/1", "A", KIT_LONG_A, KIT_NOW - 1);
		kit_add(d, "", "https://s0.example/1", "B", KIT_LONG_B, KIT_NOW - 2);
		kit_add(d, "g1", "", "C", "c", KIT_NOW - 3);
		c = kit_stored(k, 0, d, KIT_NOW + i);
		assert_int_equal(c.added + c.unchanged + c.edited, 3);
		if (i > 0)
			kit_counts_are(c, 0, 0, 0, 3);
	}
	/* never more than were there, poll after poll */
	assert_true(kit_rows(k).n <= 2);
}

static void
http_and_https_are_one_address(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0,
	    kit_one(k, "", "http://s0.example/1", "A", KIT_LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 0,
		kit_one(k, "", "https://s0.example/1", "A", KIT_LONG_A, KIT_NOW - 9),
		KIT_NOW + 1),
	    0, 0, 1, 0); /* the link is stored anew */
	assert_int_equal(kit_rows(k).n, 1);
	assert_true(rk_str_is(kit_row(k, "s0", "A").url, "https://s0.example/1"));
}

/* RELIABILITY 1.5 case 39 */
static void
ids_that_differ_in_one_byte(void **state)
{
	static const char *const ids[] = {"http://x.example/a?b",
	    "http://x.example/a/b", "http://x.example/a:b", "http://x.example/a|b",
	    "http://x.example/a,b", "http://www.x.example/a,b", "https://x.example/a,b",
	    "http://x.example/A,b", "http://x.example/a,b "};
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	size_t n = sizeof(ids) / sizeof(ids[0]);

	for (size_t i = 0; i < n; i++)
		kit_add(d, ids[i], "", rk_arena_fmt(k->arena, "T%zu", i).p, "b",
		    RK_NO_TIME);
	kit_counts_are(kit_stored(k, 0, d, KIT_NOW), (unsigned)n, 0, 0, 0);
	for (size_t i = 0; i < n; i++)
		assert_true(rk_str_is(
		    kit_row(k, "s0", rk_arena_fmt(k->arena, "T%zu", i).p).guid,
		    ids[i]));
}

static void
entries_that_left_the_document_stay(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0, kit_one(k, "1", "", "A", "a", KIT_NOW - 9), KIT_NOW);
	kit_stored(k, 0, kit_one(k, "2", "", "B", "b", KIT_NOW - 8), KIT_NOW + 10);
	kit_stored(k, 0, kit_doc(k), KIT_NOW + 20);
	assert_int_equal(kit_rows(k).n, 2);
	assert_string_equal(kit_line(k, "all"), "B A");
	kit_counts_are(
	    kit_stored(k, 0, kit_one(k, "1", "", "A", "a", KIT_NOW - 9), KIT_NOW + 30),
	    0, 0, 0, 1);
}

static void
an_entry_without_keys_is_left_out(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_one(k, "g", "", "A", "a", RK_NO_TIME);

	d->in.entries[0].n_keys = 0;
	kit_counts_are(kit_stored(k, 0, d, KIT_NOW), 0, 0, 0, 1);
	assert_int_equal(kit_rows(k).n, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(the_same_document_twice),
	    T(unchanged_entries_write_nothing),
	    T(entries_without_guid_are_known_by_url),
	    T(entries_without_guid_and_url_are_known_by_text),
	    T(a_shared_guid_keeps_entries_apart),
	    T(a_rotated_guid_with_the_same_text),
	    T(a_rotated_guid_with_the_same_title_or_date),
	    T(an_edit_when_guids_are_believed_no_more),
	    T(a_new_guid_at_an_old_url_with_all_else_new),
	    T(no_rotation_while_the_old_guid_is_there),
	    T(a_feed_that_begins_to_print_guids),
	    T(a_feed_that_stops_printing_guids),
	    T(two_items_that_cannot_be_told_apart),
	    T(http_and_https_are_one_address),
	    T(ids_that_differ_in_one_byte),
	    T(entries_that_left_the_document_stay),
	    T(an_entry_without_keys_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
