/*
 * The archives of a feed (RFC 5005): at its first import the documents that
 * rel=prev-archive leads to are followed, and all of it is stored as one first document,
 * so that older news take their places by their dates. What polls find later they find
 * in the feed itself.
 *
 * An archive is part of the feed that the operator named: it stays on the same host, and
 * robots.txt, which is about pages, is not asked. One that cannot be had ends the walk
 * and fails nothing.
 *
 * Twins, which one answer served, share what they read: an archive is asked for by the
 * first of them, and the others read the same answer.
 */
#include "poll_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/map.h>
#include <ruamkhao/url.h>

#include <stdlib.h>
#include <string.h>

struct history {
	struct turn turn;
	struct rk_ingest *ingest; /* of the feed: entries of archives come behind its own */
	struct rk_arena *arena;   /* of all; the store's in the end */
	struct rk_map *known;     /* strongest keys of the entries so far */
	struct rk_str url;        /* of the archive at hand */
	struct rk_str host;
	struct rk_str visited[RK_MAX_ARCHIVES + 1];
	size_t n_visited, cap;    /* cap: places in ingest->entries */
	uint64_t began_ms;
	struct archive *archive;  /* of url, which this poll asks for; NULL: nobody shares it */
	struct poll *waits;       /* the next one that waits for the same archive */
};

/* A document with older entries, as it came. */
struct archive {
	struct archive *next;
	struct rk_str url;
	bool asking;
	struct poll *waiting;
	struct rk_fetch_result result; /* strings in the arena of what is shared */
};

struct shared_history {
	unsigned readers;
	struct rk_arena *arena; /* NULL: no archive yet */
	struct archive *archives;
};

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	rk_map_free(h->known);
	rk_arena_free(h->arena);
	free(h);
}

/* ---- what twins share */

struct shared_history *
shared_history_new(void)
{
	struct shared_history *s = rk_xcalloc(1, sizeof(*s));

	s->readers = 1;
	return s;
}

struct shared_history *
shared_history_join(struct shared_history *s)
{
	s->readers++;
	return s;
}

void
shared_history_leave(struct shared_history *s)
{
	if (s == NULL || --s->readers > 0)
		return;
	for (struct archive *b = s->archives; b != NULL; b = b->next)
		rk_buf_release(&b->result.body);
	rk_arena_free(s->arena);
	free(s);
}

/* The caller asks for it; the others wait. */
static struct archive *
shared_ask(struct shared_history *s, struct rk_str url)
{
	struct archive *b;

	if (s->arena == NULL)
		s->arena = rk_arena_new(0);
	b = RK_NEW(s->arena, struct archive);
	b->url = rk_arena_str(s->arena, url);
	b->asking = true;
	rk_buf_init(&b->result.body, 0);
	b->next = s->archives;
	s->archives = b;
	return b;
}

static struct archive *
shared_find(const struct shared_history *s, struct rk_str url)
{
	struct archive *b = s->archives;

	while (b != NULL && !rk_str_eq(b->url, url))
		b = b->next;
	return b;
}

/* It came: kept for those that come later. */
static void
shared_put(struct shared_history *s, struct archive *b, struct rk_fetch_result *r)
{
	b->asking = false;
	b->result = *r;
	rk_buf_init(&b->result.body, SIZE_MAX);
	rk_buf_take(&r->body, &b->result.body);
	b->result.effective_url = rk_arena_str(s->arena, r->effective_url);
	b->result.content_type = rk_arena_str(s->arena, r->content_type);
}

/* ---- which archive */

static struct rk_str
without_fragment(struct rk_str url)
{
	size_t at = rk_str_chr(url, '#');

	return at == SIZE_MAX ? url : rk_strn(url.p, at);
}

static bool
same_place(struct rk_str a, struct rk_str b)
{
	struct rk_url x, y;

	return rk_url_parse(a, &x, NULL) == 0 && rk_url_parse(b, &y, NULL) == 0
	    && x.port == y.port && x.https == y.https && strcmp(x.host, y.host) == 0;
}

/* May `url`, named by the document at hand, be followed? */
static bool
is_next(const struct poll *p, const struct history *h, struct rk_str url)
{
	if (url.n == 0 || h->n_visited > RK_MAX_ARCHIVES
	    || !same_place(url, p->result->effective_url))
		return false;
	for (size_t i = 0; i < h->n_visited; i++) {
		if (rk_str_eq(without_fragment(h->visited[i]), without_fragment(url)))
			return false;
	}
	return h->ingest->n_entries < RK_MAX_ITEMS
	    && rk_arena_used(h->arena) < RK_MAX_ARCHIVE_BYTES
	    && engine_ms(p->e) - h->began_ms < RK_ARCHIVES_MS;
}

