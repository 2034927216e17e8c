/*
 * The control socket: orders of the operator to a running daemon. One line a
 * connection, "withdraw ID", "block ID", or the question "network"; the answer is one line, an exit status and
 * a sentence. Only root and the daemon's own user are heard. The store does the work
 * on its thread, so the loop never waits.
 */
#include "daemon_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct control {
	struct engine *e;
	uv_pipe_t listener;
	struct client *clients;
	unsigned n_clients;
	int folder; /* of the socket, to take it away */
	bool closing;
};

struct client {
	struct client *next, **link;
	struct control *control;
	uv_pipe_t pipe;
	uv_timer_t timer;
	uv_write_t write;
	unsigned open;  /* handles that are not closed yet */
	bool asked;     /* the request is there */
	bool working;   /* the store has it */
	bool closing;
	enum rk_order how;
	size_t n;
	char line[RK_MAX_CONTROL];
	char answer[256];
};

int
control_address(const char *state, int folder, struct sockaddr_un *to)
{
	int n;

	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	n = snprintf(to->sun_path, sizeof(to->sun_path), "%s/control", state);
	if (n < 0 || n >= (int)sizeof(to->sun_path)) /* the kernel's way to a long path */
		n = snprintf(to->sun_path, sizeof(to->sun_path), "/proc/self/fd/%d/control",
		    folder);
	return n > 0 && n < (int)sizeof(to->sun_path) ? 0 : -1;
}

/* ---- a client's end */

static void
client_free(struct client *c)
{
	if (c->open > 0 || c->working)
		return;
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	c->control->n_clients--;
	free(c);
}

static void
on_client_closed(uv_handle_t *handle)
{
	struct client *c = handle->data;

	c->open--;
	client_free(c);
}

static void
client_close(struct client *c)
{
	if (c->closing)
		return;
	c->closing = true;
	uv_close((uv_handle_t *)&c->pipe, on_client_closed);
	uv_close((uv_handle_t *)&c->timer, on_client_closed);
}

static void
on_written(uv_write_t *write, int status)
{
	(void)status;
	client_close(write->data);
}

static void
answer(struct client *c, int status, const char *text)
{
	uv_buf_t buf;

	if (c->closing)
		return;
	(void)snprintf(c->answer, sizeof(c->answer), "%d %.200s\n", status, text);
	buf = uv_buf_init(c->answer, (unsigned)strlen(c->answer));
	c->write.data = c;
	if (uv_write(&c->write, (uv_stream_t *)&c->pipe, &buf, 1, on_written) != 0)
		client_close(c);
}

static void
on_client_late(uv_timer_t *timer)
{
	client_close(timer->data);
}

/* ---- the work */

static void
on_ended(void *cookie, enum rk_obeyed obeyed, const struct rk_err *err)
{
	struct client *c = cookie;
	struct engine *e = c->control->e;

	c->working = false;
	if (err->kind != RK_E_NONE) {
		answer(c, 3, err->text);
	} else {
		answer(c, rk_order_status(obeyed), rk_order_sentence(obeyed, c->how));
		if (obeyed == RK_OBEYED)
			publisher_dirty(e->publisher);
	}
	client_free(c);
}

/* "0 SECONDS": it seems to be down since then; "1 up". */
static void
network(struct client *c)
{
	int64_t since = pipeline_lost_since(c->control->e->pipeline);
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)since);
	answer(c, since == RK_NO_TIME ? 1 : 0, since == RK_NO_TIME ? "up" : text);
}

static void
order(struct client *c)
{
	struct engine *e = c->control->e;
	struct rk_str rest = rk_str_trim(rk_strn(c->line, c->n)), verb;
	enum rk_order how;

	c->asked = true;
	(void)uv_read_stop((uv_stream_t *)&c->pipe);
	if (e->stopping || e->storeq == NULL || e->publisher == NULL) {
		answer(c, 4, "the daemon is reloading or stopping: try again");
		return;
	}
	(void)rk_str_split(&rest, ' ', &verb);
	if (rk_str_is(verb, CONTROL_NETWORK)) {
		network(c);
		return;
	}
	rest = rk_str_trim(rest);
	for (how = RK_ORDER_WITHDRAW; how <= RK_ORDER_RELEASE; how++)
		if (rk_str_is(verb, order_name(how)))
			break;
	if (rest.n == 0 || how > RK_ORDER_RELEASE) {
		answer(c, 2, "no such order");
		return;
	}
	c->how = how;
	c->working = true;
	c->line[rest.p + rest.n - c->line] = '\0'; /* of what was trimmed, or the line's end */
	rk_log(RK_INFO, "order", "command", order_name(how), "of", rest.p, NULL);
	rk_storeq_order(e->storeq, rest, c->how, engine_now(e), on_ended, c);
}

