/*
 * A line of a story around what was searched for.
 */
#include "publish_int.h"

#include <ruamkhao/excerpt.h>
#include <ruamkhao/html.h>
#include <ruamkhao/query.h>

#define SNIPPET 220 /* code points: three lines of a page */
#define BEFORE  50  /* code points before the word, at least */

static void
one_line(struct rk_buf *text)
{
	for (size_t i = 0; i < text->n; i++)
		if ((unsigned char)text->p[i] < ' ')
			text->p[i] = ' ';
}

int
rk_snippet(const struct rk_story *s, const struct rk_query *q, struct rk_buf *out,
    size_t *at, size_t *n)
{
	struct rk_buf text;
	struct rk_str rest, before;
	size_t begin = out->n;
	int rc = 0;

	*n = 0;
	rk_buf_init(&text, s->html.n + s->summary.n + 1);
	(void)rk_html_plain(s->html, &text);
	if (text.n == 0)
		(void)rk_buf_str(&text, s->summary);
	one_line(&text);
	rest = rk_buf_view(&text);
	if (q != NULL && rk_query_spot(q, rest, at, n)) {
		before = rk_excerpt_end(rk_strn(rest.p, *at), BEFORE);
		if (before.n < *at)
			rc = rk_buf_adds(out, "\xE2\x80\xA6");
		rest = rk_str_from(rest, *at - before.n);
	}
	if (rc == 0)
		rc = rk_excerpt(rest, SNIPPET, out);
	rk_buf_release(&text);
	*n = 0;
	if (rc == 0 && q != NULL &&
	    rk_query_spot(q, rk_str_from(rk_buf_view(out), begin), at, n))
		*at += begin;
	return rc;
}
