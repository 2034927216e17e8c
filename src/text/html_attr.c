/*
 * Attributes of elements that the HTML cleaner writes: which stay, and their values.
 * Values come resolved (no references left). Knows nothing of nesting.
 */
#include "text_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define MAX_LANG  35   /* BCP 47: what a registry needs at most */
#define MAX_CELLS 1000 /* what browsers clamp colspan to */
#define MAX_PIXEL 65535
#define MAX_TYPE  100

/* The attributes of one tag by kind; NULL: absent. */
struct attrs {
	const char *of[RK_AT_COUNT];
};

static void
collect(const char **list, struct attrs *a)
{
	*a = (struct attrs){{NULL}};
	for (; list != NULL && list[0] != NULL; list += 2) {
		enum rk_html_attr kind = rk_html_attr(list[0], strlen(list[0]));

		if (kind != RK_AT_NONE && a->of[kind] == NULL)
			a->of[kind] = list[1] != NULL ? list[1] : "";
	}
}

static void
put(struct rk_html_sink *s, const char *name, struct rk_str value)
{
	(void)rk_buf_addc(&s->tag, ' ');
	(void)rk_buf_adds(&s->tag, name);
	(void)rk_buf_adds(&s->tag, "=\"");
	rk_html_escape(value, &s->tag);
	(void)rk_buf_addc(&s->tag, '"');
}

/* A caption: one line, repaired. */
static void
put_text(struct rk_html_sink *s, const char *name, const char *value)
{
	struct rk_str in = rk_utf8_cut(rk_str(value), RK_MAX_TITLE);
	bool gap = false;

	rk_buf_reset(&s->tmp);
	rk_buf_reset(&s->url);
	rk_html_fix(in, &s->tmp, &s->url);
	rk_buf_reset(&s->tmp);
	for (size_t i = 0; i < s->url.n; i++) {
		char c = s->url.p[i];

		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			gap = s->tmp.n > 0;
			continue;
		}
		if (gap)
			(void)rk_buf_addc(&s->tmp, ' ');
		gap = false;
		(void)rk_buf_addc(&s->tmp, c);
	}
	/* The repair may have lengthened it. */
	put(s, name, rk_str_trim(rk_utf8_cut(rk_buf_view(&s->tmp), RK_MAX_TITLE)));
}

/* An address, absolute and without tracking, into s->url. -1: refused. */
static int
address(struct rk_html_sink *s, const char *value, bool link)
{
	struct rk_str ref = rk_str(value);
	int rc;

	rk_buf_reset(&s->tmp);
	rk_buf_reset(&s->url);
	if (ref.n == 0)
		return -1;
	rc = link ? rk_url_resolve_link(s->base, ref, &s->tmp)
		  : rk_url_resolve(s->base, ref, &s->tmp);
	if (rc != 0) {
		if (rk_str_chr(ref, ':') != SIZE_MAX)
			s->out->dropped = true;
		return -1;
	}
	if (!rk_str_starts(rk_buf_view(&s->tmp), "http")) /* mailto: */
		return rk_buf_str(&s->url, rk_buf_view(&s->tmp));
	/* What is taken out may leave a lone "?", which goes when it is resolved again:
	 * the output is to be a fixed point. */
	for (unsigned i = 0; i < 4; i++) {
		rk_buf_reset(&s->url);
		if (rk_url_untrack(rk_buf_view(&s->tmp), &s->url) != 0)
			return -1;
		if (s->url.n == s->tmp.n)
			return 0;
		rk_buf_reset(&s->tmp);
		if (rk_url_resolve(s->base, rk_buf_view(&s->url), &s->tmp) != 0)
			return -1;
	}
	return -1;
}

static int
put_address(struct rk_html_sink *s, const char *name, const char *value, bool link)
{
	if (value == NULL || address(s, value, link) != 0)
		return -1;
	put(s, name, rk_buf_view(&s->url));
	return 0;
}

/* A number of at most max, "px" behind it allowed; -1: none. */
static long
number(const char *value, long max)
{
	long n = 0;

	if (value == NULL || value[0] < '0' || value[0] > '9')
		return -1;
	for (; *value >= '0' && *value <= '9'; value++) {
		n = n * 10 + (*value - '0');
		if (n > max)
			return -1;
	}
	if (*value == '\0' || strcmp(value, "px") == 0)
		return n;
	return -1;
}

static void
put_number(struct rk_html_sink *s, const char *name, long n)
{
	(void)rk_buf_addf(&s->tag, " %s=\"%ld\"", name, n);
}

static void
put_cells(struct rk_html_sink *s, const char *name, const char *value)
{
	long n = number(value, MAX_CELLS);

	if (n > 1)
		put_number(s, name, n);
}

static bool
is_lang(struct rk_str v)
{
	if (v.n == 0 || v.n > MAX_LANG)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		char c = (char)(v.p[i] | 0x20);

		if (!(c >= 'a' && c <= 'z') && !(v.p[i] >= '0' && v.p[i] <= '9') &&
		    v.p[i] != '-')
			return false;
	}
	return true;
}

static bool
is_type(struct rk_str v)
{
	if (v.n == 0 || v.n > MAX_TYPE)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		char c = (char)(v.p[i] | 0x20);

		if (!(c >= 'a' && c <= 'z') && !(v.p[i] >= '0' && v.p[i] <= '9') &&
		    strchr("/+.-;=, ", v.p[i]) == NULL)
			return false;
	}
	return true;
}

