/*
 * Thai working days and holidays, and how long a source may be left alone by its pace.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/sched.h>

#include <string.h>

#define HOUR 3600
#define DAY  (24 * (int64_t)HOUR)

/* Midnight in Thailand. */
static int64_t
at(int64_t year, unsigned month, unsigned day, int hour)
{
	return (rk_days_from_civil(year, month, day) * 24 + hour - 7) * HOUR;
}

static void
test_working_days(void **unused)
{
	static const struct {
		int year;
		unsigned month, day;
		bool works, lieu;
		const char *name;
	} cases[] = {
	    {2026, 11, 26, true, false, ""},
	    {2026, 11, 28, false, false, ""}, /* a Saturday */
	    {2026, 11, 29, false, false, ""},
	    {2026, 1, 1, false, false, "วันขึ้นปีใหม่"},
	    {2026, 1, 2, false, false, "วันหยุดพิเศษ"},
	    {2026, 5, 1, true, false, ""}, /* offices are open */
	    {2026, 3, 3, false, false, "วันมาฆบูชา"},
	    /* Sunday 31 May 2569: Monday in lieu, Tuesday not */
	    {2026, 5, 31, false, false, "วันวิสาขบูชา"},
	    {2026, 6, 1, false, true, "วันวิสาขบูชา"},
	    {2026, 6, 2, true, false, ""},
	    {2026, 6, 3, false, false, "วันเฉลิมพระชนมพรรษาสมเด็จพระนางเจ้าฯ พระบรมราชินี"},
	    /* Songkran 2567: Saturday to Monday, one day in lieu */
	    {2024, 4, 15, false, false, "วันสงกรานต์"},
	    {2024, 4, 16, false, true, "วันสงกรานต์"},
	    {2024, 4, 17, true, false, ""},
	    /* a Saturday and a Sunday in a row: one day in lieu */
	    {2024, 7, 22, false, true, "วันอาสาฬหบูชา"},
	    {2024, 7, 23, true, false, ""},
	    /* over the end of a year: 31 December 2565 was a Saturday */
	    {2023, 1, 2, false, true, "วันสิ้นปี"},
	    {2023, 1, 3, true, false, ""},
	    {2032, 7, 22, false, false, "วันอาสาฬหบูชา"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rk_str name;
		bool lieu;
		int64_t day = rk_days_from_civil(cases[i].year, cases[i].month, cases[i].day);

		assert_int_equal(rk_working_day(day, &name, &lieu), cases[i].works);
		assert_int_equal(lieu, cases[i].lieu);
		assert_int_equal(name.n, strlen(cases[i].name));
		assert_memory_equal(name.p, cases[i].name, name.n);
	}
}

static void
test_office_hours(void **unused)
{
	(void)unused;
	assert_false(rk_office_open(at(2026, 11, 26, 8) - 1));
	assert_true(rk_office_open(at(2026, 11, 26, 8)));
	assert_true(rk_office_open(at(2026, 11, 26, 18) - 1));
	assert_false(rk_office_open(at(2026, 11, 26, 18)));
	assert_false(rk_office_open(at(2026, 11, 28, 12)));
	assert_false(rk_office_open(at(2026, 12, 10, 12)));
	assert_int_equal(rk_thai_day(at(2026, 11, 26, 0)), rk_days_from_civil(2026, 11, 26));
	assert_int_equal(rk_thai_day(at(2026, 11, 26, 0) - 1), rk_days_from_civil(2026, 11, 25));
	assert_int_equal(rk_thai_day(-7 * HOUR - 1), -1);
}

static int64_t
wait(const struct rk_source_pace *p, unsigned fresh, int64_t now, const char *says)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_str why = rk_str("");
	int64_t s = rk_pace_wait(p, fresh, HOUR, now, arena, &why);

	if (strstr(rk_cstr(why), says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", rk_cstr(why), says);
	rk_arena_free(arena);
	return s;
}

static void
test_pace(void **unused)
{
	struct rk_source_pace p = {.at = RK_NO_TIME}, quiet;
	int64_t now = at(2026, 11, 2, 9); /* a Monday */

	(void)unused;
	assert_int_equal(wait(&p, 0, now, ""), HOUR); /* nothing is known */
	rk_pace_news(&p, 5000, true, now); /* a first document is no burst */
	assert_true(wait(&p, 0, now, "entries a week") > 3 * HOUR);
	quiet = p;
	/* two entries an hour in office hours, three weeks long */
	for (int64_t h = 0; h < 21 * 24; h++)
		if (rk_office_open(now + h * HOUR))
			rk_pace_news(&p, 2, false, now + h * HOUR);
	now += 21 * DAY; /* Monday 23 November, 9:00 */
	p.at = now;
	assert_int_equal(wait(&p, 0, now, "entries a day"), HOUR);
	assert_int_equal(wait(&p, 1, now, "just posted"), HOUR);
	/* at night not before the offices open, within the bound of six hours */
	assert_int_equal(wait(&p, 0, at(2026, 11, 23, 20), "for the night"), 6 * HOUR);
	assert_in_range(wait(&p, 0, at(2026, 11, 24, 5), "for the night"), 3 * HOUR, 4 * HOUR);
	assert_true(wait(&p, 0, at(2026, 11, 28, 12), "weekend") >= 6 * HOUR);
	assert_true(wait(&p, 0, at(2026, 12, 10, 6), "วันรัฐธรรมนูญ") > 6 * HOUR);
	/* a tenth of the silence, a day at most */
	now = at(2026, 11, 2, 9);
	assert_int_equal(wait(&quiet, 0, now + 30 * DAY, "nothing new for 30d"), DAY);
	assert_in_range(wait(&quiet, 0, now + 5 * DAY, "nothing new for 5d"), 11 * HOUR, 12 * HOUR);
	assert_int_equal(wait(&quiet, 0, now + 4000 * DAY, "nothing new"), DAY);
	/* a clock that was wrong */
	assert_in_range(wait(&quiet, 0, now - 400 * DAY, ""), HOUR, 6 * HOUR);
}

static void
test_pace_is_bounded(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	uint64_t x = 88172645463325252u;

	(void)unused;
	for (int i = 0; i < 20000; i++) {
		struct rk_source_pace p;
		struct rk_str why = rk_str("");
		int64_t least, now, s;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		p.all = (uint32_t)(x >> (x % 60 < 32 ? 32 : x % 60));
		p.office = (uint32_t)x % (p.all + 1000);
		now = (int64_t)(x >> 33);
		p.at = now - (int64_t)(x >> 40) % (900 * DAY) + DAY;
		least = 600 + (int64_t)(x >> 20) % (10 * DAY);
		s = rk_pace_wait(&p, (unsigned)(x >> 61) & 1, least, now, arena, &why);
		assert_true(s >= least);
		assert_true(s <= (least > DAY ? least : DAY));
		rk_arena_reset(arena);
	}
	rk_arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_working_days),
	    cmocka_unit_test(test_office_hours),
	    cmocka_unit_test(test_pace),
	    cmocka_unit_test(test_pace_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
