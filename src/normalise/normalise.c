/*
 * A document to entries: which field says what, and what holds where nothing is said.
 *
 * Pure. Markup is read once: the cleaned form, the text for the compare keys and the
 * addresses of images come out of one pass. Knows no XML and no store.
 */
#include <ruamkhao/normalise.h>

#include "normalise_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/html.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <string.h>

static bool
is_markup(const struct rk_text *t)
{
	switch (t->kind) {
	case RK_TEXT_PLAIN:
		return false;
	case RK_TEXT_HTML:
	case RK_TEXT_XHTML:
		return true;
	case RK_TEXT_UNKNOWN:
		break;
	}
	return rk_html_looks_like(t->s);
}

static struct rk_str
base_of(const struct rk_norm *n, struct rk_str base)
{
	if (base.n > 0)
		return base;
	return n->bases[0].n > 0 ? n->bases[0] : n->bases[1];
}

/* Fill html, text and media from t. *links: hash over its links. */
static void
read_body(struct rk_norm *n, const struct rk_text *t, uint64_t *links)
{
	rk_buf_reset(&n->html);
	rk_buf_reset(&n->text);
	rk_buf_reset(&n->media);
	*links = 0;
	if (t->s.n == 0)
		return;
	if (is_markup(t)) {
		struct rk_html_out out = {
		    .html = &n->html, .text = &n->text, .media = &n->media};

		(void)rk_html_clean(t->s, base_of(n, t->base), &out);
		*links = out.links;
		if (out.cut)
			rk_norm_warn(n, RK_WARNED_CUT, "a text is too long: it is cut");
	} else {
		(void)rk_html_from_text(t->s, &n->html);
		(void)rk_buf_str(&n->text, t->s);
	}
}

/* "-" and the like, where an editor left a field empty that may not be. */
static bool
says_nothing(const struct rk_norm *n)
{
	struct rk_str t = rk_str_trim(rk_buf_view(&n->text));

	return n->media.n == 0 && (rk_str_is(t, "-") || rk_str_is(t, "--") ||
				      rk_str_is(t, ".") || rk_str_is(t, "..."));
}

/* The text of a summary that stands beside a body; empty: it says the same. */
static struct rk_str
summary_text(struct rk_norm *n, const struct rk_text *t)
{
	struct rk_str text;

	rk_buf_reset(&n->key);
	if (is_markup(t)) {
		struct rk_html_out out = {.text = &n->key};

		(void)rk_html_clean(t->s, base_of(n, t->base), &out);
	} else {
		(void)rk_html_plain_line(t->s, &n->key);
	}
	text = rk_str_trim(rk_buf_view(&n->key));
	if (text.n == 0 || rk_str_eq(text, rk_str_trim(rk_buf_view(&n->text))))
		return RK_STR("");
	return rk_arena_str(n->arena, rk_utf8_cut(text, RK_MAX_FIELD));
}

static void
body(struct rk_norm *n, const struct rk_item *item, struct rk_entry *e)
{
	bool both = item->content.s.n > 0 && item->summary.s.n > 0;

	read_body(
	    n, item->content.s.n > 0 ? &item->content : &item->summary, &e->meta_hash);
	if (both && n->html.n == 0) {
		read_body(n, &item->summary, &e->meta_hash);
		both = false;
	}
	if (says_nothing(n)) {
		rk_buf_reset(&n->html);
		rk_buf_reset(&n->text);
	}
	e->html = rk_arena_str(n->arena, rk_buf_view(&n->html));
	e->summary = both ? summary_text(n, &item->summary) : RK_STR("");
}

/* The item's address; an RSS guid that is a permalink stands in. */
static void
address(struct rk_norm *n, const struct rk_item *item, struct rk_entry *e)
{
	bool rss = n->doc->format == RK_IN_RSS || n->doc->format == RK_IN_RDF;
	struct rk_str permalink = RK_STR("");

	if (rss && item->guid_permalink != 0 &&
	    (rk_str_istarts(e->guid, "http://") || rk_str_istarts(e->guid, "https://")))
		permalink = rk_norm_url(n, RK_STR(""), e->guid);
	e->url = rk_norm_url(n, item->link_base, item->link);
	if (e->url.n == 0)
		e->url = permalink;
	e->guid_is_url = permalink.n > 0 && rk_str_eq(permalink, e->url);
}

