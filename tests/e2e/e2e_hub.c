/*
 * Our own hub, judged by what its subscribers saw: test ones of all manners, and the
 * program itself.
 */
#include "hub.h"
#include "origin.h"
#include "program.h"
#include "subscriber.h"
#include "testclock.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/form.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/sign.h>
#include <ruamkhao/store.h>

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	struct program w;
	struct origin *o;
	struct subscriber *s, *other; /* at two addresses */
	uint16_t port;                /* of the daemon */
	char topic[64], hub[64];
	pid_t daemon;
};

static void
serve(struct world *t, const char *news)
{
	char body[1024], etag[64];
	struct origin_answer a = { .body = body, .headers = etag, .conditional = true };

	(void)snprintf(etag, sizeof(etag), "ETag: \"%s\"\n", news);
	(void)snprintf(body, sizeof(body),
	    "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">"
	    "<title>t</title><id>urn:x:1</id><updated>2026-01-01T00:00:00Z</updated>"
	    "<entry><id>urn:n:%s</id><title>news %s</title>"
	    "<link href=\"http://s.example/%s\"/><updated>2026-03-01T00:00:00Z</updated>"
	    "<content>all about %s</content></entry></feed>",
	    news, news, news, news);
	origin_route(t->o, "/feed", &a, 1);
}

static void
configure(struct world *t, const char *every, const char *hub)
{
	program_write(&t->w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n  hub: %s\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: %s\n  every_unconditional: %s\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n  allow_ports: [%u, %u]\n"
	    "sources:\n- id: one\n  url: %s\n",
	    t->port, hub, t->port, every, every, subscriber_port(t->s),
	    subscriber_port(t->other), origin_url(t->o, "/feed"));
}

static void
open_world(struct world *t)
{
	memset(t, 0, sizeof(*t));
	program_open(&t->w);
	t->o = origin_start();
	t->s = subscriber_start("127.0.0.1");
	t->other = subscriber_start("127.0.0.2");
	t->port = origin_dead_port();
	(void)snprintf(t->topic, sizeof(t->topic), "http://127.0.0.1:%u/all.atom", t->port);
	(void)snprintf(t->hub, sizeof(t->hub), "http://127.0.0.1:%u/hub", t->port);
	serve(t, "first");
}

static void
close_world(struct world *t)
{
	subscriber_stop(t->s);
	subscriber_stop(t->other);
	origin_stop(t->o);
	program_close(&t->w);
}

static void
start(struct world *t)
{
	t->daemon = program_start(&t->w, "run", NULL);
	assert_true(program_until(&t->w, "public/all.atom", "news first", 1, 10000));
}

static void
stop(struct world *t)
{
	assert_int_equal(kill(t->daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&t->w, t->daemon, 6000), 0);
}

/* The status that the hub answers. */
static int
request(struct world *t, const char *mode, const char *topic, const char *callback,
    const char *more)
{
	struct rk_buf form;
	int status;

	rk_buf_init(&form, 65536);
	(void)rk_buf_addf(&form, "hub.mode=%s&hub.topic=", mode);
	rk_form_encode(&form, rk_str(topic));
	(void)rk_buf_adds(&form, "&hub.callback=");
	rk_form_encode(&form, rk_str(callback));
	(void)rk_buf_adds(&form, more);
	status = hub_request(t->hub, "POST", "Content-Type: application/x-www-form-urlencoded\r\n",
	    form.p, NULL);
	rk_buf_release(&form);
	return status;
}

static bool
asked(struct subscriber *s, const char *path, size_t n)
{
	for (int i = 0; i < 500 && subscriber_asked(s, path) < n; i++)
		(void)usleep(10000);
	return subscriber_asked(s, path) >= n;
}

/* "N subscriptions" in the metrics. */
static size_t
metric(struct world *t, const char *name)
{
	char url[128], needle[128], *text, *at;
	size_t n = SIZE_MAX;

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/metrics", t->port);
	assert_int_equal(hub_request(url, "GET", "", NULL, &text), 200);
	(void)snprintf(needle, sizeof(needle), "\n%s ", name);
	if ((at = strstr(text, needle)) != NULL)
		n = strtoul(at + strlen(needle), NULL, 10);
	free(text);
	return n;
}

