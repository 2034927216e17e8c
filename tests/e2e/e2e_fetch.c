/*
 * Fetching from a well-behaved server: what is sent, what comes back, validators byte
 * for byte (RELIABILITY 2, behaviours 1-9, 15, 16, 22, 39-46).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/limits.h>

#include "fetchkit.h"
#include "origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ETAG     "W/\"a,b 'c' \\x-gzip\""
#define MODIFIED "tue, 1 Jan 2019 00:00:00 +0700 (ICT)"
#define BODY                                                                           \
	"<rss><title>\xe0\xb8\x82\xe0\xb9\x88\xe0\xb8\xb2\xe0\xb8\xa7</title></rss>"

static struct fetchkit w;
static struct origin *o;

static int
open_all(void **state)
{
	(void)state;
	o = origin_start();
	fetchkit_open(&w, NULL);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	fetchkit_close(&w);
	origin_stop(o);
	return 0;
}

static void
route(const char *path, struct origin_answer a)
{
	origin_route(o, path, &a, 1);
}

static void
plain_then_conditional(void **state)
{
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/feed?x=1&y=2"))};
	const struct origin_request *r;
	struct fetchkit_got g;

	(void)state;
	route("/feed", (struct origin_answer){
			   .headers = "ETag:  " ETAG "  \nLast-Modified: " MODIFIED
				      "\nContent-Type: application/rss+xml\n",
			   .body = BODY,
			   .conditional = true});
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(g.status, 200);
	assert_string_equal(g.body, BODY);
	assert_int_equal(g.n, strlen(BODY));
	assert_string_equal(g.etag, ETAG);
	assert_string_equal(g.last_modified, MODIFIED);
	assert_string_equal(g.type, "application/rss+xml");
	assert_string_equal(g.url, origin_url(o, "/feed?x=1&y=2"));
	assert_string_equal(g.address, "127.0.0.1");
	assert_int_equal(g.redirects, 0);
	assert_false(g.moved);
	assert_true(g.wire > g.n && g.wire < 1000);

	r = origin_seen(o, 0);
	assert_string_equal(r->method, "GET");
	assert_string_equal(r->url, "/feed?x=1&y=2");
	assert_null(origin_header(r, "If-None-Match"));
	assert_null(origin_header(r, "If-Modified-Since"));
	assert_null(origin_header(r, "Cookie"));
	assert_null(origin_header(r, "Referer"));
	assert_null(origin_header(r, "Range"));
	assert_null(origin_header(r, "A-IM"));
	assert_null(origin_header(r, "Cache-Control"));
	assert_null(origin_header(r, "Pragma"));
	assert_string_equal(
	    origin_header(r, "User-Agent"), "ruamkhao/test (+mailto:test@example.org)");
	assert_non_null(strstr(origin_header(r, "Accept"), "application/atom+xml"));
	assert_non_null(strstr(origin_header(r, "Accept"), "*/*;q=0.1"));
	assert_non_null(strstr(origin_header(r, "Accept-Encoding"), "gzip"));
	fetchkit_release(&g);

	req.etag = RK_STR(ETAG);
	req.last_modified = RK_STR(MODIFIED);
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_NOT_MODIFIED);
	assert_int_equal(g.status, 304);
	assert_int_equal(g.n, 0);
	assert_string_equal(g.etag, ETAG);
	r = origin_seen(o, 1);
	assert_string_equal(origin_header(r, "If-None-Match"), ETAG);
	assert_string_equal(origin_header(r, "If-Modified-Since"), MODIFIED);
	/* The same connection served both. */
	assert_int_equal(r->connection, origin_seen(o, 0)->connection);
	fetchkit_release(&g);

	/* Once without validators again: plain, and the body comes. */
	req.etag = req.last_modified = (struct rk_str){0};
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_null(origin_header(origin_seen(o, 2), "If-None-Match"));
	assert_null(origin_header(origin_seen(o, 2), "If-Modified-Since"));
	fetchkit_release(&g);
}

