/*
 * Spans of bytes. Byte by byte, ASCII only where case or white space matters:
 * what a character is belongs to the module text.
 */
#include <ruamkhao/str.h>

#include <string.h>

/* Where *rest points when one empty piece, behind a last separator, is left. */
static const char last_empty[1] = "";

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* memcmp on NULL is undefined also for no bytes. */
static bool
same(const char *a, const char *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

static bool
same_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool
rk_str_eq(struct rk_str a, struct rk_str b)
{
	return a.n == b.n && same(a.p, b.p, a.n);
}

bool
rk_str_is(struct rk_str a, const char *cstr)
{
	return rk_str_eq(a, rk_str(cstr));
}

bool
rk_str_ieq(struct rk_str a, struct rk_str b)
{
	return a.n == b.n && same_nocase(a.p, b.p, a.n);
}

bool
rk_str_iis(struct rk_str a, const char *cstr)
{
	return rk_str_ieq(a, rk_str(cstr));
}

int
rk_str_cmp(struct rk_str a, struct rk_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

bool
rk_str_starts(struct rk_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && same(s.p, prefix, n);
}

bool
rk_str_istarts(struct rk_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && same_nocase(s.p, prefix, n);
}

bool
rk_str_ends(struct rk_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && (n == 0 || same(s.p + (s.n - n), suffix, n));
}

struct rk_str
rk_str_trim(struct rk_str s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t
rk_str_find(struct rk_str s, struct rk_str needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return SIZE_MAX;
	at = memmem(s.p, s.n, needle.p, needle.n); /* two-way: linear */
	return at != NULL ? (size_t)(at - s.p) : SIZE_MAX;
}

size_t
rk_str_chr(struct rk_str s, char c)
{
	const char *at = s.n > 0 ? memchr(s.p, c, s.n) : NULL;

	return at != NULL ? (size_t)(at - s.p) : SIZE_MAX;
}

bool
rk_str_split(struct rk_str *rest, char sep, struct rk_str *piece)
{
	size_t at;

	if (rest->n == 0) {
		if (rest->p != last_empty)
			return false;
		*piece = *rest;
		*rest = (struct rk_str){NULL, 0};
		return true;
	}
	at = rk_str_chr(*rest, sep);
	if (at == SIZE_MAX) {
		*piece = *rest;
		*rest = (struct rk_str){NULL, 0};
		return true;
	}
	*piece = (struct rk_str){rest->p, at};
	*rest = rk_str_from(*rest, at + 1);
	if (rest->n == 0)
		rest->p = last_empty;
	return true;
}

int
rk_str_u64(struct rk_str s, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (s.n == 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit;

		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		digit = (uint64_t)(s.p[i] - '0');
		if (value > max / 10 || value * 10 > max - digit || digit > max)
			return -1;
		value = value * 10 + digit;
	}
	*out = value;
	return 0;
}
