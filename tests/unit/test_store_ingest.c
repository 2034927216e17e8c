/*
 * Identity, edits, stories, published ids: what one document after the other makes
 * of the store. RELIABILITY 0.8, 1.5 cases 37 and 39; CONTRACTS 3.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/clue_int.h"
#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/cluster.h>
#include <ruamkhao/limits.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_A "เนื้อข่าวที่ยาวพอจะเปรียบเทียบกันได้ ฉบับแรก"
#define LONG_B "เนื้อข่าวที่ยาวพอจะเปรียบเทียบกันได้ ฉบับที่สอง"
#define NONE   RK_NO_TIME

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k, 6);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static struct rk_store_counts
store(struct kit *k, size_t source, struct kit_doc *d, int64_t now)
{
	struct rk_store_counts c;

	if (kit_store(k, source, d, now, &c) != 0)
		fail_msg("%s", k->err.text);
	return c;
}

static void
counts_are(struct rk_store_counts c, unsigned added, unsigned joined, unsigned edited,
    unsigned unchanged)
{
	if (c.added != added || c.joined != joined || c.edited != edited ||
	    c.unchanged != unchanged)
		fail_msg("added %u joined %u edited %u unchanged %u", c.added, c.joined,
		    c.edited, c.unchanged);
}

/* Titles of a node's timeline, newest first, joined by spaces. */
static const char *
line(struct kit *k, const char *node)
{
	struct rk_timeline *t = kit_timeline(k, node, 100);
	struct rk_str s = RK_STR("");

	for (size_t i = 0; i < t->n_stories; i++)
		s = rk_arena_fmt(k->arena, "%s%s%s", rk_cstr(s), i > 0 ? " " : "",
		    t->stories[i].title.p);
	rk_timeline_free(t);
	return rk_cstr(s);
}

static int64_t
generation(struct kit *k, const char *node)
{
	return kit_node(k, node).generation;
}

/* A document of one entry. */
static struct kit_doc *
one(struct kit *k, const char *guid, const char *url, const char *title,
    const char *html, int64_t published)
{
	struct kit_doc *d = kit_doc(k);

	kit_add(d, guid, url, title, html, published);
	return d;
}

/* ---- identity within a source */

static void
the_same_document_twice(void **state)
{
	struct kit *k = *state;

	for (int i = 0; i < 3; i++) {
		struct kit_doc *d = kit_doc(k);

		kit_add(d, "a", "https://s0.example/a", "A", LONG_A, KIT_NOW - 10);
		kit_add(d, "b", "https://s0.example/b", "B", LONG_B, NONE);
		if (i == 0)
			counts_are(store(k, 0, d, KIT_NOW), 2, 0, 0, 0);
		else
			counts_are(store(k, 0, d, KIT_NOW + i), 0, 0, 0, 2);
	}
	assert_int_equal(kit_rows(k).n, 2);
	assert_int_equal(generation(k, "all"), 1); /* nothing new, nothing to publish */
	assert_int_equal(kit_row(k, "s0", "B").first_seen, KIT_NOW);
}

static void
unchanged_entries_write_nothing(void **state)
{
	struct kit *k = *state;
	int changes;

	store(k, 0, one(k, "a", "https://s0.example/a", "A", LONG_A, KIT_NOW - 10),
	    KIT_NOW);
	changes = sqlite3_total_changes(k->store->db);
	store(k, 0, one(k, "a", "https://s0.example/a", "A", LONG_A, KIT_NOW - 10),
	    KIT_NOW + 1);
	/* the source's state */
	assert_int_equal(sqlite3_total_changes(k->store->db), changes + 1);
}

static void
entries_without_guid_are_known_by_url(void **state)
{
	struct kit *k = *state;

	counts_are(
	    store(k, 0, one(k, "", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW),
	    1, 0, 0, 0);
	counts_are(store(k, 0, one(k, "", "https://s0.example/1", "A2", LONG_B, NONE),
		       KIT_NOW + 1),
	    0, 0, 1, 0);
	assert_int_equal(kit_rows(k).n, 1);
}

static void
entries_without_guid_and_url_are_known_by_text(void **state)
{
	struct kit *k = *state;

	counts_are(store(k, 0, one(k, "", "", "A", LONG_A, NONE), KIT_NOW), 1, 0, 0, 0);
	counts_are(
	    store(k, 0, one(k, "", "", "A", LONG_A, NONE), KIT_NOW + 1), 0, 0, 0, 1);
	counts_are(
	    store(k, 0, one(k, "", "", "A", LONG_B, NONE), KIT_NOW + 2), 1, 0, 0, 0);
}

/* A shared guid is no key (normalise/ leaves it out); url decides. */
static void
a_shared_guid_keeps_entries_apart(void **state)
{
	struct kit *k = *state;

	for (int i = 0; i < 2; i++) {
		struct kit_doc *d = kit_doc(k);
		struct rk_entry *e[2] = {
		    kit_add(d, "", "https://s0.example/1", "A", LONG_A, NONE),
		    kit_add(d, "", "https://s0.example/2", "B", LONG_B, NONE)};

		for (int j = 0; j < 2; j++)
			e[j]->guid = RK_STR("https://s0.example/");
		counts_are(
		    store(k, 0, d, KIT_NOW + i), i == 0 ? 2 : 0, 0, 0, i == 0 ? 0 : 2);
	}
	/* nor is it anybody's published id */
	assert_true(
	    rk_str_starts(kit_row(k, "s0", "A").id, "tag:hub.example,2026:s0/"));
	assert_true(
	    rk_str_starts(kit_row(k, "s0", "B").id, "tag:hub.example,2026:s0/"));
	/* not even when one of them is left alone with it later */
	store(k, 0,
	    one(k, "https://s0.example/", "https://s0.example/3", "C", "x", NONE),
	    KIT_NOW + 5);
	assert_true(
	    rk_str_starts(kit_row(k, "s0", "C").id, "tag:hub.example,2026:s0/"));
	assert_true(rk_str_is(kit_row(k, "s0", "C").guid, "https://s0.example/"));
}

static void
a_rotated_guid_with_the_same_text(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "g1", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW);
	counts_are(store(k, 0, one(k, "g2", "https://s0.example/1", "A", LONG_A, NONE),
		       KIT_NOW + 1),
	    0, 0, 0, 1);
	/* the new guid is known from now on, with or without the address; so is the old
	 */
	counts_are(
	    store(k, 0, one(k, "g2", "https://s0.example/moved", "A", LONG_A, NONE),
		KIT_NOW + 2),
	    0, 0, 1, 0);
	counts_are(
	    store(k, 0, one(k, "g1", "https://s0.example/moved", "A", LONG_A, NONE),
		KIT_NOW + 3),
	    0, 0, 0, 1);
	assert_int_equal(kit_rows(k).n, 1);
}

