/*
 * The life of transfers in libcurl's multi handle: begun, led from hop to hop,
 * reported, cancelled, and the end of all. What must not be reported at once waits for
 * a timer of zero (ARCHITECTURE 3.8).
 */
#include <ruamkhao/fetch.h>

#include "fetch_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>

#include <stdlib.h>
#include <string.h>

static struct rk_str
host_of(const struct rk_fetch *t)
{
	return rk_str(t->to.host);
}

static uint64_t
mono(const struct rk_fetcher *f)
{
	return f->clock->mono_ms(f->clock->self);
}

/* ---- transfers begin and end */

static void
enter(struct rk_fetch *t)
{
	struct rk_hosts *hosts = t->fetcher->hosts;

	t->host = rk_hosts_enter(hosts, host_of(t), mono(t->fetcher));
	t->server = t->proxied ? NULL
			       : rk_hosts_enter_server(hosts, host_of(t), mono(t->fetcher));
}

static void
leave(struct rk_fetcher *f, struct rk_host *host, struct rk_host *server)
{
	bool host_freed = rk_hosts_leave(f->hosts, host);
	bool server_freed = server != NULL && rk_hosts_leave(f->hosts, server);

	if (f->freed != NULL && (host_freed || server_freed))
		f->freed(f->freed_cookie, host_freed ? rk_host_name(host) : rk_str(""),
		    server_freed ? rk_host_server(server) : 0);
}

/* Behind a proxy the address is the proxy's. */
static void
learn_address(struct rk_fetch *t)
{
	if (!t->proxied && t->result.address[0] != '\0')
		t->result.address_new = rk_hosts_learn(
		    t->fetcher->hosts, host_of(t), rk_str(t->result.address));
}

static void on_later(uv_timer_t *);

static void
report_later(struct rk_fetch *t)
{
	struct rk_fetcher *f = t->fetcher;

	TAILQ_INSERT_TAIL(&f->later, t, in_later);
	uv_timer_start(&f->later_timer, on_later, 0, 0);
}

static void
report(struct rk_fetch *t)
{
	struct rk_fetcher *f = t->fetcher;
	struct rk_fetch_result *r = &t->result;

	TAILQ_REMOVE(&f->active, t, in_active);
	f->n_active--;
	leave(f, t->host, t->server);
	t->stage = RK_STAGE_REPORTING;
	r->effective_url = t->at;
	r->retry_after = t->retry_after;
	r->wire_bytes = t->header_bytes + t->body_bytes;
	r->elapsed_ms = (uv_hrtime() - t->began_ns) / 1000000;
	if (r->kind != RK_FETCH_OK &&
	    !(r->kind == RK_FETCH_HTTP && (t->keep_error || t->any_2xx)))
		rk_buf_release(&r->body);
	t->done(t->cookie, r);
	rk_transfer_idle(t);
	if (f->n_pool < f->connections && !f->closing) {
		TAILQ_INSERT_HEAD(&f->pool, t, in_active);
		f->n_pool++;
	} else {
		rk_transfer_free(t);
	}
}

/* Put the hop t->at under way, or note why not. */
static void
begin(struct rk_fetch *t)
{
	struct rk_fetcher *f = t->fetcher;

	if (rk_transfer_hop(t) != 0) {
		t->stage = RK_STAGE_ENDED;
		report_later(t);
		return;
	}
	t->stage = RK_STAGE_RUNNING;
	rk_multi_ok(curl_multi_add_handle(f->multi, t->easy));
}

/* The hop is over; its handle is out of the multi. */
static void
hop_ended(struct rk_fetch *t, CURLcode code)
{
	struct rk_fetcher *f = t->fetcher;
	struct rk_err err;
	struct rk_host *before = t->host, *server = t->server;
	struct rk_str from = t->at;
	int64_t wait;

	rk_transfer_count(t);
	learn_address(t);
	if (t->cancelled) {
		TAILQ_REMOVE(&f->later, t, in_later);
		rk_outcome_cancelled(t);
		report(t);
		return;
	}
	if (rk_transfer_died(t, code)) {
		begin(t);
		return;
	}
	if (t->answer.complete && !t->document) {
		wait =
		    rk_answer_retry_after(&t->answer, f->clock->wall(f->clock->self));
		t->retry_after = wait > t->retry_after ? wait : t->retry_after;
	}
	/* As insistent readers do. */
	if (!rk_keeps(RK_M_NO_RETRY) && t->tries > 0 && t->tries < 8 &&
	    (t->answer.status == 0 || t->answer.status >= 400)) {
		begin(t);
		return;
	}
	if (!rk_redirect_wanted(t)) {
		rk_outcome(t, code);
		report(t);
		return;
	}
	rk_err_clear(&err);
	if (rk_redirect_next(t, &err) != 0) {
		rk_outcome_refused(t, &err);
		report(t);
		return;
	}
	if (t->one_hop) {
		rk_outcome_stayed(t, from);
		report(t);
		return;
	}
	enter(t);
	leave(f, before, server);
	begin(t);
}

