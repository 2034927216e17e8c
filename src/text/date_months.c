/*
 * The names of months as people type them: in full, clipped, abbreviated with and
 * without dots, and with the slips that whole sites repeat (DOMAIN.md 3.1).
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <string.h>

const char *const rk_thai_months[12] = {"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน",
    "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"};

/* "ม.ค.": letters before and after the dot. */
static const char *const abbreviations[12][2] = {{"ม", "ค"}, {"ก", "พ"}, {"มี", "ค"},
    {"เม", "ย"}, {"พ", "ค"}, {"มิ", "ย"}, {"ก", "ค"}, {"ส", "ค"}, {"ก", "ย"}, {"ต", "ค"},
    {"พ", "ย"}, {"ธ", "ค"}};

static const char *const english_months[12] = {"january", "february", "march", "april",
    "may", "june", "july", "august", "september", "october", "november", "december"};

/*
 * What a typist confuses is one: the three s, the d and t that look or sound alike,
 * long and short vowels; tone marks and the silencing mark do not count. 0: skip.
 */
static unsigned char
skeleton(unsigned char c)
{
	static const unsigned char map[] = {/* a1 */ 0xa1, 0xa4, 0xa4, 0xa4, 0xa4, 0xa4,
	    0xa7, 0xa8, 0xa9, 0xaa, 0xca, 0xaa, 0xc2, /* ฎ */ 0xb5, 0xb5, 0xb7, 0xb7,
	    0xb7, 0xb9, 0xb5, 0xb5, 0xb7, 0xb7, 0xb7, 0xb9, 0xba, 0xbb, /* ผ */ 0xbe,
	    0xbd, 0xbe, 0xbd, 0xbe, 0xc1, 0xc2, 0xc3,
	    /* ฤ */ 0xc3, 0xc5, 0xc3, 0xc7, /* ศ */ 0xca, 0xca, 0xca, 0xcb, 0xc5, 0xcd,
	    0xcb, 0, /* ะ */ 0xd0, 0xd1, 0xd2, 0xd3, /* ิ */ 0xd4, 0xd4, 0xd4, 0xd4,
	    /* ุ */ 0xd8, 0xd8, 0};

	if (c >= 0xa1 && c < 0xa1 + sizeof(map))
		return map[c - 0xa1];
	return c >= 0xe0 && c <= 0xe4 ? c : 0;
}

#define RUN 20 /* letters of a month at most; the longest has 10 */

/* Letters in a row, one byte each in their skeleton, and where each one ended. */
struct run {
	unsigned char c[RUN];
	rk_date_at end[RUN];
	unsigned n;
};

/* joined: over one space, as hard-wrapped text has it ("พฤศจิกา ยน"). */
static void
take_run(rk_date_at p, bool joined, struct run *r)
{
	r->n = 0;
	for (; r->n < RUN; p++) {
		if (joined && r->n > 0 && *p == ' ' && rk_date_thai_letter(p[1])) {
			joined = false;
			continue;
		}
		if (!rk_date_thai_letter(*p))
			break;
		if (skeleton(*p) == 0) {
			if (r->n > 0)
				r->end[r->n - 1] = p + 1;
			continue;
		}
		r->c[r->n] = skeleton(*p);
		r->end[r->n++] = p + 1;
	}
}

static unsigned
name_run(unsigned month, unsigned char out[RUN])
{
	const char *s = rk_thai_months[month];
	unsigned n = 0;

	while (*s != '\0' && n < RUN) {
		unsigned char c = skeleton(rk_date_literal(&s));

		if (c != 0)
			out[n++] = c;
	}
	return n;
}

/* Letters to insert, remove or change; a and b are short. */
static unsigned
distance(const unsigned char *a, unsigned na, const unsigned char *b, unsigned nb)
{
	unsigned row[RUN + 1];

	for (unsigned j = 0; j <= nb; j++)
		row[j] = j;
	for (unsigned i = 1; i <= na; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= nb; j++) {
			unsigned change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
			unsigned best = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			diagonal = row[j];
			row[j] = change < best ? change : best;
		}
	}
	return row[nb];
}

/* Shortened as in speech: "มกรา", "กันยา", without คม, ยน or พันธ์. */
static unsigned
clipped(unsigned month, unsigned n)
{
	return n - (month == 1 ? 4 : 2);
}

