/*
 * Fingerprints of texts, made: shingles, sketches, numbers. Pure.
 *
 * Every new entry pays for it: a character costs a few steps without a branch, and what
 * is kept of the hashes is put in order once, at the end.
 */
#include <ruamkhao/print.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

#include "print_int.h"

#include <string.h>

#define MIN_BODY   60u           /* characters: less says nothing */
#define MIN_TITLE  20u           /* DOMAIN.md 6.2 */
#define HEAD_BYTES ((size_t)400) /* where a serial number may stand in the body */
#define CREDIT_MAX ((size_t)120)

/* ---- the k smallest */

#define BINS  4
#define POOL  192u /* hashes that are collected before the largest are dropped */
#define SLOTS 128u
#define FEW   16u

/* More than k hashes are let in, so that hardly ever fewer than k are left. */
#define SLACK(k) ((k) / 2 + 16)

/*
 * Whole hashes while it is made: they are ordered by their upper bits. Of each bin,
 * which the lower bits say, the smallest too: the keys are made of two bins each. One
 * alone would be that of a set phrase in every third text.
 *
 * v: what was below the limit, in any order until low_end; afterwards ascending, none
 * twice, at most cap. The bins too are of what was below it: where that is not enough,
 * all is looked at once more (`every`).
 */
struct low {
	uint64_t v[POOL];
	unsigned n, cap;
	uint64_t limit;
	bool full, every;
	uint64_t bin[BINS]; /* UINT64_MAX: none */
};

static void
low_begin(struct low *l, unsigned cap, uint64_t limit)
{
	l->n = 0;
	l->cap = cap;
	l->limit = limit;
	l->full = l->every = false;
	for (int i = 0; i < BINS; i++)
		l->bin[i] = UINT64_MAX;
}

/* Hashes are spread evenly: each goes near its place by its size, then to it. */
static void
spread(uint64_t *v, unsigned n)
{
	uint64_t sorted[POOL], most = 0;
	uint8_t at[SLOTS] = {0};
	unsigned shift = 0, sum = 0;

	for (unsigned i = 0; i < n; i++)
		most = most > v[i] ? most : v[i];
	if (most >= SLOTS)
		shift = (unsigned)(64 - 7 - __builtin_clzll(most));
	for (unsigned i = 0; i < n; i++)
		at[v[i] >> shift]++;
	for (unsigned i = 0; i < SLOTS; i++) {
		unsigned k = at[i];

		at[i] = (uint8_t)sum;
		sum += k;
	}
	for (unsigned i = 0; i < n; i++)
		sorted[at[v[i] >> shift]++] = v[i];
	memcpy(v, sorted, n * sizeof(*v));
}

static void
sort(uint64_t *v, unsigned n)
{
	if (n > FEW)
		spread(v, n);
	for (unsigned i = 1; i < n; i++) {
		uint64_t x = v[i];
		unsigned to = i;

		for (; to > 0 && v[to - 1] > x; to--)
			v[to] = v[to - 1];
		v[to] = x;
	}
}

/* In order, none twice, at most cap. */
static void
low_end(struct low *l)
{
	unsigned n = 0;

	sort(l->v, l->n);
	for (unsigned i = 0; i < l->n; i++)
		if (n == 0 || l->v[n - 1] != l->v[i])
			l->v[n++] = l->v[i];
	l->full = l->full || n > l->cap;
	l->n = n < l->cap ? n : l->cap;
}

static void
low_cut(struct low *l)
{
	low_end(l);
	if (l->n == l->cap) /* the last of them may come again */
		l->limit = l->v[l->n - 1] + 1;
}

static inline void
bin_add(struct low *l, uint64_t v)
{
	uint64_t *bin = &l->bin[v % BINS];

	*bin = v < *bin ? v : *bin;
}

static inline void
low_add(struct low *l, uint64_t v)
{
	if (v >= l->limit) {
		l->full = true;
		if (l->every)
			bin_add(l, v);
		return;
	}
	bin_add(l, v);
	l->v[l->n++] = v;
	if (l->n == POOL)
		low_cut(l);
}

/* Nothing that was not let in would have made another one of it. */
static bool
is_exact(const struct low *l)
{
	if (!l->full || l->every)
		return true;
	for (int i = 0; i < BINS; i++)
		if (l->bin[i] >= l->limit)
			return false;
	return l->n == l->cap;
}

/* As rk_utf8_next, quick for Thai and ASCII: a key is valid UTF-8. */
static inline bool
next_char(struct rk_str *key, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)key->p;

	if (key->n >= 3 && p[0] == 0xe0) {
		*cp = (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		*key = rk_strn(key->p + 3, key->n - 3);
		return true;
	}
	if (key->n > 0 && p[0] < 0x80) {
		*cp = p[0];
		*key = rk_strn(key->p + 1, key->n - 1);
		return true;
	}
	return rk_utf8_next(key, cp);
}

/* Every run of SHINGLE characters of the key into *l; at most `most` of them. Returns
 * the characters that were looked at. */