static void
a_rotated_guid_with_the_same_title_or_date(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "g1", "https://s0.example/1", "A", LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	counts_are(store(k, 0, one(k, "g2", "https://s0.example/1", "A", LONG_B, NONE),
		       KIT_NOW + 1),
	    0, 0, 1, 0);
	store(
	    k, 1, one(k, "g1", "https://s1.example/1", "B", "b", KIT_NOW - 9), KIT_NOW);
	counts_are(
	    store(k, 1, one(k, "g2", "https://s1.example/1", "C", "c", KIT_NOW - 9),
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
			    last ? LONG_B : rk_arena_fmt(k->arena, "%d " LONG_A, i).p,
			    NONE);
		}
		counts_are(store(k, 0, d, KIT_NOW + round), round == 0 ? 6 : 0, 0,
		    round == RK_SWITCH_LIMIT, round == 0 ? 0 : round == RK_SWITCH_LIMIT ? 5 : 6);
	}
	assert_int_equal(kit_rows(k).n, 6);
	(void)kit_row(k, "s0", "corrected");
}

static void
a_new_guid_at_an_old_url_with_all_else_new(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "g1", "https://s0.example/today", "A", LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	for (int i = 0; i < 2; i++)
		counts_are(store(k, 0,
			       one(k, "g2", "https://s0.example/today", "B", LONG_B,
				   KIT_NOW + 5),
			       KIT_NOW + 10 + i),
		    i == 0, 0, 0, i == 1);
	assert_int_equal(kit_rows(k).n, 2);
}

