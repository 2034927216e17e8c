/*
 * Archive documents (RFC 5005): which stories they hold, when they are closed, what an
 * edit or a withdrawal does to one; and over a long random life that the chain never has
 * a gap, and that every document can be made again from the database alone, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/archive_int.h"
#include "../../src/store/lives_int.h"
#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/cluster.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/map.h>
#include <ruamkhao/publish.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT   10
#define NO_END  SIZE_MAX
#define SOURCES 6
#define MONTH   (31 * KIT_DAY)

static struct rk_site site = {.title = {"S", 1},
    .base_url = {"http://news.example/", 20},
    .language = {"th", 2},
    .host = {"news.example", 12}};

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k, SOURCES);
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

/* n entries of a source, numbered from `first`. */
static void
news(struct kit *k, size_t source, int first, int n, int64_t now)
{
	struct kit_doc *d = kit_doc(k);

	for (int i = first; i < first + n; i++) {
		const char *name = rk_arena_fmt(k->arena, "s%zu.%d", source, i).p;

		kit_add(d, name, "", name, name, now - 1000 + i);
	}
	if (kit_store(k, source, d, now, NULL) != 0)
		fail_msg("%s", k->err.text);
}

static unsigned
shown(const void *cookie, struct rk_str node)
{
	(void)cookie;
	(void)node;
	return LIMIT;
}

