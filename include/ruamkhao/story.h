/*
 * Which entries tell the same: what the store shows of its candidates, and the
 * function that decides. The store finds, cluster/ decides; neither knows the other.
 */
#ifndef RUAMKHAO_STORY_H
#define RUAMKHAO_STORY_H

#include <ruamkhao/entry.h>

/* A stored story that shares a hash with a new entry of another source. */
struct rk_candidate {
	int64_t story;      /* row of the story */
	bool same_url;      /* url_hash of one of its copies is equal */
	bool same_text;     /* merge_hash of one of its copies is equal */
	bool same_source;   /* the new entry's source already has a copy in it */
	int64_t published;  /* of the lead, RK_NO_TIME when none was stated */
	int64_t first_seen; /* of the story */
};

/*
 * Index of the candidate that the entry joins, or SIZE_MAX: a story of its own. Pure:
 * the same input gives the same answer. Called on the store thread.
 */
typedef size_t rk_decide_fn(
    const struct rk_entry *, int64_t now, const struct rk_candidate *, size_t n);

#endif
