/*
 * RSS in all its versions, the modules it carries, and what is repaired.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include <ruamkhao/limits.h>

#include "parsekit.h"

static void
channel_and_item(void **state)
{
	(void)state;
	struct parsed p = parse_channel(
	    "<title>ข่าวอำเภอ</title><link>http://amphoe.example/</link>"
	    "<description>ข่าว</description><language>th-TH</language><ttl>60</ttl>"
	    "<managingEditor>ed@amphoe.example (บรรณาธิการ)</managingEditor>"
	    "<skipHours><hour>0</hour><hour>23</hour><hour>99</hour></skipHours>"
	    "<skipDays><day>Monday</day><day>Sunday</day><day>Someday</day></skipDays>"
	    "<image><url>/logo.png</url><title>not the "
	    "feed's</title><link>/x</link></image>"
	    "<textInput><title>nor this</title><name>q</name></textInput>"
	    "<atom:link rel='self' href='rss.xml'/><atom:link rel='prev-archive' href='a1.xml'/><atom:link rel='hub' "
	    "href='//hub.example/'/>"
	    "<item><title>ประกาศ &amp; แจ้ง</title><link> /news?a=1&amp;b=2 </link>"
	    "<guid isPermaLink=\"false\">g-1</guid><author>somchai@amphoe.example "
	    "(สมชาย)</author>"
	    "<pubDate>Tue, 02 Oct 2012 09:44:00 +0700</pubDate>"
	    "<category "
	    "domain=\"http://c.example/\">จัดซื้อ</category><category>ทั่วไป</category>"
	    "<enclosure url=\"/f.jpg?a=1&amp;b=2\" type=\"image/jpeg\" "
	    "length=\"1234\"/>"
	    "<source url=\"http://origin.example/rss\">ต้นทาง</source>"
	    "<description><![CDATA[<p>เนื้อหา &amp; อื่น</p>]]></description>"
	    "<comments>http://amphoe.example/c</comments></item>");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_int_equal(p.doc->format, RK_IN_RSS);
	assert_int_equal(p.doc->rung, RK_RUNG_STRICT);
	assert_false(p.doc->truncated);
	assert_string_equal(p.doc->charset, "utf-8");
	assert_str(p.doc->version, "2.0");
	assert_str(p.doc->title.s, "ข่าวอำเภอ");
	assert_str(p.doc->subtitle.s, "ข่าว");
	assert_str(p.doc->link, "http://amphoe.example/");
	assert_str(p.doc->lang, "th-TH");
	assert_str(p.doc->ttl, "60");
	assert_str(p.doc->image, "/logo.png");
	assert_str(p.doc->base, ""); /* no xml:base */
	assert_str(p.doc->self, "http://feed.example/dir/rss.xml");
	assert_str(p.doc->hub, "http://hub.example/");
	assert_str(p.doc->prev_archive, "http://feed.example/dir/a1.xml");
	assert_int_equal(p.doc->skip_hours, 1U | 1U << 23);
	assert_int_equal(p.doc->skip_days, 1 | 1 << 6);
	assert_str(p.doc->authors->name, "บรรณาธิการ");
	assert_str(p.doc->authors->email, "ed@amphoe.example");
	assert_int_equal(p.doc->n_items, 1);
	assert_str(i->title.s, "ประกาศ & แจ้ง");
	assert_int_equal(i->title.kind, RK_TEXT_UNKNOWN);
	assert_str(i->link, "/news?a=1&b=2");
	assert_str(i->link_base, "");
	assert_str(i->guid, "g-1");
	assert_int_equal(i->guid_permalink, 0);
	assert_str(i->published, "Tue, 02 Oct 2012 09:44:00 +0700");
	assert_str(i->authors->name, "สมชาย");
	assert_str(i->authors->email, "somchai@amphoe.example");
	assert_str(i->categories->term, "จัดซื้อ");
	assert_str(i->categories->scheme, "http://c.example/");
	assert_str(i->categories->next->term, "ทั่วไป");
	assert_null(i->categories->next->next);
	assert_str(i->enclosures->url, "/f.jpg?a=1&b=2");
	assert_str(i->enclosures->type, "image/jpeg");
	assert_int_equal(i->enclosures->length, 1234);
	assert_str(i->image, "/f.jpg?a=1&b=2"); /* an image enclosure is the image */
	assert_str(i->source_title, "ต้นทาง");
	assert_str(i->source_url, "http://origin.example/rss");
	assert_str(i->summary.s, "<p>เนื้อหา &amp; อื่น</p>");
	assert_int_equal(i->summary.kind, RK_TEXT_UNKNOWN);
	assert_int_equal(i->content.s.n, 0);
	parsed_release(&p);
}

