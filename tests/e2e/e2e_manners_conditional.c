/*
 * Conditional requests (docs/manners.md 1-12), each shown kept and shown missing when it
 * is switched off. Judged by the origin's log; 10 and 11, of which an origin sees nothing,
 * by the round's last line and the published files.
 */
#include "mannerkit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETAG     "W/\"a,b 'c' \\x-gzip\""
#define MODIFIED "tue, 1 Jan 2019 00:00:00 +0700 (ICT)"
#define BOTH     "ETag: " ETAG "\nLast-Modified: " MODIFIED "\n"

/* Three rounds over one feed that has not changed. */
static void
thrice(struct scene *s, const char *headers)
{
	scene_feed(s, "/feed", "a", 3, "", headers);
	scene_source(s, origin_url(s->o, "/feed"));
	for (int i = 0; i < 3; i++)
		scene_once(s);
	JUDGE(s, scene_count(s, NULL) == 3);
}

static void
plain_once_then_conditional(struct scene *s)
{
	thrice(s, BOTH);
	JUDGE(s, scene_plain(s, "/feed", 0));
	JUDGE(s, !scene_plain(s, "/feed", 1));
	JUDGE(s, !scene_plain(s, "/feed", 2));
}

static void
etag_byte_for_byte(struct scene *s)
{
	thrice(s, BOTH);
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-None-Match", ETAG));
	JUDGE(s, scene_header_is(s, "/feed", 2, "If-None-Match", ETAG));
}

static void
date_byte_for_byte(struct scene *s)
{
	thrice(s, "Last-Modified: " MODIFIED "\n");
	JUDGE(s, scene_header_is(s, "/feed", 0, "If-Modified-Since", ""));
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-Modified-Since", MODIFIED));
	JUDGE(s, scene_header_is(s, "/feed", 2, "If-Modified-Since", MODIFIED));
	JUDGE(s, scene_header_is(s, "/feed", 2, "If-None-Match", ""));
}

static void
both_validators(struct scene *s)
{
	thrice(s, BOTH);
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-None-Match", ETAG));
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-Modified-Since", MODIFIED));
}

static void
a_200_replaces_both(struct scene *s)
{
	static const char *const headers[] = { BOTH, "ETag: \"2\"\n", "Last-Modified: " MODIFIED "\n",
		"", "" };

	scene_source(s, origin_url(s->o, "/feed"));
	for (unsigned i = 0; i < 5; i++) {
		scene_feed(s, "/feed", "a", i + 1, "", headers[i]);
		scene_once(s);
	}
	JUDGE(s, scene_header_is(s, "/feed", 2, "If-None-Match", "\"2\""));
	JUDGE(s, scene_header_is(s, "/feed", 2, "If-Modified-Since", ""));
	JUDGE(s, scene_header_is(s, "/feed", 3, "If-None-Match", ""));
	JUDGE(s, scene_header_is(s, "/feed", 3, "If-Modified-Since", MODIFIED));
	JUDGE(s, scene_plain(s, "/feed", 4));
}

static void
a_304_keeps_and_renews(struct scene *s)
{
	struct origin_answer same = { .status = 304, .headers = "ETag: \"new\"\n" };
	struct origin_answer silent = { .status = 304 };

	scene_feed(s, "/feed", "a", 3, "", BOTH);
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	origin_route(s->o, "/feed", &same, 1);
	scene_once(s);
	origin_route(s->o, "/feed", &silent, 1);
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-None-Match", ETAG));
	for (size_t i = 2; i < 4; i++) {
		JUDGE(s, scene_header_is(s, "/feed", i, "If-None-Match", "\"new\""));
		JUDGE(s, scene_header_is(s, "/feed", i, "If-Modified-Since", MODIFIED));
	}
}

static void
lead_to(struct scene *s, const char *path)
{
	struct origin_answer a = { .location = path };

	origin_route(s->o, "/feed", &a, 1);
}

static void
validators_stay_with_their_url(struct scene *s)
{
	scene_feed(s, "/a", "a", 2, "", "ETag: \"a\"\n");
	scene_feed(s, "/b", "b", 2, "", "ETag: \"b\"\n");
	scene_source(s, origin_url(s->o, "/feed"));
	lead_to(s, "/a");
	scene_once(s);
	scene_once(s);
	lead_to(s, "/b");
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_header_is(s, "/a", 1, "If-None-Match", "\"a\""));
	JUDGE(s, scene_plain(s, "/b", 0));
	JUDGE(s, scene_header_is(s, "/b", 1, "If-None-Match", "\"b\""));
	for (size_t i = 0; i < 4; i++)
		JUDGE(s, scene_plain(s, "/feed", i));
}

/* Cut inside of an item, no feed at all, too big: what they call themselves is not kept. */
static void
validators_of_whole_feeds_only(struct scene *s)
{
	static const char *const paths[] = { "/cut", "/page", "/big" };
	struct origin_answer a = { .headers = "ETag: \"bad\"\n" };
	char *whole = scene_rss("a", 3, ""), *big = scene_rss("b", 1000, "");

	a.body = whole;
	a.n = strlen(whole) - 120;
	origin_route(s->o, "/cut", &a, 1);
	a.n = 0;
	a.body = "<!doctype html><title>เข้าสู่ระบบ</title><p>x";
	origin_route(s->o, "/page", &a, 1);
	a.body = big;
	origin_route(s->o, "/big", &a, 1);
	program_config(&s->w, SCENE_FETCH "  max_body: 64KiB\n"
	    "sources:\n- id: cut\n  url: %s\n- id: page\n  url: %s\n- id: big\n  url: %s\n",
	    origin_url(s->o, "/cut"), origin_url(s->o, "/page"), origin_url(s->o, "/big"));
	scene_once(s);
	scene_once(s);
	for (size_t i = 0; i < 3; i++)
		JUDGE(s, scene_plain(s, paths[i], 1));
	free(whole);
	free(big);
}

