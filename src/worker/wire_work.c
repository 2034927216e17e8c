/*
 * The request: one document and how it is to be read, with the rules of a page and what
 * its list said of it. The tables below list the fields of each struct once, so that
 * writer and reader cannot disagree. Knows nothing of what comes back.
 */
#include "wire_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

#include <string.h>

static const size_t work_strs[] = {OFF(rk_work, body), OFF(rk_work, content_type),
    OFF(rk_work, url), OFF(rk_work, charset)};

static const size_t page_strs[] = {OFF(rk_page_rules, preset),
    OFF(rk_page_rules, container), OFF(rk_page_rules, items), OFF(rk_page_rules, link),
    OFF(rk_page_rules, title), OFF(rk_page_rules, date), OFF(rk_page_rules, author),
    OFF(rk_page_rules, image), OFF(rk_page_rules, body),
    OFF(rk_page_rules, article.title), OFF(rk_page_rules, article.date),
    OFF(rk_page_rules, article.author), OFF(rk_page_rules, article.image),
    OFF(rk_page_rules, article.body)};

/* Of what a list page said: what an article may take over. */
static const size_t listed_strs[] = {OFF(rk_entry, url), OFF(rk_entry, title),
    OFF(rk_entry, html), OFF(rk_entry, author), OFF(rk_entry, image)};

static const size_t listed_urls[] = {OFF(rk_entry, url), OFF(rk_entry, image)};

static void
put_page(struct rk_buf *b, const struct rk_page_rules *page)
{
	rk_put_strs(b, page, page_strs, COUNT(page_strs));
	rk_put_u32(b, page->min_items);
	rk_put_u32(b, page->has_article);
	rk_put_u32(b, (uint32_t)page->n_drop);
	for (size_t i = 0; i < page->n_drop; i++)
		rk_put_str(b, page->drop[i]);
}

static void
put_listed(struct rk_buf *b, const struct rk_entry *e)
{
	rk_put_strs(b, e, listed_strs, COUNT(listed_strs));
	rk_put_u64(b, (uint64_t)e->published);
	rk_put_u32(b, rk_found_pack(&e->found));
}

int
rk_wire_put_work(struct rk_buf *b, const struct rk_work *w)
{
	size_t at = rk_put_head(b, RK_MSG_WORK);

	rk_put_strs(b, w, work_strs, COUNT(work_strs));
	rk_put_u32(b, (uint32_t)w->timezone);
	rk_put_u32(b, w->distrust);
	rk_put_u64(b, (uint64_t)w->now);
	rk_put_u32(b, (uint32_t)w->part | (uint32_t)(w->page != NULL) << 8 |
		       (uint32_t)(w->listed != NULL) << 9 |
		       (uint32_t)w->look << 10);
	if (w->page != NULL)
		put_page(b, w->page);
	if (w->listed != NULL)
		put_listed(b, w->listed);
	return rk_put_end(b, at);
}

static const struct rk_page_rules *
get_page(struct rk_reader *r, struct rk_arena *arena)
{
	struct rk_page_rules *page = RK_NEW(arena, struct rk_page_rules);
	uint32_t article;

	rk_get_strs(r, page, page_strs, COUNT(page_strs), true);
	page->min_items = rk_get_u32(r);
	article = rk_get_u32(r);
	page->has_article = article == 1;
	page->n_drop = rk_get_u32(r);
	if (r->bad || article > 1 || page->n_drop > RK_MAX_DROP) {
		r->bad = true;
		return NULL;
	}
	page->drop = rk_arena_array(arena, page->n_drop, sizeof(*page->drop));
	for (size_t i = 0; i < page->n_drop; i++) {
		page->drop[i] = rk_get_str(r);
		if (!rk_utf8_valid(page->drop[i]))
			r->bad = true;
	}
	return page;
}

static const struct rk_entry *
get_listed(struct rk_reader *r, struct rk_arena *arena)
{
	struct rk_entry *e = RK_NEW(arena, struct rk_entry);

	rk_get_strs(r, e, listed_strs, COUNT(listed_strs), true);
	rk_check_urls(e, listed_urls, COUNT(listed_urls));
	e->published = rk_get_time(r);
	e->updated = RK_NO_TIME;
	if (!rk_found_unpack(rk_get_u32(r), &e->found))
		r->bad = true;
	return e;
}

int
rk_wire_get_work(
    struct rk_str body, struct rk_arena *arena, struct rk_work *w, struct rk_err *err)
{
	struct rk_reader r = {body.p, body.p + body.n, false};
	uint32_t flags;

	memset(w, 0, sizeof(*w));
	rk_get_strs(&r, w, work_strs, COUNT(work_strs), false);
	w->timezone = (int)rk_get_u32(&r);
	w->distrust = rk_get_u32(&r);
	w->now = (int64_t)rk_get_u64(&r);
	flags = rk_get_u32(&r);
	/* a part needs rules, and what a list said needs an article */
	w->look = (flags >> 10 & 1) != 0;
	if (flags >> 11 != 0 || (flags & 0xff) > RK_PAGE_EITHER ||
	    ((flags & 0xff) != RK_PAGE_NONE) != ((flags >> 8 & 1) != 0) ||
	    ((flags >> 9 & 1) != 0 && (flags & 0xff) != RK_PAGE_ARTICLE))
		r.bad = true;
	w->part = (enum rk_page_part)(flags & 0xff);
	if (!r.bad && (flags >> 8 & 1) != 0)
		w->page = get_page(&r, arena);
	if (!r.bad && (flags >> 9 & 1) != 0)
		w->listed = get_listed(&r, arena);
	if (r.bad || r.p != r.end)
		return rk_wire_broken(err, "a request that is none");
	return 0;
}
