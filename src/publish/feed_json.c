/*
 * JSON Feed 1.1 of a timeline. What the format has no word for - the true origin, the
 * nodes an entry stands in, its other publishers - is in the extension `_ruamkhao`, as
 * the format wants extensions to be.
 */
#include "json_int.h"

#include <ruamkhao/limits.h>

static json_t *
author_of(const struct rk_story *s)
{
	json_t *list = json_array(), *o = json_object();

	js_set(o, "name", story_author(s));
	(void)json_array_append_new(list, o);
	return list;
}

/* The tags of the publisher, then the names of the places and agencies. */
static json_t *
all_tags(const struct rk_timeline *t, const struct rk_story *s)
{
	json_t *list = js_tags(s->tags);
	struct rk_str route = s->route, id, rest;

	while (rk_str_split(&route, ' ', &id)) {
		const struct rk_node *node =
		    t->regions != NULL ? rk_regions_find(t->regions, id) : NULL;

		(void)rk_node_scheme(id, &rest);
		if (node != NULL && node->th.n > 0)
			(void)json_array_append_new(list, js_string(node->th));
		else if (rest.n > 0) /* not described: its id */
			(void)json_array_append_new(list, js_string(rest));
	}
	return list;
}

static json_t *
nodes(struct rk_str route)
{
	json_t *list = json_array();
	struct rk_str id;

	while (rk_str_split(&route, ' ', &id))
		(void)json_array_append_new(list, js_string(id));
	return list;
}

static json_t *
copies(const struct rk_story *s)
{
	json_t *list = json_array();

	for (const struct rk_copy *c = s->copies; c != NULL; c = c->next) {
		json_t *o = json_object();

		js_set(o, "name", c->source_title.n > 0 ? c->source_title : c->source_id);
		if (xml_web_address(c->url))
			js_set(o, "url", c->url);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
related(const struct rk_story *s)
{
	json_t *list = json_array();

	for (const struct rk_related *r = s->related; r != NULL; r = r->next) {
		json_t *o = json_object();

		js_set(o, "title", r->title.n > 0 ? r->title : r->source_title);
		if (xml_web_address(r->url))
			js_set(o, "url", r->url);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *
extension(const struct rk_story *s)
{
	json_t *o = json_object(), *source = json_object();

	js_set(source, "id", s->source_id);
	js_set(source, "title", s->source_title);
	if (xml_web_address(s->source_url) && story_shows_address(s->source_url))
		js_set(source, "feed_url", s->source_url);
	if (xml_web_address(s->source_link))
		js_set(source, "home_page_url", s->source_link);
	(void)json_object_set_new(o, "source", source);
	js_set_list(o, "nodes", nodes(s->route));
	js_set_list(o, "also_published_by", copies(s));
	js_set_list(o, "same_event", related(s));
	return o;
}

static json_t *
item(const struct rk_timeline *t, const struct rk_story *s, struct rk_buf *html)
{
	json_t *o = json_object();

	js_set(o, "id", s->id);
	if (xml_web_address(s->url))
		js_set(o, "url", s->url);
	js_set(o, "title", s->title);
	rk_buf_reset(html);
	story_html(html, s);
	if (html->n > 0)
		js_set(o, "content_html", rk_buf_view(html));
	else /* one of the two is required */
		(void)json_object_set_new(o, "content_text", js_string(s->summary));
	js_set(o, "summary", s->summary);
	if (xml_web_address(s->image))
		js_set(o, "image", s->image);
	js_set_time(o, "date_published", s->published);
	js_set_time(o, "date_modified", s->updated);
	js_set_list(o, "authors", author_of(s));
	js_set_list(o, "tags", all_tags(t, s));
	js_set(o, "language", s->lang.n > 0 ? s->lang : t->site->language);
	js_set_list(o, "attachments", js_attachments(s->enclosures));
	(void)json_object_set_new(o, "_ruamkhao", extension(s));
	return o;
}

static void
addresses(json_t *feed, const struct rk_timeline *t)
{
	struct rk_buf url;

	rk_buf_init(&url, 4096);
	node_page(&url, t);
	js_set(feed, "home_page_url", rk_buf_view(&url));
	rk_buf_reset(&url);
	(void)rk_buf_str(&url, t->site->base_url);
	(void)rk_buf_str(&url, t->node.id);
	(void)rk_buf_adds(&url, ".json");
	js_set(feed, "feed_url", rk_buf_view(&url));
	rk_buf_release(&url);
	if (t->site->hub.n > 0)
		(void)json_object_set_new(feed, "hubs",
		    json_pack("[{s:s,s:o}]", "type", "WebSub", "url", js_string(t->site->hub)));
}

static json_t *
title_of(const struct rk_timeline *t)
{
	struct rk_buf title;
	json_t *text;

	rk_buf_init(&title, RK_KIB(4));
	if (t->node.scheme != RK_SCHEME_ALL) {
		(void)rk_buf_str(&title, t->node.th.n > 0 ? t->node.th : t->node.id);
		(void)rk_buf_adds(&title, " | ");
	}
	(void)rk_buf_str(&title, t->site->title);
	text = js_string(rk_buf_view(&title));
	rk_buf_release(&title);
	return text;
}

int
json_render(const struct rk_timeline *t, struct rk_buf *b, struct rk_err *err)
{
	json_t *feed = json_object(), *items = json_array(), *site = json_object();
	json_t *authors = json_array();
	struct rk_buf html;

	js_set(feed, "version", RK_STR("https://jsonfeed.org/version/1.1"));
	(void)json_object_set_new(feed, "title", title_of(t));
	addresses(feed, t);
	js_set(site, "name", t->site->title);
	js_set(site, "url", t->site->base_url);
	(void)json_array_append_new(authors, site);
	js_set_list(feed, "authors", authors);
	js_set(feed, "language", t->site->language);
	rk_buf_init(&html, b->max);
	for (size_t i = 0; i < t->n_stories; i++)
		(void)json_array_append_new(items, item(t, &t->stories[i], &html));
	b->full |= html.full;
	rk_buf_release(&html);
	(void)json_object_set_new(feed, "items", items);
	return js_end(feed, b, "the JSON feed", err);
}