/* What a 304 to a plain request calls itself is nothing that we have. */
static void
a_304_to_nothing_is_an_error(struct scene *s)
{
	struct origin_answer liar = { .status = 304, .headers = "ETag: \"x\"\n" };

	origin_route(s->o, "/feed", &liar, 1);
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_count(s, "/feed") == 2);
	JUDGE(s, scene_plain(s, "/feed", 1));
}

static void
same_body_is_no_work(struct scene *s)
{
	char *before, *after;

	scene_feed(s, "/feed", "a", 3, "", "");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	before = program_fingerprint(&s->w, "public");
	scene_once(s);
	after = program_fingerprint(&s->w, "public");
	JUDGE(s, scene_plain(s, "/feed", 1));
	JUDGE(s, strstr(s->w.out, "0 with news, 1 unchanged, 0 failed") != NULL);
	JUDGE(s, strcmp(before, after) == 0);
	free(before);
	free(after);
}

static void
only_entries_are_compared(struct scene *s)
{
	char *before, *after;

	scene_feed(s, "/feed", "a", 3, "<lastBuildDate>Fri, 20 Nov 2026 01:00:00 GMT</lastBuildDate>",
	    "");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	before = program_fingerprint(&s->w, "public");
	scene_feed(s, "/feed", "a", 3, "<lastBuildDate>Fri, 20 Nov 2026 02:00:00 GMT</lastBuildDate>",
	    "");
	scene_once(s);
	after = program_fingerprint(&s->w, "public");
	JUDGE(s, strcmp(before, after) == 0);
	free(before);
	free(after);
}

/*
 * A list of pages of which some could not be had must be read whole once more, though it
 * is the same: asked for plainly, and from then on conditionally again.
 */
static void
refresh_is_plain_once(struct scene *s)
{
	struct origin_answer list = { .conditional = true,
		.headers = "Content-Type: text/html; charset=utf-8\nETag: \"l\"\n",
		.body = "<!doctype html><meta charset=utf-8><title>ข่าว</title><ul id=news>"
		        "<li><a href=/n/1>หัวข้อข่าวที่หนึ่ง</a><li><a href=/n/2>หัวข้อข่าวที่สอง</a></ul>" };
	struct origin_answer page = { .headers = "Content-Type: text/html; charset=utf-8\n",
		.body = "<!doctype html><meta charset=utf-8><h1>หัวข้อ</h1><div id=body><p>เนื้อหาข่าว</div>" };
	struct origin_answer tries[] = { { .status = 500 }, page };

	origin_route(s->o, "/news", &list, 1);
	origin_route(s->o, "/n/1", &page, 1);
	origin_route(s->o, "/n/2", tries, 2);
	scene_sources(s,
	    "- id: one\n  url: %s\n  kind: page\n  page:\n    container: //ul[@id=\"news\"]\n"
	    "    items: //ul[@id=\"news\"]/li\n    link: a/@href\n    title: a\n"
	    "    article:\n      title: //h1\n      body: //div[@id=\"body\"]\n",
	    origin_url(s->o, "/news"));
	for (int i = 0; i < 4; i++)
		scene_once(s);
	JUDGE(s, scene_plain(s, "/news", 1));
	JUDGE(s, scene_count(s, "/n/2") == 2);
	JUDGE(s, scene_header_is(s, "/news", 2, "If-None-Match", "\"l\""));
	JUDGE(s, scene_header_is(s, "/news", 3, "If-None-Match", "\"l\""));
}

/* A setting says how the document is read: so it is read once more. */
static void
changed_settings_are_plain_once(struct scene *s)
{
	scene_feed(s, "/feed", "a", 2, "", "ETag: \"1\"\n");
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	scene_sources(s, "- id: one\n  url: %s\n  timezone: \"+00:00\"\n", origin_url(s->o, "/feed"));
	for (int i = 0; i < 3; i++)
		scene_once(s);
	JUDGE(s, scene_plain(s, "/feed", 1));
	JUDGE(s, scene_header_is(s, "/feed", 2, "If-None-Match", "\"1\""));
	JUDGE(s, scene_header_is(s, "/feed", 3, "If-None-Match", "\"1\""));
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(1, plain_once_then_conditional),
		ROW(2, etag_byte_for_byte),
		ROW(3, date_byte_for_byte),
		ROW(4, both_validators),
		ROW(5, a_200_replaces_both),
		ROW(6, a_304_keeps_and_renews),
		ROW(7, validators_stay_with_their_url),
		ROW(8, validators_of_whole_feeds_only),
		ROW(9, a_304_to_nothing_is_an_error),
		ROW(10, same_body_is_no_work),
		ROW(11, only_entries_are_compared),
		ROW(12, refresh_is_plain_once),
		ROW(12, changed_settings_are_plain_once),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