static void
one_validator_is_sent_alone(void **state)
{
	struct rk_fetch_req req = {
	    .url = rk_str(origin_url(o, "/lm")), .last_modified = RK_STR(MODIFIED)};
	struct fetchkit_got g;

	(void)state;
	route("/lm", (struct origin_answer){.headers = "Last-Modified: " MODIFIED "\n",
			 .body = BODY,
			 .conditional = true});
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_NOT_MODIFIED);
	assert_null(origin_header(origin_seen(o, 0), "If-None-Match"));
	assert_string_equal(g.etag, "");
	fetchkit_release(&g);
}

/* What no header may carry must not become a header, or two. */
static void
broken_validators_stay_home(void **state)
{
	char longer[RK_MAX_VALIDATOR + 2];
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/a")),
	    .etag = RK_STR("\"x\"\r\nX-Evil: 1"),
	    .last_modified = RK_STR("a\x01")};
	struct fetchkit_got g;

	(void)state;
	memset(longer, 'e', sizeof(longer));
	route("/a", (struct origin_answer){.body = BODY});
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	fetchkit_release(&g);
	req.etag = rk_strn(longer, RK_MAX_VALIDATOR + 1);
	g = fetchkit_get(&w, &req);
	fetchkit_release(&g);
	for (size_t i = 0; i < 2; i++) {
		assert_null(origin_header(origin_seen(o, i), "If-None-Match"));
		assert_null(origin_header(origin_seen(o, i), "If-Modified-Since"));
		assert_null(origin_header(origin_seen(o, i), "X-Evil"));
	}
	req.etag = rk_strn(longer, RK_MAX_VALIDATOR);
	g = fetchkit_get(&w, &req);
	assert_int_equal(strlen(origin_header(origin_seen(o, 2), "If-None-Match")),
	    RK_MAX_VALIDATOR);
	fetchkit_release(&g);
}

static void
validators_of_an_answer(void **state)
{
	char headers[RK_MAX_VALIDATOR + 64];
	struct fetchkit_got g;

	(void)state;
	memset(headers, 'e', sizeof(headers));
	memcpy(headers, "ETag: ", 6);
	strcpy(headers + 6 + RK_MAX_VALIDATOR + 1, "\n");
	route("/long", (struct origin_answer){.headers = headers, .body = "x"});
	g = fetchkit_get_url(&w, origin_url(o, "/long"));
	assert_string_equal(g.etag, "");
	fetchkit_release(&g);

	route("/twice", (struct origin_answer){
			    .headers = "ETag: \"1\"\neTaG: \"2\"\n", .body = "x"});
	g = fetchkit_get_url(&w, origin_url(o, "/twice"));
	assert_string_equal(g.etag, "\"2\"");
	fetchkit_release(&g);

	/* Validators of an error page are those of no feed. */
	route("/404", (struct origin_answer){
			  .status = 404, .headers = "ETag: \"e\"\n", .body = "x"});
	g = fetchkit_get_url(&w, origin_url(o, "/404"));
	assert_int_equal(g.kind, RK_FETCH_HTTP);
	assert_int_equal(g.status, 404);
	assert_string_equal(g.etag, "");
	assert_int_equal(g.n, 0);
	assert_non_null(strstr(g.error, "404"));
	fetchkit_release(&g);
}

static void
a_304_may_bring_new_validators(void **state)
{
	struct rk_fetch_req req = {
	    .url = rk_str(origin_url(o, "/n")), .etag = RK_STR("\"old\"")};
	struct fetchkit_got g;

	(void)state;
	route("/n", (struct origin_answer){.status = 304,
			.headers = "ETag: \"new\"\nCache-Control: max-age=7200\n"});
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_NOT_MODIFIED);
	assert_string_equal(g.etag, "\"new\"");
	assert_int_equal(g.fresh_for, 7200);
	fetchkit_release(&g);
}

