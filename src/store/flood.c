/*
 * One source cannot flood what many share: in nodes that merge sources a source has at
 * most a share of the places for each day, as long as others have something to show.
 * What it published beyond is in the nodes of its own province and agency.
 *
 * Days are those of the stories' places in the timeline, which never change: what a
 * newer story of its source put out of a node does not come back on another day.
 */
#include <ruamkhao/limits.h>

#include "store_int.h"
#include "timeline_int.h"

#include <ruamkhao/date.h>

#include <stdlib.h>

#define DAY 86400

/* How often a key was met; open addressing, key 0: free. */
struct tally {
	uint64_t *key;
	unsigned *n;
	size_t cap;
};

static size_t
slot(const struct tally *t, uint64_t key)
{
	size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (t->cap - 1);

	while (t->key[i] != 0 && t->key[i] != key)
		i = (i + 1) & (t->cap - 1);
	return i;
}

static unsigned
count(struct tally *t, uint64_t key)
{
	size_t i = slot(t, key);

	t->key[i] = key;
	return ++t->n[i];
}

static unsigned
times(const struct tally *t, uint64_t key)
{
	return t->n[slot(t, key)];
}

static void
tally_begin(struct tally *t, size_t n)
{
	t->cap = 64;
	while (t->cap < 2 * n + 2)
		t->cap *= 2;
	t->key = rk_xcalloc(t->cap, sizeof(*t->key));
	t->n = rk_xcalloc(t->cap, sizeof(*t->n));
}

static void
tally_end(struct tally *t)
{
	free(t->key);
	free(t->n);
}

static uint64_t
day_of(int64_t sort)
{
	int64_t local = sort / ST_SORT_SECOND + RK_BANGKOK;

	return (uint64_t)(local / DAY - (local % DAY < 0)) & 0xffffffff;
}

/* The order holds a byte of the source: what that tells apart needs no row. */
static uint64_t
rough_key(struct st_pick p)
{
	return (day_of(p.sort) << 9 | ((uint64_t)p.sort & 0xff) << 1) | 1;
}

static int
source_of(struct rk_store *s, int64_t row, int64_t *source, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ENTRY_SOURCE, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: an index names no entry",
				    s->name);
	*source = st_col_int(st, 0);
	sqlite3_reset(st);
	return 0;
}

/* over[i]: as many newer stories of its source and day as a share are before it. *kept:
 * of how many that is not so. */
static int
mark(struct rk_store *s, const struct st_pick *p, size_t n, unsigned share, bool *over,
    size_t *kept, struct rk_err *err)
{
	struct tally rough, exact;
	int64_t source = 0;
	int rc = -1;

	tally_begin(&rough, n);
	tally_begin(&exact, n);
	for (size_t i = 0; i < n; i++)
		(void)count(&rough, rough_key(p[i]));
	*kept = 0;
	for (size_t i = 0; i < n; i++) {
		over[i] = false;
		if (times(&rough, rough_key(p[i])) > share) {
			if (source_of(s, p[i].row, &source, err) != 0)
				goto out;
			over[i] = count(&exact, (uint64_t)source << 32 |
						    (day_of(p[i].sort) + 1)) > share;
		}
		*kept += !over[i];
	}
	rc = 0;
out:
	tally_end(&rough);
	tally_end(&exact);
	return rc;
}

/* The newest `max` of what is not over, then of what is; order kept. */
static size_t
choose(struct st_pick *p, size_t n, bool *over, size_t kept, size_t max)
{
	size_t room = max > kept ? max - kept : 0, m = 0;

	for (size_t i = 0; i < n && m < max; i++) {
		if (over[i] && room == 0)
			continue;
		room -= over[i];
		p[m++] = p[i];
	}
	return m;
}

static bool
is_shared(struct rk_str id)
{
	switch (rk_node_scheme(id, NULL)) {
	case RK_SCHEME_ALL:
	case RK_SCHEME_NATIONAL:
	case RK_SCHEME_CLUSTER:
	case RK_SCHEME_INSPECTION:
	case RK_SCHEME_REGION:
	case RK_SCHEME_TOPIC:
		return true;
	case RK_SCHEME_PROVINCE:
	case RK_SCHEME_AGENCY:
	case RK_SCHEME_UNKNOWN:
		break;
	}
	return false;
}

int
st_shared(struct rk_store *s, unsigned node, unsigned max, struct st_pick **picks,
    size_t *n, struct rk_err *err)
{
	unsigned share = max / RK_FLOOD_SHARE, want = max;
	size_t kept;
	bool *over;

	if (share < RK_FLOOD_LEAST)
		share = RK_FLOOD_LEAST;
	if (!is_shared(s->regions.nodes[node].id))
		return st_newest(s, node, max, picks, n, err);
	for (;; want *= 4) {
		if (st_newest(s, node, want, picks, n, err) != 0)
			return -1;
		over = rk_xcalloc(*n + 1, sizeof(*over));
		if (mark(s, *picks, *n, share, over, &kept, err) != 0) {
			free(over);
			free(*picks);
			*picks = NULL;
			*n = 0;
			return -1;
		}
		if (kept >= max || *n < want || want >= max * RK_FLOOD_LOOK)
			break;
		free(over);
		free(*picks);
	}
	*n = choose(*picks, *n, over, kept, max);
	free(over);
	return 0;
}
