/*
 * The store thread: group commits, order of answers, errors, stopping with work left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/cluster.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/storeq.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#define SOURCES ((size_t)50)

static atomic_uint commits;

static void
count_commits(const char *name)
{
	if (strcmp(name, "after-commit") == 0)
		atomic_fetch_add(&commits, 1);
}

struct world {
	struct kit kit;
	uv_loop_t loop;
	struct rk_storeq *q;
	bool stopped;
	size_t polls, failed, added, nodes, timelines, marks, calls;
	size_t want;       /* next cookie of a poll */
	const char *wrong; /* what a callback saw; it must return all the same */
	struct rk_err err;
	struct rk_node node;
};

#define EXPECT(w, condition)                                                           \
	do {                                                                           \
		if (!(condition) && (w)->wrong == NULL)                                \
			(w)->wrong = #condition;                                       \
	} while (0)

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	kit_init(&w->kit);
	kit_open(&w->kit, SOURCES);
	assert_int_equal(uv_loop_init(&w->loop), 0);
	rk_store_crash_point = count_commits;
	atomic_store(&commits, 0);
	assert_int_equal(rk_storeq_start(&w->loop, &w->kit.store, RK_STR("hub.example"),
			     rk_cluster_decide, &w->q, &w->err),
	    0);
	assert_null(w->kit.store);
	*state = w;
	return 0;
}

static void
on_stopped(void *cookie)
{
	struct world *w = cookie;

	w->stopped = true;
}

/* Everything is answered and closed; then the store can be looked at again. */
static void
stop(struct world *w)
{
	rk_storeq_stop(w->q, on_stopped, w);
	assert_int_equal(uv_run(&w->loop, UV_RUN_DEFAULT), 0);
	assert_true(w->stopped);
	w->q = NULL;
	if (w->wrong != NULL)
		fail_msg("%s", w->wrong);
	rk_store_crash_point = NULL;
	kit_reopen(&w->kit);
}

static int
teardown(void **state)
{
	struct world *w = *state;

	if (w->q != NULL)
		stop(w);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	kit_release(&w->kit);
	free(w);
	return 0;
}

static struct world *the_world;

static void
on_stored(void *cookie, const struct rk_store_poll *poll,
    const struct rk_store_counts *counts, const struct rk_err *err)
{
	struct world *w = the_world;

	EXPECT(w, poll != NULL);
	EXPECT(w, (size_t)(uintptr_t)cookie == w->want);
	w->want++;
	w->polls++;
	w->failed += err->kind != RK_E_NONE;
	if (err->kind != RK_E_NONE) {
		w->err = *err;
		EXPECT(w, counts->added == 0);
	}
	w->added += counts->added;
}

/* One with its own arena, as the daemon makes it. */
static struct rk_store_poll *
own_poll(struct world *w, size_t source, const char *guid, int64_t now)
{
	struct rk_store_poll *p = kit_heap_poll(&w->kit, source, NULL, now);
	struct rk_ingest *in;
	struct kit_doc *d;

	p->arena = rk_arena_new(0);
	if (guid == NULL)
		return p;
	d = kit_doc(&w->kit);
	kit_add(d, guid, "", guid, guid, RK_NO_TIME);
	in = RK_NEW(p->arena, struct rk_ingest);
	*in = d->in;
	p->ingest = in;
	return p;
}

static void
push(struct world *w, size_t i, const char *guid)
{
	struct rk_store_poll *p = own_poll(w, i % SOURCES, guid, KIT_NOW + (int64_t)i);

	the_world = w;
	rk_storeq_poll(w->q, &p, on_stored, (void *)(uintptr_t)i);
	assert_null(p);
}

static void
run_until_answered(struct world *w)
{
	while (rk_storeq_pending(w->q) > 0)
		(void)uv_run(&w->loop, UV_RUN_ONCE);
	if (w->wrong != NULL)
		fail_msg("%s", w->wrong);
}

static void
ten_thousand_polls(void **state)
{
	struct world *w = *state;
	size_t n = 10000;

	for (size_t i = 0; i < n; i++)
		push(
		    w, i, i % 10 == 0 ? rk_arena_fmt(w->kit.arena, "g%zu", i).p : NULL);
	rk_storeq_flush(w->q);
	assert_true(rk_storeq_pending(w->q) > 0);
	run_until_answered(w);
	assert_int_equal(w->polls, n);
	assert_int_equal(w->failed, 0);
	assert_int_equal(w->added, n / 10);
	/* grouped: at least ten batches by the limit of states, and not many more */
	assert_true(atomic_load(&commits) >= n / RK_BATCH_STATES);
	assert_true(atomic_load(&commits) <= 200);
	stop(w);
	assert_int_equal(kit_rows(&w->kit).n, n / 10);
	assert_int_equal(
	    w->kit.states[7].last_poll, KIT_NOW + (int64_t)(n - SOURCES + 7));
}

