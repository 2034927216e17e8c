/*
 * A search as a feed (RFC 4287): entries as in every feed of ours, under an id that only
 * the words and the region make; and the description by which browsers and readers find
 * both (OpenSearch 1.1).
 */
#include "publish_int.h"

#include <ruamkhao/hash.h>
#include <ruamkhao/query.h>
#include <ruamkhao/utf8.h>

#define SHORT_NAME 16 /* code points, by the specification */

/* Tidied words, so that two ways to type the same are one feed. */
static void
feed_id(struct rk_buf *b, const struct rk_search_view *v)
{
	struct rk_buf what, id;
	char hex[33];

	rk_buf_init(&what, 16384);
	rk_buf_init(&id, 1024);
	(void)rk_buf_str(&what, v->query->text);
	(void)rk_buf_addc(&what, '\n');
	(void)rk_buf_str(&what, v->region);
	rk_hash128_hex(rk_hash128(rk_buf_view(&what)), hex);
	rk_buf_reset(&what);
	(void)rk_buf_addf(&what, "search/%s", hex);
	(void)rk_tag_node(v->site->host, rk_buf_view(&what), &id);
	xml_element(b, "id", rk_buf_view(&id));
	rk_buf_release(&what);
	rk_buf_release(&id);
}

static void
feed_link(struct rk_buf *b, const struct rk_search_view *v, const char *rel,
    const char *type, const char *path)
{
	(void)rk_buf_addf(b, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
	xml_line(b, v->site->base_url);
	(void)rk_buf_addf(b, "%s?q=", path);
	page_query(b, v->query->text);
	if (v->region.n > 0) {
		(void)rk_buf_adds(b, "&amp;region=");
		page_query(b, v->region);
	}
	(void)rk_buf_adds(b, "\"/>\n");
}

int
rk_search_atom(const struct rk_search_view *v, struct rk_buf *b, struct rk_err *err)
{
	const struct rk_timeline *t = v->found;
	const struct rk_node *node =
	    v->regions != NULL ? rk_regions_find(v->regions, v->region) : NULL;

	(void)rk_buf_adds(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			     "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
	xml_attr(b, "xml:lang", v->site->language);
	(void)rk_buf_adds(b, ">\n");
	feed_id(b, v);
	(void)rk_buf_adds(b, "<title>");
	xml_line(b, v->query->text);
	if (v->region.n > 0) {
		(void)rk_buf_adds(b, " · ");
		xml_line(b, node != NULL && node->th.n > 0 ? node->th : v->region);
	}
	(void)rk_buf_adds(b, " | ");
	xml_line(b, v->site->title);
	(void)rk_buf_adds(b, "</title>\n");
	xml_time(b, "updated", t->updated != RK_NO_TIME ? t->updated : 0);
	(void)rk_buf_adds(b, "<author><name>");
	xml_line(b, v->site->title.n > 0 ? v->site->title : v->site->host);
	(void)rk_buf_adds(b, "</name></author>\n");
	feed_link(b, v, "self", "application/atom+xml", "search.atom");
	feed_link(b, v, "alternate", "text/html", "search");
	(void)rk_buf_adds(b, "<generator>ruamkhao</generator>\n");
	atom_entries(b, t);
	(void)rk_buf_adds(b, "</feed>\n");
	return render_end(b, "the feed of a search", err);
}

static void
url(struct rk_buf *b, const struct rk_site *site, const char *type, const char *path)
{
	(void)rk_buf_addf(b, "<Url type=\"%s\" template=\"", type);
	xml_line(b, site->base_url);
	(void)rk_buf_addf(b, "%s?q={searchTerms}\"/>\n", path);
}

int
rk_opensearch(const struct rk_site *site, struct rk_buf *b, struct rk_err *err)
{
	struct rk_str name = site->title, rest = site->title;
	uint32_t c;

	for (int i = 0; i < SHORT_NAME && rk_utf8_next(&rest, &c); i++)
		continue;
	name = rk_utf8_cut(name, name.n - rest.n);
	(void)rk_buf_adds(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			     "<OpenSearchDescription "
			     "xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n");
	xml_element(b, "ShortName", name.n > 0 ? name : RK_STR("ruamkhao"));
	(void)rk_buf_adds(b, "<Description>ค้นหาข่าว: ");
	xml_line(b, site->title);
	(void)rk_buf_adds(b, "</Description>\n");
	url(b, site, "text/html", "search");
	url(b, site, "application/atom+xml", "search.atom");
	(void)rk_buf_adds(b, "<InputEncoding>UTF-8</InputEncoding>\n</OpenSearchDescription>\n");
	return render_end(b, "opensearch.xml", err);
}
