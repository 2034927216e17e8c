/*
 * Thai letters by what they do in a syllable, and one quick look at a text for pairs of
 * neighbours that may need a repair. Nearly every text has none.
 */
#include "thai_int.h"

#include <ruamkhao/utf8.h>

#include <endian.h>
#include <string.h>

typedef unsigned char byte;

/* The Thai block, letter by letter, sixteen a line. */
#define O(X)  X(OTHER)
#define C(X)  X(CONSONANT)
#define C5(X) C(X), C(X), C(X), C(X), C(X)
#define O5(X) O(X), O(X), O(X), O(X), O(X)
#define BLOCK(X)                                                                       \
	O(X), C5(X), C5(X), C5(X),         /* ko kai .. do chada */                    \
	    C(X), C5(X), C5(X), C5(X),     /* .. fo fa */                              \
	    C(X), C(X), C(X), C(X), X(RU), C(X), X(RU), C5(X), C(X), C(X), C(X), O(X), \
	    X(A), X(VOWEL), X(AA), X(AM), X(VOWEL), X(VOWEL), X(VOWEL), X(VOWEL),      \
	    X(VOWEL), X(VOWEL), X(PHINTHU), O5(X), /* sara a .. baht */                \
	    X(SARA_E), O(X), O(X), O(X), O(X), X(LAKKHANG), O(X), X(VOWEL), X(TONE),   \
	    X(TONE), X(TONE), X(TONE), X(KARAN), X(NIKHAHIT), X(YAMAKKAN), O(X),       \
	    O5(X), O5(X), O5(X), O(X),         /* digits .. */                         \
	    O5(X), O5(X), O5(X), O(X), O5(X), O5(X), O5(X), O(X)

#define CLASS(c) RK_TC_##c
const uint8_t rk_thai_classes[128] = {BLOCK(CLASS)};

#define BIT(c) (1U << RK_TC_##c)
#define UPPER  (BIT(PHINTHU) | BIT(VOWEL))

/* Classes that mean trouble behind a class. Too many is harmless, too few is not: a mark
 * may be repeated, so its own class is always among them. */
#define TROUBLE_OTHER     0U
#define TROUBLE_CONSONANT BIT(LAKKHANG)
#define TROUBLE_RU        0U
#define TROUBLE_SARA_E    BIT(SARA_E)
#define TROUBLE_PHINTHU   (BIT(LAKKHANG) | BIT(PHINTHU))
#define TROUBLE_VOWEL     (BIT(LAKKHANG) | UPPER)
#define TROUBLE_TONE      (BIT(LAKKHANG) | UPPER | BIT(TONE))
#define TROUBLE_KARAN     (BIT(LAKKHANG) | UPPER | BIT(KARAN))
#define TROUBLE_NIKHAHIT  (BIT(LAKKHANG) | BIT(TONE) | BIT(AA) | BIT(NIKHAHIT))
#define TROUBLE_YAMAKKAN  (BIT(LAKKHANG) | BIT(YAMAKKAN))
#define TROUBLE_A         BIT(TONE)
#define TROUBLE_AA        BIT(TONE)
#define TROUBLE_AM        BIT(TONE)
#define TROUBLE_LAKKHANG  BIT(TONE)

/* Of a letter: what it is, and what means trouble behind it. Both at hand for each
 * letter, so that no look-up waits for the one before. */
#define TROUBLE(c) TROUBLE_##c
static const uint16_t is_bit[128] = {BLOCK(BIT)};
static const uint16_t trouble_behind[128] = {BLOCK(TROUBLE)};

bool
rk_thai_hangs(uint32_t cp)
{
	return rk_thai_is_mark(rk_thai_class_of(cp)) || cp == 0x0E33;
}

