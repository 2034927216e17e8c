/* Loading a configuration: what the files give, and paths, defaults, includes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_dir.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Load text; it must be right. */
static struct rk_config *
load(const char *text)
{
	struct rk_config *cfg = NULL;
	struct rk_err err;

	if (config_dir_load(&dir, text, &cfg, &err) != 0)
		fail_msg("refused: %s", err.text);
	return cfg;
}

static void
assert_below(struct rk_str path, const char *parent, const char *rest)
{
	char want[512];

	(void)snprintf(want, sizeof(want), "%s%s", parent, rest);
	assert_string_equal(path.p, want);
}

/* The source is written at that place of folder/name. */
static void
assert_place(const struct rk_source *s, const char *folder, const char *name,
    unsigned line, unsigned column)
{
	assert_below(rk_str(s->file), folder, name);
	assert_int_equal(s->line, line);
	assert_int_equal(s->column, column);
}

static void
defaults(void **state)
{
	static const char *const empties[] = {"", "# nothing\n", "{}\n",
	    "---\n{}\n...\n", "\xEF\xBB\xBF# a byte order mark\r\nsite: {}\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(empties) / sizeof(empties[0]); i++) {
		struct rk_config *c = load(empties[i]);
		char parent[256];

		(void)snprintf(parent, sizeof(parent), "%.*s",
		    (int)(strrchr(dir.path, '/') - dir.path), dir.path);
		assert_string_equal(c->path.p, dir.main);
		assert_string_equal(c->folder.p, dir.path);
		assert_string_equal(c->site.title.p, "รวมข่าวภาครัฐ");
		assert_string_equal(c->site.base_url.p, "http://127.0.0.1:8080/");
		assert_string_equal(c->site.host.p, "127.0.0.1:8080");
		assert_string_equal(
		    c->site.contact.p, "mailto:webmaster@example.go.th");
		assert_string_equal(c->site.language.p, "th");
		assert_below(c->storage.state, parent, "/out/state");
		assert_int_equal(c->storage.keep, 0);
		assert_below(c->publish.directory, parent, "/out/public");
		assert_int_equal(c->publish.n_formats, 4);
		assert_string_equal(c->publish.formats[0].p, "atom");
		assert_string_equal(c->publish.formats[3].p, "html");
		assert_int_equal(c->publish.entries, 100);
		assert_string_equal(c->publish.hub.p, "builtin");
		assert_int_equal(c->fetch.every, 3600);
		assert_int_equal(c->fetch.every_unconditional, 4 * 3600);
		assert_int_equal(c->fetch.connections, 64);
		assert_int_equal(c->fetch.per_host, 2);
		assert_int_equal(c->fetch.host_gap, 1);
		assert_int_equal(c->fetch.timeout, 60);
		assert_int_equal(c->fetch.max_body, RK_MIB(8));
		assert_int_equal(c->fetch.n_allow_ports, 0);
		assert_int_equal(c->fetch.n_allow_addresses, 0);
		assert_int_equal(c->serve.listen.n, 0);
		assert_int_equal(c->regions_path.n, 0);
		assert_non_null(rk_regions_find(c->regions, RK_STR("province/phuket")));
		assert_int_equal(c->n_agencies, 0);
		assert_int_equal(c->n_sources, 0);
		rk_config_free(c);
	}
	rk_config_free(NULL);
}

