/*
 * How sources fare, in the database: what a poll changes within its transaction, what an
 * hourly look finds, and what operators are told, once and no oftener than a day.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/hijack.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR ((int64_t)3600)

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static void
look(struct kit *k, int64_t now)
{
	if (rk_store_watch(k->store, now, now - 10 * KIT_DAY, true, &k->err) != 0)
		fail_msg("%s", k->err.text);
}

static struct rk_board *
board(struct kit *k)
{
	struct rk_board *b = NULL;

	if (rk_store_board(k->store, &b, &k->err) != 0)
		fail_msg("%s", k->err.text);
	return b;
}

static enum rk_health
health(struct kit *k, size_t source)
{
	struct rk_board *b = board(k);
	enum rk_health h = RK_HEALTH_REMOVED;

	for (size_t i = 0; i < b->n_sources; i++)
		if (rk_str_eq(b->sources[i].id, k->sources[source].id))
			h = b->sources[i].health;
	rk_board_free(b);
	return h;
}

/* "broken:s0 silent:s1", oldest first; behind the first `skip`. */
static const char *
told(struct kit *k, size_t skip)
{
	struct rk_board *b = board(k);
	struct rk_str text = RK_STR("");

	for (size_t i = skip; i < b->n_events; i++) {
		const struct rk_event *e = &b->events[b->n_events - 1 - i];

		text = e->n > 1 ? rk_arena_fmt(k->arena, "%s%s%s:%u", rk_cstr(text),
				      text.n > 0 ? " " : "", rk_event_name(e->kind), e->n)
				: rk_arena_fmt(k->arena, "%s%s%s:%s", rk_cstr(text),
				      text.n > 0 ? " " : "", rk_event_name(e->kind),
				      rk_cstr(e->source));
	}
	rk_board_free(b);
	return rk_cstr(text);
}

static void
poll_as(struct kit *k, size_t source, struct rk_store_poll *poll)
{
	struct rk_store_counts counts;

	(void)source;
	if (rk_store_begin(k->store, &k->err) != 0 ||
	    rk_store_poll(k->store, poll, RK_STR("hub.example"), NULL, &counts, &k->err) != 0 ||
	    rk_store_commit(k->store, &k->err) != 0)
		fail_msg("%s", k->err.text);
	k->states[source] = poll->state;
}

static struct rk_store_poll
good(struct kit *k, size_t source, int64_t now)
{
	struct rk_store_poll poll = kit_poll(k, source, NULL, now);

	poll.part = RK_STATE_AND_TEXTS;
	if (k->states[source].standing != RK_STANDING_OK)
		poll.state.standing_since = now;
	poll.state.failures = 0;
	poll.state.error = poll.state.advice = RK_STR("");
	poll.state.next_due = now + HOUR;
	return poll;
}

static struct rk_store_poll
bad(struct kit *k, size_t source, int64_t now)
{
	struct rk_store_poll poll = kit_poll(k, source, NULL, now);

	poll.part = RK_STATE_AND_TEXTS;
	poll.state.standing = RK_STANDING_FAILING;
	if (k->states[source].standing != RK_STANDING_FAILING)
		poll.state.standing_since = now;
	poll.state.last_success = k->states[source].last_success;
	poll.state.failures = k->states[source].failures + 1;
	poll.state.error = RK_STR("the server answered 404");
	poll.state.advice = rk_str(rk_advice_en(RK_ADVICE_FEED_LOST));
	poll.state.next_due = now + HOUR;
	return poll;
}

static void
does(struct kit *k, size_t source, const char *how, int64_t now)
{
	for (const char *p = how; *p != '\0'; p++, now++) {
		struct rk_store_poll poll = *p == '+' ? good(k, source, now) : bad(k, source, now);

		poll_as(k, source, &poll);
	}
}

