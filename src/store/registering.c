/*
 * The sources of a configuration become those of the database: new ones are added, what was
 * changed takes effect, what is no longer there stands aside. Knows nothing of polls.
 */
#include "lives_int.h"
#include "sources_int.h"
#include "watch_int.h"

#include <ruamkhao/manners.h>
#include <ruamkhao/map.h>

#include <stdio.h>
#include <stdlib.h>

#define POLLED 8                    /* columns of ST_SOURCE_ALL: of the source before */
#define WHY    (POLLED + ST_POLLED) /* NULL: poll_times has another sentence */
#define PACE   (WHY + 1)

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

/* A table that few sources have a row in, gone through beside them in the same order. */
struct beside {
	sqlite3_stmt *st; /* its first column: the source */
	int64_t at;       /* source of the row it stands at; INT64_MAX: behind the last */
};

/* The database as it is gone through. */
struct reading {
	struct rk_store *s;
	sqlite3_stmt *all;
	struct beside moved, address;
	sqlite3_stmt *whole; /* holds texts of a state that changed; NULL: none did */
};

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

static int
reading_begin(struct reading *r, struct rk_store *s, struct rk_err *err)
{
	*r = (struct reading){.s = s,
	    .all = st_get(s, ST_SOURCE_ALL, err),
	    .moved = {st_get(s, ST_MOVED_ALL, err), INT64_MIN},
	    .address = {st_get(s, ST_ADDRESS_ALL, err), INT64_MIN}};
	return r->all == NULL || r->moved.st == NULL || r->address.st == NULL ? -1 : 0;
}

static void
reading_end(struct reading *r)
{
	sqlite3_reset(r->all);
	sqlite3_reset(r->moved.st);
	sqlite3_reset(r->address.st);
	sqlite3_reset(r->whole);
}

/* Sources come in ascending order. 1: it has a row, at which b stands; 0; -1. */
static int
find_beside(struct rk_store *s, struct beside *b, int64_t source, struct rk_err *err)
{
	int rc;

	while (b->at < source) {
		if ((rc = st_step(s, b->st, err)) < 0)
			return -1;
		b->at = rc == 1 ? st_col_int(b->st, 0) : INT64_MAX;
	}
	return b->at == source;
}

/* 1, and the next source; 0: there is no more; -1. */
static int
read_known(struct reading *r, struct known *k, struct rk_err *err)
{
	sqlite3_stmt *st = r->all;
	int rc = st_step(r->s, st, err);

	if (rc != 1)
		return rc;
	k->row = st_col_int(st, 0);
	k->name = st_col_text(st, 1);
	k->title = st_col_text(st, 2);
	k->url = st_col_text(st, 3);
	k->route = st_col_text(st, 4);
	k->priority = (int)st_col_int(st, 5);
	k->position = st_col_time(st, 6);
	k->reading = st_col_hash(st, 7);
	k->state = st_polled_read(st, POLLED, k->row);
	k->why_same = !st_col_null(st, WHY);
	if (k->why_same)
		k->state.why_next = st_col_text(st, WHY);
	k->state.pace = (struct rk_source_pace){(uint32_t)st_col_int(st, PACE),
	    (uint32_t)st_col_int(st, PACE + 1), st_col_time(st, PACE + 2)};
	if ((rc = find_beside(r->s, &r->moved, k->row, err)) < 0)
		return -1;
	if (rc == 1 && st_moved_read(r->moved.st, 0, &k->moved))
		k->state.moved = &k->moved;
	k->state.address = RK_STR("");
	if ((rc = find_beside(r->s, &r->address, k->row, err)) < 0)
		return -1;
	if (rc == 1)
		k->state.address = st_col_text(r->address.st, 1);
	return 1;
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

static bool
differs(const struct rk_source_state *t, const struct rk_source *source)
{
	return !rk_str_eq(t->url, source->url) ||
	       source->enabled != (t->standing != RK_STANDING_OFF);
}

/* The standing that the configuration asks for. */
static void
follow_config(struct rk_source_state *t, const struct rk_source *source)
{
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
	}
	if (!source->enabled && t->standing != RK_STANDING_OFF)
		t->standing = RK_STANDING_OFF;
	else if (source->enabled && t->standing == RK_STANDING_OFF)
		t->standing = t->failures > 0                 ? RK_STANDING_FAILING
			      : t->last_success != RK_NO_TIME ? RK_STANDING_OK
							      : RK_STANDING_NEW;
}

static int
register_new(struct rk_store *s, const struct rk_source *source, struct rk_str route,
    int64_t position, struct rk_source_state *state, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_STATE_ADD, err);

	if (st == NULL || put_source(s, source, route, position, 0, err) != 0)
		return -1;
	*state = new_state(sqlite3_last_insert_rowid(s->db), source->url);
	follow_config(state, source);
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

