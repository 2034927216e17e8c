/*
 * The queue of due times against a plain model, and every rule of when to come back
 * (RELIABILITY 2, 13-30): floors, hints, Retry-After, back-off, refusals, skipped
 * hours, restarts, clocks that jump.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/sched.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR 3600
#define DAY  (24 * (int64_t)HOUR)
#define WEEK (7 * DAY)
#define NOW  INT64_C(1795219200) /* 2026-11-21 00:00 UTC, a Saturday */

/* ---- the heap */

static uint64_t seed_state;

static uint32_t
draw(uint32_t below)
{
	seed_state ^= seed_state << 13;
	seed_state ^= seed_state >> 7;
	seed_state ^= seed_state << 17;
	return (uint32_t)(seed_state >> 32) % below;
}

#define N_MODEL 97

struct model {
	bool in[N_MODEL];
	int64_t due[N_MODEL];
};

static bool
model_first(const struct model *m, size_t *index)
{
	bool any = false;

	for (size_t i = 0; i < N_MODEL; i++) {
		if (m->in[i] && (!any || m->due[i] < m->due[*index])) {
			*index = i;
			any = true;
		}
	}
	return any;
}

static size_t
model_count(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < N_MODEL; i++)
		n += m->in[i];
	return n;
}

static void
same(const struct rk_heap *h, const struct model *m)
{
	size_t index = SIZE_MAX, want = SIZE_MAX;
	int64_t due;
	bool any = model_first(m, &want);

	assert_int_equal(rk_heap_count(h), model_count(m));
	assert_int_equal(rk_heap_first(h, &index, &due), any);
	if (any) {
		assert_int_equal(index, want);
		assert_true(due == m->due[want]);
	}
}

static void
test_heap_model(void **unused)
{
	struct rk_heap *h = rk_heap_new(N_MODEL);
	struct model m = {0};

	(void)unused;
	seed_state = 0x9e3779b97f4a7c15u;
	for (int step = 0; step < 60000; step++) {
		size_t i = draw(N_MODEL);

		if (draw(3) == 0) {
			rk_heap_drop(h, i);
			m.in[i] = false;
		} else { /* few values: ties are common; some at the ends */
			int64_t due = draw(50) == 0   ? INT64_MAX
				      : draw(50) == 0 ? INT64_MIN
						      : (int64_t)draw(40) - 20;

			rk_heap_set(h, i, due);
			m.in[i] = true;
			m.due[i] = due;
		}
		same(h, &m);
	}
	rk_heap_free(h);
}

static void
test_heap_order(void **unused)
{
	const size_t n = 5000;
	struct rk_heap *h = rk_heap_new(n);
	int64_t last = INT64_MIN, due;
	size_t index, seen = 0;

	(void)unused;
	for (size_t i = 0; i < n; i++)
		rk_heap_set(h, i, (int64_t)((i * 7919) % 1000));
	while (rk_heap_first(h, &index, &due)) {
		assert_true(due >= last);
		last = due;
		rk_heap_drop(h, index);
		seen++;
	}
	assert_int_equal(seen, n);
	assert_int_equal(rk_heap_count(h), 0);
	rk_heap_drop(h, 3); /* absent is fine */
	rk_heap_free(h);
	rk_heap_free(NULL);
	h = rk_heap_new(0);
	assert_false(rk_heap_first(h, &index, &due));
	rk_heap_free(h);
}

/* ---- after a poll */

struct world {
	struct rk_arena *arena;
	struct rk_source source;
	struct rk_source_state state;
	struct rk_due_in in;
};

/* A source of one hour that answers with a validator and has done so before. */
static void
world_init(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->arena = rk_arena_new(0);
	w->source.url = RK_STR("https://www.example.go.th/rss.xml");
	w->source.every = HOUR;
	w->source.every_unconditional = 4 * HOUR;
	w->state.last_poll = NOW - HOUR;
	w->state.last_success = NOW - HOUR;
	w->state.not_before = RK_NO_TIME;
	w->state.next_due = NOW;
	w->state.standing = RK_STANDING_OK;
	w->in.source = &w->source;
	w->in.outcome = RK_OUT_NEWS;
	w->in.now = NOW;
	w->in.retry_after = w->in.fresh_for = -1;
	w->in.has_validator = true;
	w->in.trouble_since = NOW;
}

