/*
 * The board over weeks, by a clock that jumps: a source breaks and is repaired, one moves,
 * one falls silent, one stands under an address that may not be shown. What is told to
 * operators is told once, also over restarts; days without a change leave every file as it
 * is; what is published reads back.
 */
#include "origin.h"
#include "program.h"
#include "testclock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/opml.h>

#define DAY INT64_C(86400)

static struct program w;
static struct origin *o;
static struct testclock *c;

static void
feed(const char *path, const char *id)
{
	char body[512], etag[64];

	(void)snprintf(body, sizeof(body),
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>"
	    "<link>http://site.example/</link><item><guid isPermaLink=\"false\">%s</guid>"
	    "<title>news %s</title></item></channel></rss>", id, id);
	(void)snprintf(etag, sizeof(etag), "Content-Type: text/xml\nETag: \"%s\"\n", id);
	origin_route(o, path,
	    &(struct origin_answer){ .headers = etag, .body = body, .conditional = true }, 1);
}

static void
configure(const char *more)
{
	char a[128], b[128], q[128], s[160];

	(void)snprintf(a, sizeof(a), "%s", origin_url(o, "/a"));
	(void)snprintf(b, sizeof(b), "%s", origin_url(o, "/m"));
	(void)snprintf(q, sizeof(q), "%s", origin_url(o, "/q"));
	(void)snprintf(s, sizeof(s), "%s?token=sesame", origin_url(o, "/s"));
	program_config(&w,
	    TESTCLOCK_FETCH "agencies: agencies.yml\nsources:\n"
	    "- {id: a, title: แหล่งหนึ่ง, url: %s, province: TH-83, agency: dopa, every: 2h}\n"
	    "- {id: m, title: แหล่งที่ย้าย, url: %s, province: TH-81, every: 6h}\n"
	    "- {id: q, title: แหล่งเงียบ, url: %s, agency: quiet, every: 6h}\n"
	    "- id: s\n  title: แหล่งลับ\n  url: \"%s\"\n  every: 6h\n%s",
	    a, b, q, s, more);
}

static int
open_all(void **state)
{
	(void)state;
	o = origin_start();
	c = testclock_new(0);
	origin_clock(o, testclock_ms, c);
	program_open(&w);
	program_write(&w, "agencies.yml", "agencies:\n- {id: dopa, th: กรมการปกครอง, en: DOPA}\n"
	                                  "- {id: none, th: กรมใหม่}\n");
	feed("/a", "a1");
	feed("/m", "m1");
	feed("/q", "q1");
	feed("/s", "s1");
	configure("");
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	program_close(&w);
	testclock_free(c);
	origin_stop(o);
	return 0;
}

static json_t *
status(void)
{
	char *text = program_read(&w, "public/status.json");
	json_t *j;

	assert_non_null(text);
	assert_null(strstr(text, "sesame"));
	assert_non_null(j = json_loads(text, 0, NULL));
	free(text);
	return j;
}

static void
stands(const char *id, const char *state)
{
	json_t *j = status(), *list = json_object_get(j, "sources"), *one;
	const char *found = "";
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0)
			found = json_string_value(json_object_get(one, "state"));
	}
	assert_string_equal(found, state);
	json_decref(j);
}

/* The titles of the operator's feed hold that text so often. */
static void
told(const char *text, size_t n)
{
	char title[200];

	(void)snprintf(title, sizeof(title), " / %s</title>", text);
	assert_int_equal(program_count(&w, "public/operator.atom", title), n);
}

static char *
board_files(void)
{
	static const char *const names[] = { "status.json", "status.html", "sources.opml",
		"sources.csv", "operator.atom" };
	char *all = program_fingerprint(&w, "public"), *found = calloc(1, 4096), *line;

	for (line = strtok(all, "\n"); line != NULL; line = strtok(NULL, "\n"))
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (strstr(line, names[i]) != NULL && strlen(found) + strlen(line) < 4000)
				(void)strcat(strcat(found, line), "\n");
	free(all);
	return found;
}

