/*
 * Searching over real HTTP: the command, saved searches as feeds, what `keep` and `drop`
 * keep out, and that all of it can be taken back.
 */
#include "origin.h"
#include "program.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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
remove_file(const struct program *w, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	assert_int_equal(unlink(path), 0);
}

static void
topics_are_feeds(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char *before, *after, id[128] = "";

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
	/* a twin that somebody took away, or that is another file's, is made again like a node's */
	remove_file(&w, "public/topic/flood.atom.gz");
	remove_file(&w, "public/topic/office.html.br");
	program_write(&w, "public/topic/office.html.gz", "old");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_true(program_has(&w, "public/topic/flood.atom.gz"));
	assert_true(program_has(&w, "public/topic/office.html.br"));
	assert_int_equal(program_count(&w, "public/topic/office.html.gz", "old"), 0);
	assert_true(program_has(&w, "public/topic/office.html.gz"));
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
	/* one that is withdrawn leaves with a tombstone, in those where it stood */
	assert_int_equal(program_run(&w, "search", "--json", "น้ำท่วมใหญ่", NULL), 0);
	assert_int_equal(sscanf(strstr(w.out, "\"id\":\""), "\"id\":\"%127[^\"]", id), 1);
	assert_int_equal(program_run(&w, "withdraw", id, NULL), 0);
	assert_int_equal(program_count(&w, "public/topic/flood.atom", "<entry>"), 2);
	assert_int_equal(program_count(&w, "public/topic/flood.atom", "<at:deleted-entry"), 1);
	assert_int_equal(program_count(&w, "public/topic/flood.atom", id), 1);
	assert_int_equal(program_count(&w, "public/topic/office.atom", "deleted-entry"), 0);
	assert_int_equal(program_count(&w, "public/topic/flood-phuket.atom", "deleted-entry"), 0);
	serve(o, "/two", STORM FAIR ITEM("6", "น้ำท่วมใหญ่", "ทั้งประเทศ"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
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

/* ---- by HTTP */

/* The whole answer to a request for that target; malloc'd. */
static char *
get(unsigned port, const char *target, const char *more)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	size_t n = 0, cap = 1 << 20;
	char *text = malloc(cap), *request = NULL;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	ssize_t got;

	assert_true(fd >= 0 && text != NULL);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_true(asprintf(&request,
	                "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", target, more)
	    > 0);
	assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
	while ((got = read(fd, text + n, cap - n - 1)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	(void)close(fd);
	free(request);
	return text;
}

static void
expect(unsigned port, const char *target, const char *more, const char *status,
    const char *const *words)
{
	char *text = get(port, target, more);

	if (strncmp(text, "HTTP/1.1 ", 9) != 0 || strncmp(text + 9, status, 3) != 0)
		fail_msg("%s: %.300s", target, text);
	for (size_t i = 0; words[i] != NULL; i++) {
		bool not = words[i][0] == '!';

		if ((strstr(text, words[i] + not) != NULL) == not)
			fail_msg("%s: %s\n%s", target, words[i], text);
	}
	free(text);
}
#define EXPECT(target, more, status, ...)                                                \
	expect(port, target, more, status, (const char *const[]){ __VA_ARGS__, NULL })

/* Of the line that tells it. */
static unsigned
port_of(struct program *w)
{
	unsigned port = 0;
	char *text, *at;

	assert_true(program_until(w, "stderr", "port=", 1, 20000));
	text = program_read(w, "stderr");
	at = strstr(text, "port=");
	port = (unsigned)strtoul(at + 5 + (at[5] == '"'), NULL, 10);
	free(text);
	assert_true(port > 0);
	return port;
}

static void
the_server_searches(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char *text, *etag, header[128];
	unsigned port;
	pid_t server;

	(void)state;
	program_open(&w);
	serve(o, "/one", FLOOD TENDER);
	serve(o, "/two", STORM FAIR ITEM("5", "1 &amp;lt; 2 &amp;amp; 3", "ดินถล่ม"));
	config(&w, o, "", "");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	server = program_start(&w, "serve", "--listen", "127.0.0.1:0", NULL);
	port = port_of(&w);
	EXPECT("/search", "", "200", "<form role=\"search\" action=\"search\">", "noindex",
	    "Content-Security-Policy: default-src 'none'", "form-action 'self'",
	    "<option value=\"province/phuket\">", "lang=\"th\"", "opensearch.xml", "!<script",
	    "!<article>");
	/* น้ำท่วม */
#define WATER "%E0%B8%99%E0%B9%89%E0%B8%B3%E0%B8%97%E0%B9%88%E0%B8%A7%E0%B8%A1"
	EXPECT("/search?q=" WATER, "", "200", "น้ำท่วมหนักที่อำเภอเมือง", "สำนักงานหนึ่ง",
	    "value=\"น้ำท่วม\"", "href=\"search.atom?q=" WATER "\"",
	    "!พายุ", "!rel=\"next\"");
	EXPECT("/search?q=%E0%B9%82%E0%B8%A5%E0%B8%81", "", "200", "ไม่พบข่าว", "Nothing was found");
	EXPECT("/search?q=" WATER "+OR+%E0%B8%9E%E0%B8%B2%E0%B8%A2%E0%B8%B8&region=province/phuket",
	    "", "200", "น้ำท่วมหนัก", "!เตือนพายุ",
	    "<option value=\"province/phuket\" selected=\"\">");
	EXPECT("/search?q=%E0%B8%9B%E0%B8%A3%E0%B8%B0%E0%B8%81%E0%B8%B2%E0%B8%A8&region=national", "",
	    "200", "เตือนพายุ", "!จัดซื้อ");
	/* what people type is never markup, and never more than words */
	EXPECT("/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "", "200", "&lt;script&gt;", "!<script");
	EXPECT("/search?q=%E0%B8%94%E0%B8%B4%E0%B8%99%E0%B8%96%E0%B8%A5%E0%B9%88%E0%B8%A1", "", "200",
	    "1 &lt; 2 &amp; 3", "<mark>ดินถล่ม</mark>", "!<b>");
	EXPECT("/search?q=%22%20OR%201=1;--", "", "200", "!<article>");
	EXPECT("/search?q=%FF%00%22%27", "", "400", "There is no word");
	EXPECT("/search?q=x&region=%22%3E%3Cb%3E", "", "400", "no such region", "!<b>");
	EXPECT("/search?q=" WATER "&page=51", "", "200", "<article>");
	EXPECT("/search?q=" WATER "&page=2", "", "200", "ไม่พบข่าว", "rel=\"prev\"");
	/* the same as a feed */
	EXPECT("/search.atom?q=" WATER, "", "200", "Content-Type: application/atom+xml",
	    "<id>tag:news.example,2026:/search/", "<title>น้ำท่วม | ทดสอบ</title>",
	    "rel=\"self\" type=\"application/atom+xml\" href=\"http://news.example/search.atom?q=" WATER
	    "\"",
	    "<title>น้ำท่วมหนักที่อำเภอเมือง</title>", "</source>\n</entry>\n</feed>", "!พายุ");
	EXPECT("/search.atom", "", "400", "expected search.atom?q=");
	EXPECT("/opensearch.xml", "", "200", "application/opensearchdescription+xml",
	    "template=\"http://news.example/search.atom?q={searchTerms}\"");
	/* who has it gets no body */
	text = get(port, "/search.atom?q=" WATER, "");
	etag = strstr(text, "ETag: ");
	assert_non_null(etag);
	(void)snprintf(header, sizeof(header), "If-None-Match: %.*s\r\n",
	    (int)strcspn(etag + 6, "\r"), etag + 6);
	free(text);
	EXPECT("/search.atom?q=" WATER, header, "304", "!<entry>");
	(void)kill(server, SIGTERM);
	assert_int_equal(program_wait(&w, server, 20000), 0);
	program_close(&w);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_command_finds),
		cmocka_unit_test(topics_are_feeds), cmocka_unit_test(filters_can_be_taken_back),
		cmocka_unit_test(nodes_differ), cmocka_unit_test(the_server_searches) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
