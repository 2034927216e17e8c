/*
 * Messages between parent and worker that are not what was sent: every cut and every
 * changed byte ends in a refusal or in something that is whole, and what a worker that
 * fell could send does not get through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wirekit.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char long_text[RK_MAX_DATE_TEXT + 2] = "2 October 2026";

/* Every cut and every changed byte: refused, or something whole. */
static void
test_work_damaged(void **unused)
{
	struct rk_work in, out;
	struct rk_err err = {0};
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	wire_make_page_work(&in);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	copy = wire_body(&b, &body);
	for (size_t n = 0; n < body.n; n++) {
		struct rk_arena *arena = rk_arena_new(0);
		char *cut = malloc(n + (n == 0));

		assert_non_null(cut);
		memcpy(cut, copy, n);
		assert_int_equal(
		    rk_wire_get_work(rk_strn(cut, n), arena, &out, &err), -1);
		assert_int_equal(err.kind, RK_E_SYS);
		free(cut);
		rk_arena_free(arena);
	}
	for (size_t i = 0; i < body.n * 8; i++) {
		struct rk_arena *arena = rk_arena_new(0);

		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		if (rk_wire_get_work(body, arena, &out, &err) == 0) {
			assert_int_equal(out.part != RK_PAGE_NONE, out.page != NULL);
			assert_true(out.listed == NULL || out.part == RK_PAGE_ARTICLE);
			assert_true(
			    out.page == NULL || out.page->n_drop <= RK_MAX_DROP);
		}
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		rk_arena_free(arena);
	}
	/* the parts do not go together */
	rk_buf_reset(&b);
	in.part = RK_PAGE_LIST;
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	free(copy);
	copy = wire_body(&b, &body);
	assert_int_equal(rk_wire_get_work(body, NULL, &out, &err), -1);
	free(copy);
	rk_buf_release(&b);
}

/* A second trip changes nothing: what was let in is whole. */
static void
settled(struct rk_str body, struct rk_arena *arena)
{
	struct rk_ingest *out, *again;

	if (rk_wire_get_ingest(body, arena, &out, NULL) != 0)
		return;
	again = wire_through(out, arena);
	assert_non_null(again);
	wire_same_ingest(out, again);
}

static void
test_truncation(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in, *out;
	struct rk_err err;
	struct rk_buf b;

	(void)unused;
	wire_make(&in, entries);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, &in), 0);
	for (size_t n = 0; n < b.n - WIRE_HEAD; n++) {
		char *copy = malloc(n + (n == 0));

		memcpy(copy, b.p + WIRE_HEAD, n);
		memset(&err, 0, sizeof(err));
		assert_int_equal(
		    rk_wire_get_ingest(rk_strn(copy, n), arena, &out, &err), -1);
		assert_int_equal(err.kind, RK_E_SYS);
		assert_int_equal(err.sys, EPROTO);
		assert_null(out);
		free(copy);
		rk_arena_reset(arena);
	}
	/* and a byte too much */
	assert_int_equal(rk_buf_addc(&b, '\0'), 0);
	assert_int_equal(rk_wire_get_ingest(rk_strn(b.p + WIRE_HEAD, b.n - WIRE_HEAD),
			     arena, &out, NULL),
	    -1);
	rk_buf_release(&b);
	rk_arena_free(arena);
}

static void
test_flipped_bytes(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	wire_make(&in, entries);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, &in), 0);
	copy = wire_body(&b, &body);
	for (size_t i = 0; i < body.n; i++) {
		for (unsigned bit = 0; bit < 9; bit++) { /* each bit, then all */
			unsigned char mask =
			    (unsigned char)(bit < 8 ? 1u << bit : 0xffu);

			copy[i] = (char)((unsigned char)copy[i] ^ mask);
			settled(body, arena);
			copy[i] = (char)((unsigned char)copy[i] ^ mask);
			rk_arena_reset(arena);
		}
	}
	free(copy);
	rk_buf_release(&b);
	rk_arena_free(arena);
}

/* Numbers that promise more than there is must not make us allocate or read it. */
static void
test_large_numbers(void **unused)
{
	struct rk_arena *arena = rk_arena_new(RK_MIB(8));
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	wire_make(&in, entries);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, &in), 0);
	copy = wire_body(&b, &body);
	for (size_t i = 0; i + 4 <= body.n; i++) {
		static const uint32_t values[] = {
		    0, 1, 5000, 5001, 0x7fffffff, 0xffffffff};

		for (size_t k = 0; k < sizeof(values) / sizeof(*values); k++) {
			uint32_t before;

			memcpy(&before, copy + i, 4);
			memcpy(copy + i, &values[k], 4);
			settled(body, arena);
			memcpy(copy + i, &before, 4);
			rk_arena_reset(arena);
		}
	}
	free(copy);
	rk_buf_release(&b);
	rk_arena_free(arena);
}

/* ---- what a worker that fell into other hands could send */

