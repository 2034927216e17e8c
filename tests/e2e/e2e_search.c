/*
 * Searching over real HTTP: the command, saved searches as feeds, what `keep` and `drop`
 * keep out, and that all of it can be taken back.
 */
#include "origin.h"
#include "program.h"

#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LOOPBACK \
	"fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.0/8]\n"

#define ITEM(n, title, body)                                                             \
	"<item><guid isPermaLink=\"false\">g" n "</guid><title>" title "</title>"           \
	"<link>http://site.example/" n "</link><pubDate>Fri, 20 Nov 2026 0" n               \
	":00:00 +0700</pubDate><description>&lt;p&gt;" body "&lt;/p&gt;</description></item>"
#define FLOOD  ITEM("1", "น้ำท่วมหนักที่อำเภอเมือง", "ระดับน้ำสูง ๒ เมตร")
#define TENDER ITEM("2", "ประกาศจัดซื้อจัดจ้างถนน", "วงเงินสองล้านบาท")
#define STORM  ITEM("3", "ประกาศเตือนพายุ", "อุทกภัยอาจเกิดขึ้น")
#define FAIR   ITEM("4", "งานเกษตรแฟร์", "ชมต้นไม้และน้ำตก")

static void
serve(struct origin *o, const char *path, const char *items)
{
	struct origin_answer a;
	char *body = NULL;

	assert_true(asprintf(&body,
	                "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel>"
	                "<title>f</title><link>http://site.example/</link><description>d"
	                "</description>%s</channel></rss>",
	                items)
	    > 0);
	memset(&a, 0, sizeof(a));
	a.headers = "Content-Type: application/rss+xml\n";
	a.body = body;
	origin_route(o, path, &a, 1);
	free(body);
}

/* Two sources, one in Phuket, which may have further keys; head: "  key" lines of publish,
 * then whole sections. */
static void
config(struct program *w, struct origin *o, const char *head, const char *one_more)
{
	program_config(w, "%s" LOOPBACK
	    "sources:\n"
	    "- id: one\n  title: สำนักงานหนึ่ง\n  url: %s\n  province: TH-83\n  agency: office\n%s"
	    "- id: two\n  title: กรมสอง\n  url: %s\n",
	    head, origin_url(o, "/one"), one_more, origin_url(o, "/two"));
}

static size_t
lines(const char *text, const char *needle)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, needle)) != NULL; p += strlen(needle))
		n++;
	return n;
}

/* ---- the command */

