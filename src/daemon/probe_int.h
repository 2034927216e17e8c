/*
 * What probe.c (the requests of a visit) and probe_read.c (the documents that came)
 * share.
 */
#ifndef RK_PROBE_INT_H
#define RK_PROBE_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/fetch.h>
#include <ruamkhao/probe.h>
#include <ruamkhao/worker.h>

#include <uv.h>

#define PROBE_QUEUE (2 * RK_MAX_PLACES) /* addresses that wait to be tried */

struct rk_probe {
	struct rk_visit visit;
	const struct rk_probe_opts *opts;
	const struct rk_source *source; /* configured with this url, or NULL */
	struct rk_arena *arena;         /* of strings here */
	struct rk_arena *read[RK_MAX_ASKED + 1]; /* of the documents */
	size_t n_read;
	struct rk_buf bodies[RK_MAX_ASKED];
	/* while it runs */
	uv_loop_t loop;
	uv_timer_t timer;
	struct rk_fetcher *fetcher;
	struct rk_pool *pool;
	struct rk_place queue[PROBE_QUEUE];
	size_t n_queue, next;
	size_t empty;      /* a feed without entries, SIZE_MAX none */
	unsigned failures; /* in a row, of guesses */
	uint64_t max_body;
	/* of what was not named to us: which address is asked now, and how we came there */
	struct robotbook *robots;
	struct robot *robot;
	struct rk_str at;
	unsigned hops;
	bool moved;     /* by permanent redirects alone */
	bool forbidden; /* its robots.txt does not let us there */
	bool done;
	struct rk_err err;
};

struct rk_probe *probe_new(struct rk_str target, const struct rk_probe_opts *);
/* The work of reading document i, or of applying page rules to it. */
void probe_work(struct rk_probe *, size_t i, struct rk_work *);
/* ---- probe_robots.c: robots.txt (RFC 9309) before each address that nobody named */

/* Was the newest address named to us as that of a feed? Then it is not for robots.txt. */
bool probe_named(const struct rk_probe *);
/* May p->at be asked now? false: when its robots.txt is here, probe_turn is called again;
 * or its error was noted and probe_refused called. */
bool probe_may(struct rk_probe *);
/* The answer is a redirect: p->at leads on, and probe_turn is called again. */
bool probe_led(struct rk_probe *, const struct rk_fetch_result *);
/* It is known that robots.txt forbids this page. */
bool probe_forbids(const struct rk_probe *, struct rk_str url, struct rk_str *why);
/* probe.c: look again, from the loop, whether p->at may be asked. */
void probe_turn(struct rk_probe *);
void probe_refused(struct rk_probe *);
void probe_as_configured(const struct rk_probe *, struct rk_fetch_req *);

/* What came of it; takes the arena over. */
void probe_read(struct rk_probe *, size_t i, enum rk_work_end, struct rk_ingest *,
    struct rk_arena *, const struct rk_err *);
/* The ready rules for the page of a visit that found no feed; false: there are none. */
bool probe_page_work(struct rk_probe *, struct rk_work *);
void probe_page_read(struct rk_probe *, enum rk_work_end, struct rk_ingest *,
    struct rk_arena *, const struct rk_err *);

#endif
