/*
 * The republish test: whatever a site does overnight with its ids, links and titles, no
 * entry appears a second time in any output, and none moves. And entries that are taken
 * out: by the source, by the operator with and without a daemon.
 */
#include "origin.h"
#include "program.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FETCH                                                                          \
	"fetch:\n  every: 1s\n  every_unconditional: 1s\n  host_gap: 0s\n"             \
	"  allow_addresses: [127.0.0.0/8]\n"
#define N 5

/* How the site writes its five items today. */
struct style {
	const char *guid;  /* printf with the number and the day; NULL: none */
	const char *link;  /* the same */
	const char *title; /* the same */
	bool dated;
};

static void
rss(char *out, size_t size, const struct style *s, int day)
{
	size_t n = (size_t)snprintf(out, size,
	    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>"
	    "<link>http://site.example/</link>");

	for (int i = N; i > 0; i--) {
		char text[3][128] = {"", "", ""};
		const char *forms[3] = {s->guid, s->link, s->title};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		for (int f = 0; f < 3; f++)
			if (forms[f] != NULL)
				(void)snprintf(text[f], sizeof(text[f]), forms[f], i, day);
#pragma GCC diagnostic pop
		n += (size_t)snprintf(out + n, size - n, "<item>");
		if (s->guid != NULL)
			n += (size_t)snprintf(out + n, size - n,
			    "<guid isPermaLink=\"%s\">%s</guid>",
			    strncmp(s->guid, "http", 4) == 0 ? "true" : "false", text[0]);
		n += (size_t)snprintf(out + n, size - n,
		    "<link>%s</link><title>%s</title><description>เนื้อหาของข่าวที่ %d ว่าด้วย"
		    "การประชุมครั้งที่ %d</description>",
		    text[1], text[2], i, i * 7);
		if (s->dated)
			n += (size_t)snprintf(out + n, size - n,
			    "<pubDate>0%d Sep 2026 10:2%d:3%d +0700</pubDate>", i, i, i);
		n += (size_t)snprintf(out + n, size - n, "</item>");
	}
	(void)snprintf(out + n, size - n, "</channel></rss>");
}

static void
serve(struct origin *o, const char *body)
{
	struct origin_answer a = {
	    .headers = "Content-Type: application/xml\n", .body = body};

	origin_route(o, "/feed", &a, 1);
}

/* What stands between the two, in the order of the file, each on a line; malloc'd. */
static char *
all_between(const char *text, const char *open, const char *close)
{
	char *out = calloc(1, strlen(text) + 1);

	for (const char *p = text; (p = strstr(p, open)) != NULL;) {
		const char *end = strstr(p += strlen(open), close);

		assert_non_null(end);
		strncat(out, p, (size_t)(end - p));
		strcat(out, "\n");
	}
	return out;
}

static char *
ids_of(struct program *w, const char *file)
{
	char *text = program_read(w, file), *ids;

	assert_non_null(text);
	ids = all_between(text, "<entry>\n<id>", "</id>");
	free(text);
	return ids;
}

static const char *const files[] = {
    "public/all.atom", "public/province/phuket.atom", "public/region/south.atom"};

