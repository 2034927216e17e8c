/*
 * Uploads to a bucket: every file of the published tree that changed, a few at a time,
 * again and again until it is there. Publishing never waits for it and never fails by it.
 *
 * What the bucket holds is recorded in the state folder; at the start the tree is
 * compared with the record, so that only what differs is uploaded, and what is gone from
 * the tree removed. Requests go through a fetcher of its own, without the address guard:
 * the endpoint is the operator's word, and no redirect is followed.
 */
#include "bucket_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/map.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE    4
#define TIMEOUT_S  120    /* of one upload; stalls end earlier */
#define STUBBORN   8      /* failures in four minutes: nobody waits for that file alone */
#define LAST_TRIES 3      /* of a store that fails, where a process waits for its end */
#define SPARE      256    /* lines of the record that count no more, beside those that do */

/* libuv's own time: the engine's clock may be a test's, which does not pass by itself. */
uint64_t
bucket_now(const struct bucket *b)
{
	return uv_now(b->e->loop);
}

/* ---- the queue */

void
bucket_enqueue(struct bucket *b, struct object *o)
{
	if (o->state != AT_REST) {
		o->again = o->again || o->state != QUEUED;
		return;
	}
	o->state = QUEUED;
	TAILQ_INSERT_TAIL(&b->queue, o, in_queue);
	b->queued++;
}

static void
take_inbox(struct bucket *b)
{
	char **names;
	size_t n;

	uv_mutex_lock(&b->inbox.lock);
	names = b->inbox.names;
	n = b->inbox.n;
	b->inbox.names = NULL;
	b->inbox.n = b->inbox.room = 0;
	uv_mutex_unlock(&b->inbox.lock);
	for (size_t i = 0; i < n; i++) {
		struct object *o = objects_get(&b->objects, rk_str(names[i]));

		o->seen = true; /* the walk may have passed before it was there */
		bucket_enqueue(b, o);
		free(names[i]);
	}
	free(names);
}

void
bucket_changed(struct bucket *b, const char *name)
{
	struct inbox *in;

	if (b == NULL || !bucket_wants(rk_str(name)))
		return;
	in = &b->inbox;
	uv_mutex_lock(&in->lock);
	if (in->open) {
		if (in->n == in->room) {
			in->room = in->room > 0 ? in->room * 2 : 64;
			in->names = rk_xrealloc(in->names, in->room * sizeof(char *));
		}
		in->names[in->n++] = rk_xstrdup(name);
		(void)uv_async_send(&b->wake);
	}
	uv_mutex_unlock(&in->lock);
}

/* ---- which next */

static bool
is_done(const struct bucket *b)
{
	return b->walked && b->queued == 0 && b->active == 0;
}

bool
bucket_busy(struct bucket *b)
{
	const struct object *o;
	bool named;

	if (b == NULL || b->stopping)
		return false;
	uv_mutex_lock(&b->inbox.lock);
	named = b->inbox.n > 0;
	uv_mutex_unlock(&b->inbox.lock);
	if (named || !b->walked || b->active > 0)
		return true;
	TAILQ_FOREACH (o, &b->queue, in_queue)
		if (o->tries < STUBBORN)
			return true;
	return false;
}

static void
on_timer(uv_timer_t *timer)
{
	bucket_pump(timer->data);
}

static void
drain_end(struct bucket *b)
{
	void (*drained)(void *) = b->drained;
	char left[24];

	b->drained = NULL;
	if (!is_done(b)) {
		(void)snprintf(left, sizeof(left), "%zu", b->queued);
		rk_log(RK_WARN, "files are left for the next run to upload", "waiting", left, NULL);
	}
	drained(b->drained_cookie);
}

/* A process that waits for its end tries a few times what the store failed at, and once
 * what it refused. */
static bool
is_left(const struct bucket *b, const struct object *o)
{
	return b->drained != NULL && (o->refused || o->tries >= LAST_TRIES);
}

static struct object *
next_of(struct bucket *b, uint64_t now, uint64_t *wait)
{
	struct object *o;

	*wait = UINT64_MAX;
	if (b->resume_at > now) {
		*wait = b->queued > 0 ? b->resume_at - now : UINT64_MAX;
		return NULL;
	}
	TAILQ_FOREACH (o, &b->queue, in_queue) {
		if (is_left(b, o))
			continue;
		if (o->not_before <= now)
			return o;
		if (o->not_before - now < *wait)
			*wait = o->not_before - now;
	}
	return NULL;
}

