/*
 * Which stored entry an item of a document is. RELIABILITY 0.8: keys are scoped to the
 * source, so that no site can reach another's entries.
 *
 * The strongest key of an item decides. A weaker one may, when its entry is not in this
 * document under its own key and enough else agrees: then the publisher gave it a new
 * guid or address. When most items of a document come with new guids at once, the site
 * got a new system, and less has to agree. All keys an entry was ever known by are kept,
 * even when the entry itself is not.
 */
#include "ingest_int.h"
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
mark_of(const struct st_item *item)
{
	uint64_t parts[2 + RK_MAX_KEYS] = {item->entry->text_hash, item->entry->meta_hash};
	uint64_t mark;

	for (unsigned i = 0; i < item->n_keys; i++)
		parts[2 + i] = item->keys[i].hash;
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

/* An item's keys without those of a kind that its source was found to misuse. */
static void
believe(const struct st_ingest *g, struct st_item *item)
{
	const struct rk_entry *e = item->entry;

	rk_assert(e->n_keys <= RK_MAX_KEYS);
	item->n_keys = 0;
	for (unsigned k = 0; k < e->n_keys; k++) {
		if (e->keys[k].kind == RK_KEY_GUID && g->steady.rule != ST_TRUSTED &&
		    e->n_keys > 1)
			continue;
		item->keys[item->n_keys].kind = e->keys[k].kind;
		item->keys[item->n_keys++].hash = e->keys[k].hash;
	}
	item->mark = mark_of(item);
}

/* The id is the address, in whatever way that is written. */
static struct rk_str
bare(struct rk_str url)
{
	size_t at = rk_str_find(url, RK_STR("://"));

	if (at != SIZE_MAX)
		url = rk_str_from(url, at + 3);
	return rk_str_istarts(url, "www.") ? rk_str_from(url, 4) : url;
}

static bool
is_link(const struct rk_entry *e)
{
	return e->guid_is_url || (e->url.n > 0 && rk_str_eq(bare(e->guid), bare(e->url)));
}

/* What a stored row and an item have in common. */
struct common {
	bool there; /* the row is: its keys may outlive it */
	bool had_guid, dated, date, text, title, url;
};

static int
compare(struct st_ingest *g, const struct rk_entry *e, int64_t row, struct common *c,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_ENTRY_OLD, err);
	int rc;

	*c = (struct common){0};
	if (st == NULL)
		return -1;
	if (row == ST_GONE)
		return 0;
	st_int(st, 1, row);
	if ((rc = st_step(g->store, st, err)) != 1)
		return rc;
	c->there = true;
	c->had_guid = st_col_int(st, 3) == RK_KEY_GUID;
	c->dated = e->published != RK_NO_TIME && st_col_time(st, 4) != RK_NO_TIME;
	c->date = c->dated && st_col_time(st, 4) == e->published;
	c->text = st_col_hash(st, 7) == e->text_hash;
	c->url = e->url_hash != 0 && st_col_hash(st, 9) == e->url_hash;
	c->title = e->title.n > 0 && rk_str_eq(st_col_text(st, 12), e->title);
	sqlite3_reset(st);
	return 0;
}

/* A date with a time of day that somebody did not just fill in. */
static bool
is_moment(const struct rk_entry *e)
{
	return e->found.precision != RK_BY_DAY && e->published % DAY != 0 &&
	       (e->published + RK_BANGKOK) % DAY != 0;
}

/*
 * May the row, met by a weaker key of that kind, be this item? switched: the document
 * shows that the site's ids are new ones.
 */
static bool
agrees(const struct st_item *item, enum rk_key_kind kind, const struct common *c,
    bool switched)
{
	const struct rk_entry *e = item->entry;
	bool two_guids = c->had_guid && item->keys[0].kind == RK_KEY_GUID;

	switch (kind) {
	case RK_KEY_TEXT:
		/* A recurring bulletin has the same words every day: the same text alone
		 * is the same entry only with the same date. Where one of the two has
		 * none (the operator distrusts dates since, or does no more), only two
		 * guids can tell them apart. */
		return c->text && (c->date || (!c->dated && (!two_guids || switched)));
	case RK_KEY_TITLE:
		/* Announcements of one day may have the same title and no text. */
		return c->date &&
		       (switched || (c->text && (e->merge_hash != 0 ||
						   is_moment(e))));
	case RK_KEY_URL:
		/* What never had a guid was known by its address. */
		return !c->had_guid || switched || c->text || c->title || c->date ||
		       is_link(e);
	case RK_KEY_GUID:
	case RK_KEY_NONE:
		break;
	}
	return false;
}

