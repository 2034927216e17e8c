/*
 * Finding the entries that a new one may tell the same as: those that share clues with it
 * and are alike enough, with the stories they are in; and leaving what it will be found by
 * itself. Knows nothing of what is decided of them, and changes no story.
 */
#include "clue_int.h"
#include "ingest_int.h"
#include "store_int.h"
#include "stories_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>

#define READ_MAX   8  /* candidates looked at: the most alike */
#define STORY_MAX  24 /* a story of more copies is not parted anew */
#define GATHER_MAX (1 + READ_MAX * (STORY_MAX + 3))
#define DAY        ((int64_t)24 * 3600)
#define SOON       (4 * DAY) /* not less than RK_EVENT_DAYS (cluster.h) */

static bool
is_met(const struct gathering *g, int64_t row)
{
	for (size_t i = 1; i < g->n; i++)
		if (g->t[i].row == row)
			return true;
	return false;
}

static void
make_room(struct rk_store *s, struct gathering *g)
{
	struct gathering old = *g;

	if (g->n < g->cap)
		return;
	g->cap = old.cap > 0 ? 2 * old.cap : 4;
	g->t = rk_arena_array(s->near, g->cap, sizeof(*g->t));
	g->state = rk_arena_array(s->near, g->cap, sizeof(*g->state));
	g->own = rk_arena_array(s->near, g->cap, sizeof(*g->own));
	for (size_t i = 0; i < old.n; i++) {
		g->t[i] = old.t[i];
		g->state[i] = old.state[i];
		g->own[i] = old.own[i];
	}
}

static void
read_words(struct rk_store *s, sqlite3_stmt *st, struct rk_telling *t)
{
	struct rk_str *texts[] = {&t->title, &t->url, &t->author, &t->origin_title,
	    &t->origin_url, &t->source_title, &t->source_url};

	for (int i = 0; i < (int)(sizeof(texts) / sizeof(*texts)); i++)
		*texts[i] = rk_arena_str(s->near, st_col_text(st, 9 + i));
}

/* 1: it was added; 0: there is no such row, or no room. print: its fingerprint, where it
 * is known. */
static int
read_telling(struct rk_store *s, int64_t row, const struct rk_print *print,
    struct gathering *g, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_TELLING, err);
	struct rk_telling *t;
	int rc;

	if (g->n == GATHER_MAX)
		return 0;
	make_room(s, g);
	t = &g->t[g->n];
	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	if (st_col_int(st, 2) == ST_HELD) { /* it waits: nobody joins it */
		sqlite3_reset(st);
		return 0;
	}
	*t = (struct rk_telling){.row = row,
	    .source = st_col_int(st, 0),
	    .story = st_col_time(st, 1),
	    .date = st_col_int(st, 3),
	    .first_seen = st_col_int(st, 4),
	    .priority = (int)st_col_int(st, 5),
	    .url_hash = st_col_hash(st, 6),
	    .merge_hash = st_col_hash(st, 7),
	    .text_hash = st_col_hash(st, 8)};
	if (t->story == RK_NO_TIME)
		t->story = row;
	g->state[g->n] = st_col_int(st, 2);
	g->own[g->n] = st_col_int(st, 16);
	t->shown = t->story <= s->shown || g->state[g->n] != ST_LIVE;
	t->settled = t->shown;
	t->vague = st_col_int(st, 17) != 0;
	read_words(s, st, t);
	sqlite3_reset(st);
	g->n++;
	if (print != NULL)
		t->print = *print;
	else if (st_print_get(s, row, &t->print, err) < 0)
		return -1;
	t->print.credit = rk_arena_str(s->near, t->print.credit);
	return 1;
}

/* Those that a statement names, at most STORY_MAX + 1: how many; -1 failed. */
static int
read_some(struct rk_store *s, enum st_id id, int64_t story, int64_t which,
    struct gathering *g, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, id, err);
	int64_t rows[STORY_MAX + 1];
	int n = 0, rc;

	if (st == NULL)
		return -1;
	st_int(st, 1, story);
	st_int(st, 2, which);
	while ((rc = st_step(s, st, err)) == 1)
		rows[n++] = st_col_int(st, 0);
	if (rc < 0)
		return -1;
	for (int k = 0; k < n; k++)
		if (!is_met(g, rows[k]) && read_telling(s, rows[k], NULL, g, err) < 0)
			return -1;
	return n;
}

/* The other entries of the story of t[i]: all where they may move, or their dates must
 * agree, else those that say who leads it and whether the source has a copy there. */
static int
read_story(struct rk_store *s, size_t i, int64_t source, struct gathering *g,
    struct rk_err *err)
{
	int64_t story = g->t[i].story;
	bool shown = g->t[i].shown, vague = g->t[i].vague;
	int n = 0;

	if (!is_met(g, story) && read_telling(s, story, NULL, g, err) < 0)
		return -1;
	if (shown && read_some(s, ST_COPY_OF_SOURCE, story, source, g, err) < 0)
		return -1;
	if ((!shown || vague) &&
	    (n = read_some(s, ST_MEMBERS, story, STORY_MAX + 1, g, err)) < 0)
		return -1;
	if (n > STORY_MAX)
		for (size_t k = 1; k < g->n; k++)
			if (g->t[k].story == story)
				g->t[k].settled = g->t[k].shown = true;
	return 0;
}

/* A phrase in common is not enough: before the row is read, the fingerprints must say that
 * there is something to decide. */
static int
is_alike(struct rk_store *s, const struct st_clue_hit *hit, const struct rk_print *print,
    struct rk_print *other, struct rk_err *err)
{
	int rc = st_print_get(s, hit->entry, other, err);

