/*
 * Which provinces a text names (DOMAIN.md 2.2). Names are found in one pass; what
 * stands around each one (place_context.c) and the list it is in decide whether it is
 * evidence. Does not know what the evidence is used for.
 */
#include <ruamkhao/normalise.h>

#include "place_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/thai.h>

#include <string.h>

/* ---- the text */

/*
 * False for text that is already in the stored form: ASCII, Thai without the spellings
 * that rk_thai_repair mends, and common punctuation. Most text is: it is not copied.
 */
static bool
needs_repair(struct rk_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned last = 0;

	for (size_t i = 0; i < s.n;) {
		unsigned c = 0;

		if (p[i] < 0x80) {
			i++;
		} else if ((c = rk_place_thai(s, i)) != 0) {
			bool tone = c >= 0xe7 && c <= 0xee;
			bool mark = tone || c == 0xd1 || (c >= 0xd4 && c <= 0xda);

			/* nikhahit, two sara e, two marks alike, tone before vowel */
			if (c == 0xed || (c == 0xe0 && last == 0xe0) ||
			    (mark && c == last) ||
			    (mark && !tone && last >= 0xe7 && last <= 0xee))
				return true;
			i += 3;
		} else if (p[i] == 0xe2 && i + 2 < s.n && p[i + 1] == 0x80 &&
			   p[i + 2] >= 0x90 && p[i + 2] <= 0xa6) {
			i += 3; /* dashes, quotes, bullets */
		} else if (p[i] == 0xc2 && i + 1 < s.n && p[i + 1] == 0xa0) {
			i += 2;
		} else {
			return true;
		}
		last = c;
	}
	return false;
}

/* ---- lists */

struct list {
	size_t start, end, n;
	uint64_t b[2], c[2], p[2]; /* members that are not yet evidence, by class */
	bool open;
	bool any_a;     /* a name that counts bare */
	bool head_bare; /* the head counts by itself */
	bool head_b;    /* the head is of class B without a cue */
	bool cued;      /* a cue stood before a member: it goes for those behind */
	bool weak;
};

struct scan {
	const struct rk_place_table *t;
	struct rk_str text;
	struct rk_place_scan *out;
	struct list list;
};

static void
set(uint64_t bits[2], unsigned code)
{
	bits[code >> 6] |= UINT64_C(1) << (code & 63);
}

static void
accept(struct scan *sc, const uint64_t bits[2], bool strong)
{
	for (unsigned i = 0; i < 2; i++) {
		sc->out->found[i] |= bits[i];
		if (strong)
			sc->out->strong[i] |= bits[i];
	}
}

/* Remember where the name stands: its first mention, or the first that counts. */
static void
note(struct scan *sc, const struct rk_place_hit *h, bool counts)
{
	unsigned code = h->row->code;

	if (sc->out->at[code].end == 0 || (counts && !rk_place_has(sc->out->found, code))) {
		sc->out->at[code].from = h->from;
		sc->out->at[code].end = h->end;
	}
	if (counts)
		set(sc->out->found, code);
}

/* "(ระนอง พังงา ... ตรัง)" */
static bool
in_brackets(struct rk_str s, const struct list *l)
{
	size_t from = l->start, to = l->end, n;

	from -= rk_place_space_before(s, from);
	if (rk_place_ends_at(s, from, "จังหวัด"))
		from -= strlen("จังหวัด");
	else if (rk_place_ends_at(s, from, "จ."))
		from -= strlen("จ.");
	from -= rk_place_space_before(s, from);
	while ((n = rk_place_space_at(s, to)) != 0 && to - l->end < 4)
		to += n;
	if (rk_place_starts_at(s, to, "ฯลฯ"))
		to += strlen("ฯลฯ");
	return from > 0 && (s.p[from - 1] == '(' || s.p[from - 1] == '[') && to < s.n &&
	       (s.p[to] == ')' || s.p[to] == ']');
}

static void
close_list(struct scan *sc)
{
	struct list *l = &sc->list;

	if (!l->open)
		return;
	if (l->n >= 2 && (l->weak || in_brackets(sc->text, l))) {
		accept(sc, l->b, true);
		accept(sc, l->c, true);
		accept(sc, l->p, true);
	} else if (l->any_a) {
		accept(sc, l->b, l->cued);
		if (l->head_bare || l->head_b)
			accept(sc, l->c, l->cued);
	}
	*l = (struct list){0};
}

/* Is what lies between two names only what divides a list? attached: "และ" stands
 * right before the second. */
static bool
divider(struct rk_str s, size_t from, size_t to, bool *attached)
{
	static const char *const words[] = {",", "และ", "กับ", "หรือ", "รวมทั้ง", "รวมถึง",
	    "จังหวัด", "จ.", "จว.", "/", "\xe3\x80\x81", NULL};
	size_t i = from;

	*attached = false;
	if (to - from > 64)
		return false;
	while (i < to) {
		size_t n = rk_place_space_at(s, i), w = 0;

		*attached = false;
		if (n == 0) {
			for (; words[w] != NULL && !rk_place_starts_at(s, i, words[w]);
			     w++)
				;
			if (words[w] == NULL)
				return false;
			n = strlen(words[w]);
			*attached = w == 1 || w == 2;
		}
		i += n;
	}
	return i == to && to > from;
}

