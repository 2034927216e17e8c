/*
 * Many words found in one pass over a text (Aho-Corasick), read-only once built, so
 * that any number of threads may search with it.
 */
#ifndef RUAMKHAO_NORMALISE_AHO_H
#define RUAMKHAO_NORMALISE_AHO_H

#include <ruamkhao/str.h>

struct rk_aho;

struct rk_aho_match {
	size_t start, end; /* bytes in the text */
	uint32_t word;     /* index in the list that was given */
};

/*
 * words: at least one, none empty, in all under 65,000 bytes; of equal ones the first
 * counts. Bytes are compared, ASCII letters without their case. Not kept.
 */
struct rk_aho *rk_aho_new(const struct rk_str *words, size_t n);
void rk_aho_free(struct rk_aho *); /* NULL is fine */

/*
 * The match that starts first at or after `from`, the longest of those; false when
 * there is none. Reads no further than it must: time linear in what lies between
 * `from` and the end of the match, plus the longest word.
 */
bool rk_aho_find(
    const struct rk_aho *, struct rk_str text, size_t from, struct rk_aho_match *);

#endif
