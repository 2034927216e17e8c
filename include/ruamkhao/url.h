/*
 * Addresses, by libcurl's URL functions: the parser that will fetch a URL judges it.
 * http and https only, unless a name says else. No user info survives.
 */
#ifndef RUAMKHAO_URL_H
#define RUAMKHAO_URL_H

#include <ruamkhao/str.h>

struct rk_buf;
struct rk_err;

struct rk_url {
	bool https;
	char host[256]; /* lower case, punycode where IDN is built in, no brackets */
	uint16_t port;  /* the default where none is written */
	bool port_given;
};

/*
 * Parse an absolute http(s) address that we are about to fetch. Refused (RK_E_INPUT):
 * other schemes, hosts over 253 octets or labels over 63, % or control or \ / # @ in
 * the host, more than RK_MAX_URL bytes, user info (RELIABILITY 1.5 cases 9, 10, 43).
 */
int rk_url_parse(struct rk_str url, struct rk_url *out, struct rk_err *);

/*
 * Path (from its slash on, empty where none is written) and query (without its sign) of an
 * address, of which rk_url_parse made parts; both are spans of url. false: something in it may be spelled in more
 * ways than one, or there is a fragment: ask libcurl.
 */
bool rk_url_rest(struct rk_str url, const struct rk_url *parts, struct rk_str *path,
    struct rk_str *query, bool *has_query);

/* A host that is an IPv4 address in its one canonical spelling. */
bool rk_url_is_quad(struct rk_str host);

/*
 * Append the absolute form of ref against base (may be empty when ref is
 * absolute). Raw Thai and spaces are percent-encoded, dot segments removed, leading
 * and trailing white space, tabs and line breaks dropped first (as browsers do).
 * -1, nothing appended: not http or https, or unparsable, or too long.
 */
int rk_url_resolve(struct rk_str base, struct rk_str ref, struct rk_buf *out);

/* As rk_url_resolve, for what stands in href: mailto: is allowed too. */
int rk_url_resolve_link(struct rk_str base, struct rk_str ref, struct rk_buf *out);

/* Append url without tracking parameters (utm_*, fbclid, gclid ...); all else, also
 * order and fragment, stays byte for byte. */
int rk_url_untrack(struct rk_str url, struct rk_buf *out);

/*
 * Append the canonical key of an absolute address, for comparing only: no scheme, no
 * default port, host in lower case without "www.", no fragment, no tracking
 * parameters (also ref=rss), parameters sorted, no trailing slash or "index.php|html"
 * at the end of the path, percent-encoding normalised. A fixed point when put behind
 * "http://". -1 for what rk_url_parse refuses, but an international name that cannot be
 * turned into ASCII (LC_CTYPE is not UTF-8) is compared as it is.
 */
int rk_url_key(struct rk_str url, struct rk_buf *out);

/* True when the canonical key is that of a whole site ("https://host/", an index page
 * without a query): no identity for an entry. */
bool rk_url_key_is_root(struct rk_str key);

/* Any text: without user info, values of the query and fragment replaced by "...", for
 * logs and messages. Control characters stay. */
void rk_url_redact(struct rk_str url, struct rk_buf *out);

#endif
