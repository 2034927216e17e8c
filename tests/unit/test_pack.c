/*
 * Content codings undone: whatever the pieces, whole or cut, never past a limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/pack.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP 31
#define ZLIB 15
#define RAW  (-15)

static char text[200000];

static int
fill(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i * i / 7 % 23);
	return 0;
}

static struct rk_buf
packed(const void *p, size_t n, int bits)
{
	struct rk_buf b;
	z_stream z = {0};

	rk_buf_init(&b, SIZE_MAX);
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(rk_buf_reserve(&b, deflateBound(&z, n) + 100), 0);
	z.next_in = (unsigned char *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = (unsigned char *)b.p;
	z.avail_out = (uInt)b.cap;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b.n = z.total_out;
	deflateEnd(&z);
	return b;
}

/* In pieces of `piece` bytes. */
static enum rk_unpacked
undo(const enum rk_coding *codings, size_t n, struct rk_str in, size_t piece,
    struct rk_buf *out, size_t limit, bool *whole)
{
	struct rk_unpack *u = rk_unpack_new(codings, n);
	enum rk_unpacked rc = RK_UNPACK_OK;

	while (rc == RK_UNPACK_OK && in.n > 0) {
		size_t k = piece < in.n ? piece : in.n;
		char *copy = malloc(k); /* so that a sanitizer sees its end */

		memcpy(copy, in.p, k);
		rc = rk_unpack(u, rk_strn(copy, k), out, limit);
		free(copy);
		in = rk_str_from(in, k);
	}
	*whole = rk_unpack_whole(u);
	rk_unpack_free(u);
	return rc;
}

static void
expect_text(const enum rk_coding *codings, size_t n, struct rk_str in, size_t len)
{
	static const size_t pieces[] = {1, 2, 3, 7, 100, 16384, SIZE_MAX};
	struct rk_buf out;
	bool whole;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		rk_buf_init(&out, sizeof(text));
		assert_int_equal(
		    undo(codings, n, in, pieces[i], &out, SIZE_MAX, &whole), RK_UNPACK_OK);
		assert_true(whole);
		assert_int_equal(out.n, len);
		assert_memory_equal(out.p != NULL ? out.p : "", text, len);
		rk_buf_release(&out);
	}
}

static const enum rk_coding gzip[] = {RK_CODING_GZIP, RK_CODING_GZIP};
static const enum rk_coding deflated[] = {RK_CODING_DEFLATE, RK_CODING_GZIP};

static void
any_pieces_give_the_same(void **state)
{
	(void)state;
	for (size_t n = 0; n <= sizeof(text); n = n * 9 + 1) {
		struct rk_buf g = packed(text, n, GZIP), z = packed(text, n, ZLIB),
			      r = packed(text, n, RAW), gg = packed(g.p, g.n, GZIP),
			      zg = packed(z.p, z.n, GZIP);

		expect_text(gzip, 1, rk_buf_view(&g), n);
		expect_text(deflated, 1, rk_buf_view(&z), n);
		expect_text(deflated, 1, rk_buf_view(&r), n);
		expect_text(gzip, 2, rk_buf_view(&gg), n);
		expect_text(deflated, 2, rk_buf_view(&zg), n);
		rk_buf_release(&g);
		rk_buf_release(&z);
		rk_buf_release(&r);
		rk_buf_release(&gg);
		rk_buf_release(&zg);
	}
}

static void
members_follow_each_other_and_the_rest_is_passed_over(void **state)
{
	struct rk_buf all = packed(text, 1000, GZIP), two = packed(text + 1000, 500, GZIP);

	(void)state;
	assert_int_equal(rk_buf_add(&all, two.p, two.n), 0);
	expect_text(gzip, 1, rk_buf_view(&all), 1500);
	assert_int_equal(rk_buf_add(&all, "\0\0\n<!-- cached -->\x1f", 20), 0);
	expect_text(gzip, 1, rk_buf_view(&all), 1500);
	rk_buf_release(&all);
	rk_buf_release(&two);
}

static void
a_cut_is_seen_everywhere(void **state)
{
	struct rk_buf g = packed(text, 3000, GZIP), gg = packed(g.p, g.n - 5, GZIP), out;
	bool whole;

	(void)state;
	for (size_t n = 0; n < g.n; n++) {
		rk_buf_init(&out, 3000);
		assert_int_equal(undo(gzip, 1, rk_strn(g.p, n), 64, &out, 3000, &whole),
		    RK_UNPACK_OK);
		assert_int_equal(whole, n == 0);
		rk_buf_release(&out);
	}
	rk_buf_init(&out, 3000);
	assert_int_equal(
	    undo(gzip, 2, rk_buf_view(&gg), 64, &out, 3000, &whole), RK_UNPACK_OK);
	assert_false(whole);
	rk_buf_release(&out);
	rk_buf_release(&g);
	rk_buf_release(&gg);
}

static void
no_data_and_wrong_sums_are_bad(void **state)
{
	static const char *const none[] = {"<rss/>", "\x1f\x8c\x08", "\x1f\x8b\x07 some"};
	struct rk_buf g = packed(text, 3000, GZIP), out;
	bool whole;

	(void)state;
	rk_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_int_equal(undo(gzip, 1, rk_str(none[i]), 1, &out, SIZE_MAX, &whole),
		    RK_UNPACK_BAD);
	g.p[g.n - 8] = (char)(g.p[g.n - 8] ^ 1);
	assert_int_equal(
	    undo(gzip, 1, rk_buf_view(&g), 100, &out, SIZE_MAX, &whole), RK_UNPACK_BAD);
	assert_int_equal(undo(deflated, 1, RK_STR("\x07\x07\x07\x07"), 1, &out, SIZE_MAX,
			     &whole),
	    RK_UNPACK_BAD);
	rk_buf_release(&out);
	rk_buf_release(&g);
}

static void
never_past_the_limit(void **state)
{
	struct rk_buf g = packed(text, 50000, GZIP), out;
	static const size_t limits[] = {0, 1, 16383, 16384, 16385, 49999};
	bool whole;

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		for (int by_buffer = 0; by_buffer < 2; by_buffer++) {
			rk_buf_init(&out, by_buffer ? limits[i] : SIZE_MAX);
			assert_int_equal(undo(gzip, 1, rk_buf_view(&g), 1000, &out,
					     by_buffer ? SIZE_MAX : limits[i], &whole),
			    RK_UNPACK_FULL);
			assert_int_equal(out.n, limits[i]);
			rk_buf_release(&out);
		}
	rk_buf_init(&out, 50000); /* and just to it */
	assert_int_equal(
	    undo(gzip, 1, rk_buf_view(&g), 1000, &out, 50000, &whole), RK_UNPACK_OK);
	assert_true(whole);
	assert_int_equal(out.n, 50000);
	rk_buf_release(&out);
	rk_buf_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_pieces_give_the_same),
	    cmocka_unit_test(members_follow_each_other_and_the_rest_is_passed_over),
	    cmocka_unit_test(a_cut_is_seen_everywhere),
	    cmocka_unit_test(no_data_and_wrong_sums_are_bad),
	    cmocka_unit_test(never_past_the_limit),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
