/*
 * What a clue is made of, as clue.c puts it down and clue_find.c looks for it: the period
 * of a date above the key; the day within the period above the row.
 */
#ifndef RUAMKHAO_CLUE_BITS_INT_H
#define RUAMKHAO_CLUE_BITS_INT_H

#include "clue_int.h"

#include <ruamkhao/limits.h>

static inline uint32_t
fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

/* Seconds to the period; those of a version's rows are never made again. */
#define PERIOD_BITS 22
#define LAST_DATE   ((int64_t)1 << 40)
#define DAY         ((int64_t)24 * 3600)

static inline int64_t
within_dates(int64_t date)
{
	return date < 0 ? 0 : date < LAST_DATE ? date : LAST_DATE;
}

static inline int64_t
period_of(int64_t date)
{
	return within_dates(date) >> PERIOD_BITS;
}

/* Of entries of unknown age: 194 days. */
#define VAGUE_BITS 24
_Static_assert((ST_CLUE_DAYS + RK_VAGUE_DAYS) * DAY <= (int64_t)1 << VAGUE_BITS,
    "what is looked at touches two of them, or five of the others");
_Static_assert(LAST_DATE >> PERIOD_BITS < ST_VAGUE_PERIOD, "none is both");

static inline int64_t
vague_period_of(int64_t date)
{
	return ST_VAGUE_PERIOD | period_of(date) >> (VAGUE_BITS - PERIOD_BITS);
}

static inline int64_t
clue_of(int64_t period, uint32_t key)
{
	return period << 32 | (int64_t)key;
}

/* Above the row in the table: 1 and up, 0 not known. */
#define ROW_BITS 40
#define ROW_MASK (((int64_t)1 << ROW_BITS) - 1)
#define DAYS     (((int64_t)1 << PERIOD_BITS) / DAY + 2)

static inline int64_t
day_of(int64_t date)
{
	return (within_dates(date) & (((int64_t)1 << PERIOD_BITS) - 1)) / DAY + 1;
}

/* What is a day there: four. A longer period has no more of them. */
#define PART (DAY << (VAGUE_BITS - PERIOD_BITS))

static inline int64_t
part_of(int64_t date)
{
	return (within_dates(date) & (((int64_t)1 << VAGUE_BITS) - 1)) / PART + 1;
}

/* In memory: the day below what the row is behind the mark. */
#define DAY_BITS 6
_Static_assert(DAYS < 1 << DAY_BITS, "a day of a period");

/* In memory, of a hash: its place in st_clues.head. */
static inline size_t
slot_of(const struct st_clues *c, int64_t hash)
{
	return (size_t)((uint64_t)hash * 0x9e3779b97f4a7c15u >> 32) & (c->cap - 1);
}

#endif
