/*
 * The database: the truth about entries. One connection writes; used by one thread
 * at a time (storeq.h puts a thread around it). RELIABILITY 4.1, ARCHITECTURE 3.6.
 *
 * Everything a poll leaves - entries, validators, schedule, error - is written inside
 * one savepoint of one transaction. Published ids are decided at first sight, stored
 * and never changed (CONTRACTS 3).
 */
#ifndef RUAMKHAO_STORE_H
#define RUAMKHAO_STORE_H

#include <ruamkhao/board.h>
#include <ruamkhao/diff.h>
#include <ruamkhao/source.h>
#include <ruamkhao/story.h>
#include <ruamkhao/timeline.h>

struct rk_arena;
struct rk_err;
struct rk_store;

enum rk_store_mode {
	RK_STORE_WRITE, /* makes the file and migrates; the caller holds the state lock
			 */
	RK_STORE_READ   /* read-only, never checkpoints, works beside a writer */
};

/*
 * Open folder/ruamkhao.db. RK_E_STORE: not a database, damaged, of a newer
 * program, or empty (0 bytes); nothing is written to it then. READ of a missing file is
 * RK_E_STORE with sys ENOENT. WRITE of an older schema copies the database to
 * ruamkhao.db.vN first.
 *
 * All errors of the store are RK_E_STORE; sys holds errno where the disk was the
 * reason (ENOSPC: full, EIO), else 0. Damage that is noticed later makes every further
 * transaction fail; nothing more is written then.
 */
int rk_store_open(
    const char *folder, enum rk_store_mode, struct rk_store **out, struct rk_err *);
void rk_store_close(struct rk_store *); /* NULL is fine */

/* HOST of published ids: `wanted` is kept at the first call ever, later calls give the
 * kept one. In the arena. */
int rk_store_host(struct rk_store *, struct rk_str wanted, struct rk_arena *,
    struct rk_str *host, struct rk_err *);

/*
 * Make the sources of a configuration known and read their states, one by one in any order.
 * route gives the canonical route of sources[i], valid until it is asked again; registered
 * gets the state of sources[i], its strings valid during the call. Those that only people
 * read may be empty (error, advice, format, charset, feed_title, feed_link; why_next where
 * why_same, which is as in rk_store_poll, is false). Sources no longer configured keep rows
 * and entries. A changed url drops validators, failures, a GONE standing and where the old
 * one moved; changed settings of how a document is read (rk_source_reading) drop validators
 * and body_hash. Titles, routes and priorities of the rows follow the configuration (an
 * empty title: it stays); the route is told by `explain`, each poll brings its own. A source
 * that is new, or has a new url, is NEW with next_due RK_NO_TIME: due at once. Disabled ones
 * stand at OFF. One transaction of its own.
 */
struct rk_registering {
	struct rk_str (*route)(void *cookie, size_t i);
	void (*registered)(void *cookie, size_t i, const struct rk_source_state *state,
	    bool why_same);
	void *cookie;
};
int rk_store_register_each(struct rk_store *, const struct rk_source *sources, size_t n,
    const struct rk_registering *, struct rk_err *);

/*
 * `keep` and `drop` of sources: an entry that they keep out is in no node, as if it were
 * not there, and comes back to its place when they change. Registration takes them over;
 * new and edited entries follow at once, the stored ones of a source whose expressions
 * changed in steps: *done when none is left. A transaction of its own.
 */
int rk_store_refilter(struct rk_store *, int64_t now, bool *done, struct rk_err *);

/* A site's robots.txt as it was found. */
struct rk_robots_row {
	struct rk_str authority; /* "https://host:port" */
	int64_t expires;         /* UTC seconds: asked for again then */
	int64_t lost_since;      /* it could not be had since; RK_NO_TIME: it could */
	bool found;              /* once: rules hold */
	struct rk_str rules;     /* as rk_robots_print writes them; empty: all is allowed */
};

/* How often the linked page of an entry was asked for in vain. */
struct rk_page_try {
	uint64_t key; /* of the entry, its strongest */
	unsigned tries;
};

/* An entry that is no longer among the newer ones of its list page, and what its own
 * page said. */
