/*
 * XXH3, the only place that knows which hash it is. The values are stored: they
 * must stay what they are (a test holds known answers).
 */
#include <ruamkhao/hash.h>

#include <xxhash.h>

static const char *
bytes(struct rk_str s)
{
	return s.p != NULL ? s.p : "";
}

uint64_t
rk_hash64(struct rk_str s)
{
	return XXH3_64bits(bytes(s), s.n);
}

uint64_t
rk_hash64_more(uint64_t seed, struct rk_str s)
{
	return XXH3_64bits_withSeed(bytes(s), s.n, seed);
}

struct rk_hash128
rk_hash128(struct rk_str s)
{
	XXH128_hash_t h = XXH3_128bits(bytes(s), s.n);

	return (struct rk_hash128){.lo = h.low64, .hi = h.high64};
}

void
rk_hash128_hex(struct rk_hash128 h, char out[33])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		out[15 - i] = digits[(h.hi >> (4 * i)) & 15];
		out[31 - i] = digits[(h.lo >> (4 * i)) & 15];
	}
	out[32] = '\0';
}
