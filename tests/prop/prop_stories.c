/*
 * The same documents in whatever order: the same stories, led by the same entries, at the
 * same places of the same timelines. Also where some state no date, among stories of half a
 * year.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "storekit.h"

#include <ruamkhao/cluster.h>
#include <ruamkhao/str.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCES 12
#define STORIES 30
#define ORDERS  50

/* Of the second run. */
#define APART  5 /* days from story to story */
#define SECRET 3 /* of so many entries one states no date */

static uint32_t
next(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

/* Sentence i of text t: of letters that no other has. */
static size_t
sentence(char *out, uint32_t t, uint32_t i)
{
	uint32_t x = t * 2654435761u ^ i * 40503u;
	size_t n = 0;

	for (int w = 0; w < 30; w++) {
		out[n++] = '\xe0';
		out[n++] = '\xb8';
		out[n++] = (char)(0x81 + next(&x) % 32);
	}
	n += (size_t)sprintf(out + n, " จำนวน %u คน ", next(&x) % 900 + 10);
	return n;
}

/* What source s publishes of text t: the whole, less the end, a third, sentences the other
 * way round, another headline, a byline. */
static struct rk_entry *
copy(struct kit *k, struct kit_doc *d, uint32_t t, uint32_t s, bool old)
{
	static char body[40000], title[400], url[80];
	uint32_t x = t * 977 + s * 31, how, sentences = 9;
	int64_t age = (int64_t)(t * 3600 + s * 60);
	size_t n = 0, m = 0;
	struct rk_entry *e;

	how = next(&x) % 7;
	m += (size_t)sprintf(title, "%s", how == 5 ? "จ.เมือง : " : "");
	m += sentence(title + m, how == 4 ? 5000 + t * 16 + s : t, 99);
	*strchr(title + m - 40, ' ') = '\0'; /* without its number */
	if (how == 1)
		sentences = 8;
	if (how == 2)
		sentences = 3;
	for (uint32_t i = 0; i < sentences; i++)
		n += sentence(body + n, t,
		    how == 3 && i >= 4 && i < 6 ? 9 - i : i);
	body[n] = '\0';
	(void)sprintf(url, "https://s%u.example/%u", s, t);
	age += old ? (int64_t)t * APART * KIT_DAY : 0;
	e = kit_add(d, url, url, title, body,
	    old && next(&x) % SECRET == 0 ? RK_NO_TIME : KIT_NOW - age);
	kit_seal(e);
	e->merge_hash = e->text_hash;
	kit_print(k, e);
	return e;
}

static struct kit_doc *
document(struct kit *k, uint32_t s, bool old)
{
	struct kit_doc *d = kit_doc(k);
	uint32_t x = s * 7919 + 1;

	for (uint32_t t = 0; t < STORIES; t++)
		if (next(&x) % 3 == 0)
			(void)copy(k, d, t, s, old);
	return d;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Everything that may not hang on the order, as lines in an order of their own. */
static char *
outcome(struct kit *k)
{
	struct kit_rows rows = kit_rows(k);
	struct rk_timeline *t = kit_timeline(k, "all", 1000);
	char **line = rk_arena_array(k->arena, rows.n + 1, sizeof(*line));
	size_t cap = 1 << 20, n = 0;
	char *out = malloc(cap);

	assert_non_null(out);
	for (size_t i = 0; i < rows.n; i++) {
		const struct rk_export_row *r = &rows.v[i];

		line[i] = (char *)(uintptr_t)rk_arena_fmt(k->arena, "%s in %s%s on %s\n",
		    r->id.p, r->story_id.p, r->lead ? " leads" : "", r->route.p)
			      .p;
	}
	qsort(line, rows.n, sizeof(*line), by_text);
	for (size_t i = 0; i < rows.n; i++)
		n += (size_t)snprintf(out + n, cap - n, "%s", line[i]);
	for (size_t i = 0; i < t->n_stories; i++) {
		const struct rk_story *s = &t->stories[i];
		size_t copies = 0;

		for (const struct rk_copy *c = s->copies; c != NULL; c = c->next)
			copies++;
		n += (size_t)snprintf(out + n, cap - n, "%zu: %s %s %s %lld +%zu\n", i,
		    s->id.p, s->title.p, s->route.p, (long long)s->updated, copies);
	}
	n += (size_t)snprintf(out + n, cap - n, "%lld stories",
	    (long long)kit_node(k, "all").n_stories);
	for (unsigned i = 0; i < SOURCES; i++)
		n += (size_t)snprintf(out + n, cap - n, " %lld",
		    (long long)kit_node(
			k, rk_arena_fmt(k->arena, "province/p%u", i).p)
			.n_stories);
	assert_true(n < cap);
	rk_timeline_free(t);
	return out;
}

static char *
run(const unsigned *order, bool old, size_t *stories)
{
	struct kit k;
	char *out;

	kit_init(&k);
	k.n_sources = SOURCES;
	kit_open(&k, SOURCES);
	for (unsigned i = 0; i < SOURCES; i++)
		k.sources[i].priority = (int16_t)(i * 5 % SOURCES);
	kit_reopen(&k); /* registers them anew */
	for (unsigned i = 0; i < SOURCES; i++)
		assert_int_equal(kit_store(&k, order[i], document(&k, order[i], old),
				     KIT_NOW + (old ? 0 : (int64_t)i), NULL),
		    0);
	out = outcome(&k);
	*stories = (size_t)kit_node(&k, "all").n_stories;
	kit_release(&k);
	return out;
}

static void
in_every_order(bool old, size_t least, size_t most)
{
	unsigned order[SOURCES];
	uint32_t x = 20261126;
	size_t stories;
	char *first = NULL;

	for (unsigned i = 0; i < SOURCES; i++)
		order[i] = i;
	for (int round = 0; round < ORDERS; round++) {
		char *out = run(order, old, &stories);

		assert_in_range(stories, least, most);
		if (first == NULL) {
			first = out;
		} else {
			if (strcmp(first, out) != 0) {
				const char *a = first, *b = out;

				while (*a == *b)
					a++, b++;
				(void)fprintf(stderr, "round %d:\n%.300s\n---\n%.300s\n",
				    round, a - first > 80 ? a - 80 : first,
				    b - out > 80 ? b - 80 : out);
				fail();
			}
			free(out);
		}
		for (unsigned i = SOURCES - 1; i > 0; i--) {
			unsigned j = next(&x) % (i + 1), swap = order[i];

			order[i] = order[j];
			order[j] = swap;
		}
	}
	free(first);
}

/* Nearly all copies meet: what shares only a third may be two. */
static void
the_order_does_not_matter(void **state)
{
	(void)state;
	in_every_order(false, STORIES - 2, STORIES + 3);
}

/* Those of another headline, or of which the end is missing, do not say that they are old. */
static void
nor_does_it_where_dates_are_missing(void **state)
{
	(void)state;
	in_every_order(true, STORIES - 2, STORIES + 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_order_does_not_matter),
	    cmocka_unit_test(nor_does_it_where_dates_are_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