struct rk_page_lost {
	int64_t entry; /* row */
	struct rk_str url;
	enum {
		RK_LOST_UNKNOWN, /* not asked for, or no answer */
		RK_LOST_THERE,
		RK_LOST_MISSING, /* 404: gone, when it says so twice */
		RK_LOST_GONE     /* 410 */
	} found;
};

/* What a poll of a page leaves beside entries and state. */
struct rk_page_trail {
	struct rk_robots_row *robots;
	size_t n_robots;
	bool listed; /* a list was read: all that follows replaces what is stored */
	struct rk_page_try *tries;
	size_t n_tries;
	/* of this list: entries, new ones that wait for the next poll, and of those the ones
	 * whose page was asked for in vain */
	unsigned entries, waiting, failed;
	const struct rk_page_lost *lost; /* that were asked for */
	size_t n_lost;
};

/* How far a subscription at a hub has come. Stored as numbers: add at the end only. */
enum rk_sub_state {
	RK_SUB_WANTED, /* to be asked for, or asked and not confirmed yet */
	RK_SUB_ACTIVE, /* confirmed: the hub tells news until `until` */
	RK_SUB_DENIED, /* the hub will not */
	RK_SUB_LEAVING /* to be taken back */
};
const char *rk_sub_state_name(enum rk_sub_state); /* "wanted", "active" ... */

/* A subscription at a source's hub (WebSub). Times: UTC seconds, RK_NO_TIME none. */
struct rk_sub_row {
	int64_t source;            /* row of the source */
	struct rk_str callback;    /* the unguessable end of its address: its key */
	struct rk_str source_url;  /* the configured url it was made under */
	struct rk_str hub, topic, secret;
	enum rk_sub_state state;
	int64_t until;             /* end of the lease */
	int64_t next;              /* when something is to be done about it */
	int64_t last_push;         /* that was good */
	int64_t last_miss;         /* a poll found news that no push had brought */
	unsigned tries;            /* in vain, in a row */
	uint64_t pushes;           /* good ones */
	struct rk_str error;       /* of the last try, or push, in vain */
};

/* How much of a state a poll brings; what it does not bring stays as it is stored. */
enum rk_state_part {
	RK_STATE_WHOLE,
	RK_STATE_AND_TEXTS, /* all but format, charset, feed_title and feed_link */
	RK_STATE_ASKED,     /* nothing came of it: last_poll, next_due and why_next; all
			       else is as it was */
	RK_STATE_TIMES      /* a success that found nothing new: last_poll (and last_success
			       with it), next_due, fresh_until, http_status, polls,
			       not_modified; all else is as it was, error and advice are
			       empty, not_before is none. why_next as `why_same` says */
};

/*
 * One poll to be stored, from rk_xcalloc. Strings and entries belong to `arena`. With
 * an ingest, format, charset, feed_title, feed_link and imported of the stored state
 * are the document's, whatever `state` says.
 */
struct rk_store_poll {
	struct rk_source_state state; /* .row says of which source */
	enum rk_state_part part;      /* without an ingest; with one it is the whole */
	bool why_same;                /* of RK_STATE_TIMES: why_next is the last WHOLE or
					 AND_TEXTS one's */
	struct rk_ingest *ingest;     /* NULL: state only (304, same body, error) */
	struct rk_str source_id;      /* [a-z0-9-], part of minted ids */
	struct rk_str source_host;    /* host of its url, lower case, no "www."; empty:
					 no id of the publisher is kept */
	struct rk_str route;          /* canonical, for new entries; empty without an ingest */
	int priority;
	int64_t now;            /* UTC seconds: first seen, changed */
	struct rk_page_trail *trail; /* of a page source, or NULL */
	bool unfinished; /* more of the same document comes with the next poll: a first
			    document stays the first */
	bool pushed;     /* a hub brought the entries: of state only row counts, and nothing of
			    the stored one but the number of entries changes */
	struct rk_arena *arena; /* owned by the poll; NULL: nothing of its own */
	/* Called with an ingest, on the store's thread, before the state is written: what
	 * the number of new entries decides (the pace, the next poll). Pure but for the
	 * arena. NULL: the state stands as it is. */
	void (*settle)(void *cookie, struct rk_source_state *, unsigned fresh);
	void *settle_cookie; /* in the arena */
};
void rk_store_poll_free(struct rk_store_poll *); /* its arena too; NULL is fine */

