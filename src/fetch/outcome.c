/*
 * From libcurl's code and the answer's status to our kinds, with one line that tells a
 * person what happened and, where it helps, what to do. No address but the host's name
 * and port stands in a text, so no credentials can.
 */
#include "fetch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/units.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {
    [RK_FETCH_OK] = "ok",
    [RK_FETCH_NOT_MODIFIED] = "not-modified",
    [RK_FETCH_HTTP] = "http",
    [RK_FETCH_REFUSED] = "refused",
    [RK_FETCH_DNS] = "dns",
    [RK_FETCH_CONNECT] = "connect",
    [RK_FETCH_TLS] = "tls",
    [RK_FETCH_TIMEOUT] = "timeout",
    [RK_FETCH_CUT] = "cut",
    [RK_FETCH_TOO_BIG] = "too-big",
    [RK_FETCH_PROTOCOL] = "protocol",
    [RK_FETCH_CANCELLED] = "cancelled",
};

const char *
rk_fetch_kind_name(enum rk_fetch_kind kind)
{
	rk_assert((size_t)kind < sizeof(kind_names) / sizeof(*kind_names));
	return kind_names[kind];
}

/* What a status means for somebody who looks after the list of sources. */
static const struct {
	int status;
	const char *text;
} statuses[] = {
    {204, "No Content"},
    {206, "Partial Content, which was not asked for"},
    {226, "IM Used, but it is no delta that was asked for"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently, but names no address"},
    {302, "Found, but names no address"},
    {303, "See Other, but names no address"},
    {307, "Temporary Redirect, but names no address"},
    {308, "Permanent Redirect, but names no address"},
    {400, "Bad Request"},
    {401, "Unauthorized: it wants a password (see headers)"},
    {403, "Forbidden: it does not let us in"},
    {404, "Not Found: the address may have changed"},
    {406, "Not Acceptable"},
    {410, "Gone for good"},
    {418, "I'm a teapot"},
    {429, "Too Many Requests"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

static void
http(struct rk_fetch *t)
{
	struct rk_fetch_result *r = &t->result;
	const char *text = "";

	r->kind = RK_FETCH_HTTP;
	if (r->status == 304) {
		rk_err_set(&r->err, RK_E_NET,
		    "the server answered 304 Not Modified to a request without "
		    "validators");
		return;
	}
	if (r->status >= 301 && r->status <= 308 && t->answer.location.n > 0) {
		rk_err_set(&r->err, RK_E_NET,
		    "the server answered %d, a redirect that is not followed here", r->status);
		return;
	}
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		if (statuses[i].status == r->status)
			text = statuses[i].text;
	rk_err_set(&r->err, RK_E_NET, "the server answered %d%s%s", r->status,
	    *text != '\0' ? " " : "", text);
}

/* ---- failures */

static void
fail(struct rk_fetch *t, enum rk_fetch_kind kind)
{
	t->result.kind = kind;
}

static void
timed_out(struct rk_fetch *t)
{
	const struct rk_fetcher *f = t->fetcher;
	struct rk_err *err = &t->result.err;
	int64_t ms = (int64_t)((uv_hrtime() - t->began_ns) / 1000000);
	curl_off_t looked_up = 0, sent = 0;

	curl_easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
	fail(t, RK_FETCH_TIMEOUT);
	if (ms + 20 >= f->timeout_ms && (t->answer.status > 0 || sent > 0)) {
		rk_err_set(err, RK_E_NET, "not finished after %lld s (fetch.timeout)",
		    (long long)(f->timeout_ms / 1000));
	} else if (looked_up == 0) {
		fail(t, RK_FETCH_DNS);
		rk_err_set(err, RK_E_NET, "the name %s was not resolved after %lld s",
		    t->to.host, (long long)((ms + 500) / 1000));
	} else if (sent == 0) {
		rk_err_set(err, RK_E_NET, "no connection to %s port %u after %lld s",
		    t->to.host, t->to.port, (long long)((ms + 500) / 1000));
	} else {
		rk_err_set(err, RK_E_NET, "%s: under %d bytes a second for %lld s",
		    t->answer.complete ? "the body stalled"
				       : "the server does not answer",
		    RK_STALL_RATE, (long long)f->stall_s);
	}
}

static void
not_connected(struct rk_fetch *t)
{
	struct rk_err *err = &t->result.err;
	long sys = 0;

	if (t->refused > 0 && t->opened == 0) {
		fail(t, RK_FETCH_REFUSED);
		t->result.fault = RK_FAULT_ADDRESS;
		rk_err_set(err, RK_E_NET, "%s: %s", t->to.host, t->refused_text);
		return;
	}
	fail(t, RK_FETCH_CONNECT);
	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &sys);
	if (sys == ECONNREFUSED)
		rk_err_set(err, RK_E_NET, "%s port %u refuses connections", t->to.host,
		    t->to.port);
	else if (sys > 0)
		rk_err_set(err, RK_E_NET, "cannot connect to %s port %u: %s",
		    t->to.host, t->to.port, strerror((int)sys));
	else
		rk_err_set(err, RK_E_NET, "cannot connect to %s port %u", t->to.host,
		    t->to.port);
}

/* X509_V_ERR_* of OpenSSL's x509_vfy.h; they are part of its stable interface. */
static const struct {
	long code;
	enum rk_fault fault;
	const char *text;
} verdicts[] = {
    {9, RK_FAULT_TLS_NOT_YET, "the server's certificate is not valid yet"},
    {10, RK_FAULT_TLS_EXPIRED,
	"the server's certificate has expired"},
    {18, RK_FAULT_TLS_SELF_SIGNED,
	"the server's certificate is signed by itself; ca_file can name it"},
    {19, RK_FAULT_TLS_UNKNOWN_ROOT,
	"the server's certificates end in a root that is not trusted; ca_file can "
	 "name it"},
    {20, RK_FAULT_TLS_INCOMPLETE,
	"the server does not send its intermediate certificate, or its issuer is "
	 "unknown; "
	 "ca_file can name it"},
    {21, RK_FAULT_TLS_INCOMPLETE,
	"the server does not send its intermediate certificate, or its issuer is "
	 "unknown; "
	 "ca_file can name it"},
    {23, RK_FAULT_TLS_REVOKED,
	"the server's certificate is revoked"},
    {62, RK_FAULT_TLS_NAME,
	"the server's certificate is for another name"},
};

/* libcurl's own words, on one line and without control characters. */
static const char *
curl_words(struct rk_fetch *t, CURLcode code)
{
	for (char *c = t->curl_text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	return t->curl_text[0] != '\0' ? t->curl_text : curl_easy_strerror(code);
}

static void
tls(struct rk_fetch *t, CURLcode code)
{
	struct rk_err *err = &t->result.err;
	long verdict = 0;

	fail(t, RK_FETCH_TLS);
	if (code == CURLE_PEER_FAILED_VERIFICATION) {
		curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
		for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++)
			if (verdicts[i].code == verdict) {
				t->result.fault = verdicts[i].fault;
				rk_err_set(err, RK_E_NET, "%s", verdicts[i].text);
				return;
			}
		/* libcurl compares names before it asks for the verdict on the chain,
		 * which is then still 1, "unspecified". */
		if (verdict <= 1 && strstr(t->curl_text, "name") != NULL) {
			t->result.fault = RK_FAULT_TLS_NAME;
			rk_err_set(err, RK_E_NET,
			    "the server's certificate is not for the name %s",
			    t->to.host);
			return;
		}
	}
	rk_err_set(err, RK_E_NET, "no secure connection: %s", curl_words(t, code));
}

static void
not_packed(struct rk_fetch *t)
{
	fail(t, RK_FETCH_PROTOCOL);
	t->result.fault = RK_FAULT_CODING;
	rk_err_set(&t->result.err, RK_E_NET,
	    "the body is not compressed as its Content-Encoding says");
}

/* One of our callbacks said no. */
static void
stopped(struct rk_fetch *t)
{
	struct rk_err *err = &t->result.err;
	char size[32];

	switch (t->stop) {
	case RK_STOP_BODY:
		fail(t, RK_FETCH_TOO_BIG);
		rk_err_set(err, RK_E_LIMIT, "the body is longer than %s (max_body)",
		    rk_format_size(t->max_body, size, sizeof(size)));
		break;
	case RK_STOP_HEADERS:
		fail(t, RK_FETCH_TOO_BIG);
		rk_err_set(err, RK_E_LIMIT, "the headers are longer than %s",
		    rk_format_size(RK_MAX_HEADERS, size, sizeof(size)));
		break;
	case RK_STOP_CODINGS:
		fail(t, RK_FETCH_PROTOCOL);
		t->result.fault = RK_FAULT_CODING;
		rk_err_set(err, RK_E_LIMIT,
		    "the body is compressed %u times over, more than %d",
		    t->answer.codings, RK_MAX_CODINGS);
		break;
	case RK_STOP_UNPACK:
		not_packed(t);
		break;
	case RK_STOP_NONE:
	case RK_STOP_SKIPPED:
		rk_assert(false);
	}
}

static void
cut(struct rk_fetch *t)
{
	struct rk_err *err = &t->result.err;

	fail(t, RK_FETCH_CUT);
	if (t->answer.status == 0)
		rk_err_set(err, RK_E_NET,
		    "the server closed the connection without an answer");
	else if (t->answer.complete && t->answer.length > 0)
		rk_err_set(err, RK_E_NET,
		    "the body was cut off: %llu of %lld bytes came",
		    (unsigned long long)t->body_bytes, (long long)t->answer.length);
	else
		rk_err_set(err, RK_E_NET, "the answer was cut off");
}

static void
failed(struct rk_fetch *t, CURLcode code)
{
	struct rk_err *err = &t->result.err;

	if (t->stop != RK_STOP_NONE) {
		stopped(t);
		return;
	}
	switch ((int)code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		fail(t, RK_FETCH_DNS);
		rk_err_set(err, RK_E_NET, "the name %s does not resolve", t->to.host);
		break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		fail(t, RK_FETCH_DNS);
		rk_err_set(err, RK_E_NET, "the proxy's name does not resolve");
		break;
	case CURLE_COULDNT_CONNECT:
		not_connected(t);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_ENGINE_INITFAILED:
		tls(t, code);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		timed_out(t);
		break;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_ABORTED_BY_CALLBACK: /* the last of before_request's tries */
		cut(t);
		break;
	case CURLE_BAD_CONTENT_ENCODING:
		not_packed(t);
		break;
	case CURLE_OUT_OF_MEMORY:
		/* libcurl's name for a header line over its own limit (100 KiB). */
		fail(t, RK_FETCH_TOO_BIG);
		rk_err_set(err, RK_E_LIMIT, "a header line is too long");
		break;
	case CURLE_URL_MALFORMAT:
		fail(t, RK_FETCH_REFUSED);
		rk_err_set(
		    err, RK_E_NET, "this is no address: %s", curl_easy_strerror(code));
		break;
	case CURLE_PROXY:
		fail(t, RK_FETCH_CONNECT);
		rk_err_set(err, RK_E_NET, "the proxy does not let us through");
		break;
	default:
		fail(t, RK_FETCH_PROTOCOL);
		rk_err_set(
		    err, RK_E_NET, "this is no HTTP answer: %s", curl_words(t, code));
		break;
	}
}

/* ---- the whole */

void
rk_outcome(struct rk_fetch *t, CURLcode code)
{
	struct rk_fetch_result *r = &t->result;
	const struct rk_answer *a = &t->answer;
	bool whole = a->complete && (code == CURLE_OK || t->stop == RK_STOP_SKIPPED ||
					(!t->document && t->stop == RK_STOP_NONE) ||
					!rk_keeps(RK_M_SHORT_BODY));
	int64_t now = t->fetcher->clock->wall(t->fetcher->clock->self);

	r->status = a->status >= 200 ? a->status : 0;
	r->content_type = a->content_type;
	r->compressed = a->codings > 0;
	r->date = a->date;
	if (!whole) {
		/* To libcurl the end of a connection inside the head is no error. */
		if (code == CURLE_OK)
			code = a->status > 0 ? CURLE_PARTIAL_FILE
					     : CURLE_WEIRD_SERVER_REPLY;
		failed(t, code);
		return;
	}
	/* All bytes that were promised came, but not to the end of what is packed. */
	if (t->document && t->unpack != NULL && t->stop == RK_STOP_NONE && !rk_unpack_whole(t->unpack)) {
		fail(t, RK_FETCH_CUT);
		rk_err_set(&r->err, RK_E_NET,
		    "the body was cut off: its compressed data do not end");
		return;
	}
	r->fresh_for = rk_answer_fresh_for(a, now);
	r->fresh_told = a->fresh_told;
	if (t->document) {
		r->kind = RK_FETCH_OK;
		/* A 200 is the whole, whatever was asked for. */
		r->delta = a->status == 226 ||
			   (t->delta_asked && !rk_keeps(RK_M_DELTA_WHOLE));
	} else if (a->status == 304 && (t->conditional || !rk_keeps(RK_M_LIAR_304))) {
		r->kind = RK_FETCH_NOT_MODIFIED;
	} else {
		http(t);
		return;
	}
	r->etag = a->etag;
	r->last_modified = a->last_modified;
	if (r->kind == RK_FETCH_OK) {
		r->hub = rk_link_absolute(t, a->hub);
		r->self = rk_link_absolute(t, a->self);
	}
	rk_err_clear(&r->err);
}

void
rk_outcome_refused(struct rk_fetch *t, const struct rk_err *err)
{
	t->result.status = t->answer.status;
	t->result.kind = RK_FETCH_REFUSED;
	t->result.err = *err;
}

void
rk_outcome_stayed(struct rk_fetch *t, struct rk_str from)
{
	t->result.status = t->answer.status;
	http(t);
	t->result.redirect_to = t->at;
	t->result.redirects--;
	t->result.moved = false; /* no hop was followed */
	t->at = from;
}

void
rk_outcome_cancelled(struct rk_fetch *t)
{
	t->result.kind = RK_FETCH_CANCELLED;
	t->result.status = 0;
	rk_err_set(&t->result.err, RK_E_NET, "cancelled");
}
