/*
 * A file against the option table, in one pass over libyaml's events: unknown, duplicate,
 * missing and ill-typed keys, further documents, anchors, tags, and characters that would
 * move a terminal are errors, each with its place; all values go into raw structs as the
 * texts that they are (no 010 is an 8, no 30m a 30). Meaning is not looked at.
 */
#include "config_int.h"

#include <ruamkhao/eight.h>
#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

#include <yaml.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scan {
	yaml_parser_t parser;
	yaml_event_t e; /* the one being looked at */
	struct rk_cfg_file *file;
	struct rk_err *err;
	struct rk_cfg_cursor cursor; /* for places of sources: they ascend */
	size_t cap;                  /* of file->places */
};

static int
bad(struct scan *s, yaml_mark_t mark, const char *text)
{
	struct rk_cfg_cursor cur = {0, 0};
	unsigned line, column;

	rk_cfg_place_of(
	    rk_buf_view(&s->file->text), &cur, mark.line, mark.column, &line, &column);
	return rk_cfg_bad_at(s->file, s->err, line, column, "%s", text);
}

/* libyaml gave up: its words, and the place that it means. */
static int
bad_yaml(struct scan *s)
{
	const yaml_parser_t *p = &s->parser;
	const char *problem = p->problem != NULL ? p->problem : "unreadable";
	struct rk_str text = rk_buf_view(&s->file->text);
	struct rk_cfg_cursor cur = {0, 0};
	unsigned line, column;

	if (p->error == YAML_MEMORY_ERROR)
		rk_oom(0);
	if (p->error == YAML_READER_ERROR) { /* gives an offset in bytes only */
		rk_cfg_place_of_offset(text, p->problem_offset, &line, &column);
		return rk_cfg_bad_at(s->file, s->err, line, column,
		    "not plain UTF-8 text: %s (expected printable characters)",
		    problem);
	}
	rk_cfg_place_of(
	    text, &cur, p->problem_mark.line, p->problem_mark.column, &line, &column);
	if (cur.at + column - 1 < text.n && text.p[cur.at + column - 1] == '\t')
		problem = "a tab; indent with spaces";
	return rk_cfg_bad_at(s->file, s->err, line, column, "not valid YAML: %s%s%s",
	    problem, p->context != NULL ? " " : "",
	    p->context != NULL ? p->context : "");
}

static const char *
node_name(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return e->data.scalar.length > 0 ? "a text" : "nothing";
	case YAML_SEQUENCE_START_EVENT:
		return "a list";
	case YAML_MAPPING_START_EVENT:
		return "a mapping";
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_ALIAS_EVENT:
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		break;
	}
	return "something else";
}

/* Is one of eight bytes such that forbidden() has to look closer? */
static bool
is_suspect(uint64_t bytes)
{
	return rk_eight_below(bytes, 0x20) || rk_eight_hold(bytes, 0x7F) ||
	       rk_eight_hold(bytes, 0xC2) || rk_eight_hold(bytes, 0xE2) ||
	       rk_eight_hold(bytes, 0xEF);
}

/* All values go through here: of nearly all, eight bytes at once say that they are fine. */
static bool
is_harmless(struct rk_str value)
{
	uint64_t bytes;
	size_t i = 0;

	for (; i + sizeof(bytes) <= value.n; i += sizeof(bytes)) {
		memcpy(&bytes, value.p + i, sizeof(bytes));
		if (is_suspect(bytes))
			return false;
	}
	bytes = RK_EIGHT(' ');
	for (size_t n = 0; i + n < value.n; n++)
		bytes = bytes << 8 | (unsigned char)value.p[i + n];
	return !is_suspect(bytes);
}

/* The first character that no value of ours may hold, or -1: C0, DEL, C1, the line
 * separators and what turns the direction of text (DOMAIN 6: bidi controls). */
