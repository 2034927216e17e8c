/*
 * Entries leave and come back (lives.c), for the operator's expressions too (filter.c), and
 * what they said before (versions.c).
 */
#ifndef RUAMKHAO_LIVES_INT_H
#define RUAMKHAO_LIVES_INT_H

#include "store_int.h"

struct st_story;

/* ---- lives.c */

/* Why an entry is out. Stored as numbers: add at the end only. Those up to ST_BY_PAGE are
 * its source's words. */
enum st_left {
	ST_BY_NOBODY,
	ST_BY_TOMBSTONE, /* RFC 6721 */
	ST_BY_ABSENCE,   /* from a complete feed */
	ST_BY_PAGE,      /* its page is gone */
	ST_BY_OPERATOR
};
/* With `why`, as stored: nobody could read the story when the entry left. */
#define ST_LEFT_UNSEEN 16

struct st_leave {
	int64_t row;
	enum st_entry_state to;
	enum st_left why;
	int64_t now;
	int64_t stated; /* its source must say something newer to bring it back */
};
/* The entry leaves; by the operator a lead takes its whole story along, by its source
 * the story goes on with the next copy. 1: done; 0: it was out already; -1. Inside a
 * transaction; nodes are touched as by a poll. */
int st_entry_leave(struct rk_store *, const struct st_leave *, struct rk_err *);
/* Its source says something newer of it at `updated`: 1: it is live again; 0; -1. */
int st_entry_return(struct rk_store *, int64_t row, int64_t updated, int64_t now,
    struct rk_err *);
/* Its state changes between ST_LIVE and ST_HIDDEN; nodes are touched, nothing is buried. */
int st_entry_turn(struct rk_store *, int64_t row, enum st_entry_state to, int64_t now,
    struct rk_err *);
/* The copy that speaks for a lead that was withdrawn; 0: none. */
int st_voice(struct rk_store *, int64_t lead, int64_t *row, struct rk_err *);
/* Content of the story's voice changed. */
int st_story_bump(struct rk_store *, int64_t lead, int64_t now, struct rk_err *);
/* A new entry matches a story whose lead is out: the story as it is to be joined, row 0
 * where its source ended it. */
int st_story_open(struct rk_store *, struct st_story *, struct rk_err *);
/* Why and when the entry left; ST_BY_NOBODY: by its story, or not at all. */
int st_left_get(struct rk_store *, int64_t row, enum st_left *why, int64_t *at,
    int64_t *stated, struct rk_err *);

/* ---- versions.c */

/* Keep what the row says now: it is about to be edited. */
int st_version_keep(
    struct rk_store *, int64_t row, struct rk_str html, struct rk_err *);
int st_versions(struct rk_store *, int64_t row, struct rk_arena *,
    struct rk_version **out, size_t *n, struct rk_err *);

/* ---- filter.c */

/* After registration: the expressions that hold now. */
int st_filters_set(
    struct rk_store *, const struct rk_source *, size_t n, struct rk_err *);
void st_filters_free(struct st_filters *);
/* What the source's expressions say of the row as it is stored: its state follows. Inside
 * a transaction. */
int st_filter_row(struct rk_store *, int64_t row, int64_t now, struct rk_err *);

#endif