static void
persons(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name, *email;
	} rows[] = {
	    {"a@b.example (สมชาย ใจดี)", "สมชาย ใจดี", "a@b.example"},
	    {"สมชาย (a@b.example)", "สมชาย", "a@b.example"},
	    {"สมชาย &lt;a@b.example&gt;", "สมชาย", "a@b.example"},
	    {"\"A, B\" &lt;a@b.example&gt;", "A, B", "a@b.example"},
	    {"a@b.example", "", "a@b.example"},
	    {"กลุ่มงานข้อมูล (ข่าว)", "กลุ่มงานข้อมูล (ข่าว)", ""},
	    {"(x", "(x", ""},
	    {"x)", "x)", ""},
	    {"()", "()", ""},
	};
	char text[300];

	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
		snprintf(text, sizeof(text), "<author>%s</author>", rows[k].text);
		struct parsed p = parse_item(text);
		const struct rk_item *i = parsed_item(&p, 0);

		assert_non_null(i->authors);
		assert_str(i->authors->name, rows[k].name);
		assert_str(i->authors->email, rows[k].email);
		parsed_release(&p);
	}
}

static void
authors_of_an_item(void **state)
{
	(void)state;
	struct parsed p =
	    parse_item("<author>a@b.example (ก)</author><dc:creator>ก</dc:creator>"
		       "<dc:creator>ข</dc:creator><itunes:author>ค</itunes:author>"
		       "<author><name>ง</name><uri>/ng</uri></author>"
		       "<atom:author><atom:name>จ</atom:name><atom:uri>http://"
		       "j.example/</atom:uri>"
		       "</atom:author><author></author>");
	const struct rk_person *a = parsed_item(&p, 0)->authors;

	assert_str(a->name, "ก"); /* named twice, kept once */
	a = a->next;
	assert_str(a->name, "ข");
	a = a->next;
	assert_str(a->name, "ง");
	assert_str(a->url, "http://feed.example/ng");
	a = a->next;
	assert_str(a->name, "จ");
	assert_str(a->url, "http://j.example/");
	assert_null(a->next);
	parsed_release(&p);

	p = parse_item(
	    "<itunes:author>ค</itunes:author>"); /* where there is no other */
	assert_str(parsed_item(&p, 0)->authors->name, "ค");
	parsed_release(&p);
	p = parse_channel(
	    "<managingEditor>ก</managingEditor><item><title>x</title></item>");
	assert_null(parsed_item(&p, 0)->authors); /* RSS does not let items inherit */
	parsed_release(&p);
}

/* What stands for what, and that the order of elements does not matter. */
static void
fallbacks(void **state)
{
	(void)state;
	struct parsed p = parse_item(
	    "<dc:title>dc</dc:title><media:title>m</media:title>"
	    "<itunes:summary>it</itunes:summary><dc:description>dcd</dc:description>"
	    "<dc:date>2012-10-02</dc:date><dc:subject>ก</dc:subject>"
	    "<itunes:keywords>ข, ค</itunes:keywords><dc:identifier>id-1</dc:identifier>"
	    "<itunes:image href='i.png'/><media:thumbnail url='t.png'/>");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_str(i->title.s, "dc");
	assert_str(i->summary.s, "dcd");
	assert_str(i->published, "2012-10-02");
	assert_str(i->updated, "");
	assert_str(i->guid, "id-1");
	assert_str(i->image, "i.png");
	assert_str(i->categories->term, "ก");
	assert_str(i->categories->next->term, "ข");
	assert_str(i->categories->next->next->term, "ค");
	parsed_release(&p);

	p = parse_item(
	    "<title>t</title><dc:title>dc</dc:title><pubDate>p</pubDate><dc:date>d</"
	    "dc:date>"
	    "<guid>g</guid><dc:identifier>id</dc:identifier><atom:updated>u</"
	    "atom:updated>"
	    "<description>first</description><description>second</description>"
	    "<link>http://a.example/1</link><atom:link href='http://a.example/2'/>"
	    "<title>later</title>");
	i = parsed_item(&p, 0);
	assert_str(i->title.s, "t");
	assert_str(i->published, "p");
	assert_str(i->updated, "u");
	assert_str(i->guid, "g");
	assert_str(i->summary.s, "first");
	assert_str(i->content.s, "second");
	assert_str(i->link, "http://a.example/1");
	parsed_release(&p);

	p = parse_item("<pubDate>p</pubDate><dc:date>d</dc:date>"
		       "<atom:link href='http://a.example/2'/><link></link>"
		       "<dcterms:modified>m</dcterms:modified>");
	i = parsed_item(&p, 0);
	assert_str(i->published, "p");
	assert_str(i->updated, "m");
	assert_str(i->link, "http://a.example/2");
	parsed_release(&p);
}

