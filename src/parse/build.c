/*
 * Filling a document: which of several values of a field stays, lists with their
 * limits, what is decided at the end of an item. Knows no element and no parser.
 */
#include "parse_int.h"

#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <string.h>

struct rk_str
rk_base_here(const struct rk_feedp *f)
{
	return f->frames[f->depth].base;
}

struct rk_str
rk_lang_here(const struct rk_feedp *f)
{
	return f->frames[f->depth].lang;
}

struct rk_str
rk_keep(struct rk_feedp *f, struct rk_str s)
{
	return rk_arena_str(f->arena, s);
}

struct rk_str
rk_keep_url(struct rk_feedp *f, struct rk_str url)
{
	struct rk_str base = rk_base_here(f), kept;
	struct rk_buf out;

	rk_buf_init(&out, RK_MAX_URL);
	kept = rk_url_resolve(base.n > 0 ? base : f->url, url, &out) == 0
		   ? rk_buf_view(&out)
		   : url;
	kept = rk_keep(f, kept);
	rk_buf_release(&out);
	return kept;
}

/* ---- fields */

bool
rk_claim(struct rk_feedp *f, enum rk_field field, unsigned rank, struct rk_str value)
{
	uint8_t *have = f->item != NULL ? f->work.rank : f->rank;

	if (value.n == 0 || rank < have[field])
		return false;
	have[field] = (uint8_t)rank;
	return true;
}

void
rk_set_str(struct rk_feedp *f, enum rk_field field, unsigned rank, struct rk_str *to,
    struct rk_str value)
{
	if (rk_claim(f, field, rank, value))
		*to = rk_keep(f, value);
}

/* Remembers the xml:lang of a text, where it has one of its own. */
static void
note_lang(struct rk_feedp *f, unsigned text)
{
	const struct rk_frame *here = &f->frames[f->depth];
	bool item = f->item != NULL;
	uint8_t bit = (uint8_t)(1U << text);
	uint8_t *own = item ? &f->work.own_lang : &f->own_lang;

	*(item ? &f->work.has_text : &f->has_text) |= bit;
	*own = (uint8_t)(*own & ~bit);
	if (!here->own_lang)
		return;
	*own |= bit;
	(item ? f->work.text_lang : f->text_lang)[text] = here->lang;
}

/*
 * An item or feed has one language, its texts may have their own: the body's counts,
 * and the title's where there is no body. True and *lang, when a text has one.
 */
static bool
lang_of_texts(uint8_t has, uint8_t own, const struct rk_str *langs, struct rk_str *lang)
{
	unsigned text = (has & 4) != 0 ? 2 : (has & 2) != 0 ? 1 : 0;

	if ((own & 1U << text) == 0)
		return false;
	*lang = langs[text];
	return true;
}

void
rk_set_text(struct rk_feedp *f, enum rk_field field, unsigned rank, struct rk_text *to,
    struct rk_str value, enum rk_text_kind kind)
{
	if (f->markup)
		kind = f->mixed ? RK_TEXT_HTML : RK_TEXT_XHTML;
	else if (kind == RK_TEXT_XHTML) /* said to be, but no element came */
		kind = RK_TEXT_UNKNOWN;
	/* CDATA that was escaped once more */
	if (rk_str_starts(value, "<![CDATA[") && rk_str_ends(value, "]]>"))
		value = rk_str_trim(rk_strn(value.p + 9, value.n - 12));
	if (!rk_claim(f, field, rank, value))
		return;
	*to = (struct rk_text){rk_keep(f, value), rk_base_here(f), kind};
	note_lang(f, field - RK_F_TITLE);
}

void
rk_set_link(struct rk_feedp *f, unsigned rank, struct rk_str url)
{
	if (!rk_claim(f, RK_F_LINK, rank, url))
		return;
	if (f->item != NULL) {
		f->item->link = rk_keep(f, url);
		f->item->link_base = rk_base_here(f);
	} else {
		/* the document has one base: its root's */
		f->doc->link = rk_base_here(f).p != f->doc->base.p ? rk_keep_url(f, url)
								   : rk_keep(f, url);
	}
}

void
rk_set_image(struct rk_feedp *f, unsigned rank, struct rk_str url)
{
	if (!rk_claim(f, RK_F_IMAGE, rank, url))
		return;
	if (f->item != NULL) {
		f->item->image = rk_keep(f, url);
		f->item->image_base = rk_base_here(f);
	} else {
		f->doc->image = rk_base_here(f).p != f->doc->base.p
				    ? rk_keep_url(f, url)
				    : rk_keep(f, url);
	}
}

void
rk_set_lang(struct rk_feedp *f, struct rk_str lang)
{
	struct rk_str *to = f->item != NULL ? &f->item->lang : &f->doc->lang;

	if (lang.n < 64)
		rk_set_str(f, RK_F_LANG, RK_LANG_SAID, to, lang);
}

/* ---- items */

