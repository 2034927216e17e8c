/*
 * What the files of the store share: the connection, its statements, and what is
 * kept in memory beside the database (routes, nodes, the newest clues).
 *
 *   store.c     opening, transactions, checkpoints
 *   stmt.c      statements, values, errors
 *   schema.c    tables, migrations
 *   sql.c       the texts of all statements
 *   sources.c   sources and their states
 *   ingest.c    one poll into rows
 *   identity.c  which stored entry an item of a document is
 *   publicid.c  published ids
 *   steady.c    which keys of a source can be believed, as measured
 *   lives.c     entries leave and come back; tombstones
 *   leaving.c   who says so: the source's documents, the operator
 *   lost.c      entries that fell out of the middle of a list page
 *   versions.c  what an entry said before
 *   stories.c   candidates for a story, joining
 *   clue.c      the index of hashes that candidates are found by
 *   clue_filter.c  which of them its table does not hold
 *   regions.c   routes, nodes and their generations, in memory
 *   nodes.c     what has to be rendered, what was
 *   merge.c     which stories are the newest of a node
 *   release.c   entries that are held for the operator
 *   flood.c     no source fills a node of many
 *   timeline.c  their rows
 *   archive.c   archive documents: which stories each holds; archived.c  their rows
 *   export.c    every entry
 *   filter.c    entries that the configuration keeps out
 *   index.c     the index of searches, filled behind
 *   search.c    which stories are meant
 *   topics.c    saved searches as they were last rendered
 *   pages.c     robots.txt and what polls of pages leave for the next
 *   websub.c    subscriptions at hubs
 *   hubs.c      subscriptions at our own
 *   explain.c   one entry and how it was decided
 *   watch.c     how sources fare, and telling operators
 *   board.c     what the board shows
 *   storeq.c    the thread around it; jobs.c what it does there
 */
#ifndef RUAMKHAO_STORE_INT_H
#define RUAMKHAO_STORE_INT_H

#include <ruamkhao/err.h>
#include <ruamkhao/hijack.h>
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

#define ST_CANDIDATES 32 /* newest entries looked at for one hash */
#define ST_CLUES_AT_ONCE 16 /* rows of ST_CLUE_ADD_MANY */
#define ST_CLUE_DAYS  14 /* not less than the guard on dates of cluster/ */

/* What is 0 in entry.state is published; the others are kept out. */
enum st_entry_state { ST_LIVE, ST_WITHDRAWN, ST_BLOCKED, ST_HELD, ST_HIDDEN };

#define ST_GONE ((int64_t)-1) /* entry of a key that outlived it: known, never again */

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
	ST_MOVED_PUT,
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

#define ST_NO_MARK INT64_MIN

/* What is known of a node's stories, or what a transaction adds to it. */
struct st_sum {
	int64_t stories;
	int64_t changed; /* newest change of content, RK_NO_TIME none */
	bool touched;    /* what is published there changed */
};

/* A node's numbers: committed, of the open transaction, of the open poll. */
struct st_node {
	struct rk_str id;
	bool is_place, is_national;
	int64_t generation,
	    published; /* as committed; generation 0: not in the table */
	int64_t mark;  /* published by the open transaction, INT64_MIN none */
	struct st_sum base, tx, poll;
	unsigned *routes; /* that lead to it: indexes */
	size_t n_routes, cap_routes;
	unsigned seen; /* see st_set */
};

/* A route stays in memory when its row was rolled back; row is 0 then. There may be a
 * hundred thousand: the text of one is made of its nodes (st_route_text). */
struct st_route {
	int64_t row;
	int64_t newest; /* no entry on it has a higher sort; INT64_MAX not known */
	int64_t last;   /* nor a higher row; INT64_MAX not known */
	unsigned n_nodes;
	unsigned nodes[]; /* indexes, "all" first, then in the order of the text */
};

