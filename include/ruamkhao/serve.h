/*
 * The embedded HTTP server over a published tree, by libmicrohttpd inside the loop.
 * Reads files, never fetches, never writes. RELIABILITY F22, 1.5 cases 17, 18, 35, 42.
 */
#ifndef RUAMKHAO_SERVE_H
#define RUAMKHAO_SERVE_H

#include <ruamkhao/str.h>

struct uv_loop_s;
struct rk_err;
struct rk_buf;
struct rk_server;

struct rk_serve_opts {
	struct rk_str listen;  /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
	struct rk_str root;    /* absolute folder of the tree */
	/* Prometheus text for /metrics and readiness for /readyz; may be NULL. Called on
	 * the loop; text is copied. */
	bool (*ready)(void *cookie);
	void (*metrics)(void *cookie, struct rk_buf *out);
	void *cookie;
	/* 0: the defaults, 512 connections (fewer where descriptors are few) and 10 s for a
	 * request to come in and before the next; an answer has the same and a second
	 * for each 16 kB. Tests make them small. */
	unsigned max_clients, grace_ms;
};

/* RK_E_CONFIG: not an address; RK_E_SYS: it cannot be bound. SIGPIPE must be ignored. */
int rk_server_start(struct uv_loop_s *, const struct rk_serve_opts *,
    struct rk_server **out, struct rk_err *);
uint16_t rk_server_port(const struct rk_server *);
/* Ends connections, closes handles; closed() on the loop when it has been freed. */
typedef void rk_server_closed_fn(void *cookie);
void rk_server_close(struct rk_server *, rk_server_closed_fn *, void *cookie);

#endif
