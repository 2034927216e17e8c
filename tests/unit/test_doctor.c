/*
 * Diagnosis without a network: visits made by hand. The ways of a site over HTTP are
 * in e2e_check_sites and e2e_check_feeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/config.h>
#include <ruamkhao/doctor.h>
#include <ruamkhao/err.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/worker.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000) /* 2026-11-18 */

static struct rk_arena *arena;
static const struct rk_regions *regions;
static struct rk_visit visit;
static struct rk_diagnosis diagnosis;

static int
open_all(void **state)
{
	(void)state;
	arena = rk_arena_new(0);
	regions = rk_regions_builtin(arena, NULL);
	memset(&visit, 0, sizeof(visit));
	visit.now = NOW;
	visit.every = 3600;
	visit.max_body = 8 << 20;
	visit.feed = visit.again = visit.page = SIZE_MAX;
	for (size_t i = 0; i < RK_MAX_ASKED; i++) {
		visit.asked[i].date = RK_NO_TIME;
		visit.asked[i].at = NOW;
		visit.asked[i].retry_after = visit.asked[i].fresh_for = -1;
	}
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	rk_places_release();
	rk_arena_free(arena);
	return 0;
}

/* The next request and what came of it. */
static struct rk_asked *
ask(enum rk_how how, const char *url, enum rk_fetch_kind kind, const char *body)
{
	struct rk_asked *a = &visit.asked[visit.n_asked++];
	struct rk_work work = {
	    .body = rk_str(body), .url = rk_str(url), .now = NOW, .look = true};
	struct rk_ingest *in;

	if (visit.n_asked == 1)
		visit.target = rk_str(url);
	a->how = how;
	a->url = a->effective_url = rk_str(url);
	a->kind = kind;
	a->content_type = RK_STR("application/rss+xml");
	a->etag = RK_STR("\"1\"");
	a->size = strlen(body);
	if (body[0] == '\0')
		return a;
	assert_int_equal(rk_work_here(&work, arena, &in, NULL), 0);
	a->ingest = in;
	if (in->look == NULL)
		visit.feed = visit.n_asked - 1;
	return a;
}

static void
diagnose(void)
{
	rk_diagnose(&visit, regions, arena, &diagnosis);
}

static const struct rk_finding *
finding(const char *id)
{
	for (size_t i = 0; i < diagnosis.n_findings; i++)
		if (strcmp(diagnosis.findings[i].id, id) == 0)
			return &diagnosis.findings[i];
	return NULL;
}

static void
is_str(struct rk_str s, const char *want)
{
	if (!rk_str_is(s, want))
		fail_msg("\"%.*s\", not \"%s\"", RK_FMT(s), want);
}

static bool
has(struct rk_str s, const char *part)
{
	return rk_str_find(s, rk_str(part)) != SIZE_MAX;
}

