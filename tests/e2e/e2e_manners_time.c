/*
 * When a source is asked again, and where (docs/manners.md 13-30, 34, 37, 47), each shown kept and shown missing
 * when it is switched off. Judged by the origin's log, which is stamped by a clock that
 * jumps: days pass in a moment.
 */
#include "mannerkit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR ((int64_t)3600)
#define DAY  (24 * HOUR)
#define HOURLY "  every: 1h\n" /* its own interval: not by how often it posts */

/* One source of which every answer is like this one. */
static void
always(struct scene *s, const char *path, unsigned status, const char *headers)
{
	struct origin_answer a = { .status = status, .headers = headers };
	char *body = scene_rss("a", 2, "");

	if (status == 200) {
		a.body = body;
		a.conditional = true;
	}
	origin_route(s->o, path, &a, 1);
	free(body);
}

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

/* All gaps of a path lie within these, and there are some. */
static bool
gaps(struct scene *s, const char *path, size_t from, int64_t least, int64_t most)
{
	size_t n = scene_count(s, path);

	for (size_t i = from; i < n; i++) {
		int64_t gap = scene_gap(s, path, i);

		if (gap < least || gap > most)
			return false;
	}
	return n > from;
}

/* ---- intervals */

/* By name, as any site: an address among fetch.allow_addresses may be asked more often. */
static void
never_under_the_floor(struct scene *s)
{
	always(s, "/feed", 200, "ETag: \"1\"\n");
	always(s, "/hourly", 200, "ETag: \"1\"\n");
	scene_clock(s);
	program_config(&s->w,
	    "fetch:\n  host_gap: 0s\n  every: 1m\n  every_unconditional: 1m\n"
	    "  allow_addresses: [127.0.0.0/8, \"::1\"]\nsources:\n"
	    "- id: often\n  url: %s\n- id: hourly\n  url: %s\n  every: 1h\n",
	    origin_url_at(s->o, "feed.localhost", "/feed"),
	    origin_url_at(s->o, "feed.localhost", "/hourly"));
	scene_days(s, 100 * 60); /* without the floor a poll a minute: not too long */
	scene_days(s, 100 * 60);
	JUDGE(s, gaps(s, "/feed", 1, 600, 6 * HOUR));
	JUDGE(s, gaps(s, "/hourly", 1, HOUR, 6 * HOUR));
}

static void
without_validators_seldom(struct scene *s)
{
	char *a = source(s, "a", "/none", ""), *b = source(s, "b", "/own", "  every: 2h\n"
	    "  every_unconditional: 2h\n"), *c = source(s, "c", "/etag", ""), *all = NULL;

	always(s, "/none", 200, "");
	always(s, "/own", 200, "");
	always(s, "/etag", 200, "ETag: \"1\"\n");
	if (asprintf(&all, "%s%s%s", a, b, c) < 0)
		abort();
	configure(s, all);
	scene_days(s, 2 * DAY);
	JUDGE(s, gaps(s, "/none", 1, 4 * HOUR, 3 * DAY));
	JUDGE(s, gaps(s, "/own", 1, 2 * HOUR, 3 * DAY));
	JUDGE(s, gaps(s, "/etag", 1, HOUR, 3 * DAY));
	free(a);
	free(b);
	free(c);
	free(all);
}

static void
fresh_answers_are_not_asked_for(struct scene *s)
{
	static const char *const paths[] = { "/age", "/expires", "/shared" };
	char *text = NULL;

	always(s, paths[0], 200, "ETag: \"1\"\nCache-Control: public, max-age=18000\nAge: 600\n");
	always(s, paths[1], 200,
	    "ETag: \"1\"\nDate: Thu, 01 Jan 2026 00:00:00 GMT\n"
	    "Expires: Thu, 01 Jan 2026 05:00:00 GMT\n");
	always(s, paths[2], 200, "ETag: \"1\"\nCache-Control: s-maxage=999999, max-age=18000\n");
	if (asprintf(&text, "- id: a\n  url: %s\n- id: b\n  url: %s\n- id: c\n  url: %s\n",
	        origin_url(s->o, paths[0]), origin_url(s->o, paths[1]), origin_url(s->o, paths[2])) < 0)
		abort();
	configure(s, text);
	scene_days(s, 3 * DAY);
	JUDGE(s, gaps(s, paths[0], 1, 17400, 2 * DAY)); /* from the second on they are 304 */
	JUDGE(s, gaps(s, paths[1], 1, 18000, 2 * DAY));
	JUDGE(s, gaps(s, paths[2], 1, 18000, 2 * DAY));
	free(text);
}

