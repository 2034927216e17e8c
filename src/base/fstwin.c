/*
 * Twins: files beside a published file that a server sends in its place. Knows nothing of
 * what is in them.
 *
 * A twin carries the mtime of its file. That tells one that a crash left from one that
 * belongs, without reading either; and servers that make their validators of size and time
 * (nginx) say the same Last-Modified for both.
 */
#include <ruamkhao/fsatom.h>

#include "base_int.h"

#include <ruamkhao/err.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
twin_name(char twin[NAME_MAX + 1], const char *name, const char *suffix)
{
	int n = snprintf(twin, NAME_MAX + 1, "%s%s", name, suffix);

	if (n > 0 && n <= NAME_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

bool
fs_same_time(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* There is one of that name, which belongs to the file of that state. */
static bool
has_twin(int dir, const char *twin, const struct stat *of)
{
	struct stat st;

	return fstatat(dir, twin, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       fs_same_time(&st, of);
}

int
fs_drop_twins(int dir, const char *name, const char *const *suffixes)
{
	char twin[NAME_MAX + 1];

	for (; suffixes != NULL && *suffixes != NULL; suffixes++)
		if (twin_name(twin, name, *suffixes) != 0 ||
		    (unlinkat(dir, twin, 0) != 0 && errno != ENOENT))
			return -1;
	return 0;
}

int
rk_file_twins(const char *root, const char *rel, const char *const *suffixes,
    rk_twin_fn *make, void *cookie, struct rk_err *err)
{
	char name[NAME_MAX + 1], twin[NAME_MAX + 1];
	struct fs_wanted w = {.mode = 0644, .mtime = -1};
	struct stat of;
	int dir, rc = 0;

	if ((dir = fs_parent(root, rel, false, name, err)) < 0)
		return -1;
	w.exactly = &of.st_mtim;
	if (fstatat(dir, name, &of, AT_SYMLINK_NOFOLLOW) != 0)
		rc = rk_err_sys(err, errno, "%s/%s", root, rel);
	for (unsigned i = 0; rc == 0 && suffixes[i] != NULL; i++) {
		if (twin_name(twin, name, suffixes[i]) != 0) {
			rc = -1;
		} else if (!has_twin(dir, twin, &of)) {
			rc = make(cookie, i, &w.data)
				 ? fs_replace(dir, twin, &w)
				 : (unlinkat(dir, twin, 0) != 0 && errno != ENOENT ? -1 : 0);
		}
		if (rc != 0)
			(void)rk_err_sys(err, errno, "%s/%s%s", root, rel, suffixes[i]);
	}
	(void)close(dir);
	return rc;
}

bool
rk_file_has_twin(const char *root, const char *rel, const char *suffix)
{
	char name[NAME_MAX + 1], twin[NAME_MAX + 1];
	struct stat of;
	bool has;
	int dir;

	if ((dir = fs_parent(root, rel, false, name, NULL)) < 0)
		return false;
	has = twin_name(twin, name, suffix) == 0 &&
	      fstatat(dir, name, &of, AT_SYMLINK_NOFOLLOW) == 0 && has_twin(dir, twin, &of);
	(void)close(dir);
	return has;
}

int
rk_file_remove(const char *root, const char *rel, const char *suffix, struct rk_err *err)
{
	char name[NAME_MAX + 1], twin[NAME_MAX + 1];
	struct rk_err local = {0};
	int dir, rc = 0;

	if ((dir = fs_parent(root, rel, false, name, &local)) < 0) {
		if (local.sys == ENOENT)
			return 0;
		if (err != NULL)
			*err = local;
		return -1;
	}
	if (twin_name(twin, name, suffix) != 0 ||
	    (unlinkat(dir, twin, 0) != 0 && errno != ENOENT))
		rc = rk_err_sys(err, errno, "%s/%s%s: cannot be removed", root, rel, suffix);
	(void)close(dir);
	return rc;
}
