/*
 * The embedded server over a small tree, by raw sockets: what it sends, conditional
 * requests, and everything that must not get through - names outside the tree, requests
 * that are none, clients that are slow or many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/err.h>
#include <ruamkhao/serve.h>

#include <uv.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MARK "SECRET-OUTSIDE-THE-TREE"
#define FEED "<feed>ข่าว</feed>\n"

/* ---- a tree */

static char base[64], root[80];

static void
put(const char *rel, const char *bytes)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", base, rel);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_true(fputs(bytes, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
folder(const char *rel)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", base, rel);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void
point(const char *to, const char *rel)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", base, rel);
	assert_int_equal(symlink(to, path), 0);
}

static void
mtime(const char *rel, time_t t)
{
	struct timespec times[2] = {
	    {.tv_sec = t, .tv_nsec = 0}, {.tv_sec = t, .tv_nsec = 0}};
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", base, rel);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int
tree_make(void **unused)
{
	char path[512];

	(void)unused;
	(void)snprintf(base, sizeof(base), "%s/rk-serve-XXXXXX",
	    getenv("TMPDIR") != NULL && strlen(getenv("TMPDIR")) < 40 ? getenv("TMPDIR")
								      : "/tmp");
	assert_non_null(mkdtemp(base));
	(void)snprintf(root, sizeof(root), "%s/public", base);
	folder("public");
	folder("public/province");
	folder("public/.hidden");
	folder("public/folder.atom");
	folder("outside");
	put("public/all.atom", FEED);
	put("public/same.atom", FEED);
	put("public/province/phuket.atom", "<feed>ภูเก็ต</feed>\n");
	put("public/index.html", "<!doctype html><p>ดัชนี</p>\n");
	put("public/index.opml", "<opml/>\n");
	put("public/empty.json", "");
	put("public/feed.json", "{}");
	put("public/feed.rss", "<rss/>");
	put("public/noext", MARK);
	put("public/core.exe", MARK);
	put("public/.dot.atom", MARK);
	put("public/.hidden/x.atom", MARK);
	put("public/Upper.atom", MARK);
	put("public/sp ace.atom", MARK);
	put("public/back\\slash.atom", MARK);
	put("outside/secret.atom", MARK);
	put("secret.atom", MARK);
	put("secret.html", MARK);
	point("../outside/secret.atom", "public/link.atom");
	point("../outside", "public/linkdir");
	point("/etc/passwd", "public/passwd.txt");
	point("all.atom", "public/inner.atom");
	(void)snprintf(path, sizeof(path), "%s/fifo.atom", root);
	assert_int_equal(mkfifo(path, 0644), 0);
	mtime("public/all.atom", 1795219200);
	return 0;
}

static int
tree_remove(void **unused)
{
	char command[128];

	(void)unused;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", base);
	return system(command);
}

/* ---- a server in a thread */

struct server {
	struct rk_serve_opts opts;
	pthread_t thread;
	pthread_barrier_t started;
	uv_loop_t loop;
	uv_async_t stop;
	struct rk_server *server;
	struct rk_err err;
	int rc;
	uint16_t port;
	bool closed;
	bool ready; /* what /readyz is told */
	uv_prepare_t turn; /* of the loop */
	unsigned asked;        /* /readyz in this turn, */
	_Atomic unsigned most; /* and in any */
};

static void
on_closed(void *cookie)
{
	struct server *s = cookie;

	assert_false(s->closed);
	s->closed = true;
}

static void
on_stop(uv_async_t *async)
{
	struct server *s = async->data;

	uv_close((uv_handle_t *)async, NULL);
	uv_close((uv_handle_t *)&s->turn, NULL);
	rk_server_close(s->server, on_closed, s);
}

static void
on_turn(uv_prepare_t *turn)
{
	struct server *s = turn->data;

	if (s->asked > s->most)
		s->most = s->asked;
	s->asked = 0;
}

static void *
run(void *cookie)
{
	struct server *s = cookie;

	assert_int_equal(uv_loop_init(&s->loop), 0);
	s->rc = rk_server_start(&s->loop, &s->opts, &s->server, &s->err);
	if (s->rc == 0) {
		s->port = rk_server_port(s->server);
		assert_int_equal(uv_async_init(&s->loop, &s->stop, on_stop), 0);
		assert_int_equal(uv_prepare_init(&s->loop, &s->turn), 0);
		assert_int_equal(uv_prepare_start(&s->turn, on_turn), 0);
		s->stop.data = s->turn.data = s;
	}
	(void)pthread_barrier_wait(&s->started);
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&s->loop), 0);
	return NULL;
}

