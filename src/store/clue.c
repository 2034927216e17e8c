/*
 * The index from hashes of text and address to entries, by which candidates for a
 * story are found.
 *
 * Hashes fall all over an index, so that putting in the few of one transaction would
 * write most of its pages again (measured: twice the cost of storing an entry). The
 * newest are therefore held in memory and go to the table `clue` by the ten thousand,
 * in order. A start reads them again from the rows behind the mark. A clue is only a
 * hint, 32 bits of the hash: the reader compares with the row.
 */
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FLUSH_FROM ((size_t)32768) /* some 16,000 entries: read in 30 ms at a start */
#define FIRST_CAP  ((size_t)1024)

static const char mark_key[] = "clue_upto";

static uint32_t
fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

static int64_t
column_of(uint32_t hash)
{
	return (int32_t)hash; /* signed: four bytes in the table */
}

/* ---- in memory: chains through arrays, newest first */

static void
chain(struct st_clues *c, size_t i)
{
	uint32_t *head = &c->head[c->hash[i] & (c->cap - 1)];

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
remember(struct st_clues *c, uint32_t hash, int64_t entry)
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
	c->entry[c->n] = entry;
	chain(c, c->n++);
	if (entry > c->newest)
		c->newest = entry;
}

void
st_clues_free(struct st_clues *c)
{
	free(c->hash);
	free(c->entry);
	free(c->next);
	free(c->head);
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
	if ((st = st_get(s, ST_CLUE_REST, err)) == NULL)
		return -1;
	st_int(st, 1, c->upto);
	while ((rc = st_step(s, st, err)) == 1)
		for (int column = 1; column <= 2; column++)
			if (st_col_hash(st, column) != 0)
				remember(c, fold(st_col_hash(st, column)),
				    st_col_int(st, 0));
	c->committed = c->n;
	return rc;
}

/* ---- both */

static int
put(struct rk_store *s, uint32_t hash, int64_t entry, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_CLUE_ADD, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, column_of(hash));
	st_int(st, 2, entry);
	return st_run(s, st, err);
}

int
st_clue_add(struct rk_store *s, uint64_t hash, int64_t entry, struct rk_err *err)
{
	if (hash == 0)
		return 0;
	if (entry <= s->clues.upto) /* an old entry that was edited */
		return put(s, fold(hash), entry, err);
	remember(&s->clues, fold(hash), entry);
	return 0;
}

int
st_clue_find(
    struct rk_store *s, uint64_t hash, int64_t *rows, int max, struct rk_err *err)
{
	const struct st_clues *c = &s->clues;
	uint32_t folded = fold(hash);
	sqlite3_stmt *st;
	int n = 0, rc;

	if (hash == 0)
		return 0;
	for (uint32_t i = c->cap > 0 ? c->head[folded & (c->cap - 1)] : 0;
	     i != 0 && n < max; i = c->next[i - 1])
		if (c->hash[i - 1] == folded)
			rows[n++] = c->entry[i - 1];
	if (n == max || c->upto == 0)
		return n;
	if ((st = st_get(s, ST_CLUE_GET, err)) == NULL)
		return -1;
	st_int(st, 1, column_of(folded));
	st_int(st, 2, max - n);
	while ((rc = st_step(s, st, err)) == 1) {
		rk_assert(n < max);
		rows[n++] = st_col_int(st, 0);
	}
	return rc < 0 ? -1 : n;
}

struct pair {
	int64_t hash, entry;
};

static int
by_hash(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
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
		pairs[i] = (struct pair){column_of(c->hash[i]), c->entry[i]};
	qsort(pairs, c->n, sizeof(*pairs), by_hash);
	for (size_t i = 0; i < c->n; i++)
		if (put(s, (uint32_t)pairs[i].hash, pairs[i].entry, err) != 0)
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

		st_clues_free(c); /* a big batch may have made it large */
		c->upto = c->newest = newest;
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