/* Seconds until the next poll. */
static int64_t
wait_of(struct world *w)
{
	rk_due_next(&w->state, &w->in, w->arena);
	assert_true(w->state.why_next.n > 0);
	assert_int_equal(w->state.why_next.p[w->state.why_next.n], '\0');
	return w->state.next_due - w->in.now;
}

static void
between(int64_t got, int64_t least, int64_t most)
{
	if (got < least || got > most)
		fail_msg("%lld s is not in %lld .. %lld", (long long)got,
		    (long long)least, (long long)most);
}

static bool
says(const struct world *w, const char *text)
{
	return strstr(w->state.why_next.p, text) != NULL;
}

static void
test_interval(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w);
	between(wait_of(&w), HOUR, HOUR * 11 / 10);
	assert_true(says(&w, "1h"));
	assert_true(w.state.not_before == RK_NO_TIME);
	w.in.outcome = RK_OUT_SAME; /* a 304 is no reason to come sooner or later */
	between(wait_of(&w), HOUR, HOUR * 11 / 10);
	w.in.has_validator = false; /* 14 */
	between(wait_of(&w), 4 * HOUR, 4 * HOUR * 11 / 10);
	assert_true(says(&w, "validator"));
	w.source.every = 6 * HOUR; /* the longer one holds */
	between(wait_of(&w), 6 * HOUR, 6 * HOUR * 11 / 10);
	rk_arena_free(w.arena);
}

static void
test_floor(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w); /* 13: never under ten minutes, save on our own network */
	w.source.every = w.source.every_unconditional = 1;
	between(wait_of(&w), 600, 660);
	w.in.fresh_for = 0; /* 16: no-cache does not make it faster */
	between(wait_of(&w), 600, 660);
	w.in.unlimited = true;
	assert_int_equal(wait_of(&w), 1);
	w.in.outcome = RK_OUT_TROUBLE;
	w.state.failures = 1;
	assert_int_equal(wait_of(&w), 2);
	w.source.every = w.source.every_unconditional = 0;
	w.in.outcome = RK_OUT_NEWS;
	assert_true(wait_of(&w) >= 1); /* never a tight loop */
	rk_arena_free(w.arena);
}

static void
test_hints(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w);
	w.in.hint_seconds = 3 * HOUR; /* 17, 20 */
	between(wait_of(&w), 3 * HOUR, 3 * HOUR * 11 / 10);
	assert_true(says(&w, "ttl"));
	w.in.fresh_for = 5 * HOUR; /* 15, 21: the largest wins */
	between(wait_of(&w), 5 * HOUR, 5 * HOUR * 11 / 10);
	assert_true(says(&w, "max-age"));
	w.in.outcome = RK_OUT_SAME; /* on a 304 too */
	between(wait_of(&w), 5 * HOUR, 5 * HOUR * 11 / 10);
	w.in.hint_seconds = 6 * HOUR;
	between(wait_of(&w), 6 * HOUR, 6 * HOUR * 11 / 10);
	w.in.hint_seconds = 60; /* a hint never makes it faster */
	w.in.fresh_for = 60;
	between(wait_of(&w), HOUR, HOUR * 11 / 10);
	/* on our own network too: only the floor falls */
	w.in.unlimited = true;
	w.source.every = 1;
	w.in.fresh_for = 100;
	between(wait_of(&w), 100, 110);
	rk_arena_free(w.arena);
}

