/*
 * Aho-Corasick over bytes: a trie of the words whose missing branches are filled with
 * the state of the longest suffix that is still in the trie, so that each byte of the
 * text costs one look-up. Knows nothing of what the words mean.
 */
#include "normalise_aho.h"

#include <ruamkhao/err.h>

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
	uint16_t *depth;  /* length of the state's string */
	uint16_t *length; /* of the longest word that ends here, 0: none */
	uint32_t *word;   /* that word */
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

static void
add(struct rk_aho *a, struct rk_str word, uint32_t index)
{
	size_t s = 0;

	for (size_t i = 0; i < word.n; i++) {
		size_t at = s * a->classes + a->class_of[(unsigned char)word.p[i]];

		if (a->next[at] == 0) {
			a->depth[a->states] = (uint16_t)(i + 1);
			a->next[at] = (uint16_t)a->states++;
		}
		s = a->next[at];
	}
	if (a->word[s] == NO_WORD) {
		a->word[s] = index;
		a->length[s] = (uint16_t)word.n;
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
			a->length[s] = a->length[fail[s]];
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
	a->depth = rk_xcalloc(states, sizeof(*a->depth));
	a->length = rk_xcalloc(states, sizeof(*a->length));
	a->word = rk_xcalloc(states, sizeof(*a->word));
	for (size_t s = 0; s < states; s++)
		a->word[s] = NO_WORD;
	a->states = 1;
	for (size_t i = 0; i < n; i++)
		add(a, words[i], (uint32_t)i);
	link_states(a);
	return a;
}

void
rk_aho_free(struct rk_aho *a)
{
	if (a == NULL)
		return;
	free(a->next);
	free(a->depth);
	free(a->length);
	free(a->word);
	free(a);
}

bool
rk_aho_find(
    const struct rk_aho *a, struct rk_str text, size_t from, struct rk_aho_match *m)
{
	size_t s = 0;
	bool found = false;

	for (size_t i = from; i < text.n; i++) {
		s = a->next[s * a->classes + a->class_of[(unsigned char)text.p[i]]];
		/* Nothing that is still open begins where the match does. */
		if (found && i + 1 - a->depth[s] > m->start)
			return true;
		if (a->length[s] != 0 && (!found || i + 1 - a->length[s] <= m->start)) {
			m->start = i + 1 - a->length[s];
			m->end = i + 1;
			m->word = a->word[s];
			found = true;
		}
	}
	return found;
}
