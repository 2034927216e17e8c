/*
 * sources.opml: what is aggregated, for who would rather read it himself (OPML 2.0). Sources
 * stand in folders of their provinces, or agencies. One whose address may not be shown stands
 * without it; our own import and readers pass over such.
 */
#include "publish_int.h"

#include <ruamkhao/err.h>

#include <stdlib.h>

struct listed {
	const struct rk_board_source *s;
	const struct rk_node *group; /* NULL: stands first, in no folder */
	size_t order;
};

static int
by_group(const void *va, const void *vb)
{
	const struct listed *a = va, *b = vb;

	if (a->group != b->group) {
		if (a->group == NULL || b->group == NULL)
			return a->group == NULL ? -1 : 1;
		if (!rk_str_eq(a->group->id, b->group->id))
			return rk_str_cmp(a->group->id, b->group->id);
	}
	return (a->order > b->order) - (a->order < b->order);
}

static void
outline(struct rk_buf *b, const struct listed *l)
{
	const struct rk_board_source *s = l->s;
	struct rk_str url = board_url(s), title = s->title.n > 0 ? s->title : s->id;
	struct rk_buf site;

	/* what a reader cannot subscribe to is no subscription */
	if (s->kind != RK_KIND_FEED)
		url = RK_STR("");
	rk_buf_init(&site, 4096);
	board_site(&site, s);
	(void)rk_buf_adds(b, "<outline");
	if (url.n > 0)
		xml_attr(b, "type", RK_STR("rss"));
	else if (site.n > 0)
		xml_attr(b, "type", RK_STR("link"));
	xml_attr(b, "text", title);
	xml_attr(b, "title", title);
	if (url.n > 0) {
		xml_attr(b, "xmlUrl", url);
		xml_attr(b, "htmlUrl", rk_buf_view(&site));
	} else {
		xml_attr(b, "url", rk_buf_view(&site));
	}
	if (s->province != NULL || s->agency != NULL) {
		(void)rk_buf_adds(b, " category=\"");
		if (s->province != NULL) {
			(void)rk_buf_addc(b, '/');
			xml_line(b, s->province->id);
		}
		if (s->agency != NULL) {
			(void)rk_buf_adds(b, s->province != NULL ? ",/" : "/");
			xml_line(b, s->agency->id);
		}
		(void)rk_buf_addc(b, '"');
	}
	(void)rk_buf_adds(b, "/>\n");
	rk_buf_release(&site);
}

static bool
same_group(const struct rk_node *a, const struct rk_node *b)
{
	return a == b || (a != NULL && b != NULL && rk_str_eq(a->id, b->id));
}

int
rk_sources_opml(const struct rk_board *board, struct rk_buf *b, struct rk_err *err)
{
	struct listed *list = rk_xcalloc(board->n_sources + 1, sizeof(*list));
	const struct rk_node *group = NULL;
	size_t n = 0;

	for (size_t i = 0; i < board->n_sources; i++)
		if (board->sources[i].health != RK_HEALTH_OFF) {
			list[n] = (struct listed){
			    &board->sources[i], board_group(&board->sources[i]), n};
			n++;
		}
	qsort(list, n, sizeof(*list), by_group);
	(void)rk_buf_adds(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			     "<opml version=\"2.0\">\n<head>\n<title>");
	xml_line(b, board->site->title);
	(void)rk_buf_adds(b, " | แหล่งข่าว / sources</title>\n</head>\n<body>\n");
	for (size_t i = 0; i < n; i++) {
		if (!same_group(list[i].group, group)) {
			if (group != NULL)
				(void)rk_buf_adds(b, "</outline>\n");
			group = list[i].group;
			(void)rk_buf_adds(b, "<outline");
			xml_attr(b, "text", group->th.n > 0 ? group->th : group->id);
			(void)rk_buf_adds(b, ">\n");
		}
		outline(b, &list[i]);
	}
	if (group != NULL)
		(void)rk_buf_adds(b, "</outline>\n");
	if (n == 0) /* a body holds at least one */
		(void)rk_buf_adds(b, "<outline text=\"ยังไม่มีแหล่งข่าว / no sources yet\"/>\n");
	(void)rk_buf_adds(b, "</body>\n</opml>\n");
	free(list);
	return render_end(b, "sources.opml", err);
}