static void
no_cache_is_no_hurry(struct scene *s)
{
	always(s, "/feed", 200,
	    "ETag: \"1\"\nCache-Control: no-cache, no-store, max-age=0\nPragma: no-cache\n");
	one(s, "  every: 2h\n");
	scene_days(s, 2 * DAY);
	JUDGE(s, gaps(s, "/feed", 1, 2 * HOUR, 2 * DAY));
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
	JUDGE(s, gaps(s, "/feed", 1, 6 * HOUR, 2 * DAY));
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
	JUDGE(s, gaps(s, "/feed", 1, 12 * HOUR, 2 * DAY));
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
	JUDGE(s, gaps(s, "/feed", 1, 10 * HOUR, 3 * DAY));
	JUDGE(s, gaps(s, "/month", 1, 7 * DAY, 8 * DAY));
}

/* ---- failures */

static void
retry_after_is_waited_for(struct scene *s)
{
	struct origin_answer led = { .status = 302, .location = "/busy",
		.headers = "Retry-After: 40000\n" };

	always(s, "/503", 503,
	    "Date: Thu, 01 Jan 2026 00:00:00 GMT\nRetry-After: Thu, 01 Jan 2026 11:00:00 GMT\n");
	origin_route(s->o, "/302", &led, 1);
	always(s, "/busy", 503, "");
	always(s, "/seconds", 503, "Retry-After: 40000\n");
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n- id: b\n  url: %s\n- id: c\n  url: %s\n"
	    "- id: d\n  url: %s\n",
	    origin_url(s->o, "/503"), origin_url(s->o, "/302"), origin_url(s->o, "/seconds"));
	scene_days(s, 2 * DAY);
	JUDGE(s, gaps(s, "/seconds", 1, 40000, 3 * DAY));
	JUDGE(s, gaps(s, "/503", 1, 39600, 3 * DAY));
	JUDGE(s, gaps(s, "/302", 1, 40000, 3 * DAY));
}

static void
retry_after_of_429(struct scene *s)
{
	always(s, "/feed", 429, "Retry-After: 40000\n");
	one(s, HOURLY);
	scene_days(s, 2 * DAY);
	JUDGE(s, gaps(s, "/feed", 1, 40000, 3 * DAY));
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
	always(s, "/feed", 503, "");
	one(s, HOURLY);
	scene_days(s, 6 * DAY);
	JUDGE(s, doubles(s, "/feed"));
}

static void
too_many_requests_too(struct scene *s)
{
	always(s, "/feed", 429, "");
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

	always(s, "/500", 500, "");
	always(s, "/400", 400, "");
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
		always(s, path, statuses[i], "");
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
		JUDGE(s, gaps(s, path, 1, DAY, 8 * DAY));
		JUDGE(s, n >= 30 && n <= 40);
		JUDGE(s, scene_gap(s, path, n - 1) >= 7 * DAY);
	}
}

static void
gone_is_for_good(struct scene *s)
{
	struct origin_answer led = { .status = 302, .location = "/410-elsewhere" };

	always(s, "/410", 410, "");
	always(s, "/451", 451, "");
	always(s, "/410-elsewhere", 410, "");
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
	always(s, "/new", 200, "ETag: \"1\"\n");
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

	always(s, "/feed", 200, "ETag: \"1\"\n");
	for (int i = 0; i < 5; i++)
		(void)fprintf(f, "- id: s%d\n  url: %s\n" HOURLY, i, origin_url(s->o, "/feed"));
	(void)fclose(f);
	configure(s, text);
	scene_days(s, 12 * HOUR);
	JUDGE(s, scene_count(s, "/feed") >= 3);
	JUDGE(s, gaps(s, "/feed", 1, HOUR, 12 * HOUR));
	free(text);
}

/* ---- starts, crowds, clocks */

#define MANY 60

static void
many(struct scene *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (int i = 0; i < MANY; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		always(s, path, 200, "ETag: \"1\"\n");
		(void)fprintf(f, "- id: s%d\n  url: %s\n" HOURLY, i, origin_url(s->o, path));
	}
	(void)fclose(f);
	configure(s, text);
	free(text);
}