static void
contents(void **state)
{
	(void)state;
	struct parsed p =
	    parse_item("<content type='text/plain'>plain</content><content "
		       "type='html'>&lt;b&gt;</content>");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_str(i->content.s, "<b>");
	assert_int_equal(i->content.kind, RK_TEXT_HTML);
	parsed_release(&p);

	p = parse_item("<description>short</description>"
		       "<content:encoded><![CDATA[<p>full</p>]]></content:encoded>"
		       "<content:encoded>other</content:encoded>"
		       "<body xmlns='http://www.w3.org/1999/xhtml'><p>x</p></body>");
	i = parsed_item(&p, 0);
	assert_str(i->summary.s, "short");
	assert_str(i->content.s, "<p>full</p>");
	assert_int_equal(i->content.kind, RK_TEXT_HTML);
	parsed_release(&p);

	p = parse_item(
	    "<body xmlns='http://www.w3.org/1999/xhtml'><p class=\"a&quot;b\">"
	    "1 &lt; 2<br/><!-- c --><?pi?><img src='a&amp;b'/></p></body>");
	i = parsed_item(&p, 0);
	assert_str(i->content.s,
	    "<p class=\"a&quot;b\">1 &lt; 2<br><img src=\"a&amp;b\"></p>");
	assert_int_equal(i->content.kind, RK_TEXT_XHTML);
	parsed_release(&p);

	/* real elements after text, and beside escaped ones */
	p = parse_item(
	    "<title>R&amp;D <b>ข้าว</b></title>"
	    "<description>&lt;p&gt;a&lt;/p&gt;<br/>b &amp;amp; c</description>");
	i = parsed_item(&p, 0);
	assert_str(i->title.s, "R&amp;D <b>ข้าว</b>");
	assert_int_equal(i->title.kind, RK_TEXT_XHTML);
	assert_str(i->summary.s, "<p>a</p><br>b &amp; c");
	assert_int_equal(i->summary.kind, RK_TEXT_HTML);
	parsed_release(&p);

	/* CDATA escaped once more, and CDATA in CDATA */
	p = parse_item(
	    "<title>&lt;![CDATA[ a ]]&gt;</title>"
	    "<description><![CDATA[<![CDATA[ b ]]>]]></description><link>/c</link>");
	i = parsed_item(&p, 0);
	assert_str(i->title.s, "a");
	assert_str(i->summary.s, "b");
	assert_str(i->link, "/c");
	parsed_release(&p);
}

static void
media(void **state)
{
	(void)state;
	struct parsed p = parse_item(
	    "<media:group><media:content url='v.mp4' type='video/mp4' fileSize='7'>"
	    "<media:title>not the item's</media:title></media:content>"
	    "<media:content url='p.jpg' medium='image'/>"
	    "<media:content url='q.jpg' type='image/png'/></media:group>"
	    "<media:content url='e.mp3' type='audio/mpeg'/><media:content url='what'/>"
	    "<enclosure url='e.mp3' length='9'/><title>own</title>");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_str(i->title.s, "own");
	assert_str(i->image, "p.jpg");
	assert_str(i->enclosures->url, "e.mp3"); /* enclosures go before media */
	assert_int_equal(i->enclosures->length, 9);
	assert_str(i->enclosures->next->url, "v.mp4");
	assert_int_equal(i->enclosures->next->length, 7);
	assert_null(i->enclosures->next->next);
	parsed_release(&p);
}

static void
rdf(void **state)
{
	(void)state;
	struct parsed p = parse_text(
	    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
	    " xmlns='http://purl.org/rss/1.0/' "
	    "xmlns:dc='http://purl.org/dc/elements/1.1/'"
	    " xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' xml:lang='th'>"
	    "<channel rdf:about='http://x.example/'><title>ข่าว</title>"
	    "<link>http://x.example/</link><description>d</description>"
	    "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</"
	    "sy:updateFrequency>"
	    "<items><rdf:Seq><rdf:li "
	    "resource='http://x.example/1'/></rdf:Seq></items></channel>"
	    "<image "
	    "rdf:about='i'><title>no</title><url>http://x.example/i.png</url></image>"
	    "<item rdf:about='http://x.example/1'><title>หนึ่ง</title>"
	    "<link>http://x.example/one</link><dc:date>2012-10-02</dc:date></item>"
	    "<item rdf:about='http://x.example/2'><title>สอง</title>"
	    "<guid>own</guid></item></rdf:RDF>");
	const struct rk_item *i = parsed_item(&p, 0);

	assert_int_equal(p.doc->format, RK_IN_RDF);
	assert_str(p.doc->version, "1.0");
	assert_str(p.doc->title.s, "ข่าว");
	assert_str(p.doc->update_period, "hourly");
	assert_str(p.doc->update_frequency, "2");
	assert_str(p.doc->image, "http://x.example/i.png");
	assert_str(p.doc->lang, "th");
	assert_int_equal(p.doc->n_items, 2);
	assert_str(i->guid, "http://x.example/1");
	assert_str(i->link, "http://x.example/one");
	assert_str(i->lang, "th");
	assert_str(i->next->guid, "own");
	parsed_release(&p);

	p = parse_text(
	    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
	    " xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>t</title>"
	    "</channel><item><title>a</title><link>/a</link></item></rdf:RDF>");
	assert_str(p.doc->version, "0.90");
	assert_str(parsed_item(&p, 0)->link, "/a");
	parsed_release(&p);

	p = parse_text(
	    "<Channel xmlns='http://purl.org/net/rss1.1#'><title>t</title>"
	    "<link>/l</link><items><item><title>a</title></item></items></Channel>");
	assert_str(p.doc->version, "1.1");
	assert_str(p.doc->title.s, "t");
	assert_str(parsed_item(&p, 0)->title.s, "a");
	parsed_release(&p);
}

