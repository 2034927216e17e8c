/*
 * Test builds only: documents that make a worker do what a hostile one might, so that
 * the sandbox and the parent can be shown to hold.
 */
#include "worker_int.h"

#ifdef RK_TEST_BUILD

#include <ruamkhao/limits.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* "refused" when the call failed for want of permission. */
static const char *
verdict(long rc)
{
	return rc < 0 && (errno == EPERM || errno == EACCES) ? "refused"
	       : rc < 0                                      ? strerror(errno)
							     : "ALLOWED";
}

static void
probe(struct rk_err *err)
{
	char *const argv[] = {NULL};
	const char *o, *s, *c, *x, *f, *p;
	struct stat st;
	int more = 0;

	o = verdict(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	s = verdict(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	c = verdict(connect(3, &(struct sockaddr){.sa_family = AF_UNIX}, 2));
	x = verdict(execve("/bin/true", argv, argv));
	f = verdict(syscall(SYS_fork));
	p = verdict(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	for (int fd = 4; fd < 64; fd++)
		more +=
		    fstat(fd, &st) == 0; /* what the parent had open is none of ours */
	(void)rk_err_set(err, RK_E_INPUT,
	    "open %s, socket %s, connect %s, execve %s, fork %s, ptrace %s, "
	    "descriptors %d",
	    o, s, c, x, f, p, more);
}

/* All that a document may have, in large pieces, by both ways to get it. */
static void
eat(void)
{
#ifndef RK_SANITIZED
	for (size_t got = 0; got < 4 * RK_WORKER_MEMORY; got += RK_MIB(8))
		(void)rk_xcalloc(1, RK_MIB(8)); /* ends in rk_oom() */
#else
	struct rk_arena *arena = rk_arena_new(RK_WORKER_ARENA);

	for (;;)
		(void)rk_arena_alloc(arena, RK_MIB(1));
#endif
}

/* An answer that announces more than it holds, then one that is none. */
static void
nonsense(void)
{
	const uint32_t message[] = {RK_MSG_INGEST, 12, 1, 2, 3, 0, 0, 0, 0};

	(void)!write(3, message, sizeof(message));
	(void)poll(NULL, 0, -1);
}

/* The answer to the next document, before it was read. */
static void
answer_early(void)
{
	struct rk_err err = {0};
	struct rk_buf b;

	(void)rk_err_set(&err, RK_E_INPUT, "guessed");
	rk_buf_init(&b, RK_KIB(4));
	if (rk_wire_put_refused(&b, &err) == 0)
		(void)!write(3, b.p, b.n);
	rk_buf_release(&b);
}

bool
rk_worker_test_document(const struct rk_work *w, struct rk_err *err)
{
	if (!rk_str_starts(w->body, "<!--rk-test:"))
		return false;
	if (rk_str_starts(w->body, "<!--rk-test:crash"))
		__builtin_trap();
	if (rk_str_starts(w->body, "<!--rk-test:hang"))
		(void)poll(NULL, 0, -1);
	if (rk_str_starts(w->body, "<!--rk-test:spin")) {
		volatile unsigned n = 0;

		for (;;)
			n++;
	}
	if (rk_str_starts(w->body, "<!--rk-test:memory"))
		eat();
	if (rk_str_starts(w->body, "<!--rk-test:exit"))
		_exit(3);
	if (rk_str_starts(w->body, "<!--rk-test:nonsense"))
		nonsense();
	if (rk_str_starts(w->body, "<!--rk-test:early")) {
		answer_early();
		(void)rk_err_set(err, RK_E_INPUT, "early");
		return true;
	}
	if (rk_str_starts(w->body, "<!--rk-test:probe")) {
		probe(err);
		return true;
	}
	return false;
}

#else
typedef int rk_no_test_documents; /* a translation unit must hold something */
#endif
