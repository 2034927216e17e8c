/*
 * Redirects: which are followed, and what goes along (RELIABILITY 2.7, 2.33-38; 1.5
 * cases 2, 3, 12, 28).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/limits.h>

#include "fetchkit.h"
#include "hub.h"
#include "origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fetchkit w;
static struct origin *o, *other;

static int
open_all(void **state)
{
	(void)state;
	o = origin_start();
	other = origin_start();
	fetchkit_open(&w, NULL);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	fetchkit_close(&w);
	origin_stop(o);
	origin_stop(other);
	return 0;
}

/* Only the port of the request itself is open, so tests of two servers open the other.
 */
static void
open_port(uint16_t port)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);

	fetchkit_close(&w);
	opts.allow_ports = &port;
	opts.n_allow_ports = 1;
	fetchkit_open(&w, &opts);
}

static void
redirect(const char *path, unsigned status, const char *to)
{
	struct origin_answer a = {.status = status, .location = to, .body = "moved\n"};

	origin_route(o, path, &a, 1);
}

static void
feed_at(struct origin *at, const char *path)
{
	struct origin_answer a = {
	    .headers = "ETag: \"feed\"\n", .body = "<rss/>", .conditional = true};

	origin_route(at, path, &a, 1);
}

static void
forms_of_location(void **state)
{
	static const char *const forms[] = {
	    "/a/new", "new", "./new", "../a/./new", "/a/new#part", "?", "new?"};
	struct fetchkit_got g;

	(void)state;
	feed_at(o, "/a/new");
	origin_route(o, "/a/old", &(struct origin_answer){.body = "<rss/>"}, 1);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		redirect("/a/old?x", 302, forms[i]);
		g = fetchkit_get_url(&w, origin_url(o, "/a/old?x"));
		if (g.kind != RK_FETCH_OK)
			fail_msg("%s: %s", forms[i], g.error);
		assert_int_equal(g.redirects, 1);
		assert_false(g.moved);
		assert_null(strchr(g.url, '#'));
		if (i < 5)
			assert_string_equal(g.url, origin_url(o, "/a/new"));
		fetchkit_release(&g);
	}
	redirect("/a/old?x", 302, origin_url(o, "/a/new"));
	g = fetchkit_get_url(&w, origin_url(o, "/a/old?x"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_string_equal(g.url, origin_url(o, "/a/new"));
	fetchkit_release(&g);
	/* //host:port/path */
	redirect("/a/old?x", 302, strchr(origin_url(o, "/a/new"), '/'));
	g = fetchkit_get_url(&w, origin_url(o, "/a/old?x"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	fetchkit_release(&g);
	/* Everything went over one connection: small bodies are read to the end. */
	assert_int_equal(origin_connections(o), 1);
	for (size_t i = 0; i < origin_count(o, NULL); i++)
		assert_null(origin_header(origin_seen(o, i), "Referer"));
}

static void
moved_for_good_only_if_every_hop_is(void **state)
{
	static const struct {
		unsigned first, second;
		bool moved;
	} cases[] = {{301, 301, true}, {301, 308, true}, {308, 308, true},
	    {301, 302, false}, {302, 301, false}, {307, 308, false}, {303, 303, false}};
	struct fetchkit_got g;

	(void)state;
	feed_at(o, "/c");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		redirect("/a", cases[i].first, "/b");
		redirect("/b", cases[i].second, "/c");
		g = fetchkit_get_url(&w, origin_url(o, "/a"));
		assert_int_equal(g.kind, RK_FETCH_OK);
		assert_int_equal(g.redirects, 2);
		assert_int_equal(g.moved, cases[i].moved);
		assert_string_equal(g.etag, "\"feed\"");
		assert_string_equal(origin_seen_at(o, "/c", i)->method, "GET");
		fetchkit_release(&g);
	}
}

static void
five_hops_and_not_six(void **state)
{
	char from[16], to[16];
	struct fetchkit_got g;

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(from, sizeof(from), "/h%d", i);
		snprintf(to, sizeof(to), "/h%d", i + 1);
		redirect(from, 301, to);
	}
	feed_at(o, "/h6");
	g = fetchkit_get_url(&w, origin_url(o, "/h1"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(g.redirects, RK_MAX_REDIRECTS);
	fetchkit_release(&g);
	origin_forget(o);
	g = fetchkit_get_url(&w, origin_url(o, "/h0"));
	assert_int_equal(g.kind, RK_FETCH_REFUSED);
	assert_int_equal(g.status, 301);
	assert_int_equal(origin_count(o, NULL), 6);
	assert_int_equal(origin_count(o, "/h6"), 0);
	assert_non_null(strstr(g.error, "5 times"));
	fetchkit_release(&g);
}

static void
loops_are_seen(void **state)
{
	struct fetchkit_got g;

	(void)state;
	redirect("/self", 302, "/self");
	g = fetchkit_get_url(&w, origin_url(o, "/self#x"));
	assert_int_equal(g.kind, RK_FETCH_REFUSED);
	assert_non_null(strstr(g.error, "loop"));
	assert_int_equal(origin_count(o, NULL), 1);
	fetchkit_release(&g);

	origin_forget(o);
	redirect("/1", 302, "/2");
	redirect("/2", 302, "/3");
	redirect("/3", 302, "/1");
	g = fetchkit_get_url(&w, origin_url(o, "/1"));
	assert_int_equal(g.kind, RK_FETCH_REFUSED);
	assert_non_null(strstr(g.error, "loop"));
	assert_int_equal(origin_count(o, NULL), 3);
	fetchkit_release(&g);
}

static void
places_that_are_not_gone_to(void **state)
{
	static const char *const places[] = {"file:///etc/hostname",
	    "ftp://127.0.0.1/x", "gopher://127.0.0.1:70/1",
	    "dict://127.0.0.1:11211/stat", "javascript:alert(1)",
	    "data:text/xml,<rss/>", "mailto:a@example.org", "http://", "http://a b/",
	    "http://a%2fb/", "scp://h/x", "HTTP+UNIX://x/", "http://10.0.0.1/",
	    "http://192.168.1.1/", "http://169.254.169.254/latest", "http://[::1]/",
	    "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://0xa000001/",
	    "http://167772161/", "http://012.1/"};
	struct fetchkit_got g;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		redirect("/r", 301, places[i]);
		g = fetchkit_get_url(&w, origin_url(o, "/r"));
		if (g.kind != RK_FETCH_REFUSED)
			fail_msg("%s: %s %s", places[i], rk_fetch_kind_name(g.kind),
			    g.error);
		assert_string_equal(g.etag, "");
		assert_int_equal(g.n, 0);
		fetchkit_release(&g);
	}
	assert_int_equal(origin_count(o, NULL), sizeof(places) / sizeof(*places));
}

static void
no_credentials_in_texts(void **state)
{
	static const char *const places[] = {
	    "ftp://user:hunter2@127.0.0.1/?token=hunter2",
	    "http://user:hunter2@10.0.0.1/?token=hunter2",
	    "http://10.0.0.1/?token=hunter2"};
	struct fetchkit_got g;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		redirect("/r", 301, places[i]);
		g = fetchkit_get_url(&w, origin_url(o, "/r"));
		assert_int_equal(g.kind, RK_FETCH_REFUSED);
		if (strstr(g.error, "hunter2") != NULL)
			fail_msg("%s", g.error);
		fetchkit_release(&g);
	}
}

static void
other_ports_need_leave(void **state)
{
	struct fetchkit_got g;

	(void)state;
	feed_at(other, "/x");
	redirect("/r", 301, origin_url(other, "/x"));
	g = fetchkit_get_url(&w, origin_url(o, "/r"));
	assert_int_equal(g.kind, RK_FETCH_REFUSED);
	assert_non_null(strstr(g.error, "allow_ports"));
	assert_int_equal(origin_connections(other), 0);
	fetchkit_release(&g);

	open_port(origin_port(other));
	g = fetchkit_get_url(&w, origin_url(o, "/r"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_true(g.moved);
	assert_int_equal(origin_connections(other), 1);
	fetchkit_release(&g);
}

static void
validators_go_only_to_their_address(void **state)
{
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/r")),
	    .etag = RK_STR("\"feed\""),
	    .last_modified = RK_STR("x")};
	struct fetchkit_got g;

	(void)state;
	redirect("/r", 302, "/feed");
	feed_at(o, "/feed");
	/* Held for the configured address: the redirect's target gave them not. */
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_non_null(origin_header(origin_seen_at(o, "/r", 0), "If-None-Match"));
	assert_null(origin_header(origin_seen_at(o, "/feed", 0), "If-None-Match"));
	assert_null(origin_header(origin_seen_at(o, "/feed", 0), "If-Modified-Since"));
	req.validator_url = rk_str(g.url);
	/* Held for the target: only it is asked so, and its 304 counts. */
	struct fetchkit_got again = fetchkit_get(&w, &req);
	assert_int_equal(again.kind, RK_FETCH_NOT_MODIFIED);
	assert_null(origin_header(origin_seen_at(o, "/r", 1), "If-None-Match"));
	assert_string_equal(
	    origin_header(origin_seen_at(o, "/feed", 1), "If-None-Match"), "\"feed\"");
	assert_string_equal(again.url, g.url);
	fetchkit_release(&again);
	/* Held for what is not on the way any more: sent to nobody. */
	req.validator_url = rk_str(origin_url(o, "/old"));
	again = fetchkit_get(&w, &req);
	assert_int_equal(again.kind, RK_FETCH_OK);
	assert_null(origin_header(origin_seen_at(o, "/r", 2), "If-None-Match"));
	assert_null(origin_header(origin_seen_at(o, "/feed", 2), "If-None-Match"));
	fetchkit_release(&again);
	fetchkit_release(&g);
}

static void
own_headers_stay_with_their_host(void **state)
{
	static const struct rk_str headers[] = {
	    {"Authorization: Bearer s3cret", 28}, {"Accept: a/b", 11}};
	struct rk_fetch_req req = {
	    .url = rk_str(origin_url(o, "/r")), .headers = headers, .n_headers = 2};
	struct fetchkit_got g;

	(void)state;
	open_port(origin_port(other));
	/* Same host: along. */
	redirect("/r", 302, "/x");
	feed_at(o, "/x");
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_non_null(origin_header(origin_seen_at(o, "/x", 0), "Authorization"));
	fetchkit_release(&g);
	/* Another port, another spelling of the host: not; and not when it comes back
	 * from there to a third. */
	const char *const targets[] = {origin_url(other, "/x"),
	    origin_url_at(other, "localhost", "/x"),
	    origin_url_at(other, "127.0.0.2", "/x")};
	feed_at(other, "/x");
	for (size_t i = 0; i < 2; i++) {
		redirect("/r", 307, targets[i]);
		g = fetchkit_get(&w, &req);
		assert_int_equal(g.kind, RK_FETCH_OK);
		assert_non_null(
		    origin_header(origin_seen_at(o, "/r", 1 + i), "Authorization"));
		assert_null(
		    origin_header(origin_seen_at(other, "/x", i), "Authorization"));
		assert_non_null(strstr(
		    origin_header(origin_seen_at(other, "/x", i), "Accept"), "rss"));
		fetchkit_release(&g);
	}
}

static void
a_redirect_without_an_address(void **state)
{
	struct fetchkit_got g;

	(void)state;
	origin_route(o, "/n", &(struct origin_answer){.status = 302, .body = "x"}, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/n"));
	assert_int_equal(g.kind, RK_FETCH_HTTP);
	assert_int_equal(g.status, 302);
	fetchkit_release(&g);
}

static void
bodies_of_redirects_are_not_read(void **state)
{
	size_t packed;
	char *bomb = origin_bomb(' ', 64 << 20, &packed);
	char *big = calloc(4 << 20, 1);
	struct fetchkit_got g;

	(void)state;
	assert_non_null(big);
	memset(big, 'b', (4 << 20) - 1);
	feed_at(o, "/feed");
	struct origin_answer a = {.status = 302,
	    .location = "/feed",
	    .headers = "Content-Encoding: gzip\n",
	    .body = bomb,
	    .n = packed};
	origin_route(o, "/bomb", &a, 1);
	a = (struct origin_answer){.status = 302, .location = "/feed", .body = big};
	origin_route(o, "/big", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/bomb"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_string_equal(g.body, "<rss/>");
	assert_true(g.wire < packed);
	fetchkit_release(&g);
	g = fetchkit_get_url(&w, origin_url(o, "/big"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_true(g.wire < 200000);
	fetchkit_release(&g);
	/* A small one that is no gzip at all does not matter either, nor one cut off.
	 */
	a = (struct origin_answer){.status = 302,
	    .location = "/feed",
	    .headers = "Content-Encoding: gzip\n",
	    .body = "no gzip"};
	origin_route(o, "/bad", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/bad"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	fetchkit_release(&g);
	a = (struct origin_answer){.status = 302,
	    .location = "/feed",
	    .body = "short",
	    .claim = true,
	    .claimed = 99};
	origin_route(o, "/short", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/short"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	fetchkit_release(&g);
	/* The answer behind it is decoded again, on the same handle. */
	a = (struct origin_answer){.body = "<rss>packed</rss>", .gzip = true};
	origin_route(o, "/feed", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/bomb"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_string_equal(g.body, "<rss>packed</rss>");
	fetchkit_release(&g);
	free(bomb);
	free(big);
}

static void
retry_after_of_a_hop_counts(void **state)
{
	struct origin_answer a = {
	    .status = 302, .location = "/feed", .headers = "Retry-After: 900\n"};
	struct fetchkit_got g;

	(void)state;
	origin_route(o, "/r", &a, 1);
	feed_at(o, "/feed");
	g = fetchkit_get_url(&w, origin_url(o, "/r"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(g.retry_after, 900);
	fetchkit_release(&g);
}

static void
the_time_limit_holds_for_all_hops_together(void **state)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);
	struct origin_answer a = {.status = 302, .location = "/b", .delay_ms = 700};
	struct fetchkit_got g;

	(void)state;
	fetchkit_close(&w);
	opts.timeout_s = 1;
	fetchkit_open(&w, &opts);
	origin_route(o, "/a", &a, 1);
	a.location = NULL;
	a.status = 200;
	origin_route(o, "/b", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/a"));
	assert_int_equal(g.kind, RK_FETCH_TIMEOUT);
	assert_int_equal(g.redirects, 1);
	assert_true(g.elapsed_ms >= 900);
	fetchkit_release(&g);
	/* The next transfer on this handle has its whole time again. */
	a.delay_ms = 800;
	origin_route(o, "/c", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/c"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	fetchkit_release(&g);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

/* ---- forms, and requests that stay */

static struct fetchkit_got
post(const char *path)
{
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, path)),
	    .form = RK_STR("hub.mode=subscribe&hub.topic=a%20b&hub.callback=c")};

	return fetchkit_get(&w, &req);
}

static void
a_form_is_posted_and_taken_along_by_307_and_308(void **state)
{
	static const unsigned kept[] = {307, 308}, dropped[] = {301, 302, 303};
	struct hub *hub = hub_start();
	struct fetchkit_got got;

	(void)state;
	hub_asks(hub, HUB_NEVER);
	open_port(hub_port(hub));
	for (size_t i = 0; i < 2; i++) {
		redirect("/to-hub", kept[i], hub_url(hub));
		got = post("/to-hub");
		assert_int_equal(got.status, 202);
		assert_int_equal(hub_count(hub), i + 1);
		assert_string_equal(hub_form(hub, i)->topic, "a b");
		assert_string_equal(hub_form(hub, i)->type, "application/x-www-form-urlencoded");
		fetchkit_release(&got);
	}
	for (size_t i = 0; i < 3; i++) { /* a GET is none of it */
		redirect("/no-hub", dropped[i], hub_url(hub));
		got = post("/no-hub");
		assert_int_equal(got.kind, RK_FETCH_HTTP);
		assert_int_equal(got.status, dropped[i]);
		fetchkit_release(&got);
	}
	assert_int_equal(hub_count(hub), 2);
	/* the same handle asks for a feed again, as ever */
	origin_route(o, "/feed", &(struct origin_answer){.body = "<rss/>"}, 1);
	origin_forget(o);
	got = fetchkit_get_url(&w, origin_url(o, "/feed"));
	assert_int_equal(got.kind, RK_FETCH_OK);
	assert_string_equal(origin_seen(o, 0)->method, "GET");
	assert_null(origin_header(origin_seen(o, 0), "Content-Type"));
	fetchkit_release(&got);
	hub_stop(hub);
}

static void
a_request_that_stays_goes_to_no_other_host(void **state)
{
	struct rk_fetch_req req = {.stay = true};
	struct fetchkit_got got;

	(void)state;
	open_port(origin_port(other));
	redirect("/away", 302, origin_url(other, "/x"));
	req.url = rk_str(origin_url(o, "/away"));
	got = fetchkit_get(&w, &req);
	assert_int_equal(got.kind, RK_FETCH_REFUSED);
	assert_non_null(strstr(got.error, "another host"));
	assert_int_equal(origin_count(other, NULL), 0);
	fetchkit_release(&got);
	redirect("/here", 302, "/there");
	origin_route(o, "/there", &(struct origin_answer){.body = "x"}, 1);
	req.url = rk_str(origin_url(o, "/here"));
	got = fetchkit_get(&w, &req);
	assert_int_equal(got.kind, RK_FETCH_OK);
	fetchkit_release(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(forms_of_location),
	    T(moved_for_good_only_if_every_hop_is),
	    T(five_hops_and_not_six),
	    T(loops_are_seen),
	    T(places_that_are_not_gone_to),
	    T(no_credentials_in_texts),
	    T(other_ports_need_leave),
	    T(validators_go_only_to_their_address),
	    T(own_headers_stay_with_their_host),
	    T(a_redirect_without_an_address),
	    T(bodies_of_redirects_are_not_read),
	    T(retry_after_of_a_hop_counts),
	    T(the_time_limit_holds_for_all_hops_together),
	    T(a_form_is_posted_and_taken_along_by_307_and_308),
	    T(a_request_that_stays_goes_to_no_other_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
