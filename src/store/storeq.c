/*
 * The store thread: jobs in by a mutex, answers out by uv_async. Knows nothing of what is
 * asked and answered in a job (storeq_ask.c); the thread alone uses the connection.
 *
 * Waiting polls, marks and subscriptions share a transaction, so that one fsync serves many. Reads run
 * between the transactions, one by one, in slices: neither waits long for the other.
 */
#include <ruamkhao/storeq.h>

#include "jobs_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <uv.h>

#define NS_PER_MS 1000000u
/* How long reads may go on while a transaction is due: about as long as one lasts. */
#define READ_SLICE_NS (50 * (uint64_t)NS_PER_MS)
/* Nothing to do for so long: time for upkeep. */
#define IDLE_NS (2000 * (uint64_t)NS_PER_MS)

struct rk_storeq {
	uv_thread_t thread;
	uv_mutex_t lock;
	uv_cond_t wake;
	uv_async_t answered;
	/* the thread's */
	struct rk_store *store;
	struct rk_arena *arena; /* holds host */
	struct rk_str host;
	rk_decide_fn *decide;
	/* both sides', under the lock */
	struct job_list polls, marks, reads, out;
	struct job *times; /* that wait; NULL: none */
	size_t with_entries;  /* of polls */
	size_t patient;       /* of polls: RK_STATE_TIMES */
	uint64_t waits_since; /* of the first poll or mark, monotonic ns */
	bool flush, stopping;
	bool closing; /* the thread takes no more jobs */
	bool obeyed;   /* and is done */
	/* the loop's */
	size_t pending;
	rk_storeq_stopped_fn *stopped;
	void *stopped_cookie;
};

/* ---- the thread */

/* Times of a poll without news: if they were lost, the source would be asked once more. */
static bool
is_patient(const struct job *job)
{
	const struct rk_store_poll *p = job->u.poll.poll;

	return p->ingest == NULL && p->trail == NULL && p->part == RK_STATE_TIMES;
}

/* Under the lock: a batch, in order, and all marks. */
static void
take_batch(struct rk_storeq *q, struct job_list *polls, struct job **times,
    struct job_list *marks)
{
	size_t with_entries = 0;

	while (q->polls.first != NULL && polls->n < RK_BATCH_STATES) {
		bool entries = q->polls.first->u.poll.poll->ingest != NULL;

		if (entries && with_entries == RK_BATCH_FEEDS)
			break;
		with_entries += entries;
		q->patient -= is_patient(q->polls.first);
		job_list_push(polls, job_list_shift(&q->polls));
	}
	q->with_entries -= with_entries;
	job_list_move(marks, &q->marks);
	*times = q->times;
	q->times = NULL;
	q->waits_since = uv_hrtime(); /* what is left begins to wait anew */
	if (q->polls.first == NULL)
		q->flush = false;
}

static bool
waits(const struct rk_storeq *q)
{
	return q->polls.first != NULL || q->marks.first != NULL || q->times != NULL;
}

static size_t
n_times(const struct rk_storeq *q)
{
	return q->times != NULL ? q->times->u.times.n : 0;
}

/* How long what waits may wait. */
static uint64_t
patience_ns(const struct rk_storeq *q)
{
	bool all = q->patient == q->polls.n && q->marks.first == NULL;

	return (all ? RK_BATCH_TIMES_MS : RK_BATCH_MS) * (uint64_t)NS_PER_MS;
}

static bool
is_due(const struct rk_storeq *q, uint64_t now)
{
	return waits(q) &&
	       (q->flush || q->stopping || q->with_entries >= RK_BATCH_FEEDS ||
		   q->polls.n + n_times(q) >= RK_BATCH_STATES ||
		   now - q->waits_since >= patience_ns(q));
}

/* Under the lock, nothing to do now: sleep until there may be. */
static void
sleep_on(struct rk_storeq *q, uint64_t now, bool *idle)
{
	if (waits(q)) {
		uint64_t until = q->waits_since + patience_ns(q);

		(void)uv_cond_timedwait(
		    &q->wake, &q->lock, until > now ? until - now : 1);
	} else if (*idle) {
		uv_cond_wait(&q->wake, &q->lock);
	} else if (uv_cond_timedwait(&q->wake, &q->lock, IDLE_NS) != 0) {
		*idle = true;
		uv_mutex_unlock(&q->lock);
		rk_store_idle(q->store);
		uv_mutex_lock(&q->lock);
	}
}

