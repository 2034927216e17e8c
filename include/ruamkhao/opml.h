/*
 * A subscription list (OPML 1.0, 1.1, 2.0) to the feeds it names. Pure: no clock, no
 * file, no network; nothing is fetched.
 */
#ifndef RUAMKHAO_OPML_H
#define RUAMKHAO_OPML_H

#include <ruamkhao/str.h>

struct rk_arena;
struct rk_err;

/* One feed, in the order of the document. Strings have a NUL behind. */
struct rk_outline {
	struct rk_outline *next;
	struct rk_str url;    /* of the feed, absolute, http or https */
	struct rk_str site;   /* of its site, likewise, or empty */
	struct rk_str title;  /* one line, or empty */
	struct rk_str folder; /* names of the folders around it, outermost first, joined
	                         by "/"; or empty */
};

struct rk_opml {
	struct rk_str title; /* of the list, one line, or empty */
	struct rk_outline *outlines;
	size_t n_outlines;
	size_t n_left_out; /* feeds whose address is no http or https */
	bool truncated;    /* the end was missing: what stood before it is here */
};

/*
 * Ill-formed lists are repaired as feeds are. On success *out is in the arena and points
 * into it only. RK_E_INPUT: it is no subscription list, or names no feed; RK_E_LIMIT:
 * more than RK_MAX_OUTLINES outlines, deeper than RK_MAX_OUTLINE_DEPTH, or a document
 * larger than feeds may be.
 */
int rk_opml_read(
    struct rk_str bytes, struct rk_arena *, struct rk_opml **out, struct rk_err *);

#endif
