/*
 * The sources of one file: keys completed from `defaults` and the option table, each
 * value checked, the result in the configuration's arena.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/charset.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/map.h>
#include <ruamkhao/pattern.h>
#include <ruamkhao/units.h>
#include <ruamkhao/url.h>

#include <stdio.h>
#include <string.h>

static uint64_t
bit_of(const struct rk_cfg_option *o)
{
	return (uint64_t)1 << (unsigned)(o - rk_cfg_source.options);
}

struct rk_cfg_at
rk_cfg_job_at(const struct rk_cfg_job *j, const char *key)
{
	struct rk_cfg_at a = {
	    j->file, j->load->err, "sources", key, j->raw.id, j->item, -1};

	for (const struct rk_cfg_option *o = rk_cfg_source.options; o->name != NULL;
	     o++)
		if (strcmp(o->name, key) == 0 && (j->own & bit_of(o)) == 0 &&
		    (j->common & bit_of(o)) != 0) {
			a.map = "defaults";
			a.item = -1;
		}
	return a;
}

static size_t
size_of(enum rk_cfg_type type)
{
	return type == RK_CFG_TEXTS ? sizeof(struct rk_cfg_list) : sizeof(void *);
}

/* Lay those keys of `from` that are in `has` over *to. */
static void
overlay(
    struct rk_cfg_raw_source *to, uint64_t has, const struct rk_cfg_raw_source *from)
{
	for (; has != 0; has &= has - 1) {
		const struct rk_cfg_option *o =
		    &rk_cfg_source.options[__builtin_ctzll(has)];

		memcpy((char *)to + o->offset, (const char *)from + o->offset,
		    size_of(o->type));
	}
}

/* The defaults of the option table as if they had been written; none for what only a
 * source itself can have. */
static void
table_defaults(struct rk_cfg_raw_source *to)
{
	memset(to, 0, sizeof(*to));
	for (const struct rk_cfg_option *o = rk_cfg_source.options; o->name != NULL;
	     o++)
		if (o->type != RK_CFG_TEXTS && o->type != RK_CFG_MAPPTR &&
		    o->def != NULL)
			memcpy((char *)to + o->offset, &o->def, sizeof(o->def));
}

/* other: the source that has the id already, or NULL: it is none. */
static int
bad_id(struct rk_cfg_job *j, const struct rk_source *other)
{
	struct rk_cfg_at a = rk_cfg_job_at(j, "id");

	a.id = NULL;
	if (other == NULL)
		return rk_cfg_complain(&a,
		    "%s (expected 1 to 64 lower-case letters, digits or \"-\")",
		    rk_cfg_quote(j->raw.id).text);
	return rk_cfg_complain(&a, "%s is already the id of the source at %s:%u:%u",
	    rk_cfg_quote(j->raw.id).text, other->file, other->line, other->column);
}

static int
read_identity(struct rk_cfg_job *j)
{
	struct rk_source *s = j->out, *other;
	const char *title = j->raw.title;

	if (!rk_cfg_id_ok(j->raw.id))
		return bad_id(j, NULL);
	s->id = rk_cfg_keep(j->arena, j->raw.id);
	other = rk_map_put(j->load->ids, s->id, s);
	if (other != NULL)
		return bad_id(j, other);
	s->title =
	    title != NULL && title[0] != '\0'
			  ? rk_cfg_keep(j->load->cfg->titles, title)
			  : s->id;
	return 0;
}

static struct rk_str
keep_host(struct rk_cfg_job *j)
{
	struct rk_str host = rk_str(j->url.host);
	const char *known = rk_map_get(j->load->hosts, host);

	if (known != NULL)
		return rk_strn(known, host.n);
	host = rk_arena_str(j->arena, host);
	(void)rk_map_put(j->load->hosts, host, (void *)(uintptr_t)host.p);
	return host;
}

static int
bad_url(struct rk_cfg_job *j)
{
	struct rk_cfg_at a = rk_cfg_job_at(j, "url");
	struct rk_str url = rk_str(j->raw.url);
	struct rk_err err = {0};

	if (rk_str_istarts(url, "file:"))
		return rk_cfg_complain(
		    &a, "file: is not built yet (expected an http or https address)");
	(void)rk_url_parse(url, &j->url, &err);
	return rk_cfg_complain(&a, "%s (expected an http or https address)", err.text);
}

static int
read_url(struct rk_cfg_job *j)
{
	struct rk_str url = rk_str(j->raw.url);

	if (rk_url_parse(url, &j->url, NULL) != 0) /* no other scheme passes */
		return bad_url(j);
	j->out->url = rk_arena_str(j->arena, url);
	j->out->host = keep_host(j);
	return 0;
}