static struct rk_str
first_line(const struct rk_buf *lines)
{
	struct rk_str rest = rk_buf_view(lines), line;

	return rk_str_split(&rest, '\n', &line) ? line : RK_STR("");
}

static void
media(struct rk_norm *n, const struct rk_item *item, struct rk_entry *e)
{
	struct rk_str base =
	    item->image_base.n > 0 ? item->image_base : item->link_base;

	e->image = rk_norm_url(n, base, item->image);
	e->enclosures = rk_norm_enclosures(n, item, &e->image);
	if (e->image.n == 0 && n->media.n > 0)
		e->image = rk_arena_str(n->arena, first_line(&n->media));
}

/* Is an address written without its site, and without a base that would be right? */
static bool
is_relative(struct rk_str link, struct rk_str base)
{
	size_t colon = rk_str_chr(link, ':');

	if (link.n == 0 || base.n > 0)
		return false;
	return colon == SIZE_MAX || rk_str_chr(link, '/') < colon ||
	       rk_str_chr(link, '?') < colon;
}

/* An item that says nothing of its own, not even when or by whom, is no entry. */
static bool
is_empty(const struct rk_doc *doc, const struct rk_item *i)
{
	return rk_str_trim(i->title.s).n == 0 && rk_str_trim(i->summary.s).n == 0 &&
	       rk_str_trim(i->content.s).n == 0 && i->link.n == 0 &&
	       rk_str_trim(i->guid).n == 0 && i->enclosures == NULL &&
	       i->image.n == 0 && i->published.n == 0 && i->updated.n == 0 &&
	       i->categories == NULL && i->source_url.n == 0 &&
	       i->source_title.n == 0 &&
	       (i->authors == NULL || i->authors == doc->authors);
}

/* Entries without a language have the feed's; one that takes it back has none, so that
 * the others must say it. */
static struct rk_str
language(const struct rk_norm *n, const struct rk_item *item)
{
	if (!n->lang_each || item->lang_unsaid || item->lang.n > 0)
		return item->lang;
	return n->doc->lang;
}

static void
entry(struct rk_norm *n, const struct rk_item *item, uint32_t position)
{
	struct rk_entry *e = &n->out->entries[n->out->n_entries];
	unsigned distrust = n->opts->distrust;

	n->out->counts.relative_links += is_relative(item->link, item->link_base);
	e->position = position;
	e->title = rk_norm_line(n, item->title.s, item->title.kind);
	e->guid = rk_norm_guid(n, item->guid);
	e->author = e->authors = e->author_url = e->lang = RK_STR("");
	address(n, item, e);
	body(n, item, e);
	media(n, item, e);
	if ((distrust & RK_DISTRUST_AUTHOR) == 0)
		e->author =
		    rk_norm_authors(n, item->authors, &e->authors, &e->author_url);
	if ((distrust & RK_DISTRUST_LANGUAGE) == 0)
		e->lang = rk_norm_lang(n, language(n, item));
	rk_norm_dates(n, item, e);
	e->tags = rk_norm_tags(n, item->categories);
	e->source_title = rk_norm_line(n, item->source_title, RK_TEXT_UNKNOWN);
	e->source_url = rk_norm_url(n, RK_STR(""), item->source_url);
	rk_norm_facts(n, n->out->n_entries, item);
	n->out->n_entries++;
}

/*
 * What relative addresses stand against where no xml:base holds. Atom and JSON
 * follow RFC 4287: the document's address. Generators of RSS mean their site
 * (DOMAIN.md 4.3: "ewt_news.php?nid=27" in /rss/group1.xml).
 */
static void
find_bases(struct rk_norm *n)
{
	const struct rk_doc *doc = n->doc;
	bool rss = doc->format == RK_IN_RSS || doc->format == RK_IN_RDF;
	struct rk_str near = doc->base.n > 0 ? doc->base : n->opts->url;
	struct rk_str link;

	n->bases[0] = n->bases[1] = RK_STR("");
	n->out->link = link = rk_norm_url(n, near, doc->link);
	n->bases[0] = rss && link.n > 0 ? link : near;
	n->bases[1] = rss && link.n > 0 ? near : link;
	n->own_url[0] = n->own_url[1] = 0;
	if (doc->article)
		return;
	for (size_t i = 0; i < 2; i++) {
		struct rk_str own = i == 0 ? link : n->opts->url;

		rk_buf_reset(&n->tmp);
		if (own.n > 0 && rk_url_key(own, &n->tmp) == 0)
			n->own_url[i] = rk_norm_key(RK_KEY_URL, rk_buf_view(&n->tmp));
	}
}

