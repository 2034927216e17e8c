/*
 * The civil calendar and how instants are printed. Knows nothing of how dates are
 * written in feeds (date.c) and never asks for the time.
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <stdio.h>
#include <string.h>

static const char english_days[7][4] = {
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char english_months[12][4] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Days are counted in eras of 400 years (146097 days) from 1 March of the year 0, so
 * that the leap day is the last of its year. 719468 days lie before 1970-01-01. */
int64_t
rk_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 +
			  (int64_t)day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
	       719468;
}

void
rk_civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t d = z - era * 146097;
	int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t of_year = d - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (unsigned)(of_year - (153 * m + 2) / 5 + 1);
	*month = (unsigned)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2 ? 1 : 0);
}

unsigned
rk_month_days(int64_t year, unsigned month)
{
	static const unsigned char days[12] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

unsigned
rk_weekday(int64_t days)
{
	int64_t w = (days + 4) % 7; /* 1970-01-01 was a Thursday */

	return (unsigned)(w < 0 ? w + 7 : w);
}

struct civil {
	unsigned year, month, day, hour, minute, second, weekday;
};

static struct civil
civil(int64_t utc)
{
	struct civil c;
	int64_t days = utc / 86400, rest = utc % 86400, year;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	rk_civil_from_days(days, &year, &c.month, &c.day);
	/* The formats have four digits; what is beyond is shown as their ends. */
	c.year = (unsigned)(year < 0 ? 0 : year > 9999 ? 9999 : year);
	c.hour = (unsigned)(rest / 3600);
	c.minute = (unsigned)(rest / 60 % 60);
	c.second = (unsigned)(rest % 60);
	c.weekday = rk_weekday(days);
	return c;
}

static char *
two(char *p, unsigned v)
{
	p[0] = (char)('0' + v / 10 % 10);
	p[1] = (char)('0' + v % 10);
	return p + 2;
}

static char *
four(char *p, unsigned v)
{
	return two(two(p, v / 100), v % 100);
}

static char *
text(char *p, const char *s)
{
	size_t n = strlen(s);

	memcpy(p, s, n);
	return p + n;
}

static char *
clock_time(char *p, const struct civil *c)
{
	p = two(p, c->hour);
	*p++ = ':';
	p = two(p, c->minute);
	*p++ = ':';
	return two(p, c->second);
}

char *
rk_date_rfc3339(int64_t utc, char out[32])
{
	struct civil c = civil(utc);
	char *p = four(out, c.year);

	*p++ = '-';
	p = two(p, c.month);
	*p++ = '-';
	p = two(p, c.day);
	*p++ = 'T';
	p = clock_time(p, &c);
	*p++ = 'Z';
	*p = '\0';
	return out;
}

char *
rk_date_http(int64_t utc, char out[40])
{
	struct civil c = civil(utc);
	char *p = text(out, english_days[c.weekday]);

	p = text(p, ", ");
	p = two(p, c.day);
	*p++ = ' ';
	p = text(p, english_months[c.month - 1]);
	*p++ = ' ';
	p = four(p, c.year);
	*p++ = ' ';
	p = clock_time(p, &c);
	p = text(p, " GMT");
	*p = '\0';
	return out;
}

char *
rk_date_thai(int64_t utc, bool time, char out[96])
{
	struct civil c = civil(utc < INT64_MAX - RK_BANGKOK ? utc + RK_BANGKOK : utc);
	char *p = out;

	if (c.day >= 10)
		p = two(p, c.day);
	else
		*p++ = (char)('0' + c.day);
	*p++ = ' ';
	p = text(p, rk_thai_months[c.month - 1]);
	*p++ = ' ';
	p += snprintf(p, 8, "%u", c.year + 543); /* five digits from 9457 on */
	if (time) {
		*p++ = ' ';
		p = two(p, c.hour);
		*p++ = ':';
		p = two(p, c.minute);
		p = text(p, " น.");
	}
	*p = '\0';
	return out;
}
