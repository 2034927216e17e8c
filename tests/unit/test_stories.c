/*
 * Stories in the store: whose copy leads, what a copy changes, what is linked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <stdio.h>
#include <string.h>

#define T1 "ผู้ว่าราชการจังหวัดเปิดสะพานข้ามลำน้ำสายใหม่"
#define S1                                                                             \
	"เช้าวันนี้ผู้ว่าราชการจังหวัดเป็นประธานเปิดสะพานคอนกรีตข้ามลำน้ำซึ่งชาวบ้านสองฝั่งรอกันมานานหลายปี "
#define S2                                                                             \
	"ก่อนหน้านี้นักเรียนต้องนั่งแพลากข้ามไปเรียนทุกวัน ฤดูน้ำหลากแพหยุดวิ่งจึงต้องอ้อมไปทางตลาดเก่าไกลเกือบชั่วโมง "
#define S3                                                                             \
	"ช่างเทศบาลบอกว่าจะติดไฟส่องสว่างและทางเท้าให้เสร็จก่อนปีใหม่ ส่วนรถบรรทุกหนักขอให้ใช้เส้นทางเดิมไปก่อน "
#define S4                                                                             \
	"แม่ค้าริมทางดีใจเพราะจะได้ขายของให้คนที่แวะมาถ่ายรูปพระอาทิตย์ตกกลางสะพาน "
#define U2                                                                             \
	"โรงพยาบาลประจำอำเภอเปิดคลินิกนอกเวลาเพิ่มอีกสองห้องสำหรับคนทำงานที่มาตอนกลางวันไม่ได้ "
#define U3                                                                             \
	"พยาบาลหัวหน้างานขอให้ผู้ป่วยโรคเรื้อรังนัดล่วงหน้าทางโทรศัพท์ เพื่อจะได้ไม่ต้องมานั่งรอเหมือนที่ผ่านมา "
#define NONE RK_NO_TIME

static struct rk_entry *
bring(struct kit *k, size_t source, const char *title, const char *body, int64_t now)
{
	struct kit_doc *d = kit_doc(k);
	char url[64];
	struct rk_entry *e;

	(void)snprintf(url, sizeof(url), "https://s%zu.example/%zu-%lld", source,
	    strlen(body) + strlen(title), (long long)now);
	e = kit_add(d, url, url, title, body, KIT_NOW - 60);
	kit_print(k, e);
	assert_int_equal(kit_store(k, source, d, now, NULL), 0);
	return e;
}

/* Which sources publish the story that leads in `all` at that place. */
static const char *
who(struct kit *k, size_t at)
{
	static char out[200];
	struct rk_timeline *t = kit_timeline(k, "all", 100);
	size_t n = 0;

	out[0] = '\0';
	if (at < t->n_stories) {
		n += (size_t)snprintf(out, sizeof(out), "%s", t->stories[at].source_id.p);
		for (struct rk_copy *c = t->stories[at].copies; c != NULL; c = c->next)
			n += (size_t)snprintf(
			    out + n, sizeof(out) - n, " %s", c->source_id.p);
		for (struct rk_related *r = t->stories[at].related; r != NULL; r = r->next)
			n += (size_t)snprintf(
			    out + n, sizeof(out) - n, " ~%s", r->source_title.p);
	}
	rk_timeline_free(t);
	return out;
}

static void
the_first_leads(void **state)
{
	struct kit *k = *state;

	bring(k, 1, T1, S1 S2 S3 S4, KIT_NOW);
	bring(k, 0, T1, S1 S2 S3, KIT_NOW + 1);
	bring(k, 2, "เปิดใช้แล้วสะพานที่ทุกคนรอคอย", S1 S2 S3 S4, KIT_NOW + 2);
	assert_string_equal(who(k, 0), "s1 s0 s2");
	assert_int_equal(kit_node(k, "all").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p0").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p2").n_stories, 1);
}

static void
the_higher_priority_leads(void **state)
{
	struct kit *k = *state;

	k->sources[2].priority = 5;
	kit_reopen(k);
	bring(k, 1, T1, S1 S2 S3 S4, KIT_NOW);
	bring(k, 2, T1, S1 S2 S3, KIT_NOW + 1);
	bring(k, 3, T1, S1 S2, KIT_NOW + 2);
	assert_string_equal(who(k, 0), "s2 s1 s3");
	assert_int_equal(kit_node(k, "all").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p1").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p3").n_stories, 1);
}

static void
the_named_issuer_leads(void **state)
{
	struct kit *k = *state;

	k->sources[2].priority = 5;
	k->sources[4].title = RK_STR("สำนักงานจังหวัดเมืองใหม่ - ข่าวประชาสัมพันธ์");
	kit_reopen(k);
	bring(k, 2, T1, S1 S2 S3 S4 "\nที่มา: สำนักงานจังหวัดเมืองใหม่", KIT_NOW);
	bring(k, 1, T1, S1 S2 S3 S4, KIT_NOW + 1);
	bring(k, 4, T1, S1 S2 S3 S4, KIT_NOW + 2);
	assert_string_equal(who(k, 0), "s4 s2 s1");
}

