/*
 * Who subscribes to our feeds: topics, hosts of callbacks, subscriptions; when something is
 * due; beginning and end.
 */
#include "hub_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Hosts without a subscription that are remembered for what they did not answer. */
#define MAX_STRANGERS 4096
#define SCAN_MS       60000 /* at least: the wall clock may have been set */

/* ---- topics */

static bool
is_feed(const struct rk_format *f)
{
	return strcmp(f->suffix, ".atom") == 0 || strcmp(f->suffix, ".rss") == 0 ||
	       strcmp(f->suffix, ".json") == 0;
}

/* The operator's feed is no node's, and announces the hub as they do. */
static bool
is_topic(struct rk_str stem)
{
	return rk_str_is(stem, "operator") || rk_node_scheme(stem, NULL) != RK_SCHEME_UNKNOWN;
}

/* The published format that the file's name tells; NULL: it is no feed of ours. */
static const struct rk_format *
format_of(const struct engine *e, struct rk_str name)
{
	for (size_t i = 0; i < e->config->publish.n_formats; i++) {
		const struct rk_format *f = rk_format_find(e->config->publish.formats[i]);

		if (is_feed(f) && rk_str_ends(name, f->suffix) &&
		    is_topic(rk_strn(name.p, name.n - strlen(f->suffix))))
			return f;
	}
	return NULL;
}

static struct hub_topic *
topic_of(struct hub *h, struct rk_str url, bool there)
{
	struct rk_str base = h->e->config->site.base_url, name;
	struct hub_topic *t = rk_map_get(h->topics, url);
	const struct rk_format *format;
	struct rk_str path;
	struct rk_arena *arena;

	if (t != NULL)
		return t;
	if (url.n <= base.n || memcmp(url.p, base.p, base.n) != 0)
		return NULL;
	name = rk_str_from(url, base.n);
	if ((format = format_of(h->e, name)) == NULL)
		return NULL;
	arena = rk_arena_new(0);
	path = rk_arena_fmt(arena, "%s/%.*s", rk_cstr(h->e->config->publish.directory),
	    RK_FMT(name));
	there = !there || access(path.p, R_OK) == 0;
	rk_arena_free(arena);
	if (!there)
		return NULL;
	t = rk_xcalloc(1, sizeof(*t));
	t->url = rk_xcalloc(url.n + 1, 1);
	memcpy(t->url, url.p, url.n);
	t->name = t->url + base.n;
	t->format = format;
	LIST_INIT(&t->subs);
	t->next = h->all_topics;
	h->all_topics = t;
	(void)rk_map_put(h->topics, rk_str(t->url), t);
	return t;
}

struct hub_topic *
hub_topic_of(struct hub *h, struct rk_str url)
{
	return topic_of(h, url, true);
}

/* ---- hosts */

struct hub_host *
hub_host_of(struct hub *h, struct rk_str name)
{
	uint64_t hash = rk_hash64_more(h->seed, name);
	struct hub_host *host;

	LIST_FOREACH(host, &h->hosts[hash % HUB_BUCKETS], in_bucket)
		if (host->hash == hash && rk_str_is(name, host->name))
			return host;
	if (name.n >= sizeof(host->name) || h->n_hosts >= RK_OUR_HUB_SUBS + MAX_STRANGERS)
		return NULL;
	host = rk_xcalloc(1, sizeof(*host));
	host->hash = hash;
	memcpy(host->name, name.p, name.n);
	TAILQ_INIT(&host->ready);
	TAILQ_INIT(&host->again);
	LIST_INSERT_HEAD(&h->hosts[hash % HUB_BUCKETS], host, in_bucket);
	h->n_hosts++;
	return host;
}

/* Those that nothing is to be remembered of. */
static void
sweep_hosts(struct hub *h)
{
	struct hub_host *host, *next;

	for (size_t i = 0; i < HUB_BUCKETS; i++) {
		for (host = LIST_FIRST(&h->hosts[i]); host != NULL; host = next) {
			next = LIST_NEXT(host, in_bucket);
			if (host->subs > 0 || host->asks > 0 || host->hold_until > engine_ms(h->e))
				continue;
			LIST_REMOVE(host, in_bucket);
			free(host);
			h->n_hosts--;
		}
	}
}

/* ---- subscriptions */

static uint64_t
pair_hash(const struct hub *h, struct rk_str topic, struct rk_str callback)
{
	return rk_hash64_more(rk_hash64_more(h->seed, topic), callback);
}

