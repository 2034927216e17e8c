/*
 * One source is looked at: how it fares now, kept beside its state; and what operators are
 * told of it. Knows nothing of when that is (watch.c).
 *
 * st_follow() is the one place where a source's health changes: row, history and event are
 * written together, so that nothing is told twice or lost.
 *
 * Trouble is told once a day and source at most: `told` is what operators know. What is
 * still so when the day is over is told then; what is over by then never was news.
 */
#include "store_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>

/* A source at hand: texts are SQLite's. */
struct watched {
	int64_t row;
	struct rk_str name, title, error, advice, moved;
	struct rk_health_in in;
	int64_t news; /* last, RK_NO_TIME: none yet */
	/* what is known of it */
	bool known, knows_held;
	int64_t since, at, told_at;
	enum rk_health told;
	struct rk_str knows_moved, knows_advice;
};

/* ---- events */

static void
tell(struct telling *t, const struct watched *w, enum rk_event_kind kind, int64_t since,
    struct rk_str detail, struct rk_str advice)
{
	struct rk_event *e;

	if (t->n == t->cap) {
		t->cap = t->cap > 0 ? 2 * t->cap : 16;
		t->v = rk_xrealloc(t->v, t->cap * sizeof(*t->v));
	}
	e = &t->v[t->n++];
	*e = (struct rk_event){.at = t->now,
	    .kind = kind,
	    .source = rk_arena_str(t->arena, w->name),
	    .title = rk_arena_str(t->arena, w->title),
	    .detail = rk_arena_str(t->arena, detail),
	    .advice = rk_arena_str(t->arena, advice),
	    .since = since,
	    .n = 1};
}

static int
add_event(struct rk_store *s, const struct rk_event *e, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_EVENT_ADD, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, e->at);
	st_int(st, 2, e->kind);
	st_text(st, 3, e->source);
	st_text(st, 4, e->title);
	st_text(st, 5, e->detail);
	st_text(st, 6, e->advice);
	st_time(st, 7, e->since);
	st_int(st, 8, e->n);
	return st_run(s, st, err);
}

/* Many of a kind in one sentence: a list of a thousand sources is one piece of news. */
int
st_told(struct telling *t, struct rk_err *err)
{
	size_t count[RK_N_EVENTS] = {0};
	sqlite3_stmt *st;

	for (size_t i = 0; i < t->n; i++)
		count[t->v[i].kind]++;
	for (size_t i = 0; i < t->n; i++) {
		struct rk_event e = t->v[i];

		if (count[e.kind] > RK_EVENTS_MANY) {
			e.n = (unsigned)count[e.kind];
			e.source = e.title = e.detail = e.advice = RK_STR("");
			e.since = RK_NO_TIME;
			count[e.kind] = 0;
		} else if (count[e.kind] == 0) {
			continue;
		}
		if (add_event(t->s, &e, err) != 0)
			return -1;
	}
	if (t->n == 0)
		return 0;
	if ((st = st_get(t->s, ST_EVENT_OLD, err)) == NULL)
		return -1;
	st_int(st, 1, RK_EVENTS);
	return st_run(t->s, st, err);
}

/* ---- one source */

static struct watched
read_watched(const struct telling *t, sqlite3_stmt *st)
{
	struct rk_source_pace pace = {(uint32_t)st_col_int(st, 13),
	    (uint32_t)st_col_int(st, 14), st_col_time(st, 15)};
	int64_t push = st_col_time(st, 16), standing = st_col_int(st, 4);
	rk_silence_fn *silent_from = t->s->watch.silent_from;
	struct watched w = {.row = st_col_int(st, 0),
	    .name = st_col_text(st, 1),
	    .title = st_col_text(st, 2),
	    .error = st_col_text(st, 9),
	    .advice = st_col_text(st, 10),
	    .moved = st_col_text(st, 12),
	    .known = st_col_time(st, 17) != RK_NO_TIME,
	    .since = st_col_time(st, 18),
	    .at = st_col_int(st, 19),
	    .told = st_health_of(st_col_int(st, 20)),
	    .told_at = st_col_time(st, 21),
	    .knows_held = st_col_int(st, 22) != 0,
	    .knows_moved = st_col_text(st, 23),
	    .knows_advice = st_col_text(st, 24)};

	if (pace.at != RK_NO_TIME && push != RK_NO_TIME && push > pace.at)
		pace.at = push;
	w.news = pace.at;
	w.in = (struct rk_health_in){.configured = st_col_int(st, 3) != 0,
	    .standing = (enum rk_source_standing)standing,
	    .failures = (unsigned)st_col_int(st, 5),
	    .standing_since = st_col_time(st, 6),
	    .last_success = st_col_time(st, 7),
	    .next_due = st_col_time(st, 8),
	    .held = st_col_int(st, 11),
	    .silent_from = silent_from != NULL && pace.at != RK_NO_TIME ? silent_from(&pace)
									 : RK_NO_TIME,
	    .was = w.known ? st_health_of(st_col_int(st, 17)) : RK_HEALTH_NEW,
	    .now = t->judged,
	    .began = t->began};
	return w;
}

