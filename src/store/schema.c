/*
 * Tables, and how a database of an older program becomes one of ours.
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
 * websub: subscriptions at sources' hubs, and what is remembered of their pushes; those
 * that are to be taken back (state 3) stand beside the one that counts. source_url: what
 * the source was configured as; a subscription made under another is none of it.
 */
static const char version_websub[] =
    "CREATE TABLE websub("
    "  callback TEXT PRIMARY KEY, source INTEGER NOT NULL, state INTEGER NOT NULL,"
    "  source_url TEXT NOT NULL, hub TEXT NOT NULL, topic TEXT NOT NULL,"
    "  secret TEXT NOT NULL, until INTEGER, next INTEGER, last_push INTEGER,"
    "  last_miss INTEGER, tries INTEGER NOT NULL, pushes INTEGER NOT NULL,"
    "  error TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX websub_source ON websub(source);";

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

/*
 * entry_place: evidence of places as evidence.h has it, of entries that have any.
 * held: why an entry waits for the operator (state 3): hijack.h's reasons, and the score.
 */
static const char version_places[] =
    "CREATE TABLE entry_place("
    "  entry INTEGER PRIMARY KEY, evidence TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE held("
    "  source INTEGER NOT NULL, entry INTEGER NOT NULL, score INTEGER NOT NULL,"
    "  reasons INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY(source, entry)"
    ") STRICT, WITHOUT ROWID;";

/*
 * Lives of entries. identity: what was measured of a source's ids, the rule that follows
 * (steady.c), which set of keys its rows have; held_since: its complete feed shrank and
 * is not believed yet. version: what an entry said before, n ascending; since: from when
 * on. withdrawal: why an entry is out, and the moment that its source must be newer than
 * to bring it back (why: ST_LEFT_UNSEEN may be with it). tombstone: what a node still tells about stories that left it.
 *
 * A row of entry_key may outlive its entry: then entry is ST_GONE, "known, never again".
 */
static const char version_lives[] =
    "CREATE TABLE identity("
    "  source INTEGER PRIMARY KEY, rule INTEGER NOT NULL, keyed INTEGER NOT NULL,"
    "  renewed INTEGER NOT NULL, reused INTEGER NOT NULL, held_since INTEGER"
    ") STRICT;"
    "CREATE TABLE version("
    "  entry INTEGER NOT NULL, n INTEGER NOT NULL, since INTEGER NOT NULL,"
    "  title TEXT NOT NULL, html TEXT NOT NULL, PRIMARY KEY(entry, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE withdrawal("
    "  entry INTEGER PRIMARY KEY, why INTEGER NOT NULL, at INTEGER NOT NULL,"
    "  stated INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE tombstone("
    "  node TEXT NOT NULL, at INTEGER NOT NULL, entry INTEGER NOT NULL,"
    "  PRIMARY KEY(node, at, entry)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX tombstone_entry ON tombstone(entry);"
    "CREATE TABLE page_lost(entry INTEGER PRIMARY KEY, found INTEGER NOT NULL) STRICT;";

/* The address that a source's host was last connected to, where it is the one to tell. */
static const char version_address[] =
    "CREATE TABLE address("
    "  source INTEGER PRIMARY KEY REFERENCES source(id), address TEXT NOT NULL"
    ") STRICT;";

/*
 * Stories. print: fingerprints, written in order of entries. tie: why an entry is in its
 * story, or what kept it out of that of another; of those only that there is something to
 * say of; sort: the place it would have by itself. related: entries of different stories
 * that tell of the same, both ways.
 *
 * clue.hash holds the period of the entry's date above 32 bits of the key (clue.c). What
 * is there is put in again from the rows: the addresses and texts of older entries. XOR is
 * spelt (a | b) - (a & b).
 */