static void
no_rotation_while_the_old_guid_is_there(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;

	store(k, 0, one(k, "g1", "https://s0.example/x", "A", LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	for (int i = 0; i < 2; i++) {
		d = kit_doc(k);
		kit_add(d, "g2", "https://s0.example/x", "A", LONG_A, KIT_NOW - 9);
		kit_add(d, "g1", "https://s0.example/x", "A", LONG_A, KIT_NOW - 9);
		counts_are(
		    store(k, 0, d, KIT_NOW + 1 + i), i == 0, 0, 0, i == 0 ? 1 : 2);
	}
	assert_int_equal(kit_rows(k).n, 2);
}

static void
a_feed_that_begins_to_print_guids(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW);
	/* it was known by its address, so that is enough, whatever else changed */
	counts_are(
	    store(k, 0, one(k, "g1", "https://s0.example/1", "A2", LONG_B, KIT_NOW),
		KIT_NOW + 1),
	    0, 0, 1, 0);
	/* from now on it has a guid: a new one at that address must agree */
	counts_are(
	    store(k, 0, one(k, "g2", "https://s0.example/1", "Z", "z", KIT_NOW + 3),
		KIT_NOW + 4),
	    1, 0, 0, 0);
	assert_int_equal(kit_rows(k).n, 2);
}

static void
a_feed_that_stops_printing_guids(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "g1", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW);
	counts_are(
	    store(k, 0, one(k, "", "https://s0.example/1", "A2", LONG_B, KIT_NOW),
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

		kit_add(d, "g1", "https://s0.example/1", "A", LONG_A, KIT_NOW - 1);
		kit_add(d, "", "https://s0.example/1", "B", LONG_B, KIT_NOW - 2);
		kit_add(d, "g1", "", "C", "c", KIT_NOW - 3);
		c = store(k, 0, d, KIT_NOW + i);
		assert_int_equal(c.added + c.unchanged + c.edited, 3);
		if (i > 0)
			counts_are(c, 0, 0, 0, 3);
	}
	/* never more than were there, poll after poll */
	assert_true(kit_rows(k).n <= 2);
}

static void
http_and_https_are_one_address(void **state)
{
	struct kit *k = *state;

	store(
	    k, 0, one(k, "", "http://s0.example/1", "A", LONG_A, KIT_NOW - 9), KIT_NOW);
	counts_are(
	    store(k, 0, one(k, "", "https://s0.example/1", "A", LONG_A, KIT_NOW - 9),
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
		kit_add(d, ids[i], "", rk_arena_fmt(k->arena, "T%zu", i).p, "b", NONE);
	counts_are(store(k, 0, d, KIT_NOW), (unsigned)n, 0, 0, 0);
	for (size_t i = 0; i < n; i++)
		assert_true(rk_str_is(
		    kit_row(k, "s0", rk_arena_fmt(k->arena, "T%zu", i).p).guid,
		    ids[i]));
}

static void
entries_that_left_the_document_stay(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "1", "", "A", "a", KIT_NOW - 9), KIT_NOW);
	store(k, 0, one(k, "2", "", "B", "b", KIT_NOW - 8), KIT_NOW + 10);
	store(k, 0, kit_doc(k), KIT_NOW + 20);
	assert_int_equal(kit_rows(k).n, 2);
	assert_string_equal(line(k, "all"), "B A");
	counts_are(store(k, 0, one(k, "1", "", "A", "a", KIT_NOW - 9), KIT_NOW + 30), 0,
	    0, 0, 1);
}

static void
an_entry_without_keys_is_left_out(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = one(k, "g", "", "A", "a", NONE);

	d->in.entries[0].n_keys = 0;
	counts_are(store(k, 0, d, KIT_NOW), 0, 0, 0, 1);
	assert_int_equal(kit_rows(k).n, 0);
}

/* ---- between sources: case 37 */

static void
another_site_with_our_guids_changes_nothing(void **state)
{
	struct kit *k = *state;
	struct rk_export_row before, after;
	struct kit_doc *d;

	d = one(k, "https://s0.example/1", "https://s0.example/1", "A", LONG_A,
	    KIT_NOW - 9);
	store(k, 0, d, KIT_NOW);
	before = kit_row(k, "s0", "A");
	assert_true(rk_str_is(before.id, "https://s0.example/1"));
	counts_are(store(k, 1,
		       one(k, "https://s0.example/1", "https://s0.example/x", "EVIL",
			   "<p>evil</p>", KIT_NOW + 99),
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
	counts_are(store(k, 0, d, KIT_NOW + 2), 0, 0, 0, 1);
	assert_true(rk_str_is(kit_row(k, "s1", "EVIL").guid, "https://s0.example/1"));
}

static void
another_site_comes_first_with_our_guids(void **state)
{
	struct kit *k = *state;

	store(k, 1, one(k, "https://s0.example/1", "", "EVIL", "evil", NONE), KIT_NOW);
	store(k, 0, one(k, "https://s0.example/1", "", "A", LONG_A, NONE), KIT_NOW + 1);
	assert_true(rk_str_is(kit_row(k, "s0", "A").id, "https://s0.example/1"));
	assert_false(rk_str_is(kit_row(k, "s1", "EVIL").id, "https://s0.example/1"));
}

static void
two_feeds_of_one_host_claim_one_guid(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_store_counts c;
	struct kit_doc *d = one(k, "https://s0.example/1", "", "B", "other", NONE);

	store(k, 0, one(k, "https://s0.example/1", "", "A", LONG_A, NONE), KIT_NOW);
	poll = kit_poll(k, 1, d, KIT_NOW + 1);
	poll.source_host = RK_STR("s0.example");
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
			     rk_cluster_decide, &c, &k->err),
	    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	counts_are(c, 1, 0, 0, 0);
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
		kit_add(
		    d, all[i].guid, "", rk_arena_fmt(k->arena, "T%zu", i).p, "b", NONE);
	store(k, 0, d, KIT_NOW);
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

	poll = kit_poll(
	    k, 0, one(k, "tag:hub.example,2026:s1/0", "", "A", "a", NONE), KIT_NOW);
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

	store(k, 0, one(k, "g1", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW);
	minted = kit_row(k, "s0", "A").id;
	/* the guid becomes one that could be kept; text and address change */
	store(k, 0,
	    one(k, "https://s0.example/1", "https://s0.example/1", "A", LONG_A, NONE),
	    KIT_NOW + 1);
	store(k, 0,
	    one(k, "https://s0.example/1", "https://s0.example/2", "A", LONG_B, NONE),
	    KIT_NOW + 2);
	assert_true(rk_str_eq(kit_row(k, "s0", "A").id, minted));
	store(k, 1,
	    one(k, "https://s1.example/1", "https://s1.example/1", "B", "b", NONE),
	    KIT_NOW);
	kept = kit_row(k, "s1", "B").id;
	store(k, 1, one(k, "g9", "https://s1.example/1", "B", "b", NONE), KIT_NOW + 1);
	assert_true(rk_str_eq(kit_row(k, "s1", "B").id, kept));
	assert_true(rk_str_is(kept, "https://s1.example/1"));
}

/* The same documents give the same ids in any database. */
static void
minted_ids_do_not_depend_on_the_database(void **state)
{
	struct kit *k = *state, other;

	store(k, 0, one(k, "x", "", "other", "z", NONE), KIT_NOW);
	store(k, 0, one(k, "g1", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW);
	kit_init(&other);
	kit_open(&other, 1);
	store(&other, 0, one(&other, "g1", "", "A", "different text", KIT_NOW),
	    KIT_NOW + 77);
	assert_true(rk_str_eq(kit_row(k, "s0", "A").id, kit_row(&other, "s0", "A").id));
	kit_release(&other);
	/* XXH3-128 of the kind and the key, in order of significance */
	assert_int_equal(kit_row(k, "s0", "A").id.n, 24 + 32);
}

/* ---- edits */

static void
an_edit_moves_updated(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	int64_t g;

	store(k, 0, one(k, "1", "", "A", LONG_A, KIT_NOW - 500), KIT_NOW);
	assert_int_equal(kit_row(k, "s0", "A").updated, KIT_NOW - 500);
	g = generation(k, "province/p0");
	counts_are(
	    store(k, 0, one(k, "1", "", "A", LONG_B, KIT_NOW - 500), KIT_NOW + 50), 0,
	    0, 1, 0);
	assert_int_equal(kit_row(k, "s0", "A").updated, KIT_NOW + 50);
	assert_int_equal(kit_row(k, "s0", "A").first_seen, KIT_NOW);
	assert_int_equal(generation(k, "province/p0"), g + 1);
	assert_int_equal(kit_node(k, "province/p0").updated, KIT_NOW + 50);
	t = kit_timeline(k, "province/p0", 5);
	assert_int_equal(t->n_stories, 1);
	assert_string_equal(t->stories[0].html.p, LONG_B);
	assert_int_equal(t->stories[0].changed, KIT_NOW + 50);
	assert_int_equal(t->updated, KIT_NOW + 50);
	rk_timeline_free(t);
}

static void
a_stated_update_is_believed_within_reason(void **state)
{
	static const struct {
		int64_t stated, want;
	} all[] = {
	    {KIT_NOW - 400, KIT_NOW - 400},    /* first sight: as stated */
	    {KIT_NOW - 300, KIT_NOW - 300},    /* later: moves on */
	    {KIT_NOW - 350, KIT_NOW + 20},     /* back in time: the edit is now */
	    {KIT_NOW + KIT_DAY, KIT_NOW + 30}, /* to come: now */
	    {NONE, KIT_NOW + 40},
	};
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct kit_doc *d = one(k, "1", "", "A",
		    rk_arena_fmt(k->arena, "text %zu", i).p, KIT_NOW - 500);

		d->in.entries[0].updated = all[i].stated;
		kit_seal(&d->in.entries[0]);
		store(k, 0, d, KIT_NOW + (int64_t)i * 10);
		assert_int_equal(kit_row(k, "s0", "A").updated, all[i].want);
	}
}

/* A new link, image or date is stored and published, but is no news. */
static void
changes_of_links_move_no_date(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	struct rk_timeline *t;

	store(k, 0, one(k, "1", "https://s0.example/1", "A", LONG_A, KIT_NOW - 500),
	    KIT_NOW);
	d = one(k, "1", "https://s0.example/2", "A", LONG_A, KIT_NOW - 600);
	d->in.entries[0].image = RK_STR("https://s0.example/i.jpg");
	kit_seal(&d->in.entries[0]);
	counts_are(store(k, 0, d, KIT_NOW + 50), 0, 0, 1, 0);
	t = kit_timeline(k, "all", 5);
	assert_int_equal(t->stories[0].updated, KIT_NOW - 500);
	assert_int_equal(t->stories[0].changed, KIT_NOW);
	assert_int_equal(t->stories[0].published, KIT_NOW - 600);
	assert_string_equal(t->stories[0].url.p, "https://s0.example/2");
	assert_string_equal(t->stories[0].image.p, "https://s0.example/i.jpg");
	assert_int_equal(t->generation, 2);
	rk_timeline_free(t);
	assert_int_equal(kit_node(k, "all").updated, KIT_NOW);
	counts_are(store(k, 0, d, KIT_NOW + 60), 0, 0, 0, 1);
}

/* Hashes are made of text without counters: the body differs, the hash does not. */
static void
a_counter_is_no_edit(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	struct rk_entry *e;
	uint64_t text, meta;

	d = one(k, "1", "", "A", LONG_A "อ่าน 10", KIT_NOW - 500);
	text = d->in.entries[0].text_hash;
	meta = d->in.entries[0].meta_hash;
	store(k, 0, d, KIT_NOW);
	d = one(k, "1", "", "A", LONG_A "อ่าน 99", KIT_NOW - 500);
	e = &d->in.entries[0];
	e->text_hash = e->merge_hash = text;
	e->meta_hash = meta;
	counts_are(store(k, 0, d, KIT_NOW + 1), 0, 0, 0, 1);
	assert_int_equal(generation(k, "all"), 1);
	assert_int_equal(kit_row(k, "s0", "A").updated, KIT_NOW - 500);
}

static void
good_text_is_not_replaced_by_broken(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	store(k, 0, one(k, "1", "", "A", LONG_A, NONE), KIT_NOW);
	for (int i = 0; i < 2; i++)
		counts_are(
		    store(k, 0, one(k, "1", "", "A", "broken \xef\xbf\xbd text", NONE),
			KIT_NOW + 1 + i),
		    0, 0, 0, 1);
	counts_are(
	    store(k, 0, one(k, "1", "", "\xef\xbf\xbd", LONG_A, NONE), KIT_NOW + 4), 0,
	    0, 0, 1);
	t = kit_timeline(k, "all", 5);
	assert_string_equal(t->stories[0].html.p, LONG_A);
	assert_string_equal(t->stories[0].title.p, "A");
	assert_int_equal(t->generation, 1);
	rk_timeline_free(t);
	/* healed */
	counts_are(
	    store(k, 0, one(k, "1", "", "A", LONG_A, NONE), KIT_NOW + 5), 0, 0, 0, 1);
	/* what was broken already may change, and may be mended */
	store(k, 1, one(k, "1", "", "B", "broken \xef\xbf\xbd", NONE), KIT_NOW);
	counts_are(
	    store(k, 1, one(k, "1", "", "B", "also \xef\xbf\xbd", NONE), KIT_NOW + 1),
	    0, 0, 1, 0);
	counts_are(
	    store(k, 1, one(k, "1", "", "B", "whole", NONE), KIT_NOW + 2), 0, 0, 1, 0);
}

/* ---- place in the timeline */

static void
first_import_by_date_later_by_arrival(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);

	kit_add(d, "1", "", "old", "a", KIT_NOW - 5 * KIT_DAY);
	kit_add(d, "2", "", "new", "b", KIT_NOW - 1 * KIT_DAY);
	store(k, 0, d, KIT_NOW);
	store(
	    k, 1, one(k, "1", "", "between", "c", KIT_NOW - 3 * KIT_DAY), KIT_NOW + 10);
	assert_string_equal(line(k, "all"), "new between old");
	/* an old date that arrives later is still news to us */
	store(k, 0, one(k, "3", "", "late", "d", KIT_NOW - 9 * KIT_DAY), KIT_NOW + 20);
	assert_string_equal(line(k, "all"), "late new between old");
	store(k, 1, one(k, "4", "", "next", "e", KIT_NOW - 2 * KIT_DAY), KIT_NOW + 30);
	assert_string_equal(line(k, "all"), "next late new between old");
}

static void
an_empty_first_document_is_an_import_too(void **state)
{
	struct kit *k = *state;

	store(k, 0, kit_doc(k), KIT_NOW);
	store(k, 1, one(k, "1", "", "b", "b", KIT_NOW - 10), KIT_NOW + 1);
	store(k, 0, one(k, "1", "", "a", "a", KIT_NOW - 999), KIT_NOW + 2);
	assert_string_equal(line(k, "all"), "a b");
}

static void
newer_dates_first_within_one_poll(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;

	store(k, 0, one(k, "0", "", "first", "x", KIT_NOW - KIT_DAY), KIT_NOW - 100);
	d = kit_doc(k);
	kit_add(d, "1", "", "a", "1", KIT_NOW - 300);
	kit_add(d, "2", "", "b", "2", KIT_NOW - 100);
	kit_add(d, "3", "", "c", "3", KIT_NOW - 200);
	kit_add(d, "4", "", "d", "4", KIT_NOW - 200); /* same date: document order */
	store(k, 0, d, KIT_NOW);
	assert_string_equal(line(k, "all"), "b c d a first");
}

static void
undated_entries_keep_document_order(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);

	for (int i = 0; i < 4; i++)
		kit_add(d, rk_arena_fmt(k->arena, "%d", i).p, "",
		    rk_arena_fmt(k->arena, "t%d", i).p,
		    rk_arena_fmt(k->arena, "b%d", i).p, NONE);
	store(k, 0, d, KIT_NOW);
	assert_string_equal(line(k, "all"), "t0 t1 t2 t3");
	assert_int_equal(kit_row(k, "s0", "t3").updated, KIT_NOW - 3);
	assert_int_equal(kit_row(k, "s0", "t3").published, NONE);
	/* seen again at another place: once and for ever */
	d = kit_doc(k);
	kit_add(d, "3", "", "t3", "b3", NONE);
	kit_add(d, "0", "", "t0", "b0", NONE);
	store(k, 0, d, KIT_NOW + 100);
	assert_string_equal(line(k, "all"), "t0 t1 t2 t3");
	assert_int_equal(kit_row(k, "s0", "t3").updated, KIT_NOW - 3);
}

static void
future_dates_do_not_stay_on_top(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	store(k, 0, one(k, "1", "", "future", "a", KIT_NOW + 300 * KIT_DAY), KIT_NOW);
	store(k, 0, one(k, "2", "", "later", "b", KIT_NOW), KIT_NOW + 10);
	store(k, 1, one(k, "1", "", "huge", "c", INT64_MAX), KIT_NOW + 20);
	store(k, 2, one(k, "1", "", "ancient", "d", -INT64_MAX), KIT_NOW + 30);
	assert_string_equal(line(k, "all"), "huge later future ancient");
	t = kit_timeline(k, "all", 10);
	for (size_t i = 0; i < t->n_stories; i++)
		assert_true(t->stories[i].updated <= KIT_NOW + 30);
	assert_int_equal(t->stories[2].published, KIT_NOW + 300 * KIT_DAY); /* data */
	assert_int_equal(t->stories[2].updated, KIT_NOW);
	rk_timeline_free(t);
}

/* Which of two sources was stored first must not show. */
static void
order_does_not_hang_on_arrival(void **state)
{
	struct kit *k = *state, other;
	const char *here, *there;

	kit_init(&other);
	kit_open(&other, 6);
	for (size_t i = 0; i < 6; i++)
		for (int which = 0; which < 2; which++) {
			struct kit *to = which == 0 ? k : &other;
			size_t source = which == 0 ? i : 5 - i;
			struct kit_doc *d = kit_doc(to);

			for (int j = 0; j < 5; j++)
				kit_add(d, rk_arena_fmt(to->arena, "%d", j).p, "",
				    rk_arena_fmt(to->arena, "s%zu-%d", source, j).p,
				    rk_arena_fmt(to->arena, "%zu %d", source, j).p,
				    KIT_NOW - j / 2 * KIT_DAY);
			store(to, source, d, KIT_NOW);
		}
	here = line(k, "all");
	there = line(&other, "all");
	assert_string_equal(here, there);
	assert_int_equal(strlen(here), 30 * 5 - 1);
	kit_release(&other);
}

/* ---- stories */

static void
the_same_text_in_two_sources_is_one_story(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	struct rk_export_row lead, copy;

	store(k, 0, one(k, "1", "https://s0.example/1", "A", LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	counts_are(
	    store(k, 3, one(k, "x", "https://s3.example/9", "A", LONG_A, KIT_NOW - 5),
		KIT_NOW + 7),
	    0, 1, 0, 0);
	lead = kit_row(k, "s0", "A");
	copy = kit_row(k, "s3", "A");
	assert_true(lead.lead);
	assert_false(copy.lead);
	assert_true(rk_str_eq(lead.story_id, lead.id));
	assert_true(rk_str_eq(copy.story_id, lead.id));
	assert_string_equal(
	    lead.route.p, "cluster/c0 cluster/c1 province/p0 province/p3");
	assert_string_equal(copy.route.p, "cluster/c1 province/p3");
	for (int i = 0; i < 3; i++) {
		static const char *const nodes[] = {
		    "all", "province/p0", "province/p3"};

		t = kit_timeline(k, nodes[i], 10);
		assert_int_equal(t->n_stories, 1);
		assert_string_equal(t->stories[0].source_id.p, "s0");
		assert_non_null(t->stories[0].copies);
		assert_string_equal(t->stories[0].copies->source_id.p, "s3");
		assert_string_equal(t->stories[0].copies->source_title.p, "Source 3");
		assert_string_equal(
		    t->stories[0].copies->url.p, "https://s3.example/9");
		assert_null(t->stories[0].copies->next);
		assert_string_equal(t->stories[0].route.p, lead.route.p);
		rk_timeline_free(t);
	}
	/* raised where it was and where it is now, and counted once in each */
	assert_int_equal(generation(k, "all"), 2);
	assert_int_equal(generation(k, "province/p0"), 2);
	assert_int_equal(generation(k, "province/p3"), 1);
	assert_int_equal(generation(k, "province/p1"), 0);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p0").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p3").n_stories, 1);
	assert_int_equal(kit_node(k, "cluster/c1").n_stories, 1);
	/* seen again: nothing */
	counts_are(
	    store(k, 3, one(k, "x", "https://s3.example/9", "A", LONG_A, KIT_NOW - 5),
		KIT_NOW + 8),
	    0, 0, 0, 1);
	assert_int_equal(generation(k, "all"), 2);
}

static void
the_same_url_in_two_sources_is_one_story(void **state)
{
	struct kit *k = *state;

	store(k, 0,
	    one(k, "1", "https://ministry.example/1", "A", "short", KIT_NOW - 9),
	    KIT_NOW);
	counts_are(
	    store(k, 1, one(k, "2", "http://ministry.example/1", "B", "other", NONE),
		KIT_NOW + 1),
	    0, 1, 0, 0);
	assert_string_equal(line(k, "all"), "A");
}

static void
copies_come_in_order_and_the_lead_stays(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	const struct rk_copy *c;
	size_t n = 0;

	for (size_t i = 0; i < 6; i++)
		store(k, i,
		    one(k, "1", rk_arena_fmt(k->arena, "https://s%zu.example/", i).p,
			"A", LONG_A, KIT_NOW - (int64_t)i * 100),
		    KIT_NOW + (int64_t)i);
	t = kit_timeline(k, "all", 10);
	assert_int_equal(t->n_stories, 1);
	assert_string_equal(
	    t->stories[0].source_id.p, "s0"); /* though others date earlier */
	for (c = t->stories[0].copies; c != NULL; c = c->next)
		assert_string_equal(
		    c->source_id.p, rk_arena_fmt(k->arena, "s%zu", ++n).p);
	assert_int_equal(n, 5);
	rk_timeline_free(t);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
	assert_int_equal(kit_node(k, "all").generation, 6);
}

static void
one_source_may_print_the_same_text_twice(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);

	kit_add(d, "1", "", "A", LONG_A, KIT_NOW - 1);
	kit_add(d, "2", "", "A", LONG_A, KIT_NOW - 2);
	counts_are(store(k, 0, d, KIT_NOW), 2, 0, 0, 0);
	/* another source's two copies take one story each */
	d = kit_doc(k);
	kit_add(d, "x", "", "A", LONG_A, KIT_NOW - 1);
	kit_add(d, "y", "", "A", LONG_A, KIT_NOW - 2);
	counts_are(store(k, 1, d, KIT_NOW + 1), 0, 2, 0, 0);
	/* and a third copy there is a story of its own */
	counts_are(store(k, 1, one(k, "z", "", "A", LONG_A, KIT_NOW), KIT_NOW + 2), 1,
	    0, 0, 0);
	assert_int_equal(kit_node(k, "all").n_stories, 3);
}

