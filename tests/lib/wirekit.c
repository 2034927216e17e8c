/*
 * See wirekit.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wirekit.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <string.h>

char *
wire_body(const struct rk_buf *b, struct rk_str *body)
{
	char *copy = malloc(b->n - WIRE_HEAD + (b->n == WIRE_HEAD));

	assert_non_null(copy);
	memcpy(copy, b->p + WIRE_HEAD, b->n - WIRE_HEAD);
	*body = rk_strn(copy, b->n - WIRE_HEAD);
	return copy;
}

void
wire_same_str(struct rk_str a, struct rk_str b)
{
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	assert_int_equal(b.p[b.n], '\0');
}

/* RK_STR for static data. */
#define SPAN(lit)                                                                      \
	{                                                                              \
		(lit), sizeof(lit) - 1                                                 \
	}

static struct rk_str drops[] = {SPAN("//nav"), SPAN(""), SPAN("//*[.='ก']")};
const struct rk_page_rules wire_page = {
    .preset = SPAN("ewt"),
    .container = SPAN("//table"),
    .items = SPAN("//li"),
    .link = SPAN(".//a/@href"),
    .title = SPAN(".//a"),
    .date = SPAN(".//b"),
    .author = SPAN(".//i"),
    .image = SPAN(".//img/@src"),
    .body = SPAN("p"),
    .article = {SPAN("//h1"), SPAN("//time"), SPAN("//em"), SPAN("//img"),
	SPAN("//div")},
    .drop = drops,
    .n_drop = 3,
    .min_items = 7,
    .has_article = true,
};
const struct rk_entry wire_listed = {
    .url = SPAN("https://www.example.go.th/news/1"),
    .title = SPAN("ข่าว"),
    .html = SPAN("<p>สั้น</p>"),
    .author = SPAN("งานประชาสัมพันธ์"),
    .image = SPAN("https://www.example.go.th/1.jpg"),
    .published = 1592326800,
    .found = {.precision = RK_BY_DAY, .basis = RK_BASIS_PAGE_RULE, .buddhist = true},
};

void
wire_make_page_work(struct rk_work *w)
{
	memset(w, 0, sizeof(*w));
	w->body = RK_STR("<html>");
	w->page = &wire_page;
	w->part = RK_PAGE_ARTICLE;
	w->listed = &wire_listed;
}

const struct rk_entry wire_entry = {
    .guid = SPAN("tag:example.go.th,2026:1"),
    .url = SPAN("https://www.example.go.th/news/1"),
    .title = SPAN("ประกาศจังหวัด & <งาน>"),
    .html = SPAN("<p>เนื้อหา</p>"),
    .summary = SPAN("สรุป"),
    .author = SPAN("งานประชาสัมพันธ์"),
    .author_url = SPAN("http://www.example.go.th/pr"),
    .lang = SPAN("th"),
    .image = SPAN("https://www.example.go.th/1.jpg"),
    .tags = SPAN("ข่าว\nประกาศ"),
    .enclosures =
	SPAN("https://www.example.go.th/1.pdf\tapplication/pdf\t1234\tเอกสาร\n"
	     "http://www.example.go.th/2.mp3\t\t-1\t"),
    .authors = SPAN("ก\thttps://www.example.go.th/k\nข\t\nค\tmailto:c@example.go.th"),
    .source_title = SPAN("สำนักงาน"),
    .source_url = SPAN("https://origin.example.go.th/rss"),
    .published = 1795219200,
    .updated = 0,
    .found = {.precision = RK_BY_DAY,
	.basis = RK_BASIS_DISTRUSTED,
	.guid = RK_USE_SITE,
	.url = RK_USE_KEY,
	.buddhist = true,
	.zone_assumed = true},
    .date_text = SPAN("๒ ต.ค. ๒๕๖๙"),
    .guid_is_url = false,
    .keys = {{UINT64_MAX, RK_KEY_GUID}, {2, RK_KEY_URL}, {3, RK_KEY_TEXT},
	{4, RK_KEY_TITLE}},
    .n_keys = 4,
    .url_hash = 0x1122334455667788,
    .text_hash = 2,
    .merge_hash = 3,
    .meta_hash = UINT64_MAX,
    .position = 4711,
};

