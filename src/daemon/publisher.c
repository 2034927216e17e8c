/*
 * Dirty nodes -> files. One cycle: ask what is behind, read each timeline, render and
 * replace on the pool, sync the folders, mark as published, then the index pages.
 *
 * A mark is written only after the folder of the file was synced, so that a node that
 * counts as published is on disk. A crash anywhere leaves a node behind, and the next
 * start renders it again into the same bytes.
 */
#include "daemon_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/publish.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define AT_ONCE 3       /* timelines being read or rendered: bounds memory */
#define QUIET_MS 300    /* of no further change before a cycle starts */
#define LATEST_MS 10000 /* a cycle starts at the latest so long after a change */
#define RETRY_MS 60000  /* after a failed cycle */
#define MAX_FILE RK_MIB(64)

enum stage { IDLE, ASKING, RENDERING, SYNCING, MARKING, INDEXING };

struct item {
	struct rk_node node;
	int64_t generation;
	bool done; /* its files are right */
};

struct render {
	uv_work_t work;
	struct publisher *pub;
	struct item *item;
	struct rk_timeline *timeline;
	unsigned replaced;
	bool failed;
	struct rk_err err;
};

struct publisher {
	struct engine *e;
	uv_timer_t timer;
	bool timer_open, stopping;
	int64_t due_ms;     /* of the next cycle, monotonic; INT64_MAX: none is to come */
	enum stage stage;
	bool again;         /* something changed during the cycle */
	bool everything;    /* the next cycle renders every node */
	bool looked;        /* files were compared with the nodes once since the start */
	uint64_t dirty_since; /* 0: nothing waits */
	struct rk_arena *arena; /* of the cycle */
	struct item *items;
	size_t n_items, next, busy;
	bool changed;       /* any file was replaced in this cycle */
	struct rk_err err;  /* the first of this cycle */
	uv_work_t work;     /* syncing, indexing */
	struct rk_index_node *index;
	size_t n_index;
	void (*done)(void *cookie, const struct rk_err *);
	void *done_cookie;
};

static void cycle_start(struct publisher *);
static void render_more(struct publisher *);
static void cycle_end(struct publisher *);

static const struct rk_format *
format_at(const struct engine *e, size_t i)
{
	return rk_format_find(e->config->publish.formats[i]);
}

static void
remember(struct publisher *pub, const struct rk_err *err)
{
	if (pub->err.kind == RK_E_NONE)
		pub->err = *err;
}

/* ---- names of nodes */

static struct rk_node
node_of(struct engine *e, struct rk_arena *arena, struct rk_str id)
{
	const struct rk_node *known = rk_regions_find(e->config->regions, id);
	struct rk_node node;
	struct rk_str rest;

	if (known != NULL)
		return *known;
	memset(&node, 0, sizeof(node));
	node.id = rk_arena_str(arena, id);
	node.scheme = rk_node_scheme(node.id, &rest);
	node.term = rk_arena_str(arena, rest.n > 0 ? rest : id);
	node.th = node.en = node.term;
	if (node.scheme == RK_SCHEME_ALL) {
		node.th = rk_str("ข่าวทั้งหมด");
		node.en = rk_str("All news");
	} else if (node.scheme == RK_SCHEME_NATIONAL) {
		node.th = rk_str("ข่าวส่วนกลาง");
		node.en = rk_str("National news");
	}
	return node;
}

static bool
file_missing(const struct engine *e, struct rk_str node)
{
	struct stat st;
	char path[1024];

	for (size_t i = 0; i < e->config->publish.n_formats; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s%s",
		    rk_cstr(e->config->publish.directory), rk_cstr(node),
		    format_at(e, i)->suffix);
		if (stat(path, &st) != 0)
			return true;
	}
	return false;
}

/* ---- index pages */

static int
by_display(const void *va, const void *vb)
{
	/* the country first, then from large to small */
	static const int order[] = { 0, 1, 3, 4, 5, 2, 6, 7, 8 };
	const struct rk_index_node *a = va, *b = vb;
	int d = order[a->node.scheme] - order[b->node.scheme];

	return d != 0 ? d : rk_str_cmp(a->node.id, b->node.id);
}