struct st_regions {
	struct rk_arena *arena;
	struct rk_map *by_nodes; /* the bytes of a route's nodes -> struct st_route */
	struct rk_map *by_id;    /* -> index + 1 of a node */
	unsigned *named;         /* nodes of the route that is looked for */
	size_t cap_named;
	struct st_route **routes;
	size_t n_routes, cap_routes;
	struct st_node *nodes; /* [0] is "all" */
	size_t n_nodes, cap_nodes;
	unsigned *tx, *poll; /* nodes touched, room for cap_nodes */
	size_t n_tx, n_poll;
	unsigned seen;
	struct st_route **made; /* rows of the open transaction */
	size_t n_made, cap_made;
	size_t n_made_kept;     /* those behind are of the open poll */
	bool marked;                /* some node was, in the open transaction */
	bool loaded;
};

/* A set of nodes, made from routes by st_set_add; one at a time. */
struct st_set {
	unsigned *nodes;
	size_t n, cap;
	bool has_place;
};

/* See clue_filter.c. Zeroed: of no period, nothing is known. */
#define ST_SIEVES        64 /* periods, eight years */
#define ST_SIEVES_VAGUE  8  /* and those of entries without a date, four years */
#define ST_FILTER_LAYERS 6

struct st_layer {
	uint64_t *words;
	size_t n_words, n; /* a power of two; clues that are in it */
};

struct st_sieve {
	int64_t period;
	struct st_layer layers[ST_FILTER_LAYERS];
	unsigned n_layers;
	unsigned asked; /* while it is not whole */
	bool whole;     /* all clues of the table are in it */
	uint64_t used;  /* when last */
};

struct st_sieves {
	struct st_sieve of[ST_SIEVES + ST_SIEVES_VAGUE]; /* by period */
	size_t bytes;
	uint64_t clock;
};

/* See clue.c. */
struct st_clues {
	int64_t *hash; /* period and key */
	uint32_t *entry; /* how far its row is behind `upto`, and the day */
	uint32_t *next; /* in the chain, index + 1 */
	uint32_t *head; /* by hash, index + 1 */
	size_t n, cap;
	size_t committed; /* of n: a rollback drops the rest */
	int64_t upto;     /* entries up to this row are in the table */
	int64_t newest;   /* highest row in memory */
	bool flushed;     /* by the open transaction */
	bool undated;     /* the table has clues without a day */
	bool vague;       /* in memory there are some of entries of unknown age */
	struct st_met *met; /* room of a search; NULL before the first */
};

/* How sources fare, as committed or about to be, by row; so that a poll that changes
 * nothing of it costs no look at the table. See watch.c. */
struct st_watch {
	unsigned char *health; /* enum rk_health, ST_UNWATCHED */
	size_t n;
	bool loaded;
	int64_t *rows; /* to be looked at before the next publication */
	size_t n_rows, cap_rows;
	int64_t began; /* rk_store_watch */
	rk_silence_fn *silent_from;
};
#define ST_UNWATCHED 0xff

/* How far archives have come. */
struct st_edge {
	int64_t seq;    /* of the last time documents took stories up */
	int64_t stored; /* the same, as committed */
	int64_t row;    /* the last entry then: later ones are in none */
	bool known;
};

struct rk_pattern;

