/*
 * Documents through parse, normalise and the store, with the settings of their source:
 * what is not believed does not decide, and what is believed no more (or again) makes no
 * entry anew. DOMAIN.md 3.2, CONTRACTS 2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <ruamkhao/date.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/worker.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR ((int64_t)3600)

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	rk_parse_setup();
	kit_init(k);
	kit_open(k, 2);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

static struct rk_ingest *
read_doc(struct kit *k, const char *text, unsigned distrust, int timezone, int64_t now)
{
	struct rk_work work = {.body = rk_str(text),
	    .content_type = RK_STR("application/xml"),
	    .url = RK_STR("https://s0.example/feed"),
	    .timezone = timezone,
	    .distrust = distrust,
	    .now = now};
	struct rk_ingest *in;

	if (rk_work_here(&work, k->arena, &in, &k->err) != 0)
		fail_msg("%s", k->err.text);
	return in;
}

#define RSS(items)                                                                     \
	"<rss version=\"2.0\"><channel><title>f</title><link>https://s0.example/</link>"   \
	"<description>d</description>" items "</channel></rss>"

/* One poll of source 0: what came of it. */
static struct rk_store_counts
poll(struct kit *k, const char *text, unsigned distrust, int64_t now)
{
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts c;

	d->in = *read_doc(k, text, distrust, RK_BANGKOK, now);
	if (kit_store(k, 0, d, now, &c) != 0)
		fail_msg("%s", k->err.text);
	return c;
}

static void
nothing_new(struct rk_store_counts c)
{
	if (c.added + c.joined != 0)
		fail_msg("added %u, joined %u", c.added, c.joined);
}

/* Titles of "all", newest first, one space between. */
static char *
order(struct kit *k)
{
	static char text[1024];
	struct rk_timeline *t = kit_timeline(k, "all", 100);

	text[0] = '\0';
	for (size_t i = 0; i < t->n_stories; i++) {
		size_t n = strlen(text);

		(void)snprintf(text + n, sizeof(text) - n, "%s%.*s", i > 0 ? " " : "",
		    RK_FMT(t->stories[i].title));
	}
	rk_timeline_free(t);
	return text;
}

/* ---- ids */

/* The same entries with and without a usable guid, with and without an address. */
static const char mixed[] = RSS(
    "<item><guid isPermaLink='false'>g1</guid><title>One</title>"
    "<link>https://s0.example/1</link><description>a</description></item>"
    "<item><guid isPermaLink='false'>g2</guid><title>Two</title>"
    "<description>b</description>"
    "<pubDate>Mon, 21 Sep 2026 09:00:00 +0700</pubDate></item>"
    "<item><guid isPermaLink='false'>g3</guid><title>Three</title>"
    "<description>c</description></item>"
    "<item><guid isPermaLink='false'>g4</guid><title>Four</title>"
    "<link>https://s0.example/list</link><description>d</description></item>"
    "<item><guid isPermaLink='false'>g5</guid><title>Five</title>"
    "<link>https://s0.example/list</link><description>e</description></item>"
    "<item><title>Six</title><description>f</description>"
    "<pubDate>Mon, 21 Sep 2026 10:00:00 +0700</pubDate></item>");

static void
settings_may_change(void **state)
{
	static const unsigned steps[] = {0, RK_DISTRUST_ID, 0, RK_DISTRUST_DATE,
	    RK_DISTRUST_ID | RK_DISTRUST_DATE, 0, RK_DISTRUST_DATE,
	    RK_DISTRUST_ID | RK_DISTRUST_UPDATED, 31, 0};

	/* whatever came first */
	for (size_t first = 0; first < sizeof(steps) / sizeof(steps[0]); first++) {
		struct kit *k;
		char ids[8][512], before[1024];
		struct kit_rows rows;

		assert_int_equal(setup(state), 0);
		k = *state;
		assert_int_equal(poll(k, mixed, steps[first], KIT_NOW).added, 6);
		rows = kit_rows(k);
		for (size_t i = 0; i < rows.n; i++)
			(void)snprintf(ids[i], sizeof(ids[i]), "%s", rows.v[i].id.p);
		(void)snprintf(before, sizeof(before), "%s", order(k));
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			nothing_new(
			    poll(k, mixed, steps[i], KIT_NOW + (int64_t)i * HOUR));
		rows = kit_rows(k);
		assert_int_equal(rows.n, 6);
		for (size_t i = 0; i < rows.n; i++)
			assert_string_equal(rows.v[i].id.p, ids[i]);
		assert_string_equal(order(k), before);
		(void)teardown(state);
	}
	*state = NULL;
}

