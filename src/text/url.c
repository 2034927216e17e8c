/*
 * Addresses by libcurl's URL functions. The bytes are cleaned as browsers clean them
 * first (url_text.c), so that what a reader's browser opens, what libcurl would fetch
 * and what is compared are one address.
 */
#include <ruamkhao/url.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

#include "url_int.h"

#include <curl/curl.h>

#include <string.h>

static bool
is_http(struct rk_str scheme)
{
	return rk_str_iis(scheme, "http") || rk_str_iis(scheme, "https");
}

static bool
has_high(struct rk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return true;
	return false;
}

/* What may stand between the slashes and the path. libcurl would decode %2F in a host
 * and then meet a slash. */
static const char *
bad_authority(struct rk_str authority)
{
	if (authority.n == 0)
		return "the host is missing";
	for (size_t i = 0; i < authority.n; i++) {
		char c = authority.p[i];

		if (c == '@')
			return "user information does not belong into an address";
		if ((unsigned char)c <= ' ' || c == 0x7F ||
		    strchr("%\\\"<>^`{|}", c) != NULL)
			return "the host holds a character that no host has";
	}
	return NULL;
}

/* A host in lower case without brackets; in ASCII but for an international name that
 * could not be turned. */
static const char *
bad_host(const char *host, bool v6)
{
	const char *label = host;
	size_t n = strlen(host);

	if (n == 0)
		return "the host is missing";
	if (n > RK_MAX_HOST)
		return "the host is over 253 octets";
	for (const char *p = host;; p++) {
		if (v6 ? strchr("0123456789abcdef:.", *p) != NULL
		       : (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
			     *p == '-' || *p == '_' || (unsigned char)*p >= 0x80)
			if (*p != '\0')
				continue;
		if (v6 && *p == '\0')
			return NULL;
		if (v6 || (*p != '.' && *p != '\0'))
			return "the host holds a character that no host has";
		if (p - label > RK_MAX_LABEL)
			return "a label of the host is over 63 octets";
		if (p == label)
			return "a label of the host is empty";
		if (*p == '\0')
			return NULL;
		label = p + 1;
	}
}

static void
lower(char *p)
{
	for (; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
}

/* A part with its host in ASCII, to be freed by curl_free; NULL when libcurl cannot.
 * 7.88 leaves the part behind then. */
static char *
get_ascii(CURLU *handle, CURLUPart what)
{
	char *part = NULL;

	if (curl_url_get(handle, what, &part, CURLU_PUNYCODE) == CURLUE_OK)
		return part;
	curl_free(part);
	return NULL;
}

/*
 * The host of a parsed address into out. With `loose`, an international name that
 * cannot be turned into ASCII here stays as it is. NULL, or why not.
 */
static const char *
get_host(CURLU *handle, bool loose, char out[256])
{
	char *host = NULL, *ascii;
	const char *why = NULL;
	bool high, v6;
	size_t n;

	if (curl_url_get(handle, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return "the host is missing";
	high = has_high(rk_str(host));
	ascii = high ? get_ascii(handle, CURLUPART_HOST) : NULL;
	if (ascii != NULL) {
		curl_free(host);
		host = ascii;
	}
	n = strlen(host);
	v6 = n > 2 && host[0] == '[' && host[n - 1] == ']';
	if (v6) {
		memmove(host, host + 1, n - 2);
		host[n - 2] = '\0';
	} else if (n > 1 && host[n - 1] == '.') {
		host[n - 1] = '\0';
		if (rk_url_ends_in_number(host))
			why = "a number with a dot behind is no host";
	}
	lower(host);
	if (why == NULL && ascii != NULL && rk_url_ends_in_number(host))
		why = "the host turns into a number";
	if (why == NULL && high && ascii == NULL &&
	    !(loose && rk_utf8_valid(rk_str(host))))
		why = "the host's international name cannot be turned into ASCII";
	if (why == NULL)
		why = bad_host(host, v6);
	if (why == NULL)
		memcpy(out, host, strlen(host) + 1);
	curl_free(host);
	return why;
}

/* Everything of rk_url that libcurl finds in a handle. */
static const char *
get_url(CURLU *handle, bool loose, struct rk_url *out)
{
	char *port = NULL, *scheme = NULL, *zone = NULL;
	const char *why = NULL;
	uint64_t number = 0;

	*out = (struct rk_url){0};
	if (curl_url_get(handle, CURLUPART_ZONEID, &zone, 0) == CURLUE_OK)
		why = "an address with a zone is refused";
	else if (curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		 !is_http(rk_str(scheme)))
		why = "an http or https address was expected";
	else
		why = get_host(handle, loose, out->host);
	if (why == NULL) {
		out->https = rk_str_iis(rk_str(scheme), "https");
		out->port = out->https ? 443 : 80;
		if (curl_url_get(handle, CURLUPART_PORT, &port, 0) == CURLUE_OK) {
			if (rk_str_u64(rk_str(port), 65535, &number) != 0 ||
			    number == 0)
				why = "the port is none";
			out->port = (uint16_t)number;
			out->port_given = true;
		}
	}
	curl_free(port);
	curl_free(scheme);
	curl_free(zone);
	return why;
}

const char *
rk_url_examine(
    struct rk_str url, bool loose, struct rk_url_parts *parts, struct rk_url *out)
{
	char text[RK_MAX_URL + 1];
	CURLU *handle = NULL;
	const char *why;

	if (url.n == 0)
		return "the address is empty";
	if (url.n > RK_MAX_URL)
		return "the address is over 2048 bytes";
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7F)
			return "the address holds a space or a control character";
	rk_url_split(url, parts);
	if (!is_http(parts->scheme) || !rk_str_is(parts->slashes, "//"))
		return "an http or https address was expected";
	if (rk_url_plain(url, out))
		return NULL;
	if ((why = bad_authority(parts->authority)) != NULL)
		return why;
	memcpy(text, url.p, url.n);
	text[url.n] = '\0';
	if ((handle = curl_url()) == NULL)
		rk_oom(url.n);
	if (curl_url_set(handle, CURLUPART_URL, text, CURLU_DISALLOW_USER) != CURLUE_OK)
		why = "this is no address";
	else
		why = get_url(handle, loose, out);
	curl_url_cleanup(handle);
	return why;
}

int
rk_url_parse(struct rk_str url, struct rk_url *out, struct rk_err *err)
{
	struct rk_url_parts parts;
	const char *why;

	if (rk_url_plain(url, out))
		return 0;
	why = rk_url_examine(url, false, &parts, out);
	return why == NULL ? 0 : rk_err_set(err, RK_E_INPUT, "%s", why);
}

/* "scheme://authority" and the rest of u, encoded, into a handle. */
static int
set_absolute(CURLU *handle, struct rk_str scheme, const struct rk_url_parts *u)
{
	struct rk_str authority = u->authority;
	struct rk_buf text;
	int rc = -1;

	for (size_t i = authority.n; i > 0; i--) /* up to the last @: the user */
		if (authority.p[i - 1] == '@') {
			authority = rk_str_from(authority, i);
			break;
		}
	rk_buf_init(&text, RK_MAX_URL);
	if (bad_authority(authority) != NULL || rk_buf_str(&text, scheme) != 0 ||
	    rk_buf_adds(&text, "://") != 0 || rk_buf_str(&text, authority) != 0 ||
	    rk_url_encode(u->path, true, &text) != 0)
		goto out;
	if (u->has_query && (rk_buf_addc(&text, '?') != 0 ||
				rk_url_encode(u->query, false, &text) != 0))
		goto out;
	if (u->has_fragment && (rk_buf_addc(&text, '#') != 0 ||
				   rk_url_encode(u->fragment, false, &text) != 0))
		goto out;
	if (curl_url_set(handle, CURLUPART_URL, text.p, CURLU_DISALLOW_USER) ==
	    CURLUE_OK)
		rc = 0;
out:
	rk_buf_release(&text);
	return rc;
}

/* The base, absolute, without its fragment. *scheme points into clean. */
static int
set_base(
    CURLU *handle, struct rk_str base, char clean[RK_MAX_URL], struct rk_str *scheme)
{
	struct rk_url_parts u;
	size_t n = rk_url_clean(base, clean);

	if (n == SIZE_MAX)
		return -1;
	rk_url_split(rk_strn(clean, n), &u);
	if (!is_http(u.scheme) || u.slashes.n == 0)
		return -1;
	*scheme = u.scheme;
	u.has_fragment = false;
	return set_absolute(handle, u.scheme, &u);
}

/* A relative reference against what the handle holds. libcurl would lose the page's
 * name where the reference is only a fragment: that is put behind the whole. */
static int
set_relative(CURLU *handle, const struct rk_url_parts *u)
{
	struct rk_buf text;
	char *page = NULL;
	int rc = -1;

	rk_buf_init(&text, RK_MAX_URL);
	/* Behind "http:" a path may begin as an address does: "http:http://a@b/". */
	if (u->scheme.n > 0 && u->path.n > 0 && u->path.p[0] != '/' &&
	    u->path.p[0] != '\\' && rk_buf_adds(&text, "./") != 0)
		goto out;
	if (rk_url_encode(u->path, true, &text) != 0)
		goto out;
	if (u->has_query && (rk_buf_addc(&text, '?') != 0 ||
				rk_url_encode(u->query, false, &text) != 0))
		goto out;
	if (u->fragment.n > 0) {
		if (text.n == 0 &&
		    (curl_url_get(handle, CURLUPART_URL, &page, 0) != CURLUE_OK ||
			rk_buf_adds(&text, page) != 0))
			goto out;
		if (rk_buf_addc(&text, '#') != 0 ||
		    rk_url_encode(u->fragment, false, &text) != 0)
			goto out;
	}
	if (text.n > 0 && curl_url_set(handle, CURLUPART_URL, text.p, 0) != CURLUE_OK)
		goto out;
	rc = 0;
out:
	curl_free(page);
	rk_buf_release(&text);
	return rc;
}

/* Append the address that the handle holds, if it may be kept. */
static int
add_url(CURLU *handle, struct rk_buf *out)
{
	struct rk_url judged;
	char *text;
	int rc = -1;

	if (get_url(handle, false, &judged) != NULL ||
	    (text = get_ascii(handle, CURLUPART_URL)) == NULL)
		return -1;
	if (strlen(text) <= RK_MAX_URL)
		rc = rk_buf_adds(out, text);
	curl_free(text);
	return rc;
}

static int
add_mailto(struct rk_str rest, struct rk_buf *out)
{
	struct rk_buf text;
	int rc = -1;

	rk_buf_init(&text, RK_MAX_URL);
	if (rest.n > 0 && rk_buf_adds(&text, "mailto:") == 0 &&
	    rk_url_encode(rest, false, &text) == 0)
		rc = rk_buf_str(out, rk_buf_view(&text));
	rk_buf_release(&text);
	return rc;
}

static int
resolve(struct rk_str base, struct rk_str ref, bool mail, struct rk_buf *out)
{
	char clean[RK_MAX_URL], clean_base[RK_MAX_URL];
	struct rk_str scheme = {0};
	struct rk_url_parts u;
	CURLU *handle = NULL;
	size_t n = rk_url_clean(ref, clean);
	int rc = -1;

	if (n == SIZE_MAX)
		return -1;
	if (rk_url_plain_whole(rk_strn(clean, n)))
		return rk_buf_add(out, clean, n);
	rk_url_split(rk_strn(clean, n), &u);
	if (u.scheme.n > 0 && !is_http(u.scheme))
		return mail && rk_str_iis(u.scheme, "mailto")
			   ? add_mailto(rk_strn(clean + 7, n - 7), out)
			   : -1;
	if ((handle = curl_url()) == NULL)
		rk_oom(n);
	if (u.scheme.n == 0 || u.slashes.n == 0) {
		if (set_base(handle, base, clean_base, &scheme) != 0)
			scheme = (struct rk_str){0};
	}
	if (u.scheme.n > 0 && u.slashes.n == 0 &&
	    !(scheme.n > 0 && rk_str_ieq(u.scheme, scheme))) {
		/* "http:host/path" and "http:/host/path" are absolute in browsers,
		 * unless the page has the same scheme. */
		while (u.path.n > 0 && (u.path.p[0] == '/' || u.path.p[0] == '\\'))
			u.path = rk_str_from(u.path, 1);
		u.authority = u.path;
		u.authority.n = 0;
		while (u.path.n > 0 && u.path.p[0] != '/' && u.path.p[0] != '\\') {
			u.authority.n++;
			u.path = rk_str_from(u.path, 1);
		}
		rc = set_absolute(handle, u.scheme, &u);
	} else if (u.slashes.n > 0) {
		if (u.scheme.n > 0 || scheme.n > 0)
			rc = set_absolute(
			    handle, u.scheme.n > 0 ? u.scheme : scheme, &u);
	} else if (scheme.n > 0) {
		rc = set_relative(handle, &u);
	}
	if (rc == 0)
		rc = add_url(handle, out);
	curl_url_cleanup(handle);
	return rc;
}

int
rk_url_resolve(struct rk_str base, struct rk_str ref, struct rk_buf *out)
{
	return resolve(base, ref, false, out);
}

int
rk_url_resolve_link(struct rk_str base, struct rk_str ref, struct rk_buf *out)
{
	return resolve(base, ref, true, out);
}
