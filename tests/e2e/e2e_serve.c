/*
 * The embedded server over a small tree: what it sends, conditional requests, health
 * and metrics, and the addresses it listens at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "servekit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- files */

static void
test_get(void **unused)
{
	struct server *s = serve_start();
	struct answer a;

	(void)unused;
	serve_ask(s, &a, "GET", "/all.atom", "");
	assert_int_equal(a.status, 200);
	assert_true(rk_str_is(a.body, SERVE_FEED));
	assert_string_equal(serve_header(&a, "Content-Type"), "application/atom+xml");
	assert_string_equal(
	    serve_header(&a, "Last-Modified"), "Sat, 21 Nov 2026 00:00:00 GMT");
	assert_int_equal(atoi(serve_header(&a, "Content-Length")), strlen(SERVE_FEED));
	assert_int_equal(strncmp(serve_header(&a, "Cache-Control"), "max-age=", 8), 0);
	assert_string_equal(serve_header(&a, "X-Content-Type-Options"), "nosniff");
	assert_non_null(
	    strstr(serve_header(&a, "Content-Security-Policy"), "default-src 'none'"));
	assert_int_equal(serve_header(&a, "ETag")[0], '"'); /* strong */
	assert_string_equal(serve_header(&a, "Set-Cookie"), "");
	serve_done(&a);
	serve_ask(s, &a, "GET", "/province/phuket.atom?utm_source=x", "");
	assert_int_equal(a.status, 200);
	serve_done(&a);
	serve_ask(s, &a, "GET", "/", "");
	assert_int_equal(a.status, 200);
	assert_string_equal(
	    serve_header(&a, "Content-Type"), "text/html; charset=utf-8");
	assert_non_null(
	    strstr(serve_header(&a, "Content-Security-Policy"), "default-src 'none'"));
	serve_done(&a);
	serve_ask(s, &a, "GET", "/empty.json", "");
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body.n, 0);
	assert_string_equal(serve_header(&a, "Content-Length"), "0");
	serve_done(&a);
	/* the forms that RFC 9112 and RFC 3986 want understood */
	assert_int_equal(serve_status(s, "GET", "http://localhost/all.atom", ""), 200);
	assert_int_equal(serve_status(s, "GET", "http://localhost", ""), 200);
	assert_int_equal(serve_status(s, "GET", "/%61ll%2Eatom", ""), 200);
	assert_int_equal(serve_status(s, "GET", "/index.opml", ""), 200);
	assert_int_equal(serve_status(s, "GET", "/feed.rss", ""), 200);
	serve_stop(s);
}

static void
test_head(void **unused)
{
	struct server *s = serve_start();
	struct answer get, head;

	(void)unused;
	serve_ask(s, &get, "GET", "/all.atom", "");
	serve_ask(s, &head, "HEAD", "/all.atom", "");
	assert_int_equal(head.status, 200);
	assert_int_equal(head.body.n, 0);
	assert_string_equal(serve_header(&head, "ETag"), serve_header(&get, "ETag"));
	assert_string_equal(serve_header(&head, "Content-Length"),
	    serve_header(&get, "Content-Length"));
	assert_string_equal(
	    serve_header(&head, "Content-Type"), serve_header(&get, "Content-Type"));
	serve_done(&get);
	serve_done(&head);
	assert_int_equal(serve_status(s, "HEAD", "/missing.atom", ""), 404);
	serve_stop(s);
}

static void
test_methods(void **unused)
{
	static const char *const methods[] = {"POST", "PUT", "DELETE", "OPTIONS",
	    "TRACE", "PATCH", "CONNECT", "BREW", "get", "GETT"};
	struct server *s = serve_start();
	struct answer a;

	(void)unused;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		serve_ask(s, &a, methods[i], "/all.atom", "");
		assert_int_equal(a.status, 405);
		assert_string_equal(serve_header(&a, "Allow"), "GET, HEAD");
		assert_true(rk_str_starts(a.body, "only GET and HEAD"));
		serve_done(&a);
	}
	/* a body is not waited for */
	serve_ask(s, &a, "POST", "/all.atom", "Content-Length: 1000000\r\n");
	assert_int_equal(a.status, 405);
	serve_done(&a);
	serve_stop(s);
}

