/*
 * Which coding of a file a client would rather have (RFC 9110 12.5.3).
 */
#include "serve_int.h"

#include <string.h>

#define MOST 1000 /* q=1, in thousandths */

/* What a header says, all its lines together. -1: not named. */
struct said {
	int q[CODINGS], rest; /* rest: of "*" */
	bool there;
};

/* "0.8" in thousandths; what is none counts as if it were not there. */
static int
quality(struct rk_str text)
{
	int q = 0, unit = 100;

	if (text.n == 0 || text.n > 5 || (text.p[0] != '0' && text.p[0] != '1') ||
	    (text.n > 1 && text.p[1] != '.'))
		return MOST;
	q = text.p[0] == '1' ? MOST : 0;
	for (size_t i = 2; i < text.n; i++, unit /= 10) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return MOST;
		q += (text.p[i] - '0') * unit;
	}
	return q < MOST ? q : MOST;
}

static enum MHD_Result
hear(void *cookie, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct said *said = cookie;
	struct rk_str list = rk_str(value), one, coding, parameter;

	(void)kind;
	if (!rk_str_iis(rk_str(name), MHD_HTTP_HEADER_ACCEPT_ENCODING))
		return MHD_YES;
	said->there = true;
	while (rk_str_split(&list, ',', &one)) {
		int q = MOST;

		if (!rk_str_split(&one, ';', &coding))
			continue;
		coding = rk_str_trim(coding);
		while (rk_str_split(&one, ';', &parameter)) {
			parameter = rk_str_trim(parameter);
			if (rk_str_istarts(parameter, "q="))
				q = quality(rk_str_from(parameter, 2));
		}
		if (rk_str_iis(coding, "gzip") || rk_str_iis(coding, "x-gzip"))
			said->q[GZIP] = q;
		else if (rk_str_iis(coding, "br"))
			said->q[BROTLI] = q;
		else if (rk_str_iis(coding, "identity"))
			said->q[PLAIN] = q;
		else if (rk_str_is(coding, "*"))
			said->rest = q;
	}
	return MHD_YES;
}

void
accept_codings(struct MHD_Connection *c, struct wish *out)
{
	struct said said = {{-1, -1, -1}, -1, false};

	memset(out, 0, sizeof(*out));
	(void)MHD_get_connection_values(c, MHD_HEADER_KIND, hear, &said);
	for (int i = 0; i < CODINGS; i++) {
		if (said.q[i] >= 0)
			out->q[i] = said.q[i];
		else if (said.rest >= 0)
			out->q[i] = said.rest;
	}
	/* Nobody names the plain form and everybody takes it: after all that is named. */
	if (said.q[PLAIN] < 0 && said.rest != 0)
		out->q[PLAIN] = said.there ? 1 : MOST;
}

/* The text/html that a browser puts first, against the feed's own type. */
static int
wanted(struct rk_str list, const char *type)
{
	struct rk_str one, name, parameter;
	int q = -1;

	while (rk_str_split(&list, ',', &one)) {
		if (!rk_str_split(&one, ';', &name) || !rk_str_iis(rk_str_trim(name), type))
			continue;
		q = MOST;
		while (rk_str_split(&one, ';', &parameter)) {
			parameter = rk_str_trim(parameter);
			if (rk_str_istarts(parameter, "q="))
				q = quality(rk_str_from(parameter, 2));
		}
	}
	return q;
}

bool
accept_is_person(struct MHD_Connection *c, const char *type)
{
	const char *dest =
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Sec-Fetch-Dest");
	const char *accept =
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
	int html;

	if (dest == NULL || accept == NULL || strcmp(dest, "document") != 0)
		return false;
	html = wanted(rk_str(accept), "text/html");
	return html > 0 && html > wanted(rk_str(accept), type);
}
