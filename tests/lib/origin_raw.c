/*
 * The improper server of origin.h: plain sockets, one thread that accepts and one for
 * each connection, which runs the script.
 */
#include "origin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ruamkhao/err.h>

#define HEAD_MAX 65536

struct talk {
	struct talk *next;
	struct origin_raw *origin;
	pthread_t thread;
	int fd;
};

struct told {
	struct told *next;
	char *text;
};

struct origin_raw {
	pthread_t thread;
	int fd;
	int wake[2]; /* closed by stop: every wait sees it */
	uint16_t port;
	struct origin_step *steps;
	size_t n;
	pthread_mutex_t lock; /* of all below */
	struct talk *talks;
	struct told *told;
	char **heads;
	size_t n_heads;
	unsigned connections;
};

/* 1: fd is ready for what was asked, or broken; 0: the time is over; -1: stop. */
static int
wait_for(struct origin_raw *o, int fd, short events, int ms)
{
	struct pollfd p[2] = {
	    {.fd = o->wake[0], .events = POLLIN}, {.fd = fd, .events = events}};
	int rc;

	do
		rc = poll(p, fd >= 0 ? 2 : 1, ms);
	while (rc < 0 && errno == EINTR);
	if (p[0].revents != 0)
		return -1;
	return rc > 0;
}

static int
send_all(struct talk *t, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k;

		if (wait_for(t->origin, t->fd, POLLOUT, -1) < 0)
			return -1;
		k = send(t->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (k < 0 && errno == EAGAIN)
			continue;
		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static int
read_head(struct talk *t)
{
	struct origin_raw *o = t->origin;
	char *head = rk_xcalloc(HEAD_MAX + 1, 1);
	size_t n = 0;

	while (strstr(head, "\r\n\r\n") == NULL) {
		ssize_t k = -1;

		if (n < HEAD_MAX && wait_for(o, t->fd, POLLIN, -1) == 1)
			k = recv(t->fd, head + n, HEAD_MAX - n, 0);
		if (k <= 0) {
			free(head);
			return -1;
		}
		n += (size_t)k;
	}
	pthread_mutex_lock(&o->lock);
	o->heads = rk_xrealloc(o->heads, (o->n_heads + 1) * sizeof(char *));
	o->heads[o->n_heads++] = head;
	pthread_mutex_unlock(&o->lock);
	return 0;
}

static int
step(struct talk *t, const struct origin_step *s)
{
	struct linger hard = {.l_onoff = 1};
	size_t n = s->n > 0 ? s->n : s->bytes != NULL ? strlen(s->bytes) : 0;

	switch (s->kind) {
	case ORIGIN_SEND:
		return send_all(t, s->bytes, n);
	case ORIGIN_REPEAT:
		for (unsigned i = 0; s->times == 0 || i < s->times; i++)
			if (send_all(t, s->bytes, n) != 0)
				return -1;
		return 0;
	case ORIGIN_DRIP:
		for (size_t i = 0; i < n; i++)
			if (send_all(t, s->bytes + i, 1) != 0 ||
			    wait_for(t->origin, -1, 0, (int)s->ms) < 0)
				return -1;
		return 0;
	case ORIGIN_SLEEP:
		return wait_for(t->origin, -1, 0, (int)s->ms);
	case ORIGIN_READ:
		return read_head(t);
	case ORIGIN_RESET:
		setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		return -1;
	}
	return -1;
}

static void *
talk(void *cookie)
{
	struct talk *t = cookie;
	struct origin_raw *o = t->origin;

	for (size_t i = 0; i < o->n && step(t, &o->steps[i]) == 0; i++)
		;
	close(t->fd);
	return NULL;
}

static void *
accept_all(void *cookie)
{
	struct origin_raw *o = cookie;

	while (wait_for(o, o->fd, POLLIN, -1) >= 0) {
		int fd = accept4(o->fd, NULL, NULL, SOCK_CLOEXEC);
		struct talk *t;

		if (fd < 0)
			continue;
		t = rk_xcalloc(1, sizeof(*t));
		t->origin = o;
		t->fd = fd;
		pthread_mutex_lock(&o->lock);
		o->connections++;
		t->next = o->talks;
		o->talks = t;
		pthread_mutex_unlock(&o->lock);
		rk_assert(pthread_create(&t->thread, NULL, talk, t) == 0);
	}
	return NULL;
}

static int
listen_at(uint16_t *port)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	rk_assert(fd >= 0);
	rk_assert(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	rk_assert(getsockname(fd, (struct sockaddr *)&at, &n) == 0);
	*port = ntohs(at.sin_port);
	return fd;
}

struct origin_raw *
origin_raw_start(const struct origin_step *steps, size_t n)
{
	struct origin_raw *o = rk_xcalloc(1, sizeof(*o));

	pthread_mutex_init(&o->lock, NULL);
	o->steps = rk_xcalloc(n + 1, sizeof(*steps));
	if (n > 0)
		memcpy(o->steps, steps, n * sizeof(*steps));
	o->n = n;
	rk_assert(pipe2(o->wake, O_CLOEXEC) == 0);
	o->fd = listen_at(&o->port);
	rk_assert(listen(o->fd, 128) == 0);
	rk_assert(pthread_create(&o->thread, NULL, accept_all, o) == 0);
	return o;
}

void
origin_raw_stop(struct origin_raw *o)
{
	struct talk *next;
	struct told *later;

	if (o == NULL)
		return;
	close(o->wake[1]);
	pthread_join(o->thread, NULL);
	for (struct talk *t = o->talks; t != NULL; t = next) {
		next = t->next;
		pthread_join(t->thread, NULL);
		free(t);
	}
	close(o->wake[0]);
	close(o->fd);
	for (size_t i = 0; i < o->n_heads; i++)
		free(o->heads[i]);
	free(o->heads);
	for (struct told *t = o->told; t != NULL; t = later) {
		later = t->next;
		free(t->text);
		free(t);
	}
	free(o->steps);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

uint16_t
origin_raw_port(const struct origin_raw *o)
{
	return o->port;
}

const char *
origin_raw_url(struct origin_raw *o, const char *path)
{
	struct told *t = rk_xcalloc(1, sizeof(*t));
	size_t size = strlen(path) + 40;

	t->text = rk_xcalloc(size, 1);
	snprintf(t->text, size, "http://127.0.0.1:%u%s", o->port, path);
	pthread_mutex_lock(&o->lock);
	t->next = o->told;
	o->told = t;
	pthread_mutex_unlock(&o->lock);
	return t->text;
}

unsigned
origin_raw_connections(struct origin_raw *o)
{
	unsigned n;

	pthread_mutex_lock(&o->lock);
	n = o->connections;
	pthread_mutex_unlock(&o->lock);
	return n;
}

const char *
origin_raw_seen(struct origin_raw *o, size_t i)
{
	const char *head;

	pthread_mutex_lock(&o->lock);
	head = i < o->n_heads ? o->heads[i] : NULL;
	pthread_mutex_unlock(&o->lock);
	return head;
}

uint16_t
origin_dead_port(void)
{
	uint16_t port;

	close(listen_at(&port));
	return port;
}
