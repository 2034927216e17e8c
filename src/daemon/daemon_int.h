/*
 * What the parts of the daemon share.
 *
 * engine.c   everything between a configuration and its end: start, stop
 * pipeline.c tickets and the state of every poll (poll_int.h)
 * page.c     what a poll of a page does beside: robots.txt, turns (page_int.h)
 * page_linked.c and, after its list, the linked pages
 * articles.c what the linked pages of one poll have come to
 * robotbook.c what each site's robots.txt said
 * hostq.c    whose turn it is at each host
 * history.c  the archives of a feed, at its first import
 * websub.c   subscriptions at sources' hubs
 * websub_hub.c what passes between us and a hub
 * websub_push.c what hubs push
 * hub.c      the hub for our own feeds (hub_int.h)
 * slot.c     what is kept of a source between two polls
 * moved.c    permanent redirects, and when they are believed
 * outcome.c  what came of a fetch -> the state that is stored
 * publisher.c dirty nodes -> files (with nodes.c, index.c)
 * topics.c saved searches -> files
 * indexer.c fills the index of searches
 * tree.c writes the files of the published tree
 * bucket.c   uploads of what changed there to a bucket (bucket_int.h)
 * control.c  the control socket
 * ask.c      orders, from the other side of it
 * daemon.c   how every run begins and ends; one round, publish only, one order (run_int.h)
 * forever.c  the run that lasts: reload, server
 */
#ifndef RK_DAEMON_INT_H
#define RK_DAEMON_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/daemon.h>
#include <ruamkhao/fetch.h>
#include <ruamkhao/health.h>
#include <ruamkhao/sched.h>
#include <ruamkhao/storeq.h>
#include <ruamkhao/worker.h>

#include <uv.h>

struct bucket;
struct hostq;
struct hub;
struct indexer;
struct pipeline;
struct publisher;
struct robotbook;
struct websub;
struct rk_buf;
struct rk_hub_call;
struct rk_hub_reply;
struct rk_websub_call;
struct rk_websub_reply;

/* Seconds since 1970 in 32 bits, which last until 2106; 0: RK_NO_TIME. */
typedef uint32_t stamp;

/*
 * A source and where it stands: what the next poll needs, closely packed, since most
 * sources wait most of the time. What is only told to people stands in the database
 * alone. slot_state() has it in the form of the model.
 */
struct slot {
	const struct rk_source *source;
	char *strings; /* etag, last_modified, effective_url, each with its NUL; NULL: all
	                  empty. An effective_url that is the url is empty */
	struct rk_moved *moved; /* with its strings; mostly NULL */
	int64_t row, next_due;
	uint64_t body_hash;
	stamp not_before, last_poll, last_success, last_change, standing_since, fresh_until;
	stamp trouble_since;    /* when the present run of failures began */
	stamp pace_at;
	uint32_t pace_all, pace_office;
	uint32_t hint_seconds, failures, same_body_crashes, polls, not_modified;
	uint32_t why;           /* hash of the stored why_next, 0 unknown */
	uint32_t host;          /* index of its host's queue */
	uint32_t skip_hours : 24;
	uint32_t skip_days : 7;
	bool imported : 1;
	bool unlimited : 1;     /* address lies in fetch.allow_addresses */
	bool busy : 1;          /* a poll is on its way, or it stands in a queue */
	bool located : 1;       /* there is an effective_url */
	unsigned put_off : 5;   /* polls in a row of which nothing came by our own fault */
	uint16_t http_status;
	uint8_t standing;
};

#define RK_MAX_PUT_OFF 31

/*
 * Everything between a configuration and its end. Order of life: store (locked,
 * registered), then queue, fetcher, pool, publisher, pipeline; ended in reverse.
 */
