/*
 * Files that are replaced as a whole: temp in the same folder (the name begins
 * with a dot), write, fsync, rename, fsync of the folder. A reader sees the old
 * bytes or the new, also after a power cut (RELIABILITY 0.6, 4.1).
 */
#ifndef RUAMKHAO_FSATOM_H
#define RUAMKHAO_FSATOM_H

#include <ruamkhao/str.h>

struct rk_buf;
struct rk_err;
struct rk_file_names;

/*
 * Make root/rel hold data. rel: components of [a-z0-9.-], joined by '/', made as
 * needed; none begins with a dot (temps do); no symbolic link is followed below root.
 * Equal bytes leave the file alone (*changed false). mtime: UTC seconds set on a new
 * file, negative for "now". The folder is not synced: call rk_file_sync_dir once for
 * each folder.
 */
int rk_file_replace(const char *root, const char *rel, struct rk_str data,
    int64_t mtime, bool *changed, struct rk_err *);

/* The same, and before other bytes come, what is there of root/rel + suffix goes, of a list
 * that ends with NULL: at no moment an old twin stands beside a new file. */
int rk_file_renew(const char *root, const char *rel, struct rk_str data, int64_t mtime,
    const char *const *suffixes, bool *changed, struct rk_err *);

/*
 * Twins: root/rel with a suffix (".gz") behind, for servers that send it in the place of
 * the file. A twin has the mtime of the file it was made of, to the nanosecond, and belongs
 * to it as long as they are the same. The functions below are the only ones to know that.
 */
/* What the twin of the i-th suffix is to hold, until the next call; false: there is to be
 * none. */
typedef bool rk_twin_fn(void *cookie, unsigned i, struct rk_str *data);
/* Each root/rel + suffix, of a list that ends with NULL, that does not belong to root/rel,
 * which is there, is made, or removed. */
int rk_file_twins(const char *root, const char *rel, const char *const *suffixes,
    rk_twin_fn *make, void *cookie, struct rk_err *);
/* There is one, and it belongs to root/rel as that is. */
bool rk_file_has_twin(const char *root, const char *rel, const char *suffix);
/* Remove root/rel + suffix (suffix "": the file); fine if it is not there. */
int rk_file_remove(
    const char *root, const char *rel, const char *suffix, struct rk_err *);

/* fsync the folder that holds root/rel. */
int rk_file_sync_dir(const char *root, const char *rel, struct rk_err *);

/*
 * After a crash. What is swept: temps that a dead process left, and twins that do not belong
 * to their file, of files whose names end with one of `ours` (nobody else's go). The lists
 * end with NULL.
 *
 * Only a machine that lost its power can leave such twins: old ones go before their file is
 * replaced. To look at the time of every file costs most of a start, so it is done once
 * after each start of the machine, for each root. mark: the file that remembers this,
 * outside of root; NULL, or one that cannot be written: they are looked at each time.
 */
struct rk_file_sweep {
	const char *const *suffixes, *const *ours;
	const char *mark;
};
/* *left (NULL: not wanted), the caller's: what is there then; on -1 and without a root NULL. */
int rk_file_sweep(const char *root, const struct rk_file_sweep *,
    struct rk_file_names **left, struct rk_err *);
/* Was root/rel there when the tree was swept? A twin that was belonged to its file. */
bool rk_file_names_have(const struct rk_file_names *, const char *rel);
void rk_file_names_free(struct rk_file_names *); /* NULL is fine */

/* Create path and its parents, mode 0755; fine if it is there. The folders that
 * were made are durable on return. */
int rk_file_mkdirs(const char *path, struct rk_err *);

/* Whole file, at most max bytes, appended to buf (initialised by the caller).
 * "-" is standard input. */
int rk_file_read(const char *path, size_t max, struct rk_buf *buf, struct rk_err *);

/*
 * Exclusive OFD lock on path (made if absent, close-on-exec), never blocking.
 * RK_E_BUSY when another process holds it. *fd is kept open for as long as
 * the lock is wanted; it dies with the process.
 */
int rk_file_lock(const char *path, int *fd, struct rk_err *);

/* Replace a plain file outside the published tree (configuration): absolute or
 * relative path, mode kept if it exists, folder synced. */
int rk_file_write(const char *path, struct rk_str data, struct rk_err *);

#endif
