/*
 * What the poll of a page does beside: robots.txt and a turn at its host before every
 * request, and where the list's address leads to. What follows after the list is
 * page_linked.c's. Everything is stored at the end, in one transaction.
 */
#include "page_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/manners.h>

#include <stdlib.h>
#include <string.h>

void
page_free(struct page *page)
{
	if (page == NULL)
		return;
	robot_leave(page->robot);
	rk_arena_free(page->arena);
	free(page);
}

bool
page_is_article(const struct page *page)
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

void
page_site_request(const struct poll *p, struct rk_str url, struct rk_fetch_req *req)
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
	if (page_is_article(p->page))
		linked_refused(p, says);
	else
		list_refused(p, says);
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
	page_want(p, p->page->url);
}

/* No fault of the site's. What a list's poll read already is stored. */
static void
not_reached(struct poll *p)
{
	if (page_is_article(p->page))
		linked_unreached(p);
	else
		poll_again(p);
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

	page_site_request(
	    p, rk_arena_fmt(arena, "%s/robots.txt", rk_cstr(p->page->robot->authority)), &req);
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
		linked_ask(p);
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

void
page_want(struct poll *p, struct rk_str url)
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
		turn(p, page_is_article(page) ? NEXT_ARTICLE : NEXT_LIST);
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
	page_want(p, poll_slot(p)->source->url);
}

/* ---- the list, where its address leads to */

void
page_request(const struct poll *p, struct rk_fetch_req *req)
{
	page_site_request(p, p->page->url, req);
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
	page_want(p, rk_arena_str(p->meta, r->redirect_to));
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
