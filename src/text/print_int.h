/* What making and reading of fingerprints share. */
#ifndef RUAMKHAO_PRINT_INT_H
#define RUAMKHAO_PRINT_INT_H

#include <ruamkhao/print.h>

#define SHINGLE    5    /* characters */
#define VALUE_BITS 24   /* of a hash in a sketch */
#define ROUTINE    0x80 /* in the byte of the label: bits stand before the credit */

static inline uint64_t
print_mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9u;
	return x ^ x >> 32;
}

/* As its title, a compare key, says. */
bool print_is_routine(struct rk_str title_key);

/* Its shingles, as bits. */
void print_mark(struct rk_str key, uint8_t bits[RK_PRINT_BITS]);

#endif
