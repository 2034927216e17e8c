/*
 * What is remembered of a source between polls: rows of states, written and read. Which
 * sources there are is registering.c's.
 */
#include "sources_int.h"

#define STATE_ROW  30 /* parameters behind the 29 columns of a state */
#define STATE_MORE 31

void
st_state_bind(sqlite3_stmt *st, const struct rk_source_state *t, int64_t more)
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

struct rk_source_state
st_polled_read(sqlite3_stmt *st, int at, int64_t row)
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
	    .error = RK_STR(""),
	    .advice = RK_STR(""),
	    .why_next = RK_STR(""),
	    .format = RK_STR(""),
	    .charset = RK_STR(""),
	    .feed_title = RK_STR(""),
	    .feed_link = RK_STR(""),
	    .polls = st_col_hash(st, at + 19),
	    .not_modified = st_col_hash(st, at + 20),
	    .imported = st_col_int(st, at + 21) != 0,
	    .pace.at = RK_NO_TIME};

	if (t.effective_url.n == 0 && t.last_success != RK_NO_TIME)
		t.effective_url = t.url;
	return t;
}

struct rk_source_state
st_state_read(sqlite3_stmt *st, int at, int64_t row)
{
	struct rk_source_state t = st_polled_read(st, at, row);

	at += ST_POLLED;
	t.why_next = st_col_text(st, at);
	t.error = st_col_text(st, at + 1);
	t.advice = st_col_text(st, at + 2);
	t.format = st_col_text(st, at + 3);
	t.charset = st_col_text(st, at + 4);
	t.feed_title = st_col_text(st, at + 5);
	t.feed_link = st_col_text(st, at + 6);
	return t;
}

bool
st_moved_read(sqlite3_stmt *st, int at, struct rk_moved *m)
{
	*m = (struct rk_moved){.url = st_col_text(st, at + 1),
	    .at = st_col_time(st, at + 2),
	    .failures = (unsigned)st_col_int(st, at + 3),
	    .leads_to = st_col_text(st, at + 4),
	    .leads_since = st_col_time(st, at + 5),
	    .leads_polls = (unsigned)st_col_int(st, at + 6)};
	return st_col_time(st, at) != RK_NO_TIME;
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
	st_state_bind(st, state, more);
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
		    .state = st_state_read(st, 6, st_col_int(st, 0)),
		    .page = st_col_time(st, 35) != RK_NO_TIME,
		    .listed = (unsigned)st_col_int(st, 35),
		    .fresh = (unsigned)st_col_int(st, 36),
		    .waiting = (unsigned)st_col_int(st, 37),
		    .failed = (unsigned)st_col_int(st, 38),
		    .held = st_col_int(st, 39),
		    .subscribed = st_col_time(st, 49) != RK_NO_TIME};
		struct rk_moved moved;

		if (st_moved_read(st, 40, &moved))
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
