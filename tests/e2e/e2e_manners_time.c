/*
 * When a source is asked again, and where (docs/manners.md 13-26, 34, 37, 47), each shown
 * kept and shown missing when it is switched off. Judged by the origin's log, which is
 * stamped by a clock that jumps: days pass in a moment.
 */
#include "mannerkit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR ((int64_t)3600)
#define DAY  (24 * HOUR)
#define HOURLY "  every: 1h\n" /* its own interval: not by how often it posts */

static void
configure(struct scene *s, const char *sources)
{
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n%s", sources);
}

/* "- id: ID\n  url: ...PATH\n" + more, for configure(); malloc'd. */
static char *
source(struct scene *s, const char *id, const char *path, const char *more)
{
	char *text = NULL;

	if (asprintf(&text, "- id: %s\n  url: %s\n%s", id, origin_url(s->o, path), more) < 0)
		abort();
	return text;
}

static void
one(struct scene *s, const char *more)
{
	char *text = source(s, "one", "/feed", more);

	configure(s, text);
	free(text);
}

/* ---- intervals */

/* By name, as any site: an address among fetch.allow_addresses may be asked more often. */
static void
never_under_the_floor(struct scene *s)
{
	scene_always(s, "/feed", 200, "ETag: \"1\"\n");
	scene_always(s, "/hourly", 200, "ETag: \"1\"\n");
	scene_clock(s);
	program_config(&s->w,
	    "fetch:\n  host_gap: 0s\n  every: 1m\n  every_unconditional: 1m\n"
	    "  allow_addresses: [127.0.0.0/8, \"::1\"]\nsources:\n"
	    "- id: often\n  url: %s\n- id: hourly\n  url: %s\n  every: 1h\n",
	    origin_url_at(s->o, "feed.localhost", "/feed"),
	    origin_url_at(s->o, "feed.localhost", "/hourly"));
	scene_days(s, 100 * 60); /* without the floor a poll a minute: not too long */
	scene_days(s, 100 * 60);
	JUDGE(s, scene_gaps(s, "/feed", 1, 600, 6 * HOUR));
	JUDGE(s, scene_gaps(s, "/hourly", 1, HOUR, 6 * HOUR));
}

static void
without_validators_seldom(struct scene *s)
{
	char *a = source(s, "a", "/none", ""), *b = source(s, "b", "/own", "  every: 2h\n"
	    "  every_unconditional: 2h\n"), *c = source(s, "c", "/etag", ""), *all = NULL;

	scene_always(s, "/none", 200, "");
	scene_always(s, "/own", 200, "");
	scene_always(s, "/etag", 200, "ETag: \"1\"\n");
	if (asprintf(&all, "%s%s%s", a, b, c) < 0)
		abort();
	configure(s, all);
	scene_days(s, 2 * DAY);
	JUDGE(s, scene_gaps(s, "/none", 1, 4 * HOUR, 3 * DAY));
	JUDGE(s, scene_gaps(s, "/own", 1, 2 * HOUR, 3 * DAY));
	JUDGE(s, scene_gaps(s, "/etag", 1, HOUR, 3 * DAY));
	free(a);
	free(b);
	free(c);
	free(all);
}

/* What an answer says of its freshness, and so how long a source of every hour waits. */
#define AT(hour) "Thu, 01 Jan 2026 0" #hour ":00:00 GMT\n"
static const struct {
	const char *headers;
	int64_t wait;
} freshness[] = {
	{ "Cache-Control: public, max-age=18000\n", 18000 },
	{ "Cache-Control: max-age=18000\nAge: 600\n", 17400 },
	{ "Cache-Control: max-age=18000\nAge: 99999\n", HOUR },
	{ "Cache-Control: public\nCache-Control: must-revalidate,MAX-AGE=18000\n", 18000 },
	{ "Date: " AT(1) "Expires: " AT(6), 18000 },
	{ "Date: " AT(1) "Age: 600\nExpires: " AT(6), 17400 },
	{ "Date: " AT(6) "Expires: " AT(1), HOUR },
	{ "Expires: 0\n", HOUR },
	/* for caches that many share; the one of max-age and Expires that counts is max-age */
	{ "Cache-Control: s-maxage=999999, max-age=18000\n", 18000 },
	{ "Cache-Control: max-age=18000, s-maxage=60\n", 18000 },
	{ "Cache-Control: s-maxage=18000\n", HOUR },
	{ "Cache-Control: max-age=18000\nDate: " AT(1) "Expires: " AT(9), 18000 },
	{ "Cache-Control: max-age=18000\nDate: " AT(1) "Expires: " AT(2), 18000 },
	{ "Cache-Control: max-age=60\nDate: " AT(1) "Expires: " AT(9), HOUR },
	{ "Cache-Control: public\n", HOUR },
	{ "", HOUR },
};

