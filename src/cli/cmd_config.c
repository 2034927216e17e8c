/* config check, show, describe. */
#include "cli_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/limits.h>
#include <ruamkhao/log.h>

#include <stdio.h>
#include <string.h>

static int
print(struct rk_buf *buf)
{
	(void)fwrite(buf->n > 0 ? buf->p : "", 1, buf->n, stdout);
	rk_buf_release(buf);
	return cli_flush();
}

int
cmd_config(struct cli *cli)
{
	const char *what = cli->args[0];
	struct rk_config *config;
	struct rk_buf buf;
	int status;

	rk_buf_init(&buf, RK_MAX_CONFIG * 4);
	if (strcmp(what, "describe") == 0) {
		(void)rk_config_describe(&buf);
		return print(&buf);
	}
	if (strcmp(what, "check") != 0 && strcmp(what, "show") != 0) {
		rk_say("usage: ruamkhao config check|show|describe");
		return RK_EXIT_USAGE;
	}
	if ((status = cli_config(cli, &config)) != RK_EXIT_OK)
		return status;
	if (strcmp(what, "show") == 0)
		(void)rk_config_show(config, &buf);
	else
		(void)rk_buf_addf(&buf, "%s is right: %zu sources\n", rk_cstr(config->path),
		    config->n_sources);
	rk_config_free(config);
	return print(&buf);
}