static int
read_regions(struct rk_cfg_job *j)
{
	const struct rk_cfg_list *list = &j->raw.regions;
	struct rk_cfg_at a;

	if (list->n == 0)
		return 0;
	a = rk_cfg_job_at(j, "regions");
	j->out->regions = rk_arena_array(j->arena, list->n, sizeof(struct rk_str));
	j->out->n_regions = list->n;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct rk_node *node =
		    rk_regions_find(j->load->cfg->regions, rk_str(list->v[i]));

		a.sub = i;
		if (node == NULL || node->scheme < RK_SCHEME_PROVINCE ||
		    node->scheme > RK_SCHEME_REGION)
			return rk_cfg_complain(&a,
			    "%s is no such region (expected the id of a node such as "
			    "province/phuket or cluster/06)",
			    rk_cfg_quote(list->v[i]).text);
		j->out->regions[i] = node->id;
	}
	return 0;
}

static int
read_places(struct rk_cfg_job *j)
{
	struct rk_config *cfg = j->load->cfg;
	const struct rk_node *node;
	struct rk_cfg_at a;

	if (j->raw.province[0] != '\0') {
		node = rk_regions_province(cfg->regions, rk_str(j->raw.province));
		if (node == NULL) {
			a = rk_cfg_job_at(j, "province");
			return rk_cfg_complain(&a,
			    "%s is no province (expected an ISO code such as TH-83)",
			    rk_cfg_quote(j->raw.province).text);
		}
		j->out->province = node->term;
	}
	if (j->raw.agency[0] != '\0') {
		if (!rk_cfg_id_ok(j->raw.agency)) {
			a = rk_cfg_job_at(j, "agency");
			return rk_cfg_complain(&a,
			    "%s (expected 1 to 64 lower-case letters, digits or \"-\")",
			    rk_cfg_quote(j->raw.agency).text);
		}
		node = rk_cfg_agency_node(
		    cfg, rk_str(j->raw.agency), RK_STR(""), RK_STR(""));
		j->out->agency = node->term;
	}
	return read_regions(j);
}

static bool
is_near(const struct rk_cfg_job *j)
{
	return rk_cfg_allowed(j->load->cfg, j->url.host);
}

/* An interval of the source's own, or that of fetch; the floor holds for all hosts
 * but the operator's own addresses. */
static int
read_interval(struct rk_cfg_job *j, const char *key, const char *text, int64_t common,
    int32_t *out)
{
	struct rk_cfg_at a;
	int64_t every = common;

	if (text[0] == '\0') {
		if (every < RK_MIN_EVERY_S && !is_near(j) && rk_keeps(RK_M_FLOOR))
			every = RK_MIN_EVERY_S;
	} else {
		a = rk_cfg_job_at(j, key);
		if (rk_cfg_duration(&a, text, 1, RK_CFG_MAX_EVERY, &every) != 0)
			return -1;
		if (every < RK_MIN_EVERY_S && !is_near(j))
			return rk_cfg_complain(&a,
			    "%s is under 10m and its host is no address in "
			    "fetch.allow_addresses (expected 10m or more)",
			    rk_cfg_quote(text).text);
	}
	*out = (int32_t)every; /* a year at most */
	return 0;
}

static int
read_times(struct rk_cfg_job *j)
{
	const struct rk_config *cfg = j->load->cfg;
	struct rk_source *s = j->out;
	struct rk_cfg_at a;

	if (read_interval(j, "every", j->raw.every, cfg->fetch.every, &s->every) != 0)
		return -1;
	s->own_every = j->raw.every[0] != '\0';
	if (read_interval(j, "every_unconditional", j->raw.every_unconditional,
		cfg->fetch.every_unconditional, &s->every_unconditional) != 0)
		return -1;
	if (j->raw.every_unconditional[0] == '\0' && s->every_unconditional < s->every)
		s->every_unconditional = s->every;
	if (rk_parse_offset(rk_str(j->raw.timezone), &s->timezone) != 0) {
		a = rk_cfg_job_at(j, "timezone");
		return rk_cfg_complain(&a, "%s is no offset (try \"+07:00\")",
		    rk_cfg_quote(j->raw.timezone).text);
	}
	return 0;
}

static int
read_distrust(struct rk_cfg_job *j)
{
	static const char *const names[] = {
	    "id", "date", "updated", "author", "language"}; /* in the bits' order */
	const struct rk_cfg_list *list = &j->raw.distrust;
	struct rk_cfg_at a;

	for (uint32_t i = 0; i < list->n; i++) {
		unsigned k = 0;

		while (k < 5 && strcmp(names[k], list->v[i]) != 0)
			k++;
		if (k == 5) {
			a = rk_cfg_job_at(j, "distrust");
			a.sub = i;
			return rk_cfg_complain(&a,
			    "%s (expected of: id, date, updated, author, language)",
			    rk_cfg_quote(list->v[i]).text);
		}
		j->out->distrust |= (uint8_t)(1U << k);
	}
	return 0;
}

