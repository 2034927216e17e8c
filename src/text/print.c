/*
 * Fingerprints of texts: shingles, sketches, numbers. Pure.
 */
#include <ruamkhao/print.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/utf8.h>

#include <string.h>

#define SHINGLE    5
#define VALUE_BITS 24
#define MIN_BODY   60u /* characters: less says nothing */
#define MIN_TITLE  20u /* DOMAIN.md 6.2 */
#define HEAD_BYTES ((size_t)400) /* where a serial number may stand in the body */
#define CREDIT_MAX ((size_t)120)

/* ---- the k smallest */

#define BINS 4

/* Whole hashes while it is made: they are ordered by their upper bits. Of each bin, which
 * the lower bits say, the smallest too: the keys are made of two bins each. One alone
 * would be that of a set phrase in every third text. */
struct low {
	uint64_t v[RK_PRINT_BODY];
	unsigned n, cap;
	bool full;
	uint64_t bin[BINS]; /* 0: none */
};

static void
bin_add(struct low *l, uint64_t v)
{
	uint64_t *bin = &l->bin[v % BINS];

	if (*bin == 0 || v < *bin)
		*bin = v;
}

static void
low_add(struct low *l, uint64_t v)
{
	unsigned from = 0, to = l->n;

	if (l->n == l->cap && v >= l->v[l->n - 1]) {
		l->full = l->full || v > l->v[l->n - 1];
		return;
	}
	while (from < to) {
		unsigned mid = (from + to) / 2;

		if (l->v[mid] < v)
			from = mid + 1;
		else
			to = mid;
	}
	if (from < l->n && l->v[from] == v)
		return;
	if (l->n == l->cap) {
		l->full = true;
		l->n--;
	}
	memmove(&l->v[from + 1], &l->v[from], (l->n - from) * sizeof(*l->v));
	l->v[from] = v;
	l->n++;
}

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9u;
	return x ^ x >> 32;
}

/* As rk_utf8_next, quick for Thai: a key is valid UTF-8. */
static inline bool
next_char(struct rk_str *key, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)key->p;

	if (key->n < 3 || p[0] != 0xe0)
		return rk_utf8_next(key, cp);
	*cp = (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	*key = rk_strn(key->p + 3, key->n - 3);
	return true;
}

/* Every run of SHINGLE characters of the key into *all, those that begin within the first
 * `first` characters into *head too. Returns the characters. */
static uint32_t
shingles(struct rk_str key, struct low *all, struct low *head, uint32_t first)
{
	static const uint64_t base = 0x100000001b3u;
	uint64_t top = 1, h = 0, ring[SHINGLE] = {0};
	uint32_t count = 0, cp;

	for (int i = 0; i < SHINGLE; i++)
		top *= base;
	while (next_char(&key, &cp)) {
		uint64_t v, c = (uint64_t)cp + 1;

		h = h * base + c - ring[count % SHINGLE] * top;
		ring[count % SHINGLE] = c;
		if (++count < SHINGLE)
			continue;
		v = mix(h);
		if (all->n < all->cap || v < all->v[all->n - 1])
			low_add(all, v);
		else
			all->full = all->full || v > all->v[all->n - 1];
		bin_add(all, v);
		if (head != NULL && count <= first) {
			low_add(head, v);
			bin_add(head, v);
		}
	}
	return count;
}

/* ---- numbers */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

#define COUNTED 64 /* numbers of a text that are counted */

/* Numbers of a key, without zeros before them. Returns the hash of one that ends the key,
 * 0 none. */
static uint64_t
numbers(struct rk_str key, bool counted, struct low *to)
{
	uint64_t met[COUNTED], h = 0;
	size_t n = 0;

	for (size_t i = 0; i < key.n;) {
		size_t from = i, times = 0;

		if (!is_digit(key.p[i])) {
			i += (unsigned char)key.p[i] == 0xe0 ? 3 : 1;
			h = 0;
			continue;
		}
		while (i < key.n && is_digit(key.p[i]))
			i++;
		while (from + 1 < i && key.p[from] == '0')
			from++;
		h = rk_hash64(rk_strn(key.p + from, i - from));
		for (size_t k = 0; counted && k < n; k++)
			times += met[k] == h;
		if (n < COUNTED)
			met[n++] = h;
		if (times > 0)
			h = mix(h + times);
		low_add(to, h);
	}
	return h;
}