static void
add_hit(struct scan *sc, const struct rk_place_hit *h)
{
	struct list *l = &sc->list;
	enum rk_place_class class = h->row->class;
	bool attached = false, clean = rk_place_clean_end(sc->text, h->end);
	bool first, counts;

	if (l->open && !divider(sc->text, l->end, h->start, &attached))
		close_list(sc);
	first = !l->open;
	if (first) {
		*l = (struct list){.open = true, .start = h->start};
		l->weak = h->weak;
	}
	l->end = h->end;
	l->n++;
	counts = h->cue || (class == RK_PLACE_A && !h->no);
	if (class == RK_PLACE_A && !h->no)
		l->any_a = true;
	if (h->cue)
		l->cued = true;
	if (first) {
		l->head_bare = counts;
		l->head_b = class == RK_PLACE_B && h->loose;
	}
	if (!counts && h->loose && l->cued)
		counts =
		    class == RK_PLACE_B || clean || (class == RK_PLACE_C && attached);
	note(sc, h, counts);
	if (counts && l->cued)
		set(sc->out->strong, h->row->code);
	else if (counts)
		;
	else if (h->loose && class == RK_PLACE_B)
		set(l->b, h->row->code);
	else if (h->loose && clean)
		set(class == RK_PLACE_C ? l->c : l->p, h->row->code);
}

/* "ภาคเหนือตอนล่าง 1", but not "ภาคเหนือตอนล่าง 9 จังหวัด"; 0: no number. */
static unsigned
number_behind(struct rk_str s, size_t *end)
{
	size_t i = *end + rk_place_space_at(s, *end), n = 0;
	unsigned v = 0, c;

	for (; i < s.n && n < 3; n++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			v = v * 10 + (unsigned)(s.p[i++] - '0');
		else if ((c = rk_place_thai(s, i)) >= 0xf0 && c <= 0xf9) {
			v = v * 10 + c - 0xf0;
			i += 3;
		} else
			break;
	if (n == 0 || n > 2 ||
	    rk_place_starts_at(s, i + rk_place_space_at(s, i), "จังหวัด"))
		return 0;
	*end = i;
	return v;
}

static void
group(struct scan *sc, const struct rk_place_hit *h)
{
	struct rk_place_scan *out = sc->out;
	size_t end = h->end;
	unsigned number = number_behind(sc->text, &end);
	bool latin = h->row->text.p[0] > 0;

	if (out->n_groups == RK_PLACE_GROUPS ||
	    (number == 0 && h->row->class == RK_PLACE_GROUP_NUMBERED) ||
	    (latin && !rk_place_latin(sc->text, h)))
		return;
	out->groups[out->n_groups].row = h->row;
	out->groups[out->n_groups].from = h->start;
	out->groups[out->n_groups].end = end;
	out->groups[out->n_groups++].number = number;
}

static void
scan_text(struct scan *sc)
{
	struct rk_aho_match m;
	size_t from = 0;

	while (rk_aho_find(sc->t->aho, sc->text, from, &m)) {
		struct rk_place_hit h = {
		    .row = &sc->t->rows[m.word], .start = m.start, .end = m.end};

		from = m.end;
		if (h.row->class == RK_PLACE_DECOY)
			continue;
		if (h.row->class == RK_PLACE_LATIN ||
		    h.row->class == RK_PLACE_LATIN_WEAK) {
			h.from = h.start;
			if (rk_place_latin(sc->text, &h))
				note(sc, &h, true);
			continue;
		}
		if (h.row->class == RK_PLACE_GROUP ||
		    h.row->class == RK_PLACE_GROUP_NUMBERED) {
			group(sc, &h);
			continue;
		}
		/* Another name may begin inside of what is none. */
		if (!rk_place_is_name(sc->text, &h)) {
			from = m.start + 1;
			continue;
		}
		rk_place_look_before(sc->t, sc->text, &h);
		add_hit(sc, &h);
	}
	close_list(sc);
}

void
rk_place_scan(struct rk_str text, struct rk_place_scan *out)
{
	struct scan sc = {.t = rk_place_table(), .text = text, .out = out};

	*out = (struct rk_place_scan){0};
	/* Repairs only ever shorten; NFC may lengthen other scripts, at most threefold.
	 */
	rk_buf_init(&out->repaired, text.n * 3 + 16);
	if (text.n > 0 && needs_repair(text) && rk_thai_repair(text, &out->repaired) == 0)
		sc.text = rk_buf_view(&out->repaired);
	out->text = sc.text;
	if (sc.text.n > 0)
		scan_text(&sc);
}

void
rk_place_scan_release(struct rk_place_scan *s)
{
	rk_buf_release(&s->repaired);
}

int
rk_places(struct rk_str text, struct rk_buf *out)
{
	struct rk_place_scan scan;
	bool first = true;
	int rc = 0;

	rk_place_scan(text, &scan);
	for (unsigned code = 0; code < RK_PLACE_CODES && rc == 0; code++)
		if (rk_place_has(scan.found, code)) {
			rc = rk_buf_addf(out, first ? "TH-%02u" : ",TH-%02u", code);
			first = false;
		}
	rk_place_scan_release(&scan);
	return rc;
}
