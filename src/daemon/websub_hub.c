/*
 * What passes between us and a source's hub: our requests and when they are due, its
 * questions and its no.
 */
#include "websub_int.h"

#include <ruamkhao/form.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/url.h>

#include <stdio.h>
#include <string.h>

#define MAX_ASKING 4 /* requests to hubs at a time */

/* ---- our requests */

static const char *
source_id(const struct sub *s)
{
	return s->slot == NO_SLOT ? "" : rk_cstr(s->w->e->slots[s->slot].source->id);
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

static void
form_of(const struct sub *s, struct rk_buf *b)
{
	bool leaving = s->row.state == RK_SUB_LEAVING;

	(void)rk_buf_addf(b, "hub.mode=%s&hub.topic=", leaving ? "unsubscribe" : "subscribe");
	rk_form_encode(b, s->row.topic);
	(void)rk_buf_adds(b, "&hub.callback=");
	rk_form_encode(b, s->w->e->config->site.base_url);
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
	websub_arm(w, sub_due(s)); /* whatever woke us meanwhile left it out */
	if (rk_url_parse(s->row.hub, &hub, NULL) == 0)
		pipeline_heard(w->e->pipeline, rk_str(hub.host),
		    s->slot != NO_SLOT ? w->e->slots[s->slot].source->request->proxy : rk_str(""), r);
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

		req.user_agent = source->request->user_agent;
		req.ca_file = source->request->ca_file;
		req.proxy = source->request->proxy;
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
	if (s->lapses && s->row.state != RK_SUB_LEAVING) {
		if (sub_is_open(s)) {
			s->row.next = s->row.until;
			sub_keep(s);
		} else {
			sub_lapse(s);
		}
		return 0;
	}
	if (s->asked) {
		failed(s, "the hub did not ask whether we meant it");
		return 0;
	}
	if (s->row.state == RK_SUB_LEAVING && s->row.tries >= RK_HUB_LEAVE_TRIES) {
		sub_forget(s);
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
	websub_sweep(w);
	for (struct sub *s = w->subs; s != NULL; s = s->next) {
		/* while it is being asked, its answer or fetch.timeout comes first; then the time
		 * for its confirmation runs on */
		bool under_way = s->fetch != NULL && s->row.state != RK_SUB_ACTIVE;

		if (sub_due(s) <= now && (under_way || step(s, now) > 0))
			next = now + 1;
		else if (sub_due(s) < next)
			next = sub_due(s);
	}
	if (next < INT64_MAX)
		websub_arm(w, next);
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

void
websub_arm(struct websub *w, int64_t due)
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
		sub_forget(s);
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
