/*
 * libcurl's multi handle in a libuv loop: one uv_poll_t for a socket, one uv_timer_t
 * for its time-outs (ARCHITECTURE 3.8).
 *
 * The multi is never entered from its own callbacks, and after every entry the finished
 * transfers are taken out.
 */
#include "fetch_int.h"

#include <ruamkhao/err.h>

#include <stdlib.h>

/* One socket of libcurl's. They are not transfers: a resolver has some, too. */
struct watch {
	uv_poll_t poll;
	struct rk_fetcher *fetcher;
	curl_socket_t fd;
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
	struct watch *w = poll->data;
	struct rk_fetcher *f = w->fetcher;
	int flags = 0, running;

	/* A negative status is how libuv says POLLERR: news for libcurl. */
	if (status < 0)
		flags = CURL_CSELECT_ERR;
	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	rk_multi_ok(curl_multi_socket_action(f->multi, w->fd, flags, &running));
	rk_fetcher_drain(f);
}

static void
watch_closed(uv_handle_t *h)
{
	struct watch *w = h->data;
	struct rk_fetcher *f = w->fetcher;

	free(w);
	f->handles--;
	rk_fetcher_maybe_gone(f);
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *cookie, void *socket_cookie)
{
	struct rk_fetcher *f = cookie;
	struct watch *w = socket_cookie;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w == NULL)
			return 0;
		uv_poll_stop(&w->poll);
		uv_close((uv_handle_t *)&w->poll, watch_closed);
		curl_multi_assign(f->multi, fd, NULL);
		return 0;
	}
	if (f->cleaned)
		return 0; /* newer libcurls ask even while they are taken down */
	if (w == NULL) {
		w = rk_xcalloc(1, sizeof(*w));
		w->fetcher = f;
		w->fd = fd;
		w->poll.data = w;
		if (uv_poll_init(f->loop, &w->poll, fd) != 0) {
			free(w);
			return -1;
		}
		f->handles++;
		curl_multi_assign(f->multi, fd, w);
	}
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
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

void
rk_watch_install(struct rk_fetcher *f)
{
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
}
