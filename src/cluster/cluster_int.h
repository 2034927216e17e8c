/* Inside the module cluster: alike.c compares two, cluster.c parts many, issuer.c finds
 * whose text it is. */
#ifndef RUAMKHAO_CLUSTER_INT_H
#define RUAMKHAO_CLUSTER_INT_H

#include <ruamkhao/cluster.h>

/* How clearly the others of the story, of[0..n), name t as the issuer: 0 not at all. */
unsigned cluster_issuer(const struct rk_telling *t, const struct rk_telling *const *of,
    size_t n);

/* So many days are between them that they are not the same, whatever they say. */
bool cluster_far(const struct rk_telling *, const struct rk_telling *);

#endif
