/*
 * Fingerprints of texts, read and compared; print_make.c makes them. Pure.
 */
#include <ruamkhao/print.h>

#include <ruamkhao/utf8.h>

#include "print_int.h"

struct reader {
	const unsigned char *p;
	size_t n;
	bool bad;
};

static uint32_t
get(struct reader *r, unsigned bytes)
{
	uint32_t v = 0;

	if (r->n < bytes) {
		r->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)r->p[i] << 8 * i;
	r->p += bytes;
	r->n -= bytes;
	return v;
}

static void
get_sketch(struct reader *r, unsigned cap, struct rk_sketch *s)
{
	uint32_t n = get(r, 1);

	s->full = (n & 0x80) != 0;
	s->n = n & 0x7f;
	if (s->n > cap) {
		r->bad = true;
		s->n = 0;
	}
	s->full = s->full && s->n > 0; /* reach() looks at the last */
	for (unsigned i = 0; i < s->n; i++) {
		s->v[i] = get(r, VALUE_BITS / 8);
		if (i > 0 && s->v[i] < s->v[i - 1])
			r->bad = true;
	}
}

/* All that is looked at of an empty one; what the sketches hold behind their n is not. */
static void
clear(struct rk_print *p)
{
	p->length = p->title_length = p->serial = p->last = 0;
	p->label = 0;
	p->routine = false;
	p->credit = (struct rk_str){"", 0};
	for (unsigned i = 0; i < RK_PRINT_KEYS; i++)
		p->keys[i] = 0;
	p->body.n = p->head.n = p->title.n = p->numbers.n = p->title_numbers.n = 0;
	p->body.full = p->head.full = p->title.full = p->numbers.full =
	    p->title_numbers.full = false;
}

bool
rk_print_read(struct rk_str packed, struct rk_print *out)
{
	struct reader r = {(const unsigned char *)packed.p, packed.n, false};

	clear(out);
	if (packed.n > RK_PRINT_MAX)
		return false;
	out->length = get(&r, 4);
	out->title_length = get(&r, 1);
	out->label = (uint8_t)get(&r, 1);
	out->routine = (out->label & ROUTINE) != 0;
	out->label &= (uint8_t)~ROUTINE;
	out->serial = get(&r, 4);
	out->last = get(&r, VALUE_BITS / 8);
	for (unsigned i = 0; i < RK_PRINT_KEYS; i++)
		out->keys[i] = get(&r, 4);
	get_sketch(&r, RK_PRINT_BODY, &out->body);
	get_sketch(&r, RK_PRINT_SMALL, &out->head);
	get_sketch(&r, RK_PRINT_SMALL, &out->title);
	get_sketch(&r, RK_PRINT_NUMBERS, &out->numbers);
	get_sketch(&r, RK_PRINT_SMALL, &out->title_numbers);
	for (unsigned i = 0; out->routine && i < RK_PRINT_BITS; i++)
		out->bits[i] = (uint8_t)get(&r, 1);
	out->credit = rk_strn((const char *)r.p, r.n);
	if (r.bad || !rk_utf8_valid(out->credit)) {
		clear(out);
		return false;
	}
	return true;
}

/* ---- compared */

/* Up to where a sketch knows everything. */
static uint32_t
reach(const struct rk_sketch *s)
{
	return s->full ? s->v[s->n - 1] : UINT32_MAX;
}

/* Below the smaller reach: how many only in a, only in b, in both. */
static void
tally(const struct rk_sketch *a, const struct rk_sketch *b, unsigned count[3])
{
	uint32_t limit = reach(a) < reach(b) ? reach(a) : reach(b);
	unsigned i = 0, j = 0;

	count[0] = count[1] = count[2] = 0;
	for (;;) {
		uint32_t x = i < a->n && a->v[i] <= limit ? a->v[i] : UINT32_MAX;
		uint32_t y = j < b->n && b->v[j] <= limit ? b->v[j] : UINT32_MAX;

		if (x == UINT32_MAX && y == UINT32_MAX)
			return;
		count[x == y ? 2 : x < y ? 0 : 1]++;
		i += x <= y;
		j += y <= x;
	}
}

