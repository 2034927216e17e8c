/*
 * What went wrong, for the caller (kind) and for a person (text).
 *
 * Functions that can fail return 0 or -1 and fill a struct rk_err that the
 * caller owns; NULL is allowed everywhere and means "I do not want to know".
 * The text is one line, says what was expected, and never holds credentials.
 */
#ifndef RUAMKHAO_ERR_H
#define RUAMKHAO_ERR_H

#include <stddef.h>

enum rk_ekind {
	RK_E_NONE,
	RK_E_INPUT,  /* the document is bad: counts as a failed poll */
	RK_E_LIMIT,  /* too big, too deep, too many: as INPUT, names the limit */
	RK_E_NET,    /* the network or the server */
	RK_E_SYS,    /* the operating system; .sys holds errno */
	RK_E_STORE,  /* the database */
	RK_E_CONFIG, /* the configuration or the command line */
	RK_E_BUSY    /* another instance holds the state */
};

struct rk_err {
	enum rk_ekind kind;
	int sys;         /* errno for RK_E_SYS, else 0 */
	unsigned line;   /* 1-based place in the input, 0 unknown */
	unsigned column; /* 1-based, in bytes */
	char text[512];  /* UTF-8, one line, always ends with NUL */
};

void rk_err_clear(struct rk_err *);

/* Both return -1, so that "return rk_err_set(...)" reads well. */
int rk_err_set(struct rk_err *, enum rk_ekind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* RK_E_SYS; ": " and the errno's text are added. */
int rk_err_sys(struct rk_err *, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put words before the text: "feeds/x.yml: " + text. */
void rk_err_prefix(struct rk_err *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

const char *rk_ekind_name(enum rk_ekind); /* "input", "limit" ... */

/*
 * A program error, in release builds too: prints condition, file, line, the
 * current source (rk_assert_context) and aborts. Never on bytes from outside.
 */
#define rk_assert(cond) ((cond) ? (void)0 : rk_assert_failed(#cond, __FILE__, __LINE__))
_Noreturn void rk_assert_failed(const char *cond, const char *file, int line);
void rk_assert_context(const char *source_id); /* kept as a pointer; NULL: none */

/*
 * Memory. Exhaustion ends the process: by default abort() after one line, in a
 * worker _exit with its own status (rk_oom_handler). Nothing returns NULL.
 */
void *rk_xmalloc(size_t n);
void *rk_xcalloc(size_t n, size_t size);
void *rk_xrealloc(void *p, size_t n);
char *rk_xstrdup(const char *s);
typedef void rk_oom_fn(size_t wanted); /* must not return */
void rk_oom_handler(rk_oom_fn *);      /* NULL: the default again */
_Noreturn void rk_oom(size_t wanted);

/*
 * Tell the allocator of this process what comes next. Neither gives what is freed back to
 * the system before it is a few MiB.
 *
 * lasting: a start, whose large pieces stay. They have pages of their own: what is never
 * touched of a table for the worst case costs nothing (a tenth of 100,000 sources).
 * passing: documents, one after another: large pieces too are taken from what was freed.
 * Giving memory back and faulting it in again was a sixth of the CPU of a round.
 */
void rk_memory_lasting(void);
void rk_memory_passing(void);
/* Give back all that is free now: after a start, which needs more than what follows. */
void rk_memory_trim(void);

#endif
