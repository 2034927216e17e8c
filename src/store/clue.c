/*
 * The index from address, text and fingerprint to entries, by which candidates for a
 * story are found.
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
#include "clue_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Some 17,000 entries: every flush writes the pages of a period, and a start after a
 * crash reads what was not flushed (30 ms). A little less than a power of two, so that
 * one more transaction still fits. */
#define FLUSH_FROM ((size_t)118000)
#define FIRST_CAP  ((size_t)1024)

static const char mark_key[] = "clue_upto";
static const char undated_key[] = "clue_undated_upto"; /* rows of an older program */

static uint32_t
fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

/* Seconds to the period; those of a version's rows are never made again. */
#define PERIOD_BITS 22
#define LAST_DATE   ((int64_t)1 << 40)
#define DAY         ((int64_t)24 * 3600)
#define LAST_STATED INT64_C(4133980800)

static int64_t
within_dates(int64_t date)
{
	return date < 0 ? 0 : date < LAST_DATE ? date : LAST_DATE;
}

static int64_t
period_of(int64_t date)
{
	return within_dates(date) >> PERIOD_BITS;
}

/* Of entries of unknown age: 194 days. */
#define VAGUE_BITS 24
_Static_assert((ST_CLUE_DAYS + RK_VAGUE_DAYS) * DAY <= (int64_t)1 << VAGUE_BITS,
    "what is looked at touches two of them, or five of the others");
_Static_assert(LAST_DATE >> PERIOD_BITS < ST_VAGUE_PERIOD, "none is both");

static int64_t
vague_period_of(int64_t date)
{
	return ST_VAGUE_PERIOD | period_of(date) >> (VAGUE_BITS - PERIOD_BITS);
}

static int64_t
clue_of(int64_t period, uint32_t key)
{
	return period << 32 | (int64_t)key;
}

/* Above the row in the table: 1 and up, 0 not known. */
#define ROW_BITS 40
#define ROW_MASK (((int64_t)1 << ROW_BITS) - 1)
#define DAYS     (((int64_t)1 << PERIOD_BITS) / DAY + 2)

static int64_t
day_of(int64_t date)
{
	return (within_dates(date) & (((int64_t)1 << PERIOD_BITS) - 1)) / DAY + 1;
}

/* What is a day there: four. A longer period has no more of them. */
#define PART (DAY << (VAGUE_BITS - PERIOD_BITS))

static int64_t
part_of(int64_t date)
{
	return (within_dates(date) & (((int64_t)1 << VAGUE_BITS) - 1)) / PART + 1;
}

/* In memory: the day below what the row is behind the mark. */
#define DAY_BITS 6
_Static_assert(DAYS < 1 << DAY_BITS, "a day of a period");

/* Days of a period that are looked at, both included; 0 to DAYS: all. */
struct days {
	int64_t first, last;
};

/* Those of a period that begins there between two dates, in days or other parts. */
static struct days
days_between(int64_t begin, int64_t from, int64_t to, int64_t part)
{
	struct days d = {1, DAYS};

	if (from > begin)
		d.first = (from - begin) / part + 1;
	if (to - begin < DAYS * part)
		d.last = (to - begin) / part + 1;
	return d;
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

#define MAX_PERIODS 5 /* half a year in parts of seven weeks; of four weeks, two */
#define SURE        2 /* keys that tell by themselves stand first */
#define RARITY      960u /* divides well */
#define MAX_MET     ((2 + RK_PRINT_KEYS) * MAX_PERIODS * ST_CANDIDATES)

/* An entry that was met by one clue. */
struct st_met {
	int64_t row;
	int64_t apart; /* as in st_clue_hit */
	uint8_t day;   /* of the period; 0 not known */
	bool sure;     /* by what tells by itself */
	bool common;   /* by a phrase that many use: it counts beside others */
	uint8_t among; /* how many were met by the same clue */
};

/* Those that were met by one clue, each once. */
struct meeting {
	struct st_met *met;
	int n;
};

static void
meet(struct meeting *m, int64_t row, int64_t day)
{
	for (int i = 0; i < m->n; i++)
		if (m->met[i].row == row)
			return;
	if (m->n < ST_CANDIDATES)
		m->met[m->n++] = (struct st_met){.row = row, .day = (uint8_t)day};
}

/* Those of the table, the newest day first. */
static int
find_stored(struct rk_store *s, int64_t hash, struct days d, struct meeting *m,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_CLUE_GET, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, hash);
	st_int(st, 2, d.first << ROW_BITS);
	st_int(st, 3, (d.last + 1) << ROW_BITS);
	st_int(st, 4, ST_CANDIDATES - m->n);
	while ((rc = st_step(s, st, err)) == 1)
		meet(m, st_col_int(st, 0) & ROW_MASK, st_col_int(st, 0) >> ROW_BITS);
	return rc;
}