static void
the_command_finds(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	pid_t daemon;

	(void)state;
	program_open(&w);
	serve(o, "/one", FLOOD TENDER);
	serve(o, "/two", STORM FAIR);
	config(&w, o, "", "");
	assert_int_equal(program_run(&w, "search", "น้ำท่วม", NULL), 3); /* no database yet */
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "search", "น้ำท่วม", NULL), 0);
	assert_non_null(strstr(w.out, "น้ำท่วมหนักที่อำเภอเมือง\n"));
	assert_non_null(strstr(w.out, "20 พฤศจิกายน 2569 01:00 น.  สำนักงานหนึ่ง\n"));
	assert_non_null(strstr(w.out, "ระดับน้ำสูง"));
	assert_non_null(strstr(w.out, "http://site.example/1\n"));
	assert_int_equal(lines(w.out, "http://"), 1);
	/* newest first; several words are one query */
	assert_int_equal(program_run(&w, "search", "น้ำท่วม", "OR", "อุทกภัย", NULL), 0);
	assert_int_equal(lines(w.out, "http://"), 2);
	assert_true(strstr(w.out, "พายุ") < strstr(w.out, "น้ำท่วมหนัก"));
	assert_int_equal(program_run(&w, "search", "ประกาศ -พายุ", NULL), 0);
	assert_int_equal(lines(w.out, "http://"), 1);
	assert_int_equal(program_run(&w, "search", "2 เมตร", NULL), 0);
	assert_int_equal(program_run(&w, "search", "ฝน", NULL), 1);
	assert_string_equal(w.out, "");
	assert_non_null(strstr(w.err, "nothing was found"));
	/* places, by any of their names */
	assert_int_equal(program_run(&w, "search", "--region", "province/phuket", "ประกาศ", NULL), 0);
	assert_int_equal(lines(w.out, "http://"), 1);
	assert_int_equal(program_run(&w, "search", "--region", "TH-83", "ประกาศ", NULL), 0);
	assert_int_equal(program_run(&w, "search", "--region", "agency/office", "ประกาศ", NULL), 0);
	assert_int_equal(program_run(&w, "search", "--region", "national", "ประกาศ", NULL), 0);
	assert_non_null(strstr(w.out, "กรมสอง"));
	assert_int_equal(program_run(&w, "search", "--region", "nowhere", "ประกาศ", NULL), 2);
	/* for programs */
	assert_int_equal(program_run(&w, "search", "--json", "--limit", "1", "ประกาศ", NULL), 0);
	assert_int_equal(lines(w.out, "\n"), 1);
	assert_non_null(strstr(w.out, "\"source\":\"two\""));
	assert_non_null(strstr(w.out, "\"published\":\"2026-11-19T20:00:00Z\""));
	assert_non_null(strstr(w.out, "\"regions\":[\"national\"]"));
	assert_non_null(strstr(w.err, "there are more"));
	/* what means nothing */
	assert_int_equal(program_run(&w, "search", "...", NULL), 2);
	assert_int_equal(program_run(&w, "search", "--limit", "0", "x", NULL), 2);
	assert_int_equal(program_run(&w, "search", "\" OR 1=1; DROP TABLE entry", NULL), 1);
	/* beside a daemon */
	daemon = program_start(&w, "run", NULL);
	assert_true(program_until(&w, "stderr", "started", 1, 20000));
	assert_int_equal(program_run(&w, "search", "น้ำท่วม", NULL), 0);
	assert_int_equal(lines(w.out, "http://"), 1);
	(void)kill(daemon, SIGTERM);
	assert_int_equal(program_wait(&w, daemon, 20000), 0);
	program_close(&w);
	origin_stop(o);
}

/* ---- topics */

#define TOPICS                                                                           \
	"topics:\n"                                                                         \
	"- {id: flood, title: น้ำท่วม, match: 'น้ำท่วม OR อุทกภัย'}\n"                              \
	"- {id: flood-phuket, match: 'น้ำท่วม OR อุทกภัย', regions: [province/phuket]}\n"        \
	"- {id: office, agencies: [office]}\n"                                              \
	"- {id: none, match: ไม่มีคำนี้}\n"