static void
test_hint_clamp(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w);
	w.in.fresh_for = 365 * DAY; /* 21: seven days, and it is shown */
	between(wait_of(&w), WEEK, WEEK * 11 / 10);
	assert_true(says(&w, "7d"));
	assert_true(says(&w, "365d"));
	w.in.fresh_for = INT64_MAX;
	w.in.hint_seconds = INT64_MAX;
	between(wait_of(&w), WEEK, WEEK * 11 / 10);
	w.in.outcome = RK_OUT_TROUBLE;
	w.state.failures = 1000000;
	between(wait_of(&w), WEEK, WEEK * 12 / 10);
	w.in.outcome = RK_OUT_NEWS;
	w.source.every = 10 * DAY; /* the operator may ask for more */
	between(wait_of(&w), 10 * DAY, 11 * DAY);
	w.source.every = HOUR;
	w.source.every_unconditional = 20 * DAY; /* in this way too */
	w.in.has_validator = false;
	w.in.fresh_for = -1;
	w.in.hint_seconds = 0;
	between(wait_of(&w), 20 * DAY, 22 * DAY);
	rk_arena_free(w.arena);
}

static void
test_retry_after(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w); /* 22 */
	w.in.outcome = RK_OUT_BUSY;
	w.state.failures = 1;
	w.in.retry_after = 5 * HOUR;
	between(wait_of(&w), 5 * HOUR, 5 * HOUR * 11 / 10); /* not with all that it told so */
	assert_true(w.state.not_before == NOW + 5 * HOUR);
	assert_true(says(&w, "Retry-After"));
	w.in.retry_after = 60; /* told how long: its interval, not doubled */
	w.state.failures = 5;
	between(wait_of(&w), HOUR, HOUR * 12 / 10);
	assert_true(w.state.not_before == NOW + 60);
	w.in.retry_after = 30 * DAY; /* clamped, and it is shown */
	between(wait_of(&w), WEEK, WEEK * 11 / 10);
	assert_true(w.state.not_before == NOW + WEEK);
	assert_true(says(&w, "30d"));
	assert_true(says(&w, "7d"));
	w.in.retry_after = INT64_MAX;
	between(wait_of(&w), WEEK, WEEK * 11 / 10);
	w.in.retry_after = 0;
	assert_true(wait_of(&w) >= HOUR);
	w.in.retry_after = 2 * HOUR; /* whatever the answer was */
	w.in.outcome = RK_OUT_NEWS;
	between(wait_of(&w), 2 * HOUR, 2 * HOUR * 11 / 10);
	w.in.retry_after = -1; /* a later answer without it lifts it */
	(void)wait_of(&w);
	assert_true(w.state.not_before == RK_NO_TIME);
	rk_arena_free(w.arena);
}

static void
test_busy(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w); /* 23 */
	w.in.outcome = RK_OUT_BUSY;
	w.state.failures = 1;
	between(wait_of(&w), 2 * HOUR, 2 * HOUR * 12 / 10);
	w.state.failures = 3;
	between(wait_of(&w), 8 * HOUR, 8 * HOUR * 12 / 10);
	w.state.failures = 50;
	between(wait_of(&w), DAY * 9 / 10, DAY);
	rk_arena_free(w.arena);
}

static void
test_backoff(void **unused)
{
	struct world w;
	int64_t before = 0, base = HOUR;

	(void)unused;
	world_init(&w); /* 24 */
	w.in.outcome = RK_OUT_TROUBLE;
	for (unsigned f = 1; f < 40; f++) {
		int64_t least = f < 5 ? base << f : DAY * 9 / 10;
		int64_t got;

		w.state.failures = f;
		got = wait_of(&w);
		between(got, least, least * 12 / 10 < DAY ? least * 12 / 10 : DAY);
		assert_true(f > 5 || got > before);
		before = got;
	}
	assert_true(says(&w, "failed 39 times"));
	w.in.outcome = RK_OUT_NEWS; /* success resets */
	w.state.failures = 0;
	between(wait_of(&w), HOUR, HOUR * 11 / 10);
	/* 24 without validators: not sooner than after a success */
	w.in.outcome = RK_OUT_TROUBLE;
	w.in.has_validator = false;
	w.state.failures = 1;
	between(wait_of(&w), 8 * HOUR, 8 * HOUR * 12 / 10);
	/* but one that never answered has shown nothing yet */
	w.state.last_success = RK_NO_TIME;
	between(wait_of(&w), 2 * HOUR, 2 * HOUR * 12 / 10);
	/* what a failure says of freshness is no hint */
	w.in.fresh_for = 3 * DAY;
	between(wait_of(&w), 2 * HOUR, 2 * HOUR * 12 / 10);
	/* slower sources than a day stay what they are */
	w.source.every = 3 * DAY;
	between(wait_of(&w), 3 * DAY, 3 * DAY * 12 / 10);
	rk_arena_free(w.arena);
}