/* Two sources that were read once; what was told until then is told()'s first two. */
static void
begin(struct kit *k)
{
	kit_open(k, 2);
	look(k, KIT_NOW);
	does(k, 0, "+", KIT_NOW);
	does(k, 1, "+", KIT_NOW);
	look(k, KIT_NOW + 1);
}

/* ---- */

static void
sources_come_and_are_read(void **state)
{
	struct kit *k = *state;

	kit_open(k, 2);
	look(k, KIT_NOW);
	assert_int_equal(health(k, 0), RK_HEALTH_NEW);
	assert_string_equal(told(k, 0), "added:s0 added:s1");
	does(k, 0, "+", KIT_NOW + 5);
	look(k, KIT_NOW + 6);
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	assert_int_equal(health(k, 1), RK_HEALTH_NEW);
	assert_string_equal(told(k, 2), "");
	kit_reopen(k); /* a start tells nothing again */
	look(k, KIT_NOW + 2 * HOUR);
	assert_string_equal(told(k, 2), "");
}

static void
breaks_and_is_repaired(void **state)
{
	struct kit *k = *state;
	struct rk_board *b;

	begin(k);
	does(k, 0, "--", KIT_NOW + 100);
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	does(k, 0, "-", KIT_NOW + 200); /* within the poll, without a look */
	assert_int_equal(health(k, 0), RK_HEALTH_BROKEN);
	assert_string_equal(told(k, 2), "broken:s0");
	b = board(k);
	assert_int_equal(b->sources[0].since, KIT_NOW + 100);
	assert_string_equal(rk_cstr(b->sources[0].why), "the server answered 404");
	assert_string_equal(
	    rk_cstr(b->sources[0].advice), rk_advice_en(RK_ADVICE_FEED_LOST));
	assert_int_equal(b->events[0].since, KIT_NOW + 100);
	assert_int_equal(b->events[0].at, KIT_NOW + 200);
	rk_board_free(b);
	does(k, 0, "----", KIT_NOW + 300);
	look(k, KIT_NOW + 2 * HOUR);
	assert_string_equal(told(k, 2), "broken:s0");
	does(k, 0, "+", KIT_NOW + 3 * HOUR);
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	assert_string_equal(told(k, 2), "broken:s0 repaired:s0");
	b = board(k);
	assert_int_equal(b->sources[0].why.n, 0);
	assert_int_equal(b->sources[0].since, KIT_NOW + 3 * HOUR);
	rk_board_free(b);
}

static void
what_flaps_is_told_once_a_day(void **state)
{
	struct kit *k = *state;
	int64_t t = KIT_NOW;

	begin(k);
	for (int i = 0; i < 6; i++, t += HOUR)
		does(k, 0, "---+", t);
	assert_string_equal(told(k, 2), "broken:s0 repaired:s0");
	does(k, 0, "---", t);
	look(k, t + HOUR);
	assert_int_equal(health(k, 0), RK_HEALTH_BROKEN); /* the board says so */
	assert_string_equal(told(k, 2), "broken:s0 repaired:s0");
	look(k, KIT_NOW + KIT_DAY + HOUR); /* a day later it still is */
	assert_string_equal(told(k, 2), "broken:s0 repaired:s0 broken:s0");
}

static void
a_lost_transaction_tells_nothing(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts counts;
	struct rk_store_poll poll;

	begin(k);
	does(k, 0, "--", KIT_NOW + 100);
	poll = bad(k, 0, KIT_NOW + 200);
	assert_int_equal(rk_store_begin(k->store, NULL), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"), NULL,
			     &counts, NULL),
	    0);
	rk_store_rollback(k->store);
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	assert_string_equal(told(k, 2), "");
	poll_as(k, 0, &poll); /* and the same poll, stored, tells it */
	assert_string_equal(told(k, 2), "broken:s0");
}

