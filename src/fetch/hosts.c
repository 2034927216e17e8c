/*
 * How many transfers run to each host and to each address behind several names, and when
 * the last one began: the limits of RELIABILITY 2.31. Counts and computes; who waits is the caller's business.
 */
#include "fetch_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/manners.h>

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
	struct known *known; /* a power of two; at most half full */
	size_t n_known, known_places;
};

/* Whose address a name had, by hashes: eight bytes for each of a hundred thousand names.
 * Two that collide share their limits, no more. */
struct known {
	uint32_t name, address; /* 0: free */
};
#define FIRST_KNOWN  ((size_t)64)
#define MAX_KNOWN    ((size_t)1 << 20) /* places: hostile redirects cannot fill the memory */

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
	free(h->known);
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

/* ---- servers */

static uint32_t
short_hash(struct rk_str s)
{
	uint32_t h = (uint32_t)(rk_hash64(s) >> 32);

	return h != 0 ? h : 1;
}

static struct known *
place_of(const struct rk_hosts *h, uint32_t name)
{
	size_t i = name & (h->known_places - 1);

	while (h->known[i].name != 0 && h->known[i].name != name)
		i = (i + 1) & (h->known_places - 1);
	return &h->known[i];
}

/* A host that is written as an address; no name's last label is a number. */
static bool
is_number(struct rk_str name)
{
	return name.n > 0 && ((name.p[name.n - 1] >= '0' && name.p[name.n - 1] <= '9') ||
				 rk_str_chr(name, ':') != SIZE_MAX);
}

/* 0: not known. */
static uint32_t
address_of(const struct rk_hosts *h, struct rk_str name)
{
	if (!rk_keeps(RK_M_PER_HOST))
		return 0;
	if (is_number(name))
		return short_hash(name);
	return h->n_known > 0 ? place_of(h, short_hash(name))->address : 0;
}

bool
rk_hosts_learn(struct rk_hosts *h, struct rk_str name, struct rk_str address)
{
	struct known *old = h->known, *k;
	size_t n_old = h->known_places;
	uint32_t at = short_hash(address);

	if (is_number(name) || address.n == 0)
		return false;
	if (2 * h->n_known >= n_old) {
		if (n_old >= MAX_KNOWN)
			return false;
		h->known_places = n_old > 0 ? 2 * n_old : FIRST_KNOWN;
		h->known = rk_xcalloc(h->known_places, sizeof(*h->known));
		for (size_t i = 0; i < n_old; i++)
			if (old[i].name != 0)
				*place_of(h, old[i].name) = old[i];
		free(old);
	}
	k = place_of(h, short_hash(name));
	h->n_known += k->name == 0;
	k->name = short_hash(name);
	if (k->address == at)
		return false;
	k->address = at;
	return true;
}

#define SERVER_NAME (1 + sizeof(uint32_t))

/* No host has such a name. */
static struct rk_str
server_name(uint32_t address, char out[SERVER_NAME])
{
	out[0] = '#';
	memcpy(out + 1, &address, sizeof(address));
	return rk_strn(out, SERVER_NAME);
}

static uint64_t
wait_for(const struct rk_hosts *h, struct rk_str name, uint64_t now)
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

uint64_t
rk_hosts_wait(
    const struct rk_hosts *h, struct rk_str name, uint64_t now, uint32_t *server)
{
	uint64_t wait = wait_for(h, name, now);
	uint32_t address;
	char as_name[SERVER_NAME];

	*server = 0;
	if (wait == 0 && (address = address_of(h, name)) != 0) {
		wait = wait_for(h, server_name(address, as_name), now);
		*server = wait > 0 ? address : 0;
	}
	return wait;
}

struct rk_host *
rk_hosts_enter_server(struct rk_hosts *h, struct rk_str name, uint64_t now)
{
	uint32_t address = address_of(h, name);
	char server[SERVER_NAME];

	return address == 0 ? NULL : rk_hosts_enter(h, server_name(address, server), now);
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

bool
rk_hosts_leave(const struct rk_hosts *h, struct rk_host *x)
{
	rk_assert(x->active > 0);
	return x->active-- == h->limit; /* more than that only redirects come to */
}

struct rk_str
rk_host_name(const struct rk_host *x)
{
	return rk_strn(x->name, x->n);
}

uint32_t
rk_host_server(const struct rk_host *x)
{
	uint32_t address;

	rk_assert(x->n == SERVER_NAME && x->name[0] == '#');
	memcpy(&address, x->name + 1, sizeof(address));
	return address;
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
	if (n == 0 || n > RK_MAX_HOST || label >= n)
		return false;
	/* Numbers have many spellings, but one that is canonical; names end in a letter's label. */
	if (rest.p[label] < 'a' && !rk_url_is_quad(rk_strn(rest.p, n)))
		return false;
	*host = rk_strn(rest.p, n);
	if (n < rest.n && rest.p[n] == ':')
		do {
			n++;
		} while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9');
	return n == rest.n || rest.p[n] == '/' || rest.p[n] == '?' || rest.p[n] == '#';
}

uint32_t
rk_hosts_server(const struct rk_hosts *h, struct rk_str name)
{
	return address_of(h, name);
}
