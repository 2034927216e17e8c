/*
 * One round of the whole program over real HTTP: what is asked, what is stored, what is
 * published. Basics first, then what can go wrong.
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LOOPBACK \
	"fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.0/8]\n"

static char *
rss(const char *items)
{
	char *text = NULL;

	assert_true(asprintf(&text,
	                "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel>"
	                "<title>f</title><link>http://site.example/</link><description>d"
	                "</description>%s</channel></rss>",
	                items)
	    > 0);
	return text;
}

static void
serve_rss(struct origin *o, const char *path, const char *items, const char *etag)
{
	char *body = rss(items), headers[256];
	struct origin_answer a;

	memset(&a, 0, sizeof(a));
	(void)snprintf(headers, sizeof(headers),
	    "Content-Type: application/rss+xml\nETag: %s\n"
	    "Last-Modified: Fri, 20 Nov 2026 01:02:03 GMT\n",
	    etag);
	a.headers = headers;
	a.body = body;
	a.conditional = true;
	origin_route(o, path, &a, 1);
	free(body);
}

#define ITEM1 \
	"<item><guid isPermaLink=\"false\">a1</guid><title>จังหวัดเปิดสะพานข้ามแม่น้ำแห่งใหม่" \
	"</title><link>http://site.example/1</link><pubDate>Fri, 20 Nov 2569 09:00:00 +0700" \
	"</pubDate><description>&lt;p&gt;รายละเอียด&lt;/p&gt;</description></item>"
#define ITEM2 \
	"<item><guid isPermaLink=\"false\">a2</guid><title>อบรมอาชีพ</title>" \
	"<link>http://site.example/2</link><pubDate>19 พ.ย. 2569 10.00 น.</pubDate></item>"

static void
one_source(struct program *w, struct origin *o)
{
	program_config(w, LOOPBACK
	    "sources:\n- id: one\n  title: แหล่งหนึ่ง\n  url: %s\n  province: TH-83\n"
	    "  agency: office\n",
	    origin_url(o, "/one"));
}

/* ---- basics */

static void
publishes_every_node(void **state)
{
	static const char *const nodes[] = { "all", "province/phuket", "cluster/06",
		"inspection/06", "region/south", "agency/office" };
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_rss(o, "/one", ITEM1 ITEM2, "\"v1\"");
	one_source(&w, o);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "public/%s.atom", nodes[i]);
		assert_int_equal(program_count(&w, name, "<entry>"), 2);
	}
	assert_false(program_has(&w, "public/national.atom"));
	assert_true(program_has(&w, "public/index.html"));
	assert_int_equal(program_count(&w, "public/index.opml", "xmlUrl="), 6);
	/* Buddhist years and Thai dates came out right */
	assert_int_equal(
	    program_count(&w, "public/all.atom", "<published>2026-11-20T02:00:00Z</published>"), 1);
	assert_int_equal(
	    program_count(&w, "public/all.atom", "<published>2026-11-19T03:00:00Z</published>"), 1);
	program_close(&w);
	origin_stop(o);
}

static void
second_round_is_conditional_and_writes_nothing(void **state)
{
	const struct origin_request *second;
	struct program w;
	struct origin *o = origin_start();
	char *before, *after;

	(void)state;
	program_open(&w);
	serve_rss(o, "/one", ITEM1, "W/\"odd ,-gzip\"");
	one_source(&w, o);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_null(origin_header(origin_seen(o, 0), "If-None-Match"));
	before = program_fingerprint(&w, "public");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	after = program_fingerprint(&w, "public");
	assert_string_equal(before, after);
	assert_int_equal(origin_count(o, NULL), 2);
	second = origin_seen(o, 1);
	assert_string_equal(origin_header(second, "If-None-Match"), "W/\"odd ,-gzip\"");
	assert_string_equal(
	    origin_header(second, "If-Modified-Since"), "Fri, 20 Nov 2026 01:02:03 GMT");
	free(before);
	free(after);
	program_close(&w);
	origin_stop(o);
}