static void
everything_set(void **state)
{
	static const char text[] =
	    "site:\n"
	    "  title: 'ข่าว \"ทดสอบ\"'\n"
	    "  base_url: https://News.Example.go.th:8443/feeds\n"
	    "  contact: https://news.example.go.th/contact\n"
	    "  language: th-TH\n"
	    "storage:\n"
	    "  state: state\n"
	    "  keep: forever\n"
	    "publish:\n"
	    "  directory: /srv/./www//feeds/../public/\n"
	    "  formats: [json, atom]\n"
	    "  entries: 1\n"
	    "  hub: none\n"
	    "fetch:\n"
	    "  every: 1s\n"
	    "  every_unconditional: 2s\n"
	    "  connections: 1024\n"
	    "  per_host: 64\n"
	    "  host_gap: 0s\n"
	    "  timeout: 1h\n"
	    "  max_body: 64KiB\n"
	    "  allow_ports: [8080, 65535]\n"
	    "  allow_addresses: [127.0.0.0/8, \"::1\", 10.1.2.3, \"fd00::ff/9\"]\n"
	    "serve:\n"
	    "  listen: '[::1]:0'\n"
	    "sources:\n"
	    "- id: a-1\n"
	    "  title: ก\n"
	    "  url: http://127.0.0.1:9000/feed.xml\n"
	    "  province: TH-83\n"
	    "  agency: some-office\n"
	    "  regions: [cluster/05, province/krabi, region/south]\n"
	    "  kind: feed\n"
	    "  every: 5s\n"
	    "  every_unconditional: 3s\n"
	    "  enabled: false\n"
	    "  priority: -7\n"
	    "  charset: windows-874\n"
	    "  timezone: '-03:30'\n"
	    "  distrust: [language, id]\n"
	    "  keep: 'ข่าว|ประกาศ'\n"
	    "  drop: (?i)test\n"
	    "  user_agent: reader/1 (+https://x.example/)\n"
	    "  headers: ['X-Key: s3cret', 'Accept-Language:th']\n"
	    "  ca_file: ca.pem\n"
	    "  proxy: socks5://127.0.0.1:1080\n"
	    "  page: {}\n"
	    "- {id: b, url: 'https://b.example.go.th/'}\n"
	    "topics:\n"
	    "- {id: flood, title: น้ำท่วม, match: 'น้ำท่วม OR อุทกภัย', regions: "
	    "[cluster/06]}\n"
	    "- {id: a, agencies: [some-office, some-office]}\n";
	struct rk_config *c;
	const struct rk_source *s;

	(void)state;
	config_dir_puts(&dir, "ca.pem", "-----BEGIN CERTIFICATE-----\n");
	c = load(text);
	assert_string_equal(c->site.title.p, "ข่าว \"ทดสอบ\"");
	assert_string_equal(
	    c->site.base_url.p, "https://News.Example.go.th:8443/feeds/");
	assert_string_equal(c->site.host.p, "news.example.go.th:8443");
	assert_below(c->storage.state, dir.path, "/state");
	assert_string_equal(c->publish.directory.p, "/srv/www/public");
	assert_int_equal(c->publish.n_formats, 2);
	assert_string_equal(c->publish.formats[0].p, "json");
	assert_int_equal(c->fetch.every, 1);
	assert_int_equal(c->fetch.host_gap, 0);
	assert_int_equal(c->fetch.max_body, RK_KIB(64));
	assert_int_equal(c->fetch.n_allow_ports, 2);
	assert_int_equal(c->fetch.allow_ports[1], 65535);
	assert_int_equal(c->fetch.n_allow_addresses, 4);
	assert_int_equal(c->fetch.allow_addresses[2].bits, 32);
	assert_true(c->fetch.allow_addresses[3].ipv6);
	assert_int_equal(c->fetch.allow_addresses[3].addr[1], 0); /* masked */
	assert_int_equal(c->n_sources, 2);
	s = &c->sources[0];
	assert_string_equal(s->id.p, "a-1");
	assert_string_equal(s->url.p, "http://127.0.0.1:9000/feed.xml");
	assert_string_equal(s->province.p, "TH-83");
	assert_string_equal(s->filter->keep.p, "ข่าว|ประกาศ");
	assert_string_equal(s->filter->drop.p, "(?i)test");
	assert_null(c->sources[1].filter);
	assert_int_equal(c->n_topics, 2);
	assert_string_equal(c->topics[0].id.p, "a");
	assert_string_equal(c->topics[0].title.p, "a");
	assert_int_equal(c->topics[0].match.n, 0);
	assert_int_equal(c->topics[0].n_publishers, 1);
	assert_string_equal(c->topics[0].publishers[0].p, "agency/some-office");
	assert_string_equal(c->topics[1].match.p, "น้ำท่วม OR อุทกภัย");
	assert_string_equal(c->topics[1].places[0].p, "cluster/06");
	assert_ptr_equal(
	    rk_regions_find(c->regions, RK_STR("topic/flood")), c->topics[1].node);
	assert_string_equal(c->topics[1].node->th.p, "น้ำท่วม");
	assert_string_equal(s->agency.p, "some-office");
	assert_int_equal(s->n_regions, 3);
	assert_string_equal(s->regions[1].p, "province/krabi");
	assert_int_equal(s->every, 5);
	assert_int_equal(s->every_unconditional, 3);
	assert_false(s->enabled);
	assert_int_equal(s->priority, -7);
	assert_string_equal(s->charset.p, "windows-874");
	assert_int_equal(s->timezone, -12600);
	assert_int_equal(s->distrust, RK_DISTRUST_LANGUAGE | RK_DISTRUST_ID);
	assert_string_equal(s->request->user_agent.p, "reader/1 (+https://x.example/)");
	assert_int_equal(s->request->n_headers, 2);
	assert_string_equal(s->request->headers[0].p, "X-Key: s3cret");
	assert_below(s->request->ca_file, dir.path, "/ca.pem");
	assert_string_equal(s->request->proxy.p, "socks5://127.0.0.1:1080");
	assert_place(s, dir.main, "", 27, 3);
	s = &c->sources[1];
	assert_string_equal(s->title.p, "b"); /* the id */
	assert_true(s->enabled);
	assert_int_equal(s->timezone, 25200);
	assert_int_equal(s->every, 600); /* fetch.every is under its floor */
	assert_int_equal(s->every_unconditional, 600);
	assert_place(s, dir.main, "", 48, 3);
	assert_non_null(rk_regions_find(c->regions, RK_STR("agency/some-office")));
	rk_config_free(c);
}

