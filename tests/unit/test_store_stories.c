/*
 * Stories: which entries of several sources are one, which lead, and what an edit
 * changes in that. RELIABILITY 0.8.
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

static void
the_same_text_in_two_sources_is_one_story(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	struct rk_export_row lead, copy;

	kit_stored(k, 0,
	    kit_one(k, "1", "https://s0.example/1", "A", KIT_LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 3,
		kit_one(k, "x", "https://s3.example/9", "A", KIT_LONG_A, KIT_NOW - 5),
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
	assert_int_equal(kit_generation(k, "all"), 2);
	assert_int_equal(kit_generation(k, "province/p0"), 2);
	assert_int_equal(kit_generation(k, "province/p3"), 1);
	assert_int_equal(kit_generation(k, "province/p1"), 0);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p0").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p3").n_stories, 1);
	assert_int_equal(kit_node(k, "cluster/c1").n_stories, 1);
	/* seen again: nothing */
	kit_counts_are(
	    kit_stored(k, 3,
		kit_one(k, "x", "https://s3.example/9", "A", KIT_LONG_A, KIT_NOW - 5),
		KIT_NOW + 8),
	    0, 0, 0, 1);
	assert_int_equal(kit_generation(k, "all"), 2);
}

static void
the_same_url_in_two_sources_is_one_story(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0,
	    kit_one(k, "1", "https://ministry.example/1", "A", "short", KIT_NOW - 9),
	    KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 1,
		kit_one(k, "2", "http://ministry.example/1", "B", "other", RK_NO_TIME),
		KIT_NOW + 1),
	    0, 1, 0, 0);
	assert_string_equal(kit_line(k, "all"), "A");
}

static void
copies_come_in_order_and_the_lead_stays(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	const struct rk_copy *c;
	size_t n = 0;

	for (size_t i = 0; i < 6; i++)
		kit_stored(k, i,
		    kit_one(k, "1",
			rk_arena_fmt(k->arena, "https://s%zu.example/", i).p, "A",
			KIT_LONG_A, KIT_NOW - (int64_t)i * 100),
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

	kit_add(d, "1", "", "A", KIT_LONG_A, KIT_NOW - 1);
	kit_add(d, "2", "", "A", KIT_LONG_A, KIT_NOW - 2);
	kit_counts_are(kit_stored(k, 0, d, KIT_NOW), 2, 0, 0, 0);
	/* another source's two copies take one story each */
	d = kit_doc(k);
	kit_add(d, "x", "", "A", KIT_LONG_A, KIT_NOW - 1);
	kit_add(d, "y", "", "A", KIT_LONG_A, KIT_NOW - 2);
	kit_counts_are(kit_stored(k, 1, d, KIT_NOW + 1), 0, 2, 0, 0);
	/* and a third copy there is a story of its own */
	kit_counts_are(kit_stored(k, 1, kit_one(k, "z", "", "A", KIT_LONG_A, KIT_NOW),
			   KIT_NOW + 2),
	    1, 0, 0, 0);
	assert_int_equal(kit_node(k, "all").n_stories, 3);
}

static void
the_same_words_weeks_apart_are_two_stories(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0, kit_one(k, "1", "", "A", KIT_LONG_A, KIT_NOW - 30 * KIT_DAY),
	    KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 1,
		kit_one(k, "1", "", "A", KIT_LONG_A, KIT_NOW - 2 * KIT_DAY), KIT_NOW),
	    1, 0, 0, 0);
	kit_counts_are(
	    kit_stored(k, 2,
		kit_one(k, "1", "", "A", KIT_LONG_A, KIT_NOW - 3 * KIT_DAY), KIT_NOW),
	    0, 1, 0, 0);
	assert_string_equal(kit_line(k, "all"), "A A");
	/* undated: by first sight */
	kit_counts_are(
	    kit_stored(k, 3, kit_one(k, "1", "", "A", KIT_LONG_A, RK_NO_TIME), KIT_NOW),
	    0, 1, 0, 0);
	kit_counts_are(
	    kit_stored(k, 4, kit_one(k, "1", "", "A", KIT_LONG_A, RK_NO_TIME),
		KIT_NOW + 20 * KIT_DAY),
	    1, 0, 0, 0);
}

static void
short_texts_are_not_compared(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0, kit_one(k, "1", "", "ประกาศ", "สั้น", RK_NO_TIME), KIT_NOW);
	kit_counts_are(kit_stored(k, 1, kit_one(k, "1", "", "ประกาศ", "สั้น", RK_NO_TIME),
			   KIT_NOW + 1),
	    1, 0, 0, 0);
}

