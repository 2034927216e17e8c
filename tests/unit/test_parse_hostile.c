/*
 * Documents that mean harm, or that are no documents: nothing is expanded, nothing is
 * opened, limits hold, time is linear, and each refusal says what it met.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/parse.h>

#include "growth.h"
#include "parsekit.h"

#define RSS(item) "<rss version='2.0'><channel><item>" item "</item></channel></rss>"

static void
assert_refused(const char *text, enum rk_ekind kind, const char *part)
{
	struct parsed p = parse_text(text);

	if (p.doc != NULL)
		fail_msg("taken: %.200s", text);
	if (p.err.kind != kind || strstr(p.err.text, part) == NULL)
		fail_msg("%.100s: %s", text, p.err.text);
	parsed_release(&p);
}

static bool
holds(struct rk_str s, const char *needle)
{
	return rk_str_find(s, rk_str(needle)) != SIZE_MAX;
}

/* ---- entities and DTDs */

static void
laughs(void **state)
{
	(void)state;
	assert_refused("<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">"
		       "<!ENTITY c \"&b;&b;&b;&b;\">]>" RSS("<title>&c;</title>"),
	    RK_E_INPUT, "entities made of entities");
	assert_refused(
	    "<!DOCTYPE rss [<!ENTITY % p \"x\">%p;]>" RSS("<title>t</title>"),
	    RK_E_INPUT, "parameter entities");
	assert_refused("<!DOCTYPE rss [%p;]>" RSS("<title>t</title>"), RK_E_INPUT,
	    "parameter entities");
	assert_refused(
	    "<!DOCTYPE rss [<!ATTLIST item a CDATA \"x\">]>" RSS("<title>t</title>"),
	    RK_E_INPUT, "ATTLIST");
	assert_refused(
	    "<!DOCTYPE rss [<!-- > ]> --><!ATTLIST item a CDATA \"x\">]>" RSS(
		"<title>t</title>"),
	    RK_E_INPUT, "ATTLIST");
	assert_refused(
	    "<!DOCTYPE rss [<!ELEMENT a ANY>\n<!ATTLIST item a CDATA 'x'>]>" RSS(
		"<title>\x01</title>"),
	    RK_E_INPUT, "ATTLIST");
}

/* Old RSS 1.0 names the entities of HTML by a file: passed over, and never opened. */
static void
entities_elsewhere(void **state)
{
	struct parsed p =
	    parse_text("<!DOCTYPE rss [<!ENTITY % l PUBLIC '-//X//' 'file:///etc/passwd'>\n"
		       "%l; <!ENTITY % m SYSTEM \"http://127.0.0.1/\">%m;]>" RSS(
			   "<title>&eacute;&root;</title>"));

	(void)state;
	assert_str(parsed_item(&p, 0)->title.s, "é&root;");
	parsed_release(&p);
	/* what is written in place is refused as before, also beside one of these */
	assert_refused("<!DOCTYPE rss [<!ENTITY % l SYSTEM 'x'><!ENTITY % p 'y'>%l;]>" RSS(
			   "<title>t</title>"),
	    RK_E_INPUT, "parameter entities");
	assert_refused("<!DOCTYPE rss [<!ENTITY % SYSTEM 'x'>]>" RSS("<title>t</title>"),
	    RK_E_INPUT, "parameter entities");
}

static void
many_entities(void **state)
{
	char text[4000];
	size_t n = (size_t)sprintf(text, "<!DOCTYPE rss [");

	(void)state;
	for (int i = 0; i < 17; i++)
		n += (size_t)sprintf(text + n, "<!ENTITY e%d \"x\">", i);
	strcpy(text + n, "]>" RSS("<title>t</title>"));
	assert_refused(text, RK_E_INPUT, "more than 16 entities");
}

