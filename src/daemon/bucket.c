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
#include <ruamkhao/media.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE    4
#define PAUSE_MS   1000   /* after a failure; twice as long after the next */
#define PAUSE_MOST 300000 /* a store that is down is asked every five minutes */
#define TIMEOUT_S  120    /* of one upload; stalls end earlier */

/* Names from threads of the pool. */
struct inbox {
	uv_mutex_t lock;
	bool open;
	char **names;
	size_t n, room;
};

struct sending {
	struct bucket *b;
	struct object *o;
	uv_work_t work;
	struct rk_buf bytes;
	struct content content;
	bool there, remove;
	struct rk_err err;
	struct rk_fetch *fetch;
};

struct bucket {
	struct engine *e;
	struct rk_arena *arena;
	struct rk_str access, secret, token;
	int record;
	struct objects objects;
	TAILQ_HEAD(, object) queue;
	size_t queued, active;
	struct rk_fetcher *fetcher;
	uv_timer_t timer;
	uv_async_t wake;
	uv_work_t walking;
	unsigned handles;
	bool walked, walk_runs, fetcher_open, stopping;
	struct objects found; /* by the walk */
	struct inbox inbox;
	unsigned failures;  /* in a row */
	uint64_t resume_at; /* monotonic ms */
	bool told;          /* the present run of failures was logged */
	size_t sent, removed, failed;
	void (*drained)(void *cookie);
	void *drained_cookie;
};

static void pump(struct bucket *);

/* libuv's own time: the engine's clock may be a test's, which does not pass by itself. */
static uint64_t
now_ms(const struct bucket *b)
{
	return uv_now(b->e->loop);
}

/* ---- the queue */

static void
enqueue(struct bucket *b, struct object *o)
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
rest(struct bucket *b, struct object *o)
{
	o->state = AT_REST;
	if (o->again) {
		o->again = false;
		enqueue(b, o);
	}
}

