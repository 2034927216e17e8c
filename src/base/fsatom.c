/*
 * Files that are replaced as a whole, and the few other things done to files.
 * Knows nothing of what is in them.
 *
 * Below a published root every step is an openat of one component that refuses
 * symbolic links, so that somebody who may write there cannot send us elsewhere.
 * A failed write, fsync or rename counts as failed for good: the page cache is not
 * believed and nothing is tried again (RELIABILITY F7).
 */
#include <ruamkhao/fsatom.h>

#include "base_int.h"

#include <ruamkhao/err.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP_ROOM 32  /* dots, pid, number and ".tmp" around a name */
#define TEMP_TRY  100 /* names tried, where others are taken */
#define MAX_DEPTH 32  /* folders below a root: ours has three */

#define FOLDER (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* ---- names below a root */

static bool
is_name(struct rk_str s)
{
	if (s.n == 0 || s.n > NAME_MAX - TEMP_ROOM || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' &&
		    c != '-')
			return false;
	}
	return true;
}

static bool
is_path(const char *rel)
{
	struct rk_str rest = rk_str(rel), piece;
	int depth = 0;

	while (rk_str_split(&rest, '/', &piece))
		if (!is_name(piece) || ++depth > MAX_DEPTH)
			return false;
	return depth > 0;
}

/* The folder `name` in dir; made if it is not there and `make`. */
static int
open_folder(int dir, const char *name, bool make)
{
	int fd = openat(dir, name, FOLDER | O_NOFOLLOW);

	if (fd >= 0 || errno != ENOENT || !make)
		return fd;
	if (mkdirat(dir, name, 0755) != 0 && errno != EEXIST)
		return -1;
	if (fsync(dir) != 0)
		return -1;
	return openat(dir, name, FOLDER | O_NOFOLLOW);
}

int
fs_parent(const char *root, const char *rel, bool make, char name[NAME_MAX + 1],
    struct rk_err *err)
{
	struct rk_str rest = rk_str(rel), piece;
	int dir, next;

	if (!is_path(rel))
		return rk_err_set(err, RK_E_CONFIG,
		    "\"%s\" is no name of a published file (components of a-z 0-9 . - "
		    "expected)",
		    rel);
	if ((dir = open(root, FOLDER)) < 0)
		return rk_err_sys(err, errno, "%s", root);
	name[0] = '\0';
	while (rk_str_split(&rest, '/', &piece)) {
		if (name[0] != '\0') {
			if ((next = open_folder(dir, name, make)) < 0) {
				(void)rk_err_sys(err, errno, "%s/%s: folder \"%s\"",
				    root, rel, name);
				(void)close(dir);
				return -1;
			}
			(void)close(dir);
			dir = next;
		}
		memcpy(name, piece.p, piece.n);
		name[piece.n] = '\0';
	}
	return dir;
}

/* ---- writing */

static int
write_all(int fd, struct rk_str data)
{
	while (data.n > 0) {
		ssize_t put = write(fd, data.p, data.n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put == 0)
			errno = EIO; /* no progress: never spin */
		if (put <= 0)
			return -1;
		data = rk_str_from(data, (size_t)put);
	}
	return 0;
}

