/*
 * Single fields of an entry from what a document says. Knows no identity.
 */
#include <ruamkhao/normalise.h>

#include "normalise_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/html.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_LANG 35  /* BCP 47: what a registry needs at most */
#define MAX_TYPE 100 /* of a media type */
/* CONTRACTS 1: dates lie in 1970-2100. */
#define FIRST_SECOND INT64_C(0)
#define LAST_SECOND  INT64_C(4133980799)

void
rk_norm_warn(struct rk_norm *n, unsigned kind, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	int len;

	if ((n->warned & kind) != 0 || n->out->n_warnings >= RK_MAX_WARNINGS)
		return;
	n->warned |= kind;
	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	n->out->warnings[n->out->n_warnings++] = rk_arena_str(n->arena, rk_str(text));
}

struct rk_str
rk_norm_url(struct rk_norm *n, struct rk_str base, struct rk_str ref)
{
	const struct rk_str bases[] = {base, n->bases[0], n->bases[1]};

	ref = rk_str_trim(ref);
	if (ref.n == 0 || ref.n > RK_MAX_URL * 3)
		return RK_STR("");
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		/* The last try may be without any: ref may be absolute. */
		if (bases[i].n == 0 && i + 1 < sizeof(bases) / sizeof(*bases))
			continue;
		rk_buf_reset(&n->tmp);
		if (rk_url_resolve(bases[i], ref, &n->tmp) != 0)
			continue;
		rk_buf_reset(&n->line);
		if (rk_url_untrack(rk_buf_view(&n->tmp), &n->line) != 0)
			continue;
		return rk_arena_str(n->arena, rk_buf_view(&n->line));
	}
	return RK_STR("");
}

struct rk_str
rk_norm_line(struct rk_norm *n, struct rk_str text, enum rk_text_kind kind)
{
	rk_buf_reset(&n->line);
	if (kind == RK_TEXT_HTML || kind == RK_TEXT_XHTML ||
	    (kind == RK_TEXT_UNKNOWN && rk_html_looks_like(text)))
		(void)rk_html_line(text, &n->line);
	else
		(void)rk_html_plain_line(text, &n->line);
	return rk_arena_str(
	    n->arena, rk_str_trim(rk_utf8_cut(rk_buf_view(&n->line), RK_MAX_TITLE)));
}

struct rk_str
rk_norm_lang(struct rk_norm *n, struct rk_str lang)
{
	char out[MAX_LANG];

	lang = rk_str_trim(lang);
	if (lang.n == 0 || lang.n > MAX_LANG)
		return RK_STR("");
	for (size_t i = 0; i < lang.n; i++) {
		char c = lang.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		else if (c == '_')
			c = '-';
		else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return RK_STR("");
		out[i] = c;
	}
	return rk_arena_str(n->arena, rk_strn(out, lang.n));
}

