#include "growth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

double
growth_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
less(double a, double b)
{
	return a < b ? a : b;
}

void
growth_is_linear(const char *name, double (*cost)(const void *arg, size_t n),
    const void *arg, size_t n)
{
	double quarter = 1e9, whole = 1e9;

#ifdef RK_SANITIZED
	/* Its allocator is not linear itself, and what else it finds it finds at once. */
	(void)cost(arg, n / 4);
	return;
#endif
	for (int i = 0; i < GROWTH_TRIES; i++) {
		quarter = less(quarter, cost(arg, n / 4));
		whole = less(whole, cost(arg, n));
		if (whole <= GROWTH_BLINK || whole <= quarter * GROWTH_MOST)
			return;
	}
	fail_msg("%s: %.1f ms, four times as much: %.1f ms", name, quarter * 1e3,
	    whole * 1e3);
}
