/*
 * Parting entries into stories, as a function of the set. Knows no database and no
 * clock: what there is to choose from is passed in.
 */
#include "cluster_int.h"

#include <ruamkhao/err.h>

#include <stdlib.h>
#include <string.h>

/* One at work: entries in the order in which they are placed. */
struct parting {
	struct rk_telling *t;
	size_t n;
	size_t *order;  /* indexes */
	size_t *group;  /* of each entry: index of the one that began it, SIZE_MAX none */
	struct cluster_title *titles; /* of each */
	struct rk_likeness *like; /* of the one at hand, by order */
	struct rk_link *links;
	size_t n_links;
};

/* The longest first; what only first sight can tell apart stands last. */
static bool
goes_before(const struct rk_telling *a, const struct rk_telling *b)
{
	if (a->settled != b->settled)
		return a->settled;
	if (a->print.length != b->print.length)
		return a->print.length > b->print.length;
	if (a->text_hash != b->text_hash)
		return a->text_hash < b->text_hash;
	if (a->date != b->date)
		return a->date < b->date;
	if (a->url_hash != b->url_hash)
		return a->url_hash < b->url_hash;
	return a->source != b->source ? a->source < b->source : a->row < b->row;
}

static void
sort(struct parting *p)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t at = i;

		for (; at > 0 && goes_before(&p->t[i], &p->t[p->order[at - 1]]); at--)
			p->order[at] = p->order[at - 1];
		p->order[at] = i;
	}
}

/* What is of unknown age brings no two together that are too many days apart. */
static bool
days_forbid(const struct parting *p, const struct rk_telling *t, size_t group)
{
	bool vague = false, far = false;

	for (size_t i = 0; i < p->n; i++)
		if (p->group[i] == group) {
			vague = vague || p->t[i].vague;
			far = far || cluster_far(t, &p->t[i]);
		}
	return vague && far;
}

static bool
has_source(const struct parting *p, size_t group, int64_t source)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->group[i] == group && p->t[i].source == source)
			return true;
	return false;
}

/* A source has one copy in a story; and into one that was shown only the new entry comes:
 * not all of such a story is at hand. */
static bool
may_join(const struct parting *p, const struct rk_telling *t, size_t group)
{
	return (t->row == 0 || !p->t[group].settled) &&
	       !has_source(p, group, t->source) && !days_forbid(p, t, group);
}

static bool
stronger(struct rk_likeness a, struct rk_likeness b)
{
	if (a.tie != b.tie)
		return a.tie > b.tie;
	return a.overlap != b.overlap ? a.overlap > b.overlap : a.jaccard > b.jaccard;
}

static void
link_up(struct parting *p, size_t a, size_t b, struct rk_likeness l)
{
	for (size_t i = 0; i < p->n_links; i++)
		if (p->group[p->links[i].b] == p->group[b] && p->links[i].a == a)
			return;
	if (p->n_links < RK_MAX_LINKS)
		p->links[p->n_links++] = (struct rk_link){a, b, l.tie, l.overlap};
}

/* The story for entry i among those that were placed before it. */
static void
place(struct parting *p, size_t i, size_t placed)
{
	struct rk_telling *t = &p->t[i];
	struct rk_likeness *like = p->like, best = {0}, kept = {0};
	size_t at = SIZE_MAX;

	t->tie = RK_TIE_NONE;
	t->guard = RK_GUARD_NONE;
	t->tied_to = SIZE_MAX;
	t->overlap = 0;
	for (size_t k = 0; k < placed; k++) {
		size_t o = p->order[k];
		struct rk_likeness l = like[k] =
		    cluster_alike(t, &p->t[o], &p->titles[i], &p->titles[o]);

		if (l.tie > RK_TIE_EVENT && stronger(l, best) &&
		    may_join(p, t, p->group[o])) {
			best = l;
			at = o;
		} else if (l.tie <= RK_TIE_EVENT && l.guard != RK_GUARD_NONE &&
			   l.overlap >= kept.overlap && at == SIZE_MAX) {
			kept = l;
			t->tied_to = o;
		}
	}
	p->group[i] = at != SIZE_MAX ? p->group[at] : i;
	if (at != SIZE_MAX) {
		t->tie = best.tie;
		t->tied_to = at;
		t->overlap = best.overlap;
	} else {
		t->guard = kept.guard;
		t->overlap = kept.overlap;
	}
	for (size_t k = 0; k < placed; k++) {
		size_t o = p->order[k];

		if (p->group[o] != p->group[i] && like[k].tie != RK_TIE_NONE &&
		    !has_source(p, p->group[o], t->source))
			link_up(p, i, o, like[k]);
	}
}

/* ---- the lead */

static bool
leads(const struct rk_telling *a, unsigned issuer_a, const struct rk_telling *b,
    unsigned issuer_b)
{
	if (issuer_a != issuer_b)
		return issuer_a > issuer_b;
	if (a->priority != b->priority)
		return a->priority > b->priority;
	if (a->first_seen != b->first_seen)
		return a->first_seen < b->first_seen;
	/* the new one has no row yet */
	return b->row == 0 || (a->row != 0 && a->row < b->row);
}

static size_t
find_lead(const struct parting *p, size_t group)
{
	const struct rk_telling **of = rk_xmalloc(p->n * sizeof(*of));
	size_t n = 0, lead = SIZE_MAX;
	unsigned best = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->group[i] == group) {
			of[n++] = &p->t[i];
			if (p->t[i].shown && p->t[i].row == p->t[i].story)
				lead = i;
		}
	for (size_t i = 0; i < p->n && (lead == SIZE_MAX || !p->t[lead].shown); i++) {
		unsigned how;

		if (p->group[i] != group)
			continue;
		how = n > 1 ? cluster_issuer(&p->t[i], of, n) : 0;
		if (lead == SIZE_MAX || leads(&p->t[i], how, &p->t[lead], best)) {
			lead = i;
			best = how;
		}
	}
	free(of);
	return lead;
}

size_t
rk_cluster_decide(struct rk_telling *t, size_t n, struct rk_link *links)
{
	struct parting p = {.t = t, .n = n, .links = links};

	p.order = rk_xmalloc((n + 1) * sizeof(*p.order));
	p.group = rk_xmalloc((n + 1) * sizeof(*p.group));
	p.like = rk_xmalloc((n + 1) * sizeof(*p.like));
	p.titles = rk_xmalloc((n + 1) * sizeof(*p.titles));
	for (size_t i = 0; i < n; i++) {
		p.group[i] = SIZE_MAX;
		p.titles[i].n = SIZE_MAX;
	}
	sort(&p);
	for (size_t k = 0; k < n; k++) {
		size_t i = p.order[k];

		if (!t[i].settled) {
			place(&p, i, k);
			continue;
		}
		t[i].tie = RK_TIE_NONE;
		t[i].guard = RK_GUARD_NONE;
		t[i].tied_to = SIZE_MAX;
		p.group[i] = i;
		for (size_t m = 0; m < k; m++)
			if (t[p.order[m]].settled && t[p.order[m]].story == t[i].story)
				p.group[i] = p.group[p.order[m]];
	}
	for (size_t i = 0; i < n; i++)
		if (p.group[i] == i) {
			size_t lead = find_lead(&p, i);

			for (size_t m = 0; m < n; m++)
				if (p.group[m] == i)
					t[m].lead = lead;
		}
	free(p.order);
	free(p.group);
	free(p.like);
	free(p.titles);
	return p.n_links;
}