static void
test_again(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w);
	for (unsigned i = 1; i <= 4; i++)
		between(rk_due_again(&w.source, HOUR, i, NOW) - NOW, HOUR << (i - 1),
		    (HOUR << (i - 1)) * 12 / 10);
	between(rk_due_again(&w.source, HOUR, 31, NOW) - NOW, DAY, DAY * 12 / 10);
	between(
	    rk_due_again(&w.source, 3 * DAY, 9, NOW) - NOW, 3 * DAY, 3 * DAY * 12 / 10);
	assert_true(rk_due_again(&w.source, 1, 1, NOW) == NOW + 1);
	rk_arena_free(w.arena);
}

static void
test_refused(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w); /* 25 */
	w.in.outcome = RK_OUT_REFUSED;
	w.state.failures = 1;
	between(wait_of(&w), DAY, DAY * 11 / 10);
	w.state.failures = 20;
	w.in.trouble_since = NOW - 29 * DAY;
	between(wait_of(&w), DAY, DAY * 11 / 10);
	w.in.trouble_since = NOW - 30 * DAY;
	between(wait_of(&w), WEEK, WEEK * 11 / 10);
	w.in.trouble_since = NOW + 100 * DAY; /* a clock went back */
	between(wait_of(&w), DAY, DAY * 11 / 10);
	w.in.trouble_since = RK_NO_TIME;
	between(wait_of(&w), DAY, DAY * 11 / 10);
	w.in.trouble_since = NOW;
	w.in.unlimited = true; /* the intranet's 404 is a 404 */
	w.source.every = 1;
	between(wait_of(&w), DAY, DAY * 11 / 10);
	w.source.every = 2 * DAY;
	between(wait_of(&w), 2 * DAY, 2 * DAY * 11 / 10);
	rk_arena_free(w.arena);
}

static void
test_gone(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w); /* 26 */
	w.in.outcome = RK_OUT_GONE;
	w.in.retry_after = 10;
	w.in.unlimited = true;
	assert_true(wait_of(&w) > 50 * 365 * DAY);
	assert_true(w.state.not_before == RK_NO_TIME);
	assert_true(says(&w, "gone"));
	w.state.standing = RK_STANDING_GONE;
	assert_true(
	    rk_due_first(&w.source, &w.state, NOW + WEEK) > NOW + 50 * 365 * DAY);
	rk_arena_free(w.arena);
}

/* ---- hours and days to skip */

static unsigned
hour_of(int64_t t)
{
	return (unsigned)(t % DAY / HOUR);
}

static void
test_skip_hours(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w); /* 18; now it is midnight GMT, due at one o'clock */
	w.state.skip_hours = 0x0000fe; /* hours 1 to 7 */
	between(wait_of(&w), 8 * HOUR, 9 * HOUR - 1);
	assert_true(says(&w, "skip"));
	for (unsigned failures = 0; failures < 6;
	     failures++) { /* whatever came of it */
		w.in.outcome = failures > 0 ? RK_OUT_TROUBLE : RK_OUT_NEWS;
		w.state.failures = failures;
		(void)wait_of(&w);
		assert_int_equal(
		    w.state.skip_hours >> hour_of(w.state.next_due) & 1, 0);
	}
	w.in.outcome = RK_OUT_BUSY; /* a Retry-After that ends inside */
	w.in.retry_after = 3 * HOUR;
	between(wait_of(&w), 8 * HOUR, 9 * HOUR - 1);
	w.in.retry_after = -1;
	w.in.outcome = RK_OUT_NEWS;
	w.state.skip_hours = 0xffffff; /* always is never: not believed */
	between(wait_of(&w), HOUR, HOUR * 11 / 10);
	w.state.skip_hours = 0xfffffe; /* midnight only */
	between(wait_of(&w), DAY, DAY + HOUR - 1);
	rk_arena_free(w.arena);
}

