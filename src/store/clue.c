/*
 * The index from address, text and fingerprint to entries, by which candidates for a
 * story are found: how it is kept. How it is looked into: clue_find.c.
 *
 * Hashes fall all over an index, so that putting in the few of one transaction would
 * write most of its pages again (measured: twice the cost of storing an entry). The
 * newest are therefore held in memory and go to the table `clue` by the hundred
 * thousand, in order; what the table does not hold is not looked for there
 * (clue_filter.c); and above the hash stands the period of the entry's date, some seven
 * weeks, so that what is written and what is looked at, the days of the date guard,
 * lies on the pages of one or two periods, however much is stored. A start reads the
 * newest again from the rows behind the mark. A clue is only a hint, 32 bits: the
 * reader compares with the row.
 *
 * The day within the period stands above the row, so that what is outside the guard is
 * not even a candidate: a phrase that an office uses all year would lead to ten rows
 * that are read in vain. Only what an address or a whole text leads to is told at any
 * distance: that it is a story of its own is worth a word. Clues of an older program
 * have no day.
 *
 * What stood without a date in a source's first document may be half a year older than
 * its first sight (vague). It looks back so far itself; and for what comes later with an
 * old date it has its clues once more, in periods of their own, four times as long: an
 * entry with a date looks at one or two of those, which hold little, and only if that
 * date is not of these days.
 */
#include "clue_bits_int.h"
#include "clue_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Some 17,000 entries: every flush writes the pages of a period, and a start after a
 * crash reads what was not flushed (30 ms). A little less than a power of two, so that
 * one more transaction still fits. */
#define FLUSH_FROM ((size_t)118000)
#define FIRST_CAP  ((size_t)1024)
#define ST_CLUES_AT_ONCE 16 /* rows of ST_CLUE_ADD_MANY */

static const char mark_key[] = "clue_upto";
static const char undated_key[] = "clue_undated_upto"; /* rows of an older program */

void
st_clue_set(struct st_clue_set *set, uint64_t url_hash, uint64_t merge_hash,
    const struct rk_print *print)
{
	size_t n = 0;

	set->key[n++] = fold(url_hash);
	set->key[n++] = fold(merge_hash);
	for (size_t i = 0; i < RK_PRINT_KEYS; i++)
		set->key[n++] = print->keys[i];
}

/* ---- in memory: chains through arrays, newest first */

static void
chain(struct st_clues *c, size_t i)
{
	uint32_t *head = &c->head[slot_of(c, c->hash[i])];

	c->next[i] = *head;
	*head = (uint32_t)i + 1;
}

static void
rechain(struct st_clues *c)
{
	for (size_t i = 0; i < c->cap; i++)
		c->head[i] = 0;
	for (size_t i = 0; i < c->n; i++)
		chain(c, i);
}

static void
remember(struct st_clues *c, int64_t hash, int64_t entry, int64_t day)
{
	if (c->n == c->cap) {
		c->cap = c->cap > 0 ? 2 * c->cap : FIRST_CAP;
		c->hash = rk_xrealloc(c->hash, c->cap * sizeof(*c->hash));
		c->entry = rk_xrealloc(c->entry, c->cap * sizeof(*c->entry));
		c->next = rk_xrealloc(c->next, c->cap * sizeof(*c->next));
		c->head = rk_xrealloc(c->head, c->cap * sizeof(*c->head));
		rechain(c);
	}
	c->hash[c->n] = hash;
	c->entry[c->n] = (uint32_t)((entry - c->upto) << DAY_BITS | day);
	chain(c, c->n++);
	if (entry > c->newest)
		c->newest = entry;
}

static void
remember_set(struct st_clues *c, const struct st_clue_set *set, int64_t date,
    bool vague, int64_t entry)
{
	for (size_t i = 0; i < sizeof(set->key) / sizeof(*set->key); i++) {
		if (set->key[i] == 0)
			continue;
		remember(c, clue_of(period_of(date), set->key[i]), entry, day_of(date));
		if (vague)
			remember(c, clue_of(vague_period_of(date), set->key[i]), entry,
			    part_of(date));
	}
	c->vague = c->vague || vague; /* what is taken back leaves it: a look in vain */
}

void
st_clues_free(struct st_clues *c)
{
	free(c->hash);
	free(c->entry);
	free(c->next);
	free(c->head);
	free(c->met);
	*c = (struct st_clues){0};
}