struct rk_overlap
rk_sketch_overlap(const struct rk_sketch *a, const struct rk_sketch *b)
{
	struct rk_overlap o = {0};
	unsigned n[3];

	if (a->n == 0 || b->n == 0)
		return o;
	tally(a, b, n);
	if (n[2] == 0)
		return o;
	o.a_in_b = (double)n[2] / (n[0] + n[2]);
	o.b_in_a = (double)n[2] / (n[1] + n[2]);
	o.jaccard = (double)n[2] / (n[0] + n[1] + n[2]);
	o.n_a = n[0] + n[2];
	o.n_b = n[1] + n[2];
	return o;
}

static bool
holds(const struct rk_sketch *s, uint32_t v)
{
	unsigned i = 0;

	while (i < s->n && s->v[i] < v)
		i++;
	return (i < s->n && s->v[i] == v) || v > reach(s);
}

static bool
misses(const struct rk_print *a, const struct rk_print *b)
{
	for (unsigned i = 0; i < a->numbers.n; i++)
		if (a->numbers.v[i] != a->last && !holds(&b->numbers, a->numbers.v[i]))
			return true;
	return false;
}

bool
rk_print_numbers_disagree(const struct rk_print *a, const struct rk_print *b)
{
	return misses(a, b) && misses(b, a);
}

unsigned
rk_print_numbers_agree(
    const struct rk_print *part, const struct rk_print *whole, bool excerpt)
{
	unsigned n[3];

	tally(&part->numbers, &whole->numbers, n);
	if (excerpt ? misses(part, whole) : n[0] + n[1] > 0)
		return 0;
	return n[2];
}

/* By all shingles where both have them, else by the samples. */
bool
rk_print_filled_anew(const struct rk_print *a, const struct rk_print *b)
{
	uint8_t only_a = 0, only_b = 0;
	unsigned n[3];

	if (a->routine && b->routine && a->length <= RK_PRINT_SHORT &&
	    b->length <= RK_PRINT_SHORT) {
		for (unsigned i = 0; i < RK_PRINT_BITS; i++) {
			only_a |= a->bits[i] & (uint8_t)~b->bits[i];
			only_b |= b->bits[i] & (uint8_t)~a->bits[i];
		}
		return only_a != 0 && only_b != 0;
	}
	tally(&a->body, &b->body, n);
	return n[0] > 0 && n[1] > 0;
}

static bool
title_misses(const struct rk_print *a, const struct rk_print *b)
{
	for (unsigned i = 0; i < a->title_numbers.n; i++)
		if (!holds(&b->title_numbers, a->title_numbers.v[i]) &&
		    !holds(&b->numbers, a->title_numbers.v[i]))
			return true;
	return false;
}

bool
rk_print_titles_disagree(const struct rk_print *a, const struct rk_print *b)
{
	return title_misses(a, b) && title_misses(b, a);
}

bool
rk_print_serials_disagree(const struct rk_print *a, const struct rk_print *b)
{
	return a->label != 0 && a->label == b->label && a->serial != b->serial;
}

/* ---- judged */

#define TITLE_MIN   20   /* characters: DOMAIN.md 6.2 */
#define EVENT_TITLE 0.40 /* Jaccard */
#define EVENT_SHARE 0.15 /* beside it: names, places, words that were said */
#define EVENT_BODY  0.25

double
rk_print_share(const struct rk_print *a, const struct rk_print *b, struct rk_overlap o)
{
	if (a->length != b->length)
		return a->length < b->length ? o.a_in_b : o.b_in_a;
	return o.a_in_b > o.b_in_a ? o.a_in_b : o.b_in_a;
}

bool
rk_print_one_event(
    const struct rk_print *a, const struct rk_print *b, struct rk_overlap o)
{
	if (a->title_length < TITLE_MIN || b->title_length < TITLE_MIN)
		return false;
	if (o.jaccard < EVENT_BODY &&
	    (rk_print_share(a, b, o) < EVENT_SHARE ||
		rk_sketch_overlap(&a->title, &b->title).jaccard < EVENT_TITLE))
		return false;
	return !rk_print_serials_disagree(a, b) && !rk_print_titles_disagree(a, b);
}

bool
rk_print_worth_a_look(const struct rk_print *a, const struct rk_print *b, bool soon)
{
	struct rk_overlap o = rk_sketch_overlap(&a->body, &b->body);

	return rk_print_share(a, b, o) >= RK_SHARE_NOTED ||
	       (soon && rk_print_one_event(a, b, o));
}
