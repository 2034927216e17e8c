/* What show prints loads to the same configuration; describe leaves no option out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_dir.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/parse.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct config_dir dir, other;

static int
setup(void **state)
{
	(void)state;
	config_dir_make(&dir);
	config_dir_make(&other);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	config_dir_remove(&dir);
	config_dir_remove(&other);
	return 0;
}

static void
assert_same_str(struct rk_str a, struct rk_str b)
{
	if (!rk_str_eq(a, b))
		fail_msg("\"%.*s\" is not \"%.*s\"", RK_FMT(a), RK_FMT(b));
}

static void
assert_same_list(const struct rk_str *a, size_t n_a, const struct rk_str *b, size_t n_b)
{
	assert_int_equal(n_a, n_b);
	for (size_t i = 0; i < n_a; i++)
		assert_same_str(a[i], b[i]);
}

static void
assert_same_page(const struct rk_page_rules *a, const struct rk_page_rules *b)
{
	assert_same_str(a->preset, b->preset);
	assert_same_str(a->container, b->container);
	assert_same_str(a->items, b->items);
	assert_same_str(a->link, b->link);
	assert_same_str(a->title, b->title);
	assert_same_str(a->date, b->date);
	assert_same_str(a->author, b->author);
	assert_same_str(a->image, b->image);
	assert_same_str(a->body, b->body);
	assert_same_str(a->article.title, b->article.title);
	assert_same_str(a->article.date, b->article.date);
	assert_same_str(a->article.author, b->article.author);
	assert_same_str(a->article.image, b->article.image);
	assert_same_str(a->article.body, b->article.body);
	assert_same_list(a->drop, a->n_drop, b->drop, b->n_drop);
	assert_int_equal(a->min_items, b->min_items);
	assert_int_equal(a->has_article, b->has_article);
}

static void
assert_same_source(const struct rk_source *a, const struct rk_source *b)
{
	assert_same_str(a->id, b->id);
	assert_same_str(a->title, b->title);
	assert_same_str(a->url, b->url);
	assert_same_str(a->province, b->province);
	assert_same_str(a->agency, b->agency);
	assert_same_list(a->regions, a->n_regions, b->regions, b->n_regions);
	assert_same_str(a->charset, b->charset);
	assert_same_str(a->request->user_agent, b->request->user_agent);
	assert_same_str(a->request->ca_file, b->request->ca_file);
	assert_same_str(a->request->proxy, b->request->proxy);
	assert_same_list(a->request->headers, a->request->n_headers, b->request->headers, b->request->n_headers);
	assert_true(a->every == b->every);
	assert_true(a->every_unconditional == b->every_unconditional);
	assert_int_equal(a->timezone, b->timezone);
	assert_int_equal(a->priority, b->priority);
	assert_int_equal(a->distrust, b->distrust);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->enabled, b->enabled);
	assert_int_equal(a->filter != NULL, b->filter != NULL);
	if (a->filter != NULL) {
		assert_same_str(a->filter->keep, b->filter->keep);
		assert_same_str(a->filter->drop, b->filter->drop);
	}
	assert_int_equal(a->page != NULL, b->page != NULL);
	if (a->page != NULL)
		assert_same_page(a->page, b->page);
}

static void
assert_same(const struct rk_config *a, const struct rk_config *b)
{
	assert_same_str(a->site.title, b->site.title);
	assert_same_str(a->site.base_url, b->site.base_url);
	assert_same_str(a->site.contact, b->site.contact);
	assert_same_str(a->site.rights, b->site.rights);
	assert_same_str(a->site.language, b->site.language);
	assert_same_str(a->site.host, b->site.host);
	assert_same_str(a->storage.state, b->storage.state);
	assert_true(a->storage.keep == b->storage.keep);
	assert_same_str(a->publish.directory, b->publish.directory);
	assert_same_list(a->publish.formats, a->publish.n_formats, b->publish.formats,
	    b->publish.n_formats);
	assert_int_equal(a->publish.entries, b->publish.entries);
	assert_int_equal(a->publish.summary_only, b->publish.summary_only);
	assert_int_equal(a->publish.n_nodes, b->publish.n_nodes);
	for (size_t i = 0; i < a->publish.n_nodes; i++) {
		assert_same_str(a->publish.nodes[i].id, b->publish.nodes[i].id);
		assert_int_equal(a->publish.nodes[i].entries, b->publish.nodes[i].entries);
		assert_int_equal(
		    a->publish.nodes[i].summary_only, b->publish.nodes[i].summary_only);
	}
	assert_int_equal(a->n_topics, b->n_topics);
	for (size_t i = 0; i < a->n_topics; i++) {
		assert_same_str(a->topics[i].id, b->topics[i].id);
		assert_same_str(a->topics[i].title, b->topics[i].title);
		assert_same_str(a->topics[i].match, b->topics[i].match);
		assert_same_list(a->topics[i].places, a->topics[i].n_places,
		    b->topics[i].places, b->topics[i].n_places);
		assert_same_list(a->topics[i].publishers, a->topics[i].n_publishers,
		    b->topics[i].publishers, b->topics[i].n_publishers);
	}
	assert_same_str(a->publish.hub, b->publish.hub);
	assert_true(a->fetch.every == b->fetch.every);
	assert_true(a->fetch.every_unconditional == b->fetch.every_unconditional);
	assert_int_equal(a->fetch.connections, b->fetch.connections);
	assert_int_equal(a->fetch.per_host, b->fetch.per_host);
	assert_true(a->fetch.host_gap == b->fetch.host_gap);
	assert_true(a->fetch.timeout == b->fetch.timeout);
	assert_true(a->fetch.max_body == b->fetch.max_body);
	assert_int_equal(a->fetch.n_allow_ports, b->fetch.n_allow_ports);
	assert_memory_equal(a->fetch.allow_ports, b->fetch.allow_ports,
	    a->fetch.n_allow_ports * sizeof(uint16_t));
	assert_int_equal(a->fetch.n_allow_addresses, b->fetch.n_allow_addresses);
	for (size_t i = 0; i < a->fetch.n_allow_addresses; i++) {
		const struct rk_cidr *x = &a->fetch.allow_addresses[i];
		const struct rk_cidr *y = &b->fetch.allow_addresses[i];

		assert_int_equal(x->ipv6, y->ipv6);
		assert_int_equal(x->bits, y->bits);
		assert_memory_equal(x->addr, y->addr, sizeof(x->addr));
	}
	assert_same_str(a->serve.listen, b->serve.listen);
	assert_same_str(a->regions_path, b->regions_path);
	assert_same_str(a->agencies_path, b->agencies_path);
	assert_int_equal(rk_regions_count(a->regions), rk_regions_count(b->regions));
	assert_int_equal(a->n_agencies, b->n_agencies);
	assert_int_equal(a->n_sources, b->n_sources);
	for (size_t i = 0; i < a->n_sources; i++)
		assert_same_source(&a->sources[i], &b->sources[i]);
}

/* Load text here, show it, load that in another folder, compare, show again. */
static void
round_trip(const char *text)
{
	struct rk_config_opts opts = {.page = rk_page_resolve};
	struct rk_config *a = NULL, *b = NULL;
	struct rk_buf first, second;
	struct rk_err err;

	rk_buf_init(&first, RK_MIB(8));
	rk_buf_init(&second, RK_MIB(8));
	config_dir_puts(&dir, "ruamkhao.yml", text);
	if (rk_config_load(dir.main, &opts, &a, &err) != 0)
		fail_msg("refused: %s", err.text);
	assert_int_equal(rk_config_show(a, &first), 0);
	config_dir_puts(&other, "ruamkhao.yml", first.p);
	if (rk_config_load(other.main, &opts, &b, &err) != 0)
		fail_msg("what was shown is refused: %s\n%s", err.text, first.p);
	assert_same(a, b);
	assert_int_equal(rk_config_show(b, &second), 0);
	assert_string_equal(first.p, second.p);
	rk_config_free(a);
	rk_config_free(b);
	rk_buf_release(&first);
	rk_buf_release(&second);
}