/* The state of a source that is to be written: what people read of it comes too. Its texts
 * are those of r->whole. */
static int
read_whole(struct reading *r, struct known *known, struct rk_err *err)
{
	struct rk_source_state few = known->state;
	int rc;

	if ((r->whole = st_get(r->s, ST_STATE_GET, err)) == NULL)
		return -1;
	sqlite3_reset(r->whole);
	st_int(r->whole, 1, known->row);
	if ((rc = st_step(r->s, r->whole, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: a source lost its state",
				    r->s->name);
	known->state = st_state_read(r->whole, 0, known->row);
	known->state.pace = few.pace;
	known->state.moved = few.moved;
	known->state.address = few.address;
	return 0;
}

/* What is known becomes what holds from now on. */
static int
register_known(struct reading *r, const struct rk_source *source, struct rk_str route,
    int64_t position, struct known *known, struct rk_err *err)
{
	bool same = (rk_str_eq(known->title, source->title) || source->title.n == 0) &&
		    rk_str_eq(known->url, source->url) &&
		    rk_str_eq(known->route, route) &&
		    known->priority == source->priority && known->position == position;
	bool reread = known->reading != rk_source_reading(source);
	struct rk_source_state *state = &known->state;

	if ((!same || reread) &&
	    put_source(r->s, source, route, position, known->row, err) != 0)
		return -1;
	reread = reread && known->reading != 0 && rk_keeps(RK_M_REFRESH_ONCE);
	if (known->position == RK_NO_TIME)
		st_watch_later(r->s, known->row);
	if (!reread && !differs(state, source))
		return 0;
	if (read_whole(r, known, err) != 0)
		return -1;
	if (reread)
		forget_document(state);
	if (!rk_str_eq(state->url, source->url) &&
	    drop_address(r->s, known->row, err) != 0)
		return -1;
	follow_config(state, source);
	st_watch_later(r->s, known->row);
	known->why_same = true;
	return st_state_write(r->s, state, RK_STATE_WHOLE, 0, err);
}

/* The sources of a configuration while they are registered. */
struct configured {
	const struct rk_source *v;
	size_t n;
	bool *registered;      /* of each: it was found in the database */
	struct rk_map *by_name; /* made where they do not stand where they stood */
};

/* The source of that id, which stood at that position; NULL: it is not configured. */
static const struct rk_source *
find_configured(struct configured *c, struct rk_str id, int64_t position)
{
	if (position >= 0 && (uint64_t)position < c->n && rk_str_eq(c->v[position].id, id))
		return &c->v[position];
	if (c->by_name == NULL) {
		c->by_name = rk_map_new();
		for (size_t i = 0; i < c->n; i++) /* it only compares what it is given */
			(void)rk_map_put(
			    c->by_name, c->v[i].id, (void *)(uintptr_t)&c->v[i]);
	}
	return rk_map_get(c->by_name, id);
}

static int
leave(struct rk_store *s, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_SOURCE_DROP, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	st_watch_later(s, row);
	return st_run(s, st, err);
}

/* Those that the database knows. A row is written while it is read: neither its place
 * nor that of another changes. */
static int
register_old(struct rk_store *s, struct configured *c, const struct rk_registering *to,
    struct rk_err *err)
{
	struct reading r;
	struct known known = {0};
	int rc;

	if (reading_begin(&r, s, err) != 0)
		return -1;
	while ((rc = read_known(&r, &known, err)) == 1) {
		const struct rk_source *source =
		    find_configured(c, known.name, known.position);
		size_t i = source != NULL ? (size_t)(source - c->v) : 0;

		rc = 0;
		if (source != NULL) {
			c->registered[i] = true;
			rc = register_known(&r, source, to->route(to->cookie, i),
			    (int64_t)i, &known, err);
			if (rc == 0)
				to->registered(to->cookie, i, &known.state, known.why_same);
		} else if (known.position != RK_NO_TIME) {
			rc = leave(s, known.row, err);
		}
		if (rc != 0)
			break;
	}
	reading_end(&r);
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
	struct configured c = {.v = sources,
	    .n = n,
	    .registered = rk_xcalloc(n + 1, sizeof(*c.registered))};
	struct rk_source_state state;
	int rc = -1;

	keep_pages(s, REGISTERING_CACHE_KIB);
	if (rk_store_begin(s, err) != 0 || register_old(s, &c, to, err) != 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (c.registered[i])
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
	rk_map_free(c.by_name);
	free(c.registered);
	return rc;
}