static void
the_same_words_weeks_apart_are_two_stories(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "1", "", "A", LONG_A, KIT_NOW - 30 * KIT_DAY), KIT_NOW);
	counts_are(
	    store(k, 1, one(k, "1", "", "A", LONG_A, KIT_NOW - 2 * KIT_DAY), KIT_NOW),
	    1, 0, 0, 0);
	counts_are(
	    store(k, 2, one(k, "1", "", "A", LONG_A, KIT_NOW - 3 * KIT_DAY), KIT_NOW),
	    0, 1, 0, 0);
	assert_string_equal(line(k, "all"), "A A");
	/* undated: by first sight */
	counts_are(
	    store(k, 3, one(k, "1", "", "A", LONG_A, NONE), KIT_NOW), 0, 1, 0, 0);
	counts_are(
	    store(k, 4, one(k, "1", "", "A", LONG_A, NONE), KIT_NOW + 20 * KIT_DAY), 1,
	    0, 0, 0);
}

static void
short_texts_are_not_compared(void **state)
{
	struct kit *k = *state;

	store(k, 0, one(k, "1", "", "ประกาศ", "สั้น", NONE), KIT_NOW);
	counts_are(store(k, 1, one(k, "1", "", "ประกาศ", "สั้น", NONE), KIT_NOW + 1), 1,
	    0, 0, 0);
}

