/*
 * The parts that our own hub stands on: forms, requests, signatures, rows of the database.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/daemon/hub_int.h"
#include "../../src/store/store_int.h"
#include "storekit.h"

#include <ruamkhao/form.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/sign.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define TYPE "application/x-www-form-urlencoded"

/* ---- forms */

static void
forms_are_decoded(void **state)
{
	static const struct {
		const char *form, *pairs; /* "name=value;" ... */
	} cases[] = {
	    {"a=b", "a=b;"},
	    {"a=b&c=d+e%21", "a=b;c=d e!;"},
	    {"&&a=&=b&c", "a=;=b;c=;"},
	    {"a=b=c%3Dd", "a=b=c=d;"},
	    {"a%2e=%E0%B8%81", "a.=\xe0\xb8\x81;"},
	    {"a=%&b=%4&c=%zz&d=%4g&e=100%", "a=%;b=%4;c=%zz;d=%4g;e=100%;"},
	    {"", ""},
	};
	struct rk_arena *arena = rk_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_str rest = rk_str(cases[i].form), name, value;
		struct rk_buf out;

		rk_buf_init(&out, 1024);
		while (rk_form_next(&rest, arena, &name, &value))
			(void)rk_buf_addf(&out, "%s=%s;", name.p, value.p);
		assert_string_equal(out.n > 0 ? out.p : "", cases[i].pairs);
		rk_buf_release(&out);
	}
	rk_arena_free(arena);
}

/* What is encoded is decoded to the same, for every byte. */
static void
forms_go_both_ways(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_str rest, name, value;
	struct rk_buf form;
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	rk_buf_init(&form, 4096);
	rk_form_encode(&form, rk_strn(all, 256));
	(void)rk_buf_addc(&form, '=');
	rk_form_encode(&form, rk_strn(all, 256));
	rest = rk_buf_view(&form);
	assert_true(rk_form_next(&rest, arena, &name, &value));
	assert_true(rk_str_eq(name, rk_strn(all, 256)));
	assert_true(rk_str_eq(value, rk_strn(all, 256)));
	assert_false(rk_form_next(&rest, arena, &name, &value));
	rk_buf_release(&form);
	rk_arena_free(arena);
}

/* ---- requests */

#define T "hub.topic=http%3A%2F%2Fours.example%2Fall.atom"
#define C "&hub.callback=https%3A%2F%2Fsub.example%2Fcb%3Fx%3D1"

static void
requests_are_read(void **state)
{
	struct rk_arena *arena = rk_arena_new(0);
	struct hub_form f;

	(void)state;
	assert_null(hub_form_read(RK_STR(TYPE), RK_STR("hub.mode=subscribe&" T C), arena, &f));
	assert_int_equal(f.mode, HUB_SUBSCRIBE);
	assert_string_equal(f.topic.p, "http://ours.example/all.atom");
	assert_string_equal(f.callback.p, "https://sub.example/cb?x=1");
	assert_int_equal(f.secret.n, 0);
	assert_int_equal(f.lease, RK_OUR_HUB_LEASE_S);
	assert_null(hub_form_read(RK_STR(TYPE "; charset=utf-8"),
	    RK_STR("hub.mode=unsubscribe&x=y&hub.verify=sync&" T C
		   "&hub.lease_seconds=&hub.secret=a%00b"),
	    arena, &f));
	assert_int_equal(f.mode, HUB_UNSUBSCRIBE);
	assert_true(rk_str_eq(f.secret, rk_strn("a\0b", 3)));
	rk_arena_free(arena);
}