static struct server *
start_with(const struct rk_serve_opts *opts)
{
	struct server *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->opts = *opts;
	s->opts.cookie = s;
	s->opts.root = rk_str(root);
	if (s->opts.listen.n == 0)
		s->opts.listen = RK_STR("127.0.0.1:0");
	assert_int_equal(pthread_barrier_init(&s->started, NULL, 2), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
	(void)pthread_barrier_wait(&s->started);
	return s;
}

static struct server *
start(void)
{
	struct rk_serve_opts opts = {0};
	struct server *s = start_with(&opts);

	if (s->rc != 0)
		fail_msg("%s", s->err.text);
	assert_true(s->port > 0);
	return s;
}

static void
stop(struct server *s)
{
	if (s->rc == 0)
		assert_int_equal(uv_async_send(&s->stop), 0);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	assert_int_equal(s->closed, s->rc == 0);
	(void)pthread_barrier_destroy(&s->started);
	free(s);
}

/* ---- a client */

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
dial(const struct server *s)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(s->port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
		fail_msg("connect: %s", strerror(errno));
	return fd;
}

static bool
say(int fd, const char *bytes, size_t n)
{
	return send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* Everything until the end or ms without a byte; false: it was not ended. */
static bool
hear(int fd, struct rk_buf *b, int ms)
{
	static _Thread_local char bytes[65536];
	struct pollfd p = {.fd = fd, .events = POLLIN};

	for (;;) {
		ssize_t k;

		if (poll(&p, 1, ms) <= 0)
			return false;
		k = recv(fd, bytes, sizeof(bytes), 0);
		if (k <= 0)
			return true;
		assert_int_equal(rk_buf_add(b, bytes, (size_t)k), 0);
	}
}

struct answer {
	unsigned status; /* 0: none */
	struct rk_buf all;
	struct rk_str head, body;
};

static void
answer_parse(struct answer *a)
{
	struct rk_str all = rk_buf_view(&a->all);
	size_t end = rk_str_find(all, RK_STR("\r\n\r\n"));

	a->status = 0;
	a->head = a->body = (struct rk_str){"", 0};
	if (!rk_str_starts(all, "HTTP/1.1 ") || end == SIZE_MAX)
		return;
	a->status = (unsigned)atoi(all.p + 9);
	a->head = rk_strn(all.p, end + 2);
	a->body = rk_str_from(all, end + 4);
}

/* Raw bytes on a connection of their own. */
static void
raw(const struct server *s, struct answer *a, const char *bytes, size_t n)
{
	int fd = dial(s);

	rk_buf_init(&a->all, (size_t)64 << 20);
	(void)say(fd, bytes, n);
	if (!hear(fd, &a->all, 10000))
		fail_msg("the connection stays open: %.60s", bytes);
	answer_parse(a);
	(void)close(fd);
}

static void
ask(const struct server *s, struct answer *a, const char *method, const char *target,
    const char *headers)
{
	struct rk_buf b;

	rk_buf_init(&b, 1 << 20);
	(void)rk_buf_addf(&b,
	    "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method,
	    target, headers);
	raw(s, a, b.p, b.n);
	rk_buf_release(&b);
}

static void
done(struct answer *a)
{
	rk_buf_release(&a->all);
}

/* The value of a header, "" when absent; in a place that the next calls use again. */
static const char *
header(const struct answer *a, const char *name)
{
	static char values[4][512];
	static unsigned turn;
	char *out = values[turn++ % 4];
	struct rk_str lines = a->head, line, key;

	out[0] = '\0';
	while (rk_str_split(&lines, '\n', &line)) {
		line = rk_str_trim(line);
		if (rk_str_split(&line, ':', &key) && rk_str_iis(key, name)) {
			assert_int_equal(out[0], '\0'); /* once */
			line = rk_str_trim(line);
			(void)snprintf(out, 512, "%.*s", RK_FMT(line));
		}
	}
	return out;
}

static unsigned
status_of(
    const struct server *s, const char *method, const char *target, const char *headers)
{
	struct answer a;
	unsigned status;

	ask(s, &a, method, target, headers);
	status = a.status;
	if (rk_str_find(rk_buf_view(&a.all), RK_STR(MARK)) != SIZE_MAX)
		fail_msg("%s leaks", target);
	done(&a);
	return status;
}

/* ---- files */

static void
test_get(void **unused)
{
	struct server *s = start();
	struct answer a;

	(void)unused;
	ask(s, &a, "GET", "/all.atom", "");
	assert_int_equal(a.status, 200);
	assert_true(rk_str_is(a.body, FEED));
	assert_string_equal(header(&a, "Content-Type"), "application/atom+xml");
	assert_string_equal(
	    header(&a, "Last-Modified"), "Sat, 21 Nov 2026 00:00:00 GMT");
	assert_int_equal(atoi(header(&a, "Content-Length")), strlen(FEED));
	assert_int_equal(strncmp(header(&a, "Cache-Control"), "max-age=", 8), 0);
	assert_string_equal(header(&a, "X-Content-Type-Options"), "nosniff");
	assert_non_null(
	    strstr(header(&a, "Content-Security-Policy"), "default-src 'none'"));
	assert_int_equal(header(&a, "ETag")[0], '"'); /* strong */
	assert_string_equal(header(&a, "Set-Cookie"), "");
	done(&a);
	ask(s, &a, "GET", "/province/phuket.atom?utm_source=x", "");
	assert_int_equal(a.status, 200);
	done(&a);
	ask(s, &a, "GET", "/", "");
	assert_int_equal(a.status, 200);
	assert_string_equal(header(&a, "Content-Type"), "text/html; charset=utf-8");
	assert_non_null(
	    strstr(header(&a, "Content-Security-Policy"), "default-src 'none'"));
	done(&a);
	ask(s, &a, "GET", "/empty.json", "");
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body.n, 0);
	assert_string_equal(header(&a, "Content-Length"), "0");
	done(&a);
	/* the forms that RFC 9112 and RFC 3986 want understood */
	assert_int_equal(status_of(s, "GET", "http://localhost/all.atom", ""), 200);
	assert_int_equal(status_of(s, "GET", "http://localhost", ""), 200);
	assert_int_equal(status_of(s, "GET", "/%61ll%2Eatom", ""), 200);
	assert_int_equal(status_of(s, "GET", "/index.opml", ""), 200);
	assert_int_equal(status_of(s, "GET", "/feed.rss", ""), 200);
	stop(s);
}

static void
test_head(void **unused)
{
	struct server *s = start();
	struct answer get, head;

	(void)unused;
	ask(s, &get, "GET", "/all.atom", "");
	ask(s, &head, "HEAD", "/all.atom", "");
	assert_int_equal(head.status, 200);
	assert_int_equal(head.body.n, 0);
	assert_string_equal(header(&head, "ETag"), header(&get, "ETag"));
	assert_string_equal(
	    header(&head, "Content-Length"), header(&get, "Content-Length"));
	assert_string_equal(
	    header(&head, "Content-Type"), header(&get, "Content-Type"));
	done(&get);
	done(&head);
	assert_int_equal(status_of(s, "HEAD", "/missing.atom", ""), 404);
	stop(s);
}

static void
test_methods(void **unused)
{
	static const char *const methods[] = {"POST", "PUT", "DELETE", "OPTIONS",
	    "TRACE", "PATCH", "CONNECT", "BREW", "get", "GETT"};
	struct server *s = start();
	struct answer a;

	(void)unused;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		ask(s, &a, methods[i], "/all.atom", "");
		assert_int_equal(a.status, 405);
		assert_string_equal(header(&a, "Allow"), "GET, HEAD");
		assert_true(rk_str_starts(a.body, "only GET and HEAD"));
		done(&a);
	}
	/* a body is not waited for */
	ask(s, &a, "POST", "/all.atom", "Content-Length: 1000000\r\n");
	assert_int_equal(a.status, 405);
	done(&a);
	stop(s);
}

