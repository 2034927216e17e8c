/*
 * The messages between parent and worker: every field survives, every cut and every
 * changed byte ends in a refusal or in something that is whole, and what a worker that
 * fell could send does not get through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/worker/worker_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/look.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD sizeof(struct rk_msg_head)

static const char long_text[RK_MAX_DATE_TEXT + 2] = "2 October 2026";

/* The body of a message in a block of just its size, so that ASan sees an overrun. */
static char *
body_of(const struct rk_buf *b, struct rk_str *body)
{
	char *copy = malloc(b->n - HEAD + (b->n == HEAD));

	assert_non_null(copy);
	memcpy(copy, b->p + HEAD, b->n - HEAD);
	*body = rk_strn(copy, b->n - HEAD);
	return copy;
}

static struct rk_msg_head
head_of(const struct rk_buf *b)
{
	struct rk_msg_head head;

	assert_true(b->n >= HEAD);
	memcpy(&head, b->p, HEAD);
	return head;
}

static void
same_str(struct rk_str a, struct rk_str b)
{
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	assert_int_equal(b.p[b.n], '\0');
}

/* ---- requests */

static void
test_work(void **unused)
{
	static const char bytes[] = "<rss>\0\xff\xfe ไทย</rss>";
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_work in, out;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	memset(&in, 0, sizeof(in));
	in.body = rk_strn(bytes, sizeof(bytes) - 1); /* any bytes, NUL too */
	in.content_type = RK_STR("text/xml; charset=tis-620");
	in.url = RK_STR("https://www.example.go.th/rss");
	in.charset = RK_STR("windows-874");
	in.timezone = -25200;
	in.distrust = 0x8000001f;
	in.now = INT64_MIN + 5;
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_buf_adds(&b, "before"), 0); /* it appends */
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	memmove(b.p, b.p + 6, b.n - 6);
	b.n -= 6;
	assert_int_equal(head_of(&b).type, RK_MSG_WORK);
	assert_int_equal(head_of(&b).length, b.n - HEAD);
	copy = body_of(&b, &body);
	assert_int_equal(rk_wire_get_work(body, arena, &out, NULL), 0);
	same_str(in.body, out.body);
	same_str(in.content_type, out.content_type);
	same_str(in.url, out.url);
	same_str(in.charset, out.charset);
	assert_int_equal(in.timezone, out.timezone);
	assert_int_equal(in.distrust, out.distrust);
	assert_true(in.now == out.now);
	assert_int_equal(out.part, RK_PAGE_NONE);
	assert_null(out.page);
	assert_null(out.listed);
	free(copy);
	rk_arena_free(arena);
	rk_buf_release(&b);
}

/* RK_STR for static data. */
#define SPAN(lit)                                                                      \
	{                                                                              \
		(lit), sizeof(lit) - 1                                                 \
	}

