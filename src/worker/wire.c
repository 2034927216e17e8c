/*
 * The framing of messages, and what they are written with and read by, one for both
 * sides. Knows numbers, strings and when a message is bad; of the messages only those of
 * a line of text, the greeting and the refusal.
 */
#include "wire_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

#include <errno.h>
#include <string.h>

/* Dates are told for 1970-2100 only (CONTRACTS 1). */
#define LAST_TIME INT64_C(4133980800)

/* ---- writing: errors are sticky in the buffer, looked at once at the end */

void
rk_put_u32(struct rk_buf *b, uint32_t v)
{
	(void)rk_buf_add(b, &v, sizeof(v));
}

void
rk_put_u64(struct rk_buf *b, uint64_t v)
{
	(void)rk_buf_add(b, &v, sizeof(v));
}

void
rk_put_str(struct rk_buf *b, struct rk_str s)
{
	rk_put_u32(b, (uint32_t)s.n);
	(void)rk_buf_add(b, s.n > 0 ? s.p : "", s.n);
	(void)rk_buf_addc(b, '\0');
}

void
rk_put_strs(struct rk_buf *b, const void *base, const size_t *offsets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rk_str s;

		memcpy(&s, (const char *)base + offsets[i], sizeof(s));
		rk_put_str(b, s);
	}
}

size_t
rk_put_head(struct rk_buf *b, enum rk_msg type)
{
	size_t at = b->n;

	rk_put_u32(b, (uint32_t)type);
	rk_put_u32(b, 0);
	return at;
}

int
rk_put_end(struct rk_buf *b, size_t at)
{
	uint32_t length;

	if (b->full || b->n - at - sizeof(struct rk_msg_head) > RK_WIRE_MAX) {
		b->n = at;
		return -1;
	}
	length = (uint32_t)(b->n - at - sizeof(struct rk_msg_head));
	memcpy(b->p + at + sizeof(uint32_t), &length, sizeof(length));
	return 0;
}

/* ---- reading: a bad message makes every further read give nothing */

bool
rk_take(struct rk_reader *r, void *out, size_t n)
{
	if (r->bad || (size_t)(r->end - r->p) < n) {
		r->bad = true;
		memset(out, 0, n);
		return false;
	}
	memcpy(out, r->p, n);
	r->p += n;
	return true;
}

uint32_t
rk_get_u32(struct rk_reader *r)
{
	uint32_t v;

	(void)rk_take(r, &v, sizeof(v));
	return v;
}

uint64_t
rk_get_u64(struct rk_reader *r)
{
	uint64_t v;

	(void)rk_take(r, &v, sizeof(v));
	return v;
}

struct rk_str
rk_get_str(struct rk_reader *r)
{
	struct rk_str s = {"", 0};
	uint32_t n = rk_get_u32(r);

	if (r->bad || (size_t)(r->end - r->p) <= n || r->p[n] != '\0') {
		r->bad = true;
		return s;
	}
	s = rk_strn(r->p, n);
	r->p += (size_t)n + 1;
	return s;
}

void
rk_get_strs(struct rk_reader *r, void *base, const size_t *offsets, size_t n, bool utf8)
{
	for (size_t i = 0; i < n; i++) {
		struct rk_str s = rk_get_str(r);

		if (utf8 && !rk_utf8_valid(s))
			r->bad = true;
		memcpy((char *)base + offsets[i], &s, sizeof(s));
	}
}

int64_t
rk_get_time(struct rk_reader *r)
{
	int64_t t = (int64_t)rk_get_u64(r);

	return t >= 0 && t < LAST_TIME ? t : RK_NO_TIME;
}

/* Addresses end in links and requests: one that is none is left out. */
void
rk_check_urls(void *base, const size_t *offsets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rk_str url;

		memcpy(&url, (const char *)base + offsets[i], sizeof(url));
		if (rk_str_starts(url, "http://") || rk_str_starts(url, "https://"))
			continue;
		url = (struct rk_str){"", 0};
		memcpy((char *)base + offsets[i], &url, sizeof(url));
	}
}

int
rk_wire_broken(struct rk_err *err, const char *what)
{
	(void)rk_err_sys(err, EPROTO, "a parse worker sent %s", what);
	return -1;
}

/* ---- messages of a line of text */

int
rk_wire_put_refused(struct rk_buf *b, const struct rk_err *e)
{
	size_t at = rk_put_head(b, RK_MSG_REFUSED);

	/* a refusal is one of these two, whatever the stage called it */
	rk_put_u32(b, e->kind == RK_E_LIMIT ? RK_E_LIMIT : RK_E_INPUT);
	rk_put_u32(b, e->line);
	rk_put_u32(b, e->column);
	rk_put_str(b, rk_str(e->text));
	return rk_put_end(b, at);
}

int
rk_wire_put_ready(struct rk_buf *b, const char *missing)
{
	size_t at = rk_put_head(b, RK_MSG_READY);

	rk_put_str(b, rk_str(missing));
	return rk_put_end(b, at);
}

int
rk_wire_get_ready(struct rk_str body, struct rk_str *missing, struct rk_err *err)
{
	struct rk_reader r = {body.p, body.p + body.n, false};

	*missing = rk_get_str(&r);
	if (r.bad || r.p != r.end)
		return rk_wire_broken(err, "a broken greeting");
	return 0;
}

int
rk_wire_get_refused(struct rk_str body, struct rk_err *out, struct rk_err *err)
{
	struct rk_reader r = {body.p, body.p + body.n, false};
	uint32_t kind = rk_get_u32(&r);
	unsigned line = rk_get_u32(&r), column = rk_get_u32(&r);
	struct rk_str text = rk_get_str(&r);

	if (r.bad || r.p != r.end || (kind != RK_E_INPUT && kind != RK_E_LIMIT) ||
	    !rk_utf8_valid(text))
		return rk_wire_broken(err, "a broken refusal");
	(void)rk_err_set(out, (enum rk_ekind)kind, "%s", rk_cstr(text));
	out->line = line;
	out->column = column;
	return 0;
}