static void
edit_updates_in_place(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char *id1, *id2;

	(void)state;
	program_open(&w);
	serve_rss(o, "/one", ITEM1, "\"1\"");
	one_source(&w, o);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "export", "jsonl", NULL), 0);
	id1 = strdup(w.out);
	serve_rss(o, "/one",
	    "<item><guid isPermaLink=\"false\">a1</guid><title>แก้ไขหัวข้อข่าวแล้ว</title>"
	    "<link>http://site.example/1</link><pubDate>Fri, 20 Nov 2569 09:00:00 +0700"
	    "</pubDate></item>",
	    "\"2\"");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "แก้ไขหัวข้อข่าวแล้ว"), 1);
	assert_int_equal(program_run(&w, "export", "jsonl", NULL), 0);
	id2 = strdup(w.out);
	/* {"id":"...", : the same published id */
	assert_int_equal(strcspn(id1, ","), strcspn(id2, ","));
	assert_memory_equal(id1, id2, strcspn(id1, ","));
	free(id1);
	free(id2);
	program_close(&w);
	origin_stop(o);
}

static void
same_release_of_two_sites_is_one_entry(void **state)
{
#define TEXT \
	"ขอให้ประชาชนในพื้นที่ลุ่มต่ำขนของขึ้นที่สูงและติดตามข่าวสารจากทางราชการอย่างใกล้ชิด " \
	"เจ้าหน้าที่เตรียมเครื่องสูบน้ำ 120 เครื่องพร้อมปฏิบัติงานตลอดเวลา"
#define RELEASE(guid, digits) \
	"<item><guid isPermaLink=\"false\">" guid "</guid><title>เตือนระวังน้ำท่วมฉับพลัน " digits \
	" พฤศจิกายน ในพื้นที่ภาคใต้</title><link>http://" guid ".example/x</link>" \
	"<pubDate>Fri, 20 Nov 2026 09:00:00 +0700</pubDate><description>" TEXT \
	"</description></item>"
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_rss(o, "/a", RELEASE("first", "21"), "\"1\"");
	serve_rss(o, "/b", RELEASE("second", "๒๑"), "\"1\"");
	program_config(&w, LOOPBACK
	    "sources:\n- id: a\n  title: กรมหนึ่ง\n  url: %s\n"
	    "- id: b\n  title: จังหวัดสอง\n  url: %s\n  province: TH-81\n",
	    origin_url(o, "/a"), origin_url(o, "/b"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "rel=\"related\""), 1);
	assert_int_equal(program_count(&w, "public/all.atom", "also published by"), 1);
	assert_true(program_count(&w, "public/all.atom", "กรมหนึ่ง") >= 1);
	assert_true(program_count(&w, "public/all.atom", "จังหวัดสอง") >= 1);
	assert_int_equal(program_count(&w, "public/province/krabi.atom", "<entry>"), 1);
	program_close(&w);
	origin_stop(o);
}

/* ---- what goes wrong */

static void
failing_sources_keep_what_they_published(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer bad[] = {
		{ .status = 500, .body = "oops" },
		{ .headers = "Content-Type: text/html\n", .body = "<!doctype html><title>ล็อกอิน</title><p>x" },
		{ .body = "" },
		{ .body = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><item><title>half" },
		{ .body = "plain words that are no feed" },
		{ .status = 404, .body = "gone?" },
	};
	char *before;

	(void)state;
	program_open(&w);
	serve_rss(o, "/one", ITEM1 ITEM2, "\"1\"");
	one_source(&w, o);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	before = program_read(&w, "public/all.atom");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char *after;

		origin_route(o, "/one", &bad[i], 1);
		assert_int_equal(program_run(&w, "once", NULL), 0);
		after = program_read(&w, "public/all.atom");
		assert_string_equal(before, after);
		free(after);
		if (i == 3) /* a cut document without a whole item may count as success */
			continue;
		assert_int_equal(program_run(&w, "once", "--strict", NULL), 1);
		assert_int_equal(program_run(&w, "status", NULL), 0);
		assert_non_null(strstr(w.out, "failing"));
		assert_int_equal(program_run(&w, "status", "--json", NULL), 0);
		assert_non_null(strstr(w.out, "\"state\":\"failing\""));
	}
	/* and it comes back */
	serve_rss(o, "/one", ITEM1 ITEM2, "\"9\"");
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 0);
	free(before);
	program_close(&w);
	origin_stop(o);
}

