/*
 * A week of many sources of mixed manners, by a clock that jumps, with a restart every
 * day. The origin notes every request and what it answered; afterwards the rules are
 * worked out again from these notes and the configuration alone, and a request that they
 * did not allow fails the test. Figures go to stdout.
 *
 * That the judge sees: days of fewer sources, each with one behaviour switched off, where
 * it must find something at the sources that it concerns.
 */
#include "origin.h"
#include "program.h"
#include "testclock.h"

#include <ruamkhao/manners.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef RK_SANITIZED
#define HOSTS 8
#define DAYS 3
#else
#define HOSTS 25
#define DAYS 7
#endif
#define PER_HOST 20
#define SOURCES (HOSTS * PER_HOST)
#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

enum manner { ETAG, PLAIN, MODIFIED, TTL, SKIP_HOURS, SKIP_DAYS, SY, MAX_AGE, EXPIRES,
	BUSY_503_TOLD, BUSY_429_TOLD, BUSY_503, MISSING, GONE, FLAPS, MOVES, HINT_304, OFFICE,
	SLEEPS, NO_CACHE, EVERY_3H, BUSY_DATED, OFTEN, UNAUTHORISED, FORBIDDEN, ILLEGAL, CACHED,
	LED_TOLD, MANNERS };

static const char *const names[MANNERS] = { "ETag", "no validator", "Last-Modified", "ttl 2 h",
	"skipHours", "skipDays", "sy daily", "max-age 2 h", "Expires 3 h", "503 told to wait",
	"429 told to wait", "503 untold", "404 from day 2", "410 from day 2", "500 now and then",
	"302", "304 with max-age", "posts in office hours", "sleeps", "no-cache", "every: 3h",
	"503 told a date", "every: under 1 h", "401 for three days", "403 for three days",
	"451 from day 2", "max-age less Age", "302 told to wait" };

/* A request and what was answered. Seconds of the wall clock. */
struct note {
	int64_t at;
	unsigned status;
	bool conditional, exact; /* what it carried, and whether that was the last ETag told */
	bool named; /* a 200: it told a validator */
	int64_t retry_after, fresh, age, asks; /* -1: not said; asks: of the document */
};

struct source {
	enum manner manner;
	unsigned host;
	int64_t every; /* as configured, or the default */
	bool own_every;
	int64_t led;   /* Retry-After of the redirect that leads to the document */
	char etag[32], told[32]; /* told: of the last 200 */
	struct note *notes;
	size_t n, cap;
	unsigned version;
};

static struct {
	struct testclock *clock;
	struct origin *origins[HOSTS];
	struct source sources[SOURCES];
	size_t n; /* of sources */
	uint64_t only; /* manners that are configured, by bit */
	unsigned hosts;
	bool quiet;   /* what is found is no failure */
	int64_t turn; /* when some begin to refuse: seconds after the start */
	pthread_mutex_t lock;
	char *texts[400000]; /* of answers, until the end */
	size_t n_texts;
} week;

__attribute__((format(printf, 1, 2))) static const char *
text(const char *fmt, ...)
{
	char *s = malloc(4096);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(s, 4096, fmt, ap);
	va_end(ap);
	assert_true(week.n_texts < sizeof(week.texts) / sizeof(*week.texts));
	week.texts[week.n_texts++] = s;
	return s;
}

static const char *
document(const struct source *s, size_t i)
{
	const char *extra = s->manner == TTL ? "<ttl>120</ttl>"
	    : s->manner == SY ? "<sy:updatePeriod>daily</sy:updatePeriod>"
	    : s->manner == SKIP_DAYS
	    ? "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"
	    : s->manner == SKIP_HOURS
	    ? "<skipHours><hour>16</hour><hour>17</hour><hour>18</hour><hour>19</hour>"
	      "<hour>20</hour><hour>21</hour><hour>22</hour><hour>23</hour></skipHours>" : "";

	return text("<?xml version=\"1.0\"?><rss version=\"2.0\" "
	            "xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"><channel>"
	            "<title>s%zu</title>%s<item><guid isPermaLink=\"false\">s%zu-%u</guid>"
	            "<title>news %u of source %zu</title><link>http://s%zu.example/%u</link></item>"
	            "</channel></rss>", i, extra, i, s->version, s->version, i, i, s->version);
}

