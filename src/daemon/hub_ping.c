/*
 * A hub elsewhere is told which feeds changed, many in one request; it comes for them by
 * itself. What it was not told yet stands in the database.
 */
#include "hub_int.h"

#include <ruamkhao/form.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>

#include <stdlib.h>
#include <string.h>

struct item {
	TAILQ_ENTRY(item) in_list;
	enum { TOLD, WAITS, ON_ITS_WAY } state;
	bool again;    /* it changed while it was on its way */
	int64_t until; /* given up then, */
	uint64_t over_ms; /* if the clock says so for a while: monotonic, since when; 0 */
	char url[];
};

struct hub_ping {
	struct hub *hub;
	struct rk_map *items; /* by address: as many as there are feeds */
	TAILQ_HEAD(items, item) waiting, told, sent;
	size_t n_waiting;
	unsigned tries;
	int64_t next; /* wall time of the next try; 0 at once */
	bool asking;
	void (*done)(void *cookie); /* hub_ping_once */
	void *done_cookie;
};

struct hub_ping *
hub_ping_new(struct hub *h)
{
	struct hub_ping *p = rk_xcalloc(1, sizeof(*p));

	p->hub = h;
	p->items = rk_map_new();
	TAILQ_INIT(&p->waiting);
	TAILQ_INIT(&p->told);
	TAILQ_INIT(&p->sent);
	return p;
}

void
hub_ping_free(struct hub_ping *p)
{
	if (p == NULL)
		return;
	TAILQ_CONCAT(&p->told, &p->waiting, in_list);
	TAILQ_CONCAT(&p->told, &p->sent, in_list);
	while (!TAILQ_EMPTY(&p->told)) {
		struct item *it = TAILQ_FIRST(&p->told);

		TAILQ_REMOVE(&p->told, it, in_list);
		free(it);
	}
	rk_map_free(p->items);
	free(p);
}

size_t
hub_ping_waiting(const struct hub_ping *p)
{
	return p->n_waiting;
}

static void
keep(struct hub_ping *p, const struct item *it, bool gone)
{
	struct rk_hub_row row = {.topic = rk_str(it->url),
	    .callback = RK_STR(""),
	    .secret = RK_STR(""),
	    .until = it->until,
	    .next = RK_NO_TIME,
	    .failing = RK_NO_TIME,
	    .last = RK_NO_TIME,
	    .error = RK_STR("")};

	rk_storeq_hub(p->hub->e->storeq, &row, gone);
}

/* row: as it is stored already. */
void
hub_ping_add(struct hub_ping *p, struct rk_str url, const struct rk_hub_row *row)
{
	struct item *it = rk_map_get(p->items, url);

	if (it == NULL) {
		it = rk_xcalloc(1, sizeof(*it) + url.n + 1);
		memcpy(it->url, url.p, url.n);
		TAILQ_INSERT_TAIL(&p->told, it, in_list);
		(void)rk_map_put(p->items, rk_str(it->url), it);
	}
	if (it->state == ON_ITS_WAY)
		it->again = true;
	if (it->state != TOLD)
		return;
	it->state = WAITS;
	it->over_ms = 0;
	it->until = engine_now(p->hub->e) + RK_OUR_HUB_GIVE_UP_S;
	if (row != NULL && row->until < it->until)
		it->until = row->until;
	TAILQ_REMOVE(&p->told, it, in_list);
	TAILQ_INSERT_TAIL(&p->waiting, it, in_list);
	p->n_waiting++;
	if (row == NULL)
		keep(p, it, false);
	hub_arm(p->hub, 0);
}

static void
told(struct hub_ping *p, struct item *it)
{
	it->state = TOLD;
	TAILQ_INSERT_TAIL(&p->told, it, in_list);
	keep(p, it, true);
}

/* A clock that is set ahead for a while ends no trying. */
static bool
is_over(struct hub_ping *p, struct item *it)
{
	uint64_t ms = engine_ms(p->hub->e) + 1;

	if (it->until > engine_now(p->hub->e)) {
		it->over_ms = 0;
		return false;
	}
	if (it->over_ms == 0)
		it->over_ms = ms;
	return ms - it->over_ms >= (uint64_t)RK_OUR_HUB_OVER_S * 1000;
}

