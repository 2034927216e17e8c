/*
 * Ready rules for the systems that Thai public sites run (DOMAIN.md 4.1), written like
 * the mapping of an operator. Each expression is a union of what the templates of a
 * system print.
 */
#include "page_int.h"

#include <string.h>

/* A class of an element, as a whole word. */
#define HAS(c) "contains(concat(' ',normalize-space(@class),' '),' " c " ')"

static const struct rk_page_line wordpress[] = {
    {"items", "//article | //*[" HAS("hentry") "]"},
    {"link", ".//*[" HAS("entry-title") "]//a/@href"},
    {"title", ".//*[" HAS("entry-title") "]"},
    {"article.title", "//h1[" HAS("entry-title") "]"},
    {"article.body", "//*[" HAS("entry-content") "]"},
    {NULL, NULL},
};
static const struct rk_page_line ewt[] = {
    {"items", "//a[contains(@href,'ewt_news.php')]"},
    {"link", "@href"},
    {NULL, NULL},
};
static const struct rk_page_line joomla[] = {
    {"items", "//*[@itemprop='blogPost']"},
    {NULL, NULL},
};
static const struct rk_page_line drupal[] = {
    {"items", "//*[" HAS("views-row") "]"},
    {NULL, NULL},
};
static const struct rk_page_line prd[] = {
    {"items", "//a[contains(@href,'/detail/id/')]"},
    {NULL, NULL},
};

static const struct {
	const char *name;
	const struct rk_page_line *lines;
} presets[] = {
    {"wordpress", wordpress},
    {"ewt", ewt},
    {"joomla", joomla},
    {"drupal", drupal},
    {"prd", prd},
};

const struct rk_page_line *
rk_page_preset(struct rk_str name)
{
	for (size_t i = 0; i < sizeof(presets) / sizeof(*presets); i++)
		if (rk_str_is(name, presets[i].name))
			return presets[i].lines;
	return NULL;
}