/* Nothing more will come of it in this process. */
static bool
is_vain(const struct bucket *b)
{
	const struct object *o;

	if (!b->walked || b->active > 0)
		return false;
	if (b->failures >= LAST_TRIES)
		return true;
	TAILQ_FOREACH (o, &b->queue, in_queue)
		if (!is_left(b, o))
			return false;
	return true;
}

static void
begin(struct bucket *b, struct object *o)
{
	TAILQ_REMOVE(&b->queue, o, in_queue);
	b->queued--;
	bucket_send(b, o);
}

/* ---- the record is written anew when most of it counts no more */

static void
pack_work(uv_work_t *work)
{
	struct bucket *b = work->data;

	b->fresh = record_begin(rk_cstr(b->path), rk_cstr(b->head), &b->objects, &b->packed);
}

static void
pack_after(uv_work_t *work, int status)
{
	struct bucket *b = work->data;

	(void)status;
	b->packing = false;
	if (b->fresh >= 0) {
		(void)close(b->record);
		b->record = b->fresh;
	} else {
		rk_log(RK_WARN, "what is uploaded cannot be noted anew", "error", b->packed.text,
		    NULL);
	}
	bucket_pump(b);
}

/* Nothing is under way, so that nothing is noted meanwhile. */
static void
pack(struct bucket *b)
{
	b->packing = true;
	b->noted = 0;
	rk_err_clear(&b->packed);
	b->pack_runs.data = b;
	rk_assert(uv_queue_work(b->e->loop, &b->pack_runs, pack_work, pack_after) == 0);
}

void
bucket_pump(struct bucket *b)
{
	uint64_t wait = UINT64_MAX;
	struct object *o;
	bool full = b->record >= 0 && b->noted > b->held + SPARE;

	if (b->stopping || b->packing)
		return;
	if (full && b->active == 0) {
		pack(b);
		return;
	}
	take_inbox(b);
	/* after a failure one goes ahead of the others */
	while (b->walked && !full && b->active < (b->failures > 0 ? 1 : AT_ONCE)
	    && !(b->drained != NULL && b->failures >= LAST_TRIES)
	    && (o = next_of(b, bucket_now(b), &wait)) != NULL)
		begin(b, o);
	if (wait != UINT64_MAX && b->active == 0)
		(void)uv_timer_start(&b->timer, on_timer, wait, 0);
	if (b->drained != NULL && (is_done(b) || is_vain(b)))
		drain_end(b);
}

static void
on_wake(uv_async_t *async)
{
	bucket_pump(async->data);
}

/* ---- the start: the tree against the record */

static void
found_one(void *cookie, const char *name, const struct content *content)
{
	struct object *o = objects_get(cookie, rk_str(name));

	o->held = *content;
}

static void
walk_work(uv_work_t *work)
{
	struct bucket *b = work->data;

	tree_walk(rk_cstr(b->e->config->publish.directory), found_one, &b->found);
}

static void
walk_after(uv_work_t *work, int status)
{
	struct bucket *b = work->data;

	(void)status;
	b->walk_runs = false;
	for (size_t i = 0; i < b->found.n && !b->stopping; i++) {
		const struct content *now = &b->found.all[i]->held;
		struct object *o = objects_get(&b->objects, rk_str(b->found.all[i]->name));

		o->seen = true;
		if (!o->known || o->held.size != now->size || o->held.mtime_ns != now->mtime_ns)
			bucket_enqueue(b, o);
	}
	/* an empty folder is one that is not mounted, or to be written first: what the bucket
	 * has is not old for that */
	for (size_t i = 0; i < b->objects.n && !b->stopping && b->found.n > 0; i++) {
		if (b->objects.all[i]->known && !b->objects.all[i]->seen)
			bucket_enqueue(b, b->objects.all[i]);
	}
	objects_free(&b->found);
	b->walked = true;
	bucket_pump(b);
}

/* ---- life */

int
bucket_new(struct engine *e, struct bucket **out, struct rk_err *err)
{
	const struct rk_config *c = e->config;
	struct bucket *b;

	*out = NULL;
	if (c->publish.s3.endpoint.n == 0)
		return 0;
	b = rk_xcalloc(1, sizeof(*b));
	b->e = e;
	b->record = -1;
	b->arena = rk_arena_new(0);
	TAILQ_INIT(&b->queue);
	b->objects.by_name = rk_map_new();
	b->found.by_name = rk_map_new();
	rk_assert(uv_mutex_init(&b->inbox.lock) == 0);
	*out = b;
	return bucket_keys(c, b->arena, &b->access, &b->secret, &b->token, err);
}

int
bucket_check(struct rk_config *c, struct rk_err *err)
{
	struct rk_str access, secret, token;

	return c->publish.s3.endpoint.n == 0
	    ? 0 : bucket_keys(c, c->arena, &access, &secret, &token, err);
}

