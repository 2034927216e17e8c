/*
 * The day, month and year of a stamp in any order and spelling, and the things that
 * look like one and are not: ranges and lists of days, months without a day, long
 * numbers. Does not know the time of day but where it stands inside the date.
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <string.h>

static const char *const connectors[] = {"-", "~", ",", "&", "+", "และวันที่", "และ", "กับ",
    "จนถึงวันที่", "จนถึง", "ถึงวันที่", "ถึง", "to", "and", "until", "till", "through", "หรือ",
    NULL};
static const char *const between[] = {
    "-", "~", "จนถึงวันที่", "จนถึง", "ถึงวันที่", "ถึง", "to", "until", "till", "through", NULL};
static const char *const ordinals[] = {"st", "nd", "rd", "th", NULL};
static const char *const counted[] = {
    "คน", "ราย", "บาท", "ครั้ง", "แห่ง", "ล้าน", "%", "views", "view", NULL};

int
rk_date_year(unsigned printed, unsigned digits, int this_year, bool *buddhist)
{
	int y = (int)printed, low = this_year - 41 > 1990 ? this_year - 41 : 1990;

	*buddhist = false;
	if (digits == 4) {
		*buddhist = y >= 2443 && y <= 2742;
		if (*buddhist)
			return y - 543;
		return y >= 1900 && y <= 2199 ? y : -1;
	}
	if (digits != 2)
		return -1;
	if (2000 + y >= low && 2000 + y <= this_year + 1)
		return 2000 + y;
	*buddhist = true;
	return 1957 + y >= low && 1957 + y <= this_year + 1 ? 1957 + y : -1;
}

/* Fill in the day, when it is one. */
static enum rk_date_found
settle(unsigned year, unsigned year_digits, unsigned month, unsigned day, int this_year,
    rk_date_at end, struct rk_date_day *d)
{
	int y = rk_date_year(year, year_digits, this_year, &d->buddhist);

	d->end = end;
	/* The era first: 29 February 2567 is a day of 2024. */
	if (y < 0 || month < 1 || month > 12 || day < 1 ||
	    day > rk_month_days(y, month))
		return RK_DATE_BAD;
	d->days = rk_days_from_civil(y, month, day);
	return RK_DATE_GOOD;
}

static rk_date_at
separators(rk_date_at p, const char *set)
{
	for (unsigned n = 0; n < 4 && *p != '\0' && strchr(set, (char)*p) != NULL; n++)
		p++;
	return p;
}

/* A year behind a month, its label and era marks passed over. */
static rk_date_at
year_after(rk_date_at p, unsigned *year, unsigned *digits)
{
	rk_date_at q = separators(p, " ,.-/'"), end;

	for (unsigned labels = 0; labels < 2 && (end = rk_date_era(q)) != NULL;
	     labels++)
		q = separators(end, " .:");
	if (*q == '\'')
		q++;
	if ((end = rk_date_num(q, year, digits)) == NULL)
		return NULL;
	if (*digits >= 5 && *digits <= 6 && *end == ':') { /* "256609:30" */
		for (; *digits > 4; (*digits)--) {
			*year /= 10;
			end--;
		}
		return end;
	}
	if (*digits != 4 && *digits != 2)
		return NULL;
	if (*digits == 2) {
		/* "16 May 09:30", "16 พ.ค. 25,000", "16 พ.ค. 50 คน" */
		if (strchr(":.,", (char)*end) != NULL && *end != '\0' &&
		    rk_date_digit(end[1]))
			return NULL;
		if (rk_date_any(rk_date_spaces(end), counted, NULL) != NULL)
			return NULL;
	}
	return end;
}

