/*
 * Open addressing with linear probing. There are no graves: what stands behind one that
 * is removed moves up. A table grows at three quarters and never shrinks.
 */
#include <ruamkhao/map.h>

#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/auxv.h>

#define FIRST_SLOTS ((size_t)16)

/* Twenty-four bytes: tables of a hundred thousand are kept for years. */
struct slot {
	const char *key;
	uint32_t n;    /* bytes of it */
	uint32_t hash; /* lower half: no table has more slots */
	void *value;   /* NULL: free */
};

/* mask + 1 slots, a power of two; at least a quarter of them is free. */
struct rk_map {
	struct slot *slots;
	size_t mask;
	size_t count;
	uint64_t seed;
};

/* The kernel's gift of sixteen random bytes: there without a system call, so
 * that it also works inside a sandbox. */
static uint64_t
process_seed(void)
{
	static _Atomic uint64_t seed;
	uint64_t s = atomic_load_explicit(&seed, memory_order_relaxed);

	if (s == 0) {
		/* NOLINTNEXTLINE(performance-no-int-to-ptr): so it is given */
		const char *random = (const char *)(uintptr_t)getauxval(AT_RANDOM);

		rk_assert(random != NULL);
		s = rk_hash64(rk_strn(random, 16)) | 1;
		atomic_store_explicit(&seed, s, memory_order_relaxed);
	}
	return s;
}

struct rk_map *
rk_map_new(void)
{
	struct rk_map *m = rk_xmalloc(sizeof(*m));

	*m = (struct rk_map){.slots = rk_xcalloc(FIRST_SLOTS, sizeof(*m->slots)),
	    .mask = FIRST_SLOTS - 1,
	    .seed = process_seed()};
	return m;
}

void
rk_map_free(struct rk_map *m)
{
	if (m == NULL)
		return;
	free(m->slots);
	free(m);
}

/* The slot that holds key, or the free one where it belongs. */
static struct slot *
find(const struct rk_map *m, struct rk_str key, uint32_t hash)
{
	size_t i = hash & m->mask;

	while (m->slots[i].value != NULL &&
	       (m->slots[i].hash != hash ||
		   !rk_str_eq(rk_strn(m->slots[i].key, m->slots[i].n), key)))
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

static void
grow(struct rk_map *m)
{
	struct slot *old = m->slots;
	size_t n = m->mask + 1;

	m->slots = rk_xcalloc(n * 2, sizeof(*m->slots));
	m->mask = n * 2 - 1;
	for (size_t i = 0; i < n; i++) {
		size_t at = old[i].hash & m->mask;

		if (old[i].value == NULL)
			continue;
		while (m->slots[at].value != NULL)
			at = (at + 1) & m->mask;
		m->slots[at] = old[i];
	}
	free(old);
}

void *
rk_map_get(const struct rk_map *m, struct rk_str key)
{
	return find(m, key, (uint32_t)rk_hash64_more(m->seed, key))->value;
}

void *
rk_map_put(struct rk_map *m, struct rk_str key, void *value)
{
	uint32_t hash = (uint32_t)rk_hash64_more(m->seed, key);
	struct slot *s = find(m, key, hash);
	void *old = s->value;

	rk_assert(value != NULL && key.n <= UINT32_MAX);
	if (old == NULL && (m->count + 1) * 4 > (m->mask + 1) * 3) {
		grow(m);
		s = find(m, key, hash);
	}
	if (old == NULL)
		m->count++;
	*s = (struct slot){
	    .key = key.p, .n = (uint32_t)key.n, .hash = hash, .value = value};
	return old;
}

void *
rk_map_drop(struct rk_map *m, struct rk_str key)
{
	struct slot *s = find(m, key, (uint32_t)rk_hash64_more(m->seed, key));
	size_t hole = (size_t)(s - m->slots);
	void *old = s->value;

	if (old == NULL)
		return NULL;
	for (size_t i = (hole + 1) & m->mask; m->slots[i].value != NULL;
	     i = (i + 1) & m->mask) {
		/* may it stand in the hole: is that no nearer than where it belongs? */
		if (((i - m->slots[i].hash) & m->mask) < ((i - hole) & m->mask))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole] = (struct slot){0};
	m->count--;
	return old;
}

size_t
rk_map_count(const struct rk_map *m)
{
	return m->count;
}
