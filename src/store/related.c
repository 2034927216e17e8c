/*
 * Stories that name another one, as telling of the same event: they show its title and its
 * address, while its lead can be read.
 */
#include "store_int.h"
#include "stories_int.h"

#include <stdlib.h>

struct lead {
	int64_t row, route;
};

static int
read_leads(struct rk_store *s, int64_t lead, struct lead **v, size_t *n,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_RELATED_LEADS, err);
	size_t cap = 0;
	int rc;

	*v = NULL;
	*n = 0;
	if (st == NULL)
		return -1;
	st_int(st, 1, lead);
	while ((rc = st_step(s, st, err)) == 1) {
		if (*n == cap) {
			cap = cap > 0 ? 2 * cap : 8;
			*v = rk_xrealloc(*v, cap * sizeof(**v));
		}
		(*v)[(*n)++] = (struct lead){st_col_int(st, 0), st_col_int(st, 1)};
	}
	return rc;
}

int
st_related_touch(struct rk_store *s, int64_t lead, struct rk_err *err)
{
	struct lead *v;
	size_t n;
	int rc = read_leads(s, lead, &v, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = st_story_touch(s, v[i].row, v[i].route, 0, RK_NO_TIME, err);
	free(v);
	return rc;
}
