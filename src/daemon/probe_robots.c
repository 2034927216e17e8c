/*
 * robots.txt of a visit: what was named to us is asked for as it is, wherever it leads, as
 * the daemon asks for a feed. What we look for besides, and a page that is to be read, is
 * asked for as far as robots.txt lets us; so is where that leads, hop by hop.
 */
#include <ruamkhao/probe.h>

#include "poll_int.h"
#include "probe_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/robots.h>

#include <string.h>

static struct rk_asked *
newest(struct rk_probe *p)
{
	return &p->visit.asked[p->visit.n_asked - 1];
}

static int64_t
now(const struct rk_probe *p)
{
	return p->opts->clock->wall(p->opts->clock->self);
}

bool
probe_named(const struct rk_probe *p)
{
	enum rk_how how = p->visit.asked[p->visit.n_asked - 1].how;

	/* what is asked again was let through a moment ago */
	return how == RK_HOW_AGAIN ||
	       (how == RK_HOW_GIVEN && (p->source == NULL || p->source->page == NULL));
}

static void
on_robots(void *cookie, struct rk_fetch_result *r)
{
	struct rk_probe *p = cookie;

	robot_answered(p->robot, r, now(p));
	probe_turn(p);
}

static void
ask_robots(struct rk_probe *p)
{
	struct rk_fetch_result r;
	struct rk_fetch_req req;
	struct rk_fetch *transfer;

	memset(&req, 0, sizeof(req));
	req.url = rk_arena_fmt(p->arena, "%s/robots.txt", rk_cstr(p->robot->authority));
	probe_as_configured(p, &req);
	req.max_body = RK_MAX_ROBOTS + 1; /* the byte more shows that it is longer */
	req.first_part = true;
	memset(&r, 0, sizeof(r));
	if (p->opts->asking != NULL)
		p->opts->asking(p->opts->cookie, req.url);
	if (rk_fetch_start(p->fetcher, &req, on_robots, p, &transfer, &r.err) == 0)
		return;
	r.kind = RK_FETCH_REFUSED;
	r.retry_after = -1;
	on_robots(p, &r);
}

bool
probe_may(struct rk_probe *p)
{
	struct rk_asked *a = newest(p);

	if (probe_named(p) || (p->robot = robotbook_site(p->robots, p->at)) == NULL)
		return true;
	switch (robot_says(p->robot, p->at, now(p))) {
	case ROBOT_UNKNOWN:
		ask_robots(p);
		return false;
	case ROBOT_ALLOWS:
		return true;
	case ROBOT_FORBIDS:
		p->forbidden = probe_forbids(p, p->at, &a->error);
		break;
	case ROBOT_LOST:
		a->error = rk_arena_fmt(p->arena,
		    "robots.txt of %s cannot be read, so nothing is asked for: %.300s",
		    rk_cstr(p->robot->host), p->robot->why != NULL ? p->robot->why : "");
		break;
	}
	a->kind = RK_FETCH_REFUSED;
	a->effective_url = p->at;
	probe_refused(p);
	return false;
}

bool
probe_led(struct rk_probe *p, const struct rk_fetch_result *r)
{
	if (r->redirect_to.n == 0 || p->hops >= RK_MAX_REDIRECTS)
		return false;
	p->hops++;
	p->moved = p->moved && (r->status == 301 || r->status == 308);
	p->at = rk_arena_str(p->arena, r->redirect_to);
	probe_turn(p);
	return true;
}

bool
probe_forbids(const struct rk_probe *p, struct rk_str url, struct rk_str *why)
{
	const struct robot *robot = robotbook_known(p->robots, url);

	if (robot == NULL || robot_says(robot, url, now(p)) != ROBOT_FORBIDS)
		return false;
	*why = rk_arena_fmt(p->arena, "robots.txt of %s forbids programs to read this page",
	    rk_cstr(robot->host));
	return true;
}
