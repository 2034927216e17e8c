/*
 * Growing bytes with a maximum. Knows nothing of what the bytes mean.
 */
#include <ruamkhao/buf.h>

#include <ruamkhao/err.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP ((size_t)255) /* with the NUL one block of 256 */

void
rk_buf_init(struct rk_buf *b, size_t max)
{
	*b = (struct rk_buf){.max = max < SIZE_MAX ? max : SIZE_MAX - 1};
}

void
rk_buf_release(struct rk_buf *b)
{
	free(b->p);
	*b = (struct rk_buf){.max = b->max};
}

void
rk_buf_reset(struct rk_buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

int
rk_buf_reserve(struct rk_buf *b, size_t n)
{
	size_t need, cap;

	if (b->full || n > b->max - b->n) {
		b->full = true;
		return -1;
	}
	need = b->n + n;
	if (b->p != NULL && need <= b->cap)
		return 0;
	cap = b->cap < FIRST_CAP ? FIRST_CAP : b->cap;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 - 1 ? need : cap * 2 + 1;
	if (cap > b->max)
		cap = b->max;
	b->p = rk_xrealloc(b->p, cap + 1);
	b->cap = cap;
	b->p[b->n] = '\0';
	return 0;
}

int
rk_buf_add(struct rk_buf *b, const void *p, size_t n)
{
	if (rk_buf_reserve(b, n) != 0)
		return -1;
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return 0;
}

int
rk_buf_adds(struct rk_buf *b, const char *cstr)
{
	return rk_buf_add(b, cstr, strlen(cstr));
}

int
rk_buf_str(struct rk_buf *b, struct rk_str s)
{
	return rk_buf_add(b, s.p, s.n);
}

int
rk_buf_addc(struct rk_buf *b, char c)
{
	if (rk_buf_reserve(b, 1) != 0)
		return -1;
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
	return 0;
}

int
rk_buf_addf(struct rk_buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	int n;

	if (rk_buf_reserve(b, 0) != 0)
		return -1;
	room = b->cap - b->n;
	va_start(ap, fmt);
	n = vsnprintf(b->p + b->n, room + 1, fmt, ap);
	va_end(ap);
	rk_assert(n >= 0);
	if ((size_t)n > room) {
		b->p[b->n] = '\0'; /* undo the part that was written */
		if (rk_buf_reserve(b, (size_t)n) != 0)
			return -1;
		va_start(ap, fmt);
		n = vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
		va_end(ap);
		rk_assert(n >= 0);
	}
	b->n += (size_t)n;
	return 0;
}

struct rk_str
rk_buf_view(const struct rk_buf *b)
{
	return (struct rk_str){b->p != NULL ? b->p : "", b->n};
}

void
rk_buf_take(struct rk_buf *from, struct rk_buf *to)
{
	*to = *from;
	*from = (struct rk_buf){.max = from->max};
}
