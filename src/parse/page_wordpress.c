/*
 * Ready rules for WordPress: twentyten to twentytwentyfive, classic (kubrick), block
 * themes, the page builders Divi, Elementor, Avada, Newspaper, JNews, and what themes
 * without any of their classes have in common.
 */
#include "page_presets.h"

#define WP_TITLE                                                                       \
	"class('*entry-title* *post-title* *post__title* *post_title* *module-title*')"
#define WP_ITEM                                                                        \
	"class('hentry post type-post elementor-post td_module_wrap et_pb_post "       \
	"jeg_post wp-block-post *blog-entry* fusion-post-grid post-item item-list')"
#define WP_LIST                                                                        \
	"/html[not(body[class('single single-post')] or body[not(class('home blog "     \
	"archive category tag page search paged'))]"                                   \
	"[.//h1[class('*entry-title* wp-block-post-title')][not(.//a[@href])]])]"
/* a layout is named after its sidebar, too: that is no part beside the news */
#define WP_BESIDE                                                                      \
	"ancestor::aside or ancestor::*[class('*widget* *sidebar* *related*')]"        \
	"[not(self::body or self::main or class('elementor-widget *elementor-widget-*')" \
	" or .//main or .//h1)]"
/* a theme without classes: around each headline with a link what holds no other */
#define WP_LINKED "*[self::h2 or self::h3 or self::h4 or self::h5][.//a[@href]]"
#define WP_HEADED                                                                      \
	"//" WP_LINKED "[not(class('*title*') and ancestor::header[not(ancestor::article"  \
	")])][not(" WP_BESIDE ")]/ancestor::*[position() < 5][not(self::body or "       \
	"self::main)][string-length(.) < 1500][count(.//" WP_LINKED ") = 1][last()]"
/* from the one that holds the text alone to those that some themes put around more */
#define WP_CONTENT                                                                     \
	"class('entry-content wp-block-post-content td-post-content "                  \
	"elementor-widget-theme-post-content et_pb_post_content content-inner')"
#define WP_AROUND                                                                      \
	"class('post-content single-content post-entry entry-body post_content "       \
	"article-content page-content post_text_inner entry')"
#define WP_DATE                                                                        \
	"class('entry-date *posted-on* published *post-date* date *meta-date* "        \
	"*jeg_meta_date* *title_meta_container* tie-date *meta-info* postmetadata "    \
	"post-meta entry-meta *item--type-date*')"
#define WP_TIME "time[not(class('updated')) or class('published entry-date')]"
#define WP_PERSON                                                                      \
	"class('vcard byline author post-author *post-author-name* *author__name*')"
#define WP_OTHER "[not(ancestor::aside or ancestor::*[class('*comment* *related*')])]"

const struct rk_page_line rk_page_wordpress[] = {
    {"items",
	WP_LIST "//*[" WP_ITEM "][.//*[" HEADING "]//a[@href] or .//a[@rel='bookmark' or "
	".//*[" HEADING "]]][not(" WP_BESIDE ")] || "
	WP_LIST "//ul[class('*latest-posts*')]/li[.//a[@href]] || "
	WP_LIST "//article[.//a[@href]][not(" WP_BESIDE ")] || " WP_LIST WP_HEADED},
    {"link",
	".//*[" WP_TITLE "]/descendant-or-self::a/@href || .//*[" HEADING
	"]//a/@href || .//a[.//*[" HEADING "] or @rel='bookmark']/@href || .//a/@href"},
    {"title",
	".//*[" HEADING "][" WP_TITLE "] || .//*[" HEADING "] || .//a[@rel='bookmark']"
	" || .//a[normalize-space(.)]"},
    {"date",
	".//" WP_TIME "/@datetime | .//abbr[class('published')]/@title || .//time || "
	".//*[" WP_DATE "] | small || .//*[class('*-date* *date-* *_date* *date_*')]"},
    {"author",
	".//*[class('vcard author *post-author*') or @itemprop='author']"
	"//*[class('fn') or self::a] | .//a[@rel='author']"},
    {"image", ".//img[class('wp-post-image')] || .//img"},
    {"body",
	".//*[class('entry-summary entry-content *excerpt* post-content entry')]"},
    {"article.title",
	FIRST("//h1[" WP_TITLE " or class('*title-text*')]") " || "
	FIRST("//*[class('*theme-post-title*')]//*[" HEADING "]") " || "
	FIRST("//*[" HEADING " or self::p or self::div][class('entry-title post-title')]")
	" || " FIRST(NAMED) " || "
	FIRST("//*[self::article or self::main or class('post hentry') or @id='content']"
	"//*[self::h1 or self::h2]") " || "
	FIRST("//h1[class('*elementor-heading-title* *fusion-title-heading*')]")
	" || //h1"},
    {"article.date",
	"//" WP_TIME WP_OTHER "/@datetime | //abbr[class('published')]/@title || "
	"//time[not(@datetime)]" WP_OTHER " | //*[" WP_DATE
	" or @itemprop='datePublished']" WP_OTHER " || //*[class('post')]/small || "
	"//*[class('*-date* *date-* *_date* *date_*')][string-length(.) < 200]"
	"[not(" WP_BESIDE ")] || "
	"//meta[@property='article:published_time']/@content"},
    {"article.author",
	"//*[" WP_PERSON " or @itemprop='author']" WP_OTHER "//*[class('fn') or self::a]"
	" | //a[@rel='author']" WP_OTHER " || //*[class('*author-name* *author__name* "
	"*item--type-author*')][not(.//a)]" WP_OTHER},
    {"article.image",
	"//meta[@property='og:image']/@content || //img[class('wp-post-image')]"},
    {"article.body",
	FIRST("//*[" WP_CONTENT " or @itemprop='articleBody'][not(" WP_BESIDE ")]") " || "
	FIRST("//*[" WP_AROUND "][not(" WP_BESIDE ")]") " || " FIRST("//article") " || "
	FIRST("//main") " || " AROUND(NAMED) " || " AROUND("//h1")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop",
	"//*[class('*jp-relatedposts* *yarpp* *related-post* *relatedpost* *post-views* "
	"*post-navigation* *wp-block-comments* *kk-star-ratings* *crp_related* *rp4wp* "
	"*akismet* *tags-links* *tag-links* *post-tag* *entry-tags* *tags-list* "
	"*single_tags* *tagcloud* *author-bio* *author-box* *about-author* *authorbox*')]"
	"[not(self::body or .//h1)] | //div[class('entry-author')]"},
    {"drop",
	"//*[class('widget widget-area et_pb_widget')][not(self::body or self::main or "
	"class('*elementor*') or .//h1 or .//main)]"},
    /* what else was written: of each the headline, beside the article */
    {"drop",
	"/html[body[class('single single-post')]]//*[" WP_ITEM " or class('*related*')]"
	"[.//*[" HEADING "]//a[@href]][not(.//h1 or .//*[" WP_CONTENT " or " WP_AROUND
	"] or ." NAMED ")][string-length(normalize-space(.)) < 700]"},
    {NULL, NULL},
};
