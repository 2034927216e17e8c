/*
 * The hub of hub.h: libmicrohttpd with a thread for each connection; its own requests go
 * over plain sockets.
 */
#include "hub.h"
#include "origin.h"

#include <microhttpd.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ruamkhao/err.h>

#define MAX_FORMS 256

struct hub {
	struct MHD_Daemon *daemon;
	uint16_t port;
	char url[64];
	pthread_mutex_t lock; /* of all below */
	unsigned lease, answer;
	int64_t (*ms)(void *);
	void *clock;
	enum hub_asks asks;
	struct hub_form *forms[MAX_FORMS];
	size_t n;
	pthread_t threads[MAX_FORMS];
	size_t n_threads;
};

struct incoming {
	char *text;
	size_t n;
};

struct question {
	struct hub *hub;
	size_t i;
};

/* ---- requests of its own */

static _Thread_local char last_head[4096];

const char *
hub_head(void)
{
	return last_head;
}

int
hub_request(const char *url, const char *method, const char *headers, const char *body,
    char **answer)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	char head[8192], told[64] = "", *text = rk_xcalloc(1, 1 << 20), *framed = NULL;
	const char *path = strchr(url + 7, '/'), *end;
	size_t n = 0, length = body != NULL ? strlen(body) : 0;
	int fd = socket(AF_INET, SOCK_STREAM, 0), status = 0;
	ssize_t k;

	rk_assert(fd >= 0 && strncmp(url, "http://", 7) == 0 && path != NULL);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons((uint16_t)atoi(strchr(url + 7, ':') + 1));
	if (strstr(headers, "chunked") != NULL) {
		framed = rk_xcalloc(1, length + 64);
		length = (size_t)snprintf(framed, length + 64, "1\r\n%c\r\n%zx\r\n%s\r\n0\r\n\r\n",
		    body[0], length - 1, body + 1);
		body = framed;
	} else {
		(void)snprintf(told, sizeof(told), "Content-Length: %zu\r\n", length);
	}
	k = snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s%s\r\n",
	    method, path, told, headers);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 &&
	    send(fd, head, (size_t)k, MSG_NOSIGNAL) == k) {
		for (size_t sent = 0; sent < length; sent += (size_t)k)
			if ((k = send(fd, body + sent, length - sent, MSG_NOSIGNAL)) <= 0)
				break;
		while ((k = read(fd, text + n, (1 << 20) - 1 - n)) > 0)
			n += (size_t)k;
	}
	(void)close(fd);
	if (strncmp(text, "HTTP/1.1 ", 9) == 0)
		status = atoi(text + 9);
	end = strstr(text, "\r\n\r\n");
	(void)snprintf(last_head, sizeof(last_head), "%.*s", end != NULL ? (int)(end + 2 - text) : 0,
	    text);
	if (answer != NULL)
		*answer = rk_xstrdup(end != NULL ? end + 4 : "");
	free(text);
	free(framed);
	return status;
}

static void
encode(const char *s, char *out, size_t size)
{
	size_t n = 0;

	for (; *s != '\0' && n + 4 < size; s++)
		n += (size_t)snprintf(out + n, size - n, "%%%02x", (unsigned char)*s);
	out[n] = '\0';
}

int
hub_ask(struct hub *h, size_t i, const char *query, char **body)
{
	char url[8192];

	(void)snprintf(url, sizeof(url), "%s?%s", hub_form(h, i)->callback, query);
	return hub_request(url, "GET", "", NULL, body);
}

static void
verify(struct hub *h, size_t i)
{
	const struct hub_form *f = hub_form(h, i);
	char topic[4096], query[6000], challenge[64], lease[64] = "", *body;
	int status;

	(void)snprintf(challenge, sizeof(challenge), "c/+%%h %zu", i);
	encode(f->topic, topic, sizeof(topic));
	pthread_mutex_lock(&h->lock);
	if (strcmp(f->mode, "subscribe") == 0)
		(void)snprintf(lease, sizeof(lease), "&hub.lease_seconds=%u",
		    h->lease > 0 ? h->lease : (unsigned)atoi(f->lease));
	pthread_mutex_unlock(&h->lock);
	/* the challenge as a form has it: '+' for a space, the rest encoded */
	(void)snprintf(query, sizeof(query),
	    "hub.mode=%s&hub.topic=%s&hub.challenge=c%%2F%%2B%%25h+%zu%s", f->mode, topic, i,
	    lease);
	status = hub_ask(h, i, query, &body);
	pthread_mutex_lock(&h->lock);
	h->forms[i]->echoed = strcmp(body, challenge) == 0;
	h->forms[i]->confirmed = status;
	pthread_mutex_unlock(&h->lock);
	free(body);
}

