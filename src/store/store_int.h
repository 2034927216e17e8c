/*
 * What all files of the store share: the connection, its statements, errors. What only some
 * of them share stands in headers of their own, each named behind the files it is of.
 *
 *   store.c     opening, transactions, checkpoints
 *   stmt.c      statements, values, errors
 *   schema.c    tables, migrations
 *   sql.c       the texts of all statements
 *               (memory_int.h: what the connection keeps in memory beside the database)
 *
 *   registering.c  the sources of a configuration; sources.c  their states
 *               (sources_int.h)
 *   times.c     polls that leave nothing but times
 *   pages.c     robots.txt and what polls of pages leave for the next
 *   ingest.c    one poll into rows
 *   identity.c  which stored entry an item of a document is
 *   publicid.c  published ids
 *   steady.c    which keys of a source can be believed, as measured
 *   leaving.c   who says that an entry is out: the source's documents, the operator
 *   lost.c      entries that fell out of the middle of a list page
 *   release.c   entries that are held for the operator
 *               (ingest_int.h)
 *
 *   lives.c     entries leave and come back; tombstones
 *   filter.c    entries that the configuration keeps out
 *   versions.c  what an entry said before
 *               (lives_int.h)
 *
 *   candidates.c  entries that a new one may tell the same as
 *   stories.c   the story that it joins, and what that changes among the others
 *   related.c   stories that name another one
 *               (stories_int.h)
 *
 *   clue.c      the index of hashes that candidates are found by
 *   clue_find.c  which entries share most of them (both: clue_bits_int.h)
 *   clue_filter.c  which of them its table does not hold
 *   prints.c    fingerprints by entry
 *               (clue_int.h)
 *
 *   regions.c   routes, nodes and their generations, in memory (regions_int.h)
 *   nodes.c     what has to be rendered, what was
 *
 *   merge.c     which stories are the newest of a node
 *   flood.c     no source fills a node of many
 *   timeline.c  their rows
 *               (timeline_int.h)
 *
 *   archive.c   archive documents: which stories each holds
 *   archived.c  their rows
 *               (archive_int.h)
 *
 *   watch.c     which sources are looked at for how they fare, and when
 *   follow.c    one is: how it fares, and telling operators
 *   board.c     what the board shows
 *               (watch_int.h)
 *
 *   index.c     the index of searches, filled behind
 *   search.c    which stories are meant
 *   topics.c    saved searches as they were last rendered
 *   websub.c    subscriptions at hubs
 *   hubs.c      subscriptions at our own
 *   explain.c   one entry and how it was decided
 *   page_story.c  one story and its life, for its page
 *   export.c    every entry
 *
 *   storeq.c    the thread around it; jobs.c what it does there; storeq_ask.c what it is
 *               asked, and answers (jobs_int.h)
 */
#ifndef RUAMKHAO_STORE_INT_H
#define RUAMKHAO_STORE_INT_H

#include "memory_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/store.h>

#include <sqlite3.h>

#define ST_APPLICATION_ID 0x726b6462 /* "rkdb" */
#define ST_VERSION        16         /* user_version of this program */
#define ST_FILE           "ruamkhao.db"
#define ST_PAGE           16384 /* half the CPU of 4 KiB pages for rows of this size */

/* Checkpoint when the log is this long (RELIABILITY 4.1), or when idle from a part
 * of it on: a checkpoint costs two fsyncs, whatever it moves. */
#define ST_WAL_MAX   (64 << 20)
#define ST_WAL_IDLE  (1 << 20)
#define ST_CACHE_KIB 20480 /* holds the index pages of some 500,000 entries */

/* What is 0 in entry.state is published; the others are kept out. */
enum st_entry_state { ST_LIVE, ST_WITHDRAWN, ST_BLOCKED, ST_HELD, ST_HIDDEN };

/* Seconds in entry.sort: what it is divided by (ingest.c). */
#define ST_SORT_SECOND ((int64_t)1 << 22)