struct hub_sub *
hub_find(struct hub *h, struct rk_str topic, struct rk_str callback)
{
	struct hub_sub *s;

	LIST_FOREACH(s, &h->subs[pair_hash(h, topic, callback) % HUB_BUCKETS], in_bucket)
		if (rk_str_eq(s->row.callback, callback) && rk_str_eq(s->row.topic, topic))
			return s;
	return NULL;
}

void
hub_error(struct hub_sub *s, const char *text)
{
	(void)snprintf(s->error, sizeof(s->error), "%s", text);
	s->row.error = rk_str(s->error);
}

void
hub_secret(struct hub_sub *s, struct rk_str secret)
{
	free(s->secret);
	s->secret = rk_xcalloc(secret.n + 1, 1);
	if (secret.n > 0)
		memcpy(s->secret, secret.p, secret.n);
	s->row.secret = rk_strn(s->secret, secret.n);
}

struct hub_sub *
hub_add(struct hub *h, struct hub_topic *topic, struct hub_host *host,
    const struct rk_hub_row *row)
{
	struct hub_sub *s = rk_xcalloc(1, sizeof(*s));

	s->hub = h;
	s->topic = topic;
	s->host = host;
	s->arena = rk_arena_new(512);
	s->row = *row;
	s->row.topic = rk_str(topic->url);
	s->row.callback = rk_arena_str(s->arena, row->callback);
	hub_secret(s, row->secret);
	hub_error(s, rk_cstr(row->error));
	host->subs++;
	h->n_subs++;
	LIST_INSERT_HEAD(&topic->subs, s, in_topic);
	LIST_INSERT_HEAD(
	    &h->subs[pair_hash(h, s->row.topic, s->row.callback) % HUB_BUCKETS], s, in_bucket);
	hub_scan_at(h, row->until);
	return s;
}

void
hub_keep(struct hub_sub *s)
{
	rk_storeq_hub(s->hub->e->storeq, &s->row, false);
}

void
hub_free_sub(struct hub_sub *s)
{
	s->host->subs--;
	rk_arena_free(s->arena);
	free(s->secret);
	free(s);
}

static void
unlink_sub(struct hub_sub *s)
{
	hub_unready(s);
	LIST_REMOVE(s, in_topic);
	LIST_REMOVE(s, in_bucket);
	s->hub->n_subs--;
}

void
hub_drop(struct hub_sub *s)
{
	rk_storeq_hub(s->hub->e->storeq, &s->row, true);
	unlink_sub(s);
	if (s->stage == SUB_SENDING)
		s->gone = true;
	else
		hub_free_sub(s);
}

/* ---- time */

void
hub_arm(struct hub *h, uint64_t ms)
{
	uint64_t at = engine_ms(h->e) + ms;

	if (!h->timer_open || h->stopping || at >= h->earliest)
		return;
	h->earliest = at;
	(void)uv_timer_start(&h->timer, hub_on_timer, ms, 0);
}

void
hub_scan_at(struct hub *h, int64_t t)
{
	int64_t wait = t - engine_now(h->e);
	uint64_t ms = wait <= 0 ? 0 : wait >= SCAN_MS / 1000 ? SCAN_MS : (uint64_t)wait * 1000;

	if (engine_ms(h->e) + ms >= h->scan_at)
		return;
	h->scan_at = engine_ms(h->e) + ms;
	hub_arm(h, ms);
}

/* Nothing is sent to it any more, but it is dropped only when the clock has said so for a
 * while: one that was set wrong (a start without a battery, before NTP) ends no lease. */
static bool
lease_over(struct hub_sub *s, int64_t now)
{
	struct hub *h = s->hub;

	if (s->row.until > now) {
		s->over_ms = 0;
		return false;
	}
	hub_unready(s);
	if (s->over_ms == 0)
		s->over_ms = engine_ms(h->e) + 1;
	if (engine_ms(h->e) >= s->over_ms + (uint64_t)RK_OUR_HUB_OVER_S * 1000)
		hub_drop(s);
	else
		hub_scan_at(h, now + SCAN_MS / 1000);
	return true;
}

