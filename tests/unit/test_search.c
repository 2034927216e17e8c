/* Searching what is stored; the index that is behind; what `keep` and `drop` keep out. */
#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/search.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static void
sql(struct kit *k, const char *text)
{
	char *why = NULL;

	if (sqlite3_exec(k->store->db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
}

static void
index_all(struct kit *k)
{
	bool done = false;

	while (!done)
		assert_int_equal(rk_store_index(k->store, &done, &k->err), 0);
}

static struct rk_search_end end; /* of the last search */

static struct rk_timeline *
search_in(struct kit *k, const char *typed, const char *place, const char *publisher,
    unsigned offset, unsigned limit)
{
	static const struct rk_node node = {.id = {"search", 6}};
	struct rk_str places[] = {rk_str(place)}, publishers[] = {rk_str(publisher)};
	struct rk_search what = {.places = {places, place != NULL},
	    .publishers = {publishers, publisher != NULL},
	    .offset = offset,
	    .limit = limit};
	struct rk_timeline *t = NULL;
	struct rk_query q;

	if (typed != NULL) {
		assert_int_equal(rk_query_parse(rk_str(typed), k->arena, &q, &k->err), 0);
		what.query = &q;
	}
	if (rk_store_search(k->store, &what, &node, NULL, NULL, &t, &end, &k->err) != 0)
		fail_msg("%s: %s", typed, k->err.text);
	return t;
}

/* Titles found, in order, "|" between. */
static void
finds(struct kit *k, const char *typed, const char *titles)
{
	struct rk_timeline *t = search_in(k, typed, NULL, NULL, 0, 100);
	char line[4096] = "";

	for (size_t i = 0; i < t->n_stories; i++) {
		strncat(line, i > 0 ? "|" : "", 2);
		strncat(line, rk_cstr(t->stories[i].title), 200);
	}
	if (strcmp(line, titles) != 0)
		fail_msg("%s: found %s, expected %s", typed, line, titles);
	rk_timeline_free(t);
}

static void
three(struct kit *k)
{
	struct kit_doc *d = kit_doc(k);

	kit_add(d, "a", "", "น้ำท่วมจังหวัดแพร่", "<p>ระดับน้ำ ปี ๒๕๖๙</p>", KIT_NOW - 300);
	kit_add(d, "b", "", "เผยแพร่ผลงาน", "<p>Open &amp; Data</p>", KIT_NOW - 200);
	kit_add(d, "c", "", "อุทกภัยภาคใต้", "<p>หัว หน้า สำนักงาน</p>", KIT_NOW - 100);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
}

static void
words_are_found(void **state)
{
	struct kit *k = *state;

	kit_open(k, 2);
	three(k);
	for (int indexed = 0; indexed < 2; indexed++) {
		finds(k, "แพร่", "เผยแพร่ผลงาน|น้ำท่วมจังหวัดแพร่");
		finds(k, "จังหวัดแพร่", "น้ำท่วมจังหวัดแพร่");
		finds(k, "แพ", "เผยแพร่ผลงาน|น้ำท่วมจังหวัดแพร่");
		finds(k, "แพ จังหวัด", "น้ำท่วมจังหวัดแพร่");
		finds(k, "2569", "น้ำท่วมจังหวัดแพร่");
		finds(k, "หัวหน้าสำนักงาน", "อุทกภัยภาคใต้");
		finds(k, "น้ำท่วม OR อุทกภัย", "อุทกภัยภาคใต้|น้ำท่วมจังหวัดแพร่");
		finds(k, "แพร่ -จังหวัด", "เผยแพร่ผลงาน");
		finds(k, "-แพร่", "อุทกภัยภาคใต้");
		finds(k, "DATA", "เผยแพร่ผลงาน");
		finds(k, "data\" OR 1=1 --", "");
		finds(k, "ไม่มีที่ไหน", "");
		assert_int_equal(end.entries, 3);
		assert_int_equal(end.waiting, indexed ? 0 : 3);
		assert_false(end.cut);
		index_all(k);
	}
	/* the index alone knows */
	sql(k, "DELETE FROM search_again");
	sql(k, "INSERT OR REPLACE INTO meta VALUES('search_upto', '0')");
	finds(k, "จังหวัดแพร่", "น้ำท่วมจังหวัดแพร่");
	sql(k, "INSERT OR REPLACE INTO meta VALUES('search_upto', '3')");
	sql(k, "INSERT INTO search(search) VALUES('delete-all')");
	finds(k, "จังหวัดแพร่", "");
}

static void
pages_follow_each_other(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_timeline *t;
	char guid[16], title[32];

	kit_open(k, 1);
	for (int i = 0; i < 25; i++) {
		(void)snprintf(guid, sizeof(guid), "g%d", i);
		(void)snprintf(title, sizeof(title), "flood %02d", i);
		kit_add(d, guid, "", title, "", KIT_NOW - 1000 + i);
	}
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	index_all(k);
	for (unsigned page = 0; page < 3; page++) {
		t = search_in(k, "flood", NULL, NULL, page * 10, 10);
		assert_int_equal(t->n_stories, page < 2 ? 10 : 5);
		assert_int_equal(end.more, page < 2);
		(void)snprintf(title, sizeof(title), "flood %02u", 24 - page * 10);
		assert_string_equal(t->stories[0].title.p, title);
		rk_timeline_free(t);
	}
	t = search_in(k, "flood", NULL, NULL, 1000, 10);
	assert_int_equal(t->n_stories, 0);
	rk_timeline_free(t);
}

static void
places_narrow_it(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	struct rk_timeline *t;
	static const struct {
		const char *words, *place, *publisher;
		size_t n;
	} cases[] = {{"flood", "province/p0", NULL, 1}, {"flood", "cluster/c0", NULL, 2},
	    {"flood", "cluster/c1", NULL, 1}, {"flood", "province/p0", "cluster/c0", 1},
	    {"flood", "province/p0", "cluster/c1", 0}, {"flood", "province/none", NULL, 0},
	    {NULL, "cluster/c0", NULL, 2}, {NULL, NULL, "province/p2", 1},
	    {NULL, "cluster/c0", "province/p1", 1}, {"fl", "cluster/c0", NULL, 2},
	    {"storm", "cluster/c0", NULL, 0}};

	kit_open(k, 3);
	for (size_t i = 0; i < 3; i++) {
		char title[32];

		d = kit_doc(k);
		(void)snprintf(title, sizeof(title), "flood %zu", i);
		kit_add(d, "g", "", title, "", KIT_NOW - 1000);
		assert_int_equal(kit_store(k, i, d, KIT_NOW, NULL), 0);
	}
	for (int indexed = 0; indexed < 2; indexed++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			t = search_in(
			    k, cases[i].words, cases[i].place, cases[i].publisher, 0, 10);
			assert_int_equal(t->n_stories, cases[i].n);
			rk_timeline_free(t);
		}
		index_all(k);
	}
}

/* What the index knows is always compared with what is there. */
static void
edits_and_withdrawals_are_followed(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	enum rk_obeyed obeyed;

	kit_open(k, 1);
	three(k);
	index_all(k);
	kit_add(d, "b", "", "เผยแพร่ภาพถ่าย", "<p>ดาวเทียม</p>", KIT_NOW - 200);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW + 100, NULL), 0);
	for (int indexed = 0; indexed < 2; indexed++) {
		finds(k, "ผลงาน", "");
		finds(k, "ดาวเทียม", "เผยแพร่ภาพถ่าย");
		assert_int_equal(end.waiting, indexed ? 0 : 1);
		index_all(k);
	}
	assert_int_equal(rk_store_order(k->store, kit_row(k, "s0", "เผยแพร่ภาพถ่าย").id,
			     RK_ORDER_WITHDRAW, KIT_NOW + 200, &obeyed, &k->err),
	    0);
	finds(k, "ดาวเทียม", "");
	assert_int_equal(rk_store_order(k->store, kit_row(k, "s0", "อุทกภัยภาคใต้").id,
			     RK_ORDER_BLOCK, KIT_NOW + 200, &obeyed, &k->err),
	    0);
	finds(k, "อุทกภัย", "");
	/* rows that are no more (pruned) are passed over */
	sql(k, "DELETE FROM entry WHERE id = 1");
	finds(k, "น้ำท่วม", "");
}

