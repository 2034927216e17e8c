/*
 * What stories cost an entry: fingerprint, candidate query, decision and key rows, at so
 * many stored entries. What scripts/bench --stories measures.
 * usage: bench_stories FOLDER STORED MEASURED
 *
 * The texts are made of a vocabulary by rank and set phrases, as those of offices are; one
 * in seven is a copy. Stored entries are spread over as many months as hold 50,000 each.
 *
 * CPU of the whole process, with the commits, the log and the checkpoints that the rows
 * cause: MEASURED should be several times what goes to the table of clues at once. From it
 * is subtracted what as many entries cost behind them without fingerprint and hashes of
 * address and text: their rows, the identity keys of their source (which every entry has,
 * stories or not), the state of the source, and their share of commits and checkpoints.
 * Compare keys are made for identity anyway and not counted.
 */
#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/cluster.h>
#include <ruamkhao/err.h>
#include <ruamkhao/hash.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/print.h>
#include <ruamkhao/store.h>
#include <ruamkhao/thai.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORDS     9000
#define WORD_MAX  32
#define SOURCES   200
#define BATCH     20
#define MONTH     ((int64_t)30 * 86400)
#define PER_MONTH 50000
#define START     ((int64_t)1500000000)

static char words[WORDS][WORD_MAX];
static double print_s;

static double
cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint32_t
next(uint64_t *x)
{
	*x = *x * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*x >> 33);
}

static void
make_words(void)
{
	uint64_t x = 7;

	for (size_t i = 0; i < WORDS; i++) {
		size_t n = 3 + next(&x) % 5;

		for (size_t k = 0; k < n; k++) {
			words[i][3 * k] = '\xe0';
			words[i][3 * k + 1] = '\xb8';
			words[i][3 * k + 2] = (char)(0x81 + next(&x) % 44);
		}
	}
}

/* By rank: low ones often. */
static const char *
word(uint64_t *x)
{
	double u = (double)(next(x) % 1000000) / 1e6;

	return words[(size_t)((double)WORDS * u * u * u)];
}

static void
text(uint64_t story, bool cut, struct rk_buf *title, struct rk_buf *body)
{
	uint64_t x = story * 2654435761u + 99;
	unsigned sentences = 4 + next(&x) % 14;

	rk_buf_reset(title);
	rk_buf_reset(body);
	for (int i = 0; i < 12; i++)
		(void)rk_buf_adds(title, word(&x));
	for (unsigned i = 0; i < (cut ? sentences * 3 / 4 : sentences); i++) {
		if (next(&x) % 10 < 2) { /* a set phrase */
			uint64_t set = next(&x) % 40;

			for (int k = 0; k < 10; k++)
				(void)rk_buf_adds(body, word(&set));
		}
		for (int k = 0; k < 12; k++)
			(void)rk_buf_adds(body, word(&x));
		(void)rk_buf_addf(body, " %u \n", next(&x) % 9000);
	}
}

/* Counted: only the making of the fingerprint itself; keys are made for identity anyway. */
static void
entry(struct rk_entry *e, struct rk_arena *a, uint64_t story, bool copy, uint64_t n,
    int64_t date)
{
	struct rk_buf title, body, key, print;
	size_t at;
	double from;

	rk_buf_init(&title, RK_MIB(1));
	rk_buf_init(&body, RK_MIB(1));
	rk_buf_init(&key, RK_MIB(1));
	rk_buf_init(&print, RK_MIB(1));
	text(story, copy, &title, &body);
	(void)rk_thai_key(rk_buf_view(&title), &key);
	at = key.n;
	(void)rk_thai_key(rk_buf_view(&body), &key);
	from = cpu();
	(void)rk_print_make(rk_strn(rk_buf_view(&key).p, at),
	    rk_str_from(rk_buf_view(&key), at), rk_buf_view(&body), &print);
	print_s += cpu() - from;
	*e = (struct rk_entry){.title = rk_arena_str(a, rk_buf_view(&title)),
	    .html = rk_arena_str(a, rk_buf_view(&body)),
	    .url = rk_arena_fmt(a, "https://www.example.go.th/news/%llu",
		(unsigned long long)n),
	    .print = rk_arena_str(a, rk_buf_view(&print)),
	    .published = date,
	    .updated = RK_NO_TIME,
	    .n_keys = 1};
	e->guid = e->url;
	e->text_hash = rk_hash64(rk_buf_view(&key));
	e->merge_hash = e->text_hash;
	e->url_hash = e->keys[0].hash = rk_hash64(e->url) | 1;
	e->keys[0].kind = RK_KEY_URL;
	rk_buf_release(&title);
	rk_buf_release(&body);
	rk_buf_release(&key);
	rk_buf_release(&print);
}

static void
die(const struct rk_err *err)
{
	(void)fprintf(stderr, "bench_stories: %s\n", err->text);
	exit(1);
}

/* Entries [from, to) of the run; with: as they are, else without anything that stories
 * are found by. Returns the seconds in the store. */
