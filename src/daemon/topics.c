/*
 * Saved searches -> files, behind the nodes of a cycle. A topic is searched for when its
 * definition changed or something did in the nodes that it looks at: the sum of their
 * generations stands beside what was rendered, so that a crash, or a change of the
 * configuration, leaves nothing stale. The index of searches is brought up to date first;
 * what it finds is what one pass over all texts would.
 */
#include "publisher_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/query.h>
#include <ruamkhao/search.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WAIT_MS 5000 /* for the index of searches: no node is published meanwhile */

/* A topic of the configuration, or one that was. */
struct task {
	const struct rk_topic *topic; /* NULL: to be taken away */
	struct rk_topic_state state;  /* as stored, then as it is to be */
	bool due, failed;
	bool shown;        /* there are files of it */
	bool untold;       /* its files may have changed before, and no one was told */
	unsigned replaced; /* files */
};

struct topics {
	struct publisher *pub;
	struct task *v;
	size_t n, next;
	bool all;  /* whether something changed or not */
	bool look; /* files may be missing: there was no cycle yet */
	struct rk_query query;
	struct rk_timeline *timeline; /* of v[next] */
	struct rk_search_end end;
	uv_work_t work;
	struct rk_err err;
};

static void step(struct topics *);

/* ---- filters */

struct filters {
	struct publisher *pub;
	int64_t now;
	bool done;
};

static void
filter_some(void *arg, struct rk_store *s, struct rk_err *err)
{
	struct filters *f = arg;

	(void)rk_store_refilter(s, f->now, &f->done, err);
}

static void
on_filtered(void *cookie, const struct rk_err *err)
{
	struct filters *f = cookie;

	if (err->kind != RK_E_NONE) {
		publisher_remember(f->pub, err);
		publisher_cycle_end(f->pub);
	} else if (f->pub->stopping) {
		publisher_cycle_end(f->pub);
	} else if (f->done) {
		nodes_begin(f->pub);
	} else {
		rk_storeq_call(f->pub->e->storeq, filter_some, f, on_filtered, f);
	}
}

void
filters_begin(struct publisher *pub)
{
	struct filters *f = RK_NEW(pub->arena, struct filters);
	struct topics *t = RK_NEW(pub->arena, struct topics);

	pub->stage = FILTERING;
	pub->topics = t;
	t->pub = pub;
	t->all = pub->everything || pub->postponed_all;
	t->look = !pub->looked || pub->postponed;
	f->pub = pub;
	f->now = engine_now(pub->e);
	rk_storeq_call(pub->e->storeq, filter_some, f, on_filtered, f);
}

/* ---- which are due */

static uint64_t
add_list(uint64_t hash, const struct rk_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = rk_hash64_more(rk_hash64_more(hash, list[i]), RK_STR("\n"));
	return rk_hash64_more(hash, RK_STR(";"));
}

/* Of all that decides what is in the topic's files. */
static uint64_t
topic_hash(const struct engine *e, const struct rk_topic *topic)
{
	char numbers[48];
	bool summary_only;
	unsigned entries = rk_config_entries(e->config, topic->node->id, &summary_only);
	uint64_t hash = rk_hash64(topic->match);

	(void)snprintf(numbers, sizeof(numbers), "\n%u %d\n", entries, summary_only);
	hash = rk_hash64_more(hash, rk_str(numbers));
	hash = rk_hash64_more(hash, topic->title);
	hash = add_list(hash, topic->places, topic->n_places);
	hash = add_list(hash, topic->publishers, topic->n_publishers);
	return add_list(hash, e->config->publish.formats, e->config->publish.n_formats);
}

static struct rk_node_list
places(const struct rk_topic *topic)
{
	return (struct rk_node_list){ topic->places, topic->n_places };
}

static struct rk_node_list
publishers(const struct rk_topic *topic)
{
	return (struct rk_node_list){ topic->publishers, topic->n_publishers };
}

static int
by_id(const void *a, const void *b)
{
	return rk_str_cmp(((const struct rk_topic_state *)a)->id,
	    ((const struct rk_topic_state *)b)->id);
}

static bool
there(const struct engine *e, const char *name)
{
	char path[4096];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", rk_cstr(e->config->publish.directory), name);
	return stat(path, &st) == 0;
}

/* A file is not there, or without its twins. */
static bool
is_missing(const struct engine *e, const struct rk_topic *topic)
{
	char name[192];

	for (size_t i = 0; i < e->config->publish.n_formats; i++) {
		(void)snprintf(name, sizeof(name), "%s%s", rk_cstr(topic->node->id),
		    publisher_format(e, i)->suffix);
		if (!tree_is_whole(e, name))
			return true;
	}
	return false;
}

