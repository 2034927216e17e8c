/*
 * A folder of its own for a test of the whole program: a configuration, its state and
 * output, and the binary run over it.
 */
#ifndef RK_TESTS_PROGRAM_H
#define RK_TESTS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct program {
	char dir[64];      /* absolute */
	char *out, *err;   /* of the last run, with a NUL; freed by the next or at the end */
	int status;        /* exit status of the last run, 128 + signal when killed */
};

void program_open(struct program *);
void program_close(struct program *); /* removes the folder */

/* dir/name with the text; folders are made. */
void program_write(struct program *, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The configuration dir/rk.yml: the usual head for loopback sources, then text. */
void program_config(struct program *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Run the binary with these arguments (NULL at the end) and " -c dir/rk.yml" behind
 * them; waits. Returns the status. */
int program_run(struct program *, ...) __attribute__((sentinel));
/* The same in the background: the process. program_wait waits at most ms; -1: it did
 * not end (it is killed then). */
pid_t program_start(struct program *, ...) __attribute__((sentinel));
int program_wait(struct program *, pid_t, unsigned ms);

/* A file below dir, malloc'd with a NUL, or NULL. */
char *program_read(const struct program *, const char *name);
bool program_has(const struct program *, const char *name);
/* How often needle stands in a file; 0 when there is no file. */
size_t program_count(const struct program *, const char *name, const char *needle);
/* Inode and mtime of every file below dir/name as one text: equal when nothing was
 * replaced. malloc'd. */
char *program_fingerprint(const struct program *, const char *name);
/* Wait up to ms until needle stands in the file at least n times. */
bool program_until(const struct program *, const char *name, const char *needle, size_t n,
    unsigned ms);

#endif
