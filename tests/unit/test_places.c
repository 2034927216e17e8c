/*
 * Which provinces a text names: the cases of tests/data/province_cases.tsv and more for
 * each rule of DOMAIN.md 2.2, the output, and that time grows with the text.
 */
#include <ruamkhao/buf.h>
#include <ruamkhao/normalise.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "growth.h"

static const struct {
	const char *text;
	const char *codes; /* "-": none */
} cases[] = {
    /* cues, also inside titles and behind other words */
    {"ที่จ.ภูเก็ต", "TH-83"},
    {"ผู้ว่าฯ แพร่ ลงพื้นที่", "TH-54"},
    {"สสจ.น่าน รายงาน", "TH-55"},
    {"สนง.ปภ.ตรัง", "TH-92"},
    {"เทศบาลเมืองสระแก้ว", "TH-27"},
    {"วิทยาเขตตรัง", "TH-92"},
    {"โรงพยาบาลจังหวัดเลย", "TH-42"},
    {"จังหวัดเลยได้รับรางวัล", "TH-42"},
    {"จังหวัดร้อยเอ็ดรายงานสถานการณ์", "TH-45"},
    {"จังหวัดน่านน้ำท่วมหนัก", "TH-55"},
    {"จังหวัดน่านอนุมัติงบประมาณ", "TH-55"},
    {"จังหวัดแพร่งดเผา", "TH-54"},
    {"จังหวัดตากอากาศหนาว", "TH-63"},
    {"จังหวัดยะลากำหนดจัดงาน", "TH-95"},
    {"จังหวัดพังงานำร่อง", "TH-82"},
    {"สำนักงานเขตพื้นที่การศึกษาประถมศึกษาแพร่ เขต 1", "TH-54"},
    {"พื้นที่จังหวัด แพร่", "TH-54"},
    {"ชาวบ้านเชียงใหม่ร้องทุกข์", "TH-50"},
    {"ชาวน่านร่วมงาน", "TH-55"},
    {"จังหวัด\xc2\xa0ตราด เปิดงาน", "TH-23"},
    /* districts */
    {"อำเภอเมืองเพชรบูรณ์", "TH-67"},
    {"เมืองเพชรบูรณ์", "TH-67"},
    {"อำเภอเมืองเพชรบุรี", "TH-76"},
    {"อ.เมืองกาญจน์", "TH-71"},
    {"อำเภอเมืองจันทบุรี", "TH-22"},
    {"อำเภอเมืองชลบุรี", "TH-20"},
    {"อำเภอพระนครศรีอยุธยา", "TH-14"},
    {"อำเภอแม่สาย จังหวัดเชียงราย", "TH-57"},
    {"อำเภอศรีเชียงใหม่", "-"},
    {"อำเภอโพธิ์ตาก จ.หนองคาย", "TH-43"},
    {"ต.เชียงใหม่ อ.โพธิ์ชัย จ.ร้อยเอ็ด", "TH-45"},
    {"อำเภอเฉลิมพระเกียรติ จังหวัดน่าน", "TH-55"},
    /* no evidence */
    {"76 จังหวัดเลย", "-"},
    {"ไปทั้งจังหวัดเลย", "-"},
    {"ทุกจังหวัดแพร่ภาพสด", "-"},
    {"ต่างจังหวัดตากแดด", "-"},
    {"หลายจังหวัดแพร่ระบาด", "-"},
    {"ชาวเลยังคงเดือดร้อน", "-"},
    {"ประชาชนแพร่ข่าว", "-"},
    {"ได้ตรงและเร็ว", "-"},
    {"ถนนนครราชสีมา", "-"},
    {"ถ.นครปฐม แขวงจิตรลดา", "-"},
    {"อบต.สระแก้ว", "-"},
    {"เทศบาลตำบลสระแก้ว", "-"},
    {"บมจ.ธนาคารกรุงเทพ", "-"},
    {"รพ.เชียงใหม่", "-"},
    {"มหาวิทยาลัยเชียงใหม่", "-"},
    {"นางสาวสมศรี ณ ลำปาง", "-"},
    {"ดร. สมชาย ณ เชียงใหม่", "-"},
    {"ประชุม ณ เชียงใหม่", "TH-50"},
    {"นายกรัฐมนตรีลงพื้นที่ ณ เชียงใหม่", "TH-50"},
    {"คณะกรรมการ", "-"},
    {"(ตรัง)", "-"},
    {"แพร่ น่าน", "-"},
    {"", "-"},
    {" ", "-"},
    /* lists */
    {"3 จังหวัด ได้แก่ แพร่ น่าน พะเยา", "TH-54,TH-55,TH-56"},
    {"ใน 3 จังหวัด แพร่ น่าน พะเยา", "TH-54,TH-55,TH-56"},
    {"พื้นที่จังหวัดแพร่และน่านได้รับผลกระทบ", "TH-54,TH-55"},
    {"จังหวัดเชียงราย, พะเยา, แพร่, น่าน", "TH-54,TH-55,TH-56,TH-57"},
    {"จ.น่าน แพร่ และเลย", "TH-42,TH-54,TH-55"},
    {"จังหวัดเชียงใหม่ เลยได้พบกัน", "TH-50"},
    {"จังหวัดระนองและน่านน้ำใกล้เคียง", "TH-85"},
    {"ภูเก็ต พังงา กระบี่", "TH-81,TH-82,TH-83"},
    {"กระบี่ พังงา", "-"},
    {"(กระบี่ ตรัง)", "TH-81,TH-92"},
    {"(จังหวัดกระบี่ ตรัง)", "TH-81,TH-92"},
    {"สตูล จังหวัดกระบี่ ตรัง", "TH-81,TH-92"},
    {"จังหวัดกระบี่ จ.ตรัง และ จังหวัดสตูล", "TH-81,TH-91,TH-92"},
    {"สมุทรปราการ นนทบุรี ปทุมธานี และกรุงเทพมหานคร", "TH-10,TH-11,TH-12,TH-13"},
    /* spellings that are repaired first */
    {"จังหวัดเเพร่ จังหวัดลําปาง", "TH-52,TH-54"},
    {"จังหวัด\xe2\x80\x8bน่าน", "TH-55"},
    {"จังหวัดสุราษฏร์ธานี", "TH-84"},
    /* Latin script */
    {"Chiang Mai and PHUKET", "TH-50,TH-83"},
    {"Nan Province", "TH-55"},
    {"province of Trang", "TH-92"},
    {"my nan, a surat shop", "-"},
    {"Bangkok Bank, Chiang Mai University", "-"},
    {"Bangkokians", "-"},
    /* bytes that are no text */
    {"\xff\xe0\xb8จังหวัดแพร่\xe0", "TH-54"},
};