static void
every_fault_has_its_name(void **state)
{
	static const struct {
		enum rk_fetch_kind kind;
		enum rk_fault fault;
		const char *id, *setting;
	} rows[] = {
	    {RK_FETCH_TLS, RK_FAULT_TLS_EXPIRED, "tls-expired", ""},
	    {RK_FETCH_TLS, RK_FAULT_TLS_NOT_YET, "tls-not-yet-valid", ""},
	    {RK_FETCH_TLS, RK_FAULT_TLS_SELF_SIGNED, "tls-self-signed",
		"ca_file: www.site.example.pem"},
	    {RK_FETCH_TLS, RK_FAULT_TLS_UNKNOWN_ROOT, "tls-unknown-authority",
		"ca_file: www.site.example.pem"},
	    {RK_FETCH_TLS, RK_FAULT_TLS_INCOMPLETE, "tls-missing-intermediate",
		"ca_file: www.site.example.pem"},
	    {RK_FETCH_TLS, RK_FAULT_TLS_REVOKED, "tls-revoked", ""},
	    {RK_FETCH_TLS, RK_FAULT_TLS_NAME, "tls-wrong-name", ""},
	    {RK_FETCH_TLS, RK_FAULT_TLS_CA_FILE, "tls-ca-file", ""},
	    {RK_FETCH_TLS, RK_FAULT_NONE, "tls-failed", ""},
	    {RK_FETCH_REFUSED, RK_FAULT_ADDRESS, "address-not-public",
		"fetch.allow_addresses: [10.1.2.3]"},
	    {RK_FETCH_REFUSED, RK_FAULT_DOWNGRADE, "redirect-to-http", ""},
	    {RK_FETCH_REFUSED, RK_FAULT_PORT, "redirect-to-port",
		"fetch.allow_ports: [8080]"},
	    {RK_FETCH_REFUSED, RK_FAULT_LOOP, "redirect-loop", ""},
	    {RK_FETCH_REFUSED, RK_FAULT_MANY_HOPS, "redirect-too-many", ""},
	    {RK_FETCH_REFUSED, RK_FAULT_TARGET, "redirect-nowhere", ""},
	    {RK_FETCH_REFUSED, RK_FAULT_NONE, "address-refused", ""},
	    {RK_FETCH_PROTOCOL, RK_FAULT_CODING, "bad-compression", ""},
	    {RK_FETCH_PROTOCOL, RK_FAULT_NONE, "not-http", ""},
	    {RK_FETCH_TOO_BIG, RK_FAULT_NONE, "too-big", "fetch.max_body: 32MiB"},
	    {RK_FETCH_DNS, RK_FAULT_NONE, "dns", ""},
	    {RK_FETCH_CONNECT, RK_FAULT_NONE, "connect", ""},
	    {RK_FETCH_TIMEOUT, RK_FAULT_NONE, "timeout", ""},
	    {RK_FETCH_CUT, RK_FAULT_NONE, "body-cut", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rk_asked *a;

		visit.n_asked = 0;
		a = ask(RK_HOW_GIVEN, "https://www.site.example/rss", rows[i].kind, "");
		a->fault = rows[i].fault;
		a->error = RK_STR("host: 10.1.2.3 is a private address, or redirects "
				  "to port 8080 instead");
		diagnose();
		assert_false(diagnosis.usable);
		assert_int_equal(diagnosis.stanza.n, 0);
		if (finding(rows[i].id) == NULL)
			fail_msg("%s is not named", rows[i].id);
		is_str(finding(rows[i].id)->setting, rows[i].setting);
		assert_true(has(diagnosis.verdict, "No usable source. "));
		/* what the site can mend is written to it, what is ours is not */
		assert_int_equal(diagnosis.letter_th.n > 0, finding(rows[i].id)->mend);
	}
}

#define RSS(title, more)                                                               \
	"<rss version=\"2.0\"><channel><title>" title "</title>" more                  \
	"<item><guid>https://www.site.example/1</guid><link>https://www.site.example/" \
	"1</link>"                                                                     \
	"<title>t</title><description>d</description>"                                 \
	"<pubDate>Tue, 17 Nov 2026 09:00:00 +0700</pubDate></item></channel></rss>"

static void
ids_of_hosts(void **state)
{
	static const struct {
		const char *url, *id;
	} rows[] = {
	    {"https://www.phuket.go.th/rss", "phuket"},
	    {"https://samutsakhon.prd.go.th/th/content/category/xml/id/15",
		"samutsakhon-prd"},
	    {"http://ww2.ayutthaya.go.th/feed", "ayutthaya"},
	    {"http://203.150.224.57/rss/group1.xml", "host-203-150-224-57"},
	    {"https://www.go.th/rss", "source"},
	    {"https://region4-prd.example.com/", "region4-prd-example"},
	};
	static const struct rk_str taken[] = {{"phuket", 6}, {"phuket-2", 8}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		visit.n_asked = 0;
		ask(RK_HOW_GIVEN, rows[i].url, RK_FETCH_OK, RSS("x", ""));
		diagnose();
		is_str(diagnosis.id, rows[i].id);
	}
	visit.n_asked = 0;
	visit.ids = taken;
	visit.n_ids = 2;
	ask(RK_HOW_GIVEN, rows[0].url, RK_FETCH_OK, RSS("x", ""));
	diagnose();
	is_str(diagnosis.id, "phuket-3");
}

static void
provinces(void **state)
{
	static const struct {
		const char *url, *title, *province;
	} rows[] = {
	    {"https://www.phuket.go.th/rss", RSS("ข่าว", ""), "TH-83"},
	    {"https://samutsakhon.prd.go.th/x", RSS("ข่าว", ""), "TH-74"},
	    {"https://ww2.ayutthaya.go.th/x", RSS("ข่าว", ""), "TH-14"},
	    {"https://www.site.example/x", RSS("สำนักงานจังหวัดแพร่", ""), "TH-54"},
	    {"https://www.cdd.go.th/x", RSS("กรมการพัฒนาชุมชน", ""), ""},
	    /* a name without .th, two provinces: not sure */
	    {"https://phuket.example.com/x", RSS("ข่าว", ""), ""},
	    {"https://www.site.example/x", RSS("จังหวัดแพร่และจังหวัดน่าน", ""), ""},
	    /* an announcement is not about the province of Phrae */
	    {"https://www.site.example/x", RSS("เผยแพร่ข่าวสาร", ""), ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		visit.n_asked = 0;
		ask(RK_HOW_GIVEN, rows[i].url, RK_FETCH_OK, rows[i].title);
		diagnose();
		is_str(diagnosis.province, rows[i].province);
		assert_int_equal(
		    has(diagnosis.stanza, "# province:"), rows[i].province[0] == '\0');
	}
}

/* Titles as hostile as they come are still one scalar. */
static void
titles_in_yaml(void **state)
{
	static const struct {
		const char *title, *line;
	} rows[] = {
	    {RSS("ข่าวจังหวัด", ""), "  title: ข่าวจังหวัด\n"},
	    {RSS("a: b", ""), "  title: \"a: b\"\n"},
	    {RSS("a #b", ""), "  title: \"a #b\"\n"},
	    {RSS("- x", ""), "  title: \"- x\"\n"},
	    {RSS("{x}", ""), "  title: \"{x}\"\n"},
	    {RSS("\"q\" \\ x", ""), "  title: \"\\\"q\\\" \\\\ x\"\n"},
	    {RSS("2569", ""), "  title: \"2569\"\n"},
	    {RSS("x:", ""), "  title: \"x:\"\n"},
	    {RSS("", ""), "  title: www.site.example\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		visit.n_asked = 0;
		ask(RK_HOW_GIVEN, "https://www.site.example/x", RK_FETCH_OK,
		    rows[i].title);
		diagnose();
		if (!has(diagnosis.stanza, rows[i].line))
			fail_msg(
			    "no %s in %.*s", rows[i].line, RK_FMT(diagnosis.stanza));
	}
}

static void
the_letter(void **state)
{
	(void)state;
	/* only notes: nothing worth a letter */
	ask(RK_HOW_GIVEN, "https://www.site.example/x", RK_FETCH_OK, RSS("ข่าว", ""));
	visit.asked[0].etag = RK_STR("");
	diagnose();
	assert_non_null(finding("validators-none"));
	assert_int_equal(diagnosis.letter_th.n + diagnosis.letter_en.n, 0);
	/* a warning: a letter, which then holds the notes too */
	visit.n_asked = 0;
	visit.contact = RK_STR("mailto:news@gather.example");
	ask(RK_HOW_GIVEN, "https://www.site.example/x", RK_FETCH_OK,
	    "<rss version=\"2.0\"><channel><title>ข่าว</title><item><title>a</title>"
	    "<link>https://www.site.example/1</link><description>d</description>"
	    "<pubDate>Tue, 17 Nov 2569 09:00:00 "
	    "+0700</pubDate></item></channel></rss>");
	diagnose();
	assert_true(has(diagnosis.letter_th, "เรียน ผู้ดูแลเว็บไซต์ www.site.example"));
	assert_true(has(diagnosis.letter_th, "18 พฤศจิกายน 2569"));
	assert_true(has(diagnosis.letter_th, "พุทธศักราช"));
	assert_true(has(diagnosis.letter_th, "news@gather.example"));
	assert_true(has(diagnosis.letter_en,
	    "1. The dates of the only entry are in the Buddhist era.\n"));
	assert_true(has(
	    diagnosis.letter_en, "2. An id (guid) is missing on the only entry.\n"));
	/* what is said to the operator alone is not in it */
	assert_false(has(diagnosis.letter_en, "stands in"));
	assert_false(has(diagnosis.letter_en, "{"));
	/* the worst first */
	for (size_t i = 1; i < diagnosis.n_findings; i++)
		assert_true(diagnosis.findings[i - 1].severity <=
			    diagnosis.findings[i].severity);
}

/* Of a file: no local path in the letter, no words on how it is served. */
static void
a_file(void **state)
{
	(void)state;
	ask(RK_HOW_GIVEN, "", RK_FETCH_OK,
	    RSS("ข่าว", "<lastBuildDate>x</lastBuildDate>"));
	visit.target = RK_STR("/home/me/feed.xml");
	visit.is_file = true;
	visit.asked[0].etag = RK_STR("");
	diagnose();
	assert_true(diagnosis.usable);
	assert_int_equal(diagnosis.n_findings, 0);
	is_str(diagnosis.verdict, "The document can be used as a source.");
	assert_true(has(diagnosis.stanza, "example.invalid"));
	visit.n_asked = 0;
	ask(RK_HOW_GIVEN, "", RK_FETCH_OK,
	    RSS("ข่าว",
		"<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"self\" "
		"href=\"https://www.phrae.go.th/rss\"/>"));
	diagnose();
	is_str(diagnosis.url, "https://www.phrae.go.th/rss");
	is_str(diagnosis.id, "phrae");
	is_str(diagnosis.province, "TH-54");
}

static void
wordpress_posts_and_page_rules(void **state)
{
	struct rk_ingest *in;

	(void)state;
	ask(RK_HOW_GIVEN, "https://www.site.example/", RK_FETCH_OK,
	    "<html><title>หน่วยงาน</title><meta name=generator content='WordPress "
	    "6'><body>x");
	ask(RK_HOW_SYSTEM, "https://www.site.example/wp-json/wp/v2/posts", RK_FETCH_OK,
	    RSS("", ""));
	in = (struct rk_ingest *)(uintptr_t)visit.asked[1].ingest;
	in->format = RK_IN_WORDPRESS;
	diagnose();
	is_str(finding("wordpress-rest")->setting, "kind: wordpress");
	assert_true(has(diagnosis.stanza, "  kind: wordpress\n"));
	is_str(diagnosis.title, "หน่วยงาน");
	/* no feed, but ready rules */
	visit.n_asked = 1;
	visit.feed = SIZE_MAX;
	visit.page = 0;
	visit.preset = RK_STR("wordpress");
	visit.page_items = 12;
	diagnose();
	assert_true(diagnosis.usable);
	assert_true(has(finding("page-preset")->en, "WordPress: they give 12 entries"));
	assert_true(
	    has(diagnosis.stanza, "  kind: page\n  page:\n    preset: wordpress\n"));
	visit.page_items = 0;
	visit.page_err = RK_STR("no entry");
	diagnose();
	assert_false(diagnosis.usable);
	assert_non_null(finding("page-preset-fails"));
}

/* Values from outside are one line and hurt no terminal. */
static void
hostile_values(void **state)
{
	struct rk_asked *a =
	    ask(RK_HOW_GIVEN, "https://www.site.example/x", RK_FETCH_TLS, "");

	(void)state;
	a->error = RK_STR("bad \x1b[2J \xe2\x80\xae {2} %s\nline");
	diagnose();
	assert_false(has(finding("tls-failed")->en, "\x1b"));
	assert_false(has(finding("tls-failed")->en, "\n"));
	assert_false(has(finding("tls-failed")->en, "\xe2\x80\xae"));
	assert_true(has(finding("tls-failed")->en, "{2} %s"));
}

/* ---- the table */

static void
the_table_is_whole(void **state)
{
	struct rk_finding f, other;
	size_t n = 0;

	(void)state;
	for (; rk_finding_kind(n, &f); n++) {
		assert_non_null(f.id);
		assert_true(f.en.n > 10 && f.th.n > 10);
		assert_true(rk_str_ends(f.en, ".") && !rk_str_ends(f.th, "."));
		assert_false(has(f.en, "\n") || has(f.th, "\n"));
		for (size_t k = 0; k < n; k++) {
			(void)rk_finding_kind(k, &other);
			assert_string_not_equal(f.id, other.id);
		}
	}
	assert_true(n > 90);
	(void)rk_finding_kind(0, &f);
	is_str(rk_str(f.id), "dns"); /* no hole at its beginning */
}

/* docs/check.md lists every finding with its sentence and setting, and no other. */
static void
the_table_is_documented(void **state)
{
	static char text[256 * 1024];
	FILE *file = fopen(RK_SOURCE_DIR "/docs/check.md", "r");
	struct rk_finding f;
	size_t rows = 0, n;

	(void)state;
	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	(void)fclose(file);
	text[n] = '\0';
	for (size_t i = 0; rk_finding_kind(i, &f); i++) {
		char line[1024];

		(void)snprintf(line, sizeof(line),
		    "\n| `%s` | %s |%s %.*s | %s%.*s%s |", f.id,
		    rk_severity_name(f.severity), f.mend ? " x |" : " |", RK_FMT(f.en),
		    f.setting.n > 0 ? "`" : "", RK_FMT(f.setting),
		    f.setting.n > 0 ? "`" : "");
		if (strstr(text, line) == NULL)
			fail_msg("not in docs/check.md:%s", line);
		rows++;
	}
	for (const char *p = text; (p = strstr(p, "\n| `")) != NULL; p++)
		rows--;
	assert_int_equal(rows, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_fault_has_its_name),
	    TEST(ids_of_hosts),
	    TEST(provinces),
	    TEST(titles_in_yaml),
	    TEST(the_letter),
	    TEST(a_file),
	    TEST(wordpress_posts_and_page_rules),
	    TEST(hostile_values),
	    TEST(the_table_is_whole),
	    TEST(the_table_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
