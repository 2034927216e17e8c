/*
 * Properties of the text module over made-up input: fixed points, valid output, linear
 * time. RK_SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/charset.h>
#include <ruamkhao/err.h>
#include <ruamkhao/excerpt.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "growth.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROUNDS   10000

static uint64_t rng;

static uint32_t
pick(uint32_t below)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 33) % below;
}

static void
show(const char *what, struct rk_str s)
{
	fprintf(stderr, "%s:", what);
	for (size_t i = 0; i < s.n; i++)
		fprintf(stderr, " %02X", (unsigned char)s.p[i]);
	fprintf(stderr, "\n");
}

static void
put(struct rk_buf *b, uint32_t cp)
{
	char c[4];

	(void)rk_buf_add(b, c, rk_utf8_put(cp, c));
}

/* Mostly Thai letters and marks in any order, with everything that meets them. */
static void
thai_soup(struct rk_buf *b)
{
	static const uint32_t others[] = {' ', ' ', '\n', 'a', 'Z', '7', '.', ',', 0xA0,
	    0xAD, 0xE9, 0x130, 0x17F, 0x300, 0x301, 0x307, 0x323, 0x345, 0x344, 0x34F,
	    0x3B1, 0x3C2, 0x5B0, 0x5BC, 0x61C, 0x627, 0x64B, 0x653, 0x915, 0x93C, 0xEB3,
	    0x1100, 0x1161, 0x11A8, 0x1FBC, 0x1FB3, 0x200B, 0x200C, 0x200D, 0x200E,
	    0x2028, 0x202E, 0x2060, 0x2126, 0x212A, 0x2ADC, 0x302A, 0x3099, 0xAC00,
	    0xF701, 0xF70A, 0xF70F, 0xF71A, 0xFB1D, 0xFE0F, 0xFEFF, 0xFFFD, 0x1D15E,
	    0x1F469, 0x1F33E, 0x1F3FD, 0xE0001};
	size_t n = 1 + pick(24);

	rk_buf_reset(b);
	while (n-- > 0) {
		switch (pick(8)) {
		case 0:
			put(b, others[pick(COUNT(others))]);
			break;
		case 1:
			put(b, 0x0E00 + pick(0x80));
			break;
		case 2:
			put(b, 0x0E01 + pick(0x2E));
			break;
		case 3:
			put(b, 0x0E40);
			break;
		case 4:
			put(b, 0x0E30 + pick(6));
			break;
		default:
			put(b, pick(2) != 0 ? 0x0E47 + pick(8) : 0x0E31 + pick(10));
			break;
		}
	}
}

static bool
is_nfc(struct rk_str s)
{
	UErrorCode rc = U_ZERO_ERROR;
	UChar wide[512];
	int32_t n = 0;

	u_strFromUTF8(wide, COUNT(wide), &n, s.p, (int32_t)s.n, &rc);
	return unorm2_isNormalized(unorm2_getNFCInstance(&rc), wide, n, &rc) &&
	       U_SUCCESS(rc);
}

static void
repair_is_a_fixed_point(void **state)
{
	struct rk_buf in, once, twice;

	(void)state;
	rk_buf_init(&in, 4096);
	rk_buf_init(&once, 8192);
	rk_buf_init(&twice, 8192);
	for (int i = 0; i < ROUNDS * 5; i++) {
		thai_soup(&in);
		rk_buf_reset(&once);
		rk_buf_reset(&twice);
		assert_int_equal(rk_thai_repair(rk_buf_view(&in), &once), 0);
		assert_int_equal(rk_thai_repair(rk_buf_view(&once), &twice), 0);
		if (!rk_str_eq(rk_buf_view(&once), rk_buf_view(&twice)) ||
		    !rk_utf8_valid(rk_buf_view(&once)) || !is_nfc(rk_buf_view(&once))) {
			show("in", rk_buf_view(&in));
			show("once", rk_buf_view(&once));
			show("twice", rk_buf_view(&twice));
			fail();
		}
	}
	rk_buf_release(&in);
	rk_buf_release(&once);
	rk_buf_release(&twice);
}