static struct rk_str drops[] = {SPAN("//nav"), SPAN(""), SPAN("//*[.='ก']")};
static const struct rk_page_rules full_page = {
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
static const struct rk_entry listed_entry = {
    .url = SPAN("https://www.example.go.th/news/1"),
    .title = SPAN("ข่าว"),
    .html = SPAN("<p>สั้น</p>"),
    .author = SPAN("งานประชาสัมพันธ์"),
    .image = SPAN("https://www.example.go.th/1.jpg"),
    .published = 1592326800,
    .found = {.precision = RK_BY_DAY, .basis = RK_BASIS_PAGE_RULE, .buddhist = true},
};

static void
fill_page_work(struct rk_work *w)
{
	memset(w, 0, sizeof(*w));
	w->body = RK_STR("<html>");
	w->page = &full_page;
	w->part = RK_PAGE_ARTICLE;
	w->listed = &listed_entry;
}

static void
test_work_page(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	const struct rk_page_rules *p, *want = &full_page;
	struct rk_work in, out;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	fill_page_work(&in);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	copy = body_of(&b, &body);
	assert_int_equal(rk_wire_get_work(body, arena, &out, NULL), 0);
	assert_int_equal(out.part, RK_PAGE_ARTICLE);
	p = out.page;
	same_str(want->preset, p->preset);
	same_str(want->container, p->container);
	same_str(want->items, p->items);
	same_str(want->link, p->link);
	same_str(want->title, p->title);
	same_str(want->date, p->date);
	same_str(want->author, p->author);
	same_str(want->image, p->image);
	same_str(want->body, p->body);
	same_str(want->article.title, p->article.title);
	same_str(want->article.date, p->article.date);
	same_str(want->article.author, p->article.author);
	same_str(want->article.image, p->article.image);
	same_str(want->article.body, p->article.body);
	assert_int_equal(p->n_drop, 3);
	for (size_t i = 0; i < 3; i++)
		same_str(want->drop[i], p->drop[i]);
	assert_int_equal(p->min_items, 7);
	assert_true(p->has_article);
	same_str(listed_entry.url, out.listed->url);
	same_str(listed_entry.title, out.listed->title);
	same_str(listed_entry.html, out.listed->html);
	same_str(listed_entry.author, out.listed->author);
	same_str(listed_entry.image, out.listed->image);
	assert_true(out.listed->published == listed_entry.published);
	assert_int_equal(out.listed->found.precision, RK_BY_DAY);
	assert_int_equal(out.listed->found.basis, RK_BASIS_PAGE_RULE);
	assert_true(out.listed->found.buddhist);
	assert_true(out.listed->updated == RK_NO_TIME);
	free(copy);
	rk_arena_free(arena);
	rk_buf_release(&b);
}

/* Every cut and every changed byte: refused, or something whole. */
static void
test_work_damaged(void **unused)
{
	struct rk_work in, out;
	struct rk_err err = {0};
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	fill_page_work(&in);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	copy = body_of(&b, &body);
	for (size_t n = 0; n < body.n; n++) {
		struct rk_arena *arena = rk_arena_new(0);
		char *cut = malloc(n + (n == 0));

		assert_non_null(cut);
		memcpy(cut, copy, n);
		assert_int_equal(
		    rk_wire_get_work(rk_strn(cut, n), arena, &out, &err), -1);
		assert_int_equal(err.kind, RK_E_SYS);
		free(cut);
		rk_arena_free(arena);
	}
	for (size_t i = 0; i < body.n * 8; i++) {
		struct rk_arena *arena = rk_arena_new(0);

		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		if (rk_wire_get_work(body, arena, &out, &err) == 0) {
			assert_int_equal(out.part != RK_PAGE_NONE, out.page != NULL);
			assert_true(out.listed == NULL || out.part == RK_PAGE_ARTICLE);
			assert_true(out.page == NULL ||
				    out.page->n_drop <= RK_MAX_DROP);
		}
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		rk_arena_free(arena);
	}
	/* the parts do not go together */
	rk_buf_reset(&b);
	in.part = RK_PAGE_LIST;
	assert_int_equal(rk_wire_put_work(&b, &in), 0);
	free(copy);
	copy = body_of(&b, &body);
	assert_int_equal(rk_wire_get_work(body, NULL, &out, &err), -1);
	free(copy);
	rk_buf_release(&b);
}

static void
test_work_too_large(void **unused)
{
	struct rk_work in;
	struct rk_buf b;
	size_t n = 1 << 20;
	char *bytes = calloc(1, n);

	(void)unused;
	memset(&in, 0, sizeof(in));
	in.body = rk_strn(bytes, n);
	rk_buf_init(&b, n); /* no room for the rest */
	assert_int_equal(rk_wire_put_work(&b, &in), -1);
	rk_buf_release(&b);
	free(bytes);
}

/* ---- answers */

static const struct rk_entry full_entry = {
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
    .keys = {{UINT64_MAX, RK_KEY_GUID}, {2, RK_KEY_URL}, {3, RK_KEY_TEXT}},
    .n_keys = 3,
    .url_hash = 0x1122334455667788,
    .text_hash = 2,
    .merge_hash = 3,
    .meta_hash = UINT64_MAX,
    .position = 4711,
};

/* The least that an entry may be. */
static const struct rk_entry bare_entry = {
    .guid = SPAN(""),
    .published = RK_NO_TIME,
    .updated = RK_NO_TIME,
    .guid_is_url = true,
    .keys = {{7, RK_KEY_TEXT}},
    .n_keys = 1,
};

static struct rk_look full_look = {
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

static void
make(struct rk_ingest *in, struct rk_entry entries[2])
{
	memset(in, 0, sizeof(*in));
	entries[0] = full_entry;
	entries[1] = bare_entry;
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
	in->look = &full_look;
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
	in->warnings[0] = RK_STR("bare & in line 3");
	in->warnings[1] = RK_STR("");
	in->n_warnings = 2;
}

static void
same_entry(const struct rk_entry *a, const struct rk_entry *b)
{
	same_str(a->guid, b->guid);
	same_str(a->url, b->url);
	same_str(a->title, b->title);
	same_str(a->html, b->html);
	same_str(a->summary, b->summary);
	same_str(a->author, b->author);
	same_str(a->author_url, b->author_url);
	same_str(a->lang, b->lang);
	same_str(a->image, b->image);
	same_str(a->tags, b->tags);
	same_str(a->enclosures, b->enclosures);
	same_str(a->authors, b->authors);
	same_str(a->source_title, b->source_title);
	same_str(a->source_url, b->source_url);
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
	same_str(a->date_text, b->date_text);
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
	same_str(a->what, b->what);
	same_str(a->title, b->title);
	same_str(a->generator, b->generator);
	same_str(a->charset, b->charset);
	assert_int_equal(a->charset_mislabelled, b->charset_mislabelled);
	assert_int_equal(a->links, b->links);
	assert_int_equal(a->text, b->text);
	assert_int_equal(a->n_places, b->n_places);
	for (uint32_t i = 0; i < a->n_places; i++) {
		same_str(a->places[i].url, b->places[i].url);
		same_str(a->places[i].title, b->places[i].title);
		assert_int_equal(a->places[i].how, b->places[i].how);
	}
}

static void
same_ingest(const struct rk_ingest *a, const struct rk_ingest *b)
{
	assert_int_equal(a->format, b->format);
	assert_int_equal(a->rung, b->rung);
	assert_int_equal(a->truncated, b->truncated);
	assert_int_equal(a->charset_mislabelled, b->charset_mislabelled);
	assert_int_equal(a->complete, b->complete);
	same_str(a->charset, b->charset);
	same_str(a->charset_label, b->charset_label);
	assert_int_equal(a->double_encoded, b->double_encoded);
	assert_int_equal(a->replaced, b->replaced);
	assert_true(a->built == b->built);
	assert_memory_equal(&a->counts, &b->counts, sizeof(a->counts));
	same_look(a->look, b->look);
	same_str(a->version, b->version);
	same_str(a->title, b->title);
	same_str(a->description, b->description);
	same_str(a->link, b->link);
	same_str(a->self, b->self);
	same_str(a->hub, b->hub);
	same_str(a->prev_archive, b->prev_archive);
	same_str(a->lang, b->lang);
	same_str(a->image, b->image);
	same_str(a->author, b->author);
	same_str(a->authors, b->authors);
	assert_true(a->hint_seconds == b->hint_seconds);
	assert_int_equal(a->skip_hours, b->skip_hours);
	assert_int_equal(a->skip_days, b->skip_days);
	assert_int_equal(a->n_warnings, b->n_warnings);
	for (size_t i = 0; i < a->n_warnings; i++)
		same_str(a->warnings[i], b->warnings[i]);
	assert_int_equal(a->n_entries, b->n_entries);
	for (size_t i = 0; i < a->n_entries; i++)
		same_entry(&a->entries[i], &b->entries[i]);
}

/* Through the wire; NULL: refused. */
static struct rk_ingest *
through(const struct rk_ingest *in, struct rk_arena *arena)
{
	struct rk_ingest *out = NULL;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, in), 0);
	copy = body_of(&b, &body);
	/* it must live as long as what points into it */
	body = rk_strn(memcpy(rk_arena_alloc(arena, body.n), copy, body.n), body.n);
	if (rk_wire_get_ingest(body, arena, &out, NULL) != 0)
		assert_null(out);
	free(copy);
	rk_buf_release(&b);
	return out;
}

