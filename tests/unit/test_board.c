/*
 * What is published of how sources fare: every file of one board, whole, against the copies
 * in golden/board; no secret in any of them, no markup of strangers, no formula; OPML that
 * our own reader takes; and pages that stay small where there are many sources.
 *
 * RK_GOLDEN=write makes the copies anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/board.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/opml.h>
#include <ruamkhao/publish.h>

#include <jansson.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((int64_t)1795305600) /* 2026-11-22T00:00:00Z */
#define DAY ((int64_t)86400)
#define SPAN(lit)                                                                      \
	{                                                                              \
		(lit), sizeof(lit) - 1                                                 \
	}

static const struct rk_site site = {.title = SPAN("รวมข่าว <ภาครัฐ>"),
    .base_url = SPAN("https://news.example.go.th/"),
    .language = SPAN("th"),
    .host = SPAN("news.example.go.th"),
    .suffixes = SPAN(".atom .rss .json .html")};

static const struct rk_node phuket = {.id = SPAN("province/phuket"),
    .scheme = RK_SCHEME_PROVINCE,
    .term = SPAN("TH-83"),
    .th = SPAN("ภูเก็ต"),
    .en = SPAN("Phuket")};
static const struct rk_node dopa = {.id = SPAN("agency/dopa"),
    .scheme = RK_SCHEME_AGENCY,
    .term = SPAN("dopa"),
    .th = SPAN("กรมการปกครอง"),
    .en = SPAN("Department of Provincial Administration")};
static const struct rk_node mute = {.id = SPAN("agency/mute"),
    .scheme = RK_SCHEME_AGENCY,
    .term = SPAN("mute"),
    .th = SPAN("กรม <เงียบ>"),
    .en = SPAN("The Silent & Co")};
static const struct rk_node none = {.id = SPAN("agency/none"),
    .scheme = RK_SCHEME_AGENCY,
    .term = SPAN("none"),
    .th = SPAN("กรมใหม่"),
    .en = SPAN("New Department")};
static const struct rk_node *agencies[] = {&dopa, &mute, &none};

static struct rk_board_source sources[] = {
    {.id = SPAN("phuket-office"),
	.title = SPAN("สำนักงานจังหวัดภูเก็ต"),
	.url = SPAN("https://www.phuket.go.th/rss"),
	.site = SPAN("https://www.phuket.go.th/"),
	.health = RK_HEALTH_WORKING,
	.since = NOW - 40 * DAY,
	.days = 31,
	.good = 30,
	.position = 0,
	.province = &phuket,
	.agency = &dopa},
    {.id = SPAN("en"), /* its anchor must not be that of the language */
	.title = SPAN("=HYPERLINK(\"http://evil.example\") <script>alert(1)</script>"),
	.url = SPAN("https://user:hunter2@b.example/rss?token=sesame"),
	.health = RK_HEALTH_BROKEN,
	.since = NOW - 3 * DAY,
	.why = SPAN("https://b.example/rss?token=sesame: <b>no</b> answer from"
		    " http://user:hunter2@b.example/x"),
	.advice = SPAN("look for the feed's new address on the site and change url"),
	.position = 1,
	.province = &phuket},
    {.id = SPAN("quiet"),
	.title = SPAN("ประกาศ, \"ด่วน\""),
	.url = SPAN("https://c.example/page"),
	.health = RK_HEALTH_SILENT,
	.since = NOW - 90 * DAY,
	.days = 31,
	.good = 0,
	.position = 2,
	.agency = &mute,
	.kind = RK_KIND_PAGE},
    {.id = SPAN("moved"),
	.title = SPAN("ย้ายแล้ว"),
	.url = SPAN("https://d.example/old"),
	.health = RK_HEALTH_WORKING,
	.since = NOW - 9 * DAY,
	.moved = SPAN("https://d.example/new?key=sesame"),
	.position = 3,
	.agency = &dopa},
    {.id = SPAN("gone"),
	.title = SPAN("-"),
	.url = SPAN("http://e.example:8080/f"),
	.health = RK_HEALTH_GONE,
	.since = NOW - DAY,
	.why = SPAN("the server answered 410"),
	.advice = SPAN("of an older program <i>"),
	.position = 4},
    {.id = SPAN("hacked"),
	.title = SPAN("ถูกเจาะ"),
	.url = SPAN("https://f.example/f"),
	.health = RK_HEALTH_HELD,
	.since = NOW - DAY,
	.position = 5},
    {.id = SPAN("late"),
	.title = SPAN("ช้า"),
	.url = SPAN("https://g.example/f"),
	.health = RK_HEALTH_LATE,
	.since = NOW - DAY,
	.position = 6},
    {.id = SPAN("new"),
	.url = SPAN("https://h.example/f"),
	.health = RK_HEALTH_NEW,
	.since = NOW,
	.position = 7},
    {.id = SPAN("off"),
	.title = SPAN("ปิด"),
	.url = SPAN("https://i.example/f"),
	.health = RK_HEALTH_OFF,
	.since = RK_NO_TIME,
	.position = 8,
	.agency = &none}};
