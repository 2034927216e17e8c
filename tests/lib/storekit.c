/*
 * See storekit.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/cluster.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/print.h>
#include <ruamkhao/thai.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
kit_init(struct kit *k)
{
	memset(k, 0, sizeof(*k));
	k->arena = rk_arena_new(0);
	(void)snprintf(k->folder, sizeof(k->folder), "rk-store-XXXXXX");
	if (access("/dev/shm", W_OK) == 0)
		(void)snprintf(
		    k->folder, sizeof(k->folder), "/dev/shm/rk-store-XXXXXX");
	rk_assert(mkdtemp(k->folder) != NULL);
}

/* ---- registering */

static struct rk_str
given_route(void *cookie, size_t i)
{
	const struct kit *k = cookie;

	return k->routes[i];
}

static void
own_texts(struct rk_source_state *t, struct rk_arena *arena)
{
	struct rk_str *texts[] = {&t->url, &t->effective_url, &t->etag,
	    &t->last_modified, &t->error, &t->advice, &t->why_next, &t->format,
	    &t->charset, &t->feed_title, &t->feed_link, &t->address};
	struct rk_moved *own;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = rk_arena_str(arena, *texts[i]);
	if (t->moved == NULL)
		return;
	own = RK_NEW(arena, struct rk_moved);
	*own = *t->moved;
	own->url = rk_arena_str(arena, own->url);
	own->leads_to = rk_arena_str(arena, own->leads_to);
	t->moved = own;
}

static void
on_registered(void *cookie, size_t i, const struct rk_source_state *state, bool why_same)
{
	struct kit *k = cookie;

	(void)why_same;
	k->states[i] = *state;
	own_texts(&k->states[i], k->arena);
}

/* What people read of a state, and registration does not tell. */
static int
on_told(void *cookie, const struct rk_status_row *row)
{
	struct kit *k = cookie;

	for (size_t i = 0; i < k->n_sources; i++) {
		struct rk_source_state *t = &k->states[i];

		if (!rk_str_eq(k->sources[i].id, row->id))
			continue;
		t->error = row->state.error;
		t->advice = row->state.advice;
		t->why_next = row->state.why_next;
		t->format = row->state.format;
		t->charset = row->state.charset;
		t->feed_title = row->state.feed_title;
		t->feed_link = row->state.feed_link;
		own_texts(t, k->arena);
	}
	return 0;
}

int
kit_register(struct kit *k)
{
	const struct rk_registering to = {given_route, on_registered, k};

	if (rk_store_register_each(k->store, k->sources, k->n_sources, &to, &k->err) != 0)
		return -1;
	return rk_store_status(k->store, RK_STR(""), on_told, k, &k->err);
}

static void
register_all(struct kit *k)
{
	k->states = rk_arena_array(k->arena, k->n_sources + 1, sizeof(*k->states));
	rk_assert(kit_register(k) == 0);
}

void
kit_open(struct kit *k, size_t n)
{
	k->n_sources = n;
	k->sources = rk_arena_array(k->arena, n + 1, sizeof(*k->sources));
	k->routes = rk_arena_array(k->arena, n + 1, sizeof(*k->routes));
	for (size_t i = 0; i < n; i++) {
		struct rk_source *s = &k->sources[i];

		s->id = rk_arena_fmt(k->arena, "s%zu", i);
		s->title = rk_arena_fmt(k->arena, "Source %zu", i);
		s->url = rk_arena_fmt(k->arena, "https://s%zu.example/feed", i);
		k->routes[i] =
		    rk_arena_fmt(k->arena, "cluster/c%zu province/p%zu", i / 2, i);
		s->enabled = true;
	}
	rk_assert(rk_store_open(k->folder, RK_STORE_WRITE, &k->store, &k->err) == 0);
	register_all(k);
}

void
kit_reopen(struct kit *k)
{
	rk_store_close(k->store);
	k->store = NULL;
	rk_assert(rk_store_open(k->folder, RK_STORE_WRITE, &k->store, &k->err) == 0);
	register_all(k);
}

char *
kit_path(struct kit *k, const char *name)
{
	struct rk_str s = rk_arena_fmt(k->arena, "%s/%s", k->folder, name);
	char *path = rk_arena_alloc(k->arena, s.n + 1);

	memcpy(path, s.p, s.n);
	return path;
}

void
kit_release(struct kit *k)
{
	DIR *d;
	struct dirent *e;

	rk_store_close(k->store);
	if ((d = opendir(k->folder)) != NULL) {
		while ((e = readdir(d)) != NULL)
			if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
				(void)unlink(kit_path(k, e->d_name));
		(void)closedir(d);
	}
	(void)rmdir(k->folder);
	rk_arena_free(k->arena);
	memset(k, 0, sizeof(*k));
}