static void
without_ids_the_address_decides(void **state)
{
	static const char first[] = RSS(
	    "<item><guid isPermaLink='false'>1/20260921</guid><title>A</title>"
	    "<link>https://s0.example/a</link></item>"
	    "<item><guid isPermaLink='false'>2/20260921</guid><title>B</title></item>");
	static const char second[] = RSS(
	    "<item><guid isPermaLink='false'>1/20260922</guid><title>A, edited</title>"
	    "<link>https://s0.example/a</link></item>"
	    "<item><guid isPermaLink='false'>2/20260922</guid><title>B</title></item>");
	struct kit *k = *state;
	struct rk_ingest *in = read_doc(k, first, RK_DISTRUST_ID, RK_BANGKOK, KIT_NOW);

	assert_int_equal(in->entries[0].keys[0].kind, RK_KEY_URL);
	assert_int_equal(in->entries[0].found.guid, RK_USE_DISTRUSTED);
	assert_int_equal(in->entries[0].found.url, RK_USE_KEY);
	assert_int_equal(in->entries[1].keys[0].kind, RK_KEY_TEXT);
	assert_int_equal(in->entries[1].found.url, RK_USE_ABSENT);
	assert_string_equal(in->entries[0].guid.p, "1/20260921"); /* still told */
	assert_int_equal(poll(k, first, RK_DISTRUST_ID, KIT_NOW).added, 2);
	nothing_new(poll(k, second, RK_DISTRUST_ID, KIT_NOW + KIT_DAY));
	assert_int_equal(kit_rows(k).n, 2);
}

/* Ids that are the publisher's own by their form, and worthless. */
static void
distrusted_ids_are_not_published(void **state)
{
	static const char text[] = RSS(
	    "<item><guid>https://s0.example/x</guid><title>A</title>"
	    "<link>https://s0.example/a</link></item>");
	struct kit *k = *state;

	assert_int_equal(poll(k, text, RK_DISTRUST_ID, KIT_NOW).added, 1);
	assert_int_equal(strncmp(kit_rows(k).v[0].id.p, "tag:hub.example,2026:s0/", 24), 0);
	nothing_new(poll(k, text, 0, KIT_NOW + HOUR));
	assert_int_equal(strncmp(kit_rows(k).v[0].id.p, "tag:hub.example,2026:s0/", 24), 0);
}

static void
a_site_is_no_id(void **state)
{
	static const char text[] = RSS(
	    "<item><guid>https://s0.example/</guid><title>A</title>"
	    "<link>https://s0.example/a</link></item>");
	struct kit *k = *state;
	struct rk_ingest *in = read_doc(k, text, 0, RK_BANGKOK, KIT_NOW);

	assert_int_equal(in->entries[0].found.guid, RK_USE_SITE);
	assert_int_equal(in->entries[0].keys[0].kind, RK_KEY_URL);
	assert_int_equal(poll(k, text, 0, KIT_NOW).added, 1);
	assert_int_equal(strncmp(kit_rows(k).v[0].id.p, "tag:", 4), 0);
}

/* Bulletins of the same words: two guids are two, whatever else is missing. */
static void
words_do_not_join_what_guids_part(void **state)
{
	static const char monday[] = RSS("<item><guid isPermaLink='false'>m</guid>"
					 "<title>Water levels</title></item>");
	static const char tuesday[] = RSS("<item><guid isPermaLink='false'>t</guid>"
					  "<title>Water levels</title></item>");
	static const char both[] = RSS("<item><guid isPermaLink='false'>t</guid>"
				       "<title>Water levels</title></item>"
				       "<item><guid isPermaLink='false'>m</guid>"
				       "<title>Water levels</title></item>");
	struct kit *k = *state;

	assert_int_equal(poll(k, monday, 0, KIT_NOW).added, 1);
	assert_int_equal(poll(k, tuesday, 0, KIT_NOW + KIT_DAY).added, 1);
	nothing_new(poll(k, both, 0, KIT_NOW + 2 * KIT_DAY));
	assert_int_equal(kit_rows(k).n, 2);
}

/* ---- dates */