static void
feed(struct rk_norm *n)
{
	const struct rk_doc *doc = n->doc;
	struct rk_ingest *out = n->out;

	out->format = doc->format;
	out->rung = doc->rung;
	out->truncated = doc->truncated;
	out->charset_mislabelled = doc->charset_mislabelled;
	out->complete = doc->complete;
	out->charset = rk_arena_str(n->arena, rk_str(doc->charset));
	out->charset_label = rk_arena_str(n->arena, doc->charset_label);
	out->double_encoded = doc->double_encoded;
	out->replaced = doc->replaced < UINT32_MAX ? (uint32_t)doc->replaced : UINT32_MAX;
	out->built = rk_norm_moment(n, doc->built);
	out->counts.items =
	    (uint32_t)(doc->n_items < RK_MAX_ITEMS ? doc->n_items : RK_MAX_ITEMS);
	out->version = rk_arena_str(n->arena, doc->version);
	out->title = rk_norm_line(n, doc->title.s, doc->title.kind);
	out->description = rk_norm_line(n, doc->subtitle.s, doc->subtitle.kind);
	out->self = rk_norm_url(n, doc->base, doc->self);
	out->hub = rk_norm_url(n, doc->base, doc->hub);
	out->prev_archive = rk_norm_url(n, doc->base, doc->prev_archive);
	out->image = rk_norm_url(n, doc->base, doc->image);
	out->lang = (n->opts->distrust & RK_DISTRUST_LANGUAGE) != 0 || n->lang_each
			? RK_STR("")
			: rk_norm_lang(n, doc->lang);
	out->authors = RK_STR("");
	out->author = (n->opts->distrust & RK_DISTRUST_AUTHOR) != 0
			  ? RK_STR("")
			  : rk_norm_authors(n, doc->authors, &out->authors, NULL);
	out->hint_seconds = rk_norm_hint(doc);
	out->skip_hours = doc->skip_hours;
	out->skip_days = doc->skip_days;
	out->n_warnings = 0;
	for (size_t i = 0; i < doc->n_warnings && i < RK_MAX_WARNINGS; i++)
		out->warnings[out->n_warnings++] = doc->warnings[i];
}

static void
start(struct rk_norm *n, const struct rk_doc *doc, const struct rk_normalise_opts *opts,
    struct rk_arena *arena)
{
	struct rk_buf *bufs[] = {
	    &n->html, &n->text, &n->media, &n->key, &n->tmp, &n->line};
	size_t max = doc->n_items < RK_MAX_ITEMS ? doc->n_items : RK_MAX_ITEMS;

	*n = (struct rk_norm){.doc = doc, .opts = opts, .arena = arena};
	for (size_t i = 0; i < sizeof(bufs) / sizeof(*bufs); i++)
		rk_buf_init(bufs[i], RK_MIB(16));
	for (const struct rk_item *i = doc->items; i != NULL && !n->lang_each;
	     i = i->next)
		n->lang_each = i->lang_unsaid;
	n->out = RK_NEW(arena, struct rk_ingest);
	n->out->entries = rk_arena_array(arena, max + 1, sizeof(*n->out->entries));
	n->facts = rk_arena_array(arena, max + 1, sizeof(*n->facts));
}

struct rk_ingest *
rk_normalise(const struct rk_doc *doc, const struct rk_normalise_opts *opts,
    struct rk_arena *arena)
{
	struct rk_norm n;
	uint32_t position = 0;

	start(&n, doc, opts, arena);
	find_bases(&n);
	feed(&n);
	for (const struct rk_item *i = doc->items;
	     i != NULL && position < RK_MAX_ITEMS && position < doc->n_items;
	     i = i->next, position++)
		if (!is_empty(doc, i))
			entry(&n, i, position);
	rk_norm_identify(&n);
	rk_buf_release(&n.html);
	rk_buf_release(&n.text);
	rk_buf_release(&n.media);
	rk_buf_release(&n.key);
	rk_buf_release(&n.tmp);
	rk_buf_release(&n.line);
	return n.out;
}
