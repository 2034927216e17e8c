/*
 * JSON Feed 1.0 and 1.1, and what has its fields without saying so; what WordPress says
 * goes to wpjson.c. Items are built by build.c as those of XML are.
 */
#include "parse_int.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
rk_json_setup(void)
{
	json_set_alloc_funcs(rk_budget_malloc, rk_budget_free);
	json_object_seed(0); /* now: it reads a file that a sandbox will not have */
}

struct rk_str
rk_json_text(struct rk_feedp *f, const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	struct rk_str s = {"", 0};

	if (json_is_string(v)) {
		s = rk_str_trim(rk_strn(json_string_value(v), json_string_length(v)));
	} else if (json_is_integer(v) || json_is_real(v)) {
		rk_buf_reset(&f->scratch);
		if (json_is_integer(v))
			rk_buf_addf(
			    &f->scratch, "%lld", (long long)json_integer_value(v));
		else
			rk_buf_addf(&f->scratch, "%.17g", json_real_value(v));
		s = rk_buf_view(&f->scratch);
	}
	if (s.n > RK_MAX_FIELD) {
		size_t n = RK_MAX_FIELD;

		while (n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
			n--;
		s.n = n;
		rk_doc_warn(f->doc, f->arena, "\"%s\" is longer than %d KiB: cut", key,
		    (int)(RK_MAX_FIELD >> 10));
	}
	return s;
}

static struct rk_str
value(struct rk_feedp *f, const json_t *object, const char *key)
{
	return rk_json_text(f, object, key);
}

static struct rk_str
short_value(struct rk_feedp *f, const json_t *object, const char *key)
{
	struct rk_str s = value(f, object, key);

	return s.n <= RK_MAX_GUID ? s : RK_STR("");
}

static void
author(struct rk_feedp *f, const json_t *v)
{
	struct rk_person *p;

	if (json_is_string(v)) {
		rk_add_author(f, rk_person_of(f, rk_strn(json_string_value(v),
						     json_string_length(v))));
		return;
	}
	if (!json_is_object(v))
		return;
	p = RK_NEW(f->arena, struct rk_person);
	p->name = rk_keep(f, short_value(f, v, "name"));
	p->email = RK_STR("");
	p->url = rk_keep_url(f, short_value(f, v, "url"));
	rk_add_author(f, p);
}

static void
authors(struct rk_feedp *f, const json_t *object)
{
	const json_t *list = json_object_get(object, "authors"), *v;
	size_t i;

	json_array_foreach(list, i, v) author(f, v);
	if (json_array_size(list) == 0)
		author(f, json_object_get(object, "author"));
}

static void
tags(struct rk_feedp *f, const json_t *object)
{
	const json_t *list = json_object_get(object, "tags"), *v;
	size_t i;

	if (json_is_string(list))
		rk_add_words(
		    f, rk_strn(json_string_value(list), json_string_length(list)));
	json_array_foreach(list, i, v)
	{
		if (json_is_string(v))
			rk_add_category(f,
			    rk_str_trim(
				rk_strn(json_string_value(v), json_string_length(v))),
			    RK_STR(""), RK_STR(""));
	}
}

static void
attachments(struct rk_feedp *f, const json_t *object)
{
	const json_t *list = json_object_get(object, "attachments"), *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		struct rk_enclosure *e =
		    rk_add_enclosure(f, short_value(f, v, "url"), false);
		uint64_t length;

		if (e == NULL)
			continue;
		e->type = rk_keep(f, short_value(f, v, "mime_type"));
		e->title = rk_keep(f, short_value(f, v, "title"));
		if (rk_str_u64(
			short_value(f, v, "size_in_bytes"), INT64_MAX, &length) == 0)
			e->length = (int64_t)length;
	}
}

static void
item(struct rk_feedp *f, const json_t *v)
{
	struct rk_str html, text;

	rk_item_open(f);
	if (f->item == NULL)
		return;
	rk_set_str(f, RK_F_GUID, 9, &f->item->guid, value(f, v, "id"));
	rk_set_link(f, 8, value(f, v, "external_url"));
	rk_set_link(f, 9, value(f, v, "url"));
	rk_set_text(
	    f, RK_F_TITLE, 9, &f->item->title, value(f, v, "title"), RK_TEXT_PLAIN);
	html = value(f, v, "content_html");
	rk_set_text(f, RK_F_CONTENT, 9, &f->item->content, html, RK_TEXT_HTML);
	if (html.n == 0) {
		text = value(f, v, "content_text");
		rk_set_text(f, RK_F_CONTENT, 9, &f->item->content, text, RK_TEXT_PLAIN);
	}
	rk_set_text(f, RK_F_SUMMARY, 9, &f->item->summary, value(f, v, "summary"),
	    RK_TEXT_PLAIN);
	rk_set_image(f, 8, value(f, v, "banner_image"));
	rk_set_image(f, 9, value(f, v, "image"));
	rk_set_str(
	    f, RK_F_PUBLISHED, 9, &f->item->published, value(f, v, "date_published"));
	rk_set_str(f, RK_F_UPDATED, 9, &f->item->updated, value(f, v, "date_modified"));
	rk_set_lang(f, value(f, v, "language"));
	authors(f, v);
	tags(f, v);
	attachments(f, v);
	rk_item_close(f);
}

