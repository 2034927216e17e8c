/*
 * A loop with one fetcher in it, for tests of fetching: start transfers, run the loop
 * until they are done, look at copies of their results.
 */
#ifndef RK_TESTS_FETCHKIT_H
#define RK_TESTS_FETCHKIT_H

#include <ruamkhao/clock.h>
#include <ruamkhao/fetch.h>

#include <uv.h>

#define FETCHKIT_NOW 1800000000 /* what its clock says in seconds since 1970 */

struct fetchkit {
	uv_loop_t loop;
	struct rk_fetcher *fetcher; /* NULL once closed */
	struct rk_clock clock;
	struct rk_cidr loopback;
	bool closed;
};

/* A result that outlives its transfer; all strings end with NUL, none is NULL. */
struct fetchkit_got {
	unsigned calls; /* of done(): 0 not yet, 1, more is a bug */
	enum rk_fetch_kind kind;
	int status;
	char *body;
	size_t n;
	char *url, *etag, *last_modified, *type;
	unsigned redirects;
	bool moved, delta;
	int64_t retry_after, fresh_for;
	uint64_t wire, elapsed_ms;
	char address[64];
	char error[512];
};

/* Options as most tests want them: loopback allowed, no gap, 10 s. */
struct rk_fetcher_opts fetchkit_opts(struct fetchkit *);
void fetchkit_open(struct fetchkit *, const struct rk_fetcher_opts *); /* NULL: those */
/* Closes the fetcher if it is open, runs the loop until empty, asserts that it closes.
 */
void fetchkit_close(struct fetchkit *);

/* Start; the result comes into *g, which must be zero before. */
struct rk_fetch *fetchkit_start(
    struct fetchkit *, const struct rk_fetch_req *, struct fetchkit_got *);
/* Run the loop until *g came, or all started ones. */
void fetchkit_turn(struct fetchkit *); /* of the loop, at most about a millisecond */
void fetchkit_wait(struct fetchkit *, const struct fetchkit_got *g);
void fetchkit_wait_all(struct fetchkit *);
/* Start and wait; fetchkit_release afterwards. */
struct fetchkit_got fetchkit_get(struct fetchkit *, const struct rk_fetch_req *);
struct fetchkit_got fetchkit_get_url(struct fetchkit *, const char *url);
void fetchkit_release(struct fetchkit_got *);

#endif