/* What a poll leaves that found nothing new, as nearly all do: RK_STATE_TIMES without all
 * that it leaves alone. Times: UTC seconds. */
struct rk_poll_times {
	int64_t row; /* of the source */
	int64_t last_poll, next_due, fresh_until; /* as in rk_source_state */
	uint64_t polls, not_modified;
	struct rk_str why; /* why_next; empty: that of the last WHOLE or AND_TEXTS one */
	int http_status;
	uint32_t asker; /* the asker's own mark; not stored */
};
/* Of a state; why_same: as in rk_store_poll. `why` lies where the state's why_next does. */
struct rk_poll_times rk_poll_times_of(const struct rk_source_state *, bool why_same);

struct rk_store_counts {
	unsigned added;  /* new, leading a story of their own */
	unsigned joined; /* new, copies of a known story */
	unsigned held;   /* new, kept back for the operator (hijack.h) */
	unsigned edits_held; /* edits that are: what was published stays as it was */
	unsigned edited; /* stored again: text, links or dates differ */
	unsigned
	    unchanged; /* as stored, or not to be told from another of the document */
	unsigned withdrawn; /* by a tombstone, or absent from a complete feed */
	unsigned returned;  /* withdrawn ones that came again with a newer date */
	unsigned held_back; /* absent from a complete feed that shrank too sharply */
};

/*
 * Transaction: begin, any number of polls each in a savepoint, commit. A poll that
 * fails is rolled back to its savepoint and leaves the others; when even the commit
 * fails everything since begin is undone, and the transaction is over. decide may be
 * called for every new entry.
 *
 * An entry's place in a timeline is decided once: by its stated date (first seen minus
 * its position, where none is stated) when the source's first document brings it, by
 * the moment of first sight later; never by a time to come. `updated` moves with the
 * text only. A node's generation rises by one in every transaction that changed what
 * is published in it.
 */
int rk_store_begin(struct rk_store *, struct rk_err *);
int rk_store_poll(struct rk_store *, const struct rk_store_poll *, struct rk_str host,
    rk_decide_fn *decide, struct rk_store_counts *, struct rk_err *);
/* In a transaction, beside polls; of one source the last counts. Where it fails some may be
 * stored; a transaction that was lost with it fails at rk_store_commit. */
int rk_store_times(
    struct rk_store *, const struct rk_poll_times *, size_t n, struct rk_err *);
int rk_store_commit(struct rk_store *, struct rk_err *);
void rk_store_rollback(struct rk_store *);

/*
 * Which entries of a document the source has already, by their strongest keys, as a poll
 * that brings them would find them; and how often the pages of the others were asked for
 * in vain.
 */
struct rk_store_known {
	struct rk_arena *arena; /* holds all; the asker's */
	int64_t source;         /* row of the state */
	const struct rk_ingest *ingest;
	struct {
		bool stored;
		unsigned tries;
	} *of; /* filled in, one for each entry; in the arena */
	struct rk_page_lost *lost; /* filled in: at most RK_LOST_ASKED to be asked for */
	size_t n_lost;
};
int rk_store_known(struct rk_store *, struct rk_store_known *, struct rk_err *);

/* Every robots.txt that is kept; strings valid during the call. */
typedef int rk_robots_fn(void *cookie, const struct rk_robots_row *); /* not 0: stop */
int rk_store_robots(struct rk_store *, rk_robots_fn *, void *cookie, struct rk_err *);

/* Every subscription; strings valid during the call. */
typedef int rk_sub_fn(void *cookie, const struct rk_sub_row *); /* not 0: stop */
int rk_store_subs(struct rk_store *, rk_sub_fn *, void *cookie, struct rk_err *);
/* Store it as it is now, or (gone) forget it; inside a transaction. */
int rk_store_sub(struct rk_store *, const struct rk_sub_row *, bool gone, struct rk_err *);

/* Publish what is held: the entry with that published id, or all of the source with that
 * id. *n: how many were. A transaction of its own. */
int rk_store_release(struct rk_store *, struct rk_str what, int64_t now, size_t *n,
    struct rk_err *);