static void
a_304_to_a_plain_request_is_an_error(void **state)
{
	struct fetchkit_got g;

	(void)state;
	route(
	    "/liar", (struct origin_answer){.status = 304, .headers = "ETag: \"x\"\n"});
	g = fetchkit_get_url(&w, origin_url(o, "/liar"));
	assert_int_equal(g.kind, RK_FETCH_HTTP);
	assert_int_equal(g.status, 304);
	assert_string_equal(g.etag, "");
	assert_non_null(strstr(g.error, "304"));
	fetchkit_release(&g);
}

static void
statuses_that_are_not_200(void **state)
{
	static const unsigned statuses[] = {201, 203, 204, 206, 226, 300, 301, 400, 401,
	    403, 410, 429, 451, 500, 503, 599};

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		char path[16], number[16];
		struct fetchkit_got g;

		snprintf(path, sizeof(path), "/s%u", statuses[i]);
		snprintf(number, sizeof(number), "%u", statuses[i]);
		route(path, (struct origin_answer){.status = statuses[i],
				.headers = "ETag: \"x\"\n",
				.body = statuses[i] == 204 ? NULL : "text"});
		g = fetchkit_get_url(&w, origin_url(o, path));
		assert_int_equal(g.kind, RK_FETCH_HTTP);
		assert_int_equal(g.status, statuses[i]);
		assert_non_null(strstr(g.error, number));
		assert_string_equal(g.etag, "");
		assert_int_equal(g.n, 0);
		fetchkit_release(&g);
	}
	/* All on one connection: small bodies of errors are read to their end. */
	assert_int_equal(origin_connections(o), 1);
}

