/* Inside the module cluster: alike.c compares two, cluster.c parts many, issuer.c finds
 * whose text it is. */
#ifndef RUAMKHAO_CLUSTER_INT_H
#define RUAMKHAO_CLUSTER_INT_H

#include <ruamkhao/cluster.h>

/* The title of one, as alike.c compares it; n is SIZE_MAX until it is read. Who parts
 * many keeps those of all, for each is compared with many. */
#define CLUSTER_TITLE_MAX 200
struct cluster_title {
	size_t n;
	uint32_t v[CLUSTER_TITLE_MAX]; /* characters of a compare key; a number is one */
};
/* rk_cluster_alike, with the titles of both. */
struct rk_likeness cluster_alike(const struct rk_telling *, const struct rk_telling *,
    struct cluster_title *, struct cluster_title *);

/* How clearly the others of the story, of[0..n), name t as the issuer: 0 not at all. */
unsigned cluster_issuer(const struct rk_telling *t, const struct rk_telling *const *of,
    size_t n);

/* So many days are between them that they are not the same, whatever they say. */
bool cluster_far(const struct rk_telling *, const struct rk_telling *);

#endif
