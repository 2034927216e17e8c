/*
 * Sources and what is remembered of them between polls.
 */
#include <ruamkhao/store.h>

#include "ingest_int.h"
#include "lives_int.h"
#include "store_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/map.h>

#include <stdio.h>
#include <stdlib.h>

#define STATE_ROW  30 /* parameters behind the 29 columns of a state */
#define STATE_MORE 31
#define PACE       44 /* column of ST_SOURCE_ALL behind them */

static void
bind_state(sqlite3_stmt *st, const struct rk_source_state *t, int64_t more)
{
	st_int(st, 1, t->standing);
	st_text(st, 2, t->url);
	/* mostly the same, and rows are short so that many share a page */
	st_text(
	    st, 3, rk_str_eq(t->url, t->effective_url) ? RK_STR("") : t->effective_url);
	st_text(st, 4, t->etag);
	st_text(st, 5, t->last_modified);
	st_hash(st, 6, t->body_hash);
	st_time(st, 7, t->next_due);
	st_time(st, 8, t->not_before);
	st_time(st, 9, t->last_poll);
	st_time(st, 10, t->last_success);
	st_time(st, 11, t->last_change);
	st_time(st, 12, t->standing_since);
	st_time(st, 13, t->fresh_until);
	st_int(st, 14, t->hint_seconds);
	st_int(st, 15, t->skip_hours);
	st_int(st, 16, t->skip_days);
	st_int(st, 17, t->failures);
	st_int(st, 18, t->same_body_crashes);
	st_int(st, 19, t->http_status);
	st_text(st, 20, t->error);
	st_text(st, 21, t->advice);
	st_text(st, 22, t->why_next);
	st_text(st, 23, t->format);
	st_text(st, 24, t->charset);
	st_text(st, 25, t->feed_title);
	st_text(st, 26, t->feed_link);
	st_int(st, 27, (int64_t)t->polls);
	st_int(st, 28, (int64_t)t->not_modified);
	st_int(st, 29, t->imported);
	st_int(st, STATE_ROW, t->row);
	st_int(st, STATE_MORE, more);
}

/* From column `at` on; texts are SQLite's. "" for an effective url means: the url,
 * once there was a good answer. */
static struct rk_source_state
read_state(sqlite3_stmt *st, int at, int64_t row)
{
	struct rk_source_state t = {.row = row,
	    .standing = (enum rk_source_standing)st_col_int(st, at),
	    .url = st_col_text(st, at + 1),
	    .effective_url = st_col_text(st, at + 2),
	    .etag = st_col_text(st, at + 3),
	    .last_modified = st_col_text(st, at + 4),
	    .body_hash = st_col_hash(st, at + 5),
	    .next_due = st_col_time(st, at + 6),
	    .not_before = st_col_time(st, at + 7),
	    .last_poll = st_col_time(st, at + 8),
	    .last_success = st_col_time(st, at + 9),
	    .last_change = st_col_time(st, at + 10),
	    .standing_since = st_col_time(st, at + 11),
	    .fresh_until = st_col_time(st, at + 12),
	    .hint_seconds = st_col_int(st, at + 13),
	    .skip_hours = (uint32_t)st_col_int(st, at + 14),
	    .skip_days = (uint8_t)st_col_int(st, at + 15),
	    .failures = (unsigned)st_col_int(st, at + 16),
	    .same_body_crashes = (unsigned)st_col_int(st, at + 17),
	    .http_status = (int)st_col_int(st, at + 18),
	    .error = st_col_text(st, at + 19),
	    .advice = st_col_text(st, at + 20),
	    .why_next = st_col_text(st, at + 21),
	    .format = st_col_text(st, at + 22),
	    .charset = st_col_text(st, at + 23),
	    .feed_title = st_col_text(st, at + 24),
	    .feed_link = st_col_text(st, at + 25),
	    .polls = st_col_hash(st, at + 26),
	    .not_modified = st_col_hash(st, at + 27),
	    .imported = st_col_int(st, at + 28) != 0,
	    .pace.at = RK_NO_TIME};

	if (t.effective_url.n == 0 && t.last_success != RK_NO_TIME)
		t.effective_url = t.url;
	return t;
}

