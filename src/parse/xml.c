/*
 * libxml2 over one document, as events. The only file of the module that includes
 * libxml2, and the only call of its parser. Knows no feed: what an element means
 * says its rule.
 */
#include "parse_int.h"

#include <ruamkhao/utf8.h>

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlmemory.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct xml {
	struct rk_feedp f;
	struct rk_names names;
	xmlParserCtxtPtr ctxt;
	struct rk_veil *veil; /* of the document that is read, or NULL */
	bool recover;
};

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
on_text(void *data, const xmlChar *p, int n)
{
	struct xml *x = data;
	struct rk_str text = rk_strn((const char *)p, (size_t)n), piece;

	if (x->veil == NULL)
		rk_text_add(&x->f, text);
	else
		while (rk_veil_next(x->veil, &text, &piece))
			rk_text_add(&x->f, piece);
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
	enum rk_ns vocabulary = rk_ns_of(uri, NULL);
	struct rk_frame *frame = &f->frames[1];

	frame->at = RK_AT_ROOT;
	x->names.root_uri = uri;
	x->names.core = &rk_rss_rules;
	if (strcasecmp(name, "feed") == 0 || strcasecmp(name, "entry") == 0) {
		x->names.core = &rk_atom_rules;
		doc->format =
		    vocabulary == RK_NS_ATOM03 || rk_attr_is(f, "version", "0.3")
			? RK_IN_ATOM03
			: RK_IN_ATOM;
		doc->version = rk_str(doc->format == RK_IN_ATOM03 ? "0.3" : "1.0");
		frame->at = RK_AT_FEED;
		if (strcasecmp(name, "entry") == 0) {
			frame->at = RK_AT_ITEM;
			frame->rule =
			    rk_rule_search(x->names.core, RK_NS_CORE, "entry");
			rk_item_open(f);
		}
	} else if (strcasecmp(name, "rdf") == 0) {
		doc->format = RK_IN_RDF;
		doc->version = rk_str("1.0");
		x->names.root_uri = NULL;
		for (int i = 0; i < n_ns; i++) { /* what its unprefixed children are */
			if (ns[2 * i] == NULL)
				x->names.root_uri = ns[2 * i + 1];
		}
		if (x->names.root_uri != NULL &&
		    strstr((const char *)x->names.root_uri, "netscape.com") != NULL)
			doc->version = rk_str("0.90");
	} else if (strcasecmp(name, "channel") == 0) {
		bool rss11 = vocabulary == RK_NS_RSS;

		doc->format = rss11 ? RK_IN_RDF : RK_IN_RSS;
		doc->version = rk_str(rss11 ? "1.1" : "");
		frame->at = RK_AT_FEED;
		rk_set_link(f, 1, rk_attr(f, "href")); /* CDF */
	} else {
		doc->format = RK_IN_RSS;
		doc->version = rk_keep(f, rk_attr(f, "version"));
	}
	doc->base = frame->base;
	if (f->item == NULL)
		rk_set_str(f, RK_F_LANG, 1, &doc->lang, frame->lang);
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
	frame->own_lang = false;
	frame->rule = NULL;
	frame->at = parent->at;
	f->attrs = attrs;
	f->n_attrs = (unsigned)n_attrs;
	if (n_attrs > 0)
		rk_inherit(f, frame);
	if (f->depth == 1) {
		root(x, (const char *)name, uri, n_ns, ns);
		return;
	}
	if (f->field != 0 && f->mode != RK_EL_SOFT) {
		if (f->mode == RK_EL_TEXT)
			rk_text_open(f, (const char *)name);
		return;
	}
	if ((r = rk_rule_of(&x->names, name, prefix, uri, parent->at)) == NULL) {
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
		if (f->mode == RK_EL_TEXT)
			rk_text_close(f, (const char *)name);
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

/* libxml2's words, which quote the document: one line of valid UTF-8. */
static void
keep_complaint(struct rk_feedp *f, const xmlError *e)
{
	struct rk_str s = rk_str_trim(rk_str(e->message));
	struct rk_buf line;

	rk_buf_init(&line, RK_KIB(2));
	(void)rk_utf8_repair(rk_strn(s.p, s.n < 512 ? s.n : 512), &line);
	s = rk_utf8_cut(rk_buf_view(&line), sizeof(f->why) - 1);
	for (size_t i = 0; i < s.n; i++)
		f->why[i] = (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i];
	f->why[s.n] = '\0';
	f->why_line = e->line > 0 ? (unsigned)e->line : 0;
	rk_buf_release(&line);
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
		f->ill_formed = true;
		f->at_end = x->ctxt->input != NULL &&
			    x->ctxt->input->cur >= x->ctxt->input->end;
		keep_complaint(f, e);
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
	rk_names_check();
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
rk_xml_pass(struct rk_str text, struct rk_veil *veil, bool recover, struct rk_str url,
    struct rk_arena *arena, struct rk_doc **out, enum rk_form *form, struct rk_err *err)
{
	struct xml *x = rk_xcalloc(1, sizeof(*x));
	struct rk_feedp *f = &x->f;
	xmlParserCtxtPtr ctxt;
	int rc = -1;

	*out = NULL;
	*form = RK_FORM_ILL;
	x->recover = recover;
	x->veil = veil;
	if (veil != NULL)
		text = rk_buf_view(&veil->copy);
	f->arena = arena;
	f->err = err;
	f->doc = RK_NEW(arena, struct rk_doc);
	f->items = &f->doc->items;
	f->feed_authors = &f->doc->authors;
	rk_buf_init(&f->text, RK_MAX_FIELD);
	rk_buf_init(&f->scratch, RK_MAX_FIELD);
	f->url = rk_keep(f, url); /* for xml:base only: what holds elsewhere is not ours */
	f->frames[0].base = rk_keep(f, RK_STR(""));
	f->frames[0].lang = rk_keep(f, RK_STR(""));
	if (text.n > INT32_MAX || (ctxt = new_parser(text, x)) == NULL) {
		rk_err_set(err, RK_E_INPUT, "the document is empty");
		goto out;
	}
	xmlParseDocument(ctxt);
	if (ctxt->wellFormed && !f->ill_formed)
		*form = RK_FORM_WELL;
	else if (f->at_end)
		*form = RK_FORM_CUT;
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
	if (*form != RK_FORM_WELL)
		rk_err_set(err, RK_E_INPUT, "%s (line %u)", f->why, f->why_line);
	*out = f->doc;
	rc = 0;
out:
	rk_buf_release(&f->text);
	rk_buf_release(&f->scratch);
	free(x);
	return rc;
}
