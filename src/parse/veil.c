/*
 * Long text is kept from libxml2: it reads text character by character, which for Thai
 * was the greater part of its work, and gives back the very bytes it got. A document is
 * copied with a short mark in the place of each long run of text; what on_text meets of
 * the marks becomes the runs again. Knows XML's tokens, no feed.
 *
 * Why that changes nothing: a run holds only characters that XML allows where it
 * stands, no "]" and no carriage return, and so does a mark. Where the copy is
 * well-formed, its tokens are those seen here, each mark stands in character data or
 * CDATA, and the document is well-formed too. Where the copy is not, or a mark does not
 * come back, the document itself is read.
 */
#include "parse_int.h"

#include <stdlib.h>
#include <string.h>

#define MARK     '\x7F'       /* allowed in XML, and in no text that was looked at */
#define MARK_LEN ((size_t)8)  /* MARK, six digits, MARK */
#define LONG_RUN ((size_t)32) /* shorter ones are not worth a mark */
#define MAX_RUNS ((size_t)1 << 24)

enum { IN_TEXT = 1, IN_CDATA = 2 };

void
rk_veil_init(struct rk_veil *v)
{
	*v = (struct rk_veil){0};
	rk_buf_init(&v->copy, RK_MAX_XML);
}

void
rk_veil_release(struct rk_veil *v)
{
	rk_buf_release(&v->copy);
	free(v->runs);
	*v = (struct rk_veil){0};
}

/* Bytes that no run holds, in text (bit 0) and in CDATA (bit 1): controls, what ends
 * the text, what "]]>" is made of, and 0xEF, which U+FFFE and U+FFFF begin with. */
#define EIGHT 3, 3, 3, 3, 3, 3, 3, 3
static const unsigned char ends_run[256] = {EIGHT, 3, ['\v'] = 3, 3, 3, 3, 3, EIGHT,
    EIGHT, ['&'] = 1, ['<'] = 1, ['>'] = 1, [']'] = 3, [0xEF] = 3};

/* Bytes at p that may stand in a run, at most n. */
static size_t
run_length(const char *p, size_t n, unsigned where)
{
	size_t i = 0;

	while (i < n && (ends_run[(unsigned char)p[i]] & where) == 0)
		i++;
	return i;
}

/* Bytes behind a run that must stay together: a reference, a line end, a character. */
static size_t
unit(struct rk_str at)
{
	size_t i = 1;

	if (at.p[0] == '\r')
		return at.n > 1 && at.p[1] == '\n' ? 2 : 1;
	if ((unsigned char)at.p[0] == 0xEF)
		return at.n < 3 ? at.n : 3;
	if (at.p[0] != '&')
		return 1;
	while (i < at.n && at.p[i] != ';' &&
	       (ends_run[(unsigned char)at.p[i]] & IN_TEXT) == 0)
		i++;
	return i < at.n && at.p[i] == ';' ? i + 1 : i;
}

static int
put_mark(struct rk_veil *v, struct rk_str run)
{
	static const char digits[] = "0123456789abcdef";
	char mark[MARK_LEN];

	if (v->n == v->room) {
		v->room = v->room > 0 ? v->room * 2 : 64;
		v->runs = rk_xrealloc(v->runs, v->room * sizeof(*v->runs));
	}
	mark[0] = mark[MARK_LEN - 1] = MARK;
	for (size_t i = 0; i < MARK_LEN - 2; i++)
		mark[1 + i] = digits[v->n >> (4 * i) & 15];
	v->runs[v->n++] = run;
	return rk_buf_add(&v->copy, mark, MARK_LEN);
}

