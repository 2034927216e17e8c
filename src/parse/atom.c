/*
 * Atom 1.0 (RFC 4287) and 0.3: what their elements mean, and the pieces of Atom that
 * other formats borrow (links, text constructs, persons). Later elements of equal
 * rank win, as 0.3 names have less rank than those of 1.0.
 */
#include "parse_int.h"

#include <ruamkhao/html.h>
#include <ruamkhao/utf8.h>

#include <string.h>
#include <strings.h>

/* ---- text constructs */

static void
remember(char *to, size_t size, struct rk_str s)
{
	size_t n = s.n < size ? s.n : 0; /* a longer one is none we know */

	memcpy(to, s.p, n);
	to[n] = '\0';
}

void
rk_atom_text_open(struct rk_feedp *f)
{
	remember(f->type, sizeof(f->type), rk_attr(f, "type"));
	remember(f->mode_attr, sizeof(f->mode_attr), rk_attr(f, "mode"));
	f->src = rk_attr(f, "src").n > 0;
}

/* Base64 in place of text (RFC 4648, white space ignored); UTF-8 text or nothing. */
static struct rk_str
from_base64(struct rk_feedp *f, struct rk_str text)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct rk_buf raw;
	struct rk_str out = {"", 0};
	uint32_t bits = 0;
	unsigned n = 0;

	rk_buf_init(&raw, RK_MAX_FIELD);
	for (size_t i = 0; i < text.n && text.p[i] != '='; i++) {
		const char *d = memchr(digits, text.p[i], 64);

		if (d == NULL) {
			if (strchr(" \t\r\n", text.p[i]) != NULL)
				continue;
			rk_buf_release(&raw);
			return out;
		}
		bits = bits << 6 | (uint32_t)(d - digits);
		if (++n % 4 != 1)
			rk_buf_addc(&raw, (char)(bits >> (6 - (n - 1) % 4 * 2) & 0xFF));
	}
	rk_buf_reset(&f->scratch);
	if (rk_utf8_valid(rk_buf_view(&raw)) &&
	    rk_utf8_repair(rk_buf_view(&raw), &f->scratch) == 0)
		out = rk_str_trim(rk_buf_view(&f->scratch));
	rk_buf_release(&raw);
	return out;
}

static bool
is_html_type(const char *type)
{
	return strcasecmp(type, "html") == 0 || strcasecmp(type, "text/html") == 0;
}

enum rk_text_kind
rk_atom_kind(struct rk_feedp *f, struct rk_str *text)
{
	const char *type = f->type;
	struct rk_str t = rk_str(type);

	if (strcasecmp(f->mode_attr, "base64") == 0) {
		*text = from_base64(f, *text);
		return strcasecmp(type, "text/plain") == 0 ? RK_TEXT_PLAIN
							   : RK_TEXT_HTML;
	}
	if (type[0] == '\0' || strcasecmp(type, "text") == 0 ||
	    strcasecmp(type, "text/plain") == 0 || strcasecmp(type, "plain") == 0)
		return RK_TEXT_PLAIN;
	if (is_html_type(type))
		return RK_TEXT_HTML;
	if (strcasecmp(type, "xhtml") == 0 || rk_str_ends(t, "+xml") ||
	    rk_str_ends(t, "/xml"))
		/* 0.3 says by mode whether the markup was escaped */
		return strcasecmp(f->mode_attr, "escaped") == 0 ? RK_TEXT_HTML
								: RK_TEXT_XHTML;
	if (rk_str_istarts(t, "text/"))
		return RK_TEXT_PLAIN;
	if (rk_str_chr(t, '/') == SIZE_MAX || f->markup)
		return RK_TEXT_UNKNOWN;
	*text = from_base64(f, *text); /* any other media type (RFC 4287 4.1.3.3) */
	return RK_TEXT_HTML;
}

/* ---- links */

