/*
 * From the name of an element to its rule: namespaces, however they are written, to
 * small numbers; the table of the feed's format or that of the modules; a cache,
 * because a feed has few names and each of them often. Knows no parser.
 */
#include "parse_int.h"

#include <string.h>
#include <strings.h>

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
    {"purl.org/atompub/tombstones/1.0", RK_NS_TOMBSTONES},
    {"purl.org/dc/elements/1.0", RK_NS_DC},
    {"purl.org/dc/elements/1.1", RK_NS_DC},
    {"purl.org/dc/terms", RK_NS_DCTERMS},
    {"purl.org/net/rss1.1", RK_NS_RSS},
    {"purl.org/rss/1.0", RK_NS_RSS},
    {"purl.org/rss/1.0/modules/content", RK_NS_CONTENT},
    {"purl.org/rss/1.0/modules/rss091", RK_NS_RSS},
    {"purl.org/rss/1.0/modules/syndication", RK_NS_SY},
    {"purl.org/syndication/history/1.0", RK_NS_FH},
    {"rssnamespace.org/feedburner/ext/1.0", RK_NS_ORIGIN},
    {"search.yahoo.com/mrss", RK_NS_MEDIA},
    {"search.yahoo.com/rss", RK_NS_MEDIA},
    {"www.itunes.com/dtds/podcast-1.0.dtd", RK_NS_ITUNES},
    {"www.pheedo.com/namespace/pheedo", RK_NS_ORIGIN},
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
    {"at", RK_NS_TOMBSTONES},
    {"atom", RK_NS_ATOM},
    {"atom10", RK_NS_ATOM},
    {"content", RK_NS_CONTENT},
    {"dc", RK_NS_DC},
    {"dcterms", RK_NS_DCTERMS},
    {"fh", RK_NS_FH},
    {"itunes", RK_NS_ITUNES},
    {"media", RK_NS_MEDIA},
    {"rdf", RK_NS_RDF},
    {"feedburner", RK_NS_ORIGIN},
    {"pheedo", RK_NS_ORIGIN},
    {"rss", RK_NS_RSS},
    {"sy", RK_NS_SY},
    {"xhtml", RK_NS_XHTML},
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

enum rk_ns
rk_ns_of(const unsigned char *uri, const unsigned char *prefix)
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

const struct rk_rule *
rk_rule_search(const struct rk_rules *rules, enum rk_ns ns, const char *name)
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
is_core(const struct rk_names *x, enum rk_ns ns, const unsigned char *uri)
{
	if (uri != NULL && uri == x->root_uri && ns != RK_NS_RDF)
		return true;
	if (x->core == &rk_atom_rules)
		return ns == RK_NS_ATOM || ns == RK_NS_ATOM03 || ns == RK_NS_NONE;
	return ns == RK_NS_RSS || ns == RK_NS_NONE;
}

const struct rk_rule *
rk_rule_of(struct rk_names *x, const unsigned char *name, const unsigned char *prefix,
    const unsigned char *uri, uint8_t at)
{
	uintptr_t h = (uintptr_t)name ^ (uintptr_t)uri >> 3 ^ (uintptr_t)prefix >> 5;
	struct rk_cached *c = &x->cache[(h >> 3 ^ h >> 10) % RK_NAME_CACHE];
	const struct rk_rule *r, *end;
	const struct rk_rules *rules;

	if (c->name != name || c->uri != uri || c->prefix != prefix) {
		enum rk_ns ns = rk_ns_of(uri, prefix);
		bool core = is_core(x, ns, uri);
		char lower[32];
		size_t n = strlen((const char *)name);

		*c = (struct rk_cached){name, prefix, uri, NULL};
		if (n < sizeof(lower)) {
			for (size_t i = 0; i <= n; i++)
				lower[i] =
				    (char)(name[i] |
					   (name[i] >= 'A' && name[i] <= 'Z' ? 32 : 0));
			rules = core ? x->core : &rk_ext_rules;
			c->rule = rk_rule_search(rules, core ? RK_NS_CORE : ns, lower);
		}
	}
	if ((r = c->rule) == NULL)
		return NULL;
	rules = r->ns == RK_NS_CORE ? x->core : &rk_ext_rules;
	end = rules->row + rules->n;
	for (const struct rk_rule *k = r; k < end && compare(r->ns, r->name, k) == 0;
	     k++) {
		if ((k->in & at) != 0)
			return k;
	}
	return NULL;
}

void
rk_names_check(void)
{
	const struct rk_rules *all[] = {&rk_rss_rules, &rk_atom_rules, &rk_ext_rules};

	for (size_t i = 1; i < COUNT(namespaces); i++)
		rk_assert(strcmp(namespaces[i - 1].uri, namespaces[i].uri) < 0);
	for (size_t k = 0; k < COUNT(all); k++) {
		for (size_t i = 1; i < all[k]->n; i++) {
			const struct rk_rule *r = &all[k]->row[i];

			rk_assert(compare(r[-1].ns, r[-1].name, r) <= 0);
		}
	}
}
