/*
 * Time, passed in: only the daemon, the command line and log.c read the real one.
 */
#ifndef RUAMKHAO_CLOCK_H
#define RUAMKHAO_CLOCK_H

#include <stdint.h>

#define RK_NO_TIME INT64_MIN /* "none was stated" wherever seconds are kept */

struct rk_clock {
	int64_t (*wall)(void *self);     /* seconds since 1970, UTC */
	uint64_t (*mono_ms)(void *self); /* milliseconds, never back */
	void *self;
	/*
	 * NULL, but for a test's clock: nothing is under way, and nothing is due for `ms`
	 * (UINT64_MAX: nothing at all). It lets that time, or part of it, pass at once.
	 */
	void (*jump)(void *self, uint64_t ms);
};

#endif
