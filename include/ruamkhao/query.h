/*
 * What people search for, and the text that it is looked for in. DOMAIN.md 6.2, 6.3.
 *
 * A text is compared as its search text: the compare key (thai.h) with one space between
 * Thai and other runs, so that spacing, digits, tone order and case do not count. A word
 * matches where its own search text stands anywhere in it: Thai has no spaces to tell
 * words by.
 */
#ifndef RUAMKHAO_QUERY_H
#define RUAMKHAO_QUERY_H

#include <ruamkhao/str.h>

struct rk_arena;
struct rk_buf;
struct rk_err;

enum rk_query_op { RK_Q_TERM, RK_Q_AND, RK_Q_OR, RK_Q_NOT };

struct rk_query_node {
	enum rk_query_op op;
	struct rk_str key;  /* of a term: its search text, not empty */
	struct rk_str word; /* of a term: as it was typed, in stored form */
	const struct rk_query_node *a, *b; /* b: of AND and OR */
};

struct rk_query {
	struct rk_str text; /* in stored form, spaces collapsed: what it is known by */
	const struct rk_query_node *root;
	unsigned n_terms;
};

/*
 * Words side by side must all be there, "phrases" as they stand; OR, AND, NOT, -word and
 * ( ) as in other searches; AND binds tighter than OR. Whatever is typed means something:
 * an open quotation ends with the text, brackets without a partner and operators without
 * a word are passed over. In the arena. 0; -1: RK_E_INPUT where there is nothing to look
 * for, RK_E_LIMIT where it is longer than RK_QUERY_BYTES or RK_QUERY_TERMS.
 */
int rk_query_parse(struct rk_str typed, struct rk_arena *, struct rk_query *, struct rk_err *);

/* Is it in that search text? */
bool rk_query_matches(const struct rk_query *, struct rk_str search_text);

/*
 * Append an expression for FTS5's trigram tokenizer that every text which matches fulfils
 * (others may too). false, with nothing appended: the words do not narrow it (all are
 * shorter than three characters, or excluded).
 */
bool rk_query_trigrams(const struct rk_query *, struct rk_buf *out);

/* The first place in a text, in stored form, where a word of the query stands as it was
 * typed: offset and length; false: at none. */
bool rk_query_spot(const struct rk_query *, struct rk_str text, size_t *at, size_t *n);

/* Append the search text of a text. 0; -1 when out is full. */
int rk_search_key(struct rk_str text, struct rk_buf *out);
/* The search text of an entry: its title, \n, the text of its cleaned markup. Cut at
 * RK_SEARCH_TEXT. */
int rk_search_text(struct rk_str title, struct rk_str html, struct rk_buf *out);

#endif
