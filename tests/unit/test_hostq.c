/*
 * Whose turn it is at each host (src/daemon/hostq.c), with a fetcher that counts real
 * transfers, to somebody who never answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enginekit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define N     8
#define LIMIT 2

struct world {
	struct enginekit k;
	char urls[N][64], hosts[N][64];
	struct hostq *q;
	struct rk_fetch *running[N];
	unsigned freed;
	int mute; /* a socket: who connects to it hears nothing */
};

static void
on_freed(void *cookie, struct rk_str host, uint32_t server)
{
	struct world *x = cookie;

	x->freed++;
	hostq_freed(x->q, host, server);
}

static unsigned
listen_mutely(struct world *x)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	x->mute = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(x->mute >= 0);
	assert_int_equal(bind(x->mute, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(x->mute, N), 0);
	assert_int_equal(getsockname(x->mute, (struct sockaddr *)&at, &n), 0);
	return ntohs(at.sin_port);
}

/* Hosts h0.localhost .. of as many sources each; at one address, or each at its own. */
static void
open_world(struct world *x, unsigned each, bool one_address, uint64_t gap_ms)
{
	struct rk_cidr here = { .addr = { 127 }, .bits = 8 };
	struct rk_fetcher_opts opts = { .per_host = LIMIT, .host_gap_ms = gap_ms,
		.connections = N, .timeout_s = 60,
		.allow_addresses = &here, .n_allow_addresses = 1 };
	struct rk_err err = { 0 };
	unsigned port;

	memset(x, 0, sizeof(*x));
	port = listen_mutely(x);
	enginekit_open(&x->k, N);
	opts.clock = &x->k.clock;
	assert_int_equal(rk_fetcher_new(&x->k.loop, &opts, &x->k.e.fetcher, &err), 0);
	for (unsigned i = 0; i < N; i++) {
		(void)snprintf(x->hosts[i], sizeof(x->hosts[i]), "h%u.localhost", i / each);
		(void)snprintf(x->urls[i], sizeof(x->urls[i]), "http://h%u.localhost:%u/%u", i / each,
		    port, i);
		enginekit_source(&x->k, i, x->urls[i], x->hosts[i]);
		if (one_address)
			rk_fetcher_learn(x->k.e.fetcher, rk_str(x->hosts[i]), RK_STR("127.0.0.1"));
	}
	x->q = hostq_new(&x->k.e);
	rk_fetcher_on_freed(x->k.e.fetcher, on_freed, x);
	for (size_t i = 0; i < N; i++)
		hostq_add(x->q, i);
}

static void
on_done(void *cookie, struct rk_fetch_result *r)
{
	struct rk_fetch **running = cookie;

	(void)r;
	*running = NULL;
}

/* The next slot, whose request goes out; -1: nobody may go. */
static int
start(struct world *x)
{
	struct rk_err err = { 0 };
	struct rk_fetch_req req = { 0 };
	size_t i;

	if (!hostq_next(x->q, &i))
		return -1;
	req.url = x->k.sources[i].url;
	assert_int_equal(rk_fetch_start(x->k.e.fetcher, &req, on_done, &x->running[i],
	    &x->running[i], &err), 0);
	return (int)i;
}

/* The slot's request ends. */
static void
stop(struct world *x, int i)
{
	assert_non_null(x->running[i]);
	rk_fetch_cancel(x->running[i]);
	while (x->running[i] != NULL)
		(void)uv_run(&x->k.loop, UV_RUN_ONCE);
}

static void
close_world(struct world *x)
{
	rk_fetcher_on_freed(x->k.e.fetcher, NULL, NULL);
	enginekit_settle(&x->k);
	hostq_free(x->q);
	enginekit_close(&x->k);
	(void)close(x->mute);
}

static void
so_many_at_a_host(void **state)
{
	struct world x;
	int64_t ms;

	(void)state;
	open_world(&x, N, false, 0);
	assert_int_equal(start(&x), 0);
	assert_int_equal(start(&x), 1);
	assert_int_equal(start(&x), -1);
	assert_false(hostq_first(x.q, &ms)); /* no time to wait for, but an end */
	for (int i = 2; i < N; i++) {
		stop(&x, i - 2);
		assert_int_equal(x.freed, (unsigned)i - 1);
		assert_int_equal(start(&x), i);
		assert_int_equal(start(&x), -1);
	}
	assert_int_equal(hostq_count(x.q), 0);
	close_world(&x);
}

/* Names behind one address wait for the end of a transfer there, and for no clock. */
static void
so_many_at_an_address(void **state)
{
	struct world x;
	int64_t ms;

	(void)state;
	open_world(&x, 1, true, 0);
	assert_int_equal(start(&x), 0);
	assert_int_equal(start(&x), 1);
	assert_int_equal(start(&x), -1);
	assert_false(hostq_first(x.q, &ms));
	for (int i = 2; i < N; i++) {
		uint64_t before = x.k.looks;

		stop(&x, i - 2);
		assert_int_equal(start(&x), i); /* first come, first served */
		assert_int_equal(start(&x), -1);
		/* nor is each of the others asked for again */
		assert_in_range(x.k.looks - before, 1, 8);
		assert_false(hostq_first(x.q, &ms));
	}
	assert_int_equal(hostq_count(x.q), 0);
	close_world(&x);
}

/* A source that comes later, of a name that had its turn, stands behind the others. */
static void
nobody_is_kept_away(void **state)
{
	struct world x;

	(void)state;
	open_world(&x, N / 2, true, 0);
	assert_int_equal(start(&x), 0); /* h0 */
	assert_int_equal(start(&x), N / 2); /* h1 */
	assert_int_equal(start(&x), -1);
	for (int i = 1; i < N / 2; i++) {
		stop(&x, i - 1);
		stop(&x, N / 2 + i - 1);
		assert_int_equal(start(&x), i);
		assert_int_equal(start(&x), N / 2 + i);
		assert_int_equal(start(&x), -1);
	}
	close_world(&x);
}

/* The pause between two at an address: one name waits for its end, the others for it. */
static void
one_after_the_other_at_an_address(void **state)
{
	struct world x;
	int64_t ms;

	(void)state;
	open_world(&x, 1, true, 1000);
	for (int i = 0; i < N; i++) {
		uint64_t before = x.k.looks;

		assert_int_equal(start(&x), i);
		assert_int_equal(start(&x), -1);
		if (i >= 1 && i < N - 1) { /* both places are taken: its end is waited for */
			stop(&x, i - 1);
			assert_int_equal(start(&x), -1);
		}
		if (i == N - 1)
			break;
		assert_true(hostq_first(x.q, &ms));
		assert_int_equal(ms, x.k.ms + 1000);
		hostq_wake(x.q, ms - 1);
		assert_int_equal(start(&x), -1);
		x.k.ms += 1000;
		hostq_wake(x.q, (int64_t)x.k.ms);
		assert_true(i == 0 || x.k.looks - before <= 12);
	}
	assert_int_equal(hostq_count(x.q), 0);
	close_world(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_at_a_host),
		cmocka_unit_test(so_many_at_an_address),
		cmocka_unit_test(nobody_is_kept_away),
		cmocka_unit_test(one_after_the_other_at_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
