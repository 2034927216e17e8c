/*
 * Deliveries (WebSub 7): the whole document as it stands in the tree now, to everybody who
 * has another one. Those to whom the last try was in vain have a few places of their own,
 * so that the dead keep none of the living.
 */
#include "hub_int.h"

#include <ruamkhao/fsatom.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/sign.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LIMPS 4 /* deliveries in vain in a row, and all of a host are such */

struct hub_look {
	uv_work_t work;
	struct hub *hub;
	struct hub_topic **topics;
	uint64_t *hashes;
	int *found; /* as doc_read */
	size_t n;
};

/* ---- what the files hold */

/* What the file holds, into *out. 1; 0: there is none; -1: it cannot be read now. */
static int
doc_read(const struct hub *h, const struct hub_topic *t, struct rk_buf *out, uint64_t *hash)
{
	char path[4096];
	struct rk_buf own;
	struct rk_buf *b = out != NULL ? out : &own;
	struct rk_err err = {0};
	int rc;

	*hash = 0;
	if (snprintf(path, sizeof(path), "%s/%s", rk_cstr(h->e->config->publish.directory),
		t->name) >= (int)sizeof(path))
		return 0;
	rk_buf_init(b, RK_MAX_FILE);
	rc = rk_file_read(path, RK_MAX_FILE, b, &err) == 0 ? 1 : -1;
	if (rc == 1) {
		*hash = rk_hash64(rk_buf_view(b));
		*hash += *hash == 0;
	} else if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
		rc = 0;
	}
	if (rc != 1 || out == NULL)
		rk_buf_release(b);
	return rc;
}

/* The shortage of a moment is no reason to tell nobody until the next change. */
static void
unread(struct hub *h, struct hub_topic *t)
{
	if (!t->unread)
		rk_log(RK_WARN, "a feed could not be read for its subscribers, tried again",
		    "topic", t->url, NULL);
	t->hash = 0;
	t->unread = true;
	hub_scan_at(h, engine_now(h->e) + RK_OUR_HUB_RETRY_S);
}

static void
look_work(uv_work_t *work)
{
	struct hub_look *look = work->data;

	for (size_t i = 0; i < look->n; i++)
		look->found[i] =
		    doc_read(look->hub, look->topics[i], NULL, &look->hashes[i]);
}

static void look_begin(struct hub *);

void
hub_not_fresh(struct hub_topic *t)
{
	struct hub_sub *s;

	LIST_FOREACH(s, &t->subs, in_topic)
		s->fresh = false;
}

/* What the file of the topic holds is known, or that it cannot be read. */
static void
looked(struct hub *h, struct hub_topic *t, uint64_t hash, int found)
{
	struct hub_sub *s;

	if (found < 0) {
		hub_not_fresh(t); /* by then it may be another one */
		unread(h, t);
		return;
	}
	t->unread = false;
	t->hash = hash;
	LIST_FOREACH(s, &t->subs, in_topic) {
		if (s->fresh) {
			s->fresh = false;
			s->row.given = hash;
			hub_keep(s);
		}
		hub_owe(s);
	}
}

static void
look_after(uv_work_t *work, int status)
{
	struct hub_look *look = work->data;
	struct hub *h = look->hub;

	(void)status;
	h->look = NULL;
	for (size_t i = 0; i < look->n && !h->stopping; i++)
		looked(h, look->topics[i], look->hashes[i], look->found[i]);
	free(look->topics);
	free(look->hashes);
	free(look->found);
	free(look);
	if (h->stopping)
		return;
	look_begin(h);
	hub_wake(h);
}

static void
look_begin(struct hub *h)
{
	struct hub_look *look;
	struct hub_topic *t;
	size_t n = 0;

	if (h->stale == NULL || h->look != NULL || !h->timer_open)
		return;
	for (t = h->stale; t != NULL; t = t->next_stale)
		n++;
	look = rk_xcalloc(1, sizeof(*look));
	look->hub = h;
	look->topics = rk_xcalloc(n, sizeof(struct hub_topic *));
	look->hashes = rk_xcalloc(n, sizeof(*look->hashes));
	look->found = rk_xcalloc(n, sizeof(*look->found));
	for (t = h->stale; t != NULL; t = t->next_stale) {
		t->stale = false; /* a change from here on is one more to look for */
		look->topics[look->n++] = t;
	}
	h->stale = NULL;
	h->stale_end = &h->stale;
	h->look = look;
	look->work.data = look;
	rk_assert(uv_queue_work(h->e->loop, &look->work, look_work, look_after) == 0);
}

void
hub_look(struct hub *h, struct hub_topic *t)
{
	if (LIST_EMPTY(&t->subs) || h->stopping)
		return;
	if (!t->stale) {
		t->stale = true;
		t->next_stale = NULL;
		*h->stale_end = t;
		h->stale_end = &t->next_stale;
	}
	look_begin(h);
}

/* ---- who is owed something */

