/*
 * UTF-8: strict validation and the repairs that every stored text gets.
 */
#ifndef RUAMKHAO_UTF8_H
#define RUAMKHAO_UTF8_H

#include <ruamkhao/str.h>

struct rk_buf;

/* Well-formed by Unicode table 3-7 (no surrogates, no overlong forms). */
bool rk_utf8_valid(struct rk_str);

/*
 * The next code point of *s, taken off its front; U+FFFD for one ill-formed
 * sequence (maximal subpart). false at the end.
 */
bool rk_utf8_next(struct rk_str *s, uint32_t *cp);

/* Bytes of cp written to out (at most 4): the count. Not a surrogate. */
size_t rk_utf8_put(uint32_t cp, char out[4]);

/* Append in as valid UTF-8 that XML 1.0 allows: ill-formed parts become U+FFFD,
 * C0 but \t \n \r, DEL, U+FFFE/F, C1 and NUL are dropped. 0, -1 when out is full. */
int rk_utf8_repair(struct rk_str in, struct rk_buf *out);

/* Longest prefix of at most n bytes that ends between characters, never between a Thai
 * consonant and its mark or sara am (but for a run of marks that no syllable has). */
struct rk_str rk_utf8_cut(struct rk_str, size_t n);

/* Code points in valid UTF-8. */
size_t rk_utf8_count(struct rk_str);

#endif
