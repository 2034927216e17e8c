/*
 * Nodes whose feeds differ from the others (publish.nodes).
 */
#include "config_int.h"

#include <ruamkhao/arena.h>

#include <stdlib.h>

static int
by_id(const void *a, const void *b)
{
	return rk_str_cmp(((const struct rk_node_options *)a)->id,
	    ((const struct rk_node_options *)b)->id);
}

static int
read_node(struct rk_cfg_load *load, struct rk_cfg_at *at, const struct rk_cfg_raw_node *raw,
    struct rk_node_options *out)
{
	struct rk_config *cfg = load->cfg;
	enum rk_scheme scheme = rk_node_scheme(rk_str(raw->id), NULL);

	at->key = "id";
	if (scheme != RK_SCHEME_ALL && scheme != RK_SCHEME_NATIONAL &&
	    rk_regions_find(cfg->regions, rk_str(raw->id)) == NULL)
		return rk_cfg_complain(at,
		    "%s is no node (expected an id such as all, province/phuket or topic/ID)",
		    rk_cfg_quote(raw->id).text);
	out->id = rk_cfg_keep(cfg->arena, raw->id);
	out->entries = cfg->publish.entries;
	out->summary_only = cfg->publish.summary_only;
	for (size_t i = 0; i < cfg->publish.n_nodes; i++)
		if (rk_str_eq(cfg->publish.nodes[i].id, out->id))
			return rk_cfg_complain(at, "%s is there twice (expected once)",
			    rk_cfg_quote(raw->id).text);
	at->key = "entries";
	if (raw->entries != NULL &&
	    rk_cfg_count(at, raw->entries, 1, 10000, &out->entries) != 0)
		return -1;
	at->key = "summary_only";
	if (raw->summary_only != NULL)
		return rk_cfg_bool(at, raw->summary_only, &out->summary_only);
	return 0;
}

int
rk_cfg_nodes(struct rk_cfg_load *load)
{
	const struct rk_cfg_raw_main *raw = load->main->raw;
	struct rk_cfg_at at = {load->main, load->err, "publish.nodes", "id", NULL, 0, -1};
	struct rk_config *cfg = load->cfg;

	if (raw->publish.n_nodes > RK_CFG_MAX_LIST)
		return rk_cfg_bad(load->main, load->err, "publish.nodes",
		    "%u nodes (expected at most %d)", raw->publish.n_nodes, RK_CFG_MAX_LIST);
	cfg->publish.nodes = rk_arena_array(
	    cfg->arena, raw->publish.n_nodes + 1, sizeof(*cfg->publish.nodes));
	for (uint32_t i = 0; i < raw->publish.n_nodes; i++) {
		at.item = i;
		if (read_node(load, &at, &raw->publish.nodes[i], &cfg->publish.nodes[i]) != 0)
			return -1;
		cfg->publish.n_nodes++;
	}
	if (cfg->publish.n_nodes > 0)
		qsort(cfg->publish.nodes, cfg->publish.n_nodes, sizeof(*cfg->publish.nodes),
		    by_id);
	return 0;
}

unsigned
rk_config_entries(const struct rk_config *cfg, struct rk_str node, bool *summary_only)
{
	struct rk_node_options key = {.id = node}, *found = NULL;

	if (cfg->publish.n_nodes > 0)
		found = bsearch(&key, cfg->publish.nodes, cfg->publish.n_nodes, sizeof(key),
		    by_id);
	if (summary_only != NULL)
		*summary_only = found != NULL ? found->summary_only : cfg->publish.summary_only;
	return found != NULL ? found->entries : cfg->publish.entries;
}
