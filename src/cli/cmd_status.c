/* status: how the sources fare, for people and for programs. */
#include "cli_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/daemon.h>
#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/map.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/store.h>
#include <ruamkhao/units.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WHERE_SIZE 4200 /* a path, line and column */

/* Where a source is written: "feeds/sources/x.yml:14:3". */
static const char *
where_of(const struct rk_source *s, const char *otherwise, char out[WHERE_SIZE])
{
	if (s == NULL)
		return otherwise;
	(void)snprintf(out, WHERE_SIZE, "%s:%u:%u", s->file, s->line, s->column);
	return out;
}

struct view {
	struct rk_map *sources; /* configured, by id */
	struct status_peers *peers;
	struct rk_buf out;
	int64_t now;
	bool json, one, colours;
	int64_t held; /* entries */
	bool bucket;  /* there is one, and what it holds and lacks of the tree */
	size_t uploaded, to_upload;
	int64_t lost_since; /* the daemon's network, RK_NO_TIME: it is not */
	size_t rows, ok, failing, gone, fresh, off;
};

static bool
is_off(const struct view *v, struct rk_str id, bool *configured)
{
	const struct rk_source *source = rk_map_get(v->sources, id);

	*configured = source != NULL;
	return source != NULL && !source->enabled;
}

/* A list page that was read at least once. */
static bool
is_page(const struct view *v, const struct rk_status_row *row)
{
	const struct rk_source *source = rk_map_get(v->sources, row->id);

	return row->page && source != NULL && source->kind == RK_KIND_PAGE;
}

/* "3h ago", "in 20m", "never": rounded to the larger unit. */
static const char *
relative(int64_t t, int64_t now, char *out, size_t size)
{
	int64_t d, a;
	char text[24];

	if (t == RK_NO_TIME)
		return "never";
	d = t - now;
	a = d < 0 ? -d : d;
	a = a >= 2 * 86400 ? a / 86400 * 86400 : a >= 7200 ? a / 3600 * 3600
	    : a >= 120 ? a / 60 * 60 : a;
	(void)rk_format_duration(a, text, sizeof(text));
	(void)snprintf(out, size, d > 0 ? "in %s" : "%s ago", text);
	return out;
}

static const char *
state_name(const struct view *v, const struct rk_status_row *row)
{
	bool configured;

	if (is_off(v, row->id, &configured))
		return "off";
	if (!configured)
		return "removed";
	return rk_standing_name(row->state.standing);
}

static const char *
colour_of(const struct view *v, const char *state)
{
	if (!v->colours)
		return "";
	if (strcmp(state, "ok") == 0)
		return "\033[32m";
	if (strcmp(state, "failing") == 0 || strcmp(state, "gone") == 0)
		return "\033[31m";
	return "\033[33m";
}

#define HELD_ADVICE                                                                        \
	"its site may have been broken into: `ruamkhao explain` an entry, then "           \
	"`ruamkhao release` it or the source, or `ruamkhao block` it"

static void
text_line(struct view *v, const struct rk_status_row *row)
{
	const struct rk_source_state *s = &row->state;
	const struct rk_source *source = rk_map_get(v->sources, row->id);
	const char *state = state_name(v, row), *colour = colour_of(v, state);
	char since[40], success[40], safe[1024], where[WHERE_SIZE];
	struct rk_str same = status_peers_same(v->peers, row);

	(void)rk_buf_addf(&v->out, "%-28s %s%-8s%s %-12s %-12s %7" PRId64, rk_cstr(row->id),
	    colour, state, colour[0] != '\0' ? "\033[0m" : "",
	    relative(s->standing_since, v->now, since, sizeof(since)),
	    relative(s->last_success, v->now, success, sizeof(success)), row->entries);
	if (s->error.n > 0)
		(void)rk_buf_addf(&v->out, "  %s", rk_log_escape(rk_cstr(s->error), safe, sizeof(safe)));
	(void)rk_buf_addc(&v->out, '\n');
	if (s->advice.n > 0)
		(void)rk_buf_addf(&v->out, "%28s   -> %s\n", "", rk_cstr(s->advice));
	if (s->moved != NULL && s->moved->url.n > 0)
		(void)rk_buf_addf(&v->out, "%28s   -> moved to %s; change url in %s\n", "",
		    rk_log_escape(rk_cstr(s->moved->url), safe, sizeof(safe)),
		    where_of(source, "the configuration", where));
	if (same.n > 0 && !rk_str_eq(s->effective_url, row->url))
		(void)rk_buf_addf(&v->out, "%28s   -> the same document as %s; one of them will do\n",
		    "", rk_cstr(same));
	if (row->held > 0)
		(void)rk_buf_addf(&v->out, "%28s   %" PRId64 " held for you -> %s\n", "", row->held,
		    HELD_ADVICE);
}

