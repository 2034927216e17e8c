/*
 * From documents made by hand to entries: fields, addresses, dates, identity.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/source.h>

#include <stdio.h>
#include <string.h>

#define NOW 1798650000 /* 2026-12-30 */

static struct rk_arena *arena;
static struct rk_doc *doc;
static struct rk_item **tail;
static struct rk_normalise_opts opts;

static int
set_up(void **unused)
{
	(void)unused;
	arena = rk_arena_new(RK_WORKER_ARENA);
	doc = RK_NEW(arena, struct rk_doc);
	doc->format = RK_IN_RSS;
	doc->link = RK_STR("https://www.example.go.th/");
	tail = &doc->items;
	opts = (struct rk_normalise_opts){
	    .url = RK_STR("https://www.example.go.th/rss/news.xml"),
	    .timezone = RK_BANGKOK,
	    .now = NOW};
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	rk_arena_free(arena);
	rk_html_release();
	return 0;
}

static struct rk_item *
add(const char *guid, const char *link, const char *title, const char *body)
{
	struct rk_item *i = RK_NEW(arena, struct rk_item);

	i->guid = rk_str(guid);
	i->guid_permalink = -1;
	i->link = rk_str(link);
	i->title = (struct rk_text){.s = rk_str(title), .kind = RK_TEXT_UNKNOWN};
	i->summary = (struct rk_text){.s = rk_str(body), .kind = RK_TEXT_UNKNOWN};
	*tail = i;
	tail = &i->next;
	doc->n_items++;
	return i;
}

static struct rk_ingest *
run(void)
{
	return rk_normalise(doc, &opts, arena);
}

static bool
warned(const struct rk_ingest *in, const char *part)
{
	for (size_t i = 0; i < in->n_warnings; i++)
		if (strstr(in->warnings[i].p, part) != NULL)
			return true;
	return false;
}

#define IS(str, lit) assert_string_equal(rk_cstr(str), (lit))

static void
fields_of_an_item(void **unused)
{
	struct rk_item *i = add("g-1", "/news/1?utm_source=rss&id=7",
	    "  ข่าว &lt;b&gt;ด่วน&lt;/b&gt;\n <b>วันนี้</b> ",
	    "<p onclick=x>เเละ <a href=\"a.html\">ลิงก์</a></p><script>x</script>");
	struct rk_person who = {.name = RK_STR("งานประชาสัมพันธ์"),
	    .email = RK_STR("pr@example.go.th"),
	    .url = RK_STR("https://www.example.go.th/pr")};
	struct rk_category c2 = {.term = RK_STR("ข่าว &amp; กิจกรรม")};
	struct rk_category c1 = {.next = &c2, .term = RK_STR(" ประกาศ ")};
	struct rk_enclosure e2 = {.url = RK_STR("javascript:alert(1)"), .length = -1};
	struct rk_enclosure e1 = {.next = &e2,
	    .url = RK_STR("/files/a.pdf"),
	    .type = RK_STR("application/pdf"),
	    .title = RK_STR("a\tb"),
	    .length = 123};
	struct rk_ingest *in;
	struct rk_entry *e;

	(void)unused;
	i->authors = &who;
	i->categories = &c1;
	i->enclosures = &e1;
	i->published = RK_STR("Thu, 31 Mar 2022 09:24:00 +0700");
	i->updated = RK_STR("2022-04-01T00:00:00Z");
	i->lang = RK_STR("TH_th");
	i->source_title = RK_STR("ต้นทาง");
	i->source_url = RK_STR("https://origin.example.go.th/rss");
	doc->title =
	    (struct rk_text){.s = RK_STR("ข่าว&nbsp;<i>ก</i>"), .kind = RK_TEXT_UNKNOWN};
	doc->lang = RK_STR("th-TH");
	in = run();
	assert_int_equal(in->n_entries, 1);
	assert_int_equal(in->n_warnings, 0);
	IS(in->title, "ข่าว\xc2\xa0ก");
	IS(in->lang, "th-th");
	IS(in->link, "https://www.example.go.th/");
	e = &in->entries[0];
	IS(e->guid, "g-1");
	IS(e->url, "https://www.example.go.th/news/1?id=7");
	IS(e->title, "ข่าว <b>ด่วน</b> วันนี้");
	IS(e->html, "<p>และ <a href=\"https://www.example.go.th/a.html\">ลิงก์</a></p>");
	IS(e->summary, "");
	IS(e->author, "งานประชาสัมพันธ์");
	IS(e->authors, "งานประชาสัมพันธ์\thttps://www.example.go.th/pr");
	IS(e->author_url, "https://www.example.go.th/pr");
	IS(e->tags, "ประกาศ\nข่าว & กิจกรรม");
	IS(e->enclosures,
	    "https://www.example.go.th/files/a.pdf\tapplication/pdf\t123\ta b");
	IS(e->lang, "th-th");
	IS(e->source_title, "ต้นทาง");
	IS(e->source_url, "https://origin.example.go.th/rss");
	assert_int_equal(e->published, 1648693440);
	assert_int_equal(e->updated, 1648771200);
	assert_false(e->found.buddhist);
	assert_int_equal(e->position, 0);
	IS(rk_entry_id(e, arena), "g-1");
}