/* The document as it is at this time. */
static unsigned
version_at(const struct source *s, size_t i, int64_t now)
{
	int64_t local = now + 7 * HOUR, second = local % DAY;
	bool weekday = (local / DAY + 4) % 7 >= 1 && (local / DAY + 4) % 7 <= 5;
	int64_t first = TESTCLOCK_START / DAY;

	if (s->manner == SLEEPS)
		return 1;
	if (s->manner != OFFICE) /* every other day or so */
		return (unsigned)((now / HOUR + (int64_t)(i * 7)) / 50);
	/* one every 40 minutes from 9 to 16 on working days */
	return (unsigned)((local / DAY - first) * 100
	    + (!weekday || second < 9 * HOUR ? 0
	            : second > 16 * HOUR ? 11 : (second - 9 * HOUR) / 2400 + 1));
}

/* ---- the origin's side */

static struct note *
note(struct source *s)
{
	if (s->n == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 64;
		s->notes = realloc(s->notes, s->cap * sizeof(*s->notes));
	}
	s->notes[s->n] = (struct note){ .at = testclock_wall(week.clock), .retry_after = -1,
		.fresh = -1, .age = 0, .asks = 0 };
	return &s->notes[s->n++];
}

static void
refuse(struct source *s, struct note *n, struct origin_answer *a)
{
	int64_t passed = n->at - TESTCLOCK_START;

	if ((s->manner == BUSY_503_TOLD || s->manner == BUSY_DATED) && s->n % 4 == 2) {
		a->status = 503;
		n->retry_after = 9000;
	} else if (s->manner == BUSY_429_TOLD && s->n % 20 == 5) {
		a->status = 429;
		n->retry_after = 7200;
	} else if (s->manner == BUSY_503 && s->n % 7 >= 5) {
		a->status = 503;
	} else if (s->manner == MISSING && passed > week.turn) {
		a->status = 404;
	} else if (s->manner == UNAUTHORISED && passed > week.turn && passed < 4 * week.turn) {
		a->status = 401;
	} else if (s->manner == FORBIDDEN && passed > week.turn && passed < 4 * week.turn) {
		a->status = 403;
	} else if (s->manner == GONE && passed > week.turn) {
		a->status = 410;
	} else if (s->manner == ILLEGAL && passed > week.turn) {
		a->status = 451;
	} else if (s->manner == FLAPS && s->n % 3 == 0) {
		a->status = 500;
	}
	if (a->status == 0) {
		return;
	} else if (n->retry_after >= 0 && s->manner == BUSY_DATED) {
		char date[64], made[64];
		time_t at = (time_t)(n->at + n->retry_after), now = (time_t)n->at;
		struct tm tm;

		(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&at, &tm));
		(void)strftime(made, sizeof(made), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
		a->headers = text("Date: %s\nRetry-After: %s\n", made, date);
	} else if (n->retry_after >= 0) {
		a->headers = text("Retry-After: %d\n", (int)n->retry_after);
	}
}

