/*
 * Modules that other feeds bring along: Dublin Core, content, Media RSS, iTunes,
 * syndication hints, feed history, tombstones, original links, and Atom inside RSS. Everything here stands in
 * for an element of the feed's own, so its rank is lower. Adding a module is adding
 * a namespace in xml.c and rows here.
 */
#include "parse_int.h"

#include <string.h>
#include <strings.h>

static void
text_of(struct rk_feedp *f, enum rk_field field, unsigned rank, struct rk_str text,
    enum rk_text_kind kind)
{
	struct rk_text *to;

	if (f->item == NULL && field == RK_F_CONTENT)
		return;
	if (field == RK_F_TITLE)
		to = f->item != NULL ? &f->item->title : &f->doc->title;
	else if (field == RK_F_SUMMARY)
		to = f->item != NULL ? &f->item->summary : &f->doc->subtitle;
	else
		to = &f->item->content;
	rk_set_text(f, field, rank, to, text, kind);
}

static void
date_of(struct rk_feedp *f, enum rk_field field, unsigned rank, struct rk_str text)
{
	if (f->item != NULL)
		rk_set_str(f, field, rank,
		    field == RK_F_UPDATED ? &f->item->updated : &f->item->published,
		    text);
}

/* ---- content */

static void
content_encoded(struct rk_feedp *f, struct rk_str text)
{
	/* the first stays; Atom's own content goes before it in Atom */
	if (f->item != NULL && f->work.rank[RK_F_CONTENT] < 8)
		text_of(f, RK_F_CONTENT, 8, text, RK_TEXT_HTML);
}

static void
xhtml_body(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_CONTENT, 7, text, RK_TEXT_XHTML);
}

/* ---- Dublin Core */

static void
dc_title(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_TITLE, 4, text, RK_TEXT_UNKNOWN);
}

static void
dc_description(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_SUMMARY, 4, text, RK_TEXT_UNKNOWN);
}

static void
dc_creator(struct rk_feedp *f, struct rk_str text)
{
	rk_add_author(f, rk_person_of(f, text));
}

static void
dc_date(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL && text.n > 0)
		f->work.dc_date = rk_keep(f, text);
}

static void
dc_subject(struct rk_feedp *f, struct rk_str text)
{
	rk_add_terms(f, text, RK_STR(""));
}

static void
dc_identifier(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL)
		rk_set_str(f, RK_F_GUID, 2, &f->item->guid, text);
}

static void
dc_language(struct rk_feedp *f, struct rk_str text)
{
	rk_set_lang(f, text);
}

static void
dcterms_issued(struct rk_feedp *f, struct rk_str text)
{
	date_of(f, RK_F_PUBLISHED, 5, text);
}

static void
dcterms_created(struct rk_feedp *f, struct rk_str text)
{
	date_of(f, RK_F_PUBLISHED, 3, text);
}

static void
dcterms_modified(struct rk_feedp *f, struct rk_str text)
{
	date_of(f, RK_F_UPDATED, 7, text);
}

/* ---- Media RSS */

enum media_sort { MEDIA_UNKNOWN, MEDIA_IMAGE, MEDIA_FILE };

/* What an address without a type leads to, by its ending. */
static enum media_sort
sort_by_name(struct rk_str url)
{
	static const struct {
		const char *ending;
		enum media_sort sort;
	} endings[] = {
	    {".jpg", MEDIA_IMAGE}, {".jpeg", MEDIA_IMAGE}, {".png", MEDIA_IMAGE},
	    {".gif", MEDIA_IMAGE}, {".webp", MEDIA_IMAGE}, {".mp3", MEDIA_FILE},
	    {".m4a", MEDIA_FILE}, {".ogg", MEDIA_FILE}, {".mp4", MEDIA_FILE},
	    {".m4v", MEDIA_FILE}, {".mov", MEDIA_FILE}, {".webm", MEDIA_FILE},
	    {".pdf", MEDIA_FILE}};
	size_t end = rk_str_chr(url, '?');

	if (end != SIZE_MAX)
		url.n = end;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t n = strlen(endings[i].ending);

		if (url.n > n &&
		    rk_str_iis(rk_str_from(url, url.n - n), endings[i].ending))
			return endings[i].sort;
	}
	return MEDIA_UNKNOWN;
}