void
rk_atom_link(struct rk_feedp *f)
{
	struct rk_str href = rk_attr(f, "href");
	char rel[64], type[64];
	struct rk_doc *doc = f->doc;

	if (href.n == 0)
		return;
	remember(rel, sizeof(rel), rk_attr(f, "rel"));
	remember(type, sizeof(type), rk_attr(f, "type"));
	if (rk_str_istarts(rk_str(rel), "http://www.iana.org/assignments/relation/"))
		memmove(rel, rel + 41, strlen(rel + 41) + 1);
	href = rk_attr(f, "href");
	if (rel[0] == '\0' || strcasecmp(rel, "alternate") == 0) {
		bool page = type[0] == '\0' || is_html_type(type) ||
			    strcasecmp(type, "application/xhtml+xml") == 0;
		bool atom =
		    f->doc->format == RK_IN_ATOM || f->doc->format == RK_IN_ATOM03;
		unsigned rank = atom ? 8 : 4;
		uint8_t *have = f->item != NULL ? f->work.rank : f->rank;

		/* the first page; a document of another kind while there is none */
		if (have[RK_F_LINK] < rank - !page)
			rk_set_link(f, rank - !page, href);
	} else if (strcasecmp(rel, "enclosure") == 0) {
		struct rk_enclosure *e = rk_add_enclosure(f, href, false);
		uint64_t length;

		if (e == NULL)
			return;
		e->type = rk_keep(f, rk_str(type));
		e->title = rk_keep(f, rk_attr(f, "title"));
		if (rk_str_u64(rk_attr(f, "length"), INT64_MAX, &length) == 0)
			e->length = (int64_t)length;
	} else if (f->item == NULL && strcasecmp(rel, "self") == 0) {
		if (doc->self.n == 0)
			doc->self = rk_keep_url(f, href);
	} else if (f->item == NULL && strcasecmp(rel, "hub") == 0) {
		if (doc->hub.n == 0)
			doc->hub = rk_keep_url(f, href);
	} else if (f->item == NULL && strcasecmp(rel, "prev-archive") == 0) {
		if (doc->prev_archive.n == 0)
			doc->prev_archive = rk_keep_url(f, href);
	} else if (strcasecmp(rel, "image") == 0) {
		rk_set_image(f, 7, href);
	}
}

/* ---- persons */

void
rk_person_open(struct rk_feedp *f)
{
	f->person = RK_NEW(f->arena, struct rk_person);
	f->person->name = f->person->email = f->person->url = RK_STR("");
}

void
rk_person_name(struct rk_feedp *f, struct rk_str text)
{
	if (f->person != NULL && text.n > 0)
		f->person->name = rk_keep(f, rk_utf8_cut(text, RK_MAX_TITLE));
}

void
rk_person_email(struct rk_feedp *f, struct rk_str text)
{
	if (f->person != NULL && text.n > 0)
		f->person->email = rk_keep(f, rk_utf8_cut(text, RK_MAX_TITLE));
}

void
rk_person_url(struct rk_feedp *f, struct rk_str text)
{
	if (f->person != NULL && text.n > 0)
		f->person->url = rk_keep_url(f, text);
}

static struct rk_person *
take_person(struct rk_feedp *f, struct rk_str text)
{
	struct rk_person *p = f->person;

	f->person = NULL;
	/* RSS, and Atom by people who know RSS: the whole in one line */
	return text.n > 0 ? rk_person_of(f, text) : p;
}

void
rk_person_close(struct rk_feedp *f, struct rk_str text)
{
	rk_add_author(f, take_person(f, text));
}

static void
contributor_close(struct rk_feedp *f, struct rk_str text)
{
	(void)take_person(f, text);
}

static void
source_author(struct rk_feedp *f, struct rk_str text)
{
	struct rk_person *p = take_person(f, text);

	if (p == NULL || f->item == NULL || (p->name.n == 0 && p->email.n == 0) ||
	    f->work.n_source == RK_MAX_PERSONS)
		return;
	*f->work.source_tail = p;
	f->work.source_tail = &p->next;
	f->work.n_source++;
}

/* ---- entries and feeds */

static void
entry_open(struct rk_feedp *f)
{
	rk_item_open(f);
}

static void
entry_close(struct rk_feedp *f, struct rk_str text)
{
	(void)text;
	rk_item_close(f);
}

