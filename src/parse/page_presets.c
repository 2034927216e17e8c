/*
 * Ready rules for the systems that Thai public sites run (DOMAIN.md 4.1), written like
 * the mapping of an operator: unions of what the templates of a system print, and behind
 * || what holds where those find nothing.
 *
 * Conditions on the page as a whole stand at /html, where they are looked at once.
 */
#include "page_presets.h"

#include <string.h>

/* ---- EWT (EasyWebTime): more_news.php and ewt_news.php */

#define EWT_MAIN "*[@id='ewt_main_structure_body']"
#define EWT_A                                                                          \
	"a[contains(@href,'ewt_news.php') or contains(@href,'ewt_dl')]"                \
	"[normalize-space(.)]"
/* a number, not position(): the search ends there */
#define EWT_NEXT(n) "self::a/following-sibling::node()[" n "]"
#define EWT_COUNT   "text()[contains(.,'จำนวนคนโหวต') or contains(.,'จำนวนคนอ่าน')]"
#define EWT_VOTE  "//form[.//input[@name='vote_status']]"
#define EWT_LIST                                                                       \
	"/html[not(contains(address(),'ewt_news.php'))][contains(address(),"           \
	"'more_news.php') or not(.//" EWT_COUNT " or .//*[@id='show_comment'] or "      \
	".//td[class('text_head')]/div[normalize-space()][not(.//a)])]"
/* a line in bold behind the path of sections, or above the date */
#define EWT_BOLD                                                                       \
	"*[self::b or self::strong or " HEADING "]"                                    \
	"[string-length(normalize-space(.)) > 12][1]"
/* the cell or line that a link stands in, or the link where several stand in one */
#define EWT_MORE "following-sibling::" EWT_A " or preceding-sibling::" EWT_A
#define EWT_ROWS                                                                       \
	"//" EWT_A "[not(" EWT_MORE ")]/ancestor::*[self::td or self::li or self::div " \
	"or self::p or self::article][1] | "
#define EWT_TOPIC                                                                      \
	"*[class('text_head')][not(ancestor::a or .//a)][not(contains(.,'จำนวนคนโหวต') " \
	"or contains(.,'Download') or contains(.,'ความคิดเห็น'))]"

