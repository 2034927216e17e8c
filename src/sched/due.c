/*
 * When to come back, from what the origin said and how the last polls went
 * (RELIABILITY 2, 13-30). The largest hint wins; jitter comes from a hash, so that the
 * same state always gives the same time.
 */
#include <ruamkhao/sched.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/units.h>

#define DAY 86400
#define FAR_AWAY (100 * 365 * (int64_t)DAY)
#define REFUSED_WEEKLY_AFTER (30 * DAY) /* behaviour 25 */
#define SPREAD_S 300 /* overdue sources after a downtime come within five minutes */

/* 0 .. span-1, settled by the url and a salt. */
static int64_t
spread(struct rk_str url, uint64_t salt, int64_t span)
{
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

/* Hour and day that the document asks us to skip (GMT). */
static bool
skipped(const struct rk_source_state *s, int64_t t)
{
	unsigned hour = (unsigned)(t % DAY / 3600);
	unsigned day = (unsigned)((t / DAY + 3) % 7); /* 1970-01-01 was a Thursday */

	return (s->skip_hours >> hour & 1) != 0 || (s->skip_days >> day & 1) != 0;
}

static int64_t
past_skipped(const struct rk_source_state *s, int64_t t)
{
	for (int hours = 0; hours < 7 * 24 && skipped(s, t); hours++)
		t = (t / 3600 + 1) * 3600;
	return t;
}

/* Doubled with every failure: 1, 2, 4 ... times base, at most RK_MAX_BACKOFF_S. */
static int64_t
backoff(int64_t base, unsigned failures)
{
	int64_t t = base;

	for (unsigned i = 1; i < failures && t < RK_MAX_BACKOFF_S; i++)
		t *= 2;
	return max64(base, min64(t, RK_MAX_BACKOFF_S));
}

static int64_t
after_success(struct rk_source_state *s, const struct rk_due_in *in, struct rk_arena *arena)
{
	const struct rk_source *source = in->source;
	int64_t wait = in->has_validator ? source->every
	                                 : max64(source->every, source->every_unconditional);
	const char *why = in->has_validator ? "its interval" : "its interval (it sends no validator)";
	char text[24];

	if (in->unlimited) /* our own network: the operator's word is all that counts */
		return wait;
	if (in->hint_seconds > wait) {
		wait = in->hint_seconds;
		why = "the feed asks for it (ttl, update period)";
	}
	if (in->fresh_for > wait) {
		wait = in->fresh_for;
		why = "the answer is fresh so long (max-age, Expires)";
	}
	wait = max64(min64(wait, max64(RK_MAX_HINT_S, source->every)), RK_MIN_EVERY_S);
	s->why_next = rk_arena_fmt(arena, "%s after the last poll: %s",
	    rk_format_duration(wait, text, sizeof(text)), why);
	/* up to a tenth later, so that full hours see no peak */
	wait += spread(source->url, (uint64_t)in->now, wait / 10);
	return past_skipped(s, in->now + wait) - in->now;
}

static int64_t
after_failure(struct rk_source_state *s, const struct rk_due_in *in, struct rk_arena *arena)
{
	int64_t base = max64(in->source->every, 1), wait;
	char text[24];

	if (in->outcome == RK_OUT_REFUSED) {
		wait = in->now - in->trouble_since >= REFUSED_WEEKLY_AFTER ? 7 * DAY : DAY;
		wait = in->unlimited ? base : max64(wait, base);
	} else {
		wait = backoff(in->outcome == RK_OUT_BUSY ? 2 * base : base, s->failures);
		if (!in->unlimited)
			wait = max64(wait, RK_MIN_EVERY_S);
	}
	s->why_next = rk_arena_fmt(arena, "%s after failure %u in a row",
	    rk_format_duration(wait, text, sizeof(text)), s->failures);
	return wait + spread(in->source->url, (uint64_t)in->now, wait / 5);
}

void
rk_due_next(struct rk_source_state *s, const struct rk_due_in *in, struct rk_arena *arena)
{
	int64_t wait;
	char text[24];

	s->not_before = RK_NO_TIME;
	s->why_next = rk_str("its interval");
	switch (in->outcome) {
	case RK_OUT_NEWS:
	case RK_OUT_SAME:
		wait = after_success(s, in, arena);
		break;
	case RK_OUT_GONE:
		s->next_due = in->now + FAR_AWAY;
		s->why_next = rk_str("the server says it is gone for good; change its url to start again");
		return;
	case RK_OUT_BUSY:
	case RK_OUT_TROUBLE:
	case RK_OUT_REFUSED:
	default:
		wait = after_failure(s, in, arena);
		break;
	}
	s->next_due = in->now + wait;
	if (in->retry_after >= 0) {
		s->not_before = in->now + min64(in->retry_after, RK_MAX_HINT_S);
		if (s->not_before >= s->next_due) {
			s->next_due = s->not_before;
			s->why_next = rk_arena_fmt(arena, "the server asked to wait %s (Retry-After)",
			    rk_format_duration(in->retry_after, text, sizeof(text)));
		}
	}
}

int64_t
rk_due_first(const struct rk_source *source, const struct rk_source_state *s, int64_t now)
{
	if (s->standing == RK_STANDING_GONE)
		return now + FAR_AWAY;
	if (s->last_poll == RK_NO_TIME) /* new: soon, but not all in the same second */
		return now + spread(source->url, 0, min64(source->every, SPREAD_S));
	/* a clock that was wrong must neither starve nor hurry a source (behaviour 30) */
	if (s->next_due > now + max64(RK_MAX_HINT_S, source->every) + DAY)
		return now + spread(source->url, 1, source->every);
	if (s->next_due < now)
		return now + spread(source->url, 2, min64(source->every, SPREAD_S));
	return s->next_due;
}
