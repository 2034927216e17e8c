/*
 * The text of a part of the tree by lines, as a reader sees it: blocks, cells and
 * breaks part lines, anything else does not. No recursion: pages nest as they like.
 */
#include "page_int.h"

#include <ruamkhao/noise.h>

#include <stdlib.h>
#include <string.h>

static bool
is_inline(const xmlChar *name)
{
	static const char *const names[] = {"a", "abbr", "acronym", "b", "bdi", "bdo",
	    "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
	    "label", "mark", "nobr", "o:p", "q", "s", "samp", "small", "span", "strike",
	    "strong", "st1", "sub", "sup", "time", "tt", "u", "var", "wbr", NULL};

	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp((const char *)name, names[i]) == 0)
			return true;
	return false;
}

void
rk_page_lines_init(struct rk_page_lines *l)
{
	memset(l, 0, sizeof(*l));
	rk_buf_init(&l->text, RK_MAX_PAGE * 4);
}

void
rk_page_lines_free(struct rk_page_lines *l)
{
	free(l->line);
	free(l->piece);
	rk_buf_release(&l->text);
	memset(l, 0, sizeof(*l));
}

/* Lines are kept as offsets until all of the text is there. */
static void
new_line(struct rk_page_lines *l)
{
	if (l->n > 0 && l->line[l->n - 1].text.n == l->text.n)
		return; /* the last one is empty still */
	if (l->n == l->cap) {
		l->cap = l->cap > 0 ? l->cap * 2 : 32;
		l->line = rk_xrealloc(l->line, l->cap * sizeof(*l->line));
	}
	l->line[l->n++] = (struct rk_line){.text = {NULL, l->text.n}, .linked = true};
}

static void
add_piece(struct rk_page_lines *l, xmlNodePtr node)
{
	if (l->n_pieces == l->cap_pieces) {
		l->cap_pieces = l->cap_pieces > 0 ? l->cap_pieces * 2 : 64;
		l->piece = rk_xrealloc(l->piece, l->cap_pieces * sizeof(*l->piece));
	}
	l->piece[l->n_pieces++] =
	    (struct rk_page_piece){.node = node, .line = l->n - 1};
}

static bool
is_blank(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != ' ' && !(p[i] >= '\t' && p[i] <= '\r'))
			return false;
	return true;
}

/* White space is one space, as it is shown. */
static void
add_text(struct rk_page_lines *l, xmlNodePtr node, unsigned links)
{
	const char *p = (const char *)node->content;
	size_t n = p != NULL ? strlen(p) : 0;

	if (n == 0)
		return;
	add_piece(l, node);
	if (links == 0 && !is_blank(p, n))
		l->line[l->n - 1].linked = false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == ' ' || (p[i] >= '\t' && p[i] <= '\r')) {
			if (l->text.n > l->line[l->n - 1].text.n &&
			    l->text.p[l->text.n - 1] != ' ')
				(void)rk_buf_addc(&l->text, ' ');
		} else {
			(void)rk_buf_addc(&l->text, p[i]);
		}
	}
}

static bool
is_link(const xmlNode *n)
{
	return strcmp((const char *)n->name, "a") == 0;
}

void
rk_page_lines_add(struct rk_page_lines *l, xmlNodePtr top)
{
	xmlNodePtr n = top;
	unsigned links = 0;

	new_line(l);
	if (top->type == XML_ATTRIBUTE_NODE) {
		for (n = top->children; n != NULL; n = n->next)
			add_text(l, n, 0);
		return;
	}
	for (;;) {
		bool down = false;

		if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) {
			add_text(l, n, links);
		} else if (n->type == XML_ELEMENT_NODE) {
			if (strcmp((const char *)n->name, "br") == 0) {
				add_piece(l, n);
				new_line(l);
			} else {
				if (!is_inline(n->name))
					new_line(l);
				links += is_link(n);
				down = n->children != NULL;
				if (!down)
					links -= is_link(n);
			}
		}
		if (down) {
			n = n->children;
			continue;
		}
		while (n != top && n->next == NULL) {
			n = n->parent;
			links -= is_link(n);
			if (!is_inline(n->name))
				new_line(l);
		}
		if (n == top)
			break;
		/* leaving a block without content parts lines, too */
		if (n->type == XML_ELEMENT_NODE && n->children == NULL &&
		    !is_inline(n->name))
			new_line(l);
		n = n->next;
	}
	new_line(l);
}

void
rk_page_lines_done(struct rk_page_lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t from = l->line[i].text.n;
		size_t to = i + 1 < l->n ? l->line[i + 1].text.n : l->text.n;

		l->line[i].text =
		    to > from ? rk_strn(l->text.p + from, to - from) : RK_STR("");
		if (l->line[i].text.n == 0)
			l->line[i].linked = false;
	}
}
