/*
 * Jobs and the queues they stand in. Knows nothing of processes.
 */
#include "worker_int.h"

#include <ruamkhao/limits.h>

#include <stdlib.h>

struct rk_message *
rk_message_ref(struct rk_message *m)
{
	m->refs++;
	return m;
}

void
rk_message_unref(struct rk_message *m)
{
	if (m == NULL)
		return;
	rk_assert(m->refs > 0);
	if (--m->refs > 0)
		return;
	rk_buf_release(&m->buf);
	free(m);
}

struct rk_job *
rk_job_new(const struct rk_work *work, rk_work_done_fn *done, void *cookie)
{
	struct rk_job *job = rk_xcalloc(1, sizeof(*job));
	struct rk_message *m = rk_xcalloc(1, sizeof(*m));

	m->refs = 1;
	rk_buf_init(&m->buf, RK_WIRE_MAX + sizeof(struct rk_msg_head));
	/* one allocation for the usual, small hints */
	(void)rk_buf_reserve(&m->buf, work->body.n + RK_KIB(4));
	rk_buf_reset(&m->buf);
	job->done = done;
	job->cookie = cookie;
	if (rk_wire_put_work(&m->buf, work) == 0)
		job->message = m;
	else
		rk_message_unref(m);
	return job;
}

void
rk_job_finish(struct rk_job *job, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	job->done(job->cookie, end, ingest, arena, err);
	rk_message_unref(job->message);
	free(job);
}

void
rk_jobs_push(struct rk_jobs *q, struct rk_job *job)
{
	job->next = NULL;
	if (q->last != NULL)
		q->last->next = job;
	else
		q->first = job;
	q->last = job;
}

void
rk_jobs_push_front(struct rk_jobs *q, struct rk_job *job)
{
	job->next = q->first;
	q->first = job;
	if (q->last == NULL)
		q->last = job;
}

struct rk_job *
rk_jobs_pop(struct rk_jobs *q)
{
	struct rk_job *job = q->first;

	if (job == NULL)
		return NULL;
	q->first = job->next;
	if (q->first == NULL)
		q->last = NULL;
	job->next = NULL;
	return job;
}