static void
test_skip_days(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w);           /* 19; NOW is a Saturday: bit 5 */
	w.state.skip_days = 0x60; /* Saturday and Sunday */
	between(wait_of(&w), 2 * DAY, 2 * DAY + HOUR - 1);
	w.state.skip_days = 0x40; /* Sunday only: today is fine */
	between(wait_of(&w), HOUR, HOUR * 11 / 10);
	w.state.skip_days = 0x7f;
	between(wait_of(&w), HOUR, HOUR * 11 / 10);
	w.state.skip_days = 0x5f; /* all but Saturday */
	w.in.now = NOW + 23 * HOUR + 59 * 60;
	between(wait_of(&w), 6 * DAY, 6 * DAY + HOUR);
	w.state.skip_days = 0x60; /* and hours of Monday */
	w.state.skip_hours = 0x00ffff;
	w.in.now = NOW;
	between(wait_of(&w), 2 * DAY + 16 * HOUR, 2 * DAY + 17 * HOUR - 1);
	rk_arena_free(w.arena);
}

/* Sources that all may come again at eight do not come in its first second. */
static void
test_skip_spread(void **unused)
{
	struct world w;
	char url[64];
	int64_t first = INT64_MAX, last = 0;

	(void)unused;
	world_init(&w);
	w.state.skip_hours = 0x0000fe;
	for (int i = 0; i < 200; i++) {
		int64_t wait;

		(void)snprintf(url, sizeof(url), "https://x%d.example.go.th/", i);
		w.source.url = rk_str(url);
		wait = wait_of(&w);
		between(wait, 8 * HOUR, 9 * HOUR - 1);
		first = wait < first ? wait : first;
		last = wait > last ? wait : last;
	}
	assert_true(last - first > HOUR / 2);
	rk_arena_free(w.arena);
}

/* ---- spread (28) */

static void
test_no_peak(void **unused)
{
	struct world w;
	unsigned minutes[8] = {0}; /* of the six minutes that a tenth of an hour is */
	char url[64];

	(void)unused;
	world_init(&w);
	for (int i = 0; i < 600; i++) {
		(void)snprintf(url, sizeof(url), "https://x%d.example.go.th/feed", i);
		w.source.url = rk_str(url);
		minutes[(wait_of(&w) - HOUR) / 60]++;
	}
	for (int i = 0; i < 6; i++)
		between(minutes[i], 60, 140);
	/* and the same state gives the same time again */
	rk_due_next(&w.state, &w.in, w.arena);
	between(w.state.next_due - NOW, HOUR, HOUR * 11 / 10);
	assert_true(wait_of(&w) == wait_of(&w));
	rk_arena_free(w.arena);
}

/* ---- after a start */

static void
test_restart(void **unused)
{
	struct world w;

	(void)unused;
	world_init(&w); /* 27: nothing is due that was not due */
	w.state.next_due = NOW + 1800;
	w.state.last_poll = NOW - 1800;
	assert_true(rk_due_first(&w.source, &w.state, NOW) == NOW + 1800);
	for (int i = 0; i < 10; i++)
		assert_true(
		    rk_due_first(&w.source, &w.state, NOW + i * 60) == NOW + 1800);
	w.state.last_poll = RK_NO_TIME; /* new: at once */
	assert_true(rk_due_first(&w.source, &w.state, NOW) == NOW);
	rk_arena_free(w.arena);
}

