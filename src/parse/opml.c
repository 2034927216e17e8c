/*
 * Subscription lists. What clean.c leaves is well-formed and written in one way (names,
 * quoted attributes, references by number), so that a few lines can read it. Knows
 * outlines, no feed and no libxml2.
 */
#include <ruamkhao/opml.h>

#include "parse_int.h"

#include <ruamkhao/charset.h>
#include <ruamkhao/html.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <string.h>

struct opml {
	struct rk_str in; /* cleaned */
	size_t i;
	struct rk_arena *arena;
	struct rk_opml *out;
	struct rk_outline **tail;
	struct rk_str folder[RK_MAX_OUTLINE_DEPTH + 1]; /* path at each depth */
	unsigned depth;                                 /* outlines open */
	size_t n_seen;
	struct rk_buf line, value;
	struct rk_err *err;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
resolve(struct rk_str raw, struct rk_buf *out)
{
	for (size_t i = 0; i < raw.n;) {
		char ref[16];
		size_t n, used = 0;

		if (raw.p[i] == '&')
			used = rk_scan_reference(raw, i, ref, &n);
		if (used > 0)
			(void)rk_buf_add(out, ref, n);
		else
			(void)rk_buf_addc(out, raw.p[i]);
		i += used > 0 ? used : 1;
	}
}

/* The value of an attribute of a cleaned tag, references resolved; valid until the next
 * call. Empty when it is not there. */
static struct rk_str
attr(struct opml *o, struct rk_str tag, const char *name)
{
	struct rk_str key, raw;
	size_t end;

	while ((end = rk_str_find(tag, RK_STR("=\""))) != SIZE_MAX) {
		key = rk_str_trim(rk_strn(tag.p, end));
		tag = rk_str_from(tag, end + 2);
		if ((end = rk_str_chr(tag, '"')) == SIZE_MAX)
			break;
		raw = rk_strn(tag.p, end);
		tag = rk_str_from(tag, end + 1);
		if (!rk_str_iis(key, name))
			continue;
		rk_buf_reset(&o->value);
		resolve(raw, &o->value);
		return rk_str_trim(rk_buf_view(&o->value));
	}
	return (struct rk_str){"", 0};
}

static struct rk_str
kept_line(struct opml *o, struct rk_str text)
{
	rk_buf_reset(&o->line);
	(void)rk_html_plain_line(rk_utf8_cut(text, RK_MAX_TITLE), &o->line);
	return rk_arena_str(o->arena, rk_buf_view(&o->line));
}

static struct rk_str
kept_url(struct opml *o, struct rk_str url)
{
	rk_buf_reset(&o->line);
	if (url.n == 0 || url.n > RK_MAX_URL ||
	    rk_url_resolve(RK_STR(""), url, &o->line) != 0)
		return RK_STR("");
	return rk_arena_str(o->arena, rk_buf_view(&o->line));
}

static void
add_feed(struct opml *o, struct rk_str tag, struct rk_str title)
{
	struct rk_str url = kept_url(o, attr(o, tag, "xmlUrl"));
	struct rk_outline *l;

	if (url.n == 0) {
		o->out->n_left_out++;
		return;
	}
	l = RK_NEW(o->arena, struct rk_outline);
	l->url = url;
	l->site = kept_url(o, attr(o, tag, "htmlUrl"));
	l->title = title;
	l->folder = o->folder[o->depth];
	*o->tail = l;
	o->tail = &l->next;
	o->out->n_outlines++;
}

/* tag: what stands between the name and the end of an outline's start tag. */
static int
outline(struct opml *o, struct rk_str tag, bool empty)
{
	struct rk_str title, path;

	if (++o->n_seen > RK_MAX_OUTLINES)
		return rk_err_set(o->err, RK_E_LIMIT,
		    "more than %d outlines: split the list", RK_MAX_OUTLINES);
	title = attr(o, tag, "title");
	if (title.n == 0)
		title = attr(o, tag, "text");
	title = kept_line(o, title);
	if (attr(o, tag, "xmlUrl").n > 0)
		add_feed(o, tag, title);
	if (empty)
		return 0;
	if (o->depth == RK_MAX_OUTLINE_DEPTH)
		return rk_err_set(o->err, RK_E_LIMIT,
		    "outlines are nested more than %d deep", RK_MAX_OUTLINE_DEPTH);
	path = o->folder[o->depth];
	if (title.n == 0)
		title = path;
	else if (path.n > 0 && path.n < RK_MAX_TITLE)
		title = rk_arena_fmt(
		    o->arena, "%.*s/%.*s", RK_FMT(path), RK_FMT(title));
	o->folder[++o->depth] = title;
	return 0;
}

/* The text of <title> in <head>, behind its start tag. */
static void
list_title(struct opml *o)
{
	struct rk_str rest = rk_str_from(o->in, o->i);
	size_t end = rk_str_chr(rest, '<');

	if (end == SIZE_MAX || o->out->title.n > 0)
		return;
	rk_buf_reset(&o->line);
	(void)rk_html_line(rk_strn(rest.p, end), &o->line);
	o->out->title = rk_arena_str(
	    o->arena, rk_utf8_cut(rk_buf_view(&o->line), RK_MAX_TITLE));
}

/* The tag at in[i], "<"; i behind it. No ">" stands in a value: clean.c wrote it. */
static int
tag(struct opml *o)
{
	struct rk_str rest = rk_str_from(o->in, o->i), t, name;
	size_t end = rk_str_chr(rest, '>'), n = 0;
	bool empty;

	if (end == SIZE_MAX) {
		o->i = o->in.n;
		return 0;
	}
	o->i += end + 1;
	t = rk_strn(rest.p + 1, end - 1);
	empty = rk_str_ends(t, "/");
	while (n < t.n && !is_space(t.p[n]) && (n == 0 || t.p[n] != '/'))
		n++;
	name = rk_strn(t.p, n);
	if (rk_str_iis(name, "/outline") && o->depth > 0)
		o->depth--;
	else if (rk_str_iis(name, "title") && o->n_seen == 0)
		list_title(o);
	else if (rk_str_iis(name, "outline"))
		return outline(o, rk_str_from(t, n), empty);
	return 0;
}

static int
walk(struct opml *o)
{
	while (o->i < o->in.n) {
		struct rk_str rest = rk_str_from(o->in, o->i);
		size_t lt = rk_str_chr(rest, '<'), end;

		if (lt == SIZE_MAX)
			break;
		o->i += lt;
		rest = rk_str_from(rest, lt);
		if (rk_str_starts(rest, "<![CDATA[")) {
			end = rk_str_find(rest, RK_STR("]]>"));
			o->i = end != SIZE_MAX ? o->i + end + 3 : o->in.n;
		} else if (tag(o) != 0) {
			return -1;
		}
	}
	return 0;
}

int
rk_opml_read(struct rk_str bytes, struct rk_arena *arena, struct rk_opml **out,
    struct rk_err *err)
{
	struct rk_parse_hints hints = {.url = {"", 0}};
	struct opml o = {.arena = arena, .err = err};
	struct rk_charset_result decoded;
	struct rk_sniffed sniffed;
	struct rk_scan scan;
	struct rk_buf text, clean;
	int rc = -1;

