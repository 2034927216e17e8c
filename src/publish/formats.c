/* The table of output formats: adding one is a file and a line here. */
#include "publish_int.h"

#include <stddef.h>
#include <string.h>

const struct rk_format rk_formats[] = {
    {"atom", ".atom", "application/atom+xml; charset=utf-8", atom_render},
    {"rss", ".rss", "application/rss+xml; charset=utf-8", rss_render},
    {"json", ".json", "application/feed+json; charset=utf-8", json_render},
    {"html", ".html", "text/html; charset=utf-8", html_render},
    {"embed", ".embed.html", "text/html; charset=utf-8", embed_render},
    {NULL, NULL, NULL, NULL},
};

const struct rk_format *
rk_format_find(struct rk_str name)
{
	for (const struct rk_format *f = rk_formats; f->name != NULL; f++) {
		if (rk_str_is(name, f->name))
			return f;
	}
	return NULL;
}

bool
site_has(const struct rk_site *site, const char *suffix)
{
	struct rk_str list = site->suffixes, one;

	while (rk_str_split(&list, ' ', &one))
		if (rk_str_is(one, suffix))
			return true;
	return false;
}

void
node_page(struct rk_buf *b, const struct rk_timeline *t)
{
	(void)rk_buf_str(b, t->site->base_url);
	if (!site_has(t->site, ".html"))
		return;
	(void)rk_buf_str(b, t->node.id);
	(void)rk_buf_adds(b, ".html");
}

const struct feed_kind feed_kinds[N_FEEDS] = {
    {".atom", "application/atom+xml", "Atom"},
    {".rss", "application/rss+xml", "RSS"},
    {".json", "application/feed+json", "JSON Feed"},
};

const char *
feed_suffix(const struct rk_index *x)
{
	for (size_t i = 0; i < N_FEEDS; i++) {
		for (size_t f = 0; x->formats[f] != NULL; f++) {
			if (strcmp(x->formats[f]->suffix, feed_kinds[i].suffix) == 0)
				return feed_kinds[i].suffix;
		}
	}
	return NULL;
}

const char *
feed_type(const char *suffix)
{
	for (size_t i = 0; i < N_FEEDS; i++) {
		if (strcmp(suffix, feed_kinds[i].suffix) == 0)
			return feed_kinds[i].type;
	}
	return NULL;
}
