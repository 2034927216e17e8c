/*
 * The embedded server and requests that are none, by raw sockets: malformed heads, what
 * one server takes for the end of a request and another does not, heads without an end;
 * and several good ones on one connection.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "servekit.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint64_t seed_state = 0x5eed;

static uint32_t
draw(uint32_t below)
{
	seed_state ^= seed_state << 13;
	seed_state ^= seed_state >> 7;
	seed_state ^= seed_state << 17;
	return (uint32_t)(seed_state >> 32) % below;
}

static size_t
mutate(char bytes[4096])
{
	static const char good[] =
	    "GET /all.atom HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"x\"\r\n"
	    "Accept: */*\r\nConnection: close\r\n\r\n";
	static const char *const pieces[] = {"\r\n", "\n", "\r", " ", "\t", ":",
	    "HTTP/1.1", "GET ", "Host: x\r\n", "Content-Length: -1\r\n",
	    "Content-Length: 99999999999999999999\r\n",
	    "Transfer-Encoding: chunked\r\n", "%", "/", "..", "\"", "\\", ",", ";",
	    "\xff", "Cookie: a=b;;=\r\n", "Expect: 100-continue\r\n",
	    "Upgrade: h2c\r\n", "\r\n folded\r\n", "?", "&&==&", "#"};
	size_t n = sizeof(good) - 1;

	memcpy(bytes, good, n);
	for (unsigned changes = 1 + draw(6); changes > 0; changes--) {
		const char *piece = pieces[draw(sizeof(pieces) / sizeof(*pieces))];
		size_t at = draw((uint32_t)n), k = strlen(piece);

		switch (draw(4)) {
		case 0:
			bytes[at] = (char)draw(256);
			break;
		case 1: /* shorter */
			memmove(bytes + at, bytes + at + 1, n - at - 1);
			n -= n > 1;
			break;
		case 2: /* cut */
			n = at + 1;
			break;
		default: /* longer */
			memmove(bytes + at + k, bytes + at, n - at);
			memcpy(bytes + at, piece, k);
			n += k;
		}
	}
	return n;
}

static void
test_malformed(void **unused)
{
	enum { AT_ONCE = 40 };
	struct rk_serve_opts opts = {.grace_ms = 400};
	struct server *s = serve_start_with(&opts);

	(void)unused;
	print_message("seed %#llx\n", (unsigned long long)seed_state);
	for (int round = 0; round < 15; round++) {
		int fds[AT_ONCE];

		for (int i = 0; i < AT_ONCE; i++) {
			char bytes[4096];
			size_t n = mutate(bytes);

			fds[i] = serve_dial(s);
			(void)serve_say(fds[i], bytes, n);
			if (draw(3) !=
			    0) /* no more will come; else it may wait for it */
				(void)shutdown(fds[i], draw(2) ? SHUT_WR : SHUT_RDWR);
		}
		for (int i = 0; i < AT_ONCE; i++) {
			struct answer a;

			rk_buf_init(&a.all, 1 << 20);
			if (!serve_hear(fds[i], &a.all, 5000))
				fail_msg("round %d: a connection stays open", round);
			serve_parse(&a);
			assert_true(a.all.n == 0 || a.status >= 200);
			serve_done(&a);
			(void)close(fds[i]);
		}
		serve_alive(s);
	}
	serve_stop(s);
}

/* What one server takes for the end of a request and another does not. */
static void
test_smuggling(void **unused)
{
	static const char *const heads[] = {
	    "Content-Length: 44\r\nTransfer-Encoding: chunked\r\n",
	    "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
	    "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n",
	    "Transfer-Encoding: identity\r\n",
	    "Transfer-Encoding: chunked, identity\r\n", "transfer-encoding:chunked\r\n",
	    "Content-Length: 44\r\n", "Content-Length: 0\r\nContent-Length: 44\r\n",
	    "Content-Length: 0, 44\r\n", "Content-Length: +44\r\n",
	    "Content-Length: 0x10\r\n", "Content-Length: -1\r\n",
	    "Content-Length: 44 44\r\n", "Content-Length: \r\n",
	    "Content-Length: 18446744073709551617\r\n", "content-length: 44\r\n",
	    "Host: b\r\n", "Host: b\r\nHost: c\r\n"};
	struct server *s = serve_start();

	(void)unused;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		for (int m = 0; m < 2; m++) {
			struct rk_buf b;
			struct answer a;
			size_t first;

			rk_buf_init(&b, 1 << 16);
			(void)rk_buf_addf(&b,
			    "%s /all.atom HTTP/1.1\r\nHost: a\r\n%s\r\n"
			    "GET /province/phuket.atom HTTP/1.1\r\nHost: a\r\n"
			    "Connection: close\r\n\r\n",
			    m ? "POST" : "GET", heads[i]);
			serve_raw(s, &a, b.p, b.n);
			if (a.status != 400 && a.status != 413 &&
			    !(m && a.status == 405))
				fail_msg("%u for %s", a.status, heads[i]);
			/* one answer, and the end: the rest is not read as a request */
			first = rk_str_find(rk_buf_view(&a.all), RK_STR("HTTP/1.1 "));
			assert_int_equal(first, 0);
			if (rk_str_find(rk_str_from(rk_buf_view(&a.all), 9),
				RK_STR("HTTP/1.1 2")) != SIZE_MAX)
				fail_msg("a second answer for %s", heads[i]);
			serve_done(&a);
			rk_buf_release(&b);
		}
	}
	serve_alive(s);
	serve_stop(s);
}

