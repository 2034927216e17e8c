/*
 * The first stage of the HTML cleaner: bytes to the few bytes that a parser is to see.
 *
 * A tokeniser by HTML 5's rules that only finds where tags, attributes, comments and
 * raw texts end. It must not resolve references, know nesting, or judge addresses.
 * libxml2 has no limit on attributes (and compares each with all), ends scripts and
 * comments elsewhere than browsers do, and treats names that it does not know as
 * errors: none of these reaches it. Nor does text, which it reads and copies character
 * by character: each piece is one mark. Every byte is looked at once.
 */
#include "text_int.h"

#include <ruamkhao/utf8.h>

#include <string.h>

/* A longer value of an attribute is neither an address nor a caption. A caption of
 * RK_MAX_TITLE that is all quotes must pass in its escaped form. */
#define MAX_VALUE   (RK_MAX_TITLE * 8)
#define LONGEST_REF 32 /* bytes of a character reference */

static bool
is_letter(char c)
{
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'z';
}

/* Whole or not at all: a part of a tag is no tag. */
static void
emit_tag(struct rk_scrub *s, size_t start)
{
	size_t n = s->out->n - start;

	if (!s->out->full && n <= s->room) {
		s->room -= n;
		return;
	}
	s->out->n = start;
	s->out->p[start] = '\0';
	s->out->full = false;
	s->result->cut = true;
	s->done = true;
}

static void
emit_text(struct rk_scrub *s, const char *p, size_t n)
{
	struct rk_str piece = {p, n};

	if (s->skip != NULL)
		return;
	if (n > s->room) {
		struct rk_str cut = rk_utf8_cut(piece, s->room);
		size_t back = cut.n > LONGEST_REF ? cut.n - LONGEST_REF : 0;

		/* Not within a reference. */
		for (size_t i = cut.n; i > back; i--) {
			if (cut.p[i - 1] == ';')
				break;
			if (cut.p[i - 1] == '&') {
				cut.n = i - 1;
				break;
			}
		}
		piece = cut;
		s->result->cut = true;
		s->done = true;
	}
	if (piece.n == 0)
		return;
	s->room -= piece.n;
	(void)rk_buf_addc(s->out, RK_HTML_MARK);
	(void)rk_buf_add(s->pieces, &piece, sizeof(piece));
}

/* Text up to end, without the end of a CDATA marker that stood in it. */
static void
text(struct rk_scrub *s, const char *end)
{
	while (s->cdata > 0 && !s->done) {
		const char *at = memmem(s->p, (size_t)(end - s->p), "]]>", 3);

		if (at == NULL)
			break;
		emit_text(s, s->p, (size_t)(at - s->p));
		s->p = at + 3;
		s->cdata--;
	}
	if (!s->done)
		emit_text(s, s->p, (size_t)(end - s->p));
	s->p = end;
}

/* One attribute to the output, its value in quotes. */
static void
emit_attr(struct rk_scrub *s, struct rk_str name, const char *value, size_t n)
{
	char quote = '"';

	if (value != NULL && n > MAX_VALUE)
		return;
	if (value != NULL && memchr(value, '"', n) != NULL) {
		quote = '\'';
		if (memchr(value, '\'', n) != NULL)
			return; /* only possible without quotes: nobody means that */
	}
	(void)rk_buf_addc(s->out, ' ');
	(void)rk_buf_str(s->out, name);
	if (value == NULL)
		return;
	(void)rk_buf_addc(s->out, '=');
	(void)rk_buf_addc(s->out, quote);
	(void)rk_buf_add(s->out, value, n);
	(void)rk_buf_addc(s->out, quote);
}

/* An attribute that we know: to the output, or into what is known of the style. */
static void
attribute(struct rk_scrub *s, struct rk_str name, const char *value, size_t n,
    unsigned *style)
{
	enum rk_html_attr kind = rk_html_attr(name.p, name.n);

	if (kind == RK_AT_HIDDEN)
		*style |= RK_STYLE_HIDDEN;
	else if (kind == RK_AT_STYLE)
		*style |= value != NULL ? rk_html_style(rk_strn(value, n)) : 0;
	else if (kind != RK_AT_NONE)
		emit_attr(s, name, value, n);
}

