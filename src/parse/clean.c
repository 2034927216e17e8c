/*
 * What is wrong with a document is put right here, token by token, so that libxml2
 * need not guess: its own recovery shifts all that follows a missing end tag by one
 * level and drops references after the first error. Knows XML's tokens, and of
 * feeds only the few names whose end tags people forget.
 */
#include "parse_int.h"

#include <string.h>

struct attr {
	struct rk_str name, value;
};

struct cleaner {
	struct rk_str in;
	size_t i;
	struct rk_buf *out;
	struct rk_str open[RK_MAX_DEPTH];
	unsigned depth;
	unsigned nested; /* CDATA openers inside CDATA that were left out */
	bool done;       /* the root is closed */
	bool no_more[2]; /* no " and no ' from here on */
	struct attr attr[RK_MAX_ATTRIBUTES];
	unsigned n_attr, n_ns;
	struct rk_scan *scan;
	struct rk_err *err;
};

enum chars { CHARS_TEXT, CHARS_VALUE, CHARS_CDATA };

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_name(char c)
{
	return is_alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == ':';
}

static size_t
until(const struct cleaner *c, size_t from, const char *needle)
{
	const char *at = from < c->in.n ? memmem(c->in.p + from, c->in.n - from, needle,
					      strlen(needle))
					: NULL;

	return at != NULL ? (size_t)(at - c->in.p) : SIZE_MAX;
}

static void
put(struct cleaner *c, const char *p, size_t n)
{
	rk_buf_add(c->out, p, n);
}

static void
put_code(struct cleaner *c, char special)
{
	rk_buf_addf(c->out, "&#%d;", special);
}

/* A reference, resolved; what is none is a plain &. Returns the bytes used. */
static size_t
put_reference(struct cleaner *c, size_t at)
{
	char text[16];
	size_t n, used = rk_scan_reference(c->in, at, text, &n);

	if (used == 0) {
		put_code(c, '&');
		return 1;
	}
	if (n == 1 && (unsigned char)text[0] < 0x40)
		put_code(c, text[0]); /* also & < > " ' and line breaks */
	else
		put(c, text, n);
	return used;
}

/* Bytes that cannot be copied as they stand. */
static bool
is_special(unsigned char b)
{
	return (b < 0x20 && b != '\t' && b != '\n' && b != '\r') || b == '&' ||
	       b == '<' || b == '>' || b == '"' || b == 0xEF;
}

static void
put_chars(struct cleaner *c, size_t from, size_t to, enum chars how)
{
	const char *p = c->in.p;
	size_t run = from, i = from;

	while (i < to) {
		size_t used = 1;

		if (!is_special((unsigned char)p[i])) {
			i++;
			continue;
		}
		if (p[i] == '"' && how != CHARS_VALUE) {
			i++;
			continue;
		}
		if (p[i] == '\xEF' && !(to - i >= 3 && p[i + 1] == '\xBF' &&
					  (unsigned char)p[i + 2] >= 0xBE)) {
			i++; /* anything but U+FFFE and U+FFFF */
			continue;
		}
		if (how == CHARS_CDATA && (p[i] == '&' || p[i] == '>')) {
			i++;
			continue;
		}
		if (how == CHARS_CDATA && p[i] == '<' &&
		    !rk_str_starts(rk_strn(p + i, to - i), "<![CDATA[")) {
			i++;
			continue;
		}
		put(c, p + run, i - run);
		if (p[i] == '\xEF') {
			used = 3;
		} else if (p[i] == '&') {
			used = put_reference(c, i);
		} else if (p[i] == '<' && how == CHARS_CDATA) {
			used = 9; /* CDATA in CDATA: the inner brackets go */
			c->nested++;
		} else if (p[i] == '<' || p[i] == '"') {
			put_code(c, p[i]);
		} else if (p[i] == '>') {
			if (how == CHARS_TEXT && c->nested > 0 && i - from >= 2 &&
			    p[i - 1] == ']' && p[i - 2] == ']') {
				c->nested--;
				if (c->out->n >= 2 && !c->out->full)
					c->out->p[c->out->n -= 2] = '\0';
			} else {
				put_code(c, '>');
			}
		}
		i += used;
		run = i;
	}
	if (run < to)
		put(c, p + run, to - run);
}

static void
close_top(struct cleaner *c)
{
	struct rk_str name = c->open[--c->depth];

	put(c, "</", 2);
	put(c, name.p, name.n);
	put(c, ">", 1);
	if (c->depth == 0)
		c->done = true;
}

static bool
one_of(struct rk_str name, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (rk_str_iis(name, *list))
			return true;
	}
	return false;
}

