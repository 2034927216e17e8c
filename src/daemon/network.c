/*
 * Is it our own network that fails? When LOST_AFTER requests in a row got no connection, all
 * at different servers and none got one meanwhile, the sources are not to blame: further
 * failures are not held against them, one source is tried at a time, and when one answers
 * all that waited go on, spread over a few minutes (F13).
 *
 * A server is what was to be connected to: a proxy, or an address, whatever its names (many
 * provinces share one); a host whose address was never known stands for itself.
 */
#include "poll_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/log.h>

#include <stdlib.h>

#define LOST_AFTER 10
#define PROBE_MS   30000 /* from the end of one try to the next */
#define RESUME_S   300   /* as after a downtime */

struct network {
	size_t slots[LOST_AFTER];   /* that failed in a row; SIZE_MAX: that was no poll itself */
	uint64_t servers[LOST_AFTER]; /* where: all different, by their hashes */
	size_t n;
	bool lost;
	int64_t since; /* wall */
	int64_t probe_ms;
};

struct network *
network_new(void)
{
	return rk_xcalloc(1, sizeof(struct network));
}

void
network_free(struct network *n)
{
	free(n);
}

bool
network_lost(const struct network *n)
{
	return n->lost;
}

int64_t
network_probe_ms(const struct network *n)
{
	return n->probe_ms;
}

int64_t
network_since(const struct network *n)
{
	return n->since;
}

/* With a redirect there was one. */
static bool
no_connection(const struct rk_fetch_result *r)
{
	return r->redirects == 0 && (r->kind == RK_FETCH_DNS || r->kind == RK_FETCH_CONNECT
	    || (r->kind == RK_FETCH_TIMEOUT && r->status == 0 && r->wire_bytes == 0));
}

/* All that is late, and those that failed before we knew, one after the other. */
static void
resume(struct pipeline *pl)
{
	struct network *n = pl->network;
	size_t *late = rk_xcalloc(pl->e->n_slots + LOST_AFTER, sizeof(*late)), n_late = 0, i;
	int64_t now = pipeline_heap_now(pl), due;

	for (size_t k = 0; k < n->n; k++) {
		if (n->slots[k] != SIZE_MAX && !pl->e->slots[n->slots[k]].busy) {
			rk_heap_drop(pl->due, n->slots[k]);
			late[n_late++] = n->slots[k];
		}
	}
	while (rk_heap_first(pl->due, &i, &due) && due <= now) {
		rk_heap_drop(pl->due, i);
		late[n_late++] = i;
	}
	for (size_t k = 0; k < n_late; k++)
		rk_heap_set(pl->due, late[k], now + (int64_t)(RESUME_S * 1000 * k / n_late));
	free(late);
}

enum { OF_PROXY = 1, OF_ADDRESS };

static uint64_t
server_of(const struct pipeline *pl, struct rk_str host, struct rk_str proxy)
{
	uint32_t address;

	if (proxy.n > 0)
		return rk_hash64_more(OF_PROXY, proxy);
	address = rk_fetcher_server(pl->e->fetcher, host);
	return address != 0 ? rk_hash64_more(OF_ADDRESS, rk_strn((const char *)&address, sizeof(address)))
			    : rk_hash64(host);
}

bool
network_heard(struct pipeline *pl, size_t slot, struct rk_str host, struct rk_str proxy,
    const struct rk_fetch_result *r)
{
	struct network *n = pl->network;
	uint64_t server;

	if (!pl->scheduled || r->kind == RK_FETCH_REFUSED) /* the latter asked nobody */
		return false;
	if (!no_connection(r)) {
		if (n->lost) {
			n->lost = false;
			rk_log(RK_INFO, "the network is back: polling goes on", NULL);
			resume(pl);
		}
		n->n = 0;
		return false;
	}
	if (n->lost) {
		n->probe_ms = (int64_t)engine_ms(pl->e) + PROBE_MS;
		return true;
	}
	server = server_of(pl, host, proxy);
	for (size_t i = 0; i < n->n; i++) {
		if (n->servers[i] == server)
			return false;
	}
	n->servers[n->n] = server;
	n->slots[n->n++] = slot;
	if (n->n < LOST_AFTER)
		return false;
	n->lost = true;
	n->since = engine_now(pl->e);
	n->probe_ms = (int64_t)engine_ms(pl->e) + PROBE_MS;
	rk_log(RK_WARN, "no host can be reached: our own network seems to be down; one source "
	    "is tried at a time until one answers", "last", rk_cstr(host),
	    "error", r->err.text, NULL);
	return true;
}

void
pipeline_heard(struct pipeline *pl, struct rk_str host, struct rk_str proxy,
    const struct rk_fetch_result *r)
{
	if (pl == NULL || pl->stopping)
		return;
	(void)network_heard(pl, SIZE_MAX, host, proxy, r);
	pipeline_settle(pl);
}

void
pipeline_reached(struct pipeline *pl, const struct rk_fetch_result *r)
{
	if (!no_connection(r))
		pipeline_heard(pl, rk_str(""), rk_str(""), r); /* whoever it was */
}
