/*
 * status: what sources mean for each other. A host that asked one source to wait is
 * asked by none (src/daemon/pipeline.c holds it), and two sources may end at one
 * document.
 */
#include "cli_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/map.h>
#include <ruamkhao/sched.h>
#include <ruamkhao/store.h>
#include <ruamkhao/url.h>

struct hold {
	struct rk_str by;
	int64_t until;
};

struct status_peers {
	struct rk_arena *arena;
	const struct rk_map *sources;
	struct rk_map *holds; /* by host: struct hold */
	struct rk_map
	    *documents; /* by effective url: id of the first that ends there */
	int64_t now;
};

static const struct rk_source *
source_of(const struct status_peers *p, const struct rk_status_row *row)
{
	const struct rk_source *source = rk_map_get(p->sources, row->id);

	return source != NULL && source->enabled ? source : NULL;
}

/* Where it is asked now. */
static struct rk_str
host_of(
    const struct status_peers *p, const struct rk_status_row *row, struct rk_url *url)
{
	const struct rk_moved *m = row->state.moved;

	if (m != NULL && m->url.n > 0 && rk_url_parse(m->url, url, NULL) == 0)
		return rk_str(url->host);
	return source_of(p, row)->host;
}

static int
on_row(void *cookie, const struct rk_status_row *row)
{
	struct status_peers *p = cookie;
	const struct rk_source_state *s = &row->state;
	struct rk_str id, host;
	struct rk_url url;
	struct hold *hold;
	int64_t until;

	if (source_of(p, row) == NULL)
		return 0;
	id = rk_arena_str(p->arena, row->id);
	if (s->effective_url.n > 0 &&
	    rk_map_get(p->documents, s->effective_url) == NULL)
		(void)rk_map_put(p->documents, rk_arena_str(p->arena, s->effective_url),
		    (void *)(uintptr_t)id.p);
	if (s->http_status != 429 || s->last_poll == RK_NO_TIME)
		return 0;
	until =
	    s->not_before != RK_NO_TIME ? s->not_before : s->last_poll + RK_MIN_EVERY_S;
	if (until <= p->now)
		return 0;
	host = host_of(p, row, &url);
	if ((hold = rk_map_get(p->holds, host)) == NULL) {
		hold = RK_NEW(p->arena, struct hold);
		(void)rk_map_put(p->holds, rk_arena_str(p->arena, host), hold);
	}
	if (until > hold->until)
		*hold = (struct hold){id, until};
	return 0;
}

struct status_peers *
status_peers_read(struct rk_store *store, const struct rk_map *sources, int64_t now,
    struct rk_err *err)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct status_peers *p = RK_NEW(arena, struct status_peers);

	*p = (struct status_peers){arena, sources, rk_map_new(), rk_map_new(), now};
	if (rk_store_status(store, RK_STR(""), on_row, p, err) == 0)
		return p;
	status_peers_free(p);
	return NULL;
}

void
status_peers_free(struct status_peers *p)
{
	if (p == NULL)
		return;
	rk_map_free(p->holds);
	rk_map_free(p->documents);
	rk_arena_free(p->arena);
}

int64_t
status_peers_due(
    const struct status_peers *p, const struct rk_status_row *row, struct rk_str *why)
{
	const struct rk_source_state *s = &row->state;
	const struct hold *hold;
	struct rk_url url;
	struct rk_str host;

	*why = s->why_next;
	if (source_of(p, row) == NULL || s->standing == RK_STANDING_GONE)
		return s->next_due;
	host = host_of(p, row, &url);
	hold = rk_map_get(p->holds, host);
	if (hold == NULL || rk_str_eq(hold->by, row->id) ||
	    (s->next_due != RK_NO_TIME && s->next_due >= hold->until))
		return s->next_due;
	*why = rk_arena_fmt(p->arena,
	    "%.*s asked source %.*s to wait (429), and that holds for "
	    "all of its sources",
	    RK_FMT(host), RK_FMT(hold->by));
	return hold->until;
}

struct rk_str
status_peers_same(const struct status_peers *p, const struct rk_status_row *row)
{
	const char *id;

	if (source_of(p, row) == NULL || row->state.effective_url.n == 0)
		return rk_str("");
	id = rk_map_get(p->documents, row->state.effective_url);
	return id == NULL || rk_str_is(row->id, id) ? rk_str("") : rk_str(id);
}
