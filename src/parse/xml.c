/*
 * libxml2 over one document, as events: namespaces become small numbers, elements
 * are looked up in the tables of rules, text is collected. The only file of the
 * module that includes libxml2, and the only call of its parser. Knows no feed.
 */
#include "parse_int.h"

#include <ruamkhao/url.h>

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlmemory.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- names to rules */

/* Namespace names without their scheme, trailing / and #, in lower case; sorted. */
static const struct {
	const char *uri;
	enum rk_ns ns;
} namespaces[] = {
    {"backend.userland.com/rss", RK_NS_RSS},
    {"backend.userland.com/rss2", RK_NS_RSS},
    {"blogs.law.harvard.edu/tech/rss", RK_NS_RSS},
    {"channel.netscape.com/rdf/simple/0.9", RK_NS_RSS},
    {"cyber.law.harvard.edu/rss", RK_NS_RSS},
    {"example.com/dtds/podcast-1.0.dtd", RK_NS_ITUNES},
    {"my.netscape.com/rdf/simple/0.9", RK_NS_RSS},
    {"purl.org/atom/ns", RK_NS_ATOM03},
    {"purl.org/dc/elements/1.0", RK_NS_DC},
    {"purl.org/dc/elements/1.1", RK_NS_DC},
    {"purl.org/dc/terms", RK_NS_DCTERMS},
    {"purl.org/net/rss1.1", RK_NS_RSS},
    {"purl.org/rss/1.0", RK_NS_RSS},
    {"purl.org/rss/1.0/modules/content", RK_NS_CONTENT},
    {"purl.org/rss/1.0/modules/rss091", RK_NS_RSS},
    {"purl.org/rss/1.0/modules/syndication", RK_NS_SY},
    {"purl.org/syndication/history/1.0", RK_NS_FH},
    {"search.yahoo.com/mrss", RK_NS_MEDIA},
    {"search.yahoo.com/rss", RK_NS_MEDIA},
    {"www.itunes.com/dtds/podcast-1.0.dtd", RK_NS_ITUNES},
    {"www.w3.org/1999/02/22-rdf-syntax-ns", RK_NS_RDF},
    {"www.w3.org/1999/xhtml", RK_NS_XHTML},
    {"www.w3.org/2005/atom", RK_NS_ATOM},
};

/* What a prefix means when it was not declared, or declared as something unknown. */
static const struct {
	const char *prefix;
	enum rk_ns ns;
} prefixes[] = {
    {"a10", RK_NS_ATOM},
    {"atom", RK_NS_ATOM},
    {"atom10", RK_NS_ATOM},
    {"content", RK_NS_CONTENT},
    {"dc", RK_NS_DC},
    {"dcterms", RK_NS_DCTERMS},
    {"fh", RK_NS_FH},
    {"itunes", RK_NS_ITUNES},
    {"media", RK_NS_MEDIA},
    {"rdf", RK_NS_RDF},
    {"rss", RK_NS_RSS},
    {"sy", RK_NS_SY},
    {"xhtml", RK_NS_XHTML},
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define CACHE    128

/* libxml2 interns names, so a pointer is the name as long as the pass lasts. */
struct cached {
	const xmlChar *name, *prefix, *uri;
	const struct rk_rule *rule; /* the first of its name, or NULL */
};

struct xml {
	struct rk_feedp f;
	xmlParserCtxtPtr ctxt;
	const xmlChar *root_uri;
	bool recover;
	struct cached cache[CACHE];
};

static enum rk_ns
namespace_of(const xmlChar *uri, const xmlChar *prefix)
{
	char key[64];
	struct rk_str s = rk_str((const char *)uri);
	size_t lo = 0, hi = COUNT(namespaces);

	if (uri == NULL && prefix == NULL)
		return RK_NS_NONE;
	if (rk_str_istarts(s, "http://"))
		s = rk_str_from(s, 7);
	else if (rk_str_istarts(s, "https://"))
		s = rk_str_from(s, 8);
	while (s.n > 0 && (s.p[s.n - 1] == '/' || s.p[s.n - 1] == '#'))
		s.n--;
	if (s.n > 0 && s.n < sizeof(key)) {
		for (size_t i = 0; i < s.n; i++)
			key[i] =
			    (char)(s.p[i] | (s.p[i] >= 'A' && s.p[i] <= 'Z' ? 32 : 0));
		key[s.n] = '\0';
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;
			int c = strcmp(key, namespaces[mid].uri);

			if (c == 0)
				return namespaces[mid].ns;
			if (c < 0)
				hi = mid;
			else
				lo = mid + 1;
		}
	}
	for (size_t i = 0; prefix != NULL && i < COUNT(prefixes); i++) {
		if (strcasecmp((const char *)prefix, prefixes[i].prefix) == 0)
			return prefixes[i].ns;
	}
	return RK_NS_OTHER;
}