/* Entries with that clue, each once (an edit may have added it again), the newest
 * first: how many were put to met. Where there are more than are looked at, it is a
 * phrase that many use. filtered: one of many look-ups. */
static int
find(struct rk_store *s, int64_t hash, struct days d, bool filtered, struct st_met *met,
    struct rk_err *err)
{
	const struct st_clues *c = &s->clues;
	struct meeting m = {.met = met};
	bool may = c->upto > 0;

	for (uint32_t i = c->cap > 0 ? c->head[slot_of(c, hash)] : 0;
	     i != 0 && m.n < ST_CANDIDATES; i = c->next[i - 1]) {
		int64_t day = c->entry[i - 1] & ((1U << DAY_BITS) - 1);

		if (c->hash[i - 1] == hash && day >= d.first && day <= d.last)
			meet(&m, c->upto + (c->entry[i - 1] >> DAY_BITS), day);
	}
	if (may && m.n < ST_CANDIDATES && filtered &&
	    st_sieve_may(s, hash, &may, err) != 0)
		return -1;
	if (may && m.n < ST_CANDIDATES && find_stored(s, hash, d, &m, err) != 0)
		return -1;
	if (may && d.first > 0 && c->undated && m.n < ST_CANDIDATES &&
	    find_stored(s, hash, (struct days){0, 0}, &m, err) != 0)
		return -1;
	for (int i = 0; i < m.n; i++) {
		met[i].common = m.n == ST_CANDIDATES;
		met[i].among = (uint8_t)m.n;
	}
	return m.n;
}

/* Seconds from a date to the nearest moment of a day, or other part, of a period that
 * begins there. */
static int64_t
apart(int64_t begin, int64_t day, int64_t part, int64_t date)
{
	int64_t from = begin + (day - 1) * part;

	if (day == 0)
		return 0;
	return date < from ? from - date : date >= from + part ? date - from - part : 0;
}

static int
by_row(const void *a, const void *b)
{
	const struct st_met *x = a, *y = b;

	return x->row < y->row ? -1 : x->row > y->row;
}

/* Met by many clues first; of two that were met by as many, by those that few have; then
 * the older one. */
static bool
goes_before(const struct st_clue_hit *x, const struct st_clue_hit *y)
{
	if (x->n != y->n)
		return x->n > y->n;
	return x->rarity != y->rarity ? x->rarity > y->rarity : x->entry < y->entry;
}

static int
keep(struct st_clue_hit *hits, int n, int max, const struct st_clue_hit *hit)
{
	int at = n < max ? n++ : max;

	for (; at > 0 && goes_before(hit, &hits[at - 1]); at--)
		if (at < max)
			hits[at] = hits[at - 1];
	if (at < max)
		hits[at] = *hit;
	return n;
}

/* The rows that were met, each once, those met most often first. */
static int
rank(struct st_met *met, int n, struct st_clue_hit *hits, int max)
{
	int kept = 0;

	qsort(met, (size_t)n, sizeof(*met), by_row);
	for (int i = 0, to; i < n; i = to) {
		struct st_clue_hit hit = {.entry = met[i].row, .apart = INT64_MAX};
		bool alone = true;

		for (to = i; to < n && met[to].row == hit.entry; to++) {
			alone = alone && met[to].common;
			hit.sure = hit.sure || met[to].sure;
			hit.rarity += RARITY / met[to].among;
			if (met[to].apart < hit.apart)
				hit.apart = met[to].apart;
		}
		hit.n = (unsigned)(to - i);
		if (!alone || hit.n > 1)
			kept = keep(hits, kept, max, &hit);
	}
	return kept;
}