static void
key_is_a_fixed_point(void **state)
{
	static const char *const words[] = {"อ่าน", " 2,966", "\n", " ", "คน", "จำนวนคน",
	    "โหวต", "ล่าสุด", "Related", " Post", "s", "ข่าว", "Face", "book ", "Twitter",
	    "๑๒", ".", "views"};
	struct rk_buf in, once, twice;

	(void)state;
	rk_buf_init(&in, 4096);
	rk_buf_init(&once, 8192);
	rk_buf_init(&twice, 8192);
	for (int i = 0; i < ROUNDS * 5; i++) {
		thai_soup(&in);
		if (i % 4 == 0) {
			rk_buf_reset(&in);
			for (uint32_t n = pick(12); n > 0; n--)
				(void)rk_buf_adds(&in, words[pick(COUNT(words))]);
		}
		rk_buf_reset(&once);
		rk_buf_reset(&twice);
		assert_int_equal(rk_thai_key(rk_buf_view(&in), &once), 0);
		assert_int_equal(rk_thai_key(rk_buf_view(&once), &twice), 0);
		if (!rk_str_eq(rk_buf_view(&once), rk_buf_view(&twice)) ||
		    !rk_utf8_valid(rk_buf_view(&once))) {
			show("in", rk_buf_view(&in));
			show("once", rk_buf_view(&once));
			show("twice", rk_buf_view(&twice));
			fail();
		}
	}
	rk_buf_release(&in);
	rk_buf_release(&once);
	rk_buf_release(&twice);
}

/* A repair changes no key, a space or a full stop in a text without counters neither.
 */
static void
key_ignores(void **state)
{
	struct rk_buf in, other, a, b;

	(void)state;
	rk_buf_init(&in, 4096);
	rk_buf_init(&other, 8192);
	rk_buf_init(&a, 8192);
	rk_buf_init(&b, 8192);
	for (int i = 0; i < ROUNDS; i++) {
		struct rk_str rest;
		uint32_t cp;

		rk_buf_reset(&in);
		for (uint32_t n = 1 + pick(20); n > 0; n--)
			put(&in, pick(3) == 0 ? 'a' + pick(26) : 0x0E01 + pick(0x2E));
		rk_buf_reset(&other);
		rest = rk_buf_view(&in);
		while (rk_utf8_next(&rest, &cp)) {
			put(&other, cp);
			if (pick(3) == 0)
				put(&other, (unsigned char)" .\n-"[pick(4)]);
		}
		rk_buf_reset(&a);
		rk_buf_reset(&b);
		assert_int_equal(rk_thai_key(rk_buf_view(&in), &a), 0);
		assert_int_equal(rk_thai_key(rk_buf_view(&other), &b), 0);
		assert_true(rk_str_eq(rk_buf_view(&a), rk_buf_view(&b)));
		rk_buf_reset(&other);
		rk_buf_reset(&b);
		assert_int_equal(rk_thai_repair(rk_buf_view(&in), &other), 0);
		assert_int_equal(rk_thai_key(rk_buf_view(&other), &b), 0);
		assert_true(rk_str_eq(rk_buf_view(&a), rk_buf_view(&b)));
	}
	rk_buf_release(&in);
	rk_buf_release(&other);
	rk_buf_release(&a);
	rk_buf_release(&b);
}

static void
url_soup(struct rk_buf *b)
{
	static const char *const pieces[] = {"http://", "https://", "www.", "ex",
	    ".com", ".go.th", "1", "0x7f", ".", ":80", ":8080", ":", "/", "//", "\\",
	    "..", "%2e", "%2E%2e", "%41", "%zz", "%", "%2f", "?", "&", "=", "#", "@",
	    "utm_source=x", "ref=rss", "amp;", "index.php", "index.html", "a", "B", "ก",
	    "①", " ", "\t", "+", "[", "]", "[::1]", ";", "'", "\"", "<", "user:pw@",
	    "javascript:", "mailto:", "\x7F", "\xFF"};

	rk_buf_reset(b);
	if (pick(3) > 0)
		(void)rk_buf_adds(b, pick(2) == 0 ? "http://" : "https://www.ex.com");
	for (uint32_t n = pick(14); n > 0; n--)
		(void)rk_buf_adds(b, pieces[pick(COUNT(pieces))]);
}