const struct rk_entry wire_bare_entry = {
    .guid = SPAN(""),
    .published = RK_NO_TIME,
    .updated = RK_NO_TIME,
    .guid_is_url = true,
    .keys = {{7, RK_KEY_TEXT}},
    .n_keys = 1,
};

struct rk_look wire_look = {
    .kind = RK_LOOK_FORWARD,
    .system = RK_SYSTEM_PRD,
    .what = {"an entrance page", 16},
    .title = {"หน้าแรก", 21},
    .generator = {"x 1", 3},
    .charset = {"utf-8", 5},
    .charset_mislabelled = true,
    .links = 9,
    .text = 10,
    .places = {{{"https://a.example/x", 19}, {"ข่าว", 12}, RK_HOW_FORWARD},
	{{"http://a.example/y", 18}, {"", 0}, RK_HOW_SYSTEM}},
    .n_places = 2,
};

struct rk_removal wire_removals[2] = {
    {{"tag:example.go.th,2026:1", 24}, 1700000000, {UINT64_MAX, 1}},
    {{"ข่าว", 12}, RK_NO_TIME, {5, 0}}};

void
wire_make(struct rk_ingest *in, struct rk_entry entries[2])
{
	memset(in, 0, sizeof(*in));
	entries[0] = wire_entry;
	entries[1] = wire_bare_entry;
	in->format = RK_IN_PAGE;
	in->rung = RK_RUNG_HTML;
	in->truncated = true;
	in->complete = true;
	in->charset = RK_STR("TIS-620");
	in->charset_label = RK_STR("UTF-8");
	in->double_encoded = true;
	in->replaced = 7;
	in->built = 1700000000;
	in->counts = (struct rk_counts){2, 3, 4, 5, 6, 7, 8};
	in->look = &wire_look;
	in->version = RK_STR("2.0");
	in->title = RK_STR("ข่าวจังหวัด");
	in->description = RK_STR("คำอธิบาย");
	in->link = RK_STR("https://www.example.go.th/");
	in->self = RK_STR("https://www.example.go.th/rss");
	in->hub = RK_STR("https://hub.example.org/");
	in->prev_archive = RK_STR("https://www.example.go.th/rss?page=2");
	in->lang = RK_STR("th");
	in->image = RK_STR("https://www.example.go.th/logo.png");
	in->author = RK_STR("ผู้ดูแล");
	in->authors = RK_STR("ผู้ดูแล\thttps://www.example.go.th/a");
	in->hint_seconds = 86400;
	in->skip_hours = 0x800001;
	in->skip_days = 0x41;
	in->entries = entries;
	in->n_entries = 2;
	in->removals = wire_removals;
	in->n_removals = 2;
	in->warnings[0] = RK_STR("bare & in line 3");
	in->warnings[1] = RK_STR("");
	in->n_warnings = 2;
}

void
wire_same_entry(const struct rk_entry *a, const struct rk_entry *b)
{
	wire_same_str(a->guid, b->guid);
	wire_same_str(a->url, b->url);
	wire_same_str(a->title, b->title);
	wire_same_str(a->html, b->html);
	wire_same_str(a->summary, b->summary);
	wire_same_str(a->author, b->author);
	wire_same_str(a->author_url, b->author_url);
	wire_same_str(a->lang, b->lang);
	wire_same_str(a->image, b->image);
	wire_same_str(a->tags, b->tags);
	wire_same_str(a->enclosures, b->enclosures);
	wire_same_str(a->authors, b->authors);
	wire_same_str(a->source_title, b->source_title);
	wire_same_str(a->source_url, b->source_url);
	assert_true(a->published == b->published);
	assert_true(a->updated == b->updated);
	assert_int_equal(a->found.precision, b->found.precision);
	assert_int_equal(a->found.basis, b->found.basis);
	assert_int_equal(a->found.guid, b->found.guid);
	assert_int_equal(a->found.url, b->found.url);
	assert_int_equal(a->found.buddhist, b->found.buddhist);
	assert_int_equal(a->found.weekday_wrong, b->found.weekday_wrong);
	assert_int_equal(a->found.zone_assumed, b->found.zone_assumed);
	assert_int_equal(a->found.text_unread, b->found.text_unread);
	wire_same_str(a->date_text, b->date_text);
	assert_int_equal(a->guid_is_url, b->guid_is_url);
	assert_int_equal(a->n_keys, b->n_keys);
	for (unsigned i = 0; i < a->n_keys; i++) {
		assert_true(a->keys[i].hash == b->keys[i].hash);
		assert_int_equal(a->keys[i].kind, b->keys[i].kind);
	}
	assert_true(a->url_hash == b->url_hash);
	assert_true(a->text_hash == b->text_hash);
	assert_true(a->merge_hash == b->merge_hash);
	assert_true(a->meta_hash == b->meta_hash);
	assert_int_equal(a->position, b->position);
}

