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

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_DEPTH 32
#define FOLDER    (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

static int
twin_name(char twin[NAME_MAX + 1], const char *name, const char *suffix)
{
	int n = snprintf(twin, NAME_MAX + 1, "%s%s", name, suffix);

	if (n > 0 && n <= NAME_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static bool
same_time(const struct stat *a, const struct stat *b)
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
	       same_time(&st, of);
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

/* ---- after a crash */

#define MAX_ENDS 8

/* Ends of names: every file of the tree is asked for them. */
struct ends {
	struct rk_str v[MAX_ENDS];
	size_t n;
};

static void
ends_of(struct ends *e, const char *const *texts)
{
	for (e->n = 0; texts[e->n] != NULL; e->n++) {
		rk_assert(e->n < MAX_ENDS && texts[e->n][0] != '\0');
		e->v[e->n] = rk_str(texts[e->n]);
	}
}

/* What the name ends with, of those; 0 bytes: none of them. */
static size_t
end_of(struct rk_str name, const struct ends *e)
{
	for (size_t i = 0; i < e->n; i++) {
		struct rk_str end = e->v[i];

		if (name.n >= end.n && name.p[name.n - 1] == end.p[end.n - 1] &&
		    memcmp(name.p + name.n - end.n, end.p, end.n) == 0)
			return end.n;
	}
	return 0;
}

struct sweep {
	struct ends suffixes, ours;
	struct rk_file_names *left;
};

/* Is the name that of a twin that is to go? */
static bool
is_stray(const struct sweep *s, int dir, struct rk_str name)
{
	char file[NAME_MAX + 1];
	size_t end = end_of(name, &s->suffixes), n = name.n - end;
	struct stat st, of;

	if (end == 0 || n == 0 || n >= sizeof(file) || end_of(rk_strn(name.p, n), &s->ours) == 0)
		return false;
	if (fstatat(dir, name.p, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
		return false;
	memcpy(file, name.p, n);
	file[n] = '\0';
	return fstatat(dir, file, &of, AT_SYMLINK_NOFOLLOW) != 0 || !same_time(&st, &of);
}

/* Takes the descriptor; at most MAX_DEPTH calls deep. errno on -1. */
static int
sweep(const struct sweep *s, int fd, uint64_t folder, int depth)
/* NOLINT(misc-no-recursion) */
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	int rc = -1, sub, saved;

	if (dir == NULL) {
		saved = errno;
		(void)close(fd);
		errno = saved;
		return -1;
	}
	while (errno = 0, (e = readdir(dir)) != NULL) {
		struct rk_str text = rk_str(e->d_name);
		uint64_t name;

		if (text.p[0] == '.')
			continue;
		name = fs_name(folder, text);
		if (e->d_type == DT_DIR && depth < MAX_DEPTH) {
			sub = openat(fd, e->d_name, FOLDER | O_NOFOLLOW);
			if (sub < 0 || sweep(s, sub, name, depth + 1) != 0)
				goto out;
		} else if (!is_stray(s, fd, text)) {
			if (e->d_type == DT_REG)
				fs_names_add(s->left, name);
		} else if (unlinkat(fd, e->d_name, 0) != 0 && errno != ENOENT) {
			goto out;
		}
	}
	if (errno == 0)
		rc = 0;
out:
	saved = errno;
	(void)closedir(dir);
	errno = saved;
	return rc;
}

int
rk_file_sweep_twins(const char *root, const char *const *suffixes, const char *const *ours,
    struct rk_file_names **left, struct rk_err *err)
{
	struct sweep s = {.left = fs_names_new()};
	int fd = open(root, FOLDER), rc = 0;

	ends_of(&s.suffixes, suffixes);
	ends_of(&s.ours, ours);
	if (left != NULL)
		*left = NULL;
	if (fd < 0 && errno == ENOENT)
		goto out; /* nothing was ever written */
	if (fd < 0 || sweep(&s, fd, FS_ROOT, 0) != 0) {
		rc = rk_err_sys(err, errno, "%s: removing old compressed twins", root);
		goto out;
	}
	if (left != NULL) {
		*left = s.left;
		s.left = NULL;
	}
out:
	rk_file_names_free(s.left);
	return rc;
}