void
rk_item_open(struct rk_feedp *f)
{
	struct rk_item *item;
	struct rk_work *w = &f->work;

	if (f->doc->n_items == RK_MAX_ITEMS) {
		if (!f->too_many)
			rk_doc_warn(f->doc, f->arena,
			    "more than %d items: the rest is left out", RK_MAX_ITEMS);
		f->too_many = true;
		f->skip = f->depth;
		return;
	}
	item = f->item = RK_NEW(f->arena, struct rk_item);
	item->guid_permalink = -1;
	item->lang = rk_lang_here(f);
	item->lang_unsaid = item->lang.n == 0 && f->frames[1].lang.n > 0;
	memset(w, 0, sizeof(*w));
	w->authors = &item->authors;
	w->categories = &item->categories;
	w->enclosures = &item->enclosures;
	w->media_tail = &w->media;
	w->source_tail = &w->source_authors;
}

static bool
has_url(const struct rk_item *item, struct rk_str url)
{
	for (const struct rk_enclosure *e = item->enclosures; e != NULL; e = e->next) {
		if (rk_str_eq(e->url, url))
			return true;
	}
	return false;
}

void
rk_item_close(struct rk_feedp *f)
{
	struct rk_item *item = f->item;
	struct rk_work *w = &f->work;

	if (item == NULL)
		return;
	/* dc:date dates the item when nothing better does, else its last change */
	if (w->dc_date.n > 0) {
		if (item->published.n == 0)
			item->published = w->dc_date;
		else if (item->updated.n == 0)
			item->updated = w->dc_date;
	}
	if (item->guid.n == 0)
		item->guid = w->about;
	if (w->rank[RK_F_LANG] > 0)
		item->lang_unsaid = false;
	else if (lang_of_texts(w->has_text, w->own_lang, w->text_lang, &item->lang))
		item->lang_unsaid = item->lang.n == 0;
	if (item->authors == NULL && w->itunes_author.n > 0)
		rk_add_author(f, rk_person_of(f, w->itunes_author));
	if (item->authors == NULL)
		item->authors = w->source_authors; /* RFC 4287 4.2.1 */
	for (struct rk_enclosure *m = w->media, *next; m != NULL; m = next) {
		next = m->next;
		m->next = NULL;
		if (!has_url(item, m->url)) {
			*w->enclosures = m;
			w->enclosures = &m->next;
		}
	}
	for (const struct rk_enclosure *e = item->enclosures; e != NULL; e = e->next) {
		if (item->image.n == 0 && rk_str_istarts(e->type, "image/")) {
			item->image = e->url;
			item->image_base = e->base;
		}
	}
	*f->items = item;
	f->items = &item->next;
	f->doc->n_items++;
	f->item = NULL;
}

void
rk_feed_close(struct rk_feedp *f)
{
	struct rk_doc *doc = f->doc;

	f->item = NULL; /* an item without its end is none */
	if (f->rank[RK_F_LANG] < RK_LANG_SAID) /* a title counts before a subtitle */
		(void)lang_of_texts((f->has_text & 1) != 0 ? 1 : f->has_text,
		    f->own_lang, f->text_lang, &doc->lang);
	if (doc->authors == NULL && f->publisher.n > 0)
		rk_add_author(f, rk_person_of(f, f->publisher));
	/* RFC 4287 4.2.1 and JSON Feed 1.1 let entries inherit; RSS does not */
	if (doc->format != RK_IN_ATOM && doc->format != RK_IN_ATOM03 &&
	    doc->format != RK_IN_JSONFEED)
		return;
	for (struct rk_item *i = doc->items; i != NULL; i = i->next) {
		if (i->authors == NULL)
			i->authors = doc->authors;
	}
}

/* ---- lists */

/* One address with an @, no white space and no brackets. */
static bool
is_email(struct rk_str s)
{
	size_t at = rk_str_chr(s, '@');

	return at != SIZE_MAX && at > 0 && at + 1 < s.n &&
	       rk_str_chr(s, ' ') == SIZE_MAX && rk_str_chr(s, '(') == SIZE_MAX &&
	       rk_str_chr(s, '<') == SIZE_MAX;
}

static struct rk_str
unquote(struct rk_str s)
{
	s = rk_str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = rk_str_trim(rk_strn(s.p + 1, s.n - 2));
	return s;
}

struct rk_person *
rk_person_of(struct rk_feedp *f, struct rk_str text)
{
	struct rk_person *p = RK_NEW(f->arena, struct rk_person);
	struct rk_str name = rk_str_trim(text), email = {"", 0}, inner;
	char close;
	size_t at;

	if (name.n > RK_MAX_TITLE)
		name = rk_utf8_cut(name, RK_MAX_TITLE);
	close = name.n > 0 ? name.p[name.n - 1] : '\0';
	if (is_email(name)) {
		email = name;
		name = RK_STR("");
	} else if (close == ')' || close == '>') {
		at = rk_str_chr(name, close == ')' ? '(' : '<');
		if (at != SIZE_MAX) {
			inner = rk_str_trim(rk_strn(name.p + at + 1, name.n - at - 2));
			name = rk_str_trim(rk_strn(name.p, at));
			if (is_email(inner)) {
				email = inner;
			} else if (is_email(name) && inner.n > 0) {
				email = name;
				name = inner;
			} else {
				name = rk_str_trim(text); /* brackets of another kind */
			}
		}
	}
	if (rk_str_istarts(email, "mailto:"))
		email = rk_str_from(email, 7);
	p->name = rk_keep(f, unquote(name));
	p->email = rk_keep(f, email);
	p->url = RK_STR("");
	return p;
}

