/*
 * Entries that the configuration keeps out of the nodes (`keep` and `drop`). What the
 * expressions say of an entry stands in its state, so that whatever reads the lines of the
 * nodes honours it and nothing is evaluated twice; the configuration stays the truth, and
 * beside each source stands by which expressions its entries were decided.
 */
#include <ruamkhao/store.h>

#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/pattern.h>

#include <stdlib.h>
#include <string.h>

/* What a source's `keep` and `drop` say. */
struct st_filter {
	int64_t source;
	struct rk_pattern *keep, *drop; /* NULL: none */
	uint64_t hash;                  /* of both, 0: none */
	bool pending;                   /* entries after upto still follow others */
	int64_t upto;
};

void
st_filters_free(struct st_filters *f)
{
	for (size_t i = 0; i < f->n; i++) {
		rk_pattern_free(f->v[i].keep);
		rk_pattern_free(f->v[i].drop);
	}
	free(f->v);
	*f = (struct st_filters){0};
}

static int
by_source(const void *va, const void *vb)
{
	const struct st_filter *a = va, *b = vb;

	return a->source < b->source ? -1 : a->source > b->source;
}

static struct st_filter *
filter_of(struct rk_store *s, int64_t source)
{
	struct st_filter key = {.source = source};

	if (s->filters.n == 0)
		return NULL;
	return bsearch(&key, s->filters.v, s->filters.n, sizeof(key), by_source);
}

/* ---- which hold */

/* At its place: mostly the last one. */
static struct st_filter *
filter_add(struct st_filters *f, int64_t source)
{
	size_t at = f->n++;

	f->v = rk_xrealloc(f->v, f->n * sizeof(*f->v));
	for (; at > 0 && f->v[at - 1].source > source; at--)
		f->v[at] = f->v[at - 1];
	f->v[at] = (struct st_filter){.source = source};
	return &f->v[at];
}

/* Those that entries follow already: hash and upto are theirs. */
static int
read_filters(struct rk_store *s, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_FILTER_ALL, err);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct st_filter *f = filter_add(&s->filters, st_col_int(st, 0));

		f->hash = st_col_hash(st, 1);
		f->upto = st_col_int(st, 2);
	}
	return rc;
}