static void
content_beats_summary(void **unused)
{
	struct rk_item *i = add("a", "/1", "t", "ย่อ <b>ความ</b>");
	struct rk_item *j = add("b", "/2", "u", "<p>เหมือน  กัน</p>");
	struct rk_item *k = add("c", "/3", "v", "สั้น");
	struct rk_item *l = add("d", "/4", "w", "1 < 2\nบรรทัดสอง");
	struct rk_ingest *in;

	(void)unused;
	i->content = (struct rk_text){.s = RK_STR("<p>เต็ม</p>"), .kind = RK_TEXT_HTML};
	j->content =
	    (struct rk_text){.s = RK_STR("<div>เหมือน กัน</div>"), .kind = RK_TEXT_HTML};
	k->content =
	    (struct rk_text){.s = RK_STR("<script>x</script>"), .kind = RK_TEXT_HTML};
	l->summary.kind = RK_TEXT_PLAIN;
	in = run();
	assert_int_equal(in->n_entries, 4);
	IS(in->entries[0].html, "<p>เต็ม</p>");
	IS(in->entries[0].summary, "ย่อ ความ");
	IS(in->entries[1].html, "<div>เหมือน กัน</div>");
	IS(in->entries[1].summary, "");
	IS(in->entries[2].html, "สั้น");
	IS(in->entries[2].summary, "");
	IS(in->entries[3].html, "1 &lt; 2<br/>บรรทัดสอง");
}

static void
placeholders_are_no_body(void **unused)
{
	struct rk_ingest *in;

	(void)unused;
	(void)add("a", "/1", "t", "-");
	(void)add("b", "/2", "u", "<div style=\"display:none\"></div>");
	(void)add("c", "/3", "v", "- ข้อแรก");
	in = run();
	IS(in->entries[0].html, "");
	IS(in->entries[1].html, "");
	IS(in->entries[2].html, "- ข้อแรก");
}

static void
plain_titles_are_not_markup(void **unused)
{
	struct rk_item *i = add("a", "/1", "a <b>c</b> &amp; d", NULL);
	struct rk_item *j = add("b", "/2", "อุณหภูมิ < 20 & ฝน", NULL);
	struct rk_ingest *in;

	(void)unused;
	i->title.kind = RK_TEXT_PLAIN;
	j->title.kind = RK_TEXT_UNKNOWN;
	in = run();
	IS(in->entries[0].title, "a <b>c</b> &amp; d");
	IS(in->entries[1].title, "อุณหภูมิ < 20 & ฝน");
}

