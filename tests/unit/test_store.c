/*
 * The database file itself: what is opened, what is refused and left alone, what a
 * migration does, how sources are registered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/search.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
sql(struct kit *k, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(kit_path(k, "ruamkhao.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int64_t
sql_int(struct kit *k, const char *text)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int64_t value;

	assert_int_equal(sqlite3_open(kit_path(k, "ruamkhao.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return value;
}

static void
write_file(struct kit *k, const char *name, const char *bytes, size_t n)
{
	FILE *f = fopen(kit_path(k, name), "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static struct rk_str
file_bytes(struct kit *k, const char *name)
{
	struct rk_buf b;
	struct rk_str s;

	rk_buf_init(&b, RK_MIB(64));
	assert_int_equal(rk_file_read(kit_path(k, name), RK_MIB(64), &b, &k->err), 0);
	s = rk_arena_str(k->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return s;
}

/* Opening fails with that word, in both modes, and nothing changes. */
static void
assert_refused(struct kit *k, const char *word)
{
	struct rk_str before = file_bytes(k, "ruamkhao.db");
	struct stat log;

	for (int mode = RK_STORE_WRITE; mode <= RK_STORE_READ; mode++) {
		struct rk_store *s = NULL;

		rk_err_clear(&k->err);
		assert_int_equal(
		    rk_store_open(k->folder, (enum rk_store_mode)mode, &s, &k->err),
		    -1);
		assert_null(s);
		assert_int_equal(k->err.kind, RK_E_STORE);
		if (strstr(k->err.text, word) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", k->err.text, word);
		assert_true(rk_str_eq(before, file_bytes(k, "ruamkhao.db")));
		assert_true(stat(kit_path(k, "ruamkhao.db-wal"), &log) != 0 ||
			    log.st_size == 0);
	}
}

static void
makes_a_database(void **state)
{
	struct kit *k = *state;

	kit_open(k, 2);
	kit_reopen(k);
	rk_store_close(k->store);
	k->store = NULL;
	assert_int_equal(sql_int(k, "PRAGMA application_id"), ST_APPLICATION_ID);
	assert_int_equal(sql_int(k, "PRAGMA user_version"), ST_VERSION);
	assert_int_equal(sql_int(k, "PRAGMA page_size"), 16384);
	assert_int_equal(sql_int(k, "SELECT count(*) FROM source"), 2);
	assert_int_equal(sql_int(k, "SELECT count(*) FROM pragma_integrity_check"
				    " WHERE integrity_check = 'ok'"),
	    1);
	assert_int_not_equal(access(kit_path(k, "ruamkhao.db.new"), F_OK), 0);
	/* every table is STRICT */
	assert_int_equal(sql_int(k, "SELECT count(*) FROM pragma_table_list"
				    " WHERE schema = 'main' AND strict = 0"
				    " AND name NOT LIKE 'sqlite%'"
				    /* FTS5 makes its own */
				    " AND name <> 'search' AND type <> 'shadow'"),
	    0);
}

static void
is_safe_and_durable(void **state)
{
	static const struct {
		const char *pragma;
		int64_t want;
	} all[] = {{"PRAGMA synchronous", 2}, {"PRAGMA foreign_keys", 1},
	    {"PRAGMA trusted_schema", 0}, {"PRAGMA cell_size_check", 1},
	    {"PRAGMA mmap_size", 0}, {"PRAGMA wal_autocheckpoint", 0}};
	struct kit *k = *state;
	int on = -1;

	kit_open(k, 1);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		sqlite3_stmt *st;

		assert_int_equal(
		    sqlite3_prepare_v2(k->store->db, all[i].pragma, -1, &st, NULL),
		    SQLITE_OK);
		if (sqlite3_step(st) == SQLITE_ROW)
			assert_int_equal(sqlite3_column_int64(st, 0), all[i].want);
		sqlite3_finalize(st);
	}
	assert_int_equal(
	    sqlite3_db_config(k->store->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &on),
	    SQLITE_OK);
	assert_int_equal(on, 1);
}

static void
refuses_an_empty_file(void **state)
{
	struct kit *k = *state;

	write_file(k, "ruamkhao.db", "", 0);
	assert_refused(k, "empty");
}

static void
refuses_garbage(void **state)
{
	struct kit *k = *state;
	static char big[40000];

	write_file(k, "ruamkhao.db", "hello", 5);
	assert_refused(k, "not a database");
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 31 + i / 7);
	write_file(k, "ruamkhao.db", big, sizeof(big));
	assert_refused(k, "not a database");
}

static void
refuses_a_zeroed_header_behind_the_magic(void **state)
{
	struct kit *k = *state;
	static const char page[16384] = "SQLite format 3";

	write_file(k, "ruamkhao.db", page, sizeof(page));
	assert_refused(k, "not a database");
}

static void
refuses_another_programs_database(void **state)
{
	struct kit *k = *state;

	sql(k, "CREATE TABLE t(x); PRAGMA application_id = 77");
	assert_refused(k, "another program");
}

static void
refuses_a_newer_schema(void **state)
{
	struct kit *k = *state;

	kit_open(k, 1);
	rk_store_close(k->store);
	k->store = NULL;
	sql(k, "PRAGMA user_version = 999");
	assert_refused(k, "newer");
}