/* Namespaces that are missing, wrong or spelt otherwise. */
static void
namespaces(void **state)
{
	(void)state;
	static const char *const docs[] = {
	    "<rss><channel><item><title>t</title><dc:creator>a</dc:creator></item></"
	    "channel></rss>",
	    "<rss "
	    "xmlns='http://backend.userland.com/rss2'><channel><item><title>t</title>"
	    "<author>a</author></item></channel></rss>",
	    "<rss xmlns='http://nobody.example/rss'><channel><item><title>t</title>"
	    "<author>a</author></item></channel></rss>",
	    "<r:rss "
	    "xmlns:r='http://purl.org/rss/1.0/'><r:channel><r:item><r:title>t</r:title>"
	    "<r:author>a</r:author></r:item></r:channel></r:rss>",
	    "<RSS><CHANNEL><ITEM><TITLE>t</TITLE><AUTHOR>a</AUTHOR></ITEM></CHANNEL></"
	    "RSS>",
	    "<rss "
	    "xmlns:d='HTTPS://purl.org/DC/elements/1.1'><channel><item><title>t</title>"
	    "<d:creator>a</d:creator></item></channel></rss>",
	    "<rss xmlns:dc='http://nobody.example/dc'><channel><item><title>t</title>"
	    "<dc:creator>a</dc:creator></item></channel></rss>",
	    "<rss><channel></channel><item><title>t</title><author>a</author></item></"
	    "rss>",
	    "<rss xmlns:x='http://nobody.example/'><channel><item><x:title>no</x:title>"
	    "<title>t</title><author>a</author><x:g><title>no</title></x:g></item></"
	    "channel></rss>",
	};

	for (size_t k = 0; k < sizeof(docs) / sizeof(*docs); k++) {
		struct parsed p = parse_text(docs[k]);

		assert_str(parsed_item(&p, 0)->title.s, "t");
		assert_non_null(parsed_item(&p, 0)->authors);
		assert_str(parsed_item(&p, 0)->authors->name, "a");
		assert_int_equal(p.doc->rung, RK_RUNG_STRICT);
		parsed_release(&p);
	}
}

/* What generators get wrong, and what is made of it: all of these are RUNG_CLEANED
 * and give title t, link /l and an item behind the broken one. */
static void
repairs(void **state)
{
	(void)state;
	static const char *const items[] = {
	    "<title>t</title><link>/l</link><description>a&nbsp;b &copy; "
	    "R&D</description>",
	    "<title>t</title><link>/l</link><description>a<br>b<hr></description>",
	    "<title>t</title><link>/l</link><description><p>a<p>b<b>c</description>",
	    "<title>t</title><link>/l</link><description>a</b></i></p></description>",
	    "<title>t</title><link>/l</link><description><a href=x "
	    "y>z</a></description>",
	    "<title>t</title><link>/l</link><description><a "
	    "href=\"x>z</a></description>",
	    "<title>t</title><link>/l</link><description>1 < 2, <๓>, "
	    "<a@b.example></description>",
	    "<title>t</title><link>/l</link><description>\x01\x0b</description>",
	    "<title>t</title><link>/l</link><description>&#0;&#x1F;&#xFFFF;</"
	    "description>",
	    "<title>t</title><link>/l</link><description>]]></description>",
	    "<title>t</title><link>/l</link><author>x <a@b.example></author>",
	    "<title>t<link>/l</link><description>a</description>",
	    "<title>t</title><link>/l</link><description>never closed",
	    "<title a='1' a='2'>t</title><link>/l</link>",
	    "<title>t</Title><link>/l</LINK>",
	};
	char text[600];

	for (size_t k = 0; k < sizeof(items) / sizeof(*items); k++) {
		snprintf(text, sizeof(text),
		    "<item>%s</item><item><title>behind</title></item>", items[k]);
		struct parsed p = parse_channel(text);

		if (p.doc == NULL)
			fail_msg("%s: %s", items[k], p.err.text);
		if (p.doc->n_items != 2 || p.doc->rung != RK_RUNG_CLEANED)
			fail_msg("%s: %zu items, %s", items[k], p.doc->n_items,
			    rk_rung_name(p.doc->rung));
		assert_str(p.doc->items->title.s, "t");
		assert_str(p.doc->items->link, "/l");
		assert_str(p.doc->items->next->title.s, "behind");
		assert_false(p.doc->truncated);
		parsed_release(&p);
	}
}

