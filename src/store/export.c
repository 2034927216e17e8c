/*
 * Every stored entry, one after the other, as it is read.
 */
#include <ruamkhao/store.h>

#include "store_int.h"

static struct rk_str
state_name(int64_t state)
{
	switch ((enum st_entry_state)state) {
	case ST_WITHDRAWN:
		return RK_STR("withdrawn");
	case ST_BLOCKED:
		return RK_STR("blocked");
	case ST_LIVE:
		break;
	}
	return RK_STR("live");
}

int
rk_store_export(struct rk_store *s, rk_export_fn *fn, void *cookie, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_EXPORT, err);
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_str lead = st_col_text(st, 5);
		struct rk_export_row row = {.id = st_col_text(st, 0),
		    .source = st_col_text(st, 1),
		    .guid = st_col_text(st, 2),
		    .url = st_col_text(st, 3),
		    .title = st_col_text(st, 4),
		    .lead = lead.n == 0,
		    .route = st_col_text(st, 6),
		    .state = state_name(st_col_int(st, 7)),
		    .published = st_col_time(st, 8),
		    .updated = st_col_int(st, 9),
		    .first_seen = st_col_int(st, 10)};

		row.story_id = row.lead ? row.id : lead;
		if (fn(cookie, &row) != 0) {
			sqlite3_reset(st);
			return 0;
		}
	}
	return rc;
}