static void
distrusted_dates_are_first_seen(void **state)
{
	static const char text[] = RSS(
	    "<item><title>A</title><link>https://s0.example/a</link>"
	    "<pubDate>Mon, 21 Sep 2026 09:00:00 +0700</pubDate></item>"
	    "<item><title>B</title><link>https://s0.example/b</link>"
	    "<pubDate>Tue, 01 Sep 2026 09:00:00 +0700</pubDate></item>"
	    "<item><title>C</title><link>https://s0.example/c</link>"
	    "<pubDate>Wed, 09 Sep 2026 09:00:00 +0700</pubDate></item>");
	struct kit *k = *state;
	struct kit_rows rows;

	assert_int_equal(poll(k, text, RK_DISTRUST_DATE, KIT_NOW).added, 3);
	assert_string_equal(order(k), "A B C");
	rows = kit_rows(k);
	for (size_t i = 0; i < 3; i++) {
		assert_true(rows.v[i].published == RK_NO_TIME);
		assert_true(KIT_NOW - rows.v[i].updated < 3);
	}
	assert_int_equal(poll(k, text, RK_DISTRUST_DATE, KIT_NOW + HOUR).unchanged, 3);
	/* believed again: told, but nothing moves */
	assert_int_equal(poll(k, text, 0, KIT_NOW + 2 * HOUR).edited, 3);
	assert_string_equal(order(k), "A B C");
	assert_int_equal(kit_row(k, "s0", "B").published, 1788228000);
	assert_true(KIT_NOW - kit_row(k, "s0", "B").updated < 3);
}

static void
how_a_date_was_found(void **state)
{
	static const struct {
		const char *dates;
		unsigned distrust;
		enum rk_basis basis;
		const char *published, *text;
		unsigned flags; /* buddhist 1, weekday 2, zone 4, unread 8, day 16 */
	} cases[] = {
	    {"<pubDate>Mon, 21 Sep 2026 09:00:00 +0700</pubDate>", 0, RK_BASIS_FEED,
		"2026-09-21T02:00:00Z", "", 0},
	    {"<pubDate>Tue, 21 Sep 2026 09:00:00 +0700</pubDate>", 0, RK_BASIS_FEED,
		"2026-09-21T02:00:00Z", "Tue, 21 Sep 2026 09:00:00 +0700", 2},
	    {"<pubDate>Mon, 21 Sep 2569 09:00:00 +0700</pubDate>", 0, RK_BASIS_FEED,
		"2026-09-21T02:00:00Z", "Mon, 21 Sep 2569 09:00:00 +0700", 1},
	    {"<pubDate>2026-09-21 09:00:00</pubDate>", 0, RK_BASIS_FEED,
		"2026-09-21T02:00:00Z", "", 4},
	    {"<pubDate>2026-09-21</pubDate>", 0, RK_BASIS_FEED, "2026-09-20T17:00:00Z",
		"", 4 | 16},
	    {"<pubDate>๒๑ กันยายน ๒๕๖๙</pubDate>", 0, RK_BASIS_FEED,
		"2026-09-20T17:00:00Z", "๒๑ กันยายน ๒๕๖๙", 1 | 4 | 16},
	    {"<pubDate></pubDate>", 0, RK_BASIS_NONE, NULL, "", 0},
	    {"", 0, RK_BASIS_NONE, NULL, "", 0},
	    {"<pubDate>เร็ว ๆ นี้</pubDate>", 0, RK_BASIS_UNREADABLE, NULL, "เร็ว ๆ นี้", 8},
	    {"<pubDate>01/01/3112</pubDate>", 0, RK_BASIS_UNREADABLE, NULL, "01/01/3112",
		8},
	    {"<pubDate>1 Jan 1950 00:00:00 GMT</pubDate>", 0, RK_BASIS_BEYOND, NULL,
		"1 Jan 1950 00:00:00 GMT", 8},
	    {"<pubDate>Mon, 21 Sep 2026 09:00:00 +0700</pubDate>", RK_DISTRUST_DATE,
		RK_BASIS_DISTRUSTED, NULL, "", 0},
	    {"", RK_DISTRUST_DATE, RK_BASIS_DISTRUSTED, NULL, "", 0},
	    {"<atom:updated>2026-09-21T02:00:00Z</atom:updated>", 0,
		RK_BASIS_FEED_UPDATED, NULL, "", 0},
	    {"<pubDate>soon</pubDate><atom:updated>2569-09-21T02:00:00Z</atom:updated>",
		0, RK_BASIS_FEED_UPDATED, NULL, "soon", 1 | 8},
	    {"<atom:updated>soon</atom:updated>", 0, RK_BASIS_UNREADABLE, NULL, "soon",
		8},
	    {"<atom:updated>2026-09-21T02:00:00Z</atom:updated>", RK_DISTRUST_UPDATED,
		RK_BASIS_NONE, NULL, "", 0},
	    {"<atom:updated>2026-09-21T02:00:00Z</atom:updated>", RK_DISTRUST_DATE,
		RK_BASIS_DISTRUSTED, NULL, "", 0},
	};
	struct kit *k = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_str doc = rk_arena_fmt(k->arena,
		    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">"
		    "<channel><title>f</title><link>https://s0.example/</link>"
		    "<description>d</description><item><title>A</title>%s</item></channel>"
		    "</rss>",
		    cases[i].dates);
		const struct rk_entry *e = &read_doc(
		    k, doc.p, cases[i].distrust, RK_BANGKOK, KIT_NOW)->entries[0];
		const struct rk_found *f = &e->found;
		unsigned flags = f->buddhist * 1u + f->weekday_wrong * 2u +
				 f->zone_assumed * 4u + f->text_unread * 8u +
				 (f->precision == RK_BY_DAY) * 16u;
		char at[32] = "";

		if (e->published != RK_NO_TIME)
			(void)rk_date_rfc3339(e->published, at);
		if (f->basis != cases[i].basis || flags != cases[i].flags ||
		    !rk_str_is(e->date_text, cases[i].text) ||
		    strcmp(at, cases[i].published != NULL ? cases[i].published : "") != 0)
			fail_msg("%s (%u): basis %u flags %u text \"%s\" %s",
			    cases[i].dates, cases[i].distrust, f->basis, flags,
			    e->date_text.p, at);
	}
}