struct engine {
	uv_loop_t *loop;
	const struct rk_daemon_opts *opts;
	struct rk_config *config; /* owned */
	struct rk_arena *arena;   /* site, hosts */
	struct rk_site site;
	int lock_fd;
	struct slot *slots; /* one for each configured source */
	size_t n_slots;
	struct rk_storeq *storeq;
	struct rk_fetcher *fetcher;
	struct rk_pool *pool;
	struct publisher *publisher;
	struct indexer *indexer;
	struct pipeline *pipeline;
	struct robotbook *robots;
	struct websub *websub;
	struct bucket *bucket; /* NULL: none */
	struct rk_file_names *swept; /* tree.c; NULL: not known any more */
	struct hub *hub;
	/* while it starts: of each slot, the address its host had; NULL afterwards */
	struct rk_arena *met;
	struct rk_str *addresses;
	uv_prepare_t *follow; /* of a clock that jumps; else NULL */
	struct rk_progress progress;
	uint64_t started_ms;
	bool store_failed; /* the database refused a poll: exit status 3 of `once` */
	bool store_down;   /* and the last one that it was given */
	struct rk_err store_err;
	/* ending */
	bool stopping;
	unsigned parts; /* still to be closed */
	void (*stopped)(void *cookie);
	void *stopped_cookie;
};

int64_t engine_now(const struct engine *); /* wall, seconds UTC */
uint64_t engine_ms(const struct engine *); /* monotonic */

/* Of what the source publishes now (region.h); in the arena. */
struct rk_str source_route(
    const struct engine *, const struct rk_source *, struct rk_arena *);

/* May a stranger's link lead there from the source at own? To 80, 443, the source's own
 * port and fetch.allow_ports. */
bool engine_port_allowed(const struct engine *, struct rk_str own, struct rk_str url);

/* What all fetchers have in common, but limits that are the polls'. */
void engine_fetcher_opts(const struct engine *, struct rk_fetcher_opts *);

/* fetching: also make fetcher, pool and pipeline; else only store and publisher. On
 * failure everything is closed again and config is still the caller's. */
int engine_start(struct engine *, uv_loop_t *, struct rk_config *,
    const struct rk_daemon_opts *, bool fetching, struct rk_err *);
/* Cancel what runs, store what is done, close all; stopped() on the loop. */
void engine_stop(struct engine *, void (*stopped)(void *cookie), void *cookie);
void engine_release(struct engine *); /* after stopped() */
void engine_unlock(struct engine *);

/* clock.c: let a clock that jumps do so whenever the engine would sleep. What waits for
 * a time must be asked there. */
void clock_follow(struct engine *);
void clock_unfollow(struct engine *);

/* pipeline.c */
struct pipeline *pipeline_new(struct engine *);
void pipeline_free(struct pipeline *);
/* Every enabled source now; idle() when all were stored. */
void pipeline_round(struct pipeline *, void (*idle)(void *cookie), void *cookie);
/* By due times, until pipeline_stop. */
void pipeline_schedule(struct pipeline *);
void pipeline_stop(struct pipeline *); /* no new polls; its timers closed */
bool pipeline_closed(const struct pipeline *);
/* What came of a request to the host that is no poll's: is it our own network that fails?
 * NULL is fine. */
void pipeline_heard(struct pipeline *, struct rk_str host, struct rk_str proxy,
    const struct rk_fetch_result *);
/* The same of a stranger, of whom only an answer says something. */
void pipeline_reached(struct pipeline *, const struct rk_fetch_result *);
/* After anything ended, a transfer that is no poll's too: start what may start, wake up in
 * time, store at once, be idle. */
void pipeline_settle(struct pipeline *);
/* Its hub does not tell its news any more: polled when it would be due without one. */
void pipeline_hurry(struct pipeline *, size_t slot);
/* Since when our own network seems to be down (wall); RK_NO_TIME: it does not. NULL: the
 * same. */
int64_t pipeline_lost_since(const struct pipeline *);
int64_t pipeline_next_ms(const struct pipeline *); /* INT64_MAX: nothing waits for a time */
void pipeline_wake(struct pipeline *); /* time has passed */

/*
 * hostq.c: the slots of each host in a queue, and running polls that wait for a turn.
 * Allocates nothing after hostq_new.
 */