static void
index_write(struct publisher *pub, const char *name,
    int (*render)(const struct rk_index *, struct rk_buf *, struct rk_err *),
    const struct rk_index *index)
{
	const char *root = rk_cstr(pub->e->config->publish.directory);
	struct rk_err err = { 0 };
	struct rk_buf buf;
	bool changed = false;

	rk_buf_init(&buf, MAX_FILE);
	if (render(index, &buf, &err) != 0
	    || rk_file_replace(root, name, rk_buf_view(&buf), -1, &changed, &err) != 0
	    || (changed && rk_file_sync_dir(root, name, &err) != 0))
		remember(pub, &err);
	rk_buf_release(&buf);
}

static void
index_work(uv_work_t *work)
{
	struct publisher *pub = work->data;
	struct engine *e = pub->e;
	const struct rk_format *formats[16] = { NULL };
	struct rk_index index = { &e->site, pub->index, pub->n_index, formats };

	for (size_t i = 0; i < e->config->publish.n_formats && i < 15; i++)
		formats[i] = format_at(e, i);
	index_write(pub, "index.html", rk_index_html, &index);
	index_write(pub, "index.opml", rk_index_opml, &index);
}

static void
index_after(uv_work_t *work, int status)
{
	struct publisher *pub = work->data;

	(void)status;
	cycle_end(pub);
}

static void
on_index_nodes(void *cookie, const struct rk_node_state *nodes, size_t n,
    const struct rk_err *err)
{
	struct publisher *pub = cookie;

	if (err->kind != RK_E_NONE) {
		remember(pub, err);
		cycle_end(pub);
		return;
	}
	pub->index = rk_arena_array(pub->arena, n, sizeof(*pub->index));
	pub->n_index = 0;
	for (size_t i = 0; i < n; i++) {
		struct rk_index_node *in = &pub->index[pub->n_index];

		if (nodes[i].n_stories == 0)
			continue;
		in->node = node_of(pub->e, pub->arena, nodes[i].id);
		in->updated = nodes[i].updated;
		in->n_stories = (size_t)nodes[i].n_stories;
		pub->n_index++;
	}
	if (pub->n_index > 0)
		qsort(pub->index, pub->n_index, sizeof(*pub->index), by_display);
	pub->work.data = pub;
	rk_assert(uv_queue_work(pub->e->loop, &pub->work, index_work, index_after) == 0);
}

/* ---- marks */

static void
on_marked(void *cookie, const struct rk_err *err)
{
	struct publisher *pub = cookie;

	if (err->kind != RK_E_NONE)
		remember(pub, err);
	pub->stage = INDEXING;
	rk_storeq_nodes(pub->e->storeq, false, on_index_nodes, pub);
}

static void
sync_work(uv_work_t *work)
{
	struct publisher *pub = work->data;
	const char *root = rk_cstr(pub->e->config->publish.directory);
	enum rk_scheme last = RK_SCHEME_UNKNOWN;
	struct rk_err err = { 0 };

	/* items are sorted by id, so the nodes of one folder stand together */
	for (size_t i = 0; i < pub->n_items && pub->changed; i++) {
		if (pub->items[i].node.scheme == last)
			continue;
		last = pub->items[i].node.scheme;
		if (rk_file_sync_dir(root, rk_cstr(pub->items[i].node.id), &err) != 0)
			remember(pub, &err);
	}
}

static void
sync_after(uv_work_t *work, int status)
{
	struct publisher *pub = work->data;
	struct rk_mark *marks;
	size_t n = 0;

	(void)status;
	if (pub->err.kind == RK_E_SYS && pub->n_items == 0) {
		cycle_end(pub);
		return;
	}
	marks = rk_arena_array(pub->arena, pub->n_items + 1, sizeof(*marks));
	for (size_t i = 0; i < pub->n_items; i++) {
		if (pub->items[i].done)
			marks[n++] = (struct rk_mark){ pub->items[i].node.id,
				pub->items[i].generation };
	}
	pub->stage = MARKING;
	rk_storeq_published(pub->e->storeq, marks, n, on_marked, pub);
}

/* ---- rendering */

