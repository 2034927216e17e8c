/*
 * Thai letters by what they do in a syllable, and one quick look at a text for pairs of
 * neighbours that may need a repair. Nearly every text has none.
 */
#include "thai_int.h"

#include <ruamkhao/utf8.h>

#include <string.h>

typedef unsigned char byte;

#define C RK_TC_CONSONANT
#define R RK_TC_RU
#define V RK_TC_VOWEL
#define T RK_TC_TONE
const uint8_t rk_thai_classes[128] = {0, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
    C,                                              /* ko kai .. do chada */
    C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, /* .. fo fa */
    C, C, C, C, R, C, R, C, C, C, C, C, C, C, C, 0, /* .. ho nokhuk, paiyannoi */
    RK_TC_A, V, RK_TC_AA, RK_TC_AM, V, V, V, V, V, V, RK_TC_PHINTHU, 0, 0, 0, 0, 0,
    RK_TC_SARA_E, 0, 0, 0, 0, RK_TC_LAKKHANG, 0, V, T, T, T, T, RK_TC_KARAN,
    RK_TC_NIKHAHIT, RK_TC_YAMAKKAN, 0};
#undef C
#undef R
#undef V
#undef T

#define BIT(c) (1U << (c))
#define TONES  (BIT(RK_TC_TONE))
#define UPPER  (BIT(RK_TC_PHINTHU) | BIT(RK_TC_VOWEL))

/* Classes that mean trouble behind a class. Too many is harmless, too few is not. */
static const uint16_t trouble[] = {
    [RK_TC_CONSONANT] = BIT(RK_TC_LAKKHANG),
    [RK_TC_SARA_E] = BIT(RK_TC_SARA_E),
    [RK_TC_PHINTHU] = BIT(RK_TC_LAKKHANG),
    [RK_TC_VOWEL] = BIT(RK_TC_LAKKHANG) | BIT(RK_TC_PHINTHU),
    [RK_TC_TONE] = BIT(RK_TC_LAKKHANG) | UPPER,
    [RK_TC_KARAN] = BIT(RK_TC_LAKKHANG) | UPPER,
    [RK_TC_NIKHAHIT] = BIT(RK_TC_LAKKHANG) | TONES | BIT(RK_TC_AA),
    [RK_TC_YAMAKKAN] = BIT(RK_TC_LAKKHANG),
    [RK_TC_A] = TONES,
    [RK_TC_AA] = TONES,
    [RK_TC_AM] = TONES,
    [RK_TC_LAKKHANG] = TONES,
};

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

size_t
rk_thai_trouble(struct rk_str in, enum rk_thai_mode mode, bool *foreign)
{
	const byte *p = (const byte *)in.p;
	enum rk_thai_class prev = RK_TC_OTHER, c;
	unsigned prev_code = 0, code;
	size_t i = 0, block = 0;
	enum rk_thai_fate fate;
	struct rk_str rest;
	uint64_t w;
	uint32_t cp;

	*foreign = false;
	while (i < in.n) {
		if (p[i] < 0x80) {
			for (; in.n - i >= 8; i += 8) {
				memcpy(&w, p + i, 8);
				if ((w & UINT64_C(0x8080808080808080)) != 0)
					break;
			}
			while (i < in.n && p[i] < 0x80)
				i++;
			block = i - 1;
			prev = RK_TC_OTHER;
			prev_code = 0;
			continue;
		}
		if (p[i] == 0xE0 && in.n - i >= 3 && (p[i + 1] & 0xFE) == 0xB8) {
			code = (unsigned)(p[i + 1] & 1) << 6 | (p[i + 2] & 0x3F);
			c = (enum rk_thai_class)rk_thai_classes[code];
			if ((trouble[prev] >> c & 1) != 0 ||
			    (code == prev_code && rk_thai_is_mark(c)))
				return block;
			if (c < RK_TC_PHINTHU)
				block = i;
			prev = c;
			prev_code = code;
			i += 3;
			continue;
		}
		rest = rk_str_from(in, i);
		(void)rk_utf8_next(&rest, &cp);
		fate = rk_thai_fate(cp);
		if (fate == RK_TF_FOREIGN && mode == RK_TM_PLAIN) {
			*foreign = true;
			return block;
		}
		if (fate != RK_TF_KEEP && fate != RK_TF_FOREIGN)
			return block;
		block = i;
		prev = RK_TC_OTHER;
		prev_code = 0;
		i = in.n - rest.n;
	}
	return in.n;
}
