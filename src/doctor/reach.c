/*
 * How a site answers: from the kind of a transfer to what it means for the operator
 * and for the site.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/units.h>

#include <string.h>

static const enum code faults[] = {
    [RK_FAULT_TLS_EXPIRED] = F_TLS_EXPIRED,
    [RK_FAULT_TLS_NOT_YET] = F_TLS_NOT_YET,
    [RK_FAULT_TLS_SELF_SIGNED] = F_TLS_SELF,
    [RK_FAULT_TLS_UNKNOWN_ROOT] = F_TLS_ROOT,
    [RK_FAULT_TLS_INCOMPLETE] = F_TLS_MIDDLE,
    [RK_FAULT_TLS_REVOKED] = F_TLS_REVOKED,
    [RK_FAULT_TLS_NAME] = F_TLS_NAME,
    [RK_FAULT_TLS_CA_FILE] = F_TLS_CA_FILE,
    [RK_FAULT_ADDRESS] = F_ADDRESS,
    [RK_FAULT_DOWNGRADE] = F_DOWNGRADE,
    [RK_FAULT_PORT] = F_PORT,
    [RK_FAULT_LOOP] = F_LOOP,
    [RK_FAULT_MANY_HOPS] = F_HOPS,
    [RK_FAULT_TARGET] = F_TARGET,
    [RK_FAULT_CODING] = F_CODING,
};

/* "1.2.3.4 is a private address; ..." -> the first word that is a number. */
static struct rk_str
address_in(struct doctor *d, struct rk_str text)
{
	struct rk_str word;

	while (rk_str_split(&text, ' ', &word)) {
		bool number = word.n > 0;

		for (size_t i = 0; i < word.n; i++)
			number =
			    number && strchr("0123456789abcdef.:", word.p[i]) != NULL;
		if (number && word.p[word.n - 1] != ':')
			return rk_arena_str(d->arena, word);
	}
	return RK_STR("");
}

/* The number behind "port " in our own words. */
static struct rk_str
port_in(struct doctor *d, struct rk_str text)
{
	size_t at = rk_str_find(text, RK_STR("port ")), n = 0;

	if (at == SIZE_MAX)
		return RK_STR("");
	text = rk_str_from(text, at + 5);
	while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
		n++;
	return rk_arena_str(d->arena, rk_strn(text.p, n));
}

static void
judge_status(struct doctor *d, const struct rk_asked *a)
{
	struct word status = number(d, (uint64_t)a->status);
	char pause[32];
	int64_t wait =
	    a->retry_after > d->visit->every ? a->retry_after : d->visit->every * 2;

	switch (a->status) {
	case 304:
		found_plain(d, F_304);
		break;
	case 401:
	case 407:
		found_plain(d, F_401);
		break;
	case 403:
		found_plain(d, F_403);
		break;
	case 404:
		found(d, F_404, true, same(a->url), NONE, NONE);
		break;
	case 410:
		found(d, F_410, true, same(a->url), NONE, NONE);
		break;
	case 429:
		wait = (wait + 3599) / 3600 * 3600;
		found(d, F_429, true,
		    same(rk_arena_str(d->arena,
			rk_str(rk_format_duration(wait, pause, sizeof(pause))))),
		    NONE, NONE);
		break;
	case 451:
		found_plain(d, F_451);
		break;
	default:
		found(d, a->status >= 500 ? F_5XX : F_HTTP, true, same(a->error),
		    status, NONE);
		break;
	}
	if (a->retry_after > 0)
		found(d, F_RETRY, true, duration(d, a->retry_after), NONE, NONE);
}

/* Where a good answer came from, when not from where it was asked. */
static void
judge_redirect(struct doctor *d, const struct rk_asked *a)
{
	struct rk_str from = host_of(d, a->url), to = host_of(d, a->effective_url);

	if (a->redirects == 0)
		return;
	if (a->moved)
		found(d, F_MOVED, true, same(a->effective_url), NONE, NONE);
	else if (!rk_str_eq(from, to))
		found(d, F_ELSEWHERE, true, same(to), NONE, NONE);
}

void
judge_reach(struct doctor *d, const struct rk_asked *a)
{
	/* a redirect may end at another host: its certificate is meant */
	struct rk_str url = a->effective_url.n > 0 ? a->effective_url : a->url;
	struct rk_str host = host_of(d, url), extra = host;
	bool page = a->ingest != NULL && a->ingest->look != NULL;

	switch (a->kind) {
	case RK_FETCH_OK:
	case RK_FETCH_NOT_MODIFIED:
		judge_redirect(d, a);
		return;
	case RK_FETCH_HTTP:
		/* a firewall's page says more than its status */
		if (page && (a->ingest->look->kind == RK_LOOK_CHALLENGE ||
				a->ingest->look->kind == RK_LOOK_BLOCK ||
				a->ingest->look->kind == RK_LOOK_CAPTCHA))
			return;
		judge_status(d, a);
		return;
	case RK_FETCH_DNS:
		found(d, F_DNS, true, same(host), same(a->error), NONE);
		return;
	case RK_FETCH_CONNECT:
		found(d, F_CONNECT, true, same(a->error), same(host), NONE);
		return;
	case RK_FETCH_TIMEOUT:
		found(d, F_TIMEOUT, true, same(a->error), same(host), NONE);
		return;
	case RK_FETCH_CUT:
		found(d, F_CUT, true, same(a->error), same(host), NONE);
		return;
	case RK_FETCH_TOO_BIG:
		found(d, F_TOO_BIG, true, same(a->error), NONE, NONE);
		return;
	case RK_FETCH_REFUSED:
	case RK_FETCH_TLS:
	case RK_FETCH_PROTOCOL:
	case RK_FETCH_CANCELLED:
		break;
	}
	if (a->fault == RK_FAULT_NONE) {
		found(d,
		    a->kind == RK_FETCH_TLS       ? F_TLS_OTHER
		    : a->kind == RK_FETCH_REFUSED ? F_REFUSED
						  : F_NOT_HTTP,
		    true, same(a->error), same(host), NONE);
		return;
	}
	if (a->fault == RK_FAULT_ADDRESS)
		extra = address_in(d, a->error);
	else if (a->fault == RK_FAULT_PORT)
		extra = port_in(d, a->error);
	found(d, faults[a->fault], extra.n > 0,
	    same(a->kind == RK_FETCH_TLS && a->fault != RK_FAULT_TLS_CA_FILE
		     ? host
		     : a->error),
	    same(extra), NONE);
}
