/*
 * Addresses as bytes: splitting, percent-encoding, redaction. What a host is, url.c
 * asks libcurl.
 */
#include <ruamkhao/url.h>

#include <ruamkhao/buf.h>

#include "url_int.h"

#include <string.h>

static bool
is_slash(char c)
{
	return c == '/' || c == '\\';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
hex(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Where the parts end. */
static const struct rk_url_set authority_end = {
    RK_URL_BIT('/') | RK_URL_BIT('?') | RK_URL_BIT('#'), RK_URL_BIT('\\')};
static const struct rk_url_set path_end = {RK_URL_BIT('?') | RK_URL_BIT('#'), 0};
static const struct rk_url_set query_end = {RK_URL_BIT('#'), 0};

/* Bytes up to one of the stop characters. */
static struct rk_str
until(struct rk_str *rest, struct rk_url_set stops)
{
	struct rk_str head = {rest->p, 0};

	while (head.n < rest->n && !rk_url_in(stops, rest->p[head.n]))
		head.n++;
	*rest = rk_str_from(*rest, head.n);
	return head;
}

void
rk_url_split(struct rk_str url, struct rk_url_parts *u)
{
	size_t n = 0;

	*u = (struct rk_url_parts){0};
	if (url.n > 0 && is_alpha(url.p[0])) {
		while (n < url.n &&
		       (is_alpha(url.p[n]) || is_digit(url.p[n]) || url.p[n] == '+' ||
			   url.p[n] == '-' || url.p[n] == '.'))
			n++;
		if (n < url.n && url.p[n] == ':') {
			u->scheme = rk_strn(url.p, n);
			url = rk_str_from(url, n + 1);
		}
	}
	for (n = 0; n < url.n && is_slash(url.p[n]); n++)
		;
	if (n >= 2) {
		u->slashes = rk_strn(url.p, n);
		url = rk_str_from(url, n);
		u->authority = until(&url, authority_end);
	}
	u->path = until(&url, path_end);
	if (url.n > 0 && url.p[0] == '?') {
		u->has_query = true;
		url = rk_str_from(url, 1);
		u->query = until(&url, query_end);
	}
	if (url.n > 0) {
		u->has_fragment = true;
		u->fragment = rk_str_from(url, 1);
	}
}

size_t
rk_url_clean(struct rk_str ref, char out[RK_MAX_URL])
{
	size_t n = 0;

	while (ref.n > 0 && (unsigned char)ref.p[0] <= ' ')
		ref = rk_str_from(ref, 1);
	while (ref.n > 0 && (unsigned char)ref.p[ref.n - 1] <= ' ')
		ref.n--;
	for (size_t i = 0; i < ref.n; i++) {
		char c = ref.p[i];

		if (c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c == '\0' || n == RK_MAX_URL)
			return SIZE_MAX;
		out[n++] = c;
	}
	return n;
}

static int
put_hex(struct rk_buf *out, unsigned char b)
{
	static const char digits[] = "0123456789ABCDEF";
	char t[3] = {'%', digits[b >> 4], digits[b & 15]};

	return rk_buf_add(out, t, 3);
}

int
rk_url_encode(struct rk_str part, bool path, struct rk_buf *out)
{
	int rc = 0;

	for (size_t i = 0; i < part.n && rc == 0; i++) {
		char c = part.p[i];

		if (c == '\\' && path)
			rc = rk_buf_addc(out, '/');
		else if ((unsigned char)c <= ' ' || (unsigned char)c >= 0x7F ||
			 rk_url_in(rk_url_barred, c))
			rc = put_hex(out, (unsigned char)c);
		else
			rc = rk_buf_addc(out, c);
	}
	return rc;
}

int
rk_url_respell(struct rk_str s, bool path, struct rk_buf *out)
{
	struct rk_url_set keep = path ? rk_url_path : rk_url_query;
	int rc = 0;

	keep.low |= rk_url_unreserved.low;
	keep.high |= rk_url_unreserved.high;
	for (size_t i = 0; i < s.n && rc == 0; i++) {
		char c = s.p[i];
		size_t settled = i;
		int high, low;

		while (settled < s.n && rk_url_in(keep, s.p[settled]))
			settled++;
		if (settled > i) {
			rc = rk_buf_add(out, s.p + i, settled - i);
			i = settled - 1;
			continue;
		}

		if (c == '%' && s.n - i >= 3 && (high = hex(s.p[i + 1])) >= 0 &&
		    (low = hex(s.p[i + 2])) >= 0) {
			c = (char)(high << 4 | low);
			i += 2;
			rc = rk_url_in(rk_url_unreserved, c)
				 ? rk_buf_addc(out, c)
				 : put_hex(out, (unsigned char)c);
		} else if (c == '\\' && path) {
			rc = rk_buf_addc(out, '/'); /* as browsers read it */
		} else {
			rc = put_hex(out, (unsigned char)c);
		}
	}
	return rc;
}

bool
rk_url_ends_in_number(const char *host)
{
	const char *dot = strrchr(host, '.');

	dot = dot != NULL ? dot + 1 : host;
	return *dot >= '0' && *dot <= '9';
}

struct rk_str
rk_url_param_name(struct rk_str param)
{
	size_t eq = rk_str_chr(param, '=');

	return eq == SIZE_MAX ? param : rk_strn(param.p, eq);
}

/* Append "a=1&b" as "a=...&b". */
static void
redact_query(struct rk_str query, struct rk_buf *out)
{
	struct rk_str param, name;
	const char *sign = "";

	while (rk_str_split(&query, '&', &param)) {
		name = rk_url_param_name(param);
		(void)rk_buf_adds(out, sign);
		(void)rk_buf_str(out, name);
		if (name.n < param.n)
			(void)rk_buf_adds(out, "=...");
		sign = "&";
	}
}

void
rk_url_redact(struct rk_str url, struct rk_buf *out)
{
	struct rk_url_parts u;
	struct rk_str rest;
	size_t at = SIZE_MAX, start = out->n;

	rk_url_split(url, &u);
	if (u.scheme.n > 0) {
		(void)rk_buf_str(out, u.scheme);
		(void)rk_buf_addc(out, ':');
	}
	(void)rk_buf_str(out, u.slashes);
	/* A backslash ends no user information here: better too much is taken away. In
	 * "user:word@host/path", written without slashes, the "user:" is no scheme. */
	rest = u.path;
	if (u.slashes.n > 0)
		rest = rk_strn(u.authority.p, u.authority.n + u.path.n);
	for (size_t i = 0; i < rest.n && rest.p[i] != '/'; i++)
		if (rest.p[i] == '@')
			at = i;
	if (at != SIZE_MAX && !rk_str_iis(u.scheme, "mailto")) {
		if (u.slashes.n == 0 && u.scheme.n > 0)
			out->n = start;
		rest = rk_str_from(rest, at + 1);
	}
	(void)rk_buf_str(out, rest);
	if (u.has_query) {
		(void)rk_buf_addc(out, '?');
		redact_query(u.query, out);
	}
	if (u.has_fragment) { /* may hold a token too */
		(void)rk_buf_addc(out, '#');
		redact_query(u.fragment, out);
	}
}