static int32_t
forbidden(struct rk_str value)
{
	uint32_t c;

	if (is_harmless(value))
		return -1;
	for (size_t i = 0; i < value.n; i++) {
		unsigned char b = (unsigned char)value.p[i];
		struct rk_str rest;

		if (b < 0x20 || b == 0x7F)
			return b;
		if (b != 0xC2 && b != 0xE2 && b != 0xEF)
			continue; /* begins none of those below */
		rest = rk_str_from(value, i);
		if (!rk_utf8_next(&rest, &c))
			break;
		if ((c >= 0x80 && c <= 0x9F) || c == 0x2028 || c == 0x2029 ||
		    (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
		    c == 0xFEFF || c == 0xFFFE || c == 0xFFFF)
			return (int32_t)c;
	}
	return -1;
}

static int
bad_length(struct scan *s, size_t n)
{
	char text[160];

	(void)snprintf(text, sizeof(text), "a text of %zu bytes (expected at most %d)", n,
	    RK_CFG_MAX_VALUE);
	return bad(s, s->e.start_mark, text);
}

static int
bad_character(struct scan *s, int32_t c)
{
	char text[160];

	if (c == '\n')
		return bad(
		    s, s->e.start_mark, "a line break in a text (expected one line)");
	(void)snprintf(text, sizeof(text),
	    "the control character U+%04X in a text (expected printable ones)",
	    (unsigned)c);
	return bad(s, s->e.start_mark, text);
}

/* What holds for every node: no alias, anchor or tag; of a text: its characters. */
static int
check_node(struct scan *s)
{
	const yaml_event_t *e = &s->e;
	const char *anchor = NULL, *tag = NULL;
	struct rk_str value;
	int32_t c;

	if (e->type == YAML_ALIAS_EVENT)
		return bad(s, e->start_mark,
		    "aliases (*name) are not supported: write the value itself");
	if (e->type == YAML_SCALAR_EVENT) {
		anchor = (const char *)e->data.scalar.anchor;
		tag = (const char *)e->data.scalar.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = (const char *)e->data.sequence_start.anchor;
		tag = (const char *)e->data.sequence_start.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = (const char *)e->data.mapping_start.anchor;
		tag = (const char *)e->data.mapping_start.tag;
	}
	if (anchor != NULL)
		return bad(s, e->start_mark,
		    "anchors (&name) are not supported: remove it, or quote the text");
	if (tag != NULL)
		return bad(s, e->start_mark,
		    "tags (!name) are not supported: remove it, or quote the text");
	if (e->type != YAML_SCALAR_EVENT)
		return 0;
	value = rk_strn((const char *)e->data.scalar.value, e->data.scalar.length);
	if (value.n > RK_CFG_MAX_VALUE)
		return bad_length(s, value.n);
	return (c = forbidden(value)) < 0 ? 0 : bad_character(s, c);
}

static int
next(struct scan *s)
{
	yaml_event_delete(&s->e);
	if (!yaml_parser_parse(&s->parser, &s->e))
		return bad_yaml(s);
	return check_node(s);
}

static int scan_map(
    struct scan *, const struct rk_cfg_options *, void *raw, uint64_t *keys);

static void
note_place(struct scan *s, yaml_mark_t mark)
{
	struct rk_cfg_file *f = s->file;
	struct rk_cfg_place *p;

	if (f->n_places == s->cap) {
		s->cap = s->cap > 0 ? 2 * s->cap : 64;
		f->places = rk_xrealloc(f->places, s->cap * sizeof(*f->places));
	}
	p = &f->places[f->n_places++];
	memset(p, 0, sizeof(*p));
	rk_cfg_place_of(rk_buf_view(&f->text), &s->cursor, mark.line, mark.column,
	    &p->line, &p->column);
}

static int
bad_type(struct scan *s, const char *key, const char *in, enum rk_cfg_type want)
{
	char text[320], empty[64] = "";

	if (s->e.type == YAML_SCALAR_EVENT && s->e.data.scalar.length == 0)
		(void)snprintf(empty, sizeof(empty), "; leave the key out or write %s",
		    want == RK_CFG_TEXTS || want == RK_CFG_MAPS ? "[]" : "{}");
	(void)snprintf(text, sizeof(text), "\"%s\" in %s: expected %s, found %s%s", key,
	    in, rk_cfg_type_name(want), node_name(&s->e), empty);
	return bad(s, s->e.start_mark, text);
}

/* The text of s->e. */
static const char *
text_of(struct scan *s)
{
	return rk_arena_str(s->file->arena,
	    rk_strn((const char *)s->e.data.scalar.value, s->e.data.scalar.length))
	    .p;
}

/* Room for item n of a list, zeroed. */
static void *
list_item(void **v, size_t n, size_t size)
{
	void *item;

	if ((n & (n - 1)) == 0) /* full: 0, 1, 2, 4 ... */
		*v = rk_xrealloc(*v, (n > 0 ? 2 * n : 1) * size);
	item = (char *)*v + n * size;
	memset(item, 0, size);
	return item;
}

/* The items so far are *n of *v, the caller's. */
static int
scan_items(struct scan *s, const struct rk_cfg_option *o, const char *in, void **v, size_t *count)
{
	bool places = o->sub == &rk_cfg_source;
	uint64_t keys;

	for (size_t n = 0;; n++) {
		if (next(s) != 0)
			return -1;
		if (s->e.type == YAML_SEQUENCE_END_EVENT) {
			*count = n;
			return 0;
		}
		if (o->type == RK_CFG_TEXTS) {
			const char *text;

			if (n >= RK_CFG_MAX_LIST)
				return bad(s, s->e.start_mark,
				    "a list this long (expected at most 1000 items)");
			if (s->e.type != YAML_SCALAR_EVENT)
				return bad_type(s, o->name, in, RK_CFG_TEXTS);
			text = text_of(s);
			memcpy(list_item(v, n, sizeof(text)), &text, sizeof(text));
			continue;
		}
		if (n >= RK_MAX_SOURCES)
			return bad(s, s->e.start_mark,
			    "a list this long (expected at most 1000000 items)");
		if (s->e.type != YAML_MAPPING_START_EVENT)
			return bad_type(s, o->name, in, RK_CFG_MAPS);
		if (places)
			note_place(s, s->e.start_mark);
		if (scan_map(s, o->sub, list_item(v, n, o->sub->size), &keys) != 0)
			return -1;
		if (places)
			s->file->places[s->file->n_places - 1].keys = keys;
	}
}

/* s->e begins a list of texts or mappings. It grows apart and is kept in its final size:
 * a hundred thousand sources would leave as much again behind. */
static int
scan_list(struct scan *s, const struct rk_cfg_option *o, const char *in, void *field)
{
	size_t n = 0, size = o->type == RK_CFG_TEXTS ? sizeof(const char *) : o->sub->size;
	struct rk_cfg_list *list = field; /* of mappings too: a pointer and a count */
	void *v = NULL, *kept = NULL;
	int rc = scan_items(s, o, in, &v, &n);

	if (rc == 0) {
		if (n > 0) {
			kept = rk_arena_array(s->file->arena, n, size);
			memcpy(kept, v, n * size);
		}
		memcpy(&list->v, &kept, sizeof(kept));
		list->n = (uint32_t)n;
	}
	free(v);
	return rc;
}

/* s->e begins the value of option o of the mapping called in; raw: of that mapping. */
static int
scan_value(struct scan *s, const struct rk_cfg_option *o, const char *in, void *raw)
{
	void *field = (char *)raw + o->offset;
	const char *text;
	uint64_t keys;

	switch (o->type) {
	case RK_CFG_MAP:
	case RK_CFG_MAPPTR:
		if (s->e.type != YAML_MAPPING_START_EVENT)
			return bad_type(s, o->name, in, o->type);
		if (o->type == RK_CFG_MAPPTR) {
			void *map = rk_arena_alloc(s->file->arena, o->sub->size);

			memcpy(field, &map, sizeof(map));
			field = map;
		}
		if (scan_map(s, o->sub, field, &keys) != 0)
			return -1;
		if (in == s->file->options->name)
			s->file->section_keys[o - s->file->options->options] = keys;
		return 0;
	case RK_CFG_TEXTS:
	case RK_CFG_MAPS:
		break;
	case RK_CFG_TEXT:
	case RK_CFG_BOOL:
	case RK_CFG_COUNT:
	case RK_CFG_INT:
	case RK_CFG_DURATION:
	case RK_CFG_SIZE:
	case RK_CFG_OFFSET:
		if (s->e.type != YAML_SCALAR_EVENT)
			return bad_type(s, o->name, in, o->type);
		text = text_of(s);
		memcpy(field, &text, sizeof(text));
		return 0;
	}
	if (s->e.type != YAML_SEQUENCE_START_EVENT)
		return bad_type(s, o->name, in, o->type);
	return scan_list(s, o, in, field);
}

static int
bad_key(struct scan *s, const struct rk_cfg_options *options, const char *key)
{
	char text[480], names[320];
	size_t n = 0;

	names[0] = '\0';
	for (const struct rk_cfg_option *o = options->options; o->name != NULL; o++)
		if ((o->flags & options->without) == 0 && n < sizeof(names))
			n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s",
			    n > 0 ? ", " : "", o->name);
	(void)snprintf(text, sizeof(text), "unknown key %s in %s (expected one of: %s)",
	    rk_cfg_quote(key).text, options->name, names);
	return bad(s, s->e.start_mark, text);
}

