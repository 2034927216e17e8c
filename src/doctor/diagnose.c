/*
 * A visit from its first request to its diagnosis.
 */
#include <ruamkhao/doctor.h>

#include "doctor_int.h"

#include <ruamkhao/discover.h>

#include <string.h>

/* ---- one line for what came */

static const char *
format_name(const struct rk_ingest *in)
{
	switch (in->format) {
	case RK_IN_RSS:
		return "RSS";
	case RK_IN_RDF:
		return "RSS (RDF)";
	case RK_IN_ATOM:
	case RK_IN_ATOM03:
		return "Atom";
	case RK_IN_JSONFEED:
		return "JSON Feed";
	case RK_IN_WORDPRESS:
		return "WordPress REST";
	case RK_IN_PAGE:
		return "a page by rules";
	case RK_IN_NONE:
		break;
	}
	return "a document";
}

static struct rk_str
look_text(const struct rk_look *l, struct rk_arena *arena)
{
	const char *system = rk_system_name(l->system);
	struct rk_str what = l->what;

	if (l->kind == RK_LOOK_PAGE && (l->generator.n > 0 || system[0] != '\0'))
		what = rk_arena_fmt(arena, "%.*s (%.*s)", RK_FMT(l->what),
		    RK_FMT(l->generator.n > 0 ? l->generator : rk_str(system)));
	if (l->title.n == 0)
		return what;
	return rk_arena_fmt(
	    arena, "%.*s, titled \"%.*s\"", RK_FMT(what), RK_FMT(l->title));
}

struct rk_str
rk_asked_text(const struct rk_asked *a, struct rk_arena *arena)
{
	const struct rk_ingest *in = a->ingest;

	if (a->kind == RK_FETCH_NOT_MODIFIED)
		return RK_STR("304 Not Modified");
	if (a->kind == RK_FETCH_HTTP && in != NULL && in->look != NULL &&
	    (in->look->kind == RK_LOOK_CHALLENGE || in->look->kind == RK_LOOK_BLOCK ||
		in->look->kind == RK_LOOK_CAPTCHA))
		return rk_arena_fmt(arena, "%d and %.*s", a->status,
		    RK_FMT(look_text(in->look, arena)));
	if (a->kind != RK_FETCH_OK)
		return a->error;
	if (a->refusal.n > 0)
		return a->refusal;
	if (in == NULL && a->how == RK_HOW_AGAIN)
		return RK_STR("200 and the same bytes");
	if (in == NULL)
		return RK_STR("a document that was not read");
	if (in->look != NULL)
		return look_text(in->look, arena);
	return rk_arena_fmt(arena, "%s%s%.*s with %zu entr%s", format_name(in),
	    in->version.n > 0 ? " " : "", RK_FMT(in->version), in->n_entries,
	    in->n_entries == 1 ? "y" : "ies");
}

/* ---- the visit */

static bool
is_page(const struct rk_asked *a)
{
	return a->ingest != NULL && a->ingest->look != NULL;
}

/* Pages on the way: the one that was given, where it leads, the front page. */
static void
judge_pages(struct doctor *d)
{
	const struct rk_visit *v = d->visit;
	bool last = v->feed == SIZE_MAX;

	for (size_t i = 0; i < v->n_asked; i++) {
		const struct rk_asked *a = &v->asked[i];

		if (i != 0 && a->how != RK_HOW_FORWARD && a->how != RK_HOW_FRONT)
			continue;
		if (i == 0 || a->how == RK_HOW_FORWARD)
			judge_reach(d, a);
		judge_place(d, a, last);
	}
}

/* Feeds that the page announces: those that fail, and those that are left. */
static void
judge_announced(struct doctor *d)
{
	const struct rk_visit *v = d->visit;
	struct rk_buf more;
	size_t n = 0;

	rk_buf_init(&more, 2000);
	for (size_t i = 0; i < v->n_asked; i++) {
		const struct rk_asked *a = &v->asked[i];

		if (a->how == RK_HOW_ANNOUNCED && i != v->feed &&
		    (a->kind != RK_FETCH_OK || is_page(a) || a->ingest == NULL))
			found(d, F_ANNOUNCED_FAILS, true, same(a->url),
			    same(rk_asked_text(a, d->arena)), NONE);
		for (uint32_t k = 0; is_page(a) && k < a->ingest->look->n_places; k++) {
			const struct rk_place *p = &a->ingest->look->places[k];

			if (p->how != RK_HOW_ANNOUNCED || v->feed == SIZE_MAX ||
			    rk_str_eq(p->url, v->asked[v->feed].url) ||
			    rk_is_comment_feed(p->url, p->title))
				continue;
			(void)rk_buf_addf(
			    &more, "%s%.*s", n > 0 ? ", " : "", RK_FMT(p->url));
			n++;
		}
	}
	if (n > 0)
		found(
		    d, F_ANNOUNCED, true, number(d, n), same(rk_buf_view(&more)), NONE);
	rk_buf_release(&more);
}

