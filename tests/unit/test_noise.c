/*
 * Lines of a page that are not its text: each kind is cut where it stands, and what
 * only looks like one stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/noise.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "growth.h"

#define NOW 1795219200

#define TEXT                                                                                                                                                                                                       \
	"สำนักงานจังหวัดจัดกิจกรรมปลูกต้นไม้ริมคลอง มีประชาชนร่วมงานจำนวนมาก " \
	"และจะจัดอีกครั้งในเดือนหน้า ขอเชิญทุกท่านร่วมงานโดยพร้อมเพรียงกัน "       \
	"ผู้สนใจติดต่อได้ทุกวันในเวลาราชการ"

/* Lines parted by "\n"; those that begin with "-" must be cut, with ">" are links, with
 * "+" have some. */
static void
cut(const char *text, const struct rk_line_facts *facts, struct rk_line_found *found)
{
	static const struct rk_line_facts none;
	struct rk_str rest = rk_str(text), one;
	struct rk_line lines[64];
	bool wanted[64];
	size_t n = 0;

	while (rk_str_split(&rest, '\n', &one)) {
		assert_true(n < 64);
		wanted[n] = one.n > 0 && one.p[0] == '-';
		lines[n] = (struct rk_line){.text = rk_str_from(one, one.n > 0), .cut = true};
		if (lines[n].text.n > 0 && lines[n].text.p[0] == '>') {
			lines[n].text = rk_str_from(lines[n].text, 1);
			lines[n].linked = true;
		} else if (lines[n].text.n > 0 && lines[n].text.p[0] == '+') {
			lines[n].text = rk_str_from(lines[n].text, 1);
			lines[n].links = true;
		}
		n++;
	}
	rk_noise_cut(lines, n, facts != NULL ? facts : &none, NOW, RK_BANGKOK, found);
	for (size_t i = 0; i < n; i++)
		if (lines[i].cut != wanted[i])
			fail_msg("line %zu is %s: %.*s", i,
			    lines[i].cut ? "cut" : "kept", RK_FMT(lines[i].text));
}

static void
plain_lines(void **state)
{
	struct rk_line_found found;

	(void)state;
	cut("-อ่าน 2,966\n-จำนวนคนอ่าน 12 คน\n=" TEXT "\n-***************\n-- - - -\n"
	    "=" TEXT "\n-Related Posts\n->ข่าวอื่น\n->ข่าวอื่นอีก\n=ไม่ใช่ลิงก์ และเป็นเนื้อหา\n"
	    "-ข่าวล่าสุด\n-จำนวนคนอ่าน 0 คน จำนวนคนโหวต 0 คน\n"
	    "-comments powered by Disqus",
	    NULL, &found);
	/* pauses and prices are no rules, nor is a list of links under a sentence */
	cut("=" TEXT "\n=...\n=ราคา 12 บาท\n=อ่านรายละเอียดที่นี่\n=>เอกสารแนบ\n=" TEXT, NULL,
	    &found);
	assert_int_equal(found.author.n, 0);
	assert_int_equal(found.date.n, 0);
}

static void
above_the_text(void **state)
{
	static const struct rk_line_facts facts = {
	    .title = {"ปภ.ชวนประชาชนเตรียมรับมือน้ำท่วมฉับพลันในเขตเทศบาลนครตัวอย่าง",
		sizeof("ปภ.ชวนประชาชนเตรียมรับมือน้ำท่วมฉับพลันในเขตเทศบาลนครตัวอย่าง") - 1}};
	struct rk_line_found found;

	(void)state;
	/* banner and office above the headline, which is broken and spelt out */
	cut("-image banner\n-กรมป้องกันภัย\n-ป้องกันภัยชวนประชาชนเตรียมรับมือน้ำท่วม\n"
	    "-ฉับพลันในเขตเทศบาลนครตัวอย่าง\n-\n-วันที่ 17 มิ.ย. 2563 (จำนวนคนอ่าน 5 คน)\n"
	    "-เขียนโดย: นางสาวสมมติ ดีงาม\n=" TEXT,
	    &facts, &found);
	assert_true(rk_str_is(found.date, "วันที่ 17 มิ.ย. 2563 (จำนวนคนอ่าน 5 คน)"));
	assert_true(rk_str_is(found.author, "นางสาวสมมติ ดีงาม"));
	/* another number is another headline; a sentence is no headline */
	cut("=ปภ.ชวนประชาชนเตรียมรับมือน้ำท่วมฉับพลัน ฉบับที่ 2 ในเขตเทศบาลนครตัวอย่าง\n=" TEXT,
	    &facts, &found);
	cut("=วันที่ 17 มิ.ย. 2563 มีการประชุม\n=" TEXT, &facts, &found);
	cut("=" TEXT "\n=ปภ.ชวนประชาชนเตรียมรับมือน้ำท่วมฉับพลันในเขตเทศบาลนครตัวอย่าง\n=" TEXT,
	    &facts, &found);
}

