/*
 * Subscription lists: what they name, and what is refused.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/opml.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

struct list {
	struct rk_arena *arena;
	struct rk_opml *opml;
	struct rk_err err;
};

static struct list
read_bytes(const char *p, size_t n)
{
	struct list l = {.arena = rk_arena_new(0)};

	rk_err_clear(&l.err);
	if (rk_opml_read(rk_strn(p, n), l.arena, &l.opml, &l.err) != 0)
		l.opml = NULL;
	return l;
}

static struct list
read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void
assert_feed(const struct rk_outline *l, const char *url, const char *site,
    const char *title, const char *folder)
{
	assert_non_null(l);
	assert_string_equal(rk_cstr(l->url), url);
	assert_string_equal(rk_cstr(l->site), site);
	assert_string_equal(rk_cstr(l->title), title);
	assert_string_equal(rk_cstr(l->folder), folder);
}

static void
folders(void **state)
{
	struct list l = read_text(
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\"><head>"
	    "<title>ข่าวจังหวัด &amp; กรม</title></head><body>"
	    "<outline text=\"ภาคใต้\"><outline text=\"อันดามัน\">"
	    "<outline type=\"rss\" text=\"ภูเก็ต\" "
	    "xmlUrl=\"http://a.example/rss?x=1&amp;y=2\" "
	    "htmlUrl=\"http://a.example/\"/></outline>"
	    "<outline type=\"rss\" text=\"t\" title=\" พัง  งา \" "
	    "xmlUrl=\"https://b.example/feed\"></outline></outline>"
	    "<outline xmlurl='http://c.example/f' text='a &lt;b&gt; &quot;c&quot;'/>"
	    "<outline text=\"อื่น ๆ\"/></body></opml>");
	const struct rk_outline *o;

	(void)state;
	assert_non_null(l.opml);
	assert_string_equal(rk_cstr(l.opml->title), "ข่าวจังหวัด & กรม");
	assert_int_equal(l.opml->n_outlines, 3);
	assert_int_equal(l.opml->n_left_out, 0);
	assert_false(l.opml->truncated);
	o = l.opml->outlines;
	assert_feed(o, "http://a.example/rss?x=1&y=2", "http://a.example/", "ภูเก็ต",
	    "ภาคใต้/อันดามัน");
	assert_feed(o = o->next, "https://b.example/feed", "", "พัง งา", "ภาคใต้");
	assert_feed(o->next, "http://c.example/f", "", "a <b> \"c\"", "");
	assert_null(o->next->next);
	rk_arena_free(l.arena);
}

/* Written by hand: raw &, no quotes, ends forgotten, windows-874 that says UTF-8. */
static void
repaired(void **state)
{
	struct list l;

	(void)state;
	l = read_text("\n<opml><body><Outline Title=a XMLURL=http://a.example/?x&y>"
		      "</outline><outline xmlUrl=\"http://b.example/\" text=\"b & c\">");
	assert_non_null(l.opml);
	assert_true(l.opml->truncated);
	assert_int_equal(l.opml->n_outlines, 2);
	assert_feed(l.opml->outlines, "http://a.example/?x&y", "", "a", "");
	assert_feed(l.opml->outlines->next, "http://b.example/", "", "b & c", "");
	rk_arena_free(l.arena);

	l = read_text("<?xml version='1.0' encoding='utf-8'?><opml><body><outline "
		      "text='\xA2\xE8\xD2\xC7' xmlUrl='http://a.example/'/></body></opml>");
	assert_non_null(l.opml);
	assert_feed(l.opml->outlines, "http://a.example/", "", "ข่าว", "");
	rk_arena_free(l.arena);
}

