/*
 * A feed that stands inside something else: in an HTML page or another document of XML,
 * behind an empty feed, or as the source that a page shows. Knows names of root
 * elements, as sniff.c does, and no more of feeds.
 */
#include "parse_int.h"

#include <string.h>

#define LOOKED_AT   RK_KIB(64) /* bytes in which it has to begin */
#define LONGEST_TAG RK_KIB(4)  /* bytes of a root's tag, with its namespaces */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The root element of a feed, whose tag starts at s ("<")? A page may have a <feed> or
 * a <channel> of its own, but does not give it a namespace or a version. */
static bool
is_root(struct rk_str s)
{
	static const struct {
		const char *tag, *with;
	} roots[] = {{"<rss", NULL}, {"<rdf:rdf", NULL}, {"<feed", "xmlns"},
	    {"<atom:feed", "xmlns"}};
	size_t end;

	if (s.n > LONGEST_TAG)
		s.n = LONGEST_TAG;
	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
		size_t n = strlen(roots[i].tag);

		if (!rk_str_istarts(s, roots[i].tag) || s.n <= n ||
		    (!is_space(s.p[n]) && s.p[n] != '>') ||
		    (end = rk_str_chr(s, '>')) == SIZE_MAX)
			continue;
		return roots[i].with == NULL ||
		       rk_str_find(rk_strn(s.p, end), rk_str(roots[i].with)) !=
			   SIZE_MAX;
	}
	return false;
}

bool
rk_embedded_find(struct rk_str text, size_t from, struct rk_sniffed *s)
{
	size_t end = text.n - from < LOOKED_AT ? text.n : from + LOOKED_AT;

	while (from < end) {
		const char *lt = memchr(text.p + from, '<', end - from);

		if (lt == NULL)
			break;
		from = (size_t)(lt - text.p);
		if (is_root(rk_str_from(text, from))) {
			*s = (struct rk_sniffed){
			    .kind = RK_KIND_XML, .start = from, .repaired = true};
			return true;
		}
		from++;
	}
	return false;
}

/* Behind the tag or comment at text[i]. */
static size_t
past_tag(struct rk_str text, size_t i)
{
	struct rk_str here = rk_str_from(text, i);
	bool comment = rk_str_starts(here, "<!--");
	size_t end = rk_str_find(here, comment ? RK_STR("-->") : RK_STR(">"));

	return end != SIZE_MAX ? i + end + (comment ? 3 : 1) : text.n;
}

/* Where the text of a page's body begins; text.n when it has none. */
static size_t
body_text(struct rk_str text)
{
	size_t i = 0, end;

	while (i < text.n && i < LOOKED_AT) {
		struct rk_str here = rk_str_from(text, i);

		if (is_space(text.p[i])) {
			i++;
		} else if (text.p[i] != '<') {
			return i;
		} else if (rk_str_istarts(here, "<head") && here.n > 5 &&
			   (here.p[5] == '>' || is_space(here.p[5]))) {
			for (i = past_tag(text, i); i < text.n; i++) {
				here = rk_str_from(text, i);
				if (text.p[i] == '<' && rk_str_istarts(here, "</head"))
					break;
			}
		} else {
			end = past_tag(text, i);
			i = end > i ? end : text.n;
		}
	}
	return text.n;
}

bool
rk_embedded_source(struct rk_str text, struct rk_buf *out)
{
	size_t i = body_text(text), run;
	struct rk_str here = rk_str_from(text, i);

	if (!rk_str_istarts(here, "&lt;?xml") && !rk_str_istarts(here, "&lt;rss") &&
	    !rk_str_istarts(here, "&lt;feed") && !rk_str_istarts(here, "&lt;rdf"))
		return false;
	while (i < text.n && !out->full) {
		char ref[16];
		size_t n, used;

		here = rk_str_from(text, i);
		if (text.p[i] == '<') {
			if (rk_str_istarts(here, "</pre"))
				break;
			i = past_tag(text, i); /* colours, line breaks */
			continue;
		}
		if (text.p[i] == '&') {
			used = rk_scan_reference(text, i, ref, &n);
			(void)rk_buf_add(out, used > 0 ? ref : "&", used > 0 ? n : 1);
			i += used > 0 ? used : 1;
			continue;
		}
		for (run = i; i < text.n && text.p[i] != '<' && text.p[i] != '&';)
			i++;
		(void)rk_buf_add(out, text.p + run, i - run);
	}
	return !out->full;
}