static void
test_ingest(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in, *out;

	(void)unused;
	make(&in, entries);
	/* empty spans come back as "" */
	out = through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->entries[1].title.n, 0);
	assert_non_null(out->entries[1].title.p);
	same_entry(&entries[0], &out->entries[0]);
	entries[1] = out->entries[1];
	same_ingest(&in, out);
	in.truncated = in.complete = false;
	in.charset_mislabelled = true;
	out = through(&in, arena);
	assert_non_null(out);
	same_ingest(&in, out);
	in.look = NULL;
	in.double_encoded = false;
	in.built = RK_NO_TIME;
	in.n_entries = in.n_warnings = 0; /* an empty feed is one too */
	out = through(&in, arena);
	assert_non_null(out);
	same_ingest(&in, out);
	rk_arena_free(arena);
}

/* A second trip changes nothing: what was let in is whole. */
static void
settled(struct rk_str body, struct rk_arena *arena)
{
	struct rk_ingest *out, *again;

	if (rk_wire_get_ingest(body, arena, &out, NULL) != 0)
		return;
	again = through(out, arena);
	assert_non_null(again);
	same_ingest(out, again);
}

/* An address that a fallen worker would have us ask is left out when it is none. */
static void
test_look(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_look bad = full_look;
	struct rk_entry entries[2];
	struct rk_ingest in, *out;

	(void)unused;
	make(&in, entries);
	in.look = &bad;
	bad.places[0].url = RK_STR("file:///etc/passwd");
	out = through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->look->n_places, 1);
	same_str(full_look.places[1].url, out->look->places[0].url);
	bad = full_look;
	bad.places[0].how = RK_HOW_COUNT;
	assert_null(through(&in, arena));
	bad = full_look;
	bad.system = RK_SYSTEM_COUNT;
	assert_null(through(&in, arena));
	bad = full_look;
	bad.kind = (enum rk_look_kind)(RK_LOOK_BINARY + 1);
	assert_null(through(&in, arena));
	bad = full_look;
	bad.title = RK_STR("\xff");
	assert_null(through(&in, arena));
	in.look = NULL;
	in.counts.twice = 1000000;
	assert_null(through(&in, arena));
	rk_arena_free(arena);
}

