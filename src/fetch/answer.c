/*
 * The header lines of an answer: the few that are wanted, byte for byte, and the times
 * that they state (RELIABILITY 2.2, 2.3, 2.15, 2.22). Knows nothing of libcurl.
 */
#include "fetch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>

#include <string.h>

#define MAX_DATE 64 /* bytes of a Date that may be one */

/* Names that stand where a content coding should, in answers that are not coded. */
static const char *const no_codings[] = {
    "none", "utf-8", "utf8", "binary", "8bit", "tis-620", "windows-874", "iso-8859-1"};

void
rk_answer_init(struct rk_answer *a)
{
	*a = (struct rk_answer){.length = -1,
	    .max_age = -1,
	    .age = -1,
	    .expires = RK_NO_TIME,
	    .retry_s = -1,
	    .retry_at = RK_NO_TIME};
}

/* Optional white space of HTTP: space and tab, no more. */
static struct rk_str
without_ows(struct rk_str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = rk_str_from(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* Decimal digits; what no int64 holds is as good as the largest. -1: not a number. */
static int64_t
seconds(struct rk_str s)
{
	uint64_t value;

	if (s.n == 0)
		return -1;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
	return rk_str_u64(s, INT64_MAX, &value) == 0 ? (int64_t)value : INT64_MAX;
}

/* A validator goes back as it came, so what no header can carry is none. */
static struct rk_str
validator(struct rk_str value, struct rk_arena *arena)
{
	if (value.n == 0 || value.n > RK_MAX_VALIDATOR || rk_str_chr(value, '\t') != SIZE_MAX ||
	    !rk_fits_header(value))
		return (struct rk_str){0};
	return rk_arena_str(arena, value);
}

static void
cache_control(struct rk_answer *a, struct rk_str value)
{
	struct rk_str piece;

	a->fresh_told = true;
	while (rk_str_split(&value, ',', &piece)) {
		piece = without_ows(piece);
		if (a->max_age >= 0 || !rk_str_istarts(piece, "max-age="))
			continue; /* of two the first counts, RFC 9111 4.2.1 */
		piece = rk_str_from(piece, strlen("max-age="));
		if (piece.n >= 2 && piece.p[0] == '"' && piece.p[piece.n - 1] == '"')
			piece = rk_strn(piece.p + 1, piece.n - 2);
		a->max_age = seconds(piece);
	}
}

static void
codings(struct rk_answer *a, struct rk_str value, bool content)
{
	struct rk_coded *c = content ? &a->content : &a->transfer;
	struct rk_str piece;

	while (rk_str_split(&value, ',', &piece)) {
		piece = without_ows(piece);
		if (piece.n == 0 || rk_str_iis(piece, "identity") ||
		    rk_str_iis(piece, "chunked"))
			continue;
		a->codings++;
		if (c->n < RK_MAX_CODINGS &&
		    (rk_str_iis(piece, "gzip") || rk_str_iis(piece, "x-gzip")))
			c->of[c->n++] = RK_CODING_GZIP;
		else if (c->n < RK_MAX_CODINGS && rk_str_iis(piece, "deflate"))
			c->of[c->n++] = RK_CODING_DEFLATE;
		for (size_t i = 0;
		     content && i < sizeof(no_codings) / sizeof(*no_codings); i++)
			if (rk_str_iis(piece, no_codings[i]))
				a->foreign = true;
	}
}

/* Most names are told apart by their first letter. The other is in lower case. */
static bool
is(struct rk_str name, const char *other)
{
	return (name.p[0] | 0x20) == other[0] && rk_str_iis(name, other);
}

static void
field(struct rk_answer *a, struct rk_str name, struct rk_str value,
    struct rk_arena *arena)
{
	switch (name.n) {
	case 2:
		if (is(name, "im"))
			a->feed_im = rk_str_iis(value, "feed");
		break;
	case 3:
		if (is(name, "age"))
			a->age = seconds(value);
		break;
	case 4:
		if (is(name, "etag"))
			a->etag = validator(value, arena);
		else if (is(name, "link"))
			rk_links(value, arena, &a->hub, &a->self);
		else if (is(name, "date") && value.n <= MAX_DATE)
			a->date = rk_arena_str(arena, value);
		break;
	case 7:
		/* "0" and "-1" are common and mean the past, RFC 9111 5.3. */
		if (!is(name, "expires"))
			break;
		a->fresh_told = true;
		if (rk_date_parse_http(value, &a->expires) != 0)
			a->expires = 0;
		break;
	case 8:
		if (is(name, "location") && a->location.n == 0 &&
		    value.n <= 4 * RK_MAX_URL)
			a->location = rk_arena_str(arena, value);
		break;
	case 11:
		if (!is(name, "retry-after"))
			break;
		a->retry_s = seconds(value);
		if (a->retry_s >= 0 || rk_date_parse_http(value, &a->retry_at) != 0)
			a->retry_at = RK_NO_TIME;
		break;
	case 12:
		if (is(name, "content-type") && value.n <= RK_MAX_CONTENT_TYPE)
			a->content_type = rk_arena_str(arena, value);
		break;
	case 13:
		if (is(name, "last-modified"))
			a->last_modified = validator(value, arena);
		else if (is(name, "cache-control"))
			cache_control(a, value);
		break;
	case 14:
		if (is(name, "content-length"))
			a->length = seconds(value);
		break;
	case 16:
		if (is(name, "content-encoding"))
			codings(a, value, true);
		break;
	case 17:
		if (is(name, "transfer-encoding"))
			codings(a, value, false);
		break;
	default:
		break;
	}
}

/* "HTTP/1.1 200 OK", "HTTP/2 200" */
static int
status_of(struct rk_str line)
{
	size_t at = rk_str_chr(line, ' ');
	int status = 0;

	if (at == SIZE_MAX || line.n - at < 4)
		return 0;
	for (size_t i = at + 1; i <= at + 3; i++) {
		if (line.p[i] < '0' || line.p[i] > '9')
			return 0;
		status = status * 10 + (line.p[i] - '0');
	}
	return status;
}

void
rk_answer_line(struct rk_answer *a, struct rk_str line, struct rk_arena *arena)
{
	size_t colon;

	while (line.n > 0 && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	if (a->complete)
		return; /* a trailer: nothing in it may replace what the head said */
	if (line.n > 0 && (line.p[0] | 0x20) == 'h' && rk_str_istarts(line, "HTTP/")) {
		/* Also after 1xx answers, whose headers are not those of the answer. */
		rk_answer_init(a);
		a->status = status_of(line);
		return;
	}
	if (line.n == 0) {
		a->complete = a->status >= 200;
		return;
	}
	if (line.p[0] == ' ' || line.p[0] == '\t' ||
	    (colon = rk_str_chr(line, ':')) == SIZE_MAX)
		return;
	field(a, rk_strn(line.p, colon), without_ows(rk_str_from(line, colon + 1)),
	    arena);
}

/* What is asked for, as it is; how much of it counts is the schedule's to say. */
static int64_t
bounded(int64_t value)
{
	return value < 0 ? 0 : value > RK_MAX_ASKED_S ? RK_MAX_ASKED_S : value;
}

/* The server's own clock, or ours where it tells none. */
static int64_t
clock_of(const struct rk_answer *a, int64_t now)
{
	int64_t date;

	return rk_date_parse_http(a->date, &date) == 0 ? date : now;
}

int64_t
rk_answer_fresh_for(const struct rk_answer *a, int64_t now)
{
	int64_t age = a->age > 0 ? bounded(a->age) : 0; /* off both, RFC 9111 4.2 */

	if (a->max_age >= 0)
		return bounded(bounded(a->max_age) - age);
	if (a->expires != RK_NO_TIME)
		return bounded(a->expires - clock_of(a, now) - age);
	return -1;
}

int64_t
rk_answer_retry_after(const struct rk_answer *a, int64_t now)
{
	if (a->retry_s >= 0)
		return bounded(a->retry_s);
	if (a->retry_at != RK_NO_TIME)
		return bounded(a->retry_at - clock_of(a, now));
	return -1;
}
