/*
 * What a crash left in a tree goes, and what is there is told: one walk, which looks at
 * names alone where it may.
 */
#include <ruamkhao/fsatom.h>

#include "base_int.h"

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_DEPTH 32 /* folders below a root: ours has three */
#define FOLDER    (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define MAX_ENDS  8
#define MAX_MARK  256
#define BOOT_ID   "/proc/sys/kernel/random/boot_id"
#define VERSION   1 /* of the mark: another one is nobody's word */

/* Ends of names: every file of the tree is asked for them. */
struct ends {
	struct rk_str v[MAX_ENDS];
	size_t n;
};

struct sweep {
	struct ends suffixes, ours;
	bool known; /* twins belong */
	struct rk_file_names *left;
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

static bool
is_temp(struct rk_str name)
{
	return name.p[0] == '.' && rk_str_ends(name, ".tmp");
}

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
	return fstatat(dir, file, &of, AT_SYMLINK_NOFOLLOW) != 0 || !fs_same_time(&st, &of);
}

/* Some file systems do not tell it with the name. */
static int
type_of(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN ||
	    fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return e->d_type;
	return S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_LNK;
}

/* Takes the descriptor; at most MAX_DEPTH calls deep. errno on -1. */
static int
walk(const struct sweep *s, int fd, uint64_t folder, int depth)
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
		int type = type_of(fd, e);

		if (rk_str_is(text, ".") || rk_str_is(text, ".."))
			continue;
		if (type == DT_DIR) {
			if (depth >= MAX_DEPTH)
				continue; /* nothing of ours is so deep */
			sub = openat(fd, e->d_name, FOLDER | O_NOFOLLOW);
			if (sub < 0 || walk(s, sub, fs_name(folder, text), depth + 1) != 0)
				goto out;
		} else if (is_temp(text) || (!s->known && is_stray(s, fd, text))) {
			if (unlinkat(fd, e->d_name, 0) != 0 && errno != ENOENT)
				goto out;
		} else if (type == DT_REG) {
			fs_names_add(s->left, fs_name(folder, text));
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

/* What the mark says of this root since the machine was started; false: nobody can tell. */
static bool
mark_of(int root, char text[MAX_MARK])
{
	struct rk_buf boot;
	struct stat st;
	bool told;

	rk_buf_init(&boot, MAX_MARK / 2);
	told = fstat(root, &st) == 0 && rk_file_read(BOOT_ID, MAX_MARK / 2, &boot, NULL) == 0 &&
	       boot.n > 0;
	if (told)
		(void)snprintf(text, MAX_MARK, "%d %.*s %ju %ju\n", VERSION,
		    RK_FMT(rk_str_trim(rk_buf_view(&boot))), (uintmax_t)st.st_dev,
		    (uintmax_t)st.st_ino);
	rk_buf_release(&boot);
	return told;
}

static bool
stands_in(const char *mark, const char *text)
{
	struct rk_buf have;
	bool same;

	rk_buf_init(&have, MAX_MARK);
	same = rk_file_read(mark, MAX_MARK, &have, NULL) == 0 &&
	       rk_str_is(rk_buf_view(&have), text);
	rk_buf_release(&have);
	return same;
}

int
rk_file_sweep(const char *root, const struct rk_file_sweep *what, struct rk_file_names **left,
    struct rk_err *err)
{
	struct sweep s = {.left = fs_names_new()};
	char text[MAX_MARK];
	bool marks = false;
	int fd = open(root, FOLDER), rc = 0;

	ends_of(&s.suffixes, what->suffixes);
	ends_of(&s.ours, what->ours);
	if (left != NULL)
		*left = NULL;
	if (fd < 0 && errno == ENOENT)
		goto out; /* nothing was ever written */
	if (fd >= 0 && what->mark != NULL && (marks = mark_of(fd, text)))
		s.known = stands_in(what->mark, text);
	if (fd < 0 || walk(&s, fd, FS_ROOT, 0) != 0) {
		rc = rk_err_sys(err, errno, "%s: removing what a crash left", root);
		goto out;
	}
	if (marks && !s.known)
		(void)rk_file_write(what->mark, rk_str(text), NULL);
	if (left != NULL) {
		*left = s.left;
		s.left = NULL;
	}
out:
	rk_file_names_free(s.left);
	return rc;
}
