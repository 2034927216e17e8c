/*
 * The rules of a page source, and the same mapping as a file of its own. What an
 * expression may be is not known here: rk_page_resolve_fn says.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>

#include <stdio.h>
#include <string.h>

/* Where the mapping stands, and how its keys are called in messages: "page.items" of a
 * source, "items" in a file of its own. */
struct place {
	struct rk_cfg_at at; /* of the mapping; key NULL: it is the file */
	char key[RK_CFG_PATH];
};

static int
complain(struct place *p, const char *key, const char *text)
{
	struct rk_cfg_at at = p->at;

	(void)snprintf(p->key, sizeof(p->key), "%s%s%.80s",
	    at.key != NULL ? at.key : "", at.key != NULL ? "." : "", key);
	at.key = p->key;
	return rk_cfg_complain(&at, "%s", text);
}

static struct rk_str
keep(struct rk_arena *arena, const char *text)
{
	return text != NULL ? rk_cfg_keep(arena, text) : RK_STR("");
}

static bool
has_text(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* Is there nothing that says how to read a page? `page: {}` is as good as no key. */
static bool
is_empty(const struct rk_cfg_raw_page *raw)
{
	const char *const texts[] = {raw->preset, raw->container, raw->items, raw->link,
	    raw->title, raw->date, raw->author, raw->image, raw->body, raw->min_items};
	const struct rk_cfg_raw_article *a = raw->article;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (has_text(texts[i]))
			return false;
	return raw->drop.n == 0 &&
	       (a == NULL ||
		   !(has_text(a->title) || has_text(a->date) || has_text(a->author) ||
		       has_text(a->image) || has_text(a->body)));
}

static void
read_article(const struct rk_cfg_raw_article *raw, struct rk_arena *arena,
    struct rk_page_rules *rules)
{
	rules->article.title = keep(arena, raw->title);
	rules->article.date = keep(arena, raw->date);
	rules->article.author = keep(arena, raw->author);
	rules->article.image = keep(arena, raw->image);
	rules->article.body = keep(arena, raw->body);
	rules->has_article = rules->article.title.n + rules->article.date.n +
				 rules->article.author.n + rules->article.image.n +
				 rules->article.body.n >
			     0;
}

static int
read_drop(struct place *p, const struct rk_cfg_list *raw, struct rk_arena *arena,
    struct rk_page_rules *rules)
{
	char key[32];

	rules->drop = rk_arena_array(arena, raw->n, sizeof(*rules->drop));
	rules->n_drop = raw->n;
	for (uint32_t i = 0; i < raw->n; i++) {
		(void)snprintf(key, sizeof(key), "drop[%u]", (unsigned)i);
		if (raw->v[i][0] == '\0')
			return complain(
			    p, key, "is empty (expected an XPath expression)");
		rules->drop[i] = rk_cfg_keep(arena, raw->v[i]);
	}
	return 0;
}

static int
read_rules(struct place *p, const struct rk_cfg_raw_page *raw, struct rk_arena *arena,
    struct rk_page_rules *rules)
{
	memset(rules, 0, sizeof(*rules));
	rules->preset = keep(arena, raw->preset);
	rules->container = keep(arena, raw->container);
	rules->items = keep(arena, raw->items);
	rules->link = keep(arena, raw->link);
	rules->title = keep(arena, raw->title);
	rules->date = keep(arena, raw->date);
	rules->author = keep(arena, raw->author);
	rules->image = keep(arena, raw->image);
	rules->body = keep(arena, raw->body);
	rules->min_items = 1;
	if (raw->article != NULL)
		read_article(raw->article, arena, rules);
	if (read_drop(p, &raw->drop, arena, rules) != 0)
		return -1;
	if (has_text(raw->min_items)) {
		struct rk_cfg_at at = p->at;

		(void)snprintf(p->key, sizeof(p->key), "%smin_items",
		    at.key != NULL ? "page." : "");
		at.key = p->key;
		return rk_cfg_count(
		    &at, raw->min_items, 0, RK_MAX_ITEMS, &rules->min_items);
	}
	return 0;
}

static int
finish(struct place *p, const struct rk_cfg_raw_page *raw, rk_page_resolve_fn *resolve,
    struct rk_arena *arena, const struct rk_page_rules **out)
{
	static const struct rk_cfg_raw_page none;
	struct rk_page_rules *given = RK_NEW(arena, struct rk_page_rules);
	struct rk_page_rules *rules = RK_NEW(arena, struct rk_page_rules);
	struct rk_err why = {0};
	const char *key = "";

	if (read_rules(p, raw != NULL ? raw : &none, arena, given) != 0)
		return -1;
	*out = given;
	if (resolve == NULL) {
		if (given->items.n > 0 || given->preset.n > 0)
			return 0;
		return complain(p, "items",
		    "is missing (expected an XPath expression, or a preset)");
	}
	if (resolve(given, arena, rules, &key, &why) != 0)
		return complain(p, key, why.text);
	*out = rules;
	return 0;
}

int
rk_cfg_page(struct rk_cfg_job *j)
{
	const struct rk_config_opts *opts = j->load->opts;
	struct place p;

	j->out->page = NULL;
	if (j->out->kind != RK_KIND_PAGE && (j->raw.page == NULL || is_empty(j->raw.page)))
		return 0;
	p.at = rk_cfg_job_at(j, "page");
	if (j->out->kind == RK_KIND_PAGE)
		return finish(&p, j->raw.page, opts != NULL ? opts->page : NULL,
		    j->arena, &j->out->page);
	return rk_cfg_complain(&p.at,
	    "rules of a page, but the source is of kind %s (expected kind: page, or "
	    "page: {})",
	    j->raw.kind);
}

int
rk_config_page(const char *path, const struct rk_config_opts *opts,
    struct rk_arena *arena, const struct rk_page_rules **out, struct rk_err *err)
{
	struct rk_cfg_file *file = NULL;
	struct place p = {.at = {.err = err, .item = -1, .sub = -1}};
	int rc = -1;

	if (rk_cfg_file_read(&file, strcmp(path, "-") == 0 ? "./-" : path,
		&rk_cfg_page_file, (struct rk_str){NULL, 0}, err) != 0)
		goto out;
	p.at.file = file;
	rc = finish(&p, file->raw, opts != NULL ? opts->page : NULL, arena, out);
out:
	rk_cfg_file_free(file);
	return rc;
}
