/*
 * Sources that are pages take their turns with feeds, at a host and in all, and are stopped
 * between two articles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pagekit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Two tickets, two pages that take long: a feed goes first all the same. */
static void
pages_leave_tickets_for_feeds(void **state)
{
	struct origin_answer rss = { .body =
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
	    "<guid>http://s.example/1</guid><title>ข่าวของฟีด</title></item></channel></rss>" };
	struct program w;
	struct origin *o = origin_start(), *feeds = origin_start();
	int64_t last = 0;

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 8, 1, "\"1\"");
	for (int i = 1; i <= 8; i++)
		pagekit_serve_article(o, i, 150);
	origin_route(feeds, "/feed", &rss, 1);
	program_config(&w,
	    "fetch:\n  connections: 2\n  host_gap: 0s\n  per_host: 8\n"
	    "  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: one\n  url: %s\n" PAGEKIT_RULES PAGEKIT_ARTICLE
	    "- id: two\n  url: %s\n" PAGEKIT_RULES PAGEKIT_ARTICLE "- id: feed\n  url: %s\n",
	    origin_url(o, "/news"), origin_url(o, "/news?2"), origin_url(feeds, "/feed"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	for (int i = 1; i <= 8; i++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "/n/%d", i);
		assert_int_equal(origin_count(o, path), 2); /* each source has its own entries */
		if (origin_seen_at(o, path, 0)->began_ms > last)
			last = origin_seen_at(o, path, 0)->began_ms;
	}
	assert_true(origin_seen_at(feeds, "/feed", 0)->began_ms < last);
	assert_int_equal(program_count(&w, "public/all.atom", "ข่าวของฟีด"), 1);
	program_close(&w);
	origin_stop(o);
	origin_stop(feeds);
}

/* Feeds of the same host come in between, one gap apart. */
static void
pages_and_feeds_share_a_host(void **state)
{
	struct origin_answer rss = { .body =
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
	    "<guid>http://s.example/1</guid><title>ข่าวของฟีด</title></item></channel></rss>" };
	struct program w;
	struct origin *o = origin_start();
	int64_t since;

	(void)state;
	program_open(&w);
	pagekit_serve_list(o, 3, 1, "\"1\"");
	pagekit_serve_articles(o, 3, 1);
	origin_route(o, "/feed", &rss, 1);
	program_config(&w,
	    "fetch:\n  host_gap: 1s\n  per_host: 1\n  allow_addresses: [127.0.0.0/8]\n"
	    "sources:\n- id: one\n  url: %s\n" PAGEKIT_RULES PAGEKIT_ARTICLE
	    "- id: f1\n  url: %s\n- id: f2\n  url: %s\n",
	    origin_url(o, "/news"), origin_url(o, "/feed?1"), origin_url(o, "/feed?2"));
	since = origin_now_ms();
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 7);
	assert_true(origin_paced(o, since, 1000));
	assert_int_equal(origin_most_parallel(o), 1);
	/* neither kept the other away: a feed before the last article, and an article before
	 * the last feed */
	assert_true(origin_seen_at(o, "/feed", 0)->began_ms < origin_seen_at(o, "/n/1", 0)->began_ms);
	assert_true(origin_seen_at(o, "/n/3", 0)->began_ms < origin_seen_at(o, "/n/1", 0)->began_ms);
	program_close(&w);
	origin_stop(o);
}

static void
stop_among_articles_leaves_nothing_torn(void **state)
{
	/* while an article is on its way; while one waits for its turn (Crawl-delay); while
	 * robots.txt of the site is on its way and a second source waits for it */
	static const char *const until[] = { "/n/2", "/news", "/robots.txt" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct origin_answer slow = { .status = 404, .delay_ms = 3000 };
		struct program w;
		struct origin *o = origin_start();
		int64_t began;
		pid_t daemon;

		program_open(&w);
		pagekit_serve_list(o, 3, 1, "\"1\"");
		pagekit_serve_articles(o, 3, 1);
		pagekit_serve_article(o, 2, i == 0 ? 3000 : 0);
		pagekit_robots(o, 200, i == 1 ? "User-agent: *\nCrawl-delay: 20\n" : "");
		if (i == 2)
			origin_route(o, "/robots.txt", &slow, 1);
		program_config(&w,
		    PAGEKIT_FETCH "sources:\n- id: one\n  url: %s\n" PAGEKIT_RULES PAGEKIT_ARTICLE
		    "- id: two\n  url: %s\n  enabled: %s\n" PAGEKIT_RULES PAGEKIT_ARTICLE,
		    origin_url(o, "/news"), origin_url(o, "/news?2"), i == 2 ? "true" : "false");
		daemon = program_start(&w, i == 1 ? "once" : "run", NULL);
		for (int k = 0; k < 1000 && origin_count(o, until[i]) == 0; k++)
			(void)usleep(10000);
		(void)usleep(200000);
		began = origin_now_ms();
		assert_int_equal(kill(daemon, SIGTERM), 0);
		assert_int_equal(program_wait(&w, daemon, 6000), 0);
		assert_true(origin_now_ms() - began < 2500);
		assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 0);
		assert_int_equal(program_run(&w, "status", "one", NULL), 0);
		assert_non_null(strstr(w.out, "one: new"));
		/* and the next round has everything */
		pagekit_robots(o, 200, "");
		pagekit_serve_article(o, 2, 0);
		assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
		assert_true(program_count(&w, "public/all.atom", "<entry>") >= 3);
		program_close(&w);
		origin_stop(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pages_leave_tickets_for_feeds),
	    cmocka_unit_test(pages_and_feeds_share_a_host),
	    cmocka_unit_test(stop_among_articles_leaves_nothing_torn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