static void
render_work(uv_work_t *work)
{
	struct render *r = work->data;
	struct engine *e = r->pub->e;
	const char *root = rk_cstr(e->config->publish.directory);
	struct rk_buf buf;

	rk_buf_init(&buf, MAX_FILE);
	for (size_t i = 0; i < e->config->publish.n_formats && !r->failed; i++) {
		const struct rk_format *format = format_at(e, i);
		char name[192];
		bool changed = false;

		rk_buf_reset(&buf);
		(void)snprintf(name, sizeof(name), "%s%s", rk_cstr(r->item->node.id),
		    format->suffix);
		if (format->render(r->timeline, &buf, &r->err) != 0
		    /* the time of replacement: a copy that joins changes bytes, but no
		     * story's time, and Last-Modified must move with the bytes */
		    || rk_file_replace(root, name, rk_buf_view(&buf), -1, &changed, &r->err) != 0)
			r->failed = true;
		r->replaced += changed;
	}
	rk_buf_release(&buf);
}

static void
item_end(struct publisher *pub)
{
	pub->busy--;
	pub->e->progress.nodes_done++;
	render_more(pub);
}

static void
render_after(uv_work_t *work, int status)
{
	struct render *r = work->data;
	struct publisher *pub = r->pub;
	struct item *item = r->item;

	(void)status;
	pub->e->progress.files += r->replaced;
	pub->changed |= r->replaced > 0;
	item->done = !r->failed;
	if (r->failed)
		remember(pub, &r->err);
	rk_timeline_free(r->timeline);
	free(r);
	item_end(pub);
}

struct asked {
	struct publisher *pub;
	struct item *item;
};

static void
on_timeline(void *cookie, struct rk_timeline *timeline, const struct rk_err *err)
{
	struct asked *asked = cookie;
	struct publisher *pub = asked->pub;
	struct item *item = asked->item;
	struct render *r;

	if (timeline == NULL) {
		remember(pub, err);
		item_end(pub);
		return;
	}
	item->generation = timeline->generation;
	if (timeline->n_stories == 0) { /* nothing to show, and what is there stays */
		item->done = true;
		rk_timeline_free(timeline);
		item_end(pub);
		return;
	}
	r = rk_xcalloc(1, sizeof(*r));
	r->pub = pub;
	r->item = item;
	r->timeline = timeline;
	r->work.data = r;
	rk_assert(uv_queue_work(pub->e->loop, &r->work, render_work, render_after) == 0);
}

static void
render_more(struct publisher *pub)
{
	struct engine *e = pub->e;

	while (pub->next < pub->n_items && pub->busy < AT_ONCE && !pub->stopping) {
		struct asked *asked = RK_NEW(pub->arena, struct asked);

		asked->pub = pub;
		asked->item = &pub->items[pub->next++];
		pub->busy++;
		rk_storeq_timeline(e->storeq, &asked->item->node, e->config->publish.entries,
		    &e->site, e->config->regions, on_timeline, asked);
	}
	if (pub->busy > 0 || pub->stage != RENDERING)
		return;
	pub->stage = SYNCING;
	pub->work.data = pub;
	rk_assert(uv_queue_work(e->loop, &pub->work, sync_work, sync_after) == 0);
}

static void
on_nodes(void *cookie, const struct rk_node_state *nodes, size_t n, const struct rk_err *err)
{
	struct publisher *pub = cookie;
	bool look = !pub->looked;

	if (err->kind != RK_E_NONE) {
		remember(pub, err);
		cycle_end(pub);
		return;
	}
	pub->looked = true;
	pub->items = rk_arena_array(pub->arena, n, sizeof(*pub->items));
	for (size_t i = 0; i < n; i++) {
		struct item *item = &pub->items[pub->n_items];

		if (!pub->everything && nodes[i].published >= nodes[i].generation
		    && !(look && nodes[i].n_stories > 0 && file_missing(pub->e, nodes[i].id)))
			continue;
		item->node = node_of(pub->e, pub->arena, nodes[i].id);
		item->generation = nodes[i].generation;
		pub->n_items++;
	}
	pub->everything = false;
	pub->e->progress.nodes += pub->n_items;
	if (pub->n_items == 0 && !look) {
		cycle_end(pub);
		return;
	}
	pub->stage = RENDERING;
	render_more(pub);
}

/* ---- cycles */

static void
on_timer(uv_timer_t *timer)
{
	struct publisher *pub = timer->data;

	publisher_wake(pub);
	if (pub->due_ms != INT64_MAX) /* by this clock there is time left */
		(void)uv_timer_start(&pub->timer, on_timer, QUIET_MS, 0);
}

