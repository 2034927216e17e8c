/* The command line: CONTRACTS 1. */
#ifndef RUAMKHAO_CLI_H
#define RUAMKHAO_CLI_H

/* The whole program; returns its exit status. */
int rk_cli_main(int argc, char **argv);

/* Exit statuses (CONTRACTS 1). */
enum {
	RK_EXIT_OK = 0,
	RK_EXIT_FAILED = 1,
	RK_EXIT_USAGE = 2,
	RK_EXIT_STORE = 3,
	RK_EXIT_BUSY = 4,
	RK_EXIT_RESOURCES = 5
};

#endif