static void
repaired_text(void **state)
{
	(void)state;
	static const struct {
		const char *in, *want;
	} rows[] = {
	    {"a&nbsp;b", "a\xC2\xA0"
			 "b"},
	    {"&eacute;&hellip;", "é…"},
	    {"R&D & Q&A", "R&D & Q&A"},
	    {"&nosuch; &amp; &#65;&nbsp;", "&nosuch; & A"},
	    {"x &lt;b&gt;&nbsp;", "x <b>"},
	    {"1 < 2 &nbsp;", "1 < 2"},
	    {"a<br>b", "a<br>b"},
	    {"<b>a", "<b>a</b>"},
	};
	char text[300];

	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
		snprintf(
		    text, sizeof(text), "<description>%s</description>", rows[k].in);
		struct parsed p = parse_item(text);
		struct rk_str s = parsed_item(&p, 0)->summary.s;

		/* a no-break space at the end stays: it is no white space of XML */
		if (rk_str_ends(s, "\xC2\xA0") &&
		    !rk_str_ends(rk_str(rows[k].want), "\xC2\xA0"))
			s.n -= 2;
		s = rk_str_trim(s);
		if (!rk_str_is(s, rows[k].want))
			fail_msg("%s gives %.*s", rows[k].in, RK_FMT(s));
		parsed_release(&p);
	}
	/* references in attributes */
	struct parsed p = parse_item("<enclosure url='/a&b=1&amp;c=2&nbsp;'/>");
	assert_str(parsed_item(&p, 0)->enclosures->url, "/a&b=1&c=2\xC2\xA0");
	parsed_release(&p);
}

static void
before_the_root(void **state)
{
	(void)state;
	static const struct {
		const char *before;
		enum rk_rung rung;
	} rows[] = {
	    {"", RK_RUNG_STRICT},
	    {"\xEF\xBB\xBF", RK_RUNG_STRICT},
	    {"\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>", RK_RUNG_STRICT},
	    {"<!-- <rss><item> --><?xml version='1.0'?>", RK_RUNG_CLEANED},
	    {"\n\n  <?xml version='1.0'?>\n", RK_RUNG_CLEANED},
	    {"<?phpxml version=\"1.0\" encoding=\"Windows-874\"?>", RK_RUNG_CLEANED},
	    {"<br />\n<b>Warning</b>: include(a.php) in <b>/x</b> on line <b>3</b><br "
	     "/>\n"
	     "<?xml version='1.0'?>",
		RK_RUNG_CLEANED},
	    {"Notice: x in y\n", RK_RUNG_CLEANED},
	    {"<?xml version='1.0'?><!DOCTYPE rss PUBLIC \"-//Netscape//DTD RSS "
	     "0.91//EN\""
	     " \"http://my.netscape.example/rss-0.91.dtd\"><?xml-stylesheet "
	     "href='>'?><!-- - -->",
		RK_RUNG_STRICT},
	    {"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" "
	     "\"http://x.example/\">",
		RK_RUNG_STRICT},
	    {"<!DOCTYPE rss [ <!ENTITY nbsp \"&#160;\"> <!-- ] > --> <!ELEMENT a ANY> "
	     "]>",
		RK_RUNG_CLEANED},
	};
	char text[700];

	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
		snprintf(text, sizeof(text),
		    "%s<rss "
		    "version='2.0'><channel><item><title>ก</title></item></channel></"
		    "rss>",
		    rows[k].before);
		struct parsed p = parse_text(text);

		assert_str(parsed_item(&p, 0)->title.s, "ก");
		if (p.doc->rung != rows[k].rung)
			fail_msg("%s: %s", rows[k].before, rk_rung_name(p.doc->rung));
		parsed_release(&p);
	}
}

static void
behind_the_root(void **state)
{
	(void)state;
	struct parsed p = parse_text("<rss><channel><item><title>a</title></item></"
				     "channel></rss>\n<script>x</script>");

	assert_int_equal(p.doc->n_items, 1);
	assert_false(p.doc->truncated);
	parsed_release(&p);
}

