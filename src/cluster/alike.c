/*
 * Whether two entries tell the same, and what speaks against it. Knows no database and
 * no clock.
 */
#include "cluster_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

#include <stdlib.h>
#include <string.h>

#define DAY ((int64_t)24 * 3600)

/* Shares of the shorter text; measured on farms of 1,000 feeds and the pairs of
 * tests/unit/test_pairs.c. */
#define NEAR_SHARE    0.80
#define EXCERPT_SHARE 0.85
#define ALIKE_LENGTH  0.60 /* below it, the shorter one is an excerpt */
#define EXCERPT_MIN   150u /* characters, else the titles must be alike too */
/* Where this much is the same, a slip in the title makes no other story. */
#define PLAIN_SHARE  0.90
#define PLAIN_LENGTH 150u
#define PLAIN_SAMPLE 12u /* of an excerpt of two set phrases a few are always met */
#define SURE_JACCARD 0.95
#define SURE_LENGTH  400u

/* What tells by itself that it is no other round of the same, months later: a long text
 * with the numbers and dates of its day. */
#define VAGUE_SHARE   0.90
#define VAGUE_LENGTH  200u
#define VAGUE_NUMBERS 2u

#define TITLE_MIN  20           /* characters: DOMAIN.md 6.2 */
#define RUN_MIN    ((size_t)3)  /* characters that are no chance */
#define BYLINE_MAX ((size_t)90) /* bytes */

static bool
within(int64_t a, int64_t b, int64_t days)
{
	int64_t apart;

	if (__builtin_sub_overflow(a, b, &apart))
		return false;
	return apart <= days * DAY && apart >= -days * DAY;
}

/* How surely two are of the same days. */
enum days { DAYS_FAR, DAYS_VAGUE, DAYS_NEAR };

/* a was first seen at its date, and is perhaps older: may it be as old as b? */
static bool
may_be_near(const struct rk_telling *a, const struct rk_telling *b)
{
	int64_t apart;

	if (!a->vague || __builtin_sub_overflow(a->date, b->date, &apart))
		return false;
	return apart >= 0 && apart <= RK_VAGUE_DAYS * DAY;
}

static enum days
compare_days(const struct rk_telling *a, const struct rk_telling *b)
{
	if (within(a->date, b->date, RK_MERGE_DAYS))
		return DAYS_NEAR;
	return may_be_near(a, b) || may_be_near(b, a) ? DAYS_VAGUE : DAYS_FAR;
}

bool
cluster_far(const struct rk_telling *a, const struct rk_telling *b)
{
	return compare_days(a, b) == DAYS_FAR;
}

/* ---- titles */

#define NUMBER 0x80000000u /* what is above it is one */

/* Years are printed with two digits and with four, of either era. */
static uint32_t
fold_year(uint32_t token)
{
	uint32_t n = token & ~NUMBER;

	if (n >= 2500 && n < 2600)
		return NUMBER | (n - 2500);
	return n >= 2000 && n < 2057 ? NUMBER | (n - 1957) : token;
}

/* Without the office that says so: "จ.นครราชสีมา : ", "สวท.ภูเก็ต: ". */
static struct rk_str
without_byline(struct rk_str text)
{
	size_t colon = rk_str_chr(text, ':');
	struct rk_str head;

	if (colon == SIZE_MAX || colon > BYLINE_MAX)
		return text;
	head = rk_strn(text.p, colon);
	if (rk_str_chr(head, '.') == SIZE_MAX && !rk_str_starts(head, "จังหวัด"))
		return text;
	return rk_str_from(text, colon + 1);
}

