/*
 * Dates in the exact forms of machines: RFC 3339 and RFC 822 as nearly every feed has
 * them, in a few tens of nanoseconds, and the dates of HTTP. Odd forms are not for
 * here: date.c searches.
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <string.h>

static const char short_days[] = "SunMonTueWedThuFriSat";
static const char short_months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool
digits(const char *p, unsigned n, unsigned *v)
{
	*v = 0;
	for (unsigned i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		*v = *v * 10 + (unsigned)(p[i] - '0');
	}
	return true;
}

/* "09:44:00" in range, without leap seconds and 24:00: those take the long way. */
static bool
clock_time(const char *p, unsigned *seconds)
{
	unsigned h, m, s;

	if (!digits(p, 2, &h) || !digits(p + 3, 2, &m) || !digits(p + 6, 2, &s) ||
	    p[2] != ':' || p[5] != ':' || h > 23 || m > 59 || s > 59)
		return false;
	*seconds = h * 3600 + m * 60 + s;
	return true;
}

/* "+0700" or "+07:00", all of it. */
static bool
exact_offset(const char *p, size_t n, bool colon, int *east)
{
	unsigned h, m;

	if (n != (colon ? 6U : 5U) || (*p != '+' && *p != '-') ||
	    !digits(p + 1, 2, &h) || (colon && p[3] != ':') ||
	    !digits(p + (colon ? 4 : 3), 2, &m) || h > 14 || m > 59)
		return false;
	*east = (int)(h * 3600 + m * 60) * (*p == '-' ? -1 : 1);
	return true;
}

static bool
exact_finish(unsigned y, unsigned month, unsigned day, unsigned seconds, int east,
    struct rk_date *d)
{
	bool be;
	int year = rk_date_year(y, 4, 2000, &be);

	if (year < 0 || month < 1 || month > 12 || day < 1 ||
	    day > rk_month_days(year, month))
		return false;
	d->utc = rk_days_from_civil(year, month, day) * 86400 + seconds - east;
	d->precision = RK_BY_SECOND;
	d->buddhist = be;
	d->weekday_wrong = false;
	d->zone_assumed = false;
	return true;
}

/* "2012-10-02T09:44:00+07:00", "...Z" */
static bool
exact_rfc3339(const char *p, size_t n, struct rk_date *d)
{
	unsigned y, month, day, seconds;
	int east = 0;

	if (n < 20 || p[4] != '-' || p[7] != '-' || p[10] != 'T' || !digits(p, 4, &y) ||
	    !digits(p + 5, 2, &month) || !digits(p + 8, 2, &day) ||
	    !clock_time(p + 11, &seconds))
		return false;
	if (!(n == 20 && p[19] == 'Z') && !exact_offset(p + 19, n - 19, true, &east))
		return false;
	return exact_finish(y, month, day, seconds, east, d);
}

/* Which of the words of three letters, or -1. */
static int
short_name(const char *table, int count, const char *p)
{
	for (int i = 0; i < count; i++, table += 3)
		if (p[0] == table[0] && p[1] == table[1] && p[2] == table[2])
			return i;
	return -1;
}

/* "Tue, 02 Oct 2012 09:44:00 +0700", "... GMT" */
static bool
exact_rfc822(const char *p, size_t n, struct rk_date *d)
{
	unsigned y, day, seconds;
	int east = 0, weekday, month;

	if (n < 29 || p[3] != ',' || p[4] != ' ' || p[7] != ' ' || p[11] != ' ' ||
	    p[16] != ' ' || p[25] != ' ' || !digits(p + 5, 2, &day) ||
	    !digits(p + 12, 4, &y) || !clock_time(p + 17, &seconds) ||
	    (weekday = short_name(short_days, 7, p)) < 0 ||
	    (month = short_name(short_months, 12, p + 8)) < 0)
		return false;
	if (!(n == 29 && memcmp(p + 26, "GMT", 3) == 0) &&
	    !exact_offset(p + 26, n - 26, false, &east))
		return false;
	if (!exact_finish(y, (unsigned)month + 1, day, seconds, east, d))
		return false;
	d->weekday_wrong =
	    rk_weekday((d->utc + east) / 86400 -
		       ((d->utc + east) % 86400 < 0 ? 1 : 0)) != (unsigned)weekday;
	return true;
}

