/*
 * What the store tells of an entry: how it is found by id, address and guid, also beside
 * a writer, and why it is published under its id.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <ruamkhao/date.h>
#include <ruamkhao/normalise.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG "เนื้อข่าวที่ยาวพอจะเปรียบเทียบกันได้ ฉบับแรก"

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k, 4);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

/* As normalise/ makes the hash, which the kit does not. */
static void
seal(struct rk_entry *e)
{
	kit_seal(e);
	e->url_hash = rk_entry_url_hash(e->url);
}

static struct rk_explained *
explain(struct kit *k, const char *what)
{
	struct rk_explained *all;

	if (rk_store_explain(k->store, rk_str(what), rk_entry_url_hash(rk_str(what)),
		k->arena, &all, &k->err) != 0)
		fail_msg("%s", k->err.text);
	return all;
}

/* The sources of what was found, one letter a source's number. */
static const char *
sources(const struct rk_explained *x)
{
	static char text[128];
	size_t n = 0;

	for (; x != NULL && n + 2 < sizeof(text); x = x->next)
		text[n++] = x->source_id.p[1];
	text[n] = '\0';
	return text;
}

static void
store(struct kit *k, size_t source, struct kit_doc *d, int64_t now)
{
	if (kit_store(k, source, d, now, NULL) != 0)
		fail_msg("%s", k->err.text);
}

static void
found_by_id_address_and_guid(void **state)
{
	struct kit *k = *state, reader;
	struct kit_doc *d = kit_doc(k);
	struct kit_rows rows;

	seal(kit_add(d, "https://s0.example/?p=1", "https://s0.example/a", "A", "a",
	    KIT_NOW - 10));
	seal(kit_add(d, "odd", "https://shared.example/b", "B", "b", KIT_NOW - 9));
	kit_add(d, "", "", "C", "c", KIT_NOW - 8);
	store(k, 0, d, KIT_NOW);
	d = kit_doc(k);
	/* other words and an own guid: not the same story */
	seal(kit_add(d, "odd", "https://www.shared.example/b/?utm_source=x", "Bb", "x",
	    KIT_NOW - 9));
	store(k, 1, d, KIT_NOW + 1);
	rows = kit_rows(k);
	assert_int_equal(rows.n, 4);
	reader = *k;
	assert_int_equal(
	    rk_store_open(k->folder, RK_STORE_READ, &reader.store, &k->err), 0);
	for (int i = 0; i < 2; i++) {
		struct kit *look = i == 0 ? k : &reader;

		assert_string_equal(sources(explain(look, "https://s0.example/?p=1")), "0");
		assert_string_equal(explain(look, "https://s0.example/?p=1")->title.p, "A");
		assert_string_equal(sources(explain(look, "http://s0.example/a#x")), "0");
		assert_string_equal(sources(explain(look, "http://shared.example/b")), "01");
		assert_string_equal(sources(explain(look, "odd")), "01");
		for (size_t r = 0; r < rows.n; r++) {
			const struct rk_explained *x = explain(look, rows.v[r].id.p);

			assert_non_null(x);
			assert_null(x->next);
			assert_string_equal(x->id.p, rows.v[r].id.p);
			assert_string_equal(x->title.p, rows.v[r].title.p);
			assert_true(x->first_seen == rows.v[r].first_seen);
		}
		assert_null(explain(look, ""));
		assert_null(explain(look, "https://s0.example/none"));
		assert_null(explain(look, "tag:hub.example,2026:s0/0"));
		assert_null(explain(look, "tag:hub.example,2026:s9/0"));
		assert_null(explain(look, "tag:hub.example,2026:"));
		assert_null(explain(look, "'; DROP TABLE entry; --"));
	}
	/* what the writer adds the reader sees */
	d = kit_doc(k);
	seal(kit_add(d, "z", "https://s2.example/z", "Z", "z", KIT_NOW));
	store(k, 2, d, KIT_NOW + 2);
	assert_string_equal(sources(explain(&reader, "https://s2.example/z")), "2");
	rk_store_close(reader.store);
}