enum st_id {
	ST_BEGIN,
	ST_COMMIT,
	ST_ROLLBACK,
	ST_SAVEPOINT,
	ST_RELEASE,
	ST_ROLLBACK_TO,
	ST_SNAPSHOT,
	ST_META_GET,
	ST_META_PUT,
	ST_SOURCE_ALL,
	ST_SOURCE_ADD,
	ST_SOURCE_SET,
	ST_SOURCE_DROP,
	ST_STATE_ADD,
	ST_STATE_SET,
	ST_STATE_GET,
	ST_STATE_BEFORE,
	ST_STATUS,
	ST_ROUTE_ALL,
	ST_ROUTE_ADD,
	ST_NODE_ALL,
	ST_NODE_ADD,
	ST_NODE_SET,
	ST_NODE_PUBLISHED,
	ST_NODE_UNPUBLISH,
	ST_KEY_ANY,
	ST_KEY_GET,
	ST_KEY_ADD,
	ST_KEY_SEEN,
	ST_ENTRY_NEWEST,
	ST_ENTRY_ADD,
	ST_ENTRY_OLD,
	ST_ENTRY_EDIT,
	ST_ENTRY_KIND,
	ST_ENTRY_LEAD,
	ST_CLUE_GET,
	ST_CLUE_ADD,
	ST_CLUE_REST,
	ST_LINE,
	ST_STORY,
	ST_COPIES,
	ST_COPY_ROUTES,
	ST_PUBLISHER,
	ST_EXPORT,
	ST_ROBOTS_ALL,
	ST_ROBOTS_PUT,
	ST_ROBOTS_OLD,
	ST_TRY_GET,
	ST_TRY_PUT,
	ST_TRY_DROP,
	ST_PAGE_PUT,
	ST_PAGE_BEGAN,
	ST_PACE_PUT,
	ST_FIND_ID,
	ST_FIND_MINTED,
	ST_FIND_HASH,
	ST_FIND_ANY,
	ST_EXPLAIN,
	ST_EXPLAIN_STORY,
	ST_EXPLAIN_GUID,
	ST_SUB_ALL,
	ST_SUB_PUT,
	ST_SUB_DROP,
	ST_ENTRIES_MORE,
	ST_PRINT_ADD,
	ST_TELLING,
	ST_COPY_OF_SOURCE,
	ST_MEMBERS,
	ST_REGROUP,
	ST_TIE_PUT,
	ST_TIE_DROP,
	ST_TIE_GET,
	ST_RELATED_ADD,
	ST_RELATED,
	ST_RELATED_LEADS,
	ST_PRINT_GET,
	ST_STATE_TEXTS,
	ST_STATE_ASKED,
	ST_STATE_TIMES,
	ST_STATE_TIMES_GROUP,
	ST_MOVED_PUT,
	ST_MOVED_ALL,
	ST_MOVED_DROP,
	ST_PLACE_ADD,
	ST_PLACE_GET,
	ST_HELD_ADD,
	ST_HELD_GET,
	ST_HELD_ALL,
	ST_HELD_DROP,
	ST_HELD_OUT,
	ST_STATE_NEWS,
	ST_ENTRY_LIVE,
	ST_IDENTITY_GET,
	ST_IDENTITY_PUT,
	ST_REKEY_ALL,
	ST_REKEY_ROW,
	ST_SOURCE_LIVE,
	ST_LIFE_GET,
	ST_LIFE_SET,
	ST_LIFE_BACK,
	ST_LIFE_SET_COPIES,
	ST_LIFE_BUMP,
	ST_LEFT_GET,
	ST_LEFT_PUT,
	ST_LEFT_DROP,
	ST_VOICE,
	ST_TOMB_PUT,
	ST_TOMB_DROP,
	ST_TOMB_OLD,
	ST_TOMB_ALL,
	ST_TOMB_AT,
	ST_TOMB_WORDS,
	ST_LOST_FIND,
	ST_LOST_GET,
	ST_LOST_PUT,
	ST_VERSION_ADD,
	ST_VERSION_OLD,
	ST_VERSION_ALL,
	ST_ADDRESS_ALL,
	ST_ADDRESS_PUT,
	ST_ADDRESS_DROP,
	ST_ENTRY_SOURCE,
	ST_SEARCH_PUT,
	ST_SEARCH_EMPTY,
	ST_SEARCH_FIND,
	ST_SEARCH_NEXT,
	ST_SEARCH_TAIL,
	ST_SEARCH_WORDS,
	ST_SEARCH_ROW,
	ST_AGAIN_PUT,
	ST_AGAIN_ALL,
	ST_AGAIN_DROP,
	ST_AGAIN_EMPTY,
	ST_AGAIN_COUNT,
	ST_FILTER_ALL,
	ST_FILTER_SOURCE,
	ST_FILTER_PUT,
	ST_FILTER_DROP,
	ST_FILTER_NEXT,
	ST_FILTER_ROW,
	ST_TOPIC_PUT,
	ST_TOPIC_DROP,
	ST_TOPIC_ALL,
	ST_STORY_OF,
	ST_HUB_ALL,
	ST_HUB_PUT,
	ST_HUB_DROP,
	ST_HUB_OLD,
	ST_HUB_TOTALS,
	ST_WATCH_ONE,
	ST_WATCH_ALL,
	ST_WATCH_PUT,
	ST_WATCH_TOLD,
	ST_WATCH_WHY,
	ST_WATCH_HEALTH,
	ST_CHANGE_PUT,
	ST_CHANGE_ALL,
	ST_CHANGE_OLD,
	ST_EVENT_ADD,
	ST_EVENT_OLD,
	ST_EVENT_ALL,
	ST_BOARD_GET,
	ST_BOARD_BUMP,
	ST_BOARD_WATCHED,
	ST_BOARD_PUBLISHED,
	ST_BOARD_SOURCES,
	ST_PACE_NEWS,
	ST_ARCHIVE_NEWEST,
	ST_ARCHIVE_GET,
	ST_ARCHIVE_NAME,
	ST_ARCHIVE_PUT,
	ST_ARCHIVE_ALL,
	ST_ARCHIVE_DIRTY,
	ST_ARCHIVE_TOUCH,
	ST_ARCHIVE_PUBLISHED,
	ST_ARCHIVE_EDGE,
	ST_SEEN_ROUTE,
	ST_SEEN_ALL,
	ST_SEEN_LAST,
	ST_SEEN_SIZE,
	ST_SEEN_EARLIER,
	ST_ARCHIVED_KEEP,
	ST_ARCHIVED_GET,
	ST_ARCHIVED_STORY,
	ST_ARCHIVED_OUT,
	ST_CLUE_PERIOD,
	ST_CLUE_ADD_MANY,
	ST_COUNT
};

