/*
 * index.html: all our feeds for people. A map to click, and lists: the provinces by
 * region in the order of a Thai dictionary, the groups they form, agencies, topics.
 */
#include "publish_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/thai.h>
#include <ruamkhao/units.h>

#include <stdlib.h>
#include <string.h>

/* A list of more nodes goes without the days of their newest stories: it is to come in at
 * once, and there is news of today in most of them anyway. */
#define MOST_DATED 100

struct heading {
	const char *id, *th, *en;
};

static const struct {
	enum rk_scheme scheme;
	struct heading h;
} groups[] = {
    {RK_SCHEME_ALL, {"country", "ทั้งประเทศ", "The whole country"}},
    {RK_SCHEME_PROVINCE, {"province", "จังหวัด", "Provinces"}},
    {RK_SCHEME_REGION, {"region", "ภูมิภาค", "Regions"}},
    {RK_SCHEME_CLUSTER, {"cluster", "กลุ่มจังหวัด", "Provincial clusters"}},
    {RK_SCHEME_INSPECTION, {"inspection", "เขตตรวจราชการ", "Inspection zones"}},
    {RK_SCHEME_AGENCY, {"agency", "หน่วยงาน", "Agencies"}},
    {RK_SCHEME_TOPIC, {"topic", "หัวข้อ", "Topics"}},
};
#define N_GROUPS (sizeof(groups) / sizeof(groups[0]))

struct front {
	const struct rk_index *x;
	const struct rk_index_node **nodes; /* by group, each in its order */
	size_t at[N_GROUPS + 1];            /* where each group begins */
	int64_t updated;                    /* newest of all: memberships of that day */
	const char *page, *feed;            /* suffixes; NULL: none is published */
};

/* ---- order */

static size_t
group_of(enum rk_scheme scheme)
{
	for (size_t i = 0; i < N_GROUPS; i++)
		if (groups[i].scheme == scheme)
			return i;
	return 0; /* national, and what is not known */
}

static bool
by_name(enum rk_scheme scheme)
{
	return scheme == RK_SCHEME_PROVINCE || scheme == RK_SCHEME_AGENCY ||
	       scheme == RK_SCHEME_TOPIC;
}

static int
in_order(const void *va, const void *vb)
{
	const struct rk_index_node *a = *(const struct rk_index_node *const *)va;
	const struct rk_index_node *b = *(const struct rk_index_node *const *)vb;
	size_t p = group_of(a->node.scheme), q = group_of(b->node.scheme);
	int d = 0;

	if (p != q)
		return p < q ? -1 : 1;
	if (by_name(a->node.scheme))
		d = rk_thai_compare(a->node.th, b->node.th);
	return d != 0 ? d : rk_str_cmp(a->node.id, b->node.id);
}

static const char *
published(const struct rk_index *x, const char *suffix)
{
	for (size_t f = 0; x->formats[f] != NULL; f++)
		if (strcmp(x->formats[f]->suffix, suffix) == 0)
			return suffix;
	return NULL;
}

static void
sort(struct front *f, const struct rk_index *x, struct rk_arena *arena)
{
	f->x = x;
	f->nodes = rk_arena_array(arena, x->n_nodes + 1, sizeof(const struct rk_index_node *));
	f->updated = RK_NO_TIME;
	for (size_t i = 0; i < x->n_nodes; i++) {
		f->nodes[i] = &x->nodes[i];
		if (x->nodes[i].updated != RK_NO_TIME &&
		    (f->updated == RK_NO_TIME || x->nodes[i].updated > f->updated))
			f->updated = x->nodes[i].updated;
	}
	if (x->n_nodes > 0)
		qsort(f->nodes, x->n_nodes, sizeof(f->nodes[0]), in_order);
	for (size_t g = 0, i = 0; g <= N_GROUPS; g++) {
		while (i < x->n_nodes && group_of(f->nodes[i]->node.scheme) < g)
			i++;
		f->at[g] = i;
	}
	f->feed = feed_suffix(x);
	f->page = published(x, ".html");
}