static void
answer(void *cookie, const struct origin_request *r, struct origin_answer *a)
{
	size_t i = (size_t)strtoul(r->url + 3, NULL, 10);
	struct source *s = &week.sources[i];
	const char *sent, *since;
	struct note *n;

	(void)cookie;
	pthread_mutex_lock(&week.lock);
	if (r->url[1] == 's' && (s->manner == MOVES || s->manner == LED_TOLD)) {
		a->status = 302; /* the notes are taken where it leads */
		a->location = text("/t/%zu", i);
		s->led = s->manner == LED_TOLD && s->n % 3 == 1 ? 10800 : -1;
		if (s->led >= 0)
			a->headers = text("Retry-After: %d\n", (int)s->led);
		pthread_mutex_unlock(&week.lock);
		return;
	}
	n = note(s);
	n->retry_after = s->led;
	sent = origin_header(r, "If-None-Match");
	n->conditional = sent != NULL;
	n->exact = sent != NULL && strcmp(sent, s->told) == 0;
	since = origin_header(r, "If-Modified-Since");
	if (since != NULL) {
		n->conditional = true;
		n->exact = strcmp(since, s->told) == 0;
	}
	refuse(s, n, a);
	if (a->status == 0) {
		const char *hint = "";

		s->version = version_at(s, i, n->at);
		if (s->manner == MODIFIED)
			(void)snprintf(s->etag, sizeof(s->etag), "Mon, 05 Jan 2026 00:%02u:%02u GMT",
			    s->version / 60 % 60, s->version % 60);
		else
			(void)snprintf(s->etag, sizeof(s->etag), "\"v%u\"", s->version);
		a->status = n->exact && strcmp(s->told, s->etag) == 0 ? 304 : 200;
		if (s->manner == MAX_AGE || (s->manner == HINT_304 && a->status == 304)) {
			n->fresh = s->manner == MAX_AGE ? 7200 : 10800;
			hint = text("Cache-Control: max-age=%d\n", (int)n->fresh);
		} else if (s->manner == CACHED) { /* it lay in a cache for a while, or too long */
			n->fresh = 18000;
			n->age = (int64_t)(s->n % 4) * 6000;
			hint = text("Cache-Control: max-age=%d\nAge: %d\nVia: 1.1 cache\n",
			    (int)n->fresh, (int)n->age);
		} else if (s->manner == EXPIRES) {
			char date[64];
			time_t at = (time_t)(n->at + 3 * HOUR), now = (time_t)n->at;
			char made[64];
			struct tm tm;

			(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT",
			    gmtime_r(&at, &tm));
			(void)strftime(made, sizeof(made), "%a, %d %b %Y %H:%M:%S GMT",
			    gmtime_r(&now, &tm));
			n->fresh = 3 * HOUR;
			hint = text("Date: %s\nExpires: %s\n", made, date);
		} else if (s->manner == TTL) { /* two wishes: the larger counts */
			n->fresh = 600;
			hint = "Cache-Control: max-age=600\n";
		} else if (s->manner == NO_CACHE) {
			hint = "Cache-Control: no-cache, no-store, max-age=0\n";
		}
		if (s->manner == PLAIN)
			a->headers = hint;
		else
			a->headers = text("%s: %s\n%s", s->manner == MODIFIED ? "Last-Modified" : "ETag",
			    s->etag, hint);
		if (a->status == 200) {
			a->body = document(s, i);
			n->named = s->manner != PLAIN;
			n->asks = s->manner == TTL ? 2 * HOUR : s->manner == SY ? DAY : 0;
			(void)strcpy(s->told, s->manner == PLAIN ? "" : s->etag);
		}
	}
	n->status = a->status;
	pthread_mutex_unlock(&week.lock);
}

/* ---- the judge */

static int64_t
max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What the last whole document said, when request i was over; NULL: there was none. */
static const struct note *
last_whole(const struct source *s, size_t i)
{
	for (size_t k = i + 1; k-- > 0;) {
		if (s->notes[k].status == 200)
			return &s->notes[k];
	}
	return NULL;
}

/* Seconds after the i-th request before which the next is not allowed. */
static int64_t
wait_after(const struct source *s, size_t i)
{
	const struct note *n = &s->notes[i], *whole = last_whole(s, i);
	int64_t base = s->every, told = n->retry_after;
	unsigned failures = 0;

	if (whole != NULL && !whole->named)
		base = max64(base, 4 * HOUR);
	if (whole != NULL)
		base = max64(base, whole->asks);
	for (size_t k = i + 1; k-- > 0 && s->notes[k].status >= 400;)
		failures++;
	switch (n->status) {
	case 200:
	case 304:
		return max64(max64(base, told), n->fresh - n->age);
	case 401:
	case 403:
	case 404:
		return DAY;
	case 410:
	case 451:
		return 1000 * DAY;
	default:
		if (told >= 0)
			return max64(base, told);
		for (unsigned k = 0; k < failures && base < DAY; k++)
			base *= 2;
		return base < DAY ? base : DAY;
	}
}

