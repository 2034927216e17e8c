/*
 * Sentences of explain about the entry among others: origin, regions, story, settings of
 * its source, state.
 */
#include "explain_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/evidence.h>
#include <ruamkhao/hijack.h>
#include <ruamkhao/limits.h>

void
explain_origin(struct explain *x, const struct rk_explained *e)
{
	explain_say(x, "It came from the source %.*s (%.*s), %.*s.", RK_FMT(e->source_id),
	    RK_FMT(explain_brief(e->source_title)), RK_FMT(explain_brief(e->source_url)));
	if (e->format.n > 0)
		explain_say(x, "The source's last good document was %.*s in %.*s.",
		    RK_FMT(e->format), RK_FMT(e->charset));
	if (x->source == NULL)
		explain_say(x, "The source is not in the configuration any more.");
	if (e->origin_title.n + e->origin_url.n > 0)
		explain_say(x, "The document names another origin: %.*s%s%.*s.",
		    RK_FMT(explain_brief(e->origin_title)),
		    e->origin_title.n > 0 && e->origin_url.n > 0 ? ", " : "",
		    RK_FMT(explain_brief(e->origin_url)));
}

/* ---- regions */

/* The node is in the space-separated route. */
static bool
has_node(struct rk_str route, struct rk_str id)
{
	struct rk_str one;

	while (rk_str_split(&route, ' ', &one))
		if (rk_str_eq(one, id))
			return true;
	return false;
}

static bool
is_listed(const struct rk_source *s, struct rk_str id)
{
	for (size_t i = 0; i < s->n_regions; i++)
		if (rk_str_eq(s->regions[i], id))
			return true;
	return false;
}

/* Another entry of the story brought the node. */
static const struct rk_explain_copy *
copy_with(const struct rk_explained *e, struct rk_str id)
{
	for (const struct rk_explain_copy *c = e->story; c != NULL; c = c->next)
		if (!rk_str_eq(c->id, e->id) && has_node(c->route, id))
			return c;
	return NULL;
}

static const char *
where_said(enum rk_evidence_kind kind)
{
	switch (kind) {
	case RK_EVIDENCE_TITLE:
		return "in its title";
	case RK_EVIDENCE_BYLINE:
		return "by its author or agency";
	case RK_EVIDENCE_LEAD:
		return "in its first sentence";
	case RK_EVIDENCE_LAST:
		break;
	}
	return "at its end";
}

/* Any member of the group, or the group itself, is among the places. */
static bool
leads_to(struct explain *x, struct rk_str places, const struct rk_node *node, int64_t at)
{
	struct rk_str one;

	while (rk_str_split(&places, '+', &one)) {
		const struct rk_node *named = rk_regions_province(x->config->regions, one);

		if (rk_str_eq(one, node->id) || rk_str_eq(one, node->term) ||
		    (named != NULL && rk_regions_holds(x->config->regions, node, named, at)))
			return true;
	}
	return false;
}

/* The entry's own words brought it there. */
static struct rk_str
why_by_words(struct explain *x, const struct rk_explained *e, struct rk_str id)
{
	const struct rk_node *node = rk_regions_find(x->config->regions, id);
	struct rk_str rest = e->evidence;
	struct rk_evidence ev, any = {.words = RK_STR("")};

	if (node == NULL || node->scheme == RK_SCHEME_AGENCY)
		return RK_STR("");
	while (rk_evidence_next(&rest, &ev)) {
		if (!ev.counted)
			continue;
		any = ev;
		if (!leads_to(x, ev.places, node, e->first_seen))
			continue;
		if (rk_str_eq(ev.places, node->term) || rk_str_eq(ev.places, node->id))
			return rk_arena_fmt(x->arena, "named %s: \"%.*s\"",
			    where_said(ev.kind), RK_FMT(ev.words));
		return rk_arena_fmt(x->arena, "a group of what is named %s: \"%.*s\"",
		    where_said(ev.kind), RK_FMT(ev.words));
	}
	if (any.words.n == 0)
		return RK_STR("");
	return rk_arena_fmt(x->arena, "it holds most of the group that is named: \"%.*s\"",
	    RK_FMT(any.words));
}