static void
addresses_stand_against_the_nearest_base(void **unused)
{
	struct rk_item *i = add("a", "ewt_news.php?nid=27", "t", "<img src=x.png>");
	struct rk_item *j = add("b", "x", "u", NULL);
	struct rk_ingest *in;

	(void)unused;
	j->link_base = RK_STR("https://base.example.go.th/a/");
	i->summary.base = RK_STR("https://cdn.example.go.th/b/");
	in = run();
	/* RSS: the site, not the folder of the feed */
	IS(in->entries[0].url, "https://www.example.go.th/ewt_news.php?nid=27");
	IS(in->entries[0].html, "<img src=\"https://cdn.example.go.th/b/x.png\"/>");
	IS(in->entries[0].image, "https://cdn.example.go.th/b/x.png");
	IS(in->entries[1].url, "https://base.example.go.th/a/x");
	/* Atom: the document */
	doc->format = RK_IN_ATOM;
	in = run();
	IS(in->entries[0].url, "https://www.example.go.th/rss/ewt_news.php?nid=27");
	/* without any, a relative address is none */
	doc->link = RK_STR("");
	opts.url = RK_STR("");
	in = run();
	IS(in->entries[0].url, "");
	IS(in->entries[1].url, "https://base.example.go.th/a/x");
}

static void
harmful_addresses_are_none(void **unused)
{
	static const char *const bad[] = {"javascript:alert(1)", "data:text/html,x",
	    "file:///etc/passwd", "mailto:a@b.example", "|id", "http://"};
	struct rk_ingest *in;

	(void)unused;
	for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
		char title[8];

		(void)snprintf(title, sizeof(title), "t%zu", k);
		doc->link = RK_STR("");
		opts.url = RK_STR("");
		add(NULL, bad[k], rk_arena_str(arena, rk_str(title)).p, NULL)->image =
		    rk_str(bad[k]);
	}
	in = run();
	assert_int_equal(in->n_entries, sizeof(bad) / sizeof(*bad));
	for (size_t k = 0; k < in->n_entries; k++) {
		IS(in->entries[k].url, "");
		IS(in->entries[k].image, "");
	}
}

static void
a_permalink_stands_in_for_the_link(void **unused)
{
	struct rk_item *i = add("https://www.example.go.th/n/1", NULL, "t", NULL);
	struct rk_item *j = add("https://www.example.go.th/n/2", NULL, "u", NULL);
	struct rk_item *k = add("https://www.example.go.th/n/3", "/n/3", "v", NULL);
	struct rk_ingest *in;

	(void)unused;
	i->guid_permalink = 1;
	j->guid_permalink = 0;
	(void)k;
	in = run();
	IS(in->entries[0].url, "https://www.example.go.th/n/1");
	assert_true(in->entries[0].guid_is_url);
	IS(in->entries[1].url, "");
	assert_false(in->entries[1].guid_is_url);
	IS(in->entries[2].url, "https://www.example.go.th/n/3");
	assert_true(in->entries[2].guid_is_url);
	IS(rk_entry_id(&in->entries[1], arena), "https://www.example.go.th/n/2");
	/* no such thing in Atom */
	doc->format = RK_IN_ATOM;
	in = run();
	IS(in->entries[0].url, "");
}

static void
dates(void **unused)
{
	struct rk_item *a = add("a", "/1", "a", NULL), *b = add("b", "/2", "b", NULL);
	struct rk_item *c = add("c", "/3", "c", NULL), *d = add("d", "/4", "d", NULL);
	struct rk_ingest *in;

	(void)unused;
	a->published = RK_STR("2 ตุลาคม 2555 09:44 น.");
	b->published = RK_STR("Sun, 30 Feb 2025 00:00:00 +0700");
	b->updated = RK_STR("1950-01-01T00:00:00Z");
	c->published = RK_STR("2021-11-29 09:23:55");
	d->published = RK_STR("2025-09-30");
	in = run();
	assert_int_equal(in->entries[0].published, 1349145840);
	assert_true(in->entries[0].found.buddhist);
	assert_int_equal(in->entries[1].published, RK_NO_TIME);
	assert_int_equal(in->entries[1].updated, RK_NO_TIME);
	assert_true(warned(in, "30 Feb 2025"));
	assert_true(warned(in, "1970-2100"));
	assert_int_equal(in->entries[2].published, 1638152635);
	assert_int_equal(in->entries[3].published, 1759165200);
	assert_int_equal(in->entries[3].found.precision, RK_BY_DAY);
	opts.timezone = 0;
	in = run();
	assert_int_equal(in->entries[2].published, 1638152635 + RK_BANGKOK);
}