static void
intervals(void **state)
{
	struct rk_config *c;

	(void)state;
	c = load("fetch: {every: 6h}\n"
		 "sources:\n"
		 "- {id: a, url: 'http://a.example/'}\n"
		 "- {id: b, url: 'http://b.example/', every: 12h}\n"
		 "- {id: c, url: 'http://c.example/', every_unconditional: 10m}\n"
		 "- {id: d, url: 'http://d.example/', every: 600s}\n");
	/* What was not written is never busier than what a validator allows. */
	assert_int_equal(c->fetch.every_unconditional, 6 * 3600);
	assert_int_equal(c->sources[0].every_unconditional, 6 * 3600);
	assert_int_equal(c->sources[1].every, 12 * 3600);
	assert_int_equal(c->sources[1].every_unconditional, 12 * 3600);
	assert_int_equal(c->sources[2].every_unconditional, 600);
	assert_int_equal(c->sources[3].every, 600);
	rk_config_free(c);
	c = load("fetch: {every: 1s, allow_addresses: [127.0.0.0/8]}\n"
		 "sources:\n"
		 "- {id: a, url: 'http://127.9.9.9/'}\n"
		 "- {id: b, url: 'http://localhost:81/'}\n"
		 "- {id: c, url: 'http://localhost.example/'}\n"
		 "- {id: d, url: 'http://[::1]/'}\n"
		 "- {id: e, url: 'http://128.0.0.1/'}\n");
	assert_int_equal(c->sources[0].every, 1);
	assert_int_equal(c->sources[1].every, 1);
	assert_int_equal(c->sources[2].every, 600);
	assert_int_equal(c->sources[3].every, 600);
	assert_int_equal(c->sources[4].every, 600);
	rk_config_free(c);
	c = load("fetch: {allow_addresses: ['::1']}\n"
		 "sources:\n"
		 "- {id: a, url: 'http://[::1]/', every: 1s}\n"
		 "- {id: b, url: 'http://localhost/', every: 1s}\n");
	assert_int_equal(c->sources[0].every, 1);
	assert_int_equal(c->sources[1].every, 1);
	rk_config_free(c);
}