static void
hints(void **state)
{
	static const struct {
		unsigned status;
		const char *headers;
		int64_t fresh_for, retry_after;
	} cases[] = {
	    {200, "", -1, -1},
	    {200, "Cache-Control: max-age=3600\n", 3600, -1},
	    {200, "Cache-Control: public, Max-Age=\"60\" , x\nAge: 20\n", 40, -1},
	    {200, "Cache-Control: max-age=60\nAge: 100\n", 0, -1},
	    {200, "Cache-Control: s-maxage=60\n", -1, -1},
	    {200, "Cache-Control: no-cache, no-store\n", -1, -1},
	    {200, "Cache-Control: max-age=31536000\n", 31536000, -1},
	    {200, "Cache-Control: max-age=99999999999999999999\n", RK_MAX_ASKED_S, -1},
	    {200, "Cache-Control: max-age=5\nCache-Control: max-age=9\n", 5, -1},
	    {200, "Cache-Control: max-age=-1\n", -1, -1},
	    {200,
		"Expires: Thu, 01 Jan 2026 01:00:00 GMT\nDate: Thu, 01 Jan 2026 "
		"00:00:00 GMT\n",
		3600, -1},
	    {200,
		"Expires: Thu, 01 Jan 2026 01:00:00 GMT\nDate: Thu, 01 Jan 2026 "
		"00:00:00 GMT\nAge: 600\n",
		3000, -1},
	    {200, "Expires: 0\n", 0, -1},
	    {200,
		"Expires: Thu, 01 Jan 2026 01:00:00 GMT\nCache-Control: max-age=7\n"
		"Date: Thu, 01 Jan 2026 00:00:00 GMT\n",
		7, -1},
	    {200, "Retry-After: 100\n", -1, -1},
	    {503, "Retry-After: 100\n", -1, 100},
	    {429, "Retry-After: 2592000\n", -1, 2592000},
	    {429, "Retry-After: 99999999999999999999\n", -1, RK_MAX_ASKED_S},
	    {503,
		"Retry-After: Thu, 01 Jan 2026 00:10:00 GMT\n"
		"Date: Thu, 01 Jan 2026 00:00:00 GMT\n",
		-1, 600},
	    {503,
		"Retry-After: Thu, 01 Jan 2026 00:10:00 GMT\n"
		"Date: Thu, 01 Jan 2026 00:20:00 GMT\n",
		-1, 0},
	    {503, "Retry-After: soon\n", -1, -1},
	    {503, "Retry-After: -5\n", -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fetchkit_got g;

		route("/hint", (struct origin_answer){.status = cases[i].status,
				   .headers = cases[i].headers,
				   .body = "x"});
		g = fetchkit_get_url(&w, origin_url(o, "/hint"));
		if (g.fresh_for != cases[i].fresh_for ||
		    g.retry_after != cases[i].retry_after)
			print_error("case %zu: %s\n", i, cases[i].headers);
		assert_int_equal(g.fresh_for, cases[i].fresh_for);
		assert_int_equal(g.retry_after, cases[i].retry_after);
		fetchkit_release(&g);
	}
}

static void
own_headers_and_agent(void **state)
{
	static const struct rk_str headers[] = {
	    {"X-Key: s3cret", 13}, {"Accept: text/plain", 18}};
	struct rk_fetch_req req = {.url = rk_str(origin_url(o, "/own")),
	    .headers = headers,
	    .n_headers = 2,
	    .user_agent = RK_STR("Special/2")};
	struct fetchkit_got g;

	(void)state;
	route("/own", (struct origin_answer){.body = "x"});
	g = fetchkit_get(&w, &req);
	fetchkit_release(&g);
	assert_string_equal(origin_header(origin_seen(o, 0), "X-Key"), "s3cret");
	assert_string_equal(origin_header(origin_seen(o, 0), "Accept"), "text/plain");
	assert_string_equal(
	    origin_header(origin_seen(o, 0), "User-Agent"), "Special/2");
	/* The handle is used again; nothing of it stays. */
	g = fetchkit_get_url(&w, origin_url(o, "/own"));
	fetchkit_release(&g);
	assert_null(origin_header(origin_seen(o, 1), "X-Key"));
	assert_non_null(strstr(origin_header(origin_seen(o, 1), "Accept"), "rss"));
	assert_non_null(
	    strstr(origin_header(origin_seen(o, 1), "User-Agent"), "ruamkhao"));
}

static void
refused_at_start(void **state)
{
	static const char *const urls[] = {"", "x", "file:///etc/passwd", "ftp://h/",
	    "gopher://h/", "javascript:1", "http://", "//h/x", "http://a%2f@b/",
	    "http://h:99999/", "http://u:p@h/"};
	static const struct rk_str bad_header = {"X: 1\r\nY: 2", 10},
				   no_header = {"X", 1};
	struct rk_fetch_req req = {0};
	struct rk_fetch *t;
	struct rk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		req.url = rk_str(urls[i]);
		err.text[0] = '\0';
		if (rk_fetch_start(w.fetcher, &req, NULL, NULL, &t, &err) == 0)
			fail_msg("taken: %s", urls[i]);
		assert_int_equal(err.kind, RK_E_INPUT);
		assert_true(err.text[0] != '\0');
		assert_null(strstr(err.text, "u:p"));
	}
	req.url = rk_str(origin_url(o, "/"));
	req.n_headers = 1;
	req.headers = &bad_header;
	assert_int_equal(rk_fetch_start(w.fetcher, &req, NULL, NULL, &t, &err), -1);
	req.headers = &no_header;
	assert_int_equal(rk_fetch_start(w.fetcher, &req, NULL, NULL, &t, &err), -1);
	assert_int_equal(rk_fetcher_active(w.fetcher), 0);
	assert_int_equal(origin_count(o, NULL), 0);
}

