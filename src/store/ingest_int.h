/*
 * One poll under way, as the files share it that make it into rows: ingest.c, and what it
 * asks for identity, published ids, what leaves, what waits, and what stays of the poll.
 */
#ifndef RUAMKHAO_INGEST_INT_H
#define RUAMKHAO_INGEST_INT_H

#include "store_int.h"

#include <ruamkhao/hijack.h>

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

#define ST_GONE ((int64_t)-1) /* entry of a key that outlived it: known, never again */

/* ---- release.c */

int st_news(struct st_ingest *, unsigned fresh, unsigned suspects, struct rk_err *);
/* An edit of that entry, which is published: 1 it waits for the operator, 0 it may be
 * stored, as it bears no signs or the operator let the entry out; -1 failed. */
int st_hold_edit(
    struct st_ingest *, const struct rk_entry *, int64_t row, struct rk_err *);

/* No edit of it waits any more: 0; -1 failed. */
int st_hold_dropped(struct st_ingest *, int64_t row, struct rk_err *);

/* The entry, stored as ST_HELD, waits for the operator. */
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

/* ---- steady.c */

/* What is known of the source, into g->steady. */
int st_steady_read(struct st_ingest *, struct rk_err *);
/* Where it changed; a new rule, or rows without some keys, give all rows of the source
 * their keys first. */
int st_steady_write(struct st_ingest *, struct rk_err *);
/* The document showed it; true: the rule is another one now. */
bool st_steady_renewed(struct st_steady *);
bool st_steady_reused(struct st_steady *, unsigned entries);

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

/* ---- times.c */

/* RK_STATE_TIMES, and what the board makes of it. */
int st_times_write(
    struct rk_store *, const struct rk_poll_times *, size_t n, struct rk_err *);

/* ---- pages.c */

/* What a poll of a page leaves, inside its savepoint; fresh: entries it added. */
int st_trail_write(struct rk_store *, int64_t source, const struct rk_page_trail *,
    unsigned fresh, int64_t now, struct rk_err *);
/* When the source's list was first read; `now`: it was not yet. */
int st_page_began(
    struct rk_store *, int64_t source, int64_t now, int64_t *began, struct rk_err *);

#endif
