/*
 * Compare keys, in one pass: letters, marks and digits, folded, without lines of noise;
 * then what the repairs of a text say of that. No ICU here.
 */
#include <ruamkhao/thai.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/utf8.h>

#include "thai_int.h"

#include <string.h>

typedef unsigned char byte;

#define NOISE_MAX  ((size_t)256)  /* bytes of a key that may be a line of noise */
#define LINE_MAX   ((size_t)1024) /* bytes of a line that may be noise */
#define WORDS_KEPT 12U            /* of two counters with thousands, and units */

static const uint8_t ascii_keep[128] = {
    ['\n'] = RK_TK_LINE,
    ['\v'] = RK_TK_LINE,
    ['\f'] = RK_TK_LINE,
    ['\r'] = RK_TK_LINE,
    ['0'] = RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    ['A'] = RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    RK_TK_CASE,
    ['a'] = RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
    RK_TK_KEEP,
};

/* Letters and marks of the Thai block: ko kai to phinthu without paiyannoi, sara e to
 * yamakkan. */
static bool
thai_kept(unsigned code)
{
	return (code >= 0x01 && code <= 0x3A && code != 0x2F) ||
	       (code >= 0x40 && code <= 0x4E);
}

/* A key that is being made. */
struct keying {
	struct rk_buf *out;
	size_t line; /* where the line begins */
	bool noise;  /* lines of noise are to be dropped */
	bool gap;    /* a divider stands before the next character */
	size_t cut;  /* a counter that ends the last line begins here, or SIZE_MAX */
	size_t words[WORDS_KEPT]; /* begins of the line's last words, a ring */
	unsigned nwords;
};

static int
key_add(struct keying *k, const void *p, size_t n)
{
	if (k->gap && k->out->n > k->line)
		k->words[k->nwords++ % WORDS_KEPT] = k->out->n;
	k->gap = false;
	return rk_buf_add(k->out, p, n);
}

/* Is this bit of a key noise, after repair? */
static bool
noise(struct rk_str key, bool trailing)
{
	struct rk_buf b;
	bool foreign, yes;

	if (rk_thai_trouble(key, RK_TM_PLAIN, &foreign) == key.n)
		return rk_thai_noise(key, trailing);
	if (foreign)
		return false;
	rk_buf_init(&b, SIZE_MAX);
	yes = rk_thai_mend(key, RK_TM_PLAIN, &b) == 0 &&
	      rk_thai_noise(rk_buf_view(&b), trailing);
	rk_buf_release(&b);
	return yes;
}

/* "10:23 n.", "2 pm", "5 minutes ago", in both languages. */
static bool
ends_moment(struct rk_str key)
{
	static const char *const ends[] = {
	    "ที่แล้ว", "ที่ผ่านมา", "มาแล้ว", "ก่อน", "ago", "นาฬิกา"};
	size_t unit = rk_str_ends(key, "น")                              ? strlen("น")
		      : rk_str_ends(key, "am") || rk_str_ends(key, "pm") ? 2
									 : 0;

	if (unit > 0 && key.n > unit && key.p[key.n - unit - 1] >= '0' &&
	    key.p[key.n - unit - 1] <= '9')
		return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (rk_str_ends(key, ends[i]))
			return true;
	return false;
}

/* Where the counters begin that end the line, or SIZE_MAX. */
static size_t
trailing_counter(const struct keying *k)
{
	struct rk_str view = rk_buf_view(k->out);
	size_t best = SIZE_MAX;
	char last = view.p[view.n - 1];

	/* A number, khon, khrang, wio, "views", or the end of a moment. */
	if (!(last >= '0' && last <= '9') && last != 's' && !rk_str_ends(view, "คน") &&
	    !rk_str_ends(view, "ครั้ง") && !rk_str_ends(view, "วิว") && !ends_moment(view))
		return best;
	for (unsigned i = 1; i <= k->nwords && i <= WORDS_KEPT; i++) {
		size_t at = k->words[(k->nwords - i) % WORDS_KEPT];

		if (view.n - at > NOISE_MAX)
			break;
		if (noise(rk_str_from(view, at), true))
			best = at;
	}
	return best;
}

static void
end_line(struct keying *k)
{
	struct rk_buf *out = k->out;
	size_t n = out->n - k->line;

	if (k->noise && n > 0) {
		if (n <= NOISE_MAX &&
		    noise(rk_str_from(rk_buf_view(out), k->line), false))
			rk_thai_back(out, k->line);
		else
			k->cut = trailing_counter(k);
	}
	k->line = out->n;
	k->nwords = 0;
	k->gap = false;
}

/* ASCII at p, up to the first other byte: its length, or SIZE_MAX when full. */
static size_t
key_ascii(struct keying *k, const byte *p, size_t n)
{
	char piece[64];
	size_t i = 0, m = 0;

	for (; i < n && p[i] < 0x80 && m < sizeof(piece); i++) {
		switch (ascii_keep[p[i]]) {
		case RK_TK_KEEP:
			piece[m++] = (char)p[i];
			continue;
		case RK_TK_CASE:
			piece[m++] = (char)(p[i] | 0x20);
			continue;
		default:
			break;
		}
		if (m > 0) /* the word first, then its end */
			break;
		k->gap = true;
		if (ascii_keep[p[i]] == RK_TK_LINE)
			end_line(k);
	}
	return m == 0 || key_add(k, piece, m) == 0 ? i : SIZE_MAX;
}

