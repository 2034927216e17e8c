/*
 * A folder of its own for a test of the whole program: a configuration, its state and
 * output, and the binary run over it.
 */
#ifndef RK_TESTS_WORLD_H
#define RK_TESTS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct world {
	char dir[64];      /* absolute */
	char *out, *err;   /* of the last run, with a NUL; freed by the next or at the end */
	int status;        /* exit status of the last run, 128 + signal when killed */
};

void world_open(struct world *);
void world_close(struct world *); /* removes the folder */

/* dir/name with the text; folders are made. */
void world_write(struct world *, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The configuration dir/rk.yml: the usual head for loopback sources, then text. */
void world_config(struct world *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Run the binary with these arguments (NULL at the end) and " -c dir/rk.yml" behind
 * them; waits. Returns the status. */
int world_run(struct world *, ...) __attribute__((sentinel));
/* The same in the background: the process. world_wait waits at most ms; -1: it did
 * not end (it is killed then). */
pid_t world_start(struct world *, ...) __attribute__((sentinel));
int world_wait(struct world *, pid_t, unsigned ms);

/* A file below dir, malloc'd with a NUL, or NULL. */
char *world_read(const struct world *, const char *name);
bool world_has(const struct world *, const char *name);
/* How often needle stands in a file; 0 when there is no file. */
size_t world_count(const struct world *, const char *name, const char *needle);
/* Inode and mtime of every file below dir/name as one text: equal when nothing was
 * replaced. malloc'd. */
char *world_fingerprint(const struct world *, const char *name);
/* Wait up to ms until needle stands in the file at least n times. */
bool world_until(const struct world *, const char *name, const char *needle, size_t n,
    unsigned ms);

#endif
