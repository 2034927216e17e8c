/*
 * withdraw, block and release: through the running daemon, else on the database itself.
 */
#include "cli_int.h"

#include <ruamkhao/daemon.h>
#include <ruamkhao/log.h>

#include <stdio.h>

static int
say(const struct cli *cli, int status, const char *text)
{
	if (status != RK_EXIT_OK) {
		rk_say("ruamkhao: %s", text);
		return status;
	}
	if (cli->verbosity >= 0)
		(void)printf("%s\n", text);
	return cli_flush();
}

static int
order(struct cli *cli, enum rk_order how)
{
	const char *formats[CLI_MAX_FORMATS] = { NULL };
	struct rk_str id = rk_str_trim(rk_str(cli->args[0]));
	struct rk_daemon_opts opts;
	struct rk_config *config;
	struct rk_err err = { 0 };
	enum rk_obeyed obeyed = RK_OBEYED_UNKNOWN;
	char answer[512];
	int status;

	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	status = rk_control_ask(
	    rk_cstr(config->storage.state), how, id, answer, sizeof(answer));
	if (status >= 0) {
		rk_config_free(config);
		return say(cli, status, answer);
	}
	cli_daemon_opts(cli, &opts, formats, false);
	if (rk_daemon_order(config, &opts, id, how, &obeyed, &err) != 0)
		return cli_fail(&err);
	return say(cli, rk_order_status(obeyed), rk_order_sentence(obeyed, how));
}

int
cmd_withdraw(struct cli *cli)
{
	return order(cli, RK_ORDER_WITHDRAW);
}

int
cmd_block(struct cli *cli)
{
	return order(cli, RK_ORDER_BLOCK);
}

int
cmd_release(struct cli *cli)
{
	return order(cli, RK_ORDER_RELEASE);
}