/* As long as it says and a tenth more, no longer either: on a 200 each time, on a 304 to
 * what was once fresh for two hours, and is again where the 304 does not speak of it
 * (RFC 9111 4.3.4). */
static void
fresh_answers_are_not_asked_for(struct scene *s)
{
	char *body = scene_rss("a", 2, ""), *text = NULL, path[16], *etag;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (size_t i = 0; i < ROWS(freshness); i++) {
		struct origin_answer whole = { .headers = freshness[i].headers, .body = body };
		struct origin_answer had[] = {
			{ .headers = "ETag: \"1\"\nCache-Control: max-age=7200\n", .body = body },
			{ .status = 304 } };

		if (asprintf(&etag, "ETag: \"1\"\n%s", freshness[i].headers) < 0)
			abort();
		whole.headers = had[1].headers = etag;
		for (int k = 0; k < 2; k++) {
			(void)snprintf(path, sizeof(path), "/%d-%zu", k, i);
			origin_route(s->o, path, k == 0 ? &whole : had, k == 0 ? 1 : 2);
			(void)fprintf(f, "- id: s%d-%zu\n  url: %s\n" HOURLY, k, i,
			    origin_url(s->o, path));
		}
		free(etag);
	}
	(void)fclose(f);
	configure(s, text);
	scene_days(s, 2 * DAY);
	for (size_t i = 0; i < ROWS(freshness); i++) {
		for (size_t k = 0; k < 2; k++) {
			bool silent = k == 1 && freshness[i].headers[0] == '\0';
			int64_t wait = silent ? 2 * HOUR : freshness[i].wait;

			(void)snprintf(path, sizeof(path), "/%zu-%zu", k, i);
			JUDGE(s, scene_count(s, path) >= 5);
			JUDGE(s, scene_gaps(s, path, 1 + k, wait, wait + wait / 10 + 5));
		}
		JUDGE(s, scene_gap(s, path, 1) >= 2 * HOUR);
	}
	free(text);
	free(body);
}

static void
no_cache_is_no_hurry(struct scene *s)
{
	scene_always(s, "/feed", 200,
	    "ETag: \"1\"\nCache-Control: no-cache, no-store, max-age=0\nPragma: no-cache\n");
	one(s, "  every: 2h\n");
	scene_days(s, 2 * DAY);
	JUDGE(s, scene_gaps(s, "/feed", 1, 2 * HOUR, 2 * DAY));
}

/* ---- what the document asks for */

static void
asks(struct scene *s, const char *extra, const char *headers)
{
	scene_feed(s, "/feed", "a", 2, extra, headers);
	one(s, HOURLY);
	scene_days(s, 4 * DAY);
}

static void
ttl_is_waited_for(struct scene *s)
{
	asks(s, "<ttl>360</ttl>", "ETag: \"1\"\n");
	JUDGE(s, scene_gaps(s, "/feed", 1, 6 * HOUR, 2 * DAY));
}

/* Of every request after the first: the hour of the day (GMT) and of the week. */
static int64_t
when(struct scene *s, size_t i)
{
	return TESTCLOCK_START + origin_seen(s->o, i)->began_ms / 1000;
}

static void
skipped_hours_are_quiet(struct scene *s)
{
	asks(s,
	    "<skipHours><hour>3</hour><hour>4</hour><hour>5</hour><hour>17</hour><hour>18</hour>"
	    "</skipHours>",
	    "ETag: \"1\"\n");
	JUDGE(s, scene_count(s, NULL) > 10);
	for (size_t i = 1; i < scene_count(s, NULL); i++) {
		int64_t hour = when(s, i) % DAY / HOUR;

		JUDGE(s, !(hour >= 3 && hour <= 5) && hour != 17 && hour != 18);
	}
}

/* The clock starts on a Monday. */
static void
skipped_days_are_quiet(struct scene *s)
{
	asks(s, "<skipDays><day>Tuesday</day><day>Thursday</day></skipDays>", "ETag: \"1\"\n");
	JUDGE(s, scene_count(s, NULL) > 10);
	for (size_t i = 1; i < scene_count(s, NULL); i++) {
		int64_t day = (when(s, i) / DAY + 3) % 7; /* 0: Monday */

		JUDGE(s, day != 1 && day != 3);
	}
}

static void
update_period_is_waited_for(struct scene *s)
{
	asks(s,
	    "<sy:updatePeriod xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">daily"
	    "</sy:updatePeriod><sy:updateFrequency "
	    "xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">2</sy:updateFrequency>",
	    "ETag: \"1\"\n");
	JUDGE(s, scene_gaps(s, "/feed", 1, 12 * HOUR, 2 * DAY));
}

