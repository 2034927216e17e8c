/*
 * One poll into rows, inside one savepoint: entries, then the source's state. Knows
 * no format and no clock; which entry an item is, identity.c says.
 */
#include <ruamkhao/store.h>

#include "archive_int.h"
#include "clue_int.h"
#include "ingest_int.h"
#include "lives_int.h"
#include "regions_int.h"
#include "sources_int.h"
#include "store_int.h"
#include "stories_int.h"
#include "watch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/manners.h>

#include <stdlib.h>

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * Place in the timeline, greater is newer; decided once. Seconds; dates without a time
 * below what has one, also midnight; then the rank among the new entries of the document
 * (newer stated dates later), then something of the source, so that the order does not
 * hang on which of two sources was stored first.
 */
#define RANKS ((int64_t)1 << 13) /* RK_MAX_ITEMS fits */
#define TIES  ((int64_t)1 << 8)
_Static_assert(2 * RANKS * TIES == ST_SORT_SECOND, "a second of the order");

static int64_t
sort_of(const struct st_ingest *g, const struct st_item *item, size_t rank)
{
	const int64_t far = (int64_t)1 << 38; /* some 8,700 years */
	int64_t now = g->poll->now;
	int64_t seconds = g->imported ? now : least(item->when, now);
	bool day = item->day && seconds == item->when && !g->imported;

	if (seconds < -far)
		seconds = -far;
	return ((seconds * 2 + !day) * RANKS + least((int64_t)rank, RANKS - 1)) * TIES +
	       (int64_t)(rk_hash64(g->poll->source_id) % (uint64_t)TIES);
}

/* ---- rows */

/* Columns that an edit replaces: 1 to 21 of ST_ENTRY_ADD and ST_ENTRY_EDIT. first: as
 * in rk_found, which an edit leaves as it was. */
static void
bind_content(sqlite3_stmt *st, const struct rk_entry *e, bool first, int64_t updated,
    int64_t changed)
{
	struct rk_found found = e->found;

	found.first = first; /* whatever a worker says */
	st_time(st, 1, e->published);
	st_int(st, 2, rk_found_pack(&found));
	st_int(st, 3, updated);
	st_int(st, 4, changed);
	st_hash(st, 5, e->text_hash);
	st_hash(st, 6, e->meta_hash);
	st_hash(st, 7, e->url_hash);
	st_hash(st, 8, e->merge_hash);
	st_text(st, 9, e->url);
	st_text(st, 10, e->title);
	st_text(st, 11, e->author);
	st_text(st, 12, e->author_url);
	st_text(st, 13, e->lang);
	st_text(st, 14, e->image);
	st_text(st, 15, e->source_title);
	st_text(st, 16, e->source_url);
	st_text(st, 17, e->tags);
	st_text(st, 18, e->enclosures);
	st_text(st, 19, e->summary);
	st_text(st, 20, e->html);
	st_text(st, 21, e->date_text);
}

static int
insert(struct st_ingest *g, struct st_item *item, int64_t row,
    const struct st_story *story, int64_t sort, bool hold, struct rk_err *err)
{
	const struct rk_entry *e = item->entry;
	sqlite3_stmt *st = st_get(g->store, ST_ENTRY_ADD, err);
	int64_t stated = e->updated != RK_NO_TIME ? e->updated : e->published;
	struct rk_str own;

	if (st == NULL || st_own_id(g, item, row, &own, err) != 0)
		return -1;
	bind_content(st, e, !g->imported,
	    stated != RK_NO_TIME ? least(stated, g->poll->now)
				 : least(item->when, g->poll->now),
	    g->poll->now);
	st_int(st, 22, row);
	st_int(st, 23, g->source);
	st_time(st, 24, story->row != 0 ? story->row : RK_NO_TIME);
	st_int(st, 25, g->route->row);
	st_int(st, 26, sort);
	st_int(st, 27, hold ? ST_HELD : story->row != 0 ? story->state : ST_LIVE);
	st_int(st, 28, item->keys[0].kind);
	st_int(st, 29, own.n > 0);
	st_int(st, 30, g->poll->now);
	st_text(st, 31, own.n > 0 ? own : st_minted_id(g, item));
	st_text(st, 32, e->guid);
	if (st_run(g->store, st, err) != 0)
		return -1;
	if (sqlite3_changes(g->store->db) > 0)
		return 0;
	/* another entry has that id already: the bindings are still there */
	st_int(st, 29, 0);
	st_text(st, 31, st_minted_id(g, item));
	return st_run(g->store, st, err);
}

