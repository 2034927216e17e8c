/*
 * One poll, as pipeline.c and page.c share it.
 *
 *   feed         FETCHING -> PARSING -> [(TURN -> ARCHIVE -> READING)*] -> STORING
 *   page         [ROBOTS] -> FETCHING -> PARSING -> [KNOWN -> ([ROBOTS] -> ARTICLE
 *                -> READING)*] -> STORING, with TURN before every request but the first
 *
 * A poll holds a ticket from its start until it is handed to the store. In every state
 * exactly one thing is pending, which ends in one call: a transfer, a job of a worker, a
 * question to the store, a turn at a host, another poll's robots.txt.
 */
#ifndef RK_POLL_INT_H
#define RK_POLL_INT_H

#include "daemon_int.h"

struct history;
struct page;
struct robot;

struct pipeline {
	struct engine *e;
	struct hostq *hosts;
	struct rk_heap *due; /* slots by pipeline_heap_now; scheduled mode only */
	struct network *network;
	struct twins *twins; /* NULL: no two sources are alike */
	uv_timer_t timer;    /* the earlier of both */
	bool timer_open;
	size_t tickets, in_flight, storing;
	size_t pages; /* of in_flight: they last long, and leave half of the tickets */
	size_t storing_bytes;
	struct rk_arena *spare; /* empty, for the next poll that needs one to its end; or NULL */
	struct askbook *asked; /* what is noted of requests; NULL: nothing is */
	bool scheduled, stopping, flushed;
	bool soon; /* the timer is set to zero */
	void (*idle)(void *cookie);
	void *idle_cookie;
};

enum poll_state {
	POLL_FETCHING, /* the document: a feed, or a list page */
	POLL_PARSING,
	POLL_ARCHIVE,  /* of a feed: a document with older entries */
	/* of pages, and TURN and READING of archives too */
	POLL_TURN,     /* for its next request */
	POLL_ROBOTS,   /* robots.txt is asked, by this poll or by another */
	POLL_KNOWN,    /* the store is asked which entries it has */
	POLL_ARTICLE,  /* a linked page */
	POLL_READING   /* it is parsed */
};

struct poll {
	struct pipeline *pl;
	struct engine *e;
	size_t slot;
	enum poll_state state;
	struct rk_fetch *fetch;        /* pending while FETCHING, ROBOTS or ARTICLE */
	const struct rk_fetch_result *result; /* the answer's, while it is told, or ours */
	struct rk_fetch_result *own;   /* of an answer that is kept: in meta, as its strings */
	struct rk_arena *meta;         /* what of the answer must outlive it */
	uint64_t body_hash;
	struct page *page;             /* of a page source, else NULL */
	struct history *history;       /* of a feed whose archives are followed, else NULL */
	struct shared_history *shared; /* with twins that one answer served; else NULL */
};

/* ---- pipeline.c */

void pipeline_admit(struct pipeline *); /* start what may start */
/* As pipeline_settle, in the next turn of the loop: polls that end in this one make room
 * together, and each step is done for all of them while its code is at hand. */
void pipeline_soon(struct pipeline *);
void pipeline_flush_if_last(struct pipeline *);
void pipeline_ticket(struct poll *); /* back */
void pipeline_slot_done(struct pipeline *, size_t slot, int64_t due);
/* The time of the heap, in ms: the monotonic clock, so that a wall clock that is set anew
 * neither hurries nor starves anybody (behaviour 30). */
int64_t pipeline_heap_now(const struct pipeline *);
/* A 429 holds its host (SIZE_MAX: one without sources), or the one that redirects led to:
 * Retry-After, else the shortest interval there is. */
void pipeline_hold(struct pipeline *, size_t host, const struct rk_fetch_result *);
/* Go on by page_turn or history_turn when the host of turn->url may be asked. */
void poll_turn(struct poll *, struct turn *, int64_t not_before);

/* Its answer, to be written to; zeroed before the first call or keep_result. */
struct rk_fetch_result *poll_own(struct poll *);

/* ---- network.c */

struct network *network_new(void);
void network_free(struct network *);
/* What came of a request to a host; slot: whose poll it was, SIZE_MAX where a poll asked
 * for something beside. True: it is not to be held against anybody. */
bool network_heard(struct pipeline *, size_t slot, struct rk_str host, struct rk_str proxy,
    const struct rk_fetch_result *);