static void
test_not_found(void **unused)
{
	struct server *s = start();
	struct answer a;

	(void)unused;
	ask(s, &a, "GET", "/<script>alert(1)</script>.atom", "");
	assert_int_equal(a.status, 404);
	assert_true(rk_str_is(a.body, "not found\n")); /* never what was asked */
	assert_int_equal(strncmp(header(&a, "Content-Type"), "text/plain", 10), 0);
	assert_string_equal(header(&a, "Location"), "");
	done(&a);
	stop(s);
}

/* ---- conditional requests */

static void
test_etags(void **unused)
{
	struct server *s = start();
	struct answer a, b, c;
	char before[512];

	(void)unused;
	ask(s, &a, "GET", "/all.atom", "");
	ask(s, &b, "GET", "/same.atom", "");
	ask(s, &c, "GET", "/province/phuket.atom", "");
	assert_string_equal(
	    header(&a, "ETag"), header(&b, "ETag")); /* of the content */
	assert_string_not_equal(header(&a, "ETag"), header(&c, "ETag"));
	(void)snprintf(before, sizeof(before), "%s", header(&c, "ETag"));
	done(&a);
	done(&b);
	done(&c);
	/* replaced by another of the same size and time: seen */
	mtime("public/province/phuket.atom", 1795000000);
	ask(s, &a, "GET", "/province/phuket.atom", "");
	assert_string_equal(header(&a, "ETag"), before); /* a time is no content */
	done(&a);
	put("public/province/new", "<feed>ภูเกิต</feed>\n");
	mtime("public/province/new", 1795000000);
	{
		char from[512], to[512];

		(void)snprintf(from, sizeof(from), "%s/province/new", root);
		(void)snprintf(to, sizeof(to), "%s/province/phuket.atom", root);
		assert_int_equal(rename(from, to), 0);
	}
	ask(s, &a, "GET", "/province/phuket.atom", "");
	assert_string_not_equal(header(&a, "ETag"), before);
	done(&a);
	stop(s);
}