static void
left(struct kit *k, const char *typed, const char *place, const char *publisher, size_t n)
{
	static const struct rk_node node = {.id = {"topic/x", 7}};
	struct rk_str places[] = {rk_str(place)}, publishers[] = {rk_str(publisher)};
	struct rk_search what = {.places = {places, place != NULL},
	    .publishers = {publishers, publisher != NULL},
	    .limit = 10,
	    .removed = true};
	struct rk_timeline *t = NULL;
	struct rk_query q;

	if (typed != NULL) {
		assert_int_equal(rk_query_parse(rk_str(typed), k->arena, &q, &k->err), 0);
		what.query = &q;
	}
	assert_int_equal(rk_store_search(k->store, &what, &node, NULL, NULL, &t, &end, &k->err), 0);
	if (t->n_removed != n)
		fail_msg("%s in %s by %s: %zu left, expected %zu", typed, place, publisher,
		    t->n_removed, n);
	for (size_t i = 0; i < n; i++) {
		assert_true(t->removed[i].id.n > 0);
		assert_true(t->updated >= t->removed[i].at);
		assert_true(i == 0 || t->removed[i - 1].at >= t->removed[i].at);
	}
	rk_timeline_free(t);
}

/* Who had it in the search is told that it is out, by the words that it had. */
static void
what_left_is_told(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	enum rk_obeyed obeyed;
	struct rk_str id;

	kit_open(k, 1);
	three(k);
	kit_add(d, "b", "", "เผยแพร่ภาพถ่าย", "<p>ดาวเทียม</p>", KIT_NOW - 200);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW + 100, NULL), 0);
	left(k, "ดาวเทียม", NULL, NULL, 0);
	id = kit_row(k, "s0", "เผยแพร่ภาพถ่าย").id;
	assert_int_equal(rk_store_order(k->store, id, RK_ORDER_WITHDRAW, KIT_NOW + 200, &obeyed, &k->err), 0);
	id = kit_row(k, "s0", "อุทกภัยภาคใต้").id;
	assert_int_equal(rk_store_order(k->store, id, RK_ORDER_WITHDRAW, KIT_NOW + 300, &obeyed, &k->err), 0);
	for (int indexed = 0; indexed < 2; indexed++) {
		left(k, "ดาวเทียม", NULL, NULL, 1);
		left(k, "ดาวเทียม OR อุทกภัย", NULL, NULL, 2);
		left(k, NULL, NULL, NULL, 2);
		left(k, "ดาวเทียม", "province/p0", NULL, 1);
		left(k, NULL, "province/p0", "national", 0);
		left(k, NULL, "province/p0", "province/p0", 2);
		left(k, NULL, NULL, "province/p0", 2);
		left(k, "ดาวเทียม", "province/none", NULL, 0);
		left(k, "ไม่มีคำนี้", NULL, NULL, 0);
		index_all(k);
	}
	assert_int_equal(rk_store_order(k->store, id, RK_ORDER_BLOCK, KIT_NOW + 400, &obeyed, &k->err), 0);
	left(k, NULL, NULL, NULL, 1);
}