/* ---- polls that leave times alone */

static void
on_times(void *cookie, const struct rk_poll_times *v, size_t n, const struct rk_err *err)
{
	struct world *w = cookie;

	w->calls++;
	w->polls += n;
	w->failed += err->kind != RK_E_NONE ? n : 0;
	if (err->kind != RK_E_NONE)
		w->err = *err;
	for (size_t i = 0; i < n; i++) {
		EXPECT(w, v[i].asker == (uint32_t)v[i].last_poll % 1000);
		EXPECT(w, i == 0 || v[i - 1].row <= v[i].row);
	}
}

static void
push_times(struct world *w, size_t source, uint32_t i, const char *why)
{
	char text[64];
	struct rk_poll_times t = {.row = w->kit.states[source].row,
	    .last_poll = KIT_NOW - KIT_NOW % 1000 + i,
	    .next_due = KIT_NOW + 7200 + i,
	    .fresh_until = RK_NO_TIME,
	    .polls = 5,
	    .not_modified = 4,
	    .http_status = 304,
	    .asker = i};

	if (why != NULL) {
		(void)snprintf(text, sizeof(text), "%s", why);
		t.why = rk_str(text); /* copied: it dies here */
	}
	rk_storeq_times(w->q, &t, on_times, w);
	memset(text, '#', sizeof(text));
}

static void
times_share_a_transaction_and_a_call(void **state)
{
	struct world *w = *state;
	const struct rk_source_state *s;

	push(w, 0, "a");
	for (uint32_t i = 0; i < 20; i++)
		push_times(w, 20 - i, i, i < 5 ? NULL : i < 15 ? "a reason" : "another");
	rk_storeq_flush(w->q);
	run_until_answered(w);
	assert_int_equal(w->calls, 1);
	assert_int_equal(w->polls, 21);
	assert_int_equal(w->failed, 0);
	assert_int_equal(atomic_load(&commits), 1);
	stop(w);
	for (uint32_t i = 0; i < 20; i++) {
		s = &w->kit.states[20 - i];
		assert_int_equal(s->last_poll, KIT_NOW - KIT_NOW % 1000 + i);
		assert_int_equal(s->last_success, s->last_poll);
		assert_int_equal(s->next_due, KIT_NOW + 7200 + i);
		assert_int_equal(s->polls, 5);
		assert_int_equal(s->not_modified, 4);
		assert_int_equal(s->http_status, 304);
		assert_string_equal(
		    s->why_next.p, i < 5 ? "" : i < 15 ? "a reason" : "another");
	}
}

/* They end a batch as other polls do, and wait for no other when alone. */
static void
times_fill_batches(void **state)
{
	struct world *w = *state;

	for (uint32_t i = 0; i < 3 * RK_BATCH_STATES; i++)
		push_times(w, i % SOURCES, i % 1000, NULL);
	run_until_answered(w);
	assert_int_equal(w->polls, 3 * RK_BATCH_STATES);
	assert_true(w->calls >= 1 && w->calls <= 3 + 1);
	push_times(w, 0, 1, NULL);
	run_until_answered(w); /* after a while, by itself */
	push_times(w, 0, 2, NULL);
	stop(w); /* and what waits is stored at the end */
	assert_int_equal(w->polls, 3 * RK_BATCH_STATES + 2);
	assert_int_equal(w->failed, 0);
	assert_int_equal(w->kit.states[0].last_poll, KIT_NOW - KIT_NOW % 1000 + 2);
}

/* No more than so many documents share a transaction. */
static void
batches_have_a_limit(void **state)
{
	struct world *w = *state;
	size_t n = 5 * RK_BATCH_FEEDS;

	for (size_t i = 0; i < n; i++)
		push(w, i, rk_arena_fmt(w->kit.arena, "g%zu", i).p);
	rk_storeq_flush(w->q);
	run_until_answered(w);
	assert_int_equal(w->added, n);
	assert_in_range(atomic_load(&commits), 5, 12);
}

static void
a_lone_poll_waits_a_moment(void **state)
{
	struct world *w = *state;
	uint64_t began = uv_hrtime(), took;
	char guid[8];
	int tries = 0;

	push(w, 0, "a");
	run_until_answered(w);
	took = (uv_hrtime() - began) / 1000000;
	assert_true(took >= RK_BATCH_MS - 5);
	do { /* the disk alone may take as long now and then */
		(void)snprintf(guid, sizeof(guid), "b%d", tries);
		began = uv_hrtime();
		push(w, 1, guid);
		rk_storeq_flush(w->q);
		run_until_answered(w);
		took = (uv_hrtime() - began) / 1000000;
	} while (took >= RK_BATCH_MS - 5 && ++tries < 50);
	assert_true(took < RK_BATCH_MS - 5);
	assert_int_equal(atomic_load(&commits), 2 + tries);
}