bool network_lost(const struct network *);
int64_t network_since(const struct network *); /* lost: wall */
int64_t network_probe_ms(const struct network *); /* lost: the next try, monotonic */

/* ---- asked.c: what a killed process would not remember; in scheduled mode alone */

/* Owned by the caller, until askbook_free(). NULL: it was told why not. */
struct askbook *askbook_new(const struct engine *);
void askbook_free(struct askbook *); /* or NULL */
/* A request of the slot goes out now. */
void asked_mark(const struct pipeline *, size_t slot);
/* It reached nobody. */
void asked_forget(const struct pipeline *, size_t slot);
/* From a request that nothing came of to the next, seconds. */
int64_t asked_wait(const struct slot *);
/* After a start: slots that were asked since their last poll are due later. */
void asked_recall(const struct pipeline *);

/* ---- twins.c */

struct twins *twins_new(struct engine *);
void twins_free(struct twins *);
/* A slot becomes busy. True: another is about to ask the same, it is served with it. */
bool twins_follow(const struct pipeline *, size_t slot);
/* The slot's request goes out now: noted of all that it is for. */
void twins_asked(const struct pipeline *, size_t slot);
/* All that will be served hold the same validators. */
bool twins_agree(const struct pipeline *, size_t slot);
/* The answer is there: serve() for each other slot that gets it, now busy. */
void twins_serve(struct pipeline *, size_t slot, const struct rk_fetch_result *,
    void (*serve)(struct pipeline *, size_t slot, void *cookie), void *cookie);
/* There will be none: those that follow, so many, are free again, due (wall) then. */
size_t twins_leave(struct pipeline *, size_t slot, int64_t due);
/* The next of those that ask the same; after the last the first, alone itself. */
size_t twins_next(const struct pipeline *, size_t slot);

/* ---- poll.c */

void poll_start(struct pipeline *, size_t slot); /* with the ticket it takes */

struct slot *poll_slot(const struct poll *);
/* Its source's request: settings and limits, no validators. */
void poll_request(const struct poll *, struct rk_str url, struct rk_fetch_req *);
void poll_work(const struct poll *, struct rk_str body, const struct rk_fetch_result *,
    struct rk_work *);
/* Links are a stranger's words: they lead to no other port than redirects may. */
bool poll_port_allowed(const struct poll *, struct rk_str url);
void poll_fetch(struct poll *); /* the document, now */
bool poll_stopping(const struct poll *);

/* ---- poll_end.c: p is gone after each */

/* The end: the poll is stored. The store owns the arena (NULL: none), which holds the
 * ingest, from here on. */
void poll_store(struct poll *, const struct ending *, struct rk_ingest *, struct rk_arena *);
/* Nobody could be reached, by no fault of the source, which stays as it was: due still. */
void poll_again(struct poll *);
/* A stop came first: nothing is stored, the source is as it was. */
void poll_drop(struct poll *);
/* It answered, and we could not read it, by no fault of the source: later, each time. */
void poll_put_off(struct poll *, const struct rk_err *why);

/*
 * ---- robotbook.c: what each site's robots.txt said, for all polls; from the database at
 * the start, and back to it with the polls.
 */

enum robot_says {
	ROBOT_UNKNOWN, /* it has to be asked */
	ROBOT_ALLOWS,
	ROBOT_FORBIDS,
	ROBOT_LOST     /* it cannot be had, which forbids everything for now */
};

/* A site: scheme, host and port. */
struct robot {
	struct rk_str authority; /* "https://host:port", as a url without a path */
	struct rk_str host;
	struct rk_arena *arena;  /* of rules */
	struct rk_robots *rules; /* NULL: it never could be had */
	int64_t expires;         /* wall */
	int64_t lost_since;      /* RK_NO_TIME: it is not */
	bool changed;            /* not stored yet: among the book's news */
	/* of the last answer, when lost */
	int status;
	int64_t retry_after;
	bool refused; /* by us: its address is none that we ask */
	char *why;             /* NULL: it never was */
	/* running */
	uint64_t asked_ms;     /* when a page of it was asked for, 0 never */
	bool asking;           /* a poll asks for its robots.txt */
	struct poll *waiting;  /* others that wait for the answer */
	unsigned uses;         /* polls that are at work with it */
	int64_t used;          /* wall, when one last began to be */
	struct robotbook *book;
	struct robot *next, *next_news;
};