static void
includes(void **state)
{
	struct rk_config *c;

	(void)state;
	config_dir_puts(&dir, "sources/b.yml",
	    "defaults: {province: TH-50, every: 30m, enabled: false, regions: "
	    "[cluster/01],"
	    " headers: ['X-A: b'], ca_file: ../ca2.pem}\n"
	    "sources:\n"
	    "- id: b1\n"
	    "  url: http://b.example/\n"
	    "- id: b2\n"
	    "  url: http://b.example/\n"
	    "  province: ''\n"
	    "  every: ''\n"
	    "  enabled: true\n"
	    "  regions: []\n"
	    "  headers: []\n"
	    "  ca_file: ''\n");
	config_dir_puts(&dir, "ca2.pem", "x");
	config_dir_puts(
	    &dir, "sources/a.yml", "sources: [{id: a1, url: 'http://a.example/'}]\n");
	config_dir_puts(&dir, "sources/c.yml", "# only a comment\n");
	config_dir_puts(&dir, "sources/.hidden.yml", "]");
	config_dir_puts(&dir, "sources/readme.txt", "]");
	/* The default pattern, and the same files by two patterns once. */
	for (int i = 0; i < 2; i++) {
		c = load(
		    i == 0 ? "sources: [{id: m, url: 'http://m.example/'}]\n"
			   : "include: [sources/*.yml, 'sources/[ab].yml', no/*.yml]\n"
			     "sources: [{id: m, url: 'http://m.example/'}]\n");
		assert_int_equal(c->n_sources, 4);
		assert_string_equal(c->sources[0].id.p, "m");
		assert_string_equal(c->sources[1].id.p, "a1");
		assert_string_equal(c->sources[2].id.p, "b1");
		assert_string_equal(c->sources[3].id.p, "b2");
		assert_place(&c->sources[3], dir.path, "/sources/b.yml", 5, 3);
		assert_string_equal(c->sources[2].province.p, "TH-50");
		assert_int_equal(c->sources[2].every, 1800);
		assert_false(c->sources[2].enabled);
		assert_int_equal(c->sources[2].n_regions, 1);
		assert_int_equal(c->sources[2].request->n_headers, 1);
		assert_below(c->sources[2].request->ca_file, dir.path, "/ca2.pem");
		assert_int_equal(c->sources[3].province.n, 0);
		assert_int_equal(c->sources[3].every, 3600);
		assert_true(c->sources[3].enabled);
		assert_int_equal(c->sources[3].n_regions, 0);
		assert_int_equal(c->sources[3].request->n_headers, 0);
		assert_int_equal(c->sources[3].request->ca_file.n, 0);
		rk_config_free(c);
	}
	c = load("include: []\n");
	assert_int_equal(c->n_sources, 0);
	assert_int_equal(c->n_include_folders, 0);
	rk_config_free(c);
	/* Where they lie, as far as their names are no patterns. */
	c = load("include: [sources/*.yml, a/b.yml, ../x/./y, '/no[pq]/such/*.yml', "
		 "'/q/r?/s', '*.yml']\n");
	assert_int_equal(c->n_include_folders, 6);
	assert_below(c->include_folders[0], dir.path, "/sources");
	assert_below(c->include_folders[1], dir.path, "/a");
	assert_string_equal(strrchr(c->include_folders[2].p, '/'), "/x");
	assert_string_equal(c->include_folders[3].p, "/");
	assert_string_equal(c->include_folders[4].p, "/q");
	assert_string_equal(c->include_folders[5].p, c->folder.p);
	rk_config_free(c);
}

/* A folder that cannot be read is not one without files. */
static void
unreadable_includes(void **state)
{
	struct rk_config *c = NULL;
	struct rk_err err;
	char path[600];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/loop", dir.path);
	assert_int_equal(symlink("loop", path), 0);
	assert_int_equal(
	    config_dir_load(&dir, "include:\n- no/*.yml\n- loop/*.yml\n", &c, &err),
	    -1);
	assert_int_equal(err.kind, RK_E_CONFIG);
	assert_non_null(strstr(err.text, "/ruamkhao.yml:3:3: include[1]: "));
	assert_non_null(strstr(
	    err.text, "/loop cannot be read: Too many levels of symbolic links"));
	assert_int_equal(
	    config_dir_load(&dir, "include: [loop/a.yml]\n", &c, &err), -1);
	assert_non_null(strstr(err.text, "/ruamkhao.yml:1:11: include[0]: "));
	assert_non_null(strstr(err.text, "a.yml cannot be read: Too many levels"));
	/* a file where a folder could be is passed over, as what is not there */
	config_dir_puts(&dir, "file", "");
	assert_int_equal(
	    config_dir_load(&dir, "include: ['*/*.yml', file/x.yml, none]\n", &c, &err),
	    0);
	rk_config_free(c);
}

/* Messages and files go by the path as it was given; the folder's name is no pattern.
 */
