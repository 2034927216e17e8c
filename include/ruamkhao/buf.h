/*
 * Growing bytes with a maximum.
 *
 * Always: n <= cap, n <= max, and p[n] == 0 once anything was added. After an
 * addition that would pass the maximum nothing is added, `full` is set and stays
 * (so that later additions fail too: none may follow a hole), so that a writer may
 * check once at the end.
 */
#ifndef RUAMKHAO_BUF_H
#define RUAMKHAO_BUF_H

#include <ruamkhao/str.h>

struct rk_buf {
	char *p;
	size_t n;
	size_t cap;
	size_t max;
	bool full;
};

void rk_buf_init(struct rk_buf *, size_t max);
void rk_buf_release(struct rk_buf *); /* frees; may be used again after init */
void rk_buf_reset(struct rk_buf *);   /* n = 0, full = false; keeps the memory */

/* All return 0, or -1 when the maximum would be passed. */
int rk_buf_add(struct rk_buf *, const void *, size_t);
int rk_buf_adds(struct rk_buf *, const char *cstr);
int rk_buf_str(struct rk_buf *, struct rk_str);
int rk_buf_addc(struct rk_buf *, char);
int rk_buf_addf(struct rk_buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Room for n more bytes at p + n; the caller then sets n itself. */
int rk_buf_reserve(struct rk_buf *, size_t n);

struct rk_str rk_buf_view(const struct rk_buf *); /* valid until the next change */
/* *to gets the bytes and the maximum, *from is left empty with the same maximum.
 * What *to held before is overwritten, not freed: it may be uninitialised. */
void rk_buf_take(struct rk_buf *from, struct rk_buf *to);

#endif
