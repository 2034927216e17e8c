/*
 * How often a source posts, and how long it may be left alone for it.
 *
 * Two decayed counts, of all new entries and of those that were found in office hours,
 * halved every ten days. With them the moment is sought at which half a new entry is to
 * be expected: a source that posts ten times a day is asked every floor, one that posts
 * twice a week rarely, and both hardly at night. Never later than a tenth of the silence
 * that went before (what was silent for ten days may be found a day late), and that
 * between 6 h and a day. What has just posted will post more: it is asked at the floor.
 */
#include <ruamkhao/sched.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/units.h>

#define DAY       86400
#define HOUR      3600
#define HALF_LIFE (10 * DAY)
#define MOST_NEWS 50 /* a site that is put up anew does not post thousands a day */
#define FIRST_ALL 7000 /* thousandths: nothing is known, one entry in two days */
#define FIRST_OFFICE 6300
/* Hours that a steady rate is counted over, by the decay (10 days / ln 2): ten of a day
 * in five of seven days are office hours. */
#define HOURS_OFFICE 103
#define HOURS_REST   243
#define ENOUGH 500 /* thousandths of an entry to be expected */
#define AWAKE_S (6 * HOUR)
#define ASLEEP_S DAY

static uint32_t
decayed(uint32_t count, int64_t age)
{
	int64_t halves = age / HALF_LIFE, rest = age % HALF_LIFE, v;

	if (age <= 0)
		return count;
	if (halves > 31)
		return 0;
	v = count >> halves;
	return (uint32_t)(v - v * rest / (2 * HALF_LIFE)); /* a line is near enough */
}

void
rk_pace_news(struct rk_source_pace *p, unsigned fresh, bool first, int64_t now)
{
	bool known = p->at != RK_NO_TIME && !first;
	int64_t age = known && now > p->at ? now - p->at : 0;

	if (fresh == 0 && known)
		return;
	if (!known) { /* what a first document holds was not posted now */
		*p = (struct rk_source_pace){FIRST_ALL, FIRST_OFFICE, now};
		return;
	}
	fresh = fresh < MOST_NEWS ? fresh : MOST_NEWS;
	p->all = decayed(p->all, age) + fresh * 1000;
	p->office = decayed(p->office, age) + (rk_office_open(now) ? fresh * 1000 : 0);
	p->at = now;
}

static int64_t
longest(int64_t silence)
{
	int64_t most = silence / 10;

	return most < AWAKE_S ? AWAKE_S : most > ASLEEP_S ? ASLEEP_S : most;
}

/* Seconds until ENOUGH is to be expected, at most `most`. */
static int64_t
expected(int64_t office, int64_t rest, int64_t now, int64_t most)
{
	int64_t seen = 0; /* thousandths x seconds of an hour */

	for (int64_t t = 0; t < most;) {
		int64_t step = HOUR - (now + t) % HOUR;
		int64_t rate = rk_office_open(now + t) ? office / HOURS_OFFICE : rest / HOURS_REST;

		if (seen + rate * step >= ENOUGH * (int64_t)HOUR)
			return t + (ENOUGH * (int64_t)HOUR - seen) / rate;
		seen += rate * step;
		t += step;
	}
	return most;
}

/* ", and it is night in Thailand" ... or "" in office hours. */
static const char *
closed(int64_t now, struct rk_arena *arena)
{
	struct rk_str name;
	bool lieu;

	if (rk_office_open(now))
		return "";
	if (rk_working_day(rk_thai_day(now), &name, &lieu))
		return ", and the offices are closed for the night";
	if (name.n > 0)
		return rk_cstr(rk_arena_fmt(arena, ", and today is a holiday (%s%.*s)",
		    lieu ? "in lieu of " : "", (int)name.n, name.p));
	return ", and it is the weekend";
}

/* "about 3 times a day" */
static const char *
frequency(uint32_t all, struct rk_arena *arena)
{
	unsigned a_month = all * 30 / 14430, n = a_month; /* 10 days / ln 2 */
	const char *period = " entries a month";
	char text[RK_COUNT_TEXT];

	if (a_month < 2)
		return "hardly anything";
	if (a_month >= 45) {
		n = (a_month + 15) / 30;
		period = " entries a day";
	} else if (a_month >= 8) {
		n = (a_month + 2) * 7 / 30;
		period = " entries a week";
	}
	return rk_cstr(
	    rk_arena_join(arena, "about ", rk_format_count(n, text), period, NULL));
}

int64_t
rk_pace_wait(const struct rk_source_pace *p, unsigned fresh, int64_t least, int64_t now,
    struct rk_arena *arena, struct rk_str *why)
{
	int64_t silence, most, wait;
	uint32_t all, office;
	char text[24];

	if (p->at == RK_NO_TIME)
		return least;
	if (fresh > 0) {
		*why = rk_str("it has just posted, more may follow");
		return least;
	}
	silence = now > p->at ? now - p->at : 0;
	all = decayed(p->all, silence);
	office = decayed(p->office, silence);
	office = office < all ? office : all;
	most = longest(silence);
	if (most <= least)
		return least;
	wait = expected(office, all - office, now, most);
	if (wait <= least) {
		*why = rk_arena_join(arena, "it posts ", frequency(all, arena), NULL);
		return least;
	}
	if (silence >= 3 * DAY)
		*why = rk_arena_join(arena, "nothing new for ",
		    rk_format_duration(silence / DAY * DAY, text, sizeof(text)),
		    closed(now, arena), NULL);
	else
		*why = rk_arena_join(
		    arena, "it posts ", frequency(all, arena), closed(now, arena), NULL);
	return wait;
}

/* ---- silence */

#define LEAST_DAYS 5  /* working days: a week */
#define FIRST_DAYS 32 /* of one of which nothing but its first document is known */
#define MOST_DAYS  85 /* four months: nobody need wait longer to be told */
#define GAPS       8  /* usual pauses */

/* The working days without news after which it is silent. */
static int64_t
quiet_days(const struct rk_source_pace *p)
{
	int64_t days;

	if (p->all == FIRST_ALL && p->office == FIRST_OFFICE)
		return FIRST_DAYS;
	/* the usual pause in days is 14.43 / (count / 1000), five of seven are working days */
	days = p->all > 0 ? (int64_t)GAPS * 14430 * 5 / 7 / p->all + 1 : MOST_DAYS;
	return days < LEAST_DAYS ? LEAST_DAYS : days > MOST_DAYS ? MOST_DAYS : days;
}

/* All sources are looked at in one go, over the same few weeks: what is found of a day is
 * kept. */
static bool
is_working(int64_t day)
{
	static _Thread_local struct {
		int64_t day;
		bool known, working;
	} kept[512];
	size_t i = (size_t)day % (sizeof(kept) / sizeof(*kept));

	if (!kept[i].known || kept[i].day != day) {
		kept[i].working = rk_working_day(day, NULL, NULL);
		kept[i].day = day;
		kept[i].known = true;
	}
	return kept[i].working;
}

int64_t
rk_pace_silent_from(const struct rk_source_pace *p)
{
	int64_t day, left;

	if (p->at == RK_NO_TIME)
		return RK_NO_TIME;
	day = rk_thai_day(p->at);
	for (left = quiet_days(p); left > 0;) {
		day++;
		left -= is_working(day);
	}
	/* the night after the last of them */
	return (day + 1) * DAY - 7 * HOUR;
}
