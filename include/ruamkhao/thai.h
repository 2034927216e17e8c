/*
 * Thai text: the safe repairs of what we store, and the form that is compared.
 * DOMAIN.md 6.
 */
#ifndef RUAMKHAO_THAI_H
#define RUAMKHAO_THAI_H

#include <ruamkhao/str.h>

struct rk_buf;

/*
 * Append the stored form of a text (valid UTF-8 in): NFC; zero-width, soft hyphen and
 * bidi controls out; two sara e to sara ae; sara am composed (not across white
 * space); tone order repaired; repeated marks to one; a lakkhangyao that follows
 * neither ru nor lu to sara aa; the private codes of old fonts to their marks; line
 * separators to \n. Nothing a reader would see as another text: joiners inside emoji
 * and in scripts that spell with them, spaces, digits and spelling stay. A fixed
 * point. 0, -1 when out is full (something may have been appended).
 */
int rk_thai_repair(struct rk_str in, struct rk_buf *out);

/*
 * Append the compare key: as rk_thai_repair, then Thai digits to ASCII, case folded,
 * counters and boilerplate lines out (DOMAIN.md 5, 6.2; also a counter behind the last
 * sentence, as feeds glue it), and only letters, marks and digits kept: no space, no
 * punctuation. A fixed point. 0; -1 when out is full, with nothing appended.
 */
int rk_thai_key(struct rk_str in, struct rk_buf *out);

/* True where the text is one of the counters or boilerplate lines of DOMAIN.md 5
 * ("อ่าน 2,966", "Related Posts" ...), taken as a whole line. */
bool rk_thai_is_noise(struct rk_str line);

/* Thai digits to ASCII, no-break space to space, everything else as it is. */
int rk_thai_digits(struct rk_str in, struct rk_buf *out);

/* Which of two names stands first in a Thai list: <0, 0, >0. 0 for equal bytes only. */
int rk_thai_compare(struct rk_str a, struct rk_str b);

void rk_thai_warm(void); /* load ICU's tables before a sandbox closes */

#endif
