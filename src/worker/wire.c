/*
 * One framing for both sides. The tables below list the fields of each struct once,
 * so that writer and reader cannot disagree.
 */
#include "worker_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/look.h>
#include <ruamkhao/print.h>
#include <ruamkhao/utf8.h>

#include <errno.h>
#include <string.h>

#define OFF(type, field) offsetof(struct type, field)
#define COUNT(a)         (sizeof(a) / sizeof(*(a)))

static const size_t work_strs[] = {OFF(rk_work, body), OFF(rk_work, content_type),
    OFF(rk_work, url), OFF(rk_work, charset)};

static const size_t page_strs[] = {OFF(rk_page_rules, preset),
    OFF(rk_page_rules, container), OFF(rk_page_rules, items), OFF(rk_page_rules, link),
    OFF(rk_page_rules, title), OFF(rk_page_rules, date), OFF(rk_page_rules, author),
    OFF(rk_page_rules, image), OFF(rk_page_rules, body),
    OFF(rk_page_rules, article.title), OFF(rk_page_rules, article.date),
    OFF(rk_page_rules, article.author), OFF(rk_page_rules, article.image),
    OFF(rk_page_rules, article.body)};

/* Of what a list page said: what an article may take over. */
static const size_t listed_strs[] = {OFF(rk_entry, url), OFF(rk_entry, title),
    OFF(rk_entry, html), OFF(rk_entry, author), OFF(rk_entry, image)};

static const size_t listed_urls[] = {OFF(rk_entry, url), OFF(rk_entry, image)};

static const size_t entry_strs[] = {OFF(rk_entry, guid), OFF(rk_entry, url),
    OFF(rk_entry, title), OFF(rk_entry, html), OFF(rk_entry, summary),
    OFF(rk_entry, author), OFF(rk_entry, author_url), OFF(rk_entry, lang),
    OFF(rk_entry, image), OFF(rk_entry, tags), OFF(rk_entry, enclosures),
    OFF(rk_entry, authors), OFF(rk_entry, source_title), OFF(rk_entry, source_url),
    OFF(rk_entry, date_text), OFF(rk_entry, evidence)};

static const size_t entry_urls[] = {OFF(rk_entry, url), OFF(rk_entry, image),
    OFF(rk_entry, author_url), OFF(rk_entry, source_url)};

static const size_t entry_times[] = {OFF(rk_entry, published), OFF(rk_entry, updated)};

static const size_t entry_hashes[] = {OFF(rk_entry, url_hash), OFF(rk_entry, text_hash),
    OFF(rk_entry, merge_hash), OFF(rk_entry, meta_hash)};

static const size_t ingest_strs[] = {OFF(rk_ingest, charset),
    OFF(rk_ingest, charset_label), OFF(rk_ingest, version),
    OFF(rk_ingest, title), OFF(rk_ingest, description), OFF(rk_ingest, link),
    OFF(rk_ingest, self), OFF(rk_ingest, hub), OFF(rk_ingest, lang),
    OFF(rk_ingest, image), OFF(rk_ingest, author), OFF(rk_ingest, authors),
    OFF(rk_ingest, prev_archive)};

static const size_t ingest_urls[] = {OFF(rk_ingest, link), OFF(rk_ingest, self),
    OFF(rk_ingest, hub), OFF(rk_ingest, image), OFF(rk_ingest, prev_archive)};

static const size_t ingest_counts[] = {OFF(rk_counts, items),
    OFF(rk_counts, unreadable_dates), OFF(rk_counts, zoneless_dates),
    OFF(rk_counts, wrong_weekdays), OFF(rk_counts, relative_links),
    OFF(rk_counts, shared_ids), OFF(rk_counts, twice)};

static const size_t look_strs[] = {OFF(rk_look, what), OFF(rk_look, title),
    OFF(rk_look, generator), OFF(rk_look, charset)};

/* Dates are told for 1970-2100 only (CONTRACTS 1). */
#define LAST_TIME INT64_C(4133980800)

/* ---- writing: errors are sticky in the buffer, looked at once at the end */