/* What is to be written; marked as written. */
static struct rk_archive_list
grow_by(struct kit *k, size_t budget, rk_shown_fn *fn)
{
	struct rk_archives_ask ask = {.shown = fn, .budget = budget, .arena = k->arena};
	struct rk_archive_list list;

	if (rk_store_archives(k->store, &ask, &list, &k->err) != 0)
		fail_msg("%s", k->err.text);
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	for (size_t i = 0; i < list.n; i++)
		assert_int_equal(
		    rk_store_archive_published(k->store, list.v[i].node, list.v[i].n,
			list.v[i].generation, &k->err),
		    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	return list;
}

static struct rk_archive_list
grow(struct kit *k, size_t budget)
{
	return grow_by(k, budget, shown);
}

static struct rk_node
node_of(struct rk_str id)
{
	struct rk_node node = {.id = id};

	node.scheme = rk_node_scheme(id, &node.term);
	node.th = node.en = node.term;
	return node;
}

static struct rk_timeline *
document(struct kit *k, const char *node, int64_t n)
{
	struct rk_node as = node_of(rk_str(node));
	struct rk_timeline *t;

	if (rk_store_archive(k->store, &as, n, &site, NULL, &t, &k->err) != 0)
		fail_msg("%s", k->err.text);
	return t;
}

static struct rk_str
bytes_of(struct kit *k, const struct rk_timeline *t)
{
	const struct rk_format *atom = rk_format_find(RK_STR("atom"));
	struct rk_buf b;
	struct rk_str s;

	rk_buf_init(&b, RK_MAX_FILE);
	if (atom->render(t, &b, &k->err) != 0)
		fail_msg("%s", k->err.text);
	s = rk_arena_str(k->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return s;
}

static bool
has(struct rk_str bytes, const char *what)
{
	return rk_str_find(bytes, rk_str(what)) != SIZE_MAX;
}

#define assert_name(s, want) assert_string_equal(rk_cstr(s), want)

static void
taken_up_when_the_feed_is_too_small(void **state)
{
	struct kit *k = *state;
	struct rk_archive_list list;
	struct rk_timeline *t;

	news(k, 0, 0, LIMIT, KIT_NOW);
	assert_int_equal(grow(k, NO_END).n, 0);
	t = kit_timeline(k, "province/p0", LIMIT);
	assert_int_equal(t->prev_archive.n, 0);
	rk_timeline_free(t);
	/* all there is, also what the feed still shows */
	news(k, 0, LIMIT, 1, KIT_NOW + 60);
	list = grow(k, NO_END);
	assert_int_equal(list.n, 3); /* all, cluster, province */
	assert_false(list.more);
	assert_name(list.v[0].name, "archive/all/2026-09.atom");
	assert_name(list.v[2].name, "archive/province/p0/2026-09.atom");
	t = document(k, "province/p0", 1);
	assert_int_equal(t->n_stories, LIMIT + 1);
	assert_name(t->stories[0].title, "s0.10"); /* what came last is first */
	assert_int_equal(t->prev_archive.n, 0);
	assert_int_equal(t->next_archive.n, 0);
	rk_timeline_free(t);
	t = kit_timeline(k, "province/p0", LIMIT);
	assert_name(t->prev_archive, "archive/province/p0/2026-09.atom");
	rk_timeline_free(t);
	/* as long as the feed shows what is new, nothing is written */
	for (int i = 0; i < LIMIT; i++) {
		news(k, 0, LIMIT + 1 + i, 1, KIT_NOW + 100 + i);
		assert_int_equal(grow(k, NO_END).n, 0);
	}
	news(k, 0, 2 * LIMIT + 1, 1, KIT_NOW + 200);
	assert_int_equal(grow(k, NO_END).n, 3);
	assert_int_equal(grow(k, NO_END).n, 0);
	t = document(k, "province/p0", 1);
	assert_int_equal(t->n_stories, 2 * LIMIT + 2);
	rk_timeline_free(t);
}

static void
a_month_is_closed_by_the_next(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	struct rk_str before;
	struct rk_archive_list list;

	news(k, 0, 0, LIMIT + 1, KIT_NOW);
	(void)grow(k, NO_END);
	news(k, 0, LIMIT + 1, 1, KIT_NOW + 60);
	(void)grow(k, NO_END);
	news(k, 0, LIMIT + 2, LIMIT + 1, KIT_NOW + MONTH);
	list = grow(k, NO_END);
	assert_int_equal(list.n, 6); /* the old one takes up the rest, and names the new */
	assert_name(list.v[1].name, "archive/all/2026-10.atom");
	t = document(k, "province/p0", 1);
	assert_int_equal(t->n_stories, LIMIT + 2);
	assert_name(t->next_archive, "archive/province/p0/2026-10.atom");
	before = bytes_of(k, t);
	rk_timeline_free(t);
	assert_true(has(before, "<fh:archive xmlns:fh="));
	assert_true(has(before, "rel=\"current\" type=\"application/atom+xml\""
				" href=\"http://news.example/province/p0.atom\""));
	assert_true(has(before,
	    "<id>tag:news.example,2026:/archive/province/p0/2026-09</id>"));
	t = document(k, "province/p0", 2);
	assert_int_equal(t->n_stories, LIMIT + 1);
	assert_name(t->prev_archive, "archive/province/p0/2026-09.atom");
	rk_timeline_free(t);
	/* and is never written again */
	for (int i = 2; i < 6; i++) {
		news(k, 0, i * 100, LIMIT + 5, KIT_NOW + i * MONTH);
		list = grow(k, NO_END);
		for (size_t d = 0; d < list.n; d++)
			assert_true(list.v[d].n >= i);
	}
	t = document(k, "province/p0", 1);
	assert_true(rk_str_eq(before, bytes_of(k, t)));
	rk_timeline_free(t);
}

static void
a_thousand_to_a_document(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	news(k, 0, 0, 2300, KIT_NOW);
	(void)grow(k, NO_END);
	for (int n = 1; n <= 3; n++) {
		t = document(k, "all", n);
		assert_int_equal(t->n_stories, n < 3 ? 1000 : 300);
		assert_name(t->archive, n == 1	 ? "archive/all/2026-09.atom"
					: n == 2 ? "archive/all/2026-09.2.atom"
						 : "archive/all/2026-09.3.atom");
		rk_timeline_free(t);
	}
}

static void
a_budget_leaves_the_rest(void **state)
{
	struct kit *k = *state;
	struct rk_archive_list list;
	size_t rounds = 0;

	news(k, 0, 0, 5000, KIT_NOW);
	do {
		list = grow(k, 1000);
		rounds++;
	} while (list.more);
	assert_in_range(rounds, 3, 20);
	assert_int_equal(grow(k, NO_END).n, 0);
}

static void
edit(struct kit *k, size_t source, int i, const char *title, int64_t now)
{
	struct kit_doc *d = kit_doc(k);
	const char *name = rk_arena_fmt(k->arena, "s%zu.%d", source, i).p;

	kit_add(d, name, "", title, title, now - 5000);
	if (kit_store(k, source, d, now, NULL) != 0)
		fail_msg("%s", k->err.text);
}

static void
it_says_what_was_said(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	struct rk_str before, after;

	news(k, 0, 0, LIMIT + 1, KIT_NOW);
	(void)grow(k, NO_END);
	t = document(k, "all", 1);
	before = bytes_of(k, t);
	rk_timeline_free(t);
	edit(k, 0, 3, "first edit", KIT_NOW + 100);
	edit(k, 0, 3, "second edit", KIT_NOW + 200);
	assert_int_equal(grow(k, NO_END).n, 0);
	kit_reopen(k); /* nothing of it is only in memory */
	edit(k, 0, 3, "third edit", KIT_NOW + 300);
	t = document(k, "all", 1);
	assert_true(rk_str_eq(before, bytes_of(k, t)));
	rk_timeline_free(t);
	t = kit_timeline(k, "all", LIMIT);
	assert_true(has(bytes_of(k, (t->site = &site, t)), "third edit"));
	rk_timeline_free(t);
	/* the newest document may take up the edit, with the next stories */
	news(k, 0, 100, LIMIT + 1, KIT_NOW + 400);
	(void)grow(k, NO_END);
	t = document(k, "all", 1);
	after = bytes_of(k, t);
	rk_timeline_free(t);
	assert_true(has(after, "third edit"));
	assert_false(has(after, "second edit"));
}

static void
order(struct kit *k, const char *title, enum rk_order how, int64_t now)
{
	struct rk_export_row row = kit_row(k, "s0", title);
	enum rk_obeyed obeyed;

	assert_int_equal(
	    rk_store_order(k->store, row.id, how, now, &obeyed, &k->err), 0);
	assert_int_equal(obeyed, RK_OBEYED);
}

static void
what_is_withdrawn_leaves_its_document(void **state)
{
	struct kit *k = *state;
	struct rk_archive_list list;
	struct rk_timeline *t;
	struct rk_str bytes;
	const char *tomb;

	news(k, 0, 0, LIMIT + 1, KIT_NOW);
	(void)grow(k, NO_END);
	news(k, 0, 50, LIMIT + 1, KIT_NOW + MONTH);
	(void)grow(k, NO_END);
	tomb = rk_arena_fmt(k->arena, "<at:deleted-entry xmlns:at="
				      "\"http://purl.org/atompub/tombstones/1.0\" ref=\"%s\"",
	    rk_cstr(kit_row(k, "s0", "s0.4").id)).p;
	order(k, "s0.4", RK_ORDER_WITHDRAW, KIT_NOW + 2 * MONTH);
	list = grow(k, NO_END);
	assert_int_equal(list.n, 3); /* and no other one */
	for (size_t i = 0; i < list.n; i++)
		assert_int_equal(list.v[i].n, 1);
	t = document(k, "all", 1);
	assert_int_equal(t->n_stories, LIMIT);
	bytes = bytes_of(k, t);
	rk_timeline_free(t);
	assert_true(has(bytes, tomb));
	assert_false(has(bytes, ">s0.4<"));
	order(k, "s0.4", RK_ORDER_BLOCK, KIT_NOW + 3 * MONTH);
	order(k, "s0.5", RK_ORDER_BLOCK, KIT_NOW + 3 * MONTH);
	assert_int_equal(grow(k, NO_END).n, 3);
	t = document(k, "all", 1);
	assert_int_equal(t->n_stories, LIMIT - 1);
	assert_int_equal(t->n_removed, 0);
	rk_timeline_free(t);
}

/* What nobody could ever read is not told to have left. */
static void
what_was_hidden_leaves_no_trace(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	news(k, 0, 0, LIMIT + 1, KIT_NOW);
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	/* the third row was kept out, the fourth was read */
	assert_int_equal(
	    st_entry_turn(k->store, 3, ST_HIDDEN, KIT_NOW + 1, &k->err), 0);
	for (int64_t row = 3; row <= 4; row++) {
		struct st_leave leave = {row, ST_WITHDRAWN, ST_BY_TOMBSTONE, KIT_NOW + 9, 0};

		assert_int_equal(st_entry_leave(k->store, &leave, &k->err), 1);
	}
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	news(k, 0, 50, LIMIT + 1, KIT_NOW + 100);
	(void)grow(k, NO_END);
	t = document(k, "all", 1);
	assert_int_equal(t->n_stories, 2 * LIMIT);
	assert_int_equal(t->n_removed, 1);
	rk_timeline_free(t);
	/* nor does the operator's word later make it known */
	order(k, "s0.2", RK_ORDER_WITHDRAW, KIT_NOW + 200);
	t = document(k, "all", 1);
	assert_int_equal(t->n_removed, 1);
	rk_timeline_free(t);
}

/* A number of a row that was rolled back may be given again after a start. */
static void
it_knows_of_rows_that_are_there(void **state)
{
	struct kit *k = *state;
	struct st_archive a;

	news(k, 0, 0, LIMIT + 1, KIT_NOW);
	k->store->last_entry += 7;
	(void)grow(k, NO_END);
	assert_int_equal(st_archive_get(k->store, rk_str("all"), 1, &a, &k->err), 1);
	assert_int_equal(a.known, LIMIT + 1);
	assert_int_equal(k->store->edge.row, LIMIT + 1);
}

static unsigned
short_at_p1(const void *cookie, struct rk_str node)
{
	(void)cookie;
	return rk_str_is(node, "province/p1") ? 3 : LIMIT;
}

/* A node that shows few fills its own archive, and no other. */
static void
each_node_shows_its_own_number(void **state)
{
	struct kit *k = *state;
	struct rk_archive_list list;

	for (size_t i = 0; i < SOURCES; i++)
		news(k, i, 0, 1, KIT_NOW + (int64_t)i);
	assert_true(kit_node(k, "all").n_stories <= LIMIT);
	news(k, 1, 1, 3, KIT_NOW + 10);
	list = grow_by(k, NO_END, short_at_p1);
	assert_int_equal(list.n, 1);
	assert_true(rk_str_is(list.v[0].node, "province/p1"));
}

/* ---- a long life */

/* Seeded, so that a failure can be had again. */
static unsigned
chance(unsigned n)
{
	static uint64_t x = 0x9e3779b97f4a7c15u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x >> 33) % n;
}

/* New entries, edits of old ones, texts that other sources have too. */
static void
poll(struct kit *k, int64_t now, int *made)
{
	struct rk_store_counts counts;
	size_t source = chance(SOURCES);
	struct kit_doc *d = kit_doc(k);
	struct rk_store_poll p;
	unsigned n = chance(8);

	for (unsigned i = 0; i < n; i++) {
		int number = chance(3) > 0 ? (*made)++ : (int)chance((unsigned)*made + 1);
		bool shared = number % 4 == 0; /* one text of them all */
		struct rk_str name =
		    shared ? rk_arena_fmt(k->arena, "shared %d, long enough to count", number)
			   : rk_arena_fmt(k->arena, "s%zu.%d", source, number);
		struct rk_str text = !shared && chance(3) == 0
					 ? rk_arena_fmt(k->arena, "%s edit %u", rk_cstr(name),
					       chance(1000))
					 : name;

		kit_add(d, rk_cstr(rk_arena_fmt(k->arena, "s%zu.%d", source, number)), "",
		    rk_cstr(text), rk_cstr(text), now - (int64_t)chance(100000));
	}
	p = kit_poll(k, source, d, now);
	if (source == 0) /* of no province; copies may have one */
		p.route = RK_STR("national");
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	if (rk_store_poll(k->store, &p, RK_STR("hub.example"), rk_cluster_decide, &counts,
		&k->err) != 0)
		fail_msg("%s", k->err.text);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
}

static void
somebody_takes_one_out(struct kit *k, int64_t now)
{
	struct kit_rows rows = kit_rows(k);
	enum rk_obeyed obeyed;

	if (rows.n > 0)
		assert_int_equal(
		    rk_store_order(k->store, rows.v[chance((unsigned)rows.n)].id,
			chance(2) ? RK_ORDER_BLOCK : RK_ORDER_WITHDRAW, now, &obeyed,
			&k->err),
		    0);
}

struct kept {
	struct rk_map *files; /* name -> struct rk_str in the arena */
};

/* Write what is to be written, as the publisher would. */
static void
publish(struct kit *k, struct kept *kept, int64_t *closed)
{
	struct rk_archive_list list = grow(k, NO_END);

	for (size_t i = 0; i < list.n; i++) {
		struct rk_timeline *t = document(k, rk_cstr(list.v[i].node), list.v[i].n);
		struct rk_str *file = RK_NEW(k->arena, struct rk_str);

		*file = bytes_of(k, t);
		*closed += t->next_archive.n > 0;
		rk_timeline_free(t);
		(void)rk_map_put(kept->files, list.v[i].name, file);
	}
}

/* The union of a node's feed and its archives is what it has. */
static void
check_chain(struct kit *k, const char *node)
{
	struct rk_map *met = rk_map_new();
	struct rk_timeline *t = kit_timeline(k, node, LIMIT);
	struct rk_timeline *whole = kit_timeline(k, node, 100000);
	bool more = t->prev_archive.n > 0;

	for (size_t i = 0; i < t->n_stories; i++)
		(void)rk_map_put(met, rk_arena_str(k->arena, t->stories[i].id), t);
	rk_timeline_free(t);
	for (int64_t d = 1; more; d++) {
		t = document(k, node, d);
		assert_true(t->n_stories <= RK_ARCHIVE_STORIES);
		for (size_t i = 0; i < t->n_stories; i++)
			(void)rk_map_put(met, rk_arena_str(k->arena, t->stories[i].id), t);
		more = t->next_archive.n > 0;
		rk_timeline_free(t);
	}
	for (size_t i = 0; i < whole->n_stories; i++)
		if (rk_map_get(met, whole->stories[i].id) == NULL)
			fail_msg("%s: %s is in no document", node,
			    rk_cstr(whole->stories[i].title));
	rk_timeline_free(whole);
	rk_map_free(met);
}

static void
the_database_says_all(struct kit *k, struct kept *kept)
{
	struct rk_archives_ask ask = {
	    .shown = shown, .budget = NO_END, .all = true, .arena = k->arena};
	struct rk_archive_list list;

	assert_int_equal(rk_store_archives(k->store, &ask, &list, &k->err), 0);
	for (size_t i = 0; i < list.n; i++) {
		struct rk_timeline *t = document(k, rk_cstr(list.v[i].node), list.v[i].n);
		const struct rk_str *file = rk_map_get(kept->files, list.v[i].name);
		struct rk_str now = bytes_of(k, t);

		rk_timeline_free(t);
		assert_non_null(file);
		if (!rk_str_eq(*file, now))
			fail_msg("%s is not what it was:\n%s\n--- it was\n%s",
			    rk_cstr(list.v[i].name), rk_cstr(now), rk_cstr(*file));
	}
}

static void
a_long_life(void **state)
{
	static const char *const nodes[] = {
	    "all", "national", "province/p1", "province/p2", "cluster/c0", "cluster/c1"};
	struct kit *k = *state;
	struct kept kept = {rk_map_new()};
	int64_t now = KIT_NOW, closed = 0;
	int made = 1;

	for (int round = 0; round < 400; round++) {
		now += chance(40) == 0 ? (int64_t)chance(40) * KIT_DAY : chance(7200);
		poll(k, now, &made);
		if (chance(12) == 0)
			somebody_takes_one_out(k, now);
		if (chance(3) > 0)
			continue;
		publish(k, &kept, &closed);
		if (round % 5 == 0) {
			for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++)
				check_chain(k, nodes[i]);
			the_database_says_all(k, &kept);
		}
		if (chance(20) == 0)
			kit_reopen(k);
	}
	publish(k, &kept, &closed);
	the_database_says_all(k, &kept);
	assert_true(closed > 10);
	rk_map_free(kept.files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		taken_up_when_the_feed_is_too_small, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_month_is_closed_by_the_next, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_thousand_to_a_document, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_budget_leaves_the_rest, setup, teardown),
	    cmocka_unit_test_setup_teardown(it_says_what_was_said, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		what_is_withdrawn_leaves_its_document, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		what_was_hidden_leaves_no_trace, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		it_knows_of_rows_that_are_there, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		each_node_shows_its_own_number, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_long_life, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