static int
source_row(struct rk_store *s, struct rk_str id, int64_t *row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_FILTER_SOURCE, err);
	int rc;

	if (st == NULL)
		return -1;
	st_text(st, 1, id);
	if ((rc = st_step(s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: source %.*s is not there",
				    s->name, RK_FMT(id));
	*row = st_col_int(st, 0);
	sqlite3_reset(st);
	return 0;
}

static int
compile(struct rk_str expression, struct rk_pattern **out, struct rk_err *err)
{
	return expression.n > 0 ? rk_pattern_new(expression, out, err) : 0;
}

static int
put_filter(struct rk_store *s, const struct st_filter *f, struct rk_err *err)
{
	bool drop = f->hash == 0 && !f->pending;
	sqlite3_stmt *st = st_get(s, drop ? ST_FILTER_DROP : ST_FILTER_PUT, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, f->source);
	if (!drop) {
		st_hash(st, 2, f->hash);
		st_int(st, 3, f->pending ? f->upto : INT64_MAX);
	}
	return st_run(s, st, err);
}

/* The source's expressions as they are now; whether its entries follow them. */
static int
set_one(struct rk_store *s, int64_t source, const struct rk_filter *rules, struct rk_err *err)
{
	struct st_filter *f = filter_of(s, source);
	uint64_t hash = 0;

	if (rules != NULL) {
		hash = rk_hash64_more(rk_hash64(rules->keep), RK_STR("\n"));
		hash = rk_hash64_more(hash, rules->drop);
		hash += hash == 0;
	}
	if (f == NULL) {
		f = filter_add(&s->filters, source);
		f->pending = true;
	} else {
		f->pending = f->hash != hash || f->upto != INT64_MAX;
		if (f->hash != hash)
			f->upto = 0;
	}
	f->hash = hash;
	if (rules != NULL && (compile(rules->keep, &f->keep, err) != 0 ||
				 compile(rules->drop, &f->drop, err) != 0))
		return -1;
	return f->pending ? put_filter(s, f, err) : 0;
}

int
st_filters_set(
    struct rk_store *s, const struct rk_source *sources, size_t n, struct rk_err *err)
{
	int64_t *had, row = 0;
	size_t n_had;
	int rc = -1;

	st_filters_free(&s->filters);
	if (read_filters(s, err) != 0)
		return -1;
	n_had = s->filters.n;
	had = rk_xmalloc((n_had + 1) * sizeof(*had));
	for (size_t i = 0; i < n_had; i++)
		had[i] = s->filters.v[i].source;
	for (size_t i = 0; i < n; i++) {
		if (sources[i].filter == NULL)
			continue;
		if (source_row(s, sources[i].id, &row, err) != 0 ||
		    set_one(s, row, sources[i].filter, err) != 0)
			goto out;
	}
	for (size_t i = 0; i < n_had; i++) { /* that have none any more */
		const struct st_filter *f = filter_of(s, had[i]);

		if (f->keep == NULL && f->drop == NULL &&
		    set_one(s, had[i], NULL, err) != 0)
			goto out;
	}
	rc = 0;
out:
	free(had);
	return rc;
}

/* ---- what they say */

/* Nothing is hidden by an expression that could not be decided. */
static bool
hides(const struct st_filter *f, struct rk_str text)
{
	return (f->keep != NULL && rk_pattern_find(f->keep, text) == 0) ||
	       (f->drop != NULL && rk_pattern_find(f->drop, text) == 1);
}

int
st_filter_row(struct rk_store *s, int64_t row, int64_t now, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_FILTER_ROW, err);
	enum st_entry_state state, to = ST_LIVE;
	struct st_filter *f;
	struct rk_buf text;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc; /* only its keys are left */
	state = (enum st_entry_state)st_col_int(st, 1);
	f = filter_of(s, st_col_int(st, 0));
	if ((state == ST_LIVE || state == ST_HIDDEN) && f != NULL && f->hash != 0) {
		struct rk_str title = st_col_text(st, 2), html = st_col_text(st, 3);

		rk_buf_init(&text, title.n + html.n + 2);
		(void)rk_buf_str(&text, title);
		(void)rk_buf_addc(&text, '\n');
		(void)rk_html_plain(html, &text);
		if (hides(f, rk_buf_view(&text)))
			to = ST_HIDDEN;
		rk_buf_release(&text);
	}
	sqlite3_reset(st);
	if ((state != ST_LIVE && state != ST_HIDDEN) || state == to)
		return 0;
	return st_entry_turn(s, row, to, now, err);
}

/* ---- the stored ones */

#define STEP 200 /* entries of one transaction */

/* One source; *seen: entries of this transaction. */
static int
step(struct rk_store *s, struct st_filter *f, int64_t now, size_t *seen, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_FILTER_NEXT, err);
	int64_t rows[STEP];
	size_t n = 0, most = STEP - *seen;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, f->source);
	st_int(st, 2, f->upto);
	st_int(st, 3, (int64_t)most);
	while ((rc = st_step(s, st, err)) == 1)
		rows[n++] = st_col_int(st, 0);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = st_filter_row(s, rows[i], now, err);
	if (rc != 0)
		return -1;
	if (n > 0)
		f->upto = rows[n - 1];
	f->pending = n == most;
	*seen += n;
	return put_filter(s, f, err);
}

/* Of the sources from the i-th on. */
static int
steps(struct rk_store *s, size_t i, int64_t now, struct rk_err *err)
{
	size_t seen = 0;

	for (; i < s->filters.n && seen < STEP; i++)
		if (s->filters.v[i].pending &&
		    step(s, &s->filters.v[i], now, &seen, err) != 0)
			return -1;
	return 0;
}

int
rk_store_refilter(struct rk_store *s, int64_t now, bool *done, struct rk_err *err)
{
	struct st_filters *f = &s->filters;
	struct st_filter *before;
	size_t first = 0;
	int rc = -1;

	while (first < f->n && !f->v[first].pending)
		first++;
	*done = first == f->n;
	if (*done)
		return 0;
	before = rk_xmalloc((f->n - first) * sizeof(*before));
	memcpy(before, f->v + first, (f->n - first) * sizeof(*before));
	rk_arena_reset(s->scratch);
	if (rk_store_begin(s, err) != 0)
		goto out;
	if (st_regions_load(s, err) != 0 || steps(s, first, now, err) != 0) {
		rk_store_rollback(s);
		goto out;
	}
	st_regions_poll_kept(s);
	rc = rk_store_commit(s, err); /* there may be others */
out:
	if (rc != 0)
		memcpy(f->v + first, before, (f->n - first) * sizeof(*before));
	free(before);
	return rc;
}
