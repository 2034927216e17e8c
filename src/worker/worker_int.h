/*
 * The messages between parent and worker, and what both sides share.
 *
 * A message is a header (type, length of the rest; both 32 bits, host order: both
 * ends are the same binary) and a body. Everything read is bounded and checked.
 */
#ifndef RK_WORKER_INT_H
#define RK_WORKER_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/worker.h>

enum rk_msg {
	RK_MSG_WORK = 1,
	RK_MSG_INGEST = 2,
	RK_MSG_REFUSED = 3,
	RK_MSG_READY =
	    4 /* first of a worker: from now on its end is a document's fault */
};

struct rk_msg_head {
	uint32_t type;
	uint32_t length; /* of the body, at most RK_WIRE_MAX */
};

/* Append a whole message. 0, or -1 when buf is full (the message is too large). */
int rk_wire_put_work(struct rk_buf *, const struct rk_work *);
int rk_wire_put_ingest(struct rk_buf *, const struct rk_ingest *);
int rk_wire_put_refused(struct rk_buf *, const struct rk_err *);
/* missing: what the sandbox lacks on this kernel, or NULL. */
int rk_wire_put_ready(struct rk_buf *, const char *missing);

/*
 * Read a body. Strings point into it, so it must live as long as the result; page
 * rules, the ingest and entries are made in the arena. -1 (RK_E_SYS, EPROTO): not a message of
 * this kind, or one that breaks a limit. What is only not believable (an address that
 * is none, a date beyond 1970-2100) is left out.
 */
int rk_wire_get_work(
    struct rk_str body, struct rk_arena *, struct rk_work *, struct rk_err *);
int rk_wire_get_ingest(
    struct rk_str body, struct rk_arena *, struct rk_ingest **, struct rk_err *);
int rk_wire_get_refused(struct rk_str body, struct rk_err *out, struct rk_err *);
int rk_wire_get_ready(struct rk_str body, struct rk_str *missing, struct rk_err *);

/* ---- jobs: job.c */

/* The bytes of one request: the job's, and each write's that still needs them. */
struct rk_message {
	unsigned refs;
	struct rk_buf buf;
};
struct rk_message *rk_message_ref(struct rk_message *);
void rk_message_unref(struct rk_message *); /* NULL is fine */

struct rk_job {
	struct rk_job *next;
	rk_work_done_fn *done;
	void *cookie;
	struct rk_message *message; /* NULL: the document was too large for one */
};
struct rk_job *rk_job_new(const struct rk_work *, rk_work_done_fn *, void *cookie);
/* Calls done() and frees. */
void rk_job_finish(struct rk_job *, enum rk_work_end, struct rk_ingest *,
    struct rk_arena *, const struct rk_err *);

/* First in, first out. All zero: empty. */
struct rk_jobs {
	struct rk_job *first, *last;
};
void rk_jobs_push(struct rk_jobs *, struct rk_job *);
void rk_jobs_push_front(struct rk_jobs *, struct rk_job *);
struct rk_job *rk_jobs_pop(struct rk_jobs *); /* NULL: empty */

/* ---- the pool's knobs */

/* Milliseconds for one document, instead of RK_WORKER_WALL_MS; for tests. */
void rk_pool_wall_ms(struct rk_pool *, unsigned ms);

#ifdef RK_TEST_BUILD
/* Documents that make a worker crash, hang or try what is forbidden. True: handled,
 * and err holds the report. */
bool rk_worker_test_document(const struct rk_work *, struct rk_err *);
#endif

#endif