static void
judge_found(struct doctor *d)
{
	const struct rk_visit *v = d->visit;
	const struct rk_asked *a = &v->asked[v->feed];
	const struct rk_asked *again =
	    v->again != SIZE_MAX ? &v->asked[v->again] : NULL;

	if (v->feed != 0)
		judge_reach(d, a);
	judge_feed(d, a, again);
	if (!v->is_file)
		judge_manners(d, a, again);
	if (a->ingest->format == RK_IN_WORDPRESS)
		found_plain(d, F_WORDPRESS);
	else if (v->feed != 0 && is_page(&v->asked[0]) &&
		 (a->how == RK_HOW_SYSTEM || a->how == RK_HOW_USUAL))
		found(d, F_NOT_ANNOUNCED, true, same(a->url), NONE, NONE);
}

static void
judge_preset(struct doctor *d)
{
	const struct rk_visit *v = d->visit;
	struct rk_str name = v->preset;

	if (v->preset.n == 0 || v->page == SIZE_MAX)
		return;
	if (is_page(&v->asked[v->page]))
		name = rk_str(rk_system_name(v->asked[v->page].ingest->look->system));
	if (v->page_items > 0)
		found(d, F_PRESET, true, same(name), entries(d, v->page_items),
		    same(v->preset));
	else
		found(d, F_PRESET_EMPTY, true, same(name), same(v->page_err), NONE);
}

static struct rk_str
verdict(struct doctor *d)
{
	const struct rk_visit *v = d->visit;

	if (v->is_file && d->out->usable && v->feed != SIZE_MAX)
		return v->asked[0].ingest->n_entries == 0
			   ? RK_STR("The document is a feed, empty at present.")
			   : RK_STR("The document can be used as a source.");
	if (v->feed != SIZE_MAX && d->out->usable)
		return rk_arena_fmt(d->arena, "%s: %.*s",
		    v->asked[v->feed].ingest->n_entries > 0
			? "A usable feed"
			: "A feed, empty at present",
		    RK_FMT(d->out->url));
	if (d->out->usable)
		return rk_arena_fmt(d->arena,
		    "No feed, but the page itself can be read: %.*s",
		    RK_FMT(d->out->url));
	for (size_t i = 0; i < d->out->n_findings; i++)
		if (d->out->findings[i].severity == RK_SEV_ERROR)
			return rk_arena_fmt(d->arena, "No usable source. %.*s",
			    RK_FMT(for_webmaster(d, d->out->findings[i].en)));
	return v->feed != SIZE_MAX
		   ? RK_STR("No usable source: not one entry came whole.")
		   : RK_STR("No usable source.");
}

/* A feed, unless nothing of it came whole; or a page that its rules can read. */
static bool
is_usable(const struct rk_visit *v)
{
	const struct rk_ingest *in;

	if (v->feed == SIZE_MAX)
		return v->page != SIZE_MAX && v->page_items > 0;
	in = v->asked[v->feed].ingest;
	return in->n_entries > 0 || !in->truncated;
}

void
rk_diagnose(const struct rk_visit *visit, const struct rk_regions *regions,
    struct rk_arena *arena, struct rk_diagnosis *out)
{
	struct doctor d = {visit, regions, arena, out, {F_DNS}};
	const struct rk_asked *first = &visit->asked[0];

	*out = (struct rk_diagnosis){.usable = is_usable(visit)};
	out->id = out->title = out->url = out->province = RK_STR("");
	out->stanza = out->letter_th = out->letter_en = RK_STR("");
	judge_pages(&d);
	judge_announced(&d);
	if (visit->feed != SIZE_MAX)
		judge_found(&d);
	judge_preset(&d);
	/* where not even a page came, the reason is said already */
	if (visit->feed == SIZE_MAX && !visit->is_file &&
	    ((is_page(first) && (first->ingest->look->kind == RK_LOOK_PAGE ||
				    first->ingest->look->kind == RK_LOOK_FORWARD)) ||
		visit->n_asked > 1))
		found(&d, F_NO_FEED, true, number(&d, visit->n_asked), NONE, NONE);
	else if (visit->feed == SIZE_MAX && visit->is_file && is_page(first) &&
		 first->ingest->look->kind == RK_LOOK_PAGE && !out->usable)
		found(
		    &d, F_NOT_FEED, true, same(first->ingest->look->what), NONE, NONE);
	sort_findings(&d);
	write_facts(&d);
	write_stanza(&d);
	out->verdict = verdict(&d);
	write_letter(&d);
}