/* Leases end, times to try again come. */
static void
scan(struct hub *h)
{
	int64_t now = engine_now(h->e);
	struct hub_sub *s, *next;

	h->scan_at = UINT64_MAX;
	sweep_hosts(h);
	for (size_t i = 0; i < HUB_BUCKETS; i++) {
		for (s = LIST_FIRST(&h->subs[i]); s != NULL; s = next) {
			next = LIST_NEXT(s, in_bucket);
			if (lease_over(s, now))
				continue;
			hub_scan_at(h, s->row.until);
			hub_owe(s);
		}
	}
	for (struct hub_topic *t = h->all_topics; t != NULL; t = t->next)
		if (t->unread)
			hub_look(h, t);
	if (h->n_hosts > 0)
		hub_scan_at(h, now + SCAN_MS / 1000);
}

void
hub_wake(struct hub *h)
{
	uint64_t wait = UINT64_MAX;

	if (!h->timer_open || h->stopping)
		return;
	h->earliest = UINT64_MAX;
	if (h->scan_at <= engine_ms(h->e))
		scan(h);
	hub_ask_more(h, &wait);
	hub_send_more(h, &wait);
	if (h->ping != NULL)
		hub_ping_more(h, &wait);
	if (wait != UINT64_MAX)
		hub_arm(h, wait);
	if (h->scan_at != UINT64_MAX)
		hub_arm(h, h->scan_at > engine_ms(h->e) ? h->scan_at - engine_ms(h->e) : 0);
}

void
hub_on_timer(uv_timer_t *timer)
{
	hub_wake(timer->data);
}

int64_t
hub_next_ms(const struct hub *h)
{
	if (!h->timer_open || h->stopping || h->earliest == UINT64_MAX)
		return INT64_MAX;
	return (int64_t)h->earliest;
}

bool
hub_busy(const struct hub *h)
{
	return h->look != NULL || (h->fetcher != NULL && rk_fetcher_active(h->fetcher) > 0);
}

/* ---- what was published */

void
hub_published(struct hub *h, struct rk_str node)
{
	const struct rk_config *c = h->e->config;
	struct rk_arena *arena;

	if (h->kind == HUB_OFF || (h->kind == HUB_BUILTIN && h->n_subs == 0))
		return;
	arena = rk_arena_new(0);
	for (size_t i = 0; i < c->publish.n_formats; i++) {
		const struct rk_format *f = rk_format_find(c->publish.formats[i]);
		struct rk_str url;
		struct hub_topic *t;

		if (!is_feed(f))
			continue;
		url = rk_arena_fmt(arena, "%s%.*s%s", rk_cstr(c->site.base_url), RK_FMT(node),
		    f->suffix);
		if (h->ping != NULL) {
			hub_ping_add(h->ping, url, NULL);
		} else if ((t = rk_map_get(h->topics, url)) != NULL) {
			hub_not_fresh(t);
			hub_look(h, t);
		}
	}
	rk_arena_free(arena);
}

/* ---- life */

struct hub *
hub_new(struct engine *e)
{
	struct hub *h = rk_xcalloc(1, sizeof(*h));

	h->e = e;
	if (rk_str_is(e->config->publish.hub, "builtin"))
		h->kind = e->config->serve.listen.n > 0 ? HUB_BUILTIN : HUB_OFF;
	else
		h->kind = rk_str_is(e->config->publish.hub, "none") ? HUB_OFF : HUB_ELSEWHERE;
	h->topics = rk_map_new();
	h->seed = (uint64_t)(uintptr_t)h;
	h->earliest = h->scan_at = UINT64_MAX;
	TAILQ_INIT(&h->asks);
	TAILQ_INIT(&h->ring);
	h->stale_end = &h->stale;
	if (h->kind == HUB_ELSEWHERE)
		h->ping = hub_ping_new(h);
	return h;
}

static int
on_row(void *cookie, const struct rk_hub_row *row)
{
	struct hub *h = cookie;
	struct hub_topic *topic;
	struct hub_host *host;
	struct rk_url url;

	if (h->ping != NULL) {
		if (row->callback.n == 0)
			hub_ping_add(h->ping, row->topic, row);
		return 0;
	}
	/* of an address that is not published now: it may be again */
	if (row->callback.n == 0 || (topic = topic_of(h, row->topic, false)) == NULL ||
	    rk_url_parse(row->callback, &url, NULL) != 0 ||
	    (host = hub_host_of(h, rk_str(url.host))) == NULL)
		return 0;
	(void)hub_add(h, topic, host, row);
	return 0;
}