static void
nothing_reappears(void **state)
{
	static const struct style days[] = {
	    {"item-%d", "http://www.site.example/news/%d", "ข่าวที่ %d", true},
	    {"item-%d", "http://www.site.example/news/%d", "ข่าวที่ %d (แก้ไข)", true},
	    {"item-%d", "http://www.site.example/news/%d", "ข่าวที่ %d แก้อีกครั้งหนึ่ง", true},
	    /* another scheme of ids */
	    {"tag:site.example,2026:%d", "http://www.site.example/news/%d", "ข่าวที่ %d", true},
	    /* slugs */
	    {"tag:site.example,2026:%d", "http://www.site.example/slug-%d", "ข่าวที่ %d", true},
	    /* https, without www. */
	    {"tag:site.example,2026:%d", "https://site.example/slug-%d", "ข่าวที่ %d", true},
	    /* at every fetch another id */
	    {"r-%d-%d", "https://site.example/slug-%d", "ข่าวที่ %d", true},
	    {"r-%d-%d", "https://site.example/slug-%d", "ข่าวที่ %d", true},
	    {"r-%d-%d", "https://site.example/slug-%d", "ข่าวที่ %d", true},
	    {"r-%d-%d", "https://site.example/slug-%d", "ข่าวที่ %d และแก้ไข", true},
	    /* one id for all; none */
	    {"same", "https://site.example/slug-%d", "ข่าวที่ %d", true},
	    {NULL, "https://site.example/slug-%d", "ข่าวที่ %d", true},
	    /* the id is the link, and then the link has a www. and no TLS again */
	    {"https://site.example/slug-%d", "https://site.example/slug-%d", "ข่าวที่ %d", true},
	    {"http://www.site.example/slug-%d", "http://www.site.example/slug-%d", "ข่าวที่ %d",
		true},
	    /* all at once: another system */
	    {"wp-%d", "https://site.example/?p=%d", "ข่าวที่ %d", true},
	    {"wp-%d", "https://site.example/?p=%d", "ข่าวที่ %d", false}};
	struct program w;
	struct origin *plain = origin_start(), *tls;
	struct origin_certs certs;
	char body[8192], *before[3] = {NULL}, *exported;
	int status;

	(void)state;
	origin_certs_make(&certs, "IP:127.0.0.1", 10, false);
	tls = origin_start_tls(certs.cert_pem, certs.key_pem);
	program_open(&w);
	program_write(&w, "ca.pem", "%s", certs.ca_pem);
	for (size_t day = 0; day < sizeof(days) / sizeof(*days); day++) {
		bool moved = day >= 5; /* the feed itself, to https */

		program_config(&w,
		    FETCH "sources:\n- id: a\n  url: %s\n  province: TH-83\n%s",
		    origin_url(moved ? tls : plain, "/feed"),
		    moved ? "  ca_file: ca.pem\n" : "");
		rss(body, sizeof(body), &days[day], (int)day);
		serve(moved ? tls : plain, body);
		if ((status = program_run(&w, "once", "--strict", NULL)) != 0)
			fail_msg("day %zu: %d: %s", day, status, w.err);
		for (int f = 0; f < 3; f++) {
			char *now = ids_of(&w, files[f]);

			if (before[f] != NULL && strcmp(before[f], now) != 0)
				fail_msg("day %zu, %s:\n%s\ninstead of\n%s", day, files[f],
				    now, before[f]);
			free(before[f]);
			before[f] = now;
		}
		assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), N);
		if (program_has(&w, "public/all.rss"))
			assert_int_equal(program_count(&w, "public/all.rss", "<item>"), N);
	}
	assert_int_equal(program_run(&w, "export", "jsonl", NULL), 0);
	exported = all_between(w.out, "\"state\":\"", "\"");
	assert_string_equal(exported, "live\nlive\nlive\nlive\nlive\n");
	/* and it is told why ids do not count any more */
	free(exported);
	exported = strndup(before[0], strcspn(before[0], "\n"));
	assert_int_equal(program_run(&w, "explain", exported, NULL), 0);
	assert_non_null(strstr(w.out, "again and again"));
	free(exported);
	for (int f = 0; f < 3; f++)
		free(before[f]);
	program_close(&w);
	origin_stop(plain);
	origin_stop(tls);
	origin_certs_release(&certs);
}

/* ---- out */

#define ATOM(rest)                                                                     \
	"<feed xmlns=\"http://www.w3.org/2005/Atom\""                                  \
	" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\"><title>f</title>" rest   \
	"</feed>"
#define ENTRY(n, title)                                                                \
	"<entry><id>tag:127.0.0.1,2026:" n "</id><title>" title                        \
	"</title><link href=\"http://127.0.0.1/" n "\"/>"                              \
	"<updated>2026-09-01T10:00:00Z</updated></entry>"
#define ID(n) "tag:127.0.0.1,2026:" n

static void
config(struct program *w, struct origin *o)
{
	program_config(w, FETCH "sources:\n- id: a\n  url: %s\n  province: TH-83\n",
	    origin_url(o, "/feed"));
}

