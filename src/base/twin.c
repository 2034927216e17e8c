/*
 * Whole files compressed for those who serve them: the only place that knows libdeflate
 * and brotli.
 *
 * The levels are where more time buys little (docs/decisions/0014): gzip nearly as small as
 * zlib's level 4 in a sixth of its time, brotli a little smaller, and a seventh smaller for
 * pages. A file that is written again with every news is compressed more often than it is
 * fetched as a whole.
 */
#include <ruamkhao/pack.h>

#include <ruamkhao/err.h>

#include <brotli/encode.h>
#include <libdeflate.h>
#include <limits.h>
#include <stdlib.h>

#define GZIP_LEVEL     1
#define BROTLI_FEED    1
#define BROTLI_PAGE    3
#define BROTLI_WINDOW  20 /* bits, a megabyte: what a reader keeps in memory; a feed may be half of it */

const char *const rk_twin_suffix[RK_N_TWINS + 1] = {".gz", ".br", NULL};

/* 0: it did not fit. No time and no name in the head: the same bytes at any time. */
static size_t
gzip(struct rk_str in, unsigned char *out, size_t room)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(GZIP_LEVEL);
	size_t n;

	if (c == NULL)
		rk_oom(0);
	n = libdeflate_gzip_compress(c, in.p, in.n, out, room);
	libdeflate_free_compressor(c);
	return n;
}

static size_t
brotli(int quality, struct rk_str in, unsigned char *out, size_t room)
{
	size_t n = room;

	return BrotliEncoderCompress(quality, BROTLI_WINDOW, BROTLI_MODE_TEXT, in.n,
		   (const unsigned char *)in.p, &n, out)
	    ? n
	    : 0;
}

bool
rk_pack(enum rk_twin kind, bool page, struct rk_str in, struct rk_buf *out)
{
	unsigned char *room;
	size_t n;

	if (in.n == 0 || rk_buf_reserve(out, in.n) != 0)
		return false;
	room = (unsigned char *)out->p + out->n;
	n = kind == RK_TWIN_GZIP
		? gzip(in, room, in.n - 1)
		: brotli(page ? BROTLI_PAGE : BROTLI_FEED, in, room, in.n - 1);
	out->n += n;
	out->p[out->n] = '\0';
	return n > 0;
}
