/*
 * A span of bytes: pointer and length, the string type of the whole program.
 *
 * Convention: strings held by model structs (doc.h, entry.h, timeline.h,
 * config.h) also have a NUL at p[n], so that they can be printed; p is NULL only
 * where n is 0. Spans that point into a document have no NUL.
 */
#ifndef RUAMKHAO_STR_H
#define RUAMKHAO_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rk_str {
	const char *p;
	size_t n;
};

/* A literal as a span. */
#define RK_STR(lit) ((struct rk_str){"" lit, sizeof(lit) - 1})

/* "%.*s" arguments. */
#define RK_FMT(s) (int)(s).n, (s).p != NULL ? (s).p : ""

/* NULL gives the empty span. */
static inline struct rk_str
rk_str(const char *cstr)
{
	return (struct rk_str){cstr, cstr != NULL ? strlen(cstr) : 0};
}

static inline struct rk_str
rk_strn(const char *p, size_t n)
{
	return (struct rk_str){p, n};
}

/* From the offset n on; the empty span beyond the end. */
static inline struct rk_str
rk_str_from(struct rk_str s, size_t n)
{
	if (n >= s.n)
		return (struct rk_str){s.p != NULL ? s.p + s.n : NULL, 0};
	return (struct rk_str){s.p + n, s.n - n};
}

/* "" for NULL; needs the NUL. */
static inline const char *
rk_cstr(struct rk_str s)
{
	return s.p != NULL ? s.p : "";
}

bool rk_str_eq(struct rk_str a, struct rk_str b);
bool rk_str_is(struct rk_str a, const char *cstr);
bool rk_str_ieq(struct rk_str a, struct rk_str b); /* ASCII case ignored */
bool rk_str_iis(struct rk_str a, const char *cstr);
int rk_str_cmp(struct rk_str a, struct rk_str b); /* bytewise, <0 0 >0 */
bool rk_str_starts(struct rk_str s, const char *prefix);
bool rk_str_istarts(struct rk_str s, const char *prefix);
bool rk_str_ends(struct rk_str s, const char *suffix);

/* Without ASCII white space (space \t \r \n \f \v) at both ends. */
struct rk_str rk_str_trim(struct rk_str s);

/* Offset of needle in s, or SIZE_MAX. */
size_t rk_str_find(struct rk_str s, struct rk_str needle);
size_t rk_str_chr(struct rk_str s, char c);

/*
 * Take the next piece of *rest up to sep (dropped); false when nothing is left.
 * An empty *rest gives no piece; "a," gives "a" and "".
 */
bool rk_str_split(struct rk_str *rest, char sep, struct rk_str *piece);

/* All of s a decimal number in 0..max: 0 and *out; else -1. */
int rk_str_u64(struct rk_str s, uint64_t max, uint64_t *out);

#endif