/* Behind a state, from column `at` on; false: there is nothing. */
static bool
read_moved(sqlite3_stmt *st, int at, struct rk_moved *m)
{
	*m = (struct rk_moved){.url = st_col_text(st, at + 1),
	    .at = st_col_time(st, at + 2),
	    .failures = (unsigned)st_col_int(st, at + 3),
	    .leads_to = st_col_text(st, at + 4),
	    .leads_since = st_col_time(st, at + 5),
	    .leads_polls = (unsigned)st_col_int(st, at + 6)};
	return st_col_time(st, at) != RK_NO_TIME;
}

static const struct rk_moved *
own_moved(const struct rk_moved *m, struct rk_arena *arena)
{
	struct rk_moved *own = RK_NEW(arena, struct rk_moved);

	*own = *m;
	own->url = rk_arena_str(arena, m->url);
	own->leads_to = rk_arena_str(arena, m->leads_to);
	return own;
}

static int
write_moved(struct rk_store *s, const struct rk_source_state *t, struct rk_err *err)
{
	const struct rk_moved *m = t->moved;
	sqlite3_stmt *st = st_get(s, m != NULL ? ST_MOVED_PUT : ST_MOVED_DROP, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, t->row);
	if (m != NULL) {
		st_text(st, 2, m->url);
		st_time(st, 3, m->at);
		st_int(st, 4, m->failures);
		st_text(st, 5, m->leads_to);
		st_time(st, 6, m->leads_since);
		st_int(st, 7, m->leads_polls);
	}
	return st_run(s, st, err);
}

static int
write_address(struct rk_store *s, const struct rk_source_state *t, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ADDRESS_PUT, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, t->row);
	st_text(st, 2, t->address);
	return st_run(s, st, err);
}

static void
own_texts(struct rk_source_state *t, struct rk_arena *arena)
{
	struct rk_str *texts[] = {&t->url, &t->effective_url, &t->etag,
	    &t->last_modified, &t->error, &t->advice, &t->why_next, &t->format,
	    &t->charset, &t->feed_title, &t->feed_link};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = rk_arena_str(arena, *texts[i]);
}

static struct rk_source_state
new_state(int64_t row, struct rk_str url)
{
	struct rk_source_state t = {.row = row,
	    .standing = RK_STANDING_NEW,
	    .url = url,
	    .next_due = RK_NO_TIME,
	    .not_before = RK_NO_TIME,
	    .last_poll = RK_NO_TIME,
	    .last_success = RK_NO_TIME,
	    .last_change = RK_NO_TIME,
	    .standing_since = RK_NO_TIME,
	    .fresh_until = RK_NO_TIME,
	    .pace.at = RK_NO_TIME};

	return t;
}

int
st_state_imported(
    struct rk_store *s, int64_t source, bool *imported, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_STATE_BEFORE, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	if ((rc = st_step(s, st, err)) == 1) {
		*imported = st_col_int(st, 0) != 0;
		sqlite3_reset(st);
		return 0;
	}
	return rc < 0 ? -1
		      : rk_err_set(
			    err, RK_E_STORE, "%s: there is no such source", s->name);
}

int
st_state_write(struct rk_store *s, const struct rk_source_state *state,
    enum rk_state_part part, unsigned more, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s,
	    part == RK_STATE_WHOLE   ? ST_STATE_SET
	    : part == RK_STATE_ASKED ? ST_STATE_ASKED
				     : ST_STATE_TEXTS,
	    err);

	if (st == NULL)
		return -1;
	bind_state(st, state, more);
	if (st_run(s, st, err) != 0)
		return -1;
	if (sqlite3_changes(s->db) != 1)
		return rk_err_set(
		    err, RK_E_STORE, "%s: there is no such source", s->name);
	if (state->address.n > 0 && write_address(s, state, err) != 0)
		return -1;
	return state->moved_changed ? write_moved(s, state, err) : 0;
}