/* most: sites that are kept, but for those in use or not stored yet. */
struct robotbook *robotbook_new(size_t most);
void robotbook_free(struct robotbook *);
int robotbook_load(struct robotbook *, struct rk_store *, struct rk_err *);
/* NULL: url is no address that is fetched. It may end by the next such call, or by
 * robotbook_tidy, unless it is used. */
struct robot *robotbook_site(struct robotbook *, struct rk_str url);
void robot_use(struct robot *, int64_t now); /* until as many robot_leave */
void robot_leave(struct robot *);            /* NULL is fine */
/* NULL: nothing is known of its site, or it is no address. */
const struct robot *robotbook_known(const struct robotbook *, struct rk_str url);
size_t robotbook_count(const struct robotbook *);
/* Sites that nobody asked for long end: a few are looked at, all in turn. */
void robotbook_tidy(struct robotbook *, int64_t now);
enum robot_says robot_says(const struct robot *, struct rk_str url, int64_t now);
uint64_t robot_gap_ms(const struct robot *); /* by Crawl-delay */
void robot_answered(struct robot *, const struct rk_fetch_result *, int64_t now);
/* What is to be stored; in the arena. Not told twice. O(that). */
size_t robotbook_news(struct robotbook *, struct rk_arena *, struct rk_robots_row **);

/*
 * ---- articles.c: the entries of one list, and what comes of their linked pages. Knows
 * no network and no store.
 */

struct articles {
	struct rk_store_known *known; /* its arena holds all, the ingest too */
	struct rk_ingest *ingest;     /* becomes what is stored: [0, kept) is, from `at` on
	                                 nothing was decided */
	size_t at, kept;
	unsigned listed, asked, troubles, waiting, failed;
	bool enough; /* no more are asked for in this poll */
	struct rk_page_try *tries; /* as many places as entries */
	size_t n_tries;
};

void articles_begin(struct articles *, struct rk_store_known *, struct rk_ingest *);
/* The next entry whose page is to be asked for; NULL: all is decided. The answer is one
 * of the four below. */
const struct rk_entry *articles_next(struct articles *);
/* Its page was read: one entry. Copied; it keeps the identity of the listed one. */
void articles_read(struct articles *, const struct rk_entry *);
void articles_as_listed(struct articles *); /* its page never will be */
void articles_forbidden(struct articles *); /* as listed too, and was not asked for */
/* Nobody could be asked, and no more are; decided: all entries were before. */
void articles_unasked(struct articles *, bool decided);
void articles_failed(struct articles *);    /* another time, or as listed after many */
/* The address or what the server sent is a file to download, no page. */
bool articles_is_file(struct rk_str url);
bool articles_is_file_body(struct rk_str content_type, struct rk_str body);

/* ---- history.c */

/* A feed was parsed. True: its archives are followed first, ingest and arena were taken;
 * false: it is stored as it is. */
bool history_begin(struct poll *, struct rk_ingest *, struct rk_arena *);
void history_turn(struct poll *);
void history_free(struct history *);

/* What polls that one answer served ask for beside is asked for once. The last one that
 * leaves it (NULL is fine) ends it. */
struct shared_history *shared_history_new(void); /* shared by one */
struct shared_history *shared_history_join(struct shared_history *);
void shared_history_leave(struct shared_history *);

/* ---- page.c */

void page_begin(struct poll *); /* ticket in hand, host free */
void page_turn(struct poll *);
void page_request(const struct poll *, struct rk_fetch_req *); /* of the list, no validators */
struct rk_str page_host(const struct poll *); /* that was asked last */
/* The list's address was asked. True: it leads elsewhere, which is asked in its turn and
 * as its robots.txt says; false: r is the answer, with what the hops before it add. */
bool page_led(struct poll *, struct rk_fetch_result *r);
void page_stopped(struct poll *); /* instead of page_turn: drops it */
/* What is stored beside the entries; NULL: nothing. In the arena. */
struct rk_page_trail *page_trail(struct poll *, struct rk_arena *);
void page_free(struct page *);

/* ---- page_linked.c */

/* A list was parsed. True: the poll goes on, ingest and arena were taken; false: it is
 * stored as it is. */
bool page_listed(struct poll *, struct rk_ingest *, struct rk_arena *);

#endif
