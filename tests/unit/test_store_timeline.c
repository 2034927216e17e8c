/*
 * Reading a node's stories: what a story holds, limits, generations and marks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <stdlib.h>
#include <string.h>

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	kit_open(k, 8);
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

static void
store(struct kit *k, size_t source, struct kit_doc *d, int64_t now)
{
	if (kit_store(k, source, d, now, NULL) != 0)
		fail_msg("%s", k->err.text);
}

/* n entries of one source, an hour apart, the newest at `newest`. */
static void
fill(struct kit *k, size_t source, int n, int64_t newest, int64_t now)
{
	struct kit_doc *d = kit_doc(k);

	for (int i = 0; i < n; i++) {
		const char *name = rk_arena_fmt(k->arena, "s%zu.%d", source, i).p;

		kit_add(d, name, "", name, name, newest - (int64_t)i * 3600);
	}
	store(k, source, d, now);
}

static void
a_story_holds_everything(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_entry *e = kit_add(d, "https://s1.example/1", "https://s1.example/1",
	    "หัวเรื่อง", "<p>เนื้อหา</p>", KIT_NOW - 100);
	struct rk_timeline *t;
	const struct rk_story *s;
	struct rk_site site = {.title = RK_STR("site")};
	struct rk_node node = {.id = RK_STR("province/p1"),
	    .scheme = RK_SCHEME_PROVINCE,
	    .term = RK_STR("TH-1")};

	e->summary = RK_STR("ย่อ");
	e->author = RK_STR("ผู้เขียน, another");
	e->lang = RK_STR("th");
	e->image = RK_STR("https://s1.example/i.jpg");
	e->tags = RK_STR("a\nb");
	e->enclosures = RK_STR("https://s1.example/f.pdf\tapplication/pdf\t10\tfile");
	d->in.link = RK_STR("https://s1.example/");
	store(k, 1, d, KIT_NOW);
	assert_int_equal(
	    rk_store_timeline(k->store, &node, 10, &site, NULL, &t, &k->err), 0);
	assert_ptr_equal(t->site, &site);
	assert_null(t->regions);
	assert_int_equal(t->node.scheme, RK_SCHEME_PROVINCE);
	assert_string_equal(t->node.term.p, "TH-1");
	assert_int_equal(t->generation, 1);
	assert_int_equal(t->n_stories, 1);
	s = &t->stories[0];
	assert_string_equal(s->id.p, "https://s1.example/1");
	assert_string_equal(s->url.p, "https://s1.example/1");
	assert_string_equal(s->title.p, "หัวเรื่อง");
	assert_string_equal(s->html.p, "<p>เนื้อหา</p>");
	assert_string_equal(s->summary.p, "ย่อ");
	assert_string_equal(s->author.p, "ผู้เขียน, another");
	assert_string_equal(s->lang.p, "th");
	assert_string_equal(s->image.p, "https://s1.example/i.jpg");
	assert_string_equal(s->tags.p, "a\nb");
	assert_string_equal(
	    s->enclosures.p, "https://s1.example/f.pdf\tapplication/pdf\t10\tfile");
	assert_int_equal(s->published, KIT_NOW - 100);
	assert_int_equal(s->first_seen, KIT_NOW);
	assert_int_equal(s->updated, KIT_NOW - 100);
	assert_int_equal(s->changed, KIT_NOW);
	assert_string_equal(s->source_id.p, "s1");
	assert_string_equal(s->source_title.p, "Source 1");
	assert_string_equal(s->source_url.p, "https://s1.example/feed");
	assert_string_equal(s->source_link.p, "https://s1.example/");
	assert_string_equal(s->route.p, "cluster/c0 province/p1");
	assert_null(s->copies);
	rk_timeline_free(t);
}

static void
a_node_nobody_published_in(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t = kit_timeline(k, "province/nowhere", 10);

	assert_int_equal(t->n_stories, 0);
	assert_int_equal(t->generation, 0);
	assert_int_equal(t->updated, RK_NO_TIME);
	rk_timeline_free(t);
	t = kit_timeline(k, "all", 10);
	assert_int_equal(t->n_stories, 0);
	rk_timeline_free(t);
	fill(k, 0, 3, KIT_NOW, KIT_NOW);
	t = kit_timeline(k, "all", 0);
	assert_int_equal(t->n_stories, 0);
	rk_timeline_free(t);
}

/* Names that begin alike are different nodes. */
static void
nodes_are_compared_as_wholes(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	k->routes[0] = RK_STR("province/a province/ab");
	k->routes[1] = RK_STR("province/abc");
	fill(k, 0, 2, KIT_NOW, KIT_NOW);
	fill(k, 1, 3, KIT_NOW, KIT_NOW);
	t = kit_timeline(k, "province/ab", 10);
	assert_int_equal(t->n_stories, 2);
	rk_timeline_free(t);
	t = kit_timeline(k, "province/abc", 10);
	assert_int_equal(t->n_stories, 3);
	rk_timeline_free(t);
}

