/*
 * Settings of a source that decide what is read, through a whole round to `export jsonl`,
 * and what `explain` says of it, also beside a daemon.
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

#include <jansson.h>

#define LOOPBACK \
	"fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.0/8]\n"

static void
serve(struct origin *o, const char *path, const char *body, size_t n)
{
	struct origin_answer a;

	memset(&a, 0, sizeof(a));
	a.headers = "Content-Type: application/rss+xml\nETag: \"1\"\n";
	a.body = body;
	a.n = n;
	a.conditional = true;
	origin_route(o, path, &a, 1);
}

#define RSS(items) \
	"<?xml version=\"1.0\"?><rss version=\"2.0\" " \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" " \
	"xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>f</title>" \
	"<link>http://site.example/</link><description>d</description>" items "</channel></rss>"

#define FULL \
	"<item><guid isPermaLink=\"false\">g-7</guid><title>ข่าวเดียว</title>" \
	"<link>http://site.example/7</link><pubDate>2020-02-03 10:00:00</pubDate>" \
	"<atom:updated>2020-02-04T00:00:00Z</atom:updated>" \
	"<dc:creator>คนเขียน</dc:creator><dc:language>en</dc:language>" \
	"<description>x</description></item>"

/* A fresh object of the line of that source; the first line where source is NULL. */
static json_t *
exported(struct program *w, const char *source)
{
	json_t *found = NULL;

	assert_int_equal(program_run(w, "export", "jsonl", NULL), 0);
	for (char *line = strtok(w->out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		json_t *o = json_loads(line, 0, NULL);

		assert_non_null(o);
		if (found == NULL &&
		    (source == NULL ||
			strcmp(json_string_value(json_object_get(o, "source")), source) == 0))
			found = o;
		else
			json_decref(o);
	}
	return found;
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* entries[0] of `explain WHAT --json`. */
static json_t *
explained(struct program *w, const char *what, size_t n)
{
	json_t *all, *entries, *one;

	assert_int_equal(program_run(w, "explain", what, "--json", NULL), 0);
	assert_non_null(all = json_loads(w->out, 0, NULL));
	entries = json_object_get(all, "entries");
	if (json_array_size(entries) != n)
		fail_msg("%s: %zu entries", what, json_array_size(entries));
	one = json_incref(json_array_get(entries, 0));
	json_decref(all);
	return one;
}

static void
what_is_distrusted_is_not_used(void **state)
{
	static const struct {
		const char *id, *setting, *says;
	} sources[] = {{"none", "", "No setting of the source had an effect."},
	    {"id", "  distrust: [id]\n", "distrust id: the id \"g-7\" is not used."},
	    {"date", "  distrust: [date]\n", "distrust date:"},
	    {"updated", "  distrust: [updated]\n", "distrust updated:"},
	    {"author", "  distrust: [author, language]\n", "distrust author:"},
	    {"zone", "  timezone: \"+00:00\"\n", "dates without a zone are of +00:00."}};
	struct program w;
	struct origin *o = origin_start();
	char config[4096] = "";

	(void)state;
	program_open(&w);
	serve(o, "/f", RSS(FULL), 0);
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		size_t n = strlen(config);

		(void)snprintf(config + n, sizeof(config) - n,
		    "- id: %s\n  url: %s?%s\n%s", sources[i].id, origin_url(o, "/f"),
		    sources[i].id, sources[i].setting);
	}
	program_config(&w, LOOPBACK "sources:\n%s", config);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		json_t *e = exported(&w, sources[i].id), *x, *date;
		const char *id = sources[i].id, *says;

		assert_non_null(e);
		x = explained(&w, text(e, "id"), 1);
		date = json_object_get(x, "date");
		says = text(json_object_get(x, "sentences"), "settings");
		if (strstr(says, sources[i].says) == NULL)
			fail_msg("%s: %s", id, says);
		assert_string_equal(text(e, "published"),
		    strcmp(id, "date") == 0   ? ""
		    : strcmp(id, "zone") == 0 ? "2020-02-03T10:00:00Z"
					      : "2020-02-03T03:00:00Z");
		assert_string_equal(text(date, "basis"),
		    strcmp(id, "date") == 0 ? "distrusted" : "feed");
		assert_string_equal(text(x, "guid"), "g-7");
		assert_string_equal(
		    text(x, "key"), strcmp(id, "id") == 0 ? "url" : "guid");
		assert_string_equal(text(x, "guid_use"),
		    strcmp(id, "id") == 0 ? "distrusted" : "key");
		assert_string_equal(
		    text(x, "author"), strcmp(id, "author") == 0 ? "" : "คนเขียน");
		assert_string_equal(
		    text(x, "lang"), strcmp(id, "author") == 0 ? "" : "en");
		/* without dates of change the stated one, without both first seen */
		if (strcmp(id, "updated") == 0)
			assert_string_equal(text(e, "updated"), "2020-02-03T03:00:00Z");
		else
			assert_string_equal(text(e, "updated"), "2020-02-04T00:00:00Z");
		if (strcmp(id, "date") == 0)
			assert_string_equal(text(x, "placed"), text(x, "first_seen"));
		json_decref(e);
		json_decref(x);
	}
	/* one address of all sources: all are told, as one story where it is one */
	json_decref(explained(&w, "http://site.example/7", 6));
	program_close(&w);
	origin_stop(o);
}

