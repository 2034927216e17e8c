/*
 * An HTML page to a document: the entries of a list, or the one of an article. Which
 * rule says what; knows neither how a value is read nor how the tree is made.
 */
#include "page_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/map.h>
#include <ruamkhao/noise.h>
#include <ruamkhao/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pass {
	struct rk_page page;
	struct rk_feedp *feed;
	const struct rk_parse_hints *hints;
	struct rk_str text; /* of the whole page */
	struct rk_err *err;
};

/* Rules of one entry: on the list, or on its own page. */
struct rule_set {
	enum rk_page_rule title, date, author, image, body;
};

static const struct rule_set of_item = {
    RK_PR_TITLE, RK_PR_DATE, RK_PR_AUTHOR, RK_PR_IMAGE, RK_PR_BODY};
static const struct rule_set of_article = {RK_PR_ARTICLE_TITLE, RK_PR_ARTICLE_DATE,
    RK_PR_ARTICLE_AUTHOR, RK_PR_ARTICLE_IMAGE, RK_PR_ARTICLE_BODY};

/* What was read of one entry; in the arena. */
struct news {
	struct rk_str title, date, section, author, image, link, body;
	struct rk_page_text text;
	enum rk_basis basis; /* of date */
};

static xmlNodePtr
root_of(struct pass *x)
{
	return (xmlNodePtr)x->page.doc;
}

/* ---- one entry */

/* A person that signs below the text is nearer to it than the office that has the site.
 */
static void
take_author(struct news *n)
{
	if (n->author.n == 0 || (n->text.author.n > 0 && rk_credit_is_unit(n->author) &&
				    !rk_credit_is_unit(n->text.author)))
		n->author = n->text.author;
}

static void
take(struct rk_str *to, struct rk_str from)
{
	if (to->n == 0)
		*to = from;
}

typedef struct rk_str value_fn(struct rk_page *, const struct _xmlXPathObject *);

static int
value(struct pass *x, enum rk_page_rule rule, xmlNodePtr at, value_fn *fn,
    struct rk_str *out)
{
	xmlXPathObjectPtr found;

	*out = RK_STR("");
	if (rk_page_eval(&x->page, rule, at, &found, x->err) != 0)
		return -1;
	if (found != NULL)
		*out = fn(&x->page, found);
	xmlXPathFreeObject(found);
	return 0;
}

/* Is it the date of the last change, by the words around it? */
static bool
says_updated(struct rk_str line)
{
	static const char *const words[] = {"ปรับปรุง", "แก้ไข", "อัปเดต", "อัพเดท", "อัพเดต",
	    "updated", "Updated", "modified", "Modified", NULL};

	for (size_t i = 0; line.n <= 300 && words[i] != NULL; i++)
		if (rk_str_find(line, rk_str(words[i])) != SIZE_MAX)
			return true;
	return false;
}

static void
take_date(struct news *n, struct rk_str date, enum rk_basis basis)
{
	if (n->date.n > 0)
		return;
	n->date = date;
	n->basis = basis == RK_BASIS_PAGE_LINE && says_updated(date)
		       ? RK_BASIS_PAGE_UPDATED
		       : basis;
}

static int
date_of(struct pass *x, enum rk_page_rule rule, xmlNodePtr at, struct news *n)
{
	xmlXPathObjectPtr found;

	n->date = n->section = RK_STR("");
	if (rk_page_eval(&x->page, rule, at, &found, x->err) != 0)
		return -1;
	if (found != NULL)
		n->date = rk_page_date(&x->page, found, &n->section);
	n->basis = says_updated(n->date) ? RK_BASIS_PAGE_UPDATED : RK_BASIS_PAGE_RULE;
	xmlXPathFreeObject(found);
	return 0;
}

