/*
 * Which redirects are followed (RELIABILITY 2.33-38, 1.5 cases 2, 3, 12): at most
 * RK_MAX_REDIRECTS, no loops, http and https only, never from https to http, never to a
 * port that the operator did not name. The address is judged later, at the socket.
 */
#include "fetch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>

#include <string.h>

bool
rk_redirect_wanted(const struct rk_fetch *t)
{
	const struct rk_answer *a = &t->answer;

	if (!a->complete || t->stop > RK_STOP_SKIPPED || a->location.n == 0)
		return false;
	/* a signature is for one address; news go where the subscriber said, or nowhere */
	if (t->object != NULL || t->post.n > 0)
		return false;
	if (t->form.n > 0) /* what would make a GET of it is the end */
		return a->status == 307 || a->status == 308;
	return a->status == 301 || a->status == 302 || a->status == 303 ||
	       a->status == 307 || a->status == 308;
}

bool
rk_port_allowed(const struct rk_fetch *t, uint16_t port)
{
	const struct rk_fetcher *f = t->fetcher;

	if (port == 80 || port == 443 || port == t->first.port)
		return true;
	for (size_t i = 0; i < f->n_allow_ports; i++)
		if (f->allow_ports[i] == port)
			return true;
	return false;
}

static struct rk_str
without_fragment(struct rk_str url)
{
	size_t at = rk_str_chr(url, '#');

	return at == SIZE_MAX ? url : rk_strn(url.p, at);
}

static int
judge(struct rk_fetch *t, struct rk_str next, const struct rk_url *to,
    struct rk_err *err)
{
	if (t->to.https && !to->https && rk_keeps(RK_M_NO_DOWNGRADE)) {
		t->result.fault = RK_FAULT_DOWNGRADE;
		return rk_err_set(err, RK_E_INPUT,
		    "redirects from https to http, which is not followed");
	}
	if (!rk_port_allowed(t, to->port)) {
		t->result.fault = RK_FAULT_PORT;
		return rk_err_set(err, RK_E_INPUT,
		    "redirects to port %u, which is not in fetch.allow_ports",
		    to->port);
	}
	if (t->stay && (to->port != t->first.port || strcmp(to->host, t->first.host) != 0)) {
		t->result.fault = RK_FAULT_TARGET;
		return rk_err_set(err, RK_E_INPUT, "redirects to another host, %s", to->host);
	}
	for (unsigned i = 0; i <= t->result.redirects; i++)
		if (rk_str_eq(without_fragment(t->visited[i]), next) &&
		    rk_keeps(RK_M_HOPS)) {
			t->result.fault = RK_FAULT_LOOP;
			return rk_err_set(err, RK_E_INPUT, "redirects in a loop");
		}
	if (t->result.redirects >= RK_MAX_REDIRECTS) {
		t->result.fault = RK_FAULT_MANY_HOPS;
		return rk_err_set(
		    err, RK_E_INPUT, "redirects more than %d times", RK_MAX_REDIRECTS);
	}
	return 0;
}

int
rk_redirect_next(struct rk_fetch *t, struct rk_err *err)
{
	const struct rk_answer *a = &t->answer;
	struct rk_err why;
	struct rk_buf url, shown;
	struct rk_url to;
	struct rk_str next;
	int rc = -1;

	rk_err_clear(&why);
	rk_buf_init(&url, RK_MAX_URL + 1);
	rk_buf_init(&shown, 4 * RK_MAX_URL);
	t->result.fault = RK_FAULT_TARGET; /* until it proves to be one */
	if (rk_url_resolve(t->at, a->location, &url) != 0) {
		rk_url_redact(a->location, &shown);
		rk_err_set(err, RK_E_INPUT,
		    "redirects to what is no http or https address: %.*s",
		    shown.n > 200 ? 200 : (int)shown.n, shown.p != NULL ? shown.p : "");
		goto out;
	}
	next = without_fragment(rk_buf_view(&url));
	if (rk_url_parse(next, &to, &why) != 0) {
		rk_err_set(err, RK_E_INPUT,
		    "redirects to an address that is not fetched: %s", why.text);
		goto out;
	}
	t->result.fault = RK_FAULT_NONE;
	if (judge(t, next, &to, err) != 0)
		goto out;
	t->result.moved = (t->result.redirects == 0 || t->result.moved) &&
			  (a->status == 301 || a->status == 308);
	t->result.redirects++;
	t->at = rk_arena_str(t->arena, next);
	t->visited[t->result.redirects] = t->at;
	t->to = to;
	t->tries = 0;
	rc = 0;
out:
	rk_buf_release(&url);
	rk_buf_release(&shown);
	return rc;
}