/* The longest of several; of thirty days only seven are believed. */
static void
the_largest_hint_wins(struct scene *s)
{
	scene_feed(s, "/feed", "a", 2, "<ttl>600</ttl>",
	    "ETag: \"1\"\nCache-Control: max-age=7200\n");
	scene_feed(s, "/month", "b", 2, "<ttl>43200</ttl>", "ETag: \"1\"\n");
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n",
	    origin_url(s->o, "/feed"), origin_url(s->o, "/month"));
	scene_days(s, 18 * DAY);
	JUDGE(s, scene_gaps(s, "/feed", 1, 10 * HOUR, 3 * DAY));
	JUDGE(s, scene_gaps(s, "/month", 1, 7 * DAY, 8 * DAY));
}

/* ---- failures */

static void
retry_after_is_waited_for(struct scene *s)
{
	struct origin_answer led = { .status = 302, .location = "/busy",
		.headers = "Retry-After: 40000\n" };

	scene_always(s, "/503", 503,
	    "Date: Thu, 01 Jan 2026 00:00:00 GMT\nRetry-After: Thu, 01 Jan 2026 11:00:00 GMT\n");
	origin_route(s->o, "/302", &led, 1);
	scene_always(s, "/busy", 503, "");
	scene_always(s, "/seconds", 503, "Retry-After: 40000\n");
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n- id: b\n  url: %s\n- id: c\n  url: %s\n"
	    "- id: d\n  url: %s\n",
	    origin_url(s->o, "/503"), origin_url(s->o, "/302"), origin_url(s->o, "/seconds"));
	scene_days(s, 2 * DAY);
	JUDGE(s, scene_gaps(s, "/seconds", 1, 40000, 3 * DAY));
	JUDGE(s, scene_gaps(s, "/503", 1, 39600, 3 * DAY));
	JUDGE(s, scene_gaps(s, "/302", 1, 40000, 3 * DAY));
}

static void
retry_after_of_429(struct scene *s)
{
	scene_always(s, "/feed", 429, "Retry-After: 40000\n");
	one(s, HOURLY);
	scene_days(s, 2 * DAY);
	JUDGE(s, scene_gaps(s, "/feed", 1, 40000, 3 * DAY));
}

/* 2, 4, 8, 16 hours, then about a day. */
static bool
doubles(struct scene *s, const char *path)
{
	int64_t least = 2 * HOUR;

	for (size_t i = 1; i < scene_count(s, path); i++) {
		if (scene_gap(s, path, i) < least)
			return false;
		least = least * 2 > 20 * HOUR ? 20 * HOUR : least * 2;
	}
	return scene_count(s, path) >= 5;
}

static void
busy_ones_are_left_alone(struct scene *s)
{
	scene_always(s, "/feed", 503, "");
	one(s, HOURLY);
	scene_days(s, 6 * DAY);
	JUDGE(s, doubles(s, "/feed"));
}

static void
too_many_requests_too(struct scene *s)
{
	scene_always(s, "/feed", 429, "");
	one(s, HOURLY);
	scene_days(s, 6 * DAY);
	JUDGE(s, doubles(s, "/feed"));
}

/* And after a success it is asked as before. */
static void
trouble_doubles_the_interval(struct scene *s)
{
	char *body = scene_rss("a", 1, "");
	struct origin_answer mended[] = { { .status = 500 }, { .status = 500 }, { .status = 500 },
		{ .headers = "ETag: \"1\"\n", .body = body, .conditional = true } };
	struct origin_answer bad = { .headers = "ETag: \"1\"\n", .body = "<p>under repair" };

	scene_always(s, "/500", 500, "");
	scene_always(s, "/400", 400, "");
	origin_route(s->o, "/bad", &bad, 1);
	origin_route(s->o, "/mended", mended, 4);
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n- id: c\n  url: %s\n- id: d\n  url: %s\n"
	    "- id: a\n  url: %s\n- id: b\n  url: %s\n" HOURLY,
	    origin_url(s->o, "/400"), origin_url(s->o, "/bad"), origin_url(s->o, "/500"),
	    origin_url(s->o, "/mended"));
	scene_days(s, 6 * DAY);
	JUDGE(s, doubles(s, "/500"));
	JUDGE(s, doubles(s, "/400"));
	JUDGE(s, doubles(s, "/bad"));
	JUDGE(s, scene_gap(s, "/mended", 3) >= 8 * HOUR);
	JUDGE(s, scene_count(s, "/mended") > 20);
	free(body);
}

