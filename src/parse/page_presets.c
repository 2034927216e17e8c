/*
 * Ready rules for the systems that Thai public sites run (DOMAIN.md 4.1), written like
 * the mapping of an operator. Each expression is a union of what the templates of a
 * system print; `[not(...)]` makes one part stand in for another.
 *
 * Conditions on the page as a whole stand at /html, where they are looked at once.
 */
#include "page_int.h"

#include <string.h>

/* A class of an element, as a whole word; one that holds a word, where that is telling
 * and quicker. */
#define HAS(c) "contains(concat(' ',normalize-space(@class),' '),' " c " ')"
#define IN(c)  "contains(@class,'" c "')"

#define HEADING "self::h1 or self::h2 or self::h3 or self::h4 or self::h5"
#define FIRST(e) "(" e ")[1]"

/* Of every system: what stands on a page beside its news. */
#define FRAME                                                                          \
	"//nav | //footer[not(ancestor::article)] | //noscript | "                     \
	"//form[string-length(normalize-space(.)) < 600]"
#define SHARING                                                                        \
	"//*[@class][" IN("sharedaddy") " or " IN("addtoany") " or " IN("share-button")\
	" or " IN("social-share") " or " IN("sharethis") " or " IN("fb-like") " or "   \
	IN("fb-comments") " or " IN("heateor") " or " IN("a2a_kit") " or "             \
	IN("screen-reader-text") "] | //*[@id='disqus_thread' or @id='comments' or "   \
	"@id='respond']"

/* ---- WordPress: twentyten to twentytwentyfive, classic (kubrick), block themes, and
 * the page builders Divi, Elementor, Avada, Newspaper, JNews */

#define WP_TITLE                                                                       \
	"(" IN("entry-title") " or " IN("post-title") " or " IN("post__title") " or "  \
	IN("post_title") " or " IN("module-title") ")"
#define WP_ITEM                                                                        \
	"(" HAS("hentry") " or " HAS("post") " or " HAS("type-post") " or "            \
	HAS("elementor-post") " or " HAS("td_module_wrap") " or " IN("et_pb_post")     \
	" or " HAS("jeg_post") " or " HAS("wp-block-post") " or " IN("blog-entry")     \
	" or " HAS("fusion-post-grid") ")"
#define WP_SINGLE                                                                      \
	"body[" HAS("single") " or " HAS("single-post") "] or (body[not(@class)] and " \
	".//h1[" IN("entry-title") " and not(.//a[@href])])"
#define WP_ASIDE                                                                       \
	"ancestor::aside or ancestor::*[" IN("widget") " or " IN("sidebar") " or "     \
	IN("related") "]"
#define WP_HEAD ".//*[" HEADING "]"
#define WP_CONTENT                                                                     \
	"(" HAS("entry-content") " or " HAS("wp-block-post-content") " or "            \
	HAS("post-content") " or " HAS("td-post-content") " or "                       \
	HAS("elementor-widget-theme-post-content") " or " HAS("et_pb_post_content")    \
	" or " HAS("single-content") " or " HAS("content-inner") " or "                \
	HAS("post-entry") " or " HAS("entry-body") " or " HAS("post_content") " or "   \
	HAS("article-content") " or @itemprop='articleBody')"
#define WP_DATE                                                                        \
	"(" HAS("entry-date") " or " IN("posted-on") " or " HAS("published") " or "    \
	IN("post-date") " or " HAS("date") " or " IN("meta-date") " or "               \
	IN("jeg_meta_date") " or " IN("title_meta_container") " or " HAS("post-meta")  \
	" or " HAS("entry-meta") " or @itemprop='datePublished')"
#define WP_TIME "time[not(" HAS("updated") ") or " HAS("published") "]"
#define WP_COMMENT "ancestor::*[" IN("comment") " or " IN("related") "] or ancestor::aside"

