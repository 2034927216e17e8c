/*
 * Durations, sizes and offsets as people write them in the configuration.
 * Strict on purpose: "90" or "5 m" is a question, not an answer.
 */
#include <ruamkhao/units.h>

#include <ruamkhao/err.h>

#include <string.h>

#define MAX_DURATION ((uint64_t)10 * 365 * 86400)
#define MAX_SIZE     ((uint64_t)1 << 40)
#define MAX_OFFSET   (18 * 3600) /* no zone ever was farther from UTC than 16 h */

struct unit {
	const char *name;
	uint64_t worth;
};

/* Largest first; "B" last, as it ends all the others. */
static const struct unit durations[] = {
    {"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {NULL, 0}};
static const struct unit sizes[] = {
    {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}, {NULL, 0}};

int
rk_parse_count(struct rk_str s, uint64_t max, uint64_t *out)
{
	if (s.n > 1 && s.p[0] == '0')
		return -1;
	return rk_str_u64(s, max, out);
}

static int
parse_unit(struct rk_str s, const struct unit *units, uint64_t max, uint64_t *out)
{
	uint64_t count;

	for (; units->name != NULL; units++) {
		if (!rk_str_ends(s, units->name))
			continue;
		s.n -= rk_str(units->name).n;
		if (rk_parse_count(s, max / units->worth, &count) != 0)
			return -1;
		*out = count * units->worth;
		return 0;
	}
	return -1;
}

int
rk_parse_duration(struct rk_str s, int64_t *seconds)
{
	uint64_t value;

	if (parse_unit(s, durations, MAX_DURATION, &value) != 0)
		return -1;
	*seconds = (int64_t)value;
	return 0;
}

int
rk_parse_size(struct rk_str s, uint64_t *bytes)
{
	return parse_unit(s, sizes, MAX_SIZE, bytes);
}

int
rk_parse_offset(struct rk_str s, int *seconds)
{
	uint64_t hours, minutes;
	int value;

	if (rk_str_is(s, "Z")) {
		*seconds = 0;
		return 0;
	}
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
		return -1;
	if (rk_str_u64(rk_strn(s.p + 1, 2), 23, &hours) != 0 ||
	    rk_str_u64(rk_strn(s.p + 4, 2), 59, &minutes) != 0)
		return -1;
	value = (int)hours * 3600 + (int)minutes * 60;
	if (value > MAX_OFFSET)
		return -1;
	*seconds = s.p[0] == '-' ? -value : value;
	return 0;
}

char *
rk_format_count(uint64_t value, char out[RK_COUNT_TEXT])
{
	char digits[RK_COUNT_TEXT];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	memcpy(out, digits + at, sizeof(digits) - at);
	return out;
}

static char *
format_unit(
    uint64_t value, const char *sign, const struct unit *units, char *out, size_t size)
{
	const struct unit *u = units;
	char digits[RK_COUNT_TEXT];

	while (u[1].name != NULL && (value == 0 || value % u->worth != 0))
		u++;
	rk_format_count(value / u->worth, digits);
	rk_assert(strlen(sign) + strlen(digits) + strlen(u->name) < size);
	(void)stpcpy(stpcpy(stpcpy(out, sign), digits), u->name);
	return out;
}

char *
rk_format_duration(int64_t seconds, char *out, size_t size)
{
	uint64_t value = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;

	return format_unit(value, seconds < 0 ? "-" : "", durations, out, size);
}

char *
rk_format_size(uint64_t bytes, char *out, size_t size)
{
	return format_unit(bytes, "", sizes, out, size);
}
