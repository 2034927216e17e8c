/* Which answer a request gets: health, metrics, else a file. GET and HEAD only. */
#include "serve_int.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define MAX_METRICS ((size_t)1 << 20)

void
common_headers(struct MHD_Response *r)
{
	(void)MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	(void)MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
}

static enum MHD_Result
queue(struct MHD_Connection *c, unsigned status, struct MHD_Response *r, const char *type)
{
	enum MHD_Result rc;

	if (r == NULL)
		return MHD_NO;
	common_headers(r);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

enum MHD_Result
answer_text(struct MHD_Connection *c, unsigned status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text),
	    (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);

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
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)peer;

		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	}
	if (peer != NULL && peer->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)peer;

		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	}
	return false;
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
	r = MHD_create_response_from_buffer(text.n, text.n > 0 ? text.p : NULL,
	    MHD_RESPMEM_MUST_COPY);
	rk_buf_release(&text);
	return queue(c, MHD_HTTP_OK, r, "text/plain; version=0.0.4; charset=utf-8");
}

enum MHD_Result
route(struct rk_server_view *v, struct MHD_Connection *c, const char *url,
    const char *method)
{
	bool head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;

	if (!head && strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		return answer_text(c, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
	if (strcmp(url, "/healthz") == 0)
		return answer_text(c, MHD_HTTP_OK, "ok\n");
	if (strcmp(url, "/readyz") == 0)
		return v->opts->ready == NULL || v->opts->ready(v->opts->cookie)
		    ? answer_text(c, MHD_HTTP_OK, "ready\n")
		    : answer_text(c, MHD_HTTP_SERVICE_UNAVAILABLE, "not ready\n");
	if (strcmp(url, "/metrics") == 0)
		return answer_metrics(v->opts, c);
	return files_answer(v->files, c, url, head);
}