struct hostq *hostq_new(struct engine *); /* sets `host` of every slot */
void hostq_free(struct hostq *);
void hostq_add(struct hostq *, size_t slot);
/* The next slot whose host may be asked now; it leaves the queue. */
bool hostq_next(struct hostq *, size_t *slot);
/* A host (else ""), a server (else 0) has a place again: rk_fetcher_freed_fn. */
void hostq_freed(struct hostq *, struct rk_str host, uint32_t server);
void hostq_wake(struct hostq *, int64_t ms); /* hosts whose gap is over by then */
/* When hostq_wake or hostq_turn_ready is worth calling; false: when a transfer ends. */
bool hostq_first(const struct hostq *, int64_t *ms);
size_t hostq_count(const struct hostq *); /* slots in it, parked ones too */
/* A slot that hostq_next gave but may not start: kept aside until hostq_unpark brings
 * the oldest back to its queue. */
void hostq_park(struct hostq *, size_t slot);
void hostq_unpark(struct hostq *);
/* Nobody asks the host before then (monotonic ms): one source was told 429. */
void hostq_hold(struct hostq *, size_t host, int64_t until);
int64_t hostq_held(const struct hostq *, size_t host);
size_t hostq_host(const struct hostq *, struct rk_str host); /* SIZE_MAX: no source's */

/* A poll that goes on when it may ask `url`. Part of the poll; in the queue from
 * hostq_turn until one of the other two gave it. */
struct turn {
	struct turn *next;
	struct rk_str url;
	size_t host;  /* of url, hostq_host */
	int64_t due;  /* monotonic ms; INT64_MAX: when a transfer ends */
	bool let_by;  /* others of its host went before it once */
	void *owner;
};
void hostq_turn(struct hostq *, struct turn *, int64_t not_before);
struct turn *hostq_turn_ready(struct hostq *, int64_t ms); /* NULL: none */
struct turn *hostq_turn_any(struct hostq *);               /* NULL: none */

/* An address that its source is asked at may have changed: its host's queue follows. Not
 * while the slot stands in one. */
void hostq_moved(struct hostq *, size_t slot);

/* outcome.c: the state after a poll; strings go to the arena. */
struct ending {
	enum rk_outcome outcome;
	uint64_t body_hash;
	const struct rk_ingest *ingest; /* NULL: no document to be stored */
	const struct rk_err *err;       /* with an outcome that is none of NEWS and SAME */
	enum rk_advice advice;          /* NONE: by the outcome */
	bool died;                      /* the document stopped the parser */
	bool unfinished; /* the next poll must see the whole document again */
};
enum rk_outcome outcome_of(const struct rk_fetch_result *);
void outcome_state(struct engine *, struct slot *, const struct rk_fetch_result *,
    const struct ending *, struct rk_arena *, struct rk_store_poll *out);
/* When the slot would be due if no hub told its news. */
int64_t outcome_due_unpushed(const struct slot *);

/* A poll for the store, of the slot's source; it owns the arena. */
void slot_poll(const struct slot *, struct rk_arena *, struct rk_store_poll *);
/* The route of the source now, and what every entry's own words add to it, for a poll that
 * has its ingest. */
void slot_routes(const struct engine *, const struct slot *, struct rk_store_poll *);

/* websub.c: by index of the slot. Does nothing until websub_start, and then only if hubs
 * can reach us. */
struct websub *websub_new(struct engine *);
int websub_load(struct websub *, struct rk_store *, struct rk_err *);
void websub_start(struct websub *); /* slots, store, fetcher and pipeline are there */
void websub_stop(struct websub *);
bool websub_closed(const struct websub *);
void websub_free(struct websub *);
int64_t websub_next_ms(const struct websub *); /* INT64_MAX: nothing waits for a time */
void websub_wake(struct websub *);             /* time has passed */
/* A whole document was stored: its hub (empty: none) and the address it is known by. */
void websub_found(struct websub *, size_t slot, struct rk_str hub, struct rk_str topic);
/* And it brought so many entries. */
void websub_polled(struct websub *, size_t slot, unsigned fresh);
bool websub_tells(const struct websub *, size_t slot); /* pushes come */
/* What came for /websub/, see serve.h; NULL: nothing is known. */
void websub_called(
    struct websub *, const struct rk_websub_call *, struct rk_websub_reply *);