/* A copy links to the site that issued it. */
static void
the_domain_names_the_issuer(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_entry *e = kit_add(
	    d, "x", "https://www.s3.example/77", T1, S1 S2 S3 S4, KIT_NOW - 60);

	kit_print(k, e);
	assert_int_equal(kit_store(k, 1, d, KIT_NOW, NULL), 0);
	bring(k, 3, T1, S1 S2 S3, KIT_NOW + 1);
	assert_string_equal(who(k, 0), "s3 s1");
}

/* What was shown stays: id, lead, updated. */
static void
a_shown_lead_never_flips(void **state)
{
	struct kit *k = *state;
	struct rk_timeline *before, *after;
	int64_t generation;

	k->sources[2].priority = 5;
	kit_reopen(k);
	bring(k, 1, T1, S1 S2 S3 S4, KIT_NOW);
	before = kit_timeline(k, "all", 10);
	generation = before->generation;
	bring(k, 2, T1, S1 S2 S3 S4, KIT_NOW + 100);
	after = kit_timeline(k, "all", 10);
	assert_int_equal(after->n_stories, 1);
	assert_true(rk_str_eq(before->stories[0].id, after->stories[0].id));
	assert_int_equal(before->stories[0].updated, after->stories[0].updated);
	assert_int_equal(before->stories[0].published, after->stories[0].published);
	assert_true(after->generation > generation); /* it is rendered with the name */
	assert_string_equal(who(k, 0), "s1 s2");
	rk_timeline_free(before);
	rk_timeline_free(after);
	/* nor after a start: it may have been shown */
	kit_reopen(k);
	bring(k, 5, T1, S1 S2 S3, KIT_NOW + 200);
	assert_string_equal(who(k, 0), "s1 s2 s5");
}

/* Two published stories and a text that holds much of both. */
static void
published_stories_are_never_fused(void **state)
{
	struct kit *k = *state;

	bring(k, 0, T1, S1 S2, KIT_NOW);
	assert_string_equal(who(k, 0), "s0");
	bring(k, 1, "คลินิกนอกเวลาเปิดเพิ่มอีกสองห้อง", U2 U3 S4, KIT_NOW + 100);
	assert_string_equal(who(k, 0), "s1");
	assert_string_equal(who(k, 1), "s0");
	/* nearer to the first */
	bring(k, 2, T1, S1 S2 U2 U3 S4, KIT_NOW + 200);
	assert_int_equal(kit_node(k, "all").n_stories, 2);
	assert_string_equal(who(k, 0), "s1 ~Source 0");
	assert_string_equal(who(k, 1), "s0 s2 ~Source 1");
}

/* Before anyone has seen them, entries that a later one holds together become a story. */
static void
unseen_stories_are_one_when_the_whole_comes(void **state)
{
	struct kit *k = *state;

	bring(k, 0, T1, S1, KIT_NOW);
	bring(k, 1, "ข่าวดีของคนสองฝั่งที่รอกันมานาน", S1 S2, KIT_NOW + 1);
	assert_int_equal(kit_node(k, "all").n_stories, 2);
	assert_int_equal(kit_node(k, "cluster/c0").n_stories, 2);
	bring(k, 2, T1, S1 S2 S3 S4, KIT_NOW + 2);
	assert_string_equal(who(k, 0), "s0 s1 s2");
	assert_string_equal(who(k, 1), "");
	assert_int_equal(kit_node(k, "all").n_stories, 1);
	assert_int_equal(kit_node(k, "cluster/c0").n_stories, 1);
	assert_int_equal(kit_node(k, "cluster/c1").n_stories, 1);
	assert_int_equal(kit_node(k, "province/p1").n_stories, 1);
}

/* A part that is not the beginning is another account. */
static void
a_later_part_is_linked(void **state)
{
	struct kit *k = *state;

	bring(k, 0, T1, S1 S2 S3 S4, KIT_NOW);
	bring(k, 1, "ไฟส่องสว่างและทางเท้าเสร็จก่อนปีใหม่", S3 S4, KIT_NOW + 1);
	assert_int_equal(kit_node(k, "all").n_stories, 2);
	assert_non_null(strstr("s0 ~Source 1, s1 ~Source 0", who(k, 0)));
	assert_non_null(strchr(who(k, 0), '~'));
	assert_non_null(strchr(who(k, 1), '~'));
}

/* Stores it again, with another title or body; the node's generation before. */
static int64_t
edit(struct kit *k, size_t source, const char *url, const char *title, const char *body,
    int64_t now)
{
	struct kit_doc *d = kit_doc(k);
	int64_t before = kit_node(k, "province/p1").generation;

	kit_print(k, kit_add(d, url, url, title, body, KIT_NOW - 60));
	assert_int_equal(kit_store(k, source, d, now, NULL), 0);
	return before;
}

static int64_t
generation(struct kit *k)
{
	return kit_node(k, "province/p1").generation;
}

