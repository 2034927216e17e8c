/*
 * The tree of a page by libxml2's HTML parser, and XPath over it, both within limits:
 * elements open at once, nodes of the tree, steps of all expressions together.
 */
#include "page_int.h"

#include <libxml/HTMLparser.h>
#include <libxml/xpathInternals.h>

#include <stdio.h>
#include <stdlib.h>
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
	for (size_t i = 0; attrs != NULL && attrs[i] != NULL; i += 2)
		n += 2;
	spend(ctxt, n);
	if (!left->many)
		xmlSAX2StartElement(user, name, attrs);
}

static void
on_text(void *user, const xmlChar *text, int n)
{
	spend(user, 1);
	xmlSAX2Characters(user, text, n);
}

/* ---- class('a b *c*'): does the element have one of these classes? */

static bool
has_word(struct rk_str classes, struct rk_str word)
{
	struct rk_str one;

	if (word.n > 2 && word.p[0] == '*' && word.p[word.n - 1] == '*')
		return rk_str_find(classes, rk_strn(word.p + 1, word.n - 2)) !=
		       SIZE_MAX;
	for (size_t i = 0; i < classes.n; i += one.n + 1) {
		one = rk_str_from(classes, i);
		for (one.n = 0;
		     i + one.n < classes.n && (unsigned char)one.p[one.n] > ' ';)
			one.n++;
		if (rk_str_eq(one, word))
			return true;
	}
	return false;
}

static void
class_function(xmlXPathParserContextPtr ctxt, int n)
{
	const xmlNode *at = ctxt->context->node;
	const xmlAttr *a = NULL;
	struct rk_str classes = {"", 0}, words, word;
	xmlChar *text;
	bool yes = false;

	if (n != 1) {
		xmlXPathErr(ctxt, XPATH_INVALID_ARITY);
		return;
	}
	text = xmlXPathPopString(ctxt);
	if (at != NULL && at->type == XML_ELEMENT_NODE)
		a = at->properties;
	while (a != NULL && strcmp((const char *)a->name, "class") != 0)
		a = a->next;
	if (a != NULL && a->children != NULL && a->children->content != NULL)
		classes = rk_str((const char *)a->children->content);
	words = rk_str((const char *)text);
	while (classes.n > 0 && !yes && rk_str_split(&words, ' ', &word))
		yes = word.n > 0 && has_word(classes, word);
	xmlFree(text);
	valuePush(ctxt, xmlXPathNewBoolean(yes));
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
	p->doc = htmlCtxtReadMemory(ctxt, scanned.n > 0 ? scanned.p : "",
	    (int)scanned.n, NULL, "UTF-8",
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
		(void)xmlXPathRegisterFunc(
		    p->xpath, (const xmlChar *)"class", class_function);
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
		for (size_t k = 0; k < RK_PAGE_ALTERNATIVES; k++)
			xmlXPathFreeCompExpr(p->compiled[i][k]);
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
	return rk_err_set(err, RK_E_INPUT,
	    "the rule \"%s\" cannot be used here (error %d)", key, code);
}

/* One alternative. */
static int
eval(struct rk_page *p, const char *key, struct rk_str expr, xmlNodePtr at,
    xmlXPathCompExprPtr *keep, xmlXPathObjectPtr *out, struct rk_err *err)
{
	int code = 0;

	p->xpath->error = on_error;
	p->xpath->userData = &code;
	*out = NULL;
	if (*keep == NULL) {
		struct rk_str text = rk_arena_str(p->arena, expr); /* with a NUL */

		*keep = xmlXPathCtxtCompile(p->xpath, (const xmlChar *)text.p);
		if (*keep == NULL)
			return complain(key, code, err);
	}
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

static bool
finds_nothing(const struct _xmlXPathObject *o)
{
	if (o->type == XPATH_NODESET)
		return rk_page_count(o) == 0;
	if (o->type == XPATH_STRING)
		return rk_str_trim(rk_str((const char *)o->stringval)).n == 0;
	return o->type == XPATH_BOOLEAN && o->boolval == 0;
}

int
rk_page_eval_text(struct rk_page *p, const char *key, struct rk_str expr, xmlNodePtr at,
    xmlXPathCompExprPtr *keep, xmlXPathObjectPtr *out, struct rk_err *err)
{
	xmlXPathCompExprPtr own[RK_PAGE_ALTERNATIVES] = {NULL};
	xmlXPathCompExprPtr *compiled = keep != NULL ? keep : own;
	struct rk_str one;
	int rc = 0;

	*out = NULL;
	for (size_t i = 0;
	     rc == 0 && i < RK_PAGE_ALTERNATIVES && rk_page_alternative(&expr, &one);
	     i++) {
		xmlXPathFreeObject(*out);
		rc = eval(p, key, one, at, &compiled[i], out, err);
		if (rc == 0 && !finds_nothing(*out))
			break;
	}
	for (size_t i = 0; i < RK_PAGE_ALTERNATIVES; i++)
		xmlXPathFreeCompExpr(own[i]);
	return rc;
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
	    p, rk_page_keys[rule].name, expr, at, p->compiled[rule], out, err);
}

int
rk_page_drop(struct rk_page *p, struct rk_err *err)
{
	for (size_t i = 0; i < p->rules->n_drop; i++) {
		xmlXPathObjectPtr found;
		char key[32];

		(void)snprintf(key, sizeof(key), "drop[%zu]", i);
		if (rk_page_eval_text(p, key, p->rules->drop[i], (xmlNodePtr)p->doc,
			NULL, &found, err) != 0)
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
