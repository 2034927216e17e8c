/*
 * One story and its life, for its page. Reads only, by the published id: the one key of
 * an entry that holds for ever.
 */
#include <ruamkhao/store.h>

#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "timeline_int.h"

#include <ruamkhao/arena.h>

/* *lead 0: nobody may see it. */
static int
find(struct rk_store *s, struct rk_str id, int64_t *lead, int64_t *state, struct rk_err *err)
{
	sqlite3_stmt *st;
	int64_t row;
	int rc;

	*lead = 0;
	if (id.n == 0)
		return 0;
	if (st_find_id(s, id, &row, err) != 0)
		return -1;
	if (row == 0)
		return 0;
	if ((st = st_get(s, ST_STORY_OF, err)) == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	*lead = st_col_int(st, 0);
	*state = st_col_int(st, 1);
	sqlite3_reset(st);
	if (*state == ST_BLOCKED)
		*lead = 0;
	return 0;
}

static int
read_evidence(struct rk_store *s, int64_t row, struct rk_story_page *p, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_PLACE_GET, err);
	int rc;

	p->evidence = RK_STR("");
	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	p->evidence = rk_arena_str(p->arena, st_col_text(st, 0));
	sqlite3_reset(st);
	return 0;
}

static int
fill(struct rk_store *s, int64_t lead, int64_t state, struct rk_story_page *p,
    struct rk_err *err)
{
	int64_t voice = lead, stated;
	enum st_left why;

	p->left_at = RK_NO_TIME;
	if (state != ST_LIVE && st_voice(s, lead, &voice, err) != 0)
		return -1;
	p->withdrawn = voice == 0;
	if (p->withdrawn && st_left_get(s, lead, &why, &p->left_at, &stated, err) != 0)
		return -1;
	if (st_story_read(s, p->arena, lead, &p->story, err) != 0)
		return -1;
	if (p->withdrawn)
		return 0;
	return st_versions(s, voice, p->arena, &p->versions, &p->n_versions, err) != 0
		       ? -1
		       : read_evidence(s, voice, p, err);
}

int
rk_store_story(struct rk_store *s, struct rk_str id, const struct rk_site *site,
    const struct rk_regions *regions, struct rk_story_page **out, struct rk_err *err)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_story_page *p = RK_NEW(arena, struct rk_story_page);
	int64_t lead, state;
	bool mine;
	int rc = -1;

	rk_assert(!s->in_tx);
	*out = NULL;
	p->arena = arena;
	p->site = site;
	p->regions = regions;
	if (st_snapshot(s, &mine, err) != 0)
		goto fail;
	if (find(s, id, &lead, &state, err) != 0)
		goto out;
	if (lead == 0) {
		rc = 0;
		goto out;
	}
	if (st_regions_load(s, err) != 0 || fill(s, lead, state, p, err) != 0)
		goto out;
	rc = 0;
	if (!p->withdrawn || state == ST_WITHDRAWN) /* else it is held */
		*out = p;
out:
	st_snapshot_end(s, mine);
fail:
	if (*out == NULL)
		rk_arena_free(arena);
	return rc;
}
