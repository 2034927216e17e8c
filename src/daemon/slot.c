/*
 * What is kept of a source between two polls: packed, and in the form of the model. A
 * field that polls are to remember has its place in slot_state and slot_keep both.
 */
#include "daemon_int.h"

#include <ruamkhao/hash.h>

#include <stdlib.h>
#include <string.h>

stamp
stamp_of(int64_t t)
{
	if (t == RK_NO_TIME)
		return 0;
	return t < 1 ? 1 : t > UINT32_MAX ? UINT32_MAX : (stamp)t;
}

int64_t
stamp_time(stamp t)
{
	return t == 0 ? RK_NO_TIME : (int64_t)t;
}

static uint32_t
count_of(uint64_t n)
{
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* Never 0. */
static uint32_t
why_hash(struct rk_str why)
{
	uint32_t hash = (uint32_t)rk_hash64(why);

	return hash != 0 ? hash : 1;
}

void
slot_state(const struct slot *slot, struct rk_source_state *s)
{
	const char *p = slot->strings;

	memset(s, 0, sizeof(*s)); /* gaps too: slot_part compares bytes */
	s->row = slot->row;
	s->standing = (enum rk_source_standing)slot->standing;
	s->url = slot->source->url;
	s->etag = s->last_modified = s->effective_url = rk_str("");
	if (p != NULL) {
		s->etag = rk_str(p);
		p += s->etag.n + 1;
		s->last_modified = rk_str(p);
		p += s->last_modified.n + 1;
		s->effective_url = rk_str(p);
	}
	if (slot->located && s->effective_url.n == 0)
		s->effective_url = s->url;
	s->body_hash = slot->body_hash;
	s->next_due = slot->next_due;
	s->not_before = stamp_time(slot->not_before);
	s->last_poll = stamp_time(slot->last_poll);
	s->last_success = stamp_time(slot->last_success);
	s->last_change = stamp_time(slot->last_change);
	s->standing_since = stamp_time(slot->standing_since);
	s->fresh_until = stamp_time(slot->fresh_until);
	s->hint_seconds = slot->hint_seconds;
	s->skip_hours = slot->skip_hours;
	s->skip_days = slot->skip_days;
	s->failures = slot->failures;
	s->same_body_crashes = slot->same_body_crashes;
	s->http_status = slot->http_status;
	s->error = s->advice = s->why_next = rk_str("");
	s->format = s->charset = s->feed_title = s->feed_link = rk_str("");
	s->polls = slot->polls;
	s->not_modified = slot->not_modified;
	s->imported = slot->imported;
	s->moved = slot->moved;
	s->pace = (struct rk_source_pace){ slot->pace_all, slot->pace_office,
		stamp_time(slot->pace_at) };
}

/* True when the strings are those that are kept. */
static bool
same_strings(const struct slot *slot, struct rk_str etag, struct rk_str modified,
    struct rk_str effective)
{
	struct rk_source_state s;
	const struct rk_str none = rk_str("");

	slot_state(slot, &s);
	return rk_str_eq(s.etag, etag) && rk_str_eq(s.last_modified, modified)
	    && rk_str_eq(rk_str_eq(s.effective_url, s.url) ? none : s.effective_url, effective);
}

static void
keep_strings(struct slot *slot, const struct rk_source_state *s)
{
	struct rk_str list[3] = { s->etag, s->last_modified, s->effective_url };
	char *p, *old = slot->strings; /* some of the list may lie there */
	size_t total = 0;

	slot->located = s->effective_url.n > 0;
	if (rk_str_eq(s->effective_url, slot->source->url))
		list[2] = rk_str("");
	if (old == NULL ? list[0].n + list[1].n + list[2].n == 0
			: same_strings(slot, list[0], list[1], list[2]))
		return;
	for (size_t i = 0; i < 3; i++)
		total += list[i].n;
	p = total > 0 ? rk_xmalloc(total + 3) : NULL;
	slot->strings = p;
	for (size_t i = 0; p != NULL && i < 3; i++) {
		if (list[i].n > 0)
			memcpy(p, list[i].p, list[i].n);
		p[list[i].n] = '\0';
		p += list[i].n + 1;
	}
	free(old);
}

static void
keep_moved(struct slot *slot, const struct rk_moved *moved)
{
	struct rk_moved *own = NULL;
	char *p;

	if (moved == slot->moved)
		return;
	if (moved != NULL) {
		own = rk_xmalloc(sizeof(*own) + moved->url.n + moved->leads_to.n + 2);
		*own = *moved;
		p = (char *)(own + 1);
		if (own->url.n > 0)
			memcpy(p, own->url.p, own->url.n);
		p[own->url.n] = '\0';
		own->url.p = p;
		p += own->url.n + 1;
		if (own->leads_to.n > 0)
			memcpy(p, own->leads_to.p, own->leads_to.n);
		p[own->leads_to.n] = '\0';
		own->leads_to.p = p;
	}
	free(slot->moved);
	slot->moved = own;
}

void
slot_keep(struct slot *slot, const struct rk_source_state *s, bool why_stored)
{
	keep_strings(slot, s);
	slot->row = s->row;
	slot->standing = (uint8_t)s->standing;
	slot->body_hash = s->body_hash;
	slot->next_due = s->next_due;
	slot->not_before = stamp_of(s->not_before);
	slot->last_poll = stamp_of(s->last_poll);
	slot->last_success = stamp_of(s->last_success);
	slot->last_change = stamp_of(s->last_change);
	slot->standing_since = stamp_of(s->standing_since);
	slot->fresh_until = stamp_of(s->fresh_until);
	slot->hint_seconds = s->hint_seconds > 0 ? count_of((uint64_t)s->hint_seconds) : 0;
	slot->skip_hours = s->skip_hours & 0xffffffu;
	slot->skip_days = s->skip_days & 0x7fu;
	slot->failures = s->failures;
	slot->same_body_crashes = s->same_body_crashes;
	slot->http_status = (uint16_t)s->http_status;
	slot->polls = count_of(s->polls);
	slot->not_modified = count_of(s->not_modified);
	slot->imported = s->imported;
	keep_moved(slot, s->moved);
	slot->pace_all = s->pace.all;
	slot->pace_office = s->pace.office;
	slot->pace_at = stamp_of(s->pace.at);
	if (why_stored)
		slot->why = why_hash(s->why_next);
}

void
slot_keep_times(struct slot *slot, const struct rk_poll_times *t)
{
	slot->last_poll = slot->last_success = stamp_of(t->last_poll);
	slot->next_due = t->next_due;
	slot->fresh_until = stamp_of(t->fresh_until);
	slot->http_status = (uint16_t)t->http_status;
	slot->polls = count_of(t->polls);
	slot->not_modified = count_of(t->not_modified);
}

enum rk_state_part
slot_part(const struct slot *slot, const struct rk_source_state *s, bool *why_same)
{
	struct rk_source_state was;

	*why_same = false;
	if (s->standing != RK_STANDING_OK || s->last_success != s->last_poll
	    || s->error.n > 0 || s->advice.n > 0)
		return RK_STATE_AND_TEXTS;
	slot_state(slot, &was);
	if (!rk_str_eq(was.etag, s->etag) || !rk_str_eq(was.last_modified, s->last_modified)
	    || !rk_str_eq(was.effective_url, s->effective_url))
		return RK_STATE_AND_TEXTS;
	/* what RK_STATE_TIMES brings, and where equal strings lie */
	was.url = s->url;
	was.etag = s->etag;
	was.last_modified = s->last_modified;
	was.effective_url = s->effective_url;
	was.error = s->error;
	was.advice = s->advice;
	was.why_next = s->why_next;
	was.format = s->format;
	was.charset = s->charset;
	was.feed_title = s->feed_title;
	was.feed_link = s->feed_link;
	was.last_poll = s->last_poll;
	was.last_success = s->last_success;
	was.next_due = s->next_due;
	was.fresh_until = s->fresh_until;
	was.http_status = s->http_status;
	was.polls = s->polls;
	was.not_modified = s->not_modified;
	/* by bytes, so that a field that is not named here is never lost */
	if (memcmp(&was, s, sizeof(was)) != 0)
		return RK_STATE_AND_TEXTS;
	*why_same = slot->why == why_hash(s->why_next);
	return RK_STATE_TIMES;
}

int64_t
slot_open(const struct slot *slot, int64_t t)
{
	struct rk_source_state s;

	if (slot->skip_hours == 0 && slot->skip_days == 0)
		return t;
	slot_state(slot, &s);
	return rk_due_open(slot->source, &s, t);
}

void
slot_news(struct slot *slot, unsigned fresh, int64_t now)
{
	struct rk_source_pace pace = {slot->pace_all, slot->pace_office,
	    stamp_time(slot->pace_at)};

	rk_pace_news(&pace, fresh, false, now);
	slot->pace_all = pace.all;
	slot->pace_office = pace.office;
	slot->pace_at = stamp_of(pace.at);
}

void
slot_release(struct slot *slot)
{
	free(slot->strings);
	free(slot->moved);
	slot->strings = NULL;
	slot->moved = NULL;
}
