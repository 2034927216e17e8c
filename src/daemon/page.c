/*
 * What the poll of a page does beside: robots.txt before every request, and after the
 * list the linked pages of new entries, one by one. Everything is stored at the end, in
 * one transaction.
 */
#include "poll_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/robots.h>
#include <ruamkhao/url.h>

#include <stdlib.h>
#include <string.h>

/* What is asked for when the turn comes. */
enum next { NEXT_ROBOTS, NEXT_LIST, NEXT_ARTICLE };

struct page {
	struct turn turn;
	enum next next;
	struct rk_str url;     /* of the page that is wanted */
	struct robot *robot;   /* of its site; NULL: it has none */
	struct poll *waits;    /* the next one that waits for the same robots.txt */
	bool listed;           /* the list was read */
	unsigned n_listed;     /* its entries */
	unsigned hops;         /* redirects that led from the list's address, or an entry's
	                          link, to url */
	uint64_t been[RK_MAX_REDIRECTS + 1]; /* hashes of the addresses that led to the list */
	int64_t retry_after;   /* the longest that they asked for, -1 none */
	struct articles articles;
	struct rk_arena *arena; /* of the articles, until it is the store's */
	uint64_t began_ms;      /* with the articles */
	size_t lost;            /* of known->lost, the one at hand */
	bool looking;           /* for pages that were lost: the articles are done */
};

static void want(struct poll *, struct rk_str url);
static void next_article(struct poll *);
static void next_lost(struct poll *);

void
page_free(struct page *page)
{
	if (page == NULL)
		return;
	robot_leave(page->robot);
	rk_arena_free(page->arena);
	free(page);
}

static bool
is_article(const struct page *page)
{
	return page->arena != NULL;
}

/* The site that the source's own address is on: it alone gets the source's headers. */
static bool
is_own_site(const struct poll *p)
{
	return p->page->robot != NULL
	    && p->page->robot == robotbook_known(p->e->robots, poll_slot(p)->source->url);
}

static void
request(const struct poll *p, struct rk_str url, struct rk_fetch_req *req)
{
	poll_request(p, url, req);
	if (!is_own_site(p) && rk_keeps(RK_M_OWN_HEADERS)) {
		req->headers = NULL;
		req->n_headers = 0;
	}
}

struct rk_str
page_host(const struct poll *p)
{
	const struct robot *robot = p->page->robot;

	return robot != NULL ? robot->host : poll_slot(p)->source->host;
}

/* ---- robots.txt */

static void
list_refused(struct poll *p, enum robot_says says)
{
	const struct robot *robot = p->page->robot;
	struct ending end = { .outcome = RK_OUT_REFUSED };
	struct rk_err err = { 0 };
	struct rk_fetch_result *r = poll_own(p);

	r->kind = RK_FETCH_REFUSED;
	r->retry_after = p->page->retry_after;
	r->fresh_for = -1;
	if (says == ROBOT_FORBIDS) {
		(void)rk_err_set(&err, RK_E_NET, "robots.txt of %s forbids programs to read this page",
		    rk_cstr(robot->host));
		end.advice = RK_ADVICE_ROBOTS;
	} else {
		(void)rk_err_set(&err, RK_E_NET,
		    "robots.txt of %s cannot be read, so nothing is asked for: %.300s",
		    rk_cstr(robot->host), robot->why != NULL ? robot->why : "");
		end.outcome = robot->status == 429 || robot->status == 503 ? RK_OUT_BUSY : RK_OUT_TROUBLE;
		end.advice = RK_ADVICE_ROBOTS_LOST;
		r->status = robot->status;
		if (robot->retry_after > r->retry_after)
			r->retry_after = robot->retry_after;
	}
	end.err = &err;
	poll_store(p, &end, NULL, NULL);
}

