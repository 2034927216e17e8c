/*
 * After the list of a page: the linked pages of new entries, one by one, then the pages of
 * entries that fell out of it, where there is room. Which robots.txt lets them be asked,
 * and when, is page.c's; what they have come to, articles.c keeps.
 */
#include "page_int.h"

#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>

static void next_article(struct poll *);
static void next_lost(struct poll *);

void
linked_refused(struct poll *p, enum robot_says says)
{
	rk_log(RK_DEBUG, "linked page not asked for", "source", rk_cstr(poll_slot(p)->source->id),
	    "url", rk_cstr(p->page->url), "why",
	    says == ROBOT_FORBIDS ? "robots.txt forbids it" : "robots.txt cannot be read", NULL);
	if (p->page->looking) {
		p->page->lost++;
		next_lost(p);
		return;
	}
	if (says == ROBOT_FORBIDS || p->page->robot->refused)
		articles_forbidden(&p->page->articles);
	else
		articles_failed(&p->page->articles);
	next_article(p);
}

void
linked_unreached(struct poll *p)
{
	articles_unasked(&p->page->articles, p->page->looking);
	next_article(p);
}

/* ---- one of them */

static void
article_failed(struct poll *p, const char *why)
{
	rk_log(RK_DEBUG, "linked page failed", "source", rk_cstr(poll_slot(p)->source->id), "url",
	    rk_cstr(p->page->url), "error", why, NULL);
	articles_failed(&p->page->articles);
}

static void
on_read(void *cookie, enum rk_work_end end, struct rk_ingest *ingest, struct rk_arena *arena,
    const struct rk_err *err)
{
	struct poll *p = cookie;

	rk_assert(p->state == POLL_READING);
	if (end == RK_WORK_STOPPED) {
		rk_arena_free(arena);
		poll_drop(p);
		return;
	}
	if (end == RK_WORK_OK && ingest->n_entries > 0)
		articles_read(&p->page->articles, &ingest->entries[0]);
	else
		article_failed(p, end == RK_WORK_OK ? "nothing was found on it" : err->text);
	rk_arena_free(arena);
	next_article(p);
}

/* Never to be had: gone, a file, or an address that we do not fetch. */
static bool
is_final(const struct rk_fetch_result *r)
{
	return r->kind == RK_FETCH_REFUSED || r->kind == RK_FETCH_TOO_BIG || r->redirect_to.n > 0
	    || (r->kind == RK_FETCH_HTTP
	        && (r->status == 404 || r->status == 410 || r->status == 451))
	    || (r->kind == RK_FETCH_OK
	        && articles_is_file_body(r->content_type, rk_buf_view(&r->body)));
}

/* What the page of a lost entry said. */
static void
found(struct poll *p, const struct rk_fetch_result *r)
{
	struct page *page = p->page;
	struct rk_page_lost *lost = &page->articles.known->lost[page->lost++];

	if (r->kind == RK_FETCH_OK)
		lost->found = RK_LOST_THERE;
	else if (r->kind == RK_FETCH_HTTP && r->status == 404)
		lost->found = RK_LOST_MISSING;
	else if (r->kind == RK_FETCH_HTTP && r->status == 410)
		lost->found = RK_LOST_GONE;
	else if (is_final(r) || r->status == 401 || r->status == 403)
		lost->found = RK_LOST_THERE; /* nothing says that it is gone */
	if (r->status == 429 || r->status == 503) /* it asks for quiet */
		page->articles.enough = true;
	next_lost(p);
}

static void
on_article(void *cookie, struct rk_fetch_result *r)
{
	struct poll *p = cookie;
	struct pipeline *pl = p->pl;
	struct articles *a = &p->page->articles;
	struct rk_work work;

	rk_assert(p->state == POLL_ARTICLE);
	p->fetch = NULL;
	if (r->kind == RK_FETCH_CANCELLED || poll_stopping(p)) {
		poll_drop(p);
		return;
	}
	if (p->page->robot != NULL)
		pipeline_hold(pl, hostq_host(pl->hosts, p->page->robot->host), r);
	if (network_heard(pl, SIZE_MAX, page_host(p), poll_slot(p)->source->request->proxy, r)) {
		linked_unreached(p);
		pipeline_settle(pl);
		return;
	}
	if (p->page->looking) {
		found(p, r);
		pipeline_settle(pl);
		return;
	}
	if (r->redirect_to.n > 0 && p->page->hops < RK_MAX_REDIRECTS) {
		p->page->hops++;
		page_want(p, rk_arena_str(p->page->arena, r->redirect_to));
	} else if (r->kind == RK_FETCH_OK && !is_final(r)) {
		poll_work(p, rk_buf_view(&r->body), r, &work);
		work.part = RK_PAGE_ARTICLE;
		work.listed = &a->ingest->entries[a->at];
		p->state = POLL_READING;
		rk_pool_submit(p->e->pool, &work, on_read, p);
	} else {
		if (is_final(r)) {
			articles_as_listed(a);
		} else {
			article_failed(p, r->err.text);
			if (r->status == 429 || r->status == 503) /* it asks for quiet */
				a->enough = true;
			if (r->retry_after > p->result->retry_after)
				poll_own(p)->retry_after = r->retry_after;
		}
		next_article(p);
	}
	pipeline_settle(pl);
}

