/*
 * The embedded HTTP server over a published tree, by libmicrohttpd inside the loop.
 * Reads files, never fetches, never writes; what stands below /websub/, a request to /hub,
 * and pages that are made when they are asked for, are answered by functions that are passed
 * in. RELIABILITY F22, 1.5 cases 17, 18, 35, 42.
 */
#ifndef RUAMKHAO_SERVE_H
#define RUAMKHAO_SERVE_H

#include <ruamkhao/buf.h>
#include <ruamkhao/str.h>

#include <stdint.h>

struct uv_loop_s;
struct rk_err;
struct rk_server;

/*
 * What a hub says to /websub/ID. Values are decoded, valid during the call, with a NUL
 * behind; empty: not there.
 */
struct rk_websub_call {
	struct rk_str id;
	bool push; /* a POST with a body; else a GET with what its query says */
	struct rk_str mode, topic, challenge, lease, reason; /* hub.mode ... */
	struct rk_str signature, content_type; /* headers of a push */
	struct rk_str body;
};
struct rk_websub_reply {
	unsigned status;    /* 404 until it is set */
	struct rk_str text; /* copied */
};
typedef void rk_websub_fn(void *cookie, const struct rk_websub_call *, struct rk_websub_reply *);
/*
 * May a push come for this id? Asked before its body is read: the most bytes it may have,
 * 0 with *status (404: there is no such id; 429, 503: not now).
 */
typedef uint64_t rk_websub_room_fn(void *cookie, struct rk_str id, unsigned *status);

/*
 * A page that is made when it is asked for, by GET or HEAD: "/story?id=...". Strings are
 * valid during the call, with a NUL behind.
 */
#define RK_PAGE_ARGS 16 /* what a query says more is left out */
struct rk_page_call {
	struct rk_str path; /* one of opts.pages: "/story" */
	struct {
		struct rk_str name, value; /* decoded; may be any bytes */
	} args[RK_PAGE_ARGS];
	size_t n_args;
};
struct rk_page_reply {
	unsigned status;    /* 500 until it is set; 404, 410, 503 have their body too */
	const char *type;   /* static; "text/html; charset=utf-8" until it is set */
	struct rk_buf body; /* the server's; full: answered with 500 */
};
/* Called on a thread of the pool, at most RK_PAGES_AT_ONCE at the same time; may block, must
 * not touch the loop. Its cookie must live until the server is closed. */
typedef void rk_page_fn(void *cookie, const struct rk_page_call *, struct rk_page_reply *);
/* The value of the first argument of that name, or empty. */
struct rk_str rk_page_arg(const struct rk_page_call *, const char *name);

/* A request to our own hub: POST /hub. Valid during the call. */
struct rk_hub_call {
	struct rk_str content_type, body;
};
struct rk_hub_reply {
	unsigned status;    /* 404 until it is set */
	struct rk_str text; /* one line for people, copied; empty: none */
};
typedef void rk_hub_called_fn(void *cookie, const struct rk_hub_call *, struct rk_hub_reply *);
/* Most bytes of such a request; 0: there is no hub (now), *status as above. */
typedef uint64_t rk_hub_room_fn(void *cookie, unsigned *status);

struct rk_serve_opts {
	struct rk_str listen;  /* "127.0.0.1:8080", "[::1]:8080"; port 0: any free one */
	struct rk_str root;    /* absolute folder of the tree */
	/* Where the tree is reached, with a slash at the end, and the hub of its feeds: both
	 * are told in Link headers of feeds. Empty: not told. Copied. */
	struct rk_str base_url, hub;
	/* Prometheus text for /metrics and readiness for /readyz; may be NULL. Called on
	 * the loop; text is copied. */
	bool (*ready)(void *cookie);
	/* Ready, but something is amiss: /readyz says so and stays 200, for what is served is
	 * as good as before. One line (static), NULL: nothing is. May be NULL itself. */
	const char *(*degraded)(void *cookie);
	void (*metrics)(void *cookie, struct rk_buf *out);
	rk_websub_fn *websub; /* both or none: nothing is below /websub/ */
	rk_websub_room_fn *websub_room;
	rk_page_fn *page; /* NULL: no page is made */
	const char *const *pages; /* the paths that it answers; ends with NULL; static */
	void *page_cookie;
	rk_hub_called_fn *hub_called; /* both or none */
	rk_hub_room_fn *hub_room;
	void *cookie;
	/* 0: the defaults, 512 connections (fewer where descriptors are few) and 10 s for a
	 * request to come in and before the next; an answer has the same and a second
	 * for each 16 kB; while a page is awaited or made no time passes. Tests make them small. */
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