/*
 * From behind the name of a tag to behind its >; attributes that we know are written
 * where keep is set. -1: the tag does not end. *closed: it ended with />. *style:
 * RK_STYLE_*.
 */
static int
attributes(struct rk_scrub *s, bool keep, bool *closed, unsigned *style)
{
	size_t count = 0;

	*closed = false;
	for (;;) {
		struct rk_str name;
		const char *value = NULL;
		size_t n = 0;

		while (s->p < s->end && (rk_html_space(*s->p) || *s->p == '/')) {
			*closed = *s->p == '/';
			s->p++;
		}
		if (s->p == s->end)
			return -1;
		if (*s->p == '>') {
			s->p++;
			return 0;
		}
		*closed = false;
		name.p = s->p++;
		while (s->p < s->end && !rk_html_space(*s->p) && *s->p != '/' &&
		       *s->p != '>' && *s->p != '=')
			s->p++;
		name.n = (size_t)(s->p - name.p);
		while (s->p < s->end && rk_html_space(*s->p))
			s->p++;
		if (s->p < s->end && *s->p == '=') {
			s->p++;
			while (s->p < s->end && rk_html_space(*s->p))
				s->p++;
			if (s->p == s->end)
				return -1;
			value = s->p;
			if (*s->p == '"' || *s->p == '\'') {
				const char *q = rk_scrub_find(s->p + 1, s->end, *s->p);

				if (q == NULL)
					return -1;
				value++;
				n = (size_t)(q - value);
				s->p = q + 1;
			} else {
				while (s->p < s->end && !rk_html_space(*s->p) &&
				       *s->p != '>')
					s->p++;
				n = (size_t)(s->p - value);
			}
		}
		if (name.n > 2 && (name.p[0] | 0x20) == 'o' &&
		    (name.p[1] | 0x20) == 'n')
			s->result->dropped = true;
		if (keep && ++count <= RK_MAX_ATTRIBUTES)
			attribute(s, name, value, n, style);
	}
}

static struct rk_str
tag_name(const struct rk_scrub *s, const char *p)
{
	const char *q = p;

	while (q < s->end && !rk_html_space(*q) && *q != '/' && *q != '>')
		q++;
	return rk_strn(p, (size_t)(q - p));
}

/* True where nobody sees the element. Text of no size only where it is of the line:
 * layouts give it to boxes whose parts have a size of their own. */
static bool
is_hidden(enum rk_html_el el, unsigned style)
{
	if ((rk_html_els[el].flags & RK_HF_VOID) != 0)
		return (style & (RK_STYLE_HIDDEN | RK_STYLE_PIXEL)) != 0;
	return (style & RK_STYLE_HIDDEN) != 0 ||
	       ((style & RK_STYLE_NO_FONT) != 0 &&
		   (rk_html_els[el].flags & RK_HF_INLINE) != 0);
}

/* What is written of an element of ours, from start on, its attributes are there. */
static void
keep_tag(struct rk_scrub *s, const struct rk_html_rule *rule, size_t start, bool closed,
    unsigned style)
{
	unsigned flags = rk_html_els[rule->el].flags;
	bool hidden = style != 0 && is_hidden(rule->el, style);

	if ((flags & RK_HF_BLOCK) != 0)
		s->in_p = rule->el == RK_EL_P && !closed;
	if (hidden && (flags & RK_HF_VOID) != 0) {
		s->out->n = start;
		s->out->p[start] = '\0';
		return;
	}
	/* Without an end nobody can say what its content is. */
	if (hidden && !closed && rk_scrub_ends(s, rule) != NULL)
		(void)rk_buf_adds(s->out, " hidden");
	if (closed || (flags & RK_HF_VOID) != 0)
		(void)rk_buf_add(s->out, "/>", 2);
	else
		(void)rk_buf_addc(s->out, '>');
	emit_tag(s, start);
}