static void
runs_quietly(int64_t seconds)
{
	char *before = board_files(), *after;

	testclock_run(c, &w, seconds);
	after = board_files();
	assert_true(strlen(before) > 20);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
break_and_repair(void)
{
	origin_route(o, "/a", &(struct origin_answer){ .status = 500 }, 1);
	testclock_run(c, &w, DAY);
	stands("a", "broken");
	told("Source broken: a", 1);
	runs_quietly(DAY); /* and a restart: it is told once */
	feed("/a", "a1");
	testclock_run(c, &w, 2 * DAY);
	stands("a", "working");
	told("Source broken: a", 1);
	told("Source repaired: a", 1);
}

static void
move(void)
{
	char to[128];

	(void)snprintf(to, sizeof(to), "%s", origin_url(o, "/m2"));
	feed("/m2", "m1");
	origin_route(o, "/m", &(struct origin_answer){ .status = 301, .location = to }, 1);
	testclock_run(c, &w, 3 * DAY);
	told("Source moved: m", 1);
	stands("m", "working");
	assert_int_equal(program_count(&w, "public/status.json", "\"moved_to\":\"http"), 1);
}

static int posted;

static void
post(void *cookie)
{
	char id[16];

	(void)snprintf(id, sizeof(id), "q%d", 2 + (*(int *)cookie)++);
	feed("/q", id);
}

/* One news every working day for two weeks, then none. */
static void
fall_silent(void)
{
	for (int i = 0; i < 10; i++)
		testclock_at(c, testclock_ms(c) + i * DAY * 1000 + 60000, post, &posted);
	testclock_run(c, &w, 10 * DAY);
	stands("q", "working");
	testclock_run(c, &w, 30 * DAY);
	stands("q", "silent");
	told("Source silent: q", 1);
	runs_quietly(DAY);
	feed("/q", "q99");
	testclock_run(c, &w, 2 * DAY);
	stands("q", "working");
	told("Source silent: q", 1);
	told("Source has news again: q", 1);
}

static void
what_is_published_reads_back(void)
{
	char *text = program_read(&w, "public/sources.opml");
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_err err = { 0 };
	struct rk_opml *list = NULL;
	json_t *j = status(), *agencies = json_object_get(j, "agencies");

	assert_non_null(text);
	if (rk_opml_read(rk_str(text), arena, &list, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(list->n_outlines, 3); /* without the secret one */
	rk_arena_free(arena);
	free(text);
	assert_int_equal(json_array_size(agencies), 3); /* with the one without a source */
	json_decref(j);
	for (const char *const *f = (const char *const[]){ "public/status.html",
	         "public/sources.csv", "public/sources.opml", "public/operator.atom",
	         "public/operator.json", "public/operator.html", "public/operator.rss", NULL };
	     *f != NULL; f++) {
		assert_true(program_has(&w, *f));
		assert_int_equal(program_count(&w, *f, "sesame"), 0);
	}
	assert_true(program_has(&w, "public/index.csv"));
}

static void
weeks_of_a_board(void **state)
{
	char *before, *after;
	json_t *j;

	(void)state;
	testclock_run(c, &w, DAY);
	stands("a", "working");
	stands("q", "working");
	told("Source added: a", 1);
	runs_quietly(DAY); /* nothing changed, polls went on, and there was a restart */
	break_and_repair();
	move();
	fall_silent();
	j = status(); /* by now January is over, in which `a` was down for some two days */
	assert_string_equal(json_string_value(json_object_get(j, "score_month")), "2026-01");
	assert_in_range(json_integer_value(json_object_get(
	                    json_array_get(json_object_get(j, "sources"), 0), "score")), 88, 97);
	json_decref(j);
	what_is_published_reads_back();
	configure("  enabled: false\n"); /* of the last one */
	testclock_run(c, &w, 3600);
	stands("s", "disabled");
	told("Source disabled: s", 1);
	/* the same database gives the same bytes, whatever the time is */
	before = program_read(&w, "public/status.html");
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	after = program_read(&w, "public/status.html");
	assert_string_equal(before, after);
	free(before);
	free(after);
	for (const char *const *t = (const char *const[]){ "Source added: a", "Source broken: a",
	         "Source repaired: a", "Source moved: m", "Source silent: q", NULL };
	     *t != NULL; t++)
		told(*t, 1);
}

static void
a_lost_file_is_made_again(void **state)
{
	char path[128], *before, *after;

	(void)state;
	testclock_once(c, &w);
	before = program_read(&w, "public/status.json");
	(void)snprintf(path, sizeof(path), "%s/public/status.json", w.dir);
	assert_int_equal(remove(path), 0);
	testclock_pass(c, 7200);
	testclock_once(c, &w);
	after = program_read(&w, "public/status.json");
	assert_non_null(after);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

/* A twin is one of the board's files as any other. */
static void
a_lost_twin_is_made_again(void **state)
{
	static const char *const names[] = { "public/status.html.gz", "public/status.html.br",
		"public/status.json.gz" };
	char path[160], *before, *after;

	(void)state;
	testclock_once(c, &w);
	before = program_fingerprint(&w, "public/status.html");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_true(program_has(&w, names[i]));
		(void)snprintf(path, sizeof(path), "%s/%s", w.dir, names[i]);
		assert_int_equal(remove(path), 0);
	}
	testclock_once(c, &w);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_true(program_has(&w, names[i]));
	after = program_fingerprint(&w, "public/status.html");
	assert_string_equal(before, after); /* itself it was left alone */
	free(before);
	free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(weeks_of_a_board, open_all, close_all),
		cmocka_unit_test_setup_teardown(a_lost_file_is_made_again, open_all, close_all),
		cmocka_unit_test_setup_teardown(a_lost_twin_is_made_again, open_all, close_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