static double
store(struct rk_store *s, const struct rk_source *sources, const struct rk_str *routes,
    const struct rk_source_state *states, uint64_t from, uint64_t to, bool with,
    unsigned *joined)
{
	double spent = 0;
	struct rk_err err = {0};

	for (uint64_t n = from; n < to;) {
		double begin;

		struct rk_arena *a = rk_arena_new(0);
		struct rk_store_poll poll[50];
		struct rk_ingest in[50];
		size_t polls = 0;

		for (; polls < 50 && n < to; polls++) {
			struct rk_entry *es = rk_arena_array(a, BATCH, sizeof(*es));
			size_t k = 0, src = (size_t)(n / BATCH % SOURCES);

			for (; k < BATCH && n < to; k++, n++) {
				bool copy = n % 7 == 6;
				uint64_t story = copy ? n - 6 - BATCH * (n % 3) : n;

				entry(&es[k], a, story, copy, n,
				    START + (int64_t)(n / PER_MONTH) * MONTH +
					(int64_t)(n % PER_MONTH * 52));
				if (!with) {
					es[k].print = RK_STR("");
					es[k].merge_hash = es[k].url_hash = 0;
				}
			}
			in[polls] = (struct rk_ingest){.format = RK_IN_RSS,
			    .entries = es,
			    .n_entries = k};
			poll[polls] = (struct rk_store_poll){.state = states[src],
			    .ingest = &in[polls],
			    .source_id = sources[src].id,
			    .source_host = RK_STR("www.example.go.th"),
			    .route = routes[src],
			    .now = START + (int64_t)(n / PER_MONTH + 1) * MONTH};
		}
		begin = cpu();
		if (rk_store_begin(s, &err) != 0)
			die(&err);
		for (size_t i = 0; i < polls; i++) {
			struct rk_store_counts c;

			if (rk_store_poll(s, &poll[i], RK_STR("hub.example"),
				rk_cluster_decide, &c, &err) != 0)
				die(&err);
			*joined += c.joined;
		}
		if (rk_store_commit(s, &err) != 0)
			die(&err);
		spent += cpu() - begin;
		rk_arena_free(a);
	}
	return spent;
}

struct registering {
	const struct rk_str *routes;
	struct rk_source_state *states;
	struct rk_arena *arena;
};

static struct rk_str
route_of(void *cookie, size_t i)
{
	const struct registering *r = cookie;

	return r->routes[i];
}

static void
on_registered(void *cookie, size_t i, const struct rk_source_state *state, bool why_same)
{
	struct registering *r = cookie;

	(void)why_same;
	r->states[i] = *state;
	r->states[i].url = rk_arena_str(r->arena, state->url);
	r->states[i].effective_url = rk_arena_str(r->arena, state->effective_url);
	r->states[i].etag = rk_arena_str(r->arena, state->etag);
	r->states[i].last_modified = rk_arena_str(r->arena, state->last_modified);
	r->states[i].why_next = rk_arena_str(r->arena, state->why_next);
	r->states[i].moved = NULL;
}

int
main(int argc, char **argv)
{
	struct rk_source *sources;
	struct rk_str *routes;
	struct rk_source_state *states;
	struct rk_arena *arena = rk_arena_new(0);
	struct rk_err err = {0};
	struct rk_store *s;
	uint64_t stored, measured;
	struct registering registering;
	const struct rk_registering to = {route_of, on_registered, &registering};
	unsigned joined = 0;
	double with, made, without;

	if (argc != 4) {
		(void)fprintf(stderr, "usage: bench_stories FOLDER STORED MEASURED\n");
		return 2;
	}
	stored = strtoull(argv[2], NULL, 10);
	measured = strtoull(argv[3], NULL, 10);
	rk_thai_warm();
	make_words();
	sources = rk_arena_array(arena, SOURCES, sizeof(*sources));
	routes = rk_arena_array(arena, SOURCES, sizeof(*routes));
	states = rk_arena_array(arena, SOURCES, sizeof(*states));
	for (size_t i = 0; i < SOURCES; i++) {
		sources[i].id = rk_arena_fmt(arena, "s%zu", i);
		sources[i].title = rk_arena_fmt(arena, "Source %zu", i);
		sources[i].url = rk_arena_fmt(arena, "https://www.example.go.th/%zu", i);
		routes[i] = rk_arena_fmt(arena, "province/p%zu", i % 77);
		sources[i].enabled = true;
	}
	registering = (struct registering){routes, states, arena};
	if (rk_store_open(argv[1], RK_STORE_WRITE, &s, &err) != 0 ||
	    rk_store_register_each(s, sources, SOURCES, &to, &err) != 0)
		die(&err);
	(void)store(s, sources, routes, states, 0, stored, true, &joined);
	joined = 0;
	print_s = 0;
	with = store(s, sources, routes, states, stored, stored + measured, true, &joined);
	made = print_s;
	/* the same entries again under other addresses: what storing them costs alone */
	without = store(s, sources, routes, states, stored + measured, stored + 2 * measured, false,
	    &(unsigned){0});
	(void)printf("stored=%llu measured=%llu joined=%u print_us=%.2f store_us=%.2f "
		     "bare_us=%.2f stories_us=%.2f\n",
	    (unsigned long long)stored, (unsigned long long)measured, joined,
	    made / (double)measured * 1e6, with / (double)measured * 1e6,
	    without / (double)measured * 1e6,
	    (made + with - without) / (double)measured * 1e6);
	rk_store_close(s);
	rk_arena_free(arena);
	return 0;
}
