/*
 * A clock for tests of the daemon: time stands still while anything is under way and
 * jumps to what is due next when nothing is, so that a week lasts seconds.
 *
 *	struct program w;
 *	struct testclock *c = testclock_new(0);
 *	struct origin *o = origin_start();
 *
 *	program_open(&w);
 *	origin_clock(o, testclock_ms, c);      the log is stamped with the same time
 *	origin_route(o, "/feed", &(struct origin_answer){.status = 503,
 *	    .headers = "Retry-After: 7200\n"}, 1);
 *	program_config(&w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n",
 *	    origin_url(o, "/feed"));
 *	testclock_run(c, &w, 3 * 86400);       three days of `ruamkhao run`
 *	r = origin_seen_at(o, "/feed", 1);     r->began_ms - the first's >= 7200 * 1000
 *	origin_stop(o);
 *	testclock_free(c);
 *	program_close(&w);
 *
 * The daemon runs in this process and thread; its workers are RK_BIN's. testclock_run may
 * be called again: the state is kept, as over a restart; testclock_pass lets time go by
 * without a daemon. testclock_at has things happen at a time. What the program prints is
 * in dir/log.
 *
 * How the daemon does it: src/daemon/clock.c, struct rk_clock's jump. Code that waits
 * for a time must be asked for it there.
 */
#ifndef RK_TESTS_TESTCLOCK_H
#define RK_TESTS_TESTCLOCK_H

#include "program.h"

#include <ruamkhao/clock.h>

#include <stdint.h>

#define TESTCLOCK_START 1767578400 /* Monday 2026-01-05, 09:00 in Bangkok */

/* Loopback let through, the intervals of the defaults, no pause between requests. */
#define TESTCLOCK_FETCH \
	"fetch:\n  host_gap: 0s\n  every: 1h\n  every_unconditional: 4h\n" \
	"  allow_addresses: [127.0.0.0/8]\n"

struct testclock;

struct testclock *testclock_new(int64_t wall); /* 0: TESTCLOCK_START */
void testclock_free(struct testclock *);
const struct rk_clock *testclock_clock(struct testclock *);

/* From any thread. Milliseconds since testclock_new, never back; for origin_clock. */
int64_t testclock_ms(void *testclock);
int64_t testclock_wall(struct testclock *); /* seconds since 1970 */

/* No jump is shorter than ms: what is due soon after is done in one go, later by so
 * much at most. Makes long runs of many sources cheap. 0 at first. */
void testclock_coarse(struct testclock *, uint64_t ms);

/* Call fn when the clock reaches ms (since testclock_new), on the daemon's loop; none is
 * called without a daemon. */
void testclock_at(struct testclock *, int64_t ms, void (*fn)(void *cookie), void *cookie);
/* Set the wall clock, as an operator does: the monotonic one goes on. */
void testclock_set_wall(struct testclock *, int64_t wall);
void testclock_pass(struct testclock *, int64_t seconds); /* while no daemon runs */

/* Workers are of this program, which may come and go; the path must live. RK_BIN at first. */
void testclock_workers(struct testclock *, const char *program);

/* `ruamkhao run` over the program's configuration for so many seconds of this clock, then
 * SIGTERM. Asserts that it ended well. */
void testclock_run(struct testclock *, struct program *, int64_t seconds);
/* `ruamkhao once`. */
void testclock_once(struct testclock *, struct program *);

#endif
