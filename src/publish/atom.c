/*
 * Atom (RFC 4287): the reference format. Everything comes from the timeline, so the
 * same stories give the same bytes. atom:source stands last in an entry, and other
 * publishers of the story are named in related links and in the text. An archive document
 * is the same but for its head (archive.c).
 */
#include "publish_int.h"

#include <ruamkhao/date.h>

void
atom_tag(struct rk_buf *b, const char *name, struct rk_str host, struct rk_str node)
{
	struct rk_buf id;

	rk_buf_init(&id, 1024);
	(void)rk_tag_node(host, node, &id);
	xml_element(b, name, rk_buf_view(&id));
	rk_buf_release(&id);
}

void
atom_link(struct rk_buf *b, const char *rel, const char *type, struct rk_str href,
    struct rk_str title)
{
	if (!xml_web_address(href))
		return;
	(void)rk_buf_adds(b, "<link");
	xml_attr(b, "rel", rk_str(rel));
	xml_attr(b, "type", rk_str(type));
	xml_attr(b, "title", title);
	xml_attr(b, "href", href);
	(void)rk_buf_adds(b, "/>\n");
}

/* A text construct; its own language where that is not the feed's. */
static void
text_element(struct rk_buf *b, const char *name, const struct rk_timeline *t,
    const struct rk_story *s, struct rk_str text)
{
	(void)rk_buf_addc(b, '<');
	(void)rk_buf_adds(b, name);
	if (!rk_str_ieq(s->lang, t->site->language))
		xml_attr(b, "xml:lang", s->lang);
	(void)rk_buf_addc(b, '>');
	xml_line(b, text);
	(void)rk_buf_adds(b, "</");
	(void)rk_buf_adds(b, name);
	(void)rk_buf_adds(b, ">\n");
}

