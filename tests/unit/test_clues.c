/*
 * The index by which candidates for a story are found: days, filters, older databases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/clue_int.h"
#include "../../src/store/store_int.h"
#include "storekit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define TITLE "ผู้ว่าราชการจังหวัดเปิดสะพานข้ามลำน้ำสายใหม่"
#define S1                                                                                                                                                                                                                                                                                                 \
	"เช้าวันนี้ผู้ว่าราชการจังหวัดเป็นประธานเปิดสะพานคอนกรีตข้ามลำน้ำซึ่งชาวบ้านสองฝั่งรอกันมานานหลาย" \
	"ปี "
#define S2                                                                                                                                                     \
	"ก่อนหน้านี้นักเรียนต้องนั่งแพลากข้ามไปเรียนทุกวัน " \
	"ฤดูน้ำหลากแพหยุดวิ่งจึงต้องอ้อมไปทางตลาดเก่าไกลเกือบชั่วโมง "
#define S3                                                                                                                                                                                      \
	"ช่างเทศบาลบอกว่าจะติดไฟส่องสว่างและทางเท้าให้เสร็จก่อนปีใหม่ " \
	"ส่วนรถบรรทุกหนักขอให้ใช้เส้นทางเดิมไปก่อน "
#define U1                                                                                                                                                                                                                                                                 \
	"โรงพยาบาลประจำอำเภอเปิดคลินิกนอกเวลาเพิ่มอีกสองห้องสำหรับคนทำงานที่มาตอนกลางวันไม่ได้ " \
	"พยาบาลหัวหน้างานขอให้ผู้ป่วยโรคเรื้อรังนัดล่วงหน้าทางโทรศัพท์ "                                                                         \
	"เพื่อจะได้ไม่ต้องมานั่งรอเหมือนที่ผ่านมา "

static struct rk_store_counts
bring(struct kit *k, size_t source, const char *body, int64_t date)
{
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts counts;
	char url[64];
	struct rk_entry *e;

	(void)snprintf(
	    url, sizeof(url), "https://s%zu.example/%lld", source, (long long)date);
	e = kit_add(d, url, url, TITLE, body, date);
	kit_print(k, e);
	assert_int_equal(kit_store(k, source, d, KIT_NOW, &counts), 0);
	return counts;
}

static void
flush(struct kit *k)
{
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(st_clues_flush(k->store, 1, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(k->store->clues.n, 0);
}

/* An entry's fingerprint alone finds how many, from a date. */
static int
found(struct kit *k, struct st_clue_set *set, int64_t date)
{
	struct st_clue_hit hits[8];
	int n = st_clue_find(k->store, set,
	    &(struct st_clue_span){date, ST_CLUE_DAYS, ST_CLUE_DAYS, 0}, hits, 8,
	    &k->err);

	assert_true(n >= 0);
	for (int i = 0; i < n; i++)
		assert_false(hits[i].sure);
	return n;
}

static struct st_clue_set
print_of(struct kit *k, const char *body)
{
	struct kit_doc *d = kit_doc(k);
	struct rk_entry *e = kit_add(d, "x", "", TITLE, body, KIT_NOW);
	struct st_clue_set set;
	struct rk_print print;

	kit_print(k, e);
	assert_true(rk_print_read(e->print, &print));
	st_clue_set(&set, 0, 0, &print);
	return set;
}

/* Whatever the day within its period, in memory and in the table. */
static void
candidates_are_within_the_guard(void **state)
{
	struct kit *k = *state;
	int64_t date = KIT_NOW - 100 * KIT_DAY;
	struct st_clue_set set = print_of(k, S1 S2 S3);

	bring(k, 0, S1 S2 S3, date);
	for (int stored = 0; stored < 2; stored++) {
		for (int64_t days = -60; days <= 60; days++) {
			int n = found(k, &set, date + days * KIT_DAY);

			if (days >= -ST_CLUE_DAYS && days <= ST_CLUE_DAYS)
				assert_int_equal(n, 1);
			else if (days < -ST_CLUE_DAYS - 1 || days > ST_CLUE_DAYS + 1)
				assert_int_equal(
				    n, 0); /* a day more: it has a length */
		}
		flush(k);
	}
}

