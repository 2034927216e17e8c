/* Options, help, and the way from a command to its exit status. */
#include "cli_int.h"

#include <ruamkhao/log.h>
#include <ruamkhao/manners.h>
#include <ruamkhao/parse.h>
#include <ruamkhao/publish.h>
#include <ruamkhao/worker.h>

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FORMATS 16

static const struct cli_command *
find_command(const char *name)
{
	for (const struct cli_command *c = cli_commands; c->name != NULL; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

static int
no_command(const char *name)
{
	for (const struct cli_planned *p = cli_planned; p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0) {
			rk_say("ruamkhao: \"%s\" is not built yet: %s", name, p->instead);
			return RK_EXIT_USAGE;
		}
	}
	rk_say("ruamkhao: there is no command \"%s\" (see ruamkhao help)", name);
	return RK_EXIT_USAGE;
}

static bool
takes(const struct cli_command *c, enum cli_option id)
{
	for (size_t i = 0; i < 4; i++) {
		if (c->options[i] == id && id != OPT_NONE)
			return true;
	}
	return false;
}

/* ---- help */

static void
help_all(FILE *to)
{
	(void)fprintf(to,
	    "ruamkhao (รวมข่าว): gathers the news of public sites and publishes merged feeds\n\n"
	    "usage: ruamkhao [-c FILE] [-v] [-q] COMMAND [options]\n\n");
	for (const struct cli_command *c = cli_commands; c->name != NULL; c++)
		(void)fprintf(to, "  %-8s %-20s %s\n", c->name, c->args, c->summary);
	(void)fprintf(to,
	    "\n"
	    "  -c, --config FILE  the configuration (default: feeds/ruamkhao.yml, then\n"
	    "                     /etc/ruamkhao/ruamkhao.yml)\n"
	    "  -v, --verbose      say more\n"
	    "  -q, --quiet        say less\n"
	    "  -h, --help         this help, or that of a command\n"
	    "      --version      the version\n\n"
	    "exit status: 0 done, 1 could not be done, 2 usage or configuration wrong,\n"
	    "3 database or output folder unusable, 4 another instance is at work,\n"
	    "5 out of resources\n");
}

static void
help_command(const struct cli_command *c)
{
	bool head = false;

	(void)printf("usage: ruamkhao %s%s%s [options]\n\n%s\n", c->name,
	    c->args[0] != '\0' ? " " : "", c->args, c->help);
	for (const struct cli_option_info *o = cli_options; o->name != NULL; o++) {
		char left[64];

		if (!takes(c, o->id))
			continue;
		(void)snprintf(left, sizeof(left), "--%s%s%s", o->name,
		    o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
		(void)printf("%s  %-22s %s\n", head ? "" : "\n", left, o->help);
		head = true;
	}
}

int
cmd_help(struct cli *cli)
{
	const struct cli_command *c;

	if (cli->n_args == 0) {
		help_all(stdout);
		return cli_flush();
	}
	if ((c = find_command(cli->args[0])) == NULL)
		return no_command(cli->args[0]);
	help_command(c);
	return cli_flush();
}

/* ---- what commands share */

int
cli_flush(void)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return RK_EXIT_OK;
	rk_say("ruamkhao: standard output cannot be written");
	return RK_EXIT_FAILED;
}

int
cli_fail(const struct rk_err *err)
{
	rk_say("ruamkhao: %s", err->text);
	switch (err->kind) {
	case RK_E_CONFIG:
		return RK_EXIT_USAGE;
	case RK_E_STORE:
	case RK_E_SYS:
		return RK_EXIT_STORE;
	case RK_E_BUSY:
		return RK_EXIT_BUSY;
	case RK_E_NONE:
	case RK_E_INPUT:
	case RK_E_LIMIT:
	case RK_E_NET:
	default:
		return RK_EXIT_FAILED;
	}
}

int
cli_config(const struct cli *cli, struct rk_config **out)
{
	const char *path = cli->config_path != NULL ? cli->config_path : rk_config_default_path();
	const char *formats[MAX_FORMATS] = { NULL };
	struct rk_config_opts opts = { .formats = formats, .page = rk_page_resolve };
	struct rk_err err = { 0 };

	if (path == NULL) {
		rk_say("ruamkhao: there is no configuration: neither ./feeds/ruamkhao.yml nor "
		       "/etc/ruamkhao/ruamkhao.yml exists (-c FILE names one)");
		return RK_EXIT_USAGE;
	}
	for (size_t i = 0; i < MAX_FORMATS - 1 && rk_formats[i].name != NULL; i++)
		formats[i] = rk_formats[i].name;
	if (rk_config_load(path, &opts, out, &err) == 0)
		return RK_EXIT_OK;
	rk_say("ruamkhao: %s", err.text);
	return RK_EXIT_USAGE;
}

/* ---- options */

static int
set_option(struct cli *cli, enum cli_option id, const char *value)
{
	switch (id) {
	case OPT_STRICT:
		cli->strict = true;
		return 0;
	case OPT_JSON:
		cli->json = true;
		return 0;
	case OPT_LISTEN:
		cli->listen = value;
		return 0;
	case OPT_CONTENT_TYPE:
		cli->content_type = value;
		return 0;
	case OPT_BASE_URL:
		cli->base_url = value;
		return 0;
	case OPT_NOW:
		cli->now = value;
		return 0;
	case OPT_PAGE:
		cli->page = value;
		return 0;
	case OPT_REGION:
		cli->region = value;
		return 0;
	case OPT_LIMIT:
		cli->limit = value;
		return 0;
	case OPT_NONE:
	default:
		return -1;
	}
}

enum { LONG_FIRST = 256, LONG_VERSION = LONG_FIRST - 1 };

static void
long_options(const struct cli_command *c, struct option *list)
{
	size_t n = 0;

	list[n++] = (struct option){ "config", required_argument, NULL, 'c' };
	list[n++] = (struct option){ "verbose", no_argument, NULL, 'v' };
	list[n++] = (struct option){ "quiet", no_argument, NULL, 'q' };
	list[n++] = (struct option){ "help", no_argument, NULL, 'h' };
	list[n++] = (struct option){ "version", no_argument, NULL, LONG_VERSION };
	for (const struct cli_option_info *o = cli_options; c != NULL && o->name != NULL; o++) {
		if (takes(c, o->id))
			list[n++] = (struct option){ o->name,
				o->value != NULL ? required_argument : no_argument, NULL,
				LONG_FIRST + (int)o->id };
	}
	list[n] = (struct option){ NULL, 0, NULL, 0 };
}

/* 0: go on; -1: status is there. Reads options of argv from its second word on. */
static int
read_options(struct cli *cli, const struct cli_command *c, int argc, char **argv, int *status)
{
	struct option list[16];
	int o;

	long_options(c, list);
	optind = 0; /* start over: glibc */
	while ((o = getopt_long(argc, argv, c == NULL ? "+c:vqh" : "c:vqh", list, NULL)) != -1) {
		if (o == 'c') {
			cli->config_path = optarg;
		} else if (o == 'v') {
			cli->verbosity++;
		} else if (o == 'q') {
			cli->verbosity--;
		} else if (o == 'h') {
			if (c != NULL)
				help_command(c);
			else
				help_all(stdout);
			*status = cli_flush();
			return -1;
		} else if (o == LONG_VERSION) {
			(void)printf("ruamkhao %s\n", RK_VERSION);
			*status = cli_flush();
			return -1;
		} else if (o < LONG_FIRST || set_option(cli, (enum cli_option)(o - LONG_FIRST), optarg) != 0) {
			*status = RK_EXIT_USAGE; /* getopt said why */
			return -1;
		}
	}
	return 0;
}

static _Noreturn void
out_of_memory(size_t wanted)
{
	static const char text[] = "ruamkhao: out of memory\n";

	(void)wanted;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(RK_EXIT_RESOURCES);
}

static const char *
own_path(void)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return "/usr/bin/ruamkhao";
	path[n] = '\0';
	return path;
}

