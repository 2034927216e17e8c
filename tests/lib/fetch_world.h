/*
 * A loop with one fetcher in it, for tests of fetching: start transfers, run the loop
 * until they are done, look at copies of their results.
 */
#ifndef RK_TESTS_FETCH_WORLD_H
#define RK_TESTS_FETCH_WORLD_H

#include <ruamkhao/clock.h>
#include <ruamkhao/fetch.h>

#include <uv.h>

#define WORLD_NOW 1800000000 /* what its clock says in seconds since 1970 */

struct world {
	uv_loop_t loop;
	struct rk_fetcher *fetcher; /* NULL once closed */
	struct rk_clock clock;
	struct rk_cidr loopback;
	bool closed;
};

/* A result that outlives its transfer; all strings end with NUL, none is NULL. */
struct got {
	unsigned calls; /* of done(): 0 not yet, 1, more is a bug */
	enum rk_fetch_kind kind;
	int status;
	char *body;
	size_t n;
	char *url, *etag, *last_modified, *type;
	unsigned redirects;
	bool moved;
	int64_t retry_after, fresh_for;
	uint64_t wire, elapsed_ms;
	char address[64];
	char error[512];
};

/* Options as most tests want them: loopback allowed, no gap, 10 s. */
struct rk_fetcher_opts world_opts(struct world *);
void world_open(struct world *, const struct rk_fetcher_opts *); /* NULL: those */
/* Closes the fetcher if it is open, runs the loop until empty, asserts that it closes.
 */
void world_close(struct world *);

/* Start; the result comes into *g, which must be zero before. */
struct rk_fetch *world_start(struct world *, const struct rk_fetch_req *, struct got *);
/* Run the loop until *g came, or all started ones. */
void world_wait(struct world *, const struct got *g);
void world_wait_all(struct world *);
/* Start and wait; got_release afterwards. */
struct got world_get(struct world *, const struct rk_fetch_req *);
struct got world_get_url(struct world *, const char *url);
void got_release(struct got *);

#endif