/* ---- merging */

/* The key's bytes, which live as long as the entry's own arena. */
static struct rk_str
key_of(const struct rk_entry *e)
{
	return rk_strn((const char *)&e->keys[0].hash, sizeof(e->keys[0].hash));
}

/* The document that stands nearer to the feed has the later version of an entry. */
static void
merge(struct history *h, struct rk_ingest *in)
{
	struct rk_ingest *all = h->ingest;
	size_t n = all->n_entries + in->n_entries;

	if (n > h->cap) {
		struct rk_entry *more;

		h->cap = n < RK_MAX_ITEMS ? 2 * n : n;
		more = rk_arena_array(h->arena, h->cap, sizeof(*more));
		if (all->n_entries > 0)
			memcpy(more, all->entries, all->n_entries * sizeof(*more));
		all->entries = more;
	}
	for (size_t i = 0; i < in->n_entries && all->n_entries < RK_MAX_ITEMS; i++) {
		struct rk_entry *e = &in->entries[i];

		if (e->n_keys > 0 && rk_map_get(h->known, key_of(e)) != NULL)
			continue;
		if (e->n_keys > 0)
			(void)rk_map_put(h->known, key_of(e), e);
		all->entries[all->n_entries] = *e;
		all->entries[all->n_entries].position = (uint32_t)all->n_entries;
		all->n_entries++;
	}
	n = all->n_removals + in->n_removals;
	if (in->n_removals > 0) {
		struct rk_removal *more = rk_arena_array(h->arena, n, sizeof(*more));

		if (all->n_removals > 0)
			memcpy(more, all->removals, all->n_removals * sizeof(*more));
		all->removals = more;
	}
	for (size_t i = 0; i < in->n_removals && all->n_removals < RK_MAX_TOMBSTONES; i++)
		all->removals[all->n_removals++] = in->removals[i];
}

/* ---- from one to the next */

static void
store(struct poll *p)
{
	struct history *h = p->history;
	struct ending end = { .outcome = RK_OUT_NEWS, .body_hash = p->body_hash,
		.ingest = h->ingest };
	struct rk_arena *arena = h->arena;

	rk_log(RK_DEBUG, "archives read", "source", rk_cstr(poll_slot(p)->source->id), NULL);
	h->arena = NULL;
	poll_store(p, &end, h->ingest, arena);
}

static bool is_shared(struct poll *);

/* Ask for it when its host may be asked, or store what there is. */
static void
go_to(struct poll *p, struct rk_str url)
{
	struct history *h = p->history;

	if (poll_stopping(p)) {
		poll_drop(p);
		return;
	}
	if (!is_next(p, h, url)) {
		store(p);
		return;
	}
	h->url = rk_arena_str(h->arena, url);
	h->visited[h->n_visited++] = h->url;
	h->turn.url = h->url;
	h->turn.host = hostq_host(p->pl->hosts, h->host);
	if (is_shared(p))
		return;
	if (rk_fetch_host_wait(p->e->fetcher, h->url) == 0)
		history_turn(p);
	else
		poll_turn(p, &h->turn, (int64_t)engine_ms(p->e));
}

static void
failed(struct poll *p, const char *why)
{
	rk_log(RK_INFO, "archive not read", "source", rk_cstr(poll_slot(p)->source->id), "url",
	    rk_cstr(p->history->url), "error", why, NULL);
	store(p);
}

static void
on_read(void *cookie, enum rk_work_end end, struct rk_ingest *ingest, struct rk_arena *arena,
    const struct rk_err *err)
{
	struct poll *p = cookie;
	struct history *h = p->history;

	rk_assert(p->state == POLL_READING);
	if (end == RK_WORK_STOPPED) {
		rk_arena_free(arena);
		poll_drop(p);
		return;
	}
	if (end != RK_WORK_OK) {
		rk_arena_free(arena);
		failed(p, err->text);
		return;
	}
	merge(h, ingest);
	rk_arena_adopt(h->arena, arena);
	go_to(p, ingest->prev_archive);
}