static void
encodings(void **state)
{
	(void)state;
	/* "ข่าวประชาสัมพันธ์" in windows-874 */
	static const char thai[] =
	    "\xA2\xE8\xD2\xC7\xBB\xC3\xD0\xAA\xD2\xCA\xD1\xC1\xBE\xD1"
	    "\xB9\xB8\xEC";
	static const char *const decls[] = {
	    "<?xml version='1.0' encoding='windows-874'?>",
	    "<?xml version='1.0' encoding='TIS-620'?>",
	    "<?xml version='1.0' encoding='iso-8859-1'?>", "<?xml version='1.0'?>", ""};
	char text[400];

	for (size_t k = 0; k < sizeof(decls) / sizeof(*decls); k++) {
		snprintf(text, sizeof(text),
		    "%s<rss><channel><item><title>%s</title></item></channel></rss>",
		    decls[k], thai);
		struct parsed p = parse_text(text);

		assert_str(parsed_item(&p, 0)->title.s, "ข่าวประชาสัมพันธ์");
		assert_string_equal(p.doc->charset, "windows-874");
		parsed_release(&p);
	}
	/* the label says one thing, the bytes another */
	struct parsed p = parse_type("<?xml version='1.0' encoding='tis-620'?>"
				     "<rss><channel><title>ข่าว</title></channel></rss>",
	    "text/xml; charset=\"windows-874\"");
	assert_str(p.doc->title.s, "ข่าว");
	assert_true(p.doc->charset_mislabelled);
	parsed_release(&p);
}

/* Both byte orders, two and four bytes a character, with a mark and without. */
static void
wide(void **state)
{
	(void)state;
	static const char doc[] = "<rss><channel><item><title>KOKAI \x01</title></item>"
				  "</channel></rss>"; /* \x01 stands for U+0E01 */
	static const char *const names[] = {
	    "utf-16le", "utf-16be", "utf-32le", "utf-32be"};

	for (int variant = 0; variant < 8; variant++) {
		int width = variant & 2 ? 4 : 2;
		bool big = variant & 1, mark = variant & 4;
		char text[4 * sizeof(doc) + 4];
		size_t n = 0;

		for (size_t k = mark ? 0 : 1; k < sizeof(doc); k++) {
			unsigned u = k == 0 ? 0xFEFF : (unsigned char)doc[k - 1];

			if (u == 1)
				u = 0x0E01;
			for (int b = 0; b < width; b++)
				text[n + (size_t)(big ? width - 1 - b : b)] =
				    (char)(u >> 8 * b);
			n += (size_t)width;
		}
		struct parsed p = parse_bytes(text, n, NULL);

		assert_str(parsed_item(&p, 0)->title.s, "KOKAI ก");
		assert_string_equal(p.doc->charset, names[variant & 3]);
		parsed_release(&p);
	}
}

static void
limits(void **state)
{
	(void)state;
	size_t n = RK_MAX_FIELD + 100000;
	char *text = malloc(n + 200);
	struct parsed p;
	size_t at;

	assert_non_null(text);
	at = (size_t)sprintf(text, "<description>x");
	for (; at + 3 < n; at += 3)
		memcpy(text + at, "ก", 3);
	strcpy(text + at, "</description><title>t</title>");
	p = parse_item(text);
	assert_int_equal(
	    parsed_item(&p, 0)->summary.s.n, (RK_MAX_FIELD - 1) / 3 * 3 + 1);
	assert_str(parsed_item(&p, 0)->title.s, "t");
	assert_int_equal(p.doc->n_warnings, 1);
	parsed_release(&p);

	for (at = 0; at < 40000;)
		at += (size_t)sprintf(text + at,
		    "<category>%zu</category><author>a%zu</author>"
		    "<enclosure url='%zu'/>",
		    at, at, at);
	p = parse_item(text);
	const struct rk_item *i = parsed_item(&p, 0);
	size_t c = 0, a = 0, e = 0;
	for (const struct rk_category *k = i->categories; k != NULL; k = k->next)
		c++;
	for (const struct rk_person *k = i->authors; k != NULL; k = k->next)
		a++;
	for (const struct rk_enclosure *k = i->enclosures; k != NULL; k = k->next)
		e++;
	assert_int_equal(c, RK_MAX_CATEGORIES);
	assert_int_equal(a, RK_MAX_PERSONS);
	assert_int_equal(e, RK_MAX_ENCLOSURES);
	assert_int_equal(p.doc->n_warnings, RK_MAX_WARNINGS);
	parsed_release(&p);
	free(text);
}

/* A character cut by the seams of libxml2's buffers would show here. */
static void
seams(void **state)
{
	(void)state;
	char text[2000], want[1500];

	for (size_t pad = 0; pad < 12; pad++) {
		for (int cdata = 0; cdata < 2; cdata++) {
			size_t n = 0;

			for (size_t k = 0; k < pad; k++)
				want[n++] = 'x';
			while (n < 1400) {
				memcpy(want + n, "กุ้ง&", 13);
				n += 13;
			}
			want[n] = '\0';
			if (cdata) {
				snprintf(text, sizeof(text),
				    "<description><![CDATA[%s]]></description>", want);
			} else { /* the raw & makes it the cleaner's business */
				snprintf(text, sizeof(text),
				    "<description>%s</description>", want);
			}
			struct parsed p = parse_item(text);

			assert_str(parsed_item(&p, 0)->summary.s, want);
			parsed_release(&p);
		}
	}
}