static void
test_conditional(void **unused)
{
	struct server *s = start();
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
	ask(s, &a, "GET", "/all.atom", "");
	(void)snprintf(etag, sizeof(etag), "%s", header(&a, "ETag"));
	done(&a);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *at = strstr(cases[i].format, "%s");
		int before = at != NULL ? (int)(at - cases[i].format)
					: (int)strlen(cases[i].format);

		(void)snprintf(lines, sizeof(lines), "%.*s%s%s", before,
		    cases[i].format, at != NULL ? etag : "", at != NULL ? at + 2 : "");
		for (int head = 0; head < 2; head++) {
			ask(s, &a, head ? "HEAD" : "GET", "/all.atom", lines);
			if (a.status != cases[i].status)
				fail_msg("%u for %s", a.status, lines);
			if (a.status == 304) {
				const char *length = header(&a, "Content-Length");

				assert_int_equal(a.body.n, 0);
				assert_string_equal(header(&a, "ETag"), etag);
				assert_string_not_equal(
				    header(&a, "Cache-Control"), "");
				/* not what a client could wait for: copies.c */
				assert_true(
				    length[0] == '\0' || strcmp(length, "0") == 0);
			} else if (a.status == 200 && !head) {
				assert_true(rk_str_is(a.body, FEED));
			}
			done(&a);
		}
	}
	assert_int_equal(
	    status_of(s, "GET", "/missing.atom", "If-None-Match: *\r\n"), 404);
	stop(s);
}

/* ---- names */

static void
test_traversal(void **unused)
{
	static const char *const targets[] = {"/../secret.atom", "/..//secret.atom",
	    "/./../secret.atom", "/province/../../secret.atom", "/province/../all.atom",
	    "/%2e%2e/secret.atom", "/%2E%2E/secret.atom", "/.%2e/secret.atom",
	    "/%2e./secret.atom", "/..%2fsecret.atom", "/..%2Fsecret.atom",
	    "/%2e%2e%2fsecret.atom", "/..%5csecret.atom", "/..\\secret.atom",
	    "\\..\\secret.atom", "/..%255c/secret.atom", "/%252e%252e/secret.atom",
	    "/..%c0%afsecret.atom", "/%c0%ae%c0%ae/secret.atom", "/..%u2215secret.atom",
	    "/....//secret.atom", "/.../secret.atom", "/..;/secret.atom",
	    "//secret.atom", "//all.atom", "///all.atom", "//etc/passwd", "/./all.atom",
	    "/province//phuket.atom", "/province/./phuket.atom", "/all.atom/",
	    "/all.atom/.", "/all.atom/..", "/all.atom/x.atom", "/all.atom%00.html",
	    "/all.atom%00", "/%00/all.atom", "/all%00.atom", "/.dot.atom",
	    "/.hidden/x.atom", "/%2edot.atom", "/.htaccess", "/.git/config.txt",
	    "/province", "/province/", "/folder.atom", "/folder.atom/", "/link.atom",
	    "/linkdir/secret.atom", "/inner.atom", "/passwd.txt", "/fifo.atom",
	    "/noext", "/core.exe", "/Upper.atom", "/upper.atom", "/sp%20ace.atom",
	    "/back%5cslash.atom", "/back\\slash.atom", "/all.atom%20", "/all.atom.",
	    "/all.atom~", "/all.atom::$DATA", "/ALL.ATOM", "/%E0%B8%81.atom",
	    "/\xe0\xb8\x81.atom", "/all.atom#x", "/%", "/%2", "/%zz.atom", "/all.atom%",
	    "*", "/*", "/?", "/..?/secret.atom", "http://x/../secret.atom", "https://x",
	    "http:///../secret.atom", "file:///etc/passwd", "secret.atom",
	    "../secret.atom", "/nul", "/con.txt", "/-.atom", "/..", "/.", "/%2e%2e",
	    "/etc/passwd", "/proc/self/environ",
	    "/province/phuket.atom/../../../secret.atom"};
	struct server *s = start();

	(void)unused;
	assert_true(sizeof(targets) / sizeof(*targets) >= 60);
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		unsigned status = status_of(s, "GET", targets[i], "");
		bool index = strcmp(targets[i], "/?") == 0 ||
			     strcmp(targets[i], "https://x") == 0 ||
			     strcmp(targets[i], "/..?/secret.atom") == 0;

		/* two of them name the index, and nothing else is anything */
		if (index && status == 200)
			continue;
		if (status != 404 && status != 400)
			fail_msg("%u for %s", status, targets[i]);
	}
	stop(s);
}