/* A new file beside name; temp gets its name. Returns a descriptor or -1. */
static int
open_temp(int dir, const char *name, char temp[NAME_MAX + 1])
{
	static _Atomic unsigned number;
	int fd = -1, n;

	for (int i = 0; i < TEMP_TRY && fd < 0; i++) {
		n = snprintf(temp, NAME_MAX + 1, ".%s.%ld-%u.tmp", name, (long)getpid(),
		    atomic_fetch_add(&number, 1) & 0xFFFFFF);
		if (n < 0 || n > NAME_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		fd = openat(dir, temp,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

int
fs_replace(int dir, const char *name, const struct fs_wanted *w)
{
	char temp[NAME_MAX + 1];
	struct timespec times[2] = {
	    {.tv_nsec = UTIME_OMIT}, {.tv_sec = (time_t)w->mtime, .tv_nsec = 0}};
	int fd, rc, saved;

	if (w->exactly != NULL)
		times[1] = *w->exactly;
	if ((fd = open_temp(dir, name, temp)) < 0)
		return -1;
	if (write_all(fd, w->data) != 0)
		goto fail;
	if (w->owner != NULL &&
	    (w->owner->st_uid != geteuid() || w->owner->st_gid != getegid()) &&
	    fchown(fd, w->owner->st_uid, w->owner->st_gid) != 0 && errno != EPERM)
		goto fail;
	if (fchmod(fd, w->mode) != 0)
		goto fail;
	if ((w->mtime >= 0 || w->exactly != NULL) && futimens(fd, times) != 0)
		goto fail;
	if (fsync(fd) != 0)
		goto fail;
	rc = close(fd);
	fd = -1;
	if (rc != 0 || renameat(dir, temp, dir, name) != 0)
		goto fail;
	return 0;
fail:
	saved = errno;
	if (fd >= 0)
		(void)close(fd);
	(void)unlinkat(dir, temp, 0);
	errno = saved;
	return -1;
}

/* Does dir/name hold just these bytes? Doubt means no: then it is written anew. */
static bool
holds(int dir, const char *name, struct rk_str data)
{
	char chunk[8192];
	struct stat st;
	bool same = false;
	ssize_t got;
	int fd;

	/* Non-blocking, for what is a pipe by mistake. */
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0 ||
	    (uintmax_t)st.st_size != data.n)
		goto out;
	while (data.n > 0) {
		got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || (size_t)got > data.n ||
		    memcmp(chunk, data.p, (size_t)got) != 0)
			goto out;
		data = rk_str_from(data, (size_t)got);
	}
	same = true;
out:
	(void)close(fd);
	return same;
}

int
rk_file_replace(const char *root, const char *rel, struct rk_str data, int64_t mtime,
    bool *changed, struct rk_err *err)
{
	return rk_file_renew(root, rel, data, mtime, NULL, changed, err);
}

int
rk_file_renew(const char *root, const char *rel, struct rk_str data, int64_t mtime,
    const char *const *suffixes, bool *changed, struct rk_err *err)
{
	struct fs_wanted w = {.data = data, .mode = 0644, .mtime = mtime};
	char name[NAME_MAX + 1];
	int rc = 0, dir;

	*changed = false;
	if ((dir = fs_parent(root, rel, true, name, err)) < 0)
		return -1;
	if (!holds(dir, name, data)) {
		if (fs_drop_twins(dir, name, suffixes) != 0 || fs_replace(dir, name, &w) != 0)
			rc = rk_err_sys(err, errno, "%s/%s", root, rel);
		else
			*changed = true;
	}
	(void)close(dir);
	return rc;
}

int
rk_file_sync_dir(const char *root, const char *rel, struct rk_err *err)
{
	char name[NAME_MAX + 1];
	int rc = 0, dir;

	if ((dir = fs_parent(root, rel, false, name, err)) < 0)
		return -1;
	if (fsync(dir) != 0)
		rc = rk_err_sys(err, errno, "%s/%s: sync of its folder", root, rel);
	(void)close(dir);
	return rc;
}

/* The folder part of path ("." and "/" too), to be freed; *name points into path. */
static char *
split_path(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;

	if (slash == NULL) {
		*name = path;
		return rk_xstrdup(".");
	}
	*name = slash + 1;
	folder = rk_xstrdup(path);
	folder[slash == path ? 1 : slash - path] = '\0';
	return folder;
}

int
rk_file_write(const char *path, struct rk_str data, struct rk_err *err)
{
	struct fs_wanted w = {.data = data, .mode = 0644, .mtime = -1};
	/* A configuration may be a link to a file elsewhere: that one is meant. */
	char *real = realpath(path, NULL), *folder = NULL;
	const char *name;
	struct stat st;
	int dir = -1, rc = -1;

	folder = split_path(real != NULL ? real : path, &name);
	if ((dir = open(folder, FOLDER)) < 0)
		goto out;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) {
		w.mode = st.st_mode & 07777;
		w.owner = &st;
	}
	if (fs_replace(dir, name, &w) != 0 || fsync(dir) != 0)
		goto out;
	rc = 0;
out:
	if (rc != 0)
		(void)rk_err_sys(err, errno, "%s", path);
	if (dir >= 0)
		(void)close(dir);
	free(folder);
	free(real);
	return rc;
}
