/*
 * What changed between two texts: every difference puts both together again, and reads
 * as people would say it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/diff.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rk_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = rk_arena_new(0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rk_arena_free(arena);
	return 0;
}

/* Without NEW it is the old text, without GONE the new one. */
static struct rk_hunk *
diff(struct rk_str old, struct rk_str fresh, size_t *n)
{
	struct rk_hunk *h = rk_diff(old, fresh, arena, n);
	struct rk_buf a, b;

	rk_buf_init(&a, 1 << 24);
	rk_buf_init(&b, 1 << 24);
	for (size_t i = 0; i < *n; i++) {
		assert_true(h[i].text.n > 0);
		assert_true(i == 0 || h[i].kind != h[i - 1].kind);
		if (h[i].kind != RK_HUNK_NEW)
			(void)rk_buf_str(&a, h[i].text);
		if (h[i].kind != RK_HUNK_GONE)
			(void)rk_buf_str(&b, h[i].text);
	}
	assert_true(rk_str_eq(rk_buf_view(&b), fresh));
	assert_int_equal(a.n, old.n);
	rk_buf_release(&a);
	rk_buf_release(&b);
	return h;
}

static void
says(const char *old, const char *fresh, const char *want)
{
	struct rk_buf out;
	struct rk_hunk *h;
	size_t n;

	h = diff(rk_str(old), rk_str(fresh), &n);
	rk_buf_init(&out, 1 << 20);
	assert_int_equal(rk_diff_text(h, n, 8, &out), 0);
	if (!rk_str_is(rk_buf_view(&out), want))
		fail_msg("%.*s\ninstead of\n%s", RK_FMT(rk_buf_view(&out)), want);
	rk_buf_release(&out);
}

static void
readable(void **state)
{
	(void)state;
	says("", "", "");
	says("same", "same", "");
	says("", "new", "{+new+}");
	says("old", "", "[-old-]");
	says("the meeting is on 5 May", "the meeting is on 6 May", "…g is on [-5-]{+6+} May");
	says("a colour, a shape", "a color, a shape", "a [-colour-]{+color+}, a shap…");
	says("ประชุมวันที่ 5", "ประชุมวันที่ 6", "…มวันที่ [-5-]{+6+}");
	says("งดจ่ายน้ำ", "งดจ่ายน้ำประปา", "…ดจ่ายน้ำ{+ประปา+}");
	/* a vowel and a tone stay with their consonant */
	says("ข้าว", "ขาว", "[-ข้า-]{+ขา+}ว");
	says("เก", "แก", "[-เก-]{+แก+}");
	/* what is alike between changes by accident is no island */
	says("ก1ข2ค", "ก3ข4ค", "ก[-1ข2-]{+3ข4+}ค");
	says("one 1 two", "ten 1 six", "[-one-]{+ten+} 1 [-two-]{+six+}");
}

static void
of_any_texts(void **state)
{
	static const char *const parts[] = {"ก", "กา", "เก้า", " ", "ab", "7", "\n", ".", "\xf0\x9f\x98\x80"};
	unsigned seed = 7;
	size_t n;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct rk_buf text[2];

		for (int t = 0; t < 2; t++) {
			rk_buf_init(&text[t], 1 << 16);
			for (int i = 0; i < round % 60; i++) {
				seed = seed * 1103515245 + 12345;
				(void)rk_buf_adds(&text[t],
				    parts[(seed >> 16) % (sizeof(parts) / sizeof(*parts))]);
			}
		}
		(void)diff(rk_buf_view(&text[0]), rk_buf_view(&text[1]), &n);
		rk_buf_release(&text[0]);
		rk_buf_release(&text[1]);
		rk_arena_reset(arena);
	}
}

/* Two long texts that have nothing in common cost no more than the limit of the search. */
static void
other_texts_are_replaced_whole(void **state)
{
	struct rk_buf text[2];
	size_t n;
	struct rk_hunk *h;

	(void)state;
	for (int t = 0; t < 2; t++) {
		rk_buf_init(&text[t], 1 << 20);
		for (int i = 0; i < 20000; i++)
			(void)rk_buf_addf(&text[t], "%c%d ", 'a' + t, i * 2 + t);
	}
	h = diff(rk_buf_view(&text[0]), rk_buf_view(&text[1]), &n);
	assert_true(n <= 4);
	assert_int_equal(h[0].kind, RK_HUNK_GONE);
	rk_buf_release(&text[0]);
	rk_buf_release(&text[1]);
}

static void
between_versions(void **state)
{
	struct rk_version v[3] = {{10, RK_STR("ก"), RK_STR("<p>หนึ่ง <b>สอง</b></p>")},
	    {20, RK_STR("ข"), RK_STR("<p>หนึ่ง สอง</p>")},
	    {30, RK_STR("ข"), RK_STR("<p>หนึ่ง สาม</p>")}};
	struct rk_change *c = rk_changes(v, 3, arena);

	(void)state;
	assert_null(rk_changes(v, 1, arena));
	assert_int_equal(c[0].at, 20);
	assert_true(c[0].title_changed);
	assert_false(c[0].body_changed); /* only markup */
	assert_int_equal(c[1].at, 30);
	assert_false(c[1].title_changed);
	assert_true(c[1].body_changed);
	assert_int_equal(c[1].body[0].kind, RK_HUNK_SAME);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(readable, setup, teardown),
	    cmocka_unit_test_setup_teardown(of_any_texts, setup, teardown),
	    cmocka_unit_test_setup_teardown(other_texts_are_replaced_whole, setup, teardown),
	    cmocka_unit_test_setup_teardown(between_versions, setup, teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