/* A few harmless ones are passed over, and what they stand for is never put in. */
static void
entities_are_not_expanded(void **state)
{
	struct parsed p = parse_text(
	    "<?xml version='1.0'?><!DOCTYPE rss [ <!ENTITY gov \"EXPANDED\">"
	    " <!ENTITY eacute \"WRONG\"> <!ENTITY lt \"&#38;#60;\"> ]>" RSS(
		"<title>a &gov; &eacute; &lt;</title><enclosure url='/&gov;'/>"
		"<description>&gov;</description>"));
	const struct rk_item *i = parsed_item(&p, 0);

	(void)state;
	assert_str(i->title.s, "a &gov; é <");
	assert_str(i->enclosures->url, "/&gov;");
	assert_str(i->summary.s, "&gov;");
	parsed_release(&p);

	/* and far less the one of RELIABILITY 1.4: a long one used often */
	static char text[400000];
	size_t n = (size_t)sprintf(text, "<!DOCTYPE rss [<!ENTITY a \"");
	memset(text + n, 'E', 100000);
	n += 100000;
	n += (size_t)sprintf(text + n, "\">]><rss><channel><item><title>");
	for (int k = 0; k < 20000; k++)
		n += (size_t)sprintf(text + n, "&a;");
	strcpy(text + n, "</title></item></channel></rss>");
	p = parse_text(text);
	assert_int_equal(parsed_item(&p, 0)->title.s.n, 60000);
	parsed_release(&p);
}

/* The contents of a file that a document names must be nowhere in the result. */
static void
external(void **state)
{
	static const char *const forms[] = {
	    "<!DOCTYPE rss SYSTEM \"%s\">%s",
	    "<!DOCTYPE rss PUBLIC \"x\" \"%s\">%s",
	    "<!DOCTYPE rss [<!ENTITY x SYSTEM \"%s\">]>%s",
	    "<!DOCTYPE rss [<!ENTITY x PUBLIC \"p\" \"%s\">]>%s",
	    "<!DOCTYPE rss [<!ENTITY %% p SYSTEM \"%s\"> %%p;]>%s",
	    "<?xml-stylesheet href=\"%s\"?>%s",
	};
	static const char *const prefixes[] = {"", "file://",
	    "file:", "http://127.0.0.1:9", "ftp://127.0.0.1:9", "jar:file://"};
	const char *tmp = getenv("TMPDIR");
	char name[120], url[200], text[1500];
	int fd;

	(void)state;
	snprintf(
	    name, sizeof(name), "%.90s/rk-parse-XXXXXX", tmp != NULL ? tmp : "/tmp");
	fd = mkstemp(name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "TOP-SECRET", 10), 10);
	close(fd);
	for (size_t f = 0; f < sizeof(forms) / sizeof(*forms); f++) {
		for (size_t k = 0; k < sizeof(prefixes) / sizeof(*prefixes); k++) {
			snprintf(url, sizeof(url), "%s%s", prefixes[k], name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(text, sizeof(text), forms[f], url,
			    "<rss><channel><title>&x;</title><item><title>a&x;</title>"
			    "<link>&x;</link><guid>&x;</guid><pubDate>&x;</pubDate>"
			    "<description>&x;</description><author>&x;</author>"
			    "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' "
			    "href='/etc/hostname'/></item></channel></rss>");
#pragma GCC diagnostic pop
			struct parsed p = parse_text(text);

			if (p.doc != NULL) {
				const struct rk_item *i = parsed_item(&p, 0);

				assert_str(i->title.s, "a&x;");
				assert_false(holds(p.doc->title.s, "SECRET"));
				assert_false(holds(i->link, "SECRET"));
				assert_false(holds(i->summary.s, "SECRET"));
				assert_false(holds(i->guid, "SECRET"));
			} else {
				assert_int_equal(f, 4);
				assert_null(strstr(p.err.text, "SECRET"));
			}
			parsed_release(&p);
		}
	}
	unlink(name);
}

