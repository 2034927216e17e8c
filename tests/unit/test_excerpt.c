/* Short texts: length, where they are cut, one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/excerpt.h>
#include <ruamkhao/utf8.h>

#include <stdio.h>
#include <string.h>

static void
check(const char *text, size_t max, const char *want, int line)
{
	struct rk_buf out;

	rk_buf_init(&out, 4096);
	assert_int_equal(rk_excerpt(rk_str(text), max, &out), 0);
	if (!rk_str_is(rk_buf_view(&out), want)) {
		fprintf(stderr, "line %d: \"%s\"\n", line, rk_buf_view(&out).p);
		fail();
	}
	rk_buf_release(&out);
}

#define CHECK(text, max, want) check(text, max, want, __LINE__)

static void
what_fits_stays(void **state)
{
	(void)state;
	CHECK("", 10, "");
	CHECK("abc", 3, "abc");
	CHECK("ภูเก็ต", 6, "ภูเก็ต");
	CHECK("abc  ", 3, "abc");
	CHECK("  a \n\t b\xC2\xA0\xC2\xA0"
	      "c\r\n",
	    5, "a b c");
}

static void
at_a_space(void **state)
{
	(void)state;
	CHECK("one two three four", 11, "one two…");
	CHECK("one two three four", 8, "one two…");
	CHECK("one two three four", 7, "one…");
	CHECK("จังหวัดภูเก็ต จัดอบรมเจ้าหน้าที่", 16, "จังหวัดภูเก็ต…");
}

static void
between_clusters(void **state)
{
	(void)state;
	CHECK("จังหวัดภูเก็ต", 11, "จังหวัดภู…"); /* not between sara e and its letter */
	CHECK("จังหวัดภูเก็ต", 9, "จังหวัด…");   /* not between a letter and its vowel */
	CHECK("ที่ดินน้ำท่วม", 9, "ที่ดิน…");      /* nor its tone and sara am */
	CHECK("อาจารย์ใหญ่", 7, "อาจา…");    /* nor before a silent letter */
	CHECK("ปี2552ดี", 6, "ปี…");          /* nor inside a number */
	CHECK("ในพ.ศ.นี้", 6, "ใน…");        /* nor inside an abbreviation */
	CHECK("งาน(ก)ข", 6, "งาน…");       /* nor a bracket alone */
	CHECK("👩\xE2\x80\x8D🌾กข", 4, "👩\xE2\x80\x8D🌾…");
}

static void
nowhere(void **state)
{
	(void)state;
	CHECK("abcdefghij", 5, "abcd…");
	CHECK("abc", 1, "…");
	CHECK("abc", 0, "");
	CHECK("กี่กี่", 3, "…");
}

static void
never_longer(void **state)
{
	const char *text =
	    "จังหวัดภูเก็ต จัดอบรม  งานยุทธศาสตร์ (ครั้งที่ 12,345) เพื่อพัฒนา abcdefghijklmnop จันทร์";
	struct rk_buf out;

	(void)state;
	rk_buf_init(&out, 4096);
	for (size_t max = 0; max < 120; max++) {
		rk_buf_reset(&out);
		assert_int_equal(rk_buf_adds(&out, "x"), 0);
		assert_int_equal(rk_excerpt(rk_str(text), max, &out), 0);
		assert_true(rk_utf8_count(rk_buf_view(&out)) <= max + 1);
		assert_true(rk_utf8_valid(rk_buf_view(&out)));
		assert_int_equal(out.p[0], 'x');
	}
	rk_buf_release(&out);
	rk_buf_init(&out, 5);
	assert_int_equal(rk_excerpt(RK_STR("กขคง"), 9, &out), -1);
	rk_buf_release(&out);
}

/* What stands around a place: from a space on if one is near, else from the border of a
 * syllable, never from the middle of one, which may read as its opposite. */
static void
around_a_place(void **state)
{
	static const struct {
		const char *text, *end;
		size_t max;
	} cases[] = {
	    {"จังหวัดภูเก็ตเปิดศูนย์บริการ", "เปิดศูนย์บริการ", 14},
	    {"ให้จังหวัดระนอง พังงา ภูเก็ต", "พังงา ภูเก็ต", 9},
	    {"ตัวอย่างขอให้จังหวัดระนอง พังงา ภูเก็ต กระบี่", "พังงา ภูเก็ต กระบี่", 22},
	    {"สั้น", "สั้น", 10},
	    {"abcdefghijklmnop", "klmnop", 6},
	    {"", "", 5},
	};

	(void)state;
	assert_true(rk_str_is(rk_excerpt_begin(rk_str("จังหวัดภูเก็ตแจ้ง เปิดศูนย์บริการ"), 24),
	    "จังหวัดภูเก็ตแจ้ง "));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_str end = rk_excerpt_end(rk_str(cases[i].text), cases[i].max);
		struct rk_str begin = rk_excerpt_begin(rk_str(cases[i].text), cases[i].max);

		if (!rk_str_is(end, cases[i].end))
			fail_msg("%s: ends with %.*s", cases[i].text, RK_FMT(end));
		assert_true(begin.n <= rk_str(cases[i].text).n);
		assert_true(rk_utf8_valid(begin));
	}
	for (size_t max = 0; max < 30; max++) { /* no vowel is lost from its letter */
		struct rk_str end = rk_excerpt_end(rk_str("เปิดเผยแพร่แก่ไทยใกล้โลก"), max);

		assert_true(rk_utf8_valid(end));
		if (end.n > 0)
			assert_false(end.n >= 3 && (unsigned char)end.p[1] == 0xb8 &&
				     (unsigned char)end.p[2] >= 0xb0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_fits_stays),
	    cmocka_unit_test(at_a_space),
	    cmocka_unit_test(between_clusters),
	    cmocka_unit_test(nowhere),
	    cmocka_unit_test(never_longer),
	    cmocka_unit_test(around_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
