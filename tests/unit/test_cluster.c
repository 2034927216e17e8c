/*
 * Parting entries into stories: dates, sources, leads, ties that contradict each other.
 * (Texts: test_pairs.c; in the store: test_stories.c.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/cluster.h>
#include <ruamkhao/limits.h>

#define NOW  ((int64_t)1790000000)
#define DAYS ((int64_t)86400)

static struct rk_telling
entry(int64_t row, int64_t source, uint64_t text, uint64_t url)
{
	return (struct rk_telling){.row = row,
	    .story = row,
	    .source = source,
	    .date = NOW,
	    .first_seen = NOW,
	    .merge_hash = text,
	    .text_hash = text + 1,
	    .url_hash = url};
}

static size_t
decide(struct rk_telling *t, size_t n)
{
	struct rk_link links[RK_MAX_LINKS];

	return rk_cluster_decide(t, n, links);
}

static void
text_or_address_is_enough(void **state)
{
	struct rk_telling t[] = {
	    entry(0, 1, 7, 0), entry(1, 2, 7, 0), entry(2, 3, 8, 9), entry(3, 4, 6, 9)};

	(void)state;
	assert_int_equal(decide(t, 4), 0);
	assert_int_equal(t[0].lead, 1);
	assert_int_equal(t[1].lead, 1);
	assert_int_equal(t[2].lead, 2);
	assert_int_equal(t[3].lead, 2);
	assert_true(t[0].tie == RK_TIE_TEXT || t[1].tie == RK_TIE_TEXT);
	assert_true(t[2].tie == RK_TIE_URL || t[3].tie == RK_TIE_URL);
}

static void
nothing_ties_what_has_no_hashes(void **state)
{
	struct rk_telling t[] = {entry(0, 1, 0, 0), entry(1, 2, 0, 0)};

	(void)state;
	assert_int_equal(decide(t, 1), 0);
	assert_int_equal(t[0].lead, 0);
	assert_int_equal(decide(t, 2), 0);
	assert_int_equal(t[0].lead, 0);
	assert_int_equal(t[1].lead, 1);
	assert_true(t[0].tied_to == SIZE_MAX && t[0].tie == RK_TIE_NONE);
}

static void
not_a_second_copy_of_one_source(void **state)
{
	struct rk_telling t[] = {
	    entry(0, 1, 7, 0), entry(1, 1, 7, 0), entry(2, 2, 7, 0)};

	(void)state;
	(void)decide(t, 3);
	assert_true(t[0].lead != t[1].lead);
	assert_true(t[2].lead == t[0].lead || t[2].lead == t[1].lead);
}

static enum rk_tie
apart(int64_t a, int64_t b)
{
	struct rk_telling x = entry(0, 1, 7, 0), y = entry(1, 2, 7, 0);

	x.date = a;
	y.date = b;
	return rk_cluster_alike(&x, &y).tie;
}

static void
dates_guard(void **state)
{
	(void)state;
	assert_int_equal(apart(NOW, NOW + RK_MERGE_DAYS * DAYS), RK_TIE_TEXT);
	assert_int_equal(apart(NOW, NOW - RK_MERGE_DAYS * DAYS), RK_TIE_TEXT);
	assert_int_equal(apart(NOW, NOW + RK_MERGE_DAYS * DAYS + 1), RK_TIE_NONE);
	assert_int_equal(apart(NOW, NOW - RK_MERGE_DAYS * DAYS - 1), RK_TIE_NONE);
	/* any number may stand in a feed */
	assert_int_equal(apart(INT64_MAX, NOW), RK_TIE_NONE);
	assert_int_equal(apart(INT64_MIN + 1, INT64_MAX), RK_TIE_NONE);
	assert_int_equal(apart(INT64_MAX, INT64_MAX), RK_TIE_TEXT);
}

/* The same text with numbers, of an entry without a date in a first document and one
 * that is `days` older. */
