/* UTF-8: table 3-7 at its edges, repair, cutting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/utf8.h>

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
well_formed(void **state)
{
	static const char *const good[] = {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF",
	    "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
	    "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "สวัสดีครับ ทุกคน abc ภูเก็ต",
	    "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(rk_utf8_valid(rk_str(good[i])));
	assert_true(rk_utf8_valid(rk_strn(NULL, 0)));
	assert_true(rk_utf8_valid(rk_strn("a\0b", 3)));
}

static void
ill_formed(void **state)
{
	static const char *const bad[] = {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF",
	    "\xC2", "\xC2\x41", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE0\xB8",
	    "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
	    "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xFE", "\xE0\xB8\x41",
	    "\xF0\x9F\x98"};
	char text[80];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_false(rk_utf8_valid(rk_str(bad[i])));
		/* The same at every place in a text, for the loops over whole words. */
		for (size_t at = 0; at < 40; at++) {
			size_t n = 0;

			for (; n < at; n++)
				text[n] = 'x';
			memcpy(text + n, bad[i], strlen(bad[i]));
			n += strlen(bad[i]);
			memset(text + n, 'y', 20);
			assert_false(rk_utf8_valid(rk_strn(text, n + 20)));
			n = 0;
			while (n < at * 3 && n < 45) {
				memcpy(text + n, "\xE0\xB8\x81", 3);
				n += 3;
			}
			memcpy(text + n, bad[i], strlen(bad[i]));
			assert_false(rk_utf8_valid(rk_strn(text, n + strlen(bad[i]))));
		}
	}
}

static void
every_character_round_trips(void **state)
{
	struct rk_str s;
	uint32_t cp, back;
	char b[4];
	size_t n;

	(void)state;
	for (cp = 1; cp <= 0x10FFFF; cp++) {
		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		n = rk_utf8_put(cp, b);
		s = rk_strn(b, n);
		assert_true(rk_utf8_valid(s));
		assert_int_equal(rk_utf8_count(s), 1);
		assert_true(rk_utf8_next(&s, &back));
		assert_int_equal(back, cp);
		assert_int_equal(s.n, 0);
	}
	assert_false(rk_utf8_next(&s, &back));
}

/* One U+FFFD for each maximal subpart (Unicode 3.9, table 3-8). */
static void
maximal_subparts(void **state)
{
	struct rk_str s =
	    RK_STR("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64");
	static const uint32_t want[] = {
	    'a', 0xFFFD, 0xFFFD, 0xFFFD, 'b', 0xFFFD, 'c', 0xFFFD, 0xFFFD, 'd'};
	uint32_t cp;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(rk_utf8_next(&s, &cp));
		assert_int_equal(cp, want[i]);
	}
	assert_false(rk_utf8_next(&s, &cp));
}

static void
repaired(struct rk_str in, const char *want)
{
	struct rk_buf out;

	rk_buf_init(&out, 4096);
	assert_int_equal(rk_utf8_repair(in, &out), 0);
	assert_string_equal(out.n > 0 ? out.p : "", want);
	rk_buf_release(&out);
}

static void
repair(void **state)
{
	struct rk_buf out;

	(void)state;
	repaired(RK_STR("ไทย\tabc\r\n"), "ไทย\tabc\r\n");
	repaired(RK_STR("a\0b\x01\x1F\x7F"
			"c"),
	    "abc");
	repaired(RK_STR("a\xC2\x85\xC2\x9F\xC2\xA0"
			"b"),
	    "a\xC2\xA0"
	    "b");
	repaired(RK_STR("a\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"
			"b"),
	    "a\xEF\xBF\xBD"
	    "b");
	repaired(RK_STR("ก\xE0\xB8ข"), "ก\xEF\xBF\xBDข");
	repaired(RK_STR("ก\xE0\xB8"), "ก\xEF\xBF\xBD");
	repaired(RK_STR(""), "");
	rk_buf_init(&out, 5);
	assert_int_equal(rk_utf8_repair(RK_STR("กข"), &out), -1);
	assert_true(out.full);
	rk_buf_release(&out);
}

static void
cut_to(const char *text, size_t n, const char *want)
{
	struct rk_str got = rk_utf8_cut(rk_str(text), n);

	assert_memory_equal(got.p, want, strlen(want));
	assert_int_equal(got.n, strlen(want));
}

static void
cut(void **state)
{
	char marks[3 * 200];

	(void)state;
	cut_to("abc", 9, "abc");
	cut_to("abc", 2, "ab");
	cut_to("กขค", 5, "ก");
	cut_to("กขค", 6, "กข");
	cut_to("กี่ข", 3, ""); /* the vowel would be lost */
	cut_to("กี่ข", 8, ""); /* the tone */
	cut_to("กี่ข", 9, "กี่");
	cut_to("กขี่", 8, "ก");
	cut_to("ขน้ำ", 9, "ข"); /* sara am sits on its letter too */
	cut_to("กา", 3, "ก");
	cut_to("", 0, "");
	/* Marks without end: cut somewhere, not lost. */
	for (size_t i = 0; i < sizeof(marks); i += 3)
		memcpy(marks + i, i % 2 == 0 ? "่" : "ี", 3);
	assert_int_equal(rk_utf8_cut(rk_strn(marks, sizeof(marks)), 500).n, 498);
}

static void
count(void **state)
{
	(void)state;
	assert_int_equal(rk_utf8_count(RK_STR("")), 0);
	assert_int_equal(rk_utf8_count(RK_STR("abcdefghijk")), 11);
	assert_int_equal(rk_utf8_count(RK_STR("จังหวัดภูเก็ต")), 13);
	assert_int_equal(rk_utf8_count(RK_STR("é😀")), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(well_formed),
	    cmocka_unit_test(ill_formed),
	    cmocka_unit_test(every_character_round_trips),
	    cmocka_unit_test(maximal_subparts),
	    cmocka_unit_test(repair),
	    cmocka_unit_test(cut),
	    cmocka_unit_test(count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
