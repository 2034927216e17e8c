/*
 * Everything between a configuration and its end: what is opened in which order, and
 * closed in reverse.
 */
#include "poll_int.h"

#include <ruamkhao/cluster.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/map.h>
#include <ruamkhao/sandbox.h>
#include <ruamkhao/url.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define FILES_KEPT 40 /* the database, workers, the loop, files that are written */
#define FILES_EACH (RK_KEPT_CONNECTIONS + 2) /* of one transfer: its resolver has a pair */
#define FILES_HUB 100 /* deliveries of a hub, and connections that are kept for the next */
#define MAX_FILES  65536

int64_t
engine_now(const struct engine *e)
{
	return e->opts->clock->wall(e->opts->clock->self);
}

uint64_t
engine_ms(const struct engine *e)
{
	return e->opts->clock->mono_ms(e->opts->clock->self);
}

/* Links are a stranger's words: they lead to no other port than redirects may. */
bool
engine_port_allowed(const struct engine *e, struct rk_str from, struct rk_str url)
{
	const struct rk_config *c = e->config;
	struct rk_url to, own;

	if (rk_url_parse(url, &to, NULL) != 0)
		return false;
	if (to.port == 80 || to.port == 443
	    || (rk_url_parse(from, &own, NULL) == 0 && own.port == to.port))
		return true;
	for (size_t i = 0; i < c->fetch.n_allow_ports; i++) {
		if (c->fetch.allow_ports[i] == to.port)
			return true;
	}
	return false;
}

/* ---- starting */

static int
folders(struct engine *e, bool fetching, struct rk_err *err)
{
	const char *state = rk_cstr(e->config->storage.state);
	const char *out = rk_cstr(e->config->publish.directory);
	struct rk_str lock = rk_arena_fmt(e->arena, "%s/lock", state);

	if (rk_file_mkdirs(state, err) != 0 || rk_file_mkdirs(out, err) != 0)
		return -1;
	if (rk_file_lock(rk_cstr(lock), &e->lock_fd, err) != 0) {
		if (err != NULL && err->kind == RK_E_BUSY)
			(void)rk_err_set(err, RK_E_BUSY,
			    "another instance is using %s (it holds %s)", state, rk_cstr(lock));
		return -1;
	}
	/* who publishes alone, to have it right, is in no hurry */
	return tree_sweep(e, !fetching, err);
}

static const char *
folder_of(const struct engine *e, struct rk_str path)
{
	size_t n = path.n;

	while (n > 1 && path.p[n - 1] != '/')
		n--;
	return rk_cstr(rk_arena_str(e->arena, rk_strn(path.p, n)));
}

/* The process may write below state and out, read the configuration's folder and
 * the files it names, and nothing else of the machine's data. */
static int
close_in(struct engine *e, struct rk_err *err)
{
	const struct rk_config *c = e->config;
	const char *write[] = { rk_cstr(c->storage.state), rk_cstr(c->publish.directory), NULL };
	const char **read = rk_arena_array(
	    e->arena, c->n_sources + c->n_include_folders + 8, sizeof(*read));
	const char *missing = NULL;
	size_t n = 0;

	if (!e->opts->sandbox)
		return 0;
	read[n++] = rk_cstr(c->folder);
	read[n++] = e->opts->program;
	for (size_t i = 0; i < c->n_sources; i++) {
		if (c->sources[i].request->ca_file.n > 0)
			read[n++] = rk_cstr(c->sources[i].request->ca_file);
	}
	/* read again at a reload, and what is new there; a folder, since who edits a file
	 * puts another one in its place */
	for (size_t i = 0; i < c->n_include_folders; i++)
		read[n++] = rk_cstr(c->include_folders[i]);
	if (c->regions_path.n > 0)
		read[n++] = folder_of(e, c->regions_path);
	if (c->agencies_path.n > 0)
		read[n++] = folder_of(e, c->agencies_path);
	if (c->publish.s3.access_key_file.n > 0) {
		read[n++] = rk_cstr(c->publish.s3.access_key_file);
		read[n++] = rk_cstr(c->publish.s3.secret_key_file);
	}
	if (rk_sandbox_main(write, read, &missing, err) != 0)
		return -1;
	if (missing != NULL)
		rk_log(RK_WARN, "sandbox incomplete", "missing", missing, NULL);
	return 0;
}

