/*
 * Permanent redirects, believed by probation (RELIABILITY 2.34-38): 301 or 308 on every
 * hop, RK_MOVED_POLLS polls over at least RK_MOVED_S, each ending in a good feed. Then the
 * new address is asked directly, and shown; the configuration is the operator's. Pages are
 * left alone: what a login page is, their rules cannot tell.
 */
#include "daemon_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/url.h>

struct rk_str
slot_url(const struct slot *slot)
{
	const struct rk_moved *m = slot->moved;

	return m != NULL && m->url.n > 0 ? m->url : slot->source->url;
}

/* Is it a feed without a doubt? What was dug out of a page is none. */
static bool
is_good_feed(const struct ending *end)
{
	const struct rk_ingest *in = end->ingest;

	if (end->outcome == RK_OUT_SAME) /* as the one that was read before */
		return true;
	if (in == NULL)
		return !rk_keeps(RK_M_MOVED_HTML);
	if (in->truncated || in->rung == RK_RUNG_HTML)
		return false;
	return in->format != RK_IN_NONE && in->format != RK_IN_PAGE
	    && (in->n_entries > 0 || in->rung == RK_RUNG_STRICT);
}

static void
forget_lead(struct rk_moved *m)
{
	m->leads_to = rk_str("");
	m->leads_since = RK_NO_TIME;
	m->leads_polls = 0;
}

static bool
is_proven(const struct rk_moved *m, int64_t now)
{
	return !rk_keeps(RK_M_PROBATION)
	    || (m->leads_polls >= RK_MOVED_POLLS && now - m->leads_since >= RK_MOVED_S);
}

/* A good poll that was led away, or was not. */
static void
count_lead(struct rk_moved *m, const struct slot *slot, const struct rk_fetch_result *r,
    int64_t now)
{
	if (r->redirects == 0 || (!r->moved && rk_keeps(RK_M_TEMPORARY))) {
		forget_lead(m);
		return;
	}
	if (!rk_str_eq(m->leads_to, r->effective_url)) {
		m->leads_to = r->effective_url;
		m->leads_polls = 0;
	}
	if (m->leads_polls == 0 || m->leads_since > now) /* a clock was wrong */
		m->leads_since = now;
	m->leads_polls++;
	if (!is_proven(m, now))
		return;
	m->url = rk_str_eq(m->leads_to, slot->source->url) ? rk_str("") : m->leads_to;
	m->at = now;
	forget_lead(m);
}

/* Does the failure speak against the new address, and not just against this hour? */
static bool
is_against(const struct rk_fetch_result *r, enum rk_outcome outcome)
{
	return outcome != RK_OUT_BUSY && !(r->kind == RK_FETCH_HTTP && r->status >= 500);
}

static void
count_failure(struct rk_moved *m, const struct rk_fetch_result *r, enum rk_outcome outcome)
{
	if (r->kind == RK_FETCH_OK && rk_keeps(RK_M_MOVED_HTML)) /* to a page, perhaps a login */
		forget_lead(m);
	if (m->url.n == 0 || !is_against(r, outcome))
		return;
	m->failures++;
	if (m->failures >= RK_MOVED_FAILURES || outcome == RK_OUT_GONE) {
		m->url = rk_str("");
		m->at = RK_NO_TIME;
		m->failures = 0;
		forget_lead(m);
	}
}

static bool
is_same(const struct rk_moved *a, const struct rk_moved *b)
{
	return rk_str_eq(a->url, b->url) && a->at == b->at && a->failures == b->failures
	    && rk_str_eq(a->leads_to, b->leads_to) && a->leads_since == b->leads_since
	    && a->leads_polls == b->leads_polls;
}

void
moved_follow(struct rk_source_state *s, const struct slot *slot, const struct rk_fetch_result *r,
    const struct ending *end, int64_t now, struct rk_arena *arena)
{
	struct rk_moved m = { .at = RK_NO_TIME, .leads_since = RK_NO_TIME }, before, *made;

	s->moved_changed = false;
	if (slot->source->kind == RK_KIND_PAGE)
		return;
	if (s->moved != NULL)
		m = *s->moved;
	before = m;
	if (end->outcome == RK_OUT_NEWS || end->outcome == RK_OUT_SAME)
		m.failures = 0;
	else
		count_failure(&m, r, end->outcome);
	if (is_good_feed(end))
		count_lead(&m, slot, r, now);
	else if (end->outcome == RK_OUT_NEWS)
		forget_lead(&m);
	if (is_same(&m, &before))
		return;
	s->moved_changed = true;
	s->moved = NULL;
	if (m.url.n == 0 && m.leads_to.n == 0)
		return;
	made = RK_NEW(arena, struct rk_moved);
	*made = m;
	made->url = rk_arena_str(arena, m.url);
	made->leads_to = rk_arena_str(arena, m.leads_to);
	s->moved = made;
}
