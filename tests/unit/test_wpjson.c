/* WordPress's REST interface: posts, what is in none of their usual places, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsekit.h"

#include <ruamkhao/arena.h>

#include <string.h>

static const char posts[] =
    "[{\"id\":77,\"date\":\"2023-10-16T11:05:03\",\"date_gmt\":\"2023-10-16T04:05:03\","
    "\"guid\":{\"rendered\":\"https:\\/\\/a.example\\/?p=77\"},"
    "\"modified\":\"2023-10-17T11:00:00\",\"modified_gmt\":\"2023-10-17T04:00:00\","
    "\"status\":\"publish\",\"type\":\"post\",\"link\":\"https:\\/\\/a.example\\/n\\/"
    "77\\/\","
    "\"title\":{\"rendered\":\"\\u0e02\\u0e48\\u0e32\\u0e27 &#8211; <b>1<\\/b>\"},"
    "\"content\":{\"rendered\":\"<p><a "
    "href=\\\"x.pdf\\\">f<\\/a><\\/p>\",\"protected\":false},"
    "\"excerpt\":{\"rendered\":\"<p>s<\\/p>\",\"protected\":false},"
    "\"jetpack_featured_media_url\":\"https://a.example/j.jpg\","
    "\"_embedded\":{\"author\":[{\"id\":1,\"name\":\"งานข่าว\",\"link\":\"/author/x/"
    "\"}],"
    "\"wp:featuredmedia\":[{\"source_url\":\"https://a.example/f.jpg\"}],"
    "\"wp:term\":[[{\"name\":\"ประกาศ\",\"taxonomy\":\"category\"}],"
    "[{\"name\":\"น้ำ\",\"taxonomy\":\"post_tag\"}]]}},"
    "{\"id\":78,\"date\":\"2023-10-15T11:05:03\",\"date_gmt\":\"0000-00-00T00:00:00\","
    "\"link\":\"https://a.example/n/78/\",\"title\":{\"rendered\":\"b\"},"
    "\"content\":{\"rendered\":\"<p>secret</p>\",\"protected\":true},"
    "\"excerpt\":{\"rendered\":\"secret\",\"protected\":true},"
    "\"yoast_head_json\":{\"author\":\"ย "
    "ส\",\"og_image\":[{\"url\":\"https://a.example/y.jpg\"}]},"
    "\"_embedded\":{\"author\":[{\"code\":\"rest_user_invalid_id\",\"message\":\"x\"}]}"
    "}]";

static void
two_posts(void **state)
{
	struct parsed r = parse_text(posts);
	const struct rk_item *i = parsed_item(&r, 0);

	(void)state;
	assert_int_equal(r.doc->format, RK_IN_WORDPRESS);
	assert_string_equal(rk_format_in_name(r.doc->format), "wordpress");
	assert_int_equal(r.doc->n_items, 2);
	assert_str(i->guid, "https://a.example/?p=77");
	assert_str(i->link, "https://a.example/n/77/");
	assert_str(i->title.s, "ข่าว &#8211; <b>1</b>");
	assert_int_equal(i->title.kind, RK_TEXT_HTML);
	assert_str(i->content.s, "<p><a href=\"x.pdf\">f</a></p>");
	assert_str(i->content.base, "https://a.example/n/77/");
	assert_str(i->summary.s, "<p>s</p>");
	assert_str(i->published, "2023-10-16T04:05:03Z");
	assert_str(i->updated, "2023-10-17T04:00:00Z");
	assert_str(i->image, "https://a.example/f.jpg");
	assert_str(i->authors->name, "งานข่าว");
	assert_str(i->authors->url, "https://a.example/author/x/");
	assert_null(i->authors->next);
	assert_str(i->categories->term, "ประกาศ");
	assert_str(i->categories->next->term, "น้ำ");
	i = parsed_item(&r, 1);
	assert_str(i->published, "2023-10-15T11:05:03"); /* local: the source's zone */
	assert_str(i->content.s, "");
	assert_str(i->summary.s, "");
	assert_str(i->authors->name, "ย ส");
	assert_str(i->image, "https://a.example/y.jpg");
	parsed_release(&r);
}

static void
one_post_and_none(void **state)
{
	struct parsed r = parse_text("{\"id\":1,\"link\":\"https://a.example/"
				     "1\",\"title\":{\"rendered\":\"t\"}}");

	(void)state;
	assert_int_equal(r.doc->n_items, 1);
	parsed_release(&r);
	r = parse_bytes("[]", 2, "https://a.example/wp-json/wp/v2/posts");
	assert_non_null(r.doc);
	assert_int_equal(r.doc->n_items, 0);
	parsed_release(&r);
	r = parse_bytes("[]", 2, "https://a.example/feed.json");
	assert_null(r.doc);
	parsed_release(&r);
	/* what is no post among them is passed over */
	r = parse_text("[1,null,{\"x\":2},{\"id\":1,\"link\":\"https://a.example/1\","
		       "\"title\":{\"rendered\":\"t\"}}]");
	assert_int_equal(r.doc->n_items, 1);
	parsed_release(&r);
}

/* Cut anywhere: the posts that were whole. */
static void
cut(void **state)
{
	size_t most = 0;

	(void)state;
	for (size_t n = 2; n < sizeof(posts) - 1; n++) {
		struct parsed r = parse_bytes(posts, n, NULL);

		if (r.doc != NULL) {
			assert_true(r.doc->truncated);
			assert_true(r.doc->n_items >= most);
			most = r.doc->n_items;
		}
		parsed_release(&r);
	}
	assert_int_equal(most, 2); /* only the list is not closed */
}

static void
errors(void **state)
{
	struct parsed r = parse_text("{\"code\":\"rest_no_route\",\"message\":\"No "
				     "route was found <b>matching</b>"
				     "\\n the URL.\",\"data\":{\"status\":404}}");

	(void)state;
	assert_null(r.doc);
	assert_int_equal(r.err.kind, RK_E_INPUT);
	assert_non_null(
	    strstr(r.err.text, "WordPress answers with the error rest_no_route: "
			       "\"No route was found matching the URL.\""));
	parsed_release(&r);
	r = parse_text("{\"code\":\"x\",\"message\":\"y\"}"); /* not WordPress's */
	assert_null(r.doc);
	assert_null(strstr(r.err.text, "WordPress"));
	parsed_release(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_posts),
	    cmocka_unit_test(one_post_and_none),
	    cmocka_unit_test(cut),
	    cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