/*
 * Orders of the operator. WITHDRAW and BLOCK take the entry with that id out, for good:
 * nothing of its source brings it back. The lead of a story takes all of it along. WITHDRAW
 * leaves tombstones in the nodes that had the story; BLOCK leaves no trace, and takes away
 * the tombstones of what was withdrawn. RELEASE is rk_store_release; `id` may be a source's.
 * One transaction of its own.
 */
enum rk_order { RK_ORDER_WITHDRAW, RK_ORDER_BLOCK, RK_ORDER_RELEASE };
enum rk_obeyed {
	RK_OBEYED_UNKNOWN, /* no entry has that id, nothing of it is held */
	RK_OBEYED,
	RK_OBEYED_BEFORE   /* it was so already, or blocked */
};
int rk_store_order(struct rk_store *, struct rk_str id, enum rk_order, int64_t now,
    enum rk_obeyed *, struct rk_err *);

/* A node with something to publish, or all of them. */
struct rk_node_state {
	struct rk_str id;
	int64_t generation, published;
	int64_t updated; /* newest change of content there ever was, RK_NO_TIME none */
	int64_t n_stories;
};
/* dirty_only: published < generation. Sorted by id; in the arena. */
int rk_store_nodes(struct rk_store *, bool dirty_only, struct rk_arena *,
    struct rk_node_state **out, size_t *n, struct rk_err *);

/* The newest `limit` stories of a node with its generation, from one snapshot. site
 * and regions are only passed through. The timeline owns its arena. */
int rk_store_timeline(struct rk_store *, const struct rk_node *, unsigned limit,
    const struct rk_site *, const struct rk_regions *, struct rk_timeline **out,
    struct rk_err *);

/*
 * Archive documents (RFC 5005). The chain of a node's documents and its newest `limit`
 * stories together hold every story of it. A document takes up stories in the order in
 * which they came to the node, by the month (Asia/Bangkok) of their first sight, at most
 * RK_ARCHIVE_STORIES; when the next one is begun it is closed and takes up no more. It
 * shows its stories as they were when it last took some up, without those that left.
 */
struct rk_archive_state {
	struct rk_str node, name; /* name: "archive/NODE/2026-01.2.atom" */
	int64_t n;                /* in the chain of the node, from 1, oldest first */
	int64_t generation, published;
};
struct rk_archive_list {
	struct rk_archive_state *v; /* by node, oldest first; in the arena */
	size_t n;
	bool more; /* `budget` was used up before everything was taken up */
};
/* How many stories the feed of a node shows. */
typedef unsigned rk_shown_fn(const void *cookie, struct rk_str node);
struct rk_archives_ask {
	const struct rk_str *nodes; /* n 0: of all; not topics */
	size_t n;
	rk_shown_fn *shown; /* on the thread of the store */
	const void *cookie;
	size_t budget; /* documents with about so many stories are written anew */
	bool all;      /* all documents are listed, not those only that are to be written */
	struct rk_arena *arena; /* of the list */
};
/* What the feeds of these nodes do not show any more is taken up, as far as the budget
 * goes. Then the list. A transaction of its own, where something is to be taken up. */
int rk_store_archives(struct rk_store *, const struct rk_archives_ask *,
    struct rk_archive_list *, struct rk_err *);
/* The n-th document of the node, the story that came last first; as rk_store_timeline. */
int rk_store_archive(struct rk_store *, const struct rk_node *, int64_t n,
    const struct rk_site *, const struct rk_regions *, struct rk_timeline **out,
    struct rk_err *);
/* As rk_store_published. */
int rk_store_archive_published(struct rk_store *, struct rk_str node, int64_t n,
    int64_t generation, struct rk_err *);

/*
 * The story that is or was published under that id, or that an entry with that id belongs
 * to. *out NULL: there is none that anybody may see (held, blocked). site and regions are
 * only passed through. Needs no more than RK_STORE_READ.
 */
int rk_store_story(struct rk_store *, struct rk_str id, const struct rk_site *,
    const struct rk_regions *, struct rk_story_page **out, struct rk_err *);

/* published = generation, where it is behind. Own transaction unless one is open. */
int rk_store_published(
    struct rk_store *, struct rk_str node, int64_t generation, struct rk_err *);

/* Every node's published back to -1: everything is rendered again. */
int rk_store_unpublish_all(struct rk_store *, struct rk_err *);

/* Checkpoint and upkeep, when idle. */
void rk_store_idle(struct rk_store *);

