/*
 * The connection: opening, transactions, checkpoints. Knows no table but `meta`.
 *
 * Exactly one connection writes and checkpoints (SQLite before 3.51.3 can damage a
 * database otherwise); readers are read-only and leave the log alone.
 */
#include <ruamkhao/store.h>

#include "clue_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef RK_TEST_BUILD
void (*rk_store_crash_point)(const char *name);
#endif

/* Connections are never shared between threads, and nobody reads the statistics of
 * its memory: two mutexes less on every allocation and every call. */
static void
configure_once(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int
on_commit(void *cookie, sqlite3 *db, const char *schema, int pages)
{
	struct rk_store *s = cookie;

	(void)db;
	(void)schema;
	s->wal_pages = pages;
	return SQLITE_OK;
}

/* ---- opening */

static int
refuse(struct rk_store *s, int sys, const char *why, struct rk_err *err)
{
	rk_err_set(err, RK_E_STORE, "%s: %s", s->name, why);
	if (err != NULL)
		err->sys = sys;
	return -1;
}

/*
 * What may be seen before SQLite touches the file. An empty file is not a new
 * database: the entries that were in it are gone (RELIABILITY F6).
 */
static int
look(struct rk_store *s, const char *path, bool *there, struct rk_err *err)
{
	static const char magic[16] = "SQLite format 3";
	char head[sizeof(magic)], log_name[4096];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*there = fd >= 0;
	if (fd < 0) {
		if (errno != ENOENT)
			return refuse(s, errno, strerror(errno), err);
		if (snprintf(log_name, sizeof(log_name), "%s-wal", path) >=
		    (int)sizeof(log_name))
			return refuse(s, ENAMETOOLONG, "the name is too long", err);
		if (stat(log_name, &st) == 0 && st.st_size > 0)
			return refuse(s, 0,
			    "is missing, but its log (-wal) is there: put it back, or "
			    "move the log away to begin anew",
			    err);
		return 0;
	}
	n = read(fd, head, sizeof(head));
	(void)close(fd);
	if (n < 0)
		return refuse(s, errno, strerror(errno), err);
	if (n == 0)
		return refuse(s, 0,
		    "is empty (0 bytes): restore it from a backup, or "
		    "remove it to begin anew",
		    err);
	if ((size_t)n < sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0)
		return refuse(s, 0, "is not a database", err);
	return 0;
}

static int
set_up(struct rk_store *s, struct rk_err *err)
{
	static const char common[] =
	    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
	    "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
	    "PRAGMA temp_store = MEMORY;" /* also of savepoints: no temp files */;
	char writing[200];

	(void)sqlite3_busy_timeout(s->db, 5000);
	if (sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
	    sqlite3_exec(s->db, common, NULL, NULL, NULL) != SQLITE_OK)
		return st_fail(s, "cannot be opened", err);
	if (s->mode == RK_STORE_READ) {
		if (sqlite3_db_config(
			s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) != SQLITE_OK)
			return st_fail(s, "cannot be opened", err);
		return 0;
	}
	(void)snprintf(writing, sizeof(writing),
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA journal_size_limit = %d; PRAGMA cache_size = -%d;",
	    ST_WAL_MAX, ST_CACHE_KIB);
	if (sqlite3_exec(s->db, writing, NULL, NULL, NULL) != SQLITE_OK)
		return st_fail(s, "cannot be opened for writing", err);
	(void)sqlite3_wal_hook(s->db, on_commit, s);
	return 0;
}

/* What the writer keeps in memory. */
static int
load(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ENTRY_NEWEST, err);

	if (st == NULL || st_step(s, st, err) != 1)
		return -1;
	s->last_entry = s->shown = st_col_int(st, 0);
	sqlite3_reset(st);
	return st_regions_load(s, err) != 0 || st_clues_load(s, err) != 0 ? -1 : 0;
}

