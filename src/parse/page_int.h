/*
 * Inside of parse/, for pages: rules and presets, the tree of a page, what expressions
 * give, and how a date, a link, a body is taken out of that.
 */
#ifndef RK_PAGE_INT_H
#define RK_PAGE_INT_H

#include "parse_int.h"

/* ---- page_presets.c: rules as data */

/* A key as the operator would write it and its expression; "drop" may be there often. */
struct rk_page_line {
	const char *key, *expr;
};

/* The lines of a preset, ended by a NULL key; NULL: there is none of that name. */
const struct rk_page_line *rk_page_preset(struct rk_str name);
#define RK_PAGE_PRESETS "wordpress, ewt, joomla, drupal, prd"

/* ---- page_rules.c: keys of the rules by name */

#define RK_PAGE_KEYS 13

struct rk_page_key {
	const char *name; /* "items", "article.body" */
	size_t offset;    /* of a struct rk_str in rk_page_rules */
};
extern const struct rk_page_key rk_page_keys[RK_PAGE_KEYS];

#endif
