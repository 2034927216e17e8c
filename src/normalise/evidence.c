/*
 * Which places an entry names where it matters: title, byline, lead and last clause
 * (DOMAIN.md 2.3). What counts is decided elsewhere.
 */
#include <ruamkhao/evidence.h>

#include "normalise_int.h"
#include "place_int.h"

#include <ruamkhao/utf8.h>

#include <string.h>

#define LEAD_CHARS 300 /* "เมื่อวันที่ ... ณ ... นาย ... ตำแหน่ง ... เป็นประธาน" fits */
#define LEAD_SHORT 120 /* bytes: a line that is a date or a caption, the lead goes on */
#define LAST_CHARS 160
#define CREDIT_MAX 300 /* bytes of a line of credits */
#define DATELINE_MAX 60

struct finder {
	struct rk_buf *out;
	uint64_t seen[2]; /* codes said by stronger kinds already */
};

static void
put(struct finder *f, struct rk_evidence *e, struct rk_str text, size_t from, size_t end)
{
	char line[RK_MAX_EVIDENCE_WORDS + 1];
	struct rk_str words = rk_utf8_cut(
	    rk_strn(text.p + from, end - from), RK_MAX_EVIDENCE_WORDS);
	size_t before = f->out->n;

	if (words.n > 0)
		memcpy(line, words.p, words.n);
	for (size_t i = 0; i < words.n; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	e->words = rk_strn(line, words.n);
	if (before > 0)
		(void)rk_buf_addc(f->out, '\n');
	(void)rk_evidence_put(f->out, e);
	if (f->out->n > RK_MAX_EVIDENCE) { /* enough is said by then */
		f->out->n = before;
		f->out->p[before] = '\0';
	}
}

/* The places of a group, by the number behind it where there is one. */
static void
put_group(struct finder *f, struct rk_evidence *e, const struct rk_place_scan *scan,
    size_t i)
{
	const struct rk_place_row *row = scan->groups[i].row;
	struct rk_str rest = row->reject, one;
	unsigned number = scan->groups[i].number, at = 0;
	char all[256];

	e->places = RK_STR("");
	while (number > 0 && rk_str_split(&rest, '|', &one))
		if (++at == number)
			e->places = one;
	if (e->places.n == 0 && row->class == RK_PLACE_GROUP &&
	    row->reject.n <= sizeof(all)) {
		memcpy(all, row->reject.p, row->reject.n);
		for (size_t c = 0; c < row->reject.n; c++)
			if (all[c] == '|')
				all[c] = '+';
		e->places = rk_strn(all, row->reject.n);
	}
	if (e->places.n > 0)
		put(f, e, scan->text, scan->groups[i].from, scan->groups[i].end);
}

static void
look(struct finder *f, enum rk_evidence_kind kind, struct rk_str text)
{
	struct rk_evidence e = {.kind = kind};
	struct rk_place_scan scan;
	char iso[8] = "TH-00";

	rk_place_scan(text, &scan);
	e.strong = true;
	for (size_t i = 0; i < scan.n_groups; i++)
		put_group(f, &e, &scan, i);
	for (unsigned code = 0; code < RK_PLACE_CODES; code++) {
		if (!rk_place_has(scan.found, code))
			continue;
		e.strong = rk_place_has(scan.strong, code);
		if (rk_place_has(f->seen, code)) /* said with a cue before */
			continue;
		if (e.strong || kind == RK_EVIDENCE_TITLE)
			f->seen[code >> 6] |= UINT64_C(1) << (code & 63);
		iso[3] = (char)('0' + code / 10);
		iso[4] = (char)('0' + code % 10);
		e.places = rk_str(iso);
		put(f, &e, scan.text, scan.at[code].from, scan.at[code].end);
	}
	rk_place_scan_release(&scan);
}

/* ---- parts of the text */

static struct rk_str
cut_chars(struct rk_str s, size_t chars)
{
	size_t i = 0;

	for (; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80 && chars-- == 0)
			break;
	return rk_strn(s.p, i);
}

static struct rk_str
last_chars(struct rk_str s, size_t chars)
{
	size_t i = s.n;

	while (i > 0 && chars > 0)
		if (((unsigned char)s.p[--i] & 0xc0) != 0x80)
			chars--;
	return rk_str_from(s, i);
}

/* The first line, with those before it that are too short to be a sentence. */
static struct rk_str
lead_of(struct rk_str text)
{
	size_t end = 0, n;

	while (end < text.n && end < LEAD_SHORT) {
		n = rk_str_chr(rk_str_from(text, end), '\n');
		end = n == SIZE_MAX ? text.n : end + n + 1;
	}
	return cut_chars(rk_strn(text.p, end), LEAD_CHARS);
}

/* "ภูเก็ต – วันที่ ...", "น่าน : ...", "(ตรัง) ...": nothing but a name stands there. */
static void
dateline(struct finder *f, struct rk_str lead)
{
	static const char *const ends[] = {
	    " - ", " \xe2\x80\x93 ", " \xe2\x80\x94 ", " : ", ": ", "/ ", " / ", ") "};
	struct rk_str head = RK_STR("");
	struct rk_place_scan scan;
	char text[DATELINE_MAX + 32];
	size_t cue = strlen("จังหวัด");

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t at = rk_str_find(
		    rk_strn(lead.p, lead.n < DATELINE_MAX ? lead.n : DATELINE_MAX),
		    rk_str(ends[i]));

		if (at != SIZE_MAX && (head.n == 0 || at < head.n))
			head = rk_str_trim(rk_strn(lead.p, at));
	}
	if (head.n > 0 && head.p[0] == '(')
		head = rk_str_trim(rk_str_from(head, 1));
	if (head.n == 0)
		return;
	memcpy(text, "จังหวัด", cue);
	memcpy(text + cue, head.p, head.n);
	rk_place_scan(rk_strn(text, cue + head.n), &scan);
	for (unsigned code = 0; code < RK_PLACE_CODES; code++) {
		struct rk_evidence e = {.kind = RK_EVIDENCE_LEAD, .strong = true};
		char iso[8] = "TH-00";

		if (!rk_place_has(scan.found, code) || scan.at[code].end != scan.text.n ||
		    scan.at[code].from != 0 || rk_place_has(f->seen, code))
			continue;
		iso[3] = (char)('0' + code / 10);
		iso[4] = (char)('0' + code % 10);
		e.places = rk_str(iso);
		f->seen[code >> 6] |= UINT64_C(1) << (code & 63);
		put(f, &e, scan.text, cue, scan.text.n);
	}
	rk_place_scan_release(&scan);
}