static void
put_u32(struct rk_buf *b, uint32_t v)
{
	(void)rk_buf_add(b, &v, sizeof(v));
}

static void
put_u64(struct rk_buf *b, uint64_t v)
{
	(void)rk_buf_add(b, &v, sizeof(v));
}

static void
put_str(struct rk_buf *b, struct rk_str s)
{
	put_u32(b, (uint32_t)s.n);
	(void)rk_buf_add(b, s.n > 0 ? s.p : "", s.n);
	(void)rk_buf_addc(b, '\0');
}

static void
put_strs(struct rk_buf *b, const void *base, const size_t *offsets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rk_str s;

		memcpy(&s, (const char *)base + offsets[i], sizeof(s));
		put_str(b, s);
	}
}

static size_t
put_head(struct rk_buf *b, enum rk_msg type)
{
	size_t at = b->n;

	put_u32(b, (uint32_t)type);
	put_u32(b, 0);
	return at;
}

static int
put_end(struct rk_buf *b, size_t at)
{
	uint32_t length;

	if (b->full || b->n - at - sizeof(struct rk_msg_head) > RK_WIRE_MAX) {
		b->n = at;
		return -1;
	}
	length = (uint32_t)(b->n - at - sizeof(struct rk_msg_head));
	memcpy(b->p + at + sizeof(uint32_t), &length, sizeof(length));
	return 0;
}

static void
put_page(struct rk_buf *b, const struct rk_page_rules *page)
{
	put_strs(b, page, page_strs, COUNT(page_strs));
	put_u32(b, page->min_items);
	put_u32(b, page->has_article);
	put_u32(b, (uint32_t)page->n_drop);
	for (size_t i = 0; i < page->n_drop; i++)
		put_str(b, page->drop[i]);
}

static void
put_listed(struct rk_buf *b, const struct rk_entry *e)
{
	put_strs(b, e, listed_strs, COUNT(listed_strs));
	put_u64(b, (uint64_t)e->published);
	put_u32(b, rk_found_pack(&e->found));
}

int
rk_wire_put_work(struct rk_buf *b, const struct rk_work *w)
{
	size_t at = put_head(b, RK_MSG_WORK);

	put_strs(b, w, work_strs, COUNT(work_strs));
	put_u32(b, (uint32_t)w->timezone);
	put_u32(b, w->distrust);
	put_u64(b, (uint64_t)w->now);
	put_u32(b, (uint32_t)w->part | (uint32_t)(w->page != NULL) << 8 |
		       (uint32_t)(w->listed != NULL) << 9 |
		       (uint32_t)w->look << 10);
	if (w->page != NULL)
		put_page(b, w->page);
	if (w->listed != NULL)
		put_listed(b, w->listed);
	return put_end(b, at);
}

static void
put_entry(struct rk_buf *b, const struct rk_entry *e)
{
	put_strs(b, e, entry_strs, COUNT(entry_strs));
	for (size_t i = 0; i < COUNT(entry_times); i++)
		(void)rk_buf_add(b, (const char *)e + entry_times[i], sizeof(int64_t));
	for (size_t i = 0; i < COUNT(entry_hashes); i++)
		(void)rk_buf_add(
		    b, (const char *)e + entry_hashes[i], sizeof(uint64_t));
	put_u32(b, e->position);
	put_str(b, e->print);
	put_u32(b, rk_found_pack(&e->found));
	put_u32(b, e->signals);
	put_u32(b, (uint32_t)e->guid_is_url | e->n_keys << 8);
	for (unsigned i = 0; i < e->n_keys; i++) {
		put_u32(b, (uint32_t)e->keys[i].kind);
		put_u64(b, e->keys[i].hash);
	}
}

static void
put_look(struct rk_buf *b, const struct rk_look *l)
{
	put_u32(b, l != NULL);
	if (l == NULL)
		return;
	put_u32(b, (uint32_t)l->kind);
	put_u32(b, (uint32_t)l->system);
	put_strs(b, l, look_strs, COUNT(look_strs));
	put_u32(b, l->charset_mislabelled);
	put_u32(b, l->links);
	put_u32(b, l->text);
	put_u32(b, l->n_places);
	for (uint32_t i = 0; i < l->n_places; i++) {
		put_str(b, l->places[i].url);
		put_str(b, l->places[i].title);
		put_u32(b, (uint32_t)l->places[i].how);
	}
}

