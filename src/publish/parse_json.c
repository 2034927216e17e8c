/*
 * A parsed document as JSON Feed 1.1 (https://jsonfeed.org/version/1.1): what `parse`
 * prints. jansson builds and escapes.
 */
#include "json_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/err.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>

static json_t *
item(const struct rk_entry *e, struct rk_arena *arena)
{
	json_t *o = json_object();

	js_set(o, "id", rk_entry_id(e, arena));
	js_set(o, "url", e->url);
	js_set(o, "title", e->title);
	if (e->html.n > 0)
		js_set(o, "content_html", e->html);
	else /* one of the two is required */
		(void)json_object_set_new(o, "content_text", json_string(""));
	js_set(o, "summary", e->summary);
	js_set(o, "image", e->image);
	js_set_time(o, "date_published", e->published);
	js_set_time(o, "date_modified", e->updated);
	js_set_list(o, "authors", js_authors(e->authors.n > 0 ? e->authors : e->author));
	js_set_list(o, "tags", js_tags(e->tags));
	js_set(o, "language", e->lang);
	js_set_list(o, "attachments", js_attachments(e->enclosures));
	return o;
}

/* The document's own words, as long as they are a number. */
static bool
is_version(struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.')
			return false;
	}
	return s.n < 8;
}

/* How the document was read: an extension of ours, which other readers pass over. */
static json_t *
how_read(const struct rk_ingest *in)
{
	json_t *o = json_object(), *warnings = json_array();
	struct rk_buf line;

	js_set(o, "format", rk_str(rk_format_in_name(in->format)));
	if (is_version(in->version))
		js_set(o, "format_version", in->version);
	js_set(o, "rung", rk_str(rk_rung_name(in->rung)));
	js_set(o, "charset", in->charset);
	if (in->charset_mislabelled)
		(void)json_object_set_new(o, "charset_mislabelled", json_true());
	if (in->truncated)
		(void)json_object_set_new(o, "truncated", json_true());
	rk_buf_init(&line, RK_KIB(4));
	for (size_t i = 0; i < in->n_warnings; i++) { /* they quote the document */
		rk_buf_reset(&line);
		(void)rk_html_plain_line(in->warnings[i], &line);
		(void)json_array_append_new(warnings, js_string(rk_buf_view(&line)));
	}
	rk_buf_release(&line);
	js_set_list(o, "warnings", warnings);
	return o;
}

int
rk_ingest_json(const struct rk_ingest *in, struct rk_arena *arena, struct rk_buf *b,
    struct rk_err *err)
{
	json_t *feed = json_object(), *items = json_array();

	js_set(feed, "version", rk_str("https://jsonfeed.org/version/1.1"));
	(void)json_object_set_new(feed, "title", js_string(in->title)); /* required */
	js_set(feed, "home_page_url", in->link);
	js_set(feed, "feed_url", in->self);
	js_set(feed, "description", in->description);
	js_set(feed, "icon", in->image);
	js_set(feed, "language", in->lang);
	if (in->hub.n > 0)
		(void)json_object_set_new(feed, "hubs",
		    json_pack(
			"[{s:s,s:o}]", "type", "WebSub", "url", js_string(in->hub)));
	js_set_list(feed, "authors", js_authors(in->authors.n > 0 ? in->authors : in->author));
	(void)json_object_set_new(feed, "_ruamkhao", how_read(in));
	for (size_t i = 0; i < in->n_entries; i++)
		(void)json_array_append_new(items, item(&in->entries[i], arena));
	(void)json_object_set_new(feed, "items", items);
	return js_end(feed, b, "the output", err);
}
