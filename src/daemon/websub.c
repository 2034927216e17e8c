/*
 * Subscriptions at sources' hubs (W3C WebSub): found with the document, asked for,
 * confirmed, renewed, taken back. Polls go on all the time, only less often while pushes
 * come (RELIABILITY 2.61).
 */
#include "websub_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/url.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define CALLBACK_BYTES 20 /* random: nobody guesses where we listen */
#define SECRET_BYTES   32
#define MAX_ASKING     4  /* requests to hubs at a time */

static void arm(struct websub *, int64_t due);

/* ---- one subscription */

bool
sub_is_open(const struct sub *s)
{
	return !s->dead && s->row.state == RK_SUB_ACTIVE && s->row.until != RK_NO_TIME &&
	       s->row.until > engine_now(s->w->e);
}

void
sub_error(struct sub *s, const char *text)
{
	(void)snprintf(s->error, sizeof(s->error), "%s", text);
	s->row.error = rk_str(s->error);
}

/* When it must be looked at: the end of a lease is noticed whatever is being done. */
static int64_t
due_of(const struct sub *s)
{
	if (s->dead || s->row.next == RK_NO_TIME)
		return INT64_MAX;
	return s->row.state == RK_SUB_ACTIVE && s->row.until < s->row.next ? s->row.until
	                                                                   : s->row.next;
}

void
sub_keep(struct sub *s)
{
	rk_storeq_sub(s->w->e->storeq, &s->row, s->dead);
	arm(s->w, due_of(s));
}

static const char *
source_id(const struct sub *s)
{
	return s->slot == NO_SLOT ? "" : rk_cstr(s->w->e->slots[s->slot].source->id);
}

static void
forget(struct sub *s)
{
	s->dead = true;
	push_drop_all(s);
	sub_keep(s);
}

static struct sub *
add(struct websub *w, const struct rk_sub_row *row)
{
	struct sub *s = rk_xcalloc(1, sizeof(*s));
	struct rk_str *texts[] = {&s->row.callback, &s->row.source_url, &s->row.hub,
	    &s->row.topic, &s->row.secret};

	s->w = w;
	s->arena = rk_arena_new(0);
	s->row = *row;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = rk_arena_str(s->arena, *texts[i]);
	sub_error(s, rk_cstr(row->error));
	s->slot = NO_SLOT;
	s->next = w->subs;
	w->subs = s;
	(void)rk_map_put(w->by_callback, s->row.callback, s);
	return s;
}

/* No source on the same network as we need be asked as seldom as strangers. */
static bool
is_near(const struct sub *s)
{
	return s->slot != NO_SLOT && s->w->e->slots[s->slot].unlimited;
}

/* Doubled with each try in vain, up to a day, and up to a fifth later. */
static int64_t
backoff(const struct sub *s)
{
	int64_t wait = is_near(s) ? 1 : RK_HUB_RETRY_S;

	for (unsigned i = 1; i < s->row.tries && wait < RK_MAX_BACKOFF_S; i++)
		wait *= 2;
	wait = wait < RK_MAX_BACKOFF_S ? wait : RK_MAX_BACKOFF_S;
	return wait + (int64_t)(engine_ms(s->w->e) % (uint64_t)(wait / 5 + 1));
}

static void
failed(struct sub *s, const char *why)
{
	int64_t now = engine_now(s->w->e);

	s->asked = false;
	s->row.tries++;
	s->row.next = now + backoff(s);
	sub_error(s, why);
	rk_log(RK_INFO, "not subscribed", "source", source_id(s), "hub", rk_cstr(s->row.hub),
	    "error", why, NULL);
	sub_keep(s);
}

/* ---- the request to the hub */

static void
encode(struct rk_buf *b, struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			(void)rk_buf_addc(b, (char)c);
		else
			(void)rk_buf_addf(b, "%%%02X", c);
	}
}

