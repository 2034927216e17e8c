/*
 * Single values of a page from what a rule gives: nodes, of which the first that will
 * do is taken, or a text.
 */
#include "page_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/html.h>
#include <ruamkhao/noise.h>
#include <ruamkhao/url.h>
#include <ruamkhao/utf8.h>

#include <stdlib.h>
#include <string.h>

/* The value as a text where it is one: in the arena. */
static struct rk_str
as_text(struct rk_page *p, const struct _xmlXPathObject *o)
{
	xmlXPathObjectPtr copy;
	struct rk_str s;

	if (o == NULL || o->type == XPATH_NODESET)
		return RK_STR("");
	if (o->type == XPATH_BOOLEAN && o->boolval == 0)
		return RK_STR("");
	copy =
	    xmlXPathConvertString(xmlXPathObjectCopy((xmlXPathObjectPtr)(uintptr_t)o));
	s = rk_arena_str(p->arena, rk_str((const char *)copy->stringval));
	xmlXPathFreeObject(copy);
	return s;
}

static xmlNodePtr
node_at(const struct _xmlXPathObject *o, int i)
{
	return o->nodesetval->nodeTab[i];
}

static struct rk_str
attribute(struct rk_page *p, xmlNodePtr n, const char *name)
{
	xmlChar *value;
	struct rk_str s;

	if (n->type != XML_ELEMENT_NODE ||
	    (value = xmlGetNoNsProp(n, (const xmlChar *)name)) == NULL)
		return RK_STR("");
	s = rk_arena_str(p->arena, rk_str_trim(rk_str((const char *)value)));
	xmlFree(value);
	return s;
}

/* The lines of a node that have any text, joined by a space. */
static struct rk_str
line_of(struct rk_page *p, xmlNodePtr n)
{
	struct rk_page_lines l;
	struct rk_buf b;
	struct rk_str s;

	rk_page_lines_init(&l);
	rk_page_lines_add(&l, n);
	rk_page_lines_done(&l);
	rk_buf_init(&b, RK_MAX_FIELD);
	for (size_t i = 0; i < l.n && !b.full; i++) {
		if (rk_str_trim(l.line[i].text).n == 0)
			continue;
		if (b.n > 0)
			(void)rk_buf_addc(&b, ' ');
		(void)rk_html_plain_line(l.line[i].text, &b);
	}
	s = rk_arena_str(p->arena, rk_str_trim(rk_buf_view(&b)));
	rk_buf_release(&b);
	rk_page_lines_free(&l);
	return s;
}

/* Is there more to it than spaces that do not break? */
static bool
says_something(struct rk_str s)
{
	uint32_t c;

	while (rk_utf8_next(&s, &c))
		if (c != ' ' && c != 0xA0 && !(c >= '\t' && c <= '\r') && c != 0x200B)
			return true;
	return false;
}

struct rk_str
rk_page_title(struct rk_page *p, const struct _xmlXPathObject *o)
{
	struct rk_str s = as_text(p, o);

	for (int i = 0; !says_something(s) && i < rk_page_count(o); i++)
		s = line_of(p, node_at(o, i));
	return says_something(s) ? s : RK_STR("");
}

/* ---- dates */

/* "16 พ.ค. 2566 | ภาพข่าว": the part of the line that is no date, if it is short. */
static struct rk_str
section_of(struct rk_page *p, struct rk_str line)
{
	struct rk_str part;
	struct rk_date date;

	if (rk_str_chr(line, '|') == SIZE_MAX)
		return RK_STR("");
	while (rk_str_split(&line, '|', &part)) {
		part = rk_str_trim(part);
		if (part.n == 0 || part.n > 180 ||
		    rk_date_parse(part, p->now, p->offset, &date) == 0 ||
		    rk_credit_name(part, false).n > 0 ||
		    (part.p[0] >= '0' && part.p[0] <= '9'))
			continue;
		return rk_arena_str(p->arena, part);
	}
	return RK_STR("");
}

/* Does the line tell a date? It is kept as printed, normalise reads it. */
static bool
take_date(
    struct rk_page *p, struct rk_str line, struct rk_str *out, struct rk_str *section)
{
	struct rk_date date;