static void
fact(struct view *v, const char *name, const char *value)
{
	char safe[2048];

	if (value[0] != '\0')
		(void)rk_buf_addf(&v->out, "  %-16s %s\n", name,
		    rk_log_escape(value, safe, sizeof(safe)));
}

static void
fact_time(struct view *v, const char *name, int64_t t)
{
	char at[32], rel[40], text[96];

	if (t == RK_NO_TIME) {
		fact(v, name, "never");
		return;
	}
	(void)snprintf(text, sizeof(text), "%s (%s)", rk_date_rfc3339(t, at),
	    relative(t, v->now, rel, sizeof(rel)));
	fact(v, name, text);
}

/* "12 entries, 3 of them new; 2 more wait for the next poll (1 failed)" */
static void
text_page(struct view *v, const struct rk_status_row *row)
{
	char text[240], waiting[120] = "", failed[48] = "";

	if (!is_page(v, row))
		return;
	if (row->failed > 0)
		(void)snprintf(failed, sizeof(failed), " (%u could not be read)", row->failed);
	if (row->waiting > 0)
		(void)snprintf(waiting, sizeof(waiting), "; %u more wait%s for the next poll%s",
		    row->waiting, row->waiting == 1 ? "s" : "", failed);
	(void)snprintf(text, sizeof(text), "%u entries, %u of them new%s", row->listed, row->fresh,
	    waiting);
	fact(v, "on the page", text);
}

/* "active until 2026-12-06T... (in 9d), 12 pushes", and what hinders it. */
static void
text_hub(struct view *v, const struct rk_status_row *row)
{
	const struct rk_sub_row *sub = &row->sub;
	char text[256], until[96] = "", at[32], rel[40];

	if (!row->subscribed)
		return;
	fact(v, "hub", rk_cstr(sub->hub));
	if (sub->state == RK_SUB_ACTIVE && sub->until != RK_NO_TIME)
		(void)snprintf(until, sizeof(until), " until %s (%s)",
		    rk_date_rfc3339(sub->until, at), relative(sub->until, v->now, rel, sizeof(rel)));
	(void)snprintf(text, sizeof(text), "%s%s, %" PRIu64 " push%s",
	    rk_sub_state_name(sub->state), until, sub->pushes, sub->pushes == 1 ? "" : "es");
	fact(v, "subscription", text);
	fact_time(v, "last push", sub->last_push);
	if (sub->last_miss != RK_NO_TIME)
		fact_time(v, "news without one", sub->last_miss);
	fact(v, "hub error", rk_cstr(sub->error));
}

/* Where permanent redirects lead, and what that asks of the operator. */
static void
text_moved(struct view *v, const struct rk_status_row *row)
{
	const struct rk_source *source = rk_map_get(v->sources, row->id);
	const struct rk_moved *m = row->state.moved;
	char text[2 * RK_MAX_URL + WHERE_SIZE + 256], rel[40], where[WHERE_SIZE];

	if (m == NULL)
		return;
	if (m->url.n > 0) {
		(void)snprintf(text, sizeof(text), "%s (%s); change url in %s", rk_cstr(m->url),
		    relative(m->at, v->now, rel, sizeof(rel)),
		    where_of(source, "the configuration", where));
		fact(v, "moved to", text);
	}
	if (m->leads_to.n > 0) {
		(void)snprintf(text, sizeof(text), "%s, for good as it says (%u polls, first %s)",
		    rk_cstr(m->leads_to), m->leads_polls,
		    relative(m->leads_since, v->now, rel, sizeof(rel)));
		fact(v, "redirects to", text);
	}
}

