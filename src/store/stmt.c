/*
 * SQLite's statements, values and errors in our terms. Knows no table.
 */
#include "store_int.h"

#include <ruamkhao/arena.h>

#include <errno.h>
#include <limits.h>

int
st_fail(struct rk_store *s, const char *doing, struct rk_err *err)
{
	int code = sqlite3_extended_errcode(s->db);
	int sys = 0;

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		rk_oom(0);
	case SQLITE_CORRUPT:
		if (code == SQLITE_CORRUPT_VTAB) { /* what can be made again */
			s->index_broken = true;
			break;
		}
		s->damaged = true;
		break;
	case SQLITE_NOTADB:
		s->damaged = true;
		break;
	case SQLITE_FULL:
		sys = ENOSPC;
		break;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		sys = sqlite3_system_errno(s->db);
		if (sys == 0)
			sys = EIO;
		break;
	default:
		break;
	}
	rk_err_set(
	    err, RK_E_STORE, "%s: %s: %s", s->name, doing, sqlite3_errmsg(s->db));
	if (err != NULL)
		err->sys = sys;
	return -1;
}

sqlite3_stmt *
st_get(struct rk_store *s, enum st_id id, struct rk_err *err)
{
	if (s->stmt[id] == NULL &&
	    sqlite3_prepare_v3(s->db, st_sql[id], -1, SQLITE_PREPARE_PERSISTENT,
		&s->stmt[id], NULL) != SQLITE_OK)
		st_fail(s, "cannot prepare", err);
	return s->stmt[id];
}

int
st_step(struct rk_store *s, sqlite3_stmt *st, struct rk_err *err)
{
	int code = sqlite3_step(st);

	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE) {
		st_fail(s, "statement failed", err);
		sqlite3_reset(st);
		return -1;
	}
	sqlite3_reset(st);
	return 0;
}

int
st_run(struct rk_store *s, sqlite3_stmt *st, struct rk_err *err)
{
	int rc = st_step(s, st, err);

	if (rc == 1) /* a row nobody asked for */
		sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

int
st_run_id(struct rk_store *s, enum st_id id, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, id, err);

	return st == NULL ? -1 : st_run(s, st, err);
}

void
st_text(sqlite3_stmt *st, int column, struct rk_str s)
{
	rk_assert(s.n <= INT_MAX);
	sqlite3_bind_text(st, column, s.n > 0 ? s.p : "", (int)s.n, SQLITE_STATIC);
}

void
st_blob(sqlite3_stmt *st, int column, struct rk_str s)
{
	rk_assert(s.n <= INT_MAX);
	sqlite3_bind_blob(st, column, s.n > 0 ? s.p : "", (int)s.n, SQLITE_STATIC);
}

void
st_int(sqlite3_stmt *st, int column, int64_t value)
{
	sqlite3_bind_int64(st, column, value);
}

void
st_time(sqlite3_stmt *st, int column, int64_t value)
{
	if (value == RK_NO_TIME)
		sqlite3_bind_null(st, column);
	else
		sqlite3_bind_int64(st, column, value);
}

void
st_hash(sqlite3_stmt *st, int column, uint64_t value)
{
	sqlite3_bind_int64(st, column, (int64_t)value);
}

/* A value that is asked twice is taken out of the row once: a start reads millions. Nobody
 * else uses the connection, so it need not be a protected one. */
struct rk_str
st_col_text(sqlite3_stmt *st, int column)
{
	sqlite3_value *value = sqlite3_column_value(st, column);
	const char *p = (const char *)sqlite3_value_text(value);

	return rk_strn(p != NULL ? p : "", (size_t)sqlite3_value_bytes(value));
}

bool
st_col_null(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL;
}

int64_t
st_col_int(sqlite3_stmt *st, int column)
{
	return sqlite3_column_int64(st, column);
}

struct rk_str
st_col_blob(sqlite3_stmt *st, int column)
{
	const char *p = sqlite3_column_blob(st, column);

	return rk_strn(p != NULL ? p : "", (size_t)sqlite3_column_bytes(st, column));
}

int64_t
st_col_time(sqlite3_stmt *st, int column)
{
	sqlite3_value *value = sqlite3_column_value(st, column);

	if (sqlite3_value_type(value) == SQLITE_NULL)
		return RK_NO_TIME;
	return sqlite3_value_int64(value);
}

uint64_t
st_col_hash(sqlite3_stmt *st, int column)
{
	return (uint64_t)sqlite3_column_int64(st, column);
}

int
st_snapshot(struct rk_store *s, bool *mine, struct rk_err *err)
{
	*mine = false;
	if (!sqlite3_get_autocommit(s->db))
		return 0;
	if (st_run_id(s, ST_SNAPSHOT, err) != 0)
		return -1;
	*mine = true;
	return 0;
}

void
st_snapshot_end(struct rk_store *s, bool mine)
{
	if (mine && !sqlite3_get_autocommit(s->db))
		(void)st_run_id(s, ST_COMMIT, NULL); /* nothing was written */
}

int
st_meta_get(struct rk_store *s, struct rk_str key, struct rk_arena *arena,
    struct rk_str *value, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_META_GET, err);
	int rc;

	*value = rk_strn(NULL, 0);
	if (st == NULL)
		return -1;
	st_text(st, 1, key);
	if ((rc = st_step(s, st, err)) == 1) {
		*value = rk_arena_str(arena, st_col_text(st, 0));
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

int
st_meta_put(
    struct rk_store *s, struct rk_str key, struct rk_str value, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_META_PUT, err);

	if (st == NULL)
		return -1;
	st_text(st, 1, key);
	st_text(st, 2, value);
	return st_run(s, st, err);
}