void
hub_unready(struct hub_sub *s)
{
	if (s->stage != SUB_READY)
		return;
	TAILQ_REMOVE(s->row.tries > 0 ? &s->host->again : &s->host->ready, s, in_ready);
	s->stage = SUB_IDLE;
	if (TAILQ_EMPTY(&s->host->ready) && TAILQ_EMPTY(&s->host->again) && s->host->waits) {
		TAILQ_REMOVE(&s->hub->ring, s->host, in_ring);
		s->host->waits = false;
	}
}

bool
hub_due(int64_t next, int64_t now)
{
	return next == RK_NO_TIME || next <= now || next - now > RK_MAX_HINT_S;
}

/* Not by the clock alone, which may have been set since. */
static bool
is_given_up(const struct hub_sub *s, int64_t now)
{
	return s->row.failing != RK_NO_TIME && s->row.tries >= RK_OUR_HUB_GIVE_UP_TRIES &&
	       now - s->row.failing >= RK_OUR_HUB_GIVE_UP_S;
}

void
hub_owe(struct hub_sub *s)
{
	struct hub *h = s->hub;
	int64_t now = engine_now(h->e);

	if (s->stage != SUB_IDLE || s->fresh || s->row.until <= now || s->topic->hash == 0 ||
	    s->row.given == s->topic->hash || is_given_up(s, now))
		return;
	if (!hub_due(s->row.next, now)) {
		hub_scan_at(h, s->row.next);
		return;
	}
	s->stage = SUB_READY;
	TAILQ_INSERT_TAIL(s->row.tries > 0 ? &s->host->again : &s->host->ready, s, in_ready);
	if (!s->host->waits) {
		s->host->waits = true;
		TAILQ_INSERT_TAIL(&h->ring, s->host, in_ring);
	}
	hub_arm(h, 0);
}

/* ---- what came of it */

/* Doubled with each try in vain, and up to a fifth later. */
static int64_t
backoff(const struct hub_sub *s)
{
	int64_t wait = RK_OUR_HUB_RETRY_S;
	uint64_t chance = rk_hash64_more(engine_ms(s->hub->e), s->row.callback);

	for (unsigned i = 1; i < s->row.tries && wait < RK_OUR_HUB_MAX_RETRY_S; i++)
		wait *= 2;
	wait = wait < RK_OUR_HUB_MAX_RETRY_S ? wait : RK_OUR_HUB_MAX_RETRY_S;
	return wait + (int64_t)(chance % (uint64_t)(wait / 5 + 1));
}

static void
failed(struct hub_sub *s, const struct rk_fetch_result *r, const char *why)
{
	int64_t now = engine_now(s->hub->e);

	s->hub->failed++;
	s->row.failed++;
	s->row.tries++;
	s->host->failures++;
	if (s->row.failing == RK_NO_TIME)
		s->row.failing = now;
	s->row.next = now + backoff(s);
	if (r != NULL && rk_due_asked(r->retry_after) > s->row.next - now)
		s->row.next = now + rk_due_asked(r->retry_after);
	hub_error(s, why);
	if (s->row.tries == 1)
		rk_log(RK_INFO, "not delivered", "topic", s->topic->url, "host", s->host->name,
		    "error", why, NULL);
	hub_keep(s);
}

static void
delivered(struct hub_sub *s, uint64_t hash)
{
	s->hub->delivered++;
	s->row.delivered++;
	s->row.given = hash;
	s->row.last = engine_now(s->hub->e);
	s->row.next = s->row.failing = RK_NO_TIME;
	s->row.tries = 0;
	s->host->failures = 0;
	hub_error(s, "");
	hub_keep(s);
}

static void
doc_release(struct hub_doc *doc)
{
	if (--doc->holders > 0)
		return;
	rk_buf_release(&doc->bytes);
	free(doc);
}

/* A topic keeps its document only while it is being sent. */
static void
doc_rest(struct hub_topic *t)
{
	if (t->sending > 0 || t->doc == NULL)
		return;
	doc_release(t->doc);
	t->doc = NULL;
}

/* The places that it had are free. Its document's hash. */
static uint64_t
leave(struct hub_sub *s)
{
	struct hub *h = s->hub;
	struct hub_topic *t = s->topic;
	uint64_t hash = s->doc->hash;

	h->sending--;
	h->limping -= s->limping;
	s->host->limping -= s->limping;
	s->limping = false;
	s->stage = SUB_IDLE;
	s->fetch = NULL;
	doc_release(s->doc);
	s->doc = NULL;
	t->sending--;
	doc_rest(t);
	return hash;
}

static void
on_sent(void *cookie, struct rk_fetch_result *r)
{
	struct hub_sub *s = cookie;
	struct hub *h = s->hub;
	uint64_t hash = leave(s);

	if (r->kind != RK_FETCH_CANCELLED && !h->stopping)
		pipeline_reached(h->e->pipeline, r);
	if (s->gone) {
		hub_free_sub(s);
	} else if (r->kind == RK_FETCH_CANCELLED || h->stopping) {
		return; /* it is owed still */
	} else if (r->status >= 200 && r->status < 300) {
		delivered(s, hash);
		hub_owe(s);
	} else if (r->status == 410) {
		rk_log(RK_INFO, "a subscriber is gone", "topic", s->topic->url, "host",
		    s->host->name, NULL);
		hub_drop(s);
	} else {
		failed(s, r, r->err.text);
		hub_owe(s);
	}
	if (!h->stopping)
		hub_wake(h);
}