static void
refuses_a_truncated_database(void **state)
{
	struct kit *k = *state;

	kit_open(k, 3);
	rk_store_close(k->store);
	k->store = NULL;
	assert_int_equal(truncate(kit_path(k, "ruamkhao.db"), 16384 * 3), 0);
	assert_refused(k, "malformed");
}

static void
refuses_a_log_without_its_database(void **state)
{
	struct kit *k = *state;
	struct rk_store *s = NULL;

	write_file(k, "ruamkhao.db-wal", "something", 9);
	assert_int_equal(rk_store_open(k->folder, RK_STORE_WRITE, &s, &k->err), -1);
	assert_non_null(strstr(k->err.text, "-wal"));
	assert_int_not_equal(access(kit_path(k, "ruamkhao.db"), F_OK), 0);
}

static void
reading_needs_a_database(void **state)
{
	struct kit *k = *state;
	struct rk_store *s = NULL;

	assert_int_equal(rk_store_open(k->folder, RK_STORE_READ, &s, &k->err), -1);
	assert_int_equal(k->err.kind, RK_E_STORE);
	assert_int_equal(k->err.sys, ENOENT);
	assert_int_not_equal(access(kit_path(k, "ruamkhao.db"), F_OK), 0);
}

static void
folder_that_is_not_there(void **state)
{
	struct kit *k = *state;
	struct rk_store *s = NULL;

	assert_int_equal(
	    rk_store_open(kit_path(k, "nowhere"), RK_STORE_WRITE, &s, &k->err), -1);
	assert_int_equal(k->err.kind, RK_E_STORE);
	assert_int_equal(k->err.sys, ENOENT);
}

static void
a_reader_works_beside_the_writer(void **state)
{
	struct kit *k = *state, reader = {0};
	struct kit_doc *d;

	kit_open(k, 1);
	reader = *k;
	reader.store = NULL;
	assert_int_equal(
	    rk_store_open(k->folder, RK_STORE_READ, &reader.store, &k->err), 0);
	for (int i = 0; i < 3; i++) {
		struct rk_timeline *t;

		d = kit_doc(k);
		for (int j = 0; j <= i; j++)
			kit_add(d, rk_arena_fmt(k->arena, "g%d", j).p, "", "T", "b",
			    KIT_NOW - 10);
		assert_int_equal(kit_store(k, 0, d, KIT_NOW + i, NULL), 0);
		assert_int_equal(kit_rows(&reader).n, i + 1);
		assert_int_equal(kit_node(&reader, "all").generation, i + 1);
		t = kit_timeline(&reader, "province/p0", 10);
		assert_int_equal(t->n_stories, i + 1);
		assert_int_equal(t->generation, i + 1);
		rk_timeline_free(t);
	}
	rk_store_close(reader.store);
	assert_int_equal(
	    access(kit_path(k, "ruamkhao.db-wal"), F_OK), 0); /* left alone */
}

/* ---- polls without news */

static int
store_state(struct kit *k, struct rk_store_poll *poll)
{
	struct rk_store_counts counts;

	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_poll(k->store, poll, RK_STR("h"), NULL, &counts, &k->err), 0);
	return rk_store_commit(k->store, &k->err);
}

static void
keeps_the_rest_of_a_state(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_source_state *t = &poll.state;

	kit_open(k, 1);
	poll = kit_poll(k, 0, NULL, KIT_NOW);
	t->standing = RK_STANDING_OK;
	t->etag = RK_STR("\"1\"");
	t->why_next = RK_STR("because");
	t->format = RK_STR("rss");
	t->feed_title = RK_STR("จังหวัด");
	t->polls = 1;
	t->next_due = KIT_NOW + 10;
	t->fresh_until = KIT_NOW + 5;
	assert_int_equal(store_state(k, &poll), 0);
	/* times alone: what else the poll says is not looked at */
	t->etag = RK_STR("not this");
	t->format = t->feed_title = RK_STR("");
	poll.part = RK_STATE_TIMES;
	poll.why_same = true;
	t->why_next = RK_STR("nor this");
	t->last_poll = t->last_success = KIT_NOW + 10;
	t->next_due = KIT_NOW + 20;
	t->fresh_until = RK_NO_TIME;
	t->http_status = 304;
	t->polls = 2;
	t->not_modified = 1;
	assert_int_equal(store_state(k, &poll), 0);
	kit_reopen(k);
	t = &k->states[0];
	assert_string_equal(t->etag.p, "\"1\"");
	assert_string_equal(t->why_next.p, "because");
	assert_string_equal(t->format.p, "rss");
	assert_int_equal(t->last_poll, KIT_NOW + 10);
	assert_int_equal(t->last_success, KIT_NOW + 10);
	assert_int_equal(t->next_due, KIT_NOW + 20);
	assert_int_equal(t->fresh_until, RK_NO_TIME);
	assert_int_equal(t->http_status, 304);
	assert_int_equal(t->polls, 2);
	assert_int_equal(t->not_modified, 1);
	/* another sentence comes with them */
	poll.why_same = false;
	poll.state.why_next = RK_STR("for another reason");
	poll.state.polls = 3;
	assert_int_equal(store_state(k, &poll), 0);
	kit_reopen(k);
	assert_string_equal(k->states[0].why_next.p, "for another reason");
	/* a failure: texts of the document stay, the times before are over */
	poll.part = RK_STATE_AND_TEXTS;
	poll.state = k->states[0];
	poll.state.format = poll.state.feed_title = RK_STR("");
	poll.state.standing = RK_STANDING_FAILING;
	poll.state.error = RK_STR("no");
	poll.state.why_next = RK_STR("again");
	poll.state.next_due = KIT_NOW + 30;
	poll.state.polls = 4;
	assert_int_equal(store_state(k, &poll), 0);
	kit_reopen(k);
	t = &k->states[0];
	assert_int_equal(t->standing, RK_STANDING_FAILING);
	assert_string_equal(t->error.p, "no");
	assert_string_equal(t->why_next.p, "again");
	assert_string_equal(t->format.p, "rss");
	assert_string_equal(t->feed_title.p, "จังหวัด");
	assert_int_equal(t->next_due, KIT_NOW + 30);
	assert_int_equal(t->polls, 4);
	/* asked, and nothing came of it: what is told of the failure stays */
	poll.part = RK_STATE_ASKED;
	poll.state.error = RK_STR("");
	poll.state.why_next = RK_STR("stopped");
	poll.state.next_due = KIT_NOW + 40;
	assert_int_equal(store_state(k, &poll), 0);
	kit_reopen(k);
	t = &k->states[0];
	assert_string_equal(t->error.p, "no");
	assert_string_equal(t->why_next.p, "stopped");
	assert_int_equal(t->next_due, KIT_NOW + 40);
}

