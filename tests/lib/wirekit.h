/*
 * Messages between parent and worker in which every field is set, for the tests of the
 * wire, and what came through it held against what went in.
 */
#ifndef RK_TESTS_WIREKIT_H
#define RK_TESTS_WIREKIT_H

#include "../../src/worker/worker_int.h"

#include <ruamkhao/look.h>

#define WIRE_HEAD sizeof(struct rk_msg_head)

/* ---- a request for an article of a page */

extern const struct rk_page_rules wire_page;
extern const struct rk_entry wire_listed;

void wire_make_page_work(struct rk_work *); /* of these two */

/* ---- an answer of two entries */

extern const struct rk_entry wire_entry;
extern const struct rk_entry wire_bare_entry; /* the least that an entry may be */
extern struct rk_look wire_look;
extern struct rk_removal wire_removals[2];

void wire_make(struct rk_ingest *, struct rk_entry entries[2]); /* of all of these */

/* ---- through the wire */

/* The body of a message in a block of just its size, so that ASan sees an overrun; to
 * be freed. */
char *wire_body(const struct rk_buf *, struct rk_str *body);
/* What became of it; NULL: refused. */
struct rk_ingest *wire_through(const struct rk_ingest *, struct rk_arena *);

/* Asserted: every field of a is that of b. */
void wire_same_str(struct rk_str a, struct rk_str b);
void wire_same_entry(const struct rk_entry *a, const struct rk_entry *b);
void wire_same_ingest(const struct rk_ingest *a, const struct rk_ingest *b);

#endif
