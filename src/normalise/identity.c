/*
 * Which item is which: the keys by which an entry is found again at the next poll.
 *
 * A guid is believed unless the operator distrusts it or the document itself shows
 * that it is no id (DOMAIN.md 4.3: generators that print the site's address as the guid
 * of every item). An address is believed unless it names a whole site or several
 * items. What is left is the text. Keys are hashes of kind and bytes; the source
 * scopes them (RELIABILITY 0.8), so a made collision hurts only its maker.
 */
#include <ruamkhao/normalise.h>

#include "normalise_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/map.h>
#include <ruamkhao/print.h>
#include <ruamkhao/sign.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

/* DOMAIN.md 6.2: never merge on a title shorter than about 20 characters. A long
 * body tells by itself. */
#define MERGE_TITLE 20 /* code points */
#define MERGE_BODY  80 /* bytes of the compare key, beside such a title */
#define MERGE_ALONE 400

/* The hash of the canonical key of an address; 0: it has none. *root: it names a site. */
static uint64_t
url_key(struct rk_norm *n, struct rk_str url, bool *root)
{
	struct rk_str key;

	*root = false;
	if (url.n == 0)
		return 0;
	rk_buf_reset(&n->tmp);
	if (rk_url_key(url, &n->tmp) != 0)
		return 0;
	key = rk_buf_view(&n->tmp);
	*root = rk_url_key_is_root(key);
	return rk_key_of(RK_KEY_URL, key);
}

static bool
is_own(const struct rk_norm *n, uint64_t url)
{
	return url != 0 && (url == n->own_url[0] || url == n->own_url[1]);
}

static uint64_t
mix(uint64_t hash, struct rk_str s)
{
	/* The length parts "ab" "c" from "a" "bc". */
	hash = rk_hash64_more(hash, rk_strn((const char *)&s.n, sizeof(s.n)));
	return rk_hash64_more(hash, s);
}

static uint64_t
mix_number(uint64_t hash, int64_t value)
{
	return rk_hash64_more(hash, rk_strn((const char *)&value, sizeof(value)));
}

/* Changes that are no edit of the text. The hash so far is that of the links. */
static uint64_t
meta(uint64_t hash, const struct rk_entry *e, struct rk_str media)
{
	const struct rk_str parts[] = {e->url, e->image, e->enclosures, e->authors,
	    e->tags, e->summary, e->lang, e->source_title, e->source_url, media};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		hash = mix(hash, parts[i]);
	hash = mix_number(hash, e->published);
	return mix_number(hash, e->updated);
}

void
rk_norm_facts(struct rk_norm *n, size_t i, const struct rk_item *item)
{
	struct rk_entry *e = &n->out->entries[i];
	struct rk_facts *f = &n->facts[i];
	size_t title, body;
	uint64_t url, guid;
	bool root;

	(void)item;
	rk_buf_reset(&n->key);
	(void)rk_thai_key(e->title, &n->key);
	title = n->key.n;
	(void)rk_thai_key(rk_buf_view(&n->text), &n->key);
	body = n->key.n - title;
	f->title = rk_hash64(rk_strn(rk_buf_view(&n->key).p, title));
	f->text = mix(f->title, rk_str_from(rk_buf_view(&n->key), title));
	e->text_hash = f->text;
	rk_buf_reset(&n->tmp);
	if (rk_print_make(rk_strn(rk_buf_view(&n->key).p, title),
		rk_str_from(rk_buf_view(&n->key), title), rk_buf_view(&n->text),
		&n->tmp) == 0)
		e->print = rk_arena_str(n->arena, rk_buf_view(&n->tmp));
	if (body >= MERGE_ALONE ||
	    (body >= MERGE_BODY && rk_utf8_count(e->title) >= MERGE_TITLE))
		e->merge_hash = f->text;
	e->meta_hash = meta(e->meta_hash, e, rk_buf_view(&n->media));

	url = url_key(n, e->url, &root);
	root = root || is_own(n, url);
	f->url = root ? 0 : url;
	e->found.url = url == 0 ? RK_USE_ABSENT : root ? RK_USE_SITE : RK_USE_KEY;
	e->found.guid = e->guid.n == 0 ? RK_USE_ABSENT : RK_USE_DISTRUSTED;
	if (e->guid.n > 0 && (n->opts->distrust & RK_DISTRUST_ID) == 0) {
		e->found.guid = RK_USE_KEY;
		f->guid = rk_key_of(RK_KEY_GUID, e->guid);
		if (rk_str_eq(e->guid, e->url)) {
			f->weak_guid = root;
		} else if (rk_str_istarts(e->guid, "http")) {
			guid = url_key(n, e->guid, &root);
			f->weak_guid = root || is_own(n, guid);
		}
	}
}

