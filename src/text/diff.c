/*
 * The difference of two texts: segments, Myers' O(ND) search in the middle that is left
 * between a common beginning and end, and hunks that people can read.
 */
#include <ruamkhao/diff.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/html.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/utf8.h>

#include <string.h>

/* The search keeps one line of ints for each edit: 4 MiB at this many, and a text that
 * differs in more is another text. */
#define MOST_EDITS 1000
/* Segments in common between two changes that are joined to them, unless there is a
 * space among them. */
#define ISLAND 3

/* ---- segments */

static bool
is_letter(uint32_t cp)
{
	return (cp >= '0' && cp <= '9') || ((cp | 32) >= 'a' && (cp | 32) <= 'z') ||
	       (cp >= 0xc0 && cp < 0x2000 && !(cp >= 0xe00 && cp < 0xe80));
}

static bool
is_thai(uint32_t cp)
{
	return cp >= 0xe01 && cp <= 0xe4e && cp != 0xe3f;
}

/* What hangs on the consonant before it. */
static bool
is_thai_tail(uint32_t cp)
{
	return (cp >= 0xe30 && cp <= 0xe3a) || cp == 0xe45 ||
	       (cp >= 0xe47 && cp <= 0xe4e);
}

static bool
is_space(uint32_t cp)
{
	return cp == ' ' || cp == '\n' || cp == '\t' || cp == '\r' || cp == 0xa0;
}

static uint32_t
peek(struct rk_str s)
{
	uint32_t cp = 0;

	return rk_utf8_next(&s, &cp) ? cp : 0;
}

/* Bytes of the first segment of s, which is not empty. */
static size_t
segment(struct rk_str s)
{
	struct rk_str rest = s;
	uint32_t cp = 0;

	(void)rk_utf8_next(&rest, &cp);
	if (is_letter(cp) || is_space(cp)) {
		bool space = is_space(cp);

		while (rest.n > 0 &&
		       (space ? is_space(peek(rest)) : is_letter(peek(rest))))
			(void)rk_utf8_next(&rest, &cp);
	} else if (is_thai(cp)) {
		if (cp >= 0xe40 && cp <= 0xe44 && is_thai(peek(rest)))
			(void)rk_utf8_next(&rest, &cp); /* a vowel before its consonant */
		while (rest.n > 0 && is_thai_tail(peek(rest)))
			(void)rk_utf8_next(&rest, &cp);
	}
	return s.n - rest.n;
}

struct segments {
	struct rk_str *v;
	size_t n;
};

static struct segments
split(struct rk_str s, struct rk_arena *arena)
{
	struct segments out;
	struct rk_str rest = s;

	for (out.n = 0; rest.n > 0; out.n++)
		rest = rk_str_from(rest, segment(rest));
	out.v = rk_arena_array(arena, out.n + 1, sizeof(*out.v));
	out.n = 0;
	for (rest = s; rest.n > 0; rest = rk_str_from(rest, out.v[out.n++].n))
		out.v[out.n] = rk_strn(rest.p, segment(rest));
	return out;
}

/* ---- the search */

/* Marks the segments of a and b that have no partner; false: too many edits. */
static bool
search(const struct segments *a, const struct segments *b, bool *gone, bool *fresh,
    struct rk_arena *arena)
{
	long n = (long)a->n, m = (long)b->n, most = n + m < MOST_EDITS ? n + m : MOST_EDITS;
	int *v = rk_arena_array(arena, (size_t)(2 * most + 3), sizeof(*v));
	int **lines = rk_arena_array(arena, (size_t)most + 1, sizeof(*lines));
	int *at = v + most + 1;
	long d, k, x, y;