/* What a page parser says of the place where a date stood holds when it is a date. */
static void
places_of_dates_on_pages(void **unused)
{
	static const enum rk_basis hints[] = {RK_BASIS_UNKNOWN, RK_BASIS_PAGE_RULE,
	    RK_BASIS_PAGE_LINE, RK_BASIS_PAGE_UPDATED, RK_BASIS_BODY};

	(void)unused;
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		const char *one = rk_arena_fmt(arena, "/a%zu", i).p;
		const char *two = rk_arena_fmt(arena, "/b%zu", i).p;
		struct rk_item *a = add(NULL, one, one, NULL);
		struct rk_item *b = add(NULL, two, two, NULL);
		struct rk_ingest *in;

		a->published = RK_STR("2025-09-30 10:00:00");
		b->published = RK_STR("กันยายน 2568");
		a->date_basis = b->date_basis = hints[i];
		in = run();
		assert_int_equal(in->entries[2 * i].found.basis,
		    hints[i] == RK_BASIS_UNKNOWN ? RK_BASIS_FEED : hints[i]);
		IS(in->entries[2 * i].date_text,
		    hints[i] == RK_BASIS_UNKNOWN ? "" : "2025-09-30 10:00:00");
		assert_int_equal(
		    in->entries[2 * i + 1].found.basis, RK_BASIS_UNREADABLE);
		IS(in->entries[2 * i + 1].date_text, "กันยายน 2568");
	}
}

static void
what_is_distrusted_is_not_used(void **unused)
{
	struct rk_item *i = add("g", "/1", "t", "b");
	struct rk_person who = {.name = RK_STR("admin")};
	struct rk_ingest *in;

	(void)unused;
	i->authors = &who;
	i->published = i->updated = RK_STR("2021-11-29 09:23:55");
	i->lang = RK_STR("en");
	opts.distrust = RK_DISTRUST_ID | RK_DISTRUST_DATE | RK_DISTRUST_UPDATED |
			RK_DISTRUST_AUTHOR | RK_DISTRUST_LANGUAGE;
	in = run();
	IS(in->entries[0].guid, "g");
	assert_int_equal(in->entries[0].n_keys, 1);
	assert_int_equal(in->entries[0].keys[0].kind, RK_KEY_URL);
	IS(rk_entry_id(&in->entries[0], arena), "https://www.example.go.th/1");
	assert_int_equal(in->entries[0].published, RK_NO_TIME);
	assert_int_equal(in->entries[0].updated, RK_NO_TIME);
	IS(in->entries[0].author, "");
	IS(in->entries[0].lang, "");
}

