/*
 * The last stage of the HTML cleaner: start, end and text events to a valid tree.
 *
 * Keeps a stack of its own open elements and sees to it that what is written nests as
 * HTML 5 demands, so that a browser, libxml2 and this code read one tree from it:
 * no block in a p, no a in an a, cells in rows in sections in tables. html_write.c
 * writes it. Must not know bytes, libxml2 or addresses.
 */
#include "text_int.h"

#include <ruamkhao/err.h>

#include <string.h>

#define NO_FRAME UINT32_MAX

/* ---- the stack of open elements */

static void
pop(struct rk_html_sink *s)
{
	struct rk_html_open *o = &s->open[s->n_open - 1];

	if (s->n_written == s->n_open) {
		rk_html_flush(s, false);
		s->n_written--;
		rk_html_put_end(s, o->el);
	} else if ((rk_html_flags(o->el) & RK_HF_BLOCK) != 0) {
		s->want_break = true;
	}
	s->count[o->el]--;
	s->tags.n = o->tag;
	s->n_open--;
}

static void
pop_to(struct rk_html_sink *s, size_t n)
{
	while (s->n_open > n)
		pop(s);
}

static void
push(struct rk_html_sink *s, enum rk_html_el el, size_t tag, uint32_t frame)
{
	struct rk_html_open *o = &s->open[s->n_open++];

	*o = (struct rk_html_open){
	    .el = el, .serial = ++s->serial, .frame = frame, .tag = tag};
	s->count[el]++;
	if (frame != NO_FRAME)
		s->frames[frame] = (struct rk_html_frame){
		    .at = (uint32_t)(s->n_open - 1), .serial = o->serial};
}

static void
imply(struct rk_html_sink *s, enum rk_html_el el)
{
	size_t tag = s->tags.n;

	(void)rk_buf_addc(&s->tags, '<');
	(void)rk_buf_str(&s->tags, rk_html_els[el].name);
	(void)rk_buf_addc(&s->tags, '>');
	push(s, el, tag, NO_FRAME);
}

static enum rk_html_el
top(const struct rk_html_sink *s)
{
	return s->n_open > 0 ? s->open[s->n_open - 1].el : RK_EL_COUNT;
}

static bool
in_struct(const struct rk_html_sink *s)
{
	return s->n_open > 0 && (rk_html_flags(top(s)) & RK_HF_STRUCT) != 0;
}

/* The innermost open el outside of which no cell begins, or SIZE_MAX. */
static size_t
find_open(const struct rk_html_sink *s, enum rk_html_el el)
{
	if (s->count[el] == 0)
		return SIZE_MAX;
	for (size_t i = s->n_open; i > 0; i--) {
		if (s->open[i - 1].el == el)
			return i - 1;
		if ((rk_html_flags(s->open[i - 1].el) & (RK_HF_CELL | RK_HF_STRUCT)) !=
		    0)
			break;
	}
	return SIZE_MAX;
}

/* Content stands in a table but in no cell: open what is missing. */
static void
imply_cell(struct rk_html_sink *s)
{
	if (top(s) == RK_EL_TABLE)
		imply(s, RK_EL_TBODY);
	if (top(s) != RK_EL_TR)
		imply(s, RK_EL_TR);
	imply(s, RK_EL_TD);
	rk_html_settle(s, false);
}

/*
 * A block ends the p it stands in. The inline elements between the two go on
 * outside of it: a link around paragraphs stays a link.
 */
static void
close_p(struct rk_html_sink *s, size_t at)
{
	struct rk_html_open keep[RK_MAX_HTML_OPEN];
	size_t n = 0, from;

	if (s->n_open == at + 1) {
		pop_to(s, at);
		return;
	}
	from = s->open[at + 1].tag;
	rk_buf_reset(&s->hold);
	(void)rk_buf_add(&s->hold, s->tags.p + from, s->tags.n - from);
	for (size_t i = at + 1; i < s->n_open; i++)
		if ((rk_html_flags(s->open[i].el) & RK_HF_INLINE) != 0)
			keep[n++] = s->open[i];
	pop_to(s, at);
	for (size_t i = 0; i < n; i++) {
		size_t tag = s->tags.n;
		const char *p = s->hold.p + (keep[i].tag - from);
		const char *gt = memchr(p, '>', (size_t)(s->hold.p + s->hold.n - p));

		/* > is escaped in values: the first one ends the tag. */
		rk_assert(gt != NULL);
		(void)rk_buf_add(&s->tags, p, (size_t)(gt + 1 - p));
		push(s, keep[i].el, tag, keep[i].frame);
	}
}