int
kit_setup(void **state)
{
	static struct kit kit;

	kit_init(&kit);
	kit_open(&kit, 6);
	*state = &kit;
	return 0;
}

int
kit_teardown(void **state)
{
	kit_release(*state);
	return 0;
}

/* ---- documents */

struct kit_doc *
kit_doc(struct kit *k)
{
	struct kit_doc *d = RK_NEW(k->arena, struct kit_doc);

	d->kit = k;
	d->in.format = RK_IN_RSS;
	d->in.charset = RK_STR("utf-8");
	d->in.title = RK_STR("A feed");
	d->in.link = RK_STR("https://feed.example/");
	return d;
}

static uint64_t
hash_of(const char *what, struct rk_str s)
{
	uint64_t h = rk_hash64_more(rk_hash64(rk_str(what)), s);

	return h != 0 ? h : 1;
}

/* The address as an identity: http and https are one. */
static struct rk_str
url_key(struct rk_str url)
{
	size_t at = rk_str_find(url, RK_STR("://"));

	return at == SIZE_MAX ? url : rk_str_from(url, at + 3);
}

void
kit_seal(struct rk_entry *e)
{
	uint64_t text = rk_hash64_more(rk_hash64(e->title), e->html);

	e->n_keys = 0;
	if (e->guid.n > 0) {
		e->keys[e->n_keys].kind = RK_KEY_GUID;
		e->keys[e->n_keys++].hash = hash_of("guid", e->guid);
	}
	if (e->url.n > 0) {
		e->keys[e->n_keys].kind = RK_KEY_URL;
		e->keys[e->n_keys++].hash = hash_of("url", url_key(e->url));
	}
	if (e->n_keys == 0) {
		e->keys[e->n_keys].kind = RK_KEY_TEXT;
		e->keys[e->n_keys++].hash = text;
	}
	e->text_hash = text;
	e->merge_hash = e->html.n >= 20 ? text : 0;
	e->url_hash = e->url.n > 0 ? hash_of("merge", url_key(e->url)) : 0;
	e->meta_hash = rk_hash64_more(rk_hash64(e->url), e->image) ^
		       (uint64_t)e->published * 3 ^ (uint64_t)e->updated * 5;
}

void
kit_print(struct kit *k, struct rk_entry *e)
{
	struct rk_buf key, print;
	size_t title;

	rk_buf_init(&key, RK_MIB(1));
	rk_buf_init(&print, RK_MIB(1));
	rk_assert(rk_thai_key(e->title, &key) == 0);
	title = key.n;
	rk_assert(rk_thai_key(e->html, &key) == 0);
	rk_assert(rk_print_make(rk_strn(rk_buf_view(&key).p, title),
		      rk_str_from(rk_buf_view(&key), title), e->html, &print) == 0);
	e->print = rk_arena_str(k->arena, rk_buf_view(&print));
	rk_buf_release(&key);
	rk_buf_release(&print);
}

struct rk_entry *
kit_add(struct kit_doc *d, const char *guid, const char *url, const char *title,
    const char *html, int64_t published)
{
	struct rk_arena *a = d->kit->arena;
	struct rk_entry *e;

	if (d->in.n_entries == d->cap) {
		struct rk_entry *old = d->in.entries;

		d->cap = d->cap > 0 ? 2 * d->cap : 16;
		d->in.entries = rk_arena_array(a, d->cap, sizeof(*e));
		if (d->in.n_entries > 0)
			memcpy(d->in.entries, old, d->in.n_entries * sizeof(*e));
	}
	e = &d->in.entries[d->in.n_entries];
	e->guid = rk_arena_str(a, rk_str(guid));
	e->url = rk_arena_str(a, rk_str(url));
	e->title = rk_arena_str(a, rk_str(title));
	e->html = rk_arena_str(a, rk_str(html));
	e->published = published;
	e->updated = RK_NO_TIME;
	e->position = (uint32_t)d->in.n_entries++;
	kit_seal(e);
	return e;
}

struct kit_doc *
kit_one(struct kit *k, const char *guid, const char *url, const char *title,
    const char *html, int64_t published)
{
	struct kit_doc *d = kit_doc(k);

	kit_add(d, guid, url, title, html, published);
	return d;
}

/* ---- polls */

struct rk_store_poll
kit_poll(struct kit *k, size_t source, struct kit_doc *d, int64_t now)
{
	const struct rk_source *s = &k->sources[source];
	struct rk_store_poll poll = {.state = k->states[source],
	    .ingest = d != NULL ? &d->in : NULL,
	    .source_id = s->id,
	    .source_host = rk_arena_fmt(k->arena, "%.*s.example", RK_FMT(s->id)),
	    .route = k->routes[source],
	    .priority = s->priority,
	    .now = now};

	poll.state.standing = RK_STANDING_OK;
	poll.state.last_poll = poll.state.last_success = now;
	poll.state.polls++;
	return poll;
}