static void
test_truncation(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in, *out;
	struct rk_err err;
	struct rk_buf b;

	(void)unused;
	make(&in, entries);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, &in), 0);
	for (size_t n = 0; n < b.n - HEAD; n++) {
		char *copy = malloc(n + (n == 0));

		memcpy(copy, b.p + HEAD, n);
		memset(&err, 0, sizeof(err));
		assert_int_equal(
		    rk_wire_get_ingest(rk_strn(copy, n), arena, &out, &err), -1);
		assert_int_equal(err.kind, RK_E_SYS);
		assert_int_equal(err.sys, EPROTO);
		assert_null(out);
		free(copy);
		rk_arena_reset(arena);
	}
	/* and a byte too much */
	assert_int_equal(rk_buf_addc(&b, '\0'), 0);
	assert_int_equal(
	    rk_wire_get_ingest(rk_strn(b.p + HEAD, b.n - HEAD), arena, &out, NULL), -1);
	rk_buf_release(&b);
	rk_arena_free(arena);
}

static void
test_flipped_bytes(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	make(&in, entries);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, &in), 0);
	copy = body_of(&b, &body);
	for (size_t i = 0; i < body.n; i++) {
		for (unsigned bit = 0; bit < 9; bit++) { /* each bit, then all */
			unsigned char mask =
			    (unsigned char)(bit < 8 ? 1u << bit : 0xffu);

			copy[i] = (char)((unsigned char)copy[i] ^ mask);
			settled(body, arena);
			copy[i] = (char)((unsigned char)copy[i] ^ mask);
			rk_arena_reset(arena);
		}
	}
	free(copy);
	rk_buf_release(&b);
	rk_arena_free(arena);
}