static enum rk_tie
vague(int64_t days, uint32_t length, unsigned numbers, bool routine)
{
	struct rk_telling x = entry(0, 1, 7, 0), y = entry(1, 2, 7, 0);

	x.title = y.title = RK_STR("ประกาศปิดถนนสายเก่าเพื่อวางท่อระบายน้ำตลอดแนว");
	x.print.length = length;
	x.print.title_length = 40;
	x.print.routine = routine;
	for (uint32_t i = 0; i < 40; i++)
		x.print.body.v[x.print.body.n++] = 7 + i * 11;
	for (uint32_t i = 0; i < numbers; i++)
		x.print.numbers.v[x.print.numbers.n++] = 5 + i;
	y.print = x.print;
	y.date = NOW - days * DAYS;
	x.vague = true;
	assert_int_equal(rk_cluster_alike(&x, &y).tie, rk_cluster_alike(&y, &x).tie);
	return rk_cluster_alike(&x, &y).tie;
}

static void
without_a_date_the_text_must_tell(void **state)
{
	(void)state;
	assert_int_equal(vague(60, 900, 4, false), RK_TIE_TEXT);
	assert_int_equal(vague(RK_VAGUE_DAYS, 900, 4, false), RK_TIE_TEXT);
	assert_int_equal(vague(RK_VAGUE_DAYS + 1, 900, 4, false), RK_TIE_NONE);
	assert_int_equal(vague(-60, 900, 4, false), RK_TIE_NONE); /* not seen before */
	assert_int_equal(vague(60, 100, 4, false), RK_TIE_NONE);
	assert_int_equal(vague(60, 900, 1, false), RK_TIE_NONE);
	assert_int_equal(vague(60, 900, 4, true), RK_TIE_NONE);
	assert_int_equal(vague(5, 100, 0, true), RK_TIE_TEXT);
}

/* Text beats address; the other story is linked. */
static void
the_stronger_tie_decides(void **state)
{
	struct rk_telling t[] = {entry(0, 1, 7, 9), entry(1, 2, 8, 9), entry(2, 3, 7, 0)};
	struct rk_link links[RK_MAX_LINKS];

	(void)state;
	t[1].settled = t[1].shown = t[2].settled = t[2].shown = true;
	assert_int_equal(rk_cluster_decide(t, 3, links), 1);
	assert_int_equal(t[0].lead, 2);
	assert_int_equal(t[1].lead, 1);
	assert_int_equal(t[2].lead, 2);
	assert_true(links[0].a == 0 && links[0].b == 1);
	assert_int_equal(links[0].tie, RK_TIE_URL);
}

static void
settled_stories_stay(void **state)
{
	struct rk_telling t[] = {
	    entry(0, 1, 7, 0), entry(1, 2, 7, 0), entry(2, 3, 7, 0), entry(3, 4, 7, 0)};

	(void)state;
	t[1].settled = t[1].shown = t[2].settled = t[2].shown = true;
	t[3].settled = t[3].shown = true;
	t[3].story = 1;
	(void)decide(t, 4);
	assert_int_equal(t[1].lead, 1);
	assert_int_equal(t[2].lead, 2);
	assert_int_equal(t[3].lead, 1);
	assert_true(t[0].lead == 1 || t[0].lead == 2);
}

static void
who_leads(void **state)
{
	struct rk_telling t[] = {
	    entry(0, 1, 7, 0), entry(1, 2, 7, 0), entry(2, 3, 7, 0)};

	(void)state;
	(void)decide(t, 3); /* all seen at once: the first stored */
	assert_int_equal(t[0].lead, 1);
	t[1].first_seen = NOW + 5;
	(void)decide(t, 3);
	assert_int_equal(t[0].lead, 2);
	t[0].priority = 3;
	(void)decide(t, 3);
	assert_int_equal(t[2].lead, 0);
	t[1].source_title = RK_STR("กรมทางหลวงชนบท - ข่าว");
	t[2].author = RK_STR("กรมทางหลวงชนบท");
	(void)decide(t, 3);
	assert_int_equal(t[0].lead, 1);
	t[2].settled = t[2].shown = true;
	(void)decide(t, 3);
	assert_int_equal(t[0].lead, 2);
	assert_int_equal(t[1].lead, 1); /* into what was shown only the new one comes */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_or_address_is_enough),
	    cmocka_unit_test(nothing_ties_what_has_no_hashes),
	    cmocka_unit_test(not_a_second_copy_of_one_source),
	    cmocka_unit_test(dates_guard),
	    cmocka_unit_test(without_a_date_the_text_must_tell),
	    cmocka_unit_test(the_stronger_tie_decides),
	    cmocka_unit_test(settled_stories_stay),
	    cmocka_unit_test(who_leads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