/* The optional folder of real feeds: items that stand complete in each. */
static void
samples(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t items;
	} rows[] = {
	    {"atom-relative-base.xml", 1},
	    {"atom-small-real.xml", 20},
	    {"enc-invalid-prolog.xml", 1},
	    {"enc-iso88591-undeclared.xml", 10},
	    {"enc-urdu-utf8.xml", 26},
	    {"enc-utf16le.xml", 1},
	    {"enc-utf8-wrong-prolog.xml", 1},
	    {"enc-windows1251-declared.xml", 50},
	    {"ill-doctype.xml", 0},
	    {"ill-eucjp-undeclared.xml", 1},
	    {"ill-incomplete-cdata.xml", 0},
	    {"ill-koi8r-undeclared.xml", 1},
	    {"ill-raw-ampersands-in-link.xml", 1},
	    {"ill-truncated.xml", 0},
	    {"ill-whitespace-before-declaration.xml", 0},
	    {"jsonfeed-example.json", 2},
	    {"rss-ch9.xml", 1},
	    {"rss-ilgiornale.xml", 1},
	    {"rss-items-without-titles.xml", 5},
	    {"rss-relative-urls.xml", 2},
	    {"rss-relative.rss", 1},
	    {"rss091-missing-id.xml", 1},
	    {"rss10-debian.xml", 1},
	    {"th-ewt-group1-empty.xml", 0},
	    {"th-ewt-group159-gistda.xml", 10},
	    {"th-ewt-group195.xml", 1},
	    {"th-ewt-group196.xml", 4},
	    {"th-ewt-group198.xml", 10},
	    {"th-ewt-template-broken-prolog.xml", 7},
	    {"th-onab-spb-truncated.xml", 2},
	    {"th-prd-samutsakhon-truncated.xml", 1},
	    {"th-tis620-undeclared.xml", 1},
	    {"synthetic/be-dates.xml", 6},
	    {"synthetic/declared-iso88591-bytes-tis620.xml", 1},
	    {"synthetic/declared-tis620-bytes-utf8.xml", 1},
	    {"synthetic/declared-utf8-bytes-tis620.xml", 1},
	    {"synthetic/declared-windows874-with-quotes.xml", 1},
	    {"synthetic/duplicate-a.xml", 1},
	    {"synthetic/duplicate-b.xml", 1},
	    {"synthetic/egp-shape-windows874.xml", 2},
	    {"synthetic/rd-shape-relative-and-future.xml", 3},
	    {"synthetic/sql-dates-unescaped.xml", 1},
	};
	const char *dir = parse_shared();
	char path[600];
	size_t n;

	if (dir == NULL) {
		print_message("no shared samples here: skipped\n");
		skip();
	}
	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
		snprintf(path, sizeof(path), "%s/samples/%s", dir, rows[k].name);
		char *bytes = parse_read_file(path, &n);
		struct parsed p = parse_bytes(bytes, n, NULL);

		if (p.doc == NULL)
			fail_msg("%s: %s", rows[k].name, p.err.text);
		if (p.doc->n_items != rows[k].items)
			fail_msg("%s: %zu items", rows[k].name, p.doc->n_items);
		assert_int_equal(p.doc->truncated,
		    strstr(rows[k].name, "truncated") != NULL ||
			strstr(rows[k].name, "incomplete") != NULL ||
			strstr(rows[k].name, "raw-ampersands") != NULL);
		/* neither Russian nor Japanese may come out as Thai */
		if (strstr(rows[k].name, "koi8r") || strstr(rows[k].name, "eucjp"))
			assert_string_not_equal(p.doc->charset, "windows-874");
		parsed_release(&p);
		free(bytes);
	}
	snprintf(path, sizeof(path), "%s/samples/ill-raw-ampersands-in-link.xml", dir);
	char *bytes = parse_read_file(path, &n);
	struct parsed p = parse_bytes(bytes, n, NULL);
	assert_str(parsed_item(&p, 0)->link, "http://link/get?a=1&b=2");
	parsed_release(&p);
	free(bytes);
	snprintf(path, sizeof(path), "%s/samples/empty-file.xml", dir);
	bytes = parse_read_file(path, &n);
	p = parse_bytes(bytes, n, NULL);
	assert_null(p.doc);
	assert_string_equal(p.err.text, "the document is empty");
	parsed_release(&p);
	free(bytes);
}

/* ---- what stands in for elements of RSS */

