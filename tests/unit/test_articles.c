/*
 * Which linked pages of a list are asked for, and what becomes of the entries.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/daemon/poll_int.h"
#include "storekit.h"

#include <ruamkhao/limits.h>

#include <stdlib.h>
#include <string.h>

struct world {
	struct kit kit;
	struct rk_ingest *in;
	struct rk_store_known known;
	struct articles a;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	kit_init(&w->kit);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	kit_release(&w->kit);
	free(w);
	return 0;
}

/* n entries /1, /2 ... */
static void
begin(struct world *w, size_t n)
{
	struct kit_doc *d = kit_doc(&w->kit);
	struct rk_arena *arena = w->kit.arena;

	for (size_t i = 0; i < n; i++) {
		struct rk_entry *e = kit_add(d, "", rk_arena_fmt(arena, "https://a.example/%zu", i + 1).p,
		    rk_arena_fmt(arena, "T%zu", i + 1).p, "", RK_NO_TIME);

		e->position = (uint32_t)i;
	}
	w->in = &d->in;
	w->known = (struct rk_store_known){ .arena = arena, .ingest = w->in };
	w->known.of = rk_arena_array(arena, n + 1, sizeof(*w->known.of));
	articles_begin(&w->a, &w->known, w->in);
}

static void
only_new_ones_are_asked_for(void **state)
{
	struct world *w = *state;
	struct rk_entry read;
	uint64_t key;

	begin(w, 3);
	w->known.of[0].stored = w->known.of[2].stored = true;
	key = w->in->entries[1].keys[0].hash;
	assert_string_equal(articles_next(&w->a)->title.p, "T2");
	/* what the page says, under the listed identity */
	memset(&read, 0, sizeof(read));
	read.title = RK_STR("Read");
	read.html = RK_STR("<p>body</p>");
	read.url = RK_STR("https://b.example/elsewhere");
	read.published = KIT_NOW;
	read.text_hash = 77;
	read.keys[0].hash = 99;
	read.n_keys = 1;
	articles_read(&w->a, &read);
	assert_null(articles_next(&w->a));
	assert_int_equal(w->in->n_entries, 1);
	assert_string_equal(w->in->entries[0].title.p, "Read");
	assert_string_equal(w->in->entries[0].html.p, "<p>body</p>");
	assert_string_equal(w->in->entries[0].url.p, "https://a.example/2");
	assert_int_equal(w->in->entries[0].keys[0].hash, key);
	assert_int_equal(w->in->entries[0].position, 1);
	assert_int_equal(w->in->entries[0].text_hash, 77);
	assert_int_equal(w->a.waiting, 0);
}

static void
a_poll_has_its_limit(void **state)
{
	struct world *w = *state;

	begin(w, RK_MAX_ARTICLES + 7);
	w->in->entries[2].url_hash = 0; /* shared or the site's own: it names no page */
	w->in->entries[2].url = RK_STR("");
	w->in->entries[3].url = RK_STR("https://a.example/plan.pdf");
	for (int i = 0; i < RK_MAX_ARTICLES; i++) {
		assert_non_null(articles_next(&w->a));
		articles_as_listed(&w->a);
	}
	assert_null(articles_next(&w->a));
	assert_int_equal(w->in->n_entries, RK_MAX_ARTICLES + 2);
	assert_int_equal(w->a.waiting, 5);
	assert_int_equal(w->a.failed, 0);
	assert_int_equal(w->a.n_tries, 0);
	assert_string_equal(w->in->entries[2].title.p, "T3");
}

static void
failures_are_counted(void **state)
{
	struct world *w = *state;

	begin(w, 6);
	w->known.of[0].tries = RK_ARTICLE_TRIES - 1;
	w->known.of[1].tries = 1;
	w->known.of[5].tries = 2;
	assert_string_equal(articles_next(&w->a)->title.p, "T1");
	articles_failed(&w->a); /* for the last time: as listed */
	assert_string_equal(articles_next(&w->a)->title.p, "T2");
	articles_failed(&w->a);
	assert_string_equal(articles_next(&w->a)->title.p, "T3");
	articles_forbidden(&w->a);
	assert_string_equal(articles_next(&w->a)->title.p, "T4");
	articles_failed(&w->a);
	/* three troubles: the rest waits, and what was counted before stays counted */
	assert_null(articles_next(&w->a));
	assert_int_equal(w->in->n_entries, 2);
	assert_string_equal(w->in->entries[0].title.p, "T1");
	assert_string_equal(w->in->entries[1].title.p, "T3");
	assert_int_equal(w->a.waiting, 4);
	assert_int_equal(w->a.failed, 2);
	assert_int_equal(w->a.n_tries, 3);
	assert_int_equal(w->a.tries[0].tries, 2);
	assert_int_equal(w->a.tries[1].tries, 1);
	assert_int_equal(w->a.tries[2].tries, 2);
	assert_true(w->a.tries[2].key == w->in->entries[5].keys[0].hash);
}

static void
files(void **state)
{
	(void)state;
	assert_true(articles_is_file(RK_STR("https://a.example/x/plan.pdf")));
	assert_true(articles_is_file(RK_STR("https://a.example/x/PLAN.PDF?v=1#p")));
	assert_true(articles_is_file(RK_STR("https://a.example/a.jpeg")));
	assert_false(articles_is_file(RK_STR("https://a.example/pdf")));
	assert_false(articles_is_file(RK_STR("https://a.example/view.php?file=a.pdf")));
	assert_false(articles_is_file(RK_STR("https://a.example/a.html")));
	assert_true(articles_is_file_body(RK_STR("application/pdf"), RK_STR("x")));
	assert_true(articles_is_file_body(RK_STR("IMAGE/png"), RK_STR("x")));
	assert_true(articles_is_file_body(RK_STR("text/html"), RK_STR("%PDF-1.7")));
	assert_true(articles_is_file_body(RK_STR(""), RK_STR("PK\x03\x04")));
	assert_false(articles_is_file_body(RK_STR("Text/HTML; charset=tis-620"), RK_STR("x")));
	assert_false(articles_is_file_body(RK_STR("application/xhtml+xml"), RK_STR("x")));
	assert_false(articles_is_file_body(RK_STR(""), RK_STR("<html>")));
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_new_ones_are_asked_for),
		T(a_poll_has_its_limit),
		T(failures_are_counted),
		T(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