struct rk_str
explain_why_there(struct explain *x, const struct rk_explained *e, struct rk_str id)
{
	const struct rk_source *s = x->source;
	const struct rk_explain_copy *copy;
	struct rk_str rest;
	enum rk_scheme scheme = rk_node_scheme(id, &rest);
	const struct rk_node *home;

	if (!has_node(e->route, id) && (copy = copy_with(e, id)) != NULL)
		return rk_arena_fmt(x->arena, "%.*s, which published it too, belongs there",
		    RK_FMT(copy->source_id));
	if (scheme == RK_SCHEME_NATIONAL)
		return RK_STR("its source has no place, and neither title, byline nor first "
			      "sentence names one");
	if (s == NULL) {
		rest = why_by_words(x, e, id);
		return rest.n > 0 ? rest
				  : RK_STR("so it was configured when the entry came");
	}
	if (scheme == RK_SCHEME_AGENCY && rk_str_eq(rest, s->agency))
		return RK_STR("the agency of the source");
	home = s->province.n > 0
		   ? rk_regions_province(x->config->regions, s->province)
		   : NULL;
	if (home != NULL && rk_str_eq(home->id, id))
		return rk_arena_fmt(x->arena, "the home province of the source, %.*s",
		    RK_FMT(s->province));
	if (is_listed(s, id))
		return RK_STR("listed under regions of the source");
	if (home != NULL &&
	    has_node(rk_route_make(x->config->regions, x->arena, s->province,
			 RK_STR(""), NULL, 0, e->first_seen),
		id))
		return rk_arena_fmt(
		    x->arena, "a group that %.*s belongs to", RK_FMT(s->province));
	rest = why_by_words(x, e, id);
	if (rest.n > 0)
		return rest;
	return RK_STR("so it was configured when the entry came");
}

void
explain_regions(struct explain *x, const struct rk_explained *e)
{
	struct rk_str route = e->story_route, id;

	while (rk_str_split(&route, ' ', &id)) {
		const struct rk_node *node = rk_regions_find(x->config->regions, id);
		struct rk_str why = explain_why_there(x, e, id);

		explain_say(x, "%.*s%s%.*s%s: %.*s.", RK_FMT(id), node != NULL ? " (" : "",
		    RK_FMT(node != NULL ? node->th : RK_STR("")),
		    node != NULL ? ")" : "", RK_FMT(why));
		(void)rk_buf_addc(&x->text, '\n');
	}
}

/* ---- evidence */

/* Why a piece of evidence decided nothing. */
static const char *
why_not(const struct rk_evidence *ev)
{
	if (ev->kind == RK_EVIDENCE_LAST)
		return "where something took place decides nothing";
	if (ev->kind == RK_EVIDENCE_TITLE)
		return "its source has a place of its own, and the name stands there without a "
		       "word such as จังหวัด";
	if (!ev->strong)
		return "the name stands there without a word such as จังหวัด";
	return "its source has a place of its own";
}

void
explain_evidence(struct explain *x, const struct rk_explained *e)
{
	struct rk_str rest = e->evidence;
	struct rk_evidence ev;
	bool grouped = false;

	while (rk_evidence_next(&rest, &ev)) {
		const struct rk_node *p = rk_regions_province(x->config->regions, ev.places);

		explain_say(x, "%.*s is named %s: \"%.*s\"%s%s.", RK_FMT(ev.places),
		    where_said(ev.kind), RK_FMT(ev.words),
		    ev.counted ? "; that decides" : ". A tag only: ",
		    ev.counted ? "" : why_not(&ev));
		(void)rk_buf_addc(&x->text, '\n');
		grouped = grouped || (ev.counted && p != NULL && !has_node(e->route, p->id));
	}
	if (grouped)
		explain_say(x, "A group that is named, or more than %d provinces, means the feeds "
			       "of groups: it is not copied to each province.",
		    RK_MAX_ROUTED);
	if (x->text.n == 0)
		explain_say(x, "No place was found in title, byline, first sentence or last "
			       "clause.");
}

/* ---- the story */