/* The most requests within so many seconds, of those from `from` on. */
static size_t
busiest(struct scene *s, size_t from, int64_t seconds)
{
	size_t n = scene_count(s, NULL), most = 0, first = from;

	for (size_t i = from; i < n; i++) {
		while (origin_seen(s->o, i)->began_ms - origin_seen(s->o, first)->began_ms
		    >= seconds * 1000)
			first++;
		most = i - first + 1 > most ? i - first + 1 : most;
	}
	return most;
}

static void
a_restart_asks_nobody(struct scene *s)
{
	always(s, "/feed", 200, "ETag: \"1\"\n");
	always(s, "/ill", 500, "");
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n",
	    origin_url(s->o, "/feed"), origin_url(s->o, "/ill"));
	for (int i = 0; i < 10; i++)
		scene_days(s, 60);
	JUDGE(s, scene_count(s, "/feed") == 1);
	JUDGE(s, scene_count(s, "/ill") == 1);
}

/* ---- ten ends in ten minutes */

#define SLOW_MS 400

static void
killed(void *cookie)
{
	(void)cookie;
	(void)raise(SIGKILL);
}

/*
 * The daemon runs in a process of its own and is ended by that signal: while answers are
 * on their way, or half a minute after all was quiet. Its clock starts where this one is.
 */
static void
run_to_an_end(struct scene *s, int how, bool under_way)
{
	size_t before = scene_count(s, NULL), slow = scene_count(s, "/slow");
	int64_t wall = testclock_wall(s->clock);
	pid_t daemon;
	int status;

	(void)fflush(NULL);
	MUST((daemon = fork()) >= 0);
	if (daemon == 0) {
		struct testclock *c = testclock_new(wall);

		if (how == SIGKILL) /* a clean end comes by itself */
			testclock_at(c, 30000, killed, NULL);
		testclock_run(c, &s->w, how == SIGKILL ? HOUR : 30);
		_exit(0);
	}
	while (under_way && scene_count(s, "/slow") == slow && waitpid(daemon, &status, WNOHANG) == 0)
		(void)usleep(2000);
	if (under_way && scene_count(s, "/slow") > slow) {
		(void)usleep(SLOW_MS * 1000 / 4);
		(void)kill(daemon, how);
	}
	if (waitpid(daemon, &status, 0) == daemon)
		MUST(how == SIGKILL ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0);
	MUST(scene_count(s, NULL) >= before);
	testclock_pass(s->clock, 60);
}

/* Whatever came of the first request, there is none more within these minutes. */
static void
ten_ends(struct scene *s, int how)
{
	static const char *const paths[] = { "/feed", "/ill", "/late", "/slow", "/twins", "/page",
		"/robots.txt" };
	struct origin_answer slow = { .body = "<rss/>", .delay_ms = SLOW_MS };
	struct origin_answer page = { .headers = "Content-Type: text/html\n",
		.body = "<!doctype html><title>t</title><ul id=n><li><a href=/1>news</a></ul>",
		.delay_ms = SLOW_MS };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	always(s, "/feed", 200, "ETag: \"1\"\n");
	always(s, "/ill", 500, "");
	origin_route(s->o, "/late", &slow, 1);
	origin_route(s->o, "/slow", &slow, 1);
	origin_route(s->o, "/twins", &slow, 1);
	origin_route(s->o, "/page", &page, 1);
	origin_route(s->o, "/robots.txt", &(struct origin_answer){ .delay_ms = SLOW_MS }, 1);
	for (size_t i = 0; i + 2 < ROWS(paths); i++)
		(void)fprintf(f, "- id: s%zu\n  url: %s\n" HOURLY, i, origin_url(s->o, paths[i]));
	(void)fprintf(f, "- id: twin\n  url: %s\n" HOURLY, origin_url(s->o, "/twins"));
	for (int i = 0; i < 2; i++)
		(void)fprintf(f,
		    "- id: page%d\n  url: %s\n  kind: page\n  page:\n    container: //ul[@id=\"n\"]\n"
		    "    items: //ul[@id=\"n\"]/li\n    link: a/@href\n    title: a\n" HOURLY,
		    i, origin_url(s->o, i == 0 ? "/page" : "/page2"));
	(void)fclose(f);
	program_config(&s->w, TESTCLOCK_FETCH "  per_host: 20\nsources:\n%s", text);
	free(text);
	scene_clock(s);
	for (int i = 0; i < 10; i++)
		run_to_an_end(s, how, i % 2 == 0);
	JUDGE(s, scene_count(s, "/feed") == 1);
	JUDGE(s, scene_count(s, "/slow") == 1);
	for (size_t i = 0; i < ROWS(paths); i++)
		JUDGE(s, scene_count(s, paths[i]) <= 1);
	/* and it is no end: an hour later they are asked again */
	testclock_pass(s->clock, HOUR);
	run_to_an_end(s, SIGTERM, false);
	JUDGE(s, scene_count(s, "/feed") <= 2);
	scene_days(s, HOUR);
	JUDGE(s, scene_count(s, "/feed") >= 2);
	JUDGE(s, scene_count(s, "/slow") >= 2);
}