/* ---- reading */

static void
on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct client *c = handle->data;

	(void)suggested;
	*buf = uv_buf_init(c->line + c->n, (unsigned)(sizeof(c->line) - c->n));
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct client *c = stream->data;
	const char *end;

	(void)buf;
	if (n < 0) {
		client_close(c);
		return;
	}
	c->n += (size_t)n;
	if ((end = memchr(c->line, '\n', c->n)) != NULL) {
		c->n = (size_t)(end - c->line);
		order(c);
	} else if (c->n == sizeof(c->line)) {
		client_close(c);
	}
}

/* The daemon's own user, or root. */
static bool
may_order(uv_pipe_t *pipe)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);
	uv_os_fd_t fd;

	return uv_fileno((uv_handle_t *)pipe, &fd) == 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
	       (peer.uid == geteuid() || peer.uid == 0);
}

static void
on_connection(uv_stream_t *listener, int status)
{
	struct control *control = listener->data;
	struct client *c;

	if (status < 0)
		return;
	c = rk_xcalloc(1, sizeof(*c));
	c->control = control;
	c->next = control->clients;
	c->link = &control->clients;
	if (c->next != NULL)
		c->next->link = &c->next;
	control->clients = c;
	control->n_clients++;
	c->open = 2;
	(void)uv_pipe_init(listener->loop, &c->pipe, 0);
	(void)uv_timer_init(listener->loop, &c->timer);
	c->pipe.data = c->timer.data = c;
	if (uv_accept(listener, (uv_stream_t *)&c->pipe) != 0 ||
	    control->n_clients > RK_CONTROL_CLIENTS || !may_order(&c->pipe) ||
	    uv_read_start((uv_stream_t *)&c->pipe, on_room, on_read) != 0) {
		client_close(c);
		return;
	}
	(void)uv_timer_start(&c->timer, on_client_late, RK_CONTROL_S * 1000, 0);
	uv_unref((uv_handle_t *)&c->timer);
}

/* ---- life */

/* The socket, bound under its name; -1 with errno. */
static int
bound(const char *state, int folder)
{
	struct sockaddr_un at;
	int fd;

	if (control_address(state, folder, &at) != 0) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return -1;
	(void)unlinkat(folder, "control", 0); /* of one that was killed: we hold the lock */
	/* the mode before it has a name: there is no moment when others may connect */
	if (fchmod(fd, 0600) != 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    fchmodat(folder, "control", 0600, 0) != 0) {
		int e = errno;

		(void)close(fd);
		errno = e;
		return -1;
	}
	return fd;
}

struct control *
control_open(struct engine *e)
{
	const char *state = rk_cstr(e->config->storage.state);
	struct control *c = rk_xcalloc(1, sizeof(*c));
	int fd = -1;

	c->e = e;
	c->folder = open(state, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->folder < 0 || (fd = bound(state, c->folder)) < 0) {
		rk_log(RK_WARN, "no control socket: withdraw and block need a stopped daemon",
		    "error", strerror(errno), NULL);
		if (c->folder >= 0)
			(void)close(c->folder);
		free(c);
		return NULL;
	}
	(void)uv_pipe_init(e->loop, &c->listener, 0);
	c->listener.data = c;
	rk_assert(uv_pipe_open(&c->listener, fd) == 0);
	rk_assert(uv_listen((uv_stream_t *)&c->listener, RK_CONTROL_CLIENTS, on_connection) == 0);
	return c;
}

static void
on_listener_closed(uv_handle_t *handle)
{
	struct control *c = handle->data;

	(void)unlinkat(c->folder, "control", 0);
	(void)close(c->folder);
	c->folder = -1;
}

void
control_close(struct control *c)
{
	struct client *next;

	if (c == NULL || c->closing)
		return;
	c->closing = true;
	uv_close((uv_handle_t *)&c->listener, on_listener_closed);
	for (struct client *i = c->clients; i != NULL; i = next) {
		next = i->next;
		client_close(i);
	}
}

void
control_free(struct control *c)
{
	free(c);
}
