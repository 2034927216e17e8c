/*
 * One linear look at a document before libxml2 gets it: libxml2 2.9 compares the
 * attributes of a tag pairwise and has no limit on them (RELIABILITY 1.4), and
 * what a DOCTYPE declares must never reach its tables. Knows XML's tokens, no feed.
 */
#include "parse_int.h"

#include <ruamkhao/html.h>
#include <ruamkhao/utf8.h>

#include <string.h>

/* Its first byte is rare in feeds ("]]>", "-->", "?>"), so hopping from one to the next
 * beats memmem. */
size_t
rk_scan_find(struct rk_str text, size_t from, const char *needle, size_t n)
{
	while (from < text.n) {
		const char *at = memchr(text.p + from, needle[0], text.n - from);

		if (at == NULL)
			break;
		from = (size_t)(at - text.p);
		if (text.n - from >= n && memcmp(at, needle, n) == 0)
			return from;
		from++;
	}
	return text.n;
}

static size_t
find_char(struct rk_str text, size_t from, size_t to, char c)
{
	const char *at = from < to ? memchr(text.p + from, c, to - from) : NULL;

	return at != NULL ? (size_t)(at - text.p) : to;
}

/* Code points that XML 1.0 allows (production 2). */
static bool
is_xml_char(uint32_t cp)
{
	return cp == 0x9 || cp == 0xA || cp == 0xD || (cp >= 0x20 && cp <= 0xD7FF) ||
	       (cp >= 0xE000 && cp <= 0xFFFD) || (cp >= 0x10000 && cp <= 0x10FFFF);
}