static void
test_raw_targets(void **unused)
{
	static const struct {
		const char *bytes;
		size_t n;
	} requests[] = {
#define R(lit) {lit, sizeof(lit) - 1}
	    R("GET /all.atom\0.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom\0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /\0all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom?a\0b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom\x01 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all.atom\t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /all atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	    R("GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
#undef R
	};
	struct server *s = start();

	(void)unused;
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		struct answer a;

		raw(s, &a, requests[i].bytes, requests[i].n);
		if (a.status != 404 && a.status != 400)
			fail_msg("%u for %s", a.status, requests[i].bytes);
		done(&a);
	}
	stop(s);
}

static void
test_long_names(void **unused)
{
	struct server *s = start();

	(void)unused;
	for (size_t n = 1; n < 9000; n += n < 400 ? 13 : 1201) {
		struct rk_buf b;
		struct answer a;

		rk_buf_init(&b, 1 << 20);
		(void)rk_buf_addc(&b, '/');
		for (size_t i = 0; i < n; i++)
			(void)rk_buf_addc(&b, i % 7 == 6 ? '/' : 'a');
		(void)rk_buf_adds(&b, ".atom");
		ask(s, &a, "GET", b.p, "");
		assert_true(a.status == 404 || a.status == 414 || a.status == 431);
		done(&a);
		rk_buf_release(&b);
	}
	stop(s);
}

/* The tree may not be there yet, and may come later. */
static void
test_no_tree(void **unused)
{
	char before[80];
	struct server *s;

	(void)unused;
	memcpy(before, root, sizeof(root));
	(void)snprintf(root, sizeof(root), "%s/later", base);
	s = start();
	assert_int_equal(status_of(s, "GET", "/all.atom", ""), 404);
	assert_int_equal(status_of(s, "GET", "/healthz", ""), 200);
	folder("later");
	put("later/all.atom", FEED);
	assert_int_equal(status_of(s, "GET", "/all.atom", ""), 200);
	stop(s);
	memcpy(root, before, sizeof(root));
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
	struct server *s = start();
	struct answer a;

	(void)unused;
	assert_int_equal(status_of(s, "GET", "/healthz", ""), 200);
	assert_int_equal(status_of(s, "GET", "/readyz", ""), 200);
	assert_int_equal(status_of(s, "GET", "/metrics", ""), 404); /* nobody to ask */
	assert_int_equal(status_of(s, "POST", "/healthz", ""), 405);
	stop(s);
	s = start_with(&opts);
	assert_int_equal(status_of(s, "GET", "/readyz", ""), 503);
	ask(s, &a, "GET", "/metrics", "X-Forwarded-For: 203.0.113.9\r\n");
	assert_int_equal(
	    a.status, 200); /* the peer counts, not what it says (case 42) */
	assert_true(rk_str_is(a.body, "rk_polls_total 42\n"));
	assert_int_equal(strncmp(header(&a, "Content-Type"), "text/plain", 10), 0);
	done(&a);
	stop(s);
}

/* From an address of this machine that is not loopback, where it has one. */
static void
test_metrics_peer(void **unused)
{
	struct rk_serve_opts opts = {.metrics = metrics, .listen = RK_STR("0.0.0.0:0")};
	struct server *s = start_with(&opts);
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
		assert_true(say(fd, request, sizeof(request) - 1));
		assert_true(hear(fd, &a.all, 10000));
		answer_parse(&a);
		assert_int_equal(a.status, 404);
		done(&a);
		(void)close(fd);
	}
	stop(s);
}

/* ---- requests that are none */

static uint64_t seed_state = 0x5eed;

static uint32_t
draw(uint32_t below)
{
	seed_state ^= seed_state << 13;
	seed_state ^= seed_state >> 7;
	seed_state ^= seed_state << 17;
	return (uint32_t)(seed_state >> 32) % below;
}