static void
relative_path(void **state)
{
	struct rk_config *c = NULL;
	struct rk_err err;
	char old[512];

	(void)state;
	assert_non_null(getcwd(old, sizeof(old)));
	config_dir_puts(&dir, "[ab]*/ruamkhao.yml", "include: [x-*.yml]\n");
	config_dir_puts(
	    &dir, "[ab]*/x-1.yml", "sources:\n- id: x\n  url: http://x.example/\n");
	assert_int_equal(chdir(dir.path), 0);
	assert_int_equal(rk_config_load("[ab]*/ruamkhao.yml", NULL, &c, &err), 0);
	assert_int_equal(c->n_sources, 1);
	assert_string_equal(c->sources[0].file, "[ab]*/x-1.yml");
	assert_int_equal(c->sources[0].line, 2);
	assert_int_equal(c->sources[0].column, 3);
	assert_below(c->folder, dir.path, "/[ab]*");
	rk_config_free(c);
	config_dir_puts(&dir, "[ab]*/x-2.yml", "sources: [{id: x}]\n");
	assert_int_equal(rk_config_load("[ab]*/ruamkhao.yml", NULL, &c, &err), -1);
	assert_string_equal(
	    err.text, "[ab]*/x-2.yml:1:11: the key \"url\" is missing in a source");
	assert_int_equal(chdir(old), 0);
}

static void
tables(void **state)
{
	struct rk_config *c;
	const struct rk_node *n;

	(void)state;
	config_dir_puts(&dir, "regions.yml",
	    "provinces: [{iso: TH-99, slug: test-land, th: ทดสอบ, en: Test Land}]\n"
	    "groups:\n"
	    "- id: cluster/99\n"
	    "  th: ก\n"
	    "  en: G\n"
	    "  members: [{from: 2020-02-29, provinces: [TH-99]}]\n");
	config_dir_puts(&dir, "agencies.yml",
	    "agencies:\n"
	    "- {id: dopa, th: กรมการปกครอง, en: Provincial Administration, short: ปค.,"
	    " ministry: มหาดไทย, hosts: [www.dopa.go.th]}\n"
	    "- {id: other, th: อื่น}\n");
	c = load("sources: [{id: a, url: 'http://a.example/', province: TH-99, agency: "
		 "dopa},"
		 " {id: b, url: 'http://a.example/', agency: undescribed}]\n");
	assert_below(c->regions_path, dir.path, "/regions.yml");
	assert_below(c->agencies_path, dir.path, "/agencies.yml");
	assert_null(rk_regions_find(c->regions, RK_STR("province/phuket")));
	n = rk_regions_find(c->regions, RK_STR("province/test-land"));
	assert_string_equal(n->th.p, "ทดสอบ");
	assert_int_equal(c->n_agencies, 2);
	assert_string_equal(c->agencies[0].short_name.p, "ปค.");
	assert_string_equal(c->agencies[0].hosts[0].p, "www.dopa.go.th");
	n = rk_regions_find(c->regions, RK_STR("agency/dopa"));
	assert_string_equal(n->en.p, "Provincial Administration");
	assert_string_equal(n->term.p, "dopa");
	n = rk_regions_find(c->regions, RK_STR("agency/undescribed"));
	assert_string_equal(n->th.p, "undescribed");
	rk_config_free(c);
	c = load("publish: {entries: 5, nodes: [{id: topic/t, entries: 9}, {id: all,"
		 " summary_only: true}]}\n"
		 "topics: [{id: t, regions: [cluster/99], ministries: [มหาดไทย]}]\n");
	assert_int_equal(c->topics[0].n_publishers, 1);
	assert_string_equal(c->topics[0].publishers[0].p, "agency/dopa");
	{
		bool summary;

		assert_int_equal(rk_config_entries(c, RK_STR("topic/t"), &summary), 9);
		assert_false(summary);
		assert_int_equal(rk_config_entries(c, RK_STR("all"), &summary), 5);
		assert_true(summary);
		assert_int_equal(rk_config_entries(c, RK_STR("national"), &summary), 5);
		assert_false(summary);
	}
	rk_config_free(c);
	c = load("regions: ''\nagencies: ''\n");
	assert_int_equal(c->regions_path.n, 0);
	assert_int_equal(c->n_agencies, 0);
	assert_non_null(rk_regions_find(c->regions, RK_STR("province/phuket")));
	rk_config_free(c);
}

