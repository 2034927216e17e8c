/*
 * Pages, which no site made for programs (docs/manners.md 38, 48, 49), each behaviour shown
 * kept and shown missing when it is switched off. Judged by the origin's log.
 */
#include "mannerkit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR ((int64_t)3600)
#define DAY  (24 * HOUR)

#define LIST \
	"<!doctype html><meta charset=utf-8><title>ข่าว</title><ul id=news>" \
	"<li><a href=/n/1>หัวข้อข่าวที่หนึ่ง</a><li><a href=/n/2>หัวข้อข่าวที่สอง</a></ul>"
#define PAGE_RULES \
	"  kind: page\n  page:\n    container: //ul[@id=\"news\"]\n" \
	"    items: //ul[@id=\"news\"]/li\n    link: a/@href\n    title: a\n"
#define ARTICLE_RULES "    article:\n      title: //h1\n      body: //div[@id=\"body\"]\n"

static void
serve_page(struct scene *s, const char *path)
{
	struct origin_answer a = { .headers = "Content-Type: text/html\nETag: \"l\"\n",
		.body = LIST, .conditional = true };

	origin_route(s->o, path, &a, 1);
}

/* ---- robots.txt */

static void
robots_for_pages_not_for_feeds(struct scene *s)
{
	struct origin_answer robots = { .headers = "Content-Type: text/plain\n",
		.body = "User-agent: *\nDisallow: /closed\n" };

	origin_route(s->o, "/robots.txt", &robots, 1);
	serve_page(s, "/closed/news");
	serve_page(s, "/open/news");
	scene_feed(s, "/closed/feed", "a", 1, "", "");
	scene_sources(s,
	    "- id: closed\n  url: %s\n" PAGE_RULES "- id: open\n  url: %s\n" PAGE_RULES
	    "- id: feed\n  url: %s\n",
	    origin_url(s->o, "/closed/news"), origin_url(s->o, "/open/news"),
	    origin_url(s->o, "/closed/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_count(s, "/closed/news") == 0);
	JUDGE(s, scene_count(s, "/open/news") == 2);
	JUDGE(s, scene_count(s, "/closed/feed") == 2);
	JUDGE(s, scene_count(s, "/robots.txt") == 1);
	JUDGE(s, strcmp(origin_seen(s->o, 0)->url, "/robots.txt") == 0
	    || strcmp(origin_seen(s->o, 1)->url, "/robots.txt") == 0);
}

/* Where a page's address leads, on its own host and on another. */
static void
robots_where_a_page_leads(struct scene *s)
{
	struct origin_answer robots = { .headers = "Content-Type: text/plain\n",
		.body = "User-agent: *\nDisallow: /closed\n" };
	struct origin_answer to = { .status = 301, .location = "/closed/news" };
	struct origin_answer away = { .status = 302,
		.location = origin_url_at(s->o, "localhost", "/closed/away") };

	origin_route(s->o, "/robots.txt", &robots, 1);
	origin_route(s->o, "/old", &to, 1);
	origin_route(s->o, "/gone", &away, 1);
	serve_page(s, "/closed/news");
	serve_page(s, "/closed/away");
	scene_sources(s, "- id: a\n  url: %s\n" PAGE_RULES "- id: b\n  url: %s\n" PAGE_RULES,
	    origin_url(s->o, "/old"), origin_url(s->o, "/gone"));
	scene_once(s);
	JUDGE(s, scene_count(s, "/old") == 1);
	JUDGE(s, scene_count(s, "/gone") == 1);
	JUDGE(s, scene_count(s, "/closed/news") == 0);
	JUDGE(s, scene_count(s, "/closed/away") == 0);
	JUDGE(s, scene_count(s, "/robots.txt") == 2);
}

/* Of which rules those of our own group count, and of those that match the longest. */
#define LONGEST \
	"User-agent: *\nDisallow: /open\nAllow: /closed\n\n" \
	"User-agent: Ruamkhao\nDisallow: /closed/but/not\nAllow: /closed/but\nDisallow: /closed\n" \
	"Disallow: /same\nAllow: /same\nDisallow: /*.php$\nAllow: /most/\nDisallow: /m*/secret\n"

static void
the_longest_rule_holds(struct scene *s)
{
	static const struct {
		const char *path;
		bool allowed;
	} pages[] = {
		{ "/open/news", true },
		{ "/closed/news", false },
		{ "/closed/but/news", true },
		{ "/closed/but/not/news", false },
		{ "/clos%65d/news", false },
		{ "/same/news", true },
		{ "/news.php", false },
		{ "/news.php5", true },
		{ "/most/secret", false },
		{ "/most/news", true },
		{ "/Closed/news", true },
	};
	struct origin_answer robots = { .headers = "Content-Type: text/plain\n", .body = LONGEST };
	char sources[8192];
	size_t n = 0;

	origin_route(s->o, "/robots.txt", &robots, 1);
	for (size_t i = 0; i < ROWS(pages); i++) {
		serve_page(s, pages[i].path);
		n += (size_t)snprintf(sources + n, sizeof(sources) - n, "- id: s%zu\n  url: %s\n" PAGE_RULES,
		    i, origin_url(s->o, pages[i].path));
	}
	scene_sources(s, "%s", sources);
	scene_once(s);
	for (size_t i = 0; i < ROWS(pages); i++)
		JUDGE(s, scene_count(s, pages[i].path) == pages[i].allowed);
	JUDGE(s, scene_count(s, "/robots.txt") == 1);
}

/* How often a path was asked for between two requests for robots.txt. */
static size_t
on_day(struct scene *s, const char *path, size_t day)
{
	const struct origin_request *from = origin_seen_at(s->o, "/robots.txt", day);
	const struct origin_request *to = origin_seen_at(s->o, "/robots.txt", day + 1), *r;
	size_t n = 0;

	for (size_t i = 0; from != NULL && (r = origin_seen_at(s->o, path, i)) != NULL; i++)
		n += r->began_ms >= from->began_ms && (to == NULL || r->began_ms < to->began_ms);
	return n;
}

/* Two pages and a feed of a host: its robots.txt is asked once a day, also over a restart
 * each day, and what it says then holds for that day. A feed is none of its business. */
static void
robots_once_a_day(struct scene *s)
{
	const char *type = "Content-Type: text/plain\nCache-Control: max-age=60\n";
	struct origin_answer robots[] = {
		{ .headers = type, .body = "User-agent: *\nDisallow: /b\nDisallow: /feed\n" },
		{ .headers = type, .body = "User-agent: *\nDisallow: /\n" },
		{ .status = 404 },
	};

	origin_route(s->o, "/robots.txt", robots, 3);
	serve_page(s, "/a");
	serve_page(s, "/b");
	scene_always(s, "/feed", 200, "ETag: \"1\"\n");
	scene_sources(s, "- id: a\n  url: %s\n  every: 1h\n" PAGE_RULES
	    "- id: b\n  url: %s\n  every: 1h\n" PAGE_RULES "- id: f\n  url: %s\n  every: 1h\n",
	    origin_url(s->o, "/a"), origin_url(s->o, "/b"), origin_url(s->o, "/feed"));
	for (int i = 0; i < 5; i++)
		scene_days(s, DAY);
	JUDGE(s, scene_count(s, "/robots.txt") >= 4);
	JUDGE(s, scene_gaps(s, "/robots.txt", 1, DAY, DAY + 5 * HOUR));
	JUDGE(s, on_day(s, "/a", 0) >= 20);
	JUDGE(s, on_day(s, "/b", 0) == 0);
	JUDGE(s, on_day(s, "/a", 1) == 0);
	JUDGE(s, on_day(s, "/b", 1) == 0);
	JUDGE(s, on_day(s, "/a", 2) >= 1);
	JUDGE(s, on_day(s, "/b", 2) >= 1);
	JUDGE(s, scene_count(s, "/a") + scene_count(s, "/b")
	    == on_day(s, "/a", 0) + on_day(s, "/a", 2) + on_day(s, "/a", 3) + on_day(s, "/a", 4)
	        + on_day(s, "/b", 2) + on_day(s, "/b", 3) + on_day(s, "/b", 4));
	JUDGE(s, scene_count(s, "/feed") >= 5 * 20);
}

/* Where it cannot be had nobody knows, and no page is asked for; once it is had, they are.
 * Nor is it asked for again and again. */
static void
lost_robots_forbid(struct scene *s)
{
	static const unsigned statuses[] = { 500, 503, 429, 502 };
	struct origin *o[ROWS(statuses)];
	char sources[4096];
	size_t n = 0;

	scene_clock(s);
	for (size_t i = 0; i < ROWS(statuses); i++) {
		struct origin_answer lost = { .status = statuses[i], .cut = i == 3 };

		o[i] = origin_start();
		origin_clock(o[i], testclock_ms, s->clock);
		origin_route(o[i], "/robots.txt", &lost, 1);
		n += (size_t)snprintf(sources + n, sizeof(sources) - n,
		    "- id: p%zu\n  url: %s\n  every: 1h\n" PAGE_RULES "- id: f%zu\n  url: %s\n  every: 1h\n",
		    i, origin_url(o[i], "/news"), i, origin_url(o[i], "/feed"));
	}
	scene_sources(s, "%s", sources);
	scene_days(s, 4 * DAY);
	for (size_t i = 0; i < ROWS(statuses); i++) {
		struct origin_answer robots = { .status = 200 };

		JUDGE(s, origin_count(o[i], "/news") == 0);
		JUDGE(s, origin_count(o[i], "/feed") >= 1);
		JUDGE(s, origin_count(o[i], "/robots.txt") >= 4);
		JUDGE(s, origin_count(o[i], "/robots.txt") <= 12);
		origin_route(o[i], "/robots.txt", &robots, 1);
	}
	scene_days(s, 2 * DAY);
	for (size_t i = 0; i < ROWS(statuses); i++) {
		JUDGE(s, origin_count(o[i], "/news") >= 1);
		origin_stop(o[i]);
	}
}

/* ---- once per need */

#define LI(n) "<li><a href=/n/" #n ">หัวข้อข่าวที่ " #n "</a>"

static void
serve_list(struct scene *s, const char *items, const char *headers, bool conditional)
{
	struct origin_answer a = { .conditional = conditional };
	char *body = NULL, *all = NULL;

	if (asprintf(&body, "<!doctype html><meta charset=utf-8><title>ข่าว</title><ul id=news>%s</ul>",
	        items) < 0
	    || asprintf(&all, "Content-Type: text/html\n%s", headers) < 0)
		abort();
	a.body = body;
	a.headers = all;
	origin_route(s->o, "/news", &a, 1);
	free(body);
	free(all);
}

static void
article(struct scene *s, const char *path, unsigned status)
{
	struct origin_answer a = { .status = status, .headers = "Content-Type: text/html\nETag: \"n\"\n",
		.body = "<!doctype html><meta charset=utf-8><h1>หัวข้อ</h1><div id=body><p>เนื้อหาข่าว</div>" };

	origin_route(s->o, path, &a, 1);
}

static bool
list_had(struct scene *s, size_t i, const char *etag, const char *date)
{
	return scene_header_is(s, "/news", i, "If-None-Match", etag)
	    && scene_header_is(s, "/news", i, "If-Modified-Since", date);
}

/*
 * The list with what it gave, both; its pages once, whatever comes of the list: a 304, the
 * same once more, a new one with old links in another order. Each round is a process.
 */
static void
pages_are_conditional_and_once(struct scene *s)
{
	static const char one[] = "Fri, 20 Nov 2026 01:02:03 GMT", two[] = "Sat, 21 Nov 2026 01:02:03 GMT";
	size_t linked;

	for (int i = 1; i <= 4; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/n/%d", i);
		article(s, path, i == 3 ? 404 : 200);
	}
	serve_list(s, LI(2) LI(1), "ETag: \"l1\"\nLast-Modified: Fri, 20 Nov 2026 01:02:03 GMT\n", true);
	scene_sources(s, "- id: one\n  url: %s\n" PAGE_RULES ARTICLE_RULES,
	    origin_url(s->o, "/news"));
	scene_once(s);
	JUDGE(s, scene_plain(s, "/news", 0));
	JUDGE(s, scene_count(s, "/n/1") == 1 && scene_count(s, "/n/2") == 1);
	scene_once(s); /* 304 */
	JUDGE(s, list_had(s, 1, "\"l1\"", one));
	serve_list(s, LI(4) LI(3) LI(2) LI(1),
	    "ETag: \"l2\"\nLast-Modified: Sat, 21 Nov 2026 01:02:03 GMT\n", false);
	scene_once(s);
	JUDGE(s, list_had(s, 2, "\"l1\"", one));
	scene_once(s); /* the same */
	serve_list(s, LI(1) LI(3) LI(4) LI(2), "ETag: \"l3\"\n", true);
	scene_once(s);
	JUDGE(s, list_had(s, 4, "\"l2\"", two));
	scene_once(s); /* 304 */
	JUDGE(s, list_had(s, 5, "\"l3\"", ""));
	for (int i = 1; i <= 4; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/n/%d", i);
		JUDGE(s, scene_count(s, path) == 1);
		JUDGE(s, scene_plain(s, path, 0));
	}
	linked = scene_count(s, NULL) - scene_count(s, "/news") - scene_count(s, "/robots.txt");
	JUDGE(s, linked == 4);
	JUDGE(s, scene_count(s, "/news") == 6);
}

/* ---- own headers */

/* They are for the list's own site: not for a robots.txt, a list or a page elsewhere. */
static void
secrets_stay_with_the_list(struct scene *s)
{
	struct origin *other = origin_start_at("127.0.0.2", origin_port(s->o));
	struct origin_answer to = { .status = 302, .location = origin_url(other, "/list") };
	struct origin_answer list = { .headers = "Content-Type: text/html\n", .body = LIST };
	char *items = NULL;

	if (asprintf(&items, "<li><a href=\"%s\">ข่าวที่อื่น</a>" LI(1), origin_url(other, "/n/9")) < 0)
		abort();
	serve_list(s, items, "", false);
	article(s, "/n/1", 200);
	origin_route(s->o, "/led", &to, 1);
	origin_route(other, "/list", &list, 1);
	scene_sources(s,
	    "- id: one\n  url: %s\n  headers: [\"X-Key: s3cret\"]\n" PAGE_RULES ARTICLE_RULES
	    "- id: two\n  url: %s\n  headers: [\"X-Key: s3cret\"]\n" PAGE_RULES,
	    origin_url(s->o, "/news"), origin_url(s->o, "/led"));
	scene_once(s);
	JUDGE(s, scene_header_is(s, "/news", 0, "X-Key", "s3cret"));
	JUDGE(s, scene_header_is(s, "/led", 0, "X-Key", "s3cret"));
	JUDGE(s, scene_header_is(s, "/n/1", 0, "X-Key", "s3cret"));
	JUDGE(s, origin_count(other, "/robots.txt") == 1);
	JUDGE(s, origin_count(other, "/list") == 1);
	JUDGE(s, origin_count(other, "/n/9") == 1);
	for (size_t i = 0; i < origin_count(other, NULL); i++)
		JUDGE(s, strstr(origin_seen(other, i)->headers, "s3cret") == NULL);
	free(items);
	origin_stop(other);
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(38, secrets_stay_with_the_list),
		ROW(48, robots_for_pages_not_for_feeds),
		ROW(48, robots_where_a_page_leads),
		ROW(48, the_longest_rule_holds),
		ROW(48, robots_once_a_day),
		ROW(48, lost_robots_forbid),
		ROW(49, pages_are_conditional_and_once),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