int
rk_wire_put_ingest(struct rk_buf *b, const struct rk_ingest *in)
{
	size_t at = put_head(b, RK_MSG_INGEST);

	put_u32(b, (uint32_t)in->format);
	put_u32(b, (uint32_t)in->rung);
	put_u32(b, (uint32_t)in->truncated | (uint32_t)in->charset_mislabelled << 1 |
		       (uint32_t)in->complete << 2 |
		       (uint32_t)in->double_encoded << 3);
	put_strs(b, in, ingest_strs, COUNT(ingest_strs));
	put_u64(b, (uint64_t)in->hint_seconds);
	put_u32(b, in->skip_hours);
	put_u32(b, in->skip_days);
	put_u32(b, (uint32_t)in->n_warnings);
	for (size_t i = 0; i < in->n_warnings; i++)
		put_str(b, in->warnings[i]);
	put_u32(b, in->replaced);
	put_u64(b, (uint64_t)in->built);
	for (size_t i = 0; i < COUNT(ingest_counts); i++)
		(void)rk_buf_add(
		    b, (const char *)&in->counts + ingest_counts[i], sizeof(uint32_t));
	put_look(b, in->look);
	put_u32(b, (uint32_t)in->n_entries);
	for (size_t i = 0; i < in->n_entries; i++)
		put_entry(b, &in->entries[i]);
	put_u32(b, (uint32_t)in->n_removals);
	for (size_t i = 0; i < in->n_removals; i++) {
		const struct rk_removal *r = &in->removals[i];

		put_str(b, r->ref);
		put_u64(b, (uint64_t)r->when);
		put_u64(b, r->keys[0]);
		put_u64(b, r->keys[1]);
	}
	return put_end(b, at);
}

int
rk_wire_put_refused(struct rk_buf *b, const struct rk_err *e)
{
	size_t at = put_head(b, RK_MSG_REFUSED);

	/* a refusal is one of these two, whatever the stage called it */
	put_u32(b, e->kind == RK_E_LIMIT ? RK_E_LIMIT : RK_E_INPUT);
	put_u32(b, e->line);
	put_u32(b, e->column);
	put_str(b, rk_str(e->text));
	return put_end(b, at);
}

int
rk_wire_put_ready(struct rk_buf *b, const char *missing)
{
	size_t at = put_head(b, RK_MSG_READY);

	put_str(b, rk_str(missing));
	return put_end(b, at);
}

/* ---- reading: a bad message makes every further read give nothing */

struct reader {
	const char *p, *end;
	bool bad;
};

static bool
take(struct reader *r, void *out, size_t n)
{
	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		memset(out, 0, n);
		return false;
	}
	memcpy(out, r->p, n);
	r->p += n;
	return true;
}

static uint32_t
get_u32(struct reader *r)
{
	uint32_t v;

	(void)take(r, &v, sizeof(v));
	return v;
}

static uint64_t
get_u64(struct reader *r)
{
	uint64_t v;

	(void)take(r, &v, sizeof(v));
	return v;
}

static struct rk_str
get_str(struct reader *r)
{
	struct rk_str s = {"", 0};
	uint32_t n = get_u32(r);

	if (r->bad || (size_t)(r->end - r->p) <= n || r->p[n] != '\0') {
		r->bad = true;
		return s;
	}
	s = rk_strn(r->p, n);
	r->p += (size_t)n + 1;
	return s;
}

static void
get_strs(struct reader *r, void *base, const size_t *offsets, size_t n, bool utf8)
{
	for (size_t i = 0; i < n; i++) {
		struct rk_str s = get_str(r);

		if (utf8 && !rk_utf8_valid(s))
			r->bad = true;
		memcpy((char *)base + offsets[i], &s, sizeof(s));
	}
}

