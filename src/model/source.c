/*
 * Names of what is remembered of a source. Knows neither configuration nor store.
 */
#include <ruamkhao/source.h>

const char *
rk_standing_name(enum rk_source_standing standing)
{
	switch (standing) {
	case RK_STANDING_NEW:
		return "new";
	case RK_STANDING_OK:
		return "ok";
	case RK_STANDING_FAILING:
		return "failing";
	case RK_STANDING_GONE:
		return "gone";
	case RK_STANDING_OFF:
		return "off";
	}
	return "unknown";
}
