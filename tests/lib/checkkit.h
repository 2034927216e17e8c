/*
 * Rows of a table for `check`: what a site answers, and the finding that must be named.
 */
#ifndef RK_TESTS_CHECKKIT_H
#define RK_TESTS_CHECKKIT_H

#include "origin.h"

#include <jansson.h>

#define CHECK_ROUTES 8

/* In bodies, headers and locations "{O}" is the origin ("http://127.0.0.1:PORT"), and
 * "@-5@" the time five hours ago as RSS prints it (whole hours, may be positive). */
struct check_route {
	const char *path;
	struct origin_answer first,
	    then; /* then: from the second request on, where .then_set */
	bool then_set;
};

struct check_row {
	const char *name;
	const char *finding; /* that must be there; NULL: none at all may be */
	const char *setting; /* of that finding; NULL: none */
	int status;          /* exit status: 0 usable, 1 not */
	const char *source;  /* end of the proposed address, NULL: as asked or none */
	const char *ask;     /* path; NULL: "/feed.xml" */
	struct check_route routes[CHECK_ROUTES];
	const char *fetch; /* further lines of the section fetch */
};

/* Run it against an origin of its own; what it says as JSON for further looks, to be
 * given back with json_decref. Ends the test with what is wrong. The stanza of a usable
 * source was loaded by `config check`. */
json_t *check_row(const struct check_row *);
/* The same against a url that is served otherwise; sources: YAML at the end, or "". */
json_t *check_url(const struct check_row *, const char *url, const char *sources);
/* The finding of this id, NULL when it is not there (borrowed). */
json_t *check_finding(json_t *, const char *id);
/* A text as it goes out, placeholders filled; malloc'd. o may be NULL. */
char *check_fill(const char *text, struct origin *o);

#endif
