/*
 * Entries without a date in a source's first document: what is up to half a year older
 * is found by them, and finds them, where the texts tell by themselves.
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
#include <ruamkhao/limits.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define TITLE "เทศบาลแจ้งปิดซ่อมผิวทางบนสะพานข้ามคลองสายหลัก"
#define DAYS  "ระหว่างวันที่ 3 ถึงวันที่ 17 เวลา 08.30 น. "
#define S1    "กองช่างแจ้งว่าจะปิดการจราจรบนสะพานข้ามคลองสายหลักเพื่อขูดผิวทางเดิมออกแล้วปูใหม่ทั้งสองฝั่ง "
#define S2                                                                                                                                                                                                                                                                                                             \
	"ผู้ใช้รถเลี่ยงไปใช้ทางเลียบคลองด้านวัดใหม่หรือข้ามที่ท่าแพหน้าตลาดซึ่งเปิดให้ข้ามโดยไม่เก็บค่าโดยสาร" \
	" "
#define S3        "รถพยาบาลและรถดับเพลิงยังผ่านได้ตลอดเวลาโดยมีเจ้าหน้าที่ยกแผงกั้นให้ที่หัวสะพาน "
#define S4        "ร้านค้าบนเชิงสะพานเปิดขายตามปกติและขอให้ลูกค้าจอดรถที่ลานหน้าโรงเรียนเก่า "
#define BODY      S1 DAYS S2 S3
#define NONE      RK_NO_TIME
#define AGO(days) (KIT_NOW - (days)*KIT_DAY)

/* A document of one entry: the source's first, if none came before. */
static struct rk_store_counts
bring(struct kit *k, size_t source, const char *title, const char *body, int64_t date,
    int64_t now)
{
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts counts;
	char url[80];

	(void)snprintf(url, sizeof(url), "https://s%zu.example/%zu", source,
	    strlen(title) + strlen(body));
	kit_print(k, kit_add(d, url, url, title, body, date));
	assert_int_equal(kit_store(k, source, d, now, &counts), 0);
	return counts;
}

static void
stories_are(struct kit *k, int64_t n)
{
	assert_int_equal(kit_node(k, "all").n_stories, n);
}