static bool
is_skipped(const struct source *s, int64_t at)
{
	int64_t hour = at % DAY / HOUR, day = (at / DAY + 4) % 7;

	return (s->manner == SKIP_HOURS && hour >= 16)
	    || (s->manner == SKIP_DAYS && (day == 0 || day == 6));
}

/* A source of the host was told 429, and its time falls into that one. */
static bool
host_waits(unsigned host, int64_t from, int64_t to)
{
	for (size_t i = 0; i < week.n; i++) {
		const struct source *s = &week.sources[i];

		for (size_t k = 0; s->host == host && k < s->n; k++) {
			if (s->notes[k].status == 429 && s->notes[k].at < to
			    && from < s->notes[k].at + s->notes[k].retry_after)
				return true;
		}
	}
	return false;
}

/* It is allowed, and nothing keeps it from coming: an interval of its own, no host that
 * waits. A tenth later at most, and a jump or two of the clock. */
static bool
is_late(const struct source *s, size_t k)
{
	int64_t due = s->notes[k - 1].at + wait_after(s, k - 1);
	int64_t late = due + wait_after(s, k - 1) / 10 + 900;

	return s->own_every && s->notes[k].at > late && !host_waits(s->host, due, late);
}

static unsigned
wrong(const char *what, size_t i, size_t k)
{
	const struct source *s = &week.sources[i];

	if (week.quiet)
		return 1;
	(void)fprintf(stderr, "source %zu (%s), request %zu at %lld: %s (the one before: %u, %lld s"
	    " ago)\n", i, names[s->manner], k, (long long)s->notes[k].at, what,
	    k > 0 ? s->notes[k - 1].status : 0,
	    k > 0 ? (long long)(s->notes[k].at - s->notes[k - 1].at) : 0);
	return 1;
}

static unsigned
judge(size_t i, int64_t end)
{
	const struct source *s = &week.sources[i];
	unsigned bad = 0;
	bool held = false; /* a validator */

	for (size_t k = 0; k < s->n; k++) {
		const struct note *n = &s->notes[k];

		if (k > 0 && n->at < s->notes[k - 1].at + wait_after(s, k - 1))
			bad += wrong("too early", i, k);
		if (k > 0 && is_late(s, k))
			bad += wrong("too late", i, k);
		if (k > 0 && is_skipped(s, n->at))
			bad += wrong("in an hour or on a day to skip", i, k);
		if (host_waits(s->host, n->at, n->at))
			bad += wrong("its host asked us to wait", i, k);
		if (held && !n->exact)
			bad += wrong("without its validator", i, k);
		held = held || n->named;
	}
	/* nobody starves: a day is the longest wait, a weekend that is skipped comes on top */
	if (s->n == 0 || (s->manner != GONE && s->manner != ILLEGAL && s->manner != SKIP_DAYS
	    && s->notes[s->n - 1].at < end - 28 * HOUR)) {
		(void)fprintf(stderr, "source %zu (%s) was forgotten\n", i, names[s->manner]);
		bad++;
	}
	return bad;
}

