/*
 * What `check` says of sites: one row for each way in which a site can fail to give its
 * feed, and for each place where it is found all the same. Pages are ours, in the
 * markup of the systems.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checkkit.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HTML "Content-Type: text/html; charset=utf-8\n"
#define TYPE "Content-Type: application/rss+xml; charset=utf-8\nETag: \"v1\"\n"
#define RSS                                                                                                                    \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel>"                                             \
	"<title>ข่าวประชาสัมพันธ์จังหวัดน่าน</title><link>{O}/</link>" \
	"<item><guid>{O}/n/1</guid><link>{O}/n/1</link><title>เปิดงานประจำปี</title>"              \
	"<pubDate>@-9@</pubDate><description>เนื้อหา</description></item></channel></"                           \
	"rss>"
#define A_FEED                                                                         \
	{                                                                              \
		.headers = TYPE, .body = RSS, .conditional = true                      \
	}
#define AT(where, text)                                                                \
	{                                                                              \
		.path = where, .first = {.headers = HTML, .body = text }               \
	}
#define FOUND(where)                                                                   \
	{                                                                              \
		.path = where, .first = A_FEED                                         \
	}
#define STATUS(code, more)                                                             \
	{                                                                              \
		{                                                                      \
			.path = "/feed.xml", .first = {                                \
				.status = code,                                        \
				.headers = more,                                       \
				.body = "<html><title>x</title>no</html>"              \
			}                                                              \
		}                                                                      \
	}

/* A page with enough to read that it is one. */
#define LINE(n)                                                                        \
	"<p><a href=\"/news/" n ".html\">ข่าวที่ " n                                      \
	" ของสำนักงานจังหวัด ซึ่งมีข้อความยาวพอให้เห็นว่าเป็นหน้าข่าวจริง</a></p>"
#define WORDS                                                                          \
	LINE("1") LINE("2") LINE("3") LINE("4") LINE("5") LINE("6") LINE("7") LINE("8")
#define PAGE(head, body)                                                               \
	"<!DOCTYPE html><html lang=\"th\"><head><meta charset=\"utf-8\">"              \
	"<title>สำนักงานจังหวัดน่าน</title>" head "</head><body>" body "</body></html>"
#define ALTERNATE(href)                                                                \
	"<link rel=\"alternate\" type=\"application/rss+xml\" title=\"ข่าว\" " \
	"href=\"" href "\">"
#define EWT_LINE(n)                                                                    \
	"<tr><td><span class=\"text_normal\"><a href=\"ewt_news.php?nid=" n            \
	"\" target=\"_blank\">จังหวัดจัดกิจกรรมจิตอาสาครั้งที่ " n                              \
	"</a> (20 พฤศจิกายน 2569)</span></td></tr>"
#define EWT_PAGE                                                                       \
	"<table id=\"ewt_main_structure\"><tr><td "                                    \
	"id=\"ewt_main_structure_body\"><table>" EWT_LINE("41") EWT_LINE("42")         \
	    EWT_LINE("43") "</table></td></tr></table>" WORDS