static void
url_key_is_a_fixed_point(void **state)
{
	struct rk_buf in, text, once, twice;
	size_t keys = 0;

	(void)state;
	rk_buf_init(&in, 8192);
	rk_buf_init(&text, 8192);
	rk_buf_init(&once, 8192);
	rk_buf_init(&twice, 8192);
	for (int i = 0; i < ROUNDS * 2; i++) {
		url_soup(&in);
		rk_buf_reset(&once);
		if (rk_url_key(rk_buf_view(&in), &once) != 0) {
			assert_int_equal(once.n, 0);
			continue;
		}
		keys++;
		rk_buf_reset(&text);
		rk_buf_reset(&twice);
		(void)rk_buf_adds(&text, "http://");
		(void)rk_buf_str(&text, rk_buf_view(&once));
		if (rk_url_key(rk_buf_view(&text), &twice) != 0 ||
		    !rk_str_eq(rk_buf_view(&once), rk_buf_view(&twice))) {
			show("in", rk_buf_view(&in));
			fail_msg("%s | %s | %s", in.p, once.p, twice.p);
		}
	}
	assert_true(keys > ROUNDS / 10);
	rk_buf_release(&in);
	rk_buf_release(&text);
	rk_buf_release(&once);
	rk_buf_release(&twice);
}

/* What is resolved is http, has no user, is ASCII and may not break out of an
 * attribute; resolving it again gives it again. */
static void
resolved_is_safe(void **state)
{
	struct rk_buf base, ref, out, again;
	struct rk_url u;
	size_t good = 0;

	(void)state;
	rk_buf_init(&base, 8192);
	rk_buf_init(&ref, 8192);
	rk_buf_init(&out, 8192);
	rk_buf_init(&again, 8192);
	for (int i = 0; i < ROUNDS * 2; i++) {
		url_soup(&base);
		url_soup(&ref);
		rk_buf_reset(&out);
		rk_buf_reset(&again);
		if (rk_url_resolve(rk_buf_view(&base), rk_buf_view(&ref), &out) != 0) {
			assert_int_equal(out.n, 0);
			continue;
		}
		good++;
		for (size_t k = 0; k < out.n; k++)
			if (out.p[k] <= ' ' || out.p[k] >= 0x7F ||
			    strchr("\"<>\\", out.p[k]) != NULL)
				fail_msg("%s of %s, %s", out.p, base.p, ref.p);
		if (rk_url_parse(rk_buf_view(&out), &u, NULL) != 0)
			fail_msg(
			    "not to be fetched: %s of %s, %s", out.p, base.p, ref.p);
		assert_int_equal(
		    rk_url_resolve(rk_str(""), rk_buf_view(&out), &again), 0);
		assert_string_equal(out.p, again.p);
	}
	assert_true(good > ROUNDS / 10);
	rk_buf_release(&base);
	rk_buf_release(&ref);
	rk_buf_release(&out);
	rk_buf_release(&again);
}

/* Random bytes with enough structure to be nearly right. */
static void
byte_soup(struct rk_buf *b)
{
	static const char *const pieces[] = {"\xE0\xB8", "\xE0\xB8\x81", "\xE0",
	    "\xB9\x88", "\xF0\x9F", "\xED\xA0\x80", "\xC0\x80", "\xEF\xBF\xBE",
	    "\xEF\xBB\xBF", "\xC2\x85", "\xF4\x90", "<", "\n", "abcdefghijklmnop",
	    "\xA1\xD4\xE8", "\xE0\xA1", "\xFF\xFE", "\x1B$B", "\x0E"};

	rk_buf_reset(b);
	for (uint32_t n = pick(30); n > 0; n--) {
		if (pick(3) == 0)
			(void)rk_buf_addc(b, (char)pick(256));
		else
			(void)rk_buf_adds(b, pieces[pick(COUNT(pieces))]);
	}
}