/* When what is so now began, for people. */
static int64_t
began(const struct telling *t, const struct watched *w, enum rk_health health)
{
	int64_t since = t->now;

	switch (health) {
	case RK_HEALTH_BROKEN:
	case RK_HEALTH_GONE:
		since = w->in.standing_since;
		break;
	case RK_HEALTH_WORKING:
		if (w->in.standing == RK_STANDING_OK && w->in.was != RK_HEALTH_SILENT &&
		    w->in.was != RK_HEALTH_HELD && w->in.was != RK_HEALTH_LATE &&
		    w->in.was != RK_HEALTH_OFF)
			since = w->in.standing_since;
		break;
	case RK_HEALTH_SILENT:
		since = w->news;
		break;
	case RK_HEALTH_LATE:
		since = w->in.next_due;
		break;
	case RK_HEALTH_NEW:
	case RK_HEALTH_HELD:
	case RK_HEALTH_OFF:
	case RK_HEALTH_REMOVED:
	case RK_N_HEALTH:
		break;
	}
	return since == RK_NO_TIME || since > t->now ? t->now : since;
}

static int
put(struct telling *t, struct watched *w, enum rk_health health, struct rk_err *err)
{
	bool failed = health == RK_HEALTH_BROKEN || health == RK_HEALTH_GONE;
	sqlite3_stmt *st = st_get(t->s, ST_WATCH_PUT, err);
	int64_t at = t->now;

	if (st == NULL)
		return -1;
	w->since = began(t, w, health);
	/* for the score, trouble begins where it began, and no change before another */
	if (failed || (health == RK_HEALTH_WORKING && w->in.was == RK_HEALTH_NEW))
		at = w->since;
	if (w->known && at < w->at)
		at = w->at;
	w->at = at;
	st_int(st, 1, w->row);
	st_int(st, 2, health);
	st_time(st, 3, w->since);
	st_int(st, 4, w->at);
	st_int(st, 5, w->told);
	st_time(st, 6, w->told_at);
	st_int(st, 7, w->knows_held);
	st_text(st, 8, w->knows_moved);
	st_text(st, 9, failed ? w->error : RK_STR(""));
	st_text(st, 10, failed ? w->advice : RK_STR(""));
	if (st_run(t->s, st, err) != 0 || (st = st_get(t->s, ST_CHANGE_PUT, err)) == NULL)
		return -1;
	st_int(st, 1, w->row);
	st_int(st, 2, w->at);
	st_int(st, 3, health);
	return st_run(t->s, st, err);
}

/* Of trouble and its end, with what operators know. */
static void
tell_trouble(struct telling *t, struct watched *w, enum rk_health health)
{
	enum rk_health say = health == RK_HEALTH_GONE ? RK_HEALTH_BROKEN : health;
	bool may = w->told_at == RK_NO_TIME || t->now - w->told_at >= RK_EVENT_DAMP_S ||
		   t->now < w->told_at;

	if (say == RK_HEALTH_HELD)
		say = RK_HEALTH_WORKING;
	if (say != RK_HEALTH_WORKING && say != RK_HEALTH_SILENT && say != RK_HEALTH_BROKEN)
		return;
	if (w->told == RK_HEALTH_BROKEN && say != RK_HEALTH_BROKEN) {
		tell(t, w, RK_EVENT_REPAIRED, RK_NO_TIME, RK_STR(""), RK_STR(""));
		w->told = RK_HEALTH_WORKING;
	} else if (w->told == RK_HEALTH_SILENT && say == RK_HEALTH_WORKING) {
		tell(t, w, RK_EVENT_SPEAKS, RK_NO_TIME, RK_STR(""), RK_STR(""));
		w->told = say;
	}
	if (say == w->told || !may)
		return;
	if (say == RK_HEALTH_BROKEN)
		tell(t, w, RK_EVENT_BROKEN, w->since, w->error, w->advice);
	else
		tell(t, w, RK_EVENT_SILENT, w->since, RK_STR(""), RK_STR(""));
	w->told = say;
	w->told_at = t->now;
}

