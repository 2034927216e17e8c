/*
 * The words of dates but the months (date_months.c): weekdays, zones, eras, and how
 * words are compared. What they mean in a date is decided elsewhere.
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <string.h>

static const char *const english_days[7] = {
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

static const struct {
	const char *word;
	unsigned day;
} thai_days[] = {{"อาทิตย์", 0}, {"จันทร์", 1}, {"อังคาร", 2}, {"พุธ", 3}, {"พฤหัสบดี", 4},
    {"พฤหัสฯ", 4}, {"พฤหัส", 4}, {"ศุกร์", 5}, {"เสาร์", 6}, {"อาทิตย", 0}, {"จันทร", 1},
    {"ศุกร", 5}, {"เสาร", 6}, {"อา.", 0}, {"จ.", 1}, {"อ.", 2}, {"พฤ.", 4}, {"พ.", 3},
    {"ศ.", 5}, {"ส.", 6}};

/* Hours times 4 east of UTC. North American names as RFC 822 has them; single letters
 * other than Z are UTC (RFC 5322 4.3: they cannot be trusted). */
static const struct {
	char name[8];
	signed char quarters;
} zones[] = {{"z", 0}, {"ut", 0}, {"utc", 0}, {"gmt", 0}, {"wet", 0}, {"ict", 28},
    {"wib", 28}, {"mmt", 26}, {"est", -20}, {"edt", -16}, {"cst", -24}, {"cdt", -20},
    {"mst", -28}, {"mdt", -24}, {"pst", -32}, {"pdt", -28}, {"akst", -36},
    {"akdt", -32}, {"hst", -40}, {"ast", -16}, {"adt", -12}, {"nst", -14}, {"ndt", -10},
    {"brt", -12}, {"art", -12}, {"bst", 4}, {"west", 4}, {"cet", 4}, {"met", 4},
    {"cest", 8}, {"mest", 8}, {"eet", 8}, {"cat", 8}, {"sast", 8}, {"eest", 12},
    {"msk", 12}, {"eat", 12}, {"gst", 16}, {"pkt", 20}, {"ist", 22}, {"npt", 23},
    {"sgt", 32}, {"myt", 32}, {"hkt", 32}, {"pht", 32}, {"awst", 32}, {"wita", 32},
    {"jst", 36}, {"kst", 36}, {"wit", 36}, {"acst", 38}, {"aest", 40}, {"acdt", 42},
    {"aedt", 44}, {"nzst", 48}, {"nzdt", 52}};

static const struct {
	char name[20];
	signed char quarters;
} places[] = {{"asia/bangkok", 28}, {"asia/ho_chi_minh", 28}, {"asia/saigon", 28},
    {"asia/vientiane", 28}, {"asia/phnom_penh", 28}, {"asia/jakarta", 28},
    {"etc/utc", 0}, {"etc/gmt", 0}, {"etc/uct", 0}, {"etc/zulu", 0}};

static const char *const eras[] = {"พุทธศักราช", "คริสต์ศักราช", "คริสตศักราช", "คริศต์ศักราช",
    "พุทธศักราชที่", "ปี", "year", "b.e.", "b.e", "be", "a.d.", "a.d", "ad", "c.e.", "c.e",
    "ce", NULL};

/* The next character of a literal in the folded form. */
unsigned char
rk_date_literal(const char **s)
{
	const unsigned char *u = (const unsigned char *)*s;
	unsigned cp;

	if (u[0] < 0x80) {
		*s += 1;
		return u[0];
	}
	cp = (unsigned)(u[1] & 0x3f) << 6 | (u[2] & 0x3f); /* U+0Exx: 0xe0 first */
	*s += 3;
	return (unsigned char)(cp - 0xe00 + 0xa0);
}

rk_date_at
rk_date_lit(rk_date_at p, const char *utf8)
{
	while (*utf8 != '\0')
		if (*p++ != rk_date_literal(&utf8))
			return NULL;
	return p;
}

/* A word of Latin letters must not go on behind its end. */
static bool
ends_word(rk_date_at end)
{
	return !rk_date_alpha(end[-1]) || !rk_date_alpha(*end);
}

