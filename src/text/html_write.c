/*
 * What the HTML cleaner writes: markup, escaped, and text, one line a block.
 *
 * Text is gathered until a tag has to be written, so that it is mended as one; start
 * tags are held back until there is content. Knows the stack of open elements, not
 * the rules by which it changes.
 */
#include "text_int.h"

#include <ruamkhao/utf8.h>

bool
rk_html_blank(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!rk_html_space(p[i]))
			return false;
	return true;
}

void
rk_html_escape(struct rk_str text, struct rk_buf *out)
{
	static const unsigned char special[256] = {
	    ['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5};
	static const struct rk_str written[] = {{NULL, 0}, {"&amp;", 5}, {"&lt;", 4},
	    {"&gt;", 4}, {"&quot;", 6}, {"&#39;", 5}};
	while (text.n > 0) {
		size_t n = rk_html_span(text.p, text.n, special);

		(void)rk_buf_add(out, text.p, n);
		if (n == text.n)
			break;
		(void)rk_buf_str(out, written[special[(unsigned char)text.p[n]]]);
		text = rk_str_from(text, n + 1);
	}
}

/* Text with its white space collapsed, breaks as they are due. */
static void
add_text(struct rk_html_sink *s, struct rk_str t)
{
	static const unsigned char space[256] = {
	    ['\t'] = 1, ['\n'] = 1, ['\v'] = 1, ['\f'] = 1, ['\r'] = 1, [' '] = 1};
	struct rk_buf *out = s->out->text;
	size_t i = 0;

	while (i < t.n) {
		size_t from;

		if (rk_html_space(t.p[i])) {
			s->gap = true;
			i++;
			continue;
		}
		from = i;
		i += rk_html_span(t.p + i, t.n - i, space);
		if (out->n > s->text_start) {
			if (s->newline && !s->line)
				(void)rk_buf_addc(out, '\n');
			else if (s->gap || s->newline)
				(void)rk_buf_addc(out, ' ');
		}
		s->gap = s->newline = false;
		(void)rk_buf_add(out, t.p + from, i - from);
	}
}

void
rk_html_stop(struct rk_html_sink *s)
{
	s->stopped = true;
	s->out->cut = true;
}

size_t
rk_html_room(const struct rk_html_sink *s)
{
	size_t n = s->out->html->n - s->html_start;
	size_t max = RK_MAX_HTML - RK_HTML_SLACK;

	return n < max ? max - n : 0;
}

/* The longest start of t that is at most room bytes when escaped. */
static struct rk_str
cut_to(struct rk_str t, size_t room)
{
	static const unsigned char more[256] = {
	    ['&'] = 4, ['<'] = 3, ['>'] = 3, ['"'] = 5, ['\''] = 4};
	size_t n = 0, i = 0;

	while (i < t.n && (n += 1u + more[(unsigned char)t.p[i]]) <= room)
		i++;
	t = rk_utf8_cut(t, i);
	while (t.n > 0 && rk_html_space(t.p[t.n - 1]))
		t.n--;
	return t;
}

static void
add_html(struct rk_html_sink *s, struct rk_str t)
{
	struct rk_buf *html = s->out->html;
	size_t start = html->n;

	/* A parser drops one line break behind <pre>. */
	while (html->n == s->pre_at && t.n > 0 && t.p[0] == '\n')
		t = rk_str_from(t, 1);
	/* An escaped byte is at most six. */
	if (t.n > rk_html_room(s) / 6) {
		struct rk_str fits = cut_to(t, rk_html_room(s));

		if (fits.n < rk_str_trim(t).n)
			rk_html_stop(s);
		t = fits.n < t.n && s->stopped ? fits : t;
	}
	rk_html_escape(t, html);
	if (html->n > start)
		s->pre_at = SIZE_MAX;
}

void
rk_html_flush(struct rk_html_sink *s, bool last)
{
	struct rk_str t;

	if (s->run.n == 0 || s->stopped)
		return;
	rk_buf_reset(&s->fixed);
	rk_html_fix(rk_buf_view(&s->run), &s->tmp, &s->fixed);
	rk_buf_reset(&s->run);
	t = rk_buf_view(&s->fixed);
	if (!rk_html_blank(t.p, t.n))
		s->after_inline = true;
	if (s->out->text != NULL)
		add_text(s, t);
	if (s->out->html == NULL)
		return;
	if (s->out->html->n == s->html_start)
		while (t.n > 0 && rk_html_space(t.p[0]))
			t = rk_str_from(t, 1);
	if (last)
		while (t.n > 0 && rk_html_space(t.p[t.n - 1]))
			t.n--;
	add_html(s, t);
}

static void
mark_text(struct rk_html_sink *s, enum rk_html_el el)
{
	if ((rk_html_flags(el) & RK_HF_BLOCK) != 0 || el == RK_EL_TR || el == RK_EL_BR)
		s->newline = true;
	else if (el == RK_EL_TD || el == RK_EL_TH)
		s->gap = true;
}

void
rk_html_put_tag(struct rk_html_sink *s, enum rk_html_el el, struct rk_str tag)
{
	unsigned f = rk_html_flags(el);

	mark_text(s, el);
	if ((f & (RK_HF_BLOCK | RK_HF_CELL | RK_HF_STRUCT)) != 0 || el == RK_EL_BR)
		s->after_inline = false;
	else if ((f & RK_HF_VOID) != 0)
		s->after_inline = true;
	if (s->out->html == NULL)
		return;
	(void)rk_buf_str(s->out->html, tag);
	if (el == RK_EL_PRE)
		s->pre_at = s->out->html->n;
}

void
rk_html_put_end(struct rk_html_sink *s, enum rk_html_el el)
{
	mark_text(s, el);
	if ((rk_html_flags(el) & (RK_HF_BLOCK | RK_HF_CELL | RK_HF_STRUCT)) != 0)
		s->after_inline = s->want_break = false;
	s->pre_at = SIZE_MAX;
	if (s->out->html == NULL)
		return;
	(void)rk_buf_add(s->out->html, "</", 2);
	(void)rk_buf_str(s->out->html, rk_html_els[el].name);
	(void)rk_buf_addc(s->out->html, '>');
}

void
rk_html_settle(struct rk_html_sink *s, bool inline_follows)
{
	if (s->stopped)
		return;
	if (s->want_break) {
		bool block = !inline_follows;

		for (size_t i = s->n_written; i < s->n_open; i++)
			block |= (rk_html_flags(s->open[i].el) &
				     (RK_HF_BLOCK | RK_HF_CELL | RK_HF_STRUCT)) != 0;
		s->want_break = false;
		rk_html_flush(s, false);
		if (s->stopped)
			return;
		if (!block && s->after_inline)
			rk_html_put_tag(s, RK_EL_BR, RK_STR("<br/>"));
	}
	if (s->n_written == s->n_open)
		return;
	rk_html_flush(s, false);
	if (s->stopped)
		return;
	if (s->out->html != NULL &&
	    s->tags.n - s->open[s->n_written].tag > rk_html_room(s)) {
		rk_html_stop(s);
		return;
	}
	for (; s->n_written < s->n_open; s->n_written++) {
		const struct rk_html_open *o = &s->open[s->n_written];
		size_t end = s->n_written + 1 < s->n_open ? (o + 1)->tag : s->tags.n;

		rk_html_put_tag(s, o->el, rk_strn(s->tags.p + o->tag, end - o->tag));
	}
}
