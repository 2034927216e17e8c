/*
 * Pages that are made when they are asked for: what the function is told, what becomes of
 * its answer, how many are made at once, and a server that is closed meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/serve.h>

#include <uv.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GRACE_MS = 1000 };

struct server {
	pthread_t thread;
	pthread_barrier_t started;
	uv_loop_t loop;
	uv_async_t stop;
	struct rk_server *server;
	uint16_t port;
	bool closed;
	/* the function */
	uv_mutex_t lock;
	uv_cond_t changed;
	bool wait; /* until it is false */
	unsigned now, most, made;
};

static const char *const pages[] = {"/story", "/search", "/search.atom", NULL};

static void
make(void *cookie, const struct rk_page_call *call, struct rk_page_reply *reply)
{
	struct server *s = cookie;
	struct rk_str status = rk_page_arg(call, "status");

	uv_mutex_lock(&s->lock);
	s->now++;
	s->most = s->now > s->most ? s->now : s->most;
	uv_cond_broadcast(&s->changed);
	while (s->wait)
		uv_cond_wait(&s->changed, &s->lock);
	s->now--;
	s->made++;
	uv_mutex_unlock(&s->lock);
	reply->status = status.n > 0 ? (unsigned)atoi(status.p) : 200;
	if (status.n > 0 && atoi(status.p) == 500)
		return; /* nothing was made */
	(void)rk_buf_addf(&reply->body, "%s", rk_cstr(call->path));
	for (size_t i = 0; i < call->n_args; i++)
		(void)rk_buf_addf(&reply->body, "|%zu:%.*s=%zu:%.*s", call->args[i].name.n,
		    RK_FMT(call->args[i].name), call->args[i].value.n,
		    RK_FMT(call->args[i].value));
}

/* ---- what is sent to us */

static uint64_t
room(void *cookie, unsigned *status)
{
	(void)cookie;
	(void)status;
	return 1024;
}

static uint64_t
push_room(void *cookie, struct rk_str id, unsigned *status)
{
	(void)id;
	return room(cookie, status);
}

static void
hub_called(void *cookie, const struct rk_hub_call *call, struct rk_hub_reply *reply)
{
	(void)cookie;
	(void)call;
	reply->status = 202;
}

static void
pushed(void *cookie, const struct rk_websub_call *call, struct rk_websub_reply *reply)
{
	(void)cookie;
	(void)call;
	reply->status = 200;
}

static void
on_closed(void *cookie)
{
	struct server *s = cookie;

	s->closed = true;
}

static void
on_stop(uv_async_t *async)
{
	struct server *s = async->data;

	uv_close((uv_handle_t *)async, NULL);
	rk_server_close(s->server, on_closed, s);
}

static void *
run(void *cookie)
{
	struct server *s = cookie;
	struct rk_serve_opts opts = {.listen = RK_STR("127.0.0.1:0"),
	    .root = RK_STR("/nonexistent"),
	    .page = make,
	    .pages = pages,
	    .page_cookie = s,
	    .grace_ms = GRACE_MS,
	    .hub_called = hub_called,
	    .hub_room = room,
	    .websub = pushed,
	    .websub_room = push_room};
	struct rk_err err;

	assert_int_equal(uv_loop_init(&s->loop), 0);
	assert_int_equal(rk_server_start(&s->loop, &opts, &s->server, &err), 0);
	s->port = rk_server_port(s->server);
	assert_int_equal(uv_async_init(&s->loop, &s->stop, on_stop), 0);
	s->stop.data = s;
	(void)pthread_barrier_wait(&s->started);
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&s->loop), 0);
	return NULL;
}