	return rc == 1 ? rk_print_worth_a_look(print, other, hit->apart <= SOON) : rc;
}

/* Those of the hits that are alike, behind the new entry. */
static int
read_hits(struct rk_store *s, const struct st_clue_hit *hits, int n,
    const struct rk_print *print, struct gathering *g, struct rk_err *err)
{
	struct rk_print other;

	for (int i = 0; i < n; i++) {
		bool sure = hits[i].sure;
		int alike = sure ? 1 : is_alike(s, &hits[i], print, &other, err);

		if (alike < 0 ||
		    (alike == 1 && read_telling(s, hits[i].entry, sure ? NULL : &other,
				       g, err) < 0))
			return -1;
	}
	return 0;
}

static int
source_title(struct st_ingest *in, struct rk_str *title, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(in->store, ST_PUBLISHER, err);
	int rc;

	*title = RK_STR("");
	if (st == NULL)
		return -1;
	st_int(st, 1, in->source);
	if ((rc = st_step(in->store, st, err)) == 1) {
		*title = rk_arena_str(in->store->near, st_col_text(st, 1));
		sqlite3_reset(st);
	}
	return rc < 0 ? -1 : 0;
}

/* No date was stated, and that it is seen now says little of its age. */
static bool
is_vague(const struct st_ingest *in, const struct rk_entry *e)
{
	return e->published == RK_NO_TIME && !in->imported;
}

/* Where candidates are looked for. */
static struct st_clue_span
span_of(const struct st_ingest *in, const struct rk_entry *e)
{
	int64_t now = in->poll->now;
	struct st_clue_span span = {e->published != RK_NO_TIME ? e->published : now,
	    ST_CLUE_DAYS, ST_CLUE_DAYS, 0};

	if (is_vague(in, e))
		span.before = RK_VAGUE_DAYS;
	else if (span.date < now - ST_CLUE_DAYS * DAY)
		span.vague = RK_VAGUE_DAYS - ST_CLUE_DAYS;
	return span;
}

int
st_gather(struct st_ingest *in, const struct rk_entry *e, struct gathering *g,
    struct rk_err *err)
{
	struct rk_store *s = in->store;
	const struct rk_store_poll *poll = in->poll;
	struct st_clue_hit hits[READ_MAX];
	struct st_clue_set set;
	struct rk_print print;
	struct st_clue_span span = span_of(in, e);
	size_t met;
	int n;

	*g = (struct gathering){0};
	(void)rk_print_read(e->print, &print);
	st_clue_set(&set, e->url_hash, e->merge_hash, &print);
	n = st_clue_find(s, &set, &span, hits, READ_MAX, err);
	if (n <= 0)
		return n;
	rk_arena_reset(s->near);
	make_room(s, g);
	g->t[g->n++] = (struct rk_telling){.source = in->source,
	    .date = span.date,
	    .vague = is_vague(in, e),
	    .first_seen = poll->now,
	    .priority = poll->priority,
	    .url_hash = e->url_hash,
	    .merge_hash = e->merge_hash,
	    .text_hash = e->text_hash,
	    .title = e->title,
	    .url = e->url,
	    .author = e->author,
	    .origin_title = e->source_title,
	    .origin_url = e->source_url,
	    .source_url = poll->state.url,
	    .print = print};
	if (read_hits(s, hits, n, &print, g, err) != 0)
		return -1;
	if (g->n < 2)
		return 0;
	if (source_title(in, &g->t[0].source_title, err) != 0)
		return -1;
	met = g->n;
	for (size_t i = 1; i < met; i++)
		if (read_story(s, i, in->source, g, err) != 0)
			return -1;
	for (size_t i = 1; i < g->n; i++) /* a story is settled as a whole */
		for (size_t k = 1; g->t[i].settled && k < g->n; k++)
			if (g->t[k].story == g->t[i].story)
				g->t[k].settled = g->t[k].shown = true;
	return 0;
}

/* ---- what it is found by */

/* What it is found by, at the date by which it is compared. */
static int
put_clues(struct st_ingest *in, const struct rk_entry *e, int64_t row, int64_t date,
    bool vague, struct rk_err *err)
{
	struct st_clue_set set;
	struct rk_print print;

	(void)rk_print_read(e->print, &print);
	st_clue_set(&set, e->url_hash, e->merge_hash, &print);
	if (e->print.n > 0 && st_print_put(in->store, row, e->print, err) != 0)
		return -1;
	return st_clue_add(in->store, &set, date, vague, row, err);
}

int
st_print_new(
    struct st_ingest *in, const struct rk_entry *e, int64_t row, struct rk_err *err)
{
	return put_clues(in, e, row,
	    e->published != RK_NO_TIME ? e->published : in->poll->now, is_vague(in, e),
	    err);
}

/* An undated one keeps the date of its first sight, however late the edit. */
int
st_reprint(
    struct st_ingest *in, const struct rk_entry *e, int64_t row, struct rk_err *err)
{
	int64_t date = e->published;
	bool vague = false;
	sqlite3_stmt *st;
	int rc;

	if (date == RK_NO_TIME) {
		if ((st = st_get(in->store, ST_TELLING, err)) == NULL)
			return -1;
		st_int(st, 1, row);
		if ((rc = st_step(in->store, st, err)) < 0)
			return -1;
		date = in->poll->now;
		if (rc == 1) {
			date = st_col_int(st, 3);
			vague = st_col_int(st, 17) != 0;
			sqlite3_reset(st);
		}
	}
	return put_clues(in, e, row, date, vague, err);
}
