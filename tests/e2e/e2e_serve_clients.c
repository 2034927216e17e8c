/*
 * The embedded server and clients that are slow, many, in a hurry or gone, also while
 * it closes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "servekit.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- slow and many */

static void
test_slow(void **unused)
{
	struct rk_serve_opts opts = {.grace_ms = 500};
	struct server *s = serve_start_with(&opts);
	struct answer a;
	int64_t began;
	int idle, drip, kept;
	bool open = true;

	(void)unused;
	began = now_ms();
	idle = serve_dial(s); /* says nothing */
	drip = serve_dial(s); /* a byte every 50 ms, for ever */
	kept = serve_dial(s); /* one request, then nothing */
	assert_true(serve_say(kept, "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36));
	assert_true(serve_say(drip, "GET /all.atom HTTP/1.1\r\nHost: x\r\nX: ", 37));
	while (open && now_ms() - began < 30000) { /* a server that lets it drip */
		struct pollfd p = {.fd = drip, .events = POLLIN};

		(void)serve_say(drip, "x", 1);
		if (poll(&p, 1, 50) > 0) {
			char c;

			open = recv(drip, &c, 1, 0) > 0;
		}
	}
	assert_false(open);
	assert_true(now_ms() - began >= 400);
	rk_buf_init(&a.all, 1 << 20);
	assert_true(serve_hear(idle, &a.all, 3000));
	assert_int_equal(a.all.n, 0);
	assert_true(serve_hear(kept, &a.all, 3000)); /* answered, then ended */
	serve_parse(&a);
	assert_int_equal(a.status, 200);
	serve_done(&a);
	serve_alive(s);
	(void)close(idle);
	(void)close(drip);
	(void)close(kept);
	serve_stop(s);
}

/* A reader that does not read is not waited for; one that reads slowly is. */
static void
test_slow_reader(void **unused)
{
	struct rk_serve_opts opts = {.grace_ms = 300};
	struct server *s;
	size_t n = (size_t)8 << 20, got = 0;
	static char bytes[65536];
	char *big = malloc(n + 1);
	int fd, small = 262144;
	int64_t began = now_ms();
	ssize_t k;

	(void)unused;
	memset(big, 'x', n);
	big[n] = '\0';
	serve_put("public/big.json", big);
	free(big);
	s = serve_start_with(&opts);
	fd = serve_dial(s);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_true(serve_say(fd, "GET /big.json HTTP/1.1\r\nHost: x\r\n\r\n", 36));
	while (now_ms() - began < 900) { /* longer than the grace, with pauses */
		if ((k = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
			got += (size_t)k;
		(void)usleep(30000);
	}
	while ((k = recv(fd, bytes, sizeof(bytes), 0)) > 0 && got < n)
		got += (size_t)k;
	assert_true(got >= n); /* it got all of it */
	(void)close(fd);
	serve_alive(s);
	serve_stop(s);
}

static void
test_many(void **unused)
{
	enum { LIMIT = 64, N = 150 };
	struct rk_serve_opts opts = {.max_clients = LIMIT, .grace_ms = 1200};
	struct server *s = serve_start_with(&opts);
	struct rusage before, after;
	unsigned answered = 0;
	int fds[N];
	double cpu;

	(void)unused;
	for (int i = 0; i < N; i++)
		fds[i] = serve_dial(s); /* the system's queue takes the rest */
	(void)usleep(200000);
	(void)getrusage(RUSAGE_SELF, &before);
	(void)usleep(500000);
	(void)getrusage(RUSAGE_SELF, &after);
	cpu = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) +
	      (double)(after.ru_stime.tv_sec - before.ru_stime.tv_sec) +
	      (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec +
		       after.ru_stime.tv_usec - before.ru_stime.tv_usec) /
		  1e6;
	assert_true(cpu < 0.25); /* full is no reason to spin */
	/* no more than LIMIT are let in at once */
	for (int i = 0; i < N; i++)
		(void)serve_say(
		    fds[i], "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36);
	(void)usleep(300000);
	for (int i = 0; i < N; i++) {
		struct pollfd p = {.fd = fds[i], .events = POLLIN};

		answered += poll(&p, 1, 0) > 0;
	}
	assert_true(answered >= 1);
	assert_true(answered <= LIMIT);
	/* and the others are when places become free */
	answered = 0;
	for (int i = 0; i < N; i++) {
		struct rk_buf b;

		rk_buf_init(&b, 1 << 20);
		if (serve_hear(fds[i], &b, 12000))
			answered += b.n > 0;
		rk_buf_release(&b);
		(void)close(fds[i]);
	}
	assert_int_equal(answered, N);
	serve_alive(s);
	serve_stop(s);
}

/* The default: five hundred and twelve, with as many held open and one more. */
static void
test_default_limit(void **unused)
{
	enum { N = 560 };
	struct rlimit files, more;
	struct server *s;
	unsigned answered = 0;
	int fds[N];

	(void)unused;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	more = files;
	more.rlim_cur = files.rlim_max < 8192 ? files.rlim_max : 8192;
	if (setrlimit(RLIMIT_NOFILE, &more) != 0 || more.rlim_cur < 4096) {
		print_message("too few descriptors: not tested\n");
		(void)setrlimit(RLIMIT_NOFILE, &files);
		return;
	}
	s = serve_start();
	for (int i = 0; i < N; i++) {
		fds[i] = serve_dial(s);
		(void)serve_say(
		    fds[i], "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36);
	}
	for (int wait = 0; wait < 100 && answered < 512; wait++) {
		(void)usleep(50000);
		answered = 0;
		for (int i = 0; i < N; i++) {
			struct pollfd p = {.fd = fds[i], .events = POLLIN};

			answered += poll(&p, 1, 0) > 0;
		}
	}
	assert_int_equal(answered, 512);
	serve_stop(s); /* with all of them open */
	for (int i = 0; i < N; i++)
		(void)close(fds[i]);
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static bool
count(void *cookie)
{
	struct server *s = cookie;

	s->asked++;
	return true;
}

static void *
many_short(void *cookie)
{
	for (int i = 0; i < 100; i++) {
		struct answer a;

		serve_ask(cookie, &a, "GET", "/readyz", "");
		serve_done(&a);
	}
	return NULL;
}

/* Connections that come and go without a pause leave the loop to others. */
static void
test_loop_goes_on(void **unused)
{
	struct rk_serve_opts opts = {.ready = count};
	struct server *s = serve_start_with(&opts);
	pthread_t threads[40];
	unsigned most;

	(void)unused;
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, many_short, s), 0);
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	most = s->most;
	serve_stop(s);
	/* some tens; thousands where the loop has to wait for the last of them */
	if (most >= 800)
		fail_msg("%u requests in one turn of the loop", most);
}

static void
test_aborting(void **unused)
{
	struct server *s = serve_start();

	(void)unused;
	for (int i = 0; i < 300; i++) {
		struct linger hard = {.l_onoff = 1, .l_linger = 0};
		int fd = serve_dial(s);

		if (i % 3 != 0)
			(void)serve_say(fd, "GET /big.json HTTP/1.1\r\nHost: x\r\n\r\n",
			    i % 3 == 1 ? 36 : 34);
		if (i % 2 == 0) /* a reset */
			(void)setsockopt(
			    fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		(void)close(fd);
	}
	serve_alive(s);
	serve_stop(s);
}

/* ---- life */

static void
test_close_with_connections(void **unused)
{
	int fds[20];

	(void)unused;
	for (int round = 0; round < 3; round++) {
		struct server *s = serve_start();

		for (int i = 0; i < 20; i++) {
			fds[i] = serve_dial(s);
			if (i % 4 == 1) /* half a request */
				(void)serve_say(fds[i], "GET /all.atom HT", 16);
			if (i % 4 == 2) /* an answer that is not read */
				(void)serve_say(fds[i],
				    "GET /big.json HTTP/1.1\r\nHost: x\r\n\r\n", 36);
			if (i % 4 == 3)
				(void)serve_say(fds[i],
				    "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36);
		}
		(void)usleep(50000);
		serve_stop(s);
		for (int i = 0; i < 20; i++)
			(void)close(fds[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_slow),
	    cmocka_unit_test(test_slow_reader),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_default_limit),
	    cmocka_unit_test(test_loop_goes_on),
	    cmocka_unit_test(test_aborting),
	    cmocka_unit_test(test_close_with_connections),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, serve_tree_make, serve_tree_remove);
}
