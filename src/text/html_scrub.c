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
#define MAX_VALUE (RK_MAX_TITLE * 8)
#define LONGEST_REF 32 /* bytes of a character reference */

struct scrub {
	const char *p, *end;
	struct rk_html_out *result;
	struct rk_buf *out;
	struct rk_buf *pieces;
	size_t room; /* bytes of tags and text that may still be given out */
	unsigned cdata; /* markers whose end is awaited */
	bool in_p;      /* a p is open, as far as can be seen from here */
	bool done;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool
is_letter(char c)
{
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'z';
}

static const char *
find(const char *p, const char *end, char c)
{
	return p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
}

/* Whole or not at all: a part of a tag is no tag. */
static void
emit_tag(struct scrub *s, size_t start)
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
emit_text(struct scrub *s, const char *p, size_t n)
{
	struct rk_str piece = {p, n};

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
text(struct scrub *s, const char *end)
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

/* Behind the next > or at the end. */
static void
skip_to_gt(struct scrub *s)
{
	const char *gt = find(s->p, s->end, '>');

	s->p = gt != NULL ? gt + 1 : s->end;
}

/* At "<!". */
static void
declaration(struct scrub *s)
{
	size_t left = (size_t)(s->end - s->p);

	if (left >= 9 && memcmp(s->p, "<![CDATA[", 9) == 0) {
		s->p += 9;
		s->cdata++;
		return;
	}
	if (left < 4 || memcmp(s->p, "<!--", 4) != 0) {
		skip_to_gt(s);
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
		const char *gt = find(s->p, s->end, '>');

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

/* Past the content of a raw text element and its end tag. */
static void
skip_raw(struct scrub *s, const char *name)
{
	size_t n = strlen(name);

	if (strcmp(name, "plaintext") == 0) {
		s->p = s->end;
		return;
	}
	for (;;) {
		const char *lt = find(s->p, s->end, '<');
		struct rk_str rest;

		if (lt == NULL) {
			s->p = s->end;
			return;
		}
		s->p = lt + 1;
		rest = rk_strn(s->p, (size_t)(s->end - s->p));
		if (rest.n < n + 2 || rest.p[0] != '/' ||
		    !rk_str_istarts(rk_str_from(rest, 1), name))
			continue;
		if (is_space(rest.p[n + 1]) || rest.p[n + 1] == '>' ||
		    rest.p[n + 1] == '/') {
			skip_to_gt(s);
			return;
		}
	}
}

/* One attribute to the output, its value in quotes. */
static void
emit_attr(struct scrub *s, struct rk_str name, const char *value, size_t n)
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

/*
 * From behind the name of a tag to behind its >; attributes that we know are written
 * where keep is set. -1: the tag does not end. *closed: it ended with />.
 */
static int
attributes(struct scrub *s, bool keep, bool *closed)
{
	size_t count = 0;

	*closed = false;
	for (;;) {
		struct rk_str name;
		const char *value = NULL;
		size_t n = 0;

		while (s->p < s->end && (is_space(*s->p) || *s->p == '/')) {
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
		while (s->p < s->end && !is_space(*s->p) && *s->p != '/' &&
		       *s->p != '>' && *s->p != '=')
			s->p++;
		name.n = (size_t)(s->p - name.p);
		while (s->p < s->end && is_space(*s->p))
			s->p++;
		if (s->p < s->end && *s->p == '=') {
			s->p++;
			while (s->p < s->end && is_space(*s->p))
				s->p++;
			if (s->p == s->end)
				return -1;
			value = s->p;
			if (*s->p == '"' || *s->p == '\'') {
				const char *q = find(s->p + 1, s->end, *s->p);

				if (q == NULL)
					return -1;
				value++;
				n = (size_t)(q - value);
				s->p = q + 1;
			} else {
				while (s->p < s->end && !is_space(*s->p) &&
				       *s->p != '>')
					s->p++;
				n = (size_t)(s->p - value);
			}
		}
		if (name.n > 2 && (name.p[0] | 0x20) == 'o' && (name.p[1] | 0x20) == 'n')
			s->result->dropped = true;
		if (keep && ++count <= RK_MAX_ATTRIBUTES &&
		    rk_html_attr(name.p, name.n) != RK_AT_NONE)
			emit_attr(s, name, value, n);
	}
}

static struct rk_str
tag_name(const struct scrub *s, const char *p)
{
	const char *q = p;

	while (q < s->end && !is_space(*q) && *q != '/' && *q != '>')
		q++;
	return rk_strn(p, (size_t)(q - p));
}

/* At "<x". */
static void
start_tag(struct scrub *s)
{
	struct rk_str name = tag_name(s, s->p + 1);
	const struct rk_html_rule *rule = rk_html_rule(name.p, name.n);
	enum rk_html_act act = rule != NULL ? rule->act : RK_ACT_UNWRAP;
	size_t start = s->out->n;
	bool closed;

	if (act == RK_ACT_KEEP) {
		(void)rk_buf_addc(s->out, '<');
		(void)rk_buf_str(s->out, rk_html_els[rule->el].name);
	}
	s->p += 1 + name.n;
	if (attributes(s, act == RK_ACT_KEEP, &closed) != 0) {
		s->p = s->end; /* a tag without an end is none */
		if (act == RK_ACT_KEEP) {
			s->out->n = start;
			s->out->p[start] = '\0';
		}
		return;
	}
	if (rule != NULL && rule->active)
		s->result->dropped = true;
	switch (act) {
	case RK_ACT_UNWRAP:
		break;
	case RK_ACT_KEEP:
		if ((rk_html_els[rule->el].flags & RK_HF_BLOCK) != 0)
			s->in_p = rule->el == RK_EL_P && !closed;
		if (closed || (rk_html_els[rule->el].flags & RK_HF_VOID) != 0)
			(void)rk_buf_add(s->out, "/>", 2);
		else
			(void)rk_buf_addc(s->out, '>');
		emit_tag(s, start);
		break;
	case RK_ACT_SKIP:
		if (closed)
			break;
		(void)rk_buf_addf(s->out, "<%s>", rule->name);
		emit_tag(s, start);
		break;
	case RK_ACT_RAW:
		/* In XHTML these may be empty; nobody writes the slash otherwise. */
		if (!closed)
			skip_raw(s, rule->name);
		break;
	}
}

/* At "</x". */
static void
end_tag(struct scrub *s)
{
	struct rk_str name = tag_name(s, s->p + 2);
	const struct rk_html_rule *rule = rk_html_rule(name.p, name.n);
	size_t start = s->out->n;
	const char *gt = find(s->p, s->end, '>');

	if (gt == NULL) {
		s->p = s->end;
		return;
	}
	s->p = gt + 1;
	if (rule == NULL)
		return;
	if (rule->act == RK_ACT_SKIP) {
		(void)rk_buf_addf(s->out, "</%s>", rule->name);
	} else if (rule->act == RK_ACT_KEEP) {
		const struct rk_html_eldef *def = &rk_html_els[rule->el];

		if (rule->el == RK_EL_BR)
			(void)rk_buf_adds(s->out, "<br/>"); /* as browsers */
		else if (rule->el == RK_EL_P && !s->in_p)
			(void)rk_buf_adds(s->out, "<p></p>"); /* as browsers */
		else if ((def->flags & RK_HF_VOID) == 0) {
			(void)rk_buf_add(s->out, "</", 2);
			(void)rk_buf_str(s->out, def->name);
			(void)rk_buf_addc(s->out, '>');
		}
	}
	if (rule->act == RK_ACT_KEEP && rule->el == RK_EL_P)
		s->in_p = false;
	emit_tag(s, start);
}

void
rk_html_scrub(struct rk_str fragment, struct rk_html_out *result, struct rk_buf *out,
    struct rk_buf *pieces)
{
	struct scrub s = {.p = fragment.p,
	    .end = fragment.p + fragment.n,
	    .result = result,
	    .out = out,
	    .pieces = pieces,
	    .room = RK_MAX_HTML};

	while (s.p < s.end && !s.done) {
		const char *lt = find(s.p, s.end, '<');
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
				skip_to_gt(&s);
		} else if (next == '!') {
			declaration(&s);
		} else if (next == '?') {
			skip_to_gt(&s);
		} else {
			emit_text(&s, s.p, 1);
			s.p++;
		}
	}
}
