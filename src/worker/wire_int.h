/*
 * What messages are written with and read by, as wire*.c share it.
 *
 *   wire.c        framing, numbers and strings; the messages of a line of text
 *   wire_work.c   the request: one document and how it is to be read
 *   wire_ingest.c the answer
 *
 * The messages themselves are in worker_int.h.
 */
#ifndef RK_WIRE_INT_H
#define RK_WIRE_INT_H

#include "worker_int.h"

/* Of tables that list the fields of a struct by their offsets. */
#define OFF(type, field) offsetof(struct type, field)
#define COUNT(a)         (sizeof(a) / sizeof(*(a)))

/* ---- writing: errors are sticky in the buffer, rk_put_end looks at them */

void rk_put_u32(struct rk_buf *, uint32_t);
void rk_put_u64(struct rk_buf *, uint64_t);
void rk_put_str(struct rk_buf *, struct rk_str);
void rk_put_strs(struct rk_buf *, const void *base, const size_t *offsets, size_t n);
/* Begin a message: where it begins, for rk_put_end. */
size_t rk_put_head(struct rk_buf *, enum rk_msg);
/* 0, or -1: it is too large, and taken out of the buffer again. */
int rk_put_end(struct rk_buf *, size_t at);

/* ---- reading: a bad message makes every further read give nothing */

struct rk_reader {
	const char *p, *end;
	bool bad;
};

bool rk_take(struct rk_reader *, void *out, size_t n);
uint32_t rk_get_u32(struct rk_reader *);
uint64_t rk_get_u64(struct rk_reader *);
struct rk_str rk_get_str(struct rk_reader *); /* into the message */
/* utf8: one that is not valid makes the message bad. */
void rk_get_strs(
    struct rk_reader *, void *base, const size_t *offsets, size_t n, bool utf8);
int64_t rk_get_time(struct rk_reader *); /* RK_NO_TIME where it is not believable */
/* Addresses end in links and requests: one that is none is left out. */
void rk_check_urls(void *base, const size_t *offsets, size_t n);
/* -1, with RK_E_SYS, EPROTO in err: a parse worker sent what. */
int rk_wire_broken(struct rk_err *, const char *what);

#endif
