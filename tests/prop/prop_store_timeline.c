/*
 * Random documents, joined and edited and rolled back: the timeline that is merged
 * from routes equals a naive selection over all rows, for every node and limit, and
 * what is kept in memory equals what is in the database.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/cluster.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCES 12
#define NODES   7

static uint64_t seed;

static unsigned
pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static struct rk_str
random_route(struct kit *k)
{
	struct rk_str route = RK_STR("");

	for (unsigned i = 0; i < NODES; i++)
		if (pick(3) == 0)
			route = rk_arena_fmt(k->arena, "%s%sprovince/n%u",
			    rk_cstr(route), route.n > 0 ? " " : "", i);
	if (pick(3) == 0)
		return RK_STR("agency/x national");
	return route.n > 0 ? route : RK_STR("national");
}

static struct kit_doc *
random_doc(struct kit *k)
{
	struct kit_doc *d = kit_doc(k);
	unsigned n = pick(12);

	for (unsigned i = 0; i < n; i++) {
		const char *guid = rk_arena_fmt(k->arena, "g%u", pick(60)).p;
		const char *url =
		    pick(2) == 0
			? ""
			: rk_arena_fmt(k->arena, "https://x.example/%u", pick(400)).p;
		const char *html = rk_arena_fmt(
		    k->arena, "a text long enough to be compared %u", pick(300))
				       .p;
		int64_t date = pick(4) == 0
				   ? RK_NO_TIME
				   : KIT_NOW + 20 * KIT_DAY - pick(40) * KIT_DAY;

		kit_add(d, pick(8) == 0 ? "" : guid, url, html + 34, html, date);
	}
	return d;
}

static void
random_transaction(struct kit *k, int64_t now)
{
	unsigned n = 1 + pick(4);

	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	for (unsigned i = 0; i < n; i++) {
		struct rk_store_counts c;
		struct rk_store_poll poll =
		    kit_poll(k, pick(SOURCES), random_doc(k), now);
		struct rk_source_state state = poll.state;
		bool fails = pick(6) == 0;

		if (fails) { /* half way through: the state comes after the entries */
			(void)sqlite3_exec(k->store->db,
			    "CREATE TEMP TRIGGER no BEFORE UPDATE ON source_state"
			    " BEGIN SELECT RAISE(ABORT, 'no'); END",
			    NULL, NULL, NULL);
		}
		poll.state = state;
		assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("hub.example"),
				     rk_cluster_decide, &c, &k->err),
		    fails ? -1 : 0);
		if (fails)
			(void)sqlite3_exec(
			    k->store->db, "DROP TRIGGER no", NULL, NULL, NULL);
	}
	if (pick(6) == 0)
		rk_store_rollback(k->store);
	else
		assert_int_equal(rk_store_commit(k->store, &k->err), 0);
}

static sqlite3_stmt *
prepare(struct kit *k, const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(k->store->db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(k->store->db));
	return st;
}

/* The route of a story: of its lead and all its copies. */
static struct rk_str
whole_route(
    struct kit *k, sqlite3_stmt *copies, int64_t row, const char *lead, size_t *n)
{
	struct rk_str route = rk_arena_str(k->arena, rk_str(lead));

	*n = 0;
	sqlite3_bind_int64(copies, 1, row);
	while (sqlite3_step(copies) == SQLITE_ROW) {
		route = rk_route_join(k->arena, route,
		    rk_str((const char *)sqlite3_column_text(copies, 0)));
		++*n;
	}
	sqlite3_reset(copies);
	return route;
}

static bool
names(struct rk_str route, const char *node)
{
	struct rk_str id;

	while (rk_str_split(&route, ' ', &id))
		if (rk_str_is(id, node))
			return true;
	return strcmp(node, "all") == 0;
}