static void
below_the_text(void **state)
{
	struct rk_line_found found;

	(void)state;
	cut("=" TEXT
	    "\n-\n-******\n-สำนักพัฒนานโยบาย\n-โทร. 0 2345 6789 ต่อ 15\n-จำนวนคนอ่าน 9 คน",
	    NULL, &found);
	assert_true(rk_str_is(found.author, "สำนักพัฒนานโยบาย"));
	cut("=" TEXT "\n-ข่าว และภาพโดย :  นายทดสอบ เขียนดี\n-\n-ป้ายกำกับ\n-ล่าสุด", NULL,
	    &found);
	assert_true(rk_str_is(found.author, "นายทดสอบ เขียนดี"));
	cut("=" TEXT "\n-ทีมข่าวตัวอย่าง/รายงาน\n-Related posts", NULL, &found);
	assert_true(rk_str_is(found.author, "ทีมข่าวตัวอย่าง"));
	/* an office in the text, a number in the text, the only line there is */
	cut("=" TEXT "\n=สำนักงานจังหวัด", NULL, &found);
	cut("=โทร. 0 2345 6789\n=" TEXT, NULL, &found);
	cut("=0 2345 6789", NULL, &found);
	cut("=โดยมีผู้เข้าร่วม 30 คน", NULL, &found);
	cut("=" TEXT "\n=โดยมีผู้เข้าร่วม 30 คน", NULL, &found);
	cut("-\n-  \n=" TEXT "\n=\n=" TEXT "\n-\xC2\xA0\n-", NULL, &found);
}

static void
known_facts(void **state)
{
	static const struct rk_line_facts facts = {.date = {"5 มกราคม 2566", 0},
	    .author = {"งานข่าว", 21},
	    .category = {"ข่าวกิจกรรม", 33}};
	struct rk_line_facts f = facts;
	struct rk_line_found found;

	(void)state;
	f.date = rk_str("5 มกราคม 2566");
	cut("-5 มกราคม 2566 | ข่าวกิจกรรม\n-ข่าวกิจกรรม\n-โพสต์โดย งานข่าว 5 มกราคม "
	    "2566\n=" TEXT "\n-งานข่าว",
	    &f, &found);
	assert_int_equal(found.date.n, 0);
}