static const struct check_row rows[] = {
    /* statuses */
    {"401", "http-401", "headers: [\"Authorization: ...\"]", 1, NULL, NULL,
	STATUS(401, NULL), NULL},
    {"403", "http-403", NULL, 1, NULL, NULL, STATUS(403, NULL), NULL},
    {"404 everywhere", "http-404", NULL, 1, NULL, NULL, {{.path = NULL}}, NULL},
    {"404 and no feed anywhere", "no-feed-found", NULL, 1, NULL, NULL, {{.path = NULL}},
	NULL},
    {"410", "http-410", NULL, 1, NULL, NULL, STATUS(410, NULL), NULL},
    {"429", "http-429", "every: 2h", 1, NULL, NULL, STATUS(429, "Retry-After: 7200\n"),
	NULL},
    {"Retry-After", "retry-after", NULL, 1, NULL, NULL,
	STATUS(503, "Retry-After: 600\n"), NULL},
    {"451", "http-451", NULL, 1, NULL, NULL, STATUS(451, NULL), NULL},
    {"500", "http-5xx", NULL, 1, NULL, NULL, STATUS(500, NULL), NULL},
    {"503", "http-5xx", NULL, 1, NULL, NULL, STATUS(503, NULL), NULL},
    {"418", "http-other", NULL, 1, NULL, NULL, STATUS(418, NULL), NULL},
    {"304 to a plain request", "not-modified-unasked", NULL, 1, NULL, NULL,
	STATUS(304, NULL), NULL},
    /* redirects */
    {"moved for good", "moved", "url: {O}/new.xml", 0, "/new.xml", NULL,
	{{.path = "/feed.xml", .first = {.status = 301, .location = "/new.xml"}},
	    FOUND("/new.xml")},
	NULL},
    {"a loop", "redirect-loop", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml", .first = {.location = "/b"}},
	    {.path = "/b", .first = {.location = "/feed.xml"}}},
	NULL},
    {"too many", "redirect-too-many", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml", .first = {.location = "/1"}},
	    {.path = "/1", .first = {.location = "/2"}},
	    {.path = "/2", .first = {.location = "/3"}},
	    {.path = "/3", .first = {.location = "/4"}},
	    {.path = "/4", .first = {.location = "/5"}},
	    {.path = "/5", .first = {.location = "/6"}}},
	NULL},
    {"to nowhere", "redirect-nowhere", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml", .first = {.location = "ftp://files.example/feed"}}},
	NULL},
    {"to another port", "redirect-to-port", "fetch.allow_ports: [81]", 1, NULL, NULL,
	{{.path = "/feed.xml", .first = {.location = "http://127.0.0.1:81/feed"}}},
	NULL},
    {"to a login page", "redirected-to-login", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml", .first = {.location = "/login"}},
	    AT("/login", PAGE("", "<form>ชื่อผู้ใช้ <input name=u> รหัสผ่าน <input "
				  "type=password name=p></form>"))},
	NULL},
    /* bodies */
    {"cut off", "body-cut", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = TYPE, .body = RSS, .cut = true, .cut_at = 100}}},
	NULL},
    {"longer by its word", "body-cut", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = TYPE,
		.body = RSS,
		.claim = true,
		.claimed = 9000,
		.close = true}}},
	NULL},
    {"no gzip", "bad-compression", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = TYPE "Content-Encoding: gzip\n", .body = RSS}}},
	NULL},
    {"an empty document", "empty-document", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml", .first = {.headers = TYPE, .body = ""}}}, NULL},
    {"too slow", "timeout", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = TYPE, .body = RSS, .delay_ms = 2500}}},
	"  allow_addresses: [127.0.0.0/8]\n  timeout: 1s\n"},
    {"slow", "slow", NULL, 0, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = TYPE, .body = RSS, .delay_ms = 5200},
	    .then = A_FEED,
	    .then_set = true}},
	NULL},
    {"our own guard", "address-not-public", "fetch.allow_addresses: [127.0.0.1]", 1,
	NULL, NULL, {FOUND("/feed.xml")}, "  timeout: 9s\n"},
    {"a sitemap", "not-a-feed", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = "Content-Type: text/xml\n",
		.body = "<urlset "
			"xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"></"
			"urlset>"}}},
	NULL},
    {"a picture", "not-a-feed", NULL, 1, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = "Content-Type: image/png\n",
		.body = "\x89PNG\r\n..."}}},
	NULL},
    {"a page where the feed was", "html-instead-of-feed", NULL, 1, NULL, NULL,
	{AT("/feed.xml", PAGE("", WORDS))}, NULL},
    /* what stands in the place of a page */
    {"Cloudflare by status", "challenge", NULL, 1, NULL, "/",
	{{.path = "/",
	    .first = {.status = 403,
		.headers = HTML,
		.body = "<html><head><title>Just a "
			"moment...</title></head><body><script>window._cf_chl_opt={}</"
			"script></body></html>"}}},
	NULL},
    {"Cloudflare with 200", "challenge", NULL, 1, NULL, "/",
	{AT("/", "<html><head><title>Just a "
		 "moment...</title></head><body>checking</body></html>")},
	NULL},
    {"Incapsula", "challenge", NULL, 1, NULL, "/",
	{AT("/", "<html><head><meta name=robots content=noindex></head><body><iframe "
		 "src=\"/_Incapsula_Resource?x=1\"></iframe></body></html>")},
	NULL},
    {"F5", "block-page", NULL, 1, NULL, "/",
	{AT("/",
	    "<html><head><title>Request Rejected</title></head><body>The requested URL "
	    "was rejected. Please consult with your administrator.</body></html>")},
	NULL},
    {"CAPTCHA", "captcha", NULL, 1, NULL, "/",
	{AT("/",
	    PAGE("", "<form><div class=\"g-recaptcha\" data-sitekey=x></div></form>"))},
	NULL},
    {"login", "login", NULL, 1, NULL, "/",
	{AT("/",
	    PAGE("", "<form><input name=u><input type=\"password\" name=p></form>"))},
	NULL},
    {"parked", "parked", NULL, 1, NULL, "/",
	{AT("/", "<html><title>site.example</title><body>This domain is for sale! "
		 "<script src=//x.sedoparking.com/a.js></script></body></html>")},
	NULL},
    {"a web server without a site", "parked", NULL, 1, NULL, "/",
	{AT("/", "<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome "
		 "to nginx!</h1></body></html>")},
	NULL},
    {"a listing", "directory-index", NULL, 1, NULL, "/files/",
	{AT("/files/",
	    "<html><head><title>Index of /files</title></head><body><h1>Index of "
	    "/files</h1><a href=\"../\">Parent Directory</a></body></html>")},
	NULL},
    {"an application", "javascript-app", NULL, 1, NULL, "/",
	{AT("/", "<html><head><title>เว็บไซต์</title></head><body><div "
		 "id=\"app\"></div><script src=/app.js></script></body></html>")},
	NULL},
    {"under construction", "under-construction", NULL, 1, NULL, "/",
	{AT("/", PAGE("", "<h1>เว็บไซต์อยู่ระหว่างการปรับปรุง</h1>"))}, NULL},
    {"an error that calls itself fine", "error-page-200", NULL, 1, NULL, "/",
	{AT("/", "<html><head><title>Database Error</title></head><body>Error "
		 "establishing a database connection</body></html>")},
	NULL},
    /* feeds that are found */
    {"a page that sends on", "forward-page", NULL, 0, "/feed.xml", "/",
	{AT("/", "<html><head><meta http-equiv=\"refresh\" content=\"0; "
		 "url=main.php\"></head></html>"),
	    AT("/main.php", PAGE(ALTERNATE("/feed.xml"), WORDS)), FOUND("/feed.xml")},
	NULL},
    {"an entrance", "forward-page", NULL, 0, "/feed.xml", "/",
	{AT("/",
	     PAGE("", "<a href=\"index.php\"><img src=splash.jpg></a> ลงนามถวายพระพร")),
	    AT("/index.php", PAGE(ALTERNATE("feed.xml"), WORDS)), FOUND("/feed.xml")},
	NULL},
    {"WordPress without a word of it", "feed-not-announced", NULL, 0, "/feed/", "/",
	{AT("/", PAGE("<meta name=\"generator\" content=\"WordPress 6.4\">", WORDS)),
	    FOUND("/feed/")},
	NULL},
    {"Joomla", "feed-not-announced", NULL, 0, "/news?format=feed&type=rss", "/news",
	{AT("/news", PAGE("<meta name=\"generator\" content=\"Joomla! - Open Source "
			  "Content Management\">",
			 WORDS)),
	    FOUND("/news?format=feed&type=rss")},
	NULL},
    {"Drupal", "feed-not-announced", NULL, 0, "/rss.xml", "/",
	{AT("/", PAGE("<script src=\"/sites/default/files/js/a.js\"></script>", WORDS)),
	    FOUND("/rss.xml")},
	NULL},
    {"PRD's category", "feed-not-announced", NULL, 0, "/th/content/category/xml/id/15",
	"/th/content/category/detail/id/15/iid/99",
	{AT("/th/content/category/detail/id/15/iid/99", PAGE("", WORDS)),
	    FOUND("/th/content/category/xml/id/15")},
	NULL},
    {"a usual place", "feed-not-announced", NULL, 0, "/rss", "/",
	{AT("/", PAGE("", WORDS)), FOUND("/rss")}, NULL},
    {"an old address, and a front page that knows", "http-404", NULL, 0, "/f",
	"/old/rss.xml", {AT("/", PAGE(ALTERNATE("/f"), WORDS)), FOUND("/f")}, NULL},
    {"an announced feed that is gone", "announced-feed-fails", NULL, 0, "/rss", "/",
	{AT("/", PAGE(ALTERNATE("/gone.xml"), WORDS)), FOUND("/rss")}, NULL},
    {"several feeds", "more-feeds", NULL, 0, "/a.xml", "/",
	{AT("/", PAGE(ALTERNATE("/a.xml") ALTERNATE("/b.xml"), WORDS)), FOUND("/a.xml"),
	    FOUND("/b.xml")},
	NULL},
    {"WordPress whose feed is off", "wordpress-rest", "kind: wordpress", 0,
	"/wp-json/wp/v2/posts", "/",
	{AT("/", PAGE("<link rel='https://api.w.org/' href='/wp-json/'>", WORDS)),
	    {.path = "/wp-json/wp/v2/posts",
		.first = {.headers = "Content-Type: application/json\n",
		    .body = "[{\"id\":5,\"date\":\"2026-11-20T09:00:00\","
			    "\"date_gmt\":\"2026-11-20T02:00:00\",\"link\":\"{O}/5\","
			    "\"guid\":{\"rendered\":\"{O}/?p=5\"},"
			    "\"title\":{\"rendered\":\"เปิดงาน\"},"
			    "\"content\":{\"rendered\":\"<p>เนื้อหา</p>\"}}]"}}},
	NULL},
    /* pages */
    {"no feed", "no-feed-found", NULL, 1, NULL, "/", {AT("/", PAGE("", WORDS))}, NULL},
    {"a page that rules could read", "page-rules-needed", NULL, 1, NULL, "/",
	{AT("/", PAGE("", WORDS))}, NULL},
    {"a page that ready rules read", "page-preset", "kind: page, preset: ewt", 0,
	"/more_news.php?cid=3", "/more_news.php?cid=3",
	{AT("/more_news.php", PAGE("", EWT_PAGE))}, NULL},
    {"rules that find nothing", "page-preset-fails", NULL, 1, NULL, "/",
	{AT("/", PAGE("<meta name=generator content=\"Joomla! 3\">", WORDS))}, NULL},
};