/* Numbers that promise more than there is must not make us allocate or read it. */
static void
test_large_numbers(void **unused)
{
	struct rk_arena *arena = rk_arena_new(RK_MIB(8));
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	make(&in, entries);
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, &in), 0);
	copy = body_of(&b, &body);
	for (size_t i = 0; i + 4 <= body.n; i++) {
		static const uint32_t values[] = {
		    0, 1, 5000, 5001, 0x7fffffff, 0xffffffff};

		for (size_t k = 0; k < sizeof(values) / sizeof(*values); k++) {
			uint32_t before;

			memcpy(&before, copy + i, 4);
			memcpy(copy + i, &values[k], 4);
			settled(body, arena);
			memcpy(copy + i, &before, 4);
			rk_arena_reset(arena);
		}
	}
	free(copy);
	rk_buf_release(&b);
	rk_arena_free(arena);
}

/* ---- what a worker that fell into other hands could send */

static void
test_not_believed(void **unused)
{
	static const char *const addresses[] = {"javascript:alert(1)",
	    "file:///etc/passwd", "data:text/html,x", "//evil.example/", "/relative",
	    "mailto:x@example.org", " http://example.org/", "HTTP://example.org/",
	    "\x01http://example.org/"};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in, *out;

	(void)unused;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		char line[128];

		make(&in, entries);
		in.link = in.self = in.hub = in.image = rk_str(addresses[i]);
		entries[0].url = entries[0].image = entries[0].author_url =
		    entries[0].source_url = rk_str(addresses[i]);
		(void)snprintf(line, sizeof(line), "https://a.example/\t\t\t\n%s\t\t\t",
		    addresses[i]);
		entries[0].enclosures = rk_str(line);
		out = through(&in, arena);
		assert_non_null(out);
		assert_int_equal(
		    out->link.n + out->self.n + out->hub.n + out->image.n, 0);
		assert_int_equal(out->entries[0].url.n + out->entries[0].image.n +
				     out->entries[0].author_url.n +
				     out->entries[0].source_url.n +
				     out->entries[0].enclosures.n,
		    0);
		same_str(full_entry.title, out->entries[0].title);
	}
	make(&in, entries);
	entries[0].authors = RK_STR("x\tjavascript:alert(1)");
	in.authors = RK_STR("x\tjavascript:alert(1)");
	entries[0].published = INT64_MAX;
	entries[0].updated = -1;
	out = through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->entries[0].authors.n, 0);
	assert_int_equal(out->authors.n, 0);
	assert_true(out->entries[0].published == RK_NO_TIME);
	assert_true(out->entries[0].updated == RK_NO_TIME);
	entries[0].published = 4133980799; /* the last second of 2100 */
	entries[0].updated = 4133980800;
	out = through(&in, arena);
	assert_true(out->entries[0].published == 4133980799);
	assert_true(out->entries[0].updated == RK_NO_TIME);
	rk_arena_free(arena);
}

static void
test_refused_values(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry entries[2];
	struct rk_ingest in;

	(void)unused;
#define REFUSED(change)                                                                \
	do {                                                                           \
		make(&in, entries);                                                    \
		change;                                                                \
		assert_null(through(&in, arena));                                      \
	} while (0)
	REFUSED(entries[0].title = RK_STR("\xc3("));
	REFUSED(entries[1].html = RK_STR("\xed\xa0\x80"));
	REFUSED(in.title = RK_STR("\xff"));
	REFUSED(in.warnings[1] = RK_STR("\x80"));
	REFUSED(in.format = (enum rk_format_in)99);
	REFUSED(in.rung = (enum rk_rung)99);
	REFUSED(in.hint_seconds = -1);
	REFUSED(in.skip_hours = 0x1000000);
	REFUSED(in.skip_days = 0x80);
	REFUSED(entries[0].found.precision = RK_BY_DAY + 1);
	REFUSED(entries[0].found.basis = RK_BASIS_DISTRUSTED + 1);
	REFUSED(entries[0].found.guid = RK_USE_SITE + 1);
	REFUSED(entries[0].found.url = RK_USE_SITE + 1);
	REFUSED(entries[0].date_text = rk_strn(long_text, RK_MAX_DATE_TEXT + 1));
	REFUSED(entries[0].n_keys = 0);
	REFUSED(entries[0].keys[0].kind = RK_KEY_NONE);
	REFUSED(entries[0].keys[2].kind = (enum rk_key_kind)(RK_KEY_TEXT + 1));
#undef REFUSED
	rk_arena_free(arena);
}

