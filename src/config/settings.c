/*
 * What the main file says but its site and sources: storage, publish, fetch, serve.
 * Defaults come from the option table, so that `config describe` cannot lie.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/units.h>
#include <ruamkhao/url.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static int
read_folder(const struct rk_cfg_section *s, const char *key, const char *raw,
    struct rk_str *out)
{
	const char *text = rk_cfg_or_default(s, raw, key);
	struct rk_cfg_at a = rk_cfg_section_at(s, key);

	if (text[0] == '\0')
		return rk_cfg_complain(&a, "empty (expected a folder)");
	*out = rk_cfg_join(s->arena, s->load->main->folder, text);
	return 0;
}

static int
read_storage(struct rk_cfg_load *load, const struct rk_cfg_raw_main *raw)
{
	struct rk_cfg_section s = rk_cfg_section(load, "storage");
	const char *keep = rk_cfg_or_default(&s, raw->storage.keep, "keep");
	struct rk_cfg_at a = rk_cfg_section_at(&s, "keep");
	int64_t seconds;

	if (strcmp(keep, "forever") != 0) {
		if (rk_parse_duration(rk_str(keep), &seconds) == 0)
			return rk_cfg_complain(&a,
			    "%s: pruning is not built yet (expected forever)",
			    rk_cfg_quote(keep).text);
		return rk_cfg_complain(
		    &a, "%s (expected forever)", rk_cfg_quote(keep).text);
	}
	load->cfg->storage.keep = 0;
	return read_folder(&s, "state", raw->storage.state, &load->cfg->storage.state);
}

static bool
listed(const char *const *names, const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* The first ones are published where no list is given; the others are asked for. */
#define N_DEFAULT_FORMATS 4
static const char *const known_formats[] = {"atom", "rss", "json", "html", "embed", NULL};

static int
read_formats(const struct rk_cfg_section *s, const struct rk_cfg_raw_main *raw)
{
	const struct rk_config_opts *opts = s->load->opts;
	const char *const *built =
	    opts != NULL && opts->formats != NULL ? opts->formats : known_formats;
	const struct rk_cfg_list *list = &raw->publish.formats;
	struct rk_config *cfg = s->load->cfg;
	struct rk_cfg_at a = rk_cfg_section_at(s, "formats");
	bool given = rk_cfg_has(s->load->main, "publish", "formats");
	size_t n = 0;

	while (n < N_DEFAULT_FORMATS && built[n] != NULL)
		n++;
	if (given && list->n == 0)
		return rk_cfg_complain(
		    &a, "an empty list (expected at least one format)");
	cfg->publish.formats =
	    rk_arena_array(s->arena, given ? list->n : n, sizeof(struct rk_str));
	for (size_t i = 0; !given && i < n; i++)
		cfg->publish.formats[i] = rk_cfg_keep(s->arena, built[i]);
	cfg->publish.n_formats = given ? list->n : n;
	for (uint32_t i = 0; given && i < list->n; i++) {
		struct rk_cfg_quoted q = rk_cfg_quote(list->v[i]);

		a.sub = i;
		if (!listed(built, list->v[i]))
			return rk_cfg_complain(&a, "%s%s (expected of: %s%s%s%s%s%s%s%s)",
			    q.text,
			    listed(known_formats, list->v[i]) ? " is not built yet"
							      : "",
			    n > 0 ? built[0] : "none", n > 1 ? ", " : "",
			    n > 1 ? built[1] : "", n > 2 ? ", " : "",
			    n > 2 ? built[2] : "", n > 3 ? ", " : "",
			    n > 3 ? built[3] : "",
			    listed(built, "embed") ? ", embed" : "");
		for (uint32_t j = 0; j < i; j++)
			if (strcmp(list->v[i], list->v[j]) == 0)
				return rk_cfg_complain(
				    &a, "%s is there twice (expected once)", q.text);
		cfg->publish.formats[i] = rk_cfg_keep(s->arena, list->v[i]);
	}
	return 0;
}

