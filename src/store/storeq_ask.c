/*
 * What the loop asks of the store thread: a job is made of each call, with what it needs of
 * its own, and ends here in its answer. Knows nothing of threads, nor of when a job's turn
 * comes (storeq.c); what a job does stands in jobs.c.
 */
#include <ruamkhao/storeq.h>

#include "jobs_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>

struct job *
job_new(enum job_kind kind, void *cookie)
{
	struct job *job = rk_xcalloc(1, sizeof(*job));

	job->kind = kind;
	job->cookie = cookie;
	return job;
}

void
rk_storeq_poll(
    struct rk_storeq *q, struct rk_store_poll **poll, rk_stored_fn *done, void *cookie)
{
	struct job *job = job_new(JOB_POLL, cookie);

	job->u.poll.poll = *poll;
	job->u.poll.done = done;
	*poll = NULL;
	storeq_push(q, job);
}

void
rk_storeq_known(struct rk_storeq *q, struct rk_store_known **known, rk_known_fn *done,
    void *cookie)
{
	struct job *job = job_new(JOB_KNOWN, cookie);

	job->u.known.known = *known;
	job->u.known.done = done;
	*known = NULL;
	storeq_push(q, job);
}

void
rk_storeq_order(struct rk_storeq *q, struct rk_str id, enum rk_order how,
    int64_t now, rk_obeyed_fn *done, void *cookie)
{
	struct job *job = job_new(JOB_ORDER, cookie);

	job->u.order.arena = rk_arena_new(0);
	job->u.order.id = rk_arena_str(job->u.order.arena, id);
	job->u.order.how = how;
	job->u.order.now = now;
	job->u.order.done = done;
	storeq_push(q, job);
}

void
rk_storeq_board(struct rk_storeq *q, const struct rk_watching *how, rk_board_fn *done,
    void *cookie)
{
	struct job *job = job_new(JOB_BOARD, cookie);

	job->u.board.how = *how;
	job->u.board.done = done;
	storeq_push(q, job);
}

void
rk_storeq_board_published(struct rk_storeq *q, int64_t generation)
{
	struct job *job = job_new(JOB_BOARD, NULL);

	job->u.board.published = generation;
	storeq_push(q, job);
}

void
rk_storeq_call(struct rk_storeq *q, rk_store_fn *fn, void *arg, rk_called_fn *done,
    void *cookie)
{
	struct job *job = job_new(JOB_CALL, cookie);

	job->u.call.fn = fn;
	job->u.call.arg = arg;
	job->u.call.done = done;
	storeq_push(q, job);
}

void
rk_storeq_nodes(struct rk_storeq *q, bool dirty_only, rk_nodes_fn *done, void *cookie)
{
	struct job *job = job_new(JOB_NODES, cookie);

	job->u.nodes.dirty_only = dirty_only;
	job->u.nodes.done = done;
	storeq_push(q, job);
}

void
rk_storeq_timeline(struct rk_storeq *q, const struct rk_node *node, unsigned limit,
    const struct rk_site *site, const struct rk_regions *regions, rk_timeline_fn *done,
    void *cookie)
{
	struct job *job = job_new(JOB_TIMELINE, cookie);

	job->u.timeline.node = *node;
	job->u.timeline.limit = limit;
	job->u.timeline.site = site;
	job->u.timeline.regions = regions;
	job->u.timeline.done = done;
	storeq_push(q, job);
}

void
rk_storeq_archives(struct rk_storeq *q, const struct rk_archives_ask *ask,
    rk_archives_fn *done, void *cookie)
{
	struct job *job = job_new(JOB_ARCHIVES, cookie);

	job->u.archives.ask = *ask;
	job->u.archives.done = done;
	storeq_push(q, job);
}

void
rk_storeq_archive(struct rk_storeq *q, const struct rk_node *node, int64_t n,
    const struct rk_site *site, const struct rk_regions *regions, rk_timeline_fn *done,
    void *cookie)
{
	struct job *job = job_new(JOB_TIMELINE, cookie);

	job->u.timeline.node = *node;
	job->u.timeline.archive = n;
	job->u.timeline.site = site;
	job->u.timeline.regions = regions;
	job->u.timeline.done = done;
	storeq_push(q, job);
}

