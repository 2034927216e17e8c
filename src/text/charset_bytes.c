/*
 * Decoders of our own: windows-874, windows-1252, UTF-16 and UTF-32, UTF-8 with
 * faults, and documents that mix UTF-8 with windows-874. No ICU here.
 */
#include <ruamkhao/charset.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/utf8.h>

#include "charset_int.h"
#include "thai_int.h"

#include <string.h>

typedef unsigned char byte;

#define CHUNK ((size_t)4096)

/* 0x80 to 0x9F; 0 is undefined. windows-874 shares what it has with windows-1252. */
static const uint16_t c1[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
    0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019,
    0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,
    0x017E, 0x0178};

/* 0 for an undefined byte. */
static uint32_t
of_byte(enum rk_cs_kind kind, byte b)
{
	if (b < 0x80)
		return b;
	if (kind == RK_CS_LATIN)
		return b < 0xA0 ? c1[b - 0x80] : b;
	if (b == 0x80 || b == 0x85 || (b >= 0x91 && b <= 0x97))
		return c1[b - 0x80];
	if (b == 0xA0)
		return 0xA0;
	if ((b >= 0xA1 && b <= 0xDA) || (b >= 0xDF && b <= 0xFB))
		return 0x0E00U + b - 0xA0;
	return 0;
}

int
rk_cs_single(
    enum rk_cs_kind kind, struct rk_str in, struct rk_buf *out, size_t *replaced)
{
	const byte *p = (const byte *)in.p;
	uint32_t table[128];
	size_t i = 0, end;

	for (unsigned b = 0x80; b < 0x100; b++)
		table[b - 0x80] = of_byte(kind, (byte)b);
	while (i < in.n) {
		end = in.n - i < CHUNK ? in.n : i + CHUNK;
		if (rk_buf_reserve(out, 3 * (end - i)) != 0) {
			/* It may fit without the reserve. */
			out->full = false;
			end = i + 1;
			if (rk_buf_reserve(out, p[i] < 0x80 ? 1 : 3) != 0)
				return -1;
		}
		for (; i < end; i++) {
			uint32_t cp = p[i];

			if (cp < 0x80) {
				out->p[out->n++] = (char)cp;
				continue;
			}
			if ((cp = table[cp - 0x80]) == 0) {
				cp = RK_REPLACEMENT;
				++*replaced;
			}
			out->n += rk_utf8_put(cp, out->p + out->n);
		}
	}
	if (out->p != NULL)
		out->p[out->n] = '\0';
	return 0;
}

static int
put(struct rk_buf *out, uint32_t cp, size_t *replaced)
{
	char b[4];

	if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000)) {
		cp = RK_REPLACEMENT;
		++*replaced;
	}
	return rk_buf_add(out, b, rk_utf8_put(cp, b));
}

static uint32_t
unit(const byte *p, size_t width, bool little)
{
	uint32_t u = 0;

	for (size_t i = 0; i < width; i++)
		u |= (uint32_t)p[i] << 8 * (little ? i : width - 1 - i);
	return u;
}

int
rk_cs_wide(enum rk_cs_kind kind, struct rk_str in, struct rk_buf *out, size_t *replaced)
{
	const byte *p = (const byte *)in.p;
	size_t width = kind == RK_CS_UTF32LE || kind == RK_CS_UTF32BE ? 4 : 2, i = 0;
	bool little = kind == RK_CS_UTF32LE || kind == RK_CS_UTF16LE;
	uint32_t cp, low;

	for (; in.n - i >= width; i += width) {
		cp = unit(p + i, width, little);
		if (width == 2 && cp >= 0xD800 && cp < 0xDC00 && in.n - i >= 4) {
			low = unit(p + i + 2, 2, little);
			if (low >= 0xDC00 && low < 0xE000) {
				cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
				i += 2;
			}
		}
		if (put(out, cp, replaced) != 0)
			return -1;
	}
	return i < in.n ? put(out, UINT32_MAX, replaced) : 0; /* part of a unit */
}

