/*
 * Compressed bytes undone, by zlib; the only place that knows it.
 */
#include <ruamkhao/pack.h>

#include <ruamkhao/err.h>

#include <stdlib.h>
#include <zlib.h>

#define STEP     ((size_t)16384) /* of output at a time, when less room is at hand */
#define WINDOW   15              /* bits: the largest, for all that are smaller too */
#define GZIP_BIT 16
#define GZIP_1   0x1f            /* a member begins so */

struct layer {
	z_stream z;
	enum rk_coding coding;
	bool begun;         /* a byte came */
	bool open;          /* z is to be ended */
	bool ended;         /* at the end of a member */
	bool held;          /* zlib may hold output that found no room */
	bool rest;          /* what comes is none of ours */
	unsigned char head; /* deflate: the first byte, which alone does not tell */
	bool has_head;
};

struct rk_unpack {
	size_t n;
	struct layer layers[RK_MAX_CODINGS]; /* the one applied last comes first */
	unsigned char between[STEP];
};

struct rk_unpack *
rk_unpack_new(const enum rk_coding *codings, size_t n)
{
	struct rk_unpack *u = rk_xmalloc(sizeof(*u));

	rk_assert(n >= 1 && n <= RK_MAX_CODINGS);
	u->n = n;
	for (size_t i = 0; i < n; i++)
		u->layers[i] = (struct layer){.coding = codings[n - 1 - i]};
	return u;
}

void
rk_unpack_free(struct rk_unpack *u)
{
	if (u == NULL)
		return;
	for (size_t i = 0; i < u->n; i++)
		if (u->layers[i].open)
			(void)inflateEnd(&u->layers[i].z);
	free(u);
}

static void
begin(struct layer *l, int bits)
{
	if (inflateInit2(&l->z, bits) != Z_OK)
		rk_oom(sizeof(*l));
	l->open = true;
}

/* RFC 1950: the method is deflate, and the two bytes are a multiple of 31. */
static bool
is_zlib_head(unsigned char a, unsigned char b)
{
	return (a & 0x0f) == 8 && ((a << 8) | b) % 31 == 0;
}

/* Set the layer up for its first bytes; false: more are needed. */
static bool
open_layer(struct layer *l, struct rk_str in)
{
	unsigned char first = (unsigned char)in.p[0], head;

	if (l->coding == RK_CODING_GZIP) {
		begin(l, WINDOW + GZIP_BIT);
		return true;
	}
	if (!l->has_head && in.n == 1) {
		l->has_head = true;
		l->head = first;
		return false;
	}
	head = l->has_head ? l->head : first;
	begin(l, is_zlib_head(head, l->has_head ? first : (unsigned char)in.p[1])
		     ? WINDOW
		     : -WINDOW);
	if (l->has_head) { /* a byte alone gives no output */
		unsigned char none;

		l->z.next_in = &l->head;
		l->z.avail_in = 1;
		l->z.next_out = &none;
		l->z.avail_out = 1;
		(void)inflate(&l->z, Z_NO_FLUSH);
	}
	return true;
}

/* As far as `room` bytes of output allow. *in goes on behind what was taken. */
static enum rk_unpacked
step(struct layer *l, struct rk_str *in, unsigned char *to, size_t room, size_t *made)
{
	int rc;

	*made = 0;
	if (in->n == 0 && !l->held)
		return RK_UNPACK_OK;
	l->begun = true;
	if (!l->open && !open_layer(l, *in)) {
		*in = rk_str_from(*in, in->n);
		return RK_UNPACK_OK;
	}
	if (l->ended && !l->rest) { /* then nothing is held */
		if (l->coding == RK_CODING_GZIP && (unsigned char)in->p[0] == GZIP_1) {
			(void)inflateReset(&l->z);
			l->ended = false;
		} else {
			l->rest = true;
		}
	}
	if (l->rest) {
		*in = rk_str_from(*in, in->n);
		return RK_UNPACK_OK;
	}
	l->z.next_in = (unsigned char *)(uintptr_t)in->p;
	l->z.avail_in = in->n < UINT32_MAX ? (uInt)in->n : UINT32_MAX;
	l->z.next_out = to;
	l->z.avail_out = room < UINT32_MAX ? (uInt)room : UINT32_MAX;
	rc = inflate(&l->z, Z_NO_FLUSH);
	*made = (size_t)(l->z.next_out - to);
	*in = rk_str_from(*in, (size_t)((const char *)l->z.next_in - in->p));
	if (rc == Z_MEM_ERROR)
		rk_oom(sizeof(*l));
	l->ended = rc == Z_STREAM_END;
	l->held = !l->ended && l->z.avail_out == 0;
	return l->ended || rc == Z_OK || rc == Z_BUF_ERROR ? RK_UNPACK_OK : RK_UNPACK_BAD;
}

/* One layer into the buffer, without a copy. */
static enum rk_unpacked
last_layer(struct layer *l, struct rk_str in, struct rk_buf *out, size_t limit)
{
	enum rk_unpacked rc;
	unsigned char over;
	size_t made, room;

	do {
		room = limit - out->n;
		if (room == 0) { /* it may end just here */
			rc = step(l, &in, &over, 1, &made);
			if (rc == RK_UNPACK_OK && made > 0)
				return RK_UNPACK_FULL;
			continue;
		}
		if (room > STEP && out->cap > out->n + STEP)
			room = out->cap - out->n < room ? out->cap - out->n : room;
		else if (room > STEP)
			room = STEP;
		if (rk_buf_reserve(out, room) != 0)
			return RK_UNPACK_FULL;
		rc = step(l, &in, (unsigned char *)out->p + out->n, room, &made);
		out->n += made;
		out->p[out->n] = '\0';
	} while (rc == RK_UNPACK_OK && (in.n > 0 || l->held));
	return rc;
}

enum rk_unpacked
rk_unpack(struct rk_unpack *u, struct rk_str in, struct rk_buf *out, size_t limit)
{
	struct layer *first = &u->layers[0];
	enum rk_unpacked rc = RK_UNPACK_OK, then = RK_UNPACK_OK;
	size_t made;

	if (limit > out->max)
		limit = out->max;
	rk_assert(out->n <= limit);
	if (u->n == 1)
		return last_layer(first, in, out, limit);
	do {
		rc = step(first, &in, u->between, sizeof(u->between), &made);
		then = last_layer(
		    &u->layers[1], rk_strn((const char *)u->between, made), out, limit);
	} while (rc == RK_UNPACK_OK && then == RK_UNPACK_OK && (in.n > 0 || first->held));
	return then != RK_UNPACK_OK ? then : rc;
}

bool
rk_unpack_whole(const struct rk_unpack *u)
{
	if (!u->layers[0].begun)
		return true;
	for (size_t i = 0; i < u->n; i++)
		if (!u->layers[i].ended)
			return false;
	return true;
}
