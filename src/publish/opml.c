/* index.opml: all our feeds, for readers to subscribe to at once (OPML 2.0). */
#include "publish_int.h"

static const char *
group_title(enum rk_scheme scheme)
{
	switch (scheme) {
	case RK_SCHEME_PROVINCE:
		return "จังหวัด / Provinces";
	case RK_SCHEME_CLUSTER:
		return "กลุ่มจังหวัด / Provincial clusters";
	case RK_SCHEME_INSPECTION:
		return "เขตตรวจราชการ / Inspection zones";
	case RK_SCHEME_REGION:
		return "ภูมิภาค / Regions";
	case RK_SCHEME_AGENCY:
		return "หน่วยงาน / Agencies";
	case RK_SCHEME_TOPIC:
		return "หัวข้อ / Topics";
	case RK_SCHEME_ALL:
	case RK_SCHEME_NATIONAL:
	case RK_SCHEME_UNKNOWN:
	default:
		return NULL;
	}
}

static void
outline(struct rk_buf *b, const struct rk_index *x, const struct rk_index_node *in,
    const char *suffix)
{
	struct rk_str text = in->node.th.n > 0 ? in->node.th : in->node.id;

	(void)rk_buf_adds(b, "<outline type=\"rss\"");
	xml_attr(b, "text", text);
	xml_attr(b, "title", text);
	(void)rk_buf_adds(b, " xmlUrl=\"");
	xml_line(b, x->site->base_url);
	xml_line(b, in->node.id);
	xml_line(b, rk_str(suffix));
	(void)rk_buf_adds(b, "\"");
	xml_attr(b, "htmlUrl", x->site->base_url);
	(void)rk_buf_adds(b, "/>\n");
}

int
rk_index_opml(const struct rk_index *x, struct rk_buf *b, struct rk_err *err)
{
	const char *suffix = feed_suffix(x), *group = NULL;

	(void)rk_buf_adds(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			     "<opml version=\"2.0\">\n<head>\n");
	xml_element(b, "title", x->site->title);
	(void)rk_buf_adds(b, "</head>\n<body>\n");
	for (size_t i = 0; i < x->n_nodes && suffix != NULL; i++) {
		const char *here = group_title(x->nodes[i].node.scheme);

		if (here != group) {
			if (group != NULL)
				(void)rk_buf_adds(b, "</outline>\n");
			if (here != NULL) {
				(void)rk_buf_adds(b, "<outline");
				xml_attr(b, "text", rk_str(here));
				(void)rk_buf_adds(b, ">\n");
			}
			group = here;
		}
		outline(b, x, &x->nodes[i], suffix);
	}
	if (group != NULL)
		(void)rk_buf_adds(b, "</outline>\n");
	if (x->n_nodes == 0 || suffix == NULL) /* a body holds at least one */
		(void)rk_buf_adds(b, "<outline text=\"ยังไม่มีฟีด / no feeds yet\"/>\n");
	(void)rk_buf_adds(b, "</body>\n</opml>\n");
	return render_end(b, "index.opml", err);
}