static void
the_source_takes_an_entry_away(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	config(&w, o);
	serve(o, ATOM(ENTRY("1", "หนึ่ง") ENTRY("2", "สอง")));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	serve(o, ATOM(ENTRY("1", "หนึ่ง") "<at:deleted-entry ref=\"" ID("2") "\""
				       " when=\"2026-10-01T00:00:00Z\"/>"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	for (int f = 0; f < 3; f++) {
		assert_int_equal(program_count(&w, files[f], "<entry>"), 1);
		assert_int_equal(
		    program_count(&w, files[f], "deleted-entry"), 1);
		assert_int_equal(program_count(&w, files[f], "ref=\"" ID("2") "\""), 1);
	}
	assert_int_equal(program_run(&w, "explain", ID("2"), NULL), 0);
	assert_non_null(strstr(w.out, "tombstone"));
	/* the last one too: the file stays, empty but for its tombstones */
	serve(o, ATOM("<at:deleted-entry ref=\"" ID("1") "\" when=\"bad\"/>"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, files[1], "<entry>"), 0);
	assert_int_equal(program_count(&w, files[1], "<at:deleted-entry"), 2);
	program_close(&w);
	origin_stop(o);
}

static void
the_operator_without_a_daemon(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	config(&w, o);
	serve(o, ATOM(ENTRY("1", "หนึ่ง") ENTRY("2", "สอง") ENTRY("3", "สาม")));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "withdraw", ID("9"), NULL), 1);
	assert_non_null(strstr(w.err, "no entry has that id"));
	assert_int_equal(program_run(&w, "withdraw", NULL), 2);
	assert_int_equal(program_run(&w, "withdraw", ID("2"), NULL), 0);
	assert_string_equal(w.out, "withdrawn\n");
	assert_int_equal(program_count(&w, files[0], "<entry>"), 2); /* at once */
	assert_int_equal(program_count(&w, files[0], "ref=\"" ID("2") "\""), 1);
	assert_int_equal(program_run(&w, "withdraw", ID("2"), NULL), 0);
	assert_string_equal(w.out, "it was out already\n");
	assert_int_equal(program_run(&w, "block", ID("2"), NULL), 0);
	assert_int_equal(program_run(&w, "block", ID("3"), NULL), 0);
	assert_string_equal(w.out, "blocked\n");
	assert_int_equal(program_count(&w, files[0], ID("2")), 0);
	assert_int_equal(program_count(&w, files[0], ID("3")), 0);
	/* the feed has them still, edited even: they stay out */
	serve(o, ATOM(ENTRY("1", "หนึ่ง") ENTRY("2", "สอง แก้") ENTRY("3", "สาม แก้")));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	assert_int_equal(program_count(&w, files[0], "<entry>"), 1);
	assert_int_equal(program_run(&w, "export", "jsonl", NULL), 0);
	assert_non_null(strstr(w.out, "\"blocked\""));
	/* an edit is told with what it changed */
	serve(o, ATOM(ENTRY("1", "หนึ่ง ฉบับแก้ไข")));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "explain", ID("1"), NULL), 0);
	assert_non_null(strstr(w.out, "{+ ฉบับแก้ไข+}"));
	program_close(&w);
	origin_stop(o);
}

static void
the_operator_beside_a_daemon(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct stat st;
	char path[128];
	pid_t daemon;

	(void)state;
	program_open(&w);
	config(&w, o);
	serve(o, ATOM(ENTRY("1", "หนึ่ง") ENTRY("2", "สอง")));
	daemon = program_start(&w, "run", NULL);
	assert_true(program_until(&w, files[0], "<entry>", 2, 20000));
	(void)snprintf(path, sizeof(path), "%s/state/control", w.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(program_run(&w, "withdraw", ID("9"), NULL), 1);
	assert_int_equal(program_run(&w, "withdraw", ID("2"), NULL), 0);
	assert_string_equal(w.out, "withdrawn\n");
	assert_true(program_until(&w, files[0], "<at:deleted-entry", 1, 20000));
	assert_int_equal(program_count(&w, files[0], "<entry>"), 1);
	/* after a reload too */
	assert_int_equal(kill(daemon, SIGHUP), 0);
	for (int i = 0; i < 200 && program_run(&w, "block", ID("2"), NULL) == 4; i++)
		(void)usleep(50000);
	assert_string_equal(w.out, "blocked\n");
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 20000), 0);
	assert_int_not_equal(stat(path, &st), 0);
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	assert_int_equal(program_count(&w, files[0], ID("2")), 0);
	program_close(&w);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_reappears),
	    cmocka_unit_test(the_source_takes_an_entry_away),
	    cmocka_unit_test(the_operator_without_a_daemon),
	    cmocka_unit_test(the_operator_beside_a_daemon)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
