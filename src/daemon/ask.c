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

#define QUESTION_S 2 /* the loop answers, or it is stuck */
#define ANSWER_S 30 /* a daemon that publishes the whole country may be busy */
#define ANSWER_SIZE 512 /* a number and a sentence */

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
reach(const char *state, time_t limit_s)
{
	struct timeval limit = {.tv_sec = limit_s};
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

/* One line there and one back; -1: nobody listens, 0: no answer, 1: it is in reply. */
static int
exchange(const char *state, const char *line, time_t limit_s, char *reply, size_t size)
{
	int fd = reach(state, limit_s);
	size_t n = strlen(line), got = 0;
	ssize_t r = 0;

	if (fd < 0)
		return -1;
	if (send(fd, line, n, MSG_NOSIGNAL) == (ssize_t)n)
		while (got + 1 < size && (r = recv(fd, reply + got, size - 1 - got, 0)) > 0)
			got += (size_t)r;
	(void)close(fd);
	reply[got] = '\0';
	if (got <= 2 || reply[got - 1] != '\n' || reply[0] < '0' || reply[0] > '9' ||
	    reply[1] != ' ')
		return 0;
	reply[got - 1] = '\0';
	return 1;
}

int
rk_control_ask(const char *state, enum rk_order how, struct rk_str id, char *answer,
    size_t size)
{
	char line[RK_MAX_CONTROL], reply[ANSWER_SIZE];
	int n = snprintf(line, sizeof(line), "%s %.*s\n", order_name(how), RK_FMT(id));
	int rc;

	(void)snprintf(answer, size, "%s", "");
	if (n < 0 || n >= (int)sizeof(line)) {
		if ((rc = reach(state, ANSWER_S)) < 0)
			return -1;
		(void)close(rc);
		(void)snprintf(answer, size, "%s",
		    rk_order_sentence(RK_OBEYED_UNKNOWN, how));
		return 1;
	}
	if ((rc = exchange(state, line, ANSWER_S, reply, sizeof(reply))) < 0)
		return -1;
	(void)snprintf(answer, size, "%s",
	    rc > 0 ? reply + 2 : "the daemon gave no answer: is it stopping? Try again");
	return rc > 0 ? reply[0] - '0' : 4;
}

int64_t
rk_control_network(const char *state)
{
	char reply[ANSWER_SIZE];
	uint64_t since;

	if (exchange(state, CONTROL_NETWORK "\n", QUESTION_S, reply, sizeof(reply)) <= 0 ||
	    reply[0] != '0' || rk_str_u64(rk_str(reply + 2), INT64_MAX, &since) != 0)
		return RK_NO_TIME;
	return (int64_t)since;
}