/* ---- migrations */

static void
migrates_in_one_transaction(void **state)
{
	enum { V = ST_VERSION };
	static const char *const good[V + 2] = {
	    [V] = "CREATE TABLE extra(x INTEGER) STRICT",
	    [V + 1] = "INSERT INTO extra VALUES(42)"};
	static const char *const bad[V + 2] = {
	    [V] = "CREATE TABLE more(x INTEGER) STRICT",
	    [V + 1] = "INSERT INTO nowhere VALUES(1)"};
	struct kit *k = *state;

	kit_open(k, 1);
	assert_int_equal(st_migrate(k->store, bad, V, V + 2, &k->err), -1);
	assert_int_equal(sql_int(k, "PRAGMA user_version"), V);
	assert_int_equal(
	    sql_int(k, "SELECT count(*) FROM sqlite_schema WHERE name = 'more'"), 0);
	assert_int_equal(st_backup(k->store, kit_path(k, ST_FILE), 1, &k->err), 0);
	assert_int_equal(st_migrate(k->store, good, V, V + 2, &k->err), 0);
	assert_int_equal(sql_int(k, "PRAGMA user_version"), V + 2);
	assert_int_equal(sql_int(k, "SELECT x FROM extra"), 42);
	/* the copy is a whole database of the old version */
	rk_store_close(k->store);
	k->store = NULL;
	assert_int_equal(
	    rename(kit_path(k, "ruamkhao.db.v1"), kit_path(k, "ruamkhao.db")), 0);
	kit_reopen(k);
	assert_int_equal(sql_int(k, "PRAGMA user_version"), V);
	assert_int_equal(sql_int(k, "SELECT count(*) FROM source"), 1);
}

/* A database of the first version, with a row, is brought up to date and goes on. */
static void
the_first_version_is_migrated(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	struct rk_store_counts counts;

	kit_open(k, 1);
	d = kit_doc(k);
	kit_add(d, "a", "https://s0.example/a", "A", "b", KIT_NOW - 10);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	rk_store_close(k->store);
	k->store = NULL;
	assert_int_equal(
	    rename(kit_path(k, ST_FILE), kit_path(k, "new.db")), 0);
	(void)unlink(kit_path(k, "ruamkhao.db-wal"));
	(void)unlink(kit_path(k, "ruamkhao.db-shm"));
	sql(k, rk_cstr(rk_arena_fmt(k->arena,
		   "PRAGMA page_size = 16384; PRAGMA application_id = %d; %s;"
		   "PRAGMA user_version = 1; PRAGMA journal_mode = WAL;"
		   "ATTACH '%s' AS n;"
		   "INSERT INTO source SELECT id, name, title, url, route, priority,"
		   " position FROM n.source;"
		   "INSERT INTO source_state SELECT 1, 1, url, '', '', '', 0, NULL, NULL,"
		   " NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, '', '', '', '', '',"
		   " '', '', 1, 0, 1, 1 FROM n.source;"
		   "INSERT INTO route SELECT id, nodes FROM n.route;"
		   "INSERT INTO node SELECT id, generation, published, stories, changed"
		   " FROM n.node;"
		   "INSERT INTO entry_key SELECT source, key, entry, seen"
		   " FROM n.entry_key;"
		   "INSERT INTO entry SELECT id, source, story, route, sort, state, kind,"
		   " kept, published, 2, updated, first_seen, changed, text_hash,"
		   " meta_hash, url_hash, merge_hash, pid, url, title, guid, author,"
		   " author_url, lang, image, origin_title, origin_url, tags,"
		   " enclosures, summary, html FROM n.entry",
		   ST_APPLICATION_ID, st_steps[0], kit_path(k, "new.db"))));
	assert_int_equal(sql_int(k, "SELECT precision FROM entry"), 2);
	kit_reopen(k);
	assert_int_equal(sql_int(k, "PRAGMA user_version"), ST_VERSION);
	assert_int_equal(access(kit_path(k, "ruamkhao.db.v1"), F_OK), 0);
	assert_int_equal(sql_int(k, "SELECT found FROM entry WHERE date_text = ''"), 2);
	assert_int_equal(sql_int(k, "SELECT count(*) FROM robots"), 0);
	assert_int_equal(sql_int(k, "SELECT count(*) FROM moved"), 0);
	/* what is there waits for the index of searches */
	assert_int_equal(
	    sql_int(k, "SELECT count(*) FROM meta WHERE key = 'search_upto'"), 0);
	for (bool done = false; !done;)
		assert_int_equal(rk_store_index(k->store, &done, &k->err), 0);
	assert_int_equal(
	    sql_int(k, "SELECT value FROM meta WHERE key = 'search_upto'"), 1);
	assert_string_equal(rk_cstr(kit_rows(k).v[0].title), "A");
	assert_int_equal(kit_store(k, 0, d, KIT_NOW + 1, &counts), 0);
	assert_int_equal(counts.unchanged, 1);
}