static const char *
places(struct rk_str text, struct rk_buf *out)
{
	rk_buf_reset(out);
	assert_int_equal(rk_places(text, out), 0);
	return out->n > 0 ? out->p : "-";
}

static void
cases_hold(void **state)
{
	struct rk_buf out;
	unsigned bad = 0;

	(void)state;
	rk_buf_init(&out, 4096);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = places(rk_str(cases[i].text), &out);

		if (strcmp(got, cases[i].codes) != 0) {
			print_error("%s: got %s, want %s\n", cases[i].text, got,
			    cases[i].codes);
			bad++;
		}
	}
	rk_buf_release(&out);
	assert_int_equal(bad, 0);
}

static unsigned
rows_of(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[4096];
	unsigned bad = 0, rows = 0;
	struct rk_buf out;

	assert_non_null(f);
	rk_buf_init(&out, 4096);
	assert_non_null(fgets(line, sizeof(line), f)); /* the heading */
	while (fgets(line, sizeof(line), f) != NULL) {
		char *want = strchr(line, '\t');
		const char *got;

		assert_non_null(want);
		*want++ = '\0';
		want[strcspn(want, "\t\n")] = '\0'; /* why, if it is there */
		got = places(rk_str(line), &out);
		if (strcmp(got, want) != 0) {
			print_error("%s: got %s, want %s\n", line, got, want);
			bad++;
		}
		rows++;
	}
	(void)fclose(f);
	rk_buf_release(&out);
	assert_int_equal(bad, 0);
	return rows;
}