static uint64_t
pause_of(unsigned tries)
{
	uint64_t ms = PAUSE_MS;

	while (tries-- > 1 && ms < PAUSE_MOST)
		ms *= 2;
	return ms < PAUSE_MOST ? ms : PAUSE_MOST;
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
		enqueue(b, o);
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

/* ---- one upload */

/* What an error page of the store says: <Code> and <Message>. */
static struct rk_str
element(struct rk_str page, const char *open, const char *close)
{
	size_t from = rk_str_find(page, rk_str(open)), n;

	if (from == SIZE_MAX)
		return RK_STR("");
	page = rk_str_from(page, from + strlen(open));
	n = rk_str_find(page, rk_str(close));
	return n == SIZE_MAX ? RK_STR("") : rk_strn(page.p, n < 200 ? n : 200);
}

static void
failed(struct bucket *b, struct sending *s, const char *why, int64_t retry_after)
{
	struct object *o = s->o;
	uint64_t ms;
	char left[24];

	b->failed++;
	b->failures++;
	o->tries++;
	ms = pause_of(b->failures);
	if (retry_after > 0 && (uint64_t)retry_after * 1000 > ms)
		ms = (uint64_t)retry_after * 1000 < PAUSE_MOST ? (uint64_t)retry_after * 1000
							       : PAUSE_MOST;
	b->resume_at = now_ms(b) + ms;
	o->not_before = now_ms(b) + pause_of(o->tries);
	o->state = AT_REST;
	o->again = false;
	enqueue(b, o);
	if (!b->told) {
		(void)snprintf(left, sizeof(left), "%zu", b->queued + b->active);
		rk_log(RK_WARN, "upload failed, it will be tried again", "name", o->name, "error",
		    why, "waiting", left, NULL);
		b->told = true;
	}
}

static void
succeeded(struct bucket *b, struct sending *s)
{
	struct object *o = s->o;

	o->known = !s->remove;
	o->held = s->content;
	o->tries = 0;
	o->not_before = 0;
	record_add(b->record, o);
	if (b->told)
		rk_log(RK_INFO, "uploads go on", "name", o->name, NULL);
	b->failures = 0;
	b->resume_at = 0;
	b->told = false;
	b->sent += !s->remove;
	b->removed += s->remove;
	rest(b, o);
}

static void
sending_end(struct sending *s)
{
	struct bucket *b = s->b;

	b->active--;
	rk_buf_release(&s->bytes);
	free(s);
	pump(b);
}

static void
on_sent(void *cookie, struct rk_fetch_result *r)
{
	struct sending *s = cookie;
	struct rk_str page = rk_buf_view(&r->body);
	struct rk_str code = element(page, "<Code>", "</Code>");
	struct rk_str message = element(page, "<Message>", "</Message>");
	char why[640];

	s->fetch = NULL;
	if ((r->kind == RK_FETCH_OK || r->kind == RK_FETCH_HTTP)
	    && (r->status / 100 == 2 || (s->remove && r->status == 404))) {
		succeeded(s->b, s);
	} else if (r->kind == RK_FETCH_CANCELLED) {
		s->o->state = AT_REST;
	} else {
		if (r->kind == RK_FETCH_HTTP)
			(void)snprintf(why, sizeof(why), "the store answered %d%s%.*s%s%.*s%s",
			    r->status, code.n > 0 ? ": " : "", RK_FMT(code),
			    message.n > 0 ? ", " : "", RK_FMT(message),
			    r->status / 100 == 3 ? " (redirects are not followed: is "
						   "publish.s3.endpoint of the bucket's region?)"
						 : "");
		else
			(void)snprintf(why, sizeof(why), "%s", r->err.text);
		failed(s->b, s, why, r->retry_after);
	}
	sending_end(s);
}

static void
send_object(struct sending *s)
{
	struct bucket *b = s->b;
	const struct rk_config *c = b->e->config;
	const struct rk_media *media = rk_media_of(rk_str(s->o->name));
	struct rk_fetch_object object = { 0 };
	struct rk_fetch_req req = { 0 };
	struct rk_err err = { 0 };
	char url[1024];

	(void)snprintf(url, sizeof(url), "%s/%s/%s%s", rk_cstr(c->publish.s3.endpoint),
	    rk_cstr(c->publish.s3.bucket), rk_cstr(c->publish.s3.prefix), s->o->name);
	object.remove = s->remove;
	object.body = rk_buf_view(&s->bytes);
	object.content_type = rk_str(media->type);
	object.cache_control = rk_str(rk_media_cache(rk_str(s->o->name)));
	object.region = c->publish.s3.region;
	object.access_key = b->access;
	object.secret_key = b->secret;
	object.token = b->token;
	req.url = rk_str(url);
	req.object = &object;
	req.one_hop = req.keep_error = true;
	req.max_body = RK_MIB(1);
	s->o->state = SENDING;
	if (rk_fetch_start(b->fetcher, &req, on_sent, s, &s->fetch, &err) != 0) {
		failed(b, s, err.text, 0);
		sending_end(s);
	}
}

static void
read_work(uv_work_t *work)
{
	struct sending *s = work->data;

	s->there = tree_read(rk_cstr(s->b->e->config->publish.directory), s->o->name, &s->bytes,
	    &s->content, &s->err);
}

static bool
same_hash(struct rk_hash128 a, struct rk_hash128 b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

static void
read_after(uv_work_t *work, int status)
{
	struct sending *s = work->data;
	struct bucket *b = s->b;
	struct object *o = s->o;

	(void)status;
	if (b->stopping) {
		o->state = AT_REST;
	} else if (!s->there && s->err.kind != RK_E_NONE) {
		failed(b, s, s->err.text, 0);
	} else if (s->there && o->known && same_hash(s->content.hash, o->held.hash)
	    && s->content.size == o->held.size) {
		o->held = s->content; /* rewritten with the same bytes */
		record_add(b->record, o);
		rest(b, o);
	} else if (s->there || o->known) {
		s->remove = !s->there;
		send_object(s);
		return;
	} else {
		rest(b, o); /* came and went */
	}
	sending_end(s);
}

/* ---- which next */

static bool
is_done(const struct bucket *b)
{
	return b->walked && b->queued == 0 && b->active == 0;
}

static void
on_timer(uv_timer_t *timer)
{
	pump(timer->data);
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
		if (o->not_before <= now)
			return o;
		if (o->not_before - now < *wait)
			*wait = o->not_before - now;
	}
	return NULL;
}

static void
pump(struct bucket *b)
{
	uint64_t wait = UINT64_MAX;
	struct object *o;

	if (b->stopping)
		return;
	take_inbox(b);
	/* after a failure one goes ahead of the others */
	while (b->walked && b->active < (b->failures > 0 ? 1 : AT_ONCE)
	    && !(b->drained != NULL && b->failures > 0)
	    && (o = next_of(b, now_ms(b), &wait)) != NULL) {
		struct sending *s = rk_xcalloc(1, sizeof(*s));

		TAILQ_REMOVE(&b->queue, o, in_queue);
		b->queued--;
		b->active++;
		o->state = READING;
		s->b = b;
		s->o = o;
		rk_buf_init(&s->bytes, RK_MAX_FILE);
		s->work.data = s;
		rk_assert(uv_queue_work(b->e->loop, &s->work, read_work, read_after) == 0);
	}
	if (wait != UINT64_MAX && b->active == 0)
		(void)uv_timer_start(&b->timer, on_timer, wait, 0);
	if (b->drained != NULL
	    && (is_done(b) || (b->walked && b->active == 0 && b->failures > 0)))
		drain_end(b);
}

static void
on_wake(uv_async_t *async)
{
	pump(async->data);
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
			enqueue(b, o);
	}
	/* an empty folder is one that is not mounted, or to be written first: what the bucket
	 * has is not old for that */
	for (size_t i = 0; i < b->objects.n && !b->stopping && b->found.n > 0; i++) {
		if (b->objects.all[i]->known && !b->objects.all[i]->seen)
			enqueue(b, b->objects.all[i]);
	}
	objects_free(&b->found);
	b->walked = true;
	pump(b);
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

	struct rk_str path = record_path(b->e->config, b->arena);
	struct rk_str head = record_head(b->e->config, b->arena);

	(void)record_load(rk_cstr(path), rk_cstr(head), &b->objects);
	b->record = record_begin(rk_cstr(path), rk_cstr(head), &b->objects, &err);
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
	    || (b->handles == 0 && !b->walk_runs && b->active == 0 && !b->fetcher_open);
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