/* The address is written as a number in the url, or is localhost, and is let through. */
static bool
is_unlimited(const struct rk_config *c, const struct rk_source *s)
{
	const char *host = rk_str_is(s->host, "localhost") ? "127.0.0.1" : rk_cstr(s->host);
	unsigned char addr[16];

	if (c->fetch.n_allow_addresses == 0)
		return false;
	for (int v6 = 0; v6 < 2; v6++) {
		if (inet_pton(v6 ? AF_INET6 : AF_INET, host, addr) == 1)
			return !rk_address_allowed(v6 != 0, addr, NULL, 0)
			    && rk_address_allowed(v6 != 0, addr, c->fetch.allow_addresses,
			        c->fetch.n_allow_addresses);
	}
	return false;
}

/* The authority of our tag: ids: a name without a port (RFC 4151 2.1). */
static struct rk_str
tag_host(const struct rk_config *c)
{
	struct rk_str host = c->site.host;
	size_t colon = rk_str_chr(host, ':');

	if (host.n > 0 && host.p[0] == '[') /* an IPv6 number: its colons are no port's */
		return host;
	return colon == SIZE_MAX ? host : rk_strn(host.p, colon);
}

struct registration {
	struct engine *e;
	struct rk_arena *scratch; /* of one route */
	struct rk_map *places;    /* province -> route of a source that has no more; in `kept` */
	struct rk_arena *kept;
};

static void
on_registered(void *cookie, size_t i, const struct rk_source_state *state, bool why_stored)
{
	struct engine *e = ((struct registration *)cookie)->e;
	struct slot *slot = &e->slots[i];

	slot_keep(slot, state, why_stored);
	e->addresses[i] = rk_arena_str(e->met, state->address);
	slot->trouble_since = state->failures > 0 && state->standing_since != RK_NO_TIME
	    ? stamp_of(state->standing_since) : stamp_of(engine_now(e));
}

/* Not kept: of a hundred thousand sources the texts are some megabytes. */
struct rk_str
source_route(const struct engine *e, const struct rk_source *s, struct rk_arena *arena)
{
	return rk_route_make(e->config->regions, arena, s->province, s->agency, s->regions,
	    s->n_regions, engine_now(e));
}

static struct rk_str
route_to_register(void *cookie, size_t i)
{
	struct registration *r = cookie;
	const struct rk_source *s = &r->e->config->sources[i];
	struct rk_str *places;

	rk_arena_reset(r->scratch);
	if (s->n_regions > 0)
		return source_route(r->e, s, r->scratch);
	if ((places = rk_map_get(r->places, s->province)) == NULL) {
		places = RK_NEW(r->kept, struct rk_str);
		*places = rk_route_make(r->e->config->regions, r->kept, s->province, RK_STR(""),
		    NULL, 0, engine_now(r->e));
		(void)rk_map_put(r->places, s->province, places);
	}
	return rk_route_agency(r->scratch, s->agency, *places);
}

static int
open_store(struct engine *e, struct rk_store **store, struct rk_err *err)
{
	struct rk_config *c = e->config;
	struct rk_store *s = NULL;
	struct registration r = { e, rk_arena_new(0), rk_map_new(), rk_arena_new(0) };
	const struct rk_registering to = { route_to_register, on_registered, &r };
	int rc = -1;

	e->robots = robotbook_new(2 * c->n_sources + RK_MORE_ROBOTS);
	e->websub = websub_new(e);
	e->hub = hub_new(e);
	e->n_slots = c->n_sources;
	e->slots = rk_xcalloc(e->n_slots + 1, sizeof(*e->slots));
	e->met = rk_arena_new(0);
	e->addresses = rk_arena_array(e->met, c->n_sources, sizeof(*e->addresses));
	for (size_t i = 0; i < c->n_sources; i++) {
		const struct rk_source *source = &c->sources[i];

		e->slots[i].source = source;
		e->slots[i].unlimited = is_unlimited(c, source);
	}
	if (rk_store_open(rk_cstr(c->storage.state), RK_STORE_WRITE, &s, err) != 0
	    || rk_store_host(s, tag_host(c), e->arena, &e->site.host, err) != 0
	    || rk_store_register_each(s, c->sources, c->n_sources, &to, err) != 0
	    || robotbook_load(e->robots, s, err) != 0
	    || websub_load(e->websub, s, err) != 0
	    || hub_load(e->hub, s, err) != 0)
		goto out;
	rk_config_forget_titles(c);
	rk_store_silence(s, rk_pace_silent_from);
	*store = s;
	s = NULL;
	rc = 0;
out:
	rk_store_close(s);
	rk_map_free(r.places);
	rk_arena_free(r.kept);
	rk_arena_free(r.scratch);
	return rc;
}

