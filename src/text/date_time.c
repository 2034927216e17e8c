/*
 * The time of day and the zone inside a stamp, in the ways of machines and of Thai
 * offices. Does not know which date it belongs to.
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <string.h>

static const char *const units[] = {
    "นาฬิกา", "นาฬกา", "น.", "hours", "hrs.", "hrs", "hr", "h.", "h", NULL};
static const char *const before_noon[] = {"ก่อนเที่ยง", "a.m.", "a.m", "am", NULL};
static const char *const after_noon[] = {"หลังเที่ยง", "p.m.", "p.m", "pm", NULL};
static const char *const dashes[] = {
    "-", "~", "ถึงเวลา", "ถึง", "จนถึง", "to", "until", NULL};
static const char *const cues[] = {"เวลาประมาณ", "เวลา", "time", NULL};
static const char *const fillers[] = {"ที่ผ่านมา", "ที่จะถึงนี้", "นี้", "ประมาณ", "ตั้งแต่", "เมื่อ",
    "เริ่ม", "ช่วง", "ณ", "at", "from", NULL};

/* "น." also without its dot, where no letter follows. */
static rk_date_at
unit(rk_date_at p)
{
	rk_date_at q = rk_date_spaces(p), end = rk_date_any(q, units, NULL);

	if (end == NULL && (end = rk_date_lit(q, "น")) != NULL &&
	    rk_date_thai_letter(*end))
		end = NULL;
	return end;
}