static void
addresses(void **state)
{
	struct list l =
	    read_text("<opml><body><outline xmlUrl=\"javascript:alert(1)\"/>"
		      "<outline xmlUrl=\"file:///etc/passwd\"/><outline xmlUrl=\"/rss\"/>"
		      "<outline xmlUrl=\"http://a.example\" htmlUrl=\"data:,x\"/>"
		      "</body></opml>");

	(void)state;
	assert_non_null(l.opml);
	assert_int_equal(l.opml->n_outlines, 1);
	assert_int_equal(l.opml->n_left_out, 3);
	assert_feed(l.opml->outlines, "http://a.example/", "", "", "");
	rk_arena_free(l.arena);
}

static void
refused(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
	    {"", "no subscription list"},
	    {"hello", "no subscription list"},
	    {"<html><body>opml</body></html>", "no subscription list"},
	    {"<rss><channel/></rss>", "but a feed"},
	    {"{\"items\":[]}", "but a feed"},
	    {"<opml><body/></opml>", "names no feed"},
	    {"<opml><body><outline text='x'/></body></opml>", "names no feed"},
	    {"<!DOCTYPE opml [<!ENTITY % a \"x\">]><opml/>", "parameter entities"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct list l = read_text(rows[i].text);

		assert_null(l.opml);
		assert_true(l.err.kind == RK_E_INPUT);
		if (strstr(l.err.text, rows[i].part) == NULL)
			fail_msg("%s: %s", rows[i].text, l.err.text);
		rk_arena_free(l.arena);
	}
}

/* An OPML of n outlines, each in the one before (nested) or after it. */
static struct list
many(size_t n, bool nested)
{
	struct rk_buf b;
	struct list l;

	rk_buf_init(&b, RK_MIB(8));
	rk_buf_adds(&b, "<opml><body>");
	for (size_t i = 0; i < n; i++)
		rk_buf_addf(&b, "<outline text=\"%zu\" xmlUrl=\"http://h/%zu\"%s>", i, i,
		    nested ? "" : "/");
	for (size_t i = 0; nested && i < n; i++)
		rk_buf_adds(&b, "</outline>");
	rk_buf_adds(&b, "</body></opml>");
	l = read_bytes(b.p, b.n);
	rk_buf_release(&b);
	return l;
}

static void
limits(void **state)
{
	struct list l = many(RK_MAX_OUTLINES, false);

	(void)state;
	assert_non_null(l.opml);
	assert_int_equal(l.opml->n_outlines, RK_MAX_OUTLINES);
	rk_arena_free(l.arena);
	l = many(RK_MAX_OUTLINES + 1, false);
	assert_null(l.opml);
	assert_int_equal(l.err.kind, RK_E_LIMIT);
	rk_arena_free(l.arena);
	l = many(RK_MAX_OUTLINE_DEPTH, true);
	assert_non_null(l.opml);
	assert_int_equal(l.opml->n_outlines, RK_MAX_OUTLINE_DEPTH);
	rk_arena_free(l.arena);
	l = many(RK_MAX_OUTLINE_DEPTH + 1, true);
	assert_null(l.opml);
	assert_int_equal(l.err.kind, RK_E_LIMIT);
	rk_arena_free(l.arena);
}

/* Cut anywhere: refused, or what stood before the cut, in its order. */
static void
cut_anywhere(void **state)
{
	static const char text[] =
	    "<?xml version=\"1.0\"?><opml><head><title>t</title></head><body>"
	    "<outline text=\"f\"><outline text=\"1\" xmlUrl=\"http://a/1\"/>"
	    "<outline text=\"2\" xmlUrl=\"http://a/2\"/></outline>"
	    "<outline text=\"3\" xmlUrl=\"http://a/3\"/></body></opml>";
	size_t last = 0;

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		struct list l = read_bytes(text, n);
		size_t have = l.opml != NULL ? l.opml->n_outlines : 0;

		assert_true(have >= last); /* never loses what was complete */
		if (l.opml != NULL && n + 1 < sizeof(text))
			assert_true(l.opml->truncated);
		last = have;
		rk_arena_free(l.arena);
	}
	assert_int_equal(last, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(folders),
	    cmocka_unit_test(repaired),
	    cmocka_unit_test(addresses),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