/* Text, or what stands inside CDATA: its long runs veiled. */
static int
veil_text(struct rk_veil *v, struct rk_str text, unsigned where)
{
	size_t i = 0, from = 0, n;

	while (i < text.n) {
		n = run_length(text.p + i, text.n - i, where);
		if (n >= LONG_RUN && v->n < MAX_RUNS) {
			if (rk_buf_add(&v->copy, text.p + from, i - from) != 0 ||
			    put_mark(v, rk_strn(text.p + i, n)) != 0)
				return -1;
			from = i + n;
		}
		i += n;
		if (i < text.n)
			i += unit(rk_str_from(text, i));
	}
	return rk_buf_add(&v->copy, text.p + from, text.n - from);
}

/* The token at text[at], a "<": offset behind it. 0: none of a plain feed's. */
static size_t
token_end(struct rk_str text, size_t at)
{
	struct rk_str here = rk_str_from(text, at);
	size_t i = at + 1;

	if (rk_str_starts(here, "<!--"))
		return rk_scan_find(text, at + 4, "-->", 3) + 3;
	if (rk_str_starts(here, "<?"))
		return rk_scan_find(text, at + 2, "?>", 2) + 2;
	if (rk_str_starts(here, "<!"))
		return 0;
	while (i < text.n && text.p[i] != '>') {
		char c = text.p[i++];
		const char *end;

		if (c != '"' && c != '\'')
			continue;
		if ((end = memchr(text.p + i, c, text.n - i)) == NULL)
			return 0;
		i = (size_t)(end - text.p) + 1;
	}
	return i + 1;
}

int
rk_veil_text(struct rk_veil *v, struct rk_str text)
{
	size_t i = 0, end;

	if (memchr(text.p, MARK, text.n) != NULL)
		return -1;
	while (i < text.n) {
		struct rk_str here = rk_str_from(text, i);

		if (text.p[i] != '<') {
			const char *lt = memchr(here.p, '<', here.n);

			end = lt != NULL ? (size_t)(lt - text.p) : text.n;
			if (veil_text(v, rk_strn(here.p, end - i), IN_TEXT) != 0)
				return -1;
		} else if (rk_str_starts(here, "<![CDATA[")) {
			end = rk_scan_find(text, i + 9, "]]>", 3);
			if (end == text.n || rk_buf_add(&v->copy, here.p, 9) != 0 ||
			    veil_text(v, rk_strn(here.p + 9, end - i - 9), IN_CDATA) !=
				0 ||
			    rk_buf_add(&v->copy, "]]>", 3) != 0)
				return -1;
			end += 3;
		} else {
			end = token_end(text, i);
			if (end == 0 || end > text.n ||
			    rk_buf_add(&v->copy, here.p, end - i) != 0)
				return -1;
		}
		i = end;
	}
	return v->n > 0 ? 0 : -1;
}

/* The run of the mark at p, or NULL. */
static const struct rk_str *
run_of(const struct rk_veil *v, const char *p, size_t n)
{
	size_t at = 0;

	if (n < MARK_LEN || p[MARK_LEN - 1] != MARK)
		return NULL;
	for (size_t i = 0; i < MARK_LEN - 2; i++) {
		char c = p[1 + i];

		at |= (size_t)(c <= '9' ? c - '0' : c - 'a' + 10) << (4 * i);
	}
	return at < v->n ? &v->runs[at] : NULL;
}

bool
rk_veil_next(struct rk_veil *v, struct rk_str *text, struct rk_str *piece)
{
	const char *mark;
	const struct rk_str *run;

	if (text->n == 0)
		return false;
	mark = memchr(text->p, MARK, text->n);
	if (mark == text->p) {
		if ((run = run_of(v, mark, text->n)) == NULL) {
			v->broken = true;
			return false;
		}
		v->met++;
		*piece = *run;
		*text = rk_str_from(*text, MARK_LEN);
		return true;
	}
	*piece = rk_strn(text->p, mark != NULL ? (size_t)(mark - text->p) : text->n);
	*text = rk_str_from(*text, piece->n);
	return true;
}

bool
rk_veil_whole(const struct rk_veil *v)
{
	return !v->broken && v->met == v->n;
}