static void
title(struct rk_feedp *f, struct rk_str text)
{
	enum rk_text_kind kind = rk_atom_kind(f, &text);

	if (f->item != NULL && f->work.rank[RK_F_TITLE] < 9)
		rk_set_text(f, RK_F_TITLE, 9, &f->item->title, text, kind);
	else if (f->item == NULL && f->rank[RK_F_TITLE] < 9)
		rk_set_text(f, RK_F_TITLE, 9, &f->doc->title, text, kind);
}

static void
summary(struct rk_feedp *f, struct rk_str text)
{
	enum rk_text_kind kind = rk_atom_kind(f, &text);

	if (f->item != NULL)
		rk_set_text(f, RK_F_SUMMARY, 9, &f->item->summary, text, kind);
	else
		rk_set_text(f, RK_F_SUMMARY, 9, &f->doc->subtitle, text, kind);
}

/* Content that stands elsewhere: a page is as good as a link, the rest is attached. */
static void
content_open(struct rk_feedp *f)
{
	struct rk_str src = rk_attr(f, "src");
	struct rk_enclosure *e;

	rk_atom_text_open(f);
	if (f->item == NULL || src.n == 0)
		return;
	if (f->type[0] == '\0' || is_html_type(f->type)) {
		if (f->work.rank[RK_F_LINK] == 0)
			rk_set_link(f, 1, src);
	} else if ((e = rk_add_enclosure(f, src, false)) != NULL) {
		e->type = rk_keep(f, rk_str(f->type));
	}
}

static void
content(struct rk_feedp *f, struct rk_str text)
{
	enum rk_text_kind kind = rk_atom_kind(f, &text);

	if (f->item == NULL || f->src)
		return;
	/* one of several, as 0.3 allows: markup before plain text */
	rk_set_text(f, RK_F_CONTENT, kind == RK_TEXT_PLAIN && !f->markup ? 8 : 9,
	    &f->item->content, text, kind);
}

static void
id(struct rk_feedp *f, struct rk_str text)
{
	rk_set_str(
	    f, RK_F_GUID, 9, f->item != NULL ? &f->item->guid : &f->doc->id, text);
}

static void
date(struct rk_feedp *f, struct rk_str text, enum rk_field field, unsigned rank)
{
	if (f->item != NULL)
		rk_set_str(f, field, rank,
		    field == RK_F_UPDATED ? &f->item->updated : &f->item->published,
		    text);
	else if (field == RK_F_UPDATED && text.n > 0)
		f->doc->built = rk_keep(f, text);
}

static void
published(struct rk_feedp *f, struct rk_str text)
{
	date(f, text, RK_F_PUBLISHED, 9);
}

static void
issued(struct rk_feedp *f, struct rk_str text)
{
	date(f, text, RK_F_PUBLISHED, 8);
}

static void
created(struct rk_feedp *f, struct rk_str text)
{
	date(f, text, RK_F_PUBLISHED, 4);
}

static void
updated(struct rk_feedp *f, struct rk_str text)
{
	date(f, text, RK_F_UPDATED, 9);
}

static void
modified(struct rk_feedp *f, struct rk_str text)
{
	date(f, text, RK_F_UPDATED, 8);
}

static void
category_open(struct rk_feedp *f)
{
	struct rk_str term = rk_keep(f, rk_attr(f, "term"));
	struct rk_str label = rk_keep(f, rk_attr(f, "label"));

	f->named = term.n + label.n > 0;
	rk_add_category(f, term, label, rk_attr(f, "scheme"));
}

static void
category(struct rk_feedp *f, struct rk_str text)
{
	if (!f->named) /* 0.3 and RSS put the term inside */
		rk_add_category(f, text, RK_STR(""), RK_STR(""));
}

static void
logo(struct rk_feedp *f, struct rk_str text)
{
	rk_set_image(f, 9, text);
}

/* <link>http://...</link>, by people who know RSS */
static void
link_text(struct rk_feedp *f, struct rk_str text)
{
	if (rk_str_istarts(text, "http"))
		rk_set_link(f, 1, text);
}

static void
icon(struct rk_feedp *f, struct rk_str text)
{
	rk_set_image(f, 6, text);
}

/* ---- atom:source, the feed that an entry was taken from */