bool
rk_date_exact(struct rk_str text, struct rk_date *d)
{
	return exact_rfc3339(text.p, text.n, d) || exact_rfc822(text.p, text.n, d);
}

/* ---- HTTP */

/* Two digits of RFC 850 without a clock at hand: 70-99 are of the last century. */
static int
http_year(unsigned v, unsigned n)
{
	return n == 2 ? (int)(v < 70 ? 2000 + v : 1900 + v) : n == 4 ? (int)v : -1;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", as every server of today writes it in each answer. */
static bool
exact_http(struct rk_str s, int64_t *utc)
{
	const char *p = s.p;
	unsigned y, day, seconds;
	int month;

	if (s.n != 29 || p[3] != ',' || p[4] != ' ' || p[7] != ' ' || p[11] != ' ' ||
	    p[16] != ' ' || memcmp(p + 25, " GMT", 4) != 0 || !digits(p + 5, 2, &day) ||
	    !digits(p + 12, 4, &y) || !clock_time(p + 17, &seconds) ||
	    short_name(short_days, 7, p) < 0 ||
	    (month = short_name(short_months, 12, p + 8)) < 0 || day < 1 ||
	    day > rk_month_days(y, (unsigned)month + 1))
		return false;
	*utc = rk_days_from_civil(y, (unsigned)month + 1, day) * 86400 + seconds;
	return true;
}

int
rk_date_parse_http(struct rk_str text, int64_t *utc)
{
	unsigned char folded[RK_DATE_WINDOW + 1];
	unsigned day, month, year, digits_of, weekday;
	struct rk_date_time t;
	rk_date_at p = folded, q;
	bool asctime;
	int y;

	if (exact_http(text, utc))
		return 0;
	if (text.n > 64 || rk_date_fold(text, folded) == 0)
		return -1;
	if (*p == ' ')
		p++;
	if (!rk_date_alpha(*p) || (p = rk_date_weekday(p, &weekday)) == NULL)
		return -1;
	asctime = *p == ' ';
	p = rk_date_spaces(*p == ',' ? p + 1 : p);
	if (asctime && (p = rk_date_month(p, false, &month)) == NULL)
		return -1;
	if ((p = rk_date_num(rk_date_spaces(p), &day, &digits_of)) == NULL ||
	    digits_of > 2)
		return -1;
	if (!asctime) {
		if (*p == '-' || *p == ' ')
			p++;
		if ((p = rk_date_month(p, false, &month)) == NULL)
			return -1;
		if (*p == '-' || *p == ' ')
			p++;
		if ((p = rk_date_num(p, &year, &digits_of)) == NULL)
			return -1;
	}
	/* The zone is GMT whatever is printed, so a time is three numbers and no more.
	 */
	p = rk_date_spaces(p);
	if ((q = rk_date_time(p, RK_DATE_CUE, &t)) == NULL || t.bad || !t.seconds ||
	    (t.zone && t.offset != 0) || t.hour > 23)
		return -1;
	p = rk_date_spaces(q);
	if (asctime && (p = rk_date_num(p, &year, &digits_of)) == NULL)
		return -1;
	y = http_year(year, digits_of);
	if (*rk_date_spaces(p) != '\0' || (!asctime && !t.zone) || y < 0 || day < 1 ||
	    day > rk_month_days(y, month))
		return -1;
	*utc = rk_days_from_civil(y, month, day) * 86400 + (int64_t)t.hour * 3600 +
	       t.minute * 60 + t.second;
	return 0;
}
