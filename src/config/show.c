/*
 * The effective configuration as YAML, and the option table for people. What show
 * prints loads to the same configuration: all paths are absolute, all sources stand in
 * the one file, defaults are written out.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/units.h>

#include <string.h>

/* Always in quotes: then no text is taken for something else. No control characters
 * are in a loaded text, so two escapes are enough. */
static void
put_text(struct rk_buf *b, struct rk_str text)
{
	(void)rk_buf_addc(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			(void)rk_buf_addc(b, '\\');
		(void)rk_buf_addc(b, text.p[i]);
	}
	(void)rk_buf_addc(b, '"');
}

static void
put(struct rk_buf *b, const char *key, struct rk_str text)
{
	(void)rk_buf_addf(b, "  %s: ", key);
	put_text(b, text);
	(void)rk_buf_addc(b, '\n');
}

static void
put_given(struct rk_buf *b, const char *key, struct rk_str text)
{
	if (text.n > 0)
		put(b, key, text);
}

static void
put_duration(struct rk_buf *b, const char *key, int64_t seconds)
{
	char text[32];

	(void)rk_buf_addf(
	    b, "  %s: %s\n", key, rk_format_duration(seconds, text, sizeof(text)));
}

static void
put_list(struct rk_buf *b, const char *key, const struct rk_str *list, size_t n)
{
	(void)rk_buf_addf(b, "  %s: [", key);
	for (size_t i = 0; i < n; i++) {
		(void)rk_buf_adds(b, i > 0 ? ", " : "");
		put_text(b, list[i]);
	}
	(void)rk_buf_adds(b, "]\n");
}

static void
show_fetch(const struct rk_config *cfg, struct rk_buf *b)
{
	char text[32];
	struct rk_arena *scratch = rk_arena_new(0);

	(void)rk_buf_adds(b, "fetch:\n");
	put_duration(b, "every", cfg->fetch.every);
	put_duration(b, "every_unconditional", cfg->fetch.every_unconditional);
	(void)rk_buf_addf(b, "  connections: %u\n  per_host: %u\n",
	    cfg->fetch.connections, cfg->fetch.per_host);
	put_duration(b, "host_gap", cfg->fetch.host_gap);
	put_duration(b, "timeout", cfg->fetch.timeout);
	(void)rk_buf_addf(b, "  max_body: %s\n  allow_ports: [",
	    rk_format_size(cfg->fetch.max_body, text, sizeof(text)));
	for (size_t i = 0; i < cfg->fetch.n_allow_ports; i++)
		(void)rk_buf_addf(
		    b, "%s%u", i > 0 ? ", " : "", (unsigned)cfg->fetch.allow_ports[i]);
	(void)rk_buf_adds(b, "]\n  allow_addresses: [");
	for (size_t i = 0; i < cfg->fetch.n_allow_addresses; i++) {
		(void)rk_buf_adds(b, i > 0 ? ", " : "");
		put_text(b, rk_cfg_cidr_text(scratch, &cfg->fetch.allow_addresses[i]));
	}
	(void)rk_buf_adds(b, "]\n");
	rk_arena_free(scratch);
}