static void
one_bad_source_does_not_stop_others(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char dead[64];

	(void)state;
	program_open(&w);
	serve_rss(o, "/good", ITEM1, "\"1\"");
	(void)snprintf(dead, sizeof(dead), "http://127.0.0.1:%u/x", origin_dead_port());
	program_config(&w, LOOPBACK
	    "sources:\n- id: dead\n  url: %s\n- id: good\n  url: %s\n"
	    "- id: nowhere\n  url: http://nonexistent.invalid/feed\n",
	    dead, origin_url(o, "/good"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(program_count(&w, "public/national.atom", "<entry>"), 1);
	assert_int_equal(program_run(&w, "status", "nowhere", NULL), 0);
	assert_non_null(strstr(w.out, "failing"));
	program_close(&w);
	origin_stop(o);
}

static void
truncated_document_gives_whole_items_and_no_validator(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer cut = { .headers = "ETag: \"cut\"\n",
		.body = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>" ITEM1
		        "<item><title>half an it" };

	(void)state;
	program_open(&w);
	origin_route(o, "/one", &cut, 1);
	one_source(&w, o);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_null(origin_header(origin_seen(o, 1), "If-None-Match"));
	program_close(&w);
	origin_stop(o);
}

/* What one source was told holds for others of its host, and two may end at one document. */
static void
status_knows_of_peers(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer busy = { .status = 429, .headers = "Retry-After: 100000\n" };
	struct origin_answer led = { .status = 302 };

	(void)state;
	program_open(&w);
	serve_rss(o, "/one", "<item><guid>a</guid><title>a</title></item>", "\"1\"");
	serve_rss(o, "/two", "<item><guid>b</guid><title>b</title></item>", "\"1\"");
	led.location = origin_url(o, "/two");
	origin_route(o, "/three", &led, 1);
	program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n- id: two\n  url: %s\n"
	    "- id: three\n  url: %s\n",
	    origin_url(o, "/one"), origin_url(o, "/two"), origin_url(o, "/three"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "status", "two", NULL), 0);
	assert_null(strstr(w.out, "(429)"));
	assert_null(strstr(w.out, "same document"));
	assert_int_equal(program_run(&w, "status", "three", NULL), 0);
	assert_non_null(strstr(w.out, "same document as two\n"));
	assert_int_equal(program_run(&w, "status", NULL), 0);
	assert_non_null(strstr(w.out, "-> the same document as two; one of them will do"));
	origin_route(o, "/one", &busy, 1);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "status", "two", NULL), 0);
	assert_non_null(strstr(w.out, "127.0.0.1 asked source one to wait (429)"));
	assert_non_null(strstr(w.out, "(in 27h)"));
	assert_int_equal(program_run(&w, "status", "one", NULL), 0);
	assert_non_null(strstr(w.out, "(Retry-After)"));
	assert_int_equal(program_run(&w, "status", "--json", NULL), 0);
	assert_non_null(strstr(w.out, "asked source one to wait (429)"));
	assert_non_null(strstr(w.out, "\"same_document\":\"two\""));
	program_close(&w);
	origin_stop(o);
}

static void
retry_after_binds_once_too(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer busy = { .status = 429, .headers = "Retry-After: 3600\n" };
	struct origin_answer gone = { .status = 410 };

	(void)state;
	program_open(&w);
	origin_route(o, "/busy", &busy, 1);
	origin_route(o, "/gone", &gone, 1);
	program_config(&w, LOOPBACK "sources:\n- id: busy\n  url: %s\n- id: gone\n  url: %s\n",
	    origin_url(o, "/busy"), origin_url(o, "/gone"));
	for (int i = 0; i < 3; i++)
		assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, "/busy"), 1);
	assert_int_equal(origin_count(o, "/gone"), 1);
	assert_int_equal(program_run(&w, "status", "gone", NULL), 0);
	assert_non_null(strstr(w.out, "gone: gone"));
	program_close(&w);
	origin_stop(o);
}

