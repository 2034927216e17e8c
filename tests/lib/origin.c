/*
 * The proper server of origin.h: libmicrohttpd with a thread for each connection, so
 * that an answer may simply sleep.
 */
#include "origin.h"

#include <microhttpd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include <ruamkhao/err.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/*
 * The sanitizer keeps a history for each descriptor number: one that a thread of the origin
 * closed, and that the tested code gets next, looks to it like a descriptor of both. So does
 * one that libuv closed, for it does so by a system call that the sanitizer does not see.
 */
#define BOTH_NAMES(name) "race:^" name "$\nrace:^__interceptor_" name "$\n"
const char *__tsan_default_suppressions(void);

const char *
__tsan_default_suppressions(void)
{
	return BOTH_NAMES("close") BOTH_NAMES("accept4") BOTH_NAMES("epoll_ctl")
	    BOTH_NAMES("pipe2") BOTH_NAMES("socketpair");
}
#endif
#endif

struct route {
	struct route *next;
	char *path;
	struct origin_answer *answers;
	size_t n, asked;
};

struct told {
	struct told *next;
	char *text;
};

struct seen {
	struct origin_request r; /* first: a pointer to it is one to this */
	struct origin *origin;
	bool begun;
};

struct origin {
	struct MHD_Daemon *daemon;
	uint16_t port;
	char address[16];
	bool tls;
	int64_t (*now_ms)(void *cookie);
	void *clock_cookie;
	origin_answer_fn *answerer;
	void *answerer_cookie;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t stop_cond;
	bool stopping;
	struct route *routes, *other, *old; /* old: replaced, may still be in use */
	struct told *told;
	struct seen **log;
	size_t n_log, cap_log, from; /* from: forgotten before */
	size_t gathered; /* of the log: so far enough were together */
	unsigned connections;
};

/* What one answer under way reads from; its route lives until origin_stop. */
struct body {
	struct origin *origin;
	const struct origin_answer *answer;
	struct origin_answer own; /* of an answerer */
	bool slept;
};

int64_t
origin_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t
now_of(const struct origin *o)
{
	return o->now_ms != NULL ? o->now_ms(o->clock_cookie) : origin_now_ms();
}

/* Returns early when the server is to stop. */
static void
doze(struct origin *o, unsigned ms)
{
	struct timespec until;

	if (ms == 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&o->lock);
	while (!o->stopping &&
	       pthread_cond_timedwait(&o->stop_cond, &o->lock, &until) == 0)
		;
	pthread_mutex_unlock(&o->lock);
}

/* ---- the log */

static void *
log_uri(void *cookie, const char *uri, struct MHD_Connection *connection)
{
	struct seen *s = rk_xcalloc(1, sizeof(*s));

	(void)connection;
	s->origin = cookie;
	s->r.url = rk_xstrdup(uri);
	s->r.began_ms = now_of(cookie);
	return s;
}

static enum MHD_Result
note_header(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct origin_request *r = cookie;
	size_t old = strlen(r->headers), size = old + strlen(name) + 4;

	(void)kind;
	if (value == NULL)
		value = "";
	size += strlen(value);
	r->headers = rk_xrealloc(r->headers, size);
	snprintf(r->headers + old, size - old, "%s: %s\n", name, value);
	return MHD_YES;
}

static void
note(struct seen *s, struct MHD_Connection *connection, const char *method)
{
	struct origin *o = s->origin;
	const union MHD_ConnectionInfo *info;

	s->begun = true;
	s->r.method = rk_xstrdup(method);
	s->r.headers = rk_xstrdup("");
	MHD_get_connection_values(connection, MHD_HEADER_KIND, note_header, &s->r);
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	if (info != NULL)
		s->r.connection = (unsigned)(uintptr_t)info->socket_context;
	pthread_mutex_lock(&o->lock);
	if (o->n_log == o->cap_log) {
		o->cap_log = o->cap_log > 0 ? o->cap_log * 2 : 64;
		o->log = rk_xrealloc(o->log, o->cap_log * sizeof(struct seen *));
	}
	o->log[o->n_log++] = s;
	pthread_mutex_unlock(&o->lock);
}

/* Once: the client may have the answer, and send its next request, before we hear that it
 * was sent. */