static bool
subscribed(struct world *t, size_t n)
{
	for (int i = 0; i < 500 && metric(t, "ruamkhao_hub_subscriptions") != n; i++)
		(void)usleep(10000);
	return metric(t, "ruamkhao_hub_subscriptions") == n;
}

static bool
status_says(struct world *t, const char *needle)
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

/* ---- subscribing, being told, leaving */

static void
a_subscriber_is_asked_and_gets_the_whole_feed(void **state)
{
	struct world t;
	const struct delivery *d;
	const char *question;
	char link[256], signature[RK_SIGNATURE_SIZE], *file;

	(void)state;
	open_world(&t);
	configure(&t, "1s", "builtin");
	start(&t);
	assert_int_equal(program_count(&t.w, "public/all.atom", "<link rel=\"hub\" href=\"http"), 1);
	assert_int_equal(program_count(&t.w, "public/all.rss", "<atom:link rel=\"hub\" href"), 1);
	assert_int_equal(program_count(&t.w, "public/all.json", "\"hubs\""), 1);
	assert_int_equal(request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a?key=1"),
	    "&hub.secret=a%26b&hub.lease_seconds=7200"), 202);
	assert_int_equal(request(&t, "subscribe", t.topic, subscriber_url(t.s, "/v201/b"), ""), 202);
	assert_int_equal(request(&t, "subscribe", t.topic, subscriber_url(t.s, "/deaf/c"), ""), 202);
	assert_true(asked(t.s, "/deaf/c", 1) && subscribed(&t, 2));
	question = subscriber_question(t.s, "/200/a");
	assert_non_null(strstr(question, "key=1&hub.mode=subscribe&hub.topic=http"));
	assert_non_null(strstr(question, t.topic));
	assert_non_null(strstr(question, "&hub.lease_seconds=7200"));
	assert_true(strspn(strstr(question, "hub.challenge=") + 14, "0123456789abcdef") >= 32);
	assert_int_equal(subscriber_count(t.s, NULL), 0); /* they can have it by themselves */
	serve(&t, "second");
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
	assert_int_equal(request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a?key=1"),
	    "&hub.secret=new"), 202);
	assert_int_equal(request(&t, "unsubscribe", t.topic, subscriber_url(t.s, "/v201/b"), ""), 202);
	assert_true(asked(t.s, "/v201/b", 2) && subscribed(&t, 1));
	assert_non_null(strstr(subscriber_question(t.s, "/v201/b"), "hub.mode=unsubscribe"));
	assert_true(asked(t.s, "/200/a", 2));
	/* over a restart */
	stop(&t);
	start(&t);
	serve(&t, "third");
	assert_true(subscriber_wait(t.s, "/200/a", 2, 10000));
	d = subscriber_got(t.s, "/200/a", 1);
	rk_signature_make(RK_STR("new"), rk_str(d->body), signature);
	assert_string_equal(d->signature, signature);
	assert_int_equal(subscriber_count(t.s, NULL), 3);
	stop(&t);
	close_world(&t);
}

