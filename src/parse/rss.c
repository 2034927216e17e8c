/*
 * RSS 0.9x, 1.0, 1.1 and 2.0: what their own elements mean. Ranks decide between
 * elements that say the same: a plain RSS element has 9, what only stands in for one
 * has less. Adding an element is adding a row at the end of the file.
 */
#include "parse_int.h"

#include <string.h>

/* CDF, which has no element for these: <Item href="..." lastmod="..."> */
static void
cdf_attributes(struct rk_feedp *f)
{
	rk_set_link(f, 1, rk_attr(f, "href"));
	if (f->item != NULL)
		rk_set_str(
		    f, RK_F_UPDATED, 1, &f->item->updated, rk_attr(f, "lastmod"));
}

static void
item_open(struct rk_feedp *f)
{
	rk_item_open(f);
	if (f->item == NULL)
		return;
	/* rdf:about names the item where it has no guid */
	f->work.about = rk_keep(f, rk_attr(f, "about"));
	cdf_attributes(f);
}

static void
item_close(struct rk_feedp *f, struct rk_str text)
{
	(void)text;
	rk_item_close(f);
}

static void
channel_open(struct rk_feedp *f)
{
	if (rk_lang_here(f).n > 0 && f->doc->lang.n == 0)
		f->doc->lang = rk_lang_here(f);
	cdf_attributes(f);
}

static void
title(struct rk_feedp *f, struct rk_str text)
{
	/* the first title stays: a second one is somebody's extension */
	if (f->item != NULL && f->work.rank[RK_F_TITLE] < 9)
		rk_set_text(f, RK_F_TITLE, 9, &f->item->title, text, RK_TEXT_UNKNOWN);
	else if (f->item == NULL && f->rank[RK_F_TITLE] < 9)
		rk_set_text(f, RK_F_TITLE, 9, &f->doc->title, text, RK_TEXT_UNKNOWN);
}

/* Of description and summary the first is the summary, a second one the content. */
static void
description(struct rk_feedp *f, struct rk_str text)
{
	if (f->item == NULL)
		rk_set_text(
		    f, RK_F_SUMMARY, 9, &f->doc->subtitle, text, RK_TEXT_UNKNOWN);
	else if (f->work.rank[RK_F_SUMMARY] < 9)
		rk_set_text(
		    f, RK_F_SUMMARY, 9, &f->item->summary, text, RK_TEXT_UNKNOWN);
	else
		rk_set_text(
		    f, RK_F_CONTENT, 5, &f->item->content, text, RK_TEXT_UNKNOWN);
}

static void
fullitem(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL)
		rk_set_text(
		    f, RK_F_CONTENT, 6, &f->item->content, text, RK_TEXT_UNKNOWN);
}

/* <content> and <body> without a namespace: not RSS, but used as Atom's and XHTML's. */
static void
content(struct rk_feedp *f, struct rk_str text)
{
	enum rk_text_kind kind = rk_atom_kind(f, &text);

	if (f->item == NULL || (f->src && text.n == 0))
		return;
	if (f->type[0] == '\0' && kind == RK_TEXT_PLAIN)
		kind = RK_TEXT_UNKNOWN;
	rk_set_text(f, RK_F_CONTENT, kind == RK_TEXT_PLAIN ? 6 : 7, &f->item->content,
	    text, kind);
}

static void
link_open(struct rk_feedp *f)
{
	/* <link href="..."/>: Atom's, with the namespace forgotten */
	if (rk_attr(f, "href").n == 0)
		return;
	if (rk_attr(f, "rel").n > 0)
		rk_atom_link(f);
	else
		rk_set_link(f, 9, rk_attr(f, "href"));
}

static void
link_close(struct rk_feedp *f, struct rk_str text)
{
	rk_set_link(f, 9, text);
}

static void
guid_open(struct rk_feedp *f)
{
	struct rk_str v = rk_attr(f, "isPermaLink");

	if (f->item != NULL && v.n > 0)
		f->item->guid_permalink = !rk_str_iis(v, "false") && !rk_str_is(v, "0");
}

static void
guid(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL)
		rk_set_str(f, RK_F_GUID, 9, &f->item->guid, text);
}

static void
id(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL)
		rk_set_str(f, RK_F_GUID, 8, &f->item->guid, text);
	else
		rk_set_str(f, RK_F_GUID, 8, &f->doc->id, text);
}

static void
pub_date(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL)
		rk_set_str(f, RK_F_PUBLISHED, 9, &f->item->published, text);
	else if (f->doc->built.n == 0)
		f->doc->built = rk_keep(f, text);
}

static void
last_build_date(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL)
		rk_set_str(f, RK_F_UPDATED, 5, &f->item->updated, text);
	else if (text.n > 0)
		f->doc->built = rk_keep(f, text);
}

static void
publisher(struct rk_feedp *f, struct rk_str text)
{
	if (f->item == NULL && text.n > 0)
		f->publisher = rk_keep(f, text);
}

static void
category_open(struct rk_feedp *f)
{
	f->domain = rk_keep(f, rk_attr(f, "domain"));
}

static void
category(struct rk_feedp *f, struct rk_str text)
{
	rk_add_terms(f, text, f->domain);
}

static void
enclosure_open(struct rk_feedp *f)
{
	struct rk_str url = rk_attr(f, "url");
	struct rk_enclosure *e;
	uint64_t length;

	if (url.n == 0)
		url = rk_attr(f, "href");
	if ((e = rk_add_enclosure(f, url, false)) == NULL)
		return;
	e->type = rk_keep(f, rk_attr(f, "type"));
	if (rk_str_u64(rk_attr(f, "length"), INT64_MAX, &length) == 0)
		e->length = (int64_t)length;
}