#define N_SOURCES (sizeof(sources) / sizeof(*sources))

static struct rk_event events[] = {
    {.id = 12,
	.at = NOW - 60,
	.kind = RK_EVENT_MOVED,
	.source = SPAN("moved"),
	.title = SPAN("ย้ายแล้ว"),
	.detail = SPAN("https://d.example/new?key=sesame"),
	.since = RK_NO_TIME,
	.n = 1},
    {.id = 11,
	.at = NOW - 3600,
	.kind = RK_EVENT_BROKEN,
	.source = SPAN("en"),
	.title = SPAN("<script>alert(1)</script>"),
	.detail = SPAN("https://b.example/rss?token=sesame: <b>no</b> answer"),
	.advice = SPAN("check the host name in url"),
	.since = NOW - 3 * DAY,
	.n = 1},
    {.id = 10,
	.at = NOW - DAY,
	.kind = RK_EVENT_SILENT,
	.source = SPAN("quiet"),
	.title = SPAN("ประกาศ"),
	.since = NOW - 90 * DAY,
	.n = 1},
    {.id = 9, .at = NOW - 2 * DAY, .kind = RK_EVENT_ADDED, .since = RK_NO_TIME, .n = 37}};

static struct rk_board board = {.site = &site,
    .generation = 1,
    .sources = sources,
    .n_sources = N_SOURCES,
    .agencies = agencies,
    .n_agencies = 3,
    .events = events,
    .n_events = 4};

typedef int render_fn(const struct rk_board *, struct rk_buf *, struct rk_err *);

static struct rk_buf
rendered(render_fn *render, const struct rk_board *b)
{
	struct rk_err err = {0};
	struct rk_buf out;

	rk_buf_init(&out, (size_t)64 << 20);
	if (render(b, &out, &err) != 0)
		fail_msg("%s", err.text);
	return out;
}

/* Between the two, for what is around them is the frame of every page. */
static struct rk_buf
between(const struct rk_buf *b, const char *from, const char *to)
{
	struct rk_str text = rk_buf_view(b);
	struct rk_buf part;

	text = rk_str_from(text, rk_str_find(text, rk_str(from)));
	rk_buf_init(&part, b->max);
	(void)rk_buf_str(&part, rk_strn(text.p, rk_str_find(text, rk_str(to))));
	return part;
}

static void
golden(const char *name, const struct rk_buf *out)
{
	const char *mode = getenv("RK_GOLDEN");
	char path[512];
	size_t n;
	char *kept;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/golden/board/%s", RK_TEST_DATA, name);
	if (mode != NULL && strcmp(mode, "write") == 0) {
		assert_non_null(f = fopen(path, "wb"));
		assert_int_equal(fwrite(out->p, 1, out->n, f), out->n);
		assert_int_equal(fclose(f), 0);
		return;
	}
	if ((f = fopen(path, "rb")) == NULL)
		fail_msg("%s is missing", path);
	kept = malloc(out->n + 2);
	assert_non_null(kept);
	n = fread(kept, 1, out->n + 1, f);
	(void)fclose(f);
	if (n != out->n || memcmp(kept, out->p, n) != 0)
		fail_msg("%s is not what is rendered:\n%.*s", path, (int)out->n, out->p);
	free(kept);
}

