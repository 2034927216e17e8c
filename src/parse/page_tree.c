/*
 * The tree of a page by libxml2's HTML parser, and XPath over it, both within limits:
 * elements open at once, nodes of the tree, steps of all expressions together.
 */
#include "page_int.h"

#include <libxml/HTMLparser.h>
#include <libxml/xpathInternals.h>

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* What a parse may still make. */
struct limits {
	size_t nodes;
	bool deep, many;
};

static void
spend(xmlParserCtxtPtr ctxt, size_t n)
{
	struct limits *left = ctxt->_private;

	if (left->nodes >= n) {
		left->nodes -= n;
		return;
	}
	left->many = true;
	xmlStopParser(ctxt);
}

static void
on_start(void *user, const xmlChar *name, const xmlChar **attrs)
{
	xmlParserCtxtPtr ctxt = user;
	struct limits *left = ctxt->_private;
	size_t n = 1;

	if (left->deep || left->many)
		return;
	/* libxml2 looks through all that are open at many a tag */
	if (ctxt->nameNr > RK_MAX_PAGE_OPEN || ctxt->nodeNr > RK_MAX_PAGE_OPEN) {
		left->deep = true;
		xmlStopParser(ctxt);
		return;
	}
	for (; attrs != NULL && attrs[0] != NULL; attrs += 2)
		n += 2;
	spend(ctxt, n);
	if (!left->many)
		xmlSAX2StartElement(user, name, attrs - (attrs != NULL ? n - 1 : 0));
}

static void
on_text(void *user, const xmlChar *text, int n)
{
	spend(user, 1);
	xmlSAX2Characters(user, text, n);
}

int
rk_page_load(struct rk_page *p, struct rk_str text, struct rk_err *err)
{
	struct limits left = {.nodes = RK_MAX_PAGE_NODES};
	htmlParserCtxtPtr ctxt;
	struct rk_buf scanned;
	int rc = -1;

	memset(p, 0, sizeof(*p));
	rk_buf_init(&scanned, RK_MAX_PAGE);
	if (rk_page_scan(text, &scanned, err) != 0)
		goto out;
	if ((ctxt = htmlNewParserCtxt()) == NULL)
		rk_oom(sizeof(*ctxt));
	ctxt->_private = &left;
	ctxt->sax->startElement = on_start;
	ctxt->sax->characters = on_text;
	ctxt->sax->ignorableWhitespace = on_text;
	p->doc = htmlCtxtReadMemory(ctxt, scanned.n > 0 ? scanned.p : "", (int)scanned.n,
	    NULL, "UTF-8",
	    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
		HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD);
	htmlFreeParserCtxt(ctxt);
	if (left.deep)
		rk_err_set(err, RK_E_LIMIT,
		    "a page with more than %d elements open at once", RK_MAX_PAGE_OPEN);
	else if (left.many)
		rk_err_set(err, RK_E_LIMIT, "a page of more than %d elements",
		    RK_MAX_PAGE_NODES);
	else if (p->doc == NULL || xmlDocGetRootElement(p->doc) == NULL)
		rk_err_set(err, RK_E_INPUT, "a page without any markup");
	else
		rc = 0;
	if (rc == 0) {
		if ((p->xpath = xmlXPathNewContext(p->doc)) == NULL)
			rk_oom(sizeof(*p->xpath));
		p->xpath->opLimit = RK_MAX_PAGE_OPS;
		/* so that sorting a set compares numbers, not ways through the tree */
		(void)xmlXPathOrderDocElems(p->doc);
	}
out:
	rk_buf_release(&scanned);
	return rc;
}

void
rk_page_free(struct rk_page *p)
{
	for (size_t i = 0; i < RK_PAGE_KEYS; i++)
		xmlXPathFreeCompExpr(p->compiled[i]);
	xmlXPathFreeContext(p->xpath);
	xmlFreeDoc(p->doc);
	memset(p, 0, sizeof(*p));
}

/* ---- expressions */

static void
on_error(void *user, xmlErrorPtr e)
{
	int *code = user;

	if (*code == 0)
		*code = e->code - XML_XPATH_EXPRESSION_OK;
}

static int
complain(const char *key, int code, struct rk_err *err)
{
	if (code == XPATH_OP_LIMIT_EXCEEDED)
		return rk_err_set(err, RK_E_LIMIT,
		    "the rule \"%s\" takes more than %d steps on this page: make it "
		    "simpler",
		    key, RK_MAX_PAGE_OPS);
	if (code == XPATH_RECURSION_LIMIT_EXCEEDED)
		return rk_err_set(err, RK_E_LIMIT, "the rule \"%s\" is too deep", key);
	return rk_err_set(err, RK_E_INPUT, "the rule \"%s\" cannot be used here (error %d)",
	    key, code);
}

int
rk_page_eval_text(struct rk_page *p, const char *key, struct rk_str expr, xmlNodePtr at,
    xmlXPathCompExprPtr *keep, xmlXPathObjectPtr *out, struct rk_err *err)
{
	int code = 0;

	p->xpath->error = on_error;
	p->xpath->userData = &code;
	*out = NULL;
	if (*keep == NULL &&
	    (*keep = xmlXPathCtxtCompile(p->xpath, (const xmlChar *)expr.p)) == NULL)
		return complain(key, code, err);
	p->xpath->node = at;
	*out = xmlXPathCompiledEval(*keep, p->xpath);
	if (*out == NULL)
		return complain(key, code, err);
	if (code != 0) {
		xmlXPathFreeObject(*out);
		*out = NULL;
		return complain(key, code, err);
	}
	return 0;
}

int
rk_page_eval(struct rk_page *p, enum rk_page_rule rule, xmlNodePtr at,
    xmlXPathObjectPtr *out, struct rk_err *err)
{
	const char *where = (const char *)p->rules + rk_page_keys[rule].offset;
	struct rk_str expr;

	memcpy(&expr, where, sizeof(expr));
	*out = NULL;
	if (expr.n == 0)
		return 0;
	return rk_page_eval_text(
	    p, rk_page_keys[rule].name, expr, at, &p->compiled[rule], out, err);
}

int
rk_page_drop(struct rk_page *p, struct rk_err *err)
{
	for (size_t i = 0; i < p->rules->n_drop; i++) {
		xmlXPathCompExprPtr compiled = NULL;
		xmlXPathObjectPtr found;
		char key[32];
		int rc;

		(void)snprintf(key, sizeof(key), "drop[%zu]", i);
		rc = rk_page_eval_text(p, key, p->rules->drop[i],
		    (xmlNodePtr)p->doc, &compiled, &found, err);
		xmlXPathFreeCompExpr(compiled);
		if (rc != 0)
			return -1;
		/* unlinked from the last on: a node goes after what it holds */
		for (int k = rk_page_count(found); k-- > 0;) {
			xmlNodePtr n = found->nodesetval->nodeTab[k];

			if (n->type == XML_ATTRIBUTE_NODE) {
				(void)xmlRemoveProp((xmlAttrPtr)n);
			} else if (n->type == XML_ELEMENT_NODE ||
				   n->type == XML_TEXT_NODE) {
				xmlUnlinkNode(n);
				xmlFreeNode(n);
			}
			found->nodesetval->nodeTab[k] = NULL;
		}
		xmlXPathFreeObject(found);
	}
	return 0;
}

int
rk_page_count(const struct _xmlXPathObject *o)
{
	if (o == NULL || o->type != XPATH_NODESET || o->nodesetval == NULL)
		return 0;
	return o->nodesetval->nodeNr;
}
