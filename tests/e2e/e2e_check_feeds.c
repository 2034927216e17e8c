/*
 * What `check` says of documents: one row for each thing that can be wrong with a feed
 * and the way it is served, over HTTP.
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

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define HEAD                                                                                                     \
	"<rss version=\"2.0\"><channel><title>ข่าวจังหวัดตัวอย่าง</title>" \
	"<link>http://127.0.0.1/</link>"
#define TAIL "</channel></rss>\n"
/* an entry with nothing wrong: guid, link, title, date, text */
#define ITEM(n, hours)                                                                 \
	"<item><guid>http://127.0.0.1/n/" n "</guid><link>http://127.0.0.1/n/" n       \
	"</link>"                                                                      \
	"<title>ผู้ว่าราชการจังหวัดเปิดงานครั้งที่ " n "</title><pubDate>@" hours "@</pubDate>"  \
	"<description>เนื้อหาของข่าวที่ " n "</description></item>"
#define GOOD ITEM("1", "-30") ITEM("2", "-60") ITEM("3", "-90")
#define PARTS(title, guid, link, date)                                                 \
	"<item>" guid link title date "<description>เนื้อหา</description></item>"
#define T(n) "<title>ประชุมประจำเดือนครั้งที่ " n "</title>"
#define G(n) "<guid>http://127.0.0.1/n/" n "</guid>"
#define L(n) "<link>http://127.0.0.1/n/" n "</link>"
#define D(h) "<pubDate>@" h "@</pubDate>"

#define TYPE "Content-Type: application/rss+xml; charset=utf-8\n"
#define NO_SET                                                                         \
	"Content-Type: application/rss+xml\n" /* the document names its encoding */
#define ETAG "ETag: \"v1\"\n"

#define FEED(items)                                                                    \
	{                                                                              \
		{                                                                      \
			.path = "/feed.xml", .first = {                                \
				.headers = TYPE ETAG,                                  \
				.body = XML HEAD items TAIL,                           \
				.conditional = true                                    \
			}                                                              \
		}                                                                      \
	}
#define DOC(text)                                                                      \
	{                                                                              \
		{                                                                      \
			.path = "/feed.xml", .first = {                                \
				.headers = NO_SET ETAG,                                \
				.body = text,                                          \
				.conditional = true                                    \
			}                                                              \
		}                                                                      \
	}
/* two requests, two documents */
#define TWICE(one, two)                                                                \
	{                                                                              \
		{                                                                      \
			.path = "/feed.xml",                                           \
			.first = {.headers = TYPE ETAG, .body = XML HEAD one TAIL},    \
			.then = {.headers = TYPE "ETag: \"v2\"\n",                     \
			    .body = XML HEAD two TAIL},                                \
			.then_set = true                                               \
		}                                                                      \
	}
#define WITH(one, two)                                                                 \
	{                                                                              \
		{                                                                      \
			.path = "/feed.xml",                                           \
			.first = {.headers = one, .body = XML HEAD GOOD TAIL},         \
			.then = {.headers = two, .body = XML HEAD GOOD TAIL},          \
			.then_set = true                                               \
		}                                                                      \
	}

/* "ข่าวเทศบาล" and "ผู้ว่าราชการจังหวัดน่านเป็นประธาน" in TIS-620 */
#define TIS_TITLE "\xa2\xe8\xd2\xc7\xe0\xb7\xc8\xba\xd2\xc5"
#define TIS_TEXT                                                                       \
	"\xbc\xd9\xe9\xc7\xe8\xd2\xc3\xd2\xaa\xa1\xd2\xc3\xa8\xd1\xa7\xcb\xc7\xd1"     \
	"\xb4\xb9\xe8\xd2\xb9\xe0\xbb\xe7\xb9\xbb\xc3\xd0\xb8\xd2\xb9"
