/*
 * Sources that are pages for tests of the whole program: lists of links, the articles
 * behind them, robots.txt, and rules that read them.
 */
#ifndef RK_TESTS_PAGEKIT_H
#define RK_TESTS_PAGEKIT_H

#include "origin.h"
#include "program.h"

/* Parts of a configuration: the usual section fetch, a source's rules, and those of its
 * articles behind them. */
#define PAGEKIT_FETCH \
	"fetch:\n  host_gap: 0s\n  per_host: 8\n  allow_addresses: [127.0.0.0/8]\n"
#define PAGEKIT_RULES \
	"  kind: page\n  page:\n    container: //ul[@id=\"news\"]\n" \
	"    items: //ul[@id=\"news\"]/li\n    link: a/@href\n    title: a\n"
#define PAGEKIT_ARTICLE \
	"    article:\n      title: //h1\n      body: //div[@id=\"body\"]\n"

/* ---- a list, to be put together */

struct pagekit {
	char text[8192];
	size_t n;
};

void pagekit_begin(struct pagekit *);
void pagekit_link(struct pagekit *, const char *href, const char *title);
/* Links /n/FROM down to /n/TO, the newest first. */
void pagekit_items(struct pagekit *, int from, int to);
void pagekit_serve(struct pagekit *, struct origin *, const char *path, const char *etag);

/* ---- what the origin answers */

void pagekit_serve_list(struct origin *, int from, int to, const char *etag); /* at /news */
void pagekit_article(char *out, size_t size, int i); /* the text of /n/I */
void pagekit_serve_article(struct origin *, int i, unsigned delay_ms);
void pagekit_serve_articles(struct origin *, int from, int to);
void pagekit_robots(struct origin *, unsigned status, const char *text);

/* The configuration of one source, /news with its articles. */
void pagekit_config(struct program *, struct origin *);
size_t pagekit_asked(struct origin *, int i); /* how often /n/I was asked for */

#endif