static void
keys_are_strongest_first(void **unused)
{
	struct rk_ingest *in;
	const struct rk_entry *e;

	(void)unused;
	(void)add("g-1", "/news/1", "t", "b");
	(void)add(NULL, "/news/2", "t", "b");
	(void)add("", "", "t", "b");
	(void)add(NULL, "/", "u", "b"); /* the whole site */
	add("g-5", "/news/5", "t", "b")->published = RK_STR("2021-11-29 09:23:55");
	add("g-6", "", "t", "b")->published = RK_STR("2021-11-29 09:23:55");
	in = run();
	e = in->entries;
	assert_int_equal(in->n_entries, 6);
	assert_int_equal(e[4].n_keys, 3);
	assert_int_equal(e[4].keys[2].kind, RK_KEY_TITLE);
	assert_int_equal(e[5].n_keys, 4);
	assert_int_equal(e[5].keys[1].kind, RK_KEY_TEXT);
	assert_int_equal(e[5].keys[2].kind, RK_KEY_TEXT);
	assert_true(e[5].keys[3].hash == e[4].keys[2].hash);
	assert_int_equal(e[0].n_keys, 2);
	assert_int_equal(e[0].keys[0].kind, RK_KEY_GUID);
	assert_int_equal(e[0].keys[1].kind, RK_KEY_URL);
	assert_true(e[0].url_hash == e[0].keys[1].hash);
	assert_int_equal(e[1].n_keys, 1);
	assert_int_equal(e[1].keys[0].kind, RK_KEY_URL);
	assert_int_equal(e[2].n_keys, 1);
	assert_int_equal(e[2].keys[0].kind, RK_KEY_TEXT);
	assert_int_equal(e[2].url_hash, 0);
	assert_int_equal(e[3].keys[0].kind, RK_KEY_TEXT);
	IS(e[3].url, "https://www.example.go.th/");
	assert_int_equal(e[3].url_hash, 0);
	IS(rk_entry_id(&e[1], arena), "https://www.example.go.th/news/2");
	assert_true(rk_str_starts(rk_entry_id(&e[2], arena), "urn:sha256:"));
	assert_int_equal(rk_entry_id(&e[2], arena).n, 11 + 64);
	assert_false(rk_str_eq(rk_entry_id(&e[2], arena), rk_entry_id(&e[3], arena)));
}

static void
keys_do_not_depend_on_what_surrounds_the_item(void **unused)
{
	struct rk_ingest *in;
	uint64_t guid, url;

	(void)unused;
	(void)add("g-1", "https://www.example.go.th/news/1", "t", "b");
	in = run();
	guid = in->entries[0].keys[0].hash;
	url = in->entries[0].keys[1].hash;
	doc->items = NULL;
	tail = &doc->items;
	doc->n_items = 0;
	(void)add("x", "/x", "x", "x");
	/* the same page by another spelling */
	(void)add(
	    "g-1", "http://example.go.th/news/1/?utm_medium=rss", "other", "text");
	in = run();
	assert_true(in->entries[1].keys[0].hash == guid);
	assert_true(in->entries[1].keys[1].hash == url);
	assert_true(guid != url);
}

static void
a_guid_of_all_items_is_none(void **unused)
{
	struct rk_ingest *in;

	(void)unused;
	(void)add("http://www.example.go.th", "/ewt_news.php?nid=1", "GIS", "a");
	(void)add("http://www.example.go.th", "/ewt_news.php?nid=2", "GIS", "b");
	(void)add("http://www.example.go.th", "/ewt_news.php?nid=3", "Others", "c");
	(void)add("same", "/4", "d", "d");
	(void)add("same", "/5", "e", "e");
	(void)add("own", "/6", "f", "f");
	in = run();
	assert_int_equal(in->n_entries, 6);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(in->entries[i].keys[0].kind, RK_KEY_URL);
	assert_int_equal(in->entries[5].keys[0].kind, RK_KEY_GUID);
	assert_true(warned(in, "share the id"));
	IS(in->entries[3].guid, "same");
	IS(rk_entry_id(&in->entries[3], arena), "https://www.example.go.th/4");
}

static void
a_single_guid_that_names_the_site_is_none_either(void **unused)
{
	struct rk_ingest *in;

	(void)unused;
	(void)add(
	    "http://www.example.go.th/index.php", "/ewt_news.php?nid=1", "GIS", "a");
	in = run();
	assert_int_equal(in->entries[0].keys[0].kind, RK_KEY_URL);
	assert_int_equal(in->entries[0].n_keys, 1);
}