/* Back to those that wait, or done with. */
static void
settle(struct hub_ping *p, bool good)
{
	struct item *it;
	int64_t now = engine_now(p->hub->e);

	while ((it = TAILQ_FIRST(&p->sent)) != NULL) {
		TAILQ_REMOVE(&p->sent, it, in_list);
		if (it->again)
			it->until = now + RK_OUR_HUB_GIVE_UP_S;
		if ((good && !it->again) || is_over(p, it)) {
			told(p, it);
		} else {
			it->state = WAITS;
			TAILQ_INSERT_TAIL(&p->waiting, it, in_list);
			p->n_waiting++;
		}
		it->again = false;
	}
}

static void
tried(struct hub_ping *p, bool good, int64_t retry_after, const char *why)
{
	struct hub *h = p->hub;
	int64_t wait = RK_OUR_HUB_RETRY_S;

	p->asking = false;
	settle(p, good);
	if (good) {
		h->delivered++;
		p->tries = 0;
		p->next = 0;
	} else {
		h->failed++;
		if (p->tries++ == 0)
			rk_log(RK_WARN, "the hub was not told what changed", "hub",
			    rk_cstr(h->e->config->publish.hub), "error", why, NULL);
		for (unsigned i = 1; i < p->tries && wait < RK_OUR_HUB_MAX_RETRY_S; i++)
			wait *= 2;
		wait = wait < RK_OUR_HUB_MAX_RETRY_S ? wait : RK_OUR_HUB_MAX_RETRY_S;
		wait += (int64_t)(rk_hash64_more(engine_ms(h->e), h->e->config->publish.hub) %
				  (uint64_t)(wait / 5 + 1));
		if (rk_due_asked(retry_after) > wait)
			wait = rk_due_asked(retry_after);
		p->next = engine_now(h->e) + wait;
	}
	if (p->done != NULL && (!good || p->n_waiting == 0)) {
		void (*done)(void *) = p->done;

		p->done = NULL;
		done(p->done_cookie);
		return;
	}
	hub_wake(h);
}

static void
on_answer(void *cookie, struct rk_fetch_result *r)
{
	struct hub_ping *p = cookie;

	if (r->kind == RK_FETCH_CANCELLED || p->hub->stopping) {
		p->asking = false;
		p->done = NULL;
		return;
	}
	pipeline_reached(p->hub->e->pipeline, r);
	tried(p, r->status >= 200 && r->status < 300, r->retry_after, r->err.text);
}

void
hub_ping_more(struct hub *h, uint64_t *wait)
{
	struct hub_ping *p = h->ping;
	static const struct rk_str headers[] = {{"Accept: */*", 11}};
	struct rk_fetch_req req = {.url = h->e->config->publish.hub,
	    .headers = headers,
	    .n_headers = 1,
	    .first_part = true,
	    .max_body = RK_SKIP_ANSWER};
	struct rk_err err = {0};
	struct rk_fetch *fetch;
	struct rk_buf form;
	struct item *it;
	int64_t now = engine_now(h->e);

	if (p->asking || p->n_waiting == 0)
		return;
	if (!hub_due(p->next, now)) {
		uint64_t ms = (uint64_t)(p->next - now) * 1000;

		ms = ms < 60000 ? ms : 60000; /* the wall clock may be set */
		*wait = ms < *wait ? ms : *wait;
		return;
	}
	/* what is announced must be where the hub fetches it; `once` saw to that */
	if (p->done == NULL && bucket_busy(h->e->bucket)) {
		*wait = *wait < 1000 ? *wait : 1000;
		return;
	}
	rk_buf_init(&form, RK_MIB(1));
	(void)rk_buf_adds(&form, "hub.mode=publish");
	for (size_t i = 0; i < RK_OUR_HUB_PING_URLS && p->n_waiting > 0; i++) {
		it = TAILQ_FIRST(&p->waiting);
		TAILQ_REMOVE(&p->waiting, it, in_list);
		p->n_waiting--;
		TAILQ_INSERT_TAIL(&p->sent, it, in_list);
		it->state = ON_ITS_WAY;
		(void)rk_buf_adds(&form, "&hub.url=");
		rk_form_encode(&form, rk_str(it->url));
	}
	req.form = rk_buf_view(&form);
	p->asking = true;
	if (rk_fetch_start(h->fetcher, &req, on_answer, p, &fetch, &err) != 0)
		tried(p, false, -1, err.text);
	rk_buf_release(&form);
}

bool
hub_ping_once(struct hub *h, void (*done)(void *cookie), void *cookie)
{
	struct hub_ping *p = h->ping;

	if (p == NULL || p->n_waiting == 0)
		return false;
	if (!h->timer_open)
		hub_open(h);
	if (!h->timer_open)
		return false;
	p->next = 0;
	p->done = done;
	p->done_cookie = cookie;
	hub_wake(h);
	return true;
}
