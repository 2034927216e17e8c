/*
 * What a process may still do. Landlock by system call, seccomp by libseccomp.
 * Where the kernel lacks one of them the call succeeds and says so in *missing
 * (a static text, or NULL); anything else that fails is an error.
 */
#ifndef RUAMKHAO_SANDBOX_H
#define RUAMKHAO_SANDBOX_H

#include <stddef.h>

struct rk_err;

/*
 * For a parse worker, at its start, after the libraries were warmed: no path at
 * all, a dozen system calls (read write mmap-without-exec munmap brk futex
 * clock_gettime exit_group ...; the rest fail with EPERM), no_new_privs,
 * descriptors, files and cores limited, death with the parent. Address space
 * memory_limit bytes, 0 for none (sanitizer builds).
 */
int rk_sandbox_worker(size_t memory_limit, const char **missing, struct rk_err *);

/* CPU seconds (and less than one more) from now on for this process; called before each
 * document. */
void rk_sandbox_cpu(unsigned seconds);

/*
 * For the main process (all its threads, before they start): may write only below
 * the folders in write, read below those in read and the system's own places
 * (/etc, /usr, /lib, /proc, the resolver's /run folders). Both end with NULL.
 *
 * Call it before any thread is started: the kernel restricts the calling thread and
 * what it starts later. A folder in write must be there; a path in read may be
 * absent, and is then not readable later either. A rule is bound to the file, not to
 * its name: give the folder of whatever is replaced by rename (configuration). It
 * also sets no_new_privs.
 */
int rk_sandbox_main(const char *const write[], const char *const read[],
    const char **missing, struct rk_err *);

#endif