static void
an_address_of_several_items_is_no_key(void **unused)
{
	struct rk_ingest *in;

	(void)unused;
	(void)add(NULL, "/list.php?page=1", "ประกาศหนึ่ง", "a");
	(void)add(NULL, "/list.php?page=1", "ประกาศสอง", "b");
	(void)add("g1", "/list.php?page=2", "c", "c");
	(void)add("g2", "/list.php?page=2", "c", "c");
	in = run();
	assert_int_equal(in->n_entries, 4);
	assert_int_equal(in->entries[0].keys[0].kind, RK_KEY_TEXT);
	assert_int_equal(in->entries[1].keys[0].kind, RK_KEY_TEXT);
	assert_int_equal(in->entries[0].url_hash, 0);
	assert_int_equal(in->entries[2].n_keys, 2); /* the text stands in */
	assert_int_equal(in->entries[2].keys[0].kind, RK_KEY_GUID);
	assert_int_equal(in->entries[2].keys[1].kind, RK_KEY_TEXT);
	assert_int_equal(in->entries[2].found.url, RK_USE_SHARED);
	assert_int_equal(in->entries[3].keys[0].kind, RK_KEY_GUID);
	assert_int_equal(in->entries[3].url_hash, 0);
	IS(in->entries[3].url, "https://www.example.go.th/list.php?page=2");
}

static void
the_first_of_two_equal_items_stays(void **unused)
{
	struct rk_ingest *in;

	(void)unused;
	(void)add("g", "/1", "t", "newer");
	(void)add("g", "/1", "t", "older");
	(void)add(NULL, "/2", "u", "newer");
	(void)add(NULL, "/2", "u", "older");
	(void)add(NULL, NULL, "v", "same");
	(void)add(NULL, NULL, "v", "same");
	(void)add(NULL, NULL, "v", "other");
	(void)add(NULL, "/1", "t", "without the guid");
	in = run();
	assert_int_equal(in->n_entries, 4);
	IS(in->entries[0].html, "newer");
	IS(in->entries[1].html, "newer");
	IS(in->entries[2].html, "same");
	IS(in->entries[3].html, "other");
	assert_int_equal(in->entries[3].position, 6);
	assert_true(warned(in, "comes twice"));
	assert_int_equal(in->n_warnings, 1);
}

static void
hashes_tell_edits_from_other_changes(void **unused)
{
	const char *body = "จังหวัดจัดโครงการพัฒนาทักษะดิจิทัลแก่ประชาชนในพื้นที่ห้าตำบลของอำเภอเมือง";
	struct rk_item *i;
	struct rk_ingest *in;
	const struct rk_entry *e;

	(void)unused;
	(void)add("a", "/1", "จังหวัดจัดโครงการพัฒนาทักษะดิจิทัล", body);
	i = add("b", "/2", "จังหวัด จัดโครงการพัฒนาทักษะดิจิทัล", body);
	i->content = (struct rk_text){
	    .s = rk_arena_fmt(arena, "<p><b>%s</b></p>", body), .kind = RK_TEXT_HTML};
	(void)add("c", "/3", "จังหวัดจัดโครงการพัฒนาทักษะดิจิทัล",
	    rk_arena_fmt(arena, "%s <a href=/z>อ่านต่อ</a>", body).p);
	(void)add("d", "/4", "จังหวัดจัดโครงการพัฒนาทักษะดิจิทัล ครั้งที่ 2", body);
	(void)add("e", "/5", "สั้น", "สั้น");
	(void)add("f", "/1", "จังหวัดจัดโครงการพัฒนาทักษะดิจิทัล",
	    rk_arena_fmt(arena, "%s\n\nจำนวนคนอ่าน 2,966 คน", body).p);
	in = run();
	e = in->entries;
	assert_int_equal(in->n_entries, 6);
	/* spaces and markup are no edit */
	assert_true(e[0].text_hash == e[1].text_hash);
	assert_true(e[0].merge_hash == e[0].text_hash);
	assert_true(e[0].meta_hash != e[1].meta_hash); /* another address */
	assert_true(e[0].text_hash != e[2].text_hash);
	/* numbers tell apart */
	assert_true(e[0].text_hash != e[3].text_hash);
	/* too short to tell that two sources carry the same */
	assert_int_equal(e[4].merge_hash, 0);
	assert_true(e[4].text_hash != 0);
	/* counters are no edit */
	assert_true(e[0].text_hash == e[5].text_hash);
}

