/*
 * A page before libxml2 sees it, in one linear pass: what is no markup for people
 * (scripts, styles, comments, drawings) is left out, so that the limit on a page's size
 * is one on its text; tags with more attributes than libxml2 2.9 bears are refused.
 */
#include "page_int.h"

#include <string.h>

/* Elements whose content goes up to their end tag, whatever stands in it. */
static const char *const raw[] = {"script", "style", "svg", "iframe", "noembed",
    "noframes", "template", "object", NULL};

static bool
is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The raw element whose name stands at s, or NULL. */
static const char *
raw_at(struct rk_str s)
{
	for (size_t i = 0; raw[i] != NULL; i++) {
		size_t n = strlen(raw[i]);

		if (s.n > n && rk_str_istarts(s, raw[i]) &&
		    (is_space(s.p[n]) || s.p[n] == '>' || s.p[n] == '/'))
			return raw[i];
	}
	return NULL;
}

/* Where the tag at text[at] ends, behind its >. */
static int
tag_end(struct rk_str text, size_t at, size_t *end, struct rk_err *err)
{
	unsigned names = 0;
	bool in_name = true, value = false; /* the element's name comes first */
	size_t i = at + 1;

	for (; i < text.n && text.p[i] != '>'; i++) {
		char c = text.p[i];

		if (is_space(c) || c == '/') {
			in_name = false;
			continue;
		}
		if (c == '=') {
			value = true;
			in_name = false;
			continue;
		}
		if (value && (c == '"' || c == '\'')) {
			const char *q = memchr(text.p + i + 1, c, text.n - i - 1);

			if (q == NULL)
				break; /* all that follows is its value */
			i = (size_t)(q - text.p);
			value = in_name = false;
			continue;
		}
		if (!in_name && !value && ++names > RK_MAX_ATTRIBUTES)
			return rk_err_set(err, RK_E_LIMIT,
			    "a tag has more than %d attributes", RK_MAX_ATTRIBUTES);
		in_name = true;
		value = false;
	}
	*end = i < text.n ? i + 1 : text.n;
	return 0;
}

/* Behind "<!...": a comment ends at -->, anything else at >. */
static size_t
declaration_end(struct rk_str text, size_t at)
{
	struct rk_str here = rk_str_from(text, at);
	bool comment = rk_str_starts(here, "<!--");
	size_t found = rk_str_find(here, comment ? RK_STR("-->") : RK_STR(">"));

	if (found == SIZE_MAX)
		return text.n;
	return at + found + (comment ? 3 : 1);
}

/* Behind the next end tag of a raw element; SIZE_MAX where there is none (which is
 * asked once a name, so that all searches together are linear). */
static size_t
raw_end(struct rk_str text, size_t from, const char *name)
{
	size_t n = strlen(name);

	while (from < text.n) {
		const char *lt = memchr(text.p + from, '<', text.n - from);
		struct rk_str here;

		if (lt == NULL)
			break;
		from = (size_t)(lt - text.p);
		here = rk_str_from(text, from);
		if (here.n > n + 2 && here.p[1] == '/' &&
		    rk_str_istarts(rk_str_from(here, 2), name) &&
		    (is_space(here.p[n + 2]) || here.p[n + 2] == '>')) {
			const char *gt = memchr(here.p, '>', here.n);

			return gt != NULL ? (size_t)(gt - text.p) + 1 : text.n;
		}
		from++;
	}
	return SIZE_MAX;
}

/* Text without what libxml2 takes for an end or is no character. */
static void
add_text(struct rk_buf *out, struct rk_str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 0x20 && c != 0x7f) || is_space((char)c))
			continue;
		(void)rk_buf_add(out, s.p + from, i - from);
		from = i + 1;
	}
	(void)rk_buf_add(out, s.p + from, s.n - from);
}

int
rk_page_scan(struct rk_str text, struct rk_buf *out, struct rk_err *err)
{
	bool endless[sizeof(raw) / sizeof(*raw)] = {false};
	size_t i = 0;

	while (i < text.n && !out->full) {
		const char *lt = memchr(text.p + i, '<', text.n - i), *name;
		size_t at = lt != NULL ? (size_t)(lt - text.p) : text.n, end = at,
		       which = 0;
		struct rk_str here;

		add_text(out, rk_strn(text.p + i, at - i));
		if (at == text.n)
			break;
		i = at;
		here = rk_str_from(text, at);
		if (here.n > 1 && (here.p[1] == '!' || here.p[1] == '?')) {
			i = declaration_end(text, at);
			continue;
		}
		if (here.n > 2 && here.p[1] == '/' && is_letter(here.p[2])) {
			const char *gt = memchr(here.p, '>', here.n);

			i = gt != NULL ? (size_t)(gt - text.p) + 1 : text.n;
			add_text(out, rk_strn(here.p, i - at));
			continue;
		}
		if (here.n < 2 || !is_letter(here.p[1])) {
			(void)rk_buf_adds(out, "&lt;");
			i = at + 1;
			continue;
		}
		if (tag_end(text, at, &end, err) != 0)
			return -1;
		if ((name = raw_at(rk_str_from(here, 1))) == NULL) {
			add_text(out, rk_strn(here.p, end - at));
			i = end;
			continue;
		}
		while (raw[which] != name)
			which++;
		i = endless[which] ? SIZE_MAX : raw_end(text, end, name);
		if (i == SIZE_MAX) { /* its tag alone goes: nothing else is hidden */
			endless[which] = true;
			i = end;
		}
	}
	if (out->full)
		return rk_err_set(err, RK_E_LIMIT,
		    "a page of more than %d KiB without its scripts",
		    (int)(RK_MAX_PAGE >> 10));
	return 0;
}
