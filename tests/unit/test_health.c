/*
 * How a source fares: the decision by a table, the score of a month by days, and that no
 * advice is without its Thai.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/health.h>
#include <ruamkhao/sched.h>

#include <string.h>

#define HOUR ((int64_t)3600)
#define DAY  ((int64_t)86400)
#define NOW  ((int64_t)1795305600) /* 2026-11-22T00:00:00Z */

static struct rk_health_in
well(void)
{
	return (struct rk_health_in){.configured = true,
	    .standing = RK_STANDING_OK,
	    .standing_since = NOW - 30 * DAY,
	    .last_success = NOW - HOUR,
	    .next_due = NOW + HOUR,
	    .silent_from = NOW + DAY,
	    .was = RK_HEALTH_WORKING,
	    .now = NOW,
	    .began = NOW - 10 * DAY};
}

static struct rk_health_in
failing(unsigned failures, int64_t since, enum rk_health was)
{
	struct rk_health_in in = well();

	in.standing = RK_STANDING_FAILING;
	in.failures = failures;
	in.standing_since = since;
	in.was = was;
	return in;
}

#define IS(in, health) assert_int_equal(rk_health_decide(&(in)), (health))

static void
what_the_configuration_says_comes_first(void **state)
{
	struct rk_health_in in = failing(9, NOW - DAY, RK_HEALTH_BROKEN);

	(void)state;
	in.standing = RK_STANDING_OFF;
	IS(in, RK_HEALTH_OFF);
	in.configured = false;
	IS(in, RK_HEALTH_REMOVED);
}

static void
one_failure_is_no_news(void **state)
{
	struct rk_health_in in = failing(1, NOW, RK_HEALTH_WORKING);

	(void)state;
	IS(in, RK_HEALTH_WORKING);
	in = failing(2, NOW - HOUR, RK_HEALTH_WORKING);
	IS(in, RK_HEALTH_WORKING);
	in = failing(3, NOW - HOUR, RK_HEALTH_WORKING);
	IS(in, RK_HEALTH_BROKEN);
	in = failing(2, NOW - DAY, RK_HEALTH_WORKING); /* asked once a day */
	IS(in, RK_HEALTH_BROKEN);
	in = failing(1, NOW, RK_HEALTH_BROKEN); /* nobody saw it work in between */
	IS(in, RK_HEALTH_BROKEN);
	in = failing(1, NOW, RK_HEALTH_NEW);
	IS(in, RK_HEALTH_NEW);
	in.was = RK_HEALTH_OFF;
	in.last_success = RK_NO_TIME;
	IS(in, RK_HEALTH_NEW);
	in = failing(1, NOW, RK_HEALTH_SILENT);
	in.silent_from = NOW - DAY;
	IS(in, RK_HEALTH_SILENT);
}

static void
gone_new_and_held(void **state)
{
	struct rk_health_in in = well();

	(void)state;
	in.standing = RK_STANDING_GONE;
	IS(in, RK_HEALTH_GONE);
	in.standing = RK_STANDING_NEW;
	in.next_due = RK_NO_TIME;
	IS(in, RK_HEALTH_NEW);
	in = well();
	in.held = 1;
	IS(in, RK_HEALTH_HELD);
	in.silent_from = NOW;
	IS(in, RK_HEALTH_HELD);
}

static void
late_is_what_had_its_chance(void **state)
{
	struct rk_health_in in = well();

	(void)state;
	in.next_due = NOW - RK_LATE_S;
	IS(in, RK_HEALTH_WORKING);
	in.next_due--;
	IS(in, RK_HEALTH_LATE);
	in.began = NOW - HOUR; /* the poller just started */
	IS(in, RK_HEALTH_WORKING);
	in.was = RK_HEALTH_LATE; /* and it still is, over the restart */
	IS(in, RK_HEALTH_LATE);
	in.silent_from = NOW - DAY; /* who is not asked cannot speak */
	IS(in, RK_HEALTH_LATE);
}

static void
silent_from_its_moment_on(void **state)
{
	struct rk_health_in in = well();

	(void)state;
	in.silent_from = NOW + 1;
	IS(in, RK_HEALTH_WORKING);
	in.silent_from = NOW;
	IS(in, RK_HEALTH_SILENT);
	in.silent_from = RK_NO_TIME;
	IS(in, RK_HEALTH_WORKING);
}

/* ---- silence by pace */

static int64_t
quiet(uint32_t all, int64_t at)
{
	struct rk_source_pace pace = {all, all, at};

	return rk_pace_silent_from(&pace) - at;
}

static void
silence_is_measured_by_the_own_pace(void **state)
{
	struct rk_source_pace none = {0, 0, RK_NO_TIME}, first = {0, 0, RK_NO_TIME};
	int64_t monday = 1788746400; /* 2026-09-07, 09:00 in Bangkok */

	(void)state;
	assert_int_equal(rk_pace_silent_from(&none), RK_NO_TIME);
	/* ten a day: after five working days, a week with its weekend */
	assert_in_range(quiet(144300, monday), 5 * DAY, 8 * DAY);
	/* one a day: eight pauses of five sevenths */
	assert_in_range(quiet(14430, monday), 7 * DAY, 12 * DAY);
	/* one a week: more than a month; never more than some four months */
	assert_in_range(quiet(2061, monday), 50 * DAY, 70 * DAY);
	assert_in_range(quiet(1, monday), 115 * DAY, 150 * DAY);
	rk_pace_news(&first, 0, true, monday); /* nothing but its first document */
	assert_in_range(rk_pace_silent_from(&first) - monday, 42 * DAY, 60 * DAY);
	/* holidays give more time: over the new year five working days are longer */
	assert_true(quiet(144300, 1798594200) > quiet(144300, monday) + 2 * DAY);
}