/* li, dt and dd end the one before, unless a list or another block lies between. */
static void
close_item(struct rk_html_sink *s, enum rk_html_el el)
{
	bool list = el == RK_EL_LI;

	for (size_t i = s->n_open; i > 0; i--) {
		enum rk_html_el o = s->open[i - 1].el;

		if (list ? o == RK_EL_LI : o == RK_EL_DT || o == RK_EL_DD) {
			pop_to(s, i - 1);
			return;
		}
		if ((rk_html_flags(o) & (RK_HF_BLOCK | RK_HF_CELL | RK_HF_STRUCT)) !=
			0 &&
		    o != RK_EL_P && o != RK_EL_DIV && o != RK_EL_ADDRESS)
			return;
	}
}

/* Make the innermost element one that el may stand in as a part of a table. */
static void
place_part(struct rk_html_sink *s, enum rk_html_el el)
{
	bool cell = el == RK_EL_TD || el == RK_EL_TH;
	size_t n = s->n_open;

	while (n > 0) {
		enum rk_html_el o = s->open[n - 1].el;

		if (o == RK_EL_TABLE || (cell && o == RK_EL_TR) ||
		    ((cell || el == RK_EL_TR) &&
			(o == RK_EL_TBODY || o == RK_EL_THEAD || o == RK_EL_TFOOT)))
			break;
		n--;
	}
	pop_to(s, n);
	if ((cell || el == RK_EL_TR) && top(s) == RK_EL_TABLE)
		imply(s, RK_EL_TBODY);
	if (cell && top(s) != RK_EL_TR)
		imply(s, RK_EL_TR);
}

static bool
is_part(enum rk_html_el el)
{
	return el == RK_EL_CAPTION || el == RK_EL_TBODY || el == RK_EL_TFOOT ||
	       el == RK_EL_THEAD || el == RK_EL_TR || el == RK_EL_TD || el == RK_EL_TH;
}

/* See to it that el may stand where we are. false: it may not at all. */
static bool
place(struct rk_html_sink *s, enum rk_html_el el)
{
	size_t at, n;

	if (is_part(el)) {
		place_part(s, el);
		return true;
	}
	if (el == RK_EL_RT || el == RK_EL_RP) {
		if (top(s) == RK_EL_RT || top(s) == RK_EL_RP)
			pop_to(s, s->n_open - 1);
		return top(s) == RK_EL_RUBY;
	}
	if (el == RK_EL_SOURCE)
		return top(s) == RK_EL_AUDIO || top(s) == RK_EL_VIDEO;
	if (in_struct(s))
		imply_cell(s);
	/* What one rule ends may have hidden what another one ends. */
	do {
		n = s->n_open;
		if ((rk_html_flags(el) & RK_HF_BLOCK) != 0 &&
		    (at = find_open(s, RK_EL_P)) != SIZE_MAX)
			close_p(s, at);
		if (el == RK_EL_LI || el == RK_EL_DT || el == RK_EL_DD)
			close_item(s, el);
		if (el == RK_EL_A && s->count[RK_EL_A] > 0) {
			if ((at = find_open(s, RK_EL_A)) == SIZE_MAX)
				return false;
			pop_to(s, at);
		}
		while (s->n_open > 0 && rk_html_closes(top(s), el))
			pop_to(s, s->n_open - 1);
	} while (s->n_open < n);
	return true;
}

/* ---- events */

void
rk_html_sink_init(struct rk_html_sink *s, struct rk_html_out *out, struct rk_str base)
{
	struct rk_buf *bufs[] = {
	    &s->run, &s->tags, &s->tag, &s->hold, &s->fixed, &s->tmp, &s->url};

	for (size_t i = 0; i < sizeof(bufs) / sizeof(*bufs); i++) {
		if (bufs[i]->max == 0)
			rk_buf_init(bufs[i], RK_MIB(16));
		rk_buf_reset(bufs[i]);
	}
	s->out = out;
	s->base = base;
	s->html_start = out->html != NULL ? out->html->n : 0;
	s->text_start = out->text != NULL ? out->text->n : 0;
	s->line = s->stopped = s->want_break = s->after_inline = false;
	s->gap = s->newline = false;
	s->serial = 0;
	s->hidden = 0;
	s->pre_at = SIZE_MAX;
	s->n_open = s->n_written = s->n_frames = 0;
	memset(s->count, 0, sizeof(s->count));
}

static void
start_void(struct rk_html_sink *s, enum rk_html_el el)
{
	if (el == RK_EL_BR)
		s->want_break = false; /* it is the break */
	rk_html_settle(s, el != RK_EL_HR);
	rk_html_flush(s, false);
	if (s->out->html != NULL && s->tag.n > rk_html_room(s))
		rk_html_stop(s);
	if (!s->stopped)
		rk_html_put_tag(s, el, rk_buf_view(&s->tag));
}

