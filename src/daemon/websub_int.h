/*
 * Subscriptions at sources' hubs (WebSub), as websub.c, websub_hub.c and
 * websub_push.c share them.
 *
 *   WANTED  asked for; the hub's question confirms it      -> ACTIVE
 *   ACTIVE  the hub tells news; asked again at 80 % of the lease, WANTED when it is over
 *   DENIED  the hub will not; asked again after a week
 *   LEAVING to be taken back; the hub's question, or three tries, end it
 *
 * All of it is in the database too, so that a restart asks for nothing twice. One that
 * ended is dead, and freed when nothing of it is under way any more.
 */
#ifndef RK_WEBSUB_INT_H
#define RK_WEBSUB_INT_H

#include "poll_int.h"

#include <ruamkhao/map.h>
#include <ruamkhao/serve.h>

struct push;

struct sub {
	struct websub *w;
	struct sub *next;
	struct rk_sub_row row; /* strings in arena, but error */
	struct rk_arena *arena;
	char error[256];
	size_t slot;             /* NO_SLOT: the source is not configured any more */
	struct rk_fetch *fetch;  /* the request to the hub under way */
	bool asked;              /* and until row.next its confirmation is waited for */
	bool lapses;             /* its source names another one now, that must wait: not asked
				    for again when its lease ends */
	bool dead;
	/* pushes that were taken and not stored yet */
	struct push *pushes;
	unsigned n_pushes;
	bool at_work;  /* the first of them */
	size_t target; /* and for which slot: its own, then those of twins */
	/* how many more may come now, see may_push() */
	unsigned tokens;
	uint64_t tokens_ms;
};

#define NO_SLOT SIZE_MAX

struct websub {
	struct engine *e;
	bool on;            /* we can be reached, and the daemon runs for ever */
	struct rk_map *by_callback;
	struct sub *subs;
	struct sub **of_slot; /* the one that counts, by index; NULL while not on */
	uint64_t *next_ms;    /* by index: each subscription puts it a RK_HUB_CHANGE_S on, and
				 it is no further ahead than one (monotonic) */
	uv_timer_t timer;
	bool timer_open;
	int64_t earliest;     /* wall time the timer is set for, INT64_MAX none */
	unsigned asking;      /* requests under way */
	unsigned working;     /* pushes being parsed or stored */
	size_t held;          /* bytes of pushes that were taken */
	bool stopping;
};

/* ---- websub.c */

void sub_keep(struct sub *); /* in the database, as it is now */
void sub_error(struct sub *, const char *text);
bool sub_is_open(const struct sub *); /* pushes count */
void sub_forget(struct sub *);        /* dead, and not in the database any more */
void sub_lapse(struct sub *);         /* the same, and polls go on as without it */
void websub_sweep(struct websub *);   /* the dead are freed */
/* When it must be looked at: the end of a lease is noticed whatever is being done. */
int64_t sub_due(const struct sub *);
/* Polls find the news from here on, as often as without a hub. */
void sub_missed(struct sub *);

/* ---- websub_hub.c */

/* Look at the subscriptions then; wall time may jump, so at least once a minute. */
void websub_arm(struct websub *, int64_t due);

/* ---- websub_push.c */

void push_said(struct sub *, const struct rk_websub_call *, struct rk_websub_reply *);
bool push_room(struct sub *, unsigned *status);
void push_drop_all(struct sub *); /* but the one at work */

#endif