/* It answers; a busy machine may need a second try where the grace is short. */
static void
alive(const struct server *s)
{
	unsigned status = 0;

	for (int i = 0; i < 5 && status != 200; i++)
		status = status_of(s, "GET", "/all.atom", "");
	assert_int_equal(status, 200);
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
	struct server *s = start_with(&opts);

	(void)unused;
	print_message("seed %#llx\n", (unsigned long long)seed_state);
	for (int round = 0; round < 15; round++) {
		int fds[AT_ONCE];

		for (int i = 0; i < AT_ONCE; i++) {
			char bytes[4096];
			size_t n = mutate(bytes);

			fds[i] = dial(s);
			(void)say(fds[i], bytes, n);
			if (draw(3) !=
			    0) /* no more will come; else it may wait for it */
				(void)shutdown(fds[i], draw(2) ? SHUT_WR : SHUT_RDWR);
		}
		for (int i = 0; i < AT_ONCE; i++) {
			struct answer a;

			rk_buf_init(&a.all, 1 << 20);
			if (!hear(fds[i], &a.all, 5000))
				fail_msg("round %d: a connection stays open", round);
			answer_parse(&a);
			assert_true(a.all.n == 0 || a.status >= 200);
			done(&a);
			(void)close(fds[i]);
		}
		alive(s);
	}
	stop(s);
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
	struct server *s = start();

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
			raw(s, &a, b.p, b.n);
			if (a.status != 400 && a.status != 413 &&
			    !(m && a.status == 405))
				fail_msg("%u for %s", a.status, heads[i]);
			/* one answer, and the end: the rest is not read as a request */
			first = rk_str_find(rk_buf_view(&a.all), RK_STR("HTTP/1.1 "));
			assert_int_equal(first, 0);
			if (rk_str_find(rk_str_from(rk_buf_view(&a.all), 9),
				RK_STR("HTTP/1.1 2")) != SIZE_MAX)
				fail_msg("a second answer for %s", heads[i]);
			done(&a);
			rk_buf_release(&b);
		}
	}
	alive(s);
	stop(s);
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
	    {400, "1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
	    {400, "1.0", "Transfer-Encoding: chunked\r\n"}};
	struct rk_serve_opts opts = {.hub_room = hub_room, .hub_called = hub_called};
	struct server *s = start_with(&opts);

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rk_buf b;
		struct answer a;

		rk_buf_init(&b, 1 << 16);
		(void)rk_buf_addf(&b,
		    "POST /hub HTTP/%s\r\nHost: a\r\nConnection: close\r\n%s\r\n"
		    "3\r\nabc\r\n0\r\n\r\n",
		    cases[i].version, cases[i].heads);
		raw(s, &a, b.p, b.n);
		if (a.status != cases[i].status)
			fail_msg("%u for HTTP/%s %s", a.status, cases[i].version, cases[i].heads);
		done(&a);
		rk_buf_release(&b);
	}
	alive(s);
	stop(s);
}

static void
test_heads(void **unused)
{
	struct server *s = start();
	struct answer a;
	struct rk_buf b;

	(void)unused;
	raw(s, &a, "GET /all.atom HTTP/1.1\r\n\r\n", 26); /* no Host */
	assert_int_equal(a.status, 400);
	done(&a);
	raw(s, &a, "GET /all.atom HTTP/1.0\r\n\r\n", 26); /* then none was needed */
	assert_int_equal(a.status, 200);
	done(&a);
	raw(s, &a, "GET /all.atom HTTP/3.0\r\nHost: x\r\n\r\n", 35);
	assert_int_equal(a.status, 505);
	done(&a);
	raw(s, &a, "GET /all.atom\r\n\r\n", 17); /* HTTP/0.9 */
	assert_int_equal(a.status, 400);
	done(&a);
	for (size_t n = 4000; n <= 64000; n += n < 8000 ? 4000 : 500 + n / 3) {
		/* 8 KiB and no more; of one far longer the end is not waited for */
		rk_buf_init(&b, 1 << 20);
		(void)rk_buf_adds(&b, "X-Long: ");
		for (size_t i = 0; i < n; i++)
			(void)rk_buf_addc(&b, 'x');
		(void)rk_buf_adds(&b, "\r\n");
		ask(s, &a, "GET", "/all.atom", b.p);
		if (n > 16000)
			assert_true(a.status == 431 || a.status == 0);
		else
			assert_int_equal(a.status, n <= 8000 ? 200 : 431);
		assert_true(
		    rk_str_find(rk_buf_view(&a.all), RK_STR("xxxx")) == SIZE_MAX);
		done(&a);
		rk_buf_release(&b);
	}
	stop(s);
}

static void
test_keep_alive(void **unused)
{
	static const char two[] = "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n"
				  "HEAD /all.atom HTTP/1.1\r\nHost: x\r\n\r\n"
				  "GET /missing.atom HTTP/1.1\r\nHost: x\r\n\r\n"
				  "GET /province/phuket.atom HTTP/1.1\r\nHost: "
				  "x\r\nConnection: close\r\n\r\n";
	struct server *s = start();
	struct answer a;
	unsigned answers = 0;
	size_t at;
	struct rk_str rest;

	(void)unused;
	raw(s, &a, two, sizeof(two) - 1);
	for (rest = rk_buf_view(&a.all);
	     (at = rk_str_find(rest, RK_STR("HTTP/1.1 "))) != SIZE_MAX;
	     rest = rk_str_from(rest, at + 1))
		answers++;
	assert_int_equal(answers, 4);
	done(&a);
	stop(s);
}

/* ---- slow and many */