static uint32_t
shingles(struct rk_str key, struct low *l, uint32_t most)
{
	static const uint64_t base = 0x100000001b3u;
	const uint64_t top = base * base * base * base * base;
	uint64_t h = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0;
	uint32_t count = 0, cp;

	while (count < most && next_char(&key, &cp)) {
		uint64_t v, c = (uint64_t)cp + 1;

		h = h * base + c - c1 * top;
		c1 = c2;
		c2 = c3;
		c3 = c4;
		c4 = c5;
		c5 = c;
		if (++count < SHINGLE)
			continue;
		v = print_mix(h);
		low_add(l, v);
	}
	return count;
}

/* The sketch of a key, or of its first characters. A long text has more hashes than are
 * kept: a limit that lets in a few more than these spares the others' way. */
static uint32_t
sketch(struct rk_str key, uint32_t most, struct low *l, unsigned cap)
{
	size_t least = key.n / 3; /* characters of Thai */
	uint32_t count;

	if (least > most)
		least = most;
	low_begin(l, cap, UINT64_MAX);
	if (least > cap + SLACK(cap))
		l->limit = UINT64_MAX / least * (cap + SLACK(cap));
	count = shingles(key, l, most);
	low_end(l);
	if (!is_exact(l)) { /* it says the same again and again */
		low_begin(l, cap, UINT64_MAX);
		l->every = true;
		(void)shingles(key, l, most);
		low_end(l);
	}
	return count;
}

/* ---- numbers */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where the next number begins at or behind i, key.n none. */
static size_t
next_number(struct rk_str key, size_t i)
{
	static const uint64_t high = 0x8080808080808080u;

	while (i < key.n) {
		uint64_t eight;

		if (key.n - i >= sizeof(eight)) { /* Thai letters are quickly passed */
			memcpy(&eight, key.p + i, sizeof(eight));
			if ((eight & high) == high) {
				i += sizeof(eight);
				continue;
			}
		}
		for (size_t to = i + 8 < key.n ? i + 8 : key.n; i < to; i++)
			if (is_digit(key.p[i]))
				return i;
	}
	return key.n;
}

static size_t
number_end(struct rk_str key, size_t i)
{
	while (i < key.n && is_digit(key.p[i]))
		i++;
	return i;
}

#define COUNTED 64 /* numbers of a text that are counted */

/* Numbers of a key, without zeros before them. Returns the hash of one that ends the
 * key, 0 none. */
static uint64_t
numbers(struct rk_str key, bool counted, struct low *to)
{
	uint64_t met[COUNTED], h = 0;
	size_t n = 0, end;

	for (size_t i = next_number(key, 0); i < key.n; i = next_number(key, end)) {
		size_t from = i, times = 0;

		end = number_end(key, i);
		while (from + 1 < end && key.p[from] == '0')
			from++;
		h = rk_hash64(rk_strn(key.p + from, end - from));
		for (size_t k = 0; counted && k < n; k++)
			times += met[k] == h;
		if (n < COUNTED)
			met[n++] = h;
		if (times > 0)
			h = print_mix(h + times);
		low_add(to, h);
	}
	low_end(to);
	return key.n > 0 && is_digit(key.p[key.n - 1]) ? h : 0;
}

/* Which of a series: "ฉบับที่ 2", "ครั้งที่ 5/2569". Only the first of each label is looked
 * at; numbers are rarer than labels are long to search. */
static bool
serial(struct rk_str key, struct rk_print *print)
{
	static const char *const labels[] = {
	    "ฉบับที่", "ครั้งที่", "งวดที่", "รุ่นที่", "เล่มที่", "ตอนที่", "เลขที่", "no"};
	size_t end;

	for (size_t i = next_number(key, 0); i < key.n; i = next_number(key, end)) {
		struct rk_str before = rk_strn(key.p, i);

		end = number_end(key, i);
		for (uint8_t k = 0; k < sizeof(labels) / sizeof(*labels); k++) {
			if (!rk_str_ends(before, labels[k]) ||
			    rk_str_find(key, rk_str(labels[k])) !=
				i - strlen(labels[k]))
				continue;
			print->label = (uint8_t)(k + 1);
			print->serial =
			    (uint32_t)rk_hash64(rk_strn(key.p + i, end - i));
			return true;
		}
	}
	return false;
}

/* ---- whom the text names */

