/*
 * serve.c: libmicrohttpd inside the loop. clients.c: how long each may take.
 * request.c: what a request must be. routes.c: which answer. files.c: the published
 * tree as answers; copies.c: what is kept of its files; accept.c, conditions.c: what a
 * request says of codings and validators. hooks.c: what hubs say. asked.c: what is
 * made when asked for.
 */
#ifndef RK_SERVE_INT_H
#define RK_SERVE_INT_H

#include <ruamkhao/buf.h>
#include <ruamkhao/media.h>
#include <ruamkhao/serve.h>

#include <microhttpd.h>

#include <sys/socket.h>
#include <sys/stat.h>

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
/* It waits for us: none of its time passes until the next grant. */
void clients_hold(struct client *);
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

/* ---- accept.c */

enum coding { PLAIN, GZIP, BROTLI, CODINGS };

struct wish {
	int q[CODINGS]; /* in thousandths, 0: not at all */
};
void accept_codings(struct MHD_Connection *, struct wish *);
/* Is it a browser that opens a page of its own, and rather HTML than this type? */
bool accept_is_person(struct MHD_Connection *, const char *type);

/* ---- conditions.c */

enum verdict { SEND, NOT_MODIFIED, FAILED };

/* What the conditions of a request come to; etag "": it has none. */
enum verdict conditions(struct MHD_Connection *, const char *etag, time_t mtime);

/* ---- files.c, copies.c */

#define MAX_PATH_LENGTH 256
#define MAX_PAGES       65536 /* names kept; the tree has a few thousand files */
#define MAX_HASHED      ((off_t)64 << 20)   /* the publisher writes nothing larger */
#define MAX_KEPT_FILE   ((off_t)512 << 10)  /* larger ones are sent from the file */
#define MAX_KEPT        ((size_t)32 << 20)  /* bytes of files in memory, all together */
#define ETAG_SIZE       40 /* quotes, 32 digits, the coding, NUL */

/* A cache must tell apart what a request's Accept-Encoding changes, and that a browser is
 * led on from a feed; Accept alone changes nothing that may be stored. */
#define VARY_FILE "Accept-Encoding"
#define VARY_FEED VARY_FILE ", Sec-Fetch-Dest"

/* A file as lstat() shows it: the same as long as these are the same. */
struct look {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec mtime, ctime; /* the second nobody can set */
};

/* One coding of a file, as it was when it was read. */
struct copy {
	struct look look;
	off_t size;
	uint64_t version; /* of the plain file that it is a coding of */
	time_t modified;  /* Last-Modified: that of the file, of its twins too */
	char etag[ETAG_SIZE];         /* "": too large for one, or not read */
	struct MHD_Response *whole, *same; /* 200 and 304, NULL: not made */
	size_t kept;                       /* bytes that they count for */
};

/* A published file and its twins NAME.gz and NAME.br, which are its codings. */
struct page {
	char *path; /* below the root, with a slash in front */
	char *names[CODINGS];
	const struct rk_media *media;
	struct copy copies[CODINGS];
	struct look plain;  /* of the plain file, when it was asked for last */
	uint64_t version;   /* how often it was another */
	bool used; /* since it was last looked at for what can go */
};

struct files {
	char *root, *base_url, *hub;
	struct rk_map *by_path; /* path -> struct page */
	struct page **pages;
	size_t n_pages, hand;
	size_t most; /* pages: MAX_PAGES */
	size_t kept; /* bytes in memory */
};

/* root: absolute folder; need not exist yet. base_url, hub: of Link; empty: none. */
struct files *files_new(const char *root, struct rk_str base_url, struct rk_str hub);
void files_free(struct files *);
/* Queue the answer for a path such as "/province/phuket.atom"; *bytes: what must be
 * sent at most. */
enum MHD_Result files_answer(
    struct files *, struct MHD_Connection *, const char *url, uint64_t *bytes);
void files_links(const struct files *, const struct page *, struct MHD_Response *);

/* path has a type. NULL: there is none. */
struct page *page_find(struct files *, const char *path);
/* Is there a file of the same name with another suffix? */
bool page_beside(const struct page *, const char *suffix);
void pages_free(struct files *);
/* Is the coding, whose file looks like st, read? Then its etag and size are true.
 * modified: of the plain file. */
bool copy_ready(struct files *, struct page *, enum coding, const struct stat *st,
    time_t modified);
/* Does the page's plain file look so? Then a coding that is kept in memory and was made of
 * it holds without a look at the twin. */
void page_seen(struct page *, const struct stat *plain);
bool copy_holds(struct page *, enum coding);
/* Of a copy that is ready; the copy keeps it. NULL: no memory. */
struct MHD_Response *copy_not_modified(struct files *, struct page *, enum coding);
/* The same; !*kept: destroy it after use. NULL also: it changed just now. */
struct MHD_Response *copy_whole(struct files *, struct page *, enum coding, bool *kept);

/* ---- hooks.c */

struct hook; /* a request below /websub/, from its head to its end */

struct hooks {
	size_t n, bytes; /* bodies that are coming in */
	size_t n_hub;    /* of those, to our own hub */
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
	unsigned searches, searching; /* of n_waiting, of n_begun */
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
/* Who asks, as far as its share goes: an IPv4 address, the first half of another. 0: who
 * has none, since it may speak for many. */
uint64_t asked_peer(const struct sockaddr *);

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
