/*
 * Ready rules for the systems that Thai public sites run (DOMAIN.md 4.1), written like
 * the mapping of an operator: unions of what the templates of a system print, and behind
 * || what holds where those find nothing.
 *
 * Conditions on the page as a whole stand at /html, where they are looked at once.
 */
#include "page_int.h"

#include <string.h>

#define HEADING  "self::h1 or self::h2 or self::h3 or self::h4 or self::h5"
#define FIRST(e) "(" e ")[1]"

/* Of every system: what stands on a page beside its news. */
#define FRAME                                                                          \
	"//nav | //footer[not(ancestor::article)] | //noscript | "                     \
	"//form[.//textarea or .//input[@type='search' or @type='password' or "         \
	"@name='s' or @name='vote_status']]"
#define SHARING                                                                        \
	"//*[class('*sharedaddy* *addtoany* *share-button* *social-share* *sharethis* " \
	"*fb-like* *fb-comments* *heateor* a2a_kit screen-reader-text')] | "           \
	"//*[@id='disqus_thread' or @id='comments' or @id='respond']"

/* ---- WordPress: twentyten to twentytwentyfive, classic (kubrick), block themes, and
 * the page builders Divi, Elementor, Avada, Newspaper, JNews */

#define WP_TITLE                                                                       \
	"class('*entry-title* *post-title* *post__title* *post_title* *module-title*')"
#define WP_ITEM                                                                        \
	"class('hentry post type-post elementor-post td_module_wrap et_pb_post "       \
	"jeg_post wp-block-post *blog-entry* fusion-post-grid')"
#define WP_LIST                                                                        \
	"/html[not(body[class('single single-post')] or (body[not(@class)] and "       \
	".//h1[class('*entry-title*')][not(.//a[@href])]))]"
#define WP_BESIDE "ancestor::aside or ancestor::*[class('*widget* *sidebar* *related*')]"
#define WP_CONTENT                                                                     \
	"class('entry-content wp-block-post-content post-content td-post-content "     \
	"elementor-widget-theme-post-content et_pb_post_content single-content "       \
	"content-inner post-entry entry-body post_content article-content')"
#define WP_DATE                                                                        \
	"class('entry-date *posted-on* published *post-date* date *meta-date* "        \
	"*jeg_meta_date* *title_meta_container* post-meta entry-meta "                 \
	"*item--type-date*')"
#define WP_TIME "time[not(class('updated')) or class('published entry-date')]"
#define WP_PERSON                                                                      \
	"class('vcard byline author post-author *post-author-name* *author__name*')"
#define WP_OTHER "[not(ancestor::aside or ancestor::*[class('*comment* *related*')])]"

