/*
 * libmicrohttpd inside the loop: its epoll descriptor is one uv_poll_t, its time-outs
 * one uv_timer_t, what it has to do still an uv_idle_t. It never blocks and has no thread
 * of its own.
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
#include <sys/resource.h>

/* RELIABILITY F22 */
#define MAX_CLIENTS   512
#define GRACE_MS      10000
#define CLIENT_MEMORY 16384 /* of a connection: the request's head and the answer's */
#define MIN_CLIENTS   4
#define MOST_RUNS     4 /* in a row: then others of the loop have a turn */

struct rk_server {
	struct MHD_Daemon *mhd;
	struct rk_serve_opts opts; /* its strings are not looked at again */
	struct files *files;
	struct clients *clients;
	struct hooks hooks;
	struct askers pages;
	uv_loop_t *loop;
	uv_poll_t poll;
	uv_timer_t timer;
	/* For the next turn of the loop. A timer of 0 that is started by a timer runs in the
	 * same turn, and again: nothing else of the loop would (libuv before 1.45). */
	uv_idle_t soon;
	unsigned open_handles;
	bool closed_some; /* connections, since MHD_run was called */
	bool closing;
	rk_server_closed_fn *closed;
	void *closed_cookie;
};

/* ---- the loop */

static void on_timer(uv_timer_t *);
static void on_soon(uv_idle_t *);
static void on_made(void *cookie);

static void
turn(struct rk_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;
	unsigned runs = 0;
	uint64_t next;

	uv_update_time(s->loop);
	(void)clients_sweep(
	    s->clients, uv_now(s->loop)); /* MHD_run closes what was cut */
	/* When full it looks away from new connections, and back only at the start of a
	 * run: one that closed some must be followed by another, soon or in a turn to come:
	 * where connections come and go without a pause there is no last one. */
	do {
		s->closed_some = false;
		(void)MHD_run(s->mhd);
	} while (s->closed_some && ++runs < MOST_RUNS);
	next =
	    clients_sweep(s->clients, uv_now(s->loop)); /* it may have taken new ones */
	if (MHD_get_timeout(s->mhd, &ms) == MHD_YES && ms < next)
		next = ms;
	if (s->closed_some)
		next = 0;
	if (next == 0)
		(void)uv_idle_start(&s->soon, on_soon);
	else
		(void)uv_idle_stop(&s->soon);
	if (next > 0 && next < UINT64_MAX)
		(void)uv_timer_start(&s->timer, on_timer, next, 0);
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

static void
on_soon(uv_idle_t *soon)
{
	turn(soon->data);
}

/* ---- requests */

static void
on_connection(void *cookie, struct MHD_Connection *c, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct rk_server *s = cookie;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
		rk_assert(info != NULL);
		*context = clients_add(s->clients, info->connect_fd, uv_now(s->loop));
	} else if (*context != NULL) {
		clients_drop(s->clients, *context);
		*context = NULL;
		s->closed_some = true;
	}
}

static struct client *
client_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void
grant(struct rk_server *s, struct MHD_Connection *c, uint64_t bytes)
{
	struct client *client = client_of(c);

	if (client != NULL)
		clients_grant(s->clients, client, uv_now(s->loop), bytes);
}

static void
hold(struct MHD_Connection *c)
{
	struct client *client = client_of(c);

	if (client != NULL)
		clients_hold(client);
}

/* Before the target is taken apart in its place. The result stands in *seen. */
static void *
on_target(void *cookie, const char *target, struct MHD_Connection *c)
{
	struct client *client = client_of(c);

	(void)cookie;
	if (client != NULL)
		client_target_end(client, target + strlen(target) + 1);
	return NULL;
}

/* *seen of a request: one of both, or plain. */
struct seen {
	struct hook *hook;
	struct asked *page;
};
static struct seen plain;

static struct seen *
seen_new(struct hook *hook, struct asked *page)
{
	struct seen *seen;

	if (hook == NULL && page == NULL) /* refused */
		return &plain;
	seen = rk_xcalloc(1, sizeof(*seen));
	seen->hook = hook;
	seen->page = page;
	return seen;
}

static void
on_completed(void *cookie, struct MHD_Connection *c, void **seen,
    enum MHD_RequestTerminationCode code)
{
	struct seen *it = *seen;

	(void)code;
	if (it != NULL && it != &plain) {
		hook_free(it->hook);
		asked_free(it->page);
		free(it);
	}
	*seen = NULL;
	grant(cookie, c, 0);
}

