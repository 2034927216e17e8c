/* Thai text: the facts of DOMAIN.md 6.1 and the forms of 6.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/thai.h>

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef int transform_fn(struct rk_str, struct rk_buf *);

static void
check(transform_fn *fn, const char *in, const char *want, int line)
{
	struct rk_buf out, again;

	rk_buf_init(&out, 1 << 16);
	rk_buf_init(&again, 1 << 16);
	assert_int_equal(fn(rk_str(in), &out), 0);
	if (!rk_str_is(rk_buf_view(&out), want)) {
		fprintf(stderr, "line %d: \"%s\" gave \"%s\", not \"%s\"\n", line, in,
		    rk_buf_view(&out).p, want);
		fail();
	}
	assert_int_equal(fn(rk_buf_view(&out), &again), 0);
	assert_true(rk_str_eq(rk_buf_view(&out), rk_buf_view(&again)));
	rk_buf_release(&out);
	rk_buf_release(&again);
}

#define REPAIR(in, want) check(rk_thai_repair, in, want, __LINE__)
#define SAME(in)         check(rk_thai_repair, in, in, __LINE__)
#define KEY(in, want)    check(rk_thai_key, in, want, __LINE__)

#define ZWSP  "\xE2\x80\x8B"
#define KO    "\xE0\xB8\x81" /* ko kai */
#define NIKH  "\xE0\xB9\x8D" /* nikhahit */
#define AA    "\xE0\xB8\xB2"
#define AM    "\xE0\xB8\xB3"
#define EK    "\xE0\xB9\x88" /* mai ek */
#define THO   "\xE0\xB9\x89" /* mai tho */
#define II    "\xE0\xB8\xB5"
#define U     "\xE0\xB8\xB8"
#define PHIN  "\xE0\xB8\xBA"
#define KARAN "\xE0\xB9\x8C"
#define E     "\xE0\xB9\x80"
#define AE    "\xE0\xB9\x81"
#define LAKH  "\xE0\xB9\x85"

static void
what_is_right_stays(void **state)
{
	(void)state;
	SAME("");
	SAME("plain ASCII text, with punctuation; and\nlines\t.");
	SAME("จังหวัดภูเก็ตจัดอบรมเจ้าหน้าที่ ณ ห้องประชุม ชั้น ๒ เวลา 09.30 น.");
	SAME("น้ำ คำ สำนักงาน ซื้อ ปี่ พันธุ์ สิทธิ์ ก็ เก็บ ฯลฯ ๆ ๏ ๚ ๛ ฿");
	SAME("ฤๅษี ฦๅ ฤทธิ์ พฤกษ์ อังกฤษ");
	SAME("ดิจัล ประจำปั หัว หน้า กั บกรม"); /* slips are the author's */
	SAME("มากกกก จ้าาา นะะะ");
	SAME("หนองบังล าภู"); /* what was there is not known */
	SAME("1\xC2\xA0"
	     "000 \xE2\x80\x9Cก\xE2\x80\x9D \xE2\x80\x93 \xE2\x80\xA6");
	SAME("é ü Ω Русский 日本語 한국어 😀");
	SAME("พุทฺโธ ภควา สงฺโฆ"); /* Pali */
}

static void
sara_am(void **state)
{
	(void)state;
	REPAIR("ส" NIKH AA "นักงาน", "สำนักงาน");
	REPAIR("น" NIKH THO AA, "น" THO AM);
	REPAIR("น" THO NIKH AA, "น" THO AM);
	REPAIR("น" AM THO, "น" THO AM);
	REPAIR("น" NIKH NIKH AA, "น" AM);
	REPAIR("ส" NIKH ZWSP AA, "ส" AM);
	SAME("ส" NIKH " " AA); /* not across white space */
	SAME("ส" NIKH "\n" AA);
	SAME("ส" NIKH "\xC2\xA0" AA);
	REPAIR(NIKH AA, AM);
}

