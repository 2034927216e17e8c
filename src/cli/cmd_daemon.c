/* run, once, publish, serve: the daemon's ways to run, and the progress bar. */
#include "cli_int.h"

#include <ruamkhao/daemon.h>
#include <ruamkhao/log.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/publish.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR 30

/* ---- the progress bar: stderr, only on a terminal */

static void
bar(void *cookie, const struct rk_progress *g)
{
	bool publishing = g->done >= g->sources && g->nodes > 0;
	size_t total = publishing ? g->nodes : g->sources;
	size_t done = publishing ? g->nodes_done : g->done;
	int filled = total > 0 ? (int)(done * BAR / total) : 0;
	char line[BAR + 1];

	(void)cookie;
	for (int i = 0; i < BAR; i++)
		line[i] = i < filled ? '#' : '.';
	line[BAR] = '\0';
	(void)fprintf(stderr, "\r\033[K%s [%s] %zu/%zu  with news %zu  same %zu  failed %zu  %" PRIu64 " s",
	    publishing ? "publishing" : "polling   ", line, done, total, g->news, g->same,
	    g->failed, g->elapsed_ms / 1000);
}

static void
bar_end(void)
{
	(void)fputs("\r\033[K", stderr);
}

void
cli_daemon_opts(
    const struct cli *cli, struct rk_daemon_opts *opts, const char **formats, bool round)
{
	const char *term = getenv("TERM");

	memset(opts, 0, sizeof(*opts));
	for (size_t i = 0; i < CLI_MAX_FORMATS - 1 && rk_formats[i].name != NULL; i++)
		formats[i] = rk_formats[i].name;
	opts->program = cli->program;
	opts->clock = rk_clock_real();
	opts->config_opts.formats = formats;
	opts->config_opts.page = rk_page_resolve;
	opts->sandbox = true;
	if (round && cli->verbosity == 0 && isatty(STDERR_FILENO)
	    && (term == NULL || strcmp(term, "dumb") != 0)) {
		opts->progress = bar;
		rk_log_level(RK_ERROR); /* lines would tear the bar; status tells it all */
	}
}

static int
round_summary(const struct cli *cli, const struct rk_progress *g)
{
	if (cli->verbosity < 0)
		return RK_EXIT_OK;
	(void)printf("%zu sources: %zu with news, %zu unchanged, %zu failed, %zu not asked; "
	             "%zu entries new, %zu edited, %zu also published elsewhere; "
	             "%zu files written; %.1f s\n",
	    g->sources, g->news, g->same, g->failed, g->held, g->added, g->edited, g->joined,
	    g->files, (double)g->elapsed_ms / 1000);
	if (g->failed > 0)
		rk_say("%zu sources failed: `ruamkhao status` says why and what to do", g->failed);
	return cli_flush();
}

typedef int round_fn(struct rk_config *, const struct rk_daemon_opts *, struct rk_progress *,
    struct rk_err *);

/* Exit status; RK_EXIT_OK: *result is there. */
static int
do_round(const struct cli *cli, round_fn *fn, struct rk_progress *result)
{
	const char *formats[CLI_MAX_FORMATS] = { NULL };
	struct rk_daemon_opts opts;
	struct rk_config *config;
	struct rk_err err = { 0 };
	int status, rc;

	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	cli_daemon_opts(cli, &opts, formats, true);
	rc = fn(config, &opts, result, &err);
	if (opts.progress != NULL)
		bar_end();
	return rc == 0 ? RK_EXIT_OK : cli_fail(&err);
}

int
cmd_once(struct cli *cli)
{
	struct rk_progress result;
	int status = do_round(cli, rk_daemon_once, &result);

	if (status == RK_EXIT_OK)
		status = round_summary(cli, &result);
	return status == RK_EXIT_OK && cli->strict && result.failed > 0 ? RK_EXIT_FAILED : status;
}

int
cmd_publish(struct cli *cli)
{
	struct rk_progress result;
	int status = do_round(cli, rk_daemon_publish, &result);

	if (status != RK_EXIT_OK)
		return status;
	if (cli->verbosity >= 0)
		(void)printf("%zu feeds rendered, %zu files written; %.1f s\n", result.nodes_done,
		    result.files, (double)result.elapsed_ms / 1000);
	return cli_flush();
}

int
cmd_run(struct cli *cli)
{
	const char *formats[CLI_MAX_FORMATS] = { NULL };
	struct rk_daemon_opts opts;
	struct rk_config *config;
	struct rk_err err = { 0 };
	int status;

	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	cli_daemon_opts(cli, &opts, formats, false);
	return rk_daemon_run(config, &opts, &err) == 0 ? RK_EXIT_OK : cli_fail(&err);
}

static void
listening(void *cookie, uint16_t port)
{
	const struct cli *cli = cookie;
	char text[8];

	if (cli->verbosity < 0)
		return;
	(void)snprintf(text, sizeof(text), "%u", port);
	rk_log(RK_INFO, "serving", "port", text, NULL);
}

int
cmd_serve(struct cli *cli)
{
	struct rk_config *config;
	struct rk_err err = { 0 };
	int status;

	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	if (cli->listen == NULL && config->serve.listen.n == 0) {
		rk_say("ruamkhao: serve.listen is not set and no --listen ADDR:PORT was given");
		rk_config_free(config);
		return RK_EXIT_USAGE;
	}
	return rk_daemon_serve(config, rk_str(cli->listen), listening, cli, &err) == 0
	    ? RK_EXIT_OK : cli_fail(&err);
}
