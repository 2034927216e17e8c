/*
 * The archive documents of one cycle: what the feeds of its nodes do not show any more is
 * taken up, and the documents that are to be written are, oldest first; then the feeds,
 * which link to the newest.
 *
 * One cycle of a daemon writes about RK_ARCHIVE_ROUND stories of them: a first import leaves
 * more, and the next cycles go on. Who waits for the end of a cycle (`once`, `publish`) gets
 * all there is: every cycle that goes on renders the feeds of its nodes again, for their link.
 * As nodes, documents are marked after their folders were synced.
 */
#include "publisher_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 2 /* documents being read or rendered: each is ten feeds */

/* One document on its way. */
struct work {
	uv_work_t work;
	struct publisher *pub;
	struct document *doc;
	struct rk_timeline *timeline;
	bool changed, failed;
	struct rk_err err;
};

static const struct rk_format *
atom(const struct engine *e)
{
	for (size_t i = 0; i < e->config->publish.n_formats; i++) {
		const struct rk_format *format = publisher_format(e, i);

		if (strcmp(format->name, "atom") == 0)
			return format;
	}
	return NULL;
}

static void
render_work(uv_work_t *work)
{
	struct work *w = work->data;
	struct engine *e = w->pub->e;
	struct rk_buf buf;

	rk_buf_init(&buf, RK_MAX_FILE);
	if (atom(e)->render(w->timeline, &buf, &w->err) != 0
	    || tree_put(e, rk_cstr(w->timeline->archive), rk_buf_view(&buf), &w->changed, &w->err)
	        != 0)
		w->failed = true;
	rk_buf_release(&buf);
}

static void archives_more(struct publisher *);

static void
work_end(struct work *w)
{
	struct publisher *pub = w->pub;

	if (w->failed)
		publisher_remember(pub, &w->err);
	w->doc->done = !w->failed;
	pub->changed |= w->changed;
	pub->e->progress.files += w->changed;
	pub->busy--;
	rk_timeline_free(w->timeline);
	free(w);
	archives_more(pub);
}

static void
render_after(uv_work_t *work, int status)
{
	(void)status;
	work_end(work->data);
}

static void
on_document(void *cookie, struct rk_timeline *timeline, const struct rk_err *err)
{
	struct work *w = cookie;

	if (timeline == NULL) {
		w->failed = true;
		w->err = *err;
		work_end(w);
		return;
	}
	w->timeline = timeline;
	w->doc->as.generation = timeline->generation;
	rk_assert(uv_queue_work(w->pub->e->loop, &w->work, render_work, render_after) == 0);
}

static void
archives_more(struct publisher *pub)
{
	struct engine *e = pub->e;

	while (pub->next_doc < pub->n_docs && pub->busy < AT_ONCE && !pub->stopping) {
		struct work *w = rk_xcalloc(1, sizeof(*w));

		w->pub = pub;
		w->doc = &pub->docs[pub->next_doc++];
		w->work.data = w;
		pub->busy++;
		rk_storeq_archive(e->storeq, &w->doc->node, w->doc->as.n, &e->site,
		    e->config->regions, on_document, w);
	}
	if (pub->busy == 0 && pub->stage == ARCHIVING)
		nodes_render(pub);
}

/* ---- which */

static int
by_id(const void *a, const void *b)
{
	return rk_str_cmp(
	    ((const struct item *)a)->node.id, ((const struct item *)b)->node.id);
}

struct item *
publisher_item(struct publisher *pub, struct rk_str node)
{
	struct item key = { .node.id = node };

	return pub->n_items == 0 ? NULL
	    : bsearch(&key, pub->items, pub->n_items, sizeof(key), by_id);
}

/* A document that is to be written may be one that the feed does not link to yet, though
 * the node has no news: the feed is rendered too. */
static void
add_items(struct publisher *pub, const struct rk_archive_list *list)
{
	size_t n = pub->n_items;
	struct item *items = rk_arena_array(pub->arena, n + list->n + 1, sizeof(*items));

	if (n > 0) {
		memcpy(items, pub->items, n * sizeof(*items));
		qsort(items, n, sizeof(*items), by_id);
	}
	pub->items = items;
	for (size_t i = 0; i < list->n; i++) { /* by node */
		const struct rk_archive_state *as = &list->v[i];

		if (as->published >= as->generation || publisher_item(pub, as->node) != NULL
		    || (n > pub->n_items && rk_str_eq(items[n - 1].node.id, as->node)))
			continue;
		items[n++].node = publisher_node(pub->e, pub->arena, as->node);
	}
	pub->e->progress.nodes += n - pub->n_items;
	pub->n_items = n;
	if (n > 0)
		qsort(items, n, sizeof(*items), by_id);
}

static void
on_archives(void *cookie, const struct rk_archive_list *list, const struct rk_err *err)
{
	struct publisher *pub = cookie;

	if (err->kind != RK_E_NONE) {
		publisher_remember(pub, err);
		nodes_render(pub);
		return;
	}
	if (!pub->stopping) /* else none is written, so no feed may tell of them yet */
		add_items(pub, list);
	if (list->more && !pub->backlog)
		rk_log(RK_INFO, "archives are behind, the next cycles go on", NULL);
	pub->backlog = list->more;
	pub->docs = rk_arena_array(pub->arena, list->n + 1, sizeof(*pub->docs));
	for (size_t i = 0; i < list->n; i++) {
		const struct rk_archive_state *as = &list->v[i];
		struct document *doc = &pub->docs[pub->n_docs];

		if (!pub->all_docs && as->published >= as->generation
		    && !(pub->look && !tree_is_whole(pub->e, rk_cstr(as->name))))
			continue;
		doc->as = *as;
		doc->node = publisher_node(pub->e, pub->arena, as->node);
		pub->n_docs++;
	}
	archives_more(pub);
}

static unsigned
shown(const void *config, struct rk_str node)
{
	return rk_config_entries(config, node, NULL);
}

void
archives_begin(struct publisher *pub)
{
	struct rk_archives_ask ask = { .shown = shown, .cookie = pub->e->config,
		.budget = pub->all_docs || pub->done != NULL ? SIZE_MAX : RK_ARCHIVE_ROUND,
		.all = pub->all_docs || pub->look, .arena = pub->arena };
	struct rk_str *nodes;

	if (atom(pub->e) == NULL) {
		nodes_render(pub);
		return;
	}
	/* all nodes at a start: what was left before is known by nobody else */
	if (!pub->all_docs && !pub->look && !pub->backlog) {
		nodes = rk_arena_array(pub->arena, pub->n_items + 1, sizeof(*nodes));
		for (size_t i = 0; i < pub->n_items; i++)
			nodes[i] = pub->items[i].node.id;
		ask.nodes = nodes;
		ask.n = pub->n_items;
	}
	pub->stage = ARCHIVING;
	rk_storeq_archives(pub->e->storeq, &ask, on_archives, pub);
}

void
archives_sync(struct publisher *pub)
{
	struct rk_str last = rk_str("");
	struct rk_err err = { 0 };

	for (size_t i = 0; i < pub->n_docs; i++) { /* by node: one folder each */
		const struct document *doc = &pub->docs[i];

		if (!doc->done || rk_str_eq(doc->as.node, last))
			continue;
		last = doc->as.node;
		if (tree_sync(pub->e, rk_cstr(doc->as.name), &err) != 0) {
			publisher_remember(pub, &err);
			pub->unsynced = true;
		}
	}
}