static void
a_killed_creation_leaves_nothing_in_the_way(void **state)
{
	struct kit *k = *state;

	write_file(k, "ruamkhao.db.new", "half", 4);
	write_file(k, "ruamkhao.db.new-journal", "half", 4);
	kit_open(k, 1);
	assert_int_not_equal(access(kit_path(k, "ruamkhao.db.new"), F_OK), 0);
	assert_int_not_equal(access(kit_path(k, "ruamkhao.db.new-journal"), F_OK), 0);
}

/* ---- damage in use */

static void
damage_stops_all_writing(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	struct rk_str before;
	static char page[16384];
	FILE *f;
	long root;

	kit_open(k, 1);
	d = kit_doc(k);
	kit_add(d, "a", "https://s0.example/a", "A", "b", KIT_NOW);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	rk_store_close(k->store);
	k->store = NULL;
	root = (long)sql_int(
	    k, "SELECT rootpage FROM sqlite_schema WHERE name = 'entry_key'");
	memset(page, 0x5a, sizeof(page));
	f = fopen(kit_path(k, "ruamkhao.db"), "r+b");
	assert_non_null(f);
	assert_int_equal(fseek(f, (root - 1) * 16384, SEEK_SET), 0);
	assert_int_equal(fwrite(page, 1, sizeof(page), f), sizeof(page));
	assert_int_equal(fclose(f), 0);
	before = file_bytes(k, "ruamkhao.db");

	assert_int_equal(
	    rk_store_open(k->folder, RK_STORE_WRITE, &k->store, &k->err), 0);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW + 1, NULL), -1);
	assert_int_equal(k->err.kind, RK_E_STORE);
	assert_non_null(strstr(k->err.text, "malformed"));
	assert_int_equal(kit_store(k, 0, NULL, KIT_NOW + 2, NULL), -1);
	assert_non_null(strstr(k->err.text, "damaged"));
	rk_store_close(k->store);
	k->store = NULL;
	assert_true(rk_str_eq(before, file_bytes(k, "ruamkhao.db")));
}

/* ---- crashes: what was committed is there, what was not is not */

static const char *die_at;

static void
die(const char *name)
{
	if (strcmp(name, die_at) == 0)
		_exit(33);
}

static void
a_crash_leaves_all_or_nothing(void **state)
{
	static const struct {
		const char *at;
		size_t entries;
	} points[] = {
	    {"after-savepoint", 0}, {"before-commit", 0}, {"after-commit", 1}};
	struct kit *k = *state;

	kit_open(k, 1);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		struct kit_doc *d = kit_doc(k);
		size_t before = kit_rows(k).n;
		int status;
		pid_t child;

		kit_add(d, points[i].at, "https://s0.example/1", points[i].at,
		    "a text that is long enough to be compared", KIT_NOW);
		rk_store_close(k->store); /* a connection is not carried over a fork */
		k->store = NULL;
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			kit_reopen(k);
			die_at = points[i].at;
			rk_store_crash_point = die;
			(void)kit_store(k, 0, d, KIT_NOW, NULL);
			_exit(1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 33);
		kit_reopen(k);
		assert_int_equal(kit_rows(k).n, before + points[i].entries);
		assert_int_equal(k->states[0].polls, points[i].entries);
		assert_true(k->states[0].imported == (points[i].entries > 0));
		assert_int_equal(kit_node(k, "all").generation, points[i].entries);
		/* clues come back with the rows */
		assert_int_equal(k->store->clues.n, 2 * points[i].entries);
	}
}

/* ---- sources */