/* The same bombs where a search for their bytes would not see them. */
static void
wide_entities(void **state)
{
	static const char doc[] = "<!DOCTYPE r [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>"
				  "<rss><channel><title>&b;</title></channel></rss>";
	char text[4 * sizeof(doc)];

	(void)state;
	for (int variant = 0; variant < 8; variant++) {
		size_t width = variant & 2 ? 4 : 2, n = 0;
		bool big = variant & 1;

		memset(text, 0, sizeof(text));
		if (variant & 4) { /* with a mark */
			text[big ? width - 1 : 0] = '\xFF';
			text[big ? width - 2 : 1] = '\xFE';
			n = width;
		}
		for (size_t k = 0; doc[k] != '\0' && n + width <= sizeof(text); k++) {
			text[n + (big ? width - 1 : 0)] = doc[k];
			n += width;
		}
		struct parsed p = parse_bytes(text, n, NULL);

		assert_null(p.doc);
		assert_non_null(strstr(p.err.text, "entities"));
		parsed_release(&p);
	}
	/* other alphabets, by label: refused, or not understood at all */
	static const char *const labels[] = {"UTF-7", "cp037", "ebcdic-cp-us",
	    "TIS-620", "windows-874", "shift_jis", "utf-16", "iso-2022-jp",
	    "x-nonsense"};
	for (size_t k = 0; k < sizeof(labels) / sizeof(*labels); k++) {
		snprintf(text, sizeof(text), "<?xml version='1.0' encoding='%s'?>%s",
		    labels[k], doc);
		assert_refused(text, RK_E_INPUT, "");
	}
}

/* ---- limits */

/* count times part (%zu may stand in it) between before and after. */
static char *
repeat(const char *before, const char *part, size_t count, const char *after)
{
	size_t n = strlen(before) + (strlen(part) + 8) * count + strlen(after) + 1;
	char *text = malloc(n), *p;
	const char *number = strstr(part, "%zu");
	size_t head = number != NULL ? (size_t)(number - part) : strlen(part);

	assert_non_null(text);
	p = stpcpy(text, before);
	for (size_t i = 0; i < count; i++) {
		memcpy(p, part, head);
		p += head;
		if (number != NULL)
			p += sprintf(p, "%zu%s", i, number + 3);
	}
	strcpy(p, after);
	return text;
}

static struct parsed
parse_repeat(const char *before, const char *part, size_t count, const char *after)
{
	char *text = repeat(before, part, count, after);
	struct parsed p = parse_text(text);

	free(text);
	return p;
}

static void
assert_limit(const char *before, const char *part, size_t count, const char *after,
    const char *what)
{
	struct parsed p = parse_repeat(before, part, count, after);

	if (p.doc != NULL || p.err.kind != RK_E_LIMIT ||
	    strstr(p.err.text, what) == NULL)
		fail_msg(
		    "%s x %zu: %s", part, count, p.doc != NULL ? "taken" : p.err.text);
	parsed_release(&p);
}

static void
tags(void **state)
{
	static const char end[] = "><title>t</title></item></channel></rss>";
	struct parsed p;

	(void)state;
	p = parse_repeat("<rss><channel><item", " a%zu='1'", RK_MAX_ATTRIBUTES, end);
	assert_str(parsed_item(&p, 0)->title.s, "t");
	parsed_release(&p);
	assert_limit("<rss><channel><item", " a%zu='1'", RK_MAX_ATTRIBUTES + 1, end,
	    "attributes");
	assert_limit("<rss><channel><item", " a%zu='1'", 200000, end, "attributes");
	/* where the document is broken before: the cleaner's own count */
	assert_limit(
	    "<rss><channel>\x01 & <item", " a%zu=1", 200000, end, "attributes");
	assert_limit("<rss><channel><b c='<d", " a%zu='1'", 100000,
	    "'/></channel></rss>", "attributes");
	p = parse_repeat(
	    "<rss><channel><item", " xmlns:a%zu='1'", RK_MAX_NAMESPACES, end);
	assert_str(parsed_item(&p, 0)->title.s, "t");
	parsed_release(&p);
	assert_limit("<rss><channel><item", " xmlns:a%zu='1'", RK_MAX_NAMESPACES + 1,
	    end, "namespaces");
	assert_limit(
	    "<rss><channel>&<item", " xmlns:a%zu='1'", 5000, end, "namespaces");
	/* a few on each of many open elements */
	assert_limit("<rss><channel><item>", "<x xmlns:a='1' xmlns:b='2' xmlns:c='3'>",
	    100, "", "namespaces");
}