static int
compare(unsigned ns, const char *name, const struct rk_rule *r)
{
	return ns != r->ns ? (ns < r->ns ? -1 : 1) : strcmp(name, r->name);
}

static const struct rk_rule *
search(const struct rk_rules *rules, enum rk_ns ns, const char *name)
{
	size_t lo = 0, hi = rules->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (compare(ns, name, &rules->row[mid]) > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < rules->n && compare(ns, name, &rules->row[lo]) == 0
		   ? &rules->row[lo]
		   : NULL;
}

/* Is this namespace the one of the feed's own elements? Feeds that bind none, or
 * a wrong one, to their root are read as what their root is called. */
static bool
is_core(const struct xml *x, enum rk_ns ns, const xmlChar *uri)
{
	if (uri != NULL && uri == x->root_uri && ns != RK_NS_RDF)
		return true;
	if (x->f.core == &rk_atom_rules)
		return ns == RK_NS_ATOM || ns == RK_NS_ATOM03 || ns == RK_NS_NONE;
	return ns == RK_NS_RSS || ns == RK_NS_NONE;
}

static const struct rk_rule *
rule_of(struct xml *x, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
    uint8_t at)
{
	uintptr_t h = (uintptr_t)name ^ (uintptr_t)uri >> 3 ^ (uintptr_t)prefix >> 5;
	struct cached *c = &x->cache[(h >> 3 ^ h >> 10) % CACHE];
	const struct rk_rule *r, *end;
	const struct rk_rules *rules;

	if (c->name != name || c->uri != uri || c->prefix != prefix) {
		enum rk_ns ns = namespace_of(uri, prefix);
		bool core = is_core(x, ns, uri);
		char lower[32];
		size_t n = strlen((const char *)name);

		*c = (struct cached){name, prefix, uri, NULL};
		if (n < sizeof(lower)) {
			for (size_t i = 0; i <= n; i++)
				lower[i] =
				    (char)(name[i] |
					   (name[i] >= 'A' && name[i] <= 'Z' ? 32 : 0));
			rules = core ? x->f.core : &rk_ext_rules;
			c->rule = search(rules, core ? RK_NS_CORE : ns, lower);
		}
	}
	if ((r = c->rule) == NULL)
		return NULL;
	rules = r->ns == RK_NS_CORE ? x->f.core : &rk_ext_rules;
	end = rules->row + rules->n;
	for (const struct rk_rule *k = r; k < end && compare(r->ns, r->name, k) == 0;
	     k++) {
		if ((k->in & at) != 0)
			return k;
	}
	return NULL;
}

/* ---- attributes */

/* libxml2 leaves "&#38;" where an ampersand was meant, because references in
 * attributes are not replaced (X1 forbids the option that would). */
static struct rk_str
attr_value(struct rk_feedp *f, const xmlChar **a)
{
	struct rk_str s = rk_strn((const char *)a[3], (size_t)(a[4] - a[3]));
	size_t at;

	if (memchr(s.p, '&', s.n) == NULL)
		return s;
	rk_buf_reset(&f->scratch);
	while ((at = rk_str_find(s, RK_STR("&#38;"))) != SIZE_MAX) {
		rk_buf_add(&f->scratch, s.p, at + 1);
		s = rk_str_from(s, at + 5);
	}
	rk_buf_str(&f->scratch, s);
	return rk_buf_view(&f->scratch);
}

struct rk_str
rk_attr(struct rk_feedp *f, const char *name)
{
	for (unsigned i = 0; i < f->n_attrs; i++) {
		const xmlChar **a = f->attrs + (size_t)i * 5;

		if (strcasecmp((const char *)a[0], name) == 0 && a[1] != f->str_xml)
			return rk_str_trim(attr_value(f, a));
	}
	return (struct rk_str){"", 0};
}

bool
rk_attr_is(struct rk_feedp *f, const char *name, const char *value)
{
	return rk_str_iis(rk_attr(f, name), value);
}

/* xml:base and xml:lang of the element being opened, into its frame. */
static void
inherit(struct rk_feedp *f, struct rk_frame *frame)
{
	for (unsigned i = 0; i < f->n_attrs; i++) {
		const xmlChar **a = f->attrs + (size_t)i * 5;
		struct rk_str v;

		if (a[1] != f->str_xml)
			continue;
		v = rk_str_trim(attr_value(f, a));
		if (strcmp((const char *)a[0], "lang") == 0) {
			frame->lang = rk_keep(f, rk_strn(v.p, v.n < 64 ? v.n : 0));
		} else if (strcmp((const char *)a[0], "base") == 0) {
			struct rk_buf out;

			rk_buf_init(&out, RK_MAX_URL);
			if (rk_url_resolve(frame->base, v, &out) == 0)
				frame->base = rk_keep(f, rk_buf_view(&out));
			rk_buf_release(&out);
		}
	}
}

/* ---- text */

static void
stop(struct xml *x)
{
	xmlStopParser(x->ctxt);
}

/* The pass ends; err was set, unless an earlier refusal stands. */
static void
refuse(struct xml *x, const struct rk_err *why)
{
	if (!x->f.failed && x->f.err != NULL)
		*x->f.err = *why;
	x->f.failed = true;
	stop(x);
}

static void
add(struct rk_feedp *f, const char *p, size_t n)
{
	if (n > RK_MAX_FIELD - f->text.n) {
		n = RK_MAX_FIELD - f->text.n;
		while (n > 0 && ((unsigned char)p[n] & 0xC0) == 0x80)
			n--; /* p[n] is a byte of p: something was cut off */
		f->cut = true;
	}
	rk_buf_add(&f->text, p, n);
}

static void
add_escaped(struct rk_feedp *f, struct rk_str s, bool value)
{
	size_t run = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *ref;

		if (s.p[i] == '&')
			ref = "&amp;";
		else if (s.p[i] == '<')
			ref = "&lt;";
		else if (s.p[i] == '>')
			ref = "&gt;";
		else if (s.p[i] == '"' && value)
			ref = "&quot;";
		else
			continue;
		add(f, s.p + run, i - run);
		add(f, ref, strlen(ref));
		run = i + 1;
	}
	add(f, s.p + run, s.n - run);
}