/* A story shows the title and the address of another: what changes there is to be read in
 * its nodes too, also in those that the other is not in. */
static void
what_is_named_elsewhere_changes_there_too(void **state)
{
	static const char url[] = "https://s0.example/named";
	struct kit *k = *state;
	struct rk_timeline *t;
	enum rk_obeyed obeyed;
	int64_t before;

	(void)edit(k, 0, url, T1, S1 S2 S3 S4, KIT_NOW);
	bring(k, 1, "ไฟส่องสว่างและทางเท้าเสร็จก่อนปีใหม่", S3 S4, KIT_NOW + 1);
	t = kit_timeline(k, "province/p1", 10);
	assert_int_equal(t->n_stories, 1);
	assert_non_null(t->stories[0].related);
	assert_true(rk_str_is(t->stories[0].related->title, T1));
	rk_timeline_free(t);
	/* its title */
	before = edit(k, 0, url, T1 " (แก้ไข)", S1 S2 S3 S4, KIT_NOW + 5);
	assert_true(generation(k) > before);
	t = kit_timeline(k, "province/p1", 10);
	assert_true(rk_str_is(t->stories[0].related->title, T1 " (แก้ไข)"));
	rk_timeline_free(t);
	/* what is not shown there costs no rendering */
	before = edit(k, 0, url, T1 " (แก้ไข)", S1 S2 S3 S4 U2, KIT_NOW + 6);
	assert_int_equal(generation(k), before);
	/* nor is it named once it is withdrawn */
	t = kit_timeline(k, "province/p0", 10);
	assert_int_equal(rk_store_order(k->store, t->stories[0].id, RK_ORDER_WITHDRAW,
	    KIT_NOW + 7, &obeyed, NULL), 0);
	assert_int_equal(obeyed, RK_OBEYED);
	assert_true(generation(k) > before);
	rk_timeline_free(t);
	t = kit_timeline(k, "province/p1", 10);
	assert_null(t->stories[0].related);
	rk_timeline_free(t);
}

static void
a_start_finds_fingerprints_again(void **state)
{
	struct kit *k = *state;

	bring(k, 0, T1, S1 S2 S3 S4, KIT_NOW);
	kit_reopen(k);
	bring(k, 1, T1, S1 S2, KIT_NOW + 1);
	assert_string_equal(who(k, 0), "s0 s1");
	/* and of a version that an edit replaced */
	assert_int_equal(kit_node(k, "all").n_stories, 1);
}

/* One without a date keeps the one at which it was first seen, also for what it says after
 * an edit: a copy that is dated then is found, however late the edit. */
static void
an_edit_of_an_undated_one_is_found(void **state)
{
	struct kit *k = *state;

	for (int i = 0; i < 2; i++) {
		struct kit_doc *d = kit_doc(k);

		kit_print(k, kit_add(d, "u", "https://s0.example/u",
				 i == 0 ? "คลินิกนอกเวลาเปิดเพิ่มสองห้องแล้ว" : T1,
				 i == 0 ? U2 U3 : S1 S2 S3 S4, NONE));
		assert_int_equal(
		    kit_store(k, 0, d, KIT_NOW + (int64_t)i * 60 * 86400, NULL), 0);
	}
	bring(k, 1, T1, S1 S2 S3, KIT_NOW + (int64_t)60 * 86400 + 5);
	assert_string_equal(who(k, 0), "s0 s1");
}

static void
it_is_explained(void **state)
{
	struct kit *k = *state;
	struct rk_explained *x;
	struct rk_entry *e;

	bring(k, 0, T1, S1 S2 S3 S4, KIT_NOW);
	e = bring(k, 1, T1, S1, KIT_NOW + 1);
	assert_int_equal(rk_store_explain(k->store, e->url, 0, k->arena, &x, &k->err), 0);
	assert_non_null(x);
	assert_int_equal(x->tie, RK_TIE_EXCERPT);
	assert_true(x->overlap > 90);
	assert_true(rk_str_is(x->tied_source, "s0"));
	assert_null(x->related);
	e = bring(k, 2, T1 " ระยะที่ 2", S1 S2 S3 "จำนวน 7 ช่วง ", KIT_NOW + 2);
	e = bring(k, 3, T1 " ระยะที่ 3", S1 S2 S3 "จำนวน 8 ช่วง ", KIT_NOW + 3);
	assert_int_equal(rk_store_explain(k->store, e->url, 0, k->arena, &x, &k->err), 0);
	assert_true(x->tie > RK_TIE_EVENT || x->guard == RK_GUARD_NUMBERS);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(the_first_leads),
	    T(the_higher_priority_leads),
	    T(the_named_issuer_leads),
	    T(the_domain_names_the_issuer),
	    T(a_shown_lead_never_flips),
	    T(published_stories_are_never_fused),
	    T(unseen_stories_are_one_when_the_whole_comes),
	    T(a_later_part_is_linked),
	    T(what_is_named_elsewhere_changes_there_too),
	    T(a_start_finds_fingerprints_again),
	    T(an_edit_of_an_undated_one_is_found),
	    T(it_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
