/*
 * When to come back, from what the origin said and how the last polls went
 * (RELIABILITY 2, 13-30). The largest hint wins; jitter comes from a hash, so that the
 * same state always gives the same time.
 */
#include <ruamkhao/sched.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/units.h>

#include <stdlib.h>

#define DAY                  86400
#define FAR_AWAY             (100 * 365 * (int64_t)DAY)
#define REFUSED_WEEKLY_AFTER (30 * DAY) /* behaviour 25 */
#define SPREAD_S             300 /* overdue sources after a downtime come within five minutes */
#define ALL_HOURS            0xffffffu
#define ALL_DAYS             0x7fu

/* Salts: decisions of one source fall apart. */
enum { SALT_CLOCK = 1, SALT_OVERDUE, SALT_SKIPPED };

/* 0 .. span-1, settled by the url and a salt. */
static int64_t
spread(struct rk_str url, uint64_t salt, int64_t span)
{
	if (!rk_keeps(RK_M_SPREAD))
		return 0;
	return span <= 0 ? 0 : (int64_t)(rk_hash64_more(salt, url) % (uint64_t)span);
}

static int64_t
max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* No wait is longer, but by its spread and by what is to be skipped: a hint's clamp, or
 * what the operator wants. */
static int64_t
longest(const struct rk_source *source)
{
	return max64(RK_MAX_HINT_S, max64(source->every, source->every_unconditional));
}

/* ---- hours and days that the document asks us to skip (GMT) */

static bool
skipped(uint32_t hours, uint32_t days, int64_t t)
{
	unsigned hour = (unsigned)(t % DAY / 3600);
	unsigned day = (unsigned)((t / DAY + 3) % 7); /* 1970-01-01 was a Thursday */

	return ((hours >> hour & 1) != 0 && rk_keeps(RK_M_SKIP_HOURS)) ||
	       ((days >> day & 1) != 0 && rk_keeps(RK_M_SKIP_DAYS));
}

/* The first time from t on that is not skipped; not all sources at its first second. */
static int64_t
past_skipped(const struct rk_source_state *s, struct rk_str url, int64_t t)
{
	/* who asks to be skipped always is not believed */
	uint32_t hours = (s->skip_hours & ALL_HOURS) == ALL_HOURS ? 0 : s->skip_hours;
	uint32_t days = (s->skip_days & ALL_DAYS) == ALL_DAYS ? 0 : s->skip_days;
	bool moved = false;

	if (t < 0)
		return t;
	while (skipped(hours, days, t)) { /* ends within a week: some hour is left */
		t = (t / 3600 + 1) * 3600;
		moved = true;
	}
	return moved ? t + spread(url, SALT_SKIPPED, 3600) : t;
}

int64_t
rk_due_open(const struct rk_source *source, const struct rk_source_state *s, int64_t t)
{
	return past_skipped(s, source->url, t);
}

/* ---- after a poll */

/* What was decided, and the sentence for the operator. */
struct wait {
	int64_t s;
	const char *why;
	int64_t asked; /* what the origin asked for, where that was cut; else 0 */
};

/* A wish of the origin: the largest wins (behaviour 21). */
static void
wish(struct wait *w, int64_t s, const char *why)
{
	if (s > w->s || (s > 0 && !rk_keeps(RK_M_LARGEST)))
		*w = (struct wait){s, why, 0};
}

/* What is configured, more where the source posts rarely, or what the origin asks for
 * where that is more. */
static struct wait
interval(const struct rk_source_state *s, const struct rk_due_in *in,
    struct rk_arena *arena)
{
	const struct rk_source *source = in->source;
	struct wait w = {source->every, "its interval", 0};
	int64_t most = longest(source);
	bool success = in->outcome == RK_OUT_NEWS || in->outcome == RK_OUT_SAME;
	struct rk_str pace = {0};

	if (!rk_keeps(RK_M_FLOOR))
		w.s = 1;
	/* one that never answered has not shown whether it sends validators */
	if (!in->has_validator && s->last_success != RK_NO_TIME &&
	    source->every_unconditional > w.s && rk_keeps(RK_M_UNCONDITIONAL)) {
		w.s = source->every_unconditional;
		w.why = "its interval (it sends no validator)";
	}
	if (success && in->adaptive && w.s >= RK_MIN_EVERY_S) {
		w.s = rk_pace_wait(&s->pace, in->fresh, w.s, in->now, arena, &pace);
		if (pace.n > 0)
			w.why = rk_cstr(pace);
	}
	if (success && in->pushed)
		wish(&w, RK_PUSHED_EVERY_S, "its hub tells the news (WebSub), polls only verify");
	wish(&w, in->hint_seconds, "the feed asks for it (ttl, update period)");
	if (success && rk_keeps(RK_M_FRESH))
		wish(&w, in->fresh_for, "the answer is fresh so long (max-age, Expires)");
	if (in->fresh_for == 0 && !rk_keeps(RK_M_NO_CACHE)) /* stale at once: ask soon */
		w.s = RK_MIN_EVERY_S;
	if (w.s > most) {
		w.asked = w.s;
		w.s = most;
	}
	w.s = max64(w.s, in->unlimited || !rk_keeps(RK_M_FLOOR) ? 1 : RK_MIN_EVERY_S);
	return w;
}

