/*
 * serve.c: libmicrohttpd inside the loop. routes.c: which answer. files.c: the published
 * tree as responses.
 */
#ifndef RK_SERVE_INT_H
#define RK_SERVE_INT_H

#include <ruamkhao/buf.h>
#include <ruamkhao/serve.h>

#include <microhttpd.h>

struct files;

struct rk_server_view { /* what answering needs of the server */
	struct files *files;
	const struct rk_serve_opts *opts;
};

/* Answer one request whose headers are in. */
enum MHD_Result route(struct rk_server_view *, struct MHD_Connection *, const char *url,
    const char *method);

/* root: absolute folder; need not exist yet. */
struct files *files_new(const char *root);
void files_free(struct files *);
/* Queue the answer for a path such as "/province/phuket.atom". */
enum MHD_Result files_answer(struct files *, struct MHD_Connection *, const char *url,
    bool head);

/* A constant as text/plain: error answers never repeat what was asked (RELIABILITY
 * 1.5 case 18). */
enum MHD_Result answer_text(struct MHD_Connection *, unsigned status, const char *text);
void common_headers(struct MHD_Response *);

#endif