static bool
is_credit(struct rk_str line)
{
	static const char *const words[] = {"ข่าว", "ภาพ", "ที่มา", "รายงาน", "เครดิต",
	    "ขอบคุณ", "แหล่งข่าว", "ผู้สื่อข่าว", "ผู้เขียน", "เรียบเรียง", "โดย", "ส.ปชส.",
	    "สปชส.", "สวท.", "สปข.", "สำนักงานประชาสัมพันธ์", "สถานีวิทยุ", "ทีมข่าว"};

	if (line.n == 0 || line.n > CREDIT_MAX)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (rk_str_starts(line, words[i]))
			return true;
	return false;
}

/* Credits at the end are bylines; what stands above them is the last clause. */
static void
tail(struct finder *f, struct rk_str text, size_t lead)
{
	text = rk_str_trim(text);
	for (unsigned lines = 0; lines < 3; lines++) {
		size_t at = text.n;
		struct rk_str line;

		while (at > 0 && text.p[at - 1] != '\n')
			at--;
		line = rk_str_trim(rk_str_from(text, at));
		if (at == 0 || !is_credit(line))
			break;
		look(f, RK_EVIDENCE_BYLINE, line);
		text = rk_str_trim(rk_strn(text.p, at));
	}
	if (text.n > lead)
		look(f, RK_EVIDENCE_LAST, last_chars(rk_str_from(text, lead), LAST_CHARS));
}

void
rk_norm_evidence(struct rk_norm *n, struct rk_entry *e)
{
	struct finder f = {.out = &n->tmp};
	struct rk_str text = rk_str_trim(rk_buf_view(&n->text)), lead;

	rk_buf_reset(&n->tmp);
	if (text.n == 0)
		text = rk_str_trim(e->summary);
	lead = lead_of(text);
	look(&f, RK_EVIDENCE_TITLE, e->title);
	look(&f, RK_EVIDENCE_BYLINE, e->author);
	look(&f, RK_EVIDENCE_BYLINE, e->source_title);
	dateline(&f, lead);
	look(&f, RK_EVIDENCE_LEAD, lead);
	tail(&f, text, lead.n);
	e->evidence = rk_arena_str(n->arena, rk_buf_view(&n->tmp));
}