static const struct rk_page_line wordpress[] = {
    {"items",
	WP_LIST "//*[" WP_ITEM "][.//*[" HEADING "]//a[@href] or .//a[@rel='bookmark' or "
	".//*[" HEADING "]]][not(" WP_BESIDE ")] || "
	WP_LIST "//article[.//a[@href]][not(" WP_BESIDE ")] || "
	WP_LIST "//ul[class('*latest-posts*')]/li[.//a[@href]]"},
    {"link",
	".//*[" WP_TITLE "]/descendant-or-self::a/@href || .//*[" HEADING
	"]//a/@href || .//a[.//*[" HEADING "] or @rel='bookmark']/@href || .//a/@href"},
    {"title",
	".//*[" HEADING "][" WP_TITLE "] || .//*[" HEADING "] || .//a[@rel='bookmark']"
	" || .//a[normalize-space(.)]"},
    {"date",
	".//" WP_TIME "/@datetime | .//abbr[class('published')]/@title || .//time || "
	".//*[" WP_DATE "] || small"},
    {"author",
	".//*[class('vcard author *post-author*') or @itemprop='author']"
	"//*[class('fn') or self::a] | .//a[@rel='author']"},
    {"image", ".//img[class('wp-post-image')] || .//img"},
    {"body",
	".//*[class('entry-summary entry-content *excerpt* post-content entry')]"},
    {"article.title",
	FIRST("//h1[" WP_TITLE "]") " || " FIRST("//*[class('*theme-post-title*')]//*["
	HEADING "]") " || " FIRST("//*[" HEADING " or self::p or self::div]"
	"[class('entry-title post-title')]") " || " FIRST("//*[self::article or self::main "
	"or class('post hentry') or @id='content']//*[self::h1 or self::h2]") " || "
	FIRST("//h1[class('*elementor-heading-title* *fusion-title-heading*')]")
	" || //h1"},
    {"article.date",
	"//" WP_TIME WP_OTHER "/@datetime | //abbr[class('published')]/@title || "
	"//time[not(@datetime)]" WP_OTHER " | //*[" WP_DATE
	" or @itemprop='datePublished']" WP_OTHER " || //*[class('post')]/small || "
	"//meta[@property='article:published_time']/@content"},
    {"article.author",
	"//*[" WP_PERSON " or @itemprop='author']" WP_OTHER "//*[class('fn') or self::a]"
	" | //a[@rel='author']" WP_OTHER " || //*[class('*author-name* *author__name* "
	"*item--type-author*')][not(.//a)]" WP_OTHER},
    {"article.image",
	"//meta[@property='og:image']/@content || //img[class('wp-post-image')]"},
    {"article.body",
	FIRST("//*[" WP_CONTENT " or @itemprop='articleBody'][not(ancestor::aside or "
	"ancestor::*[class('*widget-area* *related* *sidebar*')])]") " || "
	FIRST("//*[class('entry')]") " || " FIRST("//article") " || " FIRST("//main")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop",
	"//*[class('*jp-relatedposts* *yarpp* *related-post* *relatedpost* *post-views* "
	"*post-navigation* *wp-block-comments* *kk-star-ratings* *crp_related* *rp4wp* "
	"*akismet* *tags-links* *tagcloud*')]"},
    {NULL, NULL},
};

/* ---- EWT (EasyWebTime): more_news.php and ewt_news.php */

#define EWT_MAIN "*[@id='ewt_main_structure_body']"
#define EWT_A                                                                          \
	"a[contains(@href,'ewt_news.php') or contains(@href,'ewt_dl')]"                \
	"[normalize-space(.)]"
#define EWT_COUNT "text()[contains(.,'จำนวนคนโหวต') or contains(.,'จำนวนคนอ่าน')]"
#define EWT_LIST  "/html[not(.//" EWT_COUNT " or .//*[@id='show_comment'])]"
/* the cell or line that a link stands in, or the link where several stand in one */
#define EWT_MORE "following-sibling::" EWT_A " or preceding-sibling::" EWT_A
#define EWT_ROWS                                                                       \
	"//" EWT_A "[not(" EWT_MORE ")]/ancestor::*[self::td or self::li or self::div " \
	"or self::p or self::article][1] | "
#define EWT_TOPIC                                                                      \
	"*[class('text_head')][not(ancestor::a or .//a)][not(contains(.,'จำนวนคนโหวต') " \
	"or contains(.,'Download'))]"

static const struct rk_page_line ewt[] = {
    {"items",
	EWT_LIST "//" EWT_MAIN EWT_ROWS EWT_LIST "//" EWT_MAIN "//" EWT_A "[" EWT_MORE
	"] || " EWT_LIST EWT_ROWS EWT_LIST "//" EWT_A "[" EWT_MORE "]"},
    {"link", "descendant-or-self::" EWT_A "/@href"},
    {"title", "descendant-or-self::" EWT_A},
    {"date",
	".//*[class('text_normal')] | self::*[not(self::a)] | self::td/parent::tr["
	"count(.//a) < 3] | self::a/following-sibling::node()[position() < 4]"},
    {"image", ".//img[contains(@src,'images/article')] || "
	      "ancestor::tr[1]//img[contains(@src,'images/article')]"},
    {"article.title",
	"//" EWT_TOPIC "/div[normalize-space()] || //" EWT_TOPIC "[normalize-space()] || "
	"//*[" HEADING "][normalize-space()] || /html/head/title"},
    {"article.date",
	"//*[class('text_head')]//span | //" EWT_COUNT "/.. | //*[self::span or self::td "
	"or self::div or self::p or self::font][starts-with(normalize-space(text()),"
	"'วันที่')]"},
    {"article.image", "//" EWT_MAIN "//img[contains(@src,'images/article')]"},
    {"article.body",
	"//" EWT_MAIN " || " FIRST("//" EWT_COUNT "/ancestor::*[self::td or self::div]"
	"[.//*[class('text_head')]][1]") " || " FIRST("//" EWT_COUNT
	"/ancestor::*[self::td or self::div or self::table or self::body]"
	"[string-length(.) > 400][1]") " || //*[class('text_normal')]"},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[@id='show_comment'] | //a[contains(@href,'ewt_news_all.php')]"},
    {NULL, NULL},
};

