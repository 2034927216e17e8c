/*
 * The poll of a page, as page.c and page_linked.c share it. What goes on with the poll may
 * end it: p may be gone after page_want and each linked_.
 */
#ifndef RK_DAEMON_PAGE_INT_H
#define RK_DAEMON_PAGE_INT_H

#include "poll_int.h"

#include <ruamkhao/limits.h>

/* What is asked for when the turn comes. */
enum next { NEXT_ROBOTS, NEXT_LIST, NEXT_ARTICLE };

struct page {
	struct turn turn;
	enum next next;
	struct rk_str url;     /* of the page that is wanted */
	struct robot *robot;   /* of its site; NULL: it has none */
	struct poll *waits;    /* the next one that waits for the same robots.txt */
	bool listed;           /* the list was read */
	unsigned n_listed;     /* its entries */
	unsigned hops;         /* redirects that led from the list's address, or an entry's
	                          link, to url */
	uint64_t been[RK_MAX_REDIRECTS + 1]; /* hashes of the addresses that led to the list */
	int64_t retry_after;   /* the longest that they asked for, -1 none */
	struct articles articles;
	struct rk_arena *arena; /* of the articles, until it is the store's */
	uint64_t began_ms;      /* with the articles */
	size_t lost;            /* of known->lost, the one at hand */
	bool looking;           /* for pages that were lost: the articles are done */
};

/* ---- page.c */

bool page_is_article(const struct page *); /* at a linked page, not the list any more */
/* What the source asks with, but its own headers only where they belong. */
void page_site_request(const struct poll *, struct rk_str url, struct rk_fetch_req *);
/* Ask for url, as its robots.txt says and its host lets us. */
void page_want(struct poll *, struct rk_str url);

/* ---- page_linked.c */

void linked_ask(struct poll *); /* page->url: robots.txt and its host let us */
/* page->url is not to be asked, as robots.txt says: the next one. */
void linked_refused(struct poll *, enum robot_says);
void linked_unreached(struct poll *); /* nobody could be asked, no fault of the site's */

#endif
