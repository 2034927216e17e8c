/* The subscribers of subscriber.h: libmicrohttpd with one thread for all. */
#include "subscriber.h"
#include "origin.h"

#include <microhttpd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ruamkhao/err.h>

#define MAX_URLS  4096
#define MAX_RULES 32
#define MAX_SLOW  64

struct question {
	struct question *next;
	char *path, *query;
};

struct subscriber {
	struct MHD_Daemon *daemon;
	char address[64];
	uint16_t port;
	char *urls[MAX_URLS];
	size_t n_urls;
	int64_t (*ms)(void *);
	void *clock;
	pthread_mutex_t lock; /* of all below */
	struct delivery **got;
	size_t n, cap;
	struct question *questions; /* newest first */
	struct {
		char *path;
		unsigned status;
	} rules[MAX_RULES];
	size_t n_rules;
	struct MHD_Connection *slow[MAX_SLOW];
	size_t n_slow;
};

struct incoming {
	char *body;
	size_t n;
	bool slow;
};

static unsigned
status_of(struct subscriber *s, const char *path)
{
	unsigned status = strncmp(path, "/v201/", 6) == 0 ? 204 : (unsigned)atoi(path + 1);

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n_rules; i++)
		if (strcmp(s->rules[i].path, path) == 0)
			status = s->rules[i].status;
	pthread_mutex_unlock(&s->lock);
	return status >= 200 ? status : 200;
}

static enum MHD_Result
say(struct MHD_Connection *c, unsigned status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result rc;

	if (status >= 301 && status <= 308)
		(void)MHD_add_response_header(r, "Location", "/200/elsewhere");
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

struct text {
	char *p;
	size_t n;
};

static enum MHD_Result
add_argument(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct text *t = cookie;
	size_t more = strlen(name) + (value != NULL ? strlen(value) : 0) + 3;

	(void)kind;
	t->p = rk_xrealloc(t->p, t->n + more);
	t->n += (size_t)snprintf(t->p + t->n, more, "%s%s=%s", t->n > 0 ? "&" : "", name,
	    value != NULL ? value : "");
	return MHD_YES;
}

static enum MHD_Result
question(struct subscriber *s, struct MHD_Connection *c, const char *path)
{
	const char *challenge = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND,
	    "hub.challenge");
	struct question *q = rk_xcalloc(1, sizeof(*q));
	struct text t = {rk_xcalloc(1, 1), 0};

	(void)MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, add_argument, &t);
	q->path = rk_xstrdup(path);
	q->query = t.p;
	pthread_mutex_lock(&s->lock);
	q->next = s->questions;
	s->questions = q;
	pthread_mutex_unlock(&s->lock);
	if (strncmp(path, "/deaf/", 6) == 0)
		return say(c, 200, "hello");
	return say(c, strncmp(path, "/v201/", 6) == 0 ? 201 : 200,
	    challenge != NULL ? challenge : "");
}

static char *
header(struct MHD_Connection *c, const char *name)
{
	const char *value = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);

	return rk_xstrdup(value != NULL ? value : "");
}

static void
note(struct subscriber *s, struct MHD_Connection *c, const char *path, struct incoming *in)
{
	struct delivery *d = rk_xcalloc(1, sizeof(*d));

	d->path = rk_xstrdup(path);
	d->body = in->body != NULL ? in->body : rk_xcalloc(1, 1);
	d->n = in->n;
	in->body = NULL;
	d->type = header(c, "Content-Type");
	d->link = header(c, "Link");
	d->signature = header(c, "X-Hub-Signature");
	d->at_ms = s->ms != NULL ? s->ms(s->clock) : origin_now_ms();
	pthread_mutex_lock(&s->lock);
	if (s->n == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 64;
		s->got = rk_xrealloc(s->got, s->cap * sizeof(struct delivery *));
	}
	s->got[s->n++] = d;
	pthread_mutex_unlock(&s->lock);
}