static void
test_not_believed(void **unused)
{
	static const char *const addresses[] = {"javascript:alert(1)",
	    "file:///etc/passwd", "data:text/html,x", "//evil.example/", "/relative",
	    "mailto:x@example.org", " http://example.org/", "HTTP://example.org/",
	    "\x01http://example.org/"};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in, *out;

	(void)unused;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		char line[128];

		wire_make(&in, entries);
		in.link = in.self = in.hub = in.image = rk_str(addresses[i]);
		entries[0].url = entries[0].image = entries[0].author_url =
		    entries[0].source_url = rk_str(addresses[i]);
		(void)snprintf(line, sizeof(line), "https://a.example/\t\t\t\n%s\t\t\t",
		    addresses[i]);
		entries[0].enclosures = rk_str(line);
		out = wire_through(&in, arena);
		assert_non_null(out);
		assert_int_equal(
		    out->link.n + out->self.n + out->hub.n + out->image.n, 0);
		assert_int_equal(out->entries[0].url.n + out->entries[0].image.n +
				     out->entries[0].author_url.n +
				     out->entries[0].source_url.n +
				     out->entries[0].enclosures.n,
		    0);
		wire_same_str(wire_entry.title, out->entries[0].title);
	}
	wire_make(&in, entries);
	entries[0].authors = RK_STR("x\tjavascript:alert(1)");
	in.authors = RK_STR("x\tjavascript:alert(1)");
	entries[0].published = INT64_MAX;
	entries[0].updated = -1;
	out = wire_through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->entries[0].authors.n, 0);
	assert_int_equal(out->authors.n, 0);
	assert_true(out->entries[0].published == RK_NO_TIME);
	assert_true(out->entries[0].updated == RK_NO_TIME);
	entries[0].published = 4133980799; /* the last second of 2100 */
	entries[0].updated = 4133980800;
	out = wire_through(&in, arena);
	assert_true(out->entries[0].published == 4133980799);
	assert_true(out->entries[0].updated == RK_NO_TIME);
	rk_arena_free(arena);
}

static void
test_refused_values(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in;

	(void)unused;
#define REFUSED(change)                                                                \
	do {                                                                           \
		wire_make(&in, entries);                                               \
		change;                                                                \
		assert_null(wire_through(&in, arena));                                 \
	} while (0)
	REFUSED(entries[0].title = RK_STR("\xc3("));
	REFUSED(entries[1].html = RK_STR("\xed\xa0\x80"));
	REFUSED(in.title = RK_STR("\xff"));
	REFUSED(in.warnings[1] = RK_STR("\x80"));
	REFUSED(in.format = (enum rk_format_in)99);
	REFUSED(in.rung = (enum rk_rung)99);
	REFUSED(in.hint_seconds = -1);
	REFUSED(in.skip_hours = 0x1000000);
	REFUSED(in.skip_days = 0x80);
	REFUSED(entries[0].found.precision = RK_BY_DAY + 1);
	REFUSED(entries[0].found.basis = RK_BASIS_DISTRUSTED + 1);
	REFUSED(entries[0].found.guid = RK_USE_SITE + 1);
	REFUSED(entries[0].found.url = RK_USE_SITE + 1);
	REFUSED(entries[0].date_text = rk_strn(long_text, RK_MAX_DATE_TEXT + 1));
	wire_removals[1].ref = RK_STR("\xff");
	REFUSED(in.n_removals = 2);
	wire_removals[1].ref = rk_strn("ข่าว", 12);
	REFUSED(entries[0].n_keys = 0);
	REFUSED(entries[0].keys[0].kind = RK_KEY_NONE);
	REFUSED(entries[0].keys[2].kind = (enum rk_key_kind)(RK_KEY_TITLE + 1));
#undef REFUSED
	rk_arena_free(arena);
}

static void
test_too_many_entries(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry *entries = calloc(RK_MAX_ITEMS + 1, sizeof(*entries)), first[2];
	struct rk_ingest in, *out;

	(void)unused;
	wire_make(&in, first);
	for (size_t i = 0; i < RK_MAX_ITEMS + 1; i++)
		entries[i] = wire_bare_entry;
	in.entries = entries;
	in.n_entries = RK_MAX_ITEMS;
	out = wire_through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->n_entries, RK_MAX_ITEMS);
	in.n_entries++;
	assert_null(wire_through(&in, arena));
	free(entries);
	rk_arena_free(arena);
}

/* An address that a fallen worker would have us ask is left out when it is none. */
static void
test_look(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_look bad = wire_look;
	struct rk_entry entries[2];
	struct rk_ingest in, *out;

	(void)unused;
	wire_make(&in, entries);
	in.look = &bad;
	bad.places[0].url = RK_STR("file:///etc/passwd");
	out = wire_through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->look->n_places, 1);
	wire_same_str(wire_look.places[1].url, out->look->places[0].url);
	bad = wire_look;
	bad.places[0].how = RK_HOW_COUNT;
	assert_null(wire_through(&in, arena));
	bad = wire_look;
	bad.system = RK_SYSTEM_COUNT;
	assert_null(wire_through(&in, arena));
	bad = wire_look;
	bad.kind = (enum rk_look_kind)(RK_LOOK_BINARY + 1);
	assert_null(wire_through(&in, arena));
	bad = wire_look;
	bad.title = RK_STR("\xff");
	assert_null(wire_through(&in, arena));
	in.look = NULL;
	in.counts.twice = 1000000;
	assert_null(wire_through(&in, arena));
	rk_arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_work_damaged),
	    cmocka_unit_test(test_truncation),
	    cmocka_unit_test(test_flipped_bytes),
	    cmocka_unit_test(test_large_numbers),
	    cmocka_unit_test(test_not_believed),
	    cmocka_unit_test(test_look),
	    cmocka_unit_test(test_refused_values),
	    cmocka_unit_test(test_too_many_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
