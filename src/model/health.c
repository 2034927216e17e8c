/* How a source fares, from what is known of it; and how much of a month it fared well. */
#include <ruamkhao/health.h>

#include <ruamkhao/date.h>
#include <ruamkhao/err.h>

#include <stdio.h>

#define DAY ((int64_t)86400)

const char *
rk_health_name(enum rk_health health)
{
	static const char *const names[RK_N_HEALTH] = {"new", "working", "late", "silent",
	    "broken", "gone", "held", "disabled", "removed"};

	rk_assert((size_t)health < RK_N_HEALTH);
	return names[health];
}

const char *
rk_event_name(enum rk_event_kind kind)
{
	static const char *const names[RK_N_EVENTS] = {"added", "removed", "disabled",
	    "enabled", "moved", "broken", "repaired", "silent", "news-again", "held"};

	rk_assert((size_t)kind < RK_N_EVENTS);
	return names[kind];
}

bool
rk_health_is_trouble(enum rk_health health)
{
	return health == RK_HEALTH_LATE || health == RK_HEALTH_SILENT ||
	       health == RK_HEALTH_BROKEN || health == RK_HEALTH_GONE ||
	       health == RK_HEALTH_HELD;
}

/* Once late it is so until it is asked, also over a restart. */
static bool
is_late(const struct rk_health_in *in)
{
	int64_t due = in->next_due;

	if (due == RK_NO_TIME)
		return false;
	if (in->was != RK_HEALTH_LATE && due < in->began)
		due = in->began;
	return in->now - RK_LATE_S > due;
}

enum rk_health
rk_health_decide(const struct rk_health_in *in)
{
	if (!in->configured)
		return RK_HEALTH_REMOVED;
	switch (in->standing) {
	case RK_STANDING_OFF:
		return RK_HEALTH_OFF;
	case RK_STANDING_GONE:
		return RK_HEALTH_GONE;
	case RK_STANDING_NEW:
		return RK_HEALTH_NEW;
	case RK_STANDING_FAILING:
		if (in->failures >= RK_BROKEN_FAILURES ||
		    (in->standing_since != RK_NO_TIME &&
			in->now - RK_BROKEN_S >= in->standing_since))
			return RK_HEALTH_BROKEN;
		if (in->was == RK_HEALTH_BROKEN || in->was == RK_HEALTH_NEW)
			return in->was;
		if (in->last_success == RK_NO_TIME)
			return RK_HEALTH_NEW;
		break;
	case RK_STANDING_OK:
		break;
	}
	if (is_late(in))
		return RK_HEALTH_LATE;
	if (in->held > 0)
		return RK_HEALTH_HELD;
	if (in->silent_from != RK_NO_TIME && in->now >= in->silent_from)
		return RK_HEALTH_SILENT;
	return RK_HEALTH_WORKING;
}

/* ---- months */

int64_t
rk_month_of(int64_t t)
{
	int64_t local = t + RK_BANGKOK, days = local / DAY - (local % DAY < 0), year;
	unsigned month, day;

	rk_civil_from_days(days, &year, &month, &day);
	return year * 12 + month - 1;
}

int64_t
rk_month_begin(int64_t month)
{
	return rk_days_from_civil(month / 12, (unsigned)(month % 12) + 1, 1) * DAY -
	       RK_BANGKOK;
}

const char *
rk_month_text(int64_t month, char out[16])
{
	(void)snprintf(out, 16, "%04d-%02d", (int)(month / 12 % 10000), (int)(month % 12) + 1);
	return out;
}

/* Does a time of that health count, and for it? */
static bool
counts(enum rk_health health, bool *good)
{
	*good = health == RK_HEALTH_WORKING || health == RK_HEALTH_HELD;
	return *good || health == RK_HEALTH_SILENT || health == RK_HEALTH_BROKEN ||
	       health == RK_HEALTH_GONE;
}

static int64_t
overlap(int64_t a, int64_t b, int64_t from, int64_t to)
{
	a = a > from ? a : from;
	b = b < to ? b : to;
	return b > a ? b - a : 0;
}

void
rk_score_month(const struct rk_health_turn *v, size_t n, int64_t month, unsigned *days,
    unsigned *good)
{
	int64_t end = rk_month_begin(month + 1);
	size_t first = 0;

	*days = *good = 0;
	for (int64_t day = rk_month_begin(month); day < end; day += DAY) {
		int64_t known = 0, well = 0;

		while (first + 1 < n && v[first + 1].at <= day)
			first++;
		for (size_t i = first; i < n && v[i].at < day + DAY; i++) {
			int64_t until = i + 1 < n ? v[i + 1].at : INT64_MAX, s;
			bool is_good;

			if (!counts(v[i].health, &is_good))
				continue;
			s = overlap(v[i].at, until, day, day + DAY);
			known += s;
			well += is_good ? s : 0;
		}
		if (2 * known < DAY)
			continue;
		(*days)++;
		*good += 2 * well >= known;
	}
}
