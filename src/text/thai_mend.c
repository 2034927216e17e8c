/*
 * The repairs of DOMAIN.md 6.2 that are Thai: order and number of marks, sara am,
 * sara ae, characters that nobody sees.
 *
 * A text is seen as blocks: a base character and all marks and following vowels
 * behind it. What thai_scan.c finds no trouble in is copied as it is; a block with
 * trouble is read into its runs of marks, put right and written.
 */
#include <ruamkhao/thai.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/utf8.h>

#include "thai_int.h"

#include <string.h>

#define SARA_AE  0x0E41
#define SARA_AA  0x0E32
#define SARA_AM  0x0E33
#define NIKHAHIT 0x0E4D

/* Characters of `in` without the dropped ones, with one of look-ahead. */
struct reader {
	struct rk_str in;   /* behind the look-ahead */
	struct rk_str here; /* from the look-ahead on */
	uint32_t next;      /* 0: the end */
	uint32_t last;      /* taken last */
	bool foreign;       /* one was seen */
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
		case RK_TF_FOREIGN:
			r->foreign = true;
			break;
		case RK_TF_KEEP:
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
	enum rk_thai_class c = rk_thai_class_of(cp);

	return c == RK_TC_PHINTHU ? 0 : c == RK_TC_VOWEL ? 1 : 2;
}

static bool
is_barrier(uint32_t cp)
{
	return rk_thai_class_of(cp) >= RK_TC_NIKHAHIT;
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
	return cp >= 0x300 && rk_thai_class_of(cp) == RK_TC_OTHER &&
	       rk_thai_order(cp) != 0;
}

/* The marks behind `before`, in order. */
static void
read_run(struct reader *r, enum rk_thai_mode mode, uint32_t before, struct run *run)
{
	run->n = 0;
	while (rk_thai_is_mark(rk_thai_class_of(r->next))) {
		uint32_t cp = take(r);

		if (run->n < RK_MARKS_MAX && (run->n == 0 || run->cp[run->n - 1] != cp))
			run->cp[run->n++] = cp;
	}
	run->fixed =
	    mode == RK_TM_NFC && (is_foreign_mark(before) || is_foreign_mark(r->next));
	if (!run->fixed)
		sort(run);
}

/*
 * The following vowel behind a run: a lakkhangyao that does not follow ru or lu is a
 * sara aa; nikhahit and sara aa are sara am, also with tones between.
 */
static uint32_t
compose(enum rk_thai_class base, struct run *run, uint32_t vowel)
{
	size_t k;

	if (run->fixed)
		return vowel;
	if (rk_thai_class_of(vowel) == RK_TC_LAKKHANG && base == RK_TC_CONSONANT)
		vowel = SARA_AA;
	if (vowel != SARA_AA)
		return vowel;
	for (k = run->n; k > 0 && rk_thai_class_of(run->cp[k - 1]) == RK_TC_TONE; k--)
		;
	if (k == 0 || run->cp[k - 1] != NIKHAHIT)
		return vowel;
	memmove(run->cp + k - 1, run->cp + k, (run->n - k) * sizeof(run->cp[0]));
	run->n--;
	merge(run);
	return SARA_AM;
}

/* Tones typed behind a following vowel go before it, where its letter is. */
static void
move_tones(enum rk_thai_class base, struct run *run, struct run *behind)
{
	size_t tones = 0;

	if (run->fixed || behind->fixed ||
	    (run->n == 0 && base != RK_TC_CONSONANT && base != RK_TC_RU))
		return;
	while (tones < behind->n && rk_thai_class_of(behind->cp[tones]) == RK_TC_TONE)
		run->cp[run->n++] = behind->cp[tones++];
	behind->n -= tones;
	memmove(behind->cp, behind->cp + tones, behind->n * sizeof(behind->cp[0]));
	merge(run);
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

/* The following vowel behind a run, which it may change; 0 for none. */
static uint32_t
take_vowel(struct reader *r, enum rk_thai_class base, struct run *run)
{
	if (rk_thai_class_of(r->next) < RK_TC_A)
		return 0;
	return compose(base, run, take(r));
}

/* One block off the front of the reader. */
static int
mend_block(struct reader *r, enum rk_thai_mode mode, struct rk_buf *out)
{
	struct run runs[2], *run = &runs[0], *behind = &runs[1], *swap;
	enum rk_thai_class base = RK_TC_OTHER;
	uint32_t cp = 0, vowel, next;

	if (r->next != 0 && !rk_thai_is_mark(rk_thai_class_of(
				r->next))) { /* a text may begin with marks */
		cp = take(r);
		base = rk_thai_class_of(cp);
		if (base == RK_TC_SARA_E && rk_thai_class_of(r->next) == RK_TC_SARA_E) {
			(void)take(r);
			cp = SARA_AE;
		}
		if (put(out, cp) != 0)
			return -1;
	}
	read_run(r, mode, cp, run);
	vowel = take_vowel(r, base, run);
	while (vowel != 0) {
		read_run(r, mode, vowel, behind);
		next = take_vowel(r, RK_TC_OTHER, behind);
		move_tones(base, run, behind);
		if (put_run(out, run) != 0 || put(out, vowel) != 0)
			return -1;
		base = RK_TC_OTHER;
		vowel = next;
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
		if (r.foreign && mode == RK_TM_PLAIN)
			return 1;
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