	for (d = 0; d <= most; d++) {
		for (k = -d; k <= d; k += 2) {
			x = k == -d || (k != d && at[k - 1] < at[k + 1]) ? at[k + 1]
									 : at[k - 1] + 1;
			for (y = x - k; x < n && y < m && rk_str_eq(a->v[x], b->v[y]);
			     y++)
				x++;
			at[k] = (int)x;
			if (x >= n && y >= m)
				goto found;
		}
		lines[d] = rk_arena_array(arena, (size_t)(2 * d + 1), sizeof(**lines));
		memcpy(lines[d], at - d, (size_t)(2 * d + 1) * sizeof(*v));
	}
	return false;
found:
	for (x = n, y = m; d > 0; d--) {
		const int *line = lines[d - 1] + (d - 1);
		bool down;

		k = x - y;
		down = k == -d || (k != d && line[k - 1] < line[k + 1]);
		if (down) {
			x = line[k + 1];
			y = x - (k + 1);
			fresh[y] = true;
		} else {
			x = line[k - 1];
			y = x - (k - 1);
			gone[x] = true;
		}
	}
	return true;
}

/* A few segments alike between two changes say nothing: they changed too. */
static void
drown_islands(const struct segments *a, const struct segments *b, bool *gone,
    bool *fresh)
{
	size_t i = 0, j = 0;
	bool after_change = false;

	while (i < a->n && j < b->n) {
		size_t run = 0;
		bool space = false;

		if (gone[i] || fresh[j]) {
			after_change = true;
			i += gone[i];
			if (j < b->n && fresh[j])
				j++;
			continue;
		}
		while (i + run < a->n && j + run < b->n && !gone[i + run] &&
		       !fresh[j + run]) {
			space = space || is_space(peek(a->v[i + run]));
			run++;
		}
		if (after_change && run < ISLAND && !space && i + run < a->n &&
		    j + run < b->n)
			for (size_t r = 0; r < run; r++)
				gone[i + r] = fresh[j + r] = true;
		after_change = false;
		i += run;
		j += run;
	}
}

/* ---- hunks */

static void
put(struct rk_hunk *h, size_t *n, enum rk_hunk_kind kind, const struct segments *s,
    size_t from, size_t to)
{
	const char *begin, *end;

	if (from == to)
		return;
	begin = s->v[from].p;
	end = s->v[to - 1].p + s->v[to - 1].n;
	h[(*n)++] = (struct rk_hunk){kind, rk_strn(begin, (size_t)(end - begin))};
}

static struct rk_hunk *
hunks(const struct segments *a, const struct segments *b, const bool *gone,
    const bool *fresh, struct rk_arena *arena, size_t *n)
{
	struct rk_hunk *h = rk_arena_array(arena, a->n + b->n + 1, sizeof(*h));
	size_t i = 0, j = 0;

	*n = 0;
	while (i < a->n || j < b->n) {
		size_t i0 = i, j0 = j;

		while (i < a->n && j < b->n && !gone[i] && !fresh[j]) {
			i++;
			j++;
		}
		put(h, n, RK_HUNK_SAME, b, j0, j);
		i0 = i;
		j0 = j;
		while (i < a->n && gone[i])
			i++;
		while (j < b->n && fresh[j])
			j++;
		put(h, n, RK_HUNK_GONE, a, i0, i);
		put(h, n, RK_HUNK_NEW, b, j0, j);
	}
	return h;
}

struct rk_hunk *
rk_diff(struct rk_str old, struct rk_str fresh, struct rk_arena *arena, size_t *n)
{
	struct segments a = split(old, arena), b = split(fresh, arena), ma, mb;
	bool *is_gone = rk_arena_array(arena, a.n + 1, sizeof(*is_gone));
	bool *is_new = rk_arena_array(arena, b.n + 1, sizeof(*is_new));
	size_t head = 0, tail = 0;

	while (head < a.n && head < b.n && rk_str_eq(a.v[head], b.v[head]))
		head++;
	while (tail < a.n - head && tail < b.n - head &&
	       rk_str_eq(a.v[a.n - 1 - tail], b.v[b.n - 1 - tail]))
		tail++;
	ma = (struct segments){a.v + head, a.n - head - tail};
	mb = (struct segments){b.v + head, b.n - head - tail};
	if (!search(&ma, &mb, is_gone + head, is_new + head, arena)) {
		for (size_t i = 0; i < ma.n; i++)
			is_gone[head + i] = true;
		for (size_t i = 0; i < mb.n; i++)
			is_new[head + i] = true;
	}
	drown_islands(&a, &b, is_gone, is_new);
	return hunks(&a, &b, is_gone, is_new, arena, n);
}