/* ---- sending */

/* NULL: there is none, or it cannot be read now. */
static struct hub_doc *
doc_of(struct hub *h, struct hub_topic *t)
{
	struct hub_doc *doc = t->doc;
	int found;

	if (doc != NULL && doc->hash == t->hash)
		return doc;
	doc = rk_xcalloc(1, sizeof(*doc));
	if ((found = doc_read(h, t, &doc->bytes, &doc->hash)) <= 0) {
		free(doc);
		t->hash = 0;
		if (found < 0)
			unread(h, t);
		return NULL;
	}
	if (t->doc != NULL)
		doc_release(t->doc);
	doc->holders = 1;
	t->hash = doc->hash;
	t->doc = doc;
	return doc;
}

static int
post(struct hub_sub *s, struct rk_err *err)
{
	struct hub *h = s->hub;
	struct rk_arena *arena = rk_arena_new(0);
	char signature[RK_SIGNATURE_SIZE];
	struct rk_str headers[5];
	struct rk_fetch_req req = {.url = s->row.callback,
	    .headers = headers,
	    .max_body = RK_SKIP_ANSWER,
	    .first_part = true,
	    .post = rk_buf_view(&s->doc->bytes)};
	size_t n = 0;
	int rc;

	headers[n++] = rk_arena_fmt(arena, "Content-Type: %s", s->topic->format->content_type);
	headers[n++] = rk_arena_fmt(arena, "Link: <%s>; rel=\"self\", <%s>; rel=\"hub\"",
	    s->topic->url, rk_cstr(h->e->site.hub));
	headers[n++] = RK_STR("Accept: */*");
	headers[n++] = RK_STR("Expect:"); /* few subscribers know 100 Continue */
	if (s->row.secret.n > 0) {
		rk_signature_make(s->row.secret, req.post, signature);
		headers[n++] = rk_arena_fmt(arena, "X-Hub-Signature: %s", signature);
	}
	req.n_headers = n;
	rc = rk_fetch_start(h->fetcher, &req, on_sent, s, &s->fetch, err);
	rk_arena_free(arena);
	return rc;
}

static void
send_to(struct hub_sub *s, bool limping)
{
	struct hub *h = s->hub;
	struct hub_topic *t = s->topic;
	struct rk_err err = {0};
	struct hub_doc *doc;

	hub_unready(s);
	if ((doc = doc_of(h, t)) == NULL)
		return;
	if (doc->hash == s->row.given) { /* it changed back */
		doc_rest(t);
		return;
	}
	s->stage = SUB_SENDING;
	s->doc = doc;
	s->limping = limping;
	doc->holders++;
	t->sending++;
	h->sending++;
	h->limping += limping;
	s->host->limping += limping;
	if (post(s, &err) != 0) {
		(void)leave(s);
		failed(s, NULL, err.text);
		hub_owe(s);
	}
}

/* Whose turn it is at the host; NULL: nobody's now. */
static struct hub_sub *
next_of(const struct hub *h, struct hub_host *host, bool *limping)
{
	struct hub_sub *s = TAILQ_FIRST(&host->ready);

	*limping = s == NULL || host->failures >= LIMPS;
	if (!*limping)
		return s;
	if (host->limping > 0 || h->limping >= RK_OUR_HUB_LIMPING)
		return NULL;
	return s != NULL ? s : TAILQ_FIRST(&host->again);
}

/* One of the host's, if any may go; true: perhaps one more. */
static bool
host_more(struct hub *h, struct hub_host *host, uint64_t *wait)
{
	bool limping;
	struct hub_sub *s = next_of(h, host, &limping);
	uint64_t ms;

	if (s == NULL)
		return false;
	ms = rk_fetch_host_wait(h->fetcher, s->row.callback);
	if (ms == 0)
		send_to(s, limping);
	else if (ms < *wait)
		*wait = ms;
	return ms == 0;
}

void
hub_send_more(struct hub *h, uint64_t *wait)
{
	struct hub_host *host, *next, *last = TAILQ_LAST(&h->ring, hub_hosts);
	bool end = false;

	for (host = TAILQ_FIRST(&h->ring); host != NULL && !end; host = next) {
		next = TAILQ_NEXT(host, in_ring);
		end = host == last;
		if (h->sending >= RK_OUR_HUB_SENDING)
			return;
		/* those who had a turn stand behind the others */
		if (host_more(h, host, wait) && host->waits) {
			TAILQ_REMOVE(&h->ring, host, in_ring);
			TAILQ_INSERT_TAIL(&h->ring, host, in_ring);
			if (*wait > RK_OUR_HUB_GAP_MS)
				*wait = RK_OUR_HUB_GAP_MS;
		}
	}
}
