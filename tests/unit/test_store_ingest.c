/*
 * A poll as a whole: what fails or is rolled back leaves nothing, many raise a node
 * once, and the document names the source's state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/clue_int.h"
#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/cluster.h>

static void
a_failed_poll_leaves_the_others(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll[3];
	struct rk_store_counts c;
	struct rk_node_state n;

	for (size_t i = 0; i < 3; i++) {
		struct kit_doc *d = kit_one(k, "1", "https://same.example/1",
		    rk_arena_fmt(k->arena, "T%zu", i).p,
		    rk_arena_fmt(k->arena, KIT_LONG_A " %zu", i).p, RK_NO_TIME);

		poll[i] = kit_poll(k, i, d, KIT_NOW);
	}
	poll[0].state.row = 4711; /* fails after its entries */
	poll[0].ingest = NULL;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll[0], RK_STR("h"),
			     rk_cluster_decide, &c, &k->err),
	    -1);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(kit_rows(k).n, 0);

	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll[1], RK_STR("h"),
			     rk_cluster_decide, &c, &k->err),
	    0);
	/* a trigger stands for anything that may go wrong half way through */
	assert_int_equal(
	    sqlite3_exec(k->store->db,
		"CREATE TEMP TRIGGER no BEFORE UPDATE ON source_state"
		" WHEN NEW.source = 3 BEGIN SELECT RAISE(ABORT, 'no'); END",
		NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(rk_store_poll(k->store, &poll[2], RK_STR("h"),
			     rk_cluster_decide, &c, &k->err),
	    -1);
	kit_counts_are(c, 0, 0, 0, 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(kit_rows(k).n, 1);
	n = kit_node(k, "province/p1");
	assert_int_equal(n.generation, 1);
	assert_int_equal(n.n_stories, 1);
	assert_int_equal(kit_generation(k, "province/p2"), 0);
	/* the same poll later does it all: its route is made again */
	assert_int_equal(
	    sqlite3_exec(k->store->db, "DROP TRIGGER no", NULL, NULL, NULL), SQLITE_OK);
	kit_counts_are(kit_stored(k, 2,
			   kit_one(k, "1", "https://same.example/1", "T2",
			       KIT_LONG_A " 2", RK_NO_TIME),
			   KIT_NOW + 1),
	    0, 1, 0, 0);
	assert_int_equal(kit_node(k, "province/p2").n_stories, 1);
	kit_reopen(k); /* what is in memory is what is in the database */
	assert_int_equal(kit_node(k, "province/p2").n_stories, 1);
	assert_int_equal(kit_node(k, "all").generation, 2);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
}

static void
a_rolled_back_transaction_leaves_nothing(void **state)
{
	struct kit *k = *state;
	struct rk_store_poll poll;
	struct rk_store_counts c;

	for (int i = 0; i < 3; i++) {
		poll = kit_poll(k, 0,
		    kit_one(
			k, "1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
		    KIT_NOW + i);
		assert_int_equal(rk_store_begin(k->store, &k->err), 0);
		assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
				     rk_cluster_decide, &c, &k->err),
		    0);
		kit_counts_are(c, 1, 0, 0, 0);
		rk_store_rollback(k->store);
		assert_int_equal(kit_rows(k).n, 0);
		assert_int_equal(kit_generation(k, "all"), 0);
		assert_int_equal(k->store->clues.n, 0);
	}
	kit_stored(k, 0,
	    kit_one(k, "1", "https://s0.example/1", "A", KIT_LONG_A, RK_NO_TIME),
	    KIT_NOW + 9);
	assert_int_equal(kit_generation(k, "all"), 1);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
}

static void
many_polls_raise_a_node_once(void **state)
{
	struct kit *k = *state;
	struct rk_store_counts c;

	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	for (size_t i = 0; i < 4; i++) {
		struct rk_store_poll poll = kit_poll(k, i,
		    kit_one(k, "1", "", "A", rk_arena_fmt(k->arena, "%zu", i).p,
			RK_NO_TIME),
		    KIT_NOW);

		assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
				     rk_cluster_decide, &c, &k->err),
		    0);
	}
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(kit_generation(k, "all"), 1);
	assert_int_equal(kit_generation(k, "cluster/c0"), 1);
	assert_int_equal(kit_node(k, "all").n_stories, 4);
	assert_int_equal(kit_node(k, "cluster/c0").n_stories, 2);
}

static void
the_document_names_the_state(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_one(k, "1", "", "A", "a", RK_NO_TIME);

	d->in.format = RK_IN_ATOM;
	d->in.title = RK_STR("จังหวัดทดสอบ");
	kit_stored(k, 0, d, KIT_NOW);
	kit_reopen(k);
	assert_true(k->states[0].imported);
	assert_string_equal(k->states[0].format.p, rk_format_in_name(RK_IN_ATOM));
	assert_string_equal(k->states[0].charset.p, "utf-8");
	assert_string_equal(k->states[0].feed_title.p, "จังหวัดทดสอบ");
	assert_string_equal(k->states[0].feed_link.p, "https://feed.example/");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(a_failed_poll_leaves_the_others),
	    T(a_rolled_back_transaction_leaves_nothing),
	    T(many_polls_raise_a_node_once),
	    T(the_document_names_the_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
