/* Which answer a request gets: health, metrics, else a file. GET and HEAD only. */
#include "serve_int.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define MAX_METRICS ((size_t)1 << 20)

#define PAGE_POLICY                                                                    \
	"default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; " \
	"form-action 'self'; frame-ancestors "

void
common_headers(struct MHD_Response *r, enum page_kind kind)
{
	static const char *const policies[] = {
	    [NO_PAGE] = "default-src 'none'; base-uri 'none'; form-action 'none'; "
			"frame-ancestors 'none'",
	    [OUR_PAGE] = PAGE_POLICY "'self'",
	    [FRAMED_PAGE] = PAGE_POLICY "*"};

	(void)MHD_add_response_header(r, "Content-Security-Policy", policies[kind]);
	(void)MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	(void)MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
}

static enum MHD_Result
queue(
    struct MHD_Connection *c, unsigned status, struct MHD_Response *r, const char *type)
{
	enum MHD_Result rc;

	if (r == NULL)
		return MHD_NO;
	common_headers(r, NO_PAGE);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED &&
	    MHD_get_response_header(r, MHD_HTTP_HEADER_ALLOW) == NULL)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "10");
	/* what follows such a request on its connection may be anything */
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED || status == MHD_HTTP_BAD_REQUEST ||
	    status == MHD_HTTP_CONTENT_TOO_LARGE ||
	    status == MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE ||
	    status == MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

enum MHD_Result
answer_text(struct MHD_Connection *c, unsigned status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);

	return queue(c, status, r, "text/plain; charset=utf-8");
}

/* The socket's peer, never a header that a client can write (case 42). */
static bool
from_loopback(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *peer = info != NULL ? info->client_addr : NULL;

	if (peer != NULL && peer->sa_family == AF_INET) {
		const struct sockaddr_in *v4 =
		    (const struct sockaddr_in *)(const void *)peer;

		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	}
	if (peer != NULL && peer->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 =
		    (const struct sockaddr_in6 *)(const void *)peer;

		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	}
	return false;
}

enum MHD_Result
answer_fault(struct MHD_Connection *c, unsigned status)
{
	switch (status) {
	case MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE:
		return answer_text(c, status, "the request's header is too long\n");
	case MHD_HTTP_CONTENT_TOO_LARGE:
		return answer_text(c, status, "no content is taken\n");
	case MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED:
		return answer_text(c, status, "only HTTP/1.0 and HTTP/1.1\n");
	default:
		return answer_text(c, MHD_HTTP_BAD_REQUEST, "bad request\n");
	}
}

static enum MHD_Result
answer_metrics(const struct rk_serve_opts *opts, struct MHD_Connection *c)
{
	struct MHD_Response *r;
	struct rk_buf text;

	if (opts->metrics == NULL || !from_loopback(c))
		return answer_text(c, MHD_HTTP_NOT_FOUND, "not found\n");
	rk_buf_init(&text, MAX_METRICS);
	opts->metrics(opts->cookie, &text);
	r = MHD_create_response_from_buffer(
	    text.n, text.n > 0 ? text.p : NULL, MHD_RESPMEM_MUST_COPY);
	rk_buf_release(&text);
	return queue(c, MHD_HTTP_OK, r, "text/plain; version=0.0.4; charset=utf-8");
}

static enum MHD_Result
answer_ready(const struct rk_serve_opts *opts, struct MHD_Connection *c)
{
	const char *amiss =
	    opts->degraded != NULL ? opts->degraded(opts->cookie) : NULL;
	char text[256];

	if (opts->ready != NULL && !opts->ready(opts->cookie))
		return answer_text(c, MHD_HTTP_SERVICE_UNAVAILABLE, "not ready\n");
	if (amiss == NULL)
		return answer_text(c, MHD_HTTP_OK, "ready\n");
	(void)snprintf(text, sizeof(text), "ready, degraded: %s\n", amiss);
	return answer_text(c, MHD_HTTP_OK, text);
}

/* Our own hub takes one method only. */
static bool
is_hub(const struct rk_serve_opts *opts, const char *url)
{
	unsigned status = 0;

	return strcmp(url, "/hub") == 0 && opts->hub_room != NULL &&
	       opts->hub_room(opts->cookie, &status) > 0;
}

static enum MHD_Result
answer_only_post(struct MHD_Connection *c)
{
	static const char text[] = "this is a WebSub hub: only POST, with hub.mode, "
				   "hub.topic and hub.callback\n";
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    sizeof(text) - 1, (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);

	if (r != NULL)
		(void)MHD_add_response_header(
		    r, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_POST);
	return queue(c, MHD_HTTP_METHOD_NOT_ALLOWED, r, "text/plain; charset=utf-8");
}

enum MHD_Result
route(const struct rk_serve_opts *opts, struct files *files, struct MHD_Connection *c,
    const char *url, const char *method, uint64_t *bytes)
{
	*bytes = 0;
	url = request_path(url);
	if (is_hub(opts, url))
		return answer_only_post(c);
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer_text(
		    c, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
	if (strcmp(url, "/healthz") == 0)
		return answer_text(c, MHD_HTTP_OK, "ok\n");
	if (strcmp(url, "/readyz") == 0)
		return answer_ready(opts, c);
	if (strcmp(url, "/metrics") == 0)
		return answer_metrics(opts, c);
	return files_answer(files, c, url, bytes);
}