static void
each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		json_decref(check_row(&rows[i]));
	printf("%zu rows\n", sizeof(rows) / sizeof(*rows));
}

/* The feed in good health that a page announces gives no complaint at all, and the
 * comments' feed is passed over. */
static void
an_announced_feed(void **state)
{
	struct check_row row = {"announced", NULL, NULL, 0, "/feed.xml", "/",
	    {AT("/", PAGE(ALTERNATE("/comments/feed/") ALTERNATE("/feed.xml"), WORDS)),
		FOUND("/feed.xml"), FOUND("/comments/feed/")},
	    NULL};
	json_t *said = check_row(&row), *source = json_object_get(said, "source");

	(void)state;
	assert_string_equal(
	    json_string_value(json_object_get(source, "province")), "TH-55");
	assert_string_equal(json_string_value(json_object_get(source, "title")),
	    "ข่าวประชาสัมพันธ์จังหวัดน่าน");
	assert_string_equal(json_string_value(json_object_get(said, "letter_th")), "");
	json_decref(said);
}

/* One request after another, never more than promised, none after a refusal. */
static void
it_is_polite(void **state)
{
	struct origin *o = origin_start();
	struct check_row row = {"nothing anywhere", "no-feed-found", NULL, 1, NULL,
	    NULL, {{.path = NULL}}, NULL};
	int64_t since;

	(void)state;
	json_decref(check_url(&row, origin_url(o, "/x"), ""));
	assert_true(origin_count(o, NULL) > 5);
	assert_true(origin_count(o, NULL) <= 13);
	origin_forget(o);
	origin_route(o, "/x", &(struct origin_answer){.status = 403}, 1);
	row.finding = "http-403";
	json_decref(check_url(&row, origin_url(o, "/x"), ""));
	assert_int_equal(origin_count(o, NULL), 1);
	/* the gap between two requests to one host holds */
	origin_forget(o);
	origin_route(o, "/y",
	    &(struct origin_answer){.headers = TYPE,
		.body =
		    "<rss version=\"2.0\"><channel><title>a</title></channel></rss>"},
	    1);
	row.finding = "feed-empty";
	row.status = 0;
	row.fetch = "  allow_addresses: [127.0.0.0/8]\n  host_gap: 1s\n";
	{
		struct program w;

		program_open(&w);
		program_config(&w, "fetch:\n%s", row.fetch);
		since = origin_now_ms();
		assert_int_equal(
		    program_run(&w, "check", origin_url(o, "/y"), NULL), 0);
		program_close(&w);
	}
	assert_int_equal(origin_count(o, NULL), 2);
	assert_true(origin_paced(o, since, 1000));
	assert_int_equal(origin_most_parallel(o), 1);
	origin_stop(o);
}