static void
depth(void **state)
{
	struct parsed p;

	(void)state;
	p = parse_repeat("<rss><channel><item><title>t</title><description>", "<i>",
	    100, "</description></item></channel></rss>");
	assert_str(parsed_item(&p, 0)->title.s, "t");
	parsed_release(&p);
	assert_limit("<rss><channel><item>", "<x>", RK_MAX_DEPTH, "", "deep");
	assert_limit("<rss><channel><item>&", "<x>", 500000, "", "deep");
	assert_limit("<rss><channel><item><description>", "<x>", 500000, "", "deep");
	/* line breaks of HTML are no depth */
	p = parse_repeat("<rss><channel><item><description>", "<br>", 1000,
	    "</description><title>t</title></item></channel></rss>");
	assert_str(parsed_item(&p, 0)->title.s, "t");
	parsed_release(&p);
}

static void
counts(void **state)
{
	struct parsed p =
	    parse_repeat("<rss><channel>", "<item><title>%zu</title></item>",
		RK_MAX_ITEMS + 2, "<title>feed</title></channel></rss>");

	(void)state;
	assert_int_equal(p.doc->n_items, RK_MAX_ITEMS);
	assert_str(parsed_item(&p, RK_MAX_ITEMS - 1)->title.s, "4999");
	assert_int_equal(p.doc->n_warnings, 1);
	assert_str(p.doc->title.s, "feed");
	parsed_release(&p);
	p = parse_repeat(
	    "{\"items\":[", "{\"title\":\"%zu\"},", RK_MAX_ITEMS + 2, "]}");
	assert_int_equal(p.doc->n_items, RK_MAX_ITEMS);
	parsed_release(&p);
	assert_limit("<rss><channel>", "<e%zu/>", 100000, "</channel></rss>", "names");
}

/* ---- time and memory */

struct around {
	const char *before, *part, *after;
};

static double
cost(const void *arg, size_t bytes)
{
	const struct around *a = arg;
	char *text = repeat(a->before, a->part, bytes / strlen(a->part), a->after);
	double began = growth_clock();
	struct parsed p = parse_bytes(text, strlen(text), "http://a.example/");

	began = growth_clock() - began;
	parsed_release(&p);
	free(text);
	return began;
}

