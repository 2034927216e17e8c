/*
 * Our own hub, judged by what its subscribers saw: test ones of all manners, and the
 * program itself.
 */
#include "../../src/store/store_int.h"
#include "hub.h"
#include "hubkit.h"
#include "origin.h"
#include "testclock.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/search.h>
#include <ruamkhao/sign.h>
#include <ruamkhao/store.h>

#include <arpa/inet.h>
#include <netinet/in.h>
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

static bool
status_says(struct hubkit *t, const char *needle)
{
	for (int i = 0; i < 30; i++) {
		assert_int_equal(program_run(&t->w, "status", NULL), 0);
		if (strstr(t->w.out, needle) != NULL)
			return true;
		(void)usleep(100000);
	}
	print_message("no \"%s\" in:\n%s\n", needle, t->w.out);
	return false;
}

/* The program with our own hub runs, and "news first" is published. */
static void
begin(struct hubkit *t, const char *every)
{
	hubkit_open(t);
	hubkit_configure(t, every, "builtin");
	hubkit_start(t);
}

/* The same by the clock that jumps: it ran for a minute. */
static void
begin_at(struct hubkit *t, struct testclock *c, const char *every)
{
	hubkit_open(t);
	origin_clock(t->o, testclock_ms, c);
	subscriber_clock(t->s, testclock_ms, c);
	hubkit_configure(t, every, "builtin");
	testclock_run(c, &t->w, 60);
}

/* ---- subscribing, being told, leaving */

/* The feed was written for the last time before the next news: its archives come later. */
static void
wait_until_at_rest(struct hubkit *t)
{
	char *before = program_read(&t->w, "public/all.atom");

	for (int calm = 0, i = 0; calm < 15 && i < 300; i++) {
		char *now;

		(void)usleep(100000);
		now = program_read(&t->w, "public/all.atom");
		calm = strcmp(before, now) == 0 ? calm + 1 : 0;
		free(before);
		before = now;
	}
	free(before);
}

static void
a_subscriber_is_asked_and_gets_the_whole_feed(void **state)
{
	struct hubkit t;
	const struct delivery *d;
	const char *question;
	char link[256], signature[RK_SIGNATURE_SIZE], *file;

	(void)state;
	begin(&t, "1s");
	wait_until_at_rest(&t);
	assert_int_equal(program_count(&t.w, "public/all.atom", "<link rel=\"hub\" href=\"http"), 1);
	assert_int_equal(program_count(&t.w, "public/all.rss", "<atom:link rel=\"hub\" href"), 1);
	assert_int_equal(program_count(&t.w, "public/all.json", "\"hubs\""), 1);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a?key=1"),
	    "&hub.secret=a%26b&hub.lease_seconds=7200"), 202);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/v201/b"), ""), 202);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/deaf/c"), ""), 202);
	assert_true(hubkit_asked(t.s, "/deaf/c", 1) && hubkit_subscribed(&t, 2));
	question = subscriber_question(t.s, "/200/a");
	assert_non_null(strstr(question, "key=1&hub.mode=subscribe&hub.topic=http"));
	assert_non_null(strstr(question, t.topic));
	assert_non_null(strstr(question, "&hub.lease_seconds=7200"));
	assert_true(strspn(strstr(question, "hub.challenge=") + 14, "0123456789abcdef") >= 32);
	assert_int_equal(subscriber_count(t.s, NULL), 0); /* they can have it by themselves */
	hubkit_serve(&t, "second");
	assert_true(subscriber_wait(t.s, "/200/a", 1, 10000));
	assert_true(subscriber_wait(t.s, "/v201/b", 1, 10000));
	d = subscriber_got(t.s, "/200/a", 0);
	file = program_read(&t.w, "public/all.atom");
	assert_string_equal(d->body, file);
	assert_non_null(strstr(d->body, "news second"));
	assert_string_equal(d->type, "application/atom+xml; charset=utf-8");
	(void)snprintf(link, sizeof(link), "<%s>; rel=\"self\", <%s>; rel=\"hub\"", t.topic, t.hub);
	assert_string_equal(d->link, link);
	rk_signature_make(RK_STR("a&b"), rk_str(file), signature);
	assert_string_equal(d->signature, signature);
	assert_string_equal(subscriber_got(t.s, "/v201/b", 0)->signature, "");
	free(file);
	assert_true(status_says(&t, "2 subscriptions"));
	/* again with another secret: it takes the place of the first */
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a?key=1"),
	    "&hub.secret=new"), 202);
	assert_int_equal(hubkit_request(&t, "unsubscribe", t.topic, subscriber_url(t.s, "/v201/b"), ""), 202);
	assert_true(hubkit_asked(t.s, "/v201/b", 2) && hubkit_subscribed(&t, 1));
	assert_non_null(strstr(subscriber_question(t.s, "/v201/b"), "hub.mode=unsubscribe"));
	assert_true(hubkit_asked(t.s, "/200/a", 2));
	/* over a restart */
	hubkit_stop(&t);
	hubkit_start(&t);
	hubkit_serve(&t, "third");
	assert_true(subscriber_wait(t.s, "/200/a", 2, 10000));
	d = subscriber_got(t.s, "/200/a", 1);
	rk_signature_make(RK_STR("new"), rk_str(d->body), signature);
	assert_string_equal(d->signature, signature);
	assert_int_equal(subscriber_count(t.s, NULL), 3);
	hubkit_stop(&t);
	hubkit_close(&t);
}

