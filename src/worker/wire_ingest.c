/*
 * The answer: an ingest with its entries, its removals and what a document that is no
 * feed looks like. The tables below list the fields of each struct once, so that writer
 * and reader cannot disagree. What is read was made by a process that met a stranger's
 * bytes: every field is held against its limits here.
 */
#include "wire_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/look.h>
#include <ruamkhao/print.h>
#include <ruamkhao/utf8.h>

#include <string.h>

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

/* ---- writing */

static void
put_entry(struct rk_buf *b, const struct rk_entry *e)
{
	rk_put_strs(b, e, entry_strs, COUNT(entry_strs));
	for (size_t i = 0; i < COUNT(entry_times); i++)
		(void)rk_buf_add(b, (const char *)e + entry_times[i], sizeof(int64_t));
	for (size_t i = 0; i < COUNT(entry_hashes); i++)
		(void)rk_buf_add(
		    b, (const char *)e + entry_hashes[i], sizeof(uint64_t));
	rk_put_u32(b, e->position);
	rk_put_str(b, e->print);
	rk_put_u32(b, rk_found_pack(&e->found));
	rk_put_u32(b, e->signals);
	rk_put_u32(b, (uint32_t)e->guid_is_url | e->n_keys << 8);
	for (unsigned i = 0; i < e->n_keys; i++) {
		rk_put_u32(b, (uint32_t)e->keys[i].kind);
		rk_put_u64(b, e->keys[i].hash);
	}
}

static void
put_look(struct rk_buf *b, const struct rk_look *l)
{
	rk_put_u32(b, l != NULL);
	if (l == NULL)
		return;
	rk_put_u32(b, (uint32_t)l->kind);
	rk_put_u32(b, (uint32_t)l->system);
	rk_put_strs(b, l, look_strs, COUNT(look_strs));
	rk_put_u32(b, l->charset_mislabelled);
	rk_put_u32(b, l->links);
	rk_put_u32(b, l->text);
	rk_put_u32(b, l->n_places);
	for (uint32_t i = 0; i < l->n_places; i++) {
		rk_put_str(b, l->places[i].url);
		rk_put_str(b, l->places[i].title);
		rk_put_u32(b, (uint32_t)l->places[i].how);
	}
}

int
rk_wire_put_ingest(struct rk_buf *b, const struct rk_ingest *in)
{
	size_t at = rk_put_head(b, RK_MSG_INGEST);

	rk_put_u32(b, (uint32_t)in->format);
	rk_put_u32(b, (uint32_t)in->rung);
	rk_put_u32(b, (uint32_t)in->truncated | (uint32_t)in->charset_mislabelled << 1 |
		       (uint32_t)in->complete << 2 |
		       (uint32_t)in->double_encoded << 3);
	rk_put_strs(b, in, ingest_strs, COUNT(ingest_strs));
	rk_put_u64(b, (uint64_t)in->hint_seconds);
	rk_put_u32(b, in->skip_hours);
	rk_put_u32(b, in->skip_days);
	rk_put_u32(b, (uint32_t)in->n_warnings);
	for (size_t i = 0; i < in->n_warnings; i++)
		rk_put_str(b, in->warnings[i]);
	rk_put_u32(b, in->replaced);
	rk_put_u64(b, (uint64_t)in->built);
	for (size_t i = 0; i < COUNT(ingest_counts); i++)
		(void)rk_buf_add(
		    b, (const char *)&in->counts + ingest_counts[i], sizeof(uint32_t));
	put_look(b, in->look);
	rk_put_u32(b, (uint32_t)in->n_entries);
	for (size_t i = 0; i < in->n_entries; i++)
		put_entry(b, &in->entries[i]);
	rk_put_u32(b, (uint32_t)in->n_removals);
	for (size_t i = 0; i < in->n_removals; i++) {
		const struct rk_removal *r = &in->removals[i];

		rk_put_str(b, r->ref);
		rk_put_u64(b, (uint64_t)r->when);
		rk_put_u64(b, r->keys[0]);
		rk_put_u64(b, r->keys[1]);
	}
	return rk_put_end(b, at);
}