/* The route it was given, or that of the poll; why, beside it. */
static int
add_places(struct st_ingest *g, const struct rk_entry *e, int64_t row, struct rk_err *err)
{
	sqlite3_stmt *st;

	if (st_route(g->store, e->route.n > 0 ? e->route : g->poll->route, &g->route,
		err) != 0)
		return -1;
	if (e->evidence.n == 0)
		return 0;
	if ((st = st_get(g->store, ST_PLACE_ADD, err)) == NULL)
		return -1;
	st_int(st, 1, row);
	st_text(st, 2, e->evidence);
	return st_run(g->store, st, err);
}

/* The story it joins, whose nodes are raised; row 0: none. */
static int
find_story(struct st_ingest *g, const struct rk_entry *e, struct st_story *story,
    struct rk_err *err)
{
	if (st_find_story(g, e, story, err) != 0)
		return -1;
	if (story->row == 0)
		return 0;
	if (st_story_open(g->store, story, err) != 0)
		return -1;
	if (story->row == 0) { /* its source ended it */
		st_story_alone(story);
		return 0;
	}
	return story->recounted ? 0 : st_joined(g, story, err);
}

/* Only its source's `keep` and `drop`, or a lead that they keep out, can hide it. */
static int
filter(struct st_ingest *g, int64_t row, const struct st_story *story, struct rk_err *err)
{
	if (g->store->filters.n == 0 && story->state != ST_HIDDEN)
		return 0;
	return st_filter_row(g->store, row, g->poll->now, err);
}

static int
add(struct st_ingest *g, struct st_item *item, size_t rank, struct rk_err *err)
{
	const struct rk_entry *e = item->entry;
	struct rk_store *s = g->store;
	int64_t now = g->poll->now, row = s->last_entry + 1, sort, own;
	struct rk_signals signals = rk_signals_unpack(e->signals);
	struct st_story story = {0};
	unsigned why, score;
	bool hold;
	int rc = st_keys_claim(g, item, row, err);

	if (rc <= 0) { /* 0: a new entry just before it brought the same key */
		g->counts->unchanged += rc == 0;
		return rc;
	}
	s->last_entry = row;
	item->row = row;
	score = rk_hijack_score(&signals, &g->news, &why);
	hold = score >= RK_HIJACK_HOLD;
	if (add_places(g, e, row, err) != 0 ||
	    (!hold && find_story(g, e, &story, err) != 0))
		return -1;
	own = sort_of(g, item, rank);
	sort = story.row != 0 ? story.sort : own;
	if (insert(g, item, row, &story, sort, hold, err) != 0)
		return -1;
	if (g->route->last != INT64_MAX)
		g->route->last = row;
	if (hold) { /* its fingerprint waits with it */
		g->counts->held++;
		return st_reprint(g, e, row, err) != 0
			   ? -1
			   : st_hold(g, row, score, why, err);
	}
	if (st_settle(g, e, row, own, &story, err) != 0)
		return -1;
	if (g->route->newest != INT64_MAX && g->route->newest < sort)
		g->route->newest = sort;
	g->counts->joined += story.row != 0;
	g->counts->added += story.row == 0;
	for (size_t i = 0; story.row == 0 && !story.recounted && i < g->route->n_nodes; i++)
		st_touch(s, g->route->nodes[i], 1, now);
	return filter(g, row, &story, err);
}

/* ---- edits */

static bool
has_replaced(struct rk_str s)
{
	return rk_str_find(s, RK_STR("\xef\xbf\xbd")) != SIZE_MAX;
}

/* The stored version, as far as an edit is judged by it. */
struct old {
	int64_t story, route, updated, changed;
	uint64_t text_hash, meta_hash, url_hash;
	enum st_entry_state state;
	bool spoilt; /* the new version lost characters that this one has */
	bool same_url, same_title;
	bool gone;          /* only its keys are left */
	struct rk_str html; /* in the scratch, where the text differs */
};

