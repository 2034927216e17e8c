/*
 * The index of searches, filled behind: by the trigrams of a text it costs several times
 * what all else of an entry does, and nobody waits for it. Entries come to it in the order
 * of their rows, up to a mark that moves in the same transaction; those that were edited
 * are noted and come again. Nothing is taken out: what it names is compared with the entry
 * itself (search.c).
 */
#include <ruamkhao/search.h>

#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/query.h>

#include <stdio.h>

static const char upto_key[] = "search_upto";

int
st_search_again(struct rk_store *s, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_AGAIN_PUT, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	return st_run(s, st, err);
}

int
st_search_upto(struct rk_store *s, int64_t *row, struct rk_err *err)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_str text;
	uint64_t n = 0;
	int rc = st_meta_get(s, rk_str(upto_key), arena, &text, err);

	if (rc == 0 && text.p != NULL)
		(void)rk_str_u64(text, INT64_MAX, &n);
	*row = (int64_t)n;
	rk_arena_free(arena);
	return rc;
}

static int
set_upto(struct rk_store *s, int64_t row, struct rk_err *err)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)row);
	return st_meta_put(s, rk_str(upto_key), rk_str(text), err);
}

static int
put(struct rk_store *s, int64_t row, struct rk_str title, struct rk_str html,
    struct rk_buf *text, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_SEARCH_PUT, err);

	if (st == NULL)
		return -1;
	rk_buf_reset(text);
	(void)rk_search_text(title, html, text);
	st_int(st, 1, row);
	st_text(st, 2, rk_buf_view(text));
	return st_run(s, st, err);
}

/* Entries that are in it as they were before an edit. */
static int
put_edited(struct rk_store *s, int64_t upto, struct rk_buf *text, size_t *n,
    struct rk_err *err)
{
	sqlite3_stmt *all = st_get(s, ST_AGAIN_ALL, err);
	sqlite3_stmt *words = st_get(s, ST_SEARCH_WORDS, err);
	sqlite3_stmt *drop = st_get(s, ST_AGAIN_DROP, err);
	int64_t rows[RK_INDEX_BATCH];
	int rc;

	*n = 0;
	if (all == NULL || words == NULL || drop == NULL)
		return -1;
	st_int(all, 1, RK_INDEX_BATCH);
	while ((rc = st_step(s, all, err)) == 1)
		rows[(*n)++] = st_col_int(all, 0);
	for (size_t i = 0; rc == 0 && i < *n; i++) {
		st_int(drop, 1, rows[i]);
		if (st_run(s, drop, err) != 0)
			return -1;
		if (rows[i] > upto) /* its turn comes */
			continue;
		st_int(words, 1, rows[i]);
		if ((rc = st_step(s, words, err)) != 1)
			continue;
		rc = put(s, rows[i], st_col_text(words, 0), st_col_text(words, 1), text, err);
		sqlite3_reset(words);
	}
	return rc;
}

/* The next entries after the mark. */
static int
put_next(struct rk_store *s, int64_t *upto, struct rk_buf *text, size_t *n,
    struct rk_err *err)
{
	sqlite3_stmt *next = st_get(s, ST_SEARCH_NEXT, err);
	size_t bytes = 0;
	int rc;

	*n = 0;
	if (next == NULL)
		return -1;
	st_int(next, 1, *upto);
	st_int(next, 2, RK_INDEX_BATCH);
	while ((rc = st_step(s, next, err)) == 1) {
		*upto = st_col_int(next, 0);
		rc = put(s, *upto, st_col_text(next, 1), st_col_text(next, 2), text, err);
		bytes += text->n;
		(*n)++;
		if (rc != 0 || bytes >= RK_INDEX_BYTES)
			break;
	}
	sqlite3_reset(next);
	return rc < 0 ? -1 : 0;
}

static int
batch(struct rk_store *s, bool *done, struct rk_err *err)
{
	struct rk_buf text;
	size_t edited = 0, fresh = 0;
	int64_t upto;
	int rc = -1;

	rk_buf_init(&text, RK_MIB(1));
	if (st_search_upto(s, &upto, err) != 0 ||
	    put_edited(s, upto, &text, &edited, err) != 0)
		goto out;
	if (edited == 0 && (put_next(s, &upto, &text, &fresh, err) != 0 ||
			       (fresh > 0 && set_upto(s, upto, err) != 0)))
		goto out;
	*done = edited == 0 && fresh == 0;
	rc = 0;
out:
	rk_buf_release(&text);
	return rc;
}

/* What is broken in it is not worth more than it: it is filled anew. */
static int
start_again(struct rk_store *s, struct rk_err *err)
{
	s->index_broken = false;
	if (rk_store_begin(s, err) != 0)
		return -1;
	if (st_run_id(s, ST_SEARCH_EMPTY, err) != 0 ||
	    st_run_id(s, ST_AGAIN_EMPTY, err) != 0 || set_upto(s, 0, err) != 0) {
		rk_store_rollback(s);
		return -1;
	}
	return rk_store_commit(s, err);
}

int
rk_store_index(struct rk_store *s, bool *done, struct rk_err *err)
{
	bool none;

	*done = false;
	if (s->index_broken && start_again(s, err) != 0)
		return -1;
	if (rk_store_begin(s, err) != 0)
		return -1;
	if (batch(s, &none, err) != 0) {
		rk_store_rollback(s);
		return -1;
	}
	if (none) { /* nothing was written */
		rk_store_rollback(s);
		*done = true;
		return 0;
	}
	return rk_store_commit(s, err);
}
