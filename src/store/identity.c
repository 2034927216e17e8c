/*
 * Which stored entry an item of a document is. RELIABILITY 0.8: keys are scoped to the
 * source, so that no site can reach another's entries.
 *
 * The strongest key of an item decides. A weaker one may, when its entry is not in this
 * document under its own key and enough else agrees: then the publisher gave it a new
 * guid or address. All keys an entry was ever known by are kept.
 */
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/hash.h>

#define DAY ((int64_t)86400)

/* Numbers that an item of this document has taken: rows, or keys. Open addressing. */
struct taken {
	uint64_t *v; /* 0: free */
	size_t mask;
};

static void
taken_init(struct taken *t, struct rk_arena *arena, size_t most)
{
	size_t cap = 16;

	while (cap < 2 * most)
		cap *= 2;
	t->v = rk_arena_array(arena, cap, sizeof(*t->v));
	t->mask = cap - 1;
}

static uint64_t *
taken_slot(const struct taken *t, uint64_t n)
{
	size_t i = (size_t)(n * 0x9e3779b97f4a7c15u >> 20) & t->mask;

	while (t->v[i] != 0 && t->v[i] != n)
		i = (i + 1) & t->mask;
	return &t->v[i];
}

/* False: somebody has it already. */
static bool
take(const struct taken *t, uint64_t n)
{
	uint64_t *slot = taken_slot(t, n);
	bool mine = *slot == 0;

	*slot = n;
	return mine;
}

/* Two versions with the same mark do not differ in anything we store. */
static uint64_t
mark_of(const struct rk_entry *e)
{
	uint64_t parts[2 + RK_MAX_KEYS] = {e->text_hash, e->meta_hash};
	uint64_t mark;

	for (unsigned i = 0; i < e->n_keys; i++)
		parts[2 + i] = e->keys[i].hash;
	mark = rk_hash64(rk_strn((const char *)parts, sizeof(parts)));
	return mark != 0 ? mark : 1;
}

int
st_key_find(
    struct st_ingest *g, uint64_t key, int64_t *row, uint64_t *seen, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_KEY_GET, err);
	int rc;

	*row = 0;
	*seen = 0;
	if (st == NULL)
		return -1;
	st_int(st, 1, g->source);
	st_hash(st, 2, key);
	if ((rc = st_step(g->store, st, err)) == 1) {
		*row = st_col_int(st, 0);
		*seen = st_col_hash(st, 1);
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

/* The source has entries at all: 1, 0, -1 failed. */
static int
has_entries(struct st_ingest *g, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_KEY_ANY, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, g->source);
	if ((rc = st_step(g->store, st, err)) == 1)
		sqlite3_reset(st);
	return rc;
}

/* May the entry `row`, met by a weaker key of that kind, be this item? 1, 0, -1. */
static int
agrees(struct st_ingest *g, const struct rk_entry *e, enum rk_key_kind kind,
    int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_ENTRY_OLD, err);
	bool same_text, same_title, same_date, had_guid, dated;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(g->store, st, err)) != 1)
		return rc; /* a key without an entry: not this one */
	had_guid = st_col_int(st, 3) == RK_KEY_GUID;
	dated = e->published != RK_NO_TIME && st_col_time(st, 4) != RK_NO_TIME;
	same_date = dated && st_col_time(st, 4) == e->published;
	same_text = st_col_hash(st, 7) == e->text_hash;
	same_title = e->title.n > 0 && rk_str_eq(st_col_text(st, 12), e->title);
	sqlite3_reset(st);
	/* A recurring bulletin has the same words every day: the same text alone is the
	 * same entry only with the same date. Where one of the two has none (the operator
	 * distrusts dates since, or does no more), only two guids can tell them apart. */
	if (kind == RK_KEY_TEXT)
		return same_text &&
		       (same_date ||
			   (!dated && !(had_guid && e->keys[0].kind == RK_KEY_GUID)));
	/* What never had a guid was known by its address. */
	return !had_guid || same_text || same_title || same_date;
}

static int
by_strongest(struct st_ingest *g, const struct taken *rows, struct rk_err *err)
{
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];

		if (item->skip)
			continue;
		if (st_key_find(g, item->entry->keys[0].hash, &item->row, &item->seen,
			err) != 0)
			return -1;
		if (item->row != 0 && !take(rows, (uint64_t)item->row))
			item->skip = true;
	}
	return 0;
}