static enum media_sort
media_sort(struct rk_feedp *f)
{
	if (rk_attr_is(f, "medium", "image") ||
	    rk_str_istarts(rk_attr(f, "type"), "image/"))
		return MEDIA_IMAGE;
	if (rk_attr(f, "type").n > 0 || rk_attr(f, "medium").n > 0)
		return MEDIA_FILE;
	return sort_by_name(rk_attr(f, "url"));
}

static void
media_content(struct rk_feedp *f)
{
	struct rk_enclosure *e;
	uint64_t length;

	enum media_sort sort = media_sort(f);

	if (sort == MEDIA_IMAGE) {
		uint8_t have =
		    f->item != NULL ? f->work.rank[RK_F_IMAGE] : f->rank[RK_F_IMAGE];

		if (have < 5)
			rk_set_image(f, 5, rk_attr(f, "url"));
		return;
	}
	if (sort == MEDIA_UNKNOWN) /* a player's page, often */
		return;
	if ((e = rk_add_enclosure(f, rk_attr(f, "url"), true)) == NULL)
		return;
	e->type = rk_keep(f, rk_attr(f, "type"));
	if (rk_str_u64(rk_attr(f, "filesize"), INT64_MAX, &length) == 0)
		e->length = (int64_t)length;
}

static void
media_thumbnail(struct rk_feedp *f)
{
	uint8_t have = f->item != NULL ? f->work.rank[RK_F_IMAGE] : f->rank[RK_F_IMAGE];

	if (have < 4)
		rk_set_image(f, 4, rk_attr(f, "url"));
}

static enum rk_text_kind
media_kind(const struct rk_feedp *f)
{
	if (strcasecmp(f->type, "html") == 0)
		return RK_TEXT_HTML;
	return strcasecmp(f->type, "plain") == 0 ? RK_TEXT_PLAIN : RK_TEXT_UNKNOWN;
}

static void
media_title(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_TITLE, 2, text, media_kind(f));
}

static void
media_description(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_SUMMARY, 2, text, media_kind(f));
}

static void
keywords(struct rk_feedp *f, struct rk_str text)
{
	rk_add_words(f, text);
}

/* ---- iTunes */

static void
itunes_author(struct rk_feedp *f, struct rk_str text)
{
	if (text.n == 0)
		return;
	if (f->item != NULL)
		f->work.itunes_author = rk_keep(f, text);
	else if (f->publisher.n == 0)
		f->publisher = rk_keep(f, text);
}

static void
itunes_title(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_TITLE, 3, text, RK_TEXT_UNKNOWN);
}

static void
itunes_summary(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_SUMMARY, 3, text, RK_TEXT_UNKNOWN);
}

static void
itunes_subtitle(struct rk_feedp *f, struct rk_str text)
{
	text_of(f, RK_F_SUMMARY, 1, text, RK_TEXT_UNKNOWN);
}

static void
itunes_image(struct rk_feedp *f)
{
	struct rk_str url = rk_attr(f, "href");

	rk_set_image(f, 7, url.n > 0 ? url : rk_attr(f, "url"));
}

static void
itunes_image_text(struct rk_feedp *f, struct rk_str text)
{
	rk_set_image(f, 6, text);
}

static void
itunes_category(struct rk_feedp *f)
{
	rk_add_category(f, rk_attr(f, "text"), RK_STR(""), RK_STR(""));
}

/* ---- services between a site and its readers */

/* The address before theirs, which counts clicks and will end with the service. */
static void
orig_link(struct rk_feedp *f, struct rk_str text)
{
	rk_set_link(f, 10, text);
}

/* ---- how often, and how complete */

static void
sy_period(struct rk_feedp *f, struct rk_str text)
{
	if (text.n > 0)
		f->doc->update_period = rk_keep(f, text);
}

static void
sy_frequency(struct rk_feedp *f, struct rk_str text)
{
	if (text.n > 0)
		f->doc->update_frequency = rk_keep(f, text);
}

static void
fh_complete(struct rk_feedp *f)
{
	f->doc->complete = true;
}

/* RFC 6721, of Atom alone. What stands inside (by whom, why) is nobody's here. */
static void
deleted_entry(struct rk_feedp *f)
{
	struct rk_doc *doc = f->doc;
	struct rk_str ref = rk_attr(f, "ref");
	struct rk_tombstone *t;

	if ((doc->format != RK_IN_ATOM && doc->format != RK_IN_ATOM03) || ref.n == 0 ||
	    ref.n > RK_MAX_GUID || doc->n_tombstones == RK_MAX_TOMBSTONES)
		return;
	t = RK_NEW(f->arena, struct rk_tombstone);
	t->ref = rk_keep(f, ref);
	t->when = rk_keep(f, rk_attr(f, "when"));
	t->next = doc->tombstones;
	doc->tombstones = t;
	doc->n_tombstones++;
}

