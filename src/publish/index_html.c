/*
 * index.html: all our feeds for people. Thai first, English beside it, no script, one
 * file that works from any folder; light and dark, readable on a phone and on paper.
 */
#include "publish_int.h"

#include <ruamkhao/date.h>

#include <string.h>

struct heading {
	const char *id, *th, *en;
};

static struct heading
heading_of(enum rk_scheme scheme)
{
	switch (scheme) {
	case RK_SCHEME_PROVINCE:
		return (struct heading){"province", "จังหวัด", "Provinces"};
	case RK_SCHEME_CLUSTER:
		return (struct heading){"cluster", "กลุ่มจังหวัด", "Provincial clusters"};
	case RK_SCHEME_INSPECTION:
		return (struct heading){
		    "inspection", "เขตตรวจราชการ", "Inspection zones"};
	case RK_SCHEME_REGION:
		return (struct heading){"region", "ภูมิภาค", "Regions"};
	case RK_SCHEME_AGENCY:
		return (struct heading){"agency", "หน่วยงาน", "Agencies"};
	case RK_SCHEME_TOPIC:
		return (struct heading){"topic", "หัวข้อ", "Topics"};
	case RK_SCHEME_ALL:
	case RK_SCHEME_NATIONAL:
	case RK_SCHEME_UNKNOWN:
	default:
		return (struct heading){"country", "ทั้งประเทศ", "The whole country"};
	}
}

static bool
new_group(const struct rk_index *x, size_t i)
{
	return i == 0 || strcmp(heading_of(x->nodes[i].node.scheme).id,
			     heading_of(x->nodes[i - 1].node.scheme).id) != 0;
}

/* A relative link, so that the page works from any folder. */
static void
node_link(struct rk_buf *b, struct rk_str id, const char *suffix, struct rk_str text)
{
	(void)rk_buf_adds(b, "<a href=\"");
	xml_line(b, id);
	xml_line(b, rk_str(suffix));
	(void)rk_buf_adds(b, "\">");
	xml_line(b, text);
	(void)rk_buf_adds(b, "</a>");
}

/* What the name of a node leads to: its page, else the first feed. */
static const struct rk_format *
for_people(const struct rk_index *x)
{
	for (size_t f = 0; x->formats[f] != NULL; f++)
		if (strcmp(x->formats[f]->suffix, ".html") == 0)
			return x->formats[f];
	return x->formats[0];
}

static void
node_item(struct rk_buf *b, const struct rk_index *x, const struct rk_index_node *in)
{
	struct rk_str th = in->node.th.n > 0 ? in->node.th : in->node.id;
	struct rk_str en = in->node.en.n > 0 ? in->node.en : in->node.id;
	const struct rk_format *first = for_people(x);
	char when[96];

	(void)rk_buf_adds(b, "<li>");
	if (first != NULL)
		node_link(b, in->node.id, first->suffix, th);
	else
		xml_line(b, th);
	for (size_t f = 0; x->formats[f] != NULL; f++) {
		if (x->formats[f] == first)
			continue;
		(void)rk_buf_addc(b, ' ');
		node_link(b, in->node.id, x->formats[f]->suffix, rk_str(x->formats[f]->name));
	}
	if (!rk_str_eq(th, en)) {
		(void)rk_buf_adds(b, "<span lang=\"en\">");
		xml_line(b, en);
		(void)rk_buf_adds(b, "</span>");
	}
	(void)rk_buf_addf(b, "<span>%zu ข่าว", in->n_stories);
	if (in->updated != RK_NO_TIME)
		(void)rk_buf_addf(b, " ล่าสุด %s", rk_date_thai(in->updated, true, when));
	(void)rk_buf_adds(b, "</span></li>\n");
}

/* Readers find the first feeds by these. */
static void
feed_links(struct rk_buf *b, const void *cookie)
{
	const struct rk_index *x = cookie;
	const char *suffix = feed_suffix(x);

	for (size_t i = 0; i < x->n_nodes && i < 2 && suffix != NULL; i++) {
		const struct rk_node *node = &x->nodes[i].node;

		(void)rk_buf_addf(
		    b, "<link rel=\"alternate\" type=\"%s\"", feed_type(suffix));
		xml_attr(b, "title", node->th.n > 0 ? node->th : node->id);
		(void)rk_buf_adds(b, " href=\"");
		xml_line(b, node->id);
		(void)rk_buf_addf(b, "%s\">\n", suffix);
	}
}

static void
head(struct rk_buf *b, const struct rk_index *x)
{
	page_head(b, x->site->title, feed_links, x);
	(void)rk_buf_adds(b, "<header>\n<h1>");
	xml_line(b, x->site->title);
	(void)rk_buf_adds(b,
	    "</h1>\n<p>รวมข่าวจากเว็บไซต์หน่วยงานของรัฐ เลือกพื้นที่หรือหน่วยงานที่ต้องการ "
	    "แล้วนำที่อยู่ของฟีดไปใส่ในโปรแกรมอ่านข่าว</p>\n"
	    "<p lang=\"en\">News of public agencies, merged. Choose a place or an "
	    "agency and give the "
	    "address of its feed to your feed reader.</p>\n<nav aria-label=\"หมวด\">");
	for (size_t i = 0; i < x->n_nodes; i++) {
		if (new_group(x, i)) {
			struct heading h = heading_of(x->nodes[i].node.scheme);

			(void)rk_buf_addf(b, "<a href=\"#%s\">%s</a>", h.id, h.th);
		}
	}
	(void)rk_buf_adds(
	    b, "<a href=\"index.opml\">OPML</a><a href=\"status.html\">สถานะแหล่งข่าว</a></nav>\n</header>\n<main>\n");
}

int
rk_index_html(const struct rk_index *x, struct rk_buf *b, struct rk_err *err)
{
	head(b, x);
	for (size_t i = 0; i < x->n_nodes; i++) {
		if (new_group(x, i)) {
			struct heading h = heading_of(x->nodes[i].node.scheme);

			(void)rk_buf_addf(b,
			    "%s<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s "
			    "<small lang=\"en\">%s"
			    "</small></h2>\n<ul>\n",
			    i > 0 ? "</ul>\n</section>\n" : "", h.id, h.id, h.th, h.en);
		}
		node_item(b, x, &x->nodes[i]);
	}
	(void)rk_buf_adds(b,
	    x->n_nodes > 0 ? "</ul>\n</section>\n"
			   : "<p>ยังไม่มีข่าว <span lang=\"en\">No news yet.</span></p>\n");
	page_foot(b, x->site);
	return render_end(b, "index.html", err);
}