static void
a_forced_charset_is_read_at_once(void **state)
{
	/* "ข่าว" in windows-874, labelled as something that gives other letters */
	static const char wrong[] =
	    "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss version=\"2.0\"><channel>"
	    "<title>f</title><item><title>\xa2\xe8\xd2\xc7</title>"
	    "<link>http://site.example/1</link></item></channel></rss>";
	struct program w;
	struct origin *o = origin_start();
	json_t *e, *x;

	(void)state;
	program_open(&w);
	serve(o, "/f", wrong, sizeof(wrong) - 1);
	program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n", origin_url(o, "/f"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	program_config(&w,
	    LOOPBACK "sources:\n- id: one\n  url: %s\n  charset: windows-874\n",
	    origin_url(o, "/f"));
	/* the document is the same, and yet it is read anew, as the same entry */
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_null(origin_header(origin_seen(o, 1), "If-None-Match"));
	e = exported(&w, NULL);
	assert_string_equal(text(e, "title"), "ข่าว");
	x = explained(&w, text(e, "id"), 1);
	assert_non_null(strstr(text(json_object_get(x, "sentences"), "settings"),
	    "read as windows-874"));
	json_decref(x);
	json_decref(e);
	assert_int_equal(program_run(&w, "once", NULL), 0);
	assert_non_null(origin_header(origin_seen(o, 2), "If-None-Match"));
	program_close(&w);
	origin_stop(o);
}

static void
distrust_set_later_publishes_nothing_anew(void **state)
{
	static const char body[] =
	    RSS("<item><guid isPermaLink=\"false\">1</guid><title>หนึ่ง</title>"
		"<link>http://site.example/1</link></item>"
		"<item><guid isPermaLink=\"false\">2</guid><title>สอง</title>"
		"<pubDate>Mon, 21 Sep 2026 09:00:00 +0700</pubDate></item>"
		"<item><title>สาม</title>"
		"<pubDate>Mon, 21 Sep 2026 08:00:00 +0700</pubDate></item>");
	static const char *const settings[] = {
	    "[]", "[id]", "[date]", "[id, date, updated]", "[]"};
	struct program w;
	struct origin *o = origin_start();
	char *ids = NULL;

	(void)state;
	program_open(&w);
	serve(o, "/f", body, 0);
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		char now[1024] = "";

		program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n  distrust: %s\n",
		    origin_url(o, "/f"), settings[i]);
		assert_int_equal(program_run(&w, "once", NULL), 0);
		assert_int_equal(program_count(&w, "public/all.atom", "<entry>"), 3);
		assert_int_equal(program_run(&w, "export", "jsonl", NULL), 0);
		for (char *line = strtok(w.out, "\n"); line != NULL;
		     line = strtok(NULL, "\n"))
			(void)strncat(now, line, strcspn(line, ","));
		if (ids == NULL)
			ids = strdup(now);
		assert_string_equal(now, ids);
		assert_null(origin_header(origin_seen(o, i), "If-None-Match"));
	}
	free(ids);
	program_close(&w);
	origin_stop(o);
}

