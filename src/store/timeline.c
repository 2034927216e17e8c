/*
 * A node's newest stories, whole: rows, publishers, copies.
 */
#include <ruamkhao/store.h>

#include "archive_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "timeline_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>

static struct st_publisher **
slot_of(const struct st_reader *r, int64_t row)
{
	size_t i = (size_t)((uint64_t)row * 0x9e3779b97f4a7c15u >> 20) & (r->cap - 1);

	while (r->slot[i] != NULL && r->slot[i]->row != row)
		i = (i + 1) & (r->cap - 1);
	return &r->slot[i];
}

static void
grow(struct st_reader *r)
{
	struct st_reader old = *r;

	r->cap = old.cap > 0 ? 2 * old.cap : 64;
	r->slot = rk_arena_array(r->arena, r->cap, sizeof(*r->slot));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slot[i] != NULL)
			*slot_of(r, old.slot[i]->row) = old.slot[i];
}

const struct st_publisher *
st_publisher(struct st_reader *r, int64_t row, struct rk_err *err)
{
	struct st_publisher **slot, *p;
	sqlite3_stmt *st;
	int rc;

	if (2 * r->n >= r->cap)
		grow(r);
	slot = slot_of(r, row);
	if (*slot != NULL)
		return *slot;
	if ((st = st_get(r->s, ST_PUBLISHER, err)) == NULL)
		return NULL;
	st_int(st, 1, row);
	if ((rc = st_step(r->s, st, err)) != 1) {
		if (rc == 0)
			rk_err_set(err, RK_E_STORE, "%s: an entry lost its source",
			    r->s->name);
		return NULL;
	}
	p = RK_NEW(r->arena, struct st_publisher);
	p->row = row;
	p->id = rk_arena_str(r->arena, st_col_text(st, 0));
	p->title = rk_arena_str(r->arena, st_col_text(st, 1));
	p->url = rk_arena_str(r->arena, st_col_text(st, 2));
	p->link = rk_arena_str(r->arena, st_col_text(st, 3));
	sqlite3_reset(st);
	*slot = p;
	r->n++;
	return p;
}

static int
read_copies(struct st_reader *r, int64_t row, int64_t voice, struct rk_story *story,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(r->s, ST_COPIES, err);
	struct rk_copy **last = &story->copies;
	const struct st_route *route;
	struct rk_str text;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	st_int(st, 2, voice);
	while ((rc = st_step(r->s, st, err)) == 1) {
		const struct st_publisher *p = st_publisher(r, st_col_int(st, 0), err);
		struct rk_copy *copy;

		if (p == NULL) {
			sqlite3_reset(st);
			return -1;
		}
		copy = RK_NEW(r->arena, struct rk_copy);
		copy->url = rk_arena_str(r->arena, st_col_text(st, 1));
		copy->source_title = p->title;
		copy->source_id = p->id;
		*last = copy;
		last = &copy->next;
		if ((route = st_route_of_row(r->s, st_col_int(st, 2), err)) == NULL) {
			sqlite3_reset(st);
			return -1;
		}
		text = st_route_text(r->s, route, r->arena);
		if (!rk_str_eq(story->route, text))
			story->route = rk_route_join(r->arena, story->route, text);
	}
	return rc;
}

/* Other stories that tell of the same. */
static int
read_related(struct st_reader *r, int64_t row, struct rk_story *story, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(r->s, ST_RELATED, err);
	struct rk_related **last = &story->related;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	while ((rc = st_step(r->s, st, err)) == 1) {
		const struct st_publisher *p = st_publisher(r, st_col_int(st, 1), err);
		struct rk_related *other;

		if (p == NULL) {
			sqlite3_reset(st);
			return -1;
		}
		other = RK_NEW(r->arena, struct rk_related);
		other->id = rk_arena_str(r->arena, st_col_text(st, 4));
		other->url = rk_arena_str(r->arena, st_col_text(st, 2));
		other->title = rk_arena_str(r->arena, st_col_text(st, 3));
		other->source_title = p->title;
		*last = other;
		last = &other->next;
	}
	return rc;
}

