/*
 * Inside of parse/, for pages: rules and presets, the tree of a page, what expressions
 * give, and how a date, a link, a body is taken out of that.
 *
 * page.c goes through a list or an article; page_value.c reads single values,
 * page_body.c texts with their markup; page_tree.c alone makes and searches the tree.
 */
#ifndef RK_PAGE_INT_H
#define RK_PAGE_INT_H

#include "parse_int.h"

#include <libxml/tree.h>
#include <libxml/xpath.h>

/* ---- page_presets.c: rules as data */

/* A key as the operator would write it and its expression; "drop" may be there often.
 */
struct rk_page_line {
	const char *key, *expr;
};

/* The lines of a preset, ended by a NULL key; NULL: there is none of that name. */
const struct rk_page_line *rk_page_preset(struct rk_str name);
#define RK_PAGE_PRESETS "wordpress, ewt, joomla, drupal, prd"

/* ---- page_rules.c: keys of the rules by name */

enum rk_page_rule {
	RK_PR_CONTAINER,
	RK_PR_ITEMS,
	RK_PR_LINK,
	RK_PR_TITLE,
	RK_PR_DATE,
	RK_PR_AUTHOR,
	RK_PR_IMAGE,
	RK_PR_BODY,
	RK_PR_ARTICLE_TITLE,
	RK_PR_ARTICLE_DATE,
	RK_PR_ARTICLE_AUTHOR,
	RK_PR_ARTICLE_IMAGE,
	RK_PR_ARTICLE_BODY,
	RK_PAGE_KEYS
};

struct rk_page_key {
	const char *name; /* "items", "article.body" */
	size_t offset;    /* of a struct rk_str in rk_page_rules */
};
extern const struct rk_page_key rk_page_keys[RK_PAGE_KEYS]; /* in the enum's order */

/* Alternatives of a rule, parted by "||" outside of quotes: the next counts where those
 * before it find nothing. */
#define RK_PAGE_ALTERNATIVES 8

/* Take the first alternative off *rest; false: none is left. */
bool rk_page_alternative(struct rk_str *rest, struct rk_str *one);

/* ---- page_scan.c */

/* Append what libxml2 is to see. RK_E_LIMIT: too large (out is full), or a tag with too
 * many attributes. */
int rk_page_scan(struct rk_str text, struct rk_buf *out, struct rk_err *);

/* ---- page_tree.c */

struct rk_page {
	xmlDocPtr doc;
	xmlXPathContextPtr xpath;
	const struct rk_page_rules *rules;
	/* NULL: not yet */
	xmlXPathCompExprPtr compiled[RK_PAGE_KEYS][RK_PAGE_ALTERNATIVES];
	struct rk_arena *arena;
	struct rk_str base; /* of addresses on it, or empty */
	int64_t now;        /* settle dates, as rk_date_parse */
	int offset;
};

/* 0; -1: a limit was met. Release in both cases. */
int rk_page_load(struct rk_page *, struct rk_str text, struct rk_err *);
void rk_page_free(struct rk_page *);
/* Take the nodes of the drop rules out. */
int rk_page_drop(struct rk_page *, struct rk_err *);
/* The value of a rule at a node, to be freed; NULL: there is no such rule. */
int rk_page_eval(struct rk_page *, enum rk_page_rule, xmlNodePtr at,
    xmlXPathObjectPtr *, struct rk_err *);
/* The same for any expression; keep holds its compiled alternatives, NULL at first, or
 * is NULL. */
int rk_page_eval_text(struct rk_page *, const char *key, struct rk_str expr,
    xmlNodePtr at, xmlXPathCompExprPtr *keep, xmlXPathObjectPtr *, struct rk_err *);
int rk_page_count(const struct _xmlXPathObject *); /* nodes; 0 for anything else */

/* ---- page_lines.c: text by lines */

/* One line: a run of text without a block or a break in it. */
struct rk_page_lines {
	struct rk_line *line;
	size_t n, cap;
	struct rk_buf text;
	/* text nodes and breaks, in order, and the line each belongs to */
	struct rk_page_piece {
		xmlNodePtr node;
		size_t line;
	} * piece;
	size_t n_pieces, cap_pieces;
};

/* The lines of a node, or of several; to be freed. */
void rk_page_lines_init(struct rk_page_lines *);
void rk_page_lines_add(struct rk_page_lines *, xmlNodePtr);
void rk_page_lines_done(struct rk_page_lines *); /* line[].text is there from here on */
void rk_page_lines_free(struct rk_page_lines *);

/* ---- page_value.c: the value of a rule as ... (all in the arena, empty: none) */

/* one line of text: of the first node that has any */
struct rk_str rk_page_title(struct rk_page *, const struct _xmlXPathObject *);
/* the first line that tells a date, as printed; *section: what else stands on it,
 * parted by "|" (a category); may be NULL */
struct rk_str rk_page_date(
    struct rk_page *, const struct _xmlXPathObject *, struct rk_str *section);
/* an absolute http(s) address; element: take its attribute href or src */
struct rk_str rk_page_link(struct rk_page *, const struct _xmlXPathObject *);
struct rk_str rk_page_image(struct rk_page *, const struct _xmlXPathObject *);
struct rk_str rk_page_author(struct rk_page *, const struct _xmlXPathObject *);
struct rk_str rk_page_name(struct rk_page *, struct rk_str name); /* copied, tidy */

/* ---- page_body.c */

struct rk_page_text {
	struct rk_str html;  /* markup, not yet cleaned; empty: nothing is left */
	struct rk_str date;  /* a line of it that is a date */
	struct rk_str event; /* the first line that tells one: of little trust */
	struct rk_str author;
};
struct rk_line_facts;
/* The text of a page without its noise. */
void rk_page_body(struct rk_page *, const struct _xmlXPathObject *,
    const struct rk_line_facts *, struct rk_page_text *);

/* ---- page.c */

int rk_page_pass(struct rk_str text, const struct rk_parse_hints *, struct rk_arena *,
    struct rk_doc **out, struct rk_err *);

#endif
