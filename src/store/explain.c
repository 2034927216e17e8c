/*
 * One entry and how everything about it was decided, for the operator who asks.
 *
 * Reads only. What was not kept when it was decided is worked out again from what is
 * stored now, by the same functions; where that may differ, the answer says so.
 */
#include <ruamkhao/store.h>

#include "clue_int.h"
#include "ingest_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/url.h>

#include <stdlib.h>
#include <string.h>

#define MAX_FOUND 100

/* ---- finding */

struct rows {
	int64_t v[2 * MAX_FOUND];
	int n;
};

static void
add(struct rows *rows, int64_t row)
{
	for (int i = 0; i < rows->n; i++)
		if (rows->v[i] == row)
			return;
	if (rows->n < 2 * MAX_FOUND)
		rows->v[rows->n++] = row;
}

static int
add_all(struct rk_store *s, sqlite3_stmt *st, struct rows *rows, struct rk_err *err)
{
	int rc;

	while ((rc = st_step(s, st, err)) == 1)
		add(rows, st_col_int(st, 0));
	return rc;
}

/* The publisher's own id, or one of ours: "tag:HOST,2026:SOURCE/HASH". */
static int
by_id(struct rk_store *s, struct rk_str id, struct rows *rows, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_FIND_ID, err);
	struct rk_str source;
	size_t at;

	if (st == NULL)
		return -1;
	st_text(st, 1, id);
	if (add_all(s, st, rows, err) != 0)
		return -1;
	at = rk_str_find(id, RK_STR(",2026:"));
	if (rows->n > 0 || !rk_str_starts(id, "tag:") || at == SIZE_MAX)
		return 0;
	source = rk_str_from(id, at + strlen(",2026:"));
	if ((at = rk_str_chr(source, '/')) == SIZE_MAX)
		return 0;
	if ((st = st_get(s, ST_FIND_MINTED, err)) == NULL)
		return -1;
	st_text(st, 1, rk_strn(source.p, at));
	st_text(st, 2, id);
	return add_all(s, st, rows, err);
}

int
st_find_id(struct rk_store *s, struct rk_str id, int64_t *row, struct rk_err *err)
{
	struct rows rows = {.n = 0};

	*row = 0;
	if (by_id(s, id, &rows, err) != 0)
		return -1;
	if (rows.n > 0)
		*row = rows.v[0];
	return 0;
}

static int
by_url(struct rk_store *s, uint64_t hash, struct rows *rows, struct rk_err *err)
{
	int64_t hints[MAX_FOUND];
	sqlite3_stmt *st = st_get(s, ST_FIND_HASH, err);
	int n, rc;

	if (hash == 0)
		return 0;
	if (st == NULL || (n = st_clue_everywhere(s, hash, hints, MAX_FOUND, err)) < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		st_int(st, 1, hints[i]);
		st_hash(st, 2, hash);
		if ((rc = st_step(s, st, err)) < 0)
			return -1;
		if (rc == 1) {
			add(rows, hints[i]);
			sqlite3_reset(st);
		}
	}
	return 0;
}

static int
ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int
find(struct rk_store *s, struct rk_str what, uint64_t hash, struct rows *rows,
    struct rk_err *err)
{
	sqlite3_stmt *st;

	if (what.n == 0) /* what many have none of */
		return 0;
	if (by_id(s, what, rows, err) != 0 || by_url(s, hash, rows, err) != 0)
		return -1;
	if (rows->n == 0) {
		if ((st = st_get(s, ST_FIND_ANY, err)) == NULL)
			return -1;
		st_text(st, 1, what);
		st_int(st, 2, MAX_FOUND);
		if (add_all(s, st, rows, err) != 0)
			return -1;
	}
	qsort(rows->v, (size_t)rows->n, sizeof(rows->v[0]), ascending);
	if (rows->n > MAX_FOUND)
		rows->n = MAX_FOUND;
	return 0;
}

/* ---- telling */

/* What only the first reading of a row knows. */
struct seen {
	int64_t source, lead, route, kept;
};

