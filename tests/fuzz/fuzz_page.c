/*
 * Any bytes as a page under rules of every kind: refused, or a document whose strings
 * are whole and whose entries normalise can take. The first byte chooses rules and
 * part.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/date.h>
#include <ruamkhao/entry.h>
#include <ruamkhao/err.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/utf8.h>

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1795219200

static void
choose(unsigned n, struct rk_page_rules *r)
{
	static const char *const presets[] = {
	    "wordpress", "ewt", "joomla", "drupal", "prd"};
	static struct rk_str drops[] = {{"//nav", 5}, {"//p[2] | //@x | //text()", 24}};

	*r = (struct rk_page_rules){.min_items = 1};
	if (n < 5) {
		r->preset = rk_str(presets[n]);
		return;
	}
	r->container = rk_str(n == 6 ? "//*[class('*a* b')]" : "");
	r->items = rk_str("//li || //p || //*[@id]");
	r->link = rk_str(".//a/@href || string(.//a)");
	r->title = rk_str(n == 6 ? "concat(., 'x')" : ".");
	r->date = rk_str(".//i | .");
	r->author = rk_str(".//b");
	r->image = rk_str(".//img");
	r->body = rk_str(".//node() | @*");
	r->article.title = rk_str("//h1 || //title");
	r->article.date = rk_str("//time/@datetime | //body");
	r->article.body = rk_str("//body | //p");
	r->drop = drops;
	r->n_drop = 2;
}

static void
whole(struct rk_str s)
{
	rk_assert(rk_utf8_valid(s));
	rk_assert(s.n == 0 || s.p[s.n] == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rk_entry listed = {.url = {"https://a.example/1", 19},
	    .title = {"t", 1},
	    .published = 1592326800,
	    .found = {.precision = RK_BY_DAY}};
	static const enum rk_page_part parts[] = {
	    RK_PAGE_LIST, RK_PAGE_ARTICLE, RK_PAGE_EITHER, RK_PAGE_ARTICLE};
	struct rk_normalise_opts opts = {
	    .url = {"https://a.example/n/", 20}, .timezone = RK_BANGKOK, .now = NOW};
	struct rk_parse_hints hints = {
	    .url = opts.url, .now = NOW, .timezone = RK_BANGKOK};
	struct rk_page_rules in, rules;
	struct rk_arena *arena;
	struct rk_doc *doc;
	struct rk_err err;
	const char *key;

	if (size == 0)
		return 0;
	arena = rk_arena_new(0);
	choose(data[0] % 7, &in);
	rk_assert(rk_page_resolve(&in, arena, &rules, &key, &err) == 0);
	hints.page = &rules;
	hints.part = parts[data[0] / 7 % 4];
	hints.listed = data[0] / 7 % 4 == 3 ? &listed : NULL;
	if (rk_parse_feed(rk_strn((const char *)data + 1, size - 1), &hints, arena,
		&doc, &err) != 0) {
		rk_assert(err.kind == RK_E_INPUT || err.kind == RK_E_LIMIT);
		rk_assert(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
	} else {
		rk_assert(doc->format == RK_IN_PAGE);
		for (const struct rk_item *i = doc->items; i != NULL; i = i->next) {
			whole(i->title.s);
			whole(i->content.s);
			whole(i->published);
			whole(i->link);
			whole(i->image);
			if (i->authors != NULL)
				whole(i->authors->name);
		}
		(void)rk_normalise(doc, &opts, arena);
	}
	rk_arena_free(arena);
	return 0;
}
