/*
 * Which story an entry joins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/cluster.h>

#define NOW  ((int64_t)1790000000)
#define DAYS ((int64_t)86400)

static struct rk_candidate
like(int64_t story, bool text, bool url, int64_t published)
{
	return (struct rk_candidate){.story = story,
	    .same_text = text,
	    .same_url = url,
	    .published = published,
	    .first_seen = NOW - 10};
}

static size_t
decide(int64_t published, const struct rk_candidate *c, size_t n)
{
	struct rk_entry e = {.published = published, .updated = RK_NO_TIME};

	return rk_cluster_decide(&e, NOW, c, n);
}

static void
nothing_to_join(void **state)
{
	struct rk_candidate c = like(1, false, false, NOW);

	(void)state;
	assert_true(decide(NOW, NULL, 0) == SIZE_MAX);
	assert_true(decide(NOW, &c, 1) == SIZE_MAX);
}

static void
text_or_address_is_enough(void **state)
{
	struct rk_candidate text = like(1, true, false, NOW),
			    url = like(1, false, true, NOW);

	(void)state;
	assert_int_equal(decide(NOW, &text, 1), 0);
	assert_int_equal(decide(NOW, &url, 1), 0);
}

static void
not_a_second_copy_of_one_source(void **state)
{
	struct rk_candidate c = like(1, true, true, NOW);

	(void)state;
	c.same_source = true;
	assert_true(decide(NOW, &c, 1) == SIZE_MAX);
}

static void
dates_guard(void **state)
{
	struct rk_candidate c = like(1, true, true, NOW);

	(void)state;
	assert_int_equal(decide(NOW - RK_MERGE_DAYS * DAYS, &c, 1), 0);
	assert_int_equal(decide(NOW + RK_MERGE_DAYS * DAYS, &c, 1), 0);
	assert_true(decide(NOW - RK_MERGE_DAYS * DAYS - 1, &c, 1) == SIZE_MAX);
	assert_true(decide(NOW + RK_MERGE_DAYS * DAYS + 1, &c, 1) == SIZE_MAX);
	/* any number may stand in a feed */
	assert_true(decide(INT64_MAX, &c, 1) == SIZE_MAX);
	assert_true(decide(INT64_MIN + 1, &c, 1) == SIZE_MAX);
	c.published = INT64_MAX;
	assert_true(decide(INT64_MIN + 1, &c, 1) == SIZE_MAX);
	assert_int_equal(decide(INT64_MAX, &c, 1), 0);
}

static void
undated_is_dated_by_first_sight(void **state)
{
	struct rk_candidate c = like(1, true, false, RK_NO_TIME);

	(void)state;
	assert_int_equal(decide(RK_NO_TIME, &c, 1), 0);
	assert_int_equal(decide(NOW - 3 * DAYS, &c, 1), 0);
	assert_true(decide(NOW - 30 * DAYS, &c, 1) == SIZE_MAX);
	c.first_seen = NOW - 30 * DAYS;
	assert_true(decide(RK_NO_TIME, &c, 1) == SIZE_MAX);
	assert_int_equal(decide(NOW - 30 * DAYS, &c, 1), 0);
	c.published = NOW - 1;
	assert_int_equal(decide(RK_NO_TIME, &c, 1), 0);
}

static void
text_beats_address_then_age(void **state)
{
	struct rk_candidate c[4] = {like(5, false, true, NOW),
	    like(9, true, false, NOW), like(7, true, true, NOW),
	    like(3, false, true, NOW)};

	(void)state;
	assert_int_equal(decide(NOW, c, 4), 2); /* of two the lower row */
	c[1].first_seen -= 1;
	assert_int_equal(decide(NOW, c, 4), 1); /* the older story */
	c[1].same_source = true;
	assert_int_equal(decide(NOW, c, 4), 2);
	c[2].published = NOW - 40 * DAYS;
	assert_int_equal(decide(NOW, c, 4), 3);
	c[0].first_seen -= 5;
	assert_int_equal(decide(NOW, c, 4), 0);
}

static void
the_order_of_candidates_does_not_matter(void **state)
{
	struct rk_candidate c[3] = {like(5, true, true, NOW), like(4, true, false, NOW),
	    like(6, true, false, NOW)};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct rk_candidate first = c[0];
		size_t chosen = decide(NOW, c, 3);

		assert_true(chosen < 3);
		assert_int_equal(c[chosen].story, 4);
		c[0] = c[1];
		c[1] = c[2];
		c[2] = first;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_to_join),
	    cmocka_unit_test(text_or_address_is_enough),
	    cmocka_unit_test(not_a_second_copy_of_one_source),
	    cmocka_unit_test(dates_guard),
	    cmocka_unit_test(undated_is_dated_by_first_sight),
	    cmocka_unit_test(text_beats_address_then_age),
	    cmocka_unit_test(the_order_of_candidates_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