static int
digit(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

size_t
rk_scan_reference(struct rk_str text, size_t at, char out[16], size_t *n)
{
	static const struct {
		const char *name;
		char c;
	} five[] = {
	    {"amp", '&'}, {"apos", '\''}, {"gt", '>'}, {"lt", '<'}, {"quot", '"'}};
	size_t i = at + 1, from;
	struct rk_str name;
	const char *html;
	uint32_t cp = 0;

	*n = 0;
	if (i < text.n && text.p[i] == '#') {
		unsigned base = 10;

		if (++i < text.n && (text.p[i] | 0x20) == 'x') {
			base = 16;
			i++;
		}
		for (from = i; i < text.n && i - from < 12; i++) {
			int d = digit(text.p[i], base);

			if (d < 0)
				break;
			if (cp <= 0x10FFFF)
				cp = cp * base + (unsigned)d;
		}
		if (i == from || i >= text.n || text.p[i] != ';')
			return 0;
		if (is_xml_char(cp))
			*n = rk_utf8_put(cp, out);
		return i + 1 - at;
	}
	for (from = i; i < text.n && i - from < 32; i++) {
		char c = text.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9')))
			break;
	}
	if (i == from || i >= text.n || text.p[i] != ';')
		return 0;
	name = rk_strn(text.p + from, i - from);
	for (size_t k = 0; k < sizeof(five) / sizeof(*five); k++) {
		if (rk_str_is(name, five[k].name)) {
			out[0] = five[k].c;
			*n = 1;
			return i + 1 - at;
		}
	}
	if ((html = rk_html_entity(name)) == NULL || strlen(html) > 16)
		return 0;
	*n = strlen(html);
	memcpy(out, html, *n);
	return i + 1 - at;
}

/* Is what stands behind a & one of the references that XML knows? */
static bool
known_reference(const char *p, size_t n)
{
	switch (n > 0 ? p[0] : '\0') {
	case '#':
		return true;
	case 'l':
		return n >= 3 && memcmp(p, "lt;", 3) == 0;
	case 'g':
		return n >= 3 && memcmp(p, "gt;", 3) == 0;
	case 'q':
		return n >= 5 && memcmp(p, "quot;", 5) == 0;
	case 'a':
		return (n >= 4 && memcmp(p, "amp;", 4) == 0) ||
		       (n >= 5 && memcmp(p, "apos;", 5) == 0);
	default:
		return false;
	}
}

/* Does text[from, to) hold a & that XML knows nothing of? */
static bool
foreign_reference(struct rk_str text, size_t from, size_t to)
{
	for (;;) {
		from = find_char(text, from, to, '&');
		if (from == to)
			return false;
		from++;
		if (!known_reference(text.p + from, to - from))
			return true;
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct declared {
	unsigned entities;
	bool outside; /* a parameter entity that stands elsewhere: old RSS 1.0 names the
	                 entities of HTML so */
	bool done; /* the ] was met */
};

/* "% name PUBLIC" or SYSTEM: nothing is put in, for nothing is fetched. */
static bool
is_outside(struct rk_str s)
{
	size_t i = 1;

	for (int word = 0; word < 2; word++) {
		while (i < s.n && i < 256 && is_blank(s.p[i]))
			i++;
		while (word == 0 && i < s.n && i < 256 && s.p[i] != '>' &&
		       s.p[i] != '"' && s.p[i] != '\'' && !is_blank(s.p[i]))
			i++;
	}
	s = rk_str_from(s, i);
	return rk_str_starts(s, "PUBLIC") || rk_str_starts(s, "SYSTEM");
}

/* One declaration of the internal subset that starts at text[*at], "<!...". */
static int
declaration(struct rk_str text, size_t *at, struct declared *d, struct rk_err *err)
{
	struct rk_str here = rk_str_from(text, *at);
	bool entity = rk_str_starts(here, "<!ENTITY");
	size_t i = *at + 2;

	if (rk_str_starts(here, "<!ATTLIST"))
		return rk_err_set(err, RK_E_INPUT,
		    "the document declares attributes (ATTLIST), which no feed needs");
	if (entity && ++d->entities > RK_MAX_ENTITY_DECLS)
		return rk_err_set(err, RK_E_INPUT,
		    "the document declares more than %d entities, which no feed needs",
		    RK_MAX_ENTITY_DECLS);
	for (; i < text.n && text.p[i] != '>'; i++) {
		char c = text.p[i];

		if (c == '%' && entity && is_outside(rk_str_from(text, i))) {
			d->outside = true;
			continue;
		}
		if (c == '%' && entity)
			return rk_err_set(err, RK_E_INPUT,
			    "the document declares parameter entities, "
			    "which no feed needs");
		if (c != '"' && c != '\'')
			continue;
		size_t end = find_char(text, i + 1, text.n, c);

		for (size_t k = i + 1; entity && k < end; k++) {
			k = find_char(text, k, end, '&');
			if (k + 1 < end && text.p[k + 1] != '#')
				return rk_err_set(err, RK_E_INPUT,
				    "the document declares entities made of "
				    "entities, which no feed needs");
		}
		i = end;
	}
	*at = i < text.n ? i + 1 : text.n;
	return 0;
}

int
rk_scan_doctype(struct rk_str text, size_t *at, bool *declares, struct rk_err *err)
{
	struct declared d = {0};
	bool inside = false;
	size_t i = *at + strlen("<!DOCTYPE");

	while (i < text.n) {
		struct rk_str here = rk_str_from(text, i);

		if (!inside && text.p[i] == '>') {
			i++;
			break;
		} else if (!inside && text.p[i] == '<') {
			break; /* never closed: the document goes on */
		} else if (text.p[i] == '[') {
			inside = true;
			i++;
		} else if (text.p[i] == ']') {
			inside = false;
			i++;
		} else if (!inside && (text.p[i] == '"' || text.p[i] == '\'')) {
			size_t end = find_char(text, i + 1, text.n, text.p[i]);

			/* an identifier holds no tag: a quote that was lost */
			if (find_char(text, i + 1, end, '<') != end)
				i++;
			else
				i = end + (end < text.n);
		} else if (inside && rk_str_starts(here, "<!--")) {
			i = rk_scan_find(text, i + 4, "-->", 3) + 3;
		} else if (inside && rk_str_starts(here, "<?")) {
			i = rk_scan_find(text, i + 2, "?>", 2) + 2;
		} else if (inside && rk_str_starts(here, "<!")) {
			*declares = true;
			if (declaration(text, &i, &d, err) != 0)
				return -1;
		} else if (inside && text.p[i] == '<') {
			break;
		} else if (inside && text.p[i] == '%' && !d.outside) {
			return rk_err_set(err, RK_E_INPUT,
			    "the document uses parameter entities, which no feed "
			    "needs");
		} else {
			i++;
		}
	}
	*at = i < text.n ? i : text.n;
	return 0;
}

static void
dirty(struct rk_scan *scan, size_t at, const char *why)
{
	if (!scan->dirty)
		*scan = (struct rk_scan){.dirty = true, .why = why, .at = at};
}

static const char stray_and[] = "a & that begins no reference of XML";
static const char stray_lt[] = "a < that begins no tag, or a tag that does not end";

/* A start tag at text[*at]: *at behind it. */
static int
start_tag(struct rk_str text, size_t *at, struct rk_scan *scan, struct rk_err *err)
{
	unsigned attributes = 0, namespaces = 0;
	size_t i = *at + 1;

	for (; i < text.n; i++) {
		char c = text.p[i];

		if (c == '>')
			break;
		if (c == '<') {
			dirty(scan, *at, stray_lt);
			*at = i;
			return 0;
		}
		if (c == '=') {
			if (++attributes > RK_MAX_ATTRIBUTES)
				return rk_err_set(err, RK_E_LIMIT,
				    "a tag has more than %d attributes",
				    RK_MAX_ATTRIBUTES);
		} else if (c == 'x' && rk_str_starts(rk_str_from(text, i), "xmlns")) {
			if (++namespaces > RK_MAX_NAMESPACES)
				return rk_err_set(err, RK_E_LIMIT,
				    "a tag declares more than %d namespaces",
				    RK_MAX_NAMESPACES);
			i += 4;
		} else if (c == '"' || c == '\'') {
			size_t end = find_char(text, i + 1, text.n, c);

			if (end == text.n)
				break;
			if (foreign_reference(text, i + 1, end))
				dirty(scan, i, stray_and);
			else if (find_char(text, i + 1, end, '<') != end)
				dirty(scan, i, stray_lt);
			i = end;
		}
	}
	*at = i < text.n ? i + 1 : text.n;
	return 0;
}

int
rk_prescan(struct rk_str text, struct rk_scan *scan, struct rk_err *err)
{
	size_t i = 0, lt;
	bool declares = false;

	*scan = (struct rk_scan){0};
	while (i < text.n) {
		struct rk_str here;

		lt = find_char(text, i, text.n, '<');
		if (!scan->dirty && foreign_reference(text, i, lt))
			dirty(scan, i, stray_and);
		if (lt == text.n)
			break;
		here = rk_str_from(text, lt);
		i = lt;
		if (rk_str_starts(here, "<!--")) {
			i = rk_scan_find(text, lt + 4, "-->", 3) + 3;
		} else if (rk_str_starts(here, "<![CDATA[")) {
			i = rk_scan_find(text, lt + 9, "]]>", 3) + 3;
		} else if (rk_str_istarts(here, "<!DOCTYPE")) {
			if (rk_scan_doctype(text, &i, &declares, err) != 0)
				return -1;
		} else if (rk_str_starts(here, "<?")) {
			i = rk_scan_find(text, lt + 2, "?>", 2) + 2;
		} else if (rk_str_starts(here, "</")) {
			i = find_char(text, lt, text.n, '>') + 1;
		} else if (start_tag(text, &i, scan, err) != 0) {
			return -1;
		}
	}
	if (declares)
		dirty(scan, 0, "a DOCTYPE that declares entities");
	return 0;
}