/* Language and direction may stand at any element. */
static void
put_common(struct rk_html_sink *s, const struct attrs *a)
{
	struct rk_str dir = rk_str(a->of[RK_AT_DIR]);

	if (is_lang(rk_str(a->of[RK_AT_LANG])))
		put(s, "lang", rk_str(a->of[RK_AT_LANG]));
	if (rk_str_iis(dir, "ltr"))
		put(s, "dir", RK_STR("ltr"));
	else if (rk_str_iis(dir, "rtl"))
		put(s, "dir", RK_STR("rtl"));
	else if (rk_str_iis(dir, "auto"))
		put(s, "dir", RK_STR("auto"));
}

static void
note_link(struct rk_html_sink *s)
{
	s->out->links = rk_hash64_more(s->out->links, rk_buf_view(&s->url));
}

static int
put_image(struct rk_html_sink *s, const struct attrs *a)
{
	long width = number(a->of[RK_AT_WIDTH], MAX_PIXEL);
	long height = number(a->of[RK_AT_HEIGHT], MAX_PIXEL);

	/* Of no size, or one pixel: there to be loaded, not to be seen. */
	if (width == 0 || height == 0 || (width == 1 && (height == 1 || height < 0)) ||
	    (height == 1 && width < 0))
		return -1;
	if (put_address(s, "src", a->of[RK_AT_SRC], false) != 0 &&
	    put_address(s, "src", a->of[RK_AT_LAZY], false) != 0)
		return -1;
	if (s->out->media != NULL) {
		(void)rk_buf_str(s->out->media, rk_buf_view(&s->url));
		(void)rk_buf_addc(s->out->media, '\n');
	}
	if (a->of[RK_AT_ALT] != NULL)
		put_text(s, "alt", a->of[RK_AT_ALT]);
	if (a->of[RK_AT_TITLE] != NULL)
		put_text(s, "title", a->of[RK_AT_TITLE]);
	if (width > 0)
		put_number(s, "width", width);
	if (height > 0)
		put_number(s, "height", height);
	return 0;
}

static void
put_media(struct rk_html_sink *s, const struct attrs *a, bool video)
{
	(void)put_address(s, "src", a->of[RK_AT_SRC], false);
	if (video)
		(void)put_address(s, "poster", a->of[RK_AT_POSTER], false);
	/* A link to be played, not a stream that loads where it is shown. */
	put(s, "controls", RK_STR("controls"));
	put(s, "preload", RK_STR("none"));
}

static void
put_start(struct rk_html_sink *s, const char *value)
{
	bool negative = value != NULL && value[0] == '-';
	long n = value != NULL ? number(value + negative, 1000000) : -1;

	if (n >= 0)
		put_number(s, "start", negative ? -n : n);
}

/* What belongs to one element only. -1: without it the element is nothing. */
static int
put_own(struct rk_html_sink *s, enum rk_html_el el, const struct attrs *a)
{
	switch ((int)el) {
	case RK_EL_A:
		if (put_address(s, "href", a->of[RK_AT_HREF], true) != 0)
			return -1;
		note_link(s);
		if (a->of[RK_AT_TITLE] != NULL)
			put_text(s, "title", a->of[RK_AT_TITLE]);
		return 0;
	case RK_EL_ABBR:
	case RK_EL_DFN:
		if (a->of[RK_AT_TITLE] != NULL)
			put_text(s, "title", a->of[RK_AT_TITLE]);
		return 0;
	case RK_EL_IMG:
		return put_image(s, a);
	case RK_EL_AUDIO:
	case RK_EL_VIDEO:
		put_media(s, a, el == RK_EL_VIDEO);
		return 0;
	case RK_EL_SOURCE:
		if (put_address(s, "src", a->of[RK_AT_SRC], false) != 0)
			return -1;
		if (is_type(rk_str(a->of[RK_AT_TYPE])))
			put(s, "type", rk_str(a->of[RK_AT_TYPE]));
		return 0;
	case RK_EL_TD:
	case RK_EL_TH:
		put_cells(s, "colspan", a->of[RK_AT_COLSPAN]);
		put_cells(s, "rowspan", a->of[RK_AT_ROWSPAN]);
		return 0;
	case RK_EL_OL:
		put_start(s, a->of[RK_AT_START]);
		return 0;
	case RK_EL_BLOCKQUOTE:
	case RK_EL_DEL:
	case RK_EL_INS:
	case RK_EL_Q:
		(void)put_address(s, "cite", a->of[RK_AT_CITE], false);
		return 0;
	default:
		return 0;
	}
}

int
rk_html_write_tag(struct rk_html_sink *s, enum rk_html_el el, const char **list)
{
	const struct rk_html_eldef *def = &rk_html_els[el];
	struct attrs a;

	rk_buf_reset(&s->tag);
	(void)rk_buf_addc(&s->tag, '<');
	(void)rk_buf_str(&s->tag, def->name);
	if (list != NULL || el == RK_EL_A || el == RK_EL_IMG || el == RK_EL_SOURCE ||
	    el == RK_EL_AUDIO || el == RK_EL_VIDEO) {
		collect(list, &a);
		if (put_own(s, el, &a) != 0)
			return -1;
		put_common(s, &a);
	}
	(void)rk_buf_adds(&s->tag, (def->flags & RK_HF_VOID) != 0 ? "/>" : ">");
	return 0;
}