/* A fingerprint at hand is that of the entry as it is: after an edit, after what was
 * taken back. */
static void
fingerprints_at_hand_are_true(void **state)
{
	struct kit *k = *state;
	struct rk_print print;
	struct rk_entry *e;
	uint32_t before;

	bring(k, 0, S1 S2 S3, KIT_NOW);
	assert_int_equal(st_print_get(k->store, 1, &print, &k->err), 1);
	before = print.length;
	assert_int_equal(st_print_get(k->store, 1, &print, &k->err), 1);
	assert_int_equal(print.length, before);
	assert_int_equal(st_print_get(k->store, 1 + 4096, &print, &k->err), 0);
	bring(k, 0, S1 S2 S3 U1, KIT_NOW); /* the same address */
	assert_int_equal(st_print_get(k->store, 1, &print, &k->err), 1);
	assert_true(print.length > before);
	before = print.length;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	e = kit_add(kit_doc(k), "z", "", TITLE, S1 S2, KIT_NOW);
	kit_print(k, e);
	assert_int_equal(st_print_put(k->store, 1, e->print, &k->err), 0);
	assert_int_equal(st_print_get(k->store, 1, &print, &k->err), 1);
	assert_true(print.length < before);
	rk_store_rollback(k->store);
	assert_int_equal(st_print_get(k->store, 1, &print, &k->err), 1);
	assert_int_equal(print.length, before);
}

/* The same words are found at any distance that periods reach: it is worth a word. */
static void
whole_texts_are_found_beyond_it(void **state)
{
	struct kit *k = *state;
	int64_t date = ((KIT_NOW >> 22) << 22) - 20 * KIT_DAY; /* both in one period */
	struct st_clue_hit hits[8];
	struct st_clue_set set;
	uint64_t merge;

	bring(k, 0, S1 S2 S3, date);
	flush(k);
	set = print_of(k, S1 S2 S3);
	merge = kit_add(kit_doc(k), "y", "", TITLE, S1 S2 S3, date)->merge_hash;
	set.key[1] = (uint32_t)(merge ^ merge >> 32);
	assert_int_equal(st_clue_find(k->store, &set,
			     &(struct st_clue_span){
				 date - 20 * KIT_DAY, ST_CLUE_DAYS, ST_CLUE_DAYS, 0},
			     hits, 8, &k->err),
	    1);
	assert_true(hits[0].sure);
}

/* More than one filter holds, and those of a database that was there before. */
static void
nothing_is_lost_by_filters(void **state)
{
	enum { KEYS = 60000, ASKED = 20000 };
	struct kit *k = *state;
	sqlite3_stmt *st;
	unsigned missed = 0, kept = 0;

	for (int round = 0; round < 2; round++) { /* written by us; read anew */
		int64_t period = KIT_NOW >> 22;
		bool may;

		if (round == 0) {
			assert_int_equal(
			    st_sieve_may(k->store, period << 32 | 7, &may, &k->err),
			    0);
			assert_false(may); /* the table is empty */
			assert_int_equal(rk_store_begin(k->store, &k->err), 0);
			st = st_get(k->store, ST_CLUE_ADD, &k->err);
			for (uint32_t i = 0; i < KEYS; i++) {
				int64_t clue =
				    period << 32 | (int64_t)(i * 2654435761u | 1);

				st_int(st, 1, clue);
				st_int(st, 2, 1);
				assert_int_equal(st_run(k->store, st, &k->err), 0);
				st_sieve_add(k->store->sieves, clue);
			}
			assert_int_equal(rk_store_commit(k->store, &k->err), 0);
		} else {
			kit_reopen(k);
			for (uint32_t i = 0; i < ASKED; i++) { /* until it is read */
				assert_int_equal(
				    st_sieve_may(k->store,
					period << 32 | (int64_t)i * 2, &may, &k->err),
				    0);
				kept += !may;
			}
			assert_true(kept > 3000 && kept < 4000);
			kept = 0;
		}
		for (uint32_t i = 0; i < KEYS; i++) {
			assert_int_equal(
			    st_sieve_may(k->store,
				period << 32 | (int64_t)(i * 2654435761u | 1), &may,
				&k->err),
			    0);
			missed += !may;
			assert_int_equal(
			    st_sieve_may(k->store,
				period << 32 | (int64_t)(i * 2654435761u & ~1u), &may,
				&k->err),
			    0);
			kept += !may;
		}
		assert_int_equal(missed, 0);
		assert_true(kept > KEYS / 20 * 19);
		kept = 0;
	}
}

