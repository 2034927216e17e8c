/*
 * Atom 1.0 and 0.3: text constructs, links, persons, what is inherited.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "parsekit.h"

#include <ruamkhao/limits.h>

#define ATOM   "<feed xmlns='http://www.w3.org/2005/Atom'>"
#define ATOM03 "<feed version='0.3' xmlns='http://purl.org/atom/ns#'>"

static struct parsed
parse_at(const char *text, const char *url)
{
	return parse_bytes(text, strlen(text), url);
}

static void
feed_and_entry(void **state)
{
	(void)state;
	struct parsed p = parse_at(ATOM
	    "<id>urn:feed</id><title>ข่าว</title><subtitle "
	    "type='html'>&lt;b&gt;s&lt;/b&gt;</subtitle>"
	    "<logo>/logo.png</logo><icon>/icon.ico</"
	    "icon><updated>2012-10-02T00:00:00Z</updated>"
	    "<link href='/'/><link rel='self' href='feed.atom'/><link rel='hub' "
	    "href='/hub'/>"
	    "<link rel='next' "
	    "href='?page=2'/><author><name>ก</name><email>k@a.example</email>"
	    "<uri>/k</uri></author><contributor><name>no</name></contributor>"
	    "<fh:complete xmlns:fh='http://purl.org/syndication/history/1.0'/>"
	    "<entry><id> tag:a.example,2012:1 </id><title>หนึ่ง &amp; สอง</title>"
	    "<link rel='edit' href='/edit'/><link rel='related' href='/rel'/>"
	    "<link rel='alternate' type='application/pdf' href='/1.pdf'/>"
	    "<link href='/1' type='text/html'/><link href='/second'/>"
	    "<link rel='enclosure' href='/v.mp4' type='video/mp4' length='55' "
	    "title='ภาพ'/>"
	    "<summary>สั้น</summary><content type='html'>&lt;p&gt;ยาว &amp;amp; "
	    "ยาว&lt;/p&gt;</content>"
	    "<published>2012-10-01T00:00:00Z</published><updated>2012-10-02T02:44:00Z</"
	    "updated>"
	    "<category term='news' label='ข่าว' scheme='http://s.example/'/>"
	    "<rights>no</rights></entry><entry/></feed>",
	    "http://a.example/dir/feed");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_int_equal(p.doc->format, RK_IN_ATOM);
	assert_str(p.doc->version, "1.0");
	assert_str(p.doc->id, "urn:feed");
	assert_str(p.doc->title.s, "ข่าว");
	assert_int_equal(p.doc->title.kind, RK_TEXT_PLAIN);
	assert_str(p.doc->subtitle.s, "<b>s</b>");
	assert_int_equal(p.doc->subtitle.kind, RK_TEXT_HTML);
	assert_str(p.doc->image, "/logo.png");
	assert_str(p.doc->link, "/");
	assert_str(p.doc->self, "http://a.example/dir/feed.atom");
	assert_str(p.doc->hub, "http://a.example/hub");
	assert_true(p.doc->complete);
	assert_int_equal(p.doc->n_items, 2);
	assert_str(i->guid, "tag:a.example,2012:1");
	assert_str(i->title.s, "หนึ่ง & สอง");
	assert_str(i->link, "/1");
	assert_str(i->link_base, ""); /* no xml:base */
	assert_str(i->enclosures->url, "/v.mp4");
	assert_str(i->enclosures->title, "ภาพ");
	assert_int_equal(i->enclosures->length, 55);
	assert_null(i->enclosures->next);
	assert_str(i->summary.s, "สั้น");
	assert_int_equal(i->summary.kind, RK_TEXT_PLAIN);
	assert_str(i->content.s, "<p>ยาว &amp; ยาว</p>");
	assert_int_equal(i->content.kind, RK_TEXT_HTML);
	assert_str(i->published, "2012-10-01T00:00:00Z");
	assert_str(i->updated, "2012-10-02T02:44:00Z");
	assert_str(i->categories->term, "news");
	assert_str(i->categories->label, "ข่าว");
	assert_str(i->categories->scheme, "http://s.example/");
	assert_str(i->authors->name, "ก"); /* the feed's */
	assert_str(i->authors->url, "http://a.example/k");
	parsed_release(&p);
}

