/*
 * What stands around a name in running text: cues, titles, words that say it is a
 * street, a person or an ordinary word. DOMAIN.md 2.2, rules 2 to 5.
 */
#include "place_int.h"

#include <string.h>

/* Bytes of the white space that begins, or ends, at i; 0: none there. */
size_t
rk_place_space_at(struct rk_str s, size_t i)
{
	if (i >= s.n)
		return 0;
	if (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r'))
		return 1;
	return i + 1 < s.n && memcmp(s.p + i, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

size_t
rk_place_space_before(struct rk_str s, size_t i)
{
	if (i == 0)
		return 0;
	if (s.p[i - 1] == ' ' || (s.p[i - 1] >= '\t' && s.p[i - 1] <= '\r'))
		return 1;
	return i >= 2 && memcmp(s.p + i - 2, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

bool
rk_place_starts_at(struct rk_str s, size_t i, const char *word)
{
	size_t n = strlen(word);

	return i <= s.n && s.n - i >= n && memcmp(s.p + i, word, n) == 0;
}

static bool
istarts_at(struct rk_str s, size_t i, const char *word)
{
	size_t n = strlen(word);

	return i <= s.n && s.n - i >= n &&
	       rk_str_ieq((struct rk_str){s.p + i, n}, (struct rk_str){word, n});
}

bool
rk_place_ends_at(struct rk_str s, size_t i, const char *word)
{
	size_t n = strlen(word);

	return i >= n && memcmp(s.p + i - n, word, n) == 0;
}

/* Does the name end and begin where its syllables do? */
static bool
whole_syllables(struct rk_str s, const struct rk_place_hit *h)
{
	unsigned next = rk_place_thai(s, h->end);
	unsigned last = rk_place_thai(s, h->end - 3);
	unsigned before = h->start >= 3 ? rk_place_thai(s, h->start - 3) : 0;

	if (before >= 0xe0 && before <= 0xe4) /* เ แ โ ใ ไ belong to what follows */
		return false;
	if (!rk_place_letter(last)) /* ฯ or a dot: an end */
		return true;
	if ((next >= 0xd0 && next <= 0xda) || next == 0xe5 ||
	    (next >= 0xe7 && next <= 0xee))
		return false;
	/* A consonant that is silenced belongs to the word before. */
	return !(next >= 0xa1 && next <= 0xce && rk_place_thai(s, h->end + 3) == 0xec);
}

static bool
latin(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Whole words, and not the name of a road, a bank or a university. */
bool
rk_place_latin(struct rk_str s, const struct rk_place_hit *h)
{
	static const char *const other[] = {"road", "rd", "street", "university",
	    "rajabhat", "bank", "hospital", "airways", "post", NULL};
	static const char *const ahead[] = {
	    "province of ", "changwat ", "provinces of ", NULL};
	size_t next = h->end + rk_place_space_at(s, h->end);

	if ((h->start > 0 && latin(s.p[h->start - 1])) ||
	    (h->end < s.n && latin(s.p[h->end])))
		return false;
	for (size_t i = 0; other[i] != NULL; i++)
		if (next > h->end && istarts_at(s, next, other[i]))
			return false;
	if (h->row->class != RK_PLACE_LATIN_WEAK)
		return true;
	if (next > h->end && istarts_at(s, next, "provinc"))
		return true;
	for (size_t i = 0; ahead[i] != NULL; i++)
		if (h->start >= strlen(ahead[i]) &&
		    istarts_at(s, h->start - strlen(ahead[i]), ahead[i]))
			return true;
	return false;
}

/*
 * Is the name followed by a word that makes it another? '!' words always do, '~' words
 * only without a cue. Behind a title the rest cannot ("ผู้ว่าราชการจังหวัดแพร่"); behind a
 * plain cue short ones cannot for a name of class B ("จังหวัดร้อยเอ็ดรายงาน").
 */
static bool
followed_by_reject(
    struct rk_str s, const struct rk_place_hit *h, bool always, bool title)
{
	struct rk_str rest = h->row->reject, word;

	while (rk_str_split(&rest, '|', &word)) {
		char kind = word.n > 0 ? word.p[0] : '\0';

		if (kind == '!' || kind == '~')
			word = rk_str_from(word, 1);
		if (word.n == 0 || h->end + word.n > s.n ||
		    memcmp(s.p + h->end, word.p, word.n) != 0)
			continue;
		if (kind == '!')
			return true;
		if (!always && !(kind == '~' && h->cue) && !title &&
		    !(h->row->class == RK_PLACE_B && h->cue && word.n < 15))
			return true;
	}
	return false;
}

/* No letter goes on behind the name, or only "และ" and "กับ". */
bool
rk_place_clean_end(struct rk_str s, size_t end)
{
	return !rk_place_letter(rk_place_thai(s, end)) ||
	       rk_place_starts_at(s, end, "และ") || rk_place_starts_at(s, end, "กับ");
}

/* "นายสมชาย ณ อยุธยา" is a surname, "ประชุม ณ เชียงใหม่" a place. i: where ณ begins. */
static bool
surname(struct rk_str s, size_t i)
{
	static const char *const titles[] = {"นาย", "นาง", "น.ส.", "ดร.", "คุณ", "หม่อม",
	    "ม.ล.", "ม.ร.ว.", "พล.", "พ.ต.", "พ.อ.", "พ.ท.", "ร.ต.", "ร.อ.", "ร.ท.",
	    "ว่าที่", "ด.ช.", "ด.ญ.", "เจ้า", "พระ", "ผศ.", "รศ.", "ศ.", NULL};
	size_t end = i - rk_place_space_before(s, i), start, low;

	if (end == i)
		return false;
	low = end > 120 ? end - 120 : 0; /* a title, a name and a space fit in it */
	for (start = end; start > low && rk_place_space_before(s, start) == 0; start--)
		;
	for (size_t t = 0; titles[t] != NULL; t++) {
		for (size_t at = start; at + strlen(titles[t]) <= end; at++)
			if (rk_place_starts_at(s, at, titles[t]) &&
			    !rk_place_starts_at(s, at, "นายก") &&
			    !rk_place_starts_at(s, at, "นายอำเภอ"))
				return true;
		if (rk_place_ends_at(
			s, start - rk_place_space_before(s, start), titles[t]))
			return true;
	}
	return false;
}

/* Is จังหวัด, which begins at i, counted or general: "ทุกจังหวัด", "หลายจังหวัด"? */
static bool
quantified(const struct rk_place_table *t, struct rk_str s, size_t i, bool spaced)
{
	const struct rk_place_row *q;
	size_t end = i - rk_place_space_before(s, i);
	unsigned c;

	q = rk_place_head(t, s, end);
	if (q != NULL && q->class == RK_PLACE_QUANTITY)
		return true;
	/* "9 จังหวัด แพร่ น่าน", but "พื้นที่ 2 จังหวัดแพร่" */
	if (!spaced || end == 0)
		return false;
	c = end >= 3 ? rk_place_thai(s, end - 3) : 0;
	return (s.p[end - 1] >= '0' && s.p[end - 1] <= '9') || (c >= 0xf0 && c <= 0xf9);
}

/* What stands before the name, with at most one space between. */
void
rk_place_look_before(
    const struct rk_place_table *t, struct rk_str s, struct rk_place_hit *h)
{
	size_t space = rk_place_space_before(s, h->start), end = h->start - space;
	const struct rk_place_row *head = rk_place_head(t, s, end);
	enum rk_place_class class = h->row->class;
	bool title, ordinary = class == RK_PLACE_C || class == RK_PLACE_P;

	h->cue = h->weak = h->no = h->loose = false;
	h->from = h->start;
	if (head == NULL) {
		if (rk_place_ends_at(s, end, "ณ") &&
		    !(end >= 6 && rk_place_letter(rk_place_thai(s, end - 6))))
			h->no = surname(s, end - 3);
	} else if (head->class == RK_PLACE_NO) {
		/* "อ.เมืองกาญจน์": the by-name of the town begins with เมือง */
		h->cue = rk_place_starts_at(s, h->start, "เมือง") &&
			 (rk_place_ends_at(s, end, "อ.") ||
			     rk_place_ends_at(s, end, "อำเภอ"));
		h->no = !h->cue;
	} else if (head->class == RK_PLACE_CUE || head->class == RK_PLACE_TITLE) {
		title = head->class == RK_PLACE_TITLE;
		h->cue = true;
		if (rk_str_is(head->text, "จังหวัด") &&
		    quantified(t, s, end - head->text.n, space > 0))
			h->weak = true;
		if (followed_by_reject(s, h, false, title))
			h->cue = false;
		/* "จังหวัด แพร่ จัดกิจกรรม": the space must be a slip, not a break */
		if (ordinary && space > 0 && !rk_place_ends_at(s, end, ".") &&
		    !rk_place_clean_end(s, h->end))
			h->cue = h->weak = false;
		if (h->weak && ordinary)
			h->cue = false;
	}
	if (h->cue && head != NULL)
		h->from = end - head->text.n;
	h->loose = !h->cue && !h->no && !followed_by_reject(s, h, false, false);
}

bool
rk_place_is_name(struct rk_str s, const struct rk_place_hit *h)
{
	return whole_syllables(s, h) && !followed_by_reject(s, h, true, false);
}
