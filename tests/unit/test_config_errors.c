/* What a configuration is refused for, each time with file, line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_dir.h"

#include <ruamkhao/limits.h>
#include <ruamkhao/parse.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct config_dir dir;

static int
setup(void **state)
{
	(void)state;
	config_dir_make(&dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	config_dir_remove(&dir);
	return 0;
}

/* The load must fail in that file of the folder, at that place, with these words. */
static void
expect(const char *main, size_t n, const char *file, unsigned line, unsigned column,
    const char *words)
{
	struct rk_config_opts opts = {.page = rk_page_resolve};
	struct rk_config *c = NULL;
	struct rk_err err;
	char want[512];

	config_dir_put(&dir, "ruamkhao.yml", main, n);
	if (rk_config_load(dir.main, &opts, &c, &err) == 0)
		fail_msg("accepted: %.200s", main);
	(void)snprintf(
	    want, sizeof(want), "%s/%s:%u:%u: ", dir.path, file, line, column);
	if (strncmp(err.text, want, strlen(want)) != 0 ||
	    strstr(err.text, words) == NULL)
		fail_msg("wanted %s...%s...\ngot    %s", want, words, err.text);
	assert_int_equal(err.kind, RK_E_CONFIG);
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	assert_null(strchr(err.text, '\n'));
}

struct refused {
	const char *text;
	unsigned line, column;
	const char *words;
};

