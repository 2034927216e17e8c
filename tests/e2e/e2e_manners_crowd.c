/*
 * Starts and ends, crowds of sources, clocks that are wrong (docs/manners.md 27-31), each
 * shown kept and shown missing when it is switched off. Judged by the origin's log, which is
 * stamped by a clock that jumps: days pass in a moment.
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

/* ---- starts, crowds, clocks */

#define MANY 60
#define CROWD 240 /* so many that chance leaves no doubt */

/* n sources of which every answer is like this one; with intervals of an hour, or of these
 * two in turn. */
static void
crowd(struct scene *s, int n, unsigned status, const char *headers, const char *other)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (int i = 0; i < n; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		scene_always(s, path, status, headers);
		(void)fprintf(f, "- id: s%d\n  url: %s\n%s", i, origin_url(s->o, path),
		    i % 2 == 0 ? HOURLY : other);
	}
	(void)fclose(f);
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n%s", text);
	free(text);
}

static void
many(struct scene *s)
{
	crowd(s, MANY, 200, "ETag: \"1\"\n", HOURLY);
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
	scene_always(s, "/feed", 200, "ETag: \"1\"\n");
	scene_always(s, "/ill", 500, "");
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

	scene_always(s, "/feed", 200, "ETag: \"1\"\n");
	scene_always(s, "/ill", 500, "");
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

/* Of the requests from `from` on, the most that fell in the same minute of their hour. */
static size_t
fullest_minute(struct scene *s, size_t from)
{
	size_t n = scene_count(s, NULL), minutes[60] = { 0 }, most = 0;

	for (size_t i = from; i < n; i++) {
		int64_t at = TESTCLOCK_START + origin_seen(s->o, i)->began_ms / 1000;
		size_t k = (size_t)(at % HOUR / 60);

		minutes[k]++;
		most = minutes[k] > most ? minutes[k] : most;
	}
	return most;
}

/* Does a source come after another time each time? */
static bool
is_jittered(struct scene *s, const char *path)
{
	int64_t least = INT64_MAX, most = 0;

	for (size_t i = 1; i < scene_count(s, path); i++) {
		int64_t gap = scene_gap(s, path, i);

		least = gap < least ? gap : least;
		most = gap > most ? gap : most;
	}
	return most - least >= 10;
}

/*
 * All were asked for the first time at a full hour. From their second turn on they are
 * apart, each by its address and each time otherwise, no minute of the hour is preferred,
 * the full one neither; and nobody comes early for that.
 */
static void
polls_are_spread(struct scene *s)
{
	size_t n;

	crowd(s, CROWD, 200, "ETag: \"1\"\n", HOURLY);
	scene_days(s, 8 * HOUR);
	n = scene_count(s, NULL);
	JUDGE(s, n >= 7 * CROWD);
	JUDGE(s, busiest(s, CROWD, 10) <= CROWD / 10);
	JUDGE(s, busiest(s, CROWD, 60) <= CROWD / 3);
	JUDGE(s, fullest_minute(s, CROWD) <= (n - CROWD) / 10);
	for (int i = 0; i < CROWD; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		JUDGE(s, is_jittered(s, path));
		JUDGE(s, scene_gaps(s, path, 1, HOUR, HOUR + HOUR / 10 + 5));
	}
}

/* What is the same for all, an outage that was announced for six hours or was not, brings
 * them back one by one: those that are at the longest wait, a day, too. */
static void
outages_end_without_a_crowd(struct scene *s, const char *headers)
{
	crowd(s, CROWD, 503, headers, "  every: 12h\n");
	scene_days(s, 2 * DAY);
	JUDGE(s, scene_count(s, NULL) >= 3 * CROWD);
	JUDGE(s, busiest(s, CROWD, 10) <= CROWD / 10);
	JUDGE(s, busiest(s, CROWD, 60) <= CROWD / 3);
}

static void
outages_make_no_crowd(struct scene *s)
{
	outages_end_without_a_crowd(s, "");
}

static void
announced_outages_make_no_crowd(struct scene *s)
{
	outages_end_without_a_crowd(s, "Retry-After: 21600\n");
}

/* Nor do the hours that all ask to skip: nine to twelve o'clock in Bangkok. */
static void
skipped_hours_make_no_crowd(struct scene *s)
{
	char *body = scene_rss("a", 2, "<skipHours><hour>3</hour><hour>4</hour></skipHours>");
	struct origin_answer a = { .headers = "ETag: \"1\"\n", .body = body, .conditional = true };
	size_t before;

	crowd(s, CROWD, 200, "", HOURLY);
	for (int i = 0; i < CROWD; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		origin_route(s->o, path, &a, 1);
	}
	scene_days(s, 30 * 60);
	before = scene_count(s, NULL);
	JUDGE(s, before == CROWD);
	scene_days(s, 4 * HOUR);
	JUDGE(s, scene_count(s, NULL) >= 2 * CROWD);
	JUDGE(s, busiest(s, before, 10) <= CROWD / 10);
	JUDGE(s, busiest(s, before, 60) <= CROWD / 6);
	JUDGE(s, fullest_minute(s, before) <= (scene_count(s, NULL) - before) / 10);
	free(body);
}

/* ---- a backlog */

#define STEPS 20 /* intervals, each a fifth longer than the one before */
#define EACH  3  /* sources with it */

static size_t
step_of(const struct origin_request *r)
{
	return strtoul(r->url + 1, NULL, 10);
}

/* Were those that were due first asked first? A few whose turn is in the same second come in
 * any order. */
static bool
is_oldest_first(struct scene *s, size_t from)
{
	for (size_t i = from; i < scene_count(s, NULL); i++) {
		for (size_t k = from; k < i; k++) {
			if (step_of(origin_seen(s->o, k)) > step_of(origin_seen(s->o, i)) + 2)
				return false;
		}
	}
	return true;
}

/* All were asked in the same minute once, none since: those of the shorter interval are
 * later by now. The configuration has them in no order. */
static void
backlog(struct scene *s, const char *fetch)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (size_t i = 0; i < STEPS * EACH; i++) {
		size_t step = i * 7 % STEPS, minutes = 60;
		char path[24];

		for (size_t k = 0; k < step; k++)
			minutes += minutes / 5;
		(void)snprintf(path, sizeof(path), "/%zu-%zu", step, i);
		scene_always(s, path, 200, "ETag: \"1\"\n");
		(void)fprintf(f, "- id: s%zu\n  url: %s\n  every: %zum\n", i, origin_url(s->o, path),
		    minutes);
	}
	(void)fclose(f);
	program_config(&s->w, "fetch:\n  every: 1h\n  allow_addresses: [127.0.0.0/8]\n%ssources:\n%s",
	    fetch, text);
	free(text);
}