static void
refused(struct poll *p, enum robot_says says)
{
	if (!is_article(p->page)) {
		list_refused(p, says);
		return;
	}
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

/* The one that asked, and those that waited with it, go on, or end as `how` says. */
static void
robots_known(struct poll *p, void (*how)(struct poll *))
{
	struct robot *robot = p->page->robot;
	struct poll *waiting = robot->waiting;

	robot->asking = false;
	robot->waiting = NULL;
	while (p != NULL) {
		how(p);
		p = waiting;
		if (p != NULL)
			waiting = p->page->waits;
	}
}

static void
robots_allow(struct poll *p)
{
	want(p, p->page->url);
}

/* No fault of the site's. What a list's poll read already is stored. */
static void
not_reached(struct poll *p)
{
	if (!is_article(p->page)) {
		poll_again(p);
		return;
	}
	articles_unasked(&p->page->articles, p->page->looking);
	next_article(p);
}

static void
on_robots(void *cookie, struct rk_fetch_result *r)
{
	struct poll *p = cookie;
	struct pipeline *pl = p->pl;

	rk_assert(p->state == POLL_ROBOTS);
	p->fetch = NULL;
	if (r->kind == RK_FETCH_CANCELLED || poll_stopping(p)) {
		robots_known(p, poll_drop);
		return;
	}
	if (network_heard(pl, SIZE_MAX, p->page->robot->host, poll_slot(p)->source->request->proxy, r)) {
		robots_known(p, not_reached);
		pipeline_settle(pl);
		return;
	}
	robot_answered(p->page->robot, r, engine_now(p->e));
	robots_known(p, robots_allow);
	pipeline_settle(pl);
}

static void
ask_robots(struct poll *p)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_fetch_req req;
	struct rk_err err = { 0 };

	request(p, rk_arena_fmt(arena, "%s/robots.txt", rk_cstr(p->page->robot->authority)), &req);
	/* so much of a longer one holds (2.5); the byte more shows that it is longer */
	req.max_body = RK_MAX_ROBOTS + 1;
	req.first_part = true;
	p->state = POLL_ROBOTS;
	if (rk_fetch_start(p->e->fetcher, &req, on_robots, p, &p->fetch, &err) != 0) {
		struct rk_fetch_result r;

		memset(&r, 0, sizeof(r));
		r.kind = RK_FETCH_REFUSED;
		r.retry_after = -1;
		r.err = err;
		robot_answered(p->page->robot, &r, engine_now(p->e));
		robots_known(p, robots_allow);
	}
	rk_arena_free(arena);
}

void
page_stopped(struct poll *p)
{
	if (p->page->next == NEXT_ROBOTS)
		robots_known(p, poll_drop);
	else
		poll_drop(p);
}

/* ---- turns */

static void ask_article(struct poll *);

void
page_turn(struct poll *p)
{
	struct page *page = p->page;

	if (page->robot != NULL && page->next != NEXT_ROBOTS)
		page->robot->asked_ms = engine_ms(p->e);
	switch (page->next) {
	case NEXT_ROBOTS:
		ask_robots(p);
		break;
	case NEXT_LIST:
		poll_fetch(p);
		break;
	case NEXT_ARTICLE:
		ask_article(p);
		break;
	}
}

/* Ask for page->url, or for the robots.txt of its site, when its host lets us. */
static void
turn(struct poll *p, enum next next)
{
	struct page *page = p->page;
	const struct robot *robot = page->robot;
	int64_t now = (int64_t)engine_ms(p->e), from = now;

	page->next = next;
	page->turn.url = page->url;
	page->turn.host = robot != NULL ? hostq_host(p->pl->hosts, robot->host) : SIZE_MAX;
	if (robot != NULL && next != NEXT_ROBOTS && robot->asked_ms > 0)
		from = (int64_t)(robot->asked_ms + robot_gap_ms(robot));
	if (from <= now && rk_fetch_host_wait(p->e->fetcher, page->url) == 0)
		page_turn(p);
	else
		poll_turn(p, &page->turn, from);
}

static void
want(struct poll *p, struct rk_str url)
{
	struct page *page = p->page;
	enum robot_says says = ROBOT_ALLOWS; /* what has no address is refused by fetch/ */

	if (poll_stopping(p)) {
		poll_drop(p);
		return;
	}
	page->url = url;
	robot_leave(page->robot);
	page->robot = robotbook_site(p->e->robots, url);
	if (page->robot != NULL)
		robot_use(page->robot, engine_now(p->e));
	if (page->robot != NULL && rk_keeps(RK_M_ROBOTS))
		says = robot_says(page->robot, url, engine_now(p->e));
	switch (says) {
	case ROBOT_UNKNOWN:
		asked_mark(p->pl, p->slot); /* those that wait too: none is to ask next time */
		if (page->robot->asking) {
			page->waits = page->robot->waiting;
			page->robot->waiting = p;
			p->state = POLL_ROBOTS;
			break;
		}
		page->robot->asking = true;
		turn(p, NEXT_ROBOTS);
		break;
	case ROBOT_ALLOWS:
		turn(p, is_article(page) ? NEXT_ARTICLE : NEXT_LIST);
		break;
	case ROBOT_FORBIDS:
	case ROBOT_LOST:
		refused(p, says);
		break;
	}
}

