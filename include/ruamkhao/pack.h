/*
 * Compressed bytes. Undone as they come: the content codings of HTTP that we ask for. Made
 * of a whole file: the twins of published files.
 * Pure. libcurl would undo them too, but takes a body that ends early for whole (its end
 * is never looked at), and copies what it has undone once more.
 */
#ifndef RUAMKHAO_PACK_H
#define RUAMKHAO_PACK_H

#include <ruamkhao/buf.h>

enum rk_coding {
	RK_CODING_GZIP,
	RK_CODING_DEFLATE /* zlib's format, or without its head as some servers send it */
};
#define RK_MAX_CODINGS 2 /* gzip in gzip is a bomb or a mistake */

enum rk_unpacked {
	RK_UNPACK_OK,  /* all of `in` was taken */
	RK_UNPACK_BAD, /* no such data, or its check sum is wrong */
	RK_UNPACK_FULL /* more would come out than may */
};

struct rk_unpack;

/* codings: in the order in which they were applied; 1 to RK_MAX_CODINGS. */
struct rk_unpack *rk_unpack_new(const enum rk_coding *codings, size_t n);
void rk_unpack_free(struct rk_unpack *); /* NULL is fine */

/*
 * Append what `in` gives; out->n never passes `limit` (at most out->max), and with FULL it
 * is there. Several gzip members follow each other as one. What stands behind the end is
 * passed over, as browsers do. Not after BAD or FULL.
 */
enum rk_unpacked rk_unpack(
    struct rk_unpack *, struct rk_str in, struct rk_buf *out, size_t limit);

/* Every layer came to its end, or no byte came at all. */
bool rk_unpack_whole(const struct rk_unpack *);

/* What a twin of a published file is compressed with. */
enum rk_twin { RK_TWIN_GZIP, RK_TWIN_BROTLI, RK_N_TWINS };
extern const char *const rk_twin_suffix[RK_N_TWINS + 1]; /* ".gz", ".br", NULL */

/* Appended to out: the same bytes for the same bytes. page: for browsers, which ask for
 * brotli, more time is spent on it. false: it does not get smaller, and out is as it was. */
bool rk_pack(enum rk_twin, bool page, struct rk_str in, struct rk_buf *out);

#endif