/* Table 3-7 once more, as it is printed. */
static bool
valid_by_table(struct rk_str s)
{
	static const unsigned char rows[][8] = {
	    {0x00, 0x7F},
	    {0xC2, 0xDF, 0x80, 0xBF},
	    {0xE0, 0xE0, 0xA0, 0xBF, 0x80, 0xBF},
	    {0xE1, 0xEC, 0x80, 0xBF, 0x80, 0xBF},
	    {0xED, 0xED, 0x80, 0x9F, 0x80, 0xBF},
	    {0xEE, 0xEF, 0x80, 0xBF, 0x80, 0xBF},
	    {0xF0, 0xF0, 0x90, 0xBF, 0x80, 0xBF, 0x80, 0xBF},
	    {0xF1, 0xF3, 0x80, 0xBF, 0x80, 0xBF, 0x80, 0xBF},
	    {0xF4, 0xF4, 0x80, 0x8F, 0x80, 0xBF, 0x80, 0xBF},
	};
	static const size_t lengths[] = {1, 2, 3, 3, 3, 3, 4, 4, 4};

	while (s.n > 0) {
		size_t row = 0, len = 0;

		for (; row < COUNT(rows); row++) {
			for (len = 0; len < lengths[row] && len < s.n; len++)
				if ((unsigned char)s.p[len] < rows[row][2 * len] ||
				    (unsigned char)s.p[len] > rows[row][2 * len + 1])
					break;
			if (len == lengths[row])
				break;
		}
		if (row == COUNT(rows))
			return false;
		s = rk_str_from(s, len);
	}
	return true;
}

static void
utf8_repair_is_valid(void **state)
{
	struct rk_buf in, once, twice;
	struct rk_str rest;
	uint32_t cp;

	(void)state;
	rk_buf_init(&in, 8192);
	rk_buf_init(&once, 1 << 16);
	rk_buf_init(&twice, 1 << 16);
	for (int i = 0; i < ROUNDS * 2; i++) {
		byte_soup(&in);
		assert_int_equal(
		    rk_utf8_valid(rk_buf_view(&in)), valid_by_table(rk_buf_view(&in)));
		rk_buf_reset(&once);
		rk_buf_reset(&twice);
		assert_int_equal(rk_utf8_repair(rk_buf_view(&in), &once), 0);
		assert_true(valid_by_table(rk_buf_view(&once)));
		assert_int_equal(rk_utf8_repair(rk_buf_view(&once), &twice), 0);
		assert_true(rk_str_eq(rk_buf_view(&once), rk_buf_view(&twice)));
		rest = rk_buf_view(&once);
		while (rk_utf8_next(&rest, &cp))
			assert_true(cp == '\t' || cp == '\n' || cp == '\r' ||
				    (cp >= ' ' && cp < 0x7F) ||
				    (cp >= 0xA0 && cp < 0xFFFE) || cp > 0xFFFF);
		for (size_t n = 0; n <= once.n; n++)
			assert_true(valid_by_table(rk_utf8_cut(rk_buf_view(&once), n)));
		rk_buf_reset(&twice);
		assert_int_equal(rk_excerpt(rk_buf_view(&in), pick(40), &twice), 0);
		assert_true(valid_by_table(rk_buf_view(&twice)));
	}
	rk_buf_release(&in);
	rk_buf_release(&once);
	rk_buf_release(&twice);
}

static void
decoded_is_valid(void **state)
{
	static const char *const labels[] = {"", "", "utf-8", "windows-874",
	    "iso-8859-1", "koi8-r", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr",
	    "iso-2022-jp", "utf-16", "utf-16be", "utf-32", "nonsense"};
	struct rk_charset_result res;
	struct rk_buf in, out;

	(void)state;
	rk_buf_init(&in, 8192);
	rk_buf_init(&out, 1 << 16);
	for (int i = 0; i < ROUNDS; i++) {
		struct rk_charset_hints hints = {
		    .http = rk_str(labels[pick(COUNT(labels))]),
		    .document = rk_str(labels[pick(COUNT(labels))])};

		byte_soup(&in);
		if (pick(4) == 0)
			hints.forced = rk_str(labels[pick(COUNT(labels) - 1)]);
		assert_int_equal(
		    rk_charset_decode(rk_buf_view(&in), &hints, &out, &res, NULL), 0);
		assert_true(valid_by_table(res.text));
	}
	rk_buf_release(&in);
	rk_buf_release(&out);
}