static void
read_title(struct rk_str text, struct cluster_title *t)
{
	struct rk_buf b;
	struct rk_str key;
	uint32_t cp, number = 0;

	if (t->n != SIZE_MAX)
		return;
	rk_buf_init(&b, RK_KIB(8));
	(void)rk_thai_key(without_byline(text), &b);
	key = rk_buf_view(&b);
	for (t->n = 0; t->n < CLUSTER_TITLE_MAX && rk_utf8_next(&key, &cp);) {
		bool digit = cp >= '0' && cp <= '9';

		if (digit && number == 0)
			t->v[t->n++] = number = NUMBER; /* zeros before it are none */
		if (digit) {
			number = NUMBER | (number * 10 + (cp - '0'));
			t->v[t->n - 1] = number;
		} else {
			t->v[t->n++] = cp;
			number = 0;
		}
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i] >= NUMBER)
			t->v[i] = fold_year(t->v[i]);
	rk_buf_release(&b);
}

/* A piece of each of two titles. */
struct piece {
	const uint32_t *a, *b;
	size_t na, nb;
};

/* The longest run that stands in both: its length and where. */
static size_t
common(const struct piece *p, size_t *at_a, size_t *at_b)
{
	uint16_t row[CLUSTER_TITLE_MAX + 1] = {0};
	size_t best = 0, most = p->na < p->nb ? p->na : p->nb;

	*at_a = *at_b = 0;
	if (p->na == p->nb && memcmp(p->a, p->b, p->na * sizeof(*p->a)) == 0)
		return p->na;
	for (size_t i = 0; i < p->na && best < most; i++)
		for (size_t j = p->nb; j-- > 0;) { /* row[j] is still that of i - 1 */
			row[j + 1] = p->a[i] == p->b[j] ? (uint16_t)(row[j] + 1) : 0;
			if (row[j + 1] > best) {
				best = row[j + 1];
				*at_a = i + 1 - best;
				*at_b = j + 1 - best;
			}
		}
	return best;
}

/* What two titles have in common, run by run in one order, and what stands between. */
struct match {
	size_t longest, all;
	bool filled;  /* somewhere each has words of its own */
	bool numbers; /* somewhere each has a number of its own */
};

/* a has a number that b has not. */
static bool
has_own(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	for (size_t i = 0; i < na; i++) {
		size_t j = 0;

		while (j < nb && b[j] != a[i])
			j++;
		if (a[i] >= NUMBER && j == nb)
			return true;
	}
	return false;
}

static void
match(struct match *m, const struct piece *p)
{
	struct piece before, behind;
	size_t at_a, at_b, n = common(p, &at_a, &at_b);

	if (n < RUN_MIN && !(n > 0 && n == p->na && n == p->nb)) {
		m->filled = m->filled || (p->na > 1 && p->nb > 1);
		m->numbers = m->numbers || (has_own(p->a, p->na, p->b, p->nb) &&
					       has_own(p->b, p->nb, p->a, p->na));
		return;
	}
	before = (struct piece){p->a, p->b, at_a, at_b};
	behind = (struct piece){
	    p->a + at_a + n, p->b + at_b + n, p->na - at_a - n, p->nb - at_b - n};
	m->all += n;
	m->longest = n > m->longest ? n : m->longest;
	match(m, &before);
	match(m, &behind);
}

enum titles {
	TITLES_OTHER, /* a new headline */
	TITLES_MOULD, /* mostly the same, each with its own filling at the same place */
	TITLES_NUMBERED, /* and numbers are in it: dates, figures, which of a series */
	TITLES_WITHIN, /* one holds most of the other, with more before or behind it */
	TITLES_SAME
};

/* Of runs of the same length the first is taken: the two in an order of their own. */
static bool
is_first(const struct cluster_title *a, const struct cluster_title *b)
{
	if (a->n != b->n)
		return a->n > b->n;
	return memcmp(a->v, b->v, a->n * sizeof(*a->v)) <= 0;
}

/* Two that are compared, and what their titles have shown. */
struct couple {
	const struct rk_telling *a, *b;
	struct cluster_title *title_a, *title_b;
	enum titles titles;
	bool compared;
};