struct rk_store {
	sqlite3 *db;
	sqlite3_stmt *stmt[ST_COUNT];
	enum rk_store_mode mode;
	bool in_tx;
	bool damaged;       /* SQLite said so: nothing is written any more */
	struct rk_err lost; /* why the open transaction is gone; kind NONE: it is not */
	int wal_pages;      /* after the last commit; 0: known to be short */
	int64_t last_entry; /* highest row ever given, also to what was rolled back */
	int64_t shown; /* entries up to this row may have been published */
	struct rk_arena *scratch; /* of one poll */
	struct rk_arena *near;    /* of one new entry: what it may tell the same as */
	struct st_edge edge;
	struct st_regions regions;
	struct st_clues clues;
	struct st_watch watch;
	struct st_sieves *sieves; /* NULL: none yet */
	struct st_prints *prints; /* NULL: none yet; see prints.c */
	struct st_filters filters;
	bool index_broken; /* SQLite said so of the index of searches: it is made anew */
	char name[256]; /* of the file, for messages */
};

/* ---- stmt.c */

/* The statement, prepared at first use; NULL with *err. */
sqlite3_stmt *st_get(struct rk_store *, enum st_id, struct rk_err *);
/* 1: a row is there; 0: done, reset; -1: failed, reset. */
int st_step(struct rk_store *, sqlite3_stmt *, struct rk_err *);
/* One that gives no rows: 0 or -1, reset. */
int st_run(struct rk_store *, sqlite3_stmt *, struct rk_err *);
int st_run_id(struct rk_store *, enum st_id, struct rk_err *);
/* -1, with the words of SQLite; notes damage. */
int st_fail(struct rk_store *, const char *doing, struct rk_err *);