/* ---- time */

static void
run_repair(struct rk_str s, struct rk_buf *out)
{
	(void)rk_thai_repair(s, out);
}

static void
run_key(struct rk_str s, struct rk_buf *out)
{
	(void)rk_thai_key(s, out);
}

static void
run_utf8(struct rk_str s, struct rk_buf *out)
{
	(void)rk_utf8_repair(s, out);
	(void)rk_utf8_valid(s);
	(void)rk_utf8_cut(s, s.n / 2);
}

static void
run_charset(struct rk_str s, struct rk_buf *out)
{
	static const struct rk_charset_hints none;
	struct rk_charset_result res;

	(void)rk_charset_decode(s, &none, out, &res, NULL);
}

static void
run_excerpt(struct rk_str s, struct rk_buf *out)
{
	(void)rk_excerpt(s, s.n, out);
}

struct job {
	void (*run)(struct rk_str, struct rk_buf *);
	struct rk_str in;
	struct rk_buf *out;
};

static double
cost(const void *arg, size_t n)
{
	const struct job *j = arg;
	double began;

	rk_buf_reset(j->out);
	began = growth_clock();
	j->run(rk_strn(j->in.p, n), j->out);
	return growth_clock() - began;
}

/* RELIABILITY 1.5 case 24. */
static void
linear_time(void **state)
{
	static const struct {
		const char *name;
		void (*run)(struct rk_str, struct rk_buf *);
	} runs[] = {{"repair", run_repair}, {"key", run_key}, {"utf8", run_utf8},
	    {"charset", run_charset}, {"excerpt", run_excerpt}};
	static const char *const units[] = {"a", " ", "\n", "a 1\n", "อ่าน 1\n",
	    " อ่าน 1", "เ", "่ี", "ํ", "ํา", "า่", "ก่ี", "\xE2\x80\x8B", "\xE2\x80\x8D",
	    "👩\xE2\x80\x8D", "e\xCC\x81", "\xCC\x81\xCC\xA3", "\xCD\x84", "่\xCC\x81",
	    "\xE1\x85\xA1", "\xFF", "\xE0\xB8", "\xE0", "<", "à¸", "เธ", "\xA1\xD4<",
	    "facebook", "จังหวัดภูเก็ต "};
	struct rk_buf in, out;
	char name[32];

	(void)state;
	rk_buf_init(&in, 4 << 20);
	rk_buf_init(&out, 32 << 20);
	for (size_t u = 0; u < COUNT(units); u++) {
		rk_buf_reset(&in);
		while (in.n < (2 << 20))
			(void)rk_buf_adds(&in, units[u]);
		for (size_t r = 0; r < COUNT(runs); r++) {
			struct job job = {runs[r].run, rk_buf_view(&in), &out};

			(void)snprintf(name, sizeof(name), "%s on unit %zu", runs[r].name, u);
			growth_is_linear(name, cost, &job, in.n);
		}
	}
	rk_buf_release(&in);
	rk_buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(repair_is_a_fixed_point),
	    cmocka_unit_test(key_is_a_fixed_point),
	    cmocka_unit_test(key_ignores),
	    cmocka_unit_test(url_key_is_a_fixed_point),
	    cmocka_unit_test(resolved_is_safe),
	    cmocka_unit_test(utf8_repair_is_valid),
	    cmocka_unit_test(decoded_is_valid),
	    cmocka_unit_test(linear_time),
	};
	const char *seed = getenv("RK_SEED");

	rng = seed != NULL ? strtoull(seed, NULL, 10) : 88172645463325252;
	if (rng == 0)
		rng = 1;
	printf("RK_SEED=%llu\n", (unsigned long long)rng);
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		(void)setlocale(LC_CTYPE, "C.utf8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