static void
other_trouble_other_advice(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_board *b;
	int64_t before;

	begin(k);
	does(k, 0, "---", KIT_NOW + 100);
	b = board(k);
	before = b->generation;
	rk_board_free(b);
	poll = bad(k, 0, KIT_NOW + 200);
	poll.state.error = RK_STR("other words");
	poll_as(k, 0, &poll); /* the same advice: the board does not change */
	b = board(k);
	assert_int_equal(b->generation, before);
	assert_string_equal(rk_cstr(b->sources[0].why), "the server answered 404");
	rk_board_free(b);
	poll = bad(k, 0, KIT_NOW + 300);
	poll.state.error = RK_STR("no such name");
	poll.state.advice = rk_str(rk_advice_en(RK_ADVICE_HOST_NAME));
	poll_as(k, 0, &poll);
	b = board(k);
	assert_true(b->generation > before);
	assert_string_equal(rk_cstr(b->sources[0].why), "no such name");
	assert_int_equal(b->sources[0].since, KIT_NOW + 100);
	rk_board_free(b);
	assert_string_equal(told(k, 2), "broken:s0");
}

static void
gone_is_told_at_once(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;

	begin(k);
	poll = bad(k, 0, KIT_NOW + 100);
	poll.state.standing = RK_STANDING_GONE;
	poll_as(k, 0, &poll);
	assert_int_equal(health(k, 0), RK_HEALTH_GONE);
	assert_string_equal(told(k, 2), "broken:s0");
}

/* ---- time alone */

static int64_t silent_at;

static int64_t
silence(const struct rk_source_pace *pace)
{
	return pace->at + 10 * KIT_DAY;
}

static void
settle(void *cookie, struct rk_source_state *s, unsigned fresh)
{
	if (fresh > 0)
		s->pace = (struct rk_source_pace){1000, 1000, *(int64_t *)cookie};
}

static void
news(struct kit *k, size_t source, const char *id, int64_t now)
{
	struct kit_doc *d = kit_doc(k);
	struct rk_store_poll poll;

	kit_add(d, id, "", id, "words", now);
	poll = kit_poll(k, source, d, now);
	silent_at = now;
	poll.settle = settle;
	poll.settle_cookie = &silent_at;
	poll.state.next_due = now + 300 * KIT_DAY;
	poll_as(k, source, &poll);
}

static void
falls_silent_and_speaks(void **state)
{
	struct kit *k = *state;
	struct rk_board *b;

	begin(k);
	rk_store_silence(k->store, silence);
	news(k, 0, "a", KIT_NOW + 10);
	look(k, KIT_NOW + 9 * KIT_DAY);
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	look(k, KIT_NOW + 11 * KIT_DAY);
	assert_int_equal(health(k, 0), RK_HEALTH_SILENT);
	assert_string_equal(told(k, 2), "silent:s0");
	b = board(k);
	assert_int_equal(b->sources[0].since, KIT_NOW + 10); /* of the last news */
	rk_board_free(b);
	look(k, KIT_NOW + 12 * KIT_DAY);
	assert_string_equal(told(k, 2), "silent:s0");
	/* the board of a `publish`: as it was found, whatever the time */
	assert_int_equal(rk_store_watch(k->store, KIT_NOW + 90 * KIT_DAY,
			     KIT_NOW + 90 * KIT_DAY, false, NULL),
	    0);
	assert_int_equal(health(k, 0), RK_HEALTH_SILENT);
	news(k, 0, "b", KIT_NOW + 13 * KIT_DAY); /* within the poll */
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	assert_string_equal(told(k, 2), "silent:s0 news-again:s0");
}

static void
late_until_it_is_asked(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;

	begin(k);
	look(k, KIT_NOW + 9 * HOUR); /* due at +1 h */
	assert_int_equal(health(k, 0), RK_HEALTH_LATE);
	assert_string_equal(told(k, 2), ""); /* no fault of the source */
	poll = good(k, 0, KIT_NOW + 10 * HOUR);
	poll.part = RK_STATE_TIMES;
	poll.why_same = true;
	poll_as(k, 0, &poll);
	assert_int_equal(rk_store_watch(k->store, KIT_NOW + 10 * HOUR, KIT_NOW, true, NULL), 0);
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	assert_int_equal(health(k, 1), RK_HEALTH_LATE);
}

