/*
 * Bump allocation: everything made for one poll, one timeline or one loaded
 * configuration lives in one arena and dies with it.
 *
 * Memory is zeroed and aligned for any type. Under AddressSanitizer what is
 * not handed out is poisoned. An arena belongs to one thread at a time; it may
 * be handed to another as a whole.
 */
#ifndef RUAMKHAO_ARENA_H
#define RUAMKHAO_ARENA_H

#include <ruamkhao/str.h>

struct rk_arena;

/*
 * limit: most bytes it may hand out, 0 for none. Going over it is treated as
 * exhaustion (rk_oom in err.h): a worker ends, so bounded input never reaches it.
 */
struct rk_arena *rk_arena_new(size_t limit);
void rk_arena_free(struct rk_arena *);  /* NULL is fine */
void rk_arena_reset(struct rk_arena *); /* all memory back, the first block kept */
/* What lives in `other` lives on in the first; `other` itself is gone. */
void rk_arena_adopt(struct rk_arena *, struct rk_arena *other);
size_t rk_arena_used(const struct rk_arena *);

void *rk_arena_alloc(struct rk_arena *, size_t n);
/* n objects of size bytes; an overflow of the product is rk_oom. */
void *rk_arena_array(struct rk_arena *, size_t n, size_t size);

/* Copies, with a NUL behind. The empty span gives "" (n == 0, p not NULL). */
struct rk_str rk_arena_str(struct rk_arena *, struct rk_str);
/* All of these one behind the other, the last is NULL: sentences made at every poll, for
 * which printf's work is a good part of it. */
struct rk_str rk_arena_join(struct rk_arena *, const char *first, ...)
    __attribute__((sentinel));
struct rk_str rk_arena_fmt(struct rk_arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define RK_NEW(arena, type) ((type *)rk_arena_alloc((arena), sizeof(type)))

#endif
