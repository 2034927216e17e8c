/*
 * The counters and boilerplate of DOMAIN.md 5, as they look in a compare key: no
 * spaces, no punctuation, lower case, ASCII digits.
 */
#include "thai_int.h"

#include <string.h>

enum kind {
	WORDS, /* noise by itself */
	SHARE, /* names of networks: noise where two stand together */
	SCORE, /* a number may follow, with a unit */
	COUNT, /* a number must follow, with or without a unit */
	TALLY  /* the same, and nobody ends a sentence with it */
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

/* The item at the front of s, number and unit included: its length, 0 for none. */
static size_t
take(struct rk_str s, enum kind *kind)
{
	size_t n, number;

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (!rk_str_starts(s, items[i].key))
			continue;
		n = strlen(items[i].key);
		*kind = items[i].kind;
		if (*kind == WORDS || *kind == SHARE)
			return n;
		number = digits(rk_str_from(s, n));
		if (number > 0)
			return n + number + unit(rk_str_from(s, n + number));
		if (*kind == SCORE)
			return n;
	}
	return 0;
}

bool
rk_thai_noise(struct rk_str key, bool trailing)
{
	size_t shares = 0, others = 0, n;
	enum kind kind = WORDS;

	while (key.n > 0) {
		if ((n = take(key, &kind)) == 0 || (trailing && kind != TALLY))
			return false;
		if (kind == SHARE)
			shares++;
		else
			others++;
		key = rk_str_from(key, n);
	}
	return others > 0 || shares > 1;
}