/* One line, and not longer than there is room for. */
static void
a_long_text_is_cut(void **state)
{
	struct kit *k = *state;
	char doc[2048], text[600] = "";
	const struct rk_entry *e;

	while (strlen(text) < 500)
		strcat(text, "ไม่มีวันที่ ");
	(void)snprintf(doc, sizeof(doc),
	    RSS("<item><title>A</title><pubDate>%s\n\n\t.</pubDate></item>"), text);
	e = &read_doc(k, doc, 0, RK_BANGKOK, KIT_NOW)->entries[0];
	assert_true(e->date_text.n > 100 && e->date_text.n <= 128);
	assert_int_equal(strncmp(e->date_text.p, text, e->date_text.n), 0);
}

/* ---- order */

static void
undated_entries_keep_the_order_of_the_document(void **state)
{
	static const char first[] =
	    RSS("<item><title>A</title><link>https://s0.example/a</link></item>"
		"<item><title>B</title><link>https://s0.example/b</link></item>"
		"<item><title>C</title><link>https://s0.example/c</link></item>");
	static const char second[] =
	    RSS("<item><title>E</title><link>https://s0.example/e</link></item>"
		"<item><title>D</title><link>https://s0.example/d</link></item>"
		"<item><title>C</title><link>https://s0.example/c</link></item>"
		"<item><title>A</title><link>https://s0.example/a</link></item>");
	/* dated from now on, and in another order */
	static const char third[] =
	    RSS("<item><title>A</title><link>https://s0.example/a</link>"
		"<pubDate>2026-01-01</pubDate></item>"
		"<item><title>E</title><link>https://s0.example/e</link>"
		"<pubDate>2026-01-02</pubDate></item>");
	struct kit *k = *state;
	struct kit_rows before, after;

	assert_int_equal(poll(k, first, 0, KIT_NOW).added, 3);
	assert_string_equal(order(k), "A B C");
	before = kit_rows(k);
	for (int i = 1; i < 4; i++)
		assert_int_equal(poll(k, first, 0, KIT_NOW + i * HOUR).unchanged, 3);
	assert_int_equal(poll(k, second, 0, KIT_NOW + KIT_DAY).added, 2);
	assert_string_equal(order(k), "E D A B C");
	nothing_new(poll(k, third, 0, KIT_NOW + 2 * KIT_DAY));
	assert_string_equal(order(k), "E D A B C");
	after = kit_rows(k);
	for (size_t i = 0; i < before.n; i++) {
		assert_int_equal(after.v[i].updated, before.v[i].updated);
		assert_int_equal(after.v[i].first_seen, before.v[i].first_seen);
		assert_string_equal(after.v[i].id.p, before.v[i].id.p);
	}
}