/* Which of a series: "ฉบับที่ 2", "ครั้งที่ 5/2569". */
static bool
serial(struct rk_str key, struct rk_print *print)
{
	static const char *const labels[] = {
	    "ฉบับที่", "ครั้งที่", "งวดที่", "รุ่นที่", "เล่มที่", "ตอนที่", "เลขที่", "no", NULL};
	size_t best = SIZE_MAX;

	for (uint8_t i = 0; labels[i] != NULL; i++) {
		size_t at = rk_str_find(key, rk_str(labels[i])), end;

		if (at == SIZE_MAX || at >= best)
			continue;
		at += strlen(labels[i]);
		for (end = at; end < key.n && is_digit(key.p[end]);)
			end++;
		if (end == at)
			continue;
		best = at - strlen(labels[i]);
		print->label = (uint8_t)(i + 1);
		print->serial = (uint32_t)rk_hash64(rk_strn(key.p + at, end - at));
	}
	return best != SIZE_MAX;
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
	for (size_t i = 0; labels[i] != NULL; i++) {
		struct rk_str rest = tail;
		size_t at;

		while ((at = rk_str_find(rest, rk_str(labels[i]))) != SIZE_MAX) {
			size_t colon;

			rest = rk_str_from(rest, at + strlen(labels[i]));
			line = rk_strn(rest.p, rest.n);
			(void)rk_str_split(&(struct rk_str){rest.p, rest.n}, '\n', &line);
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

static int
put(struct rk_buf *out, uint64_t v, unsigned bytes)
{
	char b[8];

	for (unsigned i = 0; i < bytes; i++)
		b[i] = (char)(v >> 8 * i);
	return rk_buf_add(out, b, bytes);
}

static void
put_low(struct rk_buf *out, const struct low *l)
{
	(void)put(out, l->n | (l->full ? 0x80u : 0), 1);
	for (unsigned i = 0; i < l->n; i++)
		(void)put(out, l->v[i] >> (64 - VALUE_BITS), VALUE_BITS / 8);
}

/* A key by which texts that are alike are found; kind parts those of title, head, body. */
static uint32_t
key_of(const struct low *l, unsigned i, uint64_t kind)
{
	uint32_t key;

	if (l->n == 0 || l->bin[2 * i] == 0 || l->bin[2 * i + 1] == 0)
		return 0;
	key = (uint32_t)(mix(mix(l->bin[2 * i] + kind) + l->bin[2 * i + 1]) >> 32);
	return key != 0 ? key : 1;
}

int
rk_print_make(struct rk_str title_key, struct rk_str body_key, struct rk_str text,
    struct rk_buf *out)
{
	struct low body = {.cap = RK_PRINT_BODY}, head = {.cap = RK_PRINT_SMALL},
		   title = {.cap = RK_PRINT_SMALL}, all = {.cap = RK_PRINT_NUMBERS},
		   own = {.cap = RK_PRINT_SMALL};
	struct rk_print print = {0};
	struct rk_buf named;
	size_t before = out->n;

	print.length = shingles(body_key, &body, &head, RK_PRINT_HEAD);
	print.title_length = shingles(title_key, &title, NULL, 0);
	if (print.length < MIN_BODY)
		body.n = head.n = 0;
	(void)numbers(title_key, false, &own);
	print.last = (uint32_t)(numbers(body_key, true, &all) >> (64 - VALUE_BITS));
	if (!serial(title_key, &print))
		(void)serial(rk_utf8_cut(body_key, HEAD_BYTES), &print);
	rk_buf_init(&named, RK_KIB(1));
	credit(text, &named);
	(void)put(out, print.length, 4);
	(void)put(out, print.title_length < 255 ? print.title_length : 255, 1);
	(void)put(out, print.label, 1);
	(void)put(out, print.serial, 4);
	(void)put(out, print.last, VALUE_BITS / 8);
	(void)put(out, key_of(&body, 0, 1), 4);
	(void)put(out, key_of(&body, 1, 1), 4);
	(void)put(out, key_of(&head, 0, 2), 4);
	(void)put(out, key_of(&head, 1, 2), 4);
	(void)put(out, print.title_length < MIN_TITLE ? 0 : key_of(&title, 0, 3), 4);
	put_low(out, &body);
	put_low(out, &head);
	put_low(out, &title);
	put_low(out, &all);
	put_low(out, &own);
	if (named.n > CREDIT_MAX)
		named.n = 0;
	(void)rk_buf_str(out, rk_buf_view(&named));
	rk_buf_release(&named);
	if (out->full) {
		out->n = before;
		return -1;
	}
	return 0;
}

struct reader {
	const unsigned char *p;
	size_t n;
	bool bad;
};

static uint32_t
get(struct reader *r, unsigned bytes)
{
	uint32_t v = 0;

	if (r->n < bytes) {
		r->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)r->p[i] << 8 * i;
	r->p += bytes;
	r->n -= bytes;
	return v;
}

static void
get_sketch(struct reader *r, unsigned cap, struct rk_sketch *s)
{
	uint32_t n = get(r, 1);

	s->full = (n & 0x80) != 0;
	s->n = n & 0x7f;
	if (s->n > cap) {
		r->bad = true;
		s->n = 0;
	}
	for (unsigned i = 0; i < s->n; i++) {
		s->v[i] = get(r, VALUE_BITS / 8);
		if (i > 0 && s->v[i] < s->v[i - 1])
			r->bad = true;
	}
}

/* All that is looked at of an empty one; what the sketches hold behind their n is not. */
static void
clear(struct rk_print *p)
{
	p->length = p->title_length = p->serial = p->last = 0;
	p->label = 0;
	p->credit = (struct rk_str){"", 0};
	for (unsigned i = 0; i < RK_PRINT_KEYS; i++)
		p->keys[i] = 0;
	p->body.n = p->head.n = p->title.n = p->numbers.n = p->title_numbers.n = 0;
	p->body.full = p->head.full = p->title.full = p->numbers.full =
	    p->title_numbers.full = false;
}

bool
rk_print_read(struct rk_str packed, struct rk_print *out)
{
	struct reader r = {(const unsigned char *)packed.p, packed.n, false};

	clear(out);
	if (packed.n > RK_PRINT_MAX)
		return false;
	out->length = get(&r, 4);
	out->title_length = get(&r, 1);
	out->label = (uint8_t)get(&r, 1);
	out->serial = get(&r, 4);
	out->last = get(&r, VALUE_BITS / 8);
	for (unsigned i = 0; i < RK_PRINT_KEYS; i++)
		out->keys[i] = get(&r, 4);
	get_sketch(&r, RK_PRINT_BODY, &out->body);
	get_sketch(&r, RK_PRINT_SMALL, &out->head);
	get_sketch(&r, RK_PRINT_SMALL, &out->title);
	get_sketch(&r, RK_PRINT_NUMBERS, &out->numbers);
	get_sketch(&r, RK_PRINT_SMALL, &out->title_numbers);
	out->credit = rk_strn((const char *)r.p, r.n);
	if (r.bad || !rk_utf8_valid(out->credit)) {
		clear(out);
		return false;
	}
	return true;
}

/* ---- compared */

/* Up to where a sketch knows everything. */
static uint32_t
reach(const struct rk_sketch *s)
{
	return s->full ? s->v[s->n - 1] : UINT32_MAX;
}

/* Below the smaller reach: how many only in a, only in b, in both. */
static void
tally(const struct rk_sketch *a, const struct rk_sketch *b, unsigned count[3])
{
	uint32_t limit = reach(a) < reach(b) ? reach(a) : reach(b);
	unsigned i = 0, j = 0;

	count[0] = count[1] = count[2] = 0;
	for (;;) {
		uint32_t x = i < a->n && a->v[i] <= limit ? a->v[i] : UINT32_MAX;
		uint32_t y = j < b->n && b->v[j] <= limit ? b->v[j] : UINT32_MAX;

		if (x == UINT32_MAX && y == UINT32_MAX)
			return;
		count[x == y ? 2 : x < y ? 0 : 1]++;
		i += x <= y;
		j += y <= x;
	}
}

struct rk_overlap
rk_sketch_overlap(const struct rk_sketch *a, const struct rk_sketch *b)
{
	struct rk_overlap o = {0};
	unsigned n[3];

	if (a->n == 0 || b->n == 0)
		return o;
	tally(a, b, n);
	if (n[2] == 0)
		return o;
	o.a_in_b = (double)n[2] / (n[0] + n[2]);
	o.b_in_a = (double)n[2] / (n[1] + n[2]);
	o.jaccard = (double)n[2] / (n[0] + n[1] + n[2]);
	return o;
}

static bool
holds(const struct rk_sketch *s, uint32_t v)
{
	unsigned i = 0;

	while (i < s->n && s->v[i] < v)
		i++;
	return (i < s->n && s->v[i] == v) || v > reach(s);
}

static bool
misses(const struct rk_print *a, const struct rk_print *b)
{
	for (unsigned i = 0; i < a->numbers.n; i++)
		if (a->numbers.v[i] != a->last && !holds(&b->numbers, a->numbers.v[i]))
			return true;
	return false;
}

bool
rk_print_numbers_disagree(const struct rk_print *a, const struct rk_print *b)
{
	return misses(a, b) && misses(b, a);
}

static bool
title_misses(const struct rk_print *a, const struct rk_print *b)
{
	for (unsigned i = 0; i < a->title_numbers.n; i++)
		if (!holds(&b->title_numbers, a->title_numbers.v[i]) &&
		    !holds(&b->numbers, a->title_numbers.v[i]))
			return true;
	return false;
}

bool
rk_print_titles_disagree(const struct rk_print *a, const struct rk_print *b)
{
	return title_misses(a, b) && title_misses(b, a);
}