static void
refused_daily_then_weekly(struct scene *s)
{
	static const unsigned statuses[] = { 404, 403, 401 };

	for (size_t i = 0; i < 3; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%u", statuses[i]);
		scene_always(s, path, statuses[i], "");
	}
	program_config(&s->w,
	    TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n- id: c\n  url: %s\n",
	    origin_url(s->o, "/404"), origin_url(s->o, "/403"), origin_url(s->o, "/401"));
	scene_days(s, 70 * DAY);
	for (size_t i = 0; i < 3; i++) { /* thirty days daily, forty weekly, and never dropped */
		char path[16];
		size_t n;

		(void)snprintf(path, sizeof(path), "/%u", statuses[i]);
		n = scene_count(s, path);
		JUDGE(s, scene_gaps(s, path, 1, DAY, 8 * DAY));
		JUDGE(s, n >= 30 && n <= 40);
		JUDGE(s, scene_gap(s, path, n - 1) >= 7 * DAY);
	}
}

static void
gone_is_for_good(struct scene *s)
{
	struct origin_answer led = { .status = 302, .location = "/410-elsewhere" };

	scene_always(s, "/410", 410, "");
	scene_always(s, "/451", 451, "");
	scene_always(s, "/410-elsewhere", 410, "");
	origin_route(s->o, "/led", &led, 1);
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n"
	    "- id: c\n  url: %s\n",
	    origin_url(s->o, "/410"), origin_url(s->o, "/451"), origin_url(s->o, "/led"));
	scene_days(s, 10 * DAY);
	scene_days(s, 40 * DAY);
	JUDGE(s, scene_count(s, "/410") == 1);
	JUDGE(s, scene_count(s, "/451") == 1);
	JUDGE(s, scene_count(s, "/led") > 40); /* it is not the one that is gone */
}

/* ---- permanent redirects */

static void
lead(struct scene *s, const char *from, unsigned status, const char *to)
{
	struct origin_answer a = { .status = status, .location = to };

	origin_route(s->o, from, &a, 1);
}

/* Believed after three polls over a day at least: then only the new address is asked. */
static void
permanent_after_probation(struct scene *s)
{
	const struct origin_request *r;
	size_t n;

	lead(s, "/feed", 301, "/middle");
	lead(s, "/middle", 308, "/new");
	scene_always(s, "/new", 200, "ETag: \"1\"\n");
	one(s, HOURLY);
	scene_days(s, 6 * DAY);
	n = scene_count(s, "/feed");
	JUDGE(s, n >= 3);
	r = origin_seen_at(s->o, "/feed", n - 1);
	JUDGE(s, r != NULL && r->began_ms >= DAY * 1000);
	JUDGE(s, r != NULL && r->began_ms < 3 * DAY * 1000);
	JUDGE(s, scene_count(s, "/new") > n + 20);
}

/* What leads to a page, or there now and then, is asked at the old address for ever. */
static void
permanent_to_a_page_is_not_believed(struct scene *s)
{
	struct origin_answer page = { .headers = "Content-Type: text/html\n",
		.body = "<!doctype html><title>เข้าสู่ระบบ</title><form><input type=password></form>" };

	lead(s, "/feed", 301, "/login");
	origin_route(s->o, "/login", &page, 1);
	one(s, HOURLY);
	scene_days(s, 12 * DAY);
	JUDGE(s, scene_count(s, "/feed") >= 8);
	JUDGE(s, scene_count(s, "/feed") == scene_count(s, "/login"));
}

static void
five_times_is_once(struct scene *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	scene_always(s, "/feed", 200, "ETag: \"1\"\n");
	for (int i = 0; i < 5; i++)
		(void)fprintf(f, "- id: s%d\n  url: %s\n" HOURLY, i, origin_url(s->o, "/feed"));
	(void)fclose(f);
	configure(s, text);
	scene_days(s, 12 * HOUR);
	JUDGE(s, scene_count(s, "/feed") >= 3);
	JUDGE(s, scene_gaps(s, "/feed", 1, HOUR, 12 * HOUR));
	free(text);
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(13, never_under_the_floor),
		ROW(14, without_validators_seldom),
		ROW(15, fresh_answers_are_not_asked_for),
		ROW(16, no_cache_is_no_hurry),
		ROW(17, ttl_is_waited_for),
		ROW(18, skipped_hours_are_quiet),
		ROW(19, skipped_days_are_quiet),
		ROW(20, update_period_is_waited_for),
		ROW(21, the_largest_hint_wins),
		ROW(22, retry_after_is_waited_for),
		ROW(22, retry_after_of_429),
		ROW(23, busy_ones_are_left_alone),
		ROW(23, too_many_requests_too),
		ROW(24, trouble_doubles_the_interval),
		ROW(25, refused_daily_then_weekly),
		ROW(26, gone_is_for_good),
		ROW(34, permanent_after_probation),
		ROW(37, permanent_to_a_page_is_not_believed),
		ROW(47, five_times_is_once),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
