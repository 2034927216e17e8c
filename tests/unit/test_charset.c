/*
 * Which encoding bytes are in: labels that lie, bytes without a label, faults. The
 * second half reads collected samples where they are at hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/charset.h>
#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define BYTES(lit)                                                                     \
	{                                                                              \
		lit, sizeof(lit) - 1                                                   \
	}

/* A piece of Thai news as it is typed, with everything windows-874 has. */
static const char thai[] = "จังหวัดภูเก็ตจัดอบรมเจ้าหน้าที่ “ด้านน้ำ” ณ ห้องประชุม เวลา ๐๙.๓๐ น. "
			   "นายอำเภอเมืองเป็นประธาน เพื่อให้ประชาชนเข้าใจ … จบข่าว";

static struct rk_buf out;
static struct rk_charset_result res;
static struct rk_err err;

static int
setup(void **state)
{
	(void)state;
	rk_buf_init(&out, 1 << 20);
	rk_err_clear(&err);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rk_buf_release(&out);
	return 0;
}

static int
decode(struct rk_str in, const char *forced, const char *http, const char *document)
{
	struct rk_charset_hints hints = {
	    rk_str(forced), rk_str(http), rk_str(document)};
	int rc = rk_charset_decode(in, &hints, &out, &res, &err);

	if (rc == 0)
		assert_true(rk_utf8_valid(res.text));
	return rc;
}

/* UTF-8 to windows-874 with the characters of this file. */
static struct rk_buf
as_874(const char *text)
{
	struct rk_str s = rk_str(text);
	struct rk_buf b;
	uint32_t cp;

	rk_buf_init(&b, 1 << 20);
	while (rk_utf8_next(&s, &cp)) {
		if (cp > 0x0E00 && cp < 0x0E5C)
			cp = cp - 0x0E00 + 0xA0;
		else if (cp == 0x2026)
			cp = 0x85;
		else if (cp == 0x201C || cp == 0x201D)
			cp = cp - 0x201C + 0x93;
		assert_true(cp < 0x100);
		(void)rk_buf_addc(&b, (char)cp);
	}
	return b;
}

static void
utf8_wins(void **state)
{
	static const char *const labels[] = {"", "utf-8", "TIS-620", "windows-874",
	    "ISO-8859-1", "windows-1251", "shift_jis", "utf-16", "no such thing",
	    "utf-7", "ebcdic-cp-us"};

	(void)state;
	for (size_t i = 0; i < COUNT(labels); i++) {
		assert_int_equal(decode(rk_str(thai), "", labels[i], ""), 0);
		assert_string_equal(res.name, "utf-8");
		assert_ptr_equal(res.text.p, thai); /* not copied */
		assert_int_equal(res.mislabelled, i >= 2 && i <= 7);
		assert_int_equal(decode(rk_str(thai), "", "", labels[i]), 0);
		assert_ptr_equal(res.text.p, thai);
	}
	/* ASCII contradicts nothing */
	assert_int_equal(decode(RK_STR("plain"), "", "windows-874", ""), 0);
	assert_false(res.mislabelled);
	assert_int_equal(decode(RK_STR(""), "", "", ""), 0);
	assert_int_equal(res.text.n, 0);
}

static void
windows_874_by_any_name(void **state)
{
	static const char *const labels[] = {"tis-620", "TIS620", "tis-620.2533",
	    "iso-8859-11", "ISO8859-11", "Windows-874", "windows874", "cp874", "CP-874",
	    "dos-874", "x-windows-874", "\"tis-620\"", " tis-620 ", "", "utf-8",
	    "ISO-8859-1", "windows-1252", "us-ascii"};
	struct rk_buf in = as_874(thai);

	(void)state;
	for (size_t i = 0; i < COUNT(labels); i++) {
		assert_int_equal(decode(rk_buf_view(&in), "", labels[i], ""), 0);
		assert_string_equal(res.name, "windows-874");
		assert_true(rk_str_is(res.text, thai));
		assert_int_equal(res.replaced, 0);
		assert_int_equal(res.mislabelled, i >= 14);
	}
	rk_buf_release(&in);
}