static int
read_row(struct rk_store *s, int64_t row, struct rk_arena *arena,
    struct rk_explained *x, struct seen *seen, struct rk_err *err)
{
	struct rk_str *texts[] = {&x->id, &x->guid, &x->url, &x->title, &x->author,
	    &x->lang, &x->origin_title, &x->origin_url, &x->date_text, &x->source_id,
	    &x->source_title, &x->source_url, &x->source_route, &x->format,
	    &x->charset};
	sqlite3_stmt *st = st_get(s, ST_EXPLAIN, err);
	int64_t sort;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: an entry lost its source",
				    s->name);
	seen->source = st_col_int(st, 0);
	seen->lead = st_col_time(st, 1) != RK_NO_TIME ? st_col_int(st, 1) : row;
	seen->route = st_col_int(st, 2);
	sort = st_col_int(st, 3);
	x->placed = sort / ST_SORT_SECOND - (sort % ST_SORT_SECOND < 0);
	x->state = st_state_name(st_col_int(st, 4));
	x->kind = (enum rk_key_kind)st_col_int(st, 5);
	seen->kept = st_col_int(st, 6);
	x->published = st_col_time(st, 7);
	x->updated = st_col_int(st, 8);
	x->first_seen = st_col_int(st, 9);
	x->changed = st_col_int(st, 10);
	(void)rk_found_unpack((uint32_t)st_col_int(st, 11), &x->found);
	x->configured = st_col_time(st, 12) != RK_NO_TIME;
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++)
		*texts[i] = rk_arena_str(arena, st_col_text(st, 13 + i));
	sqlite3_reset(st);
	return 0;
}

static int
read_story(struct rk_store *s, int64_t lead, struct rk_arena *arena,
    struct rk_explained *x, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_EXPLAIN_STORY, err);
	struct rk_explain_copy **last = &x->story;
	int rc;

	if (st == NULL)
		return -1;
	x->story_route = RK_STR("");
	st_int(st, 1, lead);
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_explain_copy *c = RK_NEW(arena, struct rk_explain_copy);
		const struct st_route *route =
		    st_route_of_row(s, st_col_int(st, 0), err);

		if (route == NULL) {
			sqlite3_reset(st);
			return -1;
		}
		c->route = st_route_text(s, route, arena);
		c->first_seen = st_col_int(st, 1);
		c->id = rk_arena_str(arena, st_col_text(st, 2));
		c->url = rk_arena_str(arena, st_col_text(st, 3));
		c->source_id = rk_arena_str(arena, st_col_text(st, 4));
		c->source_title = rk_arena_str(arena, st_col_text(st, 5));
		x->story_route = rk_route_join(arena, x->story_route, c->route);
		*last = c;
		last = &c->next;
	}
	return rc;
}

/* Why it is in its story, and what tells of the same in another. */
static int
read_ties(struct rk_store *s, int64_t row, int64_t lead, struct rk_arena *arena,
    struct rk_explained *x, struct rk_err *err)
{
	struct rk_explain_related **last = &x->related;
	sqlite3_stmt *st = st_get(s, ST_TIE_GET, err);
	int rc;

	x->tied_id = x->tied_source = RK_STR("");
	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) < 0)
		return -1;
	if (rc == 1) {
		x->tie = (enum rk_tie)st_col_int(st, 0);
		x->guard = (enum rk_guard)st_col_int(st, 1);
		x->overlap = (unsigned)st_col_int(st, 2);
		x->tied_id = rk_arena_str(arena, st_col_text(st, 3));
		x->tied_source = rk_arena_str(arena, st_col_text(st, 4));
		sqlite3_reset(st);
	}
	if ((st = st_get(s, ST_RELATED, err)) == NULL)
		return -1;
	st_int(st, 1, lead);
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_explain_related *r = RK_NEW(arena, struct rk_explain_related);

		r->title = rk_arena_str(arena, st_col_text(st, 3));
		r->id = rk_arena_str(arena, st_col_text(st, 4));
		r->tie = (enum rk_tie)st_col_int(st, 5);
		*last = r;
		last = &r->next;
	}
	return rc;
}

/* The source of another entry that is published under the guid, or nothing. */
static int
holder_of(struct rk_store *s, int64_t row, struct rk_arena *arena,
    struct rk_explained *x, struct rk_err *err)
{
	struct rk_explained other = {0};
	struct seen seen;
	struct rows rows = {.n = 0};
	sqlite3_stmt *st = st_get(s, ST_FIND_ID, err);

	if (st == NULL)
		return -1;
	st_text(st, 1, x->guid);
	if (add_all(s, st, &rows, err) != 0)
		return -1;
	if (rows.n == 0 || rows.v[0] == row)
		return 0;
	if (read_row(s, rows.v[0], arena, &other, &seen, err) != 0)
		return -1;
	x->id_holder = other.source_id;
	x->id_why = RK_ID_TAKEN;
	return 0;
}

static struct rk_str
host_of(struct rk_str url, struct rk_arena *arena)
{
	struct rk_url parts;
	struct rk_str host;

	if (rk_url_parse(url, &parts, NULL) != 0)
		return RK_STR("");
	host = rk_str(parts.host);
	if (rk_str_starts(host, "www."))
		host = rk_str_from(host, 4);
	return rk_arena_str(arena, host);
}

static int
read_id(struct rk_store *s, int64_t row, const struct seen *seen,
    struct rk_arena *arena, struct rk_explained *x, struct rk_err *err)
{
	struct rk_str host = RK_STR("");
	sqlite3_stmt *st;
	int rc;