/* "BE" and "(พ.ศ. 2566)", "(2023)" behind a year say it once more. */
static rk_date_at
year_again(rk_date_at p)
{
	rk_date_at q = rk_date_spaces(p), end;
	unsigned v, n;
	bool bracket = *q == '(';

	if (bracket)
		q = rk_date_spaces(q + 1);
	end = rk_date_era(q);
	if (end != NULL)
		q = rk_date_spaces(end);
	if (bracket || end != NULL) {
		rk_date_at number = rk_date_num(q, &v, &n);

		if (number != NULL && n == 4 && *number != ':') {
			q = rk_date_spaces(number);
			end = q;
		}
		if (bracket)
			return end != NULL && *q == ')' ? q + 1 : p;
	}
	return end != NULL ? end : p;
}

/* ---- ranges and lists */

/* "18 มิ.ย." or "18": a day, with its month where there is one. */
static rk_date_at
day_and_month(rk_date_at p, bool *month)
{
	rk_date_at q, end;
	unsigned v, n, m, wd;

	p = rk_date_spaces(p);
	if ((q = rk_date_weekday(p, &wd)) != NULL)
		p = rk_date_spaces(q);
	if ((q = rk_date_lit(p, "วันที่")) != NULL)
		p = rk_date_spaces(q);
	if ((q = rk_date_num(p, &v, &n)) == NULL || n > 2)
		return NULL;
	if ((end = rk_date_any(q, ordinals, NULL)) != NULL)
		q = end;
	end = separators(q, " .-/");
	if ((p = rk_date_lit(end, "เดือน")) != NULL)
		end = rk_date_spaces(p);
	end = rk_date_month(end, true, &m);
	*month = end != NULL;
	return end != NULL ? end : q;
}

/* Behind a month: "- 18 มิ.ย. 2566" goes on to another day. */
static rk_date_at
other_day(rk_date_at p, const char *const *words)
{
	rk_date_at q = rk_date_any(rk_date_spaces(p), words, NULL), end;
	unsigned year, digits;
	bool month;

	if (q == NULL || (q = day_and_month(q, &month)) == NULL || !month)
		return NULL;
	end = year_after(q, &year, &digits);
	return end != NULL ? end : q;
}

/* Behind a day: "- 15 ธ.ค. 60", ", 6 และ 7 มีนาคม 2566". */
static rk_date_at
list_of_days(rk_date_at p)
{
	unsigned year, digits;

	for (unsigned n = 0; n < 10; n++) {
		rk_date_at q = rk_date_any(rk_date_spaces(p), connectors, NULL);
		bool month;

		if (q == NULL || (q = day_and_month(q, &month)) == NULL)
			return NULL;
		if (month) {
			p = year_after(q, &year, &digits);
			return p != NULL ? p : q;
		}
		p = q;
	}
	return NULL;
}

rk_date_at
rk_date_range(rk_date_at p, int this_year)
{
	rk_date_at q, end;
	struct rk_date_day other;
	unsigned wd;

	p = separators(p, " )");
	if (*p == '/' && rk_date_digit(p[1])) /* ISO 8601: 2023-05-16/2023-05-18 */
		q = p + 1;
	else if ((q = rk_date_any(p, between, NULL)) == NULL)
		return NULL;
	q = separators(q, " (");
	if ((end = rk_date_weekday(q, &wd)) != NULL)
		q = rk_date_spaces(end);
	if ((end = rk_date_lit(q, "วันที่")) != NULL)
		q = rk_date_spaces(end);
	if (!rk_date_digit(*q)) {
		if (rk_date_from_month(q, true, this_year, &other) != RK_DATE_NONE)
			return other.end;
		return NULL;
	}
	if (rk_date_from_number(q, this_year, false, &other) != RK_DATE_NONE)
		return other.end;
	return other_day(p, between);
}

/* ---- forms */