/* What stands behind the last "ที่มา:" (source), as a compare key in out. */
static void
credit(struct rk_str text, struct rk_buf *out)
{
	static const char *const labels[] = {"ที่มา", "ข้อมูลจาก", "Source", NULL};
	struct rk_str tail = text, line;

	/* by whole characters; what is named stands at the end */
	if (tail.n > 4 * CREDIT_MAX) {
		tail = rk_str_from(tail, tail.n - 4 * CREDIT_MAX);
		while (tail.n > 0 && ((unsigned char)tail.p[0] & 0xc0) == 0x80)
			tail = rk_str_from(tail, 1);
	}
	if (rk_str_chr(tail, ':') == SIZE_MAX)
		return;
	for (size_t i = 0; labels[i] != NULL; i++) {
		struct rk_str rest = tail;
		size_t at;

		while ((at = rk_str_find(rest, rk_str(labels[i]))) != SIZE_MAX) {
			size_t colon;

			rest = rk_str_from(rest, at + strlen(labels[i]));
			line = rk_strn(rest.p, rest.n);
			(void)rk_str_split(
			    &(struct rk_str){rest.p, rest.n}, '\n', &line);
			colon = rk_str_find(line, RK_STR(":"));
			if (colon == SIZE_MAX || colon > 40)
				continue;
			line = rk_str_trim(rk_str_from(line, colon + 1));
			if (line.n == 0 || line.n > CREDIT_MAX)
				continue;
			rk_buf_reset(out);
			(void)rk_thai_key(line, out);
		}
	}
}

/* ---- packed */

struct packed {
	char b[RK_PRINT_MAX];
	size_t n;
};

static void
put(struct packed *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p->b[p->n++] = (char)(v >> 8 * i);
}

static void
put_low(struct packed *p, const struct low *l)
{
	put(p, l->n | (l->full ? 0x80u : 0), 1);
	for (unsigned i = 0; i < l->n; i++)
		put(p, l->v[i] >> (64 - VALUE_BITS), VALUE_BITS / 8);
}

/* A key by which texts that are alike are found; kind parts those of title, head, body.
 */
static uint32_t
key_of(const struct low *l, unsigned i, uint64_t kind)
{
	uint32_t key;

	if (l->n == 0 || l->bin[2 * i] == UINT64_MAX || l->bin[2 * i + 1] == UINT64_MAX)
		return 0;
	key =
	    (uint32_t)(print_mix(print_mix(l->bin[2 * i] + kind) + l->bin[2 * i + 1]) >>
		       32);
	return key != 0 ? key : 1;
}

/* All of a packed one but the credit. */
#define FIXED                                                                          \
	(13 + 4 * RK_PRINT_KEYS + 5 +                                                  \
	    VALUE_BITS / 8 * (RK_PRINT_BODY + 3 * RK_PRINT_SMALL + RK_PRINT_NUMBERS))
_Static_assert(FIXED + CREDIT_MAX <= RK_PRINT_MAX, "a packed one");
_Static_assert(
    POOL<256 && POOL> RK_PRINT_BODY + SLACK(RK_PRINT_BODY), "slots count in bytes");

int
rk_print_make(struct rk_str title_key, struct rk_str body_key, struct rk_str text,
    struct rk_buf *out)
{
	struct low body, head, title, all, own;
	struct rk_print print;
	struct packed p;
	struct rk_buf named;

	print.routine = print_is_routine(title_key);
	print.label = 0;
	print.serial = 0;
	p.n = 0;
	print.length = sketch(body_key, UINT32_MAX, &body, RK_PRINT_BODY);
	print.title_length = sketch(title_key, UINT32_MAX, &title, RK_PRINT_SMALL);
	(void)sketch(body_key, RK_PRINT_HEAD, &head, RK_PRINT_SMALL);
	if (print.length < MIN_BODY)
		body.n = head.n = 0;
	low_begin(&own, RK_PRINT_SMALL, UINT64_MAX);
	(void)numbers(title_key, false, &own);
	low_begin(&all, RK_PRINT_NUMBERS, UINT64_MAX);
	print.last = (uint32_t)(numbers(body_key, true, &all) >> (64 - VALUE_BITS));
	if (!serial(title_key, &print))
		(void)serial(rk_utf8_cut(body_key, HEAD_BYTES), &print);
	rk_buf_init(&named, RK_KIB(1));
	credit(text, &named);
	put(&p, print.length, 4);
	put(&p, print.title_length < 255 ? print.title_length : 255, 1);
	put(&p, print.label | (print.routine ? ROUTINE : 0U), 1);
	put(&p, print.serial, 4);
	put(&p, print.last, VALUE_BITS / 8);
	put(&p, key_of(&body, 0, 1), 4);
	put(&p, key_of(&body, 1, 1), 4);
	put(&p, key_of(&head, 0, 2), 4);
	put(&p, key_of(&head, 1, 2), 4);
	put(&p, print.title_length < MIN_TITLE ? 0 : key_of(&title, 0, 3), 4);
	put_low(&p, &body);
	put_low(&p, &head);
	put_low(&p, &title);
	put_low(&p, &all);
	put_low(&p, &own);
	if (print.routine) {
		print_mark(body_key, print.bits);
		memcpy(p.b + p.n, print.bits, RK_PRINT_BITS);
		p.n += RK_PRINT_BITS;
	}
	if (named.n <= CREDIT_MAX) {
		memcpy(p.b + p.n, rk_buf_view(&named).p, named.n);
		p.n += named.n;
	}
	rk_buf_release(&named);
	return rk_buf_add(out, p.b, p.n);
}