static void
same_look(const struct rk_look *a, const struct rk_look *b)
{
	assert_int_equal(a != NULL, b != NULL);
	if (a == NULL)
		return;
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->system, b->system);
	wire_same_str(a->what, b->what);
	wire_same_str(a->title, b->title);
	wire_same_str(a->generator, b->generator);
	wire_same_str(a->charset, b->charset);
	assert_int_equal(a->charset_mislabelled, b->charset_mislabelled);
	assert_int_equal(a->links, b->links);
	assert_int_equal(a->text, b->text);
	assert_int_equal(a->n_places, b->n_places);
	for (uint32_t i = 0; i < a->n_places; i++) {
		wire_same_str(a->places[i].url, b->places[i].url);
		wire_same_str(a->places[i].title, b->places[i].title);
		assert_int_equal(a->places[i].how, b->places[i].how);
	}
}

void
wire_same_ingest(const struct rk_ingest *a, const struct rk_ingest *b)
{
	assert_int_equal(a->format, b->format);
	assert_int_equal(a->rung, b->rung);
	assert_int_equal(a->truncated, b->truncated);
	assert_int_equal(a->charset_mislabelled, b->charset_mislabelled);
	assert_int_equal(a->complete, b->complete);
	wire_same_str(a->charset, b->charset);
	wire_same_str(a->charset_label, b->charset_label);
	assert_int_equal(a->double_encoded, b->double_encoded);
	assert_int_equal(a->replaced, b->replaced);
	assert_true(a->built == b->built);
	assert_memory_equal(&a->counts, &b->counts, sizeof(a->counts));
	same_look(a->look, b->look);
	wire_same_str(a->version, b->version);
	wire_same_str(a->title, b->title);
	wire_same_str(a->description, b->description);
	wire_same_str(a->link, b->link);
	wire_same_str(a->self, b->self);
	wire_same_str(a->hub, b->hub);
	wire_same_str(a->prev_archive, b->prev_archive);
	wire_same_str(a->lang, b->lang);
	wire_same_str(a->image, b->image);
	wire_same_str(a->author, b->author);
	wire_same_str(a->authors, b->authors);
	assert_true(a->hint_seconds == b->hint_seconds);
	assert_int_equal(a->skip_hours, b->skip_hours);
	assert_int_equal(a->skip_days, b->skip_days);
	assert_int_equal(a->n_warnings, b->n_warnings);
	for (size_t i = 0; i < a->n_warnings; i++)
		wire_same_str(a->warnings[i], b->warnings[i]);
	assert_int_equal(a->n_removals, b->n_removals);
	for (size_t i = 0; i < a->n_removals; i++) {
		wire_same_str(a->removals[i].ref, b->removals[i].ref);
		assert_true(a->removals[i].when == b->removals[i].when);
		assert_memory_equal(a->removals[i].keys, b->removals[i].keys,
		    sizeof(a->removals[i].keys));
	}
	assert_int_equal(a->n_entries, b->n_entries);
	for (size_t i = 0; i < a->n_entries; i++)
		wire_same_entry(&a->entries[i], &b->entries[i]);
}

struct rk_ingest *
wire_through(const struct rk_ingest *in, struct rk_arena *arena)
{
	struct rk_ingest *out = NULL;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, in), 0);
	copy = wire_body(&b, &body);
	/* it must live as long as what points into it */
	body = rk_strn(memcpy(rk_arena_alloc(arena, body.n), copy, body.n), body.n);
	if (rk_wire_get_ingest(body, arena, &out, NULL) != 0)
		assert_null(out);
	free(copy);
	rk_buf_release(&b);
	return out;
}
