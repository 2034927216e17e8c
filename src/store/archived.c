/*
 * The stories of one archive document, as they were when it last took some up: with the
 * words and the copies of then. Only who left since is missing, and is named as long as
 * its leaving is to be told.
 */
#include "archive_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "store_int.h"
#include "timeline_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>

#include <stdlib.h>

struct document {
	struct st_reader r;
	struct rk_timeline *t;
	struct st_archive as;
	unsigned node;
};

/* An entry of a story. */
struct member {
	int64_t row, source, route;
	bool live;
	struct rk_str url;
};

/* What the entry said then, where it was edited since. */
static int
words_of_then(struct document *d, int64_t row, struct rk_story *story, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(d->r.s, ST_ARCHIVED_GET, err);
	struct rk_str *texts[] = {&story->url, &story->title, &story->author, &story->lang,
	    &story->image, &story->tags, &story->enclosures, &story->summary, &story->html};
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	st_int(st, 2, d->as.seq);
	if ((rc = st_step(d->r.s, st, err)) != 1)
		return rc;
	story->published = st_col_time(st, 0);
	story->updated = st_col_int(st, 1);
	story->changed = st_col_int(st, 2);
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(*texts)); i++)
		*texts[i] = rk_arena_str(d->r.arena, st_col_text(st, 3 + i));
	sqlite3_reset(st);
	return 0;
}

/* The lead is not among them. */
static int
read_members(struct document *d, int64_t lead, struct member **out, size_t *n,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(d->r.s, ST_ARCHIVED_STORY, err);
	size_t cap = 0;
	int rc;

	*n = 0;
	*out = NULL;
	if (st == NULL)
		return -1;
	st_int(st, 1, lead);
	while ((rc = st_step(d->r.s, st, err)) == 1) {
		if (*n == cap) {
			struct member *old = *out;

			cap = cap > 0 ? 2 * cap : 8;
			*out = rk_arena_array(d->r.arena, cap, sizeof(**out));
			for (size_t i = 0; i < *n; i++)
				(*out)[i] = old[i];
		}
		(*out)[(*n)++] = (struct member){st_col_int(st, 0), st_col_int(st, 1),
		    st_col_int(st, 2), st_col_int(st, 3) == ST_LIVE,
		    rk_arena_str(d->r.arena, st_col_text(st, 4))};
	}
	return rc;
}

/* A moment of the story's leavings; RK_NO_TIME: none is known. *unseen: it was never to
 * be read when one left. */