#define TIS_FEED                                                                       \
	"<rss version=\"2.0\"><channel><title>" TIS_TITLE "</title>"                   \
	"<link>http://127.0.0.1/</link><item>" G("1") L("1")                           \
	    D("-5") "<title>" TIS_TEXT "</title><description>" TIS_TEXT                \
		    "</description></item>"                                            \
		    "</channel></rss>"
/* "ข่าว" that was taken for windows-1252 and made UTF-8 again */
#define TWICE_UTF8                                                                     \
	"\xc3\xa0\xc2\xb8\xe2\x80\x9a\xc3\xa0\xc2\xb9\xcb\x86\xc3\xa0\xc2\xb8\xc2\xb2" \
	"\xc3\xa0\xc2\xb8\xc2\xa7"

static char large[64 * 1024];

static const struct check_row rows[] = {
    {"a feed in good health", NULL, NULL, 0, "/feed.xml", NULL, FEED(GOOD), NULL},
    {"no entry", "feed-empty", NULL, 0, NULL, NULL, FEED(""), NULL},
    {"no title of the feed", "feed-title-missing", NULL, 0, NULL, NULL,
	DOC(XML "<rss version=\"2.0\"><channel>" GOOD TAIL), NULL},
    /* how it is written */
    {"raw ampersands", "xml-repaired", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1 & 2"), G("1"), L("1"), D("-3"))), NULL},
    {"an undefined entity", "xml-repaired", NULL, 0, NULL, NULL,
	FEED(PARTS("<title>งาน&nbsp;วัด</title>", G("1"), L("1"), D("-3"))), NULL},
    {"a prolog of PHP", "xml-repaired", NULL, 0, NULL, NULL,
	DOC("<?phpxml version=\"1.0\" encoding=\"UTF-8\"?>" HEAD GOOD TAIL), NULL},
    {"blank lines before the prolog", "xml-repaired", NULL, 0, NULL, NULL,
	DOC("\n\n" XML HEAD GOOD TAIL), NULL},
    {"the end is missing", "truncated", NULL, 0, NULL, NULL,
	DOC(XML HEAD ITEM("1", "-2") "<item><title>ครึ่ง"), NULL},
    {"nothing came whole", "truncated", NULL, 1, NULL, NULL,
	DOC(XML HEAD "<item><title>ครึ่ง"), NULL},
    /* encodings */
    {"UTF-8 that is TIS-620", "charset-mislabelled", "charset: windows-874", 0, NULL,
	NULL, DOC(XML TIS_FEED), NULL},
    {"ISO-8859-1 that is TIS-620", "charset-mislabelled", "charset: windows-874", 0,
	NULL, NULL, DOC("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" TIS_FEED),
	NULL},
    {"TIS-620 that is UTF-8", "charset-mislabelled", NULL, 0, NULL, NULL,
	DOC("<?xml version=\"1.0\" encoding=\"TIS-620\"?>" HEAD GOOD TAIL), NULL},
    {"the server names the wrong encoding", "charset-mislabelled", NULL, 0, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = "Content-Type: text/xml; charset=windows-874\n" ETAG,
		.body = XML HEAD GOOD TAIL,
		.conditional = true}}},
	NULL},
    {"TIS-620 that does not say so", "charset-undeclared", "charset: windows-874", 0,
	NULL, NULL, DOC("<?xml version=\"1.0\"?>" TIS_FEED), NULL},
    {"UTF-8 twice", "charset-double-encoded", NULL, 0, NULL, NULL,
	DOC(XML "<rss version=\"2.0\"><channel><title>" TWICE_UTF8 TWICE_UTF8
		"</title><item>" G("1") L("1")
		    D("-1") "<title>" TWICE_UTF8 TWICE_UTF8 TWICE_UTF8
			    "</title></item></channel></rss>"),
	NULL},
    {"bytes that are no text", "charset-damaged", NULL, 0, NULL, NULL,
	DOC(XML HEAD GOOD "<item>" G("4")
		L("4") "<title>\xff\xfe ขาด</title></item>" TAIL),
	NULL},
    /* dates */
    {"no dates", "dates-missing", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), G("1"), L("1"), "") PARTS(T("2"), G("2"), L("2"), "")),
	NULL},
    {"one without a date", "dates-missing-some", NULL, 0, NULL, NULL,
	FEED(GOOD PARTS(T("4"), G("4"), L("4"), "")), NULL},
    {"dates that are none", "dates-unreadable", NULL, 0, NULL, NULL,
	FEED(GOOD PARTS(
	    T("4"), G("4"), L("4"), "<pubDate>0000-00-00 00:00:00</pubDate>")),
	NULL},
    {"Buddhist years", "dates-buddhist", NULL, 0, NULL, NULL,
	FEED(PARTS(T("4"), G("4"), L("4"),
	    "<pubDate>Tue, 02 Oct 2555 09:44:00 +0700</pubDate>")),
	NULL},
    {"one event ahead", "dates-future", NULL, 0, NULL, NULL,
	FEED(GOOD ITEM("4", "2000")), NULL},
    {"all dates are of events", "dates-future", "distrust: [date]", 0, NULL, NULL,
	FEED(ITEM("1", "400") ITEM("2", "800") ITEM("3", "-7")), NULL},
    {"no zone", "dates-no-zone", NULL, 0, NULL, NULL,
	FEED(PARTS(T("4"), G("4"), L("4"), "<pubDate>2026-11-20 09:23:55</pubDate>")),
	NULL},
    {"days only", "dates-day-only", NULL, 0, NULL, NULL,
	FEED(PARTS(T("4"), G("4"), L("4"), "<pubDate>2026-11-20</pubDate>")), NULL},
    {"one date for all", "dates-all-equal", "distrust: [date]", 0, NULL, NULL,
	FEED(ITEM("1", "-5") ITEM("2", "-5") ITEM("3", "-5") ITEM("4", "-5")), NULL},
    {"dates of the request", "dates-moving", "distrust: [date]", 0, NULL, NULL,
	TWICE(ITEM("1", "-5") ITEM("2", "-6"), ITEM("1", "-3") ITEM("2", "-4")), NULL},
    {"updated at each request", "updated-moving", "distrust: [updated]", 0, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = "Content-Type: application/atom+xml\n" ETAG,
		.body =
		    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>ข่าว</title>"
		    "<id>urn:x:1</id><entry><id>urn:x:2</id><title>เปิดงานประจำปี</title>"
		    "<updated>2026-11-20T01:00:00Z</updated><link "
		    "href=\"http://127.0.0.1/1\"/>"
		    "<published>2026-11-20T01:00:00Z</published></entry></feed>"},
	    .then = {.headers = "Content-Type: application/atom+xml\nETag: \"v2\"\n",
		.body =
		    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>ข่าว</title>"
		    "<id>urn:x:1</id><entry><id>urn:x:2</id><title>เปิดงานประจำปี</title>"
		    "<updated>2026-11-20T02:00:00Z</updated><link "
		    "href=\"http://127.0.0.1/1\"/>"
		    "<published>2026-11-20T01:00:00Z</published></entry></feed>"},
	    .then_set = true}},
	NULL},
    {"the wrong day of the week", "dates-wrong-weekday", NULL, 0, NULL, NULL,
	FEED(PARTS(T("4"), G("4"), L("4"),
	    "<pubDate>Mon, 20 Nov 2026 09:44:00 +0700</pubDate>")),
	NULL},
    {"nothing for years", "stale", NULL, 0, NULL, NULL,
	FEED(ITEM("1", "-20000") ITEM("2", "-21000")), NULL},
    {"built at each request", "build-date-now", NULL, 0, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = TYPE ETAG,
		.body = XML HEAD "<lastBuildDate>@-1@</lastBuildDate>" GOOD TAIL},
	    .then = {.headers = TYPE "ETag: \"v2\"\n",
		.body = XML HEAD "<lastBuildDate>@0@</lastBuildDate>" GOOD TAIL},
	    .then_set = true}},
	NULL},
    {"a counter in it", "body-always-changes", NULL, 0, NULL, NULL,
	TWICE(
	    "<generator>view 1</generator>" GOOD, "<generator>view 2</generator>" GOOD),
	NULL},
    /* ids */
    {"no ids", "ids-missing", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), "", L("1"), D("-1")) PARTS(T("2"), "", L("2"), D("-2"))),
	NULL},
    {"the site's address as the id of all", "ids-shared", "distrust: [id]", 0, NULL,
	NULL,
	FEED(PARTS(T("1"), "<guid>http://127.0.0.1/</guid>", L("1"), D("-1"))
		PARTS(T("2"), "<guid>http://127.0.0.1/</guid>", L("2"), D("-2"))),
	NULL},
    {"one id for two", "ids-shared", "distrust: [id]", 0, NULL, NULL,
	FEED(PARTS(T("1"), "<guid isPermaLink=\"false\">7</guid>", L("1"), D("-1"))
		PARTS(T("2"), "<guid isPermaLink=\"false\">7</guid>", L("2"), D("-2"))),
	NULL},
    {"ids by chance", "ids-rotating", "distrust: [id]", 0, NULL, NULL,
	TWICE(PARTS(T("1"), G("a1"), L("1"), "") PARTS(T("2"), G("a2"), L("2"), ""),
	    PARTS(T("1"), G("b1"), L("1"), "") PARTS(T("2"), G("b2"), L("2"), "")),
	NULL},
    {"ids that are numbers", "ids-not-iri", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), "<guid isPermaLink=\"false\">7</guid>", L("1"), D("-1"))),
	NULL},
    /* links and titles */
    {"no link", "links-missing", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), "<guid isPermaLink=\"false\">urn:x:1</guid>", "", D("-1"))),
	NULL},
    {"relative links", "links-relative", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), G("1"), "<link>ewt_news.php?nid=27</link>", D("-1"))), NULL},
    {"one link for two", "links-shared", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), G("1"), L("1"), D("-1"))
		PARTS(T("2"), G("2"), L("1"), D("-2"))),
	NULL},
    {"links to a number", "links-numeric-host", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), G("1"), "<link>http://203.0.113.9/1</link>", D("-1"))),
	NULL},
    {"links to another site", "links-elsewhere", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), G("1"), "<link>http://other.example/1</link>", D("-1"))),
	NULL},
    {"no titles", "titles-missing", NULL, 0, NULL, NULL,
	FEED(PARTS("", G("1"), L("1"), D("-1"))), NULL},
    {"the same title again", "titles-repeated", NULL, 0, NULL, NULL,
	FEED(PARTS(T("1"), G("1"), L("1"), D("-1"))
		PARTS(T("1"), G("2"), L("2"), D("-2"))),
	NULL},
    {"an entry twice", "entries-twice", NULL, 0, NULL, NULL,
	FEED(GOOD ITEM("1", "-30")), NULL},
    {"titles alone", "text-missing", NULL, 0, NULL, NULL,
	FEED("<item>" G("1") L("1") T("1") D("-1") "</item>"), NULL},
    {"another address as its own", "self-link-wrong", NULL, 0, NULL, NULL,
	DOC(XML
	    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>"
	    "<title>ข่าว</title><atom:link rel=\"self\" href=\"{O}/index.php\"/>" GOOD
	    "</channel></rss>"),
	NULL},
    /* how it is served */
    {"no validators", "validators-none", NULL, 0, NULL, NULL,
	{{.path = "/feed.xml", .first = {.headers = TYPE, .body = XML HEAD GOOD TAIL}}},
	NULL},
    {"another ETag each time", "etag-changes", NULL, 0, NULL, NULL,
	WITH(TYPE ETAG, TYPE "ETag: \"v2\"\n"), NULL},
    {"ETag for nothing", "validators-ignored", NULL, 0, NULL, NULL,
	WITH(TYPE ETAG, TYPE ETAG), NULL},
    {"modified at each request", "last-modified-moves", NULL, 0, NULL, NULL,
	WITH(TYPE "Last-Modified: @-1@\n", TYPE "Last-Modified: @0@\n"), NULL},
    {"a type of something else", "content-type-wrong", NULL, 0, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = "Content-Type: text/html; charset=utf-8\n" ETAG,
		.body = XML HEAD GOOD TAIL,
		.conditional = true}}},
	NULL},
    {"asks for a pause", "asks-for-pause", NULL, 0, NULL, NULL,
	FEED("<ttl>1440</ttl>" GOOD), NULL},
    {"a clock that is wrong", "clock-wrong", NULL, 0, NULL, NULL,
	{{.path = "/feed.xml",
	    .first = {.headers = TYPE ETAG "Date: @-30@\n",
		.body = XML HEAD GOOD TAIL,
		.conditional = true}}},
	NULL},
    {"a short window", "window-short", "every: 1h", 0, NULL, NULL,
	FEED(ITEM("1", "-1") ITEM("2", "-2") ITEM("3", "-2") ITEM("4", "-3")
		ITEM("5", "-3") ITEM("6", "-4")),
	"  allow_addresses: [127.0.0.0/8]\n  every: 6h\n  every_unconditional: 8h\n"},
};

