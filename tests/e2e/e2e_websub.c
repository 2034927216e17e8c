/*
 * Subscriptions at sources' hubs, judged by what the hub and the origin saw and by what
 * is published.
 */
#include "../../src/store/store_int.h"
#include "hub.h"
#include "origin.h"
#include "program.h"
#include "testclock.h"

#include <ruamkhao/err.h>
#include <ruamkhao/store.h>

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	struct program w;
	struct origin *o;
	struct hub *h;
	uint16_t port; /* of the daemon */
	pid_t daemon;
};

/* A document with one entry; links: markup of the feed. malloc'd. */
static char *
doc(const char *links, const char *guid)
{
	char *text = malloc(4096);

	assert_non_null(text);
	(void)snprintf(text, 4096,
	    "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">"
	    "<title>t</title><id>urn:x:1</id><updated>2026-01-01T00:00:00Z</updated>%s"
	    "<entry><id>urn:n:%s</id><title>news %s</title>"
	    "<link href=\"http://s.example/%s\"/><updated>2026-03-01T00:00:00Z</updated>"
	    "<content>all about %s</content></entry></feed>",
	    links, guid, guid, guid, guid);
	return text;
}

static void
serve(struct world *t, const char *path, const char *headers, const char *links, const char *guid)
{
	char *body = doc(links, guid);
	struct origin_answer a = { .body = body, .headers = headers, .conditional = true };

	origin_route(t->o, path, &a, 1);
	free(body);
}

/* A feed that names the hub in its markup. */
static void
serve_hub(struct world *t, const char *path, const char *guid)
{
	char links[512], etag[64];

	(void)snprintf(links, sizeof(links),
	    "<link rel=\"hub\" href=\"%s\"/><link rel=\"self\" href=\"%s\"/>", hub_url(t->h),
	    origin_url(t->o, path));
	(void)snprintf(etag, sizeof(etag), "ETag: \"%s\"\n", guid);
	serve(t, path, etag, links, guid);
}

static void
configure(struct world *t, const char *every, const char *sources)
{
	program_write(&t->w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: %s\n  every_unconditional: %s\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n  allow_ports: [%u]\nsources:%s\n",
	    t->port, t->port, every, every, hub_port(t->h), sources);
}

static void
one_source(struct world *t, const char *every)
{
	char source[256];

	(void)snprintf(source, sizeof(source), "\n- id: one\n  url: %s\n",
	    origin_url(t->o, "/feed"));
	configure(t, every, source);
}

static void
open_world(struct world *t)
{
	memset(t, 0, sizeof(*t));
	program_open(&t->w);
	t->o = origin_start();
	t->h = hub_start();
	t->port = origin_dead_port();
}

static void
start(struct world *t)
{
	t->daemon = program_start(&t->w, "run", NULL);
}

static void
stop(struct world *t)
{
	assert_int_equal(kill(t->daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&t->w, t->daemon, 6000), 0);
}

static void
close_world(struct world *t)
{
	hub_stop(t->h);
	origin_stop(t->o);
	program_close(&t->w);
}

static bool
published(struct world *t, const char *guid)
{
	char needle[64];

	(void)snprintf(needle, sizeof(needle), "news %s", guid);
	return program_until(&t->w, "public/all.atom", needle, 1, 8000);
}

static bool
status_says(struct world *t, const char *needle, unsigned ms)
{
	for (unsigned waited = 0; waited <= ms; waited += 100) {
		assert_int_equal(program_run(&t->w, "status", "one", NULL), 0);
		if (strstr(t->w.out, needle) != NULL)
			return true;
		(void)usleep(100000);
	}
	print_message("no \"%s\" in:\n%s\n", needle, t->w.out);
	return false;
}

/* ---- subscribing and pushing */

