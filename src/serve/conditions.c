/*
 * Conditional requests: RFC 9110 13.2.2.
 */
#include "serve_int.h"

#include <ruamkhao/date.h>

/* One of the entity tags that a header lists, in all its lines. */
struct etags_asked {
	const char *header, *etag;
	bool strong; /* comparison (8.8.3.2) */
	bool there, found;
};

static enum MHD_Result
look_for(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct etags_asked *a = cookie;
	struct rk_str list = rk_str(value), one;

	(void)kind;
	if (!rk_str_iis(rk_str(name), a->header))
		return MHD_YES;
	a->there = true;
	while (rk_str_split(&list, ',', &one)) { /* ours have no comma inside */
		one = rk_str_trim(one);
		if (rk_str_is(one, "*"))
			a->found = true;
		if (rk_str_starts(one, "W/") && !a->strong)
			one = rk_str_from(one, 2);
		if (a->etag[0] != '\0' && rk_str_is(one, a->etag))
			a->found = true;
	}
	return MHD_YES;
}

static bool
names_etag(struct MHD_Connection *c, const char *header, const char *etag, bool strong,
    bool *there)
{
	struct etags_asked a = {header, etag, strong, false, false};

	(void)MHD_get_connection_values(c, MHD_HEADER_KIND, look_for, &a);
	*there = a.there;
	return a.found;
}

/* The date a header holds is not before mtime; *there: it holds one. */
static bool
covers(struct MHD_Connection *c, const char *header, time_t mtime, bool *there)
{
	const char *value = MHD_lookup_connection_value(c, MHD_HEADER_KIND, header);
	int64_t t = 0;

	*there = value != NULL && rk_date_parse_http(rk_str(value), &t) == 0;
	return *there && (int64_t)mtime <= t;
}

enum verdict
conditions(struct MHD_Connection *c, const char *etag, time_t mtime)
{
	bool there, holds;

	holds = names_etag(c, MHD_HTTP_HEADER_IF_MATCH, etag, true, &there);
	if (!there)
		holds = covers(c, MHD_HTTP_HEADER_IF_UNMODIFIED_SINCE, mtime, &there);
	if (there && !holds)
		return FAILED;
	holds = names_etag(c, MHD_HTTP_HEADER_IF_NONE_MATCH, etag, false, &there);
	if (!there)
		holds = covers(c, MHD_HTTP_HEADER_IF_MODIFIED_SINCE, mtime, &there);
	return there && holds ? NOT_MODIFIED : SEND;
}