/* ---- months */

static void
months_are_thailands(void **state)
{
	char text[16];
	int64_t october = rk_month_of(1790787600); /* 2026-09-30T17:00Z: the first there */

	(void)state;
	assert_string_equal(rk_month_text(october, text), "2026-10");
	assert_string_equal(rk_month_text(rk_month_of(1790787599), text), "2026-09");
	assert_int_equal(rk_month_begin(october), 1790787600);
	assert_string_equal(rk_month_text(rk_month_of(1798736400), text), "2027-01");
	assert_int_equal(rk_month_begin(rk_month_of(-1)) <= -1, 1);
}

static void
scored(const struct rk_health_turn *v, size_t n, int64_t month, unsigned days,
    unsigned good)
{
	unsigned d, g;

	rk_score_month(v, n, month, &d, &g);
	assert_int_equal(d, days);
	assert_int_equal(g, good);
}

static void
score_counts_days(void **state)
{
	int64_t month = rk_month_of(1790787600), first = rk_month_begin(month);
	struct rk_health_turn v[6] = {{first - 90 * DAY, RK_HEALTH_WORKING}};

	(void)state;
	scored(v, 0, month, 0, 0);
	scored(v, 1, month, 31, 31);
	v[1] = (struct rk_health_turn){first + 10 * DAY, RK_HEALTH_BROKEN};
	scored(v, 2, month, 31, 10);
	v[2] = (struct rk_health_turn){first + 12 * DAY + 13 * HOUR, RK_HEALTH_WORKING};
	scored(v, 3, month, 31, 28); /* the third day was lost by an hour */
	v[2].at = first + 12 * DAY + 12 * HOUR;
	scored(v, 3, month, 31, 29);
	/* what is after the month is nothing to it */
	v[3] = (struct rk_health_turn){first + 31 * DAY, RK_HEALTH_GONE};
	scored(v, 4, month, 31, 29);
	scored(v, 4, month + 1, 30, 0);
	/* many changes of one day */
	v[3] = (struct rk_health_turn){first + 20 * DAY + 1 * HOUR, RK_HEALTH_BROKEN};
	v[4] = (struct rk_health_turn){first + 20 * DAY + 2 * HOUR, RK_HEALTH_HELD};
	v[5] = (struct rk_health_turn){first + 20 * DAY + 3 * HOUR, RK_HEALTH_SILENT};
	scored(v, 6, month, 31, 18);
}

static void
score_leaves_out_what_is_not_the_sources_doing(void **state)
{
	int64_t month = rk_month_of(1790787600), first = rk_month_begin(month);
	struct rk_health_turn v[] = {{first + 5 * DAY, RK_HEALTH_NEW},
	    {first + 10 * DAY, RK_HEALTH_WORKING}, {first + 20 * DAY, RK_HEALTH_LATE},
	    {first + 25 * DAY, RK_HEALTH_OFF}, {first + 30 * DAY, RK_HEALTH_BROKEN}};

	(void)state;
	scored(v, 5, month, 11, 10);
	scored(v, 5, month - 1, 0, 0);
}

/* ---- words */

static void
every_advice_has_its_thai(void **state)
{
	(void)state;
	for (int i = 1; i < RK_N_ADVICE; i++) {
		const char *en = rk_advice_en((enum rk_advice)i);

		assert_true(strlen(en) > 10);
		assert_true((unsigned char)rk_advice_th(rk_str(en))[0] >= 0x80 ||
			    strlen(rk_advice_th(rk_str(en))) > 10);
		for (int k = 1; k < i; k++)
			assert_string_not_equal(en, rk_advice_en((enum rk_advice)k));
	}
	assert_string_equal(rk_advice_en(RK_ADVICE_NONE), "");
	assert_string_equal(rk_advice_th(RK_STR("of an older program")), "");
	assert_string_equal(rk_advice_th(RK_STR("")), "");
}

static void
every_number_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < RK_N_HEALTH; i++)
		assert_true(strlen(rk_health_name((enum rk_health)i)) > 2);
	for (int i = 0; i < RK_N_EVENTS; i++)
		assert_true(strlen(rk_event_name((enum rk_event_kind)i)) > 3);
	assert_string_equal(rk_health_name(RK_HEALTH_SILENT), "silent");
	assert_false(rk_health_is_trouble(RK_HEALTH_WORKING));
	assert_false(rk_health_is_trouble(RK_HEALTH_OFF));
	assert_false(rk_health_is_trouble(RK_HEALTH_NEW));
	assert_true(rk_health_is_trouble(RK_HEALTH_GONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_configuration_says_comes_first),
	    cmocka_unit_test(one_failure_is_no_news),
	    cmocka_unit_test(gone_new_and_held),
	    cmocka_unit_test(late_is_what_had_its_chance),
	    cmocka_unit_test(silent_from_its_moment_on),
	    cmocka_unit_test(silence_is_measured_by_the_own_pace),
	    cmocka_unit_test(months_are_thailands),
	    cmocka_unit_test(score_counts_days),
	    cmocka_unit_test(score_leaves_out_what_is_not_the_sources_doing),
	    cmocka_unit_test(every_advice_has_its_thai),
	    cmocka_unit_test(every_number_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