/* The rules as they hold: those of the preset stand there too. */
static void
show_page(const struct rk_page_rules *page, struct rk_buf *b)
{
	const struct {
		const char *key;
		struct rk_str text;
	} rows[] = {{"  preset", page->preset}, {"  container", page->container},
	    {"  items", page->items}, {"  link", page->link}, {"  title", page->title},
	    {"  date", page->date}, {"  author", page->author}, {"  image", page->image},
	    {"  body", page->body}},
	  article[] = {{"    title", page->article.title},
	      {"    date", page->article.date}, {"    author", page->article.author},
	      {"    image", page->article.image}, {"    body", page->article.body}};

	(void)rk_buf_adds(b, "  page:\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		put_given(b, rows[i].key, rows[i].text);
	if (page->has_article)
		(void)rk_buf_adds(b, "    article:\n");
	for (size_t i = 0; i < sizeof(article) / sizeof(*article); i++)
		put_given(b, article[i].key, article[i].text);
	if (page->n_drop > 0)
		put_list(b, "  drop", page->drop, page->n_drop);
	(void)rk_buf_addf(b, "    min_items: %u\n", page->min_items);
}

static void
show_source(const struct rk_source *s, struct rk_buf *b)
{
	static const char *const distrust[] = {
	    "id", "date", "updated", "author", "language"};
	struct rk_str names[5];
	unsigned abs_offset = (unsigned)(s->timezone < 0 ? -s->timezone : s->timezone);
	size_t n = 0;

	for (unsigned i = 0; i < 5; i++)
		if ((s->distrust >> i & 1) != 0)
			names[n++] = rk_str(distrust[i]);
	(void)rk_buf_addf(b, "- id: %.*s\n", RK_FMT(s->id));
	put(b, "title", s->title);
	put(b, "url", s->url);
	if (s->kind != RK_KIND_FEED)
		(void)rk_buf_addf(b, "  kind: %s\n",
		    s->kind == RK_KIND_PAGE ? "page" : "wordpress");
	put_given(b, "province", s->province);
	put_given(b, "agency", s->agency);
	if (s->n_regions > 0)
		put_list(b, "regions", s->regions, s->n_regions);
	put_duration(b, "every", s->every);
	put_duration(b, "every_unconditional", s->every_unconditional);
	(void)rk_buf_addf(b, "  enabled: %s\n  priority: %d\n",
	    s->enabled ? "true" : "false", s->priority);
	put_given(b, "charset", s->charset);
	(void)rk_buf_addf(b, "  timezone: \"%c%02u:%02u\"\n",
	    s->timezone < 0 ? '-' : '+', abs_offset / 3600, abs_offset / 60 % 60);
	if (n > 0)
		put_list(b, "distrust", names, n);
	if (s->filter != NULL) {
		put_given(b, "keep", s->filter->keep);
		put_given(b, "drop", s->filter->drop);
	}
	put_given(b, "user_agent", s->request->user_agent);
	if (s->request->n_headers > 0)
		put_list(b, "headers", s->request->headers, s->request->n_headers);
	put_given(b, "ca_file", s->request->ca_file);
	put_given(b, "proxy", s->request->proxy);
	if (s->page != NULL)
		show_page(s->page, b);
}

/* Of the keys only where they stand: the files' text is never read here. */
static void
show_s3(const struct rk_config *cfg, struct rk_buf *b)
{
	if (cfg->publish.s3.endpoint.n == 0)
		return;
	(void)rk_buf_adds(b, "  s3:\n");
	put(b, "  endpoint", cfg->publish.s3.endpoint);
	put(b, "  bucket", cfg->publish.s3.bucket);
	put(b, "  region", cfg->publish.s3.region);
	put(b, "  prefix", cfg->publish.s3.prefix);
	put_given(b, "  access_key_file", cfg->publish.s3.access_key_file);
	put_given(b, "  secret_key_file", cfg->publish.s3.secret_key_file);
}

static void
show_nodes(const struct rk_config *cfg, struct rk_buf *b)
{
	(void)rk_buf_addf(b, "  nodes:%s\n", cfg->publish.n_nodes > 0 ? "" : " []");
	for (size_t i = 0; i < cfg->publish.n_nodes; i++)
		(void)rk_buf_addf(b, "  - {id: %.*s, entries: %u, summary_only: %s}\n",
		    RK_FMT(cfg->publish.nodes[i].id), cfg->publish.nodes[i].entries,
		    cfg->publish.nodes[i].summary_only ? "true" : "false");
}

static void
show_topic(const struct rk_topic *t, struct rk_buf *b)
{
	(void)rk_buf_addf(b, "- id: %.*s\n", RK_FMT(t->id));
	put(b, "title", t->title);
	put_given(b, "match", t->match);
	if (t->n_places > 0)
		put_list(b, "regions", t->places, t->n_places);
	if (t->n_agencies > 0)
		put_list(b, "agencies", t->agencies, t->n_agencies);
	if (t->n_ministries > 0)
		put_list(b, "ministries", t->ministries, t->n_ministries);
}

int
rk_config_show(const struct rk_config *cfg, struct rk_buf *b)
{
	(void)rk_buf_adds(b, "site:\n");
	put(b, "title", cfg->site.title);
	put(b, "base_url", cfg->site.base_url);
	put(b, "contact", cfg->site.contact);
	put(b, "language", cfg->site.language);
	put(b, "rights", cfg->site.rights);
	(void)rk_buf_adds(b, "storage:\n");
	put(b, "state", cfg->storage.state);
	(void)rk_buf_adds(b, "  keep: forever\npublish:\n");
	put(b, "directory", cfg->publish.directory);
	put_list(b, "formats", cfg->publish.formats, cfg->publish.n_formats);
	(void)rk_buf_addf(b, "  entries: %u\n", cfg->publish.entries);
	(void)rk_buf_addf(b, "  summary_only: %s\n",
	    cfg->publish.summary_only ? "true" : "false");
	show_nodes(cfg, b);
	put(b, "hub", cfg->publish.hub);
	show_s3(cfg, b);
	show_fetch(cfg, b);
	(void)rk_buf_adds(b, "serve:\n");
	put(b, "listen", cfg->serve.listen);
	(void)rk_buf_adds(b, "regions: ");
	put_text(b, cfg->regions_path);
	(void)rk_buf_adds(b, "\nagencies: ");
	put_text(b, cfg->agencies_path);
	(void)rk_buf_addf(b, "\ntopics:%s\n", cfg->n_topics > 0 ? "" : " []");
	for (size_t i = 0; i < cfg->n_topics; i++)
		show_topic(&cfg->topics[i], b);
	(void)rk_buf_addf(
	    b, "include: []\nsources:%s\n", cfg->n_sources > 0 ? "" : " []");
	for (size_t i = 0; i < cfg->n_sources; i++)
		show_source(&cfg->sources[i], b);
	return b->full ? -1 : 0;
}

/* Words of text in lines of at most 78 columns, each begun by an indent. */
static void
put_wrapped(struct rk_buf *b, const char *indent, const char *text)
{
	struct rk_str rest = rk_str(text), word;
	size_t column = 0;

	while (rk_str_split(&rest, ' ', &word)) {
		if (column == 0 || column + 1 + word.n > 78) {
			(void)rk_buf_adds(b, column > 0 ? "\n" : "");
			(void)rk_buf_adds(b, indent);
			column = strlen(indent);
		} else {
			(void)rk_buf_addc(b, ' ');
			column++;
		}
		(void)rk_buf_str(b, word);
		column += word.n;
	}
	(void)rk_buf_addc(b, '\n');
}

static void
describe_option(struct rk_buf *b, const char *section, const struct rk_cfg_option *o)
{
	const char *type = rk_cfg_type_name(o->type);

	(void)rk_buf_addf(
	    b, "  %s%s%s\n", section, section[0] != '\0' ? "." : "", o->name);
	(void)rk_buf_addf(b, "      type: %s; ", type);
	if ((o->flags & RK_CFG_REQUIRED) != 0)
		(void)rk_buf_adds(b, "required\n");
	else if (o->def == NULL)
		(void)rk_buf_adds(b, "no default\n");
	else
		(void)rk_buf_addf(
		    b, "default: %s\n", o->def[0] != '\0' ? o->def : "\"\"");
	put_wrapped(b, "      ", o->meaning);
}

static void
describe_options(struct rk_buf *b, const char *title, const char *section,
    const struct rk_cfg_options *options, bool sections)
{
	(void)rk_buf_addf(b, "%s\n", title);
	for (const struct rk_cfg_option *o = options->options; o->name != NULL; o++)
		if (sections || o->type != RK_CFG_MAP)
			describe_option(b, section, o);
}

int
rk_config_describe(struct rk_buf *b)
{
	for (const struct rk_cfg_option *o = rk_cfg_main.options; o->name != NULL; o++)
		if (o->type == RK_CFG_MAP) {
			describe_options(b, o->name, o->name, o->sub, true);
			put_wrapped(b, "    ", "");
		}
	describe_options(b, "a bucket (the key s3 of publish)", "publish.s3", &rk_cfg_s3, true);
	(void)rk_buf_addc(b, '\n');
	describe_options(b, "(top level)", "", &rk_cfg_main, false);
	(void)rk_buf_addc(b, '\n');
	describe_options(b, "a source (an item of sources)", "", &rk_cfg_source, true);
	(void)rk_buf_addc(b, '\n');
	describe_options(b, "rules of a page source (its key page)", "page",
	    &rk_cfg_page_file, true);
	describe_options(b, "rules of its linked pages (the key article of page)",
	    "page.article", &rk_cfg_article, true);
	(void)rk_buf_addc(b, '\n');
	describe_options(b, "a saved search (an item of topics)", "topics", &rk_cfg_topic, true);
	(void)rk_buf_addc(b, '\n');
	describe_options(b, "a node (an item of publish.nodes)", "publish.nodes", &rk_cfg_node, true);
	(void)rk_buf_addc(b, '\n');
	describe_options(b, "a file of include", "", &rk_cfg_include, true);
	(void)rk_buf_addc(b, '\n');
	for (const struct rk_cfg_option *o = rk_cfg_agencies_file.options;
	     o->name != NULL; o++)
		describe_options(
		    b, "the agencies file (an item of agencies)", "", o->sub, true);
	return b->full ? -1 : 0;
}
