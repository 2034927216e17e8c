/*
 * Properties of parsing, over random feeds: what was written comes back; a document
 * that has to be cleaned first gives what the clean one gives; cut anywhere it gives a
 * prefix of its items, and every golden document cut at every byte, too; any garbage ends in a document or in one line.
 * The seed is printed; RK_SEED repeats a run.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include <dirent.h>
#include <unistd.h>

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>

#include "parsekit.h"

#define ROUNDS 400
#define ITEMS  6

static uint64_t rng;

static uint32_t
next(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 32);
}

static uint32_t
below(uint32_t n)
{
	return next() % n;
}

struct made {
	char title[120], link[120], body[400], guid[40];
};

struct feed {
	struct made item[ITEMS];
	size_t n;
	bool atom;
};

/* Text without white space at its ends and without CDATA's own brackets. */
static void
random_text(char *out, size_t size)
{
	static const char *const parts[] = {"ก", "ข่าว", "กุ้ง", "๑๒", "a", "B", "&", "<",
	    ">", "\"", "'", " x", "]]", "<b>", "</b>", "&amp;", "&nbsp;", "😀", "\n-",
	    "%", ";"};
	size_t n = 0, count = 1 + below(12);

	n += (size_t)snprintf(out, size, "ต");
	while (count-- > 0 && n + 12 < size)
		n += (size_t)snprintf(out + n, size - n, "%s",
		    parts[below(sizeof(parts) / sizeof(*parts))]);
	snprintf(out + n, size - n, "|");
}

static void
escaped(struct rk_buf *b, const char *text)
{
	bool cdata = below(3) == 0 && strstr(text, "]]") == NULL;

	if (cdata) {
		rk_buf_addf(b, "<![CDATA[%s]]>", text);
		return;
	}
	for (; *text != '\0'; text++) {
		if (*text == '&')
			rk_buf_adds(b, below(2) ? "&amp;" : "&#38;");
		else if (*text == '<')
			rk_buf_adds(b, below(2) ? "&lt;" : "&#x3C;");
		else if (*text == '>')
			rk_buf_adds(b, "&gt;");
		else
			rk_buf_addc(b, *text);
	}
}

static void
element(struct rk_buf *b, const char *name, const char *attrs, const char *text)
{
	static const char *const noise[] = {"\n", "<!-- <item> -->", "<?pi > ?>",
	    "<x:y z='>'/>", "  ", "<unknown><title>no</title></unknown>"};

	rk_buf_addf(b, "<%s%s>", name, attrs);
	escaped(b, text);
	rk_buf_addf(b, "</%s>", name);
	if (below(3) == 0)
		rk_buf_adds(b, noise[below(sizeof(noise) / sizeof(*noise))]);
}

/* dirt goes where no field is: the document must be cleaned, the items stay. */
static void
write_feed(struct rk_buf *b, const struct feed *f, const char *dirt)
{
	rk_buf_reset(b);
	rk_buf_adds(b, f->atom
			   ? "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:x='u'>"
			   : "<rss version='2.0' xmlns:x='u'><channel>");
	rk_buf_addf(b, "<x:dirt>%s</x:dirt>", dirt);
	for (size_t i = 0; i < f->n; i++) {
		const struct made *m = &f->item[i];

		rk_buf_adds(b, f->atom ? "<entry>" : "<item>");
		element(b, "title", f->atom ? " type='html'" : "", m->title);
		if (f->atom)
			rk_buf_addf(b, "<link href='%s'/>", m->link);
		else
			element(b, "link", "", m->link);
		element(b, f->atom ? "content" : "description",
		    f->atom ? " type=\"html\"" : "", m->body);
		element(b, f->atom ? "id" : "guid", "", m->guid);
		rk_buf_adds(b, f->atom ? "</entry>" : "</item>");
	}
	rk_buf_adds(b, f->atom ? "</feed>\n" : "</channel></rss>\n");
}

static void
random_feed(struct feed *f)
{
	f->n = below(ITEMS + 1);
	f->atom = below(2);
	for (size_t i = 0; i < f->n; i++) {
		random_text(f->item[i].title, sizeof(f->item[i].title));
		random_text(f->item[i].body, sizeof(f->item[i].body));
		snprintf(
		    f->item[i].link, sizeof(f->item[i].link), "/%u/%%E0", below(1000));
		snprintf(f->item[i].guid, sizeof(f->item[i].guid), "g%u", next());
	}
}

/* The first n items are as they were made. */
static void
same(const struct parsed *p, const struct feed *f, size_t n)
{
	const struct rk_item *i = p->doc->items;

	assert_int_equal(p->doc->n_items, n);
	for (size_t k = 0; k < n; k++, i = i->next) {
		assert_str(i->title.s, f->item[k].title);
		assert_str(i->link, f->item[k].link);
		assert_str(f->atom ? i->content.s : i->summary.s, f->item[k].body);
		assert_str(i->guid, f->item[k].guid);
	}
}

static void
round_trip(void **state)
{
	static const char *const dirts[] = {"R&D", "&nbsp;", "<br>", "</p>", "\x01",
	    "1 < 2", "<a b=c>x</a>", "<p><b></p>", "<a href=\"x>y</a>"};
	struct rk_buf b;
	struct feed f;

	(void)state;
	rk_buf_init(&b, 1 << 20);
	for (int round = 0; round < ROUNDS; round++) {
		random_feed(&f);
		write_feed(&b, &f, "");
		struct parsed p = parse_bytes(b.p, b.n, NULL);

		assert_non_null(p.doc);
		assert_int_equal(p.doc->rung, RK_RUNG_STRICT);
		assert_false(p.doc->truncated);
		same(&p, &f, f.n);
		parsed_release(&p);

		write_feed(&b, &f, dirts[below(sizeof(dirts) / sizeof(*dirts))]);
		p = parse_bytes(b.p, b.n, NULL);
		assert_non_null(p.doc);
		assert_int_equal(p.doc->rung, RK_RUNG_CLEANED);
		assert_false(p.doc->truncated);
		same(&p, &f, f.n);
		parsed_release(&p);
	}
	rk_buf_release(&b);
}

