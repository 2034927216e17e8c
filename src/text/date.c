/*
 * The date that a text tells. The exact forms of RFC 3339 and RFC 822 are read
 * directly (date_exact.c); anything else is folded (date_fold.c) and searched for the
 * first stamp that can be taken. Pure: what year it is now is passed in. DOMAIN.md 3.2.
 */
#include <ruamkhao/date.h>

#include "date_int.h"

#include <string.h>

static int
year_of(int64_t seconds)
{
	int64_t year;
	unsigned month, day;

	/* Outside of what a date may be, the exact year does not matter. */
	if (seconds < -2208988800 || seconds > 253402300799)
		return seconds < 0 ? 1900 : 9999;
	rk_civil_from_days(
	    seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0), &year, &month, &day);
	return (int)year;
}

/* ---- the search */

/* A time met before its date: "เมื่อเวลา 09.30 น. วันที่ 18 กันยายน 2552". */
struct pending {
	struct rk_date_time time;
	rk_date_at end; /* NULL: none */
};

struct search {
	rk_date_at start, at;
	int year, offset;
	struct pending pending;
};

/* Numbers behind these words are not days. */
static const char *const numbering[] = {"ครั้งที่", "ฉบับที่", "ข้อที่", "ข้อ", "หน้า", "เลขที่",
    "โทรศัพท์", "โทรสาร", "โทร", "แฟกซ์", "เบอร์", "หมายเลข", "tel", "fax", "phone", NULL};

static const char *const linking[] = {"วันนี้", "ของ", "เมื่อ", "ในวันที่", "วันที่", "วัน", "ที่",
    "ใน", "ตรงกับ", "น.", "on", "of", "the", "date", NULL};

/* Only words that tie a time to its date lie between them. */
static bool
linked(rk_date_at p, rk_date_at to)
{
	for (unsigned n = 0; p < to && n < 16; n++) {
		unsigned day;
		rk_date_at q;

		if (strchr(" ,|-():;@\x01", (char)*p) != NULL)
			q = p + 1;
		else if ((q = rk_date_weekday(p, &day)) == NULL &&
			 (q = rk_date_any(p, linking, NULL)) == NULL)
			return false;
		p = q;
	}
	return p == to;
}

static bool
ends_with(rk_date_at start, rk_date_at at, const char *const *words)
{
	while (at > start && (at[-1] == ' ' || at[-1] == '.' || at[-1] == ':'))
		at--;
	for (size_t back = 2; back <= 8 && (size_t)(at - start) >= back; back++)
		if (rk_date_any(at - back, words, NULL) == at)
			return true;
	return false;
}

/* "5/2566", "1,234", "192.168.1.1": digits tied together. */
static rk_date_at
skip_number(rk_date_at p)
{
	while (rk_date_digit(*p) ||
	       (*p != '\0' && strchr(".,:/-", (char)*p) != NULL && rk_date_digit(p[1])))
		p++;
	return p;
}

/* May a date begin with the number here? */
static bool
free_number(const struct search *s)
{
	rk_date_at p = s->at;

	if (p == s->start)
		return true;
	if (rk_date_alpha(p[-1])) { /* "covid19", but "Mon13", "at16" */
		unsigned day;

		return p - s->start >= 3 && rk_date_weekday(p - 3, &day) == p;
	}
	if (p[-1] == '/' || p[-1] == '_' || p[-1] == '=' || p[-1] == '#' ||
	    p[-1] == '$')
		return false;
	/* "โควิด-19" */
	if (p[-1] == '-' && p - s->start >= 2 &&
	    (rk_date_alpha(p[-2]) || rk_date_thai_letter(p[-2])))
		return false;
	return !ends_with(s->start, p, numbering);
}

static int
finish(const struct search *s, rk_date_at begin, const struct rk_date_day *day,
    const struct rk_date_time *t, bool timed, struct rk_date *out)
{
	int weekday = rk_date_weekday_before(s->start, begin);

	out->utc = day->days * 86400 - (t->zone ? t->offset : s->offset);
	if (timed)
		out->utc += (int64_t)t->hour * 3600 + t->minute * 60 + t->second;
	out->precision = !timed ? RK_BY_DAY : t->seconds ? RK_BY_SECOND : RK_BY_MINUTE;
	out->buddhist = day->buddhist;
	out->weekday_wrong = weekday >= 0 && (unsigned)weekday != rk_weekday(day->days);
	out->zone_assumed = !t->zone;
	return 0;
}

/*
 * A good day was found: its time, behind it, inside or before it, and whether it is
 * the start of a range. 0, or -1 with s->at behind what is not to be taken.
 */
