/*
 * Saved searches: words, places and publishers, each of which may be left out, but not
 * all. Their nodes stand in the table of regions, for their names.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/query.h>

#include <stdlib.h>
#include <string.h>

/* Kept once, in the order written. */
static void
add_once(struct rk_str *list, size_t *n, struct rk_str id)
{
	for (size_t i = 0; i < *n; i++)
		if (rk_str_eq(list[i], id))
			return;
	list[(*n)++] = id;
}

static struct rk_str *
keep_list(struct rk_arena *arena, const struct rk_cfg_list *raw, size_t *n)
{
	struct rk_str *list = rk_arena_array(arena, raw->n + 1, sizeof(*list));

	*n = 0;
	for (uint32_t i = 0; i < raw->n; i++)
		add_once(list, n, rk_cfg_keep(arena, raw->v[i]));
	return list;
}

static int
read_name(struct rk_cfg_load *load, struct rk_cfg_at *at, const struct rk_cfg_raw_topic *raw,
    struct rk_topic *t)
{
	struct rk_config *cfg = load->cfg;
	struct rk_node *node = RK_NEW(cfg->arena, struct rk_node);

	at->key = "id";
	if (!rk_cfg_id_ok(raw->id))
		return rk_cfg_complain(at,
		    "%s (expected 1 to 64 lower-case letters, digits or \"-\")",
		    rk_cfg_quote(raw->id).text);
	node->id = rk_arena_fmt(cfg->arena, "topic/%s", raw->id);
	node->scheme = RK_SCHEME_TOPIC;
	node->term = rk_str_from(node->id, strlen("topic/"));
	if (rk_regions_find(cfg->regions, node->id) != NULL)
		return rk_cfg_complain(at, "%s is there twice (expected once)",
		    rk_cfg_quote(raw->id).text);
	t->id = node->term;
	t->title = raw->title != NULL && raw->title[0] != '\0'
		       ? rk_cfg_keep(cfg->arena, raw->title)
		       : t->id;
	node->th = node->en = t->title;
	t->node = node;
	return rk_regions_add_node(cfg->regions, node, load->err);
}

static int
read_match(struct rk_cfg_load *load, struct rk_cfg_at *at,
    const struct rk_cfg_raw_topic *raw, struct rk_topic *t)
{
	struct rk_arena *scratch;
	struct rk_err why = {0};
	struct rk_query q;
	int rc;

	if (raw->match == NULL || raw->match[0] == '\0')
		return 0;
	scratch = rk_arena_new(0);
	rc = rk_query_parse(rk_str(raw->match), scratch, &q, &why);
	rk_arena_free(scratch);
	at->key = "match";
	if (rc != 0)
		return rk_cfg_complain(at, "%s", why.text);
	t->match = rk_cfg_keep(load->cfg->arena, raw->match);
	return 0;
}

static int
read_places(struct rk_cfg_load *load, struct rk_cfg_at *at,
    const struct rk_cfg_raw_topic *raw, struct rk_topic *t)
{
	struct rk_config *cfg = load->cfg;

	at->key = "regions";
	for (uint32_t i = 0; i < raw->regions.n; i++) {
		struct rk_str id = rk_str(raw->regions.v[i]);
		enum rk_scheme scheme = rk_node_scheme(id, NULL);

		at->sub = i;
		if (scheme == RK_SCHEME_ALL || scheme == RK_SCHEME_AGENCY ||
		    scheme == RK_SCHEME_TOPIC ||
		    (scheme != RK_SCHEME_NATIONAL &&
			rk_regions_find(cfg->regions, id) == NULL))
			return rk_cfg_complain(at,
			    "%s is no region (expected an id such as province/phuket, "
			    "cluster/06 or national)",
			    rk_cfg_quote(raw->regions.v[i]).text);
	}
	at->sub = -1;
	t->places = keep_list(cfg->arena, &raw->regions, &t->n_places);
	return 0;
}