/* A saved search is a feed as any other. */
static void
a_topic_is_told_of_too(void **state)
{
	struct hubkit t;
	char topic[128], *config, *file;

	(void)state;
	hubkit_open(&t);
	hubkit_configure(&t, "1s", "builtin");
	config = program_read(&t.w, "rk.yml");
	program_write(&t.w, "rk.yml", "%stopics:\n- {id: found, match: news}\n", config);
	free(config);
	hubkit_start(&t);
	assert_true(program_until(&t.w, "public/topic/found.atom", "news first", 1, 10000));
	(void)snprintf(topic, sizeof(topic), "http://127.0.0.1:%u/topic/found.atom", t.port);
	assert_int_equal(
	    hubkit_request(&t, "subscribe", topic, subscriber_url(t.s, "/200/a"), ""), 202);
	assert_true(hubkit_subscribed(&t, 1));
	hubkit_serve(&t, "second");
	assert_true(subscriber_wait(t.s, "/200/a", 1, 10000));
	file = program_read(&t.w, "public/topic/found.atom");
	assert_string_equal(subscriber_got(t.s, "/200/a", 0)->body, file);
	assert_non_null(strstr(file, "news second"));
	free(file);
	hubkit_stop(&t);
	hubkit_close(&t);
}

static void
what_is_none_of_ours_is_refused(void **state)
{
	struct hubkit t;
	char text[1024], *answer;

	(void)state;
	begin(&t, "1h");
	/* another's topic, a page, a node that is not there, an archive, one beside the tree */
	{
		static const char *const names[] = { "all.html", "index.opml", "province/none.atom",
			"archive/all/2026-01.atom", "../state/ruamkhao.db", "all.atom?x" };

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			char path[32];

			(void)snprintf(path, sizeof(path), "/200/no%zu", i);
			(void)snprintf(text, sizeof(text), "http://127.0.0.1:%u/%s", t.port, names[i]);
			assert_int_equal(
			    hubkit_request(&t, "subscribe", text, subscriber_url(t.s, path), ""), 202);
			assert_true(hubkit_asked(t.s, path, 1));
			assert_non_null(strstr(subscriber_question(t.s, path), "hub.mode=denied"));
			assert_null(strstr(subscriber_question(t.s, path), "challenge"));
		}
	}
	assert_int_equal(hubkit_request(&t, "subscribe", "http://other.example/all.atom",
	    subscriber_url(t.s, "/200/other"), ""), 202);
	assert_true(hubkit_asked(t.s, "/200/other", 1));
	assert_non_null(strstr(subscriber_question(t.s, "/200/other"), "hub.mode=denied"));
	/* that a host takes a no makes no subscriber of it: it is left alone after some */
	assert_int_equal(hubkit_request(&t, "subscribe", "http://other.example/all.atom",
	    subscriber_url(t.s, "/200/eighth"), ""), 202);
	assert_true(hubkit_asked(t.s, "/200/eighth", 1));
	(void)usleep(200000);
	assert_int_equal(hubkit_request(&t, "subscribe", "http://other.example/all.atom",
	    subscriber_url(t.s, "/200/ninth"), ""), 429);
	assert_int_equal(subscriber_asked(t.s, "/200/ninth"), 0);
	/* callbacks that are none */
	(void)snprintf(text, sizeof(text), "http://u:p@127.0.0.1:%u/200/x", subscriber_port(t.s));
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, text, ""), 400);
	(void)snprintf(text, sizeof(text), "http://127.0.0.1:%u/200/x", t.port);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, text, ""), 400); /* the port */
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, "ftp://127.0.0.1/x", ""), 400);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, "mailto:a@b.example", ""), 400);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, "http://10.0.0.1/x", ""), 202);
	assert_int_equal(hubkit_request(&t, "publish", t.topic, subscriber_url(t.s, "/200/x"), ""), 400);
	/* requests that are none: what they say stands in no answer */
	assert_int_equal(hub_request(t.hub, "POST", "Content-Type: text/xml\r\n", "<x>secret</x>",
	    &answer), 400);
	assert_null(strstr(answer, "secret"));
	free(answer);
	for (const char *const *m = (const char *const[]){ "GET", "PUT", "DELETE", NULL }; *m != NULL; m++) {
		assert_int_equal(hub_request(t.hub, *m, "", strcmp(*m, "PUT") == 0 ? "x" : NULL,
		    &answer), 405);
		assert_non_null(strstr(answer, "only POST"));
		assert_non_null(strstr(hub_head(), "\r\nAllow: POST\r\n"));
		free(answer);
	}
	(void)snprintf(text, sizeof(text), "http://127.0.0.1:%u/all.atom", t.port);
	assert_int_equal(hub_request(text, "PUT", "", "x", NULL), 405);
	assert_non_null(strstr(hub_head(), "\r\nAllow: GET, HEAD\r\n"));
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	{
		char *much = malloc(RK_OUR_HUB_MAX_FORM + 2);

		memset(much, 'a', RK_OUR_HUB_MAX_FORM + 1);
		much[RK_OUR_HUB_MAX_FORM + 1] = '\0';
		assert_int_equal(hub_request(t.hub, "POST", "", much, NULL), 413);
		free(much);
	}
	/* a host that never answers as a subscriber does is left alone */
	for (size_t i = 1; i <= RK_OUR_HUB_STRIKES; i++) {
		assert_int_equal(hubkit_request(&t, "subscribe", t.topic,
		    subscriber_url(t.other, "/deaf/x"), ""), 202);
		assert_true(hubkit_asked(t.other, "/deaf/x", i));
		for (int k = 0; k < 200 && hubkit_metric(&t, "ruamkhao_hub_questions_total{result=\"refused\"}")
		    < i; k++)
			(void)usleep(10000);
	}
	(void)usleep(200000);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.other, "/deaf/x"), ""),
	    429);
	assert_int_equal(subscriber_asked(t.other, "/deaf/x"), RK_OUR_HUB_STRIKES);
	assert_int_equal(hubkit_metric(&t, "ruamkhao_hub_subscriptions"), 0);
	assert_int_equal(subscriber_asked(t.s, "/200/x"), 0);
	hubkit_stop(&t);
	hubkit_close(&t);
}