static void
an_edited_entry_is_found_by_its_new_text(void **state)
{
	struct kit *k = *state;

	for (int pass = 0; pass < 2; pass++) {
		const char *guid = rk_arena_fmt(k->arena, "%d", pass).p;
		const char *old = rk_arena_fmt(k->arena, "%d " LONG_A, pass).p;
		const char *new = rk_arena_fmt(k->arena, "%d " LONG_B, pass).p;

		store(k, 0, one(k, guid, "", "A", old, NONE), KIT_NOW);
		if (pass == 1)
			kit_reopen(k); /* the clue is in the table already */
		store(k, 0, one(k, guid, "", "A", new, NONE), KIT_NOW + 1);
		counts_are(store(k, 1, one(k, guid, "", "A", new, NONE), KIT_NOW + 2),
		    0, 1, 0, 0);
		counts_are(store(k, 2, one(k, guid, "", "A", old, NONE), KIT_NOW + 3),
		    1, 0, 0, 0); /* nobody says that any more */
	}
}

/* An entry may not follow its text into another story: stories do not flip. */
static void
an_edit_leaves_the_story(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	int64_t g;

	store(k, 0, one(k, "1", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW);
	store(
	    k, 1, one(k, "1", "https://s1.example/1", "A", LONG_A, NONE), KIT_NOW + 1);
	g = generation(k, "all");
	store(
	    k, 1, one(k, "1", "https://s1.example/1", "A", LONG_B, NONE), KIT_NOW + 2);
	assert_false(kit_row(k, "s1", "A").lead);
	assert_int_equal(generation(k, "all"), g); /* a copy's text is not shown */
	store(
	    k, 1, one(k, "1", "https://s1.example/2", "A", LONG_B, NONE), KIT_NOW + 3);
	assert_int_equal(generation(k, "all"), g + 1); /* its address is */
	t = kit_timeline(k, "all", 5);
	assert_string_equal(t->stories[0].copies->url.p, "https://s1.example/2");
	assert_string_equal(t->stories[0].html.p, LONG_A);
	rk_timeline_free(t);
}

static void
national_falls_away_when_a_province_joins(void **state)
{
	struct kit *k = *state;

	k->routes[0] = RK_STR("agency/x national");
	store(k, 0, one(k, "1", "", "A", LONG_A, NONE), KIT_NOW);
	assert_string_equal(line(k, "national"), "A");
	store(k, 1, one(k, "1", "", "A", LONG_A, NONE), KIT_NOW + 1);
	assert_string_equal(line(k, "national"), "");
	assert_int_equal(
	    generation(k, "national"), 2); /* so that it is rendered without */
	assert_int_equal(kit_node(k, "national").n_stories, 0);
	assert_string_equal(line(k, "agency/x"), "A");
	assert_string_equal(line(k, "province/p1"), "A");
}

static size_t
refuse_all(struct rk_telling *t, size_t n, struct rk_link *links)
{
	(void)links;
	assert_int_equal(n, 2);
	assert_true(t[0].row == 0 && t[0].story == 0 && !t[0].settled);
	assert_true(t[1].row != 0 && t[1].story == t[1].row && !t[1].settled);
	assert_true(t[0].merge_hash == t[1].merge_hash && t[0].url_hash != t[1].url_hash);
	assert_int_equal(t[0].date, KIT_NOW);
	assert_int_equal(t[1].date, KIT_NOW - 9);
	assert_int_equal(t[1].first_seen, KIT_NOW);
	assert_true(rk_str_is(t[0].source_title, "Source 1"));
	for (size_t i = 0; i < n; i++) {
		t[i].lead = i;
		t[i].tied_to = SIZE_MAX;
	}
	return 0;
}

static void
the_function_decides(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_store_counts c;

	store(k, 0, one(k, "1", "https://s0.example/1", "A", LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	poll = kit_poll(k, 1, one(k, "1", "https://s1.example/1", "A", LONG_A, KIT_NOW),
	    KIT_NOW + 5);
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
			     refuse_all, &c, &k->err),
	    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	counts_are(c, 1, 0, 0, 0);
}

/* ---- transactions */

static void
a_failed_poll_leaves_the_others(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll[3];
	struct rk_store_counts c;
	struct rk_node_state n;

	for (size_t i = 0; i < 3; i++) {
		struct kit_doc *d = one(k, "1", "https://same.example/1",
		    rk_arena_fmt(k->arena, "T%zu", i).p,
		    rk_arena_fmt(k->arena, LONG_A " %zu", i).p, NONE);

		poll[i] = kit_poll(k, i, d, KIT_NOW);
	}
	poll[0].state.row = 4711; /* fails after its entries */
	poll[0].ingest = NULL;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll[0], RK_STR("h"),
			     rk_cluster_decide, &c, &k->err),
	    -1);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(kit_rows(k).n, 0);

	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll[1], RK_STR("h"),
			     rk_cluster_decide, &c, &k->err),
	    0);
	/* a trigger stands for anything that may go wrong half way through */
	assert_int_equal(
	    sqlite3_exec(k->store->db,
		"CREATE TEMP TRIGGER no BEFORE UPDATE ON source_state"
		" WHEN NEW.source = 3 BEGIN SELECT RAISE(ABORT, 'no'); END",
		NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(rk_store_poll(k->store, &poll[2], RK_STR("h"),
			     rk_cluster_decide, &c, &k->err),
	    -1);
	counts_are(c, 0, 0, 0, 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(kit_rows(k).n, 1);
	n = kit_node(k, "province/p1");
	assert_int_equal(n.generation, 1);
	assert_int_equal(n.n_stories, 1);
	assert_int_equal(generation(k, "province/p2"), 0);
	/* the same poll later does it all: its route is made again */
	assert_int_equal(
	    sqlite3_exec(k->store->db, "DROP TRIGGER no", NULL, NULL, NULL), SQLITE_OK);
	counts_are(
	    store(k, 2, one(k, "1", "https://same.example/1", "T2", LONG_A " 2", NONE),
		KIT_NOW + 1),
	    0, 1, 0, 0);
	assert_int_equal(kit_node(k, "province/p2").n_stories, 1);
	kit_reopen(k); /* what is in memory is what is in the database */
	assert_int_equal(kit_node(k, "province/p2").n_stories, 1);
	assert_int_equal(kit_node(k, "all").generation, 2);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
}

static void
a_rolled_back_transaction_leaves_nothing(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_store_counts c;

	for (int i = 0; i < 3; i++) {
		poll = kit_poll(k, 0,
		    one(k, "1", "https://s0.example/1", "A", LONG_A, NONE),
		    KIT_NOW + i);
		assert_int_equal(rk_store_begin(k->store, &k->err), 0);
		assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
				     rk_cluster_decide, &c, &k->err),
		    0);
		counts_are(c, 1, 0, 0, 0);
		rk_store_rollback(k->store);
		assert_int_equal(kit_rows(k).n, 0);
		assert_int_equal(generation(k, "all"), 0);
		assert_int_equal(k->store->clues.n, 0);
	}
	store(
	    k, 0, one(k, "1", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW + 9);
	assert_int_equal(generation(k, "all"), 1);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
}

static void
many_polls_raise_a_node_once(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts c;

	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	for (size_t i = 0; i < 4; i++) {
		struct rk_store_poll poll = kit_poll(k, i,
		    one(k, "1", "", "A", rk_arena_fmt(k->arena, "%zu", i).p, NONE),
		    KIT_NOW);

		assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
				     rk_cluster_decide, &c, &k->err),
		    0);
	}
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(generation(k, "all"), 1);
	assert_int_equal(generation(k, "cluster/c0"), 1);
	assert_int_equal(kit_node(k, "all").n_stories, 4);
	assert_int_equal(kit_node(k, "cluster/c0").n_stories, 2);
}

