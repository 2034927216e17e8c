/* release: entries that were held for the operator are published after all. */
#include "cli_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/daemon.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/log.h>
#include <ruamkhao/store.h>

#include <stdio.h>
#include <unistd.h>

int
cmd_release(struct cli *cli)
{
	const struct rk_clock *clock = rk_clock_real();
	struct rk_str what = rk_str_trim(rk_str(cli->args[0]));
	struct rk_config *config;
	struct rk_store *store = NULL;
	struct rk_err err = { 0 };
	const char *state;
	char safe[512];
	size_t n = 0;
	int status, fd = -1;

	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	state = rk_cstr(config->storage.state);
	if (rk_file_lock(rk_cstr(rk_arena_fmt(config->arena, "%s/lock", state)), &fd, &err) != 0) {
		if (err.kind == RK_E_BUSY)
			(void)rk_err_set(&err, RK_E_BUSY,
			    "another instance is using %s: stop it first", state);
		status = cli_fail(&err);
	} else if (rk_store_open(state, RK_STORE_WRITE, &store, &err) != 0
	    || rk_store_release(store, what, clock->wall(clock->self), &n, &err) != 0) {
		status = cli_fail(&err);
	} else if (n == 0) {
		rk_say("ruamkhao: nothing of \"%s\" is held (ruamkhao status lists what is)",
		    rk_log_escape(rk_cstr(rk_arena_str(config->arena, what)), safe, sizeof(safe)));
		status = RK_EXIT_FAILED;
	} else {
		if (cli->verbosity >= 0)
			(void)printf("%zu released; `ruamkhao publish`, or the next round, shows %s\n",
			    n, n == 1 ? "it" : "them");
		status = cli_flush();
	}
	rk_store_close(store);
	if (fd >= 0)
		(void)close(fd);
	rk_config_free(config);
	return status;
}
