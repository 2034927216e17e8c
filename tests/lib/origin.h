/*
 * A scripted web server for tests, on 127.0.0.1 and a free port, in threads of its own.
 *
 *	struct origin *o = origin_start();
 *	origin_route(o, "/feed", &(struct origin_answer){.headers = "ETag: \"1\"\n",
 *	    .body = "<rss/>"}, 1);
 *	... fetch origin_url(o, "/feed") ...
 *	assert_string_equal(origin_header(origin_seen(o, 0), "If-None-Match"), "\"1\"");
 *	origin_stop(o);
 *
 * origin_* speaks HTTP properly (libmicrohttpd) but for what an answer asks it to do;
 * origin_raw_* says whatever bytes a script holds. Both keep a log of what they saw.
 * Routes may be added and the log read at any time from any thread. Nothing here
 * needs a clean-up but origin_stop and origin_raw_stop.
 */
#ifndef RK_TESTS_ORIGIN_H
#define RK_TESTS_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the proper server */

struct origin;

/* All zero: 200, no headers but Date and Content-Length, an empty body. */
struct origin_answer {
	unsigned status;      /* 0: 200 */
	const char *headers;  /* "Name: value\nName: value\n" */
	const char *body;     /* NULL: empty */
	size_t n;             /* bytes of body, 0: up to its NUL */
	const char *location; /* of a redirect, as it is sent; status 0: 302 */
	bool conditional;     /* 304 (with the same headers, no body) to a request whose
				 If-None-Match is the ETag among the headers byte for byte,
				 or, when it has none, whose If-Modified-Since is the
				 Last-Modified */
	bool gzip;            /* the body is compressed now, Content-Encoding added */
	bool chunked;         /* no Content-Length */
	unsigned delay_ms;    /* before the status line */
	unsigned together;    /* before it, too: until so many requests are under way, or
				 10 s have gone */
	unsigned half_ms;     /* after the first half of the body */
	bool cut;             /* close the connection after cut_at bytes of the body */
	size_t cut_at;
	bool claim; /* Content-Length says claimed bytes (not under n: then the
		       rest would be no HTTP) */
	size_t claimed;
	bool close; /* Connection: close */
};

struct origin_request {
	char *method, *url;  /* url: path and query as they were sent */
	char *headers;       /* "Name: value\n", in the order of the request */
	int64_t began_ms;    /* monotonic or by origin_clock, when its head was read */
	int64_t ended_ms;    /* when its answer was ready to be sent (half_ms: was sent) or
				given up, 0 not yet */
	unsigned connection; /* a number for each connection, from 1 on */
};

struct origin *origin_start(void);
/* At another loopback address, "127.0.0.2" to "127.255.255.254": another host. port 0:
 * a free one. */
struct origin *origin_start_at(const char *address, uint16_t port);
/* TLS with this certificate (and its chain) and key, both PEM texts. */
struct origin *origin_start_tls(const char *cert_pem, const char *key_pem);
void origin_stop(struct origin *); /* waits for its threads; NULL is fine */

uint16_t origin_port(const struct origin *);
/* "http://127.0.0.1:PORT" + path; host NULL: its address. Valid until origin_stop. */
const char *origin_url(struct origin *, const char *path);
const char *origin_url_at(struct origin *, const char *host, const char *path);

/*
 * What is answered to path: answers[0], then [1] ..., the last one from then on. A path
 * with '?' means that query only, else any query. A second call for the same path
 * replaces the first and starts at [0]. All is copied. Other paths: 404.
 */
void origin_route(
    struct origin *, const char *path, const struct origin_answer *, size_t n);
/*
 * Answers by a function instead, for every path: it fills *answer, which is all zero,
 * with texts that live until origin_stop. Called in the origin's threads, several at the
 * same time. Before the first request.
 */
typedef void origin_answer_fn(
    void *cookie, const struct origin_request *, struct origin_answer *answer);
void origin_answerer(struct origin *, origin_answer_fn *, void *cookie);
/* The log's milliseconds come from here instead (testclock.h). Before the first request. */
void origin_clock(struct origin *, int64_t (*now_ms)(void *cookie), void *cookie);
/* The same answer to every path without a route. */
void origin_default(struct origin *, const struct origin_answer *);

size_t origin_count(struct origin *, const char *path); /* NULL: all */
/* The i-th request; NULL: there is none. Valid until origin_stop. */
const struct origin_request *origin_seen(struct origin *, size_t i);
/* The i-th one for this path (without its query). */
const struct origin_request *origin_seen_at(
    struct origin *, const char *path, size_t i);
/* The value of a header (name in any case), NULL if it was not sent. The string is
 * valid until the next call in the same thread. */
const char *origin_header(const struct origin_request *, const char *name);
unsigned origin_connections(struct origin *); /* accepted so far */
/* The most requests that were under way at the same time. */
unsigned origin_most_parallel(struct origin *);
/*
 * Whether the requests kept a pause of gap_ms: none came sooner than the ones before it
 * allow, counted from since_ms (origin_now_ms() before the first could begin). A request
 * seen late by a busy machine does not make the next one early.
 */
bool origin_paced(struct origin *, int64_t since_ms, int64_t gap_ms);
void origin_forget(struct origin *); /* empties the log; routes start at [0] again */

/* gzip format, malloc'd. */
char *origin_gzip(const void *data, size_t n, size_t *packed);
/* n bytes of the same character, compressed: a bomb; malloc'd. */
char *origin_bomb(char c, size_t n, size_t *packed);

/* ---- the improper server */

enum origin_step_kind {
	ORIGIN_SEND,   /* bytes */
	ORIGIN_REPEAT, /* bytes again and again, `times` times; 0: until the client
			  closes */
	ORIGIN_DRIP,   /* bytes one by one, ms between them */
	ORIGIN_SLEEP,  /* ms */
	ORIGIN_READ,   /* a request's head; dropped connection: ends the script */
	ORIGIN_RESET   /* close with a TCP reset; a script that ends closes properly */
};

struct origin_step {
	enum origin_step_kind kind;
	const char *bytes;
	size_t n; /* 0: up to the NUL */
	unsigned ms;
	unsigned times;
};

/*
 * Every connection runs the whole script in a thread of its own; usually it begins with
 * ORIGIN_READ. The steps are copied, their bytes are not: they live until
 * origin_raw_stop.
 */
struct origin_raw;
struct origin_raw *origin_raw_start(const struct origin_step *, size_t n);
void origin_raw_stop(struct origin_raw *); /* NULL is fine */
uint16_t origin_raw_port(const struct origin_raw *);
const char *origin_raw_url(struct origin_raw *, const char *path); /* until stop */
unsigned origin_raw_connections(struct origin_raw *);
/* The head of the i-th request that ORIGIN_READ took, NULL: none. Until stop. */
const char *origin_raw_seen(struct origin_raw *, size_t i);

/* A port on 127.0.0.1 where nothing listens: connections are refused. */
uint16_t origin_dead_port(void);

/* Monotonic milliseconds, as in the log. */
int64_t origin_now_ms(void);

/* ---- certificates for origin_start_tls */

/*
 * A fresh authority and a certificate by it for names such as "DNS:localhost,
 * IP:127.0.0.1". days it is valid from now on; negative, not under -2: expired. middle:
 * an intermediate authority between the two, which cert_pem does not hold. PEM texts.
 */
struct origin_certs {
	char *ca_pem;
	char *middle_pem; /* NULL without one */
	char *cert_pem, *key_pem;
};
void origin_certs_make(struct origin_certs *, const char *names, int days, bool middle);
void origin_certs_release(struct origin_certs *);

#endif