/* The text of a route is not kept: it is made of its nodes, here of many, and is the
 * same one when the database is opened again. */
static void
a_route_of_many_nodes(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;
	struct rk_str route = RK_STR("agency/x");

	for (int i = 10; i < 90; i++)
		route = rk_arena_fmt(k->arena, "%s province/p%d", rk_cstr(route), i);
	k->routes[0] = k->routes[1] = route;
	fill(k, 0, 1, KIT_NOW, KIT_NOW);
	kit_reopen(k);
	fill(k, 1, 1, KIT_NOW, KIT_NOW);
	t = kit_timeline(k, "province/p89", 10);
	assert_int_equal(t->n_stories, 2);
	assert_string_equal(t->stories[0].route.p, route.p);
	assert_string_equal(t->stories[1].route.p, route.p);
	assert_int_equal(k->store->regions.n_routes, 1);
	rk_timeline_free(t);
}

static void
limits_keep_the_newest_of_all_routes(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *all;

	for (size_t i = 0; i < 8; i++) /* no source over its share of a day */
		fill(k, i, 10, KIT_NOW - (int64_t)i * 7200 - 60, KIT_NOW);
	all = kit_timeline(k, "all", 1000);
	assert_int_equal(all->n_stories, 80);
	for (unsigned limit = 1; limit <= 81; limit += 16) {
		struct rk_timeline *t = kit_timeline(k, "all", limit);

		assert_int_equal(t->n_stories, limit < 80 ? limit : 80);
		for (size_t i = 0; i < t->n_stories; i++)
			assert_true(rk_str_eq(t->stories[i].id, all->stories[i].id));
		rk_timeline_free(t);
	}
	for (size_t i = 1; i < all->n_stories; i++)
		assert_true(all->stories[i - 1].published >= all->stories[i].published);
	rk_timeline_free(all);
}

static void
a_timeline_outlives_the_store(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *t;

	fill(k, 0, 5, KIT_NOW, KIT_NOW);
	t = kit_timeline(k, "all", 10);
	rk_store_close(k->store);
	k->store = NULL;
	assert_string_equal(t->stories[4].title.p, "s0.4");
	assert_string_equal(t->stories[4].source_title.p, "Source 0");
	rk_timeline_free(t);
}

/* ---- generations */

static void
marks_follow_generations(void **state)
{
	struct kit *k = *state;
	struct rk_node_state *nodes;
	size_t n;

	fill(k, 0, 2, KIT_NOW, KIT_NOW);
	fill(k, 1, 2, KIT_NOW, KIT_NOW + 1);
	assert_int_equal(
	    rk_store_nodes(k->store, true, k->arena, &nodes, &n, &k->err), 0);
	assert_int_equal(n, 4); /* sorted */
	assert_string_equal(nodes[0].id.p, "all");
	assert_string_equal(nodes[1].id.p, "cluster/c0");
	assert_string_equal(nodes[2].id.p, "province/p0");
	assert_string_equal(nodes[3].id.p, "province/p1");
	assert_int_equal(nodes[0].generation, 2);
	assert_int_equal(nodes[0].published, -1);
	assert_int_equal(nodes[0].n_stories, 4);
	assert_int_equal(nodes[0].updated, KIT_NOW + 1);
	assert_int_equal(nodes[2].generation, 1);
	assert_int_equal(nodes[2].n_stories, 2);
	assert_int_equal(nodes[2].updated, KIT_NOW);

	assert_int_equal(rk_store_published(k->store, RK_STR("all"), 2, &k->err), 0);
	assert_int_equal(
	    rk_store_published(k->store, RK_STR("cluster/c0"), 1, &k->err), 0);
	assert_int_equal(
	    rk_store_published(k->store, RK_STR("no/such"), 1, &k->err), 0);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
		    rk_store_nodes(k->store, true, k->arena, &nodes, &n, &k->err), 0);
		assert_int_equal(n, 3);
		assert_string_equal(nodes[0].id.p, "cluster/c0"); /* 1 of 2 */
		assert_int_equal(nodes[0].published, 1);
		kit_reopen(k);
	}
	/* never backwards */
	assert_int_equal(rk_store_published(k->store, RK_STR("all"), 1, &k->err), 0);
	assert_int_equal(kit_node(k, "all").published, 2);
	/* several in one transaction; a rollback takes them back */
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_published(k->store, RK_STR("cluster/c0"), 2, &k->err), 0);
	rk_store_rollback(k->store);
	assert_int_equal(kit_node(k, "cluster/c0").published, 1);
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_published(k->store, RK_STR("cluster/c0"), 2, &k->err), 0);
	assert_int_equal(
	    rk_store_published(k->store, RK_STR("province/p0"), 1, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_nodes(k->store, true, k->arena, &nodes, &n, &k->err), 0);
	assert_int_equal(n, 1);
	assert_string_equal(nodes[0].id.p, "province/p1");
	/* all of them again */
	assert_int_equal(rk_store_unpublish_all(k->store, &k->err), 0);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
		    rk_store_nodes(k->store, true, k->arena, &nodes, &n, &k->err), 0);
		assert_int_equal(n, 4);
		assert_int_equal(nodes[1].published, -1);
		kit_reopen(k);
	}
}