/* One stored entry, as `export jsonl` prints it (CONTRACTS 4), in order of first
 * sight. Strings valid during the call. route: of the whole story for a lead, its
 * own for a copy. state: "live", "withdrawn", "blocked", "held". */
struct rk_export_row {
	struct rk_str id, source, guid, url, title, story_id, route, state;
	int64_t published, updated, first_seen; /* published: RK_NO_TIME none stated */
	bool lead;
};
typedef int rk_export_fn(void *cookie, const struct rk_export_row *); /* not 0: stop */
int rk_store_export(struct rk_store *, rk_export_fn *, void *cookie, struct rk_err *);

/* Why an entry is published under its id (CONTRACTS 3), as far as it can be told now. */
enum rk_id_why {
	RK_ID_KEPT,       /* the publisher's own */
	RK_ID_ABSENT,     /* minted: the document gave none */
	RK_ID_DISTRUSTED, /* by the configuration */
	RK_ID_SITE,       /* it is the address of the whole site */
	RK_ID_NO_IRI,     /* no absolute http, https or tag IRI */
	RK_ID_FOREIGN,    /* its authority is not the source's host */
	RK_ID_OURS,       /* it has the form of ids that we mint */
	RK_ID_SHARED,     /* other entries of the source carry it too */
	RK_ID_TAKEN,      /* another entry is published under it */
	RK_ID_EARLIER     /* nothing speaks against it now: decided at first sight */
};

/* One entry of a story. */
struct rk_explain_copy {
	struct rk_explain_copy *next;
	struct rk_str id, url, source_id, source_title, route;
	int64_t first_seen;
};

/* Why an entry is not published any more. */
enum rk_left {
	RK_LEFT_NOT,       /* it is, or its story was taken out */
	RK_LEFT_TOMBSTONE, /* its source's words: a tombstone, */
	RK_LEFT_ABSENT,    /* a complete feed without it, */
	RK_LEFT_PAGE,      /* or its page is gone */
	RK_LEFT_OPERATOR
};

/* The lead of another story that tells of the same. */
struct rk_explain_related {
	struct rk_explain_related *next;
	struct rk_str id, title;
	enum rk_tie tie; /* EVENT; more: it could have been one story with that */
};

/* Everything that is known of one entry and of how it was decided. */
struct rk_explained {
	struct rk_explained *next;
	struct rk_str id, guid, url, title, author, lang;
	struct rk_str origin_title, origin_url; /* the true origin the document names */
	struct rk_str date_text;                /* as printed, mostly empty */
	struct rk_str source_id, source_title, source_url;
	struct rk_str source_route;    /* for new entries */
	struct rk_str format, charset; /* of the source's last good document */
	struct rk_str state;           /* "live", "withdrawn", "blocked", "held" */
	unsigned held_score, held_why; /* of a held one or a held edit, as hijack.h has
					* them; score 0: nothing waits */
	struct rk_str route;           /* of this entry, decided at first sight */
	struct rk_str story_route;     /* of all copies together */
	struct rk_str evidence;        /* of places, decided (evidence.h); empty: none kept */
	bool configured;               /* the source still is */
	int64_t published, updated, first_seen, changed;
	int64_t placed; /* the second its place in the timelines stands for */
	struct rk_found found;
	enum rk_key_kind kind; /* the strongest key it was ever known by */
	enum rk_id_why id_why;
	struct rk_str id_holder; /* RK_ID_TAKEN: source of the entry that has the id */
	int64_t same_guid;       /* further entries of the source with that guid */
	struct rk_explain_copy *story; /* all of it by first sight; the lead is first */
	enum rk_left left;
	int64_t left_at;
	bool ids_rotate, ids_reused; /* ids of its source were found to be none */
	struct rk_version *versions; /* oldest first, the last one holds */
	size_t n_versions;
	/* what ties it to an entry of its story, as it was decided; tie NONE with a guard:
	 * what kept it from the story of an entry that is much alike */
	enum rk_tie tie;
	enum rk_guard guard;
	unsigned overlap; /* per cent of the shorter text that is in the longer */
	struct rk_str tied_id, tied_source;
	struct rk_explain_related *related;
};

