/*
 * What `parse` prints: JSON Feed 1.1 (https://jsonfeed.org/version/1.1), read back by
 * jansson. Required keys are there, absent things are absent, types are right, and
 * every text comes back as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/err.h>
#include <ruamkhao/publish.h>

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

#define MAX_OUT ((size_t)64 << 20)

/* ---- the rules of the format */

static const char *const feed_keys[] = {"version", "title", "home_page_url", "feed_url",
    "description", "user_comment", "next_url", "icon", "favicon", "authors", "language",
    "expired", "hubs", "items", "_ruamkhao"};
static const char *const item_keys[] = {"id", "url", "external_url", "title",
    "content_html", "content_text", "summary", "image", "banner_image",
    "date_published", "date_modified", "authors", "tags", "language", "attachments"};

static void
only(const json_t *o, const char *const *keys, size_t n)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)o, key, value)
	{
		bool known = false;

		for (size_t i = 0; i < n; i++)
			known |= strcmp(key, keys[i]) == 0;
		if (!known)
			fail_msg("unknown key %s", key);
		assert_false(json_is_null(value));
	}
}

static void
is_string_or_absent(const json_t *o, const char *key)
{
	const json_t *value = json_object_get(o, key);

	assert_true(value == NULL || json_is_string(value));
}

static void
is_url_or_absent(const json_t *o, const char *key)
{
	const json_t *value = json_object_get(o, key);

	is_string_or_absent(o, key);
	if (value != NULL)
		assert_true(strncmp(json_string_value(value), "http", 4) == 0);
}

static void
is_date_or_absent(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	is_string_or_absent(o, key);
	if (s == NULL)
		return;
	assert_int_equal(strlen(s), 20);
	assert_true(
	    s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':' && s[19] == 'Z');
}

/* At least one of name, url, avatar. */
static void
are_authors(const json_t *list)
{
	size_t i;
	json_t *o;

	assert_true(list == NULL || (json_is_array(list) && json_array_size(list) > 0));
	json_array_foreach((json_t *)(uintptr_t)list, i, o)
	{
		assert_true(json_is_object(o));
		assert_true(json_object_get(o, "name") != NULL ||
			    json_object_get(o, "url") != NULL);
		is_string_or_absent(o, "name");
		is_string_or_absent(o, "url");
	}
}

/* Ours, told apart by the underscore that the format asks for. */
static void
is_how(const json_t *o, const struct rk_ingest *in)
{
	assert_true(json_is_object(o));
	assert_string_equal(json_string_value(json_object_get(o, "format")),
	    rk_format_in_name(in->format));
	assert_string_equal(
	    json_string_value(json_object_get(o, "rung")), rk_rung_name(in->rung));
	assert_int_equal(json_is_true(json_object_get(o, "truncated")), in->truncated);
	is_string_or_absent(o, "charset");
	is_string_or_absent(o, "format_version");
}

static void
is_item(const json_t *o)
{
	const json_t *list;
	size_t i;
	json_t *one;

	assert_true(json_is_object(o));
	only(o, item_keys, sizeof(item_keys) / sizeof(*item_keys));
	assert_true(json_is_string(json_object_get(o, "id")));
	assert_true(json_string_length(json_object_get(o, "id")) > 0);
	assert_true(json_object_get(o, "content_html") != NULL ||
		    json_object_get(o, "content_text") != NULL);
	is_string_or_absent(o, "content_html");
	is_string_or_absent(o, "content_text");
	is_string_or_absent(o, "title");
	is_string_or_absent(o, "summary");
	is_string_or_absent(o, "language");
	is_url_or_absent(o, "url");
	is_url_or_absent(o, "image");
	is_date_or_absent(o, "date_published");
	is_date_or_absent(o, "date_modified");
	are_authors(json_object_get(o, "authors"));
	list = json_object_get(o, "tags");
	assert_true(list == NULL || json_is_array(list));
	json_array_foreach((json_t *)(uintptr_t)list, i, one)
	    assert_true(json_is_string(one));
	list = json_object_get(o, "attachments");
	assert_true(list == NULL || json_is_array(list));
	json_array_foreach((json_t *)(uintptr_t)list, i, one)
	{
		assert_true(json_is_string(json_object_get(one, "url")));
		assert_true(json_is_string(json_object_get(one, "mime_type")));
		is_string_or_absent(one, "title");
		if (json_object_get(one, "size_in_bytes") != NULL)
			assert_true(
			    json_is_integer(json_object_get(one, "size_in_bytes")));
	}
}

