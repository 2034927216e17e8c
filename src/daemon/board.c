/*
 * How the sources fare: status.html, status.json, what is aggregated (sources.opml and .csv)
 * and the operator's feed, at the end of a cycle.
 *
 * The store says whether anything of it changed; mostly nothing did, and no more happens.
 * Where there are many sources the files are large and something changes all the time: they
 * are written the more rarely the more there are. Silence and delay come without a poll, so
 * all sources are looked at once an hour.
 */
#include "publisher_int.h"

#include <ruamkhao/board.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/map.h>

#include <stdio.h>
#include <stdlib.h>

#define MS_EACH 6 /* between two writings, for each source: ten minutes at 100,000 */

static int64_t
next_writing(const struct publisher *pub)
{
	int64_t pause = (int64_t)pub->e->n_slots * MS_EACH;

	return pub->board_ms == 0 ? 0 : pub->board_ms + pause;
}

uint64_t
board_next(struct publisher *pub)
{
	int64_t now = (int64_t)engine_ms(pub->e), next;

	if (pub->e->pipeline == NULL)
		return 0;
	if (pub->watch_ms <= now)
		pub->watch_ms = now + (int64_t)RK_WATCH_S * 1000;
	next = pub->watch_ms;
	if (pub->board_waits && next_writing(pub) < next)
		next = next_writing(pub);
	return next > now ? (uint64_t)(next - now) : 1;
}

/* ---- what only the configuration knows */

static int
by_id(const void *va, const void *vb)
{
	const struct rk_node *const *a = va, *const *b = vb;

	return rk_str_cmp((*a)->id, (*b)->id);
}

/* The node of an agency that is only named by a source, made once. */
static const struct rk_node *
agency_node(struct rk_board *b, struct rk_map *made, const struct engine *e, struct rk_str id)
{
	struct rk_str node_id = rk_arena_fmt(b->arena, "agency/%s", rk_cstr(id));
	const struct rk_node *known = rk_regions_find(e->config->regions, node_id);
	struct rk_node *node;

	if (known != NULL)
		return known;
	if ((node = rk_map_get(made, node_id)) != NULL)
		return node;
	node = RK_NEW(b->arena, struct rk_node);
	*node = (struct rk_node){ .id = node_id, .scheme = RK_SCHEME_AGENCY, .term = id,
		.th = id, .en = id };
	(void)rk_map_put(made, node->id, node);
	return node;
}

static void
complete(struct engine *e, struct rk_board *b)
{
	const struct rk_config *c = e->config;
	struct rk_map *made = rk_map_new(), *listed = rk_map_new();
	size_t cap = c->n_agencies + b->n_sources + 1;
	const struct rk_node **agencies = rk_xcalloc(cap, sizeof(const struct rk_node *));

	b->site = &e->site;
	b->regions = c->regions;
	for (size_t i = 0; i < c->n_agencies; i++) {
		const struct rk_node *node = agency_node(b, made, e, c->agencies[i].id);

		if (rk_map_get(listed, node->id) == NULL)
			agencies[b->n_agencies++] = node;
		(void)rk_map_put(listed, node->id, (void *)(uintptr_t)node);
	}
	for (size_t i = 0; i < b->n_sources; i++) {
		struct rk_board_source *s = &b->sources[i];
		const struct rk_source *source;

		if (s->position < 0 || (uint64_t)s->position >= c->n_sources)
			continue;
		source = &c->sources[s->position];
		s->kind = source->kind;
		if (source->province.n > 0)
			s->province = rk_regions_province(c->regions, source->province);
		if (source->agency.n == 0)
			continue;
		s->agency = agency_node(b, made, e, source->agency);
		if (rk_map_get(listed, s->agency->id) == NULL)
			agencies[b->n_agencies++] = s->agency;
		(void)rk_map_put(listed, s->agency->id, (void *)(uintptr_t)s->agency);
	}
	if (b->n_agencies > 0)
		qsort(agencies, b->n_agencies, sizeof(*agencies), by_id);
	b->agencies = rk_arena_array(b->arena, b->n_agencies + 1, sizeof(const struct rk_node *));
	for (size_t i = 0; i < b->n_agencies; i++)
		b->agencies[i] = agencies[i];
	free(agencies);
	rk_map_free(made);
	rk_map_free(listed);
}

/* ---- writing */

static bool
put(struct publisher *pub, const char *name, struct rk_buf *buf, int rendered,
    const struct rk_err *why)
{
	struct rk_err err = *why;
	bool changed = false;

	if (rendered != 0 || tree_put(pub->e, name, rk_buf_view(buf), &changed, &err) != 0)
		publisher_remember(pub, &err);
	pub->changed |= changed;
	pub->board_files += changed;
	rk_buf_reset(buf);
	return changed;
}

