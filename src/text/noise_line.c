/*
 * One line of a page: what it is when it is not the text. Knows no neighbours.
 */
#include "noise_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

#include <stdlib.h>
#include <string.h>

#define NBSP "\xC2\xA0"

struct rk_str
rk_noise_trim(struct rk_str s)
{
	for (;;) {
		size_t n = s.n;

		s = rk_str_trim(s);
		if (rk_str_starts(s, NBSP))
			s = rk_str_from(s, 2);
		if (rk_str_ends(s, NBSP))
			s.n -= 2;
		if (s.n == n)
			return s;
	}
}

struct rk_str
rk_noise_key(struct rk_str line, struct rk_buf *out)
{
	struct rk_buf marked;

	rk_buf_init(&marked, SIZE_MAX / 2);
	(void)rk_buf_adds(&marked, "x ");
	(void)rk_buf_str(&marked, line);
	rk_buf_reset(out);
	(void)rk_thai_key(rk_buf_view(&marked), out);
	rk_buf_release(&marked);
	if (out->n > 0) {
		out->n--;
		memmove(out->p, out->p + 1, out->n + 1);
	}
	return rk_buf_view(out);
}

/* ---- marks and numbers */

bool
rk_noise_is_rule(struct rk_str line)
{
	static const uint32_t drawn[] = {'-', '_', '=', '*', '~', '#', '+', '.', 0xB7,
	    0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2022, 0x2026, 0x2500,
	    0x2501, 0x2550, 0x25CF, 0x25CB, 0x2605, 0x2606};
	size_t marks = 0, dots = 0;
	uint32_t c;

	line = rk_noise_trim(line);
	while (rk_utf8_next(&line, &c)) {
		size_t i = 0;

		if (c == ' ' || c == 0xA0)
			continue;
		while (i < sizeof(drawn) / sizeof(*drawn) && drawn[i] != c)
			i++;
		if (i == sizeof(drawn) / sizeof(*drawn))
			return false;
		marks++;
		dots += c == '.' || c == 0x2026;
	}
	/* "..." is a pause, a row of dots a place to write on or a rule */
	return marks >= 3 && (dots < marks || marks >= 5);
}

/* Length of a word of the list at the front of s, the longest; 0: none. */
static size_t
word_at(struct rk_str s, const char *const *list)
{
	size_t best = 0;

	for (; *list != NULL; list++) {
		size_t n = strlen(*list);

		if (n > best && n <= s.n && rk_str_istarts(s, *list))
			best = n;
	}
	return best;
}

bool
rk_noise_is_phone(struct rk_str line)
{
	static const char *const labels[] = {"โทรศัพท์มือถือ", "โทรศัพท์", "โทรสาร", "โทร",
	    "มือถือ", "แฟกซ์", "แฟ็กซ์", "สายด่วน", "เบอร์", "หมายเลข", "ต่อ", "ถึง", "และ",
	    "หรือ", "tel", "phone", "telephone", "fax", "mobile", "call", "ext", "T",
	    "F", NULL};
	size_t digits = 0, n;

	line = rk_noise_trim(line);
	while (line.n > 0) {
		if (line.p[0] >= '0' && line.p[0] <= '9') {
			digits++;
			n = 1;
		} else if (line.n >= 3 && memcmp(line.p, "\xE0\xB9", 2) == 0 &&
			   (unsigned char)line.p[2] >= 0x90 &&
			   (unsigned char)line.p[2] <= 0x99) {
			digits++; /* a Thai digit */
			n = 3;
		} else if (strchr(" \t\r\n-()./,:;+#&", line.p[0]) != NULL) {
			n = 1;
		} else if (rk_str_starts(line, NBSP)) {
			n = 2;
		} else if (rk_str_starts(line, "–")) {
			n = 3;
		} else {
			n = word_at(line, labels);
		}
		if (n == 0)
			return false;
		line = rk_str_from(line, n);
	}
	return digits >= 7 && digits <= 60;
}

bool
rk_noise_is_unit(struct rk_str line)
{
	static const char *const heads[] = {"สำนัก", "กอง", "กรม", "กลุ่ม", "กระทรวง",
	    "ฝ่าย", "ศูนย์", "งานประชาสัมพันธ์", "ที่ทำการ", "ส่วน", "ส.ปชส.", "สปชส.", "สวท.",
	    "เทศบาล", "องค์การ", "อบต.", "อบจ.", "จังหวัด", "อำเภอ", "คณะกรรมการ", "สถาบัน",
	    "มหาวิทยาลัย", "โรงพยาบาล", "โรงเรียน", "ทีมข่าว", NULL};

	line = rk_noise_trim(line);
	return line.n <= 240 && word_at(line, heads) > 0;
}

/* ---- words */

static bool
is_one(struct rk_str key, const char *const *list)
{
	for (; *list != NULL; list++)
		if (rk_str_is(key, *list))
			return true;
	return false;
}

bool
rk_noise_opens_list(struct rk_str key)
{
	static const char *const heads[] = {"relatedposts", "relatedpost", "related",
	    "relatednews", "relatedarticles", "youmayalsolike", "latestposts",
	    "recentposts", "morenews", "ข่าวที่เกี่ยวข้อง", "เรื่องที่เกี่ยวข้อง", "บทความที่เกี่ยวข้อง",
	    "ข่าวอื่นๆ", "ข่าวล่าสุด", "ล่าสุด", "เข้าชมล่าสุด", "ข่าวอื่นๆที่เกี่ยวข้อง", "ข่าวอื่นๆที่น่าสนใจ",
	    "ข่าวยอดนิยม", "สนใจมากสุดในรอบเดือน", "ป้ายกำกับ", "คำค้นหา", "tags", "tag",
	    "แท็ก", NULL};

	return is_one(key, heads) ||
	       (key.n <= 150 && (rk_str_starts(key, "ข่าวในประเภท") ||
				    rk_str_starts(key, "ข่าวโดยสำนัก")));
}