static void
text_constructs(void **state)
{
	static const struct {
		const char *element, *want;
		enum rk_text_kind kind;
	} rows[] = {
	    {"<content>a &lt;b&gt;</content>", "a <b>", RK_TEXT_PLAIN},
	    {"<content type='text'>a &lt;b&gt;</content>", "a <b>", RK_TEXT_PLAIN},
	    {"<content type='text/plain'>a</content>", "a", RK_TEXT_PLAIN},
	    {"<content type='HTML'>&lt;b&gt;</content>", "<b>", RK_TEXT_HTML},
	    {"<content type='text/html'>&lt;b&gt;</content>", "<b>", RK_TEXT_HTML},
	    {"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a "
	     "&lt;b&gt; "
	     "<x:i xmlns:x='http://www.w3.org/1999/xhtml'>c</x:i></div></content>",
		"<div>a &lt;b&gt; <i>c</i></div>", RK_TEXT_XHTML},
	    {"<content type='xhtml'>a</content>", "a", RK_TEXT_UNKNOWN},
	    {"<content type='image/svg+xml'><svg><a/></svg></content>",
		"<svg><a></a></svg>", RK_TEXT_XHTML},
	    {"<content>a <em>b</em></content>", "a <em>b</em>", RK_TEXT_XHTML},
	    {"<content type='application/octet-stream'>\n PGI+eDwv\n Yj4= </content>",
		"<b>x</b>", RK_TEXT_HTML},
	    {"<content type='application/pdf'>JVBERi0xLjQK/////w==</content>", "",
		RK_TEXT_PLAIN},
	    {"<content type='application/x'>this is no base64!</content>", "",
		RK_TEXT_PLAIN},
	    {"<content type='text/x-anything'>&lt;a</content>", "<a", RK_TEXT_PLAIN},
	};
	char text[600];

	(void)state;
	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
		snprintf(text, sizeof(text), ATOM "<entry>%s</entry></feed>",
		    rows[k].element);
		struct parsed p = parse_text(text);
		const struct rk_item *i = parsed_item(&p, 0);

		assert_str(i->content.s, rows[k].want);
		if (i->content.s.n > 0 && i->content.kind != rows[k].kind)
			fail_msg("%s: kind %d", rows[k].element, i->content.kind);
		parsed_release(&p);
	}
}

static void
version_03(void **state)
{
	(void)state;
	struct parsed p = parse_text(ATOM03
	    "<title mode='escaped' type='text/html'>&lt;b&gt;t&lt;/b&gt;</title>"
	    "<tagline mode='base64'>4LiB</tagline><entry>"
	    "<title type='application/xhtml+xml'><div "
	    "xmlns='http://www.w3.org/1999/xhtml'>"
	    "a</div></title><summary type='application/xhtml+xml' "
	    "mode='escaped'>&lt;i&gt;"
	    "</summary><content type='text/plain' mode='base64'>PGI+</content>"
	    "<created>2001</created><issued>2002</issued><modified>2003</modified>"
	    "<author><name>n</name><url>http://n.example/</url></author>"
	    "<id>1</id></entry><entry><issued>2002</issued><published>2004</published>"
	    "<issued>2005</issued><created>2001</created></entry>"
	    "<entry><created>2001</created></entry></feed>");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_int_equal(p.doc->format, RK_IN_ATOM03);
	assert_str(p.doc->version, "0.3");
	assert_str(p.doc->title.s, "<b>t</b>");
	assert_int_equal(p.doc->title.kind, RK_TEXT_HTML);
	assert_str(p.doc->subtitle.s, "ก");
	assert_str(i->title.s, "<div>a</div>");
	assert_int_equal(i->title.kind, RK_TEXT_XHTML);
	assert_str(i->summary.s, "<i>");
	assert_int_equal(i->summary.kind, RK_TEXT_HTML);
	assert_str(i->content.s, "<b>");
	assert_int_equal(i->content.kind, RK_TEXT_PLAIN);
	assert_str(i->published, "2002");
	assert_str(i->updated, "2003");
	assert_str(i->authors->url, "http://n.example/");
	assert_str(i->next->published, "2004");
	assert_str(i->next->next->published, "2001");
	parsed_release(&p);
}