static void
future_dates_are_data(void **state)
{
	static const char text[] =
	    RSS("<item><title>Event</title><link>https://s0.example/1</link>"
		"<pubDate>Fri, 25 Dec 2026 09:00:00 +0700</pubDate></item>"
		"<item><title>Today</title><link>https://s0.example/2</link>"
		"<pubDate>Mon, 21 Sep 2026 12:00:00 +0700</pubDate></item>"
		"<item><title>Later</title><link>https://s0.example/3</link>"
		"<pubDate>Mon, 01 Mar 2027 09:00:00 +0700</pubDate></item>");
	static const char more[] =
	    RSS("<item><title>New</title><link>https://s0.example/4</link>"
		"<pubDate>Mon, 21 Sep 2026 22:00:00 +0700</pubDate></item>");
	struct kit *k = *state;
	struct rk_timeline *t;

	assert_int_equal(poll(k, text, 0, KIT_NOW).added, 3);
	/* as if first seen now, in the order of the document; not by their dates */
	assert_string_equal(order(k), "Event Later Today");
	assert_int_equal(kit_row(k, "s0", "Event").published, 1798164000);
	t = kit_timeline(k, "all", 10);
	for (size_t i = 0; i < t->n_stories; i++)
		assert_true(t->stories[i].updated <= KIT_NOW);
	assert_true(t->updated <= KIT_NOW);
	rk_timeline_free(t);
	/* what comes later stands above them */
	assert_int_equal(poll(k, more, 0, KIT_NOW + HOUR).added, 1);
	assert_string_equal(order(k), "New Event Later Today");
}

static void
a_day_is_not_above_a_time_of_it(void **state)
{
	static const char text[] =
	    RSS("<item><title>Day</title><link>https://s0.example/1</link>"
		"<pubDate>20 กันยายน 2569</pubDate></item>"
		"<item><title>Midnight</title><link>https://s0.example/2</link>"
		"<pubDate>2026-09-20 00:00:00</pubDate></item>"
		"<item><title>Noon</title><link>https://s0.example/3</link>"
		"<pubDate>2026-09-20 12:00:00</pubDate></item>"
		"<item><title>Before</title><link>https://s0.example/4</link>"
		"<pubDate>2026-09-19 23:59:59</pubDate></item>"
		"<item><title>Day2</title><link>https://s0.example/5</link>"
		"<pubDate>2026-09-20</pubDate></item>");
	struct kit *k = *state;
	struct kit_doc *d = kit_doc(k);
	struct rk_store_counts c;

	assert_int_equal(poll(k, text, 0, KIT_NOW).added, 5);
	assert_string_equal(order(k), "Noon Midnight Day Day2 Before");
	/* also of another source: its midnight has rank 0 */
	d->in = *read_doc(k,
	    RSS("<item><title>Other</title><link>https://s1.example/1</link>"
		"<pubDate>2026-09-20 00:00:00</pubDate></item>"
		"<item><title>OtherDay</title><link>https://s1.example/2</link>"
		"<pubDate>2026-09-20</pubDate></item>"),
	    0, RK_BANGKOK, KIT_NOW);
	assert_int_equal(kit_store(k, 1, d, KIT_NOW, &c), 0);
	assert_int_equal(c.added, 2);
	assert_non_null(strstr(order(k), " Other "));
	assert_true(strstr(order(k), " Other ") < strstr(order(k), " Day "));
	assert_true(strstr(order(k), "Midnight") < strstr(order(k), "OtherDay"));
	assert_true(strstr(order(k), "OtherDay") < strstr(order(k), "Before"));
}

static void
first_import_by_date_then_by_first_sight(void **state)
{
	static const char old[] =
	    RSS("<item><title>A</title><link>https://s0.example/a</link>"
		"<pubDate>2026-09-01 09:00:00</pubDate></item>"
		"<item><title>B</title><link>https://s0.example/b</link>"
		"<pubDate>2026-09-10 09:00:00</pubDate></item>"
		"<item><title>U</title><link>https://s0.example/u</link></item>");
	static const char late[] =
	    RSS("<item><title>Y</title><link>https://s0.example/y</link>"
		"<pubDate>2026-08-02</pubDate></item>"
		"<item><title>X</title><link>https://s0.example/x</link>"
		"<pubDate>2026-08-01 09:00:00</pubDate></item>");
	struct kit *k = *state;

	assert_int_equal(poll(k, old, 0, KIT_NOW).added, 3);
	assert_string_equal(order(k), "U B A");
	assert_int_equal(poll(k, late, 0, KIT_NOW + HOUR).added, 2);
	assert_string_equal(order(k), "Y X U B A");
}