/* Tests take single behaviours of the poller away; false: the list is none. */
static bool
drop_manners(void)
{
#ifdef RK_TEST_BUILD
	const char *list = getenv("RK_DROP_MANNERS");

	if (list != NULL && !rk_manners_drop(list)) {
		rk_say("ruamkhao: RK_DROP_MANNERS: expected numbers like 2,13");
		return false;
	}
#endif
	return true;
}

int
rk_cli_main(int argc, char **argv)
{
	const struct cli_command *c;
	struct cli cli;
	int status = RK_EXIT_OK;

	rk_memory_lasting();
	if (!drop_manners())
		return RK_EXIT_USAGE;
	if (argc == 2 && strcmp(argv[1], "worker") == 0) /* started by us alone */
		return rk_worker_main(3);
	memset(&cli, 0, sizeof(cli));
	(void)setlocale(LC_CTYPE, "C.UTF-8"); /* libcurl's IDN needs it; nothing else does */
	rk_oom_handler(out_of_memory);
	cli.program = own_path();
	if (read_options(&cli, NULL, argc, argv, &status) != 0)
		return status;
	if (optind >= argc) {
		help_all(stderr);
		return RK_EXIT_USAGE;
	}
	if ((c = find_command(argv[optind])) == NULL)
		return no_command(argv[optind]);
	argc -= optind;
	argv += optind;
	if (read_options(&cli, c, argc, argv, &status) != 0)
		return status;
	cli.args = argv + optind;
	cli.n_args = argc - optind;
	if (cli.n_args < c->min_args || cli.n_args > c->max_args) {
		rk_say("usage: ruamkhao %s%s%s (see ruamkhao help %s)", c->name,
		    c->args[0] != '\0' ? " " : "", c->args, c->name);
		return RK_EXIT_USAGE;
	}
	rk_log_level(cli.verbosity > 0 ? RK_DEBUG : cli.verbosity < 0 ? RK_ERROR : RK_INFO);
	return c->run(&cli);
}
