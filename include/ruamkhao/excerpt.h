/* A short plain text from a long one, cut where a person would cut. */
#ifndef RUAMKHAO_EXCERPT_H
#define RUAMKHAO_EXCERPT_H

#include <ruamkhao/str.h>

struct rk_buf;

/* Append at most max code points (the sign included) of text as one line, ended at a
 * space or between Thai clusters, with "…" where something was cut. 0, -1 when out is
 * full. */
int rk_excerpt(struct rk_str text, size_t max, struct rk_buf *out);

/* The part of text at its beginning, of two thirds of max to max code points, and at its end,
 * of half as many to half as many more, cut likewise where that is possible; no sign. */
struct rk_str rk_excerpt_begin(struct rk_str text, size_t max);
struct rk_str rk_excerpt_end(struct rk_str text, size_t max);

#endif
