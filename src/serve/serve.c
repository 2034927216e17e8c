/*
 * libmicrohttpd inside the loop: its epoll descriptor is one uv_poll_t, its time-outs
 * one uv_timer_t. It never blocks and has no thread of its own.
 */
#include <ruamkhao/serve.h>

#include "serve_int.h"

#include <ruamkhao/err.h>

#include <uv.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLIENTS 512      /* RELIABILITY F22 */
#define CLIENT_TIMEOUT_S 10  /* for the headers, and between two writes */
#define CLIENT_MEMORY 16384  /* request line and headers of a connection */

struct rk_server {
	struct MHD_Daemon *mhd;
	struct rk_serve_opts opts; /* strings copied */
	char *root;
	struct rk_server_view view;
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned open_handles;
	rk_server_closed_fn *closed;
	void *closed_cookie;
};

/* ---- the loop */

static void on_timer(uv_timer_t *);

static void
turn(struct rk_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	(void)MHD_run(s->mhd);
	if (MHD_get_timeout(s->mhd, &ms) == MHD_YES)
		(void)uv_timer_start(&s->timer, on_timer, ms, 0);
	else
		(void)uv_timer_stop(&s->timer);
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	turn(poll->data);
}

static void
on_timer(uv_timer_t *timer)
{
	turn(timer->data);
}

/* ---- requests */

static enum MHD_Result
on_request(void *cookie, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_n, void **seen)
{
	struct rk_server *s = cookie;
	static int mark;

	(void)version;
	(void)upload;
	if (*seen == NULL) { /* only the headers are in */
		*seen = &mark;
		return MHD_YES;
	}
	if (*upload_n > 0) { /* nobody has anything to send us */
		*upload_n = 0;
		return MHD_YES;
	}
	return route(&s->view, connection, url, method);
}

/* ---- the address */

static int
parse_listen(struct rk_str listen, struct sockaddr_storage *out, struct rk_err *err)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
	struct rk_str host = listen, port;
	char text[64];
	uint64_t number;
	size_t colon = listen.n;

	memset(out, 0, sizeof(*out));
	while (colon > 0 && listen.p[colon - 1] != ':')
		colon--;
	port = rk_str_from(listen, colon);
	host.n = colon > 0 ? colon - 1 : 0;
	if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = rk_strn(host.p + 1, host.n - 2);
	if (colon == 0 || host.n >= sizeof(text) || rk_str_u64(port, 65535, &number) != 0)
		goto bad;
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	if (strcmp(text, "localhost") == 0)
		memcpy(text, "127.0.0.1", sizeof("127.0.0.1"));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)number);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)number);
		return 0;
	}
bad:
	return rk_err_set(err, RK_E_CONFIG,
	    "\"%.*s\" is no address to listen on (try 127.0.0.1:8080 or [::1]:8080)",
	    RK_FMT(listen));
}

/* ---- life */

static void
release(struct rk_server *s)
{
	files_free(s->view.files);
	free(s->root);
	free(s);
}

int
rk_server_start(struct uv_loop_s *loop, const struct rk_serve_opts *opts,
    struct rk_server **out, struct rk_err *err)
{
	struct rk_server *s = rk_xcalloc(1, sizeof(*s));
	const union MHD_DaemonInfo *info;
	struct sockaddr_storage addr;
	unsigned flags = MHD_USE_EPOLL;

	if (parse_listen(opts->listen, &addr, err) != 0)
		goto fail;
	s->opts = *opts;
	s->root = rk_xstrdup(rk_cstr(opts->root));
	s->view.files = files_new(s->root);
	s->view.opts = &s->opts;
	if (addr.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	errno = 0;
	s->mhd = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
	    (struct sockaddr *)&addr, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CLIENTS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CLIENT_TIMEOUT_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CLIENT_MEMORY,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_END);
	if (s->mhd == NULL) {
		(void)rk_err_sys(err, errno != 0 ? errno : EADDRINUSE, "cannot listen on %.*s",
		    RK_FMT(opts->listen));
		goto fail;
	}
	info = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	rk_assert(info != NULL);
	(void)uv_poll_init(loop, &s->poll, info->epoll_fd);
	(void)uv_timer_init(loop, &s->timer);
	s->poll.data = s->timer.data = s;
	s->open_handles = 2;
	(void)uv_poll_start(&s->poll, UV_READABLE, on_poll);
	*out = s;
	return 0;
fail:
	release(s);
	return -1;
}

uint16_t
rk_server_port(const struct rk_server *s)
{
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_BIND_PORT);

	return info != NULL ? info->port : 0;
}

static void
on_closed(uv_handle_t *handle)
{
	struct rk_server *s = handle->data;
	rk_server_closed_fn *closed = s->closed;
	void *cookie = s->closed_cookie;

	if (--s->open_handles > 0)
		return;
	MHD_stop_daemon(s->mhd);
	release(s);
	if (closed != NULL)
		closed(cookie);
}

void
rk_server_close(struct rk_server *s, rk_server_closed_fn *closed, void *cookie)
{
	s->closed = closed;
	s->closed_cookie = cookie;
	(void)uv_poll_stop(&s->poll);
	uv_close((uv_handle_t *)&s->poll, on_closed);
	uv_close((uv_handle_t *)&s->timer, on_closed);
}
