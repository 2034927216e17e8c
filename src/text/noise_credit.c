/*
 * Who wrote it: labels before a name, words behind it. "ข่าว และภาพโดย : นาย ก ข",
 * "ทีมข่าวภูมิภาค/รายงาน", "ผู้เขียน: ก ข จาก สำนักงานจังหวัด".
 */
#include "noise_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>

#include <string.h>

#define LABEL_MAX 90  /* bytes of what stands before a colon */
#define NAME_MAX  240 /* bytes of a name */

/* Labels as compare keys. */
static const char *const labels[] = {"ผู้เขียน", "เขียนโดย", "เขียน", "ผู้เรียบเรียง",
    "เรียบเรียง", "เรียบเรียงโดย", "โดย", "ข่าวโดย", "ภาพโดย", "ข่าวและภาพโดย", "ข่าวภาพโดย",
    "ภาพข่าวโดย", "ภาพและข่าวโดย", "ข่าวภาพ", "ภาพข่าว", "ข่าวและภาพ", "ภาพและข่าว", "ผู้สื่อข่าว",
    "ผู้รายงาน", "รายงาน", "รายงานโดย", "รายงานข่าวโดย", "ผู้โพสต์", "โพสต์โดย", "ผู้ลงข่าว",
    "ลงข่าวโดย", "ผู้ลงประกาศ", "เผยแพร่โดย", "ผู้เผยแพร่", "ผู้จัดทำ", "จัดทำโดย", "ข้อมูลโดย",
    "ข้อมูลและภาพโดย", "author", "by", "writtenby", "postedby", "reportedby", "reporter",
    "editor", NULL};

/* The same where no colon is needed behind them; the longest first. */
static const char *const openings[] = {"ข่าว และภาพโดย", "ข่าวและภาพโดย", "ภาพและข่าวโดย",
    "ภาพ/ข่าวโดย", "ข่าว/ภาพโดย", "เรียบเรียงโดย", "รายงานโดย", "เผยแพร่โดย", "โพสต์โดย",
    "เขียนโดย", "ลงข่าวโดย", "จัดทำโดย", "ข่าวโดย", "ภาพโดย", "Written by ", "Posted by ",
    NULL};

/* After a lone "by" a sentence may go on: a name must follow. */
static const char *const persons[] = {"นาย", "นาง", "น.ส.", "ดร.", "ว่าที่", "พ.ต.",
    "พ.จ.", "พ.อ.", "ส.ต.", "ด.ต.", "ร.ต.", "ร.ท.", "ร.อ.", "จ.ส.", "พล.", "ผศ.", "รศ.",
    "Mr", "Mrs", "Ms", NULL};

/* What stands behind a name. */
static const char *const closings[] = {"/รายงาน", "/ รายงาน", "/ข่าว", "/ภาพ", "/ภาพข่าว",
    "/ภาพ-ข่าว", "/ข่าว-ภาพ", "/ข่าว/ภาพ", "/ภาพ/ข่าว", "/เรียบเรียง", ": รายงาน", ":รายงาน",
    NULL};

static bool
is_label(struct rk_str text)
{
	struct rk_buf b;
	struct rk_str key;
	bool yes = false;

	if (text.n == 0 || text.n > LABEL_MAX)
		return false;
	rk_buf_init(&b, 1024);
	key = rk_noise_key(text, &b);
	for (size_t i = 0; labels[i] != NULL && !yes; i++)
		yes = rk_str_is(key, labels[i]);
	rk_buf_release(&b);
	return yes;
}

/* The white space at s: bytes. */
static size_t
gap(struct rk_str s)
{
	if (s.n > 0 && (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r')))
		return 1;
	return rk_str_starts(s, "\xC2\xA0") ? 2 : 0;
}

/* Up to the first of the words that begin something else, with a space before each. */
static struct rk_str
until(struct rk_str s, const char *const *words)
{
	for (size_t i = 1; i < s.n; i++) {
		struct rk_str rest = rk_str_from(s, i);
		size_t n = gap(rest);

		for (size_t k = 0; n > 0 && words[k] != NULL; k++)
			if (rk_str_starts(rk_str_from(rest, n), words[k]))
				return rk_strn(s.p, i);
	}
	return s;
}

static struct rk_str
strip(struct rk_str s)
{
	for (;;) {
		size_t n = s.n;

		s = rk_noise_trim(s);
		while (s.n > 0 && strchr("-:|/,;", s.p[s.n - 1]) != NULL)
			s.n--;
		while (s.n > 0 && strchr("-:|/,;", s.p[0]) != NULL)
			s = rk_str_from(s, 1);
		if (s.n == n)
			return s;
	}
}

/* Is it a name at all? Accounts that nobody is called are none. */
static bool
is_name(struct rk_str s)
{
	static const char *const nobody[] = {"admin", "administrator", "webmaster",
	    "root", "user", "editor", "superuser", "super user", "ผู้ดูแลระบบ",
	    "ผู้ดูแลเว็บไซต์", "แอดมิน", NULL};
	bool letter = false;

	if (s.n == 0 || s.n > NAME_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		letter = letter || (unsigned char)s.p[i] >= 0x80 ||
			 ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z');
	for (size_t i = 0; nobody[i] != NULL; i++)
		if (rk_str_iis(s, nobody[i]))
			return false;
	return letter;
}

static bool
is_by(struct rk_str line, struct rk_str *rest)
{
	if (rk_str_starts(line, "โดย "))
		*rest = rk_noise_trim(rk_str_from(line, strlen("โดย ")));
	else if (rk_str_istarts(line, "by ") && line.n <= 80)
		*rest = rk_str_from(line, 3);
	else
		return false;
	if (rk_str_istarts(line, "by ") || rk_noise_is_unit(*rest))
		return true;
	for (size_t i = 0; persons[i] != NULL; i++)
		if (rk_str_starts(*rest, persons[i]))
			return true;
	return false;
}

struct rk_str
rk_credit_name(struct rk_str line, bool bare)
{
	static const char *const ends[] = {
	    "จาก ", "จาก\xC2\xA0", "| ", "เมื่อ", "วันที่", NULL};
	struct rk_str name = rk_noise_trim(line), none = {"", 0}, rest;
	size_t colon;
	bool said = false;

	if (name.n == 0 || name.n > RK_NOISE_LINE)
		return none;
	colon = rk_str_chr(name, ':');
	if (colon != SIZE_MAX && is_label(rk_strn(name.p, colon))) {
		name = rk_str_from(name, colon + 1);
		said = true;
	}
	for (size_t i = 0; openings[i] != NULL && !said; i++)
		if (rk_str_istarts(name, openings[i])) {
			name = rk_str_from(name, strlen(openings[i]));
			said = true;
		}
	if (!said && is_by(name, &rest)) {
		name = rest;
		said = true;
	}
	if (!said && bare && rk_str_starts(name, "โดย") &&
	    gap(rk_str_from(name, strlen("โดย"))) > 0)
		name = rk_str_from(name, strlen("โดย"));
	for (size_t i = 0; closings[i] != NULL; i++)
		if (rk_str_ends(name, closings[i])) {
			name.n -= strlen(closings[i]);
			said = true;
		}
	if (!said && !bare)
		return none;
	name = strip(until(name, ends));
	return is_name(name) && !is_label(name) ? name : none;
}

bool
rk_credit_is_unit(struct rk_str name)
{
	return rk_noise_is_unit(name);
}