static void
prefixes(void **state)
{
	struct rk_buf b;
	struct feed f;

	(void)state;
	rk_buf_init(&b, 1 << 20);
	for (int round = 0; round < ROUNDS; round++) {
		random_feed(&f);
		write_feed(&b, &f, below(2) ? "&copy;" : "");
		struct parsed p = parse_bytes(b.p, below((uint32_t)b.n - 1), NULL);

		if (p.doc != NULL) {
			assert_true(p.doc->n_items <= f.n);
			same(&p, &f, p.doc->n_items);
			assert_true(p.doc->truncated);
		}
		parsed_release(&p);
	}
	rk_buf_release(&b);
}

/* Tokens thrown together; parsekit checks what an error must look like. */
static void
garbage(void **state)
{
	static const char *const tokens[] = {"<", ">", "</", "/>", "<!--", "-->",
	    "<![CDATA[", "]]>", "<?xml ", "?>", "<!DOCTYPE ", "[", "]", "<!ENTITY a '",
	    "'", "\"", "&", ";", "&#x", "&amp;", "<rss>", "<channel>", "<item>",
	    "</item>", "<title>", "</title>",
	    "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>",
	    "<link href='", "xml:base='", "type='xhtml'", "=", " ", "\0", "\xE0", "ก",
	    "{", "}", "\"items\":", "\"title\":", ",", ":", "\\u", "12",
	    "<content:encoded>", "<br>", "\xFF\xFE"};
	struct rk_buf b;

	(void)state;
	rk_buf_init(&b, 1 << 20);
	for (int round = 0; round < ROUNDS * 4; round++) {
		rk_buf_reset(&b);
		if (below(2))
			rk_buf_adds(
			    &b, below(4) ? "<rss><channel><item>" : "{\"items\":[");
		for (uint32_t k = below(60); k > 0; k--) {
			const char *t = tokens[below(sizeof(tokens) / sizeof(*tokens))];

			rk_buf_add(&b, t, *t != '\0' ? strlen(t) : 1);
		}
		struct parsed p = parse_bytes(b.n > 0 ? b.p : "", b.n, NULL);

		parsed_release(&p);
	}
	rk_buf_release(&b);
}

/* The first items of p are those of whole, in their order. */
static void
is_prefix(const struct parsed *p, const struct parsed *whole, const char *name, size_t cut)
{
	const struct rk_item *a = p->doc->items, *b = whole->doc->items;

	for (; a != NULL; a = a->next, b = b->next) {
		if (b == NULL || !rk_str_eq(a->title.s, b->title.s) ||
		    !rk_str_eq(a->guid, b->guid) || !rk_str_eq(a->link, b->link) ||
		    !rk_str_eq(a->content.s, b->content.s))
			fail_msg("%s cut at byte %zu: other items", name, cut);
	}
}

/* One document cut at every byte: what was complete stays, and stays as it was. */
static void
cut_everywhere(const char *name, const char *bytes, size_t n)
{
	struct parsed whole = parse_bytes(bytes, n, "http://e.example/a/b");
	size_t last = 0;

	for (size_t cut = 0; whole.doc != NULL && cut < n; cut++) {
		struct parsed p = parse_bytes(bytes, cut, "http://e.example/a/b");
		size_t have = p.doc != NULL ? p.doc->n_items : 0;

		if (have < last)
			fail_msg("%s cut at byte %zu: %zu items, %zu at a byte before",
			    name, cut, have, last);
		last = have;
		/* of few bytes another encoding may be guessed */
		if (p.doc != NULL && strcmp(p.doc->charset, whole.doc->charset) == 0)
			is_prefix(&p, &whole, name, cut);
		parsed_release(&p);
	}
	if (whole.doc != NULL)
		assert_true(whole.doc->n_items >= last);
	parsed_release(&whole);
}

/* Every golden document, whatever is wrong with it. */
static void
every_byte(void **state)
{
	static const char *const kinds[] = {"xml", "json", "html"};
	const char *root = RK_TEST_DATA "/golden/parse";
	DIR *folder = opendir(root);
	const struct dirent *e;
	size_t done = 0;

	(void)state;
	assert_non_null(folder);
	while ((e = readdir(folder)) != NULL) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
			char path[1024], *bytes;
			size_t n;

			snprintf(path, sizeof(path), "%s/%s/in.%s", root, e->d_name,
			    kinds[i]);
			if (e->d_name[0] == '.' || access(path, R_OK) != 0)
				continue;
			bytes = parse_read_file(path, &n);
			cut_everywhere(e->d_name, bytes, n);
			free(bytes);
			done++;
		}
	}
	closedir(folder);
	assert_true(done > 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_byte),
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(prefixes),
	    cmocka_unit_test(garbage),
	};
	const char *seed = getenv("RK_SEED");

	rng = seed != NULL ? strtoull(seed, NULL, 0) : UINT64_C(0x5eed0f9a25e);
	printf("seed %#llx\n", (unsigned long long)rng);
	if (rng == 0)
		rng = 1;
	return cmocka_run_group_tests_name("prop_parse", tests, NULL, NULL);
}