static bool
holds(const struct rk_buf *b, const char *text)
{
	return rk_str_find(rk_buf_view(b), rk_str(text)) != SIZE_MAX;
}

/* Nothing that a configured address keeps secret, no markup of a stranger. */
static void
is_harmless(const struct rk_buf *b)
{
	assert_false(holds(b, "sesame"));
	assert_false(holds(b, "hunter2"));
	assert_false(holds(b, "user:"));
}

static const struct {
	const char *name;
	render_fn *render;
} files[] = {{"status.html", rk_status_html}, {"status.json", rk_status_json},
    {"sources.opml", rk_sources_opml}, {"sources.csv", rk_sources_csv}};

static void
files_are_as_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct rk_buf b = rendered(files[i].render, &board);
		struct rk_buf again = rendered(files[i].render, &board);

		if (files[i].render == rk_status_html) {
			struct rk_buf part = between(&b, "<main", "</main>");

			golden(files[i].name, &part);
			rk_buf_release(&part);
		} else {
			golden(files[i].name, &b);
		}
		is_harmless(&b);
		assert_true(rk_str_eq(rk_buf_view(&b), rk_buf_view(&again)));
		rk_buf_release(&b);
		rk_buf_release(&again);
	}
}

static void
quiet_parser(void *cookie, const char *fmt, ...)
{
	(void)cookie;
	(void)fmt;
}

static size_t
elements(xmlNode *node, const char *name)
{
	size_t n = 0;

	for (; node != NULL; node = node->next) {
		n += node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
		n += elements(node->children, name);
	}
	return n;
}

static void
the_page_has_an_anchor_for_each_source(void **state)
{
	struct rk_buf b = rendered(rk_status_html, &board);
	xmlDoc *doc;

	(void)state;
	xmlSetGenericErrorFunc(NULL, quiet_parser);
	doc = htmlReadMemory(b.p, (int)b.n, NULL, "utf-8", HTML_PARSE_NOERROR | HTML_PARSE_NONET);
	assert_non_null(doc);
	assert_int_equal(elements(doc->children, "script"), 0);
	assert_int_equal(elements(doc->children, "b"), 0);
	assert_int_equal(elements(doc->children, "i"), 0);
	assert_int_equal(elements(doc->children, "h1"), 1);
	for (size_t i = 0; i < N_SOURCES; i++) {
		char anchor[64];
		size_t n = 0;
		struct rk_str rest = rk_buf_view(&b);
		size_t at;

		(void)snprintf(anchor, sizeof(anchor), " id=\"s-%s\"", sources[i].id.p);
		while ((at = rk_str_find(rest, rk_str(anchor))) != SIZE_MAX) {
			rest = rk_str_from(rest, at + 1);
			n++;
		}
		assert_int_equal(n, 1);
	}
	assert_true(holds(&b, "<strong>2</strong> of 8 sources are working"));
	assert_true(holds(&b, "97%"));
	xmlFreeDoc(doc);
	rk_buf_release(&b);
}

static void
the_worst_stand_first(void **state)
{
	static const char *const order[] = {"s-gone", "s-en", "s-hacked", "s-quiet", "s-late",
	    "s-moved", "s-phuket-office"};
	struct rk_buf b = rendered(rk_status_html, &board);
	size_t before = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		char anchor[64];
		size_t at;

		(void)snprintf(anchor, sizeof(anchor), " id=\"%s\"", order[i]);
		at = rk_str_find(rk_buf_view(&b), rk_str(anchor));
		assert_true(at != SIZE_MAX && at > before);
		before = at;
	}
	rk_buf_release(&b);
}