/* ---- reading */

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

static void
get_keys(struct rk_reader *r, struct rk_entry *e)
{
	if (e->n_keys == 0 || e->n_keys > RK_MAX_KEYS) {
		r->bad = true;
		e->n_keys = 0;
	}
	for (unsigned i = 0; i < e->n_keys; i++) {
		uint32_t kind = rk_get_u32(r);

		if (kind == RK_KEY_NONE || kind > RK_KEY_TITLE)
			r->bad = true;
		e->keys[i].kind = (enum rk_key_kind)kind;
		e->keys[i].hash = rk_get_u64(r);
	}
}

static void
get_entry(struct rk_reader *r, struct rk_entry *e)
{
	struct rk_print print;
	uint32_t flags;

	rk_get_strs(r, e, entry_strs, COUNT(entry_strs), true);
	rk_check_urls(e, entry_urls, COUNT(entry_urls));
	if (!lines_are_fine(e->enclosures, 0, false))
		e->enclosures = (struct rk_str){"", 0};
	if (!lines_are_fine(e->authors, 1, true))
		e->authors = (struct rk_str){"", 0};
	e->published = rk_get_time(r);
	e->updated = rk_get_time(r);
	for (size_t i = 0; i < COUNT(entry_hashes); i++)
		(void)rk_take(r, (char *)e + entry_hashes[i], sizeof(uint64_t));
	e->position = rk_get_u32(r);
	e->print = rk_get_str(r);
	if (e->print.n > 0 && !rk_print_read(e->print, &print))
		r->bad = true;
	if (!rk_found_unpack(rk_get_u32(r), &e->found) ||
	    e->date_text.n > RK_MAX_DATE_TEXT || e->evidence.n > RK_MAX_EVIDENCE)
		r->bad = true;
	e->signals = rk_get_u32(r);
	flags = rk_get_u32(r);
	if ((flags & 0xfe) != 0)
		r->bad = true;
	e->guid_is_url = (flags & 1) != 0;
	e->n_keys = flags >> 8;
	get_keys(r, e);
}

/* What stands before the entries. */
static int
get_head(struct rk_reader *r, struct rk_ingest *in)
{
	uint32_t format = rk_get_u32(r), rung = rk_get_u32(r), flags = rk_get_u32(r), days, n;

	if (format > RK_IN_PAGE || rung > RK_RUNG_HTML || flags > 15)
		return -1;
	in->format = (enum rk_format_in)format;
	in->rung = (enum rk_rung)rung;
	in->truncated = (flags & 1) != 0;
	in->charset_mislabelled = (flags & 2) != 0;
	in->complete = (flags & 4) != 0;
	in->double_encoded = (flags & 8) != 0;
	rk_get_strs(r, in, ingest_strs, COUNT(ingest_strs), true);
	rk_check_urls(in, ingest_urls, COUNT(ingest_urls));
	if (!lines_are_fine(in->authors, 1, true))
		in->authors = (struct rk_str){"", 0};
	in->hint_seconds = (int64_t)rk_get_u64(r);
	in->skip_hours = rk_get_u32(r);
	days = rk_get_u32(r);
	n = rk_get_u32(r);
	if (r->bad || in->hint_seconds < 0 || in->skip_hours > 0xffffff ||
	    days > 0x7f || n > COUNT(in->warnings))
		return -1;
	in->skip_days = (uint8_t)days;
	for (in->n_warnings = 0; in->n_warnings < n; in->n_warnings++) {
		struct rk_str warning = rk_get_str(r);

		if (r->bad || !rk_utf8_valid(warning))
			return -1;
		in->warnings[in->n_warnings] = warning;
	}
	in->replaced = rk_get_u32(r);
	in->built = rk_get_time(r);
	for (size_t i = 0; i < COUNT(ingest_counts); i++) {
		/* two dates an entry are the most that is counted */
		uint32_t count = rk_get_u32(r);

		if (count > 2 * RK_MAX_ITEMS)
			r->bad = true;
		memcpy((char *)&in->counts + ingest_counts[i], &count, sizeof(count));
	}
	return r->bad ? -1 : 0;
}

