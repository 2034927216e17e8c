/*
 * Tables, how a database of an older program becomes one of ours, and the texts of
 * all statements.
 */
#include "store_int.h"

#include <ruamkhao/limits.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Times are UTC seconds, NULL for none; hashes are 64 bits of XXH3 as a signed number.
 *
 * entry: one row for ever. story: row of the lead, NULL for what leads its own. sort:
 * place in the timeline (ingest.c), never changed; a copy has its lead's, and its
 * lead's state, so that the line of a copy's route shows the story too. kept: pid is
 * the publisher's own id; only those can meet, minted ones hold the source's name and
 * its key. The long texts stand last, so that nothing else lies on overflow pages.
 *
 * entry_key: all keys an entry was ever known by. `seen`, beside the strongest, is the
 * mark of the version last stored: an unchanged entry costs one look-up in a page that
 * holds its whole source. Rows are written by the thousand and never removed; their
 * source and entry were just written by the same function: no foreign keys there.
 *
 * There is no table of entries by node: a node's timeline is merged from the lines of
 * the routes that lead to it. Partial indexes keep what is not published out of the
 * way.
 */
static const char version_1[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL)"
    "  STRICT, WITHOUT ROWID;"
    "CREATE TABLE source("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL,"
    "  url TEXT NOT NULL, route TEXT NOT NULL, priority INTEGER NOT NULL,"
    "  position INTEGER" /* in the configuration, NULL: not there any more */
    ") STRICT;"
    "CREATE TABLE source_state("
    "  source INTEGER PRIMARY KEY REFERENCES source(id),"
    "  standing INTEGER NOT NULL, url TEXT NOT NULL, effective_url TEXT NOT NULL,"
    "  etag TEXT NOT NULL, last_modified TEXT NOT NULL, body_hash INTEGER NOT NULL,"
    "  next_due INTEGER, not_before INTEGER, last_poll INTEGER, last_success INTEGER,"
    "  last_change INTEGER, standing_since INTEGER, fresh_until INTEGER,"
    "  hint_seconds INTEGER NOT NULL, skip_hours INTEGER NOT NULL,"
    "  skip_days INTEGER NOT NULL, failures INTEGER NOT NULL,"
    "  same_body_crashes INTEGER NOT NULL, http_status INTEGER NOT NULL,"
    "  error TEXT NOT NULL, advice TEXT NOT NULL, why_next TEXT NOT NULL,"
    "  format TEXT NOT NULL, charset TEXT NOT NULL, feed_title TEXT NOT NULL,"
    "  feed_link TEXT NOT NULL, polls INTEGER NOT NULL, not_modified INTEGER NOT NULL,"
    "  imported INTEGER NOT NULL, entries INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE TABLE route("
    "  id INTEGER PRIMARY KEY, nodes TEXT NOT NULL UNIQUE"
    ") STRICT;"
    "CREATE TABLE node("
    "  id TEXT PRIMARY KEY, generation INTEGER NOT NULL, published INTEGER NOT NULL,"
    "  stories INTEGER NOT NULL, changed INTEGER"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE entry("
    "  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, story INTEGER,"
    "  route INTEGER NOT NULL, sort INTEGER NOT NULL, state INTEGER NOT NULL,"
    "  kind INTEGER NOT NULL, kept INTEGER NOT NULL, published INTEGER,"
    "  precision INTEGER NOT NULL, updated INTEGER NOT NULL,"
    "  first_seen INTEGER NOT NULL, changed INTEGER NOT NULL,"
    "  text_hash INTEGER NOT NULL, meta_hash INTEGER NOT NULL,"
    "  url_hash INTEGER NOT NULL, merge_hash INTEGER NOT NULL,"
    "  pid TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, guid TEXT NOT NULL,"
    "  author TEXT NOT NULL, author_url TEXT NOT NULL, lang TEXT NOT NULL,"
    "  image TEXT NOT NULL, origin_title TEXT NOT NULL, origin_url TEXT NOT NULL,"
    "  tags TEXT NOT NULL, enclosures TEXT NOT NULL, summary TEXT NOT NULL,"
    "  html TEXT NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX entry_pid ON entry(pid) WHERE kept = 1;"
    "CREATE INDEX entry_line ON entry(route, sort, story) WHERE state = 0;"
    "CREATE INDEX entry_copy ON entry(story, source, route) WHERE story IS NOT NULL;"
    "CREATE TABLE entry_key("
    "  source INTEGER NOT NULL, key INTEGER NOT NULL, entry INTEGER NOT NULL,"
    "  seen INTEGER, PRIMARY KEY(source, key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE clue("
    "  hash INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY(hash, entry)"
    ") STRICT, WITHOUT ROWID;";

/*
 * found: how date and identity were found (model/entry.c); what was there before, the
 * precision alone, reads as such a number. date_text: as printed, mostly empty; last, for
 * it is only read to explain. source.reading: hash of the settings that decide what is
 * read in a document, 0 not known.
 */
static const char version_found[] =
    "ALTER TABLE entry RENAME COLUMN precision TO found;"
    "ALTER TABLE entry ADD COLUMN date_text TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE source ADD COLUMN reading INTEGER NOT NULL DEFAULT 0;";

/*
 * Pages. robots: found is 0 while a file could never be had. page: what the last list of
 * a source held, and when the first one was read. page_try: linked pages that were asked
 * for in vain, by the entry's key.
 */
static const char version_pages[] =
    "CREATE TABLE robots("
    "  authority TEXT PRIMARY KEY, expires INTEGER NOT NULL, lost_since INTEGER,"
    "  found INTEGER NOT NULL, rules TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE page("
    "  source INTEGER PRIMARY KEY REFERENCES source(id), began INTEGER NOT NULL,"
    "  entries INTEGER NOT NULL, fresh INTEGER NOT NULL, waiting INTEGER NOT NULL,"
    "  failed INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE page_try("
    "  source INTEGER NOT NULL, key INTEGER NOT NULL, tries INTEGER NOT NULL,"
    "  PRIMARY KEY(source, key)"
    ") STRICT, WITHOUT ROWID;";

/*
 * What a poll without news leaves: most polls are such, and rows of thirty bytes share
 * their pages with hundreds of others, where those of source_state would each be a page
 * of the log. A row counts while it tells of more polls than source_state does. why: NULL
 * while the sentence is the one there. Written by the thousand, by who has just read the
 * source: no foreign key.
 */
static const char version_times[] =
    "CREATE TABLE poll_times("
    "  source INTEGER PRIMARY KEY, polls INTEGER NOT NULL,"
    "  not_modified INTEGER NOT NULL, last_poll INTEGER NOT NULL,"
    "  next_due INTEGER NOT NULL, fresh_until INTEGER, http_status INTEGER NOT NULL,"
    "  why TEXT"
    ") STRICT;";

/* Sources whose addresses redirect for good (struct rk_moved). */
static const char version_moved[] =
    "CREATE TABLE moved("
    "  source INTEGER PRIMARY KEY REFERENCES source(id), url TEXT NOT NULL, at INTEGER,"
    "  failures INTEGER NOT NULL, leads_to TEXT NOT NULL, leads_since INTEGER,"
    "  leads_polls INTEGER NOT NULL"
    ") STRICT;";

/* pace: rk_source_pace; beside the state, for it changes only with new entries. */
static const char version_pace[] =
    "CREATE TABLE pace("
    "  source INTEGER PRIMARY KEY REFERENCES source(id), news INTEGER NOT NULL,"
    "  office INTEGER NOT NULL, at INTEGER NOT NULL"
    ") STRICT;";

const char *const st_steps[ST_VERSION] = {version_1, version_found, version_pages,
    version_moved, version_pace, version_times};

#define STATE_COLUMNS                                                                  \
	"t.standing, t.url, t.effective_url, t.etag, t.last_modified, t.body_hash,"    \
	" ifnull(b.next_due, t.next_due), t.not_before,"                               \
	" ifnull(b.last_poll, t.last_poll), ifnull(b.last_poll, t.last_success),"      \
	" t.last_change, t.standing_since,"                                            \
	" iif(b.source IS NULL, t.fresh_until, b.fresh_until),"                        \
	" t.hint_seconds, t.skip_hours, t.skip_days, t.failures, t.same_body_crashes," \
	" ifnull(b.http_status, t.http_status), t.error, t.advice,"                    \
	" ifnull(b.why, t.why_next), t.format, t.charset, t.feed_title, t.feed_link,"  \
	" ifnull(b.polls, t.polls), ifnull(b.not_modified, t.not_modified),"           \
	" t.imported"
#define STATE_TABLES                                                                   \
	" FROM source s CROSS JOIN source_state t ON t.source = s.id"                  \
	" LEFT JOIN poll_times b ON b.source = t.source AND b.polls > t.polls"
#define MOVED_COLUMNS                                                                  \
	"m.source, m.url, m.at, m.failures, m.leads_to, m.leads_since, m.leads_polls"

const char *const st_sql[ST_COUNT] = {
    [ST_BEGIN] = "BEGIN IMMEDIATE",
    [ST_COMMIT] = "COMMIT",
    [ST_ROLLBACK] = "ROLLBACK",
    [ST_SAVEPOINT] = "SAVEPOINT poll",
    [ST_RELEASE] = "RELEASE poll",
    [ST_ROLLBACK_TO] = "ROLLBACK TO poll",
    [ST_SNAPSHOT] = "BEGIN",
    [ST_META_GET] = "SELECT value FROM meta WHERE key = ?1",
    [ST_META_PUT] = "INSERT INTO meta(key, value) VALUES(?1, ?2)"
		    " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
    [ST_SOURCE_ALL] = "SELECT s.id, s.name, s.title, s.url, s.route, s.priority,"
		      " s.position, s.reading, " STATE_COLUMNS
		      ", " MOVED_COLUMNS ", c.news, c.office, c.at, b.why IS NULL" STATE_TABLES
		      " LEFT JOIN moved m ON m.source = s.id"
		      " LEFT JOIN pace c ON c.source = s.id",
    [ST_SOURCE_ADD] = "INSERT INTO source(name, title, url, route, priority, position,"
		      " reading) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [ST_SOURCE_SET] = "UPDATE source SET name = ?1, title = ?2, url = ?3, route = ?4,"
		      " priority = ?5, position = ?6, reading = ?7 WHERE id = ?8",
    [ST_SOURCE_DROP] = "UPDATE source SET position = NULL WHERE id = ?1",
    [ST_STATE_ADD] = "INSERT INTO source_state VALUES(?30, ?1, ?2, ?3, ?4, ?5, ?6, ?7,"
		     " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
		     " ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?31)",
    [ST_STATE_SET] =
	"UPDATE source_state SET standing = ?1, url = ?2, effective_url = ?3,"
	" etag = ?4, last_modified = ?5, body_hash = ?6, next_due = ?7,"
	" not_before = ?8, last_poll = ?9, last_success = ?10, last_change = ?11,"
	" standing_since = ?12, fresh_until = ?13, hint_seconds = ?14,"
	" skip_hours = ?15, skip_days = ?16, failures = ?17,"
	" same_body_crashes = ?18, http_status = ?19, error = ?20, advice = ?21,"
	" why_next = ?22, format = ?23, charset = ?24, feed_title = ?25,"
	" feed_link = ?26, polls = ?27, not_modified = ?28, imported = ?29,"
	" entries = entries + ?31 WHERE source = ?30",
    [ST_STATE_BEFORE] = "SELECT imported FROM source_state WHERE source = ?1",
    [ST_STATUS] =
	"SELECT s.id, s.name, s.title, s.url, t.entries, s.position,"
	" " STATE_COLUMNS ", p.entries, p.fresh, p.waiting, p.failed, "
	MOVED_COLUMNS STATE_TABLES
	" LEFT JOIN page p ON p.source = s.id LEFT JOIN moved m ON m.source = s.id"
	" WHERE s.position IS NOT NULL AND (?1 = '' OR s.name = ?1)"
	" ORDER BY s.position",
    [ST_ROUTE_ALL] = "SELECT id, nodes FROM route ORDER BY id",
    [ST_ROUTE_ADD] = "INSERT INTO route(nodes) VALUES(?1)",
    [ST_NODE_ALL] = "SELECT id, generation, published, stories, changed FROM node",
    [ST_NODE_ADD] = "INSERT INTO node(id, generation, published, stories, changed)"
		    " VALUES(?1, ?2, -1, ?3, ?4)",
    [ST_NODE_SET] = "UPDATE node SET generation = ?2, stories = ?3, changed = ?4"
		    " WHERE id = ?1",
    [ST_NODE_PUBLISHED] = "UPDATE node SET published = ?2"
			  " WHERE id = ?1 AND published < ?2",
    [ST_NODE_UNPUBLISH] = "UPDATE node SET published = -1 WHERE published <> -1",
    [ST_KEY_ANY] = "SELECT 1 FROM entry_key WHERE source = ?1 LIMIT 1",
    [ST_KEY_GET] = "SELECT entry, seen FROM entry_key WHERE source = ?1 AND key = ?2",
    [ST_KEY_ADD] = "INSERT INTO entry_key(source, key, entry, seen)"
		   " VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    [ST_KEY_SEEN] = "INSERT INTO entry_key(source, key, entry, seen)"
		    " VALUES(?1, ?2, ?3, ?4) ON CONFLICT(source, key)"
		    " DO UPDATE SET seen = excluded.seen WHERE entry = excluded.entry",
    [ST_ENTRY_NEWEST] = "SELECT max(id) FROM entry",
    [ST_ENTRY_ADD] =
	"INSERT INTO entry(published, found, updated, changed, text_hash,"
	" meta_hash, url_hash, merge_hash, url, title, author, author_url, lang,"
	" image, origin_title, origin_url, tags, enclosures, summary, html, date_text,"
	" id, source, story, route, sort, state, kind, kept, first_seen, pid, guid)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
	" ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29,"
	" ?30, ?31, ?32) ON CONFLICT(pid) WHERE kept = 1 DO NOTHING",
    [ST_ENTRY_OLD] = "SELECT story, route, state, kind, published, updated, changed,"
		     " text_hash, meta_hash, url_hash, merge_hash, url, title, html"
		     " FROM entry WHERE id = ?1",
    [ST_ENTRY_EDIT] =
	"UPDATE entry SET published = ?1, found = ?2, updated = ?3, changed = ?4,"
	" text_hash = ?5, meta_hash = ?6, url_hash = ?7, merge_hash = ?8, url = ?9,"
	" title = ?10, author = ?11, author_url = ?12, lang = ?13, image = ?14,"
	" origin_title = ?15, origin_url = ?16, tags = ?17, enclosures = ?18,"
	" summary = ?19, html = ?20, date_text = ?21 WHERE id = ?22",
    [ST_ENTRY_KIND] = "UPDATE entry SET kind = min(kind, ?2) WHERE id = ?1",
    [ST_ENTRY_CLUE] = "SELECT source, story, published, first_seen, url_hash,"
		      " merge_hash FROM entry WHERE id = ?1",
    [ST_ENTRY_LEAD] = "SELECT route, sort, state FROM entry WHERE id = ?1",
    [ST_COPY_OF_SOURCE] =
	"SELECT 1 FROM entry WHERE story = ?1 AND source = ?2 LIMIT 1",
    [ST_CLUE_GET] = "SELECT entry FROM clue WHERE hash = ?1 ORDER BY entry DESC"
		    " LIMIT ?2",
    [ST_CLUE_ADD] = "INSERT INTO clue(hash, entry) VALUES(?1, ?2)"
		    " ON CONFLICT DO NOTHING",
    [ST_CLUE_REST] = "SELECT id, url_hash, merge_hash FROM entry WHERE id > ?1"
		     " ORDER BY id",
    [ST_LINE] = "SELECT sort, coalesce(story, id) FROM entry WHERE route = ?1"
		" AND state = 0 AND sort >= ?2 ORDER BY sort DESC",
    [ST_STORY] = "SELECT source, route, published, updated, first_seen, changed, pid,"
		 " url, title, author, lang, image, tags, enclosures, summary, html"
		 " FROM entry WHERE id = ?1",
    [ST_COPIES] = "SELECT source, url, route FROM entry WHERE story = ?1"
		  " ORDER BY first_seen, id",
    [ST_COPY_ROUTES] = "SELECT route FROM entry WHERE story = ?1",
    [ST_PUBLISHER] = "SELECT s.name, s.title, s.url, t.feed_link"
		     " FROM source s CROSS JOIN source_state t ON t.source = s.id"
		     " WHERE s.id = ?1",
    /* rows come in order of first sight: ids are given then */
    [ST_EXPORT] = "SELECT e.pid, s.name, e.guid, e.url, e.title, l.pid, e.route,"
		  " e.state, e.published, e.updated, e.first_seen, e.id"
		  " FROM entry e CROSS JOIN source s ON s.id = e.source"
		  " LEFT JOIN entry l ON l.id = e.story ORDER BY e.id",
    [ST_FIND_ID] = "SELECT id FROM entry WHERE pid = ?1 AND kept = 1",
    /* all entries of the source that the id names, no other */
    [ST_FIND_MINTED] = "SELECT e.id FROM source s CROSS JOIN entry_key k"
		       " ON k.source = s.id CROSS JOIN entry e ON e.id = k.entry"
		       " WHERE s.name = ?1 AND e.pid = ?2 LIMIT 1",
    [ST_FIND_HASH] = "SELECT 1 FROM entry WHERE id = ?1 AND url_hash = ?2",
    [ST_FIND_ANY] = "SELECT id FROM entry WHERE pid = ?1 OR url = ?1 OR guid = ?1"
		    " ORDER BY id LIMIT ?2",
    [ST_EXPLAIN] =
	"SELECT e.source, e.story, e.route, e.sort, e.state, e.kind, e.kept,"
	" e.published, e.updated, e.first_seen, e.changed, e.found, s.position,"
	" e.pid, e.guid, e.url, e.title, e.author, e.lang, e.origin_title,"
	" e.origin_url, e.date_text, s.name, s.title, s.url, s.route, t.format,"
	" t.charset FROM entry e CROSS JOIN source s ON s.id = e.source"
	" CROSS JOIN source_state t ON t.source = e.source WHERE e.id = ?1",
    [ST_EXPLAIN_STORY] = "SELECT e.route, e.first_seen, e.pid, e.url, s.name, s.title"
			 " FROM entry e CROSS JOIN source s ON s.id = e.source"
			 " WHERE e.id = ?1 OR e.story = ?1"
			 " ORDER BY e.story IS NOT NULL, e.first_seen, e.id",
    [ST_EXPLAIN_GUID] = "SELECT count(DISTINCT e.id) FROM entry_key k CROSS JOIN entry e"
			" ON e.id = k.entry WHERE k.source = ?1 AND e.guid = ?2",
    [ST_ROBOTS_ALL] = "SELECT authority, expires, lost_since, found, rules FROM robots",
    [ST_ROBOTS_PUT] = "INSERT OR REPLACE INTO robots VALUES(?1, ?2, ?3, ?4, ?5)",
    [ST_ROBOTS_OLD] = "DELETE FROM robots WHERE expires < ?1",
    [ST_TRY_GET] = "SELECT tries FROM page_try WHERE source = ?1 AND key = ?2",
    [ST_TRY_PUT] = "INSERT OR REPLACE INTO page_try VALUES(?1, ?2, ?3)",
    [ST_TRY_DROP] = "DELETE FROM page_try WHERE source = ?1",
    [ST_PAGE_PUT] =
	"INSERT INTO page VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE"
	" SET entries = ?3, fresh = ?4, waiting = ?5, failed = ?6",
    [ST_PAGE_BEGAN] = "SELECT began FROM page WHERE source = ?1",
    /* the parameters of ST_STATE_SET */
    [ST_STATE_TEXTS] =
	"UPDATE source_state SET standing = ?1, url = ?2, effective_url = ?3,"
	" etag = ?4, last_modified = ?5, body_hash = ?6, next_due = ?7,"
	" not_before = ?8, last_poll = ?9, last_success = ?10, last_change = ?11,"
	" standing_since = ?12, fresh_until = ?13, hint_seconds = ?14,"
	" skip_hours = ?15, skip_days = ?16, failures = ?17,"
	" same_body_crashes = ?18, http_status = ?19, error = ?20, advice = ?21,"
	" why_next = ?22, polls = ?27, not_modified = ?28, imported = ?29,"
	" entries = entries + ?31 WHERE source = ?30",
    [ST_STATE_TIMES] = "INSERT OR REPLACE INTO poll_times"
		       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [ST_MOVED_PUT] = "INSERT OR REPLACE INTO moved VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [ST_MOVED_DROP] = "DELETE FROM moved WHERE source = ?1",
    [ST_PACE_PUT] = "INSERT OR REPLACE INTO pace VALUES(?1, ?2, ?3, ?4)",
};

/* ---- versions */

static int
pragma_int(struct rk_store *s, const char *sql, int *value, struct rk_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_ROW) {
		st_fail(s, "cannot be read", err);
		goto out;
	}
	*value = sqlite3_column_int(st, 0);
	rc = 0;
out:
	sqlite3_finalize(st);
	return rc;
}

