/*
 * JSON before jansson sees it, in one linear pass: bounds on depth and on the tree
 * that would be built, repair of what generators get wrong (raw control characters,
 * halves of surrogate pairs, stray commas), and the last complete item of a document
 * that was cut short. Knows that items may be in "items", nothing else of feeds.
 */
#include "parse_int.h"

#include <string.h>

struct level {
	char kind;   /* { or [ */
	bool key;    /* in {: a key was read, its value comes next */
	bool filled; /* a value was written: a comma goes before the next */
	bool comma;  /* a comma was read behind the last value */
};

struct scanner {
	struct rk_str in;
	size_t i;
	struct rk_buf *out;
	struct level level[RK_MAX_DEPTH];
	unsigned depth;
	unsigned items; /* depth of the array of items, 0 unknown */
	size_t good;    /* length of out behind the last complete item */
	bool root_array;
	bool closed; /* the root value is complete */
	struct rk_json_scan *scan;
};

static void
dirty(struct scanner *s)
{
	s->scan->dirty = true;
}

static int
hex4(const struct scanner *s, size_t at)
{
	int v = 0;

	if (s->in.n - at < 4)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		char c = s->in.p[i];
		int d = c >= '0' && c <= '9'                 ? c - '0'
			: (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
							     : -1;

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

/* An escape at in[i]; behind it. */
static size_t
escape(struct scanner *s, size_t i)
{
	const char *p = s->in.p;
	char next = i + 1 < s->in.n ? p[i + 1] : '\0';
	int cp, low;

	if (next != '\0' && strchr("\"\\/bfnrt", next) != NULL) {
		rk_buf_add(s->out, p + i, 2);
		return i + 2;
	}
	if (next != 'u' || (cp = hex4(s, i + 2)) < 0) {
		dirty(s); /* no escape: the backslash goes */
		return i + 1;
	}
	if (cp >= 0xD800 && cp <= 0xDBFF && s->in.n - i >= 12 && p[i + 6] == '\\' &&
	    p[i + 7] == 'u' && (low = hex4(s, i + 8)) >= 0xDC00 && low <= 0xDFFF) {
		rk_buf_add(s->out, p + i, 12);
		return i + 12;
	}
	if (cp >= 0xD800 && cp <= 0xDFFF) {
		rk_buf_adds(s->out, "\\ufffd");
		dirty(s);
	} else if (cp == 0) {
		dirty(s);
	} else {
		rk_buf_add(s->out, p + i, 6);
	}
	return i + 6;
}

/* The string that starts at in[s->i]; false when it has no end. */
static bool
string(struct scanner *s)
{
	const char *p = s->in.p;
	size_t i = s->i + 1, run = i;

	rk_buf_addc(s->out, '"');
	for (; i < s->in.n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		rk_buf_add(s->out, p + run, i - run);
		if (c == '"') {
			rk_buf_addc(s->out, '"');
			s->i = i + 1;
			return true;
		}
		if (c == '\\') {
			i = escape(s, i) - 1;
		} else {
			if (c == '\n' || c == '\t' || c == '\r')
				rk_buf_adds(s->out, c == '\t' ? "\\t" : "\\n");
			dirty(s);
		}
		run = i + 1;
	}
	return false;
}

static bool
is_number(struct rk_str w)
{
	size_t i = 0, digits;

	if (i < w.n && w.p[i] == '-')
		i++;
	if (i + 1 < w.n && w.p[i] == '0' && w.p[i + 1] != '.' &&
	    (w.p[i + 1] | 32) != 'e')
		return false;
	for (digits = i; i < w.n && w.p[i] >= '0' && w.p[i] <= '9';)
		i++;
	if (i == digits)
		return false;
	if (i < w.n && w.p[i] == '.') {
		for (digits = ++i; i < w.n && w.p[i] >= '0' && w.p[i] <= '9';)
			i++;
		if (i == digits)
			return false;
	}
	return i == w.n; /* an exponent: no number that a feed has, kept as text */
}

/* A bare word: a number, true, false, null, or what somebody took for one. */
static void
word(struct scanner *s)
{
	size_t from = s->i;
	struct rk_str w;

	while (s->i < s->in.n &&
	       (((s->in.p[s->i] | 32) >= 'a' && (s->in.p[s->i] | 32) <= 'z') ||
		   (s->in.p[s->i] >= '0' && s->in.p[s->i] <= '9') ||
		   memchr("+-._$", s->in.p[s->i], 5) != NULL))
		s->i++;
	w = rk_strn(s->in.p + from, s->i - from);
	if (rk_str_is(w, "true") || rk_str_is(w, "false") || rk_str_is(w, "null")) {
		rk_buf_str(s->out, w);
	} else if (is_number(w) && w.n <= 18) {
		rk_buf_str(s->out, w);
	} else if (w.n <= 64 && w.p[0] != '_' && w.p[0] != '$' &&
		   ((w.p[0] >= '0' && w.p[0] <= '9') || w.p[0] == '-')) {
		/* too big for an integer of C: as text */
		rk_buf_addc(s->out, '"');
		rk_buf_str(s->out, w);
		rk_buf_addc(s->out, '"');
	} else {
		rk_buf_adds(s->out, "null"); /* NaN, undefined ... */
		dirty(s);
	}
}

/* A value is complete. */
static void
finish(struct scanner *s)
{
	struct level *l;

	if (s->depth == 0) {
		s->closed = true;
		return;
	}
	l = &s->level[s->depth - 1];
	l->key = false;
	l->filled = true;
	l->comma = false;
	if (s->depth == s->items)
		s->good = s->out->n;
}

/* What goes before a value or a key at this level; false: it may not stand here. */
static bool
begin(struct scanner *s, bool is_string)
{
	struct level *l;

	if (s->depth == 0)
		return true;
	l = &s->level[s->depth - 1];
	if (l->kind == '{' && l->key)
		return true; /* the value of a key: the colon is written */
	if (l->kind == '{' && !is_string)
		return false;
	if (l->filled) {
		if (!l->comma)
			dirty(s);
		rk_buf_addc(s->out, ',');
	}
	return true;
}

static int
open_level(struct scanner *s, char kind, struct rk_err *err)
{
	if (s->depth == RK_MAX_DEPTH)
		return rk_err_set(err, RK_E_LIMIT,
		    "values are nested more than %d deep", RK_MAX_DEPTH);
	rk_buf_addc(s->out, kind);
	s->level[s->depth++] = (struct level){.kind = kind};
	s->scan->tree += kind == '{' ? 256 : 144;
	s->i++;
	return 0;
}

/* Behind a key of the outermost object: is it the list of items? */
static void
note_items(struct scanner *s, struct rk_str key)
{
	size_t i = s->i;

	if (s->depth != 1 || s->items != 0 || !rk_str_is(key, "\"items\""))
		return;
	while (i < s->in.n && memchr(" \t\r\n", s->in.p[i], 4) != NULL)
		i++;
	if (i < s->in.n && s->in.p[i] == '[')
		s->items = 2;
}

/* One token. 0 go on, 1 nothing more can be read, -1 a limit. */
static int
token(struct scanner *s, struct rk_err *err)
{
	char c = s->in.p[s->i];
	struct level *l = s->depth > 0 ? &s->level[s->depth - 1] : NULL;
	size_t from;

	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
		s->i++;
		return 0;
	case ',':
		if (l == NULL || l->key)
			return 1;
		if (l->comma || !l->filled)
			dirty(s);
		l->comma = true;
		s->i++;
		return 0;
	case '{':
	case '[':
		if (!begin(s, false))
			return 1;
		if (open_level(s, c, err) != 0)
			return -1;
		if (s->depth == s->items || (s->depth == 1 && c == '[')) {
			s->items = s->depth;
			s->root_array = s->depth == 1;
			s->good = s->out->n;
		}
		return 0;
	case '}':
	case ']':
		if (l == NULL || l->key || (l->kind == '{') != (c == '}'))
			return 1;
		if (l->comma)
			dirty(s);
		rk_buf_addc(s->out, c);
		s->depth--;
		s->i++;
		finish(s);
		return 0;
	case '"':
		if (!begin(s, true))
			return 1;
		from = s->out->n;
		if (!string(s))
			return 1;
		s->scan->tree += 96 + (s->out->n - from);
		if (l != NULL && l->kind == '{' && !l->key) {
			struct rk_str key = rk_str_from(rk_buf_view(s->out), from);

			while (s->i < s->in.n &&
			       memchr(" \t\r\n", s->in.p[s->i], 4) != NULL)
				s->i++;
			if (s->i == s->in.n || s->in.p[s->i] != ':')
				return 1;
			s->i++;
			note_items(s, key);
			rk_buf_addc(s->out, ':');
			l->key = true;
			s->scan->tree += 96;
			return 0;
		}
		finish(s);
		return 0;
	default:
		if (!((c >= '0' && c <= '9') || c == '-' ||
			((c | 32) >= 'a' && (c | 32) <= 'z')))
			return 1;
		if (!begin(s, false))
			return 1;
		s->scan->tree += 64;
		word(s);
		finish(s);
		return 0;
	}
}

int
rk_json_clean(struct rk_str text, struct rk_buf *out, struct rk_json_scan *scan,
    struct rk_err *err)
{
	struct scanner s = {.in = text, .out = out, .scan = scan};
	int rc = 0;

	*scan = (struct rk_json_scan){0};
	while (s.i < text.n && !s.closed && rc == 0) {
		rc = token(&s, err);
		if (rc == 0 && scan->tree > RK_MAX_JSON_TREE)
			rc = rk_err_set(err, RK_E_LIMIT,
			    "the JSON document holds more values than a feed has");
	}
	if (rc < 0)
		return -1;
	if (out->full)
		return rk_err_set(err, RK_E_LIMIT, "the JSON document is too long");
	if (s.closed) {
		if (rk_str_trim(rk_str_from(text, s.i)).n > 0)
			dirty(&s);
		return 0;
	}
	if (s.items == 0)
		return rk_err_set(err, RK_E_INPUT,
		    s.i >= text.n ? "the JSON document is cut short before any item"
				  : "the JSON document is broken before any item");
	scan->truncated = true;
	out->p[out->n = s.good] = '\0';
	rk_buf_adds(out, s.root_array ? "]" : "]}");
	return 0;
}