static void
test_not_found(void **unused)
{
	struct server *s = serve_start();
	struct answer a;

	(void)unused;
	serve_ask(s, &a, "GET", "/<script>alert(1)</script>.atom", "");
	assert_int_equal(a.status, 404);
	assert_true(rk_str_is(a.body, "not found\n")); /* never what was asked */
	assert_int_equal(
	    strncmp(serve_header(&a, "Content-Type"), "text/plain", 10), 0);
	assert_string_equal(serve_header(&a, "Location"), "");
	serve_done(&a);
	serve_stop(s);
}

/* ---- conditional requests */

static void
test_etags(void **unused)
{
	struct server *s = serve_start();
	struct answer a, b, c;
	char before[512];

	(void)unused;
	serve_ask(s, &a, "GET", "/all.atom", "");
	serve_ask(s, &b, "GET", "/same.atom", "");
	serve_ask(s, &c, "GET", "/province/phuket.atom", "");
	assert_string_equal(
	    serve_header(&a, "ETag"), serve_header(&b, "ETag")); /* of the content */
	assert_string_not_equal(serve_header(&a, "ETag"), serve_header(&c, "ETag"));
	(void)snprintf(before, sizeof(before), "%s", serve_header(&c, "ETag"));
	serve_done(&a);
	serve_done(&b);
	serve_done(&c);
	/* replaced by another of the same size and time: seen */
	serve_mtime("public/province/phuket.atom", 1795000000);
	serve_ask(s, &a, "GET", "/province/phuket.atom", "");
	assert_string_equal(
	    serve_header(&a, "ETag"), before); /* a time is no content */
	serve_done(&a);
	serve_put("public/province/new", "<feed>ภูเกิต</feed>\n");
	serve_mtime("public/province/new", 1795000000);
	{
		char from[512], to[512];

		(void)snprintf(from, sizeof(from), "%s/province/new", serve_root);
		(void)snprintf(to, sizeof(to), "%s/province/phuket.atom", serve_root);
		assert_int_equal(rename(from, to), 0);
	}
	serve_ask(s, &a, "GET", "/province/phuket.atom", "");
	assert_string_not_equal(serve_header(&a, "ETag"), before);
	serve_done(&a);
	serve_stop(s);
}

