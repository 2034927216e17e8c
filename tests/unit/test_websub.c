/*
 * The small parts that subscriptions at hubs and archives stand on: the Link header,
 * signatures, rows of the database, the slow rate of polls, what is due.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/daemon/websub_int.h"
#include "../../src/fetch/fetch_int.h"
#include "storekit.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/sched.h>
#include <ruamkhao/sign.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Link */

static void
links_are_found(void **state)
{
	static const struct {
		const char *value, *hub, *self;
	} cases[] = {
	    {"<http://h/>; rel=hub", "http://h/", ""},
	    {"<http://h/>;rel=\"hub\"", "http://h/", ""},
	    {"<http://h/> ; REL = \"Self HUB\"", "http://h/", "http://h/"},
	    {"<a>; rel=self, <b>; rel=hub", "b", "a"},
	    {"<a>; title=\"x, <y>; rel=hub\"; rel=self,<b>;rel=\"next hub\"", "b", "a"},
	    {"<a>; title=\"q\\\"; rel=hub\"; rel=self", "", "a"},
	    {"<a>; rel=hub; rel=self", "a", ""}, /* the first rel counts */
	    {"<a>; rel=hub; anchor=\"/other\", <b>; rel=hub", "b", ""},
	    {"<a>; rel=hub, <b>; rel=hub", "a", ""},
	    {"<a,b;c>; rel=hub", "a,b;c", ""},
	    {"<a>; crossorigin; rel=hub", "a", ""},
	    {"junk, <a>; rel=hub", "a", ""},
	    {"<a>; rel=hubs, <b>; rel=selfish", "", ""},
	    {"<>; rel=hub", "", ""},
	    {"<a>", "", ""},
	    {"<a; rel=hub", "", ""},
	    {"<a>; rel=\"hub", "a", ""},
	    {"<a>; rel=\"hub\\", "", ""},
	    {"<a>; rel=", "", ""},
	    {",,;,<a>;;rel=hub", "a", ""},
	    {"", "", ""},
	};
	struct rk_arena *arena = rk_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_str hub = {0}, self = {0};

		rk_links(rk_str(cases[i].value), arena, &hub, &self);
		if (!rk_str_is(hub, cases[i].hub) || !rk_str_is(self, cases[i].self))
			fail_msg("%s gave hub \"%.*s\", self \"%.*s\"", cases[i].value, RK_FMT(hub),
			    RK_FMT(self));
	}
	rk_arena_free(arena);
}

/* Every prefix, and every byte of it another one: ends, and keeps inside (asan). */
static void
broken_links_do_no_harm(void **state)
{
	static const char good[] = "<http://h/a>; rel=\"x hub\"; title=\"a\\\"b\", <c>; rel=self";
	static const char bytes[] = "<>;,=\"\\ \t\x80";
	struct rk_arena *arena = rk_arena_new(0);

	(void)state;
	for (size_t n = 0; n < sizeof(good); n++) {
		for (size_t k = 0; k < sizeof(bytes); k++) {
			char *text = malloc(n + 1);
			struct rk_str hub = {0}, self = {0};

			memcpy(text, good, n);
			if (n > 0)
				text[n - 1] = bytes[k];
			rk_links(rk_strn(text, n), arena, &hub, &self);
			free(text);
		}
	}
	rk_arena_free(arena);
}

/* ---- signatures */