static void
order_of_marks(void **state)
{
	(void)state;
	REPAIR("ท" EK II, "ท" II EK);
	REPAIR("ก" THO U, "ก" U THO);
	REPAIR("ธ" KARAN U, "ธ" U KARAN);
	REPAIR("ก" EK PHIN, "ก" PHIN EK);
	REPAIR("ก" U PHIN, "ก" PHIN U);
	REPAIR("ข" AA THO "ว", "ข" THO AA "ว"); /* a tone typed after the vowel */
	REPAIR("ค\xE0\xB8\xB0" EK, "ค" EK "\xE0\xB8\xB0");
	SAME("ก" NIKH EK); /* minority languages */
	SAME(AA EK);       /* nothing it could belong to */
	REPAIR("a" EK II "b", "a" II EK "b");
}

static void
repeats(void **state)
{
	(void)state;
	REPAIR("วันที" II EK, "วันที" EK);
	REPAIR("ที" EK EK EK, "ที" EK);
	REPAIR("ท" II EK II, "ท" II EK);
	REPAIR("เว็บไซต์" KARAN, "เว็บไซต์");
	REPAIR("ข" THO AA THO, "ข" THO AA);
	SAME("ก" EK THO); /* which one is meant is not known */
}

static void
sara_ae(void **state)
{
	(void)state;
	REPAIR(E E "ละ", "และ");
	REPAIR(E ZWSP E "ละ", "และ");
	REPAIR(E E E "ก", AE E "ก");
	REPAIR(E E E E, AE AE);
	SAME(E " " E "ก");
	SAME(AE E "ก");
}

static void
lakkhangyao(void **state)
{
	(void)state;
	SAME("ฤ" LAKH);
	SAME("ฦ" LAKH);
	REPAIR("ก" LAKH, "ก" AA);
	REPAIR("ก" NIKH LAKH, "ก" AM);
	SAME(LAKH "1");
	SAME("ฤ" EK LAKH);
}

static void
invisible(void **state)
{
	(void)state;
	REPAIR("จังหวัด" ZWSP "ภูเก็ต", "จังหวัดภูเก็ต");
	REPAIR("a\xC2\xAD"
	       "b\xEF\xBB\xBF"
	       "c\xE2\x81\xA0"
	       "d",
	    "abcd");
	REPAIR(
	    "\xE2\x80\x8E\xE2\x80\x8F\xE2\x80\xAA\xE2\x80\xAE\xE2\x81\xA6\xE2\x81\xA9x",
	    "x");
	REPAIR("a\xE2\x80\xA8"
	       "b\xE2\x80\xA9"
	       "c",
	    "a\nb\nc");
	REPAIR("\xE2\x80\x8C"
	       "ก\xE2\x80\x8D",
	    "ก");
	REPAIR(ZWSP, "");
	/* a joiner inside a picture is seen */
	SAME("👩\xE2\x80\x8D🌾");
	REPAIR("👩\xE2\x80\x8D" ZWSP "🌾", "👩🌾");
	/* and a joiner of Persian is spelling */
	SAME("می\xE2\x80\x8Cخواهم");
}

static void
composed(void **state)
{
	(void)state;
	REPAIR("Cafe\xCC\x81", "Café");
	REPAIR("e" ZWSP "\xCC\x81", "é");
	REPAIR("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한");
	REPAIR("\xE2\x84\xAB", "Å");
	REPAIR("ส" NIKH AA " e\xCC\x81 ท" EK II, "ส" AM " é ท" II EK);
	/* marks of other scripts beside Thai ones: canonical order, nothing else */
	REPAIR("ก\xCC\x81" U, "ก" U "\xCC\x81");
}

static void
old_fonts(void **state)
{
	(void)state;
	REPAIR("ป\xEF\x9C\x81", "ปิ");          /* sara i moved left */
	REPAIR("ท\xEF\x9C\x8A" II, "ท" II EK); /* mai ek moved down */
	REPAIR("\xEF\x9C\x80"
	       "าน",
	    "ฐาน");
}

