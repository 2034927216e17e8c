/*
 * Text in and around markup: references, controls, plain text as markup, and the
 * guess whether a text is markup at all. Must not know nesting or libxml2.
 */
#include "text_int.h"

#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define LONGEST_REF 32 /* bytes of a character reference */

/* Windows-1252's 0x80-0x9F: what a C1 control in text was meant to be; 0: nothing. */
static const uint16_t c1[32] = {0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
    0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019,
    0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,
    0x017e, 0x0178};

uint32_t
rk_html_ref(uint32_t n)
{
	if (n == '\t' || n == '\n' || n == '\r')
		return n;
	if (n >= 0x80 && n < 0xa0)
		return c1[n - 0x80];
	if (n < 0x20 || n == 0x7f || (n >= 0xd800 && n < 0xe000) || n > 0x10ffff ||
	    (n & 0xfffe) == 0xfffe)
		return 0;
	return n;
}

/* "#123" or "#x7b" of s (behind the &), into *cp; the bytes it takes, 0: none. */
static size_t
numeric(struct rk_str s, uint32_t *cp)
{
	bool hex = s.n > 1 && (s.p[1] | 0x20) == 'x';
	size_t first = hex ? 2 : 1, i = first;
	uint32_t n = 0;

	for (; i < s.n; i++) {
		char c = s.p[i];
		uint32_t d;

		if (c >= '0' && c <= '9')
			d = (uint32_t)(c - '0');
		else if (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			d = (uint32_t)((c | 0x20) - 'a') + 10;
		else
			break;
		if (n <= 0x10ffff)
			n = n * (hex ? 16 : 10) + d;
	}
	if (i == first)
		return 0;
	*cp = rk_html_ref(n);
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

/* The name of a reference at s (behind the &), with its ; ; NULL: it is none. */
static const char *
named(struct rk_str s, size_t *n)
{
	size_t max = s.n < LONGEST_REF ? s.n : LONGEST_REF;
	const char *semi = max > 0 ? memchr(s.p, ';', max) : NULL;

	if (semi == NULL)
		return NULL;
	*n = (size_t)(semi - s.p) + 1;
	return rk_html_entity(rk_strn(s.p, *n - 1));
}

void
rk_html_decode(struct rk_str text, struct rk_buf *out)
{
	size_t at;

	while ((at = rk_str_chr(text, '&')) != SIZE_MAX) {
		struct rk_str s = rk_str_from(text, at + 1);
		const char *value;
		char utf8[4];
		uint32_t cp;
		size_t n;

		(void)rk_buf_add(out, text.p, at);
		if (s.n > 0 && s.p[0] == '#' && (n = numeric(s, &cp)) > 0) {
			if (cp != 0)
				(void)rk_buf_add(out, utf8, rk_utf8_put(cp, utf8));
		} else if ((value = named(s, &n)) != NULL) {
			(void)rk_buf_adds(out, value);
		} else {
			(void)rk_buf_addc(out, '&');
			n = 0;
		}
		text = rk_str_from(s, n);
	}
	(void)rk_buf_str(out, text);
}

size_t
rk_html_span(const char *p, size_t n, const unsigned char stops[256])
{
	const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
	size_t i = 0;

	while (i < n) {
		/* Thai: eight bytes at a time, none of them ASCII. */
		while (n - i >= 8) {
			uint64_t w, c2;

			memcpy(&w, p + i, 8);
			c2 = w ^ (0xc2 * ones);
			if ((w & high) != high || ((c2 - ones) & ~c2 & high) != 0)
				break;
			i += 8;
		}
		for (size_t end = n - i > 8 ? i + 8 : n; i < end; i++)
			if (stops[(unsigned char)p[i]] != 0)
				return i;
	}
	return n;
}

/* Bytes that may need mending: controls, and what leads C1. */
static const unsigned char odd[256] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, [0x7f] = 1, [0xc2] = 1};

void
rk_html_fix(struct rk_str text, struct rk_buf *scratch, struct rk_buf *out)
{
	size_t from = 0, i = 0;

	if (text.n == 0)
		return;
	rk_buf_reset(scratch);
	while ((i += rk_html_span(text.p + i, text.n - i, odd)) < text.n) {
		unsigned char c = (unsigned char)text.p[i];
		size_t n = 1;
		uint32_t cp = 0;
		char utf8[4];

		if (c == 0xc2) {
			unsigned char d =
			    i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;

			if (d < 0x80 || d >= 0xa0) {
				i++;
				continue;
			}
			cp = c1[d - 0x80];
			n = 2;
		} else if (c == '\r') {
			cp = i + 1 < text.n && text.p[i + 1] == '\n' ? 0 : '\n';
		}
		(void)rk_buf_add(scratch, text.p + from, i - from);
		if (cp != 0)
			(void)rk_buf_add(scratch, utf8, rk_utf8_put(cp, utf8));
		i += n;
		from = i;
	}
	if (from > 0) {
		(void)rk_buf_add(scratch, text.p + from, text.n - from);
		text = rk_buf_view(scratch);
	}
	(void)rk_thai_repair(text, out);
}

/* ---- plain text */

int
rk_html_from_text(struct rk_str text, struct rk_buf *html)
{
	struct rk_buf scratch, fixed;
	struct rk_str line;
	size_t room = RK_MAX_HTML - RK_HTML_SLACK, start = html->n;
	bool first = true;

	rk_buf_init(&scratch, RK_MIB(16));
	rk_buf_init(&fixed, RK_MIB(16));
	text = rk_utf8_cut(text, room);
	/* Line ends first: the repair looks at one run of text, as the cleaner does. */
	while (rk_str_split(&text, '\n', &line)) {
		struct rk_str t;

		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		rk_buf_reset(&fixed);
		rk_html_fix(line, &scratch, &fixed);
		t = rk_str_trim(rk_buf_view(&fixed));
		if (first && t.n == 0)
			continue;
		if (!first)
			(void)rk_buf_adds(html, "<br/>");
		first = false;
		rk_html_escape(t, html);
		if (html->n - start > room)
			break;
	}
	while (html->n - start >= 5 && memcmp(html->p + html->n - 5, "<br/>", 5) == 0) {
		html->n -= 5;
		html->p[html->n] = '\0';
	}
	rk_buf_release(&scratch);
	rk_buf_release(&fixed);
	return html->full ? -1 : 0;
}

int
rk_html_plain_line(struct rk_str text, struct rk_buf *out)
{
	struct rk_buf scratch, fixed;
	size_t start = out->n;
	struct rk_str t;

	rk_buf_init(&scratch, RK_MIB(16));
	rk_buf_init(&fixed, RK_MIB(16));
	rk_html_fix(text, &scratch, &fixed);
	t = rk_buf_view(&fixed);
	while (t.n > 0) {
		size_t n = 0;

		t = rk_str_trim(t);
		while (n < t.n && t.p[n] != ' ' && !(t.p[n] >= '\t' && t.p[n] <= '\r'))
			n++;
		if (n > 0 && out->n > start)
			(void)rk_buf_addc(out, ' ');
		(void)rk_buf_add(out, t.p, n);
		t = rk_str_from(t, n);
	}
	rk_buf_release(&scratch);
	rk_buf_release(&fixed);
	return out->full ? -1 : 0;
}

/* "<b>", "</p", "<img ": a tag of an element that is known. */
static bool
is_tag(struct rk_str s)
{
	size_t i = s.n > 1 && s.p[1] == '/' ? 2 : 1, n = 0;

	while (i + n < s.n && n < 16 && s.p[i + n] != '>' && s.p[i + n] != '/' &&
	       s.p[i + n] != ' ' && !(s.p[i + n] >= '\t' && s.p[i + n] <= '\r'))
		n++;
	return i + n < s.n && rk_html_rule(s.p + i, n) != NULL;
}

bool
rk_html_looks_like(struct rk_str text)
{
	const char *gt = text.n > 0 ? memrchr(text.p, '>', text.n) : NULL;

	for (size_t i = 0; i < text.n; i++) {
		struct rk_str s;
		uint32_t cp;
		size_t n;

		if (text.p[i] == '<' && gt != NULL && gt > text.p + i) {
			s = rk_str_from(text, i);
			if (rk_str_starts(s, "<!--") || rk_str_starts(s, "<![CDATA[") ||
			    is_tag(s))
				return true;
		} else if (text.p[i] == '&') {
			s = rk_str_from(text, i + 1);
			if (s.n > 0 && s.p[0] == '#') {
				n = numeric(s, &cp);
				if (n > 0 && s.p[n - 1] == ';')
					return true;
			} else if (named(s, &n) != NULL) {
				return true;
			}
		}
	}
	return false;
}
