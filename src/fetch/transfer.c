/*
 * One easy handle: its options and the request that it carries. Handles are
 * used again, so every option that a request changes is put back by the next one that
 * needs it otherwise. Knows nothing of the loop.
 */
#include "fetch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/eight.h>
#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/units.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * Feeds by their names first, then XML without a name (who can send that as text/xml too
 * knows it by this), then anything: RDF too, which where there is a choice is data about the
 * page more often than its feed.
 *
 * libcurl writes a request character by character (a fifth of what a poll without news
 * costs in this process), and the lines that it makes itself twice. So lines are short,
 * and those that are always the same are ours.
 */
#define ACCEPT_LINE                                                                    \
	RK_STR("Accept: application/atom+xml,application/rss+xml,application/feed+json," \
	       "application/xml;q=0.8,*/*;q=0.1")
#define ENCODING_LINE RK_STR("Accept-Encoding: gzip")
#define AGENT         RK_STR("User-Agent: ")

/* ---- the handle */

struct rk_fetch *
rk_transfer_new(struct rk_fetcher *f)
{
	struct rk_fetch *t = rk_xcalloc(1, sizeof(*t));

	t->fetcher = f;
	t->arena = rk_arena_new(0);
	t->easy = curl_easy_init();
	t->parts = curl_url();
	if (t->easy == NULL || t->parts == NULL)
		rk_oom(sizeof(*t));
	SET(t, CURLOPT_PRIVATE, t);
	SET(t, CURLOPT_ERRORBUFFER, t->curl_text);
	rk_receive_install(t);
	SET(t, CURLOPT_NOSIGNAL, 1L);
	/* Without it the end of a transfer whose name is being looked up waits for
	 * getaddrinfo(), on the loop. */
	SET(t, CURLOPT_QUICK_EXIT, 1L);
	SET(t, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(t, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	SET(t, CURLOPT_FOLLOWLOCATION, 0L);
	SET(t, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	/* What pack.c undoes: a body that ends early is seen. br and zstd are not asked
	 * for; a server that sends them all the same is read through libcurl. */
	SET(t, CURLOPT_ACCEPT_ENCODING, rk_keeps(RK_M_GZIP) ? "gzip" : NULL);
	SET(t, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	SET(t, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	SET(t, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(t, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(t, CURLOPT_PROXY, "");
	SET(t, CURLOPT_NOPROXY, "*");
	SET(t, CURLOPT_SSL_VERIFYPEER, rk_keeps(RK_M_REUSE) ? 1L : 0L);
	SET(t, CURLOPT_SSL_VERIFYHOST, 2L);
	/* With a CAPATH libcurl reads the whole bundle again at every handshake. */
	SET(t, CURLOPT_CAPATH, NULL);
	/* A handle meets another host each time: sessions kept in it are never used. */
	SET(t, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	/* After every transfer libcurl looks through all the names that it keeps. A kept
	 * connection needs none of them, and a new one asks the system's resolver. */
	SET(t, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	SET(t, CURLOPT_CONNECTTIMEOUT_MS, (long)(f->connect_s * 1000));
	if (rk_keeps(RK_M_STALL)) {
		SET(t, CURLOPT_TIMEOUT_MS, (long)f->timeout_ms);
		SET(t, CURLOPT_LOW_SPEED_LIMIT, (long)RK_STALL_RATE);
		SET(t, CURLOPT_LOW_SPEED_TIME, (long)f->stall_s);
	}
	/* What is never done, is done where a test wants to see it noticed. */
	if (!rk_keeps(RK_M_GET_ONLY))
		SET(t, CURLOPT_NOBODY, 1L);
	if (!rk_keeps(RK_M_NO_COOKIES))
		SET(t, CURLOPT_COOKIEFILE, "");
	if (!rk_keeps(RK_M_NO_REFERER))
		SET(t, CURLOPT_REFERER, "http://www.ruamkhao.example/");
	if (!rk_keeps(RK_M_REUSE))
		SET(t, CURLOPT_FORBID_REUSE, 1L);
	return t;
}

void
rk_transfer_free(struct rk_fetch *t)
{
	curl_easy_cleanup(t->easy);
	curl_url_cleanup(t->parts);
	rk_unpack_free(t->unpack);
	rk_buf_release(&t->result.body);
	rk_arena_free(t->arena);
	free(t);
}

void
rk_transfer_idle(struct rk_fetch *t)
{
	rk_unpack_free(t->unpack);
	t->unpack = NULL;
	rk_buf_release(&t->result.body);
	rk_arena_reset(t->arena);
	t->stage = RK_STAGE_IDLE;
}

/* ---- the request */

/* Eight bytes at a time while none of them is odd; else where the look goes on. */
static size_t
skip_even(struct rk_str s, size_t i, unsigned char least, bool high)
{
	uint64_t eight;

	for (; s.n - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s.p + i, sizeof(eight));
		if (rk_eight_below(eight, least) || rk_eight_hold(eight, 0x7f) ||
		    (!high && (eight & RK_EIGHT(0x80)) != 0))
			break;
	}
	return i;
}

static bool
is_plain(struct rk_str url)
{
	for (size_t i = skip_even(url, 0, 0x21, false); i < url.n; i++)
		if ((unsigned char)url.p[i] <= 0x20 || (unsigned char)url.p[i] >= 0x7f)
			return false;
	return true;
}

bool
rk_fits_header(struct rk_str s)
{
	for (size_t i = skip_even(s, 0, 0x20, true); i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

static struct rk_str
joined(struct rk_arena *arena, struct rk_str a, struct rk_str b)
{
	char *p = rk_arena_alloc(arena, a.n + b.n + 1);

	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return rk_strn(p, a.n + b.n);
}

static void
push(struct rk_fetch *t, struct curl_slist **list, struct rk_str line)
{
	struct curl_slist *node = RK_NEW(t->arena, struct curl_slist);

	/* Both our arena's: libcurl reads lists, it does not own them. */
	node->data = (char *)(uintptr_t)line.p;
	node->next = *list;
	*list = node;
}

static int
take_headers(struct rk_fetch *t, const struct rk_fetch_req *req, struct rk_err *err)
{
	for (size_t i = req->n_headers; i-- > 0;) {
		struct rk_str h = req->headers[i];
		size_t colon = rk_str_chr(h, ':');

		if (colon == SIZE_MAX || colon == 0 || !rk_fits_header(h))
			return rk_err_set(err, RK_E_INPUT,
			    "a header is not of the form \"Name: value\"");
		t->own_accept = t->own_accept || rk_str_istarts(h, "accept:");
		t->own_encoding = t->own_encoding || rk_str_istarts(h, "accept-encoding:");
		t->own_agent = t->own_agent || rk_str_istarts(h, "user-agent:");
		push(t, &t->own, rk_arena_str(t->arena, h));
	}
	return 0;
}

/* A date that the server never sent, as many readers make it up. */
static struct rk_str
today(const struct rk_fetch *t)
{
	char text[64];
	time_t now = t->fetcher->clock->wall(t->fetcher->clock->self);
	struct tm tm;

	(void)strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
	return rk_arena_str(t->arena, rk_str(text));
}

static void
take_validators(struct rk_fetch *t, const struct rk_fetch_req *req)
{
	struct rk_str etag = req->etag, date = req->last_modified;

	if (!rk_keeps(RK_M_ETAG_EXACT) && rk_str_starts(etag, "W/"))
		etag = rk_str_from(etag, 2);
	if (!rk_keeps(RK_M_MODIFIED_EXACT))
		date = today(t);
	if (!rk_keeps(RK_M_BOTH) && etag.n > 0)
		date = rk_str("");
	if (date.n > 0 && date.n <= RK_MAX_VALIDATOR && rk_fits_header(date))
		push(t, &t->validators, joined(t->arena, RK_STR("If-Modified-Since: "), date));
	t->has_etag = etag.n > 0 && etag.n <= RK_MAX_VALIDATOR && rk_fits_header(etag);
	if (t->has_etag)
		push(t, &t->validators, joined(t->arena, RK_STR("If-None-Match: "), etag));
}

static void
use_proxy(struct rk_fetch *t, struct rk_str proxy)
{
	if (proxy.n == 0 && !t->proxied)
		return;
	SET(t, CURLOPT_PROXY, proxy.n > 0 ? rk_arena_str(t->arena, proxy).p : "");
	/* Never by the environment: neither its proxies nor its exceptions. */
	SET(t, CURLOPT_NOPROXY, proxy.n > 0 ? "" : "*");
	t->proxied = proxy.n > 0;
}

static int
use_ca_file(struct rk_fetch *t, struct rk_str ca_file, struct rk_err *err)
{
	struct rk_str pem;
	struct curl_blob blob = {.flags = CURL_BLOB_COPY};

	if (ca_file.n > 0) {
		if (rk_trust_joined(t->fetcher->trust,
			rk_arena_str(t->arena, ca_file).p, &pem, err) != 0)
			return -1;
		blob.data = (void *)(uintptr_t)pem.p;
		blob.len = pem.n;
		SET(t, CURLOPT_CAINFO_BLOB, &blob);
		t->trusting = true;
	} else if (t->trusting) {
		SET(t, CURLOPT_CAINFO_BLOB, NULL);
		t->trusting = false;
	}
	return 0;
}

int
rk_transfer_prepare(
    struct rk_fetch *t, const struct rk_fetch_req *req, struct rk_err *err)
{
	struct rk_buf url;
	int rc = -1;

	rk_buf_init(&url, RK_MAX_URL + 1);
	t->result = (struct rk_fetch_result){
	    .retry_after = -1, .fresh_for = -1};
	t->keep_error = req->keep_error;
	t->stay = req->stay;
	t->one_hop = req->one_hop;
	t->form = rk_arena_str(t->arena, req->form);
	t->post = req->post;
	t->any_2xx = req->any_2xx;
	t->first_part = req->first_part;
	t->max_body = req->max_body > 0 ? req->max_body : RK_MAX_BODY_DEFAULT;
	rk_buf_init(&t->result.body, (size_t)t->max_body);
	t->validators = t->own = NULL;
	t->own_accept = t->own_encoding = t->own_agent = false;
	t->header_bytes = t->body_bytes = 0;
	t->retry_after = -1;
	t->cancelled = t->alone = false;
	t->tries = 0;
	t->began_ns = uv_hrtime();
	if (is_plain(req->url)) {
		t->url = rk_arena_str(t->arena, req->url);
	} else {
		if (rk_url_resolve((struct rk_str){0}, req->url, &url) != 0) {
			rk_err_set(err, RK_E_INPUT, "this is no http or https address");
			goto out;
		}
		t->url = rk_arena_str(t->arena, rk_buf_view(&url));
	}
	if (rk_url_parse(t->url, &t->first, err) != 0 || take_headers(t, req, err) != 0)
		goto out;
	t->object = NULL;
	if (req->object != NULL)
		rk_object_take(t, req->object);
	take_validators(t, req);
	t->delta = req->delta;
	t->validator_url = rk_str_eq(req->validator_url, req->url)
			       ? t->url
			       : rk_arena_str(t->arena, req->validator_url);
	t->agent = req->user_agent.n > 0 && rk_fits_header(req->user_agent)
		       ? joined(t->arena, AGENT, req->user_agent)
		       : rk_str(t->fetcher->agent_line);
	t->at = t->visited[0] = t->url;
	t->to = t->first;
	use_proxy(t, req->proxy);
	t->result.err.kind = RK_E_NONE;
	if (use_ca_file(t, req->ca_file, &t->result.err) != 0) {
		t->result.kind = RK_FETCH_TLS;
		t->result.fault = RK_FAULT_TLS_CA_FILE;
	}
	rc = 0;
out:
	rk_buf_release(&url);
	return rc;
}

/* A host that is a number is judged at once, so that it holds behind a proxy too. */
static bool
refuse_number(struct rk_fetch *t)
{
	const struct rk_fetcher *f = t->fetcher;
	unsigned char addr[16];
	bool ipv6 = false;
	const char *what;

	if (inet_pton(AF_INET, t->to.host, addr) != 1) {
		if (inet_pton(AF_INET6, t->to.host, addr) != 1)
			return false;
		ipv6 = true;
	}
	what = rk_guard_why_not(ipv6, addr, f->allow_addresses, f->n_allow_addresses);
	if (what == NULL)
		return false;
	rk_guard_say(ipv6, addr, what, t->refused_text, sizeof(t->refused_text));
	t->result.kind = RK_FETCH_REFUSED;
	t->result.fault = RK_FAULT_ADDRESS;
	rk_err_set(&t->result.err, RK_E_NET, "%s", t->refused_text);
	return true;
}

/* Tail first: the lines that are always sent, then our own headers where they may go,
 * then the validators. The nodes are this transfer's. */
static struct curl_slist *
headers_of(struct rk_fetch *t)
{
	struct curl_slist *list = NULL, *validators = t->validators;
	bool home =
	    (t->to.port == t->first.port && strcmp(t->to.host, t->first.host) == 0) ||
	    !rk_keeps(RK_M_OWN_HEADERS);

	if (rk_keeps(RK_M_ACCEPT) && (!home || !t->own_accept))
		push(t, &list, ACCEPT_LINE);
	if (rk_keeps(RK_M_GZIP) && (!home || !t->own_encoding) && t->object == NULL)
		push(t, &list, ENCODING_LINE);
	if ((!home || !t->own_agent) && t->object == NULL)
		push(t, &list, t->agent);
	for (const struct curl_slist *h = home ? t->own : NULL; h != NULL; h = h->next)
		push(t, &list, rk_str(h->data));
	t->conditional =
	    validators != NULL &&
	    (rk_str_eq(t->at, t->validator_url.n > 0 ? t->validator_url : t->url) ||
		!rk_keeps(RK_M_VALIDATOR_URL));
	for (const struct curl_slist *h = t->conditional ? validators : NULL; h != NULL;
	     h = h->next)
		push(t, &list, rk_str(h->data));
	/* Without an ETag there is nothing that a delta could be one to. */
	t->delta_asked =
	    t->delta && ((t->conditional && t->has_etag) || !rk_keeps(RK_M_DELTA));
	if (t->delta_asked)
		push(t, &list, RK_STR("A-IM: feed"));
	return list;
}

/* To a proxy itself it is libcurl that speaks, and it signs the lines of a list. */
static void
name_us(struct rk_fetch *t)
{
	bool named = t->proxied || t->object != NULL;

	if (named || t->named)
		SET(t, CURLOPT_USERAGENT, named ? t->agent.p + AGENT.n : NULL);
	t->named = named;
}

static bool
set_part(struct rk_fetch *t, CURLUPart part, const char *value)
{
	return curl_url_set(t->parts, part, value, 0) == CURLUE_OK;
}

/* By what we know of t->to already, where its spelling leaves nothing to libcurl. */
static bool
set_parts(struct rk_fetch *t, struct rk_str url)
{
	struct rk_str path, query;
	bool has_query;
	char port[RK_COUNT_TEXT];

	if (!rk_url_rest(url, &t->to, &path, &query, &has_query))
		return false;
	if (has_query)
		path = rk_arena_str(t->arena, path);
	return set_part(t, CURLUPART_SCHEME, t->to.https ? "https" : "http") &&
	       set_part(t, CURLUPART_HOST, t->to.host) &&
	       set_part(t, CURLUPART_PORT,
		   t->to.port_given ? rk_format_count(t->to.port, port) : NULL) &&
	       set_part(t, CURLUPART_PATH, path.n > 0 ? path.p : NULL) &&
	       set_part(t, CURLUPART_QUERY, has_query ? query.p : NULL) &&
	       set_part(t, CURLUPART_FRAGMENT, NULL);
}

/*
 * libcurl takes an address apart and puts it together again, at a tenth of what a poll
 * without news costs in this process. In parts it is used as it is; the text beside them is
 * what its own second tries go by. What cannot be taken apart libcurl refuses itself, with its
 * own words.
 */
static void
use_url(struct rk_fetch *t, struct rk_str url)
{
	bool apart = set_parts(t, url) ||
		     curl_url_set(t->parts, CURLUPART_URL, url.p,
			 CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER) == CURLUE_OK;

	SET(t, CURLOPT_URL, url.p);
	SET(t, CURLOPT_CURLU, apart ? t->parts : NULL);
}

int
rk_transfer_hop(struct rk_fetch *t)
{
	const struct rk_fetcher *f = t->fetcher;
	int64_t left = f->timeout_ms - (int64_t)((uv_hrtime() - t->began_ns) / 1000000);

	rk_answer_init(&t->answer);
	t->stop = RK_STOP_NONE;
	t->document = false;
	t->opened = t->refused = 0;
	t->skipped = 0;
	t->curl_text[0] = '\0';
	rk_buf_reset(&t->result.body);
	if (t->result.err.kind != RK_E_NONE || refuse_number(t))
		return -1;
	if (t->result.redirects > 0 || t->alone) { /* not the first request */
		if (left <= 0) {
			t->result.kind = RK_FETCH_TIMEOUT;
			return rk_err_set(&t->result.err, RK_E_NET,
			    "not finished within fetch.timeout (%lld s)",
			    (long long)(f->timeout_ms / 1000));
		}
		SET(t, CURLOPT_TIMEOUT_MS, rk_keeps(RK_M_STALL) ? (long)left : 0L);
		t->short_time = true;
	} else if (t->short_time) {
		SET(t, CURLOPT_TIMEOUT_MS, (long)f->timeout_ms);
		t->short_time = false;
	}
	if (t->alone != t->alone_set) {
		SET(t, CURLOPT_FRESH_CONNECT, t->alone ? 1L : 0L);
		t->alone_set = t->alone;
	}
	if (t->form.n > 0 || t->post.n > 0) {
		struct rk_str body = t->post.n > 0 ? t->post : t->form;

		SET(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
		SET(t, CURLOPT_POSTFIELDS, body.p);
		t->posting = true;
	} else if (t->posting) {
		SET(t, CURLOPT_POSTFIELDS, NULL);
		SET(t, CURLOPT_HTTPGET, 1L);
		t->posting = false;
	}
	rk_object_apply(t);
	name_us(t);
	rk_unpack_free(t->unpack);
	t->unpack = NULL;
	if (rk_keeps(RK_M_NO_QUERY))
		use_url(t, t->at);
	else
		use_url(t, rk_arena_fmt(t->arena, "%s?_=1", t->at.p));
	SET(t, CURLOPT_HTTPHEADER, headers_of(t));
	return 0;
}

bool
rk_transfer_died(struct rk_fetch *t, CURLcode code)
{
	long made = 1;

	if (t->alone || t->answer.status != 0)
		return false;
	switch ((int)code) {
	case CURLE_ABORTED_BY_CALLBACK: /* before_request: libcurl was to try again */
		t->alone = true;
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR: /* a reset that came between two looks at the socket */
		if (curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &made) == CURLE_OK)
			t->alone = made == 0;
		break;
	default:
		break;
	}
	return t->alone;
}

void
rk_transfer_count(struct rk_fetch *t)
{
	curl_off_t body = 0, asked = 0, first = 0;
	char *address = NULL;
	size_t n;

	if (curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &body) == CURLE_OK &&
	    body > 0)
		t->body_bytes += (uint64_t)body;
	t->result.answer_ms = 0;
	if (curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &asked) == CURLE_OK &&
	    curl_easy_getinfo(t->easy, CURLINFO_STARTTRANSFER_TIME_T, &first) == CURLE_OK &&
	    first > asked)
		t->result.answer_ms = (uint64_t)(first - asked) / 1000 + 1;
	t->result.address[0] = '\0';
	if (curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &address) == CURLE_OK &&
	    address != NULL && (n = strlen(address)) < sizeof(t->result.address))
		memcpy(t->result.address, address, n + 1);
}
