/*
 * Permanent redirects by probation: judged by what the two origins saw. The day that must
 * pass is taken off the database between two rounds.
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
#include <sqlite3.h>

#define FETCH "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n  allow_ports: [%u]\n"
#define RSS                                                                            \
	"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"  \
	"<guid isPermaLink=\"false\">a</guid><title>news</title></item></channel></rss>"

static struct origin *old, *new;
static struct program w;

static int
open_all(void **state)
{
	struct origin_answer feed = {.headers = "ETag: \"n1\"\nContent-Type: text/xml\n",
	    .body = RSS,
	    .conditional = true};

	(void)state;
	old = origin_start();
	new = origin_start();
	program_open(&w);
	origin_route(new, "/feed", &feed, 1);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	program_close(&w);
	origin_stop(old);
	origin_stop(new);
	return 0;
}

static void
redirects(unsigned status)
{
	struct origin_answer a = {.status = status, .location = origin_url(new, "/feed")};

	origin_route(old, "/feed", &a, 1);
}

static void
configure(const char *url)
{
	program_config(&w, FETCH
	    "sources:\n- id: one\n  url: %s\n  headers: [\"X-Key: secret\"]\n",
	    origin_port(new), url);
}

static void
once(void)
{
	assert_int_equal(program_run(&w, "once", NULL), 0);
}

/* As if the first redirect had been seen 25 hours ago. */
static void
a_day_passes(void)
{
	char path[128];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/state/ruamkhao.db", w.dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "UPDATE moved SET leads_since = leads_since - 90000", NULL,
		NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
}

static void
counts(size_t at_old, size_t at_new)
{
	assert_int_equal(origin_count(old, "/feed"), at_old);
	assert_int_equal(origin_count(new, NULL), at_new);
	origin_forget(old);
	origin_forget(new);
}

static void
shows(const char *text, bool expected)
{
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	if ((strstr(w.out, text) != NULL) != expected)
		fail_msg("%s \"%s\" in:\n%s", expected ? "no" : "a", text, w.out);
}

static void
is_believed_after_three_polls_and_a_day(void **state)
{
	const struct origin_request *r;
	char *before, *after;

	(void)state;
	redirects(301);
	configure(origin_url(old, "/feed"));
	before = program_read(&w, "rk.yml");
	for (int i = 0; i < 4; i++)
		once(); /* four polls, but not a day */
	counts(4, 4);
	shows("redirects to", true);
	shows("moved to", false);
	a_day_passes();
	once(); /* this one proves it */
	counts(1, 1);
	shows("moved to", true);
	shows("change url in", true);
	shows("rk.yml:", true);
	once();
	r = origin_seen(new, 0);
	assert_non_null(r);
	/* validators belong to the address that gave them; the key to the old host */
	assert_string_equal(origin_header(r, "If-None-Match"), "\"n1\"");
	assert_null(origin_header(r, "X-Key"));
	counts(0, 1);
	assert_int_equal(program_run(&w, "status", "--json", NULL), 0);
	assert_non_null(strstr(w.out, "\"moved_to\":\""));
	assert_non_null(strstr(w.out, "\"moved_where\":\""));
	after = program_read(&w, "rk.yml");
	assert_string_equal(before, after);
	free(before);
	free(after);
	/* the operator follows: nothing is left of it */
	configure(origin_url(new, "/feed"));
	once();
	counts(0, 1);
	shows("moved to", false);
}

static void
one_day_alone_is_not_enough(void **state)
{
	(void)state;
	redirects(308);
	configure(origin_url(old, "/feed"));
	once();
	a_day_passes();
	once(); /* only the second */
	once();
	counts(3, 3);
	shows("moved to", true);
	once();
	counts(0, 1);
}

static void
temporary_ones_never_are(void **state)
{
	static const unsigned statuses[] = {302, 303, 307};

	(void)state;
	configure(origin_url(old, "/feed"));
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		redirects(statuses[i]);
		for (int k = 0; k < 4; k++) {
			once();
			a_day_passes();
		}
	}
	once();
	counts(13, 13);
	shows("moved to", false);
	shows("redirects to", false);
}