/* Direction controls, which could make an id look like another. */
static bool
is_direction(uint32_t cp)
{
	return cp == 0x061c || cp == 0x200e || cp == 0x200f ||
	       (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

struct rk_str
rk_norm_guid(struct rk_norm *n, struct rk_str guid)
{
	struct rk_str s;
	uint32_t cp;
	bool plain = true;

	guid = rk_str_trim(guid);
	if (guid.n > RK_MAX_GUID)
		return RK_STR("");
	for (size_t i = 0; i < guid.n && plain; i++)
		plain = guid.p[i] >= 0x20 && guid.p[i] < 0x7f;
	if (plain)
		return rk_arena_str(n->arena, guid);
	rk_buf_reset(&n->tmp);
	rk_buf_reset(&n->line);
	(void)rk_utf8_repair(guid, &n->tmp);
	s = rk_buf_view(&n->tmp);
	while (rk_utf8_next(&s, &cp)) {
		char utf8[4];

		if (cp == 0x7f || cp < 0x20 || is_direction(cp))
			continue;
		(void)rk_buf_add(&n->line, utf8, rk_utf8_put(cp, utf8));
	}
	return rk_arena_str(n->arena, rk_buf_view(&n->line));
}

struct rk_str
rk_norm_authors(struct rk_norm *n, const struct rk_person *p, struct rk_str *lines,
    struct rk_str *sole)
{
	struct rk_buf names, list;
	struct rk_str out, url = RK_STR("");
	size_t count = 0;

	rk_buf_init(&names, RK_MAX_TITLE);
	rk_buf_init(&list, RK_KIB(256));
	for (; p != NULL && count < RK_MAX_PERSONS; p = p->next) {
		struct rk_str name = rk_norm_line(n, p->name, RK_TEXT_UNKNOWN);

		url = rk_norm_url(n, RK_STR(""), p->url);
		if (name.n == 0 && url.n == 0)
			continue;
		count++;
		(void)rk_buf_addf(&list, "%s%.*s\t%.*s", list.n > 0 ? "\n" : "",
		    RK_FMT(name), RK_FMT(url));
		if (name.n > 0) {
			if (names.n > 0)
				(void)rk_buf_adds(&names, ", ");
			(void)rk_buf_str(&names, name);
		}
	}
	out = rk_arena_str(n->arena, rk_buf_view(&names));
	if (lines != NULL)
		*lines = rk_arena_str(n->arena, rk_buf_view(&list));
	if (sole != NULL)
		*sole = count == 1 ? url : RK_STR("");
	rk_buf_release(&names);
	rk_buf_release(&list);
	return out;
}

/* True when one of the lines is this. */
static bool
has_line(const struct rk_buf *lines, struct rk_str line)
{
	struct rk_str rest = rk_buf_view(lines), have;

	while (rk_str_split(&rest, '\n', &have))
		if (rk_str_eq(have, line))
			return true;
	return false;
}

struct rk_str
rk_norm_tags(struct rk_norm *n, const struct rk_category *c)
{
	struct rk_buf list;
	struct rk_str out;
	unsigned count = 0;

	rk_buf_init(&list, RK_KIB(64));
	for (; c != NULL && count < RK_MAX_CATEGORIES; c = c->next, count++) {
		struct rk_str term = rk_norm_line(n, c->term, RK_TEXT_UNKNOWN);

		if (term.n == 0)
			term = rk_norm_line(n, c->label, RK_TEXT_UNKNOWN);
		if (term.n == 0 || has_line(&list, term))
			continue;
		if (list.n > 0)
			(void)rk_buf_addc(&list, '\n');
		(void)rk_buf_str(&list, term);
	}
	out = rk_arena_str(n->arena, rk_buf_view(&list));
	rk_buf_release(&list);
	return out;
}

/* A media type that may stand in a header, or empty. */
static struct rk_str
media_type(struct rk_str type)
{
	type = rk_str_trim(type);
	if (type.n > MAX_TYPE)
		return RK_STR("");
	for (size_t i = 0; i < type.n; i++)
		if (type.p[i] < 0x20 || type.p[i] > 0x7e || type.p[i] == '<' ||
		    type.p[i] == '>')
			return RK_STR("");
	return type;
}

static bool
is_image(struct rk_str type, struct rk_str url)
{
	static const char *const ends[] = {".jpg", ".jpeg", ".png", ".gif", ".webp"};

	if (type.n > 0)
		return rk_str_istarts(type, "image/") || rk_str_iis(type, "image");
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t len = strlen(ends[i]);

		if (url.n > len && rk_str_iis(rk_str_from(url, url.n - len), ends[i]))
			return true;
	}
	return false;
}

struct rk_str
rk_norm_enclosures(struct rk_norm *n, const struct rk_item *item, struct rk_str *image)
{
	struct rk_buf list;
	struct rk_str out;
	unsigned count = 0;

	rk_buf_init(&list, RK_KIB(512));
	for (const struct rk_enclosure *e = item->enclosures;
	     e != NULL && count < RK_MAX_ENCLOSURES; e = e->next) {
		struct rk_str base = e->base.n > 0 ? e->base : item->link_base;
		struct rk_str url = rk_norm_url(n, base, e->url);
		struct rk_str type = media_type(e->type);
		struct rk_str title = rk_norm_line(n, e->title, RK_TEXT_UNKNOWN);

		if (url.n == 0)
			continue;
		count++;
		if (image->n == 0 && is_image(type, url))
			*image = url;
		if (list.n > 0)
			(void)rk_buf_addc(&list, '\n');
		(void)rk_buf_addf(&list, "%.*s\t%.*s\t", RK_FMT(url), RK_FMT(type));
		if (e->length >= 0)
			(void)rk_buf_addf(&list, "%lld", (long long)e->length);
		(void)rk_buf_addf(&list, "\t%.*s", RK_FMT(title));
	}
	out = rk_arena_str(n->arena, rk_buf_view(&list));
	rk_buf_release(&list);
	return out;
}

/* What is printed, without what surrounds it; empty: there is no date at all. */
static enum rk_basis
read_date(struct rk_norm *n, struct rk_str printed, struct rk_date *date)
{
	if (printed.n == 0)
		return RK_BASIS_NONE;
	if (rk_date_parse(printed, n->opts->now, n->opts->timezone, date) != 0) {
		n->out->counts.unreadable_dates++;
		rk_norm_warn(n, RK_WARNED_DATE, "no date: \"%.*s\"",
		    RK_FMT(rk_utf8_cut(printed, 80)));
		return RK_BASIS_UNREADABLE;
	}
	if (date->utc < FIRST_SECOND || date->utc > LAST_SECOND) {
		n->out->counts.unreadable_dates++;
		rk_norm_warn(n, RK_WARNED_RANGE,
		    "a date outside of 1970-2100: \"%.*s\"",
		    RK_FMT(rk_utf8_cut(printed, 80)));
		return RK_BASIS_BEYOND;
	}
	n->out->counts.wrong_weekdays += date->weekday_wrong;
	n->out->counts.zoneless_dates +=
	    date->zone_assumed && date->precision != RK_BY_DAY;
	if (date->weekday_wrong)
		rk_norm_warn(n, RK_WARNED_WEEKDAY, "not that day of the week: \"%.*s\"",
		    RK_FMT(rk_utf8_cut(printed, 80)));
	return RK_BASIS_FEED;
}

static void
keep_reading(struct rk_entry *e, const struct rk_date *date)
{
	e->found.precision = (uint8_t)date->precision;
	e->found.buddhist = date->buddhist;
	e->found.weekday_wrong = date->weekday_wrong;
	e->found.zone_assumed = date->zone_assumed;
}

/* The printed text tells more than the date that was read from it. */
static bool
is_telling(const struct rk_entry *e, struct rk_str printed)
{
	if (e->found.basis != RK_BASIS_FEED && e->found.basis != RK_BASIS_FEED_UPDATED)
		return true;
	if (e->found.buddhist || e->found.weekday_wrong || printed.n > 40)
		return true;
	for (size_t i = 0; i < printed.n; i++)
		if ((unsigned char)printed.p[i] >= 0x80)
			return true;
	return false;
}

/* One line of at most RK_MAX_DATE_TEXT bytes. */
static struct rk_str
date_text(struct rk_norm *n, struct rk_str printed)
{
	struct rk_str s = rk_norm_line(
	    n, rk_utf8_cut(printed, (size_t)4 * RK_MAX_DATE_TEXT), RK_TEXT_PLAIN);

	return s.n > RK_MAX_DATE_TEXT
		   ? rk_arena_str(n->arena, rk_utf8_cut(s, RK_MAX_DATE_TEXT))
		   : s;
}

void
rk_norm_dates(struct rk_norm *n, const struct rk_item *item, struct rk_entry *e)
{
	struct rk_str printed = rk_str_trim(item->published);
	struct rk_str changed = rk_str_trim(item->updated);
	enum rk_basis basis, of_updated;
	struct rk_date date;

	e->published = e->updated = RK_NO_TIME;
	e->date_text = RK_STR("");
	of_updated = (n->opts->distrust & RK_DISTRUST_UPDATED) != 0
			 ? RK_BASIS_DISTRUSTED
			 : read_date(n, changed, &date);
	if (of_updated == RK_BASIS_FEED) {
		e->updated = date.utc;
		keep_reading(e, &date);
	}
	if ((n->opts->distrust & RK_DISTRUST_DATE) != 0) {
		e->found.basis = RK_BASIS_DISTRUSTED;
		e->found.precision = 0;
		e->found.buddhist = e->found.weekday_wrong = e->found.zone_assumed =
		    false;
		return;
	}
	basis = read_date(n, printed, &date);
	if (basis == RK_BASIS_FEED) {
		e->published = date.utc;
		keep_reading(e, &date);
		if (item->date_basis != RK_BASIS_UNKNOWN)
			basis = item->date_basis;
	} else {
		e->found.text_unread = printed.n > 0;
		if (of_updated == RK_BASIS_FEED) {
			basis = RK_BASIS_FEED_UPDATED;
			if (printed.n == 0)
				printed = changed;
		} else if (printed.n == 0 && of_updated != RK_BASIS_DISTRUSTED) {
			basis = of_updated; /* NONE, or a text that is no date */
			printed = changed;
			e->found.text_unread = printed.n > 0;
		}
	}
	e->found.basis = (uint8_t)basis;
	if (printed.n > 0 && (e->found.text_unread || is_telling(e, printed)))
		e->date_text = date_text(n, printed);
}

int64_t
rk_norm_moment(struct rk_norm *n, struct rk_str printed)
{
	struct rk_date date;

	if (printed.n == 0 ||
	    rk_date_parse(printed, n->opts->now, n->opts->timezone, &date) != 0 ||
	    date.utc < FIRST_SECOND || date.utc > LAST_SECOND)
		return RK_NO_TIME;
	return date.utc;
}

/* Seconds between changes by the syndication module (RSS 1.0), 0 none. */
static int64_t
syndication(const struct rk_doc *doc)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} periods[] = {{"hourly", 3600}, {"daily", 86400}, {"weekly", 604800},
	    {"monthly", 2592000}, {"yearly", 31536000}};
	struct rk_str period = rk_str_trim(doc->update_period);
	uint64_t frequency = 1;

	if (period.n == 0 || !rk_keeps(RK_M_SY))
		return 0;
	if (rk_str_u64(rk_str_trim(doc->update_frequency), 1000000, &frequency) != 0 ||
	    frequency == 0)
		frequency = 1;
	for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++)
		if (rk_str_iis(period, periods[i].name))
			return periods[i].seconds / (int64_t)frequency;
	return 0;
}

/* 0: no number; what is too large for any schedule is the largest that is kept. */
static int64_t
minutes(struct rk_str text)
{
	int64_t most = RK_MAX_ASKED_S / 60;
	uint64_t n;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return 0;
	if (text.n == 0)
		return 0;
	return rk_str_u64(text, (uint64_t)most, &n) == 0 ? (int64_t)n : most;
}

int64_t
rk_norm_hint(const struct rk_doc *doc)
{
	int64_t hint = rk_keeps(RK_M_SY) ? syndication(doc) : 0;
	int64_t ttl = rk_keeps(RK_M_TTL) ? minutes(rk_str_trim(doc->ttl)) * 60 : 0;

	return ttl > hint ? ttl : hint;
}
