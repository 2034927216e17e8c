/*
 * Inside explain: explain_how.c, explain_where.c and explain_life.c make the sentences, explain_out.c lays
 * them out, cmd_explain.c is the command.
 */
#ifndef RK_EXPLAIN_INT_H
#define RK_EXPLAIN_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/config.h>
#include <ruamkhao/store.h>

#define EXPLAIN_SENTENCE 4096 /* longest; what is quoted is cut before */

struct explain {
	const struct rk_config *config;
	const struct rk_source *source; /* of the entry at hand; NULL: not configured */
	int zone;                       /* seconds east of UTC, for what is shown */
	bool json;
	struct rk_arena *arena;
	struct rk_buf out;
	struct rk_buf text; /* sentences of the part at hand; lines where it is a list */
};

/* One more sentence of the part at hand. */
void explain_say(struct explain *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* "2026-11-20 09:00:00 +07:00" on the clock of the source, or the day alone; "never". */
const char *explain_time(const struct explain *, int64_t, bool day, char out[48]);
const char *explain_zone(int offset, char out[8]); /* "+07:00" */
struct rk_str explain_brief(struct rk_str); /* cut where it would fill the screen */

typedef void explain_fn(struct explain *, const struct rk_explained *);
explain_fn explain_identity, explain_id, explain_date, explain_order; /* explain_how.c */
explain_fn explain_origin, explain_regions, explain_evidence, explain_story, explain_settings,
    explain_times; /* explain_where.c */
explain_fn explain_ids, explain_left, explain_edits; /* explain_life.c */
void explain_json_edits(struct explain *, const struct rk_explained *);

struct explain_part {
	const char *key, *label;
	explain_fn *say;
};
extern const struct explain_part explain_parts[]; /* ends with key NULL */

/* One clause: why a node is among the regions of the entry's story. */
struct rk_str explain_why_there(
    struct explain *, const struct rk_explained *, struct rk_str node);

void explain_text(struct explain *, const struct rk_explained *, bool first);
void explain_json_begin(struct explain *, struct rk_str query);
void explain_json(struct explain *, const struct rk_explained *, bool first);

#endif
