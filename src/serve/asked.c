/*
 * Pages that are made when they are asked for. The function behind works on a thread of
 * the pool while the connection is suspended; a few at a time, some more wait, the rest
 * is told to come again.
 */
#include "serve_int.h"

#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>

#include <uv.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asked {
	uv_work_t work;
	struct askers *all;
	struct MHD_Connection *c;
	struct asked *next;
	struct rk_page_call call;
	struct rk_page_reply reply;
	struct rk_buf text; /* of the call */
};

struct rk_str
rk_page_arg(const struct rk_page_call *call, const char *name)
{
	for (size_t i = 0; i < call->n_args; i++)
		if (rk_str_is(call->args[i].name, name))
			return call->args[i].value;
	return (struct rk_str){"", 0};
}

void
asked_init(struct askers *all, struct uv_loop_s *loop, const struct rk_serve_opts *opts,
    void (*made)(void *cookie), void *cookie)
{
	memset(all, 0, sizeof(*all));
	all->loop = loop;
	all->opts = opts;
	all->last = &all->first;
	all->made = made;
	all->cookie = cookie;
}

static const char *
name_of(const struct rk_serve_opts *opts, const char *url)
{
	url = request_path(url);
	for (size_t i = 0; opts->page != NULL && opts->pages[i] != NULL; i++)
		if (strcmp(opts->pages[i], url) == 0)
			return opts->pages[i];
	return NULL;
}

bool
asked_wanted(const struct rk_serve_opts *opts, const char *url, const char *method)
{
	return name_of(opts, url) != NULL &&
	       (strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		   strcmp(method, MHD_HTTP_METHOD_HEAD) == 0);
}

/* ---- the call */

/* As in hooks.c: what had to be encoded is decoded here. Returns its place in text. */
static size_t
decode(struct rk_buf *text, const char *p)
{
	size_t at = text->n;

	for (; p != NULL && *p != '\0'; p++) {
		int high = *p == '%' ? hex_digit(p[1]) : -1;
		int low = high >= 0 ? hex_digit(p[2]) : -1;

		(void)rk_buf_addc(text, low >= 0 ? (char)(high * 16 + low) : *p);
		if (low >= 0)
			p += 2;
	}
	(void)rk_buf_addc(text, '\0');
	return at;
}

struct places {
	struct asked *it;
	size_t name[RK_PAGE_ARGS], value[RK_PAGE_ARGS], end[RK_PAGE_ARGS], n;
};

static enum MHD_Result
one_arg(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct places *p = cookie;

	(void)kind;
	if (p->n == RK_PAGE_ARGS)
		return MHD_NO;
	p->name[p->n] = decode(&p->it->text, name);
	p->value[p->n] = decode(&p->it->text, value);
	p->end[p->n++] = p->it->text.n;
	return MHD_YES;
}

static void
take_call(struct asked *it, const char *path)
{
	struct places p = {.it = it};
	const char *text;

	rk_buf_init(&it->text, (size_t)64 << 10); /* a head has 8 KiB */
	(void)MHD_get_connection_values(it->c, MHD_GET_ARGUMENT_KIND, one_arg, &p);
	text = it->text.p;
	it->call.path = rk_str(path);
	for (size_t i = 0; i < p.n; i++) {
		it->call.args[i].name =
		    rk_strn(text + p.name[i], p.value[i] - p.name[i] - 1);
		it->call.args[i].value =
		    rk_strn(text + p.value[i], p.end[i] - p.value[i] - 1);
	}
	it->call.n_args = p.n;
}

/* ---- its way */

static void
make(uv_work_t *work)
{
	struct asked *it = work->data;
	const struct rk_serve_opts *opts = it->all->opts;

	opts->page(opts->page_cookie, &it->call, &it->reply);
}

static void begin_more(struct askers *);

