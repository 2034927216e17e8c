/*
 * Archive documents: which stories each holds (archive.c), and as they were then
 * (archived.c).
 */
#ifndef RUAMKHAO_ARCHIVE_INT_H
#define RUAMKHAO_ARCHIVE_INT_H

#include "store_int.h"

/* One archive document as its row says. */
struct st_archive {
	int64_t n;           /* in the chain of its node, from 1 */
	int64_t month, part; /* year * 12 + month - 1; from 1 */
	int64_t after, upto; /* rows of entries: above, up to */
	int64_t stories, bytes;
	int64_t seq, known;  /* when it took up the last of them; the last entry then */
	int64_t generation;
};

/* An entry that may bring a story to a node. */
struct st_seen {
	int64_t row, story; /* story: row of the lead */
	bool live;
};

/* Entries of the node with rows in (after, upto], by row; at most some `limit`: *cut says
 * that there are more. *seen is the caller's to free. */
int st_seen(struct rk_store *, unsigned node, int64_t after, int64_t upto, unsigned limit,
    struct st_seen **seen, size_t *n, bool *cut, struct rk_err *);
/* 1: it is the first entry of its story in the node; 0; -1. */
int st_seen_first(
    struct rk_store *, unsigned node, const struct st_seen *, struct rk_err *);
int st_archive_get(struct rk_store *, struct rk_str node, int64_t n, struct st_archive *,
    struct rk_err *); /* 1; 0: there is none; -1 */
/* "archive/NODE/2026-01.2.atom" in the arena. */
struct rk_str st_archive_name(
    struct rk_arena *, struct rk_str node, int64_t month, int64_t part);
/* Name of the document next to n (step -1, 1), empty: there is none. n 0 and step -1:
 * the newest. */
int st_archive_beside(struct rk_store *, struct rk_str node, int64_t n, int step,
    struct rk_arena *, struct rk_str *name, struct rk_err *);
/* The entry is about to be edited: an archive may hold what it says now. */
int st_archive_keep(struct rk_store *, int64_t row, struct rk_err *);
/* Entries of the story left or came back: the documents that hold it are to be written
 * again. */
int st_archive_touch(struct rk_store *, int64_t lead, struct rk_err *);

#endif
