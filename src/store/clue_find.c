/*
 * Looking for the entries that share clues with a new one, in memory and in the table
 * (clue.c), by the days of the date guard; and which of them share most. Knows nothing
 * of what the entries say, nor how clues came to be stored.
 */
#include "clue_bits_int.h"
#include "clue_int.h"
#include "store_int.h"

#include <stdlib.h>

#define LAST_STATED INT64_C(4133980800)

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

#define ST_CANDIDATES 32 /* newest entries looked at for one hash */
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
