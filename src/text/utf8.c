/*
 * UTF-8 as Unicode table 3-7 defines it. ASCII goes eight bytes at a time and Thai
 * four letters at a time, because nearly every byte that passes here is one of the
 * two. Knows nothing of other encodings.
 */
#include <ruamkhao/utf8.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/thai.h>

#include "thai_int.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

typedef unsigned char byte;

/* Bytes of ASCII at p, counted in whole words only. */
static size_t
ascii_words(const byte *p, size_t n)
{
	size_t i = 0;
	uint64_t a, b;

	for (; n - i >= 16; i += 16) {
		memcpy(&a, p + i, 8);
		memcpy(&b, p + i + 8, 8);
		if (((a | b) & HIGH_BITS) != 0)
			break;
	}
	return i;
}

/* Three bytes E0 A0-BF 80-BF: the block that Thai lies in. */
static bool
is_e0(const byte *p)
{
	return p[0] == 0xE0 && (p[1] & 0xE0) == 0xA0 && (p[2] & 0xC0) == 0x80;
}

/* Bytes at p that are such characters, counted four characters at a time. */
static size_t
thai_words(const byte *p, size_t n)
{
	static const byte mask[12] = {
	    0xFF, 0xE0, 0xC0, 0xFF, 0xE0, 0xC0, 0xFF, 0xE0, 0xC0, 0xFF, 0xE0, 0xC0};
	static const byte want[12] = {
	    0xE0, 0xA0, 0x80, 0xE0, 0xA0, 0x80, 0xE0, 0xA0, 0x80, 0xE0, 0xA0, 0x80};
	uint64_t m0, w0, a;
	uint32_t m1, w1, b;
	size_t i = 0;

	memcpy(&m0, mask, 8);
	memcpy(&m1, mask + 8, 4);
	memcpy(&w0, want, 8);
	memcpy(&w1, want + 8, 4);
	for (; n - i >= 12; i += 12) {
		memcpy(&a, p + i, 8);
		memcpy(&b, p + i + 8, 4);
		if ((((a & m0) ^ w0) | ((b & m1) ^ w1)) != 0)
			break;
	}
	return i;
}

/*
 * Length of the well-formed character at p, n > 0; 0 when it is ill-formed, and then
 * *bad is the length of the maximal subpart (1 to 3), to be replaced as one.
 */
static size_t
char_len(const byte *p, size_t n, size_t *bad)
{
	byte lo = 0x80, hi = 0xBF;
	size_t want;

	*bad = 1;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	want = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (p[0] == 0xE0)
		lo = 0xA0;
	else if (p[0] == 0xED)
		hi = 0x9F;
	else if (p[0] == 0xF0)
		lo = 0x90;
	else if (p[0] == 0xF4)
		hi = 0x8F;
	if (n < 2 || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < want; i++) {
		*bad = i;
		if (i >= n || (p[i] & 0xC0) != 0x80)
			return 0;
	}
	return want;
}