static void
form_of(const struct sub *s, struct rk_buf *b)
{
	bool leaving = s->row.state == RK_SUB_LEAVING;

	(void)rk_buf_addf(b, "hub.mode=%s&hub.topic=", leaving ? "unsubscribe" : "subscribe");
	encode(b, s->row.topic);
	(void)rk_buf_adds(b, "&hub.callback=");
	encode(b, s->w->e->config->site.base_url);
	(void)rk_buf_addf(b, "websub%%2F%s", rk_cstr(s->row.callback));
	if (!leaving)
		(void)rk_buf_addf(b, "&hub.secret=%s&hub.lease_seconds=%d",
		    rk_cstr(s->row.secret), RK_HUB_LEASE_S);
}

static void
on_asked(void *cookie, struct rk_fetch_result *r)
{
	struct sub *s = cookie;
	struct websub *w = s->w;
	struct rk_url hub;

	s->fetch = NULL;
	w->asking--;
	if (r->kind == RK_FETCH_CANCELLED || w->stopping)
		return;
	if (rk_url_parse(s->row.hub, &hub, NULL) == 0)
		pipeline_host_ended(w->e->pipeline, rk_str(hub.host), r->redirects > 0);
	if (s->dead || !s->asked) /* the hub's question came before its answer */
		return;
	if (r->status >= 200 && r->status < 300)
		return; /* its question follows */
	failed(s, r->err.text);
}

static void
ask(struct sub *s)
{
	struct websub *w = s->w;
	struct rk_fetch_req req = {.url = s->row.hub, .max_body = RK_SKIP_ANSWER};
	struct rk_err err = {0};
	struct rk_buf form;

	if (s->slot != NO_SLOT) {
		const struct rk_source *source = w->e->slots[s->slot].source;

		req.user_agent = source->user_agent;
		req.ca_file = source->ca_file;
		req.proxy = source->proxy;
	}
	rk_buf_init(&form, RK_MIB(1));
	form_of(s, &form);
	req.form = rk_buf_view(&form);
	s->asked = true;
	if (s->row.state == RK_SUB_LEAVING)
		s->row.tries++;
	s->row.next = engine_now(w->e) + RK_HUB_CONFIRM_S;
	w->asking++;
	if (rk_fetch_start(w->e->fetcher, &req, on_asked, s, &s->fetch, &err) != 0) {
		w->asking--;
		failed(s, err.text);
	} else {
		sub_keep(s);
	}
	rk_buf_release(&form);
}

/* Something is due: milliseconds to wait for the hub's host, 0: done. */
static uint64_t
step(struct sub *s, int64_t now)
{
	uint64_t wait;

	if (s->row.state == RK_SUB_ACTIVE && s->row.until <= now) {
		rk_log(RK_INFO, "subscription ended", "source", source_id(s), "hub",
		    rk_cstr(s->row.hub), NULL);
		s->row.state = RK_SUB_WANTED;
		sub_keep(s);
		pipeline_hurry(s->w->e->pipeline, s->slot);
		if (s->row.next > now)
			return 0;
	}
	if (s->asked) {
		failed(s, "the hub did not ask whether we meant it");
		return 0;
	}
	if (s->row.state == RK_SUB_LEAVING && s->row.tries >= RK_HUB_LEAVE_TRIES) {
		forget(s);
		return 0;
	}
	if (s->w->asking >= MAX_ASKING)
		return 1000;
	wait = rk_fetch_host_wait(s->w->e->fetcher, s->row.hub);
	if (wait == 0)
		ask(s);
	return wait;
}

void
websub_wake(struct websub *w)
{
	int64_t now = engine_now(w->e), next = INT64_MAX;

	if (!w->on || w->stopping)
		return;
	w->earliest = INT64_MAX;
	for (struct sub *s = w->subs; s != NULL; s = s->next) {
		/* while it is being asked, its answer or fetch.timeout comes first */
		if (s->fetch != NULL && s->row.state != RK_SUB_ACTIVE)
			continue;
		if (due_of(s) <= now && step(s, now) > 0)
			next = now + 1;
		else if (due_of(s) < next)
			next = due_of(s);
	}
	if (next < INT64_MAX)
		arm(w, next);
}

static void
on_timer(uv_timer_t *timer)
{
	websub_wake(timer->data);
}

int64_t
websub_next_ms(const struct websub *w)
{
	int64_t now = engine_now(w->e), ms = (int64_t)engine_ms(w->e);

	if (!w->on || w->stopping || w->earliest == INT64_MAX)
		return INT64_MAX;
	return w->earliest <= now ? ms : ms + (w->earliest - now) * 1000;
}

