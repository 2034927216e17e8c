/*
 * Fingerprints by entry, with those at hand that were read or written lately.
 *
 * A phrase that many use leads every new entry that has it to the same few others: of
 * the fingerprints that a first import looks at, most were looked at a moment ago, and
 * finding a row among hundreds of thousands costs more than comparing it.
 */
#include "clue_int.h"
#include "store_int.h"

#include <ruamkhao/print.h>

#include <stdlib.h>
#include <string.h>

#define SLOTS 4096u /* a power of two; pages that are not used are not there */

struct slot {
	int64_t row; /* 0: none */
	size_t n;
	char packed[RK_PRINT_MAX];
};

struct st_prints {
	struct slot slots[SLOTS];
};

/* Rows of one poll follow each other: neighbours have slots of their own. */
static struct slot *
slot_of(struct rk_store *s, int64_t row)
{
	if (s->prints == NULL)
		s->prints = rk_xcalloc(1, sizeof(*s->prints));
	return &s->prints->slots[(uint64_t)row & (SLOTS - 1)];
}

static void
keep(struct slot *slot, int64_t row, struct rk_str packed)
{
	slot->row = 0;
	if (packed.n > sizeof(slot->packed))
		return;
	memcpy(slot->packed, packed.p, packed.n);
	slot->n = packed.n;
	slot->row = row;
}

int
st_print_get(struct rk_store *s, int64_t row, struct rk_print *print, struct rk_err *err)
{
	struct slot *slot = slot_of(s, row);
	sqlite3_stmt *st;
	int rc;

	if (slot->row == row)
		goto read;
	if ((st = st_get(s, ST_PRINT_GET, err)) == NULL)
		return -1;
	st_int(st, 1, row);
	if ((rc = st_step(s, st, err)) != 1)
		return rc;
	keep(slot, row, st_col_blob(st, 0));
	sqlite3_reset(st);
read:
	/* one that is too long is none of ours */
	(void)rk_print_read(rk_strn(slot->packed, slot->row == row ? slot->n : 0), print);
	return 1;
}

int
st_print_put(struct rk_store *s, int64_t row, struct rk_str packed, struct rk_err *err)
{
	sqlite3_stmt *st = st_get(s, ST_PRINT_ADD, err);

	if (st == NULL)
		return -1;
	st_int(st, 1, row);
	st_blob(st, 2, packed);
	if (st_run(s, st, err) != 0)
		return -1;
	if (slot_of(s, row)->row == row)
		slot_of(s, row)->row = 0;
	return 0;
}

void
st_prints_free(struct rk_store *s)
{
	free(s->prints);
	s->prints = NULL;
}