static void
figures(void)
{
	size_t all = 0, same = 0, busiest = 0;
	size_t minutes[12] = { 0 }; /* the clock jumps by five */

	for (unsigned m = 0; m < MANNERS; m++) {
		size_t n = 0, not_modified = 0, sources = 0;

		for (size_t i = 0; i < SOURCES; i++) {
			const struct source *s = &week.sources[i];

			if (s->manner != m)
				continue;
			sources++;
			n += s->n;
			for (size_t k = 0; k < s->n; k++) {
				not_modified += s->notes[k].status == 304;
				minutes[s->notes[k].at % HOUR / 300]++;
			}
		}
		all += n;
		same += not_modified;
		(void)printf("%-22s %6zu requests, %5.1f a source and day, %3zu %% 304\n", names[m], n,
		    (double)n / (double)sources / DAYS, n > 0 ? 100 * not_modified / n : 0);
	}
	for (size_t i = 0; i < 12; i++)
		busiest = minutes[i] > busiest ? minutes[i] : busiest;
	(void)printf("%d sources, %d days: %zu requests, %zu %% 304, busiest five minutes of the hour %.1f "
	             "times the mean\n", SOURCES, DAYS, all, 100 * same / all,
	    (double)busiest * 12 / (double)all);
}

/* ---- the run */

/* Its interval, as configured or by default. */
static void
settle(struct source *s, size_t i)
{
	static const int64_t often[] = { 10, 45, 30, 45, 45, 45 };

	s->every = s->manner == EVERY_3H ? 3 * HOUR
	    : s->manner == OFTEN ? often[i / MANNERS % 6] * 60 : HOUR;
	/* not by how often it posts, so that the rules alone decide */
	s->own_every = s->manner == EVERY_3H || s->manner == OFTEN || s->manner == CACHED
	    || s->manner == HINT_304;
	s->led = -1;
}

static void
prepare(struct program *w)
{
	char *sources = calloc(week.n, 160);
	size_t n = 0;

	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1); /* thousands of commits */
	program_open(w);
	pthread_mutex_init(&week.lock, NULL);
	week.clock = testclock_new(0);
	testclock_coarse(week.clock, 300000); /* many polls share a commit and a publication */
	for (unsigned h = 0; h < week.hosts; h++) {
		char address[16];

		(void)snprintf(address, sizeof(address), "127.0.1.%u", h + 1);
		week.origins[h] = origin_start_at(address, 0);
		origin_clock(week.origins[h], testclock_ms, week.clock);
		origin_answerer(week.origins[h], answer, NULL);
	}
	for (size_t i = 0; i < week.n; i++) {
		struct source *s = &week.sources[i];
		char path[32], every[32];

		s->manner = (enum manner)(i % MANNERS);
		settle(s, i);
		if ((week.only >> s->manner & 1) == 0)
			continue;
		/* not all manners on every host: who shares one with a 429 waits with it */
		s->host = (unsigned)((i + i / MANNERS * 3) % week.hosts);
		(void)snprintf(path, sizeof(path), "/s/%zu", i);
		(void)snprintf(every, sizeof(every), "  every: %dm\n", (int)(s->every / 60));
		n += (size_t)snprintf(sources + n, 160, "- id: s%zu\n  url: %s\n%s", i,
		    origin_url(week.origins[s->host], path), s->own_every ? every : "");
	}
	program_config(w, "  formats: [atom]\n  entries: 10\n" TESTCLOCK_FETCH "sources:\n%s", sources);
	free(sources);
}

static void
clean_up(struct program *w)
{
	for (unsigned h = 0; h < week.hosts; h++)
		origin_stop(week.origins[h]);
	for (size_t i = 0; i < week.n; i++)
		free(week.sources[i].notes);
	for (size_t i = 0; i < week.n_texts; i++)
		free(week.texts[i]);
	testclock_free(week.clock);
	program_close(w);
}

static void
a_week_of_manners(void **state)
{
	struct program w;
	unsigned bad = 0;

	(void)state;
	week.n = SOURCES;
	week.hosts = HOSTS;
	week.turn = DAY;
	week.only = UINT64_MAX;
	prepare(&w);
	for (unsigned day = 0; day < DAYS; day++)
		testclock_run(week.clock, &w, DAY);
	for (size_t i = 0; i < SOURCES; i++)
		bad += judge(i, TESTCLOCK_START + DAYS * DAY);
	figures();
	assert_int_equal(bad, 0);
	clean_up(&w);
}