static void
table_874(void **state)
{
	char bytes[256];
	struct rk_str rest;
	uint32_t cp;
	size_t defined = 0, thai_letters = 0;

	(void)state;
	for (int b = 0x80; b < 0x100; b++)
		bytes[b - 0x80] = (char)b;
	assert_int_equal(decode(rk_strn(bytes, 128), "windows-874", "", ""), 0);
	rest = res.text;
	for (unsigned b = 0x80; b < 0x100; b++) {
		assert_true(rk_utf8_next(&rest, &cp));
		defined += cp != 0xFFFD;
		if (cp >= 0x0E00 && cp < 0x0E80) {
			thai_letters++;
			assert_int_equal(cp, 0x0E00 + b - 0xA0);
		}
	}
	assert_int_equal(defined, 97);
	assert_int_equal(thai_letters, 87);
	assert_int_equal(res.replaced, 128 - 97);
	assert_int_equal(
	    decode(RK_STR("\x80\x85\x91\x92\x93\x94\x95\x96\x97\xA0\xA1\xFB"), "874",
		"", ""),
	    0);
	assert_true(rk_str_is(res.text, "€…‘’“”•–—\xC2\xA0ก๛"));
}

static void
forced(void **state)
{
	(void)state;
	assert_int_equal(decode(RK_STR("\xC1\xC2"), "koi8-r", "windows-874", ""), 0);
	assert_true(rk_str_is(res.text, "аб"));
	/* also against bytes that are UTF-8 */
	assert_int_equal(decode(RK_STR("\xC3\xA9"), "windows-1252", "utf-8", ""), 0);
	assert_true(rk_str_is(res.text, "Ã©"));
	/* but not against a byte order mark */
	assert_int_equal(
	    decode(RK_STR("\xEF\xBB\xBF\xC3\xA9"), "windows-1252", "", ""), 0);
	assert_true(rk_str_is(res.text, "é"));
	assert_string_equal(res.name, "utf-8");
	assert_int_equal(decode(rk_strn(NULL, 0), "gb18030", "", ""), 0);
	assert_int_equal(res.text.n, 0);
	assert_int_equal(decode(RK_STR("x"), "klingon", "", ""), -1);
	assert_int_equal(err.kind, RK_E_INPUT);
	assert_non_null(strstr(err.text, "klingon"));
	assert_true(rk_charset_known(RK_STR("TIS-620")));
	assert_true(rk_charset_known(RK_STR("utf8")));
	assert_false(rk_charset_known(RK_STR("klingon")));
	assert_false(rk_charset_known(RK_STR("utf-7")));
	assert_false(rk_charset_known(RK_STR("")));
}

static void
wide(void **state)
{
	static const struct {
		struct rk_str in;
		const char *name, *text;
	} cases[] = {
	    {BYTES("\xFF\xFE<\0\x01\x0E"), "utf-16le", "<ก"},
	    {BYTES("\xFE\xFF\0<\x0E\x01"), "utf-16be", "<ก"},
	    {BYTES("\xFF\xFE\0\0<\0\0\0\x01\x0E\0\0"), "utf-32le", "<ก"},
	    {BYTES("\0\0\xFE\xFF\0\0\0<\0\0\x0E\x01"), "utf-32be", "<ก"},
	    {BYTES("<\0?\0x\0\x01\x0E"), "utf-16le", "<?xก"},
	    {BYTES("\0<\0?\0x\x0E\x01"), "utf-16be", "<?xก"},
	    {BYTES("{\0\"\0\x01\x0E"), "utf-16le", "{\"ก"},
	    {BYTES("\xFF\xFE\x3D\xD8\x00\xDE"), "utf-16le", "😀"},
	    {BYTES("\xFF\xFE\x3D\xD8x\0"), "utf-16le",
		"\xEF\xBF\xBDx"}, /* half a pair */
	    {BYTES("\xFF\xFE\x00\xDEx\0"), "utf-16le", "\xEF\xBF\xBDx"},
	    {BYTES("\xFF\xFEx\0y"), "utf-16le", "x\xEF\xBF\xBD"}, /* half a unit */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(decode(cases[i].in, "", "", ""), 0);
		assert_string_equal(res.name, cases[i].name);
		assert_true(rk_str_is(res.text, cases[i].text));
	}
	assert_int_equal(decode(RK_STR("\x01\x0E\x02\x0E \0"), "utf-16", "", ""), 0);
	assert_true(rk_str_is(res.text, "กข "));
}