/* As many descriptors as we may have, and as many transfers as they allow (F10): each has
 * a socket, a resolver's pair, and connections that are kept for the next round. */
static void
fit_descriptors(struct engine *e)
{
	struct rlimit files;
	rlim_t most, kept = FILES_KEPT;
	char now[24], text[24];

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	if (files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max < MAX_FILES ? files.rlim_max : MAX_FILES;
		(void)setrlimit(RLIMIT_NOFILE, &files);
		if (getrlimit(RLIMIT_NOFILE, &files) != 0)
			return;
	}
	if (files.rlim_cur == RLIM_INFINITY)
		return;
	if (e->site.hub.n > 0) /* where there are few it makes do with less */
		kept += files.rlim_cur / 8 < FILES_HUB ? files.rlim_cur / 8 : FILES_HUB;
	most = files.rlim_cur > kept ? (files.rlim_cur - kept) / FILES_EACH : 0;
	most = most > 0 ? most : 1;
	if (e->config->fetch.connections <= most)
		return;
	e->config->fetch.connections = (unsigned)most;
	(void)snprintf(text, sizeof(text), "%u", e->config->fetch.connections);
	(void)snprintf(now, sizeof(now), "%llu", (unsigned long long)files.rlim_cur);
	rk_log(RK_WARN, "fewer transfers at once than fetch.connections: the limit of open files "
	    "is low (ulimit -n)", "connections", text, "files", now, NULL);
}

void
engine_fetcher_opts(const struct engine *e, struct rk_fetcher_opts *opts)
{
	const struct rk_config *c = e->config;

	memset(opts, 0, sizeof(*opts));
	opts->timeout_s = c->fetch.timeout;
	opts->allow_ports = c->fetch.allow_ports;
	opts->n_allow_ports = c->fetch.n_allow_ports;
	opts->allow_addresses = c->fetch.allow_addresses;
	opts->n_allow_addresses = c->fetch.n_allow_addresses;
	opts->user_agent = rk_arena_fmt(e->arena, "ruamkhao/" RK_VERSION " (+%s)",
	    c->site.contact.n > 0 ? rk_cstr(c->site.contact) : rk_cstr(c->site.base_url));
	if (!rk_keeps(RK_M_USER_AGENT))
		opts->user_agent = RK_STR("Mozilla/5.0");
	opts->clock = e->opts->clock;
}

static int
start_fetching(struct engine *e, struct rk_err *err)
{
	const struct rk_config *c = e->config;
	struct rk_fetcher_opts opts;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	fit_descriptors(e);
	engine_fetcher_opts(e, &opts);
	opts.per_host = c->fetch.per_host;
	opts.host_gap_ms = (uint64_t)c->fetch.host_gap * 1000;
	opts.connections = c->fetch.connections;
	if (rk_fetcher_new(e->loop, &opts, &e->fetcher, err) != 0)
		return -1;
	for (size_t i = 0; i < e->n_slots; i++) {
		if (e->addresses[i].n > 0 && e->slots[i].source->request->proxy.n == 0)
			rk_fetcher_learn(e->fetcher, e->slots[i].source->host, e->addresses[i]);
	}
	rk_arena_free(e->met);
	e->met = NULL;
	e->addresses = NULL;
	return rk_pool_new(e->loop, e->opts->program,
	    cores < 1 ? 1 : cores > 16 ? 16 : (unsigned)cores, &e->pool, err);
}

