/*
 * Aho-Corasick over bytes: a trie of the words whose missing branches are filled with
 * the state of the longest suffix that is still in the trie, so that each byte of the
 * text costs one look-up. Knows nothing of what the words mean.
 *
 * The table is larger than what a processor keeps close, and most of a text begins no
 * word: its characters are passed by two at a time, until two begin one (may_begin).
 */
#include "normalise_aho.h"

#include <ruamkhao/err.h>
#include <ruamkhao/utf8.h>

#include <stdlib.h>
#include <string.h>

#define NO_WORD UINT32_MAX

/*
 * Always: state 0 is the root; next[s * classes + c] is a state for every state and
 * class; class 0 holds the bytes that are in no word. A state stands for its string,
 * the longest suffix of what was read that a word begins with.
 */
struct rk_aho {
	unsigned char class_of[256];
	size_t classes;
	size_t states;
	uint16_t *next;
	struct state *at;
	uint32_t *word; /* the longest that ends in a state */
	/* What words begin with: a byte; an ASCII character and any byte; two Thai
	 * ones, or one and something else. */
	bool first[256];
	uint64_t ascii[128][4], thai[128][2];
	bool thai_other[128];
	bool odd; /* some word is not of whole characters */
};

struct state {
	uint16_t depth;  /* length of the state's string */
	uint16_t length; /* of the longest word that ends here, 0: none */
	bool letter;     /* the string is one Thai character */
};

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static void
classify(struct rk_aho *a, const struct rk_str *words, size_t n)
{
	a->classes = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < words[i].n; j++) {
			unsigned char c = fold(words[i].p[j]);

			if (a->class_of[c] == 0) {
				rk_assert(a->classes < 256);
				a->class_of[c] = (unsigned char)a->classes++;
			}
		}
	for (unsigned c = 'A'; c <= 'Z'; c++)
		a->class_of[c] = a->class_of[c + ('a' - 'A')];
}

/* ---- what words begin with */

#define THAI ((size_t)3) /* bytes of a Thai character */

/* The Thai character at p: below 128; 128: something else. */
static inline unsigned
thai_at(const char *p, size_t n)
{
	const unsigned char *b = (const unsigned char *)p;

	if (n < THAI ||
	    (b[0] ^ 0xe0) + ((b[1] & 0xfe) ^ 0xb8) + ((b[2] & 0xc0) ^ 0x80) != 0)
		return 128;
	return (b[1] & 1U) << 6 | (b[2] & 0x3fU);
}

static void
set(uint64_t *bits, unsigned i)
{
	bits[i >> 6] |= UINT64_C(1) << (i & 63);
}

static bool
has(const uint64_t *bits, unsigned i)
{
	return (bits[i >> 6] >> (i & 63) & 1) != 0;
}

/* In either case of its letters. */
static void
note_ascii(struct rk_aho *a, struct rk_str word)
{
	for (unsigned x = 0; x < 128; x++)
		for (unsigned y = 0; y < 256 && fold((char)x) == fold(word.p[0]); y++)
			if (word.n == 1 || fold((char)y) == fold(word.p[1]))
				set(a->ascii[x], y);
}

static void
note_begin(struct rk_aho *a, struct rk_str word)
{
	unsigned char c = (unsigned char)word.p[0];
	unsigned one = thai_at(word.p, word.n), two;

	a->first[c] = true;
	a->odd = a->odd || (c & 0xc0) == 0x80 || !rk_utf8_valid(word);
	if (c < 0x80)
		note_ascii(a, word);
	if (one == 128)
		return;
	two = thai_at(word.p + THAI, word.n - THAI);
	if (two < 128)
		set(a->thai[one], two);
	else
		a->thai_other[one] = true;
	for (unsigned i = 0; i < 128 && word.n == THAI; i++)
		set(a->thai[one], i);
}

/* Where a word may begin at or behind i; the end of the text: nowhere. */
static size_t
may_begin(const struct rk_aho *a, struct rk_str text, size_t i)
{
	while (i < text.n) {
		unsigned char c = (unsigned char)text.p[i];
		unsigned one, two;

		if (c < 0x80) {
			if (i + 1 == text.n ||
			    has(a->ascii[c], (unsigned char)text.p[i + 1]))
				return i;
			i++;
			continue;
		}
		one = a->odd ? 128 : thai_at(text.p + i, text.n - i);
		if (one == 128) {
			if (a->first[c])
				return i;
			i++;
		}
		for (; one < 128; one = two) {
			two = thai_at(text.p + i + THAI, text.n - i - THAI);
			if (two < 128 ? has(a->thai[one], two) : a->thai_other[one])
				return i;
			i += THAI;
		}
	}
	return i;
}