/* Renders, holds the result against the format, gives the tree. */
static json_t *
feed_of(const struct rk_ingest *in)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_buf b;
	struct rk_err err = {0};
	json_error_t bad;
	json_t *feed, *item;
	size_t i;

	rk_buf_init(&b, MAX_OUT);
	if (rk_ingest_json(in, arena, &b, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(b.p[b.n - 1], '\n');
	feed = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &bad);
	if (feed == NULL)
		fail_msg("%s in %s", bad.text, b.p);
	only(feed, feed_keys, sizeof(feed_keys) / sizeof(*feed_keys));
	is_how(json_object_get(feed, "_ruamkhao"), in);
	assert_string_equal(json_string_value(json_object_get(feed, "version")),
	    "https://jsonfeed.org/version/1.1");
	assert_true(json_is_string(json_object_get(feed, "title")));
	is_url_or_absent(feed, "home_page_url");
	is_url_or_absent(feed, "feed_url");
	is_url_or_absent(feed, "icon");
	is_string_or_absent(feed, "description");
	is_string_or_absent(feed, "language");
	are_authors(json_object_get(feed, "authors"));
	assert_true(json_is_array(json_object_get(feed, "items")));
	assert_int_equal(
	    json_array_size(json_object_get(feed, "items")), in->n_entries);
	json_array_foreach(json_object_get(feed, "items"), i, item) is_item(item);
	rk_buf_release(&b);
	rk_arena_free(arena);
	return feed;
}

static void
says(const json_t *o, const char *key, const char *want)
{
	const char *got = json_string_value(json_object_get(o, key));

	if (want == NULL)
		assert_null(json_object_get(o, key));
	else if (got == NULL)
		fail_msg("no %s", key);
	else
		assert_string_equal(got, want);
}

static json_t *
nth(const json_t *o, const char *key, size_t i)
{
	return json_array_get(json_object_get(o, key), i);
}

static struct rk_entry
an_entry(void)
{
	struct rk_entry e;

	memset(&e, 0, sizeof(e));
	e.published = e.updated = RK_NO_TIME;
	e.url = RK_STR("https://www.example.go.th/1");
	e.n_keys = 1;
	e.keys[0].kind = RK_KEY_URL;
	return e;
}

/* ---- */