/* Bytes that are no valid text spoil themselves, not their neighbours. */
static void
few_faults(void **state)
{
	static const char *const labels[] = {"", "utf-8", "windows-874", "iso-8859-1"};
	char bad[sizeof(thai) + 8];
	size_t n = sizeof(thai) - 1;

	(void)state;
	for (size_t i = 0; i < COUNT(labels); i++) {
		/* cut in the middle of a character, wherever that is */
		for (size_t cut = 120; cut < 150; cut++) {
			assert_int_equal(
			    decode(rk_strn(thai, cut), "", "", labels[i]), 0);
			assert_string_equal(res.name, "utf-8");
			assert_true(res.replaced <= 1);
			assert_memory_equal(res.text.p, thai, cut - 2);
		}
		/* one bad byte between characters */
		memcpy(bad, thai, 60);
		bad[60] = '\xFF';
		memcpy(bad + 61, thai + 60, n - 60);
		assert_int_equal(decode(rk_strn(bad, n + 1), "", "", labels[i]), 0);
		assert_string_equal(res.name, "utf-8");
		assert_int_equal(res.replaced, 1);
		assert_memory_equal(res.text.p, thai, 60);
		assert_memory_equal(res.text.p + 60, "\xEF\xBF\xBD", 3);
		assert_memory_equal(res.text.p + 63, thai + 60, n - 60);
	}
}

/* A title in UTF-8 and a description in windows-874: seen at one Thai generator. */
static void
mixed(void **state)
{
	struct rk_buf in, body = as_874(thai), want;

	(void)state;
	rk_buf_init(&in, 4096);
	rk_buf_init(&want, 4096);
	for (int order = 0; order < 2; order++) {
		rk_buf_reset(&in);
		rk_buf_reset(&want);
		(void)rk_buf_adds(&in, "<title>");
		(void)rk_buf_str(&in, order == 0 ? rk_str(thai) : rk_buf_view(&body));
		(void)rk_buf_adds(&in, "</title><description>");
		(void)rk_buf_str(&in, order == 1 ? rk_str(thai) : rk_buf_view(&body));
		(void)rk_buf_adds(&in, "</description>");
		(void)rk_buf_addf(&want,
		    "<title>%s</title><description>%s</description>", thai, thai);
		assert_int_equal(decode(rk_buf_view(&in), "", "utf-8", "utf-8"), 0);
		assert_int_equal(res.replaced, 0);
		assert_true(rk_str_eq(res.text, rk_buf_view(&want)));
	}
	rk_buf_release(&want);
	rk_buf_release(&body);
	rk_buf_release(&in);
}

/* Read every byte of the text as a character of the table and encode that. */
static struct rk_buf
encoded_again(const char *text, bool as_thai)
{
	struct rk_buf b;
	char one[4];

	rk_buf_init(&b, 1 << 16);
	for (const char *p = text; *p != '\0'; p++) {
		uint32_t cp = (unsigned char)*p;

		if (as_thai && cp > 0xA0)
			cp += 0x0E00 - 0xA0;
		else if (!as_thai && cp == 0x82)
			cp = 0x201A; /* windows-1252, not ISO-8859-1 */
		(void)rk_buf_add(&b, one, rk_utf8_put(cp, one));
	}
	return b;
}

static void
double_encoded(void **state)
{
	static const char *const plain[] = {"เธอ", "เนื้อหา", "à la carte, ¸", "เธอ"};
	struct rk_buf in;

	(void)state;
	for (int as_thai = 0; as_thai < 2; as_thai++) {
		in = encoded_again(thai, as_thai != 0);
		assert_int_equal(decode(rk_buf_view(&in), "", "utf-8", ""), 0);
		assert_true(res.double_encoded);
		assert_true(rk_str_is(res.text, thai));
		/* Where one genuine character is in it, it stays as it is. */
		(void)rk_buf_adds(&in, " 日本");
		assert_int_equal(decode(rk_buf_view(&in), "", "utf-8", ""), 0);
		assert_false(res.double_encoded);
		assert_true(rk_str_eq(res.text, rk_buf_view(&in)));
		rk_buf_release(&in);
	}
	for (size_t i = 0; i < COUNT(plain); i++) {
		assert_int_equal(decode(rk_str(plain[i]), "", "", ""), 0);
		assert_false(res.double_encoded);
		assert_true(rk_str_is(res.text, plain[i]));
	}
	assert_int_equal(decode(rk_str(thai), "", "", ""), 0);
	assert_false(res.double_encoded);
}

