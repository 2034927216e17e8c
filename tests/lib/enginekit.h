/* An engine of slots and a clock that stands, for unit tests of the daemon's parts: no store,
 * no fetcher, nothing asked. What a test needs beside it puts into `e` itself. */
#ifndef RK_TEST_ENGINEKIT_H
#define RK_TEST_ENGINEKIT_H

#include "../../src/daemon/poll_int.h"

#include <ruamkhao/config.h>

#define ENGINEKIT_NOW ((int64_t)1767578400) /* wall */
#define ENGINEKIT_MS  100000                /* monotonic, at the beginning */

struct enginekit {
	uv_loop_t loop;
	struct rk_config config; /* all zero */
	struct rk_daemon_opts opts;
	struct rk_clock clock;
	struct rk_source *sources; /* enabled, each hour, without id, title and address */
	uint64_t ms;               /* what the monotonic clock says */
	uint64_t looks;            /* how often it was looked at */
	struct engine e;
};

/* As many sources and slots; the kit must not move until it is closed. */
void enginekit_open(struct enginekit *, size_t n);
void enginekit_source(struct enginekit *, size_t i, const char *url, const char *host);
/* The fetcher is closed, if there is one, and the loop runs until all handles are. */
void enginekit_settle(struct enginekit *);
/* The same, and all else is given back. */
void enginekit_close(struct enginekit *);

#endif