/* On the store's thread: what was rendered, against what is there now. */
static void
look(void *arg, struct rk_store *s, struct rk_err *err)
{
	struct topics *t = arg;
	const struct rk_config *c = t->pub->e->config;
	struct rk_topic_state *known;
	size_t n;

	if (rk_store_topics(s, t->pub->arena, &known, &n, err) != 0)
		return;
	t->v = rk_arena_array(t->pub->arena, n + c->n_topics, sizeof(*t->v));
	for (size_t i = 0; i < c->n_topics; i++) {
		const struct rk_topic *topic = &c->topics[i];
		struct task *task = &t->v[t->n++];
		struct rk_topic_state now = { .id = topic->id, .updated = RK_NO_TIME };
		struct rk_topic_state *was =
		    n > 0 ? bsearch(&now, known, n, sizeof(now), by_id) : NULL;
		struct rk_node_list in = places(topic), by = publishers(topic);

		task->topic = topic;
		now.hash = topic_hash(t->pub->e, topic);
		if (rk_store_topic_seen(s, &in, &by, &now.seen, err) != 0)
			return;
		task->due = was == NULL || was->hash != now.hash || was->seen != now.seen;
		/* a process, or a cycle, that ended between a file and its mark */
		task->untold = task->due && t->look;
		task->due = task->due || t->all
		    || (t->look && was->stories > 0 && is_missing(t->pub->e, topic));
		if (was != NULL) {
			now.stories = was->stories;
			now.updated = was->updated;
			was->seen = -1; /* it is still there */
		}
		task->state = now;
	}
	for (size_t i = 0; i < n; i++) {
		if (known[i].seen != -1)
			t->v[t->n++] = (struct task){ .state = known[i], .due = true };
	}
}

/* ---- one of them */

static void
mark(void *arg, struct rk_store *s, struct rk_err *err)
{
	struct topics *t = arg;
	const struct task *task = &t->v[t->next];

	(void)rk_store_topic(s, &task->state, task->topic == NULL, err);
}

static void
on_marked(void *cookie, const struct rk_err *err)
{
	struct topics *t = cookie;

	if (err->kind != RK_E_NONE)
		publisher_remember(t->pub, err);
	t->next++;
	step(t);
}

/* What is to be told is stored: no mark before it, or a crash between them loses it. */
static void
on_told(void *cookie, const struct rk_err *err)
{
	struct topics *t = cookie;

	if (err->kind != RK_E_NONE)
		on_marked(t, err);
	else
		rk_storeq_call(t->pub->e->storeq, mark, t, on_marked, t);
}

static void
tell(struct topics *t, struct rk_str node)
{
	struct rk_storeq *q = t->pub->e->storeq;

	hub_published(t->pub->e->hub, node);
	rk_storeq_published(q, NULL, 0, on_told, t);
	rk_storeq_flush(q);
}

/* What is not published any more goes, in whatever format. */
static void
remove_work(struct topics *t, struct task *task)
{
	struct engine *e = t->pub->e;

	for (size_t i = 0; rk_formats[i].name != NULL && !task->failed; i++) {
		char name[192];

		(void)snprintf(name, sizeof(name), "topic/%s%s", rk_cstr(task->state.id),
		    rk_formats[i].suffix);
		task->failed = tree_remove(e, name, &t->err) != 0;
	}
	/* it is forgotten for good, so its files must be gone for good */
	if (!task->failed && there(e, "topic"))
		task->failed = tree_sync(e, "topic/x", &t->err) != 0;
}

static void
render_work(struct topics *t, struct task *task)
{
	struct engine *e = t->pub->e;
	struct rk_str node = task->topic->node->id;
	struct rk_buf buf;
	bool summary_only;

	(void)rk_config_entries(e->config, node, &summary_only);
	if (summary_only)
		rk_timeline_summarise(t->timeline);
	rk_buf_init(&buf, RK_MAX_FILE);
	for (size_t i = 0; i < e->config->publish.n_formats && !task->failed; i++) {
		const struct rk_format *format = publisher_format(e, i);
		char name[192];
		bool changed = false;

		rk_buf_reset(&buf);
		(void)snprintf(name, sizeof(name), "%s%s", rk_cstr(node), format->suffix);
		if (t->timeline->n_stories == 0 && !there(e, name))
			continue; /* nothing to show, nothing to take back */
		task->failed = format->render(t->timeline, &buf, &t->err) != 0
		    || tree_put(e, name, rk_buf_view(&buf), &changed, &t->err) != 0;
		task->shown = true;
		task->replaced += changed;
	}
	if (task->replaced > 0 && !task->failed)
		task->failed = tree_sync(e, rk_cstr(node), &t->err) != 0;
	rk_buf_release(&buf);
}

static void
work(uv_work_t *work)
{
	struct topics *t = work->data;
	struct task *task = &t->v[t->next];

	if (task->topic == NULL)
		remove_work(t, task);
	else
		render_work(t, task);
}

