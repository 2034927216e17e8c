/*
 * Any bytes through rk_parse_feed: whatever comes out keeps the promises of doc.h.
 * The first byte chooses the hints, the rest is the document.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/utf8.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct rk_str s)
{
	rk_assert(s.n == 0 || s.p[s.n] == '\0');
	rk_assert(rk_utf8_valid(s));
}

static void
check_item(const struct rk_item *i)
{
	check(i->guid);
	check(i->link);
	check(i->link_base);
	check(i->title.s);
	check(i->summary.s);
	check(i->content.s);
	check(i->content.base);
	check(i->published);
	check(i->updated);
	check(i->lang);
	check(i->image);
	check(i->source_title);
	check(i->source_url);
	rk_assert(i->content.s.n <= RK_MAX_FIELD);
	for (const struct rk_person *p = i->authors; p != NULL; p = p->next) {
		check(p->name);
		check(p->email);
		check(p->url);
	}
	for (const struct rk_category *c = i->categories; c != NULL; c = c->next) {
		check(c->term);
		check(c->label);
		check(c->scheme);
	}
	for (const struct rk_enclosure *e = i->enclosures; e != NULL; e = e->next) {
		check(e->url);
		check(e->type);
		check(e->title);
		rk_assert(e->length >= -1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {"", "text/xml; charset=windows-874",
	    "application/json", "text/html; charset=iso-8859-1"};
	struct rk_parse_hints hints = {.url = RK_STR("http://feed.example/a/b")};
	struct rk_arena *arena;
	struct rk_doc *doc;
	struct rk_err err;
	size_t n = 0;

	if (size == 0)
		return 0;
	rk_parse_setup();
	rk_err_clear(&err);
	arena = rk_arena_new(0);
	hints.content_type = rk_str(types[data[0] % 4]);
	if (rk_parse_feed(rk_strn((const char *)data + 1, size - 1), &hints, arena,
		&doc, &err) == 0) {
		check(doc->title.s);
		check(doc->subtitle.s);
		check(doc->link);
		check(doc->self);
		check(doc->version);
		check(doc->lang);
		check(doc->base);
		rk_assert(doc->charset != NULL && doc->format != RK_IN_NONE);
		for (const struct rk_item *i = doc->items; i != NULL; i = i->next, n++)
			check_item(i);
		rk_assert(n == doc->n_items && n <= RK_MAX_ITEMS);
		for (size_t i = 0; i < doc->n_warnings; i++)
			check(doc->warnings[i]);
	} else {
		rk_assert(err.kind == RK_E_INPUT || err.kind == RK_E_LIMIT);
		rk_assert(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
		rk_assert(rk_utf8_valid(rk_str(err.text)));
	}
	rk_arena_free(arena);
	return 0;
}