#define LOW(h)  "(" h " & 4294967295)"
#define HIGH(h) "((" h " >> 32) & 4294967295)"
#define FOLD(h) "((" LOW(h) " | " HIGH(h) ") - (" LOW(h) " & " HIGH(h) "))"
#define PERIOD  "(((max(coalesce(published, first_seen), 0)) >> 22) << 32)"
static const char version_stories[] =
    "CREATE TABLE print(entry INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;"
    "CREATE TABLE tie("
    "  entry INTEGER PRIMARY KEY, other INTEGER NOT NULL, tie INTEGER NOT NULL,"
    "  guard INTEGER NOT NULL, overlap INTEGER NOT NULL, sort INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE related("
    "  entry INTEGER NOT NULL, other INTEGER NOT NULL, tie INTEGER NOT NULL,"
    "  overlap INTEGER NOT NULL, PRIMARY KEY(entry, other)"
    ") STRICT, WITHOUT ROWID;"
    "DELETE FROM clue;"
    "INSERT OR IGNORE INTO clue SELECT " PERIOD " | " FOLD("url_hash") ", id FROM entry"
    "  WHERE url_hash <> 0 AND id <="
    "  coalesce((SELECT value FROM meta WHERE key = 'clue_upto'), 0);"
    "INSERT OR IGNORE INTO clue SELECT " PERIOD " | " FOLD("merge_hash") ", id"
    "  FROM entry WHERE merge_hash <> 0 AND id <="
    "  coalesce((SELECT value FROM meta WHERE key = 'clue_upto'), 0);";

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

/*
 * hub: subscriptions at our own hub (struct rk_hub_row). What is to be delivered is not
 * stored: it is what differs from `given`. callback '': a change to be told elsewhere.
 */
static const char version_hub[] =
    "CREATE TABLE hub("
    "  topic TEXT NOT NULL, callback TEXT NOT NULL, secret BLOB NOT NULL,"
    "  until INTEGER, given INTEGER NOT NULL, next INTEGER, failing INTEGER,"
    "  last INTEGER, tries INTEGER NOT NULL, delivered INTEGER NOT NULL,"
    "  failed INTEGER NOT NULL, error TEXT NOT NULL, PRIMARY KEY(topic, callback)"
    ") STRICT, WITHOUT ROWID;";

/*
 * How sources fare (watch.c). watch: of each source what is shown now and since when, `at`
 * when that was found; what operators were told last and when, whether they know of held
 * entries, and where it moved to. standing_change: the same over the months. board: one row:
 * `changed` rises with all that the board shows; month: closed last, of the scores; watched:
 * when every source was looked at. What is broken already when this table comes is old news.
 */
static const char version_board[] =
    "CREATE TABLE watch("
    "  source INTEGER PRIMARY KEY, health INTEGER NOT NULL, since INTEGER,"
    "  at INTEGER NOT NULL, told INTEGER NOT NULL, told_at INTEGER,"
    "  held INTEGER NOT NULL, moved TEXT NOT NULL, why TEXT NOT NULL,"
    "  advice TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE standing_change("
    "  source INTEGER NOT NULL, at INTEGER NOT NULL, health INTEGER NOT NULL,"
    "  PRIMARY KEY(source, at)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE operator_event("
    "  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL,"
    "  source TEXT NOT NULL, title TEXT NOT NULL, detail TEXT NOT NULL,"
    "  advice TEXT NOT NULL, since INTEGER, n INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE board("
    "  one INTEGER PRIMARY KEY CHECK(one = 1), changed INTEGER NOT NULL,"
    "  published INTEGER NOT NULL, month INTEGER, watched INTEGER"
    ") STRICT;"
    "INSERT INTO board VALUES(1, 1, 0, NULL, NULL);"
    "INSERT INTO watch SELECT s.id, iif(s.position IS NULL, 8, CASE t.standing"
    "   WHEN 2 THEN iif(t.failures >= 3, 4, iif(t.last_success IS NULL, 0, 1))"
    "   WHEN 3 THEN 5 WHEN 4 THEN 7 ELSE t.standing END), t.standing_since,"
    "   coalesce(t.standing_since, 0), iif(t.standing = 3 OR (t.standing = 2"
    "   AND t.failures >= 3), 4, 1), NULL, 0, '',"
    "   iif(t.standing IN (2, 3), t.error, ''), iif(t.standing IN (2, 3), t.advice, '')"
    " FROM source s CROSS JOIN source_state t ON t.source = s.id;"
    "INSERT INTO standing_change SELECT source, since, health FROM watch"
    " WHERE since IS NOT NULL;";