static int
read_old(struct st_ingest *g, const struct st_item *item, struct old *old,
    struct rk_err *err)
{
	const struct rk_entry *e = item->entry;
	sqlite3_stmt *st = st_get(g->store, ST_ENTRY_OLD, err);
	int rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, item->row);
	if ((rc = st_step(g->store, st, err)) < 0)
		return -1;
	old->gone = rc == 0;
	if (rc == 0)
		return 0;
	old->story = st_col_time(st, 0);
	old->route = st_col_int(st, 1);
	old->state = (enum st_entry_state)st_col_int(st, 2);
	old->updated = st_col_int(st, 5);
	old->changed = st_col_int(st, 6);
	old->text_hash = st_col_hash(st, 7);
	old->meta_hash = st_col_hash(st, 8);
	old->url_hash = st_col_hash(st, 9);
	old->same_url = rk_str_eq(st_col_text(st, 11), e->url);
	old->same_title = rk_str_eq(st_col_text(st, 12), e->title);
	old->spoilt = old->text_hash != e->text_hash &&
		      (has_replaced(e->title) || has_replaced(e->html)) &&
		      !has_replaced(st_col_text(st, 12)) &&
		      !has_replaced(st_col_text(st, 13));
	if (old->text_hash != e->text_hash)
		old->html = rk_arena_str(g->store->scratch, st_col_text(st, 13));
	sqlite3_reset(st);
	return 0;
}

/* What the timelines show of it changed: raise the nodes of its story. */
static int
touch_story(struct st_ingest *g, const struct st_item *item, const struct old *old,
    int64_t changed, struct rk_err *err)
{
	struct rk_store *s = g->store;
	int64_t lead = item->row, route = old->route;

	if (old->state != ST_LIVE)
		return 0;
	if (old->story != RK_NO_TIME) { /* a copy: only its address is shown */
		sqlite3_stmt *st = st_get(s, ST_ENTRY_LEAD, err);
		int64_t voice = 0;
		bool leads;
		int rc;

		if (st == NULL)
			return -1;
		st_int(st, 1, old->story);
		if ((rc = st_step(s, st, err)) != 1)
			return rc;
		route = st_col_int(st, 0);
		leads = st_col_int(st, 2) == ST_LIVE;
		lead = old->story;
		sqlite3_reset(st);
		if (!leads && st_voice(s, lead, &voice, err) != 0)
			return -1;
		if (voice != item->row) {
			if (old->same_url)
				return 0;
			changed = RK_NO_TIME;
		} else if (changed != RK_NO_TIME &&
			   st_story_bump(s, lead, changed, err) != 0) {
			return -1;
		}
	} else if ((!old->same_url || !old->same_title) &&
		   st_related_touch(s, lead, err) != 0) {
		return -1;
	}
	return st_story_touch(s, lead, route, 0, changed, err);
}

static int
edit(struct st_ingest *g, const struct st_item *item, struct rk_err *err)
{
	const struct rk_entry *e = item->entry;
	struct rk_store *s = g->store;
	int64_t now = g->poll->now;
	bool text;
	struct old old = {0};
	sqlite3_stmt *st;

	if (item->seen == item->mark && rk_keeps(RK_M_ENTRY_DIFF)) {
		g->counts->unchanged++;
		return 0;
	}
	if (read_old(g, item, &old, err) != 0)
		return -1;
	if (old.gone) {
		g->counts->unchanged++;
		return 0;
	}
	if (old.state == ST_LIVE || old.state == ST_HIDDEN) {
		int held = st_hold_edit(g, e, item->row, err);

		if (held != 0) {
			g->counts->edits_held++;
			return held < 0 ? -1 : st_keys_unseen(g, item, err);
		}
		if (item->seen == 0 && st_hold_dropped(g, item->row, err) != 0)
			return -1;
	}
	if (st_keys_renew(g, item, err) != 0)
		return -1;
	if (old.state == ST_BLOCKED || old.state == ST_WITHDRAWN) {
		int back = st_entry_return(s, item->row, e->updated, now, err);

		if (back < 0)
			return -1;
		if (back == 0) { /* what is out stays as it was */
			g->counts->unchanged++;
			return 0;
		}
		g->counts->returned++;
		old.state = ST_LIVE;
	}
	text = old.text_hash != e->text_hash || !rk_keeps(RK_M_ENTRY_DIFF);
	if (old.spoilt || (!text && old.meta_hash == e->meta_hash) ||
	    !rk_keeps(RK_M_UPDATES)) {
		g->counts->unchanged++;
		return 0;
	}
	g->counts->edited++;
	if (text) {
		if (st_version_keep(s, item->row, old.html, err) != 0)
			return -1;
		old.changed = now;
		old.updated = e->updated != RK_NO_TIME && e->updated > old.updated &&
				      e->updated <= now
				  ? e->updated
				  : now;
	}
	if (st_archive_keep(s, item->row, err) != 0 ||
	    (st = st_get(s, ST_ENTRY_EDIT, err)) == NULL)
		return -1;
	bind_content(st, e, false, old.updated, old.changed);
	st_int(st, 22, item->row);
	if (st_run(s, st, err) != 0)
		return -1;
	if ((text || e->url_hash != old.url_hash) &&
	    st_reprint(g, e, item->row, err) != 0)
		return -1;
	if (touch_story(g, item, &old, text ? now : RK_NO_TIME, err) != 0)
		return -1;
	if (!text)
		return 0;
	if (st_search_again(s, item->row, err) != 0)
		return -1;
	return s->filters.n > 0 ? st_filter_row(s, item->row, now, err) : 0;
}