static void
thread_main(void *arg)
{
	struct rk_storeq *q = arg;
	uint64_t reads_until = 0;
	bool idle = false;

	uv_mutex_lock(&q->lock);
	for (;;) {
		uint64_t now = uv_hrtime();
		bool due = is_due(q, now);
		struct job_list polls, marks;
		struct job *times = NULL;

		job_list_init(&polls);
		job_list_init(&marks);
		if (q->reads.first != NULL && (!due || now < reads_until)) {
			struct job *job = job_list_shift(&q->reads);

			uv_mutex_unlock(&q->lock);
			job_read(q->store, job);
			uv_mutex_lock(&q->lock);
			job_list_push(&q->out, job);
		} else if (due) {
			take_batch(q, &polls, &times, &marks);
			uv_mutex_unlock(&q->lock);
			job_batch(q->store, q->host, q->decide, &polls, times, &marks);
			reads_until = uv_hrtime() + READ_SLICE_NS;
			uv_mutex_lock(&q->lock);
			job_list_move(&q->out, &polls);
			if (times != NULL)
				job_list_push(&q->out, times);
			job_list_move(&q->out, &marks);
		} else if (q->stopping) {
			break; /* nothing is left */
		} else {
			sleep_on(q, now, &idle);
			continue;
		}
		idle = false;
		(void)uv_async_send(&q->answered);
	}
	q->closing = true;
	uv_mutex_unlock(&q->lock);
	rk_store_close(q->store);
	uv_mutex_lock(&q->lock);
	q->obeyed = true;
	(void)uv_async_send(&q->answered);
	uv_mutex_unlock(&q->lock);
}

/* ---- the loop */

static void
on_closed(uv_handle_t *handle)
{
	struct rk_storeq *q = handle->data;
	rk_storeq_stopped_fn *stopped = q->stopped;
	void *cookie = q->stopped_cookie;

	uv_cond_destroy(&q->wake);
	uv_mutex_destroy(&q->lock);
	rk_arena_free(q->arena);
	free(q);
	if (stopped != NULL)
		stopped(cookie);
}

static void
on_answered(uv_async_t *handle)
{
	struct rk_storeq *q = handle->data;
	struct job_list out;
	struct job *job;
	bool obeyed;

	job_list_init(&out);
	uv_mutex_lock(&q->lock);
	job_list_move(&out, &q->out); /* all: sends are merged into one call */
	obeyed = q->obeyed;
	uv_mutex_unlock(&q->lock);
	while ((job = job_list_shift(&out)) != NULL) {
		job_answer(job);
		q->pending--;
	}
	if (obeyed && q->pending == 0 && !uv_is_closing((uv_handle_t *)&q->answered)) {
		uv_thread_join(&q->thread);
		uv_close((uv_handle_t *)&q->answered, on_closed);
	}
}

int
rk_storeq_start(struct uv_loop_s *loop, struct rk_store **store, struct rk_str host,
    rk_decide_fn *decide, struct rk_storeq **out, struct rk_err *err)
{
	struct rk_storeq *q = rk_xcalloc(1, sizeof(*q));
	int rc;

	*out = NULL;
	q->decide = decide;
	q->arena = rk_arena_new(0);
	q->host = rk_arena_str(q->arena, host);
	job_list_init(&q->polls);
	job_list_init(&q->marks);
	job_list_init(&q->reads);
	job_list_init(&q->out);
	if ((rc = uv_mutex_init(&q->lock)) != 0)
		goto err1;
	if ((rc = uv_cond_init(&q->wake)) != 0)
		goto err2;
	if ((rc = uv_async_init(loop, &q->answered, on_answered)) != 0)
		goto err3;
	q->answered.data = q;
	q->store = *store;
	if ((rc = uv_thread_create(&q->thread, thread_main, q)) != 0) {
		uv_close((uv_handle_t *)&q->answered, on_closed); /* frees q */
		return rk_err_sys(err, -rc, "cannot start the store thread");
	}
	*store = NULL;
	*out = q;
	return 0;
err3:
	uv_cond_destroy(&q->wake);
err2:
	uv_mutex_destroy(&q->lock);
err1:
	rk_arena_free(q->arena);
	free(q);
	return rk_err_sys(err, -rc, "cannot start the store thread");
}