static void
show_loads_to_the_same(void **state)
{
	(void)state;
	round_trip("");
	round_trip(
	    "site: {title: 'a \"b\" \\ c: # ก'}\n"
	    "fetch: {every: 90s, allow_addresses: [127.0.0.0/8, '::1', fd00::/8],"
	    " allow_ports: [81, 82], max_body: 1025KiB, host_gap: 0s}\n"
	    "publish: {formats: [html, atom], hub: none, entries: 7}\n"
	    "serve: {listen: '[::1]:8080'}\n");
	config_dir_puts(&dir, "ca.pem", "x");
	config_dir_puts(
	    &dir, "regions.yml", "provinces: [{iso: TH-01, slug: x, th: ก, en: X}]\n");
	config_dir_puts(
	    &dir, "agencies.yml", "agencies: [{id: z, th: ก, ministry: 'ม. \"a\"'}]\n");
	config_dir_puts(&dir, "sources/x.yml",
	    "defaults: {every: 20m, timezone: '-09:30', distrust: [date, author]}\n"
	    "sources:\n"
	    "- {id: '0', url: 'https://a.example/?a=b&c=d', title: ' - [x] '}\n"
	    "- {id: true, url: 'https://a.example/', title: '@x', every: 1d}\n");
	round_trip("publish:\n"
		   "  summary_only: true\n"
		   "  nodes: [{id: topic/a, entries: 9}, {id: all, summary_only: false}]\n"
		   "topics:\n"
		   "- {id: b, title: '- \"x\"', match: '\"a b\" OR -c', regions: [national]}\n"
		   "- {id: a, ministries: ['ม. \"a\"'], agencies: [z]}\n");
	round_trip("fetch: {every: 1s, allow_addresses: [127.0.0.0/8]}\n"
		   "sources:\n"
		   "- id: near\n"
		   "  url: http://127.0.0.1:9/x\n"
		   "- id: far\n"
		   "  url: http://far.example/\n"
		   "  province: TH-01\n"
		   "  agency: y\n"
		   "  regions: [province/x]\n"
		   "  enabled: false\n"
		   "  priority: -3\n"
		   "  charset: windows-874\n"
		   "  user_agent: 'a \"b\"'\n"
		   "  headers: ['X: \"\\ y', 'Z: 1']\n"
		   "  ca_file: ca.pem\n"
		   "  proxy: http://p.example:3128\n"
		   "  keep: '\\d+ \"x\"'\n"
		   "- {id: c, url: 'https://c.example/', drop: '^ก|ข$'}\n");
	round_trip("sources:\n"
		   "- {id: wp, url: 'https://w.example/', kind: wordpress, page: {}}\n"
		   "- id: own\n"
		   "  url: https://p.example/news.php\n"
		   "  kind: page\n"
		   "  page:\n"
		   "    container: //*[@id=\"x\"]\n"
		   "    items: //*[@class='a \"b\" \\ ก']/li\n"
		   "    link: .//a/@href\n"
		   "    title: .//a\n"
		   "    date: b\n"
		   "    author: i\n"
		   "    image: .//img/@src\n"
		   "    body: p\n"
		   "    article: {title: //h1, date: //b, author: //i, image: //img/@src,"
		   " body: //div}\n"
		   "    drop: [//nav, //footer]\n"
		   "    min_items: 0\n"
		   "- id: bare\n"
		   "  url: https://p.example/\n"
		   "  kind: page\n"
		   "  page: {items: //li}\n");
	for (size_t i = 0; i < 5; i++) {
		static const char *const presets[] = {
		    "wordpress", "ewt", "joomla", "drupal", "prd"};
		char text[200];

		(void)snprintf(text, sizeof(text),
		    "sources: [{id: a, url: 'https://a.example/', kind: page, "
		    "page: {preset: %s}}]\n",
		    presets[i]);
		round_trip(text);
	}
}