int
engine_start(struct engine *e, uv_loop_t *loop, struct rk_config *config,
    const struct rk_daemon_opts *opts, bool fetching, struct rk_err *err)
{
	struct rk_store *store = NULL;

	memset(e, 0, sizeof(*e));
	e->loop = loop;
	e->opts = opts;
	e->config = config;
	e->arena = rk_arena_new(0);
	e->lock_fd = -1;
	e->started_ms = engine_ms(e);
	rk_memory_lasting();
	site_of(config, e->arena, &e->site);
	if (bucket_new(e, &e->bucket, err) != 0 || folders(e, fetching, err) != 0 || close_in(e, err) != 0
	    || open_store(e, &store, err) != 0)
		goto fail;
	if (rk_storeq_start(loop, &store, e->site.host, rk_cluster_decide, &e->storeq, err) != 0)
		goto fail;
	e->publisher = publisher_new(e);
	e->indexer = indexer_new(e);
	if (bucket_start(e->bucket, err) != 0 || (fetching && start_fetching(e, err) != 0)) {
		/* cannot happen for lack of anything but memory: the loop closes the rest */
		engine_stop(e, NULL, NULL);
		(void)uv_run(loop, UV_RUN_DEFAULT);
		goto fail;
	}
	if (fetching) {
		e->pipeline = pipeline_new(e);
		clock_follow(e);
	}
	rk_memory_passing();
	return 0;
fail:
	rk_store_close(store);
	e->config = NULL;
	engine_unlock(e);
	engine_release(e);
	rk_memory_passing();
	return -1;
}

/* ---- ending: transfers and workers first, then what they left goes to the store,
 * then the publisher ends, then the store */

static void
storeq_stopped(void *cookie)
{
	struct engine *e = cookie;
	void (*stopped)(void *) = e->stopped;

	e->storeq = NULL;
	if (stopped != NULL)
		stopped(e->stopped_cookie);
}

static void
part_closed(void *cookie)
{
	struct engine *e = cookie;

	rk_assert(e->parts > 0);
	e->parts--;
}

static void
on_check_closed(uv_handle_t *handle)
{
	free(handle);
}

/* Every few milliseconds while it ends, until the store can be stopped. */
static void
on_check(uv_timer_t *timer)
{
	struct engine *e = timer->data;

	if (e->parts > 0 || (e->pipeline != NULL && !pipeline_closed(e->pipeline))
	    || !websub_closed(e->websub) || !hub_closed(e->hub))
		return;
	indexer_stop(e->indexer);
	publisher_stop(e->publisher);
	if (!publisher_closed(e->publisher) || !indexer_closed(e->indexer))
		return;
	bucket_stop(e->bucket); /* after the last file was written */
	if (!bucket_closed(e->bucket))
		return;
	uv_close((uv_handle_t *)timer, on_check_closed);
	rk_storeq_stop(e->storeq, storeq_stopped, e);
}

void
engine_stop(struct engine *e, void (*stopped)(void *cookie), void *cookie)
{
	uv_timer_t *check = rk_xcalloc(1, sizeof(*check));

	rk_assert(!e->stopping);
	e->stopping = true;
	e->stopped = stopped;
	e->stopped_cookie = cookie;
	websub_stop(e->websub);
	hub_close(e->hub);
	clock_unfollow(e);
	if (e->pipeline != NULL)
		pipeline_stop(e->pipeline);
	if (e->fetcher != NULL) {
		e->parts++;
		rk_fetcher_close(e->fetcher, part_closed, e);
		e->fetcher = NULL;
	}
	if (e->pool != NULL) {
		e->parts++;
		rk_pool_close(e->pool, part_closed, e);
		e->pool = NULL;
	}
	rk_storeq_flush(e->storeq);
	(void)uv_timer_init(e->loop, check);
	check->data = e;
	(void)uv_timer_start(check, on_check, 0, 5);
}

void
engine_unlock(struct engine *e)
{
	if (e->lock_fd >= 0)
		(void)close(e->lock_fd);
	e->lock_fd = -1;
}

void
engine_release(struct engine *e)
{
	pipeline_free(e->pipeline);
	publisher_free(e->publisher);
	tree_looked(e);
	bucket_free(e->bucket);
	indexer_free(e->indexer);
	robotbook_free(e->robots);
	websub_free(e->websub);
	hub_free(e->hub);
	rk_arena_free(e->met);
	for (size_t i = 0; i < e->n_slots; i++)
		slot_release(&e->slots[i]);
	free(e->slots);
	rk_config_free(e->config);
	rk_arena_free(e->arena);
	memset(e, 0, sizeof(*e));
	e->lock_fd = -1;
}