static struct rk_str
why_success(struct rk_arena *arena, const struct wait *w)
{
	char text[24], asked[24];

	if (w->asked == 0)
		return rk_arena_join(arena, rk_format_duration(w->s, text, sizeof(text)),
		    " after the last poll: ", w->why, NULL);
	return rk_arena_fmt(arena,
	    "%s after the last poll, the longest wait: %s, and says %s",
	    rk_format_duration(w->s, text, sizeof(text)), w->why,
	    rk_format_duration(w->asked, asked, sizeof(asked)));
}

/* Doubled with every failure: 2, 4, 8 ... times base, at most a day or base itself. */
static int64_t
backoff(int64_t base, unsigned failures)
{
	int64_t most = max64(base, RK_MAX_BACKOFF_S), t = base;

	for (unsigned i = 0; i < (failures > 0 ? failures : 1) && t < most; i++)
		t = t > most / 2 ? most : t * 2;
	return t;
}

/* Up to a fifth later; where that passes the most, up to a tenth before it. */
static int64_t
jitter(const struct rk_due_in *in, int64_t wait, int64_t most)
{
	int64_t later = wait + spread(in->source->url, (uint64_t)in->now, wait / 5);

	return later <= most
		   ? later
		   : most - spread(in->source->url, (uint64_t)in->now, most / 10);
}

static int64_t
after_failure(
    struct rk_source_state *s, const struct rk_due_in *in, struct rk_arena *arena)
{
	int64_t base = interval(s, in, arena).s, wait;
	char text[24];

	switch (in->outcome) {
	case RK_OUT_REFUSED:
		if (!rk_keeps(RK_M_REFUSED)) {
			wait = base;
			break;
		}
		wait = in->trouble_since != RK_NO_TIME && in->trouble_since < in->now &&
			       (uint64_t)in->now - (uint64_t)in->trouble_since >=
				   (uint64_t)REFUSED_WEEKLY_AFTER
			   ? 7 * DAY
			   : DAY;
		wait = rk_keeps(RK_M_REFUSED) ? max64(wait, base) : base;
		s->why_next = rk_arena_fmt(arena, "%s after the site refused it",
		    rk_format_duration(wait, text, sizeof(text)));
		return wait + spread(in->source->url, (uint64_t)in->now, wait / 10);
	case RK_OUT_BUSY:
		if (in->retry_after >= 0 || !rk_keeps(RK_M_BUSY)) {
			/* it says itself how long: no doubling */
			wait = base;
			break;
		}
		wait = backoff(base, s->failures);
		break;
	case RK_OUT_NEWS:
	case RK_OUT_SAME:
	case RK_OUT_TROUBLE:
	case RK_OUT_GONE:
	default:
		wait = rk_keeps(RK_M_BACKOFF) ? backoff(base, s->failures) : base;
		break;
	}
	s->why_next = rk_arena_fmt(arena,
	    "failed %u time%s in a row: asked again after %s", s->failures,
	    s->failures == 1 ? "" : "s", rk_format_duration(wait, text, sizeof(text)));
	return max64(
	    base, jitter(in, wait,
		      base >= RK_MAX_BACKOFF_S ? base + base / 10 : RK_MAX_BACKOFF_S));
}

int64_t
rk_due_again(const struct rk_source *source, int64_t base, unsigned times, int64_t now)
{
	int64_t wait = times > 1 ? backoff(base, times - 1) : base;

	return now + wait + spread(source->url, (uint64_t)now, wait / 5);
}

int64_t
rk_due_asked(int64_t seconds)
{
	return seconds < 0 ? 0 : min64(seconds, RK_MAX_HINT_S);
}