static rk_date_at
thai_prefix(const struct run *r, unsigned *month)
{
	unsigned char name[RUN];

	for (unsigned m = 0; m < 12; m++) {
		unsigned n = name_run(m, name);

		/* A vowel behind it would belong to its last letter: พันธุ์. */
		if (r->n >= n && memcmp(r->c, name, n) == 0 &&
		    (r->n == n || r->c[n] < 0xd0 || r->c[n] > 0xd9)) {
			*month = m + 1;
			return r->end[n - 1];
		}
	}
	return NULL;
}

static rk_date_at
thai_clipped(const struct run *r, unsigned *month)
{
	unsigned char name[RUN];

	for (unsigned m = 0; m < 12; m++) {
		unsigned n = clipped(m, name_run(m, name));

		if (r->n == n && memcmp(r->c, name, n) == 0) {
			*month = m + 1;
			return r->end[n - 1];
		}
	}
	return NULL;
}

/* The one name that is nearest, one slip away, in long names two. */
static rk_date_at
thai_guess(const struct run *r, unsigned *month)
{
	unsigned char name[RUN];
	unsigned best = 3, count = 0;

	if (r->n < 4)
		return NULL;
	for (unsigned m = 0; m < 12; m++) {
		unsigned n = name_run(m, name);
		unsigned d = distance(r->c, r->n, name, n);

		if (d > (n >= 8 ? 2U : 1U) || d > best)
			continue;
		count = d == best ? count + 1 : 1;
		best = d;
		*month = m + 1;
	}
	return count == 1 ? r->end[r->n - 1] : NULL;
}

/* "ม.ค.", "มค", "ม. ค." */
static rk_date_at
thai_abbreviation(rk_date_at p, unsigned *month)
{
	for (unsigned m = 0; m < 12; m++) {
		rk_date_at q = rk_date_lit(p, abbreviations[m][0]);

		if (q == NULL)
			continue;
		if (*q == '.')
			q++;
		if (*q == ' ')
			q++;
		if ((q = rk_date_lit(q, abbreviations[m][1])) == NULL)
			continue;
		if (*q == '.')
			q++;
		else if (rk_date_thai_letter(*q))
			continue;
		*month = m + 1;
		return q;
	}
	return NULL;
}

/* The name, an abbreviation of three letters or more, or with guess one slip in a
 * longer name ("Febuary"). */
static rk_date_at
english_month(rk_date_at p, bool guess, unsigned *month)
{
	rk_date_at end = p;
	unsigned n, found = 0;

	while (rk_date_alpha(*end) && end - p < RUN)
		end++;
	n = (unsigned)(end - p);
	if (n < 3 || rk_date_alpha(*end))
		return NULL;
	for (unsigned m = 0; m < 12 && found == 0; m++)
		if (n <= strlen(english_months[m]) &&
		    memcmp(p, english_months[m], n) == 0)
			found = m + 1;
	for (unsigned m = 0; m < 12 && found == 0 && guess && n >= 6; m++)
		if (distance(p, n, (rk_date_at)english_months[m],
			(unsigned)strlen(english_months[m])) <= 1)
			found = m + 1;
	if (found == 0)
		return NULL;
	*month = found;
	return *end == '.' ? end + 1 : end;
}

rk_date_at
rk_date_month(rk_date_at p, bool guess, unsigned *month)
{
	struct run r;
	rk_date_at end;

	if (rk_date_alpha(*p))
		return english_month(p, guess, month);
	switch (*p) { /* ก ต ธ พ ม ส เ, and with guess what they are mistaken for */
	case 0xa1:
	case 0xb5:
	case 0xb8:
	case 0xbe:
	case 0xc1:
	case 0xca:
	case 0xe0:
		break;
	default:
		if (!guess || !rk_date_thai_letter(*p))
			return NULL;
	}
	take_run(p, false, &r);
	if ((end = thai_prefix(&r, month)) != NULL)
		return end;
	if (guess && (end = thai_abbreviation(p, month)) != NULL)
		return end;
	if (!guess && r.n > 8) /* running text: only whole names count there */
		return NULL;
	if (guess) {
		struct run wide;

		take_run(p, true, &wide);
		if ((end = thai_prefix(&wide, month)) != NULL)
			return end;
	}
	if ((end = thai_clipped(&r, month)) != NULL) {
		if (*end == '.')
			end++;
		return end;
	}
	return guess ? thai_guess(&r, month) : NULL;
}