static struct server *
start(bool wait)
{
	struct server *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->wait = wait;
	assert_int_equal(uv_mutex_init(&s->lock), 0);
	assert_int_equal(uv_cond_init(&s->changed), 0);
	assert_int_equal(pthread_barrier_init(&s->started, NULL, 2), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
	(void)pthread_barrier_wait(&s->started);
	return s;
}

static void
go_on(struct server *s)
{
	uv_mutex_lock(&s->lock);
	s->wait = false;
	uv_cond_broadcast(&s->changed);
	uv_mutex_unlock(&s->lock);
}

/* So many are being made. */
static void
until_busy(struct server *s, unsigned n)
{
	uv_mutex_lock(&s->lock);
	while (s->now < n)
		uv_cond_wait(&s->changed, &s->lock);
	uv_mutex_unlock(&s->lock);
}

static unsigned
busy(struct server *s)
{
	unsigned n;

	uv_mutex_lock(&s->lock);
	n = s->now;
	uv_mutex_unlock(&s->lock);
	return n;
}

/* Nothing is being made any more when this returns. */
static void
finish(struct server *s)
{
	assert_int_equal(uv_async_send(&s->stop), 0);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	assert_true(s->closed);
}

static void
release(struct server *s)
{
	(void)pthread_barrier_destroy(&s->started);
	uv_cond_destroy(&s->changed);
	uv_mutex_destroy(&s->lock);
	free(s);
}

static void
stop(struct server *s)
{
	finish(s);
	release(s);
}

/* ---- a client */

static int
say(const struct server *s, const char *method, const char *target, const char *headers)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(s->port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[4096];

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	(void)snprintf(text, sizeof(text),
	    "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method,
	    target, headers);
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
	return fd;
}

static char heard[65536];

/* The status, 0: none came; all of it in heard. */
static unsigned
hear(int fd)
{
	size_t n = 0;
	ssize_t k;

	while ((k = recv(fd, heard + n, sizeof(heard) - 1 - n, 0)) > 0)
		n += (size_t)k;
	heard[n] = '\0';
	(void)close(fd);
	return strncmp(heard, "HTTP/1.1 ", 9) == 0 ? (unsigned)atoi(heard + 9) : 0;
}

static const char *
body(void)
{
	const char *end = strstr(heard, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static unsigned
ask(const struct server *s, const char *method, const char *target, const char *headers)
{
	return hear(say(s, method, target, headers));
}

/* ---- the tests */

static void
test_call(void **unused)
{
	struct server *s = start(false);

	(void)unused;
	assert_int_equal(ask(s, "GET", "/story", ""), 200);
	assert_string_equal(body(), "/story");
	assert_int_equal(ask(s, "GET",
	    "/search?q=a%2Bb+c%26d%3De&%E0%B8%81=%E0%b8%82&empty=&none&x=%41%zz%", ""), 200);
	assert_string_equal(body(), "/search|1:q=9:a+b c&d=e|3:ก=3:ข|5:empty=0:|4:none=0:|"
				    "1:x=5:A%zz%");
	assert_int_equal(ask(s, "GET", "/story?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17", ""),
	    200);
	assert_non_null(strstr(body(), "|2:16="));
	assert_null(strstr(body(), "|2:17="));
	assert_int_equal(ask(s, "GET", "/storyx", ""), 404);
	assert_int_equal(ask(s, "GET", "/story/x", ""), 404);
	assert_int_equal(ask(s, "POST", "/story", ""), 405);
	assert_int_equal(ask(s, "DELETE", "/story", ""), 405);
	stop(s);
}

static void
test_answer(void **unused)
{
	struct server *s = start(false);
	char again[256], *tag;

	(void)unused;
	assert_int_equal(ask(s, "GET", "/story?id=1", ""), 200);
	assert_non_null(strstr(heard, "Content-Type: text/html; charset=utf-8\r\n"));
	assert_non_null(strstr(heard, "Content-Security-Policy: default-src 'none'"));
	assert_non_null(strstr(heard, "Cache-Control: max-age=300\r\n"));
	tag = strstr(heard, "ETag: \"");
	assert_non_null(tag);
	(void)snprintf(again, sizeof(again), "If-None-Match: \"x\", W/%.34s\r\n", tag + 6);
	assert_int_equal(ask(s, "GET", "/story?id=1", again), 304);
	assert_string_equal(body(), "");
	assert_non_null(strstr(heard, "Content-Length: 0\r\n")); /* none waits for more */
	assert_non_null(strstr(heard, "ETag: \""));
	assert_non_null(strstr(heard, "Cache-Control: max-age=300\r\n"));
	assert_int_equal(ask(s, "GET", "/story?id=2", again), 200);
	assert_int_equal(ask(s, "HEAD", "/story?id=1", ""), 200);
	assert_string_equal(body(), "");
	assert_int_equal(ask(s, "GET", "/story?status=410", again), 410);
	assert_non_null(strstr(heard, "Cache-Control: no-store\r\n"));
	assert_null(strstr(heard, "ETag"));
	assert_int_equal(ask(s, "GET", "/story?status=503", ""), 503);
	assert_non_null(strstr(heard, "Retry-After: 60\r\n"));
	assert_int_equal(ask(s, "GET", "/story?status=500", ""), 500);
	assert_non_null(strstr(heard, "this page cannot be made now"));
	stop(s);
}

/* A few at once, some wait, the rest is sent away; files are served all the while. */
static void
test_many(void **unused)
{
	enum { MANY = RK_PAGES_AT_ONCE + RK_PAGES_WAITING };
	struct server *s = start(true);
	int fds[MANY];

	(void)unused;
	for (int i = 0; i < MANY; i++)
		fds[i] = say(s, "GET", "/story", "");
	until_busy(s, RK_PAGES_AT_ONCE);
	/* these came behind all of them */
	for (unsigned i = 0, status = 0; status != 503; i++) {
		assert_true(i < 1000);
		assert_int_equal(ask(s, "GET", "/healthz", ""), 200);
		int fd = say(s, "GET", "/search", "");
		struct pollfd p = {.fd = fd, .events = POLLIN};

		status = poll(&p, 1, 200) == 1 ? hear(fd) : 0;
		if (status == 0)
			(void)close(fd); /* it took the last place */
	}
	go_on(s);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(hear(fds[i]), 200);
	assert_int_equal(ask(s, "GET", "/search", ""), 200);
	finish(s);
	assert_int_equal(s->most, RK_PAGES_AT_ONCE);
	release(s);
}

/* Clients that go before their page is made: nothing is made for those who only waited. */
static void
test_leaving(void **unused)
{
	struct server *s = start(true);
	int fds[RK_PAGES_AT_ONCE];

	(void)unused;
	for (int i = 0; i < RK_PAGES_AT_ONCE; i++)
		fds[i] = say(s, "GET", "/story", "");
	until_busy(s, RK_PAGES_AT_ONCE);
	for (int i = 0; i < RK_PAGES_WAITING; i++)
		(void)close(say(s, "GET", "/story", ""));
	assert_int_equal(ask(s, "GET", "/healthz", ""), 200);
	/* nor do they take the place of others */
	int late = say(s, "GET", "/story?late", "");
	assert_int_equal(ask(s, "GET", "/healthz", ""), 200);
	(void)close(fds[0]); /* it is being made already */
	go_on(s);
	for (int i = 1; i < RK_PAGES_AT_ONCE; i++)
		assert_int_equal(hear(fds[i]), 200);
	assert_int_equal(hear(late), 200);
	assert_string_equal(body(), "/story|4:late=0:");
	assert_int_equal(ask(s, "GET", "/story", ""), 200);
	finish(s); /* nobody heard the end of the first */
	assert_int_equal(s->made, RK_PAGES_AT_ONCE + 2);
	release(s);
}

/* The time that a client has runs out while we let it wait, and it is answered all the same. */
static void
test_long_wait(void **unused)
{
	enum { MANY = RK_PAGES_AT_ONCE + 1 }; /* one of them is not begun meanwhile */
	struct server *s = start(true);
	int fds[MANY], idle;

	(void)unused;
	for (int i = 0; i < MANY; i++)
		fds[i] = say(s, "GET", "/story", "");
	until_busy(s, RK_PAGES_AT_ONCE);
	idle = say(s, "POST", "/hub", "Content-Length: 100\r\n");
	assert_int_equal(hear(idle), 0); /* cut: so long it was */
	go_on(s);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(hear(fds[i]), 200);
	stop(s);
}

/* However many searches wait, stories go on. */
static void
test_searches(void **unused)
{
	enum { MANY = RK_PAGES_SEARCHING + RK_SEARCHES_WAITING };
	struct server *s = start(true);
	int fds[MANY], story;

	(void)unused;
	for (int i = 0; i < MANY; i++)
		fds[i] = say(s, "GET", i % 2 ? "/search.atom" : "/search", "");
	until_busy(s, RK_PAGES_SEARCHING);
	assert_int_equal(ask(s, "GET", "/healthz", ""), 200); /* all were taken */
	assert_int_equal(ask(s, "GET", "/search", ""), 503);
	assert_int_equal(busy(s), RK_PAGES_SEARCHING);
	story = say(s, "GET", "/story", "");
	until_busy(s, RK_PAGES_SEARCHING + 1);
	go_on(s);
	assert_int_equal(hear(story), 200);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(hear(fds[i]), 200);
	stop(s);
}

/* Requests to the hub that do not end keep no place of what hubs push to us. */
static void
test_slow_requests(void **unused)
{
	struct server *s = start(false);
	unsigned status = 0;
	int fds[8];

	(void)unused;
	for (int i = 0; i < 8; i++)
		fds[i] = say(s, "POST", "/hub", "Content-Length: 100\r\n");
	assert_int_equal(ask(s, "GET", "/healthz", ""), 200); /* all were taken */
	assert_int_equal(ask(s, "POST", "/hub", "Content-Length: 100\r\n"), 503);
	assert_int_equal(ask(s, "POST", "/websub/x", "Content-Length: 0\r\n"), 200);
	for (int i = 0; i < 8; i++)
		(void)close(fds[i]);
	for (int i = 0; i < 500 && status != 202; i++) {
		status = ask(s, "POST", "/hub", "Content-Length: 0\r\n");
		(void)usleep(10000);
	}
	assert_int_equal(status, 202);
	stop(s);
}

static void *
late(void *cookie)
{
	struct server *s = cookie;

	(void)usleep(100000);
	go_on(s);
	return NULL;
}

/* The end waits for what is being made; what only waits is not begun any more. */
static void
test_close(void **unused)
{
	struct server *s = start(true);
	pthread_t thread;
	int fds[10];

	(void)unused;
	for (int i = 0; i < 10; i++)
		fds[i] = say(s, "GET", "/story", "");
	until_busy(s, RK_PAGES_AT_ONCE);
	assert_int_equal(ask(s, "GET", "/healthz", ""), 200); /* all were taken */
	assert_int_equal(pthread_create(&thread, NULL, late, s), 0);
	finish(s);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(s->now, 0);
	assert_true(s->made <= RK_PAGES_AT_ONCE);
	for (int i = 0; i < 10; i++)
		(void)hear(fds[i]);
	release(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_call),
	    cmocka_unit_test(test_answer),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_leaving),
	    cmocka_unit_test(test_long_wait),
	    cmocka_unit_test(test_searches),
	    cmocka_unit_test(test_slow_requests),
	    cmocka_unit_test(test_close),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)setenv("UV_THREADPOOL_SIZE", "4", 1); /* more than are made at once */
	(void)alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