/* Without it everything is uploaded again at the next start, and that is all. */
static void
open_record(struct bucket *b)
{
	struct rk_err err = { 0 };

	b->path = record_path(b->e->config, b->arena);
	b->head = record_head(b->e->config, b->arena);
	(void)record_load(rk_cstr(b->path), rk_cstr(b->head), &b->objects);
	for (size_t i = 0; i < b->objects.n; i++)
		b->held += b->objects.all[i]->known;
	b->record = record_begin(rk_cstr(b->path), rk_cstr(b->head), &b->objects, &err);
	if (b->record < 0)
		rk_log(RK_WARN, "what is uploaded cannot be noted", "error", err.text, NULL);
}

int
bucket_start(struct bucket *b, struct rk_err *err)
{
	static const struct rk_cidr anywhere[] = { { .ipv6 = false, .bits = 0 },
		{ .ipv6 = true, .bits = 0 } };
	struct rk_fetcher_opts opts = { 0 };

	if (b == NULL)
		return 0;
	opts.connections = AT_ONCE;
	opts.timeout_s = TIMEOUT_S;
	opts.allow_addresses = anywhere;
	opts.n_allow_addresses = 2;
	opts.user_agent = RK_STR("ruamkhao/" RK_VERSION);
	opts.clock = b->e->opts->clock;
	open_record(b);
	if (rk_fetcher_new(b->e->loop, &opts, &b->fetcher, err) != 0)
		return -1;
	b->fetcher_open = true;
	(void)uv_timer_init(b->e->loop, &b->timer);
	(void)uv_async_init(b->e->loop, &b->wake, on_wake);
	b->timer.data = b->wake.data = b->walking.data = b;
	b->handles = 2;
	b->inbox.open = true;
	b->walk_runs = true;
	rk_assert(uv_queue_work(b->e->loop, &b->walking, walk_work, walk_after) == 0);
	return 0;
}

void
bucket_drain(struct bucket *b, void (*drained)(void *cookie), void *cookie)
{
	if (b == NULL || b->stopping || !b->inbox.open) {
		drained(cookie);
		return;
	}
	b->drained = drained;
	b->drained_cookie = cookie;
	(void)uv_async_send(&b->wake);
}

static void
on_closed(uv_handle_t *handle)
{
	struct bucket *b = handle->data;

	b->handles--;
}

static void
fetcher_closed(void *cookie)
{
	struct bucket *b = cookie;

	b->fetcher_open = false;
}

void
bucket_stop(struct bucket *b)
{
	if (b == NULL || b->stopping)
		return;
	b->stopping = true;
	b->drained = NULL;
	if (!b->inbox.open)
		return;
	uv_mutex_lock(&b->inbox.lock);
	b->inbox.open = false;
	uv_mutex_unlock(&b->inbox.lock);
	uv_close((uv_handle_t *)&b->timer, on_closed);
	uv_close((uv_handle_t *)&b->wake, on_closed);
	rk_fetcher_close(b->fetcher, fetcher_closed, b);
}

bool
bucket_closed(const struct bucket *b)
{
	return b == NULL
	    || (b->handles == 0 && !b->walk_runs && !b->packing && b->active == 0
		&& !b->fetcher_open);
}

void
bucket_free(struct bucket *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->inbox.n; i++)
		free(b->inbox.names[i]);
	free(b->inbox.names);
	uv_mutex_destroy(&b->inbox.lock);
	objects_free(&b->objects);
	objects_free(&b->found);
	if (b->record >= 0)
		(void)close(b->record);
	if (b->secret.n > 0)
		explicit_bzero((void *)(uintptr_t)b->secret.p, b->secret.n);
	rk_arena_free(b->arena);
	free(b);
}

void
bucket_metrics(const struct bucket *b, struct rk_buf *out)
{
	if (b == NULL)
		return;
	(void)rk_buf_addf(out,
	    "# TYPE ruamkhao_uploads_waiting gauge\nruamkhao_uploads_waiting %zu\n",
	    b->queued + b->active);
	(void)rk_buf_addf(out, "# TYPE ruamkhao_uploads_total counter\n");
	(void)rk_buf_addf(out, "ruamkhao_uploads_total{result=\"sent\"} %zu\n", b->sent);
	(void)rk_buf_addf(out, "ruamkhao_uploads_total{result=\"removed\"} %zu\n", b->removed);
	(void)rk_buf_addf(out, "ruamkhao_uploads_total{result=\"failed\"} %zu\n", b->failed);
}
