/*
 * Writing JSON, and the parts of JSON Feed 1.1 (https://jsonfeed.org/version/1.1) that
 * several writers need. By hand: a tree of values that is built, dumped a few bytes at a
 * time and freed was a fifth of all that publishing costs.
 */
#include "json_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/utf8.h>

#include <inttypes.h>

/* ---- values */

static void
line(struct js *j)
{
	(void)rk_buf_addc(j->b, '\n');
	for (unsigned i = 0; i < j->depth; i++)
		(void)rk_buf_addc(j->b, ' ');
}

static void open_with(struct js *, const char *key, char bracket);

/* Behind the one before it, with its key. */
static void
next(struct js *j, const char *key)
{
	const char *list = j->list;

	if (list != NULL) {
		j->list = NULL;
		open_with(j, list, '[');
	}
	if (j->some)
		(void)rk_buf_addc(j->b, ',');
	if (j->depth > 0)
		line(j);
	j->some = true;
	if (key == NULL)
		return;
	(void)rk_buf_addc(j->b, '"');
	(void)rk_buf_adds(j->b, key);
	(void)rk_buf_adds(j->b, "\": ");
}

static void
open_with(struct js *j, const char *key, char bracket)
{
	next(j, key);
	(void)rk_buf_addc(j->b, bracket);
	j->depth++;
	j->some = false;
}

static void
close_with(struct js *j, char bracket)
{
	j->depth--;
	if (j->some)
		line(j);
	(void)rk_buf_addc(j->b, bracket);
	j->some = true;
}

void
js_open(struct js *j, const char *key)
{
	open_with(j, key, '{');
}

void
js_close(struct js *j)
{
	close_with(j, '}');
}

void
js_list(struct js *j, const char *key)
{
	j->list = key;
}

void
js_list_end(struct js *j)
{
	if (j->list != NULL)
		j->list = NULL;
	else
		close_with(j, ']');
}

void
js_items(struct js *j, const char *key)
{
	open_with(j, key, '[');
}

void
js_items_end(struct js *j)
{
	close_with(j, ']');
}

/* ---- strings */

static void
escape(struct rk_buf *b, unsigned char c)
{
	static const char letters[] = "btn\0fr"; /* of 8 to 13 */
	static const char hex[] = "0123456789ABCDEF";
	char text[7] = {'\\', (char)c, '\0'};

	if (c >= 8 && c <= 13 && letters[c - 8] != '\0') {
		text[1] = letters[c - 8];
	} else if (c < 0x20) {
		text[1] = 'u';
		text[2] = text[3] = '0';
		text[4] = hex[c >> 4];
		text[5] = hex[c & 15];
		text[6] = '\0';
	}
	(void)rk_buf_adds(b, text);
}

static void
quoted(struct rk_buf *b, struct rk_str s)
{
	size_t from = 0;

	(void)rk_buf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		(void)rk_buf_add(b, s.p + from, i - from);
		escape(b, c);
		from = i + 1;
	}
	if (s.n > from)
		(void)rk_buf_add(b, s.p + from, s.n - from);
	(void)rk_buf_addc(b, '"');
}

int
rk_json_string(struct rk_str s, struct rk_buf *b)
{
	struct rk_buf repaired;

	/* texts are valid UTF-8 when they come here; were one not, it would not take its
	 * document along */
	if (rk_utf8_valid(s)) {
		quoted(b, s);
	} else {
		rk_buf_init(&repaired, s.n * 3 + 3);
		(void)rk_utf8_repair(s, &repaired);
		quoted(b, rk_buf_view(&repaired));
		rk_buf_release(&repaired);
	}
	return b->full ? -1 : 0;
}

void
js_string(struct js *j, const char *key, struct rk_str s)
{
	next(j, key);
	(void)rk_json_string(s, j->b);
}

void
js_int(struct js *j, const char *key, int64_t n)
{
	next(j, key);
	(void)rk_buf_addf(j->b, "%" PRId64, n);
}

void
js_true(struct js *j, const char *key)
{
	next(j, key);
	(void)rk_buf_adds(j->b, "true");
}

void
js_set(struct js *j, const char *key, struct rk_str s)
{
	if (s.n > 0)
		js_string(j, key, s);
}

void
js_set_time(struct js *j, const char *key, int64_t t)
{
	char text[32];

	if (t != RK_NO_TIME)
		js_string(j, key, rk_str(rk_date_rfc3339(t, text)));
}

/* ---- parts of feeds */

/* Lines of name \t url. */
void
js_authors(struct js *j, const char *key, struct rk_str lines)
{
	struct rk_str one, name, url;

	js_list(j, key);
	while (rk_str_split(&lines, '\n', &one)) {
		name = url = (struct rk_str){"", 0};
		(void)(rk_str_split(&one, '\t', &name) && rk_str_split(&one, '\t', &url));
		if (name.n == 0 && url.n == 0)
			continue;
		js_open(j, NULL);
		js_set(j, "name", name);
		js_set(j, "url", url);
		js_close(j);
	}
	js_list_end(j);
}

void
js_tags(struct js *j, struct rk_str lines)
{
	struct rk_str term;

	while (rk_str_split(&lines, '\n', &term))
		js_set(j, NULL, term);
}

void
js_attachments(struct js *j, const char *key, struct rk_str lines)
{
	struct story_file f;
	uint64_t n;

	js_list(j, key);
	while (story_enclosure(&lines, &f)) {
		js_open(j, NULL);
		js_set(j, "url", f.url);
		js_set(j, "mime_type", /* required by the format */
		    f.type.n > 0 ? f.type : rk_str("application/octet-stream"));
		js_set(j, "title", f.title);
		if (rk_str_u64(f.length, INT64_MAX, &n) == 0)
			js_int(j, "size_in_bytes", (int64_t)n);
		js_close(j);
	}
	js_list_end(j);
}

void
js_hub(struct js *j, struct rk_str hub)
{
	if (hub.n == 0)
		return;
	js_list(j, "hubs");
	js_open(j, NULL);
	js_set(j, "type", RK_STR("WebSub"));
	js_string(j, "url", hub);
	js_close(j);
	js_list_end(j);
}

int
js_end(struct js *j, const char *what, struct rk_err *err)
{
	(void)rk_buf_addc(j->b, '\n');
	return render_end(j->b, what, err);
}