#if defined(RK_TEST_BUILD) && !defined(RK_SANITIZED)

/* One behaviour that is off, and whose sources must be found to be asked wrongly. */
static const struct drop {
	enum rk_manner off;
	int64_t seconds; /* two runs of so many */
	enum manner seen[4];
	size_t n;
} drops[] = {
	{ RK_M_CONDITIONAL, 3 * HOUR, { ETAG, MODIFIED, OFTEN }, 3 },
	{ RK_M_FLOOR, HOUR, { ETAG, EVERY_3H, OFTEN, SLEEPS }, 4 },
	{ RK_M_UNCONDITIONAL, 5 * HOUR, { PLAIN }, 1 },
	{ RK_M_FRESH, 12 * HOUR, { MAX_AGE, EXPIRES, HINT_304, CACHED }, 4 },
	{ RK_M_TTL, 4 * HOUR, { TTL }, 1 },
	{ RK_M_SKIP_HOURS, 12 * HOUR, { SKIP_HOURS }, 1 },
	{ RK_M_SY, 6 * HOUR, { SY }, 1 },
	{ RK_M_RETRY_AFTER, 12 * HOUR, { BUSY_503_TOLD, BUSY_429_TOLD, BUSY_DATED, LED_TOLD }, 4 },
	{ RK_M_BUSY, 12 * HOUR, { BUSY_503 }, 1 },
	{ RK_M_BACKOFF, 12 * HOUR, { FLAPS }, 1 },
	{ RK_M_REFUSED, 12 * HOUR, { MISSING, UNAUTHORISED, FORBIDDEN }, 3 },
	{ RK_M_GONE, 12 * HOUR, { GONE, ILLEGAL }, 2 },
	{ RK_M_RESTART, 2400, { ETAG, EVERY_3H, MAX_AGE }, 3 },
};

/* In a process of its own, where it stays off: how many of them were not found. */
static int
blind_to(const struct drop *d)
{
	struct program w;
	char list[16];
	int blind = 0;

	(void)snprintf(list, sizeof(list), "%d", (int)d->off);
	if (setenv("RK_DROP_MANNERS", list, 1) != 0 || !rk_manners_drop(list))
		return 99;
	week.n = 2 * MANNERS;
	week.hosts = 2;
	week.turn = 6 * HOUR;
	week.quiet = true;
	for (size_t k = 0; k < d->n; k++)
		week.only |= UINT64_C(1) << d->seen[k];
	prepare(&w);
	testclock_run(week.clock, &w, d->seconds);
	testclock_run(week.clock, &w, d->seconds);
	for (size_t k = 0; k < d->n; k++) {
		unsigned found = 0;

		for (size_t i = 0; i < week.n; i++) {
			if (week.sources[i].manner == d->seen[k])
				found += judge(i, TESTCLOCK_START + 2 * d->seconds);
		}
		if (found > 0)
			continue;
		(void)fprintf(stderr, "without behaviour %d nothing is found at: %s\n", (int)d->off,
		    names[d->seen[k]]);
		blind++;
	}
	clean_up(&w);
	return blind;
}

#define DROPS   (sizeof(drops) / sizeof(*drops))
#define AT_ONCE 2

static void
the_judge_sees(void **state)
{
	size_t started = 0, ended = 0;
	int status, bad = 0;

	(void)state;
	for (; ended < DROPS; ended++) {
		for (; started < DROPS && started < ended + AT_ONCE; started++) {
			pid_t pid;

			(void)fflush(NULL);
			pid = fork();
			assert_true(pid >= 0);
			if (pid == 0)
				_exit(blind_to(&drops[started]));
		}
		assert_true(wait(&status) > 0);
		bad += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	}
	assert_int_equal(bad, 0);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
#if defined(RK_TEST_BUILD) && !defined(RK_SANITIZED)
		cmocka_unit_test(the_judge_sees), /* first: it forks */
#endif
		cmocka_unit_test(a_week_of_manners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