static int
broken(struct rk_err *err, const char *what)
{
	(void)rk_err_sys(err, EPROTO, "a parse worker sent %s", what);
	return -1;
}

/* Addresses end in links and requests: one that is none is left out. */
static void
check_urls(void *base, const size_t *offsets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rk_str url;

		memcpy(&url, (const char *)base + offsets[i], sizeof(url));
		if (rk_str_starts(url, "http://") || rk_str_starts(url, "https://"))
			continue;
		url = (struct rk_str){"", 0};
		memcpy((char *)base + offsets[i], &url, sizeof(url));
	}
}

/* The same for lists of lines; column 0 or 1 of each is an address. */
static bool
lines_are_fine(struct rk_str lines, unsigned column, bool mail)
{
	struct rk_str line, cell;

	while (rk_str_split(&lines, '\n', &line)) {
		for (unsigned i = 0; i <= column; i++) {
			if (!rk_str_split(&line, '\t', &cell))
				cell = (struct rk_str){"", 0};
		}
		if (cell.n > 0 && !rk_str_starts(cell, "http://") &&
		    !rk_str_starts(cell, "https://") &&
		    !(mail && rk_str_starts(cell, "mailto:")))
			return false;
	}
	return true;
}

static int64_t
get_time(struct reader *r)
{
	int64_t t = (int64_t)get_u64(r);

	return t >= 0 && t < LAST_TIME ? t : RK_NO_TIME;
}

static const struct rk_page_rules *
get_page(struct reader *r, struct rk_arena *arena)
{
	struct rk_page_rules *page = RK_NEW(arena, struct rk_page_rules);
	uint32_t article;

	get_strs(r, page, page_strs, COUNT(page_strs), true);
	page->min_items = get_u32(r);
	article = get_u32(r);
	page->has_article = article == 1;
	page->n_drop = get_u32(r);
	if (r->bad || article > 1 || page->n_drop > RK_MAX_DROP) {
		r->bad = true;
		return NULL;
	}
	page->drop = rk_arena_array(arena, page->n_drop, sizeof(*page->drop));
	for (size_t i = 0; i < page->n_drop; i++) {
		page->drop[i] = get_str(r);
		if (!rk_utf8_valid(page->drop[i]))
			r->bad = true;
	}
	return page;
}

static const struct rk_entry *
get_listed(struct reader *r, struct rk_arena *arena)
{
	struct rk_entry *e = RK_NEW(arena, struct rk_entry);

	get_strs(r, e, listed_strs, COUNT(listed_strs), true);
	check_urls(e, listed_urls, COUNT(listed_urls));
	e->published = get_time(r);
	e->updated = RK_NO_TIME;
	if (!rk_found_unpack(get_u32(r), &e->found))
		r->bad = true;
	return e;
}

int
rk_wire_get_work(
    struct rk_str body, struct rk_arena *arena, struct rk_work *w, struct rk_err *err)
{
	struct reader r = {body.p, body.p + body.n, false};
	uint32_t flags;

	memset(w, 0, sizeof(*w));
	get_strs(&r, w, work_strs, COUNT(work_strs), false);
	w->timezone = (int)get_u32(&r);
	w->distrust = get_u32(&r);
	w->now = (int64_t)get_u64(&r);
	flags = get_u32(&r);
	/* a part needs rules, and what a list said needs an article */
	w->look = (flags >> 10 & 1) != 0;
	if (flags >> 11 != 0 || (flags & 0xff) > RK_PAGE_EITHER ||
	    ((flags & 0xff) != RK_PAGE_NONE) != ((flags >> 8 & 1) != 0) ||
	    ((flags >> 9 & 1) != 0 && (flags & 0xff) != RK_PAGE_ARTICLE))
		r.bad = true;
	w->part = (enum rk_page_part)(flags & 0xff);
	if (!r.bad && (flags >> 8 & 1) != 0)
		w->page = get_page(&r, arena);
	if (!r.bad && (flags >> 9 & 1) != 0)
		w->listed = get_listed(&r, arena);
	if (r.bad || r.p != r.end)
		return broken(err, "a request that is none");
	return 0;
}