static void
source_open(struct rk_feedp *f)
{
	struct rk_str url = rk_attr(f, "url");

	if (f->item != NULL && url.n > 0)
		f->item->source_url = rk_keep_url(f, url);
}

static void
source(struct rk_feedp *f, struct rk_str text)
{
	if (f->item != NULL && text.n > 0)
		f->item->source_title = rk_keep(f, text);
}

static void
image_open(struct rk_feedp *f)
{
	struct rk_str url = rk_attr(f, "href");

	rk_set_image(f, 8, url.n > 0 ? url : rk_attr(f, "url"));
}

static void
image_close(struct rk_feedp *f, struct rk_str text)
{
	if (rk_str_starts(text, "http")) /* <image>https://...</image> */
		rk_set_image(f, 8, text);
}

static void
image_url(struct rk_feedp *f, struct rk_str text)
{
	rk_set_image(f, 9, text);
}

static void
language(struct rk_feedp *f, struct rk_str text)
{
	rk_set_lang(f, text);
}

static void
ttl(struct rk_feedp *f, struct rk_str text)
{
	if (text.n > 0)
		f->doc->ttl = rk_keep(f, text);
}

static void
hour(struct rk_feedp *f, struct rk_str text)
{
	uint64_t h;

	if (rk_str_u64(text, 24, &h) == 0)
		f->doc->skip_hours |= UINT32_C(1)
				      << h % 24; /* 24 is how some write 0 */
}

static void
day(struct rk_feedp *f, struct rk_str text)
{
	static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday",
	    "Friday", "Saturday", "Sunday"};

	for (unsigned i = 0; i < 7; i++) {
		if (rk_str_iis(text, days[i]))
			f->doc->skip_days |= (uint8_t)(1U << i);
	}
}

#define ROOT RK_AT_ROOT
#define FEED RK_AT_FEED
#define ITEM RK_AT_ITEM
#define CORE RK_NS_CORE

static const struct rk_rule rows[] = {
    {"abstract", CORE, FEED | ITEM, RK_EL_TEXT, 0, NULL, description}, /* CDF */
    {"author", CORE, FEED | ITEM, RK_EL_SOFT, RK_AT_PERSON, rk_person_open,
	rk_person_close},
    {"body", CORE, ITEM, RK_EL_TEXT, 0, rk_atom_text_open, content},
    {"category", CORE, ITEM, RK_EL_STR, 0, category_open, category},
    {"channel", CORE, ROOT, RK_EL_ENTER, FEED, channel_open, NULL},
    {"content", CORE, ITEM, RK_EL_TEXT, 0, rk_atom_text_open, content},
    {"day", CORE, RK_AT_SKIP, RK_EL_STR, 0, NULL, day},
    {"description", CORE, FEED | ITEM, RK_EL_TEXT, 0, NULL, description},
    {"email", CORE, RK_AT_PERSON, RK_EL_STR, 0, NULL, rk_person_email},
    {"enclosure", CORE, ITEM, RK_EL_EMPTY, 0, enclosure_open, NULL},
    {"fullitem", CORE, ITEM, RK_EL_TEXT, 0, NULL, fullitem},
    {"guid", CORE, ITEM, RK_EL_STR, 0, guid_open, guid},
    {"hour", CORE, RK_AT_SKIP, RK_EL_STR, 0, NULL, hour},
    {"id", CORE, FEED | ITEM, RK_EL_STR, 0, NULL, id},
    {"image", CORE, ROOT | FEED | ITEM, RK_EL_SOFT, RK_AT_IMAGE, image_open,
	image_close},
    {"item", CORE, ROOT | FEED, RK_EL_ENTER, ITEM, item_open, item_close},
    {"items", CORE, ROOT | FEED, RK_EL_ENTER, 0, NULL, NULL}, /* RSS 1.1 */
    {"language", CORE, FEED | ITEM, RK_EL_STR, 0, NULL, language},
    {"lastbuilddate", CORE, FEED | ITEM, RK_EL_STR, 0, NULL, last_build_date},
    {"link", CORE, FEED | ITEM, RK_EL_STR, 0, link_open, link_close},
    {"managingeditor", CORE, FEED, RK_EL_SOFT, RK_AT_PERSON, rk_person_open,
	rk_person_close},
    {"name", CORE, RK_AT_PERSON, RK_EL_STR, 0, NULL, rk_person_name},
    {"pubdate", CORE, FEED | ITEM, RK_EL_STR, 0, NULL, pub_date},
    {"skipdays", CORE, FEED, RK_EL_ENTER, RK_AT_SKIP, NULL, NULL},
    {"skiphours", CORE, FEED, RK_EL_ENTER, RK_AT_SKIP, NULL, NULL},
    {"source", CORE, ITEM, RK_EL_STR, 0, source_open, source},
    {"subtitle", CORE, FEED, RK_EL_TEXT, 0, NULL, description},
    {"summary", CORE, FEED | ITEM, RK_EL_TEXT, 0, NULL, description},
    {"tagline", CORE, FEED, RK_EL_TEXT, 0, NULL, description},
    {"title", CORE, FEED | ITEM, RK_EL_TEXT, 0, NULL, title},
    {"ttl", CORE, FEED, RK_EL_STR, 0, NULL, ttl},
    {"uri", CORE, RK_AT_PERSON, RK_EL_STR, 0, NULL, rk_person_url},
    {"url", CORE, RK_AT_IMAGE, RK_EL_STR, 0, NULL, image_url},
    {"url", CORE, RK_AT_PERSON, RK_EL_STR, 0, NULL, rk_person_url},
    {"webmaster", CORE, FEED, RK_EL_STR, 0, NULL, publisher},
};

const struct rk_rules rk_rss_rules = {rows, sizeof(rows) / sizeof(*rows)};
