/*
 * The repairs of DOMAIN.md 6.2 that are Thai: order and number of marks, sara am,
 * sara ae, characters that nobody sees.
 *
 * A text is seen as blocks: a base character and all marks and following vowels
 * behind it. One scan looks for a pair of neighbours that may need a repair; what has
 * none is copied as it is. A block with one is read into its runs of marks, put right
 * and written. Knows no script but Thai; asks thai.c about others.
 */
#include <ruamkhao/thai.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/utf8.h>

#include "thai_int.h"

#include <string.h>

typedef unsigned char byte;

#define SARA_AE  0x0E41
#define SARA_AA  0x0E32
#define SARA_AM  0x0E33
#define NIKHAHIT 0x0E4D

#define C RK_TC_CONSONANT
#define R RK_TC_RU
#define V RK_TC_VOWEL
#define T RK_TC_TONE
const uint8_t rk_thai_class[128] = {
    0, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, /* ko kai .. do chada */
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

static enum rk_thai_class
class_of(uint32_t cp)
{
	return cp - 0x0E00 < 0x80 ? (enum rk_thai_class)rk_thai_class[cp - 0x0E00]
	                          : RK_TC_OTHER;
}

static bool
is_mark(enum rk_thai_class c)
{
	return c >= RK_TC_PHINTHU && c <= RK_TC_YAMAKKAN;
}

bool
rk_thai_hangs(uint32_t cp)
{
	return is_mark(class_of(cp)) || cp == SARA_AM;
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
	    0x49, 0x4A, 0x4B, 0x4C, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x0D, 0x31, 0x4D, 0x47,
	    0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x38, 0x39, 0x3A};

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
			c = (enum rk_thai_class)rk_thai_class[code];
			if ((trouble[prev] >> c & 1) != 0 ||
			    (code == prev_code && is_mark(c)))
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

/* Characters of `in` without the dropped ones, with one of look-ahead. */
struct reader {
	struct rk_str in;   /* behind the look-ahead */
	struct rk_str here; /* from the look-ahead on */
	uint32_t next;      /* 0: the end */
	uint32_t last;      /* taken last */
};

static bool
is_picture(uint32_t cp)
{
	return (cp >= 0x2190 && cp < 0x2C00) || cp == 0xFE0F ||
	       (cp >= 0x1F000 && cp < 0x1FB00);
}

/* Between parts of an emoji, and in scripts from Arabic to Sinhala, a joiner changes
 * what is seen. */
static bool
joiner_means(uint32_t before, struct rk_str behind)
{
	uint32_t cp;

	if (!rk_utf8_next(&behind, &cp))
		return false;
	if (is_picture(before) && is_picture(cp))
		return true;
	return before >= 0x0620 && before < 0x0E00 && cp >= 0x0620 && cp < 0x0E00;
}

static void
look(struct reader *r)
{
	uint32_t cp;

	for (;;) {
		r->here = r->in;
		r->next = 0;
		if (!rk_utf8_next(&r->in, &cp))
			return;
		if (cp == 0) /* no text has it; 0 is our end */
			continue;
		switch (rk_thai_fate(cp)) {
		case RK_TF_DROP:
			continue;
		case RK_TF_JOINER:
			if (!joiner_means(r->last, r->in))
				continue;
			break;
		case RK_TF_LINE:
			cp = '\n';
			break;
		case RK_TF_FONT:
			cp = rk_thai_font(cp);
			break;
		case RK_TF_KEEP:
		case RK_TF_FOREIGN:
			break;
		}
		r->next = cp;
		return;
	}
}

static uint32_t
take(struct reader *r)
{
	uint32_t cp = r->next;

	r->last = cp;
	look(r);
	return cp;
}

/* Marks that stand one behind the other. */
struct run {
	size_t n;
	bool fixed; /* beside a foreign mark: the order is NFC's */
	uint32_t cp[2 * RK_MARKS_MAX];
};

static unsigned
rank_of(uint32_t cp)
{
	enum rk_thai_class c = class_of(cp);

	return c == RK_TC_PHINTHU ? 0 : c == RK_TC_VOWEL ? 1 : 2;
}

static bool
is_barrier(uint32_t cp)
{
	return class_of(cp) >= RK_TC_NIKHAHIT;
}

/* Neighbours that are the same become one; then the limit holds. */
static void
merge(struct run *run)
{
	size_t k = 0;

	for (size_t i = 0; i < run->n; i++)
		if (k == 0 || run->cp[i] != run->cp[k - 1])
			run->cp[k++] = run->cp[i];
	run->n = k < RK_MARKS_MAX ? k : RK_MARKS_MAX;
}

/* Phinthu, vowels, tones and thanthakhat between the barriers; the order among each
 * stays. Contains the canonical order of Unicode, which only knows the lower ones. */
static void
sort(struct run *run)
{
	uint32_t cp;
	size_t k;

	for (size_t i = 1; i < run->n; i++) {
		cp = run->cp[i];
		if (is_barrier(cp))
			continue;
		for (k = i; k > 0 && !is_barrier(run->cp[k - 1]) &&
		            rank_of(run->cp[k - 1]) > rank_of(cp);
		     k--)
			run->cp[k] = run->cp[k - 1];
		run->cp[k] = cp;
	}
	merge(run);
}

static bool
is_foreign_mark(uint32_t cp)
{
	return cp >= 0x300 && class_of(cp) == RK_TC_OTHER && rk_thai_order(cp) != 0;
}

/* The marks behind `before`, in order. */
static void
read_run(struct reader *r, enum rk_thai_mode mode, uint32_t before, struct run *run)
{
	run->n = 0;
	while (is_mark(class_of(r->next))) {
		uint32_t cp = take(r);

		if (run->n < RK_MARKS_MAX && (run->n == 0 || run->cp[run->n - 1] != cp))
			run->cp[run->n++] = cp;
	}
	run->fixed = mode == RK_TM_NFC &&
	             (is_foreign_mark(before) || is_foreign_mark(r->next));
	if (!run->fixed)
		sort(run);
}

/*
 * Around a following vowel: a tone typed behind it goes before it, a lakkhangyao
 * that does not follow ru or lu is a sara aa, nikhahit and sara aa are sara am, also
 * with tones between.
 */
static uint32_t
follow(enum rk_thai_class base, struct run *run, uint32_t vowel, struct run *behind)
{
	size_t tones = 0, k;

	if (run->fixed)
		return vowel;
	if (class_of(vowel) == RK_TC_LAKKHANG && base == RK_TC_CONSONANT)
		vowel = SARA_AA;
	if (!behind->fixed &&
	    (run->n > 0 || base == RK_TC_CONSONANT || base == RK_TC_RU)) {
		while (tones < behind->n &&
		       class_of(behind->cp[tones]) == RK_TC_TONE)
			run->cp[run->n++] = behind->cp[tones++];
		behind->n -= tones;
		memmove(behind->cp, behind->cp + tones, behind->n * sizeof(behind->cp[0]));
		merge(run);
	}
	if (vowel != SARA_AA)
		return vowel;
	for (k = run->n; k > 0 && class_of(run->cp[k - 1]) == RK_TC_TONE; k--)
		;
	if (k == 0 || run->cp[k - 1] != NIKHAHIT)
		return vowel;
	memmove(run->cp + k - 1, run->cp + k, (run->n - k) * sizeof(run->cp[0]));
	run->n--;
	merge(run);
	return SARA_AM;
}

static int
put(struct rk_buf *out, uint32_t cp)
{
	char b[4];

	return rk_buf_add(out, b, rk_utf8_put(cp, b));
}

static int
put_run(struct rk_buf *out, const struct run *run)
{
	for (size_t i = 0; i < run->n; i++)
		if (put(out, run->cp[i]) != 0)
			return -1;
	return 0;
}

/* One block off the front of the reader. */
static int
mend_block(struct reader *r, enum rk_thai_mode mode, struct rk_buf *out)
{
	struct run runs[2], *run = &runs[0], *behind = &runs[1], *swap;
	enum rk_thai_class base = RK_TC_OTHER;
	uint32_t cp = 0;

	if (r->next != 0 && !is_mark(class_of(r->next))) { /* a text may begin with marks */
		cp = take(r);
		base = class_of(cp);
		if (base == RK_TC_SARA_E && class_of(r->next) == RK_TC_SARA_E) {
			(void)take(r);
			cp = SARA_AE;
		}
		if (put(out, cp) != 0)
			return -1;
	}
	read_run(r, mode, cp, run);
	while (class_of(r->next) >= RK_TC_A) {
		cp = take(r);
		read_run(r, mode, cp, behind);
		cp = follow(base, run, cp, behind);
		if (put_run(out, run) != 0 || put(out, cp) != 0)
			return -1;
		base = RK_TC_OTHER;
		swap = run;
		run = behind;
		behind = swap;
	}
	return put_run(out, run);
}

int
rk_thai_mend(struct rk_str in, enum rk_thai_mode mode, struct rk_buf *out)
{
	struct reader r = {.last = 0};
	bool foreign;
	size_t block;

	while (in.n > 0) {
		block = rk_thai_trouble(in, mode, &foreign);
		if (foreign)
			return 1;
		if (rk_buf_add(out, in.p, block) != 0)
			return -1;
		in = rk_str_from(in, block);
		if (block > 0)
			r.last = 0;
		r.in = in;
		look(&r);
		if (mend_block(&r, mode, out) != 0)
			return -1;
		in = r.here;
	}
	return 0;
}

int
rk_thai_strip(struct rk_str in, struct rk_buf *out)
{
	struct reader r = {.in = in};
	unsigned marks = 0;
	uint32_t cp;

	look(&r);
	while (r.next != 0) {
		cp = take(&r);
		marks = cp >= 0x300 && rk_thai_order(cp) != 0 ? marks + 1 : 0;
		if (marks <= RK_MARKS_MAX && put(out, cp) != 0)
			return -1;
	}
	return 0;
}