/* Also where the index of hashes was written out. */
static void
found_among_many(void **state)
{
	struct kit *k = *state, reader;

	for (int batch = 0; batch < 5; batch++) {
		struct kit_doc *d = kit_doc(k);

		for (int i = 0; i < 4000; i++) {
			struct rk_entry *e = kit_add(d, "",
			    rk_arena_fmt(k->arena, "https://s0.example/%d/%d", batch, i).p,
			    rk_arena_fmt(k->arena, "%d/%d", batch, i).p, LONG, KIT_NOW);

			seal(e);
			e->merge_hash = (uint64_t)(batch * 4000 + i + 1);
		}
		store(k, 0, d, KIT_NOW + batch);
	}
	reader = *k;
	assert_int_equal(
	    rk_store_open(k->folder, RK_STORE_READ, &reader.store, &k->err), 0);
	for (int batch = 0; batch < 5; batch++)
		for (int i = 0; i < 4000; i += 1333) {
			struct rk_str url =
			    rk_arena_fmt(k->arena, "https://s0.example/%d/%d", batch, i);

			assert_string_equal(sources(explain(&reader, url.p)), "0");
			assert_string_equal(explain(&reader, url.p)->url.p, url.p);
		}
	rk_store_close(reader.store);
}

static void
everything_is_told(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_entry *e = kit_add(
	    d, "https://s0.example/?p=1", "https://s0.example/a", "A", LONG, KIT_NOW - 10);
	struct rk_explained *x;

	e->author = RK_STR("Me");
	e->lang = RK_STR("th");
	e->source_title = RK_STR("Origin");
	e->source_url = RK_STR("https://origin.example/");
	e->date_text = RK_STR("๒๑ กันยายน ๒๕๖๙");
	e->found = (struct rk_found){.precision = RK_BY_DAY,
	    .basis = RK_BASIS_PAGE_LINE,
	    .guid = RK_USE_KEY,
	    .url = RK_USE_SHARED,
	    .buddhist = true,
	    .zone_assumed = true};
	store(k, 0, d, KIT_NOW);
	x = explain(k, "https://s0.example/?p=1");
	assert_non_null(x);
	assert_string_equal(x->guid.p, "https://s0.example/?p=1");
	assert_string_equal(x->url.p, "https://s0.example/a");
	assert_string_equal(x->author.p, "Me");
	assert_string_equal(x->lang.p, "th");
	assert_string_equal(x->origin_title.p, "Origin");
	assert_string_equal(x->origin_url.p, "https://origin.example/");
	assert_string_equal(x->date_text.p, "๒๑ กันยายน ๒๕๖๙");
	assert_string_equal(x->source_id.p, "s0");
	assert_string_equal(x->source_title.p, "Source 0");
	assert_string_equal(x->source_url.p, "https://s0.example/feed");
	assert_string_equal(x->format.p, "rss");
	assert_string_equal(x->charset.p, "utf-8");
	assert_string_equal(x->state.p, "live");
	assert_string_equal(x->route.p, "cluster/c0 province/p0");
	assert_string_equal(x->story_route.p, "cluster/c0 province/p0");
	assert_true(x->configured);
	assert_true(x->published == KIT_NOW - 10 && x->placed == KIT_NOW - 10);
	assert_true(x->first_seen == KIT_NOW && x->changed == KIT_NOW);
	e->found.first = true; /* as the store knows */
	assert_memory_equal(&x->found, &e->found, sizeof(x->found));
	assert_int_equal(x->kind, RK_KEY_GUID);
	assert_int_equal(x->id_why, RK_ID_KEPT);
	assert_int_equal(x->same_guid, 0);
	assert_string_equal(x->story->id.p, x->id.p);
	assert_null(x->story->next);
	/* a copy of it, of another source, which then leaves the configuration */
	d = kit_doc(k);
	kit_add(d, "c", "https://s3.example/c", "A", LONG, KIT_NOW - 5);
	store(k, 3, d, KIT_NOW + 60);
	k->n_sources = 3;
	kit_reopen(k);
	x = explain(k, "https://s3.example/c");
	if (x == NULL) /* the kit's hash is not that of normalise/ */
		x = explain(k, "c");
	assert_non_null(x);
	assert_false(x->configured);
	assert_string_equal(x->route.p, "cluster/c1 province/p3");
	assert_string_equal(
	    x->story_route.p, "cluster/c0 cluster/c1 province/p0 province/p3");
	assert_string_equal(x->story->source_id.p, "s0");
	assert_string_equal(x->story->next->source_id.p, "s3");
	assert_true(x->placed == KIT_NOW - 10); /* the lead's */
	assert_true(x->story->next->first_seen == KIT_NOW + 60);
	assert_null(x->story->next->next);
}

