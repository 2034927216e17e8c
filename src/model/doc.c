/*
 * Names of what a document is, and its warnings. Knows no format from inside.
 */
#include <ruamkhao/doc.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

#include <stdarg.h>
#include <stdio.h>

#define LONGEST_WARNING 300 /* bytes; a longer one is cut */

const char *
rk_format_in_name(enum rk_format_in format)
{
	switch (format) {
	case RK_IN_NONE:
		return "none";
	case RK_IN_RSS:
		return "rss";
	case RK_IN_RDF:
		return "rdf";
	case RK_IN_ATOM:
		return "atom";
	case RK_IN_ATOM03:
		return "atom03";
	case RK_IN_JSONFEED:
		return "jsonfeed";
	case RK_IN_WORDPRESS:
		return "wordpress";
	case RK_IN_PAGE:
		return "page";
	}
	return "unknown";
}

const char *
rk_rung_name(enum rk_rung rung)
{
	switch (rung) {
	case RK_RUNG_STRICT:
		return "strict";
	case RK_RUNG_CLEANED:
		return "cleaned";
	case RK_RUNG_RECOVERED:
		return "recovered";
	case RK_RUNG_HTML:
		return "html";
	}
	return "unknown";
}

/* n without the part of a character at the end. */
static size_t
whole(const char *text, size_t n)
{
	size_t lead = n;
	unsigned char c;

	while (lead > 0 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead == 0)
		return n;
	c = (unsigned char)text[--lead];
	if (n - lead < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : c >= 0xc0 ? 2u : 1u))
		return lead;
	return n;
}

void
rk_doc_warn(struct rk_doc *doc, struct rk_arena *arena, const char *fmt, ...)
{
	_Static_assert(
	    sizeof(doc->warnings) / sizeof(*doc->warnings) == RK_MAX_WARNINGS,
	    "as limits.h says");
	char text[LONGEST_WARNING];
	size_t len;
	va_list ap;
	int n;

	if (doc->n_warnings >= RK_MAX_WARNINGS)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	len = (size_t)n;
	if (len >= sizeof(text))
		len = whole(text, sizeof(text) - 1);
	doc->warnings[doc->n_warnings++] = rk_arena_str(arena, rk_strn(text, len));
}