static void
a_look_is_hourly(void **state)
{
	struct kit *k = *state;

	begin(k);
	rk_store_silence(k->store, silence);
	news(k, 0, "a", KIT_NOW + 10);
	look(k, KIT_NOW + 10 * KIT_DAY);       /* ten seconds short */
	look(k, KIT_NOW + 10 * KIT_DAY + 600); /* not an hour later */
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	look(k, KIT_NOW + 10 * KIT_DAY + HOUR);
	assert_int_equal(health(k, 0), RK_HEALTH_SILENT);
}

/* ---- held, moved, configured */

static void
held_entries_are_told_once(void **state)
{
	static const struct rk_signals loud = {
	    .title_words = 2, .title_promo = true, .body_words = 2, .links = 3};
	struct kit *k = *state;
	enum rk_obeyed obeyed;

	begin(k);
	for (int i = 0; i < 2; i++) {
		struct kit_doc *d = kit_doc(k);
		char id[8];

		(void)snprintf(id, sizeof(id), "h%d", i);
		kit_add(d, id, "", id, "words", KIT_NOW)->signals = rk_signals_pack(&loud);
		assert_int_equal(kit_store(k, 0, d, KIT_NOW + 50 + i, NULL), 0);
		assert_int_equal(health(k, 0), RK_HEALTH_HELD);
	}
	assert_string_equal(told(k, 2), "held:s0");
	assert_int_equal(rk_store_order(k->store, RK_STR("s0"), RK_ORDER_RELEASE,
			     KIT_NOW + 100, &obeyed, NULL),
	    0);
	assert_int_equal(obeyed, RK_OBEYED);
	assert_int_equal(rk_store_watch(k->store, KIT_NOW + 100, KIT_NOW, true, NULL), 0);
	assert_int_equal(health(k, 0), RK_HEALTH_WORKING);
	assert_string_equal(told(k, 2), "held:s0");
}

static void
moved_is_told_with_its_address(void **state)
{
	static const struct rk_moved to = {
	    .url = {"https://new.example/feed", 24}, .at = KIT_NOW, .leads_since = RK_NO_TIME};
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_board *b;

	begin(k);
	poll = good(k, 0, KIT_NOW + 100);
	poll.state.moved = &to;
	poll.state.moved_changed = true;
	poll_as(k, 0, &poll);
	assert_string_equal(told(k, 2), "moved:s0");
	b = board(k);
	assert_string_equal(rk_cstr(b->events[0].detail), "https://new.example/feed");
	assert_string_equal(rk_cstr(b->sources[0].moved), "https://new.example/feed");
	rk_board_free(b);
	look(k, KIT_NOW + 2 * HOUR);
	assert_string_equal(told(k, 2), "moved:s0");
	poll = good(k, 0, KIT_NOW + 3 * HOUR); /* it failed, and the old one is asked again */
	poll.state.moved = NULL;
	poll.state.moved_changed = true;
	poll_as(k, 0, &poll);
	b = board(k);
	assert_int_equal(b->sources[0].moved.n, 0);
	rk_board_free(b);
	assert_string_equal(told(k, 2), "moved:s0");
}