static void
other_labels(void **state)
{
	static const struct {
		struct rk_str in;
		const char *label, *name, *text;
	} cases[] = {
	    {BYTES("caf\xE9 \x93q\x94"), "iso-8859-1", "windows-1252", "café “q”"},
	    {BYTES("caf\xE9"), "", "windows-1252", "café"},
	    {BYTES("It\x92s"), "utf-8", "windows-1252", "It’s"},
	    {BYTES("\xCF\xF0\xE8\xE2\xE5\xF2"), "windows-1251", "windows-1251",
		"Привет"},
	    {BYTES("\xF0\xD2\xC9\xD7\xC5\xD4"), "KOI8-R", "koi8-r", "Привет"},
	    {BYTES("\xC6\xFC\xCB\xDC"), "EUC-JP", "euc-jp", "日本"},
	    {BYTES("\x93\xFA\x96{"), "Shift_JIS", "shift_jis", "日本"},
	    {BYTES("\x1B$BF|K\\\x1B(B"), "iso-2022-jp", "iso-2022-jp", "日本"},
	    {BYTES("\xC7\xD1\xB1\xDB"), "euc-kr", "euc-kr", "한글"},
	    {BYTES("\xD6\xD0\xCE\xC4"), "gb2312", "gb18030", "中文"},
	    {BYTES("\xA4\xA4\xA4\xE5"), "big5", "big5", "中文"},
	    {BYTES("\xC6\xFC\xCB"), "EUC-JP", "euc-jp", "日\xEF\xBF\xBD"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(decode(cases[i].in, "", cases[i].label, ""), 0);
		assert_string_equal(res.name, cases[i].name);
		if (!rk_str_is(res.text, cases[i].text))
			fail_msg("%s: %.*s", cases[i].label, RK_FMT(res.text));
	}
	assert_int_equal(res.replaced, 1);
	/* HTTP before the document; a document before what servers say by default */
	assert_int_equal(decode(RK_STR("\xCF\xF0"), "", "windows-1251", "koi8-r"), 0);
	assert_string_equal(res.name, "windows-1251");
	assert_int_equal(decode(RK_STR("\xCF\xF0"), "", "iso-8859-1", "koi8-r"), 0);
	assert_string_equal(res.name, "koi8-r");
	assert_int_equal(decode(RK_STR("\xCF\xF0"), "", "nonsense", "koi8-r"), 0);
	assert_string_equal(res.name, "koi8-r");
}

static void
spelling(void **state)
{
	struct rk_buf in = as_874(thai);

	(void)state;
	assert_int_equal(rk_charset_thai_faults(rk_buf_view(&in)), 0);
	assert_int_equal(rk_charset_thai_faults(RK_STR("nothing Thai")), 1000);
	assert_int_equal(
	    rk_charset_thai_faults(RK_STR("\xA1\xD4\xE8")), 0); /* letter, i, ek */
	assert_int_equal(rk_charset_thai_faults(RK_STR("\xD4")), 1000); /* no letter */
	assert_int_equal(
	    rk_charset_thai_faults(RK_STR("\xE0 ")), 1000); /* sara e alone */
	assert_int_equal(
	    rk_charset_thai_faults(RK_STR("\xE0\xE0\xA1")), 0);      /* for sara ae */
	assert_int_equal(rk_charset_thai_faults(RK_STR("\xE0")), 0); /* cut */
	assert_true(rk_charset_thai_faults(rk_str(thai)) > 100);     /* UTF-8 */
	rk_buf_release(&in);
}

static void
too_big(void **state)
{
	struct rk_charset_hints hints = {.forced = RK_STR("windows-874")};
	struct rk_buf small;

	(void)state;
	rk_buf_init(&small, 11);
	assert_int_equal(
	    rk_charset_decode(RK_STR("\xA1\xA2\xA3\xA4"), &hints, &small, &res, &err),
	    -1);
	assert_int_equal(err.kind, RK_E_LIMIT);
	rk_buf_reset(&small);
	/* what just fits does */
	assert_int_equal(
	    rk_charset_decode(RK_STR("\xA1\xA2\xA3xy"), &hints, &small, &res, &err), 0);
	assert_true(rk_str_is(res.text, "กขฃxy"));
	rk_buf_release(&small);
}

/* ---- samples that are not part of this source */

static struct rk_buf
sample(const char *name)
{
	const char *root = getenv("RK_SHARED");
	char path[1024], piece[4096];
	struct rk_buf b;
	size_t n;
	FILE *f;

	rk_buf_init(&b, 1 << 20);
	(void)snprintf(path, sizeof(path), "%s/samples/%s",
	    root != NULL ? root : RK_SOURCE_DIR "/../shared", name);
	if ((f = fopen(path, "rb")) == NULL) {
		printf(
		    "no %s: skipped (RK_SHARED names the folder of samples)\n", path);
		skip();
	}
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		(void)rk_buf_add(&b, piece, n);
	(void)fclose(f);
	return b;
}

/* The encoding of an XML declaration, or empty. */
static struct rk_str
declared(struct rk_str in)
{
	struct rk_str rest = rk_strn(in.p, in.n < 200 ? in.n : 200);
	size_t at = rk_str_find(rest, RK_STR("encoding=\""));

	if (at == SIZE_MAX)
		return rk_str("");
	rest = rk_str_from(rest, at + strlen("encoding=\""));
	return rk_strn(rest.p, rk_str_chr(rest, '"'));
}

static size_t
thai_letters(struct rk_str s)
{
	size_t n = 0;
	uint32_t cp;

	while (rk_utf8_next(&s, &cp))
		n += cp >= 0x0E00 && cp < 0x0E80;
	return n;
}

static void
one_sample(const char *file, const char *charset, const char *has, bool with_thai)
{
	struct rk_buf in = sample(file);
	struct rk_charset_hints hints = {.document = declared(rk_buf_view(&in))};

	assert_int_equal(
	    rk_charset_decode(rk_buf_view(&in), &hints, &out, &res, &err), 0);
	if (strcmp(res.name, charset) != 0 ||
	    rk_str_find(res.text, rk_str(has)) == SIZE_MAX ||
	    (thai_letters(res.text) > 0) != with_thai || res.replaced > 0)
		fail_msg("%s: %s, %zu replaced", file, res.name, res.replaced);
	rk_buf_release(&in);
}

static void
collected_samples(void **state)
{
	(void)state;
	one_sample(
	    "ill-koi8r-undeclared.xml", "koi8-r", "Как пережить новогоднюю", false);
	one_sample("ill-eucjp-undeclared.xml", "euc-jp", "ゲーム三昧な正月", false);
	one_sample("th-tis620-undeclared.xml", "windows-874", "สำนักงานส่งเสริม", true);
	one_sample("enc-iso88591-undeclared.xml", "windows-1252", "é", false);
	one_sample("enc-utf16le.xml", "utf-16le", "<title>Test feed</title>", false);
	one_sample("enc-utf8-wrong-prolog.xml", "utf-8", "<", false);
	one_sample("enc-invalid-prolog.xml", "utf-8", "<", false);
	one_sample("enc-windows1251-declared.xml", "windows-1251", "цитатник", false);
	one_sample("enc-urdu-utf8.xml", "utf-8", "اردو", false);
	one_sample("th-ewt-template-broken-prolog.xml", "utf-8", "ข่าว", true);
}

static void
mislabelled_samples(void **state)
{
	(void)state;
	one_sample("synthetic/declared-iso88591-bytes-tis620.xml", "windows-874",
	    "ผู้ว่าราชการจังหวัดน่าน", true);
	assert_true(res.mislabelled);
	one_sample("synthetic/declared-utf8-bytes-tis620.xml", "windows-874",
	    "ผู้ว่าราชการจังหวัดน่าน", true);
	assert_true(res.mislabelled);
	one_sample("synthetic/declared-tis620-bytes-utf8.xml", "utf-8",
	    "ผู้ว่าราชการจังหวัดน่าน", true);
	assert_true(res.mislabelled);
	one_sample("synthetic/declared-windows874-with-quotes.xml", "windows-874",
	    "“น้ำใจ” …", true);
	assert_false(res.mislabelled);
	one_sample("synthetic/egp-shape-windows874.xml", "windows-874",
	    "ประกาศจัดซื้อจัดจ้าง", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(utf8_wins, setup, teardown),
	    cmocka_unit_test_setup_teardown(windows_874_by_any_name, setup, teardown),
	    cmocka_unit_test_setup_teardown(table_874, setup, teardown),
	    cmocka_unit_test_setup_teardown(forced, setup, teardown),
	    cmocka_unit_test_setup_teardown(wide, setup, teardown),
	    cmocka_unit_test_setup_teardown(few_faults, setup, teardown),
	    cmocka_unit_test_setup_teardown(mixed, setup, teardown),
	    cmocka_unit_test_setup_teardown(double_encoded, setup, teardown),
	    cmocka_unit_test_setup_teardown(other_labels, setup, teardown),
	    cmocka_unit_test_setup_teardown(spelling, setup, teardown),
	    cmocka_unit_test_setup_teardown(too_big, setup, teardown),
	    cmocka_unit_test_setup_teardown(collected_samples, setup, teardown),
	    cmocka_unit_test_setup_teardown(mislabelled_samples, setup, teardown),
	};

	rk_charset_warm();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
