/*
 * The operator's regular expressions (keys `keep` and `drop` of a source), by ICU.
 * Bounded: an expression that takes too long on a text says nothing of it.
 */
#ifndef RUAMKHAO_PATTERN_H
#define RUAMKHAO_PATTERN_H

#include <ruamkhao/str.h>

struct rk_err;
struct rk_pattern; /* used by one thread at a time */

/*
 * ICU's syntax; taken in stored form (rk_thai_repair), as the texts are. RK_E_CONFIG:
 * what is wrong, and err->column the character it is noticed at, 0 unknown.
 */
int rk_pattern_new(struct rk_str expression, struct rk_pattern **out, struct rk_err *);
void rk_pattern_free(struct rk_pattern *); /* NULL is fine */

/* 1: found in the text (valid UTF-8); 0: it is not there; -1: it took too long. */
int rk_pattern_find(struct rk_pattern *, struct rk_str text);

#endif