int
st_pace_write(struct rk_store *s, int64_t source, const struct rk_source_pace *pace,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_PACE_PUT, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	st_int(st, 2, pace->all);
	st_int(st, 3, pace->office);
	st_int(st, 4, pace->at);
	return st_run(s, st, err);
}

int
st_entries_more(struct rk_store *s, int64_t source, unsigned more, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ENTRIES_MORE, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	st_int(st, 2, more);
	return st_run(s, st, err);
}

/* ---- registering */

/* A source as the database knows it: a row of ST_SOURCE_ALL, texts SQLite's. */
struct known {
	int64_t row;
	struct rk_str name, title, url, route;
	int priority;
	int64_t position; /* RK_NO_TIME: not configured when last registered */
	uint64_t reading; /* 0: not known */
	struct rk_source_state state;
	struct rk_moved moved; /* of the state */
	bool why_same; /* no poll_times has another sentence */
};

static void
read_known(sqlite3_stmt *st, struct known *k)
{
	*k = (struct known){.row = st_col_int(st, 0),
	    .name = st_col_text(st, 1),
	    .title = st_col_text(st, 2),
	    .url = st_col_text(st, 3),
	    .route = st_col_text(st, 4),
	    .priority = (int)st_col_int(st, 5),
	    .position = st_col_time(st, 6),
	    .reading = st_col_hash(st, 7),
	    .state = read_state(st, 8, st_col_int(st, 0)),
	    .why_same = st_col_int(st, PACE + 3) != 0};
	k->state.pace = (struct rk_source_pace){(uint32_t)st_col_int(st, PACE),
	    (uint32_t)st_col_int(st, PACE + 1), st_col_time(st, PACE + 2)};
	if (read_moved(st, PACE - 7, &k->moved))
		k->state.moved = &k->moved;
	k->state.address = st_col_text(st, PACE + 4);
}

static int
put_source(struct rk_store *s, const struct rk_source *source, struct rk_str route,
    int64_t position, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, row == 0 ? ST_SOURCE_ADD : ST_SOURCE_SET, err);

	if (st == NULL)
		return -1;
	st_text(st, 1, source->id);
	st_text(st, 2, source->title);
	st_text(st, 3, source->url);
	st_text(st, 4, route);
	st_int(st, 5, source->priority);
	st_int(st, 6, position);
	st_hash(st, 7, rk_source_reading(source));
	if (row != 0)
		st_int(st, 8, row);
	return st_run(s, st, err) != 0 ? -1 : st_board_bump(s, err);
}

/* Another charset, zone or rule reads other things in the same bytes: they are asked for
 * and read again at the next poll. */
static void
forget_document(struct rk_source_state *t)
{
	rk_source_reread(t);
	t->same_body_crashes = 0;
	t->fresh_until = RK_NO_TIME;
}

/* The standing that the configuration asks for; true when the state changed. */
static bool
follow_config(struct rk_source_state *t, const struct rk_source *source)
{
	bool changed = false;

	if (!rk_str_eq(
		t->url, source->url)) { /* nothing known holds for another address */
		struct rk_source_state fresh = new_state(t->row, source->url);

		fresh.last_poll = t->last_poll;
		fresh.last_success = t->last_success;
		fresh.last_change = t->last_change;
		fresh.format = t->format;
		fresh.charset = t->charset;
		fresh.feed_title = t->feed_title;
		fresh.feed_link = t->feed_link;
		fresh.polls = t->polls;
		fresh.not_modified = t->not_modified;
		fresh.imported = t->imported;
		fresh.moved_changed = t->moved != NULL;
		fresh.pace = t->pace;
		*t = fresh;
		changed = true;
	}
	if (!source->enabled && t->standing != RK_STANDING_OFF) {
		t->standing = RK_STANDING_OFF;
		changed = true;
	} else if (source->enabled && t->standing == RK_STANDING_OFF) {
		t->standing = t->failures > 0                 ? RK_STANDING_FAILING
			      : t->last_success != RK_NO_TIME ? RK_STANDING_OK
							      : RK_STANDING_NEW;
		changed = true;
	}
	return changed;
}

