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

#define BRIDGE "ประกาศปิดถนนสายเก่าเพื่อวางท่อระบายน้ำตลอดแนว"

/* The same text of 40 shingles and 4 numbers; x without a date in a first document, y so
 * many days older. */
struct pair {
	struct rk_telling x, y;
};

static struct pair
vague(int64_t days)
{
	struct pair p = {entry(0, 1, 7, 0), entry(1, 2, 7, 0)};
	struct rk_print *print = &p.x.print;

	p.x.title = p.y.title = RK_STR(BRIDGE);
	print->length = 900;
	print->title_length = 40;
	for (uint32_t i = 0; i < 40; i++)
		print->body.v[print->body.n++] = 7 + i * 11;
	for (uint32_t i = 0; i < 4; i++)
		print->numbers.v[print->numbers.n++] = 5 + i;
	p.y.print = *print;
	p.x.vague = true;
	p.y.date = NOW - days * DAYS;
	return p;
}

static enum rk_tie
tie(const struct pair *p)
{
	enum rk_tie t = rk_cluster_alike(&p->x, &p->y).tie;

	assert_int_equal(rk_cluster_alike(&p->y, &p->x).tie, t);
	return t;
}

/* It is refused for its age, and would not be if the days were known to be near. */
static bool
is_refused(struct pair p)
{
	struct rk_likeness l = rk_cluster_alike(&p.x, &p.y);

	assert_int_equal(rk_cluster_alike(&p.y, &p.x).guard, l.guard);
	p.x.vague = false;
	assert_int_equal(rk_cluster_alike(&p.x, &p.y).guard, RK_GUARD_DATE);
	p.y.date = p.x.date;
	assert_int_equal(rk_cluster_alike(&p.x, &p.y).tie, RK_TIE_TEXT);
	return l.tie == RK_TIE_NONE && l.guard == RK_GUARD_VAGUE;
}

static void
days_of_unknown_age(void **state)
{
	struct pair p = vague(RK_MERGE_DAYS + 1);

	(void)state;
	assert_int_equal(tie(&p), RK_TIE_TEXT);
	p = vague(RK_VAGUE_DAYS);
	assert_int_equal(tie(&p), RK_TIE_TEXT);
	p = vague(RK_VAGUE_DAYS + 1);
	assert_int_equal(tie(&p), RK_TIE_NONE);
	p = vague(-RK_MERGE_DAYS - 1); /* it was not seen before there was one */
	assert_int_equal(tie(&p), RK_TIE_NONE);
	p = vague(60);
	p.x.vague = false;
	assert_int_equal(tie(&p), RK_TIE_NONE);
	/* within the guard on dates nothing more is asked for */
	p = vague(5);
	p.x.print.length = p.y.print.length = 100;
	p.x.print.numbers.n = p.y.print.numbers.n = 0;
	assert_int_equal(tie(&p), RK_TIE_TEXT);
}

/* One thing is different, all else as it was. */
static void
of_unknown_age_all_must_agree(void **state)
{
	struct pair p = vague(60);

	(void)state;
	assert_int_equal(tie(&p), RK_TIE_TEXT);
	p.x.merge_hash = 8; /* nearly the same text is one too */
	p.x.print.length = 890;
	assert_int_equal(tie(&p), RK_TIE_NEAR);
	p.x.print.length = 300;
	assert_int_equal(tie(&p), RK_TIE_EXCERPT);

	p = vague(60);
	p.x.print.length = p.y.print.length = 199;
	assert_true(is_refused(p));
	p.x.print.length = p.y.print.length = 200;
	assert_int_equal(tie(&p), RK_TIE_TEXT);

	p = vague(60);
	p.x.print.routine = true;
	assert_true(is_refused(p));

	p = vague(60); /* another headline */
	p.x.title = RK_STR("ชาวบ้านริมคลองบ่นเรื่องรถติดทุกเช้า");
	assert_true(is_refused(p));

	p = vague(60); /* hashes that the other has not, but not the other way round */
	p.x.print.length = 890;
	p.y.print.body.n = 36;
	assert_int_equal(tie(&p), RK_TIE_TEXT);
	p.y.print.body.n = 35;
	assert_true(is_refused(p));

	p = vague(60); /* a name of a month in each */
	p.x.print.body.v[39] += 1;
	assert_true(is_refused(p));

	p = vague(60); /* a set phrase */
	p.x.print.body.n = p.y.print.body.n = 11;
	assert_true(is_refused(p));

	p = vague(60);
	p.x.print.numbers.n = p.y.print.numbers.n = 1;
	assert_true(is_refused(p));
	p.x.print.numbers.n = p.y.print.numbers.n = 2;
	assert_int_equal(tie(&p), RK_TIE_TEXT);

	p = vague(60); /* a number more, be it the last word */
	p.x.print.numbers.n = 3;
	assert_true(is_refused(p));
	p.y.print.last = p.y.print.numbers.v[3];
	assert_true(is_refused(p));

	p = vague(60); /* of an excerpt only the whole has more, and its last may be cut */
	p.x.print.length = 300;
	p.x.print.numbers.n = 3;
	assert_int_equal(tie(&p), RK_TIE_TEXT);
	p.x.print.numbers.n = 4;
	p.y.print.numbers.n = 3;
	assert_true(is_refused(p));
	p.x.print.last = p.x.print.numbers.v[3];
	assert_int_equal(tie(&p), RK_TIE_TEXT);
}

/* Of two rounds of one text, whoever is at hand first, only one has the copy. */
static void
unknown_age_fuses_nothing(void **state)
{
	(void)state;
	for (int first = 0; first < 3; first++)
		for (int settled = 0; settled < 2; settled++) {
			struct pair p = vague(100);
			struct rk_telling t[3] = {p.x, p.y, p.y};

			for (int i = 0; i < 3; i++) {
				t[i].row = t[i].story = i + 1;
				t[i].source = i + 1;
				t[i].text_hash = i == first ? 1 : 5;
			}
			t[2].date += 50 * DAYS;
			if (settled == 1) { /* a published story, and one more comes */
				t[1].story = t[0].story = 1;
				t[0].settled = t[0].shown = true;
				t[1].settled = t[1].shown = true;
				t[2].row = t[2].story = 0;
			}
			(void)decide(t, 3);
			assert_true(t[1].lead != t[2].lead);
			assert_true(t[0].lead == t[1].lead || t[0].lead == t[2].lead);
		}
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
	    cmocka_unit_test(days_of_unknown_age),
	    cmocka_unit_test(of_unknown_age_all_must_agree),
	    cmocka_unit_test(unknown_age_fuses_nothing),
	    cmocka_unit_test(the_stronger_tie_decides),
	    cmocka_unit_test(settled_stories_stay),
	    cmocka_unit_test(who_leads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