static void
each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		json_decref(check_row(&rows[i]));
	printf("%zu rows\n", sizeof(rows) / sizeof(*rows));
}

static void
large_and_uncompressed(void **state)
{
	struct check_row row = {
	    "large", "not-compressed", NULL, 0, NULL, NULL, FEED(""), NULL};
	char *text = malloc(sizeof(large) + 4096);

	(void)state;
	assert_non_null(text);
	memset(large, 'x', sizeof(large) - 1);
	(void)snprintf(text, sizeof(large) + 4096,
	    XML HEAD "<item>" G("1") L("1") T("1")
		D("-1") "<description>%s</description></item>" TAIL,
	    large);
	row.routes[0].first.body = text;
	json_decref(check_row(&row));
	/* with gzip nothing is to be said */
	row.routes[0].first.gzip = true;
	row.finding = NULL;
	json_decref(check_row(&row));
	free(text);
}

/* Two settings of one key become one line, and what is usual is not set. */
static void
the_stanza_holds_what_is_needed_only(void **state)
{
	struct origin *o = origin_start();
	struct program w;
	const char *stanza;
	json_t *said;
	char *body =
	    check_fill(XML HEAD PARTS(T("1"), "<guid>7</guid>", L("1"), D("700"))
			   PARTS(T("2"), "<guid>7</guid>", L("2"), D("800")) TAIL,
		o);

	(void)state;
	origin_route(o, "/feed.xml",
	    &(struct origin_answer){.headers = TYPE ETAG, .body = body}, 1);
	program_open(&w);
	program_config(
	    &w, "fetch:\n  host_gap: 0s\n  allow_addresses: [127.0.0.0/8]\n");
	assert_int_equal(
	    program_run(&w, "check", "--json", origin_url(o, "/feed.xml"), NULL), 0);
	said = json_loads(w.out, 0, NULL);
	free(body);
	program_close(&w);
	origin_stop(o);
	assert_non_null(said);
	stanza = json_string_value(json_object_get(said, "stanza"));
	assert_non_null(strstr(stanza, "  distrust: [id, date]\n"));
	assert_null(strstr(stanza, "every:"));
	assert_null(strstr(stanza, "charset:"));
	assert_null(strstr(stanza, "kind:"));
	json_decref(said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_row),
	    cmocka_unit_test(large_and_uncompressed),
	    cmocka_unit_test(the_stanza_holds_what_is_needed_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
