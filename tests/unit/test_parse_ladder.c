/*
 * The rungs of the ladder, one document each, and feeds that stand inside something
 * else; what of a document decides on the language of its items.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "parsekit.h"

#define CHANNEL(items)                                                                 \
	"<rss version='2.0'><channel><title>T</title>" items "</channel></rss>"
#define AB "<item><title>a</title></item><item><title>b</title></item>"

/* n items, the first called a; how it was read, and what was said of it. */
static void
assert_read(const char *text, size_t n, enum rk_rung rung, bool truncated,
    const char *warning)
{
	struct parsed p = parse_text(text);
	bool said = warning == NULL;

	if (p.doc == NULL)
		fail_msg("%.200s: %s", text, p.err.text);
	if (p.doc->n_items != n || p.doc->rung != rung || p.doc->truncated != truncated)
		fail_msg("%.200s: %zu items, %s, truncated %d", text, p.doc->n_items,
		    rk_rung_name(p.doc->rung), p.doc->truncated);
	if (n > 0)
		assert_str(p.doc->items->title.s, "a");
	for (size_t i = 0; i < p.doc->n_warnings; i++)
		said = said || strstr(rk_cstr(p.doc->warnings[i]), warning) != NULL;
	if (!said)
		fail_msg("%.200s: no warning of \"%s\"", text, warning);
	if (warning == NULL)
		assert_int_equal(p.doc->n_warnings, 0);
	parsed_release(&p);
}

static void
strict(void **state)
{
	(void)state;
	assert_read(CHANNEL(AB), 2, RK_RUNG_STRICT, false, NULL);
	assert_read("<?xml version='1.0' encoding=\"utf-8\" standalone='yes' ?>\n"
		    "<?xml-stylesheet href='x.xsl'?><!-- c -->" CHANNEL(AB),
	    2, RK_RUNG_STRICT, false, NULL);
	assert_read("\xEF\xBB\xBF" CHANNEL(AB), 2, RK_RUNG_STRICT, false, NULL);
	/* a namespace that nobody declared is no error of form */
	assert_read(CHANNEL("<item><title>a</title><dc:creator>x</dc:creator></item>"),
	    1, RK_RUNG_STRICT, false, NULL);
}

static void
cleaned(void **state)
{
	(void)state;
	assert_read(CHANNEL(AB "<item><title>&nbsp;</title></item>"), 3,
	    RK_RUNG_CLEANED, false, "a & that begins no reference");
	assert_read("<rss>\n<channel>\n" AB "<link>http://h/?a&b</link></channel></rss>",
	    2, RK_RUNG_CLEANED, false, "(line 3)");
	assert_read(CHANNEL(AB "<item><title>1 < 2</title></item>"), 3, RK_RUNG_CLEANED,
	    false, "a < that begins no tag");
	assert_read(
	    CHANNEL("\x01" AB), 2, RK_RUNG_CLEANED, false, "invalid Char value 1");
	assert_read("<!DOCTYPE rss [<!ENTITY x 'y'>]>" CHANNEL(AB), 2, RK_RUNG_CLEANED,
	    false, "declares entities");
	assert_read("\n \n" CHANNEL(AB), 2, RK_RUNG_STRICT, false, NULL);
	assert_read("\n<?xml version='1.0'?>" CHANNEL(AB), 2, RK_RUNG_CLEANED, false,
	    NULL);
	assert_read(
	    "<?phpxml version='1.0'?>" CHANNEL(AB), 2, RK_RUNG_CLEANED, false, NULL);
	assert_read(
	    "<?xml version=1.0?>" CHANNEL(AB), 2, RK_RUNG_CLEANED, false, NULL);
	assert_read("Warning: x in y on line 3\n" CHANNEL(AB), 2, RK_RUNG_CLEANED, false,
	    NULL);
	assert_read("<br>\n<b>Notice</b>: x" CHANNEL(AB), 2, RK_RUNG_CLEANED, false,
	    NULL);
	assert_read(CHANNEL("<Item><title>a</TITLE></item><item><title>b"
			    "<link>http://h/</link></item>"),
	    2, RK_RUNG_CLEANED, false, "mismatch");
	assert_read(CHANNEL("<item x='1' x='2'><title y=1>a</title></item>"), 1,
	    RK_RUNG_CLEANED, false, "redefined");
	assert_read(CHANNEL(AB) "<script>x & y</script>", 2, RK_RUNG_CLEANED, false,
	    "reference");
	assert_read(CHANNEL(AB) "\nbye", 2, RK_RUNG_CLEANED, false, "Extra content");
}

static void
truncated(void **state)
{
	(void)state;
	assert_read("<rss><channel>" AB, 2, RK_RUNG_CLEANED, true, "not well-formed");
	assert_read("<rss><channel>" AB "<item><title>c</title>", 2, RK_RUNG_CLEANED,
	    true, "not well-formed");
	assert_read("<rss><channel>" AB "<item><title><![CDATA[c", 2, RK_RUNG_CLEANED,
	    true, "not well-formed");
	/* the last tag is missing, not more: the end is missing all the same */
	assert_read("<rss><channel>" AB "</channel>", 2, RK_RUNG_CLEANED, true,
	    "not well-formed");
}