static struct rk_str
bytes_of(const uint64_t *hash)
{
	return rk_strn((const char *)hash, sizeof(*hash));
}

/* Guids that several different items carry are none. */
static void
judge_guids(struct rk_norm *n)
{
	struct rk_map *first = rk_map_new();
	bool *shared = rk_arena_alloc(n->arena, n->out->n_entries + 1);

	for (size_t i = 0; i < n->out->n_entries; i++) {
		struct rk_facts *f = &n->facts[i], *have;

		if (f->weak_guid && f->url != 0) {
			f->guid = 0;
			n->out->counts.shared_ids++; /* with the whole site */
			n->out->entries[i].found.guid = RK_USE_SITE;
		}
		if (f->guid == 0)
			continue;
		have = rk_map_get(first, bytes_of(&f->guid));
		if (have == NULL) {
			(void)rk_map_put(first, bytes_of(&f->guid), f);
		} else if (have->title != f->title || have->url != f->url) {
			shared[have - n->facts] = true;
			rk_norm_warn(n, RK_WARNED_GUID,
			    "several items share the id \"%.*s\": it is not used",
			    RK_FMT(rk_utf8_cut(n->out->entries[i].guid, 120)));
		}
	}
	for (size_t i = 0; i < n->out->n_entries; i++) {
		struct rk_facts *f = &n->facts[i], *have;

		if (f->guid == 0)
			continue;
		have = rk_map_get(first, bytes_of(&f->guid));
		shared[i] = shared[have - n->facts];
	}
	/* Only now: the map's keys are in the facts. */
	rk_map_free(first);
	for (size_t i = 0; i < n->out->n_entries; i++)
		if (shared[i]) {
			n->facts[i].guid = 0;
			n->out->counts.shared_ids++;
			n->out->entries[i].found.guid = RK_USE_SHARED;
		}
}

/* Addresses that several different items carry identify none of them. */
static void
judge_urls(struct rk_norm *n)
{
	struct rk_map *first = rk_map_new();
	bool *shared = rk_arena_alloc(n->arena, n->out->n_entries + 1);

	for (size_t i = 0; i < n->out->n_entries; i++) {
		struct rk_facts *f = &n->facts[i], *have;

		if (f->url == 0)
			continue;
		have = rk_map_get(first, bytes_of(&f->url));
		if (have == NULL)
			(void)rk_map_put(first, bytes_of(&f->url), f);
		else if (f->guid != 0 && have->guid != 0 ? f->guid != have->guid
							 : f->title != have->title)
			shared[have - n->facts] = true;
	}
	for (size_t i = 0; i < n->out->n_entries; i++) {
		struct rk_facts *f = &n->facts[i], *have;

		if (f->url == 0)
			continue;
		have = rk_map_get(first, bytes_of(&f->url));
		shared[i] = shared[have - n->facts];
	}
	rk_map_free(first);
	for (size_t i = 0; i < n->out->n_entries; i++)
		if (shared[i]) {
			n->facts[i].url = 0;
			n->out->entries[i].found.url = RK_USE_SHARED;
		}
}

static void
add_key(struct rk_entry *e, enum rk_key_kind kind, uint64_t hash)
{
	if (hash == 0)
		return;
	e->keys[e->n_keys].hash = hash;
	e->keys[e->n_keys].kind = kind;
	e->n_keys++;
}