static int
register_new(struct rk_store *s, const struct rk_source *source, struct rk_str route,
    int64_t position, struct rk_source_state *state, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_STATE_ADD, err);

	if (st == NULL || put_source(s, source, route, position, 0, err) != 0)
		return -1;
	*state = new_state(sqlite3_last_insert_rowid(s->db), source->url);
	(void)follow_config(state, source);
	bind_state(st, state, 0);
	st_watch_later(s, state->row);
	return st_run(s, st, err);
}

/* Its host was connected to under another address than the one configured now. */
static int
drop_address(struct rk_store *s, int64_t source, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ADDRESS_DROP, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	return st_run(s, st, err);
}

static int
register_known(struct rk_store *s, const struct rk_source *source, struct rk_str route,
    int64_t position, struct known *known, struct rk_source_state *state,
    struct rk_err *err)
{
	bool same = (rk_str_eq(known->title, source->title) || source->title.n == 0) &&
		    rk_str_eq(known->url, source->url) &&
		    rk_str_eq(known->route, route) &&
		    known->priority == source->priority && known->position == position;
	bool reread = known->reading != rk_source_reading(source);

	*state = known->state;
	if ((!same || reread) &&
	    put_source(s, source, route, position, known->row, err) != 0)
		return -1;
	reread = reread && known->reading != 0 && rk_keeps(RK_M_REFRESH_ONCE);
	if (reread)
		forget_document(state);
	if (!rk_str_eq(state->url, source->url) && drop_address(s, known->row, err) != 0)
		return -1;
	if (known->position == RK_NO_TIME)
		st_watch_later(s, known->row);
	if (!follow_config(state, source) && !reread)
		return 0;
	st_watch_later(s, known->row);
	known->why_same = true;
	return st_state_write(s, state, RK_STATE_WHOLE, 0, err);
}

/* Those that the database knows. A row is written while it is read: neither its place
 * nor that of another changes. registered: of sources, those that were found. */
static int
register_old(struct rk_store *s, const struct rk_source *sources, struct rk_map *by_name,
    bool *registered, const struct rk_registering *to, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_SOURCE_ALL, err), *drop;
	int rc;

	if (st == NULL || (drop = st_get(s, ST_SOURCE_DROP, err)) == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct known known;
		const struct rk_source *source;
		struct rk_source_state state;
		size_t i;

		read_known(st, &known);
		source = rk_map_get(by_name, known.name);
		i = source != NULL ? (size_t)(source - sources) : 0;
		if (source != NULL) {
			registered[i] = true;
			rc = register_known(s, source, to->route(to->cookie, i),
			    (int64_t)i, &known, &state, err);
			if (rc == 0)
				to->registered(to->cookie, i, &state, known.why_same);
		} else if (known.position != RK_NO_TIME) {
			st_int(drop, 1, known.row);
			st_watch_later(s, known.row);
			rc = st_run(s, drop, err);
		} else {
			rc = 0;
		}
		if (rc != 0) {
			sqlite3_reset(st);
			return -1;
		}
	}
	return rc;
}

/* Registration reads each row once: pages that were read are of no more use. The peak of a
 * start was mostly these. */
#define REGISTERING_CACHE_KIB 4096

static void
keep_pages(struct rk_store *s, int kib)
{
	char text[48];

	(void)snprintf(text, sizeof(text), "PRAGMA cache_size = -%d", kib);
	(void)sqlite3_exec(s->db, text, NULL, NULL, NULL);
}