static int
left_at(struct rk_store *s, int64_t lead, int64_t *at, bool *unseen, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_ARCHIVED_OUT, err);
	int rc;

	*at = RK_NO_TIME;
	*unseen = false;
	if (st == NULL)
		return -1;
	st_int(st, 1, lead);
	if ((rc = st_step(s, st, err)) == 1) {
		*at = st_col_time(st, 0);
		*unseen = st_col_int(st, 1) != 0;
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

/* The lead's state, and the route of its row. */
static int
read_lead(struct rk_store *s, int64_t row, struct member *lead, enum st_entry_state *state,
    struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_LIFE_GET, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc < 0 ? -1
			      : rk_err_set(err, RK_E_STORE, "%s: a story lost its lead",
				    s->name);
	*state = (enum st_entry_state)st_col_int(st, 1);
	*lead = (struct member){
	    .row = row, .route = st_col_int(st, 2), .live = *state == ST_LIVE};
	sqlite3_reset(st);
	return 0;
}

/* Does the node hold the story by its live entries up to `upto`? 1, 0, -1. */
static int
holds(struct document *d, const struct member *lead, const struct member *m, size_t n,
    int64_t upto, struct rk_err *err)
{
	struct rk_store *s = d->r.s;
	const struct st_route *route;
	struct st_set set;

	st_set_begin(s, &set);
	for (size_t i = 0; i <= n; i++) {
		const struct member *one = i < n ? &m[i] : lead;

		if (!one->live || one->row > upto)
			continue;
		if ((route = st_route_of_row(s, one->route, err)) == NULL)
			return -1;
		st_set_add(s, &set, route, d->r.arena);
	}
	return st_set_holds(s, &set, d->node);
}

static int
add_copies(struct document *d, int64_t voice, const struct member *m, size_t n,
    struct rk_story *story, struct rk_err *err)
{
	struct rk_copy **last = &story->copies;

	for (size_t i = 0; i < n; i++) {
		const struct st_publisher *p;
		const struct st_route *route;
		struct rk_str text;
		struct rk_story then = {.url = m[i].url};

		if (!m[i].live || m[i].row == voice || m[i].row > d->as.known)
			continue;
		if ((p = st_publisher(&d->r, m[i].source, err)) == NULL ||
		    (route = st_route_of_row(d->r.s, m[i].route, err)) == NULL ||
		    words_of_then(d, m[i].row, &then, err) != 0)
			return -1;
		*last = RK_NEW(d->r.arena, struct rk_copy);
		(*last)->url = then.url;
		(*last)->source_title = p->title;
		(*last)->source_id = p->id;
		last = &(*last)->next;
		text = st_route_text(d->r.s, route, d->r.arena);
		if (!rk_str_eq(story->route, text))
			story->route = rk_route_join(d->r.arena, story->route, text);
	}
	return 0;
}

/* The story is out of everything: named, where its leaving is to be told. Who could never
 * read it (held, kept out by the configuration) is told nothing. */
static int
add_removed(struct document *d, int64_t row, struct rk_err *err)
{
	struct rk_removed *r = &d->t->removed[d->t->n_removed];
	struct rk_story lead;
	int64_t at;
	bool live, unseen;

	if (st_read_row(&d->r, row, &lead, &live, err) != 0 ||
	    left_at(d->r.s, row, &at, &unseen, err) != 0)
		return -1;
	if (unseen)
		return 0;
	*r = (struct rk_removed){lead.id, at != RK_NO_TIME ? at : lead.changed};
	d->t->n_removed++;
	return 0;
}

/* Who speaks in the story, under the lead's name and place. */
static int
read_voice(struct document *d, int64_t lead, int64_t voice, struct rk_story *story,
    struct rk_err *err)
{
	struct rk_story first;
	int64_t at;
	bool live, unseen;

	if (st_read_row(&d->r, voice, story, &live, err) != 0 ||
	    words_of_then(d, voice, story, err) != 0)
		return -1;
	story->source_link = rk_strn("", 0); /* the feed says it, and may say another */
	if (voice == lead)
		return 0;
	if (st_read_row(&d->r, lead, &first, &live, err) != 0 ||
	    left_at(d->r.s, lead, &at, &unseen, err) != 0)
		return -1;
	story->id = first.id;
	story->first_seen = first.first_seen;
	if (at != RK_NO_TIME && at > story->updated)
		story->updated = at;
	if (at != RK_NO_TIME && at > story->changed)
		story->changed = at;
	return 0;
}

static int
add_story(struct document *d, int64_t row, struct rk_err *err)
{
	struct rk_store *s = d->r.s;
	struct rk_story *story = &d->t->stories[d->t->n_stories];
	enum st_entry_state state = ST_LIVE;
	struct member lead, *m;
	int64_t voice = row;
	size_t n;
	int in;

	if (read_lead(s, row, &lead, &state, err) != 0 ||
	    (state != ST_LIVE && st_voice(s, row, &voice, err) != 0))
		return -1;
	if (voice == 0)
		return state == ST_WITHDRAWN ? add_removed(d, row, err) : 0;
	if (read_members(d, row, &m, &n, err) != 0)
		return -1;
	if ((in = holds(d, &lead, m, n, d->as.known, err)) == 0 && !lead.live)
		in = holds(d, &lead, m, n, INT64_MAX, err);
	if (in <= 0)
		return in;
	if (read_voice(d, row, voice, story, err) != 0 ||
	    add_copies(d, voice, m, n, story, err) != 0)
		return -1;
	d->t->n_stories++;
	return 0;
}

static int
fill(struct document *d, struct rk_err *err)
{
	struct rk_timeline *t = d->t;
	struct st_seen *seen = NULL;
	size_t n;
	bool cut;
	int rc = -1;

	/* all of them: how many it may take up was decided when it did */
	if (st_seen(d->r.s, d->node, d->as.after, d->as.upto, UINT32_MAX, &seen, &n, &cut,
		err) != 0)
		return -1;
	t->stories = rk_arena_array(t->arena, n + 1, sizeof(*t->stories));
	t->removed = rk_arena_array(t->arena, n + 1, sizeof(*t->removed));
	while (n-- > 0) {
		int first = st_seen_first(d->r.s, d->node, &seen[n], err);

		if (first < 0 || (first == 1 && add_story(d, seen[n].story, err) != 0))
			goto out;
	}
	rc = 0;
out:
	free(seen);
	return rc;
}

static int
read_document(struct document *d, int64_t n, struct rk_err *err)
{
	struct rk_store *s = d->r.s;
	struct rk_timeline *t = d->t;
	int64_t node;
	int rc;

	if (st_regions_load(s, err) != 0 ||
	    (rc = st_archive_get(s, t->node.id, n, &d->as, err)) < 0)
		return -1;
	if ((node = st_node_index(s, t->node.id)) < 0 || rc == 0)
		return rk_err_set(err, RK_E_STORE, "%s: %s has no archive %lld", s->name,
		    rk_cstr(t->node.id), (long long)n);
	d->node = (unsigned)node;
	t->generation = d->as.generation;
	t->archive = st_archive_name(t->arena, t->node.id, d->as.month, d->as.part);
	if (st_archive_beside(s, t->node.id, n, -1, t->arena, &t->prev_archive, err) != 0 ||
	    st_archive_beside(s, t->node.id, n, 1, t->arena, &t->next_archive, err) != 0)
		return -1;
	return fill(d, err);
}

int
rk_store_archive(struct rk_store *s, const struct rk_node *node, int64_t n,
    const struct rk_site *site, const struct rk_regions *regions,
    struct rk_timeline **out, struct rk_err *err)
{
	struct rk_arena *arena;
	struct document d = {0};
	bool mine;
	int rc;

	rk_assert(!s->in_tx && n > 0);
	*out = NULL;
	if (st_snapshot(s, &mine, err) != 0)
		return -1;
	arena = rk_arena_new(0);
	d.t = RK_NEW(arena, struct rk_timeline);
	d.t->arena = arena;
	d.t->site = site;
	d.t->regions = regions;
	d.t->node = *node;
	d.r = (struct st_reader){.s = s, .arena = arena};
	rc = read_document(&d, n, err);
	st_snapshot_end(s, mine);
	if (rc != 0) {
		rk_timeline_free(d.t);
		return -1;
	}
	rk_timeline_seal(d.t);
	*out = d.t;
	return 0;
}