static void
test_conditional(void **unused)
{
	struct server *s = serve_start();
	struct answer a;
	char etag[512], lines[2048];
	static const struct {
		const char *format; /* %s: the ETag */
		unsigned status;
	} cases[] = {
	    {"If-None-Match: %s\r\n", 304},
	    {"If-None-Match: W/%s\r\n", 304}, /* weak comparison */
	    {"If-None-Match: *\r\n", 304},
	    {"If-None-Match: \"x\", W/\"y\" ,%s,\"z\"\r\n", 304},
	    {"If-None-Match: \"x\"\r\nIf-None-Match: %s\r\n",
		304}, /* two lines, one list */
	    {"if-none-match:%s\r\n", 304}, {"If-None-Match: \"x\"\r\n", 200},
	    {"If-None-Match: %sx\r\n", 200}, {"If-None-Match: \r\n", 200},
	    {"If-None-Match: ,,,\r\n", 200}, {"If-None-Match: W/\r\n", 200},
	    /* it alone decides where it is there */
	    {"If-None-Match: \"x\"\r\nIf-Modified-Since: Sat, 21 Nov 2026 00:00:00 "
	     "GMT\r\n",
		200},
	    {"If-None-Match: %s\r\nIf-Modified-Since: Thu, 01 Jan 1970 00:00:00 "
	     "GMT\r\n",
		304},
	    {"If-Modified-Since: Sat, 21 Nov 2026 00:00:00 GMT\r\n", 304},
	    {"If-Modified-Since: Sun, 22 Nov 2026 00:00:00 GMT\r\n", 304},
	    {"If-Modified-Since: Saturday, 21-Nov-26 00:00:00 GMT\r\n",
		304}, /* old form */
	    {"If-Modified-Since: Fri, 20 Nov 2026 23:59:59 GMT\r\n", 200},
	    {"If-Modified-Since: yesterday\r\n", 200}, {"If-Modified-Since: \r\n", 200},
	    {"If-Match: %s\r\n", 200}, {"If-Match: *\r\n", 200},
	    {"If-Match: W/%s\r\n", 412}, /* strong comparison */
	    {"If-Match: \"x\"\r\n", 412},
	    {"If-Unmodified-Since: Sat, 21 Nov 2026 00:00:00 GMT\r\n", 200},
	    {"If-Unmodified-Since: Fri, 20 Nov 2026 00:00:00 GMT\r\n", 412},
	    {"If-Unmodified-Since: never\r\n", 200},
	    {"Range: bytes=0-3\r\n", 200}, /* not supported: the whole */
	};

	(void)unused;
	serve_ask(s, &a, "GET", "/all.atom", "");
	(void)snprintf(etag, sizeof(etag), "%s", serve_header(&a, "ETag"));
	serve_done(&a);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *at = strstr(cases[i].format, "%s");
		int before = at != NULL ? (int)(at - cases[i].format)
					: (int)strlen(cases[i].format);

		(void)snprintf(lines, sizeof(lines), "%.*s%s%s", before,
		    cases[i].format, at != NULL ? etag : "", at != NULL ? at + 2 : "");
		for (int head = 0; head < 2; head++) {
			serve_ask(s, &a, head ? "HEAD" : "GET", "/all.atom", lines);
			if (a.status != cases[i].status)
				fail_msg("%u for %s", a.status, lines);
			if (a.status == 304) {
				const char *length = serve_header(&a, "Content-Length");

				assert_int_equal(a.body.n, 0);
				assert_string_equal(serve_header(&a, "ETag"), etag);
				assert_string_not_equal(
				    serve_header(&a, "Cache-Control"), "");
				/* not what a client could wait for: copies.c */
				assert_true(
				    length[0] == '\0' || strcmp(length, "0") == 0);
			} else if (a.status == 200 && !head) {
				assert_true(rk_str_is(a.body, SERVE_FEED));
			}
			serve_done(&a);
		}
	}
	assert_int_equal(
	    serve_status(s, "GET", "/missing.atom", "If-None-Match: *\r\n"), 404);
	serve_stop(s);
}

/* ---- health and metrics */

static bool
is_ready(void *cookie)
{
	const struct server *s = cookie;

	return s->ready;
}

static void
metrics(void *cookie, struct rk_buf *out)
{
	(void)cookie;
	(void)rk_buf_adds(out, "rk_polls_total 42\n");
}

static void
test_health(void **unused)
{
	struct rk_serve_opts opts = {.ready = is_ready, .metrics = metrics};
	struct server *s = serve_start();
	struct answer a;

	(void)unused;
	assert_int_equal(serve_status(s, "GET", "/healthz", ""), 200);
	assert_int_equal(serve_status(s, "GET", "/readyz", ""), 200);
	assert_int_equal(
	    serve_status(s, "GET", "/metrics", ""), 404); /* nobody to ask */
	assert_int_equal(serve_status(s, "POST", "/healthz", ""), 405);
	serve_stop(s);
	s = serve_start_with(&opts);
	assert_int_equal(serve_status(s, "GET", "/readyz", ""), 503);
	serve_ask(s, &a, "GET", "/metrics", "X-Forwarded-For: 203.0.113.9\r\n");
	assert_int_equal(
	    a.status, 200); /* the peer counts, not what it says (case 42) */
	assert_true(rk_str_is(a.body, "rk_polls_total 42\n"));
	assert_int_equal(
	    strncmp(serve_header(&a, "Content-Type"), "text/plain", 10), 0);
	serve_done(&a);
	serve_stop(s);
}

