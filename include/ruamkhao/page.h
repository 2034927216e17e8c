/*
 * How an HTML page is read as news: the operator's XPath 1.0 rules (CONTRACTS 2).
 *
 * Plain values: made by config/ or by `parse --page`, carried to a worker by its wire,
 * obeyed by parse/page.c. Nothing here knows XPath or HTML.
 */
#ifndef RUAMKHAO_PAGE_H
#define RUAMKHAO_PAGE_H

#include <ruamkhao/str.h>

struct rk_arena;
struct rk_err;

/* Empty strings: no such rule. Strings belong to whoever made the struct. */
struct rk_page_rules {
	struct rk_str preset;    /* name, or empty */
	struct rk_str container; /* must exist, else an error; given, zero items is silence */
	struct rk_str items;     /* one node per entry, on the list page */
	struct rk_str link, title, date, author, image, body; /* relative to the item */
	struct {
		struct rk_str title, date, author, image, body; /* on the linked page */
	} article;                                              /* what is given here wins */
	struct rk_str *drop; /* nodes removed before anything is read */
	size_t n_drop;
	unsigned min_items; /* fewer nodes than this is a failure, not silence; 1 */
	bool has_article;   /* some article rule is given: the linked pages are asked for */
};

/* Which kind of page a document is taken for. */
enum rk_page_part {
	RK_PAGE_NONE,    /* no page: a feed */
	RK_PAGE_LIST,    /* the list page */
	RK_PAGE_ARTICLE, /* a linked page: one entry */
	RK_PAGE_EITHER   /* a list; where items finds nothing and article rules are
	                    given, an article (`parse --page`) */
};

/*
 * Completes rules from their preset and checks every expression. *out and what it
 * points to are in the arena, or are in's. -1: RK_E_CONFIG, and *key names the rule at
 * fault as it is written ("items", "article.body", "drop[1]", "preset"; static or in
 * the arena). Passed to config/, which must not know XPath; parse.h has the one there is.
 */
typedef int rk_page_resolve_fn(const struct rk_page_rules *in, struct rk_arena *,
    struct rk_page_rules *out, const char **key, struct rk_err *);

#endif