static void
linear_time(void **state)
{
	static const char item[] = "<rss><channel><item><title>t</title><description>";
	static const char end[] = "</description></item></channel></rss>";
	static const struct around rows[] = {
	    {item, "<a/>", end},
	    {item, "<p>ข่าว &amp; ", end},
	    {item, "<b></i>", end},
	    {item, "&", end},
	    {item, "&amp;", end},
	    {item, "&nbsp;", end},
	    {item, "&#1;", end},
	    {item, "<", end},
	    {item, "</x>", end},
	    {item, "<!--", end},
	    {item, "<![CDATA[", end},
	    {item, "]]>", end},
	    {item, "]]]]]]]]", end},
	    {item, "<![CDATA[x]]>", end},
	    {item, "<a b=\"", end},
	    {item, "<a b='\">", end},
	    {item, "<a b='>", end},
	    {item, "<a b", end},
	    {item, "<a =", end},
	    {item, "<a\x01 b='c&d'/>", end},
	    {item, "<x:y z:w='1'/>", end},
	    {item, "<y xmlns:x='1' x:z=''/>", end},
	    {item, "<a href='b' xml:base='c/'><br/></a>", end},
	    {item, "ข่าวประชาสัมพันธ์", end},
	    {item, "\xC2\xD1\xE9", end},
	    {item, "<?a ?>", end},
	    {item, "<?", end},
	    {item, "<!DOCTYPE a [", end},
	    {"", "<!DOCTYPE a [", "<rss></rss>"},
	    {"", "<!-- a -->", "<rss></rss>"},
	    {"", "<br /><b>", "<rss></rss>"},
	    {"", "x <", "<rss></rss>"},
	    {"<rss><channel>", "<item><title>x</title></item>", "</channel></rss>"},
	    {"<rss><channel>", "<item>", "</channel></rss>"},
	    {"<rss><channel>", "<title>x", "</channel></rss>"},
	    {"<rss><channel><item>", "<category>x</category>",
		"</item></channel></rss>"},
	    {"<rss><channel><item>", "<author>x</author>", "</item></channel></rss>"},
	    {"<rss><channel><item>", "<enclosure url='x'/>", "</item></channel></rss>"},
	    {"<rss><channel><item>", "<unknown>", "</item></channel></rss>"},
	    {"<feed><entry>", "<link href='a&amp;b&amp;c'/>", "</entry></feed>"},
	    {"<html><body>", "<title", "</body></html>"},
	    {"{\"items\":[", "{\"title\":\"", "]}"},
	    {"{\"items\":[", "{\"title\":\"\\u0e01\\ud800\"},", "]}"},
	    {"{\"items\":[", ",", "]}"},
	    {"{\"items\":[{\"title\":\"", "\\", "\"}]}"},
	};

	(void)state;
	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++)
		growth_is_linear(rows[k].part, cost, &rows[k], RK_MIB(2));
}

/* The largest bodies stay inside the budget of a worker: going over it would end
 * this program. */
static void
within_the_budget(void **state)
{
	static const char *const parts[] = {"<a%zu/>", "&",
	    "<item><title>x</title></item>", "<a b='c'/>", "ข่าว", "<p>"};

	(void)state;
	for (size_t k = 0; k < sizeof(parts) / sizeof(*parts); k++) {
		struct parsed p = parse_repeat("<rss><channel>", parts[k],
		    RK_MAX_BODY_DEFAULT / (strlen(parts[k]) + 2), "</channel></rss>");

		parsed_release(&p);
	}
	/* three bytes for one */
	struct parsed p =
	    parse_repeat("<?xml version='1.0' encoding='windows-874'?><rss>",
		"\xA2\xE8\xD2\xC7\xBB\xC3\xD0\xAA\xD2 ", RK_MAX_BODY_DEFAULT / 10 - 10,
		"</rss>");
	assert_non_null(p.doc);
	parsed_release(&p);
	p = parse_repeat("<rss><channel a='", "0123456789abcde ",
	    RK_MAX_BODY_DEFAULT / 16, "'></channel></rss>");
	assert_non_null(p.doc);
	parsed_release(&p);
}

/* ---- bytes that are lost, changed or no text */

static const char rss[] =
    "<?xml version='1.0'?>\n<rss version='2.0' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    "<channel><title>ข่าว</title><item><title>หนึ่ง &amp; สอง</title><link>/1</link>"
    "<description><![CDATA[<p>ก</p>]]></description></item><!-- x "
    "--><item><title>สาม</title>"
    "<enclosure url=\"/2\" type='a'/><dc:creator>ข</dc:creator></item><item>"
    "<title>R&D &nbsp;</title></item></channel></rss>";
static const char atom[] =
    "<feed xmlns='http://www.w3.org/2005/Atom'><title "
    "type='html'>&lt;b&gt;t&lt;/b&gt;</title>"
    "<entry><id>1</id><title type='xhtml'><div "
    "xmlns='http://www.w3.org/1999/xhtml'>a<br/>b"
    "</div></title><link href='/1'/></entry><entry><id>2</id><content type='html'>"
    "<![CDATA[<i>]]></content></entry></feed>";

