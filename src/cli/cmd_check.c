/* check: the source doctor. What it says is written in check_text.c and check_json.c.
 */
#include "cli_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/buf.h>
#include <ruamkhao/daemon.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>
#include <ruamkhao/normalise.h>
#include <ruamkhao/probe.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* On a terminal, so that a slow site is not silence. */
static void
asking(void *cookie, struct rk_str url)
{
	char safe[512];

	(void)cookie;
	(void)fprintf(stderr, "\r\033[K... %.70s",
	    rk_log_escape(rk_cstr(url), safe, sizeof(safe)));
}

static bool
is_url(const char *what)
{
	return strstr(what, "://") != NULL;
}

/* The configuration that is named or there; without any the defaults hold. */
static int
config_if_any(const struct cli *cli, struct rk_config **config)
{
	*config = NULL;
	if (cli->config_path == NULL && rk_config_default_path() == NULL)
		return RK_EXIT_OK;
	return cli_config(cli, config);
}

static int
print(const struct cli *cli, const struct rk_visit *v, const struct rk_diagnosis *d)
{
	char line[1024];
	struct rk_buf out;
	int status;

	rk_buf_init(&out, RK_MIB(16));
	if (cli->json)
		check_json(v, d, &out);
	else
		check_text(
		    v, d, isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL, &out);
	(void)fwrite(out.n > 0 ? out.p : "", 1, out.n, stdout);
	rk_buf_release(&out);
	status = cli_flush();
	if (status != RK_EXIT_OK || d->usable)
		return status;
	rk_say("ruamkhao: %s: %s", cli->args[0],
	    rk_log_escape(rk_cstr(d->verdict), line, sizeof(line)));
	return RK_EXIT_FAILED;
}

static int
failed(const struct cli *cli, const struct rk_err *err)
{
	char line[1024];

	/* the file's name stands in the text */
	rk_say("ruamkhao: %s%s%s", is_url(cli->args[0]) ? cli->args[0] : "",
	    is_url(cli->args[0]) ? ": " : "",
	    rk_log_escape(err->text, line, sizeof(line)));
	/* what is no address is the operator's slip */
	return err->kind == RK_E_INPUT && is_url(cli->args[0]) ? RK_EXIT_USAGE
							       : RK_EXIT_FAILED;
}

int
cmd_check(struct cli *cli)
{
	struct rk_probe_opts opts = {
	    .program = cli->program, .clock = rk_clock_real(), .sandbox = true};
	struct rk_arena *arena = rk_arena_new(0);
	const struct rk_regions *regions;
	struct rk_config *config = NULL;
	struct rk_diagnosis *d = RK_NEW(arena, struct rk_diagnosis);
	struct rk_probe *probe = NULL;
	struct rk_err err = {0};
	bool quiet = cli->json || cli->verbosity < 0 || !isatty(STDERR_FILENO);
	int status, rc;

	if ((status = config_if_any(cli, &config)) != RK_EXIT_OK)
		goto out;
	regions = config != NULL ? config->regions : rk_regions_builtin(arena, &err);
	opts.config = config;
	rk_places_warm();
	if (!is_url(cli->args[0])) {
		rc = rk_probe_file(cli->args[0], &opts, &probe, &err);
	} else {
		opts.asking = quiet ? NULL : asking;
		rc = rk_probe_url(rk_str(cli->args[0]), &opts, &probe, &err);
		if (!quiet)
			(void)fputs("\r\033[K", stderr);
	}
	if (rc != 0) {
		status = failed(cli, &err);
		goto out;
	}
	rk_diagnose(rk_probe_visit(probe), regions, arena, d);
	status = print(cli, rk_probe_visit(probe), d);
out:
	rk_places_release();
	rk_probe_free(probe);
	rk_config_free(config);
	rk_arena_free(arena);
	return status;
}
