/* Deciding which story an entry belongs to. Pure. */
#ifndef RUAMKHAO_CLUSTER_H
#define RUAMKHAO_CLUSTER_H

#include <ruamkhao/story.h>

struct rk_likeness {
	enum rk_tie tie;
	enum rk_guard guard; /* of tie NONE or EVENT: what spoke against more */
	unsigned overlap;    /* per cent of the shorter text that is in the longer */
	unsigned jaccard;    /* per cent */
};

/* What ties two entries; symmetric. Two of one source are never tied. */
struct rk_likeness rk_cluster_alike(
    const struct rk_telling *, const struct rk_telling *);

/*
 * Stories as a function of the set of entries, not of the order in which they came: the
 * longest text first, each entry goes to the story that holds what it is tied to most
 * strongly, where its source has no copy yet, or begins one. So a full text always finds
 * its place before its excerpts, and an excerpt of two texts never makes them one story;
 * nor does what is of unknown age make one of two that are too many days apart.
 *
 * The lead: whom the others name as the issuer, by a credit or by the domain of an
 * address; then the higher priority; then what was seen first.
 */
size_t rk_cluster_decide(struct rk_telling *, size_t n, struct rk_link *links);

#define RK_MERGE_DAYS                                                                  \
	14 /* a notice is reprinted within days; the same words a month                \
	      later are another round of it. Of unknown age (vague): up to             \
	      RK_VAGUE_DAYS (limits.h), where all agrees */
#define RK_EVENT_DAYS 3 /* what several tell of one event, they tell soon */

#endif
