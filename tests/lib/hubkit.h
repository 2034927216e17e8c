/*
 * The program with its own hub: a source, subscribers at two addresses, a configuration.
 *
 *	struct hubkit t;
 *
 *	hubkit_open(&t);
 *	hubkit_configure(&t, "1s", "builtin");
 *	hubkit_start(&t);                       "news first" is published
 *	hubkit_request(&t, "subscribe", t.topic, subscriber_url(t.s, "/200/a"), "");
 *	hubkit_subscribed(&t, 1);
 *	hubkit_serve(&t, "second");             the source has something new
 *	subscriber_wait(t.s, "/200/a", 1, 10000);
 *	hubkit_stop(&t);
 *	hubkit_close(&t);
 */
#ifndef RK_TESTS_HUBKIT_H
#define RK_TESTS_HUBKIT_H

#include "program.h"
#include "subscriber.h"

struct origin;

struct hubkit {
	struct program w;
	struct origin *o;
	struct subscriber *s, *other; /* at two addresses */
	uint16_t port;                /* of the daemon */
	char topic[64], hub[64];
	pid_t daemon;
};

void hubkit_open(struct hubkit *);
void hubkit_close(struct hubkit *);
/* The source's only entry: "news NEWS". */
void hubkit_serve(struct hubkit *, const char *news);
/* every: of polls; hub: as in the configuration. */
void hubkit_configure(struct hubkit *, const char *every, const char *hub);
void hubkit_start(struct hubkit *); /* and wait for the first files */
void hubkit_stop(struct hubkit *);

/* A request to the hub; more: parameters behind, "&hub.secret=x". The status. */
int hubkit_request(struct hubkit *, const char *mode, const char *topic, const char *callback,
    const char *more);
/* The path was asked so often, within 5 s. */
bool hubkit_asked(struct subscriber *, const char *path, size_t n);
size_t hubkit_metric(struct hubkit *, const char *name); /* SIZE_MAX: it is not there */
bool hubkit_subscribed(struct hubkit *, size_t n);       /* within 5 s */

#endif
