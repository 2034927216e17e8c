/*
 * A visit of the source doctor: one address (or file) is asked as the daemon would ask
 * it, and where it is no feed, where the feed of such a site usually stands. Nothing is
 * stored.
 *
 * Politely: one request after another with fetch.host_gap between two, at most
 * RK_MAX_CANDIDATES addresses, none any more after a site refused or two answers
 * failed. What came is read in a worker.
 */
#ifndef RUAMKHAO_PROBE_H
#define RUAMKHAO_PROBE_H

#include <ruamkhao/clock.h>
#include <ruamkhao/config.h>
#include <ruamkhao/doctor.h>

struct rk_probe; /* holds a visit and everything it points to */

struct rk_probe_opts {
	const char *program; /* path of the binary, to start a worker */
	const struct rk_clock *clock;
	const struct rk_config *config; /* NULL: the defaults; outlives the probe */
	bool sandbox;                   /* close the process in before it asks */
	/* Called before each request; NULL: never. */
	void (*asking)(void *cookie, struct rk_str url);
	void *cookie;
};

/*
 * 0 and *out, also when nothing good came: the visit tells. -1: RK_E_INPUT (the address
 * is none that we fetch, the file cannot be read), RK_E_SYS. path "-": standard input.
 */
int rk_probe_url(struct rk_str url, const struct rk_probe_opts *, struct rk_probe **out,
    struct rk_err *);
int rk_probe_file(const char *path, const struct rk_probe_opts *, struct rk_probe **out,
    struct rk_err *);
const struct rk_visit *rk_probe_visit(const struct rk_probe *);
void rk_probe_free(struct rk_probe *); /* NULL is fine */

#endif
