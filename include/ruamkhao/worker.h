/*
 * Parse workers: processes that turn bytes into entries and can do nothing else.
 *
 * Parent side: a pool on the loop. Child side: rk_worker_main. RELIABILITY 1.2, F19.
 */
#ifndef RUAMKHAO_WORKER_H
#define RUAMKHAO_WORKER_H

#include <ruamkhao/buf.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/err.h>
#include <ruamkhao/page.h>

struct uv_loop_s;
struct rk_arena;
struct rk_pool;

/* One document to parse. Strings are used until the call returns only. */
struct rk_work {
	struct rk_str body;
	struct rk_str content_type, url, charset; /* as rk_parse_hints */
	int timezone;
	unsigned distrust;
	int64_t now;
	/* of a page source, as in rk_parse_hints; else NULL, RK_PAGE_NONE, NULL */
	const struct rk_page_rules *page;
	enum rk_page_part part;
	const struct rk_entry *listed;
	bool look; /* a document that is no feed is looked at instead of refused: an
		      ingest without entries, with `look` */
};

enum rk_work_end {
	RK_WORK_OK,      /* ingest is there */
	RK_WORK_REFUSED, /* the document is no feed or over a limit: err says */
	RK_WORK_DIED,    /* it killed its worker, which was replaced */
	RK_WORK_TIMEOUT, /* no answer in RK_WORKER_WALL_MS: the worker was killed */
	RK_WORK_STOPPED, /* the pool was closed before it was done */
	RK_WORK_UNABLE   /* no worker could be started: not the document's fault */
};

/*
 * Exactly once for each job, on the loop and never from inside rk_pool_submit; STOPPED
 * from inside rk_pool_close. It may submit, and close. arena holds ingest and is the receiver's
 * to free (NULL when there is no ingest).
 */
typedef void rk_work_done_fn(void *cookie, enum rk_work_end, struct rk_ingest *,
    struct rk_arena *arena, const struct rk_err *);

/*
 * program: path of the binary whose command `worker` calls rk_worker_main(3). Workers
 * start with the first job, at most `workers` of them. SIGPIPE must be ignored.
 */
int rk_pool_new(struct uv_loop_s *, const char *program, unsigned workers,
    struct rk_pool **out, struct rk_err *);
/* Queue a job; body bytes are copied into the message. */
void rk_pool_submit(struct rk_pool *, const struct rk_work *, rk_work_done_fn *, void *cookie);
size_t rk_pool_pending(const struct rk_pool *);
/* Do not log what the sandbox lacks: `parse` and `check` promise one line on stderr. */
void rk_pool_quiet(struct rk_pool *);
/* Kill the workers, report STOPPED for what is pending; closed() when all is freed. */
typedef void rk_pool_closed_fn(void *cookie);
void rk_pool_close(struct rk_pool *, rk_pool_closed_fn *, void *cookie);

/* The child: sandbox itself, then serve descriptor fd until it ends. Exit status. */
int rk_worker_main(int fd);

/* One document in a worker of its own, waited for: for `parse`. 0, or -1 and err
 * (RK_E_INPUT; RK_E_LIMIT also when the worker died or hung; RK_E_SYS: none started). */
int rk_work_once(const char *program, const struct rk_work *, struct rk_arena **arena,
    struct rk_ingest **out, struct rk_err *);

/* The same stages in this process, as tests and fuzz targets call them. */
int rk_work_here(const struct rk_work *, struct rk_arena *, struct rk_ingest **out,
    struct rk_err *);

/* Exit statuses of a worker. */
enum { RK_WORKER_EXIT_OK = 0, RK_WORKER_EXIT_SETUP = 70, RK_WORKER_EXIT_MEMORY = 71,
       RK_WORKER_EXIT_PROTOCOL = 72 };

#endif