static void
test_whole(void **unused)
{
	struct rk_entry e = an_entry();
	struct rk_ingest in;
	json_t *feed, *item, *a;

	(void)unused;
	memset(&in, 0, sizeof(in));
	in.title = RK_STR("ข่าวจังหวัด \"ภูเก็ต\" \\ <b>");
	in.description = RK_STR("คำอธิบาย");
	in.link = RK_STR("https://www.example.go.th/");
	in.self = RK_STR("https://www.example.go.th/rss");
	in.hub = RK_STR("https://hub.example.org/");
	in.image = RK_STR("https://www.example.go.th/logo.png");
	in.lang = RK_STR("th");
	in.author = RK_STR("งานประชาสัมพันธ์");
	in.authors = RK_STR("งาน\thttps://www.example.go.th/n\nข่าว\t");
	in.version = RK_STR("2.0 <b>"); /* as a document had it */
	in.charset = RK_STR("windows-874");
	e.guid = RK_STR("tag:example.go.th,2026:1");
	e.keys[0].kind = RK_KEY_GUID;
	e.title = RK_STR("ประกาศ & 'รับสมัคร'\ttab");
	e.html =
	    RK_STR("<p>เนื้อหา &amp; <a href=\"https://www.example.go.th/\">x</a></p>\n");
	e.summary = RK_STR("สรุป");
	e.image = RK_STR("https://www.example.go.th/1.jpg");
	e.lang = RK_STR("en");
	e.published = 1349145840;
	e.updated = 1349149440;
	e.author = RK_STR("ก, ข");
	e.authors =
	    RK_STR("ก\thttps://www.example.go.th/k\nข\t\n\t\n\thttps://c.example/");
	e.tags = RK_STR("ข่าว\n\nประกาศ");
	e.enclosures = RK_STR("https://a.example/1.pdf\tapplication/pdf\t1234\tเอกสาร\n"
			      "https://a.example/2\t\t-1\t\n\ttext/x\t1\tno address");
	in.entries = &e;
	in.n_entries = 1;
	feed = feed_of(&in);
	says(feed, "title", in.title.p);
	says(feed, "description", in.description.p);
	says(feed, "home_page_url", in.link.p);
	says(feed, "feed_url", in.self.p);
	says(feed, "icon", in.image.p);
	says(feed, "language", "th");
	says(nth(feed, "authors", 0), "name", "งาน");
	says(nth(feed, "authors", 0), "url", "https://www.example.go.th/n");
	says(nth(feed, "authors", 1), "name", "ข่าว");
	says(json_object_get(feed, "_ruamkhao"), "format_version", NULL);
	says(nth(feed, "hubs", 0), "type", "WebSub");
	says(nth(feed, "hubs", 0), "url", in.hub.p);
	item = nth(feed, "items", 0);
	says(item, "id", "tag:example.go.th,2026:1");
	says(item, "url", e.url.p);
	says(item, "title", e.title.p);
	says(item, "content_html", e.html.p);
	says(item, "content_text", NULL);
	says(item, "summary", e.summary.p);
	says(item, "image", e.image.p);
	says(item, "language", "en");
	says(item, "date_published", "2012-10-02T02:44:00Z");
	says(item, "date_modified", "2012-10-02T03:44:00Z");
	assert_int_equal(json_array_size(json_object_get(item, "authors")), 3);
	says(nth(item, "authors", 0), "name", "ก");
	says(nth(item, "authors", 0), "url", "https://www.example.go.th/k");
	says(nth(item, "authors", 1), "name", "ข");
	says(nth(item, "authors", 1), "url", NULL);
	says(nth(item, "authors", 2), "name", NULL);
	assert_int_equal(json_array_size(json_object_get(item, "tags")), 2);
	assert_string_equal(json_string_value(nth(item, "tags", 1)), "ประกาศ");
	assert_int_equal(json_array_size(json_object_get(item, "attachments")), 2);
	a = nth(item, "attachments", 0);
	says(a, "url", "https://a.example/1.pdf");
	says(a, "mime_type", "application/pdf");
	says(a, "title", "เอกสาร");
	assert_int_equal(json_integer_value(json_object_get(a, "size_in_bytes")), 1234);
	a = nth(item, "attachments", 1);
	says(a, "mime_type",
	    "application/octet-stream"); /* required, so it is guessed */
	says(a, "title", NULL);
	assert_null(json_object_get(a, "size_in_bytes"));
	json_decref(feed);
}

