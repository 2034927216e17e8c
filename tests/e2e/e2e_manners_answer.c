/*
 * What an answer may be (docs/manners.md 51-61), each shown kept and shown missing when it
 * is switched off. Judged by the origin's log: what was taken for a good answer is asked
 * for conditionally the next time; and by the published files.
 */
#include "fetchkit.h"
#include "mannerkit.h"

#include <ruamkhao/limits.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The document is whole, its transfer is not: by its length, by its last chunk. */
static void
short_bodies_are_refused(struct scene *s)
{
	static const char *const paths[] = { "/length", "/chunks" };
	char *text = scene_rss("a", 3, "");
	struct origin_answer a = { .headers = "ETag: \"short\"\n", .body = text };

	a.claim = true;
	a.claimed = strlen(text) + 100;
	a.cut = true;
	a.cut_at = strlen(text);
	origin_route(s->o, paths[0], &a, 1);
	a.claim = false;
	a.chunked = true;
	origin_route(s->o, paths[1], &a, 1);
	scene_sources(s, "- id: a\n  url: %s\n- id: b\n  url: %s\n", origin_url(s->o, paths[0]),
	    origin_url(s->o, paths[1]));
	scene_once(s);
	scene_once(s);
	for (size_t i = 0; i < 2; i++)
		JUDGE(s, scene_plain(s, paths[i], 1));
	free(text);
}

/* Four seconds of drops, then it is whole; fetch.timeout is one. */
static void
slow_ones_are_ended(struct scene *s)
{
	static const struct origin_step steps[] = {
		{ .kind = ORIGIN_READ },
		{ .kind = ORIGIN_SEND,
		    .bytes = "HTTP/1.1 200 OK\r\nETag: \"slow\"\r\nConnection: close\r\n\r\n"
		             "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>"
		             "<item><guid>http://s.example/1</guid><title>ข่าวช้า</title></item>" },
		{ .kind = ORIGIN_DRIP, .bytes = "                    ", .ms = 200 },
		{ .kind = ORIGIN_SEND, .bytes = "</channel></rss>" },
	};
	struct origin_raw *slow = origin_raw_start(steps, ROWS(steps));

	program_config(&s->w, SCENE_FETCH "  timeout: 1s\nsources:\n- id: one\n  url: %s\n",
	    origin_raw_url(slow, "/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, origin_raw_seen(slow, 1) != NULL
	    && strstr(origin_raw_seen(slow, 1), "If-None-Match") == NULL);
	origin_raw_stop(slow);
}

/* The two limits one by one, each without the other, and shorter than they are. */

#define HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define B10  "0123456789"
#define B500 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 \
	B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 B10 \
	B10 B10 B10 B10 B10 B10
#define QUICK { .kind = ORIGIN_SEND, .bytes = B500 }, { .kind = ORIGIN_SLEEP, .ms = 250 }
#define QUICK_4 QUICK, QUICK, QUICK, QUICK

static enum rk_fetch_kind
fetched(struct fetchkit *w, const struct origin_step *steps, size_t n)
{
	struct origin_raw *o = origin_raw_start(steps, n);
	struct fetchkit_got g = fetchkit_get_url(w, origin_raw_url(o, "/"));
	enum rk_fetch_kind kind = g.kind;

	fetchkit_release(&g);
	origin_raw_stop(o);
	return kind;
}

/* Under a hundred bytes a second for so long: a drop now and then, silence after a part,
 * silence at once. What comes faster takes its time. */
static void
stalled_ones_are_ended(struct scene *s)
{
	static const struct origin_step drops[] = { { .kind = ORIGIN_READ },
		{ .kind = ORIGIN_SEND, .bytes = HEAD }, { .kind = ORIGIN_DRIP, .bytes = B500, .ms = 20 } };
	static const struct origin_step part[] = { { .kind = ORIGIN_READ },
		{ .kind = ORIGIN_SEND, .bytes = HEAD B500 }, { .kind = ORIGIN_SLEEP, .ms = 12000 } };
	static const struct origin_step silent[] = { { .kind = ORIGIN_READ },
		{ .kind = ORIGIN_SLEEP, .ms = 12000 }, { .kind = ORIGIN_SEND, .bytes = HEAD } };
	static const struct origin_step quick[] = { { .kind = ORIGIN_READ },
		{ .kind = ORIGIN_SEND, .bytes = HEAD }, QUICK_4, QUICK_4, QUICK_4, QUICK_4 };
	struct fetchkit w;
	struct rk_fetcher_opts opts = fetchkit_opts(&w);

	opts.timeout_s = 60;
	opts.stall_s = 2;
	fetchkit_open(&w, &opts);
	JUDGE(s, fetched(&w, drops, ROWS(drops)) == RK_FETCH_TIMEOUT);
	if (s->dropped == 0) { /* twelve seconds each, of what one shows */
		JUDGE(s, fetched(&w, part, ROWS(part)) == RK_FETCH_TIMEOUT);
		JUDGE(s, fetched(&w, silent, ROWS(silent)) == RK_FETCH_TIMEOUT);
		JUDGE(s, fetched(&w, quick, ROWS(quick)) == RK_FETCH_OK);
	}
	fetchkit_close(&w);
	JUDGE(s, RK_STALL_RATE == 100 && RK_STALL_S == 30);
}

/* Over so long in all, though it never stalls: a body, or a way of several redirects each of
 * which is quick enough. */
static void
long_ones_are_ended(struct scene *s)
{
	static const struct origin_step body[] = { { .kind = ORIGIN_READ },
		{ .kind = ORIGIN_SEND, .bytes = HEAD }, QUICK_4, QUICK_4, QUICK_4, QUICK_4 };
	struct fetchkit w;
	struct rk_fetcher_opts opts = fetchkit_opts(&w);
	struct origin_answer end = { .delay_ms = 900, .body = "<rss/>" };
	struct fetchkit_got g;

	for (int i = 0; i < 4; i++) {
		struct origin_answer hop = { .delay_ms = 900 };
		char from[8], to[8];

		(void)snprintf(from, sizeof(from), "/%d", i);
		(void)snprintf(to, sizeof(to), "/%d", i + 1);
		hop.location = to;
		origin_route(s->o, from, &hop, 1);
	}
	origin_route(s->o, "/4", &end, 1);
	opts.timeout_s = 2;
	opts.stall_s = 60;
	fetchkit_open(&w, &opts);
	JUDGE(s, fetched(&w, body, ROWS(body)) == RK_FETCH_TIMEOUT);
	g = fetchkit_get_url(&w, origin_url(s->o, "/0"));
	JUDGE(s, g.kind == RK_FETCH_TIMEOUT);
	JUDGE(s, scene_count(s, "/4") == 0);
	fetchkit_release(&g);
	fetchkit_close(&w);
	MUST(program_run(&s->w, "config", "describe", NULL) == 0);
	JUDGE(s, strstr(s->w.out, "fetch.timeout\n      type: a duration such as 30m; default: 60s\n") != NULL);
}

static void
too_big_is_an_error(struct scene *s)
{
	static const char *const paths[] = { "/length", "/chunks", "/packed" };
	char *text = scene_rss("a", 1000, "");
	struct origin_answer a = { .headers = "ETag: \"big\"\n", .body = text };

	origin_route(s->o, paths[0], &a, 1);
	a.chunked = true;
	origin_route(s->o, paths[1], &a, 1);
	a.chunked = false;
	a.gzip = true;
	origin_route(s->o, paths[2], &a, 1);
	program_config(&s->w, SCENE_FETCH "  max_body: 64KiB\n"
	    "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n- id: c\n  url: %s\n",
	    origin_url(s->o, paths[0]), origin_url(s->o, paths[1]), origin_url(s->o, paths[2]));
	scene_once(s);
	scene_once(s);
	for (size_t i = 0; i < 3; i++)
		JUDGE(s, scene_plain(s, paths[i], 1));
	free(text);
}

/* Labels lie: of the charset, where a mark in the document says better, and of the format. */
static void
the_document_says_what_it_is(struct scene *s)
{
	char *text = scene_rss("a", 1, ""), *marked = NULL;
	struct origin_answer a = { .headers =
		"Content-Type: text/html; charset=tis-620\nETag: \"c\"\n" };

	if (asprintf(&marked, "\xef\xbb\xbf%s", text) < 0)
		abort();
	a.body = marked;
	origin_route(s->o, "/feed", &a, 1);
	scene_source(s, origin_url(s->o, "/feed"));
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-None-Match", "\"c\""));
	JUDGE(s, scene_published(s, "เรื่อง a1</title>") == 1);
	free(text);
	free(marked);
}