/* ---- the source's own zone */

static void
the_zone_of_the_source(void **state)
{
	static const char text[] =
	    RSS("<item><title>A</title><pubDate>2026-09-21 09:00:00</pubDate></item>"
		"<item><title>B</title>"
		"<pubDate>Mon, 21 Sep 2026 09:00:00 +0700</pubDate></item>"
		"<item><title>C</title><pubDate>Mon, 21 Sep 2026 09:00:00 Asia/Nowhere"
		"</pubDate></item>");
	struct kit *k = *state;
	struct rk_ingest *in = read_doc(k, text, 0, 0, KIT_NOW);

	assert_int_equal(in->entries[0].published, 1789981200);
	assert_int_equal(in->entries[1].published, 1789981200 - 7 * HOUR);
	assert_int_equal(in->entries[2].published, 1789981200);
	assert_true(in->entries[0].found.zone_assumed);
	assert_false(in->entries[1].found.zone_assumed);
	assert_true(in->entries[2].found.zone_assumed);
}

static void
authors_and_languages(void **state)
{
	static const char text[] = "<feed xmlns='http://www.w3.org/2005/Atom' "
				   "xml:lang='xx'><title>f</title><id>urn:x</id>"
				   "<author><name>Site</name></author>"
				   "<entry xml:lang='en'><id>a</id><title>A</title>"
				   "<author><name>Me</name></author></entry>"
				   "<entry><id>b</id><title>B</title></entry></feed>";
	struct kit *k = *state;
	struct rk_ingest *in = read_doc(k, text, 0, RK_BANGKOK, KIT_NOW);

	assert_string_equal(in->entries[0].author.p, "Me");
	assert_string_equal(in->entries[0].lang.p, "en");
	assert_string_equal(in->entries[1].author.p, "Site");
	in = read_doc(
	    k, text, RK_DISTRUST_AUTHOR | RK_DISTRUST_LANGUAGE, RK_BANGKOK, KIT_NOW);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(in->entries[i].author.n, 0);
		assert_int_equal(in->entries[i].authors.n, 0);
		assert_int_equal(in->entries[i].lang.n, 0);
	}
	assert_int_equal(in->lang.n, 0);
	assert_int_equal(in->author.n, 0);
}

/* ---- the packed form */

static void
facts_are_one_number(void **state)
{
	struct rk_found f, g;
	unsigned fine = 0;

	(void)state;
	assert_true(rk_found_unpack(RK_BY_DAY, &f)); /* of the first version */
	assert_int_equal(f.precision, RK_BY_DAY);
	assert_int_equal(f.basis, RK_BASIS_UNKNOWN);
	assert_int_equal(f.guid, RK_USE_UNKNOWN);
	for (uint32_t v = 0; v < 1u << 20; v++)
		if (rk_found_unpack(v, &f)) {
			assert_int_equal(rk_found_pack(&f), v);
			fine++;
		}
	assert_int_equal(fine, 3 * 32 * 11 * 6 * 6);
	g = (struct rk_found){.precision = RK_BY_DAY,
	    .basis = RK_BASIS_DISTRUSTED,
	    .guid = RK_USE_SITE,
	    .url = RK_USE_SHARED,
	    .text_unread = true,
	    .first = true};
	assert_true((rk_found_pack(&g) & RK_FOUND_FIRST) != 0);
	assert_true(rk_found_unpack(rk_found_pack(&g), &f));
	assert_memory_equal(&f, &g, sizeof(f));
	assert_false(rk_found_unpack(UINT32_MAX, &f));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(settings_may_change),
	    T(without_ids_the_address_decides),
	    T(distrusted_ids_are_not_published),
	    T(a_site_is_no_id),
	    T(words_do_not_join_what_guids_part),
	    T(distrusted_dates_are_first_seen),
	    T(how_a_date_was_found),
	    T(a_long_text_is_cut),
	    T(undated_entries_keep_the_order_of_the_document),
	    T(future_dates_are_data),
	    T(a_day_is_not_above_a_time_of_it),
	    T(first_import_by_date_then_by_first_sight),
	    T(the_zone_of_the_source),
	    T(authors_and_languages),
	    cmocka_unit_test(facts_are_one_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