static void
ten_kills_in_ten_minutes(struct scene *s)
{
	ten_ends(s, SIGKILL);
}

static void
ten_stops_in_ten_minutes(struct scene *s)
{
	ten_ends(s, SIGTERM);
}

static void
polls_are_spread(struct scene *s)
{
	many(s);
	scene_days(s, 8 * HOUR);
	JUDGE(s, scene_count(s, NULL) >= 5 * MANY);
	JUDGE(s, busiest(s, MANY, 10) <= MANY / 6);
}

/* After three days off all are overdue: each comes once, and not all at a time. */
static void
a_backlog_is_no_burst(struct scene *s)
{
	size_t before;

	many(s);
	scene_days(s, 3 * HOUR);
	before = scene_count(s, NULL);
	testclock_pass(s->clock, 3 * DAY);
	scene_days(s, 10 * 60);
	JUDGE(s, scene_count(s, NULL) == before + MANY);
	JUDGE(s, busiest(s, before, 10) <= MANY / 6);
}

static void
a_wrong_clock_starves_nobody(struct scene *s)
{
	int64_t began;
	size_t before;

	always(s, "/feed", 200, "ETag: \"1\"\n");
	one(s, HOURLY);
	scene_days(s, 3 * HOUR);
	began = testclock_wall(s->clock);
	/* a year back over a restart, and forward again */
	testclock_set_wall(s->clock, began - 365 * DAY);
	before = scene_count(s, NULL);
	scene_days(s, 6 * HOUR);
	JUDGE(s, scene_count(s, NULL) >= before + 3);
	testclock_set_wall(s->clock, testclock_wall(s->clock) + 2 * 365 * DAY);
	before = scene_count(s, NULL);
	scene_days(s, 6 * HOUR);
	JUDGE(s, scene_count(s, NULL) >= before + 3);
	JUDGE(s, scene_count(s, NULL) <= before + 7);
}

static void
a_year_back(void *cookie)
{
	testclock_set_wall(cookie, testclock_wall(cookie) - 365 * DAY);
}

static void
two_years_on(void *cookie)
{
	testclock_set_wall(cookie, testclock_wall(cookie) + 2 * 365 * DAY);
}

/* The daemon runs on meanwhile. By the other clock, which the log has, polls go on as
 * before: none waits for a year to pass, and nobody's turn comes with everybody else's. */
static void
a_clock_set_meanwhile_changes_nothing(struct scene *s)
{
	many(s);
	scene_clock(s);
	testclock_at(s->clock, 3 * HOUR * 1000 + 600000, a_year_back, s->clock);
	testclock_at(s->clock, 6 * HOUR * 1000 + 600000, two_years_on, s->clock);
	scene_days(s, 9 * HOUR);
	JUDGE(s, busiest(s, MANY, 10) <= MANY / 6);
	for (int i = 0; i < MANY; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		JUDGE(s, scene_count(s, path) >= 7);
		JUDGE(s, gaps(s, path, 1, HOUR, 2 * HOUR));
	}
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
		ROW(27, a_restart_asks_nobody),
		ROW(27, ten_kills_in_ten_minutes),
		ROW(27, ten_stops_in_ten_minutes),
		ROW(28, polls_are_spread),
		ROW(29, a_backlog_is_no_burst),
		ROW(30, a_wrong_clock_starves_nobody),
		ROW(30, a_clock_set_meanwhile_changes_nothing),
		ROW(34, permanent_after_probation),
		ROW(37, permanent_to_a_page_is_not_believed),
		ROW(47, five_times_is_once),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
