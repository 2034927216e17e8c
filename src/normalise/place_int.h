/*
 * The table behind rk_places: names and the words around them, from places.tsv.
 */
#ifndef RUAMKHAO_NORMALISE_PLACE_INT_H
#define RUAMKHAO_NORMALISE_PLACE_INT_H

#include "normalise_aho.h"

#include <ruamkhao/buf.h>

#define RK_PLACE_CODES 100 /* TH-10 to TH-96 */

/* The classes are explained at the top of places.tsv. */
enum rk_place_class {
	RK_PLACE_A,
	RK_PLACE_B,
	RK_PLACE_C,
	RK_PLACE_P,
	RK_PLACE_LATIN,      /* E */
	RK_PLACE_LATIN_WEAK, /* F */
	RK_PLACE_GROUP,      /* G */
	RK_PLACE_GROUP_NUMBERED, /* H */
	RK_PLACE_DECOY,      /* X */
	RK_PLACE_CUE,        /* K */
	RK_PLACE_TITLE,      /* T */
	RK_PLACE_NO,         /* N and n */
	RK_PLACE_NEUTRAL,    /* Z */
	RK_PLACE_QUANTITY    /* Q */
};

struct rk_place_row {
	struct rk_str text;
	struct rk_str reject; /* words divided by '|'; of a group its places instead */
	enum rk_place_class class;
	bool starts_word; /* n */
	unsigned char code;
};

struct rk_place_table {
	struct rk_place_row *rows; /* the names first, in the order of the automaton */
	size_t names, n;
	struct rk_aho *aho;
	/* Words before a name by their last byte, the longest first: heads[first[c]]
	 * up to heads[first[c + 1]]. */
	const struct rk_place_row **heads;
	size_t first[257];
};

/* Built at the first call, kept until rk_places_release. */
const struct rk_place_table *rk_place_table(void);

/* The longest word before a name that ends at `end`; NULL: none. */
const struct rk_place_row *rk_place_head(
    const struct rk_place_table *, struct rk_str text, size_t end);

/* The Thai character that begins at i as in TIS-620 (U+0E01 is 0xa1), else 0. */
static inline unsigned
rk_place_thai(struct rk_str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (i + 3 > s.n || p[i] != 0xe0 || (p[i + 1] != 0xb8 && p[i + 1] != 0xb9))
		return 0;
	return ((unsigned)(p[i + 1] & 1) << 6 | (p[i + 2] & 0x3fU)) + 0xa0;
}

/* A consonant, vowel or mark. */
static inline bool
rk_place_letter(unsigned thai)
{
	return (thai >= 0xa1 && thai <= 0xda && thai != 0xcf) ||
	       (thai >= 0xe0 && thai <= 0xee);
}

/* A name that was found and what stands around it. */
struct rk_place_hit {
	const struct rk_place_row *row;
	size_t start, end;
	size_t from; /* where the cue begins, else start */
	bool cue;  /* a cue stands before: it is evidence */
	bool weak; /* "หลายจังหวัด", "3 จังหวัด ": a list may follow, one ordinary
		      word is no name */
	bool no;   /* "ถนน", "นาย" ... stand before */
	bool loose; /* not evidence by itself, but as a member of a list */
};

/* ---- place.c: all that one text names */

#define RK_PLACE_GROUPS 8 /* more are not kept of one text */

struct rk_place_scan {
	struct rk_str text; /* as it was searched: given or repaired */
	struct rk_buf repaired;
	uint64_t found[2];  /* codes for which there is evidence */
	uint64_t strong[2]; /* of those the ones with a cue, or in a list with one */
	struct {
		size_t from, end; /* of the words that say so */
	} at[RK_PLACE_CODES];
	struct {
		const struct rk_place_row *row;
		size_t from, end;
		unsigned number; /* that stands behind, 0: none */
	} groups[RK_PLACE_GROUPS];
	size_t n_groups;
};
void rk_place_scan(struct rk_str, struct rk_place_scan *);
void rk_place_scan_release(struct rk_place_scan *);

static inline bool
rk_place_has(const uint64_t bits[2], unsigned code)
{
	return (bits[code >> 6] >> (code & 63) & 1) != 0;
}

/* ---- place_context.c */

/* Bytes of the white space that begins, or ends, at i; 0: none there.
 */
size_t rk_place_space_at(struct rk_str, size_t i);
size_t rk_place_space_before(struct rk_str, size_t i);
bool rk_place_starts_at(struct rk_str, size_t i, const char *word);
bool rk_place_ends_at(struct rk_str, size_t i, const char *word);
/* No letter goes on behind the name, or only "และ" and "กับ". */
bool rk_place_clean_end(struct rk_str, size_t end);
/* The Thai name is not cut out of a longer word. */
bool rk_place_is_name(struct rk_str, const struct rk_place_hit *);
/* The Latin name is a whole word and evidence. */
bool rk_place_latin(struct rk_str, const struct rk_place_hit *);
/* Fill in what stands before the name, with at most one space between. */
void rk_place_look_before(
    const struct rk_place_table *, struct rk_str, struct rk_place_hit *);

#endif
