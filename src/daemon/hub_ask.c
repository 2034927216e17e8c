/*
 * Requests to the hub, and the questions whether they were meant (WebSub 5.3). A stranger
 * may name any callback, so a host that does not answer as a subscriber does is left alone
 * after a few questions, and nothing of what it answered is told to anybody.
 */
#include "hub_int.h"

#include <ruamkhao/form.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/sign.h>
#include <ruamkhao/url.h>

#include <stdlib.h>

#define MAX_ASKING 8 /* questions under way */

static void
ask_free(struct hub_ask *a)
{
	a->host->asks--;
	if (a->renewal)
		a->hub->n_renewals--;
	else
		a->hub->n_asks--;
	TAILQ_REMOVE(&a->hub->asks, a, in_asks);
	rk_arena_free(a->arena);
	free(a);
}

/* ---- answers */

static void
confirmed(struct hub_ask *a)
{
	struct hub *h = a->hub;
	struct hub_sub *s = hub_find(h, a->form.topic, a->form.callback);
	struct hub_topic *t;
	struct rk_hub_row row = {.callback = a->form.callback,
	    .secret = a->form.secret,
	    .until = engine_now(h->e) + a->form.lease,
	    .next = RK_NO_TIME,
	    .failing = RK_NO_TIME,
	    .last = RK_NO_TIME,
	    .error = RK_STR("")};

	if (a->form.mode == HUB_UNSUBSCRIBE) {
		if (s != NULL)
			hub_drop(s);
		return;
	}
	if (s != NULL) { /* what it is owed it is still */
		hub_unready(s);
		hub_secret(s, a->form.secret);
		s->row.until = row.until;
		s->row.next = s->row.failing = RK_NO_TIME;
		s->row.tries = 0;
		hub_error(s, "");
		hub_keep(s);
		hub_owe(s);
		return;
	}
	if (h->n_subs >= RK_OUR_HUB_SUBS || a->host->subs >= RK_OUR_HUB_HOST_SUBS ||
	    (t = hub_topic_of(h, a->form.topic)) == NULL)
		return;
	/* what there is it can have by itself; a pool thread sees what that is, and a crash
	 * before that costs one delivery */
	s = hub_add(h, t, a->host, &row);
	s->fresh = true;
	hub_keep(s);
	hub_look(h, t);
}

static void
answered(struct hub_ask *a, bool good, const char *why)
{
	struct hub *h = a->hub;
	struct hub_host *host = a->host;
	const char *text = a->denied                        ? "denied"
			   : a->form.mode == HUB_SUBSCRIBE ? "subscribed"
							   : "unsubscribed";

	if (good && !a->denied) {
		host->strikes = 0;
		host->hold_until = 0;
		h->verified++;
		if (!a->overtaken)
			confirmed(a);
	} else { /* any server answers a no: that shows no subscriber */
		h->refused += !good;
		host->strikes++;
		host->hold_until = engine_ms(h->e) + (uint64_t)RK_OUR_HUB_HOLD_S * 1000;
		if (!good)
			text = "not confirmed";
	}
	rk_log(RK_DEBUG, "hub", "what", text, "topic", rk_cstr(a->form.topic), "host",
	    host->name, "why", why, NULL);
	ask_free(a);
	hub_arm(h, 0);
}

static void
on_answer(void *cookie, struct rk_fetch_result *r)
{
	struct hub_ask *a = cookie;
	struct hub *h = a->hub;
	bool good = r->status >= 200 && r->status < 300 &&
		    (r->kind == RK_FETCH_OK || r->kind == RK_FETCH_HTTP);

	a->fetch = NULL;
	h->asking--;
	if (r->kind == RK_FETCH_CANCELLED || h->stopping) {
		ask_free(a);
		return;
	}
	pipeline_reached(h->e->pipeline, r);
	if (!a->denied)
		good = good && rk_str_is(rk_buf_view(&r->body), a->challenge);
	answered(a, good,
	    good                            ? ""
	    : r->err.kind != RK_E_NONE ? r->err.text
				       : "the answer is not the challenge");
}

/* ---- questions */

static void
ask(struct hub_ask *a)
{
	static const struct rk_str headers[] = {{"Accept: */*", 11}};
	struct hub *h = a->hub;
	struct rk_fetch_req req = {.headers = headers,
	    .n_headers = 1,
	    .max_body = sizeof(a->challenge),
	    .first_part = true,
	    .any_2xx = true,
	    .one_hop = true};
	struct rk_err err = {0};
	struct rk_buf url;

	rk_buf_init(&url, RK_MAX_URL);
	(void)rk_buf_str(&url, a->form.callback);
	(void)rk_buf_addf(&url, "%chub.mode=%s&hub.topic=",
	    rk_str_chr(a->form.callback, '?') == SIZE_MAX ? '?' : '&',
	    a->denied                        ? "denied"
	    : a->form.mode == HUB_SUBSCRIBE ? "subscribe"
					    : "unsubscribe");
	rk_form_encode(&url, a->form.topic);
	if (a->denied)
		(void)rk_buf_adds(&url, "&hub.reason=not+a+feed+of+this+site");
	else
		(void)rk_buf_addf(&url, "&hub.challenge=%s", a->challenge);
	if (!a->denied && a->form.mode == HUB_SUBSCRIBE)
		(void)rk_buf_addf(
		    &url, "&hub.lease_seconds=%lld", (long long)a->form.lease);
	req.url = rk_buf_view(&url);
	h->asking++;
	if (url.full ||
	    rk_fetch_start(h->fetcher, &req, on_answer, a, &a->fetch, &err) != 0) {
		h->asking--;
		answered(a, false, "the address is none");
	}
	rk_buf_release(&url);
}

