/*
 * Servers that misbehave: each is ended by a limit, says why, and leaves nothing behind
 * (RELIABILITY 0.3, 0.4; 1.5 cases 7, 10, 28, 29; 2.51-53).
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
#include <sys/resource.h>

static struct fetchkit w;
static struct origin *o;

static void
open_fetcher(void)
{
	struct rk_fetcher_opts opts = fetchkit_opts(&w);

	opts.timeout_s = 3;
	opts.stall_s = 1;
	opts.connect_s = 1;
	fetchkit_open(&w, &opts);
}

static int
open_all(void **state)
{
	(void)state;
	o = origin_start();
	open_fetcher();
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

/* One fetch from a server that runs the script. */
static struct fetchkit_got
from_script(const struct origin_step *steps, size_t n)
{
	struct origin_raw *raw = origin_raw_start(steps, n);
	struct rk_fetch_req req = {.url = rk_str(origin_raw_url(raw, "/feed"))};
	struct fetchkit_got g = fetchkit_get(&w, &req);

	/* A dead answer is not asked for again. */
	assert_int_equal(origin_raw_connections(raw), 1);
	fetchkit_close(&w);
	origin_raw_stop(raw);
	open_fetcher();
	return g;
}

static void
expect(const struct origin_step *steps, size_t n, enum rk_fetch_kind kind,
    const char *text)
{
	struct fetchkit_got g = from_script(steps, n);

	if (g.kind != kind)
		fail_msg("%s instead of %s: %s", rk_fetch_kind_name(g.kind),
		    rk_fetch_kind_name(kind), g.error);
	if (strstr(g.error, text) == NULL)
		fail_msg("no \"%s\" in \"%s\"", text, g.error);
	assert_string_equal(g.etag, "");
	assert_int_equal(g.n, 0);
	fetchkit_release(&g);
}

static void
expect_bytes(const char *bytes, enum rk_fetch_kind kind, const char *text)
{
	const struct origin_step steps[] = {
	    {.kind = ORIGIN_READ}, {.kind = ORIGIN_SEND, .bytes = bytes}};

	expect(steps, 2, kind, text);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Type: text/xml\r\n"

static void
too_big_as_it_says(void **state)
{
	struct rk_fetch_req req = {
	    .url = rk_str(origin_url(o, "/b")), .max_body = 1000};
	struct origin_answer a = {.headers = "ETag: \"x\"\n"};
	char body[1002];
	struct fetchkit_got g;

	(void)state;
	memset(body, 'b', sizeof(body));
	a.body = body;
	a.n = 1000;
	origin_route(o, "/b", &a, 1);
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(g.n, 1000);
	fetchkit_release(&g);
	for (int chunked = 0; chunked < 2; chunked++) {
		a.n = 1001;
		a.chunked = chunked;
		origin_route(o, "/b", &a, 1);
		g = fetchkit_get(&w, &req);
		assert_int_equal(g.kind, RK_FETCH_TOO_BIG);
		assert_int_equal(g.status, 200);
		assert_string_equal(g.etag, "");
		assert_int_equal(g.n, 0);
		assert_non_null(strstr(g.error, "max_body"));
		fetchkit_release(&g);
	}
}

static long
max_rss_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void
too_big_when_unpacked(void **state)
{
	size_t packed, once, twice;
	char *bomb = origin_bomb('a', 256 << 20, &packed);
	char *outer = origin_gzip(bomb, packed, &once),
	     *third = origin_gzip(outer, once, &twice);
	struct rk_fetch_req req = {
	    .url = rk_str(origin_url(o, "/bomb")), .max_body = 1 << 20};
	struct origin_answer a = {
	    .headers = "Content-Encoding: gzip\n", .body = bomb, .n = packed};
	long before = max_rss_kib();
	struct fetchkit_got g;

	(void)state;
	for (int chunked = 0; chunked < 2; chunked++) {
		a.chunked = chunked; /* then nothing is declared */
		req.max_body = chunked ? RK_MIB(4) : RK_MIB(1);
		origin_route(o, "/bomb", &a, 1);
		g = fetchkit_get(&w, &req);
		assert_int_equal(g.kind, RK_FETCH_TOO_BIG);
		fetchkit_release(&g);
	}
	req.max_body = RK_MIB(4);
	a = (struct origin_answer){
	    .headers = "Content-Encoding: gzip, gzip\n", .body = outer, .n = once};
	origin_route(o, "/bomb", &a, 1);
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_TOO_BIG);
	fetchkit_release(&g);
	/* Three times, in one header or in three: refused before anything is unpacked.
	 */
	a = (struct origin_answer){.headers = "Content-Encoding: gzip,gzip , gzip\n",
	    .body = third,
	    .n = twice};
	origin_route(o, "/bomb", &a, 1);
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_PROTOCOL);
	assert_non_null(strstr(g.error, "3 times"));
	fetchkit_release(&g);
	a.headers =
	    "Content-Encoding: gzip\nContent-Encoding: gzip\nContent-Encoding: gzip\n";
	origin_route(o, "/bomb", &a, 1);
	g = fetchkit_get(&w, &req);
	assert_int_equal(g.kind, RK_FETCH_PROTOCOL);
	fetchkit_release(&g);
	/* The bombs themselves are 2 MiB each here; a fetcher that unpacks shows. */
	assert_true(max_rss_kib() - before < 48 << 10);
	free(bomb);
	free(outer);
	free(third);
}