/* The files that come with the program. */
static void
shipped_files(void **state)
{
	char *root = realpath(RK_SOURCE_DIR, NULL), want[4096];
	struct rk_config *c = NULL;
	struct rk_err err;

	(void)state;
	assert_non_null(root);
	if (rk_config_load(RK_SOURCE_DIR "/feeds/ruamkhao.yml", NULL, &c, &err) != 0)
		fail_msg("%s", err.text);
	/* What is written there is what holds without it, paths and table aside. */
	(void)snprintf(want, sizeof(want), "%s/out/state", root);
	assert_string_equal(c->storage.state.p, want);
	(void)snprintf(want, sizeof(want), "%s/out/public", root);
	assert_string_equal(c->publish.directory.p, want);
	(void)snprintf(want, sizeof(want), "%s/feeds/regions.yml", root);
	assert_string_equal(c->regions_path.p, want);
	assert_int_equal(c->fetch.n_allow_addresses, 0);
	rk_config_free(c);
	free(root);
}

static void
describe_names_all(void **state)
{
	static const char *const names[] = {"site.title", "site.base_url",
	    "site.contact", "site.language", "site.rights", "storage.state", "storage.keep",
	    "publish.directory", "publish.formats", "publish.entries", "publish.hub",
	    "publish.summary_only", "publish.nodes", "publish.nodes.id",
	    "publish.nodes.entries", "publish.nodes.summary_only", "topics.id",
	    "topics.title", "topics.match", "topics.regions", "topics.agencies",
	    "topics.ministries",
	    "fetch.every", "fetch.every_unconditional", "fetch.connections",
	    "fetch.per_host", "fetch.host_gap", "fetch.timeout", "fetch.max_body",
	    "fetch.allow_ports", "fetch.allow_addresses", "serve.listen", "regions",
	    "agencies", "include", "sources", "topics", "defaults", "id", "title",
	    "url", "province", "agency", "kind", "every", "every_unconditional",
	    "enabled", "priority", "charset", "timezone", "distrust", "keep", "drop",
	    "user_agent", "headers", "ca_file", "proxy", "page", "page.preset",
	    "page.container", "page.items", "page.link", "page.title", "page.date",
	    "page.author", "page.image", "page.body", "page.article", "page.drop",
	    "page.min_items", "page.article.title", "page.article.date",
	    "page.article.author", "page.article.image", "page.article.body", "th",
	    "en", "short", "ministry", "hosts"};
	struct rk_buf b;

	(void)state;
	rk_buf_init(&b, RK_MIB(1));
	assert_int_equal(rk_config_describe(&b), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char line[64];
		const char *at;

		(void)snprintf(line, sizeof(line), "\n  %s\n      type: ", names[i]);
		at = strstr(b.p, line);
		if (at == NULL)
			fail_msg("%s is not described", names[i]);
	}
	assert_non_null(strstr(
	    b.p, "  fetch.every\n      type: a duration such as 30m; default: 1h\n"));
	assert_non_null(strstr(b.p, "  id\n      type: a text; required\n"));
	assert_non_null(
	    strstr(b.p, "  serve.listen\n      type: a text; default: \"\"\n"));
	for (const char *p = b.p, *end; *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		assert_non_null(end); /* whole lines, none too wide for a terminal */
		assert_true(end - p < 110);
	}
	rk_buf_release(&b);
}

static void
a_small_buffer(void **state)
{
	struct rk_config *c = NULL;
	struct rk_err err;
	struct rk_buf b;

	(void)state;
	assert_int_equal(config_dir_load(&dir, "", &c, &err), 0);
	rk_buf_init(&b, 50);
	assert_int_equal(rk_config_show(c, &b), -1);
	rk_buf_reset(&b);
	assert_int_equal(rk_config_describe(&b), -1);
	rk_buf_release(&b);
	rk_config_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(show_loads_to_the_same, setup, teardown),
	    cmocka_unit_test(shipped_files),
	    cmocka_unit_test(describe_names_all),
	    cmocka_unit_test_setup_teardown(a_small_buffer, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