/* A body whose end only its coding tells must be in chunks, and of HTTP/1.1. */
static uint64_t
hub_room(void *cookie, unsigned *status)
{
	(void)cookie;
	(void)status;
	return 100;
}

static void
hub_called(void *cookie, const struct rk_hub_call *call, struct rk_hub_reply *reply)
{
	(void)cookie;
	reply->status = rk_str_is(call->body, "abc") ? 202 : 400;
}

static void
test_codings_of_bodies(void **unused)
{
	static const struct {
		unsigned status;
		const char *version, *heads;
	} cases[] = {{202, "1.1", "Transfer-Encoding: chunked\r\n"},
	    {202, "1.1", "transfer-encoding: Chunked\r\n"},
	    {400, "1.1", "Transfer-Encoding: gzip\r\n"},
	    {400, "1.1", "Transfer-Encoding: identity\r\n"},
	    {400, "1.1", "Transfer-Encoding: xchunked\r\n"},
	    {400, "1.1", "Transfer-Encoding: gzip, chunked\r\n"},
	    {400, "1.1", "Transfer-Encoding: chunked, identity\r\n"},
	    {400, "1.1",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
	    {400, "1.0", "Transfer-Encoding: chunked\r\n"}};
	struct rk_serve_opts opts = {.hub_room = hub_room, .hub_called = hub_called};
	struct server *s = serve_start_with(&opts);

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rk_buf b;
		struct answer a;

		rk_buf_init(&b, 1 << 16);
		(void)rk_buf_addf(&b,
		    "POST /hub HTTP/%s\r\nHost: a\r\nConnection: close\r\n%s\r\n"
		    "3\r\nabc\r\n0\r\n\r\n",
		    cases[i].version, cases[i].heads);
		serve_raw(s, &a, b.p, b.n);
		if (a.status != cases[i].status)
			fail_msg("%u for HTTP/%s %s", a.status, cases[i].version,
			    cases[i].heads);
		serve_done(&a);
		rk_buf_release(&b);
	}
	serve_alive(s);
	serve_stop(s);
}

static void
test_heads(void **unused)
{
	struct server *s = serve_start();
	struct answer a;
	struct rk_buf b;

	(void)unused;
	serve_raw(s, &a, "GET /all.atom HTTP/1.1\r\n\r\n", 26); /* no Host */
	assert_int_equal(a.status, 400);
	serve_done(&a);
	serve_raw(
	    s, &a, "GET /all.atom HTTP/1.0\r\n\r\n", 26); /* then none was needed */
	assert_int_equal(a.status, 200);
	serve_done(&a);
	serve_raw(s, &a, "GET /all.atom HTTP/3.0\r\nHost: x\r\n\r\n", 35);
	assert_int_equal(a.status, 505);
	serve_done(&a);
	serve_raw(s, &a, "GET /all.atom\r\n\r\n", 17); /* HTTP/0.9 */
	assert_int_equal(a.status, 400);
	serve_done(&a);
	for (size_t n = 4000; n <= 64000; n += n < 8000 ? 4000 : 500 + n / 3) {
		/* 8 KiB and no more; of one far longer the end is not waited for */
		rk_buf_init(&b, 1 << 20);
		(void)rk_buf_adds(&b, "X-Long: ");
		for (size_t i = 0; i < n; i++)
			(void)rk_buf_addc(&b, 'x');
		(void)rk_buf_adds(&b, "\r\n");
		serve_ask(s, &a, "GET", "/all.atom", b.p);
		if (n > 16000)
			assert_true(a.status == 431 || a.status == 0);
		else
			assert_int_equal(a.status, n <= 8000 ? 200 : 431);
		assert_true(
		    rk_str_find(rk_buf_view(&a.all), RK_STR("xxxx")) == SIZE_MAX);
		serve_done(&a);
		rk_buf_release(&b);
	}
	serve_stop(s);
}

static void
test_keep_alive(void **unused)
{
	static const char two[] = "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n"
				  "HEAD /all.atom HTTP/1.1\r\nHost: x\r\n\r\n"
				  "GET /missing.atom HTTP/1.1\r\nHost: x\r\n\r\n"
				  "GET /province/phuket.atom HTTP/1.1\r\nHost: "
				  "x\r\nConnection: close\r\n\r\n";
	struct server *s = serve_start();
	struct answer a;
	unsigned answers = 0;
	size_t at;
	struct rk_str rest;

	(void)unused;
	serve_raw(s, &a, two, sizeof(two) - 1);
	for (rest = rk_buf_view(&a.all);
	     (at = rk_str_find(rest, RK_STR("HTTP/1.1 "))) != SIZE_MAX;
	     rest = rk_str_from(rest, at + 1))
		answers++;
	assert_int_equal(answers, 4);
	serve_done(&a);
	serve_stop(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_smuggling),
	    cmocka_unit_test(test_codings_of_bodies),
	    cmocka_unit_test(test_heads),
	    cmocka_unit_test(test_keep_alive),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, serve_tree_make, serve_tree_remove);
}