/* Agencies that the ministry has, into the publishers. */
static int
add_ministry(struct rk_cfg_load *load, struct rk_cfg_at *at, const char *name,
    struct rk_topic *t)
{
	struct rk_config *cfg = load->cfg;
	bool any = false;

	for (size_t i = 0; i < cfg->n_agencies; i++) {
		if (!rk_str_is(cfg->agencies[i].ministry, name))
			continue;
		any = true;
		add_once(t->publishers, &t->n_publishers,
		    rk_arena_fmt(cfg->arena, "agency/%s", rk_cstr(cfg->agencies[i].id)));
	}
	if (!any)
		return rk_cfg_complain(at,
		    "%s is the ministry of no agency (expected one as the agencies file "
		    "names it)",
		    rk_cfg_quote(name).text);
	return 0;
}

static int
read_publishers(struct rk_cfg_load *load, struct rk_cfg_at *at,
    const struct rk_cfg_raw_topic *raw, struct rk_topic *t)
{
	struct rk_config *cfg = load->cfg;
	size_t most = raw->agencies.n + (raw->ministries.n > 0 ? cfg->n_agencies : 0);

	t->publishers = rk_arena_array(cfg->arena, most + 1, sizeof(*t->publishers));
	at->key = "agencies";
	for (uint32_t i = 0; i < raw->agencies.n; i++) {
		struct rk_str id =
		    rk_arena_fmt(cfg->arena, "agency/%s", raw->agencies.v[i]);

		at->sub = i;
		if (rk_regions_find(cfg->regions, id) == NULL)
			return rk_cfg_complain(at,
			    "%s is no agency (expected the id of one that a source or the "
			    "agencies file names)",
			    rk_cfg_quote(raw->agencies.v[i]).text);
		add_once(t->publishers, &t->n_publishers, id);
	}
	at->key = "ministries";
	for (uint32_t i = 0; i < raw->ministries.n; i++) {
		at->sub = i;
		if (add_ministry(load, at, raw->ministries.v[i], t) != 0)
			return -1;
	}
	at->sub = -1;
	t->agencies = keep_list(cfg->arena, &raw->agencies, &t->n_agencies);
	t->ministries = keep_list(cfg->arena, &raw->ministries, &t->n_ministries);
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	return rk_str_cmp(((const struct rk_topic *)a)->id, ((const struct rk_topic *)b)->id);
}

int
rk_cfg_topics(struct rk_cfg_load *load)
{
	const struct rk_cfg_raw_main *raw = load->main->raw;
	struct rk_cfg_at at = {load->main, load->err, "topics", "id", NULL, 0, -1};
	struct rk_config *cfg = load->cfg;

	if (raw->n_topics > RK_MAX_TOPICS)
		return rk_cfg_bad(load->main, load->err, "topics",
		    "%u topics (expected at most %d)", raw->n_topics, RK_MAX_TOPICS);
	cfg->topics = rk_arena_array(cfg->arena, raw->n_topics + 1, sizeof(*cfg->topics));
	for (uint32_t i = 0; i < raw->n_topics; i++) {
		struct rk_topic *t = &cfg->topics[i];

		at.item = i;
		if (read_name(load, &at, &raw->topics[i], t) != 0 ||
		    read_match(load, &at, &raw->topics[i], t) != 0 ||
		    read_places(load, &at, &raw->topics[i], t) != 0 ||
		    read_publishers(load, &at, &raw->topics[i], t) != 0)
			return -1;
		at.key = "id";
		if (t->match.n == 0 && t->n_places == 0 && t->n_publishers == 0)
			return rk_cfg_complain(&at,
			    "%s searches for nothing (expected match, regions, agencies or "
			    "ministries)",
			    rk_cfg_quote(raw->topics[i].id).text);
		cfg->n_topics++;
	}
	if (cfg->n_topics > 0)
		qsort(cfg->topics, cfg->n_topics, sizeof(*cfg->topics), by_id);
	return 0;
}