/* A flush holds for what was there, not for what comes later. */
static void
a_flush_does_not_last(void **state)
{
	struct world *w = *state;
	uint64_t began;

	rk_storeq_flush(w->q); /* nothing there */
	began = uv_hrtime();
	push(w, 0, "a");
	run_until_answered(w);
	assert_true((uv_hrtime() - began) / 1000000 >= RK_BATCH_MS - 5);
}

static void
on_nodes(
    void *cookie, const struct rk_node_state *nodes, size_t n, const struct rk_err *err)
{
	struct world *w = cookie;

	EXPECT(w, err->kind == RK_E_NONE);
	EXPECT(w, n == 0 || nodes[0].generation > 0);
	w->nodes = n;
}

static void
on_timeline(void *cookie, struct rk_timeline *t, const struct rk_err *err)
{
	struct world *w = cookie;

	EXPECT(w, err->kind == RK_E_NONE && t != NULL);
	w->timelines += t->n_stories;
	rk_timeline_free(t);
}

static void
on_marked(void *cookie, const struct rk_err *err)
{
	struct world *w = cookie;

	EXPECT(w, err->kind == RK_E_NONE);
	w->marks++;
}

static void
reads_see_what_was_answered(void **state)
{
	struct world *w = *state;
	struct rk_mark marks[2] = {
	    {rk_arena_str(w->kit.arena, RK_STR("all")), 1, 0}, {RK_STR("province/p1"), 1, 0}};

	w->node = (struct rk_node){.id = RK_STR("all")};
	push(w, 0, "a");
	push(w, 1, "b");
	rk_storeq_flush(w->q);
	run_until_answered(w);
	rk_storeq_nodes(w->q, true, on_nodes, w);
	rk_storeq_timeline(w->q, &w->node, 10, NULL, NULL, on_timeline, w);
	run_until_answered(w);
	assert_int_equal(w->nodes, 4); /* all, c0, p0, p1 */
	assert_int_equal(w->timelines, 2);
	rk_storeq_published(w->q, marks, 2, on_marked, w);
	rk_storeq_published(w->q, marks, 1, NULL, NULL);
	rk_storeq_flush(w->q);
	run_until_answered(w);
	assert_int_equal(w->marks, 1);
	rk_storeq_nodes(w->q, true, on_nodes, w);
	run_until_answered(w);
	assert_int_equal(w->nodes, 2);
	assert_int_equal(atomic_load(&commits), 2);
	stop(w);
	assert_int_equal(kit_node(&w->kit, "all").published, 1);
}

/* Reads are answered while polls keep coming, and the polls too. */
static void
reads_and_polls_share_the_thread(void **state)
{
	struct world *w = *state;
	size_t n = 2000, reads = 300;

	w->node = (struct rk_node){.id = RK_STR("all")};
	for (size_t i = 0; i < n; i++) {
		push(w, i, rk_arena_fmt(w->kit.arena, "g%zu", i).p);
		if (i < reads)
			rk_storeq_timeline(
			    w->q, &w->node, 20, NULL, NULL, on_timeline, w);
		if (i % 100 == 0)
			(void)uv_run(&w->loop, UV_RUN_NOWAIT);
	}
	run_until_answered(w);
	assert_int_equal(w->polls, n);
	assert_int_equal(w->added, n);
	assert_int_equal(w->failed, 0);
}

static void
stopping_finishes_what_was_pushed(void **state)
{
	struct world *w = *state;
	struct rk_mark mark = {RK_STR("all"), 1, 0};

	w->node = (struct rk_node){.id = RK_STR("all")};
	for (size_t i = 0; i < 500; i++)
		push(w, i, rk_arena_fmt(w->kit.arena, "g%zu", i).p);
	rk_storeq_timeline(w->q, &w->node, 5, NULL, NULL, on_timeline, w);
	rk_storeq_published(w->q, &mark, 1, on_marked, w);
	stop(w); /* without a turn of the loop before */
	assert_int_equal(w->polls, 500);
	assert_int_equal(w->added, 500);
	assert_int_equal(w->marks, 1);
	assert_int_equal(kit_rows(&w->kit).n, 500);
}

static void
stopping_with_nothing_to_do(void **state)
{
	struct world *w = *state;

	stop(w);
	assert_int_equal(w->polls, 0);
}