/* Thai at p, up to the first other byte, as key_ascii. */
static size_t
key_thai(struct keying *k, const byte *p, size_t n)
{
	size_t i = 0;
	unsigned code;
	char digit;

	while (rk_thai_at(p + i, n - i) && thai_kept(rk_thai_code(p + i)))
		i += 3;
	if (i > 0)
		return key_add(k, p, i) == 0 ? i : SIZE_MAX;
	code = rk_thai_code(p);
	if (code >= 0x50 && code <= 0x59) {
		digit = (char)('0' + (code - 0x50));
		return key_add(k, &digit, 1) == 0 ? 3 : SIZE_MAX;
	}
	k->gap = true;
	return 3;
}

static size_t
key_other(struct keying *k, const byte *p, size_t n)
{
	struct rk_str rest = rk_strn((const char *)p, n);
	uint32_t cp;
	char b[4];

	(void)rk_utf8_next(&rest, &cp);
	switch (rk_thai_judge(&cp)) {
	case RK_TK_KEEP:
	case RK_TK_CASE:
		if (key_add(k, b, rk_utf8_put(cp, b)) != 0)
			return SIZE_MAX;
		break;
	case RK_TK_LINE:
		end_line(k);
		break;
	case RK_TK_NOT:
		k->gap = true;
		break;
	case RK_TK_SKIP:
		break;
	}
	return n - rest.n;
}

/* Append letters, marks and digits of in, folded, not yet repaired. */
static int
flatten(struct rk_str in, struct keying *k)
{
	const byte *p = (const byte *)in.p;
	size_t i = 0, step;

	k->line = k->out->n;
	k->cut = SIZE_MAX;
	while (i < in.n) {
		if (p[i] < 0x80)
			step = key_ascii(k, p + i, in.n - i);
		else if (rk_thai_at(p + i, in.n - i))
			step = key_thai(k, p + i, in.n - i);
		else
			step = key_other(k, p + i, in.n - i);
		if (step == SIZE_MAX)
			return -1;
		i += step;
	}
	end_line(k);
	if (k->cut != SIZE_MAX)
		rk_thai_back(k->out, k->cut);
	return 0;
}

/* As rk_thai_repair_seen of the bytes of out from start on, in their place. */
static int
repair_tail(struct rk_buf *out, size_t start, bool *foreign)
{
	struct rk_str tail = rk_str_from(rk_buf_view(out), start);
	struct rk_buf copy;
	size_t at = rk_thai_trouble(tail, RK_TM_PLAIN, foreign);
	int rc;

	if (at == tail.n)
		return 0;
	rk_buf_init(&copy, SIZE_MAX);
	(void)rk_buf_str(&copy, tail);
	rk_thai_back(out, start);
	rc = rk_thai_repair_seen(rk_buf_view(&copy), out, foreign);
	rk_buf_release(&copy);
	return rc;
}

/* Once more over a key that NFC had to do with: a composed letter may have a case that
 * its parts had not (I with two dots). */
static int
settle(struct rk_buf *out, size_t start)
{
	struct keying k = {.out = out};
	struct rk_buf copy;
	bool foreign;
	int rc;

	rk_buf_init(&copy, SIZE_MAX);
	(void)rk_buf_str(&copy, rk_str_from(rk_buf_view(out), start));
	rk_thai_back(out, start);
	rc = flatten(rk_buf_view(&copy), &k);
	if (rc == 0)
		rc = repair_tail(out, start, &foreign);
	rk_buf_release(&copy);
	return rc;
}

int
rk_thai_key(struct rk_str in, struct rk_buf *out)
{
	struct keying k = {.out = out, .noise = true};
	size_t start = out->n;
	struct rk_str key;
	bool foreign;

	if (flatten(in, &k) != 0 || repair_tail(out, start, &foreign) != 0 ||
	    (foreign && settle(out, start) != 0)) {
		rk_thai_back(out, start);
		return -1;
	}
	/* Lines joined may read as one line of noise: the key of the key must be it. */
	key = rk_str_from(rk_buf_view(out), start);
	if (key.n <= NOISE_MAX && rk_thai_noise(key, false))
		rk_thai_back(out, start);
	return 0;
}

bool
rk_thai_is_noise(struct rk_str line)
{
	struct rk_buf key;
	struct keying k = {.out = &key};
	bool yes;

	if (line.n > LINE_MAX)
		return false;
	rk_buf_init(&key, SIZE_MAX);
	yes = flatten(line, &k) == 0 && key.n <= NOISE_MAX &&
	      noise(rk_buf_view(&key), false);
	rk_buf_release(&key);
	return yes;
}

int
rk_thai_digits(struct rk_str in, struct rk_buf *out)
{
	const byte *p = (const byte *)in.p;
	size_t i = 0, from = 0;

	while (i < in.n) {
		char c = '\0';
		size_t n = 1;

		if (p[i] == 0xC2 && in.n - i >= 2 && p[i + 1] == 0xA0) {
			c = ' ';
			n = 2;
		} else if (rk_thai_at(p + i, in.n - i)) {
			unsigned code = rk_thai_code(p + i);

			n = 3;
			if (code >= 0x50 && code <= 0x59)
				c = (char)('0' + (code - 0x50));
		}
		if (c != '\0') {
			if (rk_buf_add(out, p + from, i - from) != 0 ||
			    rk_buf_addc(out, c) != 0)
				return -1;
			from = i + n;
		}
		i += n;
	}
	return rk_buf_add(out, p != NULL ? p + from : NULL, in.n - from);
}