rk_date_at
rk_date_any(rk_date_at p, const char *const *words, int *which)
{
	rk_date_at best = NULL, end;

	for (int i = 0; words[i] != NULL; i++)
		if ((end = rk_date_lit(p, words[i])) != NULL && ends_word(end) &&
		    (best == NULL || end > best)) {
			best = end;
			if (which != NULL)
				*which = i;
		}
	return best;
}

rk_date_at
rk_date_spaces(rk_date_at p)
{
	while (*p == ' ')
		p++;
	return p;
}

rk_date_at
rk_date_num(rk_date_at p, unsigned *value, unsigned *digits)
{
	unsigned v = 0, n = 0;

	for (; n < 9 && rk_date_digit(p[n]); n++)
		v = v * 10 + (unsigned)(p[n] - '0');
	*value = v;
	*digits = n;
	return n > 0 ? p + n : NULL;
}

/* ---- weekdays */

rk_date_at
rk_date_weekday(rk_date_at p, unsigned *day)
{
	rk_date_at q = rk_date_lit(p, "วัน"), end = NULL;

	if (rk_date_alpha(*p)) {
		for (unsigned d = 0; d < 7; d++) {
			size_t n = 0;

			while (english_days[d][n] != '\0' &&
			       p[n] == (unsigned char)english_days[d][n])
				n++;
			if (n >= 3 && !rk_date_alpha(p[n])) {
				*day = d;
				return p[n] == '.' ? p + n + 1 : p + n;
			}
		}
		return NULL;
	}
	if (q == NULL)
		q = p;
	for (size_t i = 0; i < sizeof(thai_days) / sizeof(thai_days[0]) && !end; i++)
		if ((end = rk_date_lit(q, thai_days[i].word)) != NULL)
			*day = thai_days[i].day;
	if (end == NULL)
		return NULL;
	if ((q = rk_date_lit(rk_date_spaces(end), "ที่")) != NULL)
		return q;
	return end;
}

int
rk_date_weekday_before(rk_date_at start, rk_date_at at)
{
	/* Names begin at most 16 characters before: "วันพฤหัสบดีที่ ". */
	for (unsigned back = 2; back <= 18 && at - start >= (ptrdiff_t)back; back++) {
		rk_date_at p = at - back, end;
		unsigned day;

		if (p > start && ((rk_date_alpha(*p) && rk_date_alpha(p[-1])) ||
				     (rk_date_thai_letter(*p) && p[1] == '.' &&
					 (rk_date_thai_letter(p[-1]) || p[-1] == '.'))))
			continue;
		if ((end = rk_date_weekday(p, &day)) == NULL)
			continue;
		while (*end == ' ' || *end == ',' || *end == '.' || *end == '(' ||
		       *end == '-' || *end == ')' || *end == ':')
			end++;
		if (end == at)
			return (int)day;
	}
	return -1;
}

/* ---- zones and eras */

bool
rk_date_zone_name(rk_date_at name, size_t n, int *offset)
{
	if (n == 1 && *name >= 'a' && *name <= 'z' && *name != 'j' && *name != 't') {
		*offset = 0;
		return true;
	}
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strlen(zones[i].name) == n && memcmp(name, zones[i].name, n) == 0) {
			*offset = zones[i].quarters * 900;
			return true;
		}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strlen(places[i].name) == n &&
		    memcmp(name, places[i].name, n) == 0) {
			*offset = places[i].quarters * 900;
			return true;
		}
	return false;
}

/* "พ.ศ.", "พ. ศ.", "พศ": two letters, dots and one space between as they come. */
static rk_date_at
initials(rk_date_at p, const char *first, const char *second)
{
	rk_date_at q = rk_date_lit(p, first);

	if (q == NULL)
		return NULL;
	if (*q == '.')
		q++;
	if (*q == ' ')
		q++;
	if ((q = rk_date_lit(q, second)) == NULL)
		return NULL;
	if (*q == '.')
		return q + 1;
	return rk_date_thai_letter(*q) ? NULL : q;
}

rk_date_at
rk_date_era(rk_date_at p)
{
	rk_date_at q;

	if ((q = initials(p, "พ", "ศ")) != NULL || (q = initials(p, "ค", "ศ")) != NULL)
		return q;
	return rk_date_any(p, eras, NULL);
}