/*
 * The entries with that published id, or at that address or with that guid as given:
 * all of them, at most 100, by first sight. url_hash: of the address as normalise/ makes
 * it, 0: it is none. *out NULL: there is none. In the arena. Needs no more than
 * RK_STORE_READ. What is in no index (a guid, the address of a site) costs one pass over
 * all entries.
 */
int rk_store_explain(struct rk_store *, struct rk_str what, uint64_t url_hash,
    struct rk_arena *, struct rk_explained **out, struct rk_err *);

/* One source as status shows it; strings valid during the call. */
struct rk_status_row {
	struct rk_str id, title, url;
	struct rk_source_state state;
	int64_t entries;
	int64_t held;  /* entries that wait for the operator */
	bool page; /* a list page was read; what the last one held, as rk_page_trail, and
		      how many of it were stored then */
	unsigned listed, fresh, waiting, failed;
	bool subscribed; /* its hub was found: sub holds (without its secret and callback) */
	struct rk_sub_row sub;
};
typedef int rk_status_fn(void *cookie, const struct rk_status_row *);
/* id: one source, or empty: all, in configured order of rows. */
int rk_store_status(
    struct rk_store *, struct rk_str id, rk_status_fn *, void *cookie, struct rk_err *);

/*
 * A subscription at our own hub, or, with an empty callback, a feed whose change a hub
 * elsewhere is to be told. Times: UTC seconds, RK_NO_TIME none.
 */
struct rk_hub_row {
	struct rk_str topic, callback; /* addresses: its key */
	struct rk_str secret;          /* any bytes; empty: none */
	int64_t until;                 /* end of the lease, or of trying */
	uint64_t given;                /* hash of the document that it has: what was
					  delivered last, or was there when it came */
	int64_t next;                  /* not before, after a failure */
	int64_t failing;               /* since when, without a success between */
	int64_t last;                  /* delivery */
	unsigned tries;                /* in vain, in a row */
	uint64_t delivered, failed;    /* in all */
	struct rk_str error;           /* of the last try, when it was in vain */
};
typedef int rk_hub_fn(void *cookie, const struct rk_hub_row *); /* other than 0: stop */
/* All; those whose `until` is not after now, nor after the newest poll that is known (a clock
 * that was set far ahead ends no lease), are removed first. */
int rk_store_hub_all(
    struct rk_store *, int64_t now, rk_hub_fn *, void *cookie, struct rk_err *);
/* Put in the place of the one of its key, or removed. Inside a transaction or not. */
int rk_store_hub(
    struct rk_store *, const struct rk_hub_row *, bool gone, struct rk_err *);

/* Of those whose lease runs at `now`. */
struct rk_hub_totals {
	int64_t subscriptions, failing; /* failing: the last delivery was in vain */
	int64_t pings;                  /* changes that a hub elsewhere was not told yet */
	int64_t delivered;              /* to them */
	int64_t last;                   /* delivery, RK_NO_TIME none */
};
int rk_store_hub_totals(
    struct rk_store *, int64_t now, struct rk_hub_totals *, struct rk_err *);

/* ---- how sources fare (health.h, board.h) */

/* From when on a source without further news is silent; RK_NO_TIME: never. */
typedef int64_t rk_silence_fn(const struct rk_source_pace *);
void rk_store_silence(struct rk_store *, rk_silence_fn *); /* without it none is silent */

/*
 * Bring up to date how sources fare, with what operators are told of it, in a transaction
 * of its own if there is anything to do. Polls do the same for their source within their
 * transaction; here follow sources that came or left, those that were read for the first
 * time, and once an hour all, for silence and delay come without a poll. began: polls
 * are made since then. judge false: silence and delay are as they were found last, so that
 * the same database gives the same board at any time.
 */
int rk_store_watch(
    struct rk_store *, int64_t now, int64_t began, bool judge, struct rk_err *);
#define RK_WATCH_S 3600

/* Whether what the board shows is newer than what was published of it. */
int rk_store_board_behind(struct rk_store *, bool *behind, struct rk_err *);
/* All of it, from one snapshot; it owns its arena. */
int rk_store_board(struct rk_store *, struct rk_board **out, struct rk_err *);
void rk_board_free(struct rk_board *); /* NULL is fine */
int rk_store_board_published(struct rk_store *, int64_t generation, struct rk_err *);

#endif
