/*
 * A WebSub hub for tests, on 127.0.0.1 and a free port, in threads of its own: it takes
 * subscriptions by POST /hub, asks back, and pushes what the test tells it to.
 *
 *	struct hub *h = hub_start();
 *	... a feed names hub_url(h); the daemon subscribes ...
 *	hub_wait(h, 1, 5000);
 *	hub_push(h, 0, "<feed/>", "sha256");
 *	hub_stop(h);
 */
#ifndef RK_TESTS_HUB_H
#define RK_TESTS_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hub;

/* A request that came. Strings decoded, "" where not there; valid until hub_stop. */
struct hub_form {
	char *mode, *topic, *callback, *secret, *lease, *type; /* type: Content-Type */
	int64_t at_ms;    /* monotonic */
	int confirmed;    /* status of the answer to the hub's question, 0 not asked (yet) */
	bool echoed;      /* it held the challenge, and nothing else */
};

struct hub *hub_start(void);
void hub_stop(struct hub *); /* waits for its threads */
uint16_t hub_port(const struct hub *);
const char *hub_url(const struct hub *);

void hub_lease(struct hub *, unsigned seconds); /* that it grants, else as asked for */
void hub_answer(struct hub *, unsigned status); /* to requests; 202 else */
/* When it asks back: after its answer (else), before it, or never. */
enum hub_asks { HUB_LATER, HUB_FIRST, HUB_NEVER };
void hub_asks(struct hub *, enum hub_asks);

/* What at_ms is stamped with, instead of the monotonic clock. */
void hub_clock(struct hub *, int64_t (*ms)(void *cookie), void *cookie);

size_t hub_count(struct hub *); /* requests so far */
const struct hub_form *hub_form(struct hub *, size_t i);
/* Until n requests came and each was asked back about (confirmed is set). */
bool hub_wait(struct hub *, size_t n, unsigned ms);

/* Push body to the callback of the i-th request, signed by its secret with "sha1",
 * "sha256", "sha384" or "sha512", "chunked": sha256, in chunks, "wrong": sha256 of another secret, NULL: not at all.
 * The status. */
int hub_push(struct hub *, size_t i, const char *body, const char *how);
/* One question to the callback of the i-th request. *body (may be NULL): of the answer,
 * malloc'd. The status. */
int hub_ask(struct hub *, size_t i, const char *query, char **body);
/* Any request to a server on 127.0.0.1. Where headers say so, its body goes in chunks,
 * without a Content-Length. */
int hub_request(const char *url, const char *method, const char *headers, const char *body,
    char **answer);
/* Of the last answer to hub_request in this thread: its status line and headers. */
const char *hub_head(void);

#endif