/* From an address of this machine that is not loopback, where it has one. */
static void
test_metrics_peer(void **unused)
{
	struct rk_serve_opts opts = {.metrics = metrics, .listen = RK_STR("0.0.0.0:0")};
	struct server *s = serve_start_with(&opts);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)}, own;
	socklen_t n = sizeof(own);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool routed;

	(void)unused;
	/* nothing is sent: a datagram socket only learns its route */
	to.sin_addr.s_addr = htonl(0xc0000201u);
	routed = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
		 getsockname(fd, (struct sockaddr *)&own, &n) == 0 &&
		 ntohl(own.sin_addr.s_addr) >> 24 != 127;
	(void)close(fd);
	if (!routed) {
		print_message("no address but loopback: not tested\n");
	} else {
		static const char request[] =
		    "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 127.0.0.1\r\n"
		    "Connection: close\r\n\r\n";
		struct answer a;

		own.sin_port = htons(s->port);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(fd, (struct sockaddr *)&own, sizeof(own)), 0);
		rk_buf_init(&a.all, 1 << 20);
		assert_true(serve_say(fd, request, sizeof(request) - 1));
		assert_true(serve_hear(fd, &a.all, 10000));
		serve_parse(&a);
		assert_int_equal(a.status, 404);
		serve_done(&a);
		(void)close(fd);
	}
	serve_stop(s);
}

/* ---- addresses */

static void
test_addresses(void **unused)
{
	static const char *const bad[] = {"", "8080", "localhost", "127.0.0.1",
	    "127.0.0.1:", ":8080", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
	    "example.go.th:80", "[::1", "[::1]", "1.2.3:80", "127.0.0.1:8080 ", "*:80"};
	struct rk_serve_opts opts = {0};
	struct server *s;
	uint16_t port;
	char listen[64];

	(void)unused;
	for (size_t i = 1; i < sizeof(bad) / sizeof(*bad); i++) {
		opts.listen = rk_str(bad[i]);
		s = serve_start_with(&opts);
		if (s->rc != -1)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(s->err.kind, RK_E_CONFIG);
		serve_stop(s);
	}
	opts.listen = RK_STR("localhost:0");
	s = serve_start_with(&opts);
	assert_int_equal(s->rc, 0);
	port = s->port;
	serve_alive(s);
	/* taken */
	(void)snprintf(listen, sizeof(listen), "127.0.0.1:%u", port);
	opts.listen = rk_str(listen);
	{
		struct server *second = serve_start_with(&opts);

		assert_int_equal(second->rc, -1);
		assert_int_equal(second->err.kind, RK_E_SYS);
		assert_non_null(strstr(second->err.text, listen));
		serve_stop(second);
	}
	serve_stop(s);
	s = serve_start_with(&opts); /* and free again at once */
	assert_int_equal(s->rc, 0);
	serve_alive(s);
	serve_stop(s);
	opts.listen = RK_STR("[::1]:0");
	s = serve_start_with(&opts);
	if (s->rc != 0)
		print_message("no IPv6 here: %s\n", s->err.text);
	else
		assert_true(s->port > 0);
	serve_stop(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_get),
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_methods),
	    cmocka_unit_test(test_not_found),
	    cmocka_unit_test(test_etags),
	    cmocka_unit_test(test_conditional),
	    cmocka_unit_test(test_health),
	    cmocka_unit_test(test_metrics_peer),
	    cmocka_unit_test(test_addresses),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, serve_tree_make, serve_tree_remove);
}