static void
false_encoding(void **state)
{
	struct origin_answer a = {
	    .headers = "Content-Encoding: gzip\n", .body = "<rss/>"};
	struct fetchkit_got g;

	(void)state;
	origin_route(o, "/g", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/g"));
	assert_int_equal(g.kind, RK_FETCH_PROTOCOL);
	assert_non_null(strstr(g.error, "Content-Encoding"));
	fetchkit_release(&g);
	a.headers = "Content-Encoding: rot13\n";
	origin_route(o, "/g", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/g"));
	assert_int_equal(g.kind, RK_FETCH_PROTOCOL);
	fetchkit_release(&g);
}

/* What a proxy stored of a broken transfer: the length is right, the end is missing. */
static void
compressed_bodies_that_end_early(void **state)
{
	size_t n = 100000, packed, outer;
	char *big = calloc(n, 1), *gz, *twice;
	struct fetchkit_got g;

	(void)state;
	assert_non_null(big);
	for (size_t i = 0; i < n; i++)
		big[i] = (char)('a' + i * i % 23);
	gz = origin_gzip(big, n, &packed);
	twice = origin_gzip(gz, packed / 2, &outer);
	for (int i = 0; i < 6; i++) {
		struct origin_answer a = {.headers = "ETag: \"x\"\n"
						     "Content-Encoding: gzip\n",
		    .body = gz,
		    .n = i / 2 == 0 ? packed / 2 : i / 2 == 1 ? packed - 1 : 3,
		    .chunked = i % 2 != 0};

		origin_route(o, "/cut", &a, 1);
		g = fetchkit_get_url(&w, origin_url(o, "/cut"));
		assert_int_equal(g.kind, RK_FETCH_CUT);
		assert_int_equal(g.status, 200);
		assert_string_equal(g.etag, "");
		assert_int_equal(g.n, 0);
		assert_non_null(strstr(g.error, "do not end"));
		fetchkit_release(&g);
	}
	struct origin_answer a = {
	    .headers = "Content-Encoding: gzip, gzip\n", .body = twice, .n = outer};
	origin_route(o, "/cut", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/cut"));
	assert_int_equal(g.kind, RK_FETCH_CUT);
	fetchkit_release(&g);
	/* Behind the end browsers read nothing. */
	char *more = calloc(packed + 100, 1);
	memcpy(more, gz, packed);
	memset(more + packed, 'x', 100);
	a = (struct origin_answer){
	    .headers = "Content-Encoding: gzip\n", .body = more, .n = packed + 100};
	origin_route(o, "/more", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/more"));
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_int_equal(g.n, n);
	assert_memory_equal(g.body, big, n);
	fetchkit_release(&g);
	free(more);
	free(big);
	free(gz);
	free(twice);
}

/* A body that is longer than its server said: the rest must not answer another request. */
static void
what_another_answer_left_behind(void **state)
{
	const struct origin_step steps[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = OK_HEAD "Content-Length: 6\r\n\r\n<rss/>"},
	    {.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = "<item>that nobody expects</item>"}};
	struct origin_raw *raw = origin_raw_start(steps, 4);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct fetchkit_got g = fetchkit_get_url(&w, origin_raw_url(raw, "/feed"));

		if (g.kind != RK_FETCH_OK)
			fail_msg("%u: %s", i, g.error);
		assert_string_equal(g.body, "<rss/>");
		assert_int_equal(origin_raw_connections(raw), i + 1);
		fetchkit_release(&g);
	}
	fetchkit_close(&w);
	origin_raw_stop(raw);
	open_fetcher();
}

static void
short_bodies(void **state)
{
	struct origin_answer a = {.headers = "ETag: \"x\"\n",
	    .body = "<rss>half of it",
	    .claim = true,
	    .claimed = 500};
	struct fetchkit_got g;

	(void)state;
	origin_route(o, "/short", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/short"));
	assert_int_equal(g.kind, RK_FETCH_CUT);
	assert_int_equal(g.status, 200);
	assert_string_equal(g.etag, "");
	assert_int_equal(g.n, 0);
	assert_non_null(strstr(g.error, "15 of 500 bytes"));
	fetchkit_release(&g);
	a = (struct origin_answer){
	    .body = "<rss>half", .chunked = true, .cut = true, .cut_at = 4};
	origin_route(o, "/short", &a, 1);
	g = fetchkit_get_url(&w, origin_url(o, "/short"));
	assert_int_equal(g.kind, RK_FETCH_CUT);
	fetchkit_release(&g);
	expect_bytes(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
	    RK_FETCH_CUT, "");
	expect_bytes(
	    OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", RK_FETCH_CUT, "");
	expect_bytes(OK_HEAD
	    "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
	    RK_FETCH_CUT, "");
}

static void
resets(void **state)
{
	const struct origin_step at_once[] = {
	    {.kind = ORIGIN_READ}, {.kind = ORIGIN_RESET}};
	const struct origin_step inside[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = OK_HEAD "Content-Length: 100\r\n\r\n<rss>"},
	    {.kind = ORIGIN_SLEEP, .ms = 50}, {.kind = ORIGIN_RESET}};

	(void)state;
	expect(at_once, 2, RK_FETCH_CUT, "without an answer");
	expect(inside, 4, RK_FETCH_CUT, "5 of 100");
	expect_bytes("", RK_FETCH_CUT, "without an answer");
	expect_bytes("HTTP/1.1 200 OK\r\nETag: \"x\"\r\n", RK_FETCH_CUT, "");
}

static void
garbage(void **state)
{
	static const char *const answers[] = {"hello\r\n\r\n", "\r\n\r\n\r\n",
	    "SSH-2.0-OpenSSH_9.2\r\n", "<rss version=\"2.0\"></rss>",
	    "\x16\x03\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a",
	    "HTTP/9.9 200 OK\r\n\r\nx", "HTTP/1.1 OK\r\n\r\nx", "ICY 200 OK\r\n\r\nx"};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++)
		expect_bytes(answers[i], RK_FETCH_PROTOCOL, "HTTP");
}

static void
endless_headers(void **state)
{
	static char line[1024], wide[40000];
	struct origin_step steps[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = "HTTP/1.1 200 OK\r\n"},
	    {.kind = ORIGIN_REPEAT, .bytes = line}};

	(void)state;
	memset(line, 'h', 1000);
	memcpy(line, "X-A: ", 5);
	memcpy(line + 1000, "\r\n", 3);
	expect(steps, 3, RK_FETCH_TOO_BIG, "headers");
	/* One line without an end. */
	memset(wide, 'h', sizeof(wide) - 1);
	steps[2].bytes = wide;
	expect(steps, 3, RK_FETCH_TOO_BIG, "header");
	/* 1xx answers for ever. */
	steps[1].bytes = "HTTP/1.1 100 Continue\r\n\r\n";
	steps[2].bytes = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
	expect(steps, 3, RK_FETCH_TOO_BIG, "headers");
	/* Trailers for ever. */
	steps[1].bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n";
	steps[2].bytes = line;
	expect(steps, 3, RK_FETCH_TOO_BIG, "headers");
}

static void
headers_just_under_the_limit(void **state)
{
	static char line[1001];
	const struct origin_step steps[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = OK_HEAD "Content-Length: 2\r\n"},
	    {.kind = ORIGIN_REPEAT, .bytes = line, .times = 305},
	    {.kind = ORIGIN_SEND, .bytes = "\r\nhi"}};
	struct fetchkit_got g;

	(void)state;
	memset(line, 'h', 998);
	memcpy(line, "X-A: ", 5);
	memcpy(line + 998, "\r\n", 3);
	g = from_script(steps, 4);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_string_equal(g.body, "hi");
	fetchkit_release(&g);
}

