/*
 * The index from address, text and fingerprint to entries, by which candidates for a
 * story are found.
 *
 * Hashes fall all over an index, so that putting in the few of one transaction would
 * write most of its pages again (measured: twice the cost of storing an entry). The
 * newest are therefore held in memory and go to the table `clue` by the ten thousand,
 * in order; and above the hash stands the period of the entry's date, some seven weeks,
 * so that what is written and what is looked at, the days of the date guard, lies on the
 * pages of one or two periods, however much is stored. A start reads the newest again from
 * the rows behind the mark. A clue is only a hint, 32 bits: the reader compares with the
 * row.
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

/* Seconds to the period; those of a version's rows are never made again. */
#define PERIOD_BITS 22
#define LAST_DATE   ((int64_t)1 << 40)
#define LAST_STATED INT64_C(4133980800)

static int64_t
period_of(int64_t date)
{
	if (date < 0)
		return 0;
	return (date < LAST_DATE ? date : LAST_DATE) >> PERIOD_BITS;
}

static int64_t
clue_of(int64_t period, uint32_t key)
{
	return period << 32 | (int64_t)key;
}

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

static size_t
slot_of(const struct st_clues *c, int64_t hash)
{
	return (size_t)((uint64_t)hash * 0x9e3779b97f4a7c15u >> 32) & (c->cap - 1);
}

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
remember(struct st_clues *c, int64_t hash, int64_t entry)
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

static void
remember_set(
    struct st_clues *c, const struct st_clue_set *set, int64_t date, int64_t entry)
{
	for (size_t i = 0; i < sizeof(set->key) / sizeof(*set->key); i++)
		if (set->key[i] != 0)
			remember(c, clue_of(period_of(date), set->key[i]), entry);
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
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_print print;
		struct st_clue_set set;

		(void)rk_print_read(st_col_blob(st, 4), &print);
		st_clue_set(&set, st_col_hash(st, 2), st_col_hash(st, 3), &print);
		remember_set(c, &set, st_col_int(st, 1), st_col_int(st, 0));
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
	return st_run(s, st, err);
}

int
st_clue_add(struct rk_store *s, const struct st_clue_set *set, int64_t date,
    int64_t entry, struct rk_err *err)
{
	if (entry > s->clues.upto) {
		remember_set(&s->clues, set, date, entry);
		return 0;
	}
	for (size_t i = 0; i < sizeof(set->key) / sizeof(*set->key); i++)
		if (set->key[i] != 0 && /* an old entry that was edited */
		    put(s, clue_of(period_of(date), set->key[i]), entry, err) != 0)
			return -1;
	return 0;
}

#define MAX_PERIODS 2 /* four weeks in seven */
#define SURE        2 /* keys that tell by themselves stand first */
#define MAX_MET     ((2 + RK_PRINT_KEYS) * MAX_PERIODS * ST_CANDIDATES)

static bool
is_one_of(const int64_t *rows, int n, int64_t row)
{
	for (int i = 0; i < n; i++)
		if (rows[i] == row)
			return true;
	return false;
}

/* Entries with that clue, each once (an edit may have added it again), the newest first; they are added to met. Where there are more
 * than are looked at, it is a phrase that many use: negative, to count beside others. */
static int
find(struct rk_store *s, int64_t hash, int64_t *met, int *n, struct rk_err *err)
{
	const struct st_clues *c = &s->clues;
	sqlite3_stmt *st;
	int from = *n, rc;

	for (uint32_t i = c->cap > 0 ? c->head[slot_of(c, hash)] : 0;
	     i != 0 && *n - from < ST_CANDIDATES; i = c->next[i - 1])
		if (c->hash[i - 1] == hash &&
		    !is_one_of(met + from, *n - from, c->entry[i - 1]))
			met[(*n)++] = c->entry[i - 1];
	if (*n - from == ST_CANDIDATES || c->upto == 0)
		goto out;
	if ((st = st_get(s, ST_CLUE_GET, err)) == NULL)
		return -1;
	st_int(st, 1, hash);
	st_int(st, 2, ST_CANDIDATES - (*n - from));
	while ((rc = st_step(s, st, err)) == 1)
		if (!is_one_of(met + from, *n - from, st_col_int(st, 0)))
			met[(*n)++] = st_col_int(st, 0);
	if (rc < 0)
		return -1;
out:
	for (int i = from; *n - from == ST_CANDIDATES && i < *n; i++)
		met[i] = -met[i];
	return 0;
}

static int
by_row(const void *a, const void *b)
{
	int64_t x = llabs(*(const int64_t *)a), y = llabs(*(const int64_t *)b);

	return x < y ? -1 : x > y;
}

/* Met by many clues first; the older of two that were met by as many. */
static int
by_hits(const void *a, const void *b)
{
	const struct st_clue_hit *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

int
st_clue_find(struct rk_store *s, const struct st_clue_set *set, int64_t date, int days,
    struct st_clue_hit *hits, int max, struct rk_err *err)
{
	struct st_clue_hit all[MAX_MET];
	int64_t met[MAX_MET], sure[SURE * MAX_PERIODS * ST_CANDIDATES];
	int64_t guard = (int64_t)days * 24 * 3600;
	int64_t first, last;
	int n = 0, n_all = 0, n_sure = 0;

	date = date < 0 ? 0 : date < LAST_DATE ? date : LAST_DATE;
	first = period_of(date - guard);
	last = period_of(date + guard);
	rk_assert(last - first < MAX_PERIODS);
	for (size_t i = 0; i < sizeof(set->key) / sizeof(*set->key); i++)
		for (int64_t p = first; set->key[i] != 0 && p <= last; p++)
			if (find(s, clue_of(p, set->key[i]), met, &n, err) != 0)
				return -1;
			else if (i < SURE)
				n_sure = n;
	for (int i = 0; i < n_sure; i++)
		sure[i] = llabs(met[i]);
	if (n == 0)
		return 0;
	qsort(met, (size_t)n, sizeof(*met), by_row);
	for (int i = 0, to; i < n; i = to) {
		int64_t row = llabs(met[i]);
		bool alone = true;

		for (to = i; to < n && llabs(met[to]) == row; to++)
			alone = alone && met[to] < 0;
		if (!alone || to - i > 1)
			all[n_all++] = (struct st_clue_hit){
			    row, (unsigned)(to - i), is_one_of(sure, n_sure, row)};
	}
	qsort(all, (size_t)n_all, sizeof(*all), by_hits);
	if (n_all > max)
		n_all = max;
	for (int i = 0; i < n_all; i++)
		hits[i] = all[i];
	return n_all;
}

int
st_clue_everywhere(
    struct rk_store *s, uint64_t url_hash, int64_t *rows, int max, struct rk_err *err)
{
	int64_t met[ST_CANDIDATES];
	int n = 0;

	/* dates are believed up to 2100: some thousand look-ups, for a person */
	for (int64_t p = 0; p <= period_of(LAST_STATED) && n < max; p++) {
		int some = 0;

		if (find(s, clue_of(p, fold(url_hash)), met, &some, err) != 0)
			return -1;
		for (int i = 0; i < some && n < max; i++)
			rows[n++] = llabs(met[i]);
	}
	return n;
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
		pairs[i] = (struct pair){c->hash[i], c->entry[i]};
	qsort(pairs, c->n, sizeof(*pairs), by_hash);
	for (size_t i = 0; i < c->n; i++)
		if (put(s, pairs[i].hash, pairs[i].entry, err) != 0)
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
