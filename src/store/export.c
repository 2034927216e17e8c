/*
 * Every stored entry, one after the other, as it is read.
 */
#include <ruamkhao/store.h>

#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"

#include <ruamkhao/arena.h>

struct rk_str
st_state_name(int64_t state)
{
	switch ((enum st_entry_state)state) {
	case ST_WITHDRAWN:
		return RK_STR("withdrawn");
	case ST_BLOCKED:
		return RK_STR("blocked");
	case ST_HELD:
		return RK_STR("held");
	case ST_HIDDEN:
		return RK_STR("hidden");
	case ST_LIVE:
		break;
	}
	return RK_STR("live");
}

/*
 * Is it the copy that is published? The lead, and where that was withdrawn the one that
 * speaks for it. 1, 0, -1.
 */
static int
is_lead(struct rk_store *s, int64_t row, int64_t lead, int64_t state, int64_t lead_state,
    struct rk_err *err)
{
	int64_t voice;

	if (lead == row && state == ST_LIVE)
		return 1;
	if (lead != row && (state != ST_LIVE || lead_state == ST_LIVE))
		return 0;
	if (st_voice(s, lead, &voice, err) != 0)
		return -1;
	return lead == row ? voice == 0 : voice == row;
}

/* The route of a story by its live copies, as one text. */
static int
whole_route(struct rk_store *s, int64_t row, struct rk_str *route, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_COPY_ROUTES, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	while ((rc = st_step(s, st, err)) == 1) {
		const struct st_route *copy =
		    st_route_of_row(s, st_col_int(st, 0), err);

		if (copy != NULL && st_col_int(st, 1) != ST_LIVE)
			continue;

		if (copy == NULL) {
			sqlite3_reset(st);
			return -1;
		}
		*route = rk_route_join(
		    s->scratch, *route, st_route_text(s, copy, s->scratch));
	}
	return rc;
}

static int
export_row(struct rk_store *s, sqlite3_stmt *st, rk_export_fn *fn, void *cookie,
    struct rk_err *err)
{
	const struct st_route *route = st_route_of_row(s, st_col_int(st, 6), err);
	struct rk_str lead = st_col_text(st, 5);
	struct rk_export_row row = {.id = st_col_text(st, 0),
	    .source = st_col_text(st, 1),
	    .guid = st_col_text(st, 2),
	    .url = st_col_text(st, 3),
	    .title = st_col_text(st, 4),
	    .state = st_state_name(st_col_int(st, 7)),
	    .published = st_col_time(st, 8),
	    .updated = st_col_int(st, 9),
	    .first_seen = st_col_int(st, 10)};

	int64_t id = st_col_int(st, 11);
	int leads = is_lead(s, id, lead.n == 0 ? id : st_col_int(st, 12), st_col_int(st, 7),
	    st_col_int(st, 13), err);

	if (route == NULL || leads < 0)
		return -1;
	row.lead = leads == 1;
	rk_arena_reset(s->scratch);
	row.route = st_route_text(s, route, s->scratch);
	row.story_id = lead.n == 0 ? row.id : lead;
	if (row.lead &&
	    whole_route(s, lead.n == 0 ? id : st_col_int(st, 12), &row.route, err) != 0)
		return -1;
	return fn(cookie, &row) != 0 ? 1 : 0;
}

int
rk_store_export(struct rk_store *s, rk_export_fn *fn, void *cookie, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_EXPORT, err);
	bool mine;
	int rc = -1, stop = 0;

	rk_assert(!s->in_tx);
	if (st == NULL || st_snapshot(s, &mine, err) != 0)
		return -1;
	if (st_regions_load(s, err) != 0)
		goto out;
	while (stop == 0 && (rc = st_step(s, st, err)) == 1)
		stop = export_row(s, st, fn, cookie, err);
	if (stop != 0) {
		sqlite3_reset(st);
		rc = stop < 0 ? -1 : 0;
	}
out:
	st_snapshot_end(s, mine);
	return rc;
}
