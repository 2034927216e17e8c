/*
 * What waits for the store thread. A job belongs to one list, and so to one thread,
 * at a time.
 */
#ifndef RUAMKHAO_JOBS_INT_H
#define RUAMKHAO_JOBS_INT_H

#include <ruamkhao/storeq.h>

enum job_kind {
	JOB_POLL,
	JOB_TIMES,
	JOB_NODES,
	JOB_TIMELINE,
	JOB_ARCHIVES,
	JOB_MARKS,
	JOB_KNOWN,
	JOB_SUB,
	JOB_HUB,
	JOB_ORDER,
	JOB_BOARD,
	JOB_CALL
};

struct job {
	struct job *next;
	enum job_kind kind;
	void *cookie;
	struct rk_err err; /* the answer's */
	union {
		struct {
			struct rk_store_poll *poll;
			rk_stored_fn *done;
			struct rk_store_counts counts;
		} poll;
		struct {
			struct rk_poll_times *v;
			size_t n, room;
			struct rk_arena *arena; /* of their sentences */
			rk_times_stored_fn *done;
		} times;
		struct {
			bool dirty_only;
			rk_nodes_fn *done;
			struct rk_arena *arena; /* of the answer */
			struct rk_node_state *nodes;
			size_t n;
		} nodes;
		struct {
			struct rk_node node;
			unsigned limit;
			int64_t archive; /* not 0: that document of the node */
			const struct rk_site *site;
			const struct rk_regions *regions;
			rk_timeline_fn *done;
			struct rk_timeline *timeline;
		} timeline;
		struct {
			struct rk_archives_ask ask;
			rk_archives_fn *done;
			struct rk_archive_list list;
		} archives;
		struct {
			struct rk_arena *arena;
			struct rk_mark *v;
			size_t n;
			rk_marked_fn *done;
		} marks;
		struct {
			struct rk_store_known *known;
			rk_known_fn *done;
		} known;
		struct {
			struct rk_arena *arena;
			struct rk_sub_row *row;
			bool gone;
		} sub;
		struct {
			struct rk_arena *arena;
			struct rk_hub_row *row;
			bool gone;
		} hub;
		struct {
			struct rk_arena *arena;
			struct rk_str id;
			enum rk_order how;
			int64_t now;
			rk_obeyed_fn *done;
			enum rk_obeyed obeyed;
		} order;
		struct {
			struct rk_watching how;
			int64_t published; /* of a job that only says so; done NULL */
			rk_board_fn *done;
			struct rk_board *board;
		} board;
		struct {
			rk_store_fn *fn;
			void *arg;
			rk_called_fn *done;
		} call;
	} u;
};

/* ---- jobs.c */

struct job_list {
	struct job *first, **last;
	size_t n;
};

void job_list_init(struct job_list *);
void job_list_push(struct job_list *, struct job *);
struct job *job_list_shift(struct job_list *); /* NULL: empty */
/* All of `from` behind `to`. */
void job_list_move(struct job_list *to, struct job_list *from);

/* Polls, times (NULL: none) and marks in one transaction; every job's err says what came of
 * it. */
void job_batch(struct rk_store *, struct rk_str host, rk_decide_fn *decide,
    struct job_list *polls, struct job *times, struct job_list *marks);
/* JOB_NODES, JOB_TIMELINE, JOB_KNOWN; JOB_ARCHIVES, JOB_ORDER, JOB_BOARD and JOB_CALL, which
 * have transactions of their own. */
void job_read(struct rk_store *, struct job *);

/* ---- storeq_ask.c */

struct job *job_new(enum job_kind, void *cookie);
/* On the loop: the one who asked is told, and the job is freed. */
void job_answer(struct job *);

/* ---- storeq.c */

/* On the loop: the thread gets the job, or it is answered that the store is closed. */
void storeq_push(struct rk_storeq *, struct job *);

#endif
