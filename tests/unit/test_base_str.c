/*
 * Spans, units, error texts and the two sums.
 */
#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/sign.h>
#include <ruamkhao/str.h>
#include <ruamkhao/units.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
compare(void **state)
{
	struct rk_str none = {NULL, 0};

	(void)state;
	assert_true(rk_str_eq(none, RK_STR("")));
	assert_true(rk_str_is(none, ""));
	assert_true(rk_str_is(none, NULL));
	assert_true(rk_str_is(RK_STR("abc"), "abc"));
	assert_false(rk_str_is(RK_STR("abc"), "abcd"));
	assert_false(rk_str_is(RK_STR("abc"), "abC"));
	assert_true(rk_str_iis(RK_STR("aBc-1"), "AbC-1"));
	assert_false(rk_str_iis(RK_STR("[a"), "{a")); /* differ by 0x20, no letters */
	assert_false(rk_str_iis(RK_STR("ab"), "abc"));
	assert_true(rk_str_cmp(RK_STR("a"), RK_STR("b")) < 0);
	assert_true(rk_str_cmp(RK_STR("b"), RK_STR("a")) > 0);
	assert_true(rk_str_cmp(RK_STR("a"), RK_STR("aa")) < 0);
	assert_true(rk_str_cmp(RK_STR("\xff"), RK_STR("a")) > 0);
	assert_int_equal(rk_str_cmp(none, RK_STR("")), 0);
	assert_true(rk_str_starts(RK_STR("http://x"), "http://"));
	assert_false(rk_str_starts(RK_STR("http"), "http://"));
	assert_true(rk_str_istarts(RK_STR("HtTp://x"), "http://"));
	assert_true(rk_str_ends(RK_STR("a.atom"), ".atom"));
	assert_false(rk_str_ends(RK_STR("atom"), ".atom"));
	assert_true(rk_str_ends(none, ""));
	assert_true(rk_str_starts(none, ""));
	assert_string_equal(rk_cstr(none), "");
	assert_string_equal(rk_cstr(RK_STR("x")), "x");
}

static void
cut_and_find(void **state)
{
	struct rk_str s = RK_STR("\t\r\n \f\v a b \n"), none = {NULL, 0};

	(void)state;
	assert_true(rk_str_is(rk_str_trim(s), "a b"));
	assert_int_equal(rk_str_trim(RK_STR(" \n ")).n, 0);
	assert_int_equal(rk_str_trim(none).n, 0);
	/* A no-break space is no ASCII white space. */
	assert_int_equal(rk_str_trim(RK_STR("\xc2\xa0")).n, 2);
	assert_int_equal(rk_str_find(RK_STR("abcabd"), RK_STR("abd")), 3);
	assert_true(rk_str_find(RK_STR("abcabd"), RK_STR("x")) == SIZE_MAX);
	assert_true(rk_str_find(none, RK_STR("x")) == SIZE_MAX);
	assert_int_equal(rk_str_find(none, none), 0);
	assert_int_equal(rk_str_chr(RK_STR("a:b:c"), ':'), 1);
	assert_true(rk_str_chr(RK_STR("abc"), ':') == SIZE_MAX);
	assert_true(rk_str_chr(none, ':') == SIZE_MAX);
	assert_true(rk_str_is(rk_str_from(RK_STR("abc"), 1), "bc"));
	assert_int_equal(rk_str_from(RK_STR("abc"), 3).n, 0);
	assert_int_equal(rk_str_from(RK_STR("abc"), 99).n, 0);
	assert_int_equal(rk_str_from(none, 1).n, 0);
}

/* The pieces of text, each in brackets. */
static const char *
pieces(const char *text, char out[64])
{
	struct rk_str rest = rk_str(text), piece;
	size_t n = 0;

	out[0] = '\0';
	while (rk_str_split(&rest, ',', &piece))
		n += (size_t)snprintf(out + n, 64 - n, "[%.*s]", RK_FMT(piece));
	assert_false(rk_str_split(&rest, ',', &piece));
	return out;
}

static void
split(void **state)
{
	char out[64];

	(void)state;
	assert_string_equal(pieces("", out), "");
	assert_string_equal(pieces("a", out), "[a]");
	assert_string_equal(pieces("a,b", out), "[a][b]");
	assert_string_equal(pieces("a,", out), "[a][]");
	assert_string_equal(pieces(",", out), "[][]");
	assert_string_equal(pieces(",a,,b,,", out), "[][a][][b][][]");
}