static void
test_overdue(void **unused)
{
	struct world w;
	char url[64];
	int64_t first = INT64_MAX, last = 0;

	(void)unused;
	world_init(&w); /* 29 */
	w.state.last_poll = NOW - 30 * DAY;
	w.state.next_due = NOW - 30 * DAY + HOUR;
	for (int i = 0; i < 1000; i++) {
		int64_t due;

		(void)snprintf(url, sizeof(url), "https://x%d.example.go.th/", i);
		w.source.url = rk_str(url);
		due = rk_due_first(&w.source, &w.state, NOW);
		between(due, NOW, NOW + 299);
		first = due < first ? due : first;
		last = due > last ? due : last;
	}
	assert_true(last - first > 280);
	/* a little late: soon, so that restarts cannot put it off for ever */
	w.state.next_due = NOW - 5;
	between(rk_due_first(&w.source, &w.state, NOW), NOW, NOW + 4);
	w.source.every = 2;
	w.state.next_due = NOW - DAY;
	between(rk_due_first(&w.source, &w.state, NOW), NOW, NOW + 1);
	w.state.next_due = RK_NO_TIME;
	between(rk_due_first(&w.source, &w.state, NOW), NOW, NOW + 1);
	/* late, but asked to wait, or to keep away at this hour */
	w.source.every = HOUR;
	w.state.not_before = NOW + DAY;
	assert_true(rk_due_first(&w.source, &w.state, NOW) == NOW + DAY);
	w.state.not_before = RK_NO_TIME;
	w.state.skip_hours = 0x0000ff;
	between(
	    rk_due_first(&w.source, &w.state, NOW), NOW + 8 * HOUR, NOW + 9 * HOUR - 1);
	rk_arena_free(w.arena);
}

static void
test_oldest_first(void **unused)
{
	enum { N = 500 };
	static int64_t was[N], due[N], sorted[N];
	struct world w;
	char url[64];

	(void)unused;
	world_init(&w);
	seed_state = 42;
	for (int i = 0; i < N; i++) {
		(void)snprintf(url, sizeof(url), "https://x%d.example.go.th/", i);
		w.source.url = rk_str(url);
		was[i] = i % 5 == 0 ? NOW + 1000 + i : NOW - DAY - (int64_t)draw(HOUR);
		w.state.next_due = was[i];
		due[i] = rk_due_first(&w.source, &w.state, NOW);
	}
	memcpy(sorted, due, sizeof(due));
	rk_due_oldest_first(was, due, N, NOW);
	for (int i = 0; i < N; i++) {
		if (i % 5 == 0) {
			assert_true(due[i] == was[i]);
			continue;
		}
		between(due[i], NOW, NOW + 299);
		for (int k = 0; k < N; k++) {
			if (k % 5 != 0 && was[i] < was[k])
				assert_true(due[i] <= due[k]);
		}
	}
	for (int i = 0; i < N; i++) { /* the same times, given to others */
		int before = 0, after = 0;

		for (int k = 0; k < N; k++) {
			before += sorted[k] == sorted[i];
			after += due[k] == sorted[i];
		}
		assert_int_equal(before, after);
	}
	rk_due_oldest_first(NULL, NULL, 0, NOW);
	rk_arena_free(w.arena);
}

static void
test_clock_jumps(void **unused)
{
	struct world w;
	int64_t year = 365 * DAY;

	(void)unused;
	world_init(&w); /* 30 */
	(void)wait_of(&w);
	w.state.last_poll = NOW;
	/* forward: late, but not all at once */
	between(rk_due_first(&w.source, &w.state, NOW + year), NOW + year,
	    NOW + year + 299);
	/* back by a year, by three days, by an hour: within its interval */
	between(rk_due_first(&w.source, &w.state, NOW - year), NOW - year,
	    NOW - year + HOUR);
	between(rk_due_first(&w.source, &w.state, NOW - 3 * DAY), NOW - 3 * DAY,
	    NOW - 3 * DAY + HOUR);
	between(rk_due_first(&w.source, &w.state, NOW - HOUR), NOW - HOUR, NOW);
	/* a time that no rule gives */
	w.state.last_poll = NOW - HOUR;
	w.state.next_due = NOW + year;
	between(rk_due_first(&w.source, &w.state, NOW), NOW, NOW + HOUR);
	w.state.next_due = INT64_MAX;
	between(rk_due_first(&w.source, &w.state, NOW), NOW, NOW + HOUR);
	w.state.next_due = NOW + 20;
	w.state.not_before = NOW + year; /* not believed either */
	assert_true(rk_due_first(&w.source, &w.state, NOW) == NOW + 20);
	/* the longest legal wait is left alone */
	w.state.not_before = RK_NO_TIME;
	w.state.next_due = NOW + WEEK * 11 / 10;
	assert_true(rk_due_first(&w.source, &w.state, NOW) == NOW + WEEK * 11 / 10);
	/* nor is any other that a rule gave: the operator's own, days to skip after a
	 * week */
	w.source.every = 40 * DAY;
	w.state.next_due = NOW + 44 * DAY;
	assert_true(rk_due_first(&w.source, &w.state, NOW) == NOW + 44 * DAY);
	w.source.every = HOUR;
	w.source.every_unconditional = 20 * DAY;
	w.state.next_due = NOW + 22 * DAY;
	assert_true(rk_due_first(&w.source, &w.state, NOW) == NOW + 22 * DAY);
	w.source.every_unconditional = 4 * HOUR;
	w.state.skip_days = 0x7e; /* all but Mondays */
	w.in.fresh_for = WEEK;
	(void)wait_of(&w);
	w.state.last_poll = NOW;
	assert_true(w.state.next_due > NOW + WEEK + 2 * DAY);
	assert_true(rk_due_first(&w.source, &w.state, NOW + 60) == w.state.next_due);
	/* but a clock is blamed where the days do not explain it */
	w.state.skip_days = 0;
	between(rk_due_first(&w.source, &w.state, NOW + 60), NOW + 60, NOW + 60 + HOUR);
	w.in.fresh_for = -1;
	/* before 1970 */
	w.in.now = -5 * DAY;
	w.state.skip_hours = 0xff;
	assert_true(wait_of(&w) >= HOUR);
	rk_arena_free(w.arena);
}