	if (x->guid.n > 0) {
		if ((st = st_get(s, ST_EXPLAIN_GUID, err)) == NULL)
			return -1;
		st_int(st, 1, seen->source);
		st_text(st, 2, x->guid);
		if ((rc = st_step(s, st, err)) < 0)
			return -1;
		if (rc == 1) {
			x->same_guid = st_col_int(st, 0) - 1;
			sqlite3_reset(st);
		}
	}
	if (seen->kept != 0) {
		x->id_why = RK_ID_KEPT;
		return 0;
	}
	if (st_meta_get(s, RK_STR("host"), arena, &host, err) != 0)
		return -1;
	x->id_why = st_id_form(
	    &x->found, x->guid, host_of(x->source_url, arena), host, arena);
	if (x->id_why != RK_ID_KEPT)
		return 0;
	x->id_why = x->same_guid > 0 || x->found.guid == RK_USE_SHARED ? RK_ID_SHARED
								     : RK_ID_EARLIER;
	return x->id_why == RK_ID_SHARED ? 0 : holder_of(s, row, arena, x, err);
}

_Static_assert((int)RK_LEFT_OPERATOR == (int)ST_BY_OPERATOR, "the same numbers");

/* Why it left, and what its source's ids are worth. */
static int
read_life(struct rk_store *s, int64_t row, int64_t source, struct rk_explained *x,
    struct rk_err *err)
{
	struct st_ingest g = {.store = s, .source = source};
	enum st_left why;
	int64_t stated;

	if (st_left_get(s, row, &why, &x->left_at, &stated, err) != 0 ||
	    st_steady_read(&g, err) != 0)
		return -1;
	x->left = (enum rk_left)why;
	x->ids_rotate = g.steady.rule == ST_ROTATE;
	x->ids_reused = g.steady.rule == ST_REUSED;
	return 0;
}

static int
read_evidence(struct rk_store *s, int64_t row, struct rk_arena *arena,
    struct rk_explained *x, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_PLACE_GET, err);
	int rc;

	x->evidence = RK_STR("");
	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	x->evidence = rk_arena_str(arena, st_col_text(st, 0));
	sqlite3_reset(st);
	return 0;
}

static int
read_held(struct rk_store *s, int64_t source, int64_t row, struct rk_explained *x,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_HELD_GET, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, source);
	st_int(st, 2, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	x->held_score = (unsigned)st_col_int(st, 0);
	x->held_why = (unsigned)st_col_int(st, 1);
	sqlite3_reset(st);
	return 0;
}

static int
tell(struct rk_store *s, int64_t row, struct rk_arena *arena, struct rk_explained **out,
    struct rk_err *err)
{
	struct rk_explained *x = RK_NEW(arena, struct rk_explained);
	const struct st_route *route;
	struct seen seen;

	if (read_row(s, row, arena, x, &seen, err) != 0 ||
	    (route = st_route_of_row(s, seen.route, err)) == NULL)
		return -1;
	x->route = st_route_text(s, route, arena);
	x->id_holder = RK_STR("");
	if (read_story(s, seen.lead, arena, x, err) != 0 ||
	    read_evidence(s, row, arena, x, err) != 0 ||
	    read_held(s, seen.source, row, x, err) != 0 ||
	    read_ties(s, row, seen.lead, arena, x, err) != 0 ||
	    read_id(s, row, &seen, arena, x, err) != 0 ||
	    read_life(s, row, seen.source, x, err) != 0 ||
	    st_versions(s, row, arena, &x->versions, &x->n_versions, err) != 0)
		return -1;
	*out = x;
	return 0;
}

int
rk_store_explain(struct rk_store *s, struct rk_str what, uint64_t url_hash,
    struct rk_arena *arena, struct rk_explained **out, struct rk_err *err)
{
	struct rows rows = {.n = 0};
	struct rk_explained **last = out;
	bool mine;
	int rc = -1;

	rk_assert(!s->in_tx);
	*out = NULL;
	if (st_snapshot(s, &mine, err) != 0)
		return -1;
	if (s->mode == RK_STORE_READ) { /* a writer has both in memory */
		st_clues_free(&s->clues);
		if (st_clues_load(s, err) != 0)
			goto out;
	}
	if (st_regions_load(s, err) != 0 || find(s, what, url_hash, &rows, err) != 0)
		goto out;
	for (int i = 0; i < rows.n; i++) {
		if (tell(s, rows.v[i], arena, last, err) != 0)
			goto out;
		last = &(*last)->next;
	}
	rc = 0;
out:
	st_snapshot_end(s, mine);
	if (rc != 0)
		*out = NULL;
	return rc;
}