static void
a_changed_link_changes_the_meta_hash_only(void **unused)
{
	uint64_t text, meta;
	struct rk_item *i = add("a", "/1", "t", "<a href=/x>y</a>");
	struct rk_ingest *in = run();

	(void)unused;
	text = in->entries[0].text_hash;
	meta = in->entries[0].meta_hash;
	i->summary.s = RK_STR("<a class=q href='https://www.example.go.th/x'>y</a>");
	in = run();
	assert_true(in->entries[0].meta_hash == meta);
	i->summary.s = RK_STR("<a href=/z>y</a>");
	in = run();
	assert_true(in->entries[0].text_hash == text);
	assert_true(in->entries[0].meta_hash != meta);
	i->summary.s = RK_STR("<a href=/x>y</a>");
	i->published = RK_STR("2021-11-29 09:23:55");
	in = run();
	assert_true(in->entries[0].text_hash == text);
	assert_true(in->entries[0].meta_hash != meta);
}

static void
items_without_anything_are_left_out(void **unused)
{
	struct rk_person feed_author = {.name = RK_STR("x")};
	struct rk_ingest *in;

	(void)unused;
	doc->authors = &feed_author;
	add(NULL, NULL, NULL, NULL)->authors = &feed_author;
	(void)add(" ", NULL, "\n", " ");
	(void)add("id-only", NULL, NULL, NULL);
	(void)add(NULL, NULL, NULL, "body only");
	in = run();
	assert_int_equal(in->n_entries, 2);
	IS(rk_entry_id(&in->entries[0], arena), "id-only");
	assert_int_equal(in->entries[0].position, 2);
	IS(in->entries[1].html, "body only");
	IS(in->author, "x");
}

static void
images(void **unused)
{
	struct rk_item *a = add("a", "/1", "a", "<img src=/body.png>");
	struct rk_item *b = add("b", "/2", "b", "<img src=/body.png>");
	struct rk_item *c = add("c", "/3", "c", "<img src=/body.png>");
	struct rk_enclosure pdf = {
	    .url = RK_STR("/a.pdf"), .type = RK_STR("application/pdf"), .length = -1};
	struct rk_enclosure jpg = {
	    .url = RK_STR("/b.jpg"), .type = RK_STR("image/jpeg"), .length = -1};
	struct rk_ingest *in;

	(void)unused;
	pdf.next = &jpg;
	a->image = RK_STR("/thumb.png");
	a->enclosures = &pdf;
	b->enclosures = &pdf;
	(void)c;
	in = run();
	IS(in->entries[0].image, "https://www.example.go.th/thumb.png");
	IS(in->entries[1].image, "https://www.example.go.th/b.jpg");
	IS(in->entries[1].enclosures,
	    "https://www.example.go.th/a.pdf\tapplication/pdf\t\t\n"
	    "https://www.example.go.th/b.jpg\timage/jpeg\t\t");
	IS(in->entries[2].image, "https://www.example.go.th/body.png");
}

static void
hints(void **unused)
{
	(void)unused;
	assert_int_equal(run()->hint_seconds, 0);
	doc->ttl = RK_STR(" 60 ");
	assert_int_equal(run()->hint_seconds, 3600);
	doc->update_period = RK_STR("daily");
	doc->update_frequency = RK_STR("2");
	assert_int_equal(run()->hint_seconds, 43200);
	doc->update_frequency = RK_STR("0");
	assert_int_equal(run()->hint_seconds, 86400);
	doc->update_period = RK_STR("yearly");
	assert_int_equal(
	    run()->hint_seconds, 365 * 86400); /* how much of it counts: sched */
	doc->ttl = RK_STR("99999999999999999999");
	assert_int_equal(run()->hint_seconds, RK_MAX_ASKED_S / 60 * 60);
	doc->update_period = RK_STR("often");
	doc->ttl = RK_STR("-5");
	assert_int_equal(run()->hint_seconds, 0);
}