static void
expect_all(const struct refused *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect(r[i].text, strlen(r[i].text), "ruamkhao.yml", r[i].line,
		    r[i].column, r[i].words);
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
/* A source that is right, up to what follows; the next line is line 4. */
#define SRC "sources:\n- id: a\n  url: http://a.example/\n"

/* Wherever in a value it stands: they are looked at eight bytes at once. */
static void
forbidden_anywhere(void **state)
{
	static const char *const bad[] = {"x00", "x1F", "x7F", "u0080", "u009F", "u2028",
	    "u202A", "u202E", "u2066", "u2069", "uFEFF"};
	static const char *const fine[] = {"~", " ", "é", "ก", "\\u00A0", "\\u2014",
	    "\\u202F", "\\u2070", "\\uFFFD", "\\U0001F600"};
	struct rk_config *c;
	char text[200];

	(void)state;
	for (int n = 0; n < 20; n++)
		for (int after = 0; after < 10; after += 3) {
			for (size_t i = 0; i < COUNT(bad); i++) {
				(void)snprintf(text, sizeof(text),
				    "site: {title: \"%.*s\\%s%.*s\"}\n", n,
				    "กขคงจฉชซฌญฎฏฐ", bad[i], after, "0123456789");
				if (n % 3 == 0)
					expect(text, strlen(text), "ruamkhao.yml", 1, 15,
					    "the control character U+");
			}
			for (size_t i = 0; i < COUNT(fine); i++) {
				(void)snprintf(text, sizeof(text),
				    "site: {title: \"%.*s%s%.*s\"}\n", n,
				    "abcdefghijklmnopqrstuvw", fine[i], after,
				    "0123456789");
				assert_int_equal(
				    config_dir_load(&dir, text, &c, NULL), 0);
				rk_config_free(c);
			}
			(void)snprintf(text, sizeof(text), "site: {title: \"%.*s\\n%.*s\"}\n",
			    n, "abcdefghijklmnopqrstuvw", after, "0123456789");
			expect(text, strlen(text), "ruamkhao.yml", 1, 15,
			    "a line break in a text");
		}
}

static void
shape(void **state)
{
	static const struct refused cases[] = {
	    {"sitte:\n  title: x\n", 1, 1,
		"unknown key \"sitte\" in the configuration "
		"(expected one of: site, storage, publish"},
	    {"fetch:\n  every: 1h\n  evry: 2h\n", 3, 3,
		"unknown key \"evry\" in fetch"},
	    {SRC "  intervall: 1h\n", 4, 3, "unknown key \"intervall\" in a source"},
	    {"defaults: {}\n", 1, 1, "unknown key \"defaults\""},
	    {"sources:\n- url: http://a.example/\n", 2, 3,
		"the key \"id\" is missing in a source"},
	    {"sources:\n- id: a\n- id: b\n  url: http://b.example/\n", 2, 3,
		"the key \"url\" is missing"},
	    {"site: {}\nfetch: {}\nsite: {}\n", 3, 1,
		"the key \"site\" is there twice"},
	    {SRC "  id: b\n", 4, 3, "the key \"id\" is there twice in a source"},
	    {"sources: {}\n", 1, 10,
		"\"sources\" in the configuration: expected a list of mappings, found "
		"a mapping"},
	    {"sources:\n", 1, 9, "found nothing; leave the key out or write []"},
	    {"site:\nfetch: {}\n", 1, 6, "expected a mapping, found nothing"},
	    {"site: x\n", 1, 7, "expected a mapping, found a text"},
	    {"sources: [a]\n", 1, 11, "expected a list of mappings, found a text"},
	    {"fetch:\n  every: [1h]\n", 2, 10,
		"\"every\" in fetch: expected a duration such as 30m, found a list"},
	    {"include: sources/*.yml\n", 1, 10,
		"expected a list of texts, found a text"},
	    {"include: [a, {b: c}]\n", 1, 14, "found a mapping"},
	    {"- a\n", 1, 1, "expected a mapping of keys, found a list"},
	    {"just text\n", 1, 1, "expected a mapping of keys, found a text"},
	    {"? [a]\n: b\n", 1, 3, "a key must be a plain word"},
	    {"site: {title: ก, titel: ข}\n", 1, 20, "unknown key \"titel\""},
	};

	(void)state;
	expect_all(cases, COUNT(cases));
}

static void
yaml_itself(void **state)
{
	static const struct refused cases[] = {
	    {"site:\n\ttitle: x\n", 2, 1, "a tab; indent with spaces"},
	    {"site: {title: x\n", 2, 1, "not valid YAML"},
	    {"site:\n  title: \"x\n", 3, 1, "not valid YAML"},
	    {"site:\n  title: x: y\n", 2, 11, "mapping values are not allowed"},
	    {"site:\n  title: x\n language: th\n", 3, 2, "not valid YAML"},
	    {"site: &s {title: x}\n", 1, 7, "anchors (&name) are not supported"},
	    {"site: *s\n", 1, 7, "aliases (*name) are not supported"},
	    {"site: {title: !!str x}\n", 1, 15, "tags (!name) are not supported"},
	    {"site: {}\n---\nsite: {}\n", 2, 1, "a second document"},
	    {"site: {title: \"a\\0b\"}\n", 1, 15, "the control character U+0000"},
	    {"site: {title: \"a\\x1bb\"}\n", 1, 15, "the control character U+001B"},
	    {"site: {title: \"a\\u009bb\"}\n", 1, 15, "the control character U+009B"},
	    {"site: {title: \"a\\u202eb\"}\n", 1, 15, "the control character U+202E"},
	    {"site: {title: a\xE2\x80\xAE"
	     "b}\n",
		1, 15, "the control character U+202E"},
	    {"site: {title: \"a\\nb\"}\n", 1, 15, "a line break in a text"},
	    {"site:\n  title: >\n    x\n", 2, 10, "a line break in a text"},
	    {"\xFF\xFEs\0i\0", 1, 1, "UTF-16"},
	    {"site:\n  title: ก\xC3(\n", 2, 14, "not plain UTF-8 text"},
	    {"site:\n  title: \x01\n", 2, 10, "not plain UTF-8 text"},
	    {"\xEF\xBB\xBFsitte: {}\n", 1, 1, "unknown key"},
	    {"site:\r\n  titel: x\r\n", 2, 3, "unknown key"},
	};
	static const char nul[] = "site:\n  title: a\0b\n";

	(void)state;
	expect_all(cases, COUNT(cases));
	expect(nul, sizeof(nul) - 1, "ruamkhao.yml", 2, 11, "not plain UTF-8 text");
}

static void
settings(void **state)
{
	static const struct refused cases[] = {
	    {"site: {title: ''}\n", 1, 15, "site.title: empty"},
	    {"site: {base_url: ftp://x.example/}\n", 1, 18, "site.base_url: "},
	    {"site: {base_url: 'http://x.example/?a'}\n", 1, 18, "not a plain address"},
	    {"site: {base_url: 'http://x.example/a b'}\n", 1, 18, "site.base_url: "},
	    {"site: {contact: nobody}\n", 1, 17,
		"\"nobody\" (expected mailto:NAME@HOST or an http(s) address)"},
	    {"site: {contact: 'mailto:@x'}\n", 1, 17, "site.contact"},
	    {"site: {contact: 'mailto:a@b c'}\n", 1, 17, "site.contact"},
	    {"site: {language: thai_th}\n", 1, 18, "a language tag such as th"},
	    {"site: {language: ''}\n", 1, 18, "a language tag such as th"},
	    {"storage: {state: ''}\n", 1, 18,
		"storage.state: empty (expected a folder)"},
	    {"storage: {keep: 730d}\n", 1, 17,
		"pruning is not built yet (expected forever)"},
	    {"storage: {keep: 5}\n", 1, 17, "\"5\" (expected forever)"},
	    {"storage: {state: a/b}\npublish: {directory: a}\n", 1, 18,
		"inside publish.directory"},
	    {"storage: {state: a}\npublish: {directory: a}\n", 1, 18,
		"inside publish.directory"},
	    {"publish:\n  formats: []\n", 2, 12, "at least one format"},
	    {"publish:\n  formats: [atom, pdf]\n", 2, 19,
		"publish.formats[1]: \"pdf\" (expected of: atom, rss, json, html, embed)"},
	    {"publish:\n  formats:\n  - atom\n  - atom\n", 4, 5,
		"\"atom\" is there twice"},
	    {"publish: {entries: 0}\n", 1, 20,
		"\"0\" (expected a number from 1 to 10000)"},
	    {"publish: {entries: 010}\n", 1, 20, "\"010\" (expected a number"},
	    {"publish: {entries: 30m}\n", 1, 20, "\"30m\" (expected a number"},
	    {"publish: {hub: 'ftp://hub.example/'}\n", 1, 16,
		"\"ftp://hub.example/\" (expected builtin, none or the http address"},
	    {"publish: {s3: {endpoint: s3.example}}\n", 1, 26, "(expected an address such as"},
	    {"publish: {s3: {endpoint: 'http://s3.example', bucket: khao}}\n", 1, 26,
		"is not encrypted"},
	    {"publish: {s3: {endpoint: 'http://127.s3.example', bucket: khao}}\n", 1, 26,
		"is not encrypted"},
	    {"publish: {s3: {endpoint: 'https://s3.example/khao', bucket: khao}}\n", 1, 26,
		"more than a host"},
	    {"publish: {s3: {endpoint: 'https://a:b@s3.example', bucket: khao}}\n", 1, 26,
		"(expected an address"},
	    {"publish: {s3: {endpoint: 'https://s3.example', bucket: Kh}}\n", 1, 56,
		"(expected a bucket's name"},
	    {"publish: {s3: {endpoint: 'https://s3.example', bucket: khao, region: 'a b'}}\n", 1,
		70, "(expected a region"},
	    {"publish: {s3: {endpoint: 'https://s3.example', bucket: khao, prefix: /x}}\n", 1, 70,
		"(expected nothing, or folders"},
	    {"publish: {s3: {endpoint: 'https://s3.example', bucket: khao, prefix: a/../b}}\n", 1,
		70, "(expected nothing, or folders"},
	    {"publish: {s3: {endpoint: 'https://s3.example', bucket: khao, access_key_file: "
	     "k}}\n",
		1, 15, "expected both, or none"},
	    {"publish: {s3: {endpiont: 'https://s3.example'}}\n", 1, 16, "endpiont"},
	    {"publish: {hub: builtn}\n", 1, 16,
		"\"builtn\" (expected builtin, none or the http address of a hub)"},
	    {"fetch:\n  every: \"30 minutes\"\n", 2, 10,
		"fetch.every: \"30 minutes\" is not a duration (try \"30m\")"},
	    {"fetch: {every: 9m}\n", 1, 16, "fetch.every: \"9m\" is under 10m"},
	    {"fetch: {every: 599s}\n", 1, 16, "is under 10m"},
	    {"fetch: {every: 0s, allow_addresses: [127.0.0.1]}\n", 1, 16,
		"out of range"},
	    {"fetch: {every_unconditional: 1s}\n", 1, 30, "is under 10m"},
	    {"fetch: {connections: 0}\n", 1, 22, "from 1 to 1024"},
	    {"fetch: {connections: -1}\n", 1, 22, "from 1 to 1024"},
	    {"fetch: {per_host: 65}\n", 1, 19, "from 1 to 64"},
	    {"fetch: {host_gap: 1}\n", 1, 19, "is not a duration"},
	    {"fetch: {timeout: 0s}\n", 1, 18, "out of range (expected 1s to 1h)"},
	    {"fetch: {max_body: 8MB}\n", 1, 19, "\"8MB\" is not a size (try \"8MiB\")"},
	    {"fetch: {max_body: 64MiB}\n", 1, 19,
		"out of range (expected 1KiB to 32MiB)"},
	    {"fetch: {allow_ports: [81, 65536]}\n", 1, 27,
		"fetch.allow_ports[1]: \"65536\""},
	    {"fetch: {allow_addresses: [127.0.0.0/33]}\n", 1, 27,
		"\"127.0.0.0/33\" is no address range (try \"127.0.0.0/8\")"},
	    {"serve: {listen: 8080}\n", 1, 17, "\"8080\" (expected ADDRESS:PORT"},
	    {"serve: {listen: '127.0.0.1:65536'}\n", 1, 17, "serve.listen"},
	    {"serve: {listen: '::1:8080'}\n", 1, 17, "serve.listen"},
	    {"serve: {listen: 'localhost:8080'}\n", 1, 17, "serve.listen"},
	    {"regions: no.yml\n", 1, 10,
		"regions: \"no.yml\" cannot be read: No such file"},
	    {"agencies: no.yml\n", 1, 11, "agencies: \"no.yml\" cannot be read"},
	    {"topics:\n- {id: Flood, match: x}\n", 2, 8,
		"topics[0].id: \"Flood\" (expected 1 to 64"},
	    {"topics:\n- {id: a, match: x}\n- {id: a, match: y}\n", 3, 8,
		"topics[1].id: \"a\" is there twice"},
	    {"topics:\n- {id: a}\n", 2, 8, "\"a\" searches for nothing"},
	    {"topics:\n- {id: a, match: '...'}\n", 2, 18,
		"topics[0].match: nothing to search for"},
	    {"topics:\n- {id: a, title: b}\n", 2, 8, "searches for nothing"},
	    {"topics:\n- {id: a, regions: [national, cluster/99]}\n", 2, 31,
		"topics[0].regions[1]: \"cluster/99\" is no region"},
	    {"topics:\n- {id: a, regions: [all]}\n", 2, 21, "is no region"},
	    {"topics:\n- {id: a, agencies: [dopa]}\n", 2, 22,
		"topics[0].agencies[0]: \"dopa\" is no agency"},
	    {"topics:\n- {id: a, ministries: [x]}\n", 2, 24,
		"topics[0].ministries[0]: \"x\" is the ministry of no agency"},
	    {"topics:\n- {id: a, filter: x}\n", 2, 11, "unknown key \"filter\" in a topic"},
	    {"topics:\n- {match: x}\n", 2, 3, "the key \"id\" is missing in a topic"},
	    {"publish: {summary_only: yes}\n", 1, 25,
		"publish.summary_only: \"yes\" (expected true or false)"},
	    {"publish:\n  nodes:\n  - {id: nowhere}\n", 3, 10,
		"publish.nodes[0].id: \"nowhere\" is no node"},
	    {"publish:\n  nodes:\n  - {id: all, entries: 0}\n", 3, 24,
		"publish.nodes[0].entries: "},
	    {"publish:\n  nodes: [{id: all}, {id: all}]\n", 2, 27,
		"publish.nodes[1].id: \"all\" is there twice"},
	    {"publish:\n  nodes: [{id: all, summary_only: 1}]\n", 2, 35,
		"publish.nodes[0].summary_only: \"1\" (expected true or false)"},
	};

	(void)state;
	expect_all(cases, COUNT(cases));
}

static void
sources(void **state)
{
	static const struct refused cases[] = {
	    {"sources:\n- url: http://a.example/\n  id: Ä\n", 3, 7,
		"id: \"Ä\" (expected 1 to 64"},
	    {"sources: [{id: ../x, url: 'http://a.example/'}]\n", 1, 16,
		"sources[0].id"},
	    {"sources: [{id: '%2e', url: 'http://a.example/'}]\n", 1, 16,
		"sources[0].id"},
	    {"sources: [{id: '', url: 'http://a.example/'}]\n", 1, 16, "sources[0].id"},
	    {"sources: [{id: "
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"
	     " url: 'http://a.example/'}]\n",
		1, 16, "sources[0].id"},
	    {SRC "- id: a\n  url: http://b.example/\n", 4, 7,
		"\"a\" is already the id of the source at "},
	    {"sources:\n- id: a\n  url: gopher://a.example/\n", 3, 8,
		"source \"a\": url: "},
	    {"sources:\n- id: a\n  url: ''\n", 3, 8, "source \"a\": url: "},
	    {"sources:\n- id: a\n  url: http://\n", 3, 8, "source \"a\": url: "},
	    {"sources:\n- id: a\n  url: file:feeds/x.xml\n", 3, 8,
		"file: is not built yet"},
	    {SRC "  province: TH-S\n", 4, 13,
		"source \"a\": province: \"TH-S\" is no province"},
	    {SRC "  province: phuket\n", 4, 13, "is no province"},
	    {SRC "  agency: Dopa\n", 4, 11, "source \"a\": agency: \"Dopa\""},
	    {SRC "  regions: [cluster/06, cluster/6]\n", 4, 25,
		"source \"a\": regions: \"cluster/6\" is no such region"},
	    {SRC "  regions: [national]\n", 4, 13, "is no such region"},
	    {SRC "  regions: [all]\n", 4, 13, "is no such region"},
	    {SRC "  kind: atom\n", 4, 9,
		"\"atom\" (expected feed, page or wordpress)"},
	    {SRC "  every: \"30 minutes\"\n", 4, 10,
		"source \"a\": every: \"30 minutes\" is not a duration (try \"30m\")"},
	    {SRC "  every: 9m\n", 4, 10, "is under 10m and its host is no address in"},
	    {SRC "  every_unconditional: 1s\n", 4, 24, "is under 10m"},
	    {SRC "  every: 9m\nfetch: {allow_addresses: [127.0.0.0/8]}\n", 4, 10,
		"is under 10m"},
	    {SRC "  enabled: yes\n", 4, 12, "\"yes\" (expected true or false)"},
	    {SRC "  enabled: ''\n", 4, 12, "\"\" (expected true or false)"},
	    {SRC "  priority: 1001\n", 4, 13, "from -1000 to 1000"},
	    {SRC "  priority: --1\n", 4, 13, "from -1000 to 1000"},
	    {SRC "  charset: klingon\n", 4, 12, "\"klingon\" is no known encoding"},
	    {SRC "  timezone: Asia/Bangkok\n", 4, 13, "is no offset (try \"+07:00\")"},
	    {SRC "  distrust: [id, title]\n", 4, 18,
		"\"title\" (expected of: id, date, updated, author, language)"},
	    {SRC "  keep: 'ข่าว('\n", 4, 9,
		"keep: \"ข่าว(\" is no regular expression: brackets that do not match at "
		"its character 5"},
	    {SRC "  drop: '*x'\n", 4, 9, "drop: \"*x\" is no regular expression"},
	    {SRC "  drop: '[a'\n", 4, 9, "a \"]\" is missing"},
	    {SRC "  user_agent: ก\n", 4, 15, "(expected ASCII)"},
	    {SRC "  headers: [novalue]\n", 4, 13,
		"not a header (expected \"Name: value\""},
	    {SRC "  headers: ['A b: c']\n", 4, 13, "not a header"},
	    {SRC "  headers: ['A:  ']\n", 4, 13, "a header without a value"},
	    {SRC "  headers: ['A: ก']\n", 4, 13, "not a header"},
	    {SRC "  headers: [\"A: b\\r\\nC: d\"]\n", 4, 13,
		"control character U+000D"},
	    {SRC "  headers: ['host: x']\n", 4, 13, "host is set by the program"},
	    {SRC "  ca_file: none.pem\n", 4, 12, "\"none.pem\" cannot be read"},
	    {SRC "  ca_file: .\n", 4, 12, "is no plain file"},
	    {SRC "  proxy: gopher://x.example:1\n", 4, 10,
		"(expected http://, https:// or socks5:// HOST:PORT)"},
	    {SRC "  proxy: 'socks5://'\n", 4, 10, "source \"a\": proxy: "},
	};

	(void)state;
	expect_all(cases, COUNT(cases));
}

#define PAGE SRC "  kind: page\n  page:\n"

static void
page_rules(void **state)
{
	static const struct refused cases[] = {
	    {SRC "  page: {itms: //li}\n", 4, 10, "unknown key \"itms\" in page"},
	    {SRC "  page: {items: //li}\n", 4, 9,
		"source \"a\": page: rules of a page, but the source is of kind feed "
		"(expected kind: page, or page: {})"},
	    {SRC "  kind: wordpress\n  page: {article: {body: //p}}\n", 5, 9,
		"but the source is of kind wordpress"},
	    {SRC "  kind: page\n", 2, 3,
		"source \"a\": page.items: is missing (expected an XPath expression"},
	    {SRC "  kind: page\n  page: {}\n", 5, 9, "page.items: is missing"},
	    {PAGE "    items: ''\n    link: .//a/@href\n", 6, 12,
		"page.items: is missing"},
	    {PAGE "    preset: wordpres\n", 6, 13,
		"page.preset: \"wordpres\" is no preset (expected one of: wordpress, "
		"ewt, joomla, drupal, prd)"},
	    {PAGE "    items: //li[\n", 6, 12,
		"source \"a\": page.items: no XPath 1.0: it cannot be read "
		"(character 6)"},
	    {PAGE "    items: //li\n    title: 'h2['\n", 7, 12, "page.title: no XPath"},
	    {PAGE "    preset: ewt\n    article:\n      date: .//b\n      body: //p/\n",
		9, 13, "page.article.body: no XPath 1.0"},
	    {PAGE "    items: //li\n    drop:\n    - //nav\n    - '///'\n", 9, 7,
		"page.drop[1]: no XPath 1.0"},
	    {PAGE "    items: //li\n    drop: [//nav, '']\n", 7, 19,
		"page.drop[1]: is empty"},
	    {PAGE "    items: //li\n    min_items: -1\n", 7, 16,
		"page.min_items: \"-1\" (expected a number from 0 to 5000)"},
	    {PAGE "    items: //li\n    title: matches(., 'x')\n", 7, 12,
		"XPath 1.0 has no function matches()"},
	    {PAGE "    items: //li[position() < $n]\n", 6, 12,
		"there are no variables ($name) in rules"},
	    {PAGE "    items: //svg:g\n", 6, 12, "the prefix svg: names nothing"},
	    {PAGE "    items: //li\n    article: [body]\n", 7, 14,
		"\"article\" in page: expected a mapping, found a list"},
	};
	char deep[4200];

	(void)state;
	expect_all(cases, COUNT(cases));
	/* parentheses up to the limit of a value */
	(void)strcpy(deep, PAGE "    items: ");
	memset(deep + strlen(deep), '(', 4000);
	deep[sizeof(PAGE "    items: ") - 1 + 4000] = '\0';
	expect(deep, strlen(deep), "ruamkhao.yml", 6, 12, "page.items: no XPath 1.0");
	/* of what the sources of a file have in common */
	config_dir_puts(&dir, "sources/x.yml",
	    "defaults: {kind: page, page: {items: '//['}}\n"
	    "sources: [{id: b, url: 'http://b.example/'}]\n");
	expect("", 0, "sources/x.yml", 1, 38, "source \"b\": page.items: no XPath");
	config_dir_puts(&dir, "sources/x.yml",
	    "defaults: {page: {items: //p}}\n"
	    "sources: [{id: b, url: 'http://b.example/'}]\n");
	expect("", 0, "sources/x.yml", 1, 18, "of kind feed");
}

/* Nothing that may be a password stands in a message. */
static void
no_secrets(void **state)
{
	static const char *const texts[] = {
	    "sources: [{id: a, url: 'http://me:hunter2@a.example/'}]\n",
	    "sources: [{id: a, url: 'http://a.example/', headers: ['Tök: hunter2']}]\n",
	    "sources: [{id: a, url: 'http://a.example/', headers: ['Host: "
	    "hunter2']}]\n",
	    "sources: [{id: a, url: 'http://a.example/', proxy: "
	    "'http://u:hunter2@p/'}]\n",
	    "sources: [{id: a, url: 'http://a.example/', proxy: "
	    "'socks5://u:hunter2@p'}]\n",
	};
	struct rk_config *c = NULL;
	struct rk_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(config_dir_load(&dir, texts[i], &c, &err), -1);
		assert_null(strstr(err.text, "hunter2"));
		assert_int_equal(err.line, 1);
	}
}