static const struct rk_page_line wordpress[] = {
    {"items",
	"/html[not(" WP_SINGLE ")]//*[" WP_ITEM "][.//*[" HEADING
	"]//a[@href] or .//a[.//*[" HEADING "]] or .//a[@rel='bookmark']][not(" WP_ASIDE
	")]"
	" | /html[not(" WP_SINGLE ")][not(.//*[" WP_ITEM "])]//article[.//a[@href]]"
	" | /html[not(" WP_SINGLE ")][not(.//*[" WP_ITEM
	"])]//ul[" IN("latest-posts") "]/li"},
    {"link",
	".//*[(" HEADING ") and " WP_TITLE "]//a/@href | "
	"self::*[not(.//*[(" HEADING ") and " WP_TITLE "]//a)]//*[" HEADING "]//a/@href | "
	"self::*[not(.//*[" HEADING "]//a)]//a[.//*[" HEADING "] or @rel='bookmark']/@href"
	" | self::li[not(.//*[" HEADING "])]//a/@href"},
    {"title",
	".//*[(" HEADING ") and " WP_TITLE "] | "
	"self::*[not(.//*[(" HEADING ") and " WP_TITLE "])]//*[" HEADING "] | "
	"self::*[not(.//*[" HEADING "])]//a[@rel='bookmark' or parent::li]"},
    {"date",
	".//" WP_TIME "/@datetime | .//time[not(@datetime)] | .//abbr[" HAS("published")
	"]/@title | .//*[" WP_DATE "][not(.//time)] | "
	"self::*[not(.//time)]/small"},
    {"author",
	".//*[" HAS("vcard") " or " HAS("author") " or " IN("post-author") " or "
	"@itemprop='author']//*[" HAS("fn") " or self::a] | .//a[@rel='author']"},
    {"image", ".//img[" HAS("wp-post-image") "] | self::*[not(.//img[" HAS(
		  "wp-post-image") "])]//img"},
    {"body",
	".//*[" HAS("entry-summary") " or " HAS("entry-content") " or " IN("excerpt")
	" or " HAS("post-content") " or " HAS("entry") " or " HAS("td-excerpt") "]"},
    {"article.title",
	FIRST("//h1[" WP_TITLE "] | //*[" IN("theme-post-title") "]//*[" HEADING "] | "
	"/html[not(.//h1[" WP_TITLE "])]//*[self::h2 or "
	"self::h3 or self::p or self::div][" HAS("entry-title") " or " HAS("post-title")
	"] | /html[not(.//*[" WP_TITLE "])]//*[self::article or self::main or " HAS(
	    "post") " or " HAS("hentry") " or @id='content']//*[self::h1 or self::h2] | "
	"/html[not(.//*[" WP_TITLE "])]//h1[" IN("elementor-heading-title") " or "
	IN("fusion-title-heading") "]")},
    {"article.date",
	"//" WP_TIME "[not(" WP_COMMENT ")]/@datetime | //time[not(@datetime)][not("
	WP_COMMENT ")] | //abbr[" HAS("published") "]/@title | //*[" WP_DATE
	" or " IN("post-info__item--type-date") "][not(.//time)][not(" WP_COMMENT
	")] | //*[" HAS("post") "]/small"},
    {"article.author",
	"//*[" HAS("vcard") " or " HAS("byline") " or " HAS("post-author") " or "
	HAS("author") " or " IN("post-author-name") " or @itemprop='author']["
	"not(" WP_COMMENT ")]//*[" HAS("fn") " or self::a] | //a[@rel='author'][not("
	WP_COMMENT ")] | //*[" IN("author-name") " or " IN("author__name") " or "
	IN("item--type-author") "]/descendant-or-self::*[self::a or not(.//a)][not("
	WP_COMMENT ")]"},
    {"article.image",
	"//meta[@property='og:image']/@content | /html[not(.//meta[@property="
	"'og:image'])]//img[" HAS("wp-post-image") "]"},
    {"article.body",
	FIRST("//*[@class or @itemprop][" WP_CONTENT "][not(ancestor::aside)][not("
	"ancestor::*[" IN("widget-area") " or " IN("related") " or " IN("sidebar")
	"])] | /html[not(.//*[" WP_CONTENT "])]//*[" HAS("entry") "]"
	" | /html[not(.//*[" WP_CONTENT " or " HAS("entry") "])]//article")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop",
	"//*[@class][" IN("jp-relatedposts") " or " IN("yarpp") " or "
	IN("related-post") " or " IN("relatedpost") " or " IN("post-views") " or "
	IN("post-navigation") " or " IN("wp-block-comments") " or "
	IN("kk-star-ratings") " or " IN("wp-block-latest-posts__post-excerpt-more")
	" or " IN("crp_related") " or " IN("rp4wp") " or " IN("akismet") " or "
	IN("tags-links") " or " IN("tagcloud") "]"},
    {NULL, NULL},
};