static void
what_is_none_of_ours_is_refused(void **state)
{
	struct world t;
	char text[1024], *answer;

	(void)state;
	open_world(&t);
	configure(&t, "1h", "builtin");
	start(&t);
	/* another's topic, a page, a node that is not there, an archive, one beside the tree */
	{
		static const char *const names[] = { "all.html", "index.opml", "province/none.atom",
			"archive/all/2026-01.atom", "../state/ruamkhao.db", "all.atom?x" };

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			char path[32];

			(void)snprintf(path, sizeof(path), "/200/no%zu", i);
			(void)snprintf(text, sizeof(text), "http://127.0.0.1:%u/%s", t.port, names[i]);
			assert_int_equal(
			    request(&t, "subscribe", text, subscriber_url(t.s, path), ""), 202);
			assert_true(asked(t.s, path, 1));
			assert_non_null(strstr(subscriber_question(t.s, path), "hub.mode=denied"));
			assert_null(strstr(subscriber_question(t.s, path), "challenge"));
		}
	}
	assert_int_equal(request(&t, "subscribe", "http://other.example/all.atom",
	    subscriber_url(t.s, "/200/other"), ""), 202);
	assert_true(asked(t.s, "/200/other", 1));
	assert_non_null(strstr(subscriber_question(t.s, "/200/other"), "hub.mode=denied"));
	/* callbacks that are none */
	(void)snprintf(text, sizeof(text), "http://u:p@127.0.0.1:%u/200/x", subscriber_port(t.s));
	assert_int_equal(request(&t, "subscribe", t.topic, text, ""), 400);
	(void)snprintf(text, sizeof(text), "http://127.0.0.1:%u/200/x", t.port);
	assert_int_equal(request(&t, "subscribe", t.topic, text, ""), 400); /* the port */
	assert_int_equal(request(&t, "subscribe", t.topic, "ftp://127.0.0.1/x", ""), 400);
	assert_int_equal(request(&t, "subscribe", t.topic, "mailto:a@b.example", ""), 400);
	assert_int_equal(request(&t, "subscribe", t.topic, "http://10.0.0.1/x", ""), 202);
	assert_int_equal(request(&t, "publish", t.topic, subscriber_url(t.s, "/200/x"), ""), 400);
	/* requests that are none: what they say stands in no answer */
	assert_int_equal(hub_request(t.hub, "POST", "Content-Type: text/xml\r\n", "<x>secret</x>",
	    &answer), 400);
	assert_null(strstr(answer, "secret"));
	free(answer);
	assert_int_equal(hub_request(t.hub, "GET", "", NULL, NULL), 404);
	assert_int_equal(hub_request(t.hub, "PUT", "", "x", NULL), 405);
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
		assert_int_equal(request(&t, "subscribe", t.topic,
		    subscriber_url(t.other, "/deaf/x"), ""), 202);
		assert_true(asked(t.other, "/deaf/x", i));
		for (int k = 0; k < 200 && metric(&t, "ruamkhao_hub_questions_total{result=\"refused\"}")
		    < i; k++)
			(void)usleep(10000);
	}
	(void)usleep(200000);
	assert_int_equal(request(&t, "subscribe", t.topic, subscriber_url(t.other, "/deaf/x"), ""),
	    429);
	assert_int_equal(subscriber_asked(t.other, "/deaf/x"), RK_OUR_HUB_STRIKES);
	assert_int_equal(metric(&t, "ruamkhao_hub_subscriptions"), 0);
	assert_int_equal(subscriber_asked(t.s, "/200/x"), 0);
	stop(&t);
	close_world(&t);
}

static void
our_own_subscriber_is_told(void **state)
{
	struct world t, reader;
	char *log;

	(void)state;
	open_world(&t);
	open_world(&reader);
	program_write(&t.w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: 1s\n  every_unconditional: 1s\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n  allow_ports: [%u]\n"
	    "sources:\n- id: one\n  url: %s\n", t.port, t.port, reader.port,
	    origin_url(t.o, "/feed"));
	start(&t);
	program_write(&reader.w, "rk.yml",
	    "site:\n  title: r\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "serve:\n  listen: 127.0.0.1:%u\n"
	    "fetch:\n  every: 1h\n  every_unconditional: 1h\n  host_gap: 0s\n"
	    "  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: hubbed\n  url: %s\n", reader.port, reader.port, t.topic);
	start(&reader);
	assert_true(subscribed(&t, 1));
	serve(&t, "second");
	assert_true(program_until(&reader.w, "public/all.atom", "news second", 1, 10000));
	assert_int_equal(program_run(&reader.w, "status", "hubbed", NULL), 0);
	assert_non_null(strstr(reader.w.out, "active until"));
	stop(&reader);
	stop(&t);
	log = program_read(&t.w, "log");
	free(log);
	close_world(&reader);
	close_world(&t);
}