static int
bad_twice(struct scan *s, const struct rk_cfg_options *options, const char *key)
{
	char text[160];

	(void)snprintf(text, sizeof(text),
	    "the key \"%s\" is there twice in %s (expected once)", key, options->name);
	return bad(s, s->e.start_mark, text);
}

static int
bad_missing(struct scan *s, const struct rk_cfg_options *options, const char *key,
    yaml_mark_t begin)
{
	char text[160];

	(void)snprintf(text, sizeof(text), "the key \"%s\" is missing in %s", key,
	    options->name);
	return bad(s, begin, text);
}

/* s->e begins a mapping; at its end s->e is that end. raw: where its values go; keys:
 * those that were there. */
static int
scan_map(
    struct scan *s, const struct rk_cfg_options *options, void *raw, uint64_t *keys)
{
	yaml_mark_t begin = s->e.start_mark;
	const struct rk_cfg_option *o;

	*keys = 0;
	for (;;) {
		const char *key;
		uint64_t bit;

		if (next(s) != 0)
			return -1;
		if (s->e.type == YAML_MAPPING_END_EVENT)
			break;
		if (s->e.type != YAML_SCALAR_EVENT)
			return bad(s, s->e.start_mark, "a key must be a plain word");
		key = (const char *)s->e.data.scalar.value;
		for (o = options->options; o->name != NULL; o++)
			if (o->name[0] == key[0] && strcmp(o->name, key) == 0 &&
			    (o->flags & options->without) == 0)
				break;
		if (o->name == NULL)
			return bad_key(s, options, key);
		bit = (uint64_t)1 << (unsigned)(o - options->options);
		if ((*keys & bit) != 0)
			return bad_twice(s, options, o->name);
		*keys |= bit;
		if (next(s) != 0 || scan_value(s, o, options->name, raw) != 0)
			return -1;
	}
	for (o = options->options; o->name != NULL; o++)
		if ((o->flags & RK_CFG_REQUIRED) != 0 &&
		    (o->flags & options->without) == 0 &&
		    (*keys & (uint64_t)1 << (unsigned)(o - options->options)) == 0)
			return bad_missing(s, options, o->name, begin);
	return 0;
}

