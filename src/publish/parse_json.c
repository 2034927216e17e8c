/*
 * A parsed document as JSON Feed 1.1 (https://jsonfeed.org/version/1.1): what `parse`
 * prints. jansson builds and escapes.
 */
#include "publish_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/err.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/utf8.h>

#include <jansson.h>

static int
to_buf(const char *bytes, size_t n, void *cookie)
{
	return rk_buf_add(cookie, bytes, n);
}

/* Texts are valid UTF-8 when they come here; were one not, it would not take its
 * required key or its item along. */
static json_t *
string_of(struct rk_str s)
{
	json_t *text = json_stringn(s.n > 0 ? s.p : "", s.n);
	struct rk_buf repaired;

	if (text != NULL)
		return text;
	rk_buf_init(&repaired, s.n * 3 + 3);
	(void)rk_utf8_repair(s, &repaired);
	text = json_stringn(repaired.n > 0 ? repaired.p : "", repaired.n);
	rk_buf_release(&repaired);
	return text;
}

int
rk_json_string(struct rk_str s, struct rk_buf *b)
{
	json_t *text = string_of(s);
	int rc;

	rc = json_dump_callback(text, to_buf, b, JSON_ENCODE_ANY);
	json_decref(text);
	return rc == 0 && !b->full ? 0 : -1;
}

/* Absent when empty. */
static void
set_str(json_t *o, const char *key, struct rk_str s)
{
	if (s.n > 0)
		(void)json_object_set_new(o, key, string_of(s));
}

static void
set_time(json_t *o, const char *key, int64_t t)
{
	char text[32];

	if (t != RK_NO_TIME)
		(void)json_object_set_new(
		    o, key, json_string(rk_date_rfc3339(t, text)));
}

/* Lines of name \t url. */
static json_t *
authors(struct rk_str lines)
{
	json_t *list = json_array();
	struct rk_str line, name, url;

	while (rk_str_split(&lines, '\n', &line)) {
		json_t *o = json_object();

		name = url = (struct rk_str){"", 0};
		(void)(rk_str_split(&line, '\t', &name) &&
		       rk_str_split(&line, '\t', &url));
		set_str(o, "name", name);
		set_str(o, "url", url);
		if (json_object_size(o) > 0)
			(void)json_array_append(list, o);
		json_decref(o);
	}
	return list;
}

static json_t *
tags(struct rk_str lines)
{
	json_t *list = json_array();
	struct rk_str term;

	while (rk_str_split(&lines, '\n', &term)) {
		if (term.n > 0)
			(void)json_array_append_new(list, string_of(term));
	}
	return list;
}

/* Lines of url \t type \t length \t title. mime_type is required by the format. */
static json_t *
attachments(struct rk_str lines)
{
	json_t *list = json_array();
	struct rk_str line, url, type, length, title;

	while (rk_str_split(&lines, '\n', &line)) {
		json_t *o = json_object();
		uint64_t n;

		url = type = length = title = (struct rk_str){"", 0};
		(void)(rk_str_split(&line, '\t', &url) &&
		       rk_str_split(&line, '\t', &type) &&
		       rk_str_split(&line, '\t', &length) &&
		       rk_str_split(&line, '\t', &title));
		set_str(o, "url", url);
		set_str(o, "mime_type",
		    type.n > 0 ? type : rk_str("application/octet-stream"));
		set_str(o, "title", title);
		if (rk_str_u64(length, INT64_MAX, &n) == 0)
			(void)json_object_set_new(
			    o, "size_in_bytes", json_integer((json_int_t)n));
		if (url.n > 0)
			(void)json_array_append(list, o);
		json_decref(o);
	}
	return list;
}

/* Takes the list; an empty one is left out. */
static void
set_list(json_t *o, const char *key, json_t *list)
{
	if (json_array_size(list) > 0)
		(void)json_object_set(o, key, list);
	json_decref(list);
}

static json_t *
item(const struct rk_entry *e, struct rk_arena *arena)
{
	json_t *o = json_object();

	set_str(o, "id", rk_entry_id(e, arena));
	set_str(o, "url", e->url);
	set_str(o, "title", e->title);
	if (e->html.n > 0)
		set_str(o, "content_html", e->html);
	else /* one of the two is required */
		(void)json_object_set_new(o, "content_text", json_string(""));
	set_str(o, "summary", e->summary);
	set_str(o, "image", e->image);
	set_time(o, "date_published", e->published);
	set_time(o, "date_modified", e->updated);
	set_list(o, "authors", authors(e->authors.n > 0 ? e->authors : e->author));
	set_list(o, "tags", tags(e->tags));
	set_str(o, "language", e->lang);
	set_list(o, "attachments", attachments(e->enclosures));
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

	set_str(o, "format", rk_str(rk_format_in_name(in->format)));
	if (is_version(in->version))
		set_str(o, "format_version", in->version);
	set_str(o, "rung", rk_str(rk_rung_name(in->rung)));
	set_str(o, "charset", in->charset);
	if (in->charset_mislabelled)
		(void)json_object_set_new(o, "charset_mislabelled", json_true());
	if (in->truncated)
		(void)json_object_set_new(o, "truncated", json_true());
	rk_buf_init(&line, RK_KIB(4));
	for (size_t i = 0; i < in->n_warnings; i++) { /* they quote the document */
		rk_buf_reset(&line);
		(void)rk_html_plain_line(in->warnings[i], &line);
		(void)json_array_append_new(warnings, string_of(rk_buf_view(&line)));
	}
	rk_buf_release(&line);
	set_list(o, "warnings", warnings);
	return o;
}

int
rk_ingest_json(const struct rk_ingest *in, struct rk_arena *arena, struct rk_buf *b,
    struct rk_err *err)
{
	json_t *feed = json_object(), *items = json_array();
	int rc;

	set_str(feed, "version", rk_str("https://jsonfeed.org/version/1.1"));
	(void)json_object_set_new(feed, "title", string_of(in->title)); /* required */
	set_str(feed, "home_page_url", in->link);
	set_str(feed, "feed_url", in->self);
	set_str(feed, "description", in->description);
	set_str(feed, "icon", in->image);
	set_str(feed, "language", in->lang);
	if (in->hub.n > 0)
		(void)json_object_set_new(feed, "hubs",
		    json_pack(
			"[{s:s,s:o}]", "type", "WebSub", "url", string_of(in->hub)));
	set_list(feed, "authors", authors(in->authors.n > 0 ? in->authors : in->author));
	(void)json_object_set_new(feed, "_ruamkhao", how_read(in));
	for (size_t i = 0; i < in->n_entries; i++)
		(void)json_array_append_new(items, item(&in->entries[i], arena));
	(void)json_object_set_new(feed, "items", items);
	rc = json_dump_callback(feed, to_buf, b, JSON_INDENT(1));
	json_decref(feed);
	(void)rk_buf_addc(b, '\n');
	if (rc != 0 || b->full)
		return rk_err_set(err, RK_E_LIMIT,
		    "the output would be larger than %zu bytes", b->max);
	return 0;
}