/* What was named is asked for as it is; what is only looked for, and where that leads, as
 * far as robots.txt lets us. */
static void
robots_hold_for_what_nobody_named(void **state)
{
	struct origin *o = origin_start(), *other;
	struct check_row row = {"robots", "announced-feed-fails", NULL, 0, "/open.xml", NULL, {{.path = NULL}},
	    NULL};
	struct origin_answer page = {.headers = HTML,
	    .body = PAGE("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/closed/a.xml\">"
			 "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/b.xml\">"
			 "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/open.xml\">",
		WORDS)};
	struct origin_answer rules = {.body = "User-agent: *\nDisallow: /closed\n"};
	struct origin_answer feed = {.headers = TYPE,
	    .body = "<rss version=\"2.0\"><channel><title>a</title><link>http://a.example/</link>"
		    "<item><guid>http://a.example/1</guid><title>x</title></item></channel></rss>"};
	struct origin_answer leads = {.status = 302};
	char url[128];

	(void)state;
	other = origin_start_at("127.0.0.2", origin_port(o));
	origin_route(o, "/robots.txt", &rules, 1);
	origin_route(other, "/robots.txt", &rules, 1);
	origin_route(o, "/page", &page, 1);
	origin_route(o, "/closed/a.xml", &feed, 1);
	(void)snprintf(url, sizeof(url), "%s", origin_url(other, "/closed/b.xml"));
	leads.location = url;
	origin_route(o, "/b.xml", &leads, 1);
	origin_route(other, "/closed/b.xml", &feed, 1);
	origin_route(o, "/open.xml", &feed, 1);
	json_decref(check_url(&row, origin_url(o, "/page"), ""));
	assert_int_equal(origin_count(o, "/robots.txt"), 1);
	assert_int_equal(origin_count(o, "/closed/a.xml"), 0);
	assert_int_equal(origin_count(o, "/b.xml"), 1);
	assert_int_equal(origin_count(other, "/robots.txt"), 1);
	assert_int_equal(origin_count(other, "/closed/b.xml"), 0);
	assert_int_equal(origin_count(o, "/open.xml"), 2);
	/* the same addresses, named */
	origin_forget(o);
	origin_forget(other);
	row.source = NULL;
	row.finding = "validators-ignored";
	json_decref(check_url(&row, origin_url(o, "/closed/a.xml"), ""));
	json_decref(check_url(&row, origin_url(o, "/b.xml"), ""));
	assert_int_equal(origin_count(o, "/robots.txt"), 0);
	assert_int_equal(origin_count(other, "/robots.txt"), 0);
	assert_int_equal(origin_count(other, "/closed/b.xml"), 2);
	origin_stop(other);
	origin_stop(o);
}