static void
keys(void **state)
{
	(void)state;
	KEY("", "");
	KEY(" \n .,; ", "");
	KEY("วันที่ ๑๘ กันยายน ๒๕๕๒", "วันที่18กันยายน2552");
	KEY("Hello, World! ÉCOLE Straße ΣΊΣΥΦΟΣ", "helloworldécolestraßeσίσυφοσ");
	KEY("กรุงเทพฯ", "กรุงเทพ");
	KEY("ต่าง ๆ", "ต่างๆ");
	KEY("หัว หน้า", "หัวหน้า");
	KEY("ส" NIKH " " AA "นัก", "สำนัก"); /* the space is no part of a key */
	KEY(E " " E "ละ", "และ");
	KEY("“อ้าง” — (1,204) 50%", "อ้าง120450");
	KEY("e.\xCC\x81", "é");
	KEY("K\xE2\x84\xAA", "kk");
	KEY("\xEF\xBB\xBF"
	    "ก" ZWSP "ข\xE2\x80\x8D",
	    "กข");
	KEY("😀 ก 👍🏽", "ก");
}

static void
noise_lines(void **state)
{
	static const char *const noise[] = {"อ่าน 2,966", "อ่าน: ๒,๙๖๖ ครั้ง",
	    "จำนวนคนอ่าน 0 คน จำนวนคนโหวต 0 คน", "จํานวนคนอ่าน 12 คน", "ผู้ชม 15",
	    "ชม: 1,234 ครั้ง", "คะแนนโหวต", "คะแนนโหวต: 5", "Visitors: 99",
	    "Related Post", "Related Posts", "  related posts:", "ร่วมแสดงความคิดเห็น",
	    "คำค้นหา", "ป้ายกำกับ :", "ล่าสุด", "ข่าวล่าสุด", "เข้าชมล่าสุด", "image banner",
	    "ให้เรตสมาชิก", "Facebook Twitter Pinterest LinkedIn", "PDF DOWNLOAD",
	    "comments powered by Disqus", "This site uses Akismet to reduce spam.",
	    "Learn how your comment data is processed.",
	    /* clocks that run */
	    "ขณะนี้เวลา 10:23:45 น.", "เวลาปัจจุบัน: วันศุกร์ที่ ๒๗ พฤศจิกายน พ.ศ. ๒๕๖๙ เวลา ๑๐.๒๓ น.",
	    "อัปเดตล่าสุด 5 นาทีที่แล้ว", "อัพเดทเมื่อ: 2 ชั่วโมง 5 นาที ที่ผ่านมา", "3 วันก่อน",
	    "เมื่อ 12 นาทีที่แล้ว", "โพสต์เมื่อ 3 ชั่วโมงที่แล้ว", "เมื่อสักครู่", "Updated 5 minutes ago",
	    "Posted: 1 day ago | Views 12", "just now", "Last updated: 27 Nov 2026 at 10:23 am",
	    "แก้ไขล่าสุดเมื่อ 27 พ.ย. 2569 10:23 น. อ่าน 15 ครั้ง"};
	static const char *const text[] = {"", "อ่าน", "อ่านหนังสือ 5 เล่ม", "ชมรม", "ผู้ชม",
	    "ข่าวล่าสุดของจังหวัด", "จำนวนคนอ่าน", "Facebook", "คะแนนโหวตเสียง", "อ่าน 5 เล่ม",
	    "Visitors", "related work", "2,966", "-----", "เวลา 10.30 น.", "27 พฤศจิกายน 2569",
	    "ปรับปรุงล่าสุด", "แก้ไขเมื่อวาน", "ปรับปรุงเมื่อน้ำลด", "อัปเดตล่าสุดจากศูนย์น้ำ", "5 นาที",
	    "เหตุเกิดเมื่อ 5 นาทีที่แล้ว", "ขณะนี้เวลา 10.30 น. น้ำเริ่มลด", "updated plan 2026",
	    "ผู้ป่วย 5 วันก่อน"};

	(void)state;
	for (size_t i = 0; i < COUNT(noise); i++) {
		if (!rk_thai_is_noise(rk_str(noise[i])))
			fail_msg("no noise: %s", noise[i]);
		KEY(noise[i], "");
	}
	for (size_t i = 0; i < COUNT(text); i++)
		if (rk_thai_is_noise(rk_str(text[i])))
			fail_msg("noise: %s", text[i]);
}