static void
formats_that_are_built(void **state)
{
	static const char *const built[] = {"atom", "json", NULL};
	struct rk_config_opts opts = {.formats = built};
	struct rk_config *c = NULL;
	struct rk_err err;

	(void)state;
	config_dir_puts(&dir, "ruamkhao.yml", "");
	assert_int_equal(rk_config_load(dir.main, &opts, &c, &err), 0);
	assert_int_equal(c->publish.n_formats, 2);
	assert_string_equal(c->publish.formats[1].p, "json");
	rk_config_free(c);
	config_dir_puts(&dir, "ruamkhao.yml", "publish:\n  formats: [atom, rss]\n");
	assert_int_equal(rk_config_load(dir.main, &opts, &c, &err), -1);
	assert_non_null(strstr(err.text, ":2:19: publish.formats[1]: \"rss\" is not "
					 "built yet (expected of: atom, json)"));
	config_dir_puts(&dir, "ruamkhao.yml", "publish:\n  formats: [atom, xml]\n");
	assert_int_equal(rk_config_load(dir.main, &opts, &c, &err), -1);
	assert_non_null(
	    strstr(err.text, "publish.formats[1]: \"xml\" (expected of: atom, json)"));
}

/* How an edit is validated: bytes in place of a file that is not touched. */
static void
bytes_instead_of_a_file(void **state)
{
	struct rk_config *c = NULL;
	struct rk_err err;
	struct rk_str text;
	char path[400];

	(void)state;
	config_dir_puts(&dir, "ruamkhao.yml", "");
	config_dir_puts(&dir, "sources/a.yml", "sources: []\n");
	(void)snprintf(path, sizeof(path), "%s/./sources/a.yml", dir.path);
	text = RK_STR("sources: [{id: new, url: 'http://n.example/'}]\n");
	assert_int_equal(
	    rk_config_load_instead(dir.main, NULL, path, text, &c, &err), 0);
	assert_int_equal(c->n_sources, 1);
	assert_string_equal(c->sources[0].id.p, "new");
	rk_config_free(c);
	text = RK_STR("sources: [{id: new}]\n");
	assert_int_equal(
	    rk_config_load_instead(dir.main, NULL, path, text, &c, &err), -1);
	assert_int_equal(err.line, 1);
	assert_int_equal(err.column, 11);
	text = RK_STR("");
	assert_int_equal(
	    rk_config_load_instead(dir.main, NULL, path, text, &c, &err), 0);
	rk_config_free(c);
	assert_int_equal(rk_config_load(dir.main, NULL, &c, &err), 0);
	assert_int_equal(c->n_sources, 0);
	rk_config_free(c);
}

static void
files_that_cannot_be_read(void **state)
{
	struct rk_config *c = NULL;
	struct rk_err err;
	char path[400];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/none.yml", dir.path);
	assert_int_equal(rk_config_load(path, NULL, &c, &err), -1);
	assert_int_equal(err.kind, RK_E_SYS);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(rk_config_load(dir.path, NULL, &c, &err), -1);
	assert_int_equal(err.kind, RK_E_SYS);
	assert_int_equal(rk_config_load("-", NULL, &c, &err), -1);
	assert_int_equal(err.kind, RK_E_SYS);
	/* A folder that a pattern finds is no file of sources. */
	config_dir_puts(&dir, "sources/a.yml", "");
	(void)snprintf(path, sizeof(path), "%s/sources/d.yml", dir.path);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(
	    config_dir_load(&dir, "\ninclude: [b/*, '*/*.yml']\n", &c, &err), -1);
	assert_int_equal(err.kind, RK_E_CONFIG);
	assert_non_null(strstr(err.text, "/ruamkhao.yml:2:16: include[1]: "));
	assert_non_null(strstr(err.text, "d.yml: Is a directory"));
	assert_int_equal(config_dir_load(&dir, "regions: sources\n", &c, &err), -1);
	assert_non_null(strstr(err.text, "/ruamkhao.yml:1:10: regions: "));
}