/* The text must stay until the statement was run. Empty is stored as ''. */
void st_text(sqlite3_stmt *, int column, struct rk_str);
void st_blob(sqlite3_stmt *, int column, struct rk_str);
void st_time(sqlite3_stmt *, int column, int64_t); /* RK_NO_TIME as NULL */
void st_int(sqlite3_stmt *, int column, int64_t);
void st_hash(sqlite3_stmt *, int column, uint64_t);

/* Columns of the row at hand, from 0; texts valid until the next step or reset. */
struct rk_str st_col_text(sqlite3_stmt *, int column);
bool st_col_null(sqlite3_stmt *, int column);
struct rk_str st_col_blob(sqlite3_stmt *, int column);
int64_t st_col_time(sqlite3_stmt *, int column);
int64_t st_col_int(sqlite3_stmt *, int column);
uint64_t st_col_hash(sqlite3_stmt *, int column);

/* A read of several statements sees one state of the database; nothing to do
 * inside a transaction. *mine says whether st_snapshot_end is due. */
int st_snapshot(struct rk_store *, bool *mine, struct rk_err *);
void st_snapshot_end(struct rk_store *, bool mine);

int st_meta_get(struct rk_store *, struct rk_str key, struct rk_arena *,
    struct rk_str *value, struct rk_err *); /* value.p NULL: not there */
int st_meta_put(
    struct rk_store *, struct rk_str key, struct rk_str value, struct rk_err *);

/* ---- store.c */

#ifdef RK_TEST_BUILD
/* Called with the name of a moment at which tests end the process. */
extern void (*rk_store_crash_point)(const char *name);
#define ST_CRASH_POINT(name)                                                           \
	do {                                                                           \
		if (rk_store_crash_point != NULL)                                      \
			rk_store_crash_point(name);                                    \
	} while (0)
#else
#define ST_CRASH_POINT(name) ((void)0)
#endif

/* ---- sql.c */

extern const char *const st_sql[ST_COUNT]; /* texts of the statements */

/* ---- schema.c */

/* steps[i] leads from version i to i + 1; those after `from` in one transaction. */
int st_migrate(
    struct rk_store *, const char *const *steps, int from, int to, struct rk_err *);
extern const char *const st_steps[ST_VERSION];
/* A new, empty, durable database at path, where none may be: made under another
 * name, so that a crash leaves none that is half made. */
int st_create(const char *path, struct rk_err *);
/* A copy of the database as it is, as path.vVERSION, before it is migrated. */
int st_backup(struct rk_store *, const char *path, int version, struct rk_err *);
/* Ours and not newer than `version`: 0 and *found; else -1 with a reason. */
int st_check(struct rk_store *, int version, int *found, struct rk_err *);

/* ---- websub.c */

/* From column `at` on; texts valid until the next step. */
struct rk_sub_row st_sub_read(sqlite3_stmt *, int at);

/* ---- export.c */

struct rk_str st_state_name(int64_t state); /* static */

/* ---- index.c */

/* The row was edited: it is put into the index again. */
int st_search_again(struct rk_store *, int64_t row, struct rk_err *);
/* Entries up to this row are in it. */
int st_search_upto(struct rk_store *, int64_t *row, struct rk_err *);

/* ---- topics.c */

/* What left the stories that the search means: the timeline's `removed`. */
struct rk_search;
int st_search_removed(struct rk_store *, const struct rk_search *, struct rk_timeline *,
    struct rk_err *);

/* ---- explain.c */

int st_find_id(struct rk_store *, struct rk_str id, int64_t *row, struct rk_err *);

#endif
