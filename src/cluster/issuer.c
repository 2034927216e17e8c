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

/* Whose text it may be; the compare key of the title is made when a name is to be found
 * in it, which mostly there is none. */
struct whose {
	struct rk_str title;
	struct rk_buf key;
	bool made;
};

/* 2: the name begins that of the source, 1: it stands in it. */
static unsigned
names(struct rk_str name, struct whose *w)
{
	size_t at;

	if (name.n < NAME_MIN)
		return 0;
	if (!w->made)
		(void)rk_thai_key(w->title, &w->key);
	w->made = true;
	at = rk_str_find(rk_buf_view(&w->key), name);
	return at == 0 ? 2 : at != SIZE_MAX ? 1 : 0;
}

/* The name as people print it; its compare key is made here. */
static unsigned
names_text(struct rk_str text, struct whose *w)
{
	struct rk_buf b;
	unsigned how;

	if (text.n == 0)
		return 0;
	rk_buf_init(&b, RK_KIB(4));
	(void)rk_thai_key(text, &b);
	how = names(rk_buf_view(&b), w);
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
	struct rk_str host = host_of(t->source_url);
	struct whose w = {.title = t->source_title};
	unsigned how = 0;

	rk_buf_init(&w.key, RK_KIB(4));
	for (size_t i = 0; i < n; i++) {
		const struct rk_telling *c = of[i];

		how = larger(how, names(c->print.credit, &w));
		if (c == t)
			continue;
		how = larger(how, names_text(c->origin_title, &w));
		how = larger(how, names_text(c->author, &w));
		/* its link, or the origin it names, leads to the other's site */
		if (host.n > 0 && !rk_str_ieq(host_of(c->source_url), host) &&
		    (rk_str_ieq(host_of(c->url), host) ||
			rk_str_ieq(host_of(c->origin_url), host)))
			how = larger(how, 2);
	}
	rk_buf_release(&w.key);
	return how;
}