static void
base_and_language(void **state)
{
	(void)state;
	struct parsed p = parse_at(
	    "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/root/' xml:lang='th'>"
	    "<link href='home'/><link rel='self' xml:base='http://other.example/x/' "
	    "href='f'/>"
	    "<logo xml:base='http://other.example/x/'>l.png</logo>"
	    "<entry xml:base='e/' xml:lang='en'><link href='1'/><summary "
	    "xml:base='../s/'>a</summary>"
	    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
	    "<a href='x'>x</a><p xml:base='deep/'><img src='i?a=1&amp;b=2'/>"
	    "<a href='mailto:a@b.example'>m</a><a "
	    "href='javascript:1'>j</a></p></div></content>"
	    "</entry><entry><title>t</title><link href='2'/></entry>"
	    "<entry xml:lang=''><content xml:lang='fr'>c</content></entry>"
	    "<entry xml:base='http://[bad'><link href='3'/></entry></feed>",
	    "http://a.example/dir/feed");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_str(p.doc->base, "http://a.example/root/");
	assert_str(p.doc->link, "home");
	assert_str(p.doc->self, "http://other.example/x/f");
	assert_str(p.doc->image, "http://other.example/x/l.png");
	assert_str(p.doc->lang, "th");
	assert_str(i->link_base, "http://a.example/root/e/");
	assert_str(i->summary.base, "http://a.example/root/s/");
	assert_str(i->content.base, "http://a.example/root/e/");
	assert_str(i->lang, "en");
	/* under a base of its own, inside: resolved here, for nobody else can */
	assert_str(i->content.s,
	    "<div><a href=\"x\">x</a><p><img "
	    "src=\"http://a.example/root/e/deep/i?a=1&amp;b=2\">"
	    "<a href=\"mailto:a@b.example\">m</a><a href=\"\">j</a></p></div>");
	i = i->next;
	assert_str(i->link_base, "http://a.example/root/");
	assert_str(i->lang, "th");
	i = i->next;
	assert_str(i->lang, "fr");
	i = i->next;
	assert_str(i->link_base, "http://a.example/root/");
	parsed_release(&p);
}

static void
sources(void **state)
{
	(void)state;
	struct parsed p = parse_at(ATOM
	    "<author><name>feed</name></author><entry><title>t</title><id>1</id>"
	    "<source><id>urn:o</id><title type='html'>&lt;b&gt;ต้น&lt;/b&gt;ทาง</title>"
	    "<link rel='self' href='http://o.example/f'/><link href='/o'/>"
	    "<updated>2001</updated><author><name>origin</name></author></source></"
	    "entry>"
	    "<entry><author>ชื่อเปล่า</author><source><author><name>no</name></author>"
	    "</source></entry><entry/></feed>",
	    "http://a.example/");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_str(i->title.s, "t");
	assert_str(i->guid, "1");
	assert_str(i->updated, "");
	assert_str(i->source_title, "ต้นทาง");
	assert_str(i->source_url, "http://a.example/o");
	assert_str(i->authors->name, "origin");
	assert_null(i->authors->next);
	assert_str(i->next->authors->name, "ชื่อเปล่า");
	assert_str(i->next->next->authors->name, "feed");
	parsed_release(&p);
}

static void
elsewhere(void **state)
{
	(void)state;
	struct parsed p = parse_text(ATOM
	    "<entry><content src='/page' type='text/html'/></entry>"
	    "<entry><content src='/page'/><link href='/link'/></entry>"
	    "<entry><content src='/v.pdf' type='application/pdf'/></entry></feed>");

	assert_str(parsed_item(&p, 0)->link, "/page");
	assert_str(parsed_item(&p, 1)->link, "/link");
	assert_str(parsed_item(&p, 2)->enclosures->url, "/v.pdf");
	assert_str(parsed_item(&p, 2)->enclosures->type, "application/pdf");
	parsed_release(&p);

	/* modules, and entries without a feed */
	p = parse_text(
	    ATOM "<entry><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>ก"
		 "</dc:creator><title>t</title></entry></feed>");
	assert_str(parsed_item(&p, 0)->authors->name, "ก");
	parsed_release(&p);
	p = parse_text(
	    "<entry "
	    "xmlns='http://www.w3.org/2005/Atom'><id>1</id><title>t</title></entry>");
	assert_int_equal(p.doc->n_items, 1);
	assert_str(parsed_item(&p, 0)->title.s, "t");
	assert_false(p.doc->truncated);
	parsed_release(&p);
	p = parse_text("<feed><title>t</title><entry><id>1</id></entry></feed>");
	assert_str(parsed_item(&p, 0)->guid, "1");
	parsed_release(&p);
}