static void
an_edited_entry_is_found_by_its_new_text(void **state)
{
	struct kit *k = *state;

	for (int pass = 0; pass < 2; pass++) {
		const char *guid = rk_arena_fmt(k->arena, "%d", pass).p;
		const char *old = rk_arena_fmt(k->arena, "%d " KIT_LONG_A, pass).p;
		const char *new = rk_arena_fmt(k->arena, "%d " KIT_LONG_B, pass).p;

		kit_stored(k, 0, kit_one(k, guid, "", "A", old, RK_NO_TIME), KIT_NOW);
		if (pass == 1)
			kit_reopen(k); /* the clue is in the table already */
		kit_stored(
		    k, 0, kit_one(k, guid, "", "A", new, RK_NO_TIME), KIT_NOW + 1);
		kit_counts_are(
		    kit_stored(
			k, 1, kit_one(k, guid, "", "A", new, RK_NO_TIME), KIT_NOW + 2),
		    0, 1, 0, 0);
		kit_counts_are(
		    kit_stored(
			k, 2, kit_one(k, guid, "", "A", old, RK_NO_TIME), KIT_NOW + 3),
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

	kit_stored(k, 0,
	    kit_one(k, "1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
	kit_stored(k, 1,
	    kit_one(k, "1", "https://s1.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW + 1);
	g = kit_generation(k, "all");
	kit_stored(k, 1,
	    kit_one(k, "1", "https://s1.example/1", "A", KIT_LONG_B, RK_NO_TIME),
	    KIT_NOW + 2);
	assert_false(kit_row(k, "s1", "A").lead);
	assert_int_equal(kit_generation(k, "all"), g); /* a copy's text is not shown */
	kit_stored(k, 1,
	    kit_one(k, "1", "https://s1.example/2", "A", KIT_LONG_B, RK_NO_TIME),
	    KIT_NOW + 3);
	assert_int_equal(kit_generation(k, "all"), g + 1); /* its address is */
	t = kit_timeline(k, "all", 5);
	assert_string_equal(t->stories[0].copies->url.p, "https://s1.example/2");
	assert_string_equal(t->stories[0].html.p, KIT_LONG_A);
	rk_timeline_free(t);
}

static void
national_falls_away_when_a_province_joins(void **state)
{
	struct kit *k = *state;

	k->routes[0] = RK_STR("agency/x national");
	kit_stored(k, 0, kit_one(k, "1", "", "A", KIT_LONG_A, RK_NO_TIME), KIT_NOW);
	assert_string_equal(kit_line(k, "national"), "A");
	kit_stored(k, 1, kit_one(k, "1", "", "A", KIT_LONG_A, RK_NO_TIME), KIT_NOW + 1);
	assert_string_equal(kit_line(k, "national"), "");
	assert_int_equal(
	    kit_generation(k, "national"), 2); /* so that it is rendered without */
	assert_int_equal(kit_node(k, "national").n_stories, 0);
	assert_string_equal(kit_line(k, "agency/x"), "A");
	assert_string_equal(kit_line(k, "province/p1"), "A");
}

static size_t
refuse_all(struct rk_telling *t, size_t n, struct rk_link *links)
{
	(void)links;
	assert_int_equal(n, 2);
	assert_true(t[0].row == 0 && t[0].story == 0 && !t[0].settled);
	assert_true(t[1].row != 0 && t[1].story == t[1].row && !t[1].settled);
	assert_true(
	    t[0].merge_hash == t[1].merge_hash && t[0].url_hash != t[1].url_hash);
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

	kit_stored(k, 0,
	    kit_one(k, "1", "https://s0.example/1", "A", KIT_LONG_A, KIT_NOW - 9),
	    KIT_NOW);
	poll = kit_poll(k, 1,
	    kit_one(k, "1", "https://s1.example/1", "A", KIT_LONG_A, KIT_NOW),
	    KIT_NOW + 5);
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
			     refuse_all, &c, &k->err),
	    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	kit_counts_are(c, 1, 0, 0, 0);
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

	kit_stored(k, 0,
	    kit_one(k, "1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW);
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
	kit_counts_are(
	    kit_stored(
		k, 1, kit_one(k, "2", "", "A", KIT_LONG_A, RK_NO_TIME), KIT_NOW + 1),
	    0, 1, 0, 0);
	st_clue_set(&set, 0,
	    kit_one(k, "2", "", "A", KIT_LONG_A, RK_NO_TIME)->in.entries[0].merge_hash,
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
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
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
	    T(stories_are_found_behind_a_flush),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