static void
after(uv_work_t *work, int status)
{
	struct topics *t = work->data;
	struct task *task = &t->v[t->next];

	(void)status;
	t->pub->changed |= task->replaced > 0;
	t->pub->e->progress.files += task->replaced;
	if (t->timeline != NULL) {
		task->state.stories = (int64_t)t->timeline->n_stories;
		task->state.updated = t->timeline->updated;
		rk_timeline_free(t->timeline);
		t->timeline = NULL;
	}
	if (task->failed) {
		publisher_remember(t->pub, &t->err);
		t->next++;
		step(t);
	} else if (task->replaced > 0 || (task->untold && task->shown)) {
		tell(t, task->topic->node->id);
	} else {
		rk_storeq_call(t->pub->e->storeq, mark, t, on_marked, t);
	}
}

static void
queue_work(struct topics *t)
{
	t->work.data = t;
	rk_err_clear(&t->err);
	rk_assert(uv_queue_work(t->pub->e->loop, &t->work, work, after) == 0);
}

/* On the store's thread. */
static void
find(void *arg, struct rk_store *s, struct rk_err *err)
{
	struct topics *t = arg;
	struct engine *e = t->pub->e;
	struct task *task = &t->v[t->next];
	const struct rk_topic *topic = task->topic;
	struct rk_search what = { .places = places(topic), .publishers = publishers(topic),
		.limit = rk_config_entries(e->config, topic->node->id, NULL), .removed = true };
	struct rk_node_list in = what.places, by = what.publishers;

	if (topic->match.n > 0) {
		if (rk_query_parse(topic->match, t->pub->arena, &t->query, err) != 0)
			return;
		what.query = &t->query;
	}
	/* what is seen is what this search looks at: others may have come since */
	if (rk_store_topic_seen(s, &in, &by, &task->state.seen, err) != 0)
		return;
	(void)rk_store_search(s, &what, topic->node, &e->site, e->config->regions, &t->timeline,
	    &t->end, err);
}

static void
on_found(void *cookie, const struct rk_err *err)
{
	struct topics *t = cookie;

	if (err->kind == RK_E_NONE) {
		queue_work(t);
		return;
	}
	publisher_remember(t->pub, err);
	t->next++;
	step(t);
}

/* The next that is due, or the end. */
static void
step(struct topics *t)
{
	while (t->next < t->n && !t->v[t->next].due)
		t->next++;
	if (t->pub->stopping) /* what is not marked is due the next time */
		t->next = t->n;
	if (t->next == t->n)
		index_begin(t->pub);
	else if (t->v[t->next].topic != NULL)
		rk_storeq_call(t->pub->e->storeq, find, t, on_found, t);
	else
		queue_work(t);
}

/* By an index that is behind a topic would lose what it has: it waits for the next cycle. */
static void
on_indexed(void *cookie, bool all)
{
	struct topics *t = cookie;

	if (!all) {
		t->pub->postponed = true;
		t->pub->postponed_all = t->all;
	}
	for (size_t i = 0; i < t->n && !all; i++) {
		if (t->v[i].topic != NULL && t->v[i].topic->match.n > 0)
			t->v[i].due = false;
	}
	step(t);
}

static void
on_looked(void *cookie, const struct rk_err *err)
{
	struct topics *t = cookie;
	bool words = false;

	if (err->kind != RK_E_NONE) {
		publisher_remember(t->pub, err);
		t->n = 0;
	}
	for (size_t i = 0; i < t->n; i++)
		words |= t->v[i].due && t->v[i].topic != NULL && t->v[i].topic->match.n > 0;
	if (words) /* who asked for this cycle wants all of it, and waits for nothing else */
		indexer_now(t->pub->e->indexer, t->pub->done != NULL ? UINT64_MAX : WAIT_MS,
		    on_indexed, t);
	else
		step(t);
}

void
topics_begin(struct publisher *pub)
{
	pub->stage = SEARCHING;
	pub->postponed = pub->postponed_all = false;
	rk_storeq_call(pub->e->storeq, look, pub->topics, on_looked, pub->topics);
}

/* ---- the pages that tell of all nodes */

size_t
topics_count(const struct publisher *pub)
{
	return pub->topics != NULL ? pub->topics->n : 0;
}

void
topics_index(struct publisher *pub, struct rk_index_node *index, size_t *n)
{
	for (size_t i = 0; i < topics_count(pub); i++) {
		const struct task *task = &pub->topics->v[i];

		if (task->topic == NULL || task->state.stories == 0)
			continue;
		index[*n] = (struct rk_index_node){ .node = *task->topic->node,
			.updated = task->state.updated,
			.n_stories = (size_t)task->state.stories };
		(*n)++;
	}
}
