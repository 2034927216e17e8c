/*
 * What is remembered of a source between polls: rows of states.
 */
#ifndef RUAMKHAO_SOURCES_INT_H
#define RUAMKHAO_SOURCES_INT_H

#include "store_int.h"

/* All parameters of ST_STATE_ADD, ST_STATE_SET and their like; more: new entries. */
void st_state_bind(sqlite3_stmt *, const struct rk_source_state *, int64_t more);
#define ST_POLLED 22 /* columns of a state that polls need */

/* From column `at` on; texts are SQLite's. "" for an effective url means: the url,
 * once there was a good answer. */
struct rk_source_state st_state_read(sqlite3_stmt *, int at, int64_t row);
/* The same without what people read: those texts are empty. */
struct rk_source_state st_polled_read(sqlite3_stmt *, int at, int64_t row);
/* From column `at` on; false: there is nothing. */
bool st_moved_read(sqlite3_stmt *, int at, struct rk_moved *);

/* There was a document of the source before. */
int st_state_imported(
    struct rk_store *, int64_t source, bool *imported, struct rk_err *);
/* How often the source posts; unchanged ones are not written. */
int st_pace_write(struct rk_store *, int64_t source, const struct rk_source_pace *,
    struct rk_err *);
/* The row of the state; more: entries that came to those it has. */
int st_state_write(struct rk_store *, const struct rk_source_state *, enum rk_state_part,
    unsigned more, struct rk_err *);
/* Entries that came without a poll. */
int st_entries_more(
    struct rk_store *, int64_t source, unsigned more, struct rk_err *);

#endif
