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

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEARCH "/search" /* the pages whose names begin so look through all entries */

struct asked {
	uv_work_t work;
	struct askers *all;
	struct MHD_Connection *c;
	struct asked *next;
	struct rk_page_call call;
	struct rk_page_reply reply;
	struct rk_buf text; /* of the call */
	uint64_t peer;
	bool search;
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
	all->searching -= it->search;
	MHD_resume_connection(it->c);
	if (!all->closing)
		begin_more(all);
	all->made(all->cookie);
}

/* It closed the connection, or it was cut. One that only says that it sends no more is
 * not told apart. */
static bool
is_gone(const struct asked *it)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(it->c, MHD_CONNECTION_INFO_CONNECTION_FD);
	char byte;
	ssize_t k;

	if (info == NULL)
		return true;
	k = recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return k == 0 || (k < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

static struct asked *
unqueue(struct askers *all, struct asked **at)
{
	struct asked *it = *at;

	*at = it->next;
	if (all->last == &it->next)
		all->last = at;
	all->n_waiting--;
	all->searches -= it->search;
	return it;
}

/* Nothing is made for who left. */
static void
drop_gone(struct askers *all)
{
	struct asked **at = &all->first;

	while (*at != NULL) {
		if (is_gone(*at))
			MHD_resume_connection(unqueue(all, at)->c);
		else
			at = &(*at)->next;
	}
}

/* In the order they came in, but that searches leave a place. */
static void
begin_more(struct askers *all)
{
	struct asked **at = &all->first;

	while (*at != NULL && all->n_begun < RK_PAGES_AT_ONCE) {
		struct asked *it = *at;

		if (it->search && all->searching >= RK_PAGES_SEARCHING) {
			at = &it->next;
			continue;
		}
		(void)unqueue(all, at);
		if (is_gone(it)) {
			MHD_resume_connection(it->c);
			continue;
		}
		it->next = all->begun;
		all->begun = it;
		all->n_begun++;
		all->searching += it->search;
		it->work.data = it;
		rk_assert(uv_queue_work(all->loop, &it->work, make, made) == 0);
	}
}

uint64_t
asked_peer(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;
	const struct sockaddr_in6 *v6 = (const void *)address;
	const uint8_t *b;
	uint32_t ip;
	uint64_t half = 0;

	if (address->sa_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		b = v6->sin6_addr.s6_addr;
		if (IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ||
		    IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr) || (b[0] & 0xfe) == 0xfc)
			return 0;
		for (int i = 0; i < 8; i++)
			half = half << 8 | b[i];
		return half;
	}
	if (address->sa_family == AF_INET6)
		memcpy(&ip, v6->sin6_addr.s6_addr + 12, sizeof(ip));
	else if (address->sa_family == AF_INET)
		ip = v4->sin_addr.s_addr;
	else
		return 0;
	ip = ntohl(ip);
	if (ip >> 24 == 127 || ip >> 24 == 10 || ip >> 20 == 0xac1 || ip >> 16 == 0xc0a8)
		return 0;
	return ip;
}

static unsigned
waiting_of(const struct askers *all, uint64_t peer)
{
	unsigned n = 0;

	for (const struct asked *it = all->first; it != NULL; it = it->next)
		n += it->peer == peer;
	return n;
}

static bool
is_full(const struct askers *all, bool search, uint64_t peer)
{
	return all->n_waiting >= RK_PAGES_WAITING ||
	       (search && all->searches >= RK_SEARCHES_WAITING) ||
	       (peer != 0 && waiting_of(all, peer) >= RK_PAGES_OF_ONE);
}

enum MHD_Result
asked_begin(struct askers *all, struct MHD_Connection *c, const char *url, struct asked **out)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	uint64_t peer = info != NULL ? asked_peer(info->client_addr) : 0;
	const char *name = name_of(all->opts, url);
	bool search = rk_str_starts(rk_str(name), SEARCH);
	struct asked *it;

	*out = NULL;
	if (!all->closing && is_full(all, search, peer))
		drop_gone(all);
	if (all->closing || is_full(all, search, peer))
		return answer_text(
		    c, MHD_HTTP_SERVICE_UNAVAILABLE, "too many ask at once: try again\n");
	it = rk_xcalloc(1, sizeof(*it));
	it->all = all;
	it->c = c;
	it->reply.status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	it->reply.type = "text/html; charset=utf-8";
	rk_buf_init(&it->reply.body, RK_MAX_PAGE_ANSWER);
	it->peer = peer;
	it->search = search;
	take_call(it, name);
	MHD_suspend_connection(c);
	*all->last = it;
	all->last = &it->next;
	all->n_waiting++;
	all->searches += search;
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
	all->n_waiting = all->searches = 0;
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
	char etag[40] = "", hex[33];

	if (body->full)
		return answer_text(c, MHD_HTTP_INTERNAL_SERVER_ERROR, "too long a page\n");
	if (body->n == 0)
		return answer_text(c, status, "this page cannot be made now\n");
	if (status == MHD_HTTP_OK) {
		rk_hash128_hex(rk_hash128(rk_buf_view(body)), hex);
		(void)snprintf(etag, sizeof(etag), "\"%s\"", hex);
		if (is_known(c, etag)) {
			status = MHD_HTTP_NOT_MODIFIED;
			rk_buf_reset(body); /* and its length: copies.c tells why */
		}
	}
	r = MHD_create_response_from_buffer(
	    body->n, body->n > 0 ? body->p : etag, MHD_RESPMEM_MUST_COPY);
	if (r == NULL)
		return MHD_NO;
	*bytes = body->n;
	if (etag[0] != '\0')
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, etag);
	common_headers(r,
	    rk_str_starts(rk_str(it->reply.type), "text/html") ? OUR_PAGE : NO_PAGE);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, it->reply.type);
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL,
	    etag[0] != '\0' ? "max-age=300" : "no-store");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		(void)MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "60");
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}