static void
make_keys(struct rk_norm *n)
{
	for (size_t i = 0; i < n->out->n_entries; i++) {
		struct rk_entry *e = &n->out->entries[i];
		const struct rk_facts *f = &n->facts[i];

		add_key(e, RK_KEY_GUID, f->guid);
		add_key(e, RK_KEY_URL, f->url);
		e->url_hash = f->url;
		/* Also beside a guid, so that the entry is found when the operator stops
		 * believing guids; and without its date, should that be distrusted. */
		if (f->url == 0 && e->published != RK_NO_TIME)
			add_key(e, RK_KEY_TEXT, rk_key_text(f->text, e->published));
		if (f->url == 0)
			add_key(e, RK_KEY_TEXT, rk_key_text(f->text, RK_NO_TIME));
		/* For the day when ids and addresses change together. */
		if (e->published != RK_NO_TIME && e->title.n > 0)
			add_key(e, RK_KEY_TITLE, rk_key_title(f->title, e->published));
	}
}

void
rk_norm_removals(struct rk_norm *n)
{
	struct rk_ingest *out = n->out;
	bool root;

	out->removals =
	    rk_arena_array(n->arena, n->doc->n_tombstones + 1, sizeof(*out->removals));
	for (const struct rk_tombstone *t = n->doc->tombstones; t != NULL; t = t->next) {
		struct rk_removal *r = &out->removals[out->n_removals];

		r->ref = rk_norm_guid(n, t->ref);
		if (r->ref.n == 0)
			continue;
		r->when = rk_norm_moment(n, t->when);
		r->keys[0] = rk_key_of(RK_KEY_GUID, r->ref);
		r->keys[1] = url_key(n, r->ref, &root);
		if (root || is_own(n, r->keys[1])) /* the site, not an entry */
			r->keys[1] = 0;
		out->n_removals++;
	}
}

void
rk_norm_identify(struct rk_norm *n)
{
	struct rk_map *seen;
	size_t kept = 0;

	judge_guids(n);
	judge_urls(n);
	make_keys(n);
	seen = rk_map_new();
	for (size_t i = 0; i < n->out->n_entries; i++) {
		struct rk_entry *e = &n->out->entries[i];

		if (rk_map_get(seen, bytes_of(&e->keys[0].hash)) != NULL) {
			n->facts[i].left_out = true;
			n->out->counts.twice++;
			rk_norm_warn(n, RK_WARNED_TWICE,
			    "an item comes twice: \"%.*s\"",
			    RK_FMT(rk_utf8_cut(e->title, 120)));
			continue;
		}
		/* Words alone make no two items one beside a guid. */
		for (unsigned k = 0; k < e->n_keys; k++)
			if (k == 0 || e->keys[k].kind < RK_KEY_TEXT)
				(void)rk_map_put(
				    seen, bytes_of(&e->keys[k].hash), e);
	}
	rk_map_free(seen); /* its keys are about to move */
	for (size_t i = 0; i < n->out->n_entries; i++)
		if (!n->facts[i].left_out)
			n->out->entries[kept++] = n->out->entries[i];
	n->out->n_entries = kept;
}

uint64_t
rk_entry_url_hash(struct rk_str url)
{
	struct rk_buf absolute, key;
	uint64_t hash = 0;

	rk_buf_init(&absolute, RK_KIB(16));
	rk_buf_init(&key, RK_KIB(16));
	if (rk_url_resolve(RK_STR(""), url, &absolute) == 0 &&
	    rk_url_key(rk_buf_view(&absolute), &key) == 0)
		hash = rk_key_of(RK_KEY_URL, rk_buf_view(&key));
	rk_buf_release(&absolute);
	rk_buf_release(&key);
	return hash;
}

struct rk_str
rk_entry_id(const struct rk_entry *e, struct rk_arena *arena)
{
	struct rk_str parts[3] = {e->title, RK_STR("\n"), e->html};
	char hex[65];

	for (unsigned i = 0; i < e->n_keys; i++) {
		if (e->keys[i].kind == RK_KEY_GUID && e->guid.n > 0)
			return e->guid;
		if (e->keys[i].kind == RK_KEY_URL && e->url.n > 0)
			return e->url;
	}
	rk_sha256_hex(parts, 3, hex);
	return rk_arena_fmt(arena, "urn:sha256:%s", hex);
}
