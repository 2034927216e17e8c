/*
 * Inside of parse/, for the presets of pages: what their rules have in common.
 */
#ifndef RK_PAGE_PRESETS_H
#define RK_PAGE_PRESETS_H

#include "page_int.h"

#define HEADING  "self::h1 or self::h2 or self::h3 or self::h4 or self::h5"
#define FIRST(e) "(" e ")[1]"

/* Of every system: what stands on a page beside its news. */
#define FRAME                                                                          \
	"//nav | //footer[not(ancestor::article)] | //noscript | "                     \
	"//form[.//textarea or .//input[@type='search' or @type='password' or "         \
	"@name='s']] | //*[class('*cookie*') or contains(@id,'cookie')]"               \
	"[not(self::html or self::body or .//h1)]"
#define SHARING                                                                        \
	"//*[class('*sharedaddy* *addtoany* *share-* *-share* *sharing* *sharethis* "   \
	"*fb-like* *fb-comments* *heateor* a2a_kit screen-reader-text')]"              \
	"[not(self::body or self::main or self::article or .//h1)] | "                 \
	"//*[@id='disqus_thread' or @id='comments' or @id='respond']"
/* The least part around a headline that has a text, where no class tells it. */
#define AROUND(e)                                                                      \
	"(" e ")[1]/ancestor::*[self::div or self::section or self::article or "        \
	"self::td or self::main or self::body][string-length(.) > 300 or self::body][1]"
/* A headline that the window's title repeats. */
#define NAMED                                                                          \
	"//*[" HEADING "][string-length(normalize-space(.)) > 12]"                     \
	"[contains(normalize-space(/html/head/title), normalize-space(.))]"            \
	"[not(class('*site*') or .//a[@rel='home' or @href='/'])]"

/* ---- page_wordpress.c */

extern const struct rk_page_line rk_page_wordpress[];

#endif