void
rk_storeq_published(struct rk_storeq *q, const struct rk_mark *marks, size_t n,
    rk_marked_fn *done, void *cookie)
{
	struct job *job = job_new(JOB_MARKS, cookie);
	struct rk_arena *arena = rk_arena_new(0);

	job->u.marks.arena = arena;
	job->u.marks.v = rk_arena_array(arena, n, sizeof(*marks));
	job->u.marks.n = n;
	job->u.marks.done = done;
	for (size_t i = 0; i < n; i++)
		job->u.marks.v[i] = (struct rk_mark){rk_arena_str(arena, marks[i].node),
		    marks[i].generation, marks[i].archive};
	storeq_push(q, job);
}

void
rk_storeq_sub(struct rk_storeq *q, const struct rk_sub_row *sub, bool gone)
{
	struct job *job = job_new(JOB_SUB, NULL);
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_sub_row *row = RK_NEW(arena, struct rk_sub_row);
	struct rk_str *texts[] = {&row->callback, &row->source_url, &row->hub, &row->topic,
	    &row->secret, &row->error};

	*row = *sub;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = rk_arena_str(arena, *texts[i]);
	job->u.sub.arena = arena;
	job->u.sub.row = row;
	job->u.sub.gone = gone;
	storeq_push(q, job);
}

void
rk_storeq_hub(struct rk_storeq *q, const struct rk_hub_row *hub, bool gone)
{
	struct job *job = job_new(JOB_HUB, NULL);
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_hub_row *row = RK_NEW(arena, struct rk_hub_row);
	struct rk_str *texts[] = {&row->topic, &row->callback, &row->secret, &row->error};

	*row = *hub;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = rk_arena_str(arena, *texts[i]);
	job->u.hub.arena = arena;
	job->u.hub.row = row;
	job->u.hub.gone = gone;
	storeq_push(q, job);
}

void
job_answer(struct job *job)
{
	switch (job->kind) {
	case JOB_POLL:
		job->u.poll.done(
		    job->cookie, job->u.poll.poll, &job->u.poll.counts, &job->err);
		rk_store_poll_free(job->u.poll.poll);
		break;
	case JOB_TIMES:
		job->u.times.done(
		    job->cookie, job->u.times.v, job->u.times.n, &job->err);
		free(job->u.times.v);
		rk_arena_free(job->u.times.arena);
		break;
	case JOB_NODES:
		job->u.nodes.done(
		    job->cookie, job->u.nodes.nodes, job->u.nodes.n, &job->err);
		rk_arena_free(job->u.nodes.arena);
		break;
	case JOB_TIMELINE:
		job->u.timeline.done(job->cookie, job->u.timeline.timeline, &job->err);
		break;
	case JOB_ARCHIVES:
		job->u.archives.done(job->cookie, &job->u.archives.list, &job->err);
		break;
	case JOB_KNOWN:
		job->u.known.done(job->cookie, job->u.known.known, &job->err);
		break;
	case JOB_ORDER:
		job->u.order.done(job->cookie, job->u.order.obeyed, &job->err);
		rk_arena_free(job->u.order.arena);
		break;
	case JOB_BOARD:
		if (job->u.board.done != NULL)
			job->u.board.done(job->cookie, job->u.board.board, &job->err);
		break;
	case JOB_CALL:
		job->u.call.done(job->cookie, &job->err);
		break;
	case JOB_MARKS:
		if (job->u.marks.done != NULL)
			job->u.marks.done(job->cookie, &job->err);
		rk_arena_free(job->u.marks.arena);
		break;
	case JOB_SUB:
		rk_arena_free(job->u.sub.arena);
		break;
	case JOB_HUB:
		rk_arena_free(job->u.hub.arena);
		break;
	}
	free(job);
}
