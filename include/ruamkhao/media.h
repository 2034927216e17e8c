/*
 * What a published file is, by its name: for the embedded server and for the copy in a
 * bucket, which must say the same of it.
 */
#ifndef RUAMKHAO_MEDIA_H
#define RUAMKHAO_MEDIA_H

#include <ruamkhao/str.h>

#include <stdbool.h>

struct rk_media {
	const char *suffix; /* ".atom" */
	const char *type;   /* Content-Type */
	bool feed;          /* a reader subscribes to it; not .json, which may be anything */
	bool page;          /* for people, with styles of its own */
	bool still;         /* hardly ever changes */
};

/* By the end of the name; NULL: nothing by such a name is published. Static. */
const struct rk_media *rk_media_of(struct rk_str name);
/* Is it a document of an archive (RFC 5005), by its path below the root? */
bool rk_media_archived(struct rk_str path);
/* The Cache-Control of a path below the root, without a slash in front. Static. */
const char *rk_media_cache(struct rk_str path);

#endif
