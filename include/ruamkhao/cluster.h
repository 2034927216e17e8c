/* Deciding which story an entry belongs to. Pure. */
#ifndef RUAMKHAO_CLUSTER_H
#define RUAMKHAO_CLUSTER_H

#include <ruamkhao/story.h>

/*
 * The same text, or the same address, within the date guard (stated dates at most
 * RK_MERGE_DAYS apart; first seen where none was stated) from a source that has no
 * copy in the story yet. Same text beats same address; then the older story.
 */
size_t rk_cluster_decide(
    const struct rk_entry *, int64_t now, const struct rk_candidate *, size_t n);

#define RK_MERGE_DAYS                                                                  \
	14 /* a notice is reprinted within days; the same words a month                \
	      later are another round of it */

#endif
