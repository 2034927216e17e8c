/*
 * What came of a fetch and a parse -> the state that is stored with it. The rules of
 * the conditional request live here (RELIABILITY 2, 4-12).
 */
#include "daemon_int.h"

#include <ruamkhao/health.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/manners.h>

#include <stdlib.h>
#include <string.h>

enum rk_outcome
outcome_of(const struct rk_fetch_result *r)
{
	switch (r->kind) {
	case RK_FETCH_OK:
		return RK_OUT_NEWS;
	case RK_FETCH_NOT_MODIFIED:
		return RK_OUT_SAME;
	case RK_FETCH_HTTP:
		if ((r->status == 410 || r->status == 451) && rk_keeps(RK_M_GONE))
			return RK_OUT_GONE;
		if (r->status == 429 || r->status == 503)
			return RK_OUT_BUSY;
		if (r->status == 401 || r->status == 403 || r->status == 404)
			return RK_OUT_REFUSED;
		return RK_OUT_TROUBLE;
	case RK_FETCH_REFUSED:
	case RK_FETCH_DNS:
	case RK_FETCH_CONNECT:
	case RK_FETCH_TLS:
	case RK_FETCH_TIMEOUT:
	case RK_FETCH_CUT:
	case RK_FETCH_TOO_BIG:
	case RK_FETCH_PROTOCOL:
	case RK_FETCH_CANCELLED:
	default:
		return RK_OUT_TROUBLE;
	}
}

static enum rk_advice
advice_for(const struct rk_fetch_result *r, enum rk_outcome outcome, enum rk_kind kind)
{
	bool page = kind == RK_KIND_PAGE;

	switch (outcome) {
	case RK_OUT_GONE:
		return page ? RK_ADVICE_NEW_PAGE : RK_ADVICE_NEW_FEED;
	case RK_OUT_REFUSED:
		if (r->status == 404)
			return page ? RK_ADVICE_PAGE_LOST : RK_ADVICE_FEED_LOST;
		return RK_ADVICE_REFUSES;
	case RK_OUT_BUSY:
		return RK_ADVICE_WAIT;
	case RK_OUT_TROUBLE:
		switch (r->kind) {
		case RK_FETCH_OK:
			return page ? RK_ADVICE_PAGE_RULES : RK_ADVICE_NO_FEED;
		case RK_FETCH_DNS:
			return RK_ADVICE_HOST_NAME;
		case RK_FETCH_TLS:
			return RK_ADVICE_TLS;
		case RK_FETCH_TOO_BIG:
			return page ? RK_ADVICE_BIG_PAGE : RK_ADVICE_BIG_FEED;
		case RK_FETCH_REFUSED:
			return RK_ADVICE_URL;
		case RK_FETCH_NOT_MODIFIED:
		case RK_FETCH_HTTP:
		case RK_FETCH_CONNECT:
		case RK_FETCH_TIMEOUT:
		case RK_FETCH_CUT:
		case RK_FETCH_PROTOCOL:
		case RK_FETCH_CANCELLED:
		default:
			return RK_ADVICE_BY_ITSELF;
		}
	case RK_OUT_NEWS:
	case RK_OUT_SAME:
	default:
		return RK_ADVICE_NONE;
	}
}

/* For how many seconds, -1 none. A 304 renews what it does not change: without a word of
 * it, the document is fresh again for as long as it was (RFC 9111 4.3.4). */
static int64_t
fresh_for(const struct rk_source_state *before, const struct rk_fetch_result *r)
{
	if (r->kind == RK_FETCH_NOT_MODIFIED && !r->fresh_told
	    && before->fresh_until != RK_NO_TIME && before->last_success != RK_NO_TIME)
		return before->fresh_until - before->last_success;
	return r->fresh_for;
}