/* ---- Atom inside RSS */

static void
atom_title(struct rk_feedp *f, struct rk_str text)
{
	enum rk_text_kind kind = rk_atom_kind(f, &text);

	text_of(f, RK_F_TITLE, 5, text, kind);
}

static void
atom_summary(struct rk_feedp *f, struct rk_str text)
{
	enum rk_text_kind kind = rk_atom_kind(f, &text);

	text_of(f, RK_F_SUMMARY, 5, text, kind);
}

static void
atom_content(struct rk_feedp *f, struct rk_str text)
{
	enum rk_text_kind kind = rk_atom_kind(f, &text);

	if (!f->src)
		text_of(f, RK_F_CONTENT, 6, text, kind);
}

static void
atom_id(struct rk_feedp *f, struct rk_str text)
{
	rk_set_str(
	    f, RK_F_GUID, 5, f->item != NULL ? &f->item->guid : &f->doc->id, text);
}

static void
atom_published(struct rk_feedp *f, struct rk_str text)
{
	date_of(f, RK_F_PUBLISHED, 6, text);
}

static void
atom_updated(struct rk_feedp *f, struct rk_str text)
{
	date_of(f, RK_F_UPDATED, 8, text);
}

static void
atom_category(struct rk_feedp *f)
{
	struct rk_str term = rk_keep(f, rk_attr(f, "term"));
	struct rk_str label = rk_keep(f, rk_attr(f, "label"));

	rk_add_category(f, term, label, rk_attr(f, "scheme"));
}

#define FEED   RK_AT_FEED
#define ITEM   RK_AT_ITEM
#define BOTH   (FEED | ITEM)
#define PERSON RK_AT_PERSON