static void
noise_in_keys(void **state)
{
	(void)state;
	KEY("ข่าวหนึ่ง\nอ่าน 2,966\nจบ", "ข่าวหนึ่งจบ");
	KEY("ข่าวหนึ่ง\r\n\r\nRelated Posts\r\n", "ข่าวหนึ่ง");
	/* glued to the last sentence, also when noise follows */
	KEY("อบรมเจ้าหน้าที่ อ่าน 1,204", "อบรมเจ้าหน้าที่");
	KEY("อบรมเจ้าหน้าที่ อ่าน 1,204\nล่าสุด\n", "อบรมเจ้าหน้าที่");
	KEY("ข่าว จำนวนคนอ่าน 1,000 คน จำนวนคนโหวต 2 คน", "ข่าว");
	KEY("ข่าว\nThis site uses Akismet to reduce spam. Learn how your comment data "
	    "is "
	    "processed.",
	    "ข่าว");
	KEY("เปิดประตูระบายน้ำ\nอัปเดตล่าสุด 5 นาทีที่แล้ว", "เปิดประตูระบายน้ำ");
	KEY("เปิดประตูระบายน้ำ ปรับปรุงล่าสุด 27 พ.ย. 69 เวลา 10.23 น.", "เปิดประตูระบายน้ำ");
	KEY("เปิดประตูระบายน้ำ updated 2 hours ago", "เปิดประตูระบายน้ำ");
	KEY("ขณะนี้เวลา 10:23:45 น.\nเปิดประตูระบายน้ำ", "เปิดประตูระบายน้ำ");
	/* when something happened is told */
	KEY("เขื่อนเปิดประตูระบายน้ำ เมื่อ 5 นาทีที่แล้ว", "เขื่อนเปิดประตูระบายน้ำเมื่อ5นาทีที่แล้ว");
	KEY("เริ่มงาน\nเวลา 10.30 น.", "เริ่มงานเวลา1030น");
	/* inside the text they are text */
	KEY("ให้เด็ก อ่าน 10 เล่ม", "ให้เด็กอ่าน10เล่ม");
	KEY("เด็ก อ่าน 10\nเล่มจบ", "เด็กอ่าน10เล่มจบ");
	KEY("นิทรรศการ ผู้ชม 500", "นิทรรศการผู้ชม500");
	/* numbers tell documents apart */
	KEY("ประกาศ ฉบับที่ ๑", "ประกาศฉบับที่1");
	/* pieces that only read as noise when joined: the key of a key is the key */
	KEY("ล่า\nสุด", "");
	KEY("ล่า.สุด", "");
}

/* DOMAIN.md 6.2: copies that a reader takes for the same text have one key. */
static void
copies(void **state)
{
	const char *a = "เมื่อ ๗ มกราคม ๒๕๖๙ หัวหน้างานพัสดุและซ่อมบำรุง "
			"สำนักงานตัวอย่าง เปิดโครงการปลูกต้นไม้ริมถนนสายใหม่ที่";
	const char *b = "เมื่อ 7 มกราคม 2569  หัว หน้างานพัสดุ" E E "ละซ่อมบำรุง "
			"ส" NIKH AA "นักงาน" ZWSP
			"ตัวอย่าง เปิดโครงการปลูกต้นไม้ริมถนนสายใหม่ที" II EK " อ่าน 1,204";
	struct rk_buf ka, kb;

	(void)state;
	rk_buf_init(&ka, 4096);
	rk_buf_init(&kb, 4096);
	assert_int_equal(rk_thai_key(rk_str(a), &ka), 0);
	assert_int_equal(rk_thai_key(rk_str(b), &kb), 0);
	assert_string_equal(ka.p, kb.p);
	rk_buf_release(&ka);
	rk_buf_release(&kb);
}

