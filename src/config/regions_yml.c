/*
 * The table of provinces and groups from its file (feeds/regions.yml), or from the copy
 * of that file in the program. Knows the form of the file, no province by name.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/clock.h>
#include <ruamkhao/date.h>

#include <stdio.h>
#include <string.h>

struct job {
	const struct rk_cfg_file *file;
	struct rk_regions *regions;
	struct rk_arena *arena;
	struct rk_err *err;
};

static int
add_node(struct job *j, const char *path, struct rk_str id, enum rk_scheme scheme,
    struct rk_str term, const char *th, const char *en, const struct rk_node **out)
{
	struct rk_node *node = RK_NEW(j->arena, struct rk_node);
	struct rk_err err;

	node->id = id;
	node->scheme = scheme;
	node->term = term;
	node->th = rk_cfg_keep(j->arena, th);
	node->en = rk_cfg_keep(j->arena, en);
	if (out != NULL)
		*out = node;
	if (rk_regions_add_node(j->regions, node, &err) == 0)
		return 0;
	return rk_cfg_bad(j->file, j->err, path, "%s", err.text);
}

static bool
iso_ok(const char *iso)
{
	return strlen(iso) == 5 && strncmp(iso, "TH-", 3) == 0 && iso[3] >= '0' &&
	       iso[3] <= '9' && iso[4] >= '0' && iso[4] <= '9';
}

static int
add_province(struct job *j, const struct rk_cfg_raw_province *raw, struct rk_cfg_at *at)
{
	char path[RK_CFG_PATH];
	struct rk_str id, iso;

	at->key = "iso";
	if (!iso_ok(raw->iso))
		return rk_cfg_complain(at, "%s (expected a code such as TH-83)",
		    rk_cfg_quote(raw->iso).text);
	at->key = "slug";
	if (!rk_cfg_id_ok(raw->slug))
		return rk_cfg_complain(at,
		    "%s (expected 1 to 64 lower-case letters, digits or \"-\")",
		    rk_cfg_quote(raw->slug).text);
	id = rk_arena_fmt(j->arena, "province/%s", raw->slug);
	iso = rk_cfg_keep(j->arena, raw->iso);
	(void)snprintf(path, sizeof(path), "provinces[%ld]", at->item);
	return add_node(j, path, id, RK_SCHEME_PROVINCE, iso, raw->th, raw->en, NULL);
}

/* "2017-11-16": the first second of that day in Bangkok. */
static int
parse_day(const char *text, int64_t *out)
{
	struct rk_str rest = rk_str(text), part[3];
	uint64_t v[3];
	int64_t year;
	unsigned month, day;

	for (int i = 0; i < 3; i++)
		if (!rk_str_split(&rest, '-', &part[i]) ||
		    part[i].n != (i == 0 ? 4 : 2) ||
		    rk_str_u64(part[i], 9999, &v[i]) != 0)
			return -1;
	if (rest.n > 0 || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31)
		return -1;
	*out = rk_days_from_civil((int64_t)v[0], (unsigned)v[1], (unsigned)v[2]);
	rk_civil_from_days(*out, &year, &month, &day);
	if (month != v[1] || day != v[2])
		return -1; /* a 31st of a month that has none */
	*out = *out * 86400 - RK_BANGKOK;
	return 0;
}

static int
read_day(
    struct job *j, const char *path, const char *key, const char *raw, int64_t *out)
{
	char full[RK_CFG_PATH];

	*out = RK_NO_TIME;
	if (raw == NULL || raw[0] == '\0' || parse_day(raw, out) == 0)
		return 0;
	(void)snprintf(full, sizeof(full), "%s.%s", path, key);
	return rk_cfg_bad(j->file, j->err, full,
	    "%s: %s is no day (expected YYYY-MM-DD)", full, rk_cfg_quote(raw).text);
}