/* End tags that a start tag implies. */
static void
close_implied(struct cleaner *c, struct rk_str name)
{
	static const char *const entries[] = {"item", "entry", NULL};
	static const char *const same[] = {
	    "p", "li", "td", "tr", "dt", "dd", "option", NULL};
	static const char *const leaf[] = {
	    "title", "link", "pubdate", "guid", "category", NULL};
	static const char *const field[] = {"title", "link", "pubdate", "guid",
	    "category", "description", "enclosure", "author", "content:encoded", NULL};

	if (c->depth == 0)
		return;
	if (one_of(name, entries)) {
		for (unsigned i = c->depth; i-- > 1;) {
			if (!rk_str_ieq(c->open[i], name))
				continue;
			while (c->depth > i)
				close_top(c);
			break;
		}
	} else if (rk_str_ieq(c->open[c->depth - 1], name) && one_of(name, same)) {
		close_top(c);
	} else if (c->depth > 1 && one_of(c->open[c->depth - 1], leaf) &&
		   one_of(name, field)) {
		close_top(c);
	}
}

/* The quoted value that starts behind in[i]; *end behind its closing quote. */
static struct rk_str
quoted(struct cleaner *c, size_t i, size_t *end)
{
	char q = c->in.p[i++];
	bool *gone = &c->no_more[q == '"' ? 0 : 1];
	const char *p = c->in.p, *close = NULL, *lt, *gt;
	size_t n = c->in.n - i;

	if (!*gone && (close = memchr(p + i, q, n)) == NULL)
		*gone = true;
	if (close != NULL)
		n = (size_t)(close - (p + i));
	lt = memchr(p + i, '<', n);
	gt = memchr(p + i, '>', n);
	/* a tag that ends inside and another that begins: the quote was forgotten */
	if ((lt != NULL && gt != NULL && gt < lt) || (close == NULL && gt != NULL)) {
		n = (size_t)(gt - (p + i));
		*end = i + n;
	} else if (close == NULL) {
		*end = c->in.n;
	} else {
		*end = i + n + 1;
	}
	return rk_strn(p + i, n);
}

static int
add_attr(struct cleaner *c, struct rk_str name, struct rk_str value)
{
	if (rk_str_starts(name, "xmlns") && ++c->n_ns > RK_MAX_NAMESPACES)
		return rk_err_set(c->err, RK_E_LIMIT,
		    "a tag declares more than %d namespaces", RK_MAX_NAMESPACES);
	if (c->n_attr == RK_MAX_ATTRIBUTES)
		return rk_err_set(c->err, RK_E_LIMIT,
		    "a tag has more than %d attributes", RK_MAX_ATTRIBUTES);
	/* a second one of the same name; only the usual few are compared, libxml2
	 * does it again */
	for (unsigned i = 0; i < c->n_attr && i < 16; i++) {
		if (rk_str_eq(c->attr[i].name, name))
			return 0;
	}
	c->attr[c->n_attr++] = (struct attr){name, value};
	return 0;
}

enum tag { TAG_OK, TAG_EMPTY, TAG_TEXT, TAG_CUT, TAG_ERROR };

/* The attributes from in[*at] on, up to and with the end of the tag. */
static enum tag
attributes(struct cleaner *c, size_t *at)
{
	const char *p = c->in.p;
	size_t i = *at, n = c->in.n;

	c->n_attr = c->n_ns = 0;
	while (i < n) {
		struct rk_str name, value = {0};
		size_t from = i;

		if (p[i] == '>') {
			*at = i + 1;
			return TAG_OK;
		}
		if (p[i] == '/' && i + 1 < n && p[i + 1] == '>') {
			*at = i + 2;
			return TAG_EMPTY;
		}
		if (p[i] == '<')
			return TAG_TEXT;
		if (!is_alpha(p[i])) {
			i++;
			continue;
		}
		while (i < n && is_name(p[i]))
			i++;
		name = rk_strn(p + from, i - from);
		while (i < n && is_space(p[i]))
			i++;
		if (i < n && p[i] == '=') {
			for (i++; i < n && is_space(p[i]);)
				i++;
			if (i < n && (p[i] == '"' || p[i] == '\'')) {
				value = quoted(c, i, &i);
			} else {
				for (from = i; i < n && !is_space(p[i]) &&
					       p[i] != '>' && p[i] != '<';)
					i++;
				if (i < n && p[i] == '>' && i > from && p[i - 1] == '/')
					i--;
				value = rk_strn(p + from, i - from);
			}
		}
		if (add_attr(c, name, value) != 0)
			return TAG_ERROR;
	}
	return TAG_CUT;
}