int
st_check(struct rk_store *s, int version, int *found, struct rk_err *err)
{
	int application;

	if (pragma_int(s, "PRAGMA application_id", &application, err) != 0 ||
	    pragma_int(s, "PRAGMA user_version", found, err) != 0)
		return -1;
	if (application != ST_APPLICATION_ID)
		return rk_err_set(
		    err, RK_E_STORE, "%s is the database of another program", s->name);
	if (*found > version)
		return rk_err_set(err, RK_E_STORE,
		    "%s has schema %d, made by a newer ruamkhao; this one knows up to "
		    "%d",
		    s->name, *found, version);
	if (*found < 1)
		return rk_err_set(err, RK_E_STORE, "%s has no schema", s->name);
	return 0;
}

static int
exec(struct rk_store *s, const char *sql, struct rk_err *err)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return st_fail(s, "cannot change the schema", err);
	return 0;
}

int
st_migrate(
    struct rk_store *s, const char *const *steps, int from, int to, struct rk_err *err)
{
	char version[64];
	int rc = -1;

	rk_assert(0 <= from && from <= to);
	if (exec(s, "BEGIN IMMEDIATE", err) != 0)
		return -1;
	for (int i = from; i < to; i++)
		if (exec(s, steps[i], err) != 0)
			goto out;
	(void)snprintf(version, sizeof(version), "PRAGMA user_version = %d", to);
	if (exec(s, version, err) != 0 || exec(s, "COMMIT", err) != 0)
		goto out;
	rc = 0;
out:
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* ---- files */

/* Remove path and what SQLite puts beside it. */
static void
remove_all(const char *path)
{
	static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
	char name[4096];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (snprintf(name, sizeof(name), "%s%s", path, ends[i]) <
		    (int)sizeof(name))
			(void)unlink(name);
}

/* Rename, and make the folder remember it. */
static int
move(const char *from, const char *to, struct rk_err *err)
{
	char *folder = rk_xstrdup(to);
	char *slash = strrchr(folder, '/');
	int fd = -1, rc = -1;

	rk_assert(slash != NULL);
	*slash = '\0';
	fd = open(slash == folder ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || rename(from, to) != 0 || fsync(fd) != 0) {
		int e = errno;

		rk_err_set(err, RK_E_STORE, "%s: %s", to, strerror(e));
		if (err != NULL)
			err->sys = e;
		goto out;
	}
	rc = 0;
out:
	if (fd >= 0)
		(void)close(fd);
	free(folder);
	return rc;
}

int
st_create(const char *path, struct rk_err *err)
{
	struct rk_store made = {0};
	char fresh[4096], pragmas[160];
	int rc = -1;

	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh))
		return rk_err_set(err, RK_E_STORE, "%s: the name is too long", path);
	(void)snprintf(made.name, sizeof(made.name), "%s", path);
	remove_all(fresh); /* of a start that was killed */
	if (sqlite3_open_v2(fresh, &made.db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK) {
		st_fail(&made, "cannot be made", err);
		goto out;
	}
	(void)snprintf(pragmas, sizeof(pragmas),
	    "PRAGMA page_size = %d; PRAGMA application_id = %d;"
	    "PRAGMA synchronous = FULL",
	    ST_PAGE, ST_APPLICATION_ID);
	if (exec(&made, pragmas, err) != 0 ||
	    st_migrate(&made, st_steps, 0, ST_VERSION, err) != 0 ||
	    exec(&made, "PRAGMA journal_mode = WAL", err) != 0)
		goto out;
	if (sqlite3_close(made.db) != SQLITE_OK) {
		st_fail(&made, "cannot be closed", err);
		goto out;
	}
	made.db = NULL;
	rc = move(fresh, path, err);
out:
	(void)sqlite3_close(made.db);
	if (rc != 0)
		remove_all(fresh);
	return rc;
}

int
st_backup(struct rk_store *s, const char *path, int version, struct rk_err *err)
{
	sqlite3_stmt *st = NULL;
	char fresh[4096], to[4096];
	int rc = -1;

	if (snprintf(to, sizeof(to), "%s.v%d", path, version) >= (int)sizeof(to) ||
	    snprintf(fresh, sizeof(fresh), "%s.v%d.new", path, version) >=
		(int)sizeof(fresh))
		return rk_err_set(err, RK_E_STORE, "%s: the name is too long", path);
	remove_all(fresh);
	if (sqlite3_prepare_v2(s->db, "VACUUM INTO ?1", -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(st, 1, fresh, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_DONE) {
		st_fail(s, "cannot be copied before its schema is changed", err);
		goto out;
	}
	rc = move(fresh, to, err);
out:
	sqlite3_finalize(st);
	if (rc != 0)
		remove_all(fresh);
	return rc;
}