static void
signatures_are_judged(void **state)
{
	/* RFC 4231, test case 2 */
	static const char key[] = "Jefe", body[] = "what do ya want for nothing?";
	static const char *const good[] = {
	    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	    "SHA256=5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
	    "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
	    "8e2240ca5e69e2c78b3239ecfab21649",
	    "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
	    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"};
	static const char *const bad[] = {"", "sha256", "sha256=",
	    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3842",
	    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384",
	    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38433",
	    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384g",
	    "sha512=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	    "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", "md5=750c783e6ab0b503eaa86e310a5db738"};
	bool known;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(rk_signature_fits(rk_str(good[i]), rk_str(key), rk_str(body), &known));
		assert_true(known);
		assert_false(rk_signature_fits(rk_str(good[i]), RK_STR("jefe"), rk_str(body), NULL));
		assert_false(rk_signature_fits(rk_str(good[i]), rk_str(key), RK_STR("what"), NULL));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(rk_signature_fits(rk_str(bad[i]), rk_str(key), rk_str(body), &known));
	assert_false(rk_signature_fits(rk_str(bad[8]), rk_str(key), rk_str(body), &known));
	assert_false(known);
	/* nothing is a body too */
	assert_true(rk_signature_fits(
	    RK_STR("sha256=923598ca6d64af2a5dba79dcd021a8a0fe5c5f557519adaaf0ad532d4506dd30"),
	    rk_str(key), RK_STR(""), NULL));
}

/* ---- the database */

struct list {
	struct kit *k;
	struct rk_sub_row row;
	size_t n;
};

static int
on_row(void *cookie, const struct rk_sub_row *row)
{
	struct list *l = cookie;
	struct rk_str *texts[] = {&l->row.callback, &l->row.source_url, &l->row.hub, &l->row.topic,
	    &l->row.secret, &l->row.error};

	l->n++;
	l->row = *row;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = rk_arena_str(l->k->arena, *texts[i]);
	return 0;
}

static void
put(struct kit *k, const struct rk_sub_row *row, bool gone)
{
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_sub(k->store, row, gone, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
}

static int
on_status(void *cookie, const struct rk_status_row *row)
{
	struct list *l = cookie;

	if (row->subscribed) {
		(void)on_row(l, &row->sub);
		assert_int_equal(row->sub.secret.n, 0);
	}
	return 0;
}

static void
subscriptions_are_kept(void **state)
{
	struct kit kit, *k = &kit;
	struct list l = {.k = k};
	struct rk_sub_row row = {.callback = RK_STR("abc"),
	    .source_url = RK_STR("https://s0.example/feed"),
	    .hub = RK_STR("https://hub.example/"),
	    .topic = RK_STR("https://s0.example/feed?x"),
	    .secret = RK_STR("5ecret"),
	    .state = RK_SUB_WANTED,
	    .until = RK_NO_TIME,
	    .next = KIT_NOW,
	    .last_push = RK_NO_TIME,
	    .last_miss = RK_NO_TIME,
	    .error = RK_STR("")};

	(void)state;
	kit_init(k);
	kit_open(k, 2);
	row.source = k->states[1].row;
	put(k, &row, false);
	row.state = RK_SUB_ACTIVE;
	row.until = KIT_NOW + KIT_DAY;
	row.last_push = KIT_NOW + 1;
	row.tries = 3;
	row.pushes = 7;
	row.error = RK_STR("why");
	put(k, &row, false);
	kit_reopen(k);
	assert_int_equal(rk_store_subs(k->store, on_row, &l, &k->err), 0);
	assert_int_equal(l.n, 1);
	assert_true(l.row.source == row.source && l.row.state == RK_SUB_ACTIVE);
	assert_true(l.row.until == row.until && l.row.next == KIT_NOW);
	assert_true(l.row.last_push == row.last_push && l.row.last_miss == RK_NO_TIME);
	assert_true(l.row.tries == 3 && l.row.pushes == 7);
	assert_true(rk_str_eq(l.row.callback, row.callback) && rk_str_eq(l.row.hub, row.hub) &&
		    rk_str_eq(l.row.topic, row.topic) && rk_str_eq(l.row.secret, row.secret) &&
		    rk_str_eq(l.row.source_url, row.source_url) && rk_str_is(l.row.error, "why"));
	l.n = 0;
	assert_int_equal(rk_store_status(k->store, RK_STR(""), on_status, &l, &k->err), 0);
	assert_int_equal(l.n, 1);
	row.state = RK_SUB_LEAVING; /* not one of the source's any more */
	put(k, &row, false);
	l.n = 0;
	assert_int_equal(rk_store_status(k->store, RK_STR(""), on_status, &l, &k->err), 0);
	assert_int_equal(l.n, 0);
	put(k, &row, true);
	assert_int_equal(rk_store_subs(k->store, on_row, &l, &k->err), 0);
	assert_int_equal(l.n, 0);
	kit_release(k);
}

static int
on_state(void *cookie, const struct rk_status_row *row)
{
	*(struct rk_status_row *)cookie = *row;
	return 0;
}

/* A push adds entries, and changes nothing of what polls remember. */
static void
a_push_leaves_the_state_alone(void **state)
{
	struct kit kit, *k = &kit;
	struct rk_store_counts counts;
	struct rk_status_row row;
	struct rk_store_poll poll;
	struct kit_doc *d;

	(void)state;
	kit_init(k);
	kit_open(k, 1);
	d = kit_doc(k);
	kit_add(d, "a", "https://s0.example/a", "A", "first", KIT_NOW - 10);
	d->in.title = RK_STR("the feed");
	poll = kit_poll(k, 0, d, KIT_NOW);
	poll.state.etag = RK_STR("\"v1\"");
	poll.state.next_due = KIT_NOW + 3600;
	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("h.example"), NULL, &counts, &k->err), 0);
	d = kit_doc(k);
	kit_add(d, "b", "https://s0.example/b", "B", "second", KIT_NOW - 5);
	d->in.title = RK_STR("another name");
	poll = kit_poll(k, 0, d, KIT_NOW + 60);
	poll.pushed = true;
	poll.state = (struct rk_source_state){.row = k->states[0].row};
	assert_int_equal(rk_store_poll(k->store, &poll, RK_STR("h.example"), NULL, &counts, &k->err), 0);
	assert_int_equal(counts.added, 1);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
	assert_int_equal(rk_store_status(k->store, RK_STR("s0"), on_state, &row, &k->err), 0);
	assert_int_equal(row.entries, 2);
	assert_true(row.state.next_due == KIT_NOW + 3600 && row.state.imported);
	kit_release(k);
}

/* ---- polls beside pushes */

static void
polls_are_slow_while_pushes_come(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_source source = {
	    .url = RK_STR("https://a.example/f"), .every = 3600, .every_unconditional = 14400};
	struct rk_source_state s = {.last_success = KIT_NOW, .not_before = RK_NO_TIME};
	struct rk_due_in in = {.source = &source, .outcome = RK_OUT_SAME, .now = KIT_NOW,
	    .retry_after = -1, .fresh_for = -1, .has_validator = true, .pushed = true};

	(void)state;
	rk_due_next(&s, &in, arena);
	assert_in_range(s.next_due - KIT_NOW, RK_PUSHED_EVERY_S, RK_PUSHED_EVERY_S * 11 / 10);
	assert_non_null(strstr(rk_cstr(s.why_next), "WebSub"));
	in.hint_seconds = 86400; /* what asks for more gets more */
	rk_due_next(&s, &in, arena);
	assert_in_range(s.next_due - KIT_NOW, 86400, 86400 * 11 / 10);
	in.hint_seconds = 0;
	in.outcome = RK_OUT_TROUBLE; /* errors have their own rule */
	s.failures = 1;
	rk_due_next(&s, &in, arena);
	assert_true(s.next_due - KIT_NOW < RK_PUSHED_EVERY_S);
	in.outcome = RK_OUT_SAME;
	in.pushed = false;
	rk_due_next(&s, &in, arena);
	assert_in_range(s.next_due - KIT_NOW, 3600, 3960);
	rk_arena_free(arena);
}

/* ---- what is due */

struct desk {
	int64_t wall;
	uv_loop_t loop;
	struct rk_clock clock;
	struct rk_daemon_opts opts;
	struct engine e;
	struct websub *w;
	struct sub sub;
};

static int64_t
desk_wall(void *self)
{
	return ((struct desk *)self)->wall;
}

static uint64_t
desk_ms(void *self)
{
	return (uint64_t)((struct desk *)self)->wall * 1000;
}

/* A hub that was asked whatever it was, in a request that is under way still: the time for
 * its question runs on when something else wakes us. */
static void
the_time_to_confirm_is_kept_while_a_request_is_under_way(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct sub *s = &d->sub;
	int64_t at;

	(void)state;
	d->wall = KIT_NOW;
	d->clock = (struct rk_clock){.self = d, .wall = desk_wall, .mono_ms = desk_ms};
	d->opts.clock = &d->clock;
	assert_int_equal(uv_loop_init(&d->loop), 0);
	d->e.loop = &d->loop;
	d->e.opts = &d->opts;
	d->w = websub_new(&d->e);
	(void)uv_timer_init(&d->loop, &d->w->timer);
	d->w->timer.data = d->w;
	d->w->timer_open = d->w->on = true;
	s->w = d->w;
	s->row.state = RK_SUB_WANTED;
	s->row.until = RK_NO_TIME;
	s->row.next = KIT_NOW + RK_HUB_CONFIRM_S;
	s->asked = true;
	s->fetch = (struct rk_fetch *)(void *)d; /* nobody looks into it */
	d->w->subs = s;
	at = (int64_t)desk_ms(d) + (int64_t)RK_HUB_CONFIRM_S * 1000;
	for (unsigned i = 0; i < 3; i++) {
		websub_wake(d->w);
		assert_int_equal(websub_next_ms(d->w), at);
		assert_true(uv_is_active((uv_handle_t *)&d->w->timer));
		d->wall += 100;
	}
	d->wall += RK_HUB_CONFIRM_S; /* the clock was set: its answer comes first */
	websub_wake(d->w);
	assert_true(s->asked && s->row.tries == 0);
	assert_in_range(websub_next_ms(d->w), desk_ms(d), desk_ms(d) + 60000);
	d->w->subs = NULL;
	websub_stop(d->w);
	(void)uv_run(&d->loop, UV_RUN_DEFAULT);
	websub_free(d->w);
	assert_int_equal(uv_loop_close(&d->loop), 0);
	free(d);
}

/* ---- arenas */

static void
adopted_memory_lives_on(void **state)
{
	struct rk_arena *a = rk_arena_new(0), *b = rk_arena_new(0);
	struct rk_str small = rk_arena_str(b, RK_STR("small"));
	char *big = rk_arena_alloc(b, (size_t)3 << 20), *own;
	size_t used = rk_arena_used(a) + rk_arena_used(b);

	(void)state;
	memset(big, 'x', (size_t)3 << 20);
	rk_arena_adopt(a, b);
	assert_int_equal(rk_arena_used(a), used);
	own = rk_arena_alloc(a, 100000);
	memset(own, 'y', 100000);
	assert_string_equal(small.p, "small");
	assert_int_equal(big[((size_t)3 << 20) - 1], 'x');
	rk_arena_reset(a); /* gone with the rest */
	assert_int_equal(rk_arena_used(a), 0);
	assert_non_null(rk_arena_alloc(a, 10));
	rk_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(links_are_found),
	    cmocka_unit_test(broken_links_do_no_harm),
	    cmocka_unit_test(signatures_are_judged),
	    cmocka_unit_test(subscriptions_are_kept),
	    cmocka_unit_test(a_push_leaves_the_state_alone),
	    cmocka_unit_test(polls_are_slow_while_pushes_come),
	    cmocka_unit_test(the_time_to_confirm_is_kept_while_a_request_is_under_way),
	    cmocka_unit_test(adopted_memory_lives_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