static int
read_publish(struct rk_cfg_load *load, const struct rk_cfg_raw_main *raw)
{
	struct rk_cfg_section s = rk_cfg_section(load, "publish");
	struct rk_config *cfg = load->cfg;
	const char *hub = rk_cfg_or_default(&s, raw->publish.hub, "hub");
	const char *entries = rk_cfg_or_default(&s, raw->publish.entries, "entries");
	struct rk_cfg_at a = rk_cfg_section_at(&s, "entries");

	if (rk_cfg_count(&a, entries, 1, 10000, &cfg->publish.entries) != 0)
		return -1;
	a = rk_cfg_section_at(&s, "summary_only");
	if (rk_cfg_bool(&a, rk_cfg_or_default(&s, raw->publish.summary_only, "summary_only"),
		&cfg->publish.summary_only) != 0)
		return -1;
	a = rk_cfg_section_at(&s, "hub");
	if (strcmp(hub, "builtin") != 0 && strcmp(hub, "none") != 0) {
		struct rk_url url;

		if (rk_url_parse(rk_str(hub), &url, NULL) != 0 || strchr(hub, ' ') != NULL)
			return rk_cfg_complain(&a,
			    "%s (expected builtin, none or the http address of a hub)",
			    rk_cfg_quote(hub).text);
	}
	cfg->publish.hub = rk_cfg_keep(s.arena, hub);
	if (read_formats(&s, raw) != 0)
		return -1;
	return read_folder(
	    &s, "directory", raw->publish.directory, &cfg->publish.directory);
}

/* What is in publish.directory is served to everybody: never the database. */
static int
check_folders(struct rk_cfg_load *load)
{
	struct rk_str state = load->cfg->storage.state;
	struct rk_str public = load->cfg->publish.directory;
	struct rk_cfg_section s = rk_cfg_section(load, "storage");
	struct rk_cfg_at a = rk_cfg_section_at(&s, "state");

	if (public.n > state.n || memcmp(state.p, public.p, public.n) != 0)
		return 0;
	if (state.n > public.n && state.p[public.n] != '/' && public.n > 1)
		return 0;
	return rk_cfg_complain(&a,
	    "inside publish.directory, where everybody can read it (expected "
	    "another folder)");
}

static int
read_ports(const struct rk_cfg_section *s, const struct rk_cfg_list *list)
{
	struct rk_config *cfg = s->load->cfg;
	struct rk_cfg_at a = rk_cfg_section_at(s, "allow_ports");
	unsigned port;

	cfg->fetch.allow_ports = rk_arena_array(s->arena, list->n, sizeof(uint16_t));
	cfg->fetch.n_allow_ports = list->n;
	for (uint32_t i = 0; i < list->n; i++) {
		a.sub = i;
		if (rk_cfg_count(&a, list->v[i], 1, 65535, &port) != 0)
			return -1;
		cfg->fetch.allow_ports[i] = (uint16_t)port;
	}
	return 0;
}

static int
read_ranges(const struct rk_cfg_section *s, const struct rk_cfg_list *list)
{
	struct rk_config *cfg = s->load->cfg;
	struct rk_cfg_at a = rk_cfg_section_at(s, "allow_addresses");

	cfg->fetch.allow_addresses =
	    rk_arena_array(s->arena, list->n, sizeof(struct rk_cidr));
	cfg->fetch.n_allow_addresses = list->n;
	for (uint32_t i = 0; i < list->n; i++) {
		a.sub = i;
		if (rk_cidr_parse(rk_str(list->v[i]), &cfg->fetch.allow_addresses[i]) !=
		    0)
			return rk_cfg_complain(&a,
			    "%s is no address range (try \"127.0.0.0/8\")",
			    rk_cfg_quote(list->v[i]).text);
	}
	return 0;
}

/* fetch.every and its like: the floor falls only where there are own networks. */
static int
read_every(
    const struct rk_cfg_section *s, const char *key, const char *text, int64_t *out)
{
	struct rk_cfg_at a = rk_cfg_section_at(s, key);

	if (rk_cfg_duration(&a, text, 1, RK_CFG_MAX_EVERY, out) != 0)
		return -1;
	if (*out < RK_MIN_EVERY_S && s->load->cfg->fetch.n_allow_addresses == 0)
		return rk_cfg_complain(&a,
		    "%s is under 10m, which only sources in fetch.allow_addresses "
		    "may have, and there are none (expected 10m or more)",
		    rk_cfg_quote(text).text);
	return 0;
}