static void
the_configuration_is_followed(void **state)
{
	struct kit *k = *state;
	int64_t before;
	struct rk_board *b;

	begin(k);
	k->sources[1].enabled = false;
	kit_reopen(k);
	look(k, KIT_NOW + 10);
	assert_int_equal(health(k, 1), RK_HEALTH_OFF);
	assert_string_equal(told(k, 2), "disabled:s1");
	k->sources[1].enabled = true;
	kit_reopen(k);
	look(k, KIT_NOW + 20);
	assert_int_equal(health(k, 1), RK_HEALTH_WORKING);
	assert_string_equal(told(k, 2), "disabled:s1 enabled:s1");
	k->n_sources = 1;
	kit_reopen(k);
	look(k, KIT_NOW + 30);
	b = board(k);
	assert_int_equal(b->n_sources, 1);
	before = b->generation;
	rk_board_free(b);
	assert_string_equal(told(k, 4), "removed:s1");
	k->n_sources = 2;
	kit_reopen(k);
	look(k, KIT_NOW + 40);
	assert_string_equal(told(k, 4), "removed:s1 added:s1");
	k->sources[0].title = RK_STR("Another title"); /* shown, though nothing else changed */
	kit_reopen(k);
	look(k, KIT_NOW + 50);
	b = board(k);
	assert_true(b->generation > before);
	assert_string_equal(rk_cstr(b->sources[0].title), "Another title");
	rk_board_free(b);
}

static void
many_at_once_are_one_event(void **state)
{
	struct kit *k = *state;
	struct rk_board *b;

	kit_open(k, 300);
	look(k, KIT_NOW);
	assert_string_equal(told(k, 0), "added:300");
	b = board(k);
	assert_int_equal(b->n_sources, 300);
	assert_int_equal(b->events[0].source.n, 0);
	rk_board_free(b);
	k->n_sources = 280; /* twenty are told each */
	kit_reopen(k);
	look(k, KIT_NOW + 10);
	b = board(k);
	assert_int_equal(b->n_events, 21);
	rk_board_free(b);
}

static void
events_are_pruned_and_ids_never_used_again(void **state)
{
	struct kit *k = *state;
	struct rk_board *b;
	int64_t t = KIT_NOW;

	begin(k);
	for (int i = 0; i < 150; i++, t += KIT_DAY + 1)
		does(k, 0, "---+", t);
	b = board(k);
	assert_int_equal(b->n_events, RK_EVENTS);
	assert_int_equal(b->events[0].id, 302);
	for (size_t i = 1; i < b->n_events; i++)
		assert_int_equal(b->events[i].id, b->events[i - 1].id - 1);
	rk_board_free(b);
}

/* ---- what is published of it */

static bool
behind(struct kit *k)
{
	bool is;

	assert_int_equal(rk_store_board_behind(k->store, &is, NULL), 0);
	return is;
}

static void
polls_without_news_leave_the_board(void **state)
{
	struct kit *k = *state;
	struct rk_board *b;
	struct rk_store_poll poll;

	begin(k);
	assert_true(behind(k));
	b = board(k);
	assert_int_equal(rk_store_board_published(k->store, b->generation, NULL), 0);
	rk_board_free(b);
	assert_false(behind(k));
	for (int i = 0; i < 5; i++) {
		poll = good(k, 0, KIT_NOW + 100 * i);
		poll_as(k, 0, &poll);
		poll = good(k, 1, KIT_NOW + 100 * i);
		poll.part = RK_STATE_TIMES;
		poll.why_same = true;
		poll_as(k, 1, &poll);
	}
	assert_int_equal(k->store->watch.n_rows, 0); /* not even noted to be looked at */
	does(k, 0, "--+", KIT_NOW + 1000);           /* a hiccup */
	look(k, KIT_NOW + 2 * HOUR);
	assert_false(behind(k));
	kit_reopen(k);
	look(k, KIT_NOW + 4 * HOUR);
	assert_false(behind(k));
	does(k, 0, "---", KIT_NOW + 4 * HOUR);
	assert_true(behind(k));
}

