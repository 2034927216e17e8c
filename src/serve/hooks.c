/*
 * What hubs say to /websub/ID: a question by GET, news by POST; and what subscribers say
 * to our own at /hub. A body is taken piece by piece, as far as the function behind
 * allows, and handed over whole.
 */
#include "serve_int.h"

#include <ruamkhao/err.h>

#include <stdlib.h>
#include <string.h>

#define PREFIX "/websub/"
#define HUB    "/hub"
/* Bodies that come in at the same time, all together. */
#define MAX_PUSHES      32
#define MAX_TO_HUB      8 /* of those: anybody may send to it, pushes come to secret paths */
#define MAX_PUSH_BYTES  ((size_t)32 << 20)
#define MAX_VALUE       4096 /* of a query */

struct hook {
	struct hooks *all;
	struct rk_buf body;
	size_t counted; /* of it, in all->bytes */
	bool full;      /* there is no room for more of it */
	bool to_hub;
};

static struct rk_str
id_of(const char *url)
{
	return rk_str(request_path(url) + strlen(PREFIX));
}

static bool
to_hub(const struct rk_serve_opts *opts, const char *url, const char *method)
{
	return opts->hub_called != NULL && opts->hub_room != NULL &&
	       strcmp(request_path(url), HUB) == 0 &&
	       strcmp(method, MHD_HTTP_METHOD_POST) == 0;
}

bool
hook_wanted(const struct rk_serve_opts *opts, const char *url, const char *method)
{
	return to_hub(opts, url, method) ||
	       (opts->websub != NULL && opts->websub_room != NULL &&
		   rk_str_starts(rk_str(request_path(url)), PREFIX) &&
		   (strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		       strcmp(method, MHD_HTTP_METHOD_POST) == 0));
}

/* The text is copied. */
static enum MHD_Result
answer(struct MHD_Connection *c, unsigned status, struct rk_str text, bool last)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    text.n, (void *)(uintptr_t)(text.n > 0 ? text.p : ""), MHD_RESPMEM_MUST_COPY);
	enum MHD_Result rc;

	if (r == NULL)
		return MHD_NO;
	common_headers(r, NO_PAGE);
	(void)MHD_add_response_header(
	    r, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (status == MHD_HTTP_TOO_MANY_REQUESTS || status == MHD_HTTP_SERVICE_UNAVAILABLE)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "60");
	if (last)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

/* ---- a push */

static struct rk_str
header(struct MHD_Connection *c, const char *name)
{
	return rk_str(MHD_lookup_connection_value(c, MHD_HEADER_KIND, name));
}

enum MHD_Result
hook_begin(struct hooks *all, const struct rk_serve_opts *opts, struct MHD_Connection *c,
    const char *url, struct hook **out, uint64_t *bytes)
{
	unsigned status = MHD_HTTP_NOT_FOUND;
	uint64_t room, length = 0;
	struct rk_str told = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
	struct hook *hook;
	bool ours = to_hub(opts, url, MHD_HTTP_METHOD_POST);

	*out = NULL;
	*bytes = 0;
	room = ours ? opts->hub_room(opts->cookie, &status)
		    : opts->websub_room(opts->cookie, id_of(url), &status);
	if (room == 0)
		return answer(c, status, RK_STR("not taken\n"), true);
	if (told.n > 0 && (rk_str_u64(told, UINT64_MAX / 2, &length) != 0 || length > room))
		return answer(c, MHD_HTTP_CONTENT_TOO_LARGE, RK_STR("too long\n"), true);
	if (all->n >= MAX_PUSHES || (ours && all->n_hub >= MAX_TO_HUB) ||
	    all->bytes + length > MAX_PUSH_BYTES)
		return answer(c, MHD_HTTP_SERVICE_UNAVAILABLE, RK_STR("not now\n"), true);
	hook = rk_xcalloc(1, sizeof(*hook));
	hook->all = all;
	rk_buf_init(&hook->body, (size_t)room);
	hook->counted = (size_t)length;
	hook->to_hub = ours;
	all->n++;
	all->n_hub += ours;
	all->bytes += hook->counted;
	*bytes = told.n > 0 ? length : room;
	*out = hook;
	return MHD_YES;
}