/* Every lead whose story's route names the node, newest first. */
static void
check_node(struct kit *k, const char *node, unsigned limit)
{
	struct rk_timeline *t = kit_timeline(k, node, limit);
	sqlite3_stmt *leads = prepare(k, "SELECT e.pid, e.changed, e.id, r.nodes"
					 " FROM entry e JOIN route r ON r.id = e.route"
					 " WHERE +e.story IS NULL"
					 " ORDER BY e.sort DESC, e.id DESC");
	sqlite3_stmt *copies = prepare(k, "SELECT r.nodes FROM entry e"
					  " JOIN route r ON r.id = e.route"
					  " WHERE e.story = ?1");
	size_t n = 0, all = 0;
	int64_t changed = RK_NO_TIME;

	while (sqlite3_step(leads) == SQLITE_ROW) {
		size_t want, got = 0;
		struct rk_str route =
		    whole_route(k, copies, sqlite3_column_int64(leads, 2),
			(const char *)sqlite3_column_text(leads, 3), &want);

		if (!names(route, node))
			continue;
		if (sqlite3_column_int64(leads, 1) > changed)
			changed = sqlite3_column_int64(leads, 1);
		if (++all > limit)
			continue;
		if (n >= t->n_stories)
			fail_msg("%s: %zu stories of %u are too few", node,
			    t->n_stories, limit);
		assert_string_equal(
		    t->stories[n].id.p, (const char *)sqlite3_column_text(leads, 0));
		assert_string_equal(rk_cstr(t->stories[n].route), rk_cstr(route));
		for (const struct rk_copy *c = t->stories[n].copies; c != NULL;
		     c = c->next)
			got++;
		assert_int_equal(got, want);
		n++;
	}
	sqlite3_finalize(leads);
	sqlite3_finalize(copies);
	assert_int_equal(t->n_stories, n);
	assert_int_equal(kit_node(k, node).n_stories, all);
	assert_true(kit_node(k, node).updated >= changed); /* a story may have left */
	assert_int_equal(kit_node(k, node).generation, t->generation);
	rk_timeline_free(t);
}

/* A lead leads itself, a story has each source once, keys name entries. */
static void
check_rows(struct kit *k)
{
	static const char *const none[] = {
	    "SELECT 1 FROM entry c JOIN entry l ON l.id = c.story WHERE c.sort <> l.sort"
	    " OR c.state <> l.state",
	    "SELECT 1 FROM entry c JOIN entry l ON l.id = c.story WHERE l.story IS NOT "
	    "NULL",
	    "SELECT 1 FROM entry c LEFT JOIN entry l ON l.id = c.story"
	    " WHERE c.story IS NOT NULL AND l.id IS NULL",
	    "SELECT 1 FROM entry GROUP BY coalesce(story, id), source HAVING count(*) "
	    "> 1",
	    "SELECT 1 FROM entry_key k LEFT JOIN entry e ON e.id = k.entry"
	    " WHERE e.id IS NULL OR e.source <> k.source",
	    "SELECT 1 FROM entry c JOIN entry l ON l.id = c.story WHERE c.sort <> "
	    "l.sort",
	    "SELECT 1 FROM entry GROUP BY pid HAVING count(*) > 1",
	    "SELECT 1 FROM source_state t WHERE t.entries <>"
	    " (SELECT count(*) FROM entry e WHERE e.source = t.source)",
	};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		sqlite3_stmt *st;

		assert_int_equal(
		    sqlite3_prepare_v2(k->store->db, none[i], -1, &st, NULL),
		    SQLITE_OK);
		if (sqlite3_step(st) != SQLITE_DONE)
			fail_msg("there is a row: %s", none[i]);
		sqlite3_finalize(st);
	}
}

static void
merged_routes_equal_all_rows(void **state)
{
	const char *wanted = getenv("RK_SEED");
	uint64_t first = wanted != NULL ? strtoull(wanted, NULL, 0) : 20260914;

	(void)state;
	for (uint64_t run = 0; run < 6; run++) {
		struct kit k;

		seed = first + run;
		print_message("seed %llu\n", (unsigned long long)seed);
		kit_init(&k);
		kit_open(&k, SOURCES);
		for (unsigned i = 0; i < SOURCES; i++)
			k.routes[i] = random_route(&k);
		for (unsigned step = 0; step < 40; step++) {
			random_transaction(&k, KIT_NOW + step * 100);
			if (pick(8) == 0)
				kit_reopen(&k);
			if (step % 8 != 7)
				continue;
			check_rows(&k);
			for (unsigned i = 0; i < NODES; i++)
				check_node(&k,
				    rk_arena_fmt(k.arena, "province/n%u", i).p,
				    1 + pick(40));
			check_node(&k, "agency/x", 1 + pick(40));
			/* so many that no source has more than its share of a day */
			check_node(&k, "national", 300 + pick(40));
			check_node(&k, "all", 300 + pick(100));
			check_node(&k, "all", 100000);
		}
		kit_release(&k);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(merged_routes_equal_all_rows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