static void
test_bare(void **unused)
{
	struct rk_entry e[2] = {an_entry(), an_entry()};
	struct rk_ingest in;
	json_t *feed, *item;

	(void)unused;
	memset(&in, 0, sizeof(in));
	feed = feed_of(&in); /* a feed without anything is one */
	says(feed, "title", "");
	says(feed, "home_page_url", NULL);
	assert_int_equal(json_object_size(feed), 4); /* with items and how it was read */
	json_decref(feed);
	in.entries = e;
	in.n_entries = 2;
	e[1].url = (struct rk_str){"", 0}; /* no guid, no url: made of the text */
	e[1].title = RK_STR("ประกาศ");
	e[1].author = RK_STR("ผู้เขียน");
	feed = feed_of(&in);
	item = nth(feed, "items", 0);
	says(item, "id", "https://www.example.go.th/1"); /* the url is the id */
	says(item, "content_text", "");
	says(item, "content_html", NULL);
	says(item, "title", NULL);
	says(item, "date_published", NULL);
	assert_null(json_object_get(item, "authors"));
	assert_null(json_object_get(item, "tags"));
	assert_null(json_object_get(item, "attachments"));
	item = nth(feed, "items", 1);
	assert_int_equal(
	    strncmp(json_string_value(json_object_get(item, "id")), "urn:sha256:", 11),
	    0);
	says(nth(item, "authors", 0), "name", "ผู้เขียน");
	json_decref(feed);
}

/* Any text comes back as it was; ill-formed text with U+FFFD, and all else with it. */
static void
test_texts(void **unused)
{
	static const struct {
		const char *text;
		bool kept;
	} texts[] = {{"\"\\\b\f\n\r\t/", true}, {"\x01\x1f\x7f", true},
	    {"\xe2\x80\xa8\xe2\x80\xa9", true}, {"\xf0\x9f\x98\x80", true},
	    {"\xef\xbf\xbf", true}, {"</script>", true}, {"%s%n", true},
	    {"\xc3(", false}, {"\xed\xa0\x80", false}, {"\xff", false}};

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct rk_entry e = an_entry();
		struct rk_ingest in;
		struct rk_str s = rk_str(texts[i].text);
		json_t *feed, *item;

		memset(&in, 0, sizeof(in));
		e.title = e.summary = e.html = e.lang = s;
		in.author = s;
		in.title = s;
		in.entries = &e;
		in.n_entries = 1;
		feed = feed_of(&in);
		item = nth(feed, "items", 0);
		if (texts[i].kept) {
			says(feed, "title", s.p);
			says(item, "title", s.p);
			says(item, "summary", s.p);
			says(item, "content_html", s.p);
		} else {
			assert_non_null(
			    strstr(json_string_value(json_object_get(item, "title")),
				"\xef\xbf\xbd"));
		}
		json_decref(feed);
	}
}

static void
test_limit(void **unused)
{
	struct rk_entry e = an_entry();
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_ingest in;
	struct rk_buf b;
	struct rk_err err;

	(void)unused;
	memset(&in, 0, sizeof(in));
	in.entries = &e;
	in.n_entries = 1;
	for (size_t max = 0; max < 100; max++) {
		rk_buf_init(&b, max);
		assert_int_equal(rk_ingest_json(&in, arena, &b, &err), -1);
		assert_int_equal(err.kind, RK_E_LIMIT);
		rk_buf_release(&b);
	}
	rk_arena_free(arena);
}

static void
test_string(void **unused)
{
	static const char text[] = "a\"\\\n\x01ก\0b";
	struct rk_buf b;
	json_t *back;

	(void)unused;
	rk_buf_init(&b, 1024);
	assert_int_equal(rk_json_string(rk_strn(text, sizeof(text) - 1), &b), 0);
	assert_null(memchr(b.p, '\n', b.n)); /* for formats of one line */
	back = json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	assert_non_null(back);
	assert_int_equal(json_string_length(back), sizeof(text) - 1);
	assert_memory_equal(json_string_value(back), text, sizeof(text) - 1);
	json_decref(back);
	rk_buf_reset(&b);
	assert_int_equal(rk_json_string((struct rk_str){NULL, 0}, &b), 0);
	assert_string_equal(b.p, "\"\"");
	rk_buf_reset(&b);
	assert_int_equal(rk_json_string(RK_STR("\xff"), &b), 0);
	assert_string_equal(b.p, "\"\xef\xbf\xbd\"");
	rk_buf_release(&b);
	rk_buf_init(&b, 4);
	assert_int_equal(rk_json_string(RK_STR("abcdefgh"), &b), -1);
	rk_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_bare),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