void
rk_add_author(struct rk_feedp *f, struct rk_person *p)
{
	struct rk_person ***tail =
	    f->item != NULL ? &f->work.authors : &f->feed_authors;
	struct rk_person *have = f->item != NULL ? f->item->authors : f->doc->authors;
	uint8_t *n = f->item != NULL ? &f->work.n_authors : &f->n_feed_authors;

	if (p == NULL || (p->name.n == 0 && p->email.n == 0 && p->url.n == 0))
		return;
	for (; have != NULL; have = have->next) {
		/* the same person by two elements, as author and dc:creator */
		if (p->name.n > 0 && p->url.n == 0 && rk_str_eq(have->name, p->name))
			return;
	}
	if (*n == RK_MAX_PERSONS) {
		rk_doc_warn(f->doc, f->arena,
		    "more than %d authors: the rest is left out", RK_MAX_PERSONS);
		return;
	}
	**tail = p;
	*tail = &p->next;
	(*n)++;
}

void
rk_add_category(
    struct rk_feedp *f, struct rk_str term, struct rk_str label, struct rk_str scheme)
{
	struct rk_category *c;

	if (f->item == NULL || (term.n == 0 && label.n == 0))
		return;
	if (f->work.n_categories == RK_MAX_CATEGORIES) {
		rk_doc_warn(f->doc, f->arena,
		    "an item has more than %d categories: the rest is left out",
		    RK_MAX_CATEGORIES);
		return;
	}
	c = RK_NEW(f->arena, struct rk_category);
	c->term = rk_keep(f, rk_utf8_cut(term, RK_MAX_TITLE));
	c->label = rk_keep(f, rk_utf8_cut(label, RK_MAX_TITLE));
	c->scheme = rk_keep(f, scheme.n <= RK_MAX_URL ? scheme : RK_STR(""));
	*f->work.categories = c;
	f->work.categories = &c->next;
	f->work.n_categories++;
}

/* Longer than a term is a sentence, which has commas of its own; bytes, 30 Thai letters. */
#define LONGEST_TERM 90

void
rk_add_terms(struct rk_feedp *f, struct rk_str text, struct rk_str scheme)
{
	struct rk_str rest = text, term;

	/* a scheme's terms are its own; in "3,000" the comma is no separator */
	while (rest.n > 0 && rk_str_split(&rest, ',', &term)) {
		struct rk_str next = rest;

		term = rk_str_trim(term);
		if (scheme.n > 0 || term.n == 0 || term.n > LONGEST_TERM ||
		    (next.n > 0 && next.p[0] >= '0' && next.p[0] <= '9')) {
			rk_add_category(f, text, RK_STR(""), scheme);
			return;
		}
	}
	for (rest = text; rest.n > 0 && rk_str_split(&rest, ',', &term);)
		rk_add_category(f, rk_str_trim(term), RK_STR(""), scheme);
}

void
rk_add_words(struct rk_feedp *f, struct rk_str list)
{
	char sep = rk_str_chr(list, ',') != SIZE_MAX ? ',' : ' ';
	struct rk_str word;

	while (f->item != NULL && rk_str_split(&list, sep, &word)) {
		word = rk_str_trim(word);
		if (word.n > 0 && f->work.n_categories == RK_MAX_CATEGORIES)
			break;
		rk_add_category(f, word, RK_STR(""), RK_STR(""));
	}
}

struct rk_enclosure *
rk_add_enclosure(struct rk_feedp *f, struct rk_str url, bool media)
{
	struct rk_work *w = &f->work;
	struct rk_enclosure *e;

	if (f->item == NULL || url.n == 0)
		return NULL;
	if (w->n_enclosures + w->n_media == RK_MAX_ENCLOSURES) {
		rk_doc_warn(f->doc, f->arena,
		    "an item has more than %d enclosures: the rest is left out",
		    RK_MAX_ENCLOSURES);
		return NULL;
	}
	e = RK_NEW(f->arena, struct rk_enclosure);
	e->url = rk_keep(f, url);
	e->base = rk_base_here(f);
	e->type = e->title = RK_STR("");
	e->length = -1;
	if (media) {
		*w->media_tail = e;
		w->media_tail = &e->next;
		w->n_media++;
	} else {
		*w->enclosures = e;
		w->enclosures = &e->next;
		w->n_enclosures++;
	}
	return e;
}