/* ---- by the strongest key */

/*
 * A guid that is met with another address, title, text and date than before is an edit
 * of everything, or the publisher gave it to another entry. When the address is that of
 * an entry we know, it is that one. else counted: *strange.
 */
static int
doubt(struct st_ingest *g, struct st_item *item, const struct taken *rows,
    unsigned *strange, struct rk_err *err)
{
	const struct rk_entry *e = item->entry;
	struct common c;
	int64_t other = 0;
	uint64_t seen = 0;

	if (compare(g, e, item->row, &c, err) != 0)
		return -1;
	if (!c.there || c.url || c.title || c.text || c.date || e->url_hash == 0)
		return 0;
	for (unsigned k = 1; k < item->n_keys && other == 0; k++)
		if (item->keys[k].kind == RK_KEY_URL &&
		    st_key_find(g, item->keys[k].hash, &other, &seen, err) != 0)
			return -1;
	if (other <= 0 || other == item->row) {
		*strange += other == 0;
		return 0;
	}
	if (*taken_slot(rows, (uint64_t)other) != 0)
		return 0;
	item->row = other;
	item->seen = 0;
	return 0;
}

static int
by_strongest(struct st_ingest *g, const struct taken *rows, unsigned *strange,
    struct rk_err *err)
{
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];

		if (item->skip)
			continue;
		if (st_key_find(g, item->keys[0].hash, &item->row, &item->seen, err) != 0)
			return -1;
		if (item->row == ST_GONE)
			item->skip = true; /* known, never again */
		if (item->skip || item->row == 0)
			continue;
		if (item->keys[0].kind == RK_KEY_GUID && item->seen != item->mark &&
		    doubt(g, item, rows, strange, err) != 0)
			return -1;
		if (!take(rows, (uint64_t)item->row))
			item->skip = true;
	}
	return 0;
}

/* ---- by the others */

/* How surely a row is the item: by what has to agree always, or only when the document
 * shows that the site's ids are new ones; LIKELY ones help to show it. */
enum sure { NOT, IF_SWITCHED, LIKELY, SURELY };

/* The first row that a weaker key leads to and that no item has; 0: none. first: of the
 * keys that were not looked for yet. */
static int
weaker(struct st_ingest *g, struct st_item *item, unsigned first,
    const struct taken *rows, bool switched, int64_t *row, enum sure *sure,
    struct rk_err *err)
{
	struct common c;
	uint64_t seen;

	*sure = NOT;
	*row = 0;
	for (unsigned k = first; k < item->n_keys; k++) {
		enum rk_key_kind kind = item->keys[k].kind;
		int64_t met;

		if (st_key_find(g, item->keys[k].hash, &met, &seen, err) != 0)
			return -1;
		if (met == 0 ||
		    (met != ST_GONE && *taken_slot(rows, (uint64_t)met) != 0))
			continue;
		if (compare(g, item->entry, met, &c, err) != 0)
			return -1;
		if (!c.there) { /* the same words may be another round of a bulletin */
			if (kind != RK_KEY_TEXT) {
				*row = ST_GONE;
				return 0;
			}
			continue;
		}
		*row = met;
		if (agrees(item, kind, &c, false))
			*sure = SURELY;
		else if (switched && agrees(item, kind, &c, true))
			*sure = c.text && (c.date || !c.dated) ? LIKELY : IF_SWITCHED;
		if (*sure != NOT)
			return 0;
	}
	return 0;
}

/*
 * How many items with an unknown guid or address are entries that we know by other
 * keys, and does that make the ids of the document new ones? renewed: its source's ids
 * are believed no more, so that every item has another strongest key.
 */
static int
is_switched(struct st_ingest *g, const struct taken *rows, bool *switched,
    bool *renewed, struct rk_err *err)
{
	size_t items = 0, known = 0, moved = 0, sure_ones = 0, guids = 0;

	*switched = *renewed = false;
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];
		int64_t row;
		enum sure sure;

		if (item->skip || item->keys[0].kind == RK_KEY_TEXT)
			continue;
		items++;
		if (item->row != 0) {
			known++;
			continue;
		}
		if (weaker(g, item, 1, rows, true, &row, &sure, err) != 0)
			return -1;
		moved += sure != NOT;
		sure_ones += sure >= LIKELY;
		guids += sure >= LIKELY && item->keys[0].kind == RK_KEY_GUID;
	}
	/* new entries at old addresses alone are what a front page shows every day */
	if (sure_ones == 0 || 4 * known > moved || 2 * moved < items)
		return 0;
	*switched = moved > 1;
	*renewed = guids > 0 && st_steady_renewed(&g->steady);
	if (*renewed)
		for (size_t i = 0; i < g->n; i++)
			believe(g, &g->items[i]);
	return 0;
}

