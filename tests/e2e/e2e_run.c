/*
 * The daemon: polls when due, serves, reloads, stops cleanly.
 */
#include "origin.h"
#include "program.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#define FETCH \
	"fetch:\n  every: 1s\n  every_unconditional: 1s\n  host_gap: 0s\n" \
	"  allow_addresses: [127.0.0.0/8]\n"

static void
serve_item(struct origin *o, const char *path, const char *guid, const char *etag)
{
	char body[1024], headers[128];
	struct origin_answer a = { 0 };

	(void)snprintf(body, sizeof(body),
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
	    "<guid isPermaLink=\"false\">%s</guid><title>news %s</title>"
	    "<link>http://s.example/%s</link></item></channel></rss>",
	    guid, guid, guid);
	(void)snprintf(headers, sizeof(headers), "ETag: %s\n", etag);
	a.body = body;
	a.headers = headers;
	a.conditional = true;
	origin_route(o, path, &a, 1);
}

/* The answer of our own server to one request, malloc'd; NULL when nobody listens. */
static char *
ask(uint16_t port, const char *request)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
	char *text = calloc(1, 1 << 20);
	size_t n = 0;
	ssize_t k;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0
	    || write(fd, request, strlen(request)) < 0) {
		(void)close(fd);
		free(text);
		return NULL;
	}
	while ((k = read(fd, text + n, (1 << 20) - 1 - n)) > 0)
		n += (size_t)k;
	(void)close(fd);
	return text;
}

static bool
asked_until(uint16_t port, const char *path, const char *needle, unsigned ms)
{
	char request[128];

	(void)snprintf(request, sizeof(request),
	    "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
	for (unsigned waited = 0; waited <= ms; waited += 20) {
		char *answer = ask(port, request);
		bool found = answer != NULL && strstr(answer, needle) != NULL;

		free(answer);
		if (found)
			return true;
		(void)usleep(20000);
	}
	return false;
}

static void
polls_publishes_and_serves(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	uint16_t port = origin_dead_port();
	pid_t daemon;

	(void)state;
	program_open(&w);
	serve_item(o, "/one", "first", "\"1\"");
	program_config(&w, FETCH "serve:\n  listen: 127.0.0.1:%u\n"
	    "sources:\n- id: one\n  url: %s\n  province: TH-50\n", port, origin_url(o, "/one"));
	daemon = program_start(&w, "run", NULL);
	assert_true(asked_until(port, "/all.atom", "news first", 10000));
	assert_true(asked_until(port, "/province/chiang-mai.atom", "news first", 3000));
	assert_true(asked_until(port, "/healthz", "200 OK", 1000));
	assert_true(asked_until(port, "/readyz", "ready", 1000));
	assert_true(asked_until(port, "/metrics", "ruamkhao_sources 1", 1000));
	/* news come by themselves */
	serve_item(o, "/one", "second", "\"2\"");
	assert_true(asked_until(port, "/all.atom", "news second", 10000));
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 6000), 0);
	assert_non_null(strstr(w.err, "stopped"));
	program_close(&w);
	origin_stop(o);
}

/* Feeds and pages at hosts of their own, none of which is there: what is served is served
 * on, and the state is told to machines and to people, with no source to blame. */
static void
a_lost_network_is_told(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	uint16_t port = origin_dead_port(), dead;
	char text[4096];
	size_t n = 0, failing = 0;
	pid_t daemon;

	(void)state;
	program_open(&w);
	while ((dead = origin_dead_port()) == port)
		;
	serve_item(o, "/one", "first", "\"1\"");
	for (int i = 0; i < 14; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "- id: s%d\n  url: http://127.0.3.%d:%u/x\n  every: 1h\n%s", i, i + 1, dead,
		    i % 2 == 0 ? "" : "  kind: page\n  page:\n    items: //li\n    link: a/@href\n"
		                      "    title: a\n");
	program_config(&w, FETCH "serve:\n  listen: 127.0.0.1:%u\nsources:\n%s", port, text);
	daemon = program_start(&w, "run", NULL);
	assert_true(asked_until(port, "/readyz", "ready, degraded: no source can be reached", 20000));
	assert_true(asked_until(port, "/readyz", "200 OK", 1000));
	assert_true(asked_until(port, "/metrics", "ruamkhao_network_down 1", 1000));
	assert_int_equal(program_run(&w, "status", NULL), 0);
	assert_int_equal(strncmp(w.out, "no source can be reached since 2", 32), 0);
	assert_non_null(strstr(w.out, "our own network seems to be down"));
	assert_int_equal(program_run(&w, "status", "--json", NULL), 0);
	assert_non_null(strstr(w.out, "\"network_down_since\":\"2"));
	for (const char *p = w.out; (p = strstr(p, "\"failures\":")) != NULL; p++)
		failing += strtol(p + 11, NULL, 10) > 0;
	assert_in_range(failing, 1, 9); /* before it was known, feeds and pages together */
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 6000), 0);
	assert_int_equal(program_run(&w, "status", "--json", NULL), 0); /* nobody to ask */
	assert_non_null(strstr(w.out, "\"network_down_since\":null"));
	program_close(&w);
	origin_stop(o);
}