static void
source_title(struct rk_feedp *f, struct rk_str text)
{
	if (f->item == NULL || text.n == 0)
		return;
	(void)rk_atom_kind(f, &text);
	rk_buf_reset(&f->scratch);
	if (f->markup || is_html_type(f->type)) {
		if (rk_html_line(text, &f->scratch) != 0)
			return;
		text = rk_buf_view(&f->scratch);
	}
	f->item->source_title = rk_keep(f, rk_utf8_cut(text, RK_MAX_TITLE));
}

static void
source_link(struct rk_feedp *f)
{
	struct rk_str rel = rk_attr(f, "rel");
	bool page = rel.n == 0 || rk_str_iis(rel, "alternate");
	bool self = rk_str_iis(rel, "self");
	uint8_t rank = page ? 3 : self ? 2 : 0;
	struct rk_str href = rk_attr(f, "href");

	if (f->item == NULL || href.n == 0 || rank <= f->work.source_rank)
		return;
	f->item->source_url = rk_keep_url(f, href);
	f->work.source_rank = rank;
}

#define FEED   RK_AT_FEED
#define ITEM   RK_AT_ITEM
#define SOURCE RK_AT_SOURCE
#define PERSON RK_AT_PERSON
#define CORE   RK_NS_CORE

static const struct rk_rule rows[] = {
    {"author", CORE, FEED | ITEM, RK_EL_SOFT, PERSON, rk_person_open, rk_person_close},
    {"author", CORE, SOURCE, RK_EL_SOFT, PERSON, rk_person_open, source_author},
    {"category", CORE, ITEM, RK_EL_STR, 0, category_open, category},
    {"content", CORE, ITEM, RK_EL_TEXT, 0, content_open, content},
    {"contributor", CORE, FEED | ITEM | SOURCE, RK_EL_SOFT, PERSON, rk_person_open,
	contributor_close},
    {"created", CORE, ITEM, RK_EL_STR, 0, NULL, created},
    {"email", CORE, PERSON, RK_EL_STR, 0, NULL, rk_person_email},
    {"entry", CORE, FEED, RK_EL_ENTER, ITEM, entry_open, entry_close},
    {"homepage", CORE, PERSON, RK_EL_STR, 0, NULL, rk_person_url},
    {"icon", CORE, FEED, RK_EL_STR, 0, NULL, icon},
    {"id", CORE, FEED | ITEM, RK_EL_STR, 0, NULL, id},
    {"issued", CORE, ITEM, RK_EL_STR, 0, NULL, issued},
    {"link", CORE, FEED | ITEM, RK_EL_STR, 0, rk_atom_link, link_text},
    {"link", CORE, SOURCE, RK_EL_EMPTY, 0, source_link, NULL},
    {"logo", CORE, FEED, RK_EL_STR, 0, NULL, logo},
    {"modified", CORE, FEED | ITEM, RK_EL_STR, 0, NULL, modified},
    {"name", CORE, PERSON, RK_EL_STR, 0, NULL, rk_person_name},
    {"published", CORE, ITEM, RK_EL_STR, 0, NULL, published},
    {"source", CORE, ITEM, RK_EL_ENTER, SOURCE, NULL, NULL},
    {"subtitle", CORE, FEED, RK_EL_TEXT, 0, rk_atom_text_open, summary},
    {"summary", CORE, ITEM, RK_EL_TEXT, 0, rk_atom_text_open, summary},
    {"tagline", CORE, FEED, RK_EL_TEXT, 0, rk_atom_text_open, summary},
    {"title", CORE, FEED | ITEM, RK_EL_TEXT, 0, rk_atom_text_open, title},
    {"title", CORE, SOURCE, RK_EL_TEXT, 0, rk_atom_text_open, source_title},
    {"updated", CORE, FEED | ITEM, RK_EL_STR, 0, NULL, updated},
    {"uri", CORE, PERSON, RK_EL_STR, 0, NULL, rk_person_url},
    {"url", CORE, PERSON, RK_EL_STR, 0, NULL, rk_person_url},
};

const struct rk_rules rk_atom_rules = {rows, sizeof(rows) / sizeof(*rows)};