/* ---- as text */

/* The first or last `most` code points of s. */
static struct rk_str
first_of(struct rk_str s, unsigned most)
{
	struct rk_str rest = s;
	uint32_t cp;

	while (most-- > 0 && rk_utf8_next(&rest, &cp))
		;
	return rk_strn(s.p, s.n - rest.n);
}

static struct rk_str
last_of(struct rk_str s, unsigned most)
{
	size_t at = s.n;

	while (at > 0 && most > 0)
		if (((unsigned char)s.p[--at] & 0xc0) != 0x80)
			most--;
	return rk_str_from(s, at);
}

static void
same_text(struct rk_buf *out, struct rk_str s, bool first, bool last, unsigned around)
{
	struct rk_str head = first ? rk_strn(s.p, 0) : first_of(s, around);
	struct rk_str tail = last ? rk_strn(s.p, 0) : last_of(s, around);

	if (head.n + tail.n >= s.n) {
		(void)rk_buf_str(out, s);
		return;
	}
	(void)rk_buf_str(out, head);
	(void)rk_buf_adds(out, "…");
	(void)rk_buf_str(out, tail);
}

int
rk_diff_text(const struct rk_hunk *h, size_t n, unsigned around, struct rk_buf *out)
{
	if (n == 1 && h[0].kind == RK_HUNK_SAME)
		return 0;
	for (size_t i = 0; i < n; i++) {
		switch (h[i].kind) {
		case RK_HUNK_SAME:
			same_text(out, h[i].text, i == 0, i + 1 == n, around);
			break;
		case RK_HUNK_GONE:
			(void)rk_buf_adds(out, "[-");
			(void)rk_buf_str(out, h[i].text);
			(void)rk_buf_adds(out, "-]");
			break;
		case RK_HUNK_NEW:
			(void)rk_buf_adds(out, "{+");
			(void)rk_buf_str(out, h[i].text);
			(void)rk_buf_adds(out, "+}");
			break;
		}
	}
	return out->full ? -1 : 0;
}

/* ---- versions */

static struct rk_str
plain(struct rk_str html, struct rk_arena *arena)
{
	struct rk_html_out out = {0};
	struct rk_buf text;
	struct rk_str s;

	rk_buf_init(&text, RK_MAX_FIELD);
	out.text = &text;
	(void)rk_html_clean(html, RK_STR(""), &out);
	s = rk_arena_str(arena, rk_str_trim(rk_buf_view(&text)));
	rk_buf_release(&text);
	return s;
}

struct rk_change *
rk_changes(const struct rk_version *v, size_t n, struct rk_arena *arena)
{
	struct rk_change *c;
	struct rk_str before, after;

	if (n < 2)
		return NULL;
	c = rk_arena_array(arena, n - 1, sizeof(*c));
	before = plain(v[0].html, arena);
	for (size_t i = 0; i + 1 < n; i++, before = after) {
		after = plain(v[i + 1].html, arena);
		c[i].at = v[i + 1].since;
		c[i].title = rk_diff(v[i].title, v[i + 1].title, arena, &c[i].n_title);
		c[i].body = rk_diff(before, after, arena, &c[i].n_body);
		c[i].title_changed = !rk_str_eq(v[i].title, v[i + 1].title);
		c[i].body_changed = !rk_str_eq(before, after);
	}
	return c;
}