/* A trailer must not pass for a header. */
static void
trailers_say_nothing(void **state)
{
	const struct origin_step steps[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND,
		.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"
				 "ETag: \"evil\"\r\nLocation: /x\r\n\r\n"}};
	const struct origin_step early[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND,
		.bytes = "HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\nLocation: "
			 "/x\r\n\r\n"
			 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"}};
	struct fetchkit_got g;

	(void)state;
	g = from_script(steps, 2);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_string_equal(g.etag, "\"x\"");
	fetchkit_release(&g);
	g = from_script(early, 2);
	assert_int_equal(g.kind, RK_FETCH_OK);
	assert_string_equal(g.body, "hi");
	assert_string_equal(g.etag, "");
	fetchkit_release(&g);
}

static void
slow_servers(void **state)
{
	const struct origin_step silent[] = {
	    {.kind = ORIGIN_READ}, {.kind = ORIGIN_SLEEP, .ms = 60000}};
	const struct origin_step deaf[] = {{.kind = ORIGIN_SLEEP, .ms = 60000}};
	const struct origin_step stalled[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = OK_HEAD "Content-Length: 100\r\n\r\n<rss>"},
	    {.kind = ORIGIN_SLEEP, .ms = 60000}};
	const struct origin_step head[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_DRIP,
		.bytes = "HTTP/1.1 200 OK\r\nX-Long: "
			 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.ms = 200}};
	const struct origin_step drip[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = OK_HEAD "Content-Length: 1000\r\n\r\n"},
	    {.kind = ORIGIN_DRIP,
		.bytes =
		    "<rss><!-- slowly slowly slowly slowly slowly slowly slowly slowly",
		.ms = 100}};

	(void)state;
	expect(silent, 2, RK_FETCH_TIMEOUT, "does not answer");
	expect(deaf, 1, RK_FETCH_TIMEOUT, "does not answer");
	expect(stalled, 3, RK_FETCH_TIMEOUT, "the body stalled");
	expect(head, 2, RK_FETCH_TIMEOUT, "does not answer");
	expect(drip, 3, RK_FETCH_TIMEOUT, "the body stalled");
}

