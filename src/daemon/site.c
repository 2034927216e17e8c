/*
 * The site and the names of its nodes, as renderers need them, from the configuration.
 */
#include "daemon_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/publish.h>

static void
name_agencies(struct rk_config *c)
{
	for (size_t i = 0; i < c->n_agencies; i++) {
		struct rk_node *node = RK_NEW(c->arena, struct rk_node);

		node->id = rk_arena_fmt(c->arena, "agency/%s", rk_cstr(c->agencies[i].id));
		node->scheme = RK_SCHEME_AGENCY;
		node->term = c->agencies[i].id;
		node->th = c->agencies[i].th.n > 0 ? c->agencies[i].th : node->term;
		node->en = c->agencies[i].en.n > 0 ? c->agencies[i].en : node->th;
		if (rk_regions_find(c->regions, node->id) == NULL)
			(void)rk_regions_add_node(c->regions, node, NULL);
	}
}

/* So that the files of a node can link to each other. */
static struct rk_str
suffixes(const struct rk_config *c, struct rk_arena *arena)
{
	const char *list = "";

	for (size_t i = 0; i < c->publish.n_formats; i++) {
		const struct rk_format *f = rk_format_find(c->publish.formats[i]);

		list = rk_cstr(rk_arena_fmt(arena, "%s%s%s", list, i > 0 ? " " : "", f->suffix));
	}
	return rk_str(list);
}

/* The hub that feeds announce: by the configuration alone, so that every way to publish
 * gives the same bytes. */
static struct rk_str
hub_address(const struct rk_config *c, struct rk_arena *arena)
{
	if (rk_str_is(c->publish.hub, "builtin") && c->serve.listen.n > 0)
		return rk_arena_fmt(arena, "%shub", rk_cstr(c->site.base_url));
	if (rk_str_is(c->publish.hub, "builtin") || rk_str_is(c->publish.hub, "none"))
		return RK_STR("");
	return c->publish.hub;
}

void
site_of(struct rk_config *c, struct rk_arena *arena, struct rk_site *site)
{
	site->title = c->site.title;
	site->base_url = c->site.base_url;
	site->contact = c->site.contact;
	site->language = c->site.language;
	site->rights = c->site.rights;
	site->suffixes = suffixes(c, arena);
	site->hub = hub_address(c, arena);
	site->served = c->serve.listen.n > 0;
	name_agencies(c);
}
