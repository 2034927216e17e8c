/*
 * A table of the poller's manners (docs/manners.md) as one test program: every row runs
 * twice, each time in a process of its own. With all behaviours its check must find
 * nothing; with its own behaviour switched off (RK_DROP_MANNERS) it must find something.
 * So a check that sees nothing fails too.
 *
 *	static void
 *	both_validators(struct scene *s)
 *	{
 *		serve(s, "/feed", ...);
 *		scene_sources(s, "- id: one\n  url: %s\n", origin_url(s->o, "/feed"));
 *		scene_once(s);
 *		JUDGE(s, strcmp(scene_sent(s, "/feed", 0, "If-None-Match"), "") == 0);
 *	}
 *	static const struct manner rows[] = { { 4, "both_validators", both_validators }, ... };
 *	int main(int argc, char **argv) { return manners_main(argc, argv, rows, ROWS(rows)); }
 *
 * The program takes --list (number and name of each row) and numbers of rows to run. A
 * name may stand in several rows, a number too.
 */
#ifndef RK_TESTS_MANNERKIT_H
#define RK_TESTS_MANNERKIT_H

#include "origin.h"
#include "program.h"
#include "testclock.h"

#include <stdbool.h>
#include <stddef.h>

struct scene {
	unsigned dropped;   /* the behaviour that is off, 0 none */
	struct origin *o;   /* on 127.0.0.1 */
	struct program w;   /* the program, not configured yet */
	struct testclock *clock; /* what the log is stamped by, once scene_days ran */
	const char *broken; /* what was judged first and did not hold, NULL: nothing */
};

struct manner {
	unsigned n; /* its number in docs/manners.md */
	const char *name;
	void (*run)(struct scene *);
};

#define ROW(n, f) { (n), #f, (f) }
#define ROWS(a)   (sizeof(a) / sizeof(*(a)))

/* To be judged by what the origin saw, or by what was published; goes on. */
#define JUDGE(s, holds) scene_judge((s), (holds), #holds)
void scene_judge(struct scene *, bool holds, const char *what);
/* What must be so whatever is switched off (the program ends well): ends the scene. */
#define MUST(holds) scene_must((holds), #holds, __FILE__, __LINE__)
void scene_must(bool holds, const char *what, const char *file, int line);

/* The usual section fetch for loopback, further lines of it, then sources. */
#define SCENE_FETCH \
	"fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.0/8]\n"
void scene_sources(struct scene *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for one source with that id and url, nothing else. */
void scene_source(struct scene *, const char *url);
void scene_once(struct scene *); /* a round; its exit status must be 0 */
/* `ruamkhao run` for so many seconds of a clock that jumps (testclock.h), which also
 * stamps the log. Before any scene_once. */
void scene_clock(struct scene *);
void scene_days(struct scene *, int64_t seconds);
/* Seconds between the i-th request for a path and the one before it; -1: there is none. */
int64_t scene_gap(struct scene *, const char *path, size_t i);

/* The value of a header in the i-th request for a path, "" where there is none of it. The
 * string lives until the scene ends. */
const char *scene_sent(struct scene *, const char *path, size_t i, const char *header);
bool scene_plain(struct scene *, const char *path, size_t i); /* was sent, no validators */
bool scene_header_is(
    struct scene *, const char *path, size_t i, const char *header, const char *value);
size_t scene_count(struct scene *, const char *path);
/* How often a text stands in the feed of everything. */
size_t scene_published(struct scene *, const char *needle);

/* An RSS document with n items "<prefix>1" ..., and what `extra` adds to the channel;
 * malloc'd. */
char *scene_rss(const char *prefix, unsigned n, const char *extra);
/* Such a one with these headers, conditional. */
void scene_feed(struct scene *, const char *path, const char *prefix, unsigned n,
    const char *extra, const char *headers);
/* A path of which every answer is like this one; a 200 is such a document, conditional. */
void scene_always(struct scene *, const char *path, unsigned status, const char *headers);
/* All gaps of a path from the from-th on lie within these seconds, and there are some. */
bool scene_gaps(struct scene *, const char *path, size_t from, int64_t least, int64_t most);

int manners_main(int argc, char **argv, const struct manner *, size_t n);

#endif