/* Lines of every length end with each kind of break: places are counted right. */
static void
places(void **state)
{
	static const char *const breaks[] = {
	    "\n", "\r", "\r\n", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
	static const char *const fills[] = {"x", "é", "—"};

	(void)state;
	for (size_t k = 0; k < sizeof(breaks) / sizeof(breaks[0]); k++)
		for (size_t f = 0; f < sizeof(fills) / sizeof(fills[0]); f++)
			for (int n = 0; n < 300; n = n < 80 || n > 240 ? n + 1 : n + 20) {
				const char *br = breaks[k];
				struct rk_config *c;
				char text[4096];
				int at = snprintf(text, sizeof(text), "sources:%s#", br);

				for (int i = 0; i < n; i++)
					at += snprintf(text + at, sizeof(text) - (size_t)at,
					    "%s", fills[f]);
				(void)snprintf(text + at, sizeof(text) - (size_t)at,
				    "%s%s#%s- id: a%s  url: http://a.example/%s"
				    "-  id: b%s   url: http://b.example/%s",
				    br, br, br, br, br, br, br);
				c = load(text);
				assert_int_equal(c->n_sources, 2);
				assert_int_equal(c->sources[0].line, 5);
				assert_int_equal(c->sources[0].column, 3);
				assert_int_equal(c->sources[1].line, 7);
				assert_int_equal(c->sources[1].column, 4);
				rk_config_free(c);
			}
}

/* Each source of an agency of its own, which no file names. */
static void
many_agencies(void **state)
{
	enum { MANY = 10000 };
	struct rk_config *c;
	struct rk_buf b;
	char id[32];

	(void)state;
	rk_buf_init(&b, SIZE_MAX);
	(void)rk_buf_adds(&b, "sources:\n");
	for (int i = 0; i < MANY; i++)
		(void)rk_buf_addf(&b,
		    "- id: s%d\n  title: \"กรม %d\"\n  url: http://h%d.example/\n"
		    "  agency: a%d\n",
		    i, i, i % 100, i);
	c = load(b.p);
	rk_buf_release(&b);
	assert_int_equal(c->n_sources, MANY);
	for (int i = 0; i < MANY; i++) {
		const struct rk_source *s = &c->sources[i];
		const struct rk_node *node;

		(void)snprintf(id, sizeof(id), "agency/a%d", i);
		node = rk_regions_find(c->regions, rk_str(id));
		assert_non_null(node);
		assert_true(rk_str_eq(node->term, s->agency));
		assert_true(rk_str_eq(node->th, s->agency));
		assert_int_equal(node->scheme, RK_SCHEME_AGENCY);
		assert_int_equal(s->line, 2 + 4 * i);
		assert_int_equal(s->column, 3);
		assert_true(s->host.p == c->sources[i % 100].host.p); /* kept once */
	}
	rk_config_free(c);
}

static void
address_ranges(void **state)
{
	static const char *const good[] = {"127.0.0.0/8", "::1", "10.1.2.3",
	    "0.0.0.0/0", "::/0", "fe80::/10", "1.2.3.4/32", "::ffff:1.2.3.4/128"};
	static const char *const wrong[] = {"", "/", "127.0.0.1/", "127.0.0.1/33",
	    "::1/129", "127.1", "0127.0.0.1", "localhost", "1.2.3.4/8/8", "1.2.3.4 ",
	    "1.2.3.4/ 8", "1.2.3.4/-1", "1.2.3.4/08", "[::1]", "fe80::1%eth0",
	    "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:2222"};
	struct rk_cidr c;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(rk_cidr_parse(rk_str(good[i]), &c), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(rk_cidr_parse(rk_str(wrong[i]), &c), -1);
	assert_int_equal(rk_cidr_parse(rk_strn("1.2.3.4\0", 8), &c), -1);
	assert_int_equal(rk_cidr_parse(RK_STR("10.255.255.255/12"), &c), 0);
	assert_int_equal(c.bits, 12);
	assert_int_equal(c.addr[0], 10);
	assert_int_equal(c.addr[1], 240);
	assert_int_equal(c.addr[2], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(defaults, setup, teardown),
	    cmocka_unit_test_setup_teardown(everything_set, setup, teardown),
	    cmocka_unit_test_setup_teardown(intervals, setup, teardown),
	    cmocka_unit_test_setup_teardown(includes, setup, teardown),
	    cmocka_unit_test_setup_teardown(unreadable_includes, setup, teardown),
	    cmocka_unit_test_setup_teardown(relative_path, setup, teardown),
	    cmocka_unit_test_setup_teardown(tables, setup, teardown),
	    cmocka_unit_test_setup_teardown(formats_that_are_built, setup, teardown),
	    cmocka_unit_test_setup_teardown(bytes_instead_of_a_file, setup, teardown),
	    cmocka_unit_test_setup_teardown(files_that_cannot_be_read, setup, teardown),
	    cmocka_unit_test_setup_teardown(places, setup, teardown),
	    cmocka_unit_test_setup_teardown(many_agencies, setup, teardown),
	    cmocka_unit_test(address_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