static void
sql(struct kit *k, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(kit_path(k, "ruamkhao.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The step of the migration that does so; steps that came later change other tables. */
static const char *
step_with(const char *text)
{
	for (size_t i = 0; i < ST_VERSION; i++)
		if (strstr(st_steps[i], text) != NULL)
			return st_steps[i];
	fail_msg("no step with: %s", text);
	return NULL;
}

/* The database as an older program left it, and then migrated from there. */
static void
age(struct kit *k, const char *back, const char *step)
{
	rk_store_close(k->store);
	k->store = NULL;
	sql(k, back);
	if (step != NULL)
		sql(k, step_with(step));
	sql(k, step_with("clue_undated_upto"));
	kit_reopen(k);
}

/* Clues without a day are candidates of all days, beside those that have one. */
static void
clues_of_before_days_are_found(void **state)
{
	struct kit *k = *state;
	struct st_clue_set set = print_of(k, S1 S2 S3);
	struct rk_store_counts c;

	bring(k, 0, S1 S2 S3, KIT_NOW - KIT_DAY);
	age(k,
	    "UPDATE clue SET entry = entry & ((1 << 40) - 1);"
	    "DELETE FROM meta WHERE key = 'clue_undated_upto'",
	    NULL);
	assert_int_equal(found(k, &set, KIT_NOW), 1);
	c = bring(k, 1, S1 S2, KIT_NOW);
	assert_int_equal(c.joined, 1);
	flush(k);
	assert_int_equal(found(k, &set, KIT_NOW), 2);
	kit_reopen(k);
	assert_int_equal(found(k, &set, KIT_NOW), 2);
	assert_int_equal(bring(k, 2, S2 S3 S1, KIT_NOW + 60).joined, 1);
}

/* Before there were fingerprints, clues were of addresses and texts: they are put in
 * again up to the mark, and what is behind it is read at the start. */
static void
clues_of_before_fingerprints_are_found(void **state)
{
	struct kit *k = *state;

	bring(k, 0, S1 S2 S3, KIT_NOW - KIT_DAY);
	flush(k);
	bring(k, 1, U1, KIT_NOW - KIT_DAY);
	age(k,
	    "UPDATE clue SET hash = hash & 4294967295, entry = entry & ((1 << 40) - 1);"
	    "UPDATE meta SET value = '1' WHERE key = 'clue_upto';"
	    "DELETE FROM meta WHERE key = 'clue_undated_upto';"
	    "DROP TABLE print; DROP TABLE tie; DROP TABLE related",
	    "CREATE TABLE print(");
	assert_int_equal(bring(k, 2, S1 S2 S3, KIT_NOW).joined, 1);
	assert_int_equal(bring(k, 3, U1, KIT_NOW).joined, 1);
	assert_int_equal(kit_node(k, "all").n_stories, 2);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
	    T(fingerprints_at_hand_are_true),
	    T(candidates_are_within_the_guard),
	    T(whole_texts_are_found_beyond_it),
	    T(nothing_is_lost_by_filters),
	    T(clues_of_before_days_are_found),
	    T(clues_of_before_fingerprints_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