static const struct rk_page_line ewt[] = {
    {"items",
	EWT_LIST "//" EWT_MAIN EWT_ROWS EWT_LIST "//" EWT_MAIN "//" EWT_A "[" EWT_MORE
	"] || " EWT_LIST EWT_ROWS EWT_LIST "//" EWT_A "[" EWT_MORE "]"},
    {"link", "descendant-or-self::" EWT_A "/@href"},
    {"title", "descendant-or-self::" EWT_A},
    {"date",
	".//*[class('text_normal')] | self::*[not(self::a)] | self::td/parent::tr["
	"count(.//a) < 3] | " EWT_NEXT("1") " | " EWT_NEXT("2") " | "
	EWT_NEXT("3")},
    {"image", ".//img[contains(@src,'images/article')] || "
	      "ancestor::tr[1]//img[contains(@src,'images/article')]"},
    {"article.title",
	"//" EWT_TOPIC "/div[normalize-space()] || //" EWT_MAIN "//" EWT_TOPIC
	"[normalize-space()] || " FIRST(NAMED) " || "
	FIRST("//" EWT_MAIN "//a[contains(@href,'more_news.php')]") "/following::" EWT_BOLD
	" || " FIRST("//" EWT_COUNT) "/preceding::" EWT_BOLD " || "
	"//" EWT_TOPIC "[normalize-space()] || "
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
    /* what tells an article from a list is left: the counters, the place of comments */
    {"drop",
	"//*[@id='show_comment']/node() | //a[@href='#size'] | //a[contains(@href,'ewt_news_all.php')] | "
	EWT_VOTE "//tr[not(.//" EWT_COUNT ")]"},
    {"drop",
	"//td[contains(text(),'อันดับ')][string-length(.) < 120]/ancestor::table[1]"
	"[.//a[contains(@href,'ewt_news.php')]]"},
    {NULL, NULL},
};

/* ---- Joomla: com_content of 1.5, 2.5, 3, 4 and 5 (blog, category list, featured),
 * and K2 */

#define JO_LIST                                                                        \
	"/html[not(body[class('view-article')] or contains(address(),'view=article'))]"
/* 1.5 links the headline of an article to itself, too */
#define JO_HEADINGS "//td[class('contentheading')][.//a[@href]]"
/* ... and puts its text into the next table */
#define JO_BELOW "self::table/following-sibling::*[1][self::table]"
#define JO_ITEM "*[class('item-page com-content-article')]"

static const struct rk_page_line joomla[] = {
    {"items",
	JO_LIST "//*[@itemprop='blogPost' or class('blog-item catItemView')][.//*["
	HEADING "]//a[@href]] || " JO_LIST
	"//*[class('blog blog-featured items-row items-leading')]"
	"//*[class('item leading-0 leading-1 leading-2 leading-3')][.//*[" HEADING
	"]//a[@href]] || " JO_LIST "//table[class('category com-content-category__table')]"
	"//tr[not(parent::thead)][td//a[@href] or th//a[@href]] || " JO_LIST
	"//tr[class('*sectiontableentry*')][.//a[@href]] || " JO_LIST
	"//ul[class('category category-list')]/li[.//a[@href]] || "
	"//table[class('blog')]" JO_HEADINGS "/ancestor::table[1] | "
	"/html[count(." JO_HEADINGS ") > 1]" JO_HEADINGS "/ancestor::table[1]"},
    {"link",
	".//*[" HEADING "]//a/@href || .//*[class('list-title contentheading')]//a/@href"
	" || .//a/@href"},
    {"title",
	".//*[" HEADING "][.//a] || .//*[class('list-title contentheading')] || .//a"},
    {"date",
	".//time/@datetime || .//*[class('published create createdate list-date "
	"*DateCreated*')] | " JO_BELOW "//*[class('createdate')] || self::tr/td"},
    {"author",
	".//*[class('createdby list-author *ItemAuthor*') or @itemprop='author'] || "
	".//span[class('small')]"},
    {"image", ".//*[class('*item-image* *ItemImage*')]//img || .//img"},
    {"body",
	".//*[@itemprop='articleBody' or class('*ItemIntroText*')] || "
	".//*[class('item-content')]/p || self::*[not(self::tr)]/p || "
	JO_BELOW "//td[not(@class)]"},
    {"article.title",
	"//*[" HEADING "][@itemprop='headline'] || //" JO_ITEM NAMED " || //" JO_ITEM
	"/h2 | //" JO_ITEM "/*[class('page-header')]/h2 || //" JO_ITEM "//*[" HEADING
	"] || //td[class('contentheading')] || "
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
	"*article-info-term* tags pagination pagenavigation')] | "
	"//form[.//input[@name='user_rating']]"},
    {NULL, NULL},
};

/* ---- Drupal: 6 (garland), 7 (bartik, zen), 8 to 10 (classy, olivero) */

#define DR_BODY                                                                        \
	"class('field-name-body field--name-body field-type-text-with-summary') or "   \
	"@property='content:encoded' or @property='schema:text'"
#define DR_META "class('submitted *node__submitted* *node__meta*')"
#define DR_TITLED "*[class('*views-field-title* *field--name-title*')]"

/* The page of one node: its text may stand beside a view, and a view in its text. */
#define DR_ONE                                                                         \
	".//*[class('node')][not(class('*teaser*'))][not(.//*[self::h2 or self::h3]"    \
	"//a[@href] or .//*[class('view-content')])][string-length(.) > 300]"
#define DR_LIST "/html[not(" DR_ONE ")]"
#define DR_BESIDE                                                                      \
	"[not(ancestor::aside or ancestor::*[class('*sidebar* *footer*') or "          \
	"contains(@id,'sidebar') or contains(@id,'footer')]"                           \
	"[not(self::body or .//main or .//h1)])]"

static const struct rk_page_line drupal[] = {
    {"items",
	DR_LIST "//*[class('views-row')][.//a[@href]]" DR_BESIDE " || "
	DR_LIST "//*[class('view-content')]//table//tr[td//a[@href]]" DR_BESIDE " || "
	DR_LIST "//*[class('view-content')]//li[.//a[@href]]" DR_BESIDE " || "
	DR_LIST "//*[class('node node-teaser node--view-mode-teaser')][.//*[self::h2 or "
	"self::h3]//a[@href]]"},
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
	FIRST("//h1[class('page-title title') or @id='page-title']") " || " FIRST(NAMED)
	" || "
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
	FIRST("//*[class('region-content')]") " || " FIRST("//main") " || " AROUND(NAMED)},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[class('links *statistics_counter* *field-name-field-tags* field-label "
	     "breadcrumb tabs pager')]"},
    {NULL, NULL},
};

/* ---- the CMS of the Public Relations Department: /th/content/category/index/id/N and
 * .../detail/id/N/iid/M */

#define PRD_A "a[contains(@href,'/detail/id/')]"
#define PRD_LIST                                                                       \
	"/html[not(contains(address(),'/detail/id/') or "                              \
	".//*[class('*detail*')][string-length(.) > 300][not(.//" PRD_A ")])]"

static const struct rk_page_line prd[] = {
    {"items",
	PRD_LIST "//*[class('*inforow*')][.//" PRD_A "] || "
	PRD_LIST "//" PRD_A "[normalize-space(.)][not(ancestor::aside or ancestor::nav or "
	"ancestor::*[class('*sidebar*') or @id='sidebar'][not(self::body)])]"
	"/ancestor::*[self::div or self::li or self::tr or self::article][1]"},
    {"link", ".//*[class('*title*')]//" PRD_A "/@href || .//" PRD_A "/@href"},
    {"title",
	".//" PRD_A "//*[" HEADING " or class('*title*')] || "
	".//*[class('*title*')][.//a] || .//" PRD_A "[normalize-space(.)]"},
    {"date", ".//*[class('*date*')] || ."},
    {"image", ".//*[class('*image*')]//img || .//img"},
    {"body", ".//*[class('*intro*')]"},
    {"article.title",
	FIRST(NAMED) " || "
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
	FIRST("//main") " || " AROUND(NAMED)},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[class('*breadcrumb* *pageview* *view-count* tag tags')]"},
    {NULL, NULL},
};

static const struct {
	const char *name;
	const struct rk_page_line *lines;
} presets[] = {
    {"wordpress", rk_page_wordpress},
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
