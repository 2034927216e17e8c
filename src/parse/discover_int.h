/*
 * One page that is looked at, as discover*.c share it.
 *
 *   discover.c       the walk over its tags, and what it is
 *   discover_links.c what its elements name
 */
#ifndef RK_DISCOVER_INT_H
#define RK_DISCOVER_INT_H

#include "parse_int.h"

#include <ruamkhao/url.h>

#define MAX_QUOTED RK_KIB(2) /* a value that is longer is an accident */
#define FEW_LINKS  8         /* an entrance page has no more */

struct page {
	struct rk_str text; /* of the page, UTF-8 */
	struct rk_arena *arena;
	struct rk_look *look;
	struct rk_str base;
	struct rk_str forward; /* where a meta element or a frame sends */
	struct rk_str enter;   /* first link to the same site, while there are few */
	struct rk_url site;    /* of base */
	bool sited, based;     /* site is there; a base element was met */
	struct rk_buf scratch, url, lower;
	unsigned resolved;
	bool scripts;
	bool said; /* a link says that it enters the site: enter is its */
};

struct tag {
	struct rk_str name, attrs;
	bool end;
};

static inline bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* ---- discover_links.c */

/* An address as written, absolute by the base, in the arena; empty: none. */
struct rk_str rk_look_kept(struct page *, struct rk_str href);
/* The address that others stand against, and with it the site. */
void rk_look_base(struct page *, struct rk_str url);
/* A tag that begins an element; behind: the text from its end on. */
void rk_look_tag(struct page *, const struct tag *, struct rk_str behind);

#endif