bool
rk_noise_is_boiler(struct rk_str key)
{
	static const char *const lines[] = {"share", "sharethis", "sharethispost",
	    "แชร์", "แชร์ข่าวนี้", "แชร์หน้านี้", "แบ่งปัน", "tweet", "print", "printpage",
	    "email", "พิมพ์", "พิมพ์หน้านี้", "พิมพ์ข่าวนี้", "ส่งต่อ", "leaveareply",
	    "leaveacomment", "nocomments", "แสดงความคิดเห็น", "แสดงความเห็น",
	    "ไม่มีความคิดเห็น", "กลับหน้าหลัก", "กลับสู่หน้าหลัก", "ย้อนกลับ", "previouspost",
	    "nextpost", "postnavigation", "likethis", "likethisloading",
	    "โหวตคะแนนให้ข่าวบทความนี้", "ไม่พบข้อมูลการโหวต", "fontsize", "ขนาดตัวอักษร",
	    "disqus", "viewthediscussionthread", "ข่าวก่อนหน้า", "ข่าวถัดไป", "เรื่องก่อนหน้า",
	    "เรื่องถัดไป", NULL};

	return is_one(key, lines) || rk_noise_opens_list(key);
}

bool
rk_noise_is_date(struct rk_str key, struct rk_str author, struct rk_str category)
{
	static const char *const words[] = {"มกราคม", "มค", "กุมภาพันธ์", "กุมภาพันธุ์", "กพ",
	    "มีนาคม", "มีค", "เมษายน", "เมย", "พฤษภาคม", "พค", "มิถุนายน", "มิย", "กรกฎาคม",
	    "กรกฏาคม", "กค", "สิงหาคม", "สค", "กันยายน", "กย", "ตุลาคม", "ตค", "พฤศจิกายน",
	    "พฤษจิกายน", "พย", "ธันวาคม", "ธค", "อาทิตย์", "จันทร์", "อังคาร", "พุธ", "พฤหัสบดี",
	    "พฤหัส", "ศุกร์", "เสาร์", "วันที่", "วัน", "ที่", "เมื่อ", "เวลา", "น", "นาฬิกา", "พศ",
	    "คศ", "เผยแพร่", "ประกาศ", "โพสต์", "โพสท์", "ลงข่าว", "ลงประกาศ", "เขียน",
	    "สร้าง", "ปรับปรุง", "แก้ไข", "อัปเดต", "อัพเดท", "อัพเดต", "ข้อมูล", "เนื้อหา", "ข่าว",
	    "ครั้ง", "ล่าสุด", "สุด", "โดย", "january", "jan", "february", "feb", "march",
	    "mar", "april", "apr", "may", "june", "jun", "july", "jul", "august", "aug",
	    "september", "sept", "sep", "october", "oct", "november", "nov", "december",
	    "dec", "monday", "mon", "tuesday", "tue", "wednesday", "wed", "thursday",
	    "thu", "friday", "fri", "saturday", "sat", "sunday", "sun", "posted",
	    "published", "created", "updated", "last", "modified", "date", "on", "at",
	    "by", "am", "pm", NULL};
	size_t digits = 0, names = 0;

	while (key.n > 0) {
		size_t n = 0;

		if (key.p[0] >= '0' && key.p[0] <= '9') {
			digits++;
			n = 1;
		} else if (author.n > 0 && rk_str_starts(key, author.p)) {
			n = author.n;
		} else if (category.n > 0 && rk_str_starts(key, category.p)) {
			n = category.n;
		} else if ((n = word_at(key, words)) > 0) {
			names++;
		}
		if (n == 0)
			return false;
		key = rk_str_from(key, n);
	}
	return digits >= 3 && (names > 0 || digits >= 6);
}

/* ---- headlines */

#define SAME_MAX 600 /* code points of a headline that are compared */

/* Code points of s, at most SAME_MAX + 1. */
static size_t
points(struct rk_str s, uint32_t *out)
{
	size_t n = 0;

	while (n <= SAME_MAX && rk_utf8_next(&s, &out[n]))
		n++;
	return n;
}

/* The longest common subsequence's length. */
static size_t
common(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	uint16_t row[SAME_MAX + 2] = {0};

	for (size_t i = 0; i < n; i++) {
		uint16_t diagonal = 0;

		for (size_t j = 0; j < m; j++) {
			uint16_t above = row[j + 1];

			if (a[i] == b[j])
				row[j + 1] = (uint16_t)(diagonal + 1);
			else if (row[j] > above)
				row[j + 1] = row[j];
			diagonal = above;
		}
	}
	return row[m];
}

static bool
same_digits(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < n && !(a[i] >= '0' && a[i] <= '9'))
			i++;
		while (j < m && !(b[j] >= '0' && b[j] <= '9'))
			j++;
		if (i == n || j == m)
			return i == n && j == m;
		if (a[i++] != b[j++])
			return false;
	}
}

bool
rk_noise_same(struct rk_str a, struct rk_str b)
{
	uint32_t x[SAME_MAX + 1], y[SAME_MAX + 1];
	size_t n, m;

	if (a.n == 0 || b.n == 0)
		return false;
	if (rk_str_eq(a, b))
		return true;
	n = points(a, x);
	m = points(b, y);
	/* short ones differ in what matters; numbers never are a matter of spelling */
	if (n < 30 || m < 30 || n > SAME_MAX || m > SAME_MAX || n * 4 > m * 5 ||
	    m * 4 > n * 5 || !same_digits(x, n, y, m))
		return false;
	return common(x, n, y, m) * 2 * 100 >= (n + m) * 88;
}