static void
numbers(void **state)
{
	uint64_t v = 77;

	(void)state;
	assert_int_equal(rk_str_u64(RK_STR("18446744073709551615"), UINT64_MAX, &v), 0);
	assert_true(v == UINT64_MAX);
	assert_int_equal(
	    rk_str_u64(RK_STR("18446744073709551616"), UINT64_MAX, &v), -1);
	assert_int_equal(
	    rk_str_u64(RK_STR("99999999999999999999"), UINT64_MAX, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR("007"), 7, &v), 0);
	assert_int_equal(v, 7);
	assert_int_equal(rk_str_u64(RK_STR("8"), 7, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR("0"), 0, &v), 0);
	assert_int_equal(rk_str_u64(RK_STR("1"), 0, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR("10"), 5, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR(""), 9, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR("-1"), 9, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR("+1"), 9, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR(" 1"), 9, &v), -1);
	assert_int_equal(rk_str_u64(RK_STR("1x"), 9, &v), -1);
	assert_int_equal(rk_parse_count(RK_STR("0"), 9, &v), 0);
	assert_int_equal(rk_parse_count(RK_STR("01"), 9, &v), -1);
	assert_int_equal(rk_parse_count(RK_STR("00"), 9, &v), -1);
}

static void
durations(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1: refused */
	} cases[] = {
	    {"90s", 90},
	    {"30m", 1800},
	    {"6h", 21600},
	    {"2d", 172800},
	    {"0s", 0},
	    {"0d", 0},
	    {"3650d", INT64_C(315360000)},
	    {"3651d", -1},
	    {"99999999999999999999s", -1},
	    {"18446744073709551616d", -1},
	    {"", -1},
	    {"s", -1},
	    {"90", -1},
	    {"90 s", -1},
	    {" 90s", -1},
	    {"90s ", -1},
	    {"90S", -1},
	    {"90sec", -1},
	    {"1h30m", -1},
	    {"-1s", -1},
	    {"1.5h", -1},
	    {"090s", -1},
	    {"30 minutes", -1},
	};
	char out[24];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t got = -1, again = -2;

		if (rk_parse_duration(rk_str(cases[i].text), &got) != 0)
			got = -1;
		if (got != cases[i].seconds)
			fail_msg("\"%s\" gave %lld", cases[i].text, (long long)got);
		if (got < 0)
			continue;
		assert_int_equal(
		    rk_parse_duration(
			rk_str(rk_format_duration(got, out, sizeof(out))), &again),
		    0);
		assert_true(again == got);
	}
	assert_string_equal(rk_format_duration(0, out, sizeof(out)), "0s");
	assert_string_equal(rk_format_duration(90, out, sizeof(out)), "90s");
	assert_string_equal(rk_format_duration(5400, out, sizeof(out)), "90m");
	assert_string_equal(rk_format_duration(7200, out, sizeof(out)), "2h");
	assert_string_equal(rk_format_duration(604800, out, sizeof(out)), "7d");
	assert_string_equal(rk_format_duration(-60, out, sizeof(out)), "-1m");
	assert_true(strlen(rk_format_duration(INT64_MIN, out, sizeof(out))) < 24);
}

static void
counts(void **state)
{
	char out[RK_COUNT_TEXT];

	(void)state;
	assert_string_equal(rk_format_count(0, out), "0");
	assert_string_equal(rk_format_count(10, out), "10");
	assert_string_equal(rk_format_count(1234567890, out), "1234567890");
	assert_string_equal(rk_format_count(UINT64_MAX, out), "18446744073709551615");
}

static void
sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: refused */
	} cases[] = {
	    {"512B", 512},
	    {"64KiB", 65536},
	    {"8MiB", 8388608},
	    {"1024GiB", INT64_C(1) << 40},
	    {"1025GiB", -1},
	    {"0B", 0},
	    {"", -1},
	    {"B", -1},
	    {"KiB", -1},
	    {"8", -1},
	    {"8M", -1},
	    {"8MB", -1},
	    {"8mib", -1},
	    {"8 MiB", -1},
	    {"-8MiB", -1},
	};
	char out[24];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t got = 0;
		int rc = rk_parse_size(rk_str(cases[i].text), &got);

		if (rc != (cases[i].bytes < 0 ? -1 : 0))
			fail_msg("\"%s\" gave %d", cases[i].text, rc);
		if (rc == 0)
			assert_true(got == (uint64_t)cases[i].bytes);
	}
	assert_string_equal(rk_format_size(0, out, sizeof(out)), "0B");
	assert_string_equal(rk_format_size(8388608, out, sizeof(out)), "8MiB");
	assert_string_equal(rk_format_size(1025, out, sizeof(out)), "1025B");
}