static void
text_one(struct view *v, const struct rk_status_row *row)
{
	const struct rk_source_state *s = &row->state;
	struct rk_str why;
	char number[64];

	(void)rk_buf_addf(&v->out, "%s: %s\n", rk_cstr(row->id), state_name(v, row));
	fact(v, "title", rk_cstr(row->title));
	fact(v, "url", rk_cstr(row->url));
	if (!rk_str_eq(s->effective_url, row->url))
		fact(v, "answered by", rk_cstr(s->effective_url));
	fact_time(v, "state since", s->standing_since);
	fact_time(v, "last poll", s->last_poll);
	fact_time(v, "last success", s->last_success);
	fact_time(v, "last news", s->last_change);
	fact_time(v, "next poll", status_peers_due(v->peers, row, &why));
	fact(v, "why then", rk_cstr(why));
	fact(v, "same document as", rk_cstr(status_peers_same(v->peers, row)));
	(void)snprintf(number, sizeof(number), "%" PRIu64 " (%" PRIu64 " not modified)", s->polls,
	    s->not_modified);
	fact(v, "polls", number);
	(void)snprintf(number, sizeof(number), "%" PRId64, row->entries);
	fact(v, "entries", number);
	text_moved(v, row);
	if (row->held > 0) {
		(void)snprintf(number, sizeof(number), "%" PRId64 " held for you", row->held);
		fact(v, "not published", number);
		fact(v, "what to do", HELD_ADVICE);
	}
	text_page(v, row);
	text_hub(v, row);
	fact(v, "format", rk_cstr(s->format));
	fact(v, "charset", rk_cstr(s->charset));
	fact(v, "calls itself", rk_cstr(s->feed_title));
	fact(v, "site", rk_cstr(s->feed_link));
	fact(v, "etag", rk_cstr(s->etag));
	fact(v, "last-modified", rk_cstr(s->last_modified));
	if (s->failures > 0) {
		(void)snprintf(number, sizeof(number), "%u in a row", s->failures);
		fact(v, "failures", number);
	}
	fact(v, "error", rk_cstr(s->error));
	fact(v, "what to do", rk_cstr(s->advice));
}

/* ---- JSON */

static void
json_row(struct view *v, const struct rk_status_row *row)
{
	const struct rk_source_state *s = &row->state;
	struct rk_str why, same = status_peers_same(v->peers, row);
	struct rk_buf *b = &v->out;

	(void)rk_buf_adds(b, v->rows > 0 ? ",\n{\"id\":" : "\n{\"id\":");
	(void)rk_json_string(row->id, b);
	cli_key_str(b, "title", row->title);
	cli_key_str(b, "url", row->url);
	cli_key_str(b, "state", rk_str(state_name(v, row)));
	cli_key_time(b, "since", s->standing_since);
	cli_key_time(b, "last_poll", s->last_poll);
	cli_key_time(b, "last_success", s->last_success);
	cli_key_time(b, "last_news", s->last_change);
	cli_key_time(b, "next_poll", status_peers_due(v->peers, row, &why));
	cli_key_str(b, "why", why);
	cli_key_str(b, "error", s->error);
	cli_key_str(b, "advice", s->advice);
	cli_key_str(b, "format", s->format);
	cli_key_str(b, "charset", s->charset);
	(void)rk_buf_addf(b,
	    ",\"http_status\":%d,\"failures\":%u,\"polls\":%" PRIu64 ",\"not_modified\":%" PRIu64
	    ",\"entries\":%" PRId64,
	    s->http_status, s->failures, s->polls, s->not_modified, row->entries);
	(void)rk_buf_addf(b, ",\"held\":%" PRId64, row->held);
	if (is_page(v, row))
		(void)rk_buf_addf(b,
		    ",\"page\":{\"listed\":%u,\"new\":%u,\"waiting\":%u,\"failed\":%u}",
		    row->listed, row->fresh, row->waiting, row->failed);
	if (row->subscribed) {
		(void)rk_buf_adds(b, ",\"hub\":{\"url\":");
		(void)rk_json_string(row->sub.hub, b);
		cli_key_str(b, "topic", row->sub.topic);
		cli_key_str(b, "state", rk_str(rk_sub_state_name(row->sub.state)));
		cli_key_time(b, "until", row->sub.until);
		cli_key_time(b, "last_push", row->sub.last_push);
		(void)rk_buf_addf(b, ",\"pushes\":%" PRIu64, row->sub.pushes);
		cli_key_str(b, "error", row->sub.error);
		(void)rk_buf_addc(b, '}');
	}
	if (s->moved != NULL && s->moved->url.n > 0) {
		const struct rk_source *source = rk_map_get(v->sources, row->id);
		char where[WHERE_SIZE];

		cli_key_str(b, "moved_to", s->moved->url);
		cli_key_time(b, "moved_at", s->moved->at);
		cli_key_str(b, "moved_where", rk_str(where_of(source, "", where)));
	}
	if (s->moved != NULL && s->moved->leads_to.n > 0)
		cli_key_str(b, "redirects_to", s->moved->leads_to);
	if (same.n > 0)
		cli_key_str(b, "same_document", same);
	(void)rk_buf_addc(b, '}');
}

