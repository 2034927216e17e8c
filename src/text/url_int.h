/*
 * Inside the module text: addresses as bytes (url_text.c, no libcurl) for url.c.
 */
#ifndef RUAMKHAO_URL_INT_H
#define RUAMKHAO_URL_INT_H

#include <ruamkhao/limits.h>
#include <ruamkhao/str.h>

struct rk_buf;

/* The parts of "scheme://authority/path?query#fragment". Those that are absent are
 * empty; query and fragment without their sign. */
struct rk_url_parts {
	struct rk_str scheme;    /* without the colon */
	struct rk_str slashes;   /* / and \ behind it */
	struct rk_str authority; /* empty unless there are two slashes */
	struct rk_str path;      /* up to ? or # */
	struct rk_str query;
	struct rk_str fragment;
	bool has_query, has_fragment;
};

/* Split as browsers do: a backslash before the query is a slash. */
void rk_url_split(struct rk_str url, struct rk_url_parts *);

/* Trimmed, without tabs and line breaks, into out: the length, or SIZE_MAX when it
 * is over RK_MAX_URL or holds a NUL. */
size_t rk_url_clean(struct rk_str ref, char out[RK_MAX_URL]);

/* Append with everything that a URL may not hold percent-encoded; what is
 * encoded stays. In a path, backslashes become slashes. */
int rk_url_encode(struct rk_str part, bool path, struct rk_buf *out);

/* Append path and query in the canonical form of rk_url_key. */
int rk_url_canon(const struct rk_url_parts *, struct rk_buf *out);

#endif