void
page_begin(struct poll *p)
{
	p->page = rk_xcalloc(1, sizeof(*p->page));
	p->page->retry_after = -1;
	want(p, poll_slot(p)->source->url);
}

/* ---- the list, where its address leads to */

void
page_request(const struct poll *p, struct rk_fetch_req *req)
{
	request(p, p->page->url, req);
	req->one_hop = rk_keeps(RK_M_ROBOTS); /* where it leads, robots.txt is asked first */
}

static bool
has_been(struct page *page, uint64_t hash)
{
	for (unsigned i = 0; i <= page->hops; i++) {
		if (page->been[i] == hash)
			return true;
	}
	return false;
}

bool
page_led(struct poll *p, struct rk_fetch_result *r)
{
	struct page *page = p->page;
	uint64_t hash = rk_hash64(r->redirect_to);

	if (r->retry_after > page->retry_after)
		page->retry_after = r->retry_after;
	r->retry_after = page->retry_after;
	r->redirects += page->hops;
	if (r->redirect_to.n == 0)
		return false;
	page->been[page->hops] = rk_hash64(page->url);
	if (has_been(page, hash)) {
		r->fault = RK_FAULT_LOOP;
		(void)rk_err_set(&r->err, RK_E_INPUT, "redirects in a loop");
	} else if (page->hops >= RK_MAX_REDIRECTS) {
		r->fault = RK_FAULT_MANY_HOPS;
		(void)rk_err_set(&r->err, RK_E_INPUT, "redirects more than %d times",
		    RK_MAX_REDIRECTS);
	} else if (!poll_port_allowed(p, r->redirect_to)) {
		r->fault = RK_FAULT_PORT;
		(void)rk_err_set(&r->err, RK_E_INPUT,
		    "redirects to a port that is not in fetch.allow_ports");
	}
	if (r->fault != RK_FAULT_NONE) {
		r->kind = RK_FETCH_REFUSED;
		return false;
	}
	page->hops++;
	if (p->meta == NULL) /* it was asked, whatever comes now */
		p->meta = rk_arena_new(0);
	want(p, rk_arena_str(p->meta, r->redirect_to));
	return true;
}

/* ---- linked pages */

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
		not_reached(p);
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
		want(p, rk_arena_str(p->page->arena, r->redirect_to));
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

static void
ask_article(struct poll *p)
{
	struct rk_fetch_req req;
	struct rk_err err = { 0 };

	request(p, p->page->url, &req);
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
			want(p, e->url);
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
			want(p, url);
			return;
		}
		a->known->lost[page->lost++].found = RK_LOST_THERE; /* never to be asked */
	}
	end.ingest = a->ingest;
	end.unfinished = a->waiting > 0;
	page->arena = NULL; /* the store's now */
	poll_store(p, &end, a->ingest, arena);
}

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

/* ---- what is stored beside the entries */

struct rk_page_trail *
page_trail(struct poll *p, struct rk_arena *arena)
{
	const struct page *page = p->page;
	struct rk_page_trail *trail = RK_NEW(arena, struct rk_page_trail);

	robotbook_tidy(p->e->robots, engine_now(p->e));
	trail->n_robots = robotbook_news(p->e->robots, arena, &trail->robots);
	trail->listed = page->listed;
	trail->entries = page->n_listed;
	trail->tries = page->articles.tries;
	trail->n_tries = page->articles.n_tries;
	trail->waiting = page->articles.waiting;
	trail->failed = page->articles.failed;
	if (page->articles.known != NULL) {
		trail->lost = page->articles.known->lost;
		trail->n_lost = page->articles.known->n_lost;
	}
	return trail;
}