/* Of entries of whatever kind: how many are in met then. */
static int
find_dated(struct rk_store *s, const struct st_clue_set *set, int64_t date,
    const struct st_clue_span *span, struct st_met *met, struct rk_err *err)
{
	int64_t from = date - span->before * DAY, to = date + span->after * DAY;
	int64_t first = period_of(from), last = period_of(to);
	int n = 0;

	rk_assert(last - first < MAX_PERIODS);
	for (size_t i = 0; i < sizeof(set->key) / sizeof(*set->key); i++)
		for (int64_t p = first; set->key[i] != 0 && p <= last; p++) {
			int64_t begin = p << PERIOD_BITS;
			struct days d = {0, DAYS};
			int some;

			if (i >= SURE)
				d = days_between(begin, from, to, DAY);
			some = find(s, clue_of(p, set->key[i]), d, true, met + n, err);
			if (some < 0)
				return -1;
			for (; some > 0; some--, n++) {
				met[n].apart = apart(begin, met[n].day, DAY, date);
				met[n].sure = i < SURE;
			}
		}
	return n;
}

/* Of those of unknown age that were first seen later than find_dated looks. */
static int
find_vague(struct rk_store *s, const struct st_clue_set *set, int64_t date,
    const struct st_clue_span *span, struct st_met *met, struct rk_err *err)
{
	int64_t from = date + span->after * DAY, to = from + span->vague * DAY;
	int64_t first = vague_period_of(from), last = vague_period_of(to);
	int n = 0;

	if (!s->clues.vague && s->clues.upto == 0)
		return 0;
	for (int64_t p = first; p <= last; p++) {
		int64_t begin = (p & ~ST_VAGUE_PERIOD) << VAGUE_BITS;
		struct days d = days_between(begin, from, to, PART);
		bool none = false;

		if (!s->clues.vague && st_sieve_none(s, p, &none, err) != 0)
			return -1;
		for (size_t i = 0; !none && i < sizeof(set->key) / sizeof(*set->key); i++) {
			int some = set->key[i] == 0
				       ? 0
				       : find(s, clue_of(p, set->key[i]), d, true,
					     met + n, err);

			if (some < 0)
				return -1;
			for (; some > 0; some--, n++) {
				met[n].apart = apart(begin, met[n].day, PART, date);
				met[n].sure = i < SURE;
			}
		}
	}
	return n;
}

/* For what one search meets: 27 KB, much for a stack and for every search anew. */
static struct st_met *
room(struct st_clues *c)
{
	if (c->met == NULL)
		c->met = rk_xmalloc(MAX_MET * sizeof(*c->met));
	return c->met;
}

int
st_clue_find(struct rk_store *s, const struct st_clue_set *set,
    const struct st_clue_span *span, struct st_clue_hit *hits, int max,
    struct rk_err *err)
{
	struct st_met *met = room(&s->clues);
	int64_t date = within_dates(span->date);
	int n = find_dated(s, set, date, span, met, err), more = 0;

	if (n >= 0 && span->vague > 0)
		more = find_vague(s, set, date, span, met + n, err);
	if (n < 0 || more < 0)
		return -1;
	return n + more > 0 ? rank(met, n + more, hits, max) : 0;
}

int
st_clue_everywhere(
    struct rk_store *s, uint64_t url_hash, int64_t *rows, int max, struct rk_err *err)
{
	struct st_met met[ST_CANDIDATES];
	int n = 0;

	/* dates are believed up to 2100: some thousand look-ups, for a person */
	for (int64_t p = 0; p <= period_of(LAST_STATED) && n < max; p++) {
		int some = find(s, clue_of(p, fold(url_hash)), (struct days){0, DAYS},
		    false, met, err);

		if (some < 0)
			return -1;
		for (int i = 0; i < some && n < max; i++)
			rows[n++] = met[i].row;
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
