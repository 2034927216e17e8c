/*
 * The pages that list our feeds: HTML with every tag closed, nothing that runs, links
 * that work from any folder; OPML 2.0 that an XML parser and a reader accept; names as
 * hostile as they come.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/publish/publish_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/config.h>
#include <ruamkhao/err.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/utf8.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPAN(lit)                                                                      \
	{                                                                              \
		(lit), sizeof(lit) - 1                                                 \
	}
#define NODE(i, s, t, e)                                                               \
	{                                                                              \
		.id = SPAN(i), .scheme = (s), .th = SPAN(t), .en = SPAN(e)             \
	}

static const struct rk_site plain_site = {.title = SPAN("รวมข่าวภาครัฐ"),
    .base_url = SPAN("https://news.example.go.th/"),
    .language = SPAN("th"),
    .host = SPAN("news.example.go.th")};

static const struct rk_index_node nodes[] = {
    {NODE("all", RK_SCHEME_ALL, "ข่าวทั้งหมด", "All news"), 1795219200, 120},
    {NODE("national", RK_SCHEME_NATIONAL, "ข่าวส่วนกลาง", "National news"), 1795219200,
	3},
    {NODE("cluster/06", RK_SCHEME_CLUSTER, "ภาคใต้ฝั่งอันดามัน", "Andaman"), 1795219200, 40},
    {NODE("province/krabi", RK_SCHEME_PROVINCE, "กระบี่", "Krabi"), RK_NO_TIME, 0},
    {NODE("province/phuket", RK_SCHEME_PROVINCE, "ภูเก็ต", "Phuket"), 1795219260, 40},
    {NODE("agency/dopa", RK_SCHEME_AGENCY, "dopa", "dopa"), 1795219260, 7},
    {NODE("topic/flood", RK_SCHEME_TOPIC, "น้ำท่วม", ""), 1795219260, 7},
};
#define N_NODES (sizeof(nodes) / sizeof(*nodes))

static const struct rk_format atom = {"atom", ".atom", "", NULL};
static const struct rk_format rss = {"rss", ".rss", "", NULL};
static const struct rk_format html = {"html", ".html", "", NULL};

/* ---- a small, strict reader of HTML */

#define MAX_OPEN 64

struct page {
	const char *p;
	char open[MAX_OPEN][32];
	size_t n_open;
	size_t n_links, n_items, n_sections;
	char ids[64][64], targets[512][64];
	size_t n_ids, n_targets;
	bool csp, charset;
};

