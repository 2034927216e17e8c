/*
 * Durations and sizes as people write them in the configuration
 * (CONTRACTS: "90s 30m 6h 2d", "64KiB 8MiB"). Strict: the whole text must match.
 */
#ifndef RUAMKHAO_UNITS_H
#define RUAMKHAO_UNITS_H

#include <ruamkhao/str.h>

/* Number and one of s m h d; "0s" is fine, a bare number is not. Seconds, at most
 * ten years. 0 or -1. */
int rk_parse_duration(struct rk_str, int64_t *seconds);
/* Number and one of B KiB MiB GiB. Bytes, at most 1 TiB. 0 or -1. */
int rk_parse_size(struct rk_str, uint64_t *bytes);
/* Decimal, no sign, no leading zero but "0" itself. 0 or -1. */
int rk_parse_count(struct rk_str, uint64_t max, uint64_t *out);
/* "+07:00", "-03:30", "Z": seconds east of UTC. 0 or -1. */
int rk_parse_offset(struct rk_str, int *seconds);

/* Decimal; returns out. */
#define RK_COUNT_TEXT 21
char *rk_format_count(uint64_t, char out[RK_COUNT_TEXT]);
/* Shortest exact form that rk_parse_duration reads back. out: at least 24 bytes. */
char *rk_format_duration(int64_t seconds, char *out, size_t size);
char *rk_format_size(uint64_t bytes, char *out, size_t size);

#endif
