/*
 * Eight bytes at a time, in one word, for texts of which most bytes need no look. The order
 * of the bytes in the word does not matter.
 */
#ifndef RUAMKHAO_EIGHT_H
#define RUAMKHAO_EIGHT_H

#include <stdbool.h>
#include <stdint.h>

#define RK_EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Is one of them below `limit`, which is at most 0x80? */
static inline bool
rk_eight_below(uint64_t eight, unsigned char limit)
{
	return ((eight - RK_EIGHT(limit)) & ~eight & RK_EIGHT(0x80)) != 0;
}

/* Is one of them this byte? */
static inline bool
rk_eight_hold(uint64_t eight, unsigned char byte)
{
	return rk_eight_below(eight ^ RK_EIGHT(byte), 1);
}

/* Is each of them 0x80 or above? */
static inline bool
rk_eight_high(uint64_t eight)
{
	return (eight & RK_EIGHT(0x80)) == RK_EIGHT(0x80);
}

#endif
