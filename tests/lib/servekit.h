/*
 * The embedded server in a thread of its own over a small tree, and a client that speaks
 * to it by raw sockets.
 *
 *	static void
 *	test_get(void **unused)
 *	{
 *		struct server *s = serve_start();
 *		struct answer a;
 *
 *		serve_ask(s, &a, "GET", "/all.atom", "");
 *		assert_int_equal(a.status, 200);
 *		serve_done(&a);
 *		serve_stop(s);
 *	}
 */
#ifndef RK_TESTS_SERVEKIT_H
#define RK_TESTS_SERVEKIT_H

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/serve.h>

#include <uv.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* ---- a tree: what is served, and beside it what must never be */

#define SERVE_FEED "<feed>ข่าว</feed>\n" /* all.atom */

extern char serve_base[64], serve_root[80]; /* a folder, and what is served of it */

/* A group's setup and teardown. */
int serve_tree_make(void **unused);
int serve_tree_remove(void **unused);
/* Below the base. */
void serve_put(const char *rel, const char *bytes);
void serve_folder(const char *rel);
void serve_mtime(const char *rel, time_t t);

/* ---- a server in a thread */

struct server {
	struct rk_serve_opts opts;
	pthread_t thread;
	pthread_barrier_t started;
	uv_loop_t loop;
	uv_async_t stop;
	struct rk_server *server;
	struct rk_err err;
	int rc;
	uint16_t port;
	bool closed;
	bool ready;            /* what /readyz is told */
	uv_prepare_t turn;     /* of the loop */
	unsigned asked;        /* /readyz in this turn, */
	_Atomic unsigned most; /* and in any */
};

/* On 127.0.0.1 where the options name no address; the cookie is the server. With rc and
 * err where it could not be. */
struct server *serve_start_with(const struct rk_serve_opts *);
struct server *serve_start(void); /* without options; asserts that it runs */
void serve_stop(struct server *); /* asserts that it closed, once */

/* ---- a client */

struct answer {
	unsigned status; /* 0: none */
	struct rk_buf all;
	struct rk_str head, body;
};

int serve_dial(const struct server *);
bool serve_say(int fd, const char *bytes, size_t n);
/* Everything until the end or ms without a byte; false: it was not ended. */
bool serve_hear(int fd, struct rk_buf *, int ms);
void serve_parse(struct answer *); /* of all that was heard */
/* Raw bytes on a connection of their own. */
void serve_raw(const struct server *, struct answer *, const char *bytes, size_t n);
void serve_ask(const struct server *, struct answer *, const char *method,
    const char *target, const char *headers);
void serve_done(struct answer *);
/* The value of a header, "" when absent; in a place that the next calls use again. */
const char *serve_header(const struct answer *, const char *name);
/* Asserts too that nothing from outside of the tree is in the answer. */
unsigned serve_status(
    const struct server *, const char *method, const char *target, const char *headers);
/* It answers; a busy machine may need a second try where the grace is short. */
void serve_alive(const struct server *);

#endif