static enum titles
judge_titles(const struct cluster_title *x, const struct cluster_title *y)
{
	bool first = is_first(x, y);
	const struct cluster_title *a = first ? x : y,
				   *b = first ? y : x; /* b: shorter */
	struct match m = {0};

	match(&m, &(struct piece){a->v, b->v, a->n, b->n});
	if (b->n == 0 || (2 * m.longest < b->n && 4 * m.all < 3 * a->n))
		return TITLES_OTHER;
	if (m.longest == a->n)
		return TITLES_SAME;
	return m.numbers ? TITLES_NUMBERED : m.filled ? TITLES_MOULD : TITLES_WITHIN;
}

static enum titles
compare_titles(struct couple *c)
{
	if (!c->compared) {
		read_title(c->a->title, c->title_a);
		read_title(c->b->title, c->title_b);
		c->titles = judge_titles(c->title_a, c->title_b);
		c->compared = true;
	}
	return c->titles;
}

/* ---- guards */

/* Numbers stand where the daily report differs from that of the day before. */
static enum rk_guard
numbers_guard(const struct rk_print *a, const struct rk_print *b)
{
	if (rk_print_serials_disagree(a, b))
		return RK_GUARD_SERIAL;
	return rk_print_titles_disagree(a, b) || rk_print_numbers_disagree(a, b)
		   ? RK_GUARD_NUMBERS
		   : RK_GUARD_NONE;
}

static double
most(struct rk_overlap o)
{
	return o.a_in_b > o.b_in_a ? o.a_in_b : o.b_in_a;
}

/* Accounts of one event, in words of their own. */
static bool
is_event(struct couple *c, struct rk_overlap o)
{
	if (!within(c->a->date, c->b->date, RK_EVENT_DAYS) ||
	    !rk_print_one_event(&c->a->print, &c->b->print, o))
		return false;
	switch (compare_titles(c)) {
	case TITLES_MOULD:
	case TITLES_NUMBERED:
		return false;
	case TITLES_OTHER:
	case TITLES_WITHIN:
	case TITLES_SAME:
		break;
	}
	return true;
}

/* The texts are much alike: is there anything against it? sample: the hashes of the
 * shorter one that were looked at. */
static enum rk_guard
guard(struct couple *c, bool excerpt, double share, double jaccard, unsigned sample)
{
	const struct rk_print *p = &c->a->print, *q = &c->b->print;
	uint32_t shorter = p->length < q->length ? p->length : q->length;
	bool headed, routine = p->routine || q->routine;
	enum rk_guard g = numbers_guard(p, q);
	enum titles titles;

	if (g != RK_GUARD_NONE)
		return g;
	titles = compare_titles(c);
	if (titles == TITLES_NUMBERED)
		return RK_GUARD_NUMBERS;
	if (titles == TITLES_MOULD &&
	    (routine || jaccard < SURE_JACCARD || shorter < SURE_LENGTH))
		return RK_GUARD_TITLE;
	if (routine && rk_print_filled_anew(p, q))
		return RK_GUARD_FILLED;
	headed = titles >= TITLES_WITHIN && p->title_length >= TITLE_MIN &&
		 q->title_length >= TITLE_MIN;
	if (shorter < EXCERPT_MIN && !headed)
		return RK_GUARD_SHORT;
	/* a new headline: then the text must speak for itself */
	if (titles == TITLES_OTHER &&
	    (shorter < PLAIN_LENGTH || share < PLAIN_SHARE || sample < PLAIN_SAMPLE))
		return RK_GUARD_SHORT;
	if (excerpt && !headed && most(rk_sketch_overlap(&p->head, &q->head)) < 0.5)
		return RK_GUARD_HEAD;
	return RK_GUARD_NONE;
}

/* The days of one are not known, and guard() has nothing against it: does all agree?
 * The notice of another month differs in its name alone, so neither may say what the
 * other does not. */
