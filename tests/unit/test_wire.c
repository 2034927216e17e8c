/*
 * The messages between parent and worker: every field survives, and what is too large
 * is refused. Keeps the corpus of fuzz_wire.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wirekit.h"

#include <ruamkhao/date.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rk_msg_head
head_of(const struct rk_buf *b)
{
	struct rk_msg_head head;

	assert_true(b->n >= WIRE_HEAD);
	memcpy(&head, b->p, WIRE_HEAD);
	return head;
}

/* ---- requests */

static void
test_work(void **unused)
{
	static const char bytes[] = "<rss>\0\xff\xfe ไทย</rss>";
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_work in, out;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	memset(&in, 0, sizeof(in));
	in.body = rk_strn(bytes, sizeof(bytes) - 1); /* any bytes, NUL too */
	in.content_type = RK_STR("text/xml; charset=tis-620");
	in.url = RK_STR("https://www.example.go.th/rss");
	in.charset = RK_STR("windows-874");
	in.timezone = -25200;
	in.distrust = 0x8000001f;
	in.now = INT64_MIN + 5;
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_buf_adds(&b, "before"), 0); /* it appends */
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	memmove(b.p, b.p + 6, b.n - 6);
	b.n -= 6;
	assert_int_equal(head_of(&b).type, RK_MSG_WORK);
	assert_int_equal(head_of(&b).length, b.n - WIRE_HEAD);
	copy = wire_body(&b, &body);
	assert_int_equal(rk_wire_get_work(body, arena, &out, NULL), 0);
	wire_same_str(in.body, out.body);
	wire_same_str(in.content_type, out.content_type);
	wire_same_str(in.url, out.url);
	wire_same_str(in.charset, out.charset);
	assert_int_equal(in.timezone, out.timezone);
	assert_int_equal(in.distrust, out.distrust);
	assert_true(in.now == out.now);
	assert_int_equal(out.part, RK_PAGE_NONE);
	assert_null(out.page);
	assert_null(out.listed);
	free(copy);
	rk_arena_free(arena);
	rk_buf_release(&b);
}

static void
test_work_page(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	const struct rk_page_rules *p, *want = &wire_page;
	struct rk_work in, out;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	wire_make_page_work(&in);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	copy = wire_body(&b, &body);
	assert_int_equal(rk_wire_get_work(body, arena, &out, NULL), 0);
	assert_int_equal(out.part, RK_PAGE_ARTICLE);
	p = out.page;
	wire_same_str(want->preset, p->preset);
	wire_same_str(want->container, p->container);
	wire_same_str(want->items, p->items);
	wire_same_str(want->link, p->link);
	wire_same_str(want->title, p->title);
	wire_same_str(want->date, p->date);
	wire_same_str(want->author, p->author);
	wire_same_str(want->image, p->image);
	wire_same_str(want->body, p->body);
	wire_same_str(want->article.title, p->article.title);
	wire_same_str(want->article.date, p->article.date);
	wire_same_str(want->article.author, p->article.author);
	wire_same_str(want->article.image, p->article.image);
	wire_same_str(want->article.body, p->article.body);
	assert_int_equal(p->n_drop, 3);
	for (size_t i = 0; i < 3; i++)
		wire_same_str(want->drop[i], p->drop[i]);
	assert_int_equal(p->min_items, 7);
	assert_true(p->has_article);
	wire_same_str(wire_listed.url, out.listed->url);
	wire_same_str(wire_listed.title, out.listed->title);
	wire_same_str(wire_listed.html, out.listed->html);
	wire_same_str(wire_listed.author, out.listed->author);
	wire_same_str(wire_listed.image, out.listed->image);
	assert_true(out.listed->published == wire_listed.published);
	assert_int_equal(out.listed->found.precision, RK_BY_DAY);
	assert_int_equal(out.listed->found.basis, RK_BASIS_PAGE_RULE);
	assert_true(out.listed->found.buddhist);
	assert_true(out.listed->updated == RK_NO_TIME);
	free(copy);
	rk_arena_free(arena);
	rk_buf_release(&b);
}

static void
test_work_too_large(void **unused)
{
	struct rk_work in;
	struct rk_buf b;
	size_t n = 1 << 20;
	char *bytes = calloc(1, n);

	(void)unused;
	memset(&in, 0, sizeof(in));
	in.body = rk_strn(bytes, n);
	rk_buf_init(&b, n); /* no room for the rest */
	assert_int_equal(rk_wire_put_work(&b, &in), -1);
	rk_buf_release(&b);
	free(bytes);
}

/* ---- answers */

static void
test_ingest(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in, *out;

	(void)unused;
	wire_make(&in, entries);
	/* empty spans come back as "" */
	out = wire_through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->entries[1].title.n, 0);
	assert_non_null(out->entries[1].title.p);
	wire_same_entry(&entries[0], &out->entries[0]);
	entries[1] = out->entries[1];
	wire_same_ingest(&in, out);
	in.truncated = in.complete = false;
	in.charset_mislabelled = true;
	out = wire_through(&in, arena);
	assert_non_null(out);
	wire_same_ingest(&in, out);
	in.look = NULL;
	in.double_encoded = false;
	in.built = RK_NO_TIME;
	in.n_entries = in.n_warnings = 0; /* an empty feed is one too */
	out = wire_through(&in, arena);
	assert_non_null(out);
	wire_same_ingest(&in, out);
	rk_arena_free(arena);
}

static void
test_answer_too_large(void **unused)
{
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_buf b;

	(void)unused;
	wire_make(&in, entries);
	rk_buf_init(&b, 200);
	assert_int_equal(rk_wire_put_ingest(&b, &in), -1);
	rk_buf_release(&b);
}

/* ---- refusals and the greeting */

