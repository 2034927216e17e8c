/*
 * The counters and boilerplate of DOMAIN.md 5, and clocks that run, as they look in a
 * compare key: no spaces, no punctuation, lower case, ASCII digits.
 */
#include "thai_int.h"

#include <string.h>

enum kind {
	WORDS, /* noise by itself */
	SHARE, /* names of networks: noise where two stand together */
	SCORE, /* a number may follow, with a unit */
	COUNT, /* a number must follow, with or without a unit */
	TALLY, /* the same, and nobody ends a sentence with it */
	CLOCK, /* a moment must follow, and nobody ends a sentence with it either */
	AGO    /* "5 minutes ago" by itself */
};

struct item {
	const char *key;
	enum kind kind;
};

/* A key that begins another comes behind it. */
static const struct item items[] = {
    {"จำนวนผู้เข้าชม", TALLY},
    {"จำนวนคนเข้าชม", TALLY},
    {"จำนวนครั้งที่อ่าน", TALLY},
    {"จำนวนผู้อ่าน", TALLY},
    {"จำนวนคนอ่าน", TALLY},
    {"จำนวนคนโหวต", TALLY},
    {"จำนวนผู้ชม", TALLY},
    {"ยอดเข้าชม", TALLY},
    {"ยอดผู้ชม", TALLY},
    {"ผู้เข้าชม", COUNT},
    {"ผู้ชม", COUNT},
    {"ผู้อ่าน", COUNT},
    {"เข้าชมล่าสุด", WORDS},
    {"เข้าชม", TALLY},
    {"เปิดอ่าน", TALLY},
    {"อ่านเพิ่มเติม", WORDS},
    {"อ่านต่อ", WORDS},
    {"อ่านแล้ว", TALLY},
    {"อ่าน", TALLY},
    {"เมื่อสักครู่นี้", WORDS},
    {"เมื่อสักครู่", WORDS},
    {"justnow", WORDS},
    {"ขณะนี้เวลา", CLOCK},
    {"เวลาขณะนี้", CLOCK},
    {"วันเวลาปัจจุบัน", CLOCK},
    {"เวลาปัจจุบัน", CLOCK},
    {"ปรับปรุงล่าสุดเมื่อ", CLOCK},
    {"ปรับปรุงล่าสุด", CLOCK},
    {"ปรับปรุงเมื่อ", CLOCK},
    {"อัปเดตล่าสุดเมื่อ", CLOCK},
    {"อัปเดตล่าสุด", CLOCK},
    {"อัปเดตเมื่อ", CLOCK},
    {"อัพเดตล่าสุดเมื่อ", CLOCK},
    {"อัพเดตล่าสุด", CLOCK},
    {"อัพเดตเมื่อ", CLOCK},
    {"อัพเดทล่าสุดเมื่อ", CLOCK},
    {"อัพเดทล่าสุด", CLOCK},
    {"อัพเดทเมื่อ", CLOCK},
    {"แก้ไขล่าสุดเมื่อ", CLOCK},
    {"แก้ไขล่าสุด", CLOCK},
    {"แก้ไขเมื่อ", CLOCK},
    {"โพสต์เมื่อ", CLOCK},
    {"เผยแพร่เมื่อ", CLOCK},
    {"lastupdated", CLOCK},
    {"lastupdate", CLOCK},
    {"lastmodified", CLOCK},
    {"updated", CLOCK},
    {"posted", CLOCK},
    {"currenttime", CLOCK},
    {"servertime", CLOCK},
    {"ชม", COUNT},
    {"คะแนนโหวต", SCORE},
    {"ข่าวล่าสุด", WORDS},
    {"ล่าสุด", WORDS},
    {"คำค้นหา", WORDS},
    {"ป้ายกำกับ", WORDS},
    {"ร่วมแสดงความคิดเห็น", WORDS},
    {"ให้เรตสมาชิก", WORDS},
    {"relatedposts", WORDS},
    {"relatedpost", WORDS},
    {"readmore", WORDS},
    {"imagebanner", WORDS},
    {"pdfdownload", WORDS},
    {"thissiteusesakismettoreducespam", WORDS},
    {"learnhowyourcommentdataisprocessed", WORDS},
    {"pleaseenablejavascripttoviewthe", WORDS},
    {"commentspoweredbydisqus", WORDS},
    {"blogcommentspoweredbydisqus", WORDS},
    {"visitors", TALLY},
    {"visitor", TALLY},
    {"pageviews", TALLY},
    {"views", TALLY},
    {"hits", COUNT},
    {"facebook", SHARE},
    {"twitter", SHARE},
    {"pinterest", SHARE},
    {"linkedin", SHARE},
};