static void
names_and_ports(void **state)
{
	struct check_row row = {
	    "dead", "connect", NULL, 1, NULL, NULL, {{.path = NULL}}, NULL};
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/rss", origin_dead_port());
	json_decref(check_url(&row, url, ""));
	row = (struct check_row){
	    "no such name", "dns", NULL, 1, NULL, NULL, {{.path = NULL}}, NULL};
	json_decref(check_url(&row, "http://nonexistent.invalid/rss", ""));
}

static void
what_is_no_http(void **state)
{
	static const struct origin_step ssh[] = {{.kind = ORIGIN_READ},
	    {.kind = ORIGIN_SEND, .bytes = "SSH-2.0-OpenSSH_9.2\r\n"}};
	static const struct origin_step silent[] = {{.kind = ORIGIN_READ}};
	struct origin_raw *o = origin_raw_start(ssh, 2);
	struct check_row row = {
	    "ssh", "not-http", NULL, 1, NULL, NULL, {{.path = NULL}}, NULL};

	(void)state;
	json_decref(check_url(&row, origin_raw_url(o, "/"), ""));
	origin_raw_stop(o);
	o = origin_raw_start(silent, 1);
	row.name = "closed without a word";
	row.finding = "body-cut";
	json_decref(check_url(&row, origin_raw_url(o, "/"), ""));
	origin_raw_stop(o);
}