/* ---- what is said */

static void
says(struct program *w, const char *what, const char *const *parts)
{
	static char flat[16384];
	size_t n = 0;
	bool space = false;

	assert_int_equal(program_run(w, "explain", what, NULL), 0);
	/* lines are broken anywhere */
	for (const char *p = w->out; *p != '\0' && n + 2 < sizeof(flat); p++) {
		space = space || *p == ' ' || *p == '\n';
		if (*p == ' ' || *p == '\n')
			continue;
		if (space)
			flat[n++] = ' ';
		space = false;
		flat[n++] = *p;
	}
	flat[n] = '\0';
	for (size_t i = 0; parts[i] != NULL; i++)
		if (strstr(flat, parts[i]) == NULL)
			fail_msg("not said: %s\n%s", parts[i], w->out);
}

#define RELEASE \
	"<description>ขอให้ประชาชนในพื้นที่ลุ่มต่ำขนของขึ้นที่สูงและติดตามข่าวสารจากทางราชการ" \
	"อย่างใกล้ชิด เจ้าหน้าที่เตรียมเครื่องสูบน้ำพร้อมปฏิบัติงานตลอดเวลา</description>"

static void
explains_in_sentences(void **state)
{
	static const char one[] =
	    RSS("<item><guid isPermaLink=\"false\">a1</guid>"
		"<title>เตือนระวังน้ำท่วมฉับพลันในพื้นที่ภาคใต้ตอนล่าง</title>"
		"<link>http://one.example/a1</link>"
		"<pubDate>Mon, 03 Feb 2563 10:00:00 +0700</pubDate>" RELEASE "</item>"
		"<item><title>ไม่มีวันที่</title><link>http://one.example/a2</link></item>"
		"<item><title>อ่านไม่ได้</title><link>http://one.example/a3</link>"
		"<pubDate>เร็ว ๆ นี้</pubDate></item>"
		"<item><title>งานปีหน้า</title><link>http://one.example/a4</link>"
		"<pubDate>1 มกราคม 2642</pubDate></item>"
		"<item><guid>http://one.example/</guid><title>เว็บ</title>"
		"<link>http://one.example/a5</link>"
		"<pubDate>Tue, 03 Feb 2020 10:00:00 Asia/Nowhere</pubDate></item>");
	static const char two[] =
	    RSS("<item><guid isPermaLink=\"false\">b1</guid>"
		"<title>เตือนระวังน้ำท่วมฉับพลันในพื้นที่ภาคใต้ตอนล่าง</title>"
		"<link>http://two.example/b1</link>"
		"<pubDate>Mon, 03 Feb 2020 11:00:00 +0700</pubDate>" RELEASE "</item>");
	struct program w;
	struct origin *o = origin_start();

	(void)state;
	program_open(&w);
	serve(o, "/one", one, 0);
	program_config(&w,
	    LOOPBACK "sources:\n- id: one\n  title: แหล่งหนึ่ง\n  url: %s\n"
		     "  province: TH-83\n  agency: office\n  regions: [province/krabi]\n",
	    origin_url(o, "/one"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	serve(o, "/two", two, 0);
	program_config(&w,
	    LOOPBACK "sources:\n- id: one\n  title: แหล่งหนึ่ง\n  url: %s\n"
		     "  province: TH-83\n  agency: office\n  regions: [province/krabi]\n"
		     "- id: two\n  title: แหล่งสอง\n  url: %s\n",
	    origin_url(o, "/one"), origin_url(o, "/two"));
	assert_int_equal(program_run(&w, "once", NULL), 0);
	says(&w, "http://one.example/a1",
	    (const char *const[]){"It came from the source one (แหล่งหนึ่ง), http://127.0.0.1:",
		"last good document was rss in utf-8.",
		"It is known by the id that the document gives it, \"a1\".",
		"\"a1\" is no absolute web address or tag.",
		"\"Mon, 03 Feb 2563 10:00:00 +0700\", which is 2020-02-03 10:00:00 +07:00.",
		"The year was printed in the Buddhist era",
		"It stands in the timelines by that date",
		"province/phuket (ภูเก็ต): the home province of the source, TH-83.",
		"province/krabi (กระบี่): listed under regions of the source.",
		"agency/office (office): the agency of the source.",
		"region/south (ภาคใต้): a group that TH-83 belongs to.",
		"It leads its story",
		"Also published by two (แหล่งสอง): http://two.example/b1, first seen",
		"No setting of the source had an effect.", "Live. First seen 20", NULL});
	says(&w, "http://two.example/b1",
	    (const char *const[]){"It is a copy: the story is published as",
		"It stands where the lead of its story stands",
		"province/phuket (ภูเก็ต): one, which published it too, belongs there.",
		NULL});
	says(&w, "http://one.example/a2",
	    (const char *const[]){"The document gives it no id of its own, so it is known by "
				  "its address.",
		"made by ruamkhao, as the document gives none. It never changes.",
		"The document states no date for it. It counts as of the moment it was "
		"first seen.",
		"first seen, less one second for each item above it in the document.",
		NULL});
	says(&w, "http://one.example/a3",
	    (const char *const[]){
		"What the document printed as its date, \"เร็ว ๆ นี้\", is not the date of a day.",
		NULL});
	says(&w, "http://one.example/a4",
	    (const char *const[]){"\"1 มกราคม 2642\", which is 2099-01-01.",
		"It has no time of day", "days ahead when it was first seen: it is kept as "
					 "stated, but the entry stands where",
		NULL});
	says(&w, "http://one.example/a5",
	    (const char *const[]){"Its id \"http://one.example/\" is the address of the "
				  "whole site, so it is known by its address.",
		"The weekday it printed is not that of this day",
		"No time zone that is known was printed: the source's own, +07:00, was taken.",
		NULL});
	/* what is not there */
	assert_int_equal(program_run(&w, "explain", "http://one.example/none", NULL), 1);
	assert_string_equal(w.out, "");
	assert_non_null(strstr(w.err, "no entry has the id or address \"http://one.example/none\""));
	assert_int_equal(strcspn(w.err, "\n") + 1, strlen(w.err));
	assert_int_equal(program_run(&w, "explain", "a\033[31m\nb", NULL), 1);
	assert_null(strchr(w.err, '\033'));
	assert_int_equal(strcspn(w.err, "\n") + 1, strlen(w.err));
	assert_int_equal(program_run(&w, "explain", NULL), 2);
	program_close(&w);
	origin_stop(o);
}

static void
works_beside_a_daemon(void **state)
{
	struct program w;
	struct origin *o = origin_start();
	pid_t daemon;

	(void)state;
	program_open(&w);
	serve(o, "/f", RSS(FULL), 0);
	program_config(&w, LOOPBACK "sources:\n- id: one\n  url: %s\n", origin_url(o, "/f"));
	assert_int_equal(program_run(&w, "explain", "x", NULL), 3); /* no database yet */
	daemon = program_start(&w, "run", NULL);
	assert_true(program_until(&w, "public/all.atom", "<entry>", 1, 10000));
	json_decref(explained(&w, "http://site.example/7", 1));
	json_decref(explained(&w, "g-7", 1));
	assert_int_equal(kill(daemon, 0), 0);
	assert_int_equal(kill(daemon, SIGTERM), 0);
	assert_int_equal(program_wait(&w, daemon, 6000), 0);
	program_close(&w);
	origin_stop(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_distrusted_is_not_used),
	    cmocka_unit_test(a_forced_charset_is_read_at_once),
	    cmocka_unit_test(distrust_set_later_publishes_nothing_anew),
	    cmocka_unit_test(explains_in_sentences),
	    cmocka_unit_test(works_beside_a_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