/* ---- the dead and the many */

#define MANY 1000

/* A thousand on one listener, and among them and at another host the dead: nobody waits
 * for those. */
static void
a_thousand_are_told_beside_the_dead(void **state)
{
	struct world t;
	int64_t begin, first = INT64_MAX, last = 0;
	char path[32];
	size_t done = 0;

	(void)state;
	open_world(&t);
	configure(&t, "1s", "builtin");
	start(&t);
	for (size_t i = 0; i < 16; i++) {
		(void)snprintf(path, sizeof(path), "/%s/%zu", i % 2 ? "slow" : "500", i);
		assert_int_equal(request(&t, "subscribe", t.topic,
		    subscriber_url(i % 4 < 2 ? t.s : t.other, path), ""), 202);
	}
	for (size_t i = 0; i < MANY; i++) {
		const char *url;

		(void)snprintf(path, sizeof(path), "/200/%zu", i);
		url = subscriber_url(t.s, path);
		while (request(&t, "subscribe", t.topic, url, "&hub.secret=s") != 202)
			(void)usleep(5000);
	}
	assert_true(subscribed(&t, MANY + 16));
	serve(&t, "second");
	for (begin = 0; begin == 0; (void)usleep(1000)) {
		const struct origin_request *r = origin_seen(t.o, origin_count(t.o, NULL) - 1);

		if (program_count(&t.w, "public/all.atom", "news second") > 0)
			begin = r->ended_ms > 0 ? r->ended_ms : r->began_ms;
	}
	for (int i = 0; i < 1500 && done < MANY; i++) {
		done = 0;
		(void)usleep(10000);
		for (size_t k = subscriber_count(t.s, NULL); k-- > 0;)
			done += strncmp(subscriber_got(t.s, NULL, k)->path, "/200/", 5) == 0;
	}
	assert_int_equal(done, MANY);
	for (size_t k = subscriber_count(t.s, NULL); k-- > 0;) {
		const struct delivery *d = subscriber_got(t.s, NULL, k);

		if (strncmp(d->path, "/200/", 5) != 0)
			continue;
		first = d->at_ms < first ? d->at_ms : first;
		last = d->at_ms > last ? d->at_ms : last;
	}
	print_message("from the source's answer to the first subscriber %lld ms, to all %d %lld ms\n",
	    (long long)(first - begin), MANY, (long long)(last - begin));
	/* the slow are cut after 20 s: had anybody waited for one of them, it were more */
	assert_true(last - begin < 15000);
	assert_true(subscriber_count(t.other, NULL) >= 4);
	stop(&t);
	close_world(&t);
}

/* Killed while it delivers: the next start finds who is owed what. */
static void
a_crash_loses_no_change(void **state)
{
	struct world t;

	(void)state;
	open_world(&t);
	configure(&t, "1s", "builtin");
	start(&t);
	assert_int_equal(request(&t, "subscribe", t.topic, subscriber_url(t.s, "/slow/a"), ""), 202);
	assert_true(subscribed(&t, 1));
	assert_true(status_says(&t, "1 subscription"));
	serve(&t, "second");
	assert_true(subscriber_wait(t.s, "/slow/a", 1, 10000));
	assert_int_equal(kill(t.daemon, SIGKILL), 0);
	(void)program_wait(&t.w, t.daemon, 6000);
	start(&t);
	assert_true(subscriber_wait(t.s, "/slow/a", 2, 10000));
	assert_int_equal(kill(t.daemon, SIGKILL), 0);
	(void)program_wait(&t.w, t.daemon, 6000);
	close_world(&t);
}

/* ---- by the clock that jumps */