static int
read_nature(struct rk_cfg_job *j)
{
	const char *kind = j->raw.kind, *enabled = j->raw.enabled;
	const char *priority = j->raw.priority;
	bool minus = priority[0] == '-';
	struct rk_cfg_at a;
	uint64_t n;

	if (strcmp(kind, "feed") == 0) {
		j->out->kind = RK_KIND_FEED;
	} else if (strcmp(kind, "page") == 0) {
		j->out->kind = RK_KIND_PAGE;
	} else if (strcmp(kind, "wordpress") == 0) {
		j->out->kind = RK_KIND_WORDPRESS;
	} else {
		a = rk_cfg_job_at(j, "kind");
		return rk_cfg_complain(&a, "%s (expected feed, page or wordpress)",
		    rk_cfg_quote(kind).text);
	}
	if (strcmp(enabled, "true") != 0 && strcmp(enabled, "false") != 0) {
		a = rk_cfg_job_at(j, "enabled");
		return rk_cfg_complain(
		    &a, "%s (expected true or false)", rk_cfg_quote(enabled).text);
	}
	j->out->enabled = enabled[0] == 't';
	if (rk_parse_count(rk_str(priority + minus), 1000, &n) != 0) {
		a = rk_cfg_job_at(j, "priority");
		return rk_cfg_complain(&a, "%s (expected a number from -1000 to 1000)",
		    rk_cfg_quote(priority).text);
	}
	j->out->priority = (int16_t)(minus ? -(int)n : (int)n);
	if (j->raw.charset[0] != '\0' && !rk_charset_known(rk_str(j->raw.charset))) {
		a = rk_cfg_job_at(j, "charset");
		return rk_cfg_complain(&a,
		    "%s is no known encoding (try windows-874 or utf-8)",
		    rk_cfg_quote(j->raw.charset).text);
	}
	j->out->charset = rk_cfg_keep(j->arena, j->raw.charset);
	return read_distrust(j);
}

static int
check_expression(struct rk_cfg_job *j, const char *key, const char *text)
{
	struct rk_cfg_at a;
	struct rk_pattern *pattern;
	struct rk_err why = {0};
	char place[48] = "";

	if (rk_pattern_new(rk_str(text), &pattern, &why) == 0) {
		rk_pattern_free(pattern);
		return 0;
	}
	a = rk_cfg_job_at(j, key);
	if (why.column > 0)
		(void)snprintf(
		    place, sizeof(place), " at its character %u", why.column);
	return rk_cfg_complain(&a, "%s is no regular expression: %s%s",
	    rk_cfg_quote(text).text, why.text, place);
}

static int
read_filter(struct rk_cfg_job *j)
{
	struct rk_filter *filter;

	if (j->raw.keep[0] == '\0' && j->raw.drop[0] == '\0')
		return 0;
	if ((j->raw.keep[0] != '\0' &&
		check_expression(j, "keep", j->raw.keep) != 0) ||
	    (j->raw.drop[0] != '\0' &&
		check_expression(j, "drop", j->raw.drop) != 0))
		return -1;
	filter = RK_NEW(j->arena, struct rk_filter);
	filter->keep = rk_cfg_keep(j->arena, j->raw.keep);
	filter->drop = rk_cfg_keep(j->arena, j->raw.drop);
	j->out->filter = filter;
	return 0;
}

static int
read_source(struct rk_cfg_job *j, const struct rk_cfg_place *place)
{
	j->out->file = j->file_name;
	j->out->line = place->line;
	j->out->column = place->column;
	if (read_identity(j) != 0 || read_url(j) != 0 || read_places(j) != 0 ||
	    read_times(j) != 0 || read_nature(j) != 0 || rk_cfg_page(j) != 0 ||
	    rk_cfg_request(j) != 0)
		return -1;
	return read_filter(j);
}

int
rk_cfg_sources(struct rk_cfg_load *load, const struct rk_cfg_file *file,
    const struct rk_cfg_raw_source *raw, uint32_t n,
    const struct rk_cfg_raw_source *defaults)
{
	struct rk_config *cfg = load->cfg;
	struct rk_cfg_raw_source base;
	struct rk_cfg_job j;

	memset(&j, 0, sizeof(j));
	j.load = load;
	j.arena = cfg->arena;
	j.file = file;
	j.file_name = rk_cfg_keep(j.arena, file->path).p;
	table_defaults(&base);
	if (defaults != NULL) {
		j.common = rk_cfg_section_keys(file, "defaults");
		overlay(&base, j.common, defaults);
	}
	rk_assert(file->n_places == n);
	for (uint32_t i = 0; i < n; i++) {
		j.raw = base;
		j.own = file->places[i].keys;
		j.item = i;
		j.out = &cfg->sources[cfg->n_sources];
		overlay(&j.raw, j.own, &raw[i]);
		if (read_source(&j, &file->places[i]) != 0)
			return -1;
		cfg->n_sources++;
	}
	return 0;
}