static void
inside(void **state)
{
	(void)state;
	assert_read("<html><head><title>x</title></head><body>" CHANNEL(
			AB) "</body></html>",
	    2, RK_RUNG_HTML, false, "inside an HTML page");
	assert_read("<html><body>\n<pre>&lt;?xml version=\"1.0\"?&gt;\n"
		    "&lt;rss&gt;<br>&lt;channel&gt;&lt;item&gt;&lt;title&gt;a"
		    "&lt;/title&gt;&lt;/item&gt;&lt;/channel&gt;&lt;/rss&gt;</pre></body>",
	    1, RK_RUNG_HTML, false, "inside an HTML page");
	assert_read("<answer><data>" CHANNEL(AB) "</data></answer>", 2, RK_RUNG_CLEANED,
	    false, "inside another document");
	assert_read(CHANNEL("") "\n" CHANNEL(AB), 2, RK_RUNG_CLEANED, false,
	    "behind an empty one");
	assert_read("Notice: x\n{\"version\":\"https://jsonfeed.org/version/1.1\","
		    "\"items\":[{\"id\":\"1\",\"title\":\"a\"}]}",
	    1, RK_RUNG_CLEANED, false, NULL);
	assert_read("f({\"version\":\"https://jsonfeed.org/version/1\","
		    "\"items\":[{\"id\":\"1\",\"title\":\"a\"}]});",
	    1, RK_RUNG_CLEANED, false, NULL);
}

/* What only speaks of feeds, or holds one without items, is still what it is. */
static void
no_feed_inside(void **state)
{
	static const struct {
		const char *text, *what;
	} rows[] = {
	    {"<html><body>" CHANNEL("") "</body></html>", "an HTML page"},
	    {"<html><body><p>write &lt;rss&gt;</p><pre>&lt;rss&gt;&lt;item&gt;&lt;title&gt;"
	     "a&lt;/title&gt;&lt;/item&gt;&lt;/rss&gt;</pre></body></html>",
		"an HTML page"},
	    {"<html><body><feed><entry>x</entry></feed></body></html>", "an HTML page"},
	    {"<answer><item><title>a</title></item></answer>", "<answer>"},
	    {"<opml><body><outline xmlUrl='http://h/'/></body></opml>",
		"a subscription list (OPML)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct parsed p = parse_text(rows[i].text);

		if (p.doc != NULL)
			fail_msg("taken: %s", rows[i].text);
		if (strstr(p.err.text, rows[i].what) == NULL)
			fail_msg("%s: %s", rows[i].text, p.err.text);
		parsed_release(&p);
	}
}

/* Many tags that begin like a root's and never end: no square of their number. */
static void
no_square(void **state)
{
	size_t n = (size_t)4 << 20;
	char *text = test_malloc(n);
	struct parsed p;

	(void)state;
	memset(text, ' ', n);
	memcpy(text, "<html>", 6);
	for (size_t i = 6; i + 5 < n; i += 5)
		memcpy(text + i, "<rss ", 5);
	p = parse_bytes(text, n, NULL);
	assert_null(p.doc);
	parsed_release(&p);
	test_free(text);
}

/* ---- language */

static void
assert_lang(const char *attrs, const char *inside, const char *lang, bool unsaid)
{
	char text[1000];
	struct parsed p;
	const struct rk_item *i;

	snprintf(text, sizeof(text),
	    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='th'><entry %s>%s"
	    "</entry></feed>",
	    attrs, inside);
	p = parse_text(text);
	i = parsed_item(&p, 0);
	if (!rk_str_is(i->lang, lang) || i->lang_unsaid != unsaid)
		fail_msg("%s: \"%s\" %d", text, rk_cstr(i->lang), i->lang_unsaid);
	assert_str(p.doc->lang, "th");
	parsed_release(&p);
}

static void
languages(void **state)
{
	(void)state;
	assert_lang("", "<title>t</title>", "th", false);
	assert_lang("xml:lang='en'", "<title>t</title>", "en", false);
	assert_lang("", "<title xml:lang='en'>t</title>", "en", false);
	/* the body's counts before the title's, said or inherited */
	assert_lang("", "<title xml:lang='en'>t</title><content>c</content>", "th", false);
	assert_lang("", "<title xml:lang='en'>t</title><content xml:lang='zh'>c</content>",
	    "zh", false);
	assert_lang("", "<summary xml:lang='en'>s</summary>", "en", false);
	assert_lang("", "<summary xml:lang='en'>s</summary><content>c</content>", "th",
	    false);
	assert_lang("xml:lang=''", "<title>t</title>", "", true);
	assert_lang("", "<content xml:lang=''>c</content>", "", true);
	assert_lang("xml:lang=''", "<content xml:lang='en'>c</content>", "en", false);
}

static void
languages_of_feeds(void **state)
{
	static const struct {
		const char *text, *lang;
	} rows[] = {
	    {"<feed><title xml:lang='en'>t</title></feed>", "en"},
	    {"<feed xml:lang='th'><title xml:lang='en'>t</title></feed>", "en"},
	    {"<feed xml:lang='th'><title>t</title><subtitle xml:lang='en'>s</subtitle>"
	     "</feed>",
		"th"},
	    {"<feed xml:lang='th'><subtitle xml:lang='en'>s</subtitle></feed>", "en"},
	    {"<feed xml:lang='th'><title xml:lang=''>t</title></feed>", ""},
	    {"<rss xml:lang='en'><channel><language>th</language>"
	     "<title xml:lang='zh'>t</title></channel></rss>",
		"th"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct parsed p = parse_text(rows[i].text);

		assert_non_null(p.doc);
		if (!rk_str_is(p.doc->lang, rows[i].lang))
			fail_msg("%s: %s", rows[i].text, rk_cstr(p.doc->lang));
		parsed_release(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(strict),
	    cmocka_unit_test(cleaned),
	    cmocka_unit_test(truncated),
	    cmocka_unit_test(inside),
	    cmocka_unit_test(no_feed_inside),
	    cmocka_unit_test(no_square),
	    cmocka_unit_test(languages),
	    cmocka_unit_test(languages_of_feeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