static void
feed(struct rk_feedp *f, const json_t *root)
{
	struct rk_doc *doc = f->doc;
	const json_t *hubs = json_object_get(root, "hubs"), *v;
	struct rk_str self;
	size_t i;

	rk_set_text(
	    f, RK_F_TITLE, 9, &doc->title, value(f, root, "title"), RK_TEXT_PLAIN);
	rk_set_text(f, RK_F_SUMMARY, 9, &doc->subtitle, value(f, root, "description"),
	    RK_TEXT_PLAIN);
	rk_set_link(f, 9, value(f, root, "home_page_url"));
	if ((self = value(f, root, "feed_url")).n > 0)
		doc->self = rk_keep_url(f, self);
	rk_set_image(f, 8, value(f, root, "favicon"));
	rk_set_image(f, 9, value(f, root, "icon"));
	rk_set_lang(f, value(f, root, "language"));
	if ((v = json_array_get(hubs, 0)) != NULL && (self = value(f, v, "url")).n > 0)
		doc->hub = rk_keep_url(f, self);
	authors(f, root);
	json_array_foreach(json_object_get(root, "items"), i, v)
	{
		if (json_is_object(v))
			item(f, v);
	}
}

/* Does an object have a member that items of JSON Feed have? */
static bool
is_item(const json_t *v)
{
	static const char *const keys[] = {
	    "content_html", "content_text", "url", "title"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (json_is_string(json_object_get(v, keys[i])))
			return true;
	}
	return false;
}

/* 0, or -1 with what the JSON is instead of a feed. */
static int
check(struct rk_feedp *f, const json_t *root, struct rk_err *err)
{
	static const char prefix[] = "jsonfeed.org/version/";
	const json_t *items = json_object_get(root, "items");
	struct rk_str version;
	size_t at;

	if (!json_is_object(root))
		return rk_err_set(err, RK_E_INPUT, "JSON that is no feed: a bare list");
	if (!json_is_array(items))
		return rk_err_set(
		    err, RK_E_INPUT, "JSON that is no feed: no list of items");
	version = value(f, root, "version");
	at = rk_str_find(version, rk_str(prefix));
	if (at != SIZE_MAX) {
		version = rk_str_from(version, at + strlen(prefix));
		f->doc->version =
		    rk_str_is(version, "1") ? rk_str("1.0") : rk_keep(f, version);
		return 0;
	}
	if (rk_str_starts(version, "1")) {
		f->doc->version = rk_keep(f, version);
		return 0;
	}
	if (!is_item(json_array_get(items, 0)))
		return rk_err_set(err, RK_E_INPUT,
		    "JSON that is no feed: no version of JSON Feed, and items without "
		    "url, title or content");
	rk_doc_warn(f->doc, f->arena, "says no version of JSON Feed");
	f->doc->version = RK_STR("");
	return 0;
}

int
rk_json_pass(struct rk_str text, struct rk_str url, struct rk_arena *arena,
    struct rk_doc **out, struct rk_err *err)
{
	struct rk_feedp *f = NULL;
	struct rk_json_scan scan;
	struct rk_buf clean;
	json_t *root = NULL;
	json_error_t why;
	int rc = -1;

	*out = NULL;
	if (text.n > RK_MAX_JSON)
		return rk_err_set(err, RK_E_LIMIT, "JSON of more than %d MiB",
		    (int)(RK_MAX_JSON >> 20));
	rk_buf_init(&clean, RK_MAX_JSON * 2);
	if (rk_json_clean(text, &clean, &scan, err) != 0)
		goto out;
	if ((root = json_loadb(clean.p, clean.n, JSON_DECODE_ANY, &why)) == NULL) {
		rk_err_set(err, RK_E_INPUT, "not JSON: %s", why.text);
		goto out;
	}
	f = rk_xcalloc(1, sizeof(*f));
	f->arena = arena;
	f->err = err;
	f->doc = RK_NEW(arena, struct rk_doc);
	f->doc->format = RK_IN_JSONFEED;
	f->items = &f->doc->items;
	f->feed_authors = &f->doc->authors;
	f->depth = 1;
	f->url = f->frames[0].base = f->frames[1].base = f->doc->base = rk_keep(f, url);
	f->frames[0].lang = f->frames[1].lang = RK_STR("");
	rk_buf_init(&f->scratch, 64);
	if (rk_wp_is(f, root)) {
		if (rk_wp_read(f, root, err) != 0)
			goto out;
	} else {
		if (check(f, root, err) != 0)
			goto out;
		feed(f, root);
	}
	rk_feed_close(f);
	f->doc->truncated = scan.truncated;
	f->doc->rung = scan.dirty || scan.truncated ? RK_RUNG_CLEANED : RK_RUNG_STRICT;
	*out = f->doc;
	rc = 0;
out:
	if (f != NULL)
		rk_buf_release(&f->scratch);
	free(f);
	json_decref(root);
	rk_buf_release(&clean);
	return rc;
}
