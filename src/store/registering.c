/*
 * The sources of a configuration become those of the database: new ones are added, what was
 * changed takes effect, what is no longer there stands aside. Knows nothing of polls.
 */
#include "lives_int.h"
#include "sources_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/map.h>

#include <stdio.h>
#include <stdlib.h>

#define PACE 44 /* column of ST_SOURCE_ALL behind a state */

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
	    .state = st_state_read(st, 8, st_col_int(st, 0)),
	    .why_same = st_col_int(st, PACE + 3) != 0};
	k->state.pace = (struct rk_source_pace){(uint32_t)st_col_int(st, PACE),
	    (uint32_t)st_col_int(st, PACE + 1), st_col_time(st, PACE + 2)};
	if (st_moved_read(st, PACE - 7, &k->moved))
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
	st_state_bind(st, state, 0);
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

static const struct rk_moved *
own_moved(const struct rk_moved *m, struct rk_arena *arena)
{
	struct rk_moved *own = RK_NEW(arena, struct rk_moved);

	*own = *m;
	own->url = rk_arena_str(arena, m->url);
	own->leads_to = rk_arena_str(arena, m->leads_to);
	return own;
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
