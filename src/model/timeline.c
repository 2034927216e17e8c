/*
 * A timeline's end of life and its newest change. Does not know who fills or
 * renders it.
 */
#include <ruamkhao/timeline.h>

#include <ruamkhao/arena.h>

void
rk_timeline_free(struct rk_timeline *t)
{
	if (t == NULL)
		return;
	rk_arena_free(t->arena); /* holds the timeline itself too */
}

void
rk_timeline_seal(struct rk_timeline *t)
{
	int64_t newest = RK_NO_TIME; /* the smallest value: any time is newer */

	for (size_t i = 0; i < t->n_stories; i++) {
		const struct rk_story *s = &t->stories[i];

		if (s->updated > newest)
			newest = s->updated;
		if (s->changed > newest)
			newest = s->changed;
	}
	for (size_t i = 0; i < t->n_removed; i++)
		if (t->removed[i].at > newest)
			newest = t->removed[i].at;
	t->updated = newest;
}

void
rk_story_page_free(struct rk_story_page *p)
{
	if (p != NULL)
		rk_arena_free(p->arena);
}