static void
count_row(struct view *v, const struct rk_status_row *row)
{
	const char *state = state_name(v, row);

	v->rows++;
	if (strcmp(state, "ok") == 0)
		v->ok++;
	else if (strcmp(state, "failing") == 0)
		v->failing++;
	else if (strcmp(state, "gone") == 0)
		v->gone++;
	else if (strcmp(state, "new") == 0)
		v->fresh++;
	else
		v->off++;
}

static int
on_row(void *cookie, const struct rk_status_row *row)
{
	struct view *v = cookie;

	if (v->json)
		json_row(v, row);
	else if (v->one)
		text_one(v, row);
	else
		text_line(v, row);
	count_row(v, row);
	return v->out.full ? -1 : 0;
}

/* What concerns all sources comes first. */
static void
say_network(struct view *v)
{
	char at[32], rel[40];

	if (v->lost_since == RK_NO_TIME)
		return;
	(void)rk_buf_addf(&v->out,
	    "no source can be reached since %s (%s): our own network seems to be down, one source "
	    "is tried at a time and none is blamed; check this machine's connection and resolver\n",
	    rk_date_rfc3339(v->lost_since, at), relative(v->lost_since, v->now, rel, sizeof(rel)));
}

static int
print(struct cli *cli, struct view *v, struct rk_store *store)
{
	struct rk_str id = rk_str(cli->n_args > 0 ? cli->args[0] : NULL);
	struct rk_hub_totals hub;
	struct rk_err err = { 0 };

	if (!v->json)
		say_network(v);
	if (v->json)
		(void)rk_buf_adds(&v->out, "{\"sources\":[");
	else if (!v->one)
		(void)rk_buf_addf(&v->out, "%-28s %-8s %-12s %-12s %7s\n", "SOURCE", "STATE",
		    "SINCE", "LAST GOOD", "ENTRIES");
	if ((v->peers = status_peers_read(store, v->sources, v->now, &err)) == NULL
	    || rk_store_status(store, id, on_row, v, &err) != 0
	    || rk_store_hub_totals(store, v->now, &hub, &err) != 0)
		return cli_fail(&err);
	if (v->one && v->rows == 0) {
		rk_say("ruamkhao: no source \"%s\" is known yet", cli->args[0]);
		return RK_EXIT_FAILED;
	}
	if (v->json) {
		(void)rk_buf_addf(&v->out,
		    "\n],\"totals\":{\"sources\":%zu,\"ok\":%zu,\"failing\":%zu,\"gone\":%zu,"
		    "\"new\":%zu,\"off\":%zu}",
		    v->rows, v->ok, v->failing, v->gone, v->fresh, v->off);
		cli_key_time(&v->out, "network_down_since", v->lost_since);
		status_hub_json(&v->out, &hub);
		if (v->bucket)
			(void)rk_buf_addf(&v->out,
			    ",\"uploads\":{\"held\":%zu,\"waiting\":%zu}", v->uploaded, v->to_upload);
		(void)rk_buf_adds(&v->out, "}\n");
	} else if (!v->one) {
		(void)rk_buf_addf(&v->out, "%zu sources: %zu ok, %zu failing, %zu gone, %zu new, %zu off\n",
		    v->rows, v->ok, v->failing, v->gone, v->fresh, v->off);
		status_hub_text(&v->out, &hub);
		if (v->bucket)
			(void)rk_buf_addf(&v->out, "bucket: %zu files, %zu waiting to be uploaded\n",
			    v->uploaded, v->to_upload);
	}
	(void)fwrite(v->out.p, 1, v->out.n, stdout);
	return cli_flush();
}

int
cmd_status(struct cli *cli)
{
	const struct rk_clock *clock = rk_clock_real();
	struct rk_config *config;
	struct rk_store *store = NULL;
	struct rk_err err = { 0 };
	struct view v;
	int status;

	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	memset(&v, 0, sizeof(v));
	v.sources = rk_map_new();
	for (size_t i = 0; i < config->n_sources; i++)
		(void)rk_map_put(v.sources, config->sources[i].id, &config->sources[i]);
	v.lost_since = rk_control_network(rk_cstr(config->storage.state));
	v.now = clock->wall(clock->self);
	v.bucket = rk_daemon_uploads(config, &v.uploaded, &v.to_upload);
	v.json = cli->json;
	v.one = cli->n_args > 0 && !cli->json;
	v.colours = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	rk_buf_init(&v.out, RK_MIB(512));
	if (rk_store_open(rk_cstr(config->storage.state), RK_STORE_READ, &store, &err) != 0)
		status = cli_fail(&err);
	else
		status = print(cli, &v, store);
	rk_store_close(store);
	status_peers_free(v.peers);
	rk_buf_release(&v.out);
	rk_map_free(v.sources);
	rk_config_free(config);
	return status;
}