/* In the database of a daemon that runs: what fails, and that it does not any more. */
static void
exec_on(const struct program *w, const char *sql)
{
	char path[128];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/state/ruamkhao.db", w->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 5000);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
reload_takes_good_and_refuses_bad(void **state)
{
	struct program w, elsewhere;
	struct origin *o = origin_start();
	pid_t daemon;

	(void)state;
	program_open(&w);
	program_open(&elsewhere); /* a folder that the process would not read otherwise */
	serve_item(o, "/one", "first", "\"1\"");
	serve_item(o, "/two", "other", "\"1\"");
	serve_item(o, "/three", "third", "\"1\"");
	program_config(&w, FETCH "sources:\n- id: one\n  url: %s\ninclude: [%s/s*/*.yml]\n",
	    origin_url(o, "/one"), elsewhere.dir);
	program_write(&elsewhere, "sources/a.yml", "sources:\n- id: three\n  url: %s\n",
	    origin_url(o, "/three"));
	daemon = program_start(&w, "run", NULL);
	assert_true(program_until(&w, "public/all.atom", "news first", 1, 10000));
	program_config(&w, FETCH "sources:\n- id: one\n  adress: %s\n", origin_url(o, "/one"));
	assert_int_equal(kill(daemon, SIGHUP), 0);
	assert_true(program_until(&w, "stderr", "the old one stays", 1, 5000));
	program_config(&w, FETCH "sources:\n- id: one\n  url: %s\n- id: two\n  url: %s\n"
	    "include: [%s/s*/*.yml]\n",
	    origin_url(o, "/one"), origin_url(o, "/two"), elsewhere.dir);
	assert_int_equal(kill(daemon, SIGHUP), 0);
	assert_true(program_until(&w, "public/all.atom", "news other", 1, 10000));
	serve_item(o, "/three", "fourth", "\"2\""); /* what was included is there still */
	assert_true(program_until(&w, "public/all.atom", "news fourth", 1, 10000));
	program_close(&elsewhere);
	assert_int_equal(program_count(&w, "public/all.atom", "news first"), 1);
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 6000), 0);
	program_close(&w);
	origin_stop(o);
}

/* A new configuration that is right and cannot be begun with: the old one goes on. */
static void
a_reload_that_fails_ends_nothing(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	pid_t daemon;

	(void)state;
	program_open(&w);
	serve_item(o, "/one", "first", "\"1\"");
	serve_item(o, "/two", "other", "\"1\"");
	program_config(&w, FETCH "sources:\n- id: one\n  url: %s\n  title: \"The first\"\n",
	    origin_url(o, "/one"));
	daemon = program_start(&w, "run", NULL);
	assert_true(program_until(&w, "public/all.atom", "news first", 1, 10000));
	exec_on(&w, "CREATE TRIGGER no_room BEFORE INSERT ON source BEGIN SELECT RAISE(ABORT, 'full'); END");
	program_config(&w, FETCH
	    "sources:\n- id: one\n  url: %s\n  title: \"The first\"\n- id: two\n  url: %s\n",
	    origin_url(o, "/one"), origin_url(o, "/two"));
	assert_int_equal(kill(daemon, SIGHUP), 0);
	assert_true(program_until(&w, "stderr", "cannot be used, the old one stays", 1, 10000));
	assert_true(program_count(&w, "stderr", "error=") > 0 && program_count(&w, "stderr", "full") > 0);
	serve_item(o, "/one", "second", "\"2\"");
	assert_true(program_until(&w, "public/all.atom", "news second", 1, 10000));
	assert_int_equal(origin_count(o, "/two"), 0);
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "The first"));
	exec_on(&w, "DROP TRIGGER no_room");
	assert_int_equal(kill(daemon, SIGHUP), 0);
	assert_true(program_until(&w, "public/all.atom", "news other", 1, 10000));
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 6000), 0);
	program_close(&w);
	origin_stop(o);
}