static void
in_included_files(void **state)
{
	static const char text[] = "sources: [{id: m, url: 'http://m.example/'}]\n";

	(void)state;
	config_dir_puts(
	    &dir, "sources/a.yml", "sources:\n- id: m\n  url: http://a.example/\n");
	expect(text, strlen(text), "sources/a.yml", 2, 7, "ruamkhao.yml:1:11");
	config_dir_puts(&dir, "sources/a.yml", "site: {}\n");
	expect(text, strlen(text), "sources/a.yml", 1, 1,
	    "unknown key \"site\" in an included file (expected one of: defaults, "
	    "sources)");
	config_dir_puts(&dir, "sources/a.yml", "defaults: {id: x}\n");
	expect(text, strlen(text), "sources/a.yml", 1, 12,
	    "unknown key \"id\" in defaults");
	/* A wrong default is told where it stands, with the source it spoils. */
	config_dir_puts(&dir, "sources/a.yml",
	    "defaults:\n  every: 5m\nsources:\n- {id: a, url: 'http://a.example/'}\n");
	expect(
	    text, strlen(text), "sources/a.yml", 2, 10, "source \"a\": every: \"5m\"");
	config_dir_puts(&dir, "sources/a.yml",
	    "defaults:\n  every: 5m\nsources:\n"
	    "- {id: a, url: 'http://a.example/', every: 4m}\n");
	expect(
	    text, strlen(text), "sources/a.yml", 4, 44, "source \"a\": every: \"4m\"");
	config_dir_puts(&dir, "sources/a.yml", "\t\n");
	expect("", 0, "sources/a.yml", 1, 1, "a tab");
}

