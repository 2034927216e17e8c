/*
 * Which ids of a source can be believed, as measured. A guid that the document itself
 * shows to be none is left out by normalise/; here is what only several documents
 * show: entries that come with new ids again and again, ids that wander from entry to
 * entry. Then the source's entries are known by address, title and text alone, for
 * good: it costs nothing where those tell them apart.
 *
 * Before a rule changes, every row of the source is given all keys that can be made of
 * it, in the transaction of the document that changed it: nothing is published again.
 * The same brings rows of an older program up to date, at the source's next document.
 */
#include "ingest_int.h"
#include "store_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/thai.h>

#include <stdlib.h>

int
st_steady_read(struct st_ingest *g, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_IDENTITY_GET, err);
	int rc;

	g->steady = (struct st_steady){.held_since = RK_NO_TIME};
	if (st == NULL)
		return -1;
	st_int(st, 1, g->source);
	if ((rc = st_step(g->store, st, err)) == 1) {
		g->steady.rule = (enum st_rule)st_col_int(st, 0);
		g->steady.keyed = (int)st_col_int(st, 1);
		g->steady.renewed = st_col_int(st, 2);
		g->steady.reused = st_col_int(st, 3);
		g->steady.held_since = st_col_time(st, 4);
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

bool
st_steady_renewed(struct st_steady *m)
{
	m->dirty = true;
	if (++m->renewed < RK_SWITCH_LIMIT || m->rule != ST_TRUSTED)
		return false;
	m->rule = ST_ROTATE;
	m->keyed = 0;
	return true;
}

bool
st_steady_reused(struct st_steady *m, unsigned entries)
{
	m->dirty = m->dirty || entries > 0;
	m->reused += entries;
	if (m->reused < RK_SWITCH_LIMIT || m->rule != ST_TRUSTED)
		return false;
	m->rule = ST_REUSED;
	m->keyed = 0;
	return true;
}

/* ---- keys of stored rows */

static uint64_t
title_hash(struct rk_str title)
{
	struct rk_buf key;
	uint64_t hash;

	rk_buf_init(&key, RK_MAX_TITLE * 4);
	(void)rk_thai_key(title, &key);
	hash = rk_hash64(rk_buf_view(&key));
	rk_buf_release(&key);
	return hash;
}

/* The keys that normalise/ makes of an entry, but that of its id, which it has. */
static int
rekey(struct st_ingest *g, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_REKEY_ROW, err), *put;
	uint64_t keys[4], url, text;
	int64_t published;
	size_t n = 0;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(g->store, st, err)) != 1)
		return rc; /* its key outlived it */
	url = st_col_hash(st, 0);
	text = st_col_hash(st, 1);
	published = st_col_time(st, 2);
	if (url != 0)
		keys[n++] = url;
	if (url == 0 && published != RK_NO_TIME)
		keys[n++] = rk_key_text(text, published);
	if (url == 0)
		keys[n++] = rk_key_text(text, RK_NO_TIME);
	if (published != RK_NO_TIME && st_col_text(st, 3).n > 0)
		keys[n++] = rk_key_title(title_hash(st_col_text(st, 3)), published);
	sqlite3_reset(st);
	for (size_t i = 0; i < n; i++) {
		if ((put = st_get(g->store, ST_KEY_ADD, err)) == NULL)
			return -1;
		st_int(put, 1, g->source);
		st_hash(put, 2, keys[i]);
		st_int(put, 3, row);
		st_time(put, 4, RK_NO_TIME);
		if (st_run(g->store, put, err) != 0)
			return -1;
	}
	return 0;
}

static int
rekey_all(struct st_ingest *g, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(g->store, ST_REKEY_ALL, err);
	int64_t *rows;
	size_t n = 0, cap = 256;
	int rc;

	if (st == NULL)
		return -1;
	rows = rk_xmalloc(cap * sizeof(*rows));
	st_int(st, 1, g->source);
	while ((rc = st_step(g->store, st, err)) == 1) {
		if (n == cap)
			rows = rk_xrealloc(rows, (cap *= 2) * sizeof(*rows));
		rows[n++] = st_col_int(st, 0);
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = rekey(g, rows[i], err);
	free(rows);
	return rc;
}

int
st_steady_write(struct st_ingest *g, struct rk_err *err)
{
	struct st_steady *m = &g->steady;
	sqlite3_stmt *st;

	if (m->keyed != ST_KEYED) {
		if (rekey_all(g, err) != 0)
			return -1;
		m->keyed = ST_KEYED;
		m->dirty = true;
	}
	if (!m->dirty)
		return 0;
	if ((st = st_get(g->store, ST_IDENTITY_PUT, err)) == NULL)
		return -1;
	m->dirty = false;
	st_int(st, 1, g->source);
	st_int(st, 2, m->rule);
	st_int(st, 3, m->keyed);
	st_int(st, 4, m->renewed);
	st_int(st, 5, m->reused);
	st_time(st, 6, m->held_since);
	return st_run(g->store, st, err);
}