static void
cut_everywhere(const char *text, size_t want)
{
	size_t before = 0, n = strlen(text);

	for (size_t cut = 0; cut <= n; cut++) {
		struct parsed p = parse_bytes(text, cut, NULL);
		size_t items = p.doc != NULL ? p.doc->n_items : 0;

		if (items < before)
			fail_msg("%zu bytes: %zu items after %zu", cut, items, before);
		before = items;
		if (p.doc != NULL) {
			assert_int_equal(p.doc->truncated, cut < n);
			/* half a character at the end is no other encoding */
			assert_string_equal(p.doc->charset, "utf-8");
		}
		parsed_release(&p);
	}
	assert_int_equal(before, want);
}

static void
truncated(void **state)
{
	(void)state;
	cut_everywhere(rss, 3);
	cut_everywhere(atom, 2);
	/* the item that was being written is not given */
	struct parsed p =
	    parse_text("<rss><channel><item><title>one</title></item><item>"
		       "<title>two</title><link>/2</link></item");
	assert_int_equal(p.doc->n_items, 1);
	assert_true(p.doc->truncated);
	parsed_release(&p);
	/* also behind a place that had to be repaired */
	p = parse_text(
	    "<rss><channel><item><title>R&D</title></item><item><title>two</title>"
	    "</item><item><title>thr");
	assert_int_equal(p.doc->n_items, 2);
	assert_true(p.doc->truncated);
	assert_int_equal(p.doc->rung, RK_RUNG_CLEANED);
	parsed_release(&p);
}

/* One byte wrong anywhere: never a crash, and items that do not hold it stay. */
static void
one_byte(const char *good, const char *last)
{
	static const char bytes[] = "\0\x01<>&\"'/!=]x\xE0\xFF ";
	size_t n = strlen(good), kept = 0, tried = 0;
	char *text = malloc(n);

	assert_non_null(text);
	for (size_t at = 0; at < n; at++) {
		for (size_t k = 0; k < sizeof(bytes) - 1; k++) {
			memcpy(text, good, n);
			text[at] = bytes[k];
			struct parsed p = parse_bytes(text, n, NULL);

			tried++;
			for (const struct rk_item *i = p.doc != NULL ? p.doc->items
								     : NULL;
			     i != NULL; i = i->next)
				kept += rk_str_is(i->title.s, last) ||
					rk_str_is(i->guid, last);
			parsed_release(&p);
		}
	}
	/* most variations leave the last item as it was */
	if (kept * 100 < tried * 80)
		fail_msg("only %zu of %zu", kept, tried);
	free(text);
}

static void
variations(void **state)
{
	(void)state;
	one_byte(rss, "R&D \xC2\xA0");
	one_byte(atom, "2");
}

static void
control_characters(void **state)
{
	static const char text[] =
	    "<rss>\0<channel><item><title>a\0b\x1B[31m\x7F</title>"
	    "<link>/\0x</link></item></channel></rss>";
	struct parsed p = parse_bytes(text, sizeof(text) - 1, NULL);
	const struct rk_item *i = parsed_item(&p, 0);

	(void)state;
	assert_str(i->title.s, "ab[31m\x7F");
	assert_str(i->link, "/x");
	parsed_release(&p);
	/* bytes that are no text spoil themselves, not their neighbours */
	p = parse_text("<rss><channel><item><title>ข่าวดี\xFF\xFEวันนี้</title></item><item>"
		       "<title>ข่าวประชาสัมพันธ์</title></item></channel></rss>");
	assert_true(holds(parsed_item(&p, 0)->title.s, "ข่าวดี"));
	assert_true(holds(parsed_item(&p, 0)->title.s, "วันนี้"));
	assert_str(parsed_item(&p, 1)->title.s, "ข่าวประชาสัมพันธ์");
	parsed_release(&p);
}

/* ---- what is no feed */

