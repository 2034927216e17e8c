/* Every behaviour kept and dropped: what mannerkit.h promises. */
#include "mannerkit.h"

#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 4   /* scenes: they wait more than they compute */
#define LIMIT_S 120 /* for one of them on a busy machine */

/* ---- what a scene uses */

void
scene_judge(struct scene *s, bool holds, const char *what)
{
	if (!holds && s->broken == NULL)
		s->broken = what;
}

void
scene_must(bool holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s:%d: must hold in any build: %s\n", file, line, what);
	_exit(3);
}

void
scene_sources(struct scene *s, const char *fmt, ...)
{
	char text[8192];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	program_config(&s->w, SCENE_FETCH "sources:\n%s", text);
}

void
scene_source(struct scene *s, const char *url)
{
	scene_sources(s, "- id: one\n  url: %s\n", url);
}

void
scene_once(struct scene *s)
{
	if (program_run(&s->w, "once", NULL) == 0)
		return;
	(void)fprintf(stderr, "once ended with %d:\n%s", s->w.status, s->w.err);
	program_close(&s->w);
	_exit(3);
}

void
scene_clock(struct scene *s)
{
	if (s->clock != NULL)
		return;
	s->clock = testclock_new(0);
	origin_clock(s->o, testclock_ms, s->clock);
}

void
scene_days(struct scene *s, int64_t seconds)
{
	scene_clock(s);
	testclock_run(s->clock, &s->w, seconds);
}

int64_t
scene_gap(struct scene *s, const char *path, size_t i)
{
	const struct origin_request *before = i > 0 ? origin_seen_at(s->o, path, i - 1) : NULL;
	const struct origin_request *r = origin_seen_at(s->o, path, i);

	return before != NULL && r != NULL ? (r->began_ms - before->began_ms) / 1000 : -1;
}

const char *
scene_sent(struct scene *s, const char *path, size_t i, const char *header)
{
	const struct origin_request *r = origin_seen_at(s->o, path, i);
	const char *value = r != NULL ? origin_header(r, header) : NULL;

	return value != NULL ? rk_xstrdup(value) : ""; /* the process ends soon */
}

bool
scene_plain(struct scene *s, const char *path, size_t i)
{
	return origin_seen_at(s->o, path, i) != NULL
	    && scene_sent(s, path, i, "If-None-Match")[0] == '\0'
	    && scene_sent(s, path, i, "If-Modified-Since")[0] == '\0';
}

bool
scene_header_is(
    struct scene *s, const char *path, size_t i, const char *header, const char *value)
{
	return strcmp(scene_sent(s, path, i, header), value) == 0;
}

size_t
scene_count(struct scene *s, const char *path)
{
	return origin_count(s->o, path);
}

size_t
scene_published(struct scene *s, const char *needle)
{
	return program_count(&s->w, "public/all.atom", needle);
}

char *
scene_rss(const char *prefix, unsigned n, const char *extra)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	rk_assert(f != NULL);
	(void)fprintf(f,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel>"
	    "<title>f</title><link>http://site.example/</link>%s",
	    extra);
	for (unsigned i = n; i > 0; i--)
		(void)fprintf(f,
		    "<item><guid isPermaLink=\"false\">%s%u</guid><title>เรื่อง %s%u</title>"
		    "<link>http://site.example/%s%u</link>"
		    "<pubDate>Fri, 20 Nov 2026 %02u:00:00 +0700</pubDate></item>\n",
		    prefix, i, prefix, i, prefix, i, i % 24);
	(void)fputs("</channel></rss>\n", f);
	(void)fclose(f);
	return text;
}

void
scene_feed(struct scene *s, const char *path, const char *prefix, unsigned n, const char *extra,
    const char *headers)
{
	struct origin_answer a = { .headers = headers, .conditional = true };
	char *body = scene_rss(prefix, n, extra);

	a.body = body;
	origin_route(s->o, path, &a, 1);
	free(body);
}