/*
 * Archive documents (archive.c): n in the chain of its node; month year * 12 + month - 1;
 * rows of entries above `after` up to `upto`; seq: of the last time it took stories up, and
 * the highest row of an entry then.
 * archived: what an entry said while seq was the newest; the columns of entry that an
 * archive shows.
 */
static const char version_archive[] =
    "CREATE TABLE archive("
    "  node TEXT NOT NULL, n INTEGER NOT NULL, month INTEGER NOT NULL,"
    "  part INTEGER NOT NULL, after INTEGER NOT NULL, upto INTEGER NOT NULL,"
    "  stories INTEGER NOT NULL, bytes INTEGER NOT NULL, seq INTEGER NOT NULL,"
    "  known INTEGER NOT NULL, generation INTEGER NOT NULL,"
    "  published INTEGER NOT NULL, PRIMARY KEY(node, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX archive_dirty ON archive(node, n) WHERE published < generation;"
    "CREATE TABLE archived("
    "  entry INTEGER NOT NULL, seq INTEGER NOT NULL, published INTEGER,"
    "  updated INTEGER NOT NULL, changed INTEGER NOT NULL, url TEXT NOT NULL,"
    "  title TEXT NOT NULL, author TEXT NOT NULL, lang TEXT NOT NULL,"
    "  image TEXT NOT NULL, tags TEXT NOT NULL, enclosures TEXT NOT NULL,"
    "  summary TEXT NOT NULL, html TEXT NOT NULL, PRIMARY KEY(entry, seq)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX entry_seen ON entry(route, id, story, state);";

/*
 * clue.entry has the day within the period above 40 bits of the row (clue_bits_int.h). Those that
 * are there stay without: they are candidates of all days.
 */
static const char version_clue_days[] =
    "INSERT OR REPLACE INTO meta SELECT 'clue_undated_upto',"
    " coalesce((SELECT value FROM meta WHERE key = 'clue_upto'), '0');";

/*
 * search: which trigrams of search texts are in which entry, and nothing else: no text, no
 * positions, no lengths - a sixth of the texts' size, and a third of the time. What it
 * names is compared with the entry itself, so it may name too many: those that were edited
 * or left. search_again: edited since they were put in. Filled behind, up to meta's
 * search_upto.
 *
 * filter: what `keep` and `drop` of a source say of its entries is in their states (4);
 * hash: by which expressions, upto: of entries up to this row.
 * topic: a saved search as it was last rendered: hash of what it asks, and the sum of the
 * generations of the nodes that it looks at.
 */
static const char version_search[] =
    "CREATE VIRTUAL TABLE search USING fts5(text, content='', detail=none,"
    "  columnsize=0, tokenize='trigram case_sensitive 1');"
    "INSERT INTO search(search, rank) VALUES('hashsize', 4194304);"
    "CREATE TABLE search_again(entry INTEGER PRIMARY KEY) STRICT;"
    "CREATE TABLE filter("
    "  source INTEGER PRIMARY KEY, hash INTEGER NOT NULL, upto INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE topic("
    "  id TEXT PRIMARY KEY, hash INTEGER NOT NULL, seen INTEGER NOT NULL,"
    "  stories INTEGER NOT NULL, updated INTEGER"
    ") STRICT, WITHOUT ROWID;";

const char *const st_steps[ST_VERSION] = {version_1, version_found, version_pages,
    version_moved, version_pace, version_websub, version_places, version_lives,
    version_address, version_stories, version_times, version_hub,
    version_board, version_archive, version_clue_days, version_search};

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