static void
the_table_holds(void **state)
{
	(void)state;
	assert_int_equal(rows_of(RK_TEST_DATA "/data/province_cases.tsv"), 74);
	assert_true(rows_of(RK_TEST_DATA "/data/place_cases_more.tsv") > 150);
}

/* Every province by its full name with a cue, and where it may, bare. */
static void
every_province(void **state)
{
	static const struct {
		const char *name;
		unsigned code;
		bool bare;
	} all[] = {{"กรุงเทพมหานคร", 10, true}, {"สมุทรปราการ", 11, true},
	    {"นนทบุรี", 12, true}, {"ปทุมธานี", 13, true}, {"พระนครศรีอยุธยา", 14, true},
	    {"อ่างทอง", 15, false}, {"ลพบุรี", 16, true}, {"สิงห์บุรี", 17, true},
	    {"ชัยนาท", 18, false}, {"สระบุรี", 19, true}, {"ชลบุรี", 20, true},
	    {"ระยอง", 21, true}, {"จันทบุรี", 22, true}, {"ตราด", 23, false},
	    {"ฉะเชิงเทรา", 24, true}, {"ปราจีนบุรี", 25, true}, {"นครนายก", 26, true},
	    {"สระแก้ว", 27, false}, {"นครราชสีมา", 30, true}, {"บุรีรัมย์", 31, true},
	    {"สุรินทร์", 32, false}, {"ศรีสะเกษ", 33, true}, {"อุบลราชธานี", 34, true},
	    {"ยโสธร", 35, true}, {"ชัยภูมิ", 36, false}, {"อำนาจเจริญ", 37, false},
	    {"บึงกาฬ", 38, true}, {"หนองบัวลำภู", 39, true}, {"ขอนแก่น", 40, false},
	    {"อุดรธานี", 41, true}, {"เลย", 42, false}, {"หนองคาย", 43, true},
	    {"มหาสารคาม", 44, true}, {"ร้อยเอ็ด", 45, false}, {"กาฬสินธุ์", 46, true},
	    {"สกลนคร", 47, true}, {"นครพนม", 48, false}, {"มุกดาหาร", 49, false},
	    {"เชียงใหม่", 50, true}, {"ลำพูน", 51, false}, {"ลำปาง", 52, true},
	    {"อุตรดิตถ์", 53, true}, {"แพร่", 54, false}, {"น่าน", 55, false},
	    {"พะเยา", 56, false}, {"เชียงราย", 57, true}, {"แม่ฮ่องสอน", 58, true},
	    {"นครสวรรค์", 60, true}, {"อุทัยธานี", 61, true}, {"กำแพงเพชร", 62, false},
	    {"ตาก", 63, false}, {"สุโขทัย", 64, false}, {"พิษณุโลก", 65, false},
	    {"พิจิตร", 66, false}, {"เพชรบูรณ์", 67, true}, {"ราชบุรี", 70, false},
	    {"กาญจนบุรี", 71, true}, {"สุพรรณบุรี", 72, true}, {"นครปฐม", 73, true},
	    {"สมุทรสาคร", 74, true}, {"สมุทรสงคราม", 75, true}, {"เพชรบุรี", 76, false},
	    {"ประจวบคีรีขันธ์", 77, true}, {"นครศรีธรรมราช", 80, true}, {"กระบี่", 81, false},
	    {"พังงา", 82, false}, {"ภูเก็ต", 83, true}, {"สุราษฎร์ธานี", 84, true},
	    {"ระนอง", 85, false}, {"ชุมพร", 86, false}, {"สงขลา", 90, false},
	    {"สตูล", 91, false}, {"ตรัง", 92, false}, {"พัทลุง", 93, true},
	    {"ปัตตานี", 94, false}, {"ยะลา", 95, false}, {"นราธิวาส", 96, false}};
	static const char *const cues[] = {
	    "จังหวัด", "จ.", "จ. ", "อำเภอเมือง", "ผู้ว่าราชการจังหวัด", "ชาว", "อบจ."};
	struct rk_buf out;

	(void)state;
	assert_int_equal(sizeof(all) / sizeof(all[0]), 77);
	rk_buf_init(&out, 4096);
	for (size_t i = 0; i < 77; i++) {
		char text[256], want[8];

		(void)snprintf(want, sizeof(want), "TH-%02u", all[i].code);
		for (size_t c = 0; c < sizeof(cues) / sizeof(cues[0]); c++) {
			(void)snprintf(
			    text, sizeof(text), "ที่%s%s จัดงาน", cues[c], all[i].name);
			if (strcmp(places(rk_str(text), &out), want) != 0)
				fail_msg("%s: %s", text, out.n > 0 ? out.p : "-");
		}
		(void)snprintf(text, sizeof(text), "งานที่%sวันนี้", all[i].name);
		if (strcmp(places(rk_str(text), &out), all[i].bare ? want : "-") != 0)
			fail_msg("%s: %s", text, out.n > 0 ? out.p : "-");
	}
	rk_buf_release(&out);
}

