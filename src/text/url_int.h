/*
 * Inside the module text: url.c alone knows libcurl and what a host is, url_text.c
 * handles addresses as bytes, url_key.c compares.
 */
#ifndef RUAMKHAO_URL_INT_H
#define RUAMKHAO_URL_INT_H

#include <ruamkhao/limits.h>
#include <ruamkhao/str.h>

struct rk_buf;

/* A set of ASCII characters, one bit each: addresses are looked at byte by byte, several
 * times an entry. */
struct rk_url_set {
	uint64_t low, high; /* of 0x00-0x3F, 0x40-0x7F */
};

static inline bool
rk_url_in(struct rk_url_set set, char c)
{
	unsigned char b = (unsigned char)c;

	return b < 0x80 && ((b < 0x40 ? set.low : set.high) >> (b & 63) & 1) != 0;
}

#define RK_URL_BIT(c)  (UINT64_C(1) << ((c) & 63))
#define RK_URL_LETTERS UINT64_C(0x07FFFFFE07FFFFFE) /* of the high half */
#define RK_URL_DIGITS  UINT64_C(0x03FF000000000000) /* of the low half */

/* RFC 3986 2.3 */
static const struct rk_url_set rk_url_unreserved = {
    RK_URL_DIGITS | RK_URL_BIT('-') | RK_URL_BIT('.'),
    RK_URL_LETTERS | RK_URL_BIT('_') | RK_URL_BIT('~')};
#define RK_URL_SUB_DELIMS                                                              \
	(RK_URL_BIT('!') | RK_URL_BIT('$') | RK_URL_BIT('&') | RK_URL_BIT('\'') |      \
	    RK_URL_BIT('(') | RK_URL_BIT(')') | RK_URL_BIT('*') | RK_URL_BIT('+') |    \
	    RK_URL_BIT(',') | RK_URL_BIT(';') | RK_URL_BIT('='))
/* RFC 3986 3.3 and 3.4: what may stand in a path, in a query, beside the unreserved. */
static const struct rk_url_set rk_url_path = {
    RK_URL_SUB_DELIMS | RK_URL_BIT(':') | RK_URL_BIT('/'), RK_URL_BIT('@')};
static const struct rk_url_set rk_url_query = {
    RK_URL_SUB_DELIMS | RK_URL_BIT(':') | RK_URL_BIT('/') | RK_URL_BIT('?'),
    RK_URL_BIT('@')};
/* What no address may hold anywhere, controls and spaces apart. */
#define RK_URL_BARRED_LOW (RK_URL_BIT('"') | RK_URL_BIT('<') | RK_URL_BIT('>'))
#define RK_URL_BARRED_HIGH                                                             \
	(RK_URL_BIT('\\') | RK_URL_BIT('^') | RK_URL_BIT('`') | RK_URL_BIT('{') |      \
	    RK_URL_BIT('|') | RK_URL_BIT('}'))
static const struct rk_url_set rk_url_barred = {RK_URL_BARRED_LOW, RK_URL_BARRED_HIGH};

/* The parts of "scheme://authority/path?query#fragment". Those that are absent are
 * empty; query and fragment without their sign. */
struct rk_url_parts {
	struct rk_str scheme;    /* without the colon */
	struct rk_str slashes;   /* / and \ behind it */
	struct rk_str authority; /* empty unless there are two slashes */
	struct rk_str path;      /* up to ? or # */
	struct rk_str query;
	struct rk_str fragment;
	bool has_query, has_fragment;
};

/* Split as browsers do: a backslash before the query is a slash. */
void rk_url_split(struct rk_str url, struct rk_url_parts *);

/* Trimmed, without tabs and line breaks, into out: the length, or SIZE_MAX when it
 * is over RK_MAX_URL or holds a NUL. */
size_t rk_url_clean(struct rk_str ref, char out[RK_MAX_URL]);

/* Append with everything that a URL may not hold percent-encoded; what is
 * encoded stays. In a path, backslashes become slashes. */
int rk_url_encode(struct rk_str part, bool path, struct rk_buf *out);

/*
 * Append with one spelling for each byte: unreserved characters as they are, those of
 * rk_url_path or rk_url_query as they came, all others encoded, in upper case. In a
 * path a backslash is a slash.
 */
int rk_url_respell(struct rk_str s, bool path, struct rk_buf *out);

/* "a" of "a=1". */
struct rk_str rk_url_param_name(struct rk_str param);

/* Does the last label begin with a digit, so that libcurl or a resolver may take the
 * host for a numeric address? */
bool rk_url_ends_in_number(const char *host);

struct rk_url;

/* url_plain.c: false means "not for us", never "bad". */
bool rk_url_plain(struct rk_str url, struct rk_url *);
/* True where resolving and normalising would give back the very same bytes. */
bool rk_url_plain_whole(struct rk_str url);

/*
 * The judgement behind rk_url_parse and rk_url_key: NULL, or why the address is
 * refused. With `loose`, an international name that cannot be turned into ASCII here
 * is kept as UTF-8: enough to compare, never to fetch.
 */
const char *rk_url_examine(
    struct rk_str url, bool loose, struct rk_url_parts *, struct rk_url *);

#endif