static void
say_guard(struct explain *x, enum rk_guard guard)
{
	static const char *const why[] = {
	    [RK_GUARD_DATE] = "more than two weeks lie between them",
	    [RK_GUARD_SERIAL] = "they are different numbers of a series",
	    [RK_GUARD_NUMBERS] = "each has numbers that the other has not",
	    [RK_GUARD_TITLE] = "the titles are of one mould, filled in differently",
	    [RK_GUARD_SHORT] = "there is too little text to tell",
	    [RK_GUARD_HEAD] = "it is not the beginning of the other",
	    [RK_GUARD_FILLED] = "it is a text that comes again and again, and each "
				"says something of its own",
	    [RK_GUARD_VAGUE] =
		"perhaps more than two weeks lie between them, for a "
		"date is missing, and the texts do not tell by themselves",
	};

	if ((size_t)guard < sizeof(why) / sizeof(*why) && why[guard] != NULL)
		explain_say(x, "they are not taken for one story: %s.", why[guard]);
}

/* What it hangs on, as it was decided when one of the two came. */
static void
say_tie(struct explain *x, const struct rk_explained *e)
{
	if (e->tied_id.n == 0)
		return;
	(void)rk_buf_addc(&x->text, '\n');
	switch (e->tie) {
	case RK_TIE_TEXT:
		explain_say(x, "Its text is the same as that of");
		break;
	case RK_TIE_URL:
		explain_say(x, "It has the same address as");
		break;
	case RK_TIE_NEAR:
		explain_say(x, "It is nearly the same text (%u%% of the shorter one stand in "
			       "the other) as that of",
		    e->overlap);
		break;
	case RK_TIE_EXCERPT:
		explain_say(x, "One is an excerpt (%u%% of the shorter text stand in the "
			       "longer), its own or that of",
		    e->overlap);
		break;
	case RK_TIE_NONE:
	case RK_TIE_EVENT:
		explain_say(x, "%u%% of the shorter text stand in the other, its own or that of",
		    e->overlap);
		break;
	}
	explain_say(x, "%.*s of %.*s%s", RK_FMT(e->tied_id), RK_FMT(e->tied_source),
	    e->guard != RK_GUARD_NONE ? ";" : ".");
	say_guard(x, e->guard);
}

static void
say_related(struct explain *x, const struct rk_explained *e)
{
	for (const struct rk_explain_related *r = e->related; r != NULL; r = r->next) {
		(void)rk_buf_addc(&x->text, '\n');
		explain_say(x, r->tie == RK_TIE_EVENT
			   ? "Of the same event, in other words: \"%.*s\", %.*s. The two "
			     "are linked, not merged."
			   : "Much of its text is also in \"%.*s\", %.*s. The two are linked: "
			     "stories that were published are never made one.",
		    RK_FMT(explain_brief(r->title)), RK_FMT(r->id));
	}
}

/* Another copy was seen before the lead. */
static bool
was_preferred(const struct rk_explain_copy *lead)
{
	for (const struct rk_explain_copy *c = lead->next; c != NULL; c = c->next)
		if (c->first_seen < lead->first_seen)
			return true;
	return false;
}

void
explain_story(struct explain *x, const struct rk_explained *e)
{
	const struct rk_explain_copy *lead = e->story;
	char text[48];

	if (rk_str_eq(lead->id, e->id))
		explain_say(x, lead->next == NULL
			   ? "It is a story of its own: nobody else published it."
			   : "It leads its story: this is the copy that is published.");
	else
		explain_say(x, "It is a copy: the story is published as %.*s of %.*s, which %s.",
		    RK_FMT(lead->id), RK_FMT(lead->source_id),
		    was_preferred(lead) ? "is named as its issuer or has the higher priority"
					: "was seen first");
	say_tie(x, e);
	for (const struct rk_explain_copy *c = e->story; c != NULL; c = c->next)
		if (!rk_str_eq(c->id, e->id)) {
			(void)rk_buf_addc(&x->text, '\n');
			explain_say(x, "Also published by %.*s (%.*s): %.*s, first seen %s.",
			    RK_FMT(c->source_id), RK_FMT(explain_brief(c->source_title)),
			    RK_FMT(c->url.n > 0 ? c->url : c->id),
			    explain_time(x, c->first_seen, false, text));
		}
	say_related(x, e);
}

