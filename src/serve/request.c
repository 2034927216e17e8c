/*
 * What a request must be before it is looked at. libmicrohttpd is lenient, and some of
 * what it lets pass means one thing to it and another to a proxy in front of it.
 */
#include "serve_int.h"

#include <ruamkhao/str.h>

#include <string.h>

#define MAX_HEADER 8192 /* RELIABILITY F22 */

struct seen {
	unsigned hosts, lengths;
	bool body;  /* there is, or may be, one */
	bool coded; /* its length is not told */
	bool odd;   /* coded in another way than in chunks: nobody knows where it ends */
};

static enum MHD_Result
look(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct seen *seen = cookie;
	struct rk_str key = rk_str(name);

	(void)kind;
	if (rk_str_iis(key, MHD_HTTP_HEADER_HOST)) {
		seen->hosts++;
	} else if (rk_str_iis(key, MHD_HTTP_HEADER_CONTENT_LENGTH)) {
		seen->lengths++;
		seen->body |= !rk_str_is(rk_str(value), "0");
	} else if (rk_str_iis(key, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
		seen->odd |= seen->coded || !rk_str_iis(rk_str(value), "chunked");
		seen->body = seen->coded = true;
	}
	return MHD_YES;
}

unsigned
request_fault(
    struct MHD_Connection *c, const char *target_end, const char *version, bool body)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct seen seen = {0};
	bool new = strcmp(version, MHD_HTTP_VERSION_1_1) == 0;

	if (info != NULL && info->header_size > MAX_HEADER)
		return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
	if (!new &&strcmp(version, MHD_HTTP_VERSION_1_0) != 0)
		return MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED;
	/* The version stands right behind the target, unless a NUL has cut that short.
	 */
	if (target_end != version)
		return MHD_HTTP_BAD_REQUEST;
	(void)MHD_get_connection_values(c, MHD_HEADER_KIND, look, &seen);
	if (seen.hosts > 1 || (new &&seen.hosts == 0)) /* RFC 9112 3.2 */
		return MHD_HTTP_BAD_REQUEST;
	if (seen.lengths > 1 || (seen.lengths > 0 && seen.coded) || /* RFC 9112 6.3 */
	    (seen.body && !body)) /* nobody has anything to send us */
		return MHD_HTTP_CONTENT_TOO_LARGE;
	if (seen.odd || (seen.coded && !new)) /* RFC 9112 6.1, 6.3 */
		return MHD_HTTP_BAD_REQUEST;
	return 0;
}

int
hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

const char *
request_path(const char *url)
{
	const char *slash;

	/* RFC 9112 3.2.2: the absolute form is to be understood. */
	if (rk_str_istarts(rk_str(url), "http://"))
		url += strlen("http://");
	else if (rk_str_istarts(rk_str(url), "https://"))
		url += strlen("https://");
	else
		return url;
	slash = strchr(url, '/');
	return slash != NULL ? slash : "/";
}