/* ---- the poll */

/* Oldest first; of the same date, what stands lower in the document first. */
static int
by_age(const void *a, const void *b)
{
	const struct st_item *x = *(struct st_item *const *)a;
	const struct st_item *y = *(struct st_item *const *)b;

	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	if (x->day != y->day)
		return x->day ? -1 : 1;
	if (x->entry->position != y->entry->position)
		return x->entry->position > y->entry->position ? -1 : 1;
	return x < y ? 1 : -1; /* the same item is never compared with itself */
}

static int
store_entries(struct st_ingest *g, struct rk_err *err)
{
	struct st_item **fresh;
	unsigned suspects = 0;
	size_t n = 0;

	if (st_route(g->store, g->poll->route, &g->route, err) != 0 ||
	    st_identify(g, err) != 0 || st_removals(g, err) != 0)
		return -1;
	fresh = rk_arena_array(g->store->scratch, g->n + 1, sizeof(struct st_item *));
	for (size_t i = 0; i < g->n; i++) {
		struct rk_signals signals =
		    rk_signals_unpack(g->items[i].entry->signals);

		suspects +=
		    (g->items[i].row == 0 || g->items[i].seen != g->items[i].mark) &&
		    rk_hijack_suspect(&signals);
	}
	g->news = (struct rk_hijack_news){.known = true, .suspects = suspects};
	for (size_t i = 0; i < g->n; i++) {
		struct st_item *item = &g->items[i];

		if (item->skip || item->removed)
			g->counts->unchanged++;
		else if (item->row == 0)
			fresh[n++] = item;
		else if (edit(g, item, err) != 0)
			return -1;
	}
	qsort(fresh, n, sizeof(struct st_item *), by_age);
	if (n > 0 && st_news(g, (unsigned)n, suspects, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add(g, fresh[i], i, err) != 0)
			return -1;
	return st_complete(g, err) != 0 || st_steady_write(g, err) != 0 ? -1 : 0;
}

static int
store_pushed(struct st_ingest *g, struct rk_err *err)
{
	const struct rk_store_counts *c = g->counts;
	sqlite3_stmt *st = st_get(g->store, ST_PACE_NEWS, err);

	if (st == NULL ||
	    st_entries_more(g->store, g->source, c->added + c->joined + c->held, err) != 0)
		return -1;
	st_int(st, 1, g->source);
	st_int(st, 2, g->poll->now);
	if (c->added + c->joined > 0 ? st_run(g->store, st, err) != 0 : false)
		return -1;
	return st_watch_poll(g->store, g->source, NULL, c->added + c->joined,
	    c->held + c->edits_held, g->poll->now, err);
}

static int
store_poll(struct st_ingest *g, struct rk_err *err)
{
	struct rk_source_state state = g->poll->state;
	const struct rk_ingest *in = g->poll->ingest;

	if (in != NULL) {
		if (st_state_imported(g->store, g->source, &g->imported, err) != 0 ||
		    (g->poll->trail != NULL && !g->imported &&
			st_page_began(g->store, g->source, g->base, &g->base, err) !=
			    0) ||
		    store_entries(g, err) != 0)
			return -1;
		/* news by themselves: validators, schedule and what the feed calls itself
		 * are those of the whole document, which polls bring */
		if (g->poll->pushed)
			return store_pushed(g, err);
		state.imported = g->imported || !g->poll->unfinished;
		state.format = rk_str(rk_format_in_name(in->format));
		state.charset = in->charset;
		state.feed_title = in->title;
		state.feed_link = in->link;
		if (g->counts->edits_held > 0)
			rk_source_reread(&state);
		if (g->poll->settle != NULL) {
			g->poll->settle(g->poll->settle_cookie, &state,
			    g->counts->added + g->counts->joined);
			if (st_pace_write(g->store, g->source, &state.pace, err) != 0)
				return -1;
		}
	}
	if (g->poll->trail != NULL &&
	    st_trail_write(g->store, g->source, g->poll->trail,
		g->counts->added + g->counts->joined + g->counts->held, g->poll->now, err) != 0)
		return -1;
	if (g->poll->trail != NULL && st_lost_write(g, err) != 0)
		return -1;
	if (in == NULL && g->poll->part == RK_STATE_TIMES) {
		struct rk_poll_times times = rk_poll_times_of(&state, g->poll->why_same);

		return st_times_write(g->store, &times, 1, err);
	}
	if (st_state_write(g->store, &state, in != NULL ? RK_STATE_WHOLE : g->poll->part,
		g->counts->added + g->counts->joined + g->counts->held, err) != 0)
		return -1;
	if (in == NULL && g->poll->part == RK_STATE_ASKED)
		return 0;
	return st_watch_poll(g->store, g->source, &state,
	    g->counts->added + g->counts->joined,
	    g->counts->held + g->counts->edits_held, g->poll->now, err);
}

int
rk_store_poll(struct rk_store *s, const struct rk_store_poll *poll, struct rk_str host,
    rk_decide_fn *decide, struct rk_store_counts *counts, struct rk_err *err)
{
	size_t clues = s->clues.n;
	/* one statement is whole or nothing by itself */
	bool alone = poll->ingest == NULL && poll->trail == NULL &&
		     !poll->state.moved_changed && poll->state.address.n == 0 &&
		     (poll->part == RK_STATE_TIMES || poll->part == RK_STATE_ASKED);
	struct rk_err local = {0}; /* the caller may not want to know; we do */
	struct st_ingest g = {.store = s,
	    .poll = poll,
	    .host = host,
	    .decide = decide,
	    .counts = counts,
	    .source = poll->state.row,
	    .base = poll->now};

	rk_assert(s->in_tx);
	*counts = (struct rk_store_counts){0};
	if (s->lost.kind != RK_E_NONE) {
		local = s->lost;
		goto fail;
	}
	rk_arena_reset(s->scratch);
	if (!alone && st_run_id(s, ST_SAVEPOINT, &local) != 0)
		goto lost;
	if (store_poll(&g, &local) != 0) {
		/* a full disk may have ended the whole transaction already */
		if (sqlite3_get_autocommit(s->db) || s->damaged ||
		    (!alone && (st_run_id(s, ST_ROLLBACK_TO, NULL) != 0 ||
				   st_run_id(s, ST_RELEASE, NULL) != 0)))
			goto lost;
		st_regions_poll_dropped(s);
		st_clues_dropped(s, clues);
		st_prints_free(s);
		st_watch_dropped(s);
		goto fail;
	}
	if (!alone && st_run_id(s, ST_RELEASE, &local) != 0)
		goto lost;
	st_regions_poll_kept(s);
	ST_CRASH_POINT("after-savepoint");
	return 0;
lost:
	s->lost = local;
	if (!sqlite3_get_autocommit(s->db))
		(void)st_run_id(s, ST_ROLLBACK, NULL);
	st_regions_poll_dropped(s);
fail:
	*counts = (struct rk_store_counts){0};
	if (err != NULL)
		*err = local;
	return -1;
}

void
rk_store_poll_free(struct rk_store_poll *poll)
{
	if (poll == NULL)
		return;
	rk_arena_free(poll->arena);
	free(poll);
}