struct rk_store_poll *
kit_heap_poll(struct kit *k, size_t source, struct kit_doc *d, int64_t now)
{
	struct rk_store_poll *poll = rk_xcalloc(1, sizeof(*poll));

	*poll = kit_poll(k, source, d, now);
	return poll;
}

int
kit_store(struct kit *k, size_t source, struct kit_doc *d, int64_t now,
    struct rk_store_counts *counts)
{
	struct rk_store_counts own;
	struct rk_store_poll poll = kit_poll(k, source, d, now);

	rk_err_clear(&k->err);
	if (rk_store_begin(k->store, &k->err) != 0)
		return -1;
	if (rk_store_poll(k->store, &poll, RK_STR("hub.example"), rk_cluster_decide,
		counts != NULL ? counts : &own, &k->err) != 0) {
		rk_store_rollback(k->store);
		return -1;
	}
	return rk_store_commit(k->store, &k->err);
}

struct rk_store_counts
kit_stored(struct kit *k, size_t source, struct kit_doc *d, int64_t now)
{
	struct rk_store_counts c;

	if (kit_store(k, source, d, now, &c) != 0)
		fail_msg("%s", k->err.text);
	return c;
}

void
kit_counts_are(struct rk_store_counts c, unsigned added, unsigned joined,
    unsigned edited, unsigned unchanged)
{
	if (c.added != added || c.joined != joined || c.edited != edited ||
	    c.unchanged != unchanged)
		fail_msg("added %u joined %u edited %u unchanged %u", c.added, c.joined,
		    c.edited, c.unchanged);
}

/* ---- looking */

struct rows_cookie {
	struct kit *k;
	struct kit_rows rows;
	size_t cap;
};

static int
on_row(void *cookie, const struct rk_export_row *row)
{
	struct rows_cookie *c = cookie;
	struct rk_arena *a = c->k->arena;
	struct rk_export_row *to;

	if (c->rows.n == c->cap) {
		struct rk_export_row *old = c->rows.v;

		c->cap = c->cap > 0 ? 2 * c->cap : 64;
		c->rows.v = rk_arena_array(a, c->cap, sizeof(*to));
		if (c->rows.n > 0)
			memcpy(c->rows.v, old, c->rows.n * sizeof(*to));
	}
	to = &c->rows.v[c->rows.n++];
	*to = *row;
	to->id = rk_arena_str(a, row->id);
	to->source = rk_arena_str(a, row->source);
	to->guid = rk_arena_str(a, row->guid);
	to->url = rk_arena_str(a, row->url);
	to->title = rk_arena_str(a, row->title);
	to->story_id = rk_arena_str(a, row->story_id);
	to->route = rk_arena_str(a, row->route);
	to->state = rk_arena_str(a, row->state);
	return 0;
}

struct kit_rows
kit_rows(struct kit *k)
{
	struct rows_cookie c = {.k = k};

	rk_assert(rk_store_export(k->store, on_row, &c, &k->err) == 0);
	return c.rows;
}

struct rk_export_row
kit_row(struct kit *k, const char *source, const char *title)
{
	struct kit_rows rows = kit_rows(k);

	for (size_t i = 0; i < rows.n; i++)
		if (rk_str_is(rows.v[i].source, source) &&
		    rk_str_is(rows.v[i].title, title))
			return rows.v[i];
	(void)fprintf(stderr, "no entry \"%s\" of %s\n", title, source);
	abort();
}

struct rk_timeline *
kit_timeline(struct kit *k, const char *node, unsigned limit)
{
	struct rk_node n = {.id = rk_str(node)};
	struct rk_timeline *t;

	rk_assert(rk_store_timeline(k->store, &n, limit, NULL, NULL, &t, &k->err) == 0);
	return t;
}

struct rk_node_state
kit_node(struct kit *k, const char *node)
{
	struct rk_node_state *nodes, none = {.published = -1, .updated = RK_NO_TIME};
	size_t n;

	rk_assert(rk_store_nodes(k->store, false, k->arena, &nodes, &n, &k->err) == 0);
	for (size_t i = 0; i < n; i++)
		if (rk_str_is(nodes[i].id, node))
			return nodes[i];
	return none;
}

const char *
kit_line(struct kit *k, const char *node)
{
	struct rk_timeline *t = kit_timeline(k, node, 100);
	struct rk_str s = RK_STR("");

	for (size_t i = 0; i < t->n_stories; i++)
		s = rk_arena_fmt(k->arena, "%s%s%s", rk_cstr(s), i > 0 ? " " : "",
		    t->stories[i].title.p);
	rk_timeline_free(t);
	return rk_cstr(s);
}

int64_t
kit_generation(struct kit *k, const char *node)
{
	return kit_node(k, node).generation;
}
