/*
 * Short texts. A Thai reader breaks a line between syllables, and sees from the letters
 * where one begins; no dictionary is asked.
 */
#include <ruamkhao/excerpt.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/utf8.h>

#include "thai_int.h"

#include <string.h>

#define ELLIPSIS "\xE2\x80\xA6"

static bool
is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0xA0 ||
	       (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x202F || cp == 0x3000;
}

static bool
is_thai(uint32_t cp)
{
	return cp >= 0x0E01 && cp <= 0x0E5B;
}

/* A character that belongs to the one before it. */
static bool
hangs(uint32_t cp)
{
	return rk_thai_hangs(cp) || cp == 0x0E30 || cp == 0x0E32 || cp == 0x0E45 ||
	       cp == 0x0E46 || cp == 0x0E2F || (cp >= 0x300 && cp <= 0x36F) ||
	       (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0x200D ||
	       (cp >= 0x1F3FB && cp <= 0x1F3FF);
}

static bool
leads(uint32_t cp)
{
	return cp >= 0x0E40 && cp <= 0x0E44;
}

/* Punctuation stays with the word that it closes or opens. */
static bool
closes(uint32_t cp)
{
	return (cp > ' ' && cp < 0x80 && strchr(",.;:!?)]}%\"'/", (int)cp) != NULL) ||
	       cp == 0x2019 || cp == 0x201D || cp == 0xBB || cp == 0x2026;
}

static bool
opens(uint32_t cp)
{
	/* "ph.so.": a full stop without a space is inside an abbreviation */
	return cp == '.' || cp == '(' || cp == '[' || cp == '{' || cp == '"' ||
	       cp == 0x2018 || cp == 0x201C || cp == 0xAB;
}

/* May a line be cut between a and b, of which none is a space? rest: from b on. */
static bool
may_cut(uint32_t a, uint32_t b, struct rk_str rest)
{
	uint32_t cp;

	if (hangs(b) || closes(b) || leads(a) || opens(a) || a == 0x200D)
		return false;
	/* Not inside a word or number of another script. */
	if (!is_thai(a) && !is_thai(b) && a < 0x2E80 && b < 0x2E80)
		return false;
	/* A letter with thanthakhat is silent: it ends a syllable. */
	(void)rk_utf8_next(&rest, &cp);
	for (int i = 0; i < 3 && rk_utf8_next(&rest, &cp) && rk_thai_hangs(cp); i++)
		if (cp == 0x0E4C)
			return false;
	return true;
}

int
rk_excerpt(struct rk_str text, size_t max, struct rk_buf *out)
{
	size_t start = out->n, count = 0; /* of code points added */
	size_t cut = start, space = start, space_count = 0;
	struct rk_str rest = text, at = text;
	uint32_t cp, prev = 0;
	bool gap = false;
	char b[4];

	for (;; at = rest) {
		if (!rk_utf8_next(&rest, &cp))
			return 0; /* all of it */
		if (is_space(cp)) {
			gap = count > 0;
			continue;
		}
		/* A cut needs room for its sign. */
		if (count > 0 && count < max && (gap || may_cut(prev, cp, at))) {
			cut = out->n;
			if (gap) {
				space = cut;
				space_count = count;
			}
		}
		if (count + gap + 1 > max)
			break;
		if ((gap && rk_buf_addc(out, ' ') != 0) ||
		    rk_buf_add(out, b, rk_utf8_put(cp, b)) != 0)
			return -1;
		count += 1U + gap;
		prev = cp;
		gap = false;
	}
	if (max == 0)
		return 0;
	/* A space near the end is better than the border of a syllable. */
	if (space > start && space_count * 3 >= max * 2)
		cut = space;
	if (cut == start && out->n > start) /* one long word */
		cut += rk_utf8_cut(
		    rk_str_from(rk_buf_view(out), start), out->n - start - 1)
			   .n;
	out->n = cut;
	return rk_buf_adds(out, ELLIPSIS);
}

/* The last border in text from one byte to another, rather a space; `to` where there is
 * none. Both are between characters. */
static size_t
border(struct rk_str text, size_t from, size_t to)
{
	struct rk_str rest = rk_str_from(text, from), at = rest;
	size_t space = SIZE_MAX, cut = to;
	uint32_t cp, prev = 0;

	for (; text.n - at.n <= to && rk_utf8_next(&rest, &cp); at = rest) {
		if (prev != 0 && !is_space(cp)) {
			if (is_space(prev))
				space = text.n - at.n;
			else if (may_cut(prev, cp, at))
				cut = text.n - at.n;
		}
		prev = cp;
	}
	return space != SIZE_MAX ? space : cut;
}

/* Bytes of the last code points. */
static size_t
last(struct rk_str text, size_t code_points)
{
	size_t at = text.n;

	while (at > 0 && code_points > 0)
		if (((unsigned char)text.p[--at] & 0xc0) != 0x80)
			code_points--;
	return text.n - at;
}

static size_t
first(struct rk_str text, size_t code_points)
{
	struct rk_str rest = text;
	uint32_t cp;

	while (code_points-- > 0 && rk_utf8_next(&rest, &cp))
		;
	return text.n - rest.n;
}

struct rk_str
rk_excerpt_begin(struct rk_str text, size_t max)
{
	size_t to = first(text, max);

	if (to < text.n)
		to = border(text, first(text, max - max / 3), to);
	return rk_strn(text.p, to);
}

/* Behind the first space from one byte to another; `to` where there is none. */
static size_t
next_word(struct rk_str text, size_t from, size_t to)
{
	struct rk_str rest = rk_str_from(text, from), at = rest;
	uint32_t cp;
	bool gap = false;

	for (; text.n - at.n < to && rk_utf8_next(&rest, &cp); at = rest) {
		if (gap && !is_space(cp))
			return text.n - at.n;
		gap = is_space(cp);
	}
	return to;
}

struct rk_str
rk_excerpt_end(struct rk_str text, size_t max)
{
	size_t from = text.n - last(text, max + max / 2), to = text.n - last(text, max);
	size_t later = text.n - last(text, max / 2), word;

	if (from == 0)
		return text;
	word = border(text, from, to);
	if (!is_space((unsigned char)text.p[word - 1]) &&
	    (later = next_word(text, to, later)) < text.n - last(text, max / 2))
		word = later;
	return rk_str_from(text, word);
}
