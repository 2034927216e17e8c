/*
 * How many transfers run to each host, and when the last one began: the limits of
 * RELIABILITY 2.31. Counts and computes; who waits is the caller's business.
 */
#include "fetch_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS ((size_t)64)

struct rk_host {
	struct rk_host *next; /* in the bucket */
	uint64_t hash;
	uint64_t began; /* monotonic ms of the last start */
	unsigned active;
	size_t n;
	char name[];
};

/* count <= 2 * n_buckets after each addition; hosts without news are dropped when the
 * table would grow, so that hostile redirects cannot fill the memory. */
struct rk_hosts {
	struct rk_host **buckets;
	size_t n_buckets; /* a power of two */
	size_t count;
	unsigned limit;
	uint64_t gap_ms;
	uint64_t seed;
};

struct rk_hosts *
rk_hosts_new(unsigned limit, uint64_t gap_ms)
{
	struct rk_hosts *h = rk_xmalloc(sizeof(*h));

	*h = (struct rk_hosts){
	    .n_buckets = FIRST_BUCKETS, .limit = limit, .gap_ms = gap_ms};
	h->buckets = rk_xcalloc(h->n_buckets, sizeof(struct rk_host *));
	/* Where the heap lies differs from run to run: enough against collisions that
	 * are prepared in redirects. */
	h->seed = (uint64_t)(uintptr_t)h->buckets;
	return h;
}

void
rk_hosts_free(struct rk_hosts *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->n_buckets; i++) {
		struct rk_host *next;

		for (struct rk_host *x = h->buckets[i]; x != NULL; x = next) {
			next = x->next;
			free(x);
		}
	}
	free(h->buckets);
	free(h);
}

static struct rk_host *
find(const struct rk_hosts *h, struct rk_str name, uint64_t hash)
{
	struct rk_host *x = h->buckets[hash & (h->n_buckets - 1)];

	while (x != NULL && (x->hash != hash || x->n != name.n ||
				memcmp(x->name, name.p, name.n) != 0))
		x = x->next;
	return x;
}

/* Move what still matters into a table that is as big as it needs. */
static void
rebuild(struct rk_hosts *h, uint64_t now)
{
	struct rk_host **old = h->buckets, *all = NULL, *next;
	size_t n_old = h->n_buckets;

	h->count = 0;
	for (size_t i = 0; i < n_old; i++)
		for (struct rk_host *x = old[i]; x != NULL; x = next) {
			next = x->next;
			if (x->active == 0 && now - x->began >= h->gap_ms) {
				free(x);
				continue;
			}
			x->next = all;
			all = x;
			h->count++;
		}
	free(old);
	h->n_buckets = FIRST_BUCKETS;
	while (h->n_buckets < h->count)
		h->n_buckets *= 2;
	h->buckets = rk_xcalloc(h->n_buckets, sizeof(struct rk_host *));
	for (struct rk_host *x = all; x != NULL; x = next) {
		struct rk_host **bucket = &h->buckets[x->hash & (h->n_buckets - 1)];

		next = x->next;
		x->next = *bucket;
		*bucket = x;
	}
}

uint64_t
rk_hosts_wait(const struct rk_hosts *h, struct rk_str name, uint64_t now)
{
	const struct rk_host *x = find(h, name, rk_hash64_more(h->seed, name));

	if (x == NULL)
		return 0;
	if (h->limit > 0 && x->active >= h->limit)
		return UINT64_MAX;
	if (now - x->began < h->gap_ms)
		return x->began + h->gap_ms - now;
	return 0;
}

struct rk_host *
rk_hosts_enter(struct rk_hosts *h, struct rk_str name, uint64_t now)
{
	uint64_t hash = rk_hash64_more(h->seed, name);
	struct rk_host *x = find(h, name, hash), **bucket;

	if (x == NULL) {
		if (h->count >= 2 * h->n_buckets)
			rebuild(h, now);
		x = rk_xmalloc(sizeof(*x) + name.n);
		bucket = &h->buckets[hash & (h->n_buckets - 1)];
		*x = (struct rk_host){.next = *bucket, .hash = hash, .n = name.n};
		memcpy(x->name, name.p, name.n);
		*bucket = x;
		h->count++;
	}
	x->active++;
	x->began = now;
	return x;
}

void
rk_hosts_leave(struct rk_host *x)
{
	rk_assert(x->active > 0);
	x->active--;
}

bool
rk_host_plain(struct rk_str url, struct rk_str *host)
{
	size_t n = 0, label = 0;
	struct rk_str rest;

	if (rk_str_starts(url, "https://"))
		rest = rk_str_from(url, 8);
	else if (rk_str_starts(url, "http://"))
		rest = rk_str_from(url, 7);
	else
		return false;
	while (n < rest.n && ((rest.p[n] >= 'a' && rest.p[n] <= 'z') ||
				 (rest.p[n] >= '0' && rest.p[n] <= '9') ||
				 rest.p[n] == '-' || rest.p[n] == '.')) {
		if (rest.p[n] == '.')
			label = n + 1;
		n++;
	}
	/* Numbers have many spellings; names end in a letter's label. */
	if (n == 0 || n > RK_MAX_HOST || label >= n || rest.p[label] < 'a')
		return false;
	*host = rk_strn(rest.p, n);
	if (n < rest.n && rest.p[n] == ':')
		do {
			n++;
		} while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9');
	return n == rest.n || rest.p[n] == '/' || rest.p[n] == '?' || rest.p[n] == '#';
}