static void
leases_keep_within_bounds(void **state)
{
	static const struct {
		const char *asked;
		int64_t lease;
	} cases[] = {
	    {"0", RK_OUR_HUB_MIN_LEASE_S},
	    {"1", RK_OUR_HUB_MIN_LEASE_S},
	    {"3601", 3601},
	    {"864000", 864000},
	    {"999999999", RK_OUR_HUB_MAX_LEASE_S},
	    {"99999999999999999999999999", RK_OUR_HUB_MAX_LEASE_S},
	};
	struct rk_arena *arena = rk_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rk_str body = rk_arena_fmt(
		    arena, "%s%s", "hub.mode=subscribe&" T C "&hub.lease_seconds=", cases[i].asked);
		struct hub_form f;

		assert_null(hub_form_read(RK_STR(TYPE), body, arena, &f));
		assert_int_equal(f.lease, cases[i].lease);
	}
	rk_arena_free(arena);
}

static void
bad_requests_are_told_why(void **state)
{
	static const struct {
		const char *type, *body, *why;
	} cases[] = {
	    {"text/plain", "hub.mode=subscribe&" T C, "urlencoded"},
	    {TYPE "ed", "hub.mode=subscribe&" T C, "urlencoded"},
	    {"", "hub.mode=subscribe&" T C, "urlencoded"},
	    {TYPE, "", "hub.mode must be"},
	    {TYPE, T C, "hub.mode must be"},
	    {TYPE, "hub.mode=Subscribe&" T C, "hub.mode must be"},
	    {TYPE, "hub.mode=publish&hub.url=x", "knows by itself"},
	    {TYPE, "hub.mode=subscribe" C, "hub.topic must be"},
	    {TYPE, "hub.mode=subscribe&" T, "hub.callback must be"},
	    {TYPE, "hub.mode=subscribe&hub.topic=a%0Ab" C, "hub.topic must be"},
	    {TYPE, "hub.mode=subscribe&" T "&hub.callback=http%3A%2F%2Fa%2F%20b",
		"hub.callback must be"},
	    {TYPE, "hub.mode=subscribe&" T "&hub.callback=http%3A%2F%2Fa%2F%00",
		"hub.callback must be"},
	    {TYPE, "hub.mode=subscribe&" T "&hub.callback=http%3A%2F%2Fa%2F%23x", "fragment"},
	    {TYPE, "hub.mode=subscribe&" T C "&hub.lease_seconds=-1", "not a number"},
	    {TYPE, "hub.mode=subscribe&" T C "&hub.lease_seconds=1h", "not a number"},
	    {TYPE, "hub.mode=subscribe&" T C C, "twice"},
	};
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_buf long_one;
	struct hub_form f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = hub_form_read(
		    rk_str(cases[i].type), rk_str(cases[i].body), arena, &f);

		if (why == NULL || strstr(why, cases[i].why) == NULL)
			fail_msg("\"%s\" was answered %s", cases[i].body, why != NULL ? why : "ok");
	}
	for (size_t n = RK_OUR_HUB_MAX_SECRET; n <= RK_OUR_HUB_MAX_SECRET + 1; n++) {
		rk_buf_init(&long_one, 8192);
		(void)rk_buf_adds(&long_one, "hub.mode=subscribe&" T C "&hub.secret=");
		for (size_t i = 0; i < n; i++)
			(void)rk_buf_adds(&long_one, "%C3");
		if (n <= RK_OUR_HUB_MAX_SECRET)
			assert_null(hub_form_read(
			    RK_STR(TYPE), rk_buf_view(&long_one), arena, &f));
		else
			assert_string_equal(hub_form_read(RK_STR(TYPE), rk_buf_view(&long_one),
						arena, &f),
			    "hub.secret must be shorter than 200 bytes");
		rk_buf_release(&long_one);
	}
	rk_buf_init(&long_one, 8192);
	(void)rk_buf_adds(&long_one, "hub.mode=subscribe&" T C);
	for (size_t i = 0; i < 1024; i++)
		(void)rk_buf_addc(&long_one, 'a');
	assert_string_equal(
	    hub_form_read(RK_STR(TYPE), rk_buf_view(&long_one), arena, &f),
	    "hub.callback is too long");
	rk_buf_release(&long_one);
	rk_arena_free(arena);
}

/* ---- signatures: the vectors of RFC 4231 */