static void
test_too_many_entries(void **unused)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_entry *entries = calloc(RK_MAX_ITEMS + 1, sizeof(*entries)), first[2];
	struct rk_ingest in, *out;

	(void)unused;
	make(&in, first);
	for (size_t i = 0; i < RK_MAX_ITEMS + 1; i++)
		entries[i] = bare_entry;
	in.entries = entries;
	in.n_entries = RK_MAX_ITEMS;
	out = through(&in, arena);
	assert_non_null(out);
	assert_int_equal(out->n_entries, RK_MAX_ITEMS);
	in.n_entries++;
	assert_null(through(&in, arena));
	free(entries);
	rk_arena_free(arena);
}

static void
test_answer_too_large(void **unused)
{
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_buf b;

	(void)unused;
	make(&in, entries);
	rk_buf_init(&b, 200);
	assert_int_equal(rk_wire_put_ingest(&b, &in), -1);
	rk_buf_release(&b);
}

/* ---- refusals and the greeting */

static void
test_refusal(void **unused)
{
	struct rk_err in = {0}, out = {0};
	struct rk_str body;
	struct rk_buf b;
	char *copy;

	(void)unused;
	(void)rk_err_set(&in, RK_E_LIMIT, "more than %d entries", 5000);
	in.line = 3;
	in.column = 17;
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_refused(&b, &in), 0);
	assert_int_equal(head_of(&b).type, RK_MSG_REFUSED);
	copy = body_of(&b, &body);
	assert_int_equal(rk_wire_get_refused(body, &out, NULL), 0);
	assert_int_equal(out.kind, RK_E_LIMIT);
	assert_int_equal(out.line, 3);
	assert_int_equal(out.column, 17);
	assert_string_equal(out.text, in.text);
	for (size_t n = 0; n < body.n; n++)
		assert_int_equal(rk_wire_get_refused(rk_strn(copy, n), &out, NULL), -1);
	copy[0] = RK_E_SYS; /* not the worker's to say */
	assert_int_equal(rk_wire_get_refused(body, &out, NULL), -1);
	free(copy);
	rk_buf_reset(&b);
	(void)rk_err_sys(&in, ENOMEM, "cannot happen"); /* told as a bad document */
	assert_int_equal(rk_wire_put_refused(&b, &in), 0);
	copy = body_of(&b, &body);
	assert_int_equal(rk_wire_get_refused(body, &out, NULL), 0);
	assert_int_equal(out.kind, RK_E_INPUT);
	free(copy);
	rk_buf_release(&b);
}

static void
test_ready(void **unused)
{
	struct rk_str body, missing;
	struct rk_buf b;

	(void)unused;
	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ready(&b, NULL), 0);
	assert_int_equal(head_of(&b).type, RK_MSG_READY);
	assert_true(head_of(&b).length > 0);
	body = rk_strn(b.p + HEAD, b.n - HEAD);
	assert_int_equal(rk_wire_get_ready(body, &missing, NULL), 0);
	assert_int_equal(missing.n, 0);
	rk_buf_reset(&b);
	assert_int_equal(rk_wire_put_ready(&b, "landlock"), 0);
	body = rk_strn(b.p + HEAD, b.n - HEAD);
	assert_int_equal(rk_wire_get_ready(body, &missing, NULL), 0);
	assert_string_equal(missing.p, "landlock");
	for (size_t n = 0; n < body.n; n++)
		assert_int_equal(
		    rk_wire_get_ready(rk_strn(body.p, n), &missing, NULL), -1);
	rk_buf_release(&b);
}