/* The time stands before the year: "Jan  4 16:29:06 2004", "... 09:44:00 ICT 2012". */
static rk_date_at
time_then_year(rk_date_at p, struct rk_date_day *d, unsigned *year, unsigned *digits)
{
	unsigned hints = 0;
	rk_date_at q = rk_date_time(separators(p, " ,"), hints, &d->time), end;

	if (q == NULL)
		return NULL;
	q = rk_date_spaces(q);
	if ((end = rk_date_num(q, year, digits)) == NULL) { /* an unknown zone */
		for (end = q; rk_date_alpha(*end) || *end == '/' || *end == '_'; end++)
			if (end - q > 31)
				return NULL;
		if (end == q)
			return NULL;
		end = rk_date_num(rk_date_spaces(end), year, digits);
	}
	if (end == NULL || *digits != 4)
		return NULL;
	d->timed = true;
	return end;
}

/* "16 พฤษภาคม 2566", "02-Oct-2555", "2nd of October, 2012". */
static enum rk_date_found
day_month_year(rk_date_at p, unsigned day, int this_year, struct rk_date_day *d)
{
	unsigned month, year, digits;
	rk_date_at q, end;

	if ((q = rk_date_any(p, ordinals, NULL)) != NULL)
		p = q;
	q = separators(p, " .-/,");
	if ((end = rk_date_lit(q, "เดือน")) != NULL ||
	    ((end = rk_date_lit(q, "of")) != NULL && *end == ' '))
		q = rk_date_spaces(end);
	if ((q = rk_date_month(q, true, &month)) == NULL) {
		if ((d->end = list_of_days(p)) == NULL)
			return RK_DATE_NONE;
		return RK_DATE_BAD;
	}
	if ((d->end = other_day(q, connectors)) != NULL)
		return RK_DATE_BAD;
	if ((end = year_after(q, &year, &digits)) == NULL &&
	    (end = time_then_year(q, d, &year, &digits)) == NULL)
		return RK_DATE_NONE;
	return settle(year, digits, month, day, this_year, year_again(end), d);
}

/* "16/05/2566", "2. 10. 55": the same separator twice. */
static enum rk_date_found
numeric(rk_date_at p, unsigned day, int this_year, struct rk_date_day *d)
{
	unsigned month, year, digits;
	rk_date_at q = rk_date_spaces(p);
	unsigned char sep = *q;

	if (sep != '/' && sep != '-' && sep != '.')
		return RK_DATE_NONE;
	if ((q = rk_date_num(rk_date_spaces(q + 1), &month, &digits)) == NULL ||
	    digits > 2)
		return RK_DATE_NONE;
	q = rk_date_spaces(q);
	if (*q != sep)
		return RK_DATE_NONE;
	if ((q = year_after(q + 1, &year, &digits)) == NULL)
		return RK_DATE_NONE;
	if (*q == sep && rk_date_digit(q[1])) { /* a longer number, or a range */
		struct rk_date_time t;

		if (sep != '-' || rk_date_time(q + 1, 0, &t) == NULL)
			return RK_DATE_NONE;
	}
	return settle(year, digits, month, day, this_year, year_again(q), d);
}

/* "2566-05-16", "2023/5/6", "2012-Oct-02", also with the time glued on. */
static enum rk_date_found
year_first(rk_date_at p, unsigned year, int this_year, struct rk_date_day *d)
{
	unsigned month, day, digits;
	unsigned char sep = *p;
	rk_date_at q;

	if (sep != '/' && sep != '-' && sep != '.' && sep != ' ')
		return RK_DATE_NONE;
	if ((q = rk_date_num(p + 1, &month, &digits)) != NULL) {
		if (digits > 2 || sep == ' ')
			return RK_DATE_NONE;
	} else if ((q = rk_date_month(p + 1, false, &month)) == NULL) {
		return RK_DATE_NONE;
	}
	if (*q != sep || (q = rk_date_num(q + 1, &day, &digits)) == NULL)
		return RK_DATE_NONE;
	if ((digits == 3 || digits == 4) && *q == ':') { /* "2021-11-2909:23:55" */
		q -= digits - 2;
		day = digits == 4 ? day / 100 : day / 10;
	} else if (digits > 2 || (sep == '.' && *q == '.' && rk_date_digit(q[1]))) {
		return RK_DATE_NONE;
	}
	d->machine = true;
	return settle(year, 4, month, day, this_year, q, d);
}

