/*
 * How a feed behaves as a thing to poll: validators, size, speed, window.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/units.h>

#include <stdlib.h>
#include <string.h>

#define SLOW_MS   5000
#define PACK_FROM RK_KIB(32) /* below that gzip saves little */
#define LARGE     RK_MIB(2)
#define CLOCK_S   300 /* what a clock may be off: validators use it */

static void
judge_validators(
    struct doctor *d, const struct rk_asked *a, const struct rk_asked *again)
{
	bool equal;

	if (a->etag.n == 0 && a->last_modified.n == 0) {
		found_plain(d, F_NO_VALIDATORS);
		return;
	}
	if (again == NULL || again->kind != RK_FETCH_OK)
		return;
	equal = again->body_hash == a->body_hash;
	if (!equal)
		return; /* what changed has new validators by right */
	if (a->etag.n > 0 && again->etag.n > 0 && !rk_str_eq(a->etag, again->etag))
		found_plain(d, F_ETAG_MOVES);
	else if (a->etag.n == 0 && !rk_str_eq(a->last_modified, again->last_modified))
		found_plain(d, F_MODIFIED_MOVES);
	else
		found(d, F_IGNORED, true,
		    same(a->etag.n > 0 ? RK_STR("ETag") : RK_STR("Last-Modified")),
		    NONE, NONE);
}

static void
judge_type(struct doctor *d, const struct rk_asked *a)
{
	struct rk_str type = a->content_type;
	size_t semicolon = rk_str_chr(type, ';');

	type = rk_str_trim(semicolon == SIZE_MAX ? type : rk_strn(type.p, semicolon));
	if (type.n == 0)
		found(d, F_TYPE, true,
		    same(RK_STR("nothing in particular (no Content-Type)")), NONE,
		    NONE);
	else if (rk_str_iis(type, "text/html") || rk_str_iis(type, "text/plain") ||
		 rk_str_iis(type, "application/octet-stream"))
		found(d, F_TYPE, true, same(type), NONE, NONE);
}

/* Entries that come and go faster than we ask are lost (DOMAIN.md 4.3). */
static void
judge_window(struct doctor *d, const struct rk_ingest *in)
{
	static const int64_t steps[] = {21600, 10800, 7200, 3600, 1800, 1200, 900, 600};
	int64_t newest = RK_NO_TIME, oldest = INT64_MAX, span, every = 600;
	char text[32];
	size_t dated = 0;

	for (size_t i = 0; i < in->n_entries; i++) {
		const struct rk_entry *e = &in->entries[i];

		if (e->published == RK_NO_TIME || e->found.precision == RK_BY_DAY ||
		    e->published > d->visit->now)
			continue;
		dated++;
		if (e->published > newest)
			newest = e->published;
		if (e->published < oldest)
			oldest = e->published;
	}
	if (dated < 5 || dated != in->n_entries || (span = newest - oldest) == 0 ||
	    span >= d->visit->every)
		return;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (steps[i] * 2 <= span) {
			every = steps[i];
			break;
		}
	if (every >= d->visit->every)
		return;
	found(d, F_WINDOW, true, entries(d, dated), duration(d, span),
	    same(rk_arena_str(
		d->arena, rk_str(rk_format_duration(every, text, sizeof(text))))));
}

static void
judge_speed(struct doctor *d, const struct rk_asked *a)
{
	uint64_t ms = a->elapsed_ms;

	if (ms >= SLOW_MS)
		found(d, F_SLOW, true,
		    same(rk_arena_fmt(d->arena, "%.1f seconds", (double)ms / 1000)),
		    NONE, NONE);
	if (!a->compressed && a->size >= PACK_FROM)
		found(d, F_UNCOMPRESSED, true, same(size_text(d, a->size)), NONE, NONE);
	if (a->size >= LARGE || a->size > d->visit->max_body / 2)
		found(d, F_BIG, true, same(size_text(d, a->size)),
		    entries(d, a->ingest->n_entries), NONE);
}

void
judge_manners(struct doctor *d, const struct rk_asked *a, const struct rk_asked *again)
{
	const struct rk_visit *v = d->visit;
	const struct rk_ingest *in = a->ingest;
	struct rk_str url = a->effective_url.n > 0 ? a->effective_url : a->url;
	struct rk_str host = host_of(d, url);
	int64_t pause = in->hint_seconds;

	judge_validators(d, a, again);
	judge_type(d, a);
	judge_speed(d, a);
	judge_window(d, in);
	if (a->fresh_for > pause)
		pause = a->fresh_for;
	pause =
	    pause < RK_MAX_HINT_S ? pause : RK_MAX_HINT_S; /* all that is respected */
	if (pause > v->every)
		found(d, F_TTL, true, duration(d, pause), NONE, NONE);
	if (a->date != RK_NO_TIME && llabs(a->date - a->at) > CLOCK_S)
		found(
		    d, F_CLOCK, true, duration(d, llabs(a->date - a->at)), NONE, NONE);
	if (rk_str_istarts(url, "http:") && !rk_str_is(host, "localhost") &&
	    !rk_str_starts(host, "127."))
		found_plain(d, F_PLAIN);
	if (v->configured.n > 0)
		found(d, F_CONFIGURED, true, same(v->configured), NONE, NONE);
}
