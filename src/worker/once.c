/*
 * One document in a worker of its own, for `parse`: the same pool, and a loop that
 * runs until the answer is there.
 */
#include "worker_int.h"

#include <uv.h>

#include <signal.h>
#include <string.h>

struct once {
	enum rk_work_end end;
	struct rk_ingest *ingest;
	struct rk_arena *arena;
	struct rk_err err;
	struct rk_pool *pool;
};

static void
on_done(void *cookie, enum rk_work_end end, struct rk_ingest *ingest,
    struct rk_arena *arena, const struct rk_err *err)
{
	struct once *once = cookie;

	once->end = end;
	once->ingest = ingest;
	once->arena = arena;
	once->err = *err;
}

int
rk_work_once(const char *program, const struct rk_work *work, struct rk_arena **arena,
    struct rk_ingest **out, struct rk_err *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	struct once once;
	uv_loop_t loop;
	int rc;

	memset(&once, 0, sizeof(once));
	if ((rc = uv_loop_init(&loop)) != 0)
		return rk_err_sys(err, -rc, "event loop");
	/* a worker that dies while we write to it */
	(void)sigaction(SIGPIPE, &ignore, &before);
	rc = rk_pool_new(&loop, program, 1, &once.pool, err);
	if (rc == 0) {
		rk_pool_quiet(once.pool);
		rk_pool_submit(once.pool, work, on_done, &once);
		while (rk_pool_pending(once.pool) > 0)
			(void)uv_run(&loop, UV_RUN_ONCE);
		rk_pool_close(once.pool, NULL, NULL);
		(void)uv_run(&loop, UV_RUN_DEFAULT);
	}
	rk_assert(uv_loop_close(&loop) == 0);
	(void)sigaction(SIGPIPE, &before, NULL);
	if (rc != 0)
		return -1;
	if (once.end != RK_WORK_OK) {
		if (err != NULL)
			*err = once.err;
		return -1;
	}
	*arena = once.arena;
	*out = once.ingest;
	return 0;
}