static void
the_document_names_the_state(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = one(k, "1", "", "A", "a", NONE);

	d->in.format = RK_IN_ATOM;
	d->in.title = RK_STR("จังหวัดทดสอบ");
	store(k, 0, d, KIT_NOW);
	kit_reopen(k);
	assert_true(k->states[0].imported);
	assert_string_equal(k->states[0].format.p, rk_format_in_name(RK_IN_ATOM));
	assert_string_equal(k->states[0].charset.p, "utf-8");
	assert_string_equal(k->states[0].feed_title.p, "จังหวัดทดสอบ");
	assert_string_equal(k->states[0].feed_link.p, "https://feed.example/");
}

/* Clues go from memory to the table and are found there, newest first. */
static void
stories_are_found_behind_a_flush(void **state)
{
	struct kit *k = *state;
	struct st_clue_hit hits[4];
	struct st_clue_set set;
	struct rk_print no_print = {0};
	int64_t seen;

	store(k, 0, one(k, "1", "https://s0.example/1", "A", LONG_A, NONE), KIT_NOW);
	/* undated, of a first document: each twice */
	assert_int_equal(k->store->clues.n, 4);
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(st_clues_flush(k->store, 1, &k->err), 0);
	rk_store_rollback(k->store);
	assert_int_equal(k->store->clues.n, 4);
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(st_clues_flush(k->store, 1, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(k->store->clues.n, 0);
	seen = k->store->clues.upto;
	assert_int_equal(seen, 1);
	counts_are(
	    store(k, 1, one(k, "2", "", "A", LONG_A, NONE), KIT_NOW + 1), 0, 1, 0, 0);
	st_clue_set(&set, 0, one(k, "2", "", "A", LONG_A, NONE)->in.entries[0].merge_hash,
	    &no_print);
	assert_int_equal(
	    st_clue_find(k->store, &set,
		&(struct st_clue_span){KIT_NOW, ST_CLUE_DAYS, ST_CLUE_DAYS, 0}, hits, 4,
		&k->err),
	    2);
	assert_true(hits[0].entry == 1 && hits[0].n == 1);
	assert_true(hits[1].entry == 2 && hits[1].n == 1);
	assert_int_equal(
	    st_clue_find(k->store, &set,
		&(struct st_clue_span){KIT_NOW, ST_CLUE_DAYS, ST_CLUE_DAYS, 0}, hits, 1,
		&k->err),
	    1);
	/* of another year: nothing is looked at */
	assert_int_equal(st_clue_find(k->store, &set,
			     &(struct st_clue_span){KIT_NOW + 365 * KIT_DAY,
				 ST_CLUE_DAYS, ST_CLUE_DAYS, 0},
			     hits, 4, &k->err),
	    0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
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
	    T(another_site_with_our_guids_changes_nothing),
	    T(another_site_comes_first_with_our_guids),
	    T(two_feeds_of_one_host_claim_one_guid),
	    T(which_ids_are_kept),
	    T(ids_of_our_own_shape_are_not_kept),
	    T(ids_never_change),
	    T(minted_ids_do_not_depend_on_the_database),
	    T(an_edit_moves_updated),
	    T(a_stated_update_is_believed_within_reason),
	    T(changes_of_links_move_no_date),
	    T(a_counter_is_no_edit),
	    T(good_text_is_not_replaced_by_broken),
	    T(first_import_by_date_later_by_arrival),
	    T(an_empty_first_document_is_an_import_too),
	    T(newer_dates_first_within_one_poll),
	    T(undated_entries_keep_document_order),
	    T(future_dates_do_not_stay_on_top),
	    T(order_does_not_hang_on_arrival),
	    T(the_same_text_in_two_sources_is_one_story),
	    T(the_same_url_in_two_sources_is_one_story),
	    T(copies_come_in_order_and_the_lead_stays),
	    T(one_source_may_print_the_same_text_twice),
	    T(the_same_words_weeks_apart_are_two_stories),
	    T(short_texts_are_not_compared),
	    T(an_edited_entry_is_found_by_its_new_text),
	    T(an_edit_leaves_the_story),
	    T(national_falls_away_when_a_province_joins),
	    T(the_function_decides),
	    T(a_failed_poll_leaves_the_others),
	    T(a_rolled_back_transaction_leaves_nothing),
	    T(many_polls_raise_a_node_once),
	    T(the_document_names_the_state),
	    T(stories_are_found_behind_a_flush),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
