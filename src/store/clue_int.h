/*
 * The index from address, text and fingerprint to entries: how it is kept (in memory:
 * memory_int.h) and looked into, the filters before its table, and the fingerprints.
 */
#ifndef RUAMKHAO_CLUE_INT_H
#define RUAMKHAO_CLUE_INT_H

#include "store_int.h"

#include <ruamkhao/print.h>

#define ST_CLUE_DAYS  14 /* not less than the guard on dates of cluster/ */

/* ---- clue.c */

int st_clues_load(struct rk_store *, struct rk_err *);
void st_clues_free(struct st_clues *);
/* The clues of an entry: its address, its text, what its fingerprint says. */
struct st_clue_set {
	uint32_t key[2 + RK_PRINT_KEYS]; /* 0: none */
};
void st_clue_set(struct st_clue_set *, uint64_t url_hash, uint64_t merge_hash,
    const struct rk_print *);
/* vague: as in rk_telling. */
int st_clue_add(struct rk_store *, const struct st_clue_set *, int64_t date, bool vague,
    int64_t entry, struct rk_err *);

/* Inside a transaction: move what is in memory to the table, when it is at least
 * `from` (0: when it is much). */
int st_clues_flush(struct rk_store *, size_t from, struct rk_err *);
void st_clues_committed(struct rk_store *);
void st_clues_dropped(struct rk_store *, size_t n); /* back to the first n */

/* Above the periods: those of entries of unknown age, four times as long. */
#define ST_VAGUE_PERIOD ((int64_t)1 << 19)

/* ---- clue_find.c */

/* An entry that has clues of the set, and how many. */
struct st_clue_hit {
	int64_t entry;
	unsigned n;
	unsigned rarity; /* the more, the fewer others have its clues */
	bool sure;       /* by address or whole text */
	int64_t apart;   /* seconds, at least, between its date and the one asked for */
};
/* Which dates are looked at. */
struct st_clue_span {
	int64_t date;
	int before, after; /* days; together at most ST_CLUE_DAYS + RK_VAGUE_DAYS */
	int vague; /* and further days behind those, at most RK_VAGUE_DAYS, in which
		      entries of unknown age were first seen */
};
/* Those of the span, those that share most first, and of those the ones whose clues
 * fewest others have: how many, at most max; -1 failed. */
int st_clue_find(struct rk_store *, const struct st_clue_set *,
    const struct st_clue_span *, struct st_clue_hit *, int max, struct rk_err *);
/* Rows that may have the address, of whatever date: how many; -1 failed. Slow. */
int st_clue_everywhere(
    struct rk_store *, uint64_t url_hash, int64_t *rows, int max, struct rk_err *);

/* ---- clue_filter.c */

/* Zeroed: of no period, nothing is known. */
#define ST_SIEVES        64 /* periods, eight years */
#define ST_SIEVES_VAGUE  8  /* and those of entries without a date, four years */
#define ST_FILTER_LAYERS 6

struct st_layer {
	uint64_t *words;
	size_t n_words, n; /* a power of two; clues that are in it */
};

struct st_sieve {
	int64_t period;
	struct st_layer layers[ST_FILTER_LAYERS];
	unsigned n_layers;
	unsigned asked; /* while it is not whole */
	bool whole;     /* all clues of the table are in it */
	uint64_t used;  /* when last */
};

struct st_sieves {
	struct st_sieve of[ST_SIEVES + ST_SIEVES_VAGUE]; /* by period */
	size_t bytes;
	uint64_t clock;
};

/* The table may have that clue; *may false: it has not. */
int st_sieve_may(struct rk_store *, int64_t clue, bool *may, struct rk_err *);
/* The table has nothing of that period. */
int st_sieve_none(struct rk_store *, int64_t period, bool *none, struct rk_err *);
/* The table is given it. */
void st_sieve_add(struct st_sieves *, int64_t clue);
void st_sieves_free(struct st_sieves *);

/* ---- prints.c */

/* The fingerprint of an entry: 1; 0: it has none; -1 failed. Its credit lives until the
 * next call of one of the three. */
int st_print_get(struct rk_store *, int64_t row, struct rk_print *, struct rk_err *);
int st_print_put(struct rk_store *, int64_t row, struct rk_str packed, struct rk_err *);
/* Nothing is at hand any more: rows are not what they were. */
void st_prints_free(struct rk_store *);

#endif