static void
programs_read_the_json(void **state)
{
	struct rk_buf b = rendered(rk_status_json, &board);
	json_t *o = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL), *list, *one;

	(void)state;
	assert_non_null(o);
	assert_int_equal(json_integer_value(json_object_get(o, "version")), 1);
	one = json_object_get(o, "totals");
	assert_int_equal(json_integer_value(json_object_get(one, "sources")), N_SOURCES);
	assert_int_equal(json_integer_value(json_object_get(one, "working")), 2);
	assert_int_equal(json_integer_value(json_object_get(one, "broken")), 1);
	assert_string_equal(json_string_value(json_object_get(o, "score_month")), "2026-10");
	list = json_object_get(o, "sources");
	assert_int_equal(json_array_size(list), N_SOURCES);
	one = json_array_get(list, 1);
	assert_string_equal(json_string_value(json_object_get(one, "state")), "broken");
	assert_string_equal(
	    json_string_value(json_object_get(one, "since")), "2026-11-19T00:00:00Z");
	assert_null(json_object_get(one, "error")); /* RELIABILITY 1.5 case 12 */
	assert_null(json_object_get(one, "url"));
	assert_string_equal(json_string_value(json_object_get(one, "advice_th")),
	    "หาที่อยู่ใหม่ของฟีดบนเว็บไซต์แล้วแก้ url");
	one = json_array_get(list, 0);
	assert_int_equal(json_integer_value(json_object_get(one, "score")), 97);
	list = json_object_get(o, "agencies");
	assert_int_equal(json_array_size(list), 3);
	one = json_array_get(list, 2);
	assert_int_equal(json_integer_value(json_object_get(one, "sources")), 0);
	json_decref(o);
	rk_buf_release(&b);
}

static void
our_own_reader_takes_the_opml(void **state)
{
	struct rk_buf b = rendered(rk_sources_opml, &board);
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_err err = {0};
	struct rk_opml *list = NULL;
	bool office = false;

	(void)state;
	if (rk_opml_read(rk_buf_view(&b), arena, &list, &err) != 0)
		fail_msg("%s", err.text);
	/* feeds that may be shown: not the secret one, the page, the disabled one */
	assert_int_equal(list->n_outlines, 6);
	for (struct rk_outline *o = list->outlines; o != NULL; o = o->next) {
		if (!rk_str_is(o->url, "https://www.phuket.go.th/rss"))
			continue;
		office = true;
		assert_string_equal(rk_cstr(o->site), "https://www.phuket.go.th/");
		assert_string_equal(rk_cstr(o->title), "สำนักงานจังหวัดภูเก็ต");
		assert_string_equal(rk_cstr(o->folder), "ภูเก็ต");
	}
	assert_true(office);
	rk_arena_free(arena);
	rk_buf_release(&b);
}

/* ---- CSV */

/* A strict reader of RFC 4180: how many fields a line has; -1: it is none. */
static int
fields(const char **p)
{
	int n = 0;

	for (;;) {
		if (*(*p)++ != '"')
			return -1;
		for (;; (*p)++) {
			if (**p == '\0')
				return -1;
			if (**p == '"' && (*p)[1] == '"')
				(*p)++;
			else if (**p == '"')
				break;
		}
		(*p)++;
		n++;
		if (**p == ',') {
			(*p)++;
			continue;
		}
		if (strncmp(*p, "\r\n", 2) != 0)
			return -1;
		*p += 2;
		return n;
	}
}

static void
spreadsheets_take_the_csv(void **state)
{
	struct rk_buf b = rendered(rk_sources_csv, &board);
	const char *p;
	size_t lines = 0;

	(void)state;
	(void)rk_buf_addc(&b, '\0');
	assert_memory_equal(b.p, "\xef\xbb\xbf", 3);
	for (p = b.p + 3; *p != '\0'; lines++)
		assert_int_equal(fields(&p), 13);
	assert_int_equal(lines, N_SOURCES + 1);
	assert_non_null(strstr(b.p, "\"'=HYPERLINK(\"\"http://evil"));
	assert_non_null(strstr(b.p, "\"gone\",\"'-\""));
	assert_non_null(strstr(b.p, "\"ประกาศ, \"\"ด่วน\"\"\""));
	rk_buf_release(&b);
}