static void
came(struct poll *p, const struct rk_fetch_result *r)
{
	struct rk_work work;

	if (r->kind != RK_FETCH_OK) {
		failed(p, r->err.text);
		return;
	}
	poll_work(p, rk_buf_view(&r->body), r, &work);
	p->state = POLL_READING;
	rk_pool_submit(p->e->pool, &work, on_read, p);
}

/* A twin has the archive at hand, or asks for it. */
static bool
is_shared(struct poll *p)
{
	struct history *h = p->history;
	struct archive *b = p->shared != NULL ? shared_find(p->shared, h->url) : NULL;

	if (b == NULL)
		return false;
	if (b->asking) {
		p->state = POLL_ARCHIVE;
		h->waits = b->waiting;
		b->waiting = p;
	} else {
		came(p, &b->result);
	}
	return true;
}

/* The poll that asked, and those that waited for the same. */
static void
for_all(struct poll *p, const struct rk_fetch_result *r)
{
	struct archive *b = p->history->archive;
	struct poll *next = b != NULL ? b->waiting : NULL;

	if (b != NULL)
		b->waiting = NULL;
	p->history->archive = NULL;
	while (p != NULL) {
		if (r == NULL)
			poll_drop(p);
		else
			came(p, r);
		p = next;
		if (p != NULL)
			next = p->history->waits;
	}
}

static void
on_archive(void *cookie, struct rk_fetch_result *r)
{
	struct poll *p = cookie;
	struct pipeline *pl = p->pl;
	struct shared_history *shared = p->shared != NULL ? shared_history_join(p->shared) : NULL;
	struct archive *archive = p->history->archive;

	rk_assert(p->state == POLL_ARCHIVE);
	p->fetch = NULL;
	if (archive != NULL)
		shared_put(shared, archive, r);
	if (r->kind == RK_FETCH_CANCELLED || poll_stopping(p)) {
		for_all(p, NULL);
	} else {
		pipeline_hold(pl, hostq_host(pl->hosts, p->history->host), r);
		(void)network_heard(pl, SIZE_MAX, p->history->host, poll_slot(p)->source->request->proxy, r);
		for_all(p, archive != NULL ? &archive->result : r);
		pipeline_settle(pl);
	}
	shared_history_leave(shared);
}

void
history_turn(struct poll *p)
{
	struct history *h = p->history;
	struct rk_fetch_req req;
	struct rk_err err = { 0 };
	struct rk_fetch_result none;

	if (is_shared(p))
		return;
	poll_request(p, h->url, &req);
	req.stay = true;
	if (!same_place(h->url, poll_slot(p)->source->url)) { /* the feed was redirected */
		req.headers = NULL;
		req.n_headers = 0;
	}
	p->state = POLL_ARCHIVE;
	if (p->shared != NULL)
		h->archive = shared_ask(p->shared, h->url);
	if (rk_fetch_start(p->e->fetcher, &req, on_archive, p, &p->fetch, &err) == 0)
		return;
	memset(&none, 0, sizeof(none));
	none.kind = RK_FETCH_REFUSED;
	none.err = err;
	on_archive(p, &none);
}

bool
history_begin(struct poll *p, struct rk_ingest *ingest, struct rk_arena *arena)
{
	struct pipeline *pl = p->pl;
	struct history *h;
	struct rk_url url;

	if (rk_keeps(RK_M_HISTORY) && poll_slot(p)->imported) /* once, at first */
		return false;
	if (ingest->prev_archive.n == 0 || ingest->truncated
	    || rk_url_parse(p->result->effective_url, &url, NULL) != 0
	    || !same_place(ingest->prev_archive, p->result->effective_url))
		return false;
	h = rk_xcalloc(1, sizeof(*h));
	h->ingest = ingest;
	h->arena = arena;
	h->host = rk_arena_str(arena, rk_str(url.host));
	h->known = rk_map_new();
	h->cap = ingest->n_entries;
	h->began_ms = engine_ms(p->e);
	h->visited[h->n_visited++] = p->result->effective_url;
	for (size_t i = 0; i < ingest->n_entries; i++) {
		if (ingest->entries[i].n_keys > 0)
			(void)rk_map_put(h->known, key_of(&ingest->entries[i]),
			    &ingest->entries[i]);
	}
	p->history = h;
	pl->pages++; /* it lasts as long as a page's poll may */
	go_to(p, ingest->prev_archive);
	pipeline_settle(pl);
	return true;
}