static void
scores_are_of_the_closed_month(void **state)
{
	struct kit *k = *state;
	struct rk_board *b;
	/* the moment of KIT_NOW lies in September 2026 */
	int64_t october = rk_month_begin(rk_month_of(KIT_NOW) + 1), generation;

	begin(k);
	b = board(k);
	assert_int_equal(b->month, rk_month_of(KIT_NOW) - 1);
	assert_int_equal(b->sources[0].days, 0);
	rk_board_free(b);
	does(k, 0, "---", october + 20 * KIT_DAY);
	does(k, 0, "+", october + 25 * KIT_DAY);
	b = board(k);
	generation = b->generation;
	rk_board_free(b);
	look(k, october + 31 * KIT_DAY + 60); /* the month is over */
	b = board(k);
	assert_true(b->generation > generation);
	assert_int_equal(b->month, rk_month_of(KIT_NOW) + 1);
	assert_int_equal(b->sources[0].days, 31);
	assert_int_equal(b->sources[0].good, 26);
	rk_board_free(b);
}

static int64_t
number(struct kit *k, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(k->store->db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static void
a_history_of_years_is_pruned(void **state)
{
	struct kit *k = *state;
	int64_t t = KIT_NOW, n;

	begin(k);
	for (int i = 0; i < 30; i++, t += 30 * KIT_DAY) {
		does(k, 0, "---", t);
		does(k, 0, "+", t + KIT_DAY);
		look(k, t + 2 * KIT_DAY);
	}
	n = number(k, "SELECT count(*) FROM standing_change WHERE source = 1");
	assert_in_range(n, 36, 48); /* three a month: of thirty months fourteen */
	assert_true(number(k, "SELECT min(at) FROM standing_change WHERE source = 1") >
		    t - 16 * 31 * KIT_DAY);
	/* what never changed is kept: it says how the source fares since then */
	assert_int_equal(health(k, 1), RK_HEALTH_LATE);
}

/* ---- an older database */

static void
what_was_broken_before_is_no_news(void **state)
{
	struct kit *k = *state;
	struct rk_board *b;

	begin(k);
	does(k, 0, "---", KIT_NOW + 100);
	assert_int_equal(
	    sqlite3_exec(k->store->db,
		"DROP TABLE watch; DROP TABLE standing_change; DROP TABLE operator_event;"
		"DROP TABLE board; DROP TABLE archive; DROP TABLE archived;"
		"DROP INDEX entry_seen; DROP TABLE search; DROP TABLE search_again;"
		"DROP TABLE filter; DROP TABLE topic; PRAGMA user_version = 12",
		NULL, NULL, NULL),
	    SQLITE_OK);
	kit_reopen(k);
	b = board(k);
	assert_int_equal(b->n_sources, 2);
	assert_int_equal(b->sources[0].health, RK_HEALTH_BROKEN);
	assert_int_equal(b->sources[0].since, KIT_NOW + 100);
	assert_string_equal(rk_cstr(b->sources[0].why), "the server answered 404");
	assert_int_equal(b->sources[1].health, RK_HEALTH_WORKING);
	assert_int_equal(b->n_events, 0);
	rk_board_free(b);
	look(k, KIT_NOW + 200);
	assert_string_equal(told(k, 0), "");
	does(k, 0, "+", KIT_NOW + 300);
	assert_string_equal(told(k, 0), "repaired:s0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	    T(sources_come_and_are_read),
	    T(breaks_and_is_repaired),
	    T(what_flaps_is_told_once_a_day),
	    T(a_lost_transaction_tells_nothing),
	    T(other_trouble_other_advice),
	    T(gone_is_told_at_once),
	    T(falls_silent_and_speaks),
	    T(late_until_it_is_asked),
	    T(a_look_is_hourly),
	    T(held_entries_are_told_once),
	    T(moved_is_told_with_its_address),
	    T(the_configuration_is_followed),
	    T(many_at_once_are_one_event),
	    T(events_are_pruned_and_ids_never_used_again),
	    T(polls_without_news_leave_the_board),
	    T(scores_are_of_the_closed_month),
	    T(a_history_of_years_is_pruned),
	    T(what_was_broken_before_is_no_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