/* Wall time may jump: looked at again at least once a minute. */
static void
arm(struct websub *w, int64_t due)
{
	int64_t wait = due - engine_now(w->e);

	if (!w->on || w->stopping || due >= w->earliest)
		return;
	w->earliest = due;
	wait = wait < 0 ? 0 : wait > 60 ? 60 : wait;
	(void)uv_timer_start(&w->timer, on_timer, (uint64_t)wait * 1000, 0);
}

/* ---- what the hub says */

/* The lease that it grants, in seconds. */
static int64_t
lease_of(struct rk_str text)
{
	uint64_t seconds;

	if (rk_str_u64(text, INT64_MAX, &seconds) != 0 || seconds == 0)
		return RK_HUB_LEASE_S;
	return seconds < RK_HUB_MAX_LEASE_S ? (int64_t)seconds : RK_HUB_MAX_LEASE_S;
}

static void
confirmed(struct sub *s, struct rk_str lease)
{
	int64_t now = engine_now(s->w->e), seconds = lease_of(lease);
	int64_t wait = seconds - (seconds + 4) / 5; /* a fifth before its end */
	int64_t least = is_near(s) ? 1 : RK_HUB_RENEW_MIN_S;

	if (s->row.state != RK_SUB_ACTIVE)
		rk_log(RK_INFO, "subscribed", "source", source_id(s), "hub",
		    rk_cstr(s->row.hub), NULL);
	s->asked = false;
	s->row.state = RK_SUB_ACTIVE;
	s->row.tries = 0;
	s->row.until = now + seconds;
	s->row.next = now + (wait > least ? wait : least);
	sub_error(s, "");
	sub_keep(s);
}

static void
denied(struct sub *s, struct rk_str reason)
{
	bool open = sub_is_open(s);
	char text[200];

	(void)snprintf(text, sizeof(text), "the hub will not%s%.*s", reason.n > 0 ? ": " : "",
	    reason.n > 120 ? 120 : (int)reason.n, reason.n > 0 ? reason.p : "");
	for (char *c = text; *c != '\0'; c++) { /* a stranger's words */
		if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
			*c = '?';
	}
	s->asked = false;
	s->row.state = RK_SUB_DENIED;
	s->row.until = RK_NO_TIME;
	s->row.next = engine_now(s->w->e) + RK_HUB_DENIED_S;
	sub_error(s, text);
	sub_keep(s);
	if (open)
		pipeline_hurry(s->w->e->pipeline, s->slot);
}

/* A question is answered with its challenge only where we mean what it asks, about the
 * topic that we asked for. */
static void
asked(struct sub *s, const struct rk_websub_call *call, struct rk_websub_reply *reply)
{
	bool leaving = s->row.state == RK_SUB_LEAVING;

	if (!rk_str_eq(call->topic, s->row.topic))
		return;
	if (rk_str_is(call->mode, "denied") && !leaving) {
		denied(s, call->reason);
	} else if (rk_str_is(call->mode, "subscribe") && !leaving && call->challenge.n > 0) {
		confirmed(s, call->lease);
		reply->text = call->challenge;
	} else if (rk_str_is(call->mode, "unsubscribe") && leaving && call->challenge.n > 0) {
		forget(s);
		reply->text = call->challenge;
	} else {
		return;
	}
	reply->status = 200;
}

static struct sub *
of_callback(struct websub *w, struct rk_str id)
{
	struct sub *s = w != NULL && w->on && !w->stopping ? rk_map_get(w->by_callback, id) : NULL;

	return s != NULL && !s->dead ? s : NULL;
}

void
websub_called(
    struct websub *w, const struct rk_websub_call *call, struct rk_websub_reply *reply)
{
	struct sub *s = of_callback(w, call->id);

	if (s == NULL)
		return;
	if (call->push)
		push_said(s, call, reply);
	else
		asked(s, call, reply);
}

uint64_t
websub_room(struct websub *w, struct rk_str id, unsigned *status)
{
	struct sub *s = of_callback(w, id);

	return s != NULL && push_room(s, status) ? w->e->config->fetch.max_body : 0;
}