static void
is_ready_again_when_the_store_is(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	uint16_t port = origin_dead_port();
	pid_t daemon;

	(void)state;
	program_open(&w);
	serve_item(o, "/one", "first", "\"1\"");
	program_config(&w, FETCH "serve:\n  listen: 127.0.0.1:%u\nsources:\n- id: one\n  url: %s\n",
	    port, origin_url(o, "/one"));
	daemon = program_start(&w, "run", NULL);
	assert_true(asked_until(port, "/readyz", "ready", 10000));
	assert_true(program_until(&w, "public/all.atom", "news first", 1, 10000));
	exec_on(&w, "CREATE TRIGGER full_a BEFORE UPDATE ON source_state BEGIN SELECT RAISE(ABORT, 'full'); END;"
	            "CREATE TRIGGER full_b BEFORE INSERT ON poll_times BEGIN SELECT RAISE(ABORT, 'full'); END");
	assert_true(asked_until(port, "/readyz", "503", 10000));
	exec_on(&w, "DROP TRIGGER full_a; DROP TRIGGER full_b");
	assert_true(asked_until(port, "/readyz", "200 OK", 30000));
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 6000), 0);
	program_close(&w);
	origin_stop(o);
}

static void
stops_in_time_with_transfers_under_way(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer slow = { .delay_ms = 8000, .body = "x" };
	int64_t began;
	pid_t daemon;

	(void)state;
	program_open(&w);
	origin_route(o, "/slow", &slow, 1);
	program_config(&w, FETCH "sources:\n- id: slow\n  url: %s\n", origin_url(o, "/slow"));
	daemon = program_start(&w, "run", NULL);
	for (int i = 0; i < 1000 && origin_count(o, NULL) == 0; i++)
		(void)usleep(10000);
	began = origin_now_ms();
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 6000), 0);
	assert_true(origin_now_ms() - began < 5000);
	/* the poll left no trace: it is neither a failure nor a success */
	assert_int_equal(program_run(&w, "status", "slow", NULL), 0);
	assert_non_null(strstr(w.out, "slow: new"));
	program_close(&w);
	origin_stop(o);
}

static void
kept_schedule_survives_a_restart(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_item(o, "/one", "first", "\"1\"");
	/* an hour for this source: loopback, but the interval is its own */
	program_config(&w, FETCH "sources:\n- id: one\n  url: %s\n  every: 1h\n",
	    origin_url(o, "/one"));
	for (int i = 0; i < 4; i++) {
		pid_t daemon;

		program_write(&w, "stderr", "%s", ""); /* not that of the last one */
		daemon = program_start(&w, "run", NULL);
		assert_true(program_until(&w, "stderr", "started", 1, 10000));
		for (unsigned ms = 0; i == 0 && ms < 5000 && origin_count(o, NULL) == 0; ms += 10)
			(void)usleep(10000);
		(void)usleep(300000); /* time to ask again, were it due */
		assert_int_equal(kill(daemon, SIGTERM), 0);
		assert_int_equal(program_wait(&w, daemon, 6000), 0);
	}
	assert_int_equal(origin_count(o, NULL), 1);
	program_close(&w);
	origin_stop(o);
}

static void
address_in_use_is_exit_3(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	program_config(&w, "serve:\n  listen: 127.0.0.1:%u\nsources: []\n", origin_port(o));
	assert_int_equal(program_run(&w, "run", NULL), 3);
	assert_non_null(strstr(w.err, "cannot listen"));
	program_close(&w);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polls_publishes_and_serves),
		cmocka_unit_test(a_lost_network_is_told),
		cmocka_unit_test(reload_takes_good_and_refuses_bad),
		cmocka_unit_test(a_reload_that_fails_ends_nothing),
		cmocka_unit_test(is_ready_again_when_the_store_is),
		cmocka_unit_test(stops_in_time_with_transfers_under_way),
		cmocka_unit_test(kept_schedule_survives_a_restart),
		cmocka_unit_test(address_in_use_is_exit_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
