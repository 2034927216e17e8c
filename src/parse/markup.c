/*
 * Attributes, and the text of the element that is being collected: characters as
 * they come, or, once an element stands among them, markup written again. What comes
 * out is well-formed but not safe; cleaning is text/html's business.
 */
#include "parse_int.h"

#include <ruamkhao/url.h>

#include <string.h>
#include <strings.h>

/* ---- attributes */

/* libxml2 leaves "&#38;" where an ampersand was meant, because references in
 * attributes are not replaced (X1 forbids the option that would). */
static struct rk_str
attr_value(struct rk_feedp *f, const unsigned char **a)
{
	struct rk_str s = rk_strn((const char *)a[3], (size_t)(a[4] - a[3]));
	size_t at;

	if (memchr(s.p, '&', s.n) == NULL)
		return s;
	rk_buf_reset(&f->scratch);
	while ((at = rk_str_find(s, RK_STR("&#38;"))) != SIZE_MAX) {
		rk_buf_add(&f->scratch, s.p, at + 1);
		s = rk_str_from(s, at + 5);
	}
	rk_buf_str(&f->scratch, s);
	return rk_buf_view(&f->scratch);
}

struct rk_str
rk_attr(struct rk_feedp *f, const char *name)
{
	for (unsigned i = 0; i < f->n_attrs; i++) {
		const unsigned char **a = f->attrs + (size_t)i * 5;

		if (strcasecmp((const char *)a[0], name) == 0 && a[1] != f->str_xml)
			return rk_str_trim(attr_value(f, a));
	}
	return (struct rk_str){"", 0};
}

bool
rk_attr_is(struct rk_feedp *f, const char *name, const char *value)
{
	return rk_str_iis(rk_attr(f, name), value);
}

void
rk_inherit(struct rk_feedp *f, struct rk_frame *frame)
{
	for (unsigned i = 0; i < f->n_attrs; i++) {
		const unsigned char **a = f->attrs + (size_t)i * 5;
		struct rk_str v;

		if (a[1] != f->str_xml)
			continue;
		v = rk_str_trim(attr_value(f, a));
		if (strcmp((const char *)a[0], "lang") == 0) {
			frame->lang = rk_keep(f, rk_strn(v.p, v.n < 64 ? v.n : 0));
			frame->own_lang = true;
		} else if (strcmp((const char *)a[0], "base") == 0) {
			struct rk_buf out;

			rk_buf_init(&out, RK_MAX_URL);
			if (rk_url_resolve(frame->base.n > 0 ? frame->base : f->url, v,
				&out) == 0)
				frame->base = rk_keep(f, rk_buf_view(&out));
			rk_buf_release(&out);
		}
	}
}

/* ---- text */

static void
add(struct rk_feedp *f, const char *p, size_t n)
{
	if (n > RK_MAX_FIELD - f->text.n) {
		n = RK_MAX_FIELD - f->text.n;
		while (n > 0 && ((unsigned char)p[n] & 0xC0) == 0x80)
			n--; /* p[n] is a byte of p: something was cut off */
		f->cut = true;
	}
	rk_buf_add(&f->text, p, n);
}

static void
add_escaped(struct rk_feedp *f, struct rk_str s, bool value)
{
	size_t run = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *ref;

		if (s.p[i] == '&')
			ref = "&amp;";
		else if (s.p[i] == '<')
			ref = "&lt;";
		else if (s.p[i] == '>')
			ref = "&gt;";
		else if (s.p[i] == '"' && value)
			ref = "&quot;";
		else
			continue;
		add(f, s.p + run, i - run);
		add(f, ref, strlen(ref));
		run = i + 1;
	}
	add(f, s.p + run, s.n - run);
}

void
rk_text_add(struct rk_feedp *f, struct rk_str s)
{
	if (f->field == 0 || f->cut)
		return;
	if (f->markup && !f->mixed)
		add_escaped(f, s, false);
	else
		add(f, s.p, s.n);
}

/* The first element inside a text makes all of it markup. Text before it that is
 * markup already (escaped tags beside real ones) stays what it is. */
static void
begin_markup(struct rk_feedp *f)
{
	struct rk_buf plain;

	f->markup = true;
	if (f->text.n == 0)
		return;
	if (memchr(f->text.p, '<', f->text.n) != NULL) {
		f->mixed = true;
		return;
	}
	if (memchr(f->text.p, '&', f->text.n) == NULL &&
	    memchr(f->text.p, '>', f->text.n) == NULL)
		return;
	rk_buf_init(&plain, RK_MAX_FIELD);
	rk_buf_take(&f->text, &plain);
	add_escaped(f, rk_buf_view(&plain), false);
	rk_buf_release(&plain);
}

static bool
is_void(const char *name)
{
	static const char *const names[] = {"area", "base", "br", "col", "embed", "hr",
	    "img", "input", "link", "meta", "param", "source", "track", "wbr"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcasecmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_address(const char *name)
{
	return strcasecmp(name, "href") == 0 || strcasecmp(name, "src") == 0;
}

void
rk_text_open(struct rk_feedp *f, const char *name)
{
	const struct rk_frame *outer = &f->frames[f->field];
	const struct rk_frame *here = &f->frames[f->depth];

	if (!f->markup)
		begin_markup(f);
	add(f, "<", 1);
	add(f, name, strlen(name));
	for (unsigned i = 0; i < f->n_attrs; i++) {
		const unsigned char **a = f->attrs + (size_t)i * 5;
		const char *attr = (const char *)a[0];
		struct rk_str v;

		if (a[1] == f->str_xml)
			continue;
		v = attr_value(f, a);
		add(f, " ", 1);
		add(f, attr, strlen(attr));
		add(f, "=\"", 2);
		/* under an xml:base of its own: the cleaner will know only the field's
		 */
		if (is_address(attr) && here->base.p != outer->base.p) {
			struct rk_buf url;

			rk_buf_init(&url, RK_MAX_URL);
			if (rk_url_resolve_link(here->base, v, &url) == 0)
				add_escaped(f, rk_buf_view(&url), true);
			rk_buf_release(&url);
		} else {
			add_escaped(f, v, true);
		}
		add(f, "\"", 1);
	}
	add(f, ">", 1);
}

void
rk_text_close(struct rk_feedp *f, const char *name)
{
	if (is_void(name))
		return;
	add(f, "</", 2);
	add(f, name, strlen(name));
	add(f, ">", 1);
}
