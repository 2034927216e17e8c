/*
 * The store thread: the only user of the writing connection.
 *
 * Jobs are pushed from the loop and never block; answers come back on the loop, in
 * order of pushing within a kind. Waiting polls share a transaction: up to
 * RK_BATCH_FEEDS with entries (RK_BATCH_STATES without), or RK_BATCH_MS after the
 * first (RK_BATCH_TIMES_MS while all are RK_STATE_TIMES), or at rk_storeq_flush.
 */
#ifndef RUAMKHAO_STOREQ_H
#define RUAMKHAO_STOREQ_H

#include <ruamkhao/err.h>
#include <ruamkhao/store.h>

struct uv_loop_s;
struct rk_storeq;

/* Takes the open store over: *store is NULL on success. */
int rk_storeq_start(struct uv_loop_s *, struct rk_store **store, struct rk_str host,
    rk_decide_fn *decide, struct rk_storeq **out, struct rk_err *);

/* err->kind RK_E_NONE: the poll is durable. The poll itself is freed by the queue after
 * the call (its arena too). */
typedef void rk_stored_fn(void *cookie, const struct rk_store_poll *,
    const struct rk_store_counts *, const struct rk_err *err);
void rk_storeq_poll(
    struct rk_storeq *, struct rk_store_poll **poll, rk_stored_fn *, void *cookie);

/*
 * rk_store_times, in a transaction with what else waits; copied, `why` too. All of a
 * transaction are answered in one call, on the loop: v[n] by row, the queue's until it
 * returns. With an error all of them count as not stored, though some may be. Every caller of
 * one queue gives the same function and cookie.
 */
typedef void rk_times_stored_fn(
    void *cookie, const struct rk_poll_times *v, size_t n, const struct rk_err *err);
void rk_storeq_times(struct rk_storeq *, const struct rk_poll_times *, rk_times_stored_fn *,
    void *cookie);

/* rk_store_known; *known and its arena are the receiver's again. */
typedef void rk_known_fn(void *cookie, struct rk_store_known *, const struct rk_err *);
void rk_storeq_known(
    struct rk_storeq *, struct rk_store_known **known, rk_known_fn *, void *cookie);

/* rk_store_order; the id is copied. */
typedef void rk_obeyed_fn(void *cookie, enum rk_obeyed, const struct rk_err *);
void rk_storeq_order(struct rk_storeq *, struct rk_str id, enum rk_order,
    int64_t now, rk_obeyed_fn *, void *cookie);

/* Nodes with published < generation (or all): the array lives during the call. */
typedef void rk_nodes_fn(
    void *cookie, const struct rk_node_state *, size_t n, const struct rk_err *);
void rk_storeq_nodes(struct rk_storeq *, bool dirty_only, rk_nodes_fn *, void *cookie);

/* The timeline is the receiver's; NULL with an error. node's strings must live until
 * the answer. */
typedef void rk_timeline_fn(void *cookie, struct rk_timeline *, const struct rk_err *);
void rk_storeq_timeline(struct rk_storeq *, const struct rk_node *, unsigned limit,
    const struct rk_site *, const struct rk_regions *, rk_timeline_fn *, void *cookie);

/* rk_store_archives; all that is named in the question must live until the answer. */
typedef void rk_archives_fn(
    void *cookie, const struct rk_archive_list *, const struct rk_err *);
void rk_storeq_archives(
    struct rk_storeq *, const struct rk_archives_ask *, rk_archives_fn *, void *cookie);
/* rk_store_archive, as rk_storeq_timeline. */
void rk_storeq_archive(struct rk_storeq *, const struct rk_node *node, int64_t n,
    const struct rk_site *, const struct rk_regions *, rk_timeline_fn *, void *cookie);

/* Many marks, in a transaction with what else waits: ids copied. done may be NULL. */
struct rk_mark {
	struct rk_str node;
	int64_t generation;
	int64_t archive; /* 0: the node itself, else its n-th archive document */
};
typedef void rk_marked_fn(void *cookie, const struct rk_err *);
void rk_storeq_published(
    struct rk_storeq *, const struct rk_mark *, size_t n, rk_marked_fn *, void *cookie);

/* rk_store_watch, then rk_store_board if what it shows is newer than what was published of
 * it, or `always`, and not `later`; board is the receiver's, NULL: there is none to write,
 * or an error. */
struct rk_watching {
	int64_t now, began;
	bool judge, always, later;
};
typedef void rk_board_fn(void *cookie, struct rk_board *, const struct rk_err *);
void rk_storeq_board(
    struct rk_storeq *, const struct rk_watching *, rk_board_fn *, void *cookie);
/* rk_store_board_published; nobody is told: when it fails it is rendered once more. */
void rk_storeq_board_published(struct rk_storeq *, int64_t generation);

/* rk_store_sub, in a transaction with what else waits; copied. Nobody is told: when it
 * fails the next start asks the hub again. */
void rk_storeq_sub(struct rk_storeq *, const struct rk_sub_row *, bool gone);

/* rk_store_hub, likewise: when it fails, something is delivered twice, or a subscriber is
 * forgotten by the next start. */
void rk_storeq_hub(struct rk_storeq *, const struct rk_hub_row *, bool gone);

/* Call fn with the store on its thread, between transactions (it may have some of its own);
 * arg is the asker's until done(). err: what fn left there. */
typedef void rk_store_fn(void *arg, struct rk_store *, struct rk_err *);
typedef void rk_called_fn(void *cookie, const struct rk_err *);
void rk_storeq_call(
    struct rk_storeq *, rk_store_fn *fn, void *arg, rk_called_fn *done, void *cookie);

/* Do not wait for more: commit what is there. */
void rk_storeq_flush(struct rk_storeq *);
size_t rk_storeq_pending(const struct rk_storeq *); /* jobs not answered yet */

/*
 * Finish all pushed jobs, close the store, join the thread; stopped() is called on the
 * loop when all handles are closed and the queue is freed. After this, only answers
 * may push: such jobs are done too, or end in an error.
 */
typedef void rk_storeq_stopped_fn(void *cookie);
void rk_storeq_stop(struct rk_storeq *, rk_storeq_stopped_fn *, void *cookie);

#endif