/* The text, once it is known what of it is title, date and author. */
static int
body_of(struct pass *x, enum rk_page_rule rule, xmlNodePtr at, struct news *n)
{
	struct rk_line_facts facts = {n->title, n->date, n->author, n->section};
	xmlXPathObjectPtr found;

	n->text = (struct rk_page_text){RK_STR(""), RK_STR(""), RK_STR(""), RK_STR("")};
	n->body = RK_STR("");
	if (rk_page_eval(&x->page, rule, at, &found, x->err) != 0)
		return -1;
	if (found != NULL && found->type == XPATH_NODESET)
		rk_page_body(&x->page, found, &facts, &n->text);
	else if (found != NULL)
		n->body = rk_page_title(&x->page, found); /* a text, no markup */
	xmlXPathFreeObject(found);
	return 0;
}

/* title: where the rules find none. */
static int
read_news(struct pass *x, const struct rule_set *rules, xmlNodePtr at,
    struct rk_str title, struct news *n)
{
	if (value(x, rules->title, at, rk_page_title, &n->title) != 0 ||
	    date_of(x, rules->date, at, n) != 0 ||
	    value(x, rules->author, at, rk_page_author, &n->author) != 0 ||
	    value(x, rules->image, at, rk_page_image, &n->image) != 0)
		return -1;
	take(&n->title, title);
	return body_of(x, rules->body, at, n);
}

static void
set_plain(struct pass *x, enum rk_field field, struct rk_text *to, struct rk_str s)
{
	rk_set_text(x->feed, field, 9, to, s, RK_TEXT_PLAIN);
}

static void
add_author(struct pass *x, struct rk_str name)
{
	struct rk_person *p;

	if (name.n == 0)
		return;
	p = RK_NEW(x->feed->arena, struct rk_person);
	p->name = rk_keep(x->feed, name);
	p->email = p->url = RK_STR("");
	rk_add_author(x->feed, p);
}

static void
add_entry(struct pass *x, const struct news *n)
{
	struct rk_feedp *f = x->feed;

	rk_item_open(f);
	if (f->item == NULL)
		return;
	rk_set_link(f, 9, n->link);
	set_plain(x, RK_F_TITLE, &f->item->title, n->title);
	rk_set_str(f, RK_F_PUBLISHED, 9, &f->item->published, n->date);
	f->item->date_basis = n->date.n > 0 ? n->basis : RK_BASIS_UNKNOWN;
	if (n->text.html.n > 0)
		rk_set_text(
		    f, RK_F_CONTENT, 9, &f->item->content, n->text.html, RK_TEXT_HTML);
	else if (n->body.n > 0)
		set_plain(x, RK_F_CONTENT, &f->item->content, n->body);
	if (n->image.n > 0)
		rk_set_image(f, 9, n->image);
	add_author(x, n->author);
	if (n->section.n > 0)
		rk_add_category(f, n->section, RK_STR(""), RK_STR(""));
	rk_item_close(f);
}

/* ---- the page as a whole */

/* Is it a page that stands in for the one we want? Then err says so. */
static bool
stands_in(struct pass *x)
{
	const char *what = rk_sniff_page(x->text);

	if (what == NULL)
		return false;
	(void)rk_err_set(x->err, RK_E_INPUT, "not the page but %s", what);
	return true;
}

/* What an attribute of an element says, in the arena. */
static struct rk_str
first_text(struct pass *x, const char *expression)
{
	xmlXPathObjectPtr found;
	struct rk_str s = RK_STR("");

	if (rk_page_eval_text(&x->page, "page", rk_str(expression), root_of(x), NULL,
		&found, x->err) == 0)
		s = rk_page_title(&x->page, found);
	xmlXPathFreeObject(found);
	return s;
}

static void
read_head(struct pass *x)
{
	struct rk_feedp *f = x->feed;
	struct rk_str base = first_text(x, "/html/head/base/@href"), lang;
	struct rk_buf b;

	x->page.base = f->url;
	rk_buf_init(&b, RK_MAX_URL * 8);
	if (base.n > 0 && rk_url_resolve(f->url, base, &b) == 0)
		x->page.base = rk_keep(f, rk_buf_view(&b));
	rk_buf_release(&b);
	f->frames[0].base = f->frames[1].base = f->doc->base = x->page.base;
	set_plain(x, RK_F_TITLE, &f->doc->title, first_text(x, "/html/head/title"));
	if ((lang = first_text(x, "/html/@lang")).n > 0)
		rk_set_lang(f, lang);
	rk_set_link(f, 9, f->url);
}

