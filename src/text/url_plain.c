/*
 * Addresses of which no two parsers could think differently, read without libcurl:
 * nearly all that feeds hold, several times an entry. Whatever is in doubt is
 * libcurl's.
 */
#include "url_int.h"

#include <ruamkhao/url.h>

#include <string.h>

static const struct rk_url_set part_end = {
    RK_URL_BIT('/') | RK_URL_BIT('?') | RK_URL_BIT('#'), 0};

bool
rk_url_is_quad(struct rk_str host)
{
	unsigned number = 0, digits = 0, parts = 1;

	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (c == '.') {
			if (digits == 0 || ++parts > 4)
				return false;
			number = digits = 0;
			continue;
		}
		if (c < '0' || c > '9' || (digits > 0 && number == 0))
			return false;
		number = number * 10 + (unsigned)(c - '0');
		if (++digits > 3 || number > 255)
			return false;
	}
	return parts == 4 && digits > 0;
}

/* Lower-case letters, digits and hyphens: what a plain name is made of, dots apart. */
static const struct rk_url_set in_label = {
    RK_URL_DIGITS | RK_URL_BIT('-'), UINT64_C(0x07FFFFFE00000000)};

/* Labels of lower-case letters, digits and inner hyphens; the last begins with a
 * letter, so that no resolver takes the name for a number. */
static bool
is_plain_name(struct rk_str host)
{
	size_t label = 0, last = 0;

	if (host.n == 0 || host.n > RK_MAX_HOST)
		return false;
	for (size_t i = 0; i <= host.n; i++) {
		if (i < host.n && rk_url_in(in_label, host.p[i]))
			continue;
		if ((i < host.n && host.p[i] != '.') || i == label ||
		    i - label > RK_MAX_LABEL || host.p[label] == '-' ||
		    host.p[i - 1] == '-')
			return false;
		last = label;
		label = i + 1;
	}
	return host.p[last] >= 'a' && host.p[last] <= 'z';
}

/* ASCII but for controls, spaces, what is barred, and the sign of user information. */
#define CONTROLS UINT64_C(0x1FFFFFFFF) /* of the low half, and the space */
static const struct rk_url_set in_plain = {~(CONTROLS | RK_URL_BARRED_LOW),
    ~(RK_URL_BARRED_HIGH | RK_URL_BIT('@') | RK_URL_BIT(0x7f))};

bool
rk_url_plain(struct rk_str url, struct rk_url *out)
{
	bool https = rk_str_starts(url, "https://");
	struct rk_str host = rk_str_from(url, https ? 8 : 7), port = {"", 0};
	uint64_t number = https ? 443 : 80;
	size_t n = 0;

	if (url.n > RK_MAX_URL || (!https && !rk_str_starts(url, "http://")))
		return false;
	for (size_t i = 0; i < host.n; i++)
		if (!rk_url_in(in_plain, host.p[i]))
			return false;
	while (n < host.n && host.p[n] != ':' && !rk_url_in(part_end, host.p[n]))
		n++;
	if (n < host.n && host.p[n] == ':') {
		port = rk_str_from(host, n + 1);
		port.n = 0;
		while (n + 1 + port.n < host.n && !rk_url_in(part_end, port.p[port.n]))
			port.n++;
		if (port.n == 0 || port.n > 5 || port.p[0] == '0' ||
		    rk_str_u64(port, 65535, &number) != 0)
			return false;
	}
	host.n = n;
	if (!is_plain_name(host) && !rk_url_is_quad(host))
		return false;
	memcpy(out->host, host.p, host.n);
	out->host[host.n] = '\0';
	out->https = https;
	out->port = (uint16_t)number;
	out->port_given = port.n > 0;
	return true;
}

/* Characters that stand for themselves in a path or a query. */
static bool
is_settled(struct rk_str rest)
{
	for (size_t i = 0; i < rest.n; i++) {
		char c = rest.p[i];

		if (!rk_url_in(rk_url_unreserved, c) && !rk_url_in(rk_url_query, c))
			return false;
		/* a segment that begins with a dot may be one that goes up */
		if (c == '.' && i > 0 && rest.p[i - 1] == '/')
			return false;
	}
	return true;
}

bool
rk_url_rest(struct rk_str url, const struct rk_url *parts, struct rk_str *path,
    struct rk_str *query, bool *has_query)
{
	struct rk_str host = rk_str(parts->host), rest;
	size_t skip = (parts->https ? sizeof("https://") : sizeof("http://")) - 1, sign;

	rest = rk_str_from(url, skip < url.n ? skip : url.n);
	if (rest.n < host.n || memcmp(rest.p, host.p, host.n) != 0)
		return false;
	rest = rk_str_from(rest, host.n);
	if (parts->port_given)
		do
			rest = rk_str_from(rest, 1); /* the colon, digits */
		while (rest.n > 0 && rest.p[0] >= '0' && rest.p[0] <= '9');
	if ((rest.n > 0 && rest.p[0] != '/') || !is_settled(rest))
		return false;
	sign = rk_str_chr(rest, '?');
	*has_query = sign != SIZE_MAX;
	*path = *has_query ? rk_strn(rest.p, sign) : rest;
	*query = *has_query ? rk_str_from(rest, sign + 1) : rk_str("");
	return true;
}

bool
rk_url_plain_whole(struct rk_str url)
{
	struct rk_str path, query;
	struct rk_url parts;
	bool has_query;

	/* libcurl drops a question mark without a query */
	return rk_url_plain(url, &parts) && !parts.port_given &&
	       rk_url_rest(url, &parts, &path, &query, &has_query) && path.n > 0 &&
	       !(has_query && query.n == 0);
}
