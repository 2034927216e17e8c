/*
 * How sources fare: what may have changed it says so here.
 */
#ifndef RUAMKHAO_WATCH_INT_H
#define RUAMKHAO_WATCH_INT_H

#include "store_int.h"

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

#endif