/* Its addresses are asked next: those that are none are left out. */
static int
get_look(struct rk_reader *r, struct rk_arena *arena, struct rk_look **out)
{
	uint32_t there = rk_get_u32(r), kind, system, n;
	struct rk_look *l;

	if (there == 0)
		return r->bad ? -1 : 0;
	l = RK_NEW(arena, struct rk_look);
	kind = rk_get_u32(r);
	system = rk_get_u32(r);
	rk_get_strs(r, l, look_strs, COUNT(look_strs), true);
	l->charset_mislabelled = rk_get_u32(r) != 0;
	l->links = rk_get_u32(r);
	l->text = rk_get_u32(r);
	n = rk_get_u32(r);
	if (r->bad || there > 1 || kind > RK_LOOK_BINARY || system >= RK_SYSTEM_COUNT ||
	    n > RK_MAX_PLACES)
		return -1;
	l->kind = (enum rk_look_kind)kind;
	l->system = (enum rk_system)system;
	for (uint32_t i = 0; i < n; i++) {
		struct rk_place p = {.url = rk_get_str(r), .title = rk_get_str(r)};
		uint32_t how = rk_get_u32(r);

		if (r->bad || how >= RK_HOW_COUNT || !rk_utf8_valid(p.url) ||
		    !rk_utf8_valid(p.title))
			return -1;
		p.how = (enum rk_how)how;
		rk_check_urls(&p, (const size_t[]){OFF(rk_place, url)}, 1);
		if (p.url.n > 0)
			l->places[l->n_places++] = p;
	}
	*out = l;
	return 0;
}

static void
get_removals(struct rk_reader *r, struct rk_arena *arena, struct rk_ingest *in)
{
	uint32_t n = rk_get_u32(r);

	if (r->bad || n > RK_MAX_TOMBSTONES) {
		r->bad = true;
		return;
	}
	in->removals = rk_arena_array(arena, n, sizeof(*in->removals));
	for (in->n_removals = 0; in->n_removals < n && !r->bad; in->n_removals++) {
		struct rk_removal *rm = &in->removals[in->n_removals];

		rm->ref = rk_get_str(r);
		if (!rk_utf8_valid(rm->ref))
			r->bad = true;
		rm->when = rk_get_time(r);
		rm->keys[0] = rk_get_u64(r);
		rm->keys[1] = rk_get_u64(r);
	}
}

int
rk_wire_get_ingest(struct rk_str body, struct rk_arena *arena, struct rk_ingest **out,
    struct rk_err *err)
{
	struct rk_reader r = {body.p, body.p + body.n, false};
	struct rk_ingest *in = RK_NEW(arena, struct rk_ingest);
	uint32_t n;

	*out = NULL;
	if (get_head(&r, in) != 0 || get_look(&r, arena, &in->look) != 0)
		return rk_wire_broken(err, "a broken answer");
	n = rk_get_u32(&r);
	if (r.bad || n > RK_MAX_ITEMS)
		return rk_wire_broken(err, "too many entries");
	in->n_entries = n;
	in->entries = rk_arena_array(arena, n, sizeof(*in->entries));
	for (size_t i = 0; i < n && !r.bad; i++)
		get_entry(&r, &in->entries[i]);
	if (!r.bad)
		get_removals(&r, arena, in);
	if (r.bad || r.p != r.end)
		return rk_wire_broken(err, "a broken answer");
	*out = in;
	return 0;
}