/* At "<x". */
static void
start_tag(struct rk_scrub *s)
{
	struct rk_str name = tag_name(s, s->p + 1);
	const struct rk_html_rule *rule = rk_html_rule(name.p, name.n);
	enum rk_html_act act = rule != NULL ? rule->act : RK_ACT_UNWRAP;
	bool keep = act == RK_ACT_KEEP && s->skip == NULL;
	size_t start = s->out->n;
	unsigned style = 0;
	bool closed;

	if (keep) {
		(void)rk_buf_addc(s->out, '<');
		(void)rk_buf_str(s->out, rk_html_els[rule->el].name);
	}
	s->p += 1 + name.n;
	if (attributes(s, keep, &closed, &style) != 0) {
		s->p = s->end; /* a tag without an end is none */
		if (keep) {
			s->out->n = start;
			s->out->p[start] = '\0';
		}
		return;
	}
	if (rule != NULL && rule->active)
		s->result->dropped = true;
	if (s->skip != NULL) {
		rk_scrub_inner_start(s, rule, closed);
		return;
	}
	switch (act) {
	case RK_ACT_UNWRAP:
		break;
	case RK_ACT_KEEP:
		keep_tag(s, rule, start, closed, style);
		break;
	case RK_ACT_SKIP:
		/* Without an end nobody can say what its content is. */
		if (closed || (!rule->code && rk_scrub_ends(s, rule) == NULL))
			break;
		s->skip = rule;
		s->skip_depth = 1;
		s->skip_inner = 0;
		break;
	case RK_ACT_RAW:
		/* In XHTML these may be empty; nobody writes the slash otherwise. */
		if (!closed)
			rk_scrub_raw(s, rule);
		break;
	}
}

/* At "</x". */
static void
end_tag(struct rk_scrub *s)
{
	struct rk_str name = tag_name(s, s->p + 2);
	const struct rk_html_rule *rule = rk_html_rule(name.p, name.n);
	const char *gt = rk_scrub_find(s->p, s->end, '>');
	const struct rk_html_eldef *def;
	size_t start = s->out->n;

	s->p = gt != NULL ? gt + 1 : s->end;
	if (gt == NULL || (s->skip != NULL && !rk_scrub_inner_end(s, rule)) ||
	    rule == NULL || rule->act != RK_ACT_KEEP)
		return;
	def = &rk_html_els[rule->el];
	if (rule->el == RK_EL_BR) {
		(void)rk_buf_adds(s->out, "<br/>"); /* as browsers */
	} else if (rule->el == RK_EL_P && !s->in_p) {
		(void)rk_buf_adds(s->out, "<p></p>"); /* as browsers */
	} else if ((def->flags & RK_HF_VOID) == 0) {
		(void)rk_buf_add(s->out, "</", 2);
		(void)rk_buf_str(s->out, def->name);
		(void)rk_buf_addc(s->out, '>');
	}
	if (rule->el == RK_EL_P)
		s->in_p = false;
	emit_tag(s, start);
}

void
rk_html_scrub(struct rk_str fragment, struct rk_html_out *result, struct rk_buf *out,
    struct rk_buf *pieces)
{
	struct rk_scrub s = {.p = fragment.p,
	    .end = fragment.p + fragment.n,
	    .result = result,
	    .out = out,
	    .pieces = pieces,
	    .room = RK_MAX_HTML};

	while (s.p < s.end && !s.done) {
		const char *lt = rk_scrub_find(s.p, s.end, '<');
		char next;

		text(&s, lt != NULL ? lt : s.end);
		if (lt == NULL || s.done)
			break;
		next = s.end - s.p >= 2 ? s.p[1] : ' ';
		if (is_letter(next)) {
			start_tag(&s);
		} else if (next == '/' && s.end - s.p >= 3) {
			if (is_letter(s.p[2]))
				end_tag(&s);
			else
				rk_scrub_gt(&s);
		} else if (next == '!') {
			rk_scrub_declaration(&s);
		} else if (next == '?') {
			rk_scrub_gt(&s);
		} else {
			emit_text(&s, s.p, 1);
			s.p++;
		}
	}
}
