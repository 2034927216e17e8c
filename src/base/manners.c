/* Behaviours that tests may switch off; nothing in an ordinary build. */
#include <ruamkhao/manners.h>

#ifdef RK_TEST_BUILD

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static uint64_t dropped; /* bit n: behaviour n is off */

bool
rk_keeps(enum rk_manner manner)
{
	return (dropped >> manner & 1) == 0;
}

bool
rk_manners_drop(const char *list)
{
	uint64_t off = 0;
	char *end;

	for (const char *p = list; *p != '\0'; p = end + (*end == ',')) {
		long n = strtol(p, &end, 10);

		if (end == p || n < 1 || n > RK_N_MANNERS || (*end != '\0' && *end != ','))
			return false;
		off |= (uint64_t)1 << n;
	}
	dropped |= off;
	return true;
}

#else
typedef int rk_manners_unused; /* a translation unit is never empty */
#endif