static int
start_tag(struct cleaner *c)
{
	/* elements of HTML that never have an end tag and no feed has for its own */
	static const char *const empty[] = {
	    "br", "hr", "img", "input", "wbr", "embed", "param", NULL};
	const char *p = c->in.p;
	size_t from = c->i + 1, i = from;
	struct rk_str name;
	enum tag tag = TAG_TEXT;

	while (i < c->in.n && is_name(p[i]))
		i++;
	name = rk_strn(p + from, i - from);
	if (i == c->in.n)
		tag = TAG_CUT;
	else if ((is_space(p[i]) || p[i] == '/' || p[i] == '>') &&
		 name.p[name.n - 1] != ':')
		tag = attributes(c, &i);
	if (tag == TAG_ERROR)
		return -1;
	if (tag == TAG_CUT) {
		c->i = c->in.n;
		return 0;
	}
	if (tag == TAG_TEXT) { /* "<b <c>", "<a@b.c>": the first < is a character */
		if (c->depth > 0)
			put_code(c, '<');
		c->i++;
		return 0;
	}
	c->i = i;
	close_implied(c, name);
	if (c->depth == RK_MAX_DEPTH)
		return rk_err_set(c->err, RK_E_LIMIT,
		    "elements are nested more than %d deep", RK_MAX_DEPTH);
	put(c, "<", 1);
	put(c, name.p, name.n);
	for (unsigned k = 0; k < c->n_attr; k++) {
		size_t at = (size_t)(c->attr[k].value.p - p);

		put(c, " ", 1);
		put(c, c->attr[k].name.p, c->attr[k].name.n);
		put(c, "=\"", 2);
		if (c->attr[k].value.n > 0)
			put_chars(c, at, at + c->attr[k].value.n, CHARS_VALUE);
		put(c, "\"", 1);
	}
	if (tag == TAG_EMPTY || one_of(name, empty)) {
		put(c, "/>", 2);
		if (c->depth == 0)
			c->done = true;
	} else {
		put(c, ">", 1);
		c->open[c->depth++] = name;
	}
	return 0;
}

static void
end_tag(struct cleaner *c)
{
	const char *p = c->in.p;
	size_t from = c->i + 2, i = from;
	struct rk_str name;

	while (i < c->in.n && is_name(p[i]))
		i++;
	name = rk_strn(p + from, i - from);
	while (i < c->in.n && p[i] != '>' && p[i] != '<')
		i++;
	if (i == c->in.n) {
		c->i = i;
		return;
	}
	c->i = p[i] == '>' ? i + 1 : i;
	for (unsigned k = c->depth; k-- > 0;) {
		if (!rk_str_ieq(c->open[k], name))
			continue;
		while (c->depth > k)
			close_top(c);
		return;
	}
}

/* "<!..." or "<?...": only CDATA leaves something behind. */
static int
declaration(struct cleaner *c)
{
	struct rk_str here = rk_str_from(c->in, c->i);
	bool declares = false;
	size_t end;

	if (rk_str_starts(here, "<![CDATA[")) {
		end = until(c, c->i + 9, "]]>");
		if (end != SIZE_MAX && c->depth > 0) {
			put(c, "<![CDATA[", 9);
			put_chars(c, c->i + 9, end, CHARS_CDATA);
			put(c, "]]>", 3);
		}
		c->i = end != SIZE_MAX ? end + 3 : c->in.n;
	} else if (rk_str_starts(here, "<!--")) {
		end = until(c, c->i + 4, "-->");
		c->i = end != SIZE_MAX ? end + 3 : c->in.n;
	} else if (rk_str_starts(here, "<?")) {
		end = until(c, c->i + 2, ">"); /* "?>", or what stands for it */
		c->i = end != SIZE_MAX ? end + 1 : c->in.n;
	} else if (rk_str_istarts(here, "<!DOCTYPE") && c->depth == 0) {
		return rk_scan_doctype(c->in, &c->i, &declares, c->err);
	} else if (here.n < 9 && memcmp(here.p, "<![CDATA[", here.n) == 0) {
		c->i = c->in.n; /* cut inside the opener */
	} else {
		if (c->depth > 0)
			put_code(c, '<');
		c->i++;
	}
	return 0;
}

int
rk_clean(
    struct rk_str text, struct rk_buf *out, struct rk_scan *scan, struct rk_err *err)
{
	struct cleaner c = {.in = text, .out = out, .scan = scan, .err = err};

	*scan = (struct rk_scan){0};
	while (c.i < text.n && !c.done && !out->full) {
		const char *lt = memchr(text.p + c.i, '<', text.n - c.i);
		size_t end = lt != NULL ? (size_t)(lt - text.p) : text.n;
		char next;

		if (c.depth > 0 && end > c.i)
			put_chars(&c, c.i, end, CHARS_TEXT);
		if ((c.i = end) == text.n)
			break;
		next = end + 1 < text.n ? text.p[end + 1] : '\0';
		if (next == '!' || next == '?') {
			if (declaration(&c) != 0)
				return -1;
		} else if (next == '/') {
			end_tag(&c);
		} else if (is_alpha(next)) {
			if (start_tag(&c) != 0)
				return -1;
		} else {
			if (c.depth > 0 && end + 1 < text.n)
				put_code(&c, '<');
			c.i++;
		}
	}
	scan->truncated = !c.done;
	if (out->full)
		return rk_err_set(err, RK_E_LIMIT,
		    "the document holds too much that would have to be escaped");
	return 0;
}