static void
test_slow(void **unused)
{
	struct rk_serve_opts opts = {.grace_ms = 500};
	struct server *s = start_with(&opts);
	struct answer a;
	int64_t began;
	int idle, drip, kept;
	bool open = true;

	(void)unused;
	began = now_ms();
	idle = dial(s); /* says nothing */
	drip = dial(s); /* a byte every 50 ms, for ever */
	kept = dial(s); /* one request, then nothing */
	assert_true(say(kept, "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36));
	assert_true(say(drip, "GET /all.atom HTTP/1.1\r\nHost: x\r\nX: ", 37));
	while (open && now_ms() - began < 8000) {
		struct pollfd p = {.fd = drip, .events = POLLIN};

		(void)say(drip, "x", 1);
		if (poll(&p, 1, 50) > 0) {
			char c;

			open = recv(drip, &c, 1, 0) > 0;
		}
	}
	assert_false(open);
	assert_true(now_ms() - began >= 400);
	assert_true(now_ms() - began < 4000);
	rk_buf_init(&a.all, 1 << 20);
	assert_true(hear(idle, &a.all, 3000));
	assert_int_equal(a.all.n, 0);
	assert_true(hear(kept, &a.all, 3000)); /* answered, then ended */
	answer_parse(&a);
	assert_int_equal(a.status, 200);
	done(&a);
	alive(s);
	(void)close(idle);
	(void)close(drip);
	(void)close(kept);
	stop(s);
}

/* A reader that does not read is not waited for; one that reads slowly is. */
static void
test_slow_reader(void **unused)
{
	struct rk_serve_opts opts = {.grace_ms = 300};
	struct server *s;
	size_t n = (size_t)8 << 20, got = 0;
	static char bytes[65536];
	char *big = malloc(n + 1);
	int fd, small = 262144;
	int64_t began = now_ms();
	ssize_t k;

	(void)unused;
	memset(big, 'x', n);
	big[n] = '\0';
	put("public/big.json", big);
	free(big);
	s = start_with(&opts);
	fd = dial(s);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_true(say(fd, "GET /big.json HTTP/1.1\r\nHost: x\r\n\r\n", 36));
	while (now_ms() - began < 900) { /* longer than the grace, with pauses */
		if ((k = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
			got += (size_t)k;
		(void)usleep(30000);
	}
	while ((k = recv(fd, bytes, sizeof(bytes), 0)) > 0 && got < n)
		got += (size_t)k;
	assert_true(got >= n); /* it got all of it */
	(void)close(fd);
	alive(s);
	stop(s);
}

static void
test_many(void **unused)
{
	enum { LIMIT = 64, N = 150 };
	struct rk_serve_opts opts = {.max_clients = LIMIT, .grace_ms = 1200};
	struct server *s = start_with(&opts);
	struct rusage before, after;
	unsigned answered = 0;
	int fds[N];
	double cpu;

	(void)unused;
	for (int i = 0; i < N; i++)
		fds[i] = dial(s); /* the system's queue takes the rest */
	(void)usleep(200000);
	(void)getrusage(RUSAGE_SELF, &before);
	(void)usleep(500000);
	(void)getrusage(RUSAGE_SELF, &after);
	cpu = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) +
	      (double)(after.ru_stime.tv_sec - before.ru_stime.tv_sec) +
	      (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec +
		       after.ru_stime.tv_usec - before.ru_stime.tv_usec) /
		  1e6;
	assert_true(cpu < 0.25); /* full is no reason to spin */
	/* no more than LIMIT are let in at once */
	for (int i = 0; i < N; i++)
		(void)say(fds[i], "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36);
	(void)usleep(300000);
	for (int i = 0; i < N; i++) {
		struct pollfd p = {.fd = fds[i], .events = POLLIN};

		answered += poll(&p, 1, 0) > 0;
	}
	assert_true(answered >= 1);
	assert_true(answered <= LIMIT);
	/* and the others are when places become free */
	answered = 0;
	for (int i = 0; i < N; i++) {
		struct rk_buf b;

		rk_buf_init(&b, 1 << 20);
		if (hear(fds[i], &b, 12000))
			answered += b.n > 0;
		rk_buf_release(&b);
		(void)close(fds[i]);
	}
	assert_int_equal(answered, N);
	alive(s);
	stop(s);
}

/* The default: five hundred and twelve, with as many held open and one more. */
static void
test_default_limit(void **unused)
{
	enum { N = 560 };
	struct rlimit files, more;
	struct server *s;
	unsigned answered = 0;
	int fds[N];

	(void)unused;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	more = files;
	more.rlim_cur = files.rlim_max < 8192 ? files.rlim_max : 8192;
	if (setrlimit(RLIMIT_NOFILE, &more) != 0 || more.rlim_cur < 4096) {
		print_message("too few descriptors: not tested\n");
		(void)setrlimit(RLIMIT_NOFILE, &files);
		return;
	}
	s = start();
	for (int i = 0; i < N; i++) {
		fds[i] = dial(s);
		(void)say(fds[i], "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36);
	}
	for (int wait = 0; wait < 100 && answered < 512; wait++) {
		(void)usleep(50000);
		answered = 0;
		for (int i = 0; i < N; i++) {
			struct pollfd p = {.fd = fds[i], .events = POLLIN};

			answered += poll(&p, 1, 0) > 0;
		}
	}
	assert_int_equal(answered, 512);
	stop(s); /* with all of them open */
	for (int i = 0; i < N; i++)
		(void)close(fds[i]);
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static bool
count(void *cookie)
{
	struct server *s = cookie;

	s->asked++;
	return true;
}

static void *
many_short(void *cookie)
{
	for (int i = 0; i < 100; i++) {
		struct answer a;

		ask(cookie, &a, "GET", "/readyz", "");
		done(&a);
	}
	return NULL;
}

/* Connections that come and go without a pause leave the loop to others. */
static void
test_loop_goes_on(void **unused)
{
	struct rk_serve_opts opts = {.ready = count};
	struct server *s = start_with(&opts);
	pthread_t threads[40];
	unsigned most;

	(void)unused;
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, many_short, s), 0);
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	most = s->most;
	stop(s);
	/* some tens; thousands where the loop has to wait for the last of them */
	if (most >= 800)
		fail_msg("%u requests in one turn of the loop", most);
}

static void
test_aborting(void **unused)
{
	struct server *s = start();

	(void)unused;
	for (int i = 0; i < 300; i++) {
		struct linger hard = {.l_onoff = 1, .l_linger = 0};
		int fd = dial(s);

		if (i % 3 != 0)
			(void)say(fd, "GET /big.json HTTP/1.1\r\nHost: x\r\n\r\n",
			    i % 3 == 1 ? 36 : 34);
		if (i % 2 == 0) /* a reset */
			(void)setsockopt(
			    fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		(void)close(fd);
	}
	alive(s);
	stop(s);
}

/* ---- life */

static void
test_close_with_connections(void **unused)
{
	int fds[20];

	(void)unused;
	for (int round = 0; round < 3; round++) {
		struct server *s = start();

		for (int i = 0; i < 20; i++) {
			fds[i] = dial(s);
			if (i % 4 == 1) /* half a request */
				(void)say(fds[i], "GET /all.atom HT", 16);
			if (i % 4 == 2) /* an answer that is not read */
				(void)say(fds[i],
				    "GET /big.json HTTP/1.1\r\nHost: x\r\n\r\n", 36);
			if (i % 4 == 3)
				(void)say(fds[i],
				    "GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n", 36);
		}
		(void)usleep(50000);
		stop(s);
		for (int i = 0; i < 20; i++)
			(void)close(fds[i]);
	}
}

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
		s = start_with(&opts);
		if (s->rc != -1)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(s->err.kind, RK_E_CONFIG);
		stop(s);
	}
	opts.listen = RK_STR("localhost:0");
	s = start_with(&opts);
	assert_int_equal(s->rc, 0);
	port = s->port;
	alive(s);
	/* taken */
	(void)snprintf(listen, sizeof(listen), "127.0.0.1:%u", port);
	opts.listen = rk_str(listen);
	{
		struct server *second = start_with(&opts);

		assert_int_equal(second->rc, -1);
		assert_int_equal(second->err.kind, RK_E_SYS);
		assert_non_null(strstr(second->err.text, listen));
		stop(second);
	}
	stop(s);
	s = start_with(&opts); /* and free again at once */
	assert_int_equal(s->rc, 0);
	alive(s);
	stop(s);
	opts.listen = RK_STR("[::1]:0");
	s = start_with(&opts);
	if (s->rc != 0)
		print_message("no IPv6 here: %s\n", s->err.text);
	else
		assert_true(s->port > 0);
	stop(s);
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
	    cmocka_unit_test(test_traversal),
	    cmocka_unit_test(test_raw_targets),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_no_tree),
	    cmocka_unit_test(test_health),
	    cmocka_unit_test(test_metrics_peer),
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_smuggling),
	    cmocka_unit_test(test_codings_of_bodies),
	    cmocka_unit_test(test_heads),
	    cmocka_unit_test(test_keep_alive),
	    cmocka_unit_test(test_slow),
	    cmocka_unit_test(test_slow_reader),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_default_limit),
	    cmocka_unit_test(test_loop_goes_on),
	    cmocka_unit_test(test_aborting),
	    cmocka_unit_test(test_close_with_connections),
	    cmocka_unit_test(test_addresses),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, tree_make, tree_remove);
}