/* "20041231T235555Z", and where it is the whole text "20041231", "20041231235555". */
static enum rk_date_found
compact(rk_date_at p, int this_year, bool whole, struct rk_date_day *d)
{
	unsigned ymd, hms, n, m;
	rk_date_at q = p;

	while (rk_date_digit(*q) && q - p < 15)
		q++;
	if (q - p != 8 && q - p != 12 && q - p != 14)
		return RK_DATE_NONE;
	if (!(q - p == 8 && *q == 't' && rk_date_digit(q[1])) && !(whole && *q == '\0'))
		return RK_DATE_NONE;
	d->machine = true;
	(void)rk_date_num(p, &ymd, &n); /* nine digits at most: of the first eight */
	if (n == 9)
		ymd /= 10;
	if (q - p > 8) {
		(void)rk_date_num(p + 8, &hms, &m);
		d->timed = true;
		d->time.seconds = m == 6;
		d->time.second = m == 6 ? hms % 100 : 0;
		d->time.minute = m == 6 ? hms / 100 % 100 : hms % 100;
		d->time.hour = m == 6 ? hms / 10000 : hms / 100;
		d->time.bad =
		    d->time.hour > 23 || d->time.minute > 59 || d->time.second > 59;
	}
	return settle(ymd / 10000, 4, ymd / 100 % 100, ymd % 100, this_year, q, d);
}

enum rk_date_found
rk_date_from_number(rk_date_at p, int this_year, bool whole, struct rk_date_day *d)
{
	enum rk_date_found found;
	unsigned v, digits;
	rk_date_at q = rk_date_num(p, &v, &digits);

	memset(d, 0, sizeof(*d));
	if (q == NULL)
		return RK_DATE_NONE;
	if (digits >= 8)
		return compact(p, this_year, whole, d);
	if (digits == 4)
		return year_first(q, v, this_year, d);
	if (digits > 2)
		return RK_DATE_NONE;
	if ((found = numeric(q, v, this_year, d)) != RK_DATE_NONE)
		return found;
	return day_month_year(q, v, this_year, d);
}

/* "พฤษภาคม 16, 2566", "Oct 02 2012", "Oct  2 09:44:00 2012". */
enum rk_date_found
rk_date_from_month(rk_date_at p, bool guess, int this_year, struct rk_date_day *d)
{
	unsigned month, day, year, digits;
	rk_date_at q = rk_date_month(p, guess, &month), end;
	bool dashed, next_month;

	memset(d, 0, sizeof(*d));
	if (q == NULL)
		return RK_DATE_NONE;
	dashed = *q == '-';
	if ((q = rk_date_num(separators(q, " .,-/"), &day, &digits)) == NULL ||
	    digits > 2)
		return RK_DATE_NONE;
	if (*q == ':' || (*q == '.' && rk_date_digit(q[1])))
		return RK_DATE_NONE;
	if ((end = rk_date_any(q, ordinals, NULL)) != NULL)
		q = end;
	/* "May 16-18, 2023", "May 30 - June 2, 2023" */
	end = rk_date_any(rk_date_spaces(q), connectors, NULL);
	if (end != NULL && end[-1] != ',' && !(dashed && *q == '-')) {
		rk_date_at other = rk_date_month(rk_date_spaces(end), true, &month);

		if (other != NULL)
			end = separators(other, " .");
		end = day_and_month(end, &next_month);
		if (end != NULL && !(end[0] == ':' || rk_date_digit(end[0]))) {
			other = year_after(end, &year, &digits);
			d->end = other != NULL ? other : end;
			return RK_DATE_BAD;
		}
	}
	if ((end = year_after(q, &year, &digits)) == NULL &&
	    (end = time_then_year(q, d, &year, &digits)) == NULL)
		return RK_DATE_NONE;
	return settle(year, digits, month, day, this_year, year_again(end), d);
}