static void
a_push_is_published_without_a_poll(void **state)
{
	struct world t;
	const struct hub_form *f;
	char *body;

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1h");
	start(&t);
	assert_true(published(&t, "first"));
	assert_true(hub_wait(t.h, 1, 5000));
	f = hub_form(t.h, 0);
	assert_string_equal(f->type, "application/x-www-form-urlencoded");
	assert_string_equal(f->mode, "subscribe");
	assert_string_equal(f->topic, origin_url(t.o, "/feed"));
	assert_int_equal(strlen(f->secret), 64);
	assert_string_equal(f->lease, "864000");
	assert_true(strlen(strrchr(f->callback, '/') + 1) >= 32);
	assert_int_equal(f->confirmed, 200);
	assert_true(f->echoed);
	body = doc("", "second");
	assert_int_equal(hub_push(t.h, 0, body, "sha256"), 202);
	assert_true(published(&t, "second"));
	free(body);
	body = doc("", "third");
	assert_int_equal(hub_push(t.h, 0, body, "sha512"), 202);
	assert_true(published(&t, "third"));
	free(body);
	/* what it does not hold is not gone, and nobody polled */
	assert_int_equal(program_count(&t.w, "public/all.atom", "news first"), 1);
	assert_int_equal(origin_count(t.o, NULL), 1);
	assert_true(status_says(&t, "active until", 3000));
	assert_non_null(strstr(t.w.out, hub_url(t.h)));
	assert_non_null(strstr(t.w.out, "last push"));
	stop(&t);
	/* a restart asks nothing twice, and pushes still come; validators are the poll's */
	start(&t);
	body = doc("", "fourth");
	for (int i = 0; i < 100 && hub_push(t.h, 0, body, "sha384") != 202; i++)
		(void)usleep(50000);
	assert_true(published(&t, "fourth"));
	free(body);
	assert_int_equal(hub_count(t.h), 1);
	assert_int_equal(origin_count(t.o, NULL), 1);
	assert_true(status_says(&t, "\"first\"", 1000));
	stop(&t);
	close_world(&t);
}

/* Sources of one address have one subscription, and what it brings; so after a restart. */
static void
twins_subscribe_once(void **state)
{
	struct world t;
	char sources[1024], *body;
	size_t n = (size_t)snprintf(sources, sizeof(sources), "\n");

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	for (unsigned i = 0; i < 3; i++)
		n += (size_t)snprintf(sources + n, sizeof(sources) - n,
		    "- id: %s\n  url: %s\n  province: TH-%u\n", i == 0 ? "one" : i == 1 ? "two" : "three",
		    origin_url(t.o, "/feed"), 50 + i);
	configure(&t, "1h", sources);
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	for (unsigned i = 0; i < 2; i++) {
		char needle[32];

		body = doc("", i == 0 ? "second" : "third");
		for (int k = 0; k < 100 && hub_push(t.h, 0, body, "sha256") != 202; k++)
			(void)usleep(50000);
		free(body);
		(void)snprintf(needle, sizeof(needle), "news %s", i == 0 ? "second" : "third");
		assert_true(program_until(&t.w, "public/province/chiang-mai.atom", needle, 1, 8000));
		assert_true(program_until(&t.w, "public/province/lamphun.atom", needle, 1, 8000));
		assert_true(program_until(&t.w, "public/province/lampang.atom", needle, 1, 8000));
		stop(&t);
		if (i == 0)
			start(&t);
	}
	assert_int_equal(hub_count(t.h), 1);
	assert_int_equal(origin_count(t.o, NULL), 1);
	close_world(&t);
}