static int64_t
moment(const struct front *f)
{
	return f->updated != RK_NO_TIME ? f->updated : 0;
}

/* ---- a node in a list */

static void
figures(struct rk_buf *b, const struct rk_index_node *in, bool dated)
{
	char count[RK_COUNT_TEXT];

	(void)rk_buf_adds(b, "<small>");
	(void)rk_buf_adds(b, rk_format_count(in->n_stories, count));
	(void)rk_buf_addc(b, ' ');
	page_both(b, "ข่าว", in->n_stories == 1 ? "story" : "stories");
	if (dated && in->updated != RK_NO_TIME) {
		(void)rk_buf_adds(b, " · ");
		page_date(b, in->updated);
	}
	(void)rk_buf_adds(b, "</small>");
}

static void
item(struct rk_buf *b, const struct front *f, const struct rk_index_node *in)
{
	const struct rk_str root = {"", 0};
	const char *name = f->page != NULL ? f->page : f->feed;

	(void)rk_buf_adds(b, "<li>");
	if (name != NULL)
		page_node(b, root, &in->node, name);
	else
		page_name(b, &in->node);
	if (f->feed != NULL && name != f->feed) {
		(void)rk_buf_adds(b, " <a class=\"feed\" href=\"");
		xml_line(b, in->node.id);
		(void)rk_buf_adds(b, f->feed);
		(void)rk_buf_adds(b, "\">");
		for (size_t i = 0; i < N_FEEDS; i++)
			if (strcmp(feed_kinds[i].suffix, f->feed) == 0)
				(void)rk_buf_adds(b, feed_kinds[i].name);
		(void)rk_buf_adds(b, "</a>");
	}
	figures(b, in, f->x->n_nodes <= MOST_DATED);
	(void)rk_buf_adds(b, "</li>\n");
}

static void
list(struct rk_buf *b, const struct front *f, size_t from, size_t to)
{
	(void)rk_buf_adds(b, "<ul class=\"nodes\">\n");
	for (size_t i = from; i < to; i++)
		item(b, f, f->nodes[i]);
	(void)rk_buf_adds(b, "</ul>\n");
}

/* ---- sections */

static void
section(struct rk_buf *b, const struct heading *h)
{
	(void)rk_buf_addf(b, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\"><span "
			     "class=\"th\">%s</span><span class=\"en\" lang=\"en\" "
			     "id=\"en-%s\">%s</span></h2>\n",
	    h->id, h->id, h->th, h->id, h->en);
}

/* The provinces of one region (NULL: of none) under its name. */
static bool
of_region(struct rk_buf *b, const struct front *f, size_t g, const struct rk_node *region)
{
	bool any = false;

	for (size_t i = f->at[g]; i < f->at[g + 1]; i++) {
		if (map_region(f->x->regions, &f->nodes[i]->node, moment(f)) != region)
			continue;
		if (!any && region != NULL) {
			(void)rk_buf_adds(b, "<h3><span class=\"key ");
			xml_line(b, region->term);
			(void)rk_buf_adds(b, "\"></span>");
			page_name(b, region);
			(void)rk_buf_adds(b, "</h3>\n");
		}
		if (!any)
			(void)rk_buf_adds(b, "<ul class=\"nodes\">\n");
		any = true;
		item(b, f, f->nodes[i]);
	}
	(void)rk_buf_adds(b, any ? "</ul>\n" : "");
	return any;
}

static void
provinces(struct rk_buf *b, const struct front *f, size_t g)
{
	const struct rk_regions *r = f->x->regions;

	if (r == NULL) {
		list(b, f, f->at[g], f->at[g + 1]);
		return;
	}
	for (size_t i = 0; i < rk_regions_count(r); i++)
		if (rk_regions_at(r, i)->scheme == RK_SCHEME_REGION)
			(void)of_region(b, f, g, rk_regions_at(r, i));
	(void)of_region(b, f, g, NULL);
}