static int
stamp(struct search *s, const struct rk_date_day *day, struct rk_date *out)
{
	rk_date_at begin = s->at, p = day->end, q;
	struct rk_date_time t = day->time;
	unsigned hints = day->machine ? RK_DATE_MACHINE : 0;
	bool timed = day->timed, bad = t.bad;

	if (timed) {
		if ((q = rk_date_zone(p, hints, &t)) != NULL)
			p = q;
	} else if (day->machine && (*p == 'z' || *p == '+') &&
		   (q = rk_date_zone(p, hints, &t)) != NULL) {
		p = q; /* "2023-05-16Z" */
	} else {
		struct rk_date_time found;
		struct rk_date_day next; /* that number may be another date */

		q = rk_date_gap(p, &hints);
		if (rk_date_digit(*q) &&
		    ((hints & RK_DATE_CUE) != 0 || rk_date_from_number(q, s->year,
						       false, &next) == RK_DATE_NONE) &&
		    (q = rk_date_time(q, hints, &found)) != NULL) {
			t = found;
			timed = true;
			p = q;
		} else if (rk_date_alpha(*rk_date_spaces(p)) ||
			   *rk_date_spaces(p) == '+') {
			/* "16 May 2023 GMT": midnight there */
			if ((q = rk_date_zone(p, hints, &t)) != NULL)
				p = q;
		}
	}
	if (!timed && s->pending.end != NULL && linked(s->pending.end, begin)) {
		t = s->pending.time;
		timed = true;
	}
	bad = bad || t.bad;
	s->at = p;
	if ((q = rk_date_range(p, s->year)) != NULL) {
		s->at = q;
		return -1;
	}
	if (bad)
		return -1;
	return finish(s, begin, day, &t, timed, out);
}

/* A number: a time of day, a date, or nothing of ours. */
static int
at_number(struct search *s, unsigned hints, struct rk_date *out)
{
	struct rk_date_day day;
	struct rk_date_time t;
	rk_date_at q;

	if (!free_number(s)) {
		s->at = skip_number(s->at);
		return -1;
	}
	switch (rk_date_from_number(s->at, s->year, s->at == s->start, &day)) {
	case RK_DATE_GOOD:
		/* "เวลา 10.10.15 น." */
		if ((hints & RK_DATE_CUE) == 0)
			return stamp(s, &day, out);
		break;
	case RK_DATE_BAD:
		if ((hints & RK_DATE_CUE) == 0) {
			s->at = day.end;
			return -1;
		}
		break;
	case RK_DATE_NONE:
		break;
	}
	if ((q = rk_date_time(s->at, hints, &t)) != NULL) {
		s->pending = (struct pending){.time = t, .end = q};
		s->at = q;
		return -1;
	}
	s->at = skip_number(s->at);
	return -1;
}

static int
at_month(struct search *s, bool guess, struct rk_date *out)
{
	struct rk_date_day day;

	switch (rk_date_from_month(s->at, guess, s->year, &day)) {
	case RK_DATE_GOOD:
		return stamp(s, &day, out);
	case RK_DATE_BAD:
		s->at = day.end;
		return -1;
	case RK_DATE_NONE:
		break;
	}
	if (!rk_date_alpha(*s->at)) {
		s->at++;
		return -1;
	}
	while (rk_date_alpha(*s->at))
		s->at++;
	return -1;
}

static int
search(struct search *s, struct rk_date *out)
{
	unsigned hints = 0;

	while (*s->at != '\0') {
		unsigned char c = *s->at;
		rk_date_at q;

		if (rk_date_digit(c)) {
			if (at_number(s, hints, out) == 0)
				return 0;
			hints = 0;
		} else if (rk_date_alpha(c) || rk_date_thai_letter(c)) {
			bool first =
			    s->at == s->start || !rk_date_thai_letter(s->at[-1]);

			if ((q = rk_date_lit(s->at, "เวลา")) != NULL) {
				unsigned day;

				s->at = rk_date_gap(s->at, &hints);
				/* "เวลา" may stand before other words too. */
				if (!rk_date_digit(*s->at) || s->at < q ||
				    rk_date_weekday(s->at, &day) != NULL)
					hints = 0;
				if (s->at < q)
					s->at = q;
			} else if (at_month(s, first, out) == 0) {
				return 0;
			}
		} else {
			s->at++;
		}
	}
	return -1;
}

int
rk_date_parse(struct rk_str text, int64_t now, int offset, struct rk_date *out)
{
	unsigned char folded[RK_DATE_WINDOW + 1];
	struct search s = {.offset = offset};

	if (text.n >= 20 && text.n <= 31 && (rk_date_exact(text, out)))
		return 0;
	if (rk_date_fold(text, folded) == 0)
		return -1;
	s.start = s.at = folded;
	s.year = year_of(now < INT64_MAX - 86400 ? now + offset : now);
	return search(&s, out);
}