static int
read_fetch_limits(const struct rk_cfg_section *s, const struct rk_cfg_raw_main *raw)
{
	struct rk_config *cfg = s->load->cfg;
	const char *connections =
	    rk_cfg_or_default(s, raw->fetch.connections, "connections");
	const char *per_host = rk_cfg_or_default(s, raw->fetch.per_host, "per_host");
	const char *gap = rk_cfg_or_default(s, raw->fetch.host_gap, "host_gap");
	const char *timeout = rk_cfg_or_default(s, raw->fetch.timeout, "timeout");
	const char *body = rk_cfg_or_default(s, raw->fetch.max_body, "max_body");
	struct rk_cfg_at a = rk_cfg_section_at(s, "connections");

	if (rk_cfg_count(&a, connections, 1, 1024, &cfg->fetch.connections) != 0)
		return -1;
	a = rk_cfg_section_at(s, "per_host");
	if (rk_cfg_count(&a, per_host, 1, 64, &cfg->fetch.per_host) != 0)
		return -1;
	a = rk_cfg_section_at(s, "host_gap");
	if (rk_cfg_duration(&a, gap, 0, 3600, &cfg->fetch.host_gap) != 0)
		return -1;
	a = rk_cfg_section_at(s, "timeout");
	if (rk_cfg_duration(&a, timeout, 1, 3600, &cfg->fetch.timeout) != 0)
		return -1;
	a = rk_cfg_section_at(s, "max_body");
	if (rk_parse_size(rk_str(body), &cfg->fetch.max_body) != 0)
		return rk_cfg_complain(
		    &a, "%s is not a size (try \"8MiB\")", rk_cfg_quote(body).text);
	if (cfg->fetch.max_body < RK_KIB(1) || cfg->fetch.max_body > RK_CFG_MAX_BODY)
		return rk_cfg_complain(&a,
		    "%s is out of range (expected 1KiB to 32MiB)",
		    rk_cfg_quote(body).text);
	return 0;
}

static int
read_fetch(struct rk_cfg_load *load, const struct rk_cfg_raw_main *raw)
{
	struct rk_cfg_section s = rk_cfg_section(load, "fetch");
	struct rk_config *cfg = load->cfg;
	const char *key = "every_unconditional";

	if (read_ports(&s, &raw->fetch.allow_ports) != 0 ||
	    read_ranges(&s, &raw->fetch.allow_addresses) != 0 ||
	    read_every(&s, "every", rk_cfg_or_default(&s, raw->fetch.every, "every"),
		&cfg->fetch.every) != 0 ||
	    read_every(&s, key,
		rk_cfg_or_default(&s, raw->fetch.every_unconditional, key),
		&cfg->fetch.every_unconditional) != 0)
		return -1;
	/* A default must not make a source without validators busier than the others.
	 */
	if (raw->fetch.every_unconditional == NULL &&
	    cfg->fetch.every_unconditional < cfg->fetch.every)
		cfg->fetch.every_unconditional = cfg->fetch.every;
	return read_fetch_limits(&s, raw);
}

/* ADDR:PORT with a literal address, an IPv6 one in brackets. */
static bool
listen_ok(const char *text)
{
	const char *colon = strrchr(text, ':');
	char addr[INET6_ADDRSTRLEN + 2];
	unsigned char bytes[16];
	uint64_t port;
	size_t n;

	if (colon == NULL || rk_parse_count(rk_str(colon + 1), 65535, &port) != 0)
		return false;
	n = (size_t)(colon - text);
	if (n < 2 || n >= sizeof(addr))
		return false;
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (addr[0] != '[')
		return inet_pton(AF_INET, addr, bytes) == 1;
	if (addr[n - 1] != ']')
		return false;
	addr[n - 1] = '\0';
	return inet_pton(AF_INET6, addr + 1, bytes) == 1;
}

static int
read_serve(struct rk_cfg_load *load, const struct rk_cfg_raw_main *raw)
{
	struct rk_cfg_section s = rk_cfg_section(load, "serve");
	const char *text = rk_cfg_or_default(&s, raw->serve.listen, "listen");
	struct rk_cfg_at a = rk_cfg_section_at(&s, "listen");

	if (text[0] != '\0' && !listen_ok(text))
		return rk_cfg_complain(&a,
		    "%s (expected ADDRESS:PORT such as 127.0.0.1:8080 or [::1]:8080)",
		    rk_cfg_quote(text).text);
	load->cfg->serve.listen = rk_cfg_keep(s.arena, text);
	return 0;
}

int
rk_cfg_settings(struct rk_cfg_load *load)
{
	const struct rk_cfg_raw_main *raw = load->main->raw;

	if (rk_cfg_site(load, raw) != 0 || read_storage(load, raw) != 0 ||
	    read_publish(load, raw) != 0 || check_folders(load) != 0 ||
	    read_fetch(load, raw) != 0 || read_serve(load, raw) != 0 ||
	    rk_cfg_bucket(load, raw->publish.s3) != 0)
		return -1;
	return 0;
}
