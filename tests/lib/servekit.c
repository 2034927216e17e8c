/*
 * See servekit.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "servekit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "SECRET-OUTSIDE-THE-TREE"

/* ---- a tree */

char serve_base[64], serve_root[80];

void
serve_put(const char *rel, const char *bytes)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", serve_base, rel);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_true(fputs(bytes, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

void
serve_folder(const char *rel)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", serve_base, rel);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void
point(const char *to, const char *rel)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", serve_base, rel);
	assert_int_equal(symlink(to, path), 0);
}

void
serve_mtime(const char *rel, time_t t)
{
	struct timespec times[2] = {
	    {.tv_sec = t, .tv_nsec = 0}, {.tv_sec = t, .tv_nsec = 0}};
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", serve_base, rel);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

int
serve_tree_make(void **unused)
{
	char path[512];

	(void)unused;
	(void)snprintf(serve_base, sizeof(serve_base), "%s/rk-serve-XXXXXX",
	    getenv("TMPDIR") != NULL && strlen(getenv("TMPDIR")) < 40 ? getenv("TMPDIR")
								      : "/tmp");
	assert_non_null(mkdtemp(serve_base));
	(void)snprintf(serve_root, sizeof(serve_root), "%s/public", serve_base);
	serve_folder("public");
	serve_folder("public/province");
	serve_folder("public/.hidden");
	serve_folder("public/folder.atom");
	serve_folder("outside");
	serve_put("public/all.atom", SERVE_FEED);
	serve_put("public/same.atom", SERVE_FEED);
	serve_put("public/province/phuket.atom", "<feed>ภูเก็ต</feed>\n");
	serve_put("public/index.html", "<!doctype html><p>ดัชนี</p>\n");
	serve_put("public/index.opml", "<opml/>\n");
	serve_put("public/empty.json", "");
	serve_put("public/feed.json", "{}");
	serve_put("public/feed.rss", "<rss/>");
	serve_put("public/noext", MARK);
	serve_put("public/core.exe", MARK);
	serve_put("public/.dot.atom", MARK);
	serve_put("public/.hidden/x.atom", MARK);
	serve_put("public/Upper.atom", MARK);
	serve_put("public/sp ace.atom", MARK);
	serve_put("public/back\\slash.atom", MARK);
	serve_put("outside/secret.atom", MARK);
	serve_put("secret.atom", MARK);
	serve_put("secret.html", MARK);
	point("../outside/secret.atom", "public/link.atom");
	point("../outside", "public/linkdir");
	point("/etc/passwd", "public/passwd.txt");
	point("all.atom", "public/inner.atom");
	(void)snprintf(path, sizeof(path), "%s/fifo.atom", serve_root);
	assert_int_equal(mkfifo(path, 0644), 0);
	serve_mtime("public/all.atom", 1795219200);
	return 0;
}

int
serve_tree_remove(void **unused)
{
	char command[128];

	(void)unused;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", serve_base);
	return system(command);
}

/* ---- a server in a thread */

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

struct server *
serve_start_with(const struct rk_serve_opts *opts)
{
	struct server *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->opts = *opts;
	s->opts.cookie = s;
	s->opts.root = rk_str(serve_root);
	if (s->opts.listen.n == 0)
		s->opts.listen = RK_STR("127.0.0.1:0");
	assert_int_equal(pthread_barrier_init(&s->started, NULL, 2), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
	(void)pthread_barrier_wait(&s->started);
	return s;
}

struct server *
serve_start(void)
{
	struct rk_serve_opts opts = {0};
	struct server *s = serve_start_with(&opts);

	if (s->rc != 0)
		fail_msg("%s", s->err.text);
	assert_true(s->port > 0);
	return s;
}

void
serve_stop(struct server *s)
{
	if (s->rc == 0)
		assert_int_equal(uv_async_send(&s->stop), 0);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	assert_int_equal(s->closed, s->rc == 0);
	(void)pthread_barrier_destroy(&s->started);
	free(s);
}

/* ---- a client */

int
serve_dial(const struct server *s)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(s->port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
		fail_msg("connect: %s", strerror(errno));
	return fd;
}

bool
serve_say(int fd, const char *bytes, size_t n)
{
	return send(fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
}

bool
serve_hear(int fd, struct rk_buf *b, int ms)
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

void
serve_parse(struct answer *a)
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

void
serve_raw(const struct server *s, struct answer *a, const char *bytes, size_t n)
{
	int fd = serve_dial(s);

	rk_buf_init(&a->all, (size_t)64 << 20);
	(void)serve_say(fd, bytes, n);
	if (!serve_hear(fd, &a->all, 10000))
		fail_msg("the connection stays open: %.60s", bytes);
	serve_parse(a);
	(void)close(fd);
}

void
serve_ask(const struct server *s, struct answer *a, const char *method,
    const char *target, const char *headers)
{
	struct rk_buf b;

	rk_buf_init(&b, 1 << 20);
	(void)rk_buf_addf(&b,
	    "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method,
	    target, headers);
	serve_raw(s, a, b.p, b.n);
	rk_buf_release(&b);
}

void
serve_done(struct answer *a)
{
	rk_buf_release(&a->all);
}

const char *
serve_header(const struct answer *a, const char *name)
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

unsigned
serve_status(
    const struct server *s, const char *method, const char *target, const char *headers)
{
	struct answer a;
	unsigned status;

	serve_ask(s, &a, method, target, headers);
	status = a.status;
	if (rk_str_find(rk_buf_view(&a.all), RK_STR(MARK)) != SIZE_MAX)
		fail_msg("%s leaks", target);
	serve_done(&a);
	return status;
}

void
serve_alive(const struct server *s)
{
	unsigned status = 0;

	for (int i = 0; i < 5 && status != 200; i++)
		status = serve_status(s, "GET", "/all.atom", "");
	assert_int_equal(status, 200);
}