/* What a source's `keep` and `drop` say. */
struct st_filter {
	int64_t source;
	struct rk_pattern *keep, *drop; /* NULL: none */
	uint64_t hash;                  /* of both, 0: none */
	bool pending;                   /* entries after upto still follow others */
	int64_t upto;
};
struct st_filters {
	struct st_filter *v; /* by source; of those that have any, or had */
	size_t n;
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

/* ---- timeline.c */

/* The story of that lead as timelines show it; a lead that was withdrawn is spoken for by
 * its voice, where there is one. Strings in the arena. */
int st_story_read(struct rk_store *, struct rk_arena *, int64_t lead, struct rk_story *,
    struct rk_err *);

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

/* ---- regions.c */

/* READ: read anew for every call; WRITE: kept. */
int st_regions_load(struct rk_store *, struct rk_err *);
void st_regions_free(struct st_regions *);
/* The route with its row. */
int st_route(
    struct rk_store *, struct rk_str text, struct st_route **, struct rk_err *);
/* Its canonical text (region.h), in the arena. */
struct rk_str st_route_text(
    const struct rk_store *, const struct st_route *, struct rk_arena *);
/* NULL with *err: no such route, the database is inconsistent. */
struct st_route *st_route_of_row(struct rk_store *, int64_t row, struct rk_err *);
/* Index of the node or -1. */
int64_t st_node_index(struct rk_store *, struct rk_str id);

/* The nodes of a story: begin, then each route of its copies, in the arena. */
void st_set_begin(struct rk_store *, struct st_set *);
void st_set_add(
    struct rk_store *, struct st_set *, const struct st_route *, struct rk_arena *);
/* "national" is only where no copy names a place (rk_route_join). */
bool st_set_holds(const struct rk_store *, const struct st_set *, unsigned node);

/* The poll at hand changes what is published in the node. */
void st_touch(struct rk_store *, unsigned node, int64_t stories, int64_t changed);
void st_regions_poll_kept(struct rk_store *);
void st_regions_poll_dropped(struct rk_store *);
int st_regions_write(struct rk_store *, struct rk_err *); /* before COMMIT */
void st_regions_committed(struct rk_store *);
void st_regions_dropped(struct rk_store *);

/* ---- merge.c */

struct st_pick {
	int64_t sort, row; /* of the story */
};

/* The newest stories of a node, at most max, newest first: *picks is the caller's
 * to free. */
int st_newest(struct rk_store *, unsigned node, unsigned max, struct st_pick **picks,
    size_t *n, struct rk_err *);

/* ---- flood.c */

/* The same with a source's share of a day where the node merges many sources. */
int st_shared(struct rk_store *, unsigned node, unsigned max, struct st_pick **picks,
    size_t *n, struct rk_err *);

/* ---- timeline.c */

/* Reading the rows of stories into an arena; the table of sources met on the way. */
struct st_reader {
	struct rk_store *s;
	struct rk_arena *arena;
	struct st_publisher **slot;
	size_t cap, n;
};

/* A source as a timeline names it. */
struct st_publisher {
	int64_t row;
	struct rk_str id, title, url, link;
};
const struct st_publisher *st_publisher(struct st_reader *, int64_t row, struct rk_err *);
/* The row's own words, without its copies. */
int st_read_row(struct st_reader *, int64_t row, struct rk_story *, bool *live,
    struct rk_err *);

/* ---- archive.c */

/* One archive document as its row says. */
struct st_archive {
	int64_t n;           /* in the chain of its node, from 1 */
	int64_t month, part; /* year * 12 + month - 1; from 1 */
	int64_t after, upto; /* rows of entries: above, up to */
	int64_t stories, bytes;
	int64_t seq, known;  /* when it took up the last of them; the last entry then */
	int64_t generation;
};

/* An entry that may bring a story to a node. */
struct st_seen {
	int64_t row, story; /* story: row of the lead */
	bool live;
};

/* Entries of the node with rows in (after, upto], by row; at most some `limit`: *cut says
 * that there are more. *seen is the caller's to free. */
int st_seen(struct rk_store *, unsigned node, int64_t after, int64_t upto, unsigned limit,
    struct st_seen **seen, size_t *n, bool *cut, struct rk_err *);
/* 1: it is the first entry of its story in the node; 0; -1. */
int st_seen_first(
    struct rk_store *, unsigned node, const struct st_seen *, struct rk_err *);
int st_archive_get(struct rk_store *, struct rk_str node, int64_t n, struct st_archive *,
    struct rk_err *); /* 1; 0: there is none; -1 */
/* "archive/NODE/2026-01.2.atom" in the arena. */
struct rk_str st_archive_name(
    struct rk_arena *, struct rk_str node, int64_t month, int64_t part);
/* Name of the document next to n (step -1, 1), empty: there is none. n 0 and step -1:
 * the newest. */
int st_archive_beside(struct rk_store *, struct rk_str node, int64_t n, int step,
    struct rk_arena *, struct rk_str *name, struct rk_err *);
/* The entry is about to be edited: an archive may hold what it says now. */
int st_archive_keep(struct rk_store *, int64_t row, struct rk_err *);
/* Entries of the story left or came back: the documents that hold it are to be written
 * again. */
int st_archive_touch(struct rk_store *, int64_t lead, struct rk_err *);

/* ---- sources.c */

/* There was a document of the source before. */
int st_state_imported(
    struct rk_store *, int64_t source, bool *imported, struct rk_err *);
/* The row of the state; more: entries that came to those it has. */
/* How often the source posts; unchanged ones are not written. */
int st_pace_write(struct rk_store *, int64_t source, const struct rk_source_pace *,
    struct rk_err *);
int st_state_write(struct rk_store *, const struct rk_source_state *, enum rk_state_part,
    unsigned more, struct rk_err *);
/* RK_STATE_TIMES, and what the board makes of it. */
int st_times_write(struct rk_store *, const struct rk_poll_times *, struct rk_err *);

/* Entries that came without a poll. */
int st_entries_more(
    struct rk_store *, int64_t source, unsigned more, struct rk_err *);

/* ---- watch.c */

/* A poll was stored (state NULL: only its times, or none): inside its savepoint. fresh,
 * held: entries that it brought. */
int st_watch_poll(struct rk_store *, int64_t source, const struct rk_source_state *,
    unsigned fresh, unsigned held, int64_t now, struct rk_err *);
void st_watch_later(struct rk_store *, int64_t source); /* before the next publication */
void st_watch_held(struct rk_store *); /* the same, of all that have entries held */
void st_watch_dropped(struct rk_store *); /* what was written is not there any more */
void st_watch_free(struct st_watch *);
/* Something that the board shows changed; inside a transaction. */
int st_board_bump(struct rk_store *, struct rk_err *);

/* ---- clue.c */

int st_clues_load(struct rk_store *, struct rk_err *);
void st_clues_free(struct st_clues *);
/* The clues of an entry: its address, its text, what its fingerprint says. */
struct st_clue_set {
	uint32_t key[2 + RK_PRINT_KEYS]; /* 0: none */
};
void st_clue_set(struct st_clue_set *, uint64_t url_hash, uint64_t merge_hash,
    const struct rk_print *);
/* vague: as in rk_telling. */
int st_clue_add(struct rk_store *, const struct st_clue_set *, int64_t date, bool vague,
    int64_t entry, struct rk_err *);

/* An entry that has clues of the set, and how many. */
struct st_clue_hit {
	int64_t entry;
	unsigned n;
	unsigned rarity; /* the more, the fewer others have its clues */
	bool sure;       /* by address or whole text */
	int64_t apart;   /* seconds, at least, between its date and the one asked for */
};
/* Which dates are looked at. */
struct st_clue_span {
	int64_t date;
	int before, after; /* days; together at most ST_CLUE_DAYS + RK_VAGUE_DAYS */
	int vague; /* and further days behind those, at most RK_VAGUE_DAYS, in which
		      entries of unknown age were first seen */
};
/* Those of the span, those that share most first, and of those the ones whose clues
 * fewest others have: how many, at most max; -1 failed. */
int st_clue_find(struct rk_store *, const struct st_clue_set *,
    const struct st_clue_span *, struct st_clue_hit *, int max, struct rk_err *);
/* Rows that may have the address, of whatever date: how many; -1 failed. Slow. */
int st_clue_everywhere(
    struct rk_store *, uint64_t url_hash, int64_t *rows, int max, struct rk_err *);
/* Inside a transaction: move what is in memory to the table, when it is at least
 * `from` (0: when it is much). */
int st_clues_flush(struct rk_store *, size_t from, struct rk_err *);
void st_clues_committed(struct rk_store *);
void st_clues_dropped(struct rk_store *, size_t n); /* back to the first n */

/* Above the periods: those of entries of unknown age, four times as long. */
#define ST_VAGUE_PERIOD ((int64_t)1 << 19)

/* ---- clue_filter.c */

/* The table may have that clue; *may false: it has not. */
int st_sieve_may(struct rk_store *, int64_t clue, bool *may, struct rk_err *);
/* The table has nothing of that period. */
int st_sieve_none(struct rk_store *, int64_t period, bool *none, struct rk_err *);
/* The table is given it. */
void st_sieve_add(struct st_sieves *, int64_t clue);
void st_sieves_free(struct st_sieves *);

/* ---- prints.c */

struct rk_print;

/* The fingerprint of an entry: 1; 0: it has none; -1 failed. Its credit lives until the
 * next call of one of the three. */
int st_print_get(struct rk_store *, int64_t row, struct rk_print *, struct rk_err *);
int st_print_put(struct rk_store *, int64_t row, struct rk_str packed, struct rk_err *);
/* Nothing is at hand any more: rows are not what they were. */
void st_prints_free(struct rk_store *);

/* ---- websub.c */

/* From column `at` on; texts valid until the next step. */
struct rk_sub_row st_sub_read(sqlite3_stmt *, int at);

/* ---- pages.c */

/* What a poll of a page leaves, inside its savepoint; fresh: entries it added. */
int st_trail_write(struct rk_store *, int64_t source, const struct rk_page_trail *,
    unsigned fresh, int64_t now, struct rk_err *);
/* When the source's list was first read; `now`: it was not yet. */
int st_page_began(
    struct rk_store *, int64_t source, int64_t now, int64_t *began, struct rk_err *);

/* ---- ingest.c's parts */

/* What was measured of a source's ids, and what follows. Stored as numbers. */
enum st_rule {
	ST_TRUSTED,
	ST_ROTATE, /* entries come with new ids again and again */
	ST_REUSED  /* one id is given to entry after entry */
};

#define ST_KEYED 1 /* the set of keys that this program makes */

struct st_steady {
	enum st_rule rule;
	int keyed;                /* set of keys that the rows have, 0 not known */
	int64_t renewed, reused;  /* documents; entries */
	int64_t held_since;       /* RK_NO_TIME: no complete feed is held back */
	bool dirty;
};

/* One poll under way. */
struct st_ingest {
	struct rk_store *store;
	const struct rk_store_poll *poll;
	struct rk_str host;
	rk_decide_fn *decide;
	struct rk_store_counts *counts;
	struct st_route *route;
	int64_t source;
	bool imported;         /* there was a document before this one */
	int64_t base; /* undated entries are dated from it by their place in the document */
	struct st_item *items; /* in document order */
	size_t n;
	bool guids_counted;
	struct rk_hijack_news news; /* for judging new entries */
	struct st_steady steady;
};

/* An entry of the document and what it was found to be. */
struct st_item {
	const struct rk_entry *entry;
	struct {
		uint64_t hash;
		enum rk_key_kind kind;
	} keys[RK_MAX_KEYS]; /* the entry's without those that are not believed */
	unsigned n_keys;
	int64_t row;      /* of the stored entry, 0: new */
	uint64_t seen;    /* mark of the version last stored, 0 unknown */
	uint64_t mark;    /* of the version at hand */
	int64_t when;     /* for the order: see place() */
	bool day;         /* when is the midnight of a date without a time */
	bool skip;        /* cannot be told from another one of the document */
	bool shared_guid; /* another entry of the document carries it too */
	bool rekeyed;     /* met by a weaker key: it has a new strongest one */
	bool removed;     /* the document says too that it was taken away, later */
};

/* ---- release.c */

int st_news(struct st_ingest *, unsigned fresh, unsigned suspects, struct rk_err *);
/* The entry, stored as ST_HELD, waits for the operator. */
/* An edit of that entry, which is published: 1 it waits for the operator, 0 it may be
 * stored, as it bears no signs or the operator let the entry out; -1 failed. */
int st_hold_edit(
    struct st_ingest *, const struct rk_entry *, int64_t row, struct rk_err *);

/* No edit of it waits any more: 0; -1 failed. */
int st_hold_dropped(struct st_ingest *, int64_t row, struct rk_err *);

int st_hold(struct st_ingest *, int64_t row, unsigned score, unsigned reasons,
    struct rk_err *);

/* ---- identity.c */

/* Fills items from the poll's entries, in document order. */
int st_identify(struct st_ingest *, struct rk_err *);
/* The keys of a new entry. 1: done; 0: its strongest key belongs to another entry,
 * nothing was stored; -1: failed. */
int st_keys_claim(
    struct st_ingest *, const struct st_item *, int64_t row, struct rk_err *);
/* Further keys of a stored entry, and the mark of the version at hand. */
int st_keys_renew(struct st_ingest *, const struct st_item *, struct rk_err *);

/* The version at hand was not stored: whatever the next document has is looked at. 0;
 * -1 failed. */
int st_keys_unseen(struct st_ingest *, const struct st_item *, struct rk_err *);

/* Seconds in entry.sort: what it is divided by (ingest.c). */
#define ST_SORT_SECOND ((int64_t)1 << 22)

/* Row of the key and the mark beside it; 0, 0: not there. */
int st_key_find(
    struct st_ingest *, uint64_t key, int64_t *row, uint64_t *seen, struct rk_err *);
/* Note that several entries of the source carry one guid, row first. */
int st_key_shared(struct st_ingest *, uint64_t key, int64_t row, struct rk_err *);

/* ---- publicid.c */

/* *id: the publisher's own id if it may be kept, else the empty span. */
int st_own_id(struct st_ingest *, struct st_item *, int64_t row, struct rk_str *id,
    struct rk_err *);
struct rk_str st_minted_id(const struct st_ingest *, const struct st_item *);
/* What the id says by itself: KEPT where nothing but other entries can speak against it. */
enum rk_id_why st_id_form(const struct rk_found *, struct rk_str guid,
    struct rk_str source_host, struct rk_str host, struct rk_arena *);

/* ---- export.c */

struct rk_str st_state_name(int64_t state); /* static */

/* ---- stories.c */

/* A story as a copy of it needs to know it. */
struct st_story {
	int64_t row; /* of the lead, 0: none */
	int64_t route, sort;
	enum st_entry_state state;
	bool recounted; /* its nodes are, by st_find_story and st_settle */
	struct st_regroup *more; /* what becomes of the entries that are there, or NULL */
};

/* The story that a new entry joins, row 0: one of its own. */
int st_find_story(
    struct st_ingest *, const struct rk_entry *, struct st_story *, struct rk_err *);
/* The story that was found is over: the entry begins one of its own. */
void st_story_alone(struct st_story *);
/* The nodes of a story by its live copies; route: of the lead. */
int st_story_nodes(struct rk_store *, int64_t row, int64_t route, struct st_set *,
    struct rk_arena *, struct rk_err *);
/* st_touch for each node that holds the story, as its rows stand now: they hold `stories`
 * more or fewer (0: what it shows changed). `changed`: UTC seconds, or RK_NO_TIME. */
int st_story_touch(struct rk_store *, int64_t lead, int64_t route, int64_t stories,
    int64_t changed, struct rk_err *);
/* A copy on the poll's route came (before its row is stored): nodes are raised. */
int st_joined(struct st_ingest *, const struct st_story *, struct rk_err *);
/* The entry was stored as `row`; own: the place in the timelines that it has by itself.
 * Its fingerprint, its clues, and what its coming changes among the others. */
int st_settle(struct st_ingest *, const struct rk_entry *, int64_t row, int64_t own,
    const struct st_story *, struct rk_err *);
/* An edit: the fingerprint and the clues of the version at hand. */
int st_reprint(struct st_ingest *, const struct rk_entry *, int64_t row,
    struct rk_err *);

/* ---- related.c */

/*
 * The nodes of all stories that name the one of this lead are rendered again. Called within
 * a transaction when the lead's title or address changed, or whether it can be read; `lead`
 * is its entry's row. 0, or -1 with *err: the database cannot be used.
 */
int st_related_touch(struct rk_store *, int64_t lead, struct rk_err *);

/* ---- steady.c */

/* What is known of the source, into g->steady. */
int st_steady_read(struct st_ingest *, struct rk_err *);
/* Where it changed; a new rule, or rows without some keys, give all rows of the source
 * their keys first. */
int st_steady_write(struct st_ingest *, struct rk_err *);
/* The document showed it; true: the rule is another one now. */
bool st_steady_renewed(struct st_steady *);
bool st_steady_reused(struct st_steady *, unsigned entries);

/* ---- lives.c */

/* Why an entry is out. Stored as numbers: add at the end only. Those up to ST_BY_PAGE are
 * its source's words. */
enum st_left {
	ST_BY_NOBODY,
	ST_BY_TOMBSTONE, /* RFC 6721 */
	ST_BY_ABSENCE,   /* from a complete feed */
	ST_BY_PAGE,      /* its page is gone */
	ST_BY_OPERATOR
};
/* With `why`, as stored: nobody could read the story when the entry left. */
#define ST_LEFT_UNSEEN 16

struct st_leave {
	int64_t row;
	enum st_entry_state to;
	enum st_left why;
	int64_t now;
	int64_t stated; /* its source must say something newer to bring it back */
};
/* The entry leaves; by the operator a lead takes its whole story along, by its source
 * the story goes on with the next copy. 1: done; 0: it was out already; -1. Inside a
 * transaction; nodes are touched as by a poll. */
int st_entry_leave(struct rk_store *, const struct st_leave *, struct rk_err *);
/* Its source says something newer of it at `updated`: 1: it is live again; 0; -1. */
int st_entry_return(struct rk_store *, int64_t row, int64_t updated, int64_t now,
    struct rk_err *);
/* The copy that speaks for a lead that was withdrawn; 0: none. */
int st_voice(struct rk_store *, int64_t lead, int64_t *row, struct rk_err *);
/* What left the stories that the search means: the timeline's `removed`. */
struct rk_search;
int st_search_removed(struct rk_store *, const struct rk_search *, struct rk_timeline *,
    struct rk_err *);
/* Content of the story's voice changed. */
int st_story_bump(struct rk_store *, int64_t lead, int64_t now, struct rk_err *);
/* A new entry matches a story whose lead is out: the story as it is to be joined, row 0
 * where its source ended it. */
int st_story_open(struct rk_store *, struct st_story *, struct rk_err *);
/* Why and when the entry left; ST_BY_NOBODY: by its story, or not at all. */
int st_left_get(struct rk_store *, int64_t row, enum st_left *why, int64_t *at,
    int64_t *stated, struct rk_err *);

/* ---- leaving.c */

/* Tombstones of the document: marks items that are removed, takes entries out. */
int st_removals(struct st_ingest *, struct rk_err *);
/* A complete feed: what is absent leaves. After all entries were stored. */
int st_complete(struct st_ingest *, struct rk_err *);

/* ---- lost.c */

/* rows: stored entries that the list has, sorted on return. Fills known->lost. */
int st_lost_find(struct rk_store *, struct rk_store_known *, int64_t *rows, size_t n,
    struct rk_err *);
int st_lost_write(struct st_ingest *, struct rk_err *);

/* ---- versions.c */

/* Keep what the row says now: it is about to be edited. */
int st_version_keep(
    struct rk_store *, int64_t row, struct rk_str html, struct rk_err *);
int st_versions(struct rk_store *, int64_t row, struct rk_arena *,
    struct rk_version **out, size_t *n, struct rk_err *);

/* Its state changes between ST_LIVE and ST_HIDDEN; nodes are touched, nothing is buried. */
int st_entry_turn(struct rk_store *, int64_t row, enum st_entry_state to, int64_t now,
    struct rk_err *);

/* ---- timeline.c */

/* The stories of those rows of leads, into t->stories. */
int st_stories(struct rk_store *, struct rk_timeline *, const struct st_pick *, size_t n,
    struct rk_err *);

/* ---- filter.c */

/* After registration: the expressions that hold now. */
int st_filters_set(
    struct rk_store *, const struct rk_source *, size_t n, struct rk_err *);
void st_filters_free(struct st_filters *);
/* What the source's expressions say of the row as it is stored: its state follows. Inside
 * a transaction. */
int st_filter_row(struct rk_store *, int64_t row, int64_t now, struct rk_err *);

/* ---- index.c */

/* The row was edited: it is put into the index again. */
int st_search_again(struct rk_store *, int64_t row, struct rk_err *);
/* Entries up to this row are in it. */
int st_search_upto(struct rk_store *, int64_t *row, struct rk_err *);

/* ---- explain.c */

int st_find_id(struct rk_store *, struct rk_str id, int64_t *row, struct rk_err *);

#endif
