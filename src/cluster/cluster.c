/*
 * Deciding which story an entry belongs to. Knows no database and no clock: what
 * there is to choose from is passed in.
 */
#include <ruamkhao/cluster.h>

#define MERGE_SECONDS ((int64_t)RK_MERGE_DAYS * 24 * 3600)

/* At most the merge days apart; dates are what a feed said, so any number. */
static bool
is_near(int64_t a, int64_t b)
{
	int64_t apart;

	if (__builtin_sub_overflow(a, b, &apart))
		return false;
	return apart <= MERGE_SECONDS && apart >= -MERGE_SECONDS;
}

static bool
may_join(const struct rk_entry *e, int64_t now, const struct rk_candidate *c)
{
	int64_t ours = e->published != RK_NO_TIME ? e->published : now;
	int64_t theirs = c->published != RK_NO_TIME ? c->published : c->first_seen;

	return (c->same_text || c->same_url) && !c->same_source &&
	       is_near(ours, theirs);
}

/* a is the better story to join. */
static bool
better(const struct rk_candidate *a, const struct rk_candidate *b)
{
	if (a->same_text != b->same_text)
		return a->same_text;
	if (a->first_seen != b->first_seen)
		return a->first_seen < b->first_seen;
	return a->story < b->story;
}

size_t
rk_cluster_decide(
    const struct rk_entry *e, int64_t now, const struct rk_candidate *c, size_t n)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < n; i++)
		if (may_join(e, now, &c[i]) &&
		    (best == SIZE_MAX || better(&c[i], &c[best])))
			best = i;
	return best;
}
