/*
 * Any bytes through rk_opml_read: whatever comes out keeps the promises of opml.h.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/opml.h>
#include <ruamkhao/utf8.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct rk_str s)
{
	rk_assert(s.p != NULL && s.p[s.n] == '\0');
	rk_assert(rk_utf8_valid(s));
	rk_assert(rk_str_chr(s, '\n') == SIZE_MAX);
}

static void
check_url(struct rk_str url)
{
	check(url);
	rk_assert(url.n == 0 || rk_str_starts(url, "http://") ||
		  rk_str_starts(url, "https://"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_opml *opml;
	struct rk_err err;
	size_t n = 0;

	rk_err_clear(&err);
	if (rk_opml_read(rk_strn((const char *)data, size), arena, &opml, &err) == 0) {
		check(opml->title);
		for (const struct rk_outline *o = opml->outlines; o != NULL;
		     o = o->next, n++) {
			check_url(o->url);
			check_url(o->site);
			check(o->title);
			check(o->folder);
			rk_assert(o->url.n > 0);
		}
		rk_assert(n == opml->n_outlines && n > 0 && n <= RK_MAX_OUTLINES);
	} else {
		rk_assert(err.kind == RK_E_INPUT || err.kind == RK_E_LIMIT);
		rk_assert(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
	}
	rk_arena_free(arena);
	return 0;
}