static void
push_once_more(void *cookie, const struct rk_store_poll *poll,
    const struct rk_store_counts *counts, const struct rk_err *err)
{
	struct world *w = cookie;

	(void)poll;
	(void)counts;
	w->polls++;
	w->failed += err->kind != RK_E_NONE;
	if (w->polls < 20) {
		struct rk_store_poll *p = own_poll(w, 0, NULL, KIT_NOW);

		rk_storeq_poll(w->q, &p, push_once_more, w);
	}
}

/* What an answer pushes after the stop is answered too. */
static void
answers_may_push_while_it_stops(void **state)
{
	struct world *w = *state;
	struct rk_store_poll *p = own_poll(w, 0, NULL, KIT_NOW);

	rk_storeq_poll(w->q, &p, push_once_more, w);
	stop(w);
	assert_int_equal(w->polls, 20);
}

/* The disk takes no more: everybody of the batch is told, nothing is stored, and it
 * goes on by itself when there is room again. */
static void
a_full_disk_is_survived(void **state)
{
	struct world *w = *state;
	struct rlimit was, small = {RK_KIB(600), RK_KIB(600)};
	char *body = malloc(30001);
	size_t added;

	memset(body, 'x', 30000);
	body[30000] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	push(w, 0, "before");
	rk_storeq_flush(w->q);
	run_until_answered(w);
	added = w->added;
	assert_int_equal(added, 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 1; i <= 40; i++) {
			struct rk_store_poll *p = own_poll(w, i,
			    rk_arena_fmt(w->kit.arena, "%d-%zu", round, i).p, KIT_NOW);

			p->ingest->entries[0].html = rk_strn(body, 30000);
			rk_storeq_poll(
			    w->q, &p, on_stored, (void *)(uintptr_t)w->polls);
			w->want = w->polls;
			rk_storeq_flush(w->q);
			if (round ==
			    0) /* one by one until it is full, then all at once */
				run_until_answered(w);
			else
				break;
		}
		run_until_answered(w);
	}
	assert_true(w->failed > 1);
	assert_int_equal(w->err.kind, RK_E_STORE);
	assert_true(w->err.sys != 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	added = w->added;
	w->failed = 0;
	w->want = w->polls;
	for (size_t i = 0; i < 20; i++) {
		size_t cookie = w->polls + i;

		push(w, cookie, rk_arena_fmt(w->kit.arena, "after%zu", i).p);
	}
	rk_storeq_flush(w->q);
	run_until_answered(w);
	assert_int_equal(w->failed, 0);
	assert_int_equal(w->added, added + 20);
	stop(w);
	assert_int_equal(kit_rows(&w->kit).n, added + 20);
	assert_int_equal(kit_node(&w->kit, "all").n_stories, added + 20);
	free(body);
}

/* Times too: each is told that it was not stored, is not, and is when there is room. */
static void
times_survive_a_full_disk(void **state)
{
	struct world *w = *state;
	struct rlimit was, none = {RK_KIB(1), RK_KIB(1)};

	signal(SIGXFSZ, SIG_IGN);
	push(w, 0, "before");
	rk_storeq_flush(w->q);
	run_until_answered(w);
	assert_int_equal(w->failed, 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	none.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	w->want = w->polls;
	for (uint32_t i = 0; i < 20; i++)
		push_times(w, 20 - i, i, "of a poll that was lost");
	rk_storeq_flush(w->q);
	run_until_answered(w);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(w->polls, 21);
	assert_int_equal(w->failed, 20);
	assert_int_equal(w->err.kind, RK_E_STORE);
	for (uint32_t i = 0; i < 10; i++)
		push_times(w, 10 - i, 100 + i, "of a poll that was kept");
	rk_storeq_flush(w->q);
	run_until_answered(w);
	assert_int_equal(w->polls, 31);
	assert_int_equal(w->failed, 20);
	stop(w);
	for (uint32_t i = 0; i < 20; i++) {
		const struct rk_source_state *s = &w->kit.states[20 - i];

		if (i < 10) {
			assert_int_equal(s->polls, 0);
			assert_string_equal(s->why_next.p, "");
		} else {
			assert_int_equal(
			    s->last_poll, KIT_NOW - KIT_NOW % 1000 + 90 + i);
			assert_string_equal(s->why_next.p, "of a poll that was kept");
		}
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(ten_thousand_polls),
	    T(times_share_a_transaction_and_a_call),
	    T(times_fill_batches),
	    T(batches_have_a_limit),
	    T(a_lone_poll_waits_a_moment),
	    T(a_flush_does_not_last),
	    T(reads_see_what_was_answered),
	    T(reads_and_polls_share_the_thread),
	    T(stopping_finishes_what_was_pushed),
	    T(stopping_with_nothing_to_do),
	    T(answers_may_push_while_it_stops),
	    T(a_full_disk_is_survived),
	    T(times_survive_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