/* Was the character from `from` to `to` ill-formed? A U+FFFD that was there is not. */
static bool
is_fault(const byte *from, uint32_t cp, const char *to)
{
	return cp == RK_REPLACEMENT &&
	       !(from[0] == 0xEF && to - (const char *)from == 3);
}

int
rk_cs_utf8(struct rk_str in, struct rk_buf *out, size_t *replaced)
{
	struct rk_str from = in, at;
	uint32_t cp;

	for (;;) {
		at = in;
		if (!rk_utf8_next(&in, &cp))
			return rk_buf_add(out, from.p, (size_t)(at.p - from.p));
		if (!is_fault((const byte *)at.p, cp, in.p))
			continue;
		if (rk_buf_add(out, from.p, (size_t)(at.p - from.p)) != 0 ||
		    put(out, UINT32_MAX, replaced) != 0)
			return -1;
		from = in;
	}
}

enum { NONE, CONSONANT, VOWEL, DONE }; /* how far a syllable has come */

void
rk_cs_spelling(struct rk_str bytes, struct rk_cs_look *look)
{
	bool leads = false, ok;
	int state = NONE;

	for (size_t i = 0; i < bytes.n; i++) {
		byte b = (byte)bytes.p[i];

		if (b >= 0xA1 && b <= 0xCE) {
			state = CONSONANT;
			leads = false;
			continue;
		}
		if (leads && b != 0xE0) { /* two sara e stand for sara ae */
			look->faults++;
			leads = false;
		}
		if (b >= 0xE0 && b <= 0xE4) {
			look->marks += !leads;
			leads = true;
			state = NONE;
		} else if (b == 0xD1 || (b >= 0xD4 && b <= 0xDA)) {
			look->marks++;
			look->faults += state != CONSONANT;
			state = state == CONSONANT ? VOWEL : NONE;
		} else if (b >= 0xE7 && b <= 0xEE) {
			ok = state == CONSONANT || state == VOWEL ||
			     (b == 0xED && state == DONE);
			look->marks++;
			look->faults += !ok;
			state = !ok ? NONE : b == 0xED ? VOWEL : DONE;
		} else {
			if (of_byte(RK_CS_THAI, b) == 0 && b != 0) {
				look->marks++;
				look->faults++;
			}
			state = NONE;
		}
	}
}

bool
rk_cs_segment(struct rk_str *rest, struct rk_str *segment)
{
	size_t n = 0;

	if (rest->n == 0)
		return false;
	while (n < rest->n) {
		char c = rest->p[n++];

		if (c == '<' || c == '>' || c == '\n')
			break;
	}
	*segment = rk_strn(rest->p, n);
	*rest = rk_str_from(*rest, n);
	return true;
}

void
rk_cs_look(struct rk_str bytes, struct rk_cs_look *look)
{
	struct rk_str seg, rest;
	uint32_t cp;
	size_t bad;

	while (rk_cs_segment(&bytes, &seg)) {
		bad = look->bad;
		for (rest = seg; rest.n > 0;) {
			const byte *at = (const byte *)rest.p;

			(void)rk_utf8_next(&rest, &cp);
			if (at[0] < 0x80)
				continue;
			if (is_fault(at, cp, rest.p))
				look->bad++;
			else
				look->good++;
		}
		if (look->bad > bad)
			rk_cs_spelling(seg, look);
	}
}

/* A segment that is not what the document is: windows-874 in UTF-8, or the other way.
 */
static bool
is_other(enum rk_cs_kind kind, struct rk_str seg)
{
	struct rk_cs_look look = {0};
	bool valid = rk_utf8_valid(seg);

	if (kind == RK_CS_THAI) {
		if (!valid)
			return false;
		/* Thai in UTF-8 has bytes that windows-874 lacks; chance has none. */
		rk_cs_look(seg, &look);
		rk_cs_spelling(seg, &look);
		return look.good > 1 && look.faults > 0;
	}
	if (valid)
		return false;
	rk_cs_look(seg, &look);
	return look.marks > 2 && look.faults * 50 < look.marks &&
	       look.bad * 2 > look.good;
}

int
rk_cs_mixed(
    enum rk_cs_kind kind, struct rk_str in, struct rk_buf *out, size_t *replaced)
{
	struct rk_str seg;