/* ---- the corpus of fuzz_wire: one byte for the kind of message, then its body */

/* The seed is what the fuzz target begins with, so it must be understood: RK_UPDATE=1
 * writes it anew when the form of a message changes. */
static void
seed(const char *name, char kind, const struct rk_buf *message)
{
	char path[512];
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_str body = rk_str_from(rk_buf_view(message), HEAD);
	struct rk_ingest *ingest;
	struct rk_work work;
	struct rk_buf kept;
	struct rk_err err = {0};
	FILE *f;
	int rc;

	(void)snprintf(path, sizeof(path), "%s/fuzz/corpus/wire/%s", RK_TEST_DATA, name);
	if (getenv("RK_UPDATE") != NULL) {
		assert_non_null(f = fopen(path, "wb"));
		assert_int_equal(fputc(kind, f), kind);
		assert_int_equal(fwrite(body.p, 1, body.n, f), body.n);
		assert_int_equal(fclose(f), 0);
	}
	rk_buf_init(&kept, RK_WIRE_MAX);
	assert_int_equal(rk_file_read(path, RK_WIRE_MAX, &kept, &err), 0);
	assert_true(kept.n > 1 && kept.p[0] == kind);
	body = rk_str_from(rk_buf_view(&kept), 1);
	rc = kind == 0 ? rk_wire_get_ingest(body, arena, &ingest, &err)
		       : rk_wire_get_work(body, arena, &work, &err);
	if (rc != 0)
		fail_msg("%s: %s (RK_UPDATE=1 writes it anew)", name, err.text);
	rk_buf_release(&kept);
	rk_arena_free(arena);
}

static void
seed_ingest(const char *name, const struct rk_ingest *in)
{
	struct rk_buf b;

	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_ingest(&b, in), 0);
	seed(name, 0, &b);
	rk_buf_release(&b);
}

static void
seed_work(const char *name, const struct rk_work *in)
{
	struct rk_buf b;

	rk_buf_init(&b, RK_WIRE_MAX);
	assert_int_equal(rk_wire_put_work(&b, in), 0);
	seed(name, 1, &b);
	rk_buf_release(&b);
}

static void
test_corpus(void **unused)
{
	struct rk_entry entries[2];
	struct rk_ingest in;
	struct rk_work work;

	(void)unused;
	make(&in, entries);
	seed_ingest("ingest-full", &in);
	in.look = NULL;
	in.n_warnings = 0;
	seed_ingest("ingest-two", &in);
	entries[0] = bare_entry;
	in.n_entries = 1;
	seed_ingest("ingest-bare", &in);
	in.n_entries = 0;
	in.look = &full_look;
	seed_ingest("ingest-look", &in);
	memset(&work, 0, sizeof(work));
	work.body = RK_STR("<rss><channel><item><title>a</title></item></channel></rss>");
	work.content_type = RK_STR("text/xml; charset=tis-620");
	work.url = RK_STR("https://www.example.go.th/rss");
	seed_work("work", &work);
	work.look = true;
	seed_work("work-look", &work);
	fill_page_work(&work);
	seed_work("work-article", &work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_corpus),
	    cmocka_unit_test(test_work),
	    cmocka_unit_test(test_work_page),
	    cmocka_unit_test(test_work_damaged),
	    cmocka_unit_test(test_work_too_large),
	    cmocka_unit_test(test_ingest),
	    cmocka_unit_test(test_look),
	    cmocka_unit_test(test_truncation),
	    cmocka_unit_test(test_flipped_bytes),
	    cmocka_unit_test(test_large_numbers),
	    cmocka_unit_test(test_not_believed),
	    cmocka_unit_test(test_refused_values),
	    cmocka_unit_test(test_too_many_entries),
	    cmocka_unit_test(test_answer_too_large),
	    cmocka_unit_test(test_refusal),
	    cmocka_unit_test(test_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
