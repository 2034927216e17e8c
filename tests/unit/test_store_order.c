/*
 * Places in the timeline: by date at first, by arrival later, and the same whichever
 * source came first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <string.h>

static void
first_import_by_date_later_by_arrival(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);

	kit_add(d, "1", "", "old", "a", KIT_NOW - 5 * KIT_DAY);
	kit_add(d, "2", "", "new", "b", KIT_NOW - 1 * KIT_DAY);
	kit_stored(k, 0, d, KIT_NOW);
	kit_stored(k, 1, kit_one(k, "1", "", "between", "c", KIT_NOW - 3 * KIT_DAY),
	    KIT_NOW + 10);
	assert_string_equal(kit_line(k, "all"), "new between old");
	/* an old date that arrives later is still news to us */
	kit_stored(k, 0, kit_one(k, "3", "", "late", "d", KIT_NOW - 9 * KIT_DAY),
	    KIT_NOW + 20);
	assert_string_equal(kit_line(k, "all"), "late new between old");
	kit_stored(k, 1, kit_one(k, "4", "", "next", "e", KIT_NOW - 2 * KIT_DAY),
	    KIT_NOW + 30);
	assert_string_equal(kit_line(k, "all"), "next late new between old");
}

static void
an_empty_first_document_is_an_import_too(void **state)
{
	struct kit *k = *state;

	kit_stored(k, 0, kit_doc(k), KIT_NOW);
	kit_stored(k, 1, kit_one(k, "1", "", "b", "b", KIT_NOW - 10), KIT_NOW + 1);
	kit_stored(k, 0, kit_one(k, "1", "", "a", "a", KIT_NOW - 999), KIT_NOW + 2);
	assert_string_equal(kit_line(k, "all"), "a b");
}

static void
newer_dates_first_within_one_poll(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;

	kit_stored(
	    k, 0, kit_one(k, "0", "", "first", "x", KIT_NOW - KIT_DAY), KIT_NOW - 100);
	d = kit_doc(k);
	kit_add(d, "1", "", "a", "1", KIT_NOW - 300);
	kit_add(d, "2", "", "b", "2", KIT_NOW - 100);
	kit_add(d, "3", "", "c", "3", KIT_NOW - 200);
	kit_add(d, "4", "", "d", "4", KIT_NOW - 200); /* same date: document order */
	kit_stored(k, 0, d, KIT_NOW);
	assert_string_equal(kit_line(k, "all"), "b c d a first");
}

static void
undated_entries_keep_document_order(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);

	for (int i = 0; i < 4; i++)
		kit_add(d, rk_arena_fmt(k->arena, "%d", i).p, "",
		    rk_arena_fmt(k->arena, "t%d", i).p,
		    rk_arena_fmt(k->arena, "b%d", i).p, RK_NO_TIME);
	kit_stored(k, 0, d, KIT_NOW);
	assert_string_equal(kit_line(k, "all"), "t0 t1 t2 t3");
	assert_int_equal(kit_row(k, "s0", "t3").updated, KIT_NOW - 3);
	assert_int_equal(kit_row(k, "s0", "t3").published, RK_NO_TIME);
	/* seen again at another place: once and for ever */
	d = kit_doc(k);
	kit_add(d, "3", "", "t3", "b3", RK_NO_TIME);
	kit_add(d, "0", "", "t0", "b0", RK_NO_TIME);
	kit_stored(k, 0, d, KIT_NOW + 100);
	assert_string_equal(kit_line(k, "all"), "t0 t1 t2 t3");
	assert_int_equal(kit_row(k, "s0", "t3").updated, KIT_NOW - 3);
}

static void
future_dates_do_not_stay_on_top(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	kit_stored(
	    k, 0, kit_one(k, "1", "", "future", "a", KIT_NOW + 300 * KIT_DAY), KIT_NOW);
	kit_stored(k, 0, kit_one(k, "2", "", "later", "b", KIT_NOW), KIT_NOW + 10);
	kit_stored(k, 1, kit_one(k, "1", "", "huge", "c", INT64_MAX), KIT_NOW + 20);
	kit_stored(k, 2, kit_one(k, "1", "", "ancient", "d", -INT64_MAX), KIT_NOW + 30);
	assert_string_equal(kit_line(k, "all"), "huge later future ancient");
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
			kit_stored(to, source, d, KIT_NOW);
		}
	here = kit_line(k, "all");
	there = kit_line(&other, "all");
	assert_string_equal(here, there);
	assert_int_equal(strlen(here), 30 * 5 - 1);
	kit_release(&other);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(first_import_by_date_later_by_arrival),
	    T(an_empty_first_document_is_an_import_too),
	    T(newer_dates_first_within_one_poll),
	    T(undated_entries_keep_document_order),
	    T(future_dates_do_not_stay_on_top),
	    T(order_does_not_hang_on_arrival),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