void
scene_always(struct scene *s, const char *path, unsigned status, const char *headers)
{
	struct origin_answer a = { .status = status, .headers = headers };

	if (status == 200)
		scene_feed(s, path, "a", 2, "", headers);
	else
		origin_route(s->o, path, &a, 1);
}

bool
scene_gaps(struct scene *s, const char *path, size_t from, int64_t least, int64_t most)
{
	size_t n = scene_count(s, path);

	for (size_t i = from; i < n; i++) {
		int64_t gap = scene_gap(s, path, i);

		if (gap < least || gap > most)
			return false;
	}
	return n > from;
}

/* ---- the table */

struct run {
	const struct manner *row;
	bool dropped;
	pid_t pid;
	char *note; /* shared with the process: what did not hold */
	bool good;
};

#define NOTE_SIZE 512

_Noreturn static void
play(const struct run *r)
{
	struct scene s = { .dropped = r->dropped ? r->row->n : 0 };
	char list[16];

	(void)alarm(LIMIT_S);
	if (r->dropped) {
		(void)snprintf(list, sizeof(list), "%u", r->row->n);
		(void)setenv("RK_DROP_MANNERS", list, 1);
#ifdef RK_TEST_BUILD
		(void)rk_manners_drop(list); /* for scenes that fetch in this process */
#endif
	}
	program_open(&s.w);
	s.o = origin_start();
	r->row->run(&s);
	if (s.broken != NULL)
		(void)snprintf(r->note, NOTE_SIZE, "%s", s.broken);
	origin_stop(s.o);
	if (s.clock != NULL)
		testclock_free(s.clock);
	program_close(&s.w);
	_exit(s.broken != NULL ? 1 : 0);
}

static void
start(struct run *r)
{
	(void)fflush(NULL);
	r->pid = fork();
	rk_assert(r->pid >= 0);
	if (r->pid == 0)
		play(r);
}

static void
end(struct run *r, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	r->good = code == (r->dropped ? 1 : 0);
	(void)printf("%s %2u %s: %s, %s%s%s\n", r->good ? "ok    " : "not ok", r->row->n,
	    r->row->name, r->dropped ? "dropped" : "kept",
	    code == 0 ? "nothing found" : code == 1 ? "seen: " : "the scene itself failed", r->note,
	    r->good ? "" : r->dropped ? " (its check is blind)" : " (the behaviour is missing)");
}

static bool
wanted(const struct manner *row, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strtoul(argv[i], NULL, 10) == row->n)
			return true;
	}
	return argc < 2;
}

int
manners_main(int argc, char **argv, const struct manner *rows, size_t n)
{
	struct run *runs;
	size_t n_runs = 0, started = 0, ended = 0, bad = 0;
	int status;
	pid_t pid;

	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		for (size_t i = 0; i < n; i++)
			(void)printf("%u %s\n", rows[i].n, rows[i].name);
		return 0;
	}
#ifndef RK_TEST_BUILD
	(void)fprintf(stderr, "skipped: built without RK_TEST_BUILD\n");
	return 77;
#endif
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	runs = rk_xcalloc(2 * n + 1, sizeof(*runs));
	for (size_t i = 0; i < 2 * n; i++) {
		if (wanted(&rows[i / 2], argc, argv))
			runs[n_runs++] = (struct run){ .row = &rows[i / 2], .dropped = i % 2 == 1 };
	}
	for (size_t i = 0; i < n_runs; i++) {
		runs[i].note = mmap(NULL, NOTE_SIZE, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		rk_assert(runs[i].note != MAP_FAILED);
	}
	while (ended < n_runs) {
		while (started < n_runs && started - ended < AT_ONCE)
			start(&runs[started++]);
		pid = wait(&status);
		for (size_t i = 0; i < started; i++) {
			if (runs[i].pid != pid)
				continue;
			runs[i].pid = 0;
			end(&runs[i], status);
			bad += !runs[i].good;
			ended++;
		}
	}
	free(runs);
	(void)printf("%zu checks, %zu bad\n", n_runs, bad);
	return n_runs == 0 || bad > 0 ? 1 : 0;
}