static void
ended(struct seen *s)
{
	struct origin *o = s->origin;

	pthread_mutex_lock(&o->lock);
	if (s->r.ended_ms == 0)
		s->r.ended_ms = now_of(o);
	pthread_mutex_unlock(&o->lock);
}

static void
completed(void *cookie, struct MHD_Connection *connection, void **request,
    enum MHD_RequestTerminationCode how)
{
	struct seen *s = *request;

	(void)cookie;
	(void)connection;
	(void)how;
	*request = NULL;
	if (s == NULL)
		return;
	if (!s->begun) {
		free(s->r.url);
		free(s);
		return;
	}
	ended(s);
}

static void
connected(void *cookie, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	struct origin *o = cookie;

	(void)connection;
	if (what != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	pthread_mutex_lock(&o->lock);
	*context = (void *)(uintptr_t)++o->connections;
	pthread_mutex_unlock(&o->lock);
}

static const char *
value_of(const char *headers, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	for (const char *line = headers; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');
		size_t len = end != NULL ? (size_t)(end - line) : strlen(line);

		if (len > n && line[n] == ':' && strncasecmp(line, name, n) == 0) {
			const char *v = line + n + 1;
			size_t vn = len - n - 1;

			while (vn > 0 && *v == ' ') {
				v++;
				vn--;
			}
			while (vn > 0 && v[vn - 1] == ' ')
				vn--;
			vn = vn < size ? vn : size - 1;
			memcpy(out, v, vn);
			out[vn] = '\0';
			return out;
		}
		line = end != NULL ? end + 1 : NULL;
	}
	return NULL;
}

const char *
origin_header(const struct origin_request *r, const char *name)
{
	static _Thread_local char value[4096];

	return r != NULL ? value_of(r->headers, name, value, sizeof(value)) : NULL;
}

/* ---- answers */

static bool
same_path(const char *route, const char *url)
{
	size_t n = strlen(route);

	if (strchr(route, '?') != NULL)
		return strcmp(route, url) == 0;
	return strncmp(route, url, n) == 0 && (url[n] == '\0' || url[n] == '?');
}

static const struct origin_answer *
answer_for(struct origin *o, const char *url)
{
	static const struct origin_answer not_found = {
	    .status = 404, .body = "nothing here\n", .n = 13};
	const struct origin_answer *a = &not_found;
	struct route *r;

	pthread_mutex_lock(&o->lock);
	for (r = o->routes; r != NULL && !same_path(r->path, url); r = r->next)
		;
	if (r == NULL)
		r = o->other;
	if (r != NULL) {
		a = &r->answers[r->asked < r->n ? r->asked : r->n - 1];
		r->asked++;
	}
	pthread_mutex_unlock(&o->lock);
	return a;
}

static bool
matches(const struct origin_answer *a, const struct origin_request *r)
{
	char held[1024], sent[1024];

	if (value_of(r->headers, "If-None-Match", sent, sizeof(sent)) != NULL)
		return value_of(a->headers, "ETag", held, sizeof(held)) != NULL &&
		       strcmp(held, sent) == 0;
	return value_of(r->headers, "If-Modified-Since", sent, sizeof(sent)) != NULL &&
	       value_of(a->headers, "Last-Modified", held, sizeof(held)) != NULL &&
	       strcmp(held, sent) == 0;
}

static ssize_t
give(void *cookie, uint64_t pos, char *buf, size_t max)
{
	struct body *b = cookie;
	const struct origin_answer *a = b->answer;
	size_t end = a->cut && a->cut_at < a->n ? a->cut_at : a->n, half = a->n / 2, n;

	if (a->half_ms > 0 && pos >= half && !b->slept) {
		b->slept = true;
		doze(b->origin, a->half_ms);
	}
	if (pos >= end) {
		if (a->cut || (a->claim && a->claimed > a->n))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	n = end - (size_t)pos;
	if (a->half_ms > 0 && pos < half && n > half - pos)
		n = half - (size_t)pos;
	n = n < max ? n : max;
	memcpy(buf, a->body + pos, n);
	return (ssize_t)n;
}

static void
add_headers(struct MHD_Response *response, const char *headers)
{
	for (const char *line = headers; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');
		size_t len = end != NULL ? (size_t)(end - line) : strlen(line);
		char *copy = rk_xcalloc(len + 1, 1), *colon;

		memcpy(copy, line, len);
		if ((colon = strchr(copy, ':')) != NULL) {
			char *value = colon + 1;

			*colon = '\0';
			while (*value == ' ')
				value++;
			rk_assert(
			    MHD_add_response_header(response, copy, value) == MHD_YES);
		}
		free(copy);
		line = end != NULL ? end + 1 : NULL;
	}
}

static struct MHD_Response *
response_of(struct origin *o, const struct origin_answer *a)
{
	struct body *b;
	uint64_t size = a->chunked ? MHD_SIZE_UNKNOWN : a->claim ? a->claimed : a->n;

	if (!a->chunked && !a->claim && !a->cut && a->half_ms == 0)
		return MHD_create_response_from_buffer(a->n,
		    (void *)(uintptr_t)(a->body != NULL ? a->body : ""),
		    MHD_RESPMEM_PERSISTENT);
	b = rk_xcalloc(1, sizeof(*b));
	b->origin = o;
	b->own = *a;
	b->answer = &b->own;
	return MHD_create_response_from_callback(size, 16384, give, b, free);
}

static unsigned
under_way(const struct origin *o) /* locked */
{
	unsigned n = 0;

	for (size_t i = o->from; i < o->n_log; i++)
		n += o->log[i]->r.ended_ms == 0;
	return n;
}

static void
gather(struct origin *o, unsigned together)
{
	struct timespec until;
	int rc = 0;

	if (together == 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 10;
	pthread_mutex_lock(&o->lock);
	if (under_way(o) >= together) {
		o->gathered = o->n_log;
		pthread_cond_broadcast(&o->stop_cond);
	}
	/* who was there when they were enough goes on with them, whoever has ended since */
	for (size_t mine = o->n_log; !o->stopping && o->gathered < mine && rc == 0;)
		rc = pthread_cond_timedwait(&o->stop_cond, &o->lock, &until);
	pthread_mutex_unlock(&o->lock);
}

static enum MHD_Result
handle(void *cookie, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_n,
    void **request)
{
	struct origin *o = cookie;
	struct seen *s = *request;
	const struct origin_answer *a;
	struct origin_answer made = {0};
	struct MHD_Response *response;
	enum MHD_Result rc;
	unsigned status;

	(void)url;
	(void)version;
	(void)upload;
	if (!s->begun) {
		note(s, connection, method);
		return MHD_YES;
	}
	if (*upload_n > 0) {
		*upload_n = 0;
		return MHD_YES;
	}
	if (o->answerer != NULL) {
		o->answerer(o->answerer_cookie, &s->r, &made);
		if (made.n == 0 && made.body != NULL)
			made.n = strlen(made.body);
		a = &made;
	} else {
		a = answer_for(o, s->r.url);
	}
	doze(o, a->delay_ms);
	gather(o, a->together);
	status = a->status != 0 ? a->status : a->location != NULL ? 302 : 200;
	if (a->conditional && matches(a, &s->r)) {
		status = 304;
		response = MHD_create_response_from_buffer(
		    0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
	} else {
		response = response_of(o, a);
	}
	add_headers(response, a->headers);
	if (a->location != NULL)
		MHD_add_response_header(response, "Location", a->location);
	if (a->gzip && status != 304)
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	if (a->close)
		MHD_add_response_header(response, "Connection", "close");
	if (a->half_ms == 0)
		ended(s);
	rc = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return rc;
}

/* ---- routes */

static char *
copy_text(const char *text)
{
	return text != NULL ? rk_xstrdup(text) : NULL;
}

static void
copy_answer(struct origin_answer *to, const struct origin_answer *from)
{
	size_t n = from->n > 0 ? from->n : from->body != NULL ? strlen(from->body) : 0;
	char *body;

	*to = *from;
	to->headers = copy_text(from->headers);
	to->location = copy_text(from->location);
	if (from->gzip) {
		body = origin_gzip(from->body, n, &to->n);
	} else {
		body = rk_xcalloc(n + 1, 1);
		if (n > 0)
			memcpy(body, from->body, n);
		to->n = n;
	}
	to->body = body;
}

static struct route *
route_new(const char *path, const struct origin_answer *answers, size_t n)
{
	struct route *r = rk_xcalloc(1, sizeof(*r));

	rk_assert(n > 0);
	r->path = rk_xstrdup(path);
	r->n = n;
	r->answers = rk_xcalloc(n, sizeof(*r->answers));
	for (size_t i = 0; i < n; i++)
		copy_answer(&r->answers[i], &answers[i]);
	return r;
}

static void
routes_free(struct route *r)
{
	struct route *next;

	for (; r != NULL; r = next) {
		next = r->next;
		for (size_t i = 0; i < r->n; i++) {
			free((void *)(uintptr_t)r->answers[i].headers);
			free((void *)(uintptr_t)r->answers[i].location);
			free((void *)(uintptr_t)r->answers[i].body);
		}
		free(r->answers);
		free(r->path);
		free(r);
	}
}

void
origin_route(
    struct origin *o, const char *path, const struct origin_answer *answers, size_t n)
{
	struct route *r = route_new(path, answers, n), **at;

	pthread_mutex_lock(&o->lock);
	for (at = &o->routes; *at != NULL; at = &(*at)->next)
		if (strcmp((*at)->path, path) == 0) {
			struct route *replaced = *at;

			*at = replaced->next;
			replaced->next = o->old;
			o->old = replaced;
			break;
		}
	r->next = o->routes;
	o->routes = r;
	pthread_mutex_unlock(&o->lock);
}

void
origin_answerer(struct origin *o, origin_answer_fn *fn, void *cookie)
{
	o->answerer = fn;
	o->answerer_cookie = cookie;
}

void
origin_clock(struct origin *o, int64_t (*now_ms)(void *cookie), void *cookie)
{
	o->now_ms = now_ms;
	o->clock_cookie = cookie;
}

void
origin_default(struct origin *o, const struct origin_answer *answer)
{
	struct route *r = route_new("", answer, 1);

	pthread_mutex_lock(&o->lock);
	if (o->other != NULL) {
		o->other->next = o->old;
		o->old = o->other;
	}
	o->other = r;
	pthread_mutex_unlock(&o->lock);
}

/* ---- what was seen */

static const struct origin_request *
nth(struct origin *o, const char *path, size_t i, size_t *count)
{
	const struct origin_request *found = NULL;
	size_t k = 0;

	pthread_mutex_lock(&o->lock);
	for (size_t j = o->from; j < o->n_log; j++)
		if (path == NULL || same_path(path, o->log[j]->r.url))
			if (k++ == i)
				found = &o->log[j]->r;
	pthread_mutex_unlock(&o->lock);
	if (count != NULL)
		*count = k;
	return found;
}

size_t
origin_count(struct origin *o, const char *path)
{
	size_t count;

	nth(o, path, SIZE_MAX, &count);
	return count;
}

const struct origin_request *
origin_seen(struct origin *o, size_t i)
{
	return nth(o, NULL, i, NULL);
}

const struct origin_request *
origin_seen_at(struct origin *o, const char *path, size_t i)
{
	return nth(o, path, i, NULL);
}

unsigned
origin_connections(struct origin *o)
{
	unsigned n;

	pthread_mutex_lock(&o->lock);
	n = o->connections;
	pthread_mutex_unlock(&o->lock);
	return n;
}

unsigned
origin_most_parallel(struct origin *o)
{
	unsigned most = 0;

	pthread_mutex_lock(&o->lock);
	for (size_t i = o->from; i < o->n_log; i++) {
		int64_t at = o->log[i]->r.began_ms;
		unsigned n = 0;

		for (size_t j = o->from; j < o->n_log; j++) {
			const struct origin_request *r = &o->log[j]->r;

			/* One that begins in the millisecond in which another ends
			 * came after it. */
			n += j == i || (r->began_ms <= at &&
					   (r->ended_ms == 0 || r->ended_ms > at));
		}
		most = n > most ? n : most;
	}
	pthread_mutex_unlock(&o->lock);
	return most;
}

static int
earlier(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

bool
origin_paced(struct origin *o, int64_t since_ms, int64_t gap_ms)
{
	int64_t *began;
	size_t n;
	bool paced = true;

	pthread_mutex_lock(&o->lock);
	n = o->n_log - o->from;
	began = rk_xcalloc(n + 1, sizeof(*began));
	for (size_t i = 0; i < n; i++)
		began[i] = o->log[o->from + i]->r.began_ms;
	pthread_mutex_unlock(&o->lock);
	qsort(began, n, sizeof(*began), earlier);
	/* both clocks cut the milliseconds, hence the one */
	for (size_t i = 0; i < n; i++)
		paced = paced && began[i] - since_ms >= (int64_t)i * gap_ms - 1;
	free(began);
	return paced;
}

void
origin_forget(struct origin *o)
{
	pthread_mutex_lock(&o->lock);
	o->from = o->n_log;
	for (struct route *r = o->routes; r != NULL; r = r->next)
		r->asked = 0;
	pthread_mutex_unlock(&o->lock);
}

/* ---- start and stop */

static struct origin *
start(const char *address, uint16_t port, const char *cert_pem, const char *key_pem)
{
	struct origin *o = rk_xcalloc(1, sizeof(*o));
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD |
			 MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL;
	const union MHD_DaemonInfo *info;
	pthread_condattr_t attr;

	snprintf(o->address, sizeof(o->address), "%s", address);
	rk_assert(inet_pton(AF_INET, o->address, &at.sin_addr) == 1);
	rk_assert(o->address[3] == '.' && strncmp(o->address, "127", 3) == 0);
	pthread_mutex_init(&o->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->stop_cond, &attr);
	pthread_condattr_destroy(&attr);
	o->tls = cert_pem != NULL;
	if (o->tls)
		flags |= MHD_USE_TLS;
	o->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, o,
	    MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_URI_LOG_CALLBACK, log_uri, o,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, o, MHD_OPTION_NOTIFY_CONNECTION,
	    connected, o, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
	    MHD_OPTION_CONNECTION_LIMIT, 2000u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)65536, o->tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END,
	    cert_pem, MHD_OPTION_HTTPS_MEM_KEY, key_pem, MHD_OPTION_END);
	rk_assert(o->daemon != NULL);
	info = MHD_get_daemon_info(o->daemon, MHD_DAEMON_INFO_BIND_PORT);
	rk_assert(info != NULL);
	o->port = info->port;
	return o;
}

struct origin *
origin_start(void)
{
	return start("127.0.0.1", 0, NULL, NULL);
}

struct origin *
origin_start_at(const char *address, uint16_t port)
{
	return start(address, port, NULL, NULL);
}

struct origin *
origin_start_tls(const char *cert_pem, const char *key_pem)
{
	return start("127.0.0.1", 0, cert_pem, key_pem);
}

void
origin_stop(struct origin *o)
{
	struct told *next;

	if (o == NULL)
		return;
	pthread_mutex_lock(&o->lock);
	o->stopping = true;
	pthread_cond_broadcast(&o->stop_cond);
	pthread_mutex_unlock(&o->lock);
	MHD_stop_daemon(o->daemon);
	for (size_t i = 0; i < o->n_log; i++) {
		free(o->log[i]->r.method);
		free(o->log[i]->r.url);
		free(o->log[i]->r.headers);
		free(o->log[i]);
	}
	free(o->log);
	routes_free(o->routes);
	routes_free(o->other);
	routes_free(o->old);
	for (struct told *t = o->told; t != NULL; t = next) {
		next = t->next;
		free(t->text);
		free(t);
	}
	pthread_cond_destroy(&o->stop_cond);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

uint16_t
origin_port(const struct origin *o)
{
	return o->port;
}

const char *
origin_url_at(struct origin *o, const char *host, const char *path)
{
	struct told *t = rk_xcalloc(1, sizeof(*t));
	size_t size;

	host = host != NULL ? host : o->address;
	size = strlen(host) + strlen(path) + 32;
	t->text = rk_xcalloc(size, 1);
	snprintf(
	    t->text, size, "http%s://%s:%u%s", o->tls ? "s" : "", host, o->port, path);
	pthread_mutex_lock(&o->lock);
	t->next = o->told;
	o->told = t;
	pthread_mutex_unlock(&o->lock);
	return t->text;
}

const char *
origin_url(struct origin *o, const char *path)
{
	return origin_url_at(o, NULL, path);
}
