/*
 * The worker process: closes itself in, then request -> pure stages -> answer until
 * the parent goes away. Must not know the network, the database or any file.
 */
#include "worker_int.h"

#include <ruamkhao/charset.h>
#include <ruamkhao/discover.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/sandbox.h>
#include <ruamkhao/thai.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sanitizers keep shadow memory and count CPU several times over. */
#ifdef RK_SANITIZED
#define MEMORY_LIMIT ((size_t)0)
#define CPU_LIMIT    (RK_WORKER_CPU_S * 20)
#else
#define MEMORY_LIMIT RK_WORKER_MEMORY
#define CPU_LIMIT    RK_WORKER_CPU_S
#endif

/* What the buffers may keep between two documents. */
#define KEEP RK_MIB(1)

static _Noreturn void
out_of_memory(size_t wanted)
{
	(void)wanted;
	_exit(RK_WORKER_EXIT_MEMORY);
}

/* All n bytes: 1, end of input before the first: 0, anything else: -1. */
static int
read_all(int fd, void *to, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t k = read(fd, (char *)to + got, n - got);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return got == 0 && k == 0 ? 0 : -1;
		got += (size_t)k;
	}
	return 1;
}

static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* What takes the place of a feed, in the same form. */
static struct rk_ingest *
looked_at(const struct rk_work *w, const struct rk_parse_hints *hints,
    struct rk_arena *arena)
{
	static const struct rk_doc nothing;
	struct rk_normalise_opts opts = {.url = w->url, .now = w->now};
	struct rk_ingest *in = rk_normalise(&nothing, &opts, arena);

	in->look = rk_look(w->body, hints, arena);
	return in;
}

int
rk_work_here(const struct rk_work *w, struct rk_arena *arena, struct rk_ingest **out,
    struct rk_err *err)
{
	struct rk_parse_hints hints = {
	    w->content_type, w->url, w->charset, w->page, w->part, w->listed, w->now,
	    w->timezone};
	struct rk_normalise_opts opts = {w->url, w->timezone, w->distrust, w->now};
	struct rk_err why = {0};
	struct rk_doc *doc;

	if (rk_parse_feed(w->body, &hints, arena, &doc, &why) != 0) {
		if (!w->look || why.kind != RK_E_INPUT) {
			if (err != NULL)
				*err = why;
			return -1;
		}
		*out = looked_at(w, &hints, arena);
		return 0;
	}
	*out = rk_normalise(doc, &opts, arena);
	return 0;
}

/* One request from in to its answer in out. */
static int
answer(struct rk_str in, struct rk_arena *arena, struct rk_buf *out)
{
	struct rk_work work;
	struct rk_ingest *ingest;
	struct rk_err err = {0};

	if (rk_wire_get_work(in, arena, &work, &err) != 0)
		return -1;
	rk_sandbox_cpu(CPU_LIMIT);
#ifdef RK_TEST_BUILD
	if (rk_worker_test_document(&work, &err))
		return rk_wire_put_refused(out, &err);
#endif
	if (rk_work_here(&work, arena, &ingest, &err) != 0)
		return rk_wire_put_refused(out, &err);
	if (rk_wire_put_ingest(out, ingest) == 0)
		return 0;
	rk_buf_reset(out);
	(void)rk_err_set(
	    &err, RK_E_LIMIT, "the entries together exceed %zu MiB", RK_WIRE_MAX >> 20);
	return rk_wire_put_refused(out, &err);
}

static void
trim(struct rk_buf *b)
{
	if (b->cap > KEEP) {
		size_t max = b->max;

		rk_buf_release(b);
		rk_buf_init(b, max);
	} else {
		rk_buf_reset(b);
	}
}

/* 0 when the parent went away, -1 when it is not to be understood. */
static int
serve(int fd, struct rk_arena *arena, struct rk_buf *in, struct rk_buf *out)
{
	struct rk_msg_head head;
	int k;

	for (;;) {
		rk_arena_reset(arena);
		trim(in);
		trim(out);
		if ((k = read_all(fd, &head, sizeof(head))) != 1)
			return k;
		if (head.type != RK_MSG_WORK || head.length > RK_WIRE_MAX ||
		    rk_buf_reserve(in, head.length) != 0 ||
		    read_all(fd, in->p, head.length) != 1)
			return -1;
		in->n = head.length;
		if (answer(rk_buf_view(in), arena, out) != 0 ||
		    write_all(fd, out->p, out->n) != 0)
			return -1;
	}
}

int
rk_worker_main(int fd)
{
	struct rk_arena *arena;
	struct rk_buf in, out;
	struct rk_err err = {0};
	const char *missing = NULL;
	int rc = RK_WORKER_EXIT_OK, k;

	rk_memory_passing();
	rk_oom_handler(out_of_memory);
	rk_parse_setup();
	rk_html_warm();
	rk_charset_warm();
	rk_thai_warm();
	rk_places_warm();
	rk_hijack_warm();
	if (rk_sandbox_worker(MEMORY_LIMIT, &missing, &err) != 0)
		return RK_WORKER_EXIT_SETUP;
	arena = rk_arena_new(RK_WORKER_ARENA);
	rk_buf_init(&in, RK_WIRE_MAX);
	rk_buf_init(&out, RK_WIRE_MAX + sizeof(struct rk_msg_head));
	if (rk_wire_put_ready(&out, missing) != 0 || write_all(fd, out.p, out.n) != 0)
		k = -1;
	else
		k = serve(fd, arena, &in, &out);
	if (k != 0)
		rc = RK_WORKER_EXIT_PROTOCOL;
	rk_buf_release(&in);
	rk_buf_release(&out);
	rk_arena_free(arena);
	return rc;
}