int
rk_store_register_each(struct rk_store *s, const struct rk_source *sources, size_t n,
    const struct rk_registering *to, struct rk_err *err)
{
	struct rk_map *by_name = rk_map_new();
	bool *registered = rk_xcalloc(n + 1, sizeof(*registered));
	struct rk_source_state state;
	int rc = -1;

	for (size_t i = 0; i < n; i++) /* the map has no other use of what it is given */
		(void)rk_map_put(by_name, sources[i].id, (void *)(uintptr_t)&sources[i]);
	keep_pages(s, REGISTERING_CACHE_KIB);
	if (rk_store_begin(s, err) != 0 ||
	    register_old(s, sources, by_name, registered, to, err) != 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (registered[i])
			continue;
		if (register_new(s, &sources[i], to->route(to->cookie, i), (int64_t)i,
			&state, err) != 0)
			goto out;
		to->registered(to->cookie, i, &state, true);
	}
	if (st_filters_set(s, sources, n, err) != 0)
		goto out;
	rc = rk_store_commit(s, err);
	(void)sqlite3_db_release_memory(s->db); /* pages that polls without news never need */
out:
	rk_store_rollback(s);
	keep_pages(s, ST_CACHE_KIB);
	rk_map_free(by_name);
	free(registered);
	return rc;
}

struct collect {
	const struct rk_str *routes;
	struct rk_source_state *states;
	struct rk_arena *arena;
};

static void
collect(void *cookie, size_t i, const struct rk_source_state *state, bool why_same)
{
	struct collect *c = cookie;

	(void)why_same;
	c->states[i] = *state;
	own_texts(&c->states[i], c->arena);
	c->states[i].address = rk_arena_str(c->arena, state->address);
	if (state->moved != NULL)
		c->states[i].moved = own_moved(state->moved, c->arena);
}

static struct rk_str
given_route(void *cookie, size_t i)
{
	const struct collect *c = cookie;

	return c->routes[i];
}

int
rk_store_register(struct rk_store *s, const struct rk_source *sources,
    const struct rk_str *routes, size_t n, struct rk_source_state *states,
    struct rk_arena *arena, struct rk_err *err)
{
	struct collect c = {routes, states, arena};
	const struct rk_registering to = {given_route, collect, &c};

	return rk_store_register_each(s, sources, n, &to, err);
}

/* ---- status */

static const char held_back[] =
    "the feed says it is complete, but more than half of its entries are missing: they were"
    " kept. Look at the site; `ruamkhao withdraw ENTRY-ID` takes out what is really gone";

int
rk_store_status(struct rk_store *s, struct rk_str id, rk_status_fn *fn, void *cookie,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_STATUS, err);
	int rc;

	if (st == NULL)
		return -1;
	st_text(st, 1, id);
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_status_row row = {.id = st_col_text(st, 1),
		    .title = st_col_text(st, 2),
		    .url = st_col_text(st, 3),
		    .entries = st_col_int(st, 4),
		    .state = read_state(st, 6, st_col_int(st, 0)),
		    .page = st_col_time(st, 35) != RK_NO_TIME,
		    .listed = (unsigned)st_col_int(st, 35),
		    .fresh = (unsigned)st_col_int(st, 36),
		    .waiting = (unsigned)st_col_int(st, 37),
		    .failed = (unsigned)st_col_int(st, 38),
		    .held = st_col_int(st, 39),
		    .subscribed = st_col_time(st, 49) != RK_NO_TIME};
		struct rk_moved moved;

		if (read_moved(st, 40, &moved))
			row.state.moved = &moved;
		if (st_col_time(st, 47) != RK_NO_TIME && row.state.advice.n == 0)
			row.state.advice = rk_str(held_back);
		if (row.subscribed) {
			row.sub = st_sub_read(st, 48);
			row.sub.callback = row.sub.secret = RK_STR("");
		}
		if (fn(cookie, &row) != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}
