/*
 * A parsed document as JSON Feed 1.1 (https://jsonfeed.org/version/1.1): what `parse`
 * prints.
 */
#include "json_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/err.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>

static void
item(struct js *j, const struct rk_entry *e, struct rk_arena *arena)
{
	js_open(j, NULL);
	js_set(j, "id", rk_entry_id(e, arena));
	js_set(j, "url", e->url);
	js_set(j, "title", e->title);
	if (e->html.n > 0)
		js_set(j, "content_html", e->html);
	else /* one of the two is required */
		js_string(j, "content_text", RK_STR(""));
	js_set(j, "summary", e->summary);
	js_set(j, "image", e->image);
	js_set_time(j, "date_published", e->published);
	js_set_time(j, "date_modified", e->updated);
	js_authors(j, "authors", e->authors.n > 0 ? e->authors : e->author);
	js_list(j, "tags");
	js_tags(j, e->tags);
	js_list_end(j);
	js_set(j, "language", e->lang);
	js_attachments(j, "attachments", e->enclosures);
	js_close(j);
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
static void
how_read(struct js *j, const struct rk_ingest *in)
{
	struct rk_buf line;

	js_open(j, "_ruamkhao");
	js_set(j, "format", rk_str(rk_format_in_name(in->format)));
	if (is_version(in->version))
		js_set(j, "format_version", in->version);
	js_set(j, "rung", rk_str(rk_rung_name(in->rung)));
	js_set(j, "charset", in->charset);
	if (in->charset_mislabelled)
		js_true(j, "charset_mislabelled");
	if (in->truncated)
		js_true(j, "truncated");
	js_list(j, "warnings");
	rk_buf_init(&line, RK_KIB(4));
	for (size_t i = 0; i < in->n_warnings; i++) { /* they quote the document */
		rk_buf_reset(&line);
		(void)rk_html_plain_line(in->warnings[i], &line);
		js_string(j, NULL, rk_buf_view(&line));
	}
	rk_buf_release(&line);
	js_list_end(j);
	js_close(j);
}

int
rk_ingest_json(const struct rk_ingest *in, struct rk_arena *arena, struct rk_buf *b,
    struct rk_err *err)
{
	struct js j = {.b = b};

	js_open(&j, NULL);
	js_set(&j, "version", rk_str("https://jsonfeed.org/version/1.1"));
	js_string(&j, "title", in->title); /* required */
	js_set(&j, "home_page_url", in->link);
	js_set(&j, "feed_url", in->self);
	js_set(&j, "description", in->description);
	js_set(&j, "icon", in->image);
	js_set(&j, "language", in->lang);
	js_hub(&j, in->hub);
	js_authors(&j, "authors", in->authors.n > 0 ? in->authors : in->author);
	how_read(&j, in);
	js_items(&j, "items");
	for (size_t i = 0; i < in->n_entries; i++)
		item(&j, &in->entries[i], arena);
	js_items_end(&j);
	js_close(&j);
	return js_end(&j, "the output", err);
}