/* An address inside the element stands in for the attribute, and only for it. */
static void
links_as_text(void **state)
{
	struct parsed p = parse_text(
	    "<feed xmlns='http://www.w3.org/2005/Atom'><link>http://h/</link>"
	    "<entry><link>http://h/1</link></entry>"
	    "<entry><link>http://no/</link><link href='http://h/2'>more</link></entry>"
	    "<entry><link rel='via' href='http://v/'/><link>more</link></entry></feed>");

	(void)state;
	assert_str(p.doc->link, "http://h/");
	assert_str(parsed_item(&p, 0)->link, "http://h/1");
	assert_str(parsed_item(&p, 1)->link, "http://h/2");
	assert_str(parsed_item(&p, 2)->link, "");
	parsed_release(&p);
}

/* More of them than are read, into room for 64 bytes each and a head. */
static int
many_tombstones(char *out, const char *at)
{
	int n = snprintf(out, 200, "<feed xmlns='http://www.w3.org/2005/Atom' %s>", at);

	for (int i = 0; i < RK_MAX_TOMBSTONES + 10; i++)
		n += snprintf(out + n, 64, "<at:deleted-entry ref='%d'/>", i);
	return n + snprintf(out + n, 64, "</feed>");
}

#define GONE(rest) "<at:deleted-entry " rest "/>"

static void
tombstones(void **state)
{
	static const char at[] = "xmlns:at='http://purl.org/atompub/tombstones/1.0'";
	char doc[2048], *many;
	const struct rk_tombstone *t;
	struct parsed p;
	size_t n;

	(void)state;
	(void)snprintf(doc, sizeof(doc),
	    "<feed xmlns='http://www.w3.org/2005/Atom' %s><title>f</title>"
	    "<at:deleted-entry ref=' tag:h,2026:1 ' when='2026-01-02T03:04:05Z'>"
	    "<at:by><name>who</name><email>a@b</email></at:by>"
	    "<at:comment>why</at:comment><title>no</title><link href='http://no/'/>"
	    "<entry><id>inside</id></entry></at:deleted-entry>" GONE("when='x'")
	    GONE("ref=''") GONE("ref='2'") "<entry><id>3</id><title>t</title>"
	    GONE("ref='of an entry'") "</entry></feed>", at);
	p = parse_text(doc);
	assert_str(p.doc->title.s, "f");
	assert_str(p.doc->link, "");
	assert_int_equal(p.doc->n_items, 1);
	assert_null(p.doc->authors);
	assert_int_equal(p.doc->n_tombstones, 2);
	t = p.doc->tombstones;
	assert_str(t->ref, "2");
	assert_str(t->when, "");
	assert_str(t->next->ref, "tag:h,2026:1");
	assert_str(t->next->when, "2026-01-02T03:04:05Z");
	assert_null(t->next->next);
	parsed_release(&p);
	/* of Atom alone */
	(void)snprintf(doc, sizeof(doc),
	    "<rss version='2.0' %s><channel>" GONE("ref='1'") "</channel></rss>", at);
	p = parse_text(doc);
	assert_int_equal(p.doc->n_tombstones, 0);
	parsed_release(&p);
	/* no more than a site may have */
	many = calloc(RK_MAX_TOMBSTONES + 100, 64);
	n = (size_t)many_tombstones(many, at);
	p = parse_bytes(many, n, NULL);
	assert_int_equal(p.doc->n_tombstones, RK_MAX_TOMBSTONES);
	parsed_release(&p);
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(links_as_text),
	    cmocka_unit_test(feed_and_entry),
	    cmocka_unit_test(text_constructs),
	    cmocka_unit_test(version_03),
	    cmocka_unit_test(base_and_language),
	    cmocka_unit_test(sources),
	    cmocka_unit_test(elsewhere),
	    cmocka_unit_test(tombstones),
	};

	return cmocka_run_group_tests_name("parse_atom", tests, NULL, NULL);
}
