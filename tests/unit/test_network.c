/*
 * Whether it is our own network that fails (src/daemon/network.c): by how many servers
 * cannot be reached, not by how many names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enginekit.h"

#include <ruamkhao/buf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world {
	struct enginekit k;
	struct pipeline *pl;
};

static int
open_world(void **state)
{
	struct world *x = calloc(1, sizeof(*x));
	struct rk_fetcher_opts opts = {
	    .timeout_s = 60, .per_host = 2, .connections = 4};
	struct rk_err err;

	assert_non_null(x);
	enginekit_open(&x->k, 1);
	opts.clock = &x->k.clock;
	opts.user_agent = RK_STR("test");
	assert_int_equal(rk_fetcher_new(&x->k.loop, &opts, &x->k.e.fetcher, &err), 0);
	x->pl = pipeline_new(&x->k.e);
	x->pl->scheduled = true;
	*state = x;
	return 0;
}

static int
close_world(void **state)
{
	struct world *x = *state;

	pipeline_stop(x->pl);
	enginekit_settle(&x->k);
	pipeline_free(x->pl);
	enginekit_close(&x->k);
	free(x);
	return 0;
}

static struct rk_fetch_result
no_answer(void)
{
	return (struct rk_fetch_result){.kind = RK_FETCH_CONNECT, .retry_after = -1};
}

/* Requests to so many names got no connection. */
static void
unreached(struct world *x, unsigned names, const char *proxy)
{
	struct rk_fetch_result r = no_answer();
	char name[32];

	for (unsigned i = 0; i < names; i++) {
		(void)snprintf(name, sizeof(name), "p%u.example.go.th", i);
		(void)network_heard(x->pl, SIZE_MAX, rk_str(name), rk_str(proxy), &r);
	}
}

static void
names_without_an_address_count(void **state)
{
	struct world *x = *state;

	unreached(x, 9, "");
	assert_false(network_lost(x->pl->network));
	unreached(x, 9, ""); /* the same ones */
	assert_false(network_lost(x->pl->network));
	unreached(x, 10, "");
	assert_true(network_lost(x->pl->network));
}

/* A server that many provinces share is down: that is its own trouble. */
static void
names_of_one_address_are_one(void **state)
{
	struct world *x = *state;
	char name[32];

	for (unsigned i = 0; i < 30; i++) {
		(void)snprintf(name, sizeof(name), "p%u.example.go.th", i);
		rk_fetcher_learn(x->k.e.fetcher, rk_str(name),
		    rk_str(i < 25 ? "192.0.2.1" : "192.0.2.2"));
	}
	unreached(x, 30, "");
	assert_false(network_lost(x->pl->network));
	unreached(x, 38, ""); /* and eight more: ten servers */
	assert_true(network_lost(x->pl->network));
}

static void
a_proxy_is_one(void **state)
{
	struct world *x = *state;

	unreached(x, 30, "http://proxy.example:3128");
	assert_false(network_lost(x->pl->network));
	unreached(x, 8, "");
	assert_false(network_lost(x->pl->network));
	unreached(x, 9, "");
	assert_true(network_lost(x->pl->network));
}

/* What hubs answer counts too; that a subscriber cannot be reached says nothing. */
static void
other_requests_speak(void **state)
{
	struct world *x = *state;
	struct rk_fetch_result r = no_answer(), good = no_answer();

	good.kind = RK_FETCH_OK;
	for (unsigned i = 0; i < 20; i++)
		pipeline_reached(x->pl, &r);
	unreached(x, 9, "");
	assert_false(network_lost(x->pl->network));
	pipeline_heard(x->pl, rk_str("hub.example"), rk_str(""), &r);
	assert_true(network_lost(x->pl->network));
	pipeline_reached(x->pl, &good);
	assert_false(network_lost(x->pl->network));
	pipeline_reached(NULL, &good); /* publish alone */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
	const struct CMUnitTest tests[] = {
	    T(names_without_an_address_count),
	    T(names_of_one_address_are_one),
	    T(a_proxy_is_one),
	    T(other_requests_speak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