	if (rk_date_parse(line, p->now, p->offset, &date) != 0)
		return false;
	*out = rk_arena_str(p->arena, rk_utf8_cut(rk_str_trim(line), RK_KIB(4)));
	if (section != NULL && section->n == 0 && line.n <= 600)
		*section = section_of(p, line);
	return true;
}

struct rk_str
rk_page_date(struct rk_page *p, const struct _xmlXPathObject *o, struct rk_str *section)
{
	struct rk_str s = as_text(p, o), line, out = RK_STR("");

	if (s.n > 0) {
		while (rk_str_split(&s, '\n', &line))
			if (take_date(p, line, &out, section))
				return out;
		return RK_STR("");
	}
	for (int i = 0; i < rk_page_count(o) && out.n == 0; i++) {
		struct rk_page_lines l;

		rk_page_lines_init(&l);
		rk_page_lines_add(&l, node_at(o, i));
		rk_page_lines_done(&l);
		for (size_t k = 0; k < l.n && out.n == 0; k++)
			(void)take_date(p, l.line[k].text, &out, section);
		rk_page_lines_free(&l);
	}
	return out;
}

/* ---- addresses */

static bool
resolve(struct rk_page *p, struct rk_str ref, struct rk_str *out)
{
	struct rk_buf b;
	bool good;

	ref = rk_str_trim(ref);
	/* the page itself, or nothing at all */
	if (ref.n == 0 || ref.p[0] == '#' || ref.n > RK_MAX_URL * 3)
		return false;
	rk_buf_init(&b, RK_MAX_URL * 8);
	good = rk_url_resolve(p->base, ref, &b) == 0;
	if (good)
		*out = rk_arena_str(p->arena, rk_buf_view(&b));
	else if (p->base.n == 0 && rk_str_chr(ref, ':') == SIZE_MAX)
		*out = rk_arena_str(p->arena, ref),
		good = true; /* as it stands there */
	rk_buf_release(&b);
	return good;
}

static struct rk_str
address(
    struct rk_page *p, const struct _xmlXPathObject *o, const char *const *attributes)
{
	struct rk_str s = as_text(p, o), out;

	if (s.n > 0)
		return resolve(p, s, &out) ? out : RK_STR("");
	for (int i = 0; i < rk_page_count(o); i++) {
		xmlNodePtr n = node_at(o, i);

		if (n->type != XML_ELEMENT_NODE) {
			if (resolve(p, line_of(p, n), &out))
				return out;
			continue;
		}
		for (const char *const *a = attributes; *a != NULL; a++)
			if (resolve(p, attribute(p, n, *a), &out))
				return out;
	}
	return RK_STR("");
}

struct rk_str
rk_page_link(struct rk_page *p, const struct _xmlXPathObject *o)
{
	static const char *const attributes[] = {"href", "data-href", NULL};

	return address(p, o, attributes);
}

struct rk_str
rk_page_image(struct rk_page *p, const struct _xmlXPathObject *o)
{
	/* src last: with lazy loading it is a placeholder */
	static const char *const attributes[] = {"data-src", "data-lazy-src",
	    "data-original", "src", "content", "href", NULL};

	return address(p, o, attributes);
}

struct rk_str
rk_page_author(struct rk_page *p, const struct _xmlXPathObject *o)
{
	struct rk_str name = rk_credit_name(as_text(p, o), true);

	for (int i = 0; name.n == 0 && i < rk_page_count(o); i++)
		name = rk_credit_name(line_of(p, node_at(o, i)), true);
	return rk_page_name(p, name);
}

struct rk_str
rk_page_name(struct rk_page *p, struct rk_str name)
{
	struct rk_buf b;
	struct rk_str s;

	/* digits of a name stay as they are; its spaces are one kind */
	rk_buf_init(&b, RK_KIB(4));
	for (size_t i = 0; i < name.n; i++) {
		if (rk_str_starts(rk_str_from(name, i), "\xC2\xA0")) {
			(void)rk_buf_addc(&b, ' ');
			i++;
		} else {
			(void)rk_buf_addc(&b, name.p[i]);
		}
	}
	s = rk_arena_str(p->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return s;
}