static int
by_weaker(struct st_ingest *g, const struct taken *rows, struct rk_err *err)
{
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];
		const struct rk_entry *e = item->entry;

		if (item->skip || item->row != 0)
			continue;
		for (unsigned k = 1; k < e->n_keys && item->row == 0; k++) {
			int64_t row;
			uint64_t seen;
			int same;

			if (st_key_find(g, e->keys[k].hash, &row, &seen, err) != 0)
				return -1;
			if (row == 0 || *taken_slot(rows, (uint64_t)row) != 0)
				continue;
			if ((same = agrees(g, e, e->keys[k].kind, row, err)) < 0)
				return -1;
			if (same == 1) {
				(void)take(rows, (uint64_t)row);
				item->row = row;
				item->rekeyed = true;
			}
		}
	}
	return 0;
}

/*
 * Its moment for the order: the stated date; first seen where that is more than a day
 * ahead (rd.go.th prints days of events); first seen minus the position where none is
 * stated or believed, so that the order of the document is kept (base: when the document
 * was first seen, of which this may be a later part).
 */
static void
place(struct st_item *item, int64_t now, int64_t base)
{
	const struct rk_entry *e = item->entry;
	int64_t stated = e->published != RK_NO_TIME ? e->published : e->updated;

	if (e->found.basis == RK_BASIS_DISTRUSTED)
		stated = RK_NO_TIME;
	item->day = stated != RK_NO_TIME && e->found.precision == RK_BY_DAY;
	item->when = stated == RK_NO_TIME ? base - (int64_t)e->position : stated;
	if (item->when > now + DAY) {
		item->when = now;
		item->day = false;
	}
}

int
st_identify(struct st_ingest *g, struct rk_err *err)
{
	const struct rk_ingest *in = g->poll->ingest;
	struct rk_arena *arena = g->store->scratch;
	struct taken keys, rows;
	int rc;

	g->n = in->n_entries;
	taken_init(&keys, arena, g->n);
	g->items = rk_arena_array(arena, g->n + 1, sizeof(*g->items));
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];
		const struct rk_entry *e = &in->entries[i];

		rk_assert(e->n_keys <= RK_MAX_KEYS);
		item->entry = e;
		/* of two with one key the first in the document, the newest, stays */
		item->skip = e->n_keys == 0 ||
			     (e->keys[0].hash != 0 && !take(&keys, e->keys[0].hash));
		item->mark = mark_of(e);
		place(item, g->poll->now, g->base);
	}
	if ((rc = has_entries(g, err)) <= 0)
		return rc;
	taken_init(&rows, arena, g->n);
	return by_strongest(g, &rows, err) != 0 || by_weaker(g, &rows, err) != 0 ? -1
										 : 0;
}

static int
add(struct st_ingest *g, enum st_id id, uint64_t key, int64_t row, uint64_t seen,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, id, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, g->source);
	st_hash(st, 2, key);
	st_int(st, 3, row);
	if (seen != 0)
		st_hash(st, 4, seen);
	else
		st_time(st, 4, RK_NO_TIME);
	if (st_run(g->store, st, err) != 0)
		return -1;
	return sqlite3_changes(g->store->db) > 0;
}

int
st_keys_claim(
    struct st_ingest *g, const struct st_item *item, int64_t row, struct rk_err *err)
{
	const struct rk_entry *e = item->entry;
	int rc = add(g, ST_KEY_ADD, e->keys[0].hash, row, item->mark, err);

	for (unsigned i = 1; rc == 1 && i < e->n_keys; i++)
		if (add(g, ST_KEY_ADD, e->keys[i].hash, row, 0, err) < 0)
			rc = -1;
	return rc;
}

int
st_keys_renew(struct st_ingest *g, const struct st_item *item, struct rk_err *err)
{
	const struct rk_entry *e = item->entry;
	sqlite3_stmt *st;
	int rc = add(g, ST_KEY_SEEN, e->keys[0].hash, item->row, item->mark, err);

	for (unsigned i = 1; rc >= 0 && i < e->n_keys; i++)
		rc = add(g, ST_KEY_ADD, e->keys[i].hash, item->row, 0, err);
	if (rc < 0)
		return -1;
	if (!item->rekeyed)
		return 0;
	if ((st = st_get(g->store, ST_ENTRY_KIND, err)) == NULL)
		return -1;
	st_int(st, 1, item->row);
	st_int(st, 2, e->keys[0].kind); /* the enum begins with the strongest */
	return st_run(g->store, st, err);
}

int
st_key_shared(struct st_ingest *g, uint64_t key, int64_t row, struct rk_err *err)
{
	return add(g, ST_KEY_ADD, key, row, 0, err) < 0 ? -1 : 0;
}
