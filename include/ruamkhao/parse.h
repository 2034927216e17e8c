/*
 * The bytes of one document to an rk_doc. Pure: no clock, no file, no network.
 */
#ifndef RUAMKHAO_PARSE_H
#define RUAMKHAO_PARSE_H

#include <ruamkhao/doc.h>
#include <ruamkhao/page.h>

struct rk_arena;
struct rk_entry;
struct rk_err;

struct rk_parse_hints {
	struct rk_str content_type; /* HTTP Content-Type as sent, or empty */
	struct rk_str url;          /* where the document came from (base), or empty */
	struct rk_str charset;      /* forced by the operator, or empty */
	/* of a page source, else NULL and RK_PAGE_NONE; rules as rk_page_resolve made them */
	const struct rk_page_rules *page;
	enum rk_page_part part;
	/* with RK_PAGE_ARTICLE: what the list page said of it (url, title, author, image,
	 * html, published), for what the article's rules leave open; or NULL */
	const struct rk_entry *listed;
	/* with rules: what tells dates in the text of a page from other numbers; normalise
	 * reads the dates */
	int64_t now;  /* UTC seconds */
	int timezone; /* seconds east of UTC */
};

/*
 * Sniff, decode, parse. On success *out is in the arena and may point into it
 * only, never into bytes. RK_E_INPUT: it is no feed (the text says what it is: an
 * HTML page, empty, a login page, binary ...); RK_E_LIMIT names the limit. A
 * document whose end is missing gives the items that were complete (truncated).
 */
int rk_parse_feed(struct rk_str bytes, const struct rk_parse_hints *,
    struct rk_arena *, struct rk_doc **out, struct rk_err *);

/* Presets and XPath as parse/ knows them; see rk_page_resolve_fn. Needs no rk_parse_setup. */
int rk_page_resolve(const struct rk_page_rules *in, struct rk_arena *,
    struct rk_page_rules *out, const char **key, struct rk_err *);

/* Load all tables that parsing needs, before a sandbox closes; set the libraries
 * up. Once a process, on its main thread. */
void rk_parse_setup(void);

#endif