static void
a_handshake_that_never_ends(void **state)
{
	const struct origin_step deaf[] = {{.kind = ORIGIN_SLEEP, .ms = 60000}};
	struct origin_raw *raw = origin_raw_start(deaf, 1);
	char url[64];
	struct fetchkit_got g;

	(void)state;
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", origin_raw_port(raw));
	g = fetchkit_get_url(&w, url);
	assert_int_equal(g.kind, RK_FETCH_TIMEOUT);
	assert_in_range(g.elapsed_ms, 900, 50000); /* before the origin ends it */
	assert_non_null(strstr(g.error, "no connection to 127.0.0.1"));
	assert_non_null(strstr(g.error, "after 1 s"));
	fetchkit_release(&g);
	origin_raw_stop(raw);
}

/* Fast enough for the stall limit, and never done. */
static void
the_whole_takes_too_long(void **state)
{
	static char block[2000];
	struct origin_step steps[60];
	struct fetchkit_got g;
	size_t n = 0;

	(void)state;
	memset(block, 'x', sizeof(block) - 1);
	steps[n++] = (struct origin_step){.kind = ORIGIN_READ};
	steps[n++] = (struct origin_step){.kind = ORIGIN_SEND, .bytes = OK_HEAD "\r\n"};
	while (n < 60) {
		steps[n++] = (struct origin_step){.kind = ORIGIN_SEND, .bytes = block};
		steps[n++] = (struct origin_step){.kind = ORIGIN_SLEEP, .ms = 200};
	}
	g = from_script(steps, n);
	assert_int_equal(g.kind, RK_FETCH_TIMEOUT);
	assert_int_equal(g.n, 0);
	assert_true(g.elapsed_ms >= 2900);
	assert_non_null(strstr(g.error, "fetch.timeout"));
	fetchkit_release(&g);
}

