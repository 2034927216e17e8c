/*
 * What an entry said before. Kept when the comparison form of title or body changes, a
 * few of each entry, the markup cut to a limit: enough to show people what was edited.
 */
#include "lives_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

int
st_version_keep(struct rk_store *s, int64_t row, struct rk_str html, struct rk_err *err)
{
	sqlite3_stmt *add = st_get(s, ST_VERSION_ADD, err);
	sqlite3_stmt *old = st_get(s, ST_VERSION_OLD, err);

	if (add == NULL || old == NULL)
		return -1;
	st_int(add, 1, row);
	st_text(add, 2, rk_utf8_cut(html, RK_MAX_VERSION));
	st_int(old, 1, row);
	st_int(old, 2, RK_MAX_VERSIONS);
	return st_run(s, add, err) != 0 || st_run(s, old, err) != 0 ? -1 : 0;
}

int
st_versions(struct rk_store *s, int64_t row, struct rk_arena *arena,
    struct rk_version **out, size_t *n, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_VERSION_ALL, err);
	int rc;

	*n = 0;
	*out = rk_arena_array(arena, RK_MAX_VERSIONS + 1, sizeof(**out));
	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	while ((rc = st_step(s, st, err)) == 1) {
		rk_assert(*n <= RK_MAX_VERSIONS);
		(*out)[*n].since = st_col_int(st, 1);
		(*out)[*n].title = rk_arena_str(arena, st_col_text(st, 2));
		(*out)[(*n)++].html = rk_arena_str(
		    arena, rk_utf8_cut(st_col_text(st, 3), RK_MAX_VERSION));
	}
	return rc;
}