static enum MHD_Result
handle(void *cookie, struct MHD_Connection *c, const char *path, const char *method,
    const char *version, const char *upload, size_t *upload_n, void **context)
{
	struct subscriber *s = cookie;
	struct incoming *in = *context;

	(void)version;
	if (in == NULL) {
		*context = in = rk_xcalloc(1, sizeof(*in));
		in->slow = strncmp(path, "/slow/", 6) == 0 && strcmp(method, "POST") == 0;
		if (in->slow) {
			note(s, c, path, in);
			pthread_mutex_lock(&s->lock);
			rk_assert(s->n_slow < MAX_SLOW);
			s->slow[s->n_slow++] = c;
			MHD_suspend_connection(c);
			pthread_mutex_unlock(&s->lock);
		}
		return MHD_YES;
	}
	if (*upload_n > 0) {
		in->body = rk_xrealloc(in->body, in->n + *upload_n + 1);
		memcpy(in->body + in->n, upload, *upload_n);
		in->body[in->n += *upload_n] = '\0';
		*upload_n = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") == 0)
		return question(s, c, path);
	if (!in->slow)
		note(s, c, path, in);
	return say(c, status_of(s, path), "");
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
		free(in->body);
	free(in);
	*context = NULL;
}

struct subscriber *
subscriber_start(const char *address)
{
	struct subscriber *s = rk_xcalloc(1, sizeof(*s));
	struct sockaddr_in addr = {.sin_family = AF_INET};

	rk_assert(inet_pton(AF_INET, address, &addr.sin_addr) == 1);
	(void)snprintf(s->address, sizeof(s->address), "%s", address);
	(void)pthread_mutex_init(&s->lock, NULL);
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME,
	    0, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&addr,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_END);
	rk_assert(s->daemon != NULL);
	s->port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	return s;
}

void
subscriber_stop(struct subscriber *s)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n_slow; i++)
		MHD_resume_connection(s->slow[i]);
	pthread_mutex_unlock(&s->lock);
	MHD_stop_daemon(s->daemon);
	for (size_t i = 0; i < s->n; i++) {
		struct delivery *d = s->got[i];

		free(d->path);
		free(d->body);
		free(d->type);
		free(d->link);
		free(d->signature);
		free(d);
	}
	while (s->questions != NULL) {
		struct question *q = s->questions;

		s->questions = q->next;
		free(q->path);
		free(q->query);
		free(q);
	}
	for (size_t i = 0; i < s->n_urls; i++)
		free(s->urls[i]);
	for (size_t i = 0; i < s->n_rules; i++)
		free(s->rules[i].path);
	free(s->got);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

uint16_t
subscriber_port(const struct subscriber *s)
{
	return s->port;
}

const char *
subscriber_url(struct subscriber *s, const char *path)
{
	size_t n = strlen(path) + 64 + sizeof(s->address);
	char *url = rk_xcalloc(1, n);

	(void)snprintf(url, n, "http://%s:%u%s", s->address, s->port, path);
	rk_assert(s->n_urls < MAX_URLS);
	s->urls[s->n_urls++] = url;
	return url;
}

void
subscriber_clock(struct subscriber *s, int64_t (*ms)(void *), void *cookie)
{
	s->clock = cookie;
	s->ms = ms;
}

void
subscriber_answer(struct subscriber *s, const char *path, unsigned status)
{
	pthread_mutex_lock(&s->lock);
	rk_assert(s->n_rules < MAX_RULES);
	s->rules[s->n_rules].path = rk_xstrdup(path);
	s->rules[s->n_rules++].status = status;
	pthread_mutex_unlock(&s->lock);
}

size_t
subscriber_asked(struct subscriber *s, const char *path)
{
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	for (const struct question *q = s->questions; q != NULL; q = q->next)
		n += strcmp(q->path, path) == 0;
	pthread_mutex_unlock(&s->lock);
	return n;
}

const char *
subscriber_question(struct subscriber *s, const char *path)
{
	const char *query = "";

	pthread_mutex_lock(&s->lock);
	for (const struct question *q = s->questions; q != NULL && *query == '\0'; q = q->next)
		query = strcmp(q->path, path) == 0 ? q->query : "";
	pthread_mutex_unlock(&s->lock);
	return query;
}

size_t
subscriber_count(struct subscriber *s, const char *path)
{
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n; i++)
		n += path == NULL || strcmp(s->got[i]->path, path) == 0;
	pthread_mutex_unlock(&s->lock);
	return n;
}

const struct delivery *
subscriber_got(struct subscriber *s, const char *path, size_t at)
{
	const struct delivery *d = NULL;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n && d == NULL; i++)
		if ((path == NULL || strcmp(s->got[i]->path, path) == 0) && at-- == 0)
			d = s->got[i];
	pthread_mutex_unlock(&s->lock);
	rk_assert(d != NULL);
	return d;
}

bool
subscriber_wait(struct subscriber *s, const char *path, size_t n, unsigned ms)
{
	for (unsigned waited = 0; waited <= ms; waited += 10) {
		if (subscriber_count(s, path) >= n)
			return true;
		(void)usleep(10000);
	}
	return false;
}
