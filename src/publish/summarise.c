/*
 * Feeds of summaries only: publishers' words in full stay with the publishers.
 */
#include "publish_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/excerpt.h>
#include <ruamkhao/html.h>

#define SUMMARY 400 /* code points: a paragraph */

void
rk_timeline_summarise(struct rk_timeline *t)
{
	for (size_t i = 0; i < t->n_stories; i++) {
		struct rk_story *s = &t->stories[i];
		struct rk_buf text, cut;

		if (s->summary.n == 0 && s->html.n > 0) {
			rk_buf_init(&text, s->html.n + 1);
			rk_buf_init(&cut, (size_t)SUMMARY * 4 + 8);
			(void)rk_html_plain(s->html, &text);
			(void)rk_excerpt(rk_buf_view(&text), SUMMARY, &cut);
			s->summary = rk_arena_str(t->arena, rk_buf_view(&cut));
			rk_buf_release(&text);
			rk_buf_release(&cut);
		}
		s->html = RK_STR("");
	}
}