void
rk_fetcher_drain(struct rk_fetcher *f)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(f->multi, &left)) != NULL) {
		CURL *easy = m->easy_handle;
		CURLcode code = m->data.result;
		struct rk_fetch *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
		rk_assert(t != NULL && t->stage == RK_STAGE_RUNNING);
		rk_multi_ok(
		    curl_multi_remove_handle(f->multi, easy)); /* m is gone now */
		hop_ended(t, code);
	}
}

static void
end_now(struct rk_fetch *t)
{
	struct rk_fetcher *f = t->fetcher;

	TAILQ_REMOVE(&f->later, t, in_later);
	if (t->stage == RK_STAGE_RUNNING) {
		rk_multi_ok(curl_multi_remove_handle(f->multi, t->easy));
		rk_transfer_count(t);
	}
	if (t->cancelled)
		rk_outcome_cancelled(t);
	report(t);
}

/* ---- the end of all */

void
rk_fetcher_maybe_gone(struct rk_fetcher *f)
{
	rk_fetcher_closed_fn *closed = f->closed;
	void *cookie = f->closed_cookie;

	if (!f->cleaned || f->handles > 0)
		return;
	rk_hosts_free(f->hosts);
	rk_trust_free(f->trust);
	free(f->allow_ports);
	free(f->allow_addresses);
	free(f->kept);
	free(f->agent_line);
	free(f);
	if (closed != NULL)
		closed(cookie);
}

static void
handle_closed(uv_handle_t *h)
{
	struct rk_fetcher *f = h->data;

	f->handles--;
	rk_fetcher_maybe_gone(f);
}

static void
take_down(struct rk_fetcher *f)
{
	struct rk_fetch *t;

	rk_assert(f->n_active == 0);
	while ((t = TAILQ_FIRST(&f->pool)) != NULL) {
		TAILQ_REMOVE(&f->pool, t, in_active);
		rk_transfer_free(t);
	}
	/* It may still ask for its sockets to be let go, or watched. */
	f->cleaned = true;
	curl_multi_cleanup(f->multi);
	uv_close((uv_handle_t *)&f->timer, handle_closed);
	uv_close((uv_handle_t *)&f->later_timer, handle_closed);
	uv_close((uv_handle_t *)&f->after, handle_closed);
}

static void
on_later(uv_timer_t *timer)
{
	struct rk_fetcher *f = timer->data;
	struct rk_fetch *t, *last;

	/* Those that are listed now: what their callbacks start waits for its turn. */
	last = TAILQ_LAST(&f->later, rk_fetch_list);
	while ((t = TAILQ_FIRST(&f->later)) != NULL) {
		end_now(t);
		if (t == last)
			break;
	}
	if (!f->closing) {
		if (!TAILQ_EMPTY(&f->later))
			uv_timer_start(&f->later_timer, on_later, 0, 0);
		return;
	}
	if (f->n_active > 0)
		uv_timer_start(&f->later_timer, on_later, 0, 0);
	else
		take_down(f);
}

void
rk_fetcher_close(struct rk_fetcher *f, rk_fetcher_closed_fn *closed, void *cookie)
{
	struct rk_fetch *t;

	rk_assert(!f->closing);
	f->closing = true;
	f->closed = closed;
	f->closed_cookie = cookie;
	TAILQ_FOREACH(t, &f->active, in_active)
	rk_fetch_cancel(t);
	uv_timer_start(&f->later_timer, on_later, 0, 0);
}

/* ---- what the header promises */

int
rk_fetcher_new(struct uv_loop_s *loop, const struct rk_fetcher_opts *opts,
    struct rk_fetcher **out, struct rk_err *err)
{
	struct rk_fetcher *f;
	static const char agent_name[] = "User-Agent: ";
	struct rk_str agent;