/* ---- the trie */

static void
add(struct rk_aho *a, struct rk_str word, uint32_t index)
{
	size_t s = 0;

	for (size_t i = 0; i < word.n; i++) {
		size_t at = s * a->classes + a->class_of[(unsigned char)word.p[i]];

		if (a->next[at] == 0) {
			a->at[a->states].depth = (uint16_t)(i + 1);
			a->at[a->states].letter =
			    i + 1 == THAI && thai_at(word.p, THAI) < 128;
			a->next[at] = (uint16_t)a->states++;
		}
		s = a->next[at];
	}
	if (a->word[s] == NO_WORD) {
		a->word[s] = index;
		a->at[s].length = (uint16_t)word.n;
	}
}

/* Breadth first: what a state falls back to is complete before it is needed. */
static void
link_states(struct rk_aho *a)
{
	uint16_t *queue = rk_xcalloc(a->states, sizeof(*queue));
	uint16_t *fail = rk_xcalloc(a->states, sizeof(*fail));
	size_t head = 0, tail = 0;

	for (size_t c = 0; c < a->classes; c++)
		if (a->next[c] != 0)
			queue[tail++] = a->next[c];
	while (head < tail) {
		size_t s = queue[head++];

		if (a->word[s] == NO_WORD) {
			a->word[s] = a->word[fail[s]];
			a->at[s].length = a->at[fail[s]].length;
		}
		for (size_t c = 0; c < a->classes; c++) {
			uint16_t *to = &a->next[s * a->classes + c];
			uint16_t other = a->next[fail[s] * a->classes + c];

			if (*to != 0) {
				fail[*to] = other;
				queue[tail++] = *to;
			} else {
				*to = other;
			}
		}
	}
	free(queue);
	free(fail);
}

struct rk_aho *
rk_aho_new(const struct rk_str *words, size_t n)
{
	struct rk_aho *a = rk_xcalloc(1, sizeof(*a));
	size_t states = 1;

	rk_assert(n > 0);
	for (size_t i = 0; i < n; i++) {
		rk_assert(words[i].n > 0);
		states += words[i].n;
	}
	rk_assert(states < UINT16_MAX);
	classify(a, words, n);
	a->next = rk_xcalloc(states * a->classes, sizeof(*a->next));
	a->at = rk_xcalloc(states, sizeof(*a->at));
	a->word = rk_xcalloc(states, sizeof(*a->word));
	for (size_t s = 0; s < states; s++)
		a->word[s] = NO_WORD;
	a->states = 1;
	for (size_t i = 0; i < n; i++) {
		note_begin(a, words[i]);
		add(a, words[i], (uint32_t)i);
	}
	link_states(a);
	return a;
}

void
rk_aho_free(struct rk_aho *a)
{
	if (a == NULL)
		return;
	free(a->next);
	free(a->at);
	free(a->word);
	free(a);
}

bool
rk_aho_find(
    const struct rk_aho *a, struct rk_str text, size_t from, struct rk_aho_match *m)
{
	size_t s = 0, begun = from;
	bool found = false;

	for (size_t i = from; i < text.n; i++) {
		const struct state *at;

		if (s == 0 && !found && (begun = i = may_begin(a, text, i)) == text.n)
			return false;
		s = a->next[s * a->classes + a->class_of[(unsigned char)text.p[i]]];
		at = &a->at[s];
		/* Nothing that is still open begins where the match does. */
		if (found && i + 1 - at->depth > m->start)
			return true;
		if (at->length != 0 && (!found || i + 1 - at->length <= m->start)) {
			m->start = i + 1 - at->length;
			m->end = i + 1;
			m->word = a->word[s];
			found = true;
		}
		/* all that is open is one character: does the next go with it? */
		if (at->letter && !found && i + 1 - THAI > begun) {
			i -= THAI;
			s = 0;
		}
	}
	return found;
}
