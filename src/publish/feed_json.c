/*
 * JSON Feed 1.1 of a timeline. What the format has no word for - the true origin, the
 * nodes an entry stands in, its other publishers - is in the extension `_ruamkhao`, as
 * the format wants extensions to be.
 */
#include "json_int.h"

#include <ruamkhao/limits.h>

/* The tags of the publisher, then the names of the places and agencies. */
static void
tags(struct js *j, const struct rk_timeline *t, const struct rk_story *s)
{
	struct rk_str route = s->route, id, rest;

	js_list(j, "tags");
	js_tags(j, s->tags);
	while (rk_str_split(&route, ' ', &id)) {
		const struct rk_node *node =
		    t->regions != NULL ? rk_regions_find(t->regions, id) : NULL;

		(void)rk_node_scheme(id, &rest);
		/* not described: its id */
		js_set(j, NULL, node != NULL && node->th.n > 0 ? node->th : rest);
	}
	js_list_end(j);
}

static void
nodes(struct js *j, struct rk_str route)
{
	struct rk_str id;

	js_list(j, "nodes");
	while (rk_str_split(&route, ' ', &id))
		js_string(j, NULL, id);
	js_list_end(j);
}

static void
copies(struct js *j, const struct rk_story *s)
{
	js_list(j, "also_published_by");
	for (const struct rk_copy *c = s->copies; c != NULL; c = c->next) {
		js_open(j, NULL);
		js_set(j, "name", c->source_title.n > 0 ? c->source_title : c->source_id);
		if (xml_web_address(c->url))
			js_set(j, "url", c->url);
		js_close(j);
	}
	js_list_end(j);
}

static void
related(struct js *j, const struct rk_story *s)
{
	js_list(j, "same_event");
	for (const struct rk_related *r = s->related; r != NULL; r = r->next) {
		js_open(j, NULL);
		js_set(j, "title", r->title.n > 0 ? r->title : r->source_title);
		if (xml_web_address(r->url))
			js_set(j, "url", r->url);
		js_close(j);
	}
	js_list_end(j);
}

static void
extension(struct js *j, const struct rk_story *s)
{
	js_open(j, "_ruamkhao");
	js_open(j, "source");
	js_set(j, "id", s->source_id);
	js_set(j, "title", s->source_title);
	if (xml_web_address(s->source_url) && story_shows_address(s->source_url))
		js_set(j, "feed_url", s->source_url);
	if (xml_web_address(s->source_link))
		js_set(j, "home_page_url", s->source_link);
	js_close(j);
	nodes(j, s->route);
	copies(j, s);
	related(j, s);
	js_close(j);
}

static void
item(struct js *j, const struct rk_timeline *t, const struct rk_story *s, struct rk_buf *html)
{
	js_open(j, NULL);
	js_set(j, "id", s->id);
	if (xml_web_address(s->url))
		js_set(j, "url", s->url);
	js_set(j, "title", s->title);
	rk_buf_reset(html);
	story_html(html, s);
	j->b->full |= html->full;
	if (html->n > 0)
		js_set(j, "content_html", rk_buf_view(html));
	else /* one of the two is required */
		js_string(j, "content_text", s->summary);
	js_set(j, "summary", s->summary);
	if (xml_web_address(s->image))
		js_set(j, "image", s->image);
	js_set_time(j, "date_published", s->published);
	js_set_time(j, "date_modified", s->updated);
	js_list(j, "authors");
	js_open(j, NULL);
	js_set(j, "name", story_author(s));
	js_close(j);
	js_list_end(j);
	tags(j, t, s);
	js_set(j, "language", s->lang.n > 0 ? s->lang : t->site->language);
	js_attachments(j, "attachments", s->enclosures);
	extension(j, s);
	js_close(j);
}

static void
title(struct js *j, const struct rk_timeline *t)
{
	struct rk_buf text;

	rk_buf_init(&text, RK_KIB(4));
	if (t->node.scheme != RK_SCHEME_ALL) {
		(void)rk_buf_str(&text, t->node.th.n > 0 ? t->node.th : t->node.id);
		(void)rk_buf_adds(&text, " | ");
	}
	(void)rk_buf_str(&text, t->site->title);
	js_string(j, "title", rk_buf_view(&text));
	rk_buf_release(&text);
}

static void
addresses(struct js *j, const struct rk_timeline *t)
{
	struct rk_buf url;

	rk_buf_init(&url, 4096);
	node_page(&url, t);
	js_set(j, "home_page_url", rk_buf_view(&url));
	rk_buf_reset(&url);
	(void)rk_buf_str(&url, t->site->base_url);
	(void)rk_buf_str(&url, t->node.id);
	(void)rk_buf_adds(&url, ".json");
	js_set(j, "feed_url", rk_buf_view(&url));
	rk_buf_release(&url);
	js_hub(j, t->site->hub);
}

int
json_render(const struct rk_timeline *t, struct rk_buf *b, struct rk_err *err)
{
	struct js j = {.b = b};
	struct rk_buf html;

	js_open(&j, NULL);
	js_set(&j, "version", RK_STR("https://jsonfeed.org/version/1.1"));
	title(&j, t);
	addresses(&j, t);
	js_list(&j, "authors");
	js_open(&j, NULL);
	js_set(&j, "name", t->site->title);
	js_set(&j, "url", t->site->base_url);
	js_close(&j);
	js_list_end(&j);
	js_set(&j, "language", t->site->language);
	js_items(&j, "items");
	rk_buf_init(&html, b->max);
	for (size_t i = 0; i < t->n_stories; i++)
		item(&j, t, &t->stories[i], &html);
	rk_buf_release(&html);
	js_items_end(&j);
	js_close(&j);
	return js_end(&j, "the JSON feed", err);
}