static void
the_index_has_a_csv(void **state)
{
	static const struct rk_format atom = {"atom", ".atom", "", NULL};
	static const struct rk_format *formats[] = {&atom, NULL};
	const struct rk_index_node nodes[] = {{phuket, NOW, 3}, {mute, NOW, 1}};
	const struct rk_index index = {&site, nodes, 2, formats, NULL};
	struct rk_err err = {0};
	struct rk_buf b;

	(void)state;
	rk_buf_init(&b, 65536);
	assert_int_equal(rk_index_csv(&index, &b, &err), 0);
	golden("index.csv", &b);
	rk_buf_release(&b);
}

/* ---- operators */

static void
operators_are_told_in_every_format(void **state)
{
	struct rk_timeline *t = rk_operator_timeline(&board);
	const struct rk_format *f;
	struct rk_buf text;

	(void)state;
	assert_int_equal(t->n_stories, 4);
	assert_string_equal(
	    rk_cstr(t->stories[1].id), "tag:news.example.go.th,2026:operator/11");
	assert_string_equal(
	    rk_cstr(t->stories[1].url), "https://news.example.go.th/status.html#s-en");
	assert_string_equal(
	    rk_cstr(t->stories[3].url), "https://news.example.go.th/status.html");
	assert_int_equal(t->updated, NOW - 60);
	assert_int_equal(t->stories[1].updated, NOW - 3600);
	for (f = rk_formats; f->name != NULL; f++) {
		struct rk_err err = {0};
		struct rk_buf b;

		rk_buf_init(&b, (size_t)1 << 20);
		assert_int_equal(f->render(t, &b, &err), 0);
		is_harmless(&b);
		assert_true(strcmp(f->name, "json") == 0 || !holds(&b, "<script"));
		assert_true(holds(&b, "แหล่งข่าวเงียบ: ประกาศ / Source silent: quiet"));
		assert_true(holds(&b, "เพิ่มแหล่งข่าว: 37 แหล่ง / Source added: 37 sources"));
		rk_buf_release(&b);
	}
	/* what the formats make of it is no matter of this test */
	rk_buf_init(&text, (size_t)1 << 20);
	for (size_t i = 0; i < t->n_stories; i++)
		(void)rk_buf_addf(&text, "%s\n%s\n%s\n%s\n%s\n\n", rk_cstr(t->stories[i].id),
		    rk_cstr(t->stories[i].url), rk_cstr(t->stories[i].title),
		    rk_cstr(t->stories[i].tags), rk_cstr(t->stories[i].html));
	assert_false(holds(&text, "<b>"));
	golden("operator.txt", &text);
	rk_buf_release(&text);
	rk_timeline_free(t);
}

static void
no_events_no_stories(void **state)
{
	struct rk_board empty = {.site = &site, .month = RK_NO_MONTH};
	struct rk_timeline *t = rk_operator_timeline(&empty);

	(void)state;
	assert_int_equal(t->n_stories, 0);
	assert_int_equal(t->updated, RK_NO_TIME);
	rk_timeline_free(t);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct rk_buf b = rendered(files[i].render, &empty);

		if (i < 3)
			assert_true(b.n > 50);
		rk_buf_release(&b);
	}
}

/* ---- many */