static void
what_is_not_signed_is_ignored(void **state)
{
	static const char *const ways[] = { NULL, "wrong", "sha1" };
	struct world t;
	char *body, url[256];
	int status = 0;

	(void)state;
	open_world(&t);
	hub_asks(t.h, HUB_FIRST); /* before it answers the request */
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1h");
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	assert_true(hub_form(t.h, 0)->echoed);
	body = doc("", "forged");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		assert_int_equal(hub_push(t.h, 0, body, ways[i]), 202);
	/* an address that is none, and methods that are none */
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/websub/0000000000", t.port);
	assert_int_equal(hub_request(url, "POST", "", body, NULL), 404);
	assert_int_equal(hub_request(url, "GET", "", NULL, NULL), 404);
	assert_int_equal(hub_request(hub_form(t.h, 0)->callback, "PUT", "", body, NULL), 405);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/all.atom", t.port);
	assert_int_equal(hub_request(url, "POST", "", body, NULL), 405);
	free(body);
	assert_true(status_says(&t, "must be signed with sha256", 3000));
	body = doc("", "signed");
	assert_int_equal(hub_push(t.h, 0, body, "chunked"), 202);
	assert_true(published(&t, "signed"));
	/* a body of two lengths, and more than may come at once */
	assert_int_equal(hub_request(hub_form(t.h, 0)->callback, "POST",
	    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", body, NULL), 413);
	for (int i = 0; i < 30 && status != 429; i++)
		status = hub_push(t.h, 0, body, "wrong");
	assert_int_equal(status, 429);
	free(body);
	assert_int_equal(program_count(&t.w, "public/all.atom", "forged"), 0);
	stop(&t);
	close_world(&t);
}

/* Without the rule a forged push is published: the test above would see it. */
static void
its_own_test_can_fail(void **state)
{
	struct world t;
	char *body;

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1h");
	(void)setenv("RK_DROP_MANNERS", "61", 1);
	start(&t);
	(void)unsetenv("RK_DROP_MANNERS");
	assert_true(hub_wait(t.h, 1, 8000));
	body = doc("", "forged");
	assert_int_equal(hub_push(t.h, 0, body, "wrong"), 202);
	assert_true(published(&t, "forged"));
	free(body);
	stop(&t);
	close_world(&t);
}

static void
only_our_own_topic_is_confirmed(void **state)
{
	struct world t;
	char query[1024], *body;

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1h");
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	assert_int_equal(hub_ask(t.h, 0,
	    "hub.mode=subscribe&hub.topic=http%3A%2F%2Fother.example%2F&hub.challenge=x"
	    "&hub.lease_seconds=99", &body), 404);
	assert_null(strchr(body, 'x'));
	free(body);
	(void)snprintf(query, sizeof(query), "hub.mode=unsubscribe&hub.topic=%s&hub.challenge=x",
	    origin_url(t.o, "/feed"));
	assert_int_equal(hub_ask(t.h, 0, query, NULL), 404);
	assert_int_equal(hub_ask(t.h, 0, "hub.mode=subscribe", NULL), 404);
	assert_true(status_says(&t, "active until", 3000));
	/* a no ends it; pushes are not taken then */
	(void)snprintf(query, sizeof(query), "hub.mode=denied&hub.topic=%s&hub.reason=full",
	    origin_url(t.o, "/feed"));
	assert_int_equal(hub_ask(t.h, 0, query, NULL), 200);
	body = doc("", "late");
	assert_int_equal(hub_push(t.h, 0, body, "sha256"), 404);
	free(body);
	assert_true(status_says(&t, "the hub will not: full", 3000));
	stop(&t);
	close_world(&t);
}

/* ---- the lease, and polls beside it */

static void
headers_go_before_the_feed_and_leases_are_renewed(void **state)
{
	struct world t;
	char headers[512];

	(void)state;
	open_world(&t);
	hub_lease(t.h, 5);
	(void)snprintf(headers, sizeof(headers),
	    "Link: <http://x.example/a>; rel=\"other next\"; title=\"a, b; rel=hub\"\n"
	    "Link: </topic>; rel=self, <%s>; rel=\"x hub\"\n", hub_url(t.h));
	serve(&t, "/feed", headers,
	    "<link rel=\"hub\" href=\"http://127.0.0.1:1/\"/><link rel=\"self\" href=\"/no\"/>",
	    "first");
	one_source(&t, "1h");
	start(&t);
	assert_true(hub_wait(t.h, 2, 12000));
	assert_string_equal(hub_form(t.h, 0)->topic, origin_url(t.o, "/topic"));
	/* after four of five seconds (the hub of a busy machine notes it late), for the same
	 * callback and by the same secret */
	assert_true(hub_form(t.h, 1)->at_ms - hub_form(t.h, 0)->at_ms >= 1000);
	assert_string_equal(hub_form(t.h, 1)->callback, hub_form(t.h, 0)->callback);
	assert_string_equal(hub_form(t.h, 1)->secret, hub_form(t.h, 0)->secret);
	assert_int_equal(origin_count(t.o, NULL), 1);
	stop(&t);
	close_world(&t);
}

/* By the clock that jumps: a month of the lease that we ask for, and the hub's end. */
static void
leases_are_renewed_at_four_fifths(void **state)
{
	struct testclock *c = testclock_new(0);
	struct world t;
	size_t n;

	(void)state;
	open_world(&t);
	hub_asks(t.h, HUB_FIRST);
	hub_clock(t.h, testclock_ms, c);
	origin_clock(t.o, testclock_ms, c);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1d");
	testclock_run(c, &t.w, (int64_t)20 * 86400);
	assert_int_equal(hub_count(t.h), 3);
	for (size_t i = 1; i < 3; i++)
		assert_in_range(hub_form(t.h, i)->at_ms - hub_form(t.h, i - 1)->at_ms,
		    (int64_t)8 * 86400000 - 2000, (int64_t)8 * 86400000 + 120000);
	/* over a restart too; then the hub fails, and is left alone more and more */
	hub_answer(t.h, 503);
	testclock_run(c, &t.w, (int64_t)10 * 86400);
	assert_in_range(hub_form(t.h, 3)->at_ms - hub_form(t.h, 2)->at_ms,
	    (int64_t)8 * 86400000 - 2000, (int64_t)8 * 86400000 + 120000);
	n = hub_count(t.h); /* a source on loopback: 1 s, 2 s, 4 s ... a day */
	assert_in_range(n, 4 + 16, 4 + 22);
	for (size_t i = 6; i < n; i++)
		assert_true(hub_form(t.h, i)->at_ms - hub_form(t.h, i - 1)->at_ms
		    >= (hub_form(t.h, i - 1)->at_ms - hub_form(t.h, i - 2)->at_ms) * 3 / 4);
	assert_true(hub_form(t.h, n - 1)->at_ms - hub_form(t.h, n - 2)->at_ms >= 80000000);
	assert_true(status_says(&t, "wanted", 0));
	hub_answer(t.h, 0);
	testclock_run(c, &t.w, (int64_t)2 * 86400);
	assert_true(status_says(&t, "active until", 0));
	close_world(&t);
	testclock_free(c);
}

static size_t
polls(struct world *t)
{
	return origin_count(t->o, "/feed");
}

static bool
polled(struct world *t, size_t n, unsigned ms)
{
	for (unsigned waited = 0; waited <= ms && polls(t) < n; waited += 20)
		(void)usleep(20000);
	return polls(t) >= n;
}

static void
polls_slow_down_while_pushes_come_and_no_longer(void **state)
{
	struct world t;
	size_t n;
	char *body;

	(void)state;
	open_world(&t);
	hub_lease(t.h, 5);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1s");
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	/* a hub that never pushed has shown nothing */
	assert_true(polled(&t, polls(&t) + 2, 5000));
	serve_hub(&t, "/feed", "second");
	body = doc("", "second");
	assert_int_equal(hub_push(t.h, 0, body, "sha256"), 202);
	free(body);
	assert_true(published(&t, "second"));
	assert_true(status_says(&t, "its hub tells the news", 4000));
	n = polls(&t);
	(void)usleep(1800000);
	assert_int_equal(polls(&t), n);
	/* the hub dies: at the end of the lease polls go on as before */
	hub_answer(t.h, 500);
	assert_true(polled(&t, n + 2, 12000));
	serve_hub(&t, "/feed", "third");
	assert_true(published(&t, "third"));
	stop(&t);
	close_world(&t);
}

static void
news_that_no_push_told_bring_the_polls_back(void **state)
{
	struct world t;
	size_t n;
	char *body;

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "3s");
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	/* the push tells of one, the next poll finds another one */
	assert_true(polled(&t, polls(&t) + 1, 8000));
	serve_hub(&t, "/feed", "hidden");
	body = doc("", "told");
	assert_int_equal(hub_push(t.h, 0, body, "sha256"), 202);
	free(body);
	assert_true(published(&t, "told"));
	assert_true(published(&t, "hidden"));
	n = polls(&t);
	assert_true(polled(&t, n + 2, 10000));
	stop(&t);
	close_world(&t);
}

/* From now on the database takes no entry whose title ends so. */
static void
refuse_in_store(struct world *t, const char *title)
{
	struct rk_store *store = NULL;
	struct rk_err err = { 0 };
	char path[128], sql[256];

	(void)snprintf(path, sizeof(path), "%s/state", t->w.dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(rk_store_open(path, RK_STORE_WRITE, &store, &err), 0);
	(void)snprintf(sql, sizeof(sql), "CREATE TRIGGER refuse BEFORE INSERT ON entry"
	    " WHEN NEW.title LIKE '%% %s' BEGIN SELECT RAISE(ABORT, 'refused'); END", title);
	assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
	rk_store_close(store);
}

/* It was taken with 202: the hub tells it to nobody again. */
static void
a_push_that_cannot_be_stored_is_left_to_the_polls(void **state)
{
	struct world t;
	size_t n;
	char *body;

	(void)state;
	open_world(&t);
	refuse_in_store(&t, "refused");
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1s");
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	serve_hub(&t, "/feed", "second");
	body = doc("", "second");
	assert_int_equal(hub_push(t.h, 0, body, "sha256"), 202);
	free(body);
	assert_true(published(&t, "second"));
	assert_true(status_says(&t, "its hub tells the news", 6000));
	n = polls(&t);
	body = doc("", "refused");
	assert_int_equal(hub_push(t.h, 0, body, "sha256"), 202);
	free(body);
	assert_true(polled(&t, n + 2, 10000));
	assert_true(status_says(&t, "a push could not be stored", 3000));
	assert_int_equal(program_count(&t.w, "public/all.atom", "news refused"), 0);
	stop(&t);
	close_world(&t);
}

/* ---- leaving */

static void
a_removed_source_is_unsubscribed(void **state)
{
	struct world t;

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1h");
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	configure(&t, "1h", " []");
	assert_int_equal(kill(t.daemon, SIGHUP), 0);
	assert_true(hub_wait(t.h, 2, 8000));
	assert_string_equal(hub_form(t.h, 1)->mode, "unsubscribe");
	assert_string_equal(hub_form(t.h, 1)->topic, hub_form(t.h, 0)->topic);
	assert_string_equal(hub_form(t.h, 1)->callback, hub_form(t.h, 0)->callback);
	assert_string_equal(hub_form(t.h, 1)->secret, "");
	assert_int_equal(hub_form(t.h, 1)->confirmed, 200);
	assert_true(hub_form(t.h, 1)->echoed);
	assert_int_equal(hub_push(t.h, 0, "<x/>", "sha256"), 404);
	(void)usleep(1200000);
	assert_int_equal(hub_count(t.h), 2);
	stop(&t);
	close_world(&t);
}

static void
another_hub_takes_the_place_of_the_first(void **state)
{
	struct world t;
	char links[512];

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	one_source(&t, "1s");
	start(&t);
	assert_true(hub_wait(t.h, 1, 8000));
	(void)snprintf(links, sizeof(links),
	    "<link rel=\"hub\" href=\"%s\"/><link rel=\"self\" href=\"%s\"/>", hub_url(t.h),
	    origin_url(t.o, "/other"));
	serve(&t, "/feed", "", links, "second");
	assert_true(hub_wait(t.h, 3, 8000));
	for (size_t i = 1; i < 3; i++) {
		const struct hub_form *f = hub_form(t.h, i);

		if (strcmp(f->mode, "unsubscribe") == 0)
			assert_string_equal(f->topic, origin_url(t.o, "/feed"));
		else
			assert_string_equal(f->topic, origin_url(t.o, "/other"));
	}
	assert_string_not_equal(hub_form(t.h, 1)->mode, hub_form(t.h, 2)->mode);
	stop(&t);
	close_world(&t);
}

/* A document that names another topic each time it is read: one change is followed at
 * once, then one a day, and no longer ones pile up. */
static void
topics_that_change_at_each_poll_are_followed_daily(void **state)
{
	enum { DAYS = 4, POLLS = DAYS * 12 };
	struct testclock *c = testclock_new(0);
	struct origin_answer answers[POLLS];
	struct world t;
	size_t asked = 0, left = 0;

	(void)state;
	open_world(&t);
	hub_asks(t.h, HUB_FIRST);
	hub_clock(t.h, testclock_ms, c);
	origin_clock(t.o, testclock_ms, c);
	memset(answers, 0, sizeof(answers));
	for (size_t i = 0; i < POLLS; i++) {
		char links[512], path[16];

		(void)snprintf(path, sizeof(path), "/t/%zu", i);
		(void)snprintf(links, sizeof(links),
		    "<link rel=\"hub\" href=\"%s\"/><link rel=\"self\" href=\"%s\"/>", hub_url(t.h),
		    origin_url(t.o, path));
		answers[i].body = doc(links, "first");
	}
	origin_route(t.o, "/feed", answers, POLLS);
	one_source(&t, "2h");
	testclock_run(c, &t.w, (int64_t)DAYS * 86400 - 3600);
	assert_in_range(polls(&t), 3 * DAYS, POLLS);
	for (size_t i = 0; i < hub_count(t.h); i++) {
		if (strcmp(hub_form(t.h, i)->mode, "subscribe") == 0)
			asked++;
		else
			left++;
	}
	assert_in_range(asked, DAYS - 1, DAYS + 1);
	assert_int_equal(left, asked - 1);
	assert_true(status_says(&t, "active until", 0));
	for (size_t i = 0; i < POLLS; i++)
		free((char *)(uintptr_t)answers[i].body);
	close_world(&t);
	testclock_free(c);
}

/* One that no document names any more is not renewed. */
static void
what_is_not_named_any_more_lapses(void **state)
{
	struct testclock *c = testclock_new(0);
	struct origin_answer answers[3];
	struct world t;

	(void)state;
	open_world(&t);
	hub_asks(t.h, HUB_FIRST);
	hub_lease(t.h, 3 * 86400);
	hub_clock(t.h, testclock_ms, c);
	origin_clock(t.o, testclock_ms, c);
	memset(answers, 0, sizeof(answers));
	for (size_t i = 0; i < 3; i++) {
		char links[512], path[16];

		(void)snprintf(path, sizeof(path), "/t/%zu", i);
		(void)snprintf(links, sizeof(links),
		    "<link rel=\"hub\" href=\"%s\"/><link rel=\"self\" href=\"%s\"/>", hub_url(t.h),
		    origin_url(t.o, path));
		answers[i].body = doc(links, "first");
	}
	answers[2].headers = "ETag: \"c\"\n"; /* it stays so */
	answers[2].conditional = true;
	origin_route(t.o, "/feed", answers, 3);
	one_source(&t, "2h");
	testclock_run(c, &t.w, (int64_t)4 * 86400);
	assert_true(polls(&t) > 3);
	assert_int_equal(hub_count(t.h), 3); /* two came, one left; the third must wait */
	assert_int_equal(program_run(&t.w, "status", "one", NULL), 0);
	assert_null(strstr(t.w.out, hub_url(t.h)));
	/* the next document is followed */
	serve_hub(&t, "/feed", "second");
	testclock_run(c, &t.w, 86400);
	assert_int_equal(hub_count(t.h), 4);
	assert_string_equal(hub_form(t.h, 3)->topic, origin_url(t.o, "/feed"));
	for (size_t i = 0; i < 3; i++)
		free((char *)(uintptr_t)answers[i].body);
	close_world(&t);
	testclock_free(c);
}

static void
no_hub_is_asked_that_cannot_reach_us(void **state)
{
	struct world t;

	(void)state;
	open_world(&t);
	serve_hub(&t, "/feed", "first");
	program_write(&t.w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://10.0.0.7/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: 1s\n  every_unconditional: 1s\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n  allow_ports: [%u]\n"
	    "sources:\n- id: one\n  url: %s\n",
	    t.port, hub_port(t.h), origin_url(t.o, "/feed"));
	start(&t);
	assert_true(published(&t, "first"));
	assert_true(polled(&t, 2, 5000));
	assert_int_equal(hub_count(t.h), 0);
	stop(&t);
	close_world(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_push_is_published_without_a_poll),
		cmocka_unit_test(twins_subscribe_once),
		cmocka_unit_test(what_is_not_signed_is_ignored),
		cmocka_unit_test(its_own_test_can_fail),
		cmocka_unit_test(only_our_own_topic_is_confirmed),
		cmocka_unit_test(headers_go_before_the_feed_and_leases_are_renewed),
		cmocka_unit_test(leases_are_renewed_at_four_fifths),
		cmocka_unit_test(polls_slow_down_while_pushes_come_and_no_longer),
		cmocka_unit_test(news_that_no_push_told_bring_the_polls_back),
		cmocka_unit_test(a_push_that_cannot_be_stored_is_left_to_the_polls),
		cmocka_unit_test(a_removed_source_is_unsubscribed),
		cmocka_unit_test(another_hub_takes_the_place_of_the_first),
		cmocka_unit_test(topics_that_change_at_each_poll_are_followed_daily),
		cmocka_unit_test(what_is_not_named_any_more_lapses),
		cmocka_unit_test(no_hub_is_asked_that_cannot_reach_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