static int
scan_stream(struct scan *s)
{
	char text[160];

	if (next(s) != 0 ||
	    next(s) != 0) /* the stream's start, then a document or none */
		return -1;
	if (s->e.type == YAML_STREAM_END_EVENT)
		return 0;
	if (next(s) != 0)
		return -1;
	if (s->e.type != YAML_MAPPING_START_EVENT) {
		(void)snprintf(text, sizeof(text),
		    "expected a mapping of keys, found %s", node_name(&s->e));
		return bad(s, s->e.start_mark, text);
	}
	if (scan_map(s, s->file->options, s->file->raw, &s->file->keys) != 0)
		return -1;
	if (next(s) != 0 || next(s) != 0) /* the document's end, then the stream's */
		return -1;
	if (s->e.type != YAML_STREAM_END_EVENT)
		return bad(
		    s, s->e.start_mark, "a second document (expected one in a file)");
	return 0;
}

int
rk_cfg_scan(struct rk_cfg_file *f, struct rk_err *err)
{
	struct scan s;
	struct rk_str text = rk_buf_view(&f->text);
	int rc;

	/* libyaml would read UTF-16 too, and every place would be wrong. */
	if (rk_str_starts(text, "\xFF\xFE") || rk_str_starts(text, "\xFE\xFF"))
		return rk_cfg_bad_at(f, err, 1, 1, "a file in UTF-16 (expected UTF-8)");
	memset(&s, 0, sizeof(s));
	s.file = f;
	s.err = err;
	if (!yaml_parser_initialize(&s.parser))
		rk_oom(sizeof(s.parser));
	yaml_parser_set_input_string(&s.parser, (const unsigned char *)text.p, text.n);
	rc = scan_stream(&s);
	yaml_event_delete(&s.e);
	yaml_parser_delete(&s.parser);
	return rc;
}
