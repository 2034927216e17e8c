/*
 * The store's jobs: lists of them, and doing them on the store thread. Knows nothing
 * of threads.
 */
#include "jobs_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>

void
job_list_init(struct job_list *l)
{
	l->first = NULL;
	l->last = &l->first;
	l->n = 0;
}

void
job_list_push(struct job_list *l, struct job *job)
{
	job->next = NULL;
	*l->last = job;
	l->last = &job->next;
	l->n++;
}

struct job *
job_list_shift(struct job_list *l)
{
	struct job *job = l->first;

	if (job == NULL)
		return NULL;
	l->first = job->next;
	if (l->first == NULL)
		l->last = &l->first;
	l->n--;
	return job;
}

void
job_list_move(struct job_list *to, struct job_list *from)
{
	if (from->first == NULL)
		return;
	*to->last = from->first;
	to->last = from->last;
	to->n += from->n;
	job_list_init(from);
}

static void
store_mark(struct rk_store *s, struct job *job)
{
	for (size_t i = 0; i < job->u.marks.n; i++) {
		const struct rk_mark *m = &job->u.marks.v[i];
		int rc = m->archive > 0
			     ? rk_store_archive_published(
				   s, m->node, m->archive, m->generation, &job->err)
			     : rk_store_published(s, m->node, m->generation, &job->err);

		if (rc != 0)
			return;
	}
}

static void
store_aside(struct rk_store *s, struct job *job)
{
	if (job->kind == JOB_SUB)
		(void)rk_store_sub(s, job->u.sub.row, job->u.sub.gone, &job->err);
	else if (job->kind == JOB_HUB)
		(void)rk_store_hub(s, job->u.hub.row, job->u.hub.gone, &job->err);
	else
		store_mark(s, job);
}

/* Nothing of the transaction is stored: everybody is told, unless he knows worse. */
static void
tell_all(struct job_list *l, const struct rk_err *err)
{
	for (struct job *job = l->first; job != NULL; job = job->next) {
		if (job->err.kind == RK_E_NONE)
			job->err = *err;
		if (job->kind == JOB_POLL)
			job->u.poll.counts = (struct rk_store_counts){0};
	}
}

/* In the order of rows, which is that of the table's pages. */
static int
by_row(const void *va, const void *vb)
{
	const struct rk_poll_times *a = va, *b = vb;

	return (a->row > b->row) - (a->row < b->row);
}

static void
store_times(struct rk_store *s, struct job *job)
{
	size_t n = job->u.times.n;

	qsort(job->u.times.v, n, sizeof(*job->u.times.v), by_row);
	/* after one that fails they are as if none were stored, and asked again */
	(void)rk_store_times(s, job->u.times.v, n, &job->err);
}

void
job_batch(struct rk_store *s, struct rk_str host, rk_decide_fn *decide,
    struct job_list *polls, struct job *times, struct job_list *marks)
{
	struct rk_err err = {0};

	if (rk_store_begin(s, &err) == 0) {
		for (struct job *job = polls->first; job != NULL; job = job->next)
			(void)rk_store_poll(s, job->u.poll.poll, host, decide,
			    &job->u.poll.counts, &job->err);
		if (times != NULL)
			store_times(s, times);
		for (struct job *job = marks->first; job != NULL; job = job->next)
			store_aside(s, job);
		if (rk_store_commit(s, &err) == 0)
			return;
	}
	tell_all(polls, &err);
	tell_all(marks, &err);
	if (times != NULL && times->err.kind == RK_E_NONE)
		times->err = err;
}

static void
board(struct rk_store *s, struct job *job)
{
	const struct rk_watching *how = &job->u.board.how;
	bool behind = false;

	if (job->u.board.done == NULL) {
		(void)rk_store_board_published(s, job->u.board.published, &job->err);
		return;
	}
	if (rk_store_watch(s, how->now, how->began, how->judge, &job->err) != 0 ||
	    how->later || rk_store_board_behind(s, &behind, &job->err) != 0 ||
	    (!behind && !how->always))
		return;
	(void)rk_store_board(s, &job->u.board.board, &job->err);
}

void
job_read(struct rk_store *s, struct job *job)
{
	if (job->kind == JOB_BOARD) {
		board(s, job);
		return;
	}
	if (job->kind == JOB_KNOWN) {
		(void)rk_store_known(s, job->u.known.known, &job->err);
		return;
	}
	if (job->kind == JOB_CALL) {
		job->u.call.fn(job->u.call.arg, s, &job->err);
		return;
	}
	if (job->kind == JOB_ORDER) {
		(void)rk_store_order(s, job->u.order.id, job->u.order.how, job->u.order.now,
		    &job->u.order.obeyed, &job->err);
		return;
	}
	if (job->kind == JOB_NODES) {
		job->u.nodes.arena = rk_arena_new(0);
		(void)rk_store_nodes(s, job->u.nodes.dirty_only, job->u.nodes.arena,
		    &job->u.nodes.nodes, &job->u.nodes.n, &job->err);
		return;
	}
	if (job->kind == JOB_ARCHIVES) {
		(void)rk_store_archives(
		    s, &job->u.archives.ask, &job->u.archives.list, &job->err);
		return;
	}
	if (job->u.timeline.archive > 0) {
		(void)rk_store_archive(s, &job->u.timeline.node, job->u.timeline.archive,
		    job->u.timeline.site, job->u.timeline.regions, &job->u.timeline.timeline,
		    &job->err);
		return;
	}
	(void)rk_store_timeline(s, &job->u.timeline.node, job->u.timeline.limit,
	    job->u.timeline.site, job->u.timeline.regions, &job->u.timeline.timeline,
	    &job->err);
}