static int
open_file(struct rk_store *s, const char *path, struct rk_err *err)
{
	bool writing = s->mode == RK_STORE_WRITE, there;
	int version;

	if (look(s, path, &there, err) != 0)
		return -1;
	if (!there && !writing)
		return refuse(s, ENOENT, "there is no database yet (`ruamkhao once` makes it)", err);
	if (!there && st_create(path, err) != 0)
		return -1;
	if (sqlite3_open_v2(path, &s->db,
		(writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
		    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK)
		return st_fail(s, "cannot be opened", err);
	/* before the pragmas: another program's database is not made ours */
	if (st_check(s, ST_VERSION, &version, err) != 0)
		return -1;
	if (version < ST_VERSION && !writing)
		return refuse(
		    s, 0, "is of an older ruamkhao: start the daemon once", err);
	if (set_up(s, err) != 0)
		return -1;
	if (version < ST_VERSION &&
	    (st_backup(s, path, version, err) != 0 ||
		st_migrate(s, st_steps, version, ST_VERSION, err) != 0))
		return -1;
	return writing ? load(s, err) : 0;
}

int
rk_store_open(const char *folder, enum rk_store_mode mode, struct rk_store **out,
    struct rk_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct rk_store *s = rk_xcalloc(1, sizeof(*s));
	char path[4096];

	*out = NULL;
	(void)pthread_once(&once, configure_once);
	s->mode = mode;
	s->scratch = rk_arena_new(0);
	s->near = rk_arena_new(0);
	(void)snprintf(s->name, sizeof(s->name), "%s/%s", folder, ST_FILE);
	if (snprintf(path, sizeof(path), "%s/%s", folder, ST_FILE) >=
	    (int)sizeof(path)) {
		refuse(s, ENAMETOOLONG, "the name is too long", err);
		goto fail;
	}
	if (open_file(s, path, err) != 0)
		goto fail;
	*out = s;
	return 0;
fail:
	rk_store_close(s);
	return -1;
}

void
rk_store_close(struct rk_store *s)
{
	if (s == NULL)
		return;
	rk_store_rollback(s);
	if (s->mode == RK_STORE_WRITE && s->db != NULL && s->clues.n > 0 &&
	    rk_store_begin(s, NULL) == 0) { /* so that the next start need not look */
		if (st_clues_flush(s, 1, NULL) == 0)
			(void)rk_store_commit(s, NULL);
		else
			rk_store_rollback(s);
	}
	for (size_t i = 0; i < ST_COUNT; i++)
		sqlite3_finalize(s->stmt[i]);
	if (s->damaged && s->db != NULL) /* leave everything as it is */
		(void)sqlite3_db_config(
		    s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	rk_assert(sqlite3_close(s->db) == SQLITE_OK); /* all statements were ours */
	st_regions_free(&s->regions);
	st_clues_free(&s->clues);
	st_sieves_free(s->sieves);
	st_prints_free(s);
	st_filters_free(&s->filters);
	st_watch_free(&s->watch);
	rk_arena_free(s->scratch);
	rk_arena_free(s->near);
	free(s);
}

int
rk_store_host(struct rk_store *s, struct rk_str wanted, struct rk_arena *arena,
    struct rk_str *host, struct rk_err *err)
{
	static const char key[] = "host";

	if (st_meta_get(s, rk_str(key), arena, host, err) != 0)
		return -1;
	if (host->p != NULL)
		return 0;
	*host = rk_arena_str(arena, wanted);
	if (s->mode == RK_STORE_READ)
		return 0;
	return st_meta_put(s, rk_str(key), wanted, err);
}

/* ---- transactions */

/* Everything since begin is gone. */
static void
forget(struct rk_store *s)
{
	if (!sqlite3_get_autocommit(s->db) && st_run_id(s, ST_ROLLBACK, NULL) != 0)
		s->damaged = true; /* cannot be: nothing may be written on top of it */
	s->in_tx = false;
	s->lost.kind = RK_E_NONE;
	st_regions_dropped(s);
	st_clues_dropped(s, s->clues.committed);
	st_prints_free(s);
	st_watch_dropped(s);
}

int
rk_store_begin(struct rk_store *s, struct rk_err *err)
{
	rk_assert(s->mode == RK_STORE_WRITE && !s->in_tx);
	if (s->damaged)
		return refuse(
		    s, 0, "is damaged: nothing is written to it any more", err);
	if (st_run_id(s, ST_BEGIN, err) != 0)
		return -1;
	s->in_tx = true;
	s->lost.kind = RK_E_NONE;
	return 0;
}

/* Many small checkpoints move the same pages again and again: only when the log
 * is long. One that fails is tried again after the next commit. */
static void
checkpoint(struct rk_store *s, int from)
{
	if (s->damaged || (int64_t)s->wal_pages * ST_PAGE < from)
		return;
	if (sqlite3_wal_checkpoint_v2(
		s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
		s->wal_pages = 0;
}

int
rk_store_commit(struct rk_store *s, struct rk_err *err)
{
	rk_assert(s->in_tx);
	if (s->lost.kind != RK_E_NONE) {
		if (err != NULL)
			*err = s->lost;
		forget(s);
		return -1;
	}
	if (st_regions_write(s, err) != 0 || st_clues_flush(s, 0, err) != 0) {
		forget(s);
		return -1;
	}
	ST_CRASH_POINT("before-commit");
	/* When the fsync of the log fails, SQLite leaves its end where it was: what
	 * this commit wrote is overwritten by the next and believed by nobody. */
	if (st_run_id(s, ST_COMMIT, err) != 0) {
		forget(s);
		return -1;
	}
	ST_CRASH_POINT("after-commit");
	s->in_tx = false;
	st_regions_committed(s);
	st_clues_committed(s);
	checkpoint(s, ST_WAL_MAX);
	return 0;
}

void
rk_store_rollback(struct rk_store *s)
{
	if (s->in_tx)
		forget(s);
}

void
rk_store_idle(struct rk_store *s)
{
	rk_assert(!s->in_tx);
	if (s->mode != RK_STORE_WRITE || s->damaged)
		return;
	checkpoint(s, ST_WAL_IDLE);
	/* pages and free blocks that the next poll hardly needs: a daemon mostly waits */
	(void)sqlite3_db_release_memory(s->db);
	rk_memory_trim();
}