void
publisher_wake(struct publisher *pub)
{
	if (pub->due_ms > (int64_t)engine_ms(pub->e))
		return;
	pub->due_ms = INT64_MAX;
	if (pub->stage == IDLE && !pub->stopping)
		cycle_start(pub);
}

int64_t
publisher_next_ms(const struct publisher *pub)
{
	return pub->due_ms;
}

static void
arm(struct publisher *pub, uint64_t ms)
{
	if (pub->stopping)
		return;
	pub->due_ms = (int64_t)(engine_ms(pub->e) + ms);
	(void)uv_timer_start(&pub->timer, on_timer, ms, 0);
}

static void
cycle_start(struct publisher *pub)
{
	(void)uv_timer_stop(&pub->timer);
	pub->due_ms = INT64_MAX;
	pub->again = false;
	pub->dirty_since = 0;
	pub->arena = rk_arena_new(0);
	pub->items = NULL;
	pub->n_items = pub->next = pub->busy = 0;
	pub->changed = false;
	rk_err_clear(&pub->err);
	pub->stage = ASKING;
	rk_storeq_nodes(pub->e->storeq, pub->looked, on_nodes, pub);
}

static void
cycle_end(struct publisher *pub)
{
	void (*done)(void *, const struct rk_err *) = pub->done;
	struct rk_err err = pub->err;
	char nodes[24], files[24];

	if (err.kind != RK_E_NONE) {
		rk_log(RK_ERROR, "publishing failed", "error", err.text, NULL);
		pub->looked = false;
	} else if (pub->changed && pub->e->progress.sources == 0) { /* a round sums up itself */
		(void)snprintf(nodes, sizeof(nodes), "%zu", pub->n_items);
		(void)snprintf(files, sizeof(files), "%zu", pub->e->progress.files);
		rk_log(RK_INFO, "published", "nodes", nodes, "files_so_far", files, NULL);
	}
	rk_arena_free(pub->arena);
	pub->arena = NULL;
	pub->stage = IDLE;
	if (pub->again && !pub->stopping && err.kind == RK_E_NONE) {
		if (done != NULL)
			cycle_start(pub);
		else
			arm(pub, QUIET_MS);
		return;
	}
	if (err.kind != RK_E_NONE)
		arm(pub, RETRY_MS);
	pub->done = NULL;
	if (done != NULL)
		done(pub->done_cookie, &err);
}

void
publisher_dirty(struct publisher *pub)
{
	uint64_t now = engine_ms(pub->e), waited;

	if (pub->stage != IDLE) {
		pub->again = true;
		return;
	}
	if (pub->dirty_since == 0)
		pub->dirty_since = now;
	if (pub->done != NULL || pub->e->progress.sources > 0)
		return; /* a round publishes once, at its end */
	waited = now - pub->dirty_since;
	arm(pub, waited + QUIET_MS > LATEST_MS ? 0 : QUIET_MS);
}

void
publisher_now(struct publisher *pub, void (*done)(void *cookie, const struct rk_err *),
    void *cookie)
{
	pub->done = done;
	pub->done_cookie = cookie;
	if (pub->stage == IDLE)
		cycle_start(pub);
	else
		pub->again = true;
}

void
publisher_everything(struct publisher *pub)
{
	pub->everything = true;
	pub->looked = false;
}

bool
publisher_idle(const struct publisher *pub)
{
	return pub->stage == IDLE;
}

/* ---- life */

struct publisher *
publisher_new(struct engine *e)
{
	struct publisher *pub = rk_xcalloc(1, sizeof(*pub));

	pub->e = e;
	pub->due_ms = INT64_MAX;
	(void)uv_timer_init(e->loop, &pub->timer);
	pub->timer.data = pub;
	pub->timer_open = true;
	return pub;
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct publisher *pub = handle->data;

	pub->timer_open = false;
}

void
publisher_stop(struct publisher *pub)
{
	if (pub->stopping)
		return;
	pub->stopping = true;
	pub->done = NULL;
	uv_close((uv_handle_t *)&pub->timer, on_timer_closed);
	if (pub->stage == RENDERING)
		render_more(pub);
}

bool
publisher_closed(const struct publisher *pub)
{
	return !pub->timer_open && pub->stage == IDLE;
}

void
publisher_free(struct publisher *pub)
{
	free(pub);
}
