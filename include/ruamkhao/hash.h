/*
 * Hashes for tables, unchanged bodies, identity keys (XXH3). Not for security: a
 * key is scoped by its source, so a made collision hurts only its maker.
 * The values are stored in the database: the function must never change.
 */
#ifndef RUAMKHAO_HASH_H
#define RUAMKHAO_HASH_H

#include <ruamkhao/str.h>

uint64_t rk_hash64(struct rk_str);
/* Chain several parts: seed is the hash so far. */
uint64_t rk_hash64_more(uint64_t seed, struct rk_str);

struct rk_hash128 {
	uint64_t lo, hi;
};
struct rk_hash128 rk_hash128(struct rk_str);
/* 32 lower-case hex digits and a NUL. */
void rk_hash128_hex(struct rk_hash128, char out[33]);

#endif