int
hub_load(struct hub *h, struct rk_store *store, struct rk_err *err)
{
	if (h->kind == HUB_OFF)
		return 0;
	return rk_store_hub_all(store, engine_now(h->e), on_row, h, err);
}

int
hub_fetcher(struct hub *h)
{
	struct rk_fetcher_opts opts;
	struct rk_err err = {0};

	engine_fetcher_opts(h->e, &opts);
	opts.per_host = RK_OUR_HUB_PER_HOST;
	opts.host_gap_ms = RK_OUR_HUB_GAP_MS;
	opts.connections = RK_OUR_HUB_SENDING / 2; /* so many times four are kept open */
	opts.timeout_s = RK_OUR_HUB_TIMEOUT_S;
	opts.stall_s = opts.connect_s = RK_OUR_HUB_STALL_S;
	if (rk_fetcher_new(h->e->loop, &opts, &h->fetcher, &err) == 0)
		return 0;
	rk_log(RK_ERROR, "no hub", "error", err.text, NULL);
	return -1;
}

void
hub_open(struct hub *h)
{
	if (h->kind == HUB_OFF || hub_fetcher(h) != 0)
		return;
	(void)uv_timer_init(h->e->loop, &h->timer);
	h->timer.data = h;
	h->timer_open = true;
	/* what changed since they were given something last, also before a crash */
	for (struct hub_topic *t = h->all_topics; t != NULL; t = t->next)
		hub_look(h, t);
	h->scan_at = engine_ms(h->e);
	hub_arm(h, 0);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	struct hub *h = handle->data;

	h->timer_open = false;
}

static void
on_fetcher_closed(void *cookie)
{
	struct hub *h = cookie;

	h->fetcher_closing = false;
}

void
hub_close(struct hub *h)
{
	if (h->stopping)
		return;
	h->stopping = true;
	hub_ask_stop(h);
	if (h->timer_open)
		uv_close((uv_handle_t *)&h->timer, on_timer_closed);
	if (h->fetcher != NULL) {
		h->fetcher_closing = true;
		rk_fetcher_close(h->fetcher, on_fetcher_closed, h);
		h->fetcher = NULL;
	}
}

bool
hub_closed(const struct hub *h)
{
	return !h->timer_open && !h->fetcher_closing && h->look == NULL;
}

static void
free_topics(struct hub *h)
{
	while (h->all_topics != NULL) {
		struct hub_topic *t = h->all_topics;
		struct hub_sub *s;

		h->all_topics = t->next;
		while ((s = LIST_FIRST(&t->subs)) != NULL) {
			unlink_sub(s);
			hub_free_sub(s);
		}
		free(t->url);
		free(t);
	}
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	rk_assert(hub_closed(h));
	hub_ask_stop(h);
	free_topics(h);
	for (size_t i = 0; i < HUB_BUCKETS; i++) {
		struct hub_host *host;

		while ((host = LIST_FIRST(&h->hosts[i])) != NULL) {
			LIST_REMOVE(host, in_bucket);
			free(host);
		}
	}
	hub_ping_free(h->ping);
	rk_map_free(h->topics);
	free(h);
}

void
hub_metrics(const struct hub *h, struct rk_buf *b)
{
	if (h == NULL || h->kind == HUB_OFF)
		return;
	if (h->ping != NULL)
		(void)rk_buf_addf(b,
		    "# TYPE ruamkhao_hub_pings_waiting gauge\nruamkhao_hub_pings_waiting %zu\n",
		    hub_ping_waiting(h->ping));
	else
		(void)rk_buf_addf(b,
		    "# TYPE ruamkhao_hub_subscriptions gauge\nruamkhao_hub_subscriptions %zu\n"
		    "# TYPE ruamkhao_hub_questions_total counter\n"
		    "ruamkhao_hub_questions_total{result=\"confirmed\"} %llu\n"
		    "ruamkhao_hub_questions_total{result=\"refused\"} %llu\n",
		    h->n_subs, (unsigned long long)h->verified, (unsigned long long)h->refused);
	(void)rk_buf_addf(b,
	    "# TYPE ruamkhao_hub_deliveries_total counter\n"
	    "ruamkhao_hub_deliveries_total{result=\"ok\"} %llu\n"
	    "ruamkhao_hub_deliveries_total{result=\"failed\"} %llu\n",
	    (unsigned long long)h->delivered, (unsigned long long)h->failed);
}