static void
credits(void **state)
{
	static const struct {
		const char *line;
		bool bare;
		const char *name;
	} rows[] = {
	    {"ผู้เขียน:  ก ข จาก สำนักงานจังหวัดตัวอย่าง", false, "ก ข"},
	    {"ผู้เขียน:\xC2\xA0ก\xC2\xA0จาก\xC2\xA0สำนักงาน", true, "ก"},
	    {"เขียนโดย นายเอ บี", false, "นายเอ บี"},
	    {"โดย นายเอ บี", false, "นายเอ บี"},
	    {"โดย งานข่าว", true, "งานข่าว"},
	    {"โดย งานข่าว", false, ""},
	    {"โดย", true, ""},
	    {"ทีมข่าว/รายงาน", false, "ทีมข่าว"},
	    {"ภาพ/ข่าว : สมมติ", false, "สมมติ"},
	    {"Written by Somchai | 3 May", false, "Somchai"},
	    {"admin", true, ""},
	    {"2 มกราคม", false, ""},
	    {"123", true, ""},
	    {"หมายเหตุ: เอกสาร", false, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rk_str got = rk_credit_name(rk_str(rows[i].line), rows[i].bare);

		if (!rk_str_is(got, rows[i].name))
			fail_msg("%s gives \"%.*s\"", rows[i].line, RK_FMT(got));
	}
}

static double
cost(const void *text, size_t n)
{
	static const struct rk_line_facts facts = {
	    .title = {"กขคงจฉชซฌญกขคงจฉชซฌญกขคงจฉชซฌญกขคงจฉชซฌญ", 120}};
	struct rk_line *lines = calloc(n, sizeof(*lines));
	struct rk_line_found found;
	double began;

	assert_non_null(lines);
	for (size_t i = 0; i < n; i++)
		lines[i].text = rk_str(text);
	began = growth_clock();
	rk_noise_cut(lines, n, &facts, NOW, RK_BANGKOK, &found);
	began = growth_clock() - began;
	free(lines);
	return began;
}

static void
linear(void **state)
{
	static const char *const texts[] = {"ก ข", "อ่าน 1", "-----", "1", "สำนักงาน"};

	(void)state;
	for (size_t k = 0; k < 5; k++)
		growth_is_linear(texts[k], cost, texts[k], 80000);
}

static void
where_it_is_filed(void **state)
{
	struct rk_line_found found;

	(void)state;
	cut("=" TEXT "\n-+Tags: อบรม, ดูงาน\n-+หมวดหมู่ : ข่าวกิจกรรม\n"
	    "-+This entry was posted in ข่าว by x. Bookmark the permalink.\n"
	    "-+Filed Under: ข่าว",
	    NULL, &found);
	/* without a link, or with another word before the colon, it is text */
	cut("=" TEXT "\n=Tags: อบรม\n=+หมวด 1: บททั่วไป\n=+หมวดหมู่ของรางวัลอยู่ที่นี่\n=" TEXT,
	    NULL, &found);
	/* a number without a label is a counter above the text only */
	cut("-1,204 ครั้ง\n-12 views\n=" TEXT "\n=12 ครั้ง\n=" TEXT, NULL, &found);
	cut("=120 ครั้ง คือจำนวนที่ออกหน่วย\n=" TEXT, NULL, &found);
}

static void
vague_credits(void **state)
{
	struct rk_line_found found;

	(void)state;
	cut("=รายงาน: ฝุ่นละอองเกินมาตรฐานสามอำเภอ\n=" TEXT, NULL, &found);
	assert_int_equal(found.author.n, 0);
	cut("=โดย เทศบาลเมืองเป็นเจ้าภาพจัดงานครั้งนี้และสนับสนุนงบประมาณ\n=" TEXT, NULL,
	    &found);
	assert_int_equal(found.author.n, 0);
	cut("-รายงาน: นายสมมติ ใจดี\n=" TEXT, NULL, &found);
	assert_int_equal(rk_str_is(found.author, "นายสมมติ ใจดี"), 1);
	cut("=" TEXT "\n-รายงาน : สมมติ ใจดี", NULL, &found);
	assert_int_equal(rk_str_is(found.author, "สมมติ ใจดี"), 1);
	/* nobody wrote it, and the line is none the more text */
	cut("-เขียนโดย Super User\n-โดย admin\n=" TEXT, NULL, &found);
	assert_int_equal(found.author.n, 0);
}

static void
name_of_the_site(void **state)
{
#define HEADLINE "เทศบาลตัวอย่างเปิดห้องสมุดประชาชนหลังใหม่ใกล้ตลาดสด"
	struct rk_line_facts facts = {
	    .title = rk_str(HEADLINE " | เทศบาลเมืองตัวอย่าง จังหวัดสมมติ")};
	struct rk_line_found found;

	(void)state;
	cut("-" HEADLINE "\n=" TEXT, &facts, &found);
	assert_int_equal(rk_str_is(found.title, HEADLINE), 1);
	/* the title goes on: the line is a sentence of the text */
	facts.title = rk_str(HEADLINE "และเปิดสนามเด็กเล่นอีกสองแห่งในวันเดียวกัน");
	cut("=" HEADLINE "\n=" TEXT, &facts, &found);
	assert_int_equal(found.title.n, 0);
#undef HEADLINE
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_lines),
	    cmocka_unit_test(above_the_text),
	    cmocka_unit_test(below_the_text),
	    cmocka_unit_test(known_facts),
	    cmocka_unit_test(credits),
	    cmocka_unit_test(linear),
	    cmocka_unit_test(where_it_is_filed),
	    cmocka_unit_test(vague_credits),
	    cmocka_unit_test(name_of_the_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