static bool
tells_by_itself(struct couple *c, bool excerpt, double share, unsigned sample)
{
	const struct rk_telling *a = c->a, *b = c->b;
	bool shorter = a->print.length <= b->print.length;
	const struct rk_print *part = shorter ? &a->print : &b->print;
	const struct rk_print *whole = shorter ? &b->print : &a->print;

	if (part->routine || whole->routine || part->length < VAGUE_LENGTH ||
	    share < VAGUE_SHARE || sample < PLAIN_SAMPLE ||
	    rk_print_filled_anew(part, whole) || compare_titles(c) < TITLES_WITHIN)
		return false;
	return rk_print_numbers_agree(part, whole, excerpt) >= VAGUE_NUMBERS;
}

struct rk_likeness
cluster_alike(const struct rk_telling *a, const struct rk_telling *b,
    struct cluster_title *title_a, struct cluster_title *title_b)
{
	struct couple c = {.a = a, .b = b, .title_a = title_a, .title_b = title_b};
	const struct rk_print *p = &a->print, *q = &b->print;
	struct rk_likeness l = {0};
	struct rk_overlap o;
	bool same_text = a->merge_hash != 0 && a->merge_hash == b->merge_hash;
	bool same_url = a->url_hash != 0 && a->url_hash == b->url_hash;
	enum days days = compare_days(a, b);
	bool excerpt, first;
	unsigned sample;
	double share;

	if (a->source == b->source)
		return l;
	if (same_text || same_url)
		l.overlap = l.jaccard = same_text ? 100 : 0;
	if (days == DAYS_FAR) {
		l.guard = same_text || same_url ? RK_GUARD_DATE : RK_GUARD_NONE;
		return l;
	}
	if (days == DAYS_NEAR && (same_text || same_url)) {
		l.tie = same_text ? RK_TIE_TEXT : RK_TIE_URL;
		return l;
	}
	o = rk_sketch_overlap(&p->body, &q->body);
	share = rk_print_share(p, q, o);
	first = p->length != q->length ? p->length < q->length : o.a_in_b >= o.b_in_a;
	excerpt = p->length < q->length
		      ? (double)p->length < ALIKE_LENGTH * (double)q->length
		      : (double)q->length < ALIKE_LENGTH * (double)p->length;
	if (!same_text) { /* a short one has no print */
		l.overlap = (unsigned)(share * 100 + 0.5);
		l.jaccard = (unsigned)(o.jaccard * 100 + 0.5);
	}
	sample = first ? o.n_a : o.n_b;
	if (share >= (excerpt ? EXCERPT_SHARE : NEAR_SHARE)) {
		l.guard = guard(&c, excerpt, share, o.jaccard, sample);
		if (l.guard == RK_GUARD_NONE && days == DAYS_VAGUE &&
		    !tells_by_itself(&c, excerpt, share, sample))
			l.guard = RK_GUARD_VAGUE;
		if (l.guard == RK_GUARD_NONE)
			l.tie = same_text ? RK_TIE_TEXT
				: excerpt ? RK_TIE_EXCERPT
					  : RK_TIE_NEAR;
		/* of a series or a mould: another event */
		if (l.guard != RK_GUARD_HEAD && l.guard != RK_GUARD_SHORT)
			return l;
	} else if (share >= RK_SHARE_NOTED) {
		l.guard = numbers_guard(p, q);
		if (l.guard != RK_GUARD_NONE)
			return l;
	}
	if (l.guard == RK_GUARD_NONE && days == DAYS_VAGUE && (same_text || same_url))
		l.guard = RK_GUARD_VAGUE;
	if (is_event(&c, o))
		l.tie = RK_TIE_EVENT;
	return l;
}

struct rk_likeness
rk_cluster_alike(const struct rk_telling *a, const struct rk_telling *b)
{
	struct cluster_title of_a, of_b;

	of_a.n = of_b.n = SIZE_MAX;
	return cluster_alike(a, b, &of_a, &of_b);
}