enum rk_thai_fate
rk_thai_fate(uint32_t cp)
{
	if (cp < 0x300)
		return cp == 0xAD ? RK_TF_DROP : RK_TF_KEEP;
	if (cp >= 0x200B && cp <= 0x200F)
		return cp == 0x200C || cp == 0x200D ? RK_TF_JOINER : RK_TF_DROP;
	if (cp == 0x2028 || cp == 0x2029)
		return RK_TF_LINE;
	if ((cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x2064) ||
	    (cp >= 0x2066 && cp <= 0x206F) || cp == 0xFEFF || cp == 0x061C)
		return RK_TF_DROP;
	if (cp >= 0xF700 && cp <= 0xF71A)
		return RK_TF_FONT;
	/* The common blocks in which nothing composes, to spare ICU's tables. */
	if ((cp >= 0x0E00 && cp < 0x0E80) || (cp >= 0x2002 && cp < 0x20D0) ||
	    (cp >= 0x2190 && cp < 0x2329) || (cp >= 0x232B && cp < 0x2ADC) ||
	    (cp >= 0x30A0 && cp < 0xA000) || (cp >= 0xAC00 && cp < 0xD7A4) ||
	    cp == RK_REPLACEMENT || (cp >= 0x1F000 && cp < 0x1FB00))
		return RK_TF_KEEP;
	return rk_thai_foreign(cp) ? RK_TF_FOREIGN : RK_TF_KEEP;
}

/* The private codes of Windows' Thai fonts for marks moved aside or down. */
uint32_t
rk_thai_font(uint32_t cp)
{
	static const uint8_t low[0xF71B - 0xF700] = {0x10, 0x34, 0x35, 0x36, 0x37, 0x48,
	    0x49, 0x4A, 0x4B, 0x4C, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x0D, 0x31, 0x4D,
	    0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x38, 0x39, 0x3A};

	return 0x0E00 + (uint32_t)low[cp - 0xF700];
}

/* Where the block begins that the character at i belongs to, when it hangs on the one
 * before it. */
static size_t
block_of(const byte *p, size_t i)
{
	while (i >= 3 && rk_thai_at(p + i - 3, 3) &&
	       rk_thai_classes[rk_thai_code(p + i - 3)] >= RK_TC_PHINTHU)
		i -= 3;
	if (i > 0)
		i--;
	while (i > 0 && (p[i] & 0xC0) == 0x80)
		i--;
	return i;
}

/* Bytes of ASCII at p. */
static size_t
ascii_run(const byte *p, size_t n)
{
	size_t i = 0;
	uint64_t w;

	for (; n - i >= 8; i += 8) {
		memcpy(&w, p + i, 8);
		if ((w & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (i < n && p[i] < 0x80)
		i++;
	return i;
}

/* Bytes of Thai at p without trouble. *behind: what means trouble for the next letter. */
static size_t
thai_run(const byte *p, size_t n, unsigned *behind)
{
	unsigned bad = *behind, code;
	size_t i = 0;
	uint32_t w;

	for (; n - i >= 4; i += 3) { /* four bytes at once: one load a letter */
		memcpy(&w, p + i, 4);
		w = le32toh(w);
		if ((w & 0xFEFF) != 0xB8E0)
			break;
		code = (w >> 2 & 0x40) | (w >> 16 & 0x3F);
		if ((bad & is_bit[code]) != 0)
			break;
		bad = trouble_behind[code];
	}
	if (n - i == 3 && rk_thai_at(p + i, 3)) {
		code = rk_thai_code(p + i);
		if ((bad & is_bit[code]) == 0)
			i += 3;
	}
	*behind = bad;
	return i;
}

size_t
rk_thai_trouble(struct rk_str in, enum rk_thai_mode mode, bool *foreign)
{
	const byte *p = (const byte *)in.p;
	unsigned behind = TROUBLE_OTHER;
	size_t i = 0, step;
	enum rk_thai_fate fate;
	struct rk_str rest;
	uint32_t cp;

	*foreign = false;
	while (i < in.n) {
		if (p[i] < 0x80) {
			i += ascii_run(p + i, in.n - i);
			behind = TROUBLE_OTHER;
			continue;
		}
		if (rk_thai_at(p + i, in.n - i)) {
			step = thai_run(p + i, in.n - i, &behind);
			i += step;
			if (rk_thai_at(p + i, in.n - i))
				return block_of(p, i);
			continue;
		}
		rest = rk_str_from(in, i);
		(void)rk_utf8_next(&rest, &cp);
		fate = rk_thai_fate(cp);
		*foreign = fate == RK_TF_FOREIGN && mode == RK_TM_PLAIN;
		if (*foreign || (fate != RK_TF_KEEP && fate != RK_TF_FOREIGN))
			return block_of(p, i);
		behind = TROUBLE_OTHER;
		i = in.n - rest.n;
	}
	return in.n;
}