static void
on_text(void *data, const xmlChar *p, int n)
{
	struct xml *x = data;
	struct rk_feedp *f = &x->f;

	if (f->field == 0 || f->cut)
		return;
	if (f->markup && !f->mixed)
		add_escaped(f, rk_strn((const char *)p, (size_t)n), false);
	else
		add(f, (const char *)p, (size_t)n);
}

/* The first element inside a text makes all of it markup. Text before it that is
 * markup already (escaped tags beside real ones) stays what it is. */
static void
begin_markup(struct rk_feedp *f)
{
	struct rk_buf plain;

	f->markup = true;
	if (f->text.n == 0)
		return;
	if (memchr(f->text.p, '<', f->text.n) != NULL) {
		f->mixed = true;
		return;
	}
	if (memchr(f->text.p, '&', f->text.n) == NULL &&
	    memchr(f->text.p, '>', f->text.n) == NULL)
		return;
	rk_buf_init(&plain, RK_MAX_FIELD);
	rk_buf_take(&f->text, &plain);
	add_escaped(f, rk_buf_view(&plain), false);
	rk_buf_release(&plain);
}

static bool
is_void(const char *name)
{
	static const char *const names[] = {"area", "base", "br", "col", "embed", "hr",
	    "img", "input", "link", "meta", "param", "source", "track", "wbr"};

	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcasecmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_address(const char *name)
{
	return strcasecmp(name, "href") == 0 || strcasecmp(name, "src") == 0;
}

/* An element inside a text, as markup again: local names only, so that what is of
 * another vocabulary (SVG, MathML) is called what it is. */
static void
inner_open(struct rk_feedp *f, const char *name)
{
	const struct rk_frame *outer = &f->frames[f->field];
	const struct rk_frame *here = &f->frames[f->depth];

	if (!f->markup)
		begin_markup(f);
	add(f, "<", 1);
	add(f, name, strlen(name));
	for (unsigned i = 0; i < f->n_attrs; i++) {
		const xmlChar **a = f->attrs + (size_t)i * 5;
		const char *attr = (const char *)a[0];
		struct rk_str v;

		if (a[1] == f->str_xml)
			continue;
		v = attr_value(f, a);
		add(f, " ", 1);
		add(f, attr, strlen(attr));
		add(f, "=\"", 2);
		/* under an xml:base of its own: the cleaner will know only the field's
		 */
		if (is_address(attr) && here->base.p != outer->base.p) {
			struct rk_buf url;

			rk_buf_init(&url, RK_MAX_URL);
			if (rk_url_resolve_link(here->base, v, &url) == 0)
				add_escaped(f, rk_buf_view(&url), true);
			rk_buf_release(&url);
		} else {
			add_escaped(f, v, true);
		}
		add(f, "\"", 1);
	}
	add(f, ">", 1);
}

/* ---- elements */

static void
start_field(struct rk_feedp *f, const struct rk_rule *r)
{
	f->field = f->depth;
	f->mode = r->mode;
	f->markup = f->mixed = f->cut = false;
	rk_buf_reset(&f->text);
}

static void
root(struct xml *x, const char *name, const xmlChar *uri, int n_ns, const xmlChar **ns)
{
	struct rk_feedp *f = &x->f;
	struct rk_doc *doc = f->doc;
	enum rk_ns vocabulary = namespace_of(uri, NULL);
	struct rk_frame *frame = &f->frames[1];

	frame->at = RK_AT_ROOT;
	x->root_uri = uri;
	f->core = &rk_rss_rules;
	if (strcasecmp(name, "feed") == 0 || strcasecmp(name, "entry") == 0) {
		f->core = &rk_atom_rules;
		doc->format =
		    vocabulary == RK_NS_ATOM03 || rk_attr_is(f, "version", "0.3")
			? RK_IN_ATOM03
			: RK_IN_ATOM;
		doc->version = rk_str(doc->format == RK_IN_ATOM03 ? "0.3" : "1.0");
		frame->at = RK_AT_FEED;
		if (strcasecmp(name, "entry") == 0) {
			frame->at = RK_AT_ITEM;
			frame->rule = search(f->core, RK_NS_CORE, "entry");
			rk_item_open(f);
		}
	} else if (strcasecmp(name, "rdf") == 0) {
		doc->format = RK_IN_RDF;
		doc->version = rk_str("1.0");
		x->root_uri = NULL;
		for (int i = 0; i < n_ns; i++) { /* what its unprefixed children are */
			if (ns[2 * i] == NULL)
				x->root_uri = ns[2 * i + 1];
		}
		if (x->root_uri != NULL &&
		    strstr((const char *)x->root_uri, "netscape.com") != NULL)
			doc->version = rk_str("0.90");
	} else if (strcasecmp(name, "channel") == 0) {
		bool rss11 = vocabulary == RK_NS_RSS;

		doc->format = rss11 ? RK_IN_RDF : RK_IN_RSS;
		doc->version = rk_str(rss11 ? "1.1" : "");
		frame->at = RK_AT_FEED;
	} else {
		doc->format = RK_IN_RSS;
		doc->version = rk_keep(f, rk_attr(f, "version"));
	}
	doc->base = frame->base;
	rk_set_lang(f, frame->lang);
}

static void
on_open(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
    int n_ns, const xmlChar **ns, int n_attrs, int defaulted, const xmlChar **attrs)
{
	struct xml *x = data;
	struct rk_feedp *f = &x->f;
	struct rk_frame *frame, *parent;
	const struct rk_rule *r;
	struct rk_err why;

	(void)defaulted;
	if (f->failed)
		return;
	if (++f->depth > RK_MAX_DEPTH) {
		rk_err_set(&why, RK_E_LIMIT, "elements are nested more than %d deep",
		    RK_MAX_DEPTH);
		refuse(x, &why);
		return;
	}
	parent = &f->frames[f->depth - 1];
	frame = &f->frames[f->depth];
	frame->namespaces = (uint16_t)(parent->namespaces + n_ns);
	if (frame->namespaces > RK_MAX_NAMESPACES_OPEN || n_attrs > RK_MAX_ATTRIBUTES) {
		rk_err_set(&why, RK_E_LIMIT,
		    "a tag has more than %d attributes, or stands under more than %d "
		    "namespaces",
		    RK_MAX_ATTRIBUTES, RK_MAX_NAMESPACES_OPEN);
		refuse(x, &why);
		return;
	}
	if (f->skip != 0)
		return;
	frame->base = parent->base;
	frame->lang = parent->lang;
	frame->rule = NULL;
	frame->at = parent->at;
	f->attrs = attrs;
	f->n_attrs = (unsigned)n_attrs;
	if (n_attrs > 0)
		inherit(f, frame);
	if (f->depth == 1) {
		root(x, (const char *)name, uri, n_ns, ns);
		return;
	}
	if (f->field != 0 && f->mode != RK_EL_SOFT) {
		if (f->mode == RK_EL_TEXT)
			inner_open(f, (const char *)name);
		return;
	}
	if ((r = rule_of(x, name, prefix, uri, parent->at)) == NULL) {
		f->skip = f->depth;
		if (xmlDictSize(x->ctxt->dict) > RK_MAX_NAMES) {
			rk_err_set(&why, RK_E_LIMIT, "more than %d different names",
			    RK_MAX_NAMES);
			refuse(x, &why);
		}
		return;
	}
	f->field =
	    0; /* RK_EL_SOFT with a known child: the text around it means nothing */
	frame->rule = r;
	if (r->enter != 0)
		frame->at = r->enter;
	if (r->mode != RK_EL_ENTER && r->mode != RK_EL_EMPTY)
		start_field(f, r);
	if (r->open != NULL)
		r->open(f);
	if (r->mode == RK_EL_EMPTY)
		f->skip = f->depth;
}

static void
warn_cut(struct rk_feedp *f, const struct rk_rule *r)
{
	rk_doc_warn(f->doc, f->arena, "<%s> is longer than %d KiB: cut", r->name,
	    (int)(RK_MAX_FIELD >> 10));
}

static void
on_close(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml *x = data;
	struct rk_feedp *f = &x->f;
	unsigned depth = f->depth;
	const struct rk_rule *r;
	struct rk_str text = {"", 0};

	(void)prefix;
	(void)uri;
	if (f->failed || depth == 0)
		return;
	f->depth--;
	if (f->skip != 0) {
		if (f->skip == depth)
			f->skip = 0;
		return;
	}
	if (f->field != 0 && depth > f->field) {
		if (f->mode == RK_EL_TEXT && !is_void((const char *)name)) {
			add(f, "</", 2);
			add(f, (const char *)name, strlen((const char *)name));
			add(f, ">", 1);
		}
		return;
	}
	r = f->frames[depth].rule;
	f->depth = depth; /* base and language of the element hold while it is closed */
	if (r != NULL) {
		if (f->field == depth) {
			text = rk_str_trim(rk_buf_view(&f->text));
			if (f->cut)
				warn_cut(f, r);
		}
		f->field = 0;
		if (r->close != NULL)
			r->close(f, text);
	}
	if (depth == 1)
		f->root_closed = true;
	f->depth = depth - 1;
}

/* ---- what is refused, and errors */

static void
on_entity_decl(void *data, const xmlChar *name, int type, const xmlChar *public_id,
    const xmlChar *system_id, xmlChar *content)
{
	struct xml *x = data;
	struct rk_err why;

	(void)name;
	(void)type;
	(void)public_id;
	(void)system_id;
	(void)content;
	/* prescan.c lets no declaration through; this is the second wall */
	rk_err_set(
	    &why, RK_E_INPUT, "the document declares entities, which no feed needs");
	refuse(x, &why);
}

static void
on_attribute_decl(void *data, const xmlChar *elem, const xmlChar *name, int type,
    int def, const xmlChar *value, xmlEnumerationPtr tree)
{
	struct xml *x = data;
	struct rk_err why;

	(void)elem;
	(void)name;
	(void)type;
	(void)def;
	(void)value;
	xmlFreeEnumeration(tree);
	rk_err_set(
	    &why, RK_E_INPUT, "the document declares attributes, which no feed needs");
	refuse(x, &why);
}

static void
on_error(void *data, xmlErrorPtr e)
{
	struct xml *x = data;
	struct rk_feedp *f = &x->f;

	if (e == NULL || e->level != XML_ERR_FATAL)
		return;
	f->n_errors++;
	if (!f->ill_formed) {
		struct rk_str s = rk_str_trim(rk_str(e->message));

		f->ill_formed = true;
		f->why_line = e->line > 0 ? (unsigned)e->line : 0;
		if (s.n >= sizeof(f->why))
			s.n = sizeof(f->why) - 1;
		memcpy(f->why, s.p != NULL ? s.p : "", s.n);
		f->why[s.n] = '\0';
	}
	/* libxml2 would go on to the end, at its own pace, without telling us anything
	 */
	if (!x->recover || f->n_errors > RK_MAX_XML_ERRORS)
		stop(x);
}

static xmlParserInputPtr
refuse_external(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	return NULL;
}

static void
quiet(void *data, const char *fmt, ...)
{
	(void)data;
	(void)fmt;
}

void
rk_xml_setup(void)
{
	xmlMemSetup(
	    rk_budget_free, rk_budget_malloc, rk_budget_realloc, rk_budget_strdup);
	xmlInitParser();
	xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
	xmlSetExternalEntityLoader(refuse_external);
	xmlSetGenericErrorFunc(NULL, quiet);
	for (size_t i = 1; i < COUNT(namespaces); i++)
		rk_assert(strcmp(namespaces[i - 1].uri, namespaces[i].uri) < 0);
	const struct rk_rules *all[] = {&rk_rss_rules, &rk_atom_rules, &rk_ext_rules};
	for (size_t k = 0; k < COUNT(all); k++) {
		for (size_t i = 1; i < all[k]->n; i++) {
			const struct rk_rule *r = &all[k]->row[i];

			rk_assert(compare(r[-1].ns, r[-1].name, r) <= 0);
		}
	}
}

/* The one place where libxml2's options are set (RELIABILITY 1.4 X1). */
static void
set_options(xmlParserCtxtPtr ctxt, bool recover)
{
	int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
		      XML_PARSE_NOCDATA;

	xmlCtxtUseOptions(ctxt, options | (recover ? XML_PARSE_RECOVER : 0));
}

static xmlParserCtxtPtr
new_parser(struct rk_str text, struct xml *x)
{
	xmlParserCtxtPtr ctxt = xmlCreateMemoryParserCtxt(text.p, (int)text.n);

	if (ctxt == NULL)
		return NULL;
	*ctxt->sax = (xmlSAXHandler){
	    .initialized = XML_SAX2_MAGIC,
	    .startElementNs = on_open,
	    .endElementNs = on_close,
	    .characters = on_text,
	    .ignorableWhitespace = on_text,
	    .entityDecl = on_entity_decl,
	    .attributeDecl = on_attribute_decl,
	    .serror = on_error,
	};
	set_options(ctxt, x->recover);
	ctxt->userData = x;
	/* it is UTF-8, whatever its first bytes look like */
	ctxt->encoding = xmlStrdup((const xmlChar *)"UTF-8");
	x->ctxt = ctxt;
	x->f.str_xml = xmlDictLookup(ctxt->dict, (const xmlChar *)"xml", 3);
	return ctxt;
}

int
rk_xml_pass(struct rk_str text, bool recover, struct rk_str url, struct rk_arena *arena,
    struct rk_doc **out, bool *well, struct rk_err *err)
{
	struct xml *x = rk_xcalloc(1, sizeof(*x));
	struct rk_feedp *f = &x->f;
	xmlParserCtxtPtr ctxt;
	int rc = -1;

	*out = NULL;
	*well = false;
	x->recover = recover;
	f->arena = arena;
	f->err = err;
	f->doc = RK_NEW(arena, struct rk_doc);
	f->items = &f->doc->items;
	f->feed_authors = &f->doc->authors;
	f->core = &rk_rss_rules;
	rk_buf_init(&f->text, RK_MAX_FIELD);
	rk_buf_init(&f->scratch, RK_MAX_FIELD);
	f->frames[0].base = rk_keep(f, url);
	f->frames[0].lang = rk_keep(f, RK_STR(""));
	if (text.n > INT32_MAX || (ctxt = new_parser(text, x)) == NULL) {
		rk_err_set(err, RK_E_INPUT, "the document is empty");
		goto out;
	}
	xmlParseDocument(ctxt);
	*well = ctxt->wellFormed && !f->ill_formed;
	if (ctxt->myDoc != NULL)
		xmlFreeDoc(ctxt->myDoc);
	ctxt->myDoc = NULL;
	xmlFreeParserCtxt(ctxt);
	if (f->failed)
		goto out;
	if (f->doc->format == RK_IN_NONE) {
		rk_err_set(err, RK_E_INPUT, "no feed: %s (line %u)",
		    f->why[0] != '\0' ? f->why : "no element at all", f->why_line);
		goto out;
	}
	rk_feed_close(f);
	f->doc->truncated = !f->root_closed;
	*out = f->doc;
	rc = 0;
out:
	rk_buf_release(&f->text);
	rk_buf_release(&f->scratch);
	free(x);
	return rc;
}