static void
test_refusal(void **unused)
{
	struct rk_err in = {0}, out = {0};
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	(void)rk_err_set(&in, RK_E_LIMIT, "more than %d entries", 5000);
	in.line = 3;
	in.column = 17;
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_refused(&b, &in), 0);
	assert_int_equal(head_of(&b).type, RK_MSG_REFUSED);
	copy = wire_body(&b, &body);
	assert_int_equal(rk_wire_get_refused(body, &out, NULL), 0);
	assert_int_equal(out.kind, RK_E_LIMIT);
	assert_int_equal(out.line, 3);
	assert_int_equal(out.column, 17);
	assert_string_equal(out.text, in.text);
	for (size_t n = 0; n < body.n; n++)
		assert_int_equal(rk_wire_get_refused(rk_strn(copy, n), &out, NULL), -1);
	copy[0] = RK_E_SYS; /* not the worker's to say */
	assert_int_equal(rk_wire_get_refused(body, &out, NULL), -1);
	free(copy);
	rk_buf_reset(&b);
	(void)rk_err_sys(&in, ENOMEM, "cannot happen"); /* told as a bad document */
	assert_int_equal(rk_wire_put_refused(&b, &in), 0);
	copy = wire_body(&b, &body);
	assert_int_equal(rk_wire_get_refused(body, &out, NULL), 0);
	assert_int_equal(out.kind, RK_E_INPUT);
	free(copy);
	rk_buf_release(&b);
}

static void
test_ready(void **unused)
{
	struct rk_str body, missing;
	struct rk_buf b;

	(void)unused;
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ready(&b, NULL), 0);
	assert_int_equal(head_of(&b).type, RK_MSG_READY);
	assert_true(head_of(&b).length > 0);
	body = rk_strn(b.p + WIRE_HEAD, b.n - WIRE_HEAD);
	assert_int_equal(rk_wire_get_ready(body, &missing, NULL), 0);
	assert_int_equal(missing.n, 0);
	rk_buf_reset(&b);
	assert_int_equal(rk_wire_put_ready(&b, "landlock"), 0);
	body = rk_strn(b.p + WIRE_HEAD, b.n - WIRE_HEAD);
	assert_int_equal(rk_wire_get_ready(body, &missing, NULL), 0);
	assert_string_equal(missing.p, "landlock");
	for (size_t n = 0; n < body.n; n++)
		assert_int_equal(
		    rk_wire_get_ready(rk_strn(body.p, n), &missing, NULL), -1);
	rk_buf_release(&b);
}

/* ---- the corpus of fuzz_wire: one byte for the kind of message, then its body */

/* The seed is what the fuzz target begins with, so it must be understood: RK_UPDATE=1
 * writes it anew when the form of a message changes. */
static void
seed(const char *name, char kind, const struct rk_buf *message)
{
	char path[512];
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_str body = rk_str_from(rk_buf_view(message), WIRE_HEAD);
	struct rk_ingest *ingest;
	struct rk_work work;
	struct rk_buf kept;
	struct rk_err err = {0};
	FILE *f;
	int rc;

	(void)snprintf(
	    path, sizeof(path), "%s/fuzz/corpus/wire/%s", RK_TEST_DATA, name);
	if (getenv("RK_UPDATE") != NULL) {
		assert_non_null(f = fopen(path, "wb"));
		assert_int_equal(fputc(kind, f), kind);
		assert_int_equal(fwrite(body.p, 1, body.n, f), body.n);
		assert_int_equal(fclose(f), 0);
	}
	rk_buf_init(&kept, RK_WIRE_MAX);
	assert_int_equal(rk_file_read(path, RK_WIRE_MAX, &kept, &err), 0);
	assert_true(kept.n > 1 && kept.p[0] == kind);
	body = rk_str_from(rk_buf_view(&kept), 1);
	rc = kind == 0 ? rk_wire_get_ingest(body, arena, &ingest, &err)
		       : rk_wire_get_work(body, arena, &work, &err);
	if (rc != 0)
		fail_msg("%s: %s (RK_UPDATE=1 writes it anew)", name, err.text);
	rk_buf_release(&kept);
	rk_arena_free(arena);
}

static void
seed_ingest(const char *name, const struct rk_ingest *in)
{
	struct rk_buf b;

	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, in), 0);
	seed(name, 0, &b);
	rk_buf_release(&b);
}

static void
seed_work(const char *name, const struct rk_work *in)
{
	struct rk_buf b;

	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_work(&b, in), 0);
	seed(name, 1, &b);
	rk_buf_release(&b);
}

static void
test_corpus(void **unused)
{
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_work work;

	(void)unused;
	wire_make(&in, entries);
	seed_ingest("ingest-full", &in);
	in.look = NULL;
	in.n_warnings = 0;
	seed_ingest("ingest-two", &in);
	entries[0] = wire_bare_entry;
	in.n_entries = 1;
	seed_ingest("ingest-bare", &in);
	in.n_entries = 0;
	in.look = &wire_look;
	seed_ingest("ingest-look", &in);
	memset(&work, 0, sizeof(work));
	work.body =
	    RK_STR("<rss><channel><item><title>a</title></item></channel></rss>");
	work.content_type = RK_STR("text/xml; charset=tis-620");
	work.url = RK_STR("https://www.example.go.th/rss");
	seed_work("work", &work);
	work.look = true;
	seed_work("work-look", &work);
	wire_make_page_work(&work);
	seed_work("work-article", &work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_corpus),
	    cmocka_unit_test(test_work),
	    cmocka_unit_test(test_work_page),
	    cmocka_unit_test(test_work_too_large),
	    cmocka_unit_test(test_ingest),
	    cmocka_unit_test(test_answer_too_large),
	    cmocka_unit_test(test_refusal),
	    cmocka_unit_test(test_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
