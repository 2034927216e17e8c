/*
 * libcurl's multi handle in a libuv loop: one uv_poll_t for a socket, one uv_timer_t
 * for its time-outs (ARCHITECTURE 3.8).
 *
 * The multi is never entered from its own callbacks. The finished transfers are taken out
 * when all sockets of a turn of the loop were seen to: libcurl's code and ours are both
 * larger than the processor's first cache, and so they change places in it less often.
 *
 * A connection is used by one transfer after another, and each would cost five system
 * calls to watch it anew. So the watch of a socket that we opened lives as long as the
 * socket: between two transfers it only stands idle.
 */
#include "fetch_int.h"

#include <ruamkhao/err.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One socket of libcurl's. They are not transfers: a resolver has some, too. */
struct rk_watch {
	uv_poll_t poll;
	struct rk_fetcher *fetcher;
	curl_socket_t fd;
	int events; /* watched for now, 0: none */
	bool kept;   /* we opened the socket, and are told when it is closed */
	bool proven; /* kept, and it has carried an answer. Before that libcurl 7.88 closes
			a socket behind our back (cf_socket_close) */
	bool idle;   /* libcurl does not ask for it now */
};

/* An error condemns the whole multi (its manual): end, and be started again. */
void
rk_multi_ok(CURLMcode rc)
{
	rk_assert(rc == CURLM_OK);
}

static void
on_socket_event(uv_poll_t *poll, int status, int events)
{
	struct rk_watch *w = poll->data;
	struct rk_fetcher *f = w->fetcher;
	int flags = 0, running;

	if (w->idle) { /* the server ends it: libcurl will see when it wants it again */
		uv_poll_stop(poll);
		w->events = 0;
		return;
	}
	/* A negative status is how libuv says POLLERR: news for libcurl. */
	if (status < 0) {
		flags = CURL_CSELECT_ERR;
		w->events = 0; /* and libuv has stopped watching */
	}
	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	rk_multi_ok(curl_multi_socket_action(f->multi, w->fd, flags, &running));
	f->ended = true;
}

static void
watch_closed(uv_handle_t *h)
{
	struct rk_watch *w = h->data;
	struct rk_fetcher *f = w->fetcher;

	free(w);
	f->handles--;
	rk_fetcher_maybe_gone(f);
}

static struct rk_watch *
watch_new(struct rk_fetcher *f, curl_socket_t fd)
{
	struct rk_watch *w = rk_xcalloc(1, sizeof(*w));

	w->fetcher = f;
	w->fd = fd;
	w->poll.data = w;
	if (uv_poll_init(f->loop, &w->poll, fd) != 0) {
		free(w);
		return NULL;
	}
	f->handles++;
	return w;
}

static void
watch_close(struct rk_watch *w)
{
	uv_poll_stop(&w->poll);
	uv_close((uv_handle_t *)&w->poll, watch_closed);
}

void
rk_watch_opened(struct rk_fetcher *f, curl_socket_t fd)
{
	size_t at = (size_t)fd;
	struct rk_watch *w;

	if (at >= f->n_kept) {
		size_t n = at < 64 ? 128 : at * 2;

		f->kept = rk_xrealloc(f->kept, n * sizeof(struct rk_watch *));
		memset(f->kept + f->n_kept, 0, (n - f->n_kept) * sizeof(struct rk_watch *));
		f->n_kept = n;
	}
	rk_assert(f->kept[at] == NULL);
	if ((w = watch_new(f, fd)) == NULL)
		return; /* then it is watched like a socket of libcurl's own */
	w->kept = w->idle = true;
	f->kept[at] = w;
}

int
rk_watch_close_socket(void *cookie, curl_socket_t fd)
{
	struct rk_fetcher *f = cookie;
	size_t at = (size_t)fd;

	if (at < f->n_kept && f->kept[at] != NULL) {
		watch_close(f->kept[at]);
		f->kept[at] = NULL;
	}
	return close(fd);
}

static bool
has_answered(CURL *easy)
{
	const struct rk_fetch *t = NULL;

	return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t) == CURLE_OK && t != NULL &&
	       t->answer.status != 0;
}

static void
forget(struct rk_fetcher *f, struct rk_watch *w)
{
	if (w->kept)
		f->kept[w->fd] = NULL;
	watch_close(w);
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *cookie, void *socket_cookie)
{
	struct rk_fetcher *f = cookie;
	struct rk_watch *w = socket_cookie;
	int events = 0;

	if (w == NULL && (size_t)fd < f->n_kept)
		w = f->kept[fd];
	if (what == CURL_POLL_REMOVE) {
		if (w == NULL)
			return 0;
		curl_multi_assign(f->multi, fd, NULL);
		w->idle = true;
		w->proven = w->proven || (w->kept && has_answered(easy));
		if (!w->proven)
			forget(f, w);
		return 0;
	}
	if (f->cleaned)
		return 0; /* newer libcurls ask even while they are taken down */
	if (w == NULL && (w = watch_new(f, fd)) == NULL)
		return -1;
	if (socket_cookie == NULL)
		curl_multi_assign(f->multi, fd, w);
	w->idle = false;
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
	if (events == w->events)
		return 0;
	w->events = events;
	return uv_poll_start(&w->poll, events, on_socket_event) == 0 ? 0 : -1;
}

static void
on_timer(uv_timer_t *timer)
{
	struct rk_fetcher *f = timer->data;
	int running;

	rk_multi_ok(
	    curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running));
	rk_fetcher_drain(f);
}

/* Only notes the time: the multi must not be entered from here. */
static int
on_timeout(CURLM *multi, long ms, void *cookie)
{
	struct rk_fetcher *f = cookie;

	(void)multi;
	if (f->cleaned)
		return 0;
	if (ms < 0)
		uv_timer_stop(&f->timer);
	else
		uv_timer_start(&f->timer, on_timer, (uint64_t)ms, 0);
	return 0;
}

static void
after_events(uv_check_t *handle)
{
	struct rk_fetcher *f = handle->data;

	if (!f->ended || f->cleaned)
		return;
	f->ended = false;
	rk_fetcher_drain(f);
}

void
rk_watch_install(struct rk_fetcher *f)
{
	(void)uv_check_init(f->loop, &f->after);
	f->after.data = f;
	(void)uv_check_start(&f->after, after_events);
	uv_unref((uv_handle_t *)&f->after); /* it keeps no loop going */
	f->handles++;
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
}
