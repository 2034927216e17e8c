#include "enginekit.h"

#include <stdlib.h>
#include <string.h>

static int64_t
wall(void *self)
{
	(void)self;
	return ENGINEKIT_NOW;
}

static uint64_t
mono_ms(void *self)
{
	struct enginekit *k = self;

	k->looks++;
	return k->ms;
}

void
enginekit_source(struct enginekit *k, size_t i, const char *url, const char *host)
{
	k->sources[i].url = rk_str(url);
	k->sources[i].host = rk_str(host);
}

void
enginekit_open(struct enginekit *k, size_t n)
{
	memset(k, 0, sizeof(*k));
	k->ms = ENGINEKIT_MS;
	k->clock = (struct rk_clock){ .wall = wall, .mono_ms = mono_ms, .self = k };
	k->opts.clock = &k->clock;
	rk_assert(uv_loop_init(&k->loop) == 0);
	k->e.loop = &k->loop;
	k->e.opts = &k->opts;
	k->e.config = &k->config;
	k->e.arena = rk_arena_new(0);
	k->e.n_slots = n;
	k->e.slots = rk_xcalloc(n, sizeof(*k->e.slots));
	k->sources = rk_xcalloc(n, sizeof(*k->sources));
	for (size_t i = 0; i < n; i++) {
		struct rk_source *s = &k->sources[i];

		s->id = s->title = s->url = s->host = s->charset = rk_str("");
		s->request = &rk_source_plain;
		s->enabled = true;
		s->every = 3600;
		k->e.slots[i].source = s;
	}
}

void
enginekit_settle(struct enginekit *k)
{
	if (k->e.fetcher != NULL)
		rk_fetcher_close(k->e.fetcher, NULL, NULL);
	k->e.fetcher = NULL;
	(void)uv_run(&k->loop, UV_RUN_DEFAULT);
}

void
enginekit_close(struct enginekit *k)
{
	enginekit_settle(k);
	rk_assert(uv_loop_close(&k->loop) == 0);
	for (size_t i = 0; i < k->e.n_slots; i++)
		slot_release(&k->e.slots[i]);
	free(k->e.slots);
	free(k->sources);
	rk_arena_free(k->e.arena);
}