/* A host is left alone for what strangers named at it; its subscriber may renew all the same,
 * and by the answer it is no such host any more. */
static void
a_renewal_ends_a_hold(void **state)
{
	struct hubkit t;

	(void)state;
	begin(&t, "1h");
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a"), ""), 202);
	assert_true(hubkit_subscribed(&t, 1));
	for (size_t i = 1; i <= RK_OUR_HUB_STRIKES; i++) {
		assert_int_equal(hubkit_request(&t, "subscribe", t.topic,
		    subscriber_url(t.s, "/deaf/x"), ""), 202);
		for (int k = 0; k < 500 && hubkit_metric(&t, "ruamkhao_hub_questions_total{result=\"refused\"}")
		    < i; k++)
			(void)usleep(10000);
	}
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/b"), ""), 429);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a"), ""), 202);
	assert_true(hubkit_asked(t.s, "/200/a", 2));
	for (int k = 0; k < 500 && hubkit_metric(&t, "ruamkhao_hub_questions_total{result=\"confirmed\"}") < 2; k++)
		(void)usleep(10000);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/b"), ""), 202);
	assert_true(hubkit_subscribed(&t, 2));
	hubkit_stop(&t);
	hubkit_close(&t);
}

/* A server that takes connections and never answers, at 127.0.0.(10 + i). */
static int
silent(const struct hubkit *t, unsigned i)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(subscriber_port(t->s)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(0x7f00000aU + i);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

/* However many silent hosts a stranger names, a subscription can be renewed, and ended. */
static void
strangers_end_no_subscription(void **state)
{
	enum { HOSTS = RK_OUR_HUB_ASKS / RK_OUR_HUB_HOST_ASKS };
	struct hubkit t;
	char url[64];
	int fds[HOSTS];

	(void)state;
	begin(&t, "1h");
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a"), ""), 202);
	assert_true(hubkit_subscribed(&t, 1));
	for (unsigned i = 0; i < HOSTS; i++)
		fds[i] = silent(&t, i);
	for (unsigned i = 0; i < RK_OUR_HUB_ASKS; i++) {
		(void)snprintf(url, sizeof(url), "http://127.0.0.%u:%u/%u", 10 + i % HOSTS,
		    subscriber_port(t.s), i);
		assert_int_equal(hubkit_request(&t, "subscribe", t.topic, url, ""), 202);
	}
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/b"), ""), 503);
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a"), ""), 202);
	for (unsigned i = 0; i < HOSTS; i++)
		(void)close(fds[i]); /* those under way end, and it is the next */
	assert_true(hubkit_asked(t.s, "/200/a", 2));
	hubkit_stop(&t);
	hubkit_close(&t);
}

static void
our_own_subscriber_is_told(void **state)
{
	struct hubkit t, reader;
	char *log;

	(void)state;
	hubkit_open(&t);
	hubkit_open(&reader);
	program_write(&t.w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: 1s\n  every_unconditional: 1s\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n  allow_ports: [%u]\n"
	    "sources:\n- id: one\n  url: %s\n", t.port, t.port, reader.port,
	    origin_url(t.o, "/feed"));
	hubkit_start(&t);
	program_write(&reader.w, "rk.yml",
	    "site:\n  title: r\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: 1h\n  every_unconditional: 1h\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: hubbed\n  url: %s\n", reader.port, reader.port, t.topic);
	hubkit_start(&reader);
	assert_true(hubkit_subscribed(&t, 1));
	hubkit_serve(&t, "second");
	assert_true(program_until(&reader.w, "public/all.atom", "news second", 1, 10000));
	assert_int_equal(program_run(&reader.w, "status", "hubbed", NULL), 0);
	assert_non_null(strstr(reader.w.out, "active until"));
	hubkit_stop(&reader);
	hubkit_stop(&t);
	log = program_read(&t.w, "log");
	free(log);
	hubkit_close(&reader);
	hubkit_close(&t);
}

/* ---- a crash */

/* All that is published is marked as such, so that no later start publishes it again. */
static bool
marked(struct hubkit *t)
{
	char path[128];
	bool all = false;

	(void)snprintf(path, sizeof(path), "%s/state", t->w.dir);
	for (int i = 0; i < 100 && !all; i++) {
		struct rk_store *store = NULL;
		struct rk_err err = { 0 };
		sqlite3_stmt *stmt = NULL;

		assert_int_equal(rk_store_open(path, RK_STORE_READ, &store, &err), 0);
		assert_int_equal(sqlite3_prepare_v2(store->db,
		    "SELECT 1 FROM node WHERE published < generation", -1, &stmt, NULL), SQLITE_OK);
		all = sqlite3_step(stmt) == SQLITE_DONE;
		assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
		rk_store_close(store);
		if (!all)
			(void)usleep(50000);
	}
	return all;
}

/* Killed while it delivers: the next start finds who is owed what, by nothing but what
 * the subscribers have. */
static void
a_crash_loses_no_change(void **state)
{
	struct hubkit t;

	(void)state;
	begin(&t, "1s");
	assert_int_equal(hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/slow/a"), ""), 202);
	assert_true(hubkit_subscribed(&t, 1));
	assert_true(status_says(&t, "1 subscription"));
	hubkit_serve(&t, "second");
	assert_true(subscriber_wait(t.s, "/slow/a", 1, 10000));
	assert_true(marked(&t));
	assert_int_equal(kill(t.daemon, SIGKILL), 0);
	(void)program_wait(&t.w, t.daemon, 6000);
	hubkit_start(&t);
	assert_true(subscriber_wait(t.s, "/slow/a", 2, 10000));
	assert_int_equal(kill(t.daemon, SIGKILL), 0);
	(void)program_wait(&t.w, t.daemon, 6000);
	hubkit_close(&t);
}

/* ---- by the clock that jumps */

static void
put(struct hubkit *t, const char *callback, int64_t until, uint64_t given)
{
	struct rk_hub_row row = { .topic = rk_str(t->topic),
		.callback = rk_str(callback),
		.secret = RK_STR(""),
		.until = until,
		.given = given,
		.next = RK_NO_TIME,
		.failing = RK_NO_TIME,
		.last = RK_NO_TIME,
		.error = RK_STR("") };
	struct rk_store *store = NULL;
	struct rk_err err = { 0 };
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/state", t->w.dir);
	assert_int_equal(rk_store_open(path, RK_STORE_WRITE, &store, &err), 0);
	assert_int_equal(rk_store_hub(store, &row, false, &err), 0);
	rk_store_close(store);
}

static struct rk_hub_totals
totals(struct hubkit *t, int64_t now)
{
	struct rk_hub_totals out;
	struct rk_store *store = NULL;
	struct rk_err err = { 0 };
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/state", t->w.dir);
	assert_int_equal(rk_store_open(path, RK_STORE_READ, &store, &err), 0);
	assert_int_equal(rk_store_hub_totals(store, now, &out, &err), 0);
	rk_store_close(store);
	return out;
}

static void
the_dead_are_tried_less_and_less_and_given_up(void **state)
{
	struct testclock *c = testclock_new(0);
	struct hubkit t;
	struct rk_hub_totals sum;
	size_t n;
	int64_t gap, before = 0;

	(void)state;
	begin_at(&t, c, "1d");
	put(&t, subscriber_url(t.s, "/200/good"), testclock_wall(c) + 20 * 86400, 1);
	put(&t, subscriber_url(t.s, "/500/dead"), testclock_wall(c) + 5 * 86400, 1);
	put(&t, subscriber_url(t.s, "/307/moved"), testclock_wall(c) + 20 * 86400, 1);
	put(&t, subscriber_url(t.s, "/410/gone"), testclock_wall(c) + 20 * 86400, 1);
	put(&t, subscriber_url(t.s, "/200/over"), testclock_wall(c) - 1, 1);
	testclock_run(c, &t.w, 4 * 86400);
	assert_int_equal(subscriber_count(t.s, "/200/good"), 1);
	assert_int_equal(subscriber_count(t.s, "/200/over"), 0);
	assert_int_equal(subscriber_count(t.s, "/410/gone"), 1);
	assert_int_equal(subscriber_count(t.s, "/200/elsewhere"), 0);
	/* 10 s, 20 s ... 6 h, each up to a fifth later, for three days */
	n = subscriber_count(t.s, "/500/dead");
	assert_in_range(n, 18, 25);
	for (size_t i = 1; i < n; i++) {
		gap = subscriber_got(t.s, "/500/dead", i)->at_ms -
		      subscriber_got(t.s, "/500/dead", i - 1)->at_ms;
		assert_true(gap >= 9000 && gap <= (int64_t)(RK_OUR_HUB_MAX_RETRY_S * 6 / 5 + 61) * 1000);
		if (i < 11)
			assert_true(gap > before);
		before = gap;
	}
	assert_true(subscriber_got(t.s, "/500/dead", n - 1)->at_ms <=
		    ((int64_t)RK_OUR_HUB_GIVE_UP_S + RK_OUR_HUB_MAX_RETRY_S * 2) * 1000);
	sum = totals(&t, testclock_wall(c));
	assert_int_equal(sum.subscriptions, 3);
	assert_int_equal(sum.failing, 2);
	assert_int_equal(sum.delivered, 1);
	/* its lease ends; the good one is told what is new, and only that */
	hubkit_serve(&t, "second");
	testclock_run(c, &t.w, 3 * 86400);
	assert_int_equal(subscriber_count(t.s, "/500/dead"), n);
	assert_int_equal(subscriber_count(t.s, "/200/good"), 2);
	assert_non_null(strstr(subscriber_got(t.s, "/200/good", 1)->body, "news second"));
	assert_int_equal(totals(&t, 0).subscriptions, 2);
	hubkit_close(&t);
	testclock_free(c);
}

/* Of two changes while a subscriber does not take any, it gets the second. */
static void
the_newest_wins(void **state)
{
	struct testclock *c = testclock_new(0);
	struct hubkit t;

	(void)state;
	begin_at(&t, c, "1d");
	put(&t, subscriber_url(t.s, "/503/a"), testclock_wall(c) + 20 * 86400, 1);
	testclock_run(c, &t.w, 600);
	assert_in_range(subscriber_count(t.s, "/503/a"), 4, 8);
	hubkit_serve(&t, "second");
	testclock_run(c, &t.w, 86400 + 3600);
	subscriber_answer(t.s, "/503/a", 200);
	testclock_run(c, &t.w, 86400);
	{
		size_t n = subscriber_count(t.s, "/503/a");

		assert_non_null(strstr(subscriber_got(t.s, "/503/a", n - 1)->body, "news second"));
		testclock_run(c, &t.w, 86400);
		assert_int_equal(subscriber_count(t.s, "/503/a"), n);
	}
	assert_int_equal(totals(&t, testclock_wall(c)).failing, 0);
	hubkit_close(&t);
	testclock_free(c);
}

/* It announces the hub as the others do. */
static void
the_operators_feed_is_a_topic(void **state)
{
	struct origin_answer gone = { .status = 410 };
	struct testclock *c = testclock_new(0);
	struct hubkit t;
	char *file;
	size_t n;

	(void)state;
	begin_at(&t, c, "1h");
	(void)snprintf(t.topic, sizeof(t.topic), "http://127.0.0.1:%u/operator.atom", t.port);
	put(&t, subscriber_url(t.s, "/200/operator"), testclock_wall(c) + 20 * 86400, 1);
	testclock_run(c, &t.w, 7200);
	n = subscriber_count(t.s, "/200/operator");
	origin_route(t.o, "/feed", &gone, 1);
	testclock_run(c, &t.w, 4 * 86400);
	assert_true(subscriber_count(t.s, "/200/operator") > n);
	n = subscriber_count(t.s, "/200/operator") - 1;
	file = program_read(&t.w, "public/operator.atom");
	assert_string_equal(subscriber_got(t.s, "/200/operator", n)->body, file);
	assert_int_equal(program_count(&t.w, "public/operator.atom", "rel=\"hub\""), 1);
	free(file);
	hubkit_close(&t);
	testclock_free(c);
}

/* ---- a hub elsewhere, or none */

static void
a_hub_elsewhere_is_told_which_feeds_changed(void **state)
{
	struct testclock *c = testclock_new(0);
	struct hubkit t;
	const struct delivery *d;
	char *before, *after;

	(void)state;
	hubkit_open(&t);
	hubkit_configure(&t, "1h", subscriber_url(t.s, "/200/hub"));
	testclock_once(c, &t.w);
	assert_int_equal(subscriber_count(t.s, "/200/hub"), 1);
	d = subscriber_got(t.s, "/200/hub", 0);
	assert_string_equal(d->type, "application/x-www-form-urlencoded");
	assert_ptr_equal(strstr(d->body, "hub.mode=publish&hub.url="), d->body);
	assert_non_null(strstr(d->body, "%2Fall.atom&"));
	assert_non_null(strstr(d->body, "%2Fall.rss"));
	assert_non_null(strstr(d->body, "%2Fall.json"));
	assert_null(strstr(d->body, ".html"));
	assert_int_equal(program_count(&t.w, "public/all.atom", "/200/hub"), 1);
	/* the same bytes by another way; nothing changed, nothing is told */
	before = program_fingerprint(&t.w, "public");
	testclock_run(c, &t.w, 60);
	after = program_fingerprint(&t.w, "public");
	assert_string_equal(before, after);
	free(before);
	free(after);
	assert_int_equal(subscriber_count(t.s, NULL), 1);
	/* what it does not take is told later, by another process too */
	subscriber_answer(t.s, "/200/hub", 500);
	hubkit_serve(&t, "second");
	testclock_pass(c, 7200);
	testclock_once(c, &t.w);
	assert_int_equal(subscriber_count(t.s, NULL), 2);
	assert_true(totals(&t, testclock_wall(c)).pings >= 3);
	testclock_run(c, &t.w, 100);
	assert_in_range(subscriber_count(t.s, NULL), 4, 7);
	hubkit_close(&t);
	testclock_free(c);
}

/* As after a crash between the files and their marks: they are there, and count as not
 * published. */
static void
lose_marks(struct hubkit *t)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_topic_state *topics;
	struct rk_store *store = NULL;
	struct rk_err err = { 0 };
	char path[128];
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/state", t->w.dir);
	assert_int_equal(rk_store_open(path, RK_STORE_WRITE, &store, &err), 0);
	assert_int_equal(rk_store_unpublish_all(store, &err), 0);
	assert_int_equal(rk_store_topics(store, arena, &topics, &n, &err), 0);
	assert_int_equal(n, 1);
	topics[0].seen--;
	assert_int_equal(rk_store_topic(store, &topics[0], false, &err), 0);
	assert_int_equal(sqlite3_exec(store->db, "UPDATE board SET published = 0", NULL, NULL, NULL),
	    SQLITE_OK);
	rk_store_close(store);
	rk_arena_free(arena);
}

static void
a_hub_elsewhere_hears_what_a_crash_cut_off(void **state)
{
	struct origin_answer gone = { .status = 410 };
	struct testclock *c = testclock_new(0);
	struct hubkit t;
	char *config, *before, *after;
	const char *told;
	size_t n;

	(void)state;
	hubkit_open(&t);
	hubkit_configure(&t, "1h", subscriber_url(t.s, "/200/hub"));
	config = program_read(&t.w, "rk.yml");
	program_write(&t.w, "rk.yml", "%stopics:\n- {id: found, match: news}\n", config);
	free(config);
	testclock_once(c, &t.w);
	assert_non_null(strstr(subscriber_got(t.s, "/200/hub", 0)->body, "%2Ftopic%2Ffound.atom"));
	origin_route(t.o, "/feed", &gone, 1);
	testclock_run(c, &t.w, 4 * 86400);
	assert_true(program_has(&t.w, "public/operator.atom"));
	n = subscriber_count(t.s, NULL);
	testclock_once(c, &t.w);
	assert_int_equal(subscriber_count(t.s, NULL), n);
	lose_marks(&t);
	/* no file changes, so that it is the marks alone that it is told by */
	before = program_fingerprint(&t.w, "public");
	testclock_once(c, &t.w);
	after = program_fingerprint(&t.w, "public");
	assert_string_equal(before, after);
	free(before);
	free(after);
	assert_int_equal(subscriber_count(t.s, NULL), n + 1);
	told = subscriber_got(t.s, "/200/hub", n)->body;
	assert_non_null(strstr(told, "%2Fall.atom"));
	assert_non_null(strstr(told, "%2Ftopic%2Ffound.atom"));
	assert_non_null(strstr(told, "%2Foperator.atom"));
	testclock_once(c, &t.w);
	assert_int_equal(subscriber_count(t.s, NULL), n + 1);
	hubkit_close(&t);
	testclock_free(c);
}

static void
none_is_announced_without_a_server(void **state)
{
	struct hubkit t;
	char url[128], *answer;

	(void)state;
	hubkit_open(&t);
	hubkit_configure(&t, "1h", "none");
	hubkit_start(&t);
	assert_int_equal(program_count(&t.w, "public/all.atom", "rel=\"hub\""), 0);
	assert_int_equal(hub_request(t.hub, "POST", "", "x", NULL), 404);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/metrics", t.port);
	assert_int_equal(hub_request(url, "GET", "", NULL, &answer), 200);
	assert_null(strstr(answer, "_hub_"));
	free(answer);
	hubkit_stop(&t);
	program_write(&t.w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "fetch:\n  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: one\n  url: %s\n", t.port, origin_url(t.o, "/feed"));
	assert_int_equal(program_run(&t.w, "publish", NULL), 0);
	assert_int_equal(program_count(&t.w, "public/all.atom", "rel=\"hub\""), 0);
	hubkit_configure(&t, "1h", "builtin");
	assert_int_equal(program_run(&t.w, "publish", NULL), 0);
	assert_int_equal(program_count(&t.w, "public/all.atom", "rel=\"hub\""), 1);
	hubkit_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_subscriber_is_asked_and_gets_the_whole_feed),
		cmocka_unit_test(a_topic_is_told_of_too),
		cmocka_unit_test(what_is_none_of_ours_is_refused),
		cmocka_unit_test(a_renewal_ends_a_hold),
		cmocka_unit_test(strangers_end_no_subscription),
		cmocka_unit_test(our_own_subscriber_is_told),
		cmocka_unit_test(a_crash_loses_no_change),
		cmocka_unit_test(the_dead_are_tried_less_and_less_and_given_up),
		cmocka_unit_test(the_newest_wins),
		cmocka_unit_test(the_operators_feed_is_a_topic),
		cmocka_unit_test(a_hub_elsewhere_is_told_which_feeds_changed),
		cmocka_unit_test(a_hub_elsewhere_hears_what_a_crash_cut_off),
		cmocka_unit_test(none_is_announced_without_a_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