static void
offsets(void **state)
{
	static const char *const bad[] = {"", "z", "07:00", "+7:00", "+0700", "+07:0",
	    "+07:60", "+24:00", "+07:00 ", "+ 7:00", "-18:01", "+07-00"};
	int s = 1;

	(void)state;
	assert_int_equal(rk_parse_offset(RK_STR("+07:00"), &s), 0);
	assert_int_equal(s, 25200);
	assert_int_equal(rk_parse_offset(RK_STR("-03:30"), &s), 0);
	assert_int_equal(s, -12600);
	assert_int_equal(rk_parse_offset(RK_STR("Z"), &s), 0);
	assert_int_equal(s, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (rk_parse_offset(rk_str(bad[i]), &s) != -1)
			fail_msg("\"%s\" was taken", bad[i]);
}

static void
errors(void **state)
{
	struct rk_err e;
	char big[2000];

	(void)state;
	rk_err_clear(&e);
	rk_err_clear(NULL);
	assert_int_equal(e.kind, RK_E_NONE);
	assert_int_equal(
	    rk_err_set(&e, RK_E_LIMIT, "%d entries, at most %d", 6, 5), -1);
	assert_int_equal(e.kind, RK_E_LIMIT);
	assert_int_equal(e.sys, 0);
	assert_string_equal(e.text, "6 entries, at most 5");
	e.line = 14;
	rk_err_prefix(&e, "feeds/%s.yml: ", "x");
	assert_string_equal(e.text, "feeds/x.yml: 6 entries, at most 5");
	assert_int_equal(e.kind, RK_E_LIMIT);
	assert_int_equal(e.line, 14);
	/* Its own text as an argument. */
	(void)rk_err_set(&e, RK_E_NET, "again: %s", e.text);
	assert_string_equal(e.text, "again: feeds/x.yml: 6 entries, at most 5");
	assert_int_equal(e.line, 0);
	assert_int_equal(rk_err_sys(&e, ENOENT, "state/%d", 1), -1);
	assert_int_equal(e.kind, RK_E_SYS);
	assert_int_equal(e.sys, ENOENT);
	assert_string_equal(e.text, "state/1: No such file or directory");
	(void)rk_err_sys(&e, 99999, "odd");
	assert_string_equal(e.text, "odd: errno 99999");
	/* One line, whatever the argument. */
	(void)rk_err_set(&e, RK_E_INPUT, "a%sb", "\r\n\t");
	assert_string_equal(e.text, "a   b");
	assert_int_equal(rk_err_set(NULL, RK_E_INPUT, "nobody asks"), -1);
	assert_int_equal(rk_err_sys(NULL, EIO, "nobody asks"), -1);
	rk_err_prefix(NULL, "x");
	/* A text that is too long ends with a whole character. */
	for (size_t shift = 0; shift < 3; shift++) {
		size_t n = 0;

		for (size_t i = 0; i < shift; i++)
			big[n++] = '.';
		while (n + 3 < sizeof(big) - 1) {
			memcpy(big + n, "ก", 3);
			n += 3;
		}
		big[n] = '\0';
		(void)rk_err_set(&e, RK_E_INPUT, "%s", big);
		n = strlen(e.text);
		assert_in_range(n, sizeof(e.text) - 3, sizeof(e.text) - 1);
		assert_int_equal((n - shift) % 3, 0);
	}
	assert_string_equal(rk_ekind_name(RK_E_BUSY), "busy");
	assert_string_equal(rk_ekind_name(RK_E_INPUT), "input");
}

/* The values are in databases: they may never change. */
static void
hash_known_answers(void **state)
{
	char big[1000], hex[33];
	struct rk_hash128 h;

	(void)state;
	for (int i = 0; i < 1000; i++)
		big[i] = (char)(i % 251);
	assert_true(rk_hash64(RK_STR("")) == UINT64_C(0x2d06800538d394c2));
	assert_true(rk_hash64(rk_strn(NULL, 0)) == UINT64_C(0x2d06800538d394c2));
	assert_true(rk_hash64(RK_STR("abc")) == UINT64_C(0x78af5f94892f3950));
	assert_true(rk_hash64(rk_strn(big, 1000)) == UINT64_C(0x33ef703fb2b20ed1));
	assert_true(
	    rk_hash64_more(0x1234, RK_STR("abc")) == UINT64_C(0x1cd8c816adf02672));
	assert_true(
	    rk_hash64_more(7, rk_strn(big, 1000)) == UINT64_C(0x88c710a69b531698));
	rk_hash128_hex(rk_hash128(RK_STR("")), hex);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
	rk_hash128_hex(rk_hash128(RK_STR("abc")), hex);
	assert_string_equal(hex, "06b05ab6733a618578af5f94892f3950");
	rk_hash128_hex(rk_hash128(rk_strn(big, 1000)), hex);
	assert_string_equal(hex, "18bf41bc8229e27733ef703fb2b20ed1");
	h = rk_hash128(RK_STR("abc"));
	assert_true(h.lo == UINT64_C(0x78af5f94892f3950));
	assert_true(h.hi == UINT64_C(0x06b05ab6733a6185));
}

/* FIPS 180-2, appendix B. */
static void
sha256_known_answers(void **state)
{
	struct rk_str parts[3] = {RK_STR("a"), {NULL, 0}, RK_STR("bc")};
	char hex[65];

	(void)state;
	rk_sha256_hex(parts, 3, hex);
	assert_string_equal(
	    hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	rk_sha256_hex(NULL, 0, hex);
	assert_string_equal(
	    hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	parts[0] = RK_STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
	rk_sha256_hex(parts, 1, hex);
	assert_string_equal(
	    hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compare),
	    cmocka_unit_test(cut_and_find),
	    cmocka_unit_test(split),
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(durations),
	    cmocka_unit_test(counts),
	    cmocka_unit_test(sizes),
	    cmocka_unit_test(offsets),
	    cmocka_unit_test(errors),
	    cmocka_unit_test(hash_known_answers),
	    cmocka_unit_test(sha256_known_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
