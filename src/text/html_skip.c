/*
 * What the scrubber of the HTML cleaner passes over: comments, declarations, raw
 * texts, elements that go with their content. Every byte is looked at once.
 */
#include "text_int.h"

#include <ruamkhao/err.h>

#include <string.h>

void
rk_scrub_gt(struct rk_scrub *s)
{
	const char *gt = rk_scrub_find(s->p, s->end, '>');

	s->p = gt != NULL ? gt + 1 : s->end;
}

void
rk_scrub_declaration(struct rk_scrub *s)
{
	size_t left = (size_t)(s->end - s->p);

	if (left >= 9 && memcmp(s->p, "<![CDATA[", 9) == 0) {
		s->p += 9;
		s->cdata++;
		return;
	}
	if (left < 4 || memcmp(s->p, "<!--", 4) != 0) {
		rk_scrub_gt(s);
		return;
	}
	s->p += 4;
	if (s->p < s->end && *s->p == '>') {
		s->p++;
		return;
	}
	if (s->end - s->p >= 2 && memcmp(s->p, "->", 2) == 0) {
		s->p += 2;
		return;
	}
	for (;;) {
		const char *gt = rk_scrub_find(s->p, s->end, '>');

		if (gt == NULL) {
			s->p = s->end;
			return;
		}
		s->p = gt + 1;
		if (gt[-1] == '-' && gt[-2] == '-')
			return;
		if (gt[-1] == '!' && gt[-2] == '-' && gt[-3] == '-')
			return;
	}
}

/* True at the name of this end tag, behind "</". */
static bool
is_end_of(struct rk_str at, const char *name)
{
	size_t n = strlen(name);

	return at.n > n && rk_str_istarts(at, name) &&
	       (rk_html_space(at.p[n]) || at.p[n] == '>' || at.p[n] == '/');
}

/*
 * The next end tag of an element whose content is to be left out, or NULL. What was
 * found, or not, is kept for the next element of that name: the search is linear over
 * the whole fragment.
 */
const char *
rk_scrub_ends(struct rk_scrub *s, const struct rk_html_rule *rule)
{
	struct rk_scrub_close *c = s->closes;

	while (c->rule != NULL && c->rule != rule)
		c++;
	rk_assert(c < s->closes + RK_SCRUB_CLOSES);
	if (c->rule == rule && (c->at == NULL || c->at >= s->p))
		return c->at;
	if (c->rule == NULL && rule->act == RK_ACT_KEEP &&
	    c >= s->closes + RK_SCRUB_HIDDEN)
		return NULL;
	c->rule = rule;
	c->at = s->p;
	while ((c->at = rk_scrub_find(c->at, s->end, '<')) != NULL) {
		struct rk_str rest = {c->at + 1, (size_t)(s->end - c->at) - 1};

		if (rest.n > 0 && rest.p[0] == '/' &&
		    is_end_of(rk_str_from(rest, 1), rule->name))
			break;
		c->at++;
	}
	return c->at;
}

/*
 * Past the content of a raw text element and its end tag. One that does not end would
 * hide all that follows from a browser; nothing is hidden but what no person reads.
 */
void
rk_scrub_raw(struct rk_scrub *s, const struct rk_html_rule *rule)
{
	const char *at = rk_scrub_ends(s, rule);

	if (at != NULL) {
		s->p = at;
		rk_scrub_gt(s);
	} else if (rule->code) {
		s->p = s->end;
	}
}

void
rk_scrub_inner_start(struct rk_scrub *s, const struct rk_html_rule *rule, bool closed)
{
	if (rule == NULL || closed)
		return;
	if (rule->act == RK_ACT_RAW)
		rk_scrub_raw(s, rule);
	else if (rule == s->skip)
		s->skip_depth++;
	else if (rule->act == RK_ACT_KEEP &&
		 (rk_html_els[rule->el].flags & RK_HF_VOID) == 0)
		s->skip_inner++;
}

bool
rk_scrub_inner_end(struct rk_scrub *s, const struct rk_html_rule *rule)
{
	if (rule == s->skip) {
		if (--s->skip_depth == 0)
			s->skip = NULL;
		return false;
	}
	if (rule == NULL || rule->act != RK_ACT_KEEP || rule->el == RK_EL_P ||
	    rule->el == RK_EL_BR)
		return false;
	if (s->skip_inner > 0) {
		s->skip_inner--;
		return false;
	}
	s->skip = NULL;
	return true;
}
