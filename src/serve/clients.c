/*
 * How long a client may take. libmicrohttpd's own limit, which is not used, starts anew
 * with every byte: a client that sends one at a time would hold its place for ever, and
 * one whose window is closed for long while it reads what it has would be cut.
 */
#include "serve_int.h"

#include <ruamkhao/err.h>

#include <stdlib.h>
#include <sys/socket.h>

#define SLOWEST 16 /* bytes in a millisecond: a poor mobile connection */

struct client {
	struct client *next, **prev;
	uint64_t deadline; /* milliseconds of the loop's clock */
	int fd;
	bool cut;
	const char *target_end;
};

struct clients {
	struct client *first;
	uint64_t grace;
	uint64_t sweep; /* no deadline is before it */
};

struct clients *
clients_new(unsigned grace_ms)
{
	struct clients *all = rk_xcalloc(1, sizeof(*all));

	all->grace = grace_ms;
	all->sweep = UINT64_MAX;
	return all;
}

void
clients_free(struct clients *all)
{
	if (all == NULL)
		return;
	rk_assert(all->first == NULL);
	free(all);
}

struct client *
clients_add(struct clients *all, int fd, uint64_t now_ms)
{
	struct client *c = rk_xcalloc(1, sizeof(*c));

	c->fd = fd;
	c->next = all->first;
	c->prev = &all->first;
	if (c->next != NULL)
		c->next->prev = &c->next;
	all->first = c;
	clients_grant(all, c, now_ms, 0);
	return c;
}

void
clients_drop(struct clients *all, struct client *c)
{
	(void)all;
	*c->prev = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	free(c);
}

void
clients_grant(struct clients *all, struct client *c, uint64_t now_ms, uint64_t bytes)
{
	c->deadline = now_ms + all->grace + bytes / SLOWEST;
	if (c->deadline < all->sweep)
		all->sweep = c->deadline;
}

void
clients_hold(struct client *c)
{
	c->deadline = UINT64_MAX;
}

uint64_t
clients_sweep(struct clients *all, uint64_t now_ms)
{
	if (now_ms >= all->sweep) {
		all->sweep = UINT64_MAX;
		for (struct client *c = all->first; c != NULL; c = c->next) {
			if (c->cut)
				continue;
			if (c->deadline <= now_ms) {
				c->cut = true; /* the server sees the end and closes */
				(void)shutdown(c->fd, SHUT_RDWR);
			} else if (c->deadline < all->sweep) {
				all->sweep = c->deadline;
			}
		}
	}
	return all->sweep == UINT64_MAX ? UINT64_MAX : all->sweep - now_ms;
}

void
client_target_end(struct client *c, const char *end)
{
	c->target_end = end;
}

const char *
client_target_end_of(const struct client *c)
{
	return c->target_end;
}