static void
start_element(struct rk_html_sink *s, enum rk_html_el el, uint32_t frame)
{
	size_t tag = s->tags.n;

	/* A table has room for one section, row and cell. */
	if (s->n_open + (el == RK_EL_TABLE ? 4 : 1) > RK_MAX_HTML_OPEN) {
		s->out->cut = true;
		return;
	}
	(void)rk_buf_str(&s->tags, rk_buf_view(&s->tag));
	push(s, el, tag, frame);
	if ((rk_html_flags(el) & RK_HF_SHY) == 0)
		rk_html_settle(s, false);
}

static bool
is_hidden(const char **attrs)
{
	for (; attrs != NULL && attrs[0] != NULL; attrs += 2)
		if (strcmp(attrs[0], "hidden") == 0)
			return true;
	return false;
}

int
rk_html_sink_start(struct rk_html_sink *s, const char *name, const char **attrs)
{
	const struct rk_html_rule *rule;
	enum rk_html_el el;

	if (s->stopped)
		return 0;
	if (s->n_frames == RK_HTML_FRAMES) {
		s->out->cut = true;
		s->hidden = 0;
		return -1;
	}
	if (s->hidden == 0 && is_hidden(attrs))
		s->hidden = s->n_frames + 1;
	rule = rk_html_rule(name, strlen(name));
	s->frames[s->n_frames++] = (struct rk_html_frame){.serial = 0};
	if (rule == NULL || rule->act != RK_ACT_KEEP || s->hidden != 0)
		return 0;
	el = rule->el;
	/* Outside of a table its parts are nothing; their content stays apart. */
	if (is_part(el) && s->count[RK_EL_TABLE] == 0)
		el = RK_EL_DIV;
	/* An element that is refused ends no other. */
	if (rk_html_write_tag(s, el, attrs) != 0 || !place(s, el))
		return 0;
	if ((rk_html_flags(el) & RK_HF_VOID) != 0)
		start_void(s, el);
	else
		start_element(s, el, (uint32_t)(s->n_frames - 1));
	return 0;
}

void
rk_html_sink_end(struct rk_html_sink *s)
{
	struct rk_html_frame *f;

	if (s->stopped || s->n_frames == 0)
		return;
	f = &s->frames[--s->n_frames];
	if (s->n_frames < s->hidden)
		s->hidden = 0;
	/* It may have been ended by another element before. */
	if (f->serial != 0 && f->at < s->n_open && s->open[f->at].serial == f->serial)
		pop_to(s, f->at);
}

enum seen { SEEN_NOTHING, SEEN_SPACE, SEEN_TEXT };

/* What would be seen of a piece of text once it is mended. */
static enum seen
look(struct rk_html_sink *s, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c > 0x20 && c < 0x7f) || c == 0xe0) /* ASCII, Thai */
			return SEEN_TEXT;
		if (c > 0x20 || !rk_html_space(p[i])) {
			rk_buf_reset(&s->fixed);
			rk_html_fix(rk_strn(p, n), &s->tmp, &s->fixed);
			if (s->fixed.n == 0)
				return SEEN_NOTHING;
			return rk_html_blank(s->fixed.p, s->fixed.n) ? SEEN_SPACE
								     : SEEN_TEXT;
		}
	}
	return SEEN_SPACE;
}

void
rk_html_sink_text(struct rk_html_sink *s, const char *p, size_t n)
{
	enum seen seen;

	if (s->stopped || n == 0 || s->hidden != 0)
		return;
	seen = look(s, p, n);
	if (seen == SEEN_NOTHING)
		return;
	if (in_struct(s)) {
		if (seen == SEEN_SPACE)
			return;
		imply_cell(s);
	}
	/* White space does not make an element worth writing: it goes before it. */
	if ((s->want_break || s->n_written < s->n_open) &&
	    (seen == SEEN_TEXT || s->count[RK_EL_PRE] > 0))
		rk_html_settle(s, true);
	(void)rk_buf_add(&s->run, p, n);
}

int
rk_html_sink_finish(struct rk_html_sink *s)
{
	struct rk_html_out *out = s->out;

	if (s->n_written == 0 && !s->stopped) {
		pop_to(s, 0);
		rk_html_flush(s, true);
	}
	pop_to(s, 0);
	/* White space behind the last block. */
	if (!s->stopped)
		rk_html_flush(s, true);
	if ((out->html != NULL && out->html->full) ||
	    (out->text != NULL && out->text->full) ||
	    (out->media != NULL && out->media->full))
		return -1;
	return 0;
}
