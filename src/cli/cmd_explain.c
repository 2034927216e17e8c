/*
 * explain: where an entry came from and how everything about it was decided, in
 * sentences for people and as JSON for programs. The facts are the store's and the
 * configuration's; what is decided here is only how they are said.
 */
#include "cli_int.h"

#include "explain_int.h"

#include <ruamkhao/date.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/utf8.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- what the sentences are made with */

const char *
explain_zone(int offset, char out[8])
{
	int a = offset < 0 ? -offset : offset;

	(void)snprintf(out, 8, "%c%02d:%02d", offset < 0 ? '-' : '+', a / 3600 % 100,
	    a / 60 % 60);
	return out;
}

const char *
explain_time(const struct explain *x, int64_t t, bool day, char out[48])
{
	char utc[32], zone[8];

	if (t == RK_NO_TIME)
		return "never";
	(void)rk_date_rfc3339(t + x->zone, utc);
	if (day)
		(void)snprintf(out, 48, "%.10s", utc);
	else
		(void)snprintf(out, 48, "%.10s %.8s %s", utc, utc + 11,
		    explain_zone(x->zone, zone));
	return out;
}

void
explain_say(struct explain *x, const char *fmt, ...)
{
	va_list ap;
	char text[EXPLAIN_SENTENCE];

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (x->text.n > 0 && x->text.p[x->text.n - 1] != '\n')
		(void)rk_buf_addc(&x->text, ' ');
	(void)rk_buf_adds(&x->text, text);
}

struct rk_str
explain_brief(struct rk_str s)
{
	return rk_utf8_cut(s, 300);
}

const struct explain_part explain_parts[] = {
    {"origin", "origin", explain_origin},
    {"identity", "identity", explain_identity},
    {"published_id", "published id", explain_id},
    {"date", "date", explain_date},
    {"order", "order", explain_order},
    {"regions", "regions", explain_regions},
    {"places", "places", explain_evidence},
    {"story", "story", explain_story},
    {"settings", "settings", explain_settings},
    {"edits", "edits", explain_edits},
    {"state", "state", explain_times},
    {NULL, NULL, NULL},
};

/* ---- the command */

static const struct rk_source *
source_of(const struct rk_config *config, struct rk_str id)
{
	for (size_t i = 0; i < config->n_sources; i++)
		if (rk_str_eq(config->sources[i].id, id))
			return &config->sources[i];
	return NULL;
}

static int
print(struct cli *cli, struct explain *x, const struct rk_explained *all)
{
	size_t n = 0;

	if (x->json)
		explain_json_begin(x, rk_str(cli->args[0]));
	for (const struct rk_explained *e = all; e != NULL; e = e->next, n++) {
		x->source = source_of(x->config, e->source_id);
		x->zone = x->source != NULL ? x->source->timezone : RK_BANGKOK;
		if (x->json)
			explain_json(x, e, n == 0);
		else
			explain_text(x, e, n == 0);
	}
	if (x->json)
		(void)rk_buf_adds(&x->out, "\n]}\n");
	(void)fwrite(x->out.p, 1, x->out.n, stdout);
	return cli_flush();
}

int
cmd_explain(struct cli *cli)
{
	struct rk_explained *all = NULL;
	struct rk_store *store = NULL;
	struct rk_config *config;
	struct rk_err err = { 0 };
	struct explain x;
	struct rk_str what = rk_str_trim(rk_str(cli->args[0]));
	char safe[512];
	int status;

	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	memset(&x, 0, sizeof(x));
	x.config = config;
	x.json = cli->json;
	x.arena = rk_arena_new(0);
	rk_buf_init(&x.out, RK_MIB(64));
	rk_buf_init(&x.text, RK_MIB(4));
	if (rk_store_open(rk_cstr(config->storage.state), RK_STORE_READ, &store, &err) != 0
	    || rk_store_explain(store, what, rk_entry_url_hash(what), x.arena, &all, &err) != 0) {
		status = cli_fail(&err);
	} else if (all == NULL) {
		rk_say("ruamkhao: no entry has the id or address \"%s\" (ruamkhao export jsonl "
		       "lists all)",
		    rk_log_escape(rk_cstr(rk_arena_str(x.arena, what)), safe, sizeof(safe)));
		status = RK_EXIT_FAILED;
	} else {
		status = print(cli, &x, all);
	}
	rk_store_close(store);
	rk_buf_release(&x.out);
	rk_buf_release(&x.text);
	rk_arena_free(x.arena);
	rk_config_free(config);
	return status;
}