static void
one_temporary_hop_spoils_it(void **state)
{
	struct origin_answer hop = {.status = 302, .location = origin_url(new, "/feed")};
	struct origin_answer a = {.status = 301, .location = origin_url(new, "/hop")};

	(void)state;
	origin_route(old, "/feed", &a, 1);
	origin_route(new, "/hop", &hop, 1);
	configure(origin_url(old, "/feed"));
	for (int k = 0; k < 4; k++) {
		once();
		a_day_passes();
	}
	counts(4, 8);
	shows("moved to", false);
}

static void
pages_and_logins_are_not_taken_over(void **state)
{
	struct origin_answer page = {.headers = "Content-Type: text/html\n",
	    .body = "<!DOCTYPE html><html><head><title>Login</title></head><body><form>"
		    "<input name=user></form><p>This domain is for sale</body></html>"};
	struct origin_answer feed = {.body = RSS};

	(void)state;
	redirects(301);
	origin_route(new, "/feed", &page, 1);
	configure(origin_url(old, "/feed"));
	for (int k = 0; k < 4; k++) {
		once();
		a_day_passes();
	}
	counts(4, 4);
	shows("moved to", false);
	/* nor does it count that they came between */
	origin_route(new, "/feed", &feed, 1);
	once();
	once();
	a_day_passes();
	origin_route(new, "/feed", &page, 1);
	once();
	origin_route(new, "/feed", &feed, 1);
	once();
	shows("moved to", false);
}

static void
moved(void)
{
	redirects(301);
	configure(origin_url(old, "/feed"));
	once();
	once();
	a_day_passes();
	once();
	shows("moved to", true);
	counts(3, 3);
}

static void
a_new_address_that_fails_is_left(void **state)
{
	struct origin_answer none = {.status = 404}, feed = {.body = RSS};

	(void)state;
	moved();
	origin_route(new, "/feed", &none, 1);
	once();
	once();
	shows("moved to", true); /* not for one bad day */
	once();
	counts(0, 3);
	shows("moved to", false);
	origin_route(old, "/feed", &feed, 1);
	once();
	counts(1, 0);
	shows("one: ok", true);
}

static void
a_new_address_that_is_gone_does_not_end_the_source(void **state)
{
	struct origin_answer gone = {.status = 410}, feed = {.body = RSS};

	(void)state;
	moved();
	origin_route(new, "/feed", &gone, 1);
	once();
	counts(0, 1);
	shows("one: failing", true);
	origin_route(old, "/feed", &feed, 1);
	once();
	counts(1, 0);
	shows("one: ok", true);
}

/* It says so of the address that it was asked at; where the old one leads to may change. */
static void
a_redirect_to_what_is_gone_does_not_end_the_source(void **state)
{
	static const unsigned gone[] = {410, 451}, led[] = {301, 302, 307};

	(void)state;
	configure(origin_url(old, "/feed"));
	for (size_t i = 0; i < 2; i++) {
		struct origin_answer a = {.status = gone[i]};

		origin_route(new, "/feed", &a, 1);
		for (size_t k = 0; k < 3; k++) {
			redirects(led[k]);
			once();
			counts(1, 1);
			shows("one: failing", true);
			shows("in a row: asked again after", true);
		}
	}
	origin_route(old, "/feed", &(struct origin_answer){.status = 410}, 1);
	once();
	counts(1, 0);
	shows("one: gone", true);
	once();
	counts(0, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)
	const struct CMUnitTest tests[] = {
	    T(is_believed_after_three_polls_and_a_day),
	    T(one_day_alone_is_not_enough),
	    T(temporary_ones_never_are),
	    T(one_temporary_hop_spoils_it),
	    T(pages_and_logins_are_not_taken_over),
	    T(a_new_address_that_fails_is_left),
	    T(a_new_address_that_is_gone_does_not_end_the_source),
	    T(a_redirect_to_what_is_gone_does_not_end_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