/* A round ends also when the last that wait belong to a host that asked for quiet. */
static void
a_held_host_ends_the_round(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer busy = { .status = 429, .headers = "Retry-After: 3600\n" };

	(void)state;
	program_open(&w);
	origin_default(o, &busy);
	program_config(&w, "fetch:\n  allow_addresses: [127.0.0.0/8]\n  host_gap: 1s\n"
	    "sources:\n- id: a\n  url: %s\n- id: b\n  url: %s\n- id: c\n  url: %s\n",
	    origin_url(o, "/a"), origin_url(o, "/b"), origin_url(o, "/c"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(origin_count(o, NULL), 1);
	assert_non_null(strstr(w.out, "1 failed, 2 not asked"));
	program_close(&w);
	origin_stop(o);
}

/* Provinces that share a server: known from the first round on, in the next process too. */
static void
names_of_one_server_share_its_limits(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer slow = { .body = "<rss version='2.0'><channel/></rss>", .delay_ms = 60 };
	char sources[1024] = "";

	(void)state;
	program_open(&w);
	origin_default(o, &slow);
	for (int i = 0; i < 6; i++) {
		char host[32];
		size_t n = strlen(sources);

		(void)snprintf(host, sizeof(host), "p%d.localhost", i);
		(void)snprintf(sources + n, sizeof(sources) - n, "- id: p%d\n  url: %s\n", i,
		    origin_url_at(o, host, "/feed"));
	}
	program_config(&w, "fetch:\n  host_gap: 0s\n  per_host: 1\n"
	    "  allow_addresses: [127.0.0.0/8]\nsources:\n%s", sources);
	for (int i = 0; i < 2; i++) {
		origin_forget(o);
		assert_int_equal(program_run(&w, "once", NULL), 0);
		assert_int_equal(origin_count(o, NULL), 6);
	}
	assert_int_equal(origin_most_parallel(o), 1);
	program_close(&w);
	origin_stop(o);
}

static void
private_address_is_refused_without_a_connection(void **state)
{
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve_rss(o, "/one", ITEM1, "\"1\"");
	program_config(&w, "sources:\n- id: one\n  url: %s\n", origin_url(o, "/one"));
	assert_int_equal(program_run(&w, "once", "--strict", NULL), 1);
	assert_int_equal(origin_connections(o), 0);
	program_close(&w);
	origin_stop(o);
}

static void
documents_that_stop_the_parser_cost_one_poll(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer crash = { .body = "<!--rk-test:crash-->" };

	(void)state;
	program_open(&w);
	origin_route(o, "/crash", &crash, 1);
	serve_rss(o, "/a", ITEM1, "\"1\"");
	serve_rss(o, "/b", ITEM2, "\"1\"");
	program_config(&w, LOOPBACK
	    "sources:\n- id: a\n  url: %s\n- id: crash\n  url: %s\n- id: b\n  url: %s\n",
	    origin_url(o, "/a"), origin_url(o, "/crash"), origin_url(o, "/b"));
	for (int i = 0; i < 3; i++)
		assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 2);
	assert_int_equal(program_run(&w, "status", "crash", NULL), 0);
	assert_non_null(strstr(w.out, "crashed the parser"));
	/* at the fourth time the same body is not tried again */
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_int_equal(program_run(&w, "status", "crash", NULL), 0);
	assert_non_null(strstr(w.out, "set aside"));
	program_close(&w);
	origin_stop(o);
}

static void
lost_file_is_published_again(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	char path[128], *before, *after;

	(void)state;
	program_open(&w);
	serve_rss(o, "/one", ITEM1, "\"1\"");
	one_source(&w, o);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	before = program_read(&w, "public/cluster/06.atom");
	(void)snprintf(path, sizeof(path), "%s/public/cluster/06.atom", w.dir);
	assert_int_equal(unlink(path), 0);
	program_write(&w, "public/.all.atom.1.tmp", "left by a dead process");
	assert_int_equal(program_run(&w, "once", NULL), 0);
	after = program_read(&w, "public/cluster/06.atom");
	assert_non_null(after);
	assert_string_equal(before, after);
	assert_false(program_has(&w, "public/.all.atom.1.tmp"));
	free(after);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(program_run(&w, "publish", NULL), 0);
	after = program_read(&w, "public/cluster/06.atom");
	assert_string_equal(before, after);
	free(before);
	free(after);
	program_close(&w);
	origin_stop(o);
}

/* Redirects from elsewhere take the only place of a host: who waits there goes on when
 * they end. */
static void
redirects_from_elsewhere_do_not_block_a_host(void **state)
{
	struct origin_answer moved = { 0 };
	struct origin_answer slow = { .delay_ms = 1200, .status = 404 };
	struct origin_answer quick = { .delay_ms = 300, .status = 404 };
	struct program w;
	struct origin *o = origin_start();
	pid_t round;

	(void)state;
	program_open(&w);
	moved.location = origin_url(o, "/slow");
	origin_route(o, "/moved", &moved, 1);
	origin_route(o, "/slow", &slow, 1);
	origin_route(o, "/first", &quick, 1);
	serve_rss(o, "/second", ITEM1, "\"1\"");
	program_config(&w,
	    "fetch:\n  host_gap: 0s\n  per_host: 1\n  allow_addresses: [127.0.0.0/8, \"::1\"]\n"
	    "sources:\n- id: moved\n  url: %s\n- id: first\n  url: %s\n- id: second\n  url: %s\n",
	    origin_url_at(o, "localhost", "/moved"), origin_url(o, "/first"),
	    origin_url(o, "/second"));
	round = program_start(&w, "once", NULL);
	assert_int_equal(program_wait(&w, round, 8000), 0);
	assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 1);
	program_close(&w);
	origin_stop(o);
}