static int
by_weaker(struct st_ingest *g, const struct taken *rows, bool switched, bool renewed,
    struct rk_err *err)
{
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];
		int64_t row;
		enum sure sure;

		if (item->skip || item->row != 0)
			continue;
		if (weaker(g, item, renewed ? 0 : 1, rows, switched, &row, &sure,
			err) != 0)
			return -1;
		item->skip = row == ST_GONE;
		if (sure == NOT)
			continue;
		(void)take(rows, (uint64_t)row);
		item->row = row;
		item->rekeyed = true;
	}
	return 0;
}

/* ---- a document */

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

static int
match(struct st_ingest *g, struct rk_err *err)
{
	struct taken rows;
	unsigned strange = 0;
	bool switched, renewed;

	taken_init(&rows, g->store->scratch, g->n);
	if (by_strongest(g, &rows, &strange, err) != 0 ||
	    is_switched(g, &rows, &switched, &renewed, err) != 0 ||
	    /* rows whose keys are no longer believed need others before the look-ups */
	    (g->steady.keyed == 0 && st_steady_write(g, err) != 0) ||
	    by_weaker(g, &rows, switched, renewed, err) != 0)
		return -1;
	if (st_steady_reused(&g->steady, strange))
		for (size_t i = 0; i < g->n; i++)
			believe(g, &g->items[i]);
	return 0;
}

int
st_identify(struct st_ingest *g, struct rk_err *err)
{
	const struct rk_ingest *in = g->poll->ingest;
	struct taken keys;
	int rc;

	if (st_steady_read(g, err) != 0)
		return -1;
	g->n = in->n_entries;
	taken_init(&keys, g->store->scratch, g->n);
	g->items = rk_arena_array(g->store->scratch, g->n + 1, sizeof(*g->items));
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];

		item->entry = &in->entries[i];
		believe(g, item);
		/* of two with one key the first in the document, the newest, stays */
		item->skip = item->n_keys == 0 ||
			     (item->keys[0].hash != 0 && !take(&keys, item->keys[0].hash));
		place(item, g->poll->now, g->base);
	}
	if ((rc = has_entries(g, err)) < 0)
		return -1;
	if (rc == 0) { /* nothing to be brought up to date */
		g->steady.dirty = g->steady.keyed != ST_KEYED;
		g->steady.keyed = ST_KEYED;
		return 0;
	}
	/* rows of an older program get today's keys before they are looked for */
	if (g->steady.keyed != ST_KEYED && st_steady_write(g, err) != 0)
		return -1;
	return match(g, err);
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
	int rc = add(g, ST_KEY_ADD, item->keys[0].hash, row, item->mark, err);

	for (unsigned i = 1; rc == 1 && i < item->n_keys; i++)
		if (add(g, ST_KEY_ADD, item->keys[i].hash, row, 0, err) < 0)
			rc = -1;
	return rc;
}

int
st_keys_renew(struct st_ingest *g, const struct st_item *item, struct rk_err *err)
{
	sqlite3_stmt *st;
	int rc = add(g, ST_KEY_SEEN, item->keys[0].hash, item->row, item->mark, err);

	for (unsigned i = 1; rc >= 0 && i < item->n_keys; i++)
		rc = add(g, ST_KEY_ADD, item->keys[i].hash, item->row, 0, err);
	if (rc < 0)
		return -1;
	if (!item->rekeyed)
		return 0;
	if ((st = st_get(g->store, ST_ENTRY_KIND, err)) == NULL)
		return -1;
	st_int(st, 1, item->row);
	st_int(st, 2, item->keys[0].kind); /* the enum begins with the strongest */
	return st_run(g->store, st, err);
}

int
st_keys_unseen(struct st_ingest *g, const struct st_item *item, struct rk_err *err)
{
	return add(g, ST_KEY_SEEN, item->keys[0].hash, item->row, 0, err) < 0 ? -1 : 0;
}

int
st_key_shared(struct st_ingest *g, uint64_t key, int64_t row, struct rk_err *err)
{
	return add(g, ST_KEY_ADD, key, row, 0, err) < 0 ? -1 : 0;
}