/* Codes once and in order whatever the order of the names; appended; a full buffer. */
static void
output(void **state)
{
	struct rk_buf out;

	(void)state;
	rk_buf_init(&out, 64);
	assert_int_equal(rk_buf_adds(&out, "x:"), 0);
	assert_int_equal(rk_places(RK_STR("จ.ยะลา จ.แพร่ จ.ยะลา กทม."), &out), 0);
	assert_string_equal(out.p, "x:TH-10,TH-54,TH-95");
	assert_int_equal(rk_places(RK_STR("ไม่มี"), &out), 0);
	assert_string_equal(out.p, "x:TH-10,TH-54,TH-95");
	rk_buf_release(&out);
	rk_buf_init(&out, 8);
	assert_int_equal(rk_places(RK_STR("จ.ยะลา จ.แพร่"), &out), -1);
	assert_true(out.full);
	rk_buf_release(&out);
	/* The tables may go and come again. */
	rk_places_release();
	rk_places_release();
	rk_places_warm();
	rk_places_warm();
	rk_buf_init(&out, 64);
	assert_int_equal(rk_places(RK_STR("จ.ยะลา"), &out), 0);
	assert_string_equal(out.p, "TH-95");
	rk_buf_release(&out);
}

static double
cost(const void *unit, size_t size)
{
	size_t n = strlen(unit), full = size / n * n;
	char *text = malloc(full);
	double began;
	struct rk_buf out;

	assert_non_null(text);
	for (size_t i = 0; i < full; i += n)
		memcpy(text + i, unit, n);
	rk_buf_init(&out, 4096);
	began = growth_clock();
	(void)places((struct rk_str){text, full}, &out);
	began = growth_clock() - began;
	rk_buf_release(&out);
	free(text);
	return began;
}

static void
time_grows_with_the_text(void **state)
{
	static const char *const units[] = {"แพร่", "จังหวัดแพร่ น่าน ", "อำเภอเมืองเพชร",
	    "นายสมชาย ณ เชียงใหม่", "ณ เชียงใหม่ ", "(แพร่ ", "เมืองจันท", "a", "\xe0\xb8",
	    " ", "พระนครศรี", "จังหวัด "};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		growth_is_linear(units[i], cost, units[i], 2 << 20);
}

static int
teardown(void **state)
{
	(void)state;
	rk_places_release();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_holds),
	    cmocka_unit_test(cases_hold),
	    cmocka_unit_test(every_province),
	    cmocka_unit_test(output),
	    cmocka_unit_test(time_grows_with_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
