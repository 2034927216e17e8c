/*
 * The part of status.html that has every source by province and agency: as much of it as
 * fits. Sources; else how many of each group work; else the groups in which not all do.
 */
#include "status_int.h"

enum detail { EVERY_SOURCE, EVERY_GROUP, GROUPS_IN_TROUBLE };

static bool
same_group(const struct rk_board_source *a, const struct rk_board_source *b)
{
	const struct rk_node *x = board_group(a), *y = board_group(b);

	return x == NULL || y == NULL ? x == y : rk_str_eq(x->id, y->id);
}

/* Linked to its row above, if it has one. */
static void
source_item(struct rk_buf *b, const struct rk_board *board, const struct rk_board_source *s,
    bool has_row)
{
	if (has_row) {
		(void)rk_buf_adds(b, "<li><a href=\"#s-");
		xml_line(b, s->id);
		(void)rk_buf_adds(b, "\">");
		xml_line(b, s->title.n > 0 ? s->title : s->id);
		(void)rk_buf_adds(b, "</a>");
	} else {
		(void)rk_buf_adds(b, "<li id=\"s-");
		xml_line(b, s->id);
		(void)rk_buf_adds(b, "\">");
		status_title(b, s);
	}
	if (s->health != RK_HEALTH_WORKING) {
		(void)rk_buf_adds(b, " ");
		status_both(b, board_state(s->health));
	}
	if (board->month != RK_NO_MONTH && s->days > 0) {
		(void)rk_buf_adds(b, " <small>");
		status_score(b, s->good, s->days);
		(void)rk_buf_adds(b, "</small>");
	}
	(void)rk_buf_adds(b, "</li>\n");
}

/* [from, to) of the order; false: it was left out for having no trouble. */
static bool
group(struct rk_buf *b, const struct rk_board *board,
    const struct rk_board_source *const *order, size_t from, size_t to, enum detail detail,
    const bool *has_row)
{
	const struct rk_node *node = board_group(order[from]);
	size_t working = 0, on = 0;
	unsigned good = 0, days = 0;

	for (size_t i = from; i < to; i++) {
		good += order[i]->good;
		days += order[i]->days;
		working += order[i]->health == RK_HEALTH_WORKING;
		on += order[i]->health != RK_HEALTH_OFF;
	}
	if (detail == GROUPS_IN_TROUBLE && working == on)
		return false;
	(void)rk_buf_adds(b, detail == EVERY_SOURCE ? "<h3>" : "<li>");
	if (node != NULL)
		status_name(b, node);
	else
		page_both(b, "อื่น ๆ", "Others");
	(void)rk_buf_addf(b, " <small%s>%zu/%zu",
	    working == 0 && on > 0 ? " class=\"bad\"" : "", working, on);
	if (board->month != RK_NO_MONTH && days > 0) {
		(void)rk_buf_adds(b, " · ");
		status_score(b, good, days);
	}
	(void)rk_buf_adds(b, "</small>");
	if (detail != EVERY_SOURCE) {
		(void)rk_buf_adds(b, "</li>\n");
		return true;
	}
	(void)rk_buf_adds(b, "</h3>\n<ul>\n");
	for (size_t i = from; i < to; i++)
		source_item(b, board, order[i], has_row[order[i] - board->sources]);
	(void)rk_buf_adds(b, "</ul>\n");
	return true;
}

/* Returns how many groups were left out. */
static size_t
groups_as(struct rk_buf *b, const struct rk_board *board,
    const struct rk_board_source *const *order, enum detail detail, const bool *has_row,
    size_t most)
{
	size_t left = 0;

	if (detail != EVERY_SOURCE)
		(void)rk_buf_adds(b, "<ul>\n");
	for (size_t from = 0, to; from < board->n_sources; from = to) {
		for (to = from + 1; to < board->n_sources && same_group(order[from], order[to]);)
			to++;
		if (b->n > most || !group(b, board, order, from, to, detail, has_row))
			left++;
	}
	if (detail != EVERY_SOURCE)
		(void)rk_buf_adds(b, "</ul>\n");
	return left;
}

void
status_groups(struct rk_buf *b, const struct rk_board *board,
    const struct rk_board_source *const *order, const bool *has_row, size_t all)
{
	size_t most = b->n < all ? all - b->n : 0, left = 0;
	struct rk_buf part;

	(void)rk_buf_adds(b, "<section aria-labelledby=\"places\">\n<h2 id=\"places\">");
	page_both(b, "ทุกแหล่งข่าว แยกตามจังหวัดและหน่วยงาน", "All sources by province and agency");
	(void)rk_buf_adds(b, "</h2>\n");
	rk_buf_init(&part, b->max);
	for (int detail = EVERY_SOURCE; detail <= GROUPS_IN_TROUBLE; detail++) {
		rk_buf_reset(&part);
		left = groups_as(&part, board, order, (enum detail)detail, has_row,
		    most);
		if (part.n <= most)
			break;
	}
	(void)rk_buf_str(b, rk_buf_view(&part));
	b->full |= part.full;
	rk_buf_release(&part);
	status_rest(b, left);
	(void)rk_buf_adds(b, "</section>\n");
}