static void
a_bomb(void **state)
{
	struct check_row row = {"bomb", "too-big", "fetch.max_body: 32MiB", 1, NULL,
	    NULL, {{.path = NULL}}, NULL};
	struct origin *o = origin_start();
	size_t n;
	char *bomb = origin_bomb(' ', 64 << 20, &n);

	(void)state;
	origin_route(o, "/b",
	    &(struct origin_answer){
		.headers = TYPE "Content-Encoding: gzip\n", .body = bomb, .n = n},
	    1);
	json_decref(check_url(&row, origin_url(o, "/b"), ""));
	free(bomb);
	origin_stop(o);
}

/* ---- TLS */

struct tls {
	const char *finding, *setting;
	const char *names;
	int days;
	bool middle;  /* an intermediate, which the server does not send */
	bool trusted; /* the root is named by the ca_file of the configured source */
	bool chain;   /* the server sends its root, too */
};

static void
tls_row(const struct tls *t)
{
	struct check_row row = {
	    t->finding, t->finding, t->setting, 1, NULL, NULL, {{.path = NULL}}, NULL};
	char sources[512] = "", path[64] = "/tmp/rk-check-ca.XXXXXX", *sent;
	struct origin_certs c;
	struct origin *o;
	int fd;

	origin_certs_make(&c, t->names, t->days, t->middle);
	sent = calloc(strlen(c.cert_pem) + strlen(c.ca_pem) + 1, 1);
	assert_non_null(sent);
	(void)snprintf(sent, strlen(c.cert_pem) + strlen(c.ca_pem) + 1, "%s%s",
	    c.cert_pem, t->chain ? c.ca_pem : "");
	o = origin_start_tls(sent, c.key_pem);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_true(write(fd, c.ca_pem, strlen(c.ca_pem)) == (ssize_t)strlen(c.ca_pem));
	close(fd);
	if (t->trusted)
		(void)snprintf(sources, sizeof(sources),
		    "sources:\n- id: one\n  url: %s\n  ca_file: %s\n",
		    origin_url(o, "/"), path);
	json_decref(check_url(&row, origin_url(o, "/"), sources));
	unlink(path);
	origin_stop(o);
	origin_certs_release(&c);
	free(sent);
}