/* A reader beside the writer; a mark that a crash left behind; a damaged index. */
static void
it_is_filled_again(void **state)
{
	struct kit *k = *state;
	struct rk_store *reader, *writer;
	bool done;

	kit_open(k, 1);
	three(k);
	index_all(k);
	writer = k->store;
	assert_int_equal(rk_store_open(k->folder, RK_STORE_READ, &reader, &k->err), 0);
	k->store = reader;
	finds(k, "อุทกภัย", "อุทกภัยภาคใต้");
	k->store = writer;
	rk_store_close(reader);
	/* what is put in a second time does no harm */
	sql(k, "UPDATE meta SET value = '1' WHERE key = 'search_upto'");
	index_all(k);
	finds(k, "แพร่", "เผยแพร่ผลงาน|น้ำท่วมจังหวัดแพร่");
	sql(k, "INSERT INTO search(search) VALUES('integrity-check')");
	kit_reopen(k);
	(void)sqlite3_db_config(k->store->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	sql(k, "DELETE FROM search_data WHERE id > 10");
	(void)sqlite3_db_config(k->store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	kit_reopen(k);
	{
		struct rk_query q;
		struct rk_search what = {.query = &q, .limit = 10};
		struct rk_node node = {.id = RK_STR("search")};
		struct rk_timeline *t;

		assert_int_equal(rk_query_parse(RK_STR("อุทกภัย"), k->arena, &q, NULL), 0);
		assert_int_equal(rk_store_search(k->store, &what, &node, NULL, NULL, &t, &end,
				     &k->err),
		    -1);
	}
	assert_false(k->store->damaged); /* entries are not */
	assert_int_equal(rk_store_index(k->store, &done, &k->err), 0);
	index_all(k);
	finds(k, "อุทกภัย", "อุทกภัยภาคใต้");
}

static bool
stop_at_once(void *cookie)
{
	(*(int *)cookie)++;
	return true;
}

static void
it_stops_when_told(void **state)
{
	struct kit *k = *state;
	struct rk_query q;
	int asked = 0;
	struct rk_search what = {.query = &q, .limit = 10, .stop = stop_at_once, .cookie = &asked};
	struct rk_node node = {.id = RK_STR("search")};
	struct rk_timeline *t;

	kit_open(k, 1);
	three(k);
	assert_int_equal(rk_query_parse(RK_STR("แพร่"), k->arena, &q, NULL), 0);
	assert_int_equal(
	    rk_store_search(k->store, &what, &node, NULL, NULL, &t, &end, &k->err), 0);
	assert_true(end.cut);
	assert_int_equal(t->n_stories, 0);
	assert_true(asked > 0);
	rk_timeline_free(t);
}

/* ---- keep and drop */

static void
set_filter(struct kit *k, size_t source, const char *keep, const char *drop)
{
	static struct rk_filter filters[24];

	filters[source] = (struct rk_filter){rk_str(keep), rk_str(drop)};
	k->sources[source].filter =
	    keep[0] != '\0' || drop[0] != '\0' ? &filters[source] : NULL;
	if (kit_register(k) != 0)
		fail_msg("%s", k->err.text);
}

static unsigned
refilter(struct kit *k, int64_t now)
{
	bool done = false;
	unsigned steps = 0;

	for (; !done; steps++)
		assert_int_equal(rk_store_refilter(k->store, now, &done, &k->err), 0);
	return steps - 1;
}

/* Titles of a node, and its number of stories as the index pages tell it. */
static void
shows(struct kit *k, const char *node, const char *titles)
{
	struct rk_timeline *t = kit_timeline(k, node, 100);
	char line[4096] = "";

	for (size_t i = 0; i < t->n_stories; i++) {
		strncat(line, i > 0 ? "|" : "", 2);
		strncat(line, rk_cstr(t->stories[i].title), 200);
	}
	if (strcmp(line, titles) != 0)
		fail_msg("%s: shows %s, expected %s", node, line, titles);
	assert_int_equal(kit_node(k, node).n_stories, t->n_stories);
	rk_timeline_free(t);
}

static void
filters_are_reversible(void **state)
{
	struct kit *k = *state;
	int64_t generation;

	kit_open(k, 2);
	three(k);
	shows(k, "all", "อุทกภัยภาคใต้|เผยแพร่ผลงาน|น้ำท่วมจังหวัดแพร่");
	set_filter(k, 0, "", "เผยแพร่");
	assert_int_equal(refilter(k, KIT_NOW + 10), 1);
	shows(k, "all", "อุทกภัยภาคใต้|น้ำท่วมจังหวัดแพร่");
	shows(k, "province/p0", "อุทกภัยภาคใต้|น้ำท่วมจังหวัดแพร่");
	finds(k, "ผลงาน", "");
	assert_string_equal(kit_row(k, "s0", "เผยแพร่ผลงาน").state.p, "hidden");
	/* nothing to do a second time, also after a restart */
	generation = kit_node(k, "all").generation;
	set_filter(k, 0, "", "เผยแพร่");
	assert_int_equal(refilter(k, KIT_NOW + 20), 0);
	kit_reopen(k);
	assert_int_equal(refilter(k, KIT_NOW + 20), 0);
	assert_int_equal(kit_node(k, "all").generation, generation);
	/* the text is looked at too, and both must be fulfilled */
	set_filter(k, 0, "แพร่|สำนักงาน", "เผยแพร่|2569|๒๕๖๙");
	assert_int_equal(refilter(k, KIT_NOW + 30), 1);
	shows(k, "all", "อุทกภัยภาคใต้");
	set_filter(k, 0, "แพร่", "");
	assert_int_equal(refilter(k, KIT_NOW + 40), 1);
	shows(k, "all", "เผยแพร่ผลงาน|น้ำท่วมจังหวัดแพร่");
	set_filter(k, 0, "", "");
	assert_int_equal(refilter(k, KIT_NOW + 50), 1);
	shows(k, "all", "อุทกภัยภาคใต้|เผยแพร่ผลงาน|น้ำท่วมจังหวัดแพร่");
	assert_string_equal(kit_row(k, "s0", "เผยแพร่ผลงาน").state.p, "live");
	assert_int_equal(refilter(k, KIT_NOW + 60), 0);
}

static void
new_and_edited_entries_follow_at_once(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;
	enum rk_obeyed obeyed;

	kit_open(k, 2);
	set_filter(k, 0, "", "(?i)tender");
	(void)refilter(k, KIT_NOW);
	d = kit_doc(k);
	kit_add(d, "a", "", "a tender for roads", "", KIT_NOW - 100);
	kit_add(d, "b", "", "a road opened", "", KIT_NOW - 50);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	shows(k, "all", "a road opened");
	/* another source may say what it likes */
	d = kit_doc(k);
	kit_add(d, "x", "", "a tender for bridges", "", KIT_NOW - 10);
	assert_int_equal(kit_store(k, 1, d, KIT_NOW, NULL), 0);
	shows(k, "all", "a tender for bridges|a road opened");
	d = kit_doc(k);
	kit_add(d, "a", "", "news of roads", "", KIT_NOW - 100);
	kit_add(d, "b", "", "a Tender opened", "", KIT_NOW - 50);
	assert_int_equal(kit_store(k, 0, d, KIT_NOW + 100, NULL), 0);
	shows(k, "all", "a tender for bridges|news of roads");
	/* what is hidden can be withdrawn, and stays so */
	assert_int_equal(rk_store_order(k->store, kit_row(k, "s0", "a Tender opened").id,
			     RK_ORDER_BLOCK, KIT_NOW + 200, &obeyed, &k->err),
	    0);
	assert_int_equal(obeyed, RK_OBEYED);
	set_filter(k, 0, "", "");
	(void)refilter(k, KIT_NOW + 300);
	shows(k, "all", "a tender for bridges|news of roads");
}

/* Sources without entries cost no transaction each; one with many takes several. */
static void
many_sources_follow_together(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d;

	kit_open(k, 24);
	d = kit_doc(k);
	for (int i = 0; i < 250; i++) {
		const char *title = rk_arena_fmt(k->arena, "tender %d", i).p;

		kit_add(d, title, "", title, title, KIT_NOW - 1000 + i);
	}
	assert_int_equal(kit_store(k, 11, d, KIT_NOW, NULL), 0);
	for (size_t i = 24; i-- > 0;)
		set_filter(k, i, "", "tender|bid");
	assert_int_equal(refilter(k, KIT_NOW + 10), 2);
	shows(k, "all", "");
	kit_reopen(k);
	assert_int_equal(refilter(k, KIT_NOW + 20), 0);
	for (size_t i = 0; i < 24; i++)
		set_filter(k, i, "", i % 2 == 1 ? "bid" : "");
	assert_int_equal(refilter(k, KIT_NOW + 30), 2);
	assert_int_equal(kit_node(k, "all").n_stories, 250);
}

/* The same text from two sources: where one is kept out the other speaks. */
static void
the_next_copy_speaks(void **state)
{
	struct kit *k = *state;
	static const char text[] = "<p>the whole text of a story that two offices have</p>";
	struct rk_timeline *t;
	struct rk_str id;
	size_t lead;

	kit_open(k, 2);
	for (size_t i = 0; i < 2; i++) {
		struct kit_doc *d = kit_doc(k);

		kit_add(d, "g", "", "one story in two places", text, KIT_NOW - 100);
		assert_int_equal(kit_store(k, i, d, KIT_NOW + (int64_t)i, NULL), 0);
	}
	t = kit_timeline(k, "all", 10);
	assert_int_equal(t->n_stories, 1);
	id = rk_arena_str(k->arena, t->stories[0].id);
	lead = rk_str_is(t->stories[0].source_id, "s0") ? 0 : 1;
	assert_non_null(t->stories[0].copies);
	rk_timeline_free(t);
	set_filter(k, lead, "nothing like that", "");
	(void)refilter(k, KIT_NOW + 10);
	t = kit_timeline(k, "all", 10);
	assert_int_equal(t->n_stories, 1);
	assert_true(rk_str_eq(t->stories[0].id, id));
	assert_true(rk_str_is(t->stories[0].source_id, lead == 0 ? "s1" : "s0"));
	assert_null(t->stories[0].copies);
	rk_timeline_free(t);
	assert_int_equal(kit_node(k, "all").n_stories, 1);
	assert_int_equal(kit_node(k, lead == 0 ? "province/p0" : "province/p1").n_stories, 0);
	for (int indexed = 0; indexed < 2; indexed++) {
		finds(k, "offices", "one story in two places");
		index_all(k);
	}
	set_filter(k, 1 - lead, "", "story");
	(void)refilter(k, KIT_NOW + 20);
	shows(k, "all", "");
	set_filter(k, lead, "", "");
	set_filter(k, 1 - lead, "", "");
	(void)refilter(k, KIT_NOW + 30);
	shows(k, "all", "one story in two places");
	shows(k, "province/p0", "one story in two places");
	shows(k, "province/p1", "one story in two places");
}

/* A copy that comes to a story whose lead was kept out from the beginning. */
static void
a_copy_of_what_is_hidden_is_seen(void **state)
{
	struct kit *k = *state;
	static const char text[] = "<p>the whole text of a story that two offices have</p>";

	kit_open(k, 3);
	set_filter(k, 0, "", "story");
	set_filter(k, 2, "", "story");
	(void)refilter(k, KIT_NOW);
	for (size_t i = 0; i < 3; i++) {
		struct kit_doc *d = kit_doc(k);

		kit_add(d, "g", "", "one story in three places", text, KIT_NOW - 100);
		assert_int_equal(kit_store(k, i, d, KIT_NOW + (int64_t)i, NULL), 0);
		shows(k, "all", i == 0 ? "" : "one story in three places");
	}
	shows(k, "province/p0", "");
	shows(k, "province/p1", "one story in three places");
	shows(k, "province/p2", "");
	set_filter(k, 0, "", "");
	set_filter(k, 2, "", "");
	(void)refilter(k, KIT_NOW + 30);
	shows(k, "all", "one story in three places");
	shows(k, "province/p0", "one story in three places");
	shows(k, "province/p2", "one story in three places");
}

static void
many_are_filtered_in_steps(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	bool done;

	kit_open(k, 1);
	for (int i = 0; i < 450; i++) {
		char guid[16], title[32];

		(void)snprintf(guid, sizeof(guid), "g%d", i);
		(void)snprintf(title, sizeof(title), "number %d%s", i, i % 2 ? " odd" : "");
		kit_add(d, guid, "", title, "", KIT_NOW - 1000 + i);
	}
	assert_int_equal(kit_store(k, 0, d, KIT_NOW, NULL), 0);
	set_filter(k, 0, "odd", "");
	assert_int_equal(rk_store_refilter(k->store, KIT_NOW, &done, &k->err), 0);
	assert_false(done);
	assert_int_equal(kit_node(k, "all").n_stories, 350);
	kit_reopen(k); /* in the middle of it */
	assert_int_equal(kit_node(k, "all").n_stories, 350);
	(void)refilter(k, KIT_NOW);
	assert_int_equal(kit_node(k, "all").n_stories, 225);
	kit_reopen(k);
	assert_int_equal(refilter(k, KIT_NOW), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {T(words_are_found), T(pages_follow_each_other),
	    T(places_narrow_it), T(edits_and_withdrawals_are_followed), T(what_left_is_told), T(it_is_filled_again),
	    T(it_stops_when_told), T(filters_are_reversible),
	    T(new_and_edited_entries_follow_at_once), T(many_sources_follow_together),
	    T(the_next_copy_speaks),
	    T(a_copy_of_what_is_hidden_is_seen), T(many_are_filtered_in_steps)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