/* ---- exit statuses */

static void
config_mistake_touches_nothing(void **state)
{
	struct program w;

	(void)state;
	program_open(&w);
	program_config(&w, "sources:\n- id: Bad_ID\n  url: http://a.example/\n");
	assert_int_equal(program_run(&w, "once", NULL), 2);
	assert_non_null(strstr(w.err, "rk.yml:10:"));
	assert_null(strchr(strchr(w.err, '\n') + 1, '\n'));
	assert_false(program_has(&w, "state"));
	assert_false(program_has(&w, "public"));
	program_close(&w);
}

static void
second_instance_exits_4(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	struct origin_answer slow = { .delay_ms = 3000, .body = "x" };
	int64_t began;
	pid_t first;

	(void)state;
	program_open(&w);
	origin_route(o, "/one", &slow, 1);
	one_source(&w, o);
	first = program_start(&w, "once", NULL);
	for (int i = 0; i < 1000 && origin_count(o, NULL) == 0; i++)
		(void)usleep(10000);
	began = origin_now_ms();
	assert_int_equal(program_run(&w, "once", NULL), 4);
	assert_true(origin_now_ms() - began < 2000);
	assert_int_equal(program_run(&w, "publish", NULL), 4);
	assert_int_equal(program_run(&w, "status", NULL), 0);
	(void)kill(first, SIGTERM);
	assert_int_equal(program_wait(&w, first, 10000), 0);
	program_close(&w);
	origin_stop(o);
}

static void
unusable_folders_exit_3(void **state)
{
	struct program w;

	(void)state;
	program_open(&w);
	program_write(&w, "public", "a file stands where the folder should be");
	program_config(&w, "sources: []\n");
	assert_int_equal(program_run(&w, "once", NULL), 3);
	program_close(&w);
	program_open(&w);
	program_write(&w, "state/ruamkhao.db", "this is not a database, and long enough to see it");
	program_config(&w, "sources: []\n");
	assert_int_equal(program_run(&w, "once", NULL), 3);
	assert_int_equal(program_count(&w, "state/ruamkhao.db", "this is not a database"), 1);
	program_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(publishes_every_node),
		cmocka_unit_test(second_round_is_conditional_and_writes_nothing),
		cmocka_unit_test(edit_updates_in_place),
		cmocka_unit_test(same_release_of_two_sites_is_one_entry),
		cmocka_unit_test(failing_sources_keep_what_they_published),
		cmocka_unit_test(one_bad_source_does_not_stop_others),
		cmocka_unit_test(truncated_document_gives_whole_items_and_no_validator),
		cmocka_unit_test(status_knows_of_peers),
		cmocka_unit_test(retry_after_binds_once_too),
		cmocka_unit_test(names_of_one_server_share_its_limits),
		cmocka_unit_test(private_address_is_refused_without_a_connection),
		cmocka_unit_test(documents_that_stop_the_parser_cost_one_poll),
		cmocka_unit_test(lost_file_is_published_again),
		cmocka_unit_test(a_held_host_ends_the_round),
		cmocka_unit_test(redirects_from_elsewhere_do_not_block_a_host),
		cmocka_unit_test(config_mistake_touches_nothing),
		cmocka_unit_test(second_instance_exits_4),
		cmocka_unit_test(unusable_folders_exit_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
