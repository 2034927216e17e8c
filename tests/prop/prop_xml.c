/*
 * Random strings through our XML writer and back through libxml2: what comes back is
 * the input without what may not stand there, in text and in attributes; and it costs
 * time in proportion to its length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/publish/publish_int.h"

#include <ruamkhao/utf8.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "growth.h"

#define ROUNDS 10000

static uint64_t state;

static uint32_t
below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % n;
}

/* Pieces that meet the seams: escapes, lead bytes, ends of ranges. */
static const char *const pieces[] = {"&", "<", ">", "\"", "'", "]]>", "<!--", "&amp;",
    "&#x0;", "\t", "\n", "\r", "\r\n", "\x01", "\x1f", "\x7f", "\xc2\x80", "\xc2\x9f",
    "\xc2\xa0", "\xc2", "\xef\xbf\xbd", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xef\xbf",
    "\xef\xbe\xbe", "\xef", "\xed\x9f\xbf", "\xed\xa0\x80", "\xee\x80\x80",
    "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf0\x9f\xbf\xbe",
    "\xe0\xb8\x81", "\xe0\xb8", "\xe0", "\xff", "\xfe", "\x80", "ก้", " ", "a",
    "ประกาศ"};

static struct rk_str
random_string(char *out, size_t max)
{
	size_t n = 0, want = below((uint32_t)max / 2);

	while (n < want) {
		const char *piece = pieces[below(sizeof(pieces) / sizeof(*pieces))];

		switch (below(8)) {
		case 0: /* any byte, NUL too */
			out[n++] = (char)below(256);
			break;
		case 1: /* any character */
			n += rk_utf8_put(0xe000 + below(0x100000), out + n);
			break;
		default:
			memcpy(out + n, piece, strlen(piece));
			n += strlen(piece);
		}
	}
	return rk_strn(out, n);
}

/* The model: character by character. */
static size_t
model(struct rk_str s, bool one_line, char *out)
{
	char *p = out;
	uint32_t cp;

	while (rk_utf8_next(&s, &cp)) {
		if (cp == 0xfffe || cp == 0xffff || (cp >= 0x7f && cp < 0xa0))
			continue;
		if (cp < 0x20 && cp != '\t' && cp != '\n')
			continue;
		if (one_line && cp < 0x20)
			cp = ' ';
		p += rk_utf8_put(cp, p);
	}
	*p = '\0';
	return (size_t)(p - out);
}

static void
same(const xmlChar *got, struct rk_str in, bool one_line, unsigned round)
{
	static char want[16384];
	size_t n = model(in, one_line, want);

	if (strlen((const char *)got) != n || memcmp(got, want, n) != 0)
		fail_msg("round %u: \"%s\" instead of \"%s\"", round, (const char *)got,
		    want);
}

static void
one_round(unsigned round)
{
	static char bytes[4096 + 16];
	struct rk_str in = random_string(bytes, 4096);
	struct rk_buf b;
	xmlDoc *doc;
	xmlNode *root, *text, *line;
	xmlChar *value;

	rk_buf_init(&b, (size_t)1 << 20);
	(void)rk_buf_adds(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?><r x=\"\"");
	xml_attr(&b, "a", in);
	(void)rk_buf_adds(&b, "><t>");
	xml_text(&b, in);
	(void)rk_buf_adds(&b, "</t>");
	xml_element(&b, "e", in);
	(void)rk_buf_adds(&b, "</r>");
	assert_false(b.full);
	assert_true(rk_utf8_valid(rk_buf_view(&b)));
	doc = xmlReadMemory(b.p, (int)b.n, "x", NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (doc == NULL)
		fail_msg("round %u: ill-formed", round);
	root = xmlDocGetRootElement(doc);
	text = root->children;
	value = xmlNodeGetContent(text);
	same(value, in, false, round);
	xmlFree(value);
	line = text->next;
	assert_int_equal(line != NULL, in.n > 0);
	if (line != NULL) {
		value = xmlNodeGetContent(line);
		same(value, in, true, round);
		xmlFree(value);
		value = xmlGetProp(root, (const xmlChar *)"a");
		same(value, in, true, round);
		xmlFree(value);
	}
	xmlFreeDoc(doc);
	rk_buf_release(&b);
}

static void
test_round_trip(void **unused)
{
	const char *env = getenv("RK_SEED");

	(void)unused;
	state = env != NULL ? strtoull(env, NULL, 0) : 0x5eed0c0ffee;
	print_message("seed %#llx\n", (unsigned long long)state);
	for (unsigned i = 0; i < ROUNDS; i++)
		one_round(i);
}

static double
cost(const void *piece, size_t n)
{
	size_t k = strlen(piece);
	char *bytes = malloc(n + k);
	struct rk_buf b;
	double began;

	assert_non_null(bytes);
	for (size_t i = 0; i < n; i += k)
		memcpy(bytes + i, piece, k);
	rk_buf_init(&b, (size_t)64 << 20);
	xml_text(&b, rk_strn(bytes, n)); /* its memory is had once, and not measured */
	rk_buf_reset(&b);
	began = growth_clock();
	xml_text(&b, rk_strn(bytes, n));
	began = growth_clock() - began;
	assert_false(b.full);
	rk_buf_release(&b);
	free(bytes);
	return began;
}

static void
test_linear(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i += 3)
		growth_is_linear(pieces[i], cost, pieces[i], (size_t)4 << 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_linear),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	xmlCleanupParser();
	return rc;
}
