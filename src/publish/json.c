/* Parts of JSON Feed 1.1 (https://jsonfeed.org/version/1.1); jansson builds and escapes. */
#include "json_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

static int
to_buf(const char *bytes, size_t n, void *cookie)
{
	return rk_buf_add(cookie, bytes, n);
}

/* Texts are valid UTF-8 when they come here; were one not, it would not take its
 * required key or its item along. */
json_t *
js_string(struct rk_str s)
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
	json_t *text = js_string(s);
	int rc;

	rc = json_dump_callback(text, to_buf, b, JSON_ENCODE_ANY);
	json_decref(text);
	return rc == 0 && !b->full ? 0 : -1;
}

void
js_set(json_t *o, const char *key, struct rk_str s)
{
	if (s.n > 0)
		(void)json_object_set_new(o, key, js_string(s));
}

void
js_set_time(json_t *o, const char *key, int64_t t)
{
	char text[32];

	if (t != RK_NO_TIME)
		(void)json_object_set_new(
		    o, key, json_string(rk_date_rfc3339(t, text)));
}

/* Lines of name \t url. */
json_t *
js_authors(struct rk_str lines)
{
	json_t *list = json_array();
	struct rk_str line, name, url;

	while (rk_str_split(&lines, '\n', &line)) {
		json_t *o = json_object();

		name = url = (struct rk_str){"", 0};
		(void)(rk_str_split(&line, '\t', &name) &&
		       rk_str_split(&line, '\t', &url));
		js_set(o, "name", name);
		js_set(o, "url", url);
		if (json_object_size(o) > 0)
			(void)json_array_append(list, o);
		json_decref(o);
	}
	return list;
}

json_t *
js_tags(struct rk_str lines)
{
	json_t *list = json_array();
	struct rk_str term;

	while (rk_str_split(&lines, '\n', &term)) {
		if (term.n > 0)
			(void)json_array_append_new(list, js_string(term));
	}
	return list;
}

json_t *
js_attachments(struct rk_str lines)
{
	json_t *list = json_array();
	struct story_file f;

	while (story_enclosure(&lines, &f)) {
		json_t *o = json_object();
		uint64_t n;

		js_set(o, "url", f.url);
		js_set(o, "mime_type", /* required by the format */
		    f.type.n > 0 ? f.type : rk_str("application/octet-stream"));
		js_set(o, "title", f.title);
		if (rk_str_u64(f.length, INT64_MAX, &n) == 0)
			(void)json_object_set_new(
			    o, "size_in_bytes", json_integer((json_int_t)n));
		(void)json_array_append_new(list, o);
	}
	return list;
}

void
js_set_list(json_t *o, const char *key, json_t *list)
{
	if (json_array_size(list) > 0)
		(void)json_object_set(o, key, list);
	json_decref(list);
}

int
js_end(json_t *o, struct rk_buf *b, const char *what, struct rk_err *err)
{
	int rc = json_dump_callback(o, to_buf, b, JSON_INDENT(1));

	json_decref(o);
	(void)rk_buf_addc(b, '\n');
	if (rc != 0 && !b->full)
		rk_oom(0);
	return render_end(b, what, err);
}