static void
feed_head(struct rk_buf *b, const struct rk_timeline *t)
{
	const struct rk_site *site = t->site;
	struct rk_buf url;

	(void)rk_buf_adds(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			     "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
	xml_attr(b, "xml:lang", site->language);
	(void)rk_buf_adds(b, ">\n");
	if (t->archive.n > 0) {
		archive_id(b, t);
	} else {
		atom_tag(b, "id", site->host, t->node.id);
		(void)rk_buf_adds(b, "<title>");
		node_title(b, site, &t->node);
		(void)rk_buf_adds(b, "</title>\n");
	}
	xml_time(b, "updated", t->updated != RK_NO_TIME ? t->updated : 0);
	(void)rk_buf_adds(b, "<author><name>");
	xml_line(b, site->title.n > 0 ? site->title : site->host);
	(void)rk_buf_adds(b, "</name></author>\n");
	rk_buf_init(&url, 4096);
	(void)rk_buf_str(&url, site->base_url);
	(void)rk_buf_str(&url, t->node.id);
	(void)rk_buf_adds(&url, ".atom");
	atom_link(b, t->archive.n > 0 ? "current" : "self", "application/atom+xml",
	    rk_buf_view(&url), rk_str(NULL));
	archive_links(b, t);
	if (site->hub.n > 0 && t->archive.n == 0) {
		(void)rk_buf_adds(b, "<link rel=\"hub\"");
		xml_attr(b, "href", site->hub);
		(void)rk_buf_adds(b, "/>\n");
	}
	rk_buf_reset(&url);
	node_page(&url, t);
	atom_link(b, "alternate", "text/html", rk_buf_view(&url), rk_str(NULL));
	rk_buf_release(&url);
	(void)rk_buf_adds(b, "<generator>ruamkhao</generator>\n");
	xml_element(b, "rights", site->rights);
}

/* Region and agency as categories: term, scheme IRI, Thai label (CONTRACTS 3). */
static void
categories(struct rk_buf *b, const struct rk_timeline *t, struct rk_str route)
{
	struct rk_str id, rest;
	struct rk_buf scheme;

	rk_buf_init(&scheme, 1024);
	while (rk_str_split(&route, ' ', &id)) {
		enum rk_scheme kind = rk_node_scheme(id, &rest);
		const struct rk_node *node =
		    t->regions != NULL ? rk_regions_find(t->regions, id) : NULL;

		if (rest.n == 0)
			continue;
		rk_buf_reset(&scheme);
		(void)rk_tag_scheme(t->site->host, kind, &scheme);
		(void)rk_buf_adds(b, "<category");
		xml_attr(b, "term", node != NULL ? node->term : rest);
		xml_attr(b, "scheme", rk_buf_view(&scheme));
		xml_attr(b, "label", node != NULL ? node->th : rest);
		(void)rk_buf_adds(b, "/>\n");
	}
	rk_buf_release(&scheme);
}

static void
tags(struct rk_buf *b, struct rk_str lines)
{
	struct rk_str term;

	while (rk_str_split(&lines, '\n', &term)) {
		if (term.n == 0)
			continue;
		(void)rk_buf_adds(b, "<category");
		xml_attr(b, "term", term);
		(void)rk_buf_adds(b, "/>\n");
	}
}

static void
enclosures(struct rk_buf *b, struct rk_str lines)
{
	struct story_file f;

	while (story_enclosure(&lines, &f)) {
		(void)rk_buf_adds(b, "<link rel=\"enclosure\"");
		xml_attr(b, "type", f.type);
		xml_attr(b, "length", f.length);
		xml_attr(b, "title", f.title);
		xml_attr(b, "href", f.url);
		(void)rk_buf_adds(b, "/>\n");
	}
}

static void
content(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	if (s->summary.n > 0)
		text_element(b, "summary", t, s, s->summary);
	if (!story_has_body(s)) {
		/* RFC 4287 4.1.2: an entry without alternate link must have content */
		if (!xml_web_address(s->url))
			(void)rk_buf_adds(b, "<content></content>\n");
		return;
	}
	(void)rk_buf_adds(b, "<content type=\"html\"");
	if (!rk_str_ieq(s->lang, t->site->language))
		xml_attr(b, "xml:lang", s->lang);
	(void)rk_buf_adds(b, ">");
	story_body(b, s);
	(void)rk_buf_adds(b, "</content>\n");
}

/* The true origin. Last in the entry: some readers take the last title they meet for
 * the entry's own otherwise. */
static void
source(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	struct rk_buf id;

	(void)rk_buf_adds(b, "<source>\n");
	rk_buf_init(&id, 1024);
	(void)rk_buf_adds(&id, "source/");
	(void)rk_buf_str(&id, s->source_id);
	atom_tag(b, "id", t->site->host, rk_buf_view(&id));
	rk_buf_release(&id);
	xml_element(b, "title", s->source_title.n > 0 ? s->source_title : s->source_id);
	xml_time(b, "updated", s->updated);
	if (xml_web_address(s->source_url) && story_shows_address(s->source_url))
		atom_link(b, "self", NULL, s->source_url, rk_str(NULL));
	atom_link(b, "alternate", NULL, s->source_link, rk_str(NULL));
	(void)rk_buf_adds(b, "</source>\n");
}

/* Told from a publisher of the same text by its words. */
static void
related_link(struct rk_buf *b, const struct rk_related *r)
{
	struct rk_buf title;

	rk_buf_init(&title, b->max);
	(void)rk_buf_adds(&title, "เหตุการณ์เดียวกัน / same event: ");
	(void)rk_buf_str(&title, r->title.n > 0 ? r->title : r->source_title);
	b->full |= title.full;
	atom_link(b, "related", "text/html", r->url, rk_buf_view(&title));
	rk_buf_release(&title);
}

static void
entry(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	(void)rk_buf_adds(b, "<entry>\n");
	xml_element(b, "id", s->id);
	text_element(b, "title", t, s, s->title); /* required, also when empty */
	xml_time(b, "published", s->published);
	xml_time(b, "updated", s->updated);
	(void)rk_buf_adds(b, "<author><name>");
	xml_line(b, story_author(s));
	(void)rk_buf_adds(b, "</name></author>\n");
	atom_link(b, "alternate", "text/html", s->url, rk_str(NULL));
	for (const struct rk_copy *c = s->copies; c != NULL; c = c->next)
		atom_link(b, "related", "text/html", c->url,
		    c->source_title.n > 0 ? c->source_title : c->source_id);
	for (const struct rk_related *r = s->related; r != NULL; r = r->next)
		related_link(b, r);
	enclosures(b, s->enclosures);
	categories(b, t, s->route);
	tags(b, s->tags);
	content(b, t, s);
	source(b, t, s);
	(void)rk_buf_adds(b, "</entry>\n");
}

/* RFC 6721: readers that know it take the entry out of their lists too. */
static void
tombstones(struct rk_buf *b, const struct rk_timeline *t)
{
	for (size_t i = 0; i < t->n_removed; i++) {
		char when[32];

		(void)rk_date_rfc3339(t->removed[i].at, when);
		(void)rk_buf_adds(b, "<at:deleted-entry"
				     " xmlns:at=\"http://purl.org/atompub/tombstones/1.0\"");
		xml_attr(b, "ref", t->removed[i].id);
		xml_attr(b, "when", rk_str(when));
		(void)rk_buf_adds(b, "/>\n");
	}
}

int
atom_render(const struct rk_timeline *t, struct rk_buf *b, struct rk_err *err)
{
	feed_head(b, t);
	for (size_t i = 0; i < t->n_stories; i++)
		entry(b, t, &t->stories[i]);
	tombstones(b, t);
	(void)rk_buf_adds(b, "</feed>\n");
	return render_end(b, "the Atom feed", err);
}

void
atom_entries(struct rk_buf *b, const struct rk_timeline *t)
{
	for (size_t i = 0; i < t->n_stories; i++)
		entry(b, t, &t->stories[i]);
}