uint64_t websub_room(struct websub *, struct rk_str id, unsigned *status);

/* hub.c: does nothing until hub_open, but to keep what a hub elsewhere is to be told. */
struct hub *hub_new(struct engine *);
int hub_load(struct hub *, struct rk_store *, struct rk_err *);
void hub_open(struct hub *); /* store and loop are there */
void hub_close(struct hub *);
bool hub_closed(const struct hub *);
void hub_free(struct hub *);
bool hub_busy(const struct hub *);       /* something will come by itself */
int64_t hub_next_ms(const struct hub *); /* INT64_MAX: nothing waits for a time */
void hub_wake(struct hub *);             /* time has passed */
/* The files of a node are in place, and it is not marked as published yet. */
void hub_published(struct hub *, struct rk_str node);
/* What came for /hub, see serve.h. */
bool hub_takes(const struct hub *);
void hub_called(struct hub *, const struct rk_hub_call *, struct rk_hub_reply *);
void hub_metrics(const struct hub *, struct rk_buf *);
/* Tell a hub elsewhere all that waits, each once; false: there is nothing to tell. done()
 * is not called when the hub is stopped before. */
bool hub_ping_once(struct hub *, void (*done)(void *cookie), void *cookie);

/* The stored state of a poll, as the store's thread settled it. */
struct rk_source_state outcome_settled(const struct rk_store_poll *, unsigned fresh);

/*
 * bucket.c: all functions take NULL, which is no bucket. bucket_new before the process is
 * closed in (it reads the keys), bucket_start with the loop; -1: it cannot be.
 */
int bucket_new(struct engine *, struct bucket **out, struct rk_err *);
/* Whether its keys can be read, where there is one: asked before a reload. */
int bucket_check(struct rk_config *, struct rk_err *);
int bucket_start(struct bucket *, struct rk_err *);
/* A file of the tree was written or removed. From any thread. */
void bucket_changed(struct bucket *, const char *name);
/* When nothing waits any more, or the store cannot be reached. */
void bucket_drain(struct bucket *, void (*drained)(void *cookie), void *cookie);
/* Is there anything on its way to it, or that waits, but for what it never took? */
bool bucket_busy(struct bucket *);
void bucket_metrics(const struct bucket *, struct rk_buf *);
void bucket_stop(struct bucket *);
bool bucket_closed(const struct bucket *);
void bucket_free(struct bucket *);

/* slot.c */
stamp stamp_of(int64_t);
int64_t stamp_time(stamp);
/* Strings are the slot's and the source's, until slot_keep; error, advice, why_next, format,
 * charset, feed_title and feed_link are empty. */
void slot_state(const struct slot *, struct rk_source_state *);
/* Copies the strings. why_stored: why_next is what the database has in a poll's texts. */
void slot_keep(struct slot *, const struct rk_source_state *, bool why_stored);
/* The times alone, as slot_part said that they are all. */
void slot_keep_times(struct slot *, const struct rk_poll_times *);
/* What of the state after a poll without news is to be stored. */
enum rk_state_part slot_part(
    const struct slot *, const struct rk_source_state *, bool *why_same);
/* The first time from t on that the source does not ask to skip. */
int64_t slot_open(const struct slot *, int64_t t);
/* News came without a poll: they count for its pace. */
void slot_news(struct slot *, unsigned fresh, int64_t now);
void slot_release(struct slot *);

/* control.c; the engine may be another one behind the same pointer after a reload */
struct control;
struct sockaddr_un;
struct control *control_open(struct engine *); /* NULL: there is none, it was said */
void control_close(struct control *);          /* its handles; NULL is fine */
void control_free(struct control *);           /* after the loop ended */
/* The socket in the state folder, which is also open as a descriptor. -1: too long. */
int control_address(const char *state, int folder, struct sockaddr_un *);
/* ask.c: exit status of what came of an order. */
const char *order_name(enum rk_order); /* as it is written: "withdraw" */
#define CONTROL_NETWORK "network" /* the question: since when it is down */

