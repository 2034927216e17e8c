/* The machine's clocks, for those to whom one is passed. */
#include <ruamkhao/daemon.h>

#include <time.h>

static int64_t
wall(void *self)
{
	(void)self;
	return (int64_t)time(NULL);
}

static uint64_t
mono_ms(void *self)
{
	struct timespec ts;

	(void)self;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

const struct rk_clock *
rk_clock_real(void)
{
	static const struct rk_clock clock = { wall, mono_ms, NULL };

	return &clock;
}