static void
why_an_id_is_published(void **state)
{
	static const struct {
		const char *guid;
		enum rk_use use;
		enum rk_id_why why;
	} cases[] = {
	    {"https://s0.example/1", RK_USE_KEY, RK_ID_KEPT},
	    {"http://www.s0.example/2", RK_USE_KEY, RK_ID_KEPT},
	    {"tag:s0.example,2020:x", RK_USE_KEY, RK_ID_KEPT},
	    {"", RK_USE_ABSENT, RK_ID_ABSENT},
	    {"https://s0.example/3", RK_USE_DISTRUSTED, RK_ID_DISTRUSTED},
	    {"https://s0.example/", RK_USE_SITE, RK_ID_SITE},
	    {"4", RK_USE_KEY, RK_ID_NO_IRI},
	    {"urn:uuid:1", RK_USE_KEY, RK_ID_NO_IRI},
	    {"https://s0.example/a b", RK_USE_KEY, RK_ID_NO_IRI},
	    {"https://s1.example/5", RK_USE_KEY, RK_ID_FOREIGN},
	    {"https://s0.example/6", RK_USE_SHARED, RK_ID_SHARED},
	    {"https://s0.example/6", RK_USE_SHARED, RK_ID_SHARED},
	};
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	size_t n = sizeof(cases) / sizeof(cases[0]);

	for (size_t i = 0; i < n; i++) {
		struct rk_entry *e = kit_add(d, cases[i].guid,
		    rk_arena_fmt(k->arena, "https://s0.example/n/%zu", i).p,
		    rk_arena_fmt(k->arena, "%zu", i).p, "x", KIT_NOW);

		e->found.guid = (uint8_t)cases[i].use;
		e->found.url = RK_USE_KEY;
		if (cases[i].use != RK_USE_KEY) { /* as normalise/ would */
			e->keys[0] = e->keys[e->n_keys - 1];
			e->n_keys = 1;
		}
		e->url_hash = rk_entry_url_hash(e->url);
	}
	store(k, 0, d, KIT_NOW);
	for (size_t i = 0; i < n; i++) {
		const struct rk_explained *x = explain(k,
		    rk_arena_fmt(k->arena, "https://s0.example/n/%zu", i).p);

		assert_non_null(x);
		if (x->id_why != cases[i].why)
			fail_msg("%s: %d", cases[i].guid, (int)x->id_why);
		if (cases[i].why == RK_ID_KEPT)
			assert_string_equal(x->id.p, cases[i].guid);
		else
			assert_int_equal(strncmp(x->id.p, "tag:hub.example,2026:", 21), 0);
		assert_int_equal(
		    x->same_guid, cases[i].why == RK_ID_SHARED ? 1 : 0);
	}
	/* another source on the same host claimed it first */
	k->sources[1].url = RK_STR("https://s0.example/other");
	kit_reopen(k);
	d = kit_doc(k);
	seal(kit_add(d, "https://s0.example/1", "https://s0.example/m", "M", "x", KIT_NOW));
	{
		struct rk_store_poll poll = kit_poll(k, 1, d, KIT_NOW);
		struct rk_store_counts counts;

		poll.source_host = RK_STR("s0.example");
		assert_int_equal(rk_store_begin(k->store, &k->err), 0);
		assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
				     NULL, &counts, &k->err),
		    0);
		assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	}
	{
		const struct rk_explained *x = explain(k, "https://s0.example/m");

		assert_non_null(x);
		assert_int_equal(x->id_why, RK_ID_TAKEN);
		assert_string_equal(x->id_holder.p, "s0");
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(found_by_id_address_and_guid),
	    T(found_among_many),
	    T(everything_is_told),
	    T(why_an_id_is_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