/* A whole, good document was stored, or the same one was met again. */
static void
state_success(struct rk_source_state *s, const struct rk_fetch_result *r,
    const struct ending *end, int64_t now)
{
	const struct rk_ingest *ingest = end->ingest;
	int64_t fresh = fresh_for(s, r);

	if (r->kind == RK_FETCH_OK) { /* a 200 replaces both (5) */
		if (rk_keeps(RK_M_REPLACE) || r->etag.n > 0)
			s->etag = r->etag;
		if (rk_keeps(RK_M_REPLACE) || r->last_modified.n > 0)
			s->last_modified = r->last_modified;
		s->effective_url = r->effective_url;
		if (!r->delta)
			s->body_hash = end->body_hash;
	} else if (rk_keeps(RK_M_RENEW)) { /* a 304 keeps them and takes over those it brings */
		if (r->etag.n > 0)
			s->etag = r->etag;
		if (r->last_modified.n > 0)
			s->last_modified = r->last_modified;
	}
	s->not_modified += r->kind == RK_FETCH_NOT_MODIFIED;
	if (ingest != NULL) {
		if (ingest->truncated && rk_keeps(RK_M_VALIDATOR_GOOD)) /* never validators for a cut body (8) */
			s->etag = s->last_modified = rk_str("");
		s->hint_seconds = ingest->hint_seconds;
		s->skip_hours = ingest->skip_hours;
		s->skip_days = ingest->skip_days;
		s->format = rk_str(rk_format_in_name(ingest->format));
		s->charset = ingest->charset;
		s->feed_title = ingest->title;
		s->feed_link = ingest->link;
		s->imported = s->imported || !end->unfinished;
		s->last_change = now;
	}
	if (end->unfinished && rk_keeps(RK_M_REFRESH_ONCE)) { /* else a 304, or the same body, would hide what is left */
		s->etag = s->last_modified = rk_str("");
		s->body_hash = 0;
	}
	s->standing = RK_STANDING_OK;
	s->last_success = now;
	s->failures = 0;
	s->same_body_crashes = 0;
	s->error = s->advice = rk_str("");
	s->fresh_until = fresh >= 0 ? now + fresh : RK_NO_TIME;
}

static void
state_failure(struct rk_source_state *s, const struct rk_fetch_result *r,
    const struct ending *end, enum rk_kind kind)
{
	s->standing = end->outcome == RK_OUT_GONE ? RK_STANDING_GONE : RK_STANDING_FAILING;
	if (s->failures < 1000000)
		s->failures++;
	s->error = rk_str(end->err->text);
	s->advice = rk_str(rk_advice_en(end->advice != RK_ADVICE_NONE
	        ? end->advice : advice_for(r, end->outcome, kind)));
	if (r->delta) /* and so would the next delta be: the whole is asked for */
		s->etag = s->last_modified = rk_str("");
	if (end->died && !r->delta) { /* remember the body, so that it is set aside at the third time (F19) */
		s->same_body_crashes =
		    s->body_hash == end->body_hash ? s->same_body_crashes + 1 : 1;
		s->body_hash = end->body_hash;
		s->etag = s->last_modified = rk_str("");
	}
}

/* Strings of the answer and of the error die before the state does; those of the slot
 * stay as they are until the poll is stored. */
static void
keep_strings(struct rk_source_state *state, const struct rk_source_state *before,
    struct rk_arena *arena)
{
	struct { struct rk_str *now; struct rk_str was; } list[] = {
		{ &state->etag, before->etag },
		{ &state->last_modified, before->last_modified },
		{ &state->effective_url, before->effective_url },
		{ &state->error, before->error },
		{ &state->format, before->format },
		{ &state->charset, before->charset },
		{ &state->feed_title, before->feed_title },
		{ &state->feed_link, before->feed_link },
		{ &state->why_next, before->why_next },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (rk_str_eq(*list[i].now, list[i].was))
			*list[i].now = list[i].was; /* and nothing is copied */
		else
			*list[i].now = rk_arena_str(arena, *list[i].now);
	}
}

/* What the number of new entries decides, wherever it is known. */
struct settling {
	struct rk_due_in due;
	struct rk_arena *arena;
};

