/*
 * What a hub pushes: judged by its signature, read by a worker as a poll's body is, and
 * stored beside the source's state, which only polls change. One push of a source is at
 * work at a time; a few wait, what is more is refused and left to the polls. Twins of the
 * source, which the same hub would tell the same, are served one after another.
 */
#include "websub_int.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/sign.h>

#include <stdlib.h>
#include <string.h>

/* Of one callback: so many at once, then one in so many milliseconds. */
#define BURST        20
#define REFILL_MS    2000
#define MAX_WAITING  4
#define MAX_HELD     RK_MIB(32)

struct push {
	struct push *next;
	struct sub *sub;
	struct rk_arena *arena;
	struct rk_str body, content_type;
};

static void work(struct sub *);
static void read_for(struct sub *);

/* ---- may it come */

static bool
may_push(struct sub *s)
{
	uint64_t now = engine_ms(s->w->e), more;

	if (s->tokens_ms == 0) {
		s->tokens = BURST;
		s->tokens_ms = now;
	}
	more = (now - s->tokens_ms) / REFILL_MS;
	s->tokens_ms += more * REFILL_MS;
	s->tokens = more > BURST - s->tokens ? BURST : s->tokens + (unsigned)more;
	if (s->tokens == 0)
		return false;
	s->tokens--;
	return true;
}

bool
push_room(struct sub *s, unsigned *status)
{
	if (!sub_is_open(s))
		return false;
	if (!may_push(s)) {
		*status = 429;
		return false;
	}
	return true;
}

/* ---- its way */

static void
push_free(struct push *p)
{
	struct sub *s = p->sub;

	s->w->held -= p->body.n;
	s->n_pushes--;
	rk_arena_free(p->arena);
	free(p);
}

void
push_drop_all(struct sub *s)
{
	struct push **at = s->at_work ? &s->pushes->next : &s->pushes;

	while (*at != NULL) {
		struct push *p = *at;

		*at = p->next;
		push_free(p);
	}
}

/* What it tells is stored for the source; is there a twin that has not got it? */
static bool
is_twins_turn(struct sub *s)
{
	if (s->slot == NO_SLOT || s->dead || s->w->stopping || s->row.state == RK_SUB_LEAVING)
		return false;
	s->target = twins_next(s->w->e->pipeline, s->target);
	return s->target != s->slot;
}

/* The first one is done; on to the next. */
static void
done(struct sub *s)
{
	struct push *p = s->pushes;

	s->pushes = p->next;
	push_free(p);
	s->at_work = false;
	s->w->working--;
	if (s->pushes != NULL && !s->w->stopping)
		work(s);
}

static void
on_stored(void *cookie, const struct rk_store_poll *sp, const struct rk_store_counts *counts,
    const struct rk_err *err)
{
	struct sub *s = cookie;
	struct engine *e = s->w->e;

	(void)sp;
	if (err->kind != RK_E_NONE) {
		rk_log(RK_ERROR, "store failed", "source", rk_cstr(e->slots[s->target].source->id),
		    "error", err->text, NULL);
		if (!s->dead) {
			sub_error(s, "a push could not be stored");
			sub_missed(s); /* it was taken: what it told is left to the polls */
		}
	} else if (!s->dead && s->target == s->slot) {
		e->progress.added += counts->added;
		e->progress.edited += counts->edited;
		e->progress.joined += counts->joined;
		s->row.last_push = engine_now(e);
		if (s->row.last_miss >= s->row.last_push) /* it came late, but it came */
			s->row.last_miss = s->row.last_push - 1;
		s->row.pushes++;
		slot_news(&e->slots[s->slot], counts->added + counts->joined, engine_now(e));
		sub_error(s, "");
		sub_keep(s);
	} else if (!s->dead) {
		e->progress.joined += counts->joined;
		slot_news(&e->slots[s->target], counts->added + counts->joined, engine_now(e));
	}
	if (err->kind == RK_E_NONE && counts->added + counts->edited + counts->joined > 0)
		publisher_dirty(e->publisher);
	if (err->kind == RK_E_NONE && is_twins_turn(s))
		read_for(s);
	else
		done(s);
}

static void
on_parsed(void *cookie, enum rk_work_end end, struct rk_ingest *ingest, struct rk_arena *arena,
    const struct rk_err *err)
{
	struct sub *s = cookie;
	struct engine *e = s->w->e;
	struct rk_store_poll *sp;

	if (end != RK_WORK_OK || s->dead || s->row.state == RK_SUB_LEAVING) {
		rk_arena_free(arena);
		if (end != RK_WORK_OK && end != RK_WORK_STOPPED && !s->dead) {
			sub_error(s, err->text);
			sub_missed(s); /* what it told is left to the polls */
		}
		done(s);
		return;
	}
	sp = rk_xmalloc(sizeof(*sp));
	slot_poll(&e->slots[s->target], arena, sp);
	sp->state.row = s->target == s->slot ? s->row.source : e->slots[s->target].row;
	sp->ingest = ingest;
	slot_routes(e, &e->slots[s->target], sp);
	sp->now = engine_now(e);
	sp->pushed = true;
	rk_storeq_poll(e->storeq, &sp, on_stored, s);
}

/* The first push, for s->target. */
static void
read_for(struct sub *s)
{
	struct engine *e = s->w->e;
	const struct push *p = s->pushes;
	const struct rk_source *source = e->slots[s->target].source;
	struct rk_work job = {.body = p->body,
	    .content_type = p->content_type,
	    .url = s->row.topic,
	    .charset = source->charset,
	    .timezone = source->timezone,
	    .distrust = source->distrust,
	    .now = engine_now(e),
	    .part = RK_PAGE_NONE};

	rk_pool_submit(e->pool, &job, on_parsed, s);
}

static void
work(struct sub *s)
{
	s->at_work = true;
	s->w->working++;
	s->target = s->slot;
	read_for(s);
}

/* ---- it came */

static void
ignored(struct sub *s, const char *why)
{
	if (strcmp(s->error, why) == 0) /* a flood of them is told once */
		return;
	sub_error(s, why);
	sub_keep(s);
	rk_log(RK_INFO, "push ignored", "source", rk_cstr(s->w->e->slots[s->slot].source->id),
	    "why", why, NULL);
}

void
push_said(struct sub *s, const struct rk_websub_call *call, struct rk_websub_reply *reply)
{
	struct websub *w = s->w;
	struct push *p, **at = &s->pushes;
	bool known, good;

	if (!sub_is_open(s))
		return;
	reply->status = 202; /* a bad one too: who sent it learns nothing */
	good = rk_signature_fits(call->signature, s->row.secret, call->body, &known);
	if (rk_keeps(RK_M_WEBSUB) && !good) {
		ignored(s, known ? "a push with a wrong signature was ignored"
		                 : "a push was ignored: it must be signed with sha256, sha384 or"
		                   " sha512");
		return;
	}
	if (s->n_pushes >= MAX_WAITING || w->held + call->body.n > MAX_HELD) {
		reply->status = 503;
		sub_missed(s);
		return;
	}
	p = rk_xcalloc(1, sizeof(*p));
	p->sub = s;
	p->arena = rk_arena_new(0);
	p->body = rk_arena_str(p->arena, call->body);
	p->content_type = rk_arena_str(p->arena, call->content_type);
	while (*at != NULL)
		at = &(*at)->next;
	*at = p;
	s->n_pushes++;
	w->held += p->body.n;
	if (!s->at_work)
		work(s);
}