static void
made(uv_work_t *work, int status)
{
	struct asked *it = work->data, **at;
	struct askers *all = it->all;

	(void)status;
	for (at = &all->begun; *at != it;)
		at = &(*at)->next;
	*at = it->next;
	all->n_begun--;
	MHD_resume_connection(it->c);
	if (!all->closing)
		begin_more(all);
	all->made(all->cookie);
}

static void
begin_more(struct askers *all)
{
	while (all->first != NULL && all->n_begun < RK_PAGES_AT_ONCE) {
		struct asked *it = all->first;

		all->first = it->next;
		if (all->first == NULL)
			all->last = &all->first;
		all->n_waiting--;
		it->next = all->begun;
		all->begun = it;
		all->n_begun++;
		it->work.data = it;
		rk_assert(uv_queue_work(all->loop, &it->work, make, made) == 0);
	}
}

enum MHD_Result
asked_begin(struct askers *all, struct MHD_Connection *c, const char *url, struct asked **out)
{
	struct asked *it;

	*out = NULL;
	if (all->closing || all->n_waiting >= RK_PAGES_WAITING)
		return answer_text(
		    c, MHD_HTTP_SERVICE_UNAVAILABLE, "too many ask at once: try again\n");
	it = rk_xcalloc(1, sizeof(*it));
	it->all = all;
	it->c = c;
	it->reply.status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	it->reply.type = "text/html; charset=utf-8";
	rk_buf_init(&it->reply.body, RK_MAX_PAGE_ANSWER);
	take_call(it, name_of(all->opts, url));
	MHD_suspend_connection(c);
	*all->last = it;
	all->last = &it->next;
	all->n_waiting++;
	begin_more(all);
	*out = it;
	return MHD_YES;
}

void
asked_free(struct asked *it)
{
	if (it == NULL)
		return;
	rk_buf_release(&it->reply.body);
	rk_buf_release(&it->text);
	free(it);
}

bool
asked_close(struct askers *all)
{
	all->closing = true;
	while (all->first != NULL) {
		struct asked *it = all->first;

		all->first = it->next;
		MHD_resume_connection(it->c);
	}
	all->last = &all->first;
	all->n_waiting = 0;
	return all->n_begun == 0;
}

/* ---- the answer */

/* Whoever asked has it already. */
static bool
is_known(struct MHD_Connection *c, const char *etag)
{
	struct rk_str list = rk_str(
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH));
	struct rk_str one;

	while (rk_str_split(&list, ',', &one)) {
		one = rk_str_trim(one);
		if (rk_str_starts(one, "W/"))
			one = rk_str_from(one, 2);
		if (rk_str_is(one, etag) || rk_str_is(one, "*"))
			return true;
	}
	return false;
}

enum MHD_Result
asked_answer(struct asked *it, struct MHD_Connection *c, uint64_t *bytes)
{
	struct rk_buf *body = &it->reply.body;
	unsigned status = it->reply.status;
	struct MHD_Response *r;
	enum MHD_Result rc;
	char etag[40], hex[33];

	if (body->full)
		return answer_text(c, MHD_HTTP_INTERNAL_SERVER_ERROR, "too long a page\n");
	if (body->n == 0)
		return answer_text(c, status, "this page cannot be made now\n");
	r = MHD_create_response_from_buffer(body->n, body->p, MHD_RESPMEM_MUST_COPY);
	if (r == NULL)
		return MHD_NO;
	*bytes = body->n;
	common_headers(r,
	    rk_str_starts(rk_str(it->reply.type), "text/html") ? OUR_PAGE : NO_PAGE);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, it->reply.type);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL,
	    status == MHD_HTTP_OK ? "max-age=300" : "no-store");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "60");
	if (status == MHD_HTTP_OK) {
		rk_hash128_hex(rk_hash128(rk_buf_view(body)), hex);
		(void)snprintf(etag, sizeof(etag), "\"%s\"", hex);
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, etag);
		if (is_known(c, etag))
			status = MHD_HTTP_NOT_MODIFIED;
	}
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}