static const char *const units[] = {
    "คน", "ครั้ง", "คะแนน", "วิว", "views", "view", "times"};

static size_t
digits(struct rk_str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

static size_t
unit(struct rk_str s)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (rk_str_starts(s, units[i]))
			return strlen(units[i]);
	return 0;
}

/* ---- moments */

/* What dates and times of day are printed with, beside digits. Those that begin others
 * stand behind them. */
static const char *const of_moments[] = {"วันที่", "วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี",
    "วันพฤหัส", "วันศุกร์", "วันเสาร์", "วันอาทิตย์", "ที่", "เวลา", "นาฬิกา", "พศ", "คศ", "มกราคม",
    "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "กรกฏาคม", "สิงหาคม",
    "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม", "มค", "กพ", "มีค", "เมย", "พค", "มิย", "กค",
    "สค", "กย", "ตค", "พย", "ธค", "น", "january", "february", "march", "april", "june",
    "july", "august", "september", "october", "november", "december", "jan", "feb",
    "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "am", "pm",
    "at", "on", "gmt", "ict"};

static const char *const spans[] = {"วินาที", "นาที", "ชั่วโมง", "ชม", "วัน", "สัปดาห์", "เดือน",
    "ปี", "seconds", "second", "secs", "sec", "minutes", "minute", "mins", "min",
    "hours", "hour", "hrs", "hr", "days", "day", "weeks", "week", "months", "month",
    "years", "year"};

static const char *const pasts[] = {"ที่แล้ว", "ที่ผ่านมา", "ก่อน", "มาแล้ว", "ago"};

/* The first of the words at the front of s: its length. */
static size_t
word(struct rk_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rk_str_starts(s, words[i]))
			return strlen(words[i]);
	return 0;
}

#define WORD(s, list) word(s, list, sizeof(list) / sizeof(*(list)))

/* "5 minutes ago" at the front of s: its length, 0 for none. */
static size_t
ago(struct rk_str s)
{
	size_t n = rk_str_starts(s, "เมื่อ") ? strlen("เมื่อ") : 0, number, k;

	while ((number = digits(rk_str_from(s, n))) > 0 && number < 4) {
		n += number;
		if ((k = WORD(rk_str_from(s, n), spans)) == 0)
			return 0;
		n += k;
		if ((k = WORD(rk_str_from(s, n), pasts)) > 0)
			return n + k;
	}
	return 0;
}

/* A date, a time of day or how long ago, at the front of s: its length, 0 for none. */
static size_t
moment(struct rk_str s)
{
	size_t n = ago(s), k;
	bool number = false;

	if (n > 0)
		return n;
	for (; n < s.n; n += k) {
		struct rk_str rest = rk_str_from(s, n);

		if ((k = digits(rest)) > 0)
			number = true;
		else if ((k = WORD(rest, of_moments)) == 0)
			break;
	}
	return number ? n : 0;
}

/* Both begin with the same letter: all that is looked at of most. The first two bytes
 * of all Thai ones are the same. */
static bool
same_letter(struct rk_str s, const char *key)
{
	size_t letter = (unsigned char)key[0] == 0xe0 ? 2 : 0;

	return s.n > letter && s.p[0] == key[0] && s.p[letter] == key[letter];
}

/* The item at the front of s, number and unit included: its length, 0 for none. */
static size_t
take(struct rk_str s, enum kind *kind)
{
	size_t n, number;

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (!same_letter(s, items[i].key) || !rk_str_starts(s, items[i].key))
			continue;
		n = strlen(items[i].key);
		*kind = items[i].kind;
		if (*kind == WORDS || *kind == SHARE)
			return n;
		if (*kind == CLOCK) {
			if ((number = moment(rk_str_from(s, n))) > 0)
				return n + number;
			continue;
		}
		number = digits(rk_str_from(s, n));
		if (number > 0)
			return n + number + unit(rk_str_from(s, n + number));
		if (*kind == SCORE)
			return n;
	}
	*kind = AGO;
	return ago(s);
}

bool
rk_thai_noise(struct rk_str key, bool trailing)
{
	size_t shares = 0, others = 0, n;
	enum kind kind = WORDS;

	while (key.n > 0) {
		if ((n = take(key, &kind)) == 0 ||
		    (trailing && kind != TALLY && kind != CLOCK))
			return false;
		if (kind == SHARE)
			shares++;
		else
			others++;
		key = rk_str_from(key, n);
	}
	return others > 0 || shares > 1;
}
