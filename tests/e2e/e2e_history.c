/*
 * Archives of a feed (RFC 5005) at its first import: what is asked for, judged by the
 * origin's log, and what of it is stored.
 */
#include "origin.h"
#include "program.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LOOPBACK \
	"fetch:\n  host_gap: 0s\n  every: 1s\n  every_unconditional: 1s\n" \
	"  allow_addresses: [127.0.0.0/8]\n"

/* A feed or an archive with one entry, dated by its number; prev as written, or NULL. */
static void
serve_doc(struct origin *o, const char *path, int number, const char *prev, const char *more)
{
	char body[2048], link[300] = "";
	struct origin_answer a = { .body = body };

	if (prev != NULL)
		(void)snprintf(link, sizeof(link), "<link rel=\"prev-archive\" href=\"%s\"/>", prev);
	(void)snprintf(body, sizeof(body),
	    "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">"
	    "<title>t</title><id>urn:x:%s</id><updated>2026-01-01T00:00:00Z</updated>%s"
	    "<entry><id>urn:n:%d</id><title>story %d of %s</title>"
	    "<link href=\"http://s.example/%d\"/><updated>20%02d-03-01T00:00:00Z</updated>"
	    "<content>text of story %d</content></entry>%s</feed>",
	    path, link, number, number, path, number, number, number, more);
	origin_route(o, path, &a, 1);
}

static void
one_feed(struct program *w, const char *url)
{
	program_config(w, LOOPBACK "sources:\n- id: one\n  url: %s\n", url);
}

static void
archives_are_followed_once(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char *text, *feed, *older, *oldest;

	(void)state;
	program_open(&w);
	/* entry 25 stands in the feed and, older, in an archive: the feed's counts */
	serve_doc(o, "/feed", 25, "/a/2", "");
	serve_doc(o, "/a/2", 24, "1",
	    "<entry><id>urn:n:25</id><title>stale</title><link href=\"http://s.example/25\"/>"
	    "<updated>2025-02-01T00:00:00Z</updated></entry>");
	serve_doc(o, "/a/1", 23, NULL, "");
	one_feed(&w, origin_url(o, "/feed"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 3);
	assert_string_equal(origin_seen(o, 0)->url, "/feed");
	assert_string_equal(origin_seen(o, 1)->url, "/a/2");
	assert_string_equal(origin_seen(o, 2)->url, "/a/1");
	text = program_read(&w, "public/all.atom");
	assert_non_null(text);
	assert_non_null(feed = strstr(text, "story 25 of /feed"));
	assert_non_null(older = strstr(text, "story 24 of"));
	assert_non_null(oldest = strstr(text, "story 23 of"));
	assert_true(feed < older && older < oldest); /* by their dates */
	assert_null(strstr(text, "stale"));
	free(text);
	/* later polls find the feed alone, although it still names them */
	serve_doc(o, "/feed", 26, "/a/2", "");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 4);
	assert_int_equal(origin_count(o, "/a/2"), 1);
	program_close(&w);
	origin_stop(o);
}

/* Sources that ask the same of one address are served by one walk, whoever of them comes
 * to an archive first; where it breaks off, it does so for all. */
static void
twins_walk_once(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	static const char *const places[] = { "chiang-mai", "lamphun", "lampang", "uttaradit",
		"phrae", "nan" };
	struct origin_answer gone = {.status = 404};
	char sources[2048];
	size_t n = 0;

	(void)state;
	program_open(&w);
	serve_doc(o, "/feed", 25, "/a/2", "");
	serve_doc(o, "/a/2", 24, "1", "");
	serve_doc(o, "/a/1", 23, "0", "");
	origin_route(o, "/a/0", &gone, 1);
	for (unsigned i = 0; i < 6; i++)
		n += (size_t)snprintf(sources + n, sizeof(sources) - n,
		    "- id: twin%u\n  url: %s\n  province: TH-%u\n", i, origin_url(o, "/feed"),
		    50 + i);
	program_config(&w, LOOPBACK "sources:\n%s", sources);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, "/feed"), 1);
	assert_int_equal(origin_count(o, "/a/2"), 1);
	assert_int_equal(origin_count(o, "/a/1"), 1);
	assert_int_equal(origin_count(o, "/a/0"), 1);
	/* and each has all of it */
	for (unsigned i = 0; i < 6; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "public/province/%s.atom", places[i]);
		assert_int_equal(program_count(&w, path, "<entry>"), 3);
	}
	program_close(&w);
	origin_stop(o);
}

