/*
 * Places: the path of a value to line and column, by one pass of libyaml that is made
 * only when there is something to complain about; and the line that is printed then.
 */
#include "config_int.h"

#include <ruamkhao/limits.h>

#include <yaml.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Length of the line break at p, as libyaml counts lines: CRLF, CR, LF, NEL, LS, PS. */
static size_t
line_break(struct rk_str text, size_t at)
{
	const char *p = text.p + at;
	size_t left = text.n - at;

	if (*p == '\r')
		return left > 1 && p[1] == '\n' ? 2 : 1;
	if (*p == '\n')
		return 1;
	if (left > 1 && memcmp(p, "\xC2\x85", 2) == 0)
		return 2;
	if (left > 2 &&
	    (memcmp(p, "\xE2\x80\xA8", 3) == 0 || memcmp(p, "\xE2\x80\xA9", 3) == 0))
		return 3;
	return 0;
}

/* Nearly no byte does: a long list is gone through for the places of all its items. */
static inline bool
may_break(char c)
{
	return c == '\n' || c == '\r' || c == '\xC2' || c == '\xE2';
}

#define STRETCH ((size_t)256) /* a file of \r alone must not be searched to its end each time */

/* Pass over the text up to its next line break and over that: true; or over a stretch that
 * has none. Mostly there is nothing but \n, which memchr finds. */
static bool
pass_line(struct rk_str text, size_t *at)
{
	const char *from = text.p + *at, *lf;
	size_t n = text.n - *at < STRETCH ? text.n - *at : STRETCH, end;

	lf = memchr(from, '\n', n);
	n = lf != NULL ? (size_t)(lf - from) : n;
	end = *at + n;
	if (memchr(from, '\r', n) == NULL && memchr(from, '\xC2', n) == NULL &&
	    memchr(from, '\xE2', n) == NULL) {
		*at = end + (lf != NULL);
		return lf != NULL;
	}
	while (*at < end) {
		size_t width = may_break(text.p[*at]) ? line_break(text, *at) : 0;

		*at += width > 0 ? width : 1;
		if (width > 0)
			return true;
	}
	return false;
}

void
rk_cfg_place_of(struct rk_str text, struct rk_cfg_cursor *cur, size_t line,
    size_t column, unsigned *out_line, unsigned *out_column)
{
	size_t at;

	if (cur->at == 0 && rk_str_starts(text, "\xEF\xBB\xBF"))
		cur->at = 3;
	while (cur->line < line && cur->at < text.n)
		cur->line += pass_line(text, &cur->at);
	for (at = cur->at; column > 0 && at < text.n; column--)
		do
			at++; /* over a whole character */
		while (at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80);
	*out_line = (unsigned)line + 1;
	*out_column = (unsigned)(at - cur->at) + 1;
}

void
rk_cfg_place_of_offset(
    struct rk_str text, size_t offset, unsigned *out_line, unsigned *out_column)
{
	size_t line = 0, begin = rk_str_starts(text, "\xEF\xBB\xBF") ? 3 : 0;

	for (size_t at = begin; at < offset && at < text.n;) {
		size_t n = line_break(text, at);

		at += n > 0 ? n : 1;
		if (n > 0 && at <= offset) {
			line++;
			begin = at;
		}
	}
	*out_line = (unsigned)line + 1;
	*out_column = (unsigned)(offset - begin) + 1;
}

/* One step of a path, taken off its front: a key, or an index in brackets. */
struct step {
	struct rk_str key;
	size_t index;
	bool is_index;
};

static bool
next_step(struct rk_str *path, struct step *step)
{
	size_t n = 0;

	if (path->n > 0 && path->p[0] == '.')
		*path = rk_str_from(*path, 1);
	if (path->n == 0)
		return false;
	memset(step, 0, sizeof(*step));
	if (path->p[0] == '[') {
		step->is_index = true;
		for (n = 1; n < path->n && path->p[n] != ']'; n++)
			step->index = step->index * 10 + (size_t)(path->p[n] - '0');
		*path = rk_str_from(*path, n + 1);
		return true;
	}
	while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
		n++;
	step->key = rk_strn(path->p, n);
	*path = rk_str_from(*path, n);
	return true;
}