/* ---- EWT (EasyWebTime): more_news.php and ewt_news.php */

#define EWT_MAIN "*[@id='ewt_main_structure_body']"
#define EWT_HREF "contains(@href,'ewt_news.php') or contains(@href,'ewt_dl')"
#define EWT_ARTICLE                                                                    \
	".//input[@name='vote_status'] or .//*[@id='show_comment'] or "                \
	".//text()[contains(.,'จำนวนคนโหวต') or contains(.,'จำนวนคนอ่าน')]"
#define EWT_COUNTED                                                                    \
	"//text()[contains(.,'จำนวนคนโหวต') or contains(.,'จำนวนคนอ่าน')]/ancestor::*"
#define EWT_TOPIC                                                                      \
	"*[" HAS("text_head") "][not(ancestor::a)][not(.//a)][not(contains(.,"         \
	"'จำนวนคน'))][not(contains(.,'Download'))]"

static const struct rk_page_line ewt[] = {
    {"items",
	"/html[not(" EWT_ARTICLE ")]//" EWT_MAIN "//a[" EWT_HREF
	"][normalize-space(.)]/ancestor::*[self::td or self::li or self::div][1]"
	" | /html[not(" EWT_ARTICLE ")][not(.//" EWT_MAIN ")]//a[" EWT_HREF
	"][normalize-space(.)]/ancestor::*[self::td or self::li or self::div][1]"},
    {"link", ".//a[" EWT_HREF "][normalize-space(.)]/@href"},
    {"title", ".//a[" EWT_HREF "][normalize-space(.)]"},
    {"date", ".//*[" HAS("text_normal") "] | . | ancestor::tr[1]"},
    {"image", ".//img[contains(@src,'images/article')] | "
	      "ancestor::tr[1]//img[contains(@src,'images/article')]"},
    {"article.title",
	FIRST("/html//" EWT_TOPIC "/div[normalize-space()] | /html[not(.//" EWT_TOPIC
	"/div)]//" EWT_TOPIC "[normalize-space()] | /html[not(.//" EWT_TOPIC
	")]//*[" HEADING "][normalize-space()] | /html[not(.//" EWT_TOPIC
	")][not(.//*[" HEADING "])]/head/title")},
    {"article.date",
	"//*[" HAS("text_head") "]//span | //span[starts-with(normalize-space(.),"
	"'วันที่')] | //text()[contains(.,'จำนวนคนอ่าน')]/.. | "
	"//*[self::td or self::div or self::p or self::font][starts-with("
	"normalize-space(text()),'วันที่')]"},
    {"article.image", "//" EWT_MAIN "//img[contains(@src,'images/article')]"},
    {"article.body",
	FIRST("//" EWT_MAIN " | /html[not(.//" EWT_MAIN ")]" EWT_COUNTED
	"[self::td or self::div][.//*[" HAS("text_head") "]][1] | /html[not(.//" EWT_MAIN
	")][not(.//*[" HAS("text_head") "])]" EWT_COUNTED "[self::td or self::div][1]")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[@id='show_comment'] | //a[contains(@href,'ewt_news_all.php')]"},
    {NULL, NULL},
};

/* ---- Joomla: com_content of 1.5, 2.5, 3, 4 and 5 (blog, category list, featured),
 * and K2 */

#define JO_ITEM                                                                        \
	"(" HAS("blog-item") " or " HAS("com-content-category-blog__item") " or "      \
	"@itemprop='blogPost' or " HAS("catItemView") " or " HAS("items-leading")      \
	"/div or (" HAS("item") " and ancestor::*[" HAS("blog") " or "                 \
	HAS("blog-featured") " or " HAS("items-row") "]) or " HAS("item-content") ")"
#define JO_CONTENT                                                                     \
	"(@itemprop='articleBody' or " HAS("com-content-article__body") " or "         \
	HAS("itemFullText") ")"

static const struct rk_page_line joomla[] = {
    {"items",
	"//*[@itemprop='blogPost' or " HAS("blog-item") " or " HAS("catItemView")
	" or " HAS("contentpaneopen") "][.//*[" HEADING "]//a[@href] or .//td["
	HAS("contentheading") "]//a[@href]] | "
	"/html[not(.//*[@itemprop='blogPost' or " HAS("blog-item")
	"])]//*[" HAS("blog") " or " HAS("blog-featured") " or " HAS("items-row") " or "
	HAS("items-leading") "]//*[" HAS("item") " or starts-with(@class,'leading-')]"
	"[.//*[" HEADING "]//a[@href]] | "
	"//table[" HAS("category") " or " HAS("com-content-category__table") "]//tr[.//a"
	"[@href]] | //tr[" IN("sectiontableentry") "][.//a[@href]] | "
	"//ul[" HAS("category") " or " HAS("category-list") "]/li[.//a[@href]]"},
    {"link",
	".//*[" HEADING "]//a/@href | self::*[not(.//*[" HEADING "]//a)]//*[" HAS(
	    "list-title") " or " HAS("contentheading") "]//a/@href | "
	"self::*[not(.//*[" HEADING "]//a)][not(.//*[" HAS("list-title") " or "
	HAS("contentheading") "])]//a/@href"},
    {"title",
	".//*[" HEADING "][.//a] | self::*[not(.//*[" HEADING "]//a)]//*[" HAS(
	    "list-title") " or " HAS("contentheading") "] | self::*[not(.//*["
	HEADING "]//a)][not(.//*[" HAS("list-title") " or " HAS("contentheading")
	"])]//a"},
    {"date",
	".//time/@datetime | .//*[" HAS("published") " or " HAS("create") " or "
	HAS("createdate") " or " HAS("list-date") " or " IN("DateCreated") "]["
	"not(.//time)] | self::tr[not(.//*[" HAS("list-date") "])]/td"},
    {"author",
	".//*[" HAS("createdby") " or @itemprop='author' or " HAS("list-author")
	" or " IN("ItemAuthor") "] | .//span[" HAS("small") "]"},
    {"image", ".//*[" IN("item-image") " or " IN("ItemImage") "]//img | "
	      "self::*[not(.//*[" IN("item-image") "])]//img"},
    {"body",
	"self::*[not(self::tr)]//*[@itemprop='articleBody' or " HAS("item-content") " or "
	IN("ItemIntroText") "] | self::*[not(self::tr)][not(.//*[" HAS("item-content")
	"])]/p"},
    {"article.title",
	FIRST("//*[(" HEADING ") and @itemprop='headline'] | //*[" HAS("item-page")
	" or " HAS("com-content-article") "]//*[" HEADING "] | //td[" HAS(
	    "contentheading") "] | //*[" IN("itemTitle") "] | //*[" HAS("componentheading")
	"] | /html[not(.//*[" HAS("item-page") " or " HAS("com-content-article")
	" or " IN("itemTitle") " or @itemprop='headline'])][not(.//td[" HAS(
	    "contentheading") "])]//*[self::h1 or self::h2]")},
    {"article.date",
	"//*[" HAS("published") " or " HAS("create") " or " HAS("article-info")
	"]//time/@datetime | //*[" HAS("published") " or " HAS("create")
	"][not(.//time)] | //td[" HAS("createdate") "] | //*[" IN("itemDateCreated")
	"] | //time[@itemprop='datePublished' or @itemprop='dateCreated']/@datetime"},
    {"article.author",
	"//*[" HAS("createdby") "]//*[@itemprop='name'] | //*[" HAS("createdby")
	"][not(.//*[@itemprop='name'])] | //*[@itemprop='author'] | //*["
	IN("itemAuthor") "]//a | //table[" HAS("contentpaneopen") "]//span[" HAS("small")
	"]"},
    {"article.image", "//meta[@property='og:image']/@content | //*[" HAS("item-image")
		      " or " HAS("itemImage") "]//img"},
    {"article.body",
	FIRST("//*[" JO_CONTENT "] | /html[not(.//*[" JO_CONTENT
	"])]//*[" HAS("item-page") "] | /html[not(.//*[" JO_CONTENT " or "
	HAS("item-page") "])]//table[" HAS("contentpaneopen") "][last()] | "
	"/html[not(.//*[" JO_CONTENT " or " HAS("item-page") " or "
	HAS("contentpaneopen") "])]//article")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop",
	"//*[@class][" HAS("icons") " or " HAS("pagenav") " or " HAS("pager") " or "
	IN("content_rating") " or " HAS("buttonheading") " or " HAS("readmore") " or "
	HAS("hits") " or " IN("article-info-term") " or " HAS("tags") "]"},
    {NULL, NULL},
};

/* ---- Drupal: 6 (garland), 7 (bartik, zen), 8 to 10 (classy, olivero) */

#define DR_BODY                                                                        \
	"(" HAS("field-name-body") " or " HAS("field--name-body") " or "               \
	HAS("field-type-text-with-summary") " or @property='content:encoded' or "      \
	"@property='schema:text')"
#define DR_LIST                                                                        \
	"body[" HAS("page-node") " or " IN("page-node-") " or " IN("node-type-") "]"

static const struct rk_page_line drupal[] = {
    {"items",
	"//*[" HAS("views-row") "][.//a[@href]] | /html[not(.//*[" HAS("views-row")
	"])]//*[" HAS("node") " or " HAS("node-teaser") " or " HAS("node--view-mode-teaser")
	"][.//*[self::h2 or self::h3]//a[@href]] | //*[" HAS("view-content")
	"]//table//tr[td//a[@href]] | //*[" HAS("view-content") " or " HAS("item-list")
	"]/ul[not(" HAS("pager") ")]/li[not(" HAS("views-row") ")][.//a[@href]]["
	"ancestor::*[" HAS("view-content") "]]"},
    {"link",
	".//*[" HEADING "]//a/@href | self::*[not(.//*[" HEADING "]//a)]//*["
	IN("views-field-title") " or " IN("field--name-title") "]//a/@href | "
	"self::*[not(.//*[" HEADING "]//a)][not(.//*[" IN("views-field-title")
	" or " IN("field--name-title") "]//a)]//a[normalize-space(.)]/@href"},
    {"title",
	".//*[" HEADING "][.//a or ancestor::a] | self::*[not(.//*[" HEADING
	"]//a)]//*[" IN("views-field-title") " or " IN("field--name-title") "] | "
	"self::*[not(.//*[" HEADING "]//a)][not(.//*[" IN("views-field-title")
	" or " IN("field--name-title") "])]//a[normalize-space(.)]"},
    {"date",
	".//time/@datetime | .//*[@property='dc:date dc:created' or "
	"@property='dc:date' or @property='schema:dateCreated']/@content | .//*["
	IN("date-display-single") "]/@content | .//*[" IN("views-field-created") " or "
	IN("date-display-single") " or " HAS("submitted") " or " IN("field-name-field-date")
	" or " IN("-date") " or " IN("field--name-created") "][not(.//time)]"},
    {"author", ".//*[" HAS("username") "] | .//*[" IN("views-field-name") "]"},
    {"image", ".//img"},
    {"body",
	".//*[" DR_BODY " or " IN("views-field-body") " or " IN("views-field-field-body")
	"] | self::*[" HAS("node") "][not(.//*[" DR_BODY "])]/*[" HAS("content") "]"},
    {"article.title",
	FIRST("//h1[" HAS("page-title") " or " HAS("title") " or @id='page-title'] | "
	"/html[not(.//h1[" HAS("page-title") " or " HAS("title")
	" or @id='page-title'])]//*[" HAS("node") " or @id='content' or self::main or "
	HAS("region-content") "]//*[self::h1 or self::h2]")},
    {"article.date",
	"//*[" HAS("submitted") " or " IN("node__submitted") " or " IN("node__meta")
	"]//time/@datetime | //*[@property='dc:date dc:created' or "
	"@property='schema:dateCreated']/@content | //*[" IN("date-display-single")
	"]/@content | //*[" HAS("submitted") " or " IN("node__submitted") " or "
	IN("node__meta") " or " IN("field--name-created") " or " IN("date-display-single")
	" or " IN("field-name-post-date") " or " IN("field-name-field-date") "][not(.//time)]"
	" | //*[" HAS("node") " or " HAS("region-content") "]//time/@datetime"},
    {"article.author",
	"//*[" HAS("submitted") " or " IN("node__submitted") " or " IN("node__meta")
	"]//*[" HAS("username") " or " IN("field--name-uid") "] | //*["
	IN("field-name-field-author") "]"},
    {"article.image", "//meta[@property='og:image']/@content | //*["
		      IN("field-name-field-image") " or " IN("field--name-field-image")
		      "]//img"},
    {"article.body",
	FIRST("//*[@class or @property][" DR_BODY "] | /html[not(.//*[" DR_BODY
	"])]//*[" HAS("node") "]//*[" HAS("content") " or " HAS("node__content")
	"] | /html[not(.//*[" DR_BODY "])][not(.//*[" HAS("node") "]//*[" HAS("content")
	" or " HAS("node__content") "])]//*[" HAS("region-content") "]")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[@class][" HAS("links") " or " IN("statistics_counter") " or "
	     IN("field-name-field-tags") " or " HAS("field-label") " or " HAS("breadcrumb")
	     " or " HAS("tabs") "]"},
    {NULL, NULL},
};

/* ---- the CMS of the Public Relations Department: /th/content/category/index/id/N and
 * .../detail/id/N/iid/M */

#define PRD_HREF "contains(@href,'/detail/id/')"

static const struct rk_page_line prd[] = {
    {"items",
	"//*[" IN("inforow") "][.//a[" PRD_HREF "]] | /html[not(.//*[" IN("inforow")
	"])]//a[" PRD_HREF "][normalize-space(.)]/ancestor::*[self::div or self::li or "
	"self::tr or self::article][1]"},
    {"link",
	".//*[" IN("title") "]//a[" PRD_HREF "]/@href | self::*[not(.//*[" IN("title")
	"]//a)]//a[" PRD_HREF "][normalize-space(.)]/@href"},
    {"title",
	".//*[" IN("title") "][.//a] | self::*[not(.//*[" IN("title") "]//a)]//a["
	PRD_HREF "][normalize-space(.)]"},
    {"date", ".//*[" IN("date") "] | self::*[not(.//*[" IN("date") "])]"},
    {"image", ".//*[" IN("image") "]//img | self::*[not(.//*[" IN("image") "]//img)]//img"},
    {"body", ".//*[" IN("intro") "]"},
    {"article.title",
	FIRST("//*[" HEADING "][" IN("title") "] | /html[not(.//*[" HEADING "][" IN(
	    "title") "])]//*[" IN("detail-title") " or " IN("content-title") " or "
	IN("article-title") "] | /html[not(.//*[" HEADING "][" IN("title") "])][not(.//*["
	IN("detail-title") " or " IN("content-title") " or " IN("article-title")
	"])]//*[self::h1 or self::h2 or self::h3][not(ancestor::header)]")},
    {"article.date",
	"//*[@class][" IN("date") " or " IN("time") " or " IN("published") "] | "
	"//*[starts-with(normalize-space(text()),'วันที่')]"},
    {"article.author", "//*[" IN("author") " or " IN("writer") "]"},
    {"article.image", "//meta[@property='og:image']/@content | //*[" IN("detail-image")
		      " or " IN("content-image") "]//img"},
    {"article.body",
	FIRST("//*[@class][" IN("detail-content") " or " IN("content-detail") " or "
	IN("article-detail") " or " IN("detail-description") " or " IN("ck-content")
	" or " IN("content-body") " or " IN("article-content") " or " HAS("detail")
	" or " HAS("content-text") "][string-length(normalize-space(.)) > 40]"
	" | //article")},
    {"drop", FRAME},
    {"drop", SHARING},
    {"drop", "//*[@class][" IN("breadcrumb") " or " IN("pageview") " or " IN("view-count")
	     "]"},
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