static uint32_t
decode(const byte *p, size_t len)
{
	static const byte lead[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	uint32_t cp = p[0] & lead[len];

	for (size_t i = 1; i < len; i++)
		cp = cp << 6 | (p[i] & 0x3F);
	return cp;
}

bool
rk_utf8_valid(struct rk_str s)
{
	const byte *p = (const byte *)s.p;
	size_t i = 0, len, bad;

	while (i < s.n) {
		if (p[i] < 0x80) {
			i += ascii_words(p + i, s.n - i);
			while (i < s.n && p[i] < 0x80)
				i++;
			continue;
		}
		i += thai_words(p + i, s.n - i);
		while (s.n - i >= 3 && is_e0(p + i))
			i += 3;
		if (i == s.n || p[i] < 0x80)
			continue;
		if ((len = char_len(p + i, s.n - i, &bad)) == 0)
			return false;
		i += len;
	}
	return true;
}

bool
rk_utf8_next(struct rk_str *s, uint32_t *cp)
{
	const byte *p = (const byte *)s->p;
	size_t len, bad;

	if (s->n == 0)
		return false;
	if (p[0] < 0x80) {
		*cp = p[0];
		len = 1;
	} else if ((len = char_len(p, s->n, &bad)) > 0) {
		*cp = decode(p, len);
	} else {
		*cp = RK_REPLACEMENT;
		len = bad;
	}
	s->p += len;
	s->n -= len;
	return true;
}

size_t
rk_utf8_put(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | (cp >> 18 & 0x07));
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* Bytes at p that may stay as they are: well-formed, and characters of XML 1.0. */
static size_t
clean_run(const byte *p, size_t n)
{
	size_t i = 0, len, bad;

	while (i < n) {
		if (p[i] < 0x80) {
			if ((p[i] < 0x20 && p[i] != '\n' && p[i] != '\t' &&
				p[i] != '\r') ||
			    p[i] == 0x7F)
				return i;
			i++;
			continue;
		}
		i += thai_words(p + i, n - i);
		while (n - i >= 3 && is_e0(p + i))
			i += 3;
		if (i == n || p[i] < 0x80)
			continue;
		if ((len = char_len(p + i, n - i, &bad)) == 0)
			return i;
		if (p[i] == 0xC2 && p[i + 1] < 0xA0) /* C1 */
			return i;
		if (p[i] == 0xEF && p[i + 1] == 0xBF && p[i + 2] >= 0xBE)
			return i;
		i += len;
	}
	return i;
}

int
rk_utf8_repair(struct rk_str in, struct rk_buf *out)
{
	size_t run, len, bad;

	while (in.n > 0) {
		run = clean_run((const byte *)in.p, in.n);
		if (run > 0 && rk_buf_add(out, in.p, run) != 0)
			return -1;
		in = rk_str_from(in, run);
		if (in.n == 0)
			break;
		if ((len = char_len((const byte *)in.p, in.n, &bad)) == 0) {
			if (rk_buf_adds(out, "\xEF\xBF\xBD") != 0)
				return -1;
			len = bad;
		}
		in = rk_str_from(in, len);
	}
	return 0;
}

/* A character that stands on the one before it. */
static bool
is_mark(uint32_t cp)
{
	return rk_thai_hangs(cp) || (cp >= 0x300 && cp <= 0x36F) ||
	       (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0x200D ||
	       (cp >= 0x1F3FB && cp <= 0x1F3FF);
}

struct rk_str
rk_utf8_cut(struct rk_str s, size_t n)
{
	const byte *p = (const byte *)s.p;
	struct rk_str rest;
	uint32_t cp;
	size_t first;

	if (n >= s.n)
		return s;
	for (int i = 0; n > 0 && i < 3 && (p[n] & 0xC0) == 0x80; i++)
		n--;
	/* No syllable has so many marks: a text of marks only is cut between them. */
	first = n;
	for (int marks = 0; n > 0; marks++) {
		rest = rk_str_from(s, n);
		if (!rk_utf8_next(&rest, &cp) || !is_mark(cp))
			break;
		if (marks == RK_MARKS_MAX)
			return rk_strn(s.p, first);
		do
			n--;
		while (n > 0 && (p[n] & 0xC0) == 0x80);
	}
	return rk_strn(s.p, n);
}

size_t
rk_utf8_count(struct rk_str s)
{
	size_t inner = 0, i = 0;
	uint64_t w;

	/* A continuation byte has bit 7 and not bit 6. */
	for (; s.n - i >= 8; i += 8) {
		memcpy(&w, s.p + i, 8);
		w = (w >> 7) & ~(w >> 6) & UINT64_C(0x0101010101010101);
		inner += (size_t)__builtin_popcountll(w);
	}
	for (; i < s.n; i++)
		inner += ((byte)s.p[i] & 0xC0) == 0x80;
	return s.n - inner;
}
