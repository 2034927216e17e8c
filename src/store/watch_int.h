/*
 * How sources fare: what may have changed it says so here.
 */
#ifndef RUAMKHAO_WATCH_INT_H
#define RUAMKHAO_WATCH_INT_H

#include "store_int.h"

/* ---- watch.c */

/* A poll was stored (state NULL: only its times, or none): inside its savepoint. fresh,
 * held: entries that it brought. */
int st_watch_poll(struct rk_store *, int64_t source, const struct rk_source_state *,
    unsigned fresh, unsigned held, int64_t now, struct rk_err *);
void st_watch_later(struct rk_store *, int64_t source); /* before the next publication */
void st_watch_held(struct rk_store *); /* the same, of all that have entries held */
void st_watch_dropped(struct rk_store *); /* what was written is not there any more */
void st_watch_free(struct st_watch *);

/* How the source fares, as committed or about to be. */
void st_watch_remember(struct st_watch *, int64_t source, enum rk_health);

/* ---- follow.c */

/* Events of one go, told at its end. */
struct telling {
	struct rk_store *s;
	int64_t now, judged, began;
	struct rk_arena *arena;
	struct rk_event *v;
	size_t n, cap;
};

/* The source of a row of ST_WATCH_ONE or ST_WATCH_ALL: what changed is written, and what
 * there is to tell put to the events. Inside a transaction. */
int st_follow(struct telling *, sqlite3_stmt *row, struct rk_err *);
int st_follow_one(struct telling *, int64_t source, struct rk_err *);
/* The events are written. */
int st_told(struct telling *, struct rk_err *);

static inline enum rk_health
st_health_of(int64_t stored)
{
	return stored < 0 || stored >= RK_N_HEALTH ? RK_HEALTH_NEW : (enum rk_health)stored;
}

/* ---- board.c */

/* Something that the board shows changed; inside a transaction. */
int st_board_bump(struct rk_store *, struct rk_err *);

#endif
