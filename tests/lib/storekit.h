/*
 * Making sources, documents and polls for tests of the store, and looking at what came
 * of them. Everything belongs to the kit, which has a folder of its own.
 */
#ifndef RK_TEST_STOREKIT_H
#define RK_TEST_STOREKIT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/store.h>

#define KIT_NOW ((int64_t)1790000000) /* some day in September 2026 */
#define KIT_DAY ((int64_t)86400)

/* Two texts that are long enough to be compared, and differ. */
#define KIT_LONG_A "เนื้อข่าวที่ยาวพอจะเปรียบเทียบกันได้ ฉบับแรก"
#define KIT_LONG_B "เนื้อข่าวที่ยาวพอจะเปรียบเทียบกันได้ ฉบับที่สอง"

struct kit {
	struct rk_arena *arena;
	char folder[64];
	struct rk_store *store;
	struct rk_source *sources;
	struct rk_str *routes; /* of them */
	struct rk_source_state *states;
	size_t n_sources;
	struct rk_err err; /* of the last call that failed */
};

/* An empty folder, nothing opened. */
void kit_init(struct kit *);
/* Open and register n sources: "s0" at https://s0.example/feed in province/p0 and
 * cluster/c(i/2), and so on. Asserts that it worked. */
void kit_open(struct kit *, size_t n);
void kit_reopen(struct kit *);
/* The sources of the kit as they are now, with all of their states. 0 or -1. */
int kit_register(struct kit *);
/* Close, remove the folder. */
void kit_release(struct kit *);
char *kit_path(struct kit *, const char *name); /* of a file in the folder */

/* A test's setup and teardown: *state is a kit with six sources. */
int kit_setup(void **state);
int kit_teardown(void **state);

/* ---- documents */

struct kit_doc {
	struct rk_ingest in;
	struct kit *kit;
	size_t cap;
};

struct kit_doc *kit_doc(struct kit *);
/* An entry as normalise/ would make it: keys of guid and url (text where both are
 * empty), hashes of title and body. "" or NULL: has none. published: RK_NO_TIME none.
 * Change the result, then call kit_seal, where more is wanted. */
struct rk_entry *kit_add(struct kit_doc *, const char *guid, const char *url,
    const char *title, const char *html, int64_t published);
void kit_seal(struct rk_entry *);
/* A document of one such entry. */
struct kit_doc *kit_one(struct kit *, const char *guid, const char *url,
    const char *title, const char *html, int64_t published);
/* Give it a fingerprint, as normalise/ would; html is taken for plain text. */
void kit_print(struct kit *, struct rk_entry *);

/* ---- polls */

struct rk_store_poll kit_poll(
    struct kit *, size_t source, struct kit_doc *, int64_t now);
/* The same one for the queue. */
struct rk_store_poll *kit_heap_poll(
    struct kit *, size_t source, struct kit_doc *, int64_t now);
/* One poll in a transaction of its own: 0, or -1 with kit->err. */
int kit_store(struct kit *, size_t source, struct kit_doc *, int64_t now,
    struct rk_store_counts *);
/* The same, asserted to work: its counts. */
struct rk_store_counts kit_stored(
    struct kit *, size_t source, struct kit_doc *, int64_t now);
/* Asserts. */
void kit_counts_are(struct rk_store_counts, unsigned added, unsigned joined,
    unsigned edited, unsigned unchanged);

/* ---- looking */

/* All rows of export jsonl, in order. */
struct kit_rows {
	struct rk_export_row *v;
	size_t n;
};
struct kit_rows kit_rows(struct kit *);
/* The row of a source with that title (the first), asserted to be there. */
struct rk_export_row kit_row(struct kit *, const char *source, const char *title);

struct rk_timeline *kit_timeline(struct kit *, const char *node, unsigned limit);
struct rk_node_state kit_node(struct kit *, const char *node); /* generation 0: none */
int64_t kit_generation(struct kit *, const char *node);
/* Titles of a node's timeline, newest first, joined by spaces. */
const char *kit_line(struct kit *, const char *node);

#endif
