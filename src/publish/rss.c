/*
 * RSS 2.0, for readers and programs that know no Atom: one item a story, with the whole
 * text as its description, or in content:encoded where there is a summary too. Says what the Atom feed says, as far as RSS has words for it.
 */
#include "publish_int.h"

#include <ruamkhao/date.h>

/* RFC 822 with a four digit year, as RSS 2.0 asks. */
static void
date_element(struct rk_buf *b, const char *name, int64_t t)
{
	char text[40];

	if (t != RK_NO_TIME)
		xml_element(b, name, rk_str(rk_date_http(t, text)));
}

static void
channel_head(struct rk_buf *b, const struct rk_timeline *t)
{
	const struct rk_site *site = t->site;
	struct rk_buf url;

	(void)rk_buf_adds(b,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\""
	    " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
	    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
	    " xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n<title>");
	node_title(b, site, &t->node);
	(void)rk_buf_adds(b, "</title>\n");
	rk_buf_init(&url, 4096);
	node_page(&url, t);
	xml_element(b, "link", rk_buf_view(&url));
	(void)rk_buf_adds(b, "<description>");
	node_title(b, site, &t->node);
	(void)rk_buf_adds(b, "</description>\n");
	xml_element(b, "language", site->language);
	xml_element(b, "copyright", site->rights);
	date_element(b, "lastBuildDate", t->updated);
	rk_buf_reset(&url);
	(void)rk_buf_str(&url, site->base_url);
	(void)rk_buf_str(&url, t->node.id);
	(void)rk_buf_adds(&url, ".rss");
	(void)rk_buf_adds(b, "<atom:link rel=\"self\" type=\"application/rss+xml\"");
	xml_attr(b, "href", rk_buf_view(&url));
	(void)rk_buf_adds(b, "/>\n");
	if (site->hub.n > 0) {
		(void)rk_buf_adds(b, "<atom:link rel=\"hub\"");
		xml_attr(b, "href", site->hub);
		(void)rk_buf_adds(b, "/>\n");
	}
	(void)rk_buf_adds(b, "<generator>ruamkhao</generator>\n"
			     "<docs>https://www.rssboard.org/rss-specification</docs>\n");
	rk_buf_release(&url);
}

/* Places and agencies: the domain is the scheme, the text the Thai name. */
static void
categories(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	struct rk_str route = s->route, tags = s->tags, id, rest, term;
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
		xml_attr(b, "domain", rk_buf_view(&scheme));
		(void)rk_buf_addc(b, '>');
		xml_line(b, node != NULL && node->th.n > 0 ? node->th : rest);
		(void)rk_buf_adds(b, "</category>\n");
	}
	rk_buf_release(&scheme);
	while (rk_str_split(&tags, '\n', &term))
		xml_element(b, "category", term);
}

/* RSS means one enclosure an item, and readers take one; the others as media. */
static void
files(struct rk_buf *b, struct rk_str lines)
{
	struct story_file f;

	for (bool first = true; story_enclosure(&lines, &f); first = false) {
		struct rk_str type =
		    f.type.n > 0 ? f.type : rk_str("application/octet-stream");

		(void)rk_buf_adds(b, first ? "<enclosure" : "<media:content");
		xml_attr(b, "url", f.url);
		if (first || f.length.n > 0)
			xml_attr(b, first ? "length" : "fileSize",
			    f.length.n > 0 ? f.length : RK_STR("0"));
		xml_attr(b, "type", type);
		(void)rk_buf_adds(b, "/>\n");
	}
}

static void
item(struct rk_buf *b, const struct rk_timeline *t, const struct rk_story *s)
{
	(void)rk_buf_adds(b, "<item>\n");
	xml_element(b, "title", s->title);
	if (xml_web_address(s->url))
		xml_element(b, "link", s->url);
	(void)rk_buf_adds(b, "<guid isPermaLink=\"false\">");
	xml_line(b, s->id);
	(void)rk_buf_adds(b, "</guid>\n");
	/* an item without a date goes to the top of many readers at every poll */
	date_element(b, "pubDate", s->published != RK_NO_TIME ? s->published : s->first_seen);
	xml_time(b, "atom:updated", s->updated);
	xml_element(b, "dc:creator", story_author(s));
	categories(b, t, s);
	files(b, s->enclosures);
	/* many readers show the description alone; one of title and it is required */
	(void)rk_buf_adds(b, "<description>");
	if (s->summary.n > 0)
		xml_line(b, s->summary);
	else
		story_body(b, s);
	(void)rk_buf_adds(b, "</description>\n");
	if (s->summary.n > 0 && story_has_body(s)) {
		(void)rk_buf_adds(b, "<content:encoded>");
		story_body(b, s);
		(void)rk_buf_adds(b, "</content:encoded>\n");
	}
	if (xml_web_address(s->source_url) && story_shows_address(s->source_url)) {
		(void)rk_buf_adds(b, "<source");
		xml_attr(b, "url", s->source_url);
		(void)rk_buf_addc(b, '>');
		xml_line(b, s->source_title.n > 0 ? s->source_title : s->source_id);
		(void)rk_buf_adds(b, "</source>\n");
	}
	(void)rk_buf_adds(b, "</item>\n");
}

int
rss_render(const struct rk_timeline *t, struct rk_buf *b, struct rk_err *err)
{
	channel_head(b, t);
	for (size_t i = 0; i < t->n_stories; i++)
		item(b, t, &t->stories[i]);
	(void)rk_buf_adds(b, "</channel>\n</rss>\n");
	return render_end(b, "the RSS feed", err);
}
