/*
 * Entries that are held for the operator, and routes that entries bring themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/hijack.h>

#include <stdlib.h>
#include <string.h>

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

static const struct rk_signals loud = {
    .title_words = 2, .title_promo = true, .body_words = 2, .links = 3};

static struct rk_store_counts
store(struct kit *k, size_t source, struct kit_doc *d, int64_t now)
{
	struct rk_store_counts counts;

	if (kit_store(k, source, d, now, &counts) != 0)
		fail_msg("%s", k->err.text);
	return counts;
}

static struct rk_entry *
news(struct kit_doc *d, const char *id, const char *title)
{
	return kit_add(d, id, "", title,
	    "a text that is long enough to tell that two sources carry the same words, as "
	    "it goes on and on about one thing and then about another thing, for long",
	    KIT_NOW - 60);
}

static size_t
shown(struct kit *k, const char *node)
{
	struct rk_timeline *t = kit_timeline(k, node, 100);
	size_t n = t->n_stories;

	rk_timeline_free(t);
	return n;
}

static int
count_held(void *cookie, const struct rk_status_row *row)
{
	*(int64_t *)cookie += row->held;
	return 0;
}

static int64_t
held_of(struct kit *k, const char *source)
{
	int64_t n = 0;

	assert_int_equal(
	    rk_store_status(k->store, rk_str(source), count_held, &n, &k->err), 0);
	return n;
}

static void
held_until_released(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts counts;
	struct rk_explained *x;
	struct rk_str id;
	size_t n = 0;

	news(d, "1", "an honest one");
	news(d, "2", "a hijacked one")->signals = rk_signals_pack(&loud);
	counts = store(k, 0, d, KIT_NOW);
	assert_int_equal(counts.added, 1);
	assert_int_equal(counts.held, 1);
	assert_int_equal(shown(k, "all"), 1);
	assert_int_equal(shown(k, "province/p0"), 1);
	assert_int_equal(held_of(k, "s0"), 1);
	assert_int_equal(held_of(k, "s1"), 0);
	assert_true(rk_str_is(kit_row(k, "s0", "a hijacked one").state, "held"));
	/* the same document again, and an edit, change nothing of it */
	store(k, 0, d, KIT_NOW + 60);
	d = kit_doc(k);
	news(d, "2", "a hijacked one, edited")->signals = rk_signals_pack(&loud);
	store(k, 0, d, KIT_NOW + 120);
	assert_int_equal(shown(k, "all"), 1);
	assert_int_equal(held_of(k, "s0"), 1);
	id = kit_row(k, "s0", "a hijacked one, edited").id;
	assert_int_equal(rk_store_explain(k->store, id, 0, k->arena, &x, &k->err), 0);
	assert_true(rk_str_is(x->state, "held"));
	assert_int_equal(x->held_why, RK_HIJACK_WORDS | RK_HIJACK_LINKS);
	assert_true(x->held_score >= RK_HIJACK_HOLD);
	/* out: in its nodes, once */
	kit_reopen(k);
	assert_int_equal(rk_store_release(k->store, id, KIT_NOW + 180, &n, &k->err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(shown(k, "all"), 2);
	assert_int_equal(shown(k, "province/p0"), 2);
	assert_int_equal(kit_node(k, "all").n_stories, 2);
	assert_int_equal(held_of(k, "s0"), 0);
	assert_true(rk_str_is(kit_row(k, "s0", "a hijacked one, edited").state, "live"));
	assert_int_equal(rk_store_release(k->store, id, KIT_NOW + 240, &n, &k->err), 0);
	assert_int_equal(n, 0);
}

static void
title_is(struct kit *k, const char *title)
{
	struct rk_timeline *t = kit_timeline(k, "all", 100);

	assert_int_equal(t->n_stories, 1);
	assert_string_equal(t->stories[0].title.p, title);
	rk_timeline_free(t);
}

/* The signs that an edit of entry 1 bears, and what comes of it. */
static struct rk_store_counts
edit(struct kit *k, const char *title, const struct rk_signals *signals, int64_t now)
{
	struct kit_doc *d = kit_doc(k);

	news(d, "1", title)->signals = signals != NULL ? rk_signals_pack(signals) : 0;
	return store(k, 0, d, now);
}

/* A published entry does not become an advertisement. */
static void
edits_wait_too(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts counts;
	struct rk_explained *x;
	int64_t changed;
	struct rk_str id;
	size_t n;

	(void)edit(k, "an honest one", NULL, KIT_NOW);
	id = kit_row(k, "s0", "an honest one").id;
	changed = kit_node(k, "all").generation;
	for (int i = 1; i < 4; i++) { /* as often as it is met */
		counts = edit(k, "slots, apply now", &loud, KIT_NOW + i * 60);
		assert_int_equal(counts.edited, 0);
		assert_int_equal(counts.edits_held, 1);
		title_is(k, "an honest one");
		assert_int_equal(held_of(k, "s0"), 1);
	}
	assert_int_equal(kit_node(k, "all").generation, changed);
	assert_true(rk_str_is(kit_row(k, "s0", "an honest one").state, "live"));
	assert_int_equal(rk_store_explain(k->store, id, 0, k->arena, &x, &k->err), 0);
	assert_true(x->held_score >= RK_HIJACK_HOLD);
	assert_int_equal(
	    x->held_why, RK_HIJACK_WORDS | RK_HIJACK_LINKS | RK_HIJACK_EDIT);
	/* the site is cleaned: nothing waits, nothing was edited */
	counts = edit(k, "an honest one", NULL, KIT_NOW + 300);
	assert_int_equal(counts.edited, 0);
	assert_int_equal(held_of(k, "s0"), 0);
	/* and an honest edit behind another attack goes through */
	(void)edit(k, "slots, apply now", &loud, KIT_NOW + 360);
	assert_int_equal(held_of(k, "s0"), 1);
	counts = edit(k, "an honest one, corrected", NULL, KIT_NOW + 420);
	assert_int_equal(counts.edited, 1);
	assert_int_equal(held_of(k, "s0"), 0);
	title_is(k, "an honest one, corrected");
	/* the operator says that it is all right: from then on */
	(void)edit(k, "slots, apply now", &loud, KIT_NOW + 480);
	assert_int_equal(rk_store_release(k->store, id, KIT_NOW + 490, &n, &k->err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(held_of(k, "s0"), 0);
	title_is(k, "an honest one, corrected");
	assert_int_equal(edit(k, "slots, apply now", &loud, KIT_NOW + 540).edited, 1);
	title_is(k, "slots, apply now");
	assert_int_equal(edit(k, "slots, apply today", &loud, KIT_NOW + 600).edited, 1);
	title_is(k, "slots, apply today");
	assert_int_equal(held_of(k, "s0"), 0);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
}

/* What was new and held: its edits wait no more once it is out. An entry with a held edit
 * that leaves and comes back is what it was. */
static void
edits_of_what_was_let_out(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	enum rk_obeyed obeyed;
	struct rk_str id;
	size_t n;

	news(d, "1", "slots, apply now")->signals = rk_signals_pack(&loud);
	store(k, 0, d, KIT_NOW);
	id = kit_row(k, "s0", "slots, apply now").id;
	assert_int_equal(rk_store_release(k->store, id, KIT_NOW + 10, &n, &k->err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(edit(k, "slots, apply today", &loud, KIT_NOW + 60).edited, 1);
	title_is(k, "slots, apply today");
	assert_int_equal(held_of(k, "s0"), 0);
	/* of a copy that is blocked nothing waits */
	d = kit_doc(k);
	news(d, "2", "another honest one");
	store(k, 1, d, KIT_NOW + 70);
	d = kit_doc(k);
	news(d, "2", "another one, bet now")->signals = rk_signals_pack(&loud);
	store(k, 1, d, KIT_NOW + 80);
	assert_int_equal(held_of(k, "s1"), 1);
	id = kit_row(k, "s1", "another honest one").id;
	assert_int_equal(
	    rk_store_order(k->store, id, RK_ORDER_BLOCK, KIT_NOW + 90, &obeyed, &k->err), 0);
	assert_int_equal(held_of(k, "s1"), 0);
	assert_int_equal(shown(k, "all"), 1);
}

/* What is blocked or withdrawn waits no more, and is not let out by a release. */
static void
refused(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	enum rk_obeyed obeyed;
	struct rk_str id;

	news(d, "1", "a hijacked one")->signals = rk_signals_pack(&loud);
	news(d, "2", "another one")->signals = rk_signals_pack(&loud);
	store(k, 0, d, KIT_NOW);
	id = kit_row(k, "s0", "a hijacked one").id;
	assert_int_equal(
	    rk_store_order(k->store, id, RK_ORDER_BLOCK, KIT_NOW + 60, &obeyed, &k->err), 0);
	assert_int_equal(obeyed, RK_OBEYED);
	assert_int_equal(held_of(k, "s0"), 1);
	assert_int_equal(rk_store_order(k->store, id, RK_ORDER_RELEASE, KIT_NOW + 120, &obeyed,
			     &k->err),
	    0);
	assert_int_equal(obeyed, RK_OBEYED_UNKNOWN);
	assert_int_equal(rk_store_order(k->store, RK_STR("s0"), RK_ORDER_RELEASE,
			     KIT_NOW + 120, &obeyed, &k->err),
	    0);
	assert_int_equal(obeyed, RK_OBEYED);
	assert_int_equal(shown(k, "all"), 1);
	assert_true(rk_str_is(kit_row(k, "s0", "a hijacked one").state, "blocked"));
	assert_int_equal(held_of(k, "s0"), 0);
}

static void
all_of_a_source(void **state)
{
	struct kit *k = *state;
	size_t n;

	for (size_t source = 0; source < 2; source++) {
		struct kit_doc *d = kit_doc(k);

		for (int i = 0; i < 5; i++) {
			const char *name =
			    rk_arena_fmt(k->arena, "%zu advertisement %d", source, i).p;
			struct rk_entry *e = kit_add(d, name, "", name, name, KIT_NOW);

			e->signals = rk_signals_pack(&loud);
		}
		assert_int_equal(store(k, source, d, KIT_NOW).held, 5);
	}
	assert_int_equal(rk_store_release(k->store, RK_STR("s1"), KIT_NOW, &n, &k->err), 0);
	assert_int_equal(n, 5);
	assert_int_equal(shown(k, "all"), 5);
	assert_int_equal(held_of(k, "s0"), 5);
	assert_int_equal(
	    rk_store_release(k->store, RK_STR("nobody"), KIT_NOW, &n, &k->err), 0);
	assert_int_equal(n, 0);
}

/* A copy of what is held leads a story of its own: nothing hangs on it. */
static void
nothing_joins_what_is_held(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	size_t n;

	news(d, "1", "the same words")->signals = rk_signals_pack(&loud);
	store(k, 0, d, KIT_NOW);
	d = kit_doc(k);
	news(d, "x", "the same words");
	assert_int_equal(store(k, 1, d, KIT_NOW + 60).added, 1);
	assert_int_equal(shown(k, "all"), 1);
	assert_true(kit_row(k, "s1", "the same words").lead);
	assert_int_equal(rk_store_release(k->store, RK_STR("s0"), KIT_NOW, &n, &k->err), 0);
	assert_int_equal(shown(k, "all"), 2);
}

static void
entries_bring_their_routes(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_entry *e = news(d, "1", "of another place");
	struct rk_explained *x;
	struct rk_export_row row;

	e->route = RK_STR("cluster/c9 province/p9");
	e->evidence = RK_STR("T!TH-54 the words");
	kit_add(d, "2", "", "of its own", "text", KIT_NOW);
	store(k, 0, d, KIT_NOW);
	assert_int_equal(shown(k, "province/p9"), 1);
	assert_int_equal(shown(k, "province/p0"), 1);
	assert_int_equal(shown(k, "all"), 2);
	row = kit_row(k, "s0", "of another place");
	assert_true(rk_str_is(row.route, "cluster/c9 province/p9"));
	assert_int_equal(rk_store_explain(k->store, row.id, 0, k->arena, &x, &k->err), 0);
	assert_true(rk_str_is(x->evidence, "T!TH-54 the words"));
	row = kit_row(k, "s0", "of its own");
	assert_int_equal(rk_store_explain(k->store, row.id, 0, k->arena, &x, &k->err), 0);
	assert_int_equal(x->evidence.n, 0);
	/* what was decided stays when the entry is edited */
	d = kit_doc(k);
	e = news(d, "1", "of another place, edited");
	e->route = RK_STR("cluster/c8 province/p8");
	e->evidence = RK_STR("T!TH-50 other words");
	store(k, 0, d, KIT_NOW + 60);
	row = kit_row(k, "s0", "of another place, edited");
	assert_true(rk_str_is(row.route, "cluster/c9 province/p9"));
	assert_int_equal(shown(k, "province/p8"), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(held_until_released),
	    T(edits_wait_too),
	    T(edits_of_what_was_let_out),
	    T(refused),
	    T(all_of_a_source),
	    T(nothing_joins_what_is_held),
	    T(entries_bring_their_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
