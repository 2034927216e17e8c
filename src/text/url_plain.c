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

/* Controls, the space, what is barred anywhere, and the sign of user information. */
static const struct rk_url_set doubtful = {
    UINT64_C(0x1FFFFFFFF) | RK_URL_BIT('"') | RK_URL_BIT('<') | RK_URL_BIT('>'),
    RK_URL_BIT('\\') | RK_URL_BIT('^') | RK_URL_BIT('`') | RK_URL_BIT('{') |
	RK_URL_BIT('|') | RK_URL_BIT('}') | RK_URL_BIT('@') | RK_URL_BIT(0x7F)};

bool
rk_url_is_quad(struct rk_str host)
{
	unsigned parts = 0, digits = 0, value = 0;

	for (size_t i = 0; i <= host.n; i++) {
		if (i == host.n || host.p[i] == '.') {
			if (digits == 0)
				return false;
			parts++;
			digits = value = 0;
			continue;
		}
		if (host.p[i] < '0' || host.p[i] > '9' || (digits == 1 && value == 0))
			return false;
		value = value * 10 + (unsigned)(host.p[i] - '0');
		if (value > 255)
			return false;
		digits++;
	}
	return parts == 4;
}

static bool
is_plain_label(const char *p, const char *end)
{
	return p < end && end - p <= RK_MAX_LABEL && *p != '-' && end[-1] != '-';
}

/* Labels of lower-case letters, digits and inner hyphens; the last begins with a
 * letter, so that no resolver takes the name for a number. */
static bool
is_plain_name(struct rk_str host)
{
	const char *label = host.p, *end = host.p + host.n;

	if (host.n == 0 || host.n > RK_MAX_HOST)
		return false;
	for (const char *p = label; p < end; p++) {
		if (*p == '.') {
			if (!is_plain_label(label, p))
				return false;
			label = p + 1;
		} else if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') &&
			   *p != '-') {
			return false;
		}
	}
	return is_plain_label(label, end) && *label >= 'a' && *label <= 'z';
}

bool
rk_url_plain(struct rk_str url, struct rk_url *out)
{
	bool https = rk_str_starts(url, "https://");
	struct rk_str host = rk_str_from(url, https ? 8 : 7), port = {"", 0};
	uint64_t number = https ? 443 : 80;
	size_t n = 0;

	if (url.n > RK_MAX_URL || (!https && !rk_str_starts(url, "http://")))
		return false;
	for (size_t i = 0; i < host.n; i++) {
		if ((unsigned char)host.p[i] >= 0x80 || rk_url_in(doubtful, host.p[i]))
			return false;
	}
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
rk_url_plain_whole(struct rk_str url)
{
	struct rk_str rest;
	struct rk_url parts;
	size_t skip;

	if (!rk_url_plain(url, &parts) || parts.port_given)
		return false;
	skip = (parts.https ? sizeof("https://") : sizeof("http://")) - 1 +
	       strlen(parts.host);
	rest = rk_str_from(url, skip);
	/* libcurl drops a question mark without a query */
	return rest.n > 0 && rest.p[0] == '/' && rest.p[rest.n - 1] != '?' &&
	       is_settled(rest);
}