/* ---- the list */

static int
container_of(struct pass *x, xmlNodePtr *at)
{
	xmlXPathObjectPtr found;
	int n;

	*at = root_of(x);
	if (x->page.rules->container.n == 0)
		return 0;
	if (rk_page_eval(&x->page, RK_PR_CONTAINER, root_of(x), &found, x->err) != 0)
		return -1;
	n = rk_page_count(found);
	if (n > 0 && found->nodesetval->nodeTab[0]->type == XML_ELEMENT_NODE)
		*at = found->nodesetval->nodeTab[0];
	xmlXPathFreeObject(found);
	if (n > 0)
		return 0;
	if (!stands_in(x))
		(void)rk_err_set(x->err, RK_E_INPUT,
		    "the container is not on the page: %.300s",
		    rk_cstr(x->page.rules->container));
	return -1;
}

/* An entry of the list; one that another item linked to already is passed over. */
static int
add_item(struct pass *x, xmlNodePtr at, struct rk_map *seen)
{
	struct news n = {0};

	if (value(x, RK_PR_LINK, at, rk_page_link, &n.link) != 0 ||
	    read_news(x, &of_item, at, RK_STR(""), &n) != 0)
		return -1;
	/* a picture that leads to the news, beside the link that names it */
	if (n.title.n == 0 && n.text.html.n == 0 && n.body.n == 0)
		return 0;
	if (n.link.n > 0 && rk_map_get(seen, n.link) != NULL)
		return 0;
	take_date(&n, n.text.date, RK_BASIS_PAGE_LINE);
	take_author(&n);
	if (n.link.n > 0) {
		(void)rk_map_put(seen, n.link, x);
	} else { /* the whole of it stands here */
		n.link = x->feed->url;
		take_date(&n, n.text.event, RK_BASIS_BODY);
	}
	add_entry(x, &n);
	return 0;
}

static int
too_few(struct pass *x, size_t found)
{
	const struct rk_page_rules *r = x->page.rules;

	if (found == 0 && stands_in(x))
		return -1;
	if (r->container.n > 0 || found >= r->min_items)
		return 0;
	return rk_err_set(x->err, RK_E_INPUT,
	    "only %zu of at least %u items are on the page: %.300s", found,
	    r->min_items, rk_cstr(r->items));
}

static int
read_items(struct pass *x, const struct _xmlXPathObject *items)
{
	struct rk_map *seen = rk_map_new();
	int rc = 0;

	for (int i = 0; i < rk_page_count(items) && rc == 0; i++)
		rc = add_item(x, items->nodesetval->nodeTab[i], seen);
	rk_map_free(seen);
	if (rc == 0 && x->feed->doc->n_items == 0)
		rk_doc_warn(x->feed->doc, x->feed->arena,
		    rk_page_count(items) == 0
			? "the list is there, without items"
			: "no item of the list has a title or text");
	return rc;
}

/* ---- an article */

/* What the list's entry knows of its date, where that is something of a page. */
static enum rk_basis
basis_of(const struct rk_entry *e)
{
	return e->found.basis >= RK_BASIS_PAGE_RULE && e->found.basis <= RK_BASIS_BODY
		   ? (enum rk_basis)e->found.basis
		   : RK_BASIS_PAGE_RULE;
}

/* The list's date as normalise reads it again. A day is local midnight somewhere:
 * twelve hours later it is that day in Greenwich too. */
static struct rk_str
listed_date(struct pass *x, const struct rk_entry *e)
{
	char text[32];

	if (e->published == RK_NO_TIME)
		return RK_STR("");
	if (e->found.precision != RK_BY_DAY)
		return rk_keep(x->feed, rk_str(rk_date_rfc3339(e->published, text)));
	(void)rk_date_rfc3339(e->published + 43200, text);
	text[sizeof("2026-01-01") - 1] = '\0';
	return rk_keep(x->feed, rk_str(text));
}