static void
get_keys(struct reader *r, struct rk_entry *e)
{
	if (e->n_keys == 0 || e->n_keys > RK_MAX_KEYS) {
		r->bad = true;
		e->n_keys = 0;
	}
	for (unsigned i = 0; i < e->n_keys; i++) {
		uint32_t kind = get_u32(r);

		if (kind == RK_KEY_NONE || kind > RK_KEY_TITLE)
			r->bad = true;
		e->keys[i].kind = (enum rk_key_kind)kind;
		e->keys[i].hash = get_u64(r);
	}
}

static void
get_entry(struct reader *r, struct rk_entry *e)
{
	struct rk_print print;
	uint32_t flags;

	get_strs(r, e, entry_strs, COUNT(entry_strs), true);
	check_urls(e, entry_urls, COUNT(entry_urls));
	if (!lines_are_fine(e->enclosures, 0, false))
		e->enclosures = (struct rk_str){"", 0};
	if (!lines_are_fine(e->authors, 1, true))
		e->authors = (struct rk_str){"", 0};
	e->published = get_time(r);
	e->updated = get_time(r);
	for (size_t i = 0; i < COUNT(entry_hashes); i++)
		(void)take(r, (char *)e + entry_hashes[i], sizeof(uint64_t));
	e->position = get_u32(r);
	e->print = get_str(r);
	if (e->print.n > 0 && !rk_print_read(e->print, &print))
		r->bad = true;
	if (!rk_found_unpack(get_u32(r), &e->found) ||
	    e->date_text.n > RK_MAX_DATE_TEXT || e->evidence.n > RK_MAX_EVIDENCE)
		r->bad = true;
	e->signals = get_u32(r);
	flags = get_u32(r);
	if ((flags & 0xfe) != 0)
		r->bad = true;
	e->guid_is_url = (flags & 1) != 0;
	e->n_keys = flags >> 8;
	get_keys(r, e);
}

/* What stands before the entries. */
static int
get_head(struct reader *r, struct rk_ingest *in)
{
	uint32_t format = get_u32(r), rung = get_u32(r), flags = get_u32(r), days, n;

	if (format > RK_IN_PAGE || rung > RK_RUNG_HTML || flags > 15)
		return -1;
	in->format = (enum rk_format_in)format;
	in->rung = (enum rk_rung)rung;
	in->truncated = (flags & 1) != 0;
	in->charset_mislabelled = (flags & 2) != 0;
	in->complete = (flags & 4) != 0;
	in->double_encoded = (flags & 8) != 0;
	get_strs(r, in, ingest_strs, COUNT(ingest_strs), true);
	check_urls(in, ingest_urls, COUNT(ingest_urls));
	if (!lines_are_fine(in->authors, 1, true))
		in->authors = (struct rk_str){"", 0};
	in->hint_seconds = (int64_t)get_u64(r);
	in->skip_hours = get_u32(r);
	days = get_u32(r);
	n = get_u32(r);
	if (r->bad || in->hint_seconds < 0 || in->skip_hours > 0xffffff ||
	    days > 0x7f || n > COUNT(in->warnings))
		return -1;
	in->skip_days = (uint8_t)days;
	for (in->n_warnings = 0; in->n_warnings < n; in->n_warnings++) {
		struct rk_str warning = get_str(r);

		if (r->bad || !rk_utf8_valid(warning))
			return -1;
		in->warnings[in->n_warnings] = warning;
	}
	in->replaced = get_u32(r);
	in->built = get_time(r);
	for (size_t i = 0; i < COUNT(ingest_counts); i++) {
		/* two dates an entry are the most that is counted */
		uint32_t count = get_u32(r);

		if (count > 2 * RK_MAX_ITEMS)
			r->bad = true;
		memcpy((char *)&in->counts + ingest_counts[i], &count, sizeof(count));
	}
	return r->bad ? -1 : 0;
}