/* ---- RFC 3229 */

/* Asked for where an ETag is held; what a 226 lacks is not gone, its ETag goes on. */
static void
deltas_with_an_etag_only(struct scene *s)
{
	char *delta = scene_rss("b", 1, "");
	struct origin_answer a = { .status = 226, .headers = "IM: feed\nETag: \"2\"\n",
		.body = delta };

	scene_feed(s, "/feed", "a", 3, "", "ETag: \"1\"\n");
	scene_feed(s, "/dated", "d", 3, "", "Last-Modified: Fri, 20 Nov 2026 01:02:03 GMT\n");
	scene_sources(s, "- id: a\n  url: %s\n- id: d\n  url: %s\n", origin_url(s->o, "/feed"),
	    origin_url(s->o, "/dated"));
	scene_once(s);
	origin_route(s->o, "/feed", &a, 1);
	scene_once(s);
	scene_once(s);
	JUDGE(s, scene_header_is(s, "/feed", 0, "A-IM", ""));
	JUDGE(s, strstr(scene_sent(s, "/feed", 1, "A-IM"), "feed") != NULL);
	JUDGE(s, scene_header_is(s, "/feed", 1, "If-None-Match", "\"1\""));
	JUDGE(s, scene_header_is(s, "/feed", 2, "If-None-Match", "\"2\""));
	for (size_t i = 0; i < 3; i++)
		JUDGE(s, scene_header_is(s, "/dated", i, "A-IM", ""));
	JUDGE(s, scene_published(s, "a1</title>") == 1);
	JUDGE(s, scene_published(s, "b1</title>") == 1);
	free(delta);
}

/* It is known as the last whole body: met again, it is no news. */
static void
a_200_to_a_delta_is_whole(struct scene *s)
{
	scene_source(s, origin_url(s->o, "/feed"));
	scene_feed(s, "/feed", "a", 2, "", "ETag: \"1\"\n");
	scene_once(s);
	scene_feed(s, "/feed", "a", 3, "", "ETag: \"2\"\n");
	scene_once(s);
	scene_feed(s, "/feed", "a", 3, "", "ETag: \"3\"\n");
	scene_once(s);
	JUDGE(s, strstr(scene_sent(s, "/feed", 2, "A-IM"), "feed") != NULL);
	JUDGE(s, strstr(s->w.out, "0 with news, 1 unchanged") != NULL);
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(51, short_bodies_are_refused),
		ROW(52, slow_ones_are_ended),
		ROW(52, stalled_ones_are_ended),
		ROW(52, long_ones_are_ended),
		ROW(53, too_big_is_an_error),
		ROW(54, the_document_says_what_it_is),
		ROW(55, deltas_with_an_etag_only),
		ROW(56, a_200_to_a_delta_is_whole),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