static void
in_tables(void **state)
{
	static const struct refused regions[] = {
	    {"groups: []\n", 1, 1,
		"the key \"provinces\" is missing in a regions file"},
	    {"provinces: [{iso: TH-1, slug: a, th: ก, en: A}]\n", 1, 19,
		"a code such as TH-83"},
	    {"provinces: [{iso: TH-01, slug: A, th: ก, en: A}]\n", 1, 32,
		"provinces[0].slug"},
	    {"provinces:\n- {iso: TH-01, slug: a, th: ก, en: A}\n"
	     "- {iso: TH-02, slug: a, th: ก, en: A}\n",
		3, 3, "\"province/a\" is there twice"},
	    {"provinces:\n- {iso: TH-01, slug: a, th: ก, en: A}\n"
	     "- {iso: TH-01, slug: b, th: ก, en: A}\n",
		3, 3, "province TH-01 is there twice"},
	    {"provinces: []\ngroups: [{id: agency/x, th: ก, en: A, members: []}]\n", 2,
		15, "groups[0].id: \"agency/x\""},
	    {"provinces: []\ngroups: [{id: cluster/01, th: ก, en: A, members: "
	     "[{provinces: [TH-83]}]}]\n",
		2, 66, "groups[0].members[0].provinces[0]: \"TH-83\""},
	    {"provinces: []\ngroups: [{id: cluster/01, th: ก, en: A, members: "
	     "[{from: 2017-11-31, provinces: []}]}]\n",
		2, 60, "is no day (expected YYYY-MM-DD)"},
	    {"provinces: []\ngroups: [{id: cluster/01, th: ก, en: A, members: "
	     "[{from: 2017-11-02, until: 2017-11-01, provinces: []}]}]\n",
		2, 53, "ends before it begins"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(regions); i++) {
		config_dir_puts(&dir, "regions.yml", regions[i].text);
		expect("", 0, "regions.yml", regions[i].line, regions[i].column,
		    regions[i].words);
	}
	config_dir_puts(&dir, "regions.yml", "provinces: []\n");
	config_dir_puts(
	    &dir, "agencies.yml", "agencies:\n- {id: a, th: ก}\n- {id: a, th: ข}\n");
	expect("", 0, "agencies.yml", 3, 8, "agencies[1].id: \"a\" is there twice");
	config_dir_puts(&dir, "agencies.yml", "agencies: [{id: A, th: ก}]\n");
	expect("", 0, "agencies.yml", 1, 17, "agencies[0].id: \"A\" (expected");
}

/* Long lines, deep nests and long lists end in a line of their own, and soon. */
static void
hostile(void **state)
{
	static const struct {
		const char *begin, *repeat;
		unsigned line, column;
		const char *words;
	} cases[] = {
	    {"site: {title: ", "a", 1, 15, "a text of "},
	    {"site: {title: '", "ก", 1, 15, "a text of "},
	    {"site: {title: \"", "\\0", 1, 15, "a text of "},
	    {"site: ", "[", 1, 7, "expected a mapping"},
	    {"site: ", "{", 1, 8, "a key must be a plain word"},
	    {"", "[", 1, 1, "expected a mapping of keys"},
	    {"", "- ", 1, 1, "expected a mapping of keys"},
	    {"", "? ", 1, 3, "a key must be a plain word"},
	    {"include: [", "a,", 1, 2011, "a list this long"},
	    {"include:\n", "- a\n", 1002, 3, "a list this long"},
	    {"sources: [", "{},", 1, 11, "the key \"id\" is missing"},
	    {"x: &a [", "*a,", 1, 1, "unknown key"},
	    {"# ", "x", 0, 0, ""},
	    {"", "\n", 0, 0, ""},
	};
	const size_t size = RK_MIB(1);
	char *text = malloc(size + 64);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = strlen(cases[i].begin), step = strlen(cases[i].repeat);
		struct rk_config *c = NULL;
		struct rk_err err;

		memcpy(text, cases[i].begin, n);
		for (; n + step <= size; n += step)
			memcpy(text + n, cases[i].repeat, step);
		if (cases[i].line == 0) {
			config_dir_put(&dir, "ruamkhao.yml", text, n);
			assert_int_equal(rk_config_load(dir.main, NULL, &c, &err), 0);
			rk_config_free(c);
			continue;
		}
		/* The scanner may look ahead: close what is open, so that the first
		 * mistake is ours. */
		if (strcmp(cases[i].begin, "site: {title: ") == 0)
			text[n++] = '}';
		if (strchr(cases[i].begin, '\'') != NULL)
			text[n++] = '\'';
		if (strchr(cases[i].begin, '"') != NULL)
			text[n++] = '"';
		expect(text, n, "ruamkhao.yml", cases[i].line, cases[i].column,
		    cases[i].words);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(forbidden_anywhere, setup, teardown),
	    cmocka_unit_test_setup_teardown(shape, setup, teardown),
	    cmocka_unit_test_setup_teardown(yaml_itself, setup, teardown),
	    cmocka_unit_test_setup_teardown(settings, setup, teardown),
	    cmocka_unit_test_setup_teardown(sources, setup, teardown),
	    cmocka_unit_test_setup_teardown(page_rules, setup, teardown),
	    cmocka_unit_test_setup_teardown(no_secrets, setup, teardown),
	    cmocka_unit_test_setup_teardown(in_included_files, setup, teardown),
	    cmocka_unit_test_setup_teardown(in_tables, setup, teardown),
	    cmocka_unit_test_setup_teardown(hostile, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
