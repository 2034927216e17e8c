/*
 * The text of a news on a page: its lines without the noise, and what is left as markup
 * again. The markup is not made safe here; the cleaner does that as with any feed's.
 */
#include "page_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/noise.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define EVENT_LINES 5 /* of the text, in which a date may be that of the news */

/* Nodes that are not written: their address is a mark of its own. */
static char cut_mark;

static bool
is_cut(const xmlNode *n)
{
	return n->_private == &cut_mark;
}

static void
escape(struct rk_buf *b, const char *p, bool attribute)
{
	for (; *p != '\0'; p++) {
		if (*p == '&')
			(void)rk_buf_adds(b, "&amp;");
		else if (*p == '<')
			(void)rk_buf_adds(b, "&lt;");
		else if (*p == '>')
			(void)rk_buf_adds(b, "&gt;");
		else if (*p == '"' && attribute)
			(void)rk_buf_adds(b, "&quot;");
		else
			(void)rk_buf_addc(b, *p);
	}
}

static bool
is_void(const xmlNode *n)
{
	static const char *const names[] = {"area", "base", "br", "col", "embed", "hr",
	    "img", "input", "link", "meta", "param", "source", "track", "wbr", NULL};

	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp((const char *)n->name, names[i]) == 0)
			return true;
	return false;
}

static void
write_start(struct rk_buf *b, const xmlNode *n)
{
	(void)rk_buf_addf(b, "<%s", (const char *)n->name);
	for (const xmlAttr *a = n->properties; a != NULL; a = a->next) {
		(void)rk_buf_addf(b, " %s=\"", (const char *)a->name);
		for (const xmlNode *t = a->children; t != NULL; t = t->next)
			if (t->content != NULL)
				escape(b, (const char *)t->content, true);
		(void)rk_buf_addc(b, '"');
	}
	(void)rk_buf_addc(b, '>');
}

static void
write_node(struct rk_buf *b, const xmlNode *n)
{
	if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) &&
	    !is_cut(n) && n->content != NULL)
		escape(b, (const char *)n->content, false);
	else if (n->type == XML_ELEMENT_NODE && !is_cut(n))
		write_start(b, n);
}

/* What is inside of top, and top itself where it is no container but an image. */
static void
write_tree(struct rk_buf *b, const xmlNode *top)
{
	const xmlNode *n = top->children;

	if (top->type == XML_ATTRIBUTE_NODE) {
		for (; n != NULL; n = n->next)
			write_node(b, n);
		return;
	}
	if (top->type != XML_ELEMENT_NODE || is_void(top)) {
		write_node(b, top);
		return;
	}
	while (n != NULL && !b->full) {
		write_node(b, n);
		if (n->type == XML_ELEMENT_NODE && n->children != NULL) {
			n = n->children;
			continue;
		}
		if (n->type == XML_ELEMENT_NODE && !is_void(n))
			(void)rk_buf_addf(b, "</%s>", (const char *)n->name);
		while (n->next == NULL && n->parent != top) {
			n = n->parent;
			(void)rk_buf_addf(b, "</%s>", (const char *)n->name);
		}
		n = n->next;
	}
}

/* Is n inside of a node that comes before it in the set? Sets are in document order. */
static bool
is_inside(const xmlNode *n, const xmlNode *last)
{
	for (; n != NULL && last != NULL; n = n->parent)
		if (n == last)
			return true;
	return false;
}

/* The first lines of what is left, for a date that nothing else told. */
static void
find_event(struct rk_page *p, const struct rk_page_lines *l, struct rk_page_text *out)
{
	struct rk_date date;
	size_t seen = 0;

	for (size_t i = 0; i < l->n && seen < EVENT_LINES; i++) {
		struct rk_str line =
		    rk_utf8_cut(rk_str_trim(l->line[i].text), RK_KIB(4));

		if (l->line[i].cut || line.n == 0)
			continue;
		seen++;
		if (rk_date_parse(line, p->now, p->offset, &date) == 0) {
			out->event = rk_arena_str(p->arena, line);
			return;
		}
	}
}

/* The nodes of the lines that were cut, and the break that ended each. */
static void
mark(const struct rk_page_lines *l)
{
	for (size_t i = 0; i < l->n_pieces; i++)
		if (l->line[l->piece[i].line].cut)
			l->piece[i].node->_private = &cut_mark;
}

static struct rk_str
written(struct rk_page *p, const struct _xmlXPathObject *o)
{
	const xmlNode *last = NULL;
	struct rk_str html;
	struct rk_buf b;
	int n = rk_page_count(o);

	rk_buf_init(&b, RK_MAX_PAGE * 6);
	for (int i = 0; i < n; i++) {
		const xmlNode *node = o->nodesetval->nodeTab[i];

		if (is_inside(node, last))
			continue;
		last = node;
		if (n > 1)
			(void)rk_buf_adds(&b, "<div>");
		write_tree(&b, node);
		if (n > 1)
			(void)rk_buf_adds(&b, "</div>");
	}
	html = rk_arena_str(p->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return html;
}

void
rk_page_body(struct rk_page *p, const struct _xmlXPathObject *o,
    const struct rk_line_facts *facts, struct rk_page_text *out)
{
	const xmlNode *last = NULL;
	struct rk_line_found found;
	struct rk_page_lines l;

	*out = (struct rk_page_text){RK_STR(""), RK_STR(""), RK_STR(""), RK_STR("")};
	rk_page_lines_init(&l);
	for (int i = 0; i < rk_page_count(o); i++) {
		xmlNodePtr node = o->nodesetval->nodeTab[i];

		if (is_inside(node, last))
			continue;
		last = node;
		rk_page_lines_add(&l, node);
	}
	rk_page_lines_done(&l);
	rk_noise_cut(l.line, l.n, facts, p->now, p->offset, &found);
	out->date = rk_arena_str(p->arena, rk_str_trim(found.date));
	out->author = rk_page_name(p, found.author);
	find_event(p, &l, out);
	mark(&l);
	out->html = written(p, o);
	rk_page_lines_free(&l);
}