static bool
is_read(const char *method)
{
	return strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
	       strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

/* Called when the head is in, for each piece of a body, and at the end; once more when a
 * page was made. */
static enum MHD_Result
on_request(void *cookie, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_n, void **seen)
{
	struct rk_server *s = cookie;
	const struct client *client = client_of(c);
	struct seen *it = *seen;
	enum MHD_Result rc;
	uint64_t bytes = 0;
	bool hub = hook_wanted(&s->opts, url, method);
	unsigned fault;

	if (it == NULL) {
		*seen = &plain;
		fault = request_fault(c,
		    client != NULL ? client_target_end_of(client) : NULL, version,
		    !is_read(method));
		if (fault != 0)
			return answer_fault(c, fault);
		if (is_read(method))
			return MHD_YES;
		if (hub) {
			struct hook *hook;

			rc = hook_begin(&s->hooks, &s->opts, c, url, &hook, &bytes);
			*seen = seen_new(hook, NULL);
			grant(s, c, bytes);
			return rc;
		}
		/* refused before its body is read */
		return route(&s->opts, s->files, c, url, method, &bytes);
	}
	if (*upload_n > 0) { /* of others it cannot be: there was no length */
		if (it->hook != NULL)
			hook_piece(it->hook, upload, *upload_n);
		*upload_n = 0;
		return MHD_YES;
	}
	if (it->page == NULL && asked_wanted(&s->opts, url, method)) {
		struct asked *page;

		rc = asked_begin(&s->pages, c, url, &page);
		*seen = seen_new(NULL, page);
		if (page != NULL)
			hold(c);
		else
			grant(s, c, 0);
		return rc;
	}
	rc = it->page != NULL ? asked_answer(it->page, c, &bytes)
	     : hub ? hook_answer(it->hook, &s->opts, c, url)
		   : route(&s->opts, s->files, c, url, method, &bytes);
	grant(s, c, bytes);
	return rc;
}

/* Only what need not have been encoded is decoded (RFC 3986 2.3): a slash or a NUL that
 * was written as %2F or %00 stays that, and names no file. */
static size_t
unescape(void *cookie, struct MHD_Connection *c, char *s)
{
	char *out = s;

	(void)cookie;
	(void)c;
	for (const char *p = s; *p != '\0'; p++) {
		int high = *p == '%' ? hex_digit(p[1]) : -1;
		int low = high >= 0 ? hex_digit(p[2]) : -1;
		char byte = (char)(low >= 0 ? high * 16 + low : 0);

		if (byte != '\0' && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
					   "RSTUVWXYZ0123456789-._~",
					byte) != NULL) {
			*out++ = byte;
			p += 2;
		} else {
			*out++ = *p;
		}
	}
	*out = '\0';
	return (size_t)(out - s);
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
	if (colon == 0 || host.n >= sizeof(text) ||
	    rk_str_u64(port, 65535, &number) != 0)
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

/* A client takes two descriptors; half of all are left to the others. */
static unsigned
most_clients(unsigned wanted)
{
	struct rlimit files;
	rlim_t room;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
		return wanted;
	room = files.rlim_cur / 4;
	if (room < MIN_CLIENTS)
		room = MIN_CLIENTS;
	return room < wanted ? (unsigned)room : wanted;
}

static void
release(struct rk_server *s)
{
	files_free(s->files);
	clients_free(s->clients);
	free(s);
}

int
rk_server_start(struct uv_loop_s *loop, const struct rk_serve_opts *opts,
    struct rk_server **out, struct rk_err *err)
{
	struct rk_server *s = rk_xcalloc(1, sizeof(*s));
	const union MHD_DaemonInfo *info;
	struct sockaddr_storage addr;
	unsigned grace = opts->grace_ms > 0 ? opts->grace_ms : GRACE_MS;
	unsigned clients =
	    most_clients(opts->max_clients > 0 ? opts->max_clients : MAX_CLIENTS);
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;

	if (parse_listen(opts->listen, &addr, err) != 0)
		goto fail;
	s->loop = loop;
	s->opts = *opts;
	s->opts.root = s->opts.listen = s->opts.base_url = s->opts.hub = (struct rk_str){"", 0};
	s->files = files_new(rk_cstr(opts->root), opts->base_url, opts->hub);
	asked_init(&s->pages, loop, &s->opts, on_made, s);
	s->clients = clients_new(grace);
	if (addr.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	errno = 0;
	s->mhd =
	    MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
		(struct sockaddr *)&addr, MHD_OPTION_CONNECTION_LIMIT, clients,
		MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CLIENT_MEMORY, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_UNESCAPE_CALLBACK,
		unescape, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_END);
	if (s->mhd == NULL) {
		(void)rk_err_sys(err, errno != 0 ? errno : EADDRINUSE,
		    "cannot listen on %.*s", RK_FMT(opts->listen));
		goto fail;
	}
	info = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	rk_assert(info != NULL);
	(void)uv_poll_init(loop, &s->poll, info->epoll_fd);
	(void)uv_timer_init(loop, &s->timer);
	(void)uv_idle_init(loop, &s->soon);
	s->poll.data = s->timer.data = s->soon.data = s;
	s->open_handles = 3;
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

/* When its handles are closed and no page is being made any more. */
static void
end_if_done(struct rk_server *s)
{
	rk_server_closed_fn *closed = s->closed;
	void *cookie = s->closed_cookie;

	if (s->open_handles > 0 || !asked_close(&s->pages))
		return;
	MHD_stop_daemon(s->mhd);
	release(s);
	if (closed != NULL)
		closed(cookie);
}

static void
on_closed(uv_handle_t *handle)
{
	struct rk_server *s = handle->data;

	s->open_handles--;
	end_if_done(s);
}

static void
on_made(void *cookie)
{
	struct rk_server *s = cookie;

	if (s->closing)
		end_if_done(s);
	else
		turn(s);
}

void
rk_server_close(struct rk_server *s, rk_server_closed_fn *closed, void *cookie)
{
	s->closing = true;
	s->closed = closed;
	s->closed_cookie = cookie;
	(void)uv_poll_stop(&s->poll);
	uv_close((uv_handle_t *)&s->poll, on_closed);
	uv_close((uv_handle_t *)&s->timer, on_closed);
	uv_close((uv_handle_t *)&s->soon, on_closed);
}
