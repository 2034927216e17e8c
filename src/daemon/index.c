/*
 * The pages that tell of all nodes: index.html, index.opml and index.csv, behind the nodes
 * of a cycle.
 */
#include "publisher_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>

#include <stdlib.h>

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
	struct rk_err err = { 0 };
	struct rk_buf buf;
	bool changed = false;

	rk_buf_init(&buf, RK_MAX_FILE);
	if (render(index, &buf, &err) != 0
	    || tree_put(pub->e, name, rk_buf_view(&buf), &changed, &err) != 0
	    || (changed && tree_sync(pub->e, name, &err) != 0))
		publisher_remember(pub, &err);
	rk_buf_release(&buf);
}

static void
index_work(uv_work_t *work)
{
	struct publisher *pub = work->data;
	struct engine *e = pub->e;
	const struct rk_format *formats[16] = { NULL };
	struct rk_index index = { &e->site, pub->index, pub->n_index, formats,
		e->config->regions };

	for (size_t i = 0; i < e->config->publish.n_formats && i < 15; i++)
		formats[i] = publisher_format(e, i);
	index_write(pub, "index.html", rk_index_html, &index);
	index_write(pub, "index.opml", rk_index_opml, &index);
	index_write(pub, "index.csv", rk_index_csv, &index);
}

static void
index_after(uv_work_t *work, int status)
{
	struct publisher *pub = work->data;

	(void)status;
	board_begin(pub);
}

static void
on_index_nodes(void *cookie, const struct rk_node_state *nodes, size_t n,
    const struct rk_err *err)
{
	struct publisher *pub = cookie;

	if (err->kind != RK_E_NONE) {
		publisher_remember(pub, err);
		publisher_cycle_end(pub);
		return;
	}
	pub->index =
	    rk_arena_array(pub->arena, n + topics_count(pub), sizeof(*pub->index));
	pub->n_index = 0;
	for (size_t i = 0; i < n; i++) {
		struct rk_index_node *in = &pub->index[pub->n_index];

		if (nodes[i].n_stories == 0)
			continue;
		in->node = publisher_node(pub->e, pub->arena, nodes[i].id);
		in->updated = nodes[i].updated;
		in->n_stories = (size_t)nodes[i].n_stories;
		pub->n_index++;
	}
	topics_index(pub, pub->index, &pub->n_index);
	if (pub->n_index > 0)
		qsort(pub->index, pub->n_index, sizeof(*pub->index), by_display);
	pub->work.data = pub;
	rk_assert(uv_queue_work(pub->e->loop, &pub->work, index_work, index_after) == 0);
}

void
index_begin(struct publisher *pub)
{
	pub->stage = INDEXING;
	rk_storeq_nodes(pub->e->storeq, false, on_index_nodes, pub);
}