static void
digits(void **state)
{
	(void)state;
	check(rk_thai_digits, "๐๑๒๓๔๕๖๗๘๙ ก\xC2\xA0ข ที่ 5", "0123456789 ก ข ที่ 5",
	    __LINE__);
	check(rk_thai_digits, "", "", __LINE__);
	check(rk_thai_digits, "é", "é", __LINE__);
}

static void
full_buffers(void **state)
{
	struct rk_buf out;

	(void)state;
	rk_buf_init(&out, 10);
	assert_int_equal(rk_thai_repair(RK_STR("กขคง"), &out), -1);
	rk_buf_reset(&out);
	assert_int_equal(rk_thai_repair(RK_STR("cafe\xCC\x81 cafe"), &out), 0);
	rk_buf_reset(&out);
	assert_int_equal(rk_thai_repair(RK_STR("cafe\xCC\x81 cafe au lait"), &out), -1);
	rk_buf_reset(&out);
	assert_int_equal(rk_buf_adds(&out, "1234"), 0);
	assert_int_equal(rk_thai_key(RK_STR("abcd efgh"), &out), -1);
	assert_int_equal(out.n, 4); /* nothing of it is left */
	rk_buf_reset(&out);
	assert_int_equal(rk_buf_adds(&out, "1234"), 0);
	assert_int_equal(rk_thai_key(RK_STR("A b c"), &out), 0);
	assert_string_equal(out.p, "1234abc");
	rk_buf_release(&out);
}

/* Names as a dictionary has them: by consonants first, whatever is written before them. */
static void
names_in_order(void **state)
{
	static const char *const sorted[] = {"", "Krabi", "nan", "กระบี่", "กรุงเทพมหานคร",
	    "กาญจนบุรี", "เชียงราย", "เชียงใหม่", "น่าน", "แพร่", "ลำพูน", "เลย", "สงขลา", "อุบลราชธานี",
	    "แ"};

	(void)state;
	for (size_t i = 0; i < COUNT(sorted); i++)
		for (size_t k = 0; k < COUNT(sorted); k++) {
			int d = rk_thai_compare(rk_str(sorted[i]), rk_str(sorted[k]));

			if ((d > 0) - (d < 0) != (i > k) - (i < k))
				fail_msg("\"%s\" and \"%s\": %d", sorted[i], sorted[k], d);
		}
	/* tones only where all else is equal, and never taken for the same */
	assert_true(rk_thai_compare(RK_STR("ป่า"), RK_STR("ปาก")) < 0);
	assert_true(rk_thai_compare(RK_STR("ปา"), RK_STR("ป่า")) < 0);
	assert_true(rk_thai_compare(RK_STR("ป่า"), RK_STR("ป้า")) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_in_order),
	    cmocka_unit_test(what_is_right_stays),
	    cmocka_unit_test(sara_am),
	    cmocka_unit_test(order_of_marks),
	    cmocka_unit_test(repeats),
	    cmocka_unit_test(sara_ae),
	    cmocka_unit_test(lakkhangyao),
	    cmocka_unit_test(invisible),
	    cmocka_unit_test(composed),
	    cmocka_unit_test(old_fonts),
	    cmocka_unit_test(keys),
	    cmocka_unit_test(noise_lines),
	    cmocka_unit_test(noise_in_keys),
	    cmocka_unit_test(copies),
	    cmocka_unit_test(digits),
	    cmocka_unit_test(full_buffers),
	};

	rk_thai_warm();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