void
hook_piece(struct hook *hook, const char *bytes, size_t n)
{
	size_t more = hook->body.n + n;

	if (hook->full)
		return;
	more = more > hook->counted ? more - hook->counted : 0;
	if (hook->all->bytes + more > MAX_PUSH_BYTES ||
	    rk_buf_add(&hook->body, bytes, n) != 0) {
		hook->full = true;
		return;
	}
	hook->counted += more;
	hook->all->bytes += more;
}

void
hook_free(struct hook *hook)
{
	if (hook == NULL)
		return;
	hook->all->n--;
	hook->all->n_hub -= hook->to_hub;
	hook->all->bytes -= hook->counted;
	rk_buf_release(&hook->body);
	free(hook);
}

/* ---- a question */

/* The server decoded only what need not have been encoded (serve.c), never a '%': what
 * is left is decoded here. */
static struct rk_str
value(struct MHD_Connection *c, const char *name, char *out)
{
	const char *p = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
	size_t n = 0;

	for (; p != NULL && *p != '\0' && n + 1 < MAX_VALUE; p++) {
		int high = *p == '%' ? hex_digit(p[1]) : -1;
		int low = high >= 0 ? hex_digit(p[2]) : -1;

		out[n] = low >= 0 ? (char)(high * 16 + low) : *p;
		if (out[n++] == '\0') /* no value of a hub's */
			return (struct rk_str){"", 0};
		if (low >= 0)
			p += 2;
	}
	if (p != NULL && *p != '\0') /* longer than any that we echo: not half of it */
		return (struct rk_str){"", 0};
	out[n] = '\0';
	return rk_strn(out, n);
}

/* A line of ours, never of the request. */
static enum MHD_Result
answer_hub(struct hook *hook, const struct rk_serve_opts *opts, struct MHD_Connection *c)
{
	struct rk_hub_reply reply = {.status = MHD_HTTP_NOT_FOUND};
	struct rk_hub_call call = {.content_type = header(c, MHD_HTTP_HEADER_CONTENT_TYPE),
	    .body = rk_buf_view(&hook->body)};
	struct rk_buf text;
	enum MHD_Result rc;

	opts->hub_called(opts->cookie, &call, &reply);
	rk_buf_init(&text, 1024);
	if (reply.text.n > 0 && rk_buf_str(&text, reply.text) == 0)
		(void)rk_buf_addc(&text, '\n');
	rc = answer(c, reply.status, rk_buf_view(&text), false);
	rk_buf_release(&text);
	return rc;
}

enum MHD_Result
hook_answer(struct hook *hook, const struct rk_serve_opts *opts, struct MHD_Connection *c,
    const char *url)
{
	struct rk_websub_reply reply = {.status = MHD_HTTP_NOT_FOUND};
	struct rk_websub_call call = {.id = id_of(url), .push = hook != NULL};
	char *values = NULL;
	enum MHD_Result rc;

	if (hook != NULL && hook->full)
		return answer(c, MHD_HTTP_CONTENT_TOO_LARGE, RK_STR("too long\n"), true);
	if (hook != NULL && to_hub(opts, url, MHD_HTTP_METHOD_POST))
		return answer_hub(hook, opts, c);
	if (hook != NULL) {
		call.signature = header(c, "X-Hub-Signature");
		call.content_type = header(c, MHD_HTTP_HEADER_CONTENT_TYPE);
		call.body = rk_buf_view(&hook->body);
	} else {
		values = rk_xmalloc((size_t)5 * MAX_VALUE);
		call.mode = value(c, "hub.mode", values);
		call.topic = value(c, "hub.topic", values + MAX_VALUE);
		call.challenge = value(c, "hub.challenge", values + (size_t)2 * MAX_VALUE);
		call.lease = value(c, "hub.lease_seconds", values + (size_t)3 * MAX_VALUE);
		call.reason = value(c, "hub.reason", values + (size_t)4 * MAX_VALUE);
	}
	opts->websub(opts->cookie, &call, &reply);
	rc = answer(c, reply.status, reply.text, false);
	free(values);
	return rc;
}
