/*
 * The agencies file, and the nodes of agencies: also of those that only a source names.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>

#include <string.h>

const struct rk_node *
rk_cfg_agency_node(
    struct rk_config *cfg, struct rk_str id, struct rk_str th, struct rk_str en)
{
	static const char scheme[] = "agency/";
	enum { BEFORE = sizeof(scheme) - 1, MOST = 64 /* of an id: rk_cfg_id_ok */ };
	char name[BEFORE + MOST];
	const struct rk_node *found;
	struct rk_node *node;

	rk_assert(id.n > 0 && id.n <= MOST);
	memcpy(name, scheme, BEFORE);
	memcpy(name + BEFORE, id.p, id.n);
	found = rk_regions_find(cfg->regions, rk_strn(name, BEFORE + id.n));
	if (found != NULL)
		return found;
	node = RK_NEW(cfg->arena, struct rk_node);
	node->id = rk_arena_str(cfg->arena, rk_strn(name, BEFORE + id.n));
	node->scheme = RK_SCHEME_AGENCY;
	node->term = rk_str_from(node->id, BEFORE);
	node->th = th.n > 0 ? th : node->term;
	node->en = en.n > 0 ? en : node->th;
	if (rk_regions_add_node(cfg->regions, node, NULL) != 0)
		rk_assert(false && "an agency's id that was not checked");
	return node;
}

static int
read_agency(struct rk_cfg_load *load, struct rk_cfg_at *at,
    const struct rk_cfg_raw_agency *raw, struct rk_agency *out)
{
	struct rk_arena *arena = load->cfg->arena;
	const struct rk_node *node;
	size_t before = rk_regions_count(load->cfg->regions);

	at->key = "id";
	if (!rk_cfg_id_ok(raw->id))
		return rk_cfg_complain(at,
		    "%s (expected 1 to 64 lower-case letters, digits or \"-\")",
		    rk_cfg_quote(raw->id).text);
	out->th = rk_cfg_keep(arena, raw->th);
	out->en = rk_cfg_keep(arena, raw->en != NULL ? raw->en : raw->th);
	out->short_name =
	    rk_cfg_keep(arena, raw->short_name != NULL ? raw->short_name : "");
	out->ministry = rk_cfg_keep(arena, raw->ministry != NULL ? raw->ministry : "");
	node = rk_cfg_agency_node(load->cfg, rk_str(raw->id), out->th, out->en);
	if (rk_regions_count(load->cfg->regions) == before)
		return rk_cfg_complain(at, "%s is there twice (expected once)",
		    rk_cfg_quote(raw->id).text);
	out->id = node->term;
	out->hosts = rk_arena_array(arena, raw->hosts.n, sizeof(struct rk_str));
	out->n_hosts = raw->hosts.n;
	for (uint32_t i = 0; i < raw->hosts.n; i++)
		out->hosts[i] = rk_cfg_keep(arena, raw->hosts.v[i]);
	return 0;
}

int
rk_cfg_agencies(struct rk_cfg_load *load, const struct rk_cfg_file *file)
{
	const struct rk_cfg_raw_agencies *raw = file->raw;
	struct rk_config *cfg = load->cfg;
	struct rk_cfg_at at = {file, load->err, "agencies", "id", NULL, 0, -1};

	cfg->agencies = rk_arena_array(cfg->arena, raw->n, sizeof(struct rk_agency));
	for (uint32_t i = 0; i < raw->n; i++) {
		at.item = i;
		if (read_agency(load, &at, &raw->agencies[i], &cfg->agencies[i]) != 0)
			return -1;
		cfg->n_agencies++;
	}
	return 0;
}