static void
remembers_a_state(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_store_counts counts;
	struct rk_source_state *t = &poll.state, *back;

	kit_open(k, 2);
	assert_int_equal(k->states[1].standing, RK_STANDING_NEW);
	assert_int_equal(k->states[1].next_due, RK_NO_TIME);
	poll = kit_poll(k, 1, NULL, KIT_NOW);
	t->standing = RK_STANDING_FAILING;
	t->effective_url = RK_STR("https://other.example/");
	t->etag = RK_STR("W/\"\xff\xfe x\"");
	t->last_modified = RK_STR("Mon, 01 Jan 2569");
	t->body_hash = UINT64_MAX - 5;
	t->next_due = 1;
	t->not_before = 2;
	t->last_poll = 3;
	t->last_success = 4;
	t->last_change = 5;
	t->standing_since = 6;
	t->fresh_until = 7;
	t->hint_seconds = 8;
	t->skip_hours = 0xffffff;
	t->skip_days = 0x7f;
	t->failures = 9;
	t->same_body_crashes = 2;
	t->http_status = 503;
	t->error = RK_STR("ล้มเหลว");
	t->advice = RK_STR("wait");
	t->why_next = RK_STR("because");
	t->format = RK_STR("rss");
	t->charset = RK_STR("windows-874");
	t->feed_title = RK_STR("จังหวัด");
	t->feed_link = RK_STR("https://s1.example/");
	t->polls = 10;
	t->not_modified = 11;
	t->imported = true;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_poll(k->store, &poll, RK_STR("h"), NULL, &counts, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	kit_reopen(k);
	back = &k->states[1];
	assert_int_equal(back->standing, RK_STANDING_FAILING);
	assert_string_equal(back->url.p, "https://s1.example/feed");
	assert_string_equal(back->effective_url.p, "https://other.example/");
	assert_string_equal(back->etag.p, "W/\"\xff\xfe x\"");
	assert_string_equal(back->last_modified.p, "Mon, 01 Jan 2569");
	assert_true(back->body_hash == UINT64_MAX - 5);
	assert_int_equal(back->next_due, 1);
	assert_int_equal(back->not_before, 2);
	assert_int_equal(back->last_poll, 3);
	assert_int_equal(back->last_success, 4);
	assert_int_equal(back->last_change, 5);
	assert_int_equal(back->standing_since, 6);
	assert_int_equal(back->fresh_until, 7);
	assert_int_equal(back->hint_seconds, 8);
	assert_int_equal(back->skip_hours, 0xffffff);
	assert_int_equal(back->skip_days, 0x7f);
	assert_int_equal(back->failures, 9);
	assert_int_equal(back->same_body_crashes, 2);
	assert_int_equal(back->http_status, 503);
	assert_string_equal(back->error.p, "ล้มเหลว");
	assert_string_equal(back->advice.p, "wait");
	assert_string_equal(back->why_next.p, "because");
	assert_string_equal(back->format.p, "rss");
	assert_string_equal(back->charset.p, "windows-874");
	assert_string_equal(back->feed_title.p, "จังหวัด");
	assert_string_equal(back->feed_link.p, "https://s1.example/");
	assert_int_equal(back->polls, 10);
	assert_int_equal(back->not_modified, 11);
	assert_true(back->imported);
	/* the other one is untouched */
	assert_int_equal(k->states[0].standing, RK_STANDING_NEW);
	/* a state alone changes nothing published */
	assert_int_equal(kit_node(k, "all").generation, 0);
}

static void
effective_url_that_is_the_url(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts counts;
	struct rk_store_poll poll;

	kit_open(k, 1);
	poll = kit_poll(k, 0, NULL, KIT_NOW);
	poll.state.effective_url = poll.state.url;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_poll(k->store, &poll, RK_STR("h"), NULL, &counts, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	kit_reopen(k);
	assert_string_equal(k->states[0].effective_url.p, "https://s0.example/feed");
}

/* The same bytes are read another way: they have to come again. */
static void
changed_reading_forgets_the_document(void **state)
{
	struct kit *k = *state;
	struct rk_page_rules rules = {.items = RK_STR("//li")};
	struct rk_str drop = RK_STR("//script");

	kit_open(k, 1);
	for (int i = 0; i < 6; i++) {
		struct rk_store_counts counts;
		struct rk_store_poll poll = kit_poll(k, 0, NULL, KIT_NOW);

		poll.state.etag = poll.state.last_modified = RK_STR("\"x\"");
		poll.state.body_hash = 5;
		poll.state.next_due = KIT_NOW + KIT_DAY;
		assert_int_equal(rk_store_begin(k->store, &k->err), 0);
		assert_int_equal(
		    rk_store_poll(k->store, &poll, RK_STR("h"), NULL, &counts, &k->err),
		    0);
		assert_int_equal(rk_store_commit(k->store, &k->err), 0);
		kit_reopen(k);
		assert_int_equal(k->states[0].body_hash, 5);
		switch (i) {
		case 0:
			k->sources[0].charset = RK_STR("windows-874");
			break;
		case 1:
			k->sources[0].timezone = 25200;
			break;
		case 2:
			k->sources[0].distrust = RK_DISTRUST_DATE;
			break;
		case 3:
			k->sources[0].page = &rules;
			break;
		case 4:
			rules.article.body = RK_STR("//p");
			break;
		default:
			rules.drop = &drop;
			rules.n_drop = 1;
			break;
		}
		kit_reopen(k);
		assert_int_equal(k->states[0].body_hash, 0);
		assert_int_equal(k->states[0].etag.n, 0);
		assert_int_equal(k->states[0].last_modified.n, 0);
		assert_int_equal(k->states[0].standing, RK_STANDING_OK);
		assert_int_equal(k->states[0].next_due, KIT_NOW + KIT_DAY);
	}
}

static void
a_changed_url_forgets_validators(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts counts;
	struct rk_store_poll poll;

	kit_open(k, 2);
	for (size_t i = 0; i < 2; i++) {
		poll = kit_poll(k, i, NULL, KIT_NOW);
		poll.state.etag = RK_STR("\"x\"");
		poll.state.body_hash = 5;
		poll.state.failures = 3;
		poll.state.standing = RK_STANDING_GONE;
		poll.state.next_due = KIT_NOW + KIT_DAY;
		poll.state.imported = true;
		assert_int_equal(rk_store_begin(k->store, &k->err), 0);
		assert_int_equal(
		    rk_store_poll(k->store, &poll, RK_STR("h"), NULL, &counts, &k->err),
		    0);
		assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	}
	k->sources[1].url = RK_STR("https://s1.example/other");
	kit_reopen(k);
	assert_int_equal(k->states[0].standing, RK_STANDING_GONE);
	assert_string_equal(k->states[0].etag.p, "\"x\"");
	assert_int_equal(k->states[1].standing, RK_STANDING_NEW);
	assert_string_equal(k->states[1].etag.p, "");
	assert_string_equal(k->states[1].url.p, "https://s1.example/other");
	assert_int_equal(k->states[1].body_hash, 0);
	assert_int_equal(k->states[1].failures, 0);
	assert_int_equal(k->states[1].next_due, RK_NO_TIME);
	assert_true(k->states[1].imported); /* its entries are still there */
}

static void
disabled_sources_stand_off(void **state)
{
	struct kit *k = *state;

	kit_open(k, 1);
	assert_int_equal(kit_store(k, 0, NULL, KIT_NOW, NULL), 0);
	k->sources[0].enabled = false;
	kit_reopen(k);
	assert_int_equal(k->states[0].standing, RK_STANDING_OFF);
	kit_reopen(k);
	assert_int_equal(k->states[0].standing, RK_STANDING_OFF);
	k->sources[0].enabled = true;
	kit_reopen(k);
	assert_int_equal(k->states[0].standing, RK_STANDING_OK);
}

static void
run_sql(struct kit *k, const char *sql)
{
	if (sqlite3_exec(k->store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(k->store->db));
}

static int64_t
count_sql(struct kit *k, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(k->store->db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* A state with something in every text, of a poll that failed. */
static void
store_trouble(struct kit *k, size_t i)
{
	struct rk_store_counts counts;
	struct rk_store_poll poll = kit_poll(k, i, NULL, KIT_NOW);

	poll.state.standing = RK_STANDING_FAILING;
	poll.state.failures = 3;
	poll.state.etag = RK_STR("\"x\"");
	poll.state.body_hash = 5;
	poll.state.error = RK_STR("an error");
	poll.state.advice = RK_STR("an advice");
	poll.state.why_next = RK_STR("a reason");
	poll.state.format = RK_STR("rss");
	poll.state.charset = RK_STR("windows-874");
	poll.state.feed_title = RK_STR("a title");
	poll.state.feed_link = RK_STR("https://s.example/");
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_poll(k->store, &poll, RK_STR("h"), NULL, &counts, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
}

static void
unchanged_sources_are_not_written(void **state)
{
	struct kit *k = *state;

	kit_open(k, 6);
	store_trouble(k, 2);
	kit_reopen(k);
	assert_int_equal(sqlite3_total_changes(k->store->db), 0);
	k->sources[4].title = RK_STR("Renamed");
	kit_reopen(k);
	assert_int_equal(sqlite3_total_changes(k->store->db), 2); /* its row, the board's */
}

/* Whoever wrote there: the rows become those of the configuration. */
static void
rows_changed_behind_our_back(void **state)
{
	struct kit *k = *state;

	kit_open(k, 6);
	for (size_t i = 0; i < 6; i++)
		store_trouble(k, i);
	run_sql(k, "UPDATE source SET title = 'x', url = 'x', route = 'x', priority = 7"
		   " WHERE name = 's1';"
		   "UPDATE source SET position = 4 WHERE name = 's2';" /* of another */
		   "UPDATE source SET position = -1 WHERE name = 's3';"
		   "UPDATE source SET position = 9999999 WHERE name = 's4';"
		   "UPDATE source SET name = 's6' WHERE name = 's5';"
		   "UPDATE source_state SET url = 'https://old.example/' WHERE source = 1");
	kit_reopen(k);
	assert_int_equal(count_sql(k, "SELECT count(*) FROM source WHERE title = 'Source '"
				      " || position AND name = 's' || position AND url ="
				      " 'https://s' || position || '.example/feed' AND"
				      " route = 'cluster/c' || (position / 2) ||"
				      " ' province/p' || position AND priority = 0"),
	    6);
	assert_int_equal(count_sql(k, "SELECT count(*) FROM source"), 7); /* s6 stands aside */
	/* what the state said holds for another address */
	assert_int_equal(k->states[0].standing, RK_STANDING_NEW);
	assert_string_equal(k->states[0].etag.p, "");
	assert_string_equal(k->states[0].format.p, "rss");
	for (size_t i = 1; i < 5; i++) {
		assert_int_equal(k->states[i].standing, RK_STANDING_FAILING);
		assert_string_equal(k->states[i].etag.p, "\"x\"");
		assert_string_equal(k->states[i].url.p, k->sources[i].url.p);
	}
	assert_int_equal(k->states[5].standing, RK_STANDING_NEW);
	assert_string_equal(k->states[5].etag.p, "");
}

/* All behind one that left move up; under its old name it is found again, under another it
 * is new. */
static void
sources_leave_and_return(void **state)
{
	struct kit *k = *state;
	struct rk_source left, all[6];
	int64_t row;

	kit_open(k, 6);
	for (size_t i = 0; i < 6; i++)
		store_trouble(k, i);
	memcpy(all, k->sources, sizeof(all));
	left = all[1];
	row = k->states[1].row;
	memmove(&k->sources[1], &k->sources[2], 4 * sizeof(left));
	k->n_sources = 5;
	kit_reopen(k);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(k->states[i].failures, 3);
		assert_int_equal(k->states[i].row, i < 1 ? 1 : i + 2);
	}
	assert_int_equal(count_sql(k, "SELECT position IS NULL FROM source WHERE name = 's1'"), 1);
	k->sources[5] = left; /* returns as the last */
	k->n_sources = 6;
	kit_reopen(k);
	assert_int_equal(k->states[5].row, row);
	assert_string_equal(k->states[5].etag.p, "\"x\"");
	assert_int_equal(count_sql(k, "SELECT position FROM source WHERE name = 's1'"), 5);
	memcpy(k->sources, all, sizeof(all));
	k->sources[1].id = RK_STR("renamed");
	kit_reopen(k);
	assert_int_equal(k->states[1].row, 7);
	assert_int_equal(k->states[1].standing, RK_STANDING_NEW);
	assert_int_equal(count_sql(k, "SELECT count(*) FROM source WHERE position IS NULL"
				      " AND name = 's1'"),
	    1);
	assert_int_equal(k->states[2].row, 3);
	assert_string_equal(k->states[2].etag.p, "\"x\"");
}

/* Few sources have rows of these: they come to their own source. */
static void
rows_beside_find_their_source(void **state)
{
	struct kit *k = *state;

	kit_open(k, 6);
	for (size_t i = 0; i < 6; i++)
		store_trouble(k, i);
	run_sql(k, "INSERT INTO moved VALUES(2, 'https://m1.example/', 5, 0, '', NULL, 0),"
		   " (5, 'https://m4.example/', 6, 1, '', NULL, 0);"
		   "INSERT INTO address VALUES(1, '192.0.2.1'), (5, '192.0.2.5'),"
		   " (6, '192.0.2.6')");
	kit_reopen(k);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(k->states[i].moved != NULL, i == 1 || i == 4);
		assert_int_equal(k->states[i].address.n > 0, i == 0 || i > 3);
	}
	assert_string_equal(k->states[1].moved->url.p, "https://m1.example/");
	assert_int_equal(k->states[4].moved->failures, 1);
	assert_string_equal(k->states[4].address.p, "192.0.2.5");
	assert_string_equal(k->states[5].address.p, "192.0.2.6");
	k->sources[4].url = RK_STR("https://s4.example/other");
	kit_reopen(k);
	assert_null(k->states[4].moved);
	assert_int_equal(k->states[4].address.n, 0);
	assert_string_equal(k->states[5].address.p, "192.0.2.6");
	assert_int_equal(count_sql(k, "SELECT count(*) FROM moved WHERE source = 5"), 0);
	assert_int_equal(count_sql(k, "SELECT count(*) FROM address WHERE source = 5"), 0);
	assert_int_equal(count_sql(k, "SELECT count(*) FROM address"), 2);
}

/* A state that is written at a registration keeps what only people read of it. */
static void
written_states_keep_their_texts(void **state)
{
	struct kit *k = *state;

	kit_open(k, 3);
	for (size_t i = 0; i < 3; i++)
		store_trouble(k, i);
	k->sources[0].enabled = false;
	k->sources[1].charset = RK_STR("utf-8");
	kit_reopen(k);
	assert_int_equal(k->states[0].standing, RK_STANDING_OFF);
	assert_int_equal(k->states[1].body_hash, 0);
	assert_int_equal(count_sql(k, "SELECT count(*) FROM source_state WHERE error = 'an error'"
				      " AND advice = 'an advice' AND why_next = 'a reason' AND"
				      " format = 'rss' AND charset = 'windows-874' AND"
				      " feed_title = 'a title' AND feed_link ="
				      " 'https://s.example/'"),
	    3);
}

struct status {
	char ids[200];
	int64_t entries;
};

static int
on_status(void *cookie, const struct rk_status_row *row)
{
	struct status *s = cookie;

	strcat(s->ids, row->id.p);
	strcat(s->ids, " ");
	s->entries += row->entries;
	return 0;
}

static void
status_follows_the_configuration(void **state)
{
	struct kit *k = *state;
	struct status s = {"", 0};
	struct kit_doc *d;
	struct rk_source swapped;

	kit_open(k, 4);
	d = kit_doc(k);
	kit_add(d, "1", "", "a", "b", KIT_NOW);
	kit_add(d, "2", "", "c", "d", KIT_NOW);
	assert_int_equal(kit_store(k, 2, d, KIT_NOW, NULL), 0);
	assert_int_equal(
	    rk_store_status(k->store, RK_STR(""), on_status, &s, &k->err), 0);
	assert_string_equal(s.ids, "s0 s1 s2 s3 ");
	assert_int_equal(s.entries, 2);
	swapped = k->sources[0];
	k->sources[0] = k->sources[2];
	k->sources[2] = swapped;
	k->sources[0].title = RK_STR("Renamed");
	k->n_sources = 3; /* s3 is gone */
	kit_reopen(k);
	s = (struct status){"", 0};
	assert_int_equal(
	    rk_store_status(k->store, RK_STR(""), on_status, &s, &k->err), 0);
	assert_string_equal(s.ids, "s2 s1 s0 ");
	s = (struct status){"", 0};
	assert_int_equal(
	    rk_store_status(k->store, RK_STR("s2"), on_status, &s, &k->err), 0);
	assert_string_equal(s.ids, "s2 ");
	assert_int_equal(s.entries, 2);
	assert_int_equal(kit_rows(k).n, 2); /* a source that left keeps its entries */
	k->n_sources = 4;
	kit_reopen(k);
	assert_int_equal(k->states[3].polls, 0);
	s = (struct status){"", 0};
	assert_int_equal(
	    rk_store_status(k->store, RK_STR(""), on_status, &s, &k->err), 0);
	assert_string_equal(s.ids, "s2 s1 s0 s3 ");
}

static void
unknown_sources_are_an_error(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;

	kit_open(k, 1);
	d = kit_doc(k);
	kit_add(d, "1", "", "a", "b", KIT_NOW);
	k->states[0].row = 4711;
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), -1);
	assert_int_equal(kit_store(k, 0, NULL, KIT_NOW, NULL), -1);
	assert_int_equal(kit_rows(k).n, 0);
}

static void
the_host_is_fixed_once(void **state)
{
	struct kit *k = *state;
	struct rk_str host;

	kit_open(k, 1);
	assert_int_equal(
	    rk_store_host(k->store, RK_STR("one.example"), k->arena, &host, &k->err),
	    0);
	assert_string_equal(host.p, "one.example");
	kit_reopen(k);
	assert_int_equal(
	    rk_store_host(k->store, RK_STR("two.example"), k->arena, &host, &k->err),
	    0);
	assert_string_equal(host.p, "one.example");
}

static void
idle_empties_the_log(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	char *body = malloc(40001);

	memset(body, 'x', 40000);
	body[40000] = '\0';
	kit_open(k, 1);
	d = kit_doc(k);
	for (int i = 0; i < 60; i++)
		kit_add(d, rk_arena_fmt(k->arena, "%d", i).p, "",
		    rk_arena_fmt(k->arena, "t%d", i).p, body, KIT_NOW);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	assert_true(k->store->wal_pages > 100);
	rk_store_idle(k->store);
	assert_int_equal(k->store->wal_pages, 0);
	rk_store_idle(k->store);
	/* the log begins again */
	assert_int_equal(kit_store(k, 0, NULL, KIT_NOW + 1, NULL), 0);
	assert_true(k->store->wal_pages < 10);
	free(body);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(makes_a_database),
	    T(is_safe_and_durable),
	    T(refuses_an_empty_file),
	    T(refuses_garbage),
	    T(refuses_a_zeroed_header_behind_the_magic),
	    T(refuses_another_programs_database),
	    T(refuses_a_newer_schema),
	    T(refuses_a_truncated_database),
	    T(refuses_a_log_without_its_database),
	    T(reading_needs_a_database),
	    T(folder_that_is_not_there),
	    T(a_reader_works_beside_the_writer),
	    T(migrates_in_one_transaction),
	    T(keeps_the_rest_of_a_state),
	    T(the_first_version_is_migrated),
	    T(a_killed_creation_leaves_nothing_in_the_way),
	    T(damage_stops_all_writing),
	    T(a_crash_leaves_all_or_nothing),
	    T(remembers_a_state),
	    T(effective_url_that_is_the_url),
	    T(changed_reading_forgets_the_document),
	    T(a_changed_url_forgets_validators),
	    T(disabled_sources_stand_off),
	    T(unchanged_sources_are_not_written),
	    T(rows_changed_behind_our_back),
	    T(sources_leave_and_return),
	    T(rows_beside_find_their_source),
	    T(written_states_keep_their_texts),
	    T(status_follows_the_configuration),
	    T(unknown_sources_are_an_error),
	    T(the_host_is_fixed_once),
	    T(idle_empties_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
