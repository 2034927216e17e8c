/*
 * Edits: what changes an entry that is stored, what moves its date, and what is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

static void
an_edit_moves_updated(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	int64_t g;

	kit_stored(k, 0, kit_one(k, "1", "", "A", KIT_LONG_A, KIT_NOW - 500), KIT_NOW);
	assert_int_equal(kit_row(k, "s0", "A").updated, KIT_NOW - 500);
	g = kit_generation(k, "province/p0");
	kit_counts_are(
	    kit_stored(k, 0, kit_one(k, "1", "", "A", KIT_LONG_B, KIT_NOW - 500),
		KIT_NOW + 50),
	    0, 0, 1, 0);
	assert_int_equal(kit_row(k, "s0", "A").updated, KIT_NOW + 50);
	assert_int_equal(kit_row(k, "s0", "A").first_seen, KIT_NOW);
	assert_int_equal(kit_generation(k, "province/p0"), g + 1);
	assert_int_equal(kit_node(k, "province/p0").updated, KIT_NOW + 50);
	t = kit_timeline(k, "province/p0", 5);
	assert_int_equal(t->n_stories, 1);
	assert_string_equal(t->stories[0].html.p, KIT_LONG_B);
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
	    {RK_NO_TIME, KIT_NOW + 40},
	};
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct kit_doc *d = kit_one(k, "1", "", "A",
		    rk_arena_fmt(k->arena, "text %zu", i).p, KIT_NOW - 500);

		d->in.entries[0].updated = all[i].stated;
		kit_seal(&d->in.entries[0]);
		kit_stored(k, 0, d, KIT_NOW + (int64_t)i * 10);
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

	kit_stored(k, 0,
	    kit_one(k, "1", "https://s0.example/1", "A", KIT_LONG_A, KIT_NOW - 500),
	    KIT_NOW);
	d = kit_one(k, "1", "https://s0.example/2", "A", KIT_LONG_A, KIT_NOW - 600);
	d->in.entries[0].image = RK_STR("https://s0.example/i.jpg");
	kit_seal(&d->in.entries[0]);
	kit_counts_are(kit_stored(k, 0, d, KIT_NOW + 50), 0, 0, 1, 0);
	t = kit_timeline(k, "all", 5);
	assert_int_equal(t->stories[0].updated, KIT_NOW - 500);
	assert_int_equal(t->stories[0].changed, KIT_NOW);
	assert_int_equal(t->stories[0].published, KIT_NOW - 600);
	assert_string_equal(t->stories[0].url.p, "https://s0.example/2");
	assert_string_equal(t->stories[0].image.p, "https://s0.example/i.jpg");
	assert_int_equal(t->generation, 2);
	rk_timeline_free(t);
	assert_int_equal(kit_node(k, "all").updated, KIT_NOW);
	kit_counts_are(kit_stored(k, 0, d, KIT_NOW + 60), 0, 0, 0, 1);
}

/* Hashes are made of text without counters: the body differs, the hash does not. */
static void
a_counter_is_no_edit(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	struct rk_entry *e;
	uint64_t text, meta;

	d = kit_one(k, "1", "", "A", KIT_LONG_A "อ่าน 10", KIT_NOW - 500);
	text = d->in.entries[0].text_hash;
	meta = d->in.entries[0].meta_hash;
	kit_stored(k, 0, d, KIT_NOW);
	d = kit_one(k, "1", "", "A", KIT_LONG_A "อ่าน 99", KIT_NOW - 500);
	e = &d->in.entries[0];
	e->text_hash = e->merge_hash = text;
	e->meta_hash = meta;
	kit_counts_are(kit_stored(k, 0, d, KIT_NOW + 1), 0, 0, 0, 1);
	assert_int_equal(kit_generation(k, "all"), 1);
	assert_int_equal(kit_row(k, "s0", "A").updated, KIT_NOW - 500);
}

static void
good_text_is_not_replaced_by_broken(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	kit_stored(k, 0, kit_one(k, "1", "", "A", KIT_LONG_A, RK_NO_TIME), KIT_NOW);
	for (int i = 0; i < 2; i++)
		kit_counts_are(kit_stored(k, 0,
				   kit_one(k, "1", "", "A", "broken \xef\xbf\xbd text",
				       RK_NO_TIME),
				   KIT_NOW + 1 + i),
		    0, 0, 0, 1);
	kit_counts_are(kit_stored(k, 0,
			   kit_one(k, "1", "", "\xef\xbf\xbd", KIT_LONG_A, RK_NO_TIME),
			   KIT_NOW + 4),
	    0, 0, 0, 1);
	t = kit_timeline(k, "all", 5);
	assert_string_equal(t->stories[0].html.p, KIT_LONG_A);
	assert_string_equal(t->stories[0].title.p, "A");
	assert_int_equal(t->generation, 1);
	rk_timeline_free(t);
	/* healed */
	kit_counts_are(
	    kit_stored(
		k, 0, kit_one(k, "1", "", "A", KIT_LONG_A, RK_NO_TIME), KIT_NOW + 5),
	    0, 0, 0, 1);
	/* what was broken already may change, and may be mended */
	kit_stored(
	    k, 1, kit_one(k, "1", "", "B", "broken \xef\xbf\xbd", RK_NO_TIME), KIT_NOW);
	kit_counts_are(
	    kit_stored(k, 1, kit_one(k, "1", "", "B", "also \xef\xbf\xbd", RK_NO_TIME),
		KIT_NOW + 1),
	    0, 0, 1, 0);
	kit_counts_are(kit_stored(k, 1, kit_one(k, "1", "", "B", "whole", RK_NO_TIME),
			   KIT_NOW + 2),
	    0, 0, 1, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(an_edit_moves_updated),
	    T(a_stated_update_is_believed_within_reason),
	    T(changes_of_links_move_no_date),
	    T(a_counter_is_no_edit),
	    T(good_text_is_not_replaced_by_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