/* Of what the configuration says. */
static void
tell_configured(struct telling *t, const struct watched *w, enum rk_health health)
{
	bool was_there = w->known && w->in.was != RK_HEALTH_REMOVED;

	if (health == RK_HEALTH_REMOVED) {
		if (was_there)
			tell(t, w, RK_EVENT_REMOVED, RK_NO_TIME, RK_STR(""), RK_STR(""));
		return;
	}
	if (!was_there)
		tell(t, w, RK_EVENT_ADDED, RK_NO_TIME, RK_STR(""), RK_STR(""));
	else if (health == RK_HEALTH_OFF && w->in.was != RK_HEALTH_OFF)
		tell(t, w, RK_EVENT_OFF, RK_NO_TIME, RK_STR(""), RK_STR(""));
	else if (health != RK_HEALTH_OFF && w->in.was == RK_HEALTH_OFF)
		tell(t, w, RK_EVENT_ON, RK_NO_TIME, RK_STR(""), RK_STR(""));
}

/* It is as broken as before, but by something else. */
static int
put_why(struct telling *t, const struct watched *w, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(t->s, ST_WATCH_WHY, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, w->row);
	st_text(st, 2, w->error);
	st_text(st, 3, w->advice);
	return st_run(t->s, st, err);
}

int
st_follow(struct telling *t, sqlite3_stmt *row, struct rk_err *err)
{
	struct watched w = read_watched(t, row);
	enum rk_health health = rk_health_decide(&w.in), told = w.told;
	bool held = health != RK_HEALTH_REMOVED && w.in.held > 0, turned;
	bool moved = !rk_str_eq(w.moved, w.knows_moved), other;
	int64_t told_at = w.told_at;
	sqlite3_stmt *st;

	if (!w.known && !w.in.configured) /* was gone before anybody knew of it */
		return 0;
	if (!w.known) {
		w.told = told = RK_HEALTH_WORKING;
		w.told_at = RK_NO_TIME;
	}
	turned = !w.known || health != w.in.was;
	if (turned) {
		tell_configured(t, &w, health);
		if (put(t, &w, health, err) != 0)
			return -1;
	}
	other = !turned && health == RK_HEALTH_BROKEN &&
		!rk_str_eq(w.advice, w.knows_advice);
	if (other && put_why(t, &w, err) != 0)
		return -1;
	tell_trouble(t, &w, health);
	if (held && !w.knows_held)
		tell(t, &w, RK_EVENT_HELD, RK_NO_TIME, RK_STR(""), RK_STR(""));
	if (moved && w.moved.n > 0)
		tell(t, &w, RK_EVENT_MOVED, RK_NO_TIME, w.moved, RK_STR(""));
	if (w.told != told || w.told_at != told_at || held != w.knows_held || moved) {
		if ((st = st_get(t->s, ST_WATCH_TOLD, err)) == NULL)
			return -1;
		st_int(st, 1, w.row);
		st_int(st, 2, w.told);
		st_time(st, 3, w.told_at);
		st_int(st, 4, held);
		st_text(st, 5, w.moved);
		if (st_run(t->s, st, err) != 0)
			return -1;
	} else if (!turned && !other) {
		return 0;
	}
	st_watch_remember(&t->s->watch, w.row, health);
	return st_board_bump(t->s, err);
}

int
st_follow_one(struct telling *t, int64_t source, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(t->s, ST_WATCH_ONE, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	if ((rc = st_step(t->s, st, err)) != 1)
		return rc;
	rc = st_follow(t, st, err);
	sqlite3_reset(st);
	return rc;
}