static void
only_the_same_host_is_asked(void **state)
{
	struct program w;
	struct origin *o = origin_start(), *other = origin_start();
	struct origin_answer away = { .location = NULL };
	char target[128];

	(void)state;
	program_open(&w);
	/* named there, and redirected there; ports that are allowed else */
	serve_doc(other, "/a/1", 21, NULL, "");
	serve_doc(o, "/direct", 25, origin_url(other, "/a/1"), "");
	serve_doc(o, "/moved", 26, "/a/gone", "");
	(void)snprintf(target, sizeof(target), "%s", origin_url(other, "/a/1"));
	away.location = target;
	origin_route(o, "/a/gone", &away, 1);
	program_config(&w, LOOPBACK "  allow_ports: [%u]\nsources:\n"
	    "- id: one\n  url: %s\n- id: two\n  url: %s\n",
	    origin_port(other), origin_url(o, "/direct"), origin_url(o, "/moved"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(other, NULL), 0);
	assert_int_equal(origin_count(o, "/a/gone"), 1);
	/* neither fails the poll */
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 2);
	assert_int_equal(program_run(&w, "status", "two", NULL), 0);
	assert_non_null(strstr(w.out, "two: ok"));
	program_close(&w);
	origin_stop(o);
	origin_stop(other);
}

static void
at_most_twenty(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_doc(o, "/feed", 60, "/a/59", "");
	for (int i = 59; i > 20; i--) {
		char path[16], prev[16];

		(void)snprintf(path, sizeof(path), "/a/%d", i);
		(void)snprintf(prev, sizeof(prev), "/a/%d", i - 1);
		serve_doc(o, path, i, prev, "");
	}
	one_feed(&w, origin_url(o, "/feed"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 21);
	assert_int_equal(origin_count(o, "/a/40"), 1);
	assert_int_equal(origin_count(o, "/a/39"), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 21);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 22);
	program_close(&w);
	origin_stop(o);
}

static void
loops_and_failures_end_the_walk(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer bad = { .status = 500, .body = "no" };
	struct origin_answer junk = { .body = "this is no feed at all" };

	(void)state;
	program_open(&w);
	serve_doc(o, "/loop", 25, "/l/1", "");
	serve_doc(o, "/l/1", 24, "/l/2#x", "");
	serve_doc(o, "/l/2", 23, "/loop", "");
	serve_doc(o, "/fails", 35, "/f/1", "");
	serve_doc(o, "/f/1", 34, "/f/2", "");
	origin_route(o, "/f/2", &bad, 1);
	serve_doc(o, "/junk", 45, "/j/1", "");
	origin_route(o, "/j/1", &junk, 1);
	program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n- id: two\n  url: %s\n"
	    "- id: three\n  url: %s\n",
	    origin_url(o, "/loop"), origin_url(o, "/fails"), origin_url(o, "/junk"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, "/loop"), 1);
	assert_int_equal(origin_count(o, "/l/1"), 1);
	assert_int_equal(origin_count(o, "/l/2"), 1);
	assert_int_equal(origin_count(o, "/f/2"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 6);
	assert_int_equal(program_run(&w, "status", "three", NULL), 0);
	assert_non_null(strstr(w.out, "three: ok"));
	program_close(&w);
	origin_stop(o);
}

static void
next_pages_are_not_followed(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer a = { .body =
	    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>"
	    "<title>t</title><atom:link rel=\"next\" href=\"/feed?page=2\"/>"
	    "<item><title>only</title><link>http://s.example/1</link></item></channel></rss>" };

	(void)state;
	program_open(&w);
	origin_route(o, "/feed", &a, 1);
	one_feed(&w, origin_url(o, "/feed"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 2);
	assert_null(strchr(origin_seen(o, 1)->url, '?'));
	program_close(&w);
	origin_stop(o);
}

/* Without the rule the archives are asked for at every poll: the test above would see it. */
static void
its_own_test_can_fail(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_doc(o, "/feed", 25, "/a/1", "");
	serve_doc(o, "/a/1", 24, NULL, "");
	one_feed(&w, origin_url(o, "/feed"));
	(void)setenv("RK_DROP_MANNERS", "57", 1);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	serve_doc(o, "/feed", 26, "/a/1", "");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	(void)unsetenv("RK_DROP_MANNERS");
	assert_int_equal(origin_count(o, "/a/1"), 2);
	program_close(&w);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(archives_are_followed_once),
		cmocka_unit_test(twins_walk_once),
		cmocka_unit_test(only_the_same_host_is_asked),
		cmocka_unit_test(at_most_twenty),
		cmocka_unit_test(loops_and_failures_end_the_walk),
		cmocka_unit_test(next_pages_are_not_followed),
		cmocka_unit_test(its_own_test_can_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