static void
settle(void *cookie, struct rk_source_state *state, unsigned fresh)
{
	struct settling *s = cookie;
	struct rk_due_in due = s->due;

	due.fresh = fresh;
	rk_due_next(state, &due, s->arena);
}

struct rk_source_state
outcome_settled(const struct rk_store_poll *sp, unsigned fresh)
{
	struct rk_source_state state = sp->state;

	if (sp->settle != NULL)
		sp->settle(sp->settle_cookie, &state, fresh);
	return state;
}

/* sp: its state, and how it is settled when the entries are stored. */
void
outcome_state(struct engine *e, struct slot *slot, const struct rk_fetch_result *r,
    const struct ending *end, struct rk_arena *arena, struct rk_store_poll *sp)
{
	struct settling *later;
	struct rk_source_state *out = &sp->state;
	struct rk_due_in due;
	struct ending as = *end;
	int64_t now = engine_now(e);
	struct rk_source_state before;

	/* said of where it was led to, by redirects that may change */
	if (as.outcome == RK_OUT_GONE && r->redirects > 0)
		as.outcome = RK_OUT_TROUBLE;
	end = &as;
	slot_state(slot, &before);
	*out = before;
	out->last_poll = now;
	out->polls++;
	out->http_status = r->status;
	if (r->address_new && r->redirects == 0
	    && rk_str_eq(slot_url(slot), slot->source->url))
		out->address = rk_arena_str(arena, rk_str(r->address));
	moved_follow(out, slot, r, end, now, arena);
	/* not the configured address is gone, but where it led to: it is asked once more */
	if (as.outcome == RK_OUT_GONE && !rk_str_eq(slot_url(slot), slot->source->url))
		as.outcome = RK_OUT_REFUSED;
	if (end->outcome == RK_OUT_NEWS || end->outcome == RK_OUT_SAME)
		state_success(out, r, end, now);
	else
		state_failure(out, r, end, slot->source->kind);
	if (out->standing != before.standing)
		out->standing_since = now;
	if (out->failures <= 1)
		slot->trouble_since = stamp_of(now);
	memset(&due, 0, sizeof(due));
	due.source = slot->source;
	due.outcome = end->outcome;
	due.now = now;
	due.retry_after = r->retry_after;
	due.fresh_for = fresh_for(&before, r);
	due.hint_seconds = out->hint_seconds;
	due.has_validator = out->etag.n > 0 || out->last_modified.n > 0
	    || (end->unfinished && (r->etag.n > 0 || r->last_modified.n > 0));
	due.trouble_since = stamp_time(slot->trouble_since);
	due.unlimited = slot->unlimited;
	due.pushed = websub_tells(e->websub, (size_t)(slot - e->slots));
	due.adaptive = !slot->source->own_every;
	due.first = !slot->imported;
	if (end->ingest != NULL) {
		later = RK_NEW(arena, struct settling);
		*later = (struct settling){ due, arena };
		sp->settle = settle;
		sp->settle_cookie = later;
	} else {
		rk_due_next(out, &due, arena);
	}
	keep_strings(out, &before, arena);
}

int64_t
outcome_due_unpushed(const struct slot *slot)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_source_state s;
	struct rk_due_in due;

	slot_state(slot, &s);
	memset(&due, 0, sizeof(due));
	due.source = slot->source;
	due.outcome = RK_OUT_SAME;
	due.now = s.last_poll;
	due.retry_after = -1;
	due.fresh_for = s.fresh_until != RK_NO_TIME ? s.fresh_until - s.last_poll : -1;
	due.hint_seconds = s.hint_seconds;
	due.has_validator = s.etag.n > 0 || s.last_modified.n > 0;
	due.trouble_since = stamp_time(slot->trouble_since);
	due.unlimited = slot->unlimited;
	due.adaptive = !slot->source->own_every;
	rk_due_next(&s, &due, arena);
	rk_arena_free(arena);
	if (slot->not_before != 0 && s.next_due < stamp_time(slot->not_before))
		s.next_due = stamp_time(slot->not_before);
	return s.next_due < slot->next_due ? s.next_due : slot->next_due;
}