static bool
is_void(const char *name)
{
	static const char *const names[] = {"meta", "link", "br", "hr", "img", "input"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static void
keep(char to[64], const char *value)
{
	size_t n = strlen(value);

	assert_true(n < 64);
	memcpy(to, value, n + 1);
}

static void
attribute(struct page *g, const char *tag, const char *name, const char *value)
{
	assert_true(strncmp(name, "on", 2) != 0);
	assert_string_not_equal(name, "style");
	assert_string_not_equal(name, "src");
	if (strcmp(name, "href") == 0) {
		if (value[0] == '#' && value[1] == '\0')
			; /* the top, in Thai */
		else if (value[0] == '#')
			keep(g->targets[g->n_targets++], value + 1);
		else if (strcmp(tag, "a") == 0)
			g->n_links++;
		/* relative, below the page, no scheme */
		assert_null(strchr(value, ':'));
		assert_true(value[0] != '/');
	}
	if (strcmp(name, "id") == 0) {
		for (size_t i = 0; i < g->n_ids; i++)
			assert_string_not_equal(g->ids[i], value);
		keep(g->ids[g->n_ids++], value);
	}
	if (strcmp(name, "content") == 0 && strstr(value, "default-src 'none'") != NULL)
		g->csp = true;
	g->charset |= strcmp(name, "charset") == 0 && strcmp(value, "utf-8") == 0;
}

static void
tag(struct page *g)
{
	char name[32], attr[32], value[512];
	bool closing = *g->p == '/';
	size_t n = 0;

	g->p += closing;
	while (islower((unsigned char)*g->p) || isdigit((unsigned char)*g->p)) {
		assert_true(n < sizeof(name) - 1);
		name[n++] = *g->p++;
	}
	name[n] = '\0';
	assert_true(n > 0);
	assert_string_not_equal(name, "script");
	while (*g->p == ' ') {
		assert_false(closing);
		for (n = 0, g->p++; *g->p == '-' || isalpha((unsigned char)*g->p);
		     g->p++) {
			assert_true(n < sizeof(attr) - 1);
			attr[n++] = *g->p;
		}
		attr[n] = '\0';
		assert_true(n > 0);
		assert_true(strncmp(g->p, "=\"", 2) == 0);
		for (n = 0, g->p += 2; *g->p != '"'; g->p++) {
			assert_true(
			    *g->p != '\0' && *g->p != '<' && n < sizeof(value) - 1);
			value[n++] = *g->p;
		}
		value[n] = '\0';
		g->p++;
		attribute(g, name, attr, value);
	}
	assert_int_equal(*g->p++, '>');
	if (closing) {
		assert_true(g->n_open > 0);
		assert_string_equal(g->open[--g->n_open], name);
		return;
	}
	g->n_items += strcmp(name, "li") == 0;
	g->n_sections += strcmp(name, "section") == 0;
	if (!is_void(name)) {
		assert_true(g->n_open < MAX_OPEN);
		(void)snprintf(g->open[g->n_open++], 32, "%s", name);
	}
	if (strcmp(name, "style") == 0) { /* raw text */
		g->p = strstr(g->p, "</style>");
		assert_non_null(g->p);
	}
}

static void
read_page(struct page *g, const char *text)
{
	const char *type = "<!doctype html>\n";

	memset(g, 0, sizeof(*g));
	assert_int_equal(strncmp(text, type, strlen(type)), 0);
	g->p = text + strlen(type);
	while (*g->p != '\0') {
		char c = *g->p++;

		assert_int_not_equal(c, '>'); /* escaped in text */
		if (c == '<') {
			tag(g);
		} else if (c == '&') {
			assert_true(strncmp(g->p, "amp;", 4) == 0 ||
				    strncmp(g->p, "lt;", 3) == 0 ||
				    strncmp(g->p, "gt;", 3) == 0 ||
				    strncmp(g->p, "quot;", 5) == 0);
		}
	}
	assert_int_equal(g->n_open, 0);
	assert_true(g->csp);
	assert_true(g->charset);
	for (size_t i = 0; i < g->n_targets; i++) { /* each leads somewhere */
		bool found = false;

		for (size_t k = 0; k < g->n_ids; k++)
			found |= strcmp(g->targets[i], g->ids[k]) == 0;
		assert_true(found);
	}
}

static void
html_of(const struct rk_index *x, struct page *g, struct rk_buf *b)
{
	struct rk_err err;

	rk_buf_init(b, (size_t)16 << 20);
	assert_int_equal(rk_index_html(x, b, &err), 0);
	assert_true(rk_utf8_valid(rk_buf_view(b)));
	read_page(g, b->p);
}

static xmlDoc *
opml_of(const struct rk_index *x, struct rk_buf *b)
{
	struct rk_err err;
	xmlDoc *doc;

	rk_buf_init(b, (size_t)16 << 20);
	assert_int_equal(rk_index_opml(x, b, &err), 0);
	doc = xmlReadMemory(b->p, (int)b->n, "x", NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (doc == NULL)
		fail_msg("ill-formed: %s", b->p);
	return doc;
}

/* ---- HTML */

static void
test_html(void **unused)
{
	const struct rk_format *formats[] = {&atom, NULL};
	struct rk_index x = {&plain_site, nodes, N_NODES, formats, NULL};
	struct rk_buf b, again;
	struct rk_err err;
	static struct page g;

	(void)unused;
	html_of(&x, &g, &b);
	assert_int_equal(g.n_items, N_NODES);
	assert_int_equal(g.n_sections, 5);
	/* in both languages, and the OPML and the board */
	assert_int_equal(g.n_links, 2 * N_NODES + 3);
	assert_non_null(strstr(b.p, "<a class=\"th\" href=\"province/phuket.atom\">ภูเก็ต</a>"
				    "<a class=\"en\" lang=\"en\" "
				    "href=\"province/phuket.atom#en\">Phuket</a>"));
	assert_non_null(strstr(b.p, "40 <span class=\"th\">ข่าว</span>"));
	assert_non_null(strstr(b.p, "0 <span class=\"th\">ข่าว</span><span class=\"en\" "
				    "lang=\"en\">stories</span></small>")); /* no time told */
	assert_non_null(strstr(b.p, "type=\"application/atom+xml\" title=\"ข่าวทั้งหมด\" "
				    "href=\"all.atom\""));
	/* a name that is no English is not called that */
	assert_null(strstr(b.p, "lang=\"en\" href=\"agency/dopa.atom#en\""));
	assert_null(strstr(b.p, "<form")); /* nobody would answer */
	assert_null(strstr(b.p, "<svg"));
	rk_buf_init(&again, (size_t)16 << 20);
	assert_int_equal(rk_index_html(&x, &again, &err), 0);
	assert_string_equal(again.p, b.p);
	rk_buf_release(&again);
	rk_buf_release(&b);
}

static void
test_html_formats(void **unused)
{
	const struct rk_format *two[] = {&html, &rss, NULL}, *none[] = {NULL};
	struct rk_index x = {&plain_site, nodes, N_NODES, two, NULL};
	struct rk_buf b;
	static struct page g;

	(void)unused;
	html_of(&x, &g, &b);
	assert_int_equal(g.n_links, 3 * N_NODES + 3);
	assert_non_null(strstr(b.p, "href=\"all.html#en\">All news</a> <a class=\"feed\" "
				    "href=\"all.rss\">RSS</a>"));
	assert_non_null(strstr(b.p, "type=\"application/rss+xml\""));
	assert_null(strstr(b.p, ".atom")); /* nothing that is not published */
	rk_buf_release(&b);
	x.formats = none;
	html_of(&x, &g, &b);
	assert_int_equal(g.n_links, 3);
	assert_non_null(strstr(b.p, "<li><span class=\"th\">ภูเก็ต</span>"));
	rk_buf_release(&b);
}

static void
test_html_empty(void **unused)
{
	const struct rk_format *formats[] = {&atom, NULL};
	struct rk_index x = {&plain_site, NULL, 0, formats, NULL};
	struct rk_buf b;
	static struct page g;

	(void)unused;
	html_of(&x, &g, &b);
	assert_int_equal(g.n_items, 0);
	assert_non_null(strstr(b.p, "No news yet"));
	rk_buf_release(&b);
}

static const char *const hostile[] = {"</title><script>alert(1)</script>",
    "\" onmouseover=\"alert(1)", "'", "&lt;", "<!--", "-->", "]]>", "\x01\x1b[31m\x7f",
    "\xef\xbf\xbe", "\xc3(", "\xed\xa0\x80", "a\nb\tc", "", "javascript:alert(1)"};

static void
test_hostile_names(void **unused)
{
	const struct rk_format *formats[] = {&atom, &rss, NULL};

	(void)unused;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		struct rk_index_node all[N_NODES];
		struct rk_site site = plain_site;
		struct rk_index x = {&site, all, N_NODES, formats, NULL};
		struct rk_buf b;
		static struct page g;

		memcpy(all, nodes, sizeof(nodes));
		site.title = rk_str(hostile[i]);
		for (size_t k = 0; k < N_NODES; k++)
			all[k].node.th = all[k].node.en = rk_str(hostile[i]);
		html_of(&x, &g, &b);
		assert_int_equal(g.n_items, N_NODES);
		assert_int_equal(g.n_links, 2 * N_NODES + 3);
		rk_buf_release(&b);
		xmlFreeDoc(opml_of(&x, &b));
		rk_buf_release(&b);
	}
}

/* ---- the map, and provinces by region */

static void
test_map(void **unused)
{
	const struct rk_format *formats[] = {&atom, &html, NULL};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_index x = {&plain_site, nodes, N_NODES, formats, NULL};
	struct rk_site served = plain_site;
	size_t tiles = 0, off = 0;
	struct rk_err err;
	struct rk_buf b;
	static struct page g;

	(void)unused;
	served.served = true;
	x.site = &served;
	x.regions = rk_regions_builtin(arena, &err);
	assert_non_null(x.regions);
	html_of(&x, &g, &b);
	for (const char *p = b.p; (p = strstr(p, "<g class=\"tile")) != NULL; p++) {
		tiles++;
		off += strncmp(p, "<g class=\"tile off", 18) == 0;
	}
	assert_int_equal(tiles, 77);
	assert_int_equal(off, 75); /* two have news */
	assert_non_null(strstr(b.p, "<g class=\"tile south\"><a href=\"province/phuket.html\" "
				    "class=\"th\""));
	assert_non_null(strstr(b.p, "<title>ภูเก็ต</title>"));
	assert_non_null(strstr(b.p, "<a href=\"province/phuket.html#en\" class=\"en\" "
				    "lang=\"en\""));
	assert_non_null(strstr(b.p, "<h3><span class=\"key south\"></span><span "
				    "class=\"th\">ภาคใต้</span>"));
	assert_null(strstr(b.p, "class=\"key north")); /* nothing of there */
	assert_non_null(strstr(b.p, "<form role=\"search\" action=\"search\">"));
	rk_buf_release(&b);
	rk_arena_free(arena);
}

/* A country with all its provinces and groups still comes in at once. */
static void
test_whole_country(void **unused)
{
	const struct rk_format *formats[] = {&atom, &html, NULL};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_index x = {&plain_site, NULL, 0, formats, NULL};
	struct rk_index_node *all;
	const char *at;
	struct rk_err err;
	struct rk_buf b;

	(void)unused;
	x.regions = rk_regions_builtin(arena, &err);
	assert_non_null(x.regions);
	x.n_nodes = rk_regions_count(x.regions);
	assert_true(x.n_nodes >= 77 + 18 + 18 + 6);
	all = rk_arena_array(arena, x.n_nodes, sizeof(*all));
	x.nodes = all;
	for (size_t i = 0; i < x.n_nodes; i++) {
		all[i].node = *rk_regions_at(x.regions, i);
		all[i].updated = 1795219200;
		all[i].n_stories = 100;
	}
	rk_buf_init(&b, (size_t)16 << 20);
	assert_int_equal(rk_index_html(&x, &b, &err), 0);
	assert_null(strstr(b.p, "tile off"));
	if (b.n >= 100000)
		fail_msg("the front page has %zu bytes", b.n);
	/* as in a dictionary: the consonant before the vowel that stands to its left */
	at = strstr(b.p, "<li><a class=\"th\" href=\"province/chiang-mai.html\">");
	assert_non_null(at);
	assert_non_null(strstr(at, "<li><a class=\"th\" href=\"province/nan.html\">"));
	assert_non_null(strstr(at, "<li><a class=\"th\" href=\"province/mae-hong-son.html\">"));
	rk_buf_release(&b);
	rk_arena_free(arena);
}

/* ---- OPML */

static char *
prop(const xmlNode *n, const char *name)
{
	return (char *)xmlGetNoNsProp(n, (const xmlChar *)name);
}

/* Feeds below n; the rules of OPML 2.0 for each outline. */
static unsigned
outlines(const xmlNode *n, unsigned depth)
{
	unsigned feeds = 0;

	assert_true(depth < 3);
	for (; n != NULL; n = n->next) {
		char *text, *type, *url;

		if (n->type != XML_ELEMENT_NODE)
			continue;
		assert_string_equal((const char *)n->name, "outline");
		text = prop(n, "text");
		type = prop(n, "type");
		url = prop(n, "xmlUrl");
		assert_non_null(text);
		assert_int_equal(type != NULL, url != NULL);
		if (type != NULL) {
			assert_string_equal(type, "rss");
			assert_int_equal(
			    strncmp(url, "https://news.example.go.th/", 27), 0);
			assert_null(n->children);
			feeds++;
		}
		feeds += outlines(n->children, depth + 1);
		xmlFree(text);
		xmlFree(type);
		xmlFree(url);
	}
	return feeds;
}

static xmlNode *
child(const xmlNode *n, const char *name)
{
	xmlNode *c = n->children;

	while (c != NULL && strcmp((const char *)c->name, name) != 0)
		c = c->next;
	return c;
}

static void
test_opml(void **unused)
{
	const struct rk_format *formats[] = {&html, &rss, &atom, NULL};
	struct rk_index x = {&plain_site, nodes, N_NODES, formats, NULL};
	struct rk_buf b;
	xmlDoc *doc = opml_of(&x, &b);
	xmlNode *root = xmlDocGetRootElement(doc), *title;
	char *version = prop(root, "version");
	xmlChar *text;

	(void)unused;
	assert_string_equal((const char *)root->name, "opml");
	assert_string_equal(version, "2.0");
	xmlFree(version);
	assert_non_null(child(root, "head"));
	title = child(child(root, "head"), "title");
	assert_non_null(title);
	text = xmlNodeGetContent(title);
	assert_string_equal((const char *)text, "รวมข่าวภาครัฐ");
	xmlFree(text);
	assert_int_equal(outlines(child(root, "body")->children, 0), N_NODES);
	/* atom is what readers get when there is a choice */
	assert_non_null(
	    strstr(b.p, "xmlUrl=\"https://news.example.go.th/province/phuket.atom\""));
	assert_null(strstr(b.p, ".rss"));
	xmlFreeDoc(doc);
	rk_buf_release(&b);
}

static void
test_opml_formats(void **unused)
{
	const struct rk_format *only_rss[] = {&html, &rss, NULL},
			       *pages[] = {&html, NULL};
	struct rk_index x = {&plain_site, nodes, N_NODES, only_rss, NULL};
	struct rk_buf b;
	xmlDoc *doc = opml_of(&x, &b);

	(void)unused;
	assert_int_equal(
	    outlines(child(xmlDocGetRootElement(doc), "body")->children, 0), N_NODES);
	assert_non_null(strstr(b.p, "/all.rss\""));
	xmlFreeDoc(doc);
	rk_buf_release(&b);
	x.formats =
	    pages; /* no feed: an outline all the same, as the format wants it */
	doc = opml_of(&x, &b);
	assert_int_equal(
	    outlines(child(xmlDocGetRootElement(doc), "body")->children, 0), 0);
	assert_non_null(strstr(b.p, "<outline "));
	xmlFreeDoc(doc);
	rk_buf_release(&b);
	x.n_nodes = 0;
	doc = opml_of(&x, &b);
	assert_non_null(strstr(b.p, "<outline "));
	xmlFreeDoc(doc);
	rk_buf_release(&b);
}

static void
test_limit(void **unused)
{
	const struct rk_format *formats[] = {&atom, NULL};
	struct rk_index x = {&plain_site, nodes, N_NODES, formats, NULL};
	struct rk_buf b;
	struct rk_err err;

	(void)unused;
	for (size_t max = 0; max < 1000; max += 99) {
		rk_buf_init(&b, max);
		assert_int_equal(rk_index_html(&x, &b, &err), -1);
		assert_int_equal(err.kind, RK_E_LIMIT);
		rk_buf_release(&b);
		rk_buf_init(&b, max);
		assert_int_equal(rk_index_opml(&x, &b, &err), -1);
		assert_int_equal(err.kind, RK_E_LIMIT);
		rk_buf_release(&b);
	}
}

/* Whatever byte stands wherever in a field. */
static void
test_csv_fields(void **state)
{
	(void)state;
	for (size_t n = 1; n < 20; n++)
		for (size_t at = 0; at < n; at++)
			for (unsigned c = 1; c < 256; c++) {
				char text[20], want[24], *w = want;
				struct rk_buf b;

				memset(text, 'x', n);
				text[at] = (char)c;
				*w++ = '"';
				if (at == 0 && strchr("=+-@\t\r\n", (int)c) != NULL)
					*w++ = '\'';
				for (size_t i = 0; i < n; i++) {
					if (text[i] == '"')
						*w++ = '"';
					*w++ = iscntrl((unsigned char)text[i]) ? ' ' : text[i];
				}
				*w++ = '"';
				*w = '\0';
				rk_buf_init(&b, 64);
				csv_field(&b, true, rk_strn(text, n));
				assert_string_equal(b.p, want);
				rk_buf_release(&b);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_html),
	    cmocka_unit_test(test_html_formats),
	    cmocka_unit_test(test_html_empty),
	    cmocka_unit_test(test_map),
	    cmocka_unit_test(test_whole_country),
	    cmocka_unit_test(test_hostile_names),
	    cmocka_unit_test(test_opml),
	    cmocka_unit_test(test_opml_formats),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_csv_fields),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	xmlCleanupParser();
	return rc;
}
