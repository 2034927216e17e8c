/*
 * The automaton finds what a search by hand finds, on random words and texts over
 * few letters, where overlaps are the rule. PROP_SEED repeats a run.
 */
#include "../../src/normalise/normalise_aho.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static unsigned
below(unsigned n)
{
	seed ^= seed << 13; /* xorshift64 */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static bool
same(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
			return false;
	return true;
}

/* Leftmost, then longest, then first in the list. */
static bool
by_hand(const struct rk_str *words, size_t n, struct rk_str text, size_t from,
    struct rk_aho_match *m)
{
	for (size_t at = from; at < text.n; at++) {
		size_t best = 0;

		for (size_t w = 0; w < n; w++)
			if (words[w].n > best && words[w].n <= text.n - at &&
			    same(words[w].p, text.p + at, words[w].n)) {
				best = words[w].n;
				*m = (struct rk_aho_match){at, at + best, (uint32_t)w};
			}
		if (best > 0)
			return true;
	}
	return false;
}

static void
fill(char *p, size_t n, unsigned letters)
{
	static const char alphabet[] = "abAB\xe0\xb8\x81z\n";

	for (size_t i = 0; i < n; i++)
		p[i] = alphabet[below(letters)];
}

static void
finds_what_a_search_by_hand_finds(void **state)
{
	unsigned long long matches = 0;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		char words_of[24][12], text_of[200];
		struct rk_str words[24];
		size_t n = 1 + below(24), from = 0;
		unsigned letters = 2 + below(8);
		struct rk_str text = {text_of, below(sizeof(text_of) + 1)};
		struct rk_aho *a;

		for (size_t w = 0; w < n; w++) {
			words[w] = (struct rk_str){
			    words_of[w], 1 + below(sizeof(words_of[w]))};
			fill(words_of[w], words[w].n, letters);
		}
		fill(text_of, text.n, letters);
		a = rk_aho_new(words, n);
		for (;;) {
			struct rk_aho_match got = {0}, want = {0};
			bool found = rk_aho_find(a, text, from, &got);

			assert_int_equal(found, by_hand(words, n, text, from, &want));
			if (!found)
				break;
			assert_int_equal(got.start, want.start);
			assert_int_equal(got.end, want.end);
			assert_int_equal(got.word, want.word);
			/* Go on behind the match or inside of it, as callers do. */
			from = below(2) != 0 ? got.end : got.start + 1;
			matches++;
		}
		assert_false(rk_aho_find(a, text, text.n, &(struct rk_aho_match){0}));
		rk_aho_free(a);
	}
	assert_true(matches > 10000);
	rk_aho_free(NULL);
}

/* Texts of few characters, so that words begin, break off and lie in each other; also cut
 * inside of a character. */
static void
finds_words_of_characters(void **state)
{
	static const char *const list[] = {"ก", "กขค", "ขคก", "ขคกขง", "คa", "aก", "ab", "b-b",
	    "Bc", "cเก", "é", "éก", "กé", "ขขขข"};
	static const char *const pieces[] = {"ก", "ข", "ค", "ง", "เ", "a", "B", "b", "c", "-",
	    "é", "\xe0", "\xe0\xb8", "\x81"};
	struct rk_str words[sizeof(list) / sizeof(*list)];
	size_t n = sizeof(list) / sizeof(*list);

	(void)state;
	for (size_t i = 0; i < n; i++)
		words[i] = rk_str(list[i]);
	for (size_t few = 0; few < 2; few++) { /* with and without words of one character */
		struct rk_aho *aho = rk_aho_new(words + few, n - few);

		for (int round = 0; round < 20000; round++) {
			char text[128];
			size_t len = 0;

			for (int i = 0; i < 24; i++) {
				const char *piece =
				    pieces[below(round % 2 == 0 ? 11 : 14)];

				memcpy(text + len, piece, strlen(piece));
				len += strlen(piece);
			}
			for (size_t from = 0; from <= len;) {
				struct rk_str s = rk_strn(text, len);
				struct rk_aho_match m = {0}, wanted = {0};
				bool found = rk_aho_find(aho, s, from, &m);

				assert_int_equal(found, by_hand(words + few, n - few, s,
							    from, &wanted));
				if (!found)
					break;
				assert_int_equal(m.start, wanted.start);
				assert_int_equal(m.end, wanted.end);
				assert_int_equal(m.word, wanted.word);
				from = m.start + 1;
			}
		}
		rk_aho_free(aho);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_a_search_by_hand_finds),
	    cmocka_unit_test(finds_words_of_characters),
	};
	const char *given = getenv("PROP_SEED");

	seed = given != NULL ? strtoull(given, NULL, 10) | 1 : 20260103;
	printf("PROP_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