/* moved.c: the address that is asked, as configured or where that moved to; and what a
 * poll says of it. */
struct rk_str slot_url(const struct slot *);
void moved_follow(struct rk_source_state *, const struct slot *, const struct rk_fetch_result *,
    const struct ending *, int64_t now, struct rk_arena *);

/* publisher.c */
struct publisher *publisher_new(struct engine *);
void publisher_dirty(struct publisher *); /* something was stored: publish soon */
/* Publish now what is behind or missing; done() when the files are in place. */
void publisher_now(struct publisher *, void (*done)(void *cookie, const struct rk_err *),
    void *cookie);
void publisher_everything(struct publisher *); /* the next cycle takes every node */
bool publisher_idle(const struct publisher *);
int64_t publisher_next_ms(const struct publisher *); /* INT64_MAX: no cycle is to come */
void publisher_wake(struct publisher *); /* time has passed */
void publisher_stop(struct publisher *); /* finishes what is rendered, closes its timer */
bool publisher_closed(const struct publisher *);
void publisher_free(struct publisher *);

/* indexer.c: entries go to the index of searches when nobody waits for anything. */
struct indexer *indexer_new(struct engine *);
void indexer_wake(struct indexer *); /* there may be new ones: in a while */
/* Go on now, at most so long (UINT64_MAX: until all are in it), then done(); all: they are.
 * One at a time. */
typedef void indexed_fn(void *cookie, bool all);
void indexer_now(struct indexer *, uint64_t ms, indexed_fn *done, void *cookie);
void indexer_stop(struct indexer *);
bool indexer_closed(const struct indexer *);
void indexer_free(struct indexer *);

/* site.c: all but the host, which the database keeps. Agencies become nodes of
 * config->regions. */
void site_of(struct rk_config *, struct rk_arena *, struct rk_site *);

/* made_search.c: what made.c makes of searches; the store is a reading one */
struct rk_page_call;
struct rk_page_reply;
int made_search(const struct rk_config *, const struct rk_site *, struct rk_store *,
    const struct rk_page_call *, struct rk_page_reply *, struct rk_err *);
int made_search_feed(const struct rk_config *, const struct rk_site *, struct rk_store *,
    const struct rk_page_call *, struct rk_page_reply *, struct rk_err *);

/* made.c: pages that are made when they are asked for, on threads of the pool */
struct maker;
struct rk_serve_opts;
struct maker *maker_new(void);
void maker_serve(struct maker *, struct rk_serve_opts *); /* the server asks it from now on */
/* By that configuration from now on; NULL: by none, whoever asks is told to come again.
 * Waits for the pages that are being made by the one before. */
void maker_use(struct maker *, const struct rk_config *, const struct rk_site *);
void maker_free(struct maker *); /* after the server was closed; NULL is fine */

/* tree.c; from any thread, while e->config stands */
/* Make the file NAME below publish.directory hold bytes; *changed: it did not before. Its
 * compressed twins, NAME.gz and NAME.br, are made or mended with it. */
int tree_put(struct engine *, const char *name, struct rk_str bytes, bool *changed,
    struct rk_err *);
/* Remove the file and its twins; fine if they are not there. */
int tree_remove(struct engine *, const char *name, struct rk_err *);
/* The file is there, and so are the twins that it should have, and belong to it. */
bool tree_is_whole(const struct engine *, const char *name);
/* What a crash left goes: temps, twins that do not belong to their file. What is there is
 * kept in mind until tree_looked. all: every twin is looked at, also where that was done since
 * the machine was started. */
int tree_sweep(struct engine *, bool all, struct rk_err *);
void tree_looked(struct engine *);
/* fsync the folder that holds it. */
int tree_sync(struct engine *, const char *name, struct rk_err *);

#endif
