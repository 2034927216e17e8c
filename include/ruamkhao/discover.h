/*
 * Finding the feed of a site: what a page is and names, and where to look beside it.
 * Pure: nothing is fetched.
 */
#ifndef RUAMKHAO_DISCOVER_H
#define RUAMKHAO_DISCOVER_H

#include <ruamkhao/look.h>

struct rk_arena;
struct rk_parse_hints;

/*
 * What bytes are that rk_parse_feed refuses. Always gives something, in the arena;
 * pages are looked at as far as RK_MAX_LOOK. Linear.
 */
struct rk_look *rk_look(
    struct rk_str bytes, const struct rk_parse_hints *, struct rk_arena *);

/*
 * Addresses to ask after url gave no feed: what the page names (look may be NULL:
 * nothing could be read), then the known ones of its system, then the usual ones.
 * Each once, none equal to url. Returns how many were put into out, at most max.
 */
size_t rk_places_to_try(const struct rk_look *, struct rk_str url, struct rk_arena *,
    struct rk_place *out, size_t max);

/* Does the address of a feed say that it holds comments, not news? */
bool rk_is_comment_feed(struct rk_str url, struct rk_str title);

#endif