/* Never earlier than the server asks (behaviour 22). */
static void
hold(struct rk_source_state *s, const struct rk_due_in *in, struct rk_arena *arena)
{
	char text[24];

	if (in->retry_after < 0 || !rk_keeps(RK_M_RETRY_AFTER))
		return;
	s->not_before = in->now + rk_due_asked(in->retry_after);
	if (s->not_before < s->next_due)
		return;
	/* a host tells all its sources, which need not all come back in that second */
	s->next_due = s->not_before + spread(in->source->url, (uint64_t)in->now,
					  rk_due_asked(in->retry_after) / 10);
	s->why_next = rk_arena_fmt(arena, "the server asked to wait %s (Retry-After)%s",
	    rk_format_duration(in->retry_after, text, sizeof(text)),
	    in->retry_after > RK_MAX_HINT_S ? "; it gets 7d" : "");
}

void
rk_due_next(
    struct rk_source_state *s, const struct rk_due_in *in, struct rk_arena *arena)
{
	struct wait w;
	int64_t open;

	s->not_before = RK_NO_TIME;
	if (in->outcome == RK_OUT_NEWS)
		rk_pace_news(&s->pace, in->fresh, in->first, in->now);
	switch (in->outcome) {
	case RK_OUT_GONE:
		if (!rk_keeps(RK_M_GONE)) {
			s->next_due = in->now + interval(s, in, arena).s;
			return;
		}
		s->next_due = in->now + FAR_AWAY;
		s->why_next =
		    rk_str("the server says it is gone for good; change its url to "
			   "start again");
		return;
	case RK_OUT_NEWS:
	case RK_OUT_SAME:
		w = interval(s, in, arena);
		s->why_next = why_success(arena, &w);
		/* up to a tenth later, so that full hours see no peak */
		s->next_due = in->now + w.s +
			      spread(in->source->url, (uint64_t)in->now, w.s / 10);
		break;
	case RK_OUT_BUSY:
	case RK_OUT_TROUBLE:
	case RK_OUT_REFUSED:
	default:
		s->next_due = in->now + after_failure(s, in, arena);
		break;
	}
	hold(s, in, arena);
	open = past_skipped(s, in->source->url, s->next_due);
	if (open > s->next_due) {
		s->next_due = open;
		s->why_next = rk_arena_fmt(arena,
		    "%s, then past the hours or days it asks to skip",
		    rk_cstr(s->why_next));
	}
}

/* ---- after a start */

int64_t
rk_due_first(
    const struct rk_source *source, const struct rk_source_state *s, int64_t now)
{
	int64_t due = s->next_due, most = longest(source) + longest(source) / 10;

	if (s->standing == RK_STANDING_GONE && rk_keeps(RK_M_GONE))
		return now + FAR_AWAY;
	if (s->last_poll ==
	    RK_NO_TIME || !rk_keeps(RK_M_RESTART)) /* new: at once; tickets and hosts set the pace */
		return now;
	/* A clock that was wrong must neither starve nor hurry a source (behaviour 30):
	 * the last poll was not in the future, and no rule waits longer than most. */
	if (s->skip_hours != 0 || s->skip_days != 0)
		most += 7 * DAY + 3600;
	if ((s->last_poll > now || due > now + most) && rk_keeps(RK_M_CLOCK))
		due = now + spread(source->url, SALT_CLOCK, source->every);
	else if (due < now && rk_keeps(RK_M_BACKLOG)) /* soon, the sooner the less it is late */
		due = now + spread(source->url, SALT_OVERDUE,
				min64(source->every,
				    due < now - SPREAD_S ? SPREAD_S : now - due));
	if (s->not_before != RK_NO_TIME && s->not_before <= now + RK_MAX_HINT_S)
		due = max64(due, s->not_before);
	return past_skipped(s, source->url, due);
}

/* ---- the order of a backlog */

struct late {
	int64_t was;
	size_t index;
};

static int
by_was(const void *va, const void *vb)
{
	const struct late *a = va, *b = vb;

	if (a->was != b->was)
		return a->was < b->was ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static int
by_time(const void *va, const void *vb)
{
	const int64_t *a = va, *b = vb;

	return (*a > *b) - (*a < *b);
}

void
rk_due_oldest_first(const int64_t *was, int64_t *due, size_t n, int64_t now)
{
	struct late *late = rk_xcalloc(n + 1, sizeof(*late));
	int64_t *times = rk_xcalloc(n + 1, sizeof(*times));
	size_t m = 0;

	for (size_t i = 0; i < n && rk_keeps(RK_M_BACKLOG); i++) {
		if (was[i] >= now || due[i] > now + SPREAD_S)
			continue;
		times[m] = due[i];
		late[m++] = (struct late){was[i], i};
	}
	qsort(late, m, sizeof(*late), by_was);
	qsort(times, m, sizeof(*times), by_time);
	for (size_t i = 0; i < m; i++)
		due[late[i].index] = times[i];
	free(late);
	free(times);
}
