/*
 * The hub for our own feeds (WebSub), as hub*.c share it.
 *
 *   hub.c      who there is: topics, hosts, subscriptions; its life
 *   hub_form.c what a request must say
 *   hub_ask.c  requests, and the questions whether they were meant
 *   hub_send.c changed documents to those who have another one
 *   hub_ping.c or: a hub elsewhere is told which feeds changed
 *
 * What is to be delivered is a state, not an event: a subscriber is owed the document that
 * stands in the tree now where it was given another one last. So a change that was
 * published before a crash is delivered after it, and of many changes the last.
 */
#ifndef RK_HUB_INT_H
#define RK_HUB_INT_H

#include "daemon_int.h"

#include <ruamkhao/map.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/serve.h>

#include <sys/queue.h>

/* ---- hub_form.c */

enum hub_mode { HUB_SUBSCRIBE, HUB_UNSUBSCRIBE };

struct hub_form {
	enum hub_mode mode;
	struct rk_str topic, callback, secret; /* in the arena */
	int64_t lease;                         /* seconds, within the limits */
};
/* NULL, or what is wrong: one line without any word of the request. */
const char *hub_form_read(struct rk_str content_type, struct rk_str body, struct rk_arena *,
    struct hub_form *out);

/* ---- what there is */

/* The bytes that are being sent; freed with the last of its holders. */
struct hub_doc {
	unsigned holders;
	uint64_t hash;
	struct rk_buf bytes;
};

struct hub_sub {
	struct hub *hub;
	LIST_ENTRY(hub_sub) in_topic;
	LIST_ENTRY(hub_sub) in_bucket;
	TAILQ_ENTRY(hub_sub) in_ready;
	struct hub_topic *topic;
	struct hub_host *host;
	struct rk_hub_row row; /* strings in arena, but error */
	struct rk_arena *arena;
	char *secret;          /* malloc'd: renewed with the lease */
	char error[160];
	enum { SUB_IDLE, SUB_READY, SUB_SENDING } stage;
	bool limping;          /* counted so while it is sending */
	bool fresh;            /* just come: what the file holds, which is being looked at, it
				  can have by itself; what is published meanwhile it is owed */
	uint64_t over_ms;      /* monotonic: its lease has been over since, 0: it is not */
	bool gone;             /* ended while it was sending: freed when that ends */
	struct rk_fetch *fetch;
	struct hub_doc *doc;
};

/* One published feed file that somebody subscribes to, or did. */
struct hub_topic {
	struct hub_topic *next;
	struct hub_topic *next_stale;
	char *url;
	const char *name;             /* of the file: the end of url */
	const struct rk_format *format;
	LIST_HEAD(, hub_sub) subs;
	bool stale;                   /* the file is to be looked at; in hub->stale */
	uint64_t hash;                /* of the file, 0: there is none, or not known */
	bool unread;                  /* it is there and could not be read: tried again */
	struct hub_doc *doc;          /* while it is being sent */
	unsigned sending;
};

TAILQ_HEAD(hub_subs, hub_sub);
TAILQ_HEAD(hub_hosts, hub_host);
TAILQ_HEAD(hub_asks, hub_ask);

/* Of callbacks. Lives while it has subscriptions or questions, or strikes. */
struct hub_host {
	LIST_ENTRY(hub_host) in_bucket;
	TAILQ_ENTRY(hub_host) in_ring;
	uint64_t hash;
	bool waits;                   /* in hub->ring: some of it is ready */
	unsigned subs, asks, limping; /* limping: deliveries under way to such */
	unsigned failures;            /* deliveries in a row */
	unsigned strikes;             /* questions in a row */
	uint64_t hold_until;          /* monotonic ms: strikes are remembered, and many mean
					 no questions, until then */
	struct hub_subs ready, again; /* again: the last try was in vain */
	char name[256];
};