static void
raw_thai_is_encoded(void **state)
{
	char url[128];
	struct fetchkit_got g;

	(void)state;
	origin_default(o, &(struct origin_answer){.body = "x"});
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/\xe0\xb8\x82 b?q=\xe0\xb8\x82",
	    origin_port(o));
	g = fetchkit_get_url(&w, url);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(
	    strcasecmp(origin_seen(o, 0)->url, "/%E0%B8%82%20b?q=%E0%B8%82"), 0);
	assert_non_null(strcasestr(g.url, "/%E0%B8%82%20b?q=%E0%B8%82"));
	fetchkit_release(&g);
}

static void
bodies_in_every_dress(void **state)
{
	size_t n = 300000, packed;
	char *big = calloc(n + 1, 1), *twice, *once = NULL;
	struct fetchkit_got g;

	(void)state;
	assert_non_null(big);
	for (size_t i = 0; i < n; i++)
		big[i] = (char)('a' + i % 23);
	route("/plain", (struct origin_answer){.body = big});
	route("/chunked", (struct origin_answer){.body = big, .chunked = true});
	route("/gzip", (struct origin_answer){.body = big, .gzip = true});
	route("/gzip-chunked",
	    (struct origin_answer){.body = big, .gzip = true, .chunked = true});
	route("/slow",
	    (struct origin_answer){.body = big, .half_ms = 50, .delay_ms = 50});
	route("/close",
	    (struct origin_answer){.body = big, .chunked = true, .close = true});
	once = origin_gzip(big, n, &packed);
	twice = origin_gzip(once, packed, &packed);
	route("/twice", (struct origin_answer){.body = twice,
			    .n = packed,
			    .headers = "Content-Encoding: gzip, gzip\n"});
	/* No coding at all, though the header is there. */
	route("/false", (struct origin_answer){
			    .body = big, .headers = "Content-Encoding: utf-8\n"});
	static const char *const paths[] = {"/plain", "/chunked", "/gzip",
	    "/gzip-chunked", "/slow", "/close", "/twice", "/false"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		g = fetchkit_get_url(&w, origin_url(o, paths[i]));
		if (g.kind != RK_FETCH_OK)
			fail_msg("%s: %s", paths[i], g.error);
		assert_int_equal(g.n, n);
		assert_memory_equal(g.body, big, n);
		fetchkit_release(&g);
	}
	free(big);
	free(once);
	free(twice);
}

/* RFC 3229: 55 and 56. */
static void
deltas(void **state)
{
	struct rk_fetch_req req = {
	    .url = rk_str(origin_url(o, "/d")), .delta = true, .last_modified = RK_STR("x")};
	struct origin_answer a = {.status = 226,
	    .headers = "IM: feed\nETag: \"2\"\n",
	    .body = "<rss>news</rss>",
	    .gzip = true};
	struct fetchkit_got g;

	(void)state;
	route("/d", a);
	/* without an ETag it is not asked for, and what comes is no delta */
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_HTTP);
	assert_null(origin_header(origin_seen_at(o, "/d", 0), "A-IM"));
	fetchkit_release(&g);
	req.etag = RK_STR("\"1\"");
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(g.status, 226);
	assert_true(g.delta);
	assert_string_equal(g.etag, "\"2\"");
	assert_string_equal(g.body, "<rss>news</rss>");
	assert_string_equal(origin_header(origin_seen_at(o, "/d", 1), "A-IM"), "feed");
	assert_string_equal(
	    origin_header(origin_seen_at(o, "/d", 1), "If-None-Match"), "\"1\"");
	fetchkit_release(&g);
	/* a validator of another address is not sent, and no A-IM without it */
	req.validator_url = RK_STR("http://elsewhere.example/");
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_HTTP);
	assert_null(origin_header(origin_seen_at(o, "/d", 2), "A-IM"));
	fetchkit_release(&g);
	req.validator_url = (struct rk_str){0};
	/* another kind of delta, or none that it names */
	static const char *const ims[] = {"IM: vcdiff\n", "IM: feed, gzip\n", "X: y\n"};
	for (size_t i = 0; i < sizeof(ims) / sizeof(*ims); i++) {
		a.headers = ims[i];
		route("/d", a);
		g = fetchkit_get(&w, &req);
		assert_int_equal(g.kind, RK_FETCH_HTTP);
		assert_non_null(strstr(g.error, "226"));
		assert_int_equal(g.n, 0);
		fetchkit_release(&g);
	}
	/* a cut one is cut */
	route("/d", (struct origin_answer){.status = 226,
			.headers = "IM: feed\n",
			.body = "<rss>",
			.claim = true,
			.claimed = 50});
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_CUT);
	fetchkit_release(&g);
	/* a 200 is the whole */
	route("/d", (struct origin_answer){.headers = "IM: feed\n", .body = "<rss/>"});
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_false(g.delta);
	fetchkit_release(&g);
}

