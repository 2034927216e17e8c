/*
 * Subscribers of a WebSub hub, as many as there are paths, on one loopback address and a
 * free port, in one thread. What a path does stands in its first part:
 *
 *	/200/x, /500/x, /410/x, /307/x   a delivery is answered so; a question by its challenge
 *	/slow/x                          a delivery is neither read nor answered
 *	/deaf/x                          questions are answered by something else
 *	/v201/x                          questions by 201 and the challenge, deliveries by 204
 *
 *	struct subscriber *s = subscriber_start("127.0.0.1");
 *	... hub.callback=subscriber_url(s, "/200/x") ...
 *	subscriber_wait(s, "/200/x", 1, 5000);
 *	subscriber_stop(s);
 */
#ifndef RK_TESTS_SUBSCRIBER_H
#define RK_TESTS_SUBSCRIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct subscriber;

struct delivery {
	char *path, *body; /* with a NUL */
	size_t n;
	char *type, *link, *signature; /* headers, "" where not there */
	int64_t at_ms;                 /* monotonic, or by subscriber_clock */
};

struct subscriber *subscriber_start(const char *address);
void subscriber_stop(struct subscriber *);
uint16_t subscriber_port(const struct subscriber *);
const char *subscriber_url(struct subscriber *, const char *path); /* until stop */
void subscriber_clock(struct subscriber *, int64_t (*ms)(void *cookie), void *cookie);
/* From now on deliveries to this path are answered so. */
void subscriber_answer(struct subscriber *, const char *path, unsigned status);

/* Requests by GET so far, and what the last one asked: its query, "" none. Until stop. */
size_t subscriber_asked(struct subscriber *, const char *path);
const char *subscriber_question(struct subscriber *, const char *path);

/* Deliveries whose body came whole; path NULL: all, and slow ones too as they began. */
size_t subscriber_count(struct subscriber *, const char *path);
const struct delivery *subscriber_got(struct subscriber *, const char *path, size_t i);
bool subscriber_wait(struct subscriber *, const char *path, size_t n, unsigned ms);

#endif