void
storeq_push(struct rk_storeq *q, struct job *job)
{
	bool alone, wake;
	uint64_t patience;

	q->pending++;
	uv_mutex_lock(&q->lock);
	if (q->closing) {
		rk_err_set(&job->err, RK_E_STORE, "the store is closed");
		job_list_push(&q->out, job);
		(void)uv_async_send(&q->answered);
		uv_mutex_unlock(&q->lock);
		return;
	}
	alone = !waits(q); /* what only makes a batch longer wakes nobody */
	patience = patience_ns(q);
	wake = alone;
	switch (job->kind) {
	case JOB_POLL:
		q->with_entries += job->u.poll.poll->ingest != NULL;
		q->patient += is_patient(job);
		job_list_push(&q->polls, job);
		break;
	case JOB_TIMES:
		q->times = job;
		break;
	case JOB_MARKS:
	case JOB_SUB:
	case JOB_HUB:
		job_list_push(&q->marks, job);
		break;
	case JOB_NODES:
	case JOB_TIMELINE:
	case JOB_ARCHIVES:
	case JOB_KNOWN:
	case JOB_ORDER:
	case JOB_BOARD:
	case JOB_CALL:
		job_list_push(&q->reads, job);
		wake = true;
		break;
	}
	if (alone && waits(q))
		q->waits_since = uv_hrtime();
	if (wake || patience_ns(q) < patience || is_due(q, q->waits_since))
		uv_cond_signal(&q->wake);
	uv_mutex_unlock(&q->lock);
}

static void
times_add(struct job *job, const struct rk_poll_times *t)
{
	struct rk_poll_times *v;

	if (job->u.times.n == job->u.times.room) {
		job->u.times.room = job->u.times.room > 0 ? 2 * job->u.times.room : 32;
		job->u.times.v = rk_xrealloc(
		    job->u.times.v, job->u.times.room * sizeof(*job->u.times.v));
	}
	v = &job->u.times.v[job->u.times.n++];
	*v = *t;
	if (t->why.n > 0) /* most say the same as the one before */
		v->why = job->u.times.n > 1 && rk_str_eq(v[-1].why, t->why)
			     ? v[-1].why
			     : rk_arena_str(job->u.times.arena, t->why);
}

void
rk_storeq_times(struct rk_storeq *q, const struct rk_poll_times *t,
    rk_times_stored_fn *done, void *cookie)
{
	struct job *job;
	bool joined = false;

	uv_mutex_lock(&q->lock);
	if (q->times != NULL) {
		rk_assert(q->times->u.times.done == done && q->times->cookie == cookie);
		times_add(q->times, t);
		joined = true;
		if (q->polls.n + n_times(q) == RK_BATCH_STATES)
			uv_cond_signal(&q->wake);
	}
	uv_mutex_unlock(&q->lock);
	if (joined)
		return;
	job = job_new(JOB_TIMES, cookie); /* who pushes is the loop alone: nobody came between */
	job->u.times.done = done;
	job->u.times.arena = rk_arena_new(0);
	times_add(job, t);
	storeq_push(q, job);
}

void
rk_storeq_flush(struct rk_storeq *q)
{
	uv_mutex_lock(&q->lock);
	if (waits(q)) {
		q->flush = true;
		uv_cond_signal(&q->wake);
	}
	uv_mutex_unlock(&q->lock);
}

size_t
rk_storeq_pending(const struct rk_storeq *q)
{
	return q->pending;
}

void
rk_storeq_stop(struct rk_storeq *q, rk_storeq_stopped_fn *stopped, void *cookie)
{
	q->stopped = stopped;
	q->stopped_cookie = cookie;
	uv_mutex_lock(&q->lock);
	q->stopping = true;
	uv_cond_signal(&q->wake);
	uv_mutex_unlock(&q->lock);
}