static void
certificates(void **state)
{
	static const struct tls cases[] = {
	    {"tls-expired", NULL, "IP:127.0.0.1", -1, false, true, false},
	    {"tls-wrong-name", NULL, "DNS:other.example", 10, false, true, false},
	    {"tls-missing-intermediate", "ca_file: 127.0.0.1.pem", "IP:127.0.0.1", 10,
		true, true, false},
	    {"tls-unknown-authority", "ca_file: 127.0.0.1.pem", "IP:127.0.0.1", 10,
		false, false, true},
	};
	struct check_row row = {
	    "no TLS", "tls-failed", NULL, 1, NULL, NULL, {{.path = NULL}}, NULL};
	struct origin *o = origin_start();
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		tls_row(&cases[i]);
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/", origin_port(o));
	json_decref(check_url(&row, url, ""));
	origin_stop(o);
}

/* A source that is configured is asked as configured, and known by its id. */
static void
a_configured_source(void **state)
{
	struct check_row row = {"configured", "already-configured", NULL, 0, NULL, NULL,
	    {{.path = NULL}}, NULL};
	struct origin *o = origin_start();
	char sources[256];
	json_t *said;

	(void)state;
	origin_route(o, "/f",
	    &(struct origin_answer){.headers = TYPE,
		.body =
		    "<rss version=\"2.0\"><channel><title>a</title></channel></rss>"},
	    1);
	(void)snprintf(sources, sizeof(sources),
	    "sources:\n- id: host-127-0-0-1\n  url: %s\n  headers: [\"X-Key: 7\"]\n",
	    origin_url(o, "/f"));
	said = check_url(&row, origin_url(o, "/f"), sources);
	assert_string_equal(origin_header(origin_seen(o, 0), "X-Key"), "7");
	/* and the id is not proposed again */
	assert_string_equal(
	    json_string_value(json_object_get(json_object_get(said, "source"), "id")),
	    "host-127-0-0-1-2");
	json_decref(said);
	origin_stop(o);
}

/* What people read, without colours in a file. */
static void
the_transcript(void **state)
{
	static const char *const parts[] = {"I asked http://127.0.0.1",
	    "(announced by the page)",
	    "the same once more, with the validators it sent\n      304 Not Modified",
	    "A usable feed: ", "\nFacts\n", "\nFindings\n",
	    "None: this source is in good health.", "\nFor a sources file\n",
	    "- id: host-127-0-0-1\n"};
	struct origin *o = origin_start();
	char *page = check_fill(PAGE(ALTERNATE("/feed.xml"), WORDS), o),
	     *feed = check_fill(RSS, o);
	struct program w;

	(void)state;
	origin_route(o, "/", &(struct origin_answer){.headers = HTML, .body = page}, 1);
	origin_route(o, "/feed.xml",
	    &(struct origin_answer){.headers = TYPE, .body = feed, .conditional = true},
	    1);
	program_open(&w);
	program_config(
	    &w, "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n");
	assert_int_equal(program_run(&w, "check", origin_url(o, "/"), NULL), 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(w.out, parts[i]) == NULL)
			fail_msg("no \"%s\" in\n%s", parts[i], w.out);
	assert_null(strchr(w.out, '\033'));
	assert_string_equal(w.err, "");
	/* nothing is stored */
	assert_false(program_has(&w, "state/ruamkhao.db"));
	assert_false(program_has(&w, "public"));
	assert_int_equal(program_run(&w, "check", "ftp://site.example/feed", NULL), 2);
	assert_int_equal(program_run(&w, "check", "http://", NULL), 2);
	assert_int_equal(program_run(&w, "check", "no-such-file.xml", NULL), 1);
	assert_int_equal(program_run(&w, "check", NULL), 2);
	program_close(&w);
	free(page);
	free(feed);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_row),
	    cmocka_unit_test(an_announced_feed),
	    cmocka_unit_test(it_is_polite),
	    cmocka_unit_test(robots_hold_for_what_nobody_named),
	    cmocka_unit_test(names_and_ports),
	    cmocka_unit_test(what_is_no_http),
	    cmocka_unit_test(a_bomb),
	    cmocka_unit_test(certificates),
	    cmocka_unit_test(a_configured_source),
	    cmocka_unit_test(the_transcript),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