static void
long_and_odd_fields(void **unused)
{
	char *title = rk_arena_alloc(arena, RK_MAX_TITLE * 2 + 1);
	char *guid = rk_arena_alloc(arena, RK_MAX_GUID + 2);
	struct rk_ingest *in;

	(void)unused;
	for (size_t k = 0; k + 3 <= RK_MAX_TITLE * 2; k += 3)
		memcpy(title + k, "ก", 3);
	memset(guid, 'g', RK_MAX_GUID + 1);
	(void)add(guid, "/1", title, NULL);
	(void)add("a\xe2\x80\xae"
		  "b",
	    "/2", "x\xe2\x80\xaey\x01", NULL);
	in = run();
	assert_true(in->entries[0].title.n <= RK_MAX_TITLE);
	assert_int_equal(in->entries[0].title.n % 3, 0);
	IS(in->entries[0].guid, "");
	assert_int_equal(in->entries[0].keys[0].kind, RK_KEY_URL);
	IS(in->entries[1].guid, "ab");
	IS(in->entries[1].title, "xy");
}

static void
many_items_with_one_guid_take_linear_time(void **unused)
{
	struct rk_ingest *in;

	(void)unused;
	for (unsigned k = 0; k < RK_MAX_ITEMS; k++)
		(void)add("http://www.example.go.th/one",
		    rk_arena_fmt(arena, "/n?id=%u", k).p,
		    rk_arena_fmt(arena, "title %u", k).p, "b");
	(void)add("last", "/last", "too many", NULL);
	in = run();
	assert_int_equal(in->n_entries, RK_MAX_ITEMS);
	assert_int_equal(in->entries[RK_MAX_ITEMS - 1].keys[0].kind, RK_KEY_URL);
}

static void
warnings_of_a_document(void **unused)
{
	struct rk_ingest *in;

	(void)unused;
	rk_doc_warn(doc, arena, "first %d", 1);
	for (unsigned k = 0; k < RK_MAX_WARNINGS + 5; k++)
		rk_doc_warn(doc, arena, "%u%0400d", k, 0);
	assert_int_equal(doc->n_warnings, RK_MAX_WARNINGS);
	IS(doc->warnings[0], "first 1");
	assert_true(doc->warnings[1].n < 400);
	in = run();
	assert_int_equal(in->n_warnings, RK_MAX_WARNINGS);
	assert_string_equal(rk_format_in_name(RK_IN_RSS), "rss");
	assert_string_equal(rk_format_in_name(RK_IN_JSONFEED), "jsonfeed");
	assert_string_equal(rk_rung_name(RK_RUNG_RECOVERED), "recovered");
	doc->n_warnings = 0;
	rk_doc_warn(doc, arena, "%.298sกกก", doc->warnings[2].p);
	assert_int_equal(doc->warnings[0].n, 298); /* no part of a character */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(fields_of_an_item),
	    TEST(content_beats_summary),
	    TEST(placeholders_are_no_body),
	    TEST(plain_titles_are_not_markup),
	    TEST(addresses_stand_against_the_nearest_base),
	    TEST(harmful_addresses_are_none),
	    TEST(a_permalink_stands_in_for_the_link),
	    TEST(dates),
	    TEST(places_of_dates_on_pages),
	    TEST(what_is_distrusted_is_not_used),
	    TEST(keys_are_strongest_first),
	    TEST(keys_do_not_depend_on_what_surrounds_the_item),
	    TEST(a_guid_of_all_items_is_none),
	    TEST(a_single_guid_that_names_the_site_is_none_either),
	    TEST(an_address_of_several_items_is_no_key),
	    TEST(the_first_of_two_equal_items_stays),
	    TEST(hashes_tell_edits_from_other_changes),
	    TEST(a_changed_link_changes_the_meta_hash_only),
	    TEST(items_without_anything_are_left_out),
	    TEST(images),
	    TEST(hints),
	    TEST(long_and_odd_fields),
	    TEST(many_items_with_one_guid_take_linear_time),
	    TEST(warnings_of_a_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