/* Each asked once, in that order; how many in ten seconds. */
static size_t
after_a_downtime(struct scene *s, int64_t seconds)
{
	size_t before = scene_count(s, NULL);

	testclock_pass(s->clock, 3 * DAY);
	scene_days(s, seconds);
	JUDGE(s, scene_count(s, NULL) == before + STEPS * EACH);
	for (size_t i = before; i < scene_count(s, NULL); i++) {
		for (size_t k = before; k < i; k++)
			JUDGE(s, strcmp(origin_seen(s->o, i)->url, origin_seen(s->o, k)->url) != 0);
	}
	JUDGE(s, is_oldest_first(s, before));
	return busiest(s, before, 10);
}

static void
a_backlog_is_no_burst(struct scene *s)
{
	backlog(s, "  host_gap: 0s\n");
	scene_days(s, 10 * 60);
	MUST(scene_count(s, NULL) == STEPS * EACH);
	JUDGE(s, after_a_downtime(s, 10 * 60) <= STEPS * EACH / 6);
}

/* At the rate that their host is asked at, where that is slower. */
static void
a_backlog_keeps_the_pause(struct scene *s)
{
	backlog(s, "  host_gap: 0s\n");
	scene_days(s, 10 * 60);
	MUST(scene_count(s, NULL) == STEPS * EACH);
	backlog(s, "  host_gap: 10s\n");
	JUDGE(s, after_a_downtime(s, 20 * 60) <= 1);
}

/* At the first start, too. */
static void
new_ones_keep_the_pause(struct scene *s)
{
	backlog(s, "  host_gap: 10s\n");
	scene_days(s, 20 * 60);
	JUDGE(s, scene_count(s, NULL) == STEPS * EACH);
	JUDGE(s, busiest(s, 0, 10) <= 1);
}

static void
a_wrong_clock_starves_nobody(struct scene *s)
{
	int64_t began;
	size_t before;

	scene_always(s, "/feed", 200, "ETag: \"1\"\n");
	program_config(&s->w, TESTCLOCK_FETCH "sources:\n- id: one\n  url: %s\n" HOURLY,
	    origin_url(s->o, "/feed"));
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
		JUDGE(s, scene_gaps(s, path, 1, HOUR, 2 * HOUR));
	}
}

int
main(int argc, char **argv)
{
	static const struct manner rows[] = {
		ROW(27, a_restart_asks_nobody),
		ROW(27, ten_kills_in_ten_minutes),
		ROW(27, ten_stops_in_ten_minutes),
		ROW(28, polls_are_spread),
		ROW(28, outages_make_no_crowd),
		ROW(28, announced_outages_make_no_crowd),
		ROW(28, skipped_hours_make_no_crowd),
		ROW(29, a_backlog_is_no_burst),
		ROW(29, a_backlog_keeps_the_pause),
		ROW(31, new_ones_keep_the_pause),
		ROW(30, a_wrong_clock_starves_nobody),
		ROW(30, a_clock_set_meanwhile_changes_nothing),
	};

	return manners_main(argc, argv, rows, ROWS(rows));
}
