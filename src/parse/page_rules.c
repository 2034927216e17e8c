/*
 * Rules of a page before they are used: completed from their preset, every expression
 * looked at. libxml2 finds errors of grammar when it compiles, but names of functions,
 * variables and prefixes only when it gets to them, on some page at night: those are
 * looked for here.
 */
#include "page_int.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <string.h>

#define KEY(name, field)                                                               \
	{                                                                              \
		name, offsetof(struct rk_page_rules, field)                            \
	}

const struct rk_page_key rk_page_keys[RK_PAGE_KEYS] = {
    KEY("container", container),
    KEY("items", items),
    KEY("link", link),
    KEY("title", title),
    KEY("date", date),
    KEY("author", author),
    KEY("image", image),
    KEY("body", body),
    KEY("article.title", article.title),
    KEY("article.date", article.date),
    KEY("article.author", article.author),
    KEY("article.image", article.image),
    KEY("article.body", article.body),
};

static struct rk_str *
rule_at(struct rk_page_rules *rules, size_t i)
{
	return (struct rk_str *)(void *)((char *)rules + rk_page_keys[i].offset);
}

/* ---- one expression */

static bool
is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80 ||
	       (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

static bool
one_of(struct rk_str name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (rk_str_is(name, *list))
			return true;
	return false;
}

/* What may stand before a parenthesis: XPath 1.0's functions, node tests, operators. */
static bool
may_be_called(struct rk_str name)
{
	static const char *const known[] = {"last", "position", "count", "id",
	    "local-name", "namespace-uri", "name", "string", "concat", "starts-with",
	    "contains", "substring-before", "substring-after", "substring",
	    "string-length", "normalize-space", "translate", "boolean", "not", "true",
	    "false", "lang", "number", "sum", "floor", "ceiling", "round", "comment",
	    "text", "processing-instruction", "node", "and", "or", "mod", "div",
	    "class" /* ours */, NULL};

	return one_of(name, known);
}

static size_t
past_space(struct rk_str s, size_t i)
{
	while (i < s.n && (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r')))
		i++;
	return i;
}

/* A name at expr[*at]: *at behind it. */
static int
check_name(struct rk_str expr, size_t *at, struct rk_err *err)
{
	size_t from = *at, i = from, next;
	struct rk_str name;

	while (i < expr.n && is_name(expr.p[i], false))
		i++;
	name = rk_strn(expr.p + from, i - from);
	*at = i;
	next = past_space(expr, i);
	if (next < expr.n && expr.p[next] == '(' && !may_be_called(name))
		return rk_err_set(err, RK_E_CONFIG,
		    "XPath 1.0 has no function %.*s() (expected one such as contains, "
		    "normalize-space or substring-after)",
		    (int)(name.n < 40 ? name.n : 40), name.p);
	if (next + 1 < expr.n && expr.p[next] == ':' && expr.p[next + 1] != ':')
		return rk_err_set(err, RK_E_CONFIG,
		    "the prefix %.*s: names nothing, as HTML has no namespaces "
		    "(expected an element's name alone)",
		    (int)(name.n < 40 ? name.n : 40), name.p);
	return 0;
}

static int
check_names(struct rk_str expr, struct rk_err *err)
{
	size_t i = 0;

	while (i < expr.n) {
		char c = expr.p[i];

		if (c == '"' || c == '\'') {
			for (i++; i < expr.n && expr.p[i] != c; i++)
				;
			i++;
		} else if (c == '$') {
			return rk_err_set(err, RK_E_CONFIG,
			    "there are no variables ($name) in rules");
		} else if (is_name(c, true)) {
			if (check_name(expr, &i, err) != 0)
				return -1;
		} else {
			i++;
		}
	}
	return 0;
}

struct complaint {
	int code; /* XPATH_..._ERROR, 0 none */
	int at;   /* byte of the expression */
};

static void
on_error(void *user, xmlErrorPtr e)
{
	struct complaint *c = user;

	if (c->code != 0)
		return;
	c->code = e->code - XML_XPATH_EXPRESSION_OK;
	c->at = e->int1;
}

static const char *
words(int code)
{
	switch (code) {
	case XPATH_UNFINISHED_LITERAL_ERROR:
	case XPATH_START_LITERAL_ERROR:
		return "a quote is missing";
	case XPATH_INVALID_PREDICATE_ERROR:
		return "wrong or not closed: [...]";
	case XPATH_UNCLOSED_ERROR:
		return "a parenthesis is not closed";
	case XPATH_RECURSION_LIMIT_EXCEEDED:
		return "too deep";
	default:
		return "it cannot be read";
	}
}

static int
check_grammar(struct rk_str expr, struct rk_arena *arena, struct rk_err *err)
{
	struct rk_str text = rk_arena_str(arena, expr); /* with a NUL */
	struct complaint c = {0, 0};
	xmlXPathContextPtr ctxt = xmlXPathNewContext(NULL);
	xmlXPathCompExprPtr compiled;

	if (ctxt == NULL)
		rk_oom(0);
	ctxt->error = on_error;
	ctxt->userData = &c;
	compiled = xmlXPathCtxtCompile(ctxt, (const xmlChar *)text.p);
	xmlXPathFreeContext(ctxt);
	if (compiled != NULL) {
		xmlXPathFreeCompExpr(compiled);
		return 0;
	}
	return rk_err_set(err, RK_E_CONFIG, "no XPath 1.0: %s (character %d)",
	    words(c.code), c.at + 1);
}

bool
rk_page_alternative(struct rk_str *rest, struct rk_str *one)
{
	char quote = '\0';

	if (rest->p == NULL)
		return false;
	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '|' && i + 1 < rest->n && rest->p[i + 1] == '|') {
			*one = rk_strn(rest->p, i);
			*rest = rk_str_from(*rest, i + 2);
			return true;
		}
	}
	*one = *rest;
	*rest = (struct rk_str){NULL, 0};
	return true;
}

static int
check(struct rk_str expr, struct rk_arena *arena, struct rk_err *err)
{
	struct rk_str one;

	if (memchr(expr.p, '\0', expr.n) != NULL)
		return rk_err_set(err, RK_E_CONFIG, "a NUL in an expression");
	for (size_t n = 0; rk_page_alternative(&expr, &one); n++) {
		if (n == RK_PAGE_ALTERNATIVES)
			return rk_err_set(err, RK_E_CONFIG,
			    "more than %d alternatives (parted by ||)",
			    RK_PAGE_ALTERNATIVES);
		if (check_names(one, err) != 0 || check_grammar(one, arena, err) != 0)
			return -1;
	}
	return 0;
}

/* ---- all of them */

static int
take_preset(struct rk_page_rules *out, struct rk_arena *arena, const char **key,
    struct rk_err *err)
{
	const struct rk_page_line *preset = rk_page_preset(out->preset);
	size_t n = 0;

	if (preset == NULL) {
		*key = "preset";
		return rk_err_set(err, RK_E_CONFIG,
		    "\"%.*s\" is no preset (expected one of: " RK_PAGE_PRESETS ")",
		    (int)(out->preset.n < 40 ? out->preset.n : 40), out->preset.p);
	}
	for (const struct rk_page_line *l = preset; l->key != NULL; l++) {
		for (size_t i = 0; i < RK_PAGE_KEYS; i++)
			if (strcmp(rk_page_keys[i].name, l->key) == 0 &&
			    rule_at(out, i)->n == 0)
				*rule_at(out, i) = rk_str(l->expr);
		n += strcmp(l->key, "drop") == 0;
	}
	if (out->n_drop > 0 || n == 0)
		return 0;
	out->drop = rk_arena_array(arena, n, sizeof(*out->drop));
	for (const struct rk_page_line *l = preset; l->key != NULL; l++)
		if (strcmp(l->key, "drop") == 0)
			out->drop[out->n_drop++] = rk_str(l->expr);
	return 0;
}

int
rk_page_resolve(const struct rk_page_rules *in, struct rk_arena *arena,
    struct rk_page_rules *out, const char **key, struct rk_err *err)
{
	struct rk_page_rules given;

	xmlInitParser();
	*out = *in;
	*key = "";
	if (in->preset.n > 0 && take_preset(out, arena, key, err) != 0)
		return -1;
	if (out->items.n == 0) {
		*key = "items";
		return rk_err_set(err, RK_E_CONFIG,
		    "is missing (expected an XPath expression that finds one node per "
		    "entry, or a preset)");
	}
	/* those of a preset are right: a configuration may name it thousands of times */
	out->has_article = false;
	given = *in;
	for (size_t i = 0; i < RK_PAGE_KEYS; i++) {
		struct rk_str expr = *rule_at(&given, i);

		*key = rk_page_keys[i].name;
		if (expr.n > 0 && check(expr, arena, err) != 0)
			return -1;
		if (rule_at(out, i)->n > 0 && rk_str_starts(rk_str(*key), "article."))
			out->has_article = true;
	}
	for (size_t i = 0; i < in->n_drop; i++)
		if (check(in->drop[i], arena, err) != 0) {
			*key = rk_arena_fmt(arena, "drop[%zu]", i).p;
			return -1;
		}
	*key = "";
	return 0;
}