static void
cdf(void **state)
{
	struct parsed p = parse_text(
	    "<CHANNEL HREF='http://h/'><TITLE>T</TITLE><ABSTRACT>A</ABSTRACT>"
	    "<ITEM HREF='http://h/1' LASTMOD='2002-11-12T14:20+00:00'><TITLE>t</TITLE>"
	    "<ABSTRACT>a</ABSTRACT></ITEM></CHANNEL>");
	const struct rk_item *i = parsed_item(&p, 0);

	(void)state;
	assert_str(p.doc->title.s, "T");
	assert_str(p.doc->subtitle.s, "A");
	assert_str(p.doc->link, "http://h/");
	assert_str(i->title.s, "t");
	assert_str(i->summary.s, "a");
	assert_str(i->link, "http://h/1");
	assert_str(i->updated, "2002-11-12T14:20+00:00");
	parsed_release(&p);
}

static void
original_links(void **state)
{
	struct parsed p = parse_item(
	    "<feedburner:origLink>http://site/1</feedburner:origLink>"
	    "<link>http://proxy/~r/1</link>");

	(void)state;
	assert_str(parsed_item(&p, 0)->link, "http://site/1");
	parsed_release(&p);
}

static void
assert_terms(const char *inside, const char *want)
{
	struct parsed p = parse_item(inside);
	char have[400] = "";

	for (const struct rk_category *c = parsed_item(&p, 0)->categories; c != NULL;
	     c = c->next) {
		strcat(have, rk_cstr(c->term));
		strcat(have, "|");
	}
	if (strcmp(have, want) != 0)
		fail_msg("%s: %s", inside, have);
	parsed_release(&p);
}

static void
lists_of_terms(void **state)
{
	(void)state;
	assert_terms("<category>ก, ข,ค</category>", "ก|ข|ค|");
	assert_terms("<dc:subject>a,b</dc:subject><category>c</category>", "a|b|c|");
	assert_terms("<category>งบ 3,000 บาท</category>", "งบ 3,000 บาท|");
	assert_terms("<category domain='d'>a, b</category>", "a, b|");
	assert_terms("<category>a,,b</category>", "a,,b|");
	assert_terms("<category>ประกาศรายชื่อผู้มีสิทธิสอบคัดเลือกเป็นพนักงานจ้าง, ครั้งที่ ๑</category>",
	    "ประกาศรายชื่อผู้มีสิทธิสอบคัดเลือกเป็นพนักงานจ้าง, ครั้งที่ ๑|");
	assert_terms("<itunes:category text='A'><itunes:category text='B'/>"
		     "</itunes:category>",
	    "A|B|");
}

static void
media_without_a_type(void **state)
{
	struct parsed p =
	    parse_item("<media:content url='http://h/p.JPG?w=9'/>"
		       "<media:content url='http://h/v.mp4'/>"
		       "<media:content url='http://h/player?v=1'/>"
		       "<media:content url='http://h/x.jpg' type='text/html'/>");
	const struct rk_item *i = parsed_item(&p, 0);

	(void)state;
	assert_str(i->image, "http://h/p.JPG?w=9");
	assert_str(i->enclosures->url, "http://h/v.mp4");
	assert_str(i->enclosures->next->url, "http://h/x.jpg");
	assert_null(i->enclosures->next->next);
	parsed_release(&p);
}

static void
bags_of_content(void **state)
{
	struct parsed p = parse_text(
	    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
	    " xmlns='http://purl.org/rss/1.0/'"
	    " xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
	    "<channel><title>T</title></channel><item><title>t</title>"
	    "<content:items><rdf:Bag><rdf:li><content:item>"
	    "<rdf:value rdf:parseType='Literal'><p xmlns='http://www.w3.org/1999/xhtml'>"
	    "x</p></rdf:value></content:item></rdf:li></rdf:Bag></content:items>"
	    "</item></rdf:RDF>");

	(void)state;
	assert_str(parsed_item(&p, 0)->content.s, "<p>x</p>");
	parsed_release(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cdf),
	    cmocka_unit_test(original_links),
	    cmocka_unit_test(lists_of_terms),
	    cmocka_unit_test(media_without_a_type),
	    cmocka_unit_test(bags_of_content),
	    cmocka_unit_test(channel_and_item),
	    cmocka_unit_test(persons),
	    cmocka_unit_test(authors_of_an_item),
	    cmocka_unit_test(fallbacks),
	    cmocka_unit_test(contents),
	    cmocka_unit_test(media),
	    cmocka_unit_test(rdf),
	    cmocka_unit_test(namespaces),
	    cmocka_unit_test(repairs),
	    cmocka_unit_test(repaired_text),
	    cmocka_unit_test(before_the_root),
	    cmocka_unit_test(behind_the_root),
	    cmocka_unit_test(encodings),
	    cmocka_unit_test(wide),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(seams),
	    cmocka_unit_test(samples),
	};

	return cmocka_run_group_tests_name("parse_rss", tests, NULL, NULL);
}