/* What a tile leads to. */
static const char *
tile_page(const void *cookie, const struct rk_node *province)
{
	const struct front *f = cookie;

	for (size_t i = 0; i < f->x->n_nodes; i++)
		if (rk_str_eq(f->x->nodes[i].node.id, province->id))
			return f->page != NULL ? f->page : f->feed;
	return NULL;
}

static void
map(struct rk_buf *b, const struct front *f)
{
	static const struct heading h = {"map", "แผนที่", "Map"};

	section(b, &h);
	(void)rk_buf_adds(b, "<p class=\"dim\">");
	page_both(b, "เลือกจังหวัด ช่องหนึ่งคือหนึ่งจังหวัด วางตามที่ตั้งโดยประมาณ",
	    "Choose a province: each tile is one, roughly where it lies.");
	(void)rk_buf_adds(b, "</p>\n");
	map_svg(b, f->x->regions, moment(f), tile_page, f);
	(void)rk_buf_adds(b, "</section>\n");
}

/* ---- the page */

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
contents(struct rk_buf *b, const struct front *f)
{
	(void)rk_buf_adds(b, "<nav aria-labelledby=\"contents\"><h2 class=\"ear\" "
			     "id=\"contents\">");
	page_both(b, "หมวด", "Sections");
	(void)rk_buf_adds(b, "</h2>");
	for (size_t g = 0; g < N_GROUPS; g++) {
		const struct heading *h = &groups[g].h;

		if (f->at[g] < f->at[g + 1])
			(void)rk_buf_addf(b, "<a class=\"th\" href=\"#%s\">%s</a>"
					     "<a class=\"en\" lang=\"en\" href=\"#en-%s\">%s</a>",
			    h->id, h->th, h->id, h->en);
	}
	(void)rk_buf_adds(b,
	    "<a href=\"index.opml\">OPML</a>"
	    "<a class=\"th\" href=\"status.html\">สถานะแหล่งข่าว</a>"
	    "<a class=\"en\" lang=\"en\" href=\"status.html#en\">How the sources fare</a></nav>\n");
}

static void
group(struct rk_buf *b, const struct front *f, size_t g)
{
	if (f->at[g] == f->at[g + 1])
		return;
	section(b, &groups[g].h);
	if (groups[g].scheme == RK_SCHEME_PROVINCE)
		provinces(b, f, g);
	else
		list(b, f, f->at[g], f->at[g + 1]);
	(void)rk_buf_adds(b, "</section>\n");
}

int
rk_index_html(const struct rk_index *x, struct rk_buf *b, struct rk_err *err)
{
	const struct rk_str root = {"", 0};
	struct rk_arena *arena = rk_arena_new(0);
	struct front f;

	sort(&f, x, arena);
	page_head(b, x->site->title, feed_links, x);
	page_bar(b, x->site, root);
	page_main(b);
	(void)rk_buf_adds(b, "<p>");
	page_both(b, "รวมข่าวจากเว็บไซต์หน่วยงานของรัฐ เลือกพื้นที่หรือหน่วยงานที่ต้องการ "
	    "อ่านได้ที่นี่ หรือนำที่อยู่ของฟีดไปใส่ในโปรแกรมอ่านข่าว",
	    "News of public agencies, merged. Choose a place or an agency and read it here, or "
	    "give the address of its feed to your feed reader.");
	(void)rk_buf_adds(b, "</p>\n");
	contents(b, &f);
	if (x->n_nodes == 0) {
		(void)rk_buf_adds(b, "<p>");
		page_both(b, "ยังไม่มีข่าว", "No news yet.");
		(void)rk_buf_adds(b, "</p>\n");
	}
	(void)rk_buf_adds(b, "<div class=\"front\">\n");
	if (x->regions != NULL && x->n_nodes > 0)
		map(b, &f);
	(void)rk_buf_adds(b, "<div>\n");
	group(b, &f, 0);
	group(b, &f, 1);
	(void)rk_buf_adds(b, "</div>\n</div>\n");
	for (size_t g = 2; g < N_GROUPS; g++)
		group(b, &f, g);
	page_foot(b, x->site);
	rk_arena_free(arena);
	return render_end(b, "index.html", err);
}