int
st_clues_load(struct rk_store *s, struct rk_err *err)
{
	struct st_clues *c = &s->clues;
	struct rk_str mark;
	sqlite3_stmt *st;
	uint64_t upto = 0;
	int rc;

	rk_arena_reset(s->scratch);
	if (st_meta_get(s, rk_str(mark_key), s->scratch, &mark, err) != 0)
		return -1;
	if (mark.p != NULL && rk_str_u64(mark, INT64_MAX, &upto) != 0)
		return rk_err_set(
		    err, RK_E_STORE, "%s: %s is not a number", s->name, mark_key);
	c->upto = c->newest = (int64_t)upto;
	if (st_meta_get(s, rk_str(undated_key), s->scratch, &mark, err) != 0)
		return -1;
	c->undated = mark.p != NULL && !rk_str_eq(mark, RK_STR("0"));
	if ((st = st_get(s, ST_CLUE_REST, err)) == NULL)
		return -1;
	st_int(st, 1, c->upto);
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_print print;
		struct st_clue_set set;

		(void)rk_print_read(st_col_blob(st, 4), &print);
		st_clue_set(&set, st_col_hash(st, 2), st_col_hash(st, 3), &print);
		remember_set(c, &set, st_col_int(st, 1), st_col_int(st, 5) != 0,
		    st_col_int(st, 0));
	}
	c->committed = c->n;
	return rc;
}

/* ---- both */

static int
put(struct rk_store *s, int64_t hash, int64_t entry, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_CLUE_ADD, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, hash);
	st_int(st, 2, entry);
	st_sieve_add(s->sieves, hash);
	return st_run(s, st, err);
}

int
st_clue_add(struct rk_store *s, const struct st_clue_set *set, int64_t date, bool vague,
    int64_t entry, struct rk_err *err)
{
	if (entry > s->clues.upto) {
		remember_set(&s->clues, set, date, vague, entry);
		return 0;
	}
	for (size_t i = 0; i < sizeof(set->key) / sizeof(*set->key); i++) {
		if (set->key[i] == 0) /* an old entry that was edited */
			continue;
		if (put(s, clue_of(period_of(date), set->key[i]),
			day_of(date) << ROW_BITS | entry, err) != 0)
			return -1;
		if (vague && put(s, clue_of(vague_period_of(date), set->key[i]),
				 part_of(date) << ROW_BITS | entry, err) != 0)
			return -1;
	}
	return 0;
}

struct pair {
	int64_t hash, entry; /* as in the table */
};

static int
by_hash(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* In few statements: setting one up costs as much as two rows of an index. */
static int
put_all(struct rk_store *s, const struct pair *pairs, size_t n, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_CLUE_ADD_MANY, err);
	size_t i = 0;

	if (st == NULL)
		return -1;
	for (; i + ST_CLUES_AT_ONCE <= n; i += ST_CLUES_AT_ONCE) {
		for (int k = 0; k < ST_CLUES_AT_ONCE; k++) {
			const struct pair *p = &pairs[i + (size_t)k];

			st_int(st, 2 * k + 1, p->hash);
			st_int(st, 2 * k + 2, p->entry);
			st_sieve_add(s->sieves, p->hash);
		}
		if (st_run(s, st, err) != 0)
			return -1;
	}
	for (; i < n; i++)
		if (put(s, pairs[i].hash, pairs[i].entry, err) != 0)
			return -1;
	return 0;
}

int
st_clues_flush(struct rk_store *s, size_t from, struct rk_err *err)
{
	struct st_clues *c = &s->clues;
	struct pair *pairs;
	char number[32];
	int rc = -1;

	rk_assert(s->in_tx);
	if (c->n < (from > 0 ? from : FLUSH_FROM))
		return 0;
	pairs = rk_xmalloc(c->n * sizeof(*pairs));
	for (size_t i = 0; i < c->n; i++)
		pairs[i] = (struct pair){c->hash[i],
		    (int64_t)(c->entry[i] & ((1U << DAY_BITS) - 1)) << ROW_BITS |
			(c->upto + (c->entry[i] >> DAY_BITS))};
	qsort(pairs, c->n, sizeof(*pairs), by_hash);
	if (put_all(s, pairs, c->n, err) != 0)
		goto out;
	(void)snprintf(number, sizeof(number), "%" PRId64, c->newest);
	if (st_meta_put(s, rk_str(mark_key), rk_str(number), err) != 0)
		goto out;
	c->flushed = true;
	rc = 0;
out:
	free(pairs);
	return rc;
}

void
st_clues_committed(struct rk_store *s)
{
	struct st_clues *c = &s->clues;

	if (c->flushed) {
		int64_t newest = c->newest;
		bool undated = c->undated;

		st_clues_free(c); /* a big batch may have made it large */
		c->upto = c->newest = newest;
		c->undated = undated;
	}
	c->committed = c->n;
}

void
st_clues_dropped(struct rk_store *s, size_t n)
{
	struct st_clues *c = &s->clues;

	c->flushed = false;
	if (n >= c->n)
		return;
	c->n = n;
	rechain(c);
}
