/*
 * What the table of clues certainly does not hold.
 *
 * Most clues of a new entry are nobody else's, and looking for each in the table would
 * cost more than storing the entry. So there is a filter for each period that is asked
 * about: one word of 64 bits for a clue, four bits of which are set. Where they are
 * not, there is no such clue; where they are, there mostly is (one in fifty is not).
 * Filters grow by further layers, need no roll-back (a bit too many costs a look-up)
 * and can be thrown away: without one, the table is asked.
 *
 * A period of which the table has nothing begins with an empty filter; one that is
 * there from before is read into one when it was asked about so often that reading all
 * of it costs no more. Where there is no room, the filter that was not asked longest
 * goes.
 */
#include "clue_int.h"
#include "store_int.h"

#include <stdlib.h>

#define LAYER_MIN  ((size_t)1 << 13) /* words: 64 KiB, for some 40,000 clues */
#define LAYER_STEP 4u                /* times the one before */
#define PER_WORD   5u                /* clues; 12 bits each */
#define MOST_BYTES ((size_t)4 << 20) /* of all: some three million clues */
#define ASKED_MAX  16384u            /* look-ups that cost what reading a period does */
#define ALL_SIEVES ((size_t)ST_SIEVES + ST_SIEVES_VAGUE)

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9u;
	return x ^ x >> 32;
}

static uint64_t
bits_of(uint64_t h)
{
	return (uint64_t)1 << (h >> 58) | (uint64_t)1 << (h >> 52 & 63) |
	       (uint64_t)1 << (h >> 46 & 63) | (uint64_t)1 << (h >> 40 & 63);
}

static void
drop(struct st_sieves *f, struct st_sieve *one)
{
	for (unsigned i = 0; i < one->n_layers; i++) {
		f->bytes -= one->layers[i].n_words * sizeof(uint64_t);
		free(one->layers[i].words);
	}
	*one = (struct st_sieve){.whole = false};
}

void
st_sieves_free(struct st_sieves *f)
{
	for (size_t i = 0; f != NULL && i < ALL_SIEVES; i++)
		drop(f, &f->of[i]);
	free(f);
}

/* Room for so many more bytes, at the cost of what was not asked longest. */
static bool
make_room(struct st_sieves *f, const struct st_sieve *spared, size_t bytes)
{
	while (f->bytes + bytes > MOST_BYTES) {
		struct st_sieve *oldest = NULL;

		for (size_t i = 0; i < ALL_SIEVES; i++)
			if (&f->of[i] != spared && f->of[i].n_layers > 0 &&
			    (oldest == NULL || f->of[i].used < oldest->used))
				oldest = &f->of[i];
		if (oldest == NULL)
			return false;
		drop(f, oldest);
	}
	return true;
}

static struct st_sieve *
slot_of(struct st_sieves *f, int64_t period)
{
	if (period >= ST_VAGUE_PERIOD)
		return &f->of[ST_SIEVES + period % ST_SIEVES_VAGUE];
	return &f->of[period % ST_SIEVES];
}

/* The filter of a period; that of another one gives way. */
static struct st_sieve *
of_period(struct st_sieves *f, int64_t period)
{
	struct st_sieve *one = slot_of(f, period);

	if (one->period != period) {
		drop(f, one);
		one->period = period;
	}
	one->used = ++f->clock;
	return one;
}

static void
add(struct st_sieves *f, struct st_sieve *one, int64_t clue)
{
	struct st_layer *l = one->n_layers > 0 ? &one->layers[one->n_layers - 1] : NULL;
	uint64_t h = mix((uint64_t)clue);

	if (l == NULL || l->n >= l->n_words * PER_WORD) {
		size_t words = l != NULL ? l->n_words * LAYER_STEP : LAYER_MIN;

		/* where it cannot grow it goes on, and keeps away less */
		if (one->n_layers < ST_FILTER_LAYERS &&
		    make_room(f, one, words * sizeof(uint64_t))) {
			l = &one->layers[one->n_layers++];
			*l = (struct st_layer){
			    .words = rk_xcalloc(words, sizeof(uint64_t)),
			    .n_words = words};
			f->bytes += words * sizeof(uint64_t);
		}
	}
	rk_assert(l != NULL); /* the first is smaller than all that may be */
	l->words[h & (l->n_words - 1)] |= bits_of(h);
	l->n++;
}

void
st_sieve_add(struct st_sieves *f, int64_t clue)
{
	struct st_sieve *one;

	if (f == NULL)
		return;
	one = slot_of(f, clue >> 32);
	if (one->period == clue >> 32 && one->whole)
		add(f, one, clue);
}

static int
read_period(struct rk_store *s, struct st_sieve *one, int64_t limit, bool *whole,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_CLUE_PERIOD, err);
	int64_t n = 0;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, one->period << 32);
	st_int(st, 2, (one->period + 1) << 32);
	st_int(st, 3, limit);
	while ((rc = st_step(s, st, err)) == 1) {
		if (limit > 1)
			add(s->sieves, one, st_col_int(st, 0));
		n++;
	}
	if (rc == 0)
		*whole = limit > 1 || n == 0;
	else
		drop(s->sieves, one);
	return rc;
}

int
st_sieve_may(struct rk_store *s, int64_t clue, bool *may, struct rk_err *err)
{
	struct st_sieve *one;
	uint64_t h, bits;

	*may = true;
	if (s->sieves == NULL)
		s->sieves = rk_xcalloc(1, sizeof(*s->sieves));
	one = of_period(s->sieves, clue >> 32);
	if (!one->whole) {
		/* at first: is there anything? at last: what? */
		if (one->asked++ == 0 && read_period(s, one, 1, &one->whole, err) != 0)
			return -1;
		if (one->asked == ASKED_MAX &&
		    read_period(s, one, INT64_MAX, &one->whole, err) != 0)
			return -1;
		if (!one->whole)
			return 0;
	}
	h = mix((uint64_t)clue);
	bits = bits_of(h);
	*may = false;
	for (unsigned i = 0; i < one->n_layers && !*may; i++) {
		const struct st_layer *l = &one->layers[i];

		*may = (l->words[h & (l->n_words - 1)] & bits) == bits;
	}
	return 0;
}

int
st_sieve_none(struct rk_store *s, int64_t period, bool *none, struct rk_err *err)
{
	const struct st_sieve *one;
	bool may;

	if (st_sieve_may(s, period << 32, &may, err) != 0)
		return -1;
	one = slot_of(s->sieves, period);
	*none = one->whole && one->n_layers == 0;
	return 0;
}