/* A question that waits or is under way, or a no that is to be told. */
struct hub_ask {
	struct hub *hub;
	TAILQ_ENTRY(hub_ask) in_asks;
	struct hub_host *host;
	struct rk_arena *arena;
	struct hub_form form;
	bool denied;
	bool renewal;                 /* of a subscription that there was, or its end */
	bool overtaken;               /* a later request says otherwise */
	char challenge[41];
	struct rk_fetch *fetch;       /* NULL: it waits */
};

#define HUB_BUCKETS 1024

struct hub {
	struct engine *e;
	enum { HUB_OFF, HUB_BUILTIN, HUB_ELSEWHERE } kind;
	bool stopping, fetcher_closing;
	struct rk_fetcher *fetcher;   /* its own: nobody's polls wait for its transfers */
	struct rk_map *topics;        /* by address */
	struct hub_topic *all_topics;
	LIST_HEAD(, hub_sub) subs[HUB_BUCKETS];
	LIST_HEAD(, hub_host) hosts[HUB_BUCKETS];
	size_t n_subs, n_hosts, n_asks, n_renewals; /* n_asks: the others */
	uint64_t seed;
	uv_timer_t timer;
	bool timer_open;
	uint64_t earliest;            /* monotonic ms the timer is set for, UINT64_MAX none */
	uint64_t scan_at;             /* and when all are looked through */
	/* hub_ask.c */
	struct hub_asks asks;         /* all, those under way too */
	unsigned asking;
	/* hub_send.c */
	struct hub_hosts ring;        /* hosts of which something is ready */
	struct hub_topic *stale, **stale_end;
	struct hub_look *look;        /* files that are being looked at */
	unsigned sending, limping;
	/* hub_ping.c */
	struct hub_ping *ping;
	/* since the start */
	uint64_t delivered, failed, verified, refused;
};

/* ---- hub.c */

int hub_fetcher(struct hub *); /* -1: there is none, it was said */
struct hub_sub *hub_find(struct hub *, struct rk_str topic, struct rk_str callback);
struct hub_sub *hub_add(struct hub *, struct hub_topic *, struct hub_host *,
    const struct rk_hub_row *);
void hub_keep(struct hub_sub *); /* in the database, as it is now */
void hub_drop(struct hub_sub *); /* it is over, and not in the database any more */
/* The topic of an address that is one of our feeds; NULL: it is none. */
struct hub_topic *hub_topic_of(struct hub *, struct rk_str url);
/* NULL: there are too many. */
struct hub_host *hub_host_of(struct hub *, struct rk_str name);
void hub_scan_at(struct hub *, int64_t t); /* look through all subscriptions at t (wall) */
void hub_arm(struct hub *, uint64_t ms); /* wake it so many ms from now at the latest */
void hub_on_timer(uv_timer_t *);
void hub_error(struct hub_sub *, const char *text);
void hub_secret(struct hub_sub *, struct rk_str secret);
void hub_free_sub(struct hub_sub *); /* that is in no list any more */

/* ---- hub_ask.c */

void hub_ask_more(struct hub *, uint64_t *wait);
void hub_ask_stop(struct hub *);

/* ---- hub_send.c */

/* The time of a next try as it stands in a row may be of a clock that was wrong: further
 * ahead than any wait (rk_due_asked) it has come. */
bool hub_due(int64_t next, int64_t now);
void hub_look(struct hub *, struct hub_topic *); /* its file may have changed */
void hub_not_fresh(struct hub_topic *); /* whatever it holds is owed to those who just came */
/* It may be owed something, and the time for it may have come. */
void hub_owe(struct hub_sub *);
void hub_unready(struct hub_sub *);
void hub_send_more(struct hub *, uint64_t *wait);

/* ---- hub_ping.c */

struct hub_ping *hub_ping_new(struct hub *);
void hub_ping_free(struct hub_ping *);
void hub_ping_add(struct hub_ping *, struct rk_str url, const struct rk_hub_row *row);
void hub_ping_more(struct hub *, uint64_t *wait);
size_t hub_ping_waiting(const struct hub_ping *);

#endif
