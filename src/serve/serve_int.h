/*
 * serve.c: libmicrohttpd inside the loop. clients.c: how long each may take.
 * request.c: what a request must be. routes.c: which answer. files.c: the published
 * tree as responses. hooks.c: what hubs say. asked.c: what is made when asked for.
 */
#ifndef RK_SERVE_INT_H
#define RK_SERVE_INT_H

#include <ruamkhao/buf.h>
#include <ruamkhao/serve.h>

#include <microhttpd.h>

/* ---- clients.c */

struct clients; /* all connections, and until when each must have got on */
struct client;

/* grace_ms: for a request to come in whole, and before the next. */
struct clients *clients_new(unsigned grace_ms);
void clients_free(struct clients *);
struct client *clients_add(struct clients *, int fd, uint64_t now_ms);
void clients_drop(struct clients *, struct client *);
/* It has the grace, and time for so many bytes at the slowest rate. */
void clients_grant(struct clients *, struct client *, uint64_t now_ms, uint64_t bytes);
/* Cut off those whose time is over. Milliseconds until it must be called again. */
uint64_t clients_sweep(struct clients *, uint64_t now_ms);

/* Where the request's target, as it was sent, ends: the byte behind its first NUL. */
void client_target_end(struct client *, const char *end);
const char *client_target_end_of(const struct client *); /* NULL: none yet */

/* ---- request.c */

/* The status to refuse it with, or 0. body: one is refused some other way. */
unsigned request_fault(
    struct MHD_Connection *, const char *target_end, const char *version, bool body);
/* The value of a hex digit; -1: it is none. */
int hex_digit(char);
/* The path of a target in absolute form too. */
const char *request_path(const char *url);

/* ---- files.c */

struct files;

/* root: absolute folder; need not exist yet. */
struct files *files_new(const char *root);
void files_free(struct files *);
/* Queue the answer for a path such as "/province/phuket.atom"; *bytes: what must be
 * sent at most. */
enum MHD_Result files_answer(
    struct files *, struct MHD_Connection *, const char *url, uint64_t *bytes);

/* ---- hooks.c */

struct hook; /* a request below /websub/, from its head to its end */

struct hooks {
	size_t n, bytes; /* bodies that are coming in */
};
/* Is it one that a function answers? */
bool hook_wanted(const struct rk_serve_opts *, const char *url, const char *method);
/* The head of a push is in. *out NULL: refused, answered already; else its body may
 * come, *bytes at most. */
enum MHD_Result hook_begin(struct hooks *, const struct rk_serve_opts *,
    struct MHD_Connection *, const char *url, struct hook **out, uint64_t *bytes);
void hook_piece(struct hook *, const char *bytes, size_t n);
/* It is in whole (hook NULL: a GET, which has no body): ask the function and answer. */
enum MHD_Result hook_answer(struct hook *, const struct rk_serve_opts *,
    struct MHD_Connection *, const char *url);
void hook_free(struct hook *); /* NULL is fine */

/* ---- asked.c */

struct uv_loop_s;
struct asked; /* a request for a page, from its head to its end */

struct askers {
	struct uv_loop_s *loop;
	const struct rk_serve_opts *opts;
	struct asked *first, **last; /* those that wait for their turn */
	struct asked *begun;          /* that are being made */
	unsigned n_waiting, n_begun;
	bool closing;
	/* one was made: its connection goes on, or (closing) nothing is left to wait for */
	void (*made)(void *cookie);
	void *cookie;
};
void asked_init(struct askers *, struct uv_loop_s *, const struct rk_serve_opts *,
    void (*made)(void *cookie), void *cookie);
bool asked_wanted(const struct rk_serve_opts *, const char *url, const char *method);
/* The connection is suspended until it is made. *out NULL: refused, answered already. */
enum MHD_Result asked_begin(
    struct askers *, struct MHD_Connection *, const char *url, struct asked **out);
/* It is made: send it. *bytes: what must be sent at most. */
enum MHD_Result asked_answer(struct asked *, struct MHD_Connection *, uint64_t *bytes);
void asked_free(struct asked *); /* NULL is fine; not one that is being made */
/* No further one is begun, all that wait go on. True: none is being made. */
bool asked_close(struct askers *);

/* ---- routes.c */

/* Answer one request whose headers are in. */
enum MHD_Result route(const struct rk_serve_opts *, struct files *,
    struct MHD_Connection *, const char *url, const char *method, uint64_t *bytes);
/* Refuse what request_fault() found, and close the connection. */
enum MHD_Result answer_fault(struct MHD_Connection *, unsigned status);
/* A constant as text/plain: error answers never repeat what was asked (RELIABILITY
 * 1.5 case 18). */
enum MHD_Result answer_text(struct MHD_Connection *, unsigned status, const char *text);
/* A page of ours has styles of its own; some may stand in frames of others. */
enum page_kind { NO_PAGE, OUR_PAGE, FRAMED_PAGE };
void common_headers(struct MHD_Response *, enum page_kind);

#endif
