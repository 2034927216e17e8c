/*
 * The nodes of one cycle: ask what is behind, read each timeline, render and replace on
 * the pool, sync the folders, mark as published.
 *
 * A mark is written only after the folder of the file was synced, so that a node that
 * counts as published is on disk. A crash anywhere leaves a node behind, and the next
 * start renders it again into the same bytes.
 */
#include "publisher_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define AT_ONCE 3 /* timelines being read or rendered: bounds memory */

struct render {
	uv_work_t work;
	struct publisher *pub;
	struct item *item;
	struct rk_timeline *timeline;
	unsigned replaced;
	bool failed;
	struct rk_err err;
};

/* ---- names of nodes */

struct rk_node
publisher_node(struct engine *e, struct rk_arena *arena, struct rk_str id)
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

/* A file of the node is not there, or without its twins. */
static bool
file_missing(const struct engine *e, struct rk_str node)
{
	char name[512];

	for (size_t i = 0; i < e->config->publish.n_formats; i++) {
		const char *suffix = publisher_format(e, i)->suffix;
		size_t n = strlen(suffix) + 1;

		if (node.n + n > sizeof(name))
			return true;
		memcpy(name, node.p, node.n);
		memcpy(name + node.n, suffix, n);
		if (!tree_is_whole(e, name))
			return true;
	}
	return false;
}

static bool
file_there(const struct engine *e, struct rk_str node)
{
	struct stat st;
	char path[1024];

	for (size_t i = 0; i < e->config->publish.n_formats; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s%s",
		    rk_cstr(e->config->publish.directory), rk_cstr(node),
		    publisher_format(e, i)->suffix);
		if (stat(path, &st) == 0)
			return true;
	}
	return false;
}

/* ---- marks */

static void
on_marked(void *cookie, const struct rk_err *err)
{
	struct publisher *pub = cookie;

	if (err->kind != RK_E_NONE)
		publisher_remember(pub, err);
	topics_begin(pub);
}

static void
sync_work(uv_work_t *work)
{
	struct publisher *pub = work->data;
	enum rk_scheme last = RK_SCHEME_UNKNOWN;
	struct rk_err err = { 0 };

	if (!pub->changed && !pub->unsynced)
		return;
	pub->unsynced = false;
	/* items are sorted by id, so the nodes of one folder stand together */
	for (size_t i = 0; i < pub->n_items; i++) {
		if (!pub->items[i].files || pub->items[i].node.scheme == last)
			continue;
		last = pub->items[i].node.scheme;
		if (tree_sync(pub->e, rk_cstr(pub->items[i].node.id), &err) != 0) {
			publisher_remember(pub, &err);
			pub->unsynced = true;
		}
	}
	archives_sync(pub);
}

static void
sync_after(uv_work_t *work, int status)
{
	struct publisher *pub = work->data;
	struct rk_mark *marks;
	size_t n = 0;

	(void)status;
	if (pub->err.kind == RK_E_SYS && pub->n_items == 0) {
		publisher_cycle_end(pub);
		return;
	}
	marks = rk_arena_array(pub->arena, pub->n_items + pub->n_docs + 1, sizeof(*marks));
	for (size_t i = 0; i < pub->n_items && !pub->unsynced; i++) {
		if (!pub->items[i].done)
			continue;
		hub_published(pub->e->hub, pub->items[i].node.id); /* no later than the mark */
		marks[n++] = (struct rk_mark){ pub->items[i].node.id,
			pub->items[i].generation, 0 };
	}
	for (size_t i = 0; i < pub->n_docs && !pub->unsynced; i++) {
		const struct document *d = &pub->docs[i];
		const struct item *item = publisher_item(pub, d->as.node);

		/* by its mark the feed is known to link to it */
		if (d->done && (item == NULL || item->done))
			marks[n++] = (struct rk_mark){ d->as.node, d->as.generation, d->as.n };
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
	struct rk_buf buf;
	bool summary_only;

	(void)rk_config_entries(e->config, r->item->node.id, &summary_only);
	if (summary_only)
		rk_timeline_summarise(r->timeline);
	rk_buf_init(&buf, RK_MAX_FILE);
	for (size_t i = 0; i < e->config->publish.n_formats && !r->failed; i++) {
		const struct rk_format *format = publisher_format(e, i);
		char name[192];
		bool changed = false;

		rk_buf_reset(&buf);
		(void)snprintf(name, sizeof(name), "%s%s", rk_cstr(r->item->node.id),
		    format->suffix);
		if (format->render(r->timeline, &buf, &r->err) != 0
		    || tree_put(e, name, rk_buf_view(&buf), &changed, &r->err) != 0)
			r->failed = true;
		r->replaced += changed;
	}
	rk_buf_release(&buf);
}

static void nodes_more(struct publisher *);

static void
item_end(struct publisher *pub)
{
	pub->busy--;
	pub->e->progress.nodes_done++;
	nodes_more(pub);
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
	item->files = item->done || r->replaced > 0;
	if (r->failed)
		publisher_remember(pub, &r->err);
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
		publisher_remember(pub, err);
		item_end(pub);
		return;
	}
	item->generation = timeline->generation;
	/* nothing to show; but what was withdrawn or blocked must go from a file */
	if (timeline->n_stories == 0 && !file_there(pub->e, item->node.id)) {
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

/* Go on where the last left off; when it is to stop, with what is under way only. */
static void
nodes_more(struct publisher *pub)
{
	struct engine *e = pub->e;

	while (pub->next < pub->n_items && pub->busy < AT_ONCE && !pub->stopping) {
		struct asked *asked = RK_NEW(pub->arena, struct asked);

		asked->pub = pub;
		asked->item = &pub->items[pub->next++];
		pub->busy++;
		rk_storeq_timeline(e->storeq, &asked->item->node,
		    rk_config_entries(e->config, asked->item->node.id, NULL), &e->site, e->config->regions, on_timeline, asked);
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
		publisher_remember(pub, err);
		publisher_cycle_end(pub);
		return;
	}
	pub->looked = true;
	pub->items = rk_arena_array(pub->arena, n, sizeof(*pub->items));
	for (size_t i = 0; i < n; i++) {
		struct item *item = &pub->items[pub->n_items];

		if (!pub->everything && nodes[i].published >= nodes[i].generation
		    && !(look && nodes[i].n_stories > 0 && file_missing(pub->e, nodes[i].id)))
			continue;
		item->node = publisher_node(pub->e, pub->arena, nodes[i].id);
		item->generation = nodes[i].generation;
		pub->n_items++;
	}
	pub->look = look;
	pub->all_docs = pub->everything;
	pub->everything = false;
	pub->e->progress.nodes += pub->n_items;
	if (pub->n_items == 0 && !look && !pub->backlog) {
		if (pub->postponed)
			topics_begin(pub);
		else
			board_begin(pub);
		return;
	}
	archives_begin(pub);
}

void
nodes_render(struct publisher *pub)
{
	pub->stage = RENDERING;
	nodes_more(pub);
}

void
nodes_begin(struct publisher *pub)
{
	pub->stage = ASKING;
	rk_storeq_nodes(pub->e->storeq, pub->looked, on_nodes, pub);
}