/* Whatever comes, the next poll is neither before the floor nor never. */
static void
test_bounds(void **unused)
{
	static const enum rk_outcome outcomes[] = {
	    RK_OUT_NEWS, RK_OUT_SAME, RK_OUT_BUSY, RK_OUT_TROUBLE, RK_OUT_REFUSED};
	struct world w;

	(void)unused;
	world_init(&w);
	seed_state = 7;
	for (int i = 0; i < 20000; i++) {
		int64_t wait, most;

		w.in.outcome = outcomes[draw(5)];
		w.in.retry_after = draw(2) ? -1 : (int64_t)draw(2000000);
		w.in.fresh_for = draw(2) ? -1 : (int64_t)draw(2000000);
		w.in.hint_seconds = draw(2) ? 0 : (int64_t)draw(2000000);
		w.in.has_validator = draw(2) != 0;
		w.in.trouble_since = NOW - (int64_t)draw(60 * 86400);
		w.source.every = 600 + (int32_t)draw(400000);
		w.source.every_unconditional = 600 + (int32_t)draw(400000);
		w.state.failures = draw(100);
		w.state.skip_hours = draw(2) ? 0 : draw(0x1000000);
		w.state.skip_days = (uint8_t)(draw(2) ? 0 : draw(0x80));
		wait = wait_of(&w);
		most = WEEK * 12 / 10 + WEEK +
		       HOUR; /* a clamp, its spread, a week skipped */
		between(wait, 600, most);
		if (w.in.retry_after > 0)
			assert_true(wait >= (w.in.retry_after < WEEK ? w.in.retry_after
								     : WEEK));
		assert_true(wait >= w.source.every);
		/* a restart at any time before keeps it, unless a clock could be blamed
		 */
		w.state.last_poll = NOW;
		assert_true(rk_due_first(&w.source, &w.state, NOW + wait / 2) ==
			    w.state.next_due);
	}
	rk_arena_free(w.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_heap_model),
	    cmocka_unit_test(test_heap_order),
	    cmocka_unit_test(test_interval),
	    cmocka_unit_test(test_floor),
	    cmocka_unit_test(test_hints),
	    cmocka_unit_test(test_hint_clamp),
	    cmocka_unit_test(test_retry_after),
	    cmocka_unit_test(test_busy),
	    cmocka_unit_test(test_backoff),
	    cmocka_unit_test(test_again),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_gone),
	    cmocka_unit_test(test_skip_hours),
	    cmocka_unit_test(test_skip_days),
	    cmocka_unit_test(test_skip_spread),
	    cmocka_unit_test(test_no_peak),
	    cmocka_unit_test(test_restart),
	    cmocka_unit_test(test_overdue),
	    cmocka_unit_test(test_oldest_first),
	    cmocka_unit_test(test_clock_jumps),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
