/*
 * One upload: read, sent, and what came of it.
 */
#include "bucket_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/media.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAUSE_MS   1000   /* after a failure; twice as long after the next */
#define PAUSE_MOST 300000 /* a store that is down is asked every five minutes */
#define REFUSALS   8      /* of files, one after the other: it is the store that refuses */

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

static void
rest(struct bucket *b, struct object *o)
{
	o->state = AT_REST;
	if (o->again) {
		o->again = false;
		bucket_enqueue(b, o);
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
note(struct bucket *b, const struct object *o)
{
	record_add(b->record, o);
	b->noted++;
}

/* What is no fault of the file: it is the store that is left alone for a while. */
static void
pause_all(struct bucket *b, int64_t retry_after)
{
	uint64_t ms;

	if (b->resume_at > bucket_now(b))
		return; /* of several at once */
	b->failures++;
	ms = pause_of(b->failures);
	if (retry_after > 0 && (uint64_t)retry_after * 1000 > ms)
		ms = (uint64_t)retry_after * 1000 < PAUSE_MOST ? (uint64_t)retry_after * 1000
							       : PAUSE_MOST;
	b->resume_at = bucket_now(b) + ms;
}

/* alone: by the answer it is this file that is not taken, so the others go on. */
static void
failed(struct bucket *b, struct sending *s, const char *why, bool alone, int64_t retry_after)
{
	struct object *o = s->o;
	char left[24];

	b->failed++;
	o->tries++;
	o->refused = alone;
	if (!alone || ++b->refusals >= REFUSALS)
		pause_all(b, retry_after);
	o->not_before = bucket_now(b) + pause_of(o->tries);
	o->state = AT_REST;
	o->again = false;
	bucket_enqueue(b, o);
	if (b->failures > 0 ? !b->told : o->tries == 1) {
		(void)snprintf(left, sizeof(left), "%zu", b->queued + b->active);
		rk_log(RK_WARN, "upload failed, it will be tried again", "name", o->name, "error",
		    why, "waiting", left, NULL);
	}
	b->told |= b->failures > 0;
}

static void
succeeded(struct bucket *b, struct sending *s)
{
	struct object *o = s->o;

	b->held += (size_t)!s->remove - (size_t)o->known;
	o->known = !s->remove;
	o->held = s->content;
	o->tries = 0;
	o->not_before = 0;
	o->refused = false;
	note(b, o);
	if (b->told)
		rk_log(RK_INFO, "uploads go on", "name", o->name, NULL);
	b->failures = b->refusals = 0;
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
	bucket_pump(b);
}

/* 408 and 429 are the store's own state; what else it answers by 4xx it may say of one. */
static bool
is_of_one(const struct rk_fetch_result *r)
{
	return r->kind == RK_FETCH_HTTP && r->status / 100 == 4 && r->status != 408 &&
	       r->status != 429;
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
		failed(s->b, s, why, is_of_one(r), r->retry_after);
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
		failed(b, s, err.text, false, 0);
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
		failed(b, s, s->err.text, true, 0);
	} else if (s->there && o->known && same_hash(s->content.hash, o->held.hash)
	    && s->content.size == o->held.size) {
		o->held = s->content; /* rewritten with the same bytes */
		note(b, o);
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

void
bucket_send(struct bucket *b, struct object *o)
{
	struct sending *s = rk_xcalloc(1, sizeof(*s));

	b->active++;
	o->state = READING;
	s->b = b;
	s->o = o;
	rk_buf_init(&s->bytes, RK_MAX_FILE);
	s->work.data = s;
	rk_assert(uv_queue_work(b->e->loop, &s->work, read_work, read_after) == 0);
}