	while (rk_cs_segment(&in, &seg)) {
		bool thai = (kind == RK_CS_THAI) != is_other(kind, seg);

		if ((thai ? rk_cs_single(RK_CS_THAI, seg, out, replaced)
			  : rk_cs_utf8(seg, out, replaced)) != 0)
			return -1;
	}
	return 0;
}

/* The byte that one decoder made this character of, or -1. What windows-1252 lacks is
 * also taken as a C1 control, as browsers read it. */
static int
to_byte(enum rk_cs_kind kind, uint32_t cp)
{
	if (cp <= 0x7F)
		return (int)cp;
	if (kind == RK_CS_THAI && cp > 0x0E00 && cp < 0x0E5C)
		return (int)(cp - 0x0E00 + 0xA0);
	if (kind == RK_CS_LATIN ? cp <= 0xFF : cp <= 0xA0)
		return (int)cp;
	for (unsigned i = 0; cp > 0xFF && i < 32; i++)
		if (c1[i] == cp)
			return (int)(0x80 + i);
	return -1;
}

/* Append the text as the bytes it once was, if they are UTF-8 with Thai in it. */
static bool
undo_as(enum rk_cs_kind kind, struct rk_str text, struct rk_buf *out)
{
	size_t start = out->n, thai = 0;
	struct rk_str done;
	char piece[256];
	size_t m = 0;
	uint32_t cp;
	int b;

	while (text.n > 0) {
		(void)rk_utf8_next(&text, &cp);
		if ((b = to_byte(kind, cp)) < 0)
			goto no;
		piece[m++] = (char)b;
		if (m == sizeof(piece) || text.n == 0) {
			/* Judged piece by piece, without a character that the piece
			 * cuts: a genuine text is given up within its first words. */
			struct rk_str whole = rk_strn(piece, m);

			if (text.n > 0) {
				for (int k = 0;
				     k < 3 && whole.n > 0 &&
				     ((byte)piece[whole.n - 1] & 0xC0) == 0x80;
				     k++)
					whole.n--;
				if (whole.n > 0 && (byte)piece[whole.n - 1] >= 0xC0)
					whole.n--;
				else
					whole.n = m;
			}
			if (!rk_utf8_valid(whole) || rk_buf_str(out, whole) != 0)
				goto no;
			memmove(piece, piece + whole.n, m - whole.n);
			m -= whole.n;
		}
	}
	done = rk_str_from(rk_buf_view(out), start);
	for (size_t i = 0; i + 2 < done.n; i++)
		thai += (byte)done.p[i] == 0xE0 && ((byte)done.p[i + 1] & 0xFE) == 0xB8;
	/* Three words of windows-874 that are UTF-8 by chance do not exist; one may. */
	if (thai >= (kind == RK_CS_THAI ? 8U : 2U))
		return true;
no:
	out->n = start;
	out->full = false;
	return false;
}

/* Bytes at the start of a document in which double encoding must show. */
#define UNDO_SAMPLE ((size_t)16384)

bool
rk_cs_undo(struct rk_str text, struct rk_buf *out)
{
	/* Text that was encoded twice shows it early: plain Thai is not searched whole. */
	struct rk_str head = rk_strn(text.p, text.n < UNDO_SAMPLE ? text.n : UNDO_SAMPLE);

	/* The lead byte of Thai, read as one or the other: a grave, or sara e. */
	if (memchr(head.p != NULL ? head.p : "", 0xC3, head.n) != NULL &&
	    (rk_str_find(text, RK_STR("\xC3\xA0\xC2\xB8")) != SIZE_MAX ||
		rk_str_find(text, RK_STR("\xC3\xA0\xC2\xB9")) != SIZE_MAX))
		return undo_as(RK_CS_LATIN, text, out);
	if (rk_str_find(head, RK_STR("\xE0\xB9\x80\xE0\xB8\x98")) != SIZE_MAX ||
	    rk_str_find(head, RK_STR("\xE0\xB9\x80\xE0\xB8\x99")) != SIZE_MAX)
		return undo_as(RK_CS_THAI, text, out);
	return false;
}