static void
no_feed(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
	    {"", "empty"},
	    {" \n\t \xEF\xBB\xBF", "empty"},
	    {"just words", "plain text"},
	    {"a < b and c > d", "plain text"},
	    {"<!DOCTYPE html><html><head><title> ข่าว\n &amp; <b>x</b>\x1B "
	     "</title></head></html>",
		"an HTML page, titled \"ข่าว & x\""},
	    {"<html><title>a \"b\" \xE2\x80\xAEx</title>", "titled \"a b x\""},
	    {"<head></head>", "an HTML page"},
	    {"<p>Not Found</p>", "an HTML page"},
	    {"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
		"an HTML page"},
	    {"<html><head><title>Request Rejected</title></head><body>The requested "
	     "URL was "
	     "rejected. Please consult with your administrator.</body></html>",
		"Request Rejected"},
	    {"<html><script src='/_Incapsula_Resource?x'></script></html>",
		"Incapsula"},
	    {"<!DOCTYPE html><html><title>Just a moment...</title></html>",
		"Cloudflare"},
	    {"<html><form><input name=p type=\"password\"></form></html>",
		"a login page"},
	    {"<html><div class=\"g-recaptcha\"></div></html>", "CAPTCHA"},
	    {"<?xml version='1.0'?><opml version='2.0'><body/></opml>", "OPML"},
	    {"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
		"a sitemap"},
	    {"<sitemapindex/>", "sitemaps"},
	    {"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG image"},
	    {"<Error><Code>AccessDenied</Code></Error>", "an error message"},
	    {"<stock:quotes xmlns:stock='x'/>", "<quotes>"},
	    {"\x1F\x8B\x08 and so on", "gzip"},
	    {"%PDF-1.4 ...", "PDF"},
	    {"PK\x03\x04 ...", "ZIP"},
	    {"\x01\x02\x03\x04\x05\x06\x07", "binary"},
	    {"<", "plain text"},
	};

	(void)state;
	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++)
		assert_refused(rows[k].text, RK_E_INPUT, rows[k].part);
	/* a page in windows-874, its title readable */
	struct parsed p = parse_text(
	    "<html><head><meta charset=\"tis-620\"><title>"
	    "\xA2\xE8\xD2\xC7\xBB\xC3\xD0\xAA\xD2\xCA\xD1\xC1\xBE\xD1\xB9\xB8\xEC"
	    "</title></head></html>");
	assert_non_null(strstr(p.err.text, "ข่าวประชาสัมพันธ์"));
	parsed_release(&p);
}

/* A feed without items is a feed, whatever else it lacks. */
static void
empty_feeds(void **state)
{
	static const char *const docs[] = {"<rss/>",
	    "<rss version='2.0'><channel/></rss>",
	    "<feed xmlns='http://www.w3.org/2005/Atom'/>",
	    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"};

	(void)state;
	for (size_t k = 0; k < sizeof(docs) / sizeof(*docs); k++) {
		struct parsed p = parse_text(docs[k]);

		assert_non_null(p.doc);
		assert_int_equal(p.doc->n_items, 0);
		assert_false(p.doc->truncated);
		parsed_release(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(laughs),
	    cmocka_unit_test(entities_elsewhere),
	    cmocka_unit_test(many_entities),
	    cmocka_unit_test(entities_are_not_expanded),
	    cmocka_unit_test(external),
	    cmocka_unit_test(wide_entities),
	    cmocka_unit_test(tags),
	    cmocka_unit_test(depth),
	    cmocka_unit_test(counts),
	    cmocka_unit_test(linear_time),
	    cmocka_unit_test(within_the_budget),
	    cmocka_unit_test(truncated),
	    cmocka_unit_test(variations),
	    cmocka_unit_test(control_characters),
	    cmocka_unit_test(no_feed),
	    cmocka_unit_test(empty_feeds),
	};

	return cmocka_run_group_tests_name("parse_hostile", tests, NULL, NULL);
}