static void *
verify_later(void *arg)
{
	struct question *q = arg;

	(void)usleep(50000);
	verify(q->hub, q->i);
	free(q);
	return NULL;
}

int
hub_push(struct hub *h, size_t i, const char *body, const char *how)
{
	const struct hub_form *f = hub_form(h, i);
	char headers[512] = "Content-Type: application/atom+xml\r\n";
	const char *secret = f->secret;
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	size_t at;

	if (how != NULL && strcmp(how, "chunked") == 0) {
		(void)strcat(headers, "Transfer-Encoding: chunked\r\n");
		how = "sha256";
	}
	if (how != NULL && strcmp(how, "wrong") == 0) {
		how = "sha256";
		secret = "another secret";
	}
	if (how != NULL) {
		rk_assert(HMAC(EVP_get_digestbyname(how), secret, (int)strlen(secret),
			      (const unsigned char *)body, strlen(body), sum, &n) != NULL);
		at = strlen(headers);
		at += (size_t)snprintf(headers + at, sizeof(headers) - at, "X-Hub-Signature: %s=",
		    how);
		for (unsigned k = 0; k < n; k++)
			at += (size_t)snprintf(headers + at, sizeof(headers) - at, "%02x", sum[k]);
		(void)snprintf(headers + at, sizeof(headers) - at, "\r\n");
	}
	return hub_request(f->callback, "POST", headers, body, NULL);
}

/* ---- requests to it */

static char *
value_of(const char *form, const char *name)
{
	size_t n = strlen(name);
	char *out = rk_xcalloc(1, strlen(form) + 1), *to = out;

	for (const char *p = form; p != NULL; p = (p = strchr(p, '&')) != NULL ? p + 1 : NULL) {
		if (strncmp(p, name, n) != 0 || p[n] != '=')
			continue;
		for (p += n + 1; *p != '\0' && *p != '&'; p++) {
			unsigned byte;

			if (*p == '%' && sscanf(p + 1, "%2x", &byte) == 1) {
				*to++ = (char)byte;
				p += 2;
			} else {
				*to++ = *p == '+' ? ' ' : *p;
			}
		}
		break;
	}
	return out;
}

static size_t
note(struct hub *h, const char *form, const char *type)
{
	struct hub_form *f = rk_xcalloc(1, sizeof(*f));
	size_t i;

	f->mode = value_of(form, "hub.mode");
	f->topic = value_of(form, "hub.topic");
	f->callback = value_of(form, "hub.callback");
	f->secret = value_of(form, "hub.secret");
	f->lease = value_of(form, "hub.lease_seconds");
	f->type = rk_xstrdup(type != NULL ? type : "");
	f->at_ms = h->ms != NULL ? h->ms(h->clock) : origin_now_ms();
	pthread_mutex_lock(&h->lock);
	rk_assert(h->n < MAX_FORMS);
	i = h->n;
	h->forms[h->n++] = f;
	pthread_mutex_unlock(&h->lock);
	return i;
}