/* ---- Joomla: com_content of 1.5, 2.5, 3, 4 and 5 (blog, category list, featured),
 * and K2 */

static const struct rk_page_line joomla[] = {
    {"items",
	"//*[@itemprop='blogPost' or class('blog-item catItemView')][.//*[" HEADING
	"]//a[@href]] || //*[class('blog blog-featured items-row items-leading')]"
	"//*[class('item leading-0 leading-1 leading-2 leading-3')][.//*[" HEADING
	"]//a[@href]] || //table[class('category com-content-category__table')]"
	"//tr[td//a[@href] or th//a[@href]] || //tr[class('*sectiontableentry*')]"
	"[.//a[@href]] || //ul[class('category category-list')]/li[.//a[@href]] || "
	"//td[class('contentheading')][.//a[@href]]/ancestor::table[1]"},
    {"link",
	".//*[" HEADING "]//a/@href || .//*[class('list-title contentheading')]//a/@href"
	" || .//a/@href"},
    {"title",
	".//*[" HEADING "][.//a] || .//*[class('list-title contentheading')] || .//a"},
    {"date",
	".//time/@datetime || .//*[class('published create createdate list-date "
	"*DateCreated*')] || self::tr/td"},
    {"author",
	".//*[class('createdby list-author *ItemAuthor*') or @itemprop='author'] || "
	".//span[class('small')]"},
    {"image", ".//*[class('*item-image* *ItemImage*')]//img || .//img"},
    {"body",
	".//*[@itemprop='articleBody' or class('*ItemIntroText*')] || "
	".//*[class('item-content')]/p || self::*[not(self::tr)]/p"},
    {"article.title",
	"//*[" HEADING "][@itemprop='headline'] || //*[class('item-page "
	"com-content-article')]//*[" HEADING "] || //td[class('contentheading')] || "
	"//*[class('*itemTitle* componentheading')] || //*[self::h1 or self::h2]"},
    {"article.date",
	"//*[class('published create article-info')]//time/@datetime | "
	"//time[@itemprop='datePublished' or @itemprop='dateCreated']/@datetime || "
	"//*[class('published create createdate *itemDateCreated*')] || "
	"//*[class('article-info modified')]"},
    {"article.author",
	"//*[class('createdby')]//*[@itemprop='name'] || //*[class('createdby') or "
	"@itemprop='author'] || //*[class('*itemAuthor*')]//a || "
	"//table[class('contentpaneopen')]//span[class('small')]"},
    {"article.image", "//meta[@property='og:image']/@content || "
		      "//*[class('item-image itemImage')]//img"},
    {"article.body",
	FIRST("//*[@itemprop='articleBody' or class('com-content-article__body "
	"itemFullText')]") " || " FIRST("//*[class('item-page')]") " || "
	"//table[class('contentpaneopen')][last()] || " FIRST("//article") " || "
	FIRST("//main")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop",
	"//*[class('icons pagenav pager *content_rating* buttonheading readmore hits "
	"*article-info-term* tags pagination')]"},
    {NULL, NULL},
};

/* ---- Drupal: 6 (garland), 7 (bartik, zen), 8 to 10 (classy, olivero) */

#define DR_BODY                                                                        \
	"class('field-name-body field--name-body field-type-text-with-summary') or "   \
	"@property='content:encoded' or @property='schema:text'"
#define DR_META "class('submitted *node__submitted* *node__meta*')"
#define DR_TITLED "*[class('*views-field-title* *field--name-title*')]"