/* The next event; what it held before is freed. False at an error or the end. */
static bool
next_event(yaml_parser_t *p, yaml_event_t *e)
{
	yaml_event_delete(e);
	return yaml_parser_parse(p, e) && e->type != YAML_STREAM_END_EVENT;
}

static int
depth_of(const yaml_event_t *e)
{
	if (e->type == YAML_MAPPING_START_EVENT || e->type == YAML_SEQUENCE_START_EVENT)
		return 1;
	if (e->type == YAML_MAPPING_END_EVENT || e->type == YAML_SEQUENCE_END_EVENT)
		return -1;
	return 0;
}

/* Pass over the node that e begins. */
static bool
skip_node(yaml_parser_t *p, yaml_event_t *e)
{
	for (int depth = depth_of(e); depth > 0; depth += depth_of(e))
		if (!next_event(p, e))
			return false;
	return true;
}

/* e begins a node; go to its child that step names: e then begins that. */
static bool
enter(yaml_parser_t *p, yaml_event_t *e, const struct step *step)
{
	if (e->type !=
	    (step->is_index ? YAML_SEQUENCE_START_EVENT : YAML_MAPPING_START_EVENT))
		return false;
	for (size_t i = 0;; i++) {
		bool here;

		if (!next_event(p, e) || depth_of(e) < 0)
			return false;
		if (step->is_index) {
			here = i == step->index;
		} else {
			here = e->type == YAML_SCALAR_EVENT &&
			       rk_str_eq(step->key,
				   rk_strn((const char *)e->data.scalar.value,
				       e->data.scalar.length));
			if (!skip_node(p, e) || !next_event(p, e))
				return false;
		}
		if (here)
			return true;
		if (!skip_node(p, e))
			return false;
	}
}

/* The mark of the value at path, or of the last thing on the way to it. */
static yaml_mark_t
find(struct rk_str text, struct rk_str path)
{
	yaml_mark_t mark = {0, 0, 0};
	yaml_event_t e;
	yaml_parser_t p;
	struct step step;

	memset(&e, 0, sizeof(e));
	if (!yaml_parser_initialize(&p))
		rk_oom(sizeof(p));
	yaml_parser_set_input_string(&p, (const unsigned char *)text.p, text.n);
	while (next_event(&p, &e) && e.type != YAML_DOCUMENT_START_EVENT)
		;
	if (next_event(&p, &e)) {
		mark = e.start_mark;
		while (next_step(&path, &step) && enter(&p, &e, &step))
			mark = e.start_mark;
	}
	yaml_event_delete(&e);
	yaml_parser_delete(&p);
	return mark;
}

__attribute__((format(printf, 5, 0))) static int
bad(const struct rk_cfg_file *f, struct rk_err *err, unsigned line, unsigned column,
    const char *fmt, va_list ap)
{
	char text[512];

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	(void)rk_err_set(err, RK_E_CONFIG, "%s:%u:%u: %s", f->path, line, column, text);
	if (err != NULL) {
		err->line = line;
		err->column = column;
	}
	return -1;
}

int
rk_cfg_bad_at(const struct rk_cfg_file *f, struct rk_err *err, unsigned line,
    unsigned column, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)bad(f, err, line, column, fmt, ap);
	va_end(ap);
	return -1;
}

int
rk_cfg_bad(const struct rk_cfg_file *f, struct rk_err *err, const char *path,
    const char *fmt, ...)
{
	struct rk_cfg_cursor cur = {0, 0};
	unsigned line, column;
	yaml_mark_t mark;
	va_list ap;

	mark = find(rk_buf_view(&f->text), rk_str(path));
	rk_cfg_place_of(
	    rk_buf_view(&f->text), &cur, mark.line, mark.column, &line, &column);
	va_start(ap, fmt);
	(void)bad(f, err, line, column, fmt, ap);
	va_end(ap);
	return -1;
}

struct rk_cfg_quoted
rk_cfg_quote(const char *value)
{
	struct rk_cfg_quoted q;
	size_t max = sizeof(q.text) - 6; /* quotes, "..." and the NUL */
	size_t n = strlen(value), cut = n;

	if (n > max)
		for (cut = max; cut > 0 && ((unsigned char)value[cut] & 0xC0) == 0x80;)
			cut--;
	(void)snprintf(q.text, sizeof(q.text), "\"%.*s%s\"", (int)cut, value,
	    cut < n ? "..." : "");
	return q;
}