static void
signatures_are_those_of_rfc_4231(void **state)
{
	char out[RK_SIGNATURE_SIZE], key[131], data[50];
	bool known;

	(void)state;
	memset(key, 0x0b, 20);
	rk_signature_make(rk_strn(key, 20), RK_STR("Hi There"), out);
	assert_string_equal(out,
	    "sha256=b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	rk_signature_make(RK_STR("Jefe"), RK_STR("what do ya want for nothing?"), out);
	assert_string_equal(out,
	    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, 20);
	memset(data, 0xdd, 50);
	rk_signature_make(rk_strn(key, 20), rk_strn(data, 50), out);
	assert_string_equal(out,
	    "sha256=773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	memset(key, 0xaa, 131);
	rk_signature_make(rk_strn(key, 131),
	    RK_STR("Test Using Larger Than Block-Size Key - Hash Key First"), out);
	assert_string_equal(out,
	    "sha256=60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	/* our own subscriber takes it, and nothing else */
	assert_true(rk_signature_fits(rk_str(out), rk_strn(key, 131),
	    RK_STR("Test Using Larger Than Block-Size Key - Hash Key First"), &known));
	assert_false(rk_signature_fits(rk_str(out), rk_strn(key, 131), RK_STR("Test"), &known));
	assert_true(known);
}

static void
challenges_differ(void **state)
{
	char a[41], b[41];

	(void)state;
	rk_random_hex(a, 20);
	rk_random_hex(b, 20);
	assert_int_equal(strlen(a), 40);
	assert_int_equal(strspn(a, "0123456789abcdef"), 40);
	assert_string_not_equal(a, b);
}

/* ---- rows */

struct rows {
	struct rk_hub_row v[8];
	struct rk_arena *arena;
	size_t n;
};

static int
on_row(void *cookie, const struct rk_hub_row *row)
{
	struct rows *rows = cookie;
	struct rk_hub_row *to = &rows->v[rows->n++];

	*to = *row;
	to->topic = rk_arena_str(rows->arena, row->topic);
	to->callback = rk_arena_str(rows->arena, row->callback);
	to->secret = rk_arena_str(rows->arena, row->secret);
	to->error = rk_arena_str(rows->arena, row->error);
	return 0;
}

static int
setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	kit_init(k);
	*state = k;
	return 0;
}

static int
teardown(void **state)
{
	kit_release(*state);
	free(*state);
	return 0;
}

/* Then this is the newest time that the database knows of. */
static void
poll_at(struct kit *k, int64_t now)
{
	struct rk_store_poll poll = kit_poll(k, 0, kit_doc(k), now);
	struct rk_store_counts counts;

	assert_int_equal(rk_store_begin(k->store, &k->err), 0);
	assert_int_equal(
	    rk_store_poll(k->store, &poll, RK_STR("h.example"), NULL, &counts, &k->err), 0);
	assert_int_equal(rk_store_commit(k->store, &k->err), 0);
}

static void
rows_come_back_as_they_went(void **state)
{
	struct kit *k = *state;
	struct rows rows = {.arena = k->arena};
	struct rk_hub_totals totals;
	struct rk_hub_row a = {.topic = RK_STR("http://o/all.atom"),
	    .callback = RK_STR("http://s/1"),
	    .secret = rk_strn("a\0\xff", 3),
	    .until = KIT_NOW + 100,
	    .given = UINT64_MAX - 5,
	    .next = KIT_NOW + 7,
	    .failing = KIT_NOW - 7,
	    .last = RK_NO_TIME,
	    .tries = 3,
	    .delivered = 4,
	    .failed = 5,
	    .error = RK_STR("no")};
	struct rk_hub_row b = a, old = a, ping = a;

	kit_open(k, 1);
	b.callback = RK_STR("http://s/2");
	b.tries = 0;
	b.last = KIT_NOW - 3;
	old.callback = RK_STR("http://s/3");
	old.until = KIT_NOW;
	ping.callback = RK_STR("");
	assert_int_equal(rk_store_hub(k->store, &a, false, &k->err), 0);
	assert_int_equal(rk_store_hub(k->store, &b, false, &k->err), 0);
	assert_int_equal(rk_store_hub(k->store, &old, false, &k->err), 0);
	assert_int_equal(rk_store_hub(k->store, &ping, false, &k->err), 0);
	a.tries = 2; /* replaced, not added */
	assert_int_equal(rk_store_hub(k->store, &a, false, &k->err), 0);
	assert_int_equal(rk_store_hub_totals(k->store, KIT_NOW, &totals, &k->err), 0);
	assert_int_equal(totals.subscriptions, 2);
	assert_int_equal(totals.failing, 1);
	assert_int_equal(totals.pings, 1);
	assert_int_equal(totals.delivered, 8);
	assert_int_equal(totals.last, KIT_NOW - 3);
	kit_reopen(k);
	/* a clock that is far ahead ends no lease, as long as no poll knows better */
	assert_int_equal(
	    rk_store_hub_all(k->store, KIT_NOW + 999 * KIT_DAY, on_row, &rows, &k->err), 0);
	assert_int_equal(rows.n, 4);
	poll_at(k, KIT_NOW);
	rows.n = 0;
	assert_int_equal(
	    rk_store_hub_all(k->store, KIT_NOW + 999 * KIT_DAY, on_row, &rows, &k->err), 0);
	assert_int_equal(rows.n, 3);
	assert_string_equal(rows.v[0].callback.p, "");
	assert_true(rk_str_eq(rows.v[1].topic, a.topic));
	assert_true(rk_str_eq(rows.v[1].callback, a.callback));
	assert_true(rk_str_eq(rows.v[1].secret, a.secret));
	assert_true(rk_str_eq(rows.v[1].error, a.error));
	assert_int_equal(rows.v[1].until, a.until);
	assert_true(rows.v[1].given == a.given);
	assert_int_equal(rows.v[1].next, a.next);
	assert_int_equal(rows.v[1].failing, a.failing);
	assert_int_equal(rows.v[1].last, RK_NO_TIME);
	assert_int_equal(rows.v[1].tries, 2);
	assert_int_equal(rows.v[1].delivered, 4);
	assert_int_equal(rows.v[1].failed, 5);
	assert_int_equal(rk_store_hub(k->store, &a, true, &k->err), 0);
	rows.n = 0;
	assert_int_equal(rk_store_hub_all(k->store, KIT_NOW, on_row, &rows, &k->err), 0);
	assert_int_equal(rows.n, 2);
}

/* ---- what is owed, and when */

struct desk {
	int64_t wall;
	uint64_t ms;
	struct rk_clock clock;
	struct rk_daemon_opts opts;
	struct rk_config config;
	struct engine e;
	struct hub *hub;
	struct hub_sub *sub;
	uv_loop_t loop;
	char dir[64], feed[96];
};

static int64_t
desk_wall(void *self)
{
	return ((struct desk *)self)->wall;
}

static uint64_t
desk_ms(void *self)
{
	return ((struct desk *)self)->ms;
}

/* A hub without a network or a database; its one subscriber has another document. */
static int
open_desk(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct rk_hub_row row = { .callback = RK_STR("http://127.0.0.1:1/cb"),
		.secret = RK_STR(""), .given = 1, .next = RK_NO_TIME, .failing = RK_NO_TIME,
		.last = RK_NO_TIME, .error = RK_STR("") };
	struct hub_topic *topic;

	d->wall = KIT_NOW;
	d->ms = 1000;
	d->clock = (struct rk_clock){ .self = d, .wall = desk_wall, .mono_ms = desk_ms };
	d->opts.clock = &d->clock;
	(void)snprintf(d->dir, sizeof(d->dir), "/tmp/rk-hub-XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	(void)snprintf(d->feed, sizeof(d->feed), "%s/all.atom", d->dir);
	d->config.publish.directory = rk_str(d->dir);
	d->config.publish.hub = RK_STR("builtin");
	d->config.serve.listen = RK_STR("127.0.0.1:1");
	assert_int_equal(uv_loop_init(&d->loop), 0);
	d->e.loop = &d->loop;
	d->e.arena = rk_arena_new(0);
	d->e.opts = &d->opts;
	d->e.config = &d->config;
	d->hub = hub_new(&d->e);
	(void)uv_timer_init(&d->loop, &d->hub->timer);
	d->hub->timer.data = d->hub;
	d->hub->timer_open = true;
	d->hub->sending = RK_OUR_HUB_SENDING; /* what is ready stays so */
	topic = calloc(1, sizeof(*topic));
	topic->url = strdup("http://o/all.atom");
	topic->name = topic->url + strlen("http://o/");
	d->hub->all_topics = topic;
	row.until = d->wall + 40 * KIT_DAY;
	d->sub = hub_add(d->hub, topic, hub_host_of(d->hub, RK_STR("127.0.0.1")), &row);
	*state = d;
	return 0;
}

static int
close_desk(void **state)
{
	struct desk *d = *state;

	hub_close(d->hub);
	(void)uv_run(&d->loop, UV_RUN_DEFAULT);
	hub_free(d->hub);
	rk_arena_free(d->e.arena);
	assert_int_equal(uv_loop_close(&d->loop), 0);
	(void)remove(d->feed);
	(void)remove(d->dir);
	free(d);
	return 0;
}

static bool
is_ready(struct desk *d)
{
	bool ready;

	hub_unready(d->sub);
	hub_owe(d->sub);
	ready = d->sub->stage == SUB_READY;
	hub_unready(d->sub);
	return ready;
}

/* The times of a row may be of a clock that was wrong. */
static void
a_clock_that_was_set_holds_nothing_up(void **state)
{
	struct desk *d = *state;
	struct rk_hub_row *row = &d->sub->row;

	d->sub->topic->hash = 2;
	assert_true(is_ready(d));
	row->next = d->wall + 60;
	assert_false(is_ready(d));
	d->wall += 60;
	assert_true(is_ready(d));
	row->next = d->wall + RK_MAX_HINT_S;
	assert_false(is_ready(d));
	row->next = d->wall + 3650 * (int64_t)KIT_DAY; /* set back since */
	assert_true(is_ready(d));
	row->next = RK_NO_TIME;
	/* nor does it give anybody up: many tries do, that were in vain for days */
	row->tries = 1;
	row->failing = d->wall - 3650 * (int64_t)KIT_DAY;
	assert_true(is_ready(d));
	row->failing = d->wall + 3650 * (int64_t)KIT_DAY;
	assert_true(is_ready(d));
	row->tries = RK_OUR_HUB_GIVE_UP_TRIES;
	assert_true(is_ready(d));
	row->failing = d->wall - RK_OUR_HUB_GIVE_UP_S;
	assert_false(is_ready(d));
}

/* A lease is over when the clock says so for an hour. */
static void
a_clock_far_ahead_ends_no_lease(void **state)
{
	struct desk *d = *state;
	int64_t now = d->wall;

	d->sub->topic->hash = 2;
	for (unsigned minute = 0; minute < 59; minute++) {
		d->wall = now + 3650 * (int64_t)KIT_DAY;
		d->ms += 60000;
		hub_wake(d->hub);
		assert_int_equal(d->hub->n_subs, 1);
		assert_int_equal(d->sub->stage, SUB_IDLE); /* and nothing is sent meanwhile */
	}
	d->wall = now + 3600;
	d->ms += 60000;
	hub_wake(d->hub);
	assert_int_equal(d->sub->stage, SUB_READY);
	hub_unready(d->sub);
	/* and once more from the beginning */
	d->wall = now + 3650 * (int64_t)KIT_DAY;
	d->ms += 120000;
	hub_wake(d->hub);
	assert_int_equal(d->hub->n_subs, 1);
}

static void
write_feed(struct desk *d, const char *text)
{
	FILE *f = fopen(d->feed, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
look(struct desk *d)
{
	while (d->hub->look != NULL)
		(void)uv_run(&d->loop, UV_RUN_ONCE);
}

/* A folder in its place: it is there, and cannot be read. */
static void
a_feed_that_cannot_be_read_is_looked_at_again(void **state)
{
	struct desk *d = *state;
	struct hub_topic *t = d->sub->topic;

	assert_int_equal(mkdir(d->feed, 0700), 0);
	hub_look(d->hub, t);
	look(d);
	assert_true(t->unread);
	assert_int_equal(d->sub->stage, SUB_IDLE);
	assert_true(hub_next_ms(d->hub) <= (int64_t)(d->ms + RK_OUR_HUB_RETRY_S * 1000));
	assert_int_equal(rmdir(d->feed), 0);
	write_feed(d, "news");
	d->ms += RK_OUR_HUB_RETRY_S * 1000;
	d->wall += RK_OUR_HUB_RETRY_S;
	hub_wake(d->hub);
	look(d);
	assert_false(t->unread);
	assert_int_equal(d->sub->stage, SUB_READY);
	hub_unready(d->sub);
	/* one that is not there is none */
	assert_int_equal(remove(d->feed), 0);
	hub_look(d->hub, t);
	look(d);
	assert_false(t->unread);
	assert_true(t->hash == 0);
}

/* The same when it is about to be sent: the next look finds what is owed. */
static void
a_document_that_cannot_be_read_is_owed_still(void **state)
{
	struct desk *d = *state;
	struct hub_topic *t = d->sub->topic;

	assert_int_equal(hub_fetcher(d->hub), 0);
	write_feed(d, "news");
	hub_look(d->hub, t);
	look(d);
	assert_int_equal(d->sub->stage, SUB_READY);
	assert_int_equal(remove(d->feed), 0);
	assert_int_equal(mkdir(d->feed, 0700), 0);
	d->hub->sending = 0;
	hub_wake(d->hub);
	assert_int_equal(d->sub->stage, SUB_IDLE);
	assert_int_equal(d->hub->failed, 0);
	assert_true(t->unread);
	d->hub->sending = RK_OUR_HUB_SENDING;
	assert_int_equal(rmdir(d->feed), 0);
	write_feed(d, "news");
	d->ms += RK_OUR_HUB_RETRY_S * 1000;
	d->wall += RK_OUR_HUB_RETRY_S;
	hub_wake(d->hub);
	look(d);
	assert_int_equal(d->sub->stage, SUB_READY);
	hub_unready(d->sub);
}

/* What one who just came is owed: what is published after it came. */
static void
what_comes_while_a_feed_is_looked_at_is_owed(void **state)
{
	struct desk *d = *state;

	write_feed(d, "news");
	d->sub->fresh = true;
	hub_look(d->hub, d->sub->topic);
	hub_not_fresh(d->sub->topic); /* as hub_published() does */
	look(d);
	assert_int_equal(d->sub->stage, SUB_READY);
	hub_unready(d->sub);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forms_are_decoded),
	    cmocka_unit_test(forms_go_both_ways),
	    cmocka_unit_test(requests_are_read),
	    cmocka_unit_test(leases_keep_within_bounds),
	    cmocka_unit_test(bad_requests_are_told_why),
	    cmocka_unit_test(signatures_are_those_of_rfc_4231),
	    cmocka_unit_test(challenges_differ),
	    cmocka_unit_test_setup_teardown(rows_come_back_as_they_went, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_clock_that_was_set_holds_nothing_up, open_desk, close_desk),
	    cmocka_unit_test_setup_teardown(a_clock_far_ahead_ends_no_lease, open_desk, close_desk),
	    cmocka_unit_test_setup_teardown(
		a_feed_that_cannot_be_read_is_looked_at_again, open_desk, close_desk),
	    cmocka_unit_test_setup_teardown(
		a_document_that_cannot_be_read_is_owed_still, open_desk, close_desk),
	    cmocka_unit_test_setup_teardown(
		what_comes_while_a_feed_is_looked_at_is_owed, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