static const struct rk_page_line drupal[] = {
    {"items",
	"//*[class('views-row')][.//a[@href]] || //*[class('view-content')]//table"
	"//tr[td//a[@href]] || //*[class('view-content')]//li[.//a[@href]] || "
	"//*[class('node node-teaser node--view-mode-teaser')][.//*[self::h2 or self::h3]"
	"//a[@href]]"},
    {"link",
	".//*[" HEADING "]//a/@href || .//" DR_TITLED "//a/@href || "
	".//a[normalize-space(.)]/@href"},
    {"title",
	".//*[" HEADING "][.//a or ancestor::a] || .//" DR_TITLED " || "
	".//a[normalize-space(.)]"},
    {"date",
	".//time/@datetime | .//*[contains(@property,'dc:date') or "
	"@property='schema:dateCreated' or class('*date-display-single*')]/@content || "
	".//*[class('*views-field-created* *date-display-single* submitted "
	"*field-name-field-date* *-date* *field--name-created*')]"},
    {"author", ".//*[class('username')] || .//*[class('*views-field-name*')]"},
    {"image", ".//img"},
    {"body",
	".//*[" DR_BODY " or class('*views-field-body* *views-field-field-body*')] || "
	"self::*[class('node')]/*[class('content')]"},
    {"article.title",
	FIRST("//h1[class('page-title title') or @id='page-title']") " || "
	FIRST("//*[class('node region-content') or @id='content' or self::main]"
	"//*[self::h1 or self::h2]") " || //h1"},
    {"article.date",
	"//*[" DR_META "]//time/@datetime | //*[contains(@property,'dc:date') or "
	"@property='schema:dateCreated' or class('*date-display-single*')]/@content || "
	"//*[" DR_META " or class('*field--name-created* *date-display-single* "
	"*field-name-post-date* *field-name-field-date*')] || "
	"//*[class('node region-content')]//time/@datetime"},
    {"article.author",
	"//*[" DR_META "]//*[class('username *field--name-uid*')] || "
	"//*[class('*field-name-field-author*')]"},
    {"article.image", "//meta[@property='og:image']/@content || "
		      "//*[class('*field-name-field-image* *field--name-field-image*')]"
		      "//img"},
    {"article.body",
	FIRST("//*[" DR_BODY "]") " || " FIRST("//*[class('node')]//*[class('content "
	"node__content')]") " || " FIRST("//*[class('node')]") " || "
	FIRST("//*[class('region-content')]") " || " FIRST("//main")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[class('links *statistics_counter* *field-name-field-tags* field-label "
	     "breadcrumb tabs pager')]"},
    {NULL, NULL},
};

/* ---- the CMS of the Public Relations Department: /th/content/category/index/id/N and
 * .../detail/id/N/iid/M */

#define PRD_A "a[contains(@href,'/detail/id/')]"

static const struct rk_page_line prd[] = {
    {"items",
	"//*[class('*inforow*')][.//" PRD_A "] || //" PRD_A "[normalize-space(.)]"
	"/ancestor::*[self::div or self::li or self::tr or self::article][1]"},
    {"link", ".//*[class('*title*')]//" PRD_A "/@href || .//" PRD_A "/@href"},
    {"title",
	".//*[class('*title*')][.//a] || .//" PRD_A "[normalize-space(.)]"},
    {"date", ".//*[class('*date*')] || ."},
    {"image", ".//*[class('*image*')]//img || .//img"},
    {"body", ".//*[class('*intro*')]"},
    {"article.title",
	FIRST("//*[" HEADING "][class('*title*')]") " || " FIRST("//*[class("
	"'*detail-title* *content-title* *article-title*')]") " || "
	"//*[self::h1 or self::h2 or self::h3][not(ancestor::header)]"},
    {"article.date",
	"//*[class('*date* *published*')] || //*[class('*time*')] || "
	"//*[starts-with(normalize-space(text()),'วันที่')]"},
    {"article.author", "//*[class('*author* *writer*')]"},
    {"article.image", "//meta[@property='og:image']/@content || "
		      "//*[class('*detail-image* *content-image*')]//img"},
    {"article.body",
	FIRST("//*[class('*detail-content* *content-detail* *article-detail* "
	"*detail-description* ck-content *content-body* *article-content* detail "
	"content-text')][normalize-space(.)]") " || " FIRST("//article") " || "
	FIRST("//main")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[class('*breadcrumb* *pageview* *view-count*')]"},
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