/* ---- settings and times */

void
explain_settings(struct explain *x, const struct rk_explained *e)
{
	const struct rk_source *s = x->source;
	char zone[8];

	if (s == NULL)
		return;
	if ((s->distrust & RK_DISTRUST_ID) != 0 && e->guid.n > 0)
		explain_say(x, "distrust id: the id \"%.*s\" is not used.", RK_FMT(explain_brief(e->guid)));
	if ((s->distrust & RK_DISTRUST_DATE) != 0)
		explain_say(x, "distrust date: dates of publication are not read.");
	if ((s->distrust & RK_DISTRUST_UPDATED) != 0)
		explain_say(x, "distrust updated: dates of change are not read.");
	if ((s->distrust & RK_DISTRUST_AUTHOR) != 0)
		explain_say(x, "distrust author: authors are not read.");
	if ((s->distrust & RK_DISTRUST_LANGUAGE) != 0)
		explain_say(x, "distrust language: languages are not read.");
	if (s->charset.n > 0)
		explain_say(x, "charset: the document is read as %.*s, whatever it says.",
		    RK_FMT(s->charset));
	if (e->found.zone_assumed && s->timezone != RK_BANGKOK)
		explain_say(x, "timezone: dates without a zone are of %s.",
		    explain_zone(s->timezone, zone));
	if (!s->enabled)
		explain_say(x, "enabled: false, so it is not polled now.");
	if (x->text.n == 0)
		explain_say(x, "No setting of the source had an effect.");
}

/* Why the entry is kept back. */
static void
say_held(struct explain *x, const struct rk_explained *e)
{
	static const struct {
		unsigned why;
		const char *text;
	} reasons[] = {{RK_HIJACK_WORDS, "it advertises gambling"},
	    {RK_HIJACK_LINKS, "it links to gambling sites elsewhere"},
	    {RK_HIJACK_HIDDEN, "its markup hides gambling from visitors"},
	    {RK_HIJACK_BURST, "several such entries came at once"},
	    {RK_HIJACK_SURGE, "far more entries came than the source ever has"}};
	bool first = true, edit = (e->held_why & RK_HIJACK_EDIT) != 0;

	explain_say(x,
	    edit ? "An edit of it is held: its site may have been broken into, so what "
		   "was published stays as it was (score %u, from %d on):"
		 : "Held: its site may have been broken into, so it is not published "
		   "(score %u, from %d on):",
	    e->held_score, RK_HIJACK_HOLD);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		if ((e->held_why & reasons[i].why) == 0)
			continue;
		(void)rk_buf_addf(&x->text, "%s%s", first ? " " : "; ", reasons[i].text);
		first = false;
	}
	(void)rk_buf_addc(&x->text, '.');
	explain_say(x,
	    edit ? "`ruamkhao release %.*s` publishes the edit when the source is read "
		   "next, `ruamkhao block %.*s` takes the entry out for good."
		 : "`ruamkhao release %.*s` publishes it, `ruamkhao block %.*s` keeps "
		   "it out for good.",
	    RK_FMT(explain_brief(e->id)), RK_FMT(explain_brief(e->id)));
}

void
explain_times(struct explain *x, const struct rk_explained *e)
{
	char a[48], b[48];

	if (rk_str_is(e->state, "withdrawn"))
		explain_say(x, "Withdrawn: it is published no more.");
	else if (rk_str_is(e->state, "blocked"))
		explain_say(x, "Blocked: it is not published.");
	else if (rk_str_is(e->state, "held"))
		say_held(x, e);
	else if (rk_str_is(e->state, "hidden"))
		explain_say(x, "Not published: its source's `keep` or `drop` keeps it out.");
	else
		explain_say(x, "Live.");
	if (e->held_score > 0 && (e->held_why & RK_HIJACK_EDIT) != 0)
		say_held(x, e);
	explain_left(x, e);
	explain_say(x, "First seen %s; updated %s.", explain_time(x, e->first_seen, false, a),
	    explain_time(x, e->updated, false, b));
	if (e->changed != e->first_seen)
		explain_say(x, "An edit of its text was stored at %s.",
		    explain_time(x, e->changed, false, a));
}