static const struct rk_rule rows[] = {
    {"author", RK_NS_ATOM, BOTH, RK_EL_SOFT, PERSON, rk_person_open, rk_person_close},
    {"category", RK_NS_ATOM, ITEM, RK_EL_EMPTY, 0, atom_category, NULL},
    {"content", RK_NS_ATOM, ITEM, RK_EL_TEXT, 0, rk_atom_text_open, atom_content},
    {"email", RK_NS_ATOM, PERSON, RK_EL_STR, 0, NULL, rk_person_email},
    {"id", RK_NS_ATOM, BOTH, RK_EL_STR, 0, NULL, atom_id},
    {"link", RK_NS_ATOM, BOTH, RK_EL_EMPTY, 0, rk_atom_link, NULL},
    {"name", RK_NS_ATOM, PERSON, RK_EL_STR, 0, NULL, rk_person_name},
    {"published", RK_NS_ATOM, ITEM, RK_EL_STR, 0, NULL, atom_published},
    {"summary", RK_NS_ATOM, ITEM, RK_EL_TEXT, 0, rk_atom_text_open, atom_summary},
    {"title", RK_NS_ATOM, BOTH, RK_EL_TEXT, 0, rk_atom_text_open, atom_title},
    {"updated", RK_NS_ATOM, ITEM, RK_EL_STR, 0, NULL, atom_updated},
    {"uri", RK_NS_ATOM, PERSON, RK_EL_STR, 0, NULL, rk_person_url},

    /* content:items, the module as it was first: a bag of renderings */
    {"bag", RK_NS_RDF, ITEM, RK_EL_ENTER, 0, NULL, NULL},
    {"li", RK_NS_RDF, ITEM, RK_EL_ENTER, 0, NULL, NULL},
    {"value", RK_NS_RDF, ITEM, RK_EL_TEXT, 0, NULL, content_encoded},

    {"encoded", RK_NS_CONTENT, ITEM, RK_EL_TEXT, 0, NULL, content_encoded},
    {"item", RK_NS_CONTENT, ITEM, RK_EL_ENTER, 0, NULL, NULL},
    {"items", RK_NS_CONTENT, ITEM, RK_EL_ENTER, 0, NULL, NULL},

    {"author", RK_NS_DC, BOTH, RK_EL_STR, 0, NULL, dc_creator},
    {"creator", RK_NS_DC, BOTH, RK_EL_STR, 0, NULL, dc_creator},
    {"date", RK_NS_DC, ITEM, RK_EL_STR, 0, NULL, dc_date},
    {"description", RK_NS_DC, BOTH, RK_EL_TEXT, 0, NULL, dc_description},
    {"identifier", RK_NS_DC, ITEM, RK_EL_STR, 0, NULL, dc_identifier},
    {"language", RK_NS_DC, BOTH, RK_EL_STR, 0, NULL, dc_language},
    {"subject", RK_NS_DC, ITEM, RK_EL_STR, 0, NULL, dc_subject},
    {"title", RK_NS_DC, BOTH, RK_EL_TEXT, 0, NULL, dc_title},

    {"abstract", RK_NS_DCTERMS, BOTH, RK_EL_TEXT, 0, NULL, dc_description},
    {"created", RK_NS_DCTERMS, ITEM, RK_EL_STR, 0, NULL, dcterms_created},
    {"creator", RK_NS_DCTERMS, BOTH, RK_EL_STR, 0, NULL, dc_creator},
    {"date", RK_NS_DCTERMS, ITEM, RK_EL_STR, 0, NULL, dc_date},
    {"description", RK_NS_DCTERMS, BOTH, RK_EL_TEXT, 0, NULL, dc_description},
    {"identifier", RK_NS_DCTERMS, ITEM, RK_EL_STR, 0, NULL, dc_identifier},
    {"issued", RK_NS_DCTERMS, ITEM, RK_EL_STR, 0, NULL, dcterms_issued},
    {"modified", RK_NS_DCTERMS, ITEM, RK_EL_STR, 0, NULL, dcterms_modified},
    {"subject", RK_NS_DCTERMS, ITEM, RK_EL_STR, 0, NULL, dc_subject},
    {"title", RK_NS_DCTERMS, BOTH, RK_EL_TEXT, 0, NULL, dc_title},

    {"complete", RK_NS_FH, FEED, RK_EL_EMPTY, 0, fh_complete, NULL},

    {"author", RK_NS_ITUNES, BOTH, RK_EL_STR, 0, NULL, itunes_author},
    {"category", RK_NS_ITUNES, ITEM, RK_EL_ENTER, 0, itunes_category, NULL},
    {"image", RK_NS_ITUNES, BOTH, RK_EL_STR, 0, itunes_image, itunes_image_text},
    {"keywords", RK_NS_ITUNES, ITEM, RK_EL_STR, 0, NULL, keywords},
    {"link", RK_NS_ITUNES, BOTH, RK_EL_EMPTY, 0, rk_atom_link, NULL},
    {"subtitle", RK_NS_ITUNES, BOTH, RK_EL_STR, 0, NULL, itunes_subtitle},
    {"summary", RK_NS_ITUNES, BOTH, RK_EL_TEXT, 0, NULL, itunes_summary},
    {"title", RK_NS_ITUNES, BOTH, RK_EL_STR, 0, NULL, itunes_title},

    {"category", RK_NS_MEDIA, ITEM, RK_EL_STR, 0, NULL, dc_subject},
    {"content", RK_NS_MEDIA, BOTH, RK_EL_ENTER, 0, media_content, NULL},
    {"description", RK_NS_MEDIA, ITEM, RK_EL_TEXT, 0, rk_atom_text_open,
	media_description},
    {"group", RK_NS_MEDIA, BOTH, RK_EL_ENTER, 0, NULL, NULL},
    {"keywords", RK_NS_MEDIA, ITEM, RK_EL_STR, 0, NULL, keywords},
    {"thumbnail", RK_NS_MEDIA, BOTH, RK_EL_EMPTY, 0, media_thumbnail, NULL},
    {"title", RK_NS_MEDIA, ITEM, RK_EL_TEXT, 0, rk_atom_text_open, media_title},

    {"origlink", RK_NS_ORIGIN, ITEM, RK_EL_STR, 0, NULL, orig_link},

    {"updatefrequency", RK_NS_SY, FEED, RK_EL_STR, 0, NULL, sy_frequency},
    {"updateperiod", RK_NS_SY, FEED, RK_EL_STR, 0, NULL, sy_period},

    {"body", RK_NS_XHTML, ITEM, RK_EL_TEXT, 0, NULL, xhtml_body},
    {"div", RK_NS_XHTML, ITEM, RK_EL_TEXT, 0, NULL, xhtml_body},

    {"deleted-entry", RK_NS_TOMBSTONES, FEED, RK_EL_ENTER, RK_AT_SKIP, deleted_entry,
	NULL},
};

const struct rk_rules rk_ext_rules = {rows, sizeof(rows) / sizeof(*rows)};