int
st_read_row(struct st_reader *r, int64_t row, struct rk_story *story, bool *live,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(r->s, ST_STORY, err);
	struct rk_str *texts[] = {&story->id, &story->url, &story->title,
	    &story->author, &story->lang, &story->image, &story->tags,
	    &story->enclosures, &story->summary, &story->html};
	const struct st_publisher *p;
	const struct st_route *route;
	int64_t source;
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(r->s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE,
				    "%s: an index names no entry", r->s->name);
	source = st_col_int(st, 0);
	route = st_route_of_row(r->s, st_col_int(st, 1), err);
	story->published = st_col_time(st, 2);
	story->updated = st_col_int(st, 3);
	story->first_seen = st_col_int(st, 4);
	story->changed = st_col_int(st, 5);
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++)
		*texts[i] = rk_arena_str(r->arena, st_col_text(st, 6 + i));
	*live = st_col_int(st, 16) == ST_LIVE;
	sqlite3_reset(st);
	if (route == NULL)
		return -1;
	story->route = st_route_text(r->s, route, r->arena);
	if ((p = st_publisher(r, source, err)) == NULL)
		return -1;
	story->source_id = p->id;
	story->source_title = p->title;
	story->source_url = p->url;
	story->source_link = p->link;
	return 0;
}

/* Where the lead was withdrawn, the next copy speaks under the story's id. */
static int
read_story(struct st_reader *r, int64_t row, struct rk_story *story, struct rk_err *err)
{
	struct rk_story lead;
	int64_t voice = 0;
	bool live;

	if (st_read_row(r, row, story, &live, err) != 0)
		return -1;
	if (!live) {
		lead = *story;
		if (st_voice(r->s, row, &voice, err) != 0)
			return -1;
		if (voice != 0 && st_read_row(r, voice, story, &live, err) != 0)
			return -1;
		story->id = lead.id;
		story->updated = lead.updated;
		story->first_seen = lead.first_seen;
		story->changed = lead.changed;
	}
	if (read_copies(r, row, voice, story, err) != 0)
		return -1;
	return read_related(r, row, story, err);
}

int
st_story_read(struct rk_store *s, struct rk_arena *arena, int64_t lead,
    struct rk_story *story, struct rk_err *err)
{
	struct st_reader r = {.s = s, .arena = arena};

	return read_story(&r, lead, story, err);
}

/* What the node tells about stories that left it. */
static int
read_removed(struct rk_store *s, struct rk_timeline *t, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_TOMB_ALL, err);
	int rc;

	if (st == NULL)
		return -1;
	t->removed = rk_arena_array(t->arena, RK_TOMBSTONES, sizeof(*t->removed));
	st_text(st, 1, t->node.id);
	st_int(st, 2, RK_TOMBSTONES);
	while ((rc = st_step(s, st, err)) == 1) {
		struct rk_removed *r = &t->removed[t->n_removed++];

		r->id = rk_arena_str(t->arena, st_col_text(st, 0));
		r->at = st_col_int(st, 1);
	}
	return rc;
}

int
st_stories(struct rk_store *s, struct rk_timeline *t, const struct st_pick *picks, size_t n,
    struct rk_err *err)
{
	struct st_reader r = {.s = s, .arena = t->arena};

	t->stories = rk_arena_array(t->arena, n, sizeof(*t->stories));
	for (; t->n_stories < n; t->n_stories++)
		if (read_story(&r, picks[t->n_stories].row, &t->stories[t->n_stories],
			err) != 0)
			return -1;
	return 0;
}

static int
fill(struct rk_store *s, unsigned limit, struct rk_timeline *t, struct rk_err *err)
{
	struct st_pick *picks;
	int64_t node;
	size_t n;
	int rc;

	if (st_regions_load(s, err) != 0)
		return -1;
	if ((node = st_node_index(s, t->node.id)) < 0 || limit == 0)
		return 0; /* nothing was ever published there */
	t->generation = s->regions.nodes[node].generation;
	if (read_removed(s, t, err) != 0 ||
	    st_archive_beside(s, t->node.id, 0, -1, t->arena, &t->prev_archive, err) != 0)
		return -1;
	if (st_shared(s, (unsigned)node, limit, &picks, &n, err) != 0)
		return -1;
	rc = st_stories(s, t, picks, n, err);
	free(picks);
	return rc;
}

int
rk_store_timeline(struct rk_store *s, const struct rk_node *node, unsigned limit,
    const struct rk_site *site, const struct rk_regions *regions,
    struct rk_timeline **out, struct rk_err *err)
{
	struct rk_arena *arena;
	struct rk_timeline *t;
	bool mine;
	int rc;

	rk_assert(!s->in_tx); /* what is in memory is what was committed */
	*out = NULL;
	if (st_snapshot(s, &mine, err) != 0)
		return -1;
	arena = rk_arena_new(0);
	t = RK_NEW(arena, struct rk_timeline);
	t->arena = arena;
	t->site = site;
	t->regions = regions;
	t->node = *node;
	rc = fill(s, limit, t, err);
	st_snapshot_end(s, mine);
	s->shown = s->last_entry; /* whoever asked may show it */
	if (rc != 0) {
		rk_timeline_free(t);
		return -1;
	}
	rk_timeline_seal(t);
	*out = t;
	return 0;
}