static void
put(struct world *t, const char *callback, int64_t until, uint64_t given)
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
totals(struct world *t, int64_t now)
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
	struct world t;
	struct rk_hub_totals sum;
	size_t n;
	int64_t gap, before = 0;

	(void)state;
	open_world(&t);
	origin_clock(t.o, testclock_ms, c);
	subscriber_clock(t.s, testclock_ms, c);
	configure(&t, "1d", "builtin");
	testclock_run(c, &t.w, 60);
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
	serve(&t, "second");
	testclock_run(c, &t.w, 3 * 86400);
	assert_int_equal(subscriber_count(t.s, "/500/dead"), n);
	assert_int_equal(subscriber_count(t.s, "/200/good"), 2);
	assert_non_null(strstr(subscriber_got(t.s, "/200/good", 1)->body, "news second"));
	assert_int_equal(totals(&t, 0).subscriptions, 2);
	close_world(&t);
	testclock_free(c);
}

/* Of two changes while a subscriber does not take any, it gets the second. */
static void
the_newest_wins(void **state)
{
	struct testclock *c = testclock_new(0);
	struct world t;

	(void)state;
	open_world(&t);
	subscriber_clock(t.s, testclock_ms, c);
	configure(&t, "1d", "builtin");
	testclock_run(c, &t.w, 60);
	put(&t, subscriber_url(t.s, "/503/a"), testclock_wall(c) + 20 * 86400, 1);
	testclock_run(c, &t.w, 600);
	assert_in_range(subscriber_count(t.s, "/503/a"), 4, 8);
	serve(&t, "second");
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
	close_world(&t);
	testclock_free(c);
}

/* ---- a hub elsewhere, or none */

static void
a_hub_elsewhere_is_told_which_feeds_changed(void **state)
{
	struct testclock *c = testclock_new(0);
	struct world t;
	const struct delivery *d;
	char *before, *after;

	(void)state;
	open_world(&t);
	configure(&t, "1h", subscriber_url(t.s, "/200/hub"));
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
	serve(&t, "second");
	testclock_pass(c, 7200);
	testclock_once(c, &t.w);
	assert_int_equal(subscriber_count(t.s, NULL), 2);
	assert_true(totals(&t, testclock_wall(c)).pings >= 3);
	testclock_run(c, &t.w, 100);
	assert_in_range(subscriber_count(t.s, NULL), 4, 7);
	close_world(&t);
	testclock_free(c);
}

static void
none_is_announced_without_a_server(void **state)
{
	struct world t;
	char url[128], *answer;

	(void)state;
	open_world(&t);
	configure(&t, "1h", "none");
	start(&t);
	assert_int_equal(program_count(&t.w, "public/all.atom", "rel=\"hub\""), 0);
	assert_int_equal(hub_request(t.hub, "POST", "", "x", NULL), 404);
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/metrics", t.port);
	assert_int_equal(hub_request(url, "GET", "", NULL, &answer), 200);
	assert_null(strstr(answer, "_hub_"));
	free(answer);
	stop(&t);
	program_write(&t.w, "rk.yml",
	    "site:\n  title: t\n  base_url: http://127.0.0.1:%u/\n"
	    "storage:\n  state: state\npublish:\n  directory: public\n"
	    "fetch:\n  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: one\n  url: %s\n", t.port, origin_url(t.o, "/feed"));
	assert_int_equal(program_run(&t.w, "publish", NULL), 0);
	assert_int_equal(program_count(&t.w, "public/all.atom", "rel=\"hub\""), 0);
	configure(&t, "1h", "builtin");
	assert_int_equal(program_run(&t.w, "publish", NULL), 0);
	assert_int_equal(program_count(&t.w, "public/all.atom", "rel=\"hub\""), 1);
	close_world(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_subscriber_is_asked_and_gets_the_whole_feed),
		cmocka_unit_test(what_is_none_of_ours_is_refused),
		cmocka_unit_test(our_own_subscriber_is_told),
		cmocka_unit_test(a_thousand_are_told_beside_the_dead),
		cmocka_unit_test(a_crash_loses_no_change),
		cmocka_unit_test(the_dead_are_tried_less_and_less_and_given_up),
		cmocka_unit_test(the_newest_wins),
		cmocka_unit_test(a_hub_elsewhere_is_told_which_feeds_changed),
		cmocka_unit_test(none_is_announced_without_a_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