static void
refused_connections(void **state)
{
	char url[64];
	struct fetchkit_got g;

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", origin_dead_port());
	g = fetchkit_get_url(&w, url);
	assert_int_equal(g.kind, RK_FETCH_CONNECT);
	assert_int_equal(g.status, 0);
	assert_non_null(strstr(g.error, "refuses connections"));
	fetchkit_release(&g);
}

static void
names_that_do_not_resolve(void **state)
{
	struct fetchkit_got g;

	(void)state;
	g = fetchkit_get_url(&w, "http://nonexistent.invalid/feed?token=hunter2");
	assert_int_equal(g.kind, RK_FETCH_DNS);
	assert_non_null(strstr(g.error, "nonexistent.invalid"));
	assert_null(strstr(g.error, "hunter2"));
	fetchkit_release(&g);
}

static void
addresses_that_are_not_allowed(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "127.1",
	    "0x7f000001", "2130706433", "0177.0.0.1", "127.000.000.001",
	    "[::ffff:127.0.0.1]", "[::1]", "[::127.0.0.1]", "0.0.0.0", "0",
	    "localhost.", "LOCALHOST", "ip6-localhost"};
	struct rk_fetcher_opts opts = fetchkit_opts(&w);

	(void)state;
	fetchkit_close(&w);
	opts.n_allow_addresses = 0;
	fetchkit_open(&w, &opts);
	origin_default(o, &(struct origin_answer){.body = "<rss/>"});
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		struct rk_fetch_req req = {
		    .url = rk_str(origin_url_at(o, hosts[i], "/"))};
		struct fetchkit_got g = {0};

		fetchkit_start(&w, &req, &g);
		fetchkit_wait(&w, &g);
		if (g.kind != RK_FETCH_REFUSED && g.kind != RK_FETCH_DNS)
			fail_msg("%s: %s", hosts[i], rk_fetch_kind_name(g.kind));
		if (i < 4) {
			assert_int_equal(g.kind, RK_FETCH_REFUSED);
			assert_non_null(strstr(g.error, "loopback"));
			assert_non_null(strstr(g.error, "fetch.allow_addresses"));
		}
		fetchkit_release(&g);
	}
	assert_int_equal(origin_connections(o), 0);
	/* The counter-proof: allowed, the same spellings arrive. */
	fetchkit_close(&w);
	fetchkit_open(&w, NULL);
	for (size_t i = 0; i < 6; i++) {
		struct fetchkit_got g =
		    fetchkit_get_url(&w, origin_url_at(o, hosts[i], "/"));

		if (g.kind != RK_FETCH_OK)
			fail_msg("%s: %s", hosts[i], g.error);
		fetchkit_release(&g);
	}
	assert_int_equal(origin_count(o, NULL), 6);
}

/* A reused connection that died is tried once more, on a new one. */
static void
a_dead_connection_is_replaced_once(void **state)
{
	const struct origin_step steps[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND,
		.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"},
	    {.kind = ORIGIN_READ}}; /* the second request gets a closed door */
	struct origin_raw *raw = origin_raw_start(steps, 3);
	struct rk_fetch_req req = {.url = rk_str(origin_raw_url(raw, "/"))};
	struct fetchkit_got g;

	(void)state;
	for (int i = 0; i < 2; i++) {
		g = fetchkit_get(&w, &req);
		assert_int_equal(g.kind, RK_FETCH_OK);
		assert_string_equal(g.body, "hi");
		fetchkit_release(&g);
	}
	assert_int_equal(origin_raw_connections(raw), 2);
	fetchkit_close(&w);
	origin_raw_stop(raw);
	fetchkit_open(&w, NULL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(too_big_as_it_says),
	    T(too_big_when_unpacked),
	    T(false_encoding),
	    T(compressed_bodies_that_end_early),
	    T(what_another_answer_left_behind),
	    T(short_bodies),
	    T(resets),
	    T(garbage),
	    T(endless_headers),
	    T(headers_just_under_the_limit),
	    T(trailers_say_nothing),
	    T(slow_servers),
	    T(a_handshake_that_never_ends),
	    T(the_whole_takes_too_long),
	    T(refused_connections),
	    T(names_that_do_not_resolve),
	    T(addresses_that_are_not_allowed),
	    T(a_dead_connection_is_replaced_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
