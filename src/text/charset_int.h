/*
 * Inside the module text: what an encoding is called, and the decoders that need no
 * ICU (charset_bytes.c). charset.c decides and drives ICU for the others.
 */
#ifndef RUAMKHAO_CHARSET_INT_H
#define RUAMKHAO_CHARSET_INT_H

#include <ruamkhao/str.h>

struct rk_buf;

enum rk_cs_kind {
	RK_CS_UTF8,
	RK_CS_THAI,  /* windows-874 and all its names */
	RK_CS_LATIN, /* windows-1252 and ISO-8859-1: says little, servers put it by
			default */
	RK_CS_UTF16, /* byte order to be found out */
	RK_CS_UTF16LE,
	RK_CS_UTF16BE,
	RK_CS_UTF32, /* the same */
	RK_CS_UTF32LE,
	RK_CS_UTF32BE,
	RK_CS_SINGLE, /* ICU, one byte a character */
	RK_CS_MULTI,  /* ICU, several */
	RK_CS_ESCAPED /* ICU, ASCII bytes with escape sequences */
};

struct rk_cs {
	const char *name; /* as we call it */
	enum rk_cs_kind kind;
	const char *icu;   /* converter, or NULL */
	const char *names; /* labels without punctuation, each between spaces */
};

extern const struct rk_cs rk_cs_table[]; /* ends with .name == NULL */

/* By label, NULL when it is none of the table. Case, punctuation, quotes and a year
 * behind do not matter. */
const struct rk_cs *rk_cs_find(struct rk_str label);
const struct rk_cs *rk_cs_kind(enum rk_cs_kind); /* the first of a kind */

/* A byte order mark at the front: its encoding, and in without it; NULL for none. */
const struct rk_cs *rk_cs_by_bom(struct rk_str *in);
/* UTF-16 or UTF-32 without a mark, by the zeros around two characters of ASCII such as
 * every feed begins with; NULL when it is neither. */
const struct rk_cs *rk_cs_by_zeros(struct rk_str in);
/* The same encoding, or where that names no byte order the one that the zeros tell. */
const struct rk_cs *rk_cs_with_order(const struct rk_cs *, struct rk_str in);

#define RK_CS_SAMPLE 4096 /* bytes that a detector is shown */
/* Text from the first byte on that is not ASCII, without tags: detectors look at the
 * first few thousand bytes only. Its length; *high is how many are not ASCII. */
size_t rk_cs_sample(struct rk_str in, char out[RK_CS_SAMPLE], size_t *high);

/* What bytes look like. */
struct rk_cs_look {
	size_t good;   /* well-formed characters of several bytes, if UTF-8 */
	size_t bad;    /* ill-formed sequences */
	size_t marks;  /* Thai marks and leading vowels, if windows-874 */
	size_t faults; /* of them, against Thai spelling; and undefined bytes */
};

/* marks (undefined bytes included) and faults are added. */
void rk_cs_spelling(struct rk_str bytes, struct rk_cs_look *);

/* The next stretch of text: up to and with a line end or angle bracket. */
bool rk_cs_segment(struct rk_str *rest, struct rk_str *segment);

/* good, bad; marks and faults of the segments that are not UTF-8. */
void rk_cs_look(struct rk_str bytes, struct rk_cs_look *);

/* All append to out and count the U+FFFD they put in; -1 when out is full. */
int rk_cs_single(
    enum rk_cs_kind, struct rk_str in, struct rk_buf *out, size_t *replaced);
int rk_cs_wide(enum rk_cs_kind, struct rk_str in, struct rk_buf *out, size_t *replaced);
int rk_cs_utf8(struct rk_str in, struct rk_buf *out, size_t *replaced);
/* Segments in UTF-8 and segments in windows-874; `kind` is what the rest is. */
int rk_cs_mixed(
    enum rk_cs_kind, struct rk_str in, struct rk_buf *out, size_t *replaced);

/*
 * Undo UTF-8 that was read as ISO-8859-1, windows-1252 or windows-874 and encoded
 * again: true, and the text appended, when all of it can be undone and Thai comes out.
 */
bool rk_cs_undo(struct rk_str text, struct rk_buf *out);

#endif