/* As many as Thailand has agencies: every one by its name, within a page. */
static void
every_source_of_a_country_has_its_line(void **state)
{
	enum { ALL = 379 };
	static struct rk_board_source v[ALL];
	static struct rk_node nodes[77];
	static char ids[ALL][16], names[77][32];
	struct rk_board all = board;
	struct rk_buf b;

	(void)state;
	for (size_t i = 0; i < 77; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "province/p%02zu", i);
		nodes[i] = phuket;
		nodes[i].id = rk_str(names[i]);
	}
	for (size_t i = 0; i < ALL; i++) {
		v[i] = sources[i % 40 == 3 ? 1 : 0];
		(void)snprintf(ids[i], sizeof(ids[i]), "source-%zu", i);
		v[i].id = rk_str(ids[i]);
		v[i].province = &nodes[i % 77];
	}
	all.sources = v;
	all.n_sources = ALL;
	b = rendered(rk_status_html, &all);
	assert_true(b.n < 100000);
	for (size_t i = 0; i < ALL; i++) {
		char anchor[64];

		(void)snprintf(anchor, sizeof(anchor), " id=\"s-source-%zu\"", i);
		assert_true(holds(&b, anchor));
	}
	rk_buf_release(&b);
}

static void
a_hundred_thousand_sources_fit(void **state)
{
	enum { MANY = 100000 };
	struct rk_board many = board;
	struct rk_board_source *v = calloc(MANY, sizeof(*v));
	char (*ids)[16] = calloc(MANY, sizeof(*ids));
	struct rk_node *nodes = calloc(MANY, sizeof(*nodes));
	struct rk_buf b;

	(void)state;
	assert_non_null(v);
	assert_non_null(ids);
	assert_non_null(nodes);
	for (size_t i = 0; i < MANY; i++) {
		v[i] = sources[0];
		(void)snprintf(ids[i], sizeof(ids[i]), "s%zu", i);
		v[i].id = rk_str(ids[i]);
		if (i % 100 == 7)
			v[i].health = RK_HEALTH_BROKEN;
	}
	many.sources = v;
	many.n_sources = MANY;
	b = rendered(rk_status_html, &many);
	assert_true(b.n < 100000);
	assert_true(holds(&b, "99000/100000")); /* counted by group */
	assert_true(holds(&b, "<tr id=\"s-s10007\""));
	assert_true(holds(&b, " more, all of them in "));
	assert_false(holds(&b, "id=\"s-s1\""));
	rk_buf_release(&b);
	for (size_t i = 0; i < MANY; i++)
		v[i].health = RK_HEALTH_BROKEN;
	b = rendered(rk_status_html, &many);
	assert_true(b.n < 100000);
	rk_buf_release(&b);
	/* a province a source: there are more groups than a page can hold */
	for (size_t i = 0; i < MANY; i++) {
		nodes[i] = phuket;
		nodes[i].id = v[i].id;
		v[i].province = &nodes[i];
		v[i].health = i % 1000 == 7 ? RK_HEALTH_BROKEN : RK_HEALTH_WORKING;
	}
	b = rendered(rk_status_html, &many);
	assert_true(b.n < 100000);
	assert_true(holds(&b, ">0/1"));
	assert_false(holds(&b, ">1/1"));
	rk_buf_release(&b);
	b = rendered(rk_status_json, &many);
	assert_true(b.n < (size_t)64 << 20);
	rk_buf_release(&b);
	free(nodes);
	free(ids);
	free(v);
}

static int
set_month(void **state)
{
	(void)state;
	board.month = rk_month_of(NOW) - 1;
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_are_as_kept),
	    cmocka_unit_test(the_page_has_an_anchor_for_each_source),
	    cmocka_unit_test(the_worst_stand_first),
	    cmocka_unit_test(programs_read_the_json),
	    cmocka_unit_test(our_own_reader_takes_the_opml),
	    cmocka_unit_test(spreadsheets_take_the_csv),
	    cmocka_unit_test(the_index_has_a_csv),
	    cmocka_unit_test(operators_are_told_in_every_format),
	    cmocka_unit_test(no_events_no_stories),
	    cmocka_unit_test(every_source_of_a_country_has_its_line),
	    cmocka_unit_test(a_hundred_thousand_sources_fit),
	};

	return cmocka_run_group_tests(tests, set_month, NULL);
}