static rk_date_at
two_digits(rk_date_at p, unsigned *v)
{
	if (!rk_date_digit(p[0]) || !rk_date_digit(p[1]) || rk_date_digit(p[2]))
		return NULL;
	*v = (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
	return p + 2;
}

/* ---- zones */

/* "+0700", "+07:00", "+7", "-5": an offset, and where it ends. */
static rk_date_at
offset(rk_date_at p, unsigned hints, bool named, struct rk_date_time *t)
{
	bool minus = *p == '-', colon = false;
	unsigned v, n, hours, minutes = 0;
	rk_date_at q;

	if ((*p != '+' && *p != '-') || (q = rk_date_num(p + 1, &v, &n)) == NULL)
		return NULL;
	if (n == 4) {
		hours = v / 100;
		minutes = v % 100;
	} else if (n <= 2) {
		hours = v;
		if (*q == ':' && rk_date_digit(q[1])) {
			if ((q = two_digits(q + 1, &minutes)) == NULL)
				return NULL;
			colon = true;
		}
	} else {
		return NULL;
	}
	/* "09:30 -16:30 น." and "09:30-10:15:00" are ranges. */
	if (minus && !named &&
	    (unit(q) != NULL || ((*q == ':' || *q == '.') && rk_date_digit(q[1])) ||
		((colon || n <= 2) && (hints & RK_DATE_MACHINE) == 0 && !t->seconds)))
		return NULL;
	if (minus && n <= 2 && !colon && !named && (hints & RK_DATE_MACHINE) == 0)
		return NULL;
	if (hours > 14 || minutes > 59)
		t->bad = true;
	t->offset = (int)(hours * 3600 + minutes * 60) * (minus ? -1 : 1);
	t->zone = true;
	return q;
}

rk_date_at
rk_date_zone(rk_date_at p, unsigned hints, struct rk_date_time *t)
{
	rk_date_at q = rk_date_spaces(p), end;
	int east;

	if (*q == '(' || *q == ',')
		q = rk_date_spaces(q + 1);
	if ((end = offset(q, hints, false, t)) != NULL)
		return end;
	for (end = q; rk_date_alpha(*end) || ((*end == '/' || *end == '_') && end > q);
	     end++)
		if (end - q > 31)
			return NULL;
	if (end == q || rk_date_digit(*end) ||
	    !rk_date_zone_name(q, (size_t)(end - q), &east))
		return NULL;
	t->zone = true;
	t->offset = east;
	if (east == 0 && end - q >= 2) { /* "GMT+7", "UTC +07:00" */
		q = offset(rk_date_spaces(end), hints, true, t);
		if (q != NULL)
			end = q;
	}
	return end;
}

/* ---- time of day */

/* "09:30", "9.30.15", "09:30:15.123": false when it is not one at all. */
static rk_date_at
hours_minutes(rk_date_at p, struct rk_date_time *t, char *sep)
{
	rk_date_at q, s;
	unsigned digits;

	if ((q = rk_date_num(p, &t->hour, &digits)) == NULL || digits > 2)
		return NULL;
	s = rk_date_spaces(q);
	if (*s == ':')
		q = s; /* "09 : 30" */
	if (*q != ':' && *q != '.')
		return NULL;
	*sep = (char)*q;
	s = *sep == ':' ? rk_date_spaces(q + 1) : q + 1;
	if ((q = two_digits(s, &t->minute)) == NULL)
		return NULL;
	t->second = 0;
	t->seconds = false;
	if (*q == (unsigned char)*sep && (s = two_digits(q + 1, &t->second)) != NULL) {
		t->seconds = true;
		q = s;
		/* also "09:44:00:123", as SQL Server prints a fraction */
		if ((*q == '.' || *q == ',' ||
			(*q == ':' && rk_date_digit(q[2]) && rk_date_digit(q[3]))) &&
		    rk_date_digit(q[1]))
			for (q++; rk_date_digit(*q);)
				q++;
	}
	return q;
}

/* After the T of ISO 8601: "235555", "2355", "23". */
static rk_date_at
basic(rk_date_at p, struct rk_date_time *t)
{
	unsigned v, n;
	rk_date_at q = rk_date_num(p, &v, &n);

	if (q == NULL || (n != 6 && n != 4 && n != 2))
		return NULL;
	t->seconds = n == 6;
	t->second = n == 6 ? v % 100 : 0;
	t->minute = n == 6 ? v / 100 % 100 : n == 4 ? v % 100 : 0;
	t->hour = n == 6 ? v / 10000 : n == 4 ? v / 100 : v;
	if (n == 6 && (*q == '.' || *q == ',') && rk_date_digit(q[1]))
		for (q++; rk_date_digit(*q);)
			q++;
	return q;
}

/* "9 น.", "14 นาฬิกา 30 นาที", "9 am", "0930 น.": the number and its unit. */
static rk_date_at
hour_and_unit(rk_date_at p, struct rk_date_time *t)
{
	unsigned v, n, minutes;
	rk_date_at q = rk_date_num(p, &v, &n), end;

	if (q == NULL || n > 4 || n == 3)
		return NULL;
	t->hour = n == 4 ? v / 100 : v;
	t->minute = n == 4 ? v % 100 : 0;
	t->second = 0;
	t->seconds = false;
	if ((end = unit(q)) == NULL) {
		q = rk_date_spaces(q);
		if (n > 2 || (rk_date_any(q, before_noon, NULL) == NULL &&
				 rk_date_any(q, after_noon, NULL) == NULL))
			return NULL;
		return q;
	}
	if (n <= 2 && (q = rk_date_num(rk_date_spaces(end), &minutes, &n)) != NULL &&
	    n <= 2 && (q = rk_date_lit(rk_date_spaces(q), "นาที")) != NULL) {
		t->minute = minutes;
		end = q;
	}
	return end;
}

/* Nothing that a number could be counting follows. */
static bool
stands_alone(rk_date_at p)
{
	p = rk_date_spaces(p);
	return *p == '\0' || strchr(")],;|-/(", (char)*p) != NULL;
}

/* AM or PM behind, or before as a hint. 14:30 PM is common and clear, 14:30 AM not. */
static rk_date_at
half_day(rk_date_at p, unsigned hints, struct rk_date_time *t)
{
	rk_date_at q = rk_date_spaces(p), end;
	bool am = (hints & RK_DATE_AM) != 0, pm = (hints & RK_DATE_PM) != 0;

	if ((end = rk_date_any(q, before_noon, NULL)) != NULL)
		am = true;
	else if ((end = rk_date_any(q, after_noon, NULL)) != NULL)
		pm = true;
	if (am && t->hour > 12)
		t->bad = true;
	else if (am && t->hour == 12)
		t->hour = 0;
	else if (pm && t->hour == 0)
		t->bad = true;
	else if (pm && t->hour < 12)
		t->hour += 12;
	return end != NULL ? end : p;
}

/* The other end of "09.30 - 12.00 น.", which only tells where the stamp goes on. */
static rk_date_at
until(rk_date_at p)
{
	struct rk_date_time other = {0};
	rk_date_at q = rk_date_any(rk_date_spaces(p), dashes, NULL), end;
	char sep;

	if (q == NULL)
		return p;
	q = rk_date_spaces(q);
	if ((end = rk_date_lit(q, "เวลา")) != NULL)
		q = rk_date_spaces(end);
	if ((end = hours_minutes(q, &other, &sep)) == NULL) {
		if ((end = hour_and_unit(q, &other)) == NULL)
			return p;
	} else if (sep == '.' && unit(end) == NULL && !stands_alone(end)) {
		return p;
	} else if (*end == '.' && rk_date_digit(end[1])) {
		return p; /* "- 18.05.2566" */
	}
	q = unit(end);
	return half_day(q != NULL ? q : end, 0, &other);
}

static void
check(struct rk_date_time *t)
{
	if (t->hour > 24 || t->minute > 59 || t->second > 60 ||
	    (t->hour == 24 && (t->minute != 0 || t->second != 0)))
		t->bad = true;
	/* A leap second counts as the second before it: the date must not move. It is
	 * 23:59:60 in UTC, so in whole hours the minute is 59. */
	if (t->second == 60) {
		if (t->minute % 15 != 14)
			t->bad = true;
		t->second = 59;
	}
}

rk_date_at
rk_date_time(rk_date_at p, unsigned hints, struct rk_date_time *t)
{
	rk_date_at q, end;
	char sep = ':';

	memset(t, 0, sizeof(*t));
	if ((hints & RK_DATE_ISO) != 0 && (q = basic(p, t)) != NULL && *q != ':') {
		end = q;
	} else if ((end = hours_minutes(p, t, &sep)) != NULL) {
		bool counted = rk_date_digit(*end) ||
			       (sep == '.' && *end == '.' && rk_date_digit(end[1]));

		if (sep == '.' && (hints & RK_DATE_CUE) == 0 && unit(end) == NULL &&
		    rk_date_any(rk_date_spaces(end), before_noon, NULL) == NULL &&
		    rk_date_any(rk_date_spaces(end), after_noon, NULL) == NULL &&
		    (!stands_alone(end) || counted || t->hour > 24 || t->minute > 59))
			return NULL;
		if (*end == ':' && rk_date_digit(end[1]))
			t->bad = true; /* "09:30:5", "1:23:456" */
	} else if ((end = hour_and_unit(p, t)) == NULL) {
		unsigned v, n;

		/* "เวลา 123:45" and "2566 9:5" are times gone wrong. */
		if ((q = rk_date_num(p, &v, &n)) == NULL || *q != ':' ||
		    !rk_date_digit(q[1]) || n > 3)
			return NULL;
		t->bad = true;
		return q + 1;
	}
	if ((q = unit(end)) != NULL)
		end = q;
	end = half_day(end, hints, t);
	check(t);
	if ((q = rk_date_zone(end, hints, t)) != NULL)
		return q;
	if ((q = until(end)) != end) {
		end = q;
		if ((q = rk_date_zone(end, hints, t)) != NULL)
			end = q;
	}
	return end;
}

/* "(comment)" of RFC 822, "(จันทร์)": short and without a number. */
static rk_date_at
comment(rk_date_at p)
{
	if (*p++ != '(')
		return NULL;
	for (unsigned n = 0; n < 40 && *p != '\0' && !rk_date_digit(*p); n++)
		if (*p++ == ')')
			return p;
	return NULL;
}

rk_date_at
rk_date_gap(rk_date_at p, unsigned *hints)
{
	/* A dozen pieces of filler is more than any stamp has. */
	for (unsigned pieces = 0; pieces < 12; pieces++) {
		rk_date_at q;
		unsigned day;

		p = rk_date_spaces(p);
		if (*p == 't' && rk_date_digit(p[1])) {
			*hints |= RK_DATE_ISO | RK_DATE_CUE;
			return p + 1;
		}
		if ((q = rk_date_any(p, cues, NULL)) != NULL)
			*hints |= RK_DATE_CUE;
		else if ((q = rk_date_any(p, before_noon, NULL)) != NULL)
			*hints |= RK_DATE_AM;
		else if ((q = rk_date_any(p, after_noon, NULL)) != NULL)
			*hints |= RK_DATE_PM;
		else if ((q = comment(p)) != NULL)
			;
		else if (*p != '\0' && strchr(",|()[]@:;-_.\x01", (char)*p) != NULL)
			q = p + 1;
		else if ((q = rk_date_any(p, fillers, NULL)) == NULL &&
			 (q = rk_date_weekday(p, &day)) == NULL)
			return p;
		p = q;
	}
	return p;
}