/* Its addresses are asked next: those that are none are left out. */
static int
get_look(struct reader *r, struct rk_arena *arena, struct rk_look **out)
{
	uint32_t there = get_u32(r), kind, system, n;
	struct rk_look *l;

	if (there == 0)
		return r->bad ? -1 : 0;
	l = RK_NEW(arena, struct rk_look);
	kind = get_u32(r);
	system = get_u32(r);
	get_strs(r, l, look_strs, COUNT(look_strs), true);
	l->charset_mislabelled = get_u32(r) != 0;
	l->links = get_u32(r);
	l->text = get_u32(r);
	n = get_u32(r);
	if (r->bad || there > 1 || kind > RK_LOOK_BINARY || system >= RK_SYSTEM_COUNT ||
	    n > RK_MAX_PLACES)
		return -1;
	l->kind = (enum rk_look_kind)kind;
	l->system = (enum rk_system)system;
	for (uint32_t i = 0; i < n; i++) {
		struct rk_place p = {.url = get_str(r), .title = get_str(r)};
		uint32_t how = get_u32(r);

		if (r->bad || how >= RK_HOW_COUNT || !rk_utf8_valid(p.url) ||
		    !rk_utf8_valid(p.title))
			return -1;
		p.how = (enum rk_how)how;
		check_urls(&p, (const size_t[]){OFF(rk_place, url)}, 1);
		if (p.url.n > 0)
			l->places[l->n_places++] = p;
	}
	*out = l;
	return 0;
}

static void
get_removals(struct reader *r, struct rk_arena *arena, struct rk_ingest *in)
{
	uint32_t n = get_u32(r);

	if (r->bad || n > RK_MAX_TOMBSTONES) {
		r->bad = true;
		return;
	}
	in->removals = rk_arena_array(arena, n, sizeof(*in->removals));
	for (in->n_removals = 0; in->n_removals < n && !r->bad; in->n_removals++) {
		struct rk_removal *rm = &in->removals[in->n_removals];

		rm->ref = get_str(r);
		if (!rk_utf8_valid(rm->ref))
			r->bad = true;
		rm->when = get_time(r);
		rm->keys[0] = get_u64(r);
		rm->keys[1] = get_u64(r);
	}
}

int
rk_wire_get_ingest(struct rk_str body, struct rk_arena *arena, struct rk_ingest **out,
    struct rk_err *err)
{
	struct reader r = {body.p, body.p + body.n, false};
	struct rk_ingest *in = RK_NEW(arena, struct rk_ingest);
	uint32_t n;

	*out = NULL;
	if (get_head(&r, in) != 0 || get_look(&r, arena, &in->look) != 0)
		return broken(err, "a broken answer");
	n = get_u32(&r);
	if (r.bad || n > RK_MAX_ITEMS)
		return broken(err, "too many entries");
	in->n_entries = n;
	in->entries = rk_arena_array(arena, n, sizeof(*in->entries));
	for (size_t i = 0; i < n && !r.bad; i++)
		get_entry(&r, &in->entries[i]);
	if (!r.bad)
		get_removals(&r, arena, in);
	if (r.bad || r.p != r.end)
		return broken(err, "a broken answer");
	*out = in;
	return 0;
}

int
rk_wire_get_ready(struct rk_str body, struct rk_str *missing, struct rk_err *err)
{
	struct reader r = {body.p, body.p + body.n, false};

	*missing = get_str(&r);
	if (r.bad || r.p != r.end)
		return broken(err, "a broken greeting");
	return 0;
}

int
rk_wire_get_refused(struct rk_str body, struct rk_err *out, struct rk_err *err)
{
	struct reader r = {body.p, body.p + body.n, false};
	uint32_t kind = get_u32(&r);
	unsigned line = get_u32(&r), column = get_u32(&r);
	struct rk_str text = get_str(&r);

	if (r.bad || r.p != r.end || (kind != RK_E_INPUT && kind != RK_E_LIMIT) ||
	    !rk_utf8_valid(text))
		return broken(err, "a broken refusal");
	(void)rk_err_set(out, (enum rk_ekind)kind, "%s", rk_cstr(text));
	out->line = line;
	out->column = column;
	return 0;
}