	rk_assert(opts->clock != NULL && opts->timeout_s > 0);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return rk_err_set(err, RK_E_SYS, "libcurl cannot be used");
	f = rk_xcalloc(1, sizeof(*f));
	f->loop = loop;
	f->multi = curl_multi_init();
	if (f->multi == NULL)
		rk_oom(sizeof(*f));
	TAILQ_INIT(&f->active);
	TAILQ_INIT(&f->later);
	TAILQ_INIT(&f->pool);
	f->clock = opts->clock;
	f->connections = opts->connections > 0 ? opts->connections : 1;
	f->timeout_ms = opts->timeout_s * 1000;
	f->stall_s = opts->stall_s > 0 ? opts->stall_s : RK_STALL_S;
	f->connect_s = opts->connect_s > 0 ? opts->connect_s : RK_CONNECT_S;
	f->hosts = rk_hosts_new(opts->per_host, opts->host_gap_ms);
	f->trust = rk_trust_new();
	f->n_allow_ports = opts->n_allow_ports;
	f->allow_ports = rk_xcalloc(opts->n_allow_ports + 1, sizeof(*f->allow_ports));
	if (opts->n_allow_ports > 0)
		memcpy(f->allow_ports, opts->allow_ports,
		    opts->n_allow_ports * sizeof(*f->allow_ports));
	f->n_allow_addresses = opts->n_allow_addresses;
	f->allow_addresses =
	    rk_xcalloc(opts->n_allow_addresses + 1, sizeof(*f->allow_addresses));
	if (opts->n_allow_addresses > 0)
		memcpy(f->allow_addresses, opts->allow_addresses,
		    opts->n_allow_addresses * sizeof(*f->allow_addresses));
	agent = opts->user_agent.n > 0 ? opts->user_agent : rk_str("ruamkhao/" RK_VERSION);
	f->agent_line = rk_xcalloc(sizeof(agent_name) + agent.n, 1);
	memcpy(f->agent_line, agent_name, sizeof(agent_name));
	memcpy(f->agent_line + sizeof(agent_name) - 1, agent.p, agent.n);
	uv_timer_init(loop, &f->timer);
	uv_timer_init(loop, &f->later_timer);
	f->timer.data = f->later_timer.data = f;
	f->handles = 2;
	rk_watch_install(f);
	curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)f->connections * RK_KEPT_CONNECTIONS);
	*out = f;
	return 0;
}

int
rk_fetch_start(struct rk_fetcher *f, const struct rk_fetch_req *req,
    rk_fetch_done_fn *done, void *cookie, struct rk_fetch **out, struct rk_err *err)
{
	struct rk_fetch *t;

	if (f->closing)
		return rk_err_set(err, RK_E_INPUT, "nothing is fetched any more");
	if ((t = TAILQ_FIRST(&f->pool)) != NULL) {
		TAILQ_REMOVE(&f->pool, t, in_active);
		f->n_pool--;
	} else {
		t = rk_transfer_new(f);
	}
	if (rk_transfer_prepare(t, req, err) != 0) {
		rk_transfer_idle(t);
		TAILQ_INSERT_HEAD(&f->pool, t, in_active);
		f->n_pool++;
		return -1;
	}
	t->done = done;
	t->cookie = cookie;
	TAILQ_INSERT_TAIL(&f->active, t, in_active);
	f->n_active++;
	enter(t);
	begin(t);
	*out = t;
	return 0;
}

void
rk_fetch_cancel(struct rk_fetch *t)
{
	if (t->cancelled || t->stage == RK_STAGE_IDLE || t->stage == RK_STAGE_REPORTING)
		return;
	t->cancelled = true;
	if (t->stage == RK_STAGE_RUNNING)
		report_later(t);
}

uint64_t
rk_fetch_server_wait(struct rk_fetcher *f, struct rk_str url, uint32_t *server)
{
	struct rk_url to;
	struct rk_str host;

	*server = 0;
	if (!rk_keeps(RK_M_PER_HOST))
		return 0;
	if (rk_host_plain(url, &host))
		return rk_hosts_wait(f->hosts, host, mono(f), server);
	if (rk_url_parse(url, &to, NULL) != 0)
		return 0; /* rk_fetch_start tells what is wrong with it */
	return rk_hosts_wait(f->hosts, rk_str(to.host), mono(f), server);
}

uint64_t
rk_fetch_host_wait(struct rk_fetcher *f, struct rk_str url)
{
	return rk_fetch_server_wait(f, url, &(uint32_t){0});
}

void
rk_fetcher_on_freed(struct rk_fetcher *f, rk_fetcher_freed_fn *freed, void *cookie)
{
	f->freed = freed;
	f->freed_cookie = cookie;
}

void
rk_fetcher_learn(struct rk_fetcher *f, struct rk_str host, struct rk_str address)
{
	(void)rk_hosts_learn(f->hosts, host, address);
}

uint32_t
rk_fetcher_server(const struct rk_fetcher *f, struct rk_str host)
{
	return rk_hosts_server(f->hosts, host);
}

size_t
rk_fetcher_active(const struct rk_fetcher *f)
{
	return f->n_active;
}
