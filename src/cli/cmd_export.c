/* export jsonl: every stored entry, one object a line (CONTRACTS 4). Streams. */
#include "cli_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/store.h>

#include <stdio.h>
#include <string.h>

struct export {
	const struct rk_regions *regions;
	struct rk_buf line;
};

/* The nodes of a route as lists: places false gives node names, true ISO codes. */
static void
route_list(const struct export *x, struct rk_buf *b, struct rk_str route, bool places)
{
	struct rk_str id, rest;
	bool first = true;

	(void)rk_buf_adds(b, places ? ",\"places\":[" : ",\"regions\":[");
	while (rk_str_split(&route, ' ', &id)) {
		enum rk_scheme scheme = rk_node_scheme(id, &rest);
		const struct rk_node *node;
		struct rk_str shown = id;

		if (scheme == RK_SCHEME_ALL || scheme == RK_SCHEME_AGENCY || scheme == RK_SCHEME_TOPIC)
			continue;
		if (places) {
			node = scheme == RK_SCHEME_PROVINCE ? rk_regions_find(x->regions, id) : NULL;
			if (node == NULL)
				continue;
			shown = node->term;
		}
		if (!first)
			(void)rk_buf_addc(b, ',');
		first = false;
		(void)rk_json_string(shown, b);
	}
	(void)rk_buf_addc(b, ']');
}

static int
on_row(void *cookie, const struct rk_export_row *row)
{
	struct export *x = cookie;
	struct rk_buf *b = &x->line;

	rk_buf_reset(b);
	(void)rk_buf_addc(b, '{');
	cli_key_str(b, "id", row->id);
	cli_key_str(b, "source", row->source);
	cli_key_str(b, "guid", row->guid);
	cli_key_str(b, "url", row->url);
	cli_key_str(b, "title", row->title);
	cli_key_time(b, "published", row->published);
	cli_key_time(b, "updated", row->updated);
	cli_key_time(b, "first_seen", row->first_seen);
	cli_key_str(b, "story", row->story_id);
	(void)rk_buf_addf(b, ",\"lead\":%s", row->lead ? "true" : "false");
	route_list(x, b, row->route, false);
	route_list(x, b, row->route, true);
	cli_key_str(b, "state", row->state);
	(void)rk_buf_adds(b, "}\n");
	return fwrite(b->p, 1, b->n, stdout) == b->n ? 0 : -1;
}

int
cmd_export(struct cli *cli)
{
	struct rk_config *config;
	struct rk_store *store = NULL;
	struct rk_err err = { 0 };
	struct export x;
	int status;

	if (strcmp(cli->args[0], "opml") == 0 || strcmp(cli->args[0], "csv") == 0) {
		rk_say("ruamkhao: \"export %s\" is not built yet: publish.directory holds sources.%s",
		    cli->args[0], cli->args[0]);
		return RK_EXIT_USAGE;
	}
	if (strcmp(cli->args[0], "jsonl") != 0) {
		rk_say("usage: ruamkhao export jsonl");
		return RK_EXIT_USAGE;
	}
	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	x.regions = config->regions;
	rk_buf_init(&x.line, RK_MIB(4));
	if (rk_store_open(rk_cstr(config->storage.state), RK_STORE_READ, &store, &err) != 0
	    || rk_store_export(store, on_row, &x, &err) != 0)
		status = cli_fail(&err);
	else
		status = cli_flush();
	rk_store_close(store);
	rk_buf_release(&x.line);
	rk_config_free(config);
	return status;
}
