/*
 * When a source is polled next, and the queue of due times. Pure: knows no clock.
 * RELIABILITY 2, 13-30.
 */
#ifndef RUAMKHAO_SCHED_H
#define RUAMKHAO_SCHED_H

#include <ruamkhao/source.h>

struct rk_arena;

/* What came of a poll, as far as the schedule cares. */
enum rk_outcome {
	RK_OUT_NEWS,      /* a document that was stored */
	RK_OUT_SAME,      /* 304, or the same body */
	RK_OUT_BUSY,      /* 429, 503 */
	RK_OUT_TROUBLE,   /* 5xx, DNS, connect, TLS, time-out, cut, bad document */
	RK_OUT_REFUSED,   /* 401, 403, 404 */
	RK_OUT_GONE       /* 410, 451 */
};

struct rk_due_in {
	const struct rk_source *source;
	enum rk_outcome outcome;
	int64_t now;
	int64_t retry_after;  /* seconds, -1 none */
	int64_t fresh_for;    /* seconds, -1 none */
	int64_t hint_seconds; /* of the document or the state kept, 0 none */
	bool has_validator;
	int64_t trouble_since; /* when the present run of failures began, or now */
	bool adaptive;        /* the interval may follow the pace of the source */
	bool first;           /* the document was its first */
	unsigned fresh;       /* new entries that this poll stored */
	bool unlimited;       /* the address lies in fetch.allow_addresses: no 10 min floor;
	                         all other rules hold */
	bool pushed;          /* a hub tells its news: polled no oftener than every
	                         RK_PUSHED_EVERY_S, to be sure */
};

/*
 * Sets state->next_due, not_before and why_next (in the arena) from what came of the
 * poll; state->failures, last_success, skip_hours and skip_days must already count it. state->pace is brought up to
 * date.
 *
 * Success: every (every_unconditional without a validator), more where the source is
 * adaptive and posts rarely (pace.c), or the largest hint, at most seven days, and up to
 * a tenth more. Trouble: that doubled by each failure in a row,
 * up to a day, and up to a fifth more. Busy: the same where no Retry-After came.
 * Refused: a day, after 30 days of trouble a week. Retry-After is never passed, hours
 * and days to skip neither. RK_OUT_GONE: next_due is far away.
 */
void rk_due_next(struct rk_source_state *state, const struct rk_due_in *, struct rk_arena *);

/*
 * First due time after a start. A source that was never polled: now. One that is overdue
 * after a downtime: within a few minutes, spread by a hash of its url. One whose time lies
 * further away than any rule puts it, or whose last poll lies in the future (a clock was
 * wrong): within its interval. GONE: far away. Else the time that was kept: a restart
 * polls nothing early. Also for the same question after a jump of the clock.
 */
int64_t rk_due_first(const struct rk_source *, const struct rk_source_state *, int64_t now);

/* How much of a wait that somebody asked for counts: seven days at most; 0 for -1. */
int64_t rk_due_asked(int64_t seconds);

/*
 * When a source is asked again of which nothing came, by our own fault, so many times in a
 * row (1 or more): after base, the shortest wait that is due to it anyway, doubled each
 * time, up to a day, and up to a fifth more.
 */
int64_t rk_due_again(const struct rk_source *, int64_t base, unsigned times, int64_t now);

/* The first time from t on that lies in no hour and on no day that it asks to skip. */
int64_t rk_due_open(const struct rk_source *, const struct rk_source_state *, int64_t t);

/*
 * The oldest first: gives the due times of the sources that are late (was, the persisted
 * next_due, before now; due, by rk_due_first, soon) to them anew, in the order of
 * was. The times as a set stay what they are.
 */
void rk_due_oldest_first(const int64_t *was, int64_t *due, size_t n, int64_t now);

/* ---- pace.c, for rk_due_next */

/* Count what a poll found; first: its first document. */
void rk_pace_news(struct rk_source_pace *, unsigned fresh, bool first, int64_t now);
/* Seconds to leave it alone, at least `least`, at most a day (or least). *why is set in
 * the arena where the pace decided it; else untouched. */
int64_t rk_pace_wait(const struct rk_source_pace *, unsigned fresh, int64_t least,
    int64_t now, struct rk_arena *, struct rk_str *why);

/*
 * From when on it is silent if nothing new comes: after eight of its usual pauses, a week
 * of working days at least, four months at most; RK_NO_TIME: nothing was read yet. A source
 * of which only its first document is known gets six and a half weeks.
 */
int64_t rk_pace_silent_from(const struct rk_source_pace *);

/* ---- office.c: days are counted from 1970-01-01, in Thailand */

int64_t rk_thai_day(int64_t t);
bool rk_office_open(int64_t t);
/* name: of the holiday, static, else empty; lieu: a day in lieu of it. NULL is fine. */
bool rk_working_day(int64_t day, struct rk_str *name, bool *lieu);

/* A heap of indexes by due time; ties by index. */
struct rk_heap;
struct rk_heap *rk_heap_new(size_t capacity);
void rk_heap_free(struct rk_heap *);
void rk_heap_set(struct rk_heap *, size_t index, int64_t due); /* insert or move */
void rk_heap_drop(struct rk_heap *, size_t index);             /* absent is fine */
bool rk_heap_first(const struct rk_heap *, size_t *index, int64_t *due);
size_t rk_heap_count(const struct rk_heap *);

#endif