static enum MHD_Result
handle(void *cookie, struct MHD_Connection *c, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_n, void **context)
{
	struct hub *h = cookie;
	struct incoming *in = *context;
	struct MHD_Response *r;
	struct question *q;
	enum hub_asks asks;
	unsigned status;
	enum MHD_Result rc;
	size_t i;

	(void)version;
	if (in == NULL) {
		*context = in = rk_xcalloc(1, sizeof(*in));
		return MHD_YES;
	}
	if (*upload_n > 0) {
		in->text = rk_xrealloc(in->text, in->n + *upload_n + 1);
		memcpy(in->text + in->n, upload, *upload_n);
		in->text[in->n += *upload_n] = '\0';
		*upload_n = 0;
		return MHD_YES;
	}
	pthread_mutex_lock(&h->lock);
	status = h->answer > 0 ? h->answer : 202;
	asks = h->asks;
	pthread_mutex_unlock(&h->lock);
	if (strcmp(method, "POST") != 0 || strcmp(url, "/hub") != 0) {
		status = 404;
	} else {
		i = note(h, in->text != NULL ? in->text : "",
		    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Type"));
		if (status < 300 && asks == HUB_FIRST)
			verify(h, i);
		if (status < 300 && asks == HUB_LATER) {
			q = rk_xcalloc(1, sizeof(*q));
			*q = (struct question){h, i};
			pthread_mutex_lock(&h->lock);
			rk_assert(pthread_create(&h->threads[h->n_threads++], NULL,
				      verify_later, q) == 0);
			pthread_mutex_unlock(&h->lock);
		}
	}
	r = MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static void
completed(void *cookie, struct MHD_Connection *c, void **context,
    enum MHD_RequestTerminationCode how)
{
	struct incoming *in = *context;

	(void)cookie;
	(void)c;
	(void)how;
	if (in != NULL)
		free(in->text);
	free(in);
	*context = NULL;
}

/* ---- life */

struct hub *
hub_start(void)
{
	struct hub *h = rk_xcalloc(1, sizeof(*h));
	struct sockaddr_in addr = {.sin_family = AF_INET};

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)pthread_mutex_init(&h->lock, NULL);
	h->daemon = MHD_start_daemon(
	    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, 0,
	    NULL, NULL, handle, h, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&addr,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, h, MHD_OPTION_END);
	rk_assert(h->daemon != NULL);
	h->port = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	(void)snprintf(h->url, sizeof(h->url), "http://127.0.0.1:%u/hub", h->port);
	return h;
}

void
hub_stop(struct hub *h)
{
	MHD_stop_daemon(h->daemon);
	for (size_t i = 0; i < h->n_threads; i++)
		(void)pthread_join(h->threads[i], NULL);
	for (size_t i = 0; i < h->n; i++) {
		struct hub_form *f = h->forms[i];
		char *texts[] = {f->mode, f->topic, f->callback, f->secret, f->lease, f->type};

		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			free(texts[k]);
		free(f);
	}
	(void)pthread_mutex_destroy(&h->lock);
	free(h);
}

uint16_t
hub_port(const struct hub *h)
{
	return h->port;
}

const char *
hub_url(const struct hub *h)
{
	return h->url;
}

void
hub_lease(struct hub *h, unsigned seconds)
{
	pthread_mutex_lock(&h->lock);
	h->lease = seconds;
	pthread_mutex_unlock(&h->lock);
}

void
hub_answer(struct hub *h, unsigned status)
{
	pthread_mutex_lock(&h->lock);
	h->answer = status;
	pthread_mutex_unlock(&h->lock);
}

void
hub_asks(struct hub *h, enum hub_asks asks)
{
	pthread_mutex_lock(&h->lock);
	h->asks = asks;
	pthread_mutex_unlock(&h->lock);
}

void
hub_clock(struct hub *h, int64_t (*ms)(void *), void *cookie)
{
	h->clock = cookie;
	h->ms = ms;
}

size_t
hub_count(struct hub *h)
{
	size_t n;

	pthread_mutex_lock(&h->lock);
	n = h->n;
	pthread_mutex_unlock(&h->lock);
	return n;
}

const struct hub_form *
hub_form(struct hub *h, size_t i)
{
	const struct hub_form *f;

	pthread_mutex_lock(&h->lock);
	f = i < h->n ? h->forms[i] : NULL;
	pthread_mutex_unlock(&h->lock);
	rk_assert(f != NULL);
	return f;
}

bool
hub_wait(struct hub *h, size_t n, unsigned ms)
{
	for (unsigned waited = 0; waited <= ms; waited += 10) {
		bool there;

		pthread_mutex_lock(&h->lock);
		there = h->n >= n;
		for (size_t i = 0; there && i < n; i++)
			there = h->forms[i]->confirmed != 0;
		pthread_mutex_unlock(&h->lock);
		if (there)
			return true;
		(void)usleep(10000);
	}
	return false;
}