static int
add_membership(struct job *j, const struct rk_node *node, const char *path,
    const struct rk_cfg_raw_membership *raw)
{
	struct rk_group *g = RK_NEW(j->arena, struct rk_group);
	char full[RK_CFG_PATH];
	struct rk_err err;

	g->node = node;
	if (read_day(j, path, "from", raw->from, &g->from) != 0 ||
	    read_day(j, path, "until", raw->until, &g->until) != 0)
		return -1;
	g->members =
	    rk_arena_array(j->arena, raw->provinces.n, sizeof(const struct rk_node *));
	g->n_members = raw->provinces.n;
	for (uint32_t i = 0; i < raw->provinces.n; i++) {
		const char *iso = raw->provinces.v[i];

		g->members[i] = rk_regions_province(j->regions, rk_str(iso));
		if (g->members[i] != NULL)
			continue;
		(void)snprintf(full, sizeof(full), "%.80s.provinces[%u]", path, i);
		return rk_cfg_bad(j->file, j->err, full,
		    "%s: %s is no province of this file (expected a code such as "
		    "TH-83)",
		    full, rk_cfg_quote(iso).text);
	}
	if (rk_regions_add_group(j->regions, g, &err) != 0)
		return rk_cfg_bad(j->file, j->err, path, "%s", err.text);
	return 0;
}

static int
add_group(struct job *j, const struct rk_cfg_raw_group *raw, struct rk_cfg_at *at)
{
	struct rk_str id = rk_cfg_keep(j->arena, raw->id), rest;
	enum rk_scheme scheme = rk_node_scheme(id, &rest);
	const struct rk_node *node;
	char path[RK_CFG_PATH];

	at->key = "id";
	if (scheme != RK_SCHEME_CLUSTER && scheme != RK_SCHEME_INSPECTION &&
	    scheme != RK_SCHEME_REGION)
		return rk_cfg_complain(at,
		    "%s (expected cluster/NN, inspection/NN or region/SLUG)",
		    rk_cfg_quote(raw->id).text);
	(void)snprintf(path, sizeof(path), "groups[%ld].id", at->item);
	if (add_node(j, path, id, scheme, rest, raw->th, raw->en, &node) != 0)
		return -1;
	for (uint32_t i = 0; i < raw->n_members; i++) {
		(void)snprintf(
		    path, sizeof(path), "groups[%ld].members[%u]", at->item, i);
		if (add_membership(j, node, path, &raw->members[i]) != 0)
			return -1;
	}
	return 0;
}

int
rk_cfg_regions(const struct rk_cfg_file *file, struct rk_regions *regions,
    struct rk_arena *arena, struct rk_err *err)
{
	const struct rk_cfg_raw_regions *raw = file->raw;
	struct job j = {file, regions, arena, err};
	struct rk_cfg_at at = {file, err, "provinces", NULL, NULL, 0, -1};

	if (add_node(&j, "", RK_STR("all"), RK_SCHEME_ALL, RK_STR("all"), "ทั้งหมด",
		"Everything", NULL) != 0 ||
	    add_node(&j, "", RK_STR("national"), RK_SCHEME_NATIONAL, RK_STR("national"),
		"ส่วนกลาง", "National", NULL) != 0)
		return -1;
	for (uint32_t i = 0; i < raw->n_provinces; i++) {
		at.item = i;
		if (add_province(&j, &raw->provinces[i], &at) != 0)
			return -1;
	}
	at.map = "groups";
	for (uint32_t i = 0; i < raw->n_groups; i++) {
		at.item = i;
		if (add_group(&j, &raw->groups[i], &at) != 0)
			return -1;
	}
	return 0;
}

struct rk_regions *
rk_regions_builtin(struct rk_arena *arena, struct rk_err *err)
{
	struct rk_str text = rk_strn((const char *)rk_regions_yml, rk_regions_yml_size);
	struct rk_regions *regions = rk_regions_new(arena);
	struct rk_cfg_file *file = NULL;

	if (rk_cfg_file_read(&file, "regions.yml (compiled in)", &rk_cfg_regions_file,
		text, err) != 0 ||
	    rk_cfg_regions(file, regions, arena, err) != 0)
		regions = NULL;
	rk_cfg_file_free(file);
	return regions;
}