void
linked_ask(struct poll *p)
{
	struct rk_fetch_req req;
	struct rk_err err = { 0 };

	page_site_request(p, p->page->url, &req);
	/* where it leads, robots.txt is asked first */
	req.one_hop = rk_keeps(RK_M_ROBOTS);
	p->state = POLL_ARTICLE;
	if (rk_fetch_start(p->e->fetcher, &req, on_article, p, &p->fetch, &err) == 0)
		return;
	if (p->page->looking) {
		p->page->lost++;
		next_lost(p);
	} else {
		articles_as_listed(&p->page->articles);
		next_article(p);
	}
}

/* ---- which one is next */

/* robots.txt is known and forbids it, or its address is none for us. Of thousands of links
 * no site is noted. */
static bool
is_out_of_bounds(const struct poll *p, struct rk_str url)
{
	const struct robot *robot;

	if (!poll_port_allowed(p, url))
		return true;
	robot = robotbook_known(p->e->robots, url);
	return robot != NULL && robot_says(robot, url, engine_now(p->e)) == ROBOT_FORBIDS;
}

static void
next_article(struct poll *p)
{
	struct page *page = p->page;
	struct articles *a = &page->articles;
	const struct rk_entry *e;

	if (engine_ms(p->e) - page->began_ms >= RK_PAGE_POLL_MS)
		a->enough = true;
	while ((e = articles_next(a)) != NULL) {
		if (!is_out_of_bounds(p, e->url)) {
			page->hops = 0;
			page_want(p, e->url);
			return;
		}
		articles_forbidden(a); /* here, not by `refused`: there may be thousands */
	}
	page->looking = true;
	next_lost(p);
}

/* The pages of entries that fell out of the list, where there is room; then all is
 * stored. */
static void
next_lost(struct poll *p)
{
	struct page *page = p->page;
	struct articles *a = &page->articles;
	struct ending end = { .outcome = RK_OUT_NEWS, .body_hash = p->body_hash };
	struct rk_arena *arena = page->arena;

	while (page->lost < a->known->n_lost && !a->enough && a->waiting == 0
	    && a->troubles == 0) {
		struct rk_str url = a->known->lost[page->lost].url;

		if (!is_out_of_bounds(p, url) && !articles_is_file(url)) {
			page_want(p, url);
			return;
		}
		a->known->lost[page->lost++].found = RK_LOST_THERE; /* never to be asked */
	}
	end.ingest = a->ingest;
	end.unfinished = a->waiting > 0;
	page->arena = NULL; /* the store's now */
	poll_store(p, &end, a->ingest, arena);
}

/* ---- where they begin */

static void
on_known(void *cookie, struct rk_store_known *known, const struct rk_err *err)
{
	struct poll *p = cookie;
	struct ending end = { .outcome = RK_OUT_TROUBLE, .body_hash = p->body_hash, .err = err };

	rk_assert(p->state == POLL_KNOWN);
	if (poll_stopping(p)) {
		poll_drop(p);
		return;
	}
	if (err->kind != RK_E_NONE) {
		poll_store(p, &end, NULL, NULL);
		return;
	}
	p->page->listed = true;
	p->page->began_ms = engine_ms(p->e);
	articles_begin(&p->page->articles, known, p->page->articles.ingest);
	next_article(p);
}

bool
page_listed(struct poll *p, struct rk_ingest *ingest, struct rk_arena *arena)
{
	struct page *page = p->page;
	struct rk_store_known *known;

	page->n_listed = (unsigned)ingest->n_entries;
	if (!poll_slot(p)->source->page->has_article || ingest->n_entries == 0) {
		page->listed = true;
		return false;
	}
	known = RK_NEW(arena, struct rk_store_known);
	known->arena = arena;
	known->source = poll_slot(p)->row;
	known->ingest = ingest;
	page->arena = arena;
	page->articles.ingest = ingest;
	p->state = POLL_KNOWN;
	rk_storeq_known(p->e->storeq, &known, on_known, p);
	pipeline_settle(p->pl); /* its list is here: the host has room again */
	return true;
}
