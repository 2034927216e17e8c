/*
 * Between noise.c, which goes through the lines of a page, and noise_line.c, which
 * judges one.
 */
#ifndef RK_NOISE_INT_H
#define RK_NOISE_INT_H

#include <ruamkhao/noise.h>

/* Lines longer than this are text: nothing of it is looked at. Bytes. */
#define RK_NOISE_LINE 600

/* ASCII white space and no-break spaces off both ends. */
struct rk_str rk_noise_trim(struct rk_str);
/* The compare key of a line into out, which is emptied first. Unlike rk_thai_key's that
 * of a line of noise is not empty; a counter at its end is left out here too. */
struct rk_str rk_noise_key(struct rk_str line, struct rk_buf *out);

bool rk_noise_is_rule(struct rk_str line);    /* "-----", "* * *" */
bool rk_noise_is_phone(struct rk_str line);   /* a telephone number and its label */
bool rk_noise_is_unit(struct rk_str line);    /* the name of an office */
bool rk_noise_is_boiler(struct rk_str key);   /* of a page, beside rk_thai_is_noise */
bool rk_noise_opens_list(struct rk_str key);  /* a heading over links to other news */
/* Only a date: words that go with one, numbers, and the keys given (may be empty). */
bool rk_noise_is_date(
    struct rk_str key, struct rk_str author, struct rk_str category);
/* Do two keys tell the same headline, an abbreviation written out aside? */
bool rk_noise_same(struct rk_str a, struct rk_str b);

#endif
