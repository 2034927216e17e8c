/*
 * What libcurl's callbacks do with a transfer: the address is judged before a socket
 * connects, headers and decoded bytes are counted as they come, bodies that are not
 * wanted are neither decoded nor read to a far end.
 */
#include "fetch_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/manners.h>

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

static curl_socket_t
open_socket(void *cookie, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct rk_fetch *t = cookie;
	const struct rk_fetcher *f = t->fetcher;
	unsigned char addr[16] = {0};
	const char *what;
	bool ipv6 = a->family == AF_INET6;
	curl_socket_t fd;

	if (purpose != CURLSOCKTYPE_IPCXN || (!ipv6 && a->family != AF_INET))
		return CURL_SOCKET_BAD;
	if (!t->proxied) {
		memcpy(addr,
		    (const char *)&a->addr +
			(ipv6 ? offsetof(struct sockaddr_in6, sin6_addr)
			      : offsetof(struct sockaddr_in, sin_addr)),
		    ipv6 ? 16 : 4);
		what = rk_guard_why_not(
		    ipv6, addr, f->allow_addresses, f->n_allow_addresses);
		if (what != NULL) {
			t->refused++;
			rk_guard_say(
			    ipv6, addr, what, t->refused_text, sizeof(t->refused_text));
			return CURL_SOCKET_BAD;
		}
	}
	t->opened++;
	fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	if (fd >= 0)
		rk_watch_opened(t->fetcher, fd);
	return fd;
}

/*
 * libcurl tries again by itself where a connection that was used before died, up to five
 * times: as often as it has such ones, which a server mostly closes together. It may do so
 * once, and not on another of them (RELIABILITY 2.32).
 */
static int
before_request(void *cookie, char *address, char *local, int port, int local_port)
{
	struct rk_fetch *t = cookie;
	bool again = t->tries > 0 && (t->tries > 1 || t->opened == 0);

	(void)address, (void)local, (void)port, (void)local_port;
	if (again && rk_keeps(RK_M_NO_RETRY))
		return CURL_PREREQFUNC_ABORT;
	t->tries++;
	return CURL_PREREQFUNC_OK;
}

/* Is this the answer whose body the caller gets? */
static bool
is_wanted(const struct rk_fetch *t)
{
	return t->document ||
	       (t->keep_error && t->answer.status >= 400 && t->answer.location.n == 0) ||
	       (t->any_2xx && t->answer.status >= 200 && t->answer.status < 300);
}

/* How the body is undone. What is not wanted is not: a bomb in a redirect stays shut. */
static bool
judge_codings(struct rk_fetch *t)
{
	const struct rk_answer *a = &t->answer;
	enum rk_coding codings[2 * RK_MAX_CODINGS];
	bool decode = a->codings > 0 && is_wanted(t) && !a->foreign, ours;
	size_t n = 0;

	if (decode && a->codings > RK_MAX_CODINGS) {
		t->stop = RK_STOP_CODINGS;
		return false;
	}
	for (size_t i = 0; i < a->content.n; i++)
		codings[n++] = a->content.of[i];
	for (size_t i = 0; i < a->transfer.n; i++)
		codings[n++] = a->transfer.of[i];
	ours = n == a->codings;
	rk_unpack_free(t->unpack);
	t->unpack = decode && ours ? rk_unpack_new(codings, n) : NULL;
	t->packed = 0;
	if (t->decoding != (decode && !ours)) {
		t->decoding = !t->decoding;
		SET(t, CURLOPT_HTTP_CONTENT_DECODING, t->decoding ? 1L : 0L);
	}
	return true;
}

/* The head is whole: is the body wanted, and may it come? false: end the transfer. */
static bool
judge_head(struct rk_fetch *t)
{
	const struct rk_answer *a = &t->answer;

	t->document =
	    a->status == 200 || (a->status == 226 && t->delta_asked && a->feed_im);
	if (!judge_codings(t))
		return false;
	if (!t->document || a->length <= 0)
		return true;
	if ((uint64_t)a->length > t->max_body && !t->first_part) {
		t->stop = RK_STOP_BODY;
		return false;
	}
	if (a->codings == 0)
		rk_buf_reserve(&t->result.body, (uint64_t)a->length < RK_RESERVE_BODY
						    ? (size_t)a->length
						    : RK_RESERVE_BODY);
	return true;
}

static size_t
on_header(char *p, size_t size, size_t n, void *cookie)
{
	struct rk_fetch *t = cookie;
	bool was_complete = t->answer.complete;

	n *= size;
	t->header_bytes += n;
	if (t->header_bytes > RK_MAX_HEADERS) {
		t->stop = RK_STOP_HEADERS;
		return 0;
	}
	rk_answer_line(&t->answer, rk_strn(p, n), t->arena);
	if (t->answer.complete && !was_complete && !judge_head(t))
		return 0;
	return n;
}

/* Append to the body, at most up to `limit` bytes; else t->stop says why not. */
static bool
take(struct rk_fetch *t, struct rk_str bytes, size_t limit, enum rk_stop full)
{
	struct rk_buf *body = &t->result.body;
	size_t room = limit - body->n;

	if (t->unpack != NULL) {
		/* Empty members and bytes behind the end give nothing, for ever. */
		t->packed += bytes.n;
		if (t->packed > t->max_body) {
			t->stop = full;
			return false;
		}
		switch (rk_unpack(t->unpack, bytes, body, limit)) {
		case RK_UNPACK_OK:
			return true;
		case RK_UNPACK_BAD:
			/* of an error page what came before will do */
			t->stop = t->document ? RK_STOP_UNPACK : full;
			return false;
		case RK_UNPACK_FULL:
			t->stop = full;
			return false;
		}
	}
	if (rk_buf_add(body, bytes.p, bytes.n < room ? bytes.n : room) == 0 &&
	    bytes.n <= room)
		return true;
	t->stop = full;
	return false;
}

static size_t
on_body(char *p, size_t size, size_t n, void *cookie)
{
	struct rk_fetch *t = cookie;
	struct rk_str bytes = rk_strn(p, n * size);

	n *= size;
	if (t->document)
		return take(t, bytes, (size_t)t->max_body,
			   t->first_part ? RK_STOP_SKIPPED : RK_STOP_BODY)
			   ? n
			   : 0;
	if (is_wanted(t))
		return take(t, bytes,
			   t->max_body < RK_MAX_ERROR_BODY ? (size_t)t->max_body
							   : RK_MAX_ERROR_BODY,
			   RK_STOP_SKIPPED)
			   ? n
			   : 0;
	t->skipped += n;
	if (t->skipped <= RK_SKIP_BODY)
		return n;
	t->stop = RK_STOP_SKIPPED;
	return 0;
}

void
rk_receive_install(struct rk_fetch *t)
{
	SET(t, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(t, CURLOPT_OPENSOCKETDATA, t);
	SET(t, CURLOPT_CLOSESOCKETFUNCTION, rk_watch_close_socket);
	SET(t, CURLOPT_CLOSESOCKETDATA, t->fetcher); /* outlives the connections */
	SET(t, CURLOPT_PREREQFUNCTION, before_request);
	SET(t, CURLOPT_PREREQDATA, t);
	SET(t, CURLOPT_HEADERFUNCTION, on_header);
	SET(t, CURLOPT_HEADERDATA, t);
	SET(t, CURLOPT_WRITEFUNCTION, on_body);
	SET(t, CURLOPT_WRITEDATA, t);
}
