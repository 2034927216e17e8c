/* The address that is asked for a source. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/source.h>

static void
address(void **state)
{
	static const struct {
		enum rk_kind kind;
		const char *url, *want;
	} rows[] = {
	    {RK_KIND_FEED, "https://a.example/", "https://a.example/"},
	    {RK_KIND_PAGE, "https://a.example/news?x=1", "https://a.example/news?x=1"},
	    {RK_KIND_WORDPRESS, "https://a.example",
		"https://a.example/wp-json/wp/v2/posts"},
	    {RK_KIND_WORDPRESS, "https://a.example/",
		"https://a.example/wp-json/wp/v2/posts"},
	    {RK_KIND_WORDPRESS, "http://a.example/sub",
		"http://a.example/sub/wp-json/wp/v2/posts"},
	    {RK_KIND_WORDPRESS, "http://a.example/sub//",
		"http://a.example/sub/wp-json/wp/v2/posts"},
	    {RK_KIND_WORDPRESS, "http://a.example/sub/index.php?lang=th#top",
		"http://a.example/sub/wp-json/wp/v2/posts"},
	    {RK_KIND_WORDPRESS, "http://a.example/wp-json",
		"http://a.example/wp-json/wp/v2/posts"},
	    {RK_KIND_WORDPRESS, "http://a.example/wp-json/wp/v2/posts?per_page=5",
		"http://a.example/wp-json/wp/v2/posts?per_page=5"},
	    {RK_KIND_WORDPRESS, "http://a.example/?rest_route=/wp/v2/news",
		"http://a.example/?rest_route=/wp/v2/news"},
	};
	struct rk_buf b;

	(void)state;
	rk_buf_init(&b, 200);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rk_source s = {.kind = rows[i].kind, .url = rk_str(rows[i].url)};

		rk_buf_reset(&b);
		assert_int_equal(rk_source_address(&s, &b), 0);
		assert_string_equal(b.p, rows[i].want);
	}
	rk_buf_release(&b);
}

static void
a_full_buffer(void **state)
{
	struct rk_source s = {
	    .kind = RK_KIND_WORDPRESS, .url = RK_STR("https://a.example/")};
	struct rk_buf b;

	(void)state;
	rk_buf_init(&b, 20);
	assert_int_equal(rk_source_address(&s, &b), -1);
	rk_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(address),
	    cmocka_unit_test(a_full_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