static void
topics_are_feeds(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char *before, *after;

	(void)state;
	program_open(&w);
	serve(o, "/one", FLOOD TENDER);
	serve(o, "/two", STORM FAIR);
	config(&w, o, TOPICS, "");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/topic/flood.atom", "<entry>"), 2);
	assert_int_equal(program_count(&w, "public/topic/flood.atom", "<title>น้ำท่วม | "), 1);
	assert_int_equal(program_count(&w, "public/topic/flood.rss", "<item>"), 2);
	assert_true(program_has(&w, "public/topic/flood.json"));
	assert_true(program_has(&w, "public/topic/flood.html"));
	assert_int_equal(program_count(&w, "public/topic/flood-phuket.atom", "<entry>"), 1);
	assert_int_equal(program_count(&w, "public/topic/office.atom", "<entry>"), 2);
	assert_false(program_has(&w, "public/topic/none.atom"));
	assert_int_equal(program_count(&w, "public/index.opml", "/topic/"), 3);
	assert_true(program_count(&w, "public/index.html", "topic/flood.atom") > 0);
	/* a quiet round, and publishing again, write nothing */
	before = program_fingerprint(&w, "public");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	after = program_fingerprint(&w, "public");
	assert_string_equal(before, after);
	free(before);
	free(after);
	/* news in one of them: the others stay */
	before = program_read(&w, "public/topic/office.atom");
	serve(o, "/two", STORM FAIR ITEM("5", "น้ำท่วมใหญ่", "ทุกจังหวัด"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/topic/flood.atom", "<entry>"), 3);
	assert_int_equal(program_count(&w, "public/topic/flood-phuket.atom", "<entry>"), 1);
	after = program_read(&w, "public/topic/office.atom");
	assert_string_equal(before, after);
	free(before);
	free(after);
	/* another definition holds at once; one that is gone takes its files along */
	config(&w, o,
	    "topics:\n- {id: flood, title: น้ำท่วม, match: น้ำท่วมใหญ่}\n- {id: none, match: ไม่มีคำนี้}\n",
	    "");
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	assert_int_equal(program_count(&w, "public/topic/flood.atom", "<entry>"), 1);
	assert_false(program_has(&w, "public/topic/office.atom"));
	assert_false(program_has(&w, "public/topic/office.html"));
	assert_int_equal(program_count(&w, "public/index.opml", "/topic/"), 1);
	config(&w, o, "", "");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_false(program_has(&w, "public/topic/flood.atom"));
	/* wrong ones are the configuration's fault, with their place */
	config(&w, o, "topics:\n- {id: x, match: '()'}\n", "");
	assert_int_equal(program_run(&w, "once", NULL), 2);
	assert_non_null(strstr(w.err, "topics[0].match: nothing to search for"));
	program_close(&w);
	origin_stop(o);
}

/* ---- keep and drop */

static void
filters_can_be_taken_back(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char *all, *after;

	(void)state;
	program_open(&w);
	serve(o, "/one", FLOOD TENDER);
	serve(o, "/two", STORM FAIR);
	config(&w, o, "", "");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	all = program_read(&w, "public/all.atom");
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 4);
	config(&w, o, "", "  drop: 'จัดซื้อ|จัดจ้าง'\n");
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_int_equal(program_count(&w, "public/all.atom", "จัดซื้อ"), 0);
	assert_int_equal(program_count(&w, "public/province/phuket.json", "จัดซื้อ"), 0);
	assert_int_equal(program_count(&w, "public/agency/office.html", "จัดซื้อ"), 0);
	assert_int_equal(program_run(&w, "search", "จัดซื้อ", NULL), 1);
	assert_int_equal(program_run(&w, "export", "jsonl", NULL), 0);
	assert_int_equal(lines(w.out, "\"state\":\"hidden\""), 1);
	/* news of the source follow at once, in the same round */
	serve(o, "/one", FLOOD TENDER ITEM("6", "จัดจ้างทำความสะอาด", "x") ITEM("7", "ข่าวดี", "y"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 4);
	assert_int_equal(program_count(&w, "public/all.atom", "จัดจ้าง"), 0);
	config(&w, o, "", "  keep: '(?i)nothing'\n");
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 2);
	assert_int_equal(program_count(&w, "public/province/phuket.atom", "<entry>"), 0);
	config(&w, o, "", "");
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 6);
	serve(o, "/one", FLOOD TENDER);
	/* as it was, but for the news */
	after = program_read(&w, "public/all.atom");
	assert_non_null(strstr(after, "จัดซื้อ"));
	assert_non_null(strstr(all, "จัดซื้อ"));
	free(all);
	free(after);
	config(&w, o, "", "  drop: '(x'\n");
	assert_int_equal(program_run(&w, "once", NULL), 2);
	assert_non_null(strstr(w.err, "is no regular expression: brackets"));
	program_close(&w);
	origin_stop(o);
}

/* ---- what a node's feeds hold */

static void
nodes_differ(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve(o, "/one", FLOOD TENDER);
	serve(o, "/two", STORM FAIR);
	config(&w, o,
	    "  nodes:\n  - {id: all, entries: 3}\n"
	    "  - {id: province/phuket, summary_only: true}\n"
	    "  - {id: topic/all, entries: 1, summary_only: true}\n"
	    "topics: [{id: all, match: น้ำ OR ประกาศ}]\n",
	    "");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	if (!program_has(&w, "public/all.atom"))
		fail_msg("%s", w.err);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
	assert_true(program_count(&w, "public/all.atom", "<content") > 0);
	assert_int_equal(program_count(&w, "public/province/phuket.atom", "<entry>"), 2);
	assert_int_equal(program_count(&w, "public/province/phuket.atom", "<content"), 0);
	assert_int_equal(program_count(&w, "public/province/phuket.atom", "<summary"), 2);
	assert_int_equal(program_count(&w, "public/topic/all.atom", "<entry>"), 1);
	assert_int_equal(program_count(&w, "public/topic/all.atom", "<content"), 0);
	program_close(&w);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_command_finds),
		cmocka_unit_test(topics_are_feeds), cmocka_unit_test(filters_can_be_taken_back),
		cmocka_unit_test(nodes_differ) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