static void
an_empty_body_is_whole(void **state)
{
	struct fetchkit_got g;

	(void)state;
	route("/empty", (struct origin_answer){0});
	g = fetchkit_get_url(&w, origin_url(o, "/empty"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(g.n, 0);
	fetchkit_release(&g);
}

static void
the_environments_proxies_are_not_used(void **state)
{
	struct origin_raw *proxy = origin_raw_start(NULL, 0);
	struct fetchkit_got g;

	(void)state;
	setenv("http_proxy", origin_raw_url(proxy, ""), 1);
	setenv("all_proxy", origin_raw_url(proxy, ""), 1);
	setenv("ALL_PROXY", origin_raw_url(proxy, ""), 1);
	route("/x", (struct origin_answer){.body = "x"});
	g = fetchkit_get_url(&w, origin_url(o, "/x"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(origin_raw_connections(proxy), 0);
	fetchkit_release(&g);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	origin_raw_stop(proxy);
}

static void
a_configured_proxy_is_used(void **state)
{
	static const struct origin_step answer[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND,
		.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nvia"}};
	struct origin_raw *proxy = origin_raw_start(answer, 2);
	char url[128];
	struct rk_fetch_req req = {.url = RK_STR("http://feed.invalid/a")};
	struct fetchkit_got g;

	(void)state;
	snprintf(url, sizeof(url), "http://us:pw@127.0.0.1:%u", origin_raw_port(proxy));
	setenv("no_proxy", "*", 1);
	req.proxy = rk_str(url);
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_string_equal(g.body, "via");
	assert_non_null(
	    strstr(origin_raw_seen(proxy, 0), "GET http://feed.invalid/a HTTP"));
	assert_non_null(
	    strstr(origin_raw_seen(proxy, 0), "Proxy-Authorization: Basic "));
	fetchkit_release(&g);
	unsetenv("no_proxy");
	/* Not for the next request on the same handle. */
	route("/x", (struct origin_answer){.body = "x"});
	g = fetchkit_get_url(&w, origin_url(o, "/x"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_null(origin_header(origin_seen(o, 0), "Proxy-Authorization"));
	assert_int_equal(origin_raw_connections(proxy), 1);
	fetchkit_release(&g);
	/* A forbidden number is refused behind a proxy too. */
	req.url = RK_STR("http://192.168.1.1/");
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_REFUSED);
	assert_int_equal(origin_raw_connections(proxy), 1);
	fetchkit_release(&g);
	origin_raw_stop(proxy);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(plain_then_conditional),
	    T(one_validator_is_sent_alone),
	    T(broken_validators_stay_home),
	    T(validators_of_an_answer),
	    T(a_304_may_bring_new_validators),
	    T(a_304_to_a_plain_request_is_an_error),
	    T(statuses_that_are_not_200),
	    T(hints),
	    T(own_headers_and_agent),
	    T(refused_at_start),
	    T(raw_thai_is_encoded),
	    T(bodies_in_every_dress),
	    T(deltas),
	    T(deltas),
	    T(an_empty_body_is_whole),
	    T(the_environments_proxies_are_not_used),
	    T(a_configured_proxy_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