/* The sums beside the routes are those of the rows, whatever happened. */
static void
sums_survive_a_restart(void **state)
{
	struct kit *k = *state;

	for (size_t i = 0; i < 8; i++) {
		struct kit_doc *d = kit_doc(k);

		kit_add(d, "same", "", "same",
		    "the same long text in all of the sources of this test", KIT_NOW);
		kit_add(
		    d, "own", "", "own", rk_arena_fmt(k->arena, "%zu", i).p, KIT_NOW);
		store(k, i, d, KIT_NOW);
	}
	for (int again = 0; again < 2; again++) {
		assert_int_equal(kit_node(k, "all").n_stories, 9);
		assert_int_equal(kit_node(k, "province/p5").n_stories, 2);
		assert_int_equal(kit_node(k, "cluster/c3").n_stories, 3);
		assert_int_equal(kit_node(k, "all").generation, 8);
		kit_reopen(k);
	}
}

/* Stories of the node that a source leads. */
static size_t
led_by(struct kit *k, const char *node, unsigned limit, const char *source)
{
	struct rk_timeline *t = kit_timeline(k, node, limit);
	size_t n = 0;

	for (size_t i = 0; i < t->n_stories; i++)
		n += rk_str_is(t->stories[i].source_id, source);
	rk_timeline_free(t);
	return n;
}

/* n entries without a date: they count as of now. */
static void
burst(struct kit *k, size_t source, int n, const char *what, int64_t now)
{
	struct kit_doc *d = kit_doc(k);

	for (int i = 0; i < n; i++) {
		const char *name = rk_arena_fmt(k->arena, "%s%zu.%d", what, source, i).p;

		kit_add(d, name, "", name, name, RK_NO_TIME);
	}
	store(k, source, d, now);
}

static void
one_source_does_not_flood(void **state)
{
	struct kit *k = *state;
	size_t sum = 0;

	for (size_t i = 0; i < 8; i++)
		fill(k, i, 30, KIT_NOW - KIT_DAY - (int64_t)i, KIT_NOW);
	burst(k, 0, 900, "b", KIT_NOW + KIT_DAY);
	assert_in_range(led_by(k, "all", 50, "s0"), 10, 20);
	for (size_t i = 1; i < 8; i++) {
		size_t n = led_by(k, "all", 50, rk_arena_fmt(k->arena, "s%zu", i).p);

		assert_true(n > 0);
		sum += n;
	}
	assert_int_equal(led_by(k, "all", 50, "s0") + sum, 50);
	/* its own node has them all */
	assert_int_equal(led_by(k, "province/p0", 50, "s0"), 50);
	assert_int_equal(led_by(k, "province/p0", 2000, "s0"), 930);
	/* where others have nothing more to show it fills what is left */
	assert_in_range(led_by(k, "cluster/c0", 100, "s1"), 20, 30);
	sum = led_by(k, "cluster/c0", 100, "s0") + led_by(k, "cluster/c0", 100, "s1");
	assert_int_equal(sum, 100);
	/* alone it has every place */
	burst(k, 7, 100, "a", KIT_NOW + 3 * KIT_DAY);
	assert_int_equal(led_by(k, "province/p7", 100, "s7"), 100);
}

/* What a newer story of its source put out stays out. */
static void
what_was_put_out_stays_out(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *before, *after;
	size_t again = 0, kept = 0;

	for (size_t i = 1; i < 8; i++)
		fill(k, i, 60, KIT_NOW - (int64_t)i, KIT_NOW);
	burst(k, 0, 40, "a", KIT_NOW);
	before = kit_timeline(k, "all", 20);
	for (size_t j = 0; j < before->n_stories; j++)
		kept += rk_str_starts(before->stories[j].title, "a0.");
	assert_int_equal(kept, 10);
	burst(k, 0, 40, "b", KIT_NOW + 60);
	burst(k, 0, 40, "c", KIT_NOW + KIT_DAY);
	after = kit_timeline(k, "all", 20);
	for (size_t i = 0; i < after->n_stories; i++) {
		bool was = false;

		for (size_t j = 0; j < before->n_stories; j++)
			was = was || rk_str_eq(before->stories[j].id, after->stories[i].id);
		again += !was && rk_str_starts(after->stories[i].title, "a0.");
	}
	assert_int_equal(again, 0);
	rk_timeline_free(before);
	rk_timeline_free(after);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_story_holds_everything),
	    T(a_node_nobody_published_in),
	    T(nodes_are_compared_as_wholes),
	    T(a_route_of_many_nodes),
	    T(limits_keep_the_newest_of_all_routes),
	    T(a_timeline_outlives_the_store),
	    T(marks_follow_generations),
	    T(sums_survive_a_restart),
	    T(one_source_does_not_flood),
	    T(what_was_put_out_stays_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
