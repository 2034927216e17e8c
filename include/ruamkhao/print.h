/*
 * The fingerprint of a text: enough of it to tell, without the text, how much of one
 * text stands in another, and what speaks against their being one story.
 *
 * Made of compare keys (thai.h), so that spaces, markup, counters and the kind of digits
 * leave no trace. A sketch holds the k smallest hashes of all shingles (5 characters
 * each): of two sketches, what lies below the smaller reach is a fair sample of both
 * texts, which gives Jaccard and containment alike (DOMAIN.md 6.2: an excerpt of a third
 * has Jaccard 0.4 and containment 1.0).
 */
#ifndef RUAMKHAO_PRINT_H
#define RUAMKHAO_PRINT_H

#include <ruamkhao/str.h>

struct rk_buf;

#define RK_PRINT_BODY    64 /* hashes: an overlap of 0.9 is told to +-0.04 */
#define RK_PRINT_SMALL   12 /* of title and head */
#define RK_PRINT_NUMBERS 32
#define RK_PRINT_KEYS    5
#define RK_PRINT_BITS    128 /* bytes of the shingles of a routine text, one bit each */
#define RK_PRINT_SHORT   600 /* characters: of longer ones the bits say nothing */
#define RK_PRINT_MAX     704 /* bytes of a packed one, at most */

/* Ascending, none twice, 24 bits each. full: there were more, larger ones. */
struct rk_sketch {
	uint32_t v[RK_PRINT_BODY];
	unsigned n;
	bool full;
};

struct rk_print {
	uint32_t length;       /* characters of the body's key */
	uint32_t title_length; /* characters of the title's key */
	struct rk_sketch body, head, title; /* head: the first RK_PRINT_HEAD characters */
	struct rk_sketch numbers; /* of the body: the second 24 is another than the first */
	struct rk_sketch title_numbers;
	uint32_t last; /* of numbers: where the text ends with it, perhaps cut; 0 none */
	uint8_t label;    /* "number 2 of ...": which word was it, 0 none */
	uint32_t serial;  /* and which number */
	uint32_t keys[RK_PRINT_KEYS]; /* texts that are alike share some; 0: none */
	/* It comes again and again, filled in anew: the forecast of every day, prices,
	 * results. Of a short one bits tells of every shingle, not only of a sample. */
	bool routine;
	uint8_t bits[RK_PRINT_BITS];
	struct rk_str credit; /* compare key of whom the text names as its origin */
};

#define RK_PRINT_HEAD 120

/* The compare keys of title and body; text: the body as it reads, for the credit. Appends
 * the packed form. 0; -1 when out is full. */
int rk_print_make(struct rk_str title_key, struct rk_str body_key, struct rk_str text,
    struct rk_buf *out);

/* False: no such bytes are ever made; *out is all zero then. credit points into them. */
bool rk_print_read(struct rk_str packed, struct rk_print *out);

/* How much of a is in b and of b in a, and of all what is in both: 0-1. n_a, n_b: on
 * how many hashes of each that rests. */
struct rk_overlap {
	double a_in_b, b_in_a, jaccard;
	unsigned n_a, n_b;
};
struct rk_overlap rk_sketch_overlap(
    const struct rk_sketch *a, const struct rk_sketch *b);

/* How much of the shorter text is in the longer. */
double rk_print_share(
    const struct rk_print *, const struct rk_print *, struct rk_overlap of_bodies);

#define RK_SHARE_NOTED 0.60 /* alike enough to say why they are two stories */

/* Titles and texts are as those of two accounts of one event, if the dates are. */
bool rk_print_one_event(
    const struct rk_print *, const struct rk_print *, struct rk_overlap of_bodies);

/* Whether there is anything between two texts that a decision about stories would take
 * notice of, for who has only the fingerprints at hand. soon: they are of the same
 * days. False only where rk_cluster_alike (cluster.h) says nothing, unless their
 * addresses or whole texts are the same. */
bool rk_print_worth_a_look(
    const struct rk_print *, const struct rk_print *, bool soon);

/* One is number 1 and the other number 2 of a series. */
bool rk_print_serials_disagree(const struct rk_print *, const struct rk_print *);

/* Each text has a number that should be in the other, if one were a part of the other. */
bool rk_print_numbers_disagree(const struct rk_print *, const struct rk_print *);

/* How many numbers are in both, if they are the same; else 0. excerpt: the whole may have
 * more, and where the part ends with one it may be cut. */
unsigned rk_print_numbers_agree(
    const struct rk_print *part, const struct rk_print *whole, bool excerpt);

/* Two routine texts, or what may be a copy of one: each says something that the other
 * does not, however little. A copy has at most more before or behind. */
bool rk_print_filled_anew(const struct rk_print *, const struct rk_print *);

/* Each title has a number that is nowhere in the other text. */
bool rk_print_titles_disagree(const struct rk_print *, const struct rk_print *);

#endif