/* ---- what a source's document says */

static void
random_hex(char *out, size_t bytes)
{
	unsigned char raw[64];
	size_t got = 0;

	rk_assert(bytes <= sizeof(raw));
	while (got < bytes) {
		ssize_t n = getrandom(raw + got, bytes - got, 0);

		rk_assert(n > 0 || errno == EINTR);
		got += n > 0 ? (size_t)n : 0;
	}
	for (size_t i = 0; i < bytes; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", raw[i]);
}

static void
leave(struct sub *s)
{
	struct websub *w = s->w;
	bool open = sub_is_open(s);
	size_t slot = s->slot;

	if (s->slot != NO_SLOT && w->of_slot[s->slot] == s)
		w->of_slot[s->slot] = NULL;
	push_drop_all(s);
	s->asked = false;
	if (s->row.state == RK_SUB_DENIED) { /* there is nothing at the hub */
		forget(s);
		return;
	}
	s->row.state = RK_SUB_LEAVING;
	s->row.tries = 0;
	s->row.next = engine_now(w->e);
	sub_keep(s);
	if (open && slot != NO_SLOT)
		pipeline_hurry(w->e->pipeline, slot);
}

static void
subscribe(struct websub *w, size_t slot, struct rk_str hub, struct rk_str topic)
{
	char callback[2 * CALLBACK_BYTES + 1], secret[2 * SECRET_BYTES + 1];
	struct rk_sub_row row = {.source = w->e->slots[slot].state.row,
	    .source_url = w->e->slots[slot].source->url,
	    .hub = hub,
	    .topic = topic,
	    .state = RK_SUB_WANTED,
	    .until = RK_NO_TIME,
	    .next = engine_now(w->e),
	    .last_push = RK_NO_TIME,
	    .last_miss = RK_NO_TIME,
	    .error = RK_STR("")};

	random_hex(callback, CALLBACK_BYTES);
	random_hex(secret, SECRET_BYTES);
	row.callback = rk_str(callback);
	row.secret = rk_str(secret);
	w->of_slot[slot] = add(w, &row);
	w->of_slot[slot]->slot = slot;
	sub_keep(w->of_slot[slot]);
}

void
websub_found(struct websub *w, size_t slot, struct rk_str hub, struct rk_str topic)
{
	struct sub *s;
	struct rk_url url;

	if (!w->on || w->stopping)
		return;
	s = w->of_slot[slot];
	if (hub.n > 0 && (rk_url_parse(hub, &url, NULL) != 0 || topic.n == 0 ||
			     !engine_port_allowed(w->e, w->e->slots[slot].source->url, hub)))
		hub = RK_STR("");
	if (s != NULL && rk_str_eq(s->row.hub, hub) && rk_str_eq(s->row.topic, topic))
		return;
	if (s != NULL)
		leave(s);
	if (hub.n > 0)
		subscribe(w, slot, hub, topic);
}

/* ---- polls beside pushes */

bool
websub_tells(const struct websub *w, size_t slot)
{
	const struct sub *s = w->on ? w->of_slot[slot] : NULL;

	return s != NULL && sub_is_open(s) && s->row.last_push != RK_NO_TIME &&
	       (s->row.last_miss == RK_NO_TIME || s->row.last_push > s->row.last_miss);
}

void
sub_missed(struct sub *s)
{
	s->row.last_miss = engine_now(s->w->e);
	sub_keep(s);
	pipeline_hurry(s->w->e->pipeline, s->slot);
}

void
websub_polled(struct websub *w, size_t slot, unsigned fresh)
{
	struct sub *s = w->on && !w->stopping ? w->of_slot[slot] : NULL;

	/* one that is at work may be the one that brings it */
	if (s != NULL && fresh > 0 && sub_is_open(s) && s->n_pushes == 0)
		sub_missed(s);
}

/* ---- life */

struct websub *
websub_new(struct engine *e)
{
	struct websub *w = rk_xcalloc(1, sizeof(*w));

	w->e = e;
	w->by_callback = rk_map_new();
	w->earliest = INT64_MAX;
	return w;
}

static int
on_row(void *cookie, const struct rk_sub_row *row)
{
	(void)add(cookie, row);
	return 0;
}

int
websub_load(struct websub *w, struct rk_store *store, struct rk_err *err)
{
	return rk_store_subs(store, on_row, w, err);
}

/* Is what stands in site.base_url an address that a hub can reach? A name is taken for
 * one. */
static bool
is_reachable(const struct rk_config *c)
{
	struct rk_url url;
	const char *host;
	unsigned char addr[16];

	if (c->serve.listen.n == 0 || rk_url_parse(c->site.base_url, &url, NULL) != 0)
		return false;
	host = strcmp(url.host, "localhost") == 0 ? "127.0.0.1" : url.host;
	for (int v6 = 0; v6 < 2; v6++) {
		if (inet_pton(v6 ? AF_INET6 : AF_INET, host, addr) == 1)
			return rk_address_allowed(v6 != 0, addr, c->fetch.allow_addresses,
			    c->fetch.n_allow_addresses);
	}
	return true;
}

struct place {
	int64_t row;
	size_t slot;
};

static int
by_row(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

/* The slots by the rows of their sources; malloc'd. */
static struct place *
places_of(const struct engine *e)
{
	struct place *places = rk_xcalloc(e->n_slots + 1, sizeof(*places));

	for (size_t i = 0; i < e->n_slots; i++)
		places[i] = (struct place){e->slots[i].state.row, i};
	qsort(places, e->n_slots, sizeof(*places), by_row);
	return places;
}

/* The sources have changed since: what is left of them is taken back. */
static void
settle(struct websub *w, struct sub *s, const struct place *places)
{
	const struct place key = {.row = s->row.source}, *found;
	const struct slot *slot;

	found = bsearch(&key, places, w->e->n_slots, sizeof(*places), by_row);
	s->slot = found == NULL ? NO_SLOT : found->slot;
	slot = s->slot == NO_SLOT ? NULL : &w->e->slots[s->slot];
	if (s->row.state != RK_SUB_LEAVING) {
		if (slot == NULL || !slot->source->enabled || w->of_slot[s->slot] != NULL ||
		    slot->source->kind != RK_KIND_FEED ||
		    !rk_str_eq(slot->source->url, s->row.source_url)) {
			leave(s);
			return;
		}
		w->of_slot[s->slot] = s;
		if (sub_is_open(s) && s->row.last_miss != RK_NO_TIME && !websub_tells(w, s->slot))
			pipeline_hurry(w->e->pipeline, s->slot);
	}
	arm(w, due_of(s));
}

void
websub_start(struct websub *w)
{
	struct place *places;

	if (!is_reachable(w->e->config))
		return;
	w->on = true;
	w->of_slot = rk_xcalloc(w->e->n_slots + 1, sizeof(*w->of_slot));
	(void)uv_timer_init(w->e->loop, &w->timer);
	w->timer.data = w;
	w->timer_open = true;
	if (w->subs == NULL)
		return;
	places = places_of(w->e);
	for (struct sub *s = w->subs; s != NULL; s = s->next)
		settle(w, s, places);
	free(places);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct websub *w = handle->data;

	w->timer_open = false;
}

void
websub_stop(struct websub *w)
{
	w->stopping = true;
	for (struct sub *s = w->subs; s != NULL; s = s->next) {
		if (s->n_pushes > 0 && !s->dead) { /* taken, and left to the polls now */
			s->row.last_miss = engine_now(w->e);
			sub_keep(s);
		}
		push_drop_all(s);
	}
	if (w->timer_open)
		uv_close((uv_handle_t *)&w->timer, on_timer_closed);
}

bool
websub_closed(const struct websub *w)
{
	return !w->timer_open && w->asking == 0 && w->working == 0;
}

void
websub_free(struct websub *w)
{
	if (w == NULL)
		return;
	rk_assert(websub_closed(w));
	while (w->subs != NULL) {
		struct sub *s = w->subs;

		w->subs = s->next;
		rk_arena_free(s->arena);
		free(s);
	}
	rk_map_free(w->by_callback);
	free(w->of_slot);
	free(w);
}