void
hub_ask_more(struct hub *h, uint64_t *wait)
{
	struct hub_ask *a, *next;

	for (a = TAILQ_FIRST(&h->asks); a != NULL && h->asking < MAX_ASKING; a = next) {
		uint64_t ms;

		next = TAILQ_NEXT(a, in_asks);
		if (a->fetch != NULL)
			continue;
		ms = rk_fetch_host_wait(h->fetcher, a->form.callback);
		if (ms == 0)
			ask(a);
		else if (ms < *wait)
			*wait = ms;
	}
}

void
hub_ask_stop(struct hub *h)
{
	struct hub_ask *a, *next;

	for (a = TAILQ_FIRST(&h->asks); a != NULL; a = next) {
		next = TAILQ_NEXT(a, in_asks);
		if (a->fetch == NULL)
			ask_free(a);
	}
}

/* ---- requests */

static void
refuse(struct rk_hub_reply *reply, unsigned status, const char *text)
{
	reply->status = status;
	reply->text = rk_str(text);
}

/* The last word about a subscription is the one that counts. */
static void
overtake(struct hub *h, const struct hub_form *form)
{
	struct hub_ask *a, *next;

	for (a = TAILQ_FIRST(&h->asks); a != NULL; a = next) {
		next = TAILQ_NEXT(a, in_asks);
		if (!rk_str_eq(a->form.callback, form->callback) ||
		    !rk_str_eq(a->form.topic, form->topic))
			continue;
		a->overtaken = true;
		if (a->fetch == NULL)
			ask_free(a);
	}
}

/* It is left alone for questions that it did not answer. Not by its subscribers, who may be
 * back: one of them at a time may be asked. */
static bool
is_held(const struct hub *h, const struct hub_host *host)
{
	return host->strikes >= RK_OUR_HUB_STRIKES && host->hold_until > engine_ms(h->e);
}

/* NULL: it was refused. renewal: of a subscription that there is. */
static struct hub_host *
admit(struct hub *h, const struct hub_form *form, bool renewal, struct rk_hub_reply *reply)
{
	struct rk_url url;
	struct hub_host *host;

	/* a user's name in it too: it would be sent about */
	if (rk_url_parse(form->callback, &url, NULL) != 0) {
		refuse(reply, 400, "hub.callback must be an http or https address");
		return NULL;
	}
	if (!engine_port_allowed(h->e, RK_STR(""), form->callback)) {
		refuse(reply, 400, "hub.callback must be at port 80 or 443");
		return NULL;
	}
	if ((host = hub_host_of(h, rk_str(url.host))) == NULL ||
	    (renewal ? h->n_renewals >= RK_OUR_HUB_RENEWALS : h->n_asks >= RK_OUR_HUB_ASKS)) {
		refuse(reply, 503, "too many requests wait, try again later");
		return NULL;
	}
	if (host->asks >= RK_OUR_HUB_HOST_ASKS || (is_held(h, host) && !(renewal && host->asks == 0)) ||
	    (form->mode == HUB_SUBSCRIBE && !renewal && host->subs >= RK_OUR_HUB_HOST_SUBS)) {
		refuse(reply, 429, "too many for the host of the callback, try again later");
		return NULL;
	}
	if (form->mode == HUB_SUBSCRIBE && !renewal && h->n_subs >= RK_OUR_HUB_SUBS) {
		refuse(reply, 503, "this hub is full");
		return NULL;
	}
	return host;
}

void
hub_called(struct hub *h, const struct rk_hub_call *call, struct rk_hub_reply *reply)
{
	struct rk_arena *arena;
	struct hub_form form;
	struct hub_host *host;
	struct hub_ask *a;
	const char *why;
	bool renewal;

	if (h->kind != HUB_BUILTIN)
		return;
	if (!h->timer_open || h->stopping) {
		refuse(reply, 503, "not now");
		return;
	}
	arena = rk_arena_new(0);
	if ((why = hub_form_read(call->content_type, call->body, arena, &form)) != NULL) {
		refuse(reply, 400, why);
		goto out;
	}
	renewal = hub_find(h, form.topic, form.callback) != NULL;
	if ((host = admit(h, &form, renewal, reply)) == NULL)
		goto out;
	host->asks++; /* it lives on */
	overtake(h, &form);
	a = rk_xcalloc(1, sizeof(*a));
	a->hub = h;
	a->host = host;
	a->arena = arena;
	a->form = form;
	a->denied = hub_topic_of(h, form.topic) == NULL;
	rk_random_hex(a->challenge, (sizeof(a->challenge) - 1) / 2);
	a->renewal = renewal;
	if (renewal) { /* strangers do not keep it waiting */
		TAILQ_INSERT_HEAD(&h->asks, a, in_asks);
		h->n_renewals++;
	} else {
		TAILQ_INSERT_TAIL(&h->asks, a, in_asks);
		h->n_asks++;
	}
	arena = NULL;
	reply->status = 202;
	hub_scan_at(h, engine_now(h->e) + 60); /* so that its host is forgotten */
	hub_arm(h, 0);
out:
	rk_arena_free(arena);
}

bool
hub_takes(const struct hub *h)
{
	return h->kind == HUB_BUILTIN && h->timer_open && !h->stopping;
}
