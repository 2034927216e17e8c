/*
 * Whose text it is: a copy often says where it was taken from.
 */
#include "cluster_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/thai.h>

#define NAME_MIN ((size_t)12) /* bytes of a compare key: four Thai letters */

/* The host, lower case is not needed: normalise/ and the configuration made both. */
static struct rk_str
host_of(struct rk_str url)
{
	size_t at = rk_str_find(url, RK_STR("://"));
	struct rk_str host = {"", 0}, rest;

	if (at == SIZE_MAX)
		return host;
	rest = rk_str_from(url, at + 3);
	(void)rk_str_split(&rest, '/', &host);
	if (rk_str_istarts(host, "www."))
		host = rk_str_from(host, 4);
	return host;
}

/* 2: the name begins that of the source, 1: it stands in it. */
static unsigned
names(struct rk_str name, struct rk_str title)
{
	size_t at;

	if (name.n < NAME_MIN)
		return 0;
	at = rk_str_find(title, name);
	return at == 0 ? 2 : at != SIZE_MAX ? 1 : 0;
}

/* The name as people print it; its compare key is made here. */
static unsigned
names_text(struct rk_str text, struct rk_str title)
{
	struct rk_buf b;
	unsigned how;

	if (text.n == 0)
		return 0;
	rk_buf_init(&b, RK_KIB(4));
	(void)rk_thai_key(text, &b);
	how = names(rk_buf_view(&b), title);
	rk_buf_release(&b);
	return how;
}

static unsigned
larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

unsigned
cluster_issuer(const struct rk_telling *t, const struct rk_telling *const *of, size_t n)
{
	struct rk_str host = host_of(t->source_url), title;
	unsigned how = 0;
	struct rk_buf b;

	rk_buf_init(&b, RK_KIB(4));
	(void)rk_thai_key(t->source_title, &b);
	title = rk_buf_view(&b);
	for (size_t i = 0; i < n; i++) {
		const struct rk_telling *c = of[i];

		how = larger(how, names(c->print.credit, title));
		if (c == t)
			continue;
		how = larger(how, names_text(c->origin_title, title));
		how = larger(how, names_text(c->author, title));
		/* its link, or the origin it names, leads to the other's site */
		if (host.n > 0 && !rk_str_ieq(host_of(c->source_url), host) &&
		    (rk_str_ieq(host_of(c->url), host) ||
			rk_str_ieq(host_of(c->origin_url), host)))
			how = larger(how, 2);
	}
	rk_buf_release(&b);
	return how;
}
