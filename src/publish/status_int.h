/*
 * What the files of status.html share. status_html.c: the page and what needs attention;
 * status_groups.c: every source by province and agency; status_parts.c: small parts.
 */
#ifndef RK_STATUS_INT_H
#define RK_STATUS_INT_H

#include "publish_int.h"

void status_both(struct rk_buf *, struct words);
/* Names of strangers: escaped, in both languages. */
void status_name(struct rk_buf *, const struct rk_node *);
/* "97%", or "-" where no day counts. */
void status_score(struct rk_buf *, unsigned good, unsigned days);
/* "and N more in status.json"; nothing for 0. */
void status_rest(struct rk_buf *, size_t n);
/* The title of a source, linked to where people read it. */
void status_title(struct rk_buf *, const struct rk_board_source *);

/* Every source, ordered by group, within `all` bytes of the page; has_row[i]: the i-th
 * source of the board has a row above, to be linked to. */
void status_groups(struct rk_buf *, const struct rk_board *,
    const struct rk_board_source *const *order, const bool *has_row, size_t all);

#endif