static void
sql(struct kit *k, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(kit_path(k, "ruamkhao.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Where the clues are: in memory as they came, in the table, read from the rows again.
 */
enum kept { MEMORY, TABLE, ROWS, KEPT };

static void
keep(struct kit *k, enum kept kept)
{
	if (kept == MEMORY)
		return;
	rk_store_close(k->store); /* flushes */
	k->store = NULL;
	if (kept == ROWS) /* as if it had been killed */
		sql(k, "DELETE FROM clue; DELETE FROM meta WHERE key = 'clue_upto'");
	kit_reopen(k);
	assert_int_equal(k->store->clues.n > 0, kept == ROWS);
}

static void
again(struct kit *k)
{
	kit_release(k);
	kit_init(k);
	kit_open(k, 6);
}

/* What is published of the one story. */
struct seen {
	char id[200];
	int64_t published, updated;
};

static struct seen
look(struct kit *k)
{
	struct rk_timeline *t = kit_timeline(k, "all", 10);
	struct seen seen = {.id = ""};

	assert_int_equal(t->n_stories, 1);
	(void)snprintf(seen.id, sizeof(seen.id), "%s", t->stories[0].id.p);
	seen.published = t->stories[0].published;
	seen.updated = t->stories[0].updated;
	rk_timeline_free(t);
	return seen;
}

static void
is_as_it_was(struct kit *k, struct seen before)
{
	struct seen now = look(k);

	assert_string_equal(now.id, before.id);
	assert_int_equal(now.published, before.published);
	assert_int_equal(now.updated, before.updated);
}

/* ---- both ways */

static void
an_undated_copy_finds_the_old_story(void **state)
{
	struct kit *k = *state;

	for (enum kept kept = MEMORY; kept < KEPT; kept++) {
		struct seen before;

		bring(k, 0, TITLE, BODY S4, AGO(100), AGO(100));
		before = look(k);
		keep(k, kept);
		assert_int_equal(bring(k, 1, TITLE, BODY, NONE, KIT_NOW).joined, 1);
		stories_are(k, 1);
		is_as_it_was(k, before);
		assert_int_equal(
		    bring(k, 2, TITLE, BODY S4, NONE, KIT_NOW + 1).joined, 1);
		is_as_it_was(k, before);
		again(k);
	}
}

static void
an_old_copy_finds_an_undated_one(void **state)
{
	struct kit *k = *state;

	for (enum kept kept = MEMORY; kept < KEPT; kept++) {
		struct seen before;

		bring(k, 0, TITLE, BODY S4, NONE, KIT_NOW);
		before = look(k);
		keep(k, kept);
		assert_int_equal(
		    bring(k, 1, TITLE, BODY, AGO(100), KIT_NOW + 1).joined, 1);
		stories_are(k, 1);
		is_as_it_was(k, before);
		assert_int_equal(
		    bring(k, 2, TITLE, BODY S4, AGO(90), KIT_NOW + KIT_DAY).joined, 1);
		is_as_it_was(k, before);
		again(k);
	}
}

/* Before anyone has seen the story it has the date of the one that states one. */
static void
what_nobody_saw_is_led_by_the_higher_priority(void **state)
{
	struct kit *k = *state;

	k->sources[1].priority = 5;
	kit_reopen(k);
	bring(k, 0, TITLE, BODY, NONE, KIT_NOW);
	assert_int_equal(bring(k, 1, TITLE, BODY, AGO(100), KIT_NOW + 1).joined, 0);
	stories_are(k, 1);
	assert_int_equal(look(k).published, AGO(100));
}

/* It is found at every distance of the half year, wherever the periods begin. */
static void
every_day_of_the_half_year_is_looked_at(void **state)
{
	struct kit *k = *state;

	for (int64_t shift = 0; shift < 200; shift += 17) {
		int64_t now = KIT_NOW + shift * KIT_DAY;
		struct kit_doc *d = kit_doc(k);
		struct st_clue_set set;
		struct rk_print print;
		struct rk_entry *e = kit_add(d, "u", "", TITLE, BODY, NONE);

		kit_print(k, e);
		assert_true(rk_print_read(e->print, &print));
		st_clue_set(&set, 0, 0, &print);
		assert_int_equal(kit_store(k, 0, d, now, NULL), 0);
		for (enum kept kept = MEMORY; kept < KEPT; kept++) {
			keep(k, kept);
			for (int64_t ago = 0; ago < 260; ago++) {
				struct st_clue_span span = {now - ago * KIT_DAY,
				    ST_CLUE_DAYS, ST_CLUE_DAYS,
				    RK_VAGUE_DAYS - ST_CLUE_DAYS};
				struct st_clue_hit hits[2];
				int n = st_clue_find(
				    k->store, &set, &span, hits, 2, &k->err);

				if (ago <= RK_VAGUE_DAYS)
					assert_int_equal(n, 1);
				else if (ago > RK_VAGUE_DAYS + 5) /* parts of days */
					assert_int_equal(n, 0);
				span = (struct st_clue_span){now + ago * KIT_DAY,
				    RK_VAGUE_DAYS, ST_CLUE_DAYS, 0};
				n = st_clue_find(
				    k->store, &set, &span, hits, 2, &k->err);
				assert_true(n == (ago <= RK_VAGUE_DAYS) ||
					    ago == RK_VAGUE_DAYS + 1);
			}
		}
		again(k);
	}
}

/* What it says after an edit is found as well; that it stood in a first document stays.
 */
static void
an_edit_is_found(void **state)
{
	struct kit *k = *state;

	for (enum kept kept = MEMORY; kept < KEPT; kept++) {
		for (int i = 0; i < 2; i++) {
			struct kit_doc *d = kit_doc(k);

			kit_print(k, kit_add(d, "u", "https://s0.example/u",
					 i == 0 ? "ร้านค้าเปิดขายตามปกติทุกวัน" : TITLE,
					 i == 0 ? S4 S4 : BODY, NONE));
			assert_int_equal(
			    kit_store(k, 0, d, KIT_NOW + i * 60 * KIT_DAY, NULL), 0);
			keep(k, kept);
		}
		assert_int_equal(
		    bring(k, 1, TITLE, BODY, AGO(100), KIT_NOW + 61 * KIT_DAY).joined,
		    1);
		again(k);
	}
}

/* ---- refused */

/* A story of the date, and what source 1 brings: are they two? */
static bool
are_two(struct kit *k, int64_t date, const char *title, const char *body,
    const char *undated_title, const char *undated)
{
	int64_t n[2];

	for (int way = 0; way < 2; way++) {
		if (way == 0)
			bring(k, 0, title, body, date, KIT_NOW);
		bring(k, 1, undated_title, undated, NONE, KIT_NOW);
		if (way == 1)
			bring(k, 0, title, body, date, KIT_NOW);
		n[way] = kit_node(k, "all").n_stories;
		again(k);
	}
	assert_int_equal(n[0], n[1]);
	return n[0] == 2;
}

static void
texts_that_do_not_tell_are_two(void **state)
{
	struct kit *k = *state;
	int64_t old = AGO(60);

	assert_false(are_two(k, old, TITLE, BODY, TITLE, BODY));
	assert_false(are_two(k, AGO(RK_VAGUE_DAYS), TITLE, BODY, TITLE, BODY));
	assert_true(are_two(k, AGO(RK_VAGUE_DAYS + 1), TITLE, BODY, TITLE, BODY));
	/* short */
	assert_true(are_two(k, old, TITLE, DAYS S2, TITLE, DAYS S2));
	assert_false(are_two(k, AGO(10), TITLE, DAYS S2, TITLE, DAYS S2));
	/* no numbers */
	assert_true(are_two(k, old, TITLE, S1 S2 S3, TITLE, S1 S2 S3));
	assert_false(are_two(k, AGO(10), TITLE, S1 S2 S3, TITLE, S1 S2 S3));
	/* another headline; one that says more is none */
	assert_true(are_two(k, old, TITLE, BODY, "ท่าแพหน้าตลาดเปิดให้ข้ามฟรีแล้ว", BODY));
	assert_false(are_two(k, old, TITLE, BODY, TITLE " ตั้งแต่ต้นเดือน", BODY));
	/* a sentence in the place of another */
	assert_true(are_two(k, old, TITLE, BODY S3, TITLE, BODY S4));
	/* what comes again and again */
	assert_true(
	    are_two(k, old, TITLE " ประจำเดือน", BODY, TITLE " ประจำเดือน", BODY));
	assert_false(
	    are_two(k, AGO(10), TITLE " ประจำเดือน", BODY, TITLE " ประจำเดือน", BODY));
}

/* Issues of a bulletin whose title names none; the numbers, or only the month. */
static void
issues_of_a_bulletin_are_two(void **state)
{
	struct kit *k = *state;
	static const char may[] = S1 "งวดเดือนพฤษภาคมจ่ายวันที่ 10 เวลา 08.30 น. " S2 S3;
	static const char june[] = S1 "งวดเดือนมิถุนายนจ่ายวันที่ 10 เวลา 08.30 น. " S2 S3;
	static const char other[] = S1 "งวดเดือนพฤษภาคมจ่ายวันที่ 11 เวลา 08.30 น. " S2 S3;

	assert_false(are_two(k, AGO(30), TITLE, may, TITLE, may));
	assert_true(are_two(k, AGO(30), TITLE, may, TITLE, june));
	assert_true(are_two(k, AGO(30), TITLE, may, TITLE, other));
}

/* What is new in a source that was read before is of these days. */
static void
only_of_a_first_document(void **state)
{
	struct kit *k = *state;

	bring(k, 0, TITLE, BODY, AGO(60), KIT_NOW);
	bring(k, 1, "อย่างอื่น", S4, NONE, KIT_NOW);
	bring(k, 1, TITLE, BODY, NONE, KIT_NOW + KIT_DAY);
	stories_are(k, 3);
	bring(k, 2, TITLE, BODY, AGO(55), KIT_NOW + 2 * KIT_DAY);
	stories_are(k, 3);
}

/* A first document of a source that came in more than one piece. */
static void
an_unfinished_document_is_the_first(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_store_poll poll;
	struct rk_store_counts counts;

	bring(k, 0, TITLE, BODY, AGO(60), KIT_NOW);
	kit_print(k, kit_add(d, "a", "https://s1.example/a", "อย่างอื่น", S4 S4, NONE));
	poll = kit_poll(k, 1, d, KIT_NOW);
	poll.unfinished = true;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("h.example"),
			     rk_cluster_decide, &counts, &k->err),
	    0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(bring(k, 1, TITLE, BODY, NONE, KIT_NOW + KIT_DAY).joined, 1);
}

/* Two rounds of one text, months apart, and what may be a copy of either: of published
 * ones and of those that nobody saw, in every order. */
static void
rounds_are_never_one_story(void **state)
{
	static const int order[6][3] = {
	    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct kit *k = *state;

	for (int shown = 0; shown < 2; shown++)
		for (int i = 0; i < 6; i++) {
			for (int at = 0; at < 3; at++) {
				int who = order[i][at];

				bring(k, (size_t)who, TITLE, who == 2 ? BODY S4 : BODY,
				    who == 0   ? AGO(100)
				    : who == 1 ? AGO(50)
					       : NONE,
				    KIT_NOW + at);
				if (shown == 1)
					rk_timeline_free(kit_timeline(k, "all", 10));
			}
			stories_are(k, 2);
			again(k);
		}
	/* nor by way of a copy of these days */
	bring(k, 0, TITLE, BODY, AGO(100), KIT_NOW);
	bring(k, 1, TITLE, BODY, NONE, KIT_NOW + 1);
	rk_timeline_free(kit_timeline(k, "all", 10));
	bring(k, 2, TITLE, BODY, KIT_NOW, KIT_NOW + 2);
	stories_are(k, 2);
}

static struct rk_explained *
explained(struct kit *k, const char *source, const char *title)
{
	struct rk_explained *x;

	assert_int_equal(rk_store_explain(k->store, kit_row(k, source, title).id, 0,
			     k->arena, &x, &k->err),
	    0);
	assert_non_null(x);
	return x;
}

/* Also of what is too short for a fingerprint. */
static void
it_is_explained(void **state)
{
	static const char *const bodies[] = {S1 S2 S3, DAYS};
	struct kit *k = *state;

	for (int i = 0; i < 2; i++) {
		const struct rk_explained *x;

		bring(k, 0, TITLE, bodies[i], AGO(60), KIT_NOW);
		bring(k, 1, TITLE, bodies[i], NONE, KIT_NOW);
		x = explained(k, "s1", TITLE);
		assert_int_equal(x->tie, RK_TIE_NONE);
		assert_int_equal(x->guard, RK_GUARD_VAGUE);
		assert_int_equal(x->overlap, 100);
		assert_true(x->found.first);
		again(k);
	}
}

/* Whatever the worker says: the store knows. */
static void
a_worker_cannot_say_that_it_is_the_first(void **state)
{
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);

	bring(k, 0, "อย่างอื่น", S4, NONE, KIT_NOW);
	kit_add(d, "a", "https://s0.example/a", TITLE, BODY, NONE)->found.first = true;
	assert_int_equal(kit_store(k, 0, d, KIT_NOW + KIT_DAY, NULL), 0);
	assert_false(explained(k, "s0", TITLE)->found.first);
	assert_true(explained(k, "s0", "อย่างอื่น")->found.first);
}

/* ---- what it costs the others: nothing */

static unsigned
asked(const struct kit *k)
{
	unsigned n = 0;

	for (size_t i = ST_SIEVES; i < ST_SIEVES + ST_SIEVES_VAGUE; i++)
		n += k->store->sieves != NULL && k->store->sieves->of[i].used > 0;
	return n;
}

static void
entries_of_these_days_do_not_pay(void **state)
{
	struct kit *k = *state;

	size_t undated;

	bring(k, 0, TITLE, BODY, NONE, KIT_NOW);
	undated = k->store->clues.n;
	bring(k, 1, TITLE, BODY S4, KIT_NOW, KIT_NOW);
	assert_int_equal(undated, 2 * (k->store->clues.n - undated));
	keep(k, TABLE);
	bring(k, 2, TITLE, BODY, AGO(13), KIT_NOW);
	bring(k, 3, TITLE, BODY, KIT_NOW, KIT_NOW);
	assert_int_equal(asked(k), 0);
	bring(k, 4, TITLE, BODY, AGO(15), KIT_NOW);
	assert_true(asked(k) > 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(an_undated_copy_finds_the_old_story),
	    T(an_old_copy_finds_an_undated_one),
	    T(what_nobody_saw_is_led_by_the_higher_priority),
	    T(every_day_of_the_half_year_is_looked_at),
	    T(an_edit_is_found),
	    T(texts_that_do_not_tell_are_two),
	    T(issues_of_a_bulletin_are_two),
	    T(only_of_a_first_document),
	    T(an_unfinished_document_is_the_first),
	    T(rounds_are_never_one_story),
	    T(it_is_explained),
	    T(a_worker_cannot_say_that_it_is_the_first),
	    T(entries_of_these_days_do_not_pay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
