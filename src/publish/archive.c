/*
 * The heads of archive documents (RFC 5005 section 4), and the link that leads from a
 * node's feed to the newest.
 *
 * A document that is closed names its next one: it was closed when that was begun, and is
 * not written again for it.
 */
#include "publish_int.h"

#define ATOM_TYPE "application/atom+xml"

/* "archive/NODE/2026-01" of "archive/NODE/2026-01.atom". */
static struct rk_str
stem(struct rk_str name)
{
	return rk_str_ends(name, ".atom") ? rk_strn(name.p, name.n - 5) : name;
}

/* "2026-01" */
static struct rk_str
period(struct rk_str name)
{
	struct rk_str rest = stem(name), part = rest;

	while (rk_str_split(&rest, '/', &part))
		;
	return part;
}

void
archive_id(struct rk_buf *b, const struct rk_timeline *t)
{
	atom_tag(b, "id", t->site->host, stem(t->archive));
	(void)rk_buf_adds(b, "<title>");
	node_title(b, t->site, &t->node);
	(void)rk_buf_adds(b, " | ");
	xml_line(b, period(t->archive));
	(void)rk_buf_adds(b, "</title>\n");
}

static void
archive_link(
    struct rk_buf *b, const char *rel, const struct rk_timeline *t, struct rk_str name)
{
	struct rk_buf url;

	if (name.n == 0)
		return;
	rk_buf_init(&url, 4096);
	(void)rk_buf_str(&url, t->site->base_url);
	(void)rk_buf_str(&url, name);
	atom_link(b, rel, ATOM_TYPE, rk_buf_view(&url), rk_str(NULL));
	rk_buf_release(&url);
}

void
archive_links(struct rk_buf *b, const struct rk_timeline *t)
{
	archive_link(b, "self", t, t->archive);
	archive_link(b, "prev-archive", t, t->prev_archive);
	archive_link(b, "next-archive", t, t->next_archive);
	if (t->archive.n > 0)
		(void)rk_buf_adds(b, "<fh:archive"
				     " xmlns:fh=\"http://purl.org/syndication/history/1.0\"/>\n");
}