static void
board_work(uv_work_t *work)
{
	static const struct {
		const char *name;
		int (*render)(const struct rk_board *, struct rk_buf *, struct rk_err *);
	} files[] = { { "status.json", rk_status_json }, { "status.html", rk_status_html },
		{ "sources.opml", rk_sources_opml }, { "sources.csv", rk_sources_csv } };
	struct publisher *pub = work->data;
	struct engine *e = pub->e;
	struct rk_timeline *operator;
	struct rk_err err = { 0 };
	struct rk_buf buf;

	complete(e, pub->board);
	rk_buf_init(&buf, RK_MAX_FILE);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		rk_err_clear(&err);
		(void)put(pub, files[i].name, &buf, files[i].render(pub->board, &buf, &err), &err);
	}
	operator = rk_operator_timeline(pub->board);
	/* the process before may have ended between the file and its mark */
	pub->operator_changed |= pub->board_ms == 0 && operator->n_stories > 0
	    && pub->board->published < pub->board->generation;
	for (size_t i = 0; i < e->config->publish.n_formats && operator->n_stories > 0; i++) {
		const struct rk_format *format = publisher_format(e, i);
		char name[64];

		rk_err_clear(&err);
		(void)snprintf(name, sizeof(name), "operator%s", format->suffix);
		pub->operator_changed |=
		    put(pub, name, &buf, format->render(operator, &buf, &err), &err);
	}
	rk_timeline_free(operator);
	rk_buf_release(&buf);
	rk_err_clear(&err);
	if (pub->changed && tree_sync(e, "status.json", &err) != 0)
		publisher_remember(pub, &err);
}

static void
board_end(struct publisher *pub)
{
	rk_board_free(pub->board);
	pub->board = NULL;
	publisher_cycle_end(pub);
}

/* What is to be told is stored: no mark before it, or a crash between them loses it. */
static void
on_told(void *cookie, const struct rk_err *err)
{
	struct publisher *pub = cookie;

	if (err->kind != RK_E_NONE)
		publisher_remember(pub, err);
	else
		rk_storeq_board_published(pub->e->storeq, pub->board->generation);
	board_end(pub);
}

static void
board_after(uv_work_t *work, int status)
{
	struct publisher *pub = work->data;
	struct rk_storeq *q = pub->e->storeq;

	(void)status;
	pub->e->progress.files += pub->board_files;
	pub->board_files = 0;
	pub->board_ms = (int64_t)engine_ms(pub->e);
	pub->board_ms = pub->board_ms > 0 ? pub->board_ms : 1;
	if (pub->err.kind != RK_E_NONE) {
		board_end(pub);
		return;
	}
	if (pub->operator_changed)
		hub_published(pub->e->hub, RK_STR("operator"));
	pub->operator_changed = false;
	rk_storeq_published(q, NULL, 0, on_told, pub);
	rk_storeq_flush(q);
}

static void
on_board(void *cookie, struct rk_board *board, const struct rk_err *err)
{
	struct publisher *pub = cookie;

	if (board == NULL) {
		if (err->kind != RK_E_NONE)
			publisher_remember(pub, err);
		publisher_cycle_end(pub);
		return;
	}
	pub->board = board;
	pub->work.data = pub;
	rk_assert(uv_queue_work(pub->e->loop, &pub->work, board_work, board_after) == 0);
}

/* Somebody took a file away, or a twin. */
static bool
is_missing(const struct engine *e)
{
	static const char *const names[] = { "status.json", "status.html", "sources.opml",
		"sources.csv" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!tree_is_whole(e, names[i]))
			return true;
	return false;
}

void
board_begin(struct publisher *pub)
{
	struct engine *e = pub->e;
	int64_t now = engine_now(e), ms = (int64_t)engine_ms(e);
	struct rk_watching how = { .now = now, .judge = e->pipeline != NULL,
		.began = now - (ms - (int64_t)e->started_ms) / 1000 };

	if (pub->stopping) {
		publisher_cycle_end(pub);
		return;
	}
	pub->stage = BOARDING;
	how.always = pub->board_always;
	if (!pub->board_looked) /* agencies may have other names, unknown to the store */
		how.always |= e->n_slots * MS_EACH < 10000 || is_missing(e);
	pub->board_looked = true;
	pub->board_always = false;
	/* who waits for the end of a cycle gets all of it */
	how.later = pub->done == NULL && !how.always && ms < next_writing(pub);
	pub->board_waits = how.later;
	rk_storeq_board(e->storeq, &how, on_board, pub);
}
