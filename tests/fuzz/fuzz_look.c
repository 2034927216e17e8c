/*
 * Any bytes through rk_look and the addresses made of what it says. The first byte
 * chooses the hints, the rest is the document.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/discover.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/url.h>
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
}

static void
check_place(const struct rk_place *p)
{
	struct rk_url parts;

	check(p->url);
	check(p->title);
	rk_assert(p->url.n <= RK_MAX_URL && rk_str_chr(p->url, '#') == SIZE_MAX);
	rk_assert(
	    rk_str_starts(p->url, "http://") || rk_str_starts(p->url, "https://"));
	/* what is refused is refused when it is asked: no more is promised */
	(void)rk_url_parse(p->url, &parts, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {"", "text/html; charset=windows-874",
	    "application/xml", "text/html; charset=utf-8"};
	static const char *const urls[] = {"https://site.example/a/b?c=1", ""};
	struct rk_parse_hints hints = {0};
	struct rk_place places[RK_MAX_PLACES];
	struct rk_arena *arena;
	struct rk_look *look;
	size_t n;

	if (size == 0)
		return 0;
	rk_parse_setup();
	arena = rk_arena_new(RK_WORKER_ARENA);
	hints.content_type = rk_str(types[data[0] % 4]);
	hints.url = rk_str(urls[data[0] / 4 % 2]);
	look = rk_look(rk_strn((const char *)data + 1, size - 1), &hints, arena);
	check(look->what);
	check(look->title);
	check(look->generator);
	check(look->charset);
	rk_assert(look->what.n > 0 && look->n_places <= RK_MAX_PLACES);
	rk_assert(look->kind <= RK_LOOK_BINARY && look->system < RK_SYSTEM_COUNT);
	rk_assert(look->kind != RK_LOOK_FORWARD || look->n_places > 0);
	for (uint32_t i = 0; i < look->n_places; i++)
		check_place(&look->places[i]);
	n = rk_places_to_try(look, hints.url, arena, places, RK_MAX_PLACES);
	for (size_t i = 0; i < n; i++)
		check_place(&places[i]);
	rk_arena_free(arena);
	return 0;
}
