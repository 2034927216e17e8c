/*
 * Orders of the operator: to a running daemon through its control socket, or, where
 * none runs, done here under the lock and published at once.
 */
#include "daemon_int.h"

#include <ruamkhao/limits.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_S 30 /* a daemon that publishes the whole country may be busy */

int
rk_order_status(enum rk_obeyed obeyed)
{
	return obeyed == RK_OBEYED_UNKNOWN ? 1 : 0;
}

const char *
order_name(enum rk_order how)
{
	static const char *const names[] = {"withdraw", "block", "release"};

	return names[how];
}

const char *
rk_order_sentence(enum rk_obeyed obeyed, enum rk_order how)
{
	switch (obeyed) {
	case RK_OBEYED:
		return how == RK_ORDER_BLOCK     ? "blocked"
		       : how == RK_ORDER_RELEASE ? "released"
						 : "withdrawn";
	case RK_OBEYED_BEFORE:
		return "it was out already";
	case RK_OBEYED_UNKNOWN:
		break;
	}
	return how == RK_ORDER_RELEASE
		   ? "nothing of that is held (ruamkhao status lists what is)"
		   : "no entry has that id (ruamkhao export jsonl lists all)";
}

/* Connected; -1: nobody listens there. */
static int
reach(const char *state)
{
	struct timeval limit = {.tv_sec = ANSWER_S};
	struct sockaddr_un at;
	int folder = open(state, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;

	if (folder < 0)
		return -1;
	if (control_address(state, folder, &at) == 0 &&
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) >= 0 &&
	    connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		(void)close(fd);
		fd = -1;
	}
	(void)close(folder);
	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

int
rk_control_ask(const char *state, enum rk_order how, struct rk_str id, char *answer,
    size_t size)
{
	char line[RK_MAX_CONTROL];
	int fd = reach(state), n, status = 4;
	size_t got = 0;
	ssize_t r = 0;

	(void)snprintf(answer, size, "%s", "");
	if (fd < 0)
		return -1;
	n = snprintf(line, sizeof(line), "%s %.*s\n",
	    order_name(how), RK_FMT(id));
	if (n < 0 || n >= (int)sizeof(line)) {
		(void)snprintf(answer, size, "%s",
		    rk_order_sentence(RK_OBEYED_UNKNOWN, how));
		status = 1;
		goto out;
	}
	if (send(fd, line, (size_t)n, MSG_NOSIGNAL) == n)
		while (got + 1 < sizeof(line) &&
		       (r = recv(fd, line + got, sizeof(line) - 1 - got, 0)) > 0)
			got += (size_t)r;
	line[got] = '\0';
	if (got > 2 && line[got - 1] == '\n' && line[0] >= '0' && line[0] <= '9' &&
	    line[1] == ' ') {
		line[got - 1] = '\0';
		status = line[0] - '0';
		(void)snprintf(answer, size, "%s", line + 2);
	} else {
		(void)snprintf(answer, size, "%s",
		    "the daemon gave no answer: is it stopping? Try again");
	}
out:
	(void)close(fd);
	return status;
}
