/*
 * Values of one kind each, read strictly, and the line that is printed when one is
 * wrong. Knows no option by name.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/units.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
rk_cfg_complain(const struct rk_cfg_at *at, const char *fmt, ...)
{
	char path[RK_CFG_PATH] = "", text[512];
	size_t n = 0;
	va_list ap;

	if (at->map != NULL)
		n += (size_t)snprintf(path, sizeof(path), "%.40s", at->map);
	if (at->item >= 0)
		n += (size_t)snprintf(path + n, sizeof(path) - n, "[%ld]", at->item);
	if (at->key != NULL)
		n += (size_t)snprintf(
		    path + n, sizeof(path) - n, "%s%.40s", n > 0 ? "." : "", at->key);
	if (at->sub >= 0)
		(void)snprintf(path + n, sizeof(path) - n, "[%ld]", at->sub);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (at->id != NULL)
		return rk_cfg_bad(at->file, at->err, path, "source %s: %s: %s",
		    rk_cfg_quote(at->id).text, at->key, text);
	return rk_cfg_bad(at->file, at->err, path, "%s: %s", path, text);
}

int
rk_cfg_duration(const struct rk_cfg_at *at, const char *text, int64_t min, int64_t max,
    int64_t *out)
{
	char lo[32], hi[32];

	if (rk_parse_duration(rk_str(text), out) != 0)
		return rk_cfg_complain(
		    at, "%s is not a duration (try \"30m\")", rk_cfg_quote(text).text);
	if (*out < min || *out > max)
		return rk_cfg_complain(at, "%s is out of range (expected %s to %s)",
		    rk_cfg_quote(text).text, rk_format_duration(min, lo, sizeof(lo)),
		    rk_format_duration(max, hi, sizeof(hi)));
	return 0;
}

int
rk_cfg_bool(const struct rk_cfg_at *at, const char *text, bool *out)
{
	*out = strcmp(text, "true") == 0;
	if (!*out && strcmp(text, "false") != 0)
		return rk_cfg_complain(
		    at, "%s (expected true or false)", rk_cfg_quote(text).text);
	return 0;
}

int
rk_cfg_count(const struct rk_cfg_at *at, const char *text, unsigned min, unsigned max,
    unsigned *out)
{
	uint64_t v;

	if (rk_parse_count(rk_str(text), max, &v) != 0 || v < min)
		return rk_cfg_complain(at, "%s (expected a number from %u to %u)",
		    rk_cfg_quote(text).text, min, max);
	*out = (unsigned)v;
	return 0;
}

bool
rk_cfg_id_ok(const char *id)
{
	size_t n = 0; /* strspn would make a table of its set for every id */

	while ((id[n] >= 'a' && id[n] <= 'z') || (id[n] >= '0' && id[n] <= '9') ||
	       id[n] == '-')
		n++;
	return n >= 1 && n <= 64 && id[n] == '\0';
}

bool
rk_cfg_ascii_ok(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

struct rk_str
rk_cfg_keep(struct rk_arena *arena, const char *text)
{
	return *text == '\0' ? RK_STR("") : rk_arena_str(arena, rk_str(text));
}

struct rk_str
rk_cfg_join(struct rk_arena *arena, const char *folder, const char *path)
{
	struct rk_str parts[2] = {rk_str(folder), rk_str(path)}, piece;
	char *out = rk_arena_alloc(arena, parts[0].n + parts[1].n + 3);
	size_t n = 0;

	for (int i = *path == '/' ? 1 : 0; i < 2; i++)
		while (rk_str_split(&parts[i], '/', &piece)) {
			if (piece.n == 0 || rk_str_is(piece, "."))
				continue;
			if (rk_str_is(piece, "..")) {
				while (n > 0 && out[--n] != '/')
					;
				continue;
			}
			out[n++] = '/';
			memcpy(out + n, piece.p, piece.n);
			n += piece.n;
		}
	if (n == 0)
		out[n++] = '/';
	out[n] = '\0'; /* what ".." took away may stand behind */
	return rk_strn(out, n);
}