static int
read_article(struct pass *x)
{
	const struct rk_entry *listed = x->hints->listed;
	struct news n = {0};

	if (read_news(x, &of_article, root_of(x),
		listed != NULL ? listed->title : RK_STR(""), &n) != 0)
		return -1;
	if (n.text.html.n == 0 && n.body.n == 0 && stands_in(x))
		return -1;
	if (n.title.n == 0 && n.text.html.n == 0 && n.body.n == 0)
		return rk_err_set(x->err, RK_E_INPUT,
		    "the page has neither a title nor a text by the article rules");
	take_date(&n, n.text.date, RK_BASIS_PAGE_LINE);
	take_author(&n);
	n.link = x->feed->url;
	if (listed != NULL) {
		if (listed->url.n > 0)
			n.link = listed->url;
		take_date(&n, listed_date(x, listed), basis_of(listed));
		take(&n.author, listed->author);
		take(&n.image, listed->image);
		if (n.text.html.n == 0 && n.body.n == 0)
			n.text.html = listed->html;
	}
	take_date(&n, n.text.event, RK_BASIS_BODY);
	x->feed->doc->article = true;
	add_entry(x, &n);
	return 0;
}

static int
read_list(struct pass *x)
{
	bool either = x->hints->part == RK_PAGE_EITHER;
	xmlXPathObjectPtr items = NULL;
	xmlNodePtr at;
	int rc = -1;

	if (container_of(x, &at) != 0) {
		if (!either || !x->page.rules->has_article ||
		    rk_sniff_page(x->text) != NULL)
			return -1;
		return read_article(x);
	}
	if (rk_page_eval(&x->page, RK_PR_ITEMS, at, &items, x->err) != 0)
		goto out;
	if (items != NULL && items->type != XPATH_NODESET) {
		(void)rk_err_set(x->err, RK_E_INPUT,
		    "the rule \"items\" gives a text, not nodes: %.300s",
		    rk_cstr(x->page.rules->items));
		goto out;
	}
	if (either && rk_page_count(items) == 0 && x->page.rules->has_article) {
		rc = read_article(x);
		goto out;
	}
	if (too_few(x, (size_t)rk_page_count(items)) == 0)
		rc = read_items(x, items);
out:
	xmlXPathFreeObject(items);
	return rc;
}

int
rk_page_pass(struct rk_str text, const struct rk_parse_hints *hints,
    struct rk_arena *arena, struct rk_doc **out, struct rk_err *err)
{
	struct rk_feedp *f = rk_xcalloc(1, sizeof(*f));
	struct pass x = {.feed = f, .hints = hints, .text = text, .err = err};
	int rc = -1;

	*out = NULL;
	f->arena = arena;
	f->err = err;
	f->doc = RK_NEW(arena, struct rk_doc);
	f->doc->format = RK_IN_PAGE;
	f->doc->rung = RK_RUNG_HTML;
	f->doc->version = RK_STR("");
	f->items = &f->doc->items;
	f->feed_authors = &f->doc->authors;
	f->depth = 1;
	f->url = rk_keep(f, hints->url);
	f->frames[0].lang = f->frames[1].lang = RK_STR("");
	rk_buf_init(&f->scratch, 64);
	if (rk_page_load(&x.page, text, err) != 0)
		goto out;
	x.page.rules = hints->page;
	x.page.arena = arena;
	x.page.now = hints->now;
	x.page.offset = hints->timezone;
	read_head(&x);
	if (rk_page_drop(&x.page, err) != 0)
		goto out;
	rc = hints->part == RK_PAGE_ARTICLE ? read_article(&x) : read_list(&x);
	if (rc != 0)
		goto out;
	rk_feed_close(f);
	*out = f->doc;
out:
	rk_page_free(&x.page);
	rk_buf_release(&f->scratch);
	free(f);
	return rc;
}