	*out = NULL;
	rk_parse_setup();
	rk_buf_init(&clean, RK_MAX_XML);
	rk_buf_init(&o.line, RK_MAX_FIELD);
	rk_buf_init(&o.value, RK_MAX_FIELD);
	if (rk_parse_decode(bytes, &hints, &text, &decoded, err) != 0)
		goto out;
	rk_sniff(decoded.text, &sniffed);
	if (sniffed.kind == RK_KIND_XML || sniffed.kind == RK_KIND_JSON) {
		rk_err_set(err, RK_E_INPUT, "no subscription list (OPML) but a feed");
		goto out;
	}
	if (sniffed.kind != RK_KIND_OTHER_XML || !rk_str_iis(sniffed.root, "opml")) {
		rk_err_set(err, RK_E_INPUT, "no subscription list (OPML)");
		goto out;
	}
	if (rk_clean(rk_str_from(decoded.text, sniffed.start), &clean, &scan, err) != 0)
		goto out;
	o.in = rk_buf_view(&clean);
	o.out = RK_NEW(arena, struct rk_opml);
	o.out->title = o.folder[0] = RK_STR("");
	o.tail = &o.out->outlines;
	if (walk(&o) != 0)
		goto out;
	if (o.out->n_outlines == 0) {
		rk_err_set(err, RK_E_INPUT, "a subscription list that names no feed");
		goto out;
	}
	o.out->truncated = scan.truncated;
	*out = o.out;
	rc = 0;
out:
	rk_buf_release(&text);
	rk_buf_release(&clean);
	rk_buf_release(&o.line);
	rk_buf_release(&o.value);
	return rc;
}
