/*
 * Sentences of explain about an entry's life: what was edited and when, why it is out,
 * what its source's ids are worth.
 */
#include "explain_int.h"

#include "cli_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>

#define AROUND 30 /* code points that are shown beside a change */

void
explain_ids(struct explain *x, const struct rk_explained *e)
{
	if (e->ids_rotate)
		explain_say(x, "Entries of its source came with new ids again and again: they "
			       "are not used any more.");
	else if (e->ids_reused)
		explain_say(x, "Its source gave one id to entry after entry: its ids are not "
			       "used any more.");
}

void
explain_left(struct explain *x, const struct rk_explained *e)
{
	char at[48];

	(void)explain_time(x, e->left_at, false, at);
	switch (e->left) {
	case RK_LEFT_NOT:
		return;
	case RK_LEFT_TOMBSTONE:
		explain_say(x, "Its source withdrew it by a tombstone, seen %s.", at);
		break;
	case RK_LEFT_ABSENT:
		explain_say(x, "Its source's feed says that it is complete, and did not have it "
			       "any more at %s.", at);
		break;
	case RK_LEFT_PAGE:
		explain_say(x, "Its page was gone at %s.", at);
		break;
	case RK_LEFT_OPERATOR:
		explain_say(x, "The operator took it out at %s: for good.", at);
		return;
	}
	explain_say(x, "It comes back when its source dates it anew.");
}

/* The change in words, as one line. */
static struct rk_str
diff_line(struct explain *x, const struct rk_hunk *h, size_t n)
{
	struct rk_buf b;
	struct rk_str s;

	rk_buf_init(&b, RK_MIB(2));
	(void)rk_diff_text(h, n, AROUND, &b);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\n' || b.p[i] == '\r' || b.p[i] == '\t')
			b.p[i] = ' ';
	s = rk_arena_str(x->arena, rk_buf_view(&b));
	rk_buf_release(&b);
	return s;
}

void
explain_edits(struct explain *x, const struct rk_explained *e)
{
	const struct rk_change *c = rk_changes(e->versions, e->n_versions, x->arena);
	char at[48];

	if (c == NULL)
		explain_say(x, "Its text was never edited.");
	for (size_t i = 0; i + 1 < e->n_versions; i++) {
		(void)rk_buf_addf(
		    &x->text, "%s%s", i > 0 ? "\n" : "", explain_time(x, c[i].at, false, at));
		if (c[i].title_changed)
			(void)rk_buf_addf(&x->text, "\n  title: %.*s",
			    RK_FMT(diff_line(x, c[i].title, c[i].n_title)));
		if (c[i].body_changed)
			(void)rk_buf_addf(&x->text, "\n  text: %.*s",
			    RK_FMT(diff_line(x, c[i].body, c[i].n_body)));
		if (!c[i].title_changed && !c[i].body_changed)
			(void)rk_buf_adds(&x->text, "\n  behind what is kept of the text");
	}
}

void
explain_json_edits(struct explain *x, const struct rk_explained *e)
{
	const struct rk_change *c = rk_changes(e->versions, e->n_versions, x->arena);
	struct rk_buf *b = &x->out;
	char at[32];

	(void)rk_buf_adds(b, ",\"edits\":[");
	for (size_t i = 0; i + 1 < e->n_versions; i++) {
		(void)rk_date_rfc3339(c[i].at, at);
		(void)rk_buf_addf(b, "%s{\"at\":\"%s\"", i > 0 ? "," : "", at);
		cli_key_str(b, "title", c[i].title_changed
		    ? diff_line(x, c[i].title, c[i].n_title) : RK_STR(""));
		cli_key_str(b, "text", c[i].body_changed
		    ? diff_line(x, c[i].body, c[i].n_body) : RK_STR(""));
		(void)rk_buf_addc(b, '}');
	}
	(void)rk_buf_addc(b, ']');
}
